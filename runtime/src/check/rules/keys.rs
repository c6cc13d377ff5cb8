//! Rules about what single condition keys are good for.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::condition::{any_carried, carried};
use super::{Needs, run};
use crate::arn::Arn;
use crate::catalogue::{self, ActionInfo, ConditionKey, Service, values_of};
use crate::check::facts::{ActionKind, Facts, KeyFact, KeyKind, StatementFacts};
use crate::check::{Message, Rule, Severity, Sink, tables, text};
use crate::condition::{Operator, OperatorFamily};
use crate::document::Effect;
use crate::glob;
use crate::value;

fn retired(facts: &Facts<'_>, sink: &mut Sink<'_>, works: bool, message: &'static str) {
    for (_, key) in facts.keys() {
        let KeyKind::Retired(row) = key.kind else {
            continue;
        };
        if row.works != works {
            continue;
        }
        let finding = sink.report(key.place(), Message::new().key(key.name).with(message));
        let mut help = Message::from("write ");
        for (number, instead) in row.instead.iter().enumerate() {
            if number > 0 {
                help = help.with(" or ");
            }
            help = help.key(instead);
        }
        // Its successor is another key: a rewrite would change who has access.
        finding.help(help);
    }
}

/// A global condition key no longer works.
pub const UNSUPPORTED_GLOBAL_CONDITION_KEY: Rule = Rule {
    id: "UNSUPPORTED_GLOBAL_CONDITION_KEY",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "a global condition key no longer works",
    needs: Needs::ODD_KEY,
    run: run!(|facts, sink| retired(facts, sink, false, " no longer works")),
};

/// A global condition key has a successor.
pub const DEPRECATED_GLOBAL_CONDITION_KEY: Rule = Rule {
    id: "DEPRECATED_GLOBAL_CONDITION_KEY",
    severity: Severity::Warning,
    denied_in_rust: false,
    summary: "a global condition key has a successor",
    needs: Needs::ODD_KEY,
    run: run!(|facts, sink| retired(facts, sink, true, " is deprecated")),
};

/// Access rests on what the caller says of itself.
pub const UNTRUSTWORTHY_CONDITION_KEY: Rule = Rule {
    id: "UNTRUSTWORTHY_CONDITION_KEY",
    severity: Severity::SecurityWarning,
    denied_in_rust: false,
    summary: "access rests on what the caller says of itself",
    needs: Needs::KEYS,
    run: run!(|facts, sink| {
        for (_, key) in facts.keys() {
            if key.is_one_of(tables::FORGEABLE_KEYS) {
                sink.report(
                    key.place(),
                    Message::from("the caller makes up the value of ").key(key.name),
                )
                .help(
                    "compare something that AWS vouches for, such as the principal or the network",
                );
            }
        }
    }),
};

/// A key says little without its partner.
pub const MISSING_PAIRED_CONDITION_KEYS: Rule = Rule {
    id: "MISSING_PAIRED_CONDITION_KEYS",
    severity: Severity::SecurityWarning,
    denied_in_rust: false,
    summary: "a key says little without its partner",
    needs: Needs::KEYS,
    run: run!(|facts, sink| {
        for (statement, key) in facts.keys() {
            let Some((_, partners)) = tables::PAIRED_KEYS.iter().find(|(name, _)| key.is(name))
            else {
                continue;
            };
            if statement.has_key(partners) {
                continue;
            }
            let partner = partners.first().copied().unwrap_or_default();
            sink.report(
                key.place(),
                Message::new()
                    .key(key.name)
                    .with(" is a private address, which others have in networks of their own"),
            )
            .help(Message::from("also compare ").key(partner));
        }
    }),
};

/// A key is asked for that not all of the statement's services send.
pub const USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES: Rule = Rule {
    id: "USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES",
    severity: Severity::Warning,
    denied_in_rust: true,
    summary: "a key is asked for that not all of the statement's services send",
    needs: Needs::KEYS,
    run: run!(|facts, sink| {
        for (statement, key) in facts.keys() {
            if !key.is_one_of(tables::ENDPOINT_OWNER_KEYS) {
                continue;
            }
            let sends = |text: &str| {
                let service = text.split(':').next().unwrap_or(text).to_ascii_lowercase();
                tables::ENDPOINT_OWNER_SERVICES
                    .binary_search(&service.as_str())
                    .is_ok()
                    && !text.eq_ignore_ascii_case("iam:PassRole")
            };
            let not = statement.statement.actions.not;
            let other = statement
                .actions
                .iter()
                .find(|action| not || !sends(action.text));
            let Some(other) = other else { continue };
            let message = Message::from("not every service sends ").key(key.name);
            let message = if not || other.text == "*" {
                message
            } else {
                (message.with(": ").action_of(other)).with(" is an action of one that does not")
            };
            sink.report(key.place(), message)
                .help("limit the statement to actions of services that send it, such as `rekognition`, `s3`, `kms` and `lambda`");
        }
    }),
};

