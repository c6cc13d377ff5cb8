//! Facts that AWS states in prose and that no service reference holds.
//!
//! The tables are generated from `value-formats.json`, `forwarded-requests.json`, and `size-quotas.json`,
//! where each fact has its page.

use super::generated::prose;
use super::names::compare_ignore_case;

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
    /// How far AWS raises the limit on request.
    pub(crate) most: Option<usize>,
    /// What has this limit.
    pub(crate) of: &'static str,
    /// An alternative to a smaller document.
    pub(crate) instead: Option<&'static str>,
    /// How many documents of this size one target can have, by default. One, where the quota is for all of them together.
    pub(crate) attached: Option<usize>,
}

/// A kind of resource that carries a policy.
#[derive(Debug)]
pub(crate) struct Attached {
    /// The service whose actions and resources the policy is about.
    pub(crate) service: &'static str,
    pub(crate) quota: Quota,
    /// Condition keys that say nothing there, since the policy is attached to the resource that they are about.
    pub(crate) irrelevant: &'static [&'static str],
}

/// A condition key that IAM no longer wants, and what replaces it.
#[derive(Debug)]
pub(crate) struct Retired {
    pub(crate) name: &'static str,
    pub(crate) instead: &'static [&'static str],
    /// Whether AWS still evaluates it.
    pub(crate) works: bool,
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
