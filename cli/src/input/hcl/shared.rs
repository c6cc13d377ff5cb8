//! What else uses a value that is edited: a local, a variable, or an argument of a module may decide whether a resource is there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use rekognition_iam_runtime::json::Span;

use super::module::{Block, Blocks};
use super::paths::normal;
use super::sources::Sources;
use super::terragrunt;
use crate::input::files::Input;

/// A name that expressions of a directory use for a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    directory: PathBuf,
    /// `local.actions`
    text: String,
}

/// Why a value at this place cannot be edited: something else than one policy of the file may use it. Only texts are compared, so
/// a name in a comment counts.
pub(crate) fn shared(
    text: &str,
    input: &Input,
    sources: &dyn Sources,
    span: Span,
) -> Option<String> {
    let path = input.path.as_deref()?;
    let directory = normal(path.parent().unwrap_or(Path::new("")));
    let own = path.file_name().unwrap_or_default().to_string_lossy();
    let blocks = Blocks::parse(text, 0).ok()?;
    let is_configuration = terragrunt::is_path(path);
    if is_configuration && is_local(&blocks, span) {
        return Some("configurations that include this file may use it".to_string());
    }
    if let Some(block) = instances_at(&blocks, span) {
        return Some(format!("it decides which instances of `{block}` there are"));
    }
    let mut seen = BTreeSet::new();
    let mut open = names_of(&blocks, &directory, span);
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        let mut uses = Vec::new();
        let mut instances = None;
        let others = match is_configuration && name.directory == directory {
            true => vec![own.to_string()],
            false => files(&name.directory, sources),
        };
        for file in others {
            let is_own = file == own && name.directory == directory;
            let other = (!is_own).then(|| sources.read(&name.directory.join(&file)));
            let read = match &other {
                None => text,
                Some(read) => read.as_deref().unwrap_or_default(),
            };
            for at in uses_of(&name.text, read) {
                if !is_own && name.directory == directory {
                    return Some(format!("`{}` is also used in {file}", name.text));
                }
                let names = match Blocks::parse(read, 0) {
                    Ok(blocks) => {
                        instances = instances.or_else(|| instances_at(&blocks, at));
                        names_of(&blocks, &name.directory, at)
                    }
                    Err(_) => Vec::new(),
                };
                uses.push(names);
            }
        }
        if uses.len() > 1 {
            return Some(format!("`{}` is used more than once", name.text));
        }
        if let Some(block) = instances {
            let name = name.text;
            return Some(format!(
                "`{name}` decides which instances of `{block}` there are"
            ));
        }
        open.extend(uses.into_iter().flatten());
    }
    None
}

/// The files of a directory that expressions are in.
pub(super) fn files(directory: &Path, sources: &dyn Sources) -> Vec<String> {
    module_files(sources.names(directory))
}

/// Those of these names that expressions are in.
pub(super) fn module_files(mut names: Vec<String>) -> Vec<String> {
    names.retain(|name| {
        [".tf", ".tofu", ".tf.json", ".tofu.json"]
            .iter()
            .any(|end| name.ends_with(end))
    });
    names
}

/// Where a text has a name, which may be after `data.`.
pub(super) fn uses_of(name: &str, text: &str) -> Vec<Span> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    (text.match_indices(name))
        .filter(|&(at, _)| {
            let (before, behind) = text.split_at(at);
            let behind = behind.get(name.len()..).unwrap_or_default();
            let before = before.strip_suffix("data.").unwrap_or(before);
            !behind.starts_with(is_part) && !before.ends_with(|c| is_part(c) || c == '.')
        })
        .map(|(at, _)| Span::new(at, at + name.len()))
        .collect()
}

/// The block of which a value at this place says which instances there are: with another value, Terraform replaces them.
fn instances_at(blocks: &Blocks, span: Span) -> Option<String> {
    let is_around = |at: std::ops::Range<usize>| at.start <= span.start && span.end <= at.end;
    let decides = |block: &&Block| {
        matches!(
            block.ident.as_str(),
            "resource" | "data" | "module" | "ephemeral"
        ) && (["count", "for_each"].into_iter())
            .filter_map(|name| block.body.attribute(name)?.value.span())
            .any(is_around)
    };
    Some(blocks.blocks.iter().find(decides)?.labels.join("."))
}

/// The names of the locals, variables, and arguments of modules whose values have this place.
fn names_of(blocks: &Blocks, directory: &Path, span: Span) -> Vec<Name> {
    let is_around = |at: Option<std::ops::Range<usize>>| {
        at.is_some_and(|at| at.start <= span.start && span.end <= at.end)
    };
    let mut out = Vec::new();
    for block in &blocks.blocks {
        for attribute in &block.body.attributes {
            if !is_around(attribute.value.span()) {
                continue;
            }
            let (directory, text) = match (block.ident.as_str(), block.labels.as_slice()) {
                ("locals", _) => (directory.to_path_buf(), format!("local.{}", attribute.name)),
                ("variable", [name]) => (directory.to_path_buf(), format!("var.{name}")),
                ("module", _) => match called(block, directory) {
                    Some(called) => (called, format!("var.{}", attribute.name)),
                    None => continue,
                },
                _ => continue,
            };
            out.push(Name { directory, text });
        }
    }
    out
}

/// Whether a value at this place is one of a local.
fn is_local(blocks: &Blocks, span: Span) -> bool {
    (blocks.of("locals"))
        .any(|block| block.place.start <= span.start && span.end <= block.place.end)
}

/// The directory of the module that a block calls.
fn called(block: &Block, directory: &Path) -> Option<PathBuf> {
    match &*block.body.attribute("source")?.value {
        Expression::String(source) => Some(normal(&directory.join(source.as_str()))),
        _ => None,
    }
}
