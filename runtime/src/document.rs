//! The document: an IAM policy as a tree, whichever front end it came from.
//!
//! Rules, evaluation and every writer work on this. It keeps what a JSON author can see (the order of statements,
//! whether a list of one was written as a list) and nothing that only one front end knows.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use crate::suggest;

/// Text of a document: borrowed from its source where that is possible.
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
    /// Whether the one value stands alone, without brackets. Only looked at when there is exactly one.
    pub bare: bool,
}

impl<T> List<T> {
    /// A list in brackets.
    #[must_use]
    pub const fn bracketed(items: Vec<T>) -> Self {
        Self { items, bare: false }
    }

    /// One value alone, several in brackets.
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
    /// Whether `Condition` is written although it holds nothing: `"Condition": {}`. Only looked at when it does.
    pub empty_condition: bool,
}

/// `Allow` or `Deny`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// The statement grants.
    Allow,
    /// The statement takes away, whatever else grants.
    Deny,
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        })
    }
}

/// `Principal` or `NotPrincipal`.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principals<'a> {
    /// Whether it is `NotPrincipal`, which means everyone but who is listed.
    pub not: bool,
    /// Who is listed.
    pub set: PrincipalSet<'a>,
}

/// Who stands in a `Principal`.
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
    /// `Service`: a service of AWS, such as `rekognition.amazonaws.com`.
    Service,
    /// `Federated`: an identity provider.
    Federated,
    /// `CanonicalUser`: an account by the id that S3 gives it.
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

    /// IAM's name.
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

/// What a document is for. Each kind has a grammar, a quota and rules of its own.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[non_exhaustive]
pub enum PolicyKind {
    /// Attached to a user, group or role: what they may do.
    #[default]
    Identity,
    /// The trust policy of a role: who may assume it.
    RoleTrust,
    /// Attached to a Rekognition Custom Labels project: who may copy its models.
    Project,
    /// Attached to another resource: an S3 bucket, an SNS topic, an SQS queue, a KMS key.
    Resource,
    /// Passed with `AssumeRole` or `GetFederationToken`: narrows one session.
    Session,
    /// The most that a user or role can be granted.
    PermissionsBoundary,
    /// A service control policy of AWS Organizations: the most that principals of an account can be granted.
    ServiceControl,
    /// A resource control policy of AWS Organizations: the most that is possible on the resources of an account.
    ResourceControl,
    /// Attached to a VPC endpoint: the most that is possible through the endpoint. It grants nothing by itself.
    ///
    /// See <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html>.
    VpcEndpoint,
}

impl PolicyKind {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::Identity,
        Self::RoleTrust,
        Self::Project,
        Self::Resource,
        Self::Session,
        Self::PermissionsBoundary,
        Self::ServiceControl,
        Self::ResourceControl,
        Self::VpcEndpoint,
    ];

    /// The name, and the other words that people use for the kind. The only list of them: what reads or prints a kind asks
    /// this.
    const fn words(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Identity => ("identity", &["identity-based"]),
            Self::RoleTrust => ("role-trust", &["trust", "assume-role"]),
            Self::Project => ("project", &[]),
            Self::Resource => ("resource", &["resource-based"]),
            Self::Session => ("session", &[]),
            Self::PermissionsBoundary => {
                ("permissions-boundary", &["boundary", "permission-boundary"])
            }
            Self::ServiceControl => ("service-control", &["scp"]),
            Self::ResourceControl => ("resource-control", &["rcp"]),
            Self::VpcEndpoint => ("vpc-endpoint", &["endpoint", "vpce"]),
        }
    }

    /// A short name in lower case, for command lines and files: `identity`, `role-trust`.
    ///
    /// [`Display`](fmt::Display) prints it and [`FromStr`] reads it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.words().0
    }

    /// The other words that [`FromStr`] accepts for the kind: `trust`, `scp`.
    #[must_use]
    pub const fn aliases(self) -> &'static [&'static str] {
        self.words().1
    }

    /// All names with their aliases, for messages and `--help`: `identity (identity-based), role-trust (trust, ..`.
    ///
    /// # Errors
    ///
    /// Only those of the writer.
    pub fn list(out: &mut dyn fmt::Write) -> fmt::Result {
        for (number, kind) in Self::ALL.into_iter().enumerate() {
            out.write_str(if number == 0 { "" } else { ", " })?;
            out.write_str(kind.name())?;
            for (number, alias) in kind.aliases().iter().enumerate() {
                out.write_str(if number == 0 { " (" } else { ", " })?;
                out.write_str(alias)?;
            }
            if !kind.aliases().is_empty() {
                out.write_str(")")?;
            }
        }
        Ok(())
    }

    /// What a document is most likely for, going by what stands in it.
    ///
    /// A policy without principals is an identity policy; one with principals is the trust policy of a role when all its
    /// actions are those of assuming it, a project policy when its one action is `rekognition:CopyProjectVersion`, and
    /// otherwise the policy of another resource. Session policies, boundaries, the policies of AWS Organizations and those of
    /// VPC endpoints look like these and cannot be told apart by what they say.
    #[must_use]
    #[inline]
    pub fn detect(document: &Document<'_>) -> Self {
        let statements = &document.statements.items;
        if (statements.iter()).all(|statement| statement.principals.is_none()) {
            return Self::Identity;
        }
        let all = |right: fn(&str) -> bool| {
            (statements.iter()).all(|statement| {
                let actions = &statement.actions;
                !actions.not
                    && !actions.values.items.is_empty()
                    && actions.values.iter().all(|action| right(action))
            })
        };
        let is_sts = |action: &str| {
            action
                .get(..4)
                .is_some_and(|prefix| prefix.eq_ignore_ascii_case("sts:"))
        };
        if all(is_sts) && (statements.iter()).all(|statement| statement.resources.is_none()) {
            return Self::RoleTrust;
        }
        if all(|action| action.eq_ignore_ascii_case("rekognition:CopyProjectVersion")) {
            return Self::Project;
        }
        Self::Resource
    }

    /// Whether statements of this kind name principals.
    #[must_use]
    pub const fn has_principals(self) -> bool {
        matches!(
            self,
            Self::RoleTrust
                | Self::Project
                | Self::Resource
                | Self::ResourceControl
                | Self::VpcEndpoint
        )
    }
}

