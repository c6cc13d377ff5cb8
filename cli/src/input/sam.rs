//! The policy templates of SAM.
//!
//! See <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html>.

use std::collections::HashMap;
use std::sync::OnceLock;

use rekognition_iam_runtime::json::Limits;
use rekognition_iam_runtime::suggest;

use super::known::Known;
use super::language::Language;
use super::rules::{Issue, REKOGNITION_IAM_SAM_POLICY};
use super::stack::Stack;
use crate::input::render::{Functions, intrinsic};
use crate::input::tree::{self, Id, Tree};

/// A policy template.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Template {
    pub(crate) name: String,
    parameters: Vec<String>,
    /// Its statements, in the tree of all templates.
    pub(crate) statements: Id,
}

/// All templates as a tree, and each of them in it.
#[derive(Debug)]
pub(crate) struct Templates {
    pub(crate) tree: Tree<'static>,
    list: Vec<Template>,
}

pub(crate) fn templates() -> &'static Templates {
    static TEMPLATES: OnceLock<Templates> = OnceLock::new();
    TEMPLATES.get_or_init(|| {
        let text = include_str!("../../data/sam-policy-templates.json");
        let limits = Limits {
            text: text.len(),
            string: text.len(),
        };
        // INVARIANT: a test reads this file; without it there are no templates.
        let tree = tree::parse_json(text, &limits).unwrap_or_default();
        let mut list = Vec::new();
        for &root in &tree.roots {
            let templates = tree.get(root, "templates").map(|id| tree.map(id));
            for &(name, template) in templates.unwrap_or_default() {
                let parameters = tree.get(template, "Parameters").map(|id| tree.items(id));
                let statements = tree.get(template, "Statement");
                if let (Some(name), Some(statements)) = (tree.text(name), statements) {
                    list.push(Template {
                        name: name.to_string(),
                        parameters: (parameters.unwrap_or_default().into_iter())
                            .filter_map(|id| tree.text(id).map(str::to_string))
                            .collect(),
                        statements,
                    });
                }
            }
        }
        Templates { tree, list }
    })
}

/// An entry of `Policies` that is a map without statements.
pub(crate) enum Entry {
    /// A policy template, the map of its parameters, and what is wrong with them.
    Template(&'static Template, Id, Vec<Issue>),
    /// A document in the form that `AWS::IAM::Role` wants, which SAM does not read.
    Wrapped(Id, Issue),
    Unknown(Issue),
}

pub(crate) fn entry(tree: &Tree<'_>, id: Id, path: &str) -> Entry {
    let issue = |node, message: String, help: &str| Issue {
        rule: REKOGNITION_IAM_SAM_POLICY,
        node,
        path: path.to_string(),
        message,
        help: vec![help.to_string()],
    };
    if let Some(document) = tree.get(id, "PolicyDocument") {
        return Entry::Wrapped(
            document,
            issue(
                id,
                "SAM does not support `PolicyName` and `PolicyDocument` in `Policies`".to_string(),
                "write the document itself as the entry: `Version` and `Statement`, without `PolicyDocument` around them",
            ),
        );
    }
    let members = tree.map(id);
    let [(key, arguments)] = members else {
        return Entry::Unknown(issue(
            id,
            "this entry of `Policies` is neither a policy document nor a policy template"
                .to_string(),
            "write a managed policy by name or ARN, a document with `Statement`, or one policy template with its parameters",
        ));
    };
    let name = tree.text(*key).unwrap_or_default();
    let all = &templates().list;
    let Some(template) = all.iter().find(|template| template.name == name) else {
        let names: Vec<&str> = all.iter().map(|template| template.name.as_str()).collect();
        let help = suggest::nearest_of(name, &names).map_or_else(
            || {
                "policy templates are listed in the AWS SAM documentation, each with its parameters"
                    .to_string()
            },
            |near| format!("did you mean `{near}`?"),
        );
        return Entry::Unknown(issue(
            *key,
            format!("SAM has no policy template `{name}`"),
            &help,
        ));
    };
    let mut issues = Vec::new();
    let parameters: Vec<&str> = template.parameters.iter().map(String::as_str).collect();
    let given = if intrinsic(tree, *arguments).is_some() {
        None
    } else {
        Some(tree.map(*arguments))
    };
    if let Some(given) = given {
        for &(key, _) in given {
            let known = tree.text(key).unwrap_or_default();
            if !parameters.contains(&known) {
                let help = match (
                    suggest::nearest_of(known, &parameters),
                    parameters.as_slice(),
                ) {
                    (Some(near), _) => format!("did you mean `{near}`?"),
                    (None, []) => "it has no parameters; write `{}`".to_string(),
                    (None, names) => format!("its parameters are {}", names.join(", ")),
                };
                issues.push(issue(
                    key,
                    format!("the policy template `{name}` has no parameter `{known}`"),
                    &help,
                ));
            }
        }
        for parameter in &parameters {
            if tree.get(*arguments, parameter).is_none() {
                issues.push(issue(
                    *key,
                    format!("the policy template `{name}` is missing its parameter `{parameter}`"),
                    &format!("add `{parameter}`"),
                ));
            }
        }
    }
    Entry::Template(template, *arguments, issues)
}

/// The language of a template's statements: its parameters have the values that are given.
pub(crate) fn language<'s>(
    tree: &Tree<'_>,
    functions: &Functions<'_>,
    template: &Template,
    arguments: Id,
) -> Language<'s> {
    let mut values = HashMap::new();
    for parameter in &template.parameters {
        let given = tree.get(arguments, parameter);
        // One that is wrong has no consequences of its own.
        let known = given
            .filter(|&id| arn(functions, template, parameter, id).is_none())
            .and_then(|id| functions.known(id));
        values.insert(parameter.clone(), known.unwrap_or_else(Known::unknown));
    }
    Language::CloudFormation(Stack::of_arguments(values))
}

