//! Why access was denied, as the sentence ends.

use alloc::borrow::Cow;

use super::Why;
use super::words::{either, gap, head, phrase, skip_gap, without_stop, word};
use crate::Layer;

/// The layers by AWS's words for them, without `policy`.
const LAYERS: [(&[&str], Layer); 10] = [
    (&["identity-based"], Layer::Identity),
    (&["resource-based"], Layer::Resource),
    (&["permissions", "boundary"], Layer::PermissionsBoundary),
    (&["session"], Layer::Session),
    (&["sessions"], Layer::Session),
    (&["service", "control"], Layer::ServiceControl),
    (&["resource", "control"], Layer::ResourceControl),
    (&["vpc", "endpoint"], Layer::VpcEndpoint),
    (&["role", "trust"], Layer::RoleTrust),
    (&["trust"], Layer::RoleTrust),
];

/// A layer with the word `policy`, where it has that.
fn layer(text: &str) -> Option<(Layer, &str)> {
    LAYERS.iter().find_map(|(words, layer)| {
        let rest = phrase(text, words)?;
        let policy = gap(rest).and_then(|(next, _)| either(next, &["policy", "policies"]));
        Some((*layer, policy.unwrap_or(rest)))
    })
}

/// `a`, `an` or `the`, and a layer.
fn named_layer(text: &str) -> Option<(Layer, &str)> {
    let rest = either(text, &["a", "an", "the"])?;
    layer(gap(rest)?.0)
}

pub(super) fn is_reason(text: &str) -> bool {
    word(text, "because").is_some() || phrase(text, &["with", "an", "explicit", "deny"]).is_some()
}

/// The reason, and what follows it.
pub(super) fn why(text: &str) -> (Why<'_>, &str) {
    let start = skip_gap(text);
    if let Some(rest) = word(start, "because") {
        return because(skip_gap(rest));
    }
    let Some(rest) = phrase(start, &["with", "an", "explicit", "deny"]) else {
        return (Why::Unstated, text);
    };
    let mut layer = None;
    let mut through = None;
    let mut rest = rest;
    if let Some(inner) = gap(rest).and_then(|(next, _)| word(next, "in")) {
        match named_layer(skip_gap(inner)) {
            Some((found, behind)) => (layer, rest) = (Some(found), behind),
            None => return unread(start),
        }
        let chain = gap(rest).and_then(|(next, _)| phrase(next, &["transitively", "through"]));
        if let Some(inner) = chain {
            match named_layer(skip_gap(inner)) {
                // The second one denies; the first passes it on.
                Some((found, behind)) => {
                    (through, layer, rest) = (layer, Some(found), behind);
                }
                None => return unread(start),
            }
        }
    }
    let mut policy = None;
    if let Some(inner) = skip_gap(rest).strip_prefix(':') {
        let inner = skip_gap(inner);
        if inner.starts_with("arn:") {
            let end = inner
                .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '\\' | '<' | '('))
                .unwrap_or(inner.len());
            let (arn, behind) = inner.split_at_checked(end).unwrap_or((inner, ""));
            policy = Some(Cow::Borrowed(without_stop(arn)));
            rest = behind;
        }
    }
    let why = Why::Denied {
        layer,
        through,
        policy,
    };
    (why, rest)
}

/// What follows `because`.
fn because(text: &str) -> (Why<'_>, &str) {
    if let Some(inner) = word(text, "no")
        && let Some((layer, rest)) = layer(skip_gap(inner))
        && let Some(rest) = gap(rest).and_then(|(next, _)| either(next, &["allow", "allows"]))
    {
        return (Why::NotAllowed(layer), rest);
    }
    if let Some(rest) = phrase(text, &["the", "resource", "does", "not", "exist", "in"]) {
        return (Why::Either(Layer::Resource), rest);
    }
    let (clause, rest) = clause(text);
    if clause.to_ascii_lowercase().contains("block public access") {
        return (Why::BlockPublicAccess, rest);
    }
    unread(text)
}

/// A reason that is not recognized.
fn unread(text: &str) -> (Why<'_>, &str) {
    let (clause, rest) = clause(text);
    (Why::Unread(Cow::Borrowed(clause)), rest)
}

/// The text up to the end of its line or string.
fn clause(text: &str) -> (&str, &str) {
    let text_head = head(text);
    let end = (text_head.find(['\n', '\r', '"', '\\', '<'])).unwrap_or(text_head.len());
    let (clause, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    (clause.trim_end().trim_end_matches('.'), rest)
}
