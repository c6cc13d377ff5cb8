//! How the AWS names become names of Rust.
//!
//! * **Action**: as it is, `-` turned into `_`.
//! * **Resource type**: snake case (`function alias`, `layerVersion` become `function_alias`, `layer_version`). A type with
//!   several ARN formats has a constructor for each: the first has the type's name, the others end in `_2`, `_3`, ...
//! * **Parameter** (a variable of an ARN format, the placeholder of a key): snake case.
//! * **Condition key**: the name after the service's prefix, in AWS's spelling, every run of characters that Rust does not
//!   allow turned into one `_` (`s3:x-amz-acl` becomes `x_amz_acl`). A key of another prefix keeps it (`saml:aud` becomes
//!   `saml_aud`). A placeholder at the end drops out (`s3:ExistingObjectTag/<key>` becomes the function
//!   `ExistingObjectTag`); one inside stays with its name (`events:Metadata/${MetadataKey}/Matcher` becomes
//!   `Metadata_MetadataKey_Matcher`).
//! * A name that is a keyword of Rust, or starts with a digit, is set apart by `_`: `type_`, `_2fa`.
//!
//! Actions, constructors, keys and the functions of a service (`all`, `matching`, `read`, ...) share one module, so their
//! names must differ. A key that meets one of the others gets the suffix `_key`; one with a placeholder at its end that meets another
//! key gets the placeholder's name (`ec2:Attribute/${AttributeName}` becomes `Attribute_AttributeName` next to `ec2:Attribute`). What
//! still meets is an error.

use std::collections::BTreeMap;

use heck::ToSnakeCase;

/// The functions that a service module may have next to its actions.
const FUNCTIONS: [&str; 7] = [
    "all",
    "matching",
    "read",
    "list",
    "write",
    "tagging",
    "permissions_management",
];

const KEYWORDS: &[&str] = &[
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

fn set_apart(mut name: String) -> String {
    if KEYWORDS.contains(&name.as_str()) {
        name.push('_');
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, '_');
    }
    name
}

/// The constant of an action.
pub(super) fn action(name: &str) -> String {
    set_apart(name.replace('-', "_"))
}

/// A constructor or parameter.
pub(super) fn snake(name: &str) -> String {
    set_apart(name.to_snake_case())
}

/// The module of a service.
pub(super) fn module(prefix: &str) -> String {
    snake(prefix)
}

/// The constructor of the `index`th ARN format of a resource type.
pub(super) fn constructor(resource: &str, index: usize) -> String {
    let name = snake(resource);
    match index {
        0 => name,
        _ => format!("{name}_{}", index + 1),
    }
}

/// A condition key's name, taken apart at its placeholder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeyParts {
    /// All, or what is before the placeholder.
    pub(super) before: String,
    /// The placeholder's own name.
    pub(super) placeholder: Option<String>,
    /// What is after it.
    pub(super) after: String,
}

/// Finds the placeholder of a key. AWS writes it in four ways: `${TagKey}`, `<key>`, a bare `tag-key` after the slash, and
/// a slash with nothing after it.
pub(super) fn key_parts(name: &str) -> KeyParts {
    for (open, close) in [("${", '}'), ("<", '>')] {
        if let Some((before, rest)) = name.split_once(open)
            && let Some((placeholder, after)) = rest.split_once(close)
        {
            return KeyParts {
                before: before.to_owned(),
                placeholder: Some(placeholder.to_owned()),
                after: after.to_owned(),
            };
        }
    }
    let before = name.strip_suffix("tag-key").unwrap_or(name);
    let bare = before.ends_with('/');
    KeyParts {
        before: if bare { before } else { name }.to_owned(),
        placeholder: bare.then(|| "TagKey".to_owned()),
        after: String::new(),
    }
}

/// The constant or function of a condition key in the module of the service with this prefix.
pub(super) fn key(prefix: &str, parts: &KeyParts) -> String {
    let inner = match &parts.placeholder {
        Some(placeholder) if !parts.after.is_empty() => placeholder.as_str(),
        _ => "",
    };
    let whole = format!("{}{inner}{}", parts.before, parts.after);
    let own = whole
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix(':'))
        .unwrap_or(&whole);
    let mut name = String::new();
    for c in own.chars() {
        if c.is_ascii_alphanumeric() {
            name.push(c);
        } else if !name.ends_with('_') {
            name.push('_');
        }
    }
    // The slash or colon before a placeholder at the end.
    set_apart(name.trim_end_matches('_').to_owned())
}

/// The names that a service module has taken, and for what.
#[derive(Debug)]
pub(super) struct Taken(BTreeMap<String, String>);

impl Taken {
    /// The names of an empty service module: those of its functions.
    pub(super) fn functions() -> Self {
        Self(
            FUNCTIONS
                .iter()
                .map(|&name| (name.to_owned(), format!("function `{name}`")))
                .collect(),
        )
    }

