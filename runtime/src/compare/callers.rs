//! Callers of which one represents each way that the principals of the rules can be met.

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::accounts::{Class, Rows, is_allowed_in};
use super::formats;
use super::language::{ANY_IN_FIELD, DIGIT, MANY, MANY_IN_FIELD};
use super::model::Model;
use super::reach::reaches;
use super::solve::{Domain, Shape, tokens_of};
use crate::catalogue::access::{
    COUNTS, Carried, FIELDS, PRINCIPAL_SUFFIXES, caller_key, is_always_present,
};
use crate::catalogue::{self, ValueType};
use crate::evaluate::caller::{Caller, Form};
use crate::evaluate::principal::{Reach, RoleArn, account_of, is_absent};
use crate::evaluate::program;

/// Someone who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Who, where statements name principals.
    pub(crate) name: Option<String>,
    /// Whether the name represents others of its kind and account.
    pub(crate) is_any: bool,
    pub(crate) form: Form,
    partition: String,
    /// Partitions that it represents; no rule tells them apart.
    partitions: Class,
    account: Option<String>,
    /// The ARN of the role of a session.
    role: Option<String>,
    /// The role of a session has a path, which nobody gave.
    path: bool,
    /// Accounts that a service is not of.
    customers: Vec<String>,
}

/// A service-linked role.
const LINKED: &str = "AWSServiceRoleForExample";

/// The callers that one principal represents: a session of a role whose path nobody gave has one, or has none.
fn given(principal: &str) -> Vec<Candidate> {
    let caller = Caller::read(principal.as_bytes());
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let mut found = Vec::new();
    if let (Form::Session, Some(account)) = (caller.form, caller.account) {
        let role = alloc::format!(
            "arn:{}:iam::{}:role/{}",
            text(caller.partition),
            text(account),
            text(caller.name)
        );
        found.push(exactly(principal, Some(&role)));
        let mut pathed = exactly(principal, None);
        pathed.path = true;
        found.push(pathed);
    } else {
        found.push(exactly(principal, None));
    }
    found
}

/// The same where the documents may name the role.
pub(crate) fn given_to(model: &Model<'_>, principal: &str) -> Vec<Candidate> {
    let mut found = given(principal);
    with_named_roles(model, &mut found);
    found
}

/// The callers that make a difference; empty when none does. `linked`: so do service-linked roles, which policies of an
/// organization do not limit. `crossing`: so does whether a caller is of the account of a resource, all of which may be of
/// one account. False when there are more callers than are looked at. The steps that it took.
pub(crate) fn candidates(
    model: &Model<'_>,
    linked: bool,
    crossing: Option<Option<&str>>,
) -> (Vec<Candidate>, bool, usize) {
    let keys = asks_for_caller(model);
    let named = model.rules.iter().any(|rule| !is_absent(rule.principals));
    if !named {
        // An identity policy is for users, roles and the sessions of federated users.
        let anonymous = |form| Candidate {
            name: None,
            is_any: true,
            form,
            partition: String::from("aws"),
            partitions: Vec::new(),
            account: None,
            role: None,
            path: false,
            customers: Vec::new(),
        };
        let forms = [Form::User, Form::Role, Form::FederatedUser];
        let found = forms.into_iter().filter(|_| keys).map(anonymous).collect();
        return (found, true, 0);
    }
    let mut found: Vec<Candidate> = Vec::new();
    // Accounts with the partition that a principal says they are of.
    let mut named: BTreeSet<(Option<String>, String)> = BTreeSet::new();
    for rule in &model.rules {
        let mut at = 1;
        while let Some((kind, text, next)) = program::principal(rule.principals, at) {
            at = next;
            named_by(kind, text, &mut found, &mut named);
        }
    }
    with_named_roles(model, &mut found);
    named.extend(crossing.flatten().map(|owner| (None, String::from(owner))));
    let rows = Rows::of(model, keys, crossing.is_some());
    let classes = rows.partitions(model);
    let is_only = classes.len() == 1;
    let mut complete = true;
    for class in classes {
        if !is_only && !is_allowed_in(model, &class) {
            continue;
        }
        let Some(usual) = class.first() else {
            continue;
        };
        let of_class = (named.iter())
            .filter(|(partition, _)| {
                (partition.as_ref()).is_none_or(|partition| class.contains(partition))
            })
            .map(|(_, account)| account.clone())
            .collect();
        let (accounts, all) = rows.accounts(usual, of_class);
        complete &= all;
        for account in accounts {
            for candidate in of_account(&class, &account, linked, keys) {
                if (is_only || is_let_in(model, &candidate)) && !found.contains(&candidate) {
                    found.push(candidate);
                }
            }
        }
    }
    for candidate in [any_service(), exactly("*", None)] {
        if !found.contains(&candidate) {
            found.push(candidate);
        }
    }
    let customers: BTreeSet<String> = (found.iter())
        .filter_map(|candidate| candidate.account.clone())
        .collect();
    for candidate in &mut found {
        if candidate.form == Form::Service {
            candidate.customers = customers.iter().cloned().collect();
        }
    }
    (found, complete, rows.cost.get())
}

