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
///
/// Without calls: each costs the compiler as much as fifty operators when it proves a guarantee, and most of what a proof does is to
/// read sizes. For the same reason, statements and lists are places in the program, and only texts that are compared are cut out.
#[inline]
pub(super) const fn read_size(bytes: &[u8], at: usize) -> (usize, usize) {
    let mut number = 0_usize;
    let mut at = at;
    while at < bytes.len() {
        // Each digit is five bits; those of a size that is too large are lost.
        match bytes[at] {
            last @ b'0'..=b'O' => return (number << 5 | (last - b'0') as usize, at + 1),
            digit @ b']'..=b'|' => number = number << 5 | (digit - b']') as usize,
            _ => break,
        }
        at += 1;
    }
    (0, at)
}

/// Where a part of this length ends that begins at `from`: at `end`, if that comes first.
#[inline]
const fn end_of(from: usize, length: usize, end: usize) -> usize {
    if from < end && length < end - from {
        from + length
    } else if from < end {
        end
    } else {
        from
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
        let (length, from) = read_size(self.bytes, at);
        let to = end_of(from, length, self.bytes.len());
        // A program is never read for ever, whatever its text.
        if to <= at {
            None
        } else {
            let program = self.bytes;
            Some((Line { program, from, to }, to))
        }
    }
}

/// A statement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'p> {
    program: &'p [u8],
    from: usize,
    to: usize,
}

impl<'p> Line<'p> {
    /// A place for a statement.
    pub(crate) const EMPTY: Self = Self {
        program: &[],
        from: 0,
        to: 0,
    };

    #[inline]
    pub(crate) const fn allows(self) -> bool {
        self.from < self.to && self.program[self.from] == b'+'
    }

    /// All of it: two statements of equal bytes are the same statement.
    pub(crate) const fn bytes(self) -> &'p [u8] {
        part(self.program, self.from, self.to - self.from)
    }

    /// Whether two statements are the same except for their `Sid`.
    pub(crate) fn is_same(self, other: Line<'_>) -> bool {
        self.allows() == other.allows()
            && (0..4).all(|field| self.text_of(field) == other.text_of(field))
    }

    #[inline]
    pub(crate) const fn actions(self) -> List<'p> {
        self.list(0)
    }

    pub(crate) const fn resources(self) -> List<'p> {
        self.list(1)
    }

    pub(crate) const fn principals(self) -> &'p [u8] {
        self.text_of(2)
    }

    pub(crate) const fn conditions(self) -> &'p [u8] {
        self.text_of(3)
    }

    pub(crate) const fn sid(self) -> &'p [u8] {
        self.text_of(4)
    }

    #[inline]
    const fn list(self, field: usize) -> List<'p> {
        let (from, to) = self.field(field);
        let program = self.program;
        List { program, from, to }
    }

    const fn text_of(self, field: usize) -> &'p [u8] {
        let (from, to) = self.field(field);
        part(self.program, from, to - from)
    }

    /// What a decision reads after `Action`, in one pass.
    #[inline]
    pub(super) const fn elements(self) -> Elements<'p> {
        let (length, from) = read_size(self.program, self.from + 1);
        let at = end_of(from, length, self.to);
        let (length, from) = read_size(self.program, at);
        let to = end_of(from, length, self.to);
        let program = self.program;
        let resources = List { program, from, to };
        let (length, from) = read_size(program, to);
        let at = end_of(from, length, self.to);
        let principals = part(program, from, at - from);
        let (length, from) = read_size(program, at);
        let conditions = part(program, from, end_of(from, length, self.to) - from);
        Elements {
            resources,
            principals,
            conditions,
        }
    }

    /// Where a field begins and ends.
    #[inline]
    const fn field(self, wanted: usize) -> (usize, usize) {
        let mut at = self.from + 1;
        let mut field = 0;
        loop {
            let (length, from) = read_size(self.program, at);
            let to = end_of(from, length, self.to);
            if field == wanted {
                return (from, to);
            }
            at = to;
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
    program: &'p [u8],
    from: usize,
    to: usize,
}

impl<'p> List<'p> {
    /// All of it: two lists of equal bytes are the same list.
    pub(crate) const fn bytes(self) -> &'p [u8] {
        part(self.program, self.from, self.to - self.from)
    }

    /// Whether the element is not there at all.
    #[inline]
    pub(crate) const fn is_absent(self) -> bool {
        self.from < self.to && self.program[self.from] == b'_'
    }

    #[inline]
    pub(crate) const fn is_not(self) -> bool {
        self.from < self.to && self.program[self.from] == b'!'
    }

    #[inline]
    pub(crate) const fn values(self) -> Values<'p> {
        Values {
            program: self.program,
            at: self.from + 1,
            to: self.to,
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
    program: &'p [u8],
    at: usize,
    to: usize,
}

impl<'p> Values<'p> {
    /// The next value and the walk after it.
    #[inline]
    pub(crate) const fn next(self) -> Option<(Form, &'p [u8], Self)> {
        if self.at >= self.to {
            return None;
        }
        let form = match self.program[self.at] {
            b'e' => Form::Exact,
            b'p' => Form::Pattern,
            b'v' => Form::Variables,
            b'*' => Form::Any,
            _ => return None,
        };
        let (length, from) = read_size(self.program, self.at + 1);
        let at = end_of(from, length, self.to);
        let text = if let Form::Any = form {
            b"*"
        } else {
            part(self.program, from, at - from)
        };
        Some((form, text, Self { at, ..self }))
    }
}

impl Values<'_> {
    /// The walk without the values before the first one that is a pattern or has this length.
    #[inline]
    pub(crate) const fn after_other_lengths(mut self, wanted: usize) -> Self {
        while self.at < self.to && self.program[self.at] == b'e' {
            let (length, from) = read_size(self.program, self.at + 1);
            if length == wanted {
                break;
            }
            self.at = end_of(from, length, self.to);
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
            program: self.bytes,
            at,
            to: self.bytes.len(),
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
