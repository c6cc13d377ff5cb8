//! What the expansion of `policy!` may name, under short names: each token of an expansion is paid for at every use.

#[path = "mirror.rs"]
pub mod mirror;

pub use crate::condition::AnyKey;
pub use crate::document::Effect::{Allow, Deny};
pub use crate::policy::ActionItem::{Exact, Group, Pattern, Text};
pub use crate::policy::Actions::{Action, NotAction};
pub use crate::policy::Policy;
pub use crate::policy::Resources::{Any, NotResource, Resource};

use crate::condition::Condition;
use crate::document::Effect;
use crate::policy::{Actions, Exception, Resources, Statement};

/// A policy.
#[must_use]
pub const fn policy(
    json: &'static str,
    statements: &'static [Statement],
    exceptions: &'static [Exception],
) -> Policy {
    Policy::new(json, statements, exceptions)
}

/// A statement.
#[must_use]
pub const fn statement(
    effect: Effect,
    sid: Option<&'static str>,
    actions: Actions,
    resources: Resources,
    conditions: &'static [Condition],
) -> Statement {
    Statement::new(effect, sid, actions, resources, conditions)
}

/// A resource in IAM's own spelling.
#[must_use]
pub const fn text(text: &'static str) -> crate::Resource {
    crate::Resource::text(text)
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
