//! Comparison: what one document allows and another does not, with an example request.
//!
//! The answer covers every request that could exist, including requests for actions that AWS adds later. It is exact for actions,
//! resources, and principals. Conditions are compared key by key: strings and patterns, numbers, dates, IP address ranges, Booleans,
//! whether a key is present, and sets of values. If that does not settle the question, the answer is [`Relation::Unknown`], with the
//! key and the statement. Every difference comes with a request that was evaluated with both documents.
//!
//! [`compare()`] stops at the first difference of each kind; [`differences`](fn@differences) lists all of them.
//! [`lost_denies`] lists what the old document denies and the new one does not, which other policies may allow.
//!
//! Only requests that can exist count. A resource is an ARN or `*`. An action in the catalogue is requested on a resource of its own
//! types, or, if it has none, on the resource that AWS checks instead. The values of a key have its type, keys that
//! every request has are never missing, and keys that follow from the caller agree with the caller.
//!
//! Where AWS does not document what happens (short ARNs, policy variables before the fifth colon, values that cannot be compared,
//! `NotPrincipal` without the account), each document is read against its own interest: a difference that relies on such a reading is
//! reported, and [`Witness::assumed`] says so.

mod accounts;
mod ask;
mod audience;
mod automaton;
#[cfg(test)]
mod budget;
mod callers;
mod candidates;
mod decimal;
mod denials;
mod differences;
mod domains;
#[cfg(test)]
mod doubling;
mod effective;
mod examples;
mod formats;
mod gates;
mod guarantee;
mod hunt;
mod language;
mod leaf;
mod listed;
mod listing;
mod model;
mod owner;
mod pairs;
mod pick;
pub mod prove;
mod reach;
mod readings;
mod search;
mod set;
mod solve;
mod targets;
mod together;
mod unsettled;
mod variables;
mod wanted;
mod witness;

use core::fmt;

pub use audience::{Grantee, UnknownGrantee};
pub use denials::{LostDeny, LostDenyOfSet, lost_denies, lost_denies_of_sets};
pub use differences::{
    Bound, Change, Cited, Cut, Differences, Group, Open, Requests, Requirement, Scope, differences,
};
pub use guarantee::{Guarantee, Unproved, never, no_wider_than, only_on};
pub use set::{Set, compare_sets};
pub use unsettled::{Assumed, Obstacle, Unsettled};
pub use witness::Witness;

use crate::document::Document;
use crate::evaluate::Program;
use differences::broken;
use guarantee::Question;
use model::ANY_ARN;

/// How the access that one document allows relates to the access that another allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// They allow the same.
    Equivalent,
    /// The second allows less than the first.
    Narrower,
    /// The second allows more than the first.
    Wider,
    /// Each allows something that the other does not.
    Incomparable,
    /// The comparison could not decide. [`Comparison`] still has the differences that are certain.
    Unknown,
}

impl Relation {
    /// The relation of two documents of which each may allow more than the other: the new one, the old one.
    const fn between(more: [Option<bool>; 2]) -> Self {
        match more {
            [Some(true), Some(true)] => Self::Incomparable,
            [Some(false), Some(false)] => Self::Equivalent,
            [Some(false), Some(true)] => Self::Narrower,
            [Some(true), Some(false)] => Self::Wider,
            [None, _] | [_, None] => Self::Unknown,
        }
    }

    /// A name for scripts: `equivalent`, `narrower`, `wider`, `incomparable`, `unknown`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Equivalent => "equivalent",
            Self::Narrower => "narrower",
            Self::Wider => "wider",
            Self::Incomparable => "incomparable",
            Self::Unknown => "unknown",
        }
    }
}

/// The outcome of a comparison of an old document with a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Comparison {
    /// What the new document allows and the old one does not.
    pub new_access: Guarantee,
    /// What the old document allows and the new one does not.
    pub lost_access: Guarantee,
    /// Whether the documents are equivalent and differ on requests that cannot exist: an action on a resource that is not
    /// of its types, or a key with a value that AWS never sends.
    pub only_impossible: bool,
}

impl Comparison {
    /// How the new document relates to the old one.
    pub const fn relation(&self) -> Relation {
        Relation::between([broken(&self.new_access), broken(&self.lost_access)])
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.relation().name())?;
        for (what, found) in [("new", &self.new_access), ("lost", &self.lost_access)] {
            match found {
                Guarantee::Holds => {}
                Guarantee::Broken(witness) => writeln!(f, "  {what} access: {witness}")?,
                Guarantee::Unknown(reason) => {
                    writeln!(f, "  {what} access: undetermined: {reason}")?
                }
            }
        }
        Ok(())
    }
}

/// Compares a new document with an old one.
///
/// Each document is evaluated by itself, as by [`Program::evaluate`].
pub fn compare(old: &Document<'_>, new: &Document<'_>) -> Comparison {
    compare_programs(&Program::compile(old), &Program::compile(new))
}

/// Compares a new program with an old one.
pub fn compare_programs(old: &Program<'_>, new: &Program<'_>) -> Comparison {
    if old == new {
        return Comparison {
            new_access: Guarantee::Holds,
            lost_access: Guarantee::Holds,
            only_impossible: false,
        };
    }
    let mut question = Question::of(old, new);
    let mut comparison = Comparison {
        new_access: question.beyond(true, 2),
        lost_access: question.beyond(false, 1),
        only_impossible: false,
    };
    if comparison.relation() == Relation::Equivalent && question.is_worth_asking_again() {
        question.lenient();
        comparison.only_impossible = [true, false]
            .into_iter()
            .any(|new| question.beyond(new, 1).witness().is_some());
    }
    comparison
}
