//! Facts that the rules need and no service reference holds: keys that only some callers carry, services that never assume
//! a role, what an action of Rekognition needs in addition to itself.
//!
//! Every name is one of the catalogue, or one of the `exceptions` of its entry with a reason.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv6Addr};
use std::path::{Path, PathBuf};

use super::Error;
use super::access::Access;
use super::files::HEADER;
use super::json::{Document, Node};
use super::lock;
use super::overlay::{Overlay, read_date};
use super::reference::Reference;

/// The name of the file.
const FILE: &str = "rule-facts.json";

/// What the names of a list are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    /// Condition keys; one that ends in `/` is the start of keys.
    Key,
    /// Prefixes of services.
    Service,
    /// Short names of service principals that are not prefixes of services.
    Principal,
    /// Service principals by their whole names.
    PrincipalName,
    /// Actions, with their service.
    Action,
    /// Identity providers, whose claims are condition keys.
    Provider,
    /// Endings of service principals.
    Suffix,
    /// Ranges of IP addresses.
    Network,
}

impl Of {
    fn read(node: &Node<'_>) -> Result<Self, Error> {
        Ok(match node.text()? {
            "key" => Self::Key,
            "service" => Self::Service,
            "principal" => Self::Principal,
            "principal name" => Self::PrincipalName,
            "action" => Self::Action,
            "provider" => Self::Provider,
            "suffix" => Self::Suffix,
            "network" => Self::Network,
            other => return Err(node.error(format!("a list cannot be of `{other}`"))),
        })
    }
}

/// What is known of names.
struct Known<'a> {
    overlay: &'a Overlay,
    references: &'a [&'a Reference],
}

impl Known<'_> {
    fn key(&self, name: &str) -> Result<(), String> {
        // Some placeholders are `<key>`.
        let is = |known: &str| match (known.split_once("${")).or_else(|| known.split_once('<')) {
            Some((before, _)) => name == before || (name.ends_with('/') && name == known),
            None => known == name,
        };
        let global = (self.overlay.global_keys.iter()).any(|key| is(&key.name));
        let declared = (self.references.iter())
            .any(|reference| reference.keys.iter().any(|key| is(&key.name)));
        match global || declared {
            true => Ok(()),
            false => Err(format!("the catalogue has no condition key `{name}`")),
        }
    }

    fn service(&self, name: &str) -> Result<(), String> {
        match self
            .overlay
            .prefixes
            .services
            .iter()
            .any(|known| known == name)
        {
            true => Ok(()),
            false => Err(format!("AWS has no service `{name}`")),
        }
    }

    fn reference(&self, service: &str) -> Option<&Reference> {
        (self.references.iter())
            .find(|reference| reference.name == service)
            .copied()
    }

    fn action(&self, name: &str) -> Result<(), String> {
        let known = name.split_once(':').is_some_and(|(service, action)| {
            self.reference(service).is_some_and(|reference| {
                (reference.actions.iter()).any(|known| known.name == action)
            })
        });
        match known {
            true => Ok(()),
            false => Err(format!("the service reference has no action `{name}`")),
        }
    }

    fn name(&self, of: Of, name: &str) -> Result<(), String> {
        match of {
            Of::Key => self.key(name),
            Of::Service => self.service(name),
            Of::Action => self.action(name),
            Of::Principal => match self.service(name) {
                Ok(()) => Err(format!("`{name}` is a service, so it needs no entry")),
                Err(_) => Ok(()),
            },
            Of::PrincipalName => match name.strip_suffix(".amazonaws.com") {
                Some(start) if !start.is_empty() && start == start.to_ascii_lowercase() => Ok(()),
                Some(_) | None => Err(format!("`{name}` is not a service principal")),
            },
            Of::Provider => {
                let claim = format!("{name}:");
                let claims = (self.references.iter())
                    .flat_map(|reference| &reference.keys)
                    .any(|key| key.name.starts_with(&claim));
                match claims {
                    true => Ok(()),
                    false => Err(format!("the catalogue has no claims of `{name}`")),
                }
            }
            Of::Suffix => match name.starts_with('.') {
                true => Ok(()),
                false => Err(format!("`{name}` does not start with a dot")),
            },
            Of::Network => network(name).map(|_| ()),
        }
    }
}

