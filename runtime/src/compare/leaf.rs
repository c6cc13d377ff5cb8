//! One request of a region that no rule takes away, written down.

use alloc::string::String;
use alloc::vec::Vec;

use super::ask::{Attempt, Parts};
use super::candidates::iso;
use super::domains::Given;
use super::language::{self, VARIABLE, is_variable};
use super::model::{Id, Model, What, index};
use super::owner::Ownership;
use super::pick::Resources;
use super::search::{Region, Searcher, Side, bare};
use super::solve::{Shape, Solved};
use super::together::{Derived, Patterns};
use super::unsettled::{Assumed, Obstacle};
use super::witness::Witness;
use crate::evaluate::caller::Form;
use crate::evaluate::request::{Entry, Found, Key, Values};

/// Values of condition keys. Without one, the request does not have the key.
pub(super) type Context = Vec<(String, Option<Vec<String>>)>;

/// How many ways of giving values to policy variables are tried.
pub(super) const MOST_TRIES: usize = 24;

/// What such a try costs, and each condition in it, in steps.
const PER_TRY: usize = 160;
const PER_CONDITION: usize = 20;

impl Searcher<'_, '_> {
    /// One request of a region that no rule takes away.
    pub(super) fn write_down(
        &mut self,
        region: &Region,
        confirm: &dyn Fn(&Witness) -> bool,
    ) -> Option<Witness> {
        let assumed = self.assumed(region)?;
        let variables = self.variables(region);
        let mut failed: Option<(Obstacle, Option<Id>)> = None;
        let mut witness = None;
        for kinds in self.kinds(region, &variables) {
            self.given = Given {
                owner: self.owner.clone(),
                joined: self.joined(region, &variables),
                same: self.same(region, &kinds),
                kinds,
                forced: None,
            };
            match self.of_kind(region, &variables, &assumed, confirm) {
                Attempt::Found(found) => {
                    witness = Some(*found);
                    break;
                }
                Attempt::Never => {}
                Attempt::Stuck(obstacle, about) => failed = failed.or(Some((obstacle, about))),
            }
        }
        self.given = Given::default();
        if let (None, Some((obstacle, about))) = (&witness, failed) {
            if let (Obstacle::Variable, None, Some(name)) = (obstacle, about, variables.first()) {
                self.stuck_on_variable(name);
            } else {
                self.stuck(obstacle, about);
            }
        }
        witness
    }

    /// One request of the region of the kinds that are given.
    fn of_kind(
        &mut self,
        region: &Region,
        variables: &[String],
        assumed: &[Assumed],
        confirm: &dyn Fn(&Witness) -> bool,
    ) -> Attempt {
        let conditions = &region.conditions;
        if !(conditions.iter()).all(|&(id, _)| self.is_possible(region.principal, conditions, id)) {
            return Attempt::Never;
        }
        let all = self.all_values(region, variables);
        let mut tries = match &all {
            Some(all) => all.clone(),
            None => alloc::vec![self.made_up_values(region, variables)],
        };
        let mut failed: Option<(Obstacle, Option<Id>)> = None;
        let mut at = 0;
        while at < tries.len() && at < MOST_TRIES {
            let bound = tries.get(at).cloned().unwrap_or_default();
            at += 1;
            match self.attempt(region, &bound, variables, assumed, confirm) {
                Attempt::Found(witness) => return Attempt::Found(witness),
                Attempt::Never if all.is_some() => {}
                Attempt::Never => {
                    let variable = self.key_of_variable(region);
                    failed = failed.or(Some((Obstacle::Variable, variable)));
                }
                Attempt::Stuck(obstacle, about) => failed = failed.or(Some((obstacle, about))),
            }
            if at == 1 && all.is_none() {
                // Where no values help, none have to be tried.
                if failed.is_some() && self.is_never(region, variables) {
                    return Attempt::Never;
                }
                self.other_values(region, variables, &mut tries);
            }
        }
        match failed {
            Some((obstacle, about)) => Attempt::Stuck(obstacle, about),
            None => Attempt::Never,
        }
    }

