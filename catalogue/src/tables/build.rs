//! References and overlay to tables.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{
    Action, ActionResource, Field, Format, Key, Level, Operation, Piece, Resource, Service, Tables,
    ValueType, Variable,
};
use crate::Error;
use crate::json::Notes;
use crate::names::{self, Taken};
use crate::overlay::{self, Overlay};
use crate::reference::{self, Reference};

/// The most variables that the resource part of an ARN format may have: `Resource` holds this many values.
const MAX_VARIABLES: usize = 4;

impl Tables {
    pub(crate) fn build(
        references: &[(PathBuf, Reference)],
        reviewed: &BTreeSet<String>,
        others: &[(PathBuf, Reference)],
        overlay: &Overlay,
        notes: &mut Notes,
    ) -> Result<Self, Error> {
        let global_keys = global_keys(overlay)?;
        let mut build = |references: &[(PathBuf, Reference)], depth: Depth| {
            (references.iter())
                .map(|(file, reference)| {
                    let mut builder = Builder::new(file, reference, overlay, depth);
                    builder.reviewed = reviewed.contains(&reference.name);
                    builder.build(&global_keys, notes)
                })
                .collect::<Result<Vec<_>, _>>()
        };
        let operations: Vec<&Reference> = (references.iter().chain(others))
            .map(|(_, reference)| reference)
            .collect();
        let services = build(references, Depth::Module)?;
        let others = build(others, Depth::Table)?;
        for (file, service, action) in overlay.mentions() {
            let known = (services.iter().chain(&others))
                .find(|known| known.prefix == service)
                .is_some_and(|known| {
                    (known.actions)
                        .binary_search_by(|a| a.name.as_str().cmp(action))
                        .is_ok()
                });
            if !known {
                return Err(overlay.error(
                    file,
                    format!("{service}.{action}"),
                    format!("the service reference has no action `{service}:{action}`"),
                ));
            }
        }
        for (service, actions) in &overlay.pseudo {
            for action in actions.keys() {
                let all = services.iter().chain(&others);
                let typed = (all.filter(|known| known.prefix == *service))
                    .flat_map(|known| &known.actions)
                    .any(|known| known.name == *action && !known.resources.is_empty());
                if typed {
                    return Err(overlay.error(
                        "pseudo-resources.json",
                        format!("{service}.{action}"),
                        format!("`{service}:{action}` has resource types"),
                    ));
                }
            }
        }
        overlay.check_operations(&operations)?;
        for (service, variables) in &overlay.variables {
            let mut all = services.iter().chain(&others);
            let found = all.find(|s| s.prefix == *service);
            for variable in variables.keys() {
                if !found.is_some_and(|s| s.variables.iter().any(|v| v.name == *variable)) {
                    return Err(overlay.error(
                        "variables.json",
                        format!("services.{service}.{variable}"),
                        format!("no ARN format of `{service}` has a variable `{variable}`"),
                    ));
                }
            }
        }
        for (service, types) in &overlay.variable_types {
            for variable in types.keys() {
                let all = services.iter().chain(&others);
                let found = all.flat_map(|known| &known.variables);
                if !found
                    .into_iter()
                    .any(|v| v.service == *service && v.name == *variable)
                {
                    return Err(overlay.error(
                        "variable-types.json",
                        format!("{service}.{variable}"),
                        format!("no ARN of `{service}` has a variable `{variable}`"),
                    ));
                }
            }
        }
        Ok(Self {
            services,
            others,
            global_keys,
        })
    }
}

fn global_keys(overlay: &Overlay) -> Result<Vec<Key>, Error> {
    const FILE: &str = "global-condition-keys.json";
    let mut taken = Taken::nothing();
    let mut keys = Vec::new();
    for key in &overlay.global_keys {
        let error = |message: String| overlay.error(FILE, key.name.clone(), message);
        let (types, multivalued) = value_types(&key.types).map_err(error)?;
        if multivalued != key.multivalued {
            return Err(error("`multivalued` disagrees with the types".to_owned()));
        }
        let parts = names::key_parts(&key.name);
        let rust_name = taken
            .take_key(names::key("aws", &parts), &parts, &key.name)
            .map_err(error)?;
        let key = Key {
            name: key.name.clone(),
            rust_name,
            parts,
            types,
            multivalued,
            sensitive: key.sensitive,
            declared: key.declared,
            global: true,
        };
        if key.rust_type().is_none() {
            return Err(error(format!(
                "there is no Rust type for the types {:?}",
                key.types
            )));
        }
        keys.push(key);
    }
    keys.sort_by_cached_key(|key| key.name.to_ascii_lowercase());
    Ok(keys)
}

