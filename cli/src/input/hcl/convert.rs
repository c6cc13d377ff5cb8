//! Values as the type of a variable makes them.
//!
//! See <https://developer.hashicorp.com/terraform/language/expressions/type-constraints>.

use hcl_edit::expr::{Expression, ObjectKey};

use super::value::{Form, Kind, List, Map, Members, Unknown, Value};

/// The value as a type of this expression, whose defaults are expressions too. A value that is not of the type, which Terraform refuses, stays as it is.
pub(super) fn to_type(
    value: Value,
    to: &Expression,
    evaluate: &dyn Fn(&Expression) -> Value,
) -> Value {
    match (&value.kind, to) {
        (Kind::Null | Kind::Unknown(_), _) => value,
        (_, Expression::Variable(name)) => to_primitive(value, name.as_str()),
        (_, Expression::FuncCall(call)) => {
            let inner = call.args.iter().next();
            match (call.name.name.as_str(), inner) {
                ("optional", Some(inner)) => to_type(value, inner, evaluate),
                ("list" | "set", Some(inner)) => {
                    let Kind::List(list) = &value.kind else {
                        return value;
                    };
                    let items: Vec<Value> = (list.items.iter())
                        .map(|item| to_type(item.clone(), inner, evaluate))
                        .collect();
                    let items = same_type(items, inner);
                    let kind = match call.name.name.as_str() {
                        "set" => set(&items, list.more.clone()),
                        _ => Kind::of_list(items, list.more.clone(), Form::Collection),
                    };
                    Value { kind, ..value }
                }
                ("map", Some(inner)) => {
                    let Kind::Map(map) = &value.kind else {
                        return value;
                    };
                    let (keys, values): (Vec<_>, Vec<Value>) = (map.members.iter())
                        .map(|(key, value)| (key.clone(), to_type(value.clone(), inner, evaluate)))
                        .unzip();
                    let members = keys.into_iter().zip(same_type(values, inner)).collect();
                    let kind = Kind::of_map(members, map.more.clone(), Form::Collection);
                    Value { kind, ..value }
                }
                ("tuple", Some(Expression::Array(types))) => {
                    let Kind::List(list) = &value.kind else {
                        return value;
                    };
                    let items = list.items.iter().cloned().zip(types.iter());
                    let items = items
                        .map(|(item, to)| to_type(item, to, evaluate))
                        .collect();
                    let kind = Kind::of_list(items, list.more.clone(), Form::Structure);
                    Value { kind, ..value }
                }
                ("object", Some(Expression::Object(object))) => to_object(value, object, evaluate),
                _ => value,
            }
        }
        _ => value,
    }
}

/// Items that were converted to this type. `any` is the type that all of them have.
fn same_type(items: Vec<Value>, inner: &Expression) -> Vec<Value> {
    match inner {
        Expression::Variable(name) if name.as_str() == "any" => alike(&items, &[]),
        _ => items,
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
fn to_object(
    value: Value,
    object: &hcl_edit::expr::Object,
    evaluate: &dyn Fn(&Expression) -> Value,
) -> Value {
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
                call.args.get(1).map(evaluate)
            }
            _ => None,
        };
        match known {
            Some((key, member)) if !member.is_null() => {
                members.insert(key.clone(), to_type(member.clone(), to, evaluate));
            }
            Some((key, member)) => {
                let member = default().unwrap_or_else(|| member.clone());
                members.insert(key.clone(), to_type(member, to, evaluate));
            }
            None if map.more.is_some() => {}
            None => {
                let missing = || Value::new(Kind::Null, value.place);
                let member = default().unwrap_or_else(missing);
                let key = super::value::Key::new(name, value.place);
                members.insert(key, to_type(member, to, evaluate));
            }
        }
    }
    let kind = members.into_kind(map.more.clone());
    Value { kind, ..value }
}

/// A branch of a condition, of the type that both branches have.
///
/// See <https://developer.hashicorp.com/terraform/language/expressions/conditionals#result-types>.
pub(super) fn unified(value: Value, other: &Value) -> Value {
    let kind = match (&value.kind, &other.kind) {
        (Kind::Bool(_) | Kind::Number(_), Kind::Text(_) | Kind::Json(_)) => {
            value.to_text().map(Kind::Text)
        }
        (Kind::List(one), Kind::List(other)) => Some(unified_lists(one, other)),
        (Kind::Map(one), Kind::Map(other)) => Some(unified_maps(one, other)),
        // Null and what is not known have a type too.
        (Kind::List(_) | Kind::Map(_), _) => Some(value.of_any_type().kind),
        (
            Kind::Null
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::Text(_)
            | Kind::Json(_)
            | Kind::Unknown(_),
            _,
        ) => None,
    };
    match kind {
        Some(kind) => Value { kind, ..value },
        None => value,
    }
}

