//! Rules about the ids in an ARN.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::arn::arns;
use crate::arn::{Arn, GrammarError};
use crate::catalogue::{ArnFormat, Grammar, Piece};
use crate::check::facts::formats_of;
use crate::check::{Rule, Severity};

/// The ARN with `/*` behind it, when that makes it one of a format of its service, and the format.
pub(super) fn opened(arn: &Arn<'_>) -> Option<(&'static ArnFormat, String)> {
    let text = format!("{}/*", arn.text().trim_end_matches('/'));
    let open = Arn::parse(&text).ok()?;
    // Of several, the shortest: what a project has and its versions and datasets add to.
    let (_, _, format) = formats_of(open.service())
        .filter(|(_, _, format)| open.could_be(format))
        .min_by_key(|(_, _, format)| format.text.len())?;
    Some((format, text))
}

/// As [`opened`], when the time of creation is all that the ARN lacks.
pub(super) fn without_timestamp(arn: &Arn<'_>) -> Option<(&'static ArnFormat, String)> {
    let (format, text) = opened(arn)?;
    let last = format.variables().last()?;
    let missing = last.name == "CreationTimestamp"
        && format.text.matches('/').count() == text.matches('/').count();
    missing.then_some((format, text))
}

/// The ARN of a project, or of something in it, lacks its timestamp, so it matches nothing.
///
/// See <https://docs.aws.amazon.com/service-authorization/latest/reference/list_rekognition.html>.
pub const REKOGNITION_IAM_ARN_WITHOUT_TIMESTAMP: Rule = Rule {
    id: "REKOGNITION_IAM_ARN_WITHOUT_TIMESTAMP",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "the ARN of a project, or of something in it, lacks its timestamp, so it matches nothing",
    run: |facts, sink| {
        arns(facts, |place, resource, arn| {
            if !resource.fits_nothing {
                return;
            }
            let Some((format, opened)) = without_timestamp(arn) else {
                return;
            };
            sink.report(
                place,
                "this ARN lacks the time of creation that AWS puts at its end, so it matches nothing",
            )
            .at(arn.resource_range())
            .help(format!(
                "its ARN has the form `{}`; end it in `/*` to leave the time open",
                format.text
            ))
            .replace(opened);
        });
    },
};

/// An id in an ARN breaks its grammar, so the ARN matches nothing.
///
/// The grammars are those of Rekognition's API reference.
///
/// See <https://docs.aws.amazon.com/rekognition/latest/APIReference/Welcome.html>.
pub const REKOGNITION_IAM_ID_GRAMMAR: Rule = Rule {
    id: "REKOGNITION_IAM_ID_GRAMMAR",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "an id in an ARN breaks its grammar, so the ARN matches nothing",
    run: |facts, sink| {
        arns(facts, |place, resource, arn| {
            let formats = &resource.formats;
            if formats.is_empty() || formats.iter().any(|(_, _, format)| fits(arn, format)) {
                return;
            }
            // All candidates break; speak of the one that lines up with the text, segment by segment.
            for (_, _, format) in formats {
                for (range, grammar) in lined_up(arn, format) {
                    let value = &arn.text()[range.clone()];
                    if let Err(error) = grammar.check_pattern(value) {
                        let (message, help) = explain(value, grammar, error);
                        let finding = sink.report(place, message);
                        finding.at(range).help(help);
                        return;
                    }
                }
            }
            sink.report(
                place,
                "no id that AWS accepts matches this ARN, so it matches nothing",
            )
            .at(arn.resource_range());
        });
    },
};

fn fits(arn: &Arn<'_>, format: &'static ArnFormat) -> bool {
    if format
        .variables()
        .all(|variable| variable.grammar.is_none())
    {
        return true;
    }
    arn.could_be_strictly(format)
        && lined_up(arn, format)
            .iter()
            .all(|(range, grammar)| grammar.check_pattern(&arn.text()[range.clone()]).is_ok())
}

/// The segments of the resource part that stand for one variable each, where text and format have the same number of
/// segments and so line up.
fn lined_up(arn: &Arn<'_>, format: &ArnFormat) -> Vec<(core::ops::Range<usize>, &'static Grammar)> {
    let mut expected: Vec<Option<&'static crate::catalogue::Variable>> = alloc::vec![None];
    for piece in format.resource {
        match piece {
            Piece::Literal(text) => {
                for _ in text.matches('/') {
                    expected.push(None);
                }
            }
            Piece::Variable(variable) => {
                if let Some(last) = expected.last_mut() {
                    *last = Some(variable);
                }
            }
        }
    }
    let start = arn.resource_range().start;
    let mut at = start;
    let segments: Vec<_> = segments(arn.resource())
        .map(|segment| {
            let range = at..at + segment.len();
            at = range.end + 1;
            range
        })
        .collect();
    if segments.len() != expected.len() {
        return Vec::new();
    }
    (segments.into_iter().zip(expected))
        .filter_map(|(range, variable)| {
            let variable = variable?;
            Some((range, variable.grammar?))
        })
        .collect()
}

/// Cuts at slashes, but not inside of `${..}`.
fn segments(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = false;
    text.split(move |c| {
        match c {
            '{' => depth = true,
            '}' => depth = false,
            _ => {}
        }
        c == '/' && !depth
    })
}

fn explain(value: &str, grammar: &Grammar, error: GrammarError) -> (String, String) {
    let name = grammar.name;
    let message = match error {
        GrammarError::Char(c) => format!("`{}` cannot stand in a {name}", c.escape_debug()),
        GrammarError::Short if value.is_empty() => format!("the {name} is empty"),
        GrammarError::Short => format!("`{value}` is too short for a {name}"),
        GrammarError::Long(length) => format!("this {name} has {length} characters"),
        GrammarError::Word => format!("`{value}` is no {name}"),
    };
    (message, describe(grammar))
}

/// A grammar in words.
fn describe(grammar: &Grammar) -> String {
    if !grammar.words.is_empty() {
        let words: Vec<_> = grammar
            .words
            .iter()
            .map(|word| format!("`{word}`"))
            .collect();
        return format!("it is {}", words.join(" or "));
    }
    let chars: Vec<_> = grammar
        .chars
        .iter()
        .flat_map(|&(low, high)| match (low, high) {
            (low, high) if low == high => alloc::vec![format!("`{low}`")],
            // Two or three neighbours read better one by one.
            (low, high) if (high as u32) - (low as u32) < 3 => {
                (low..=high).map(|c| format!("`{c}`")).collect()
            }
            (low, high) => alloc::vec![format!("{low} to {high}")],
        })
        .collect();
    format!(
        "it is {} to {} characters out of {}",
        grammar.min,
        grammar.max,
        chars.join(", ")
    )
}
