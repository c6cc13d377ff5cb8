//! What uses a value of a file by a name, and so changes with the value.

use std::path::Path;

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use rekognition_iam_runtime::json::Span;

use super::module::{Attribute, Block, Blocks};
use super::scope::normal;
use super::sources::{Sources, blocks_of};
use crate::input::files::Input;

/// Why a value at this place cannot be edited because of so many findings: something else uses it.
pub(crate) fn shared(
    text: &str,
    input: &Input,
    sources: &dyn Sources,
    span: Span,
    findings: usize,
) -> Option<String> {
    let path = input.path.as_deref()?;
    let own = Blocks::parse(text, 0).ok()?;
    let directory = path.parent().unwrap_or(Path::new(""));
    let name = path.file_name()?.to_string_lossy();
    let mut reason = None;
    for block in &own.blocks {
        for attribute in &block.body.attributes {
            if reason.is_none() && is_around(attribute, span) {
                reason = match (block.ident.as_str(), block.labels.as_slice()) {
                    _ if is_instances(block, attribute) => Some(of_instances("it", block)),
                    ("locals", _) => Module::new(sources, directory, Some((&name, text)))
                        .refuses(&format!("local.{}", attribute.name), findings),
                    ("variable", [variable]) => {
                        Module::new(sources, directory, Some((&name, text)))
                            .refuses(&format!("var.{variable}"), findings)
                    }
                    ("module", _) => called(block, directory).and_then(|directory| {
                        Module::new(sources, &directory, None)
                            .refuses(&format!("var.{}", attribute.name), findings)
                    }),
                    _ => None,
                };
            }
        }
    }
    reason
}

fn is_around(attribute: &Attribute, span: Span) -> bool {
    (attribute.value.span()).is_some_and(|at| at.start <= span.start && span.end <= at.end)
}

/// Whether an attribute says which instances of a block there are: with another value, Terraform replaces them.
fn is_instances(block: &Block, attribute: &Attribute) -> bool {
    matches!(
        block.ident.as_str(),
        "resource" | "data" | "module" | "ephemeral"
    ) && matches!(attribute.name.as_str(), "count" | "for_each")
}

fn of_instances(name: &str, block: &Block) -> String {
    let block = block.labels.join(".");
    format!("{name} decides which instances of `{block}` there are")
}

/// The directory of a module on disk that is called.
fn called(block: &Block, directory: &Path) -> Option<std::path::PathBuf> {
    match block.body.attribute("source")?.value.as_ref() {
        Expression::String(source) if source.value().starts_with('.') => {
            Some(normal(&directory.join(source.value().as_str())))
        }
        _ => None,
    }
}

/// The files of a module.
struct Module<'m> {
    /// The names, texts, and blocks. The blocks are missing if the text is not in HCL.
    files: Vec<(String, String, Option<Blocks>)>,
    /// The file that is edited. No other file may use what is in it.
    own: Option<&'m str>,
}

impl<'m> Module<'m> {
    fn new(sources: &dyn Sources, directory: &Path, own: Option<(&'m str, &str)>) -> Self {
        let names = sources.names(directory).into_iter();
        let mut files: Vec<_> = names
            .filter(|name| own.is_none_or(|(own, _)| own != name))
            .filter_map(|name| {
                let text = sources.read(&directory.join(&name)).unwrap_or_default();
                let text = blocks_of(&name, text)?;
                let blocks = Blocks::parse(&text, 0).ok();
                Some((name, text, blocks))
            })
            .collect();
        if let Some((name, text)) = own {
            let blocks = Blocks::parse(text, 0).ok();
            files.push((name.to_string(), text.to_string(), blocks));
        }
        Self {
            files,
            own: own.map(|(name, _)| name),
        }
    }

    /// Why the value of a name cannot be edited.
    fn refuses(&self, name: &str, findings: usize) -> Option<String> {
        match self.uses(name, &mut Vec::new()) {
            Err(reason) => Some(reason),
            Ok(count) if count > findings => Some(format!(
                "`{name}` is used in {count} places, and not all of them are wrong"
            )),
            Ok(_) => None,
        }
    }

    /// In how many places a name is used, or why its value cannot change.
    fn uses(&self, name: &str, seen: &mut Vec<String>) -> Result<usize, String> {
        if seen.iter().any(|known| known == name) {
            return Ok(0);
        }
        seen.push(name.to_string());
        let mut count = 0;
        for (file, text, blocks) in &self.files {
            let is_own = self.own.is_none_or(|own| own == file);
            let Some(blocks) = blocks else {
                match occurrences(text, name) {
                    0 => continue,
                    _ => return Err(format!("`{name}` is also used in {file}")),
                }
            };
            for block in &blocks.blocks {
                let mut found = Vec::new();
                attributes(&block.body, 0, &mut found);
                for (attribute, depth) in found {
                    let at = attribute.value.span().unwrap_or_default();
                    let uses = occurrences(text.get(at).unwrap_or_default(), name);
                    if uses == 0 {
                        continue;
                    }
                    if !is_own {
                        return Err(format!("`{name}` is also used in {file}"));
                    }
                    if depth == 0 && is_instances(block, attribute) {
                        return Err(of_instances(&format!("`{name}`"), block));
                    }
                    count += match block.ident == "locals" {
                        true => uses * self.uses(&format!("local.{}", attribute.name), seen)?,
                        false => uses,
                    };
                }
            }
        }
        Ok(count)
    }
}

/// The attributes of a block and of the blocks in it, with how deep they are.
fn attributes<'b>(body: &'b Blocks, depth: usize, out: &mut Vec<(&'b Attribute, usize)>) {
    out.extend(body.attributes.iter().map(|attribute| (attribute, depth)));
    for block in &body.blocks {
        attributes(&block.body, depth + 1, out);
    }
}

/// How often a text has a name.
fn occurrences(text: &str, name: &str) -> usize {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    (text.match_indices(name))
        .filter(|(at, _)| {
            let before = text.get(..*at).unwrap_or_default();
            let after = text.get(at + name.len()..).unwrap_or_default();
            !before.ends_with(|c| is_part(c) || c == '.') && !after.starts_with(is_part)
        })
        .count()
}
