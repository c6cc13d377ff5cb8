//! What is written at a place of a policy, as far as an unfinished text shows it.

use rekognition_iam_runtime::catalogue::{self, ActionInfo, Service};
use rekognition_iam_runtime::glob;
use rekognition_iam_runtime::json::Span;

use super::documents::Document;
use super::outline::{Entry, Node, Scalar, Syntax, outline};
use crate::input::shape;

/// Takes the place of the cursor, so that something is written there in any case. No text has this character.
const MARK: char = '\u{fdd0}';

/// What someone writes at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Role {
    /// The name of an element of a statement, or of an argument of a block of Terraform.
    Name(Block),
    Effect,
    Version,
    Action,
    Resource,
    /// `AWS` or `Service`.
    PrincipalType,
    Principal(String),
    /// In place of the types of principals and the principals.
    Everyone,
    Operator,
    Key {
        operator: String,
    },
    Value {
        operator: String,
        key: String,
    },
}

/// What has elements with names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    /// A statement of a document.
    Statement,
    /// A statement of `aws_iam_policy_document`.
    TerraformStatement,
    TerraformCondition,
    TerraformPrincipals,
}

/// A place of a text.
#[derive(Debug, Clone)]
pub(super) struct Cursor {
    pub(super) role: Role,
    /// What is written there, without quotes.
    pub(super) span: Span,
    pub(super) is_quoted: bool,
    pub(super) syntax: Syntax,
    /// The actions of the statement.
    pub(super) actions: Vec<String>,
    /// Whether the statement is about all other actions.
    pub(super) not_actions: bool,
    /// The names that are there already, next to this one.
    pub(super) names: Vec<String>,
    /// How the text around it writes policy variables.
    pub(super) variables: Variables,
}

/// What begins the name of a policy variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Variables {
    /// `${`
    Plain,
    /// `${!`, in `Fn::Sub`, which fills in what follows `${`.
    Sub,
    /// `$${`, in Terraform, which evaluates what follows `${`.
    Terraform,
    /// `&{` too, in `aws_iam_policy_document`, which writes `${` for it.
    Block,
}

/// A map that the cursor is in, with the entry that it is in.
type Frame<'n> = (&'n [Entry], usize);

/// What is written at a byte of a text, if it is a part of a policy.
pub(super) fn cursor(document: &Document, at: usize) -> Option<Cursor> {
    in_text(&document.text, at, syntax(document))
}

fn syntax(document: &Document) -> Syntax {
    if document.is_hcl() {
        Syntax::Hcl
    } else if shape::is_yaml(&document.text, &document.input) {
        Syntax::Yaml
    } else {
        Syntax::Json
    }
}

fn in_text(text: &str, at: usize, syntax: Syntax) -> Option<Cursor> {
    let (before, after) = text.split_at_checked(at)?;
    let marked = format!("{before}{MARK}{after}");
    let root = outline(&marked, syntax);
    let mut frames = Vec::new();
    let (scalar, is_name) = find(&root, at, &mut frames)?;
    let of = |scalar: &Scalar| scalar.span.of(&marked).replace(MARK, "");
    let head = marked.get(..scalar.span.start)?;
    let function = function(&frames, head, &of);
    if function
        .as_deref()
        .is_some_and(|name| NAMING.contains(&name))
    {
        return None;
    }
    // In YAML, a name that is not followed by a colon yet is a value, which starts its line.
    let line = head.rsplit('\n').next().unwrap_or_default();
    let is_pending = scalar.syntax == Syntax::Yaml
        && !scalar.is_quoted
        && line.chars().all(|c| matches!(c, ' ' | '\t' | '-'));
    let steps = steps(&frames, is_name, &of)?;
    let role = role(&steps, &frames, is_name, is_name || is_pending, &of)?;
    let (actions, not_actions) = actions(&frames, &of);
    let (entries, own) = frames.last()?;
    let names = (entries.iter().enumerate())
        .filter(|(number, _)| number != own)
        .map(|(_, entry)| of(&entry.name))
        .collect();
    let actual = |at_marked: usize| match at_marked > at {
        true => at_marked - MARK.len_utf8(),
        false => at_marked,
    };
    let variables = match (function.as_deref(), syntax) {
        (Some("Sub"), _) => Variables::Sub,
        (_, Syntax::Hcl) if steps.last().is_some_and(|step| step.is_block) => Variables::Block,
        (_, Syntax::Hcl) => Variables::Terraform,
        (_, Syntax::Json | Syntax::Flow | Syntax::Yaml) => Variables::Plain,
    };
    Some(Cursor {
        role,
        span: Span::new(actual(scalar.span.start), actual(scalar.span.end)),
        is_quoted: scalar.is_quoted,
        syntax: scalar.syntax,
        actions,
        not_actions,
        names,
        variables,
    })
}

