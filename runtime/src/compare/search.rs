//! Looks for a request that some rules match and others do not.
//!
//! A region is a set of requests: actions and resources by patterns that must and must not match, a caller, and
//! conditions that must and must not hold. To leave a rule, a request has to miss one of its elements; the search tries
//! each, takes first what is forced, and gives up a region as soon as nothing is left of it. Where it finds a region that
//! no rule takes away it writes down one request of it and has it evaluated: only what evaluation confirms is reported.

use core::cell::Cell;
use core::ops::ControlFlow;

use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use alloc::vec::Vec;

use super::automaton::{self, TooBig, spend};
use super::callers::{self, Candidate};
use super::domains::{Given, contradicts, shapes};
use super::language;
use super::listed::Actions;
use super::model::{ANY_ACTION, ANY_ARN, Id, Model, Patterns, Relation, STAR, Set, index};
use super::pairs::{Known, Pairs, excluded};
use super::reach::{Callers, through_gateway};
use super::solve::{Domain, Shape, Solved, is_possible};
use super::together::Related;
use super::unsettled::{Obstacle, Unsettled};
use super::witness::Witness;
use crate::evaluate::Program;
use crate::evaluate::principal::{Link, Maker, Reach};
use crate::evaluate::request::{Absent, ActionName, RequestRef};

/// How many regions a question may take.
const MOST_REGIONS: usize = 50_000;

/// How many steps a question may take, all of its searches together. A step takes about 20 ns: one of an automaton, or a look
/// at a few patterns or conditions.
const MOST_STEPS: usize = 10_000_000;

/// What it costs to find how a pattern lies to the patterns of a statement, in steps: those that it is one of are soon looked through.
fn looks(set: &Set, found: Relation) -> usize {
    let most = set.patterns.len();
    let is_one = found
        == match set.not {
            true => Relation::Outside,
            false => Relation::Inside,
        };
    most / if is_one { 128 } else { 8 }
}

/// What it costs to look for values of a key, in steps.
pub(super) const PER_KEY: usize = 16;

/// The steps that are left to a question, for its searches one after another.
#[derive(Debug)]
pub(crate) struct Steps(Cell<usize>);

impl Side {
    /// How many patterns it has.
    pub(super) const fn len(&self) -> usize {
        self.yes.len() + self.no.len()
    }
}

impl Steps {
    /// Those of a question that is answered with one request.
    pub(crate) const fn new() -> Self {
        Self::of(MOST_STEPS)
    }

    pub(crate) const fn of(most: usize) -> Self {
        Self(Cell::new(most))
    }

    /// More of them for documents that are larger than AWS accepts.
    pub(crate) fn for_documents(self, documents: [&Program<'_>; 2]) -> Self {
        // The longest policies are those of keys, buckets, and queues.
        const LONGEST: usize = 32_768;
        let size: usize = (documents.iter())
            .map(|document| document.code().bytes.len())
            .sum();
        Self::of(self.share(1) * (size / (2 * LONGEST)).max(1))
    }

    /// How many the next of so many searches may take, so that each gets as many. What it does not need is left to the others.
    pub(crate) fn share(&self, searches: usize) -> usize {
        self.0.get() / searches.max(1)
    }

    /// Takes those that a search has taken.
    pub(crate) fn take(&self, taken: usize) {
        self.0.set(self.0.get().saturating_sub(taken));
    }
}

/// Patterns that must and must not match.
#[derive(Debug, Clone, Default)]
pub(crate) struct Side {
    pub(crate) yes: Vec<Id>,
    pub(crate) no: Vec<Id>,
}

/// A set of requests.
#[derive(Debug, Clone, Default)]
pub(crate) struct Region {
    pub(crate) actions: Side,
    pub(crate) resources: Side,
    /// The number of the caller.
    pub(crate) principal: Option<usize>,
    pub(crate) conditions: Vec<(Id, bool)>,
}

/// One element of a rule that a region may lie partly in.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    Actions,
    Resources,
    Condition(Id),
}

