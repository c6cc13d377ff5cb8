//! Runs something again whenever a file changes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::time::Duration;

use notify::event::{CreateKind, ModifyKind, RemoveKind};
use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::input::files;
use crate::input::hcl;
use crate::terminal::complain;

/// One save of an editor is several changes.
const QUIET: Duration = Duration::from_millis(150);

/// What is watched. The paths of directories have no links in them.
#[derive(Debug, Default)]
pub(crate) struct Watched {
    /// Directories that are searched.
    directories: Vec<PathBuf>,
    files: BTreeSet<PathBuf>,
    /// Directories of modules, in which a new file may change what others mean.
    modules: BTreeSet<PathBuf>,
    /// Files that the command writes itself.
    own: Vec<PathBuf>,
}

impl Watched {
    /// The files and directories of these paths, which must exist.
    pub(crate) fn new(paths: &[PathBuf]) -> Result<Self, String> {
        let mut out = Self::default();
        for path in paths {
            if path == Path::new("-") {
                return Err("standard input cannot be watched; name a file".to_string());
            }
            let name = path.display();
            match fs::canonicalize(path) {
                Ok(whole) if whole.is_dir() => out.directories.push(whole),
                Ok(_) => out.file(path),
                Err(error) => return Err(format!("{name}: {}", files::reason(&error))),
            }
        }
        Ok(out)
    }

    /// Also this file, which need not exist.
    pub(crate) fn file(&mut self, path: &Path) {
        self.files.insert(whole(path));
        // What a link leads to changes without the link.
        self.files.extend(fs::canonicalize(path));
    }

    /// But not this one.
    pub(crate) fn except(&mut self, path: &Path) {
        self.own.push(whole(path));
    }

    /// Also what the last run read besides: the other files of modules, and those that they name.
    fn what_was_read(&mut self) {
        let read = files::all_reads();
        for path in read.files {
            self.file(&path);
        }
        self.modules.extend(
            read.directories
                .iter()
                .map(|path| fs::canonicalize(path).unwrap_or_else(|_| whole(path))),
        );
    }

    /// Whether a change of a file can change what is found.
    fn is_about(&self, path: &Path) -> bool {
        if self.own.iter().any(|own| own == path) {
            return false;
        }
        let is_in_module = || {
            path.parent()
                .is_some_and(|directory| self.modules.contains(directory))
                && hcl::is_of_module(path)
        };
        self.files.contains(path)
            || (self.directories.iter())
                .filter_map(|directory| path.strip_prefix(directory).ok())
                .any(files::is_searched)
            || is_in_module()
    }

    /// Whether this is a directory that is searched. A file may be in a new one before anyone watches it, and with one that is
    /// gone its files are.
    fn is_directory(&self, path: &Path) -> bool {
        let may_be_one = path.is_dir() || (!path.exists() && path.extension().is_none());
        may_be_one
            && (self.directories.iter())
                .filter_map(|directory| path.strip_prefix(directory).ok())
                .any(|below| !files::is_passed_over(below))
    }

    /// Whether something that is watched is at this path, or below it.
    fn is_around(&self, path: &Path) -> bool {
        let directories = self.directories.iter().chain(&self.modules);
        (directories.chain(&self.files)).any(|watched| watched.starts_with(path))
    }

    fn matters(&self, event: &Event) -> bool {
        // Without a path, changes may have been missed.
        let any = |is: &dyn Fn(&Path) -> bool| {
            event.paths.is_empty() || event.paths.iter().any(|path| is(path))
        };
        match event.kind {
            EventKind::Access(_) => false,
            kind if moves_a_directory(kind) => {
                any(&|path| self.is_about(path) || self.is_directory(path) || self.is_around(path))
            }
            EventKind::Any
            | EventKind::Create(_)
            | EventKind::Modify(_)
            | EventKind::Remove(_)
            | EventKind::Other => any(&|path| self.is_about(path)),
        }
    }

