//! Who gets access: whether the policies of a resource are public, and whether they let in only certain principals.
//!
//! Both questions are comparisons with a document that lets in those who may be, in the language of policies itself: so a
//! condition, a deny, or a resource control policy counts for what it does and not for how it is written.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use super::effective::{Effective, Inquiry, Side};
use super::guarantee::Guarantee;
use super::search::Steps;
use super::set::Set;
use crate::Layer;
use crate::OperatorFamily;
use crate::catalogue::access::{CallerKey, RESTRICTING, caller_key};
use crate::check::tables::WEB_IDENTITIES;
use crate::document::{
    ConditionBlock, Document, Effect, Element, List, PolicyKind, PrincipalKind, PrincipalSet,
    Principals, Statement, Text, Value,
};
use crate::evaluate::caller::{Caller, Form as CallerForm, is_account};
use crate::evaluate::program::{self, Code, Form, Line, Test};
use crate::evaluate::text::{arn_field, has_six_fields};
use crate::evaluate::ways::Aim;
use crate::evaluate::{Attached, Program, scalar};

/// Someone who may have access.
///
/// It is written as for the command `prove --only-to`: `123456789012`, `o-a1b2c3d4e5`,
/// `arn:aws:iam::123456789012:role/indexer`, `sns.amazonaws.com`.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::compare::Grantee;
///
/// assert_eq!("123456789012".parse(), Ok(Grantee::Account("123456789012".into())));
/// assert_eq!("o-a1b2c3d4e5".parse(), Ok(Grantee::Organization("o-a1b2c3d4e5".into())));
/// assert!("someone".parse::<Grantee>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Grantee {
    /// The principals of an account, and services that act for a resource of it.
    Account(String),
    /// The principals of the accounts of an organization, and services that act for a resource of one.
    Organization(String),
    /// A user, or a role with its sessions, or one session.
    Principal(String),
    /// A service.
    Service(String),
    /// The users of an identity provider.
    Provider(String),
}

/// A text that names nobody who can be given access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownGrantee(String);

impl fmt::Display for UnknownGrantee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not an account, an organization, or the ARN of a principal; write it as `123456789012`, `o-a1b2c3d4e5`, or `arn:aws:iam::123456789012:role/name`",
            self.0.escape_debug()
        )
    }
}

impl core::error::Error for UnknownGrantee {}

impl FromStr for Grantee {
    type Err = UnknownGrantee;

    fn from_str(text: &str) -> Result<Self, UnknownGrantee> {
        let unknown = || UnknownGrantee(text.to_owned());
        if text.contains(['*', '?', '$']) {
            return Err(unknown());
        }
        if is_organization(text) {
            return Ok(Self::Organization(text.to_owned()));
        }
        let caller = Caller::read(text.as_bytes());
        match (caller.form, caller.account) {
            (CallerForm::Root, Some(account)) => {
                Ok(Self::Account(String::from_utf8_lossy(account).into_owned()))
            }
            (
                CallerForm::User
                | CallerForm::Role
                | CallerForm::Session
                | CallerForm::FederatedUser,
                Some(_),
            ) => Ok(Self::Principal(text.to_owned())),
            (CallerForm::Service, _) => Ok(Self::Service(text.to_owned())),
            (CallerForm::Provider, _) => Ok(Self::Provider(text.to_owned())),
            (
                CallerForm::Root
                | CallerForm::User
                | CallerForm::Role
                | CallerForm::Session
                | CallerForm::FederatedUser
                | CallerForm::Anonymous
                | CallerForm::Other,
                _,
            ) => Err(unknown()),
        }
    }
}

