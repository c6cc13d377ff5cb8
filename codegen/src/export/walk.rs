//! The Rust files below the source directories, and the paths to show them by.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use rekognition_iam_runtime::invisible::is_invisible;

use super::error::Problem;

/// A Rust file.
#[derive(Debug)]
pub(crate) struct SourceFile {
    pub(crate) path: PathBuf,
    /// Relative to the package, with forward slashes: the same on every machine.
    pub(crate) shown: String,
}

/// What lies below the source directories.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    pub(crate) files: Vec<SourceFile>,
    /// When the newest of the files was changed.
    pub(super) newest: Option<SystemTime>,
    /// Directories and files that were seen, by the path without symbolic links: each is read once, and a link to a
    /// directory above itself ends there.
    seen: BTreeSet<PathBuf>,
}

impl Sources {
    /// Adds a directory, or a single file, in the order of names.
    pub(crate) fn add(&mut self, path: &Path, shown: &str) -> Result<(), Problem> {
        let unreadable = |error: &io::Error| match error.kind() {
            io::ErrorKind::NotFound => Problem::new(shown, "there is no such source directory")
                .help("name the directory of the Rust files with `.source(..)`"),
            _ => Problem::new(shown, format!("cannot be read: {error}")),
        };
        let metadata = fs::metadata(path).map_err(|error| unreadable(&error))?;
        let real = fs::canonicalize(path).map_err(|error| unreadable(&error))?;
        if !self.seen.insert(real) {
            return Ok(());
        }
        if metadata.is_file() {
            self.newest = self.newest.max(metadata.modified().ok());
            self.files.push(SourceFile {
                path: path.to_owned(),
                shown: shown.to_owned(),
            });
            return Ok(());
        }
        let mut entries: Vec<PathBuf> = fs::read_dir(path)
            .and_then(|entries| {
                entries
                    .map(|entry| entry.map(|entry| entry.path()))
                    .collect()
            })
            .map_err(|error| unreadable(&error))?;
        entries.sort();
        for entry in entries {
            // A link that leads nowhere can hold no code: editors leave such locks (`.#lib.rs`) while a file is open.
            let Ok(metadata) = fs::metadata(&entry) else {
                if entry.is_symlink() {
                    continue;
                }
                return Err(Problem::new(below(shown, &entry), "cannot be read"));
            };
            let is_rust = entry.extension().is_some_and(|extension| extension == "rs");
            if metadata.is_dir() || metadata.is_file() && is_rust {
                self.add(&entry, &below(shown, &entry))?;
            }
        }
        Ok(())
    }
}

/// The path of a directory's entry, to show.
fn below(shown: &str, entry: &Path) -> String {
    let name = plain(&entry.file_name().unwrap_or_default().to_string_lossy());
    match shown {
        "" | "." => name,
        directory => format!("{directory}/{name}"),
    }
}

/// A name of a file for comments and reports: nothing in it ends the line or changes its direction.
fn plain(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if is_invisible(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// The path without `.` and, as far as its directories exist, without symbolic links and `..`.
pub(super) fn resolved(path: &Path) -> PathBuf {
    for ancestor in path.ancestors() {
        if let (Ok(real), Ok(rest)) = (fs::canonicalize(ancestor), path.strip_prefix(ancestor)) {
            return lexical(&real.join(rest));
        }
    }
    lexical(path)
}

/// The path without `.`, and without `..` where a directory is before it.
pub(crate) fn lexical(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(out.components().next_back(), Some(Component::Normal(_))) =>
            {
                out.pop();
            }
            _ => out.push(component),
        }
    }
    out
}

/// How to show `path`, which may be given relative to the directory of the package: with forward slashes, and relative
/// to the package whenever the two share a beginning.
pub(crate) fn shown(package: &Path, path: &Path) -> String {
    let path = lexical(path);
    let (package, path) = match path.is_absolute() {
        true => (lexical(package), path),
        false => (PathBuf::new(), path),
    };
    let mut own = package.components().peekable();
    let mut rest = path.components().peekable();
    while own.peek().is_some() && own.peek() == rest.peek() {
        own.next();
        rest.next();
    }
    let parts: Vec<String> = own
        .map(|_| "..".to_owned())
        .chain(rest.map(|component| plain(&component.as_os_str().to_string_lossy())))
        .collect();
    match parts.is_empty() {
        true => ".".to_owned(),
        false => parts.join("/").replace("//", "/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_paths_relative_to_the_package() {
        let show = |path: &str| shown(Path::new("/home/me/app"), Path::new(path));
        for (path, expected) in [
            ("src", "src"),
            ("./src/", "src"),
            (".", "."),
            ("../shared/src", "../shared/src"),
            ("a/../b", "b"),
            ("/home/me/app/src", "src"),
            ("/home/me/app", "."),
            ("/home/me/other/src", "../other/src"),
        ] {
            assert_eq!(show(path), expected, "{path}");
        }
    }
}
