//! Values as the type of a variable makes them.
//!
//! See <https://developer.hashicorp.com/terraform/language/expressions/type-constraints>.

use hcl_edit::expr::{Expression, ObjectKey};

use super::eval::Env;
use super::functions;
use super::value::{Kind, Members, Value};

/// The value as a type of this expression. A value that is not of the type, which Terraform refuses, stays as it is.
pub(super) fn to_type(env: &Env<'_>, value: Value, to: &Expression) -> Value {
    match (&value.kind, to) {
        (Kind::Null | Kind::Unknown(_), _) => value,
        (_, Expression::Variable(name)) => to_primitive(value, name.as_str()),
        (_, Expression::FuncCall(call)) => {
            let inner = call.args.iter().next();
            match (call.name.name.as_str(), inner) {
                ("optional", Some(inner)) => to_type(env, value, inner),
                ("list" | "set", Some(inner)) => {
                    let Kind::List(list) = &value.kind else {
                        return value;
                    };
                    let items: Vec<Value> = (list.items.iter())
                        .map(|item| to_type(env, item.clone(), inner))
                        .collect();
                    let kind = match call.name.name.as_str() {
                        "set" => functions::set(&items, list.more.clone()),
                        _ => Kind::of_list(items, list.more.clone(), false),
                    };
                    Value { kind, ..value }
                }
                ("map", Some(inner)) => {
                    let Kind::Map(map) = &value.kind else {
                        return value;
                    };
                    let members = (map.members.iter())
                        .map(|(key, value)| (key.clone(), to_type(env, value.clone(), inner)));
                    let kind = Kind::of_map(members.collect(), map.more.clone());
                    Value { kind, ..value }
                }
                ("object", Some(Expression::Object(object))) => to_object(env, value, object),
                _ => value,
            }
        }
        _ => value,
    }
}

fn to_primitive(value: Value, name: &str) -> Value {
    let kind = match name {
        "string" => value.to_text().map(Kind::of_text),
        "number" => value.as_number().map(Kind::Number),
        "bool" => value.as_bool().map(Kind::Bool),
        _ => None,
    };
    // The text of a document stays what it is.
    match (&value.kind, kind) {
        (Kind::Json(_) | Kind::Text(_), _) if name == "string" => value,
        (_, Some(kind)) => Value { kind, ..value },
        (_, None) => value,
    }
}

/// Only the attributes of the type, with the defaults of those that are optional.
fn to_object(env: &Env<'_>, value: Value, object: &hcl_edit::expr::Object) -> Value {
    let Kind::Map(map) = &value.kind else {
        return value;
    };
    let mut members = Members::default();
    for (key, to) in object.iter() {
        let name = match key {
            ObjectKey::Ident(name) => name.as_str().to_string(),
            ObjectKey::Expression(Expression::Variable(name)) => name.as_str().to_string(),
            ObjectKey::Expression(Expression::String(name)) => name.value().clone(),
            ObjectKey::Expression(_) => return value,
        };
        let to = to.expr();
        let known = (map.members.iter()).find(|(key, _)| key.text.is(&name));
        let default = || match to {
            Expression::FuncCall(call) if call.name.name.as_str() == "optional" => {
                call.args.get(1).map(|default| env.value(default))
            }
            _ => None,
        };
        match known {
            Some((key, member)) if !member.is_null() => {
                members.insert(key.clone(), to_type(env, member.clone(), to));
            }
            Some((key, member)) => {
                let member = default().unwrap_or_else(|| member.clone());
                members.insert(key.clone(), to_type(env, member, to));
            }
            None if map.more.is_some() => {}
            None => {
                let missing = || Value::new(Kind::Null, value.place);
                let member = default().unwrap_or_else(missing);
                let key = super::value::Key::new(name, value.place);
                members.insert(key, to_type(env, member, to));
            }
        }
    }
    let kind = members.into_kind(map.more.clone());
    Value { kind, ..value }
}
