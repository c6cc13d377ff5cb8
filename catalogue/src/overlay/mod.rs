//! What the service reference does not say: the other files of `codegen/data`.

mod entries;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Error;
use super::access::Access;
use super::json::{Document, Node, Notes};
use super::reference::{Key, Reference, Resource};
use entries::{
    Formats, MoreKey, read_action_names, read_global_key, read_grammar, read_lifecycle,
    read_partition, read_prefixes, read_pseudo, read_variable,
};
pub(super) use entries::{
    GlobalKey, Grammar, Lifecycle, Partition, Prefixes, Pseudo, Variable, Written, is_date,
    pseudo_form, read_date,
};

/// Facts about actions, by service and action.
pub(super) type ByAction<T> = BTreeMap<String, BTreeMap<String, T>>;

/// All files next to the service files.
#[derive(Debug)]
pub(super) struct Overlay {
    pub(super) as_of: String,
    pub(super) source: String,
    /// For each resource type of an action, whether it is required.
    pub(super) required: ByAction<BTreeMap<String, bool>>,
    pub(super) lifecycle: ByAction<Lifecycle>,
    pub(super) required_together: ByAction<()>,
    pub(super) disputed: ByAction<()>,
    /// What AWS compares with the resources of a statement, for actions without resource types.
    pub(super) pseudo: ByAction<Pseudo>,
    /// By service and resource type: how policies and requests name the resources, where that differs from their ARNs.
    pub(super) written: ByAction<Written>,
    pub(super) prefixes: Prefixes,
    /// By service and resource type: ARN formats that the service reference leaves out.
    pub(super) formats: ByAction<Formats>,
    /// By service and name: condition keys that the service reference leaves out of actions.
    pub(super) more_keys: ByAction<MoreKey>,
    /// By service and operation: what the operation checks, where the service reference maps it to nothing.
    pub(super) operation_actions: ByAction<Vec<(String, String)>>,
    pub(super) grammars: BTreeMap<String, Grammar>,
    /// By service and variable.
    pub(super) variables: BTreeMap<String, BTreeMap<String, Variable>>,
    /// By the service of an ARN and its variable: the type of the runtime whose values fill the variable.
    pub(super) variable_types: ByAction<String>,
    pub(super) global_keys: Vec<GlobalKey>,
    pub(super) partitions: Vec<Partition>,
    /// From the SDK's client to the Rust crate.
    pub(super) crates: BTreeMap<String, String>,
    /// By SDK client: methods that other SDKs have and the Rust SDK has not.
    pub(super) no_rust_method: BTreeMap<String, Vec<String>>,
    /// What a request is made from, regardless of the caller.
    pub(super) access: Access,
    files: BTreeMap<&'static str, PathBuf>,
}

impl Overlay {
    pub(super) fn read(data: &Path, notes: &mut Notes) -> Result<Self, Error> {
        Self::read_with(|name| Document::read(&data.join(name)), notes)
    }

