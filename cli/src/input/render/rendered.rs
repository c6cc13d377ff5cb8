//! The text of a policy, with the way back to its file.

use rekognition_iam_runtime::check::{Cause, Rule};
use rekognition_iam_runtime::json::{Edit, Lexer, Span};

use super::functions::Notice;
use crate::input::hcl;
use crate::input::known::{Filled, Samples};
use crate::input::tree::{Id, Style, Tree, Value};
use crate::json_text::{quoted, write_string};

/// A policy as JSON text with the way back to its file.
#[derive(Debug, Default)]
pub(crate) struct Rendered {
    pub(crate) text: String,
    pieces: Vec<Piece>,
    /// How many values are open.
    pub(crate) open: usize,
    /// How many of them cannot be policy variables, so that the text may allow more or less than the policy will.
    pub(crate) guessed: usize,
    /// How many branches the `If` in a list of the file has that has the most, of which a deployment has one.
    pub(crate) branches: usize,
    /// What the file says instead of a value that was written, where a deployment has one of them.
    alternatives: Vec<Span>,
    /// How many of the open values are statements, or lists of statements, of which nothing was read.
    pub(crate) unread: usize,
    /// What represents names that only a deployment knows.
    pub(crate) samples: Samples,
    pub(crate) notices: Vec<(Id, Notice)>,
    gaps: Gaps,
}

/// What a deployment may add, so that the text cannot say that it is missing.
#[derive(Debug, Default)]
struct Gaps {
    /// The objects and lists that may have other parts.
    parts: Vec<Span>,
    /// The numbers of the statements that may have other conditions.
    conditions: Vec<usize>,
    /// Whether there may be other statements.
    statements: bool,
    /// How many statements are complete.
    complete: usize,
}

/// A value or name in the JSON text, and where it came from.
#[derive(Debug)]
struct Piece {
    /// The value or name in the file.
    id: Id,
    span: Span,
    /// What to show of the file.
    shown: Span,
    /// Where the same characters begin in the file, when they are the same.
    exact: Option<usize>,
    /// How the file writes it, when it can be replaced there.
    style: Option<(Style, Span)>,
    /// Where in the text the first part of it begins that is open.
    open: Option<usize>,
}

impl Rendered {
    /// Whether nothing in it is filled in for what only a deployment knows.
    pub(crate) fn is_fixed(&self) -> bool {
        self.open == 0 && self.guessed == 0 && self.samples.is_empty()
    }

    /// A comma, unless an object or a list was just opened.
    pub(super) fn separate(&mut self) {
        if !self.text.ends_with(['{', '[']) {
            self.text.push(',');
        }
    }

    /// Says that the object or list from `start` on, which was just written, may have other parts.
    pub(super) fn may_have_parts(&mut self, start: usize) {
        self.gaps.parts.push(Span::new(start, self.text.len()));
    }

    /// Says that the statement that is being written may have other conditions.
    pub(super) fn may_have_conditions(&mut self) {
        self.gaps.conditions.push(self.gaps.complete);
    }

    pub(super) const fn may_have_statements(&mut self) {
        self.gaps.statements = true;
    }

    /// Says that a deployment may have what is here in the file in place of what was written.
    pub(super) fn add_alternative(&mut self, span: Span) {
        self.alternatives.push(span);
    }

    /// Whether a deployment may have other values than those that were written.
    pub(crate) const fn has_alternatives(&self) -> bool {
        !self.alternatives.is_empty()
    }

    /// Whether a place in the file is in one of those values.
    pub(crate) fn is_alternative(&self, span: Span) -> bool {
        (self.alternatives.iter()).any(|other| other.start <= span.start && span.end <= other.end)
    }

    /// Says that a statement was written.
    pub(super) const fn end_statement(&mut self) {
        self.gaps.complete += 1;
    }

    /// Whether a deployment may add what a finding of this statement, at this place of the text, says is missing.
    pub(crate) fn may_follow(&self, rule: &Rule, span: Span, statement: Option<usize>) -> bool {
        rule.follows.iter().any(|cause| match cause {
            Cause::OpenPart => {
                (self.piece(span)).is_some_and(|piece| self.gaps.parts.contains(&piece.span))
            }
            Cause::OpenCondition => {
                statement.is_some_and(|number| self.gaps.conditions.contains(&number))
            }
            Cause::OpenStatement => self.gaps.statements,
            // The reader's findings are not follow-on errors of the macro's.
            Cause::Unread | Cause::UnreadPrincipal => false,
        })
    }

