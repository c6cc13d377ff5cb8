//! What a document means in the catalogue, said once for all rules.

use alloc::vec::Vec;

use super::Options;
use crate::arn::{Arn, ArnError};
use crate::catalogue::{self, ActionInfo, ConditionKey, ResourceType, Service};
use crate::condition::{Operator, SetOperator};
use crate::document::{ConditionBlock, Document, Statement};
use crate::glob;

pub(crate) struct Facts<'d> {
    pub(crate) document: &'d Document<'d>,
    pub(crate) statements: Vec<StatementFacts<'d>>,
}

pub(crate) struct StatementFacts<'d> {
    pub(crate) statement: &'d Statement<'d>,
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
        self.is_anything()
            || (self.arn())
                .is_some_and(|arn| kind.formats.iter().any(|format| arn.could_be(format)))
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
    Unlisted,
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
    pub(crate) fn of(document: &'d Document<'d>, options: &Options<'_>) -> Self {
        Self {
            document,
            statements: document
                .statements
                .iter()
                .map(|statement| StatementFacts::of(statement, options))
                .collect(),
        }
    }
}

impl<'d> StatementFacts<'d> {
    fn of(statement: &'d Statement<'d>, options: &Options<'_>) -> Self {
        let actions: Vec<_> = (statement.actions.values.iter())
            .map(|text| ActionFact {
                text,
                kind: action(text, options),
            })
            .collect();
        let resources = statement
            .resources
            .iter()
            .flat_map(|element| &element.values);
        let conditions = statement.conditions.iter().map(|block| {
            let (set, operator, if_exists) = operator(&block.operator);
            let keys = block.keys.iter().map(|(name, _)| KeyFact {
                name,
                kind: key(name, &actions, options),
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
            actions,
        }
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
        let matched = service
            .actions
            .iter()
            .filter(|info| glob::matches(name, info.name, true));
        return ActionKind::Pattern(service, name, matched.collect());
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
        let fits_nothing = match &kind {
            ResourceKind::Arn(arn) => {
                let mut formats = (catalogue::services().iter())
                    .flat_map(|service| service.resources)
                    .flat_map(|kind| kind.formats)
                    .filter(|format| glob::matches(arn.service(), format.service, true))
                    .peekable();
                formats.peek().is_some() && !formats.any(|format| arn.could_be(format))
            }
            _ => false,
        };
        Self {
            text,
            kind,
            fits_nothing,
        }
    }
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

fn key<'d>(name: &'d str, actions: &[ActionFact<'_>], options: &Options<'_>) -> KeyKind<'d> {
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