/// A range in CIDR notation.
fn network(text: &str) -> Result<(IpAddr, u8), String> {
    let wrong = || format!("`{text}` is not a range of addresses");
    let (address, length) = text.split_once('/').ok_or_else(wrong)?;
    let address: IpAddr = address.parse().map_err(|_| wrong())?;
    let length: u8 = length.parse().map_err(|_| wrong())?;
    // The rules compare the first 16 bits of a range in IPv6.
    let most = if address.is_ipv4() { 32 } else { 16 };
    if length > most {
        return Err(wrong());
    }
    Ok((address, length))
}

/// The pages of an entry, and the day they were read.
#[derive(Debug)]
struct Source {
    pages: Vec<String>,
    read: String,
}

impl Source {
    fn read(node: &Node<'_>) -> Result<Self, Error> {
        let pages = node.field("evidence")?;
        for page in pages.items()? {
            if !page.text()?.starts_with("https://") {
                return Err(page.error("expected the address of a page"));
            }
        }
        let pages = node.texts("evidence")?;
        if pages.is_empty() {
            return Err(node.error("expected at least one page in `evidence`"));
        }
        let read = read_date(&node.field("read")?)?;
        Ok(Self { pages, read })
    }

    /// Lines of documentation.
    fn doc(&self, indent: &str) -> String {
        let mut out = String::new();
        for page in &self.pages {
            let _ = writeln!(out, "{indent}/// * <{page}>");
        }
        let _ = writeln!(out, "{indent}///\n{indent}/// Read on {}.", self.read);
        out
    }
}

#[derive(Debug)]
struct List {
    of: Of,
    what: String,
    names: Vec<String>,
    /// Not a list: its one name is a constant.
    single: bool,
    source: Source,
}

#[derive(Debug)]
struct Retired {
    instead: Vec<String>,
    works: bool,
    source: Source,
}

#[derive(Debug)]
struct Attached {
    irrelevant: Vec<String>,
    source: Source,
}

#[derive(Debug)]
struct NeverCalls {
    services: Vec<String>,
    instead: String,
    source: Source,
}

#[derive(Debug)]
struct Companions {
    /// By action: a variant of `When` in the runtime.
    needs: BTreeMap<String, &'static str>,
    source: Source,
}

#[derive(Debug)]
pub(super) struct RuleFacts {
    lists: BTreeMap<String, List>,
    retired: BTreeMap<String, Retired>,
    paired: BTreeMap<String, (Vec<String>, Source)>,
    attached: BTreeMap<String, Attached>,
    never_calls: BTreeMap<String, NeverCalls>,
    companions: BTreeMap<String, Companions>,
}

