//! The words of the generated documentation.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::overlay::{Grammar, Overlay};
use super::tables::{
    Action, Field, Format, Key, Level, Operation, Piece, Resource, Service, ValueType, Variable,
};

/// `a`, `b` and `c`.
fn enumerate(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

fn module_lines(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let space = if line.is_empty() { "" } else { " " };
        let _ = writeln!(out, "//!{space}{line}");
    }
    out
}

pub(super) fn aws_module() -> String {
    module_lines(
        "The global condition keys.\n\n\
         Most can be used with every action of every service. [`RequestTag`], [`ResourceTag`] and [`TagKeys`] exist only \
         where an action or resource type declares them. A key of another prefix than `aws:` keeps it in its name: \
         [`ec2_SourceInstanceArn`].\n\n\
         <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>",
    )
}

pub(super) fn service_module(service: &Service, overlay: &Overlay) -> String {
    let count = |number: usize, one: &str, many: &str| {
        format!("{number} {}", if number == 1 { one } else { many })
    };
    module_lines(&format!(
        "What IAM knows of the prefix `{}`: {}, {} and {}, as of {}.",
        service.prefix,
        count(service.actions.len(), "action", "actions"),
        count(service.resources.len(), "resource type", "resource types"),
        count(service.keys.len(), "condition key", "condition keys"),
        overlay.as_of
    ))
}

pub(super) fn all(prefix: &str) -> String {
    format!("Every action: `{prefix}:*`.")
}

pub(super) fn matching(prefix: &str) -> String {
    format!(
        "The actions that match a pattern, such as `{prefix}:Describe*`: `*` is any text, `?` one character. The prefix is \
         not part of the pattern."
    )
}

pub(super) fn level_words(level: Level) -> &'static str {
    match level {
        Level::PermissionsManagement => "Permissions management",
        Level::Tagging => "Tagging",
        Level::Write => "Write",
        Level::List => "List",
        Level::Read => "Read",
    }
}

pub(super) fn group(prefix: &str, level: Level, members: usize) -> String {
    let them = if members == 1 {
        "The one action".to_owned()
    } else {
        format!("All {members} actions")
    };
    format!(
        "{them} of `{prefix}` with the access level {}, one by one: IAM has no wildcard for a level.",
        level_words(level)
    )
}

/// What the other pages of AWS say about actions, by service and action, a sentence each.
pub(super) type More = BTreeMap<(String, String), Vec<String>>;

pub(super) fn action(action: &Action, service: &Service, overlay: &Overlay, more: &More) -> String {
    let mut out = format!(
        "`{}:{}`. Access level: {}.\n\n",
        service.prefix,
        action.name,
        level_words(action.level)
    );
    if let Some(notice) = overlay
        .lifecycle
        .get(&service.prefix)
        .and_then(|actions| actions.get(&action.name))
    {
        let what = if notice.ended {
            format!(
                "AWS ended {} on {}. IAM still lists the action; granting it has no effect.",
                notice.feature, notice.date
            )
        } else {
            format!(
                "AWS closed {} to new customers on {}. Accounts that use it already may go on.",
                notice.feature, notice.date
            )
        };
        let _ = write!(out, "**{what}** See <{}>.\n\n", notice.evidence);
    }
    let _ = writeln!(
        out,
        "* Resource types: {}.",
        resource_types(action, service)
    );
    let _ = writeln!(
        out,
        "* Condition keys: {}.",
        condition_keys(action, service)
    );
    // The npm package has none.
    if !service.operations.is_empty() {
        let _ = writeln!(out, "* {}", operations(action, service, overlay));
    }
    let own = (overlay.pseudo.get(&service.prefix)).and_then(|actions| actions.get(&action.name));
    if let Some(checked) = own {
        let doubt = if checked.sure {
            ""
        } else {
            ", which may not be all"
        };
        let date = (checked.date.as_ref()).map_or(String::new(), |date| format!(" of {date}"));
        let _ = writeln!(
            out,
            "* Checked against: `{}`, by messages of denied access{date}{doubt}.",
            checked.evaluated_as.join("`, `")
        );
    }
    let key = (service.prefix.clone(), action.name.clone());
    for sentence in more.get(&key).into_iter().flatten() {
        let _ = writeln!(out, "* {sentence}");
    }
    out
}