/// Whether the text is the ID of an organization: `o-` and 10 to 32 letters and digits.
///
/// See <https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html>.
fn is_organization(text: &str) -> bool {
    text.strip_prefix("o-").is_some_and(|id| {
        (10..=32).contains(&id.len())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}

impl Grantee {
    /// The statements that let them in.
    fn statements(&self) -> Vec<Statement<'_>> {
        let service = |key: &'static str, operator: &'static str, value: String| {
            let_in(
                named(PrincipalKind::Service, "*"),
                Some((operator, key.into(), value)),
            )
        };
        match self {
            Self::Account(account) => alloc::vec![
                let_in(named(PrincipalKind::Aws, account), None),
                service("aws:PrincipalAccount", "StringEquals", account.clone()),
                service("aws:SourceAccount", "StringEquals", account.clone()),
                service("aws:SourceOwner", "StringEquals", account.clone()),
                service("aws:SourceArn", "ArnLike", format!("arn:*:*:*:{account}:*")),
            ],
            Self::Organization(id) => alloc::vec![
                let_in(
                    anyone(),
                    Some(("StringEquals", "aws:PrincipalOrgID".into(), id.clone())),
                ),
                let_in(
                    anyone(),
                    Some((PATHS, "aws:PrincipalOrgPaths".into(), format!("{id}/*"))),
                ),
                service("aws:SourceOrgID", "StringEquals", id.clone()),
                service("aws:SourceOrgPaths", PATHS, format!("{id}/*")),
            ],
            Self::Principal(arn) => {
                let mut statements = alloc::vec![let_in(named(PrincipalKind::Aws, arn), None)];
                // The name of a role is unique in its account, and the ARN of its session does not contain its path.
                if let Some((start, role)) = arn.split_once(":role/") {
                    let name = role.rsplit('/').next().unwrap_or(role);
                    let pattern = format!("{start}:role/*/{name}");
                    let key = "aws:PrincipalArn".into();
                    statements.push(let_in(anyone(), Some(("ArnLike", key, pattern))));
                }
                statements
            }
            Self::Service(name) => alloc::vec![let_in(named(PrincipalKind::Service, name), None)],
            Self::Provider(name) => {
                alloc::vec![let_in(named(PrincipalKind::Federated, name), None)]
            }
        }
    }
}

const PATHS: &str = "ForAnyValue:StringLike";

fn anyone() -> Principals<'static> {
    Principals {
        not: false,
        set: PrincipalSet::Anyone,
    }
}

fn named<'a>(kind: PrincipalKind, name: impl Into<Text<'a>>) -> Principals<'a> {
    Principals {
        not: false,
        set: PrincipalSet::Listed(alloc::vec![(
            kind,
            List::shortest(alloc::vec![name.into()])
        )]),
    }
}

/// A statement that lets principals do everything, perhaps under a condition.
fn let_in<'a>(
    principals: Principals<'a>,
    condition: Option<(&'static str, Text<'a>, String)>,
) -> Statement<'a> {
    let conditions = condition.map(|(operator, key, value)| ConditionBlock {
        operator: Text::Borrowed(operator),
        keys: alloc::vec![(
            key,
            List::shortest(alloc::vec![Value::String(value.into())])
        )],
    });
    Statement {
        sid: None,
        effect: Effect::Allow,
        principals: Some(principals),
        actions: Element {
            not: false,
            values: List::shortest(alloc::vec![Text::Borrowed("*")]),
        },
        resources: None,
        conditions: conditions.into_iter().collect(),
        empty_condition: false,
    }
}

