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

pub(crate) use self::blocks::blocks;
pub(crate) use self::document::document;
pub(crate) use self::embedded::Embedded;
use crate::tree::{Id, Style, Tree, Value};

/// How open values are filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fill {
    /// As widely as they could be.
    Wide,
    /// As something unlike.
    Other,
}

impl Fill {
    const fn pick<T: Copy>(self, wide: T, other: T) -> T {
        match self {
            Self::Wide => wide,
            Self::Other => other,
        }
    }
}

/// A policy as JSON text with the way back to its file.
#[derive(Debug, Default)]
pub(crate) struct Rendered {
    pub(crate) text: String,
    pieces: Vec<Piece>,
    /// How many values are open.
    pub(crate) open: usize,
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

    /// The piece that a place of the text belongs to: the smallest around it.
    fn piece(&self, span: Span) -> Option<&Piece> {
        self.pieces
            .iter()
            .filter(|piece| piece.span.start <= span.start && span.end <= piece.span.end)
            .min_by_key(|piece| piece.span.end - piece.span.start)
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

    /// Whether the value at a place of the text is open, in part or as a whole.
    pub(crate) fn is_open(&self, span: Span) -> bool {
        self.piece(span).is_some_and(|piece| piece.open)
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

    /// What to write for a value that is open as a whole. Nothing: leave it out.
    const fn filled(self, fill: Fill) -> Option<&'static str> {
        Some(match self {
            Self::Document | Self::Statements | Self::Statement | Self::Sid => return None,
            Self::Version => "\"2012-10-17\"",
            Self::Effect => fill.pick("\"Allow\"", "\"Deny\""),
            Self::Principal => fill.pick("\"*\"", "{\"AWS\":\"arn:aws:iam::123456789012:root\"}"),
            Self::Principals => fill.pick("\"*\"", "\"arn:aws:iam::123456789012:root\""),
            Self::Service => fill.pick("\"*\"", "\"ec2.amazonaws.com\""),
            Self::Action => fill.pick("\"*\"", "\"rekognition:DetectLabels\""),
            Self::Resource => fill.pick("\"*\"", "\"arn:aws:s3:::open-value\""),
            Self::Condition => fill.pick(
                "{}",
                "{\"StringEquals\":{\"aws:SourceAccount\":\"123456789012\",\"aws:PrincipalOrgID\":\"o-a1b2c3d4e5\"},\"ArnEquals\":{\"aws:SourceArn\":\"arn:aws:sns:us-east-1:123456789012:open-value\"}}",
            ),
            Self::Keys => fill.pick("{}", "{\"aws:SourceAccount\":\"123456789012\"}"),
            Self::Value => fill.pick("\"*\"", "\"open-value\""),
        })
    }
}