fn resource_types(action: &Action, service: &Service) -> String {
    if action.resources.is_empty() {
        let mut out = "none, so only `*` is legal (`.on_any()`)".to_owned();
        if action.disputed {
            out += "; some pages of AWS show the action with an ARN, which would never match";
        }
        return out;
    }
    let names = |required: bool| -> Vec<String> {
        action
            .resources
            .iter()
            .filter(|resource| resource.required == required)
            .map(|resource| {
                let rust_name = &service.resource(resource.index).rust_name;
                format!("[`{rust_name}`](fn@super::{rust_name})")
            })
            .collect()
    };
    let (required, optional) = (names(true), names(false));
    let mut parts = Vec::new();
    if !required.is_empty() {
        let how = match (action.required_together, required.len()) {
            (true, _) => ", required together in one request",
            (false, 1) => " (required)",
            // The reference marks several types as required where a request names only one of them.
            (false, _) => " (required; a request may name only one of them)",
        };
        parts.push(format!("{}{how}", enumerate(&required)));
    }
    if !optional.is_empty() {
        parts.push(format!("{} (optional)", enumerate(&optional)));
    }
    parts.join("; ")
}

fn condition_keys(action: &Action, service: &Service) -> String {
    let names = |keys: &[usize]| -> Vec<String> {
        keys.iter()
            .map(|&index| code(&service.key(index).name))
            .collect()
    };
    let mut parts = Vec::new();
    if !action.keys.is_empty() {
        parts.push(enumerate(&names(&action.keys)));
    }
    // Types that carry the same keys are reported together.
    let mut by_keys: Vec<(Vec<usize>, Vec<String>)> = Vec::new();
    for resource in &action.resources {
        let kind = service.resource(resource.index);
        let mut keys: Vec<usize> = kind
            .keys
            .iter()
            .chain(&resource.keys)
            .copied()
            .filter(|key| !action.keys.contains(key))
            .collect();
        keys.sort_unstable();
        keys.dedup();
        if keys.is_empty() {
            continue;
        }
        match by_keys.iter_mut().find(|(same, _)| *same == keys) {
            Some((_, types)) => types.push(code(&kind.rust_name)),
            None => by_keys.push((keys, vec![code(&kind.rust_name)])),
        }
    }
    for (keys, types) in by_keys {
        parts.push(format!(
            "on {}: {}",
            enumerate(&types),
            enumerate(&names(&keys))
        ));
    }
    if parts.is_empty() {
        "only the global ones".to_owned()
    } else {
        parts.push("and every global key".to_owned());
        parts.join("; ")
    }
}

/// The operations of the API that check the action.
fn operations(action: &Action, service: &Service, overlay: &Overlay) -> String {
    let checks = |operation: &Operation| {
        operation
            .authorizes
            .iter()
            .any(|one| one.service == service.prefix && one.name == action.name)
    };
    let own = service
        .operations
        .iter()
        .find(|operation| operation.name == action.name);
    let others: Vec<String> = service
        .operations
        .iter()
        .filter(|operation| operation.name != action.name && checks(operation))
        .map(|operation| code(&operation.name))
        .collect();
    let mut out = match own {
        Some(operation) => {
            let mut out = format!("API operation: `{}`", operation.name);
            if !operation.sdk.is_empty() {
                let methods: Vec<String> = operation
                    .sdk
                    .iter()
                    .map(|(client, method)| match overlay.crates.get(client) {
                        Some(name) => format!("`{method}` of `{name}`"),
                        None => format!("`{method}` of the SDK's client `{client}`"),
                    })
                    .collect();
                let _ = write!(out, " ({})", enumerate(&methods));
            }
            out += ".";
            let also: Vec<String> = operation
                .authorizes
                .iter()
                .filter(|one| !(one.service == service.prefix && one.name == action.name))
                .map(|one| {
                    let mut out = format!("`{}:{}`", one.service, one.name);
                    for (key, values) in &one.context {
                        let values: Vec<String> = values.iter().map(|value| code(value)).collect();
                        let _ = write!(out, " with `{key}` = {}", values.join(" or "));
                    }
                    out
                })
                .collect();
            if !also.is_empty() {
                let _ = write!(out, " A call may also need {}.", enumerate(&also));
            }
            out
        }
        None if others.is_empty() => {
            "API operation: none that the service reference lists.".to_owned()
        }
        None => return format!("API operations that check it: {}.", enumerate(&others)),
    };
    if !others.is_empty() {
        let _ = write!(out, " Also checked by {}.", enumerate(&others));
    }
    out
}

