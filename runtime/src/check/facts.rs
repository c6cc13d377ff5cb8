//! What a document means in the catalogue, said once for all rules.

use alloc::vec::Vec;
use core::iter;

use super::Options;
use super::needs::Needs;
use super::principal::{Form, PrincipalFacts};
use super::tables::{self, Attached, Retired};
use super::text;
use crate::arn::{Arn, ArnError};
use crate::catalogue::{
    self, ActionInfo, ArnField, ArnFormat, ConditionKey, ResourceType, Service,
};
use crate::condition::{Operator, OperatorFamily, SetOperator};
use crate::document::{
    ConditionBlock, Document, Effect, List, Place, PolicyKind, PrincipalSet, Statement, Value,
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
    /// What the document has, for the rules that need it.
    pub(crate) has: Needs,
}

pub(crate) struct StatementFacts<'d> {
    pub(crate) statement: &'d Statement<'d>,
    pub(crate) principals: Option<PrincipalFacts<'d>>,
    pub(crate) actions: Vec<ActionFact<'d>>,
    pub(crate) resources: Vec<ResourceFact<'d>>,
    pub(crate) conditions: Vec<BlockFact<'d>>,
    /// The keys under all operators.
    pub(crate) keys: Vec<KeyFact<'d>>,
    /// Whether nothing can be said of the type of some resource.
    pub(crate) has_anything: bool,
    /// The resource types of the actions, and whether some resource could be of each. Looked up once: there may be
    /// thousands of actions and thousands of resources.
    pub(crate) types: Vec<(&'static ResourceType, bool)>,
}

/// What kinds of bytes texts hold.
#[derive(Default)]
struct Bytes {
    dollar: bool,
    wild: bool,
    not_ascii: bool,
}

impl Bytes {
    fn look(&mut self, text: &str) {
        // No early end: so written, the compiler looks at many bytes at once.
        for &byte in text.as_bytes() {
            self.dollar |= byte == b'$';
            self.wild |= (byte == b'*') | (byte == b'?');
            self.not_ascii |= byte > 0x7f;
        }
    }
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

impl ActionFact<'_> {
    fn add_to(&self, has: &mut Needs) {
        // Nearly all entries are told from those of `iam` by their first letter.
        has.add_if(self.text.starts_with(['i', 'I', '*', '?']), Needs::IAM);
        match &self.kind {
            ActionKind::Known(service, info) => {
                has.add_if(!is_spelled(self.text, service, info.name), Needs::CASE);
                has.add_if(info.lifecycle.is_some(), Needs::LIFECYCLE);
                has.add_if(info.required_together, Needs::TOGETHER);
            }
            ActionKind::Pattern(service, name, infos) => {
                has.add_if(!is_spelled(self.text, service, name), Needs::CASE);
                match infos.first() {
                    Some(first) => has.add_if(first.lifecycle.is_some(), Needs::LIFECYCLE),
                    None => has.add(Needs::ODD_ACTION.and(Needs::ODD)),
                }
            }
            ActionKind::Any | ActionKind::AnyService | ActionKind::Unlisted => {}
            _ => has.add(Needs::ODD_ACTION.and(Needs::ODD)),
        }
    }
}

