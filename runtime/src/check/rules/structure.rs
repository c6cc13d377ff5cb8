//! Rules about the structure of a document.
//!
//! Most of them are broken only by a text, never by a [`Document`](crate::document::Document), whose types leave no
//! room for it: an effect that is neither `Allow` nor `Deny`, an element of the wrong type. The front end that reads the
//! text finds those (see [`crate::json`]); they stand here so that every list of rules names them. The macro `policy!`
//! needs none of these: Rust's own grammar and types say it.

use alloc::format;
use alloc::vec::Vec;

use crate::check::facts::Facts;
use crate::check::rule::rules;
use crate::check::{Message, Sink, text};
use crate::document::{ConditionBlock, Document, Place, PrincipalSet, Value};

rules![
    /// The text is not JSON.
    ///
    /// ```json
    /// {"Version":"2012-10-17","Statement":[
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Version": "2012-10-17",
    ///   "Statement": [{"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}]
    /// }
    /// ```
    #[rule(Error)]
    fn JSON_SYNTAX_ERROR() {},

    /// The text is longer or nests deeper than any policy.
    ///
    /// ```json
    /// [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Version": "2012-10-17",
    ///   "Statement": [{"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}]
    /// }
    /// ```
    #[rule(Error)]
    fn REKOGNITION_IAM_JSON_LIMIT() {},

    /// An element holds a value of the wrong JSON type.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": [7], "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": ["rekognition:DetectText"], "Resource": "*"}
    /// ```
    #[rule(Error)]
    fn DATA_TYPE_MISMATCH() {},

    /// IAM has no element of this name in this place.
    ///
    /// ```json
    /// {"Effect": "Allow", "Notes": "x", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    #[rule(Error)]
    fn INVALID_POLICY_ELEMENT() {},

    /// An element, operator or key stands twice in one object.
    ///
    /// The reader finds it for elements; kinds of principals, operators and keys are looked at here. RFC 8259
    /// leaves open what a reader makes of it, and most silently take the last.
    ///
    /// ```json
    /// {"Effect": "Allow", "Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    #[rule(Error, needs(NAMES))]
    fn REKOGNITION_IAM_DUPLICATE_KEY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (place, message) in duplicates(facts.document) {
            sink.report(place, message).help(KEEP);
        }
    },

    /// A policy has no statement.
    ///
    /// ```json
    /// {"Version": "2012-10-17"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Version": "2012-10-17",
    ///   "Statement": {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}
    /// }
    /// ```
    #[rule(Error)]
    fn MISSING_STATEMENT() {},

    /// A statement has no `Effect`.
    ///
    /// ```json
    /// {"Sid": "A", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Sid": "A", "Effect": "Deny", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    #[rule(Error)]
    fn MISSING_EFFECT() {},

    /// `Effect` is neither `Allow` nor `Deny`.
    ///
    /// ```json
    /// {"Effect": "allow", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    #[rule(Error)]
    fn INVALID_EFFECT() {},

    /// Principal is neither "*" nor an object of principals by their kind.
    ///
    /// ```json role-trust
    /// {"Effect": "Allow", "Principal": "123456789012", "Action": "sts:AssumeRole"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json role-trust
    /// {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}
    /// ```
    #[rule(Error)]
    fn INVALID_PRINCIPAL_FORMAT() {},

    /// A key of Principal is none of AWS, Service, Federated and CanonicalUser.
    ///
    /// ```json role-trust
    /// {"Effect": "Allow", "Principal": {"Aws": "123456789012"}, "Action": "sts:AssumeRole"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json role-trust
    /// {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}
    /// ```
    #[rule(Error)]
    fn INVALID_PRINCIPAL_KEY() {},

    /// A statement has neither `Action` nor `NotAction`.
    ///
    /// ```json
    /// {"Effect": "Allow", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Deny", "NotAction": "rekognition:DetectText", "Resource": "*"}
    /// ```
    #[rule(Error)]
    fn MISSING_ACTION() {},

    /// A statement has an element and its opposite, such as Action and NotAction.
    ///
    /// ```json
    /// {
    ///   "Effect": "Deny",
    ///   "Action": "rekognition:DetectText",
    ///   "NotAction": "rekognition:DetectFaces",
    ///   "Resource": "*"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Deny", "NotAction": "rekognition:DetectFaces", "Resource": "*"}
    /// ```
    #[rule(Error)]
    fn UNSUPPORTED_ELEMENT_COMBINATION() {},

    /// One operator has the same condition key twice, in different case.
    ///
    /// Names of condition keys are the same whatever their case, so IAM sees the key twice.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:RequestedRegion": "us-east-1", "AWS:requestedregion": "us-east-2"}}
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
    ///   "Condition": {"StringEquals": {"aws:RequestedRegion": ["us-east-1", "us-east-2"]}}
    /// }
    /// ```
    #[rule(Error, needs(NAMES))]
    fn DUPLICATE_KEYS_WITH_DIFFERENT_CASE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
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
    },

    /// The values of one condition key are of different JSON types.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": [3600, "7200"]}}
    /// }
    /// ```
    ///
    /// `REDUNDANT_CONDITION_VALUE_NUM` is reported too.
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": [3600]}}
    /// }
    /// ```
    #[rule(Error, needs(VALUES))]
    fn INVALID_CONDITION_DATA_TYPE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
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
    }
];

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

/// The names of the keys under one operator.
fn names<'b>(block: &'b ConditionBlock<'_>) -> Vec<&'b str> {
    let mut names = Vec::new();
    for (key, _) in &block.keys {
        names.push(&**key);
    }
    names
}