pub(super) fn constructor(
    resource: &Resource,
    format: &Format,
    service: &Service,
    overlay: &Overlay,
) -> String {
    let mut out = format!("Resource type `{}`: `{}`.\n\n", resource.name, format.text);
    for piece in &format.pieces {
        if let Piece::Variable(index) = piece {
            let variable = service.variable(*index);
            let mut facts = Vec::new();
            if let Some(name) = &variable.facts.grammar
                && let Some(grammar) = overlay.grammars.get(name)
            {
                facts.push(grammar_words(grammar));
            }
            // Of services that were not reviewed, nobody has looked it up.
            if variable.facts.slashes && service.reviewed {
                facts.push("may contain `/`".to_owned());
            }
            if !facts.is_empty() {
                let _ = writeln!(out, "* `{}`: {}.", variable.rust_name, facts.join("; "));
            }
        }
    }
    if !out.ends_with("\n\n") {
        out += "\n";
    }
    if !format.parameters(service).is_empty() {
        out += "Wildcards `*` and `?` may stand in every parameter. ";
    }
    let _ = write!(out, "Example: `{}`", example(format, service));
    out
}

fn grammar_words(grammar: &Grammar) -> String {
    if !grammar.words.is_empty() {
        let words: Vec<String> = grammar.words.iter().map(|word| code(word)).collect();
        return words.join(" or ");
    }
    let chars: String = grammar
        .chars
        .iter()
        .map(|&(first, last)| match (first, last) {
            ('-', '.') => "-.".to_owned(),
            _ if first == last => first.to_string(),
            _ => format!("{first}-{last}"),
        })
        .collect::<Vec<_>>()
        .join(" ");
    format!("{} to {} of `{chars}`", grammar.min, grammar.max)
}

fn example(format: &Format, service: &Service) -> String {
    let field = |field: &Field, value: &str| match field {
        Field::Empty => String::new(),
        Field::Variable => value.to_owned(),
        Field::Any => "*".to_owned(),
        Field::Fixed(text) => text.clone(),
    };
    let mut out = format!(
        "arn:aws:{}:{}:{}:",
        format.service,
        field(&format.region, "us-east-1"),
        field(&format.account, "123456789012")
    );
    for piece in &format.pieces {
        match piece {
            Piece::Literal(text) => out += text,
            Piece::Variable(index) => out += &sample(service.variable(*index)),
        }
    }
    out
}

/// A value for an example: the one of the data, or one made from the variable's name.
fn sample(variable: &Variable) -> String {
    match &variable.facts.example {
        Some(example) => example.clone(),
        None => format!(
            "my-{}",
            variable.rust_name.trim_end_matches('_').replace('_', "-")
        ),
    }
}

pub(super) fn key(key: &Key) -> String {
    let types: Vec<&str> = key.types.iter().map(|&value| value_words(value)).collect();
    let mut out = format!("`{}`: {}", key.name, types.join(" or "));
    out += if key.multivalued {
        "; a request may carry several values, so say `for_all_values()` or `for_any_value()`."
    } else {
        "; single-valued."
    };
    if key.declared && key.global {
        out += "\n\nExists only where an action or resource type declares it.";
    }
    if key.sensitive {
        out += "\n\nA wildcard in a value never has a valid use here, says AWS.";
    }
    out
}

/// A value type in words.
fn value_words(value: ValueType) -> &'static str {
    match value {
        ValueType::String => "text",
        ValueType::Arn => "an ARN",
        ValueType::Bool => "`true` or `false`",
        ValueType::Numeric => "a number",
        ValueType::Date => "a date and time",
        ValueType::IpAddress => "an IP address",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_in_words() {
        let items = |count: usize| -> Vec<String> {
            ["a", "b", "c"][..count]
                .iter()
                .map(|&s| s.to_owned())
                .collect()
        };
        assert_eq!(enumerate(&items(0)), "");
        assert_eq!(enumerate(&items(1)), "a");
        assert_eq!(enumerate(&items(2)), "a and b");
        assert_eq!(enumerate(&items(3)), "a, b and c");
    }
}
