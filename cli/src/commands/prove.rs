//! `prove`: guarantees about a policy, over every request that could exist.

use std::io;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{ArgGroup, ArgMatches, Args, Command, FromArgMatches};
use rekognition_iam_runtime::compare::Guarantee;
use rekognition_iam_runtime::evaluate::Program;

use crate::input::documents::{self, Source};
use crate::json_lines::Answer;
use crate::json_text::write_string;
use crate::plain::plain;
use crate::report::witness::{write_unsettled, write_witness};
use crate::terminal::{CLEAN, FOUND, complain, print};

// No comment on the struct itself: it would become the command's description.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
struct Flags {
    /// The policy document; - is standard input
    file: PathBuf,
    /// The policy never allows this action; * and ? are wildcards, in the service too: *Faces
    #[arg(long, value_name = "ACTION")]
    never: Vec<String>,
    /// Limits the --never before it to this resource; * and ? are wildcards
    #[arg(long, value_name = "RESOURCE", requires = "never")]
    on: Vec<String>,
    /// All that the policy allows is on this resource, or on one of them when given more than once
    #[arg(long, value_name = "RESOURCE")]
    only_on: Vec<String>,
    /// The policy allows nothing that the policy of this file does not
    #[arg(long, value_name = "FILE")]
    no_wider_than: Vec<PathBuf>,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Answer::Human)]
    format: Answer,
}

const HELP: &str = r#"The document is taken alone, over every request that could exist, with actions of tomorrow. A
guarantee that is broken is shown with a request that breaks it. What cannot be settled counts as
broken and never as kept.

--format json prints one object a line: {"guarantee","result":"holds|broken|unknown","by":..}, where
`by` is the request that breaks it, {"unknown":"why"}, or null.

Exit codes: 0 all hold, 1 one does not, 2 input that cannot be used."#;

/// The flags, with each resource of `--on` beside its `--never`.
#[derive(Debug)]
pub(crate) struct ProveArgs {
    flags: Flags,
    never: Vec<(String, Vec<String>)>,
}

impl Args for ProveArgs {
    fn augment_args(command: Command) -> Command {
        let guarantees = ArgGroup::new("guarantee")
            .args(["never", "only_on", "no_wider_than"])
            .required(true)
            .multiple(true);
        Flags::augment_args(command).group(guarantees)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for ProveArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let flags = Flags::from_arg_matches(matches)?;
        let places = |name| {
            matches
                .indices_of(name)
                .map_or_else(Vec::new, Iterator::collect::<Vec<usize>>)
        };
        let starts = places("never");
        let mut never: Vec<(String, Vec<String>)> = (flags.never.iter())
            .map(|action| (action.clone(), Vec::new()))
            .collect();
        for (place, resource) in places("on").into_iter().zip(&flags.on) {
            let owner = starts
                .partition_point(|&start| start < place)
                .checked_sub(1);
            match owner.and_then(|owner| never.get_mut(owner)) {
                Some((_, resources)) => resources.push(resource.clone()),
                None => {
                    return Err(clap::Error::raw(
                        ErrorKind::ArgumentConflict,
                        "--on stands behind the --never that it limits\n",
                    ));
                }
            }
        }
        Ok(Self { flags, never })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

pub(crate) fn run(arguments: &ProveArgs) -> io::Result<u8> {
    let found = prove(arguments).map_err(io::Error::other)?;
    let mut out = String::new();
    for (promise, guarantee) in &found {
        match arguments.flags.format {
            Answer::Human => {
                let told = format!("{promise}: {guarantee}");
                out.push_str(&plain(&told));
                out.push('\n');
            }
            Answer::Json => write(&mut out, promise, guarantee),
        }
    }
    print(out.as_bytes())?;
    let all = found.iter().all(|(_, guarantee)| guarantee.holds());
    Ok(if all { CLEAN } else { FOUND })
}

/// The guarantees in words with what became of them.
fn prove(arguments: &ProveArgs) -> Result<Vec<(String, Guarantee)>, String> {
    let flags = &arguments.flags;
    for (action, _) in &arguments.never {
        documents::action(action, true)?;
    }
    let stdin = std::iter::once(&flags.file).chain(&flags.no_wider_than);
    if stdin
        .filter(|path| path.as_path() == Path::new("-"))
        .count()
        > 1
    {
        return Err("standard input can be read once only".to_string());
    }
    let source = Source::open(&flags.file)?;
    let program = Program::compile(&source.document()?);
    let mut found = Vec::new();
    for (action, resources) in &arguments.never {
        // That an action which does not exist is never allowed says nothing.
        if let Some(note) = documents::unlisted(action) {
            complain(&note);
        }
        if resources.is_empty() {
            found.push((format!("never {action}"), program.never(action, "*")));
        }
        for resource in resources {
            let promise = format!("never {action} on {resource}");
            found.push((promise, program.never(action, resource)));
        }
    }
    if !flags.only_on.is_empty() {
        let resources: Vec<&str> = flags.only_on.iter().map(String::as_str).collect();
        let promise = format!("only on {}", resources.join(" or "));
        found.push((promise, program.only_on(&resources)));
    }
    for path in &flags.no_wider_than {
        let baseline = Source::open(path)?;
        let guarantee = program.no_wider_than(&Program::compile(&baseline.document()?));
        found.push((format!("no wider than {}", baseline.name), guarantee));
    }
    Ok(found)
}

fn write(out: &mut String, promise: &str, guarantee: &Guarantee) {
    out.push_str("{\"guarantee\":");
    write_string(out, promise);
    out.push_str(",\"result\":\"");
    match guarantee {
        Guarantee::Holds => out.push_str("holds\",\"by\":null"),
        Guarantee::Broken(witness) => {
            out.push_str("broken\",\"by\":");
            write_witness(out, witness);
        }
        Guarantee::Unknown(reason) => {
            out.push_str("unknown\",\"by\":");
            write_unsettled(out, reason);
        }
    }
    out.push_str("}\n");
}
