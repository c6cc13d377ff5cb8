//! Everything that is wrong with a policy in JSON: the reader's findings and the rules', each with its line and column.

use alloc::string::String;
use alloc::vec::Vec;

use super::lex::{Limits, Span, literal_offset};
use super::places::{Lines, Position, nearest, path};
use super::read::{Edit, Located, Parsed, parse};
use crate::check::{self, Options};
use crate::document::{Document, Place};

/// What the reader and the rules say about a text.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Report<'t> {
    /// The document, complete when the reader found no error.
    pub document: Document<'t>,
    /// Whether the text is JSON. If not, the rules were not asked.
    pub is_json: bool,
    /// What is wrong, in the order of the text.
    pub findings: Vec<Located>,
}

impl Report<'_> {
    /// Line and column of each finding, in their order: where it begins and where it ends.
    #[must_use]
    pub fn positions(&self, text: &str) -> Vec<(Position, Position)> {
        let mut starts = Lines::new(text);
        let mut ends = Lines::new(text);
        self.findings
            .iter()
            .map(|located| {
                (
                    starts.position(located.span.start),
                    ends.position(located.span.end),
                )
            })
            .collect()
    }
}

/// Reads a policy and checks it against all rules.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::check::{Iam, Options};
/// use rekognition_iam::json;
///
/// let text = r#"{
///   "Version": "2012-10-17",
///   "Statement": [{"Effect": "Allow", "Action": "rekognition:DetectLabel", "Resource": "*"}]
/// }"#;
/// let report = json::check(text, &Options::default());
/// let found = &report.findings[0];
/// assert_eq!(found.finding.id, "INVALID_ACTION");
/// assert_eq!(found.path, "Statement[0].Action");
/// let (start, _) = report.positions(text)[0];
/// assert_eq!((start.line, start.column, found.span.of(text)), (3, 60, "DetectLabel"));
/// let edit = found.edit.as_ref().unwrap();
/// assert_eq!(edit.text, "\"rekognition:DetectLabels\"");
/// ```
#[must_use]
pub fn check<'t>(text: &'t str, options: &Options<'_>) -> Report<'t> {
    check_with(text, &Limits::default(), options)
}

/// The same with limits of one's own.
#[must_use]
pub fn check_with<'t>(text: &'t str, limits: &Limits, options: &Options<'_>) -> Report<'t> {
    judge(text, parse(text, limits), options)
}

/// Checks a policy that was read from this text against all rules.
///
/// Between [`parse`] and this the document may be looked at, to see what kind it is for example.
#[must_use]
pub fn judge<'t>(text: &'t str, parsed: Parsed<'t>, options: &Options<'_>) -> Report<'t> {
    let mut findings = parsed.findings;
    if parsed.is_json {
        let found = check::check(&parsed.document, options);
        if !found.is_empty() {
            // Few findings are found sooner without sorting the places first.
            let index = (found.len() > 8).then(|| parsed.places.index());
            let exact = |place| match &index {
                Some(index) => index.span(place),
                None => parsed.places.span(place),
            };
            let no_version =
                (findings.iter()).any(|located| located.finding.place == Place::Version);
            for finding in found {
                // What the reader could not read is missing in the document, and that was said already.
                let echo = match finding.place.statement() {
                    Some(s) => {
                        (finding.id.starts_with("MISSING_") || finding.id.starts_with("EMPTY_"))
                            && parsed.damaged.contains(&s)
                    }
                    None => finding.id == "MISSING_VERSION" && no_version,
                };
                if echo || (finding.id == "VARIABLE_UNSUPPORTED_IN_VERSION" && no_version) {
                    continue;
                }
                let whole = nearest(finding.place, exact);
                let literal = whole.of(text);
                let is_literal = literal.starts_with('"');
                let span = match (&finding.range, is_literal) {
                    (Some(range), true) => Span::new(
                        whole.start + literal_offset(literal, range.start),
                        whole.start + literal_offset(literal, range.end),
                    ),
                    // The whole of a statement or document would mark all its lines: its first bracket represents it.
                    _ if matches!(finding.place, Place::Document | Place::Statement(_)) => {
                        Span::new(whole.start, (whole.start + 1).min(whole.end))
                    }
                    _ => whole,
                };
                let edit = (finding.replacement.as_ref())
                    .filter(|_| exact(finding.place).is_some())
                    .map(|replacement| {
                        let mut text = String::with_capacity(replacement.len() + 2);
                        super::write::string(&mut text, replacement);
                        Edit { span: whole, text }
                    })
                    // What is there already is no fix.
                    .filter(|edit| edit.text != literal);
                findings.push(Located {
                    span,
                    path: path(&parsed.document, finding.place),
                    edit,
                    finding,
                });
            }
        }
        // Stable: findings at one place stay in the order of the rules.
        findings.sort_by_key(|located| located.span.start);
    }
    Report {
        document: parsed.document,
        is_json: parsed.is_json,
        findings,
    }
}
