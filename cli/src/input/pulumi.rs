//! Pulumi's functions, in programs that are written in YAML.

use rekognition_iam_runtime::document::PolicyKind;

use super::search::{Form, Search};
use super::tree::{Id, Value, join};

/// What Pulumi makes a document of, as Terraform's data source does: `fn::invoke` with the name of the function and its
/// arguments, or `fn::` with its name. Says whether a member of a map is that.
pub(crate) fn document(
    search: &mut Search<'_>,
    map: Id,
    (name, value): (&str, Id),
    path: &str,
    kind: Option<PolicyKind>,
) -> bool {
    let tree = search.tree;
    let is_document = |function: &str| {
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
        && (any_case("function").and_then(|id| tree.text(id))).is_some_and(is_document);
    if !(is_call || short.is_some_and(is_document)) {
        return false;
    }
    let path = join(path, name);
    match &tree.node(value).value {
        Value::Map(_) => {
            search.push(value, &path, kind, Form::Blocks(None));
            search.on_its_own();
        }
        _ => search.unread(value, &path),
    }
    true
}
