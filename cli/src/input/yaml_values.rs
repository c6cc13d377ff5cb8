//! Values of YAML that are not the text that they look like.

use std::collections::HashSet;

use crate::input::rules::{Issue, REKOGNITION_IAM_YAML_NULL, REKOGNITION_IAM_YAML_NUMBER};
use crate::input::tree::{Id, Style, Tree, Value, join};

/// What is wrong in a policy.
pub(crate) fn check(tree: &Tree<'_>, policy: Id, path: &str) -> Vec<Issue> {
    walk(tree, policy, path, is_padded)
}

/// What is wrong in the parameters and mappings of a template, where account IDs often are.
pub(crate) fn of_template(tree: &Tree<'_>) -> Vec<Issue> {
    let is_account = |text: &str| text.len() == 12 && is_padded(text);
    let sections = (tree.roots.iter()).flat_map(|&root| {
        ["Parameters", "Mappings"].map(|name| tree.get(root, name).map(|section| (name, section)))
    });
    (sections.flatten())
        .flat_map(|(name, section)| walk(tree, section, name, is_account))
        .collect()
}

/// Whether YAML reads the text as a number, which has no leading zero: in base 8 if it can be, and otherwise in base 10.
///
/// <https://yaml.org/type/int.html>
fn is_padded(text: &str) -> bool {
    text.len() > 1 && text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether anything is wrong in a value. Few files have anything, and need no paths.
fn is_any_wrong(tree: &Tree<'_>, node: Id, is_number: impl Fn(&str) -> bool) -> bool {
    // Aliases may lead to a value any number of times.
    let mut seen = HashSet::new();
    let mut todo = vec![node];
    while let Some(id) = todo.pop() {
        match &tree.node(id).value {
            Value::Text(text, Style::Plain) if tree.node(id).tag.is_none() && is_number(text) => {
                return true;
            }
            Value::Map(members) if seen.insert(id) => {
                if members.iter().any(|&(name, _)| is_null(tree, name)) {
                    return true;
                }
                todo.extend(members.iter().map(|&(_, value)| value));
            }
            Value::List(items) if seen.insert(id) => todo.extend(items),
            Value::Map(_) | Value::List(_) => {}
            Value::Text(..) | Value::Literal(_) | Value::Null => {}
        }
    }
    false
}

/// Whether YAML reads a name as a null value.
fn is_null(tree: &Tree<'_>, name: Id) -> bool {
    matches!(&tree.node(name).value, Value::Text(text, Style::Plain)
        if matches!(text.as_ref(), "null" | "Null" | "NULL" | "~"))
}

fn walk(tree: &Tree<'_>, node: Id, path: &str, is_number: impl Fn(&str) -> bool) -> Vec<Issue> {
    let mut issues = Vec::new();
    if !is_any_wrong(tree, node, &is_number) {
        return issues;
    }
    // Aliases may lead to a value any number of times.
    let mut seen = HashSet::new();
    let mut todo = vec![(node, path.to_string())];
    while let Some((id, path)) = todo.pop() {
        if !seen.insert(id) {
            continue;
        }
        match &tree.node(id).value {
            Value::Text(text, Style::Plain) if tree.node(id).tag.is_none() && is_number(text) => {
                issues.push(Issue {
                    rule: REKOGNITION_IAM_YAML_NUMBER,
                    node: id,
                    path,
                    message: format!(
                        "`{text}` without quotes is a number in YAML and loses its leading zero"
                    ),
                    help: vec![format!("write `\"{text}\"`")],
                });
            }
            Value::Map(members) => {
                for &(name, value) in members.iter().rev() {
                    let text = tree.text(name).unwrap_or_default();
                    let path = join(&path, text);
                    if is_null(tree, name) {
                        issues.push(Issue {
                            rule: REKOGNITION_IAM_YAML_NULL,
                            node: name,
                            path: path.clone(),
                            message: format!(
                                "`{text}` without quotes is a null value in YAML, not a name"
                            ),
                            help: vec![format!("write `\"{text}\"`")],
                        });
                    }
                    todo.push((value, path));
                }
            }
            Value::List(items) => {
                let items = items.iter().enumerate().rev();
                todo.extend(items.map(|(number, &item)| (item, format!("{path}[{number}]"))));
            }
            Value::Text(..) | Value::Literal(_) | Value::Null => {}
        }
    }
    issues
}