/// The types of a key, and whether it has several values.
fn value_types(types: &[String]) -> Result<(Vec<ValueType>, bool), String> {
    let mut values = Vec::new();
    let mut several = BTreeSet::new();
    for name in types {
        let (value, many) = ValueType::of(name).ok_or_else(|| format!("unknown type `{name}`"))?;
        values.push(value);
        several.insert(many);
    }
    if several.len() > 1 {
        return Err("single and several values at once".to_owned());
    }
    Ok((values, several.contains(&true)))
}

/// What is built of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// A module of Rust: everything needs a name of its own there.
    Module,
    /// Its part of the table of all services.
    Table,
}

/// Builds the tables of one service.
struct Builder<'a> {
    file: &'a Path,
    reference: &'a Reference,
    overlay: &'a Overlay,
    depth: Depth,
    /// Whether what the reference leaves unsaid has been looked up.
    reviewed: bool,
    taken: Taken,
}

impl<'a> Builder<'a> {
    fn new(file: &'a Path, reference: &'a Reference, overlay: &'a Overlay, depth: Depth) -> Self {
        Self {
            file,
            reference,
            overlay,
            depth,
            reviewed: false,
            taken: Taken::functions(),
        }
    }

    fn error(&self, place: impl Into<String>, message: impl Into<String>) -> Error {
        Error::new(self.file, place, message)
    }

    fn build(mut self, global_keys: &[Key], notes: &mut Notes) -> Result<Service, Error> {
        let prefix = &self.reference.name;
        // Actions first, then constructors, then keys: a key gives way.
        for action in &self.reference.actions {
            let what = format!("action `{}`", action.name);
            self.take(&names::action(&action.name), what)?;
        }
        let (mut variables, grammars) = self.variables()?;
        let mut key_index = BTreeMap::new();
        let mut resources = self.resources(&variables)?;
        self.services_of_variables(&mut variables, &resources)?;
        let keys = self.keys(global_keys, &mut key_index, notes)?;
        for (resource, read) in resources.iter_mut().zip(&self.reference.resources) {
            resource.keys = indices(&read.keys, &key_index);
        }
        let actions = self.actions(&resources, &key_index, notes)?;
        let operations = self
            .reference
            .operations
            .iter()
            .map(|operation| Operation {
                name: operation.name.clone(),
                sdk: operation
                    .sdk
                    .iter()
                    .filter(|(client, method)| {
                        !self
                            .overlay
                            .no_rust_method
                            .get(client)
                            .is_some_and(|methods| methods.contains(method))
                    })
                    .cloned()
                    .collect(),
                authorizes: self.authorizes(operation),
            })
            .collect();
        Ok(Service {
            prefix: prefix.clone(),
            reviewed: self.reviewed,
            actions,
            resources,
            keys,
            operations,
            variables,
            grammars,
        })
    }

    /// What an operation may check: as the service reference says, else as the overlay does.
    fn authorizes(&self, operation: &reference::Operation) -> Vec<reference::Authorized> {
        let overlay = self.overlay.operation_actions.get(&self.reference.name);
        match overlay.and_then(|operations| operations.get(&operation.name)) {
            Some(actions) if operation.authorizes.is_empty() => actions
                .iter()
                .map(|(service, name)| reference::Authorized {
                    service: service.clone(),
                    name: name.clone(),
                    context: Vec::new(),
                })
                .collect(),
            _ => operation.authorizes.clone(),
        }
    }

    fn take(&mut self, name: &str, what: String) -> Result<(), Error> {
        if self.depth == Depth::Table {
            return Ok(());
        }
        self.taken
            .take(name, what)
            .map_err(|message| Error::new(self.file, "", message))
    }

