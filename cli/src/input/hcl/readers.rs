//! Which files a module reads as texts: a template of Terraform is not the policy that is made of it.

use std::collections::{BTreeSet, HashMap};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::paths::normal;
use super::shared::module_files;
use super::sources::Sources;
use super::words::is_hcl;
use crate::input::files::Input;

/// Directories above a file in which modules are looked for.
const MAX_UP: usize = 8;

/// How a module reads a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reads {
    /// As it is.
    Text,
    /// With values in place of `${..}`.
    Template,
}

/// A path in a call of `file` or `templatefile`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Call {
    reads: Reads,
    /// What is known of the path, with nothing where an expression is. Nothing for another expression than a string.
    path: Option<Vec<Option<String>>>,
}

/// What the modules among the files of a run read, and those near a file, which is found when a file asks for it.
#[derive(Debug, Default)]
pub(crate) struct Readers {
    directories: BTreeSet<PathBuf>,
    /// Those of the run that read anything.
    found: OnceLock<Vec<Reader>>,
    /// The directories that were looked at, by their paths. Nothing where files may change between two questions.
    near: Option<Mutex<HashMap<PathBuf, Arc<Near>>>>,
}

/// The directories of the files that are in HCL, each once.
fn directories(inputs: &[Input]) -> BTreeSet<&Path> {
    let files = inputs.iter().filter(|input| is_hcl(input));
    let mut all: Vec<&Path> = files
        .filter_map(|input| input.path.as_deref()?.parent())
        .collect();
    // Files of one directory follow each other.
    all.dedup();
    all.into_iter().collect()
}

/// A directory near a file.
#[derive(Debug)]
struct Near {
    reader: Reader,
    /// Whether what is above is another project.
    is_last: bool,
}

impl Near {
    fn of(directory: &Path, sources: &dyn Sources) -> Self {
        let names = sources.names(directory);
        Self {
            is_last: names.iter().any(|name| name == ".git"),
            reader: Reader::of(directory, names, sources),
        }
    }
}

impl Readers {
    /// Those of a run over these files, during which no file is taken to change.
    pub(crate) fn of(inputs: &[Input]) -> Self {
        Self {
            directories: directories(inputs).into_iter().map(whole).collect(),
            ..Self::kept()
        }
    }

    /// The same without files of the run.
    pub(crate) fn kept() -> Self {
        Self {
            near: Some(Mutex::default()),
            ..Self::default()
        }
    }

    /// How a module in a directory of the file, in one above it, or of this run reads a file.
    pub(crate) fn reads(&self, input: &Input, sources: &dyn Sources) -> Option<Reads> {
        let of_run = self.found.get_or_init(|| {
            let readers = (self.directories.iter())
                .map(|directory| Reader::of(directory, sources.names(directory), sources));
            readers.filter(|reader| !reader.calls.is_empty()).collect()
        });
        let path = whole(input.path.as_deref()?);
        let name = path.file_name()?.to_str()?;
        let in_run = of_run.iter().filter_map(|reader| reader.reads(&path, name));
        let mut found = in_run.max();
        for directory in path.ancestors().skip(1).take(MAX_UP) {
            if found == Some(Reads::Template) {
                break;
            }
            let near = self.near(directory, sources);
            if !self.directories.contains(directory) {
                found = found.max(near.reader.reads(&path, name));
            }
            if near.is_last {
                break;
            }
        }
        found
    }

    fn near(&self, directory: &Path, sources: &dyn Sources) -> Arc<Near> {
        let Some(known) = &self.near else {
            return Arc::new(Near::of(directory, sources));
        };
        let lock = || known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(near) = lock().get(directory) {
            return Arc::clone(near);
        }
        let near = Arc::new(Near::of(directory, sources));
        lock().insert(directory.to_path_buf(), Arc::clone(&near));
        near
    }
}

/// What the module of a directory reads.
#[derive(Debug)]
struct Reader {
    directory: PathBuf,
    calls: Vec<Call>,
    /// The names at the ends of its strings, if the path of a call is not in the call.
    names: BTreeSet<String>,
}

