//! The exported files on disk: compared, written in one step each, left-over ones removed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use rekognition_iam_runtime::json;

use super::diff::diff;
use super::error::{Error, Problem};
use super::manifest::{self, Earlier};
use crate::replace::{Staged, is_left_over};

/// The directory to write to.
#[derive(Debug)]
pub(super) struct Directory {
    pub(super) path: PathBuf,
    pub(super) shown: String,
}

impl Directory {
    fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    pub(super) fn show(&self, name: &str) -> String {
        match self.shown.as_str() {
            "." => name.to_owned(),
            directory => format!("{directory}/{name}"),
        }
    }

    /// Whether it is a directory or could become one.
    fn usable(&self) -> Result<(), Problem> {
        for ancestor in self.path.ancestors() {
            match fs::metadata(ancestor) {
                Ok(metadata) if metadata.is_dir() => break,
                Ok(_) => {
                    return Err(Problem::new(
                        &self.shown,
                        "the directory cannot be created: a file with this name exists",
                    ));
                }
                Err(_) => {}
            }
        }
        Ok(())
    }

    /// The text of a file as it should be compared: Git may have given it other line ends. `None` when there is none.
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Problem> {
        match fs::read(self.file(name)) {
            Ok(bytes) => Ok(Some(without_carriage_returns(bytes))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Problem::new(
                self.show(name),
                format!("cannot be read: {error}"),
            )),
        }
    }
}

fn without_carriage_returns(mut bytes: Vec<u8>) -> Vec<u8> {
    // JSON strings hold no bare line ends, so this changes the layout and nothing else.
    if bytes.contains(&b'\r') {
        let mut next = bytes.clone().into_iter().skip(1).chain([0]);
        bytes.retain(|&byte| {
            let next = next.next();
            byte != b'\r' || next != Some(b'\n')
        });
    }
    bytes
}

/// The SHA-256 of a text in hexadecimal digits.
pub(super) fn sha256(text: &[u8]) -> String {
    Sha256::digest(text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What an export would change in its directory.
#[derive(Debug)]
pub(super) struct Plan<'t> {
    directory: &'t Directory,
    /// The names and new texts, with what is there now.
    write: Vec<(&'t str, &'t str, Option<Vec<u8>>)>,
    remove: Vec<String>,
    /// The names of all files that are ours.
    ours: BTreeSet<String>,
    /// Held until the plan is carried out or dropped, so that no other run changes what was compared.
    lock: Option<File>,
    /// What should be reported.
    pub(super) warnings: Vec<Problem>,
}

/// Compares the texts, by file name, with what is there. Changes nothing.
pub(super) fn plan<'t>(
    directory: &'t Directory,
    files: &'t BTreeMap<String, String>,
    package: Option<&str>,
) -> Result<Plan<'t>, Error> {
    directory.usable()?;
    let lock = lock(&directory.path);
    let list = directory.read(manifest::FILE)?;
    let earlier = match &list {
        None => Earlier::new(),
        Some(bytes) => manifest::read(
            &String::from_utf8_lossy(bytes),
            &directory.show(manifest::FILE),
            package,
        )?,
    };
    let mut plan = Plan {
        directory,
        write: Vec::new(),
        remove: Vec::new(),
        ours: (files.keys().chain(earlier.keys()).cloned())
            .chain([manifest::FILE.to_owned()])
            .collect(),
        lock,
        warnings: Vec::new(),
    };
    let mut problems = Vec::new();
    for (name, text) in files {
        match directory.read(name) {
            Err(problem) => problems.push(problem),
            Ok(Some(bytes)) if bytes == text.as_bytes() => {}
            Ok(Some(bytes))
                if name != manifest::FILE
                    && !earlier.contains_key(name)
                    && !is_same_policy(&bytes, text) =>
            {
                problems.push(
                    Problem::new(
                        directory.show(name),
                        "this file was not written by an export and would be overwritten",
                    )
                    .help("move it away, delete it if it is an old export, or rename the policy"),
                );
            }
            Ok(before) => {
                if let (Some(before), Some(hash)) = (&before, earlier.get(name))
                    && sha256(before) != *hash
                {
                    let lost = diff(text, &String::from_utf8_lossy(before));
                    plan.warnings.push(
                        Problem::new(
                            directory.show(name),
                            "the file was edited after its export; the edit was replaced",
                        )
                        .note(&lost)
                        .help("change the policy in Rust instead"),
                    );
                }
                plan.write.push((name, text, before));
            }
        }
    }
    for (name, hash) in earlier {
        if files.contains_key(&name) {
            continue;
        }
        match directory.read(&name) {
            Err(problem) => problems.push(problem),
            Ok(None) => {}
            Ok(Some(bytes)) if sha256(&bytes) == hash => plan.remove.push(name),
            Ok(Some(_)) => plan.warnings.push(
                Problem::new(
                    directory.show(&name),
                    "no policy produces this file anymore; it was kept because it was edited",
                )
                .help("delete it, or move it to a different directory"),
            ),
        }
    }
    if problems.is_empty() {
        Ok(plan)
    } else {
        Err(Error::new(problems))
    }
}

