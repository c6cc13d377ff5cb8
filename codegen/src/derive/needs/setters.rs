//! Which setter of a request names which resource.
//!
//! Most setters have the name of the catalogue's variable or of the resource type; the others are in
//! `codegen/data/setters.json`, with the reasons why some operations name none of their resources.

use std::collections::HashMap;
use std::sync::OnceLock;

use rekognition_iam_runtime::catalogue::{ResourceType, Service, Variable};

use super::arn::field_name;
use crate::derive::members;
use crate::derive::sdk::Op;
use crate::derive::spelling::snake;
use crate::export::json;

const SETTERS: &str = include_str!("../../../data/setters.json");

/// Where a request names the resources of a type.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rule {
    /// The paths of setters that take a whole ARN.
    pub(super) arns: Vec<Vec<String>>,
    /// The variables of the ARN's format, each with the path of a setter.
    pub(super) names: Vec<(String, Vec<String>)>,
    /// What a variable is when no setter names it.
    pub(super) defaults: Vec<(String, String)>,
    /// The type is not meant when this setter is called.
    pub(super) unless: Option<String>,
    /// A request that names no resource is checked against `*`.
    pub(super) any_when_unset: bool,
    /// What the IDs of the type begin with, where other types have other IDs: `i-`, or `#` for digits only.
    pub(super) ids: Option<&'static str>,
}

impl Rule {
    /// The paths of the setters of a variable.
    pub(super) fn of<'r>(
        &'r self,
        variable: &'r Variable,
    ) -> impl Iterator<Item = &'r Vec<String>> {
        (self.names.iter())
            .filter(|(name, _)| name == variable.name)
            .map(|(_, path)| path)
    }

    /// Whether a text may be the ID of a resource of the type.
    pub(super) fn accepts(&self, text: &str) -> bool {
        match self.ids {
            None => true,
            Some("#") => text.bytes().all(|byte| byte.is_ascii_digit()),
            Some(ids) => text.starts_with(ids),
        }
    }

    /// Whether any setter names a resource of the type.
    pub(super) fn names_any(&self) -> bool {
        !self.arns.is_empty() || !self.names.is_empty()
    }

    /// What a variable is when no setter names it.
    pub(super) fn fallback(&self, variable: &Variable) -> Option<&str> {
        (self.defaults.iter())
            .find(|(name, _)| name == variable.name)
            .map(|(_, text)| text.as_str())
    }
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    Arn(Vec<String>),
    Name(String, Vec<String>),
    Default(String, String),
    Unless(String),
    Unset,
}

impl Entry {
    /// `arn PATH`, `VARIABLE PATH`, `VARIABLE =TEXT`, `unless SETTER`, `unset *`
    pub(super) fn read(text: &str) -> Option<Self> {
        let (what, of) = text.split_once(' ')?;
        let path = || of.split('.').map(str::to_owned).collect();
        Some(match (what, of.strip_prefix('=')) {
            ("arn", _) => Self::Arn(path()),
            ("unless", _) => Self::Unless(of.to_owned()),
            ("unset", _) => Self::Unset,
            (variable, Some(text)) => Self::Default(variable.to_owned(), text.to_owned()),
            (variable, None) => Self::Name(variable.to_owned(), path()),
        })
    }
}

#[derive(Debug, Default)]
struct OfService {
    types: HashMap<String, Vec<Entry>>,
    operations: HashMap<String, HashMap<String, Vec<Entry>>>,
    reasons: HashMap<String, String>,
    /// What the IDs of types begin with.
    ids: HashMap<String, String>,
}

fn table() -> &'static HashMap<String, OfService> {
    static TABLE: OnceLock<HashMap<String, OfService>> = OnceLock::new();
    TABLE.get_or_init(|| match json::parse(SETTERS) {
        Ok(root) => (root.members().iter())
            .map(|(service, found)| (service.clone(), of_service(found)))
            .collect(),
        Err(_) => HashMap::new(),
    })
}

