//! Policies as constants of a program, which is what `policy!` expands to.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;
use core::marker::PhantomData;

use crate::__private::{Filled, Given};
#[cfg(feature = "json")]
use crate::document::Document;
use crate::kinds::PolicyKind;

/// The kinds of policies as types, so that a policy of one kind cannot be used as another.
pub mod kind {
    use crate::kinds::PolicyKind;

    mod sealed {
        pub trait Sealed {}
    }

    /// A kind of policy.
    pub trait Kind: sealed::Sealed + Copy {
        /// The kind as a value.
        const KIND: PolicyKind;
    }

    macro_rules! kinds {
        ($($kind:ident $macro:ident $type:ident $constructor:ident)*) => {$(
            #[doc = concat!("The kind of what [`", stringify!($macro), "!`](crate::PolicyKind::", stringify!($kind), ") makes.")]
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
            pub struct $kind;

            impl sealed::Sealed for $kind {}

            impl Kind for $kind {
                const KIND: PolicyKind = PolicyKind::$kind;
            }

            // The type in the table is one of this kind.
            const _: fn(super::$type) -> super::Policy<$kind> = |policy| policy;
        )*};
    }

    __kinds!(kinds);
}

/// The trust policy of a role.
pub type TrustPolicy = Policy<kind::RoleTrust>;
/// The policy of a Custom Labels project.
pub type ProjectPolicy = Policy<kind::Project>;
/// The policy of another resource, such as an S3 bucket, an SNS topic, an SQS queue, or a KMS key.
pub type ResourcePolicy = Policy<kind::Resource>;
/// A policy that limits a session.
pub type SessionPolicy = Policy<kind::Session>;
/// A permissions boundary, which limits what a user or role can do.
pub type PermissionsBoundary = Policy<kind::PermissionsBoundary>;
/// A service control policy of AWS Organizations.
pub type ServiceControlPolicy = Policy<kind::ServiceControl>;
/// A resource control policy of AWS Organizations.
pub type ResourceControlPolicy = Policy<kind::ResourceControl>;

/// A policy whose values are all known at compile time. Without a type argument, it is an identity policy.
///
/// The macro `policy!` and the related macros produce it. It is a constant of the program, so it costs nothing at run time.
#[derive(Debug, Clone, Copy)]
pub struct Policy<K = kind::Identity> {
    json: &'static str,
    /// The document compiled for evaluation; empty without the feature `evaluate`.
    #[cfg(feature = "evaluate")]
    program: &'static str,
    exceptions: &'static [Exception],
    kind: PhantomData<K>,
}

/// Policies are equal if their documents and exceptions are. The program follows from the document, but not byte for byte: one
/// made of constants has its values in another form.
impl<K> PartialEq for Policy<K> {
    fn eq(&self, other: &Self) -> bool {
        self.json == other.json && self.exceptions == other.exceptions
    }
}

impl<K> Eq for Policy<K> {}

impl<K> core::hash::Hash for Policy<K> {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.json.hash(state);
        self.exceptions.hash(state);
    }
}

impl<K> Policy<K> {
    /// What `policy!` expands to, which vouches that the document says what the typed values next to it say.
    pub(crate) const fn expanded(
        json: &'static str,
        #[cfg_attr(
            not(feature = "evaluate"),
            expect(unused_variables, reason = "broken")
        )]
        program: &'static str,
    ) -> Self {
        Self {
            json,
            #[cfg(feature = "evaluate")]
            program,
            exceptions: &[],
            kind: PhantomData,
        }
    }

    /// For expansions: the same with exceptions.
    #[doc(hidden)]
    #[must_use]
    pub const fn __except(self, exceptions: &'static [Exception]) -> Self {
        Self { exceptions, ..self }
    }

    /// For expansions: the same with a document whose values are known only now.
    #[doc(hidden)]
    #[must_use]
    pub fn __filled<G: Given>(self, filled: Filled, end: &str, _: G) -> G::Policy<K> {
        let mut json = filled.json;
        json.push_str(end);
        G::policy(PolicyBuf {
            json,
            exceptions: Cow::Borrowed(self.exceptions),
            kind: PhantomData,
        })
    }

    /// For expansions: what proofs are made from.
    #[cfg(feature = "evaluate")]
    #[doc(hidden)]
    #[must_use]
    pub const fn __program(&self) -> &'static str {
        self.program
    }

    #[cfg(feature = "evaluate")]
    pub(crate) const fn program_text(&self) -> &'static str {
        self.program
    }

    /// The policy document as a tree.
    #[cfg(feature = "json")]
    #[must_use]
    pub fn document(&self) -> Document<'static> {
        crate::json::parse(self.json, &crate::json::Limits::default()).document
    }

    /// The policy document without white space, for the IAM API.
    ///
    /// It is computed at compile time, and the same source always produces the same bytes.
    #[must_use]
    pub const fn json(&self) -> &'static str {
        self.json
    }

    /// The policy document on several lines, indented by two spaces, for people to read.
    #[must_use]
    pub fn to_json_pretty(&self) -> String {
        crate::json::pretty(self.json)
    }

    /// The findings that the author accepts, and the names that the author says exist, each with its reason.
    #[must_use]
    pub const fn exceptions(&self) -> &'static [Exception] {
        self.exceptions
    }
}

