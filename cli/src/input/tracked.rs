//! The files that git tracks, from its index.
//!
//! See <https://git-scm.com/docs/index-format>.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The files that the index of a repository has. It is read when it is first asked for: most searches leave out nothing.
#[derive(Debug)]
pub(crate) struct Tracked {
    repository: PathBuf,
    names: OnceCell<BTreeSet<Vec<u8>>>,
}

impl Tracked {
    pub(crate) fn of(repository: &Path) -> Self {
        Self {
            repository: repository.to_path_buf(),
            names: OnceCell::new(),
        }
    }

    /// Whether git tracks a file, or any file in a directory.
    pub(crate) fn has(&self, path: &Path, is_directory: bool) -> bool {
        let Ok(below) = path.strip_prefix(&self.repository) else {
            return false;
        };
        let parts: Vec<_> = (below.components())
            .map(|part| part.as_os_str().to_string_lossy())
            .collect();
        let mut name = parts.join("/").into_bytes();
        let names = self.names.get_or_init(|| names(&self.repository));
        if !is_directory {
            return names.contains(&name);
        }
        name.push(b'/');
        (names.range(name.clone()..).next()).is_some_and(|first| first.starts_with(&name))
    }
}

/// The names of a repository's index. None when there is no index that can be read.
fn names(repository: &Path) -> BTreeSet<Vec<u8>> {
    let git = git_directory(repository);
    let config = fs::read_to_string(git.join("config")).unwrap_or_default();
    let is_sha256 = config.to_ascii_lowercase().lines().any(|line| {
        (line.trim().strip_prefix("objectformat"))
            .is_some_and(|rest| rest.trim_start_matches([' ', '\t', '=']) == "sha256")
    });
    let index = fs::read(git.join("index")).unwrap_or_default();
    let mut out = BTreeSet::new();
    // What was read before an entry that is not as it should be is tracked.
    let _ = entries(&index, if is_sha256 { 32 } else { 20 }, &mut out);
    out
}

/// Where the data of a repository is: a file leads to it in a work tree and in a submodule.
fn git_directory(repository: &Path) -> PathBuf {
    let git = repository.join(".git");
    match fs::read_to_string(&git) {
        Ok(text) => match text.strip_prefix("gitdir:") {
            Some(path) => repository.join(path.trim()),
            None => git,
        },
        Err(_) => git,
    }
}

/// Reads the entries of an index with hashes of this length.
fn entries(index: &[u8], hash: usize, out: &mut BTreeSet<Vec<u8>>) -> Option<()> {
    /// What is before the hash of an entry: times, numbers, and the size.
    const BEFORE_HASH: usize = 40;
    const EXTENDED: u16 = 0x4000;
    let number = |at: usize| {
        let bytes = index.get(at..at + 4)?;
        Some(u32::from_be_bytes(bytes.try_into().ok()?))
    };
    if index.get(..4)? != b"DIRC" {
        return None;
    }
    let version = number(4)?;
    let mut at = 12;
    let mut name: Vec<u8> = Vec::new();
    for _ in 0..number(8)? {
        let start = at;
        at += BEFORE_HASH + hash;
        let flags = u16::from_be_bytes(index.get(at..at + 2)?.try_into().ok()?);
        at += match version >= 3 && flags & EXTENDED != 0 {
            true => 4,
            false => 2,
        };
        match version {
            2 | 3 => name.clear(),
            4 => {
                let (dropped, length) = offset(index.get(at..)?)?;
                at += length;
                name.truncate(name.len().checked_sub(dropped)?);
            }
            _ => return None,
        }
        let rest = index.get(at..)?;
        let end = memchr::memchr(0, rest)?;
        name.extend_from_slice(rest.get(..end)?);
        at += end;
        at = match version {
            4 => at + 1,
            // Up to eight bytes, so that the length is a multiple of eight.
            _ => start + ((at - start) / 8 + 1) * 8,
        };
        out.insert(name.clone());
    }
    Some(())
}

/// A number in git's encoding of offsets, and how many bytes it has.
fn offset(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0_usize;
    for (number, &byte) in bytes.iter().enumerate() {
        value = value
            .checked_mul(128)?
            .checked_add(usize::from(byte & 127))?;
        if byte & 128 == 0 {
            return Some((value, number + 1));
        }
        value = value.checked_add(1)?;
    }
    None
}
