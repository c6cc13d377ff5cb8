//! What a document means in the catalogue, said once for all rules.

mod action;
mod condition;
mod iot;
pub(crate) use iot::{
    is_of_services as is_of_iot_core_services, is_own_key as is_iot_core_key,
    own_keys as iot_core_keys,
};
mod resource;

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::cell::RefCell;
use core::iter;

pub(crate) use action::{ActionFact, ActionKind, Standing, is_service_of_arns, is_spelled};
pub(crate) use condition::{BlockFact, KeyFact, KeyKind, is_claim, reads_wildcards};
pub(crate) use resource::{
    Inner, ResourceFact, ResourceKind, Use, formats_of, inner_of, is_evaluated_as_star,
};

use super::needs::Needs;
use super::principal::PrincipalFacts;
use super::tables::{self, Attached};
use super::{Options, text};
use crate::arn::Arn;
use crate::catalogue::{self, ActionInfo, ResourceType, Service};
use crate::document::{Document, Effect, List, Place, PolicyKind, PrincipalSet, Statement};

pub(crate) struct Facts<'d> {
    pub(crate) document: &'d Document<'d>,
    pub(crate) kind: PolicyKind,
    /// The text that is sent to AWS, where there is one.
    pub(crate) text: Option<&'d str>,
    pub(crate) statements: Vec<StatementFacts<'d>>,
    /// Whether the author states the kind of the document.
    pub(crate) kind_is_given: bool,
    /// Whether it is a policy of AWS IoT Core.
    pub(crate) iot_core: bool,
    /// What the document is attached to, when it is a resource policy and this is known: from the caller of the
    /// check, or else from its actions or resources.
    pub(crate) attached: Option<AttachedTo<'d>>,
    /// What the document has, for the rules that need it.
    pub(crate) has: Needs,
}

/// What a resource policy is attached to.
#[derive(Clone, Copy)]
pub(crate) struct AttachedTo<'d> {
    /// The services whose actions it can grant.
    pub(crate) services: &'d [&'d str],
    /// What AWS's pages say about policies of its kind.
    pub(crate) row: Option<&'static Attached>,
}

impl AttachedTo<'_> {
    /// Whether the policy can grant actions of this service.
    pub(crate) fn is_of(&self, service: &str) -> bool {
        (self.services.iter()).any(|own| own.eq_ignore_ascii_case(service))
    }
}

pub(crate) struct StatementFacts<'d> {
    pub(crate) statement: &'d Statement<'d>,
    pub(crate) principals: Option<PrincipalFacts<'d>>,
    pub(crate) actions: Vec<ActionFact<'d>>,
    pub(crate) resources: Vec<ResourceFact<'d>>,
    pub(crate) conditions: Vec<BlockFact<'d>>,
    /// The keys under all operators.
    pub(crate) keys: Vec<KeyFact<'d>>,
    /// Whether nothing can be said about the type of some resource.
    pub(crate) has_anything: bool,
    /// The resource types of the actions, and whether some resource could be of each. Looked up once: there may be
    /// thousands of actions and thousands of resources.
    pub(crate) types: Vec<(&'static ResourceType, bool)>,
    /// What the resources are for each action. Empty when they work for all of them.
    pub(crate) uses: Vec<Use>,
    /// What the resources are for each action without resource types that was asked about. Patterns name the same actions
    /// again and again.
    untyped: RefCell<BTreeMap<*const ActionInfo, Use>>,
}

/// What kinds of bytes texts hold.
#[derive(Default)]
struct Bytes {
    dollar: bool,
    brace: bool,
    wild: bool,
    not_ascii: bool,
}

impl Bytes {
    fn look(&mut self, text: &str) {
        // No early end: so written, the compiler looks at many bytes at once.
        for &byte in text.as_bytes() {
            self.dollar |= byte == b'$';
            self.brace |= byte == b'{';
            self.wild |= (byte == b'*') | (byte == b'?');
            self.not_ascii |= byte > 0x7f;
        }
    }
}

