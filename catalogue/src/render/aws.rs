//! The files about all of AWS: global condition keys, prefixes, partitions, and what differs from the service reference.

use std::fmt::Write as _;

use super::constants::{ITSELF, NAMES, keys as key_constants};
use super::service::key_row;
use crate::docs;
use crate::files::HEADER;
use crate::overlay::{Overlay, Prefixes, pseudo_form};
use crate::tables::{Action, Piece, Tables};

/// The global condition keys.
pub(super) fn keys(tables: &Tables) -> String {
    let mut out = format!("{HEADER}{}{NAMES}\n", docs::aws_module());
    out += "use crate::catalogue::{ConditionKey, Placeholder, ValueType};\n\n";
    if !tables.global_keys.is_empty() {
        out += "pub use keys::*;\n\n";
    }
    out += ITSELF;
    out += "\npub(crate) static GLOBAL_KEYS: &[ConditionKey] = &[\n";
    for key in &tables.global_keys {
        key_row(&mut out, "    ", key);
    }
    out += "];\n";
    key_constants(&mut out, tables.global_keys.iter());
    out
}

/// The types of variables, a row each.
pub(super) fn variable_types(overlay: &Overlay) -> String {
    let mut out = format!(
        "{HEADER}//! Which type of the module `values` fills which variable of an ARN.\n\n\
         /// The service of the ARN, the variable, the type. Sorted.\n\
         pub(crate) static VARIABLE_TYPES: &[(&str, &str, &str)] = &[\n"
    );
    for (service, variables) in &overlay.variable_types {
        for (variable, kind) in variables {
            let _ = writeln!(out, "    ({service:?}, {variable:?}, {kind:?}),");
        }
    }
    out += "];\n";
    out
}

/// The prefixes of all of AWS, a row each.
pub(super) fn prefixes(prefixes: &Prefixes) -> String {
    let mut out = format!(
        "{HEADER}//! The prefixes of all services of AWS, covered by the catalogue or not.\n"
    );
    for (name, all) in [
        ("AWS_SERVICES", &prefixes.services),
        ("RETIRED_SERVICES", &prefixes.retired),
        ("KEY_PREFIXES", &prefixes.keys),
        ("ARN_SERVICES", &prefixes.arns),
    ] {
        let _ = writeln!(out, "\npub(crate) const {name}: &[&str] = &[");
        for prefix in all {
            let _ = writeln!(out, "    {prefix:?},");
        }
        out += "];\n";
    }
    out
}

/// What AWS evaluates the actions as that have no resource types, sorted by service and action.
pub(super) fn pseudo(tables: &Tables, overlay: &Overlay) -> String {
    let mut out = format!(
        "{HEADER}//! What AWS compares with the resources of a statement, where it is not the ARN that a request names.\n\n\
         use crate::catalogue::{{PseudoForm as F, PseudoResource, Written}};\n\npub(crate) static PSEUDO: &[PseudoResource] = &[\n"
    );
    for (service, actions) in &overlay.pseudo {
        for (action, pseudo) in actions {
            let forms: Vec<String> = (pseudo.evaluated_as.iter())
                .filter_map(|text| pseudo_form(text))
                .collect();
            let _ = writeln!(
                out,
                "    PseudoResource {{ service: {service:?}, action: {action:?}, evaluated_as: &{:?}, forms: &[{}], sure: {} }},",
                pseudo.evaluated_as,
                forms.join(", "),
                pseudo.sure
            );
        }
    }
    out += "];\n\npub(crate) static WRITTEN: &[Written] = &[\n";
    for (prefix, kinds) in &overlay.written {
        let service = tables.all().find(|service| service.prefix == *prefix);
        for (kind, written) in kinds {
            let Some((service, resource)) = service.and_then(|service| {
                let resource = service.resources.iter().find(|known| known.name == *kind)?;
                Some((service, resource))
            }) else {
                continue;
            };
            let head = match resource
                .formats
                .first()
                .and_then(|format| format.pieces.first())
            {
                Some(Piece::Literal(text)) => text.as_str(),
                Some(Piece::Variable(_)) | None => "",
            };
            let is_on = |action: &Action, name: &str| {
                (action.resources.iter())
                    .filter_map(|of| service.resources.get(of.index))
                    .any(|of| of.name == name)
            };
            // Of an action on both types, the request says which.
            let of = |own: &str, other: &str| -> Vec<&str> {
                (service.actions.iter())
                    .filter(|action| is_on(action, own) && !is_on(action, other))
                    .map(|action| action.name.as_str())
                    .filter(|name| !written.except.iter().any(|except| except == name))
                    .collect()
            };
            let policy = &written.policy;
            let request = &written.request;
            let within = &written.within;
            let _ = writeln!(
                out,
                "    Written {{ service: {prefix:?}, kind: {kind:?}, head: {head:?}, policy: {policy:?}, request: {request:?}, within: {within:?}, actions: &{:?}, parts: &{:?} }},",
                of(kind, within),
                of(within, kind),
            );
        }
    }
    out += "];\n";
    out
}

/// What AWS has announced about the end of actions, sorted by service and action.
pub(super) fn notices(overlay: &Overlay) -> String {
    let mut out = format!(
        "{HEADER}//! What AWS has announced about the end of actions.\n\n\
         use crate::catalogue::Lifecycle;\nuse crate::catalogue::facts::Notice;\n\npub(crate) static NOTICES: &[Notice] = &[\n"
    );
    for (service, actions) in &overlay.lifecycle {
        for (action, notice) in actions {
            let state = if notice.ended {
                "Ended"
            } else {
                "ClosedToNewCustomers"
            };
            let _ = writeln!(
                out,
                "    Notice {{ service: {service:?}, action: {action:?}, feature: {:?}, lifecycle: Lifecycle::{state}({:?}), page: {:?} }},",
                notice.feature, notice.date, notice.evidence
            );
        }
    }
    out += "];\n";
    out
}

/// The partitions and their regions.
pub(super) fn partitions(overlay: &Overlay) -> String {
    let mut out = format!(
        "{HEADER}//! AWS's partitions and their regions.\n\nuse crate::catalogue::{{Partition, Region}};\n\n"
    );
    out += "pub(crate) static PARTITIONS: &[Partition] = &[\n";
    for partition in &overlay.partitions {
        let _ = writeln!(
            out,
            "    Partition {{\n        name: {:?},\n        regions: &[",
            partition.name
        );
        for (name, rekognition) in &partition.regions {
            let _ = writeln!(
                out,
                "            Region {{ name: {name:?}, rekognition: {rekognition} }},"
            );
        }
        out += "        ],\n    },\n";
    }
    out += "];\n";
    out
}