/// The entries of a section, by name.
fn section<T>(
    root: &Node<'_>,
    name: &str,
    read: impl Fn(&str, &Node<'_>) -> Result<T, Error>,
) -> Result<BTreeMap<String, T>, Error> {
    (root.field(name)?.entries()?.into_iter())
        .map(|(name, node)| Ok((name.to_owned(), read(name, &node)?)))
        .collect()
}

impl RuleFacts {
    /// What an action of Rekognition needs in addition to itself, a sentence each, for its documentation.
    pub(super) fn companions_of(&self, action: &str) -> Vec<String> {
        let Some(Companions { needs, source }) = self.companions.get(action) else {
            return Vec::new();
        };
        let pages: Vec<String> = source
            .pages
            .iter()
            .map(|page| format!("<{page}>"))
            .collect();
        (needs.iter())
            .map(|(need, when)| {
                let when = match *when {
                    "Notified" => " when the request has a notification channel",
                    "Tagged" => " when the request has tags",
                    _ => "",
                };
                format!(
                    "Also needs `{need}`{when}, by {} ({}).",
                    pages.join(" and "),
                    source.read
                )
            })
            .collect()
    }

    pub(super) fn read(
        data: &Path,
        overlay: &Overlay,
        references: &[(PathBuf, Reference)],
        others: &[(PathBuf, Reference)],
    ) -> Result<Self, Error> {
        let references: Vec<&Reference> = (references.iter().chain(others))
            .map(|(_, reference)| reference)
            .collect();
        let known = Known {
            overlay,
            references: &references,
        };
        let document = Document::read(&data.join(FILE))?;
        let root = document.root();
        let keys = |node: &Node<'_>, field: &str| {
            for key in node.field(field)?.items()? {
                known
                    .key(key.text()?)
                    .map_err(|message| key.error(message))?;
            }
            node.texts(field)
        };
        let text = |node: &Node<'_>, field: &str| Ok(node.field(field)?.text()?.to_owned());
        Ok(Self {
            lists: section(&root, "lists", |_, node| read_list(node, &known))?,
            retired: section(&root, "retired_keys", |name, node| {
                if known.key(name).is_ok() {
                    return Err(node.error(format!("`{name}` is a condition key of the catalogue")));
                }
                Ok(Retired {
                    instead: keys(node, "instead")?,
                    works: node.field("works")?.flag()?,
                    source: Source::read(node)?,
                })
            })?,
            paired: section(&root, "paired_keys", |name, node| {
                known.key(name).map_err(|message| node.error(message))?;
                Ok((keys(node, "partners")?, Source::read(node)?))
            })?,
            attached: section(&root, "attached_policies", |service, node| {
                if known.reference(service).is_none() {
                    return Err(node.error(format!("there is no reference of `{service}`")));
                }
                Ok(Attached {
                    irrelevant: keys(node, "irrelevant")?,
                    source: Source::read(node)?,
                })
            })?,
            never_calls: section(&root, "never_calls", |service, node| {
                known
                    .service(service)
                    .map_err(|message| node.error(message))?;
                for called in node.field("services")?.items()? {
                    known
                        .service(called.text()?)
                        .map_err(|message| called.error(message))?;
                }
                Ok(NeverCalls {
                    services: node.texts("services")?,
                    instead: text(node, "instead")?,
                    source: Source::read(node)?,
                })
            })?,
            companions: section(&root, "companions", |action, node| {
                read_companions(action, node, &known)
            })?,
        })
    }

    /// One line of the lock file for each fact.
    pub(super) fn facts(&self, facts: &mut lock::Facts) {
        for (name, list) in &self.lists {
            for entry in &list.names {
                facts.insert(format!("list {name} {entry}"), String::new());
            }
        }
        for (name, retired) in &self.retired {
            let works = if retired.works { "; still works" } else { "" };
            let text = format!("instead {}{works}", retired.instead.join(" "));
            facts.insert(format!("retired key {name}"), text);
        }
        for (name, (partners, _)) in &self.paired {
            facts.insert(format!("paired key {name}"), partners.join(" "));
        }
        for (service, attached) in &self.attached {
            let text = format!("irrelevant {}", attached.irrelevant.join(" "));
            facts.insert(format!("attached policy {service}"), text);
        }
        for (service, never) in &self.never_calls {
            facts.insert(format!("never calls {service}"), never.services.join(" "));
        }
        for (action, companions) in &self.companions {
            let needs: Vec<String> = (companions.needs.iter())
                .map(|(need, when)| format!("{need} {when}"))
                .collect();
            facts.insert(format!("companions rekognition:{action}"), needs.join("; "));
        }
    }

    /// The file of the runtime.
    pub(super) fn render(&self, access: &Access) -> String {
        let mut out = format!(
            "{HEADER}//! Facts that the rules need and no service reference holds.\n\n\
             use crate::catalogue::generated::prose;\n\
             use crate::catalogue::facts::{{Companion, When}};\n\
             use crate::catalogue::prose::{{Attached, Retired}};\n"
        );
        for (name, list) in &self.lists {
            let _ = write!(out, "\n/// {}\n///\n{}", list.what, list.source.doc(""));
            list.render(name, &mut out);
        }
        let _ = write!(
            out,
            "\n/// Keys that every request has, regardless of the caller: of `request-context.json`.\n\
             pub(crate) const ALWAYS_PRESENT: &[&str] = &{:?};\n\n\
             /// The services that resource control policies apply to, sorted: of `resource-control.json`.\n\
             pub(crate) const RCP_SERVICES: &[&str] = &{:?};\n",
            access.always_present(),
            access.controlled()
        );
        out += "\n/// Condition keys that IAM no longer wants.\npub(crate) static RETIRED: &[Retired] = &[\n";
        for (name, retired) in &self.retired {
            out += &pages("    ", &retired.source);
            let _ = writeln!(
                out,
                "    Retired {{ name: {name:?}, instead: &{:?}, works: {} }},",
                retired.instead, retired.works
            );
        }
        out += "];\n\n/// Keys that say little without one of their partners.\n\
                pub(crate) static PAIRED_KEYS: &[(&str, &[&str])] = &[\n";
        for (name, (partners, source)) in &self.paired {
            out += &pages("    ", source);
            let _ = writeln!(out, "    ({name:?}, &{partners:?}),");
        }
        out += "];\n\n/// The resources that carry policies, sorted by service.\n\
                pub(crate) static ATTACHED: &[Attached] = &[\n";
        for (service, attached) in &self.attached {
            out += &pages("    ", &attached.source);
            let _ = writeln!(
                out,
                "    Attached {{ service: {service:?}, quota: prose::POLICY_OF_{}_QUOTA, irrelevant: &{:?} }},",
                service.replace('-', "_").to_ascii_uppercase(),
                attached.irrelevant
            );
        }
        out += "];\n\n/// Calls that a service never makes under its own name: the principal, the services called, and what it does instead.\n\
                pub(crate) static NEVER_CALLS: &[(&str, &[&str], &str)] = &[\n";
        for (service, never) in &self.never_calls {
            out += &pages("    ", &never.source);
            let _ = writeln!(
                out,
                "    ({service:?}, &{:?}, {:?}),",
                never.services, never.instead
            );
        }
        out += "];\n\n/// What actions of Rekognition need in addition to themselves, sorted by action.\n\
                pub(crate) static COMPANIONS: &[Companion] = &[\n";
        for (action, companions) in &self.companions {
            let Source { pages, read } = &companions.source;
            for (need, when) in &companions.needs {
                let _ = writeln!(
                    out,
                    "    Companion {{ action: {action:?}, needs: {}, when: When::{when}, pages: &{pages:?}, read: {read:?} }},",
                    pair(need)
                );
            }
        }
        out += "];\n";
        out
    }
}

