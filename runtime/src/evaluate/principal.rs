//! Who a statement of a resource policy speaks of.

use super::program::principal;
use super::request::{Caller, Form, behind_last_slash, is_account, starts};
use super::text::{arn_field, byte, same};

/// How a statement reaches the caller. A later one is the stronger.
///
/// Within one account it decides which other policies still limit what the statement grants. See
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Link {
    /// By the account, which still has to let the caller.
    Account = 1,
    /// By the role of a session or the user of a federated user.
    Session = 2,
    /// By name, or because the statement speaks of everyone.
    Direct = 3,
}

/// How the statement reaches the caller; `None` when it does not. A statement without the element reaches everyone.
pub(crate) const fn reach(principals: &[u8], caller: Option<&[u8]>) -> Option<Link> {
    match byte(principals, 0) {
        b'_' | b'*' => Some(Link::Direct),
        b'=' => {
            let Some(caller) = caller else {
                return listed(principals, None, false);
            };
            listed(principals, Some(&Caller::read(caller)), false)
        }
        // Everyone but who is named: a caller is excepted by its own name alone. Naming its account or its role
        // does not except it.
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
        b'!' => {
            let excepted = match caller {
                Some(caller) => listed(principals, Some(&Caller::read(caller)), true),
                None => listed(principals, None, true),
            };
            match excepted {
                Some(Link::Direct) => None,
                _ => Some(Link::Direct),
            }
        }
        _ => None,
    }
}

/// Whether the element is `NotPrincipal`.
pub(crate) const fn is_not(principals: &[u8]) -> bool {
    matches!(byte(principals, 0), b'!' | b'~')
}

/// Whether there is no such element.
pub(crate) const fn is_absent(principals: &[u8]) -> bool {
    byte(principals, 0) == b'_'
}

const fn listed(principals: &[u8], caller: Option<&Caller<'_>>, exactly: bool) -> Option<Link> {
    let mut best: Option<Link> = None;
    let mut at = 1;
    while let Some((kind, text, next)) = principal(principals, at) {
        let link = if kind == b'A' && same(text, b"*") {
            Some(Link::Direct)
        } else {
            match caller {
                Some(caller) => names(kind, text, caller, exactly),
                None => None,
            }
        };
        if let Some(link) = link {
            let stronger = match best {
                Some(best) => link as u8 > best as u8,
                None => true,
            };
            if stronger {
                best = Some(link);
            }
        }
        at = next;
    }
    best
}

const fn names(kind: u8, text: &[u8], caller: &Caller<'_>, exactly: bool) -> Option<Link> {
    if let Form::Anonymous = caller.form {
        return None;
    }
    if kind != b'A' {
        return if same(text, caller.arn) {
            Some(Link::Direct)
        } else {
            None
        };
    }
    if let Some(account) = account_of(text) {
        return match caller.account {
            Some(own) if same(own, account) => match caller.form {
                Form::Root => Some(Link::Direct),
                _ => Some(Link::Account),
            },
            _ => None,
        };
    }
    if same(text, caller.arn) {
        // Who asks with a role's ARN is some session of the role.
        return match caller.form {
            Form::Role if !exactly => Some(Link::Session),
            _ => Some(Link::Direct),
        };
    }
    let (Some(partition), Some(account), Some(resource)) = (
        arn_field(text, 1, false),
        arn_field(text, 4, false),
        arn_field(text, 5, false),
    ) else {
        return None;
    };
    let same_account = match caller.account {
        Some(own) => same(own, account) && same(partition, caller.partition),
        None => false,
    };
    if !same_account {
        return None;
    }
    match caller.form {
        Form::Session
            if starts(resource, b"role/") && same(behind_last_slash(resource), caller.name) =>
        {
            Some(Link::Session)
        }
        Form::FederatedUser
            if starts(resource, b"user/") && same(behind_last_slash(resource), caller.name) =>
        {
            Some(Link::Session)
        }
        _ => None,
    }
}

/// The account that a principal names as a whole: by its number or by the ARN of its root.
pub(crate) const fn account_of(text: &[u8]) -> Option<&[u8]> {
    if is_account(text) {
        return Some(text);
    }
    match arn_field(text, 5, false) {
        Some(resource) if same(resource, b"root") => arn_field(text, 4, false),
        _ => None,
    }
}

/// Whether the caller is a service-linked role, which no service control policy limits.
///
/// See <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>.
pub(crate) const fn is_service_linked(caller: &Caller<'_>) -> bool {
    match caller.form {
        Form::Role => starts(caller.resource, b"role/aws-service-role/"),
        Form::Session => starts(caller.name, b"AWSServiceRoleFor"),
        _ => false,
    }
}