fn baseline(statements: Vec<Statement<'_>>) -> Program<'static> {
    Program::compile(&Document {
        version: Some(Text::Borrowed("2012-10-17")),
        id: None,
        statements: List::bracketed(statements),
    })
}

impl Set<'_> {
    /// Whether the resource policies and trust policies of the set give nobody access who is not named.
    ///
    /// Access is public unless it is for a fixed principal or under a condition that fixes who asks or from where, as
    /// Amazon S3 defines it in
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>: an account, an
    /// organization, `aws:SourceArn`, `aws:SourceVpce`, `aws:SourceIp` with ranges no broader than /8 (IPv6: /32), and so
    /// on. A value with a wildcard or a policy variable fixes nothing; in an ARN, one after a fixed account does. An
    /// identity provider that has other customers is public without a condition on who its user is.
    ///
    /// Denies and the resource control policies of the set count; other layers, which limit only some callers, do not. A
    /// service-linked role, which no policy of an organization limits, is used only by its service and is not the public.
    pub fn no_public_access(&self) -> Guarantee {
        let mut statements = Vec::new();
        for document in self.documents() {
            trusted(document.program().code(), &mut statements);
        }
        self.lets_in(baseline(statements), true)
    }

    /// Whether the resource policies and trust policies of the set give access only to these.
    ///
    /// An identity provider is not a part of the account that it is set up in. Denies and the resource control policies of
    /// the set count; other layers, which limit only some callers, do not.
    ///
    /// ```
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::compare::{Grantee, Set};
    /// use rekognition_iam::evaluate::Program;
    /// use rekognition_iam::json;
    ///
    /// let text = r#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
    ///     "Resource": "arn:aws:s3:::b/*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}}"#;
    /// let bucket = Program::compile(&json::parse(text, &json::Limits::default()).document);
    /// let set = Set::new().resource(bucket);
    /// assert!(set.only_to(&[Grantee::Organization("o-a1b2c3d4e5".into())]).holds());
    /// assert!(!set.only_to(&[Grantee::Account("123456789012".into())]).holds());
    /// assert!(set.no_public_access().holds());
    /// ```
    pub fn only_to(&self, grantees: &[Grantee]) -> Guarantee {
        let statements = grantees.iter().flat_map(Grantee::statements).collect();
        self.lets_in(baseline(statements), false)
    }

    /// Whether the policies of resources let in nobody whom the baseline does not, service-linked roles aside.
    fn lets_in(&self, baseline: Program<'_>, unlinked: bool) -> Guarantee {
        let documents: Vec<Attached<'_>> = (self.documents().iter())
            .filter(|document| {
                let layer = document.kind().layer();
                layer.is_of_resource() || layer == Layer::ResourceControl
            })
            .cloned()
            .collect();
        let baseline = [Attached::new(PolicyKind::Resource, baseline)];
        let wide = Side {
            attached: &documents,
            aim: Aim::Resource,
        };
        let narrow = Side {
            attached: &baseline,
            aim: Aim::Resource,
        };
        let inquiry = Inquiry {
            unlinked,
            ..self.inquiry()
        };
        Effective::of(&[&wide, &narrow], &inquiry).beyond(0, Some(1), (&Steps::new(), 1))
    }
}

impl Program<'_> {
    /// Whether the document, as the policy of a resource or as a trust policy, gives nobody access who is not named: see
    /// [`Set::no_public_access`].
    pub fn no_public_access(&self) -> Guarantee {
        Set::new().resource(self.clone()).no_public_access()
    }

    /// Whether the document, as the policy of a resource or as a trust policy, gives access only to these: see
    /// [`Set::only_to`].
    pub fn only_to(&self, grantees: &[Grantee]) -> Guarantee {
        Set::new().resource(self.clone()).only_to(grantees)
    }
}

/// Statements that let in whom a document names, and whom its conditions fix.
fn trusted(code: Code<'_>, statements: &mut Vec<Statement<'static>>) {
    let mut at = code.start();
    while let Some((line, next)) = code.statement(at) {
        at = next;
        let mut place = 0;
        while let Some((test, more)) = program::test(line.conditions(), place) {
            place = more;
            restricted(test, statements);
        }
        if line.allows() {
            named_in(line, statements);
        }
    }
}

/// The fixed values of a condition key that restricts access.
fn restricted(test: Test<'_>, statements: &mut Vec<Statement<'static>>) {
    let key = String::from_utf8_lossy(test.key()).into_owned();
    let Some(operator) = test.operator() else {
        return;
    };
    if !RESTRICTING
        .iter()
        .any(|known| known.eq_ignore_ascii_case(&key))
    {
        return;
    }
    let paths = key.to_ascii_lowercase().ends_with("orgpaths");
    let mut values = test.values();
    while let Some((form, text, more)) = values.next() {
        values = more;
        let Some(operator) = fixes(operator.family(), paths, form, text) else {
            continue;
        };
        // What a request has that nobody signed says who asks as little as no condition.
        let unsigned = caller_key(test.key()).and_then(CallerKey::unsigned);
        if unsigned.is_some_and(|anyone| anyone.as_bytes().eq_ignore_ascii_case(text)) {
            continue;
        }
        let value = String::from_utf8_lossy(text).into_owned();
        statements.push(let_in(
            anyone(),
            Some((operator, key.clone().into(), value)),
        ));
    }
}

