//! Generated files on disk: compared, written in one step each, left-over ones removed.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::Error;
use super::render::HEADER;

pub(super) fn stale(files: &BTreeMap<String, Vec<u8>>, out: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut stale = differing(files, out)?;
    stale.extend(left_over(files, out)?);
    stale.sort();
    Ok(stale)
}

pub(super) fn write(files: &BTreeMap<String, Vec<u8>>, out: &Path) -> Result<Vec<PathBuf>, Error> {
    fs::create_dir_all(out)
        .map_err(|error| Error::new(out, "", format!("cannot be created: {error}")))?;
    let differing = differing(files, out)?;
    let left_over = left_over(files, out)?;

    // All new texts are on disk before the first file is replaced: a full or read-only disk changes nothing.
    let mut staged = Vec::new();
    for path in &differing {
        let text = path
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(|name| files.get(name))
            .map_or(&[][..], Vec::as_slice);
        let temporary = path.with_extension("tmp");
        if let Err(error) = fs::write(&temporary, text) {
            for temporary in staged.iter().chain([&temporary]) {
                // The first error is the one to tell.
                let _ = fs::remove_file(temporary);
            }
            return Err(Error::new(path, "", format!("cannot be written: {error}")));
        }
        staged.push(temporary);
    }
    for (temporary, path) in staged.iter().zip(&differing) {
        fs::rename(temporary, path)
            .map_err(|error| Error::new(path, "", format!("cannot be replaced: {error}")))?;
    }
    for path in &left_over {
        fs::remove_file(path)
            .map_err(|error| Error::new(path, "", format!("cannot be removed: {error}")))?;
    }
    Ok(differing.into_iter().chain(left_over).collect())
}

fn differing(files: &BTreeMap<String, Vec<u8>>, out: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut differing = Vec::new();
    for (name, text) in files {
        let path = out.join(name);
        match fs::read(&path) {
            Ok(bytes) if bytes == *text => {}
            Ok(_) => differing.push(path),
            Err(error) if error.kind() == ErrorKind::NotFound => differing.push(path),
            Err(error) => return Err(Error::new(&path, "", format!("cannot be read: {error}"))),
        }
    }
    Ok(differing)
}

/// Rust files of the directory that this generator wrote once and would not write now.
fn left_over(files: &BTreeMap<String, Vec<u8>>, out: &Path) -> Result<Vec<PathBuf>, Error> {
    let unreadable =
        |error: std::io::Error| Error::new(out, "", format!("cannot be read: {error}"));
    let entries = match fs::read_dir(out) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(unreadable)?,
    };
    let mut left_over = Vec::new();
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        let ours = path.extension().is_some_and(|extension| extension == "rs")
            && path
                .file_name()
                .and_then(|name| name.to_str())
                .is_some_and(|name| !files.contains_key(name))
            && fs::read(&path).is_ok_and(|bytes| bytes.starts_with(HEADER.as_bytes()));
        if ours {
            left_over.push(path);
        }
    }
    Ok(left_over)
}
