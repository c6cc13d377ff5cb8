//! Rules about lists and objects that hold nothing.

use crate::check::facts::{Facts, KeyFact};
use crate::check::rule::rules;
use crate::check::{Message, Sink};
use crate::condition::{Operator, SetOperator};
use crate::document::Place;

rules![
    /// A statement has an empty list of actions.
    ///
    /// Checks that `Action` and `NotAction` name something. A statement with an empty `Action` matches no request.
    /// If that is intended, remove the statement; otherwise name the actions, so that nobody takes the statement
    /// for a working permission.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": [], "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": ["rekognition:DetectText"], "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>.
    #[rule(Suggestion, denied, needs(EMPTY), follows(OpenPart))]
    fn EMPTY_ARRAY_ACTION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in facts.statements.iter().enumerate() {
            if statement.actions.is_empty() {
                let message = if statement.statement.actions.not {
                    Message::from("this statement applies to every action: ")
                        .word("NotAction")
                        .with(" is empty")
                } else {
                    Message::from("this statement has no actions, so it has no effect")
                };
                sink.report(Place::Action(s, 0), message)
                    .help("name the actions, or remove the statement");
            }
        }
    },

    /// A statement has an empty list of resources.
    ///
    /// Checks that `Resource` and `NotResource` name something. A statement with an empty `Resource` matches no
    /// request. This often comes from a template whose list of ARNs turned out empty.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": []}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": ["*"]}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>.
    #[rule(Suggestion, denied, needs(EMPTY), follows(OpenPart))]
    fn EMPTY_ARRAY_RESOURCE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in facts.statements.iter().enumerate() {
            let Some(resources) = &statement.statement.resources else {
                continue;
            };
            if resources.values.items.is_empty() {
                let message = if resources.not {
                    Message::from("this statement applies to every resource: ")
                        .word("NotResource")
                        .with(" is empty")
                } else {
                    Message::from("this statement has no resources, so it has no effect")
                };
                sink.report(Place::Resource(s, 0), message)
                    .help("name the resources, or remove the statement");
            }
        }
    },

    /// `Condition`, or an operator in it, is empty.
    ///
    /// Checks that each `Condition` has an operator and each operator has a condition key. An empty condition is
    /// met by every request, so the statement is as wide as one without a condition, although it looks restricted.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*", "Condition": {}}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>.
    #[rule(
        Suggestion,
        denied,
        needs(EMPTY),
        about(ConditionElement),
        follows(OpenPart)
    )]
    fn EMPTY_OBJECT_CONDITION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in facts.statements.iter().enumerate() {
            if statement.statement.empty_condition && statement.conditions.is_empty() {
                sink.report(
                    Place::Statement(s),
                    "the condition of this statement is empty, so every request meets it",
                )
                .help("add a condition key, or remove the empty condition");
            }
            for (b, block) in statement.conditions.iter().enumerate() {
                if block.block.keys.is_empty() {
                    sink.report(
                        Place::Operator(s, b),
                        "this operator has no condition keys, so every request meets it",
                    )
                    .help("add the condition key, or remove the operator");
                }
            }
        }
    },

    /// A condition key is compared with an empty list.
    ///
    /// Checks that each condition key has at least one value. Whether a comparison with no values holds depends on
    /// the operator, and is rarely what the author had in mind. This often comes from a template whose list turned
    /// out empty.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag/x": []}}
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
    ///   "Condition": {"StringEquals": {"aws:PrincipalTag/x": ["a"]}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>.
    #[rule(Suggestion, denied, needs(EMPTY, KEYS), follows(OpenPart))]
    fn EMPTY_ARRAY_CONDITION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        empty(
            facts,
            sink,
            |key| key.set.is_none() && !key.if_exists,
            " is not compared with any value",
            |_| "add the values".into(),
        );
    },

    /// `ForAllValues` is used with an empty list, so it holds only for a request without the key.
    ///
    /// Checks that a condition with `ForAllValues` has values. With none, it means that the request must not have
    /// the key at all. If you mean that, `Null` says so clearly; otherwise add the values.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"ForAllValues:StringEquals": {"aws:CalledVia": []}}
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
    ///   "Condition": {"ForAnyValue:StringEquals": {"aws:CalledVia": ["athena.amazonaws.com"]}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>.
    #[rule(Suggestion, denied, needs(EMPTY, SET), follows(OpenPart))]
    fn EMPTY_ARRAY_CONDITION_FORALLVALUES(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        empty(
            facts,
            sink,
            |key| has_set(key, SetOperator::ForAllValues),
            " is not compared with any value, so this only holds for a request without the key",
            absent,
        );
    },

    /// `ForAnyValue` is used with an empty list, so it never holds.
    ///
    /// Checks that a condition with `ForAnyValue` has values. With none, no value of the request can match, and the
    /// statement has no effect. Add the values, or remove the statement.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"ForAnyValue:StringEquals": {"aws:CalledVia": []}}
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
    ///   "Condition": {"ForAnyValue:StringEquals": {"aws:CalledVia": ["athena.amazonaws.com"]}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>.
    #[rule(Suggestion, denied, needs(EMPTY, SET), follows(OpenPart))]
    fn EMPTY_ARRAY_CONDITION_FORANYVALUE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        empty(
            facts,
            sink,
            |key| has_set(key, SetOperator::ForAnyValue),
            " is not compared with any value, so this never holds",
            |_| "add the values, one of which the request must match".into(),
        );
    },

    /// An operator with `IfExists` is used with an empty list, so it holds only for a request without the key.
    ///
    /// Checks that a condition with `IfExists` has values. With none, it means that the request must not have the
    /// key at all. If you mean that, `Null` says so clearly; otherwise add the values.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEqualsIfExists": {"aws:PrincipalTag/x": []}}
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
    ///   "Condition": {"StringEqualsIfExists": {"aws:PrincipalTag/x": ["a"]}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IfExists>.
    #[rule(Suggestion, denied, needs(EMPTY, KEYS), follows(OpenPart))]
    fn EMPTY_ARRAY_CONDITION_IFEXISTS(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        empty(
            facts,
            sink,
            |key| key.set.is_none() && key.if_exists,
            " is not compared with any value, so this only holds for a request without the key",
            absent,
        );
    }
];

fn empty(
    facts: &Facts<'_>,
    sink: &mut Sink<'_>,
    applies: fn(&KeyFact<'_>) -> bool,
    message: &'static str,
    help: fn(&str) -> Message,
) {
    for (_, key) in facts.keys() {
        if key.values.items.is_empty() && applies(key) {
            sink.report(key.value(0), Message::new().key(key.name).with(message))
                .help(help(key.name));
        }
    }
}

/// The way to ask for a request without the key.
fn absent(key: &str) -> Message {
    Message::from("to require that, use ").comparison(key, "Null", "true")
}

fn has_set(key: &KeyFact<'_>, set: SetOperator) -> bool {
    key.set == Some(set) && key.operator != Some(Operator::Null)
}
