//! Promises about one document: what it never allows.

use core::fmt;
use core::ops::Range;

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use super::model::{Id, Model, Relation, Rule, STAR, Set};
use super::search::{Region, Searcher};
use super::targets;
use super::unsettled::Unsettled;
use super::witness::Witness;
use crate::catalogue;
use crate::document::Document;
use crate::evaluate::program::Form;
use crate::evaluate::request::{ActionName, Checked};
use crate::evaluate::{Program, Verdict};

/// Whether a promise holds for every request that could exist.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Guarantee {
    /// It holds.
    Holds,
    /// This request breaks it.
    Broken(Witness),
    /// Something in the document is not reasoned about: what, where, and what would settle it.
    Unknown(Unsettled),
}

impl Guarantee {
    /// Whether it certainly holds.
    pub const fn holds(&self) -> bool {
        matches!(self, Self::Holds)
    }

    /// The request that breaks it.
    pub const fn witness(&self) -> Option<&Witness> {
        match self {
            Self::Broken(witness) => Some(witness),
            Self::Holds | Self::Unknown(_) => None,
        }
    }
}

impl fmt::Display for Guarantee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Holds => f.write_str("holds"),
            Self::Broken(witness) => write!(f, "broken by {witness}"),
            Self::Unknown(reason) => write!(f, "not settled: {reason}"),
        }
    }
}

/// Whether the document never allows an action of this pattern on a resource of this one.
///
/// `*` and `?` are wildcards in both; `*` for the resource means any.
pub fn never(document: &Document<'_>, action: &str, resource: &str) -> Guarantee {
    never_program(&Program::compile(document), action, resource)
}

/// Whether all that the document allows is on resources of these patterns.
pub fn only_on(document: &Document<'_>, resources: &[&str]) -> Guarantee {
    only_on_program(&Program::compile(document), resources)
}

/// Whether the document allows nothing that the baseline does not.
pub fn no_wider_than(document: &Document<'_>, baseline: &Document<'_>) -> Guarantee {
    let (document, baseline) = (Program::compile(document), Program::compile(baseline));
    Question::of(&baseline, &document).beyond(true)
}

impl Program<'_> {
    /// Whether the document never allows an action of this pattern on a resource of this one: see [`never`](fn@never).
    pub fn never(&self, action: &str, resource: &str) -> Guarantee {
        never_program(self, action, resource)
    }

    /// Whether all that the document allows is on resources of these patterns: see [`only_on`](fn@only_on).
    pub fn only_on(&self, resources: &[&str]) -> Guarantee {
        only_on_program(self, resources)
    }

    /// Whether the document allows nothing that the baseline does not: see [`no_wider_than`].
    pub fn no_wider_than(&self, baseline: &Program<'_>) -> Guarantee {
        Question::of(baseline, self).beyond(true)
    }
}

fn never_program(program: &Program<'_>, action: &str, resource: &str) -> Guarantee {
    let mut model = Model::new();
    let rules = model.add(program.code());
    let action = model.action(action.as_bytes());
    let resource = (resource != "*").then(|| model.resource(Form::Pattern, resource.as_bytes()));
    let limits = Limits {
        action: Some(action),
        resource,
        not_on: Vec::new(),
    };
    one_document(&model, rules, &limits, program)
}

fn only_on_program(program: &Program<'_>, resources: &[&str]) -> Guarantee {
    let mut model = Model::new();
    let rules = model.add(program.code());
    let limits = Limits {
        action: None,
        resource: None,
        not_on: resources
            .iter()
            .map(|resource| model.resource(Form::Pattern, resource.as_bytes()))
            .collect(),
    };
    one_document(&model, rules, &limits, program)
}

/// The requests that a promise is about.
struct Limits {
    action: Option<Id>,
    resource: Option<Id>,
    not_on: Vec<Id>,
}

fn one_document(
    model: &Model<'_>,
    rules: Range<usize>,
    limits: &Limits,
    program: &Program<'_>,
) -> Guarantee {
    let mut hunt = Hunt::new(model);
    let (allows, denies) = split(model, rules);
    let confirm = |witness: &Witness| may_be(witness, program, true);
    for principal in hunt.searcher.callers() {
        for &allow in &allows {
            let found = hunt.each_region(allow, principal, limits, &denies, &[], &confirm);
            if let Some(witness) = found {
                return Guarantee::Broken(witness);
            }
        }
    }
    hunt.verdict()
}

