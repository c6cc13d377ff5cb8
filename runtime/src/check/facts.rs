//! What a document means in the catalogue, said once for all rules.

use alloc::vec::Vec;

use super::Options;
use super::principal::{Form, PrincipalFacts};
use super::tables::{self, Attached, Retired};
use crate::arn::{Arn, ArnError};
use crate::catalogue::{self, ActionInfo, ArnFormat, ConditionKey, ResourceType, Service};
use crate::condition::{Operator, SetOperator};
use crate::document::{
    ConditionBlock, Document, Effect, List, Place, PolicyKind, Statement, Value,
};
use crate::glob;

pub(crate) struct Facts<'d> {
    pub(crate) document: &'d Document<'d>,
    pub(crate) kind: PolicyKind,
    /// The text that is sent to AWS, where there is one.
    pub(crate) text: Option<&'d str>,
    pub(crate) statements: Vec<StatementFacts<'d>>,
    /// What the document hangs on, when it is a resource policy and its actions or resources say so.
    pub(crate) attached: Option<&'static Attached>,
    /// Whether some statement has a condition.
    has_conditions: bool,
    /// Whether some text may hold a policy variable.
    pub(crate) has_variables: bool,
    /// Whether some statement may be about an action of `iam`.
    pub(crate) touches_iam: bool,
    /// Whether some statement names principals.
    pub(crate) has_principals: bool,
}

pub(crate) struct StatementFacts<'d> {
    pub(crate) statement: &'d Statement<'d>,
    pub(crate) principals: Option<PrincipalFacts<'d>>,
    pub(crate) actions: Vec<ActionFact<'d>>,
    pub(crate) resources: Vec<ResourceFact<'d>>,
    pub(crate) conditions: Vec<BlockFact<'d>>,
}

/// One entry of `Action` or `NotAction`.
pub(crate) struct ActionFact<'d> {
    pub(crate) text: &'d str,
    pub(crate) kind: ActionKind<'d>,
}

pub(crate) enum ActionKind<'d> {
    /// `*`
    Any,
    /// An action of the catalogue.
    Known(&'static Service, &'static ActionInfo),
    /// A pattern over one service, with the actions that it matches.
    Pattern(&'static Service, &'d str, Vec<&'static ActionInfo>),
    /// The service is known, the action is not.
    UnknownAction(&'static Service, &'d str),
    /// A service of the catalogue whose feature is off.
    Disabled(&'d str),
    /// A service that the catalogue does not have.
    UnknownService(&'d str, &'d str),
    /// A wildcard in the service, such as `*:Get*`.
    AnyService,
    /// Not of the form `service:name`.
    Malformed,
    /// Vouched for by the author.
    Unlisted,
}

impl ActionKind<'_> {
    /// The actions of the catalogue that the entry stands for, when it stands for a limited number of them.
    pub(crate) fn known(&self) -> Option<(&'static Service, &[&'static ActionInfo])> {
        match self {
            Self::Known(service, info) => Some((service, core::slice::from_ref(info))),
            Self::Pattern(service, _, infos) => Some((service, infos)),
            _ => None,
        }
    }
}

/// One entry of `Resource` or `NotResource`.
pub(crate) struct ResourceFact<'d> {
    pub(crate) text: &'d str,
    pub(crate) kind: ResourceKind<'d>,
    /// Whether the ARN fits no format of its service. One rule speaks of that; to all others it could be anything.
    pub(crate) fits_nothing: bool,
    /// The formats that the ARN could be of, in the services that have such ARNs.
    pub(crate) formats: Vec<(&'static Service, &'static ResourceType, &'static ArnFormat)>,
    /// The service of its ARN.
    home: Option<&'static Service>,
}

pub(crate) enum ResourceKind<'d> {
    /// `*`, or another text of wildcards alone.
    Any,
    Arn(Arn<'d>),
    Malformed(ArnError),
}

