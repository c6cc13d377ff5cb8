//! Who asks: the kinds of callers, and what follows from the name of one.

use super::text::{arn_fields, begins, find, find_last, part, rest, same};
use crate::catalogue::access::{CallerKey, Carried};

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
        let Some([_, partition, _, _, account, resource]) = arn_fields(text) else {
            if is_provider(text) {
                caller.form = Form::Provider;
            } else if ends(text, b".amazonaws.com") || ends(text, b".amazonaws.com.cn") {
                caller.form = Form::Service;
            }
            return caller;
        };
        caller.partition = partition;
        if is_account(account) {
            caller.account = Some(account);
        }
        caller.resource = resource;
        if same(resource, b"root") {
            caller.form = Form::Root;
        } else if starts(resource, b"user/") {
            caller.form = Form::User;
            caller.name = behind_last_slash(resource);
        } else if starts(resource, b"role/") {
            caller.form = Form::Role;
            caller.name = behind_last_slash(resource);
        } else if starts(resource, b"assumed-role/") {
            caller.form = Form::Session;
            let name = rest(resource, b"assumed-role/".len());
            caller.name = part(name, 0, find(name, b'/', 0));
        } else if starts(resource, b"federated-user/") {
            caller.form = Form::FederatedUser;
            caller.name = rest(resource, b"federated-user/".len());
        } else if starts(resource, b"saml-provider/") || starts(resource, b"oidc-provider/") {
            caller.form = Form::Provider;
        }
        caller
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
                _ => Carried::Given,
            },
        }
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