/// The functions of templates that accept names, and not what they return.
///
/// See <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>.
const NAMING: [&str; 7] = [
    "Cidr",
    "Condition",
    "FindInMap",
    "GetAtt",
    "GetAZs",
    "ImportValue",
    "Ref",
];

/// The function that a scalar is an argument of, as a name or as a tag of YAML.
fn function(frames: &[Frame<'_>], head: &str, of: &dyn Fn(&Scalar) -> String) -> Option<String> {
    let (entries, own) = frames.last()?;
    let name = of(&entries.get(*own)?.name);
    if let Some(name) = name.strip_prefix("Fn::") {
        return Some(name.to_string());
    }
    // The tag may be in a line before, with the marks of a list or of a block of text after it.
    let is_between = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '-' | '[' | '|' | '>');
    let (_, tag) = head.trim_end_matches(is_between).rsplit_once('!')?;
    (tag.chars().all(char::is_alphanumeric) && !tag.is_empty()).then(|| tag.to_string())
}

/// The scalar at a byte, and whether it is the name of the last frame's entry.
fn find<'n>(node: &'n Node, at: usize, frames: &mut Vec<Frame<'n>>) -> Option<(&'n Scalar, bool)> {
    let has = |scalar: &Scalar| scalar.span.start <= at && at < scalar.span.end;
    match node {
        Node::Scalar(scalar) => has(scalar).then_some((scalar, false)),
        Node::List(items) => items.iter().find_map(|item| find(item, at, frames)),
        Node::Map(entries) => {
            for (number, entry) in entries.iter().enumerate() {
                frames.push((entries, number));
                if has(&entry.name) {
                    return Some((&entry.name, true));
                }
                let found = entry
                    .value
                    .as_ref()
                    .and_then(|value| find(value, at, frames));
                if found.is_some() {
                    return found;
                }
                frames.pop();
            }
            None
        }
    }
}

/// An element of a policy, in JSON or as an argument or block of Terraform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    Statement,
    Action,
    NotAction,
    Resource,
    Effect,
    Version,
    Principal,
    Condition,
}

/// The element of a document with a name.
fn element(name: &str) -> Option<Element> {
    Some(match name {
        "Statement" => Element::Statement,
        "Action" => Element::Action,
        "NotAction" => Element::NotAction,
        "Resource" | "NotResource" => Element::Resource,
        "Effect" => Element::Effect,
        "Version" => Element::Version,
        "Principal" | "NotPrincipal" => Element::Principal,
        "Condition" => Element::Condition,
        _ => return None,
    })
}

/// The element that an argument of `aws_iam_policy_document` writes.
fn argument(name: &str) -> Option<Element> {
    Some(match name {
        "actions" => Element::Action,
        "not_actions" => Element::NotAction,
        "resources" | "not_resources" => Element::Resource,
        "effect" => Element::Effect,
        _ => return None,
    })
}

/// A name around the cursor, and what else has a name next to it.
#[derive(Debug)]
struct Step<'n> {
    name: String,
    /// Whether it is in `aws_iam_policy_document`, whose names are no others'.
    is_block: bool,
    entries: &'n [Entry],
    own: usize,
}

const DOCUMENT: &str = "aws_iam_policy_document";