fn unified_lists(one: &List, other: &List) -> Kind {
    let more = one.more.clone();
    let is_closed = more.is_none() && other.more.is_none();
    let (items, form) = match (one.form, other.form) {
        (Form::Structure, Form::Structure) if is_closed && one.items.len() == other.items.len() => {
            let items = one.items.iter().zip(&other.items);
            let items = items.map(|(one, other)| unified(one.clone(), other));
            (items.collect(), Form::Structure)
        }
        (Form::Set, Form::Set) => (alike(&one.items, &other.items), Form::Set),
        (Form::Structure | Form::Collection, Form::Structure | Form::Collection) if is_closed => {
            (alike(&one.items, &other.items), Form::Collection)
        }
        _ => (alike(&one.items, &other.items), Form::Open),
    };
    Kind::of_list(items, more, form)
}

fn unified_maps(one: &Map, other: &Map) -> Kind {
    let more = one.more.clone();
    let is_closed = one.is_closed() && other.is_closed();
    let is_structure = one.form == Form::Structure && other.form == Form::Structure;
    let pairs = (one.members.iter()).map(|(key, value)| {
        let other = other.get(&key.text.all_known()?)?;
        Some((key.clone(), unified(value.clone(), other)))
    });
    let pairs: Option<Vec<_>> = pairs.collect();
    match pairs.filter(|pairs| is_structure && is_closed && pairs.len() == other.members.len()) {
        Some(members) => Kind::of_map(members, more, Form::Structure),
        None => {
            let values = |map: &Map| -> Vec<Value> {
                (map.members.iter().map(|(_, value)| value.clone())).collect()
            };
            let values = alike(&values(one), &values(other));
            let keys = one.members.iter().map(|(key, _)| key.clone());
            // Objects of different attributes are a map, if these are alike.
            let form = match is_closed && one.form != Form::Open && other.form != Form::Open {
                true => Form::Collection,
                false => Form::Open,
            };
            Kind::of_map(keys.zip(values).collect(), more, form)
        }
    }
}

/// Items of one type, which they share with others: strings, when any of them is one.
pub(super) fn alike(items: &[Value], others: &[Value]) -> Vec<Value> {
    let all = || items.iter().chain(others);
    let is_text = |item: &Value| matches!(item.kind, Kind::Text(_) | Kind::Json(_));
    let is_plain = |item: &Value| matches!(item.kind, Kind::Bool(_) | Kind::Number(_));
    if !all().any(is_text) {
        // Parts of theirs may still be converted.
        return match all().all(|item| is_plain(item) || item.is_null()) {
            true => items.to_vec(),
            false => items.iter().map(Value::of_any_type).collect(),
        };
    }
    (items.iter())
        .map(|item| match item.to_text().filter(|_| is_plain(item)) {
            Some(text) => Value {
                kind: Kind::Text(text),
                ..item.clone()
            },
            None => item.clone(),
        })
        .collect()
}

/// The items without those that are known to be the same as one before.
pub(super) fn distinct(items: &[Value]) -> Vec<Value> {
    let mut texts = std::collections::HashSet::new();
    let mut out: Vec<Value> = Vec::new();
    for item in items {
        let is_new = match &item.kind {
            Kind::Text(text) => text.all_known().is_none_or(|text| texts.insert(text)),
            _ => out.len() > 1_000 || !out.iter().any(|known| known.same(item) == Some(true)),
        };
        if is_new {
            out.push(item.clone());
        }
    }
    out
}

/// A set is in the order of its strings.
pub(super) fn set(items: &[Value], more: Option<Unknown>) -> Kind {
    let mut items = distinct(&alike(items, &[]));
    if items.iter().all(|item| item.as_string().is_some()) {
        items.sort_by_cached_key(|item| item.as_string().unwrap_or_default());
    }
    Kind::of_list(items, more, Form::Set)
}
