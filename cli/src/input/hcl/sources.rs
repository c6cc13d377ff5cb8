//! Where the other files of a module are.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::SystemTime;

use rekognition_iam_codegen::confine;

use super::given;
use super::module::{Blocks, File, Module};
use super::other;
use super::scope::World;
use super::value::FileId;
use crate::input::files::{self, Input};
use crate::input::tree::TreeError;

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

/// A file that was parsed.
struct Parsed {
    /// Nothing for one that is not kept.
    version: Option<Version>,
    number: FileId,
    file: Arc<File>,
    blocks: Blocks,
}

/// The files that were parsed last: all files of a directory are read for each of them.
static PARSED: LazyLock<Mutex<HashMap<PathBuf, Arc<Parsed>>>> = LazyLock::new(Mutex::default);

/// A bound on their memory.
const MAX_PARSED: usize = 1_000;

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

/// What a file of a module has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Has {
    Blocks {
        overrides: bool,
    },
    /// Values of variables, which Terraform reads by itself.
    Values,
}

/// A file that could not be read.
#[derive(Debug)]
pub(super) struct Unread {
    /// Its name, and why.
    pub(super) note: String,
    pub(super) has: Has,
}

impl Unread {
    /// Whether it may replace what other files say.
    pub(super) fn overrides(&self) -> bool {
        self.has == Has::Blocks { overrides: true }
    }
}

/// The name of a file without what says that it has blocks.
fn stem(name: &str) -> Option<&str> {
    (BLOCKS.iter().flatten()).find_map(|end| name.strip_suffix(end))
}

/// The ends of the names of files with blocks. OpenTofu reads the first of each pair instead of the other.
const BLOCKS: [[&str; 2]; 2] = [[".tofu", ".tf"], [".tofu.json", ".tf.json"]];

