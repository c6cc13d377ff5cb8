//! What an operator and a key of a `Condition` mean in the catalogue.

use alloc::vec::Vec;

use super::action::ActionKind;
use super::{StatementFacts, find_service, iot, is_known_service};
use crate::arn::Arn;
use crate::catalogue::{self, ConditionKey, KeyValues, facts as pages};
use crate::check::Options;
use crate::check::needs::Needs;
use crate::check::principal::Form;
use crate::check::tables::{self, Retired};
use crate::check::{shape, text};
use crate::condition::{Operator, OperatorFamily, SetOperator};
use crate::document::{ConditionBlock, List, Place, Value};
use crate::glob;
use crate::suggest;

/// One operator of a `Condition`.
pub(crate) struct BlockFact<'d> {
    pub(crate) block: &'d ConditionBlock<'d>,
    pub(crate) set: Option<SetOperator>,
    /// `None` when IAM has no such operator.
    pub(crate) operator: Option<Operator>,
    pub(crate) if_exists: bool,
}

impl<'d> BlockFact<'d> {
    pub(super) fn of(block: &'d ConditionBlock<'d>) -> Self {
        let (set, operator, if_exists) = operator(&block.operator);
        Self {
            block,
            set,
            operator,
            if_exists,
        }
    }

    /// Says what it has.
    pub(super) fn add_to(&self, has: &mut Needs) {
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
    /// What its values look like in requests, where that is known.
    pub(crate) format: Option<&'static KeyValues>,
    /// The numbers of the values that no request carries, going by the format.
    pub(crate) misfits: Vec<usize>,
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
    /// A misspelled claim of that provider: the one that is meant.
    MisspelledClaim(&'static str),
    Unlisted,
}

impl KeyKind<'_> {
    pub(crate) const fn key(&self) -> Option<&'static ConditionKey> {
        match self {
            Self::Global(key) | Self::Declared(key) => Some(key),
            Self::Unknown(_)
            | Self::Disabled(_)
            | Self::NoTag(_)
            | Self::Malformed
            | Self::Retired(_)
            | Self::Claim
            | Self::MisspelledClaim(_)
            | Self::Unlisted => None,
        }
    }
}

