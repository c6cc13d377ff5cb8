//! What messages say, in words.

use rekognition_iam_runtime::Layer;
use rekognition_iam_runtime::denied::{On, Why};
use rekognition_iam_runtime::evaluate::Reason;

/// A layer with its article.
pub(super) fn a(layer: Layer) -> String {
    let article = match layer {
        Layer::Identity => "an",
        Layer::Resource
        | Layer::PermissionsBoundary
        | Layer::Session
        | Layer::ServiceControl
        | Layer::ResourceControl
        | Layer::VpcEndpoint
        | Layer::RoleTrust => "a",
    };
    format!("{article} {layer}")
}

/// Who gets the statement: the user with its groups, or the role of a session.
pub(super) fn identity(caller: &str) -> String {
    let name = |kind: &str| {
        let (_, name) = caller.split_once(kind)?;
        Some(name.split('/').next().unwrap_or(name))
    };
    let user = || {
        Some(
            caller
                .split_once(":user/")?
                .1
                .rsplit('/')
                .next()?
                .to_owned(),
        )
    };
    if let Some(set) = permission_set(caller) {
        format!("the permission set `{set}` in IAM Identity Center, which manages the role")
    } else if let Some(role) = name(":assumed-role/") {
        format!("an identity policy of role `{role}`")
    } else if let Some(user) = user() {
        format!("an identity policy of user `{user}` or one of its groups")
    } else {
        "an identity policy of the user, one of its groups, or the role".to_owned()
    }
}

/// The permission set that a role of IAM Identity Center belongs to: `Dev` of `AWSReservedSSO_Dev_0123456789abcdef`. Only the set can be
/// changed. See <https://docs.aws.amazon.com/singlesignon/latest/userguide/using-service-linked-roles.html>.
fn permission_set(caller: &str) -> Option<&str> {
    let (_, name) = caller.split_once(":assumed-role/AWSReservedSSO_")?;
    let (set, id) = name.split('/').next()?.rsplit_once('_')?;
    let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_id && !set.is_empty()).then_some(set)
}

/// Whether a service-linked role made the request, whose policies only its service can change. See
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html>.
pub(super) fn is_service_linked(caller: &str) -> bool {
    caller.contains(":assumed-role/AWSServiceRoleFor")
}

/// The principal that a policy names for a caller: the role of a session.
pub(super) fn named(caller: &str) -> String {
    let role = || {
        let (head, rest) = caller.split_once(":assumed-role/")?;
        let (role, _) = rest.split_once('/')?;
        let head = head.replacen(":sts:", ":iam:", 1);
        Some(format!("{head}:role/{role}"))
    };
    role().unwrap_or_else(|| caller.to_owned())
}

/// The layer that a decision is missing an `Allow` in.
pub(super) fn layer_of(reason: Reason) -> Option<Layer> {
    match reason {
        Reason::NothingAllows | Reason::IdentityDoesNotAllow => Some(Layer::Identity),
        Reason::ResourceDoesNotAllow => Some(Layer::Resource),
        Reason::BoundaryDoesNotAllow => Some(Layer::PermissionsBoundary),
        Reason::SessionDoesNotAllow => Some(Layer::Session),
        Reason::EndpointDoesNotAllow => Some(Layer::VpcEndpoint),
        Reason::ServiceControlDoesNotAllow { .. } => Some(Layer::ServiceControl),
        _ => None,
    }
}

/// Who can change a layer.
pub(super) const fn who_changes(layer: Layer) -> &'static str {
    match layer {
        Layer::Identity => "one of the user, its groups, or the role",
        Layer::Resource => "that of the bucket, key, topic, queue, secret, or function",
        Layer::PermissionsBoundary => "that of the user or role",
        Layer::Session => "passed to `AssumeRole` or `GetFederationToken`",
        Layer::ServiceControl => "ask the administrators of the caller's organization",
        Layer::ResourceControl => {
            "ask the administrators of the organization that the resource's account belongs to"
        }
        Layer::VpcEndpoint => "that of the endpoint that the request goes through",
        Layer::RoleTrust => "that of the role",
    }
}

pub(super) fn layer_words(why: &Why<'_>) -> String {
    match why {
        Why::Unstated => "not in the message".to_owned(),
        Why::NotAllowed(layer) => format!("{layer}: none allows the action (implicit denial)"),
        Why::Denied {
            layer: Some(layer),
            through: None,
            ..
        } => format!("{layer}: a statement denies the action (explicit denial)"),
        Why::Denied {
            layer: Some(layer),
            through: Some(through),
            ..
        } => format!(
            "{layer}: a statement denies the action (explicit denial), reported through {}",
            a(*through)
        ),
        Why::Denied { layer: None, .. } => {
            "not in the message; a statement denies the action (explicit denial)".to_owned()
        }
        Why::Either(layer) => {
            format!("{layer}: it does not allow the action, or a statement of it denies it")
        }
        Why::BlockPublicAccess => "S3 Block Public Access, which is not a policy".to_owned(),
        Why::Unread(text) => format!("not recognized: {text}"),
    }
}

/// How the message denies, for scripts.
pub(super) const fn effect(why: &Why<'_>) -> &'static str {
    match why {
        Why::Unstated => "unstated",
        Why::NotAllowed(_) => "implicit",
        Why::Denied { .. } => "explicit",
        Why::Either(_) => "either",
        Why::BlockPublicAccess => "block_public_access",
        Why::Unread(_) => "unrecognized",
    }
}

/// What the message has for the resource, for scripts.
pub(super) const fn form(on: &On<'_>) -> &'static str {
    match on {
        On::Arn(_) => "arn",
        On::Any => "any",
        On::Nothing => "none",
        On::Unnamed => "unnamed",
        On::Words { .. } => "words",
        On::Text(_) => "text",
    }
}
