//! The module of a service: its tables, a row for each action, resource type, ARN format, key, and operation.

use std::fmt::Write as _;

use super::constants::{self, ITSELF, NAMES, formats_static, own_keys};
use crate::docs;
use crate::files::HEADER;
use crate::names;
use crate::overlay::{Grammar, Overlay};
use crate::tables::{Action, Field, Key, Operation, Piece, Service, Variable};

/// All of the module.
pub(super) fn module(service: &Service, overlay: &Overlay, more: &docs::More) -> String {
    let mut out = format!(
        "{HEADER}{}{NAMES}\n",
        docs::service_module(service, overlay)
    );
    out += &table_imports(service, overlay);
    out += "pub use actions::*;\n";
    if own_keys(service).next().is_some() {
        out += "pub use keys::*;\n";
    }
    if !service.resources.is_empty() {
        out += "pub use resources::*;\n";
    }
    out += "\n";
    out += ITSELF;

    let _ = write!(
        out,
        "\npub(crate) static SERVICE: Service = Service {{\n    prefix: {:?},\n    module: {:?},\n    has_module: true,\n    \
         reviewed: {},\n    actions: &[\n",
        service.prefix,
        names::module(&service.prefix),
        service.reviewed
    );
    for action in &service.actions {
        action_row(&mut out, action, service, overlay);
    }
    out += "    ],\n    resources: &[\n";
    for resource in &service.resources {
        let _ = writeln!(
            out,
            "        ResourceType {{ name: {:?}, rust_name: {:?}, formats: &{}, keys: &{:?} }},",
            resource.name,
            resource.rust_name,
            formats_static(resource),
            resource.keys
        );
    }
    out += "    ],\n    keys: &[\n";
    for key in &service.keys {
        key_row(&mut out, "        ", key);
    }
    out += "    ],\n    operations: &[\n";
    for operation in &service.operations {
        operation_row(&mut out, operation);
    }
    out += "    ],\n};\n";

    formats(&mut out, service, overlay);
    constants::actions(&mut out, service, overlay, more);
    constants::resources(&mut out, service, overlay);
    constants::keys(&mut out, own_keys(service));
    out
}

/// The table types that this service's tables name.
fn table_imports(service: &Service, overlay: &Overlay) -> String {
    let mut names = vec!["ActionInfo", "Service"];
    let types = service
        .actions
        .iter()
        .any(|action| !action.resources.is_empty());
    let lifecycle = overlay.lifecycle.contains_key(&service.prefix);
    for (name, used) in [
        ("ActionResource", types),
        ("ConditionKey", !service.keys.is_empty()),
        ("ValueType", !service.keys.is_empty()),
        (
            "Placeholder",
            service
                .keys
                .iter()
                .any(|key| key.parts.placeholder.is_some()),
        ),
        ("Lifecycle", lifecycle),
        ("Operation", !service.operations.is_empty()),
        (
            "AuthorizedAction",
            service
                .operations
                .iter()
                .any(|operation| !operation.authorizes.is_empty()),
        ),
        ("ResourceType", !service.resources.is_empty()),
        ("ArnFormat", !service.resources.is_empty()),
        ("ArnField", !service.resources.is_empty()),
        ("Piece", !service.resources.is_empty()),
        ("Variable", !service.variables.is_empty()),
        ("Grammar", !service.grammars.is_empty()),
    ] {
        if used {
            names.push(name);
        }
    }
    names.sort_unstable();
    format!(
        "use crate::action::AccessLevel;\nuse crate::catalogue::{{{}}};\n\n",
        names.join(", ")
    )
}

fn action_row(out: &mut String, action: &Action, service: &Service, overlay: &Overlay) {
    let mut resources = Vec::new();
    for resource in &action.resources {
        resources.push(format!(
            "ActionResource {{ index: {}, required: {}, keys: &{:?} }}",
            resource.index, resource.required, resource.keys
        ));
    }
    let lifecycle = match overlay
        .lifecycle
        .get(&service.prefix)
        .and_then(|actions| actions.get(&action.name))
    {
        Some(notice) if notice.ended => format!("Some(Lifecycle::Ended({:?}))", notice.date),
        Some(notice) => format!("Some(Lifecycle::ClosedToNewCustomers({:?}))", notice.date),
        None => "None".to_owned(),
    };
    let _ = writeln!(
        out,
        "        ActionInfo {{ name: {:?}, level: AccessLevel::{:?}, resources: &[{}], keys: &{:?}, \
         required_together: {}, resources_disputed: {}, lifecycle: {lifecycle} }},",
        action.name,
        action.level,
        resources.join(", "),
        action.keys,
        action.required_together,
        action.disputed,
    );
}