/// What a search is for.
pub(crate) trait Goal {
    /// Whether a request is one that is searched for.
    fn confirms(&self, witness: &Witness) -> bool;

    /// Whether nothing that is found in this region would be news.
    fn has(&self, region: &Region) -> bool;

    /// How many steps it takes to look for a region among those that it has.
    fn cost(&self) -> usize {
        0
    }

    /// Takes a region that no rule takes away, with one request of it, and says whether to go on.
    fn take(&mut self, region: &Region, witness: Witness) -> ControlFlow<()>;
}

/// The first request that is confirmed.
pub(crate) struct First<'c> {
    confirm: &'c dyn Fn(&Witness) -> bool,
    pub(crate) found: Option<Witness>,
}

impl<'c> First<'c> {
    pub(crate) fn new(confirm: &'c dyn Fn(&Witness) -> bool) -> Self {
        Self {
            confirm,
            found: None,
        }
    }
}

impl Goal for First<'_> {
    fn confirms(&self, witness: &Witness) -> bool {
        (self.confirm)(witness)
    }

    fn has(&self, _: &Region) -> bool {
        false
    }

    fn take(&mut self, _: &Region, witness: Witness) -> ControlFlow<()> {
        self.found = Some(witness);
        ControlFlow::Break(())
    }
}

/// What is asked of a key: the number of its domain, the key, and the conditions on it. Callers with one domain share answers.
pub(super) type Asked = (usize, Id, Vec<(Id, bool)>);

/// The search over one model.
pub(crate) struct Searcher<'m, 'p> {
    pub(super) model: &'m Model<'p>,
    /// Callers that represent all there are.
    pub(super) callers: Rc<[Candidate]>,
    /// For each caller, how each rule reaches it.
    reached: Rc<[Vec<Reach>]>,
    /// The same where the VPC endpoint of a request may be a gateway endpoint.
    through_gateway: Vec<Vec<Reach>>,
    /// Whether it may be one.
    pub(super) gateway: bool,
    pub(super) action_pairs: Pairs,
    pub(super) resource_pairs: Pairs,
    action_relations: Known,
    resource_relations: Known,
    /// What each key looks like, going by the operators on it.
    pub(super) shapes: Vec<Shape>,
    /// The principals that rules name, as texts.
    pub(super) named: Vec<Vec<u32>>,
    pub(super) domains: BTreeMap<(Option<usize>, Id), Domain>,
    /// The number of each domain.
    pub(super) numbers: BTreeMap<Domain, usize>,
    /// Whether something is possible, and whether that is only because of what requests can have for the key.
    possible: BTreeMap<Asked, [bool; 2]>,
    pub(super) solved: BTreeMap<Asked, Solved>,
    regions: usize,
    /// The actions of the catalogue in regions.
    pub(super) actions: Actions,
    /// The owner of the resources, where their ARNs do not say it.
    pub(super) owner: Option<alloc::string::String>,
    /// Keys that have to do with each other.
    pub(super) related: Related,
    /// What is certain of the keys of the request that is being written down.
    pub(super) given: Given,
    most_regions: usize,
    /// How many steps are left.
    pub(super) steps: usize,
    /// Something was ruled out because no such request can exist.
    pub(super) met_impossible: bool,
    /// Whether the callers represent all there are.
    complete: bool,
    /// Something could not be decided: that nothing was found proves nothing.
    pub(crate) unsure: Option<Unsettled>,
}

