//! Who a statement of a resource policy is about.

use super::caller::{Caller, Form, behind_last_slash, is_account, starts};
use super::doubt::Cause;
use super::program::principal;
use super::text::{arn_field, byte, same};

/// How a statement reaches the caller. A later one is the stronger.
///
/// Within one account it decides which other policies still limit what the statement grants. See
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Link {
    /// By the account, which still has to let the caller.
    Account = 1,
    /// By the role of a session or the user who made the session of a federated user.
    Session = 2,
    /// By name, or because the statement is about everyone.
    Direct = 3,
}

/// Whether a statement reaches the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    Missed,
    By(Link),
    /// Nobody says whether it does, for this cause.
    Perhaps(Link, Cause),
}

/// Who made the session of a federated user, which its ARN does not say: the one who asks for the session chooses its name. See
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Maker {
    /// Some user of the account.
    Open,
    /// The user of the session's own name, as in an example that is made up to be such a session.
    Namesake,
}

/// What is known of the ARN of a session's role, of which the session's own ARN has no path.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RoleArn<'r> {
    /// Nothing: a statement that names a role of its name means this one, because names are unique in an account.
    Open,
    /// It is this.
    Is(&'r [u8]),
    /// It has some path.
    Pathed,
}

impl RoleArn<'_> {
    /// Whether a role that a statement names is the one of a session with a role of that name. The roles that IAM Identity Center
    /// makes have a path: <https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html>.
    const fn may_be(self, arn: &[u8], resource: &[u8], name: &[u8]) -> bool {
        match self {
            Self::Is(role) => same(arn, role),
            Self::Pathed => resource.len() > b"role/".len() + name.len(),
            Self::Open => {
                !starts(name, b"AWSReservedSSO_")
                    || starts(resource, b"role/aws-reserved/sso.amazonaws.com/")
            }
        }
    }
}

/// Whether the statement, of this effect, reaches the caller. A statement without the element reaches everyone.
pub(crate) const fn reach(
    principals: &[u8],
    caller: Option<&[u8]>,
    role: RoleArn<'_>,
    maker: Maker,
    allows: bool,
) -> Reach {
    match byte(principals, 0) {
        b'_' | b'*' => Reach::By(Link::Direct),
        b'=' => {
            let named = names_of(principals, caller, role, maker);
            match named.strongest() {
                Some(Link::Direct) => Reach::By(Link::Direct),
                // The stronger link of the user who made the session is open.
                _ if named.maker => Reach::Perhaps(Link::Session, Cause::SessionMaker),
                Some(link) => Reach::By(link),
                None => Reach::Missed,
            }
        }
        // Everyone but who is named. To except a caller from a Deny, its account has to be named too, and the role of a
        // session; naming its account or its role alone does not except it.
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
        b'!' => {
            let named = names_of(principals, caller, role, maker);
            if allows {
                return match named.strongest() {
                    Some(_) => Reach::Missed,
                    None if named.maker => Reach::Perhaps(Link::Direct, Cause::SessionMaker),
                    None => Reach::By(Link::Direct),
                };
            }
            // Who asks with a role's ARN is some session of the role, and nobody says which.
            if named.session && named.is_role {
                return Reach::Perhaps(Link::Direct, Cause::NotPrincipal);
            }
            if !named.direct {
                return Reach::By(Link::Direct);
            }
            if named.is_whole {
                Reach::Missed
            } else {
                Reach::Perhaps(Link::Direct, Cause::NotPrincipal)
            }
        }
        _ => Reach::Missed,
    }
}

impl Reach {
    /// A number for it, the same for the same.
    #[cfg(feature = "compare")]
    pub(crate) const fn code(self) -> u16 {
        match self {
            Self::Missed => 0,
            Self::By(link) => 1 + link as u16,
            Self::Perhaps(link, cause) => (1 + cause as u16) << 8 | link as u16,
        }
    }

    /// How a statement of the policy of a VPC endpoint reaches the caller if the endpoint may be a gateway endpoint: in its
    /// policy, an account is its root user alone, and AWS does not document what other names do there. See
    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html>.
    pub(crate) const fn through_gateway(self, principals: &[u8], caller: Option<&[u8]>) -> Self {
        let is_root = match caller {
            Some(caller) => matches!(Caller::read(caller).form, Form::Root),
            None => false,
        };
        match self {
            Self::By(link) if is_list(principals) && !is_root => {
                Self::Perhaps(link, Cause::EndpointType)
            }
            reach @ (Self::Missed | Self::By(_) | Self::Perhaps(..)) => reach,
        }
    }
}

/// The ways in which a list names a caller.
struct Named {
    direct: bool,
    session: bool,
    account: bool,
    /// A user who may have made the session of a federated user is named.
    maker: bool,
    /// The caller is given as a role.
    is_role: bool,
    /// The caller itself and all that belongs to an exception for it.
    is_whole: bool,
}

impl Named {
    const fn strongest(&self) -> Option<Link> {
        if self.direct {
            Some(Link::Direct)
        } else if self.session {
            Some(Link::Session)
        } else if self.account {
            Some(Link::Account)
        } else {
            None
        }
    }
}