/// Gives sessions the path of their role, where a statement names it: the name of a role is unique in its account.
fn with_named_roles(model: &Model<'_>, found: &mut Vec<Candidate>) {
    let mut roles: Vec<&str> = Vec::new();
    for rule in &model.rules {
        let mut at = 1;
        while let Some((kind, text, next)) = program::principal(rule.principals, at) {
            at = next;
            if kind == b'A' && Caller::read(text).form == Form::Role {
                roles.extend(core::str::from_utf8(text));
            }
        }
    }
    let mut settled: Vec<Candidate> = Vec::new();
    found.retain(|candidate| {
        let Some(session) = candidate.name.as_deref() else {
            return true;
        };
        let caller = Caller::read(session.as_bytes());
        if caller.form != Form::Session {
            return true;
        }
        let own = roles.iter().filter(|role| {
            let role = Caller::read(role.as_bytes());
            (role.partition, role.account, role.name)
                == (caller.partition, caller.account, caller.name)
        });
        let before = settled.len();
        settled.extend(own.map(|role| exactly(session, Some(role))));
        settled.len() == before
    });
    for candidate in settled {
        if !found.contains(&candidate) {
            found.push(candidate);
        }
    }
}

/// Notes whom a principal of a statement names: an account, or callers.
fn named_by(
    kind: u8,
    text: &[u8],
    found: &mut Vec<Candidate>,
    accounts: &mut BTreeSet<(Option<String>, String)>,
) {
    let Ok(name) = core::str::from_utf8(text) else {
        return;
    };
    let mut add = |candidate: Candidate| {
        if !found.contains(&candidate) {
            found.push(candidate);
        }
    };
    if name == "*" {
        match kind {
            b'F' => add(exactly("accounts.google.com", None)),
            b'S' => add(any_service()),
            _ => {}
        }
        return;
    }
    if kind == b'A'
        && let Some(account) = account_of(text)
    {
        let partition = name.split(':').nth(1).map(ToString::to_string);
        accounts.insert((partition, String::from_utf8_lossy(account).into_owned()));
        return;
    }
    // The key of a session's ARN has its role, not the session.
    given(name).into_iter().for_each(&mut add);
    let caller = Caller::read(text);
    let (Some(account), b'A') = (caller.account, kind) else {
        return;
    };
    let account = String::from_utf8_lossy(account).into_owned();
    let partition = String::from_utf8_lossy(caller.partition).into_owned();
    let who = String::from_utf8_lossy(caller.name);
    match caller.form {
        Form::Role => {
            let session =
                alloc::format!("arn:{partition}:sts::{account}:assumed-role/{who}/example");
            add(exactly(&session, Some(name)));
        }
        Form::Session => {
            let role = alloc::format!("arn:{partition}:iam::{account}:role/{who}");
            add(exactly(&role, None));
            let session =
                alloc::format!("arn:{partition}:sts::{account}:assumed-role/{who}/another");
            add(exactly(&session, Some(&role)));
        }
        Form::User => add(exactly(
            &alloc::format!("arn:{partition}:sts::{account}:federated-user/{who}"),
            None,
        )),
        Form::Anonymous
        | Form::Root
        | Form::FederatedUser
        | Form::Service
        | Form::Provider
        | Form::Other => {}
    }
    accounts.insert((Some(partition), account));
}

