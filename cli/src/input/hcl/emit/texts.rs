//! Values as the texts of a tree.

use crate::input::hcl::value::{Kind, Part, Text, Unknown, Value};
use crate::input::language::template_end;

/// Whether there may be a policy in a value.
pub(super) fn holds_policy(value: &Value) -> bool {
    match &value.kind {
        Kind::List(list) => list.items.iter().any(holds_policy),
        Kind::Map(map) => {
            (map.members.iter()).any(|(key, value)| key.text.is("Statement") || holds_policy(value))
        }
        Kind::Json(json) => json.document.is_none() && holds_policy(&json.value),
        Kind::Text(text) => (text.0.iter()).any(|part| match part {
            Part::Known { text, .. } => text.contains("\"Statement\""),
            Part::Open(_) => false,
        }),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Unknown(_) => false,
    }
}

/// A reference in a string.
pub(super) fn reference(says: &str) -> String {
    let text = format!("${{{says}}}");
    match template_end(&text) == text.len() {
        true => text,
        false => "${a value that is not known}".to_string(),
    }
}

/// Something that is no single value: no attribute has such a name, so that nothing is known of its form.
pub(super) fn others(more: &Unknown) -> String {
    reference(&format!("{}...", more.says))
}

/// The pieces of a text as a template of Terraform has them, each with the part that it is of.
pub(super) fn pieces(text: &Text) -> Vec<(String, Option<&Part>)> {
    let mut out: Vec<(String, Option<&Part>)> = Vec::new();
    for part in &text.0 {
        match part {
            Part::Known { text, .. } => {
                out.push((text.replace("${", "$${").replace("%{", "%%{"), Some(part)));
            }
            Part::Open(unknown) => {
                // A sign before it would make it an escape.
                if let Some((last, _)) = out.last_mut() {
                    last.truncate(last.trim_end_matches(['$', '%']).len());
                }
                out.push((reference(&unknown.says), Some(part)));
            }
        }
    }
    out
}

/// A text as a template of Terraform.
pub(super) fn escaped(text: &Text) -> String {
    pieces(text).into_iter().map(|(piece, _)| piece).collect()
}

/// The text of a value that references may need: one that is known, or the reference to a document.
pub(super) fn shown(value: &Value) -> Option<String> {
    match &value.kind {
        Kind::Json(json) => json
            .document
            .as_ref()
            .map(|document| format!("${{{document}.json}}")),
        Kind::Text(text) => Some(escaped(text)),
        Kind::Unknown(unknown) => Some(reference(&unknown.says)),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::List(_) | Kind::Map(_) => None,
    }
}
