//! What the expansion of `policy!` may name.

#[path = "mirror.rs"]
mod mirror;

#[cfg(feature = "evaluate")]
pub use core::option::Option::{None, Some};

#[cfg(feature = "evaluate")]
pub use crate::compare::prove;
#[cfg(feature = "evaluate")]
pub use crate::evaluate::{Attached, Entry, Key, RequestRef, Values};
#[cfg(feature = "evaluate")]
pub use mirror::{GUARANTEE, guarantees};

pub use crate::action::{ActionGroup, ActionPattern};
#[cfg(feature = "check")]
pub use crate::check::finding::sealed::Sealed as SealedDialect;
#[cfg(feature = "check")]
pub use crate::check::rule::{summary, url};
pub use mirror::{STATEMENT, Statement, actions, keys, principals, resources, rules, statements};

pub use crate::companion::Companion;
pub use crate::condition::AnyKey;
pub use crate::constant::{
    Constant, arn, constant, expanded, expanded_len, one_of, partition, region, text,
};
pub use crate::policy::{Exception, Policy, PolicyBuf};
pub use crate::values;
pub use crate::values::Place;

/// The modules of the catalogue, under names that nothing else has.
pub mod modules {
    pub use crate::catalogue::generated::*;
}

use alloc::string::String;
use core::marker::PhantomData;

use crate::policy::kind;
use crate::values::{Fill, Form, InPrincipal, WithoutWildcards};
use crate::{Action, Condition, Resource};

/// Holds for a module and itself. A policy says the names of modules as they are written, so one that is imported under the
/// name of another would be read as that other one.
#[diagnostic::on_unimplemented(
    message = "this module is not the service that its name says",
    label = "this is `{Self}`, not `{M}`",
    note = "the macro reads names as they are written: import each module under its own name"
)]
pub trait IsModule<M> {}

impl<M> IsModule<M> for M {}

/// For expansions: a type that exists if a module is the one that its name says.
#[derive(Debug)]
pub struct Module<T: IsModule<M>, M>(PhantomData<(T, M)>);

macro_rules! constructors {
    ($($kind:ident $macro:ident $type:ident $name:ident)*) => {$(
        /// A policy of this kind.
        #[must_use]
        pub const fn $name(json: &'static str, program: &'static str, _typed: bool) -> Policy<kind::$kind> {
            Policy::expanded(json, program)
        }
    )*};
}

__kinds!(constructors);

/// The values of a policy, for rustc to check: that every action is an [`Action`] of ours, each resource has its values, and each
/// operator suits its key. An expansion says `false && typed(..)`, so that rustc does not evaluate them too. By value and in
/// arrays, because each slice of an expansion costs the compiler as much as all of the actions of a statement.
#[must_use]
pub const fn typed<const A: usize, const R: usize, const C: usize>(
    _: [Action; A],
    _: [Resource; R],
    _: [Condition; C],
) -> bool {
    true
}

/// The document up to the last value that was put in.
#[derive(Debug, Default)]
pub struct Filled {
    pub(crate) json: String,
}

impl Filled {
    /// Nothing of it.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            json: String::new(),
        }
    }

    fn put(&mut self, before: &str, value: &str) {
        self.json.push_str(before);
        crate::json::push_escaped(&mut self.json, value);
    }
}

/// What the values so far make of a policy. For a value that may not be there it is a type that the compiler does not
/// know ([`Form::Then`]): then the type of the policy is not known either, and nothing else is reported about it.
pub trait Given {
    /// The policy.
    type Policy<K>;

    #[doc(hidden)]
    fn policy<K>(policy: PolicyBuf<K>) -> Self::Policy<K>;
}

/// All values are right.
#[derive(Debug, Clone, Copy)]
pub struct Right;

impl Given for Right {
    type Policy<K> = PolicyBuf<K>;

    fn policy<K>(policy: PolicyBuf<K>) -> PolicyBuf<K> {
        policy
    }
}

/// Never made. With one type alone, the compiler would take a type that it does not know for that one.
#[derive(Debug, Clone, Copy)]
pub enum Wrong {}

impl Given for Wrong {
    type Policy<K> = PolicyBuf<K>;

    fn policy<K>(policy: PolicyBuf<K>) -> PolicyBuf<K> {
        policy
    }
}

/// A value that is known only now, after the text before it, where `*` and `?` are themselves.
pub fn plain<T: ?Sized, V: Fill<T> + ?Sized, G>(
    given: G,
    value: &V,
    before: &str,
    filled: &mut Filled,
) -> <V::Form as Form>::Then<G>
where
    V::Form: WithoutWildcards,
{
    filled.put(before, &value.fill(Place::Plain));
    <V::Form as Form>::then(given)
}

/// The same where `*` and `?` are wildcards.
pub fn pattern<T: ?Sized, V: Fill<T> + ?Sized, G>(
    given: G,
    value: &V,
    before: &str,
    filled: &mut Filled,
) -> <V::Form as Form>::Then<G> {
    filled.put(before, &value.fill(Place::Pattern));
    <V::Form as Form>::then(given)
}

/// The same in a principal, where no wildcard is allowed.
pub fn principal<T: ?Sized, V: Fill<T> + ?Sized, G>(
    given: G,
    value: &V,
    before: &str,
    filled: &mut Filled,
) -> <V::Form as Form>::Then<G>
where
    V::Form: InPrincipal,
{
    filled.put(before, &value.fill(Place::Principal));
    <V::Form as Form>::then(given)
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
