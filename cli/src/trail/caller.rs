//! Who made a call, by `userIdentity`. See
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html>.

use std::borrow::Cow;

use rekognition_iam_runtime::evaluate::is_caller;

use super::members::{Text, scalar};
use super::record::Record;

/// Who made a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller<'t> {
    pub(crate) kind: CallerKind,
    /// As `Request` has it.
    pub(crate) principal: Cow<'t, str>,
    /// Whose policies apply: of a session the ARN of its role or user; otherwise the principal itself.
    pub(crate) owner: Cow<'t, str>,
}

/// What kind of caller it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallerKind {
    User,
    /// A session of a role. Whether the record has the ARN of the role, with its path.
    Session {
        role: bool,
    },
    Federated,
    Root,
    /// Someone of another account.
    Account,
    /// Someone who did not sign in.
    Anyone,
    Service,
    /// A SAML or OIDC identity provider.
    Provider,
}

/// Why no policy of IAM decided about a caller, or why it is not known who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoCaller {
    /// IAM Identity Center with a token.
    Bearer,
    Unknown,
}

impl<'t> Caller<'t> {
    /// The caller of a record.
    pub(crate) fn of(record: &Record<'t>) -> Result<Self, NoCaller> {
        let identity = &record.identity;
        let one = |kind, principal: &Text<'t>| {
            let principal = principal.clone().ok_or(NoCaller::Unknown)?;
            if !is_caller(&principal) {
                return Err(NoCaller::Unknown);
            }
            Ok(Self {
                kind,
                owner: principal.clone(),
                principal,
            })
        };
        match identity.kind.as_deref() {
            Some("IAMUser") => one(CallerKind::User, &identity.arn),
            Some("AssumedRole") => {
                let issuer = identity.session.as_ref().and_then(|session| {
                    let is_role = matches!(session.issuer_kind.as_deref(), Some("Role") | None);
                    session.issuer.clone().filter(|_| is_role)
                });
                let role = issuer.is_some();
                let caller = one(CallerKind::Session { role }, &identity.arn)?;
                let owner = issuer
                    .or_else(|| role_of(&caller.principal).map(Cow::Owned))
                    .unwrap_or_else(|| caller.principal.clone());
                Ok(Self { owner, ..caller })
            }
            Some("Root") => one(CallerKind::Root, &identity.arn),
            // The session of `GetFederationToken` has the policies of the user that called it.
            Some("FederatedUser") => {
                let issuer = (identity.session.as_ref())
                    .and_then(|session| session.issuer.clone())
                    .filter(|issuer| issuer.contains(":user/"));
                let caller = one(CallerKind::Federated, &identity.arn)?;
                let owner = issuer.unwrap_or_else(|| caller.principal.clone());
                Ok(Self { owner, ..caller })
            }
            Some("AWSAccount") => match identity.account.as_deref() {
                Some("ANONYMOUS_PRINCIPAL" | "anonymous" | "ANONYMOUS") => Ok(Self {
                    kind: CallerKind::Anyone,
                    principal: Cow::Borrowed("*"),
                    owner: Cow::Borrowed("*"),
                }),
                _ => one(CallerKind::Account, &identity.account),
            },
            Some("AWSService") => one(CallerKind::Service, &identity.invoked_by),
            Some("WebIdentityUser") => one(CallerKind::Provider, &identity.provider),
            // `identityProvider` is the name qualifier of the assertion; the request has the provider.
            Some("SAMLUser") => {
                let provider = record.parameter("principalArn").and_then(scalar);
                let provider = provider.map(|arn| Cow::Owned(arn.into_owned()));
                one(
                    CallerKind::Provider,
                    &provider.or(identity.provider.clone()),
                )
            }
            Some("IdentityCenterUser") => Err(NoCaller::Bearer),
            None | Some("Unknown") if identity.invoked_by.is_some() => {
                one(CallerKind::Service, &identity.invoked_by)
            }
            _ if identity.bearer => Err(NoCaller::Bearer),
            _ => Err(NoCaller::Unknown),
        }
    }

    /// Whether a service-linked role makes the call: its path is reserved. See
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html>.
    pub(crate) fn is_service_linked(&self) -> bool {
        self.owner.contains(":role/aws-service-role/")
    }
}

/// The ARN of a session's role, as far as the session's ARN has it: without its path.
fn role_of(session: &str) -> Option<String> {
    let (head, rest) = session.split_once(":assumed-role/")?;
    let (name, _) = rest.split_once('/')?;
    Some(format!(
        "{}:role/{name}",
        head.replacen(":sts:", ":iam:", 1)
    ))
}
