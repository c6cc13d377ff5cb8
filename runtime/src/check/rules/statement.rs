//! Rules about a statement as a whole.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::variable::variables;

use crate::check::facts::{ActionFact, Facts, StatementFacts};
use crate::check::finding::Part;
use crate::check::rule::rules;
use crate::check::{Message, Sink, tables, text};
use crate::document::{Place, PolicyKind, Statement};

rules![
    /// A `Sid` holds something other than the letters A to Z and a to z and the digits 0 to 9.
    ///
    /// ```json
    /// {"Sid": "Read only", "Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Sid": "ReadOnly2", "Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html>.
    #[rule(Error)]
    fn UNSUPPORTED_SID(facts: &Facts<'_>, sink: &mut Sink<'_>) {
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
    },

    /// A `Sid` is empty.
    ///
    /// ```json
    /// {"Sid": "", "Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Sid": "A", "Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    #[rule(Suggestion, denied)]
    fn EMPTY_SID_VALUE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in facts.document.statements.iter().enumerate() {
            if statement.sid.as_deref() == Some("") {
                sink.report(Place::Sid(s), "the Sid is empty")
                    .help("leave it out, or name the statement");
            }
        }
    },

    /// Two statements of one policy have the same `Sid`.
    ///
    /// ```json
    /// {"Sid": "A", "Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"},
    /// {"Sid": "A", "Effect": "Allow", "Action": "rekognition:DetectFaces", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Sid": "A", "Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"},
    /// {"Sid": "a", "Effect": "Allow", "Action": "rekognition:DetectFaces", "Resource": "*"}
    /// ```
    #[rule(Error, needs(STATEMENTS))]
    fn UNIQUE_SIDS_REQUIRED(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if !matches!(
            facts.kind,
            PolicyKind::Resource | PolicyKind::Project | PolicyKind::VpcEndpoint
        ) {
            same_sids(facts, sink, "every Sid of a policy names one statement");
        }
    },

    /// Two statements of a resource policy have the same `Sid`.
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Sid": "A b",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t"
    /// },
    /// {
    ///   "Effect": "Allow",
    ///   "Sid": "A b",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "sns:Subscribe",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Sid": "A b",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t"
    /// },
    /// {
    ///   "Effect": "Allow",
    ///   "Sid": "B b",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "sns:Subscribe",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t"
    /// }
    /// ```
    #[rule(Warning, denied, needs(STATEMENTS))]
    fn UNIQUE_SIDS_RECOMMENDED(facts: &Facts<'_>, sink: &mut Sink<'_>) {
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
    },

    /// The version is none that IAM has.
    ///
    /// ```json
    /// {
    ///   "Version": "2012-10-18",
    ///   "Statement": [{"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}]
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Version": "2008-10-17",
    ///   "Statement": [{"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}]
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>.
    #[rule(Error)]
    fn INVALID_VERSION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
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
    },

    /// A policy has no version, and is read as one of 2008.
    ///
    /// ```json
    /// {"Statement": [{"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}]}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Version": "2012-10-17",
    ///   "Statement": [{"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}]
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>.
    #[rule(Warning, denied)]
    fn MISSING_VERSION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if facts.document.version.is_none() {
            sink.report(
                Place::Document,
                "without a version a policy is read as one of 2008, which has no policy variables",
            )
            .help("give it the version `2012-10-17`");
        }
    },

    /// A statement has neither `Resource` nor `NotResource`.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:DetectText"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    #[rule(Error)]
    fn MISSING_RESOURCE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
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
    }
];

/// The characters of a `Sid` that it can hold.
fn cleaned(sid: &str) -> String {
    sid.chars().filter(char::is_ascii_alphanumeric).collect()
}

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
