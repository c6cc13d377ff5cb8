//! All policies of a file, each as the document that a comparison reads.
//!
//! A value that only a deployment knows is written as a policy variable with the name that the file gives it: it is the same on
//! both sides of a comparison, and can be any text. Where a variable is not possible, the policy has a doubt that is reported.

use std::borrow::Cow;

use rekognition_iam_runtime::document::{
    Document, Effect, Element, List, PolicyKind, PrincipalSet, Principals, Statement,
};
use rekognition_iam_runtime::json::{self, Limits};

use super::braces;
use super::documents;
use super::exported;
use super::extract;
use super::files::{Input, MAX_FILE, Unread};
use super::hcl::{self, Purpose, Readers, Sources};
use super::known::Fill;
use super::language::{Language, Piece};
use super::positions::Positions;
use super::properties::{self, Services};
use super::render::{self, Embedded, Functions, Whole};
use super::search::{Form, Found};
use super::shape::{self, Shape};
use super::stack::Configuration;
use super::template::{self, Template};
use super::tree::{self, Id, Tree, TreeError};
use super::{sam, terraform};

/// A policy of a file.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    /// Where it is; empty when it is the whole file.
    pub(crate) place: String,
    /// What kind it is, where its place says so.
    pub(crate) kind: Option<PolicyKind>,
    /// The document as JSON, or why there is none.
    pub(crate) text: Result<String, String>,
    /// What the file says there.
    pub(crate) source: String,
    /// Why the document may say more or less than the policy will.
    pub(crate) doubts: Vec<String>,
    /// Whether it has values that a deployment chooses.
    pub(crate) open: bool,
    /// Whether it is part of a user, group, or role, whose inline policies share a quota.
    pub(crate) inline: bool,
    /// Whether the text reaches AWS as it stands, white space and all.
    pub(crate) sent: bool,
}

/// The policies of a file, and what was not read.
#[derive(Debug, Default)]
pub(crate) struct Policies {
    pub(crate) policies: Vec<Policy>,
    pub(crate) notes: Vec<String>,
    /// Why a file that nobody named was skipped: it cannot be parsed.
    pub(crate) skipped: Option<String>,
    /// Why the file cannot be used.
    pub(crate) unusable: Option<String>,
}

const NOT_KNOWN: &str = "the policy is not known before deployment";

/// All policies in a text as if it were that of the file.
pub(crate) fn policies(
    text: &str,
    input: &Input,
    sources: &dyn Sources,
    readers: &Readers,
) -> Policies {
    let mut out = Policies::default();
    if let Some(unread) = input.path.as_deref().and_then(Unread::of) {
        out.unusable = Some(unread.note(1));
        return out;
    }
    look(text, input, (sources, readers), &mut out);
    let mut seen: Vec<String> = Vec::new();
    for policy in &mut out.policies {
        let count = seen.iter().filter(|place| **place == policy.place).count();
        seen.push(policy.place.clone());
        if count > 0 {
            policy.place.push_str(&format!(" ({})", count + 1));
        }
    }
    if out.policies.is_empty() && out.notes.is_empty() && input.named && out.unusable.is_none() {
        out.unusable = Some("the file has no policy".to_string());
    }
    out
}

