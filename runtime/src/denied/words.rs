//! Words and the white space between them, which may be broken and escaped in many ways.

use alloc::borrow::Cow;
use alloc::string::String;

/// Bytes that are looked at for one part: a key of S3 has 1,024 at most, which escapes make longer.
const MOST: usize = 8192;

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
pub(super) fn phrase<'t>(text: &'t str, words: &[&str]) -> Option<&'t str> {
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
pub(super) fn word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (found, rest) = text.split_at_checked(word.len())?;
    let ends = !rest.starts_with(|c: char| c.is_alphanumeric());
    (ends && found.eq_ignore_ascii_case(word)).then_some(rest)
}

/// What follows one of these words.
pub(super) fn either<'t>(text: &'t str, words: &[&str]) -> Option<&'t str> {
    words.iter().find_map(|word| self::word(text, word))
}

/// What follows white space, if there is any, and whether a line ends in it. A line end may be escaped: `\n`, `\\n`.
pub(super) fn gap(text: &str) -> Option<(&str, bool)> {
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

pub(super) fn skip_gap(text: &str) -> &str {
    gap(text).map_or(text, |(rest, _)| rest)
}

/// The text without the white space at its end.
pub(super) fn trim_gap_end(text: &str) -> &str {
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
pub(super) fn tail(text: &str) -> &str {
    let mut from = text.len().saturating_sub(MOST);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    text.get(from..).unwrap_or_default()
}

/// The first bytes of a text, at most as many as are looked at.
pub(super) fn head(text: &str) -> &str {
    let mut to = text.len().min(MOST);
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    text.get(..to).unwrap_or_default()
}

/// The part of the text that belongs to this message: up to the next one.
pub(super) fn of_this(rest: &str) -> &str {
    let rest = head(rest);
    let end = find(rest, 0, &["not", "authorized", "to", "perform"]).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

/// The text without line ends and what indents the next line.
pub(super) fn joined(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\r']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.lines().map(str::trim).collect())
}

/// Words with one space between them.
pub(super) fn spaced(text: &str) -> Cow<'_, str> {
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

/// The text without what ends a sentence or a clause.
pub(super) fn without_stop(text: &str) -> &str {
    text.trim_end_matches(['.', ',', ';', ')', '}', ']'])
}
