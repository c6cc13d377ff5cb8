//! Where the parts of a document are in its text.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::lex::Span;
use crate::document::{Document, Place, PrincipalSet};

/// Where each part of a document is in the text that it was read from.
///
/// Names and values are spans with their quotes, a statement is its whole object. An empty list is at the place of
/// its first item.
#[derive(Debug, Clone, Default)]
pub struct Places {
    spans: Vec<(Place, Span)>,
}

impl Places {
    pub(super) fn reserve(&mut self, count: usize) {
        self.spans.reserve(count);
    }

    #[inline]
    pub(super) fn put(&mut self, place: Place, span: Span) {
        self.spans.push((place, span));
    }

    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    /// Takes away what was put after the first `count`.
    pub(super) fn split_off(&mut self, count: usize) -> Vec<(Place, Span)> {
        self.spans.split_off(count)
    }

    /// Where the place stands, or nothing when the text does not have it.
    ///
    /// Looks through all places; many questions are answered faster by [`Index`].
    #[must_use]
    pub fn span(&self, place: Place) -> Option<Span> {
        self.spans
            .iter()
            .find(|(known, _)| *known == place)
            .map(|&(_, span)| span)
    }

    /// All places in the order of the text, a container behind what it holds.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Place, Span)> + '_ {
        self.spans.iter().copied()
    }

    /// The same, sorted for look-ups.
    #[must_use]
    pub fn index(&self) -> Index {
        let mut spans = self.spans.clone();
        spans.sort_by_key(|&(place, _)| place);
        Index { spans }
    }
}

/// Sorted [`Places`].
#[derive(Debug, Clone)]
pub struct Index {
    spans: Vec<(Place, Span)>,
}

impl Index {
    /// Where the place stands, or nothing when the text does not have it.
    #[must_use]
    pub fn span(&self, place: Place) -> Option<Span> {
        let at = self
            .spans
            .binary_search_by_key(&place, |&(known, _)| known)
            .ok()?;
        self.spans.get(at).map(|&(_, span)| span)
    }

    /// Where the place stands, or the nearest that holds it.
    #[must_use]
    pub fn nearest(&self, place: Place) -> Span {
        nearest(place, |place| self.span(place))
    }
}

/// Where the place stands, or the nearest that holds it.
pub(super) fn nearest(place: Place, span: impl Fn(Place) -> Option<Span>) -> Span {
    core::iter::successors(Some(place), |&place| parent(place))
        .find_map(span)
        .unwrap_or_default()
}

const fn parent(place: Place) -> Option<Place> {
    Some(match place {
        Place::Document => return None,
        Place::Version | Place::Statement(_) => Place::Document,
        Place::Sid(s)
        | Place::Effect(s)
        | Place::Principals(s)
        | Place::Action(s, _)
        | Place::Resource(s, _)
        | Place::Operator(s, _) => Place::Statement(s),
        Place::Principal(s, ..) => Place::Principals(s),
        Place::Key(s, o, _) => Place::Operator(s, o),
        Place::Value(s, o, k, _) => Place::Key(s, o, k),
    })
}

