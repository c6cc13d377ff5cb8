//! Rules about the operators of conditions, and the keys that they suit.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>.

use alloc::format;

use super::oidc::is_audience;

use crate::arn::Arn;
use crate::catalogue::{ConditionKey, ValueType};
use crate::check::facts::{Facts, KeyFact};
use crate::check::finding::Part;
use crate::check::rule::rules;
use crate::check::{Message, Sink, tables};
use crate::condition::{Operator, OperatorFamily, SetOperator};
use crate::document::Place;

rules![
    /// An operator does not work on the type of its condition key.
    ///
    /// Checks each operator against the type of the key: string, number, date, Boolean, IP address, or ARN. With an
    /// operator for another type, the comparison fails or does not do what it says. The finding lists the operators
    /// for the key.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:SecureTransport": "true"}}
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
    ///   "Condition": {"Bool": {"aws:SecureTransport": "true"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>.
    #[rule(Warning, denied, needs(KEYS), about(OperatorOfKey))]
    fn TYPE_MISMATCH(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, key) in facts.keys() {
            let (Some(operator), Some(known)) = (key.operator, key.kind.key()) else {
                continue;
            };
            let Some(&kind) = known.types.first() else {
                continue;
            };
            if suits(operator, known)
                || holds_numbers(operator, key)
                || holds_arns(operator, known, key)
                || compares_addresses(operator, kind, key)
            {
                continue;
            }
            let finding = sink.report(
                key.place(),
                Message::new()
                    .operator(operator.name())
                    .with(" does not work on ")
                    .key(key.name)
                    .with(format!(", which is {}", type_in_words(kind))),
            );
            let mut help = Message::from("use one of ");
            let mut first = true;
            for operator in &Operator::ALL {
                if suits(*operator, known) {
                    if !first {
                        help = help.with(", ");
                    }
                    help = help.operator(operator.name());
                    first = false;
                }
            }
            finding.help(help);
        }
    },

    /// A multivalued condition key is compared without `ForAllValues` or `ForAnyValue`.
    ///
    /// Checks conditions on keys that can have several values in one request, such as `aws:TagKeys`. Without a set
    /// operator it is not defined how many of the values must match, and AWS may reject the policy. Say which: all
    /// of them, or any.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": ["rekognition:CreateCollection", "rekognition:TagResource"],
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:TagKeys": "a"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": ["rekognition:CreateCollection", "rekognition:TagResource"],
    ///   "Resource": "*",
    ///   "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}, "Null": {"aws:TagKeys": "false"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>.
    #[rule(Error, needs(MULTIVALUED), about(SetOperatorOfKey))]
    fn MISSING_QUALIFIER(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, key) in facts.keys() {
            let Some(known) = key.kind.key() else {
                continue;
            };
            // A claim is reported under `ForAllValues` only.
            if known.multivalued
                && key.is_multivalued().is_some()
                && key.set.is_none()
                && key.operator != Some(Operator::Null)
            {
                sink.report(
                    key.place(),
                    Message::from("a request can contain several values of ")
                        .key(key.name)
                        .with(", and the condition does not say how many of them must match"),
                )
                .help(Message::from("specify it with ").with(Part::SetOperators));
            }
        }
    },

    /// `ForAllValues` is used on a key with a single value, so the condition also holds if the key is missing.
    ///
    /// Checks set operators on keys that never have more than one value. `ForAllValues` holds for an empty set, so
    /// in an `Allow` it also grants access to requests without the key. Remove the set operator.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"ForAllValues:StringEquals": {"aws:RequestedRegion": "us-east-1"}}
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
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>.
    #[rule(SecurityWarning, denied, needs(SET), about(SetOperatorOfKey))]
    fn FORALLVALUES_WITH_SINGLE_VALUED_KEY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        set_on_single(facts, sink, SetOperator::ForAllValues);
    },

    /// `ForAnyValue` is used on a key with a single value.
    ///
    /// Checks set operators on keys that never have more than one value. The operator means the same without it,
    /// and AWS advises against set operators on such keys. Remove the set operator. A negated operator, such as
    /// `StringNotEquals`, is different: without `ForAnyValue`, it also holds for requests without the key. Add a
    /// `Null` test there if the key is required.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"ForAnyValue:StringEquals": {"aws:RequestedRegion": "us-east-1"}}
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
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>.
    #[rule(Warning, denied, needs(SET), about(SetOperatorOfKey))]
    fn REKOGNITION_IAM_FORANYVALUE_WITH_SINGLE_VALUED_KEY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        set_on_single(facts, sink, SetOperator::ForAnyValue);
    },

    /// `Null` is used with `ForAllValues` or `ForAnyValue`, so its result is always the same.
    ///
    /// Checks the operators of `Null` conditions. `Null` asks whether the request has the key at all, so there are
    /// no values for a set operator to apply to. Remove the set operator.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"ForAnyValue:Null": {"aws:CalledVia": "true"}}
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
    ///   "Condition": {"Null": {"aws:CalledVia": "true"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Null>.
    #[rule(Suggestion, denied, needs(NULL, SET), about(SetOperatorOfKey))]
    fn NULL_WITH_QUALIFIER(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in facts.statements.iter().enumerate() {
            for (b, block) in statement.conditions.iter().enumerate() {
                if let (Some(set), Some(Operator::Null)) = (block.set, block.operator) {
                    sink.report(
                        Place::Operator(s, b),
                        Message::new()
                            .operator("Null")
                            .with(" with ")
                            .word(set.name())
                            .with(" always has the same result"),
                    )
                    .help(
                        "remove the set operator: `Null` tests whether the key is present at all",
                    );
                }
            }
        }
    },

    /// `Null` is used with `IfExists`.
    ///
    /// Checks for `NullIfExists`, which IAM rejects. `Null` already asks whether the request has the key.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"NullIfExists": {"aws:CalledVia": "true"}}
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
    ///   "Condition": {"Null": {"aws:CalledVia": "true"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IfExists>.
    #[rule(Error, needs(NULL))]
    fn NULL_WITH_IF_EXISTS(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in facts.statements.iter().enumerate() {
            for (b, block) in statement.conditions.iter().enumerate() {
                if block.if_exists && block.operator == Some(Operator::Null) {
                    let message = Message::new()
                        .operator("Null")
                        .with(" cannot be used with ")
                        .word("IfExists");
                    sink.report(Place::Operator(s, b), message)
                        .help("remove it: `Null` already tests whether the key is present");
                }
            }
        }
    }
];

