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
    let role = role(&frames, is_name, &of)?;
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
    Some(Cursor {
        role,
        span: Span::new(actual(scalar.span.start), actual(scalar.span.end)),
        is_quoted: scalar.is_quoted,
        syntax: scalar.syntax,
        actions,
        not_actions,
        names,
    })
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

fn element(name: &str) -> Option<Element> {
    Some(match name {
        "Statement" | "statement" => Element::Statement,
        "Action" | "actions" => Element::Action,
        "NotAction" | "not_actions" => Element::NotAction,
        "Resource" | "NotResource" | "resources" | "not_resources" => Element::Resource,
        "Effect" | "effect" => Element::Effect,
        "Version" => Element::Version,
        "Principal" | "NotPrincipal" => Element::Principal,
        "Condition" => Element::Condition,
        _ => return None,
    })
}

fn role(frames: &[Frame<'_>], is_name: bool, of: &dyn Fn(&Scalar) -> String) -> Option<Role> {
    let names: Vec<String> = (frames.iter())
        .filter_map(|&(entries, own)| Some(of(&entries.get(own)?.name)))
        .collect();
    // From the innermost on. The name at the cursor itself says nothing about where it is.
    let mut around = (names.iter().rev().skip(usize::from(is_name)))
        // `Fn::Sub` and others are in place of what they return.
        .filter(|name| !name.starts_with("Fn::"));
    let [first, second, third] = [around.next(), around.next(), around.next()]
        .map(|name| name.map(String::as_str).unwrap_or_default());
    let (entries, _) = *frames.last()?;
    let sibling = |name: &str| {
        let entry = entries.iter().find(|entry| of(&entry.name) == name)?;
        match entry.value.as_ref()? {
            Node::Scalar(scalar) => Some(of(scalar)),
            Node::List(_) | Node::Map(_) => None,
        }
    };
    let test = || sibling("test").unwrap_or_default();
    // The blocks of Terraform.
    match (first, second, is_name) {
        ("condition", _, true) => return Some(Role::Name(Block::TerraformCondition)),
        ("principals" | "not_principals", _, true) => {
            return Some(Role::Name(Block::TerraformPrincipals));
        }
        ("statement", _, true) => return Some(Role::Name(Block::TerraformStatement)),
        ("test", "condition", false) => return Some(Role::Operator),
        ("variable", "condition", false) => return Some(Role::Key { operator: test() }),
        ("values", "condition", false) => {
            let key = sibling("variable").unwrap_or_default();
            return Some(Role::Value {
                operator: test(),
                key,
            });
        }
        ("type", "principals" | "not_principals", false) => return Some(Role::PrincipalType),
        ("identifiers", "principals" | "not_principals", false) => {
            return Some(Role::Principal(sibling("type").unwrap_or_default()));
        }
        _ => {}
    }
    // In YAML, a name that is not followed by a colon yet is a value.
    if element(first) == Some(Element::Condition) {
        return Some(Role::Operator);
    }
    if element(second) == Some(Element::Condition) {
        let operator = first.to_string();
        return Some(Role::Key { operator });
    }
    if !is_name && element(third) == Some(Element::Condition) {
        let (operator, key) = (second.to_string(), first.to_string());
        return Some(Role::Value { operator, key });
    }
    match element(first) {
        Some(Element::Principal) => return Some(Role::PrincipalType),
        Some(Element::Statement) => return Some(Role::Name(Block::Statement)),
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
        return is_statement(entries, of).then_some(Role::Name(Block::Statement));
    }
    if element(second) == Some(Element::Principal) {
        return Some(Role::Principal(first.to_string()));
    }
    match element(first)? {
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

/// Whether the names of a map are those of a statement.
fn is_statement(entries: &[Entry], of: &dyn Fn(&Scalar) -> String) -> bool {
    let known = |entry: &&Entry| match element(&of(&entry.name)) {
        Some(Element::Action | Element::NotAction | Element::Effect | Element::Resource) => true,
        Some(Element::Statement | Element::Version | Element::Principal | Element::Condition)
        | None => false,
    };
    entries.iter().filter(known).count() > 0
}

/// The actions of the statement that the cursor is in, and whether they are those that it is not about.
fn actions(frames: &[Frame<'_>], of: &dyn Fn(&Scalar) -> String) -> (Vec<String>, bool) {
    for (entries, _) in frames.iter().rev() {
        let mut out = Vec::new();
        let mut not = false;
        for entry in *entries {
            let name = element(&of(&entry.name));
            if matches!(name, Some(Element::Action | Element::NotAction)) {
                not |= name == Some(Element::NotAction);
                scalars(entry.value.as_ref(), of, &mut out);
            }
        }
        if !out.is_empty() || is_statement(entries, of) {
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
