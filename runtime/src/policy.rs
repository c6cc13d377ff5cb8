//! Policies as constants of a program: what `policy!` expands to.

use core::fmt;

use crate::{Action, Condition, Resource};

/// An identity policy whose every value is known while compiling.
///
/// Made by the macro `policy!`; a constant of the program, so using one costs nothing at run time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Policy {
    json: &'static str,
    exceptions: &'static [Exception],
}

impl Policy {
    /// What `policy!` expands to, which vouches that the document says what the typed values say.
    ///
    /// The values are here for rustc to check and are gone behind it: that every action is an [`Action`] of ours, each
    /// resource has its values, each operator suits its key. By value and in arrays, because each slice of an expansion
    /// costs the compiler as much as all of the actions of a statement.
    pub(crate) const fn checked<const A: usize, const R: usize, const C: usize>(
        json: &'static str,
        _: [Action; A],
        _: [Resource; R],
        _: [Condition; C],
    ) -> Self {
        Self {
            json,
            exceptions: &[],
        }
    }

    /// The same with exceptions.
    pub(crate) const fn with(self, exceptions: &'static [Exception]) -> Self {
        Self { exceptions, ..self }
    }

    /// The policy document, without white space: what the IAM API takes.
    ///
    /// Computed while compiling; the same text for the same source, byte for byte.
    #[must_use]
    pub const fn json(&self) -> &'static str {
        self.json
    }

    /// The policy document with line ends and two spaces of indentation, for people to read.
    #[must_use]
    pub fn to_json_pretty(&self) -> alloc::string::String {
        crate::json::pretty(self.json)
    }

    /// What the author vouched for against the rules, each with its reason.
    #[must_use]
    pub const fn exceptions(&self) -> &'static [Exception] {
        self.exceptions
    }
}

/// The policy document without white space; `{:#}` gives the form that people read.
impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            f.write_str(self.to_json_pretty().trim_end())
        } else {
            f.write_str(self.json)
        }
    }
}

/// Something that the author of a policy vouched for, with the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Exception {
    /// An action or condition key that the catalogue lacks.
    Unlisted {
        /// The action or key.
        name: &'static str,
        /// Why it is right all the same.
        reason: &'static str,
    },
    /// A finding of the rules.
    Accepted {
        /// The rule's id.
        id: &'static str,
        /// The statement, from 0.
        statement: usize,
        /// Why it is right all the same.
        reason: &'static str,
    },
}

#[cfg(feature = "serde")]
impl serde::Serialize for Policy {
    /// Serializes as the policy document: an object, not a string.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        crate::json::serialize(self.json, serializer)
    }
}
