//! Where the other files of a module are.

use std::path::Path;
use std::time::SystemTime;

use rekognition_iam_codegen::confine;

use super::module::Has;
use crate::input::files::{self, Input};

/// The files that a file can be read with.
pub(crate) trait Sources: std::fmt::Debug {
    /// The names of the files in a directory.
    fn names(&self, directory: &Path) -> Vec<String>;

    /// The text of a file, or why there is none.
    fn read(&self, path: &Path) -> Result<String, String>;

    /// What is different when a file is. Nothing for files that are not read again.
    fn version(&self, path: &Path) -> Option<Version>;
}

/// When a file was last changed, and how long it is.
pub(crate) type Version = (SystemTime, u64);

/// The file system.
#[derive(Debug)]
pub(crate) struct Disk;

impl Sources for Disk {
    fn names(&self, directory: &Path) -> Vec<String> {
        let directory = match directory.as_os_str().is_empty() {
            true => Path::new("."),
            false => directory,
        };
        files::remember_names(directory);
        let entries = confine::read_dir(directory);
        let mut names: Vec<String> = (entries.into_iter().flatten().flatten())
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        names.sort_unstable();
        names
    }

    fn read(&self, path: &Path) -> Result<String, String> {
        // What is missing may come.
        files::remember(path);
        // What is not a regular file may have no end.
        match confine::allowed(path).and_then(std::fs::metadata) {
            Ok(data) if data.is_file() => files::read(&Input {
                path: Some(path.to_path_buf()),
                named: false,
            }),
            Ok(_) => Err("not a regular file".to_string()),
            Err(error) => Err(files::reason(&error)),
        }
    }

    fn version(&self, path: &Path) -> Option<Version> {
        let data = std::fs::metadata(path).ok()?;
        Some((data.modified().ok()?, data.len()))
    }
}

/// The name of a file without what says that it has blocks.
fn stem(name: &str) -> Option<&str> {
    (BLOCKS.iter().flatten()).find_map(|end| name.strip_suffix(end))
}

/// The ends of the names of files with blocks. OpenTofu reads the first of each pair instead of the other.
const BLOCKS: [[&str; 2]; 2] = [[".tofu", ".tf"], [".tofu.json", ".tf.json"]];

/// Whether a file is in the JSON syntax.
pub(super) fn is_json(name: &str) -> bool {
    name.ends_with(".json")
}

/// When a file of values counts, if it is one that Terraform reads by itself:
/// <https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence>.
fn values(name: &str) -> Option<usize> {
    match name {
        "terraform.tfvars" => Some(0),
        "terraform.tfvars.json" => Some(1),
        // These are in the order of their names.
        _ => (name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json")).then_some(2),
    }
}

/// Whether a file of this name is one that Terraform reads in the directory of a module.
pub(crate) fn is_of_module(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    stem(&name).is_some() || values(&name).is_some()
}

/// What the files of these names have, in the order in which they count, as Terraform or OpenTofu reads them:
/// <https://developer.hashicorp.com/terraform/language/files>, <https://opentofu.org/docs/language/files/>.
pub(super) fn parts(names: &[String]) -> Vec<(&String, Has)> {
    let mut out = Vec::new();
    for name in names {
        // Only values are read from files that are hidden.
        let stem = stem(name).filter(|_| !name.starts_with('.'));
        if let Some(stem) = stem {
            let replaced = (BLOCKS.iter())
                .any(|[by, end]| name.ends_with(end) && names.contains(&format!("{stem}{by}")));
            if !replaced {
                let overrides = stem == "override" || stem.ends_with("_override");
                out.push((name, Has::Blocks { overrides }));
            }
        } else if values(name).is_some() {
            out.push((name, Has::Values));
        }
    }
    // Overrides come last.
    out.sort_by_key(|(name, has)| match has {
        Has::Blocks { overrides } => (usize::from(*overrides), name.as_str()),
        Has::Values => (values(name).unwrap_or_default(), name.as_str()),
    });
    out
}
