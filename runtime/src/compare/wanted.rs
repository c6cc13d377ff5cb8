//! A condition on a key and what is wanted of it.

use alloc::string::String;
use alloc::vec::Vec;

use super::solve::pattern;
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
    /// What it costs to compare a value with those of the condition, in quarters of a step.
    pub(super) fn cost(&self) -> usize {
        let mut cost = 1;
        let mut left = self.test.values();
        while let Some((form, text, more)) = left.next() {
            cost += match form {
                Form::Exact | Form::Any => 1,
                Form::Pattern => 2 + text.len() / 8,
                Form::Variables => 80 + text.len() / 8,
            };
            left = more;
        }
        cost
    }

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
