//! `rekognition-iam lsp`: the language server, for editors.

use std::io;
use std::path::PathBuf;

use clap::Args;

use crate::lsp::{self, Options};
use crate::terminal::{CLEAN, FOUND};

/// Editors start the server and talk to it on standard input and output. It checks the open files with the configuration of the
/// workspace, and offers the fixes of `fix` as quick fixes.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct LspArgs {
    /// Talk on standard input and output, as the server always does; some editors pass this
    #[arg(long)]
    stdio: bool,
    /// Configuration file; by default, rekognition-iam.toml in the directory of the workspace or the nearest parent directory
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Do not use a configuration file
    #[arg(long, conflicts_with = "config")]
    no_config: bool,
}

const HELP: &str = "\
Example: in Neovim 0.11, vim.lsp.config('rekognition_iam', {cmd = {'rekognition-iam', 'lsp'},
           filetypes = {'json', 'yaml', 'terraform'}, root_markers = {'rekognition-iam.toml', '.git'}})
         vim.lsp.enable('rekognition_iam')
The guide has the settings of VS Code, Helix, and Zed.
Exit codes: 0 the editor ended the session, 1 it ended without saying so, 2 unusable input.";

pub(crate) fn run(arguments: &LspArgs, has_catalogue: bool) -> io::Result<u8> {
    let is_clean = lsp::serve(Options {
        config: arguments.config.clone(),
        no_config: arguments.no_config,
        has_catalogue,
    })?;
    Ok(if is_clean { CLEAN } else { FOUND })
}
