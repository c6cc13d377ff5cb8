//! The regions that a question starts from: what each statement allows, an action and a resource at a time.

use core::ops::{ControlFlow, Range};

use alloc::string::String;
use alloc::vec::Vec;

use super::guarantee::Guarantee;
use super::model::{Id, Model, Relation, STAR, Set, index};
use super::reach::Callers;
use super::search::{First, Region, Searcher};
use super::targets::{self, Types};
use super::unsettled::Obstacle;
use super::witness::Witness;
use crate::catalogue;
use crate::evaluate::request::ActionName;
use crate::evaluate::target::Checked;

/// The requests that a promise is about.
#[derive(Debug, Default)]
pub(super) struct Limits {
    pub(super) action: Option<Id>,
    pub(super) resource: Option<Id>,
    pub(super) not_on: Vec<Id>,
}

/// The rules that allow, and those that deny.
pub(super) fn split(model: &Model<'_>, rules: Range<usize>) -> (Vec<usize>, Vec<usize>) {
    rules.partition(|&rule| model.rules.get(rule).is_some_and(|rule| rule.allows))
}

/// What it costs to look at a cell, in steps.
const PER_CELL: usize = 8;

/// A search and the regions that it starts from.
pub(super) struct Hunt<'m, 'p> {
    model: &'m Model<'p>,
    pub(super) searcher: Searcher<'m, 'p>,
    /// What each action is asked for on, as far as that was looked up.
    classes: Vec<Option<Class>>,
}

impl<'m, 'p> Hunt<'m, 'p> {
    pub(super) fn new(model: &'m Model<'p>, callers: &Callers, steps: usize) -> Self {
        Self {
            model,
            searcher: Searcher::new(model, callers, steps),
            classes: alloc::vec![None; model.actions.len()],
        }
    }

    pub(super) fn verdict(&self) -> Guarantee {
        match &self.searcher.unsure {
            None => Guarantee::Holds,
            Some(reason) => Guarantee::Unknown(reason.clone()),
        }
    }

    /// Searches all that a statement allows (and `also` match) for a request that none of `away` matches.
    pub(super) fn first(
        &mut self,
        allow: usize,
        principal: Option<usize>,
        limits: &Limits,
        [away, also]: [&[usize]; 2],
        confirm: &dyn Fn(&Witness) -> bool,
    ) -> Option<Witness> {
        let mut first = First::new(confirm);
        // Where it ends early, it has found what it is for, or no steps are left.
        let _ = self.each_cell(
            allow,
            principal,
            limits,
            [away, also],
            &mut |searcher, cell| searcher.find(&mut cell.region, away, &mut first),
        );
        first.found
    }

