//! Minified JSON of our own writing, handed to a `serde` serializer value by value.

use alloc::borrow::Cow;
use alloc::string::String;

use serde::ser::{Error, Serialize, SerializeMap, SerializeSeq, Serializer};

/// Serializes JSON as [`to_minified`](super::to_minified) writes it.
pub(crate) fn serialize<S: Serializer>(json: &str, serializer: S) -> Result<S::Ok, S::Error> {
    Node(json).serialize(serializer)
}

/// One value. The text is ours, so it is known to be JSON without white space.
struct Node<'j>(&'j str);

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_bytes().first() {
            Some(b'{') => {
                let mut map = serializer.serialize_map(None)?;
                for member in children(self.0) {
                    let split = value_end(member);
                    let (name, value) = member.split_at(split);
                    map.serialize_entry(
                        unescaped(name).as_ref(),
                        &Node(value.strip_prefix(':').unwrap_or(value)),
                    )?;
                }
                map.end()
            }
            Some(b'[') => {
                let mut list = serializer.serialize_seq(None)?;
                for item in children(self.0) {
                    list.serialize_element(&Node(item))?;
                }
                list.end()
            }
            Some(b'"') => serializer.serialize_str(&unescaped(self.0)),
            Some(b't') => serializer.serialize_bool(true),
            Some(b'f') => serializer.serialize_bool(false),
            _ => match (self.0.parse::<i64>(), self.0.parse::<f64>()) {
                (Ok(number), _) => serializer.serialize_i64(number),
                (_, Ok(number)) => serializer.serialize_f64(number),
                _ => Err(S::Error::custom("the policy has no JSON document")),
            },
        }
    }
}

/// The members of an object or the items of a list.
fn children(container: &str) -> impl Iterator<Item = &str> {
    let mut rest = container
        .get(1..container.len().saturating_sub(1))
        .unwrap_or_default();
    core::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut end = value_end(rest);
        if let Some(value) = rest.get(end..)?.strip_prefix(':') {
            end += 1 + value_end(value);
        }
        let (child, behind) = rest.split_at_checked(end)?;
        rest = behind.strip_prefix(',').unwrap_or_default();
        Some(child)
    })
}

/// Where the value at the beginning of the text ends.
fn value_end(text: &str) -> usize {
    let mut depth = 0_usize;
    let (mut in_string, mut escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        if in_string {
            if escaped {
                escaped = false;
            } else if byte == b'\\' {
                escaped = true;
            } else if byte == b'"' {
                in_string = false;
                if depth == 0 {
                    return at + 1;
                }
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            b',' | b':' if depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

fn unescaped(literal: &str) -> Cow<'_, str> {
    let inner = literal
        .get(1..literal.len().saturating_sub(1))
        .unwrap_or_default();
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('u') => {
                let code = chars.by_ref().take(4).fold(0, |code, digit| {
                    code * 16 + digit.to_digit(16).unwrap_or_default()
                });
                // The writer escapes control characters alone in this way.
                out.extend(char::from_u32(code));
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    Cow::Owned(out)
}
