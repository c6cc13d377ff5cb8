//! A package's calls of the SDK, by file and line.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use super::call::{How, SdkCall, Unfollowed};
use super::index::Index;
use super::manifest::{self, Include};
use super::modules::Sources;
use super::names::Names;
use super::packages::{PackageNames, Packages};
use super::sdk::{self, Client, Sdk};
use super::value::Value;
use super::walk;
use crate::export::{Error, Problem};

/// The calls of AWS SDK clients in a package, and what could not be followed.
pub struct Scan {
    pub(super) calls: Vec<SdkCall>,
    pub(super) unfollowed: Vec<Unfollowed>,
    /// The calls in crates of a registry, by the number of the package.
    others: Vec<(usize, Vec<String>)>,
    /// The texts of the files by the names they are shown under, for marks in comments.
    pub(super) texts: BTreeMap<String, String>,
}

impl fmt::Debug for Scan {
    /// Without the texts of the files.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (f.debug_struct("Scan"))
            .field("calls", &self.calls)
            .field("unfollowed", &self.unfollowed)
            .finish_non_exhaustive()
    }
}

/// Room for syn's grammar and our own walk, which recurse as the source nests.
const STACK: usize = 512 << 20;

impl Scan {
    /// Scans the library and the programs of the package in this directory, and the packages that it depends on by path
    /// or workspace, without what is compiled for tests only.
    ///
    /// # Errors
    /// When the manifest cannot be read.
    pub fn package(directory: &Path) -> Result<Self, Error> {
        Self::packages(directory, &[directory.to_owned()], Include::default())
    }

    /// Scans the packages in these directories as one program. Files are shown relative to `base`.
    ///
    /// # Errors
    /// When a manifest cannot be read.
    pub fn packages(base: &Path, directories: &[PathBuf], include: Include) -> Result<Self, Error> {
        let base = absolute(base)?;
        let directories: Vec<PathBuf> = (directories.iter())
            .map(|directory| absolute(directory))
            .collect::<Result<_, _>>()?;
        with_room(move || {
            let packages = Packages::read(&base, &directories, include)?;
            let sources = Sources::read(&base, &packages.list, include.tests);
            let mut crates = packages.sdk.clone();
            for file in &sources.files {
                crates.extend(sdk::crates_in(&file.text).map(str::to_owned));
            }
            let sdk = Sdk::new(crates.iter().map(String::as_str));
            let clients = sdk.among(&crates);
            let names = packages.list.iter().map(PackageNames::of).collect();
            let mut scan = of_sources(sources, names, &sdk, &clients, packages.open);
            for (package, calls) in std::mem::take(&mut scan.others) {
                if let Some(package) = packages.list.get(package) {
                    let (file, line) = package.declared.clone();
                    scan.unfollowed.push(Unfollowed {
                        file,
                        line,
                        column: 1,
                        text: format!(
                            "`{}` calls AWS itself, which is not followed: {}",
                            package.manifest.name,
                            calls.join(", ")
                        ),
                    });
                }
            }
            scan.unfollowed.extend(packages.notes);
            scan.unfollowed.sort();
            scan.unfollowed.dedup();
            Ok(scan)
        })
    }

    /// The packages to scan for these choices: of the workspace in this directory all, or those of these names, or
    /// the package itself.
    ///
    /// # Errors
    /// When a manifest cannot be read, or the workspace has no package of a name.
    pub fn choose(
        directory: &Path,
        names: &[String],
        workspace: bool,
    ) -> Result<Vec<PathBuf>, Error> {
        if names.is_empty() && !workspace {
            return Ok(vec![directory.to_owned()]);
        }
        let members = manifest::workspace_members(&absolute(directory)?)?;
        let mut problems = Vec::new();
        for name in names {
            if !members.iter().any(|(member, _)| member == name) {
                let listed: Vec<String> = (members.iter())
                    .map(|(member, _)| format!("`{member}`"))
                    .collect();
                problems.push(
                    Problem::new(
                        "Cargo.toml",
                        format!("this workspace has no package `{name}`"),
                    )
                    .help(format!("it has {}", listed.join(", "))),
                );
            }
        }
        if members.is_empty() {
            problems.push(Problem::new("Cargo.toml", "this workspace has no members"));
        }
        if !problems.is_empty() {
            return Err(Error::new(problems));
        }
        Ok((members.into_iter())
            .filter(|(member, _)| workspace || names.contains(member))
            .map(|(_, directory)| directory)
            .collect())
    }

    /// Scans one text as if it were the only file of a package that depends on all crates of the SDK.
    ///
    /// # Errors
    /// When the text is not Rust.
    pub fn text(shown: &str, text: &str) -> Result<Self, Error> {
        let (shown, text) = (shown.to_owned(), text.to_owned());
        with_room(move || {
            let sources = Sources::of_text(&shown, &text)?;
            let sdk = Sdk::new(sdk::crates_in(&text));
            let clients = sdk.all();
            let names = vec![PackageNames::unknown()];
            Ok(of_sources(sources, names, &sdk, &clients, false))
        })
    }

