//! One request of a region that no rule takes away, written down.

use alloc::string::String;
use alloc::vec::Vec;

use super::ANY_ARN;
use super::automaton::{self, TooBig};
use super::examples::bind;
use super::language::{self, VARIABLE, is_fixed, is_variable};
use super::model::{ANY_ACTION, Id, Model, What};
use super::pick::Resources;
use super::search::{Region, Searcher, Side, bare, find_in};
use super::solve::Solved;
use super::targets::{self, Targets, Types};
use super::unsettled::{Assumed, Obstacle, Unsettled};
use super::witness::Witness;
use crate::catalogue;
use crate::evaluate::request::{ActionName, Entry, Key, Values};

/// Values of condition keys. Without one, the request does not have the key.
type Context = Vec<(String, Option<Vec<String>>)>;

/// How many ways of giving values to policy variables are tried.
const MOST_TRIES: usize = 24;

impl Searcher<'_, '_> {
    /// One request of a region that no rule takes away.
    pub(super) fn write_down(
        &mut self,
        region: &Region,
        confirm: &dyn Fn(&Witness) -> bool,
    ) -> Option<Witness> {
        let assumed = self.assumed(region)?;
        let variables = self.variables(region);
        let first: Context = variables
            .iter()
            .enumerate()
            .map(|(number, key)| (key.clone(), Some(alloc::vec![made_up(number, key)])))
            .collect();
        let mut tries = alloc::vec![first];
        let mut failed: Option<(Obstacle, Option<Id>)> = None;
        let mut at = 0;
        while at < tries.len() && at < MOST_TRIES {
            let bound = tries.get(at).cloned().unwrap_or_default();
            at += 1;
            match self.attempt(region, &bound, &assumed, confirm) {
                Attempt::Found(witness) => return Some(*witness),
                Attempt::Never if variables.is_empty() => return None,
                Attempt::Never => {
                    let variable = self.key_of_variable(region);
                    failed = failed.or(Some((Obstacle::Variable, variable)));
                }
                Attempt::Stuck(obstacle, about) => failed = failed.or(Some((obstacle, about))),
            }
            if at == 1 && !variables.is_empty() {
                self.other_values(region, &variables, &mut tries);
            }
        }
        if let Some((obstacle, about)) = failed {
            if let (Obstacle::Variable, None, Some(name)) = (obstacle, about, variables.first()) {
                self.stuck_on_variable(name);
            } else {
                self.stuck(obstacle, about);
            }
        }
        None
    }

    /// What the region assumes of AWS. More than one such thing, and nobody can say whether they go together.
    fn assumed(&mut self, region: &Region) -> Option<Vec<Assumed>> {
        let mut found = Vec::new();
        let mut about = None;
        for &(id, holds) in &region.conditions {
            let Some(condition) = self.model.conditions.get(usize::from(id)) else {
                continue;
            };
            if let Some(cause) = condition.what.cause() {
                let key = match condition.what {
                    What::Test { test, .. } => {
                        Some(String::from_utf8_lossy(test.key()).into_owned())
                    }
                    What::Assumption(_) => None,
                };
                found.push(Assumed {
                    cause,
                    key,
                    document: condition.origin.document,
                    statement: condition.origin.statement,
                    numbered: self.model.numbered,
                    holds,
                });
                about = Some(id);
            }
        }
        if found.len() > 1 {
            self.stuck(Obstacle::Assumptions, about);
            return None;
        }
        Some(found)
    }

