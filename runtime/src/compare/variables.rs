//! Values of the policy variables of a region.

use alloc::string::String;
use alloc::vec::Vec;

use super::ANY_ARN;
use super::ask::{Attempt, Parts};
use super::examples::bind;
use super::formats;
use super::language::{MANY, MANY_IN_FIELD, VARIABLE, covers, is_variable, push};
use super::leaf::{Context, MOST_TRIES};
use super::listed::Listed;
use super::model::{Id, Model, What, index};
use super::pick::Resources;
use super::search::{Region, Searcher, bare, find_in};
use super::solve::{Shape, Solved, solve};
use super::targets::Targets;
use super::together::{OWNER, account_of};
use super::unsettled::Unsettled;
use crate::Operator;
use crate::evaluate::program::Form;

/// How many policy variables are looked at with and without values.
const MOST_CASES: u32 = 4;

impl Searcher<'_, '_> {
    /// All values that the policy variables of a region can have, where these are few: a caller has one value or none, or
    /// the conditions of the region list the values.
    pub(super) fn all_values(
        &mut self,
        region: &Region,
        variables: &[String],
    ) -> Option<Vec<Context>> {
        let mut found: Vec<Context> = alloc::vec![Vec::new()];
        for name in variables {
            let domain = self.domain_of(region.principal, name);
            let mut values: Vec<Option<Vec<String>>> = Vec::new();
            if domain.may_lack {
                values.push(None);
            }
            if domain.may_have {
                let listed = match domain.shape {
                    Shape::Exactly(text) => alloc::vec![text],
                    Shape::Text
                    | Shape::Bool
                    | Shape::Number
                    | Shape::Count
                    | Shape::Moment
                    | Shape::Address
                    | Shape::Like(..)
                    | Shape::Of(_) => self.listed(region, name)?,
                };
                values.extend(listed.into_iter().map(|value| Some(alloc::vec![value])));
            }
            if found.len() * values.len() > MOST_TRIES {
                return None;
            }
            found = (found.iter())
                .flat_map(|known| {
                    values.iter().map(move |value| {
                        let mut known = known.clone();
                        known.push((name.clone(), value.clone()));
                        known
                    })
                })
                .collect();
        }
        Some(found)
    }

    /// A value for every policy variable, which represents any other.
    pub(super) fn made_up_values(&mut self, region: &Region, variables: &[String]) -> Context {
        let mut found = Vec::new();
        for (number, name) in variables.iter().enumerate() {
            let mut value = made_up(number, name);
            if let Shape::Of(key) = self.domain_of(region.principal, name).shape
                && !formats::fits(key, &value)
                && let Some(example) = formats::example(key).into_iter().next()
            {
                value = example;
            }
            found.push((name.clone(), Some(alloc::vec![value])));
        }
        found
    }

    /// The values of a key of which a condition of the region lists all.
    fn listed(&self, region: &Region, name: &str) -> Option<Vec<String>> {
        let key = self.model.key(name)?;
        (region.conditions.iter()).find_map(|&(id, holds)| {
            let condition = self.model.conditions.get(index(id))?;
            let What::Test {
                test,
                operator,
                open: None,
            } = condition.what
            else {
                return None;
            };
            let equal = matches!(operator, Operator::StringEquals | Operator::StringLike);
            let unequal = matches!(
                operator,
                Operator::StringNotEquals | Operator::StringNotLike
            );
            let lists = (equal && holds) || (unequal && !holds);
            if condition.key != key || !lists || test.set().is_some() {
                return None;
            }
            let mut found = Vec::new();
            let mut values = test.values();
            while let Some((form, text, more)) = values.next() {
                if form != Form::Exact {
                    return None;
                }
                found.push(core::str::from_utf8(text).ok().map(String::from)?);
                values = more;
            }
            Some(found)
        })
    }