/// `sts:TagSession` as a tuple of Rust.
fn pair(action: &str) -> String {
    let (service, name) = action.split_once(':').unwrap_or_default();
    format!("({service:?}, {name:?})")
}

/// The pages of a row, as comments.
fn pages(indent: &str, source: &Source) -> String {
    (source.pages.iter())
        .map(|page| format!("{indent}// {page}, {}\n", source.read))
        .collect()
}

impl List {
    fn render(&self, name: &str, out: &mut String) {
        let written = match (self.of, self.names.as_slice()) {
            (Of::Network, names) => {
                let networks = || names.iter().filter_map(|name| network(name).ok());
                let first: Vec<([u8; 4], u8)> = networks()
                    .filter_map(|(address, length)| match address {
                        IpAddr::V4(address) => Some((address.octets(), length)),
                        IpAddr::V6(_) => None,
                    })
                    .collect();
                let second: Vec<(u16, u8)> = networks()
                    .filter_map(|(address, length)| match address {
                        IpAddr::V4(_) => None,
                        IpAddr::V6(address) => Some((head(address), length)),
                    })
                    .collect();
                writeln!(
                    out,
                    "pub(crate) const {name}_V4: &[([u8; 4], u8)] = &{first:?};\n\n\
                     /// See [`{name}_V4`]: the first 16 bits and the length of each range.\n\
                     pub(crate) const {name}_V6: &[(u16, u8)] = &{second:?};"
                )
            }
            (Of::Action, names) => {
                let names: Vec<String> = names.iter().map(|name| pair(name)).collect();
                let names = names.join(", ");
                writeln!(
                    out,
                    "pub(crate) const {name}: &[(&str, &str)] = &[{names}];"
                )
            }
            (_, [one]) if self.single => writeln!(out, "pub(crate) const {name}: &str = {one:?};"),
            (_, names) => writeln!(out, "pub(crate) const {name}: &[&str] = &{names:?};"),
        };
        // Writing to a text cannot fail.
        let _ = written;
    }
}

