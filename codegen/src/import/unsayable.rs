//! The rules that no policy in the language can break.

use rekognition_iam_runtime::check::{Rule, rules};

/// Why no policy in Rust can break this rule. `None` for the many rules that one can break.
///
/// ```
/// use rekognition_iam_codegen::import;
/// use rekognition_iam_runtime::check::rules;
///
/// assert!(import::unsayable(&rules::MISSING_EFFECT).is_some());
/// assert!(import::unsayable(&rules::INVALID_ACTION).is_none());
/// ```
#[must_use]
pub fn unsayable(rule: &Rule) -> Option<&'static str> {
    let found = REASONS.iter().find(|(known, _)| known.id == rule.id);
    found.map(|(_, reason)| *reason)
}

const REASONS: &[(Rule, &str)] = &[
    (
        rules::JSON_SYNTAX_ERROR,
        "rustc parses the source and reports its syntax errors",
    ),
    (
        rules::REKOGNITION_IAM_JSON_LIMIT,
        "rustc limits how deeply source code can nest",
    ),
    (
        rules::DATA_TYPE_MISMATCH,
        "the macro accepts only paths and strings as actions",
    ),
    (
        rules::INVALID_POLICY_ELEMENT,
        "elements are methods, and the macro rejects a method that does not exist",
    ),
    (
        rules::REKOGNITION_IAM_DUPLICATE_KEY,
        "elements are methods, and the macro rejects one that is called twice",
    ),
    (
        rules::MISSING_STATEMENT,
        "the macro rejects a policy without a statement",
    ),
    (
        rules::MISSING_EFFECT,
        "a statement starts with its effect, `allow(..)` or `deny(..)`",
    ),
    (
        rules::INVALID_EFFECT,
        "the only effects are the functions `allow` and `deny`",
    ),
    (
        rules::INVALID_PRINCIPAL_FORMAT,
        "a string in `.to(..)` is always a principal of type `AWS`",
    ),
    (
        rules::INVALID_PRINCIPAL_KEY,
        "principal types are functions, such as `account(..)` and `service(..)`",
    ),
    (
        rules::MISSING_ACTION,
        "actions are the arguments of `allow(..)` and `deny(..)`",
    ),
    (
        rules::UNSUPPORTED_ELEMENT_COMBINATION,
        "`not(..)` negates all actions of a statement or none of them, and the same goes for resources and principals",
    ),
];
