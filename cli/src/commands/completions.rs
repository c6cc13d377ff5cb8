//! `rekognition-iam completions`: what a shell needs to complete the command line.

use std::io;

use clap::{Args, Command};
use clap_complete::Shell;

use crate::terminal::print;

/// For which shell.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples: rekognition-iam completions bash > ~/.local/share/bash-completion/completions/rekognition-iam
          rekognition-iam completions zsh > ~/.zfunc/_rekognition-iam
          rekognition-iam completions fish > ~/.config/fish/completions/rekognition-iam.fish"
)]
pub(crate) struct CompletionsArgs {
    /// Name of the shell
    shell: Shell,
}

pub(crate) fn run(arguments: &CompletionsArgs, mut command: Command) -> io::Result<u8> {
    let mut out = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "rekognition-iam", &mut out);
    print(&out)
}
