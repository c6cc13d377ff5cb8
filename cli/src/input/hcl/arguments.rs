//! Arguments of modules that are not on disk, whose form says that they are statements of a policy.
//!
//! Most modules of the registry make `statement` blocks of `aws_iam_policy_document` of them: `policy_statements` of
//! `terraform-aws-modules/lambda/aws`, `key_statements` of `kms`, `permissions` of `iam`, and others. So a collection of objects
//! that only have the attributes of these blocks is read as what the blocks make of it, whatever the argument is called.

use super::document;
use super::env::Env;
use super::module::{Block, Blocks};
use super::value::{Form, Key, Kind, Map, Unknown, Value};

/// What modules make of their statements.
const MADE: &str = r#"data "aws_iam_policy_document" "statements" {
  dynamic "statement" {
    for_each = statements
    content {
      sid           = statement.value.sid
      effect        = statement.value.effect
      actions       = statement.value.actions
      not_actions   = statement.value.not_actions
      resources     = statement.value.resources
      not_resources = statement.value.not_resources
      dynamic "principals" {
        for_each = statement.value.principals
        content {
          type        = principals.value.type
          identifiers = principals.value.identifiers
        }
      }
      dynamic "not_principals" {
        for_each = statement.value.not_principals
        content {
          type        = not_principals.value.type
          identifiers = not_principals.value.identifiers
        }
      }
      dynamic "condition" {
        for_each = statement.value.condition
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}
"#;

/// The attributes of a statement.
const ATTRIBUTES: [&str; 6] = [
    "sid",
    "effect",
    "actions",
    "not_actions",
    "resources",
    "not_resources",
];

/// Its blocks, and the other name that some modules have for one.
const BLOCKS: [&str; 3] = ["principals", "not_principals", "condition"];
const CONDITIONS: &str = "conditions";

/// An argument with a policy document in place of each collection of statements. Nothing if it has none.
pub(super) fn with_documents(env: &Env<'_>, value: &Value) -> Option<Value> {
    let items = match &value.kind {
        Kind::Map(map) => map.members.iter().map(|(_, value)| value).collect(),
        Kind::List(list) => list.items.iter().collect(),
        _ => Vec::new(),
    };
    if let Some(document) = of_statements(env, value, &items) {
        return Some(document);
    }
    let mut any = false;
    let mut inner = |value: &Value| {
        let document = with_documents(env, value);
        any |= document.is_some();
        document.unwrap_or_else(|| value.clone())
    };
    let kind = match &value.kind {
        Kind::Map(map) => {
            let members = (map.members.iter()).map(|(key, value)| {
                // A document in the words of IAM is one already.
                let value = match key.text.is("Statement") {
                    true => value.clone(),
                    false => inner(value),
                };
                (key.clone(), value)
            });
            Kind::of_map(members.collect(), map.more.clone(), map.form)
        }
        Kind::List(list) => {
            let items = list.items.iter().map(inner).collect();
            Kind::of_list(items, list.more.clone(), list.form)
        }
        _ => return None,
    };
    any.then(|| Value {
        kind,
        ..value.clone()
    })
}

/// The document of a collection with these items, if they are statements.
fn of_statements(env: &Env<'_>, value: &Value, items: &[&Value]) -> Option<Value> {
    let (unknown, known): (Vec<&Value>, Vec<&Value>) =
        (items.iter()).partition(|item| item.as_unknown().is_some());
    let maps: Vec<&Map> = (known.iter())
        .map(|item| match &item.kind {
            Kind::Map(map) => Some(&**map),
            _ => None,
        })
        .collect::<Option<_>>()?;
    if maps.is_empty() {
        return None;
    }
    let more = match &value.kind {
        Kind::Map(map) => map.more.clone(),
        Kind::List(list) => list.more.clone(),
        _ => None,
    };
    let more = more.or_else(|| unknown.iter().find_map(|item| item.as_unknown()).cloned());
    let document = if maps.iter().all(|map| is_statement(map)) {
        let statements = (known.iter().zip(&maps))
            .map(|(item, map)| normal(item, map))
            .collect();
        let statements = Kind::of_list(statements, more, Form::Structure);
        made(env, Value::new(statements, value.place))?
    } else if maps.iter().all(|map| is_of_iam(map)) {
        let statements = known.into_iter().cloned().collect();
        let statements = Kind::of_list(statements, more, Form::Structure);
        let at = value.place;
        let members = vec![
            (Key::new("Version", at), Value::text("2012-10-17", at)),
            (Key::new("Statement", at), Value::new(statements, at)),
        ];
        Value::new(Kind::of_object(members, None), at)
    } else {
        return None;
    };
    Some(Value {
        kind: document.kind,
        ..value.clone()
    })
}

/// Whether an object has the form of a `statement` block. Rules of load balancers have `actions` and `conditions` too.
fn is_statement(map: &Map) -> bool {
    let names = ATTRIBUTES.into_iter().chain(BLOCKS).chain([CONDITIONS]);
    let is_known = |key: &Key| names.clone().any(|name| key.text.is(name));
    if !map.members.iter().all(|(key, _)| is_known(key)) {
        return false;
    }
    let actions = map.get("actions").or_else(|| map.get("not_actions"));
    let Some(actions) = actions.map(strings) else {
        return false;
    };
    let says_more = (["effect", "resources", "not_resources", "principals"].iter())
        .any(|name| map.get(name).is_some_and(|value| !value.is_null()));
    let is_action =
        |text: &String| text == "*" || (text.contains(':') && !text.starts_with("arn:"));
    actions.is_some_and(|known| match known.is_empty() {
        true => says_more,
        false => known.iter().any(is_action),
    })
}

/// Whether an object is a statement in the words of IAM.
fn is_of_iam(map: &Map) -> bool {
    map.get("Effect").is_some() && (map.get("Action").or_else(|| map.get("NotAction"))).is_some()
}

/// The known strings of a list, or one string. Nothing for other values.
fn strings(value: &Value) -> Option<Vec<String>> {
    match &value.kind {
        Kind::List(list) => (list.items.iter())
            .map(|item| match &item.kind {
                Kind::Text(_) => Some(item.as_string()),
                Kind::Unknown(_) => Some(None),
                _ => None,
            })
            .collect::<Option<Vec<_>>>()
            .map(|all| all.into_iter().flatten().collect()),
        Kind::Text(_) => Some(value.as_string().into_iter().collect()),
        Kind::Unknown(_) | Kind::Null => Some(Vec::new()),
        _ => None,
    }
}

/// A statement with all its attributes and blocks, those that it does not have as null and empty, and with a resource where the
/// module knows its own.
fn normal(statement: &Value, map: &Map) -> Value {
    let at = statement.place;
    let given = |name: &str| map.get(name).filter(|value| !value.is_null());
    let has = |name| given(name).is_some();
    let is_trust = has("principals")
        && (map.get("actions").and_then(strings))
            .is_some_and(|actions| actions.iter().all(|action| action.starts_with("sts:")));
    let is_of_module = !(has("resources") || has("not_resources") || is_trust);
    let mut members = Vec::new();
    for name in ATTRIBUTES.into_iter().chain(BLOCKS) {
        let other = if name == "condition" {
            CONDITIONS
        } else {
            name
        };
        let value = match given(name).or_else(|| given(other)) {
            Some(value) => value.clone(),
            // What is not known may have it.
            None if map.more.is_some() => continue,
            None if name == "resources" && is_of_module => {
                let says = Unknown::new("resource_of_the_module");
                Value::new(Kind::Unknown(says), at)
            }
            None if BLOCKS.contains(&name) => Value::tuple(Vec::new(), at),
            None => Value::new(Kind::Null, at),
        };
        members.push((Key::new(name, at), value));
    }
    Value {
        kind: Kind::of_object(members, map.more.clone()),
        ..statement.clone()
    }
}

/// The document that modules make of a list of statements.
fn made(env: &Env<'_>, statements: Value) -> Option<Value> {
    let file = env.world.add_file(MADE.to_string());
    let blocks = Blocks::parse(MADE, file).ok()?;
    let block: &Block = blocks.blocks.first()?;
    let env = Env { file, ..*env };
    let names = [("statements".to_string(), statements)];
    Some(env.with(&names, |env| document::of(env, block, false)))
}
