//! Rules about a statement as a whole.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::variable::variables;
use super::{Needs, run};
use crate::check::facts::{ActionFact, Facts, StatementFacts};
use crate::check::finding::Part;
use crate::check::{Message, Rule, Severity, Sink, tables, text};
use crate::document::{Place, PolicyKind, Statement};

/// A `Sid` holds something other than the letters A to Z and a to z and the digits 0 to 9.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html>.
pub const UNSUPPORTED_SID: Rule = Rule {
    id: "UNSUPPORTED_SID",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "a Sid holds something other than the letters A to Z and a to z and the digits 0 to 9",
    needs: Needs::NOTHING,
    run: run!(|facts, sink| {
        // Key policies, topics and queues take more.
        if matches!(facts.kind, PolicyKind::Resource | PolicyKind::VpcEndpoint) {
            return;
        }
        for (s, statement) in facts.document.statements.iter().enumerate() {
            let Some(sid) = &statement.sid else { continue };
            if text::all(sid, u8::is_ascii_alphanumeric) {
                continue;
            }
            let clean = cleaned(sid);
            if let Some(wrong) = sid.chars().find(|c| !c.is_ascii_alphanumeric()) {
                let finding = sink.report(
                    Place::Sid(s),
                    format!("a Sid cannot hold `{}`", wrong.escape_debug()),
                );
                finding
                    .help("a Sid is made of the letters A to Z and a to z and the digits 0 to 9");
                let taken = |other: &Statement<'_>| {
                    (other.sid.as_deref()).is_some_and(|other| {
                        other == clean || (other != sid.as_ref() && cleaned(other) == clean)
                    })
                };
                if !clean.is_empty() && !facts.document.statements.iter().any(taken) {
                    finding.replace(clean);
                }
            }
        }
    }),
};

/// The characters of a `Sid` that it can hold.
fn cleaned(sid: &str) -> String {
    sid.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// A `Sid` is empty.
pub const EMPTY_SID_VALUE: Rule = Rule {
    id: "EMPTY_SID_VALUE",
    severity: Severity::Suggestion,
    denied_in_rust: true,
    summary: "a Sid is empty",
    needs: Needs::NOTHING,
    run: run!(|facts, sink| {
        for (s, statement) in facts.document.statements.iter().enumerate() {
            if statement.sid.as_deref() == Some("") {
                sink.report(Place::Sid(s), "the Sid is empty")
                    .help("leave it out, or name the statement");
            }
        }
    }),
};

fn same_sids(facts: &Facts<'_>, sink: &mut Sink<'_>, help: &'static str) {
    // An empty one is reported for that.
    if facts.statements.len() < 2 {
        return;
    }
    let mut sids = Vec::with_capacity(facts.statements.len());
    for statement in &facts.document.statements {
        sids.push(statement.sid.as_deref().unwrap_or_default());
    }
    for &(s, first) in &text::twins(&sids, false) {
        let sid = sids[s];
        if !sid.is_empty() {
            sink.report(
                Place::Sid(s),
                format!(
                    "the Sid `{}` is taken by statement {} of this policy",
                    sid.escape_debug(),
                    first + 1
                ),
            )
            .help(help);
        }
    }
}

/// Two statements of one policy have the same `Sid`.
pub const UNIQUE_SIDS_REQUIRED: Rule = Rule {
    id: "UNIQUE_SIDS_REQUIRED",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "two statements of one policy have the same Sid",
    needs: Needs::STATEMENTS,
    run: run!(|facts, sink| {
        if !matches!(
            facts.kind,
            PolicyKind::Resource | PolicyKind::Project | PolicyKind::VpcEndpoint
        ) {
            same_sids(facts, sink, "every Sid of a policy names one statement");
        }
    }),
};

/// Two statements of a resource policy have the same `Sid`.
pub const UNIQUE_SIDS_RECOMMENDED: Rule = Rule {
    id: "UNIQUE_SIDS_RECOMMENDED",
    severity: Severity::Warning,
    denied_in_rust: true,
    summary: "two statements of a resource policy have the same Sid",
    needs: Needs::STATEMENTS,
    run: run!(|facts, sink| {
        if matches!(
            facts.kind,
            PolicyKind::Resource | PolicyKind::Project | PolicyKind::VpcEndpoint
        ) {
            same_sids(
                facts,
                sink,
                "give each statement a Sid of its own; some services refuse two alike",
            );
        }
    }),
};

/// The version is none that IAM has.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>.
pub const INVALID_VERSION: Rule = Rule {
    id: "INVALID_VERSION",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "the version is none that IAM has",
    needs: Needs::NOTHING,
    run: run!(|facts, sink| {
        let Some(version) = &facts.document.version else {
            return;
        };
        if matches!(version.as_ref(), "2012-10-17" | "2008-10-17") {
            return;
        }
        let finding = sink.report(
            Place::Version,
            format!(
                "no version `{}` of the policy language",
                version.escape_debug()
            ),
        );
        finding.help(
            "write `2012-10-17`; a policy's version is that of its language, not of its text",
        );
        // The versions differ in variables alone: with one, both could be meant.
        if variables(facts).is_empty() {
            finding.replace("2012-10-17");
        }
    }),
};

/// A policy has no version, and is read as one of 2008.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>.
pub const MISSING_VERSION: Rule = Rule {
    id: "MISSING_VERSION",
    severity: Severity::Warning,
    denied_in_rust: true,
    summary: "a policy has no version, and is read as one of 2008",
    needs: Needs::NOTHING,
    run: run!(|facts, sink| {
        if facts.document.version.is_none() {
            sink.report(
                Place::Document,
                "without a version a policy is read as one of 2008, which has no policy variables",
            )
            .help("give it the version `2012-10-17`");
        }
    }),
};

/// A statement has neither `Resource` nor `NotResource`.
pub const MISSING_RESOURCE: Rule = Rule {
    id: "MISSING_RESOURCE",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "a statement has neither Resource nor NotResource",
    needs: Needs::NOTHING,
    run: run!(|facts, sink| {
        if facts.kind == PolicyKind::RoleTrust {
            return;
        }
        for (s, statement) in facts.statements.iter().enumerate() {
            if statement.statement.resources.is_none() && !implied(facts, statement) {
                sink.report(
                    Place::Statement(s),
                    "this statement is missing its resources",
                )
                .help(Message::from("name the resources, or write ").with(Part::AnyResource));
            }
        }
    }),
};

/// Whether the resource that the policy is attached to is meant without being named.
fn implied(facts: &Facts<'_>, statement: &StatementFacts<'_>) -> bool {
    let implies = |action: &ActionFact<'_>| {
        let prefix = action.text.split(':').next().unwrap_or_default();
        text::is_one_of(prefix, tables::RESOURCE_IMPLIED)
    };
    facts.kind == PolicyKind::Resource
        && !statement.actions.is_empty()
        && statement.actions.iter().all(implies)
}
