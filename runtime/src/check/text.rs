//! What rules ask of a text. Each question is a plain loop in one place, because an iterator's closure is compiled again
//! wherever it is written.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::glob;
use crate::sort::sort;

/// Whether all characters of the text pass.
pub(crate) fn all(text: &str, passes: fn(&u8) -> bool) -> bool {
    for byte in text.as_bytes() {
        if !passes(byte) {
            return false;
        }
    }
    true
}

/// Where the first byte stands that passes.
pub(crate) fn position(text: &str, passes: fn(&u8) -> bool) -> Option<usize> {
    let mut rest = text.as_bytes();
    while let Some((byte, behind)) = rest.split_first() {
        if passes(byte) {
            return Some(text.len() - rest.len());
        }
        rest = behind;
    }
    None
}

/// Whether the text holds a wildcard or the beginning of a variable.
pub(crate) fn is_open(text: &str) -> bool {
    !all(text, |byte| !matches!(byte, b'*' | b'?' | b'$'))
}

/// Whether the text holds nothing but digits.
pub(crate) fn is_digits(text: &str) -> bool {
    all(text, u8::is_ascii_digit)
}

/// Whether the text is an account id: 12 digits.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && is_digits(text)
}

/// Whether the text is `*`, however often, and so matches every text.
pub(crate) fn is_star(text: &str) -> bool {
    !text.is_empty() && all(text, |&byte| byte == b'*')
}

/// Whether the text holds a wildcard that is not a part of a variable.
pub(crate) fn has_wildcard(text: &str) -> bool {
    let mut rest = text;
    while let Some((before, variable)) = rest.split_once("${") {
        if glob::has_wildcard(before) {
            return true;
        }
        match variable.split_once('}') {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    glob::has_wildcard(rest)
}

/// Whether the text is in the list, whatever the case.
pub(crate) fn is_one_of(text: &str, list: &[&str]) -> bool {
    for entry in list {
        if text.eq_ignore_ascii_case(entry) {
            return true;
        }
    }
    false
}

/// The digits of the text, when it is digits and separators and nothing else.
pub(crate) fn ungrouped(text: &str) -> Option<String> {
    let mut digits = String::new();
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '-' | ' ' => {}
            _ => return None,
        }
    }
    Some(digits)
}

/// The texts one after the other, `, ` between them.
pub(crate) fn listed(texts: &[&str]) -> String {
    joined(texts, ", ")
}

/// The texts one after the other, with a separator between them.
pub(crate) fn joined(texts: &[&str], separator: &str) -> String {
    let mut list = String::new();
    for (number, text) in texts.iter().enumerate() {
        if number > 0 {
            list.push_str(separator);
        }
        list.push_str(text);
    }
    list
}

/// The number of each text that equals an earlier one, and the number of the first such.
pub(crate) fn twins(texts: &[&str], fold: bool) -> Vec<(usize, usize)> {
    let mut twins = Vec::new();
    if texts.len() < 12 {
        for (number, text) in texts.iter().enumerate() {
            for (first, earlier) in texts.iter().take(number).enumerate() {
                if text == earlier || (fold && text.eq_ignore_ascii_case(earlier)) {
                    twins.push((number, first));
                    break;
                }
            }
        }
        return twins;
    }
    // Not by comparing all pairs: a document may hold tens of thousands of texts.
    let mut order = Vec::with_capacity(texts.len());
    for (number, &text) in texts.iter().enumerate() {
        let text = match fold {
            true => Cow::Owned(text.to_ascii_lowercase()),
            false => Cow::Borrowed(text),
        };
        order.push((text, number));
    }
    sort(&mut order);
    for same in order.chunk_by(|(text, _), (next, _)| text == next) {
        if let [(_, first), others @ ..] = same {
            twins.extend(others.iter().map(|(_, number)| (*number, *first)));
        }
    }
    sort(&mut twins);
    twins
}

/// Whether a sorted list in lower case has the text, whatever its case.
pub(super) fn is_listed(text: &str, sorted: &[&str]) -> bool {
    match text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => sorted.binary_search(&text.to_ascii_lowercase().as_str()),
        false => sorted.binary_search(&text),
    }
    .is_ok()
}
