//! The action and the resource of one request.

use alloc::string::String;
use alloc::vec::Vec;

use super::automaton::{self, TooBig};
use super::language::{self, MANY, is_fixed};
use super::leaf::Context;
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
        let mut seen: Vec<(&str, Option<Types>, Vec<bool>)> = Vec::new();
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
        let model = self.model;
        let kinds = &self.given.kinds;
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
                Ok(None) => return None,
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
            if confirm(&witness) {
                let mut witness = witness;
                witness
                    .assumed
                    .extend(model.maker_of(witness.principal.as_deref()));
                return Some(Attempt::Found(alloc::boxed::Box::new(witness)));
            }
            stuck = stuck.or(Some((Obstacle::Unconfirmed, None)));
            None
        };
        let keys: Vec<&str> = context.iter().map(|(key, _)| key.as_str()).collect();
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
        // For each service whose reference nobody compared with AWS's other pages, one action.
        let mut unlisted: Vec<(String, &'static str)> = Vec::new();
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
                let types = targets::types(service, action);
                // The keys that only requests for other actions have.
                let foreign: Vec<bool> = (keys.iter())
                    .map(|key| {
                        self.model.compared
                            && !lenient
                            && targets::never_carries(service, action, key)
                    })
                    .collect();
                let is_seen = types.is_some()
                    && (seen.iter()).any(|(known, other, keys)| {
                        *known == service.prefix && *other == types && *keys == foreign
                    });
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
                let has_foreign = foreign.contains(&true);
                seen.push((service.prefix, types, foreign));
                if has_foreign || self.model.is_free(service, action) {
                    continue;
                }
                let name = alloc::format!("{}:{}", service.prefix, action.name);
                if !service.reviewed
                    && !lenient
                    && !action.resources.is_empty()
                    && unlisted
                        .last()
                        .is_none_or(|(_, known)| *known != service.prefix)
                {
                    unlisted.push((name.clone(), service.prefix));
                }
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
