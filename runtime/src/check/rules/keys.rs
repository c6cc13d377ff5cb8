//! Rules about what single condition keys are good for.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::condition::{any_carried, carried};

use crate::arn::Arn;
use crate::catalogue::{self, ActionInfo, ConditionKey, Service};
use crate::check::facts::{ActionKind, Facts, KeyFact, KeyKind, StatementFacts};
use crate::check::rule::rules;
use crate::check::{Message, Sink, tables, text};
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

rules![
    /// An account id in a condition is not 12 digits, so it matches nothing.
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Service": "rekognition.amazonaws.com"},
    ///   "Action": "sts:AssumeRole",
    ///   "Condition": {"StringEquals": {"aws:SourceAccount": "1234-5678-9012"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Service": "rekognition.amazonaws.com"},
    ///   "Action": "sts:AssumeRole",
    ///   "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    /// }
    /// ```
    #[rule(Error, needs(STRING, FORMATTED))]
    fn REKOGNITION_IAM_ACCOUNT_VALUE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, key) in facts.keys() {
            let is_account = (key.format)
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
    },

    /// A global condition key no longer works.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"ArnLike": {"aws:ARN": "arn:aws:iam::123456789012:role/a"}}
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
    ///   "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/a"}}
    /// }
    /// ```
    #[rule(Error, needs(ODD_KEY))]
    fn UNSUPPORTED_GLOBAL_CONDITION_KEY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        retired(facts, sink, false, " no longer works")
    },

    /// A global condition key has a successor.
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t",
    ///   "Condition": {"StringEquals": {"AWS:SourceOwner": "123456789012"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t",
    ///   "Condition": {"StringEquals": {"AWS:SourceAccount": "123456789012"}}
    /// }
    /// ```
    #[rule(Warning, needs(ODD_KEY))]
    fn DEPRECATED_GLOBAL_CONDITION_KEY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        retired(facts, sink, true, " is deprecated")
    },

    /// Access rests on what the caller says of itself.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:Referer": "https://example.com/"}}
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
    ///   "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-12345678"}}
    /// }
    /// ```
    #[rule(SecurityWarning, needs(KEYS))]
    fn UNTRUSTWORTHY_CONDITION_KEY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
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
    },

    /// A key says little without its partner.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}
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
    ///   "Condition": {
    ///     "IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"},
    ///     "StringEquals": {"aws:SourceVpc": "vpc-12345678"}
    ///   }
    /// }
    /// ```
    #[rule(SecurityWarning, needs(KEYS))]
    fn MISSING_PAIRED_CONDITION_KEYS(facts: &Facts<'_>, sink: &mut Sink<'_>) {
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
    },

    /// A key is asked for that not all of the statement's services send.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": ["rekognition:DetectText", "sns:ListTopics"],
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:VpceAccount": "123456789012"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": ["rekognition:DetectText", "s3:ListAllMyBuckets"],
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:VpceAccount": "123456789012"}}
    /// }
    /// ```
    #[rule(Warning, denied, needs(KEYS))]
    fn USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES(facts: &Facts<'_>, sink: &mut Sink<'_>) {
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
    },

    /// A key is read for one action alone, and the statement lacks that action.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"iam:PassedToService": "rekognition.amazonaws.com"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "iam:PassRole",
    ///   "Resource": "arn:aws:iam::123456789012:role/a",
    ///   "Condition": {"StringEquals": {"iam:PassedToService": "rekognition.amazonaws.com"}}
    /// }
    /// ```
    #[rule(Error, needs(DECLARED))]
    fn MISSING_ACTION_FOR_CONDITION_KEY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
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
    },

    /// A `Deny` asks for the tag of a resource where no action carries it, so it denies nothing.
    ///
    /// ```json
    /// {
    ///   "Effect": "Deny",
    ///   "Action": "rekognition:DetectF*",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:ResourceTag/x": "a"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Deny",
    ///   "Action": "rekognition:Index*",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:ResourceTag/x": "a"}}
    /// }
    /// ```
    #[rule(SecurityWarning, denied, needs(DENY, DECLARED, PATTERN))]
    fn DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        untagged(
            facts,
            sink,
            Effect::Deny,
            ", so this denies nothing for them",
        )
    },

    /// An `Allow` asks for the tag of a resource where no action carries it, so it grants nothing.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectF*",
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
    ///   "Action": "rekognition:Index*",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:ResourceTag/x": "a"}}
    /// }
    /// ```
    #[rule(Suggestion, denied, needs(DECLARED, PATTERN))]
    fn ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE(
        facts: &Facts<'_>,
        sink: &mut Sink<'_>,
    ) {
        untagged(
            facts,
            sink,
            Effect::Allow,
            ", so this grants nothing for them",
        )
    },

    /// A `Deny` with `NotAction` asks for the tag of a resource, which many actions do not carry.
    ///
    /// ```json
    /// {
    ///   "Effect": "Deny",
    ///   "NotAction": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:ResourceTag/x": "a"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Deny",
    ///   "NotAction": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringNotEquals": {"aws:ResourceTag/x": "a"}}
    /// }
    /// ```
    #[rule(SecurityWarning, denied, needs(DENY, NOT_ACTION, KEYS))]
    fn DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE(
        facts: &Facts<'_>,
        sink: &mut Sink<'_>,
    ) {
        not_action(facts, sink, Effect::Deny, ", so this does not deny them")
    },

    /// An `Allow` with `NotAction` asks for the tag of a resource, which many actions do not carry.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "NotAction": ["rekognition:DetectText", "iam:*"],
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
    ///   "NotAction": ["rekognition:DetectText", "iam:*"],
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag/x": "a"}}
    /// }
    /// ```
    #[rule(Suggestion, denied, needs(NOT_ACTION, KEYS))]
    fn ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE(
        facts: &Facts<'_>,
        sink: &mut Sink<'_>,
    ) {
        not_action(facts, sink, Effect::Allow, ", so this does not grant them")
    },

    /// A key that holds the ARN of a KMS key is compared with something else.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "s3:PutObject",
    ///   "Resource": "arn:aws:s3:::b/*",
    ///   "Condition": {"StringEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "alias/a"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "s3:PutObject",
    ///   "Resource": "arn:aws:s3:::b/*",
    ///   "Condition": {
    ///     "ArnEquals": {
    ///       "s3:x-amz-server-side-encryption-aws-kms-key-id": "arn:aws:kms:us-east-1:123456789012:key/1"
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/kms/latest/developerguide/find-cmk-id-arn.html>.
    #[rule(Error, needs(KEYS))]
    fn INVALID_KMS_KEY_VALUE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
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
    },

    /// `dynamodb:Attributes` stands without `dynamodb:Select`, so that a request for all attributes passes.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "dynamodb:Query",
    ///   "Resource": "arn:aws:dynamodb:us-east-1:123456789012:table/t",
    ///   "Condition": {"ForAllValues:StringEquals": {"dynamodb:Attributes": ["a"]}}
    /// }
    /// ```
    ///
    /// `REKOGNITION_IAM_FORALLVALUES_WITHOUT_KEY` is reported too.
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "dynamodb:Query",
    ///   "Resource": "arn:aws:dynamodb:us-east-1:123456789012:table/t",
    ///   "Condition": {
    ///     "ForAllValues:StringEquals": {"dynamodb:Attributes": ["a"]},
    ///     "StringEqualsIfExists": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}
    ///   }
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html>.
    #[rule(SecurityWarning, needs(KEYS))]
    fn DYNAMODB_ATTRIBUTES_WITHOUT_SELECT(facts: &Facts<'_>, sink: &mut Sink<'_>) {
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
    },

    /// S3:prefix is forbidden by name, which a shorter prefix walks around.
    ///
    /// ```json
    /// {
    ///   "Effect": "Deny",
    ///   "Action": "s3:ListBucket",
    ///   "Resource": "arn:aws:s3:::b",
    ///   "Condition": {"StringLike": {"s3:prefix": "secret/*"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Deny",
    ///   "Action": "s3:ListBucket",
    ///   "Resource": "arn:aws:s3:::b",
    ///   "Condition": {"StringNotLike": {"s3:prefix": "open/*"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html>.
    #[rule(SecurityWarning, needs(KEYS))]
    fn S3_PREFIX_IN_NEGATIVE_CONTEXT(facts: &Facts<'_>, sink: &mut Sink<'_>) {
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
    },

    /// A Boolean key is compared with several values.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"Bool": {"aws:SecureTransport": ["true", "false"]}}
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
    ///   "Condition": {"Bool": {"aws:SecureTransport": ["true"]}}
    /// }
    /// ```
    #[rule(Error, needs(BOOL, VALUES))]
    fn INVALID_CONDITION_MULTIPLE_BOOLEAN(facts: &Facts<'_>, sink: &mut Sink<'_>) {
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
    },

    /// A date is a number of seconds, which may not be read as one.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"DateLessThan": {"aws:CurrentTime": "1795545000"}}
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
    ///   "Condition": {"DateLessThan": {"aws:CurrentTime": "2026"}}
    /// }
    /// ```
    #[rule(Warning, needs(DATE))]
    fn INVALID_DATE_VALUE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
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
    },

    /// A limit is given by several numbers, of which one decides.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": ["2700", "3600"]}}
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
    ///   "Condition": {"NumericEquals": {"aws:MultiFactorAuthAge": ["2700", "3600"]}}
    /// }
    /// ```
    #[rule(Suggestion, needs(NUMERIC, VALUES))]
    fn REDUNDANT_CONDITION_VALUE_NUM(facts: &Facts<'_>, sink: &mut Sink<'_>) {
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
    }
];

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
