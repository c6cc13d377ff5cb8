//! Source files that no `mod` declares, where a macro may: `automod::dir!("src/commands")`, `modules!(one, two)`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;

use super::call::Unfollowed;
use super::methods::method_in;
use super::modules::Sources;
use super::packages::{self, Kind, Package};
use super::sdk::{Client, Sdk};
use super::tokens::{NESTING, depth, tokens};
use crate::confine;
use crate::export::walk;

/// More files than those of a package.
const MOST: usize = 10_000;

/// A file that no `mod` declares.
pub(super) struct Orphan {
    shown: String,
    tokens: TokenStream,
}

/// The files next to and below the roots of the packages that were not read. `tests` are those of modules that are compiled for
/// tests only, and their directories.
pub(super) fn files(
    sources: &Sources,
    base: &Path,
    packages: &[Package],
    known: &BTreeSet<PathBuf>,
    tests: &BTreeSet<PathBuf>,
) -> Vec<Orphan> {
    // What a macro is given that does not read as items may be the names of modules.
    if sources.macros.values().all(|held| held.rest.is_empty()) {
        return Vec::new();
    }
    let directories: BTreeSet<PathBuf> = (packages.iter())
        .filter(|package| package.kind == Kind::Own)
        .flat_map(|package| {
            let root = walk::lexical(&package.manifest.directory);
            (package.manifest.targets.iter())
                .filter_map(|target| Some(walk::lexical(target.root.parent()?)))
                .filter(move |directory| *directory != root)
        })
        .collect();
    let mut left: Vec<PathBuf> = directories.into_iter().collect();
    let mut found: BTreeSet<PathBuf> = BTreeSet::new();
    let mut seen = BTreeSet::new();
    while let Some(directory) = left.pop() {
        if tests.contains(&directory) || !seen.insert(directory.clone()) || seen.len() > MOST {
            continue;
        }
        let Ok(entries) = confine::read_dir(&directory) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            // Links may lead in a circle.
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => left.push(path),
                Ok(kind) if kind.is_file() && path.extension().is_some_and(|ext| ext == "rs") => {
                    if !known.contains(&path) && !tests.contains(&path) && found.len() < MOST {
                        found.insert(path);
                    }
                }
                Ok(_) | Err(_) => {}
            }
        }
    }
    (found.iter())
        .filter_map(|path| {
            let text = confine::read_to_string(path).ok()?;
            let tokens = tokens(&text, false).ok()?;
            (!depth(tokens.clone(), NESTING)).then(|| Orphan {
                shown: packages::place(base, path),
                tokens,
            })
        })
        .collect()
}

impl Orphan {
    /// What is said of the file when it has a method of a client's name.
    pub(super) fn note(&self, sdk: &Sdk, clients: &[Client]) -> Option<Unfollowed> {
        let (method, span) = method_in(sdk, clients, self.tokens.clone())?;
        let start = span.start();
        Some(Unfollowed {
            file: self.shown.clone(),
            line: start.line,
            column: start.column + 1,
            text: format!(
                "`.{method}(..)` is in a file that no `mod` declares, and a macro may; declare the module, or remove the file"
            ),
        })
    }
}
