//! Regions that meet a rule of each of several gates: what every layer of policies has to allow.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::hunt::{Alternative, Class, alternatives, class};
use super::model::{Id, Model, Relation, STAR, Set as Patterns};
use super::search::{Goal, Region, Searcher};
use super::unsettled::Obstacle;

/// Looks for requests that match a rule of each gate.
pub(super) struct Hunt<'m, 'p> {
    pub(super) model: &'m Model<'p>,
    pub(super) searcher: Searcher<'m, 'p>,
    /// What is the same for actions that need to be looked at only once.
    pub(super) kinds: BTreeMap<Id, Kind>,
}

/// What tells one action from another: what it is asked for on, and how it lies to each rule.
pub(super) type Kind = (Class, Vec<Relation>);

impl<'m, 'p> Hunt<'m, 'p> {
    /// Looks for a request that matches a rule of each of the gates and none of `away`.
    pub(super) fn enter(
        &mut self,
        gates: &[Vec<usize>],
        region: &mut Region,
        away: &[usize],
        goal: &mut dyn Goal,
    ) -> ControlFlow<()> {
        let Some((gate, rest)) = gates.split_first() else {
            return self.searcher.find(region, away, goal);
        };
        if !self.searcher.spend() {
            self.searcher.stuck(Obstacle::TooMany, None);
            return ControlFlow::Continue(());
        }
        // A rule that the whole region lies in makes the others superfluous.
        if gate
            .iter()
            .any(|&rule| self.searcher.open_parts(region, rule, None) == Some(0))
        {
            return self.enter(rest, region, away, goal);
        }
        for &number in gate {
            if self.searcher.open_parts(region, number, None).is_none() {
                continue;
            }
            let model = self.model;
            let Some(rule) = model.rules.get(number) else {
                continue;
            };
            let before = region.conditions.len();
            if !self.meets(region, number) {
                region.conditions.truncate(before);
                continue;
            }
            let mut seen: BTreeSet<Kind> = BTreeSet::new();
            for action in self.narrowed(region, &rule.actions) {
                if let Alternative::One(id) = action
                    && model.actions.is_fixed(id)
                    && !seen.insert(self.kind(id))
                {
                    continue;
                }
                for resource in alternatives(rule.resources.as_ref()) {
                    let (actions, resources) = (region.actions.clone(), region.resources.clone());
                    action.put(&mut region.actions.yes, &mut region.actions.no);
                    resource.put(&mut region.resources.yes, &mut region.resources.no);
                    let found = if is_empty(&mut self.searcher, region) {
                        ControlFlow::Continue(())
                    } else {
                        self.enter(rest, region, away, goal)
                    };
                    region.actions = actions;
                    region.resources = resources;
                    found?;
                }
            }
            region.conditions.truncate(before);
        }
        ControlFlow::Continue(())
    }

    /// Adds the conditions of a rule to a region; false when they cannot be met.
    fn meets(&mut self, region: &mut Region, rule: usize) -> bool {
        let mut added = Vec::new();
        for condition in self.searcher.conditions(region.principal, rule) {
            match region.conditions.iter().find(|(id, _)| *id == condition) {
                Some((_, true)) => {}
                Some((_, false)) => return false,
                None => {
                    region.conditions.push((condition, true));
                    added.push(condition);
                }
            }
        }
        added.into_iter().all(|condition| {
            (self.searcher).is_possible(region.principal, &region.conditions, condition)
        })
    }

    /// The ways to be in a set of actions for a region; the only one is to be where it is when all of it is in the set.
    fn narrowed<'s>(&mut self, region: &Region, set: &'s Patterns) -> Vec<Alternative<'s>> {
        let patterns = &self.model.actions;
        let is_in = region
            .actions
            .yes
            .iter()
            .any(|&yes| Model::relation(patterns, yes, set) == Relation::Inside);
        if is_in {
            alloc::vec![Alternative::Any]
        } else {
            alternatives(Some(set))
        }
    }

    fn kind(&mut self, action: Id) -> Kind {
        if let Some(known) = self.kinds.get(&action) {
            return known.clone();
        }
        let relations = (0..self.model.rules.len())
            .map(|rule| self.searcher.action_relation(action, rule))
            .collect();
        let kind = (class(self.model, action), relations);
        self.kinds.insert(action, kind.clone());
        kind
    }
}

/// Whether nothing can be in a region, going by single patterns.
fn is_empty(searcher: &mut Searcher<'_, '_>, region: &Region) -> bool {
    if searcher.is_empty(region) {
        return true;
    }
    let model = searcher.model;
    // Asked for on `*` alone.
    let star = (region.actions.yes.iter()).any(|&id| class(model, id) == Class::Star);
    let resources = &model.resources;
    star && ((region.resources.yes.iter())
        .any(|&yes| resources.relation(STAR, yes) == Relation::Outside)
        || (region.resources.no.iter()).any(|&no| resources.relation(STAR, no) == Relation::Inside))
}