/// Callers of an account whom no statement names.
fn of_account(class: &Class, account: &str, linked: bool, keys: bool) -> Vec<Candidate> {
    let partition = class.first().map_or("aws", String::as_str);
    let of_class = |candidate: Candidate| Candidate {
        partitions: class.clone(),
        ..candidate
    };
    let root = alloc::format!("arn:{partition}:iam::{account}:root");
    let mut found = alloc::vec![of_class(exactly(&root, None))];
    if linked {
        let role = alloc::format!(
            "arn:{partition}:iam::{account}:role/aws-service-role/example.amazonaws.com/{LINKED}"
        );
        let session =
            alloc::format!("arn:{partition}:sts::{account}:assumed-role/{LINKED}/example");
        found.push(of_class(exactly(&session, Some(&role))));
    }
    for (form, resource) in [
        (Form::User, "iam::{}:user/example"),
        (Form::Role, "iam::{}:role/example"),
        (Form::FederatedUser, "sts::{}:federated-user/example"),
    ] {
        if form != Form::User && !keys {
            continue;
        }
        let resource = resource.replace("{}", account);
        found.push(Candidate {
            name: Some(alloc::format!("arn:{partition}:{resource}")),
            is_any: true,
            form,
            partition: String::from(partition),
            partitions: class.clone(),
            account: Some(String::from(account)),
            role: None,
            path: false,
            customers: Vec::new(),
        });
    }
    found
}

/// Whether a statement that allows reaches a caller.
fn is_let_in(model: &Model<'_>, candidate: &Candidate) -> bool {
    (reaches(model, candidate).into_iter())
        .zip(&model.rules)
        .any(|(reach, rule)| rule.allows && reach != Reach::Missed)
}

/// A service that nothing names: which one it is follows from the conditions.
fn any_service() -> Candidate {
    Candidate {
        is_any: true,
        ..exactly("example.amazonaws.com", None)
    }
}

fn exactly(name: &str, role: Option<&str>) -> Candidate {
    let caller = Caller::read(name.as_bytes());
    let partition = String::from_utf8_lossy(caller.partition).into_owned();
    let account = caller
        .account
        .map(|account| String::from_utf8_lossy(account).into_owned());
    Candidate {
        name: Some(String::from(name)),
        is_any: false,
        form: caller.form,
        partition: partition.clone(),
        // Services and those who are not signed in are of none.
        partitions: (account.iter()).map(|_| partition.clone()).collect(),
        account,
        role: role.map(String::from),
        path: false,
        customers: Vec::new(),
    }
}

/// The names of principals that rules have, each the ARN of one caller.
pub(crate) fn named(model: &Model<'_>) -> Vec<Vec<u32>> {
    let mut found = Vec::new();
    for rule in &model.rules {
        let mut at = 1;
        while let Some((_, text, next)) = program::principal(rule.principals, at) {
            at = next;
            let tokens: Vec<u32> = String::from_utf8_lossy(text)
                .chars()
                .map(u32::from)
                .collect();
            if !found.contains(&tokens) {
                found.push(tokens);
            }
        }
    }
    found
}

/// Whether some condition or variable is about the caller.
pub(crate) fn asks_for_caller(model: &Model<'_>) -> bool {
    let about = |key: &[u8]| caller_key(key).is_some();
    let in_values =
        (0..model.conditions.len()).flat_map(|number| model.variables_of(super::model::id(number)));
    model.keys.iter().any(|key| about(key))
        || in_values.into_iter().any(|key| about(key.as_bytes()))
        || model
            .variables
            .iter()
            .any(|variable| about(Model::variable_key(variable).as_bytes()))
}

