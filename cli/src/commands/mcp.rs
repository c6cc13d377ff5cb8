//! `rekognition-iam mcp`: the commands as tools for assistants.

use std::io;
use std::path::PathBuf;

use clap::Args;

use crate::mcp;
use crate::terminal::CLEAN;

/// The tools are check, explain, evaluate, diff, prove, needs, and derive. The client starts the server and talks to it on standard
/// input and output. No file outside of the directories is read, also if a link, a manifest, or a configuration names it.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct McpArgs {
    /// Directories that the tools can read
    #[arg(required = true, value_name = "DIR")]
    directories: Vec<PathBuf>,
}

const HELP: &str = "\
Example: {\"mcpServers\": {\"rekognition-iam\": {\"command\": \"rekognition-iam\", \"args\": [\"mcp\", \"/home/me/policies\"]}}}
Exit codes: 0 the client ended the session, 2 unusable input.";

pub(crate) fn run(arguments: &McpArgs) -> io::Result<u8> {
    mcp::serve(&arguments.directories)?;
    Ok(CLEAN)
}
