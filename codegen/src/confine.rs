//! Which files this process reads, where another program says which ones to read.
//!
//! A tool for assistants must not read files outside of the directories that it was started for, neither because it is asked for one
//! nor because a file names another one. So everything that reads a file for such a tool opens it here, and the limit is that of the
//! process: it is set once and cannot be lifted. Without a limit, these functions are those of the standard library.

use std::fs::{self, File, ReadDir};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

static DIRECTORIES: OnceLock<Vec<PathBuf>> = OnceLock::new();

/// Where the system shows itself as files. They are no one's work, and reading some of them has effects.
const SYSTEM: [&str; 3] = ["/proc", "/sys", "/dev"];

/// From now on, only files in these directories are read.
///
/// # Errors
///
/// If one of them is not a directory, or the process has a limit already.
pub fn confine(directories: &[PathBuf]) -> io::Result<()> {
    let mut whole = Vec::new();
    for directory in directories {
        let named = |error: io::Error| {
            io::Error::new(error.kind(), format!("{}: {error}", directory.display()))
        };
        let path = fs::canonicalize(directory).map_err(named)?;
        if !path.is_dir() {
            let message = format!("{}: not a directory", directory.display());
            return Err(io::Error::new(io::ErrorKind::NotADirectory, message));
        }
        whole.push(path);
    }
    DIRECTORIES
        .set(whole)
        .map_err(|_| io::Error::other("the directories are set already"))
}

/// The directories that files are read in, if there is a limit.
#[must_use]
pub fn directories() -> Option<&'static [PathBuf]> {
    DIRECTORIES.get().map(Vec::as_slice)
}

/// The path without links and `..`, if it may be read.
///
/// # Errors
///
/// If nothing is there, or it is outside of the directories. Which of the two is not said for what is outside.
pub fn allowed(path: &Path) -> io::Result<PathBuf> {
    let Some(directories) = directories() else {
        return Ok(path.to_path_buf());
    };
    let outside = || {
        io::Error::new(
            io::ErrorKind::PermissionDenied,
            "outside of the directories of this server",
        )
    };
    let is_inside = |path: &Path| {
        let within = |root: &Path| path.starts_with(root);
        directories.iter().any(|directory| {
            let is_system = SYSTEM
                .iter()
                .any(|system| within(Path::new(system)) && !directory.starts_with(system));
            within(directory) && !is_system
        })
    };
    match fs::canonicalize(path) {
        Ok(whole) if is_inside(&whole) => Ok(whole),
        Ok(_) => Err(outside()),
        // What is missing inside is only missing. The nearest directory that is there says where it would be.
        Err(error) => {
            let there = path.ancestors().skip(1).find_map(|above| {
                let above = if above.as_os_str().is_empty() {
                    Path::new(".")
                } else {
                    above
                };
                fs::canonicalize(above).ok()
            });
            let has_parent = path
                .components()
                .any(|part| part == std::path::Component::ParentDir);
            match there {
                Some(there) if is_inside(&there) && !has_parent => Err(error),
                Some(_) | None => Err(outside()),
            }
        }
    }
}

/// Opens a file to read it.
///
/// # Errors
///
/// As those of [`File::open`], and for what may not be read: with a limit, only regular files are.
pub fn open(path: &Path) -> io::Result<File> {
    if directories().is_none() {
        return File::open(path);
    }
    let path = allowed(path)?;
    let regular = |data: fs::Metadata| match data.is_file() {
        true => Ok(()),
        false => Err(io::Error::other("not a regular file")),
    };
    // Before it is opened, for that can wait or have an effect; and after it, for it may be another file by then.
    regular(fs::metadata(&path)?)?;
    let file = File::open(&path)?;
    regular(file.metadata()?)?;
    Ok(file)
}

/// The bytes of a file.
///
/// # Errors
///
/// As those of [`open`].
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a file.
///
/// # Errors
///
/// As those of [`open`], and if the file is not UTF-8.
pub fn read_to_string(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    open(path)?.read_to_string(&mut text)?;
    Ok(text)
}

/// The entries of a directory.
///
/// # Errors
///
/// As those of [`fs::read_dir`], and for a directory that may not be read.
pub fn read_dir(path: &Path) -> io::Result<ReadDir> {
    // As it was given: the entries have its path.
    allowed(path)?;
    fs::read_dir(path)
}

/// Whether there is a file that may be read.
#[must_use]
pub fn is_file(path: &Path) -> bool {
    allowed(path).is_ok_and(|path| path.is_file())
}