fn look(
    text: &str,
    input: &Input,
    (sources, readers): (&dyn Sources, &Readers),
    out: &mut Policies,
) {
    let name = input.name();
    match template::of(text, input, sources, readers) {
        Some(Template::Policy) => {
            let language = Language::Terraform(Configuration::default());
            let pieces = language.string(text).0;
            let kind = exported::of(input, sources).map(|exported| exported.kind);
            out.policies
                .push(in_text(String::new(), kind, text, &pieces));
            return;
        }
        Some(Template::Other) => {
            if !shape::is_other_json(text) {
                let note = "this template is not a single policy; policies inside it were not read";
                out.notes.push(note.to_string());
            }
            return;
        }
        None => {}
    }
    if hcl::is_hcl(input) {
        match hcl::read(text, input, sources, Purpose::Read) {
            Ok(read) => {
                out.notes.extend(read.notes);
                if read.is_remote {
                    out.notes.push(Unread::Terragrunt.note(1));
                }
                in_tree(&read.tree, Shape::Hcl, out);
            }
            Err(error) => broken(text, &error, input, out),
        }
        return;
    }
    if shape::is_yaml(text, input) {
        let read = shape::yaml(text, &name);
        // Two actions may write the same or not, so nothing represents them in a comparison.
        let is_open = matches!(read, Ok((_, Shape::Other)) | Err(_));
        if is_open && !braces::actions(text).is_empty() {
            match input.named {
                true => out.unusable = Some(braces::RENDER.to_string()),
                false => out.skipped = Some(braces::RENDER.to_string()),
            }
            return;
        }
        match read {
            Ok((tree, shape)) => in_tree(&tree, shape, out),
            Err(error) => broken(text, &error, input, out),
        }
        return;
    }
    let limits = Limits {
        text: MAX_FILE as usize,
        string: MAX_FILE as usize,
    };
    let shape = shape::shape(text, &name, input.named, &limits);
    if shape == Shape::Policy {
        if let Some((tree, _, name)) = shape::with_functions(text, &limits) {
            out.notes.push(format!(
                "`{name}` is a function of CloudFormation, which IAM does not have; its value is not known"
            ));
            return in_tree(&tree, Shape::Other, out);
        }
        let kind = exported::of(input, sources).map(|exported| exported.kind);
        out.policies.push(match braces::actions(text).is_empty() {
            true => whole(text, kind),
            false => in_text(String::new(), kind, text, &Language::Plain.string(text).0),
        });
        return;
    }
    match tree::parse_json(text, &limits) {
        Ok(tree) => in_tree(&shape.resolved(tree), shape, out),
        Err(error) => broken(text, &error, input, out),
    }
}

/// A file that is one policy document.
fn whole(text: &str, kind: Option<PolicyKind>) -> Policy {
    Policy {
        place: String::new(),
        kind,
        text: Ok(text.to_string()),
        source: text.to_string(),
        doubts: Vec::new(),
        open: false,
        inline: false,
        sent: true,
    }
}

fn broken(text: &str, error: &TreeError, input: &Input, out: &mut Policies) {
    let at = json::position(text, error.span.start);
    if input.named {
        out.unusable = Some(format!("{at}: {}", error.message));
    } else {
        out.skipped = Some(format!("{} ({at})", error.message));
    }
}

fn in_tree(tree: &Tree<'_>, shape: Shape, out: &mut Policies) {
    let language = extract::language(tree, shape);
    let extract = extract::find(tree, shape, &language);
    match shape {
        Shape::CdkTree => out
            .notes
            .push("skipped: it repeats what is in the templates next to it".to_string()),
        Shape::Pulumi => out.notes.push(Unread::Pulumi.note(1)),
        Shape::Policy
        | Shape::CloudFormation
        | Shape::Terraform
        | Shape::Plan
        | Shape::Serverless
        | Shape::PulumiState
        | Shape::Hcl
        | Shape::Other => {}
    }
    if extract.named > 0 {
        out.notes.push(match extract.named {
            1 => "1 managed policy is named and was not compared".to_string(),
            count => format!("{count} managed policies are named and were not compared"),
        });
    }
    for place in extract.unread {
        out.policies.push(Policy {
            place,
            kind: None,
            text: Err(NOT_KNOWN.to_string()),
            source: String::new(),
            doubts: Vec::new(),
            open: true,
            inline: false,
            sent: false,
        });
    }
    let functions = Functions::new(tree, &language, Limits::default().text);
    for found in &extract.found {
        if found.services == Services::IotCore {
            out.notes.push(format!(
                "{}: AWS IoT Core evaluates this policy, for devices; it was read as the identity policy of a caller",
                found.path
            ));
        }
        out.policies
            .extend(rendered(tree, found, &language, &functions));
    }
}