/// The one action of the catalogue that carries the key, when there is one alone.
pub(super) fn only_action(key: &ConditionKey) -> Option<(&'static Service, &'static ActionInfo)> {
    let mut found = None;
    for &service in catalogue::services() {
        for info in service.actions {
            if carried(service, info, None, key) {
                if found.is_some() {
                    return None;
                }
                found = Some((service, info));
            }
        }
    }
    found
}

/// A key is read for one action alone, and the statement lacks that action.
pub const MISSING_ACTION_FOR_CONDITION_KEY: Rule = Rule {
    id: "MISSING_ACTION_FOR_CONDITION_KEY",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "a key is read for one action alone, and the statement lacks that action",
    needs: Needs::DECLARED,
    run: run!(|facts, sink| {
        for (statement, key) in facts.keys() {
            if let Some((service, info)) = missing_action(statement, key) {
                sink.report(
                    key.place(),
                    Message::new()
                        .key(key.name)
                        .with(" is read for ")
                        .action(service.prefix, info.name)
                        .with(" alone, which this statement lacks"),
                )
                .help(
                    Message::from("add ")
                        .action(service.prefix, info.name)
                        .with(", or take the condition away"),
                );
            }
        }
    }),
};

/// The action for which alone the key is read, when the statement has no action that carries the key.
pub(super) fn missing_action(
    statement: &StatementFacts<'_>,
    key: &KeyFact<'_>,
) -> Option<(&'static Service, &'static ActionInfo)> {
    let KeyKind::Declared(known) = key.kind else {
        return None;
    };
    if statement.statement.actions.not || statement.actions.is_empty() || is_tag(known) {
        return None;
    }
    for action in &statement.actions {
        let (service, infos) = action.kind.known()?;
        if any_carried(service, infos, None, known) {
            return None;
        }
    }
    only_action(known)
}

/// Whether the key speaks of a tag, which many actions carry.
fn is_tag(key: &ConditionKey) -> bool {
    key.placeholder.is_some() || key.name == "aws:TagKeys"
}

/// Whether the key is the tag of a resource.
fn is_resource_tag(key: &KeyFact<'_>) -> bool {
    key.is_one_of(&["aws:ResourceTag/"])
}

/// The patterns of a statement that match no action which carries the tag of a resource, when the condition wants one.
pub(super) fn untagged_patterns<'f>(
    statement: &'f StatementFacts<'_>,
    key: &KeyFact<'_>,
) -> Vec<&'f str> {
    let KeyKind::Declared(known) = key.kind else {
        return Vec::new();
    };
    if !is_resource_tag(key) || !key.wants_key() || statement.statement.actions.not {
        return Vec::new();
    }
    let mut patterns = Vec::new();
    for action in &statement.actions {
        if let ActionKind::Pattern(service, _, infos) = &action.kind
            && !infos.is_empty()
            && !any_carried(service, infos, None, known)
        {
            patterns.push(action.text);
        }
    }
    patterns
}

fn untagged(facts: &Facts<'_>, sink: &mut Sink<'_>, effect: Effect, says: &'static str) {
    for (statement, key) in facts.keys() {
        if statement.statement.effect != effect {
            continue;
        }
        for pattern in &untagged_patterns(statement, key) {
            sink.report(
                key.place(),
                Message::from(format!("no action that `{pattern}` matches carries "))
                    .key(key.name)
                    .with(says),
            )
            .help("give these actions a statement of their own, without the condition");
        }
    }
}

/// A `Deny` asks for the tag of a resource where no action carries it, so it denies nothing.
pub const DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE: Rule = Rule {
    id: "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    severity: Severity::SecurityWarning,
    denied_in_rust: true,
    summary: "a Deny asks for the tag of a resource where no action carries it, so it denies nothing",
    needs: Needs::DENY.and(Needs::DECLARED).and(Needs::PATTERN),
    run: run!(|facts, sink| {
        untagged(
            facts,
            sink,
            Effect::Deny,
            ", so this denies nothing for them",
        )
    }),
};

/// An `Allow` asks for the tag of a resource where no action carries it, so it grants nothing.
pub const ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE: Rule = Rule {
    id: "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    severity: Severity::Suggestion,
    denied_in_rust: true,
    summary: "an Allow asks for the tag of a resource where no action carries it, so it grants nothing",
    needs: Needs::DECLARED.and(Needs::PATTERN),
    run: run!(|facts, sink| {
        untagged(
            facts,
            sink,
            Effect::Allow,
            ", so this grants nothing for them",
        )
    }),
};

