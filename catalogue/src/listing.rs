//! `services.txt`: the services that have no file in `services`, one line for each fact.
//!
//! Four hundred files in AWS's format would be eleven megabytes; this is a tenth of that, and an update of it reads as a diff.
//! Fields are separated by tabs, and lists in a field by spaces. `:Region` is the key `Region` of the service itself.
//!
//! ```text
//! service<TAB>ec2
//! key<TAB>:Region<TAB>String
//! type<TAB>instance<TAB>aws:ResourceTag/${TagKey} :Region<TAB>arn:${Partition}:ec2:${Region}:${Account}:instance/${InstanceId}
//! W<TAB>StopInstances<TAB>:Region<TAB>*instance=aws:ResourceTag/${TagKey}
//! ```
//!
//! A line of an action starts with its access level: `R`ead, `L`ist, `W`rite, `T`agging or `P`ermissions management. Its
//! resource types follow its keys, those that every request names with a `*`, and each with the keys that the action carries
//! on it only.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use super::Error;
use super::overlay::ByAction;
use super::reference::{Action, Flags, Key, Reference, Resource};

/// The name of the file.
pub(super) const FILE: &str = "services.txt";

/// Services, and for each resource type of their actions whether it is required.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Sorted by prefix.
    pub(super) references: Vec<Reference>,
    pub(super) required: ByAction<BTreeMap<String, bool>>,
}

impl Listing {
    /// Reads a file. None, when there is no such file.
    pub(super) fn read(file: &Path) -> Result<Self, Error> {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => return Err(Error::new(file, "", format!("cannot be read: {error}"))),
        };
        let mut listing = Self::default();
        for (index, line) in text.lines().enumerate() {
            if !line.starts_with('#') {
                listing
                    .line(line)
                    .map_err(|message| Error::new(file, format!("{}:1", index + 1), message))?;
            }
        }
        for reference in &mut listing.references {
            reference
                .keys
                .sort_by_cached_key(|key| key.name.to_ascii_lowercase());
        }
        Ok(listing)
    }

    fn line(&mut self, line: &str) -> Result<(), String> {
        let mut fields = line.split('\t');
        let what = fields.next().unwrap_or_default();
        let name = fields.next().unwrap_or_default();
        if name.is_empty() {
            return Err(format!("expected a name after `{what}`"));
        }
        if what == "service" {
            if name
                .chars()
                .any(|c| !matches!(c, 'a'..='z' | '0'..='9' | '-'))
            {
                return Err(format!("`{name}` is not a service prefix"));
            }
            if let Some(last) = self.references.last()
                && last.name.as_str() >= name
            {
                return Err(format!("`{name}` must be before `{}`", last.name));
            }
            self.references.push(Reference {
                name: name.to_owned(),
                actions: Vec::new(),
                resources: Vec::new(),
                keys: Vec::new(),
                operations: Vec::new(),
            });
            return Ok(());
        }
        let Some(service) = self.references.last_mut() else {
            return Err("expected a line `service` first".to_owned());
        };
        let prefix = service.name.clone();
        let keys = |text: &str| long_names(text, &prefix);
        let mut next = || fields.next().unwrap_or_default();
        match what {
            "key" => {
                let name = long_name(name, &prefix);
                let types: Vec<String> = next().split(' ').map(str::to_owned).collect();
                if !name.contains(':') || types.iter().any(String::is_empty) {
                    return Err(
                        "expected a condition key with its prefix, and its types".to_owned()
                    );
                }
                if service.keys.iter().any(|key| key.name == name) {
                    return Err(format!("`{name}` is listed twice"));
                }
                service.keys.push(Key { name, types });
            }
            "type" => {
                let keys = keys(next());
                let formats: Vec<String> = fields.map(str::to_owned).collect();
                if formats.is_empty() {
                    return Err("expected at least one ARN format".to_owned());
                }
                in_order(service.resources.last().map(|last| &last.name), name)?;
                service.resources.push(Resource {
                    name: name.to_owned(),
                    formats,
                    keys,
                });
            }
            level => {
                let flags =
                    flags(level).ok_or_else(|| format!("`{level}` is not a kind of line"))?;
                in_order(service.actions.last().map(|last| &last.name), name)?;
                let keys = keys(next());
                let mut resources = Vec::new();
                let mut required = BTreeMap::new();
                for kind in fields {
                    let (kind, keys) = kind.split_once('=').unwrap_or((kind, ""));
                    let name = kind.strip_prefix('*').unwrap_or(kind);
                    if required.insert(name.to_owned(), name != kind).is_some() {
                        return Err(format!("resource type `{name}` is listed twice"));
                    }
                    resources.push((name.to_owned(), long_names(keys, &prefix)));
                }
                resources.sort();
                if !required.is_empty() {
                    (self.required.entry(prefix).or_default()).insert(name.to_owned(), required);
                }
                service.actions.push(Action {
                    name: name.to_owned(),
                    flags: Some(flags),
                    keys,
                    resources,
                });
            }
        }
        Ok(())
    }

    /// The text of a file. `about` says where it comes from, a line each.
    pub(super) fn write(&self, about: &[String]) -> String {
        let mut out = String::new();
        for line in about {
            let _ = writeln!(out, "# {line}");
        }
        for service in &self.references {
            let prefix = &service.name;
            let short = |keys: &[String]| short_names(keys, prefix);
            let _ = writeln!(out, "service\t{prefix}");
            for key in &service.keys {
                let name = short_name(&key.name, prefix);
                let _ = writeln!(out, "key\t{name}\t{}", key.types.join(" "));
            }
            for kind in &service.resources {
                let (keys, formats) = (short(&kind.keys), kind.formats.join("\t"));
                let _ = writeln!(out, "type\t{}\t{keys}\t{formats}", kind.name);
            }
            let required = self.required.get(prefix);
            for action in &service.actions {
                let mut line = format!("{}\t{}\t", letter(action.flags), action.name);
                line += &short(&action.keys);
                let required = required.and_then(|actions| actions.get(&action.name));
                for (kind, keys) in &action.resources {
                    let is_required = required.is_some_and(|kinds| kinds.get(kind) == Some(&true));
                    line += if is_required { "\t*" } else { "\t" };
                    line += kind;
                    if !keys.is_empty() {
                        line.push('=');
                        line += &short(keys);
                    }
                }
                let _ = writeln!(out, "{}", line.trim_end());
            }
        }
        out
    }
}

