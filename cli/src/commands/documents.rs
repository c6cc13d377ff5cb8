//! `rekognition-iam documents`, for tests: the policies of a file as they are read.

use std::io;
use std::path::PathBuf;

use clap::Args;

use crate::input::files::{self, Input};
use crate::input::hcl::{Disk, Readers};
use crate::input::policies;
use crate::json_text::{quoted, write_json};
use crate::terminal::{CLEAN, UNUSABLE, complain, print};

#[derive(Debug, Args)]
pub(crate) struct DocumentsArgs {
    /// The file
    #[arg(value_name = "FILE")]
    path: PathBuf,
}

/// Prints a line of JSON for each policy.
pub(crate) fn run(arguments: &DocumentsArgs) -> io::Result<u8> {
    let input = Input {
        path: Some(arguments.path.clone()),
        named: true,
    };
    let text = files::read(&input).map_err(io::Error::other)?;
    let found = policies::policies(&text, &input, &Disk, &Readers::default());
    for note in &found.notes {
        complain(&format!("note: {note}"));
    }
    if let Some(error) = found.unusable {
        complain(&format!("{}: {error}", input.name()));
        return Ok(UNUSABLE);
    }
    let mut out = String::new();
    for policy in &found.policies {
        out.push_str(&format!("{{\"place\":{},", quoted(&policy.place)));
        match &policy.text {
            Ok(text) => {
                out.push_str("\"document\":");
                write_json(&mut out, text);
            }
            Err(reason) => out.push_str(&format!("\"unread\":{}", quoted(reason))),
        }
        out.push_str(&format!(",\"open\":{}}}\n", policy.open));
    }
    print(out.as_bytes())?;
    Ok(CLEAN)
}
