//! Policies that are not plain JSON text, written as such for the reader, with the way back to their file.
//!
//! A template leaves values open until it is deployed. The reader needs a whole document, so each open value is filled in,
//! once in a way that allows as much as it could and once in another; what is found both times does not depend on it.
//! See `judge` in the module `policy`.

mod blocks;
mod document;
mod embedded;
mod functions;

use rekognition_iam_runtime::json::{Edit, Lexer, Span};

pub(crate) use self::blocks::{Unknowns, blocks};
pub(crate) use self::document::{Whole, document};
pub(crate) use self::embedded::Embedded;
pub(crate) use self::functions::{Functions, Notice, intrinsic, is_absent};
pub(crate) use crate::input::known::Fill;
use crate::input::known::Samples;
use crate::tree::{Id, Style, Tree, Value};

/// A policy as JSON text with the way back to its file.
#[derive(Debug, Default)]
pub(crate) struct Rendered {
    pub(crate) text: String,
    pieces: Vec<Piece>,
    /// How many values are open.
    pub(crate) open: usize,
    /// What stands for names that only a deployment knows.
    pub(crate) samples: Samples,
    pub(crate) notices: Vec<(Id, Notice)>,
}

/// A value or name in the JSON text, and where it came from.
#[derive(Debug)]
struct Piece {
    span: Span,
    /// What to show of the file.
    shown: Span,
    /// Where the same characters begin in the file, when they are the same.
    exact: Option<usize>,
    /// How the file writes it, when it can be replaced there.
    style: Option<(Style, Span)>,
    open: bool,
}

impl Rendered {
    /// A comma, unless an object or a list was just opened.
    fn separate(&mut self) {
        if !self.text.ends_with(['{', '[']) {
            self.text.push(',');
        }
    }

    /// Says where the text from `start` on came from.
    fn add(&mut self, tree: &Tree<'_>, id: Id, start: usize, open: bool) {
        let node = tree.node(id);
        let span = Span::new(start, self.text.len());
        let (mut exact, mut style) = (None, None);
        if let (Value::Text(value, written), None, false) = (&node.value, &node.tag, open) {
            let quote = usize::from(!matches!(written, Style::Plain | Style::Block));
            let inner = Span::new(node.span.start + quote, node.span.end.saturating_sub(quote));
            let same = *written != Style::Block
                && inner.of(tree.text) == value
                && span.end - span.start == value.len() + 2;
            exact = same.then_some(inner.start);
            style = Some((*written, node.span));
        }
        self.pieces.push(Piece {
            span,
            shown: tree.shown(id),
            exact,
            style,
            open,
        });
    }

    /// The value that was added last is not what the file says, and cannot be replaced there.
    fn forget_style(&mut self) {
        if let Some(piece) = self.pieces.last_mut() {
            (piece.exact, piece.style) = (None, None);
        }
    }

    /// The piece that a place of the text belongs to: the smallest around it.
    fn piece(&self, span: Span) -> Option<&Piece> {
        // A piece is added when its text is complete, so they are in the order of their ends, and the inner ones first.
        let from = (self.pieces).partition_point(|piece| piece.span.end < span.end);
        (self.pieces.get(from..)?.iter()).find(|piece| piece.span.start <= span.start)
    }

    /// Where a place of the text stands in the file.
    pub(crate) fn place(&self, span: Span) -> Span {
        let Some(piece) = self.piece(span) else {
            return Span::default();
        };
        match piece.exact {
            // A part of a literal: count from behind its quote.
            Some(start) if span != piece.span && span.start > piece.span.start => {
                let from = start + span.start - piece.span.start - 1;
                Span::new(from, from + span.end - span.start)
            }
            _ => piece.shown,
        }
    }

    /// Whether what stands at a place of the text depends on something that is open.
    pub(crate) fn is_open(&self, span: Span) -> bool {
        self.piece(span).is_some_and(|piece| {
            // Of a value with a known form the form can be judged, and the names in it cannot.
            piece.open || (span != piece.span && self.samples.is_in(span.of(&self.text)))
        })
    }

    /// How many characters the document has at least, without those that only a deployment knows.
    pub(crate) fn least_size(&self) -> usize {
        let size = self
            .text
            .chars()
            .filter(|c| !c.is_ascii_whitespace())
            .count();
        let open: usize = (self.pieces.iter())
            .filter(|piece| piece.open)
            .map(|piece| piece.span.end - piece.span.start)
            .sum();
        size.saturating_sub(open + self.samples.length_in(&self.text))
    }

