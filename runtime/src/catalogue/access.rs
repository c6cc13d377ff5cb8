//! What evaluation knows of requests, beyond services, actions and keys.
//!
//! The tables are generated from `codegen/data`; everything that reads them is a `const fn`, because `assert_policy!`
//! decides while compiling.

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]

pub(crate) use super::generated::access::{
    ALLOWED, COUNTS, FIELDS, GATEWAYS, KINDS, ONE_REGION, OWN_POLICIES, RESTRICTING, UNCONTROLLED,
};
use super::generated::access::{ALLOWED_TO_USERS, REFUSED, UNOWNED};
use super::generated::access::{ALWAYS, CALLER_KEYS};
use super::generated::pseudo::PSEUDO;
pub(crate) use super::generated::pseudo::WRITTEN;
pub(crate) use super::generated::rule_facts::{
    AMAZON_PRINCIPALS, PRINCIPAL_SUFFIXES, RCP_SERVICES,
};
use super::model::{PseudoForm, Written};
use super::{ConditionKey, ValueType};
use crate::evaluate::text::{begins_folded, find, part, rest, same_folded};

/// What a kind of caller has for a condition key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carried {
    /// The request never has the key.
    Absent,
    /// The request may have the key, and nothing in the caller's name says so.
    Given,
    /// The request has the key, and the caller's name does not tell its value.
    Hidden,
    /// The request has the key, the caller's unique ID, and the caller's name tells a part of it.
    Id,
    /// This text.
    Text(&'static str),
    /// The caller's account.
    Account,
    /// The caller's ARN.
    Arn,
    /// The ARN of the caller's role, whose path the ARN of a session does not tell.
    RoleArn,
    /// The caller's name without its path.
    Name,
    /// The service principal.
    Service,
}

/// What the requests of one kind have in common.
#[derive(Debug)]
pub(crate) struct Kind {
    /// Keys that they never have.
    pub(crate) absent: &'static [&'static str],
    /// Keys that they always have.
    pub(crate) present: &'static [&'static str],
    /// Keys with the only value that they have.
    pub(crate) values: &'static [(&'static str, &'static str)],
    /// Keys that have the value of another key.
    pub(crate) same: &'static [(&'static str, &'static str)],
    /// The service that they are sent to.
    pub(crate) on: Option<&'static str>,
    /// They name no resource of this service.
    pub(crate) off: Option<&'static str>,
}

/// What one kind of requests has for a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fixed {
    /// Nothing.
    Absent,
    /// Some value.
    Present,
    /// This value.
    Value(&'static str),
}

impl Kind {
    /// What is certain of a key.
    pub(crate) fn fixed(&self, key: &str) -> Option<Fixed> {
        let is = |known: &&&str| known.eq_ignore_ascii_case(key);
        if self.absent.iter().any(|known| is(&known)) {
            return Some(Fixed::Absent);
        }
        if self.present.iter().any(|known| is(&known)) {
            return Some(Fixed::Present);
        }
        let (_, value) = (self.values.iter()).find(|(known, _)| known.eq_ignore_ascii_case(key))?;
        Some(Fixed::Value(value))
    }

    /// Whether it says something about a key.
    pub(crate) fn concerns(&self, key: &str) -> bool {
        let is = |(one, _): &(&str, &str)| one.eq_ignore_ascii_case(key);
        self.fixed(key).is_some() || self.same.iter().any(is)
    }

    /// Whether a request for an action is of this kind, on an ARN or on `*`.
    pub(crate) fn is_of(&self, service: &str, on_arn: bool) -> bool {
        let is = |known: &str| known.eq_ignore_ascii_case(service);
        self.on.is_none_or(is) && !(on_arn && self.off.is_some_and(is))
    }
}

/// The key that has the same value as another in requests to a service.
pub(crate) const fn same_key(service: &[u8], key: &[u8]) -> Option<&'static str> {
    let mut group = 0;
    while group < KINDS.len() {
        let mut number = 0;
        while number < KINDS[group].len() {
            let kind = &KINDS[group][number];
            if let Some(on) = kind.on
                && same_folded(on.as_bytes(), service)
            {
                let mut at = 0;
                while at < kind.same.len() {
                    let (one, other) = kind.same[at];
                    if same_folded(one.as_bytes(), key) {
                        return Some(other);
                    }
                    if same_folded(other.as_bytes(), key) {
                        return Some(one);
                    }
                    at += 1;
                }
            }
            number += 1;
        }
        group += 1;
    }
    None
}

