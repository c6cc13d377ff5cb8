//! Values in the formats that AWS states for condition keys.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::language::{ANY, ANY_IN_FIELD, MANY, MANY_IN_FIELD, push};
use crate::catalogue::{self, ShapePiece, ValueFormat, values_of};
use crate::check::could_be;

/// The key in the table of formats, where AWS states what its values are.
pub(super) fn of(key: &str) -> Option<&'static str> {
    let known = values_of(key)?;
    known.sure.then_some(known.key)
}

fn format(key: &str) -> Option<&'static ValueFormat> {
    values_of(key).map(|known| known.format)
}

/// Whether the key can have the value.
pub(super) fn fits(key: &str, value: &str) -> bool {
    format(key).is_none_or(|format| grows(format) || could_be(format, value, false, false))
}

/// Whether [`example`] returns all values of the key.
pub(super) fn is_list(key: &str) -> bool {
    format(key).is_some_and(|format| is_listed(format) && !grows(format))
}

fn is_listed(format: &ValueFormat) -> bool {
    format.shapes.is_empty() && !format.words.is_empty()
}

/// Whether AWS lists words, to which it adds new ones, as another kind of key. Versions of a protocol are no words.
fn grows(format: &ValueFormat) -> bool {
    is_listed(format)
        && (format.words.iter()).any(|word| word.bytes().any(|byte| byte.is_ascii_alphabetic()))
}

/// Values of the key.
pub(super) fn example(key: &str) -> Vec<String> {
    let Some(format) = format(key) else {
        return Vec::new();
    };
    let mut found: Vec<String> = format.words.iter().map(ToString::to_string).collect();
    found.push(format.example.to_string());
    found.retain(|value| fits(key, value));
    found
}

/// Patterns that match whatever the key can have, and more: the characters of a class are any.
pub(super) fn patterns(key: &str) -> Vec<Vec<u32>> {
    let Some(format) = format(key) else {
        return alloc::vec![alloc::vec![MANY]];
    };
    let words = (format.words.iter()).map(|word| word.chars().map(u32::from).collect());
    words
        .chain(format.shapes.iter().map(|pieces| pattern(pieces)))
        .chain(grows(format).then(|| alloc::vec![MANY]))
        .collect()
}

fn pattern(pieces: &[ShapePiece]) -> Vec<u32> {
    let mut out = Vec::new();
    for piece in pieces {
        match piece {
            ShapePiece::Text(text) => out.extend(text.chars().map(u32::from)),
            ShapePiece::Region => out.extend([ANY_IN_FIELD, MANY_IN_FIELD]),
            ShapePiece::Chars { chars, min, max } => {
                let colon = (chars.iter()).any(|&(first, last)| first <= ':' && ':' <= last);
                let (one, many) = match colon {
                    true => (ANY, MANY),
                    false => (ANY_IN_FIELD, MANY_IN_FIELD),
                };
                for _ in 0..*min {
                    push(&mut out, one);
                }
                if max > min {
                    push(&mut out, many);
                }
            }
        }
    }
    out
}

/// Values of the key, of which each has something of its own: another region, or another character.
pub(super) fn variants(key: &str) -> Vec<String> {
    let mut found = Vec::new();
    let regions = || {
        catalogue::partitions()
            .iter()
            .flat_map(|partition| partition.regions)
    };
    for example in example(key) {
        let named = regions().find(|region| example.contains(region.name));
        for region in regions() {
            found.extend(named.map(|named| example.replace(named.name, region.name)));
        }
        found.extend(edited(&example));
        found.push(example);
    }
    found
}

/// The text with another character in one place.
fn edited(text: &str) -> impl Iterator<Item = String> {
    text.char_indices().flat_map(move |(at, old)| {
        let (before, rest) = text.split_at(at);
        let behind = rest.get(old.len_utf8()..).unwrap_or_default();
        ['0', 'a', '1', 'b', 'A'].map(|new| alloc::format!("{before}{new}{behind}"))
    })
}

/// Values of a key, and texts that begin with one of these heads and end as one of the values does.
pub(super) fn completed(values: Vec<String>, heads: &[String]) -> impl Iterator<Item = String> {
    let tails = values.clone().into_iter().flat_map(move |value| {
        let starts: Vec<usize> = value.char_indices().map(|(at, _)| at).collect();
        (starts.into_iter()).flat_map(move |start| {
            let tail = value.get(start..).unwrap_or_default().to_string();
            (heads.iter()).map(move |head| alloc::format!("{head}{tail}"))
        })
    });
    values.into_iter().chain(tails)
}

/// The text with other characters in place of those that were made up.
pub(super) fn respelled(text: &str) -> impl Iterator<Item = String> {
    let made_up: Vec<char> = {
        let mut seen: Vec<char> = Vec::new();
        for symbol in text.chars() {
            if !seen.contains(&symbol) {
                seen.push(symbol);
            }
        }
        seen
    };
    let text = text.to_string();
    made_up.into_iter().flat_map(move |old| {
        let text = text.clone();
        "0a1bA"
            .chars()
            .map(move |new| text.replace(old, new.encode_utf8(&mut [0; 4])))
    })
}
