//! The files of a module, as the blocks that they have.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::repeated;
use super::value::{FileId, Place};
use crate::input::tree::TreeError;
use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Body, Structure};

/// A file that was read.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) text: String,
}

/// `ident "label" { .. }`
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub(super) ident: String,
    pub(super) labels: Vec<String>,
    pub(super) body: Blocks,
    /// Where its first line is, up to the brace.
    pub(super) head: Place,
    pub(super) place: Place,
}

/// What is between the braces of a block, or in a file.
#[derive(Debug, Clone, Default)]
pub(super) struct Blocks {
    pub(super) attributes: Vec<Attribute>,
    pub(super) blocks: Vec<Block>,
}

/// `name = expression`
#[derive(Debug, Clone)]
pub(super) struct Attribute {
    pub(super) name: String,
    pub(super) name_place: Place,
    pub(super) value: Arc<Expression>,
    pub(super) file: FileId,
}

/// What a file of a module has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Has {
    Blocks {
        overrides: bool,
    },
    /// Values of variables, which Terraform reads by itself.
    Values,
}

/// A file that could not be read.
#[derive(Debug)]
pub(super) struct Unread {
    /// Its name, and why.
    pub(super) note: String,
    pub(super) has: Has,
}

impl Unread {
    /// Whether it may replace what other files say.
    pub(super) fn overrides(&self) -> bool {
        self.has == Has::Blocks { overrides: true }
    }
}

/// The blocks of all files of a directory.
#[derive(Debug, Default)]
pub(super) struct Module {
    pub(super) directory: PathBuf,
    pub(super) blocks: Vec<Block>,
    /// Blocks by `resource.TYPE.NAME`, `data.TYPE.NAME`, `variable.NAME`, `module.NAME`, and `output.NAME`.
    by_address: HashMap<String, usize>,
    /// Values by the names of locals.
    locals: HashMap<String, Attribute>,
    /// What the files of values set, the last one that counts.
    pub(super) given: HashMap<String, Attribute>,
    pub(super) unread: Vec<Unread>,
}

impl Blocks {
    pub(super) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|known| known.name == name)
    }

    pub(super) fn of<'b>(&'b self, ident: &'b str) -> impl Iterator<Item = &'b Block> {
        self.blocks.iter().filter(move |block| block.ident == ident)
    }

    /// The blocks and attributes of a text.
    pub(super) fn parse(text: &str, file: FileId) -> Result<Self, TreeError> {
        // Terraform skips the mark too; white space has its length.
        let without_mark = (text.strip_prefix('\u{feff}')).map(|rest| format!("   {rest}"));
        let text = without_mark.as_deref().unwrap_or(text);
        Ok(Self::of_body(repeated::body(text)?, file))
    }

    fn of_body(body: Body, file: FileId) -> Self {
        let mut out = Self::default();
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => out.attributes.push(Attribute {
                    name: attribute.key.as_str().to_string(),
                    name_place: place(file, attribute.key.span()),
                    value: Arc::new(attribute.value),
                    file,
                }),
                Structure::Block(block) => {
                    let whole = place(file, block.span());
                    let ident = place(file, block.ident.span());
                    let last =
                        (block.labels.last()).map_or(ident, |label| place(file, label.span()));
                    let mut inside = Self::of_body(block.body, file);
                    if block.ident.as_str() == "statement" {
                        inside.attributes_as_blocks();
                    }
                    out.blocks.push(Block {
                        ident: block.ident.as_str().to_string(),
                        labels: (block.labels.iter())
                            .map(|label| label.as_str().to_string())
                            .collect(),
                        head: ident.of(ident.start, last.end),
                        place: whole,
                        body: inside,
                    });
                }
            }
        }
        out
    }

    /// Makes blocks of the objects that a statement may have in their place: Terraform 0.11 accepted `principals = { .. }`.
    fn attributes_as_blocks(&mut self) {
        const BLOCKS: [&str; 3] = ["principals", "not_principals", "condition"];
        let is_block = |attribute: &Attribute| {
            BLOCKS.contains(&attribute.name.as_str())
                && matches!(&*attribute.value, Expression::Object(object)
                    if object.iter().all(|(key, _)| name_of(key).is_some()))
        };
        let (blocks, attributes) = (self.attributes.drain(..)).partition(is_block);
        self.attributes = attributes;
        let blocks: Vec<Attribute> = blocks;
        self.blocks.extend(blocks.into_iter().map(|block| {
            let file = block.file;
            let mut body = Self::default();
            if let Expression::Object(object) = &*block.value {
                for (key, value) in object.iter() {
                    let Some(name) = name_of(key) else {
                        continue;
                    };
                    body.attributes.push(Attribute {
                        name: name.to_string(),
                        name_place: place(file, key.span()),
                        value: Arc::new(value.expr().clone()),
                        file,
                    });
                }
            }
            Block {
                ident: block.name,
                labels: Vec::new(),
                head: block.name_place,
                place: place(file, block.value.span()),
                body,
            }
        }));
    }

    /// Merges what a file of overrides has for the same block: its blocks replace all of their type. In JSON, they are attributes.
    fn replace(&mut self, by: Self) {
        self.attributes
            .retain(|known| !by.blocks.iter().any(|new| new.kind() == known.name));
        self.blocks.retain(|block| {
            !(by.blocks.iter()).any(|new| new.kind() == block.kind())
                && by.attribute(block.kind()).is_none()
        });
        for attribute in by.attributes {
            match (self.attributes.iter_mut()).find(|known| known.name == attribute.name) {
                Some(known) => *known = attribute,
                None => self.attributes.push(attribute),
            }
        }
        self.blocks.extend(by.blocks);
    }
}

