//! What tells a policy from everything else: in a tree, in a string, and by the name of what holds it.

use std::borrow::Cow;

use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::document::PolicyKind;

use crate::input::render::intrinsic;
use crate::input::tree::{Id, Tree, Value};

/// The versions of the policy language.
const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];

/// Whether a map is a policy document. Others have a `Statement` too.
pub(super) fn is_document(tree: &Tree<'_>, id: Id) -> bool {
    let Some(statement) = tree.get(id, "Statement") else {
        return false;
    };
    let items = tree.items(statement);
    if other_grammar(tree, id).is_some() {
        return false;
    }
    if items.iter().any(|&item| {
        tree.get(item, "Effect").is_some()
            && ["Action", "NotAction", "Principal", "Resource"]
                .iter()
                .any(|name| tree.get(item, name).is_some())
    }) {
        return true;
    }
    let Some(version) = tree.get(id, "Version") else {
        return false;
    };
    // What is not known before deployment may be one.
    intrinsic(tree, version).is_some()
        || (tree.text(version)).is_some_and(|version| VERSIONS.contains(&version))
}

/// What a document with a `Statement` is that is not a policy of IAM, where that is certain.
///
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-examples.html>,
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html>
pub(crate) fn other_grammar(tree: &Tree<'_>, id: Id) -> Option<&'static str> {
    let items = tree.items(tree.get(id, "Statement")?);
    let has = |name: &str| items.iter().any(|&item| tree.get(item, name).is_some());
    if has("DataIdentifier") || has("DataDirection") {
        return Some("a data protection policy");
    }
    let version = tree
        .get(id, "Version")
        .and_then(|version| tree.text(version));
    let texts = |names: [&str; 2]| -> Vec<&str> {
        (items.iter())
            .filter_map(|&item| names.iter().find_map(|name| tree.get(item, name)))
            .flat_map(|values| tree.items(values))
            .filter_map(|value| tree.text(value))
            .collect()
    };
    let actions = texts(["Action", "NotAction"]);
    if actions.is_empty() {
        return None;
    }
    // A wrong version alone is a mistake in a policy of IAM.
    if version == Some("1") {
        let resources = texts(["Resource", "NotResource"]);
        let begins = |prefix: &str| resources.iter().any(|text| text.starts_with(prefix));
        let is_of_aws = |action: &&str| {
            let service = action.split(':').next().unwrap_or_default();
            service == "*" || catalogue::service(&service.to_ascii_lowercase()).is_some()
        };
        // Some prefixes, such as `kms`, are those of several providers.
        let is_other = begins("acs:") || begins("qcs:");
        if is_other || !begins("arn:") && !actions.iter().any(is_of_aws) {
            return Some("a policy of another cloud provider");
        }
    }
    let of_stack =
        |action: &str| (action.get(..7)).is_some_and(|start| start.eq_ignore_ascii_case("Update:"));
    (actions.into_iter().all(of_stack)).then_some("a stack policy of CloudFormation")
}

/// Whether a string holds a policy document.
pub(super) fn is_text(text: &str) -> bool {
    text.trim_start().starts_with('{') && text.contains("\"Statement\"")
}

/// What a property that holds a policy says on its own about the kind.
pub(super) fn kind_of_property(name: &str) -> Option<PolicyKind> {
    match name {
        "AssumeRolePolicyDocument" | "assume_role_policy" | "assumeRolePolicy" => {
            Some(PolicyKind::RoleTrust)
        }
        "KeyPolicy" => Some(PolicyKind::Resource),
        "inline_policy" | "inlinePolicies" => Some(PolicyKind::Identity),
        _ => None,
    }
}

/// Whether a text can only be JSON.
pub(super) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// The text of `Fn::Sub`, when it can only be JSON.
pub(super) fn template_of(tree: &Tree<'_>, id: Id) -> Option<Id> {
    let ("Sub", argument) = intrinsic(tree, id)? else {
        return None;
    };
    let template = match &tree.node(argument).value {
        Value::List(parts) => parts.first().copied(),
        _ => Some(argument),
    };
    template.filter(|&id| tree.text(id).is_some_and(is_json))
}

/// A string in a file that is not known to hold policies, when it is one: JSON, as most tools have it, or the same with `%22` for
/// quotes, as IAM's API returns it.
pub(super) fn text_of(text: &str) -> Option<Cow<'_, str>> {
    let start = text.trim_start();
    if start.starts_with("%7B") && text.contains("%22Statement%22") {
        return Some(Cow::Owned(percent_decoded(text)));
    }
    let is_policy = has_effect(text) && has_member(text, "Statement");
    is_policy.then_some(Cow::Borrowed(text))
}

