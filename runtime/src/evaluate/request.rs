//! A request: who asks to do what on which resource, and what else IAM knows of it.

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]

use alloc::vec::Vec;
use core::fmt;

use super::caller::{Caller, Form, is_account};
use super::doubt::Truth;
use super::principal::Maker;
use super::settle::Atom;
use super::target::{Checked, Tail};
use super::text::{arn_fields, begins, may_fold, part, rest, same_folded};
use crate::Action;
use crate::catalogue::access::{
    Carried, Own, caller_key, is_without_resource_account, own_policy, same_key,
};
use crate::condition::KeyName;

/// An action of a request: service prefix and name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActionName<'r> {
    service: &'r str,
    name: &'r str,
}

impl<'r> ActionName<'r> {
    pub(crate) const fn of(service: &'r str, name: &'r str) -> Self {
        Self { service, name }
    }

    /// Whether the trust policy of the role has to allow the action, as for `sts:AssumeRole`. See
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html>.
    ///
    /// ```
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::evaluate::ActionName;
    ///
    /// assert!(ActionName::from("sts:AssumeRole").needs_trust());
    /// assert!(!ActionName::from("sts:GetCallerIdentity").needs_trust());
    /// ```
    #[must_use]
    pub const fn needs_trust(self) -> bool {
        match own_policy(self.service.as_bytes(), self.name.as_bytes()) {
            Some(own) => matches!(own.policy, Own::Trust),
            None => false,
        }
    }

    /// The service prefix, in the case it was written in.
    #[must_use]
    pub const fn service(self) -> &'r str {
        self.service
    }

    /// The name after the prefix.
    #[must_use]
    pub const fn name(self) -> &'r str {
        self.name
    }
}

impl From<Action> for ActionName<'_> {
    fn from(action: Action) -> Self {
        Self {
            service: action.service(),
            name: action.name(),
        }
    }
}

impl<'r> From<&'r str> for ActionName<'r> {
    /// Cuts at the first colon. Text without one is a name of no service, which only `*` matches.
    fn from(text: &'r str) -> Self {
        let (service, name) = text.split_once(':').unwrap_or(("", text));
        Self { service, name }
    }
}

impl fmt::Display for ActionName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.service.is_empty() {
            write!(f, "{}:", self.service)?;
        }
        f.write_str(self.name)
    }
}

/// The name of a condition key in a request. Names are compared whatever their case, tag keys included.
#[derive(Debug, Clone, Copy)]
pub struct Key<'r>([&'r str; 3]);

impl<'r> Key<'r> {
    /// A key by its full name: `aws:RequestTag/team`.
    #[must_use]
    pub const fn named(name: &'r str) -> Self {
        Self([name, "", ""])
    }

    /// The key of a condition.
    #[must_use]
    pub const fn of(name: KeyName) -> Self {
        Self(name.parts())
    }

    pub(crate) const fn is(&self, name: &[u8]) -> bool {
        let [a, b, c] = self.0;
        let (a, b, c) = (a.as_bytes(), b.as_bytes(), c.as_bytes());
        if b.is_empty() && c.is_empty() {
            return same_folded(a, name);
        }
        a.len() + b.len() + c.len() == name.len()
            && same_folded(a, part(name, 0, a.len()))
            && same_folded(b, part(name, a.len(), b.len()))
            && same_folded(c, rest(name, a.len() + b.len()))
    }
}

impl Key<'_> {
    /// Whether the names may differ only in the case of letters beyond ASCII.
    const fn may_be(&self, name: &[u8]) -> bool {
        let [a, b, c] = self.0;
        let (a, b, c) = (a.as_bytes(), b.as_bytes(), c.as_bytes());
        // The name of a tag comes last.
        let head = a.len() + b.len();
        if c.is_empty() {
            return b.is_empty() && may_fold(a, name);
        }
        head <= name.len()
            && same_folded(a, part(name, 0, a.len()))
            && same_folded(b, part(name, a.len(), b.len()))
            && may_fold(c, rest(name, head))
    }
}