/// Whether a file is in the JSON syntax.
fn is_json(name: &str) -> bool {
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
fn parts(names: &[String]) -> Vec<(&String, Has)> {
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

impl World<'_> {
    /// The module of a directory. Nothing when there is none.
    pub(super) fn load(&self, directory: &Path) -> Option<Rc<Module>> {
        if let Some(known) = self.modules.borrow().get(directory) {
            return Some(Rc::clone(known));
        }
        let module = Rc::new(self.loaded(directory, None));
        if module.blocks.is_empty() {
            return None;
        }
        (self.modules.borrow_mut()).insert(directory.to_path_buf(), Rc::clone(&module));
        Some(module)
    }

    /// A file with its text as it is given, and its blocks. The other files of its module need them too, so that they are those that were
    /// parsed for one of these if the text is the same.
    pub(super) fn own(&self, path: &Path, text: &str) -> Result<(FileId, Blocks), TreeError> {
        let is_again = self.sources.version(path).is_some();
        if is_again && !is_json(&path.to_string_lossy()) {
            let has = Has::Blocks { overrides: false };
            if let Ok(known) = self.known(path, has)
                && known.file.text == text
            {
                return Ok((known.number, known.blocks.clone()));
            }
        }
        let file = self.add_file(text.to_string());
        Ok((file, self.parse(file)?))
    }

    /// A module of one file.
    pub(super) fn only(&self, directory: &Path, file: Blocks) -> Rc<Module> {
        let mut module = Module::new(directory);
        module.add(file, false);
        Rc::new(module)
    }

    /// The module of a directory, with the text of one of its files as it is given.
    pub(super) fn load_with(&self, directory: &Path, name: &str, file: Blocks) -> Rc<Module> {
        let mut module = self.loaded(directory, Some((name, file)));
        given::set(self, &mut module);
        let module = Rc::new(module);
        (self.modules.borrow_mut()).insert(directory.to_path_buf(), Rc::clone(&module));
        module
    }

    fn loaded(&self, directory: &Path, own: Option<(&str, Blocks)>) -> Module {
        let mut module = Module::new(directory);
        let mut names = self.sources.names(directory);
        let own_name = own.as_ref().map(|(name, _)| (*name).to_string());
        if let Some(name) = &own_name {
            // The file is read, whichever other file the tool would read instead.
            names.retain(|known| known != name && !is_other_of(name, known));
            names.push(name.clone());
        }
        let mut own = own;
        for (name, has) in parts(&names) {
            let blocks = match &mut own {
                Some((own_name, blocks)) if own_name == name => Ok(std::mem::take(blocks)),
                _ => self.parsed(&directory.join(name), has),
            };
            match (blocks, has) {
                (Ok(blocks), Has::Blocks { overrides }) => module.add(blocks, overrides),
                (Ok(values), Has::Values) => module.set(values),
                (Err(reason), _) => module.unread.push(Unread {
                    note: format!("{name} was not read: {reason}"),
                    has,
                }),
            }
        }
        module
    }

    /// The blocks of a file.
    fn parsed(&self, path: &Path, has: Has) -> Result<Blocks, String> {
        Ok(self.known(path, has)?.blocks.clone())
    }

    /// A file that was parsed, before or now.
    fn known(&self, path: &Path, has: Has) -> Result<Arc<Parsed>, String> {
        let version = self.sources.version(path);
        let known = (PARSED.lock().ok()).and_then(|parsed| parsed.get(path).cloned());
        if let Some(known) =
            known.filter(|known| known.version.is_some() && known.version == version)
        {
            self.know_file(known.number, Arc::clone(&known.file));
            return Ok(known);
        }
        let text = self.sources.read(path)?;
        let is_json = path.to_str().is_some_and(is_json);
        let text = match has {
            _ if !is_json => text,
            Has::Blocks { .. } => other::blocks(&text)?,
            Has::Values => other::values(&text)?,
        };
        let number = self.add_file(text);
        let blocks = self.parse(number).map_err(|error| error.message)?;
        let new = Arc::new(Parsed {
            version,
            number,
            file: self.file(number).unwrap_or_default(),
            blocks,
        });
        if version.is_some()
            && let Ok(mut parsed) = PARSED.lock()
        {
            if parsed.len() >= MAX_PARSED {
                parsed.clear();
            }
            parsed.insert(path.to_path_buf(), Arc::clone(&new));
        }
        Ok(new)
    }

    /// The blocks of a file that was added.
    pub(super) fn parse(&self, file: FileId) -> Result<Blocks, TreeError> {
        let Some(found) = self.file(file) else {
            return Ok(Blocks::default());
        };
        Blocks::parse(&found.text, file)
    }

    /// The text of a file that an expression names. Only files in the directory of Terraform or of the module are read.
    pub(super) fn named_file(&self, root: &Path, module: &Path, name: &str) -> Option<String> {
        let path = super::scope::normal(&root.join(name));
        let inside = [root, module].iter().any(|directory| {
            let directory = super::scope::normal(directory);
            let below = match directory == Path::new(".") {
                true => Some(path.as_path()),
                false => path.strip_prefix(&directory).ok(),
            };
            below.is_some_and(|rest| {
                rest.components()
                    .all(|part| matches!(part, std::path::Component::Normal(_)))
            })
        });
        if !inside {
            self.note(format!(
                "`{name}` was not read: it is outside of the module"
            ));
            return None;
        }
        match self.sources.read(&path) {
            Ok(text) => Some(text),
            Err(reason) => {
                self.note(format!("`{name}` was not read: {reason}"));
                None
            }
        }
    }
}

/// Whether Terraform reads one of these and OpenTofu the other.
fn is_other_of(name: &str, other: &str) -> bool {
    let stem = |name: &str, end: &str| name.strip_suffix(end).map(String::from);
    let (tf, tofu) = (stem(name, ".tf"), stem(name, ".tofu"));
    tf.is_some_and(|stem| other == format!("{stem}.tofu"))
        || tofu.is_some_and(|stem| other == format!("{stem}.tf"))
}