/// The path of a place, as programs write it: `Statement[0].Condition.StringEquals["aws:SourceVpc"][1]`.
///
/// Statements and values that stand without brackets have no number. The path of the document itself is empty.
#[must_use]
pub fn path(document: &Document<'_>, place: Place) -> String {
    let mut out = String::new();
    let s = match place {
        Place::Document => return out,
        Place::Version => return "Version".to_string(),
        Place::Statement(_)
        | Place::Sid(_)
        | Place::Effect(_)
        | Place::Principals(_)
        | Place::Principal(..)
        | Place::Action(..)
        | Place::Resource(..)
        | Place::Operator(..)
        | Place::Key(..)
        | Place::Value(..) => place.statement().unwrap_or_default(),
    };
    out.push_str("Statement");
    if !document.statements.is_bare() {
        write_index(&mut out, s);
    }
    let Some(statement) = document.statements.items.get(s) else {
        return out;
    };
    match place {
        Place::Document | Place::Version | Place::Statement(_) => {}
        Place::Sid(_) => out.push_str(".Sid"),
        Place::Effect(_) => out.push_str(".Effect"),
        Place::Principals(_) | Place::Principal(..) => {
            let not = statement.principals.as_ref().is_some_and(|who| who.not);
            out.push_str(if not { ".NotPrincipal" } else { ".Principal" });
            let listed = statement.principals.as_ref().map(|who| &who.set);
            if let (Place::Principal(_, k, n), Some(PrincipalSet::Listed(kinds))) = (place, listed)
                && let Some((kind, names)) = kinds.get(k)
            {
                write_key(&mut out, kind.name());
                if !names.is_bare() {
                    write_index(&mut out, n);
                }
            }
        }
        Place::Action(_, n) => {
            out.push_str(if statement.actions.not {
                ".NotAction"
            } else {
                ".Action"
            });
            if !statement.actions.values.is_bare() {
                write_index(&mut out, n);
            }
        }
        Place::Resource(_, n) => {
            let resources = statement.resources.as_ref();
            out.push_str(if resources.is_some_and(|element| element.not) {
                ".NotResource"
            } else {
                ".Resource"
            });
            if !resources.is_some_and(|element| element.values.is_bare()) {
                write_index(&mut out, n);
            }
        }
        Place::Operator(_, o) | Place::Key(_, o, _) | Place::Value(_, o, ..) => {
            out.push_str(".Condition");
            let Some(block) = statement.conditions.get(o) else {
                return out;
            };
            write_key(&mut out, &block.operator);
            if let Place::Key(_, _, k) | Place::Value(_, _, k, _) = place
                && let Some((key, values)) = block.keys.get(k)
            {
                write_key(&mut out, key);
                if let Place::Value(.., n) = place
                    && !values.is_bare()
                {
                    write_index(&mut out, n);
                }
            }
        }
    }
    out
}

/// An item of a path: its number in brackets.
pub(super) fn write_index(out: &mut String, number: usize) {
    out.push('[');
    out.push_str(&number.to_string());
    out.push(']');
}

/// A member of a path: after a dot when it is a plain name, in brackets and quotes otherwise.
pub(super) fn write_key(out: &mut String, name: &str) {
    let plain = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if plain {
        if !out.is_empty() {
            out.push('.');
        }
        out.push_str(name);
    } else {
        out.push('[');
        super::write::string(out, name);
        out.push(']');
    }
}

/// A line and a column, both from 1. Columns count characters, as editors do, not bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The character of the line, from 1.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} column {}", self.line, self.column)
    }
}

/// The line and column of a byte of a text.
///
/// ```
/// use rekognition_iam_runtime::json::position;
///
/// let at = position("{\n  \"é\": 1}", 8);
/// assert_eq!((at.line, at.column), (2, 6));
/// ```
#[must_use]
pub fn position(text: &str, offset: usize) -> Position {
    Lines::new(text).position(offset)
}

/// Lines and columns of many places of one text, in one pass when the places are asked for in their order.
#[derive(Debug, Clone)]
pub struct Lines<'t> {
    text: &'t str,
    at: usize,
    position: Position,
}

impl<'t> Lines<'t> {
    /// At the beginning of the text.
    #[must_use]
    pub const fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            position: Position { line: 1, column: 1 },
        }
    }

    /// The line and column of a byte. Looks only at what lies after the last question, or begins again.
    pub fn position(&mut self, offset: usize) -> Position {
        if offset < self.at {
            *self = Self::new(self.text);
        }
        let bytes = self.text.as_bytes();
        let end = offset.min(bytes.len());
        // A byte order mark is not a character of the first line.
        if self.at == 0 && self.text.starts_with('\u{feff}') && end >= 3 {
            self.at = 3;
        }
        for &byte in bytes.get(self.at..end).unwrap_or_default() {
            if byte == b'\n' {
                self.position.line += 1;
                self.position.column = 1;
            } else if byte & 0xc0 != 0x80 {
                self.position.column += 1;
            }
        }
        self.at = self.at.max(end);
        self.position
    }
}
