//! The reader: IAM policy documents in one pass over their JSON.
//!
//! The grammar of a policy has a fixed number of levels, so each level is a function and none calls itself: the depth of
//! the stack does not depend on the input. What the grammar does not know is stepped over with a counter. The reader
//! reports what only the text shows (see `check::rules::structure`) and goes on, so that one mistake is one finding and
//! the rules still see the rest.

mod condition;
mod document;
mod principal;
mod reader;
mod statement;
mod values;

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use self::reader::{Reader, located};
use super::lex::{Limits, ReadError, Span};
use super::places::Places;
use crate::check::{Finding, Severity, rules};
use crate::document::Document;

/// A policy document as read from JSON.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Parsed<'t> {
    /// The document: all that could be read, and complete when [`is_complete`](Self::is_complete) says so.
    pub document: Document<'t>,
    /// Where each part of the document is in the text.
    pub places: Places,
    /// What is wrong with the text.
    pub findings: Vec<Located>,
    /// Whether the text is JSON to its end.
    pub is_json: bool,
    /// The statements, by their number from 0, of which something is missing or could not be read.
    pub(crate) damaged: Vec<usize>,
}

impl Parsed<'_> {
    /// Whether the document says all that the text says: no finding of the reader is an error.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.is_json
            && (self.findings.iter()).all(|located| located.finding.severity < Severity::Error)
    }
}

/// A finding with its place in a text.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Located {
    /// What is wrong.
    pub finding: Finding,
    /// Where.
    pub span: Span,
    /// Where in the document: `Statement[0].Action[1]`. Empty for the document itself.
    pub path: String,
    /// The change to the text that puts it right, when one answer is right.
    pub edit: Option<Edit>,
}

/// A change to a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub span: Span,
    /// What comes.
    pub text: String,
}

/// Reads a policy document.
///
/// Never fails: what is wrong with the text is in the findings. To get a document or an error, take [`read`].
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::json::{Limits, parse};
///
/// let text = r#"{"Version":"2012-10-17","Statement":{"effect":"Allow","Action":"s3:GetObject","Resource":"*"}}"#;
/// let parsed = parse(text, &Limits::default());
/// assert_eq!(parsed.findings[0].finding.id, "INVALID_POLICY_ELEMENT");
/// assert_eq!(parsed.findings[0].span.of(text), "\"effect\"");
/// assert_eq!(parsed.document.statements.items[0].actions.values.items, ["s3:GetObject"]);
/// ```
#[must_use]
pub fn parse<'t>(text: &'t str, limits: &Limits) -> Parsed<'t> {
    if text.len() > limits.text {
        let mut reader = Reader::new("", limits);
        reader.stopped(ReadError {
            message: format!(
                "the text has {} bytes, more than the limit of {}",
                text.len(),
                limits.text
            ),
            help: None,
            span: Span::default(),
            limit: true,
        });
        return reader.finish(false);
    }
    let mut reader = Reader::new(text, limits);
    // A node of a policy rarely takes less than this many bytes.
    reader.places.reserve(text.len() / 24);
    match reader.document() {
        Ok(()) => reader.finish(true),
        Err(error) => {
            reader.stopped(error);
            reader.finish(false)
        }
    }
}

/// Reads a policy document that has no mistakes of structure: for anyone who needs the document rather than the findings.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::json::read;
///
/// let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}"#;
/// assert!(read(text)?.statements.is_bare());
/// let error = read("{\"Version\":\n 2012}").unwrap_err();
/// assert_eq!(error.to_string(), "line 2 column 2: expected a string in `Version`, found a number");
/// # Ok::<(), rekognition_iam::json::Refused>(())
/// ```
///
/// # Errors
///
/// The first mistake, when the text is not JSON or the JSON is not a policy document.
pub fn read(text: &str) -> Result<Document<'_>, Refused> {
    let mut parsed = parse(text, &Limits::default());
    let mut refused = (parsed.findings.iter())
        .position(|located| located.finding.severity >= Severity::Error)
        .map(|at| parsed.findings.swap_remove(at));
    if refused.is_none() {
        // A rule reports these too. Here they are refused, for what they mean depends on who reads them.
        if let Some((place, message)) = rules::duplicates(&parsed.document).into_iter().next() {
            refused = Some(located(
                &rules::REKOGNITION_IAM_DUPLICATE_KEY,
                place,
                parsed.places.span(place).unwrap_or_default(),
                super::path(&parsed.document, place),
                message,
            ));
        }
    }
    match refused {
        None => Ok(parsed.document),
        Some(located) => Err(Refused {
            position: super::position(text, located.span.start),
            located: Box::new(located),
        }),
    }
}

/// Why a text is not a policy document.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Refused {
    /// What is wrong and where.
    pub located: Box<Located>,
    /// Line and column of it.
    pub position: super::Position,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.located.finding.message.render(&crate::check::Iam);
        write!(f, "{}: {message}", self.position)
    }
}

impl core::error::Error for Refused {}