pub(super) fn key_row(out: &mut String, indent: &str, key: &Key) {
    let placeholder = match &key.parts.placeholder {
        Some(_) => format!(
            "Some(Placeholder {{ before: {:?}, after: {:?} }})",
            key.parts.before, key.parts.after
        ),
        None => "None".to_owned(),
    };
    let types: Vec<String> = key
        .types
        .iter()
        .map(|value| format!("ValueType::{value:?}"))
        .collect();
    let _ = writeln!(
        out,
        "{indent}ConditionKey {{ name: {:?}, rust_name: {:?}, placeholder: {placeholder}, types: &[{}], \
         multivalued: {}, sensitive: {}, declared: {} }},",
        key.name,
        key.rust_name,
        types.join(", "),
        key.multivalued,
        key.sensitive,
        key.declared,
    );
}

fn operation_row(out: &mut String, operation: &Operation) {
    let mut authorizes = Vec::new();
    for action in &operation.authorizes {
        let context: Vec<String> = action
            .context
            .iter()
            .map(|(key, values)| format!("({key:?}, &{values:?})"))
            .collect();
        authorizes.push(format!(
            "AuthorizedAction {{ service: {:?}, name: {:?}, context: &[{}] }}",
            action.service,
            action.name,
            context.join(", ")
        ));
    }
    let _ = writeln!(
        out,
        "        Operation {{ name: {:?}, sdk: &{:?}, authorizes: &[{}] }},",
        operation.name,
        operation.sdk,
        authorizes.join(", ")
    );
}

fn formats(out: &mut String, service: &Service, overlay: &Overlay) {
    for resource in &service.resources {
        let _ = writeln!(
            out,
            "\nstatic {}: [ArnFormat; {}] = [",
            formats_static(resource),
            resource.formats.len()
        );
        for format in &resource.formats {
            let pieces: Vec<String> = format
                .pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Literal(text) => format!("Piece::Literal({text:?})"),
                    Piece::Variable(index) => {
                        format!(
                            "Piece::Variable(&{})",
                            variable_static(service.variable(*index))
                        )
                    }
                })
                .collect();
            let _ = write!(
                out,
                "    ArnFormat {{\n        text: {:?},\n        rust_name: {:?},\n        service: {:?},\n        \
                 region: {},\n        account: {},\n        resource: &[{}],\n    }},\n",
                format.text,
                format.rust_name,
                format.service,
                arn_field(&format.region),
                arn_field(&format.account),
                pieces.join(", ")
            );
        }
        *out += "];\n";
    }
    if !service.variables.is_empty() {
        *out += "\n";
    }
    for variable in &service.variables {
        let grammar = match &variable.facts.grammar {
            Some(name) => format!("Some(&{})", grammar_static(name)),
            None => "None".to_owned(),
        };
        let _ = writeln!(
            out,
            "static {}: Variable = Variable {{ name: {:?}, rust_name: {:?}, service: {:?}, grammar: {grammar}, slashes: {} }};",
            variable_static(variable),
            variable.name,
            variable.rust_name,
            variable.service,
            variable.facts.slashes
        );
    }
    if !service.grammars.is_empty() {
        *out += "\n";
    }
    for name in &service.grammars {
        if let Some(grammar) = overlay.grammars.get(name) {
            grammar_item(out, name, grammar);
        }
    }
}

fn grammar_item(out: &mut String, name: &str, grammar: &Grammar) {
    let _ = writeln!(
        out,
        "pub(crate) static {}: Grammar = Grammar {{ name: {name:?}, chars: &{:?}, min: {}, max: {}, words: &{:?} }};",
        grammar_static(name),
        grammar.chars,
        grammar.min,
        grammar.max,
        grammar.words
    );
}

fn variable_static(variable: &Variable) -> String {
    format!("{}_VARIABLE", variable.rust_name.to_ascii_uppercase())
}

fn grammar_static(name: &str) -> String {
    format!("{}_GRAMMAR", names::snake(name).to_ascii_uppercase())
}

fn arn_field(field: &Field) -> String {
    match field {
        Field::Empty => "ArnField::Empty".to_owned(),
        Field::Variable => "ArnField::Variable".to_owned(),
        Field::Any => "ArnField::Any".to_owned(),
        Field::Fixed(text) => format!("ArnField::Fixed({text:?})"),
    }
}
