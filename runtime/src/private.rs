//! What the expansion of `policy!` may name.

#[path = "mirror.rs"]
mod mirror;

#[cfg(feature = "evaluate")]
pub use core::option::Option::{None, Some};

#[cfg(feature = "evaluate")]
pub use crate::compare::prove;
#[cfg(feature = "evaluate")]
pub use crate::evaluate::{Entry, Key, RequestRef, Values};
#[cfg(feature = "evaluate")]
pub use mirror::{GUARANTEE, guarantees};

pub use crate::action::{ActionGroup, ActionPattern};
pub use mirror::{STATEMENT, Statement, actions, keys, principals, resources, rules, statements};

pub use crate::companion::Companion;
pub use crate::condition::AnyKey;
pub use crate::policy::{Exception, Policy};
pub use crate::values;
pub use crate::values::Place;

use alloc::string::String;

use crate::policy::kind;
use crate::values::Fill;
use crate::{Action, Condition, Resource};

macro_rules! constructors {
    ($($name:ident $kind:ident)*) => {$(
        /// A policy of this kind.
        #[must_use]
        pub const fn $name<const A: usize, const R: usize, const C: usize>(
            json: &'static str,
            program: &'static str,
            actions: [Action; A],
            resources: [Resource; R],
            conditions: [Condition; C],
        ) -> Policy<kind::$kind> {
            Policy::checked(json, program, actions, resources, conditions)
        }
    )*};
}

constructors! {
    identity Identity
    role_trust RoleTrust
    project Project
    resource Resource
    session Session
    permissions_boundary PermissionsBoundary
    service_control ServiceControl
    resource_control ResourceControl
}

/// A value that is known only now.
pub fn fill<T: ?Sized, V: Fill<T> + ?Sized>(value: &V, place: Place) -> String {
    value.fill(place)
}

/// A policy in which this value stands.
pub fn given<T: ?Sized, V: Fill<T> + ?Sized, P>(_: &V, policy: P) -> V::Then<P> {
    V::then(policy)
}

/// `unlisted(..)`
#[must_use]
pub const fn unlisted(name: &'static str, reason: &'static str) -> Exception {
    Exception::Unlisted { name, reason }
}

/// `.accept(..)`
#[must_use]
pub const fn accepted(
    id: &'static str,
    statement: Option<usize>,
    reason: &'static str,
) -> Exception {
    Exception::Accepted {
        id,
        statement,
        reason,
    }
}
