//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::commands::catalogue::CatalogueArgs;
use crate::commands::check::CheckArgs;
use crate::commands::completions::CompletionsArgs;
use crate::commands::coverage::CoverageArgs;
use crate::commands::derive::DeriveArgs;
use crate::commands::diff::DiffArgs;
use crate::commands::documents::DocumentsArgs;
use crate::commands::evaluate::EvaluateArgs;
use crate::commands::explain::ExplainArgs;
use crate::commands::explain_denied::ExplainDeniedArgs;
use crate::commands::fix::FixArgs;
use crate::commands::import::ImportArgs;
use crate::commands::lsp::LspArgs;
use crate::commands::man::ManArgs;
#[cfg(feature = "mcp")]
use crate::commands::mcp::McpArgs;
use crate::commands::needs::NeedsArgs;
use crate::commands::prove::ProveArgs;
use crate::commands::replay::ReplayArgs;
use crate::commands::report::ReportArgs;
use crate::commands::split::SplitArgs;
use crate::commands::what_can::WhatCanArgs;
use crate::commands::who_can::WhoCanArgs;

/// Checks IAM policies against AWS documentation, offline.
///
/// Reads policy documents in JSON, and the policies inside CloudFormation and SAM templates (JSON and YAML), Terraform
/// configurations (HCL and JSON), and the output of `terraform show -json`.
#[derive(Debug, Parser)]
#[command(
    name = "rekognition-iam",
    version,
    after_help = "Exit codes: 0 clean, 1 findings at or above the --deny level, 2 unusable input, or nothing to check.
Commands that answer questions about access have different exit codes; see their --help."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Catalogue file to use instead of the built-in AWS data; by default, the one that rekognition-iam.toml names
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) catalogue: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check policies and report mistakes
    Check(CheckArgs),
    /// Fix mistakes that have one right answer, and print the changes
    ///
    /// A file is replaced in one step, so it is never half-written. If a file has several names (hard links), only the
    /// given one is changed.
    ///
    /// Every fix is verified before it is written: the file still parses, no new error appears, no name and no Sid is
    /// duplicated, and the policies allow the same as before, except for the reported mistake. A fix that fails is
    /// reported on standard error and not written.
    Fix(FixArgs),
    /// Convert policies in JSON to Rust source in the language of `policy!`
    Import(ImportArgs),
    /// Evaluate whether policies allow a request, and explain why
    Evaluate(EvaluateArgs),
    /// Explain an access denied message from AWS, and print what to change
    ExplainDenied(ExplainDeniedArgs),
    /// Compare two policies: what access is new, and what access is lost
    Diff(DiffArgs),
    /// Prove what a policy never allows, for every request that could exist
    Prove(ProveArgs),
    /// Write a page with findings, access, changes, and sizes of policies
    Report(ReportArgs),
    /// Split a policy into documents that fit a quota, and prove that they mean the same
    Split(SplitArgs),
    /// List which principals of an account can do something
    WhoCan(WhoCanArgs),
    /// List what a principal of an account can do
    WhatCan(WhatCanArgs),
    /// Print the smallest policy for the AWS SDK calls of a Rust package
    Derive(DeriveArgs),
    /// Print what a call to AWS needs
    Needs(NeedsArgs),
    /// Check that the policies of a Rust package match its AWS SDK calls
    Coverage(CoverageArgs),
    /// Replay the calls in a CloudTrail trail against policies: what would have been denied
    Replay(ReplayArgs),
    /// Show the AWS data in use, or update it from downloaded files
    Catalogue(CatalogueArgs),
    /// Start the language server, for editors
    Lsp(LspArgs),
    /// Start the server with tools for assistants (Model Context Protocol)
    #[cfg(feature = "mcp")]
    Mcp(McpArgs),
    /// List the rules
    Rules,
    /// Print the JSON schema of rekognition-iam.toml, for editors
    Schema,
    /// Explain a rule: what it checks, why, and a bad and a good policy
    Explain(ExplainArgs),
    /// Print the completions of a shell
    Completions(CompletionsArgs),
    /// Print the policies of a file as they are read
    #[command(hide = true)]
    Documents(DocumentsArgs),
    /// Print the manual, or write a page for each command
    Man(ManArgs),
}

impl Command {
    /// Whether the command needs the built-in catalogue next to the chosen one. Rust source is checked against the catalogue that
    /// the macros have compiled in, so `import` writes it with that one.
    pub(crate) const fn compares_catalogues(&self) -> bool {
        matches!(self, Self::Import(_) | Self::Catalogue(_))
    }
}
