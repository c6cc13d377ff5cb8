//! JSON text, written piece by piece.

use std::fmt::Write as _;

use rekognition_iam_runtime::catalogue;

use crate::plain::is_hidden;

/// A JSON string with its quotes.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_string(&mut out, text);
    out
}

/// Writes text that is JSON, the same but for characters that act on a terminal. These are in strings, where an escape is
/// the same character.
pub(crate) fn write_json(out: &mut String, json: &str) {
    for c in json.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            c if is_hidden(c) => out.push_str(&format!("\\u{:04x}", c as u32)),
            _ => out.push(c),
        }
    }
}

/// Writes a JSON string with its quotes. More is escaped than JSON asks for: the text may end up on a terminal.
pub(crate) fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // All of these are of the first plane, and so one escape each.
            c if is_hidden(c) => out.push_str(&format!("\\u{:04x}", c as u32)),
            _ => out.push(c),
        }
    }
    out.push('"');
}

pub(crate) fn write_number(out: &mut String, number: usize) {
    // Writing to a string does not fail.
    let _ = write!(out, "{number}");
}

/// The member of a report that says how old the AWS data is.
pub(crate) fn catalogue() -> String {
    format!("\"catalogue\":{}", quoted(catalogue::as_of()))
}

/// A string, or `null`.
pub(crate) fn write_optional(out: &mut String, text: Option<&str>) {
    match text {
        Some(text) => write_string(out, text),
        None => out.push_str("null"),
    }
}