impl ResourceFact<'_> {
    /// Whether a resource of this type could match. True also for what is no ARN: another rule speaks of that.
    pub(crate) fn could_be(&self, kind: &ResourceType) -> bool {
        if self.is_anything()
            || self
                .formats
                .iter()
                .any(|(_, own, _)| core::ptr::eq(*own, kind))
        {
            return true;
        }
        // A service may list a type of another service: `kinesis` has the keys of `kms`.
        self.arn().is_some_and(|arn| {
            (kind.formats.iter()).any(|format| {
                self.home.is_none_or(|home| home.prefix != format.service) && arn.could_be(format)
            })
        })
    }

    /// Whether nothing can be said of its type: all resources, or a text that other rules speak of.
    pub(crate) const fn is_anything(&self) -> bool {
        self.fits_nothing || !matches!(self.kind, ResourceKind::Arn(_))
    }

    pub(crate) const fn arn(&self) -> Option<&Arn<'_>> {
        match &self.kind {
            ResourceKind::Arn(arn) => Some(arn),
            _ => None,
        }
    }
}

/// One operator of a `Condition`.
pub(crate) struct BlockFact<'d> {
    pub(crate) block: &'d ConditionBlock<'d>,
    pub(crate) set: Option<SetOperator>,
    /// `None` when IAM has no such operator.
    pub(crate) operator: Option<Operator>,
    pub(crate) if_exists: bool,
    pub(crate) keys: Vec<KeyFact<'d>>,
}

pub(crate) struct KeyFact<'d> {
    pub(crate) name: &'d str,
    pub(crate) kind: KeyKind<'d>,
}