impl<'d> Facts<'d> {
    pub(crate) fn of(document: &'d Document<'d>, options: &Options<'d>) -> Self {
        let options = &options.iot_core(options.iot_core || iot::is_policy(document, options));
        let mut facts = Self {
            document,
            kind: options.kind,
            text: options.text,
            kind_is_given: options.kind_is_given,
            iot_core: options.iot_core,
            statements: Vec::with_capacity(document.statements.items.len()),
            attached: None,
            has: Needs::kind(options.kind),
        };
        let mut last = action::Last::default();
        for (s, statement) in document.statements.iter().enumerate() {
            let statement = StatementFacts::of(s, statement, options, &mut last);
            statement.add_to(&mut facts.has);
            facts.statements.push(statement);
        }
        facts
            .has
            .add_if(facts.statements.len() > 1, Needs::STATEMENTS);
        if options.kind == PolicyKind::Resource {
            facts.attached = match options.services {
                [] => attached(&facts.statements),
                services => Some(AttachedTo {
                    services,
                    row: (tables::ATTACHED.iter()).find(|row| services.contains(&row.service)),
                }),
            };
            facts.has.add_if(facts.attached.is_some(), Needs::ATTACHED);
        }
        facts
    }

    /// Every key under every operator, with its statement.
    pub(crate) fn keys<'f>(
        &'f self,
    ) -> impl Iterator<Item = (&'f StatementFacts<'d>, &'f KeyFact<'d>)> {
        let (mut s, mut k) = (0, 0);
        iter::from_fn(move || {
            loop {
                let statement = self.statements.get(s)?;
                if let Some(key) = statement.keys.get(k) {
                    k += 1;
                    return Some((statement, key));
                }
                (s, k) = (s + 1, 0);
            }
        })
    }

    /// Every statement that names principals, with its number.
    pub(crate) fn principals<'f>(
        &'f self,
    ) -> impl Iterator<Item = (usize, &'f StatementFacts<'d>, &'f PrincipalFacts<'d>)> {
        let mut next = 0;
        iter::from_fn(move || {
            loop {
                let s = next;
                let statement = self.statements.get(s)?;
                next += 1;
                if let Some(principals) = &statement.principals {
                    return Some((s, statement, principals));
                }
            }
        })
    }

    /// Every entry of `Action` or `NotAction`, with its statement.
    pub(crate) fn actions<'f>(
        &'f self,
    ) -> impl Iterator<Item = (Place, &'f StatementFacts<'d>, &'f ActionFact<'d>)> {
        let (mut s, mut a) = (0, 0);
        iter::from_fn(move || {
            loop {
                let statement = self.statements.get(s)?;
                if let Some(action) = statement.actions.get(a) {
                    a += 1;
                    return Some((Place::Action(s, a - 1), statement, action));
                }
                (s, a) = (s + 1, 0);
            }
        })
    }

    /// Every entry of `Resource` or `NotResource`, with its statement.
    pub(crate) fn resources<'f>(
        &'f self,
    ) -> impl Iterator<Item = (Place, &'f StatementFacts<'d>, &'f ResourceFact<'d>)> {
        let (mut s, mut r) = (0, 0);
        iter::from_fn(move || {
            loop {
                let statement = self.statements.get(s)?;
                if let Some(resource) = statement.resources.get(r) {
                    r += 1;
                    return Some((Place::Resource(s, r - 1), statement, resource));
                }
                (s, r) = (s + 1, 0);
            }
        })
    }

    /// Every resource that is an ARN.
    pub(crate) fn arns<'f>(
        &'f self,
    ) -> impl Iterator<Item = (Place, &'f ResourceFact<'d>, &'f Arn<'d>)> {
        let mut resources = self.resources();
        iter::from_fn(move || {
            loop {
                let (place, _, resource) = resources.next()?;
                if let ResourceKind::Arn(arn) = &resource.kind {
                    return Some((place, resource, arn));
                }
            }
        })
    }
}

