//! Rules about `Condition`.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::action::has_keys_not_covered;
use super::arn::is_plain;
use super::keys::missing_action;
use super::resource::usable;
use super::tags::untagged_patterns;

use crate::catalogue::{self, ActionInfo, ConditionKey, Service};
use crate::check::facts::{
    ActionKind, BlockFact, Facts, KeyFact, KeyKind, ResourceFact, StatementFacts, iot_core_keys,
    is_of_iot_core_services, is_service_of_arns,
};
use crate::check::finding::Part;
use crate::check::principal::Form;
use crate::check::rule::rules;
use crate::check::{Message, Sink, tables};
use crate::condition::{Operator, SetOperator};
use crate::document::Place;
use crate::suggest;

rules![
    /// A condition operator does not exist.
    ///
    /// Checks the names of condition operators, with their set operator (`ForAllValues:` or `ForAnyValue:`) and
    /// `IfExists`. IAM rejects a policy with any other operator.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEqual": {"aws:RequestedRegion": "us-east-1"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>.
    #[rule(Error, needs(ODD_OPERATOR))]
    fn INVALID_CONDITION_OPERATOR(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in facts.statements.iter().enumerate() {
            for (b, block) in statement.conditions.iter().enumerate() {
                if block.operator.is_some() {
                    continue;
                }
                let text = &block.block.operator;
                let finding = sink.report(
                    Place::Operator(s, b),
                    format!("no condition operator `{}`", text.escape_debug()),
                );
                let (prefix, rest) = match text.split_once(':') {
                    Some((prefix, rest)) => (Some(prefix), rest),
                    None => (None, text.as_ref()),
                };
                let (bare, suffix) = match rest.strip_suffix("IfExists") {
                    Some(bare) => (bare, "IfExists"),
                    None => (rest, ""),
                };
                let mut names = Vec::new();
                for operator in &Operator::ALL {
                    names.push(operator.name());
                }
                let near = suggest::nearest_all(bare, &names);
                if !near.is_empty() {
                    let sets = ["ForAllValues", "ForAnyValue"];
                    let set = match prefix {
                        None => "",
                        Some(prefix) => match suggest::nearest_of(prefix, &sets) {
                            Some("ForAllValues") => "ForAllValues:",
                            Some(_) => "ForAnyValue:",
                            None => "",
                        },
                    };
                    let name = |near: &str| format!("{set}{near}{suffix}");
                    finding.did_you_mean(&near, &|message, near| {
                        message.with(Part::Operator(name(near)))
                    });
                    // `not` and `IfExists` turn a condition around: only what leaves both as they are is certain.
                    let kept = prefix.is_none_or(|prefix| {
                        set.strip_suffix(':')
                            .is_some_and(|set| prefix.eq_ignore_ascii_case(set))
                    });
                    if let Some(only) = suggest::certain(bare, &names).filter(|_| kept) {
                        let right = name(only);
                        // Two blocks of one operator would be one name twice.
                        let taken = |block: &BlockFact<'_>| block.block.operator == right.as_str();
                        if !statement.conditions.iter().any(taken) {
                            finding.replace(right);
                        }
                    }
                }
            }
        }
    },

    /// A condition key is not of the form `prefix:name`.
    ///
    /// Checks that each condition key has a prefix, such as `aws:` or that of a service. IAM rejects a key without
    /// one.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"RequestedRegion": "us-east-1"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>.
    #[rule(Error, needs(ODD_KEY), subject(Impossible))]
    fn INVALID_CONDITION_KEY_FORMAT(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, key) in facts.keys() {
            if matches!(key.kind, KeyKind::Malformed) {
                let finding = sink.report(
                    key.place(),
                    format!("`{}` is not a condition key", key.name.escape_debug()),
                );
                match key.name.contains(':') && key.name.contains(['*', '?', '$']) {
                    true => finding.help(
                        "write the name of one key: wildcards and policy variables work only in values",
                    ),
                    false => finding
                        .help("a condition key has the form `prefix:name`, as in `aws:SourceVpc`"),
                };
            }
        }
    },

    /// A condition key with the prefix `aws:` does not exist.
    ///
    /// Checks global condition keys against those in the IAM User Guide. A misspelled key is missing from every
    /// request: a condition on it never holds, or, if it is negated or has `IfExists`, always holds.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:RequestRegion": "us-east-1"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.
    #[rule(Error, needs(ODD_KEY), subject(Impossible))]
    fn INVALID_GLOBAL_CONDITION_KEY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        unknown_key(
            facts,
            sink,
            |prefix| prefix.eq_ignore_ascii_case("aws"),
            |_, name| format!("no global condition key `{}`", name.escape_debug()),
        );
    },

    /// A condition key or an ARN names a service that does not exist.
    ///
    /// Checks the prefixes of condition keys and the third field of ARNs. A misspelled service matches nothing: the
    /// condition never holds, or the resource is never matched. If AWS added the service after this catalogue was
    /// made, list the name as known, with a reason.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "s3:ListBucket",
    ///   "Resource": "arn:aws:s3:::photos",
    ///   "Condition": {"StringEquals": {"s33:prefix": "public/"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "s3:ListBucket",
    ///   "Resource": "arn:aws:s3:::photos",
    ///   "Condition": {"StringEquals": {"s3:prefix": "public/"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>.
    #[rule(Error, subject(Impossible), follows(UnreadPrincipal))]
    fn INVALID_SERVICE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        unknown_key(
            facts,
            sink,
            |prefix| {
                !prefix.eq_ignore_ascii_case("aws")
                    && catalogue::service(prefix).is_none()
                    && !has_keys_not_covered(prefix)
            },
            |prefix, _| format!("no service `{}` in the catalogue", prefix.escape_debug()),
        );
        for (_, key) in facts.keys() {
            if let KeyKind::Disabled(service) = key.kind {
                sink.report(
                    key.place(),
                    format!("the catalogue of `{service}` is not part of this build"),
                )
                .help(format!(
                    "enable the Cargo feature `{service}` of `rekognition-iam`"
                ));
            }
        }
        for (place, resource, arn) in facts.arns() {
            let service = arn.service();
            // An empty field and capitals have rules of their own.
            let odd = service.is_empty() || service.bytes().any(|b| b.is_ascii_uppercase());
            if resource.home.is_some() || odd || !is_plain(service) || is_service_of_arns(service) {
                continue;
            }
            let finding = sink.report(
                place,
                format!("AWS has no service `{}`", service.escape_debug()),
            );
            finding.at(arn.service_range());
            // `efs` is what the service of `elasticfilesystem:ClientMount` is called elsewhere.
            let of_actions = (place.statement())
                .and_then(|s| facts.statements.get(s))
                .and_then(StatementFacts::only_service)
                .filter(|prefix| *prefix != service);
            let near = suggest::nearest_all(service, catalogue::aws_services());
            if let Some(prefix) = of_actions {
                finding.help(format!(
                    "write `{prefix}`, which is the service of the actions"
                ));
            } else if near.is_empty() {
                finding
                    .help("write the service as in its ARNs, for example `arn:aws:rekognition:..`");
            } else {
                finding.did_you_mean(&near, &Message::quoted);
            }
        }
    },

    /// A condition key does not exist in its service.
    ///
    /// Checks service-specific condition keys against the Service Authorization Reference. A key that does not
    /// exist is missing from every request: a condition on it never holds, or, if it is negated or has `IfExists`,
    /// always holds. Rekognition has no condition keys of its own. Of the claims of an identity provider, only names that
    /// differ from a claim of IAM by a typo are reported, such as `sbu`.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/*",
    ///   "Condition": {"StringEquals": {"rekognition:CollectionId": "staff"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/staff"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>.
    #[rule(Error, needs(ODD_KEY), subject(Impossible))]
    fn INVALID_SERVICE_CONDITION_KEY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        unknown_key(
            facts,
            sink,
            |prefix| catalogue::service(prefix).is_some(),
            |prefix, name| {
                if prefix == "rekognition" {
                    "`rekognition` has no condition keys of its own".to_string()
                } else {
                    format!("`{prefix}` has no condition key `{}`", name.escape_debug())
                }
            },
        );
        for (_, key) in facts.keys() {
            if let KeyKind::MisspelledClaim(meant) = key.kind
                && let Some((provider, claim)) = key.name.split_once(':')
            {
                let message = format!(
                    "`{}` has no claim `{}`",
                    provider.escape_debug(),
                    claim.escape_debug()
                );
                sink.report(key.place(), message)
                    .did_you_mean(&[&*format!("{provider}:{meant}")], &Message::key);
            }
        }
    },

    /// A condition key that ends in a tag key is missing the tag key.
    ///
    /// Checks keys such as `aws:RequestTag/` and `aws:ResourceTag/`, whose name continues with the key of a tag.
    /// Without it, the condition key is in no request, and IAM rejects the policy or the condition never holds.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag": "a"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag/x": "a"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html>.
    #[rule(Error, needs(ODD_KEY), subject(Impossible))]
    fn MISSING_TAG_KEY_IN_CONDITION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, key) in facts.keys() {
            if let KeyKind::NoTag(known) = key.kind {
                sink.report(
                    key.place(),
                    format!("`{}` is missing the tag key", key.name),
                )
                .help(Message::from("write it as ").key(known.name));
            }
        }
    },

    /// A condition requires a key that is never in a request for one of the actions.
    ///
    /// Checks each condition key against the actions and resource types that provide it. Where the key is always
    /// missing, the condition never holds, or, if it is negated or has `IfExists`, always holds. Move the action to
    /// a statement of its own, or use a key that its requests have.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:ResourceTag/x": "a"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag/x": "a"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>.
    #[rule(Error, needs(DECLARED), subject(Impossible))]
    fn UNSUPPORTED_ACTION_FOR_CONDITION_KEY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (statement, key) in facts.keys() {
            let KeyKind::Declared(known) = key.kind else {
                continue;
            };
            if statement.statement.actions.not || holds_without_key(key) {
                continue;
            }
            // What holds without the key works for the actions that do not have it.
            let holds_for_others = statement.allows() && key.set == Some(SetOperator::ForAllValues);
            // Tags of resources under a pattern, and keys of one action alone, are reported by rules of their own.
            let untagged = untagged_patterns(statement, key);
            let on = match &statement.statement.resources {
                Some(element) if !element.not => Some(statement),
                _ => None,
            };
            let mut without: Vec<(&Service, &ActionInfo)> = Vec::new();
            let mut with = 0_usize;
            let mut patterns = Vec::new();
            // What a provider said of the caller is in all requests of the session, and in no other to `sts`.
            let of_session = |service: &Service| service.prefix != "sts" && is_of_session(known);
            for action in &statement.actions {
                match &action.kind {
                    ActionKind::Known(service, info) => {
                        // An action that cannot use the resources at all is reported for that.
                        let on = on.filter(|statement| usable(service, info, statement));
                        // What may carry it because it creates a resource has a rule of its own.
                        if of_session(service)
                            || carried(service, info, on, known)
                            || info.tags_what_it_creates(service, known)
                        {
                            with += 1;
                        } else {
                            without.push((service, info));
                        }
                    }
                    // A pattern is wrong only when nothing that it matches carries the key.
                    ActionKind::Pattern(service, _, infos) => {
                        if let Some(first) = infos.first() {
                            let creates =
                                |info: &&ActionInfo| info.tags_what_it_creates(service, known);
                            if of_session(service)
                                || any_carried(service, infos, on, known)
                                || infos.iter().any(creates)
                            {
                                with += 1;
                            } else if !untagged.contains(&action.text) {
                                patterns.push((*service, *first));
                            }
                        }
                    }
                    ActionKind::Any
                    | ActionKind::UnknownAction(..)
                    | ActionKind::Disabled(_)
                    | ActionKind::UnknownService(..)
                    | ActionKind::AnyService
                    | ActionKind::WildcardService(..)
                    | ActionKind::Malformed
                    | ActionKind::Unlisted => with += 1,
                }
            }
            // A pattern next to actions that carry the key is there for convenience, as `kms:Describe*` in key policies.
            if with == 0 {
                without.append(&mut patterns);
            }
            // A session is tagged by the request that assumes the role, with all that this request carries.
            if with > 0 {
                without.retain(|(service, info)| {
                    !tables::SESSION_ACTIONS.contains(&(service.prefix, info.name))
                });
            }
            // What AWS lists for a service and ties to none of its actions, some of its actions carry.
            if without.is_empty()
                || (with > 0 && holds_for_others)
                || (with == 0 && missing_action(statement, key).is_some())
                || !is_carried_at_all(known)
            {
                continue;
            }
            let more = without.len().saturating_sub(3);
            let mut message = Message::new()
                .key(key.name)
                .with(" is never in a request for ")
                .actions(without.get(..3).unwrap_or(&without));
            if more > 0 {
                message = message.with(format!(" and {more} more of these actions"));
            }
            let has_arn = |resource: &ResourceFact<'_>| resource.arn().is_some();
            if on.is_some_and(|statement| statement.resources.iter().any(has_arn)) {
                message = message.with(" on these resources");
            }
            let finding = sink.report(key.place(), message);
            if with > 0 {
                finding.help("move the actions that support the key to a separate statement");
            } else if let Some(instead) = instead(known, &without) {
                finding.help(instead);
            } else {
                finding.help(
                    Message::from("remove the condition, or use a global key such as ")
                        .key("aws:PrincipalTag/team"),
                );
            }
            if let Some((service, _)) = without.first()
                && !without.iter().any(|(service, _)| service.reviewed)
            {
                finding.as_listed_of(service);
            }
        }
    }
];