impl Reader {
    fn of(directory: &Path, names: Vec<String>, sources: &dyn Sources) -> Self {
        let mut out = Self {
            directory: directory.to_path_buf(),
            calls: Vec::new(),
            names: BTreeSet::new(),
        };
        let mut texts = Vec::new();
        for file in module_files(names) {
            if let Ok(text) = sources.read(&directory.join(file)) {
                out.calls.extend(calls(&text));
                texts.push(text);
            }
        }
        if out.calls.iter().any(|call| call.path.is_none()) {
            let strings = texts.iter().flat_map(|text| text.split('"'));
            let name = |text: &str| text.rsplit('/').next().map(str::to_string);
            out.names.extend(strings.filter_map(name));
        }
        out
    }

    fn reads(&self, path: &Path, name: &str) -> Option<Reads> {
        let is_path = |call: &&Call| match &call.path {
            Some(parts) => matches(parts, &self.directory, path),
            None => self.names.contains(name),
        };
        (self.calls.iter().filter(is_path))
            .map(|call| call.reads)
            .max()
    }
}

/// A path from the root, without the parts that lead back.
fn whole(path: &Path) -> PathBuf {
    normal(&std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()))
}

/// Whether a path from a directory may be this one.
fn matches(parts: &[Option<String>], directory: &Path, path: &Path) -> bool {
    // An expression that is not known is written as a name that no file has.
    const ANY: char = '\0';
    let text: String = parts
        .iter()
        .map(|part| part.clone().unwrap_or(ANY.to_string()))
        .collect();
    let whole = normal(&directory.join(text));
    let text = |path: &Path| -> Option<String> {
        let parts: Option<Vec<&str>> = (path.components())
            .filter(|part| !matches!(part, Component::CurDir))
            .map(|part| part.as_os_str().to_str())
            .collect();
        Some(parts?.join("/"))
    };
    let (Some(whole), Some(path)) = (text(&whole), text(path)) else {
        return false;
    };
    let mut pieces = whole.split(ANY);
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = path.strip_prefix(first) else {
        return false;
    };
    let Some(last) = pieces.next_back() else {
        return rest.is_empty();
    };
    for piece in pieces {
        match rest.split_once(piece) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    // An expression alone says nothing.
    rest.ends_with(last) && !(last.is_empty() && first.is_empty())
}

/// Whether a text ends with `template =`, and with the `"${` that Terraform 0.11 needed after it.
fn is_template(before: &str) -> bool {
    let before = before.strip_suffix("\"${").unwrap_or(before).trim_end();
    let name = before.strip_suffix('=').unwrap_or_default();
    name.trim_end().ends_with("template")
}

/// The calls in a text of HCL that read files.
fn calls(text: &str) -> Vec<Call> {
    let mut out = Vec::new();
    for (at, _) in text.match_indices("file(") {
        let (before, behind) = text.split_at(at);
        let name_start = before
            .rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .map_or(0, |at| at + 1);
        let (before, name) = before.split_at(name_start);
        let reads = match name {
            "template" => Reads::Template,
            // `template = file(..)` of the provider that was there before the function.
            "" if is_template(before) => Reads::Template,
            "" => Reads::Text,
            _ => continue,
        };
        let argument = behind.trim_start_matches("file(").trim_start();
        out.push(Call {
            reads,
            path: argument.strip_prefix('"').and_then(parts),
        });
    }
    out
}

/// The parts of a string after its quote. `path.module`, `path.root`, and `path.cwd` represent the directory of the file.
fn parts(text: &str) -> Option<Vec<Option<String>>> {
    let mut out = vec![Some(String::new())];
    let mut rest = text;
    loop {
        let end = rest.find(['"', '$', '\\'])?;
        let (known, behind) = rest.split_at(end);
        if let Some(Some(last)) = out.last_mut() {
            last.push_str(known);
        }
        if behind.starts_with('"') {
            return Some(out);
        }
        let Some(inside) = behind.strip_prefix("${") else {
            // An escape, or a dollar sign on its own, is in no usual path.
            return None;
        };
        let mut depth = 1_usize;
        let end = inside.find(|c| {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            depth == 0
        })?;
        let (expression, behind) = inside.split_at(end);
        match expression.trim() {
            "path.module" | "path.root" | "path.cwd" => {
                if let Some(Some(last)) = out.last_mut() {
                    last.push('.');
                }
            }
            _ => out.extend([None, Some(String::new())]),
        }
        rest = behind.strip_prefix('}')?;
    }
}

#[cfg(test)]
#[path = "readers/tests.rs"]
mod tests;