/// A policy that was found, unless it is a merge of others with nothing of its own.
fn rendered<'t>(
    tree: &'t Tree<'t>,
    found: &Found,
    language: &'t Language<'t>,
    functions: &Functions<'t>,
) -> Option<Policy> {
    let limit = Limits::default().text;
    let source = tree.node(found.node).span.of(tree.text);
    let place = instance(tree, found);
    let mut doubts = Vec::new();
    let rendered = match found.form {
        Form::Text | Form::Sub(_) | Form::StatementText(_) | Form::TextInText => {
            let (_, pieces) = found.pieces(tree, language, functions)?;
            return Some(Policy {
                inline: found.inline,
                ..in_text(place, found.kind, source, &pieces)
            });
        }
        Form::Sam(template, arguments) => {
            let own = sam::language(tree, functions, template, arguments);
            render::document(
                &sam::templates().tree,
                template.statements,
                Whole::Statements,
                &own,
                Fill::Named,
                limit,
            )
        }
        Form::Blocks(unknown) => {
            let has = |name: &str| {
                render::member(tree, found.node, name).is_some_and(|id| !tree.items(id).is_empty())
            };
            let merged = properties::MERGED.iter().any(|name| has(name));
            if merged {
                doubts.push("it is merged with other documents".to_string());
            }
            if !has("statement") && !merged {
                return None;
            }
            let unknowns = terraform::unknowns(tree, found.node, unknown);
            render::blocks(tree, found.node, language, &unknowns, Fill::Named, limit)
        }
        Form::Statements => render::document(
            tree,
            found.node,
            Whole::Statements,
            language,
            Fill::Named,
            limit,
        ),
        Form::Tree => {
            let whole = Whole::Document;
            render::document(tree, found.node, whole, language, Fill::Named, limit)
        }
    };
    let mut open = true;
    let text = match rendered {
        None => Err(format!(
            "the policy is not known before deployment, or longer than {limit} bytes"
        )),
        Some(rendered) => {
            match rendered.guessed {
                0 => {}
                1 => doubts.push("1 value is not known before deployment".to_string()),
                count => doubts.push(format!("{count} values are not known before deployment")),
            }
            doubts.extend(out_of_place(&rendered.text, rendered.open));
            open = rendered.open > 0;
            Ok(rendered.text)
        }
    };
    Some(Policy {
        place,
        kind: found.kind,
        text,
        source: source.to_string(),
        doubts,
        open,
        inline: found.inline,
        sent: false,
    })
}

/// A policy as JSON text in a string of a file, or in a file of its own.
fn in_text(place: String, kind: Option<PolicyKind>, source: &str, pieces: &[Piece]) -> Policy {
    let embedded = Embedded::new(pieces, Positions::whole(source), None, Fill::Named);
    let doubts = out_of_place(&embedded.text, embedded.open());
    // `${jsonencode(..)}` is instead of a whole JSON value.
    let open = embedded.open() > 0;
    Policy {
        place,
        kind,
        open,
        text: if open && json::read(&embedded.text).is_err() {
            Err("the text is only complete after deployment".to_string())
        } else {
            Ok(embedded.text)
        },
        source: source.to_string(),
        doubts: doubts.into_iter().collect(),
        inline: false,
        sent: !open,
    }
}

/// Why variables cannot represent what is open: they have no meaning in a document of another version than 2012-10-17, nor in
/// principals and actions.
fn out_of_place(text: &str, open: usize) -> Option<String> {
    if open == 0 {
        return None;
    }
    let document = json::read(text).ok()?;
    if document.version.as_deref() != Some("2012-10-17") {
        return Some(
            "values are not known before deployment, and the policy has no `\"Version\": \"2012-10-17\"`"
                .to_string(),
        );
    }
    document.statements.items.iter().find_map(|statement| {
        let actions = statement.actions.values.items.iter();
        let principals =
            (statement.principals.iter()).flat_map(|principals| match &principals.set {
                PrincipalSet::Anyone => Vec::new(),
                PrincipalSet::Listed(listed) => {
                    listed.iter().flat_map(|(_, list)| &list.items).collect()
                }
            });
        let (element, text) = (actions.map(|text| ("an action", text)))
            .chain(principals.map(|text| ("a principal", text)))
            .find(|(_, text)| text.contains("${"))?;
        let (_, name) = text.split_once("${")?;
        let name = name.split_once('}').map_or(name, |(name, _)| name);
        Some(format!(
            "`{name}` in {element} is not known before deployment"
        ))
    })
}