impl fmt::Display for PolicyKind {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Reads the name of a kind or one of its [aliases](PolicyKind::aliases), in any letter case, with `-`, `_`, a space or
/// nothing between the words, and with or without `policy` at the end.
///
/// ```
/// use rekognition_iam_runtime::document::PolicyKind;
///
/// assert_eq!("scp".parse(), Ok(PolicyKind::ServiceControl));
/// assert_eq!("PermissionsBoundary".parse(), Ok(PolicyKind::PermissionsBoundary));
/// assert_eq!("Trust Policy".parse(), Ok(PolicyKind::RoleTrust));
/// let error = "identty".parse::<PolicyKind>().unwrap_err();
/// assert_eq!(error.to_string(), "`identty` is not a kind of policy; did you mean `identity`?");
/// ```
///
/// # Errors
///
/// [`UnknownKind`] for any other text. Its message has the nearest word, or lists the kinds when none is near.
impl FromStr for PolicyKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        let wanted = folded(text);
        let means = |word: &str| folded(word) == wanted;
        (Self::ALL.into_iter())
            .find(|kind| means(kind.name()) || kind.aliases().iter().any(|word| means(word)))
            .ok_or_else(|| UnknownKind(text.into()))
    }
}

/// The word without letter case, separators and `policy` at its end.
fn folded(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        if !matches!(c, '-' | '_' | ' ') {
            out.push(c.to_ascii_lowercase());
        }
    }
    if out.len() > "policy".len() && out.ends_with("policy") {
        out.truncate(out.len() - "policy".len());
    }
    out
}

/// A text that is not the name of a kind of policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownKind(String);

impl fmt::Display for UnknownKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Text of any length may come from a file.
        let shown: String = self.0.chars().take(64).collect();
        let dots = if shown.len() < self.0.len() { ".." } else { "" };
        write!(
            f,
            "`{}{dots}` is not a kind of policy; ",
            shown.escape_debug()
        )?;
        let mut words = Vec::new();
        for kind in PolicyKind::ALL {
            words.push(kind.name());
            words.extend(kind.aliases());
        }
        if let Some(near) = suggest::nearest_of(&self.0, &words) {
            return write!(f, "did you mean `{near}`?");
        }
        f.write_str("the kinds are ")?;
        PolicyKind::list(f)
    }
}

impl core::error::Error for UnknownKind {}

/// `Action` or `NotAction`, `Resource` or `NotResource`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element<'a> {
    /// Whether it is the `Not..` form, which means everything but what is listed.
    pub not: bool,
    /// What is listed.
    pub values: List<Text<'a>>,
}

/// The keys under one operator of a `Condition`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionBlock<'a> {
    /// The operator with its set prefix and `IfExists`: `ForAllValues:StringEqualsIfExists`.
    pub operator: Text<'a>,
    /// The keys and the values each is compared with.
    pub keys: Vec<(Text<'a>, List<Value<'a>>)>,
}

/// A value of a condition. IAM reads numbers and Booleans as their text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// A string.
    String(Text<'a>),
    /// `true` or `false` without quotes.
    Bool(bool),
    /// A number without quotes, in its own digits.
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

/// A place in a document: what a finding points at, for a front end to map to its own spans.
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
    /// The number of the statement that the place lies in.
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

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::PolicyKind;

    #[test]
    fn every_word_means_one_kind() {
        for kind in PolicyKind::ALL {
            for word in kind.aliases().iter().chain([&kind.name()]) {
                assert_eq!(word.parse(), Ok(kind), "{word}");
                assert_eq!(word.to_uppercase().replace('-', "_").parse(), Ok(kind));
                assert_eq!([word, "-policy"].concat().parse(), Ok(kind));
            }
        }
        for (text, message) in [
            (
                "policy",
                "`policy` is not a kind of policy; the kinds are identity (identity-based), ",
            ),
            (
                "bondary",
                "`bondary` is not a kind of policy; did you mean `boundary`?",
            ),
        ] {
            let error = text.parse::<PolicyKind>().unwrap_err().to_string();
            assert!(error.starts_with(message), "{error}");
        }
    }
}