/// Whether a document allows a request, or does not. What a witness says that it assumes is taken as it says.
fn may_be(witness: &Witness, program: &Program<'_>, allowed: bool) -> bool {
    match witness.evaluate(program) {
        Verdict::Allowed => allowed,
        Verdict::ExplicitDeny | Verdict::ImplicitDeny => !allowed,
        Verdict::Undetermined => !witness.assumed.is_empty(),
    }
}

fn split(model: &Model<'_>, rules: Range<usize>) -> (Vec<usize>, Vec<usize>) {
    rules.partition(|&rule| model.rules.get(rule).is_some_and(|rule| rule.allows))
}

/// Two programs side by side.
pub(crate) struct Question<'q> {
    model: Model<'q>,
    old: (Range<usize>, &'q Program<'q>),
    new: (Range<usize>, &'q Program<'q>),
}

impl<'q> Question<'q> {
    pub(crate) fn of(old: &'q Program<'q>, new: &'q Program<'q>) -> Self {
        let mut model = Model::new();
        let old = (model.add(old.code()), old);
        let new = (model.add(new.code()), new);
        Self { model, old, new }
    }

    /// Whether asking once more costs little.
    pub(crate) fn is_small(&self) -> bool {
        self.model.rules.len() <= 64
    }

    /// From now on, requests that cannot exist count too.
    pub(crate) const fn lenient(&mut self) {
        self.model.lenient = true;
    }

    /// What the new program allows beyond the old one, or the old one beyond the new one.
    pub(crate) fn beyond(&self, new: bool) -> Guarantee {
        let (wide, narrow) = if new {
            (&self.new, &self.old)
        } else {
            (&self.old, &self.new)
        };
        let mut hunt = Hunt::new(&self.model);
        let (allows, denies) = split(&self.model, wide.0.clone());
        let (other_allows, other_denies) = split(&self.model, narrow.0.clone());
        let mut away = denies.clone();
        away.extend(&other_allows);
        let limits = Limits {
            action: None,
            resource: None,
            not_on: Vec::new(),
        };
        let confirm =
            |witness: &Witness| may_be(witness, wide.1, true) && may_be(witness, narrow.1, false);
        // What stands in both documents takes itself away: most of them, where a document was edited.
        let kept = self.same(&allows, &other_allows);
        let other_denies = {
            let same = self.same(&other_denies, &denies);
            (other_denies.iter().copied())
                .filter(|deny| !same.contains(deny))
                .collect::<Vec<usize>>()
        };
        for principal in hunt.searcher.callers() {
            for &allow in &allows {
                // What no statement of the other allows, and what one of its statements denies.
                let found = (!kept.contains(&allow))
                    .then(|| hunt.each_region(allow, principal, &limits, &away, &[], &confirm))
                    .flatten()
                    .or_else(|| {
                        other_denies.iter().find_map(|&deny| {
                            hunt.each_region(allow, principal, &limits, &denies, &[deny], &confirm)
                        })
                    });
                if let Some(witness) = found {
                    return Guarantee::Broken(witness);
                }
            }
        }
        hunt.verdict()
    }

    /// Which of some rules stand among others, word for word.
    fn same(&self, some: &[usize], others: &[usize]) -> BTreeSet<usize> {
        let rule = |&number: &usize| self.model.rules.get(number);
        let known: BTreeSet<_> = others.iter().filter_map(rule).map(Rule::words).collect();
        (some.iter().copied())
            .filter(|number| rule(number).is_some_and(|rule| known.contains(&rule.words())))
            .collect()
    }
}

/// A search and the regions that it starts from.
struct Hunt<'m, 'p> {
    model: &'m Model<'p>,
    searcher: Searcher<'m, 'p>,
}

impl<'m, 'p> Hunt<'m, 'p> {
    fn new(model: &'m Model<'p>) -> Self {
        Self {
            model,
            searcher: Searcher::new(model),
        }
    }

    fn verdict(&self) -> Guarantee {
        match &self.searcher.unsure {
            None => Guarantee::Holds,
            Some(reason) => Guarantee::Unknown(reason.clone()),
        }
    }