    /// What the region assumes of AWS. More than one such thing, and nobody can say whether they go together.
    fn assumed(&mut self, region: &Region) -> Option<Vec<Assumed>> {
        let mut found = Vec::new();
        let mut about = None;
        for &(id, holds) in &region.conditions {
            let Some(condition) = self.model.conditions.get(index(id)) else {
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

    /// Looks for a request with these values of policy variables.
    fn attempt(
        &mut self,
        region: &Region,
        bound: &Context,
        variables: &[String],
        assumed: &[Assumed],
        confirm: &dyn Fn(&Witness) -> bool,
    ) -> Attempt {
        self.charge(PER_TRY + PER_CONDITION * region.conditions.len());
        let mut context: Context = bound.clone();
        let mut keys: Vec<Id> = region
            .conditions
            .iter()
            .filter_map(|(id, _)| self.model.conditions.get(index(*id)))
            .filter(|condition| matches!(condition.what, What::Test { .. }))
            .map(|condition| condition.key)
            .collect();
        keys.sort_unstable();
        keys.dedup();
        // A variable's own key takes a value of its own kind first.
        for (name, values) in &mut context {
            let Some(key) = self.model.key(name) else {
                let domain = self.domain_of(region.principal, name);
                if !domain.may_have {
                    *values = None;
                } else if let Shape::Exactly(text) = domain.shape {
                    *values = Some(alloc::vec![text]);
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
        let owner = match self.owned(region, variables) {
            None => None,
            Some((key, patterns)) => {
                // Another key of the same value gets that.
                let also = (self.given.same.iter())
                    .find(|(_, from)| *from == key)
                    .map(|(other, _)| *other);
                keys.retain(|&other| other != key && Some(other) != also);
                match self.ownership(region, key, also, patterns, &bound) {
                    Some(owner) => Some(owner),
                    None => {
                        return Attempt::Stuck(Obstacle::Condition, self.condition(region, key));
                    }
                }
            }
        };
        // The ARN of the caller before its parts, and the tags of a request before the list of them.
        let late = |key: Id| {
            self.given
                .joined
                .as_ref()
                .map_or(0, |joined| joined.turn(key))
        };
        keys.sort_by_key(|&key| (self.is_list(key), late(key)));
        let all = keys.clone();
        let mut derived: Vec<(Id, Id, Derived)> = Vec::new();
        for key in keys {
            let about = self.about(&region.conditions, key);
            if let Some((from, how)) = self.derived_from(key, &all) {
                derived.push((key, from, how));
                continue;
            }
            if let Some(value) = self.part_of_arn(key, &context) {
                context.push((self.spelled(key), Some(alloc::vec![value])));
                continue;
            }
            if self.is_list(key) {
                self.given.forced = self.certain(key, &context);
            }
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
        for (key, from, how) in derived {
            let from = self.spelled(from);
            let value = (context.iter())
                .find(|(name, _)| *name == from)
                .and_then(|(_, values)| values.as_ref()?.first())
                .and_then(|value| match how {
                    Derived::Same => Some(value.clone()),
                    Derived::Date => iso(value),
                });
            context.push((self.spelled(key), value.map(|value| alloc::vec![value])));
        }
        let (principal, extra) = match self.principal(region, &context) {
            Some(known) => known,
            None => return Attempt::Stuck(Obstacle::Caller, None),
        };
        context.extend(extra);
        let resources = self.filled(&region.resources, &bound);
        self.request(
            region,
            &resources,
            Parts {
                context,
                principal,
                assumed,
                owner,
            },
            confirm,
        )
    }

    /// The value of a key that is a part of the ARN of the caller.
    fn part_of_arn(&self, key: Id, context: &Context) -> Option<String> {
        let joined = self.given.joined.as_ref()?;
        let arn = self.spelled(joined.arn);
        let (_, values) = context.iter().find(|(known, _)| *known == arn)?;
        joined.value(key, values.as_ref()?.first()?)
    }

    /// What conditions say of the account of a resource; `None` when they cannot be solved.
    fn ownership(
        &mut self,
        region: &Region,
        key: Id,
        also: Option<Id>,
        patterns: Patterns,
        bound: &Context,
    ) -> Option<Ownership> {
        let about = self.about(&region.conditions, key);
        let wanted = self.wanted(&about);
        let request = bare(&[]);
        let may_lack = wanted
            .iter()
            .all(|wanted| wanted.is(&Found::Missing, &request));
        let may_have = (wanted
            .iter()
            .filter(|wanted| wanted.operator == crate::Operator::Null))
        .all(|wanted| wanted.is(&Found::One(b"x"), &request));
        let free = match self.solve_as(region.principal, key, about, bound, None) {
            Solved::Never => None,
            Solved::Unknown => return None,
            Solved::With(values) => Some(values),
        };
        Some(Ownership {
            also: also.map(|also| self.spelled(also)),
            name: self.spelled(key),
            patterns,
            may_lack,
            may_have,
            free,
        })
    }

    /// The first condition of a region on a key.
    fn condition(&self, region: &Region, key: Id) -> Option<Id> {
        region.conditions.iter().map(|(id, _)| *id).find(|&id| {
            (self.model.conditions.get(index(id))).is_some_and(|condition| condition.key == key)
        })
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
        if caller.is_any && caller.form == Form::Service {
            let service = value("aws:PrincipalServiceName").unwrap_or(name);
            return Some((Some(String::from(service)), Vec::new()));
        }
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
            lenient: self.model.lenient,
            yes: yes.unwrap_or_default(),
            no: side.no.iter().filter_map(|&id| fill(id)).collect(),
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