    /// The names of an empty module without functions.
    pub(super) fn nothing() -> Self {
        Self(BTreeMap::new())
    }

    /// Takes a name, or says what has it already.
    pub(super) fn take(&mut self, name: &str, what: String) -> Result<(), String> {
        if let Some(other) = self.0.get(name) {
            return Err(format!(
                "{what} and {other} are both named `{name}` in Rust"
            ));
        }
        self.0.insert(name.to_owned(), what);
        Ok(())
    }

    /// Takes a key's name: with the suffix `_key` where something that is not a key has it, with its placeholder where
    /// another key has it.
    pub(super) fn take_key(
        &mut self,
        name: String,
        parts: &KeyParts,
        key: &str,
    ) -> Result<String, String> {
        let what = format!("condition key `{key}`");
        let name = match (self.0.get(&name), &parts.placeholder) {
            (Some(other), _) if !other.starts_with("condition key") => format!("{name}_key"),
            (Some(_), Some(placeholder)) => format!("{name}_{placeholder}"),
            _ => name,
        };
        self.take(&name, what)?;
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_actions_and_resources() {
        for (name, expected) in [
            ("IndexFaces", "IndexFaces"),
            ("connect", "connect"),
            (
                "AssociateViaAWSService-EventsAndStates",
                "AssociateViaAWSService_EventsAndStates",
            ),
        ] {
            assert_eq!(action(name), expected);
        }
        for (name, index, expected) in [
            ("streamprocessor", 0, "streamprocessor"),
            ("function alias", 0, "function_alias"),
            ("layerVersion", 0, "layer_version"),
            ("kmsKey", 0, "kms_key"),
            ("event-busv2", 0, "event_busv2"),
            ("loadbalancer/app/", 0, "loadbalancer_app"),
            ("type", 0, "type_"),
            ("2fa", 0, "_2fa"),
            ("policy", 1, "policy_2"),
        ] {
            assert_eq!(constructor(name, index), expected);
        }
    }

    #[test]
    fn names_of_keys() {
        for (prefix, name, expected) in [
            ("aws", "aws:RequestTag/${TagKey}", "RequestTag"),
            ("aws", "ec2:RoleDelivery", "ec2_RoleDelivery"),
            ("s3", "s3:x-amz-acl", "x_amz_acl"),
            ("s3", "s3:ExistingObjectTag/<key>", "ExistingObjectTag"),
            (
                "secretsmanager",
                "secretsmanager:ResourceTag/tag-key",
                "ResourceTag",
            ),
            (
                "secretsmanager",
                "secretsmanager:resource/Type",
                "resource_Type",
            ),
            ("sagemaker", "sagemaker:ResourceTag/", "ResourceTag"),
            (
                "kms",
                "kms:EncryptionContext:${EncryptionContextKey}",
                "EncryptionContext",
            ),
            (
                "events",
                "events:Metadata/${MetadataKey}/Matcher",
                "Metadata_MetadataKey_Matcher",
            ),
            ("sts", "saml:aud", "saml_aud"),
            (
                "sts",
                "accounts.google.com:google/organization_number",
                "accounts_google_com_google_organization_number",
            ),
            (
                "sts",
                "token.actions.githubusercontent.com/${SubPath}:actor",
                "token_actions_githubusercontent_com_SubPath_actor",
            ),
            (
                "sts",
                "agent.${Domain}.buildkite.dev:cluster_id",
                "agent_Domain_buildkite_dev_cluster_id",
            ),
            // Not a placeholder: the key's own name ends so.
            ("x", "x:my-tag-key", "my_tag_key"),
        ] {
            assert_eq!(key(prefix, &key_parts(name)), expected, "{name}");
        }
    }

    #[test]
    fn collisions() {
        let mut taken = Taken::functions();
        assert_eq!(
            taken.take("read", "resource type `read`".to_owned()),
            Err(
                "resource type `read` and function `read` are both named `read` in Rust".to_owned()
            )
        );
        assert_eq!(taken.take("job", "resource type `job`".to_owned()), Ok(()));
        assert_eq!(
            taken.take_key("job".to_owned(), &key_parts("x:job"), "x:job"),
            Ok("job_key".to_owned())
        );
        assert_eq!(
            taken.take_key("a_b".to_owned(), &key_parts("x:a-b"), "x:a-b"),
            Ok("a_b".to_owned())
        );
        assert_eq!(
            taken.take_key("a_b".to_owned(), &key_parts("x:a/b"), "x:a/b"),
            Err(
                "condition key `x:a/b` and condition key `x:a-b` are both named `a_b` in Rust"
                    .to_owned()
            )
        );
        assert_eq!(
            taken.take_key("a_b".to_owned(), &key_parts("x:a-b/${Tag}"), "x:a-b/${Tag}"),
            Ok("a_b_Tag".to_owned())
        );
    }
}
