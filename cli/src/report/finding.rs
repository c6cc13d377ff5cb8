//! Findings of a file, ready for every format.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::fmt;

use rekognition_iam_runtime::check::Severity;
use rekognition_iam_runtime::document::Place;
use rekognition_iam_runtime::json::{self, Edit, Position, Span};

use crate::config::Config;
use crate::input::files::Unread;

/// A file and what is wrong in it.
#[derive(Debug, Default, Clone)]
pub(crate) struct FileReport {
    pub(crate) name: String,
    pub(crate) text: String,
    /// The text as it was read, where it is not YAML before its actions in braces are run. Positions are the same.
    pub(crate) masked: Option<String>,
    pub(crate) findings: Vec<Problem>,
    /// What was not looked at, for people.
    pub(crate) notes: Vec<String>,
    /// What was found and is reported in other files, which may not be checked in this run.
    pub(crate) elsewhere: Vec<String>,
    /// What was not read of it, of which there is one note for all files.
    pub(crate) unread: Option<Unread>,
    /// Why the file, or a policy of it, could not be used.
    pub(crate) unusable: Option<Unusable>,
    /// Whether the file was passed over, because its text is not what its name says, or a tool wrote it.
    pub(crate) is_skipped: bool,
    /// What to change instead of the file, where a tool wrote it.
    pub(crate) source: Option<&'static str>,
    /// How many policies were looked at.
    pub(crate) policies: usize,
    /// How many managed policies were looked up by name.
    pub(crate) named: usize,
    /// How many actions and condition keys were not checked, by the service that the catalogue leaves out.
    pub(crate) uncovered: BTreeMap<String, usize>,
    /// The policies as they were judged, when they are kept.
    pub(crate) documents: Vec<String>,
    /// How often each entry of the configuration about this file matched, by its number.
    pub(crate) entries: BTreeMap<usize, usize>,
    /// What the baseline says about this file, where there is a baseline.
    pub(crate) known: Option<InBaseline>,
}

/// Why a file, or a policy of it, could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unusable {
    /// Where the reason is in the text, if it is in one place.
    pub(crate) place: Option<(Span, Position)>,
    pub(crate) message: String,
}

impl Unusable {
    /// For a reason that is not in one place of the text.
    pub(crate) const fn whole(message: String) -> Self {
        Self {
            place: None,
            message,
        }
    }

    pub(crate) fn at(text: &str, span: Span, message: String) -> Self {
        Self {
            place: Some((span, json::position(text, span.start))),
            message,
        }
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((_, position)) = self.place {
            write!(out, "{position}: ")?;
        }
        out.write_str(&self.message)
    }
}

/// What the baseline says about a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct InBaseline {
    /// Findings that it accepts.
    pub(crate) accepted: usize,
    /// Findings of it that are not there any more.
    pub(crate) gone: usize,
}

impl FileReport {
    /// Says that the file is passed over, and why.
    pub(crate) fn skip(&mut self, why: &str) {
        self.is_skipped = true;
        self.notes.push(format!("skipped: {why}"));
    }

    /// Removes what is reported again at the same place: `for_each` makes several policies of one text, and a loop several values.
    pub(crate) fn say_once(&mut self) {
        let mut said = HashSet::new();
        self.findings.retain(|problem| {
            said.insert((
                problem.id,
                problem.span.start,
                problem.span.end,
                without_numbers(&problem.path),
                problem.message.clone(),
                // One of them being accepted says nothing about the others.
                problem.accepted.is_some(),
            ))
        });
        let mut said = HashSet::new();
        self.notes.retain(|note| said.insert(note.clone()));
    }
}

/// A path without the numbers of items: arguments put others before them.
pub(crate) fn without_numbers(path: &str) -> String {
    let is_number = |c: char| c.is_ascii_digit();
    let mut pieces = path.split('[');
    let mut out = pieces.next().unwrap_or_default().to_string();
    for piece in pieces {
        out.push('[');
        out.push_str(piece.trim_start_matches(is_number));
    }
    out
}

/// Where in a policy a finding is, and what is right there.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    /// The number of the policy in the file.
    pub(crate) document: usize,
    pub(crate) place: Place,
    pub(crate) replacement: Option<String>,
}

/// A finding in a file.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) id: &'static str,
    pub(crate) severity: Severity,
    pub(crate) statement: Option<usize>,
    pub(crate) path: String,
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) help: Vec<String>,
    pub(crate) edit: Option<Edit>,
    /// Nothing for what is wrong with the file around the policies.
    pub(crate) named: Option<Named>,
    /// Who accepts it, and why.
    pub(crate) accepted: Option<Accepted>,
    pub(crate) identity: Identity,
}

/// Who accepts a finding, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Accepted {
    /// The configuration, which turned off the rule.
    Setting(String),
    /// An entry of the configuration for this place.
    Entry(String),
    /// The program from which the file was exported.
    Export(String),
    /// A comment in the file.
    Comment(String),
    /// The baseline of this name.
    Baseline(String),
}

impl Accepted {
    pub(crate) fn reason(&self) -> Cow<'_, str> {
        match self {
            Self::Setting(reason)
            | Self::Entry(reason)
            | Self::Export(reason)
            | Self::Comment(reason) => Cow::Borrowed(reason),
            Self::Baseline(name) => Cow::Owned(format!("in the baseline {name}")),
        }
    }

    /// Who, in one word, for reports that programs read.
    pub(crate) const fn by(&self) -> &'static str {
        match self {
            Self::Setting(_) | Self::Entry(_) => "configuration",
            Self::Export(_) => "export",
            Self::Comment(_) => "comment",
            Self::Baseline(_) => "baseline",
        }
    }
}

/// What a finding belongs to, in a way that does not change when lines or statements move.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Where the policy is in its file, with the names of items of lists.
    pub(crate) policy: String,
    /// The Sid of the statement, where no other statement of the policy has it.
    pub(crate) sid: Option<String>,
    /// A digest of what the statement says.
    pub(crate) content: Option<String>,
}

/// A finding in the words of a report.
pub(crate) struct Said {
    pub(crate) id: &'static str,
    pub(crate) severity: Severity,
    pub(crate) statement: Option<usize>,
    pub(crate) path: String,
    pub(crate) message: String,
    pub(crate) help: Vec<String>,
    /// The place in the policy, and what is right there.
    pub(crate) named: Option<(Place, Option<String>)>,
}

/// Adds a finding, as the configuration wants it.
pub(crate) fn push(
    report: &mut FileReport,
    config: &Config,
    said: Said,
    span: Span,
    edit: Option<Edit>,
) {
    let setting = config.setting(said.id, &report.name);
    // Until more is known about it, a finding belongs to its path.
    let identity = Identity {
        policy: said.path.clone(),
        ..Identity::default()
    };
    report.findings.push(Problem {
        id: said.id,
        severity: setting
            .and_then(|setting| setting.level)
            .unwrap_or(said.severity),
        statement: said.statement,
        path: said.path,
        span,
        message: said.message,
        help: said.help,
        edit,
        named: said.named.map(|(place, replacement)| Named {
            document: report.documents.len().saturating_sub(1),
            place,
            replacement,
        }),
        accepted: setting
            .filter(|setting| setting.level.is_none())
            .map(|setting| Accepted::Setting(setting.reason.clone())),
        identity,
    });
}
