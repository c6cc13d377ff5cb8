//! What represents a value in a document that is known only when the program runs.
//!
//! It is one character of a private plane, so that it survives every step as it is and the finished JSON can be cut at it.

use std::ops::Range;

use proc_macro2::{Span, TokenStream};
use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::document::{Document, List, PrincipalSet, Text, Value};
use rekognition_iam_runtime::values::Place;

/// The characters that represent values; the private use plane 15.
const FIRST: u32 = 0xF_0000;
const LAST: u32 = 0xF_FFFD;
/// How many values a policy can have.
pub(super) const MOST: u32 = LAST - FIRST;

/// A value that is known only when the program runs.
#[derive(Debug, Clone)]
pub(crate) struct Hole {
    /// The last name of the path: `region` in `self.region`.
    pub(crate) name: String,
    /// As typed.
    pub(crate) tokens: TokenStream,
    pub(crate) span: Span,
    /// The type in `rekognition_iam_runtime::values` that the value must be of.
    pub(crate) kind: &'static str,
    /// Whether `*` and `?` are wildcards where the value is.
    pub(crate) place: Place,
    /// Whether it is a constant, by its name in capitals: a text that the compiler knows.
    pub(crate) constant: bool,
    /// Whether it is one of the type around the policy, which no other constant can name.
    pub(crate) of_self: bool,
}

/// The character that represents the value of this number.
pub(crate) fn marker(number: usize) -> Option<char> {
    let number = u32::try_from(number).ok()?;
    char::from_u32(FIRST + number).filter(|&c| u32::from(c) < LAST)
}

/// The number of the hole that the character represents.
pub(crate) fn hole_of(c: char) -> Option<usize> {
    (FIRST..=LAST)
        .contains(&u32::from(c))
        .then(|| (u32::from(c) - FIRST) as usize)
}

/// Whether the text holds a character that represents a value.
pub(crate) fn has_hole(text: &str) -> bool {
    // Nearly no text has any other characters than those of ASCII.
    !text.is_ascii() && text.chars().any(|c| hole_of(c).is_some())
}

/// The document with each hole filled.
pub(crate) fn filled(
    document: &Document<'static>,
    value: &mut dyn FnMut(usize) -> String,
) -> Document<'static> {
    let mut fill = |text: &mut Text<'static>| {
        if has_hole(text) {
            let mut out = String::new();
            for c in text.chars() {
                match hole_of(c) {
                    Some(hole) => out.push_str(&value(hole)),
                    None => out.push(c),
                }
            }
            *text = Text::Owned(out);
        }
    };
    fn each(list: &mut List<Text<'static>>, fill: &mut dyn FnMut(&mut Text<'static>)) {
        for text in &mut list.items {
            fill(text);
        }
    }
    let mut document = document.clone();
    for statement in &mut document.statements.items {
        if let Some(principals) = &mut statement.principals
            && let PrincipalSet::Listed(kinds) = &mut principals.set
        {
            for (_, names) in kinds {
                each(names, &mut fill);
            }
        }
        if let Some(resources) = &mut statement.resources {
            each(&mut resources.values, &mut fill);
        }
        for block in &mut statement.conditions {
            for (_, values) in &mut block.keys {
                for value in &mut values.items {
                    if let Value::String(text) = value {
                        fill(text);
                    }
                }
            }
        }
    }
    document
}

/// How many samples are tried before something is said about a policy with these variables: one for each partition where one is
/// not known, since rules compare what is known of an ARN with its partition, and one of each kind of region.
pub(crate) fn sample_runs(kinds: &[&str]) -> usize {
    let has = |kind| kinds.contains(&kind);
    if has("Partition") {
        catalogue::partitions().len().max(4)
    } else if has("Region") {
        4
    } else {
        2
    }
}

/// A value that the rules find nothing wrong with, another one for each hole and for each run. What is found in all runs is
/// found whatever the values are.
pub(crate) fn sample(kind: &str, place: Place, number: usize, run: usize) -> String {
    let other = number + run * 1000;
    match kind {
        "Partition" => {
            let partitions = catalogue::partitions();
            let mut partitions = partitions.iter().cycle().skip(run);
            (partitions.next())
                .map_or("aws", |partition| partition.name)
                .to_string()
        }
        "Region" => {
            const REGIONS: [&str; 8] = [
                "us-east-1",
                "us-east-2",
                "us-west-1",
                "us-west-2",
                "eu-west-1",
                "eu-west-2",
                "eu-central-1",
                "ap-southeast-2",
            ];
            match run {
                2 => "cn-north-1".to_string(),
                3 => "us-gov-west-1".to_string(),
                _ => {
                    let mut regions = REGIONS
                        .iter()
                        .cycle()
                        .skip((number + run * 3) % REGIONS.len());
                    regions.next().copied().unwrap_or_default().to_string()
                }
            }
        }
        "AccountId" => format!("{:012}", 111_122_223_333 + other as u64),
        "DatasetType" if run % 2 == 1 => "test".to_string(),
        "DatasetType" => "train".to_string(),
        "CreationTimestamp" => format!("{}", 1_627_045_542_080_u64 + other as u64),
        "CanonicalUserId" => format!("{other:064x}"),
        "Number" => (other + 1).to_string(),
        "Boolean" => run.is_multiple_of(2).to_string(),
        "Timestamp" => format!("{}", 1_800_000_000 + other),
        "Cidr" => format!("203.0.113.{}/32", (number + run) % 256),
        // Of any type, as far as anybody knows.
        "Arn" if place == Place::Pattern && run == 0 => "*".to_string(),
        "Arn" if place == Place::Pattern => {
            format!("arn:aws:unlisted:us-east-1:123456789012:value-{other}")
        }
        "Arn" => format!("arn:aws:iam::123456789012:role/Value{other}"),
        _ => format!("value-{other}"),
    }
}

/// The range of a text with holes that a range of the same text with samples in them came from; `None` when all of it came
/// from one hole.
pub(crate) fn unsampled(
    text: &str,
    sample: &dyn Fn(usize) -> String,
    range: &Range<usize>,
) -> Option<Range<usize>> {
    // Where each character begins in both texts.
    let (mut from, mut own) = (0, 0);
    let (mut start, mut end) = (None, None);
    for c in text.chars() {
        let (width, is_hole) = match hole_of(c) {
            Some(hole) => (sample(hole).len(), true),
            None => (c.len_utf8(), false),
        };
        if is_hole && from <= range.start && range.end <= from + width && !range.is_empty() {
            return None;
        }
        if start.is_none() && range.start < from + width {
            start = Some(own);
        }
        if end.is_none() && range.end <= from + width {
            // An empty range ends where it begins.
            end = Some(if range.is_empty() {
                start.unwrap_or(own)
            } else {
                own + c.len_utf8()
            });
        }
        from += width;
        own += c.len_utf8();
    }
    let start = start.unwrap_or(own);
    Some(start..end.unwrap_or(own).max(start))
}
