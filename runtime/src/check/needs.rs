//! What a document must have before a rule can have anything to say about it.
//!
//! A document has few of the things that rules are about: most have no principal, no policy variable, no `Null`. Each rule
//! says what it is about, the facts say once what a document has, and a rule whose subject is missing is not run. That is
//! all this is for: a rule is right without it, and a test runs all rules on all test documents both ways.

use crate::document::PolicyKind;

/// A set of things that a document may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Needs(u64);

macro_rules! needs {
    ($($(#[doc = $doc:literal])* $name:ident)*) => {
        needs!(@ 9, $($(#[doc = $doc])* $name)*);
    };
    (@ $bit:expr, $(#[doc = $doc:literal])* $name:ident $($rest:tt)*) => {
        $(#[doc = $doc])*
        pub(crate) const $name: Self = Self(1 << $bit);
        needs!(@ $bit + 1, $($rest)*);
    };
    (@ $bit:expr,) => {};
}

impl Needs {
    /// Nothing: the rule is run on every document.
    pub(crate) const NOTHING: Self = Self(0);

    needs! {
        /// Two statements.
        STATEMENTS
        /// A statement that denies.
        DENY
        /// A statement with two actions.
        ACTIONS
        /// A statement with two resources.
        RESOURCES
        /// `NotAction`.
        NOT_ACTION
        /// A list or an object with nothing in it.
        EMPTY
        /// An object with two names in it: two kinds of principals, two operators, two keys.
        NAMES
        /// `Principal` or `NotPrincipal`.
        PRINCIPALS
        /// An action that the catalogue does not have, or a pattern that matches none.
        ODD_ACTION
        /// An action in another case than AWS's.
        CASE
        /// An action with a wildcard.
        PATTERN
        /// An action that may be one of `iam`.
        IAM
        /// An action with an end in sight.
        LIFECYCLE
        /// An action that is checked against several resources at once.
        TOGETHER
        /// An action that cannot use any resource of its statement.
        IDLE
        /// A resource that is an ARN.
        ARN
        /// A resource that is neither an ARN nor `*`.
        NO_ARN
        /// An ARN that fits no format of its service.
        MISFIT
        /// An ARN with anything out of the ordinary in the fields before its resource.
        ODD_FIELD
        /// An ARN of Rekognition in a region, or regions in a condition, that may have no endpoint of it.
        NO_ENDPOINT
        /// A region in an ARN of Rekognition, or regions in a condition, that may not have a feature of Rekognition.
        LESSER_REGION
        /// A key in a condition.
        KEYS
        /// A key that the catalogue does not have.
        ODD_KEY
        /// An action or a key that the catalogue does not have.
        ODD
        /// A key that not every request carries.
        DECLARED
        /// A key with several values in a request.
        MULTIVALUED
        /// An operator that IAM does not have.
        ODD_OPERATOR
        /// `ForAllValues` or `ForAnyValue`.
        SET
        /// An operator of the `String` family.
        STRING
        /// `StringLike` or `StringNotLike`.
        LIKE
        /// An operator of the `Numeric` family.
        NUMERIC
        /// An operator of the `Date` family.
        DATE
        /// `Bool`.
        BOOL
        /// `Null`.
        NULL
        /// `Bool` or `Null`.
        TRUTH
        /// `BinaryEquals`.
        BINARY
        /// `IpAddress` or `NotIpAddress`.
        IP
        /// An operator of the `Arn` family.
        ARN_OPERATOR
        /// A key with two values.
        VALUES
        /// A value with a wildcard.
        WILD_VALUE
        /// A `$` in an action, a resource or a value.
        VARIABLE
        /// A `{` in a resource or a value.
        BRACE
        /// A key whose values have a format.
        FORMATTED
        /// A value without the format of its key.
        NO_FORMAT
        /// A character outside of ASCII in a resource, a principal or a value.
        NOT_ASCII
        /// A resource or actions that say what the policy is attached to.
        ATTACHED
    }

    /// A document of this kind.
    pub(crate) const fn kind(kind: PolicyKind) -> Self {
        Self(1 << kind as u32)
    }

    /// Both.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Puts more into the set.
    pub(crate) const fn add(&mut self, more: Self) {
        self.0 |= more.0;
    }

    pub(crate) const fn add_if(&mut self, has: bool, more: Self) {
        if has {
            self.add(more);
        }
    }

    /// Whether a document that has this has all of what is needed.
    pub(crate) const fn has(self, needed: Self) -> bool {
        self.0 & needed.0 == needed.0
    }
}