impl<'r> From<&'r str> for Key<'r> {
    fn from(name: &'r str) -> Self {
        Self::named(name)
    }
}

impl From<KeyName> for Key<'_> {
    fn from(name: KeyName) -> Self {
        Self::of(name)
    }
}

macro_rules! keys {
    ($($key:ident)*) => {$(
        impl From<crate::$key> for Key<'_> {
            fn from(key: crate::$key) -> Self {
                Self::of(key.key())
            }
        }
    )*};
}

keys! {
    StringKey ArnKey BoolKey NumericKey DateKey IpAddressKey DateOrNumericKey AnyKey
    StringSetKey ArnSetKey BoolSetKey
}

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| f.write_str(part))
    }
}

/// The values that a request has for a key.
#[derive(Debug, Clone, Copy)]
pub enum Values<'r> {
    /// One.
    One(&'r str),
    /// Any number of them: what a multivalued key has.
    Many(&'r [&'r str]),
    /// The one who asks does not know. An answer that depends on it is
    /// [`Verdict::Undetermined`](super::Verdict::Undetermined).
    Unknown,
}

impl<'r> From<&'r str> for Values<'r> {
    fn from(value: &'r str) -> Self {
        Self::One(value)
    }
}

impl From<bool> for Values<'_> {
    fn from(value: bool) -> Self {
        Self::One(if value { "true" } else { "false" })
    }
}

impl<'r> From<&'r [&'r str]> for Values<'r> {
    fn from(values: &'r [&'r str]) -> Self {
        Self::Many(values)
    }
}

impl<'r, const N: usize> From<&'r [&'r str; N]> for Values<'r> {
    fn from(values: &'r [&'r str; N]) -> Self {
        Self::Many(values)
    }
}

/// A condition key of a request with its values.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'r> {
    pub(crate) key: Key<'r>,
    pub(crate) values: Values<'r>,
}

impl<'r> Entry<'r> {
    /// A key with its values.
    #[must_use]
    pub const fn new(key: Key<'r>, values: Values<'r>) -> Self {
        Self { key, values }
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> Key<'r> {
        self.key
    }

    /// The values.
    #[must_use]
    pub const fn values(&self) -> Values<'r> {
        self.values
    }
}

/// A request to decide on.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::evaluate::Request;
/// use rekognition_iam::{aws, rekognition};
///
/// let request = Request::new(rekognition::IndexFaces, "arn:aws:rekognition:us-east-1:123456789012:collection/staff")
///     .principal("arn:aws:iam::123456789012:role/indexer")
///     .with(aws::SourceVpc, "vpc-1");
/// assert_eq!(request.action().to_string(), "rekognition:IndexFaces");
/// ```
///
/// **What IAM adds.** Keys that follow from the principal or the resource are there without being given, unless
/// [`with`](Self::with) gives them: `aws:PrincipalAccount`, `aws:PrincipalArn`, `aws:PrincipalType`, `aws:userid`,
/// `aws:username`, `aws:PrincipalIsAWSService` and `aws:PrincipalServiceName`, as AWS lists them for each kind of caller;
/// `aws:ResourceAccount` where the resource's ARN or [`resource_account`](Self::resource_account) contains it. Two of them
/// are not in the caller's ARN: the path of a session's role, which is in `aws:PrincipalArn`, and the unique ID in
/// `aws:userid`. An answer that depends on them is [`Verdict::Undetermined`](super::Verdict::Undetermined) until the
/// request gives them. Nothing else is made up: a key not given is missing. See
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.
///
/// **Actions without resource types.** IAM evaluates `rekognition:DetectLabels` against `*`, whatever the caller has in
/// mind, and so does a request that is made with an ARN for such an action: the catalogue has the list. Some services
/// check such an action against an ARN of their own, as `dynamodb:ListTables` against `table/*`. Where that ARN is on
/// record it is used; where it is not, an answer that depends on it is undetermined. See
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrekognition.html>.
///
/// **Log groups.** A policy for an action on the log group `g` of CloudWatch Logs names `log-group:g:*`, and AWS compares that with
/// `log-group:g:log-stream:`. A request can name the log group in each of these ways, or by its ARN. See
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html>.
///
/// **Several resources.** `rekognition:CopyProjectVersion` is authorized against source and destination at once: see
/// [`and_on`](Self::and_on).
#[derive(Debug, Clone)]
pub struct Request<'r> {
    pub(crate) first: RequestRef<'r>,
    checked: Checked,
    more: Vec<&'r str>,
    context: Vec<Entry<'r>>,
}

