//! The instances of a block with `count` or `for_each`.

use std::collections::BTreeMap;

use super::value::{Key, Kind, Value};

/// An instance of a block with `count` or `for_each`.
pub(super) struct Instance {
    pub(super) index: Index,
    /// `each` or `count`
    pub(super) names: Vec<(String, Value)>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Index {
    /// The block has only one.
    Only,
    Number(usize),
    Key(String),
    /// Any of those that only a plan has.
    Any,
}

impl Index {
    /// How references write it. Nothing for a block that has only one instance, or any.
    pub(super) fn shown(&self) -> Option<String> {
        match self {
            Self::Only | Self::Any => None,
            Self::Number(number) => Some(format!("[{number}]")),
            Self::Key(key) => Some(format!("[{}]", crate::json_text::quoted(key))),
        }
    }

    /// The same for one of those that only a plan has.
    pub(super) fn named(&self) -> String {
        match self {
            Self::Any => "[0]".to_string(),
            _ => self.shown().unwrap_or_default(),
        }
    }
}

/// The keys and values that `for_each` has, in its order. Nothing when they are not known.
pub(super) fn entries(value: &Value) -> Option<Vec<(String, Value)>> {
    let mut out = BTreeMap::new();
    match &value.kind {
        Kind::Map(map) if map.is_closed() => {
            for (key, value) in &map.members {
                out.insert(key.text.all_known()?, value.clone());
            }
        }
        Kind::List(list) if list.more.is_none() => {
            for item in &list.items {
                out.insert(item.as_string()?, item.clone());
            }
        }
        _ => return None,
    }
    Some(out.into_iter().collect())
}

/// The name of an instance that is like all those that only a plan has.
pub(super) const ANY: &str = "any";

/// What an index that is not known leads to in the instances of a block.
pub(super) fn any_instance(members: &[(Key, Value)]) -> Option<&Value> {
    match members {
        [(key, value)] if key.text.is(ANY) => Some(value),
        _ => None,
    }
}
