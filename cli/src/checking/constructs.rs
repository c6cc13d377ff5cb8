//! The constructs of the CDK that the resources of a template come from.

use crate::input::tree::Tree;
use crate::report::finding::FileReport;

/// Names the construct of the CDK that each finding is about.
pub(super) fn name_constructs(tree: &Tree<'_>, report: &mut FileReport) {
    for problem in &mut report.findings {
        if let Some(construct) = construct(tree, &problem.path) {
            (problem.help).push(format!("change the construct `{construct}` in the CDK app"));
        }
    }
}

/// The construct of the CDK that wrote the resource of a path.
///
/// See <https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html>.
fn construct<'t>(tree: &'t Tree<'_>, path: &str) -> Option<&'t str> {
    let name = path.strip_prefix("Resources.")?;
    let name = name.split(['.', '[']).next()?;
    let path = (tree.roots.iter()).find_map(|&root| {
        ["Resources", name, "Metadata", "aws:cdk:path"]
            .iter()
            .try_fold(root, |id, name| tree.get(id, name))
    })?;
    tree.text(path)
}
