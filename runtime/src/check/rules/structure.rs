//! Rules about the structure of a document.
//!
//! Most of them are broken only by a text, never by a [`Document`](crate::document::Document), whose types leave no
//! room for it: an effect that is neither `Allow` nor `Deny`, an element of the wrong type. The front end that reads the
//! text finds those (see [`crate::json`]); they stand here so that every list of rules names them. The macro `policy!`
//! needs none of these: Rust's own grammar and types say it.

use alloc::format;
use alloc::vec::Vec;

use super::{Needs, run};
use crate::check::facts::Facts;
use crate::check::{Message, Rule, Severity, Sink, text};
use crate::document::{ConditionBlock, Document, Place, PrincipalSet, Value};

/// The `run` of a rule that a front end finds while it reads.
const FOUND_WHILE_READING: fn(&Facts<'_>, &mut Sink<'_>) = |_, _| {};

const fn read(id: &'static str, summary: &'static str) -> Rule {
    Rule {
        id,
        severity: Severity::Error,
        denied_in_rust: true,
        summary,
        needs: Needs::TEXT,
        run: FOUND_WHILE_READING,
    }
}

/// The text is not JSON.
pub const JSON_SYNTAX_ERROR: Rule = read("JSON_SYNTAX_ERROR", "the text is not JSON");

/// The text goes over a limit of the reader: its length, the length of a string, or its depth.
pub const REKOGNITION_IAM_JSON_LIMIT: Rule = read(
    "REKOGNITION_IAM_JSON_LIMIT",
    "the text is longer or nests deeper than any policy",
);

/// An element holds a value of the wrong JSON type.
pub const DATA_TYPE_MISMATCH: Rule = read(
    "DATA_TYPE_MISMATCH",
    "an element holds a value of the wrong JSON type",
);

/// An element that IAM does not have.
pub const INVALID_POLICY_ELEMENT: Rule = read(
    "INVALID_POLICY_ELEMENT",
    "IAM has no element of this name in this place",
);

/// `Effect` is neither `Allow` nor `Deny`.
pub const INVALID_EFFECT: Rule = read("INVALID_EFFECT", "Effect is neither Allow nor Deny");

/// `Principal` is neither `"*"` nor an object.
pub const INVALID_PRINCIPAL_FORMAT: Rule = read(
    "INVALID_PRINCIPAL_FORMAT",
    "Principal is neither \"*\" nor an object of principals by their kind",
);

/// A key of `Principal` is none of the four kinds.
pub const INVALID_PRINCIPAL_KEY: Rule = read(
    "INVALID_PRINCIPAL_KEY",
    "a key of Principal is none of AWS, Service, Federated and CanonicalUser",
);

/// A policy has no statement.
pub const MISSING_STATEMENT: Rule = read("MISSING_STATEMENT", "a policy has no statement");

/// A statement has no `Effect`.
pub const MISSING_EFFECT: Rule = read("MISSING_EFFECT", "a statement has no Effect");

/// A statement has neither `Action` nor `NotAction`.
pub const MISSING_ACTION: Rule = read(
    "MISSING_ACTION",
    "a statement has neither Action nor NotAction",
);

/// A statement has an element and its opposite.
pub const UNSUPPORTED_ELEMENT_COMBINATION: Rule = read(
    "UNSUPPORTED_ELEMENT_COMBINATION",
    "a statement has an element and its opposite, such as Action and NotAction",
);

/// An element stands twice in one object.
///
/// The reader finds it for elements; kinds of principals, operators and keys are looked at here. RFC 8259 leaves open
/// what a reader makes of it, and most silently take the last.
pub const REKOGNITION_IAM_DUPLICATE_KEY: Rule = Rule {
    id: "REKOGNITION_IAM_DUPLICATE_KEY",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "an element, operator or key stands twice in one object",
    needs: Needs::NAMES,
    run: run!(|facts, sink| {
        for (place, message) in duplicates(facts.document) {
            sink.report(place, message).help(KEEP);
        }
    }),
};

const KEEP: &str =
    "IAM refuses the document, and other readers take one of the two: write the values as one list";

