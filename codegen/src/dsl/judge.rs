//! The rules, and the tokens that their findings are put on.

use proc_macro2::Span;
use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::check::{Finding, Options, Subject};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::glob;

use super::dialect;
use super::errors::{Diagnostic, Errors};
use super::lower::{self, Accepted, Lowered};
use super::open::{Open, OpenValue};

/// Runs the rules and puts what they find on tokens.
pub(super) fn judge(kind: PolicyKind, lowered: &Lowered, errors: &mut Errors) {
    let mut unlisted = vec![lower::REPORTED];
    for known in &lowered.unlisted {
        unlisted.push(&known.name);
    }
    let options = Options::new(kind).unlisted(&unlisted);
    let findings = Open {
        document: lowered.sketch.for_rules(),
        values: (lowered.holes.iter())
            .map(|hole| OpenValue {
                name: &hole.name,
                kind: hole.kind,
                place: hole.place,
            })
            .collect(),
    }
    .check(&options);

    // One expression can represent many actions; each thing is reported once, for the first of them.
    let mut told: Vec<Told<'_>> = Vec::new();
    let mut accepted: Vec<(&Accepted, bool)> = Vec::new();
    for known in &lowered.accepted {
        accepted.push((known, false));
    }
    for finding in &findings {
        let statement = finding.place.statement();
        let accepts = |(accepted, _): &&mut (&Accepted, bool)| {
            accepted.rule.id == finding.id && accepted.statement == statement
        };
        if let Some((_, used)) = accepted.iter_mut().find(accepts) {
            *used = true;
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
    let unsure = lowered.misread
        || (told.iter()).any(|told| told.finding.rule().subject == Subject::UnknownAction);
    told.retain(|told| !lowered.follows(told.finding.rule(), told.finding.place, unsure));
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

    for (accepted, used) in accepted {
        // What a rule says about a value may be known only where the value is: to an export, for a constant. And about what was
        // not understood, rules say nothing yet.
        if used || lowered.misread || lowered.is_open(accepted.statement) {
            continue;
        }
        let (accept, about) = match accepted.statement {
            Some(_) => (".accept(..)", "in this statement"),
            None => ("accept(..)", "in the policy as a whole"),
        };
        errors
            .push(
                accepted.span,
                format!(
                    "unused `{accept}`: `{}` reports nothing {about}",
                    accepted.rule.id
                ),
            )
            .help(format!("remove the `{accept}`"));
    }
    listed_anyway(&lowered.unlisted, errors);
}

/// A finding, and how many more there are of the same expression.
struct Told<'f> {
    finding: &'f Finding,
    origin: Option<usize>,
    more: usize,
}

/// Reports names that the catalogue has although they are said to be unlisted.
pub(super) fn listed_anyway(unlisted: &[lower::Unlisted], errors: &mut Errors) {
    // The compiler, which has an older catalogue, still needs it.
    if catalogue::is_replaced() {
        return;
    }
    for unlisted in unlisted {
        let Some((prefix, name)) = unlisted.name.split_once(':') else {
            continue;
        };
        // IAM does not mind the case of any of them.
        let services = || {
            (catalogue::services().iter())
                .filter(|service| glob::matches(prefix, service.prefix, true))
        };
        let is_pattern = glob::has_wildcard(&unlisted.name);
        let is_action = services().any(|service| match is_pattern {
            true => (service.actions.iter()).any(|action| glob::matches(name, action.name, true)),
            false => service.action_ignore_case(name).is_some(),
        });
        let is_key = catalogue::global_key(&unlisted.name).is_some()
            || services().any(|service| service.key(&unlisted.name).is_some());
        if is_action || is_key {
            errors
                .push(
                    unlisted.span,
                    match is_pattern {
                        true => format!("`{}` does not need `unlisted`: the catalogue has actions that match it", unlisted.name),
                        false => format!("`{}` does not need `unlisted`: it is in the catalogue", unlisted.name),
                    },
                )
                .help("remove `unlisted(..)` around it, so that it is checked");
        }
    }
}

fn span(lowered: &Lowered, finding: &Finding) -> Span {
    (lowered.own_span(finding.rule().about, finding.place))
        .unwrap_or_else(|| lowered.span(finding.place, finding.range.as_ref()))
}

pub(super) fn diagnostic(finding: &Finding, span: Span) -> Diagnostic {
    let mut help = Vec::new();
    for message in &finding.help {
        help.push(message.render(&dialect::Rust));
    }
    Diagnostic {
        span,
        rule: Some(finding.rule()),
        // A finding that is milder than its rule only warns.
        denied: finding.rule().denied_in_rust && finding.rule().severity == finding.severity,
        message: finding.message.render(&dialect::Rust),
        help,
        statement: finding.place.statement().map_or(0, |s| s + 1),
    }
}
