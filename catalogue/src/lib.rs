//! From AWS's service reference to the catalogue of `rekognition-iam`.
//!
//! The command `rekognition-iam catalogue update` reads the files that a user has downloaded ([`Found`]) and writes a catalogue of
//! them ([`write_table`]). `cargo xtask catalogue` generates the catalogue that the other crates have compiled in.
//!
//! [`generate`] reads everything and renders everything in memory; [`Generated::write`] then writes the files that differ.
//! So a mistake in the data leaves the old catalogue as it was.

mod access;
mod docs;
mod error;
mod facts;
mod features;
mod files;
mod json;
mod listing;
mod lock;
mod names;
mod operations;
mod overlay;
mod package;
mod prose;
mod reference;
mod refresh;
mod render;
mod requests;
mod rule_facts;
mod table;
mod tables;
mod tagging;
mod update;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

pub use error::Error;
pub use lock::Changes;
pub use reference::{Action, Authorized, Flags, Key, Operation, Reference, Resource};
pub use refresh::refresh;
pub use update::{Described, Format, Found, Required, Written, write_table};

use features::Modules;
use listing::Listing;
use overlay::Overlay;
use prose::Prose;
use rule_facts::RuleFacts;
use tables::Tables;

/// The modules of Rust that services have.
///
/// # Errors
///
/// When the list of a data directory is missing, unreadable or malformed.
pub fn modules(data: &Path) -> Result<Vec<String>, Error> {
    let modules = Modules::read(data)?;
    let prefixes = modules.prefixes().chain([render::ALWAYS]);
    Ok(prefixes.map(names::module).collect())
}

/// A generated catalogue, in memory.
#[derive(Debug, Clone)]
pub struct Generated {
    files: BTreeMap<String, Vec<u8>>,
    facts: lock::Facts,
    notes: BTreeSet<String>,
    modules: Modules,
    as_of: String,
    source: String,
}

/// Generates the catalogue from a directory laid out as `codegen/data`.
///
/// # Errors
///
/// When a file is missing, unreadable, malformed or at odds with another one.
pub fn generate(data: &Path) -> Result<Generated, Error> {
    let mut notes = BTreeSet::new();
    let mut references = read_references(&data.join("services"), &mut notes)?;
    let file = data.join(listing::FILE);
    let listing = Listing::read(&file)?;
    let mut overlay = Overlay::read(data, &mut notes)?;
    for (service, required) in listing.required {
        if overlay.required.insert(service.clone(), required).is_some() {
            let message = format!("`{service}` has a file in `services` too");
            return Err(Error::new(&file, "", message));
        }
    }
    let modules = Modules::read(data)?;
    let reviewed: BTreeSet<String> = (references.iter())
        .map(|(_, reference)| reference.name.clone())
        .collect();
    let (listed, mut others): (Vec<_>, Vec<_>) = (listing.references.into_iter())
        .map(|reference| (file.clone(), reference))
        .partition(|(_, reference)| modules.contains(&reference.name));
    references.extend(listed);
    references.sort_by(|(_, a), (_, b)| a.name.cmp(&b.name));
    for prefix in modules.prefixes() {
        if !references
            .iter()
            .any(|(_, reference)| reference.name == prefix)
        {
            return Err(Modules::error(data, prefix, "there is no such service"));
        }
    }
    for prefix in reviewed.iter().filter(|prefix| *prefix != render::ALWAYS) {
        if !modules.contains(prefix) {
            let message = "a service with a file in `services` needs an entry";
            return Err(Modules::error(data, prefix, message));
        }
    }
    let mut all: Vec<&mut Reference> = (references.iter_mut().chain(&mut others))
        .map(|(_, reference)| reference)
        .collect();
    overlay.add_formats(&mut all)?;
    overlay.add_keys(&mut all)?;
    tagging::complete(&mut all, &mut overlay.required, &reviewed);
    let tables = Tables::build(&references, &reviewed, &others, &overlay, &mut notes)?;
    let prose = Prose::read(data, &overlay, &references)?;
    let rules = RuleFacts::read(data, &overlay, &references, &others)?;
    let mut facts = facts::of(&tables, &overlay);
    prose.facts(&mut facts);
    rules.facts(&mut facts);
    let operations = requests::facts(data, &references, &others, &mut notes, &mut facts)?;
    let mut texts = render::files(&tables, &overlay, &more(&tables, &prose, &rules));
    texts.insert(operations::FILE.to_owned(), operations.render());
    texts.insert("prose.rs".to_owned(), prose.render());
    texts.insert("rule_facts.rs".to_owned(), rules.render(&overlay.access));
    texts.insert(lock::FILE.to_owned(), lock::write(&facts));
    let mut files: BTreeMap<String, Vec<u8>> = (texts.into_iter())
        .map(|(name, text)| (name, text.into_bytes()))
        .collect();
    files.insert(table::FILE.to_owned(), table::render(&tables, &overlay)?);
    Ok(Generated {
        files,
        facts,
        notes,
        modules,
        as_of: overlay.as_of,
        source: overlay.source,
    })
}

