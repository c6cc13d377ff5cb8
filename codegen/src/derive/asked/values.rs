//! Values of options: JSON and the shorthand of the AWS CLI.
//!
//! See <https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-shorthand.html>.

use std::sync::Arc;

use super::shell::Word;
use crate::derive::spelling::snake;
use crate::derive::value::{Built, Piece, Value};
use crate::export::json;

/// The first character that represents something filled in; the private use plane 16.
const FIRST: u32 = 0x10_0000;
/// Nobody nests values this deep.
const DEPTH: usize = 32;

/// A structure with the names of its members as they are written.
pub(super) type Members = Vec<(String, Value)>;

/// A value of an option.
#[derive(Debug, PartialEq)]
pub(super) enum Given {
    /// Text, whatever it looks like.
    Text(Value),
    Structure(Members),
    List(Vec<Value>),
    /// The content of a file, which is not read.
    File(String),
    /// Text that begins as JSON does and is not JSON.
    Unread,
}

impl Given {
    /// The value in the form that a chain of setters has.
    pub(super) fn value(self, name: &str) -> Value {
        match self {
            Self::Text(value) => value,
            Self::Structure(members) => built(name, members),
            Self::List(values) => list(values),
            Self::File(_) | Self::Unread => Value::Unknown,
        }
    }
}

fn list(values: Vec<Value>) -> Value {
    match values.is_empty() {
        true => Value::nothing(),
        false => Value::any(values),
    }
}

/// A data type with these members.
pub(super) fn built(name: &str, members: Members) -> Value {
    Value::Built(Arc::new(Built {
        name: name.into(),
        fields: (members.into_iter())
            .map(|(name, value)| (snake(&name).into(), value))
            .collect(),
    }))
}

/// Reads a word.
pub(super) fn read(word: &Word, is_text: bool) -> Given {
    let (text, filled) = flat(word);
    let whole = |text: &str| restored(text, &filled);
    if let Some(file) = ["file://", "fileb://"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme))
    {
        return Given::File(file.to_owned());
    }
    if text.trim_start().starts_with(['{', '[']) {
        return match json::parse(&text) {
            Ok(value) => of_json(&value, &filled, 0),
            Err(_) => Given::Unread,
        };
    }
    if !is_text && let Some(members) = shorthand(&text, &filled) {
        return Given::Structure(members);
    }
    Given::Text(whole(&text))
}

/// The members of a JSON object.
pub(super) fn object(word: &Word) -> Option<Members> {
    let (text, filled) = flat(word);
    match of_json(&json::parse(&text).ok()?, &filled, 0) {
        Given::Structure(members) => Some(members),
        Given::Text(_) | Given::List(_) | Given::File(_) | Given::Unread => None,
    }
}

/// The text of a word, with a private character for what is filled in.
fn flat(word: &Word) -> (String, Vec<Value>) {
    let mut text = String::new();
    let mut filled = Vec::new();
    for piece in word {
        match piece {
            Piece::Text(piece) => text.push_str(piece),
            Piece::Value(value) => {
                let number = u32::try_from(filled.len()).unwrap_or_default();
                text.extend(char::from_u32(FIRST + number));
                filled.push(value.clone());
            }
        }
    }
    (text, filled)
}

/// The text as a value, with what is filled in.
fn restored(text: &str, filled: &[Value]) -> Value {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    for c in text.chars() {
        let number = u32::from(c).checked_sub(FIRST);
        let value = number
            .and_then(|number| usize::try_from(number).ok())
            .and_then(|number| filled.get(number));
        match value {
            Some(value) => {
                if !plain.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut plain).into()));
                }
                pieces.push(Piece::Value(value.clone()));
            }
            None => plain.push(c),
        }
    }
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain.into()));
    }
    Value::of_pieces(pieces)
}

fn of_json(value: &json::Value, filled: &[Value], depth: usize) -> Given {
    if depth > DEPTH {
        return Given::Text(Value::Unknown);
    }
    match value {
        json::Value::Object(members) => Given::Structure(
            (members.iter())
                .map(|(name, value)| {
                    let inner = of_json(value, filled, depth + 1).value(name);
                    (name.clone(), inner)
                })
                .collect(),
        ),
        json::Value::Array(items) => Given::List(
            (items.iter())
                .map(|item| of_json(item, filled, depth + 1).value(""))
                .collect(),
        ),
        json::Value::String(text) => Given::Text(restored(text, filled)),
        // A number or Boolean, which names no resource.
        json::Value::Other => Given::Text(Value::text("1")),
    }
}

