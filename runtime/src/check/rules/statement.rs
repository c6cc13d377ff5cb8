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
    /// A `Sid` has a character other than a letter or a digit.
    ///
    /// Checks that a `Sid` consists of `A` to `Z`, `a` to `z`, and `0` to `9`. IAM rejects an identity policy with
    /// any other character in a `Sid`, including spaces, dashes, and underscores. Some resource policies accept
    /// more.
    ///
    /// ```json
    /// {"Sid": "Read only", "Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Sid": "ReadOnly", "Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}
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
                    format!("`{}` is not allowed in a Sid", wrong.escape_debug()),
                );
                finding.help("use only the letters A to Z and a to z and the digits 0 to 9");
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
    /// Checks that a `Sid`, where there is one, has a value. An empty `Sid` identifies nothing. Remove it, or give
    /// the statement a name that says what it is for.
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
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html>.
    #[rule(Suggestion, denied)]
    fn EMPTY_SID_VALUE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in facts.document.statements.iter().enumerate() {
            if statement.sid.as_deref() == Some("") {
                sink.report(Place::Sid(s), "the Sid is empty")
                    .help("remove it, or give the statement a name");
            }
        }
    },

    /// Two statements of a policy have the same `Sid`.
    ///
    /// Checks that each `Sid` is used once. IAM rejects an identity policy in which two statements share one. `Sid`
    /// is case-sensitive, so `A` and `a` are different.
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
    /// {"Sid": "B", "Effect": "Allow", "Action": "rekognition:DetectFaces", "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html>.
    #[rule(Error, needs(STATEMENTS))]
    fn UNIQUE_SIDS_REQUIRED(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if !matches!(
            facts.kind,
            PolicyKind::Resource | PolicyKind::Project | PolicyKind::VpcEndpoint
        ) {
            same_sids(facts, sink, "give each statement a different Sid");
        }
    },

    /// Two statements of a resource policy have the same `Sid`.
    ///
    /// Checks that each `Sid` is used once. Whether a duplicate is rejected depends on the service that stores the
    /// policy. Where it is accepted, the name no longer tells which statement is meant, for example when a tool
    /// replaces a statement by its `Sid`.
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
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html>.
    #[rule(Warning, denied, needs(STATEMENTS))]
    fn UNIQUE_SIDS_RECOMMENDED(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if matches!(
            facts.kind,
            PolicyKind::Resource | PolicyKind::Project | PolicyKind::VpcEndpoint
        ) {
            same_sids(
                facts,
                sink,
                "give each statement a different Sid; some services reject duplicates",
            );
        }
    },

    /// `Version` is not a version of the policy language.
    ///
    /// Checks that `Version` is `2012-10-17` or `2008-10-17`. It is the version of IAM's policy language, not a
    /// date or a revision of this policy, and IAM rejects every other value. Use `2012-10-17`: the older version
    /// does not support policy variables.
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
    ///   "Version": "2012-10-17",
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
                "`{}` is not a version of the policy language",
                version.escape_debug()
            ),
        );
        finding.help(
            "write `2012-10-17`; this is the version of the policy language, not of your policy",
        );
        // The versions differ in variables alone: with one, both could be meant.
        if variables(facts).is_empty() {
            finding.replace("2012-10-17");
        }
    },

    /// A policy has no `Version`, so IAM reads it as version `2008-10-17`.
    ///
    /// Checks that a policy has a `Version`. The default is the old version of the policy language, in which policy
    /// variables are plain text: a resource such as `home/${aws:username}/*` then matches nothing that it was meant
    /// to match, without an error.
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
    #[rule(Warning, denied, about(VersionElement), follows(OpenPart))]
    fn MISSING_VERSION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        // Without statements, there is nothing that a version could change.
        if facts.document.version.is_none() && !facts.document.statements.items.is_empty() {
            sink.report(
                Place::Document,
                "without a version, AWS uses version 2008-10-17, which does not support policy variables",
            )
            .help("add the version `2012-10-17`");
        }
    },

    /// A statement has neither `Resource` nor `NotResource`.
    ///
    /// Checks that each statement says which resources it applies to, in the kinds of policies that require it. IAM
    /// rejects the policy otherwise. For actions that do not support resource-level permissions, write `"Resource":
    /// "*"`.
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
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>.
    #[rule(Error, about(ResourceElement), follows(OpenPart), subject(Grammar))]
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
        if let Some(sid) = sids.get(s).filter(|sid| !sid.is_empty()) {
            sink.report(
                Place::Sid(s),
                format!(
                    "the Sid `{}` is already used by statement {} of this policy",
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
