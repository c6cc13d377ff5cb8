//! What a file is, by its name and by the names at its top.

use rekognition_iam_runtime::json::{Lexer, Limits, ReadError};
use rekognition_iam_runtime::suggest;

use crate::input::files::Input;
use crate::input::recognize;
use crate::input::tree::{self, Id, Tree, TreeError};
use crate::input::variables;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A policy document.
    Policy,
    /// A template of CloudFormation or SAM.
    CloudFormation,
    /// Terraform's configuration in JSON.
    Terraform,
    /// Terraform's configuration as it is written.
    Hcl,
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

impl Shape {
    /// The names of the entries of a file that have several resources or policies.
    pub(crate) fn sections(self, tree: &Tree<'_>) -> Vec<Id> {
        let inner = match self {
            Self::CloudFormation | Self::Terraform | Self::Plan | Self::Pulumi => &[][..],
            Self::Serverless => &["Resources", "extensions", "stateMachines"],
            Self::Policy | Self::Hcl | Self::PulumiState | Self::CdkTree | Self::Other => {
                return Vec::new();
            }
        };
        let mut out = Vec::new();
        for &(name, section) in tree.roots.iter().flat_map(|&root| tree.map(root)) {
            out.push(name);
            let members = (tree.items(section).into_iter()).flat_map(|item| tree.map(item));
            let is_section = |name: Id| tree.text(name).is_some_and(|name| inner.contains(&name));
            out.extend(
                members
                    .map(|&(name, _)| name)
                    .filter(|&name| is_section(name)),
            );
        }
        out
    }

    /// A tree of this shape, with the values that its own variables are.
    pub(crate) fn resolved(self, tree: Tree<'_>) -> Tree<'_> {
        match self {
            Self::Serverless => variables::resolved(tree),
            Self::Policy
            | Self::CloudFormation
            | Self::Terraform
            | Self::Hcl
            | Self::Plan
            | Self::Pulumi
            | Self::PulumiState
            | Self::CdkTree
            | Self::Other => tree,
        }
    }

    /// What to change instead of a file of this shape and name, where a tool wrote the file: it writes it again from
    /// somewhere else, and an edit would at best be lost.
    ///
    /// <https://developer.hashicorp.com/terraform/language/state>: the state is not to be edited by hand.
    pub(crate) fn source(self, file: &str) -> Option<&'static str> {
        match self {
            Self::Plan => return Some("Terraform wrote this file; change its configuration"),
            Self::PulumiState => return Some("Pulumi wrote this file; change its program"),
            Self::CdkTree => return Some("the CDK wrote this file; change the app"),
            Self::Policy
            | Self::CloudFormation
            | Self::Terraform
            | Self::Hcl
            | Self::Serverless
            | Self::Pulumi
            | Self::Other => {}
        }
        file.split(['/', '\\'])
            .find_map(|directory| match directory {
                "cdk.out" => Some("the CDK wrote this file; change the app"),
                ".aws-sam" => Some("SAM wrote this file; change the template"),
                ".serverless" => {
                    Some("the Serverless Framework wrote this file; change its configuration")
                }
                _ => None,
            })
    }
}

/// Whether a text in YAML can neither be anything but [`Shape::Other`] nor have a policy or a comment for us, which is so for most files of
/// a repository. Only words are looked for, without reading the text as YAML: what the answer is about is a word in any of its forms.
pub(crate) fn is_other_yaml(text: &str, file: &str) -> bool {
    // The names by which `yaml_shape` knows a file, and one that every document has, also in a string.
    const WORDS: [&str; 7] = [
        "Statement",
        "Resources",
        "AWS",
        "provider",
        "runtime",
        "ekognition",
        "EKOGNITION",
    ];
    // With these, a word can be written in other characters or on two lines.
    const ESCAPES: [&str; 5] = ["\\x", "\\u00", "\\U0000", "\\\n", "\\\r"];
    let is_named = is_serverless(file) || is_pulumi(file);
    let has_word = || WORDS.iter().any(|word| text.contains(word));
    let is_escaped = || text.contains('\\') && ESCAPES.iter().any(|escape| text.contains(escape));
    !(is_named || has_word() || is_escaped())
}

/// Whether a text that is JSON and [`Shape::Other`] has no policy, by the word that every document has.
pub(crate) fn is_other_json(text: &str) -> bool {
    !text.contains("Statement") && !text.contains("\\u00")
}

/// A text in YAML, as what it is, with what its own variables say.
pub(crate) fn yaml<'t>(text: &'t str, file: &str) -> Result<(Tree<'t>, Shape), TreeError> {
    let tree = tree::parse_yaml(text)?;
    let shape = yaml_shape(&tree, file);
    Ok((shape.resolved(tree), shape))
}

const STATEMENT: [&str; 5] = ["Effect", "Action", "NotAction", "Resource", "Principal"];