/// What is wrong with the values of a template's parameters: an ARN where the template puts a name into an ARN of its own.
pub(crate) fn values(
    tree: &Tree<'_>,
    functions: &Functions<'_>,
    (template, arguments): (&Template, Id),
    path: &str,
) -> Vec<Issue> {
    let issue = |parameter: &String| {
        let id = tree.get(arguments, parameter)?;
        let shown = arn(functions, template, parameter, id)?;
        let name = &template.name;
        let instead = match intrinsic(tree, id) {
            Some((function @ ("Ref" | "GetAtt"), argument)) => {
                let items = tree.items(argument);
                let text = items
                    .first()
                    .and_then(|&id| tree.text(id))
                    .unwrap_or_default();
                let resource = text.split('.').next().unwrap_or(text);
                match (parameter.as_str(), function) {
                    // What `Ref` returns of these is not the name.
                    ("QueueName" | "TopicName", _) => format!("`!GetAtt {resource}.{parameter}`"),
                    ("StateMachineName", _) => format!("`!GetAtt {resource}.Name`"),
                    (_, "GetAtt") => format!("`!Ref {resource}`, if that is its name"),
                    _ => "its name".to_string(),
                }
            }
            _ => match shown.rsplit([':', '/']).next() {
                Some(last) if !last.contains(['*', '$']) => format!("`{last}`"),
                _ => "its name".to_string(),
            },
        };
        Some(Issue {
            rule: REKOGNITION_IAM_SAM_POLICY,
            node: id,
            path: path.to_string(),
            message: format!(
                "`{parameter}` of the policy template `{name}` is a name, but this is an ARN, so the template grants nothing"
            ),
            help: vec![format!("write {instead}")],
        })
    };
    template.parameters.iter().filter_map(issue).collect()
}

/// The ARN that is given for a parameter that is a name.
fn arn(functions: &Functions<'_>, template: &Template, parameter: &str, id: Id) -> Option<String> {
    let shown = functions.known(id)?.shown();
    (shown.starts_with("arn:") && is_name(template, parameter)).then_some(shown)
}

/// Whether a template completes an ARN with the value of a parameter, so that the value is a name.
fn is_name(template: &Template, parameter: &str) -> bool {
    let tree = &templates().tree;
    let mut todo = vec![template.statements];
    while let Some(id) = todo.pop() {
        // `Fn::Sub: [text, {variable: {Ref: parameter}}]`
        if let Some(("Sub", argument)) = intrinsic(tree, id)
            && let [text, variables] = tree.items(argument).as_slice()
            && let Some(text) = tree.text(*text)
        {
            let is_ours = |&(_, value): &(Id, Id)| {
                tree.get(value, "Ref").and_then(|id| tree.text(id)) == Some(parameter)
            };
            let variable = (tree.map(*variables).iter().find(|entry| is_ours(entry)))
                .and_then(|&(name, _)| tree.text(name));
            let inside = variable.and_then(|name| text.find(&format!("${{{name}}}")));
            if text.starts_with("arn:") && inside.is_some() {
                return true;
            }
        }
        todo.extend(tree.map(id).iter().map(|&(_, value)| value));
        if tree.map(id).is_empty() && tree.text(id).is_none() {
            todo.extend(tree.items(id).into_iter().filter(|&item| item != id));
        }
    }
    false
}

#[cfg(test)]
mod tests {
    #[test]
    fn all_templates_are_read() {
        assert_eq!(super::templates().list.len(), 81);
    }
}