fn unknown_key(
    facts: &Facts<'_>,
    sink: &mut Sink<'_>,
    applies: fn(&str) -> bool,
    message: fn(&str, &str) -> String,
) {
    for (statement, key) in facts.keys() {
        let KeyKind::Unknown(prefix) = key.kind else {
            continue;
        };
        if !applies(prefix) {
            continue;
        }
        if other_provider(statement, prefix, key, sink) {
            continue;
        }
        let finding = sink.report(key.place(), message(prefix, key.name));
        // The keys that the statement's actions carry are nearer to what was meant than all others.
        let mut names = Vec::new();
        for action in &statement.actions {
            if let Some((service, _)) = action.kind.known() {
                push_names(&mut names, service.keys);
            }
        }
        push_names(&mut names, catalogue::global_keys());
        if let Some(service) = catalogue::service(prefix) {
            push_names(&mut names, service.keys);
        }
        if prefix == "iot" && is_of_iot_core_services(statement.statement) {
            names.extend(iot_core_keys());
        }
        let near = suggest::nearest_all(key.name, &names);
        if !near.is_empty() {
            finding.did_you_mean(&near, &Message::key);
            // A placeholder is still to be filled in, and a key that is there already would be there twice.
            if let Some(only) = suggest::certain(key.name, &names)
                && !only.contains(['$', '<'])
                && !statement
                    .keys
                    .iter()
                    .any(|other| other.is(only) && other.at.1 == key.at.1)
            {
                finding.replace(only);
            }
        } else {
            if let Some(kind) = resource_of(key.name) {
                finding.help(format!(
                    "to limit a statement to some resources of the type `{kind}`, name them as its resources"
                ));
            }
            finding.help(
                Message::from("if AWS released it after ")
                    .with(catalogue::as_of())
                    .with(", ")
                    .with(Part::Unlisted(key.name.to_string())),
            );
            if let Some(service) = catalogue::service(prefix) {
                finding.as_listed_of(service);
            }
        }
    }
}

