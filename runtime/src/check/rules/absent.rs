//! Rules about conditions that decide otherwise than they look when a request does not carry the key, or when a service
//! makes the request for the caller.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>.

use alloc::format;

use crate::catalogue::generated::prose;
use crate::check::facts::{Facts, KeyFact, StatementFacts};
use crate::check::rule::rules;
use crate::check::{Message, Sink};
use crate::condition::{Operator, OperatorFamily, SetOperator};
use crate::document::Effect;

/// The key that tells whether the caller signed in with a second factor.
const MFA: &str = "aws:MultiFactorAuthPresent";

/// The key that tells how long ago that was. It is in the same requests, and in none without a second factor.
const MFA_AGE: &str = "aws:MultiFactorAuthAge";

/// The key that tells whether a service makes the request for the caller.
const VIA_SERVICE: &str = "aws:ViaAWSService";

/// What the condition asks of the second factor: whether it holds with one, or one from just now, and whether it holds
/// without, or for one from long ago. Nothing for conditions that ask for something else.
fn asks_for_mfa(key: &KeyFact<'_>) -> Option<(bool, bool)> {
    let operator = key
        .operator
        .filter(|&operator| operator != Operator::Null)?;
    if key.is(MFA) {
        return Some((key.could_hold_for("true"), key.could_hold_for("false")));
    }
    let less = [Operator::NumericLessThan, Operator::NumericLessThanEquals].contains(&operator);
    let greater = [
        Operator::NumericGreaterThan,
        Operator::NumericGreaterThanEquals,
    ]
    .contains(&operator);
    (key.is(MFA_AGE) && (less || greater)).then_some((less, greater))
}

/// Whether the statement asks elsewhere whether the key is there: with `Null`, or with a condition that needs it.
fn requires(statement: &StatementFacts<'_>, own: &KeyFact<'_>, names: &[&str]) -> bool {
    (statement.keys.iter()).any(|key| {
        key.at != own.at
            && key.is_one_of(names)
            && (key.wants_key() || (key.operator == Some(Operator::Null) && key.has_value("false")))
    })
}

/// Whether the statement is only about requests without the key.
fn excludes(statement: &StatementFacts<'_>, own: &KeyFact<'_>) -> bool {
    (statement.keys.iter()).any(|key| {
        key.is(own.name) && key.operator == Some(Operator::Null) && !key.has_value("false")
    })
}

/// Whether some `Deny` of the document also catches requests without a second factor that do not carry the key.
fn denies_absent(facts: &Facts<'_>) -> bool {
    (facts.statements.iter()).any(|statement| {
        !statement.allows()
            && (statement.keys.iter()).any(|key| {
                key.is_one_of(&[MFA, MFA_AGE])
                    && key.holds_when_absent()
                    && (key.operator == Some(Operator::Null)
                        || asks_for_mfa(key) == Some((false, true)))
            })
    })
}