    /// A change to the text as a change to the file.
    pub(crate) fn edit(&self, edit: &Edit) -> Option<Edit> {
        let piece = self.piece(edit.span)?;
        let (style, span) = piece.style.filter(|_| piece.span == edit.span)?;
        let (value, _) = Lexer::new(&edit.text).string().ok()?;
        let text = match style {
            Style::Json | Style::Double => edit.text.clone(),
            Style::Single => format!("'{}'", value.replace('\'', "''")),
            Style::Plain if is_plain(&value) => value.into_owned(),
            Style::Plain => edit.text.clone(),
            Style::Block => return None,
        };
        Some(Edit { span, text })
    }
}

/// Whether YAML reads these characters as themselves.
fn is_plain(value: &str) -> bool {
    value.starts_with(|c: char| c.is_ascii_alphabetic())
        && !value.ends_with(':')
        && !matches!(
            value.to_ascii_lowercase().as_str(),
            "true" | "false" | "null" | "yes" | "no" | "on" | "off"
        )
        && value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b":/*._-${}".contains(&byte))
}

/// What a node stands for in a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Document,
    Statements,
    Statement,
    Version,
    Sid,
    Effect,
    Principal,
    Principals,
    Service,
    Action,
    Resource,
    Condition,
    Keys,
    Value,
}

impl Slot {
    /// What a member of this is.
    fn member(self, name: &str) -> Self {
        match (self, name) {
            (Self::Document, "Version") => Self::Version,
            (Self::Document, "Statement") => Self::Statements,
            (Self::Statement, "Effect") => Self::Effect,
            (Self::Statement, "Principal" | "NotPrincipal") => Self::Principal,
            (Self::Statement, "Action" | "NotAction") => Self::Action,
            (Self::Statement, "Resource" | "NotResource") => Self::Resource,
            (Self::Statement, "Condition") => Self::Condition,
            (Self::Principal, "Service") => Self::Service,
            (Self::Principal, _) => Self::Principals,
            (Self::Condition, _) => Self::Keys,
            (Self::Keys, _) => Self::Value,
            _ => Self::Sid,
        }
    }

    const fn item(self) -> Self {
        match self {
            Self::Statements => Self::Statement,
            other => other,
        }
    }

    /// What to write for a value that is open as a whole, and how it differs from other such values. Nothing: leave it out.
    fn filled(self, fill: Fill, number: usize) -> Option<String> {
        let account = || format!("{:012}", 200_000_000_000 + number);
        let text = match (self, fill) {
            (Self::Document | Self::Statements | Self::Statement | Self::Sid, _) => return None,
            (Self::Version, _) => "\"2012-10-17\"",
            (Self::Effect, _) => fill.pick("\"Allow\"", "\"Deny\""),
            (Self::Action, _) => fill.pick("\"*\"", "\"rekognition:DetectLabels\""),
            (Self::Service, _) => fill.pick("\"*\"", "\"ec2.amazonaws.com\""),
            (Self::Keys, _) => fill.pick("{}", "{\"aws:SourceAccount\":\"123456789012\"}"),
            (Self::Condition, _) => fill.pick(
                "{}",
                "{\"StringEquals\":{\"aws:SourceAccount\":\"123456789012\",\"aws:PrincipalOrgID\":\"o-a1b2c3d4e5\"},\"ArnEquals\":{\"aws:SourceArn\":\"arn:aws:sns:us-east-1:123456789012:open-value\"}}",
            ),
            (Self::Principal | Self::Principals | Self::Resource | Self::Value, Fill::Wide) => {
                "\"*\""
            }
            (Self::Principal, Fill::Other) => {
                return Some(format!("{{\"AWS\":\"arn:aws:iam::{}:root\"}}", account()));
            }
            (Self::Principals, Fill::Other) => {
                return Some(format!("\"arn:aws:iam::{}:root\"", account()));
            }
            (Self::Resource, Fill::Other) => {
                return Some(format!("\"arn:aws:s3:::open-value-{number}\""));
            }
            (Self::Value, Fill::Other) => return Some(format!("\"open-value-{number}\"")),
        };
        Some(text.to_string())
    }

    /// Whether there is nothing to write for a value that is open as a whole.
    const fn is_left_out(self) -> bool {
        matches!(
            self,
            Self::Document | Self::Statements | Self::Statement | Self::Sid
        )
    }
}
