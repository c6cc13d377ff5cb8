//! `jsonencode` and `jsondecode`.

use rekognition_iam_runtime::json::Limits;

use super::value::{Key, Kind, Members, Place, Text, Unknown, Value, parsed_number};
use crate::input::tree::{self, Id, Tree};

/// The value of a text that is JSON. Nothing when it is not, or not known to its end.
pub(super) fn decoded(value: &Value, place: Place) -> Option<Value> {
    if let Kind::Json(json) = &value.kind {
        return Some(json.value.clone());
    }
    let text = value.as_string()?;
    let tree = tree::parse_json(&text, &Limits::default()).ok()?;
    let root = *tree.roots.first()?;
    Some(of_tree(&tree, root, place))
}

fn of_tree(tree: &Tree<'_>, id: Id, place: Place) -> Value {
    let kind = match &tree.node(id).value {
        tree::Value::Text(text, _) => Kind::Text(Text::known(text.as_ref(), place, false)),
        tree::Value::Literal("true") => Kind::Bool(true),
        tree::Value::Literal("false") => Kind::Bool(false),
        tree::Value::Literal(text) => match parsed_number(text) {
            Some(number) => Kind::Number(number),
            None => Kind::Unknown(Unknown::new(*text)),
        },
        tree::Value::Null => Kind::Null,
        tree::Value::List(items) => {
            let items = items.iter().map(|&id| of_tree(tree, id, place)).collect();
            return Value::tuple(items, place);
        }
        tree::Value::Map(members) => {
            let mut out = Members::default();
            for &(name, value) in members {
                let name = tree.text(name).unwrap_or_default();
                out.insert(Key::new(name, place), of_tree(tree, value, place));
            }
            out.into_kind(None)
        }
    };
    Value::new(kind, place)
}