    fn variables(&self) -> Result<(Vec<Variable>, Vec<String>), Error> {
        let mut found = BTreeSet::new();
        for resource in &self.reference.resources {
            for format in &resource.formats {
                let place = format!("resource type `{}`", resource.name);
                let [_, _, _, rest] =
                    arn_parts(format).map_err(|message| self.error(&*place, message))?;
                for (piece, is_variable) in split_variables(rest) {
                    if is_variable {
                        found.insert(piece.to_owned());
                    }
                }
            }
        }
        let facts = self.overlay.variables.get(&self.reference.name);
        let variables: Vec<Variable> = found
            .into_iter()
            .map(|name| Variable {
                rust_name: names::snake(&name),
                service: String::new(),
                facts: facts.and_then(|facts| facts.get(&name)).cloned().unwrap_or(
                    overlay::Variable {
                        // Names of repositories, parameters and many others have slashes, and of the services that were
                        // not reviewed nobody has looked up which.
                        slashes: !self.reviewed,
                        ..overlay::Variable::default()
                    },
                ),
                name,
            })
            .collect();
        let grammars: BTreeSet<String> = variables
            .iter()
            .filter_map(|variable| variable.facts.grammar.clone())
            .collect();
        Ok((variables, grammars.into_iter().collect()))
    }

    /// Gives each variable the service of the first ARN format that has it. The formats of another service may have the same
    /// variable if its values are of the same type.
    fn services_of_variables(
        &self,
        variables: &mut [Variable],
        resources: &[Resource],
    ) -> Result<(), Error> {
        let kind = |service: &str, name: &str| {
            (self.overlay.variable_types.get(service)).and_then(|types| types.get(name))
        };
        for format in resources.iter().flat_map(|resource| &resource.formats) {
            for piece in &format.pieces {
                let Piece::Variable(index) = piece else {
                    continue;
                };
                let Some(variable) = variables.get_mut(*index) else {
                    continue;
                };
                if variable.service.is_empty() {
                    variable.service.clone_from(&format.service);
                } else if self.depth == Depth::Module
                    && kind(&variable.service, &variable.name)
                        != kind(&format.service, &variable.name)
                {
                    return Err(self.error(
                        "",
                        format!(
                            "`{}` has values of two types, in ARNs of `{}` and of `{}`",
                            variable.name, variable.service, format.service
                        ),
                    ));
                }
            }
        }
        Ok(())
    }

    /// The resource types, without their keys: a key takes its name after the constructors have theirs.
    fn resources(&mut self, variables: &[Variable]) -> Result<Vec<Resource>, Error> {
        let mut resources = Vec::new();
        for resource in &self.reference.resources {
            let place = format!("resource type `{}`", resource.name);
            let mut formats = Vec::new();
            for (index, text) in resource.formats.iter().enumerate() {
                let rust_name = names::constructor(&resource.name, index);
                self.take(&rust_name, place.clone())?;
                let format = format_of(text, rust_name, variables, self.depth)
                    .map_err(|message| self.error(&*place, message))?;
                formats.push(format);
            }
            resources.push(Resource {
                name: resource.name.clone(),
                rust_name: names::snake(&resource.name),
                formats,
                keys: Vec::new(),
            });
        }
        Ok(resources)
    }

    /// The condition keys that are declared or used. `index` gets the place of each name.
    fn keys(
        &mut self,
        global_keys: &[Key],
        index: &mut BTreeMap<String, usize>,
        notes: &mut Notes,
    ) -> Result<Vec<Key>, Error> {
        let prefix = &self.reference.name;
        let mut types: BTreeMap<&str, &[String]> = self
            .reference
            .keys
            .iter()
            .map(|key| (key.name.as_str(), key.types.as_slice()))
            .collect();
        let on_actions = self.reference.actions.iter().flat_map(|action| {
            let on_types = action.resources.iter().flat_map(|(_, keys)| keys);
            action.keys.iter().chain(on_types)
        });
        let on_resources = self.reference.resources.iter().flat_map(|r| &r.keys);
        for used in on_actions.chain(on_resources) {
            if !types.contains_key(used.as_str()) {
                notes.insert(format!(
                    "{}: key `{used}` is used but not declared; added",
                    self.file.display()
                ));
                types.insert(used, &[]);
            }
        }

        // `sagemaker:ResourceTag/` is declared next to `sagemaker:ResourceTag/${TagKey}` and means the same, and so is
        // `ssm:resourceTag/tag-key`.
        let same = |name: &str| {
            let bare = name.strip_suffix("tag-key").unwrap_or(name);
            (bare.ends_with('/')).then(|| format!("{bare}${{TagKey}}"))
        };
        let mut names: Vec<&str> = types.keys().copied().collect();
        names.sort_by_cached_key(|name| name.to_ascii_lowercase());
        let mut keys: Vec<Key> = Vec::new();
        let mut bare = Vec::new();
        for &name in &names {
            if let Some(whole) = same(name).filter(|whole| types.contains_key(whole.as_str())) {
                notes.insert(format!(
                    "{}: key `{name}` is the same as `{whole}`; merged",
                    self.file.display()
                ));
                bare.push((name, whole));
                continue;
            }
            if let Some(last) = keys.last()
                && last.name.eq_ignore_ascii_case(name)
            {
                let message = format!("condition key `{name}` is listed twice");
                return Err(self.error("ConditionKeys", message));
            }
            index.insert(name.to_owned(), keys.len());
            let declared = types.get(name).copied().unwrap_or_default();
            let key = self.key(prefix, name, declared, global_keys)?;
            keys.push(key);
        }
        for (name, whole) in bare {
            if let Some(&place) = index.get(&whole) {
                index.insert(name.to_owned(), place);
            }
        }
        Ok(keys)
    }

