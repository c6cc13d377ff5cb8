//! The names of IAM in the words of the language.

use rekognition_iam_runtime::catalogue::{self, ConditionKey};
use rekognition_iam_runtime::check::Dialect;
use rekognition_iam_runtime::{Operator, SetOperator};

/// How a Rust author writes things.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rust;

impl rekognition_iam_runtime::__private::SealedDialect for Rust {}
impl Dialect for Rust {
    fn action(&self, service: &str, name: &str) -> String {
        // A service without a module is written as a string; one whose feature is off has a module all the same.
        match catalogue::module_of(service) {
            Some(module) => format!("`{module}::{}`", ident(name)),
            None => format!("`\"{service}:{name}\"`"),
        }
    }

    fn resource_type(&self, service: &str, name: &str) -> String {
        let format = catalogue::typed_service(service)
            .and_then(|service| service.resource(name))
            .and_then(|kind| kind.formats.first());
        match (format, catalogue::module_of(service)) {
            (Some(format), Some(module)) => format!("`{module}::{}(..)`", format.rust_name),
            _ => format!("`{name}`"),
        }
    }

    fn key(&self, name: &str) -> String {
        // A path of what the catalogue does not have would lead nowhere.
        format!("`{}`", key_path(name).unwrap_or_else(|| name.to_string()))
    }

    fn operator(&self, name: &str) -> String {
        match method(name) {
            Some(method) => format!("`{method}`"),
            None => format!("`{}`", name.rsplit(':').next().unwrap_or(name)),
        }
    }

    fn comparison(&self, key: &str, operator: &str, value: &str) -> String {
        let path = key_path(key).unwrap_or_else(|| format!("{key:?}"));
        let method = method(operator).unwrap_or(operator);
        let if_exists = match operator.ends_with("IfExists") {
            true => ".if_exists()",
            false => "",
        };
        match value {
            "true" | "false" => format!("`{path}.{method}({value}){if_exists}`"),
            _ => format!("`{path}.{method}({value:?}){if_exists}`"),
        }
    }

    fn word(&self, word: &str) -> String {
        let text = match word {
            "Allow" => "`allow(..)`",
            "Deny" => "`deny(..)`",
            "NotAction" => "`not(..)` around actions",
            "NotResource" => "`not(..)` around resources",
            "NotPrincipal" => "`not(..)` around principals",
            "Principal" => "`.to(..)`",
            "Resource" => "`.on(..)`",
            "ForAllValues" => "`.for_all_values()`",
            "ForAnyValue" => "`.for_any_value()`",
            "IfExists" => "`.if_exists()`",
            "AWS" => "`account(..)`",
            "Service" => "`service(..)`",
            "Federated" => "`federated(..)`",
            "CanonicalUser" => "`canonical_user(..)`",
            "*" => "`anyone()`",
            other => return format!("`{other}`"),
        };
        text.to_string()
    }

    fn any_resource(&self) -> String {
        "`.on_any()`".to_string()
    }

    fn set_operators(&self) -> String {
        "`.for_any_value()` or `.for_all_values()` before the operator".to_string()
    }

    fn in_partition(&self, name: &str) -> String {
        format!("add `.partition(\"{name}\")` to the resource")
    }

    fn unlisted(&self, name: &str) -> String {
        format!("write `unlisted(\"{name}\", \"why it is right\")`")
    }

    fn companion(&self, name: &str) -> String {
        format!(": `companion::{name}(..)` is a ready-made statement for it")
    }
}

/// The method that represents an operator, whatever is before or after the name.
fn method(operator: &str) -> Option<&'static str> {
    let name = operator.rsplit(':').next()?;
    let bare = name.strip_suffix("IfExists").unwrap_or(name);
    Operator::from_name(bare).map(Operator::method)
}

/// An IAM name as a Rust identifier: the characters that cannot be in one become `_`.
pub(crate) fn ident(name: &str) -> String {
    let mut ident = String::with_capacity(name.len());
    for c in name.chars() {
        ident.push(if c.is_ascii_alphanumeric() { c } else { '_' });
    }
    ident
}

/// The path of a condition key: `aws::SourceVpc`, `aws::RequestTag("team")`. A key that the catalogue does not have has none.
fn key_path(name: &str) -> Option<String> {
    let mut found = catalogue::global_key(name).map(|key| ("aws", key));
    // A service may declare keys of others: theirs are in their own modules.
    let own = name
        .split_once(':')
        .and_then(|(prefix, _)| catalogue::typed_service(prefix));
    for service in own.iter().chain(catalogue::typed_services()) {
        if let (None, Some(key)) = (found, service.key(name)) {
            found = Some((service.module, key));
        }
    }
    let (module, key) = found?;
    let argument = filled(key, name)
        .map(|tag| format!("({tag:?})"))
        .unwrap_or_default();
    Some(format!("{module}::{}{argument}", key.rust_name))
}

/// What represents the placeholder of the key in the name.
fn filled<'n>(key: &ConditionKey, name: &'n str) -> Option<&'n str> {
    let placeholder = key.placeholder?;
    let tag = name
        .get(placeholder.before.len()..)?
        .strip_suffix(placeholder.after)?;
    // The name in the catalogue itself: any tag will do.
    Some(if tag.starts_with(['$', '<']) || tag.is_empty() {
        ".."
    } else {
        tag
    })
}

/// The method that represents a set operator.
pub(crate) fn set_method(name: &str) -> Option<SetOperator> {
    match name {
        "for_all_values" => Some(SetOperator::ForAllValues),
        "for_any_value" => Some(SetOperator::ForAnyValue),
        _ => None,
    }
}
