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
    /// The text is not valid JSON.
    ///
    /// Checks that the whole text follows the grammar of JSON. IAM rejects a policy that does not, and so nothing
    /// else about it can be checked. The finding points to the first character that does not fit; what follows it
    /// may be wrong as well.
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
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.
    #[rule(Error, subject(Unreadable))]
    fn JSON_SYNTAX_ERROR() {},

    /// The text is longer, or nested more deeply, than any policy can be.
    ///
    /// Checks the length of the text, the length of each string, and how deeply objects and lists are nested. No
    /// policy that AWS accepts comes near these limits, so a text that exceeds them is not a policy. Reading stops
    /// there, which also keeps untrusted input from using up memory or the stack.
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
    #[rule(Error, subject(Unreadable))]
    fn REKOGNITION_IAM_JSON_LIMIT() {},

    /// An element has a value of the wrong JSON type.
    ///
    /// Checks that each element of a policy has the type that the policy grammar requires: `Statement` holds
    /// objects, `Action` and `Resource` hold strings, `Condition` holds an object of objects. IAM rejects a policy
    /// in which any of them is something else, such as a number in a list of actions.
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
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.
    #[rule(Error)]
    fn DATA_TYPE_MISMATCH() {},

    /// A policy or a statement has an element that IAM does not define.
    ///
    /// Checks the names of all elements. IAM accepts only the elements of its grammar and rejects the policy
    /// otherwise, even if the extra element is only meant as a comment. Element names are case-sensitive, so
    /// `action` is not `Action`. To describe a statement, use its `Sid`.
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
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html>.
    #[rule(Error)]
    fn INVALID_POLICY_ELEMENT() {},

    /// The same element, operator, or condition key appears twice in one object.
    ///
    /// Checks that no name is repeated in a JSON object. IAM rejects such a policy. Other programs keep only one of
    /// the two values, usually the last, so what they show or compare may not be what the author wrote. Write the
    /// values as one list, or keep one of them.
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
    ///
    /// See <https://datatracker.ietf.org/doc/html/rfc8259#section-4>.
    #[rule(Error, needs(NAMES))]
    fn REKOGNITION_IAM_DUPLICATE_KEY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (place, message) in duplicates(facts.document) {
            sink.report(place, message).help(KEEP);
        }
    },

    /// A policy has no `Statement`.
    ///
    /// Checks that the document has the element that holds its permissions. Without `Statement`, IAM rejects the
    /// policy: there is nothing that it could allow or deny.
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
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html>.
    #[rule(Error, follows(OpenStatement))]
    fn MISSING_STATEMENT() {},

    /// A statement has no `Effect`.
    ///
    /// Checks that each statement says whether it allows or denies. There is no default: IAM rejects a policy with
    /// a statement that has no `Effect`.
    ///
    /// ```json
    /// {"Sid": "A", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Sid": "A", "Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_effect.html>.
    #[rule(Error, follows(OpenPart))]
    fn MISSING_EFFECT() {},

    /// `Effect` is neither `Allow` nor `Deny`.
    ///
    /// Checks the value of `Effect`, which is case-sensitive. IAM rejects a policy with any other value, such as
    /// `allow` or `ALLOW`.
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
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_effect.html>.
    #[rule(Error)]
    fn INVALID_EFFECT() {},

    /// `Principal` is neither `"*"` nor an object.
    ///
    /// Checks the form of `Principal` and `NotPrincipal`. An account, a role, or a service cannot be written as a
    /// plain string: it must be listed under its type, because `"123456789012"` alone could be an AWS account or a
    /// canonical user. IAM rejects the policy otherwise.
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
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.
    #[rule(Error)]
    fn INVALID_PRINCIPAL_FORMAT() {},

    /// A principal type is not one of `AWS`, `Service`, `Federated`, and `CanonicalUser`.
    ///
    /// Checks the names inside `Principal` and `NotPrincipal`. They are case-sensitive, and IAM rejects a policy
    /// with any other name, such as `Aws` or `User`.
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
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.
    #[rule(Error)]
    fn INVALID_PRINCIPAL_KEY() {},

    /// A statement has neither `Action` nor `NotAction`.
    ///
    /// Checks that each statement says which actions it applies to. IAM rejects a policy with a statement that has
    /// neither element.
    ///
    /// ```json
    /// {"Effect": "Allow", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>.
    #[rule(Error, follows(OpenPart))]
    fn MISSING_ACTION() {},

    /// A statement has an element and its negation, such as `Action` and `NotAction`.
    ///
    /// Checks that a statement has only one of `Action` and `NotAction`, of `Resource` and `NotResource`, and of
    /// `Principal` and `NotPrincipal`. IAM rejects a statement with both. Keep the one that you mean, or write two
    /// statements.
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
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.
    #[rule(Error)]
    fn UNSUPPORTED_ELEMENT_COMBINATION() {},

    /// An operator has the same condition key twice, spelled in different case.
    ///
    /// Checks the condition keys of each operator. Their names are not case-sensitive, so `aws:RequestedRegion` and
    /// `AWS:requestedregion` are the same key, and IAM rejects an operator that has a key twice. Write all the
    /// values as one list.
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
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>.
    #[rule(Error, needs(NAMES))]
    fn DUPLICATE_KEYS_WITH_DIFFERENT_CASE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in facts.document.statements.iter().enumerate() {
            for (b, block) in statement.conditions.iter().enumerate() {
                if block.keys.len() < 2 {
                    continue;
                }
                for &(k, first) in &text::twins(&names(block), true) {
                    let name = |at: usize| block.keys.get(at).map(|(name, _)| name);
                    // The same spelling is another rule's.
                    if let (Some(here), Some(there)) = (name(k), name(first))
                        && here != there
                    {
                        // As they are written: a front end that has one word for the key would say it twice.
                        let message = format!(
                            "`{}` and `{}` are the same key: keys are not case-sensitive",
                            here.escape_debug(),
                            there.escape_debug()
                        );
                        sink.report(Place::Key(s, b, k), message)
                            .help("write all the values as one list under one of them");
                    }
                }
            }
        }
    },

    /// The values of a condition key have different JSON types.
    ///
    /// Checks that the values in one list are all strings, all numbers, or all booleans. IAM rejects a list that
    /// mixes them. Strings work with every operator, so it is safest to quote all values.
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
    ///   "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": [7200]}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>.
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
                    let other =
                        (values.iter().enumerate()).find(|&(_, value)| kind(value) != kind(first));
                    if let Some((v, other)) = other {
                        let message = Message::from("the list of ").key(key).with(format!(
                            " contains {} and {}",
                            words(first),
                            words(other)
                        ));
                        sink.report(Place::Value(s, b, k, v), message).help(
                            "give all values of a key the same type: put all of them in quotes",
                        );
                    }
                }
            }
        }
    }
];

const KEEP: &str = "write the values as one list; IAM rejects a document with duplicates, and other tools use only one of them";

/// Every kind of principal, operator and key that appears twice in its object.
pub(crate) fn duplicates(document: &Document<'_>) -> Vec<(Place, Message)> {
    let mut found = Vec::new();
    for (s, statement) in document.statements.iter().enumerate() {
        if let Some(principals) = &statement.principals
            && let PrincipalSet::Listed(kinds) = &principals.set
        {
            for (k, (kind, _)) in kinds.iter().enumerate() {
                if kinds.iter().take(k).any(|(earlier, _)| earlier == kind) {
                    let message = format!("`{}` appears twice in one principal", kind.name());
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
            let message = Message::new().operator(operators.get(b).copied().unwrap_or_default());
            found.push((
                Place::Operator(s, b),
                message.with(" appears twice in one condition"),
            ));
        }
        for (b, block) in statement.conditions.iter().enumerate() {
            if block.keys.len() < 2 {
                continue;
            }
            for &(k, _) in &text::twins(&names(block), false) {
                let Some((name, _)) = block.keys.get(k) else {
                    continue;
                };
                let message = Message::new().key(name);
                found.push((
                    Place::Key(s, b, k),
                    message.with(" appears twice under one operator"),
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
