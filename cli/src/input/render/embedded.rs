//! Policies in strings of a file.

use rekognition_iam_runtime::json::{Edit, Span};

use crate::input::hcl;
use crate::input::known::{Fill, Filled, Part, Samples};
use crate::input::language::Piece;
use crate::input::positions::Positions;
use crate::input::tree::Style;
use crate::json_text::quoted;

/// A policy as JSON text in a string of a file, or in a file of its own, with what is open in it filled in.
#[derive(Debug)]
pub(crate) struct Embedded {
    pub(crate) text: String,
    /// Where pieces of the text begin, where they do in the string's value, and whether they say the same there.
    starts: Vec<(usize, usize, bool)>,
    open: Vec<Span>,
    positions: Positions,
    /// How the file writes the string. Nothing for a whole file.
    style: Option<Style>,
    /// The value that the text comes from.
    around: Option<Span>,
    pub(crate) samples: Samples,
}

/// `\U0001F600`
const LONGEST_ESCAPE: usize = 10;

impl Embedded {
    pub(crate) fn new(
        pieces: &[Piece],
        positions: Positions,
        style: Option<Style>,
        fill: Fill,
    ) -> Self {
        let samples = Samples::default();
        let mut filled = Filled::default();
        let mut starts = vec![(0, 0, true)];
        for piece in pieces {
            let start = filled.text.len();
            samples.add(&mut filled, &piece.part, fill);
            let same = matches!(&piece.part, Part::Text(text) if text.len() == piece.range.len());
            starts.push((start, piece.range.start, same));
        }
        Self {
            text: filled.text,
            starts,
            open: (filled.open.iter())
                .map(|open| Span::new(open.start, open.end))
                .collect(),
            positions,
            style,
            around: None,
            samples,
        }
    }

    /// The same of a value at this place, which is where all is that another file says.
    pub(crate) fn within(mut self, around: Span) -> Self {
        self.around = Some(around);
        self
    }

    pub(crate) fn open(&self) -> usize {
        self.open.len()
    }

    /// Where an offset of the text is in the file.
    fn offset(&self, offset: usize) -> usize {
        let at = self.starts.partition_point(|&(out, ..)| out <= offset);
        let (out, value, same) = self
            .starts
            .get(at.saturating_sub(1))
            .copied()
            .unwrap_or_default();
        let within = if same { offset - out } else { 0 };
        self.positions.at(value + within)
    }

    /// Where a part of the text is shown.
    pub(crate) fn place(&self, span: Span) -> Span {
        let exact = self.exact(span);
        match self.around {
            Some(around) if exact.start == exact.end && span.start < span.end => around,
            _ => exact,
        }
    }

    /// Where a part of the text is in the file. Nothing of it is, where another file has it.
    fn exact(&self, span: Span) -> Span {
        let start = self.offset(span.start);
        Span::new(start, self.offset(span.end).max(start))
    }

    /// Whether what a place lies in depends on something open.
    pub(crate) fn is_open(&self, span: Span) -> bool {
        if self.samples.is_in(span.of(&self.text)) && !self.is_literal(span) {
            return true;
        }
        if self.open.is_empty() {
            return false;
        }
        let before = self.text.as_bytes().get(..span.start).unwrap_or_default();
        let start = before
            .iter()
            .rposition(|&byte| byte == b'"')
            .unwrap_or(span.start);
        // A part of a string depends on what is before it, and not on what comes after it.
        let whole = if self.is_literal(span) {
            span
        } else {
            Span::new(start, span.end)
        };
        self.open
            .iter()
            .any(|open| open.start < whole.end && whole.start < open.end)
    }

    /// Whether what a statement grants depends on something that only a deployment knows.
    pub(crate) fn may_differ(&self, span: Span) -> bool {
        self.is_open(span) || self.samples.is_in(span.of(&self.text)) || self.has_open_names()
    }

    /// Whether the name of a member depends on something open.
    pub(crate) fn has_open_names(&self) -> bool {
        self.open.iter().any(|open| {
            let rest = self.text.get(open.end..).unwrap_or_default();
            (rest.split_once('"')).is_some_and(|(_, behind)| behind.trim_start().starts_with(':'))
        })
    }

    /// Whether a value of JSON begins there, and not a part of a string.
    fn is_literal(&self, span: Span) -> bool {
        self.text
            .get(span.start..)
            .is_some_and(|rest| rest.starts_with(['"', '{', '[']))
    }

    /// Whether the file has these characters one after the other.
    fn is_literal_in_file(&self, span: Span) -> bool {
        (span.start..span.end).all(|at| {
            let (one, next) = (self.offset(at), self.offset(at + 1));
            // An escape is longer than what it says.
            one < next && next - one <= LONGEST_ESCAPE
        })
    }

    pub(crate) fn edit(&self, edit: &Edit) -> Option<Edit> {
        // What goes must be the same characters in both, or something of the template would go with it.
        if self.is_open(edit.span) || self.samples.is_in(edit.span.of(&self.text)) {
            return None;
        }
        let text = match self.style {
            None => edit.text.clone(),
            Some(Style::Json | Style::Double) => {
                let escaped = quoted(&edit.text);
                escaped.get(1..escaped.len() - 1)?.to_string()
            }
            Some(Style::Single) => edit.text.replace('\'', "''"),
            // One line of it is written as it is.
            Some(Style::Block) if !edit.text.contains('\n') => edit.text.clone(),
            Some(Style::Template) if self.is_literal_in_file(edit.span) => {
                let quoted = hcl::quoted(&edit.text);
                quoted.get(1..quoted.len() - 1)?.to_string()
            }
            Some(Style::Heredoc)
                if !edit.text.contains('\n') && self.is_literal_in_file(edit.span) =>
            {
                hcl::escaped(&edit.text)
            }
            Some(
                Style::Block
                | Style::Plain
                | Style::Template
                | Style::Heredoc
                | Style::Bare
                | Style::Computed,
            ) => return None,
        };
        Some(Edit {
            span: self.exact(edit.span),
            text,
        })
    }
}