/// Whether the operator compares values of one of the key's types.
fn suits(operator: Operator, key: &ConditionKey) -> bool {
    for &kind in key.types {
        if operator.family().suits(kind) {
            return true;
        }
    }
    false
}

/// Whether an address is compared with one of another key: the operators for addresses read no policy variables.
fn compares_addresses(operator: Operator, kind: ValueType, key: &KeyFact<'_>) -> bool {
    kind == ValueType::IpAddress
        && operator.family() == OperatorFamily::String
        && !key.values.items.is_empty()
        && key
            .values
            .iter()
            .all(|value| value.as_text().starts_with("${"))
}

/// Whether ARNs are compared with a text that may well be an ARN, such as an encryption context or a tag.
fn holds_arns(operator: Operator, known: &ConditionKey, key: &KeyFact<'_>) -> bool {
    operator.family() == OperatorFamily::Arn
        && known.types.contains(&ValueType::String)
        && (key.values.iter()).all(|value| {
            let text = value.as_text();
            Arn::parse(text).is_ok() || text.starts_with(['*', '$'])
        })
}

/// Whether numbers are compared that the reference gives as text.
fn holds_numbers(operator: Operator, key: &KeyFact<'_>) -> bool {
    operator.family() == OperatorFamily::Numeric && key.is_one_of(tables::NUMBERS_AS_TEXT)
}

pub(crate) const fn type_in_words(kind: ValueType) -> &'static str {
    match kind {
        ValueType::String => "text",
        ValueType::Arn => "an ARN",
        ValueType::Bool => "`true` or `false`",
        ValueType::Numeric => "a number",
        ValueType::Date => "a date",
        ValueType::IpAddress => "an IP address",
    }
}

fn set_on_single(facts: &Facts<'_>, sink: &mut Sink<'_>, set: SetOperator) {
    for (_, key) in facts.keys() {
        let Some(operator) = key.operator.filter(|operator| *operator != Operator::Null) else {
            continue;
        };
        // The audience of a token has a rule of its own.
        if key.set == Some(set)
            && key.is_multivalued() == Some(false)
            && !(set == SetOperator::ForAnyValue && is_audience(key.name))
        {
            sink.report(
                key.place(),
                Message::new()
                    .word(set.name())
                    .with(" is for keys with several values, but a request has only one value of ")
                    .key(key.name),
            )
            .help(without_set(set, operator, key));
        }
    }
}

/// What to write instead of a set operator on a key with one value. With and without it, a condition differs only for
/// requests without the key, or with an empty value: it holds for them under `ForAllValues`, and does not under `ForAnyValue`.
fn without_set(set: SetOperator, operator: Operator, key: &KeyFact<'_>) -> Message {
    let holds_without_value = match set {
        SetOperator::ForAllValues => true,
        SetOperator::ForAnyValue => false,
    };
    if holds_without_value == operator.is_negated() {
        return Message::from("remove it: the operator means the same without it");
    }
    if key.if_exists {
        return Message::from("remove it: the operator differs only for an empty value");
    }
    if holds_without_value {
        return Message::from("remove it: it would also accept every request without the key");
    }
    Message::from("remove it and add ")
        .comparison(key.name, "Null", "false")
        .with(": without either, the condition also holds for requests without the key")
}
