//! Rules about a statement as a whole.

use alloc::format;

use crate::check::{Rule, Severity};
use crate::document::Place;

/// A `Sid` holds something other than the letters A to Z and a to z and the digits 0 to 9.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html>.
pub const UNSUPPORTED_SID: Rule = Rule {
    id: "UNSUPPORTED_SID",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "a Sid holds something other than the letters A to Z and a to z and the digits 0 to 9",
    run: |facts, sink| {
        for (s, statement) in facts.document.statements.iter().enumerate() {
            let Some(sid) = &statement.sid else { continue };
            if let Some(wrong) = sid.chars().find(|c| !c.is_ascii_alphanumeric()) {
                let clean: alloc::string::String =
                    sid.chars().filter(char::is_ascii_alphanumeric).collect();
                let finding = sink.report(
                    Place::Sid(s),
                    format!("a Sid cannot hold `{}`", wrong.escape_debug()),
                );
                finding
                    .help("a Sid is made of the letters A to Z and a to z and the digits 0 to 9");
                if !clean.is_empty() {
                    finding.replace(clean);
                }
            }
        }
    },
};

/// A `Sid` is empty.
pub const EMPTY_SID_VALUE: Rule = Rule {
    id: "EMPTY_SID_VALUE",
    severity: Severity::Suggestion,
    denied_in_rust: true,
    summary: "a Sid is empty",
    run: |facts, sink| {
        for (s, statement) in facts.document.statements.iter().enumerate() {
            if statement.sid.as_deref() == Some("") {
                sink.report(Place::Sid(s), "the Sid is empty")
                    .help("leave it out, or name the statement");
            }
        }
    },
};

/// Two statements of one policy have the same `Sid`.
pub const UNIQUE_SIDS_REQUIRED: Rule = Rule {
    id: "UNIQUE_SIDS_REQUIRED",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "two statements of one policy have the same Sid",
    run: |facts, sink| {
        let sids = || (facts.document.statements.iter()).map(|statement| statement.sid.as_deref());
        for (s, sid) in sids().enumerate() {
            let Some(sid) = sid else { continue };
            if let Some(first) = sids().take(s).position(|earlier| earlier == Some(sid)) {
                sink.report(
                    Place::Sid(s),
                    format!(
                        "the Sid `{sid}` is taken by statement {} of this policy",
                        first + 1
                    ),
                )
                .help("every Sid of a policy names one statement");
            }
        }
    },
};
