//! `rekognition-iam`: checks and fixes IAM policies, and answers what they allow.

mod args;
mod catalogues;
mod checking;
mod commands;
mod comparing;
mod config;
mod fixing;
#[cfg(test)]
mod fuzzing;
mod input;
mod json_lines;
mod json_text;
mod lsp;
#[cfg(feature = "mcp")]
mod mcp;
mod parallel;
mod plain;
mod replaying;
mod report;
mod terminal;
mod trail;
mod watching;

use std::io;
use std::process::ExitCode;

use args::{Cli, Command};
use catalogues::file::CatalogueFile;
use clap::{CommandFactory, Parser};
use commands::check::CheckArgs;
use commands::fix::FixArgs;
use commands::report::ReportArgs;
use commands::{
    catalogue, check, completions, coverage, derive, diff, documents, evaluate, explain,
    explain_denied, fix, import, man, needs, prove, replay, report as report_page, rules, schema,
    split, what_can, who_can,
};
use terminal::{UNUSABLE, complain};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => ExitCode::from(code),
        // Anyone who reads our output closed it: there is nobody left to tell.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(UNUSABLE),
        Err(error) => {
            complain(&error.to_string());
            ExitCode::from(UNUSABLE)
        }
    }
}

fn run(cli: Cli) -> io::Result<u8> {
    let mut chosen = chosen(&cli).map_err(io::Error::other)?;
    if !cli.command.compares_catalogues()
        && let Some(file) = chosen.take()
    {
        file.install().map_err(io::Error::other)?;
    }
    match cli.command {
        Command::Check(arguments) => check::run(&arguments),
        Command::Fix(arguments) => fix::run(&arguments),
        Command::Import(arguments) => {
            let newer = chosen.map(CatalogueFile::into_table).transpose();
            import::run(&arguments, newer.map_err(io::Error::other)?)
        }
        Command::Catalogue(arguments) => catalogue::run(&arguments, chosen.as_ref()),
        Command::Evaluate(arguments) => evaluate::run(&arguments),
        Command::ExplainDenied(arguments) => explain_denied::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Prove(arguments) => prove::run(&arguments),
        Command::Report(arguments) => report_page::run(&arguments),
        Command::Split(arguments) => split::run(&arguments),
        Command::WhoCan(arguments) => who_can::run(&arguments),
        Command::WhatCan(arguments) => what_can::run(&arguments),
        Command::Derive(arguments) => derive::run(&arguments),
        Command::Needs(arguments) => needs::run(&arguments),
        Command::Coverage(arguments) => coverage::run(&arguments),
        Command::Lsp(arguments) => commands::lsp::run(&arguments, chosen.is_some()),
        Command::Replay(arguments) => replay::run(&arguments),
        #[cfg(feature = "mcp")]
        Command::Mcp(arguments) => commands::mcp::run(&arguments),
        Command::Rules => rules::run(),
        Command::Schema => schema::run(),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments, Cli::command()),
        Command::Documents(arguments) => documents::run(&arguments),
        Command::Man(arguments) => man::run(&arguments, Cli::command()),
    }
}

/// The catalogue file that the arguments or the configuration name, if any.
fn chosen(cli: &Cli) -> Result<Option<CatalogueFile>, String> {
    let named = match (&cli.catalogue, &cli.command) {
        (Some(file), _) => Some(file.clone()),
        // Neither answers anything about AWS.
        (None, Command::Completions(_) | Command::Man(_) | Command::Schema) => None,
        // The server reads the configuration of the workspace that the editor opens.
        (None, Command::Lsp(_)) => None,
        // Nothing outside of its directories is read.
        #[cfg(feature = "mcp")]
        (None, Command::Mcp(_)) => None,
        (
            None,
            Command::Check(CheckArgs { input, .. })
            | Command::Fix(FixArgs { input, .. })
            | Command::Report(ReportArgs { input, .. }),
        ) => config::load(input.config.as_deref(), input.no_config)?.catalogue,
        (None, _) => config::load(None, false)?.catalogue,
    };
    let Some(path) = named else {
        return Ok(None);
    };
    let file = CatalogueFile::read(&path)?;
    complain(&file.note()?);
    Ok(Some(file))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
