//! Everything that was read for a file: the files of modules, each of them once, and what is worth a note.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use super::given;
use super::installed::{self, Installed};
use super::module::{Blocks, File, Has, Module, Unread};
use super::other;
use super::paths::normal;
use super::sources::{Sources, Version, is_json, parts};
use super::value::FileId;
use crate::input::tree::TreeError;

/// What the values are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Finding mistakes. What may be in a policy is read as if it were: both branches of a condition, and one of the items that a
    /// loop makes of values that are not known.
    Check,
    /// Knowing what a policy grants. What may be in it is not known.
    Read,
}

/// Everything that was read.
pub(super) struct World<'w> {
    pub(super) sources: &'w dyn Sources,
    pub(super) purpose: Purpose,
    files: RefCell<HashMap<FileId, Arc<File>>>,
    pub(super) modules: RefCell<HashMap<PathBuf, Rc<Module>>>,
    /// How many expressions may still be evaluated.
    steps: Cell<u32>,
    /// How deep expressions are in expressions, which references make deeper than the text.
    depth: Cell<usize>,
    /// The variables whose defaults were read since they were last taken.
    pub(super) defaults: RefCell<BTreeSet<String>>,
    /// What was not read, and is worth a note.
    pub(super) notes: RefCell<BTreeSet<String>>,
    /// The modules that are called and are not on disk.
    pub(super) elsewhere: RefCell<BTreeSet<String>>,
    /// Whether a configuration of Terragrunt deploys a module that is not on disk.
    pub(super) is_remote: Cell<bool>,
    /// The modules that are read as Terraform has installed them.
    pub(super) as_installed: RefCell<BTreeSet<String>>,
    /// What is installed for the root modules in these directories.
    installed: RefCell<HashMap<PathBuf, Rc<Installed>>>,
}

/// Far above any configuration.
const STEPS: u32 = 1 << 20;

/// References within references. Each is several functions that call each other.
const MAX_DEPTH: usize = 100;

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

impl<'w> World<'w> {
    pub(super) fn new(sources: &'w dyn Sources, purpose: Purpose) -> Self {
        Self {
            sources,
            purpose,
            files: RefCell::default(),
            modules: RefCell::default(),
            steps: Cell::new(STEPS),
            depth: Cell::new(0),
            defaults: RefCell::default(),
            notes: RefCell::default(),
            elsewhere: RefCell::default(),
            is_remote: Cell::default(),
            as_installed: RefCell::default(),
            installed: RefCell::default(),
        }
    }

    /// Where Terraform has installed the module of a call with this source. What a policy grants must not depend on whether
    /// Terraform has run, so that only mistakes are looked for there.
    pub(super) fn installed(&self, root: &Path, key: &str, source: &str) -> Option<PathBuf> {
        if self.purpose == Purpose::Read {
            return None;
        }
        let known = self.installed.borrow().get(root).cloned();
        let all = known.unwrap_or_else(|| {
            let all = Rc::new(installed::of(self.sources, root));
            (self.installed.borrow_mut()).insert(root.to_path_buf(), Rc::clone(&all));
            all
        });
        let module = all.get(key).filter(|module| module.is_of(source))?;
        Some(module.path.clone())
    }

    pub(super) fn file(&self, file: FileId) -> Option<Arc<File>> {
        self.files.borrow().get(&file).cloned()
    }

    pub(super) fn add_file(&self, text: String) -> FileId {
        // The same file has one number wherever it is read.
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        self.know_file(number, Arc::new(File { text }));
        number
    }

    /// Adds a file that has a number already.
    pub(super) fn know_file(&self, number: FileId, file: Arc<File>) {
        self.files.borrow_mut().insert(number, file);
    }

    /// Evaluates something deeper. Nothing when that is too deep, or too much was evaluated.
    pub(super) fn deeper<T>(&self, evaluate: impl FnOnce() -> T) -> Option<T> {
        let left = self.steps.get();
        if left == 0 || self.depth.get() >= MAX_DEPTH {
            return None;
        }
        self.steps.set(left - 1);
        self.depth.set(self.depth.get() + 1);
        let value = evaluate();
        self.depth.set(self.depth.get() - 1);
        Some(value)
    }

    pub(super) fn note(&self, note: String) {
        self.notes.borrow_mut().insert(note);
    }
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
        let refused = given::set(&mut module, |text| {
            let file = self.add_file(text);
            self.parse(file).map_err(|error| error.message)
        });
        for error in refused {
            self.note(format!("a value of --var was not read: {error}"));
        }
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
        let path = normal(&root.join(name));
        let inside = [root, module].iter().any(|directory| {
            let directory = normal(directory);
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
