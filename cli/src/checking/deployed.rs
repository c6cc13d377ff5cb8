//! What is found in a policy whichever way a deployment fills it in.

use std::collections::HashSet;

use rekognition_iam_runtime::check::{Iam, Rule, Subject};
use rekognition_iam_runtime::json::Located;

use super::judge::judged;
use super::settings::Settings;
use crate::input::known::{Fill, Samples};
use crate::input::render::{Branch, Rendered};
use crate::input::search::Found;

/// What is found whichever way the open values are filled in.
pub(super) fn common(
    wide: &Rendered,
    other: Option<&Rendered>,
    found: &Found,
    settings: &Settings,
) -> Vec<Located> {
    let mut findings = judged(&wide.text, false, (found.kind, found.services), settings).findings;
    if let Some(other) = other
        && other.text != wide.text
    {
        let others = judged(&other.text, false, (found.kind, found.services), settings).findings;
        keep_common(&mut findings, &wide.samples, &others, &other.samples);
    }
    findings.retain(|located| {
        let rule = located.finding.rule();
        // Nothing is missing, or empty, that is only not known yet.
        let known_later = wide.may_follow(rule, located.span, located.finding.place.statement());
        let is_open = wide.is_open(located.span) && !holds_for_all(located);
        !(known_later || is_open || is_other_quota(rule, found))
    });
    findings
}

/// Whether a finding about a pattern holds for all that the pattern matches, and so for all values of what is not known in it:
/// in one of the texts, a `*` represents them.
pub(super) fn holds_for_all(located: &Located) -> bool {
    located.finding.rule().subject == Subject::ResourceType
}

/// More branches than any template has that was not written to have many.
const MANY_BRANCHES: usize = 16;

/// Of what is found in the text with all branches of each `If`: what is also found in a text that a deployment may have,
/// with one of them. Two branches are never deployed together, so nothing holds between them. Where the text has only the first
/// branch, what is found in another one is added, with the number of its text.
pub(super) fn deployed(
    all: &Rendered,
    findings: Vec<Located>,
    found: &Found,
    settings: &Settings,
    render: impl Fn(Fill, Branch) -> Option<Rendered>,
) -> (Vec<(Option<usize>, Located)>, Vec<Rendered>) {
    let unchanged = |located| (None, located);
    if all.branches < 2 || (findings.is_empty() && !all.has_alternatives()) {
        return (findings.into_iter().map(unchanged).collect(), Vec::new());
    }
    let (texts, found_in): (Vec<Rendered>, Vec<Vec<Located>>) =
        (0..all.branches.min(MANY_BRANCHES))
            .filter_map(|number| {
                let wide = render(Fill::Wide, Branch::Only(number))?;
                let other = render(Fill::Other, Branch::Only(number));
                let findings = common(&wide, other.as_ref(), found, settings);
                Some((wide, findings))
            })
            .unzip();
    let said = |text: &Rendered, located: &Located| {
        (text.samples).renamed(&located.finding.message.render(&Iam))
    };
    let kept = |mut located: Located| {
        let at = (located.finding.id, all.node(located.span));
        let message = said(all, &located);
        let mut instead = None;
        for (text, findings) in texts.iter().zip(&found_in) {
            for one in findings {
                if at != (one.finding.id, text.node(one.span)) {
                    continue;
                }
                let own = said(text, one);
                if own == message {
                    return Some(located);
                }
                instead.get_or_insert(own);
            }
        }
        // What is counted, such as characters, is less in each of them.
        located.finding.message = instead?.into();
        Some(located)
    };
    let mut out: Vec<_> = (findings.into_iter().filter_map(kept).map(unchanged)).collect();
    let mut added = HashSet::new();
    for (number, findings) in found_in.into_iter().enumerate() {
        let Some(text) = texts.get(number) else {
            continue;
        };
        for located in findings {
            let own = (
                located.finding.id,
                text.node(located.span),
                said(text, &located),
            );
            if all.is_alternative(text.place(located.span)) && added.insert(own) {
                out.push((Some(number), located));
            }
        }
    }
    (out, texts)
}

/// An inline policy has no quota of its own: those of one user, group or role count together.
pub(super) fn is_other_quota(rule: &Rule, found: &Found) -> bool {
    found.inline && rule.subject == Subject::TooLarge
}

/// Keeps what is found whichever way the open values are filled in.
pub(super) fn keep_common(
    findings: &mut Vec<Located>,
    samples: &Samples,
    others: &[Located],
    other_samples: &Samples,
) {
    type Key = (&'static str, String, String);
    let key = |located: &Located, samples: &Samples| -> Key {
        let finding = &located.finding;
        let message = samples.renamed(&finding.message.render(&Iam));
        (finding.id, located.path.clone(), message)
    };
    let others: HashSet<Key> = (others.iter())
        .map(|other| key(other, other_samples))
        .collect();
    findings.retain(|located| others.contains(&key(located, samples)));
}