    /// All that a statement allows (and `also` match) to a caller, an action and a resource at a time. Actions that lie the
    /// same way to the rules of `away` share a cell.
    pub(super) fn each_cell(
        &mut self,
        allow: usize,
        principal: Option<usize>,
        limits: &Limits,
        [away, also]: [&[usize]; 2],
        visit: &mut dyn FnMut(&mut Searcher<'m, 'p>, &mut Cell) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Some(rule) = self.model.rules.get(allow) else {
            return ControlFlow::Continue(());
        };
        self.go_on(1)?;
        if !self.searcher.reaches(principal, allow)
            || also.iter().any(|&other| self.are_apart(allow, other))
        {
            return ControlFlow::Continue(());
        }
        let starts = self.starts(allow, principal, limits, also);
        if starts.is_empty() {
            return ControlFlow::Continue(());
        }
        let actions = self.representatives(&rule.actions, limits.action, away, also);
        for start in &starts {
            for (action, alike) in &actions {
                for resource in alternatives(rule.resources.as_ref()) {
                    self.go_on(PER_CELL + away.len() / 8)?;
                    let mut region = start.clone();
                    region.actions.yes.extend(limits.action);
                    action.put(&mut region.actions.yes, &mut region.actions.no);
                    resource.put(&mut region.resources.yes, &mut region.resources.no);
                    if self.is_empty(&region, action) {
                        continue;
                    }
                    let mut cell = Cell { region, alike };
                    visit(&mut self.searcher, &mut cell)?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Counts steps, and ends the search when none are left.
    fn go_on(&mut self, steps: usize) -> ControlFlow<()> {
        self.searcher.charge(steps);
        if self.searcher.steps > 0 {
            return ControlFlow::Continue(());
        }
        self.searcher.stuck(Obstacle::TooMany, None);
        ControlFlow::Break(())
    }

    /// The conditions of a rule, and where `also` match too, before its own actions and resources.
    fn starts(
        &mut self,
        allow: usize,
        principal: Option<usize>,
        limits: &Limits,
        also: &[usize],
    ) -> Vec<Region> {
        let mut start = Region {
            principal,
            ..Region::default()
        };
        start.conditions.extend(
            (self.searcher.conditions(principal, allow))
                .into_iter()
                .map(|id| (id, true)),
        );
        start.resources.no.extend(&limits.not_on);
        start.resources.yes.extend(limits.resource);
        let mut starts = alloc::vec![start];
        for &number in also {
            let Some(other) = self.model.rules.get(number) else {
                return Vec::new();
            };
            if !self.searcher.reaches(principal, number) {
                return Vec::new();
            }
            let wanted = self.searcher.conditions(principal, number);
            let mut next = Vec::new();
            for start in starts {
                for resource in alternatives(other.resources.as_ref()) {
                    for action in alternatives(Some(&other.actions)) {
                        let mut region = start.clone();
                        region
                            .conditions
                            .extend(wanted.iter().map(|&id| (id, true)));
                        action.put(&mut region.actions.yes, &mut region.actions.no);
                        resource.put(&mut region.resources.yes, &mut region.resources.no);
                        next.push(region);
                    }
                }
            }
            starts = next;
        }
        for start in &mut starts {
            start.conditions.sort_unstable();
            start.conditions.dedup();
        }
        // A caller that cannot have the keys has no requests, however the rest is split.
        let searcher = &mut self.searcher;
        starts.retain(|start| {
            (start.conditions.iter())
                .all(|&(id, _)| searcher.is_possible(principal, &start.conditions, id))
        });
        starts
    }

    /// Whether no request can match both rules, going by their actions and by their resources.
    fn are_apart(&mut self, a: usize, b: usize) -> bool {
        let Some(rule) = self.model.rules.get(a) else {
            return true;
        };
        let resources = rule.resources.as_ref().map_or(0, |set| set.patterns.len());
        (self.searcher).charge((rule.actions.patterns.len() + resources) / 4);
        let outside = |patterns: &[Id], searcher: &mut Searcher<'m, 'p>, actions: bool| {
            patterns.iter().all(|&pattern| {
                let relation = if actions {
                    searcher.action_relation(pattern, b)
                } else {
                    searcher.resource_relation(pattern, b)
                };
                relation == Relation::Outside
            })
        };
        (!rule.actions.not && outside(&rule.actions.patterns, &mut self.searcher, true))
            || rule.resources.as_ref().is_some_and(|resources| {
                !resources.not && outside(&resources.patterns, &mut self.searcher, false)
            })
    }

    /// A look at the patterns of a region two by two: whether nothing can be in it.
    fn is_empty(&mut self, region: &Region, action: &Alternative<'_>) -> bool {
        if self.searcher.is_empty(region) {
            return true;
        }
        // Asked for on `*` alone.
        let Alternative::One(id) = action else {
            return false;
        };
        let (resources, side) = (&self.model.resources, &region.resources);
        let misses = |&yes: &Id| resources.relation(STAR, yes) == Relation::Outside;
        let hits = |&no: &Id| resources.relation(STAR, no) == Relation::Inside;
        (side.yes.iter().any(misses) || side.no.iter().any(hits)) && self.class(*id) == Class::Star
    }

    fn class(&mut self, id: Id) -> Class {
        match self.classes.get_mut(index(id)) {
            Some(slot) => *slot.get_or_insert_with(|| class(self.model, id)),
            None => class(self.model, id),
        }
    }

    /// One action for all that lie the same way to every rule of the search, and the others.
    fn representatives<'s>(
        &mut self,
        set: &'s Set,
        limit: Option<Id>,
        away: &[usize],
        also: &[usize],
    ) -> Vec<(Alternative<'s>, Vec<Id>)> {
        if set.not {
            return alternatives(Some(set))
                .into_iter()
                .map(|alternative| (alternative, Vec::new()))
                .collect();
        }
        let mut seen: Vec<(Id, Vec<Relation>, usize)> = Vec::new();
        let mut found: Vec<(Alternative<'s>, Vec<Id>)> = Vec::new();
        let alone = set.patterns.len() == 1;
        for &pattern in &set.patterns {
            if self.model.actions.is_fixed(pattern) && !(alone && limit.is_none()) {
                if limit.is_some_and(|limit| {
                    self.model.actions.relation(pattern, limit) == Relation::Outside
                }) {
                    continue;
                }
                self.searcher.charge((away.len() + seen.len()) / 4);
                let relations: Vec<Relation> = away
                    .iter()
                    .chain(also)
                    .map(|&rule| self.searcher.action_relation(pattern, rule))
                    .collect();
                let known = seen.iter().find(|(other, way, _)| {
                    *way == relations && self.class(*other) == self.class(pattern)
                });
                let known = known.and_then(|(_, _, at)| found.get_mut(*at));
                if let Some((_, alike)) = known {
                    alike.push(pattern);
                    continue;
                }
                seen.push((pattern, relations, found.len()));
            }
            found.push((Alternative::One(pattern), Vec::new()));
        }
        found
    }
}

/// What an action is asked for on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// On `*` alone.
    Star,
    /// On resources of these types of a service, with the keys of the documents that have these numbers never in a request for it.
    Types(&'static str, Types, u128),
    /// On what no other action is.
    Own(Id),
    /// Nothing is known of it.
    Unknown,
}

/// What a statement allows by one of its actions on one of its resources.
pub(super) struct Cell<'c> {
    pub(super) region: Region,
    /// Actions that lie the same way to all rules as the one of the region.
    pub(super) alike: &'c [Id],
}

/// What an action is asked for on, as far as it makes a difference.
pub(super) fn class(model: &Model<'_>, id: Id) -> Class {
    if !model.actions.is_fixed(id) {
        return Class::Unknown;
    }
    let tokens = model.actions.get(id).iter();
    let text: String = tokens.filter_map(|&token| char::from_u32(token)).collect();
    let name = ActionName::from(text.as_str());
    if matches!(Checked::of(name), Checked::Star) {
        return Class::Star;
    }
    let Some(service) = catalogue::service(name.service()) else {
        return Class::Unknown;
    };
    let Some(action) = service.action_ignore_case(name.name()) else {
        return Class::Unknown;
    };
    match (
        targets::types(service, action),
        lacks(model, service, action),
    ) {
        (Some(types), Some(lacks)) => Class::Types(service.prefix, types, lacks),
        (None, _) | (_, None) => Class::Own(id),
    }
}

/// The keys of the documents that requests for an action never have; `None` when there are too many keys.
fn lacks(
    model: &Model<'_>,
    service: &'static catalogue::Service,
    action: &'static catalogue::ActionInfo,
) -> Option<u128> {
    let mut found = 0;
    for (number, key) in model.keys.iter().enumerate() {
        let key = core::str::from_utf8(key).unwrap_or_default();
        if model.compared && targets::never_carries(service, action, key) {
            found |= 1_u128.checked_shl(u32::try_from(number).ok()?)?;
        }
    }
    Some(found)
}

/// One of the ways to be in a set.
#[derive(Debug, Clone, Copy)]
pub(super) enum Alternative<'s> {
    Any,
    One(Id),
    NoneOf(&'s [Id]),
}

impl Alternative<'_> {
    pub(super) fn put(&self, yes: &mut Vec<Id>, no: &mut Vec<Id>) {
        match self {
            Self::Any => {}
            Self::One(id) => yes.push(*id),
            Self::NoneOf(ids) => no.extend_from_slice(ids),
        }
    }
}

pub(super) fn alternatives(set: Option<&Set>) -> Vec<Alternative<'_>> {
    match set {
        None => alloc::vec![Alternative::Any],
        Some(set) if set.not => alloc::vec![Alternative::NoneOf(&set.patterns)],
        Some(set) => set
            .patterns
            .iter()
            .map(|&id| Alternative::One(id))
            .collect(),
    }
}
