//! Catalogue files.
//!
//! A file starts with two lines of text, so that people see what it is, and a checksum finds what was damaged on the way:
//!
//! ```text
//! rekognition-iam catalogue 1
//! sha256 <64 hexadecimal digits, of everything that follows this line>
//! ```
//!
//! What follows is the table that `rekognition_iam_runtime::catalogue::table` describes. It has the date and the source of the
//! data.

use std::path::{Path, PathBuf};

use rekognition_iam_codegen::replace::replace;
use rekognition_iam_runtime::catalogue::table::Table;
use rekognition_iam_runtime::catalogue::{self};
use sha2::{Digest, Sha256};

use crate::input::files;

/// The name of a file if no other is given.
pub(crate) const NAME: &str = "rekognition-iam.catalogue";

const FIRST_LINE: &str = "rekognition-iam catalogue ";
const VERSION: &str = "1";
const SHA256: &str = "sha256 ";

/// A catalogue file that was read.
#[derive(Debug)]
pub(crate) struct CatalogueFile {
    pub(crate) path: PathBuf,
    /// A valid table.
    table: Vec<u8>,
}

impl CatalogueFile {
    /// Reads a file and looks at all of it.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let about = |error: String| format!("{}: {error}", path.display());
        let bytes = files::bytes(path).map_err(about)?;
        let table = table(&bytes).map_err(about)?.to_vec();
        let path = path.to_owned();
        Ok(Self { path, table })
    }

    pub(crate) fn table(&self) -> Result<Table<'_>, String> {
        Table::open(&self.table).map_err(|error| format!("{}: {error}", self.path.display()))
    }

    /// The table for as long as the program runs.
    pub(crate) fn into_table(self) -> Result<Table<'static>, String> {
        let path = self.path;
        Table::open(self.table.leak()).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Uses the file instead of what is compiled in.
    pub(crate) fn install(self) -> Result<(), String> {
        let path = self.path;
        catalogue::replace(self.table).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// What the user has to know about the file, whatever the command answers.
    pub(crate) fn note(&self) -> Result<String, String> {
        let as_of = self.table()?.as_of();
        let path = self.path.display();
        Ok(if as_of < catalogue::AS_OF {
            format!(
                "note: the catalogue in {path} is of {as_of}, older than the built-in one of {}; update it with `rekognition-iam catalogue update`, or remove it",
                catalogue::AS_OF
            )
        } else {
            format!("note: using the catalogue in {path}, of {as_of}")
        })
    }
}

/// The table in the bytes of a file.
fn table(bytes: &[u8]) -> Result<&[u8], String> {
    let not_one = || {
        "not a catalogue file; `rekognition-iam catalogue update` writes one from downloaded files"
            .to_owned()
    };
    let (first, rest) = line(bytes).ok_or_else(not_one)?;
    let version = first.strip_prefix(FIRST_LINE).ok_or_else(not_one)?;
    if version != VERSION {
        return Err(format!(
            "the file has format version {version}, and this version of rekognition-iam reads version {VERSION}; write it again with `rekognition-iam catalogue update`"
        ));
    }
    let damaged = || "the catalogue file is damaged; write it again, or restore it".to_owned();
    let (second, table) = line(rest).ok_or_else(damaged)?;
    let sum = second.strip_prefix(SHA256).ok_or_else(damaged)?;
    if sum != checksum(table) {
        return Err(damaged());
    }
    // A checksum says nothing about who wrote the table.
    Table::open(table)
        .and_then(|table| table.validate())
        .map_err(|error| error.to_string())?;
    Ok(table)
}

/// The first line of a text, and what follows it.
fn line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    // The longest line is that of the checksum.
    let end = bytes.iter().take(100).position(|byte| *byte == b'\n')?;
    let (line, rest) = bytes.split_at_checked(end)?;
    Some((std::str::from_utf8(line).ok()?, rest.get(1..)?))
}

fn checksum(table: &[u8]) -> String {
    let sum = Sha256::digest(table);
    sum.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of a file with this table.
fn bytes(table: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{FIRST_LINE}{VERSION}\n{SHA256}{}\n", checksum(table)).into_bytes();
    bytes.extend(table);
    bytes
}

/// Writes a file as a whole or not at all.
pub(crate) fn write(path: &Path, table: &[u8]) -> Result<(), String> {
    let wrong = |error: String| format!("{}: {error}", path.display());
    let bytes = bytes(table);
    // What is written must be readable, before it takes the place of anything.
    self::table(&bytes).map_err(wrong)?;
    // The directory with AWS's files may be the one that the catalogue is written to.
    let is_other = files::bytes(path).is_ok_and(|old| {
        !(old.is_empty() || line(&old).is_some_and(|(first, _)| first.starts_with(FIRST_LINE)))
    });
    if is_other {
        return Err(wrong(
            "the file exists and is not a catalogue; write the catalogue to another file"
                .to_owned(),
        ));
    }
    replace(path, &bytes).map_err(|error| wrong(error.to_string()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use rekognition_iam_runtime::catalogue::table::Table;

    use super::{bytes, table};
    use crate::catalogues::built_in;

    #[test]
    fn what_was_written_is_read() {
        let built_in = built_in();
        let file = bytes(&built_in);
        assert!(file.starts_with(b"rekognition-iam catalogue 1\nsha256 "));
        assert_eq!(table(&file).unwrap(), built_in);
    }

    #[test]
    fn what_is_damaged_or_foreign_is_refused() {
        let built_in = built_in();
        let file = bytes(&built_in);
        for cut in [0, 1, 27, 28, 60, 100, 101, 5000, file.len() - 1] {
            assert!(table(&file[..cut]).is_err(), "cut at {cut}");
        }
        // One bit of a name, which no structure would show.
        let mut other = file.clone();
        let at = other.len() / 2;
        other[at] ^= 1;
        assert!(table(&other).unwrap_err().contains("damaged"));
        let newer = [&b"rekognition-iam catalogue 2\n"[..], &file[28..]].concat();
        assert!(table(&newer).unwrap_err().contains("format version 2"));
        for foreign in [&b""[..], b"{}", b"PK\x03\x04", &built_in, &[b'a'; 4096]] {
            assert!(table(foreign).unwrap_err().contains("not a catalogue file"));
        }
        // A right checksum of something else.
        assert!(table(&bytes(b"IAMTABLE")).is_err());
        assert!(table(&bytes(b"")).is_err());
    }

    /// No bytes make the reader panic, and what it accepts has all of its services.
    #[test]
    fn fuzz() {
        let built_in = built_in();
        let count = |table: &[u8]| Table::open(table).unwrap().services().count();
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut next = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % u64::try_from(below).unwrap()).unwrap()
        };
        for _ in 0..60 {
            // Under a right checksum, so that the table itself has to be refused.
            let mut wrong = built_in.clone();
            for _ in 0..=next(3) {
                let at = match next(2) {
                    0 => next(400),
                    _ => next(wrong.len()),
                };
                wrong[at] = u8::try_from(next(256)).unwrap();
            }
            if next(4) == 0 {
                wrong.truncate(next(built_in.len()));
            }
            if let Ok(read) = table(&bytes(&wrong)) {
                assert_eq!(count(read), count(&built_in));
            }
        }
    }
}
