//! The command line.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use rekognition_iam_runtime::check::Severity;
use rekognition_iam_runtime::document::PolicyKind;

use crate::diff::DiffArgs;
use crate::evaluate::EvaluateArgs;
use crate::prove::ProveArgs;

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
    #[command(after_help = FIX_CODES)]
    Fix(FixArgs),
    /// Turn policies in JSON into Rust source in the language of `policy!`
    Import(ImportArgs),
    /// Say whether policies allow a request, and why
    Evaluate(EvaluateArgs),
    /// Compare what two policies allow: what access is new, what is gone
    Diff(DiffArgs),
    /// Prove what a policy never allows, for every request that could exist
    Prove(ProveArgs),
    /// Print the least policy that a Rust package's calls of the AWS SDK need
    Derive(crate::derive::DeriveArgs),
    /// Check that a Rust package's policies and its calls of the AWS SDK are in step
    Coverage(crate::coverage::CoverageArgs),
    /// List the rules
    Rules,
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

#[derive(Debug, Args)]
pub(crate) struct InputArgs {
    /// Files, directories (searched for .json, .yaml, .yml, .template, .tftpl and .tfstate), or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    #[arg(long, value_name = "KIND", help = kind_help())]
    pub(crate) kind: Option<PolicyKind>,
    /// The configuration; by default rekognition-iam.toml of this folder or the nearest above it
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Use no configuration
    #[arg(long, conflicts_with = "config")]
    pub(crate) no_config: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    /// The lowest severity that causes exit code 1
    #[arg(long, default_value_t = Severity::SecurityWarning, value_parser = severities(), value_name = "LEVEL")]
    pub(crate) deny: Severity,
}

const FIX_CODES: &str = "\
Exit codes: 0 done, 1 a fix failed its verification and was not written, 2 input that cannot be used.";

#[derive(Debug, Args)]
pub(crate) struct FixArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Print the changes and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Policy documents in JSON, folders of them, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) paths: Vec<PathBuf>,
    #[arg(long, value_name = "KIND", help = kind_help())]
    pub(crate) kind: Option<PolicyKind>,
    /// The name of the static; by default that of the file, or of the first statement with a Sid
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The Rust file to write instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: the source line with carets, and help
    Human,
    /// One JSON object a line for each finding; what was not checked is told on standard error
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands of GitHub Actions, shown in pull requests
    Github,
}

/// How a question about access is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Answer {
    /// For people
    Human,
    /// One JSON object a line
    Json,
}

/// The kinds with all words for them, from the one list of them.
fn kind_help() -> String {
    let mut help = String::from("What the policies are for; detected when not given. One of ");
    // Text takes whatever is written to it.
    let _ = PolicyKind::list(&mut help);
    help
}

/// The severities by their names.
fn severities() -> impl TypedValueParser<Value = Severity> {
    let named = Severity::ALL.map(|severity| {
        let help = match severity {
            Severity::Suggestion => "Worth a thought",
            Severity::Warning => "Probably not what was meant",
            Severity::SecurityWarning => "Grants more than is safe",
            Severity::Error => "Rejected by AWS, or without effect",
        };
        PossibleValue::new(severity.name())
            .help(help)
            .alias(severity.name().replace('-', "_"))
    });
    PossibleValuesParser::new(named).try_map(|name| name.parse())
}
