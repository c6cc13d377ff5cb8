//! Variables of the Serverless Framework for other values of the configuration.

use crate::input::tree::{Id, Tree, Value};

/// What the configuration has for the name of a variable, `self:custom.a.b`. Other parts of it can be changed on the command line
/// or by the framework.
///
/// See <https://www.serverless.com/framework/docs/guides/variables/self>.
pub(crate) fn own(tree: &Tree<'_>, name: &str) -> Option<Id> {
    let path = name.strip_prefix("self:")?;
    if !path.starts_with("custom.") && path != "service" {
        return None;
    }
    let mut names = path.split('.');
    let first = names.next()?;
    let start = tree.roots.iter().find_map(|&root| tree.get(root, first))?;
    names.try_fold(start, |id, name| match &tree.node(id).value {
        Value::List(items) => items.get(name.parse::<usize>().ok()?).copied(),
        _ => tree.get(id, name),
    })
}
