//! `jsonencode` and `jsondecode`.

use rekognition_iam_runtime::json::Limits;

use super::value::{
    Key, Kind, Map, Members, Part, Place, Text, Unknown, Value, number, parsed_number,
};
use crate::input::tree::{self, Id, Tree};
use crate::json_text::quoted;

/// The text of a value as JSON. A value that is not known stands where its JSON will.
pub(super) fn text(value: &Value) -> Text {
    let mut out = Writer {
        text: Text::default(),
    };
    out.value(value);
    out.text
}

struct Writer {
    text: Text,
}

impl Writer {
    fn put(&mut self, text: &str, place: Place) {
        match self.text.0.last_mut() {
            Some(Part::Known {
                text: last,
                place: known,
                same: false,
            }) if *known == place => last.push_str(text),
            _ => self.text.push(text, place, false),
        }
    }

    fn open(&mut self, says: &str) {
        let says = format!("jsonencode({says})");
        self.text.0.push(Part::Open(Unknown::new(says)));
    }

    fn string(&mut self, text: &Text, place: Place) {
        self.put("\"", place);
        for part in &text.0 {
            match part {
                Part::Known { text, .. } => {
                    let quoted = quoted(text);
                    let inner = quoted.get(1..quoted.len() - 1).unwrap_or_default();
                    self.put(inner, place);
                }
                Part::Open(unknown) => self.text.0.push(Part::Open(unknown.clone())),
            }
        }
        self.put("\"", place);
    }

    fn value(&mut self, value: &Value) {
        let place = value.place;
        match &value.kind {
            Kind::Null => self.put("null", place),
            Kind::Bool(value) => self.put(if *value { "true" } else { "false" }, place),
            Kind::Number(value) => self.put(&number(*value), place),
            Kind::Text(text) => self.string(text, place),
            Kind::Json(json) => self.string(&self::text(&json.value), place),
            Kind::Unknown(unknown) => self.open(&unknown.says),
            Kind::List(list) => match &list.more {
                Some(more) => self.open(&more.says),
                None => {
                    self.put("[", place);
                    for (number, item) in list.items.iter().enumerate() {
                        if number > 0 {
                            self.put(",", place);
                        }
                        self.value(item);
                    }
                    self.put("]", place);
                }
            },
            Kind::Map(map) => match &map.more {
                Some(more) => self.open(&more.says),
                None => self.members(map, place),
            },
        }
    }

    fn members(&mut self, map: &Map, place: Place) {
        self.put("{", place);
        for (number, (key, value)) in map.members.iter().enumerate() {
            if number > 0 {
                self.put(",", place);
            }
            self.string(&key.text, place);
            self.put(":", place);
            self.value(value);
        }
        self.put("}", place);
    }
}

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