/// The names around the cursor, from the outermost on. The name at the cursor itself says nothing about where it is. Nothing, where
/// only Terraform itself has names.
fn steps<'n>(
    frames: &[Frame<'n>],
    is_name: bool,
    of: &dyn Fn(&Scalar) -> String,
) -> Option<Vec<Step<'n>>> {
    let around = frames.len().checked_sub(usize::from(is_name))?;
    let mut out: Vec<Step<'n>> = Vec::new();
    let mut is_block = false;
    let mut in_dynamic = false;
    for (number, &(entries, own)) in frames.iter().take(around).enumerate() {
        let entry = entries.get(own)?;
        let name = of(&entry.name);
        let label = entry.labels.first().map(&of);
        // The rest of a file may not be written yet, or not be right.
        is_block |= name == "data" && label.as_deref() == Some(DOCUMENT)
            || number == 0 && name == "statement" && entry.name.syntax == Syntax::Hcl;
        if std::mem::take(&mut in_dynamic) {
            // `dynamic "statement" { content { .. } }` is the block `statement`.
            if name != "content" {
                return None;
            }
            continue;
        }
        let name = match label {
            Some(label) if is_block && name == "dynamic" => {
                in_dynamic = true;
                label
            }
            Some(_) | None => name,
        };
        // `Fn::Sub` and others are in place of what they return.
        if !name.starts_with("Fn::") {
            out.push(Step {
                name,
                is_block: is_block && entry.name.syntax == Syntax::Hcl,
                entries,
                own,
            });
        }
    }
    (!in_dynamic).then_some(out)
}

fn role(
    steps: &[Step<'_>],
    frames: &[Frame<'_>],
    is_name: bool,
    can_be_name: bool,
    of: &dyn Fn(&Scalar) -> String,
) -> Option<Role> {
    let mut around = steps.iter().rev();
    let [first, second, third, fourth] = [(); 4].map(|()| around.next());
    let (entries, own) = *frames.last()?;
    let name = |step: Option<&Step<'_>>| step.map(|step| step.name.clone()).unwrap_or_default();
    if first.is_some_and(|first| first.is_block) {
        let sibling = |name: &str| {
            let entry = entries.iter().find(|entry| of(&entry.name) == name)?;
            match entry.value.as_ref()? {
                Node::Scalar(scalar) => Some(of(scalar)),
                Node::List(_) | Node::Map(_) => None,
            }
        };
        return in_block(&name(first), &name(second), is_name, &sibling);
    }
    // Other things than statements have a `Condition` or a `Resource`, too.
    let element = |step: Option<&Step<'_>>, outer: Option<&Step<'_>>| {
        let step = step.filter(|step| !step.is_block)?;
        let found = element(&step.name)?;
        let is_there = match found {
            Element::Statement | Element::Version => true,
            Element::Action
            | Element::NotAction
            | Element::Resource
            | Element::Effect
            | Element::Principal
            | Element::Condition => {
                name(outer) == "Statement" || is_of_statement(step.entries, step.own, of)
            }
        };
        is_there.then_some(found)
    };
    let own_element = element(first, second);
    if own_element == Some(Element::Condition) {
        return can_be_name.then_some(Role::Operator);
    }
    if element(second, third) == Some(Element::Condition) {
        let operator = name(first);
        return can_be_name.then_some(Role::Key { operator });
    }
    if !is_name && element(third, fourth) == Some(Element::Condition) {
        let (operator, key) = (name(second), name(first));
        return Some(Role::Value { operator, key });
    }
    match own_element {
        Some(Element::Principal) if can_be_name => return Some(Role::PrincipalType),
        Some(Element::Principal) => return Some(Role::Everyone),
        Some(Element::Statement) => {
            return can_be_name.then_some(Role::Name(Block::Statement));
        }
        Some(
            Element::Action
            | Element::NotAction
            | Element::Resource
            | Element::Effect
            | Element::Version
            | Element::Condition,
        )
        | None => {}
    }
    if is_name {
        return is_statement(entries, own, of).then_some(Role::Name(Block::Statement));
    }
    if element(second, third) == Some(Element::Principal) {
        return Some(Role::Principal(name(first)));
    }
    match own_element? {
        Element::Action | Element::NotAction => Some(Role::Action),
        Element::Resource => Some(Role::Resource),
        Element::Effect => Some(Role::Effect),
        Element::Version => {
            let is_policy = entries.iter().any(|entry| of(&entry.name) == "Statement");
            is_policy.then_some(Role::Version)
        }
        Element::Statement | Element::Principal | Element::Condition => None,
    }
}

/// What is written in a block of `aws_iam_policy_document`, or as its argument.
fn in_block(
    first: &str,
    second: &str,
    is_name: bool,
    sibling: &dyn Fn(&str) -> Option<String>,
) -> Option<Role> {
    let of = |name: &str| sibling(name).unwrap_or_default();
    if is_name {
        return Some(Role::Name(match first {
            "statement" => Block::TerraformStatement,
            "condition" => Block::TerraformCondition,
            "principals" | "not_principals" => Block::TerraformPrincipals,
            _ => return None,
        }));
    }
    match (first, second) {
        ("test", "condition") => Some(Role::Operator),
        ("variable", "condition") => Some(Role::Key {
            operator: of("test"),
        }),
        ("values", "condition") => Some(Role::Value {
            operator: of("test"),
            key: of("variable"),
        }),
        ("type", "principals" | "not_principals") => Some(Role::PrincipalType),
        ("identifiers", "principals" | "not_principals") => Some(Role::Principal(of("type"))),
        (_, "statement") => match argument(first)? {
            Element::Action | Element::NotAction => Some(Role::Action),
            Element::Resource => Some(Role::Resource),
            Element::Effect => Some(Role::Effect),
            Element::Statement | Element::Version | Element::Principal | Element::Condition => None,
        },
        _ => None,
    }
}

/// The names of a map without the one that the cursor is in.
fn others<'n>(
    entries: &'n [Entry],
    own: usize,
    of: &'n dyn Fn(&Scalar) -> String,
) -> impl Iterator<Item = String> + 'n {
    (entries.iter().enumerate())
        .filter(move |(number, _)| *number != own)
        .map(move |(_, entry)| of(&entry.name))
}

