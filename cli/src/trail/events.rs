//! The events that were read, so that each counts once.
//!
//! CloudTrail may deliver an event twice, and of an account with a trail of its own and one of its organization, each event is
//! in two files. Copies have the same `eventID`, see
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>. To remember all IDs
//! of a trail would take as much memory as the trail has records, so the last million are remembered. Files are read in the
//! order of their names, which begin with account, Region and time: so copies are read soon after each other, wherever the files are.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Parts with a lock of their own, so that threads seldom wait for each other.
const PARTS: usize = 16;

/// IDs of a generation in a part: as many as a table of 2^16 places holds before it grows. Two generations of all parts hold 1.8
/// million IDs in 19 MB.
const GENERATION: usize = (1 << 16) / 8 * 7;

/// The hash of an event's ID. Of 64 bits, two IDs in a billion events have the same with a probability of 1 in 10,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EventHash(u64);

impl EventHash {
    pub(crate) fn of(id: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        Self(hasher.finish())
    }

    /// As a run that can be resumed remembers it.
    pub(crate) fn write(self, out: &mut String) {
        out.push_str(&format!("{:016x}", self.0));
    }

    /// Reads what `write` wrote. What is not that has none.
    pub(crate) fn read_all(text: &str) -> impl Iterator<Item = Self> {
        (text.as_bytes().chunks(16))
            .filter_map(|digits| std::str::from_utf8(digits).ok())
            .filter_map(|digits| u64::from_str_radix(digits, 16).ok().map(Self))
    }
}

/// The events of a run, for all of its threads.
#[derive(Debug)]
pub(crate) struct Events {
    parts: [Mutex<Part>; PARTS],
    most: usize,
}

type Set = HashSet<u64, BuildHasherDefault<Same>>;

/// The IDs of two generations: what is remembered are those since, and as many before.
#[derive(Debug, Default)]
struct Part {
    young: Set,
    old: Set,
}

impl Default for Events {
    fn default() -> Self {
        Self::remembering(GENERATION)
    }
}

impl Events {
    fn remembering(most: usize) -> Self {
        Self {
            parts: std::array::from_fn(|_| Mutex::default()),
            most,
        }
    }

    /// Whether an event was not read yet.
    pub(crate) fn is_new(&self, event: EventHash) -> bool {
        // The low and the high bits are those that the table uses.
        let number = (event.0 >> 32) as usize % PARTS;
        let Some(part) = self.parts.get(number) else {
            return true;
        };
        let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
        if part.old.contains(&event.0) || !part.young.insert(event.0) {
            return false;
        }
        if part.young.len() >= self.most {
            part.old = std::mem::take(&mut part.young);
        }
        true
    }
}

/// In which order files are read: by their names, wherever they are.
pub(crate) fn order(a: &Path, b: &Path) -> Ordering {
    (a.file_name().cmp(&b.file_name())).then_with(|| a.cmp(b))
}

/// The hash of a number that is a hash.
#[derive(Debug, Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_events_are_remembered() {
        let events = Events::remembering(4);
        let hash = |number: u64| EventHash::of(&number.to_string());
        assert!((0..1000).all(|number| events.is_new(hash(number))));
        // Of each part, those of the last two generations: at most 8, and at least 4.
        assert!((990..1000).all(|number| !events.is_new(hash(number))));
        assert!((0..100).all(|number| events.is_new(hash(number))));
        let held: usize = (events.parts.iter())
            .map(|part| part.lock().unwrap())
            .map(|part| part.young.len() + part.old.len())
            .sum();
        assert!(held <= 8 * PARTS, "{held}");
    }

    #[test]
    fn what_is_written_is_read() {
        let hashes = ["", "a", "b"].map(EventHash::of);
        let mut text = String::new();
        hashes.iter().for_each(|hash| hash.write(&mut text));
        assert!(EventHash::read_all(&text).eq(hashes));
        assert_eq!(EventHash::read_all("zz").count(), 0);
    }

    #[test]
    fn copies_in_other_directories_are_read_next_to_each_other() {
        let mut files = [
            "AWSLogs/1/CloudTrail/1_CloudTrail_r_20261001T0000Z_a.json.gz",
            "AWSLogs/1/CloudTrail/1_CloudTrail_r_20261002T0000Z_b.json.gz",
            "AWSLogs/o-1/1/CloudTrail/1_CloudTrail_r_20261001T0000Z_c.json.gz",
        ];
        files.sort_by(|a, b| order(Path::new(a), Path::new(b)));
        assert!(files[1].contains("o-1"));
    }
}
