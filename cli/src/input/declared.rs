//! Policies in templates, as what a program declares.

use std::path::Path;

use rekognition_iam_codegen::derive::DeclaredDocument;
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::json::{self, Limits, Lines, Span};

use crate::input::extract;
use crate::input::files::{self, Input, MAX_FILE};
use crate::input::known::Fill;
use crate::input::render::{self, Unknowns, Whole};
use crate::input::search::Form;
use crate::input::shape::{self, Shape};
use crate::input::tree::{self, Tree};
use crate::plain::plain;

/// Whether a file is a template, and not a policy document or Rust.
pub(crate) fn is_template(path: &Path) -> bool {
    let name = path.to_string_lossy();
    let yaml = [".yaml", ".yml", ".tf.json"]
        .iter()
        .any(|end| name.ends_with(end));
    yaml || name.ends_with(".json")
        && std::fs::read_to_string(path)
            .is_ok_and(|text| shape::shape(&text, &name, true, &limits()) != Shape::Policy)
}

fn limits() -> Limits {
    Limits {
        text: MAX_FILE as usize,
        string: MAX_FILE as usize,
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
    let wrong = |error: tree::TreeError| {
        format!(
            "{name}: {}: {}",
            json::position(&text, error.span.start),
            error.message
        )
    };
    let is_yaml = name.ends_with(".yaml") || name.ends_with(".yml");
    let tree = match is_yaml {
        true => tree::parse_yaml(&text).map_err(wrong)?,
        false => tree::parse_json(&text, &limits()).map_err(wrong)?,
    };
    let shape = match is_yaml {
        true => shape::yaml_shape(&tree, name),
        false => shape::shape(&text, name, true, &limits()),
    };
    let found = of_tree(&tree, shape, &text, name);
    if found.is_empty() {
        return Err(format!("{name}: the file has no identity policy in full"));
    }
    Ok(found)
}

fn of_tree(tree: &Tree<'_>, shape: Shape, text: &str, name: &str) -> Vec<DeclaredDocument> {
    let language = extract::language(tree, shape);
    let mut documents = Vec::new();
    let mut lines = Lines::new(text);
    for found in extract::find(tree, shape, &language).found {
        if found.kind.is_some_and(|kind| kind != PolicyKind::Identity) {
            continue;
        }
        let limit = Limits::default().text;
        let none = Unknowns::new();
        let whole = |whole| render::document(tree, found.node, whole, &language, Fill::Wide, limit);
        let rendered = match found.form {
            Form::Tree => whole(Whole::Document),
            Form::Statements => whole(Whole::Statements),
            Form::Blocks(_) => {
                render::blocks(tree, found.node, &language, &none, Fill::Wide, limit)
            }
            // Text in a string, and templates of SAM, are read by `check` only.
            Form::Text | Form::Sub(_) | Form::Sam(..) => None,
        };
        let declared = rendered.and_then(|rendered| {
            let mut place = |offset: usize| {
                let span = Span {
                    start: offset,
                    end: offset,
                };
                let at = lines.position(rendered.place(span).start);
                (at.line, at.column)
            };
            DeclaredDocument::from_json(&found.path, name, &rendered.text, &mut place).ok()
        });
        match declared {
            Some(declared) => documents.push(declared),
            None => eprintln!("not compared: {}: {}", plain(name), plain(&found.path)),
        }
    }
    documents
}