impl<'r> Request<'r> {
    /// A request to do this on this resource: an ARN or `*`.
    #[must_use]
    pub fn new(action: impl Into<ActionName<'r>>, resource: &'r str) -> Self {
        let action = action.into();
        let checked = Checked::of(action);
        let target = checked.target(resource);
        Self {
            checked,
            first: RequestRef {
                action,
                resource: target.resource,
                open: target.open,
                tail: target.tail,
                absent: Absent::Missing,
                principal: None,
                maker: Maker::Open,
                account: None,
                context: &[],
                assumed: &[],
            },
            more: Vec::new(),
            context: Vec::new(),
        }
    }

    /// Who asks: the ARN of a user, role, role session or federated user, an account, a service such as
    /// `rekognition.amazonaws.com`, an identity provider, or `*` for someone who did not sign in.
    ///
    /// The ARN of a role represents any session of the role.
    #[must_use]
    pub fn principal(mut self, principal: &'r str) -> Self {
        self.first.principal = Some(principal);
        self
    }

    /// The account that owns the resource, where the ARN does not say it.
    #[must_use]
    pub fn resource_account(mut self, account: &'r str) -> Self {
        self.first.account = Some(account);
        self
    }

    /// One more resource of the same request: all must be allowed.
    #[must_use]
    pub fn and_on(mut self, resource: &'r str) -> Self {
        self.more.push(self.checked.target(resource).resource);
        self
    }

    /// A condition key with its value or values. The last one given for a key counts.
    #[must_use]
    pub fn with(mut self, key: impl Into<Key<'r>>, values: impl Into<Values<'r>>) -> Self {
        self.context
            .insert(0, Entry::new(key.into(), values.into()));
        self
    }

    /// Many condition keys at once, as if each were given by [`with`](Self::with) in turn.
    #[must_use]
    pub fn with_all(mut self, entries: impl IntoIterator<Item = Entry<'r>>) -> Self {
        // The last one given stands first.
        let mut context: Vec<Entry<'r>> = entries.into_iter().collect();
        context.reverse();
        context.append(&mut self.context);
        self.context = context;
        self
    }

    /// The action.
    #[must_use]
    pub const fn action(&self) -> ActionName<'r> {
        self.first.action
    }

    /// Who asks, where that was said.
    #[must_use]
    pub const fn caller(&self) -> Option<&'r str> {
        self.first.principal
    }

    /// The resources, of which there is at least one.
    pub fn resources(&self) -> impl Iterator<Item = &'r str> + '_ {
        core::iter::once(self.first.resource).chain(self.more.iter().copied())
    }

    /// The condition keys that were given, the last one first.
    #[must_use]
    pub fn context(&self) -> &[Entry<'r>] {
        &self.context
    }

    pub(crate) fn len(&self) -> usize {
        1 + self.more.len()
    }

    /// The request for one of its resources.
    pub(crate) fn on(&self, number: usize) -> RequestRef<'_> {
        let further = number
            .checked_sub(1)
            .and_then(|index| self.more.get(index).copied());
        let Some(resource) = further else {
            return RequestRef {
                context: &self.context,
                ..self.first
            };
        };
        let target = self.checked.target(resource);
        RequestRef {
            resource,
            open: target.open,
            tail: target.tail,
            context: &self.context,
            ..self.first
        }
    }
}

/// What is taken of a key that the request does not give, and that the caller could have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absent {
    /// The request does not have it.
    Missing,
    /// Nobody knows: to find out what a decision depends on.
    Open,
}

