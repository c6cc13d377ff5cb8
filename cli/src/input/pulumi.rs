//! Pulumi's functions, in programs that are written in YAML.

use super::tree::{Id, Tree};

/// Whether a member of a map has what Pulumi makes a document of, as Terraform's data source does: `fn::invoke` with the name of
/// the function and its arguments, or `fn::` with its name.
pub(crate) fn is_document(tree: &Tree<'_>, map: Id, name: &str) -> bool {
    let makes_document = |function: &str| {
        [
            "aws:iam:getPolicyDocument",
            "aws:iam/getPolicyDocument:getPolicyDocument",
        ]
        .iter()
        .any(|known| function.eq_ignore_ascii_case(known))
    };
    let any_case = |wanted: &str| {
        let mut members = tree.map(map).iter();
        members
            .find(|(name, _)| {
                (tree.text(*name)).is_some_and(|name| name.eq_ignore_ascii_case(wanted))
            })
            .map(|&(_, value)| value)
    };
    let short = (name.get(..4))
        .filter(|start| start.eq_ignore_ascii_case("fn::"))
        .and_then(|_| name.get(4..));
    let is_call = name.eq_ignore_ascii_case("arguments")
        && (any_case("function").and_then(|id| tree.text(id))).is_some_and(makes_document);
    is_call || short.is_some_and(makes_document)
}
