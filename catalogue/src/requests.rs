//! What requests say: the data that `derive` reads in place, which no generated file has.
//!
//! The files are compared with the service reference here, so that an update of either that breaks the other is an error and
//! not a permission that is missing; and their facts are in the lock file, so that an update reads as a diff.

use std::path::{Path, PathBuf};

use super::json::{Document, Node};
use super::lock::Facts;
use super::operations::Operations;
use super::prose::page;
use super::reference::Reference;
use super::{Error, json};

/// Which client has which operations, for services without a file in `services`.
const CLIENTS: &str = "clients.txt";

/// Adds the facts of all files. Returns the operations that are not named like an action.
pub(super) fn facts(
    data: &Path,
    references: &[(PathBuf, Reference)],
    others: &[(PathBuf, Reference)],
    notes: &mut json::Notes,
    facts: &mut Facts,
) -> Result<Operations, Error> {
    let find = |prefix: &str| {
        (references.iter())
            .map(|(_, reference)| reference)
            .find(|reference| reference.name == prefix)
    };
    // Of a service without a file, the operations are in the list of clients.
    let find_any = |prefix: &str| {
        (references.iter().chain(others))
            .map(|(_, reference)| reference)
            .find(|reference| reference.name == prefix)
    };
    let read = |name: &str| {
        let document = Document::read(&data.join(name))?;
        page(&document.root())?;
        document.root().field("date")?.text()?;
        Ok::<_, Error>(document)
    };

    let document = read("operation-members.json")?;
    for (client, operations) in document.root().sections()? {
        for (operation, members) in operations.entries()? {
            let name = format!("request {client} {operation}");
            facts.insert(name, members.written());
        }
    }
    for (_, reference) in references {
        for operation in &reference.operations {
            for (client, _) in &operation.sdk {
                if !facts.contains_key(&format!("request {client} {}", operation.name)) {
                    notes.insert(format!(
                        "operation-members.json: the members of `{client}` `{}` are not known",
                        operation.name
                    ));
                }
            }
        }
    }

    let document = read("waiters.json")?;
    for (client, waiters) in document.root().sections()? {
        for (waiter, operation) in waiters.entries()? {
            let known = (references.iter()).any(|(_, reference)| {
                (reference.operations.iter()).any(|known| {
                    known.name == operation.text().unwrap_or_default()
                        && known.sdk.iter().any(|(name, _)| name == client)
                })
            });
            if !known {
                return Err(operation.error("the service reference has no such operation"));
            }
            facts.insert(
                format!("waiter {client} {waiter}"),
                operation.text()?.to_owned(),
            );
        }
    }

    let document = read("setters.json")?;
    for (prefix, service) in document.root().sections()? {
        let Some(reference) = find_any(prefix) else {
            return Err(service.error("the catalogue has no such service"));
        };
        let types = |name: &str, node: &Node<'_>, facts: &mut Facts| -> Result<(), Error> {
            for (kind, entries) in node.entries()? {
                if !reference.resources.iter().any(|known| known.name == kind) {
                    return Err(entries.error("the service has no such resource type"));
                }
                let entries: Vec<String> = (entries.items()?.iter())
                    .map(|entry| Ok(entry.text()?.to_owned()))
                    .collect::<Result<_, Error>>()?;
                facts.insert(format!("setters {name} {kind}"), entries.join("; "));
            }
            Ok(())
        };
        if let Some(node) = service.optional("types")? {
            types(prefix, &node, facts)?;
        }
        if let Some(ids) = service.optional("ids")? {
            for (kind, node) in ids.entries()? {
                if !reference.resources.iter().any(|known| known.name == kind) {
                    return Err(node.error("the service has no such resource type"));
                }
                facts.insert(format!("ids {prefix} {kind}"), node.text()?.to_owned());
            }
        }
        if let Some(operations) = service.optional("operations")? {
            for (operation, node) in operations.entries()? {
                known_operation(reference, operation).map_err(|message| node.error(message))?;
                types(&format!("{prefix} {operation}"), &node, facts)?;
            }
        }
        if let Some(reasons) = service.optional("reasons")? {
            for (operation, why) in reasons.entries()? {
                known_operation(reference, operation).map_err(|message| why.error(message))?;
                let name = format!("no setter {prefix} {operation}");
                facts.insert(name, why.text()?.to_owned());
            }
        }
    }

    let document = read("api-gateway-paths.json")?;
    for (client, operations) in document.root().sections()? {
        for (operation, path) in operations.entries()? {
            facts.insert(
                format!("path {client} {operation}"),
                path.text()?.to_owned(),
            );
        }
    }

    let document = read("written-arns.json")?;
    for (prefix, service) in document.root().sections()? {
        let Some(reference) = find(prefix) else {
            return Err(service.error("there is no file of this service"));
        };
        for (kind, node) in service.entries()? {
            for name in [kind, node.field("within")?.text()?] {
                if !reference.resources.iter().any(|known| known.name == name) {
                    return Err(node.error("the service has no such resource type"));
                }
            }
            let known = |name: &String| reference.actions.iter().any(|known| known.name == *name);
            if let Some(name) = node.texts("except")?.iter().find(|name| !known(name)) {
                return Err(node.error(format!("there is no action `{prefix}:{name}`")));
            }
            facts.insert(format!("written {prefix} {kind}"), node.written());
        }
    }

    let document = read("companions.json")?;
    for part in ["pass_role", "tags", "kms"] {
        for (operation, node) in document.root().field(part)?.entries()? {
            let (prefix, name) = operation.split_once(' ').unwrap_or((operation, ""));
            let Some(reference) = find(prefix) else {
                return Err(node.error("there is no file of this service"));
            };
            known_operation(reference, name).map_err(|message| node.error(message))?;
            let uses = match part {
                "kms" => node.items()?,
                _ => vec![node.clone()],
            };
            for one in &uses {
                let (of, actions) = match part {
                    "kms" => ("kms", one.texts("actions")?),
                    "tags" => (prefix, vec![one.field("action")?.text()?.to_owned()]),
                    _ => ("iam", vec!["PassRole".to_owned()]),
                };
                let known = |action: &String| {
                    find(of).is_some_and(|service| {
                        service.actions.iter().any(|known| known.name == *action)
                    })
                };
                if let Some(action) = actions.iter().find(|action| !known(action)) {
                    return Err(one.error(format!("there is no action `{of}:{action}`")));
                }
            }
            facts.insert(format!("companion {part} {operation}"), node.written());
        }
    }
    for part in ["also", "some"] {
        for (operation, node) in document.root().field(part)?.entries()? {
            let (prefix, name) = operation.split_once(' ').unwrap_or((operation, ""));
            let Some(reference) = find_any(prefix) else {
                return Err(node.error("the catalogue has no such service"));
            };
            known_operation(reference, name).map_err(|message| node.error(message))?;
            for one in node.items()? {
                let actions = match part {
                    "also" => one.texts("actions")?,
                    _ => vec![one.text()?.to_owned()],
                };
                for whole in &actions {
                    let (of, action) = whole.split_once(':').unwrap_or((whole, ""));
                    let known = (references.iter().chain(others))
                        .filter(|(_, reference)| reference.name == of)
                        .flat_map(|(_, reference)| &reference.actions)
                        .any(|known| known.name == action);
                    if !known {
                        return Err(one.error(format!("there is no action `{whole}`")));
                    }
                }
                if part == "also" {
                    page(&one)?;
                }
            }
            facts.insert(format!("companion {part} {operation}"), node.written());
        }
    }
    let without_file: Vec<&Reference> = (references.iter().chain(others))
        .map(|(_, reference)| reference)
        .filter(|reference| reference.operations.is_empty())
        .collect();
    clients(data, &without_file, notes, facts)
}

