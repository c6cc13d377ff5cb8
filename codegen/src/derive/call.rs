//! The SDK calls in a program, and the code that could not be followed.

use std::fmt;

use super::sdk::Op;
use super::value::Value;

/// How the program calls an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Method,
    Paginator,
    Waiter,
    /// `Client::list_faces` where a function is expected.
    Function,
}

/// A call of an operation of AWS.
#[derive(Debug, Clone)]
pub struct SdkCall {
    pub(super) op: Op,
    pub(super) how: How,
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) column: usize,
    /// The line that the statement around it begins in.
    pub(super) statement: usize,
    pub(super) fields: Vec<(String, Value)>,
    pub(super) open: bool,
}

impl SdkCall {
    /// The service's prefix in actions: `rekognition`.
    #[must_use]
    pub fn service(&self) -> &'static str {
        self.op.service.prefix
    }

    /// The operation: `IndexFaces`.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.op.operation.name
    }

    /// The method of the client: `index_faces`.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.op.method
    }

    /// Whether it is a waiter that calls the operation.
    #[must_use]
    pub fn is_waiter(&self) -> bool {
        self.how == How::Waiter
    }

    /// Whether the operation is called page by page.
    #[must_use]
    pub fn is_paginator(&self) -> bool {
        self.how == How::Paginator
    }

    /// The file, relative to the package, with forward slashes.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line of the method's name, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column of the method's name in characters, from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }

    /// What the request's setters were given under this name.
    pub(super) fn given<'c>(&'c self, name: &'c str) -> impl Iterator<Item = &'c Value> {
        (self.fields.iter())
            .filter(move |(field, _)| field == name)
            .map(|(_, value)| value)
    }

    /// Whether a setter of this name was called.
    pub(super) fn sets(&self, name: &str) -> bool {
        self.fields.iter().any(|(field, _)| field == name)
    }

    /// Whether each request has what a setter of this name sets.
    pub(super) fn always_sets(&self, name: &str) -> bool {
        self.sets(name) && !self.open && !self.sets(&format!("{name}?"))
    }
}

impl fmt::Display for SdkCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.op.method)
    }
}

/// Something that may call AWS and could not be followed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unfollowed {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) text: String,
}

impl Unfollowed {
    /// The file, relative to the package, with forward slashes.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column in characters, from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }

    /// What was seen.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Unfollowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Of a call that is not in a file.
        if self.line == 0 {
            return f.write_str(&self.text);
        }
        write!(
            f,
            "{}:{}:{}: {}",
            self.file, self.line, self.column, self.text
        )
    }
}
