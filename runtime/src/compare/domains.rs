//! What requests can have for the keys of conditions, as far as a search asks.

use alloc::string::String;
use alloc::vec::Vec;

use super::callers::{self, Candidate};
use super::model::{Id, Model, What, index};
use super::search::{PER_KEY, Searcher};
use super::solve::{Domain, Shape, Solved, Wanted, solve};
use super::together::{Joined, OWNER};
use crate::OperatorFamily;
use crate::catalogue::access::{Fixed, Kind};
use crate::evaluate::request::RequestRef;

/// What is certain of the keys of one request.
#[derive(Debug, Default)]
pub(super) struct Given {
    /// The account of the resource.
    pub(super) owner: Option<String>,
    /// The kinds of requests that it is of.
    pub(super) kinds: Vec<&'static Kind>,
    /// Values that a key has for certain, each in one of several spellings.
    pub(super) forced: Option<(Id, Vec<Vec<String>>)>,
    /// What the ARN of the caller has to be for other keys that follow from it.
    pub(super) joined: Option<Joined>,
    /// Keys with the same value.
    pub(super) same: Vec<(Id, Id)>,
}

impl Given {
    pub(super) fn is_empty(&self) -> bool {
        self.kinds.is_empty()
            && self.owner.is_none()
            && self.forced.is_none()
            && self.joined.is_none()
            && self.same.is_empty()
    }

    /// Whether a key has the value of the account of the resource.
    fn is_owner(&self, name: &[u8]) -> bool {
        (self.kinds.iter().flat_map(|kind| kind.same)).any(|(one, other)| {
            one.as_bytes().eq_ignore_ascii_case(name) && other.eq_ignore_ascii_case(OWNER)
        })
    }

    /// Narrows what a key can be.
    fn narrow(&self, name: &[u8], key: Option<Id>, domain: &mut Domain) {
        for kind in &self.kinds {
            match core::str::from_utf8(name)
                .ok()
                .and_then(|name| kind.fixed(name))
            {
                None => {}
                Some(Fixed::Absent) => domain.may_have = false,
                Some(Fixed::Present) => domain.may_lack = false,
                Some(Fixed::Value(value)) => {
                    domain.may_lack = false;
                    if domain.shape.holds(value) {
                        domain.shape = Shape::Exactly(String::from(value));
                    } else {
                        domain.may_have = false;
                    }
                }
            }
        }
        if let Some(owner) = &self.owner
            && (name.eq_ignore_ascii_case(OWNER.as_bytes()) || self.is_owner(name))
        {
            domain.shape = Shape::Exactly(owner.clone());
        }
        if let Some((forced, values)) = &self.forced
            && Some(*forced) == key
        {
            domain.forced.clone_from(values);
        }
        if let Some(joined) = &self.joined
            && Some(joined.arn) == key
            && let Shape::Like(yes, no) = &mut domain.shape
        {
            yes.extend(joined.yes.iter().cloned());
            no.extend(joined.no.iter().cloned());
        }
    }
}

impl<'m> Searcher<'m, '_> {
    /// What is said about one key, in an order of its own.
    pub(super) fn about(&self, conditions: &[(Id, bool)], key: Id) -> Vec<(Id, bool)> {
        let of = |id: Id| self.model.conditions.get(index(id));
        let mut about: Vec<(Id, bool)> = conditions
            .iter()
            .copied()
            .filter(|&(id, holds)| {
                of(id).is_some_and(|condition| {
                    condition.key == key
                        || (matches!(condition.what, What::Test { .. })
                            && self.is_about(key, condition.key, id, holds))
                })
            })
            .collect();
        about.sort_unstable();
        about.dedup();
        about
    }

    pub(super) fn wanted(&self, about: &[(Id, bool)]) -> Vec<Wanted<'m>> {
        about
            .iter()
            .filter_map(
                |&(id, holds)| match self.model.conditions.get(index(id))?.what {
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

    /// What the request can have for the key of a policy variable, in lower case.
    pub(super) fn domain_of(&mut self, principal: Option<usize>, name: &str) -> Domain {
        if let Some(key) = self.model.key(name) {
            return self.domain(principal, key);
        }
        let caller = principal.and_then(|principal| self.callers.get(principal));
        let mut domain = if self.model.lenient {
            Domain::of_any(Shape::Text)
        } else {
            callers::domain(name.as_bytes(), caller, &[], &Shape::Text)
        };
        self.given.narrow(name.as_bytes(), None, &mut domain);
        domain
    }

    /// What the request can have for a key.
    pub(super) fn domain(&mut self, principal: Option<usize>, key: Id) -> Domain {
        let mut domain = self.usual_domain(principal, key);
        if !self.given.is_empty() {
            let name = self.model.keys.get(index(key));
            let name = name.map_or(&[][..], Vec::as_slice);
            self.given.narrow(name, Some(key), &mut domain);
        }
        domain
    }

    /// What the request can have for a key with these conditions on it, and on keys that have to do with it.
    pub(super) fn domain_about(
        &mut self,
        principal: Option<usize>,
        key: Id,
        about: &[(Id, bool)],
    ) -> Domain {
        let mut domain = self.domain(principal, key);
        if self.asks_both_times(about) {
            domain.shape = Shape::Count;
        }
        domain
    }

    /// A number for the domain, to remember answers by.
    pub(super) fn number_of(&mut self, domain: &Domain) -> usize {
        match self.numbers.get(domain) {
            Some(known) => *known,
            None => {
                let number = self.numbers.len();
                self.numbers.insert(domain.clone(), number);
                number
            }
        }
    }

    /// What a request by a caller can have for a key.
    fn usual_domain(&mut self, principal: Option<usize>, key: Id) -> Domain {
        if let Some(known) = self.domains.get(&(principal, key)) {
            return known.clone();
        }
        let name = self
            .model
            .keys
            .get(index(key))
            .map_or(&[][..], Vec::as_slice);
        let shape = self.shapes.get(index(key)).cloned().unwrap_or(Shape::Text);
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
        let domain = self.domain_about(principal, key, &about);
        let wanted = self.wanted(&about);
        if !request.context.is_empty() && wanted.iter().any(Wanted::has_variables) {
            self.charge(PER_KEY + wanted.len());
            return solve(&domain, &wanted, request, &mut self.steps);
        }
        let asked = (self.number_of(&domain), key, about);
        if let Some(known) = self.solved.get(&asked) {
            return known.clone();
        }
        self.charge(PER_KEY + wanted.len());
        let solved = solve(&domain, &wanted, request, &mut self.steps);
        if self.steps > 0 {
            self.solved.insert(asked, solved.clone());
        }
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
        if let Some(known) = shapes.get_mut(index(condition.key)) {
            *known = shape;
        }
    }
    shapes
}