/// What a JSON text is, going by the names at its top. A text that is no JSON may still be known by them.
pub(crate) fn shape(text: &str, file: &str, named: bool, limits: &Limits) -> Shape {
    shape_of_json(text, file, named, limits).0
}

/// The same, and whether the text is JSON to its end.
pub(crate) fn shape_of_json(text: &str, file: &str, named: bool, limits: &Limits) -> (Shape, bool) {
    let mut names = Vec::new();
    let whole = names_at_top(text, limits, &mut names);
    let shape = shape_by(&names, whole, text, (file, named), limits);
    (shape, whole)
}

fn shape_by(
    names: &[(String, &str)],
    whole: bool,
    text: &str,
    (file, named): (&str, bool),
    limits: &Limits,
) -> Shape {
    let has = |name: &str| names.iter().any(|(known, _)| known == name);
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
    let is_configuration = ["resource", "data", "terraform", "provider", "module"]
        .iter()
        .any(|name| has(name));
    // Other JSON has these names too, and where it is broken, that is not for us to report.
    if is_configuration && (whole || named) {
        return Shape::Terraform;
    }
    if whole {
        // A typo in the one name that makes it a policy is to be reported, not to be stepped over. That the name is near is
        // not enough: JSON is full of other statements and versions.
        let is_policy = names.iter().any(|(name, value)| match name.as_str() {
            "Version" => named && is_date(value),
            _ => is_near(name, &["Statement"]) && has_statements(value, limits),
        });
        let is_statements = || named && has_statements(text, limits);
        return if is_policy || is_statements() {
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

/// What a JSON text with statements is that is not a policy of IAM.
pub(crate) fn other_grammar(text: &str, limits: &Limits) -> Option<&'static str> {
    // Few texts need a second look.
    let may_be = ["\"Data", "pdate:", "\"1\""]
        .iter()
        .any(|cue| text.contains(cue));
    let tree = may_be
        .then(|| tree::parse_json(text, limits).ok())
        .flatten()?;
    (tree.roots.first()).and_then(|&root| recognize::other_grammar(&tree, root))
}

/// A policy in JSON that has functions of CloudFormation, though it is not in a template; and the first of them.
pub(crate) fn with_functions<'t>(text: &'t str, limits: &Limits) -> Option<(Tree<'t>, Id, String)> {
    // Few texts need a second look.
    let may_be = text.contains("\"Fn::") || text.contains("\"Ref\"");
    let tree = may_be
        .then(|| tree::parse_json(text, limits).ok())
        .flatten()?;
    let (id, name) = recognize::function(&tree)?;
    Some((tree, id, name))
}

/// Whether a name is one of these, with a typo or in another letter case.
fn is_near(name: &str, names: &[&str]) -> bool {
    suggest::nearest(name, names.iter().copied()).is_some()
}

/// Whether a value looks like the version of a policy, in which AWS writes a date.
fn is_date(value: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = value.trim_matches('"').split('-');
    parts.clone().count() == 3 && parts.all(is_digits)
}

/// Whether a value is a statement of a policy, or a list that has one.
fn has_statements(value: &str, limits: &Limits) -> bool {
    let mut lexer = Lexer::with_limits(value, limits);
    if lexer.open(b'[').is_err() {
        let mut names = Vec::new();
        names_at_top(value, limits, &mut names);
        let has = |wanted: &[&str]| names.iter().any(|(name, _)| is_near(name, wanted));
        return has(&["Effect"]) && has(&["Action", "NotAction", "Resource", "Principal"]);
    }
    let mut any = false;
    let mut read = || {
        let mut more = !lexer.closes(b']');
        while more && !any {
            let start = lexer.offset();
            let span = lexer.skip()?;
            let item = value.get(start..span.end).unwrap_or_default();
            // A list in a list is neither.
            any = item.trim_start().starts_with('{') && has_statements(item, limits);
            more = lexer.more(b']')?;
        }
        Ok::<_, ReadError>(())
    };
    read().is_ok() && any
}

/// Collects the names of the top object with the texts of their values, and says whether the text is JSON to its end.
fn names_at_top<'t>(text: &'t str, limits: &Limits, names: &mut Vec<(String, &'t str)>) -> bool {
    let mut lexer = Lexer::with_limits(text, limits);
    let mut read = || {
        if lexer.open(b'{').is_err() {
            let mut lexer = Lexer::with_limits(text, limits);
            lexer.skip()?;
            return lexer.finish();
        }
        let mut more = !lexer.closes(b'}');
        while more {
            let name = lexer.name()?.0.into_owned();
            names.push((name, ""));
            let span = lexer.skip()?;
            if let Some((_, value)) = names.last_mut() {
                *value = span.of(text);
            }
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
fn yaml_shape(tree: &Tree<'_>, file: &str) -> Shape {
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