/// What AWS's pages say about the actions of Rekognition that the service reference does not.
fn more(tables: &Tables, prose: &Prose, rules: &RuleFacts) -> docs::More {
    let mut more = docs::More::new();
    let own = (tables.services.iter()).find(|service| service.prefix == render::ALWAYS);
    if let Some(service) = own {
        for action in &service.actions {
            let mut sentences = vec![prose.regions_of(&action.name)];
            sentences.extend(rules.companions_of(&action.name));
            // An action without an operation of its name has no page in the API reference.
            let is_operation = (service.operations.iter()).any(|operation| {
                operation.name == action.name
                    && (operation.sdk.iter()).any(|(client, _)| *client == service.prefix)
            });
            if is_operation {
                sentences.push(format!(
                    "AWS's page: <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_{}.html>.",
                    action.name
                ));
            }
            more.insert((service.prefix.clone(), action.name.clone()), sentences);
        }
    }
    more
}

/// Reads every `.json` file of a directory, sorted by service.
fn read_references(
    directory: &Path,
    notes: &mut BTreeSet<String>,
) -> Result<Vec<(PathBuf, Reference)>, Error> {
    let unreadable =
        |error: std::io::Error| Error::new(directory, "", format!("cannot be read: {error}"));
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(Error::new(directory, "", "no service file (`*.json`) here"));
    }
    let mut references = Vec::new();
    for file in files {
        let reference = Reference::read(&file, notes)?;
        if file
            .file_stem()
            .is_none_or(|stem| stem != reference.name.as_str())
        {
            return Err(Error::new(
                &file,
                "Name",
                format!("the file of `{0}` must be named `{0}.json`", reference.name),
            ));
        }
        references.push((file, reference));
    }
    Ok(references)
}

impl Generated {
    /// The files by name.
    #[must_use]
    pub fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.files
    }

    /// What the reader tolerated in the data, a sentence each.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().map(String::as_str)
    }

    /// The entry of CHANGELOG.md for an update to this catalogue.
    #[must_use]
    pub fn changelog(&self, changes: &Changes) -> String {
        let services: Vec<&str> = self.modules.prefixes().chain([render::ALWAYS]).collect();
        changes.changelog(&services, &self.as_of, &self.source)
    }

    /// What this catalogue changes about the one generated to a directory before.
    ///
    /// # Errors
    ///
    /// When the directory's `catalogue.lock` cannot be read.
    pub fn changes(&self, out: &Path) -> Result<Changes, Error> {
        Ok(Changes::between(&lock::read(out)?, &self.facts))
    }

    /// The files of a directory that are not as they would be generated: out of date, missing, or left over.
    ///
    /// # Errors
    ///
    /// When a file or the directory cannot be read.
    pub fn stale(&self, out: &Path) -> Result<Vec<PathBuf>, Error> {
        files::stale(&self.files, out)
    }

    /// The files of a repository whose lists of services are not as they would be generated.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, or the lines around its list are missing.
    pub fn stale_lists(&self, root: &Path) -> Result<Vec<PathBuf>, Error> {
        let stale = self.modules.stale(root)?;
        Ok(stale.into_iter().map(|(file, _)| file).collect())
    }

    /// Writes the lists of services in the files of a repository that differ. Returns what it wrote.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or written, or the lines around its list are missing.
    pub fn write_lists(&self, root: &Path) -> Result<Vec<PathBuf>, Error> {
        let stale = self.modules.stale(root)?;
        for (file, text) in &stale {
            fs::write(file, text)
                .map_err(|error| Error::new(file, "", format!("cannot be written: {error}")))?;
        }
        Ok(stale.into_iter().map(|(file, _)| file).collect())
    }

    /// Writes the files that differ, each in one step, and removes generated ones that are left over.
    ///
    /// Returns what it wrote or removed.
    ///
    /// # Errors
    ///
    /// When a file cannot be written or removed.
    pub fn write(&self, out: &Path) -> Result<Vec<PathBuf>, Error> {
        files::write(&self.files, out)
    }
}