pub(crate) enum KeyKind<'d> {
    /// A key that every request may carry.
    Global(&'static ConditionKey),
    /// A key that some action or resource type declares.
    Declared(&'static ConditionKey),
    /// No such key: its prefix.
    Unknown(&'d str),
    /// A service of the catalogue whose feature is off.
    Disabled(&'d str),
    /// A tag key without the tag's name, such as `aws:ResourceTag`.
    NoTag(&'static ConditionKey),
    /// Not of the form `prefix:name`.
    Malformed,
    /// A key that IAM no longer wants.
    Retired(&'static Retired),
    /// A claim of the identity provider that the statement trusts.
    Claim,
    Unlisted,
}

/// Whether the key is a claim of the identity provider.
fn is_claim(name: &str, provider: &Form<'_>) -> bool {
    match provider {
        Form::Oidc(address) => (name.get(..address.len())).is_some_and(|start| {
            start.eq_ignore_ascii_case(address) && name[address.len()..].starts_with(':')
        }),
        Form::Saml => name.starts_with("saml:"),
        _ => false,
    }
}

impl KeyKind<'_> {
    pub(crate) const fn key(&self) -> Option<&'static ConditionKey> {
        match self {
            Self::Global(key) | Self::Declared(key) => Some(key),
            _ => None,
        }
    }
}

impl<'d> Facts<'d> {
    pub(crate) fn of(document: &'d Document<'d>, options: &Options<'d>) -> Self {
        let statements: Vec<_> = (document.statements.iter())
            .map(|statement| StatementFacts::of(statement, options))
            .collect();
        Self {
            document,
            kind: options.kind,
            text: options.text,
            attached: match options.kind {
                PolicyKind::Resource => attached(&statements),
                _ => None,
            },
            touches_iam: (statements.iter()).any(StatementFacts::touches_iam),
            has_variables: (statements.iter()).any(StatementFacts::may_have_variables),
            has_conditions: (statements.iter()).any(|statement| !statement.conditions.is_empty()),
            has_principals: (statements.iter()).any(|statement| statement.principals.is_some()),
            statements,
        }
    }

    /// Calls `each` for every key under every operator.
    pub(crate) fn each_key<'f>(
        &'f self,
        mut each: impl FnMut(
            Place,
            &'f StatementFacts<'d>,
            &'f BlockFact<'d>,
            &'f KeyFact<'d>,
            &'f List<Value<'d>>,
        ),
    ) {
        if !self.has_conditions {
            return;
        }
        for (s, statement) in self.statements.iter().enumerate() {
            for (b, k, block, key, values) in statement.keys() {
                each(Place::Key(s, b, k), statement, block, key, values);
            }
        }
    }
}

/// What a resource policy hangs on: the service of all its actions, or else of all its resources.
fn attached(statements: &[StatementFacts<'_>]) -> Option<&'static Attached> {
    let actions = || statements.iter().flat_map(|statement| &statement.actions);
    let arns = || (statements.iter()).flat_map(|statement| &statement.resources);
    common(actions().map(|action| action.text.split(':').next())).or_else(|| {
        common(
            arns()
                .filter_map(|resource| resource.arn())
                .map(|arn| Some(arn.service())),
        )
    })
}

fn common<'t>(mut services: impl Iterator<Item = Option<&'t str>>) -> Option<&'static Attached> {
    let first = services.next()??;
    let row = tables::ATTACHED
        .iter()
        .find(|row| first.eq_ignore_ascii_case(row.service))?;
    services
        .all(|service| service.is_some_and(|service| first.eq_ignore_ascii_case(service)))
        .then_some(row)
}

impl<'d> StatementFacts<'d> {
    fn of(statement: &'d Statement<'d>, options: &Options<'_>) -> Self {
        let actions: Vec<_> = (statement.actions.values.iter())
            .map(|text| ActionFact {
                text,
                kind: action(text, options),
            })
            .collect();
        let principals = statement.principals.as_ref().map(PrincipalFacts::of);
        let resources = statement
            .resources
            .iter()
            .flat_map(|element| &element.values);
        let conditions = statement.conditions.iter().map(|block| {
            let (set, operator, if_exists) = operator(&block.operator);
            let keys = block.keys.iter().map(|(name, _)| KeyFact {
                name,
                kind: key(name, &actions, principals.as_ref(), options),
            });
            BlockFact {
                block,
                set,
                operator,
                if_exists,
                keys: keys.collect(),
            }
        });
        Self {
            statement,
            conditions: conditions.collect(),
            resources: resources.map(|text| ResourceFact::of(text)).collect(),
            principals,
            actions,
        }
    }

    /// Whether an action, a resource or a value holds a `$`.
    fn may_have_variables(&self) -> bool {
        let dollar = |text: &str| text.bytes().any(|byte| byte == b'$');
        self.actions.iter().any(|action| dollar(action.text))
            || self.resources.iter().any(|resource| dollar(resource.text))
            || self
                .keys()
                .any(|(_, _, _, _, values)| values.iter().any(|value| dollar(value.as_text())))
    }

    /// Whether an action may be one of `iam`, going by its first letter.
    fn touches_iam(&self) -> bool {
        self.statement.actions.not
            || (self.actions.iter()).any(|action| action.text.starts_with(['i', 'I', '*', '?']))
    }

    /// Whether the statement grants.
    pub(crate) const fn allows(&self) -> bool {
        matches!(self.statement.effect, Effect::Allow)
    }

    /// The keys under the operators, each with the numbers of its operator and of itself.
    pub(crate) fn keys<'f>(
        &'f self,
    ) -> impl Iterator<
        Item = (
            usize,
            usize,
            &'f BlockFact<'d>,
            &'f KeyFact<'d>,
            &'f List<Value<'d>>,
        ),
    > {
        (self.conditions.iter().enumerate()).flat_map(|(b, block)| {
            (block.keys.iter().zip(&block.block.keys).enumerate())
                .map(move |(k, (key, (_, values)))| (b, k, block, key, values))
        })
    }

    /// Whether a condition names one of the keys; one that ends in `/` stands for all that begin so.
    pub(crate) fn has_key(&self, names: &[&str]) -> bool {
        self.keys().any(|(_, _, _, key, _)| key.is_one_of(names))
    }

    /// Whether the statement has a list of resources, of which something can be said.
    pub(crate) fn names_resources(&self) -> bool {
        let element = self.statement.resources.as_ref();
        element.is_some_and(|element| !element.not) && !self.resources.is_empty()
    }
}

impl BlockFact<'_> {
    /// Whether the operator is the denial of another, and so true when the key is missing.
    pub(crate) fn is_negated(&self) -> bool {
        self.operator.is_some_and(Operator::is_negated)
    }

    /// Whether the condition holds only for a request that carries the key.
    pub(crate) fn wants_key(&self) -> bool {
        !self.if_exists
            && self.set != Some(SetOperator::ForAllValues)
            && self
                .operator
                .is_some_and(|operator| !operator.is_negated() && operator != Operator::Null)
    }
}

