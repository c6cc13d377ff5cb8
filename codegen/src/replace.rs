//! Files that are replaced as a whole or not at all: what `fix`, `import` and exports write with.
//!
//! A text is written to a new file next to the old one, with a name that nobody can foresee and that must not exist yet, is
//! flushed to the disk and takes the place of the old one, whose mode it gets. A link stays one: the file that it leads to is
//! replaced. What is not a regular file (a directory, a pipe, a device) is never replaced.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::fs::{self, File, OpenOptions};
use std::hash::BuildHasher;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex};
use std::time::SystemTime;

/// Links that are followed, as many as Linux follows.
const MOST_LINKS: usize = 40;

/// Names that are tried. The first is free unless someone owns the random numbers.
const MOST_NAMES: usize = 16;

/// A new text that is on the disk and not in its place yet. Gone when dropped.
#[derive(Debug)]
pub struct Staged {
    temporary: PathBuf,
    target: PathBuf,
    /// Locked as long as this run may still put it in its place, so that another run does not take it for a left-over.
    _open: Option<File>,
}

impl Staged {
    /// Writes a text next to the file whose place it is for, which need not exist.
    ///
    /// `modified` is the time of change that the file gets, where the file system has one.
    ///
    /// # Errors
    ///
    /// When the path leads to something other than a regular file or to a read-only one, and those of the file system.
    pub fn new(path: &Path, text: &[u8], modified: Option<SystemTime>) -> io::Result<Self> {
        Self::at(followed(path)?, text, modified, false)
    }

    /// `alone`: nothing else keeps other runs away.
    fn at(
        target: PathBuf,
        text: &[u8],
        modified: Option<SystemTime>,
        alone: bool,
    ) -> io::Result<Self> {
        let there = match fs::metadata(&target) {
            Ok(data) if !data.is_file() => {
                return Err(io::Error::other("not a regular file"));
            }
            // Another file in its place would get around what its owner said.
            Ok(data) if data.permissions().readonly() => {
                return Err(io::Error::other("the file is read-only"));
            }
            Ok(data) => Some(data.permissions()),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let (mut file, temporary) = create(&target, there.is_some())?;
        // A file system without locks leaves what a killed run has left.
        let locked = alone && file.try_lock().is_ok();
        // From here on, dropping it takes the file away.
        let mut staged = Self {
            temporary,
            target,
            _open: None,
        };
        file.write_all(text)?;
        if let Some(permissions) = there {
            file.set_permissions(permissions)?;
        }
        if let Some(modified) = modified {
            // A file system without times costs one more run of the build script, no more.
            let _ = file.set_modified(modified);
        }
        file.sync_all()?;
        staged._open = locked.then_some(file);
        Ok(staged)
    }

    /// Puts the text in its place.
    ///
    /// # Errors
    ///
    /// Those of the file system; what was there is there still.
    pub fn put(self) -> io::Result<()> {
        fs::rename(&self.temporary, &self.target)?;
        sync_directory(directory_of(&self.target));
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // One that was put in its place is no longer there.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// Replaces a file by a text, or makes it. Takes away what a run that was killed has left of the same file.
///
/// # Errors
///
/// Those of [`Staged::new`] and [`Staged::put`].
pub fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let target = followed(path)?;
    clean(&target);
    Staged::at(target, text, None, true)?.put()
}

/// The names in a directory that look like left-overs, as they were when this process first wrote there: a directory with
/// thousands of files is read once.
static LEFT: LazyLock<Mutex<HashMap<PathBuf, Vec<String>>>> = LazyLock::new(Mutex::default);

/// Takes away the texts that were staged for a file by runs that did not come to their end: nobody has locked them.
fn clean(target: &Path) {
    let directory = directory_of(target);
    let own = target.file_name().unwrap_or_default().to_string_lossy();
    let Ok(mut left) = LEFT.lock() else {
        return;
    };
    let names = (left.entry(directory.to_path_buf())).or_insert_with(|| {
        let entries = fs::read_dir(directory).into_iter().flatten().flatten();
        (entries.map(|entry| entry.file_name().to_string_lossy().into_owned()))
            .filter(|name| is_left_over(name, |_| true))
            .collect()
    });
    for name in names
        .iter()
        .filter(|name| is_left_over(name, |file| file == own))
    {
        let path = directory.join(name);
        let is_file = fs::symlink_metadata(&path).is_ok_and(|data| data.is_file());
        if is_file && File::open(&path).is_ok_and(|file| file.try_lock().is_ok()) {
            // A file in nobody's way is no reason to stop.
            let _ = fs::remove_file(&path);
        }
    }
}

/// Whether a file's name is that of a text that was staged for one of these files, by a run that did not come to its end.
pub fn is_left_over(name: &str, is_ours: impl Fn(&str) -> bool) -> bool {
    let parts = || {
        let inner = name.strip_prefix('.')?.strip_suffix(".tmp")?;
        inner.rsplit_once('.')
    };
    parts().is_some_and(|(file, tag)| {
        tag.len() == 16 && tag.bytes().all(|byte| byte.is_ascii_hexdigit()) && is_ours(file)
    })
}

/// The file that a path leads to, which need not exist.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        match fs::canonicalize(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            done => return done,
        }
        // Nothing is there, or a link to nothing.
        match fs::read_link(&path) {
            Ok(to) => path = directory_of(&path).join(to),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many links"))
}

fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(directory) if !directory.as_os_str().is_empty() => directory,
        _ => Path::new("."),
    }
}

