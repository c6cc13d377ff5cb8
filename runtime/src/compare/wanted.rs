//! A condition on a key and what is wanted of it.

use alloc::string::String;
use alloc::vec::Vec;

use super::solve::{Domain, Shape, pattern};
use crate::evaluate::condition::holds_for;
use crate::evaluate::doubt::Truth;
use crate::evaluate::program::{Form, Test};
use crate::evaluate::request::{Found, RequestRef};
use crate::{Operator, OperatorFamily};

/// A condition and whether it is to hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'m> {
    pub(crate) test: Test<'m>,
    pub(crate) operator: Operator,
    pub(crate) holds: bool,
    /// Nobody knows how AWS compares it, as long as the request has the key.
    pub(crate) open: bool,
}

impl Wanted<'_> {
    pub(super) fn is(&self, found: &Found<'_>, request: &RequestRef<'_>) -> bool {
        (self.open && !matches!(found, Found::Missing))
            || holds_for(self.test, self.operator, found, request) == Truth::of(self.holds)
    }

    /// What the texts of the condition begin with, up to a wildcard or a policy variable.
    pub(super) fn heads(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut values = self.test.values();
        while let Some((_, text, more)) = values.next() {
            let tokens = pattern(self.operator, text, None).unwrap_or_default();
            let plain = tokens.into_iter().map_while(char::from_u32);
            found.push(plain.collect());
            values = more;
        }
        found
    }

    /// Whether the value has to be one of the texts of the condition, letter by letter.
    pub(super) fn is_one_of_texts(&self) -> bool {
        let mut values = self.test.values();
        while let Some((form, text, more)) = values.next() {
            let tokens = (form != Form::Variables)
                .then(|| pattern(self.operator, text, None))
                .flatten();
            if !tokens
                .is_some_and(|tokens| tokens.iter().all(|&token| char::from_u32(token).is_some()))
            {
                return false;
            }
            values = more;
        }
        self.operator.family() == OperatorFamily::String && self.holds != self.operator.is_negated()
    }

    pub(super) fn has_variables(&self) -> bool {
        let mut values = self.test.values();
        while let Some((form, _, more)) = values.next() {
            if form == Form::Variables {
                return true;
            }
            values = more;
        }
        false
    }
}

/// About how many steps it takes to find a value: each value of a condition is tried against all others, unless the key has
/// few.
pub(super) fn work(domain: &Domain, wanted: &[Wanted<'_>]) -> usize {
    let mut values = 1;
    for wanted in wanted {
        let mut left = wanted.test.values();
        while let Some((_, _, more)) = left.next() {
            values += 1;
            left = more;
        }
    }
    match domain.shape {
        Shape::Exactly(_) | Shape::Bool => 2 * values,
        Shape::Text
        | Shape::Number
        | Shape::Count
        | Shape::Moment
        | Shape::Address
        | Shape::Like(..)
        | Shape::Of(_) => values * values,
    }
}