/// A request on one resource, borrowed: what a decision is made from.
#[derive(Debug, Clone, Copy)]
pub struct RequestRef<'r> {
    pub(crate) action: ActionName<'r>,
    pub(crate) resource: &'r str,
    /// AWS checks the action against something else than `*`, which the request does not say.
    pub(crate) open: bool,
    /// What AWS compares in place of the end of the resource.
    pub(crate) tail: Option<Tail>,
    pub(crate) absent: Absent,
    pub(crate) principal: Option<&'r str>,
    pub(crate) maker: Maker,
    pub(crate) account: Option<&'r str>,
    pub(crate) context: &'r [Entry<'r>],
    /// What is treated as true or false of what is in doubt, to settle it in every possible way.
    pub(crate) assumed: &'r [(Atom<'r>, bool)],
}

impl<'r> RequestRef<'r> {
    /// A request made of parts that the caller keeps: nothing is allocated, and the compiler can make it.
    #[must_use]
    pub const fn new(
        action: Action,
        resource: &'r str,
        principal: Option<&'r str>,
        context: &'r [Entry<'r>],
    ) -> Self {
        let action = ActionName {
            service: action.service(),
            name: action.name(),
        };
        let target = Checked::of_const(action).target(resource);
        Self {
            action,
            resource: target.resource,
            open: target.open,
            tail: target.tail,
            absent: Absent::Missing,
            principal,
            maker: Maker::Open,
            account: None,
            context,
            assumed: &[],
        }
    }

    /// The truth of an element, where it is in doubt and something was assumed of it.
    #[inline]
    pub(crate) const fn assume(&self, truth: Truth, wanted: &Atom<'_>) -> Truth {
        match truth {
            Truth::Maybe { .. } => self.assumed_of(truth, wanted),
            Truth::No | Truth::Yes => truth,
        }
    }

    const fn assumed_of(&self, open: Truth, wanted: &Atom<'_>) -> Truth {
        let mut at = 0;
        while at < self.assumed.len() {
            let (atom, holds) = &self.assumed[at];
            if atom.is(wanted) {
                return Truth::of(wanted.when(*holds));
            }
            at += 1;
        }
        open
    }

    /// What is compared with the resources of a policy, in two pieces.
    pub(crate) const fn compared(&self) -> (&'r [u8], &'static [u8]) {
        let text = self.resource.as_bytes();
        match self.tail {
            Some(tail) => (tail.head(text), tail.text.as_bytes()),
            None => (text, b""),
        }
    }

    /// The account of the resource, where it is known.
    pub(crate) const fn resource_owner(&self) -> Option<&'r [u8]> {
        if let Some(account) = self.account {
            return Some(account.as_bytes());
        }
        match arn_fields(self.resource.as_bytes()) {
            Some([_, _, _, _, account, _]) if is_account(account) => Some(account),
            _ => None,
        }
    }

    /// What the request has for a key of a policy.
    pub(crate) const fn look_up(&self, key: &[u8]) -> Found<'r> {
        if let Some(given) = self.given(key) {
            return given;
        }
        // The same value under another name.
        let Some(other) = same_key(self.action.service().as_bytes(), key) else {
            return self.derived(key);
        };
        match self.given(other.as_bytes()) {
            Some(given) => given,
            None if same_folded(key, b"aws:ResourceAccount") => self.derived(key),
            None => self.derived(other.as_bytes()),
        }
    }

    /// Whether a key may be another spelling of this one.
    const fn may_give(&self, key: &[u8]) -> bool {
        let mut at = 0;
        while at < self.context.len() {
            if self.context[at].key.may_be(key) {
                return true;
            }
            at += 1;
        }
        false
    }

    /// What the request gives for a key.
    ///
    /// Names of keys are the same in any case, and AWS does not say how that is for letters beyond ASCII, which names of tags
    /// may have.
    const fn given(&self, key: &[u8]) -> Option<Found<'r>> {
        let mut at = 0;
        while at < self.context.len() {
            if self.context[at].key.is(key) {
                return Some(match self.context[at].values {
                    Values::One(value) => Found::One(value.as_bytes()),
                    Values::Many(values) => match values {
                        [] => Found::Missing,
                        [one] => Found::One(one.as_bytes()),
                        _ => Found::Many(values),
                    },
                    Values::Unknown => Found::Unknown,
                });
            }
            at += 1;
        }
        if !key.is_ascii() && self.may_give(key) {
            return Some(Found::Unknown);
        }
        None
    }

    /// A key that follows from the principal or the resource.
    const fn derived(&self, key: &[u8]) -> Found<'r> {
        let not_given = match self.absent {
            Absent::Missing => Found::Missing,
            Absent::Open => Found::Unknown,
        };
        if same_folded(key, b"aws:ResourceAccount") {
            let (service, name) = (self.action.service(), self.action.name());
            if is_without_resource_account(service.as_bytes(), name.as_bytes()) {
                return not_given;
            }
            return match self.resource_owner() {
                Some(account) => Found::One(account),
                None => not_given,
            };
        }
        let (Some(principal), Some(known)) = (self.principal, caller_key(key)) else {
            return not_given;
        };
        if let Some(service) = known.on
            && !(same_folded(self.action.service().as_bytes(), service.as_bytes())
                && begins(self.resource.as_bytes(), b"arn:"))
        {
            return not_given;
        }
        let caller = Caller::read(principal.as_bytes());
        match caller.carries(known) {
            Carried::Absent => Found::Missing,
            // Who it is may decide whether there is a value.
            Carried::Given if matches!(caller.form, Form::Other) => Found::Unknown,
            Carried::Given => not_given,
            Carried::Id => Found::Id(caller),
            Carried::Hidden => Found::Hidden,
            Carried::Text(text) => Found::One(text.as_bytes()),
            Carried::Account => match caller.account {
                Some(account) => Found::One(account),
                None => not_given,
            },
            Carried::Arn | Carried::Service => Found::One(caller.arn),
            // Who asks with the ARN of a role says the path too.
            Carried::RoleArn => match caller.form {
                Form::Role => Found::One(caller.arn),
                Form::Anonymous
                | Form::Root
                | Form::User
                | Form::Session
                | Form::FederatedUser
                | Form::Service
                | Form::Provider
                | Form::Other => Found::Role(caller),
            },
            Carried::Name => Found::One(caller.name),
        }
    }
}