impl KeyFact<'_> {
    /// Says what it has.
    pub(super) fn add_to(&self, has: &mut Needs) {
        has.add(Needs::KEYS);
        has.add_if(self.values.items.is_empty(), Needs::EMPTY);
        has.add_if(self.values.items.len() > 1, Needs::VALUES);
        has.add_if(self.format.is_some(), Needs::FORMATTED);
        has.add_if(!self.misfits.is_empty(), Needs::NO_FORMAT);
        has.add_if(self.is_multivalued() == Some(true), Needs::MULTIVALUED);
        let full = |value: &Value<'_>| pages::has_all_features(value.as_text());
        let lesser = self.is("aws:RequestedRegion") && !self.values.iter().any(full);
        has.add_if(lesser, Needs::LESSER_REGION.and(Needs::NO_ENDPOINT));
        match self.kind {
            KeyKind::Declared(_) => has.add(Needs::DECLARED),
            KeyKind::Global(_) | KeyKind::Claim | KeyKind::Unlisted => {}
            KeyKind::Unknown(_)
            | KeyKind::Disabled(_)
            | KeyKind::NoTag(_)
            | KeyKind::Malformed
            | KeyKind::MisspelledClaim(_)
            | KeyKind::Retired(_) => has.add(Needs::ODD_KEY.and(Needs::ODD)),
        }
    }

    /// Whether a request can contain several values of the key. Nothing where that is not known.
    pub(crate) fn is_multivalued(&self) -> Option<bool> {
        match self.kind {
            KeyKind::Global(key) => Some(key.multivalued),
            KeyKind::Declared(_) if self.is_one_of(tables::ONE_OR_SEVERAL) => None,
            KeyKind::Declared(key) => {
                Some(key.multivalued || self.is_one_of(tables::MULTIVALUED_CLAIMS))
            }
            // The service reference does not list what every token has. OpenID Connect defines it.
            KeyKind::Claim => match self.name.rsplit_once(':') {
                Some((_, claim)) if claim.eq_ignore_ascii_case("sub") => Some(false),
                Some((_, claim)) if claim.eq_ignore_ascii_case("amr") => Some(true),
                _ if text::is_one_of(self.name, tables::AUDIENCE_CLAIMS) => Some(false),
                _ => None,
            },
            KeyKind::Unknown(_)
            | KeyKind::Disabled(_)
            | KeyKind::NoTag(_)
            | KeyKind::Malformed
            | KeyKind::MisspelledClaim(_)
            | KeyKind::Retired(_)
            | KeyKind::Unlisted => None,
        }
    }

    /// The format of its values, where its operator compares with that.
    pub(crate) fn compared_format(&self) -> Option<&'static KeyValues> {
        let family = self.operator.map(Operator::family);
        let texts = matches!(family, Some(OperatorFamily::String | OperatorFamily::Arn));
        // A key that is not one is reported for that.
        self.format.filter(|_| texts && self.kind.key().is_some())
    }

    pub(super) fn find_misfits(&mut self) {
        let (Some(operator), Some(values)) = (self.operator, self.compared_format()) else {
            return;
        };
        let wildcards = reads_wildcards(operator);
        let fold = matches!(
            operator,
            Operator::StringEqualsIgnoreCase | Operator::StringNotEqualsIgnoreCase
        );
        for (v, value) in self.values.iter().enumerate() {
            let text = value.as_text();
            // A wildcard that is not read as one is reported for that, unless no value has the character for certain; and
            // what is not an ARN at all has its own rule.
            let elsewhere = (!wildcards && text::has_wildcard(text) && !values.sure)
                || (operator.family() == OperatorFamily::Arn && Arn::parse(text).is_err());
            if !elsewhere && !shape::could_be(values.format, text, wildcards, fold) {
                self.misfits.push(v);
            }
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

    /// Whether the condition holds for a request that does not carry the key.
    pub(crate) fn holds_when_absent(&self) -> bool {
        match (self.operator, self.set) {
            (None, _) => false,
            (Some(Operator::Null), _) => self.has_value("true"),
            _ if self.if_exists => true,
            (_, Some(SetOperator::ForAllValues)) => true,
            (_, Some(SetOperator::ForAnyValue)) => false,
            (Some(operator), None) => operator.is_negated(),
        }
    }

    /// Whether the condition can hold for a request in which the key has this value. `true` also represents "unknown".
    pub(crate) fn could_hold_for(&self, actual: &str) -> bool {
        self.holds_for(actual) != Some(false)
    }

    /// Whether the condition holds for a request in which the key has this value and no other. Nothing where that is not
    /// known.
    pub(crate) fn holds_for(&self, actual: &str) -> Option<bool> {
        let operator = self.operator?;
        if operator == Operator::Null {
            return Some(!self.has_value("true") || self.has_value("false"));
        }
        if !matches!(
            operator.family(),
            OperatorFamily::String | OperatorFamily::Bool
        ) {
            return None;
        }
        let fold = matches!(
            operator,
            Operator::StringEqualsIgnoreCase | Operator::StringNotEqualsIgnoreCase | Operator::Bool
        );
        let pattern = matches!(operator, Operator::StringLike | Operator::StringNotLike);
        let (mut certain, mut unknown) = (false, false);
        for value in self.values {
            let text = value.as_text();
            if text.contains("${") {
                unknown = true;
            } else if pattern {
                certain |= glob::matches(text, actual, fold);
            } else {
                certain |= text == actual || (fold && text.eq_ignore_ascii_case(actual));
            }
        }
        match (certain, unknown) {
            (false, true) => None,
            (certain, _) => Some(certain != operator.is_negated()),
        }
    }

    /// Whether one of the values leaves open what the key identifies: `*`, an ARN in any account, or all addresses.
    pub(crate) fn leaves_open(&self) -> bool {
        let Some(operator) = self.operator else {
            return false;
        };
        self.values.iter().any(|value| {
            let text = value.as_text();
            if operator.family() == OperatorFamily::IpAddress {
                // Two halves of all addresses are all of them.
                return matches!(text.split_once('/'), Some((_, "0" | "1")));
            }
            reads_wildcards(operator)
                && match Arn::parse(text) {
                    Ok(arn) => {
                        let any = |field: &str| {
                            !field.is_empty() && text::all(field, |b| b"*?".contains(b))
                        };
                        match tables::GLOBAL_NAMES.contains(&arn.service()) {
                            // The name says whose it is, if there is one.
                            true => arn.resource().starts_with('*'),
                            false => any(arn.account()),
                        }
                    }
                    Err(_) => text::is_star(text),
                }
        })
    }

    /// Whether the condition holds only for requests in which the key has one of some values, so that it restricts who
    /// calls or for whom.
    pub(crate) fn restricts(&self) -> bool {
        self.wants_key() && !self.leaves_open()
    }

    /// Whether the condition holds only for requests that a service makes for some of its customers, whom another key than
    /// those for the source names.
    pub(crate) fn names_owner(&self) -> bool {
        let arns = || (self.values.iter()).all(|value| Arn::parse(value.as_text()).is_ok());
        self.restricts()
            && (self.is_one_of(tables::OWNER_KEYS)
                || (self.is_one_of(tables::OWNER_ARN_KEYS) && arns()))
    }

    /// Whether one of the values is this text, whatever the case.
    pub(crate) fn has_value(&self, text: &str) -> bool {
        (self.values.iter()).any(|value| value.as_text().eq_ignore_ascii_case(text))
    }

    /// Whether the key has this name, whatever the case.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Whether the key has one of these names; one that ends in `/` or `:` represents all that begin so.
    pub(crate) fn is_one_of(&self, names: &[&str]) -> bool {
        for name in names {
            // The length tells most names.
            if self.name.len() == name.len() {
                if self.is(name) {
                    return true;
                }
            } else if name.ends_with(['/', ':'])
                && let Some(start) = self.name.get(..name.len())
                && start.eq_ignore_ascii_case(name)
            {
                return true;
            }
        }
        false
    }
}

/// Whether the operator reads wildcards.
pub(crate) fn reads_wildcards(operator: Operator) -> bool {
    matches!(operator, Operator::StringLike | Operator::StringNotLike)
        || operator.family() == OperatorFamily::Arn
}

/// Whether the key is a claim of the identity provider.
pub(crate) fn is_claim(name: &str, provider: &Form<'_>) -> bool {
    match provider {
        Form::Oidc(address) => {
            (name.split_at_checked(address.len())).is_some_and(|(start, claim)| {
                start.eq_ignore_ascii_case(address) && claim.starts_with(':')
            })
        }
        Form::Saml => name.starts_with("saml:"),
        Form::Everyone
        | Form::Account
        | Form::Arn(_)
        | Form::RoleId
        | Form::UserId
        | Form::Service(_)
        | Form::NoService
        | Form::NoProvider
        | Form::Canonical
        | Form::Nothing => false,
    }
}

/// Cuts an operator into set prefix, operator and `IfExists`.
fn operator(text: &str) -> (Option<SetOperator>, Option<Operator>, bool) {
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

/// What is known of the values of a key. Nothing of a tag's: its name says none.
pub(super) fn format_of(name: &str, kind: &KeyKind<'_>) -> Option<&'static KeyValues> {
    match kind.key() {
        Some(key) if key.placeholder.is_some() => None,
        _ => catalogue::values_of(name),
    }
}

/// What a key is, under the actions and principals of its statement.
pub(super) fn key<'d>(
    name: &'d str,
    statement: &StatementFacts<'_>,
    options: &Options<'_>,
) -> KeyKind<'d> {
    if options.unlisted.contains(&name) || is_of_iot_core(name, statement, options) {
        return KeyKind::Unlisted;
    }
    let Some((prefix, rest)) = name.split_once(':') else {
        return KeyKind::Malformed;
    };
    // Names of keys have no wildcards and no variables, not even where a tag's name is.
    if prefix.is_empty() || rest.is_empty() || rest.contains(['*', '?', '$']) {
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
    // An identity provider has claims of its own, whose keys begin with its address. Which provider vouched for the
    // caller, only a statement with principals says.
    match &statement.principals {
        Some(principals) if principals.any(|form| form.is_provider()) => {
            // What is not a provider at all is reported for that.
            if prefix.contains('.') && principals.any(|form| matches!(form, Form::NoProvider)) {
                return KeyKind::Claim;
            }
            for fact in &principals.list {
                if is_claim(name, &fact.form) {
                    return meant_claim(prefix, rest)
                        .map_or(KeyKind::Claim, KeyKind::MisspelledClaim);
                }
            }
        }
        // Any caller may be the session of someone for whom some provider vouched.
        _ if prefix.contains('.') => return KeyKind::Claim,
        _ => {}
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

/// The claim that is meant by a name that differs from it by a slip, such as `sbu`. IAM has six claims for every provider, and a few
/// others, which are in the catalogue, for some of them.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif>.
fn meant_claim(provider: &str, claim: &str) -> Option<&'static str> {
    let mut claims = alloc::vec!["amr", "aud", "azp", "email", "oaud", "sub"];
    for key in catalogue::service("sts").map_or(&[][..], |sts| sts.keys) {
        if let Some((of, claim)) = key.name.split_once(':')
            && of.eq_ignore_ascii_case(provider)
        {
            claims.push(claim);
        }
    }
    if claims.iter().any(|known| known.eq_ignore_ascii_case(claim)) {
        return None;
    }
    suggest::certain_word(claim, &claims).or_else(|| {
        // Of a longer name, a letter may be missing or another one.
        let near = suggest::nearest_of(claim, &claims)?;
        (near.len() > 5 && near.len().abs_diff(claim.len()) == 1).then_some(near)
    })
}

/// Whether the key is one that AWS IoT Core evaluates in its own policies, and the statement is in one, or may be.
fn is_of_iot_core(name: &str, statement: &StatementFacts<'_>, options: &Options<'_>) -> bool {
    iot::is_own_key(name)
        && (options.iot_core
            || (!options.kind_is_given && iot::is_of_services(statement.statement)))
}

/// The key that is complete except for the name of its tag.
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