/// Whether a file that someone else wrote is the same policy document, only laid out in another way: the one that was imported.
fn is_same_policy(bytes: &[u8], text: &str) -> bool {
    let theirs = std::str::from_utf8(bytes).ok().map(json::read);
    matches!((theirs, json::read(text)), (Some(Ok(theirs)), Ok(ours)) if theirs == ours)
}

impl Plan<'_> {
    /// What is out of date, each with its difference.
    pub(super) fn out_of_date(&self) -> Vec<Problem> {
        let written = self.write.iter().map(|(name, text, before)| {
            let file = self.directory.show(name);
            match before {
                None => Problem::new(file, "is missing"),
                Some(before) => Problem::new(file, "is out of date")
                    .note(&diff(&String::from_utf8_lossy(before), text)),
            }
        });
        let removed = self.remove.iter().map(|name| {
            Problem::new(
                self.directory.show(name),
                "is left over: no policy produces this file anymore",
            )
        });
        written.chain(removed).collect()
    }

    /// Takes away what a run that was killed has left of our files. No other run is at work: the directory is locked.
    fn clean(&self) {
        let Ok(entries) = fs::read_dir(&self.directory.path) else {
            return;
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let left = is_left_over(&name.to_string_lossy(), |file| self.ours.contains(file));
            if left && entry.file_type().is_ok_and(|kind| kind.is_file()) {
                // A file in nobody's way is no reason to stop.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// The files that it removes, because their policies are gone.
    pub(super) fn removed(&self) -> Vec<&str> {
        self.remove.iter().map(String::as_str).collect()
    }

    /// Carries it out, and says what was written and removed.
    ///
    /// `modified` is the time that the new files get, so that they are not newer than their sources: cargo compares
    /// times, and would take a file that was written while the build script ran for one that was changed afterwards.
    pub(super) fn carry_out(
        &self,
        modified: Option<SystemTime>,
    ) -> Result<(Vec<String>, Vec<String>), Problem> {
        let directory = self.directory;
        if self.lock.is_some() {
            self.clean();
        }
        if self.write.is_empty() && self.remove.is_empty() {
            return Ok((Vec::new(), Vec::new()));
        }
        fs::create_dir_all(&directory.path).map_err(|error| {
            Problem::new(
                &directory.shown,
                format!("the directory cannot be created: {error}"),
            )
        })?;
        // One that was there is locked already.
        let _lock = match self.lock {
            Some(_) => None,
            None => lock(&directory.path),
        };
        // All new texts are on disk before the first file is replaced: a full or read-only disk changes nothing.
        let mut staged = Vec::new();
        for (name, text, _) in &self.write {
            let new = Staged::new(&directory.file(name), text.as_bytes(), modified);
            let new = new.map_err(|error| {
                Problem::new(directory.show(name), format!("cannot be written: {error}"))
            })?;
            staged.push((*name, new));
        }
        // The list comes before the files that it makes ours: whatever interrupts this, the next export finishes it.
        for name in &self.remove {
            match fs::remove_file(directory.file(name)) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(Problem::new(
                        directory.show(name),
                        format!("cannot be removed: {error}"),
                    ));
                }
                _ => {}
            }
        }
        staged.sort_by_key(|(name, _)| *name != manifest::FILE);
        for (name, new) in staged {
            new.put().map_err(|error| {
                Problem::new(directory.show(name), format!("cannot be replaced: {error}"))
            })?;
        }
        Ok((
            (self.write.iter())
                .map(|(name, ..)| directory.show(name))
                .collect(),
            self.remove
                .iter()
                .map(|name| directory.show(name))
                .collect(),
        ))
    }
}

/// Locks a directory against other exports into it, waiting for those at work. Nothing where the directory is not there yet,
/// or where the system or the file system has no such locks: Windows has none for directories.
fn lock(path: &Path) -> Option<File> {
    let directory = File::open(path).ok()?;
    directory.lock().ok().map(|()| directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_as_others_do() {
        assert_eq!(
            sha256(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn line_ends_of_windows_make_no_difference() {
        for (text, expected) in [
            ("a\r\nb\r\n", "a\nb\n"),
            ("a\rb\r", "a\rb\r"),
            ("a\n", "a\n"),
            ("\r\r\n", "\r\n"),
        ] {
            let clean = without_carriage_returns(text.as_bytes().to_vec());
            assert_eq!(clean, expected.as_bytes(), "{text:?}");
        }
    }
}
