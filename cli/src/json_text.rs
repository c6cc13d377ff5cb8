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
            c if is_hidden(c) => write_escape(out, c),
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
            c if is_hidden(c) => write_escape(out, c),
            _ => out.push(c),
        }
    }
    out.push('"');
}

/// Writes a character of a string as JSON escapes it: in UTF-16, where one beyond the first plane is a pair.
fn write_escape(out: &mut String, c: char) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        // Writing to a string does not fail.
        let _ = write!(out, "\\u{unit:04x}");
    }
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

#[cfg(test)]
mod tests {
    use super::{quoted, write_json};

    #[test]
    fn an_escape_is_the_same_character() {
        for text in [
            "a\u{202e}b",
            "\u{e0041}x",
            "\u{1d173}1",
            "\u{1b}",
            "\u{1f600}",
        ] {
            let string = quoted(text);
            assert_eq!(
                serde_json::from_str::<String>(&string).ok().as_deref(),
                Some(text)
            );
            let mut json = String::new();
            write_json(&mut json, &format!("\"{text}\""));
            assert_eq!(
                serde_json::from_str::<String>(&json).ok().as_deref(),
                Some(text)
            );
        }
        assert_eq!(quoted("\u{e0041}"), r#""\udb40\udc41""#);
    }
}