/// A condition key that follows from the caller.
#[derive(Debug)]
pub(crate) struct CallerKey {
    pub(crate) name: &'static str,
    /// Whether the name goes on, as that of `aws:PrincipalTag/` does.
    pub(crate) prefix: bool,
    /// The service whose requests on ARNs have the key, where no others do.
    pub(crate) on: Option<&'static str>,
    pub(crate) user: Carried,
    pub(crate) session: Carried,
    pub(crate) federated: Carried,
    pub(crate) root: Carried,
    pub(crate) anonymous: Carried,
    pub(crate) service: Carried,
}

impl CallerKey {
    /// The value in a request that nobody signed, which no other request has.
    pub(crate) fn unsigned(&self) -> Option<&'static str> {
        let Carried::Text(text) = self.anonymous else {
            return None;
        };
        Some(text)
    }
}

/// The key of this name if it follows from the caller.
pub(crate) const fn caller_key(name: &[u8]) -> Option<&'static CallerKey> {
    let mut at = 0;
    while at < CALLER_KEYS.len() {
        let key = &CALLER_KEYS[at];
        let known = key.name.as_bytes();
        if if key.prefix {
            begins_folded(name, known)
        } else {
            same_folded(name, known)
        } {
            return Some(key);
        }
        at += 1;
    }
    None
}

/// Whether a request may have several values for the key, so that AWS refuses it as a policy variable.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>.
pub(crate) const fn is_multivalued(name: &[u8]) -> bool {
    match key_const(name) {
        Some(key) => key.multivalued,
        None => false,
    }
}

/// Whether all values of the key are of this type. A date may be written as a number.
pub(crate) const fn has_type(name: &[u8], wanted: ValueType) -> bool {
    let Some(key) = key_const(name) else {
        return false;
    };
    let mut at = 0;
    let mut found = false;
    while at < key.types.len() {
        let of = key.types[at];
        found |= of as u8 == wanted as u8;
        if of as u8 != wanted as u8
            && !(matches!(of, ValueType::Date | ValueType::Numeric)
                && matches!(wanted, ValueType::Date | ValueType::Numeric))
        {
            return false;
        }
        at += 1;
    }
    found
}

/// A key of the catalogue without a placeholder in its name, for the compiler: by a walk through the tables.
const fn key_const(name: &[u8]) -> Option<&'static ConditionKey> {
    if let Some(key) = key_in(super::generated::aws::GLOBAL_KEYS, name) {
        return Some(key);
    }
    let prefix = part(name, 0, find(name, b':', 0));
    let services = super::generated::SERVICES;
    let mut at = 0;
    while at < services.len() {
        if same_folded(services[at].prefix.as_bytes(), prefix) {
            return key_in(services[at].keys, name);
        }
        at += 1;
    }
    None
}

const fn key_in(keys: &'static [ConditionKey], name: &[u8]) -> Option<&'static ConditionKey> {
    let mut at = 0;
    while at < keys.len() {
        if same_folded(keys[at].name.as_bytes(), name) {
            return Some(&keys[at]);
        }
        at += 1;
    }
    None
}

/// A policy of the resource itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Own {
    /// The policy of a KMS key.
    Key,
    /// The trust policy of a role.
    Trust,
}

/// Actions that nobody may use whom a policy of the resource itself does not let in, if only by the account.
#[derive(Debug)]
pub(crate) struct OwnPolicy {
    pub(crate) service: &'static str,
    /// What the names of the actions begin with.
    pub(crate) prefix: &'static str,
    pub(crate) policy: Own,
    pub(crate) page: &'static str,
}

/// The policy of the resource itself that has to allow the action.
pub(crate) const fn own_policy(service: &[u8], name: &[u8]) -> Option<&'static OwnPolicy> {
    let mut at = 0;
    while at < OWN_POLICIES.len() {
        let own = &OWN_POLICIES[at];
        if same_folded(own.service.as_bytes(), service)
            && begins_folded(name, own.prefix.as_bytes())
        {
            return Some(own);
        }
        at += 1;
    }
    None
}

