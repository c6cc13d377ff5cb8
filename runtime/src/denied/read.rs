//! The reader: finds the sentence in a text and takes it apart.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::{AccessDenied, Layer, On, Why};
use crate::catalogue;

/// Bytes that are looked at for one part: a key of S3 has 1,024 at most, which escapes make longer.
const MOST: usize = 8192;

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

/// The part of the text that belongs to this message: up to the next one.
fn of_this(rest: &str) -> &str {
    let rest = head(rest);
    let end = find(rest, 0, &["not", "authorized", "to", "perform"]).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

/// Whether an identity provider vouches for the caller.
fn by_provider(action: &str) -> bool {
    ["sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(action))
}

/// Where these words begin in the text, from this byte on.
pub(super) fn find(text: &str, from: usize, words: &[&str]) -> Option<usize> {
    let first = words.first()?.as_bytes().first()?;
    (text.bytes().enumerate().skip(from))
        .filter(|(_, byte)| byte.eq_ignore_ascii_case(first))
        .map(|(at, _)| at)
        .find(|&at| {
            text.get(at..)
                .is_some_and(|rest| phrase(rest, words).is_some())
        })
}

/// What follows these words, which any white space may be between.
fn phrase<'t>(text: &'t str, words: &[&str]) -> Option<&'t str> {
    let mut rest = text;
    for (number, word) in words.iter().enumerate() {
        if number > 0 {
            rest = gap(rest)?.0;
        }
        rest = self::word(rest, word)?;
    }
    Some(rest)
}

/// What follows this word, in any letter case.
fn word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (found, rest) = text.split_at_checked(word.len())?;
    let ends = !rest.starts_with(|c: char| c.is_alphanumeric());
    (ends && found.eq_ignore_ascii_case(word)).then_some(rest)
}

/// What follows one of these words.
fn either<'t>(text: &'t str, words: &[&str]) -> Option<&'t str> {
    words.iter().find_map(|word| self::word(text, word))
}

/// What follows white space, if there is any, and whether a line ends in it. A line end may be escaped: `\n`, `\\n`.
fn gap(text: &str) -> Option<(&str, bool)> {
    let mut rest = text;
    let mut ends_line = false;
    loop {
        let trimmed = rest.trim_start();
        let space = rest.get(..rest.len() - trimmed.len()).unwrap_or_default();
        ends_line |= space.contains('\n');
        rest = trimmed;
        let letter = rest.trim_start_matches('\\');
        match letter.strip_prefix(['n', 'r', 't']) {
            Some(behind) if letter.len() < rest.len() => {
                ends_line |= letter.starts_with('n');
                rest = behind;
            }
            _ => break,
        }
    }
    (rest.len() < text.len()).then_some((rest, ends_line))
}

fn skip_gap(text: &str) -> &str {
    gap(text).map_or(text, |(rest, _)| rest)
}

/// The text without the white space at its end.
fn trim_gap_end(text: &str) -> &str {
    let mut rest = text;
    loop {
        rest = rest.trim_end();
        let Some(before) = rest.strip_suffix(['n', 'r', 't']) else {
            return rest;
        };
        if !before.ends_with('\\') {
            return rest;
        }
        rest = before.trim_end_matches('\\');
    }
}

/// The last bytes of a text, at most as many as are looked at.
fn tail(text: &str) -> &str {
    let mut from = text.len().saturating_sub(MOST);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    text.get(from..).unwrap_or_default()
}

/// The first bytes of a text, at most as many as are looked at.
fn head(text: &str) -> &str {
    let mut to = text.len().min(MOST);
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    text.get(..to).unwrap_or_default()
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

/// The text without line ends and what indents the next line.
fn joined(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\r']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.lines().map(str::trim).collect())
}

/// Words with one space between them.
fn spaced(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\r']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    Cow::Owned(out)
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

/// What follows `on resource:`, and the rest.
fn on(text: &str) -> (On<'_>, &str) {
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

/// The text with one level of the escapes of Rust's `Debug` and of JSON undone; none when it has none.
fn unescaped(text: &str) -> Option<String> {
    if !text.contains('\\') {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(rest.get(..at)?);
        rest = rest.get(at + 1..)?;
        let Some(letter) = rest.chars().next() else {
            out.push('\\');
            break;
        };
        let behind = rest.get(letter.len_utf8()..)?;
        let (c, behind) = match letter {
            'n' => ('\n', behind),
            'r' => ('\r', behind),
            't' => ('\t', behind),
            '0' => ('\0', behind),
            'u' => match code_point(behind) {
                Some(found) => found,
                None => ('u', behind),
            },
            other => (other, behind),
        };
        out.push(c);
        rest = behind;
    }
    out.push_str(rest);
    Some(out)
}

/// The character of `{e9}`, of `00e9`, or of a pair such as `d83d\ude00`.
fn code_point(text: &str) -> Option<(char, &str)> {
    if let Some(rest) = text.strip_prefix('{') {
        let (digits, rest) = rest.split_once('}')?;
        return Some((char::from_u32(u32::from_str_radix(digits, 16).ok()?)?, rest));
    }
    let unit = |text: &str| u32::from_str_radix(text.get(..4)?, 16).ok();
    let first = unit(text)?;
    let rest = text.get(4..)?;
    if let Some(c) = char::from_u32(first) {
        return Some((c, rest));
    }
    let low = rest.strip_prefix("\\u")?;
    let second = unit(low).filter(|unit| (0xdc00..0xe000).contains(unit))?;
    let high = first.checked_sub(0xd800)?;
    let c = char::from_u32(0x1_0000 + (high << 10) + (second - 0xdc00))?;
    Some((c, low.get(4..)?))
}

/// The text with the entities of XML undone.
fn without_entities(text: &str) -> String {
    const ENTITIES: [(&str, char); 6] = [
        ("&quot;", '"'),
        ("&apos;", '\''),
        ("&#39;", '\''),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&amp;", '&'),
    ];
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        match (ENTITIES.iter()).find_map(|(entity, c)| Some((from.strip_prefix(entity)?, *c))) {
            Some((behind, c)) => {
                out.push(c);
                rest = behind;
            }
            None => {
                out.push('&');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
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

fn is_reason(text: &str) -> bool {
    word(text, "because").is_some() || phrase(text, &["with", "an", "explicit", "deny"]).is_some()
}

/// The text without what ends a sentence or a clause.
fn without_stop(text: &str) -> &str {
    text.trim_end_matches(['.', ',', ';', ')', '}', ']'])
}

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

/// The reason, and what follows it.
fn why(text: &str) -> (Why<'_>, &str) {
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