fn is_one_of(keys: &[&str], key: &[u8]) -> bool {
    (keys.iter()).any(|known| known.as_bytes().eq_ignore_ascii_case(key))
}

/// What a request by this caller can have for a key.
pub(crate) fn domain(
    key: &[u8],
    caller: Option<&Candidate>,
    named: &[Vec<u32>],
    shape: &Shape,
) -> Domain {
    let declared = core::str::from_utf8(key).ok().and_then(catalogue::key);
    // A number of which AWS lists all values, as the version of a protocol.
    let listed = core::str::from_utf8(key)
        .ok()
        .and_then(formats::of)
        .filter(|key| formats::is_list(key));
    let mut domain = Domain {
        may_lack: !is_always_present(key),
        may_have: true,
        may_have_several: declared.is_none_or(|key| key.multivalued),
        shape: match declared.map(|key| key.types) {
            Some([ValueType::Bool]) => Shape::Bool,
            Some([ValueType::Numeric]) if listed.is_some() => {
                listed.map_or(Shape::Number, Shape::Of)
            }
            Some([ValueType::Numeric]) if is_one_of(COUNTS, key) => Shape::Count,
            Some([ValueType::Numeric]) => Shape::Number,
            Some([ValueType::Date]) => Shape::Moment,
            // Either way it is written as a number, too.
            Some([ValueType::Date, ValueType::Numeric] | [ValueType::Numeric, ValueType::Date])
                if *shape == Shape::Text =>
            {
                Shape::Number
            }
            Some([ValueType::IpAddress]) => Shape::Address,
            // It is a field of an ARN.
            _ if is_one_of(FIELDS, key) => Shape::like(alloc::vec![ANY_IN_FIELD, MANY_IN_FIELD]),
            Some([ValueType::Arn]) => Shape::arn(),
            _ => match core::str::from_utf8(key).ok().and_then(formats::of) {
                // What a format cannot say, an operator of another type can ask.
                Some(key) if *shape == Shape::Text => Shape::Of(key),
                _ => shape.clone(),
            },
        },
        forced: Vec::new(),
    };
    let Some(key) = caller_key(key) else {
        return domain;
    };
    let Some(caller) = caller else {
        return domain;
    };
    let carried = match caller.form {
        Form::User => key.user,
        Form::Role | Form::Session => key.session,
        Form::FederatedUser => key.federated,
        Form::Root => key.root,
        Form::Anonymous => key.anonymous,
        Form::Service => key.service,
        Form::Provider | Form::Other => match key.user {
            // It is of an account, whichever it is.
            Carried::Account if caller.account.is_some() => Carried::Account,
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
    };
    let of_nobody: Vec<u32> = (key.unsigned())
        .filter(|_| caller.form != Form::Anonymous)
        .map(|text| text.chars().map(u32::from).collect())
        .unwrap_or_default();
    if domain.shape == Shape::Text && !of_nobody.is_empty() {
        let any = alloc::vec![alloc::vec![alloc::vec![MANY]]];
        domain.shape = Shape::Like(any, alloc::vec![of_nobody.clone()]);
    }
    let mut exactly = |text: Option<&str>| {
        domain.may_lack = false;
        if let Some(text) = text {
            domain.shape = Shape::Exactly(String::from(text));
        }
    };
    match carried {
        // AWS does not say which account a service is of; it is not that of a customer.
        Carried::Given if caller.form == Form::Service && key.user == Carried::Account => {
            let text = |text: &String| text.chars().map(u32::from).collect();
            let mut not: Vec<Vec<u32>> = caller.customers.iter().map(text).collect();
            if not.is_empty() {
                not.push(account_tokens());
            }
            domain.shape = Shape::Like(alloc::vec![alloc::vec![account_tokens()]], not);
        }
        Carried::Given => {}
        Carried::Absent => {
            domain.may_have = false;
            domain.may_lack = true;
        }
        // The ID of a federated user is made of what the ARN has: `123456789012:ann`. See
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
        Carried::Id if caller.form == Form::FederatedUser => {
            match (&caller.account, &caller.name) {
                (Some(account), Some(name)) if !caller.is_any => {
                    let user = name.rsplit('/').next().unwrap_or_default();
                    exactly(Some(&alloc::format!("{account}:{user}")));
                }
                _ => exactly(None),
            }
        }
        Carried::Hidden | Carried::Id => exactly(None),
        Carried::Text(text) => exactly(Some(text)),
        Carried::Account => match &caller.account {
            Some(account) => exactly(Some(account)),
            None => {
                exactly(None);
                domain.shape = Shape::like(account_tokens());
            }
        },
        Carried::Service => {
            if caller.is_any {
                exactly(None);
                let names = PRINCIPAL_SUFFIXES.iter().map(|suffix| {
                    let mut name = alloc::vec![ANY_IN_FIELD, MANY_IN_FIELD];
                    name.extend(suffix.chars().map(u32::from));
                    name
                });
                domain.shape = Shape::Like(alloc::vec![names.collect()], named.to_vec());
            } else {
                exactly(caller.name.as_deref());
            }
        }
        Carried::Name => {
            if caller.is_any {
                exactly(None);
            } else {
                let name = caller.name.as_deref().unwrap_or_default();
                exactly(name.rsplit('/').next());
            }
        }
        Carried::Arn | Carried::RoleArn => {
            if caller.is_any {
                exactly(None);
                domain.shape =
                    Shape::Like(alloc::vec![alloc::vec![caller.pattern()]], named.to_vec());
            } else if caller.path {
                exactly(None);
                domain.shape = Shape::like(caller.pattern());
            } else {
                exactly(caller.role.as_deref().or(caller.name.as_deref()));
            }
        }
    }
    // Requests to other services do not have it, from any caller.
    domain.may_lack |= key.on.is_some();
    domain
}

/// The number of an account.
fn account_tokens() -> Vec<u32> {
    alloc::vec![DIGIT; 12]
}

impl Candidate {
    /// The ARNs of its kind.
    fn pattern(&self) -> Vec<u32> {
        let account = self.account.as_deref().unwrap_or("????????????");
        let partition = if self.name.is_some() {
            self.partition.as_str()
        } else {
            "aws*"
        };
        let (service, kind) = match self.form {
            Form::FederatedUser => ("sts", "federated-user"),
            Form::Role | Form::Session => ("iam", "role"),
            Form::Anonymous
            | Form::Root
            | Form::User
            | Form::Service
            | Form::Provider
            | Form::Other => ("iam", "user"),
        };
        let name = if self.path {
            let name = self.name.as_deref().unwrap_or_default();
            let role = name.split('/').nth(1).unwrap_or_default();
            alloc::format!("?*/{role}")
        } else {
            String::from("?*")
        };
        tokens_of(&alloc::format!(
            "arn:{partition}:{service}::{account}:{kind}/{name}"
        ))
    }

    /// What kind of caller it is, and of which account of which partitions.
    pub(crate) fn kind(&self) -> (Form, Option<&str>, &[String]) {
        (self.form, self.account.as_deref(), &self.partitions)
    }

    /// The partitions that it can be of, which are those of the resources that it can ask for: an account is of one
    /// partition, and nobody has access to another with it. Empty when nothing says which it is in. See
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>.
    pub(crate) fn partitions(&self) -> &[String] {
        &self.partitions
    }

    /// What is known of the role of a session.
    pub(crate) fn role_arn(&self) -> RoleArn<'_> {
        match &self.role {
            Some(role) => RoleArn::Is(role.as_bytes()),
            None if self.path => RoleArn::Pathed,
            None => RoleArn::Open,
        }
    }

    /// The ARN of the role of a session, which its own ARN does not contain whole.
    pub(crate) fn role(&self) -> Option<&str> {
        self.role.as_deref()
    }
}
