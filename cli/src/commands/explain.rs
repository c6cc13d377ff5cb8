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
    match explained(&arguments.rule) {
        Ok(page) => {
            print(page.as_bytes())?;
            Ok(CLEAN)
        }
        Err(reason) => {
            complain(&reason);
            Ok(UNUSABLE)
        }
    }
}

/// The page of a rule, whose ID can be in any letter case.
pub(crate) fn explained(rule: &str) -> Result<String, String> {
    let id = rule.to_ascii_uppercase().replace('-', "_");
    let Some(found) = rules::find(&id) else {
        let ids = rules::all().map(|rule| rule.id);
        let help = match suggest::nearest(&id, ids) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`rekognition-iam rules` lists them".to_string(),
        };
        return Err(format!("there is no rule `{rule}`; {help}"));
    };
    Ok(page::page(&found))
}
