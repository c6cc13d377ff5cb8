//! The actions of the catalogue that regions are about.

use core::cell::OnceCell;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use super::automaton::spend;
use super::language::{self, is_fixed};
use super::model::{Id, Model};
use super::pick::Resources;
use super::search::Side;
use super::targets::{self, Targets, Types};
use crate::catalogue::{self, ActionInfo, Service};

/// An action of a region.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) service: &'static Service,
    pub(super) action: &'static ActionInfo,
    /// Its resource types. Actions of a service that have the same ones are checked against the same resources.
    pub(super) types: Option<Types>,
    targets: OnceCell<Targets>,
}

impl Listed {
    /// What requests for it name as their resource.
    pub(super) fn targets(&self) -> &Targets {
        let find = || targets::of(self.service, self.action);
        self.targets.get_or_init(find)
    }

    pub(super) fn name(&self) -> String {
        alloc::format!("{}:{}", self.service.prefix, self.action.name)
    }
}

/// Most regions of a question differ in everything but their actions, and the catalogue has tens of thousands.
#[derive(Debug, Default)]
pub(super) struct Actions {
    known: BTreeMap<[Vec<Id>; 2], Rc<[Listed]>>,
    kept: usize,
    pub(super) foreign: Foreign,
    pub(super) misses: Misses,
}

/// For each action, the keys that were asked about, and whether no request for it has them.
#[derive(Debug, Default)]
pub(super) struct Foreign(BTreeMap<(&'static str, &'static str), BTreeMap<String, bool>>);

/// For the resources of some regions, which actions of the list are on none of them, by their numbers in it.
#[derive(Debug, Default)]
pub(super) struct Misses(BTreeMap<Part, BTreeSet<usize>>);

/// The patterns of a region: of its actions, and of its resources, with the values of variables.
type Part = ([Vec<Id>; 2], [Vec<Vec<u32>>; 2]);

impl Misses {
    const MOST: usize = 256;

    /// Those of the actions in a part of a region.
    pub(super) fn of(&mut self, side: &Side, resources: &Resources) -> &mut BTreeSet<usize> {
        if self.0.len() >= Self::MOST {
            self.0.clear();
        }
        let ids = |ids: &[Id]| ids.to_vec();
        let key = (
            [ids(&side.yes), ids(&side.no)],
            [resources.yes.clone(), resources.no.clone()],
        );
        self.0.entry(key).or_default()
    }
}

/// How many actions are kept, over all regions.
const MOST_KEPT: usize = 100_000;

impl Actions {
    /// The actions of the catalogue in a part of a region, service by service.
    pub(super) fn of(&mut self, model: &Model<'_>, side: &Side, steps: &mut usize) -> Rc<[Listed]> {
        let key = [&side.yes, &side.no].map(|ids| {
            let mut ids = ids.clone();
            ids.sort_unstable();
            ids.dedup();
            ids
        });
        if let Some(known) = self.known.get(&key) {
            return Rc::clone(known);
        }
        let found: Rc<[Listed]> = listed(model, side, steps).into();
        if self.kept + found.len() > MOST_KEPT {
            self.known.clear();
            self.kept = 0;
        }
        self.kept += found.len();
        self.known.insert(key, Rc::clone(&found));
        found
    }
}

impl Foreign {
    /// Whether no request for an action has a key.
    pub(super) fn never_carries(&mut self, listed: &Listed, key: &str) -> bool {
        let of_action = (self.0)
            .entry((listed.service.prefix, listed.action.name))
            .or_default();
        if let Some(known) = of_action.get(key) {
            return *known;
        }
        let found = targets::never_carries(listed.service, listed.action, key);
        of_action.insert(String::from(key), found);
        found
    }
}

/// Whether patterns say about which service an action is. Of any action, the services with a module are examples enough, and
/// all others are like actions that nobody knows.
pub(super) fn is_named(model: &Model<'_>, side: &Side) -> bool {
    (side.yes.iter()).any(|&id| {
        let pattern = model.actions.get(id);
        pattern.first().is_some_and(|first| is_fixed(*first))
    })
}

fn listed(model: &Model<'_>, side: &Side, steps: &mut usize) -> Vec<Listed> {
    let patterns = &model.actions;
    let get = |ids: &[Id]| -> Vec<&[u32]> { ids.iter().map(|&id| patterns.get(id)).collect() };
    let (yes, no) = (get(&side.yes), get(&side.no));
    // Where a pattern is the name of one action, there is no other.
    let only = (side.yes.iter())
        .find(|&&id| patterns.is_fixed(id))
        .map(|&id| {
            let text = (patterns.get(id).iter()).filter_map(|&token| char::from_u32(token));
            text.skip_while(|symbol| *symbol != ':')
                .skip(1)
                .collect::<String>()
        });
    let services = match is_named(model, side) {
        true => catalogue::services(),
        false => catalogue::typed_services(),
    };
    // Rekognition first: a witness is for people who are here because of it.
    let own = |service: &&&'static Service| service.prefix == "rekognition";
    let mut text: Vec<u32> = Vec::new();
    let mut found = Vec::new();
    for service in (services.iter().filter(own)).chain(services.iter().filter(|it| !own(it))) {
        text.clear();
        text.extend(service.prefix.chars().map(u32::from));
        text.push(u32::from(b':'));
        let prefix = text.len();
        // Most services are ruled out by the beginning of a pattern.
        if yes.iter().any(|pattern| {
            (pattern.iter().zip(&text))
                .take_while(|(token, _)| is_fixed(**token))
                .any(|(token, symbol)| token != symbol)
        }) {
            continue;
        }
        spend(
            steps,
            service.actions.len() * (1 + yes.len() + no.len()) / 4,
        );
        for action in service.actions {
            if (only.as_ref()).is_some_and(|only| !action.name.eq_ignore_ascii_case(only)) {
                continue;
            }
            text.truncate(prefix);
            let name = action.name.bytes();
            text.extend(name.map(|byte| u32::from(byte.to_ascii_lowercase())));
            if yes.iter().all(|pattern| language::matches(pattern, &text))
                && !no.iter().any(|pattern| language::matches(pattern, &text))
            {
                found.push(Listed {
                    service,
                    action,
                    types: targets::types(service, action),
                    targets: OnceCell::new(),
                });
            }
        }
    }
    found
}