    /// Whether there is no request in the region, whatever its policy variables are: with each of them and without, one of
    /// its patterns is inside of one that must not match, or no action has such a resource for any text in their places.
    pub(super) fn is_never(&mut self, region: &Region, variables: &[String]) -> bool {
        let count = u32::try_from(variables.len()).unwrap_or(u32::MAX);
        if count > MOST_CASES {
            return false;
        }
        'cases: for case in 0..1_u32 << count {
            let mut present = Vec::new();
            for (number, name) in variables.iter().enumerate() {
                let has = case & (1 << number) != 0;
                let domain = self.domain_of(region.principal, name);
                if !(if has {
                    domain.may_have
                } else {
                    domain.may_lack
                }) {
                    continue 'cases;
                }
                if has {
                    present.push(name.as_str());
                }
            }
            let yes: Option<Vec<Vec<u32>>> = (region.resources.yes.iter())
                .map(|&id| self.in_case(id, &present))
                .collect();
            let Some(yes) = yes else {
                continue;
            };
            let no: Vec<Vec<u32>> = (region.resources.no.iter())
                .filter_map(|&id| self.in_case(id, &present))
                .collect();
            if (yes.iter()).any(|inner| no.iter().any(|outer| covers(outer, inner))) {
                continue;
            }
            let has_variable = |tokens: &Vec<u32>| tokens.iter().any(|&token| is_variable(token));
            let resources = Resources {
                possible: true,
                lenient: self.model.lenient,
                yes: (yes.iter())
                    .map(|tokens| {
                        let mut out = Vec::with_capacity(tokens.len());
                        for &token in tokens {
                            let name = (token.checked_sub(VARIABLE))
                                .and_then(|number| present.get(number as usize));
                            match name {
                                Some(name) if is_field(name) => out.push(MANY_IN_FIELD),
                                _ if is_variable(token) => push(&mut out, MANY),
                                _ => push(&mut out, token),
                            }
                        }
                        out
                    })
                    .collect(),
                no: no
                    .into_iter()
                    .filter(|tokens| !has_variable(tokens))
                    .collect(),
            };
            let found = self.request(region, &resources, Parts::default(), &|_| true);
            if !matches!(found, Attempt::Never) {
                return false;
            }
        }
        true
    }

    /// A pattern of resources when the request has these keys of policy variables and no others; `None` when it matches nothing.
    fn in_case(&self, id: Id, present: &[&str]) -> Option<Vec<u32>> {
        let mut out = Vec::new();
        for &token in self.model.resources.get(id) {
            let Some(number) = is_variable(token).then(|| token - VARIABLE) else {
                push(&mut out, token);
                continue;
            };
            let variable = self.model.variables.get(number as usize)?;
            let key = Model::variable_key(variable);
            match present.iter().position(|known| *known == key) {
                // With a value, the default makes no difference.
                Some(known) => out.push(VARIABLE + u32::try_from(known).unwrap_or(number)),
                None => out.extend(Model::variable_default(variable)?.chars().map(u32::from)),
            }
        }
        Some(out)
    }

    /// The keys of the policy variables that the region is about.
    pub(super) fn variables(&self, region: &Region) -> Vec<String> {
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
    pub(super) fn stuck_on_variable(&mut self, name: &str) {
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

    pub(super) fn key_of_variable(&self, region: &Region) -> Option<Id> {
        region
            .conditions
            .iter()
            .map(|(id, _)| *id)
            .find(|&id| !self.model.variables_of(id).is_empty())
    }

    /// Other values for the variables: those of conditions that have them, of texts that patterns have in common, and none.
    pub(super) fn other_values(
        &mut self,
        region: &Region,
        variables: &[String],
        tries: &mut Vec<Context>,
    ) {
        let Some(first) = tries.first().cloned() else {
            return;
        };
        let mut put = |name: &str, value: Option<String>| {
            if is_field(name) && (value.as_ref()).is_some_and(|value| value.contains([':', '/'])) {
                return;
            }
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
        let targets = self.possible_targets(region);
        for text in &targets {
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
        // What the keys that a variable is compared with can have: an account, and that of the resource.
        for name in variables {
            for key in self.compared_with(region, name) {
                if let Some(value) = self.value_of(region, key) {
                    put(name, Some(value));
                }
                let Some(key) = (self.model.keys.get(index(key)))
                    .and_then(|key| core::str::from_utf8(key).ok())
                else {
                    continue;
                };
                if key == OWNER {
                    for account in targets.iter().filter_map(|arn| account_of(arn)) {
                        put(name, Some(String::from(account)));
                    }
                }
                for example in formats::example(key) {
                    put(name, Some(example));
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
        let listed = self
            .actions
            .of(self.model, &region.actions, &mut self.steps);
        let Some(Targets::Some { forms, .. }) = listed.first().map(Listed::targets) else {
            return Vec::new();
        };
        let all = &self.model.resources;
        let resources = Resources {
            possible: true,
            lenient: self.model.lenient,
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

    /// A value that a key can have, whatever policy variables are: of its type, and as the other conditions on it want it.
    fn value_of(&mut self, region: &Region, key: Id) -> Option<String> {
        let about = self.about(&region.conditions, key);
        let mut domain = self.domain_about(region.principal, key, &about);
        domain.may_lack = false;
        let mut wanted = self.wanted(&about);
        wanted.retain(|wanted| !wanted.has_variables());
        match solve(&domain, &wanted, &bare(&[]), &mut self.steps) {
            Solved::With(values) => values.into_iter().next(),
            Solved::Never | Solved::Unknown => None,
        }
    }

    /// The keys that conditions compare with a variable, and its own.
    fn compared_with(&self, region: &Region, name: &str) -> Vec<Id> {
        let mut keys: Vec<Id> = Vec::new();
        for &(id, _) in &region.conditions {
            let Some(condition) = self.model.conditions.get(index(id)) else {
                continue;
            };
            let own = self.model.keys.get(index(condition.key));
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
        keys
    }

    /// Texts that conditions compare a variable, or the key that it is compared with, to.
    fn literals(&self, region: &Region, name: &str) -> Vec<String> {
        let keys = self.compared_with(region, name);
        let mut found = Vec::new();
        for &(id, _) in &region.conditions {
            let Some(condition) = self.model.conditions.get(index(id)) else {
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
                if form != Form::Variables
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
}

/// A value of a policy variable that represents any other.
fn made_up(number: usize, name: &str) -> String {
    match setting(name) {
        Some([usual, _]) => String::from(usual),
        None => alloc::format!("someone{number}"),
    }
}

/// Whether a variable is a field of an ARN in every deployment of a template: a partition, a region, or an account.
fn is_field(name: &str) -> bool {
    setting(name).is_some()
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