    /// Reads the files that `find` has.
    pub(super) fn read_with(
        find: impl Fn(&'static str) -> Result<Document, Error>,
        notes: &mut Notes,
    ) -> Result<Self, Error> {
        let mut files = BTreeMap::new();
        let mut open = |name: &'static str| {
            let document = find(name)?;
            files.insert(name, document.file().to_owned());
            Ok::<_, Error>(document)
        };

        let source = open("source.json")?;
        let source = source.root();
        source.note_unknown(&["as_of", "source"], notes)?;

        let required = by_action(&open("required-resources.json")?.root(), |node| {
            node.entries()?
                .into_iter()
                .map(|(name, flag)| Ok((name.to_owned(), flag.flag()?)))
                .collect()
        })?;
        let lifecycle = by_action(&open("lifecycle.json")?.root(), read_lifecycle)?;
        let evidence = |node: &Node<'_>| node.field("evidence")?.text().map(drop);
        let required_together = by_action(&open("required-together.json")?.root(), evidence)?;
        let disputed = by_action(&open("disputed-resources.json")?.root(), evidence)?;

        let pseudo = by_action(&open("pseudo-resources.json")?.root(), |node| {
            read_pseudo(node, notes)
        })?;
        let mut written = ByAction::new();
        for (service, kinds) in open("written-arns.json")?.root().sections()? {
            let mut of_service = BTreeMap::new();
            for (kind, node) in kinds.entries()? {
                of_service.insert(kind.to_owned(), Written::read(&node)?);
            }
            written.insert(service.to_owned(), of_service);
        }
        let prefixes = read_prefixes(&open("prefixes.json")?.root(), notes)?;

        let formats = by_action(&open("more-formats.json")?.root(), |node| {
            node.note_unknown(&["formats", "actions", "evidence"], notes)?;
            node.field("evidence")?.text()?;
            let actions = match node.optional("actions")? {
                Some(_) => node.texts("actions")?,
                None => Vec::new(),
            };
            Ok(Formats {
                formats: node.texts("formats")?,
                actions,
            })
        })?;

        let more_keys = by_action(&open("more-keys.json")?.root(), |node| {
            node.note_unknown(&["types", "actions", "evidence", "read"], notes)?;
            node.field("evidence")?.text()?;
            read_date(&node.field("read")?)?;
            Ok(MoreKey {
                types: node.texts("types")?,
                actions: node.texts("actions")?,
            })
        })?;

        let operation_actions =
            by_action(&open("operation-actions.json")?.root(), read_action_names)?;

        let document = open("variables.json")?;
        let grammars = document
            .root()
            .field("grammars")?
            .entries()?
            .into_iter()
            .map(|(name, node)| Ok((name.to_owned(), read_grammar(&node)?)))
            .collect::<Result<BTreeMap<_, _>, Error>>()?;
        let variables = by_action(&document.root().field("services")?, |node| {
            read_variable(node, &grammars)
        })?;

        let variable_types = by_action(&open("variable-types.json")?.root(), |node| {
            node.field("evidence")?.text()?;
            read_date(&node.field("read")?)?;
            Ok(node.field("type")?.text()?.to_owned())
        })?;

        let document = open("global-condition-keys.json")?;
        let global_keys = document
            .root()
            .field("keys")?
            .items()?
            .iter()
            .map(|node| read_global_key(node, notes))
            .collect::<Result<_, _>>()?;

        let document = open("regions.json")?;
        let mut partitions = document
            .root()
            .field("partitions")?
            .items()?
            .iter()
            .map(read_partition)
            .collect::<Result<Vec<_>, _>>()?;
        partitions.sort_by(|a, b| a.name.cmp(&b.name));

        let document = open("sdk-crates.json")?;
        let root = document.root();
        let crates = root
            .field("crates")?
            .entries()?
            .into_iter()
            .map(|(client, node)| Ok((client.to_owned(), node.text()?.to_owned())))
            .collect::<Result<_, Error>>()?;
        let missing = root.field("no_rust_method")?;
        let no_rust_method = missing
            .entries()?
            .into_iter()
            .map(|(client, _)| Ok((client.to_owned(), missing.texts(client)?)))
            .collect::<Result<_, Error>>()?;

        let access = Access::read(
            &open("request-context.json")?,
            &open("resource-control.json")?,
        )?;

        Ok(Self {
            as_of: read_date(&source.field("as_of")?)?,
            source: source.field("source")?.text()?.to_owned(),
            required,
            lifecycle,
            required_together,
            disputed,
            pseudo,
            written,
            prefixes,
            formats,
            more_keys,
            operation_actions,
            grammars,
            variables,
            variable_types,
            global_keys,
            partitions,
            crates,
            no_rust_method,
            access,
            files,
        })
    }

    /// An error about an entry of one of the files.
    pub(super) fn error(
        &self,
        file: &'static str,
        place: impl Into<String>,
        message: impl Into<String>,
    ) -> Error {
        let path = self
            .files
            .get(file)
            .map_or(Path::new(file), PathBuf::as_path);
        Error::new(path, place, message)
    }

