//! The kinds of policies: one table of what each is called, what makes one, and what it may contain.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use crate::catalogue::generated::prose;
use crate::catalogue::prose::Quota;
use crate::document::{Document, PrincipalKind, PrincipalSet, Principals, Statement};
use crate::suggest;

/// What the language has for a kind of policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Language {
    /// The macro that makes such a policy: `trust_policy`.
    pub macro_name: &'static str,
    /// The type of such a policy: `TrustPolicy`.
    pub type_name: &'static str,
}

/// Whom the statements of a kind of policy name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whom {
    /// Nobody: the policy applies to what it is attached to.
    Nobody,
    /// Principals.
    Principals,
    /// Everyone, and nobody else.
    Everyone,
}

/// A row of the table.
struct Row {
    name: &'static str,
    aliases: &'static [&'static str],
    words: &'static str,
    language: Option<Language>,
    whom: Whom,
    resources: bool,
    quota: Option<&'static Quota>,
}

macro_rules! language {
    () => {
        None
    };
    ($macro:ident $type:ident) => {
        Some(Language {
            macro_name: stringify!($macro),
            type_name: stringify!($type),
        })
    };
}

macro_rules! kinds {
    (($d:tt) $(
        $(#[$meta:meta])*
        $kind:ident {
            name: $name:literal $(or $alias:literal)*;
            words: $words:literal;
            language: $($macro:ident $type:ident $constructor:ident)?;
            whom: $whom:ident;
            resources: $resources:literal;
            quota: $quota:expr;
        }
    )*) => {
        /// What a document is for. Each kind has a grammar, a quota and rules of its own.
        ///
        /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html>.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
        #[non_exhaustive]
        pub enum PolicyKind {
            $($(#[$meta])* $kind,)*
        }

        impl PolicyKind {
            /// All kinds.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$kind),*];

            const fn row(self) -> &'static Row {
                match self {
                    $(Self::$kind => &Row {
                        name: $name,
                        aliases: &[$($alias),*],
                        words: $words,
                        language: language!($($macro $type)?),
                        whom: Whom::$whom,
                        resources: $resources,
                        quota: $quota,
                    },)*
                }
            }
        }

        /// Calls a macro with the kinds that the language has: for each its name, its macro, its type, and the function that
        /// an expansion makes one with.
        #[doc(hidden)]
        #[macro_export]
        macro_rules! __kinds {
            ($d then:ident) => {
                $d then! { $($($kind $macro $type $constructor)?)* }
            };
        }
    };
}

kinds! { ($)
    /// Attached to a user, group or role: what they may do.
    #[default]
    Identity {
        name: "identity" or "identity-based";
        words: "an identity policy";
        language: policy Policy identity;
        whom: Nobody;
        resources: true;
        quota: Some(&prose::MANAGED_POLICY_QUOTA);
    }
    /// The trust policy of a role: who may assume it.
    RoleTrust {
        name: "role-trust" or "trust" or "assume-role";
        words: "a trust policy";
        language: trust_policy TrustPolicy role_trust;
        whom: Principals;
        resources: false;
        quota: Some(&prose::TRUST_POLICY_QUOTA);
    }
    /// Attached to a Rekognition Custom Labels project: who may copy its models.
    Project {
        name: "project";
        words: "a project policy";
        language: project_policy ProjectPolicy project;
        whom: Principals;
        resources: true;
        quota: Some(&prose::PROJECT_POLICY_QUOTA);
    }
    /// Attached to another resource: an S3 bucket, an SNS topic, an SQS queue, a KMS key.
    Resource {
        name: "resource" or "resource-based";
        words: "a resource policy";
        language: resource_policy ResourcePolicy resource;
        whom: Principals;
        resources: true;
        // It depends on the resource.
        quota: None;
    }
    /// Passed with `AssumeRole` or `GetFederationToken`: narrows one session.
    Session {
        name: "session";
        words: "a session policy";
        language: session_policy SessionPolicy session;
        whom: Nobody;
        resources: true;
        quota: Some(&prose::SESSION_POLICY_QUOTA);
    }
    /// The most that a user or role can be granted.
    PermissionsBoundary {
        name: "permissions-boundary" or "boundary" or "permission-boundary";
        words: "a permissions boundary";
        language: permissions_boundary PermissionsBoundary permissions_boundary;
        whom: Nobody;
        resources: true;
        quota: Some(&prose::MANAGED_POLICY_QUOTA);
    }
    /// A service control policy of AWS Organizations: the most that principals of an account can be granted.
    ServiceControl {
        name: "service-control" or "scp";
        words: "a service control policy";
        language: service_control_policy ServiceControlPolicy service_control;
        whom: Nobody;
        resources: true;
        quota: Some(&prose::SERVICE_CONTROL_POLICY_QUOTA);
    }
    /// A resource control policy of AWS Organizations: the most that is possible on the resources of an account.
    ResourceControl {
        name: "resource-control" or "rcp";
        words: "a resource control policy";
        language: resource_control_policy ResourceControlPolicy resource_control;
        whom: Everyone;
        resources: true;
        quota: Some(&prose::RESOURCE_CONTROL_POLICY_QUOTA);
    }
    /// Attached to a VPC endpoint: the most that is possible through the endpoint. It grants nothing by itself.
    ///
    /// See <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html>.
    VpcEndpoint {
        name: "vpc-endpoint" or "endpoint" or "vpce";
        words: "a VPC endpoint policy";
        language:;
        whom: Principals;
        resources: true;
        quota: Some(&prose::POLICY_OF_A_VPC_ENDPOINT_QUOTA);
    }
}

impl PolicyKind {
    /// A short name in lower case, for command lines and files: `identity`, `role-trust`.
    ///
    /// [`Display`](fmt::Display) prints it and [`FromStr`] reads it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// The other words that [`FromStr`] accepts for the kind: `trust`, `scp`.
    #[must_use]
    pub const fn aliases(self) -> &'static [&'static str] {
        self.row().aliases
    }

    /// The kind in a sentence, with its article: `an identity policy`.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        self.row().words
    }

    /// The macro and the type of such a policy in Rust. `None` for a kind that the language does not have.
    ///
    /// ```
    /// use rekognition_iam_runtime::PolicyKind;
    ///
    /// let language = PolicyKind::RoleTrust.language().unwrap();
    /// assert_eq!((language.macro_name, language.type_name), ("trust_policy", "TrustPolicy"));
    /// assert!(PolicyKind::VpcEndpoint.language().is_none());
    /// ```
    #[must_use]
    pub const fn language(self) -> Option<Language> {
        self.row().language
    }

    /// Whether statements of this kind name principals.
    #[must_use]
    pub const fn has_principals(self) -> bool {
        !matches!(self.row().whom, Whom::Nobody)
    }

    /// Whether the only principal of this kind is everyone, `"*"`.
    #[must_use]
    pub const fn is_for_everyone(self) -> bool {
        matches!(self.row().whom, Whom::Everyone)
    }

    /// Whether statements of this kind name resources.
    #[must_use]
    pub const fn has_resources(self) -> bool {
        self.row().resources
    }

    /// The largest document of this kind, where it does not depend on a resource.
    pub(crate) const fn quota(self) -> Option<&'static Quota> {
        self.row().quota
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

    /// What a document is most likely for, going by what is in it.
    ///
    /// A policy without principals is an identity policy; one with principals is the trust policy of a role when all its
    /// actions are those of assuming it, a project policy when its one action is `rekognition:CopyProjectVersion`, and
    /// otherwise the policy of another resource. Session policies, boundaries, the policies of AWS Organizations and those of
    /// VPC endpoints look like these and cannot be distinguished by what they say.
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
        // A trust policy has no resources. One that names a service or an identity provider is meant as one all the same: only
        // the policies of VPC endpoints grant these actions too, and nobody names such principals there.
        let has_resources = (statements.iter()).any(|statement| statement.resources.is_some());
        if all(is_sts) && (!has_resources || statements.iter().any(trusts_no_account)) {
            return Self::RoleTrust;
        }
        if all(|action| Self::of_resource(action) == Self::Project) {
            return Self::Project;
        }
        Self::Resource
    }

    /// The kind of the resource policy that grants this action: of Rekognition's resources, only Custom Labels projects have
    /// policies, and those grant one action. See
    /// <https://docs.aws.amazon.com/rekognition/latest/customlabels-dg/md-create-project-policy-document.html>.
    ///
    /// ```
    /// use rekognition_iam_runtime::document::PolicyKind;
    ///
    /// assert_eq!(PolicyKind::of_resource("rekognition:CopyProjectVersion"), PolicyKind::Project);
    /// assert_eq!(PolicyKind::of_resource("s3:GetObject"), PolicyKind::Resource);
    /// ```
    #[must_use]
    pub const fn of_resource(action: &str) -> Self {
        if action.eq_ignore_ascii_case("rekognition:CopyProjectVersion") {
            Self::Project
        } else {
            Self::Resource
        }
    }
}

/// Whether a statement names a service or an identity provider.
fn trusts_no_account(statement: &Statement<'_>) -> bool {
    match &statement.principals {
        Some(Principals {
            set: PrincipalSet::Listed(kinds),
            ..
        }) => kinds
            .iter()
            .any(|(kind, _)| matches!(kind, PrincipalKind::Service | PrincipalKind::Federated)),
        _ => false,
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