impl<'m, 'p> Searcher<'m, 'p> {
    /// The search for these callers, which may take so many steps.
    pub(super) fn new(model: &'m Model<'p>, callers: &Callers, steps: usize) -> Self {
        let by_endpoint = (model.rules.iter()).any(|rule| model.is_by_endpoint_type(rule));
        let mut searcher = Self {
            model,
            through_gateway: (callers.all.iter().zip(&*callers.reached))
                .filter(|_| by_endpoint)
                .map(|(caller, reached)| through_gateway(model, caller, reached))
                .collect(),
            gateway: false,
            reached: Rc::clone(&callers.reached),
            callers: Rc::clone(&callers.all),
            action_pairs: Pairs::of(&model.actions),
            resource_pairs: Pairs::of(&model.resources),
            action_relations: Known::of(model.actions.len() * model.rules.len()),
            resource_relations: Known::of(model.resources.len() * model.rules.len()),
            shapes: shapes(model),
            named: callers::named(model),
            domains: BTreeMap::new(),
            numbers: BTreeMap::new(),
            possible: BTreeMap::new(),
            solved: BTreeMap::new(),
            regions: 0,
            actions: Actions::default(),
            owner: None,
            related: Related::of(model),
            given: Given::default(),
            most_regions: MOST_REGIONS,
            steps,
            met_impossible: false,
            complete: callers.complete,
            unsure: None,
        };
        searcher.restart();
        searcher
    }

    /// Nothing is in the way of an answer yet, unless there are callers who are not looked at.
    fn restart(&mut self) {
        self.unsure = None;
        if !self.complete {
            self.stuck(Obstacle::TooMany, None);
        }
    }

    /// The callers that make a difference; one that is nobody when none does.
    pub(crate) fn callers(&self) -> Vec<Option<usize>> {
        if self.callers.is_empty() {
            alloc::vec![None]
        } else {
            (0..self.callers.len()).map(Some).collect()
        }
    }

    /// The name of a caller, when statements name principals.
    pub(super) fn name(&self, principal: Option<usize>) -> Option<&str> {
        self.callers.get(principal?)?.name.as_deref()
    }

    /// Whether a rule may match some request of a region.
    pub(super) fn touches(&mut self, region: &Region, rule: usize) -> bool {
        self.open_parts(region, rule, None).is_some()
    }

    pub(crate) fn reaches(&self, principal: Option<usize>, rule: usize) -> bool {
        self.reach(principal, rule) != Reach::Missed
    }

    /// How a rule reaches a caller.
    pub(crate) fn link(&self, principal: Option<usize>, rule: usize) -> Option<Link> {
        match self.reach(principal, rule) {
            Reach::Missed => None,
            Reach::By(link) | Reach::Perhaps(link, _) => Some(link),
        }
    }

    /// Counts work that is not one of an automaton.
    pub(super) fn charge(&mut self, steps: usize) {
        spend(&mut self.steps, steps);
    }

    /// Counts one more region; false when there were too many.
    pub(crate) fn spend(&mut self) -> bool {
        self.regions += 1;
        self.regions <= self.most_regions && self.steps > 0
    }

    fn reach(&self, principal: Option<usize>, rule: usize) -> Reach {
        let reached = if self.gateway {
            &*self.through_gateway
        } else {
            &*self.reached
        };
        match principal.and_then(|principal| reached.get(principal)) {
            Some(reached) => reached.get(rule).copied().unwrap_or(Reach::Missed),
            None => Reach::By(Link::Direct),
        }
    }

    /// What has to be so for a rule to apply to a caller whom it reaches.
    pub(crate) fn conditions(&self, principal: Option<usize>, rule: usize) -> Vec<Id> {
        let Some(found) = self.model.rules.get(rule) else {
            return Vec::new();
        };
        let mut conditions = found.conditions.clone();
        if matches!(self.reach(principal, rule), Reach::Perhaps(..)) {
            conditions.extend(found.perhaps);
        }
        conditions
    }

    /// Begins with a question of its own, which may take so many regions and steps.
    pub(super) fn begin(&mut self, most_regions: usize, steps: usize) {
        self.regions = 0;
        self.most_regions = most_regions;
        self.steps = steps;
        self.restart();
    }

    /// How many regions the question took.
    pub(super) const fn regions(&self) -> usize {
        self.regions
    }

    /// Notes that something is in the way of an answer, the first such thing.
    pub(super) fn stuck(&mut self, obstacle: Obstacle, about: Option<Id>) {
        // What could not be decided without steps may well be possible with more of them.
        let obstacle = match self.steps {
            0 => Obstacle::TooMany,
            _ => obstacle,
        };
        if self.unsure.is_none() {
            self.unsure = Some(Unsettled::new(obstacle, self.model, about));
        }
    }

