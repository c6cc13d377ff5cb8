//! From a table back to the services that it was made of.

use std::collections::{BTreeMap, BTreeSet};

use rekognition_iam_catalogue::{
    Action, Authorized, Described, Flags, Format, Found, Key, Operation, Reference, Required,
    Resource,
};
use rekognition_iam_runtime::AccessLevel;
use rekognition_iam_runtime::catalogue::table::{ActionRow, KeyRow, ServiceRow, Table};

/// The services of a table, sorted by prefix.
pub(crate) fn services(table: Table<'_>) -> Vec<Described> {
    table.services().map(service).collect()
}

fn service(row: ServiceRow<'_>) -> Described {
    let required = (row.actions())
        .map(|action| {
            let kinds = action.resources();
            let kinds = kinds.map(|(kind, required)| (kind.name().to_owned(), required));
            (action.name().to_owned(), kinds.collect())
        })
        .collect();
    let resources = row.resources().map(|kind| Resource {
        name: kind.name().to_owned(),
        formats: (kind.formats())
            .map(|format| format.text().to_owned())
            .collect(),
        keys: names(kind.keys()),
    });
    let keys = row.keys().map(|key| Key {
        name: key.name().to_owned(),
        types: types(key),
    });
    let operations = row.operations().map(|operation| Operation {
        name: operation.name().to_owned(),
        sdk: (operation.sdk())
            .map(|(client, method)| (client.to_owned(), method.to_owned()))
            .collect(),
        authorizes: (operation.authorized())
            .map(|action| {
                let mut context: BTreeMap<&str, Vec<String>> = BTreeMap::new();
                for (key, value) in action.context() {
                    context.entry(key).or_default().push(value.to_owned());
                }
                Authorized {
                    service: action.service().to_owned(),
                    name: action.name().to_owned(),
                    context: (context.into_iter())
                        .map(|(key, values)| (key.to_owned(), values))
                        .collect(),
                }
            })
            .collect(),
    });
    Described {
        reference: Reference {
            name: row.prefix().to_owned(),
            actions: row.actions().map(action).collect(),
            resources: resources.collect(),
            keys: keys.collect(),
            operations: operations.collect(),
        },
        required,
    }
}

fn names<'t>(keys: impl Iterator<Item = KeyRow<'t>>) -> Vec<String> {
    keys.map(|key| key.name().to_owned()).collect()
}

fn action(row: ActionRow<'_>) -> Action {
    let resources = (row.resources())
        .map(|(kind, _)| (kind.name().to_owned(), names(row.keys_on(kind.name()))));
    Action {
        name: row.name().to_owned(),
        flags: Some(flags(row.level())),
        keys: names(row.keys()),
        resources: resources.collect(),
    }
}

/// The flags that AWS's format has for an access level.
const fn flags(level: AccessLevel) -> Flags {
    let (list, permission_management, tagging_only, write) = match level {
        AccessLevel::Read => (false, false, false, false),
        AccessLevel::List => (true, false, false, false),
        AccessLevel::Write => (false, false, false, true),
        AccessLevel::Tagging => (false, false, true, true),
        AccessLevel::PermissionsManagement => (false, true, false, true),
    };
    Flags {
        list,
        permission_management,
        tagging_only,
        write,
    }
}

fn types(key: KeyRow<'_>) -> Vec<String> {
    let several = if key.multivalued() { "ArrayOf" } else { "" };
    (key.types())
        .map(|value| format!("{several}{}", value.name()))
        .collect()
}

/// The services of a new catalogue, and which of them are as they were.
#[derive(Debug)]
pub(crate) struct Together {
    pub(crate) services: Vec<Described>,
    /// The services that were found.
    pub(crate) found: Vec<String>,
    /// The services that nothing was found of, which stay as they were.
    pub(crate) kept: Vec<String>,
}

/// What was found, with what only the old services say.
///
/// A format that does not have all services leaves the others as they are, and what a format does not say is what it was.
pub(crate) fn together(found: Found, old: Vec<Described>) -> Together {
    let mut old: BTreeMap<String, Described> = (old.into_iter())
        .map(|service| (service.reference.name.clone(), service))
        .collect();
    let existed: BTreeSet<(String, String)> = actions(old.values());
    let exist: BTreeSet<(String, String)> = actions(&found.services);
    let mut services = Vec::new();
    let mut names = Vec::new();
    for mut service in found.services {
        let name = service.reference.name.clone();
        if let Some(mut before) = old.remove(&name) {
            match found.format {
                Format::Package => {
                    for operation in &mut before.reference.operations {
                        // A check of an action that is gone is not made any more.
                        operation.authorizes.retain(|action| {
                            let action = (action.service.clone(), action.name.clone());
                            exist.contains(&action) || !existed.contains(&action)
                        });
                    }
                    service.reference.operations = before.reference.operations;
                }
                Format::Reference { .. } => {
                    service.required = required(&service.reference, &before.required);
                }
            }
        }
        names.push(name);
        services.push(service);
    }
    let complete = match found.format {
        Format::Package => true,
        Format::Reference { complete } => complete,
    };
    let mut kept = Vec::new();
    if !complete {
        for (name, service) in old {
            kept.push(name);
            services.push(service);
        }
    }
    services.sort_by(|a, b| a.reference.name.cmp(&b.reference.name));
    Together {
        services,
        found: names,
        kept,
    }
}

fn actions<'s>(services: impl IntoIterator<Item = &'s Described>) -> BTreeSet<(String, String)> {
    (services.into_iter())
        .flat_map(|service| {
            let prefix = &service.reference.name;
            (service.reference.actions.iter()).map(|action| (prefix.clone(), action.name.clone()))
        })
        .collect()
}

/// What was known of the types that the actions still have.
fn required(reference: &Reference, before: &Required) -> Required {
    (reference.actions.iter())
        .map(|action| {
            let known = before.get(&action.name);
            let kinds = (action.resources.iter())
                .map(|(kind, _)| {
                    let required = known.and_then(|kinds| kinds.get(kind)).copied();
                    (kind.clone(), required.unwrap_or(false))
                })
                .collect();
            (action.name.clone(), kinds)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use rekognition_iam_catalogue::write_table;
    use rekognition_iam_codegen::catalogue::FACTS;
    use rekognition_iam_runtime::catalogue;
    use rekognition_iam_runtime::catalogue::table::Table;

    use super::services;
    use crate::catalogues::built_in;
    use crate::commands::catalogue::reviewed;

    /// Everything that a table says survives the way to the services and back, byte for byte.
    #[test]
    fn a_table_is_written_as_it_was() {
        let bytes = built_in();
        let table = Table::open(&bytes).unwrap();
        let (as_of, source) = (catalogue::AS_OF, catalogue::SOURCE);
        let written = write_table(services(table), &reviewed(), FACTS, as_of, source).unwrap();
        assert!(written.table == bytes);
        assert_eq!(written.notes, Vec::<String>::new());
    }
}
