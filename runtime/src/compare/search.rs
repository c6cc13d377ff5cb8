//! Looks for a request that some rules match and others do not.
//!
//! A region is a set of requests: actions and resources by patterns that must and must not match, a caller, and
//! conditions that must and must not hold. To leave a rule, a request has to miss one of its elements; the search tries
//! each, takes first what is forced, and gives up a region as soon as nothing is left of it. Where it finds a region that
//! no rule takes away it writes down one request of it and has it evaluated: only what evaluation confirms is reported.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::automaton::{self, TooBig};
use super::examples::{bind, callers, example};
use super::language::{self, VARIABLE, is_fixed, is_variable};
use super::model::{ANY_ACTION, ANY_ARN, Id, Model, Patterns, Relation, STAR, Set};
use super::solve::{Solved, Wanted, solve};
use super::witness::Witness;
use crate::catalogue;
use crate::evaluate::principal::{Reach, reach};
use crate::evaluate::request::{ActionName, Entry, Key, RequestRef, Values, is_on_star};

/// How many regions a question may take.
const MOST_REGIONS: usize = 50_000;

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
enum Part {
    Actions,
    Resources,
    Condition(Id),
}

/// The search over one model.
pub(crate) struct Searcher<'m, 'p> {
    model: &'m Model<'p>,
    /// Callers that stand for all there are.
    principals: Vec<String>,
    /// For each caller, which rules reach it.
    reached: Vec<Vec<bool>>,
    action_relations: Vec<Option<Relation>>,
    resource_relations: Vec<Option<Relation>>,
    solved: BTreeMap<Vec<(Id, bool)>, Solved>,
    /// Values for policy variables.
    bindings: Vec<(String, String)>,
    regions: usize,
    /// Something could not be decided: that nothing was found proves nothing.
    pub(crate) unsure: Option<&'static str>,
}

impl<'m, 'p> Searcher<'m, 'p> {
    pub(crate) fn new(model: &'m Model<'p>) -> Self {
        let bindings = model
            .variables
            .iter()
            .enumerate()
            .map(|(number, variable)| {
                (
                    Model::variable_key(variable),
                    alloc::format!("someone{number}"),
                )
            })
            .collect();
        let principals = callers(model);
        let mut searcher = Self {
            model,
            principals: Vec::new(),
            reached: Vec::new(),
            action_relations: alloc::vec![None; model.actions.len() * model.rules.len()],
            resource_relations: alloc::vec![None; model.resources.len() * model.rules.len()],
            solved: BTreeMap::new(),
            bindings,
            regions: 0,
            unsure: None,
        };
        for principal in principals {
            let reached: Vec<bool> = model
                .rules
                .iter()
                .map(|rule| {
                    reach(rule.principals, Some(principal.as_bytes()), rule.allows) != Reach::Missed
                })
                .collect();
            if !searcher.reached.contains(&reached) {
                searcher.principals.push(principal);
                searcher.reached.push(reached);
            }
        }
        searcher
    }

    /// The callers that make a difference; one that is nobody when none does.
    pub(crate) fn callers(&self) -> Vec<Option<usize>> {
        if self.principals.is_empty() {
            alloc::vec![None]
        } else {
            (0..self.principals.len()).map(Some).collect()
        }
    }

    pub(crate) fn reaches(&self, principal: Option<usize>, rule: usize) -> bool {
        match principal.and_then(|principal| self.reached.get(principal)) {
            Some(reached) => reached.get(rule).copied().unwrap_or_default(),
            None => true,
        }
    }

    pub(crate) fn action_relation(&mut self, action: Id, rule: usize) -> Relation {
        let at = usize::from(action) * self.model.rules.len() + rule;
        if let Some(Some(known)) = self.action_relations.get(at) {
            return *known;
        }
        let relation = match self.model.rules.get(rule) {
            Some(rule) => Model::relation(&self.model.actions, action, &rule.actions),
            None => Relation::Outside,
        };
        if let Some(slot) = self.action_relations.get_mut(at) {
            *slot = Some(relation);
        }
        relation
    }