/// Whether an entry is spelled as AWS spells it.
pub(crate) fn is_spelled(text: &str, service: &Service, name: &str) -> bool {
    let behind = (text.strip_prefix(service.prefix)).and_then(|text| text.strip_prefix(':'));
    behind == Some(name)
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
        let ResourceKind::Arn(arn) = &self.kind else {
            return true;
        };
        if self.fits_nothing {
            return true;
        }
        for (_, own, _) in &self.formats {
            if core::ptr::eq(*own, kind) {
                return true;
            }
        }
        // A service may list a type of another service: `kinesis` has the keys of `kms`, `sts` the roles of `iam`. Those
        // of the ARN's own service were looked at above.
        if let Some(home) = self.home {
            for own in home.resources {
                if core::ptr::eq(own, kind) {
                    return false;
                }
            }
        }
        for format in kind.formats {
            if arn.could_be(format) {
                return true;
            }
        }
        false
    }

    /// Whether nothing can be said of its type: all resources, or a text that other rules speak of.
    pub(crate) const fn is_anything(&self) -> bool {
        self.fits_nothing || !matches!(self.kind, ResourceKind::Arn(_))
    }

    fn add_to(&self, has: &mut Needs) {
        match &self.kind {
            ResourceKind::Any => {}
            ResourceKind::Malformed(_) => has.add(Needs::NO_ARN),
            ResourceKind::Arn(arn) => {
                has.add(Needs::ARN);
                has.add_if(self.fits_nothing, Needs::MISFIT);
                let endpoint = self.endpoint(arn);
                has.add_if(endpoint.is_none(), Needs::ODD_FIELD);
                has.add_if(endpoint != Some(true), Needs::NO_ENDPOINT);
            }
        }
    }

    /// Nothing when there may be something to say of a field before the resource part. Otherwise whether an ARN of
    /// Rekognition is in no region without it.
    fn endpoint(&self, arn: &Arn<'_>) -> Option<bool> {
        let home = self.home.filter(|home| home.prefix == arn.service())?;
        let partition = catalogue::partition(arn.partition())?;
        let (region, account) = (arn.region(), arn.account());
        for (_, _, format) in &self.formats {
            let has_region = format.region == ArnField::Variable && !region.is_empty();
            let has_account = format.account == ArnField::Variable && !account.is_empty();
            if !(has_region || (format.region == ArnField::Empty && region.is_empty()))
                || !(has_account || (format.account == ArnField::Empty && account.is_empty()))
            {
                return None;
            }
        }
        if !(matches!(account, "" | "*") || text::is_account(account)) {
            return None;
        }
        let is_rekognition = home.prefix == "rekognition";
        if matches!(region, "" | "*") {
            return Some(!is_rekognition || partition.name == "aws");
        }
        let region = partition.region(region)?;
        Some(!is_rekognition || region.rekognition)
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
}

impl BlockFact<'_> {
    fn add_to(&self, has: &mut Needs) {
        has.add_if(self.block.keys.is_empty(), Needs::EMPTY);
        has.add_if(self.block.keys.len() > 1, Needs::NAMES);
        has.add_if(self.set.is_some(), Needs::SET);
        let Some(operator) = self.operator else {
            has.add(Needs::ODD_OPERATOR);
            return;
        };
        let like = matches!(operator, Operator::StringLike | Operator::StringNotLike);
        has.add_if(like, Needs::LIKE);
        has.add(match operator.family() {
            OperatorFamily::String => Needs::STRING,
            OperatorFamily::Numeric => Needs::NUMERIC,
            OperatorFamily::Date => Needs::DATE,
            OperatorFamily::Bool => Needs::BOOL.and(Needs::TRUTH),
            OperatorFamily::Binary => Needs::BINARY,
            OperatorFamily::IpAddress => Needs::IP,
            OperatorFamily::Arn => Needs::ARN_OPERATOR,
            OperatorFamily::Null => Needs::NULL.and(Needs::TRUTH),
        });
    }
}