/// The resource type whose ARN has a part with the name of this key, which is so not missing from IAM: the ARN limits it.
fn resource_of(key: &str) -> Option<&'static str> {
    let (prefix, name) = key.split_once(':')?;
    let service = catalogue::service(prefix)?;
    let mut kinds = service.resources.iter();
    let kind = kinds.find(|kind| {
        kind.name.eq_ignore_ascii_case(name)
            || (kind.formats.iter()).any(|format| {
                let mut variables = format.variables();
                variables.any(|variable| variable.name.eq_ignore_ascii_case(name))
            })
    })?;
    Some(kind.name)
}

/// Reports a claim of another identity provider than the one that the statement trusts.
fn other_provider(
    statement: &StatementFacts<'_>,
    prefix: &str,
    key: &KeyFact<'_>,
    sink: &mut Sink<'_>,
) -> bool {
    let Some(principals) = &statement.principals else {
        return false;
    };
    if !prefix.contains('.') || !principals.any(|form| form.is_provider()) {
        return false;
    }
    let finding = sink.report(
        key.place(),
        format!(
            "`{}` is not the provider that this statement trusts",
            prefix.escape_debug()
        ),
    );
    let address = principals.list.iter().find_map(|fact| {
        let Form::Oidc(address) = fact.form else {
            return None;
        };
        Some(address)
    });
    let claim = key.name.rsplit(':').next().unwrap_or_default();
    finding.help(match address {
        Some(address) => Message::from("begin the key with the provider of the principal: ")
            .key(&format!("{address}:{claim}")),
        None => Message::from("name that provider as the principal, or remove the condition"),
    });
    true
}