fn of_service(found: &json::Value) -> OfService {
    let part = |name: &str| {
        found
            .get(name)
            .map(json::Value::members)
            .unwrap_or_default()
    };
    let entries = |list: &json::Value| -> Vec<Entry> {
        (list.as_array().unwrap_or_default().iter())
            .filter_map(|entry| Entry::read(entry.as_str()?))
            .collect()
    };
    let types = |members: &[(String, json::Value)]| -> HashMap<String, Vec<Entry>> {
        (members.iter())
            .map(|(kind, list)| (kind.clone(), entries(list)))
            .collect()
    };
    let texts = |name: &str| -> HashMap<String, String> {
        (part(name).iter())
            .filter_map(|(what, text)| Some((what.clone(), text.as_str()?.to_owned())))
            .collect()
    };
    OfService {
        ids: texts("ids"),
        types: types(part("types")),
        operations: (part("operations").iter())
            .map(|(operation, kinds)| (operation.clone(), types(kinds.members())))
            .collect(),
        reasons: texts("reasons"),
    }
}

/// Where a request of an operation names the resources of a type that one of its actions has.
pub(super) fn of(op: Op, action: &str, service: &'static Service, kind: &ResourceType) -> Rule {
    let table = table().get(service.prefix);
    let operation = op.operation.name;
    let own = table.and_then(|table| {
        (table.operations.get(&format!("{operation}/{action}")))
            .or_else(|| table.operations.get(operation))
            .and_then(|kinds| kinds.get(kind.name))
    });
    let ids = id_prefix(service, kind);
    if let Some(entries) = own {
        return Rule {
            ids,
            ..self::rule(op, entries)
        };
    }
    let mut rule = Rule {
        ids,
        ..Rule::default()
    };
    let name = &kind_name(kind);
    for field in [
        &format!("{name}_arn"),
        &format!("{name}_arns"),
        "resource_arn",
        "arn",
    ] {
        rule.add(op, &Entry::Arn(vec![field.to_owned()]));
    }
    for format in kind.formats {
        let single = format.variables().count() == 1;
        for variable in format.variables() {
            let mut add = |field: &str| {
                rule.add(
                    op,
                    &Entry::Name(variable.name.to_owned(), vec![field.to_owned()]),
                );
            };
            let field = field_name(variable);
            add(&field);
            add(&format!("{field}s"));
            if single {
                add(name);
                add(&format!("{name}s"));
                for end in ["name", "id", "identifier", "names", "ids", "identifiers"] {
                    add(&format!("{name}_{end}"));
                }
            }
        }
    }
    // Of a service without a module no table says more: a name is that of the only type.
    let only = (service.action(action)).is_some_and(|action| action.resources.len() == 1);
    if op.other.is_some() && only {
        for variable in kind
            .formats
            .iter()
            .flat_map(|format| match format.variables().count() {
                1 => format.variables().next(),
                _ => None,
            })
        {
            let field = field_name(variable);
            let stem = (field.strip_suffix("_name"))
                .or_else(|| field.strip_suffix("_id"))
                .unwrap_or(&field);
            let identifier = format!("{stem}_identifier");
            for field in [
                stem,
                &identifier,
                "name",
                "names",
                "id",
                "ids",
                "identifier",
            ] {
                let name = variable.name.to_owned();
                rule.add(op, &Entry::Name(name, vec![field.to_owned()]));
            }
        }
    }
    let listed = table.and_then(|table| table.types.get(kind.name));
    for entry in listed.into_iter().flatten() {
        rule.add(op, entry);
    }
    rule
}

/// What the IDs of a type begin with, where the table has it: `i-` for the instances of EC2.
pub(super) fn id_prefix(service: &Service, kind: &ResourceType) -> Option<&'static str> {
    let ids = &table().get(service.prefix)?.ids;
    ids.get(kind.name).map(String::as_str)
}

