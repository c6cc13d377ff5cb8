//! Rules about wildcards and variables in the values of conditions.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>.

use alloc::format;

use super::oidc::is_audience;

use crate::catalogue::ValueType;
use crate::check::facts::{Facts, KeyFact, reads_wildcards};
use crate::check::rule::rules;
use crate::check::text::{has_wildcard, is_star};
use crate::check::{Message, Sink, tables};
use crate::condition::{Operator, OperatorFamily, SetOperator};
use crate::document::Place;

/// The number of characters before the first wildcard or variable.
pub(super) fn fixed_start(text: &str) -> usize {
    let fixed = text.split(['*', '?']).next().unwrap_or_default();
    fixed.split("${").next().unwrap_or_default().chars().count()
}

rules![
    /// A value contains `*` or `?`, but its operator compares them as plain characters.
    ///
    /// Checks the values of operators such as `StringEquals`, which do not expand wildcards. The value then only
    /// matches a request that has the same `*`. Use `StringLike` for a pattern, or write `${*}` for the character
    /// itself.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag/x": "a*"}}
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
    ///   "Condition": {"StringLike": {"aws:PrincipalTag/x": "a*"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_String>.
    #[rule(Warning, denied, needs(WILD_VALUE))]
    fn WILDCARD_WITHOUT_LIKE_OPERATOR(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, key) in facts.keys() {
            let Some(operator) = key.operator else {
                continue;
            };
            if operator.family() != OperatorFamily::String || reads_wildcards(operator) {
                continue;
            }
            for (v, value) in key.values.iter().enumerate() {
                let text = value.as_text();
                // A value that no request has is an error.
                if !has_wildcard(text) || key.misfits.contains(&v) {
                    continue;
                }
                let finding = sink.report(
                    key.value(v),
                    Message::new().operator(operator.name()).with(format!(
                        " compares the exact text, so `{}` only matches itself",
                        text.escape_debug()
                    )),
                );
                if is_arn(key) && text.starts_with("arn:") {
                    // `StringLike` has a rule of its own there.
                    finding.help(
                        Message::from("for a pattern, use ").operator(arn_like(operator).name()),
                    );
                } else if let Some(like) = tables::like(operator) {
                    finding.help(Message::from("for a pattern, use ").operator(like.name()));
                } else {
                    finding.help(
                        Message::from("patterns only work with ")
                            .operator("StringLike")
                            .with(" and ")
                            .operator("StringNotLike")
                            .with(", which are case-sensitive"),
                    );
                }
            }
        }
    },

    /// A value contains a wildcard, although its condition key needs complete values.
    ///
    /// Checks the values of keys that identify an account, an organization, or a network. IDs that begin alike have
    /// nothing else in common: `o-a*` also matches the organizations of strangers. List the complete values.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringLike": {"aws:PrincipalOrgID": "o-a*"}}
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
    ///   "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sensitive>.
    #[rule(Error, needs(WILD_VALUE))]
    fn WILDCARD_USAGE_TOO_PERMISSIVE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        report_wide(facts, sink, has_wildcard, "a wildcard")
    },

    /// A value contains a policy variable, although its condition key needs complete values.
    ///
    /// Checks the values of keys that identify an account, an organization, or a network, for operators that expand
    /// wildcards. The value of a variable, such as a tag that the caller can set, may itself contain a `*` and then
    /// matches everything. Use an operator without wildcards, or list the values.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringLike": {"aws:ResourceAccount": "${aws:PrincipalTag/a}"}}
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
    ///   "Condition": {"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sensitive>.
    #[rule(Error, needs(VARIABLE, KEYS))]
    fn VARIABLE_USAGE_TOO_PERMISSIVE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        report_wide(facts, sink, has_variable, "a policy variable")
    },

    /// `StringLike` is used on a condition key whose values are ARNs.
    ///
    /// Checks the operators of keys such as `aws:PrincipalArn`. With `StringLike`, a `*` can match across the
    /// `:`-separated fields, so a path or name that contains a `:` can match a part of the pattern that is meant
    /// for another field. `ArnLike` compares field by field. In a `Deny`, only `StringNotLike` is reported: there, a
    /// pattern that matches more exempts more.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/a"}}
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
    ///   "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/a"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN>.
    #[rule(SecurityWarning, needs(LIKE))]
    fn STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in facts.statements.iter().enumerate() {
            for (b, block) in statement.conditions.iter().enumerate() {
                let arn = match block.operator {
                    // A pattern that matches more denies more.
                    Some(Operator::StringLike) if !statement.allows() => continue,
                    Some(like @ (Operator::StringLike | Operator::StringNotLike)) => arn_like(like),
                    _ => continue,
                };
                let mut first = None;
                for key in &statement.keys {
                    if key.at.1 != b {
                        continue;
                    }
                    let (mut has_star, mut is_pattern) = (false, false);
                    for value in key.values {
                        has_star |= is_star(value.as_text());
                        is_pattern |= has_wildcard(value.as_text());
                    }
                    if first.is_none() && is_arn(key) && is_pattern && !has_star {
                        first = Some(key);
                    }
                }
                let Some(key) = first else {
                    continue;
                };
                let text = block.block.operator.as_ref();
                let finding = sink.report(
                    Place::Operator(s, b),
                    Message::new()
                        .operator(text)
                        .with(" lets `*` match across the `:`-separated fields of ")
                        .key(key.name),
                );
                // Not written without asking: what `*` matched across fields is no longer matched, in a Deny as well.
                finding.help(
                    Message::from("use ")
                        .operator(arn.name())
                        .with(", which compares field by field"),
                );
            }
        }
    },

    /// A condition only requires that the request has the key.
    ///
    /// Checks for conditions that every value meets, such as `StringLike` with `*`. They look like a restriction on
    /// the value and only test whether there is one. `Null` with `false` says the same clearly.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringLike": {"aws:PrincipalTag/x": "*"}}
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
    ///   "Condition": {"Null": {"aws:PrincipalTag/x": "false"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Null>.
    #[rule(Suggestion, needs(WILD_VALUE))]
    fn EQUIVALENT_TO_NULL_FALSE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        report_star(
            facts,
            sink,
            Means::Present,
            "`*` only requires that a request contains ",
            |key| null(key, "false"),
        );
    },

    /// A condition only requires that the request does not have the key.
    ///
    /// Checks for conditions that no value meets, such as `StringNotLike` with `*`. They hold only for a request
    /// without the key. `Null` with `true` says the same clearly.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringNotLike": {"aws:PrincipalTag/x": "*"}}
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
    ///   "Condition": {"Null": {"aws:PrincipalTag/x": "true"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Null>.
    #[rule(Suggestion, needs(WILD_VALUE))]
    fn EQUIVALENT_TO_NULL_TRUE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        report_star(
            facts,
            sink,
            Means::Absent,
            "`*` here only requires that a request does not contain ",
            |key| null(key, "true"),
        );
    },

    /// A value with a wildcard makes a condition that every request meets.
    ///
    /// Checks for conditions that hold for every value and also without the key, such as `StringLikeIfExists` with
    /// `*`. Such a condition restricts nothing. Remove it, or say which values you mean.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringLikeIfExists": {"aws:PrincipalTag/x": "*"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IfExists>.
    #[rule(Suggestion, denied, needs(WILD_VALUE))]
    fn REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        report_star(
            facts,
            sink,
            Means::Always,
            "every request meets `*` on ",
            |_| Message::from("remove the key, or list the values that you mean"),
        );
    },

    /// A value with a wildcard makes a condition that no request meets, so its statement has no effect.
    ///
    /// Checks for conditions that exclude every value of a key that all requests have, such as `StringNotLike` with
    /// `*` on `aws:RequestedRegion`. The statement grants or denies nothing. Say which values you mean.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringNotLike": {"aws:RequestedRegion": "*"}}
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
    ///   "Condition": {"StringNotLike": {"aws:RequestedRegion": "eu-*"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_String>.
    #[rule(Suggestion, denied, needs(WILD_VALUE))]
    fn REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        report_star(
            facts,
            sink,
            Means::Never,
            "no request meets this: `*` excludes every value of ",
            |_| {
                Message::from(
                    "list the values that you mean; as it is, the statement has no effect",
                )
            },
        );
    }
];

