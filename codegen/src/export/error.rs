//! Errors and warnings: which file, where in it, what is wrong, and what to do.

use std::fmt;
use std::path::Path;

use proc_macro2::LineColumn;

/// Why nothing was exported, or, of [`Export::check`](super::Export::check), what is out of date.
///
/// All problems of all policies at once. `Debug` prints what `Display` does, so that a build script whose `main`
/// returns this error is readable.
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    problems: Vec<Problem>,
    out_of_date: bool,
}

impl Error {
    pub(crate) fn new(problems: Vec<Problem>) -> Self {
        Self {
            problems,
            out_of_date: false,
        }
    }

    pub(super) fn out_of_date(problems: Vec<Problem>) -> Self {
        Self {
            problems,
            out_of_date: true,
        }
    }

    /// Everything that is wrong, in the order of files and lines.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether the sources are fine and only the exported files differ from them.
    #[must_use]
    pub fn is_out_of_date(&self) -> bool {
        self.out_of_date
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::new(vec![problem])
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.problems.iter().enumerate() {
            if number > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

/// Something that is wrong at a place of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    file: String,
    at: Option<(usize, usize)>,
    message: String,
    notes: Vec<String>,
    of_rustc: bool,
}

impl Problem {
    pub(crate) fn new(file: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            at: None,
            message: message.into(),
            notes: Vec::new(),
            of_rustc: false,
        }
    }

    /// Whether rustc reports the same when it compiles the file.
    pub(super) fn of_rustc(mut self, of_rustc: bool) -> Self {
        self.of_rustc = of_rustc;
        self
    }

    pub(super) const fn is_of_rustc(&self) -> bool {
        self.of_rustc
    }

    pub(crate) fn at(mut self, at: LineColumn) -> Self {
        // Columns count from 0 in `proc_macro2`, from 1 for people and rustc.
        self.at = Some((at.line, at.column + 1));
        self
    }

    /// At this place, unless it has one.
    pub(super) fn or_at(self, at: LineColumn) -> Self {
        match self.at {
            Some(_) => self,
            None => self.at(at),
        }
    }

    pub(crate) fn line_column(mut self, line: usize, column: usize) -> Self {
        self.at = Some((line, column));
        self
    }

    /// Behind this beginning of the file.
    pub(super) fn behind(self, before: &str) -> Self {
        let line = before.matches('\n').count() + 1;
        let last = before.rsplit('\n').next().unwrap_or_default();
        self.line_column(line, last.chars().count() + 1)
    }

    pub(crate) fn help(self, help: impl AsRef<str>) -> Self {
        self.note(&format!("help: {}", help.as_ref()))
    }

    pub(crate) fn note(mut self, note: &str) -> Self {
        self.notes.push(note.to_owned());
        self
    }

    pub(crate) fn position(&self) -> (&str, Option<(usize, usize)>) {
        (&self.file, self.at)
    }

    /// The file, relative to the package where it lies in it.
    #[must_use]
    pub fn file(&self) -> &Path {
        Path::new(&self.file)
    }

    /// The line, from 1.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.at.map(|(line, _)| line)
    }

    /// The column in characters, from 1.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        self.at.map(|(_, column)| column)
    }

    /// What is wrong.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Lines below the message: `help: ..`, `note: ..`, a diff.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some((line, column)) = self.at {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.message)?;
        for line in self.notes.iter().flat_map(|note| note.lines()) {
            write!(f, "\n  {line}")?;
        }
        Ok(())
    }
}
