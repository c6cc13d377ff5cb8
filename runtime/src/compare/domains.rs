//! What requests can have for the keys of conditions, as far as a search asks.

use alloc::vec::Vec;

use super::callers::{self, Candidate};
use super::model::{Id, Model, What};
use super::search::Searcher;
use super::solve::{Domain, Shape, Solved, Wanted, solve};
use crate::OperatorFamily;
use crate::evaluate::request::RequestRef;

impl<'m> Searcher<'m, '_> {
    /// What is said about one key, in an order of its own.
    pub(super) fn about(&self, conditions: &[(Id, bool)], key: Id) -> Vec<(Id, bool)> {
        let of = |id: Id| self.model.conditions.get(usize::from(id));
        let mut about: Vec<(Id, bool)> = conditions
            .iter()
            .copied()
            .filter(|(id, _)| of(*id).is_some_and(|condition| condition.key == key))
            .collect();
        about.sort_unstable();
        about.dedup();
        about
    }

    pub(super) fn wanted(&self, about: &[(Id, bool)]) -> Vec<Wanted<'m>> {
        about
            .iter()
            .filter_map(
                |&(id, holds)| match self.model.conditions.get(usize::from(id))?.what {
                    What::Test {
                        test,
                        operator,
                        open,
                    } => Some(Wanted {
                        test,
                        operator,
                        holds,
                        open: open.is_some(),
                    }),
                    What::Assumption(_) => None,
                },
            )
            .collect()
    }

    /// What a request by a caller can have for a key.
    pub(super) fn domain(&mut self, principal: Option<usize>, key: Id) -> Domain {
        if let Some(known) = self.domains.get(&(principal, key)) {
            return known.clone();
        }
        let name = self
            .model
            .keys
            .get(usize::from(key))
            .map_or(&[][..], Vec::as_slice);
        let shape = self
            .shapes
            .get(usize::from(key))
            .cloned()
            .unwrap_or(Shape::Text);
        let caller = principal.and_then(|principal| self.callers.get(principal));
        let domain = if self.model.lenient {
            Domain::of_any(shape)
        } else {
            callers::domain(name, caller, &self.named, &shape)
        };
        self.domains.insert((principal, key), domain.clone());
        domain
    }

    /// The values of a key, whatever the policy variables are.
    pub(super) fn solve(
        &mut self,
        principal: Option<usize>,
        key: Id,
        about: Vec<(Id, bool)>,
        request: &RequestRef<'_>,
    ) -> Solved {
        if contradicts(&about) {
            return Solved::Never;
        }
        let domain = self.domain(principal, key);
        let wanted = self.wanted(&about);
        if !request.context.is_empty() {
            return solve(&domain, &wanted, request);
        }
        let asked = (principal, key, about);
        if let Some(known) = self.solved.get(&asked) {
            return known.clone();
        }
        let solved = solve(&domain, &wanted, request);
        self.solved.insert(asked, solved.clone());
        solved
    }
}

/// What a caller can have for each key of conditions and variables.
pub(super) fn domains_of(model: &Model<'_>, caller: &Candidate) -> Vec<Domain> {
    let shapes = shapes(model);
    let shape = |at: usize| shapes.get(at).unwrap_or(&Shape::Text);
    // Only callers without a name are asked for, and so no statement names any.
    let of_keys = (model.keys.iter().enumerate())
        .map(|(at, key)| callers::domain(key, Some(caller), &[], shape(at)));
    let of_variables = (model.variable_keys().into_iter())
        .map(|key| callers::domain(key.as_bytes(), Some(caller), &[], &Shape::Text));
    of_keys.chain(of_variables).collect()
}

/// Whether something is to be so and not to be so.
pub(super) fn contradicts(about: &[(Id, bool)]) -> bool {
    about
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if a.0 == b.0))
}

/// What each key looks like: its values are of the type of the operators on it.
pub(super) fn shapes(model: &Model<'_>) -> Vec<Shape> {
    let mut shapes = alloc::vec![Shape::Text; model.keys.len()];
    for condition in &model.conditions {
        let What::Test { operator, .. } = condition.what else {
            continue;
        };
        let shape = match operator.family() {
            OperatorFamily::String | OperatorFamily::Binary | OperatorFamily::Null => continue,
            OperatorFamily::Bool => Shape::Bool,
            OperatorFamily::Numeric => Shape::Number,
            OperatorFamily::Date => Shape::Moment,
            OperatorFamily::IpAddress => Shape::Address,
            OperatorFamily::Arn => Shape::arn(),
        };
        if let Some(known) = shapes.get_mut(usize::from(condition.key)) {
            *known = shape;
        }
    }
    shapes
}
