//! Values of variables that the command line gives, as Terraform takes them: `--var-file` and `--var`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;
use hcl_edit::expr::Expression;
use rekognition_iam_runtime::json::position;

use super::module::{Blocks, Module};
use super::other;
use super::quoted;
use super::scope::{World, normal};
use crate::input::files::{self, Input};

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct VariableArgs {
    /// File with values of Terraform's variables, for the modules in the given directories, not below them
    #[arg(long = "var-file", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Value of a Terraform variable, instead of the one in a --var-file
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = name_and_value)]
    values: Vec<(String, String)>,
}

fn name_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if super::is_name(name) => Ok((name.to_string(), value.to_string())),
        _ => Err("expected NAME=VALUE, a variable and its value".to_string()),
    }
}

/// What was given.
#[derive(Debug, Default)]
struct Given {
    /// Files with their texts in HCL, and the variables that they set.
    files: Vec<(String, String, Vec<String>)>,
    values: Vec<(String, String)>,
    /// The directories of the modules; nothing for all modules that are read.
    directories: Option<Vec<PathBuf>>,
    /// The variables that were set.
    used: Mutex<BTreeSet<String>>,
}

/// What this process was given. It only has one command line.
static GIVEN: Mutex<Option<Arc<Given>>> = Mutex::new(None);

fn given() -> Option<Arc<Given>> {
    GIVEN.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

pub(super) fn is_given() -> bool {
    given().is_some()
}

impl VariableArgs {
    pub(crate) fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// Uses the values for the modules of these files and directories.
    pub(crate) fn give_to(&self, paths: &[PathBuf]) -> Result<(), String> {
        let directories = paths.iter().map(|path| match path.is_dir() {
            true => normal(path),
            false => normal(path.parent().unwrap_or(Path::new(""))),
        });
        self.give(Some(directories.collect()))
    }

    /// Uses the values for all modules that are read, except those that others call.
    pub(crate) fn give_to_all(&self) -> Result<(), String> {
        self.give(None)
    }

    fn give(&self, directories: Option<Vec<PathBuf>>) -> Result<(), String> {
        let given = match self.files.is_empty() && self.values.is_empty() {
            true => None,
            false => Some(Arc::new(Given {
                files: (self.files.iter())
                    .map(|path| read(path))
                    .collect::<Result<_, _>>()?,
                values: self.values.clone(),
                directories,
                used: Mutex::default(),
            })),
        };
        *GIVEN.lock().unwrap_or_else(PoisonError::into_inner) = given;
        Ok(())
    }

    /// What was given and set nothing.
    pub(crate) fn unused() -> Vec<String> {
        let Some(given) = given() else {
            return Vec::new();
        };
        let used = given.used.lock().unwrap_or_else(PoisonError::into_inner);
        let unused = |what: &str| format!("no module that was read has {what}");
        let files = (given.files.iter())
            .filter(|(.., names)| !names.iter().any(|name| used.contains(name)))
            .map(|(file, ..)| unused(&format!("a variable of {file}")));
        let values = (given.values.iter())
            .filter(|(name, _)| !used.contains(name))
            .map(|(name, _)| unused(&format!("the variable `{name}` of --var")));
        files.chain(values).collect()
    }
}

/// A file with values: its name, its text in HCL, and the variables.
fn read(path: &Path) -> Result<(String, String, Vec<String>), String> {
    let input = Input {
        path: Some(path.to_path_buf()),
        named: true,
    };
    let name = input.name();
    let text = files::read(&input).map_err(|error| format!("{name}: {error}"))?;
    let text = match name.ends_with(".json") {
        true => other::values(&text).map_err(|error| format!("{name}: {error}"))?,
        false => text,
    };
    match Blocks::parse(&text, 0) {
        Ok(blocks) => {
            let names = blocks.attributes.into_iter().map(|value| value.name);
            Ok((name, text, names.collect()))
        }
        Err(error) => {
            let at = position(&text, error.span.start);
            Err(format!(
                "{name}:{}:{}: {}",
                at.line, at.column, error.message
            ))
        }
    }
}

/// Sets the variables of a module that no other one calls.
pub(super) fn set(world: &World<'_>, module: &mut Module) {
    let is_for = |given: &Arc<Given>| {
        (given.directories.as_ref()).is_none_or(|known| known.contains(&module.directory))
    };
    let Some(given) = given().filter(is_for) else {
        return;
    };
    let mut texts: Vec<String> = (given.files.iter())
        .map(|(_, text, _)| text.clone())
        .collect();
    // A text is a value only where it can be one: `a` is the text, and `["a"]` is a list, unless a text is expected.
    for (name, value) in &given.values {
        let kind = (module.find(&format!("variable.{name}")))
            .and_then(|block| block.body.attribute("type"))
            .map(|kind| kind.value.as_ref());
        let is_text = match kind {
            None => true,
            Some(Expression::Variable(kind)) => kind.as_str() == "string",
            Some(_) => false,
        };
        let text = match is_text {
            true => quoted(value),
            false => value.clone(),
        };
        texts.push(format!("{name} = {text}\n"));
    }
    for text in texts {
        let file = world.add_file(text);
        match world.parse(file) {
            Ok(blocks) => {
                let names = (blocks.attributes.iter())
                    .map(|value| value.name.clone())
                    .filter(|name| module.find(&format!("variable.{name}")).is_some());
                let mut used = given.used.lock().unwrap_or_else(PoisonError::into_inner);
                used.extend(names);
                module.set(blocks);
            }
            Err(error) => world.note(format!("a value of --var was not read: {}", error.message)),
        }
    }
}