/// Whether a name is next to those of a statement, or of something else that has its elements.
fn is_of_statement(entries: &[Entry], own: usize, of: &dyn Fn(&Scalar) -> String) -> bool {
    others(entries, own, of).any(|name| match element(&name) {
        Some(
            Element::Action
            | Element::NotAction
            | Element::Effect
            | Element::Resource
            | Element::Principal,
        ) => true,
        Some(Element::Statement | Element::Version | Element::Condition) => false,
        None => name == "Sid",
    })
}

/// Whether the names of a map are those of a statement, without the one that the cursor is in.
fn is_statement(entries: &[Entry], own: usize, of: &dyn Fn(&Scalar) -> String) -> bool {
    let elements: Vec<Element> = others(entries, own, of)
        .filter_map(|name| element(&name))
        .collect();
    let has = |element| elements.contains(&element);
    has(Element::Effect)
        || has(Element::NotAction)
        || has(Element::Action) && has(Element::Resource)
}

/// The actions of the statement that the cursor is in, and whether they are those that it is not about.
fn actions(frames: &[Frame<'_>], of: &dyn Fn(&Scalar) -> String) -> (Vec<String>, bool) {
    for (entries, _) in frames.iter().rev() {
        let mut out = Vec::new();
        let mut not = false;
        for entry in *entries {
            let name = of(&entry.name);
            let name = element(&name).or_else(|| argument(&name));
            if matches!(name, Some(Element::Action | Element::NotAction)) {
                not |= name == Some(Element::NotAction);
                scalars(entry.value.as_ref(), of, &mut out);
            }
        }
        if !out.is_empty() || is_of_statement(entries, usize::MAX, of) {
            return (out, not);
        }
    }
    (Vec::new(), false)
}

fn scalars(node: Option<&Node>, of: &dyn Fn(&Scalar) -> String, out: &mut Vec<String>) {
    match node {
        None | Some(Node::Map(_)) => {}
        Some(Node::Scalar(scalar)) => out.push(of(scalar)),
        Some(Node::List(items)) => items.iter().for_each(|item| scalars(Some(item), of, out)),
    }
}

impl Cursor {
    /// The actions of the catalogue that the statement is about.
    pub(super) fn known_actions(&self) -> Vec<(&'static Service, &'static ActionInfo)> {
        match self.not_actions {
            true => Vec::new(),
            false => self
                .actions
                .iter()
                .flat_map(|action| matching(action))
                .collect(),
        }
    }
}

/// The actions of the catalogue that a name or pattern means. `*` means none in particular.
pub(super) fn matching(pattern: &str) -> Vec<(&'static Service, &'static ActionInfo)> {
    let Some((prefix, name)) = pattern.split_once(':') else {
        return Vec::new();
    };
    let Some(service) = catalogue::service(&prefix.to_ascii_lowercase()) else {
        return Vec::new();
    };
    (service.actions.iter())
        .filter(|action| glob::matches(name, action.name, true))
        .map(|action| (service, action))
        .collect()
}

#[cfg(test)]
mod tests;