    pub(crate) fn action_relation(&mut self, action: Id, rule: usize) -> Relation {
        let at = index(action) * self.model.rules.len() + rule;
        if let Some(known) = self.action_relations.get(at) {
            return known;
        }
        let relation = match self.model.rules.get(rule) {
            Some(rule) => {
                let found = Model::relation(&self.model.actions, action, &rule.actions);
                spend(&mut self.steps, looks(&rule.actions, found));
                found
            }
            None => Relation::Outside,
        };
        self.action_relations.put(at, relation);
        relation
    }

    pub(crate) fn resource_relation(&mut self, resource: Id, rule: usize) -> Relation {
        let at = index(resource) * self.model.rules.len() + rule;
        if let Some(known) = self.resource_relations.get(at) {
            return known;
        }
        let relation = match self.model.rules.get(rule).map(|rule| &rule.resources) {
            Some(Some(set)) => {
                let found = Model::relation(&self.model.resources, resource, set);
                spend(&mut self.steps, looks(set, found));
                found
            }
            Some(None) => Relation::Inside,
            None => Relation::Outside,
        };
        self.resource_relations.put(at, relation);
        relation
    }

    /// Hands the goal each part of the region that none of the rules matches and that has a request which it confirms.
    pub(crate) fn find(
        &mut self,
        region: &mut Region,
        rules: &[usize],
        goal: &mut dyn Goal,
    ) -> ControlFlow<()> {
        self.charge(4 + rules.len() / 4 + goal.cost());
        if !self.spend() {
            self.stuck(Obstacle::TooMany, None);
            return ControlFlow::Continue(());
        }
        let mut left: Vec<(usize, usize)> = Vec::new();
        for &rule in rules {
            match self.open_parts(region, rule, None) {
                None => {}
                // All of the region is taken away.
                Some(0) => return ControlFlow::Continue(()),
                Some(open) => left.push((open, rule)),
            }
        }
        if goal.has(region) {
            return ControlFlow::Continue(());
        }
        let mut parts = Vec::new();
        let rule = loop {
            let best = left.iter().copied().min_by_key(|(open, _)| *open);
            let Some((open, rule)) = best else {
                let confirm = |witness: &Witness| goal.confirms(witness);
                return match self.write_down(region, &confirm) {
                    Some(witness) => goal.take(region, witness),
                    None => {
                        self.met_impossible = true;
                        ControlFlow::Continue(())
                    }
                };
            };
            left.retain(|(_, other)| *other != rule);
            parts.clear();
            self.open_parts(region, rule, Some(&mut parts));
            if open == 1 || !self.is_ruled_out(region, &parts) {
                break rule;
            }
        };
        let left: Vec<usize> = left.into_iter().map(|(_, rule)| rule).collect();
        for part in parts {
            match part {
                Part::Condition(condition) => {
                    region.conditions.push((condition, false));
                    let found = if self.is_possible(region.principal, &region.conditions, condition)
                    {
                        self.find(region, &left, goal)
                    } else {
                        ControlFlow::Continue(())
                    };
                    region.conditions.pop();
                    found
                }
                Part::Actions => self.leave(region, rule, &left, goal, true),
                Part::Resources => self.leave(region, rule, &left, goal, false),
            }?;
        }
        ControlFlow::Continue(())
    }

    /// Whether a rule with these parts matches nothing of the region, because one of its conditions contradicts those of the
    /// region. It would otherwise multiply the regions by the number of its parts.
    fn is_ruled_out(&mut self, region: &mut Region, parts: &[Part]) -> bool {
        let model = self.model;
        let key = |id: Id| (model.conditions.get(index(id))).map(|found| found.key);
        let met_impossible = self.met_impossible;
        let is_ruled_out = parts.iter().any(|part| {
            // What no request can have is no reason: a witness says more when it is split off.
            let &Part::Condition(id) = part else {
                return false;
            };
            if !region
                .conditions
                .iter()
                .any(|&(known, _)| key(known) == key(id))
            {
                return false;
            }
            region.conditions.push((id, true));
            let is_possible = self.is_possible(region.principal, &region.conditions, id);
            region.conditions.pop();
            !is_possible
        });
        self.met_impossible = met_impossible;
        is_ruled_out
    }

