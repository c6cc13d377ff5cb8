//! `rekognition-iam explain`: what a rule checks, why, and what to do about a finding.

mod page;
#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]
mod tests;

use std::io;

use clap::Args;
use rekognition_iam_runtime::suggest;

use crate::input::rules;
use crate::terminal::{CLEAN, UNUSABLE, complain, print};

#[derive(Debug, Args)]
#[command(after_help = example())]
pub(crate) struct ExplainArgs {
    /// ID of a rule, in any letter case
    #[arg(value_name = "RULE")]
    rule: String,
}

/// A line to copy, with some rule.
fn example() -> String {
    let id = rules::all().last().map_or("RULE", |rule| rule.id);
    format!("Example: rekognition-iam explain {id}")
}

pub(crate) fn run(arguments: &ExplainArgs) -> io::Result<u8> {
    let id = arguments.rule.to_ascii_uppercase().replace('-', "_");
    let Some(rule) = rules::find(&id) else {
        let ids = rules::all().map(|rule| rule.id);
        let help = match suggest::nearest(&id, ids) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`rekognition-iam rules` lists them".to_string(),
        };
        complain(&format!("there is no rule `{}`; {help}", arguments.rule));
        return Ok(UNUSABLE);
    };
    print(page::page(&rule).as_bytes())?;
    Ok(CLEAN)
}
