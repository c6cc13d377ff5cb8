//! Modules that `terraform init` has installed: where each call of a module leads to.
//!
//! Terraform lists them in `.terraform/modules/modules.json`, by the names of the calls: `lambda`, and `lambda.alias` for a call in
//! that module.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use rekognition_iam_runtime::json::Limits;

use super::paths::normal;
use super::sources::Sources;
use crate::input::tree;

/// Where the modules of a root module are, by their calls.
pub(super) type Installed = HashMap<String, Module>;

#[derive(Debug, Clone)]
pub(super) struct Module {
    /// From the directory of the root module.
    pub(super) path: PathBuf,
    source: String,
}

impl Module {
    /// Whether it is the module of this source: a call may have been changed since.
    pub(super) fn is_of(&self, source: &str) -> bool {
        // Addresses of registries have the name of the default one in front, and other addresses a prefix that says how to get them.
        self.source == source || self.source.ends_with(&format!("/{source}")) || {
            let plain = source.split_once("::").map_or(source, |(_, plain)| plain);
            plain.contains("://") && self.source.ends_with(plain)
        }
    }
}

/// What is installed for the root module in a directory. Nothing where Terraform has not run.
pub(super) fn of(sources: &dyn Sources, root: &Path) -> Installed {
    let list = root.join(".terraform").join("modules").join("modules.json");
    // A list that is not there is not worth a note.
    let Ok(text) = sources.read(&list) else {
        return Installed::new();
    };
    let Ok(tree) = tree::parse_json(&text, &Limits::default()) else {
        return Installed::new();
    };
    let lists = (tree.roots.iter()).filter_map(|&root| tree.get(root, "Modules"));
    let modules = lists.flat_map(|list| tree.items(list));
    let text = |id, name| Some(tree.text(tree.get(id, name)?)?.to_string());
    (modules)
        .filter_map(|id| {
            let path = normal(Path::new(&text(id, "Dir")?));
            let source = text(id, "Source")?;
            Some((text(id, "Key")?, Module { path, source }))
        })
        .collect()
}
