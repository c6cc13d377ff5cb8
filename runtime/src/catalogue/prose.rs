//! Facts that AWS states in prose and that no service reference holds.
//!
//! The tables are generated from `value-formats.json`, `forwarded-requests.json`, `size-quotas.json` and
//! `rekognition-regions.json`, where each fact has its page.

use super::generated::prose;
use super::{compare, compare_ignore_case};

/// What the values of a condition key look like in requests.
#[derive(Debug)]
pub(crate) struct ValueFormat {
    pub(crate) name: &'static str,
    /// When not empty, the only values.
    pub(crate) words: &'static [&'static str],
    /// The forms of the values, each part by part.
    pub(crate) shapes: &'static [&'static [ShapePiece]],
    /// The values in words; empty where the words say it.
    pub(crate) says: &'static str,
    pub(crate) example: &'static str,
}

/// A part of a value.
#[derive(Debug)]
pub(crate) enum ShapePiece {
    /// This text.
    Text(&'static str),
    /// The name of a region.
    Region,
    /// Characters of these ranges; `u16::MAX` represents any number of them.
    Chars {
        chars: &'static [(char, char)],
        min: u16,
        max: u16,
    },
}

/// A condition key whose values have a format.
#[derive(Debug)]
pub(crate) struct KeyValues {
    pub(crate) key: &'static str,
    pub(crate) format: &'static ValueFormat,
    /// Whether AWS states the format; otherwise it is what all examples have.
    pub(crate) sure: bool,
}

/// How AWS counts the size of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Characters without white space.
    NonBlank,
    /// All characters, white space included.
    Characters,
    /// Bytes in UTF-8, white space included.
    Bytes,
}

impl Unit {
    /// In words: "6144 characters without white space".
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::NonBlank => "characters without white space",
            Self::Characters => "characters",
            Self::Bytes => "bytes",
        }
    }
}

/// The largest size that AWS accepts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) limit: usize,
    pub(crate) unit: Unit,
}

/// The largest document that AWS accepts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quota {
    pub(crate) size: Size,
    /// What has this limit.
    pub(crate) of: &'static str,
    /// An alternative to a smaller document.
    pub(crate) instead: Option<&'static str>,
}

/// A feature of Rekognition that not every region has.
#[derive(Debug)]
pub(crate) struct Feature {
    pub(crate) name: &'static str,
    /// Sorted.
    pub(crate) actions: &'static [&'static str],
    /// Sorted.
    pub(crate) regions: &'static [&'static str],
}

/// What is known of the values of a key, whatever the case of its name.
pub(crate) fn values_of(key: &str) -> Option<&'static KeyValues> {
    let index = prose::VALUES
        .binary_search_by(|values| compare_ignore_case(values.key, key))
        .ok()?;
    prose::VALUES.get(index)
}

/// All keys whose values have a format.
#[cfg(test)]
pub(crate) const fn all_values() -> &'static [KeyValues] {
    prose::VALUES
}

/// Whether a sorted list has the name.
fn is_in(list: &[&str], name: &str) -> bool {
    list.binary_search_by(|own| compare(own, name)).is_ok()
}

/// The feature that an action of Rekognition is part of, where not every region has it.
pub(crate) fn feature_of(action: &str) -> Option<&'static Feature> {
    (prose::FEATURES.iter()).find(|feature| is_in(feature.actions, action))
}

/// Whether the region has every feature of Rekognition, as most policies' regions do.
pub(crate) fn has_all_features(region: &str) -> bool {
    FULL_REGIONS.contains(&region)
}

/// The regions that have every feature, found while compiling: nearly every policy asks for one of them.
const FULL_REGIONS: &[&str] = {
    const FOUND: ([&str; FIRST.len()], usize) = full_regions();
    FOUND.0.split_at(FOUND.1).0
};

/// The regions of one of the features.
const FIRST: &[&str] = prose::FEATURES[0].regions;

const fn full_regions() -> ([&'static str; FIRST.len()], usize) {
    let (mut found, mut count) = ([""; FIRST.len()], 0);
    let mut at = 0;
    while at < FIRST.len() {
        let (mut feature, mut full) = (0, true);
        while feature < prose::FEATURES.len() {
            full = full && lists(prose::FEATURES[feature].regions, FIRST[at]);
            feature += 1;
        }
        if full {
            found[count] = FIRST[at];
            count += 1;
        }
        at += 1;
    }
    (found, count)
}

const fn lists(list: &[&str], name: &str) -> bool {
    let mut at = 0;
    while at < list.len() {
        let (a, b) = (list[at].as_bytes(), name.as_bytes());
        let (mut byte, mut same) = (0, a.len() == b.len());
        while same && byte < a.len() {
            same = a[byte] == b[byte];
            byte += 1;
        }
        if same {
            return true;
        }
        at += 1;
    }
    false
}

impl Feature {
    /// Whether the feature is in the region.
    pub(crate) fn is_in(&self, region: &str) -> bool {
        is_in(self.regions, region)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_regions_have_every_feature() {
        assert!(!FULL_REGIONS.is_empty());
        for feature in prose::FEATURES {
            for region in feature.regions {
                let all = prose::FEATURES.iter().all(|other| other.is_in(region));
                assert_eq!(has_all_features(region), all, "{region}");
            }
        }
    }
}
