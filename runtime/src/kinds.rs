//! The kinds of policies: one table of what each is called, what makes one, and what it may contain.

mod layer;
#[cfg(feature = "check")]
mod recognize;

use core::fmt;

use crate::catalogue::generated::prose;
use crate::catalogue::prose::Quota;
pub use layer::Layer;
#[cfg(feature = "check")]
pub use recognize::UnknownKind;

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
    layer: Layer,
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
            layer: $layer:ident;
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
                        layer: Layer::$layer,
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
        layer: Identity;
        whom: Nobody;
        resources: true;
        quota: Some(&prose::MANAGED_POLICY_QUOTA);
    }
    /// The trust policy of a role: who may assume it.
    RoleTrust {
        name: "role-trust" or "trust" or "assume-role";
        words: "a trust policy";
        language: trust_policy TrustPolicy role_trust;
        layer: RoleTrust;
        whom: Principals;
        resources: false;
        quota: Some(&prose::TRUST_POLICY_QUOTA);
    }
    /// Attached to a Rekognition Custom Labels project: who may copy its models.
    Project {
        name: "project";
        words: "a project policy";
        language: project_policy ProjectPolicy project;
        layer: Resource;
        whom: Principals;
        resources: true;
        quota: Some(&prose::PROJECT_POLICY_QUOTA);
    }
    /// Attached to another resource: an S3 bucket, an SNS topic, an SQS queue, a KMS key.
    Resource {
        name: "resource" or "resource-based";
        words: "a resource policy";
        language: resource_policy ResourcePolicy resource;
        layer: Resource;
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
        layer: Session;
        whom: Nobody;
        resources: true;
        quota: Some(&prose::SESSION_POLICY_QUOTA);
    }
    /// The most that a user or role can be granted.
    PermissionsBoundary {
        name: "permissions-boundary" or "boundary" or "permission-boundary";
        words: "a permissions boundary";
        language: permissions_boundary PermissionsBoundary permissions_boundary;
        layer: PermissionsBoundary;
        whom: Nobody;
        resources: true;
        quota: Some(&prose::MANAGED_POLICY_QUOTA);
    }
    /// A service control policy of AWS Organizations: the most that principals of an account can be granted.
    ServiceControl {
        name: "service-control" or "scp";
        words: "a service control policy";
        language: service_control_policy ServiceControlPolicy service_control;
        layer: ServiceControl;
        whom: Nobody;
        resources: true;
        quota: Some(&prose::SERVICE_CONTROL_POLICY_QUOTA);
    }
    /// A resource control policy of AWS Organizations: the most that is possible on the resources of an account.
    ResourceControl {
        name: "resource-control" or "rcp";
        words: "a resource control policy";
        language: resource_control_policy ResourceControlPolicy resource_control;
        layer: ResourceControl;
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
        layer: VpcEndpoint;
        whom: Principals;
        resources: true;
        quota: Some(&prose::POLICY_OF_A_VPC_ENDPOINT_QUOTA);
    }
}

impl PolicyKind {
    /// A short name in lower case, for command lines and files: `identity`, `role-trust`.
    ///
    /// [`Display`](fmt::Display) prints it and [`FromStr`](core::str::FromStr) reads it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// The other words that [`FromStr`](core::str::FromStr) accepts for the kind: `trust`, `scp`.
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
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::PolicyKind;
    ///
    /// let language = PolicyKind::RoleTrust.language().unwrap();
    /// assert_eq!((language.macro_name, language.type_name), ("trust_policy", "TrustPolicy"));
    /// assert!(PolicyKind::VpcEndpoint.language().is_none());
    /// ```
    #[must_use]
    pub const fn language(self) -> Option<Language> {
        self.row().language
    }

    /// Where policies of this kind take part in a decision.
    ///
    /// ```
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::{Layer, PolicyKind};
    ///
    /// assert_eq!(PolicyKind::Project.layer(), Layer::Resource);
    /// assert!(Layer::ALL.iter().all(|layer| layer.kind().layer() == *layer));
    /// ```
    #[must_use]
    pub const fn layer(self) -> Layer {
        self.row().layer
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

    /// The kind of the resource policy that grants this action: of Rekognition's resources, only Custom Labels projects have
    /// policies, and those grant one action. See
    /// <https://docs.aws.amazon.com/rekognition/latest/customlabels-dg/md-create-project-policy-document.html>.
    ///
    /// ```
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::PolicyKind;
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

impl fmt::Display for PolicyKind {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
