//! Why a policy is not split.

use alloc::boxed::Box;
use core::fmt;

use super::Quota;
use crate::compare::{Cited, Comparison};

/// Why a policy cannot be split.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A statement is longer than a document of the quota, and none of its lists can be cut.
    StatementTooLong {
        /// The statement.
        statement: Cited,
        /// Its size.
        size: usize,
        /// The size that it would have to have.
        room: usize,
        /// The quota.
        quota: Quota,
    },
    /// The quota is for all documents together, and the policy is larger after all that can be merged was merged.
    TooLarge {
        /// The size that remains.
        size: usize,
        /// The quota.
        quota: Quota,
    },
    /// A statement has principals, and a resource or role has only one policy.
    Principals(Cited),
    /// The documents do not mean the same as the policy, so this crate has a bug; nothing was returned that is wrong.
    NotEqual(Box<Comparison>),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StatementTooLong {
                statement,
                size,
                room,
                quota,
            } => write!(
                f,
                "{statement} has {size} {}, but a document has room for {room}, and none of its lists can be cut without changing what it means",
                quota.counted_in()
            ),
            Self::TooLarge { size, quota } => write!(
                f,
                "{} may have {} {}, and the policy has {size} after merging statements",
                quota.of(),
                quota.limit(),
                quota.counted_in()
            ),
            Self::Principals(statement) => write!(
                f,
                "{statement} has principals, and a resource or role has only one policy, so it cannot be split"
            ),
            Self::NotEqual(_) => f.write_str(
                "internal error: the documents do not mean the same as the policy; this is a bug in rekognition-iam, please report it with the policy",
            ),
        }
    }
}

impl Error {
    /// What to do instead, if something is known.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::StatementTooLong { .. } => Some(
                "shorten the statement, for example with a pattern instead of a list in `NotAction` or `NotResource`",
            ),
            Self::TooLarge { quota, .. } => quota.instead(),
            Self::Principals(_) => Some(
                "name fewer principals and resources, or use a condition on a tag or an organization",
            ),
            Self::NotEqual(_) => None,
        }
    }
}

impl core::error::Error for Error {}