/// `Key=value,Key={Key=value},Key=[a,b]`
fn shorthand(text: &str, filled: &[Value]) -> Option<Members> {
    let mut reader = Shorthand {
        rest: text,
        filled,
        depth: 0,
    };
    let members = reader.members(None)?;
    (reader.rest.is_empty() && !members.is_empty()).then_some(members)
}

struct Shorthand<'t> {
    rest: &'t str,
    filled: &'t [Value],
    depth: usize,
}

impl Shorthand<'_> {
    fn eat(&mut self, c: char) -> bool {
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn key(&mut self) -> Option<String> {
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_alphanumeric() && !"-_.:/".contains(c))?;
        let (key, rest) = self.rest.split_at_checked(end)?;
        let rest = rest.strip_prefix('=')?;
        if key.is_empty() {
            return None;
        }
        self.rest = rest;
        Some(key.to_owned())
    }

    fn members(&mut self, end: Option<char>) -> Option<Members> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let mut members: Vec<(String, Vec<Value>)> = Vec::new();
        loop {
            if end.is_some_and(|end| self.eat(end)) || (end.is_none() && self.rest.is_empty()) {
                break;
            }
            self.rest = self.rest.trim_start();
            match self.key() {
                Some(key) => {
                    let value = self.value(&key)?;
                    members.push((key, vec![value]));
                }
                // Another value of the last key: `Values=a,b`.
                None => {
                    let (key, values) = members.last_mut()?;
                    let key = key.clone();
                    values.push(self.value(&key)?);
                }
            }
            if !self.eat(',') {
                let ends = match end {
                    Some(end) => self.eat(end),
                    None => self.rest.is_empty(),
                };
                if !ends {
                    return None;
                }
                break;
            }
        }
        self.depth -= 1;
        Some(
            (members.into_iter())
                .map(|(key, values)| (key, list(values)))
                .collect(),
        )
    }

    fn value(&mut self, key: &str) -> Option<Value> {
        if self.eat('{') {
            return Some(built(key, self.members(Some('}'))?));
        }
        if self.eat('[') {
            let mut values = Vec::new();
            while !self.eat(']') {
                values.push(self.value(key)?);
                if !self.eat(',') {
                    return self.eat(']').then(|| list(values));
                }
            }
            return Some(list(values));
        }
        for quote in ['"', '\''] {
            if self.eat(quote) {
                let (text, rest) = self.rest.split_once(quote)?;
                self.rest = rest;
                return Some(restored(text, self.filled));
            }
        }
        let end = (self.rest.find([',', '}', ']'])).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        Some(restored(text, self.filled))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derive::asked::shell;

    fn one(text: &str, is_text: bool) -> Given {
        let commands = shell::commands(text);
        read(&commands[0][0], is_text)
    }

    #[test]
    fn names_of_setters() {
        for (name, expected) in [
            ("S3Object", "s3_object"),
            ("SNSTopicArn", "sns_topic_arn"),
            ("KMSKeyId", "kms_key_id"),
            ("CollectionId", "collection_id"),
            ("ARNs", "arns"),
            ("logGroupName", "log_group_name"),
            ("collection-id", "collection_id"),
        ] {
            assert_eq!(snake(name), expected, "{name}");
        }
    }

    #[test]
    fn json_and_shorthand_say_the_same() {
        let object = one(r#"'{"S3Object":{"Bucket":"b","Name":"k"}}'"#, false);
        assert_eq!(object, one("S3Object={Bucket=b,Name=k}", false));
        let Given::Structure(members) = object else {
            panic!("no structure")
        };
        assert_eq!(members[0].0, "S3Object");
        assert_eq!(members[0].1.field("bucket"), [&Value::text("b")]);
        let with = one("S3Object={Bucket=$IN,Name=\"a $X\"}", false);
        let Given::Structure(members) = with else {
            panic!("no structure")
        };
        assert_eq!(members[0].1.field("bucket"), [&Value::named("IN")]);
    }

    #[test]
    fn what_is_text() {
        for (text, is_text) in [
            ("a=b", true),
            ("plain", false),
            ("'SELECT a=1'", false),
            ("a=", true),
        ] {
            assert!(matches!(one(text, is_text), Given::Text(_)), "{text}");
        }
        assert!(matches!(one("fileb://a.jpg", false), Given::File(_)));
        assert!(matches!(one("Key=a,Value=b", false), Given::Structure(_)));
        assert!(matches!(one("'[\"a\",\"b\"]'", false), Given::List(_)));
        // Not closed, so it is none.
        assert!(matches!(one("A={B=c", false), Given::Text(_)));
    }
}
