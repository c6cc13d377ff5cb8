//! `rekognition-iam`: checks and fixes IAM policies, and answers what they allow.

mod args;
mod checking;
mod commands;
mod comparing;
mod config;
mod fixing;
mod input;
mod json_lines;
mod json_text;
mod parallel;
mod plain;
mod report;
mod terminal;

use std::io;
use std::process::ExitCode;

use args::{Cli, Command};
use clap::{CommandFactory, Parser};
use commands::{
    check, completions, coverage, derive, diff, evaluate, explain, explain_denied, fix, import,
    man, needs, prove, rules, what_can, who_can,
};
use terminal::{UNUSABLE, complain};

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Check(arguments) => check::run(&arguments),
        Command::Fix(arguments) => fix::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Evaluate(arguments) => evaluate::run(&arguments),
        Command::ExplainDenied(arguments) => explain_denied::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Prove(arguments) => prove::run(&arguments),
        Command::WhoCan(arguments) => who_can::run(&arguments),
        Command::WhatCan(arguments) => what_can::run(&arguments),
        Command::Derive(arguments) => derive::run(&arguments),
        Command::Needs(arguments) => needs::run(&arguments),
        Command::Coverage(arguments) => coverage::run(&arguments),
        Command::Rules => rules::run(),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments, Cli::command()),
        Command::Man(arguments) => man::run(&arguments, Cli::command()),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        // Anyone who reads our output closed it: there is nobody left to tell.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(UNUSABLE),
        Err(error) => {
            complain(&error.to_string());
            ExitCode::from(UNUSABLE)
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
