//! Where the Serverless Framework keeps policies.
//!
//! See <https://www.serverless.com/framework/docs/providers/aws/guide/iam>.

use rekognition_iam_runtime::document::PolicyKind;

use super::managed::Accepts;
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
        unused(search, provider);
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

/// Says which statements have no effect, because the provider has a role that is made elsewhere.
fn unused(search: &mut Search<'_>, provider: Id) {
    let tree = search.tree;
    let iam = tree
        .get(provider, "iam")
        .and_then(|iam| tree.get(iam, "role"));
    // An ARN, or a function of CloudFormation that returns one.
    let is_arn = |id: Id| match &tree.node(id).value {
        Value::Text(..) => true,
        Value::Map(members) => match members.as_slice() {
            [(name, _)] => {
                (tree.text(*name)).is_some_and(|name| name == "Ref" || name.starts_with("Fn::"))
            }
            _ => false,
        },
        Value::List(_) => tree.node(id).tag.is_some(),
        Value::Literal(_) | Value::Null => false,
    };
    let roles = iam.into_iter().chain(tree.get(provider, "role"));
    if !roles.into_iter().any(is_arn) {
        return;
    }
    for names in [&["iam", "role", "statements"][..], &["iamRoleStatements"]] {
        if let Some((_, path)) = at(tree, provider, "provider", names) {
            search.out.notes.push(format!(
                "{path}: not in effect, because the provider names a role that exists"
            ));
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

fn at(tree: &Tree<'_>, mut id: Id, path: &str, names: &[&str]) -> Option<(Id, String)> {
    let mut path = path.to_string();
    for name in names {
        id = tree.get(id, name)?;
        path = join(&path, name);
    }
    Some((id, path))
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
