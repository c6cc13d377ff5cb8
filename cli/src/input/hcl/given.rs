//! Values of variables that the command line gives, as Terraform takes them: `--var-file` and `--var`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use clap::{ArgMatches, Args, Command, FromArgMatches};
use hcl_edit::expr::Expression;
use rekognition_iam_runtime::json::position;

use super::module::{Blocks, Module};
use super::other;
use super::paths::normal;
use super::words::{is_name, quoted};
use crate::input::files::{self, Input};

// No comment on the struct itself: it would become the command's description.
#[derive(Debug, Args)]
struct Flags {
    /// File with values of Terraform's variables, for the modules in the given directories, not below them
    #[arg(long = "var-file", value_name = "FILE")]
    var_file: Vec<PathBuf>,
    /// Value of a Terraform variable; of several values for one variable, also in a --var-file, the last one counts
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = name_and_value)]
    var: Vec<(String, String)>,
}

/// The values that the command line gives, in its order, as Terraform takes them:
/// <https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence>.
#[derive(Debug, Clone, Default)]
pub(crate) struct VariableArgs(Vec<Argument>);

#[derive(Debug, Clone)]
enum Argument {
    File(PathBuf),
    Value(String, String),
}

impl Args for VariableArgs {
    fn augment_args(command: Command) -> Command {
        Flags::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for VariableArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let flags = Flags::from_arg_matches(matches)?;
        let places = |name| matches.indices_of(name).into_iter().flatten();
        let files = places("var_file").zip(flags.var_file.into_iter().map(Argument::File));
        let values = (flags.var.into_iter()).map(|(name, value)| Argument::Value(name, value));
        let mut all: Vec<(usize, Argument)> = files.chain(places("var").zip(values)).collect();
        all.sort_by_key(|&(place, _)| place);
        Ok(Self(
            all.into_iter().map(|(_, argument)| argument).collect(),
        ))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn name_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if is_name(name) => Ok((name.to_string(), value.to_string())),
        _ => Err("expected NAME=VALUE, a variable and its value".to_string()),
    }
}

/// What was given.
#[derive(Debug, Default)]
struct Given {
    /// In the order in which they count.
    values: Vec<Set>,
    /// The directories of the modules; nothing for all modules that are read.
    directories: Option<Vec<PathBuf>>,
    /// The variables that were set.
    used: Mutex<BTreeSet<String>>,
}

/// What sets variables.
#[derive(Debug)]
enum Set {
    /// A file, its text in HCL, and the variables.
    File(String, String, Vec<String>),
    Value(String, String),
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
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        self.0.iter().filter_map(|argument| match argument {
            Argument::File(path) => Some(path.as_path()),
            Argument::Value(..) => None,
        })
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
        let set = |argument: &Argument| match argument {
            Argument::File(path) => read(path),
            Argument::Value(name, value) => Ok(Set::Value(name.clone(), value.clone())),
        };
        let given = match self.0.is_empty() {
            true => None,
            false => Some(Arc::new(Given {
                values: self.0.iter().map(set).collect::<Result<_, _>>()?,
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
        let what = |set: &Set| match set {
            Set::File(file, _, names) if !names.iter().any(|name| used.contains(name)) => {
                Some(format!("a variable of {file}"))
            }
            Set::Value(name, _) if !used.contains(name) => {
                Some(format!("the variable `{name}` of --var"))
            }
            Set::File(..) | Set::Value(..) => None,
        };
        (given.values.iter().filter_map(what))
            .map(|what| format!("no module that was read has {what}"))
            .collect()
    }
}

fn read(path: &Path) -> Result<Set, String> {
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
            Ok(Set::File(name, text, names.collect()))
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

/// Sets the variables of a module that no other one calls, and returns why a value was not read.
pub(super) fn set(
    module: &mut Module,
    mut parse: impl FnMut(String) -> Result<Blocks, String>,
) -> Vec<String> {
    let is_for = |given: &Arc<Given>| {
        (given.directories.as_ref()).is_none_or(|known| known.contains(&module.directory))
    };
    let Some(given) = given().filter(is_for) else {
        return Vec::new();
    };
    let mut refused = Vec::new();
    for set in &given.values {
        let text = match set {
            Set::File(_, text, _) => text.clone(),
            Set::Value(name, value) => format!("{name} = {}\n", written(module, name, value)),
        };
        match parse(text) {
            Ok(blocks) => {
                let names = (blocks.attributes.iter())
                    .map(|value| value.name.clone())
                    .filter(|name| module.find(&format!("variable.{name}")).is_some());
                let mut used = given.used.lock().unwrap_or_else(PoisonError::into_inner);
                used.extend(names);
                module.set(blocks);
            }
            Err(error) => refused.push(error),
        }
    }
    refused
}

/// A value of the command line as HCL. It is a value only where it can be one: `a` is the text, and `["a"]` is a list, unless a text is
/// expected.
fn written(module: &Module, name: &str, value: &str) -> String {
    let kind = (module.find(&format!("variable.{name}")))
        .and_then(|block| block.body.attribute("type"))
        .map(|kind| kind.value.as_ref());
    let is_text = match kind {
        None => true,
        Some(Expression::Variable(kind)) => kind.as_str() == "string",
        Some(_) => false,
    };
    match is_text {
        true => quoted(value),
        false => value.to_string(),
    }
}
