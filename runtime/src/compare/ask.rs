//! The action and the resource of one request.

use core::cell::Cell;

use alloc::string::String;
use alloc::vec::Vec;

use super::automaton::{self, TooBig, spend};
use super::language::MANY;
use super::leaf::Context;
use super::listed::{Listed, is_named};
use super::model::{ANY_ACTION, Id};
use super::owner::Ownership;
use super::pick::Resources;
use super::search::{Region, Searcher};
use super::targets::{self, Targets, Types};
use super::together::{CALLER, OWNER, REGION, in_region};
use super::unsettled::{Assumed, Obstacle};
use super::witness::Witness;
use crate::catalogue;
use crate::catalogue::access::{is_in_one_region, is_without_resource_account, refused_to};
use crate::evaluate::caller::Caller;
use crate::evaluate::request::ActionName;

/// What it costs to look for a resource of an action, at a key of its requests, and to evaluate a rule, in steps.
const PER_ACTION: usize = 40;
const PER_KEY: usize = 4;
const PER_RULE: usize = 3;

/// How many requests of one region are evaluated in vain.
const MOST_UNCONFIRMED: usize = 32;

impl Searcher<'_, '_> {
    /// An action and a resource for what is settled.
    pub(super) fn request(
        &mut self,
        region: &Region,
        resources: &Resources,
        parts: Parts<'_>,
        confirm: &dyn Fn(&Witness) -> bool,
    ) -> Attempt {
        if !resources.possible {
            return Attempt::Never;
        }
        let Parts {
            context,
            principal,
            assumed,
            owner: ownership,
        } = parts;
        let lenient = self.model.lenient;
        let owner = self.owner.clone();
        let may_lack_owner = self.may_lack_owner(region);
        let regions = self.sent_to(region).filter(|_| !lenient);
        // Of callers whom no statement can name, the partition is left open.
        let partitions: Vec<String> = (region.principal)
            .and_then(|principal| self.callers.get(principal))
            .filter(|caller| !lenient && caller.name.is_some())
            .map(|caller| caller.partitions().to_vec())
            .unwrap_or_default();
        let mut stuck = None;
        let mut unconfirmed = 0;
        let evaluation = PER_RULE * self.model.rules.len();
        let context: Vec<(String, Vec<String>)> = context
            .into_iter()
            .filter_map(|(key, values)| Some((key, values?)))
            .collect();
        let model = self.model;
        let listed = self.actions.of(model, &region.actions, &mut self.steps);
        let left = &mut self.steps;
        let foreign_keys = &mut self.actions.foreign;
        let misses = self.actions.misses.of(&region.actions, resources);
        // Whether the resource of an action depends on nothing but the resources of the region.
        let kinds = &self.given.kinds;
        let is_plain = ownership.is_none() && regions.is_none() && kinds.is_empty() && !lenient;
        let has_none = Cell::new(false);
        let mut ask = |action: String, targets: &Targets, steps: &mut usize| -> Option<Attempt> {
            let name = ActionName::from(action.as_str());
            let is_of = |on_arn: bool| {
                (kinds.iter()).all(|kind| lenient || kind.is_of(name.service(), on_arn))
            };
            let targets = match (is_of(true), targets) {
                (true, targets) => targets,
                // Of requests on no resource of the service.
                (false, Targets::Any | Targets::Star | Targets::Some { star: true, .. })
                    if is_of(false) =>
                {
                    &Targets::Star
                }
                (false, Targets::Any | Targets::Star | Targets::Some { .. }) => return None,
            };
            let pick =
                |resources: &Resources, targets: &Targets, steps: &mut usize| match &ownership {
                    None => resources
                        .pick(targets, &action, steps)
                        .map(|found| found.map(|resource| (resource, None))),
                    Some(ownership) => ownership.pick(resources, targets, &action, steps),
                };
            // The resource is in the region that the request is sent to.
            let mut sent_to = None;
            let mut pick_there = |resources: &Resources, steps: &mut usize| match &regions {
                Some(regions) if is_in_one_region(name.service()) && targets.have_arns() => {
                    let mut found = Ok(None);
                    for region in regions {
                        let there = resources.and(alloc::vec![in_region(region)], &[]);
                        found = pick(&there, targets, steps);
                        if !matches!(found, Ok(None)) {
                            sent_to = Some(region);
                            break;
                        }
                    }
                    found
                }
                Some(_) | None => pick(resources, targets, steps),
            };
            let mut picked = pick_there(resources, steps);
            // Of every caller, not only of one in another partition.
            let is_nowhere = matches!(picked, Ok(None));
            // And in the partition of the caller.
            let is_elsewhere = |resource: &str| {
                !partitions.is_empty()
                    && partition_of(resource).is_some_and(|partition| {
                        catalogue::partition(partition).is_some()
                            && !partitions.iter().any(|own| own == partition)
                    })
            };
            if matches!(&picked, Ok(Some((resource, _))) if is_elsewhere(resource)) {
                picked = Ok(None);
                for partition in &partitions {
                    let there = resources.and(alloc::vec![in_partition(partition)], &[]);
                    picked = pick_there(&there, steps);
                    if !matches!(picked, Ok(None)) {
                        break;
                    }
                }
                if matches!(picked, Ok(None)) && !targets.have_arns() {
                    picked = pick(resources, &Targets::Star, steps);
                }
            }
            let (resource, account) = match picked {
                Ok(Some(found)) => found,
                Ok(None) => {
                    has_none.set(is_nowhere);
                    return None;
                }
                Err(TooBig) => {
                    stuck = Some((Obstacle::TooMany, None));
                    return None;
                }
            };
            let mut context = context.clone();
            if let (Some(ownership), Some((_, values))) = (&ownership, &account)
                && let Some(also) = &ownership.also
            {
                context.push((also.clone(), values.clone()));
            }
            context.extend(account);
            for (key, values) in &mut context {
                if !key.eq_ignore_ascii_case(REGION) {
                    continue;
                }
                // One that there is, where the conditions only say which it is not.
                let is_known = |known: &Vec<String>| values.iter().all(|own| known.contains(own));
                let other = (regions.as_ref().filter(|known| !is_known(known)))
                    .and_then(|known| known.first());
                if let Some(region) = sent_to.or(other) {
                    *values = alloc::vec![String::clone(region)];
                }
            }
            // No request for some actions has the account of the resource, whatever it was solved to.
            if !lenient
                && is_without_resource_account(name.service().as_bytes(), name.name().as_bytes())
            {
                if !may_lack_owner {
                    return None;
                }
                context.retain(|(key, _)| !key.eq_ignore_ascii_case(OWNER));
            }
            let refused = refused_to(name.service().as_bytes(), name.name().as_bytes());
            if let Some(principal) = &principal
                && Caller::read(principal.as_bytes()).is_one_of(refused)
            {
                return None;
            }
            // What a request names, where that is shorter than what AWS compares.
            let resource = match targets {
                Targets::Some {
                    tail: Some(tail), ..
                } if !lenient => resource
                    .strip_suffix(tail)
                    .map_or(resource.clone(), String::from),
                Targets::Any | Targets::Star | Targets::Some { .. } => resource,
            };
            let principal = match (&principal, partition_of(&resource)) {
                (Some(principal), Some(partition))
                    if partitions.iter().any(|own| own == partition) =>
                {
                    for (key, values) in &mut context {
                        if key.eq_ignore_ascii_case(CALLER) {
                            for value in values {
                                *value = moved(value, &partitions, partition);
                            }
                        }
                    }
                    Some(moved(principal, &partitions, partition))
                }
                (principal, _) => (*principal).clone(),
            };
            let witness = Witness {
                compared: lenient,
                action,
                resource,
                principal,
                account: owner.clone(),
                context,
                assumed: assumed.to_vec(),
            };
            spend(steps, evaluation);
            if confirm(&witness) {
                let mut witness = witness;
                witness
                    .assumed
                    .extend(model.maker_of(witness.principal.as_deref()));
                return Some(Attempt::Found(alloc::boxed::Box::new(witness)));
            }
            stuck = stuck.or(Some((Obstacle::Unconfirmed, None)));
            // Actions of one region are alike to both policies: what is wrong with so many is wrong with all.
            unconfirmed += 1;
            let (obstacle, about) = stuck.filter(|_| unconfirmed == MOST_UNCONFIRMED)?;
            Some(Attempt::Stuck(obstacle, about))
        };
        let keys: Vec<&str> = context.iter().map(|(key, _)| key.as_str()).collect();
        // For each service whose reference nobody compared with AWS's other pages, one action.
        let mut unlisted: Vec<(String, &'static str)> = Vec::new();
        fn targets_of(listed: &Listed, lenient: bool) -> &Targets {
            if lenient {
                &Targets::Any
            } else {
                listed.targets()
            }
        }
        // Actions of which AWS does not document what it checks them against.
        let mut later = Vec::new();
        let mut seen: Vec<(Option<Types>, Vec<bool>)> = Vec::new();
        let mut service = "";
        for (number, listed) in listed.iter().enumerate() {
            let is_missed = is_plain && misses.contains(&number);
            let is_of_reviewed = listed.service.reviewed || listed.action.resources.is_empty();
            if is_missed && is_of_reviewed {
                continue;
            }
            spend(left, PER_ACTION + PER_KEY * keys.len());
            if *left == 0 {
                return Attempt::Stuck(Obstacle::TooMany, None);
            }
            if listed.service.prefix != service {
                service = listed.service.prefix;
                seen.clear();
            }
            // The keys that only requests for other actions have.
            let foreign: Vec<bool> = (keys.iter())
                .map(|key| model.compared && !lenient && foreign_keys.never_carries(listed, key))
                .collect();
            let has_foreign = foreign.contains(&true);
            // Of requests that cannot exist, those for one action of a service are like those for another.
            if listed.types.is_some() || lenient {
                let one = (listed.types.filter(|_| !lenient), foreign);
                if seen.contains(&one) {
                    continue;
                }
                seen.push(one);
            }
            if has_foreign || model.is_free(listed.service, listed.action) {
                continue;
            }
            let is_named = |(_, known): &(String, &str)| *known == listed.service.prefix;
            if !listed.service.reviewed
                && !lenient
                && !listed.action.resources.is_empty()
                && !unlisted.last().is_some_and(is_named)
            {
                unlisted.push((listed.name(), listed.service.prefix));
            }
            // What is certain first.
            if !targets::are_documented(listed.service, listed.action) {
                later.push(listed);
                continue;
            }
            if is_missed {
                continue;
            }
            has_none.set(false);
            if let Some(found) = ask(listed.name(), targets_of(listed, lenient), left) {
                return found;
            }
            if is_plain && has_none.get() {
                misses.insert(number);
            }
        }
        for listed in later {
            if let Some(found) = ask(listed.name(), targets_of(listed, lenient), left) {
                return found;
            }
        }
        // AWS's reference leaves out forms of ARNs, and on which types some actions work.
        for (name, prefix) in unlisted {
            let Some(service) = catalogue::service(prefix) else {
                continue;
            };
            match on_unlisted(service, resources, left) {
                Ok(None) => {}
                Ok(Some(form)) => {
                    let targets = Targets::Some {
                        forms: alloc::vec![form],
                        star: false,
                        tail: None,
                    };
                    if let Some(found) = ask(name, &targets, left) {
                        return found;
                    }
                }
                Err(TooBig) => return Attempt::Stuck(Obstacle::TooMany, None),
            }
        }
        // Some action that is not known, or not yet.
        let patterns = &model.actions;
        let is_named = is_named(model, &region.actions);
        let get = |id: &Id| patterns.get(*id);
        let mut yes: Vec<&[u32]> = region.actions.yes.iter().map(get).collect();
        yes.push(patterns.get(ANY_ACTION));
        let mut no: Vec<Vec<u32>> = (region.actions.no.iter().map(get))
            .map(<[u32]>::to_vec)
            .collect();
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
}

/// A resource of a service that is of no type which its actions list.
fn on_unlisted(
    service: &'static catalogue::Service,
    resources: &Resources,
    steps: &mut usize,
) -> Result<Option<(Vec<u32>, String)>, TooBig> {
    for (universe, plain) in targets::of_service(service) {
        let mut listed: Vec<Vec<u32>> = Vec::new();
        loop {
            let rest = resources.and(Vec::new(), &listed);
            let Some(text) = rest.within(&universe, &plain, steps)? else {
                break;
            };
            let symbols: Vec<u32> = text.chars().map(u32::from).collect();
            match targets::listed(service, &symbols) {
                None => return Ok(Some((symbols, text))),
                Some(_) if listed.len() == MOST_TYPES => return Err(TooBig),
                Some(format) => listed.push(format),
            }
        }
    }
    Ok(None)
}

/// How many types of resources are told apart from what no type is.
const MOST_TYPES: usize = 24;

/// The partition in an ARN.
fn partition_of(arn: &str) -> Option<&str> {
    arn.strip_prefix("arn:")?.split(':').next()
}

/// ARNs of a partition.
fn in_partition(partition: &str) -> Vec<u32> {
    let head = "arn:".chars().chain(partition.chars()).chain([':']);
    head.map(u32::from).chain([MANY]).collect()
}

/// The ARN of a caller in another of the partitions that it represents.
fn moved(arn: &str, partitions: &[String], to: &str) -> String {
    let rest = (partitions.first())
        .and_then(|from| arn.strip_prefix("arn:")?.strip_prefix(from.as_str()))
        .filter(|rest| rest.starts_with(':'));
    match rest {
        Some(rest) => alloc::format!("arn:{to}{rest}"),
        None => String::from(arn),
    }
}

/// What a request is made of in addition to its action and its resource.
#[derive(Default)]
pub(super) struct Parts<'a> {
    pub(super) context: Context,
    pub(super) principal: Option<String>,
    pub(super) assumed: &'a [Assumed],
    pub(super) owner: Option<Ownership>,
}

/// What came of looking for one request.
pub(super) enum Attempt {
    Found(alloc::boxed::Box<Witness>),
    /// There is none.
    Never,
    /// There may be one.
    Stuck(Obstacle, Option<Id>),
}