/// A policy with values that are only known at run time. `policy!` produces it if the policy contains variables.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PolicyBuf<K = kind::Identity> {
    json: String,
    exceptions: Cow<'static, [Exception]>,
    kind: PhantomData<K>,
}

impl<K> PolicyBuf<K> {
    /// For expansions: the same with exceptions.
    #[doc(hidden)]
    #[must_use]
    pub fn __except(self, exceptions: &'static [Exception]) -> Self {
        Self::from_parts(self.json, Cow::Borrowed(exceptions))
    }

    pub(crate) const fn from_parts(json: String, exceptions: Cow<'static, [Exception]>) -> Self {
        Self {
            json,
            exceptions,
            kind: PhantomData,
        }
    }

    /// The policy document without white space, for the IAM API.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }

    /// The policy document as a tree.
    #[cfg(feature = "json")]
    #[must_use]
    pub fn document(&self) -> Document<'_> {
        crate::json::parse(&self.json, &crate::json::Limits::default()).document
    }

    /// The policy document without white space, as the string that the policy owns.
    #[must_use]
    pub fn into_json(self) -> String {
        self.json
    }

    /// The policy document on several lines, indented by two spaces, for people to read.
    #[must_use]
    pub fn to_json_pretty(&self) -> String {
        crate::json::pretty(&self.json)
    }

    /// The findings that the author accepts, and the names that the author says exist, each with its reason.
    #[must_use]
    pub fn exceptions(&self) -> &[Exception] {
        &self.exceptions
    }
}

impl<K> From<Policy<K>> for PolicyBuf<K> {
    fn from(policy: Policy<K>) -> Self {
        Self {
            json: String::from(policy.json),
            exceptions: Cow::Borrowed(policy.exceptions),
            kind: PhantomData,
        }
    }
}

macro_rules! display {
    ($($policy:ident)*) => {$(
        impl<K: kind::Kind> $policy<K> {
            /// What the policy is for.
            #[must_use]
            pub const fn kind(&self) -> PolicyKind {
                K::KIND
            }
        }

        /// The policy document without white space. `{:#}` prints it on several lines, for people to read.
        impl<K> fmt::Display for $policy<K> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                if f.alternate() {
                    f.write_str(self.to_json_pretty().trim_end())
                } else {
                    f.write_str(&self.json)
                }
            }
        }

        #[cfg(feature = "serde")]
        impl<K> serde::Serialize for $policy<K> {
            /// Serializes as the policy document: an object, not a string.
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                crate::json::serialize(&self.json, serializer)
            }
        }
    )*};
}

display! { Policy PolicyBuf }

/// Something that the author of a policy accepted, with the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Exception {
    /// An action or condition key that the catalogue does not have.
    Unlisted {
        /// The action or key.
        name: &'static str,
        /// The author's reason.
        reason: &'static str,
    },
    /// A finding of the rules.
    Accepted {
        /// The ID of the rule.
        id: &'static str,
        /// The statement, counted from 0, or `None` if the finding is about the whole policy.
        statement: Option<usize>,
        /// The author's reason.
        reason: &'static str,
    },
}
