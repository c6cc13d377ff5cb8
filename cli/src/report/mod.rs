//! What is reported: findings, comparisons, decisions, and pages.

pub(crate) mod comparison;
pub(crate) mod differences;
pub(crate) mod finding;
pub(crate) mod format;
pub(crate) mod page;
pub(crate) mod replay;
mod totals;
pub(crate) mod witness;

pub(crate) use self::totals::Totals;

use std::collections::{BTreeSet, HashMap};

use rekognition_iam_runtime::json::{Lines, Position};

use self::finding::{FileReport, Problem};
use crate::config::Config;
use crate::plain::plain;

/// A format of reports. The text of each file is written as soon as it is known, by whichever thread checked the file.
pub(crate) trait Reporter: Sync {
    /// What comes before the reports of the files.
    fn begin(&self) -> String {
        String::new()
    }

    /// What comes between two reports that are not empty.
    fn between(&self) -> &'static str {
        ""
    }

    /// The report of one file.
    fn file(&self, report: &FileReport) -> String;

    /// Where the reader learns of a note.
    fn note(&self, note: Note<'_>) -> Told;

    /// Where the reader learns that a file could not be used.
    fn unusable(&self, report: &FileReport) -> Told;

    /// Where the reader learns that nothing was checked at all.
    fn nothing(&self) -> Told;

    /// What comes after the reports of the files.
    fn end(&self, run: &Run<'_>) -> String;
}

/// Where something is said that is not a finding.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// In the report, with this text.
    Here(String),
    /// Apart from the report, on standard error.
    Apart,
    /// In [`Reporter::end`] alone.
    AtEnd,
    /// In what the format has already written, or writes at the end in any case.
    Already,
}

/// A whole run.
#[derive(Debug)]
pub(crate) struct Run<'a> {
    pub(crate) totals: &'a Totals,
    pub(crate) config: &'a Config,
    /// What was not checked, each with the name of its file; empty for the whole run.
    pub(crate) notes: &'a [(String, String)],
    pub(crate) errors: &'a [String],
}

/// What is said that is not a finding.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Note<'n> {
    /// What was not checked in a file: its name and the note.
    File(&'n str, &'n str),
    /// What was not checked in the whole run.
    Run(&'n str),
    /// What is accepted, or no longer has to be.
    Accepted(&'n str),
}

impl<'n> Note<'n> {
    pub(crate) const fn text(self) -> &'n str {
        match self {
            Self::File(_, text) | Self::Run(text) | Self::Accepted(text) => text,
        }
    }

    /// The name of the file; empty for the whole run.
    pub(crate) const fn file(self) -> &'n str {
        match self {
            Self::File(file, _) => file,
            Self::Run(_) | Self::Accepted(_) => "",
        }
    }

    /// The note as a line of text.
    pub(crate) fn line(self) -> String {
        match self {
            Self::File(file, text) => format!("note: {}: {}", plain(file), plain(text)),
            Self::Run(text) | Self::Accepted(text) => format!("note: {}", plain(text)),
        }
    }
}

/// The findings with where they begin and end.
fn placed(report: &FileReport) -> impl Iterator<Item = (&Problem, Position, Position)> {
    let positions = Positions::of(report);
    report.findings.iter().map(move |problem| {
        let span = problem.span;
        (problem, positions.at(span.start), positions.at(span.end))
    })
}

/// The lines and columns of the findings of a file, and of their edits.
struct Positions(HashMap<usize, Position>);

impl Positions {
    /// In the order of the text: it is read once, however the findings are nested.
    fn of(report: &FileReport) -> Self {
        let mut offsets = BTreeSet::new();
        for problem in &report.findings {
            let edit = problem.edit.as_ref().map(|edit| edit.span);
            for span in [Some(problem.span), edit].into_iter().flatten() {
                offsets.extend([span.start, span.end]);
            }
        }
        let mut lines = Lines::new(&report.text);
        Self(
            (offsets.into_iter())
                .map(|offset| (offset, lines.position(offset)))
                .collect(),
        )
    }

    /// Of the first or last byte of a finding or an edit.
    fn at(&self, offset: usize) -> Position {
        let first = Position { line: 1, column: 1 };
        self.0.get(&offset).copied().unwrap_or(first)
    }
}