/// Creates a file next to another one, which nobody else can have created.
fn create(target: &Path, secret: bool) -> io::Result<(File, PathBuf)> {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if secret {
        use std::os::unix::fs::OpenOptionsExt;
        // Nobody reads it before it has the mode of the old one.
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = secret;
    let mut tries = 0;
    loop {
        // The standard library seeds it with random numbers of the system.
        let tag = RandomState::new().hash_one(tries);
        let temporary = directory_of(target).join(format!(".{name}.{tag:016x}.tmp"));
        tries += 1;
        match options.open(&temporary) {
            Ok(file) => return Ok((file, temporary)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists && tries < MOST_NAMES => {}
            Err(error) => return Err(error),
        }
    }
}

/// Makes the new names in a directory last. Where that cannot be asked for, the file system does it in its time.
fn sync_directory(directory: &Path) {
    if let Ok(directory) = File::open(directory) {
        let _ = directory.sync_all();
    }
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn directory(name: &str) -> PathBuf {
        let directory = std::env::temp_dir().join(format!(
            "rekognition-iam-replace-{name}-{:x}",
            RandomState::new().hash_one(0)
        ));
        fs::create_dir_all(&directory).unwrap();
        directory
    }

    fn names(directory: &Path) -> Vec<String> {
        let mut names: Vec<_> = (fs::read_dir(directory).unwrap())
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_keeps_its_mode_and_a_link_its_target() {
        let directory = directory("mode");
        let file = directory.join("a.json");
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("a.json", directory.join("b.json")).unwrap();
        replace(&directory.join("b.json"), b"new").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o640
        );
        assert!(directory.join("b.json").is_symlink());
        // A link to a file that is not there yet.
        symlink("new.json", directory.join("c.json")).unwrap();
        replace(&directory.join("c.json"), b"more").unwrap();
        assert_eq!(fs::read(directory.join("new.json")).unwrap(), b"more");
        assert_eq!(
            names(&directory),
            ["a.json", "b.json", "c.json", "new.json"]
        );
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn what_is_no_file_is_left_alone() {
        let directory = directory("kinds");
        fs::create_dir(directory.join("directory")).unwrap();
        symlink("/dev/null", directory.join("device")).unwrap();
        symlink("loop", directory.join("loop")).unwrap();
        for name in ["directory", "device", "loop"] {
            replace(&directory.join(name), b"new").unwrap_err();
        }
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        assert_eq!(names(&directory), ["device", "directory", "loop"]);
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn what_a_killed_run_has_left_of_a_file_is_gone() {
        let directory = directory("left");
        let left = directory.join(".a.json.0123456789abcdef.tmp");
        for name in [
            ".a.json.0123456789abcdef.tmp",
            ".b.json.0123456789abcdef.tmp",
            ".a.json.notes.tmp",
        ] {
            fs::write(directory.join(name), "half").unwrap();
        }
        // One of a run that is still at work.
        let working = directory.join(".a.json.00000000000000aa.tmp");
        let file = File::create(&working).unwrap();
        file.lock().unwrap();
        replace(&directory.join("a.json"), b"new").unwrap();
        assert!(!left.exists());
        assert_eq!(
            names(&directory),
            [
                ".a.json.00000000000000aa.tmp",
                ".a.json.notes.tmp",
                ".b.json.0123456789abcdef.tmp",
                "a.json"
            ]
        );
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn a_text_that_is_not_put_in_place_is_gone() {
        let directory = directory("dropped");
        let staged = Staged::new(&directory.join("a.json"), b"new", None).unwrap();
        let name = names(&directory).remove(0);
        assert!(is_left_over(&name, |file| file == "a.json"), "{name}");
        assert!(!is_left_over(&name, |file| file == "b.json"), "{name}");
        assert!(!is_left_over("a.json", |_| true));
        assert!(!is_left_over(".a.json.tmp", |_| true));
        drop(staged);
        assert!(names(&directory).is_empty());
        fs::remove_dir_all(directory).unwrap();
    }
}
