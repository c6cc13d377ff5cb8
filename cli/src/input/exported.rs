//! What `manifest.json`, which an export writes next to its files, says about one of them.
//!
//! A policy document does not say of what kind it is, and the export knows. So the kind is that of the manifest, and what the
//! program accepts with a reason is accepted in the file, as long as the file is the one that was written.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::json::Limits;
use sha2::{Digest, Sha256};

use super::files::{Input, MAX_FILE};
use super::hcl::{Sources, Version};
use super::tree::{self, Id, Tree, Value};

const MANIFEST: &str = "manifest.json";

/// How a list of exports begins to differ from other files of its name.
const GENERATOR: &str = "rekognition-iam-codegen";

/// What is known about an exported file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exported {
    pub(crate) kind: PolicyKind,
    /// The findings that the program accepts.
    pub(crate) accepted: Vec<AcceptedThere>,
    sha256: String,
}

/// A finding that the program accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AcceptedThere {
    pub(crate) id: String,
    /// The number of the statement; nothing for the whole policy.
    pub(crate) statement: Option<usize>,
    pub(crate) reason: String,
}

impl Exported {
    /// Whether a text is the one that the export wrote.
    pub(crate) fn is_text(&self, text: &str) -> bool {
        let digest = Sha256::digest(text.as_bytes());
        let written: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        written == self.sha256
    }
}

type Files = HashMap<String, Exported>;

/// A list, its version, and its files.
type Read = (PathBuf, Version, Arc<Files>);

/// The list that was read last: all files of a directory are looked up in one.
static LAST: LazyLock<Mutex<Option<Read>>> = LazyLock::new(Mutex::default);

/// What the manifest next to a file says about it, if an export wrote both.
pub(crate) fn of(input: &Input, sources: &dyn Sources) -> Option<Exported> {
    let path = input.path.as_deref()?;
    let name = path.file_name()?.to_str()?;
    let list = path.parent()?.join(MANIFEST);
    let Some(version) = sources.version(&list) else {
        return read(&list, sources)?.remove(name);
    };
    let last = LAST.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some((known, of, files)) = last
        && (&known, of) == (&list, version)
    {
        return files.get(name).cloned();
    }
    let files = Arc::new(read(&list, sources).unwrap_or_default());
    let found = files.get(name).cloned();
    *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some((list, version, files));
    found
}

fn read(list: &Path, sources: &dyn Sources) -> Option<Files> {
    let text = sources.read(list).ok()?;
    let limits = Limits {
        text: MAX_FILE as usize,
        string: MAX_FILE as usize,
    };
    let tree = tree::parse_json(&text, &limits).ok()?;
    let &root = tree.roots.first()?;
    let member = |id: Id, name: &str| tree.get(id, name).and_then(|id| tree.text(id));
    if member(root, "generated_by") != Some(GENERATOR) {
        return None;
    }
    let mut files = Files::new();
    for policy in tree.items(tree.get(root, "policies")?) {
        let (Some(file), Some(kind)) = (member(policy, "file"), member(policy, "kind")) else {
            continue;
        };
        let Ok(kind) = kind.parse() else {
            continue;
        };
        // The statements of a part are counted in the whole policy.
        let exceptions = match tree.get(policy, "part") {
            Some(_) => None,
            None => tree.get(policy, "exceptions"),
        };
        let exceptions = exceptions.map_or_else(Vec::new, |list| tree.items(list));
        let accepted = exceptions.into_iter().filter_map(|exception| {
            Some(AcceptedThere {
                id: member(exception, "accepted")?.to_owned(),
                statement: number(&tree, exception, "statement"),
                reason: member(exception, "reason")?.to_owned(),
            })
        });
        let exported = Exported {
            kind,
            accepted: accepted.collect(),
            sha256: member(policy, "sha256").unwrap_or_default().to_owned(),
        };
        files.insert(file.to_owned(), exported);
    }
    Some(files)
}

fn number(tree: &Tree<'_>, id: Id, name: &str) -> Option<usize> {
    match &tree.node(tree.get(id, name)?).value {
        Value::Literal(text) => text.parse().ok(),
        Value::Text(..) | Value::Null | Value::List(_) | Value::Map(_) => None,
    }
}