/// One key under an operator, with what the operator asks of it.
pub(crate) struct KeyFact<'d> {
    /// The numbers of its statement, of its operator and of itself.
    pub(crate) at: (usize, usize, usize),
    pub(crate) name: &'d str,
    pub(crate) kind: KeyKind<'d>,
    pub(crate) values: &'d List<Value<'d>>,
    pub(crate) set: Option<SetOperator>,
    pub(crate) operator: Option<Operator>,
    pub(crate) if_exists: bool,
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
pub(crate) fn is_claim(name: &str, provider: &Form<'_>) -> bool {
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
        let mut facts = Self {
            document,
            kind: options.kind,
            text: options.text,
            statements: Vec::with_capacity(document.statements.items.len()),
            attached: None,
            has: Needs::kind(options.kind),
        };
        for (s, statement) in document.statements.iter().enumerate() {
            let statement = StatementFacts::of(s, statement, options);
            statement.add_to(&mut facts.has);
            facts.statements.push(statement);
        }
        facts
            .has
            .add_if(facts.statements.len() > 1, Needs::STATEMENTS);
        if options.kind == PolicyKind::Resource {
            facts.attached = attached(&facts.statements);
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

/// What a resource policy hangs on: the service of all its actions, or else of all its resources.
fn attached(statements: &[StatementFacts<'_>]) -> Option<&'static Attached> {
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

/// What hangs on the one service that all of these are.
fn common(services: &[&str]) -> Option<&'static Attached> {
    let (first, others) = services.split_first()?;
    for other in others {
        if !first.eq_ignore_ascii_case(other) {
            return None;
        }
    }
    tables::ATTACHED
        .iter()
        .find(|row| first.eq_ignore_ascii_case(row.service))
}

impl<'d> StatementFacts<'d> {
    fn of(s: usize, statement: &'d Statement<'d>, options: &Options<'_>) -> Self {
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
        };
        for text in &statement.actions.values {
            let kind = action(text, options);
            facts.actions.push(ActionFact { text, kind });
        }
        if let Some(element) = &statement.resources {
            facts.resources.reserve_exact(element.values.items.len());
            for text in &element.values {
                facts.resources.push(ResourceFact::of(text));
            }
            facts.has_anything = facts.resources.iter().any(ResourceFact::is_anything);
            facts.find_types();
        }
        for (b, block) in statement.conditions.iter().enumerate() {
            let (set, operator, if_exists) = operator(&block.operator);
            for (k, (name, values)) in block.keys.iter().enumerate() {
                let kind = key(name, &facts, options);
                facts.keys.push(KeyFact {
                    at: (s, b, k),
                    name,
                    kind,
                    values,
                    set,
                    operator,
                    if_exists,
                });
            }
            facts.conditions.push(BlockFact {
                block,
                set,
                operator,
                if_exists,
            });
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
                for of in info.resources {
                    let kind = &service.resources[usize::from(of.index)];
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
            for value in key.values {
                values.look(value.as_text());
            }
        }
        has.add_if(dollar || values.dollar, Needs::VARIABLE);
        has.add_if(values.wild, Needs::WILD_VALUE);
        has.add_if(bytes.not_ascii || values.not_ascii, Needs::NOT_ASCII);
        has.add_if(super::rules::has_idle_action(self), Needs::IDLE);
    }

    /// Whether the statement grants.
    pub(crate) const fn allows(&self) -> bool {
        matches!(self.statement.effect, Effect::Allow)
    }

    /// The first key of one of these names; a name that ends in `/` stands for all that begin so.
    pub(crate) fn key(&self, names: &[&str]) -> Option<&KeyFact<'d>> {
        self.keys.iter().find(|key| key.is_one_of(names))
    }

    /// Whether a condition names one of the keys; one that ends in `/` stands for all that begin so.
    pub(crate) fn has_key(&self, names: &[&str]) -> bool {
        self.key(names).is_some()
    }

    /// Whether the statement has a list of resources, of which something can be said.
    pub(crate) fn names_resources(&self) -> bool {
        let element = self.statement.resources.as_ref();
        element.is_some_and(|element| !element.not) && !self.resources.is_empty()
    }
}

impl KeyFact<'_> {
    fn add_to(&self, has: &mut Needs) {
        has.add(Needs::KEYS);
        has.add_if(self.values.items.is_empty(), Needs::EMPTY);
        has.add_if(self.values.items.len() > 1, Needs::VALUES);
        match self.kind {
            KeyKind::Global(key) => has.add_if(key.multivalued, Needs::MULTIVALUED),
            KeyKind::Declared(key) => {
                has.add(Needs::DECLARED);
                has.add_if(key.multivalued, Needs::MULTIVALUED);
            }
            KeyKind::Claim | KeyKind::Unlisted => {}
            _ => has.add(Needs::ODD_KEY.and(Needs::ODD)),
        }
    }

    pub(crate) const fn place(&self) -> Place {
        Place::Key(self.at.0, self.at.1, self.at.2)
    }

    /// The place of one of its values.
    pub(crate) const fn value(&self, v: usize) -> Place {
        Place::Value(self.at.0, self.at.1, self.at.2, v)
    }

    pub(crate) fn has_family(&self, family: OperatorFamily) -> bool {
        (self.operator).is_some_and(|operator| operator.family() == family)
    }

    /// Whether the operator is the denial of another, and so true when the key is missing.
    pub(crate) fn is_negated(&self) -> bool {
        self.operator.is_some_and(Operator::is_negated)
    }

    /// Whether the condition holds only for a request that carries the key.
    pub(crate) fn wants_key(&self) -> bool {
        !self.if_exists
            && self.set != Some(SetOperator::ForAllValues)
            && self.operator.is_some()
            && self.operator != Some(Operator::Null)
            && !self.is_negated()
    }

    /// Whether one of the values is this text, whatever the case.
    pub(crate) fn has_value(&self, text: &str) -> bool {
        (self.values.iter()).any(|value| value.as_text().eq_ignore_ascii_case(text))
    }

    /// Whether the key has this name, whatever the case.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Whether the key has one of these names; one that ends in `/` stands for all that begin so.
    pub(crate) fn is_one_of(&self, names: &[&str]) -> bool {
        for name in names {
            // The length tells most names.
            if self.name.len() == name.len() {
                if self.is(name) {
                    return true;
                }
            } else if name.ends_with('/')
                && let Some(start) = self.name.get(..name.len())
                && start.eq_ignore_ascii_case(name)
            {
                return true;
            }
        }
        false
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
    if prefix.is_empty() || name.is_empty() || !text::all(prefix, is_name) {
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
        let mut matched = Vec::new();
        let first = name.as_bytes()[0];
        for info in service.actions {
            // The first letter tells most.
            let begins = matches!(first, b'*' | b'?')
                || info.name.as_bytes()[0].eq_ignore_ascii_case(&first);
            if name == "*" || (begins && glob::matches(name, info.name, true)) {
                matched.push(info);
            }
        }
        return ActionKind::Pattern(service, name, matched);
    }
    match service.action_ignore_case(name) {
        Some(info) => ActionKind::Known(service, info),
        None => ActionKind::UnknownAction(service, name),
    }
}

const fn is_name(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// Service prefixes are compared whatever their case, as IAM does with the whole of an action.
fn find_service(prefix: &str) -> Option<&'static Service> {
    let same = |service: &&&'static Service| service.prefix.eq_ignore_ascii_case(prefix);
    catalogue::services().iter().find(same).copied()
}

fn is_known_service(prefix: &str) -> bool {
    text::is_one_of(prefix, catalogue::KNOWN_SERVICES)
}

impl<'d> ResourceFact<'d> {
    fn of(text: &'d str) -> Self {
        let kind = resource(text);
        let (mut has_formats, mut formats, mut home) = (false, Vec::new(), None);
        if let ResourceKind::Arn(arn) = &kind {
            home = find_service(arn.service());
            for &of in searched(home.as_ref(), arn.service()) {
                for kind in of.resources {
                    for format in kind.formats {
                        if is_of(format, arn.service()) {
                            has_formats = true;
                            if arn.resource_could_be(format) {
                                formats.push((of, kind, format));
                            }
                        }
                    }
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
) -> Vec<(&'static Service, &'static ResourceType, &'static ArnFormat)> {
    let mut formats = Vec::new();
    let home = find_service(service);
    for &of in searched(home.as_ref(), service) {
        for kind in of.resources {
            for format in kind.formats {
                if is_of(format, service) {
                    formats.push((of, kind, format));
                }
            }
        }
    }
    formats
}

/// The services that may have ARNs with this service field. One service of its own name has all formats; only a pattern, or
/// a name of another kind, asks for those of all.
fn searched<'h>(home: Option<&'h &'static Service>, service: &str) -> &'h [&'static Service] {
    match home {
        Some(home) => core::slice::from_ref(home),
        None if is_known_service(service) => &[],
        None => catalogue::services(),
    }
}

/// Whether ARNs of the format may have this service field.
fn is_of(format: &ArnFormat, service: &str) -> bool {
    format.service == service || glob::matches(service, format.service, true)
}

fn resource(text: &str) -> ResourceKind<'_> {
    if text::is_star(text) {
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

fn key<'d>(name: &'d str, statement: &StatementFacts<'_>, options: &Options<'_>) -> KeyKind<'d> {
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
    for action in &statement.actions {
        let (ActionKind::Known(service, _)
        | ActionKind::Pattern(service, ..)
        | ActionKind::UnknownAction(service, _)) = &action.kind
        else {
            continue;
        };
        if let Some(key) = service.key(name) {
            return KeyKind::Declared(key);
        }
    }
    let home = find_service(prefix);
    if let Some(key) = home.and_then(|home| home.key(name)) {
        return KeyKind::Declared(key);
    }
    for service in catalogue::services() {
        if let Some(key) = service.key(name) {
            return KeyKind::Declared(key);
        }
    }
    // An identity provider has claims of its own, whose keys begin with its address.
    if let Some(principals) = &statement.principals {
        for fact in &principals.list {
            if is_claim(name, &fact.form) {
                return KeyKind::Claim;
            }
        }
    }
    let own = home.map_or(&[][..], |home| home.keys);
    if let Some(key) = bare_tag(catalogue::global_keys(), name).or_else(|| bare_tag(own, name)) {
        return KeyKind::NoTag(key);
    }
    if home.is_none() && is_known_service(prefix) {
        return KeyKind::Disabled(prefix);
    }
    KeyKind::Unknown(prefix)
}

/// The key that lacks nothing but the name of its tag.
fn bare_tag(keys: &'static [ConditionKey], name: &str) -> Option<&'static ConditionKey> {
    let bare = name.trim_end_matches(['/', ':']);
    for key in keys {
        if let Some(placeholder) = key.placeholder
            && bare.eq_ignore_ascii_case(placeholder.before.trim_end_matches(['/', ':']))
        {
            return Some(key);
        }
    }
    None
}
