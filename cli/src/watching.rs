//! Runs something again whenever a file changes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use notify::event::CreateKind;
use notify::{Event, EventKind, RecursiveMode, Watcher};

use crate::input::files;
use crate::terminal::complain;

/// One save of an editor is several changes.
const QUIET: Duration = Duration::from_millis(150);

/// What is watched.
#[derive(Debug, Default)]
pub(crate) struct Watched {
    /// Directories, without links in their paths.
    directories: Vec<PathBuf>,
    /// Files, without links in the paths of their directories.
    files: Vec<PathBuf>,
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
                Ok(_) => out.files.extend(whole(path)),
                Err(error) => return Err(format!("{name}: {}", files::reason(&error))),
            }
        }
        Ok(out)
    }

    /// Also this file, which need not exist.
    pub(crate) fn file(&mut self, path: &Path) {
        self.files.extend(whole(path));
    }

    /// But not this one.
    pub(crate) fn except(&mut self, path: &Path) {
        self.own.extend(whole(path));
    }

    /// Whether a change of a file can change what is found.
    fn is_about(&self, path: &Path) -> bool {
        if self.own.iter().any(|own| own == path) {
            return false;
        }
        self.files.iter().any(|file| file == path)
            || (self.directories.iter())
                .filter_map(|directory| path.strip_prefix(directory).ok())
                .any(files::is_searched)
    }

    /// Whether a new directory is searched. A file may be in it before anyone watches it.
    fn is_searched(&self, path: &Path) -> bool {
        (self.directories.iter())
            .filter_map(|directory| path.strip_prefix(directory).ok())
            .any(|below| !files::is_passed_over(below))
    }

    fn matters(&self, event: &Event) -> bool {
        let is_directory = event.kind == EventKind::Create(CreateKind::Folder);
        if is_directory && event.paths.iter().any(|path| self.is_searched(path)) {
            return true;
        }
        let changes = match event.kind {
            EventKind::Access(_) => false,
            EventKind::Any
            | EventKind::Create(_)
            | EventKind::Modify(_)
            | EventKind::Remove(_)
            | EventKind::Other => true,
        };
        // Without a path, changes may have been missed.
        changes && (event.paths.is_empty() || event.paths.iter().any(|path| self.is_about(path)))
    }

    /// Runs something now and after each change, until the process is stopped.
    pub(crate) fn each(&self, mut run: impl FnMut() -> io::Result<u8>) -> io::Result<u8> {
        let (sender, events) = channel();
        let mut watcher = notify::recommended_watcher(sender).map_err(io::Error::other)?;
        // A file is watched through its directory: many editors replace files.
        let parents = (self.files.iter())
            .filter_map(|file| file.parent())
            .map(|directory| (directory, RecursiveMode::NonRecursive));
        let directories = (self.directories.iter())
            .map(|directory| (directory.as_path(), RecursiveMode::Recursive));
        // The wider watch last, because the last one for a directory is in effect.
        for (directory, mode) in parents.chain(directories) {
            watcher.watch(directory, mode).map_err(io::Error::other)?;
        }
        loop {
            match run() {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Err(error),
                // Such as a mistake in the configuration, which the next change may fix.
                Err(error) => complain(&error.to_string()),
            }
            complain("waiting for changes; press Ctrl-C to stop");
            let mut changed = false;
            while !changed {
                let Ok(event) = events.recv() else {
                    return Err(io::Error::other("the system no longer reports changes"));
                };
                changed = event.map_or(true, |event| self.matters(&event));
            }
            while !matches!(
                events.recv_timeout(QUIET),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected)
            ) {}
        }
    }
}

/// A path whose directory has no links in it, where the directory exists.
fn whole(path: &Path) -> Option<PathBuf> {
    let directory = match path.parent() {
        Some(directory) if directory != Path::new("") => directory,
        _ => Path::new("."),
    };
    Some(fs::canonicalize(directory).ok()?.join(path.file_name()?))
}
