//! Policies in templates, as what a program declares.

use std::path::Path;

use rekognition_iam_codegen::derive::DeclaredDocument;
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::json::{self, Limits, Lines, Position, Span};

use crate::input::exported;
use crate::input::extract;
use crate::input::files::{self, Input, MAX_FILE};
use crate::input::hcl::{self, Disk, Purpose};
use crate::input::ignored::Ignored;
use crate::input::known::Fill;
use crate::input::language::{Language, Piece};
use crate::input::positions::Positions;
use crate::input::render::{self, Embedded, Functions, Rendered, Unknowns, Whole};
use crate::input::sam;
use crate::input::search::{Form, Found};
use crate::input::shape::{self, Shape};
use crate::input::tree::{self, Tree};
use crate::plain::plain;

/// Whether a file is a template, and not a policy document or Rust.
pub(crate) fn is_template(path: &Path) -> bool {
    let name = path.to_string_lossy();
    let yaml = [".yaml", ".yml", ".tf.json", ".tf", ".tofu", ".hcl"]
        .iter()
        .any(|end| name.ends_with(end));
    yaml || name.ends_with(".json")
        && std::fs::read_to_string(path)
            .is_ok_and(|text| shape::shape(&text, &name, true, &limits()) != Shape::Policy)
}

/// Whether a file may have policies, by its name.
pub(crate) fn is_read(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    ["rs", "json", "yaml", "yml", "tf", "tofu", "hcl"]
        .iter()
        .any(|known| extension == *known)
}

/// A text as a tree, or where it is not one.
fn parsed<'t>(
    text: &'t str,
    input: &Input,
    name: &str,
) -> Result<(Tree<'t>, Shape), (Position, String)> {
    let wrong = |error: tree::TreeError| {
        (
            json::position(text, error.span.start),
            error.message.to_string(),
        )
    };
    if hcl::is_hcl(input) {
        let read = hcl::read(text, input, &Disk, Purpose::Read).map_err(wrong)?;
        return Ok((read.tree, Shape::Hcl));
    }
    if shape::is_yaml(text, input) {
        return shape::yaml(text, name).map_err(wrong);
    }
    let shape = shape::shape(text, name, input.named, &limits());
    let tree = tree::parse_json(text, &limits()).map_err(wrong)?;
    Ok((shape.resolved(tree), shape))
}

fn limits() -> Limits {
    Limits {
        text: MAX_FILE as usize,
        string: MAX_FILE as usize,
    }
}

/// The identity policies in the JSON and YAML files of a directory.
pub(crate) fn in_directory(path: &Path, shown: &Path) -> Result<Vec<DeclaredDocument>, String> {
    let collected = files::collect(&[path.to_owned()], Ignored::Read);
    if let Some(error) = collected.errors.into_iter().next() {
        return Err(error);
    }
    let mut documents = Vec::new();
    for input in collected.inputs {
        let Some(file) = input.path.as_deref() else {
            continue;
        };
        let inside = (file.strip_prefix(path))
            .or_else(|_| file.strip_prefix(files::short(path)))
            .unwrap_or(file);
        let name = shown.join(inside).to_string_lossy().replace('\\', "/");
        let text = files::read(&input).map_err(|error| format!("{name}: {error}"))?;
        let is_data = !hcl::is_hcl(&input) && !shape::is_yaml(&text, &input);
        if is_data && shape::shape(&text, &name, false, &limits()) == Shape::Policy {
            documents.extend(document(inside, &name, &text)?);
            continue;
        }
        match parsed(&text, &input, &name) {
            Ok((tree, shape)) => {
                documents.extend(of_tree(&tree, shape, &text, &name));
            }
            Err((at, error)) => eprintln!("not compared: {}: {at}: {error}", plain(&name)),
        }
    }
    Ok(documents)
}

/// A policy document in a file, if it is an identity policy.
fn document(path: &Path, name: &str, text: &str) -> Result<Option<DeclaredDocument>, String> {
    let mut lines = Lines::new(text);
    let mut place = |offset| {
        let at = lines.position(offset);
        (at.line, at.column)
    };
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let declared = DeclaredDocument::from_json(&stem, name, text, &mut place)
        .map_err(|error| error.to_string())?;
    let input = Input {
        path: Some(path.to_owned()),
        named: true,
    };
    let exported = exported::of(&input, &Disk).map(|exported| exported.kind);
    match exported.unwrap_or_else(|| PolicyKind::detect(&declared.document)) {
        PolicyKind::Identity => Ok(Some(declared)),
        kind => {
            eprintln!("not compared: {}: it is {}", plain(name), kind.in_words());
            Ok(None)
        }
    }
}

