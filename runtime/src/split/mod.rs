//! A policy as documents that fit a quota, and together mean what it means.
//!
//! [`split`](fn@split) merges statements, removes what others cover, and distributes the statements over as few documents as
//! it can. A statement that is longer than a document can be is cut along one of its lists. Every change of a statement is
//! proved by the [comparison](crate::compare) before it is made, and the documents together are compared with the policy in
//! the end: what they allow, and what they deny.
//!
//! Documents of one layer count together: AWS allows what any of them allows and none denies, so it does not matter which of
//! them has a statement. See
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>. Policies with principals
//! cannot be split, because a resource or role has only one, except for resource control policies.
//!
//! Two senses of equal are distinguished, see [`Equality`].

#[cfg(feature = "compare")]
mod cut;
#[cfg(feature = "compare")]
mod error;
#[cfg(feature = "compare")]
mod fold;
#[cfg(feature = "compare")]
mod merge;
#[cfg(feature = "compare")]
mod pack;
#[cfg(feature = "compare")]
mod proof;
mod quota;
#[cfg(feature = "compare")]
mod whole;

#[cfg(feature = "compare")]
pub use error::Error;
pub use quota::{Quota, UnknownQuota};
#[cfg(feature = "compare")]
pub use whole::{Change, Equality, Options, Part, Proof, Split, split};
#[cfg(feature = "compare")]
use whole::{Item, Sids};