    /// Goes on in the part of the region that lies outside of the rule's actions or resources.
    fn leave(
        &mut self,
        region: &mut Region,
        rule: usize,
        left: &[usize],
        goal: &mut dyn Goal,
        actions: bool,
    ) -> ControlFlow<()> {
        let model = self.model;
        let set = match model.rules.get(rule) {
            Some(rule) if actions => Some(&rule.actions),
            Some(rule) => rule.resources.as_ref(),
            None => None,
        };
        let Some(set) = set else {
            return ControlFlow::Continue(());
        };
        fn side(region: &mut Region, actions: bool) -> &mut Side {
            if actions {
                &mut region.actions
            } else {
                &mut region.resources
            }
        }
        let (yes, no) = {
            let before = side(region, actions);
            (before.yes.len(), before.no.len())
        };
        if !set.not {
            side(region, actions).no.extend(&set.patterns);
            let found = if self.has_text(region, actions) {
                self.find(region, left, goal)
            } else {
                ControlFlow::Continue(())
            };
            side(region, actions).no.truncate(no);
            return found;
        }
        for &pattern in &set.patterns {
            side(region, actions).yes.push(pattern);
            let found = if self.has_text(region, actions) {
                self.find(region, left, goal)
            } else {
                ControlFlow::Continue(())
            };
            side(region, actions).yes.truncate(yes);
            found?;
        }
        ControlFlow::Continue(())
    }

    /// How many elements of a rule the region lies partly in, and which. With none at all the rule takes it all away;
    /// `None` means that the rule does not touch it.
    pub(super) fn open_parts(
        &mut self,
        region: &Region,
        rule: usize,
        mut parts: Option<&mut Vec<Part>>,
    ) -> Option<usize> {
        if !self.reaches(region.principal, rule) {
            return None;
        }
        let model = self.model;
        let found = model.rules.get(rule)?;
        let texts = region.actions.yes.len() + region.resources.yes.len();
        let conditions = found.conditions.len() * (4 + region.conditions.len());
        self.charge((texts + conditions) / 8);
        let mut open = 0;
        let mut note = |part: Part| {
            open += 1;
            if let Some(parts) = parts.as_mut() {
                parts.push(part);
            }
        };
        let mut actions = Relation::Partly;
        for &yes in &region.actions.yes {
            match self.action_relation(yes, rule) {
                Relation::Partly => {}
                known @ (Relation::Inside | Relation::Outside) => actions = known,
            }
        }
        if actions == Relation::Partly {
            self.charge(pairs_of(&region.actions, &found.actions));
            actions = excluded(
                &self.action_pairs,
                &model.actions,
                &region.actions,
                &found.actions,
            );
        }
        match actions {
            Relation::Outside => return None,
            Relation::Partly => note(Part::Actions),
            Relation::Inside => {}
        }
        let mut resources = Relation::Partly;
        for &yes in &region.resources.yes {
            match self.resource_relation(yes, rule) {
                Relation::Partly => {}
                known @ (Relation::Inside | Relation::Outside) => resources = known,
            }
        }
        if resources == Relation::Partly
            && let Some(set) = &found.resources
        {
            self.charge(pairs_of(&region.resources, set));
            resources = excluded(
                &self.resource_pairs,
                &model.resources,
                &region.resources,
                set,
            );
        }
        match resources {
            Relation::Outside => return None,
            Relation::Partly if found.resources.is_some() => note(Part::Resources),
            Relation::Inside | Relation::Partly => {}
        }
        let perhaps = matches!(self.reach(region.principal, rule), Reach::Perhaps(..))
            .then_some(found.perhaps)
            .flatten();
        for &condition in found.conditions.iter().chain(perhaps.iter()) {
            match region
                .conditions
                .iter()
                .find(|(known, _)| *known == condition)
            {
                Some((_, true)) => {}
                Some((_, false)) => return None,
                None => note(Part::Condition(condition)),
            }
        }
        Some(open)
    }