/// Every kind of principal, operator and key that stands twice in its object.
pub(crate) fn duplicates(document: &Document<'_>) -> Vec<(Place, Message)> {
    let mut found = Vec::new();
    for (s, statement) in document.statements.iter().enumerate() {
        if let Some(principals) = &statement.principals
            && let PrincipalSet::Listed(kinds) = &principals.set
        {
            for (k, (kind, _)) in kinds.iter().enumerate() {
                if kinds[..k].iter().any(|(earlier, _)| earlier == kind) {
                    let message = format!("`{}` stands twice in one principal", kind.name());
                    found.push((Place::Principal(s, k, 0), message.into()));
                }
            }
        }
        if statement.conditions.is_empty() {
            continue;
        }
        let mut operators = Vec::new();
        for block in &statement.conditions {
            operators.push(&*block.operator);
        }
        for &(b, _) in &text::twins(&operators, false) {
            let message = Message::new().operator(operators[b]);
            found.push((
                Place::Operator(s, b),
                message.with(" stands twice in one condition"),
            ));
        }
        for (b, block) in statement.conditions.iter().enumerate() {
            if block.keys.len() < 2 {
                continue;
            }
            for &(k, _) in &text::twins(&names(block), false) {
                let message = Message::new().key(&block.keys[k].0);
                found.push((
                    Place::Key(s, b, k),
                    message.with(" stands twice under one operator"),
                ));
            }
        }
    }
    found
}

/// One operator has the same key twice, in different case.
///
/// Names of condition keys are the same whatever their case, so IAM sees the key twice.
pub const DUPLICATE_KEYS_WITH_DIFFERENT_CASE: Rule = Rule {
    id: "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "one operator has the same condition key twice, in different case",
    needs: Needs::NAMES,
    run: run!(|facts, sink| {
        for (s, statement) in facts.document.statements.iter().enumerate() {
            for (b, block) in statement.conditions.iter().enumerate() {
                if block.keys.len() < 2 {
                    continue;
                }
                for &(k, first) in &text::twins(&names(block), true) {
                    let (here, there) = (&block.keys[k].0, &block.keys[first].0);
                    // The same spelling is another rule's.
                    if here != there {
                        // As they are written: a front end that has one word for the key would say it twice.
                        let message = format!(
                            "`{}` and `{}` are one key: case makes no difference",
                            here.escape_debug(),
                            there.escape_debug()
                        );
                        sink.report(Place::Key(s, b, k), message)
                            .help("write the values as one list under one of them");
                    }
                }
            }
        }
    }),
};

/// The names of the keys under one operator.
fn names<'b>(block: &'b ConditionBlock<'_>) -> Vec<&'b str> {
    let mut names = Vec::new();
    for (key, _) in &block.keys {
        names.push(&**key);
    }
    names
}

/// The values of one condition key are of different JSON types.
pub const INVALID_CONDITION_DATA_TYPE: Rule = Rule {
    id: "INVALID_CONDITION_DATA_TYPE",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "the values of one condition key are of different JSON types",
    needs: Needs::VALUES,
    run: run!(|facts, sink| {
        const fn words(value: &Value<'_>) -> &'static str {
            match value {
                Value::String(_) => "a string",
                Value::Bool(_) => "a Boolean",
                Value::Number(_) => "a number",
            }
        }
        for (s, statement) in facts.document.statements.iter().enumerate() {
            for (b, block) in statement.conditions.iter().enumerate() {
                for (k, (key, values)) in block.keys.iter().enumerate() {
                    let Some(first) = values.items.first() else {
                        continue;
                    };
                    let kind = core::mem::discriminant;
                    let other = (values.iter()).position(|value| kind(value) != kind(first));
                    if let Some(v) = other {
                        let message = Message::from("the list of ").key(key).with(format!(
                            " holds {} and {}",
                            words(first),
                            words(&values.items[v])
                        ));
                        sink.report(Place::Value(s, b, k, v), message)
                            .help("the values of one key have one type: put all of them in quotes");
                    }
                }
            }
        }
    }),
};