/// The AWS page about a policy of a resource.
pub(crate) const fn own_policy_page(policy: Own) -> &'static str {
    let mut at = 0;
    while at < OWN_POLICIES.len() {
        if OWN_POLICIES[at].policy as u8 == policy as u8 {
            return OWN_POLICIES[at].page;
        }
        at += 1;
    }
    ""
}

/// Whether every request has this condition key.
pub(crate) const fn is_always_present(name: &[u8]) -> bool {
    listed(ALWAYS, name)
}

/// Whether resource control policies apply to the action.
///
/// See <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>.
pub(crate) const fn is_controlled(service: &[u8], name: &[u8]) -> bool {
    listed(RCP_SERVICES, service) && !listed_action(UNCONTROLLED, service, name)
}

/// Whether no policy can deny the action.
///
/// See <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>.
pub(crate) const fn is_always_allowed(service: &[u8], name: &[u8]) -> bool {
    listed_action(ALLOWED, service, name)
}

/// Whether no policy can deny the action to a user or root user.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html>.
pub(crate) const fn is_allowed_to_users(service: &[u8], name: &[u8]) -> bool {
    listed_action(ALLOWED_TO_USERS, service, name)
}

/// A kind of caller that AWS may refuse an action to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Anonymous,
    FederatedUser,
    /// A provider of OIDC tokens.
    Oidc,
    /// A role, or a session of one.
    Role,
    Root,
    /// A SAML provider.
    Saml,
    Service,
    User,
}

/// The callers that cannot take the action, whatever policies say: AWS's API reference says with which credentials an
/// operation is called.
///
/// See <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>.
pub(crate) const fn refused_to(service: &[u8], name: &[u8]) -> &'static [Who] {
    let mut at = 0;
    while at < REFUSED.len() {
        let (action, to) = REFUSED[at];
        if listed_action(&[action], service, name) {
            return to;
        }
        at += 1;
    }
    &[]
}

/// Whether the service can be reached through gateway endpoints.
///
/// See <https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html>.
pub(crate) const fn has_gateways(service: &[u8]) -> bool {
    listed(GATEWAYS, service)
}

/// Whether requests to the service name resources of the region alone that they are sent to.
///
/// See <https://docs.aws.amazon.com/rekognition/latest/customlabels-dg/md-copy-model-overview.html>.
pub(crate) fn is_in_one_region(service: &str) -> bool {
    ONE_REGION
        .iter()
        .any(|known| service.eq_ignore_ascii_case(known))
}

/// Whether requests for the action do not have `aws:ResourceAccount`.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceaccount>.
pub(crate) const fn is_without_resource_account(service: &[u8], name: &[u8]) -> bool {
    listed_action(UNOWNED, service, name) || listed_action(UNOWNED, service, b"*")
}

const fn listed_action(actions: &[&str], service: &[u8], name: &[u8]) -> bool {
    let mut at = 0;
    while at < actions.len() {
        let text = actions[at].as_bytes();
        if text.len() == service.len() + 1 + name.len()
            && begins_folded(text, service)
            && same_folded(rest(text, service.len() + 1), name)
        {
            return true;
        }
        at += 1;
    }
    false
}

/// What AWS checks an action against, where that was recorded.
pub(crate) const fn recorded(service: &[u8], name: &[u8]) -> Option<&'static [PseudoForm]> {
    let mut at = 0;
    while at < PSEUDO.len() {
        let row = &PSEUDO[at];
        if same_folded(row.service.as_bytes(), service) && same_folded(row.action.as_bytes(), name)
        {
            return Some(row.forms);
        }
        at += 1;
    }
    None
}

/// How the resource of an action is compared where that is not its ARN, and whether the action is on a part of such a
/// resource.
pub(crate) const fn written(service: &[u8], name: &[u8]) -> Option<(&'static Written, bool)> {
    let mut at = 0;
    while at < WRITTEN.len() {
        let row = &WRITTEN[at];
        if same_folded(row.service.as_bytes(), service) {
            if listed(row.actions, name) {
                return Some((row, false));
            }
            if listed(row.parts, name) {
                return Some((row, true));
            }
        }
        at += 1;
    }
    None
}

const fn listed(texts: &[&str], wanted: &[u8]) -> bool {
    let mut at = 0;
    while at < texts.len() {
        if same_folded(texts[at].as_bytes(), wanted) {
            return true;
        }
        at += 1;
    }
    false
}
