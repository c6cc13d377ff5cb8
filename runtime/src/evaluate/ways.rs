//! Which layers have to allow a request.

use super::caller::{Caller, Form as CallerForm};
use super::decide::Present;
use super::principal::{Link, is_service_linked};
use crate::Layer;
use crate::document::PolicyKind;

/// What is asked of a set of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aim {
    /// What IAM answers to a request.
    Request,
    /// What the documents grant: a request that goes through although no statement allows it, as one by a root user,
    /// does not count. `assumed`: the last document allows everything, in place of identity policies that nobody gave;
    /// where there is a resource policy, it has to allow too.
    Statements {
        /// Whether the identity policies are assumed.
        assumed: bool,
    },
    /// What the policies of the resource let in, whatever other policies the callers have.
    Resource,
}

/// One way for a request to be granted: the layers that have to allow it, in addition to those that every request has to
/// get through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Way {
    /// The resource policy or trust policy, and how it has to reach the caller at least.
    pub(crate) resource: Option<Link>,
    /// The identity policies.
    pub(crate) identity: bool,
    /// The permissions boundary and the session policies, where there are any.
    pub(crate) limited: bool,
    pub(super) basis: Basis,
}

impl Way {
    const fn by_resource(link: Link, limited: bool) -> Self {
        Self {
            resource: Some(link),
            identity: false,
            limited,
            basis: Basis::Resource,
        }
    }
}

/// What an answer names as the reason for a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    Resource,
    Identity,
    Root,
}

/// What the ways to grant a request depend on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Situation {
    /// What kind of principal asks, where that is known.
    pub(crate) form: Option<CallerForm>,
    /// Whether the resource is of another account than the caller.
    pub(crate) crosses: bool,
    /// Whether the action is one on a KMS key, whose own policy has to let the caller in.
    pub(crate) key: bool,
}

/// The ways to grant a request.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
/// and, for resources of another account,
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html>.
pub(crate) const fn ways(present: Present, situation: Situation, aim: Aim) -> [Option<Way>; 3] {
    let Situation { form, crosses, key } = situation;
    if let Aim::Resource = aim {
        return [Some(Way::by_resource(Link::Account, false)), None, None];
    }
    let resource_alone = match form {
        // No identity policy is attached to them.
        Some(CallerForm::Anonymous | CallerForm::Service | CallerForm::Provider) => true,
        Some(CallerForm::Other) => !present.identity,
        _ => false,
    };
    if resource_alone {
        return [Some(Way::by_resource(Link::Direct, false)), None, None];
    }
    let is_root = matches!(form, Some(CallerForm::Root));
    if crosses {
        let both = Way {
            identity: !is_root,
            ..Way::by_resource(Link::Account, true)
        };
        return [Some(both), None, None];
    }
    // A role and a KMS key are open to nobody whom their own policy does not let in, if only by the account:
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
    let (strict, counts) = match aim {
        Aim::Statements { assumed } => (
            present.trust || (present.resource && (key || assumed)),
            !is_root || assumed,
        ),
        Aim::Request | Aim::Resource => (present.trust || (present.resource && key), true),
    };
    let by_identity = Way {
        resource: if strict { Some(Link::Account) } else { None },
        identity: !is_root,
        limited: true,
        basis: if is_root {
            Basis::Root
        } else {
            Basis::Identity
        },
    };
    [
        Some(Way::by_resource(Link::Direct, false)),
        Some(Way::by_resource(Link::Session, true)),
        if counts || by_identity.resource.is_some() {
            Some(by_identity)
        } else {
            None
        },
    ]
}

/// Whether the caller is a federated user without a session policy, who has no permissions but those of resource policies that
/// name the session, or everyone.
///
/// See <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>.
pub(crate) const fn lacks_session(present: Present, form: Option<CallerForm>) -> bool {
    matches!(form, Some(CallerForm::FederatedUser)) && !present.session
}

/// Whether the policies of a kind have a say about a caller, and about an action that resource control policies cover or
/// do not cover.
///
/// Service control policies affect the users and roles of the accounts of the organization; a caller with the token of an
/// identity provider is neither. See
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>.
pub(crate) const fn applies(
    kind: PolicyKind,
    caller: Option<&Caller<'_>>,
    controlled: bool,
) -> bool {
    match kind.layer() {
        Layer::ServiceControl => match caller {
            Some(caller) => {
                !is_service_linked(caller)
                    && !matches!(
                        caller.form,
                        CallerForm::Service | CallerForm::Anonymous | CallerForm::Provider
                    )
            }
            None => true,
        },
        Layer::ResourceControl => {
            controlled
                && match caller {
                    Some(caller) => !is_service_linked(caller),
                    None => true,
                }
        }
        Layer::Identity
        | Layer::RoleTrust
        | Layer::Resource
        | Layer::Session
        | Layer::PermissionsBoundary
        | Layer::VpcEndpoint => true,
    }
}
