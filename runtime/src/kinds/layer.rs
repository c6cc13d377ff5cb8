//! Where a policy takes part in the decision about a request.

use core::fmt;

use super::PolicyKind;

/// Where a policy takes part in the decision about a request: with the caller, with the resource, or as a limit.
///
/// [`PolicyKind::layer`] says it of each kind, and AWS's access denied messages name the layer that denied.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html> and
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layer {
    /// `identity-based policy`: of the user, its groups, or the role.
    Identity,
    /// `resource-based policy`: of the bucket, key, topic, queue, secret or function.
    Resource,
    /// `permissions boundary`.
    PermissionsBoundary,
    /// `session policy`: passed to `AssumeRole` or `GetFederationToken`.
    Session,
    /// `service control policy`: of the organization of the caller's account.
    ServiceControl,
    /// `resource control policy`: of the organization of the resource's account.
    ResourceControl,
    /// `VPC endpoint policy`.
    VpcEndpoint,
    /// `role trust policy`.
    RoleTrust,
}

impl Layer {
    /// All layers.
    pub const ALL: [Self; 8] = [
        Self::Identity,
        Self::Resource,
        Self::PermissionsBoundary,
        Self::Session,
        Self::ServiceControl,
        Self::ResourceControl,
        Self::VpcEndpoint,
        Self::RoleTrust,
    ];

    /// AWS's words for it: `identity-based policy`.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Identity => "identity-based policy",
            Self::Resource => "resource-based policy",
            Self::PermissionsBoundary => "permissions boundary",
            Self::Session => "session policy",
            Self::ServiceControl => "service control policy",
            Self::ResourceControl => "resource control policy",
            Self::VpcEndpoint => "VPC endpoint policy",
            Self::RoleTrust => "role trust policy",
        }
    }

    /// The kind of its policies; of [`Layer::Resource`], the kind of all but Rekognition's projects.
    #[must_use]
    pub const fn kind(self) -> PolicyKind {
        match self {
            Self::Identity => PolicyKind::Identity,
            Self::Resource => PolicyKind::Resource,
            Self::PermissionsBoundary => PolicyKind::PermissionsBoundary,
            Self::Session => PolicyKind::Session,
            Self::ServiceControl => PolicyKind::ServiceControl,
            Self::ResourceControl => PolicyKind::ResourceControl,
            Self::VpcEndpoint => PolicyKind::VpcEndpoint,
            Self::RoleTrust => PolicyKind::RoleTrust,
        }
    }

    /// Whether its policies can grant what no other policy allows. The others only limit.
    #[must_use]
    pub const fn grants(self) -> bool {
        matches!(self, Self::Identity | Self::Resource | Self::RoleTrust)
    }

    /// Whether its policies are attached to a resource (a role among them) and grant access to it.
    #[must_use]
    pub const fn is_of_resource(self) -> bool {
        matches!(self, Self::Resource | Self::RoleTrust)
    }

    /// Whether its policies are those of the caller, its session, or its account, so that they apply to whatever the caller
    /// asks for.
    #[must_use]
    pub const fn is_of_caller(self) -> bool {
        matches!(
            self,
            Self::Identity | Self::Session | Self::PermissionsBoundary | Self::ServiceControl
        )
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}
