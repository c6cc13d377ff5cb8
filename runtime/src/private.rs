//! What the expansion of `policy!` may name.

#[path = "mirror.rs"]
pub mod mirror;

pub use crate::action::{ActionGroup, ActionPattern};
pub use crate::condition::AnyKey;
pub use crate::policy::{Exception, Policy};

use crate::{Action, Condition, Resource};

/// A policy.
#[must_use]
pub const fn policy<const A: usize, const R: usize, const C: usize>(
    json: &'static str,
    actions: [Action; A],
    resources: [Resource; R],
    conditions: [Condition; C],
) -> Policy {
    Policy::checked(json, actions, resources, conditions)
}

/// A policy with exceptions.
#[must_use]
pub const fn except(policy: Policy, exceptions: &'static [Exception]) -> Policy {
    policy.with(exceptions)
}

/// `unlisted(..)`
#[must_use]
pub const fn unlisted(name: &'static str, reason: &'static str) -> Exception {
    Exception::Unlisted { name, reason }
}

/// `.accept(..)`
#[must_use]
pub const fn accepted(id: &'static str, statement: usize, reason: &'static str) -> Exception {
    Exception::Accepted {
        id,
        statement,
        reason,
    }
}
