//! The reader of a program: its statements, their lists of values, and their conditions, without allocation.
//!
//! `program` has the format, and writes it.

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]

use super::text::{byte, part};
use crate::{Operator, SetOperator};

impl Operator {
    /// One letter for the operator.
    pub(crate) const fn code(self) -> u8 {
        // `[` and `]` follow on `Z`; neither is used.
        match self as u8 {
            26 => b'a',
            number => b'A' + number,
        }
    }

    pub(crate) const fn from_code(code: u8) -> Option<Self> {
        let number = match code {
            b'a' => 26,
            b'A'..=b'Z' => code - b'A',
            _ => return None,
        };
        Some(Self::ALL[number as usize])
    }
}

/// Reads a size: the number, and where it ends.
#[inline]
pub(super) const fn read_size(bytes: &[u8], at: usize) -> (usize, usize) {
    let mut number = 0_usize;
    let mut at = at;
    loop {
        match byte(bytes, at) {
            last @ b'0'..=b'O' => {
                return (
                    number.wrapping_mul(32).wrapping_add((last - b'0') as usize),
                    at + 1,
                );
            }
            digit @ b']'..=b'|' => {
                number = number
                    .wrapping_mul(32)
                    .wrapping_add((digit - b']') as usize);
                at += 1;
            }
            _ => return (0, at),
        }
    }
}

/// Reads what [`sized`] wrote: the part, and where it ends.
#[inline]
const fn read_sized(bytes: &[u8], at: usize) -> (&[u8], usize) {
    let (length, from) = read_size(bytes, at);
    let part = part(bytes, from, length);
    (part, from + part.len())
}

/// The text of a program.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Code<'p> {
    pub(crate) bytes: &'p [u8],
}

impl<'p> Code<'p> {
    /// Whether `${..}` is a variable.
    pub(crate) const fn has_variables(self) -> bool {
        byte(self.bytes, 1) == b'v'
    }

    /// Where the first statement begins.
    pub(crate) const fn start(self) -> usize {
        2
    }

    /// All statements.
    pub(crate) fn lines(self) -> impl Iterator<Item = Line<'p>> {
        let mut at = self.start();
        core::iter::from_fn(move || {
            let (line, next) = self.statement(at)?;
            at = next;
            Some(line)
        })
    }

    /// The statement of this number, from 0.
    pub(crate) const fn line(self, wanted: usize) -> Option<Line<'p>> {
        let mut at = self.start();
        let mut number = 0;
        while let Some((line, next)) = self.statement(at) {
            if number == wanted {
                return Some(line);
            }
            number += 1;
            at = next;
        }
        None
    }

    /// The statement at this place and the place of the next one.
    #[inline]
    pub(crate) const fn statement(self, at: usize) -> Option<(Line<'p>, usize)> {
        if at >= self.bytes.len() {
            return None;
        }
        let (bytes, next) = read_sized(self.bytes, at);
        // A program is never read for ever, whatever its text.
        if next <= at {
            None
        } else {
            Some((Line { bytes }, next))
        }
    }
}

/// A statement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'p> {
    bytes: &'p [u8],
}

impl<'p> Line<'p> {
    /// A place for a statement.
    pub(crate) const EMPTY: Self = Self { bytes: &[] };

    #[inline]
    pub(crate) const fn allows(self) -> bool {
        byte(self.bytes, 0) == b'+'
    }

    /// All of it: two statements of equal bytes are the same statement.
    pub(crate) const fn bytes(self) -> &'p [u8] {
        self.bytes
    }

    /// Whether two statements are the same except for their `Sid`.
    pub(crate) fn is_same(self, other: Line<'_>) -> bool {
        self.allows() == other.allows()
            && (0..4).all(|field| self.field(field) == other.field(field))
    }

    #[inline]
    pub(crate) const fn actions(self) -> List<'p> {
        List {
            bytes: self.field(0),
        }
    }

    pub(crate) const fn resources(self) -> List<'p> {
        List {
            bytes: self.field(1),
        }
    }

    pub(crate) const fn principals(self) -> &'p [u8] {
        self.field(2)
    }

    pub(crate) const fn conditions(self) -> &'p [u8] {
        self.field(3)
    }

    pub(crate) const fn sid(self) -> &'p [u8] {
        self.field(4)
    }

    /// What a decision reads after `Action`, in one pass.
    #[inline]
    pub(super) const fn elements(self) -> Elements<'p> {
        let (length, from) = read_size(self.bytes, 1);
        let (resources, at) = read_sized(self.bytes, from.saturating_add(length));
        let (principals, at) = read_sized(self.bytes, at);
        let (conditions, _) = read_sized(self.bytes, at);
        Elements {
            resources: List { bytes: resources },
            principals,
            conditions,
        }
    }

    #[inline]
    const fn field(self, wanted: usize) -> &'p [u8] {
        let mut at = 1;
        let mut field = 0;
        loop {
            let (length, from) = read_size(self.bytes, at);
            if field == wanted {
                return part(self.bytes, from, length);
            }
            at = from.saturating_add(length);
            field += 1;
        }
    }
}

