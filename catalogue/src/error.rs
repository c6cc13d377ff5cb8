//! Errors, with the file and the place in it.

use std::fmt;
use std::path::{Path, PathBuf};

/// Why the catalogue could not be generated: which file, where in it, and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    file: PathBuf,
    place: String,
    message: String,
}

impl Error {
    /// `place` is a path inside the file (`Actions[3].Name`), a line and column (`12:7`), or empty.
    pub(super) fn new(file: &Path, place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            place: place.into(),
            message: message.into(),
        }
    }

    /// The file or directory that the error is about.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Where in the file: a path such as `Actions[3].Name`, a line and column, or nothing.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What is wrong.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.file.display())?;
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
