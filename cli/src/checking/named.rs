//! AWS managed policies that a policy names, in a condition or as a resource.

use rekognition_iam_runtime::document::{Document, Place};
use rekognition_iam_runtime::json::{self, Limits, Span};

use super::organization::{self, Judged};
use super::settings::Settings;
use crate::input::managed;
use crate::report::finding::Said;

/// What is in every such name.
const OWNER: &str = ":aws:policy/";

/// What is said about a policy besides what the rules say: what the organization does not permit, and managed policies that AWS
/// does not have. Each with its place in the text.
pub(super) fn besides_rules(
    policy: &Judged<'_>,
    settings: &Settings,
    file: &str,
) -> Vec<(Said, Span)> {
    let mut all = organization::violations(policy, settings, file);
    all.extend(violations(policy));
    all
}

/// The names of AWS managed policies that do not exist, each with its place in the text.
fn violations(policy: &Judged<'_>) -> Vec<(Said, Span)> {
    if !policy.text.contains(OWNER) {
        return Vec::new();
    }
    let parsed = json::parse(policy.text, &Limits::default());
    let other = policy.other.filter(|other| *other != policy.text);
    let other = other.map(|other| json::parse(other, &Limits::default()).document);
    let others = other.as_ref().map(names);
    let mut out = Vec::new();
    for (place, text) in names(&parsed.document) {
        let is_known = !policy.samples.is_in(text)
            && (others.as_ref()).is_none_or(|others| others.contains(&(place, text)));
        let Some(issue) = is_known.then(|| managed::unknown(text)).flatten() else {
            continue;
        };
        let Some(span) = parsed.places.span(place) else {
            continue;
        };
        let said = Said {
            id: issue.rule.id,
            severity: issue.rule.severity,
            statement: place.statement(),
            path: json::path(&parsed.document, place),
            message: issue.message,
            help: issue.help,
            named: None,
        };
        out.push((said, span));
    }
    out
}

/// The resources and the values of conditions that are ARNs of AWS managed policies, or patterns of them.
fn names<'d>(document: &'d Document<'_>) -> Vec<(Place, &'d str)> {
    let mut out = Vec::new();
    let mut add = |place, text: &'d str, matches_patterns: bool| {
        if text.contains(OWNER) && (matches_patterns || !text.contains(['*', '?'])) {
            out.push((place, text));
        }
    };
    for (s, statement) in document.statements.iter().enumerate() {
        let resources = (statement.resources.iter()).flat_map(|element| element.values.iter());
        for (r, resource) in resources.enumerate() {
            add(Place::Resource(s, r), resource, true);
        }
        for (b, block) in statement.conditions.iter().enumerate() {
            let operator = block.operator.to_ascii_lowercase();
            let matches_patterns = operator.contains("arn") || operator.contains("like");
            for (k, (_, values)) in block.keys.iter().enumerate() {
                for (v, value) in values.iter().enumerate() {
                    add(Place::Value(s, b, k, v), value.as_text(), matches_patterns);
                }
            }
        }
    }
    out
}