/// What a request has for a key.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Found<'r> {
    Missing,
    One(&'r [u8]),
    Many(&'r [&'r str]),
    /// One value, the ARN of the role of this session, whose path is not known.
    Role(Caller<'r>),
    /// One value, the unique ID of this caller, of which the ARN says only a part.
    Id(Caller<'r>),
    /// One value, of which the ARN of the caller says nothing.
    Hidden,
    /// Nobody knows whether the request has it.
    Unknown,
}

impl<'r> Found<'r> {
    pub(crate) const fn len(&self) -> usize {
        match self {
            Self::Missing | Self::Unknown => 0,
            Self::One(_) | Self::Role(_) | Self::Id(_) | Self::Hidden => 1,
            Self::Many(values) => values.len(),
        }
    }

    pub(crate) const fn get(&self, at: usize) -> &'r [u8] {
        match self {
            Self::One(value) => value,
            Self::Many(values) if at < values.len() => values[at].as_bytes(),
            Self::Many(_)
            | Self::Missing
            | Self::Role(_)
            | Self::Id(_)
            | Self::Hidden
            | Self::Unknown => &[],
        }
    }

    /// Whether it is one value, an empty text.
    pub(crate) const fn is_empty_text(&self) -> bool {
        match self {
            Self::One(value) => value.is_empty(),
            Self::Many(_)
            | Self::Missing
            | Self::Role(_)
            | Self::Id(_)
            | Self::Hidden
            | Self::Unknown => false,
        }
    }
}
