//! Variables of the Serverless Framework for other values of the configuration.

use crate::input::tree::{Id, Tree, Value};

/// How many variables of a configuration may refer to each other in a row.
pub(crate) const MAX_SELF: usize = 8;

/// Lists and maps that variables are replaced by.
const MAX_REPLACED: usize = 1_000;

/// What the configuration has for the name of a variable, `self:custom.a.b`, or for the first of several that it has. Other parts of
/// it can be changed on the command line or by the framework.
///
/// See <https://www.serverless.com/framework/docs/guides/variables/self>.
pub(crate) fn own(tree: &Tree<'_>, name: &str) -> Option<Id> {
    for name in name.split(',') {
        let path = name.trim().strip_prefix("self:")?;
        if !path.starts_with("custom.") && path != "service" {
            return None;
        }
        // What is computed is not known.
        if path.contains("${") {
            return None;
        }
        if let Some(id) = at(tree, path).filter(|&id| !matches!(tree.node(id).value, Value::Null)) {
            return Some(id);
        }
    }
    None
}

/// What is at a path of the configuration.
pub(crate) fn at(tree: &Tree<'_>, path: &str) -> Option<Id> {
    let mut names = path.split('.');
    let first = names.next()?;
    let start = tree.roots.iter().find_map(|&root| tree.get(root, first))?;
    names.try_fold(start, |id, name| match &tree.node(id).value {
        Value::List(items) => items.get(name.parse::<usize>().ok()?).copied(),
        _ => tree.get(id, name),
    })
}

/// The tree with the list or the map that a variable is instead of the variable, as if it were an alias.
pub(crate) fn resolved(mut tree: Tree<'_>) -> Tree<'_> {
    let mut replaced = 0;
    for parent in 0..tree.len() {
        let children: Vec<Id> = match &tree.node(parent).value {
            Value::List(items) => items.clone(),
            Value::Map(members) => members.iter().map(|&(_, value)| value).collect(),
            Value::Text(..) | Value::Literal(_) | Value::Null => continue,
        };
        for (number, child) in children.into_iter().enumerate() {
            let Some(target) = compound(&tree, child) else {
                continue;
            };
            // What is inside of itself has no end.
            if replaced < MAX_REPLACED && !tree.reaches(target, parent) {
                tree.replace_child(parent, number, target);
                replaced += 1;
            }
        }
    }
    tree
}

/// The list or map that a text is, if it is one variable.
fn compound(tree: &Tree<'_>, mut id: Id) -> Option<Id> {
    for _ in 0..MAX_SELF {
        if tree.node(id).tag.is_some() {
            return None;
        }
        let name = tree
            .text(id)?
            .trim()
            .strip_prefix("${")?
            .strip_suffix('}')?;
        id = own(tree, name)?;
        if matches!(tree.node(id).value, Value::List(_) | Value::Map(_)) {
            return Some(id);
        }
    }
    None
}
