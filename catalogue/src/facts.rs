//! What a catalogue states, a line each, for `catalogue.lock`.

use std::fmt::Write as _;

use super::lock::Facts;
use super::overlay::Overlay;
use super::tables::{Key, Tables};

/// All facts of the tables and of what completes them.
pub(super) fn of(tables: &Tables, overlay: &Overlay) -> Facts {
    let mut facts = Facts::new();
    for service in tables.all() {
        let prefix = &service.prefix;
        let keys = |keys: &[usize]| -> String {
            let names: Vec<&str> = keys
                .iter()
                .map(|&index| service.key(index).name.as_str())
                .collect();
            names.join(" ")
        };
        for action in &service.actions {
            let mut text = format!("{:?}", action.level);
            for resource in &action.resources {
                let _ = write!(text, "; {:?}", service.resource(resource.index).name);
                if resource.required {
                    text += " required";
                }
                if !resource.keys.is_empty() {
                    let _ = write!(text, " with {}", keys(&resource.keys));
                }
            }
            if !action.keys.is_empty() {
                let _ = write!(text, "; keys {}", keys(&action.keys));
            }
            if action.required_together {
                text += "; required together";
            }
            if action.disputed {
                text += "; resource types disputed";
            }
            if let Some(notice) = overlay
                .lifecycle
                .get(prefix)
                .and_then(|actions| actions.get(&action.name))
            {
                let what = if notice.ended {
                    "ended"
                } else {
                    "closed to new customers"
                };
                let _ = write!(text, "; {what} {}", notice.date);
            }
            facts.insert(format!("action {prefix}:{}", action.name), text);
        }
        for resource in &service.resources {
            let mut text = Vec::new();
            for format in &resource.formats {
                text.push(format.text.clone());
            }
            if !resource.keys.is_empty() {
                text.push(format!("keys {}", keys(&resource.keys)));
            }
            facts.insert(
                format!("resource type {prefix} {}", resource.name),
                text.join("; "),
            );
        }
        for key in &service.keys {
            facts.insert(
                format!("condition key {prefix} {}", key.name),
                key_facts(key),
            );
        }
    }
    for (service, variables) in &overlay.variable_types {
        for (variable, kind) in variables {
            facts.insert(format!("variable type {service} {variable}"), kind.clone());
        }
    }
    for key in &tables.global_keys {
        facts.insert(format!("global key {}", key.name), key_facts(key));
    }
    overlay.access.facts(&mut facts);
    for partition in &overlay.partitions {
        for (region, rekognition) in &partition.regions {
            let text = if *rekognition {
                "with Rekognition"
            } else {
                "without Rekognition"
            };
            facts.insert(
                format!("region {} {region}", partition.name),
                text.to_owned(),
            );
        }
    }
    for (service, actions) in &overlay.pseudo {
        for (action, pseudo) in actions {
            let mut text = pseudo.evaluated_as.join(" ");
            if !pseudo.sure {
                text += "; not sure";
            }
            facts.insert(format!("checked {service}:{action}"), text);
        }
    }
    for (what, prefixes) in [
        ("service prefix", &overlay.prefixes.services),
        ("retired service prefix", &overlay.prefixes.retired),
        ("key prefix", &overlay.prefixes.keys),
        ("ARN service", &overlay.prefixes.arns),
    ] {
        for prefix in prefixes {
            facts.insert(format!("{what} {prefix}"), String::new());
        }
    }
    facts
}

fn key_facts(key: &Key) -> String {
    let mut text = format!("{:?}", key.types);
    for (name, set) in [
        ("multivalued", key.multivalued),
        ("sensitive", key.sensitive),
        ("declared", key.declared),
    ] {
        if set {
            let _ = write!(text, " {name}");
        }
    }
    text
}
