//! How rules reach callers by their principals.

use alloc::collections::BTreeSet;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::Cell;

use super::callers::{self, Candidate};
use super::domains::domains_of;
use super::model::Model;
use super::solve::Domain;
use crate::evaluate::principal::{Link, Maker, Reach, is_absent, reach};

/// How each rule reaches a caller.
pub(crate) fn reaches(model: &Model<'_>, caller: &Candidate) -> Vec<Reach> {
    model
        .rules
        .iter()
        .map(|rule| match &caller.name {
            Some(name) => reach(
                rule.principals,
                Some(name.as_bytes()),
                caller.role_arn(),
                Maker::Namesake,
                rule.allows,
            ),
            None if is_absent(rule.principals) => Reach::By(Link::Direct),
            None => Reach::Missed,
        })
        .collect()
}

/// The same where the VPC endpoint of a request may be a gateway endpoint.
pub(super) fn through_gateway(
    model: &Model<'_>,
    caller: &Candidate,
    reached: &[Reach],
) -> Vec<Reach> {
    let name = caller.name.as_deref().map(str::as_bytes);
    (model.rules.iter().zip(reached))
        .map(|(rule, &reach)| {
            if model.is_by_endpoint_type(rule) {
                reach.through_gateway(rule.principals, name)
            } else {
                reach
            }
        })
        .collect()
}

/// The callers that a question is about, and how each rule reaches them: found once for all of its searches.
#[derive(Debug, Clone)]
pub(super) struct Callers {
    pub(super) all: Rc<[Candidate]>,
    /// For each caller, how each rule reaches it.
    pub(super) reached: Rc<[Vec<Reach>]>,
    /// Whether they represent all there are.
    pub(super) complete: bool,
    /// How many steps it took to find them, for the first search.
    cost: Rc<Cell<usize>>,
}

impl Callers {
    /// Callers that represent all there are, for documents on their own.
    pub(super) fn of(model: &Model<'_>) -> Self {
        // Callers whom the same rules reach are the same, unless something else is asked about them.
        let by_caller = callers::asks_for_caller(model);
        let mut seen: BTreeSet<(Vec<u16>, Vec<String>)> = BTreeSet::new();
        let mut kinds: Vec<Vec<Domain>> = Vec::new();
        let (candidates, complete, cost) = callers::candidates(model, false, None);
        let cost = cost + candidates.len() * names(model);
        let mut all = Vec::new();
        let mut reached = Vec::new();
        for caller in candidates {
            let how = reaches(model, &caller);
            let is_new = if caller.name.is_none() {
                // Kinds of callers of whom every key that is asked for has the same values are the same.
                let domains = domains_of(model, &caller);
                let is_new = !kinds.contains(&domains);
                kinds.push(domains);
                is_new
            } else {
                let codes = how.iter().map(|reach| reach.code()).collect();
                seen.insert((codes, caller.partitions().to_vec())) || by_caller
            };
            if is_new {
                all.push(caller);
                reached.push(how);
            }
        }
        Self::with((all, reached), complete, cost)
    }

    /// These callers, who represent all there are or not.
    pub(super) fn given(
        model: &Model<'_>,
        all: Vec<Candidate>,
        complete: bool,
        cost: usize,
    ) -> Self {
        let reached = all.iter().map(|caller| reaches(model, caller)).collect();
        let cost = cost + all.len() * names(model);
        Self::with((all, reached), complete, cost)
    }

    fn with(
        (all, reached): (Vec<Candidate>, Vec<Vec<Reach>>),
        complete: bool,
        cost: usize,
    ) -> Self {
        Self {
            all: all.into(),
            reached: reached.into(),
            complete,
            cost: Rc::new(Cell::new(cost)),
        }
    }

    /// How many steps it took to find them, once.
    pub(super) fn cost(&self) -> usize {
        self.cost.take()
    }
}

/// How many steps it takes to compare a caller with the principals of each rule.
fn names(model: &Model<'_>) -> usize {
    (model.rules.iter())
        .map(|rule| 1 + rule.principals.len() / 10)
        .sum()
}