impl KeyFact<'_> {
    /// Whether the key has this name, whatever the case.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Whether the key has one of these names; one that ends in `/` stands for all that begin so.
    pub(crate) fn is_one_of(&self, names: &[&str]) -> bool {
        names.iter().any(|name| {
            self.is(name)
                || (name.ends_with('/')
                    && (self.name.get(..name.len()))
                        .is_some_and(|start| start.eq_ignore_ascii_case(name)))
        })
    }
}

fn action<'d>(text: &'d str, options: &Options<'_>) -> ActionKind<'d> {
    if text == "*" {
        return ActionKind::Any;
    }
    if options.unlisted.contains(&text) {
        return ActionKind::Unlisted;
    }
    let Some((prefix, name)) = text.split_once(':') else {
        return ActionKind::Malformed;
    };
    if prefix.is_empty() || name.is_empty() || !prefix.bytes().all(is_name) {
        return if glob::has_wildcard(prefix) && !name.is_empty() {
            ActionKind::AnyService
        } else {
            ActionKind::Malformed
        };
    }
    let Some(service) = find_service(prefix) else {
        return if is_known_service(prefix) {
            ActionKind::Disabled(prefix)
        } else {
            ActionKind::UnknownService(prefix, name)
        };
    };
    if glob::has_wildcard(name) {
        let matched = if name == "*" {
            service.actions.iter().collect()
        } else {
            (service.actions.iter())
                .filter(|info| glob::matches(name, info.name, true))
                .collect()
        };
        return ActionKind::Pattern(service, name, matched);
    }
    match service
        .action(name)
        .or_else(|| service.action_ignore_case(name))
    {
        Some(info) => ActionKind::Known(service, info),
        None => ActionKind::UnknownAction(service, name),
    }
}

const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// Service prefixes are compared whatever their case, as IAM does with the whole of an action.
fn find_service(prefix: &str) -> Option<&'static Service> {
    catalogue::service(prefix).or_else(|| {
        catalogue::services()
            .iter()
            .copied()
            .find(|service| service.prefix.eq_ignore_ascii_case(prefix))
    })
}

fn is_known_service(prefix: &str) -> bool {
    catalogue::KNOWN_SERVICES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(prefix))
}

impl<'d> ResourceFact<'d> {
    fn of(text: &'d str) -> Self {
        let kind = resource(text);
        let (mut has_formats, mut formats, mut home) = (false, Vec::new(), None);
        if let ResourceKind::Arn(arn) = &kind {
            home = find_service(arn.service());
            for (service, kind, format) in formats_of(arn.service()) {
                has_formats = true;
                if arn.resource_could_be(format) {
                    formats.push((service, kind, format));
                }
            }
        }
        Self {
            text,
            kind,
            fits_nothing: has_formats && formats.is_empty(),
            formats,
            home,
        }
    }
}