impl Block {
    /// The type of nested blocks that it is, or makes.
    pub(super) fn kind(&self) -> &str {
        match (self.ident.as_str(), self.labels.first()) {
            ("dynamic", Some(label)) => label,
            (ident, _) => ident,
        }
    }
}

/// What a key of an object says, if it is a name or a plain string.
fn name_of(key: &ObjectKey) -> Option<&str> {
    match key {
        ObjectKey::Ident(name) => Some(name.as_str()),
        ObjectKey::Expression(Expression::Variable(name)) => Some(name.as_str()),
        ObjectKey::Expression(Expression::String(name)) => Some(name.as_str()),
        ObjectKey::Expression(_) => None,
    }
}

pub(super) fn place(file: FileId, span: Option<std::ops::Range<usize>>) -> Place {
    let span = span.unwrap_or_default();
    Place {
        file,
        start: span.start,
        end: span.end,
    }
}

impl Module {
    pub(super) fn new(directory: &Path) -> Self {
        Self {
            directory: directory.to_path_buf(),
            ..Self::default()
        }
    }

    /// Adds the blocks of a file, or merges them as <https://developer.hashicorp.com/terraform/language/files/override>.
    pub(super) fn add(&mut self, file: Blocks, overrides: bool) {
        for block in file.blocks {
            if block.ident == "locals" {
                for attribute in &block.body.attributes {
                    self.locals
                        .insert(attribute.name.clone(), attribute.clone());
                }
            }
            let Some(address) = address(&block) else {
                self.blocks.push(block);
                continue;
            };
            let next = self.blocks.len();
            let at = *self.by_address.entry(address).or_insert(next);
            match self.blocks.get_mut(at) {
                Some(known) if overrides => known.body.replace(block.body),
                // Terraform refuses a second one; each is read.
                _ => self.blocks.push(block),
            }
        }
    }

    /// Sets variables to the values of a file.
    pub(super) fn set(&mut self, values: Blocks) {
        let values = values.attributes.into_iter();
        (self.given).extend(values.map(|value| (value.name.clone(), value)));
    }

    pub(super) fn find(&self, address: &str) -> Option<&Block> {
        self.blocks.get(*self.by_address.get(address)?)
    }

    pub(super) fn local(&self, name: &str) -> Option<&Attribute> {
        self.locals.get(name)
    }
}

/// What references call a block. Nothing for one that has no name.
pub(super) fn address(block: &Block) -> Option<String> {
    match (block.ident.as_str(), block.labels.as_slice()) {
        ("resource" | "data" | "ephemeral", [kind, name]) => {
            Some(format!("{}.{kind}.{name}", block.ident))
        }
        ("variable" | "module" | "output" | "provider", [name]) => {
            Some(format!("{}.{name}", block.ident))
        }
        _ => None,
    }
}
