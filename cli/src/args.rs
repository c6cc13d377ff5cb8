//! The command line.

use clap::{Parser, Subcommand};

use crate::commands::check::CheckArgs;
use crate::commands::coverage::CoverageArgs;
use crate::commands::derive::DeriveArgs;
use crate::commands::diff::DiffArgs;
use crate::commands::evaluate::EvaluateArgs;
use crate::commands::explain::ExplainArgs;
use crate::commands::explain_denied::ExplainDeniedArgs;
use crate::commands::fix::FixArgs;
use crate::commands::import::ImportArgs;
use crate::commands::needs::NeedsArgs;
use crate::commands::prove::ProveArgs;
use crate::commands::what_can::WhatCanArgs;
use crate::commands::who_can::WhoCanArgs;

/// Checks IAM policies against what AWS documents, offline.
///
/// Reads policy documents in JSON, and the policies inside CloudFormation and SAM templates (JSON and YAML), Terraform
/// JSON and the output of `terraform show -json`.
#[derive(Debug, Parser)]
#[command(
    name = "rekognition-iam",
    version,
    after_help = "Exit codes: 0 clean, 1 findings at or above the --deny level, 2 input that cannot be used, or nothing to check.
The commands that answer questions about access have their own: see their --help."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check policies and report what is wrong
    Check(CheckArgs),
    /// Apply the fixes that have one right answer; prints the changes first
    ///
    /// A file is written beside the old one and takes its place when it is whole: of a file with several names (hard
    /// links), only the one that was given is changed.
    ///
    /// Every fix is verified before it is written: the file still parses, no new error appears, no name and no Sid is
    /// duplicated, and the policies allow what they allowed, except for what was wrong. A fix that fails is reported on
    /// standard error and not written.
    Fix(FixArgs),
    /// Turn policies in JSON into Rust source in the language of `policy!`
    Import(ImportArgs),
    /// Say whether policies allow a request, and why
    Evaluate(EvaluateArgs),
    /// Explain an access denied message of AWS, and print what to change
    ExplainDenied(ExplainDeniedArgs),
    /// Compare what two policies allow: what access is new, what is gone
    Diff(DiffArgs),
    /// Prove what a policy never allows, for every request that could exist
    Prove(ProveArgs),
    /// List which principals of an account can do something
    WhoCan(WhoCanArgs),
    /// List what a principal of an account can do
    WhatCan(WhatCanArgs),
    /// Print the least policy that a Rust package's calls of the AWS SDK need
    Derive(DeriveArgs),
    /// Print what a call to AWS needs
    Needs(NeedsArgs),
    /// Check that a Rust package's policies and its calls of the AWS SDK are in step
    Coverage(CoverageArgs),
    /// List the rules
    Rules,
    /// Explain a rule: what it checks, why, a bad and a good policy
    Explain(ExplainArgs),
    /// Print the completions of a shell
    #[command(hide = true)]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the man page
    #[command(hide = true)]
    Man,
}