    pub(crate) fn resource_relation(&mut self, resource: Id, rule: usize) -> Relation {
        let at = usize::from(resource) * self.model.rules.len() + rule;
        if let Some(Some(known)) = self.resource_relations.get(at) {
            return *known;
        }
        let relation = match self.model.rules.get(rule).map(|rule| &rule.resources) {
            Some(Some(set)) => Model::relation(&self.model.resources, resource, set),
            Some(None) => Relation::Inside,
            None => Relation::Outside,
        };
        if let Some(slot) = self.resource_relations.get_mut(at) {
            *slot = Some(relation);
        }
        relation
    }

    /// Finds a request of the region that none of the rules matches and that the check confirms.
    pub(crate) fn find(
        &mut self,
        region: &mut Region,
        rules: &[usize],
        confirm: &dyn Fn(&Witness) -> bool,
    ) -> Option<Witness> {
        if self.unsure.is_some() && self.regions > MOST_REGIONS {
            return None;
        }
        self.regions += 1;
        if self.regions > MOST_REGIONS {
            self.unsure = Some("the policies take more cases than are looked at");
            return None;
        }
        let mut left: Vec<usize> = Vec::new();
        let mut best: Option<(usize, usize)> = None;
        for &rule in rules {
            let Some(open) = self.open_parts(region, rule, None) else {
                continue;
            };
            if open == 0 {
                // All of the region is taken away.
                return None;
            }
            if best.is_none_or(|(_, fewest)| open < fewest) {
                best = Some((rule, open));
            }
            left.push(rule);
        }
        let Some((rule, _)) = best else {
            return self.write_down(region, confirm);
        };
        let mut parts = Vec::new();
        self.open_parts(region, rule, Some(&mut parts));
        left.retain(|&other| other != rule);
        for part in parts {
            let found = match part {
                Part::Condition(condition) => {
                    region.conditions.push((condition, false));
                    let found = if self.is_possible(&region.conditions, condition) {
                        self.find(region, &left, confirm)
                    } else {
                        None
                    };
                    region.conditions.pop();
                    found
                }
                Part::Actions => self.leave(region, rule, &left, confirm, true),
                Part::Resources => self.leave(region, rule, &left, confirm, false),
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Goes on in the part of the region that lies outside of the rule's actions or resources.
    fn leave(
        &mut self,
        region: &mut Region,
        rule: usize,
        left: &[usize],
        confirm: &dyn Fn(&Witness) -> bool,
        actions: bool,
    ) -> Option<Witness> {
        let model = self.model;
        let rule = model.rules.get(rule)?;
        let set = if actions {
            &rule.actions
        } else {
            rule.resources.as_ref()?
        };
        fn side(region: &mut Region, actions: bool) -> &mut Side {
            if actions {
                &mut region.actions
            } else {
                &mut region.resources
            }
        }
        let before = side(region, actions).clone();
        if !set.not {
            side(region, actions).no.extend(&set.patterns);
            let found = if self.has_text(region, actions) {
                self.find(region, left, confirm)
            } else {
                None
            };
            *side(region, actions) = before;
            return found;
        }
        for &pattern in &set.patterns {
            side(region, actions).yes.push(pattern);
            let found = if self.has_text(region, actions) {
                self.find(region, left, confirm)
            } else {
                None
            };
            side(region, actions).yes.truncate(before.yes.len());
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// How many elements of a rule the region lies partly in, and which. With none at all the rule takes it all away;
    /// `None` means that the rule does not touch it.
    fn open_parts(
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
                known => actions = known,
            }
        }
        if actions == Relation::Partly {
            actions = excluded(&model.actions, &region.actions, &found.actions);
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
                known => resources = known,
            }
        }
        if resources == Relation::Partly
            && let Some(set) = &found.resources
        {
            resources = excluded(&model.resources, &region.resources, set);
        }
        match resources {
            Relation::Outside => return None,
            Relation::Partly if found.resources.is_some() => note(Part::Resources),
            _ => {}
        }
        for &condition in &found.conditions {
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
                find_in(&self.model.actions, &region.actions, ANY_ACTION),
                Ok(None)
            )
        } else {
            accepts_star(&self.model.resources, &region.resources)
                || !matches!(
                    find_in(&self.model.resources, &region.resources, ANY_ARN),
                    Ok(None)
                )
        }
    }

    /// Whether the conditions on the key of this one can be so. Not knowing counts as yes.
    pub(crate) fn is_possible(&mut self, conditions: &[(Id, bool)], about: Id) -> bool {
        let Some(condition) = self.model.conditions.get(usize::from(about)) else {
            return false;
        };
        !matches!(self.solve_key(conditions, condition.key), Solved::Never)
    }

    fn solve_key(&mut self, conditions: &[(Id, bool)], key: Id) -> Solved {
        let model = self.model;
        let of = |id: Id| model.conditions.get(usize::from(id));
        let mut about: Vec<(Id, bool)> = conditions
            .iter()
            .copied()
            .filter(|(id, _)| of(*id).is_some_and(|condition| condition.key == key))
            .collect();
        about.sort_unstable();
        about.dedup();
        if about
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a.0 == b.0))
        {
            return Solved::Never;
        }
        if let Some(known) = self.solved.get(&about) {
            return known.clone();
        }
        let wanted: Vec<Wanted<'_>> = about
            .iter()
            .filter_map(|&(id, holds)| {
                of(id).map(|condition| Wanted {
                    test: condition.test,
                    operator: condition.operator,
                    holds,
                })
            })
            .collect();
        let name = model
            .keys
            .get(usize::from(key))
            .map_or(&[][..], Vec::as_slice);
        let entries: Vec<Entry<'_>> = self
            .bindings
            .iter()
            .map(|(key, value)| Entry::new(Key::named(key), Values::One(value)))
            .collect();
        let request = RequestRef {
            action: ActionName::from(""),
            resource: "",
            open: false,
            principal: None,
            account: None,
            context: &entries,
        };
        let solved = solve(name, &wanted, &request);
        self.solved.insert(about, solved.clone());
        solved
    }

    /// One request of a region that no rule takes away.
    fn write_down(
        &mut self,
        region: &Region,
        confirm: &dyn Fn(&Witness) -> bool,
    ) -> Option<Witness> {
        let model = self.model;
        let mut context: Vec<(String, Vec<String>)> = Vec::new();
        let mut keys: Vec<Id> = region
            .conditions
            .iter()
            .filter_map(|(id, _)| model.conditions.get(usize::from(*id)))
            .map(|condition| condition.key)
            .collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            match self.solve_key(&region.conditions, key) {
                Solved::Never => return None,
                Solved::Unknown => {
                    self.unsure =
                        Some("conditions with policy variables, or of two kinds on one key");
                    return None;
                }
                Solved::With(values) => {
                    if !values.is_empty() {
                        context.push((self.spelled(key), values));
                    }
                }
            }
        }
        for (key, value) in &self.bindings {
            if !context
                .iter()
                .any(|(known, _)| known.eq_ignore_ascii_case(key))
            {
                context.push((key.clone(), alloc::vec![value.clone()]));
            }
        }
        let actions = &region.actions;
        let mut excluded: Vec<Vec<u32>> = Vec::new();
        // An action that takes no resource is only ever asked for on `*`: another one may do.
        for _ in 0..128 {
            let action = self.pick_action(actions, &excluded)?;
            let name = ActionName::from(action.as_str());
            let star = accepts_star(&model.resources, &region.resources);
            let resource = if is_on_star(name) {
                if !star {
                    excluded.push(action.to_ascii_lowercase().chars().map(u32::from).collect());
                    continue;
                }
                String::from("*")
            } else {
                match self.pick_resource(&region.resources, name) {
                    Some(resource) => {
                        self.rebind(&region.resources, &resource, &mut context);
                        self.bound(&resource, &context)
                    }
                    None if star => String::from("*"),
                    None => return None,
                }
            };
            let witness = Witness {
                action,
                resource,
                principal: region
                    .principal
                    .and_then(|principal| self.principals.get(principal).cloned()),
                context,
            };
            if confirm(&witness) {
                return Some(witness);
            }
            self.unsure =
                Some("policy variables, or keys that follow from the caller or the resource");
            return None;
        }
        self.unsure = Some("more actions than are looked at");
        None
    }

    /// The key as the first policy spells it.
    fn spelled(&self, key: Id) -> String {
        let found = self
            .model
            .conditions
            .iter()
            .find(|condition| condition.key == key);
        String::from_utf8_lossy(found.map_or(&[], |condition| condition.test.key())).into_owned()
    }

    /// An action of the region, one of the catalogue's if it has one.
    fn pick_action(&mut self, actions: &Side, excluded: &[Vec<u32>]) -> Option<String> {
        let patterns = &self.model.actions;
        let yes: Vec<&[u32]> = actions.yes.iter().map(|&id| patterns.get(id)).collect();
        let mut no: Vec<&[u32]> = actions.no.iter().map(|&id| patterns.get(id)).collect();
        no.extend(excluded.iter().map(Vec::as_slice));
        // Rekognition first: a witness is for people who are here because of it.
        let own = |service: &&&catalogue::Service| service.prefix == "rekognition";
        let services = catalogue::services();
        for service in services
            .iter()
            .filter(own)
            .chain(services.iter().filter(|service| !own(service)))
        {
            let prefix: Vec<u32> = service.prefix.chars().map(u32::from).collect();
            // Most services are ruled out by the beginning of a pattern.
            if yes.iter().any(|pattern| {
                pattern
                    .iter()
                    .zip(prefix.iter().chain([&u32::from(b':')]))
                    .take_while(|(token, _)| is_fixed(**token))
                    .any(|(token, symbol)| token != symbol)
            }) {
                continue;
            }
            for action in service.actions {
                let mut text = prefix.clone();
                text.push(u32::from(b':'));
                text.extend(
                    action
                        .name
                        .bytes()
                        .map(|byte| u32::from(byte.to_ascii_lowercase())),
                );
                if yes.iter().all(|pattern| language::matches(pattern, &text))
                    && !no.iter().any(|pattern| language::matches(pattern, &text))
                {
                    return Some(alloc::format!("{}:{}", service.prefix, action.name));
                }
            }
        }
        let mut yes = yes;
        yes.push(patterns.get(ANY_ACTION));
        match automaton::find(&yes, &no) {
            Ok(found) => found.map(|found| found.into_iter().filter_map(char::from_u32).collect()),
            Err(TooBig) => {
                self.unsure = Some("actions by patterns too many to look through");
                None
            }
        }
    }

    /// A resource of the region as tokens, one of the action's types if there is one.
    fn pick_resource(&mut self, resources: &Side, action: ActionName<'_>) -> Option<Vec<u32>> {
        let patterns = &self.model.resources;
        let yes: Vec<&[u32]> = resources
            .yes
            .iter()
            .map(|&id| patterns.at_most(id))
            .collect();
        let no: Vec<&[u32]> = resources
            .no
            .iter()
            .map(|&id| patterns.at_most(id))
            .collect();
        let service = catalogue::service(action.service());
        let info = service.and_then(|service| service.action_ignore_case(action.name()));
        let mut examples: Vec<String> = Vec::new();
        if let (Some(service), Some(info)) = (service, info) {
            let kinds = info.resources_of(service);
            examples.extend(kinds.flat_map(|(_, kind)| kind.formats).map(example));
        }
        examples.push(alloc::format!(
            "arn:aws:{}:us-east-1:123456789012:example",
            action.service()
        ));
        for example in examples {
            let text: Vec<u32> = example.chars().map(u32::from).collect();
            if yes.iter().all(|pattern| language::matches(pattern, &text))
                && !no.iter().any(|pattern| language::matches(pattern, &text))
            {
                return Some(text);
            }
        }
        match find_in(patterns, resources, ANY_ARN) {
            Ok(found) => found,
            Err(TooBig) => {
                self.unsure = Some("resources by patterns too many to look through");
                None
            }
        }
    }

    /// Gives policy variables the values that make the patterns match a text that was found without them.
    fn rebind(&self, resources: &Side, text: &[u32], context: &mut [(String, Vec<String>)]) {
        if text.iter().any(|&token| is_variable(token)) {
            return;
        }
        for &id in &resources.yes {
            let mut found = Vec::new();
            if !self.model.resources.has_variable(id)
                || !bind(self.model.resources.get(id), text, &mut found)
            {
                continue;
            }
            for (number, value) in found {
                let Some((key, made_up)) = self.bindings.get(number as usize) else {
                    continue;
                };
                for (known, values) in context.iter_mut() {
                    if known.eq_ignore_ascii_case(key) && values.first() == Some(made_up) {
                        *values =
                            alloc::vec![value.iter().copied().filter_map(char::from_u32).collect()];
                    }
                }
            }
        }
    }

    /// The text of tokens, policy variables filled in.
    fn bound(&self, tokens: &[u32], context: &[(String, Vec<String>)]) -> String {
        let mut out = String::new();
        for &token in tokens {
            if let Some(number) = token.checked_sub(VARIABLE) {
                let key = self
                    .bindings
                    .get(number as usize)
                    .map(|(key, _)| key.as_str());
                let value = context
                    .iter()
                    .find(|(known, _)| key.is_some_and(|key| known.eq_ignore_ascii_case(key)))
                    .and_then(|(_, values)| values.first());
                out.push_str(value.map_or("", String::as_str));
            } else {
                out.extend(char::from_u32(token));
            }
        }
        out
    }
}

