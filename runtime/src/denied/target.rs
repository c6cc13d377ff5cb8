//! The resource that a message names, with or without quotes.

use alloc::borrow::Cow;
use alloc::string::String;

use super::escapes::{unescaped, without_entities};
use super::reason::{is_reason, why};
use super::words::{gap, head, joined, of_this, phrase, skip_gap, spaced, without_stop, word};
use super::{On, Why};

/// What follows `on resource:`, and the rest.
pub(super) fn on(text: &str) -> (On<'_>, &str) {
    let start = skip_gap(text);
    if let Some(rest) = phrase(start, &["on", "this", "resource"]) {
        return (On::Unnamed, rest);
    }
    let Some(rest) = phrase(start, &["on", "resource"]) else {
        return (On::Nothing, text);
    };
    let rest = skip_gap(rest);
    let rest = skip_gap(rest.strip_prefix(':').unwrap_or(rest));
    if let Some(rest) = phrase(rest, &["this", "resource"]) {
        return (On::Unnamed, rest);
    }
    let (value, rest) = match quoted(rest) {
        Some(found) => found,
        None => unquoted(rest),
    };
    (target(value), rest)
}

/// What a resource is.
fn target(value: Cow<'_, str>) -> On<'_> {
    if value.is_empty() {
        return On::Nothing;
    }
    if value == "*" {
        return On::Any;
    }
    if is_arn(&value) {
        return On::Arn(value);
    }
    match value {
        Cow::Borrowed(text) => in_words(text).unwrap_or(On::Text(Cow::Borrowed(text))),
        Cow::Owned(text) => {
            let words = in_words(&text).map(On::into_owned);
            words.unwrap_or(On::Text(Cow::Owned(text)))
        }
    }
}

/// Whether the text is an ARN as far as its beginning tells; account numbers may be masked.
fn is_arn(text: &str) -> bool {
    text.starts_with("arn:") && text.split(':').count() >= 6
}

/// The kinds of resources that IAM names in words.
const WORDS: [&str; 6] = [
    "policy path",
    "instance profile",
    "role",
    "user",
    "group",
    "policy",
];

/// A resource in IAM's words.
fn in_words(text: &str) -> Option<On<'_>> {
    let (kind, name) = kind_and_name(text)?;
    Some(if is_arn(name) {
        On::Arn(Cow::Borrowed(name))
    } else {
        On::Words {
            kind: Cow::Borrowed(kind),
            name: Cow::Borrowed(name),
        }
    })
}

/// IAM's words: the kind and the name.
fn kind_and_name(text: &str) -> Option<(&str, &str)> {
    WORDS.iter().find_map(|kind| {
        let (found, rest) = text.split_at_checked(kind.len())?;
        let (name, _) = gap(rest).filter(|_| found == *kind)?;
        (!name.is_empty()).then_some((found, name))
    })
}

/// A resource in quotes, which are escaped as often as the text around it is.
fn quoted(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let backslashes = text.len() - text.trim_start_matches('\\').len();
    let (mark, levels) = match text.get(backslashes..)? {
        rest if rest.starts_with('"') => {
            let level = match backslashes {
                0 => 0,
                1 => 1,
                3 => 2,
                7 => 3,
                _ => return None,
            };
            (text.get(..=backslashes)?, Some(level))
        }
        rest if backslashes == 0 && rest.starts_with("&quot;") => ("&quot;", None),
        _ => return None,
    };
    let inner = text.get(mark.len()..)?;
    let behind = |at: usize| inner.get(at + mark.len()..).unwrap_or_default();
    let mut ends = (of_this(inner).match_indices(mark))
        .map(|(at, _)| at)
        .filter(|&at| {
            let before = inner.get(..at).unwrap_or_default();
            let exact = levels.is_none_or(|level| level == 0 || !before.ends_with('\\'));
            exact && ends_quote(behind(at))
        });
    let first = ends.next()?;
    // The name may contain quotes too: the one before the reason ends it.
    let close = core::iter::once(first)
        .chain(ends)
        .find(|&at| match why(behind(at)).0 {
            Why::NotAllowed(_) | Why::Denied { .. } | Why::Either(_) | Why::BlockPublicAccess => {
                true
            }
            Why::Unstated | Why::Unread(_) => false,
        })
        .unwrap_or(first);
    let content = inner.get(..close)?;
    let mut value = joined(content);
    match levels {
        Some(levels) => {
            for _ in 0..levels {
                value = match unescaped(&value) {
                    Some(plain) => Cow::Owned(plain),
                    None => break,
                };
            }
        }
        None => {
            if value.contains('&') {
                value = Cow::Owned(without_entities(&value));
            }
        }
    }
    Some((value, behind(close)))
}

/// Whether a quoted resource may end before this text. Its name may contain quotes too.
fn ends_quote(behind: &str) -> bool {
    let Some(next) = behind.chars().next() else {
        return true;
    };
    next.is_whitespace() || matches!(next, '.' | ',' | ';' | '\'' | '"' | ')' | '}' | '\\' | '<')
}

/// A resource without quotes: up to the reason, else one word.
fn unquoted(text: &str) -> (Cow<'_, str>, &str) {
    let text_head = head(text);
    let mut end = text_head.len();
    let mut reason = false;
    let mut first_gap = None;
    let mut at = 0;
    while let Some(rest) = text_head.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some((behind, _)) = gap(rest) {
            if is_reason(behind) {
                (end, reason) = (at, true);
                break;
            }
            first_gap = first_gap.or(Some(at));
            let next_user = || word(behind, "user").is_some_and(|rest| rest.starts_with(':'));
            if behind.is_empty() || behind.starts_with('(') || next_user() {
                end = at;
                break;
            }
            at = text_head.len() - behind.len();
            continue;
        }
        let Some(c) = rest.chars().next() else { break };
        if matches!(c, '"' | '\'' | '<' | '\\') || rest.starts_with("&quot;") {
            end = at;
            break;
        }
        at += c.len_utf8();
    }
    let whole = text.get(..end).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let whole_lines = || whole.lines().all(|line| !line.trim().contains(' '));
    if reason && (!whole.contains('\n') || !whole.starts_with("arn:") || whole_lines()) {
        let whole = whole.trim_end();
        return match whole.starts_with("arn:") {
            true => (joined(whole), after),
            false => (spaced(whole), after),
        };
    }
    let Some(gap_at) = first_gap.filter(|at| *at < end) else {
        return (Cow::Borrowed(without_stop(whole)), after);
    };
    let one = |end: usize| {
        let (word, rest) = text.split_at_checked(end).unwrap_or((text, ""));
        (Cow::Borrowed(without_stop(word)), rest)
    };
    let first = text.get(..gap_at).unwrap_or_default();
    if let Some((_, name)) = kind_and_name(whole) {
        let start = whole.len() - name.len();
        let length = name.find(char::is_whitespace).unwrap_or(name.len());
        return one(start + length);
    }
    // An ARN that is broken before its sixth field goes on in the next line.
    if first.starts_with("arn:") && !is_arn(first) {
        let mut end = gap_at;
        let mut value = String::from(first);
        while !is_arn(&value)
            && let Some((behind, true)) = text.get(end..).and_then(gap)
        {
            let length = behind.find(char::is_whitespace).unwrap_or(behind.len());
            value.push_str(behind.get(..length).unwrap_or_default());
            end = text.len() - behind.len() + length;
            if length == 0 {
                break;
            }
        }
        let rest = text.get(end..).unwrap_or_default();
        return (Cow::Owned(without_stop(&value).into()), rest);
    }
    one(gap_at)
}
