//! Rules about the ids in an ARN.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::run;
use crate::arn::{Arn, GrammarError};
use crate::catalogue::{ArnFormat, Grammar, Piece, ResourceType, Service, Variable};
use crate::check::facts::formats_of;
use crate::check::{Rule, Severity, text};

/// The ARN with `/*` behind it, when that makes it one of a format of its service, and the format.
pub(super) fn opened(arn: &Arn<'_>) -> Option<(&'static ArnFormat, String)> {
    let text = format!("{}/*", arn.text().trim_end_matches('/'));
    let open = Arn::parse(&text).ok()?;
    // Of several, the shortest: what a project has and its versions and datasets add to.
    let mut shortest: Option<&'static ArnFormat> = None;
    for (_, _, format) in &formats_of(open.service()) {
        if shortest.is_none_or(|other| format.text.len() < other.text.len())
            && open.could_be(format)
        {
            shortest = Some(format);
        }
    }
    let format = shortest?;
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
    run: run!(|facts, sink| {
        for (place, resource, arn) in facts.arns() {
            if !resource.fits_nothing {
                continue;
            }
            let Some((format, opened)) = without_timestamp(arn) else {
                continue;
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
        }
    }),
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
    run: run!(|facts, sink| {
        for (place, resource, arn) in facts.arns() {
            let formats = &resource.formats;
            if formats.is_empty() || formats.iter().any(|(_, _, format)| fits(arn, format)) {
                continue;
            }
            // All candidates break; speak of the one that lines up with the text, segment by segment.
            if let Some((range, grammar, error)) = broken(arn, formats) {
                let (message, help) = explain(&arn.text()[range.clone()], grammar, error);
                sink.report(place, message).at(range).help(help);
                continue;
            }
            sink.report(
                place,
                "no id that AWS accepts matches this ARN, so it matches nothing",
            )
            .at(arn.resource_range());
        }
    }),
};

type Formats = [(&'static Service, &'static ResourceType, &'static ArnFormat)];

/// The first segment that breaks the grammar of its variable.
fn broken(
    arn: &Arn<'_>,
    formats: &Formats,
) -> Option<(core::ops::Range<usize>, &'static Grammar, GrammarError)> {
    for (_, _, format) in formats {
        for (range, grammar) in &lined_up(arn, format) {
            if let Err(error) = grammar.check_pattern(&arn.text()[range.clone()]) {
                return Some((range.clone(), grammar, error));
            }
        }
    }
    None
}

fn fits(arn: &Arn<'_>, format: &'static ArnFormat) -> bool {
    let no_grammar = |variable: &Variable| variable.grammar.is_none();
    if format.variables().all(no_grammar) {
        return true;
    }
    if !arn.could_be_strictly(format) {
        return false;
    }
    for (range, grammar) in &lined_up(arn, format) {
        if grammar.check_pattern(&arn.text()[range.clone()]).is_err() {
            return false;
        }
    }
    true
}

/// The segments of the resource part that stand for one variable each, where text and format have the same number of
/// segments and so line up.
fn lined_up(arn: &Arn<'_>, format: &ArnFormat) -> Vec<(core::ops::Range<usize>, &'static Grammar)> {
    let mut expected: Vec<Option<&'static Variable>> = alloc::vec![None];
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
    // Cut at slashes, but not inside of `${..}`.
    let (resource, start) = (arn.resource(), arn.resource_range().start);
    let mut segments = Vec::new();
    let (mut from, mut inside) = (0, false);
    for (at, byte) in resource.bytes().enumerate() {
        match byte {
            b'{' => inside = true,
            b'}' => inside = false,
            b'/' if !inside => {
                segments.push(start + from..start + at);
                from = at + 1;
            }
            _ => {}
        }
    }
    segments.push(start + from..start + resource.len());
    let mut lined_up = Vec::new();
    if segments.len() == expected.len() {
        for (number, range) in segments.iter().enumerate() {
            if let Some(grammar) = expected[number].and_then(|variable| variable.grammar) {
                lined_up.push((range.clone(), grammar));
            }
        }
    }
    lined_up
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
        return format!("it is `{}`", text::joined(grammar.words, "` or `"));
    }
    let mut chars = String::new();
    for &(low, high) in grammar.chars {
        // Two or three neighbours read better one by one.
        if u32::from(high) - u32::from(low) < 3 {
            for c in low..=high {
                chars += &format!(", `{c}`");
            }
        } else {
            chars += &format!(", {low} to {high}");
        }
    }
    format!(
        "it is {} to {} characters out of {}",
        grammar.min,
        grammar.max,
        chars.strip_prefix(", ").unwrap_or("")
    )
}