fn not_action(facts: &Facts<'_>, sink: &mut Sink<'_>, effect: Effect, says: &'static str) {
    for (statement, key) in facts.keys() {
        if statement.statement.effect == effect
            && statement.statement.actions.not
            && is_resource_tag(key)
            && key.wants_key()
        {
            sink.report(
                key.place(),
                Message::new()
                    .word("NotAction")
                    .with(" leaves many actions in that never carry ")
                    .key(key.name)
                    .with(says),
            )
            .help("list the actions that are meant");
        }
    }
}

/// A `Deny` with `NotAction` asks for the tag of a resource, which many actions do not carry.
pub const DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE: Rule = Rule {
    id: "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    severity: Severity::SecurityWarning,
    denied_in_rust: true,
    summary: "a Deny with NotAction asks for the tag of a resource, which many actions do not carry",
    needs: Needs::DENY.and(Needs::NOT_ACTION).and(Needs::KEYS),
    run: run!(|facts, sink| not_action(facts, sink, Effect::Deny, ", so this does not deny them")),
};

/// An `Allow` with `NotAction` asks for the tag of a resource, which many actions do not carry.
pub const ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE: Rule = Rule {
    id: "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    severity: Severity::Suggestion,
    denied_in_rust: true,
    summary: "an Allow with NotAction asks for the tag of a resource, which many actions do not carry",
    needs: Needs::NOT_ACTION.and(Needs::KEYS),
    run: run!(|facts, sink| not_action(
        facts,
        sink,
        Effect::Allow,
        ", so this does not grant them"
    )),
};

/// A key that holds the ARN of a KMS key is compared with something else.
///
/// See <https://docs.aws.amazon.com/kms/latest/developerguide/find-cmk-id-arn.html>.
pub const INVALID_KMS_KEY_VALUE: Rule = Rule {
    id: "INVALID_KMS_KEY_VALUE",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "a key that holds the ARN of a KMS key is compared with something else",
    needs: Needs::KEYS,
    run: run!(|facts, sink| {
        for (_, key) in facts.keys() {
            if !key.is_one_of(tables::KMS_KEY_ARN_KEYS)
                || !key
                    .operator
                    .is_some_and(|operator| tables::reads_wildcards(operator.family()))
            {
                continue;
            }
            for (v, value) in key.values.iter().enumerate() {
                let text = value.as_text();
                let is_key = |arn: Arn<'_>| {
                    glob::matches(arn.service(), "kms", true)
                        && (arn.resource().starts_with("key/") || arn.resource().starts_with('*'))
                };
                if text.contains("${")
                    || text.bytes().all(|b| b == b'*')
                    || Arn::parse(text).is_ok_and(is_key)
                {
                    continue;
                }
                sink.report(
                    key.value(v),
                    format!("`{}` is no ARN of a KMS key", text.escape_debug()),
                )
                .help("a request carries the ARN of the key, as in `arn:aws:kms:us-east-1:123456789012:key/..`, never its id or alias");
            }
        }
    }),
};

/// `dynamodb:Attributes` stands without `dynamodb:Select`, so that a request for all attributes passes.
///
/// See <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html>.
pub const DYNAMODB_ATTRIBUTES_WITHOUT_SELECT: Rule = Rule {
    id: "DYNAMODB_ATTRIBUTES_WITHOUT_SELECT",
    severity: Severity::SecurityWarning,
    denied_in_rust: false,
    summary: "dynamodb:Attributes stands without dynamodb:Select, so that a request for all attributes passes",
    needs: Needs::KEYS,
    run: run!(|facts, sink| {
        for (statement, key) in facts.keys() {
            if statement.allows()
                && key.is("dynamodb:Attributes")
                && !statement.has_key(&["dynamodb:Select"])
            {
                sink.report(
                    key.place(),
                    Message::from("a request that names no attributes gets all of them, whatever ")
                        .key(key.name)
                        .with(" says"),
                )
                .help(
                    Message::from("also compare ")
                        .key("dynamodb:Select")
                        .with(" with `SPECIFIC_ATTRIBUTES`"),
                );
            }
        }
    }),
};

/// `s3:prefix` is forbidden by name, which another spelling of the prefix walks around.
///
/// See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html>.
pub const S3_PREFIX_IN_NEGATIVE_CONTEXT: Rule = Rule {
    id: "S3_PREFIX_IN_NEGATIVE_CONTEXT",
    severity: Severity::SecurityWarning,
    denied_in_rust: false,
    summary: "s3:prefix is forbidden by name, which a shorter prefix walks around",
    needs: Needs::KEYS,
    run: run!(|facts, sink| {
        for (statement, key) in facts.keys() {
            // `Deny` unless the prefix is a given one is the safe form.
            if key.is("s3:prefix")
                && key.operator != Some(Operator::Null)
                && statement.allows() == key.is_negated()
            {
                sink.report(
                    key.place(),
                    Message::from("a request with a shorter ")
                        .key(key.name)
                        .with(", or with none, lists the same keys and is not caught"),
                )
                .help("allow the prefixes that may be listed, and no others");
            }
        }
    }),
};

