//! What one catalogue has and another does not.

use std::collections::BTreeMap;

use rekognition_iam_runtime::catalogue::table::{ActionRow, KeyRow, ServiceRow, Table};

/// What changed between two catalogues, by name: `action rekognition:IndexFaces`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    pub(crate) added: Vec<String>,
    /// Name, before, now.
    pub(crate) changed: Vec<(String, String, String)>,
    pub(crate) removed: Vec<String>,
}

impl Changes {
    /// What is new in the second one, what is different, and what is gone.
    pub(crate) fn between(old: Table<'_>, new: Table<'_>) -> Self {
        let mut changes = Self::default();
        for service in old.services() {
            if new.service(service.prefix()).is_none() {
                changes.removed.push(whole(service));
            }
        }
        for service in new.services() {
            match old.service(service.prefix()) {
                None => changes.added.push(whole(service)),
                Some(before) => changes.service(&facts(before), &facts(service)),
            }
        }
        changes
    }

    fn service(&mut self, before: &BTreeMap<String, String>, now: &BTreeMap<String, String>) {
        for (name, facts) in now {
            match before.get(name) {
                None => self.added.push(name.clone()),
                Some(old) if old != facts => {
                    self.changed
                        .push((name.clone(), old.clone(), facts.clone()));
                }
                Some(_) => {}
            }
        }
        let gone = before.keys().filter(|name| !now.contains_key(*name));
        self.removed.extend(gone.cloned());
    }
}

/// A service with all that it has.
fn whole(service: ServiceRow<'_>) -> String {
    format!(
        "service {} ({} actions, {} resource types, {} condition keys)",
        service.prefix(),
        service.actions().count(),
        service.resources().count(),
        service.keys().count()
    )
}

fn facts(service: ServiceRow<'_>) -> BTreeMap<String, String> {
    let prefix = service.prefix();
    let actions = (service.actions()).map(|action| {
        (
            format!("action {prefix}:{}", action.name()),
            of_action(action),
        )
    });
    let resources = service.resources().map(|kind| {
        let mut facts: Vec<String> = (kind.formats())
            .map(|format| format.text().to_owned())
            .collect();
        facts.extend(keys(kind.keys()));
        let name = format!("resource type {prefix} {}", kind.name());
        (name, facts.join("; "))
    });
    let keys = service.keys().map(|key| {
        let several = if key.multivalued() { ", several" } else { "" };
        let types: Vec<String> = key.types().map(|value| format!("{value:?}")).collect();
        let name = format!("condition key {prefix} {}", key.name());
        (name, format!("{}{several}", types.join(" or ")))
    });
    actions.chain(resources).chain(keys).collect()
}

fn of_action(action: ActionRow<'_>) -> String {
    let mut facts = vec![format!("{:?}", action.level())];
    for (kind, required) in action.resources() {
        let required = if required { ", required" } else { "" };
        let own: Vec<String> = keys(action.keys_on(kind.name())).collect();
        facts.push(format!("on {}{required} {}", kind.name(), own.concat()));
    }
    facts.extend(keys(action.keys()));
    let facts: Vec<&str> = facts.iter().map(|fact| fact.trim_end()).collect();
    facts.join("; ")
}

/// The names of keys, when there are any.
fn keys<'t>(keys: impl Iterator<Item = KeyRow<'t>>) -> impl Iterator<Item = String> {
    let names: Vec<&str> = keys.map(|key| key.name()).collect();
    (!names.is_empty())
        .then(|| format!("with {}", names.join(" ")))
        .into_iter()
}