    fn key(
        &mut self,
        prefix: &str,
        name: &str,
        types: &[String],
        global_keys: &[Key],
    ) -> Result<Key, Error> {
        let place = format!("condition key `{name}`");
        let global = global_keys
            .iter()
            .find(|global| global.name.eq_ignore_ascii_case(name));
        let (types, multivalued) = match (types, global) {
            ([], Some(global)) => (global.types.clone(), global.multivalued),
            // Text is what nearly all keys are, and what a policy can compare any value with.
            ([], None) => (vec![ValueType::String], false),
            _ => value_types(types).map_err(|message| self.error(&*place, message))?,
        };
        let parts = names::key_parts(name);
        let in_aws = global.filter(|_| name.starts_with("aws:"));
        let rust_name = match in_aws {
            Some(global) => global.rust_name.clone(),
            None if self.depth == Depth::Table => String::new(),
            None => self
                .taken
                .take_key(names::key(prefix, &parts), &parts, name)
                .map_err(|message| Error::new(self.file, &*place, message))?,
        };
        let key = Key {
            name: name.to_owned(),
            rust_name,
            parts,
            types,
            multivalued,
            sensitive: global.is_some_and(|global| global.sensitive),
            declared: name.starts_with("aws:"),
            global: in_aws.is_some(),
        };
        if self.depth == Depth::Module && key.rust_type().is_none() {
            let message = format!("there is no Rust type for the types {:?}", key.types);
            return Err(self.error(place, message));
        }
        Ok(key)
    }

    fn actions(
        &self,
        resources: &[Resource],
        key_index: &BTreeMap<String, usize>,
        notes: &mut Notes,
    ) -> Result<Vec<Action>, Error> {
        let service = &self.reference.name;
        let required = self.overlay.required.get(service);
        let mut actions = Vec::new();
        for action in &self.reference.actions {
            let place = format!("action `{}`", action.name);
            let required = required.and_then(|actions| actions.get(&action.name));
            if let Some(required) = required
                && let Some(unknown) = required
                    .keys()
                    .find(|name| !action.resources.iter().any(|(own, _)| own == *name))
            {
                return Err(self.overlay.error(
                    "required-resources.json",
                    format!("{service}.{}", action.name),
                    format!("the action has no resource type `{unknown}`"),
                ));
            }
            let mut types = Vec::new();
            for (name, keys) in &action.resources {
                let index = resources
                    .binary_search_by(|resource| resource.name.as_str().cmp(name))
                    .map_err(|_| {
                        self.error(&*place, format!("resource type `{name}` is not declared"))
                    })?;
                types.push(ActionResource {
                    index,
                    required: required.is_some_and(|types| types.get(name) == Some(&true)),
                    keys: indices(keys, key_index),
                });
            }
            let level = match action.flags {
                Some(flags) => Level::of(flags),
                None => {
                    // The careful guess: `read()` and `list()` must not grant what nobody has filed.
                    notes.insert(format!(
                        "{}: {place} has no access level; filed under Write",
                        self.file.display()
                    ));
                    Level::Write
                }
            };
            let listed = |map: &BTreeMap<String, BTreeMap<String, ()>>| {
                map.get(service)
                    .is_some_and(|actions| actions.contains_key(&action.name))
            };
            actions.push(Action {
                name: action.name.clone(),
                rust_name: names::action(&action.name),
                level,
                resources: types,
                keys: indices(&action.keys, key_index),
                required_together: listed(&self.overlay.required_together),
                disputed: listed(&self.overlay.disputed),
            });
        }
        Ok(actions)
    }
}