/// A Boolean key is compared with several values.
pub const INVALID_CONDITION_MULTIPLE_BOOLEAN: Rule = Rule {
    id: "INVALID_CONDITION_MULTIPLE_BOOLEAN",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "a Boolean key is compared with several values",
    needs: Needs::BOOL.and(Needs::VALUES),
    run: run!(|facts, sink| {
        for (_, key) in facts.keys() {
            let boolean = key
                .operator
                .is_some_and(|operator| operator.family() == OperatorFamily::Bool);
            if boolean && key.values.items.len() > 1 {
                sink.report(
                    key.place(),
                    Message::new().key(key.name).with(format!(
                        " is compared with {} values, where IAM takes one",
                        key.values.items.len()
                    )),
                )
                .help("write `true` or `false`; for either, take the condition away");
            }
        }
    }),
};

/// A date is a number of seconds, which may not be read as one.
pub const INVALID_DATE_VALUE: Rule = Rule {
    id: "INVALID_DATE_VALUE",
    severity: Severity::Warning,
    denied_in_rust: false,
    summary: "a date is a number of seconds, which may not be read as one",
    needs: Needs::DATE,
    run: run!(|facts, sink| {
        for (_, key) in facts.keys() {
            if !key.has_family(OperatorFamily::Date) {
                continue;
            }
            for (v, value) in key.values.iter().enumerate() {
                let text = value.as_text();
                let digits = text.strip_prefix('-').unwrap_or(text);
                // Four digits are a year.
                if digits.len() != 4
                    && !digits.is_empty()
                    && digits.bytes().all(|b| b.is_ascii_digit())
                {
                    sink.report(
                        key.value(v),
                        format!("`{text}` may not be read as a moment"),
                    )
                    .help("write the date out, like `2026-11-24T18:30:00Z`");
                }
            }
        }
    }),
};

/// A limit is given by several numbers, of which one decides.
pub const REDUNDANT_CONDITION_VALUE_NUM: Rule = Rule {
    id: "REDUNDANT_CONDITION_VALUE_NUM",
    severity: Severity::Suggestion,
    denied_in_rust: false,
    summary: "a limit is given by several numbers, of which one decides",
    needs: Needs::NUMERIC.and(Needs::VALUES),
    run: run!(|facts, sink| {
        for (_, key) in facts.keys() {
            let which = match key.operator {
                Some(Operator::NumericLessThan | Operator::NumericLessThanEquals) => "greatest",
                Some(Operator::NumericGreaterThan | Operator::NumericGreaterThanEquals) => "least",
                _ => continue,
            };
            let numbers = key
                .values
                .iter()
                .all(|value| value::is_number(value.as_text()));
            if key.values.items.len() > 1 && numbers {
                sink.report(
                    key.place(),
                    Message::from(format!("of the {} limits on ", key.values.items.len()))
                        .key(key.name)
                        .with(format!(", only the {which} counts")),
                )
                .help("the values of one key are alternatives; write that one alone");
            }
        }
    }),
};

/// An account id in a condition is not 12 digits, so it matches nothing.
pub const REKOGNITION_IAM_ACCOUNT_VALUE: Rule = Rule {
    id: "REKOGNITION_IAM_ACCOUNT_VALUE",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "an account id in a condition is not 12 digits, so it matches nothing",
    needs: Needs::STRING,
    run: run!(|facts, sink| {
        for (_, key) in facts.keys() {
            let is_account = values_of(key.name)
                .is_some_and(|values| values.sure && values.format.name == super::formats::ACCOUNT);
            if !key.has_family(OperatorFamily::String) || !is_account {
                continue;
            }
            for (v, value) in key.values.iter().enumerate() {
                let text = value.as_text();
                let right = text::is_account(text);
                // Wildcards and variables have rules of their own; requests without a signature say `anonymous`.
                if right || glob::has_wildcard(text) || text.contains("${") || text == "anonymous" {
                    continue;
                }
                let finding = sink.report(
                    key.value(v),
                    Message::new()
                        .quoted(&text.escape_debug().to_string())
                        .with(" is never a value of ")
                        .key(key.name)
                        .with(": it is not an account ID"),
                );
                if let Some(digits) = text::ungrouped(text).filter(|digits| digits.len() == 12) {
                    finding.help(format!("write `{digits}`")).replace(digits);
                } else {
                    finding.help("an account ID is 12 digits, such as `123456789012`");
                }
            }
        }
    }),
};