pub(super) fn push_names(names: &mut Vec<&'static str>, keys: &'static [ConditionKey]) {
    for key in keys {
        names.push(key.name);
    }
}

/// Whether the key is a claim that all requests of a federated session carry.
fn is_of_session(key: &ConditionKey) -> bool {
    let provider = key.name.split(':').next().unwrap_or_default();
    provider.contains('.') || tables::SESSION_CLAIMS.contains(&key.name)
}

/// Whether some action of the statement, on some resource of it when one is given, carries the key.
pub(super) fn carried(
    service: &'static Service,
    info: &'static ActionInfo,
    on: Option<&StatementFacts<'_>>,
    key: &ConditionKey,
) -> bool {
    if declares(service, info.keys, key) {
        return true;
    }
    let on = on.filter(|_| !tables::ACCESS_POINT_KEYS.contains(&key.name));
    for (kind, resource_type) in info.resources_of(service) {
        if (declares(service, kind.keys, key) || declares(service, resource_type.keys, key))
            && on.is_none_or(|statement| statement.could_be(resource_type))
        {
            return true;
        }
    }
    false
}

/// Whether the key is among those of the service that have these numbers.
fn declares(service: &Service, numbers: &[u16], key: &ConditionKey) -> bool {
    for &number in numbers {
        if let Some(declared) = service.keys.get(usize::from(number))
            && declared.name == key.name
        {
            return true;
        }
    }
    false
}

