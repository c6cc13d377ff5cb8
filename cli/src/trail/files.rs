//! The files of a trail: as S3 has them in directories, plain or in gzip, or as exports.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashSet};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use super::events;
use super::record::{Item, Record};
use super::split::{self, At, Broken, Part};
use crate::input::files::{STANDARD_INPUT, reason};

/// A file of a trail.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TrailFile {
    /// `None`: standard input.
    path: Option<PathBuf>,
}

/// What is in a file.
#[derive(Debug)]
pub(crate) enum Found<'a> {
    Record(&'a Record<'a>),
    /// A digest of other files.
    Digest,
    /// What could not be read, and where.
    Unread(String, Option<At>),
}

/// The files of some paths.
#[derive(Debug, Default)]
pub(crate) struct Files {
    /// In the order in which they are read, each once.
    pub(crate) files: Vec<TrailFile>,
    /// Files of digests and of Insights, which have no records of calls.
    pub(crate) other: u64,
    /// What could not be looked at.
    pub(crate) errors: Vec<String>,
}

/// The directories of a bucket that hold something else than records of calls. See
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-find-log-files.html>.
const OTHER: [&str; 2] = ["CloudTrail-Digest", "CloudTrail-Insight"];

/// The names of files that a directory is looked through for.
const ENDS: [&str; 6] = [
    ".json.gz",
    ".json",
    ".jsonl",
    ".jsonl.gz",
    ".ndjson",
    ".ndjson.gz",
];

/// Directories that nest deeper are not a bucket's.
const DEPTH: usize = 32;

impl TrailFile {
    /// The file of this path; `-` is standard input.
    pub(crate) fn new(path: &Path) -> Self {
        Self {
            path: (path != Path::new("-")).then(|| path.to_path_buf()),
        }
    }

    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    pub(crate) fn name(&self) -> String {
        match &self.path {
            Some(path) => path.display().to_string(),
            None => STANDARD_INPUT.to_owned(),
        }
    }

    /// In which order files are read; see `events`.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        match (&self.path, &other.path) {
            (Some(path), Some(other)) => events::order(path, other),
            (path, other) => path.cmp(other),
        }
    }

    /// Size and time of the last change, to recognize a file that was changed since.
    pub(crate) fn state(&self) -> Option<(u64, u128)> {
        let meta = fs::metadata(self.path.as_ref()?).ok()?;
        let changed = meta.modified().ok()?;
        let since = changed.duration_since(std::time::UNIX_EPOCH).ok()?;
        Some((meta.len(), since.as_nanos()))
    }

    /// Hands each record of the file to `take`, and what else is in it.
    pub(crate) fn each(&self, mut take: impl FnMut(Found<'_>)) {
        let unread = |message: String| Found::Unread(message, None);
        let input: Box<dyn Read> = match &self.path {
            None => Box::new(io::stdin().lock()),
            Some(path) => match File::open(path) {
                Ok(file) if file.metadata().is_ok_and(|meta| meta.is_dir()) => {
                    return take(unread("this is a directory".to_owned()));
                }
                Ok(file) => Box::new(file),
                Err(error) => return take(unread(reason(&error))),
            },
        };
        let mut input = BufReader::with_capacity(1 << 16, input);
        let packed = match input.fill_buf() {
            Ok(start) => start.starts_with(&[0x1f, 0x8b]),
            Err(error) => return take(unread(reason(&error))),
        };
        if packed {
            each_found(MultiGzDecoder::new(input), take);
        } else {
            each_found(input, take);
        }
    }
}

/// Hands each record of a stream to `take`, and what else is in it.
pub(super) fn each_found(input: impl Read, mut take: impl FnMut(Found<'_>)) {
    split::each(input, |part| match part {
        Part::Record(record) => take(Found::Record(record)),
        Part::Item(item, at) => self::item(item, at, &mut take),
        Part::Broken(Broken::Text { message, at, .. }) => take(Found::Unread(message, Some(at))),
        Part::Broken(Broken::Io(at, error)) => {
            let message = format!("{}, and the rest of the file was not read", reason(&error));
            take(Found::Unread(message, Some(at)));
        }
    });
}

/// Hands over the record that an item is, or that it is around.
fn item(item: &[u8], at: At, take: &mut impl FnMut(Found<'_>)) {
    let mut unread = |message: String| take(Found::Unread(message, Some(at)));
    let Ok(text) = std::str::from_utf8(item) else {
        return unread("the record is not UTF-8".to_owned());
    };
    match Item::read(text) {
        Ok(Item::Record(record)) => take(Found::Record(&record)),
        Ok(Item::Digest) => take(Found::Digest),
        // A form around another is not around a third.
        Ok(Item::Around(inner)) => match Item::read(&inner) {
            Ok(Item::Record(record)) => take(Found::Record(&record)),
            Ok(Item::Digest) => take(Found::Digest),
            Ok(Item::Around(_)) => unread("not a CloudTrail record".to_owned()),
            Err(wrong) => unread(wrong.to_string()),
        },
        Err(wrong) => unread(wrong.to_string()),
    }
}

/// The files of these paths. A file that is named is always read; a directory is looked through for names of exports.
pub(crate) fn collect(paths: &[PathBuf]) -> Files {
    let mut found = Files::default();
    let mut files = BTreeSet::new();
    for path in paths {
        if path != Path::new("-") && path.is_dir() {
            directory(path, &mut files, &mut found, 0);
        } else {
            files.insert(TrailFile::new(path));
        }
    }
    // The same file may have several names: with `./` before it, in a directory that is given too, or by a link.
    let mut known = HashSet::new();
    found.files = (files.into_iter())
        .filter(|file| match &file.path {
            Some(path) => known.insert(path.canonicalize().unwrap_or_else(|_| path.clone())),
            None => true,
        })
        .collect();
    found.files.sort_by(TrailFile::order);
    found
}

fn directory(path: &Path, files: &mut BTreeSet<TrailFile>, found: &mut Files, depth: usize) {
    let mut failed = |error: &str| {
        found.errors.push(format!("{}: {error}", path.display()));
    };
    if depth > DEPTH {
        return failed("directories nest too deep");
    }
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) => return failed(&reason(&error)),
    };
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                found
                    .errors
                    .push(format!("{}: {}", path.display(), reason(&error)));
                continue;
            }
        };
        let inner = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        // Links are not followed: they may lead back to where they are.
        let kind = match entry.file_type() {
            Ok(kind) => kind,
            Err(error) => {
                found
                    .errors
                    .push(format!("{}: {}", inner.display(), reason(&error)));
                continue;
            }
        };
        let is_other = OTHER.contains(&name.as_str());
        if kind.is_dir() && is_other {
            found.other += count(&inner, depth);
        } else if kind.is_dir() {
            directory(&inner, files, found, depth + 1);
        } else if is_export(&name) {
            if kind.is_symlink() && !inner.is_file() {
                continue;
            }
            files.insert(TrailFile { path: Some(inner) });
        }
    }
}

fn is_export(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ENDS.iter().any(|end| name.ends_with(end))
}

/// How many files are below a directory.
fn count(path: &Path, depth: usize) -> u64 {
    if depth > DEPTH {
        return 0;
    }
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => count(&entry.path(), depth + 1),
            _ => 1,
        })
        .sum()
}