    /// Searches all that a statement allows (and `also` match) for a request that none of `away` matches.
    fn each_region(
        &mut self,
        allow: usize,
        principal: Option<usize>,
        limits: &Limits,
        away: &[usize],
        also: &[usize],
        confirm: &dyn Fn(&Witness) -> bool,
    ) -> Option<Witness> {
        let rule = self.model.rules.get(allow)?;
        if !self.searcher.reaches(principal, allow) {
            return None;
        }
        if also.iter().any(|&other| self.are_apart(allow, other)) {
            return None;
        }
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
            let other = self.model.rules.get(number)?;
            if !self.searcher.reaches(principal, number) {
                return None;
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
        let possible = |searcher: &mut Searcher<'_, '_>, region: &Region| {
            region
                .conditions
                .iter()
                .all(|&(id, _)| searcher.is_possible(region.principal, &region.conditions, id))
        };
        if !also.is_empty() {
            starts.retain(|start| possible(&mut self.searcher, start));
            if starts.is_empty() {
                return None;
            }
        }
        let actions = self.representatives(&rule.actions, limits.action, away, also);
        for start in &starts {
            for action in &actions {
                for resource in alternatives(rule.resources.as_ref()) {
                    let mut region = start.clone();
                    region.actions.yes.extend(limits.action);
                    action.put(&mut region.actions.yes, &mut region.actions.no);
                    resource.put(&mut region.resources.yes, &mut region.resources.no);
                    if self.is_empty(&region, action) {
                        continue;
                    }
                    let found = self.searcher.find(&mut region, away, confirm);
                    if found.is_some() {
                        return found;
                    }
                }
            }
        }
        None
    }

    /// Whether no request can match both rules, going by their actions and by their resources.
    fn are_apart(&mut self, a: usize, b: usize) -> bool {
        let Some(rule) = self.model.rules.get(a) else {
            return true;
        };
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
    fn is_empty(&self, region: &Region, action: &Alternative<'_>) -> bool {
        let patterns = [
            (&self.model.actions, &region.actions),
            (&self.model.resources, &region.resources),
        ];
        for (patterns, side) in patterns {
            for (number, &a) in side.yes.iter().enumerate() {
                let rest = side.yes.get(number + 1..).unwrap_or_default();
                if rest
                    .iter()
                    .any(|&b| patterns.relation(a, b) == Relation::Outside)
                    || side
                        .no
                        .iter()
                        .any(|&b| patterns.relation(a, b) == Relation::Inside)
                {
                    return true;
                }
            }
        }
        // Asked for on `*` alone.
        if let Alternative::One(id) = action
            && class(self.model, *id) == Some(None)
        {
            let resources = &self.model.resources;
            return region
                .resources
                .yes
                .iter()
                .any(|&yes| resources.relation(STAR, yes) == Relation::Outside)
                || region
                    .resources
                    .no
                    .iter()
                    .any(|&no| resources.relation(STAR, no) == Relation::Inside);
        }
        false
    }

    /// One action for all that lie the same way to every rule of the search.
    fn representatives<'s>(
        &mut self,
        set: &'s Set,
        limit: Option<Id>,
        away: &[usize],
        also: &[usize],
    ) -> Vec<Alternative<'s>> {
        if set.not {
            return alternatives(Some(set));
        }
        let mut seen: Vec<(Option<Option<String>>, Vec<Relation>)> = Vec::new();
        let mut found = Vec::new();
        for &pattern in &set.patterns {
            if self.model.actions.is_fixed(pattern) {
                if limit.is_some_and(|limit| {
                    self.model.actions.relation(pattern, limit) == Relation::Outside
                }) {
                    continue;
                }
                let relations: Vec<Relation> = away
                    .iter()
                    .chain(also)
                    .map(|&rule| self.searcher.action_relation(pattern, rule))
                    .collect();
                let way = (class(self.model, pattern), relations);
                if seen.contains(&way) {
                    continue;
                }
                seen.push(way);
            }
            found.push(Alternative::One(pattern));
        }
        found
    }
}

/// What an action of the catalogue is asked for on, as far as it makes a difference; `Some(None)`: on `*` alone.
pub(super) fn class(model: &Model<'_>, id: Id) -> Option<Option<String>> {
    if !model.actions.is_fixed(id) {
        return None;
    }
    let text: String = model
        .actions
        .get(id)
        .iter()
        .filter_map(|&token| char::from_u32(token))
        .collect();
    let name = ActionName::from(text.as_str());
    if matches!(Checked::of(name), Checked::Star) {
        return Some(None);
    }
    let info = catalogue::service(name.service())?.action_ignore_case(name.name())?;
    Some(Some(match targets::class(info) {
        Some(class) => alloc::format!("{} {class:?}", name.service()),
        None => text.clone(),
    }))
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