/// Whether some action of the catalogue that an entry represents carries the key.
pub(super) fn any_carried(
    service: &'static Service,
    infos: &[&'static ActionInfo],
    on: Option<&StatementFacts<'_>>,
    key: &ConditionKey,
) -> bool {
    for info in infos {
        if carried(service, info, on, key) {
            return true;
        }
    }
    false
}

/// Whether the condition is written to hold for a request that does not carry the key.
pub(super) fn holds_without_key(key: &KeyFact<'_>) -> bool {
    key.if_exists || (key.operator == Some(Operator::Null) && key.has_value("true"))
}

/// Whether any action of the catalogue carries the key.
fn is_carried_at_all(key: &ConditionKey) -> bool {
    let carries = |service: &&'static Service| {
        service.declares(key.name)
            && (service.actions.iter()).any(|info| carried(service, info, None, key))
    };
    catalogue::services().iter().any(carries)
}

/// The tag key that was probably meant, when the wrong one of the three was taken.
pub(super) fn instead(
    key: &ConditionKey,
    actions: &[(&'static Service, &'static ActionInfo)],
) -> Option<Message> {
    let tag_keys = ["aws:RequestTag/${TagKey}", "aws:ResourceTag/${TagKey}"];
    if !tag_keys.contains(&key.name) {
        return None;
    }
    for other in catalogue::global_keys() {
        let mut fits = tag_keys.contains(&other.name) && other.name != key.name;
        for (service, info) in actions {
            fits = fits && carried(service, info, None, other);
        }
        if fits {
            return Some(Message::from("such a request has ").key(other.name));
        }
    }
    None
}