/// Bytes are compared, as the tables are sorted.
fn in_order(last: Option<&String>, name: &str) -> Result<(), String> {
    match last {
        Some(last) if last.as_str() >= name => Err(format!("`{name}` must be before `{last}`")),
        _ => Ok(()),
    }
}

fn flags(letter: &str) -> Option<Flags> {
    let (list, permission_management, tagging_only, write) = match letter {
        "R" => (false, false, false, false),
        "L" => (true, false, false, false),
        "W" => (false, false, false, true),
        "T" => (false, false, true, true),
        "P" => (false, true, false, true),
        _ => return None,
    };
    Some(Flags {
        list,
        permission_management,
        tagging_only,
        write,
    })
}

fn letter(flags: Option<Flags>) -> &'static str {
    match flags {
        Some(Flags {
            permission_management: true,
            ..
        }) => "P",
        Some(Flags {
            tagging_only: true, ..
        }) => "T",
        Some(Flags { write: true, .. }) | None => "W",
        Some(Flags { list: true, .. }) => "L",
        Some(_) => "R",
    }
}

fn long_name(name: &str, prefix: &str) -> String {
    match name.starts_with(':') {
        true => format!("{prefix}{name}"),
        false => name.to_owned(),
    }
}

fn long_names(text: &str, prefix: &str) -> Vec<String> {
    (text.split(' ').filter(|name| !name.is_empty()))
        .map(|name| long_name(name, prefix))
        .collect()
}

fn short_name<'n>(name: &'n str, prefix: &str) -> &'n str {
    match name.strip_prefix(prefix) {
        Some(rest) if rest.starts_with(':') => rest,
        _ => name,
    }
}

fn short_names(names: &[String], prefix: &str) -> String {
    let names: Vec<&str> = names.iter().map(|name| short_name(name, prefix)).collect();
    names.join(" ")
}