    /// Adds the ARN formats that a service reference leaves out, and the resource types that it leaves out of an action,
    /// which are alternatives to those that it lists.
    pub(super) fn add_formats(&mut self, references: &mut [&mut Reference]) -> Result<(), Error> {
        let mut alternatives = Vec::new();
        for (service, types) in &self.formats {
            let refuse =
                |place: String, message: String| self.error("more-formats.json", place, message);
            let reference = (references.iter_mut())
                .find(|reference| reference.name == *service)
                .ok_or_else(|| refuse(service.clone(), "there is no such service".to_owned()))?;
            for (name, more) in types {
                let place = || format!("{service}.{name}");
                let found = reference
                    .resources
                    .binary_search_by(|kind| kind.name.cmp(name));
                let at = match found {
                    Ok(at) => at,
                    Err(_) if more.actions.is_empty() => {
                        let message = "the service reference has no such resource type, and no action is named";
                        return Err(refuse(place(), message.to_owned()));
                    }
                    Err(at) => {
                        let kind = Resource {
                            name: name.clone(),
                            formats: Vec::new(),
                            keys: Vec::new(),
                        };
                        reference.resources.insert(at, kind);
                        at
                    }
                };
                let Some(kind) = reference.resources.get_mut(at) else {
                    continue;
                };
                for format in &more.formats {
                    if !kind.formats.contains(format) {
                        kind.formats.push(format.clone());
                    }
                }
                for wanted in &more.actions {
                    let action = (reference.actions.iter_mut())
                        .find(|action| action.name == *wanted)
                        .ok_or_else(|| refuse(place(), format!("there is no action `{wanted}`")))?;
                    if action.resources.iter().all(|(kind, _)| kind != name) {
                        action.resources.push((name.clone(), Vec::new()));
                        action.resources.sort();
                    }
                    alternatives.push((service.clone(), wanted.clone(), name.clone()));
                }
            }
        }
        for (service, action, kind) in alternatives {
            let required = (self.required.entry(service).or_default())
                .entry(action)
                .or_default();
            required.insert(kind, false);
            required.values_mut().for_each(|required| *required = false);
        }
        Ok(())
    }

    /// Adds the condition keys that a service reference leaves out.
    pub(super) fn add_keys(&self, references: &mut [&mut Reference]) -> Result<(), Error> {
        for (service, keys) in &self.more_keys {
            let refuse =
                |place: String, message: String| Err(self.error("more-keys.json", place, message));
            let Some(reference) = (references.iter_mut()).find(|known| known.name == *service)
            else {
                return refuse(service.clone(), "there is no such service".to_owned());
            };
            for (name, more) in keys {
                let place = || format!("{service}.{name}");
                let lower = name.to_lowercase();
                let order = |key: &Key| key.name.to_lowercase().cmp(&lower);
                if let Err(at) = reference.keys.binary_search_by(order) {
                    let key = Key {
                        name: name.clone(),
                        types: more.types.clone(),
                    };
                    reference.keys.insert(at, key);
                }
                for wanted in &more.actions {
                    let action = (reference.actions.iter_mut()).find(|known| known.name == *wanted);
                    let Some(action) = action else {
                        return refuse(place(), format!("there is no action `{wanted}`"));
                    };
                    if action.keys.contains(name) {
                        let message = format!("the service reference has the key for `{wanted}`");
                        return refuse(place(), message);
                    }
                    action.keys.push(name.clone());
                    action.keys.sort();
                }
            }
        }
        Ok(())
    }

    /// Refuses entries for operations and actions that are gone.
    pub(super) fn check_operations(&self, references: &[&Reference]) -> Result<(), Error> {
        let find = |service: &str| {
            (references.iter().copied()).find(|reference| reference.name == service)
        };
        for (service, operations) in &self.operation_actions {
            for (operation, actions) in operations {
                let refuse = |message: String| {
                    let place = format!("{service}.{operation}");
                    Err(self.error("operation-actions.json", place, message))
                };
                let known = find(service).is_some_and(|reference| {
                    (reference.operations.iter()).any(|known| known.name == *operation)
                });
                if !known {
                    return refuse(format!("`{service}` has no operation `{operation}`"));
                }
                for (prefix, name) in actions {
                    let known = find(prefix).is_some_and(|reference| {
                        (reference.actions.iter()).any(|known| known.name == *name)
                    });
                    if !known {
                        return refuse(format!(
                            "the service reference has no action `{prefix}:{name}`"
                        ));
                    }
                }
            }
        }
        Ok(())
    }