/// The operator that compares a key with a value that fixes who asks or from where; `None` when the value fixes nothing.
fn fixes(family: OperatorFamily, paths: bool, form: Form, text: &[u8]) -> Option<&'static str> {
    let is_fixed = form == Form::Exact;
    match family {
        OperatorFamily::Bool
        | OperatorFamily::Null
        | OperatorFamily::Numeric
        | OperatorFamily::Date
        | OperatorFamily::Binary => None,
        OperatorFamily::IpAddress => {
            let range = scalar::range(text)?;
            let most = if range.six { 1_u128 << 96 } else { 1 << 24 };
            (range.last() - range.first() < most).then_some("IpAddress")
        }
        OperatorFamily::String | OperatorFamily::Arn if form == Form::Variables => None,
        OperatorFamily::String | OperatorFamily::Arn if paths => {
            let organization = text.split(|&byte| byte == b'/').next().unwrap_or_default();
            core::str::from_utf8(organization)
                .is_ok_and(is_organization)
                .then_some(PATHS)
        }
        OperatorFamily::String | OperatorFamily::Arn if has_six_fields(text, false) => {
            let account = arn_field(text, 4, false).is_some_and(is_account);
            (account || is_fixed).then_some("ArnLike")
        }
        OperatorFamily::String | OperatorFamily::Arn => {
            is_fixed.then_some("StringEqualsIgnoreCase")
        }
    }
}

/// The principals that a statement names.
fn named_in(line: Line<'_>, statements: &mut Vec<Statement<'static>>) {
    // `NotPrincipal` in an `Allow` is for everyone else.
    if line.principals().first() != Some(&b'=') {
        return;
    }
    let mut at = 1;
    while let Some((kind, text, next)) = program::principal(line.principals(), at) {
        at = next;
        let name = String::from_utf8_lossy(text).into_owned();
        if name.contains(['*', '?']) {
            continue;
        }
        match kind {
            b'A' => statements.push(let_in(named(PrincipalKind::Aws, name), None)),
            b'S' => statements.push(let_in(named(PrincipalKind::Service, name), None)),
            b'C' => statements.push(let_in(named(PrincipalKind::CanonicalUser, name), None)),
            b'F' => provided(&name, line, statements),
            _ => {}
        }
    }
}

/// The users of an identity provider: all of a SAML provider, which has no other customers, and else those whom a claim
/// fixes.
fn provided(name: &str, line: Line<'_>, statements: &mut Vec<Statement<'static>>) {
    let well_known = WEB_IDENTITIES.contains(&name);
    let address = match name.split_once(":oidc-provider/") {
        Some((_, address)) => address,
        None if well_known => name,
        None => {
            let provider = named(PrincipalKind::Federated, name.to_owned());
            statements.push(let_in(provider, None));
            return;
        }
    };
    let mut place = 0;
    while let Some((test, more)) = program::test(line.conditions(), place) {
        place = more;
        let key = String::from_utf8_lossy(test.key()).into_owned();
        let Some(claim) = key
            .strip_prefix(address)
            .and_then(|claim| claim.strip_prefix(':'))
        else {
            continue;
        };
        // The audience of such a provider is a text that every customer may ask for; that of a well-known one is an
        // application.
        if claim.eq_ignore_ascii_case("aud") && !well_known {
            continue;
        }
        let mut values = test.values();
        while let Some((form, text, more)) = values.next() {
            values = more;
            let value = String::from_utf8_lossy(text).into_owned();
            let start = value.split(['*', '?']).next().unwrap_or_default();
            let is_fixed = match form {
                Form::Exact => true,
                // Such as `repo:owner/*`: the customer is fixed.
                Form::Pattern => start.matches([':', '/']).count() > 1,
                Form::Any | Form::Variables => false,
            };
            if is_fixed {
                let provider = named(PrincipalKind::Federated, name.to_string());
                let operator = if form == Form::Exact {
                    "StringEqualsIgnoreCase"
                } else {
                    "StringLike"
                };
                statements.push(let_in(
                    provider,
                    Some((operator, key.clone().into(), value)),
                ));
            }
        }
    }
}
