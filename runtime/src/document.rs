//! An IAM policy document as a tree.
//!
//! Macros, JSON, and templates are all read into this form. Rules, evaluation, and writers work on it. It keeps what the author of
//! a JSON document can see, such as the order of statements and whether a single value was written as a list.

use alloc::borrow::Cow;
use alloc::vec::Vec;

pub use crate::kinds::{Effect, Language, PolicyKind, UnknownKind};

/// Text of a document, borrowed from the source if possible.
pub type Text<'a> = Cow<'a, str>;

/// A policy document.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document<'a> {
    /// `Version`.
    pub version: Option<Text<'a>>,
    /// `Id`.
    pub id: Option<Text<'a>>,
    /// `Statement`.
    pub statements: List<Statement<'a>>,
}

/// One value, or a list of values: IAM allows both in most places, and they mean the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<T> {
    /// The values in their order.
    pub items: Vec<T>,
    /// Whether a single value is written without brackets. Ignored unless there is exactly one value.
    pub bare: bool,
}

impl<T> List<T> {
    /// A list in brackets.
    #[must_use]
    pub const fn bracketed(items: Vec<T>) -> Self {
        Self { items, bare: false }
    }

    /// A single value without brackets, several in brackets.
    #[must_use]
    pub const fn shortest(items: Vec<T>) -> Self {
        Self { items, bare: true }
    }

    /// Whether it is written as one value without brackets.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.bare && self.items.len() == 1
    }

    /// The values.
    pub fn iter(&self) -> core::slice::Iter<'_, T> {
        self.items.iter()
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self::bracketed(Vec::new())
    }
}

impl<'l, T> IntoIterator for &'l List<T> {
    type Item = &'l T;
    type IntoIter = core::slice::Iter<'l, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement<'a> {
    /// `Sid`.
    pub sid: Option<Text<'a>>,
    /// `Effect`.
    pub effect: Effect,
    /// `Principal` or `NotPrincipal`. An identity policy has neither.
    pub principals: Option<Principals<'a>>,
    /// `Action` or `NotAction`.
    pub actions: Element<'a>,
    /// `Resource` or `NotResource`. A trust policy has neither.
    pub resources: Option<Element<'a>>,
    /// `Condition`, operator by operator.
    pub conditions: Vec<ConditionBlock<'a>>,
    /// Whether an empty condition is written out, as `"Condition": {}`. Ignored if there are conditions.
    pub empty_condition: bool,
}

/// `Principal` or `NotPrincipal`.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principals<'a> {
    /// Whether it is `NotPrincipal`, which means everyone except the principals that are listed.
    pub not: bool,
    /// The principals that are listed.
    pub set: PrincipalSet<'a>,
}

/// The principals in a `Principal`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrincipalSet<'a> {
    /// `"*"`: everyone, signed in or not.
    Anyone,
    /// Principals by their kind, in the author's order.
    Listed(Vec<(PrincipalKind, List<Text<'a>>)>),
}

/// The kinds of principals: the keys of a `Principal`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PrincipalKind {
    /// `AWS`: accounts, roles, users, sessions.
    Aws,
    /// `Service`: an AWS service, such as `rekognition.amazonaws.com`.
    Service,
    /// `Federated`: an identity provider.
    Federated,
    /// `CanonicalUser`: an account, by its canonical user ID in Amazon S3.
    CanonicalUser,
}

impl PrincipalKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [
        Self::Aws,
        Self::Service,
        Self::Federated,
        Self::CanonicalUser,
    ];

    /// The name that IAM uses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::Service => "Service",
            Self::Federated => "Federated",
            Self::CanonicalUser => "CanonicalUser",
        }
    }
}

/// `Action` or `NotAction`, `Resource` or `NotResource`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element<'a> {
    /// Whether it is the `Not..` form, which means everything except what is listed.
    pub not: bool,
    /// What is listed.
    pub values: List<Text<'a>>,
}

/// The keys under one operator of a `Condition`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionBlock<'a> {
    /// The operator with its prefix and suffix, such as `ForAllValues:StringEqualsIfExists`.
    pub operator: Text<'a>,
    /// The keys, each with the values that it is compared with.
    pub keys: Vec<(Text<'a>, List<Value<'a>>)>,
}

/// A value of a condition. IAM reads numbers and Booleans as their text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// A string.
    String(Text<'a>),
    /// `true` or `false` without quotes.
    Bool(bool),
    /// A number without quotes, with the digits as they are written.
    Number(Text<'a>),
}

impl Value<'_> {
    /// The value as IAM compares it.
    #[must_use]
    pub fn as_text(&self) -> &str {
        match self {
            Self::String(text) | Self::Number(text) => text,
            Self::Bool(true) => "true",
            Self::Bool(false) => "false",
        }
    }
}

/// A place in a document. Findings point at places; a front end maps them to positions in its own source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// The whole document.
    Document,
    /// The `Version`.
    Version,
    /// A statement, by its number from 0.
    Statement(usize),
    /// The `Sid` of a statement.
    Sid(usize),
    /// The `Effect` of a statement.
    Effect(usize),
    /// The whole of a statement's `Principal`.
    Principals(usize),
    /// A principal: statement, kind, number within the kind.
    Principal(usize, usize, usize),
    /// An action of a statement, by its number from 0.
    Action(usize, usize),
    /// A resource of a statement.
    Resource(usize, usize),
    /// An operator of a statement's `Condition`.
    Operator(usize, usize),
    /// A key under an operator: statement, operator, key.
    Key(usize, usize, usize),
    /// A value of a key: statement, operator, key, value.
    Value(usize, usize, usize, usize),
}

impl Place {
    /// The number of the statement that contains the place.
    #[must_use]
    pub const fn statement(self) -> Option<usize> {
        match self {
            Self::Document | Self::Version => None,
            Self::Statement(s)
            | Self::Sid(s)
            | Self::Effect(s)
            | Self::Principals(s)
            | Self::Principal(s, ..)
            | Self::Action(s, _)
            | Self::Resource(s, _)
            | Self::Operator(s, _)
            | Self::Key(s, ..)
            | Self::Value(s, ..) => Some(s),
        }
    }
}
