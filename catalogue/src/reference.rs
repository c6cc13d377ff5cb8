//! AWS's service reference: one JSON file for each service.
//!
//! The format is described at
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/service-reference.html>.

use std::collections::BTreeSet;
use std::path::Path;

use super::Error;
use super::json::{Document, Node, Notes};

/// A file of the service reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The service prefix.
    pub name: String,
    /// The actions, sorted by name.
    pub actions: Vec<Action>,
    /// The resource types, sorted by name.
    pub resources: Vec<Resource>,
    /// The declared condition keys, sorted by name in lower case.
    pub keys: Vec<Key>,
    /// The API operations, sorted by name.
    pub operations: Vec<Operation>,
}

/// An action of a [`Reference`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// The name without prefix.
    pub name: String,
    /// The four flags of the access level; withdrawn services have none.
    pub flags: Option<Flags>,
    /// The condition keys that the action carries whatever the resource.
    pub keys: Vec<String>,
    /// The resource types, each with the keys that the action carries on this type only.
    pub resources: Vec<(String, Vec<String>)>,
}

/// The flags after an access level. All false: Read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flags {
    /// `IsList`
    pub list: bool,
    /// `IsPermissionManagement`
    pub permission_management: bool,
    /// `IsTaggingOnly`, set together with `IsWrite`.
    pub tagging_only: bool,
    /// `IsWrite`
    pub write: bool,
}

/// A resource type of a [`Reference`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// The name.
    pub name: String,
    /// The ARN formats, as AWS writes them.
    pub formats: Vec<String>,
    /// The condition keys that every action on the type carries.
    pub keys: Vec<String>,
}

/// A condition key of a [`Reference`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The name with prefix.
    pub name: String,
    /// `String`, `ArrayOfString`, `ARN`, ...
    pub types: Vec<String>,
}

/// An API operation of a [`Reference`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// The name.
    pub name: String,
    /// SDK client and method.
    pub sdk: Vec<(String, String)>,
    /// What the operation may check.
    pub authorizes: Vec<Authorized>,
}

/// An action that an [`Operation`] may check.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Authorized {
    /// The service prefix.
    pub service: String,
    /// The action's name.
    pub name: String,
    /// Condition values that the check always carries.
    pub context: Vec<(String, Vec<String>)>,
}

impl Reference {
    /// Reads one file. What was tolerated in it is added to `notes`.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is not JSON, or does not have a field that the format requires.
    pub fn read(file: &Path, notes: &mut BTreeSet<String>) -> Result<Self, Error> {
        Self::of(&Document::read(file)?, notes)
    }

    pub(super) fn of(document: &Document, notes: &mut Notes) -> Result<Self, Error> {
        let root = document.root();
        let known = [
            "Name",
            "Version",
            "Actions",
            "ConditionKeys",
            "Operations",
            "Resources",
        ];
        root.note_unknown(&known, notes)?;
        let name = root.field("Name")?;
        let prefix = name.text()?.to_owned();
        if !is_name(&prefix, "-") {
            return Err(name.error(format!("`{prefix}` is no service prefix")));
        }
        let mut reference = Self {
            name: prefix,
            actions: read_all(&root, "Actions", notes, read_action, |action| &action.name)?,
            resources: read_all(&root, "Resources", notes, read_resource, |resource| {
                &resource.name
            })?,
            keys: read_all(&root, "ConditionKeys", notes, read_key, |key| &key.name)?,
            operations: read_all(&root, "Operations", notes, read_operation, |operation| {
                &operation.name
            })?,
        };
        reference
            .keys
            .sort_by_cached_key(|key| key.name.to_ascii_lowercase());
        Ok(reference)
    }
}

/// Whether text consists of ASCII letters, digits and the characters of `also`.
fn is_name(text: &str, also: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_alphanumeric() || also.contains(c))
}

