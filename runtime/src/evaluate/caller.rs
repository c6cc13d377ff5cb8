//! Who asks: the kinds of callers, and what follows from the name of one.

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]

use super::text::{arn_fields, begins, find, find_last, part, rest, same};
use crate::catalogue::access::{AMAZON_PRINCIPALS, CallerKey, Carried, PRINCIPAL_SUFFIXES, Who};

/// What kind of principal asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Anonymous,
    Root,
    User,
    Role,
    Session,
    FederatedUser,
    Service,
    /// A SAML or OIDC identity provider.
    Provider,
    /// A canonical user or something unknown.
    Other,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller<'r> {
    pub(crate) form: Form,
    pub(crate) arn: &'r [u8],
    pub(crate) partition: &'r [u8],
    pub(crate) account: Option<&'r [u8]>,
    /// The name of the user, of the session's role or of the federated user.
    pub(crate) name: &'r [u8],
    /// What follows the fifth colon of the ARN.
    pub(crate) resource: &'r [u8],
}

impl<'r> Caller<'r> {
    pub(crate) const fn read(text: &'r [u8]) -> Self {
        let mut caller = Self {
            form: Form::Other,
            arn: text,
            partition: b"aws",
            account: None,
            name: &[],
            resource: &[],
        };
        if same(text, b"*") {
            caller.form = Form::Anonymous;
            return caller;
        }
        if is_account(text) {
            caller.form = Form::Root;
            caller.account = Some(text);
            caller.resource = b"root";
            return caller;
        }
        let Some([scheme, partition, service, region, account, resource]) = arn_fields(text) else {
            if is_provider(text) {
                caller.form = Form::Provider;
            } else if is_service(text) {
                caller.form = Form::Service;
            }
            return caller;
        };
        // No principal is in a region.
        if !same(scheme, b"arn") || !region.is_empty() {
            return caller;
        }
        caller.partition = partition;
        if is_account(account) {
            caller.account = Some(account);
        }
        caller.resource = resource;
        caller.form = form(service, resource);
        caller.name = match caller.form {
            Form::User | Form::Role => behind_last_slash(resource),
            Form::Session => {
                let name = rest(resource, b"assumed-role/".len());
                part(name, 0, find(name, b'/', 0))
            }
            Form::FederatedUser => rest(resource, b"federated-user/".len()),
            Form::Anonymous | Form::Root | Form::Service | Form::Provider | Form::Other => &[],
        };
        caller
    }

    /// Whether the text is one of a caller that there can be.
    pub(crate) const fn is_caller(&self) -> bool {
        match self.form {
            Form::Anonymous | Form::Service => true,
            Form::Root => self.account.is_some(),
            Form::User | Form::Role | Form::Session | Form::FederatedUser => {
                self.account.is_some() && !self.name.is_empty()
            }
            Form::Provider => self.account.is_some() || self.resource.is_empty(),
            Form::Other => is_canonical(self.arn),
        }
    }

    /// Whether the caller is of one of these kinds.
    pub(crate) const fn is_one_of(&self, kinds: &[Who]) -> bool {
        let mut at = 0;
        while at < kinds.len() {
            let is = match kinds[at] {
                Who::Anonymous => matches!(self.form, Form::Anonymous),
                Who::FederatedUser => matches!(self.form, Form::FederatedUser),
                Who::Oidc => matches!(self.form, Form::Provider) && !self.is_saml(),
                Who::Role => matches!(self.form, Form::Role | Form::Session),
                Who::Root => matches!(self.form, Form::Root),
                Who::Saml => matches!(self.form, Form::Provider) && self.is_saml(),
                Who::Service => matches!(self.form, Form::Service),
                Who::User => matches!(self.form, Form::User),
            };
            if is {
                return true;
            }
            at += 1;
        }
        false
    }

    const fn is_saml(&self) -> bool {
        starts(self.resource, b"saml-provider/")
    }

    /// What the caller has for a key that follows from it.
    pub(crate) const fn carries(&self, key: &CallerKey) -> Carried {
        match self.form {
            Form::Anonymous => key.anonymous,
            Form::Root => key.root,
            Form::User => key.user,
            Form::Role | Form::Session => key.session,
            Form::FederatedUser => key.federated,
            Form::Service => key.service,
            Form::Provider | Form::Other => match key.user {
                // It is of an account, whichever it is.
                Carried::Account if self.account.is_some() => Carried::Account,
                Carried::Absent
                | Carried::Given
                | Carried::Hidden
                | Carried::Id
                | Carried::Text(_)
                | Carried::Account
                | Carried::Arn
                | Carried::RoleArn
                | Carried::Name
                | Carried::Service => Carried::Given,
            },
        }
    }
}

/// The kind of principal that has an ARN of this service with this last part.
const fn form(service: &[u8], resource: &[u8]) -> Form {
    if same(service, b"sts") {
        return if starts(resource, b"assumed-role/") {
            Form::Session
        } else if starts(resource, b"federated-user/") {
            Form::FederatedUser
        } else {
            Form::Other
        };
    }
    if !same(service, b"iam") {
        Form::Other
    } else if same(resource, b"root") {
        Form::Root
    } else if starts(resource, b"user/") {
        Form::User
    } else if starts(resource, b"role/") {
        Form::Role
    } else if starts(resource, b"saml-provider/") || starts(resource, b"oidc-provider/") {
        Form::Provider
    } else {
        Form::Other
    }
}

/// The identity providers that trust policies name without an ARN.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.
const fn is_provider(text: &[u8]) -> bool {
    same(text, b"cognito-identity.amazonaws.com")
        || same(text, b"accounts.google.com")
        || same(text, b"graph.facebook.com")
        || same(text, b"www.amazon.com")
}

/// Whether the text is a service principal.
const fn is_service(text: &[u8]) -> bool {
    let mut at = 0;
    while at < PRINCIPAL_SUFFIXES.len() {
        if ends(text, PRINCIPAL_SUFFIXES[at].as_bytes()) {
            return true;
        }
        at += 1;
    }
    let name = part(text, 0, find(text, b'.', 0));
    let mut at = 0;
    while at < AMAZON_PRINCIPALS.len() {
        if same(name, AMAZON_PRINCIPALS[at].as_bytes()) {
            return same(rest(text, name.len()), b".amazon.com");
        }
        at += 1;
    }
    false
}

/// Whether the text is the canonical user ID of an account: 64 hexadecimal digits.
///
/// See <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html>.
const fn is_canonical(text: &[u8]) -> bool {
    let mut at = 0;
    while at < text.len() {
        if !text[at].is_ascii_hexdigit() {
            return false;
        }
        at += 1;
    }
    text.len() == 64
}

/// Whether the text is the number of an account.
pub(crate) const fn is_account(text: &[u8]) -> bool {
    let mut at = 0;
    while at < text.len() {
        if !text[at].is_ascii_digit() {
            return false;
        }
        at += 1;
    }
    text.len() == 12
}

pub(crate) const fn starts(text: &[u8], start: &[u8]) -> bool {
    begins(text, start)
}

const fn ends(text: &[u8], end: &[u8]) -> bool {
    text.len() >= end.len() && same(rest(text, text.len() - end.len()), end)
}

pub(crate) const fn behind_last_slash(text: &[u8]) -> &[u8] {
    rest(text, find_last(text, b'/') + 1)
}
