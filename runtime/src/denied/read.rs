//! The reader: finds the sentence in a text and takes it apart.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::reason::why;
use super::target::on;
use super::words::{find, gap, joined, of_this, phrase, skip_gap, tail, trim_gap_end, word};
use super::{AccessDenied, On, Why};
use crate::Layer;
use crate::catalogue;

/// Every message of a text, each once.
pub(super) fn all(text: &str) -> Vec<AccessDenied<'_>> {
    let mut found: Vec<AccessDenied<'_>> = Vec::new();
    let mut at = 0;
    while let Some(start) = find(text, at, &["not", "authorized", "to", "perform"]) {
        // The operation of an earlier message is not that of this one.
        let since = at;
        at = start + 1;
        if let Some(message) = message(text, since, start)
            && !found.contains(&message)
        {
            found.push(message);
        }
    }
    found
}

/// The message whose `not authorized to perform` is at `start`. The one before it ends after `since`.
fn message(text: &str, since: usize, start: usize) -> Option<AccessDenied<'_>> {
    let (before, rest) = text.split_at_checked(start)?;
    let rest = phrase(rest, &["not", "authorized", "to", "perform"])?;
    let rest = skip_gap(rest);
    let rest = skip_gap(rest.strip_prefix(':').unwrap_or(rest));
    let (action, rest) = action(rest)?;
    let (on, rest) = on(rest);
    let (why, rest) = why(rest);
    let principal = principal(before);
    let why = match why {
        // `Not authorized to perform sts:AssumeRoleWithWebIdentity`: nobody has signed in, so it is the trust policy.
        Why::Unstated if principal.is_none() && by_provider(&action) => {
            Why::Either(Layer::RoleTrust)
        }
        why @ (Why::Unstated
        | Why::NotAllowed(_)
        | Why::Denied { .. }
        | Why::Either(_)
        | Why::BlockPublicAccess
        | Why::Unread(_)) => why,
    };
    Some(AccessDenied {
        operation: operation(before.get(since..)?),
        principal,
        wrapped: matches!(why, Why::Unstated) && matches!(on, On::Arn(_)) && is_wrapped(rest),
        on,
        why,
        encoded: encoded(of_this(rest)),
        action,
    })
}

/// Whether a line with a single word follows: the resource before it may go on there.
fn is_wrapped(rest: &str) -> bool {
    let Some((next, true)) = gap(rest) else {
        return false;
    };
    let line = next.lines().next().unwrap_or_default().trim_end();
    !line.is_empty()
        && line
            .chars()
            .all(|c| c.is_alphanumeric() || "-_./:*".contains(c))
}

/// Whether an identity provider vouches for the caller.
fn by_provider(action: &str) -> bool {
    ["sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(action))
}

/// The text before `not authorized to perform`: `User: .. is`.
fn principal(before: &str) -> Option<Cow<'_, str>> {
    let before = trim_gap_end(tail(before));
    let before = (before.len().checked_sub(2))
        .and_then(|at| before.split_at_checked(at))
        .filter(|(_, is)| is.eq_ignore_ascii_case("is"))?
        .0;
    let name = trim_gap_end(before);
    // Not the end of another word.
    if name.len() == before.len() {
        return None;
    }
    let before = name;
    let start = before
        .bytes()
        .enumerate()
        .rev()
        .filter(|(_, byte)| byte.eq_ignore_ascii_case(&b'u'))
        .find_map(|(at, _)| {
            let rest = word(before.get(at..)?, "user")?;
            rest.strip_prefix(':')
        })?;
    let name = skip_gap(start).trim_matches(['"', '\\']);
    (!name.is_empty()).then(|| joined(name))
}

/// The operation in `An error occurred (CODE) when calling the OPERATION operation`, nearest before the sentence.
fn operation(before: &str) -> Option<Cow<'_, str>> {
    let before = tail(before);
    let words = ["when", "calling", "the"];
    let mut found = None;
    let mut at = 0;
    while let Some(start) = find(before, at, &words) {
        at = start + 1;
        let name = phrase(before.get(start..)?, &words).map(skip_gap)?;
        let end = (name.find(|c: char| !c.is_ascii_alphanumeric())).unwrap_or(name.len());
        let (name, rest) = name.split_at_checked(end)?;
        if !name.is_empty() && word(skip_gap(rest), "operation").is_some() {
            found = Some(Cow::Borrowed(name));
        }
    }
    found
}

/// The action, in the catalogue's spelling where that is known.
fn action(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let (written, rest) = action_word(text)?;
    if let Some(known) = known(written) {
        return Some((known, rest));
    }
    // A line may have been broken within the name.
    if let Some((more, true)) = gap(rest) {
        let end = (more.find(|c: char| !c.is_ascii_alphanumeric())).unwrap_or(more.len());
        let (more, behind) = more.split_at_checked(end)?;
        let whole = alloc::format!("{written}{more}");
        if let Some(known) = known(&whole) {
            return Some((Cow::Owned(known.into_owned()), behind));
        }
    }
    Some((Cow::Borrowed(written), rest))
}

/// `service:Name`, and what follows.
fn action_word(text: &str) -> Option<(&str, &str)> {
    let part = |text: &str| {
        text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'))
            .unwrap_or(text.len())
    };
    let colon = part(text);
    let name = text.get(colon..)?.strip_prefix(':')?;
    let length = part(name);
    if colon == 0 || length == 0 {
        return None;
    }
    text.split_at_checked(colon + 1 + length)
}

/// An action of the catalogue in its spelling, borrowed where the text has the same.
pub(super) fn known(written: &str) -> Option<Cow<'_, str>> {
    let (prefix, name) = written.split_once(':')?;
    let service = catalogue::service(&prefix.to_ascii_lowercase())?;
    let action = service.action_ignore_case(name)?;
    Some(if service.prefix == prefix && action.name == name {
        Cow::Borrowed(written)
    } else {
        Cow::Owned(alloc::format!("{}:{}", service.prefix, action.name))
    })
}

/// The encoded message after EC2's words for it.
pub(super) fn encoded(text: &str) -> Option<Cow<'_, str>> {
    let words = ["encoded", "authorization", "failure", "message"];
    let start = find(text, 0, &words)?;
    let rest = phrase(text.get(start..)?, &words)?;
    let rest = skip_gap(skip_gap(rest).strip_prefix(':')?);
    let end = rest
        .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '=' | '+' | '/'))
        .unwrap_or(rest.len());
    let blob = rest.get(..end)?;
    (!blob.is_empty()).then_some(Cow::Borrowed(blob))
}