/// Why a pattern is too wide for the key.
enum TooWide {
    /// The key is one whose values are only ever compared whole.
    Sensitive,
    /// The text before the open part is too short to tell tenants apart.
    Start,
    /// Of `aws:userid`, the part before the colon is open in part.
    UserId,
}

/// Why the value is too wide for the key, when the part of it that `open` finds makes it so.
fn too_wide(key: &KeyFact<'_>, text: &str, open: fn(&str) -> bool) -> Option<TooWide> {
    if !key.operator.is_some_and(reads_wildcards) || !open(text) {
        return None;
    }
    if key.kind.key().is_some_and(|known| known.sensitive) {
        return Some(TooWide::Sensitive);
    }
    if key.is("aws:userid") {
        let wide = match text.split_once(':') {
            Some((left, _)) => open(left) && !matches!(left, "*" | "?") && !is_variable(left),
            None => true,
        };
        return wide.then_some(TooWide::UserId);
    }
    (key.is_one_of(tables::SHARED_SUBJECTS) && fixed_start(text) < 6).then_some(TooWide::Start)
}

/// Whether the values of the key are ARNs.
fn is_arn(key: &KeyFact<'_>) -> bool {
    (key.kind.key()).is_some_and(|known| known.types == [ValueType::Arn])
}

