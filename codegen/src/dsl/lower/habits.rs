//! Words that authors bring along from JSON, from other languages and from English, and what each one is called here.

use rekognition_iam_runtime::catalogue::{self, ConditionKey};
use rekognition_iam_runtime::companion::Definition;
use rekognition_iam_runtime::{Operator, suggest};

use super::common::{STATEMENT_METHODS, shown_method};

/// What a word instead of a statement's method was meant to say.
pub(super) struct Meant {
    /// How to say it.
    pub(super) help: String,
    /// Whether it was about the resources, or may have been.
    pub(super) resources: bool,
    /// Whether it was about the principals, or may have been.
    pub(super) principals: bool,
}

/// Words for the methods of a statement, without underscores and in lower case.
const METHODS: [(&str, &[&str]); 5] = [
    (
        "on",
        &[
            "resource",
            "resources",
            "onresource",
            "onresources",
            "withresource",
            "withresources",
            "forresource",
            "forresources",
            "target",
            "targets",
            "arn",
            "arns",
        ],
    ),
    (
        "on_any",
        &[
            "any",
            "all",
            "onall",
            "anyresource",
            "allresources",
            "onanyresource",
            "onallresources",
            "anywhere",
            "everywhere",
        ],
    ),
    (
        "to",
        &[
            "principal",
            "principals",
            "by",
            "for",
            "from",
            "grantto",
            "grantedto",
            "toprincipal",
            "toprincipals",
            "withprincipal",
            "trust",
            "trusts",
            "trusting",
            "who",
        ],
    ),
    (
        "when",
        &[
            "condition",
            "conditions",
            "if",
            "where",
            "onlyif",
            "onlywhen",
            "given",
            "provided",
            "with",
            "withcondition",
            "withconditions",
            "and",
        ],
    ),
    ("sid", &["id", "name", "named", "label", "statementid"]),
];

/// Words that belong elsewhere: how to say it, and whether it is about resources and principals.
const ELSEWHERE: [(&str, bool, bool, &[&str]); 6] = [
    (
        "name the actions in `allow(..)` or `deny(..)`",
        false,
        false,
        &["action", "actions", "withaction", "withactions"],
    ),
    (
        "write `not(..)` around the actions, as in `allow(not(rekognition::DeleteCollection))`",
        false,
        false,
        &["notaction", "notactions"],
    ),
    (
        "write `.on(not(..))`",
        true,
        false,
        &["notresource", "notresources", "noton", "onnot"],
    ),
    (
        "write `.to(not(..))`",
        false,
        true,
        &["notprincipal", "notprincipals", "notto", "tonot"],
    ),
    (
        "start the statement with `allow(..)` or `deny(..)`",
        false,
        false,
        &["effect", "allow", "deny"],
    ),
    (
        "write the opposite operator in `.when(..)`, or a separate `deny(..)` statement",
        false,
        false,
        &["unless", "except", "whennot"],
    ),
];

/// What a word that is not a method of statements was meant to say.
pub(super) fn statement_method(word: &str) -> Meant {
    let bare = folded(word);
    let method = (METHODS.iter())
        .find(|(_, words)| words.contains(&bare.as_str()))
        .map(|(method, _)| *method);
    if method.is_none()
        && let Some((help, resources, principals, _)) =
            (ELSEWHERE.iter()).find(|(.., words)| words.contains(&bare.as_str()))
    {
        return Meant {
            help: (*help).to_string(),
            resources: *resources,
            principals: *principals,
        };
    }
    match method.or_else(|| suggest::nearest_of(word, &STATEMENT_METHODS)) {
        Some(method) => Meant {
            help: format!("did you mean {}?", shown_method(method)),
            resources: matches!(method, "on" | "on_any" | "no_resource"),
            principals: matches!(method, "to" | "no_principal"),
        },
        // Nobody knows what was meant: what it may have said is not called missing.
        None => {
            let mut methods = String::new();
            for method in &STATEMENT_METHODS {
                let separator = if methods.is_empty() { "" } else { ", " };
                methods += &format!("{separator}{}", shown_method(method));
            }
            Meant {
                help: format!("the methods of a statement are {methods}"),
                resources: true,
                principals: true,
            }
        }
    }
}

/// `allow` or `deny`, when a word for one of them was written.
pub(super) fn effect(word: &str) -> Option<&'static str> {
    let last = word.rsplit("::").next().unwrap_or(word);
    match folded(last).as_str() {
        "permit" | "grant" | "allows" | "allowed" => Some("allow"),
        "forbid" | "reject" | "block" | "denies" | "denied" => Some("deny"),
        _ => suggest::nearest_of(last, &["allow", "deny"]),
    }
}

/// Whether a companion has this name.
pub(super) fn is_companion(name: &str) -> bool {
    Definition::all().iter().any(|known| known.name == name)
}

/// Words for comparisons, and what the methods for them end in.
const COMPARISONS: [(&str, &[&str]); 8] = [
    (
        "equals",
        &[
            "equals", "equal", "eq", "is", "equalto", "in", "oneof", "anyof",
        ],
    ),
    (
        "not_equals",
        &[
            "notequals",
            "notequal",
            "ne",
            "neq",
            "isnot",
            "notin",
            "noneof",
        ],
    ),
    ("like", &["like", "matches", "glob"]),
    ("not_like", &["notlike", "notmatches"]),
    ("less_than", &["lt", "less", "lessthan", "before", "below"]),
    (
        "less_than_equals",
        &["le", "lte", "lessthanequals", "atmost"],
    ),
    (
        "greater_than",
        &["gt", "greater", "greaterthan", "after", "above"],
    ),
    (
        "greater_than_equals",
        &["ge", "gte", "greaterthanequals", "atleast"],
    ),
];

/// The operator of a key that a word for a comparison means, as it is written.
pub(super) fn operator(word: &str, key: &str) -> Option<String> {
    let bare = folded(word);
    match bare.as_str() {
        "exists" | "present" | "ispresent" | "isset" => return Some("`.null(false)`".to_string()),
        "missing" | "absent" | "notexists" | "isnull" | "isabsent" => {
            return Some("`.null(true)`".to_string());
        }
        _ => {}
    }
    let (end, _) = (COMPARISONS.iter()).find(|(_, words)| words.contains(&bare.as_str()))?;
    let suited = suited(key);
    let found = suited.iter().find(|operator| {
        let method = operator.method();
        match (*end, method) {
            ("equals", "bool" | "ip_address") | ("not_equals", "not_ip_address") => true,
            // `string_equals`, and not `string_not_equals`.
            _ => method
                .split_once('_')
                .is_some_and(|(_, behind)| behind == *end),
        }
    })?;
    Some(shown_method(found.method()))
}

/// The operators that suit a key, or all of them when the key is not known.
pub(super) fn suited(key: &str) -> Vec<Operator> {
    let known = catalogue::key(key);
    let mut suited = Vec::new();
    for operator in &Operator::ALL {
        let suits = |key: &ConditionKey| {
            let family = operator.family();
            key.types.iter().any(|&kind| family.suits(kind))
        };
        if known.is_none_or(suits) {
            suited.push(*operator);
        }
    }
    suited
}

/// Lower case, without underscores: `onlyIf`, `only_if` and `if_` are words for the same.
fn folded(word: &str) -> String {
    (word.chars())
        .filter(|&c| c != '_' && c != '#')
        .map(|c| c.to_ascii_lowercase())
        .collect()
}
