//! The arguments of every command that reads files with policies.

use std::path::PathBuf;

use clap::Args;
use rekognition_iam_runtime::document::PolicyKind;

use super::files::{self, Collected};
use super::hcl::VariableArgs;
use super::ignored::Ignored;

#[derive(Debug, Args)]
pub(crate) struct InputArgs {
    #[arg(required = true, value_name = "PATH", help = paths_help())]
    pub(crate) paths: Vec<PathBuf>,
    #[arg(long, value_name = "KIND", help = kind_help())]
    pub(crate) kind: Option<PolicyKind>,
    #[command(flatten)]
    pub(crate) variables: VariableArgs,
    /// Configuration file; by default, rekognition-iam.toml in this directory or the nearest parent directory
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Also read files in directories that git ignores
    #[arg(long)]
    pub(crate) no_ignore: bool,
    /// Do not use a configuration file
    #[arg(long, conflicts_with = "config")]
    pub(crate) no_config: bool,
}

impl InputArgs {
    /// The files to read.
    pub(crate) fn collect(&self) -> Collected {
        let ignored = match self.no_ignore {
            true => Ignored::Read,
            false => Ignored::LeftOut,
        };
        files::collect(&self.paths, ignored)
    }
}

fn paths_help() -> String {
    let searched = files::searched();
    format!("Files, directories (searched for {searched}), or - for standard input")
}

/// The kinds with all words for them, from the one list of them.
pub(crate) fn kind_help() -> String {
    let mut help = String::from("Kind of the policies; detected by default. One of ");
    // Text takes whatever is written to it.
    let _ = PolicyKind::list(&mut help);
    help
}