/// The ARN formats of a service, as the service field of an ARN names it. Nothing for a service whose feature is off:
/// what another service says of its ARNs is not all of them.
pub(crate) fn formats_of(
    service: &str,
) -> impl Iterator<Item = (&'static Service, &'static ResourceType, &'static ArnFormat)> + Clone {
    let home = find_service(service);
    // One service of its own name has all formats; only a pattern, or a name of another kind, asks for those of all.
    let others = if home.is_some() || is_known_service(service) {
        &[]
    } else {
        catalogue::services()
    };
    (home.into_iter().chain(others.iter().copied()))
        .flat_map(|service| service.resources.iter().map(move |kind| (service, kind)))
        .flat_map(|(service, kind)| {
            kind.formats
                .iter()
                .map(move |format| (service, kind, format))
        })
        .filter(move |(_, _, format)| glob::matches(service, format.service, true))
}

fn resource(text: &str) -> ResourceKind<'_> {
    if !text.is_empty() && text.bytes().all(|byte| byte == b'*') {
        return ResourceKind::Any;
    }
    match Arn::parse(text) {
        Ok(arn) => ResourceKind::Arn(arn),
        Err(error) => ResourceKind::Malformed(error),
    }
}

/// Cuts an operator into set prefix, operator and `IfExists`.
pub(crate) fn operator(text: &str) -> (Option<SetOperator>, Option<Operator>, bool) {
    let (set, rest) = match text.split_once(':') {
        Some(("ForAllValues", rest)) => (Some(SetOperator::ForAllValues), rest),
        Some(("ForAnyValue", rest)) => (Some(SetOperator::ForAnyValue), rest),
        _ => (None, text),
    };
    let (name, if_exists) = match rest.strip_suffix("IfExists") {
        Some(name) => (name, true),
        None => (rest, false),
    };
    (set, Operator::from_name(name), if_exists)
}

fn key<'d>(
    name: &'d str,
    actions: &[ActionFact<'_>],
    principals: Option<&PrincipalFacts<'_>>,
    options: &Options<'_>,
) -> KeyKind<'d> {
    if options.unlisted.contains(&name) {
        return KeyKind::Unlisted;
    }
    let Some((prefix, rest)) = name.split_once(':') else {
        return KeyKind::Malformed;
    };
    if prefix.is_empty() || rest.is_empty() {
        return KeyKind::Malformed;
    }
    if let Some(key) = catalogue::global_key(name) {
        return if key.declared {
            KeyKind::Declared(key)
        } else {
            KeyKind::Global(key)
        };
    }
    if let Some(retired) = (tables::RETIRED.iter()).find(|row| name.eq_ignore_ascii_case(row.name))
    {
        return KeyKind::Retired(retired);
    }
    // A key's prefix is not always its service (`saml:aud` is declared by sts), so the services of the statement's
    // own actions are asked before the one that the prefix names.
    let services = actions.iter().filter_map(|action| match &action.kind {
        ActionKind::Known(service, _)
        | ActionKind::Pattern(service, ..)
        | ActionKind::UnknownAction(service, _) => Some(*service),
        _ => None,
    });
    if let Some(key) = services
        .chain(find_service(prefix))
        .find_map(|service| service.key(name))
    {
        return KeyKind::Declared(key);
    }
    if let Some(key) = catalogue::services()
        .iter()
        .find_map(|service| service.key(name))
    {
        return KeyKind::Declared(key);
    }
    // An identity provider has claims of its own, whose keys begin with its address.
    if principals.is_some_and(|principals| {
        principals
            .list
            .iter()
            .any(|fact| is_claim(name, &fact.form))
    }) {
        return KeyKind::Claim;
    }
    let tag = catalogue::global_keys()
        .iter()
        .chain(
            find_service(prefix)
                .into_iter()
                .flat_map(|service| service.keys),
        )
        .find(|key| {
            key.placeholder.is_some_and(|placeholder| {
                let bare = placeholder.before.trim_end_matches(['/', ':']);
                name.trim_end_matches(['/', ':']).eq_ignore_ascii_case(bare)
            })
        });
    if let Some(key) = tag {
        return KeyKind::NoTag(key);
    }
    if find_service(prefix).is_none() && is_known_service(prefix) {
        return KeyKind::Disabled(prefix);
    }
    KeyKind::Unknown(prefix)
}
