//! Where the Serverless Framework keeps policies.
//!
//! See <https://www.serverless.com/framework/docs/providers/aws/guide/iam>.

use rekognition_iam_runtime::document::PolicyKind;

use super::managed::Accepts;
use super::variables::own;
use crate::input::search::Search;
use crate::input::tree::{Id, Tree, Value, join};

/// The maps of resources of CloudFormation in a configuration, each with its path.
pub(crate) fn resources(tree: &Tree<'_>, root: Id) -> Vec<(Id, String)> {
    let Some(resources) = tree.get(root, "resources") else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for (number, part) in tree.items(resources).into_iter().enumerate() {
        let path = match &tree.node(resources).value {
            Value::List(_) => format!("resources[{number}]"),
            Value::Text(..) | Value::Literal(_) | Value::Null | Value::Map(_) => {
                "resources".to_string()
            }
        };
        for section in ["Resources", "extensions"] {
            if let Some(map) = tree.get(part, section) {
                out.push((map, join(&path, section)));
            }
        }
    }
    out
}

pub(crate) fn find(search: &mut Search<'_>, root: Id) {
    let tree = search.tree;
    if let Some(provider) = tree.get(root, "provider") {
        role(search, provider, "provider");
        for (names, kind) in [
            (&["apiGateway", "resourcePolicy"][..], PolicyKind::Resource),
            (&["resourcePolicy"], PolicyKind::Resource),
        ] {
            statements(search, provider, "provider", names, kind);
        }
        for name in ["iamManagedPolicies", "rolePermissionsBoundary"] {
            managed(search, provider, "provider", &[name]);
        }
    }
    for (section, inner) in [
        ("functions", None),
        ("stepFunctions", Some("stateMachines")),
    ] {
        let Some(mut values) = tree.get(root, section) else {
            continue;
        };
        let mut path = section.to_string();
        if let Some(inner) = inner {
            let Some(below) = tree.get(values, inner) else {
                continue;
            };
            values = below;
            path = join(&path, inner);
        }
        // `functions` may be a list of maps.
        for (number, map) in tree.items(values).into_iter().enumerate() {
            let path = match &tree.node(values).value {
                Value::List(_) => format!("{path}[{number}]"),
                Value::Text(..) | Value::Literal(_) | Value::Null | Value::Map(_) => path.clone(),
            };
            // `${file(functions.yml)}`
            if tree.text(map).is_some() {
                search.unread(map, &path);
            }
            for &(name, function) in tree.map(map) {
                let path = join(&path, tree.text(name).unwrap_or_default());
                role(search, function, &path);
            }
        }
    }
    if let Some(resources) = tree.get(root, "resources") {
        for (number, part) in tree.items(resources).into_iter().enumerate() {
            if tree.text(part).is_some() {
                search.unread(part, &format!("resources[{number}]"));
            }
        }
    }
}

/// The policies of a role: of the provider, or of one function.
fn role(search: &mut Search<'_>, id: Id, path: &str) {
    for names in [&["iam", "role", "statements"][..], &["iamRoleStatements"]] {
        statements(search, id, path, names, PolicyKind::Identity);
    }
    for names in [
        &["iam", "role", "managedPolicies"][..],
        &["iam", "role", "permissionsBoundary"],
        &["iam", "role", "permissionBoundary"],
        &["iamPermissionsBoundary"],
    ] {
        managed(search, id, path, names);
    }
}

/// A value, or what it is if it is a variable for another value of the configuration, with its path.
fn followed(tree: &Tree<'_>, id: Id, path: String) -> (Id, String) {
    let name = (tree.text(id)).and_then(|text| text.trim().strip_prefix("${")?.strip_suffix('}'));
    match name.and_then(|name| Some((own(tree, name)?, name))) {
        Some((id, name)) => (id, name.trim_start_matches("self:").to_string()),
        None => (id, path),
    }
}

fn at(tree: &Tree<'_>, mut id: Id, path: &str, names: &[&str]) -> Option<(Id, String)> {
    let mut path = path.to_string();
    for name in names {
        id = tree.get(id, name)?;
        path = join(&path, name);
    }
    Some(followed(tree, id, path))
}

fn statements(search: &mut Search<'_>, id: Id, path: &str, names: &[&str], kind: PolicyKind) {
    if let Some((id, path)) = at(search.tree, id, path, names) {
        search.statements(id, &path, kind);
    }
}

fn managed(search: &mut Search<'_>, id: Id, path: &str, names: &[&str]) {
    let tree = search.tree;
    if let Some((id, path)) = at(tree, id, path, names) {
        for (number, item) in tree.items(id).into_iter().enumerate() {
            let path = match &tree.node(id).value {
                Value::List(_) => format!("{path}[{number}]"),
                Value::Text(..) | Value::Literal(_) | Value::Null | Value::Map(_) => path.clone(),
            };
            search.managed(item, &path, Accepts::Arn);
        }
    }
}
