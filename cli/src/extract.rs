//! Where the policies are in a file.

use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::json::{Lexer, Limits};
use rekognition_iam_runtime::suggest;

use crate::tree::{Id, MAX_DEPTH, Tree, Value};

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
    /// Another file, which may hold policies all the same.
    Other,
}

/// A policy in a tree.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) node: Id,
    /// Where it is: `Resources.Role.Properties.AssumeRolePolicyDocument`.
    pub(crate) path: String,
    pub(crate) kind: Option<PolicyKind>,
    pub(crate) form: Form,
}

/// How a policy is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// As the values of the file.
    Tree,
    /// As JSON in a string.
    Text,
    /// As the blocks of `aws_iam_policy_document`.
    Blocks,
}

const STATEMENT: [&str; 5] = ["Effect", "Action", "NotAction", "Resource", "Principal"];

/// What a JSON text is, going by the names at its top. A text that is no JSON may still be known by them.
pub(crate) fn shape(text: &str, file: &str, named: bool, limits: &Limits) -> Shape {
    let mut names = Vec::new();
    let whole = names_at_top(text, limits, &mut names);
    let has = |name: &str| names.iter().any(|known| known == name);
    if has("AWSTemplateFormatVersion") || (has("Resources") && !has("Statement")) {
        return Shape::CloudFormation;
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
        // A slip in the one name that makes it a policy is to be told, not to be stepped over.
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

/// All policies of a tree, in the order of the text, and where there is one that cannot be read before it is deployed.
pub(crate) fn find(tree: &Tree<'_>, shape: Shape) -> (Vec<Found>, Vec<String>) {
    let mut found = Search {
        found: Vec::new(),
        unread: Vec::new(),
        seen: vec![false; tree.len()],
        depth: 0,
    };
    for &root in &tree.roots {
        match shape {
            Shape::CloudFormation => cloudformation(tree, root, &mut found),
            Shape::Terraform => terraform(tree, root, &mut found),
            Shape::Plan => plan(tree, root, &mut found),
            Shape::Policy | Shape::Other => {
                documents(tree, root, "", None, false, &mut found);
            }
        }
    }
    (found.found, found.unread)
}

/// What was found, and where was looked.
struct Search {
    found: Vec<Found>,
    unread: Vec<String>,
    /// An alias of YAML leads to a node again; once is enough, or few lines could stand for billions of values.
    seen: Vec<bool>,
    /// Aliases also make chains that are deeper than the text nests.
    depth: usize,
}

fn join(path: &str, name: &str) -> String {
    let plain = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    match (path, plain) {
        ("", true) => name.to_string(),
        (_, true) => format!("{path}.{name}"),
        _ => format!("{path}[{}]", crate::output::json::quoted(name)),
    }
}

/// Whether a map is a policy document.
fn is_document(tree: &Tree<'_>, id: Id) -> bool {
    let Some(statement) = tree.get(id, "Statement") else {
        return false;
    };
    tree.get(id, "Version").is_some()
        || tree
            .items(statement)
            .iter()
            .any(|&item| tree.get(item, "Effect").is_some())
}

/// Whether a string holds a policy document.
pub(crate) fn is_text(text: &str) -> bool {
    text.trim_start().starts_with('{') && text.contains("\"Statement\"")
}

/// Policies anywhere below a node. `strings` says whether those in strings count.
fn documents(
    tree: &Tree<'_>,
    id: Id,
    path: &str,
    kind: Option<PolicyKind>,
    strings: bool,
    found: &mut Search,
) {
    match found.seen.get_mut(id) {
        Some(seen) if !*seen && found.depth <= MAX_DEPTH => *seen = true,
        _ => return,
    }
    let mut push = |form| {
        found.found.push(Found {
            node: id,
            path: path.to_string(),
            kind,
            form,
        });
    };
    match &tree.node(id).value {
        Value::Map(_) if is_document(tree, id) => push(Form::Tree),
        Value::Text(text, _) if strings && is_text(text) => push(Form::Text),
        Value::Map(members) => {
            found.depth += 1;
            for &(name, value) in members {
                let name = tree.text(name).unwrap_or_default();
                let kind = kind_of_property(name).or(kind);
                let path = join(path, name);
                let before = found.found.len() + found.unread.len();
                documents(tree, value, &path, kind, strings, found);
                if kind.is_some()
                    && holds_policy(name)
                    && before == found.found.len() + found.unread.len()
                    && is_unread(tree, value)
                {
                    found.unread.push(path);
                }
            }
            found.depth -= 1;
        }
        Value::List(items) => {
            found.depth += 1;
            for (number, &item) in items.iter().enumerate() {
                let path = format!("{path}[{number}]");
                documents(tree, item, &path, kind, strings, found);
            }
            found.depth -= 1;
        }
        _ => {}
    }
}

/// Whether a property of this name of a resource with policies is one.
fn holds_policy(name: &str) -> bool {
    matches!(
        name,
        "PolicyDocument"
            | "AssumeRolePolicyDocument"
            | "KeyPolicy"
            | "InlinePolicy"
            | "Content"
            | "policy"
            | "assume_role_policy"
            | "inline_policy"
            | "content"
    )
}

/// Whether a value in which no policy was found will be one.
fn is_unread(tree: &Tree<'_>, id: Id) -> bool {
    match &tree.node(id).value {
        // A document of Terraform is checked where its blocks are.
        Value::Text(text, _) => !text.contains("data.aws_iam_policy_document."),
        Value::Map(members) => !members.is_empty(),
        _ => false,
    }
}

fn kind_of_property(name: &str) -> Option<PolicyKind> {
    match name {
        "AssumeRolePolicyDocument" | "assume_role_policy" => Some(PolicyKind::RoleTrust),
        "KeyPolicy" => Some(PolicyKind::Resource),
        "inline_policy" => Some(PolicyKind::Identity),
        _ => None,
    }
}

fn cloudformation(tree: &Tree<'_>, root: Id, found: &mut Search) {
    let Some(resources) = tree.get(root, "Resources") else {
        return;
    };
    for &(name, resource) in tree.map(resources) {
        let name = tree.text(name).unwrap_or_default();
        let kind = tree
            .get(resource, "Type")
            .and_then(|kind| tree.text(kind))
            .unwrap_or_default();
        let attached = match kind {
            "AWS::IAM::Policy"
            | "AWS::IAM::ManagedPolicy"
            | "AWS::IAM::Role"
            | "AWS::IAM::User"
            | "AWS::IAM::Group"
            | "AWS::IAM::RolePolicy"
            | "AWS::IAM::UserPolicy"
            | "AWS::IAM::GroupPolicy"
            | "AWS::Serverless::Function"
            | "AWS::Serverless::StateMachine"
            | "AWS::SSO::PermissionSet" => Some(PolicyKind::Identity),
            "AWS::S3::BucketPolicy"
            | "AWS::SNS::TopicPolicy"
            | "AWS::SNS::TopicInlinePolicy"
            | "AWS::SQS::QueuePolicy"
            | "AWS::SQS::QueueInlinePolicy"
            | "AWS::KMS::Key"
            | "AWS::SecretsManager::ResourcePolicy" => Some(PolicyKind::Resource),
            "AWS::Organizations::Policy" => {
                let kind = tree
                    .get(resource, "Properties")
                    .and_then(|properties| tree.get(properties, "Type"))
                    .and_then(|kind| tree.text(kind));
                match kind {
                    Some("SERVICE_CONTROL_POLICY") => Some(PolicyKind::ServiceControl),
                    Some("RESOURCE_CONTROL_POLICY") => Some(PolicyKind::ResourceControl),
                    _ => None,
                }
            }
            _ => None,
        };
        if let Some(properties) = tree.get(resource, "Properties") {
            let path = join(&join("Resources", name), "Properties");
            documents(tree, properties, &path, attached, false, found);
        }
    }
}

fn kind_of_type(tree: &Tree<'_>, values: Id, kind: &str) -> Option<PolicyKind> {
    match kind {
        "aws_iam_policy"
        | "aws_iam_role_policy"
        | "aws_iam_user_policy"
        | "aws_iam_group_policy"
        | "aws_ssoadmin_permission_set_inline_policy" => Some(PolicyKind::Identity),
        "aws_s3_bucket_policy"
        | "aws_sns_topic_policy"
        | "aws_sqs_queue_policy"
        | "aws_kms_key_policy"
        | "aws_kms_key"
        | "aws_secretsmanager_secret_policy" => Some(PolicyKind::Resource),
        "aws_organizations_policy" => match tree.get(values, "type").and_then(|id| tree.text(id)) {
            Some("RESOURCE_CONTROL_POLICY") => Some(PolicyKind::ResourceControl),
            Some("SERVICE_CONTROL_POLICY") | None => Some(PolicyKind::ServiceControl),
            Some(_) => None,
        },
        _ => None,
    }
}

fn terraform(tree: &Tree<'_>, root: Id, found: &mut Search) {
    for section in ["resource", "data"] {
        let Some(types) = tree.get(root, section) else {
            continue;
        };
        // Terraform takes a list wherever it takes one object.
        for types in tree.items(types) {
            for &(kind, names) in tree.map(types) {
                let kind = tree.text(kind).unwrap_or_default();
                for names in tree.items(names) {
                    for &(name, block) in tree.map(names) {
                        let name = tree.text(name).unwrap_or_default();
                        let path = join(&join(section, kind), name);
                        for block in tree.items(block) {
                            if section == "data" && kind == "aws_iam_policy_document" {
                                found.found.push(Found {
                                    node: block,
                                    path: path.clone(),
                                    kind: None,
                                    form: Form::Blocks,
                                });
                                merged(tree, block, &path, found);
                            } else {
                                let attached = kind_of_type(tree, block, kind);
                                documents(tree, block, &path, attached, true, found);
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What a document of Terraform is merged with: policies as JSON in strings.
pub(crate) const MERGED: [&str; 4] = [
    "source_policy_documents",
    "override_policy_documents",
    // As they were called once.
    "source_json",
    "override_json",
];

fn merged(tree: &Tree<'_>, block: Id, path: &str, found: &mut Search) {
    for name in MERGED {
        let Some(texts) = tree.get(block, name) else {
            continue;
        };
        let path = join(path, name);
        for (number, text) in tree.items(texts).into_iter().enumerate() {
            let path = match &tree.node(texts).value {
                Value::List(_) => format!("{path}[{number}]"),
                _ => path.clone(),
            };
            if tree.text(text).is_some_and(is_text) {
                found.found.push(Found {
                    node: text,
                    path,
                    kind: None,
                    form: Form::Text,
                });
            } else if is_unread(tree, text) {
                found.unread.push(path);
            }
        }
    }
}

fn plan(tree: &Tree<'_>, root: Id, found: &mut Search) {
    // `values` is what `terraform show -json` has of a state instead of a plan.
    let values = ["planned_values", "values"]
        .iter()
        .find_map(|name| tree.get(root, name));
    let mut modules: Vec<Id> = values
        .and_then(|values| tree.get(values, "root_module"))
        .into_iter()
        .collect();
    while let Some(module) = modules.pop() {
        for resource in tree
            .get(module, "resources")
            .map(|id| tree.items(id))
            .unwrap_or_default()
        {
            let text = |name| tree.get(resource, name).and_then(|id| tree.text(id));
            if let Some(values) = tree.get(resource, "values") {
                let kind = text("type").unwrap_or_default();
                // A document of a data source is checked where it is used.
                if kind == "aws_iam_policy_document" {
                    continue;
                }
                let address = text("address").unwrap_or_default();
                let attached = kind_of_type(tree, values, kind);
                let before = found.found.len() + found.unread.len();
                documents(tree, values, address, attached, true, found);
                // A plan has no values that are not known yet. A key has a policy without being given one.
                if attached.is_some()
                    && kind != "aws_kms_key"
                    && before == found.found.len() + found.unread.len()
                {
                    found.unread.push(address.to_string());
                }
            }
        }
        let children = tree.get(module, "child_modules").map(|id| tree.items(id));
        modules.extend(children.unwrap_or_default().into_iter().rev());
    }
}
