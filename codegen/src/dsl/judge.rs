//! The rules, and the tokens that their findings are put on.

use proc_macro2::Span;
use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::check::{self, Finding, Options, Rule, rules};
use rekognition_iam_runtime::document::{Document, PolicyKind};

use super::dialect;
use super::errors::{Diagnostic, Errors};
use super::lower::{self, Accepted, Lowered};

/// The rules that report an action which was meant to be another one.
const NO_ACTION: [&str; 4] = [
    rules::REKOGNITION_IAM_ACTION_FORMAT.id,
    rules::INVALID_SERVICE_IN_ACTION.id,
    rules::INVALID_ACTION.id,
    rules::REKOGNITION_IAM_ACTION_PATTERN_MATCHES_NOTHING.id,
];

/// Runs the rules and puts what they find on tokens.
pub(super) fn judge(kind: PolicyKind, lowered: &Lowered, errors: &mut Errors) {
    let mut unlisted = vec![lower::REPORTED];
    for known in &lowered.unlisted {
        unlisted.push(&known.name);
    }
    let options = Options {
        kind,
        unlisted: &unlisted,
        ..Options::default()
    };
    let findings = if lowered.holes.is_empty() {
        check::check(&lowered.document, &options)
    } else {
        // Values that are not known yet are given ones that no rule minds, and what a rule says of one is left unsaid.
        let found = |sample| check::check(&sampled(lowered, sample), &options);
        let mut findings = found(lower::sample);
        findings.retain(|finding| !lowered.is_hole(finding.place, finding.range.as_ref()));
        // The same for what a rule says of others because of one, such as that a `*` covers them.
        if !findings.is_empty() {
            let others = found(lower::other_sample);
            findings.retain(|finding| {
                others
                    .iter()
                    .any(|other| other.id == finding.id && other.place == finding.place)
            });
        }
        findings
    };

    // One expression can stand for many actions; it is told each thing once, by the first of them.
    let mut told: Vec<Told<'_>> = Vec::new();
    let mut used = vec![false; lowered.accepted.len()];
    for finding in &findings {
        let statement = finding.place.statement();
        let is_accepted =
            |accepted: &Accepted| accepted.id == finding.id && accepted.statement == statement;
        if let Some(at) = lowered.accepted.iter().position(is_accepted) {
            used[at] = true;
            continue;
        }
        let origin = lowered.origin(finding.place);
        let same = |told: &&mut Told<'_>| {
            told.origin == origin
                && told.finding.id == finding.id
                && told.finding.place.statement() == statement
        };
        match told.iter_mut().find(same) {
            Some(told) if origin.is_some() => told.more += 1,
            _ => told.push(Told {
                finding,
                origin,
                more: 0,
            }),
        }
    }
    // The policy is refused already; what only follows from that is for later.
    let unsure = lowered.misread || (told.iter()).any(|told| NO_ACTION.contains(&told.finding.id));
    told.retain(|told| !lowered.follows(told.finding.id, told.finding.place, unsure));
    for told in &told {
        let mut diagnostic = diagnostic(told.finding, span(lowered, told.finding));
        match told.more {
            0 => {}
            1 => diagnostic
                .message
                .push_str(" (and one more action of this group)"),
            more => diagnostic
                .message
                .push_str(&format!(" (and {more} more actions of this group)")),
        }
        errors.add(diagnostic);
    }

    for (at, accepted) in lowered.accepted.iter().enumerate() {
        if used[at] {
            continue;
        }
        let about = match accepted.statement {
            Some(_) => "in this statement",
            None => "in the policy as a whole",
        };
        errors
            .push(
                accepted.span,
                format!("the rule `{}` finds nothing {about}", accepted.id),
            )
            .help("take the `.accept(..)` away");
    }
    listed_anyway(&lowered.unlisted, errors);
}

/// The document with a value for each that is not known yet.
fn sampled(lowered: &Lowered, sample: fn(&lower::Hole, usize) -> String) -> Document<'static> {
    lower::filled(&lowered.document, &mut |number| {
        (lowered.holes.get(number)).map_or_else(String::new, |hole| sample(hole, number))
    })
}

/// A finding, and how many more there are of the same expression.
struct Told<'f> {
    finding: &'f Finding,
    origin: Option<usize>,
    more: usize,
}

/// Complains of names that the catalogue has although they are said to be unlisted.
pub(super) fn listed_anyway(unlisted: &[lower::Unlisted], errors: &mut Errors) {
    for unlisted in unlisted {
        if let Some((prefix, name)) = unlisted.name.split_once(':') {
            let service = catalogue::service(prefix);
            let action = service.and_then(|service| service.action_ignore_case(name));
            let key = catalogue::global_key(&unlisted.name)
                .or_else(|| service.and_then(|service| service.key(&unlisted.name)));
            if action.is_some() || key.is_some() {
                errors
                    .push(
                        unlisted.span,
                        format!("the catalogue has `{}`", unlisted.name),
                    )
                    .help("write it without `unlisted`, so that it is checked");
            }
        }
    }
}

fn span(lowered: &Lowered, finding: &Finding) -> Span {
    (lowered.own_span(finding.id, finding.place))
        .unwrap_or_else(|| lowered.span(finding.place, finding.range.as_ref()))
}

pub(super) fn diagnostic(finding: &Finding, span: Span) -> Diagnostic {
    let mut help = Vec::new();
    for message in &finding.help {
        help.push(message.render(&dialect::Rust));
    }
    Diagnostic {
        span,
        id: Some(finding.id),
        denied: Rule::find(finding.id).is_none_or(|rule| rule.denied_in_rust),
        message: finding.message.render(&dialect::Rust),
        help,
        statement: finding.place.statement().map_or(0, |s| s + 1),
    }
}