/// The operator for ARNs with wildcards, in place of one for texts.
fn arn_like(operator: Operator) -> Operator {
    match operator.is_negated() {
        true => Operator::ArnNotLike,
        false => Operator::ArnLike,
    }
}

fn is_variable(text: &str) -> bool {
    text.starts_with("${") && text.find('}') == Some(text.len() - 1)
}

fn has_variable(text: &str) -> bool {
    text.contains("${")
        && !text.contains("${*}")
        && !text.contains("${?}")
        && !text.contains("${$}")
}

fn report_wide(facts: &Facts<'_>, sink: &mut Sink<'_>, open: fn(&str) -> bool, what: &'static str) {
    for (_, key) in facts.keys() {
        for (v, value) in key.values.iter().enumerate() {
            let text = value.as_text();
            let Some(why) = too_wide(key, text, open) else {
                continue;
            };
            let (message, help) = match why {
                TooWide::Sensitive => (
                    Message::from(format!("{what} never makes sense in a value of ")).key(key.name),
                    "list the full values",
                ),
                TooWide::Start => (
                    Message::from(format!(
                        "{what} comes after fewer than 6 characters in a value of "
                    ))
                    .key(key.name),
                    "write more of the value before it, enough to identify the tenant",
                ),
                TooWide::UserId => (
                    Message::from(format!("{what} is in the ID of a value of ")).key(key.name),
                    "use a wildcard only for all that follows the colon, as in `AIDACKCEVSQ6C2EXAMPLE:*`, or for the whole ID, as in `*:name`",
                ),
            };
            sink.report(key.value(v), message).help(help);
        }
    }
}

/// What a condition with the value `*` comes down to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Means {
    /// The key is there.
    Present,
    /// The key is not there.
    Absent,
    /// Nothing: every request meets it.
    Always,
    /// That no request meets it.
    Never,
}

fn means(key: &KeyFact<'_>) -> Option<Means> {
    let operator = key.operator.filter(|&operator| reads_wildcards(operator))?;
    let always_there = key.is_one_of(tables::ALWAYS_PRESENT);
    Some(match (operator.is_negated(), key.set) {
        (false, Some(SetOperator::ForAllValues)) => Means::Always,
        (false, _) if key.if_exists || always_there => Means::Always,
        (false, _) => Means::Present,
        (true, Some(SetOperator::ForAnyValue)) if !key.if_exists => Means::Never,
        (true, _) if always_there => Means::Never,
        (true, _) => Means::Absent,
    })
}

fn report_star(
    facts: &Facts<'_>,
    sink: &mut Sink<'_>,
    meaning: Means,
    message: &'static str,
    help: fn(&str) -> Message,
) {
    for (_, key) in facts.keys() {
        let Some(v) = key.values.iter().position(|value| is_star(value.as_text())) else {
            continue;
        };
        // What is too wide for the key, or a set operator on one value, is reported for that.
        let known = key.kind.key();
        let misplaced = key.set.is_some()
            && (known.is_some_and(|known| !known.multivalued) || is_audience(key.name));
        if means(key) != Some(meaning) || misplaced || too_wide(key, "*", has_wildcard).is_some() {
            continue;
        }
        sink.report(key.value(v), Message::from(message).key(key.name))
            .help(help(key.name));
    }
}

fn null(key: &str, value: &'static str) -> Message {
    Message::from("use ").comparison(key, "Null", value)
}
