//! Terragrunt, whose configurations are in the language of Terraform: `terragrunt.hcl`, and the files that these include.
//!
//! A configuration sets the variables of one module, `inputs`, and writes files next to it, `generate`. It has locals of its own.
//! What it takes from other configurations (`include`, `dependency`, `values`) is not known here.
//!
//! <https://terragrunt.gruntwork.io/docs/reference/hcl/blocks/>, <https://terragrunt.gruntwork.io/docs/reference/hcl/attributes/>

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

use super::env::Env;
use super::module::{Block, Blocks, Module};
use super::other;
use super::paths::normal;
use super::scope::{Caller, Inputs, Scope};
use super::sources;
use super::value::{Kind, Part, Text, Value};

/// The attribute that sets the variables of the module.
pub(super) const INPUTS: &str = "inputs";

/// What a file that a configuration generates is.
pub(super) struct Generated {
    pub(super) scope: Rc<Scope>,
    /// The name of the file.
    pub(super) path: String,
}

/// The blocks of a configuration, with its attributes as blocks of their names: a file of Terraform has none.
pub(super) fn as_blocks(mut file: Blocks) -> Blocks {
    for attribute in std::mem::take(&mut file.attributes) {
        let head = attribute.name_place;
        file.blocks.push(Block {
            ident: attribute.name.clone(),
            labels: Vec::new(),
            head,
            place: head,
            body: Blocks {
                attributes: vec![attribute],
                blocks: Vec::new(),
            },
        });
    }
    file
}

impl Env<'_> {
    /// The module that a configuration deploys, with its inputs. Nothing when it has none, or the module is not on disk, which is noted.
    pub(super) fn deployed(&self) -> Option<Rc<Scope>> {
        let module = &self.scope.module;
        let block = module
            .blocks
            .iter()
            .find(|block| block.ident == "terraform");
        let source = block.and_then(|block| block.body.attribute("source"));
        let inputs = (module.blocks.iter()).find(|block| block.ident == INPUTS);
        let directory = match source {
            Some(source) => {
                let value = self.of_module(source.file).value(&source.value);
                let source = value.as_string();
                let Some(source) = source.filter(|source| is_local(source)) else {
                    self.world.is_remote.set(true);
                    return None;
                };
                normal(&module.directory.join(source))
            }
            // Without a source, it is the module that is next to the configuration.
            None => {
                inputs?;
                module.directory.clone()
            }
        };
        let Some(called) = self.world.load(&directory) else {
            let names = self.world.sources.names(&directory);
            if source.is_some() && sources::parts(&names).is_empty() {
                self.world.note(format!(
                    "the module of `terraform` was not read: {} is not a directory with a module",
                    directory.display()
                ));
            }
            return None;
        };
        let value = inputs
            .and_then(|block| block.body.attribute(INPUTS))
            .map(|inputs| self.of_module(inputs.file).value(&inputs.value));
        // A configuration that is included, and files of values, set others.
        let is_open = module.blocks.iter().any(|block| block.ident == "include")
            || block.is_some_and(|block| block.body.of("extra_arguments").next().is_some());
        Some(Rc::new(Scope {
            module: called,
            address: "terraform.".to_string(),
            key: String::new(),
            path: ".".to_string(),
            root: directory,
            caller: Some(Caller {
                scope: Rc::clone(self.scope),
                block: String::new(),
                inputs: Some(Inputs { value, is_open }),
                names: Vec::new(),
                depth: 1,
            }),
            cache: RefCell::default(),
            calls: RefCell::default(),
        }))
    }

    /// The file that a block `generate` writes. Nothing if it writes none, or its text is not known or not read, which is noted.
    pub(super) fn generated(&self, block: &Block, name: &str) -> Option<Generated> {
        let value = |name: &str| {
            let attribute = block.body.attribute(name)?;
            Some(self.of_module(attribute.file).value(&attribute.value))
        };
        if value("disable").and_then(|value| value.as_bool()) == Some(true) {
            return None;
        }
        let contents = value("contents")?;
        let path = value("path").and_then(|path| path.as_string());
        let unread = |why: &str| {
            let note = format!("the file that `generate.{name}` writes was not checked: {why}");
            self.world.note(note);
            None
        };
        let Kind::Text(text) = &contents.kind else {
            return unread("its text is only known to Terragrunt");
        };
        if text.all_open() {
            return unread("its text is only known to Terragrunt");
        }
        let is_json = path.as_deref().is_some_and(|path| path.ends_with(".json"));
        let filled = match is_json {
            true => other::blocks(&filled(text)),
            false => Ok(filled(text)),
        };
        let parsed = filled.and_then(|text| {
            let file = self.world.add_file(text);
            self.world.parse(file).map_err(|error| error.message)
        });
        let why = match parsed {
            Ok(blocks) => {
                let mut module = Module::new(&self.scope.module.directory);
                module.add(blocks, false);
                let scope = Scope {
                    address: format!("generate.{name}."),
                    ..Scope::of(Rc::new(module))
                };
                return Some(Generated {
                    scope: Rc::new(scope),
                    path: path.unwrap_or_else(|| "the generated file".to_string()),
                });
            }
            Err(why) => why,
        };
        // A text that is not a configuration has no policy, unless its words hint at one.
        match text
            .0
            .iter()
            .any(|part| part.says("olicy") || part.says("Statement"))
        {
            true => unread(&why),
            false => None,
        }
    }

    /// What an input of a configuration says. The outer one is nothing when the module is not deployed by one.
    pub(super) fn input(&self, name: &str) -> Option<Input> {
        let inputs = self.scope.caller.as_ref()?.inputs.as_ref()?;
        let map = match inputs.value.as_ref().map(|value| &value.kind) {
            Some(Kind::Map(map)) => Some(map),
            Some(_) => return Some(Input::Unknown),
            None => None,
        };
        let given = map.and_then(|map| map.get(name));
        let is_open = inputs.is_open || map.is_some_and(|map| map.more.is_some());
        Some(match given {
            Some(value) => Input::Given(value.clone()),
            None if is_open => Input::Unknown,
            None => Input::Missing,
        })
    }
}

impl Part {
    fn says(&self, word: &str) -> bool {
        match self {
            Self::Known { text, .. } => text.contains(word),
            Self::Open(_) => false,
        }
    }
}

/// What a configuration sets a variable to.
pub(super) enum Input {
    Given(Value),
    /// Something else may set it.
    Unknown,
    Missing,
}

/// Whether a source is a directory on disk: others are addresses, of which all but those of the registry have a scheme or a domain.
fn is_local(source: &str) -> bool {
    let path = Path::new(source);
    source.starts_with("./")
        || source.starts_with("../")
        || matches!(source, "." | "..")
        || path.is_absolute()
}

/// A text with a reference in place of each value that is not known, which is in a string or is an expression.
fn filled(text: &Text) -> String {
    let mut out = String::new();
    for part in &text.0 {
        match part {
            Part::Known { text, .. } => out.push_str(text),
            Part::Open(_) => {
                let line = out.rsplit('\n').next().unwrap_or_default();
                let quotes = line.replace("\\\"", "").matches('"').count();
                out.push_str(match quotes % 2 {
                    0 => "terragrunt.value",
                    _ => "${terragrunt.value}",
                });
            }
        }
    }
    out
}

/// Whether a file of this name is a configuration of Terragrunt, or of another tool in this language.
pub(super) fn is_path(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "hcl")
}

/// The directory of a configuration, as its functions return it.
pub(super) const DIRECTORY: [&str; 2] = ["get_terragrunt_dir", "get_original_terragrunt_dir"];
