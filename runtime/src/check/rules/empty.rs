//! Rules about lists and objects that hold nothing.

use crate::check::facts::{Facts, KeyFact};
use crate::check::rule::rules;
use crate::check::{Message, Sink};
use crate::condition::{Operator, SetOperator};
use crate::document::Place;

rules![
    /// A statement has an empty list of actions.
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
    #[rule(Suggestion, denied, needs(EMPTY))]
    fn EMPTY_ARRAY_ACTION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in facts.statements.iter().enumerate() {
            if statement.actions.is_empty() {
                let message = if statement.statement.actions.not {
                    Message::from("this statement is about every action: ")
                        .word("NotAction")
                        .with(" leaves none out")
                } else {
                    Message::from("this statement is about no action, so it does nothing")
                };
                sink.report(Place::Action(s, 0), message)
                    .help("name the actions, or take the statement away");
            }
        }
    },

    /// A statement has an empty list of resources.
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
    #[rule(Suggestion, denied, needs(EMPTY))]
    fn EMPTY_ARRAY_RESOURCE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in facts.statements.iter().enumerate() {
            let Some(resources) = &statement.statement.resources else {
                continue;
            };
            if resources.values.items.is_empty() {
                let message = if resources.not {
                    Message::from("this statement is about every resource: ")
                        .word("NotResource")
                        .with(" leaves none out")
                } else {
                    Message::from("this statement is about no resource, so it does nothing")
                };
                sink.report(Place::Resource(s, 0), message)
                    .help("name the resources, or take the statement away");
            }
        }
    },

    /// A `Condition`, or an operator in one, holds nothing.
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
    #[rule(Suggestion, denied, needs(EMPTY))]
    fn EMPTY_OBJECT_CONDITION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in facts.statements.iter().enumerate() {
            if statement.statement.empty_condition && statement.conditions.is_empty() {
                sink.report(
                    Place::Statement(s),
                    "the condition of this statement is empty, so every request meets it",
                )
                .help("say what it should ask for, or take it away");
            }
            for (b, block) in statement.conditions.iter().enumerate() {
                if block.block.keys.is_empty() {
                    sink.report(
                        Place::Operator(s, b),
                        "no key stands under this operator, so every request meets it",
                    )
                    .help("say which key it compares, or take it away");
                }
            }
        }
    },

    /// A key is compared with no value.
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
    #[rule(Suggestion, denied, needs(EMPTY, KEYS))]
    fn EMPTY_ARRAY_CONDITION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        empty(
            facts,
            sink,
            |key| key.set.is_none() && !key.if_exists,
            " is compared with no value",
            |_| "say with which values".into(),
        );
    },

    /// `ForAllValues` stands with no value, so it holds only for a request without the key.
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
    ///   "Condition": {"ForAllValues:StringNotEquals": {"aws:CalledVia": ["athena.amazonaws.com"]}}
    /// }
    /// ```
    #[rule(Suggestion, denied, needs(EMPTY, SET))]
    fn EMPTY_ARRAY_CONDITION_FORALLVALUES(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        empty(
            facts,
            sink,
            |key| has_set(key, SetOperator::ForAllValues),
            " is compared with no value, which holds only for a request without it",
            absent,
        );
    },

    /// `ForAnyValue` stands with no value, so it never holds.
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
    #[rule(Suggestion, denied, needs(EMPTY, SET))]
    fn EMPTY_ARRAY_CONDITION_FORANYVALUE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        empty(
            facts,
            sink,
            |key| has_set(key, SetOperator::ForAnyValue),
            " is compared with no value, which never holds",
            |_| "say which values one of the request's must match".into(),
        );
    },

    /// `IfExists` stands with no value, so it holds only for a request without the key.
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
    #[rule(Suggestion, denied, needs(EMPTY, KEYS))]
    fn EMPTY_ARRAY_CONDITION_IFEXISTS(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        empty(
            facts,
            sink,
            |key| key.set.is_none() && key.if_exists,
            " is compared with no value, which holds only for a request without it",
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
    Message::from("to ask for that, use ").comparison(key, "Null", "true")
}

fn has_set(key: &KeyFact<'_>, set: SetOperator) -> bool {
    key.set == Some(set) && key.operator != Some(Operator::Null)
}