    /// Whether some action or resource is left. Not knowing counts as yes.
    fn has_text(&mut self, region: &Region, actions: bool) -> bool {
        if actions {
            !matches!(
                find_in(
                    &self.model.actions,
                    &region.actions,
                    ANY_ACTION,
                    &mut self.steps
                ),
                Ok(None)
            )
        } else {
            accepts_star(&self.model.resources, &region.resources)
                || !matches!(
                    find_in(
                        &self.model.resources,
                        &region.resources,
                        ANY_ARN,
                        &mut self.steps
                    ),
                    Ok(None)
                )
        }
    }

    /// Whether the conditions on the key of this one can be so. Not knowing counts as yes.
    pub(crate) fn is_possible(
        &mut self,
        principal: Option<usize>,
        conditions: &[(Id, bool)],
        about: Id,
    ) -> bool {
        let Some(condition) = self.model.conditions.get(index(about)) else {
            return false;
        };
        let key = condition.key;
        let about = self.about(conditions, key);
        if contradicts(&about) {
            return false;
        }
        let domain = self.domain_about(principal, key, &about);
        let asked = (self.number_of(&domain), key, about);
        let [possible, met_impossible] = match self.possible.get(&asked) {
            Some(known) => *known,
            None => {
                let wanted = self.wanted(&asked.2);
                self.charge(PER_KEY + wanted.len());
                let request = bare(&[]);
                let steps = &mut self.steps;
                let possible = is_possible(&domain, &wanted, &request, steps);
                let any = || Domain::of_any(domain.shape.clone());
                let by_domain = !possible && is_possible(&any(), &wanted, &request, steps);
                let found = [possible, by_domain];
                // An answer for want of steps is none for a question that has more of them.
                if self.steps > 0 {
                    self.possible.insert(asked, found);
                }
                found
            }
        };
        self.met_impossible |= met_impossible;
        possible
    }
}

/// How many steps it takes to look at each pair of patterns of a region and a set.
fn pairs_of(side: &Side, set: &Set) -> usize {
    set.patterns.len() * (side.yes.len() + 2 * side.no.len()) / 8
}

/// A request that is nothing but its context.
pub(super) const fn bare<'r>(context: &'r [crate::evaluate::request::Entry<'r>]) -> RequestRef<'r> {
    RequestRef {
        action: ActionName::of("", ""),
        resource: "",
        open: false,
        tail: None,
        absent: Absent::Missing,
        principal: None,
        maker: Maker::Namesake,
        account: None,
        context,
        assumed: &[],
    }
}

pub(super) fn find_in(
    patterns: &Patterns<'_>,
    side: &Side,
    universe: Id,
    steps: &mut usize,
) -> Result<Option<Vec<u32>>, TooBig> {
    let mut ids = side.yes.clone();
    ids.sort_unstable();
    ids.dedup();
    // Where one pattern alone says what is wanted, a policy variable in the last part of an ARN is as good as a character of
    // its own. Where several do, its value may be what they have in common; before that part it may be several fields.
    let several = ids.len() > 1;
    let mut yes: Vec<&[u32]> = ids
        .iter()
        .map(|&id| {
            if several || patterns.has_early_variable(id) {
                patterns.at_most(id)
            } else {
                patterns.get(id)
            }
        })
        .collect();
    yes.push(patterns.get(universe));
    let no: Vec<&[u32]> = side.no.iter().map(|&id| patterns.get(id)).collect();
    automaton::find(&yes, &no, steps)
}

/// Whether a region holds requests on `*`.
pub(super) fn accepts_star(patterns: &Patterns<'_>, side: &Side) -> bool {
    let star = patterns.get(STAR);
    side.yes
        .iter()
        .all(|&id| id == STAR || language::matches(patterns.get(id), star))
        && !side
            .no
            .iter()
            .any(|&id| id == STAR || language::matches(patterns.get(id), star))
}