/// Whether such a string is something else that has a policy in it, such as the body of a request.
pub(super) fn is_around(text: &str) -> bool {
    has_effect(text) && !has_member(text, "Statement")
}

fn has_effect(text: &str) -> bool {
    is_text(text) && text.contains("\"Effect\"")
}

/// Whether an object, which may not be finished, has a member of this name itself.
fn has_member(text: &str, name: &str) -> bool {
    let mut depth = 0_usize;
    let mut rest = text;
    while let Some((sign, after)) =
        (rest.find(['{', '}', '[', ']', '"'])).and_then(|at| rest.get(at..)?.split_at_checked(1))
    {
        rest = after;
        match sign {
            "{" | "[" => depth += 1,
            "}" | "]" => depth = depth.saturating_sub(1),
            _ => {
                let mut end = 0;
                let mut bytes = rest.bytes();
                while let Some(byte) = bytes.next() {
                    match byte {
                        b'"' => break,
                        b'\\' => end += usize::from(bytes.next().is_some()),
                        _ => {}
                    }
                    end += 1;
                }
                let inside = rest.get(..end).unwrap_or_default();
                rest = rest.get(end + 1..).unwrap_or_default();
                if depth == 1 && inside == name && rest.trim_start().starts_with(':') {
                    return true;
                }
            }
        }
    }
    false
}

/// The text with `%7B` and the like undone.
pub(super) fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digits = rest.clone();
        let mut digit = digits.map(|byte| char::from(byte).to_digit(16));
        match (byte, digit.next().flatten(), digit.next().flatten()) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
                rest.nth(1);
            }
            (b'+', ..) => bytes.push(b' '),
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What the output of `aws organizations describe-policy` says about the kind of its `Content`.
pub(super) fn kind_of_content(tree: &Tree<'_>, id: Id) -> Option<PolicyKind> {
    let summary = tree.get(id, "PolicySummary")?;
    match tree.text(tree.get(summary, "Type")?)? {
        "SERVICE_CONTROL_POLICY" => Some(PolicyKind::ServiceControl),
        "RESOURCE_CONTROL_POLICY" => Some(PolicyKind::ResourceControl),
        _ => None,
    }
}

/// The first function of CloudFormation in a policy that is not in a template, by its whole name: nothing replaces it there.
///
/// See <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>.
pub(crate) fn function(tree: &Tree<'_>) -> Option<(Id, String)> {
    let mut calls: Vec<(Id, String)> = (0..tree.len())
        .filter_map(|id| match intrinsic(tree, id)? {
            ("Ref", _) => Some((id, "Ref".to_string())),
            (name, _) if name.starts_with(|c: char| c.is_ascii_uppercase()) => {
                Some((id, format!("Fn::{name}")))
            }
            _ => None,
        })
        .collect();
    calls.sort_by_key(|(id, _)| tree.node(*id).span.start);
    calls.into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::has_member;

    #[test]
    fn members_of_the_object_itself() {
        for text in [
            r#"{"Version": "a", "Statement": []}"#,
            r#" { "Id": "\"}", "Statement" : [{"#,
            r#"{"a": {"b": [1, "]"]}, "Statement":{}"#,
        ] {
            assert!(has_member(text, "Statement"), "{text}");
        }
        for text in [
            r#"{"a": {"Statement": []}}"#,
            r#"{"a": "Statement"}"#,
            r#"{"a": "\"Statement\":"}"#,
            r#"[{"Statement": []}]"#,
            r#"{"Statement"#,
            r#"{"\"#,
            "",
        ] {
            assert!(!has_member(text, "Statement"), "{text}");
        }
    }
}
