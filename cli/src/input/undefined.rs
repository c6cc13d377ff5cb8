//! Names that a template of CloudFormation refers to and does not have.

use rekognition_iam_runtime::suggest;

use super::braces;
use super::tree::{Id, Tree};

/// What every template can refer to, and nothing else that begins with `AWS::`.
///
/// See <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>, read on 2026-11-29.
pub(crate) const PSEUDO_PARAMETERS: [&str; 8] = [
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

/// The sections of a template. What else there is at the top is for a tool that may add resources.
///
/// See <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html>, read on 2026-11-29, and `Globals` in
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy.html>.
const SECTIONS: [&str; 11] = [
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
];

/// The transform whose resources have known names.
const SAM: &str = "AWS::Serverless-2016-10-31";

/// The functions of CloudFormation, as tags. Another tag is for a tool that runs first and may write anything.
///
/// See <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>.
const TAGS: [&str; 20] = [
    "And",
    "Base64",
    "Cidr",
    "Condition",
    "Contains",
    "EachMemberEquals",
    "EachMemberIn",
    "Equals",
    "FindInMap",
    "GetAtt",
    "GetAZs",
    "If",
    "ImportValue",
    "Join",
    "Not",
    "Or",
    "Ref",
    "Select",
    "Split",
    "Sub",
];

/// A name that nothing in the deployment has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Undefined {
    pub(crate) name: String,
    /// The name that was probably meant.
    pub(crate) near: Option<String>,
}

/// A name that begins with `AWS::` and is not a pseudo parameter.
pub(crate) fn pseudo_parameter(name: &str) -> Option<Undefined> {
    if !name.starts_with("AWS::") || PSEUDO_PARAMETERS.contains(&name) {
        return None;
    }
    Some(Undefined {
        name: name.to_string(),
        near: suggest::nearest_of(name, &PSEUDO_PARAMETERS).map(str::to_string),
    })
}

/// A name that is not one of these names of the template.
pub(super) fn name(name: &str, names: &[String]) -> Undefined {
    let pseudo = (PSEUDO_PARAMETERS.iter().copied()).find(|known| {
        known
            .strip_prefix("AWS::")
            .is_some_and(|known| known.eq_ignore_ascii_case(name))
    });
    Undefined {
        name: name.to_string(),
        near: (suggest::nearest(name, names.iter().map(String::as_str)).or(pseudo))
            .map(str::to_string),
    }
}

/// Whether a file is all of a template, to which nothing adds a name.
pub(super) fn is_whole(tree: &Tree<'_>) -> bool {
    let &[root] = tree.roots.as_slice() else {
        return false;
    };
    let is_section =
        |&(name, _): &(Id, Id)| tree.text(name).is_some_and(|name| SECTIONS.contains(&name));
    let has = |name| tree.get(root, name).is_some();
    // A file without the version may be a part that another file includes.
    has("AWSTemplateFormatVersion")
        && has("Resources")
        && tree.map(root).iter().all(is_section)
        && (tree.get(root, "Transform")).is_none_or(|transform| {
            tree.items(transform)
                .iter()
                .all(|&item| tree.text(item) == Some(SAM))
        })
        && braces::unknowns(tree.text).is_empty()
        && !["{%", "<%", "%%"]
            .iter()
            .any(|sign| tree.text.contains(sign))
        && (0..tree.len()).all(|id| is_plain(tree, id))
}

/// Whether a value is not a call of something that writes a part of the template.
fn is_plain(tree: &Tree<'_>, id: Id) -> bool {
    let known_tag = |tag: &str| TAGS.contains(&tag.trim_start_matches('!'));
    let adds =
        |name: &str| name == "<<" || name == "Fn::Transform" || name.starts_with("Fn::ForEach");
    (tree.node(id).tag.as_ref()).is_none_or(|tag| known_tag(&tag.0))
        && !(tree.map(id).iter()).any(|&(name, _)| tree.text(name).is_some_and(adds))
}