    /// Calls that are not in files.
    pub(super) fn of_calls(calls: Vec<SdkCall>) -> Self {
        Self {
            calls,
            unfollowed: Vec::new(),
            others: Vec::new(),
            texts: BTreeMap::new(),
        }
    }

    /// The calls, by file and place.
    #[must_use]
    pub fn calls(&self) -> &[SdkCall] {
        &self.calls
    }

    /// What was seen and could not be followed, by file and place. A derived policy is missing what it needs.
    #[must_use]
    pub fn unfollowed(&self) -> &[Unfollowed] {
        &self.unfollowed
    }
}

fn absolute(directory: &Path) -> Result<PathBuf, Error> {
    std::path::absolute(directory).map_err(|error| {
        Problem::new(
            directory.to_string_lossy(),
            format!("cannot be found: {error}"),
        )
        .into()
    })
}

/// Runs where the stack is deep enough for any source that is let through.
fn with_room<T: Send + 'static>(
    run: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let thread = std::thread::Builder::new()
        .name("derive".to_owned())
        .stack_size(STACK)
        .spawn(run)
        .map_err(|error| Problem::new("derive", format!("no thread can be started: {error}")))?;
    match thread.join() {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

fn of_sources(
    sources: Sources,
    packages: Vec<PackageNames>,
    sdk: &Sdk,
    clients: &[Client],
    unread: bool,
) -> Scan {
    let names = Names::collect(&sources, packages, sdk);
    let index = Index::new(&names);
    let walked = walk::walk(&sources, &names, &index, clients, unread);
    let found = walked.own;
    let others = (walked.others.iter())
        .filter(|(_, found)| !found.calls.is_empty())
        .map(|(package, found)| {
            let calls: BTreeSet<String> = (found.calls.iter())
                .map(|call| format!("`{}:{}`", call.op.service.prefix, call.op.operation.name))
                .collect();
            (*package, calls.into_iter().collect())
        })
        .collect();
    let shown =
        |file: usize| (sources.files.get(file)).map_or_else(String::new, |file| file.shown.clone());
    let mut calls: BTreeMap<(String, usize, usize, &str), SdkCall> = BTreeMap::new();
    let mut unfollowed = BTreeSet::new();
    for call in &found.calls {
        let file = shown(call.file);
        let (line, column) = (call.at.line, call.at.column + 1);
        let loose = match call.joins || call.open {
            true => found.loose.get(&(call.op.client, call.op.method)),
            false => None,
        };
        let mut fields: Vec<_> = (call.fields.iter())
            .chain(loose.into_iter().flatten())
            .map(|(name, value)| (name.to_string(), value.resolved(&found.functions)))
            .collect();
        // Another function sets it, or does not.
        let options = loose.into_iter().flatten();
        fields.extend(options.map(|(name, _)| (format!("{name}?"), Value::Unknown)));
        if call.open {
            unfollowed.insert(Unfollowed {
                file: file.clone(),
                line,
                column,
                text: if call.how == How::Function {
                    format!(
                        "`{}` is used as a function; what it is called with is not known",
                        call.op.method
                    )
                } else {
                    format!(
                        "the request of `{}` goes where it is not followed; what else is set on it is not seen",
                        call.op.method
                    )
                },
            });
        }
        let key = (file.clone(), line, column, call.op.operation.name);
        let entry = calls.entry(key).or_insert_with(|| SdkCall {
            op: call.op,
            how: call.how,
            file,
            line,
            column,
            statement: call.statement,
            fields: Vec::new(),
            open: false,
        });
        // A file that is a module of two crates, or an expression that was looked at twice.
        for field in fields {
            if !entry.fields.contains(&field) {
                entry.fields.push(field);
            }
        }
        entry.open |= call.open;
    }
    unfollowed.extend(found.notes.iter().map(|note| Unfollowed {
        file: shown(note.file),
        line: note.at.line,
        column: note.at.column + 1,
        text: note.text.clone(),
    }));
    unfollowed.extend(sources.unread.iter().map(|(file, at, what)| Unfollowed {
        file: shown(*file),
        line: at.line,
        column: at.column + 1,
        text: format!("`include!({what})` names no file of the sources"),
    }));
    unfollowed.extend(sources.skipped.iter().cloned());
    unfollowed.extend((sources.orphans.iter()).filter_map(|orphan| orphan.note(sdk, clients)));
    Scan {
        calls: calls.into_values().collect(),
        others,
        unfollowed: unfollowed.into_iter().collect(),
        texts: (sources.files.into_iter())
            .map(|file| (file.shown, file.text))
            .collect(),
    }
}