/// Whether a region's exclusions already put it outside of a set, or in.
fn excluded(patterns: &Patterns, side: &Side, set: &Set) -> Relation {
    let gone = |&pattern: &Id| {
        side.no.contains(&pattern)
            || side
                .no
                .iter()
                .any(|&no| patterns.relation(pattern, no) == Relation::Inside)
            || side
                .yes
                .iter()
                .any(|&yes| patterns.relation(yes, pattern) == Relation::Outside)
    };
    if set.patterns.iter().all(gone) {
        if set.not {
            Relation::Inside
        } else {
            Relation::Outside
        }
    } else {
        Relation::Partly
    }
}

fn find_in(patterns: &Patterns, side: &Side, universe: Id) -> Result<Option<Vec<u32>>, TooBig> {
    let mut ids = side.yes.clone();
    ids.sort_unstable();
    ids.dedup();
    // Where one pattern alone says what is wanted, a policy variable is as good as a character of its own. Where several
    // do, its value may be what they have in common.
    let several = ids.len() > 1;
    let mut yes: Vec<&[u32]> = ids
        .iter()
        .map(|&id| {
            if several {
                patterns.at_most(id)
            } else {
                patterns.get(id)
            }
        })
        .collect();
    yes.push(patterns.get(universe));
    let no: Vec<&[u32]> = side.no.iter().map(|&id| patterns.get(id)).collect();
    automaton::find(&yes, &no)
}

/// Whether a region holds requests on `*`.
fn accepts_star(patterns: &Patterns, side: &Side) -> bool {
    let star = patterns.get(STAR);
    side.yes
        .iter()
        .all(|&id| id == STAR || language::matches(patterns.get(id), star))
        && !side
            .no
            .iter()
            .any(|&id| id == STAR || language::matches(patterns.get(id), star))
}