/// What a resource policy is attached to: the service of all its actions, or else of all its resources.
fn attached(statements: &[StatementFacts<'_>]) -> Option<AttachedTo<'static>> {
    let mut services = Vec::new();
    for statement in statements {
        for action in &statement.actions {
            services.push(action.text.split(':').next().unwrap_or(""));
        }
    }
    if let Some(row) = common(&services) {
        return Some(row);
    }
    services.clear();
    for statement in statements {
        for resource in &statement.resources {
            if let ResourceKind::Arn(arn) = &resource.kind {
                services.push(arn.service());
            }
        }
    }
    common(&services)
}

/// What is attached to the one service that all of these are.
fn common(services: &[&str]) -> Option<AttachedTo<'static>> {
    let (first, others) = services.split_first()?;
    for other in others {
        if !first.eq_ignore_ascii_case(other) {
            return None;
        }
    }
    let mut rows = tables::ATTACHED.iter();
    let row = rows.find(|row| first.eq_ignore_ascii_case(row.service))?;
    Some(AttachedTo {
        services: core::slice::from_ref(&row.service),
        row: Some(row),
    })
}

impl<'d> StatementFacts<'d> {
    /// The prefix of the service that all actions are of.
    pub(crate) fn only_service(&self) -> Option<&'static str> {
        let mut only = None;
        for action in &self.actions {
            let (ActionKind::Known(service, _) | ActionKind::Pattern(service, ..)) = action.kind
            else {
                return None;
            };
            if only.is_some_and(|prefix| prefix != service.prefix) {
                return None;
            }
            only = Some(service.prefix);
        }
        only
    }

    fn of(
        s: usize,
        statement: &'d Statement<'d>,
        options: &Options<'_>,
        last: &mut action::Last<'d>,
    ) -> Self {
        let mut facts = Self {
            statement,
            principals: (statement.principals.as_ref())
                .map(|principals| PrincipalFacts::of(s, principals)),
            actions: Vec::with_capacity(statement.actions.values.items.len()),
            resources: Vec::new(),
            conditions: Vec::with_capacity(statement.conditions.len()),
            keys: Vec::with_capacity(statement.conditions.len()),
            has_anything: false,
            types: Vec::new(),
            uses: Vec::new(),
            untyped: RefCell::default(),
        };
        for text in &statement.actions.values {
            facts.actions.push(ActionFact::of(text, options, last));
        }
        if let Some(element) = &statement.resources {
            facts.resources = Vec::with_capacity(element.values.items.len());
            for text in &element.values {
                facts.resources.push(ResourceFact::of(text));
            }
            facts.has_anything = facts.resources.iter().any(ResourceFact::is_anything);
            facts.find_types();
            facts.uses = super::rules::uses(&facts);
        }
        for (b, block) in statement.conditions.iter().enumerate() {
            let fact = BlockFact::of(block);
            for (k, (name, values)) in block.keys.iter().enumerate() {
                let kind = condition::key(name, &facts, options);
                let format = condition::format_of(name, &kind);
                let mut key = KeyFact {
                    at: (s, b, k),
                    name,
                    kind,
                    values,
                    format,
                    misfits: Vec::new(),
                    set: fact.set,
                    operator: fact.operator,
                    if_exists: fact.if_exists,
                };
                key.find_misfits();
                facts.keys.push(key);
            }
            facts.conditions.push(fact);
        }
        facts
    }

    fn find_types(&mut self) {
        if !(self.resources.iter()).any(|resource| resource.arn().is_some()) {
            return;
        }
        for action in &self.actions {
            let Some((service, infos)) = action.kind.known() else {
                continue;
            };
            for info in infos {
                for (_, kind) in info.resources_of(service) {
                    if !(self.types.iter()).any(|(known, _)| core::ptr::eq(*known, kind)) {
                        let could = (self.resources.iter()).any(|other| other.could_be(kind));
                        self.types.push((kind, could));
                    }
                }
            }
        }
    }

    /// Whether some resource could be of the type.
    pub(crate) fn could_be(&self, kind: &ResourceType) -> bool {
        if self.has_anything {
            return true;
        }
        for (known, could) in &self.types {
            if core::ptr::eq(*known, kind) {
                return *could;
            }
        }
        (self.resources.iter()).any(|resource| resource.could_be(kind))
    }

    /// What the resources are for an action without resource types: the best that any of them is.
    pub(crate) fn use_without_type(&self, service: &Service, info: &ActionInfo) -> Use {
        let key = core::ptr::from_ref(info);
        if let Some(known) = self.untyped.borrow().get(&key) {
            return *known;
        }
        let mut best = Use::Dead;
        for resource in &self.resources {
            best = best.max(resource.use_without_type(service, info));
            if best == Use::Works {
                break;
            }
        }
        self.untyped.borrow_mut().insert(key, best);
        best
    }

    /// Says what the statement has.
    fn add_to(&self, has: &mut Needs) {
        let statement = self.statement;
        let empty = (self.actions.is_empty())
            || (statement.resources.is_some() && self.resources.is_empty())
            || (statement.empty_condition && self.conditions.is_empty());
        has.add_if(empty, Needs::EMPTY);
        has.add_if(!self.allows(), Needs::DENY);
        has.add_if(self.actions.len() > 1, Needs::ACTIONS);
        has.add_if(self.resources.len() > 1, Needs::RESOURCES);
        has.add_if(statement.actions.not, Needs::NOT_ACTION.and(Needs::IAM));
        if let Some(principals) = &statement.principals
            && let PrincipalSet::Listed(kinds) = &principals.set
        {
            let empty = |(_, names): &(_, List<_>)| names.items.is_empty();
            has.add_if(kinds.is_empty() || kinds.iter().any(empty), Needs::EMPTY);
            has.add_if(kinds.len() > 1, Needs::NAMES);
        }
        let mut bytes = Bytes::default();
        for action in &self.actions {
            action.add_to(has);
            bytes.look(action.text);
        }
        has.add_if(bytes.wild, Needs::PATTERN);
        has.add_if(bytes.dollar, Needs::VARIABLE);
        bytes = Bytes::default();
        if let Some(principals) = &self.principals {
            has.add(Needs::PRINCIPALS);
            for principal in &principals.list {
                bytes.look(principal.text);
            }
        }
        for resource in &self.resources {
            resource.add_to(has);
            bytes.look(resource.text);
        }
        for block in &self.conditions {
            block.add_to(has);
        }
        has.add_if(self.conditions.len() > 1, Needs::NAMES);
        let (dollar, mut values) = (bytes.dollar, Bytes::default());
        for key in &self.keys {
            key.add_to(has);
            values.look(key.name);
            for value in key.values {
                values.look(value.as_text());
            }
        }
        has.add_if(dollar || values.dollar, Needs::VARIABLE);
        has.add_if(bytes.brace || values.brace, Needs::BRACE);
        has.add_if(values.wild, Needs::WILD_VALUE);
        has.add_if(bytes.not_ascii || values.not_ascii, Needs::NOT_ASCII);
        has.add_if(!self.uses.is_empty(), Needs::IDLE);
    }

    /// Whether the statement grants.
    pub(crate) const fn allows(&self) -> bool {
        matches!(self.statement.effect, Effect::Allow)
    }

    /// The first key of one of these names; a name that ends in `/` represents all that begin so.
    pub(crate) fn key(&self, names: &[&str]) -> Option<&KeyFact<'d>> {
        self.keys.iter().find(|key| key.is_one_of(names))
    }

    /// Whether a condition names one of the keys; one that ends in `/` represents all that begin so.
    pub(crate) fn has_key(&self, names: &[&str]) -> bool {
        self.key(names).is_some()
    }

    /// Whether the statement has a list of resources, of which something can be said.
    pub(crate) fn names_resources(&self) -> bool {
        let element = self.statement.resources.as_ref();
        element.is_some_and(|element| !element.not) && !self.resources.is_empty()
    }
}

/// Service prefixes are compared whatever their case, as IAM does with the whole of an action.
fn find_service(prefix: &str) -> Option<&'static Service> {
    catalogue::service_ignore_case(prefix)
}

fn is_known_service(prefix: &str) -> bool {
    // With its feature, only a newer catalogue can be without it.
    text::is_one_of(prefix, catalogue::KNOWN_SERVICES)
        && !(catalogue::typed_services().iter())
            .any(|typed| typed.prefix.eq_ignore_ascii_case(prefix))
}
