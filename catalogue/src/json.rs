//! Reading JSON with errors that name the file and the place in it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::Error;

/// What the reader tolerated; each thing is reported once, however often it occurs.
pub(super) type Notes = BTreeSet<String>;

/// The members that describe a file.
const ABOUT: [&str; 4] = ["botocore", "date", "evidence", "source"];

/// A JSON file in memory.
pub(super) struct Document {
    file: PathBuf,
    value: Value,
}

impl Document {
    pub(super) fn read(file: &Path) -> Result<Self, Error> {
        let bytes = fs::read(file)
            .map_err(|error| Error::new(file, "", format!("cannot be read: {error}")))?;
        Self::parse(file, &bytes)
    }

    /// What is in a file of this name.
    pub(super) fn parse(file: &Path, bytes: &[u8]) -> Result<Self, Error> {
        let value = serde_json::from_slice(bytes).map_err(|error| {
            // serde_json ends its message with the line and column, which are before the message here.
            let place = format!("{}:{}", error.line(), error.column());
            let text = error.to_string();
            let text = text.split(" at line ").next().unwrap_or_default();
            Error::new(file, place, format!("not valid JSON: {text}"))
        })?;
        Ok(Self {
            file: file.to_owned(),
            value,
        })
    }

    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    pub(super) fn root(&self) -> Node<'_> {
        Node {
            file: &self.file,
            value: &self.value,
            place: String::new(),
        }
    }
}

/// A value of a [`Document`] and the way to it.
#[derive(Clone)]
pub(super) struct Node<'a> {
    file: &'a Path,
    value: &'a Value,
    place: String,
}

impl<'a> Node<'a> {
    pub(super) fn error(&self, message: impl Into<String>) -> Error {
        Error::new(self.file, self.place.clone(), message)
    }

    fn expected(&self, what: &str) -> Error {
        let found = match self.value {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        self.error(format!("expected {what}, found {found}"))
    }

    fn object(&self) -> Result<&'a Map<String, Value>, Error> {
        self.value
            .as_object()
            .ok_or_else(|| self.expected("an object"))
    }

    /// The value as JSON in one line.
    pub(super) fn written(&self) -> String {
        self.value.to_string()
    }

    fn child(&self, name: &str, value: &'a Value) -> Self {
        let dot = if self.place.is_empty() { "" } else { "." };
        Self {
            file: self.file,
            value,
            place: format!("{}{dot}{name}", self.place),
        }
    }

    /// A field that must be there.
    pub(super) fn field(&self, name: &str) -> Result<Self, Error> {
        self.optional(name)?
            .ok_or_else(|| self.error(format!("missing field `{name}`")))
    }

    /// A field that may be absent.
    pub(super) fn optional(&self, name: &str) -> Result<Option<Self>, Error> {
        Ok(self
            .object()?
            .get(name)
            .map(|value| self.child(name, value)))
    }

    /// The elements of a list that may be absent: the service reference leaves empty lists out.
    pub(super) fn list(&self, name: &str) -> Result<Vec<Self>, Error> {
        match self.optional(name)? {
            Some(list) => list.items(),
            None => Ok(Vec::new()),
        }
    }

    /// The elements of a list.
    pub(super) fn items(&self) -> Result<Vec<Self>, Error> {
        let items = self
            .value
            .as_array()
            .ok_or_else(|| self.expected("a list"))?;
        Ok(items
            .iter()
            .enumerate()
            .map(|(index, value)| Self {
                file: self.file,
                value,
                place: format!("{}[{index}]", self.place),
            })
            .collect())
    }

    /// The texts of a list that may be absent.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<String>, Error> {
        self.list(name)?
            .iter()
            .map(|item| item.text().map(str::to_owned))
            .collect()
    }

    /// The fields of an object that serves as a map.
    pub(super) fn entries(&self) -> Result<Vec<(&'a str, Self)>, Error> {
        Ok(self
            .object()?
            .iter()
            .map(|(name, value)| (name.as_str(), self.child(name, value)))
            .collect())
    }

    /// The members of a file, without those that describe the file.
    pub(super) fn sections(&self) -> Result<Vec<(&'a str, Self)>, Error> {
        let mut entries = self.entries()?;
        entries.retain(|(name, _)| !ABOUT.contains(name));
        Ok(entries)
    }

    /// Text that is not empty.
    pub(super) fn text(&self) -> Result<&'a str, Error> {
        match self.value.as_str() {
            Some("") => Err(self.error("expected text, found empty text")),
            Some(text) => Ok(text),
            None => Err(self.expected("text")),
        }
    }

    pub(super) fn flag(&self) -> Result<bool, Error> {
        self.value
            .as_bool()
            .ok_or_else(|| self.expected("true or false"))
    }

    /// A flag that is false when absent.
    pub(super) fn flag_or_false(&self, name: &str) -> Result<bool, Error> {
        self.optional(name)?.map_or(Ok(false), |flag| flag.flag())
    }

    pub(super) fn number(&self) -> Result<u16, Error> {
        self.value
            .as_u64()
            .and_then(|number| u16::try_from(number).ok())
            .ok_or_else(|| self.expected("a whole number below 65536"))
    }

    /// Notes the fields that this reader does not know.
    ///
    /// AWS has added fields with each version of its format, so an unknown one is reported and not refused.
    pub(super) fn note_unknown(&self, known: &[&str], notes: &mut Notes) -> Result<(), Error> {
        for name in self.object()?.keys() {
            if !known.contains(&name.as_str()) {
                let place = self.child(name, &Value::Null).place;
                notes.insert(format!(
                    "{}: unknown field `{}`, ignored",
                    self.file.display(),
                    without_indices(&place)
                ));
            }
        }
        Ok(())
    }
}

/// `Actions[3].New` becomes `Actions[].New`, so that one note represents all elements.
fn without_indices(place: &str) -> String {
    let mut inside = false;
    place
        .chars()
        .filter(|&c| {
            inside = (inside || c == '[') && c != ']';
            !(inside && c.is_ascii_digit())
        })
        .collect()
}