rules![
    /// A `Deny` for requests without MFA does not apply to requests that are signed with long-term credentials.
    ///
    /// Checks `Bool` on `aws:MultiFactorAuthPresent` with `false` in a `Deny`, and `NumericGreaterThan` on
    /// `aws:MultiFactorAuthAge`. Requests that are signed with a user's access keys do not have these keys, so the
    /// condition does not hold and they are not denied. `BoolIfExists` and `NumericGreaterThanIfExists` include them.
    ///
    /// ```json
    /// {
    ///   "Effect": "Deny",
    ///   "Action": "rekognition:DeleteCollection",
    ///   "Resource": "*",
    ///   "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Deny",
    ///   "Action": "rekognition:DeleteCollection",
    ///   "Resource": "*",
    ///   "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent>.
    #[rule(
        SecurityWarning,
        denied,
        needs(DENY, KEYS),
        follows(Unread, OpenStatement)
    )]
    fn REKOGNITION_IAM_MFA_DENY_WITHOUT_KEY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (statement, key) in facts.keys() {
            if statement.allows()
                || key.holds_when_absent()
                || asks_for_mfa(key) != Some((false, true))
                || denies_absent(facts)
            {
                continue;
            }
            let help = Message::from("to deny them too, use ");
            sink.report(
                key.place(),
                Message::from("requests signed with long-term access keys do not contain ")
                    .key(key.name)
                    .with(", so this does not deny them"),
            )
            .help(match key.operator {
                Some(operator) if key.is(MFA_AGE) => {
                    help.operator(&format!("{}IfExists", operator.name()))
                }
                _ => help.comparison(MFA, "BoolIfExists", "false"),
            });
        }
    },

    /// An `Allow` for requests with MFA also applies to requests that are signed with long-term credentials.
    ///
    /// Checks `BoolIfExists` on `aws:MultiFactorAuthPresent` with `true` in an `Allow`, and `NumericLessThanIfExists`
    /// on `aws:MultiFactorAuthAge`. Requests that are signed with a user's access keys do not have these keys, so the
    /// condition holds for them although no MFA took place. Use the operator without `IfExists`.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}
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
    ///   "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent>.
    #[rule(SecurityWarning, denied, needs(KEYS), follows(Unread, OpenCondition))]
    fn REKOGNITION_IAM_MFA_ALLOW_WITHOUT_KEY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (statement, key) in facts.keys() {
            if !statement.allows()
                || !key.holds_when_absent()
                || asks_for_mfa(key) != Some((true, false))
                || requires(statement, key, &[MFA, MFA_AGE])
            {
                continue;
            }
            let help = Message::from("to require MFA, use ");
            sink.report(
                key.place(),
                Message::from("this condition also holds for a request without ")
                    .key(key.name)
                    .with(", such as one signed with long-term access keys"),
            )
            .help(match key.operator {
                Some(operator) if key.is(MFA_AGE) => help.operator(operator.name()),
                _ => help.comparison(MFA, "Bool", "true"),
            });
        }
    },

    /// A condition on `aws:SecureTransport` does the opposite of requiring TLS.
    ///
    /// Checks for a `Deny` with `aws:SecureTransport` = `true`, which denies requests over HTTPS and not those over
    /// plain HTTP, and for an `Allow` with `false`, which only allows plain HTTP. Both are nearly always meant the
    /// other way around.
    ///
    /// ```json
    /// {
    ///   "Effect": "Deny",
    ///   "Action": "s3:GetObject",
    ///   "Resource": "*",
    ///   "Condition": {"Bool": {"aws:SecureTransport": "true"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Deny",
    ///   "Action": "s3:GetObject",
    ///   "Resource": "*",
    ///   "Condition": {"Bool": {"aws:SecureTransport": "false"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-securetransport>.
    #[rule(SecurityWarning, denied, needs(KEYS))]
    fn REKOGNITION_IAM_SECURE_TRANSPORT_REVERSED(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (statement, key) in facts.keys() {
            if !key.is("aws:SecureTransport") || key.operator == Some(Operator::Null) {
                continue;
            }
            let (tls, plain) = (key.holds_for("true"), key.holds_for("false"));
            let (message, value) = match statement.statement.effect {
                Effect::Deny if (tls, plain) == (Some(true), Some(false)) => (
                    "this denies every request over HTTPS, and none over plain HTTP",
                    "false",
                ),
                Effect::Allow if (tls, plain) == (Some(false), Some(true)) => (
                    "this allows requests over plain HTTP only, and none over HTTPS",
                    "true",
                ),
                Effect::Allow | Effect::Deny => continue,
            };
            sink.report(key.place(), message)
                .help(Message::from("to require HTTPS, use ").comparison(key.name, "Bool", value));
        }
    },

    /// `ForAllValues` in an `Allow` also holds for a request that does not have the key.
    ///
    /// Checks conditions with `ForAllValues` on multivalued keys. The operator holds for an empty set, so a request
    /// without the key, for example without tags, is allowed. Nothing is reported if another condition of the
    /// statement requires the key. To require it, add `Null` with `false`.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:TagResource",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/staff",
    ///   "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": "team"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:TagResource",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/staff",
    ///   "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": "team"}, "Null": {"aws:TagKeys": "false"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>.
    #[rule(Suggestion, needs(SET, MULTIVALUED), follows(Unread, OpenCondition))]
    fn REKOGNITION_IAM_FORALLVALUES_WITHOUT_KEY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (statement, key) in facts.keys() {
            // On a key with one value, a set operator is reported for that. What excludes values loses nothing where there
            // are none.
            if !statement.allows()
                || key.set != Some(SetOperator::ForAllValues)
                || key
                    .operator
                    .is_none_or(|operator| operator == Operator::Null)
                || key.is_negated()
                || key.values.items.is_empty()
                || key.is_multivalued() != Some(true)
                || requires(statement, key, &[key.name])
                || requires(statement, key, companions_of(key.name))
            {
                continue;
            }
            sink.report(
                key.place(),
                Message::new()
                    .word("ForAllValues")
                    .with(" also holds for a request without ")
                    .key(key.name),
            )
            .help(match excludes(statement, key) {
                true => Message::from(
                    "remove one of the two conditions: the statement only applies to requests without the key",
                ),
                false => {
                    Message::from("to require the key, add ").comparison(key.name, "Null", "false")
                }
            });
        }
    },

    /// A `Deny` for requests from outside a network also denies what AWS services do for the caller.
    ///
    /// Checks network conditions of a `Deny` for actions that Rekognition performs with the permissions of its
    /// caller. Those requests come from AWS, not from the caller's network, so they are denied, and Rekognition
    /// fails with `InvalidS3ObjectException`. Exempt them with `aws:ViaAWSService`.
    ///
    /// ```json
    /// {
    ///   "Effect": "Deny",
    ///   "Action": "s3:GetObject",
    ///   "Resource": "*",
    ///   "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Deny",
    ///   "Action": "s3:GetObject",
    ///   "Resource": "*",
    ///   "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "Bool": {"aws:ViaAWSService": "false"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-ip.html>.
    #[rule(Warning, needs(DENY, KEYS), follows(Unread, OpenCondition))]
    fn REKOGNITION_IAM_NETWORK_DENY_OF_SERVICES(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for statement in &facts.statements {
            if statement.statement.effect != Effect::Deny
                || statement.keys.iter().any(exempts_rekognition)
            {
                continue;
            }
            let Some(key) = statement.keys.iter().find(|key| excludes_networks(key)) else {
                continue;
            };
            let Some((service, name)) = (prose::FORWARDED.iter())
                .find(|(service, name)| statement.has_action(&format!("{service}:{name}")))
            else {
                continue;
            };
            sink.report(
                key.place(),
                Message::from("this also denies ")
                    .action(service, name)
                    .with(" when an AWS service makes the request for the caller, as Rekognition does: such a request does not come from this network"),
            )
            .help(
                Message::from("to deny only what the caller requests directly, add ")
                    .comparison(VIA_SERVICE, "Bool", "false"),
            );
        }
    }
];

/// The keys that are there whenever this one is.
fn companions_of(name: &str) -> &'static [&'static str] {
    match name.eq_ignore_ascii_case("aws:TagKeys") {
        true => &["aws:TagKeys", "aws:RequestTag/"],
        false => &[],
    }
}

/// Whether the condition keeps a `Deny` from what Rekognition requests for its caller, or may do so: such a request says
/// that a service made it, and not which.
fn exempts_rekognition(key: &KeyFact<'_>) -> bool {
    if !key.is_one_of(prose::SERVICE_KEYS) {
        return false;
    }
    match key.is(VIA_SERVICE) {
        true => key.holds_for("true") != Some(true),
        false => key.operator.is_none() || !key.holds_when_absent(),
    }
}

/// Whether the condition denies what does not come from a network.
fn excludes_networks(key: &KeyFact<'_>) -> bool {
    key.is_one_of(prose::NETWORK_KEYS)
        && match key.operator {
            Some(Operator::Null) => key.has_value("true"),
            Some(operator) => {
                operator.is_negated()
                    && matches!(
                        operator.family(),
                        OperatorFamily::String | OperatorFamily::IpAddress | OperatorFamily::Arn
                    )
            }
            None => false,
        }
}