fn indices(names: &[String], index: &BTreeMap<String, usize>) -> Vec<usize> {
    let found: BTreeSet<usize> = names
        .iter()
        .filter_map(|name| index.get(name).copied())
        .collect();
    found.into_iter().collect()
}

/// Service, region, account and the rest of an ARN format.
fn arn_parts(format: &str) -> Result<[&str; 4], String> {
    let mut parts = format.splitn(6, ':');
    let mut next = || {
        parts
            .next()
            .ok_or_else(|| format!("ARN format `{format}` has fewer than six parts"))
    };
    let (arn, partition) = (next()?, next()?);
    if arn != "arn" || partition != "${Partition}" {
        return Err(format!(
            "ARN format `{format}` does not begin with `arn:${{Partition}}:`"
        ));
    }
    Ok([next()?, next()?, next()?, next()?])
}

/// Splits `a/${B}/c` into `a/`, `B`, `/c`; the flag says which are variables.
fn split_variables(text: &str) -> Vec<(&str, bool)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${")
        && let Some((name, after)) = after.split_once('}')
    {
        if !before.is_empty() {
            pieces.push((before, false));
        }
        pieces.push((name, true));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push((rest, false));
    }
    pieces
}

/// The name of the variable that a field consists of.
fn variable_of(field: &str) -> Option<&str> {
    let name = field.strip_prefix("${")?.strip_suffix('}')?;
    (!name.is_empty() && !name.contains(['$', '{', '}'])).then_some(name)
}

fn format_of(
    text: &str,
    rust_name: String,
    variables: &[Variable],
    depth: Depth,
) -> Result<Format, String> {
    let [service, region, account, rest] = arn_parts(text)?;
    // Some services have names of their own for the account: `${AccountId}`, `${VpcOwnerAccount}`.
    let field = |field: &str, variable: &str| match field {
        "" => Ok(Field::Empty),
        "*" => Ok(Field::Any),
        field if variable_of(field).is_some() => Ok(Field::Variable),
        field if field.contains("${") => Err(format!(
            "ARN format `{text}` has `{field}` where `{variable}` is expected"
        )),
        field => Ok(Field::Fixed(field.to_owned())),
    };
    // `backup` has the recovery points of all services.
    let service = match variable_of(service) {
        Some(_) => "*",
        None if service.contains("${") || service.is_empty() => {
            return Err(format!(
                "ARN format `{text}` has `{service}` as its service"
            ));
        }
        None => service,
    };
    let mut pieces = Vec::new();
    let mut names = BTreeSet::new();
    for (piece, is_variable) in split_variables(rest) {
        if !is_variable {
            pieces.push(Piece::Literal(piece.to_owned()));
            continue;
        }
        if depth == Depth::Module
            && let Some(Piece::Variable(_)) = pieces.last()
        {
            return Err(format!("ARN format `{text}` has two variables in a row"));
        }
        let known = variables
            .iter()
            .enumerate()
            .find(|(_, variable)| variable.name == piece);
        let Some((
            index,
            Variable {
                rust_name: name, ..
            },
        )) = known
        else {
            return Err(format!("ARN format `{text}` has an unknown variable"));
        };
        let reserved = name == "region" || name == "account";
        let is_new = names.insert(name);
        if depth == Depth::Module && (reserved || !is_new) {
            return Err(format!(
                "ARN format `{text}` has two parameters named `{name}` in Rust"
            ));
        }
        pieces.push(Piece::Variable(index));
    }
    if depth == Depth::Module && names.len() > MAX_VARIABLES {
        return Err(format!(
            "ARN format `{text}` has {} variables; `Resource` holds {MAX_VARIABLES}",
            names.len()
        ));
    }
    Ok(Format {
        text: text.to_owned(),
        rust_name,
        service: service.to_owned(),
        region: field(region, "${Region}")?,
        account: field(account, "${Account}")?,
        pieces,
    })
}
