//! What a message does not say and its reader should know.

use alloc::vec::Vec;
use core::fmt;

use super::{AccessDenied, On, Why};
use crate::Layer;
use crate::catalogue;

/// Something worth knowing about a message. `{}` writes it as a sentence without its full stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Hint {
    /// The caller is a session: the path of its role is not in the message.
    RolePath,
    /// A request for an object was denied as `s3:ListBucket`: the object does not exist. See
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>.
    ObjectMissing,
    /// IAM names a role, a user, or another entity without its path.
    NamePath,
    /// Another service called KMS for the caller.
    KeyOfService,
    /// The caller passes a role to a service, which the message does not name. See
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>.
    PassRole,
    /// AWS attached the policy because the access key was exposed. See
    /// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html>.
    KeyExposed,
    /// The resource of the message ends where a name would begin: AWS compares this text with the statements.
    NoName,
    /// The ARN of the message has a wildcard, which a statement takes for any text.
    Wildcard,
    /// AWS compared `*` with the statements: only `*` matches it, and covers every resource of the action.
    Star,
    /// Digits of the account are masked.
    Masked,
    /// KMS prints the same for a key that does not exist in the Region.
    KeyMissing,
    /// The line ends with the resource, and a single word follows in the next line: the resource may have been wrapped.
    Wrapped,
    /// AWS names one layer, whichever others deny too.
    OneLayer,
    /// The caller and the resource are of different accounts: both sides must allow.
    CrossAccount,
}

pub(super) fn of(denied: &AccessDenied<'_>) -> Vec<Hint> {
    let (service, name) = denied.action_parts();
    let operation = denied.operation();
    let arn = match denied.on() {
        On::Arn(arn) => Some(&**arn),
        On::Any | On::Nothing | On::Unnamed | On::Words { .. } | On::Text(_) => None,
    };
    let explicit = matches!(denied.why(), Why::Denied { .. });
    let mut hints = Vec::new();
    let mut add = |hint, applies: bool| {
        if applies {
            hints.push(hint);
        }
    };
    let policy = match denied.why() {
        Why::Denied { policy, .. } => policy.as_deref().unwrap_or_default(),
        Why::Unstated
        | Why::NotAllowed(_)
        | Why::Either(_)
        | Why::BlockPublicAccess
        | Why::Unread(_) => "",
    };
    add(
        Hint::KeyExposed,
        policy.contains(":aws:policy/AWSCompromisedKeyQuarantine"),
    );
    add(
        Hint::ObjectMissing,
        denied.action() == "s3:ListBucket" && matches!(operation, Some("GetObject" | "HeadObject")),
    );
    let of_kms = |operation: &str| {
        catalogue::service("kms").is_none_or(|kms| kms.operation(operation).is_some())
    };
    add(
        Hint::KeyOfService,
        service == "kms" && operation.is_some_and(|operation| !of_kms(operation)),
    );
    add(Hint::PassRole, service == "iam" && name == "PassRole");
    add(
        Hint::KeyMissing,
        matches!(denied.why(), Why::Either(Layer::Resource)),
    );
    add(
        Hint::NoName,
        !explicit && arn.is_some_and(|arn| arn.ends_with([':', '/', '*'])),
    );
    let is_wide = denied.resource().is_some_and(|resource| {
        resource.starts_with("arn:")
            && (resource.replace("${*}", "").replace("${?}", "")).contains(['*', '?'])
    });
    add(
        Hint::Wildcard,
        !explicit && is_wide && denied.has_resource_types(),
    );
    add(
        Hint::Star,
        !explicit && matches!(denied.on(), On::Any) && denied.has_resource_types(),
    );
    add(
        Hint::Masked,
        denied.principal().into_iter().chain(arn).any(is_masked),
    );
    add(Hint::Wrapped, denied.wrapped);
    add(Hint::CrossAccount, denied.is_cross_account());
    add(
        Hint::RolePath,
        denied
            .principal()
            .is_some_and(|principal| principal.contains(":assumed-role/")),
    );
    add(
        Hint::NamePath,
        matches!(denied.on(), On::Words { kind, name } if kind != "policy path" && !name.contains('/')),
    );
    add(Hint::OneLayer, denied.layer().is_some());
    hints
}

/// Whether digits of an account are masked, as API Gateway does it.
pub(super) fn is_masked(arn: &str) -> bool {
    arn.split(':')
        .nth(4)
        .is_some_and(|account| account.contains('*') && account != "*")
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RolePath => {
                "the caller is a role session; the message omits the role's path, which you need to name the role in a policy"
            }
            Self::NamePath => {
                "the message omits the path of the resource; if it has one, such as `/service/`, the statement needs it too"
            }
            Self::ObjectMissing => {
                "the object does not exist; with `s3:ListBucket` the error would be `NoSuchKey`"
            }
            Self::KeyOfService => {
                "the service called KMS for the caller; it is the KMS action that is missing"
            }
            Self::PassRole => {
                "the operation passes this role to a service; restrict the statement with `iam:PassedToService`, which the message does not contain"
            }
            Self::KeyExposed => {
                "AWS attached this policy because the access key was exposed; rotate the key before anything else"
            }
            Self::NoName => {
                "AWS compared this ARN as it is, without a name at its end; a statement for one name does not match it"
            }
            Self::Wildcard => {
                "the ARN in the message contains a wildcard, so a statement with it covers every resource that it matches"
            }
            Self::Star => {
                "AWS compared `*` with the statements, which only `*` matches; such a statement covers every resource of the action"
            }
            Self::Masked => "digits of the account are masked, so the ARN is not complete",
            Self::KeyMissing => {
                "KMS reports the same for a key that does not exist in this Region or account"
            }
            Self::Wrapped => {
                "the resource ends with its line; if the text was wrapped there, repeat the command with the message on one line"
            }
            Self::OneLayer => {
                "AWS reports one layer at a time; after you fix this one, another may deny the request"
            }
            Self::CrossAccount => {
                "the resource is in another account; a policy of the caller and a policy of the resource must both allow it"
            }
        })
    }
}
