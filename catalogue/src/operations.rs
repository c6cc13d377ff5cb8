//! The operations of services without a file in `services` that are not named like an action, by what they authorize: people
//! write their names in policies.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::files::HEADER;
use super::reference::Reference;

/// The name of the generated file.
pub(super) const FILE: &str = "operations.rs";

/// What an operation checks, of all clients that have one of its name.
#[derive(Debug, Default)]
struct Checks {
    /// Service and action.
    actions: BTreeSet<(String, String)>,
    /// Whether each request is checked for all of them.
    always: bool,
    /// Whether nothing else is ever checked.
    only: bool,
}

/// By service and operation.
#[derive(Debug, Default)]
pub(super) struct Operations(BTreeMap<(String, String), Checks>);

impl Operations {
    /// Adds a line of the list of clients, whose actions are separated by spaces.
    pub(super) fn add(&mut self, reference: &Reference, operation: &str, actions: &str) {
        let is_action = (reference.actions.iter()).any(|known| known.name == operation);
        // The call of a waiter, and what AWS has published nothing about.
        if is_action || matches!(actions.chars().next(), None | Some('=' | '-')) {
            return;
        }
        let texts: Vec<&str> = actions.split(' ').collect();
        let has_main = texts.iter().any(|text| text.ends_with('!'));
        let only = matches!(texts.as_slice(), [one] if !one.contains(['>', '?']));
        let named = (texts.iter())
            .filter(|text| !text.contains(['>', '?']) && (!has_main || text.ends_with('!')));
        let mut found = BTreeSet::new();
        for text in named {
            let Some((service, name)) = text.trim_end_matches('!').split_once(':') else {
                continue;
            };
            let service = match service {
                "" => reference.name.as_str(),
                other => other,
            };
            found.insert((service.to_owned(), name.to_owned()));
        }
        if found.is_empty() {
            return;
        }
        let always = has_main || found.len() == 1;
        let key = (reference.name.clone(), operation.to_owned());
        match self.0.get_mut(&key) {
            // Two clients have an operation of this name.
            Some(known) if known.actions != found => {
                known.actions.extend(found);
                known.always = false;
                known.only = false;
            }
            Some(known) => {
                known.always &= always;
                known.only &= only;
            }
            None => {
                let checks = Checks {
                    actions: found,
                    always,
                    only,
                };
                self.0.insert(key, checks);
            }
        }
    }

    /// The generated table, sorted by service and operation.
    pub(super) fn render(&self) -> String {
        let mut out = format!(
            "{HEADER}//! Operations that are not named like an action, of services whose operations are not in their module.\n\n\
             use crate::catalogue::NamedOperation;\n\npub(crate) static OPERATIONS: &[NamedOperation] = &[\n"
        );
        for ((service, name), checks) in &self.0 {
            let actions: Vec<String> = (checks.actions.iter())
                .map(|action| format!("{action:?}"))
                .collect();
            let _ = writeln!(
                out,
                "    NamedOperation {{ service: {service:?}, name: {name:?}, actions: &[{}], always: {}, only: {} }},",
                actions.join(", "),
                checks.always,
                checks.only
            );
        }
        out += "];\n";
        out
    }
}
