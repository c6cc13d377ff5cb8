//! From tables to Rust source: which files there are.
//!
//! The text is laid out here and kept from rustfmt (`#[rustfmt::skip]` at the module): a table has one line for each entry,
//! so that the diff of an update shows one line for each fact.

mod aws;
mod constants;
mod service;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::docs;
use super::files::HEADER;
use super::names;
use super::overlay::Overlay;
use super::tables::Tables;

/// All files, by name.
pub(super) fn files(
    tables: &Tables,
    overlay: &Overlay,
    more: &docs::More,
) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    files.insert("mod.rs".to_owned(), root(tables, overlay));
    files.insert("aws.rs".to_owned(), aws::keys(tables));
    files.insert("access.rs".to_owned(), overlay.access.render());
    files.insert("notices.rs".to_owned(), aws::notices(overlay));
    files.insert("partitions.rs".to_owned(), aws::partitions(overlay));
    files.insert("prefixes.rs".to_owned(), aws::prefixes(&overlay.prefixes));
    files.insert("pseudo.rs".to_owned(), aws::pseudo(tables, overlay));
    files.insert("variable_types.rs".to_owned(), aws::variable_types(overlay));
    for service in &tables.services {
        files.insert(
            format!("{}.rs", names::module(&service.prefix)),
            service::module(service, overlay, more),
        );
    }
    let names = shared_names(&files);
    if let Some(root) = files.get_mut("mod.rs") {
        *root += &names;
    }
    files
}

/// The names that several modules have: rustc finds them in each, so they do not show which module it is.
fn shared_names(files: &BTreeMap<String, String>) -> String {
    let mut seen = BTreeSet::new();
    let mut shared = BTreeSet::new();
    for text in files.values() {
        let names: BTreeSet<&str> = (text.lines())
            .filter_map(|line| line.trim_start().strip_prefix("pub const "))
            .map(|rest| rest.strip_prefix("fn ").unwrap_or(rest))
            .filter_map(|rest| rest.split([':', '(']).next())
            .map(|name| name.strip_prefix("r#").unwrap_or(name))
            .collect();
        shared.extend(names.into_iter().filter(|name| !seen.insert(*name)));
    }
    let mut out = String::from(
        "\n/// Names in more than one module, sorted.\npub(crate) const SHARED_NAMES: &[&str] = &[\n",
    );
    for name in shared {
        let _ = writeln!(out, "    {name:?},");
    }
    out += "];\n";
    out
}

/// The service that every build has. Each of the others needs the feature with its name.
pub(super) const ALWAYS: &str = "rekognition";

fn gate(prefix: &str) -> String {
    if prefix == ALWAYS {
        String::new()
    } else {
        format!("#[cfg(feature = {prefix:?})]\n")
    }
}

fn root(tables: &Tables, overlay: &Overlay) -> String {
    let mut out = format!("{HEADER}//! The catalogue's tables, one module for each service.\n\n");
    out += "#[cfg(feature = \"evaluate\")]\npub(crate) mod access;\npub mod aws;\npub(crate) mod notices;\npub(crate) mod partitions;\n";
    out += "#[cfg(feature = \"all-services\")]\npub(crate) mod operations;\n";
    out += "pub(crate) mod prefixes;\npub(crate) mod prose;\npub(crate) mod pseudo;\n";
    out += "pub(crate) mod rule_facts;\npub(crate) mod variable_types;\n";
    for service in &tables.services {
        let _ = writeln!(
            out,
            "{}pub mod {};",
            gate(&service.prefix),
            names::module(&service.prefix)
        );
    }
    let _ = write!(
        out,
        "\npub(crate) const AS_OF: &str = {:?};\n\npub(crate) const SOURCE: &str = {:?};\n",
        overlay.as_of, overlay.source
    );
    out += "\npub(crate) const KNOWN_SERVICES: &[&str] = &[\n";
    for service in &tables.services {
        let _ = writeln!(out, "    {:?},", service.prefix);
    }
    out += "];\n\npub(crate) const MODULES: &[(&str, &str)] = &[\n";
    for service in &tables.services {
        let _ = writeln!(
            out,
            "    ({:?}, {:?}),",
            service.prefix,
            names::module(&service.prefix)
        );
    }
    out += "];\n\npub(crate) static SERVICES: &[&super::Service] = &[\n";
    for service in &tables.services {
        let gate = gate(&service.prefix);
        let _ = writeln!(
            out,
            "    {}{}&{}::SERVICE,",
            gate.trim_end(),
            if gate.is_empty() { "" } else { " " },
            names::module(&service.prefix)
        );
    }
    out += "];\n";
    borrowed(&mut out, tables);
    out += "\n/// Hands all services, each behind its feature, to another macro.\n";
    out += "macro_rules! each_service {\n    ($callback:ident: $more:ident) => {\n        $callback! {\n            $more:\n";
    for service in &tables.services {
        let gate = gate(&service.prefix);
        let _ = writeln!(
            out,
            "            {}{}{}",
            gate.trim_end(),
            if gate.is_empty() { "" } else { " " },
            names::module(&service.prefix)
        );
    }
    out += "        }\n    };\n}\npub(crate) use each_service;\n";
    out
}

/// The resource types that a service lists although their ARNs are of another one, as `sts` lists the roles of `iam`.
fn borrowed(out: &mut String, tables: &Tables) {
    out.push_str("\n#[cfg(not(feature = \"all-services\"))]\npub(crate) static BORROWED: &[super::Borrowed] = &[\n");
    let mut rows = Vec::new();
    for service in &tables.services {
        for (index, resource) in service.resources.iter().enumerate() {
            for format in &resource.formats {
                if format.service != service.prefix {
                    rows.push((format.service.as_str(), service.prefix.as_str(), index));
                }
            }
        }
    }
    rows.sort_unstable();
    rows.dedup();
    for (of, by, index) in rows {
        let gate = gate(by);
        let _ = writeln!(
            out,
            "    {}{}super::Borrowed {{ of: {of:?}, by: &{}::SERVICE, index: {index} }},",
            gate.trim_end(),
            if gate.is_empty() { "" } else { " " },
            names::module(by)
        );
    }
    out.push_str("];\n");
}