    /// The directories in which changes are noticed. What is not there is noticed where it would be made.
    fn places(&self) -> BTreeMap<PathBuf, RecursiveMode> {
        let there =
            |path: &Path| (path.ancestors().find(|path| path.is_dir())).map(Path::to_path_buf);
        // A file is watched through its directory: many editors replace files. So is a directory that may be made again.
        let parents = (self.directories.iter().chain(&self.files)).filter_map(|path| path.parent());
        let mut out: BTreeMap<PathBuf, RecursiveMode> = (parents.filter_map(there))
            .chain(self.modules.iter().filter_map(|path| there(path)))
            .filter(|path| !self.directories.iter().any(|above| path.starts_with(above)))
            .map(|path| (path, RecursiveMode::NonRecursive))
            .collect();
        let whole = self.directories.iter().filter(|path| path.is_dir());
        out.extend(whole.map(|path| (path.clone(), RecursiveMode::Recursive)));
        out
    }

    /// Runs something now and after each change, until the process is stopped.
    pub(crate) fn each(mut self, mut run: impl FnMut() -> io::Result<u8>) -> io::Result<u8> {
        let (sender, events) = channel();
        let mut watcher = notify::recommended_watcher(sender).map_err(io::Error::other)?;
        let mut active = BTreeSet::new();
        loop {
            // Before it runs: what changes meanwhile is another run.
            self.watch(&mut watcher, &mut active)?;
            match run() {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Err(error),
                // Such as a mistake in the configuration, which the next change may fix.
                Err(error) => complain(&error.to_string()),
            }
            self.what_was_read();
            self.watch(&mut watcher, &mut active)?;
            complain("waiting for changes; press Ctrl-C to stop");
            let mut changed = false;
            let mut took = |event: notify::Result<Event>, changed: &mut bool| match event {
                Ok(event) => {
                    if moves_a_directory(event.kind) {
                        // What is made again is not watched any more.
                        active.retain(|path: &PathBuf| {
                            !event.paths.iter().any(|moved| path.starts_with(moved))
                        });
                    }
                    *changed |= self.matters(&event);
                }
                Err(_) => {
                    active.clear();
                    *changed = true;
                }
            };
            while !changed {
                let Ok(event) = events.recv() else {
                    return Err(io::Error::other("the system no longer reports changes"));
                };
                took(event, &mut changed);
            }
            while let Ok(event) = events.recv_timeout(QUIET) {
                took(event, &mut changed);
            }
        }
    }

    /// Watches the places that are not watched yet.
    fn watch(
        &self,
        watcher: &mut RecommendedWatcher,
        active: &mut BTreeSet<PathBuf>,
    ) -> io::Result<()> {
        for (place, mode) in self.places() {
            if active.contains(&place) {
                continue;
            }
            match watcher.watch(&place, mode) {
                Ok(()) => {
                    active.insert(place);
                }
                // It is gone by now, which is a change of its own; or it is a directory above a module, and nothing was read there.
                Err(error) if is_out_of_reach(&error) => {}
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        Ok(())
    }
}

/// Whether a directory may have come or gone with this.
fn moves_a_directory(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Create(CreateKind::Folder | CreateKind::Any)
            | EventKind::Remove(RemoveKind::Folder | RemoveKind::Any)
            | EventKind::Modify(ModifyKind::Name(_))
    )
}

/// Whether nothing can be read at a path.
fn is_out_of_reach(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(error) => matches!(
            error.kind(),
            io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied
        ),
        _ => false,
    }
}

/// A path whose directory has no links in it, as far as the directory exists.
fn whole(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let whole = path.ancestors().skip(1).find_map(|directory| {
        let rest = path.strip_prefix(directory).ok()?;
        Some(fs::canonicalize(directory).ok()?.join(rest))
    });
    whole.unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::is_out_of_reach;

    #[test]
    fn only_what_cannot_be_read_is_not_watched() {
        for (kind, expected) in [
            (io::ErrorKind::NotFound, true),
            (io::ErrorKind::PermissionDenied, true),
            // Such as too many watches: changes would be missed without a word.
            (io::ErrorKind::StorageFull, false),
        ] {
            let error = notify::Error::io(io::Error::from(kind));
            assert_eq!(is_out_of_reach(&error), expected, "{kind}");
        }
        assert!(!is_out_of_reach(&notify::Error::new(
            notify::ErrorKind::MaxFilesWatch
        )));
    }
}
