//! What a file is, by its name and by the names at its top.

use rekognition_iam_runtime::json::{Lexer, Limits};
use rekognition_iam_runtime::suggest;

use crate::input::files::Input;
use crate::input::search::VERSIONS;
use crate::input::tree::{Id, Tree, Value};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A policy document.
    Policy,
    /// A template of CloudFormation or SAM.
    CloudFormation,
    /// Terraform's configuration in JSON.
    Terraform,
    /// What `terraform show -json` prints.
    Plan,
    /// A configuration of the Serverless Framework.
    Serverless,
    /// A program of Pulumi in YAML.
    Pulumi,
    /// What Pulumi prints of a deployment, with policies as JSON in strings.
    PulumiState,
    /// What CDK writes next to its templates: the same once more.
    CdkTree,
    /// Another file, which may hold policies all the same.
    Other,
}

const STATEMENT: [&str; 5] = ["Effect", "Action", "NotAction", "Resource", "Principal"];

/// What a JSON text is, going by the names at its top. A text that is no JSON may still be known by them.
pub(crate) fn shape(text: &str, file: &str, named: bool, limits: &Limits) -> Shape {
    let mut names = Vec::new();
    let whole = names_at_top(text, limits, &mut names);
    let has = |name: &str| names.iter().any(|known| known == name);
    if has("version") && has("tree") && names.len() == 2 {
        return Shape::CdkTree;
    }
    if is_serverless(file) && has("provider") {
        return Shape::Serverless;
    }
    if has("AWSTemplateFormatVersion") || (has("Resources") && !has("Statement")) {
        return Shape::CloudFormation;
    }
    if has("steps") && has("config") || has("deployment") && has("version") {
        return Shape::PulumiState;
    }
    if has("format_version") || has("terraform_version") {
        return Shape::Plan;
    }
    if file.ends_with(".tf.json") {
        return Shape::Terraform;
    }
    if has("Statement") || STATEMENT.iter().filter(|name| has(name)).count() > 1 {
        return Shape::Policy;
    }
    if ["resource", "data", "terraform", "provider", "module"]
        .iter()
        .any(|name| has(name))
    {
        return Shape::Terraform;
    }
    if whole {
        // A typo in the one name that makes it a policy is to be reported, not to be stepped over.
        let near = names
            .iter()
            .any(|name| suggest::nearest(name, ["Statement"]).is_some());
        return if near || has("Version") && named {
            Shape::Policy
        } else {
            Shape::Other
        };
    }
    let speaks = ["\"Statement\"", "\"Action\"", "\"Effect\""];
    if named || speaks.iter().any(|name| text.contains(name)) {
        Shape::Policy
    } else {
        Shape::Other
    }
}

/// Whether a file of JSON that does not say what it is has something that only a policy has: a version of the policy language,
/// or statements, whatever they are called. Nearly all files have names that a policy could have, such as `version`.
pub(crate) fn is_like_policy(tree: &Tree<'_>) -> bool {
    let count = |id: Id| {
        let names = tree.map(id).iter().filter_map(|&(name, _)| tree.text(name));
        names
            .filter(|name| {
                STATEMENT
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(name))
            })
            .count()
    };
    tree.roots.iter().any(|&root| match &tree.node(root).value {
        Value::Map(members) => {
            let says = |&(name, value): &(Id, Id)| {
                let name = tree.text(name).unwrap_or_default();
                let text = tree.text(value).unwrap_or_default();
                name.eq_ignore_ascii_case("Statement") && !is_scalar(tree, value)
                    || name.eq_ignore_ascii_case("Version") && VERSIONS.contains(&text)
                    || tree.items(value).into_iter().any(|item| count(item) > 1)
            };
            members.is_empty() || count(root) > 1 || members.iter().any(says)
        }
        // Statements, or what is not even an object, in the place of a policy.
        Value::List(items) => items.is_empty() || items.iter().any(|&item| count(item) > 1),
        Value::Text(..) | Value::Literal(_) | Value::Null => true,
    })
}

fn is_scalar(tree: &Tree<'_>, id: Id) -> bool {
    !matches!(tree.node(id).value, Value::Map(_) | Value::List(_))
}

/// Collects the names of the top object, and says whether the text is JSON to its end.
fn names_at_top(text: &str, limits: &Limits, names: &mut Vec<String>) -> bool {
    let mut lexer = Lexer::with_limits(text, limits);
    let mut read = || {
        if lexer.open(b'{').is_err() {
            let mut lexer = Lexer::with_limits(text, limits);
            lexer.skip()?;
            return lexer.finish();
        }
        let mut more = !lexer.closes(b'}');
        while more {
            names.push(lexer.name()?.0.into_owned());
            lexer.skip()?;
            more = lexer.more(b'}')?;
        }
        lexer.finish()
    };
    read().is_ok()
}

/// Whether a file of this name is a configuration of the Serverless Framework.
pub(crate) fn is_serverless(file: &str) -> bool {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.starts_with("serverless.") || name.starts_with("serverless-")
}

/// Whether a file of this name is a program of Pulumi.
pub(crate) fn is_pulumi(file: &str) -> bool {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.starts_with("Pulumi.") || name == "Main.yaml"
}

/// What a file of YAML is.
pub(crate) fn yaml_shape(tree: &Tree<'_>, file: &str) -> Shape {
    let has = |name: &str| {
        tree.roots
            .iter()
            .any(|&root| tree.get(root, name).is_some())
    };
    if has("Resources") || has("AWSTemplateFormatVersion") {
        return Shape::CloudFormation;
    }
    let provider = (tree.roots.iter())
        .find_map(|&root| tree.get(root, "provider"))
        .map(|provider| tree.get(provider, "name").unwrap_or(provider));
    let is_aws = provider.and_then(|name| tree.text(name)) == Some("aws");
    if has("provider") && (is_serverless(file) || (has("service") && is_aws)) {
        return Shape::Serverless;
    }
    if is_pulumi(file) || (has("runtime") && has("name") && (has("resources") || has("variables")))
    {
        return Shape::Pulumi;
    }
    Shape::Other
}

/// Whether a file is YAML, by its name or else by how it begins.
pub(crate) fn is_yaml(text: &str, input: &Input) -> bool {
    let extension = input
        .path
        .as_ref()
        .and_then(|path| path.extension())
        .map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    match extension.as_deref() {
        Some("yaml" | "yml") => true,
        Some("json") => false,
        // A template has either form. JSON begins with a bracket, or is a piece that someone cut out of JSON.
        _ => {
            !text
                .trim_start_matches('\u{feff}')
                .trim_start()
                .starts_with(['{', '[', '"'])
                && !text.trim().is_empty()
        }
    }
}
