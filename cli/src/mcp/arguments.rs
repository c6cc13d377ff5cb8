//! The arguments of a call, each of which must be used.

use std::path::PathBuf;

use rekognition_iam_codegen::confine;
use rmcp::model::JsonObject;
use serde_json::Value;

use crate::input::files::reason;

/// The members of an object.
#[derive(Debug)]
pub(super) struct Arguments(JsonObject);

impl Arguments {
    pub(super) const fn new(members: JsonObject) -> Self {
        Self(members)
    }

    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }

    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, String> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("`{name}` must be a string")),
        }
    }

    pub(super) fn needed(&mut self, name: &str) -> Result<String, String> {
        self.text(name)?
            .ok_or_else(|| format!("`{name}` is missing"))
    }

    pub(super) fn texts(&mut self, name: &str) -> Result<Vec<String>, String> {
        let wrong = || format!("`{name}` must be a list of strings");
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => (items.into_iter())
                .map(|item| match item {
                    Value::String(text) => Ok(text),
                    _ => Err(wrong()),
                })
                .collect(),
            Some(_) => Err(wrong()),
        }
    }

    pub(super) fn number(&mut self, name: &str) -> Result<Option<usize>, String> {
        match self.take(name) {
            None => Ok(None),
            Some(value) => match value
                .as_u64()
                .and_then(|number| usize::try_from(number).ok())
            {
                Some(number) => Ok(Some(number)),
                None => Err(format!("`{name}` must be a whole number")),
            },
        }
    }

    pub(super) fn flag(&mut self, name: &str) -> Result<bool, String> {
        match self.take(name) {
            None => Ok(false),
            Some(Value::Bool(value)) => Ok(value),
            Some(_) => Err(format!("`{name}` must be true or false")),
        }
    }

    /// What is left, for a tool whose question is the object itself.
    pub(super) fn rest(&mut self) -> JsonObject {
        std::mem::take(&mut self.0)
    }

    /// Refuses arguments that the tool does not have: one that is misspelled would be without effect.
    pub(super) fn finish(&self) -> Result<(), String> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => Err(format!("there is no argument `{name}`")),
        }
    }
}

/// The path of a file or directory in the directories of the server. A relative one is in the first of them that has it.
pub(super) fn path(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() || text.contains('\0') {
        return Err(format!("{text:?} is not a path"));
    }
    let mut first = None;
    for directory in confine::directories().unwrap_or_default() {
        match confine::allowed(&directory.join(text)) {
            Ok(path) => return Ok(shortened(path)),
            Err(error) => {
                first.get_or_insert(error);
            }
        }
    }
    let why = first.map_or_else(
        || "the server has no directories".to_string(),
        |error| reason(&error),
    );
    Err(format!("{}: {why}", crate::plain::plain(text)))
}

/// A path as people would write it: without the directory that it is relative to.
fn shortened(path: PathBuf) -> PathBuf {
    let here = std::env::current_dir().ok();
    match here.and_then(|here| Some(path.strip_prefix(here).ok()?.to_path_buf())) {
        Some(rest) if rest.as_os_str().is_empty() => PathBuf::from("."),
        Some(rest) => rest,
        None => path,
    }
}