    /// Drops what is about services, actions, and variables that AWS has withdrawn since: what is left is right for these
    /// services. The answer is what was dropped.
    pub(super) fn prune(&mut self, references: &[&Reference]) -> Vec<String> {
        let known: BTreeMap<&str, &Reference> = (references.iter())
            .map(|reference| (reference.name.as_str(), *reference))
            .collect();
        let action = |service: &str, name: &str| {
            let reference = known.get(service)?;
            (reference.actions.iter()).find(|action| action.name == name)
        };
        let mut dropped = Vec::new();
        let mut keep = |is_known: bool, service: &str, name: &str| {
            if !is_known {
                dropped.push(format!("{service}:{name}"));
            }
            is_known
        };
        retain(&mut self.required, |service, name, _| {
            action(service, name).is_some()
        });
        retain(&mut self.lifecycle, |service, name, _| {
            keep(action(service, name).is_some(), service, name)
        });
        retain(&mut self.required_together, |service, name, ()| {
            keep(action(service, name).is_some(), service, name)
        });
        retain(&mut self.disputed, |service, name, ()| {
            keep(action(service, name).is_some(), service, name)
        });
        // What an action without resource types is checked against says nothing of one that has them by now.
        retain(&mut self.pseudo, |service, name, _| {
            action(service, name).is_some_and(|action| action.resources.is_empty())
        });
        retain(&mut self.formats, |service, name, more| {
            (more.actions)
                .retain(|wanted| keep(action(service, wanted).is_some(), service, wanted));
            let kind = known.get(service).is_some_and(|reference| {
                (reference.resources.iter()).any(|kind| kind.name == *name)
            });
            keep(kind || !more.actions.is_empty(), service, name)
        });
        retain(&mut self.more_keys, |service, name, more| {
            more.actions.retain(|wanted| {
                // A newer reference may have the key by now.
                let own = action(service, wanted);
                keep(own.is_some(), service, wanted)
                    && own.is_some_and(|own| !own.keys.iter().any(|key| key == name))
            });
            !more.actions.is_empty()
        });
        retain(&mut self.operation_actions, |service, name, actions| {
            actions.retain(|(service, name)| keep(action(service, name).is_some(), service, name));
            known.get(service).is_some_and(|reference| {
                (reference.operations.iter()).any(|operation| operation.name == *name)
            })
        });
        dropped
    }

    /// Drops the variables that no ARN format has. The formats that the reference leaves out have to be there already.
    pub(super) fn prune_variables(&mut self, references: &[&Reference]) {
        let has = |format: &str, name: &str| format.contains(&format!("${{{name}}}"));
        retain(&mut self.variables, |service, name, _| {
            (references.iter())
                .filter(|reference| reference.name == *service)
                .flat_map(|reference| &reference.resources)
                .any(|kind| kind.formats.iter().any(|format| has(format, name)))
        });
        // The type of a value is of no use without a constructor.
        self.variable_types.clear();
    }

    /// Every service and action that some file is about: file, service, action.
    pub(super) fn mentions(&self) -> impl Iterator<Item = (&'static str, &str, &str)> {
        fn all<'a, T>(
            file: &'static str,
            map: &'a ByAction<T>,
        ) -> impl Iterator<Item = (&'static str, &'a str, &'a str)> {
            map.iter().flat_map(move |(service, actions)| {
                actions
                    .keys()
                    .map(move |action| (file, service.as_str(), action.as_str()))
            })
        }
        all("required-resources.json", &self.required)
            .chain(all("lifecycle.json", &self.lifecycle))
            .chain(all("required-together.json", &self.required_together))
            .chain(all("disputed-resources.json", &self.disputed))
            .chain(all("pseudo-resources.json", &self.pseudo))
    }
}

fn retain<T>(map: &mut ByAction<T>, mut keep: impl FnMut(&str, &str, &mut T) -> bool) {
    for (service, actions) in &mut *map {
        actions.retain(|name, value| keep(service, name, value));
    }
    map.retain(|_, actions| !actions.is_empty());
}

pub(super) fn by_action<T>(
    root: &Node<'_>,
    mut read: impl FnMut(&Node<'_>) -> Result<T, Error>,
) -> Result<ByAction<T>, Error> {
    let mut services = BTreeMap::new();
    for (service, node) in root.entries()? {
        let mut actions = BTreeMap::new();
        for (action, node) in node.entries()? {
            actions.insert(action.to_owned(), read(&node)?);
        }
        services.insert(service.to_owned(), actions);
    }
    Ok(services)
}