/// The rule of these entries alone.
pub(super) fn rule(op: Op, entries: &[Entry]) -> Rule {
    let mut rule = Rule::default();
    entries.iter().for_each(|entry| rule.add(op, entry));
    rule
}

/// What the SDK calls a resource type.
pub(in crate::derive) fn kind_name(kind: &ResourceType) -> String {
    match kind.rust_name {
        // Services without a module have no names in Rust.
        "" => snake(&kind.name.replace('-', "_")),
        name => name.to_owned(),
    }
}

impl Rule {
    /// Adds an entry, when the request has the member.
    fn add(&mut self, op: Op, entry: &Entry) {
        let like = |path: &[String]| match (op.other, path) {
            (Some(other), [field]) => other.like(field).map(|member| vec![member.to_owned()]),
            _ => None,
        };
        let entry = &match entry {
            Entry::Arn(path) => Entry::Arn(like(path).unwrap_or_else(|| path.clone())),
            Entry::Name(name, path) => {
                Entry::Name(name.clone(), like(path).unwrap_or_else(|| path.clone()))
            }
            Entry::Default(..) | Entry::Unless(_) | Entry::Unset => entry.clone(),
        };
        let known = |path: &[String]| {
            path.first()
                .is_some_and(|first| member(op, first).is_some())
        };
        match entry {
            Entry::Arn(path) if known(path) && !self.arns.contains(path) => {
                self.arns.push(path.clone());
            }
            Entry::Name(variable, path) if known(path) => {
                let name = (variable.clone(), path.clone());
                if !self.names.contains(&name) {
                    self.names.push(name);
                }
            }
            Entry::Arn(_) | Entry::Name(..) => {}
            Entry::Default(variable, text) => {
                self.defaults.push((variable.clone(), text.clone()));
            }
            Entry::Unless(field) => self.unless = Some(field.clone()),
            Entry::Unset => self.any_when_unset = true,
        }
    }
}

/// Whether a request has a member, and whether that is required.
pub(super) fn member(op: Op, field: &str) -> Option<bool> {
    members::member(op, field)
}

/// Why no setter of an operation names a resource of this type, or of any. With a `*` in front: because a request names none.
pub(super) fn reason(service: &str, operation: &str, kind: Option<&str>) -> Option<&'static str> {
    let reasons = &table().get(service)?.reasons;
    let of_kind = kind.and_then(|kind| reasons.get(&format!("{operation} {kind}")));
    (of_kind.or_else(|| reasons.get(operation))).map(String::as_str)
}

/// All reasons, by service: what they are for, and why.
#[cfg(test)]
pub(super) fn reasons() -> Vec<(&'static str, &'static str, &'static str)> {
    (table().iter())
        .flat_map(|(service, found)| {
            (found.reasons.iter())
                .map(move |(what, why)| (service.as_str(), what.as_str(), why.as_str()))
        })
        .collect()
}

/// All paths of the table that are for single operations or types: service, operation or type, first setter.
#[cfg(test)]
pub(super) fn operations() -> Vec<(&'static str, &'static str)> {
    (table().iter())
        .flat_map(|(service, found)| {
            (found.operations.keys()).map(move |operation| (service.as_str(), operation.as_str()))
        })
        .collect()
}

/// The resource types and variables that the table names, by service.
#[cfg(test)]
pub(super) fn types() -> Vec<(&'static str, &'static str, Vec<&'static str>)> {
    let variables = |entries: &'static [Entry]| -> Vec<&'static str> {
        (entries.iter())
            .filter_map(|entry| match entry {
                Entry::Name(variable, _) | Entry::Default(variable, _) => Some(variable.as_str()),
                Entry::Arn(_) | Entry::Unless(_) | Entry::Unset => None,
            })
            .collect()
    };
    (table().iter())
        .flat_map(|(service, found)| {
            (found.types.iter())
                .chain(found.operations.values().flatten())
                .map(move |(kind, entries)| (service.as_str(), kind.as_str(), variables(entries)))
        })
        .collect()
}