/// Reads a list of named things, sorted by name; two of one name are an error.
fn read_all<T>(
    root: &Node<'_>,
    field: &str,
    notes: &mut Notes,
    read: impl Fn(&Node<'_>, &mut Notes) -> Result<T, Error>,
    name: impl Fn(&T) -> &String,
) -> Result<Vec<T>, Error> {
    let mut all: Vec<T> = Vec::new();
    let mut seen = BTreeSet::new();
    for node in root.list(field)? {
        let one = read(&node, notes)?;
        if !seen.insert(name(&one).clone()) {
            return Err(node.error(format!("`{}` is listed twice", name(&one))));
        }
        all.push(one);
    }
    all.sort_by(|a, b| name(a).cmp(name(b)));
    Ok(all)
}

fn read_action(node: &Node<'_>, notes: &mut Notes) -> Result<Action, Error> {
    let known = [
        "Name",
        "ActionConditionKeys",
        "Annotations",
        "Resources",
        // Which AWS tools can watch the action; nothing that a policy depends on.
        "SupportedBy",
    ];
    node.note_unknown(&known, notes)?;
    let name = node.field("Name")?;
    let text = name.text()?;
    if !is_name(text, "-_") {
        return Err(name.error(format!("`{text}` is no action name")));
    }
    let flags = match node.optional("Annotations")? {
        Some(annotations) => {
            annotations.note_unknown(&["Properties"], notes)?;
            let properties = annotations.field("Properties")?;
            let known = [
                "IsList",
                "IsPermissionManagement",
                "IsTaggingOnly",
                "IsWrite",
            ];
            properties.note_unknown(&known, notes)?;
            Some(Flags {
                list: properties.field("IsList")?.flag()?,
                permission_management: properties.field("IsPermissionManagement")?.flag()?,
                tagging_only: properties.field("IsTaggingOnly")?.flag()?,
                write: properties.field("IsWrite")?.flag()?,
            })
        }
        None => None,
    };
    let mut resources = Vec::new();
    for resource in node.list("Resources")? {
        resource.note_unknown(&["Name", "ConditionKeys"], notes)?;
        resources.push((
            resource.field("Name")?.text()?.to_owned(),
            resource.texts("ConditionKeys")?,
        ));
    }
    resources.sort();
    Ok(Action {
        name: text.to_owned(),
        flags,
        keys: node.texts("ActionConditionKeys")?,
        resources,
    })
}

fn read_resource(node: &Node<'_>, notes: &mut Notes) -> Result<Resource, Error> {
    node.note_unknown(&["Name", "ARNFormats", "ConditionKeys"], notes)?;
    let mut formats = Vec::new();
    let list = node.field("ARNFormats")?;
    for format in list.items()? {
        formats.extend(split_formats(format.text()?));
    }
    if formats.is_empty() {
        return Err(list.error("expected at least one ARN format"));
    }
    Ok(Resource {
        name: node.field("Name")?.text()?.to_owned(),
        formats,
        keys: node.texts("ConditionKeys")?,
    })
}

/// The ARN formats in a text: some types of AWS have two of them in one, as `apigateway` writes
/// `arn:..:/apis/${ApiId}/stages, arn:..:/restapis/${RestApiId}/stages`.
pub(super) fn split_formats(text: &str) -> Vec<String> {
    let mut formats: Vec<String> = Vec::new();
    for part in text.split(',') {
        match formats.last_mut() {
            // A comma inside of a format.
            Some(last) if !part.trim_start().starts_with("arn:") => {
                last.push(',');
                last.push_str(part);
            }
            _ => formats.push(part.trim().to_owned()),
        }
    }
    formats
}

fn read_key(node: &Node<'_>, notes: &mut Notes) -> Result<Key, Error> {
    node.note_unknown(&["Name", "Types"], notes)?;
    let name = node.field("Name")?;
    if !name.text()?.contains(':') {
        return Err(name.error("expected a condition key with its prefix"));
    }
    let types = node.field("Types")?;
    let key = Key {
        name: name.text()?.to_owned(),
        types: node.texts("Types")?,
    };
    if key.types.is_empty() {
        return Err(types.error("expected at least one type"));
    }
    Ok(key)
}

fn read_operation(node: &Node<'_>, notes: &mut Notes) -> Result<Operation, Error> {
    node.note_unknown(&["Name", "SDK", "AuthorizedActions"], notes)?;
    let mut sdk = Vec::new();
    for method in node.list("SDK")? {
        method.note_unknown(&["Name", "Method", "Package"], notes)?;
        sdk.push((
            method.field("Name")?.text()?.to_owned(),
            method.field("Method")?.text()?.to_owned(),
        ));
    }
    let mut authorizes = Vec::new();
    for action in node.list("AuthorizedActions")? {
        action.note_unknown(&["Name", "Service", "Context"], notes)?;
        let mut context = Vec::new();
        if let Some(node) = action.optional("Context")? {
            for (key, _) in node.entries()? {
                context.push((key.to_owned(), node.texts(key)?));
            }
        }
        context.sort();
        authorizes.push(Authorized {
            service: action.field("Service")?.text()?.to_owned(),
            name: action.field("Name")?.text()?.to_owned(),
            context,
        });
    }
    authorizes.sort();
    Ok(Operation {
        name: node.field("Name")?.text()?.to_owned(),
        sdk,
        authorizes,
    })
}