/// The elements of a statement after `Action`.
pub(super) struct Elements<'p> {
    pub(super) resources: List<'p>,
    pub(super) principals: &'p [u8],
    pub(super) conditions: &'p [u8],
}

/// `Action` or `Resource` with its values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct List<'p> {
    bytes: &'p [u8],
}

impl<'p> List<'p> {
    /// All of it: two lists of equal bytes are the same list.
    pub(crate) const fn bytes(self) -> &'p [u8] {
        self.bytes
    }

    /// Whether the element is not there at all.
    pub(crate) const fn is_absent(self) -> bool {
        byte(self.bytes, 0) == b'_'
    }

    pub(crate) const fn is_not(self) -> bool {
        byte(self.bytes, 0) == b'!'
    }

    pub(crate) const fn values(self) -> Values<'p> {
        Values {
            bytes: self.bytes,
            at: 1,
        }
    }
}

/// How a value is matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Equal.
    Exact,
    /// With `*` and `?`.
    Pattern,
    /// With policy variables.
    Variables,
    /// Anything.
    Any,
}

/// A walk over values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Values<'p> {
    bytes: &'p [u8],
    at: usize,
}

impl<'p> Values<'p> {
    /// The next value and the walk after it.
    #[inline]
    pub(crate) const fn next(self) -> Option<(Form, &'p [u8], Self)> {
        let form = match byte(self.bytes, self.at) {
            b'e' => Form::Exact,
            b'p' => Form::Pattern,
            b'v' => Form::Variables,
            b'*' => Form::Any,
            _ => return None,
        };
        let (text, at) = read_sized(self.bytes, self.at + 1);
        Some((
            form,
            if let Form::Any = form { b"*" } else { text },
            Self {
                bytes: self.bytes,
                at,
            },
        ))
    }
}

impl Values<'_> {
    /// The walk without the values before the first one that is a pattern or has this length.
    #[inline]
    pub(crate) const fn after_other_lengths(mut self, wanted: usize) -> Self {
        while byte(self.bytes, self.at) == b'e' {
            let (length, from) = read_size(self.bytes, self.at + 1);
            if length == wanted {
                break;
            }
            self.at = from.saturating_add(length);
        }
        self
    }
}

/// A principal of a statement: its kind's letter, its text and the place of the next.
pub(crate) const fn principal(bytes: &[u8], at: usize) -> Option<(u8, &[u8], usize)> {
    match byte(bytes, at) {
        kind @ (b'A' | b'S' | b'F' | b'C') => {
            let (text, next) = read_sized(bytes, at + 1);
            Some((kind, text, next))
        }
        _ => None,
    }
}

/// A key under an operator, with its values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Test<'p> {
    bytes: &'p [u8],
}

/// The test at this place of a statement's conditions, and the place of the next one.
#[inline]
pub(crate) const fn test(conditions: &[u8], at: usize) -> Option<(Test<'_>, usize)> {
    if at >= conditions.len() {
        return None;
    }
    let (bytes, next) = read_sized(conditions, at);
    if next <= at {
        None
    } else {
        Some((Test { bytes }, next))
    }
}

impl<'p> Test<'p> {
    /// Whether it represents a document that AWS refuses for its version, which is the key.
    pub(crate) const fn is_refused(self) -> bool {
        byte(self.bytes, 0) == b'!'
    }

    /// The operator; `None` when IAM has none of the name, or refuses the document.
    pub(crate) const fn operator(self) -> Option<Operator> {
        Operator::from_code(byte(self.bytes, 0))
    }

    pub(crate) const fn set(self) -> Option<SetOperator> {
        match byte(self.bytes, 1) {
            b'A' => Some(SetOperator::ForAllValues),
            b'E' => Some(SetOperator::ForAnyValue),
            _ => None,
        }
    }

    pub(crate) const fn if_exists(self) -> bool {
        byte(self.bytes, 2) == b'?'
    }

    /// The key, or the name of an operator that IAM does not have, or a version that AWS refuses.
    pub(crate) const fn key(self) -> &'p [u8] {
        read_sized(self.bytes, 3).0
    }

    pub(crate) const fn values(self) -> Values<'p> {
        let (_, at) = read_sized(self.bytes, 3);
        Values {
            bytes: self.bytes,
            at,
        }
    }

    /// All values: two lists of equal bytes are the same list.
    pub(crate) const fn listed(self) -> &'p [u8] {
        let (_, at) = read_sized(self.bytes, 3);
        part(self.bytes, at, self.bytes.len() - at)
    }

    /// All of it: two tests of equal bytes are the same test.
    pub(crate) const fn bytes(self) -> &'p [u8] {
        self.bytes
    }
}
