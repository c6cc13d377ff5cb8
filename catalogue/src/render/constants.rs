//! What users write: the constants of actions and condition keys, and the constructors of resources, with their documentation.

use std::fmt::Write as _;

use crate::docs;
use crate::names;
use crate::overlay::Overlay;
use crate::tables::{Action, Field, Key, Level, Piece, Resource, Service};

/// What a module of names begins with.
pub(super) const NAMES: &str = "\
#![allow(non_upper_case_globals, reason = \"actions and condition keys keep IAM's spelling\")]
#![allow(non_snake_case, reason = \"condition keys with a placeholder are functions and keep IAM's spelling\")]
";

/// What is the same in every module of names: a type by which an expansion tells the module from one that was given its name.
pub(super) const ITSELF: &str = "\
#[doc(hidden)]
#[derive(Debug)]
pub enum __ServiceModule {}
";

pub(super) fn actions(out: &mut String, service: &Service, overlay: &Overlay, more: &docs::More) {
    let prefix = &service.prefix;
    let _ = write!(
        out,
        "\n#[doc(hidden)]\npub mod actions {{\n    use crate::action::{{Action, ActionGroup, ActionPattern}};\n\n"
    );
    doc(out, "    ", &docs::all(prefix));
    let _ = write!(
        out,
        "    #[must_use]\n    pub const fn all() -> ActionPattern {{\n        ActionPattern::new({prefix:?}, \"*\")\n    }}\n\n"
    );
    doc(out, "    ", &docs::matching(prefix));
    let _ = write!(
        out,
        "    #[must_use]\n    pub const fn matching(pattern: &'static str) -> ActionPattern {{\n        \
         ActionPattern::new({prefix:?}, pattern)\n    }}\n"
    );
    for level in Level::ALL {
        let members: Vec<&Action> = service
            .actions
            .iter()
            .filter(|action| action.level == level)
            .collect();
        if members.is_empty() {
            continue;
        }
        *out += "\n";
        doc(out, "    ", &docs::group(prefix, level, members.len()));
        let _ = writeln!(
            out,
            "    #[must_use]\n    pub const fn {}() -> ActionGroup {{\n        static GROUP: [Action; {}] = [",
            group_name(level),
            members.len()
        );
        let mut line = String::new();
        for action in members {
            if line.len() + action.rust_name.len() > 100 {
                let _ = writeln!(out, "            {}", line.trim_end());
                line.clear();
            }
            let _ = write!(line, "{}, ", action.rust_name);
        }
        let _ = writeln!(out, "            {}", line.trim_end());
        *out += "        ];\n        ActionGroup::new(&GROUP)\n    }\n";
    }
    for action in &service.actions {
        *out += "\n";
        doc(out, "    ", &docs::action(action, service, overlay, more));
        let _ = writeln!(
            out,
            "    pub const {}: Action = Action::new({prefix:?}, {:?});",
            action.rust_name, action.name
        );
    }
    *out += "}\n";
}

fn group_name(level: Level) -> &'static str {
    match level {
        Level::PermissionsManagement => "permissions_management",
        Level::Tagging => "tagging",
        Level::Write => "write",
        Level::List => "list",
        Level::Read => "read",
    }
}

pub(super) fn resources(out: &mut String, service: &Service, overlay: &Overlay) {
    if service.resources.is_empty() {
        *out += "\n#[doc(hidden)]\npub mod resources {}\n";
        return;
    }
    *out += "\n#[doc(hidden)]\npub mod resources {\n    use crate::resource::Resource;\n";
    for resource in &service.resources {
        for (index, format) in resource.formats.iter().enumerate() {
            *out += "\n";
            doc(
                out,
                "    ",
                &docs::constructor(resource, format, service, overlay),
            );
            let names = format.parameters(service);
            let list: Vec<String> = names
                .iter()
                .map(|name| format!("{name}: &'static str"))
                .collect();
            let field = |field: &Field, name: &'static str| match field {
                Field::Variable => name,
                Field::Empty | Field::Any | Field::Fixed(_) => "\"\"",
            };
            let mut values: Vec<&str> = format
                .pieces
                .iter()
                .filter_map(|piece| match piece {
                    Piece::Variable(index) => Some(service.variable(*index).rust_name.as_str()),
                    Piece::Literal(_) => None,
                })
                .collect();
            values.resize(4, "\"\"");
            let _ = write!(
                out,
                "    #[must_use]\n    pub const fn {}({}) -> Resource {{\n        \
                 Resource::built(&super::{}[{index}], {}, {}, [{}])\n    }}\n",
                format.rust_name,
                list.join(", "),
                formats_static(resource),
                field(&format.region, "region"),
                field(&format.account, "account"),
                values.join(", ")
            );
        }
    }
    *out += "}\n";
}

/// The static with a resource type's ARN formats. A constructor points to it; what it holds is not evaluated again in
/// every crate that calls the constructor, as a way through `SERVICE` would be.
pub(super) fn formats_static(resource: &Resource) -> String {
    format!("{}_FORMATS", resource.rust_name.to_ascii_uppercase())
}

/// Writes `///` lines.
fn doc(out: &mut String, indent: &str, text: &str) {
    for line in text.lines() {
        let space = if line.is_empty() { "" } else { " " };
        let _ = writeln!(out, "{indent}///{space}{line}");
    }
}

/// The keys whose constants are in the service's own module.
pub(super) fn own_keys(service: &Service) -> impl Iterator<Item = &Key> + Clone {
    service.keys.iter().filter(|key| !key.global)
}

/// `use crate::condition::{..};` with the types of these keys.
fn key_imports<'a>(keys: impl Iterator<Item = &'a Key>) -> String {
    let mut types: Vec<&str> = keys.filter_map(Key::rust_type).collect();
    types.sort_unstable();
    types.dedup();
    format!("use crate::condition::{{{}}};\n", types.join(", "))
}

pub(super) fn keys<'a>(out: &mut String, keys: impl Iterator<Item = &'a Key> + Clone) {
    if keys.clone().next().is_none() {
        *out += "\n#[doc(hidden)]\npub mod keys {}\n";
        return;
    }
    *out += "\n#[doc(hidden)]\npub mod keys {\n    ";
    *out += &key_imports(keys.clone());
    for key in keys {
        key_item(out, "    ", key);
    }
    *out += "}\n";
}

fn key_item(out: &mut String, indent: &str, key: &Key) {
    let Some(rust_type) = key.rust_type() else {
        // Refused when the tables were built.
        return;
    };
    *out += "\n";
    doc(out, indent, &docs::key(key));
    let name = &key.rust_name;
    match &key.parts.placeholder {
        Some(placeholder) => {
            let parameter = names::snake(placeholder);
            let _ = write!(
                out,
                "{indent}#[must_use]\n{indent}pub const fn {name}({parameter}: &'static str) -> {rust_type} {{\n\
                 {indent}    {rust_type}::filled({:?}, {parameter}, {:?})\n{indent}}}\n",
                key.parts.before, key.parts.after
            );
        }
        None => {
            let _ = writeln!(
                out,
                "{indent}pub const {name}: {rust_type} = {rust_type}::new({:?});",
                key.name
            );
        }
    }
}
