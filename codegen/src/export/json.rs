//! As much JSON as the list of exports needs.
//!
//! Not `serde_json`: every user's build script would pay for it, twice as much as for all the rest of the exporter.

/// A JSON value. Numbers and Booleans are read over: the list of exports is asked for none.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Object(Vec<(String, Value)>),
    Array(Vec<Value>),
    String(String),
    Other,
}

impl Value {
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Self::Object(members) => members
                .iter()
                .find(|(member, _)| member == name)
                .map(|(_, value)| value),
            Self::Array(_) | Self::String(_) | Self::Other => None,
        }
    }

    /// The members of an object in their order; of anything else none.
    #[cfg(feature = "derive")]
    pub(crate) fn members(&self) -> &[(String, Value)] {
        match self {
            Self::Object(members) => members,
            Self::Array(_) | Self::String(_) | Self::Other => &[],
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            Self::Object(_) | Self::Array(_) | Self::Other => None,
        }
    }

    pub(crate) fn as_array(&self) -> Option<&[Value]> {
        match self {
            Self::Array(items) => Some(items),
            Self::Object(_) | Self::String(_) | Self::Other => None,
        }
    }
}

/// Where the text is no JSON, as a byte offset, and what was expected there.
#[derive(Debug)]
pub(crate) struct Malformed {
    pub(crate) offset: usize,
    pub(crate) expected: &'static str,
}

/// Reads a whole text.
pub(crate) fn parse(text: &str) -> Result<Value, Malformed> {
    let mut reader = Reader {
        text,
        at: 0,
        depth: 0,
    };
    let value = reader.value()?;
    reader.space();
    if reader.at < text.len() {
        return Err(reader.expected("the end of the file"));
    }
    Ok(value)
}

/// Deeper than any list of exports, and far from the end of the stack.
const DEPTH: usize = 64;

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn expected(&self, expected: &'static str) -> Malformed {
        Malformed {
            offset: self.at,
            expected,
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
    }

    /// Steps over white space and this character, when it comes next.
    fn take(&mut self, c: char) -> bool {
        self.space();
        let found = self.rest().starts_with(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    fn value(&mut self) -> Result<Value, Malformed> {
        self.space();
        match self.rest().chars().next() {
            Some('{' | '[') if self.depth == DEPTH => Err(self.expected("less nesting")),
            Some('{') => {
                let mut members = Vec::new();
                self.list('}', "`,` or `}`", |reader| {
                    reader.space();
                    let name = reader.string()?;
                    if !reader.take(':') {
                        return Err(reader.expected("`:`"));
                    }
                    members.push((name, reader.value()?));
                    Ok(())
                })?;
                Ok(Value::Object(members))
            }
            Some('[') => {
                let mut items = Vec::new();
                self.list(']', "`,` or `]`", |reader| {
                    items.push(reader.value()?);
                    Ok(())
                })?;
                Ok(Value::Array(items))
            }
            Some('"') => Ok(Value::String(self.string()?)),
            _ => {
                let rest = self.rest();
                let end = rest
                    .find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)))
                    .unwrap_or(rest.len());
                let word = rest.get(..end).unwrap_or_default();
                let known = matches!(word, "true" | "false" | "null")
                    || word.starts_with(|c: char| c == '-' || c.is_ascii_digit())
                        && word.parse::<f64>().is_ok();
                if !known {
                    return Err(self.expected("a value"));
                }
                self.at += end;
                Ok(Value::Other)
            }
        }
    }

    fn list(
        &mut self,
        close: char,
        or: &'static str,
        mut item: impl FnMut(&mut Self) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        self.at += 1;
        self.depth += 1;
        if !self.take(close) {
            loop {
                item(self)?;
                if self.take(close) {
                    break;
                }
                if !self.take(',') {
                    return Err(self.expected(or));
                }
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn string(&mut self) -> Result<String, Malformed> {
        if !self.rest().starts_with('"') {
            return Err(self.expected("a string"));
        }
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = self.rest();
            let end = rest
                .find(|c: char| c == '"' || c == '\\' || c < ' ')
                .unwrap_or(rest.len());
            out.push_str(rest.get(..end).unwrap_or_default());
            let mut chars = rest.get(end..).unwrap_or_default().chars();
            self.at += end;
            match chars.next() {
                Some('"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some('\\') => {
                    let (c, length) = match chars.next() {
                        Some('n') => ('\n', 2),
                        Some('r') => ('\r', 2),
                        Some('t') => ('\t', 2),
                        Some('b') => ('\u{8}', 2),
                        Some('f') => ('\u{c}', 2),
                        Some(c @ ('"' | '\\' | '/')) => (c, 2),
                        Some('u') => {
                            let digits = chars.as_str().get(..4).unwrap_or_default();
                            let code = u32::from_str_radix(digits, 16).ok();
                            // Half of a surrogate pair represents a character that no name of ours has.
                            let c = code.map(|code| char::from_u32(code).unwrap_or('\u{fffd}'));
                            (
                                c.ok_or_else(|| self.expected("four hexadecimal digits"))?,
                                6,
                            )
                        }
                        _ => return Err(self.expected("a JSON escape")),
                    };
                    out.push(c);
                    self.at += length;
                }
                _ => return Err(self.expected("the end of the string")),
            }
        }
    }
}

/// The text as a JSON string, as the runtime's writer escapes it.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_quotes() {
        for text in ["", "a", "\"\\\n\r\t\u{1}", "ä – 😀", "C:\\x"] {
            assert_eq!(parse(&quoted(text)).unwrap(), Value::String(text.into()));
        }
    }

    #[test]
    fn reads_all_of_json() {
        let value =
            parse(r#" {"a": [1, -2.5e3, true, null, "\u00e4\/"], "b": {}, "c": []} "#).unwrap();
        let list = value.get("a").and_then(Value::as_array).unwrap();
        assert_eq!(list.last().and_then(Value::as_str), Some("ä/"));
        assert_eq!(value.get("b"), Some(&Value::Object(Vec::new())));
        assert_eq!(value.get("c"), Some(&Value::Array(Vec::new())));
    }

    #[test]
    fn says_where_it_is_no_json() {
        for (text, offset) in [
            ("", 0),
            ("{", 1),
            ("[1,]", 3),
            ("[1 2]", 3),
            ("{\"a\" 1}", 5),
            ("{a: 1}", 1),
            ("\"a", 2),
            ("\"\\x\"", 1),
            ("\"\\u12", 1),
            ("nul", 0),
            ("<<<<<<< ours", 0),
            ("1 1", 2),
            (&"[".repeat(100_000), DEPTH),
        ] {
            assert_eq!(parse(text).unwrap_err().offset, offset, "{text:.20}");
        }
    }
}