fn head(address: Ipv6Addr) -> u16 {
    let [first, second, ..] = address.octets();
    u16::from_be_bytes([first, second])
}

fn read_list(node: &Node<'_>, known: &Known<'_>) -> Result<List, Error> {
    let of = Of::read(&node.field("of")?)?;
    let single = node.optional("name")?;
    let nodes = match &single {
        Some(name) => vec![name.clone()],
        None => node.field("names")?.items()?,
    };
    let mut exceptions = BTreeMap::new();
    if let Some(given) = node.optional("exceptions")? {
        for (name, reason) in given.entries()? {
            reason.text()?;
            exceptions.insert(name, reason);
        }
    }
    let mut names: Vec<String> = Vec::new();
    for name in &nodes {
        let text = name.text()?;
        match (known.name(of, text), exceptions.remove(text)) {
            (Ok(()), None) | (Err(_), Some(_)) => {}
            (Err(message), None) => return Err(name.error(message)),
            (Ok(()), Some(reason)) => {
                return Err(reason.error(format!("`{text}` needs no exception")));
            }
        }
        // Looked up by binary search.
        if matches!(of, Of::Service | Of::Principal)
            && names.last().is_some_and(|last| last.as_str() >= text)
        {
            return Err(name.error(format!("`{text}` is not in order")));
        }
        names.push(text.to_owned());
    }
    if let Some((name, reason)) = exceptions.pop_first() {
        return Err(reason.error(format!("`{name}` is not in this list")));
    }
    Ok(List {
        of,
        what: node.field("what")?.text()?.to_owned(),
        names,
        single: single.is_some(),
        source: Source::read(node)?,
    })
}

fn read_companions(action: &str, node: &Node<'_>, known: &Known<'_>) -> Result<Companions, Error> {
    let rekognition = known.reference("rekognition");
    let operation = rekognition.and_then(|reference| {
        (reference.operations.iter()).find(|operation| operation.name == action)
    });
    let Some(operation) = operation else {
        return Err(node.error(format!("Rekognition has no operation `{action}`")));
    };
    let mut needs = BTreeMap::new();
    for (need, when) in node.field("needs")?.entries()? {
        let authorized = (operation.authorizes.iter())
            .any(|one| need.split_once(':') == Some((&one.service, &one.name)));
        if !authorized {
            return Err(when.error(format!("`{action}` does not check `{need}`")));
        }
        let when = match when.text()? {
            "always" => "Always",
            "notified" => "Notified",
            "tagged" => "Tagged",
            other => return Err(when.error(format!("`{other}` does not say when"))),
        };
        needs.insert(need.to_owned(), when);
    }
    Ok(Companions {
        needs,
        source: Source::read(node)?,
    })
}