    /// Whether a deployment may add statements.
    pub(crate) const fn has_more_statements(&self) -> bool {
        self.gaps.statements
    }

    /// Writes a string, and says that it came from a node.
    pub(super) fn add_string(&mut self, tree: &Tree<'_>, id: Id, filled: &Filled) {
        let start = self.text.len();
        write_string(&mut self.text, &filled.text);
        let open = filled.open.first().map(|open| {
            let before = quoted(filled.text.get(..open.start).unwrap_or_default());
            start + before.len() - 1
        });
        self.add_open(tree, id, start, open);
    }

    /// Says where the text from `start` on came from, and whether all of it is open.
    pub(super) fn add(&mut self, tree: &Tree<'_>, id: Id, start: usize, open: bool) {
        self.add_open(tree, id, start, open.then_some(start));
    }

    fn add_open(&mut self, tree: &Tree<'_>, id: Id, start: usize, open: Option<usize>) {
        let node = tree.node(id);
        let span = Span::new(start, self.text.len());
        let (mut exact, mut style) = (None, None);
        if let (Value::Text(value, written), None, None) = (&node.value, &node.tag, open) {
            let quote = match written {
                Style::Json | Style::Single | Style::Double | Style::Template => 1,
                Style::Plain | Style::Block | Style::Heredoc | Style::Bare | Style::Computed => 0,
            };
            let inner = Span::new(node.span.start + quote, node.span.end.saturating_sub(quote));
            let same = *written != Style::Block
                && inner.of(tree.text) == value
                && span.end - span.start == value.len() + 2;
            exact = same.then_some(inner.start);
            style = Some((*written, node.span));
        }
        self.pieces.push(Piece {
            id,
            span,
            shown: tree.shown(id),
            exact,
            style,
            open,
        });
    }

    /// The value that was added last is not what the file says, and cannot be replaced there.
    pub(super) fn forget_style(&mut self) {
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

    /// Where a place of the text is in the file.
    pub(crate) fn place(&self, span: Span) -> Span {
        let Some(piece) = self.piece(span) else {
            return Span::default();
        };
        match piece.exact {
            // A part of a literal: count from after its quote.
            Some(start) if span != piece.span && span.start > piece.span.start => {
                let from = start + span.start - piece.span.start - 1;
                Span::new(from, from + span.end - span.start)
            }
            _ => piece.shown,
        }
    }

    /// The value or name of the file that a place of the text comes from.
    pub(crate) fn node(&self, span: Span) -> Option<Id> {
        self.piece(span).map(|piece| piece.id)
    }

    /// Whether what is at a place of the text depends on something that is open.
    pub(crate) fn is_open(&self, span: Span) -> bool {
        self.piece(span).is_some_and(|piece| {
            // What is before the first open part of a value is certain, and what is after it depends on it.
            let open = (piece.open).is_some_and(|open| span == piece.span || span.end > open);
            // Of a value with a known form the form can be judged, and the names in it cannot.
            open || (span != piece.span && self.samples.is_in(span.of(&self.text)))
        })
    }

    /// Whether what a statement grants depends on something that only a deployment knows, or adds.
    pub(crate) fn may_differ(&self, statement: usize, span: Span) -> bool {
        let within = |inner: Span| span.start <= inner.start && inner.end <= span.end;
        self.gaps.statements
            || self.gaps.conditions.contains(&statement)
            || self.gaps.parts.iter().any(|&part| within(part))
            || self.samples.is_in(span.of(&self.text))
            || (self.pieces.iter()).any(|piece| piece.open.is_some() && within(piece.span))
    }

    /// How many characters the document has at least, without those that only a deployment knows.
    pub(crate) fn least_size(&self) -> usize {
        let size = self
            .text
            .chars()
            .filter(|c| !c.is_ascii_whitespace())
            .count();
        let open: usize = (self.pieces.iter())
            .filter(|piece| piece.open.is_some())
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
            Style::Template => hcl::quoted(&value),
            Style::Bare if hcl::is_name(&value) => value.into_owned(),
            Style::Bare => hcl::quoted(&value),
            Style::Block | Style::Heredoc | Style::Computed => return None,
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