const fn names_of(
    principals: &[u8],
    caller: Option<&[u8]>,
    role: RoleArn<'_>,
    maker: Maker,
) -> Named {
    let caller = match caller {
        Some(caller) => Some(Caller::read(caller)),
        None => None,
    };
    let mut named = Named {
        direct: false,
        session: false,
        account: false,
        maker: false,
        is_role: match &caller {
            Some(caller) => matches!(caller.form, Form::Role),
            None => false,
        },
        is_whole: false,
    };
    let mut everyone = false;
    let mut at = 1;
    while let Some((kind, text, next)) = principal(principals, at) {
        if kind == b'A' && same(text, b"*") {
            everyone = true;
            named.direct = true;
        } else if let Some(caller) = &caller {
            match names(kind, text, caller, role) {
                Some(Link::Direct) => named.direct = true,
                Some(Link::Session) => named.session = true,
                Some(Link::Account) => named.account = true,
                None if may_have_made(kind, text, caller) => match maker {
                    Maker::Open => named.maker = true,
                    Maker::Namesake => {
                        named.session = named.session || same(name_of(text), caller.name);
                    }
                },
                None => {}
            }
        }
        at = next;
    }
    named.is_whole = everyone
        || match &caller {
            None => false,
            Some(caller) => match caller.form {
                Form::Root | Form::Service | Form::Provider | Form::Other | Form::Anonymous => {
                    named.direct
                }
                Form::User => named.direct && named.account,
                Form::Role => false,
                Form::Session | Form::FederatedUser => {
                    named.direct && named.session && named.account
                }
            },
        };
    named
}

/// Whether the element is `NotPrincipal`.
pub(crate) const fn is_not(principals: &[u8]) -> bool {
    matches!(byte(principals, 0), b'!' | b'~')
}

/// Whether the element is a `Principal` that names some principals and not everyone.
pub(crate) const fn is_list(principals: &[u8]) -> bool {
    if byte(principals, 0) != b'=' {
        return false;
    }
    let mut at = 1;
    while let Some((kind, text, next)) = principal(principals, at) {
        if kind == b'A' && same(text, b"*") {
            return false;
        }
        at = next;
    }
    true
}

/// Whether there is no such element.
pub(crate) const fn is_absent(principals: &[u8]) -> bool {
    byte(principals, 0) == b'_'
}

const fn names(kind: u8, text: &[u8], caller: &Caller<'_>, role: RoleArn<'_>) -> Option<Link> {
    if let Form::Anonymous = caller.form {
        return None;
    }
    if kind != b'A' {
        // A wildcard represents all of its kind, and only those.
        let is_kind = match caller.form {
            Form::Service => kind == b'S',
            Form::Provider => kind == b'F',
            Form::Anonymous
            | Form::Root
            | Form::User
            | Form::Role
            | Form::Session
            | Form::FederatedUser
            | Form::Other => false,
        };
        return if same(text, caller.arn) || (is_kind && same(text, b"*")) {
            Some(Link::Direct)
        } else {
            None
        };
    }
    if let Some(account) = account_of(text) {
        return match caller.account {
            Some(own) if same(own, account) => match caller.form {
                Form::Root => Some(Link::Direct),
                // Identity providers are not principals of the account that they are set up in.
                // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
                Form::Provider => None,
                Form::Anonymous
                | Form::User
                | Form::Role
                | Form::Session
                | Form::FederatedUser
                | Form::Service
                | Form::Other => Some(Link::Account),
            },
            _ => None,
        };
    }
    if same(text, caller.arn) {
        return match caller.form {
            Form::Role => Some(Link::Session),
            Form::Provider => None,
            Form::Anonymous
            | Form::Root
            | Form::User
            | Form::Session
            | Form::FederatedUser
            | Form::Service
            | Form::Other => Some(Link::Direct),
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
            if starts(resource, b"role/")
                && same(behind_last_slash(resource), caller.name)
                && role.may_be(text, resource, caller.name) =>
        {
            Some(Link::Session)
        }
        Form::Anonymous
        | Form::Root
        | Form::User
        | Form::Role
        | Form::Session
        | Form::FederatedUser
        | Form::Service
        | Form::Provider
        | Form::Other => None,
    }
}

/// Whether a principal is a user who may have made the session of a federated user.
const fn may_have_made(kind: u8, text: &[u8], caller: &Caller<'_>) -> bool {
    if kind != b'A' || !matches!(caller.form, Form::FederatedUser) {
        return false;
    }
    let user = Caller::read(text);
    match (user.account, caller.account) {
        (Some(user_account), Some(account)) => {
            matches!(user.form, Form::User)
                && same(user_account, account)
                && same(user.partition, caller.partition)
        }
        _ => false,
    }
}

/// The name of the user with this ARN.
const fn name_of(arn: &[u8]) -> &[u8] {
    Caller::read(arn).name
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
        Form::Anonymous
        | Form::Root
        | Form::User
        | Form::FederatedUser
        | Form::Service
        | Form::Provider
        | Form::Other => false,
    }
}