/// Where a policy is, with the instance of its block, whose key is the same when others come before it.
fn instance(tree: &Tree<'_>, found: &Found) -> String {
    match &found.block {
        Some(block) => {
            let rest = found.path.get(block.length..).unwrap_or_default();
            let named = named_items(tree, block.id, rest);
            let (address, rest) = (&block.address, named.as_deref().unwrap_or(rest));
            match rest.starts_with(['.', '[']) || rest.is_empty() {
                true => format!("{address}{rest}"),
                false => format!("{address}.{rest}"),
            }
        }
        None => place(tree, found),
    }
}

/// Where a policy is, with the names of items of lists instead of their numbers: others may be put before them.
pub(crate) fn place(tree: &Tree<'_>, found: &Found) -> String {
    tree.roots
        .iter()
        .find_map(|&root| named_items(tree, root, &found.path))
        .unwrap_or_else(|| found.path.clone())
}

/// Follows a path from a root; nothing when it leads nowhere.
fn named_items(tree: &Tree<'_>, root: Id, path: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = path;
    let mut at = root;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let end = if inner.starts_with('"') {
                inner.find("\"]")? + 1
            } else {
                inner.find(']')?
            };
            let (step, behind) = inner.split_at(end);
            rest = behind.strip_prefix(']')?;
            match step.parse::<usize>() {
                Ok(number) => {
                    at = *tree.items(at).get(number)?;
                    let name = ["PolicyName", "address", "name", "Name"]
                        .iter()
                        .find_map(|key| tree.text(tree.get(at, key)?));
                    match tree.instances.get(&at) {
                        Some(index) => out.push_str(index),
                        None => out.push_str(&format!("[{}]", name.unwrap_or(step))),
                    }
                }
                Err(_) => {
                    at = tree.get(at, step.trim_matches('"'))?;
                    out.push_str(&format!("[{step}]"));
                }
            }
        } else {
            rest = rest.strip_prefix('.').unwrap_or(rest);
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (step, behind) = rest.split_at(end);
            if step.is_empty() {
                return None;
            }
            at = tree.get(at, step)?;
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(step);
            out.push_str(tree.instances.get(&at).map_or("", String::as_str));
            rest = behind;
        }
    }
    Some(out)
}

/// The document of a policy's text, or what is wrong with it.
pub(crate) fn document(text: &str) -> Result<Document<'_>, String> {
    let document = json::read(text).map_err(|refused| {
        let at = refused.position;
        let message =
            (refused.located.finding.message).render(&rekognition_iam_runtime::check::Iam);
        format!("{}:{}: {message}", at.line, at.column)
    })?;
    match documents::version(&document) {
        Some(error) => Err(error),
        None => Ok(document),
    }
}

/// A document with everything allowed that its denies, which have the elements of this one, do not deny.
pub(crate) fn opened<'a>(document: &Document<'a>, deny: &Statement<'a>) -> Document<'a> {
    let everything = || Element {
        not: false,
        values: List {
            items: vec![Cow::Borrowed("*")],
            bare: true,
        },
    };
    let mut document = document.clone();
    document.statements.items.push(Statement {
        sid: None,
        effect: Effect::Allow,
        principals: deny.principals.as_ref().map(|_| Principals {
            not: false,
            set: PrincipalSet::Anyone,
        }),
        actions: everything(),
        resources: deny.resources.as_ref().map(|_| everything()),
        conditions: Vec::new(),
        empty_condition: false,
    });
    document
}
