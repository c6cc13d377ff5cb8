//! A message that cannot be explained, or has to be decoded first.

use std::io;

use rekognition_iam_runtime::denied::{AccessDenied, Unreadable, encoded_message};

use super::called::Called;
use crate::json_lines::Answer;
use crate::json_text::{write_optional, write_string};
use crate::terminal::{FOUND, UNUSABLE, complain, print};

/// A text without a message that names an action.
pub(super) fn unreadable(text: &str, format: Answer) -> io::Result<u8> {
    let why = match AccessDenied::parse(text) {
        Ok(_) => Unreadable::Other,
        Err(why) => why,
    };
    let blob = encoded_message(text);
    let command = blob.as_deref().map(decode);
    let called = Called::of(text).filter(|_| why == Unreadable::NoDetails);
    let why_in_words = match &called {
        Some(called) => format!(
            "access to `{}` was denied, but the message does not name the resource",
            called.operation
        ),
        None => why.to_string(),
    };
    let unusable = [Unreadable::Other, Unreadable::NoAnswer, Unreadable::Display];
    let code = if unusable.contains(&why) {
        UNUSABLE
    } else {
        FOUND
    };
    match format {
        Answer::Human if code == UNUSABLE => complain(&format!("{why}; {}", why.help())),
        Answer::Human => {
            let mut out = format!("{why_in_words}\n");
            for help in called
                .iter()
                .map(Called::help)
                .chain([why.help().to_owned()])
            {
                out.push_str(&format!("  help: {help}\n"));
            }
            if let Some(command) = &command {
                out.push_str(&format!("\n{command}\n"));
            }
            print(out.as_bytes())?;
        }
        Answer::Json => {
            let mut out = String::from("{\"error\":");
            write_string(&mut out, &why_in_words);
            out.push_str(",\"operation\":");
            write_optional(
                &mut out,
                called.as_ref().map(|called| called.operation.as_str()),
            );
            out.push_str(",\"help\":");
            write_string(&mut out, why.help());
            out.push_str(",\"decode\":");
            write_optional(&mut out, command.as_deref());
            out.push_str("}\n");
            print(out.as_bytes())?;
        }
    }
    Ok(code)
}

/// The command that decodes a message of EC2. Nothing in it means anything to a shell.
pub(super) fn decode(blob: &str) -> String {
    format!(
        "aws sts decode-authorization-message --query DecodedMessage --output text --encoded-message {blob}"
    )
}
