//! The JSON writer.

use alloc::string::String;

use super::text::{pretty, push_escaped};
use crate::document::{Document, Element, List, PrincipalSet, Statement, Text, Value};

/// The document as JSON without white space, byte for byte the same for the same document.
#[must_use]
pub fn to_minified(document: &Document<'_>) -> String {
    let mut out = String::with_capacity(512);
    write_document(&mut out, document);
    out
}

/// The document as JSON with two spaces of indentation and a line end after it, as people read it.
#[must_use]
#[inline]
pub fn to_pretty(document: &Document<'_>) -> String {
    pretty(&to_minified(document))
}

/// Whether the text is a number as JSON writes one, from its first character to its last.
///
/// ```
/// use rekognition_iam_runtime::json::is_number;
///
/// assert!(is_number("3600") && is_number("-1.50e+3"));
/// assert!(!is_number("007") && !is_number(".5") && !is_number("1_000"));
/// ```
#[must_use]
pub fn is_number(text: &str) -> bool {
    fn digits(bytes: &[u8]) -> usize {
        let other = |byte: &u8| !byte.is_ascii_digit();
        bytes.iter().position(other).unwrap_or(bytes.len())
    }
    let unsigned = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let whole = digits(unsigned);
    if whole == 0 || (whole > 1 && unsigned.first() == Some(&b'0')) {
        return false;
    }
    let mut rest = unsigned.get(whole..).unwrap_or_default();
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = fraction.get(length..).unwrap_or_default();
    }
    match rest {
        [] => true,
        [b'e' | b'E', exponent @ ..] => {
            let exponent = match exponent {
                [b'+' | b'-', digits @ ..] => digits,
                digits => digits,
            };
            !exponent.is_empty() && digits(exponent) == exponent.len()
        }
        _ => false,
    }
}

fn write_document(out: &mut String, document: &Document<'_>) {
    out.push('{');
    if let Some(version) = &document.version {
        member(out, "Version");
        string(out, version);
        out.push(',');
    }
    if let Some(id) = &document.id {
        member(out, "Id");
        string(out, id);
        out.push(',');
    }
    member(out, "Statement");
    list(out, &document.statements, write_statement);
    out.push('}');
}

fn write_statement(out: &mut String, statement: &Statement<'_>) {
    out.push('{');
    if let Some(sid) = &statement.sid {
        member(out, "Sid");
        string(out, sid);
        out.push(',');
    }
    member(out, "Effect");
    out.push_str(match statement.effect {
        crate::document::Effect::Allow => "\"Allow\"",
        crate::document::Effect::Deny => "\"Deny\"",
    });
    if let Some(principals) = &statement.principals {
        out.push(',');
        member(
            out,
            if principals.not {
                "NotPrincipal"
            } else {
                "Principal"
            },
        );
        match &principals.set {
            PrincipalSet::Anyone => out.push_str("\"*\""),
            PrincipalSet::Listed(kinds) => {
                out.push('{');
                separated(out, kinds, |out, (kind, names)| {
                    member(out, kind.name());
                    list(out, names, |out, name: &Text<'_>| string(out, name));
                });
                out.push('}');
            }
        }
    }
    element(out, &statement.actions, "Action", "NotAction");
    if let Some(resources) = &statement.resources {
        element(out, resources, "Resource", "NotResource");
    }
    if !statement.conditions.is_empty() || statement.empty_condition {
        out.push(',');
        member(out, "Condition");
        out.push('{');
        separated(out, &statement.conditions, |out, block| {
            string(out, &block.operator);
            out.push_str(":{");
            separated(out, &block.keys, |out, (key, values)| {
                string(out, key);
                out.push(':');
                list(out, values, |out, value| match value {
                    Value::String(text) => string(out, text),
                    Value::Bool(true) => out.push_str("true"),
                    Value::Bool(false) => out.push_str("false"),
                    Value::Number(digits) => out.push_str(digits),
                });
            });
            out.push('}');
        });
        out.push('}');
    }
    out.push('}');
}

fn element(out: &mut String, element: &Element<'_>, name: &str, not: &str) {
    out.push(',');
    member(out, if element.not { not } else { name });
    list(out, &element.values, |out, text: &Text<'_>| {
        string(out, text)
    });
}

fn list<T>(out: &mut String, list: &List<T>, mut write: impl FnMut(&mut String, &T)) {
    if let ([item], true) = (list.items.as_slice(), list.bare) {
        write(out, item);
    } else {
        out.push('[');
        separated(out, &list.items, write);
        out.push(']');
    }
}

fn separated<T>(out: &mut String, items: &[T], mut write: impl FnMut(&mut String, &T)) {
    for (number, item) in items.iter().enumerate() {
        if number > 0 {
            out.push(',');
        }
        write(out, item);
    }
}

/// A member's name that needs no escape.
fn member(out: &mut String, name: &str) {
    out.push('"');
    out.push_str(name);
    out.push_str("\":");
}

pub(super) fn string(out: &mut String, text: &str) {
    out.push('"');
    push_escaped(out, text);
    out.push('"');
}