/// The identity policies in a template. What a template leaves open matches anything.
pub(crate) fn documents(path: &Path, shown: &str) -> Result<Vec<DeclaredDocument>, String> {
    let input = Input {
        path: Some(path.to_owned()),
        named: true,
    };
    let name = shown;
    let text = files::read(&input).map_err(|error| format!("{name}: {error}"))?;
    let (tree, shape) =
        parsed(&text, &input, name).map_err(|(at, error)| format!("{name}: {at}: {error}"))?;
    let found = of_tree(&tree, shape, &text, name);
    if found.is_empty() {
        return Err(format!("{name}: the file has no identity policy in full"));
    }
    Ok(found)
}

fn of_tree<'t>(tree: &'t Tree<'t>, shape: Shape, text: &str, name: &str) -> Vec<DeclaredDocument> {
    let language = extract::language(tree, shape);
    let functions = Functions::new(tree, &language, Limits::default().text);
    let mut documents = Vec::new();
    let mut lines = Lines::new(text);
    for found in extract::find(tree, shape, &language).found {
        if found.kind.is_some_and(|kind| kind != PolicyKind::Identity) {
            continue;
        }
        let head = tree.shown(found.node).start;
        let mut at = |offset: Option<usize>| {
            let at = lines.position(offset.unwrap_or(head));
            (at.line, at.column)
        };
        let declared = written(tree, &found, &language, &functions).and_then(|written| {
            let mut place = |offset: usize| at(written.offset(offset));
            DeclaredDocument::from_json(&found.path, name, written.text(), &mut place).ok()
        });
        match declared {
            Some(declared) => documents.push(declared),
            None => eprintln!("not compared: {}: {}", plain(name), plain(&found.path)),
        }
    }
    documents
}

/// A policy as JSON.
enum Written {
    /// What each byte of it was written as is known.
    Rendered(Box<Rendered>),
    /// From a string of the file, or from a policy template of SAM: its parts are where the whole is.
    Elsewhere(String),
}

impl Written {
    fn text(&self) -> &str {
        match self {
            Self::Rendered(rendered) => &rendered.text,
            Self::Elsewhere(text) => text,
        }
    }

    /// Where a byte of the JSON is in the file.
    fn offset(&self, offset: usize) -> Option<usize> {
        let span = Span {
            start: offset,
            end: offset,
        };
        match self {
            Self::Rendered(rendered) => Some(rendered.place(span).start),
            Self::Elsewhere(_) => None,
        }
    }
}

fn written<'t>(
    tree: &'t Tree<'t>,
    found: &Found,
    language: &'t Language<'t>,
    functions: &Functions<'t>,
) -> Option<Written> {
    let limit = Limits::default().text;
    let rendered = |rendered| Written::Rendered(Box::new(rendered));
    let whole = |whole| render::document(tree, found.node, whole, language, Fill::Wide, limit);
    let in_text = |pieces: &[Piece]| {
        let source = tree.node(found.node).span.of(tree.text);
        let embedded = Embedded::new(pieces, Positions::whole(source), None, Fill::Wide);
        Written::Elsewhere(embedded.text)
    };
    match found.form {
        Form::Tree => whole(Whole::Document).map(rendered),
        Form::Statements => whole(Whole::Statements).map(rendered),
        Form::Blocks(_) => {
            let none = Unknowns::new();
            render::blocks(tree, found.node, language, &none, Fill::Wide, limit).map(rendered)
        }
        Form::Text | Form::Sub(_) | Form::StatementText(_) | Form::TextInText => {
            Some(in_text(&found.pieces(tree, language, functions)?.1))
        }
        Form::Sam(template, arguments) => {
            let own = sam::language(tree, functions, template, arguments);
            let templates = &sam::templates().tree;
            let statements = template.statements;
            let kind = Whole::Statements;
            render::document(templates, statements, kind, &own, Fill::Wide, limit)
                .map(|rendered| Written::Elsewhere(rendered.text))
        }
    }
}