/// `Operation`, `Operation/Action` and `Operation type`.
fn known_operation(reference: &Reference, name: &str) -> Result<(), String> {
    let name = name.split(['/', ' ']).next().unwrap_or_default();
    let known = (reference.operations.iter()).any(|known| known.name == name)
        || reference.actions.iter().any(|known| known.name == name);
    match known {
        true => Ok(()),
        false => Err(format!("`{}` has no operation `{name}`", reference.name)),
    }
}

/// The clients of services without a file, and the actions of those of their operations that do not authorize their own alone.
fn clients(
    data: &Path,
    references: &[&Reference],
    notes: &mut json::Notes,
    facts: &mut Facts,
) -> Result<Operations, Error> {
    let file = data.join(CLIENTS);
    let text = std::fs::read_to_string(&file)
        .map_err(|error| Error::new(&file, "", format!("cannot be read: {error}")))?;
    let mut operations = Operations::default();
    let mut client = "";
    let mut reference = None;
    for (number, line) in text.lines().enumerate() {
        let wrong = |message: &str| Error::new(&file, format!("{}:1", number + 1), message);
        let fields: Vec<&str> = line.split('\t').collect();
        match fields.as_slice() {
            [first, ..] if first.starts_with('#') => {}
            ["client", name, package, prefix] => {
                client = name;
                reference = (references.iter())
                    .copied()
                    .find(|reference| reference.name == *prefix);
                if reference.is_none() {
                    return Err(wrong("the catalogue has no such service"));
                }
                facts.insert(format!("client {name}"), format!("{package} {prefix}"));
            }
            [operation, actions, ..] => {
                let Some(reference) = reference else {
                    return Err(wrong("expected a client"));
                };
                for action in actions.split(' ') {
                    let name = action.split(['>', '?', '!']).next().unwrap_or_default();
                    if let Some(name) = name.strip_prefix(':')
                        && !reference.actions.iter().any(|known| known.name == name)
                    {
                        notes.insert(format!(
                            "{CLIENTS}: `{client}` `{operation}` authorizes `{}:{name}`, which is not an action",
                            reference.name
                        ));
                    }
                }
                operations.add(reference, operation, actions);
                if !actions.is_empty() {
                    facts.insert(
                        format!("operation {client} {operation}"),
                        (*actions).to_owned(),
                    );
                }
            }
            _ => return Err(wrong("expected an operation with what it authorizes")),
        }
    }
    Ok(operations)
}