    /// The keys of the policy variables that the region is about.
    fn variables(&self, region: &Region) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let mut add = |name: String| {
            if !found.contains(&name) {
                found.push(name);
            }
        };
        for &id in region.resources.yes.iter().chain(&region.resources.no) {
            for &token in self.model.resources.get(id) {
                if let Some(number) = token.checked_sub(VARIABLE)
                    && let Some(variable) = self.model.variables.get(number as usize)
                {
                    add(Model::variable_key(variable));
                }
            }
        }
        for &(id, _) in &region.conditions {
            for name in self.model.variables_of(id) {
                add(name);
            }
        }
        found
    }

    /// Notes that the answer depends on a policy variable of some resource.
    fn stuck_on_variable(&mut self, name: &str) {
        let is_it = |token: u32| {
            (token.checked_sub(VARIABLE))
                .and_then(|number| self.model.variables.get(number as usize))
                .is_some_and(|variable| Model::variable_key(variable) == name)
        };
        let has = |&id: &Id| {
            self.model
                .resources
                .get(id)
                .iter()
                .any(|&token| is_it(token))
        };
        let rule = (self.model.rules.iter()).find(|rule| {
            (rule.resources.as_ref()).is_some_and(|resources| resources.patterns.iter().any(has))
        });
        if self.unsure.is_none() {
            let origin = rule.map(|rule| rule.origin);
            self.unsure = Some(Unsettled::of_variable(self.model, name, origin));
        }
    }

    fn key_of_variable(&self, region: &Region) -> Option<Id> {
        region
            .conditions
            .iter()
            .map(|(id, _)| *id)
            .find(|&id| !self.model.variables_of(id).is_empty())
    }

    /// Other values for the variables: those of conditions that have them, of texts that patterns have in common, and none.
    fn other_values(&mut self, region: &Region, variables: &[String], tries: &mut Vec<Context>) {
        let Some(first) = tries.first().cloned() else {
            return;
        };
        let mut put = |name: &str, value: Option<String>| {
            let mut other = first.clone();
            for (key, values) in &mut other {
                if key == name {
                    *values = value.clone().map(|value| alloc::vec![value]);
                }
            }
            if !tries.contains(&other) {
                tries.push(other);
            }
        };
        for name in variables {
            if let Some([_, other]) = setting(name) {
                put(name, Some(String::from(other)));
            }
        }
        // The value that makes the patterns of resources match one text.
        let universe = find_in(
            &self.model.resources,
            &region.resources,
            ANY_ARN,
            &mut self.steps,
        );
        if let Ok(Some(text)) = universe
            && !text.iter().any(|&token| is_variable(token))
        {
            for &id in &region.resources.yes {
                let mut found = Vec::new();
                if !self.model.resources.has_variable(id)
                    || !bind(self.model.resources.get(id), &text, &mut found)
                {
                    continue;
                }
                for (number, value) in found {
                    if let Some(variable) = self.model.variables.get(number as usize) {
                        let value: String = value.into_iter().filter_map(char::from_u32).collect();
                        put(&Model::variable_key(variable), Some(value));
                    }
                }
            }
        }
        // A resource that is little else than a variable: what the action is checked against.
        for text in self.possible_targets(region) {
            let text: Vec<u32> = text.chars().map(u32::from).collect();
            for &id in &region.resources.yes {
                let mut found = Vec::new();
                if self.model.resources.has_variable(id)
                    && bind(self.model.resources.get(id), &text, &mut found)
                {
                    for (number, value) in found {
                        if let Some(variable) = self.model.variables.get(number as usize) {
                            let value = value.into_iter().filter_map(char::from_u32).collect();
                            put(&Model::variable_key(variable), Some(value));
                        }
                    }
                }
            }
        }
        for name in variables {
            for literal in self.literals(region, name) {
                put(name, Some(literal));
            }
        }
        for name in variables {
            put(name, None);
        }
    }

    /// Resources of the region, for some value of its variables, that an action of it is checked against.
    fn possible_targets(&mut self, region: &Region) -> Vec<String> {
        let patterns = &self.model.actions;
        let is_in = |action: &str| {
            let text: Vec<u32> = action.to_ascii_lowercase().chars().map(u32::from).collect();
            let matches = |id: &Id| language::matches(patterns.get(*id), &text);
            region.actions.yes.iter().all(matches) && !region.actions.no.iter().any(matches)
        };
        let known = catalogue::services().iter().find_map(|service| {
            let action = (service.actions.iter())
                .find(|action| is_in(&alloc::format!("{}:{}", service.prefix, action.name)))?;
            Some(targets::of(service, action))
        });
        let Some(Targets::Some { forms, .. }) = known else {
            return Vec::new();
        };
        let all = &self.model.resources;
        let resources = Resources {
            possible: true,
            yes: (region.resources.yes.iter())
                .map(|&id| all.at_most(id).to_vec())
                .collect(),
            no: (region.resources.no.iter())
                .map(|&id| all.get(id).to_vec())
                .collect(),
        };
        (forms.iter().take(4))
            .filter_map(|(form, plain)| resources.within(form, plain, &mut self.steps).ok()?)
            .collect()
    }

    /// Texts that conditions compare a variable, or the key that it is compared with, to.
    fn literals(&self, region: &Region, name: &str) -> Vec<String> {
        let mut keys: Vec<Id> = Vec::new();
        for &(id, _) in &region.conditions {
            let Some(condition) = self.model.conditions.get(usize::from(id)) else {
                continue;
            };
            let own = self.model.keys.get(usize::from(condition.key));
            if own.is_some_and(|key| key == name.as_bytes())
                || self
                    .model
                    .variables_of(id)
                    .iter()
                    .any(|known| known == name)
            {
                keys.push(condition.key);
            }
        }
        let mut found = Vec::new();
        for &(id, _) in &region.conditions {
            let Some(condition) = self.model.conditions.get(usize::from(id)) else {
                continue;
            };
            let What::Test { test, .. } = condition.what else {
                continue;
            };
            if !keys.contains(&condition.key) {
                continue;
            }
            let mut values = test.values();
            while let Some((form, text, more)) = values.next() {
                if form != crate::evaluate::program::Form::Variables
                    && let Ok(text) = core::str::from_utf8(text)
                {
                    found.push(text.replace(['*', '?'], "x"));
                }
                values = more;
            }
        }
        found.truncate(6);
        found
    }

    /// Looks for a request with these values of policy variables.
    fn attempt(
        &mut self,
        region: &Region,
        bound: &Context,
        assumed: &[Assumed],
        confirm: &dyn Fn(&Witness) -> bool,
    ) -> Attempt {
        let mut context: Context = bound.clone();
        let mut keys: Vec<Id> = region
            .conditions
            .iter()
            .filter_map(|(id, _)| self.model.conditions.get(usize::from(*id)))
            .filter(|condition| matches!(condition.what, What::Test { .. }))
            .map(|condition| condition.key)
            .collect();
        keys.sort_unstable();
        keys.dedup();
        // A variable's own key takes a value of its own kind first.
        for (name, values) in &mut context {
            let Some(key) = self.model.key(name) else {
                if let Some(fixed) = self.fixed(region.principal, name) {
                    *values = fixed;
                }
                continue;
            };
            keys.retain(|&other| other != key);
            let about = self.about(&region.conditions, key);
            let given = values.clone();
            let solved = match given {
                None => self.solve_as(region.principal, key, about, bound, Some(None)),
                Some(given) => {
                    let mine = given.first().cloned();
                    self.solve_as(region.principal, key, about, bound, Some(mine))
                }
            };
            match solved {
                Solved::Never => return Attempt::Never,
                Solved::Unknown => {
                    return Attempt::Stuck(Obstacle::Condition, self.condition(region, key));
                }
                Solved::With(found) if found.is_empty() => *values = None,
                Solved::With(found) => *values = Some(found),
            }
        }
        let bound = context.clone();
        for key in keys {
            let about = self.about(&region.conditions, key);
            let solved = self.solve_as(region.principal, key, about, &bound, None);
            match solved {
                Solved::Never => return Attempt::Never,
                Solved::Unknown => {
                    return Attempt::Stuck(Obstacle::Condition, self.condition(region, key));
                }
                Solved::With(found) => {
                    let values = (!found.is_empty()).then_some(found);
                    context.push((self.spelled(key), values));
                }
            }
        }
        let (principal, extra) = match self.principal(region, &context) {
            Some(known) => known,
            None => return Attempt::Stuck(Obstacle::Caller, None),
        };
        context.extend(extra);
        let resources = self.filled(&region.resources, &bound);
        self.request(region, &resources, context, principal, assumed, confirm)
    }

    /// The first condition of a region on a key.
    fn condition(&self, region: &Region, key: Id) -> Option<Id> {
        region.conditions.iter().map(|(id, _)| *id).find(|&id| {
            (self.model.conditions.get(usize::from(id)))
                .is_some_and(|condition| condition.key == key)
        })
    }

    /// The only value that a caller has for a key that no condition is on.
    fn fixed(&self, principal: Option<usize>, name: &str) -> Option<Option<Vec<String>>> {
        let caller = principal.and_then(|principal| self.callers.get(principal))?;
        let domain = super::callers::domain(
            name.as_bytes(),
            Some(caller),
            &[],
            &super::solve::Shape::Text,
        );
        if !domain.may_have {
            return Some(None);
        }
        match domain.shape {
            super::solve::Shape::Exactly(text) => Some(Some(alloc::vec![text])),
            _ => None,
        }
    }

    /// Values of a key with those of policy variables. `own`: try this value first, or none.
    fn solve_as(
        &mut self,
        principal: Option<usize>,
        key: Id,
        about: Vec<(Id, bool)>,
        bound: &Context,
        own: Option<Option<String>>,
    ) -> Solved {
        let texts: Vec<(&str, Vec<&str>)> = bound
            .iter()
            .filter_map(|(key, values)| {
                let values = values.as_ref()?;
                Some((key.as_str(), values.iter().map(String::as_str).collect()))
            })
            .collect();
        let entries: Vec<Entry<'_>> = texts
            .iter()
            .map(|(key, values)| Entry::new(Key::named(key), Values::Many(values)))
            .collect();
        let request = bare(&entries);
        if let Some(own) = own {
            let domain = self.domain(principal, key);
            let wanted = self.wanted(&about);
            if super::solve::allows(&domain, &wanted, own.as_deref(), &request) {
                return Solved::With(own.into_iter().collect());
            }
        }
        self.solve(principal, key, about, &request)
    }

    /// Who asks, and the keys that go with it.
    fn principal(&self, region: &Region, context: &Context) -> Option<(Option<String>, Context)> {
        let Some(caller) = region
            .principal
            .and_then(|principal| self.callers.get(principal))
        else {
            return Some((None, Vec::new()));
        };
        let value = |name: &str| {
            context
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .and_then(|(_, values)| values.as_ref()?.first().map(String::as_str))
        };
        let (arn, user) = (value("aws:PrincipalArn"), value("aws:username"));
        if let (Some(arn), Some(user)) = (arn, user)
            && arn.rsplit('/').next() != Some(user)
        {
            return None;
        }
        let Some(name) = &caller.name else {
            return Some((None, Vec::new()));
        };
        if caller.is_any {
            return Some(match (arn, user) {
                (Some(arn), _) => (Some(String::from(arn)), Vec::new()),
                (None, Some(user)) => {
                    let head = name
                        .rsplit_once('/')
                        .map_or(name.as_str(), |(head, _)| head);
                    (Some(alloc::format!("{head}/{user}")), Vec::new())
                }
                (None, None) => (Some(name.clone()), Vec::new()),
            });
        }
        let mut extra = Vec::new();
        if let Some(role) = caller.role()
            && arn.is_none()
        {
            extra.push((
                String::from("aws:PrincipalArn"),
                Some(alloc::vec![String::from(role)]),
            ));
        }
        Some((Some(name.clone()), extra))
    }

    /// The patterns of resources with values for policy variables; one without a value matches nothing.
    fn filled(&self, side: &Side, bound: &Context) -> Resources {
        let fill = |id: Id| -> Option<Vec<u32>> {
            let mut out = Vec::new();
            for &token in self.model.resources.get(id) {
                let Some(number) = (is_variable(token)).then(|| token - VARIABLE) else {
                    language::push(&mut out, token);
                    continue;
                };
                let variable = self.model.variables.get(number as usize)?;
                let key = Model::variable_key(variable);
                let given = bound
                    .iter()
                    .find(|(known, _)| known.eq_ignore_ascii_case(&key))
                    .and_then(|(_, values)| values.as_ref()?.first().cloned());
                let text = match given {
                    Some(text) => text,
                    None => Model::variable_default(variable)?,
                };
                out.extend(text.chars().map(u32::from));
            }
            Some(out)
        };
        let yes: Option<Vec<Vec<u32>>> = side.yes.iter().map(|&id| fill(id)).collect();
        Resources {
            possible: yes.is_some(),
            yes: yes.unwrap_or_default(),
            no: side.no.iter().filter_map(|&id| fill(id)).collect(),
        }
    }

    /// An action and a resource for what is settled.
    fn request(
        &mut self,
        region: &Region,
        resources: &Resources,
        context: Context,
        principal: Option<String>,
        assumed: &[Assumed],
        confirm: &dyn Fn(&Witness) -> bool,
    ) -> Attempt {
        if !resources.possible {
            return Attempt::Never;
        }
        let lenient = self.model.lenient;
        let owner = self.owner.clone();
        let mut stuck = None;
        let mut seen: Vec<(&str, Option<Types>)> = Vec::new();
        let patterns = &self.model.actions;
        let yes: Vec<&[u32]> = region
            .actions
            .yes
            .iter()
            .map(|&id| patterns.get(id))
            .collect();
        let no: Vec<&[u32]> = region
            .actions
            .no
            .iter()
            .map(|&id| patterns.get(id))
            .collect();
        let fits = |text: &[u32]| {
            yes.iter().all(|pattern| language::matches(pattern, text))
                && !no.iter().any(|pattern| language::matches(pattern, text))
        };
        let context: Vec<(String, Vec<String>)> = context
            .into_iter()
            .filter_map(|(key, values)| Some((key, values?)))
            .collect();
        let left = &mut self.steps;
        let mut ask = |action: String, targets: &Targets, steps: &mut usize| -> Option<Attempt> {
            let resource = match resources.pick(targets, &action, steps) {
                Ok(Some(resource)) => resource,
                Ok(None) => return None,
                Err(TooBig) => {
                    stuck = Some((Obstacle::TooMany, None));
                    return None;
                }
            };
            let witness = Witness {
                action,
                resource,
                principal: principal.clone(),
                account: owner.clone(),
                context: context.clone(),
                assumed: assumed.to_vec(),
            };
            if confirm(&witness) {
                return Some(Attempt::Found(alloc::boxed::Box::new(witness)));
            }
            stuck = stuck.or(Some((Obstacle::Unconfirmed, None)));
            None
        };
        // Where a pattern is the name of one action, there is no other.
        let only = (region.actions.yes.iter())
            .find(|&&id| patterns.is_fixed(id))
            .map(|&id| {
                let text = (patterns.get(id).iter()).filter_map(|&token| char::from_u32(token));
                text.skip_while(|symbol| *symbol != ':')
                    .skip(1)
                    .collect::<String>()
            });
        // Actions of which AWS does not document what it checks them against.
        let mut later = Vec::new();
        // Rekognition first: a witness is for people who are here because of it.
        let own = |service: &&&'static catalogue::Service| service.prefix == "rekognition";
        // All of AWS where the patterns say about which service the action is; of any action, those with a module are examples
        // enough, and all others are like actions that nobody knows.
        let is_named =
            (yes.iter()).any(|pattern| pattern.first().is_some_and(|first| is_fixed(*first)));
        let services = match is_named {
            true => catalogue::services(),
            false => catalogue::typed_services(),
        };
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
                if !only
                    .as_ref()
                    .is_none_or(|only| action.name.eq_ignore_ascii_case(only))
                {
                    continue;
                }
                let types = targets::types(action);
                let is_seen = types.is_some()
                    && seen
                        .iter()
                        .any(|(known, other)| *known == service.prefix && *other == types);
                if is_seen {
                    continue;
                }
                let mut text = prefix.clone();
                text.push(u32::from(b':'));
                text.extend(
                    action
                        .name
                        .bytes()
                        .map(|byte| u32::from(byte.to_ascii_lowercase())),
                );
                if !fits(&text) {
                    continue;
                }
                seen.push((service.prefix, types));
                let name = alloc::format!("{}:{}", service.prefix, action.name);
                let targets = if lenient {
                    Targets::Any
                } else {
                    targets::of(service, action)
                };
                // What is certain first.
                if !targets::are_documented(service, action) {
                    later.push((name, targets));
                } else if let Some(found) = ask(name, &targets, left) {
                    return found;
                }
            }
        }
        for (name, targets) in later {
            if let Some(found) = ask(name, &targets, left) {
                return found;
            }
        }
        // Some action that is not known, or not yet.
        let mut yes = yes.clone();
        yes.push(patterns.get(ANY_ACTION));
        let mut no: Vec<Vec<u32>> = no.iter().map(|pattern| pattern.to_vec()).collect();
        for _ in 0..16 {
            let no_now: Vec<&[u32]> = no.iter().map(Vec::as_slice).collect();
            match automaton::find(&yes, &no_now, left) {
                Ok(None) => break,
                Err(TooBig) => {
                    stuck = Some((Obstacle::TooMany, None));
                    break;
                }
                Ok(Some(found)) => {
                    let action: String = found.iter().copied().filter_map(char::from_u32).collect();
                    let name = ActionName::from(action.as_str());
                    let service = match is_named {
                        true => catalogue::service(name.service()),
                        false => catalogue::typed_service(name.service()),
                    };
                    let known = service
                        .and_then(|service| service.action_ignore_case(name.name()))
                        .is_some();
                    if known {
                        no.push(found);
                        continue;
                    }
                    if let Some(found) = ask(action, &Targets::Any, left) {
                        return found;
                    }
                    break;
                }
            }
        }
        match stuck {
            Some((obstacle, about)) => Attempt::Stuck(obstacle, about),
            None => Attempt::Never,
        }
    }

    /// The key as the first policy spells it.
    fn spelled(&self, key: Id) -> String {
        let found = self
            .model
            .conditions
            .iter()
            .find_map(|condition| match condition.what {
                What::Test { test, .. } if condition.key == key => Some(test.key()),
                What::Test { .. } | What::Assumption(_) => None,
            });
        String::from_utf8_lossy(found.unwrap_or_default()).into_owned()
    }
}

/// What came of looking for one request.
enum Attempt {
    Found(alloc::boxed::Box<Witness>),
    /// There is none.
    Never,
    /// There may be one.
    Stuck(Obstacle, Option<Id>),
}

/// A value of a policy variable that represents any other.
fn made_up(number: usize, name: &str) -> String {
    match setting(name) {
        Some([usual, _]) => String::from(usual),
        None => alloc::format!("someone{number}"),
    }
}

/// Values of what every deployment of a template has, for people to recognize.
fn setting(name: &str) -> Option<[&'static str; 2]> {
    match name {
        "aws::partition" => Some(["aws", "aws-us-gov"]),
        "aws::region" => Some(["us-east-1", "eu-west-1"]),
        "aws::accountid" => Some(["123456789012", "111122223333"]),
        _ => None,
    }
}
