//! What is known about the name at a place.

use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind};
use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::json::Span;

use super::choices;
use super::cursor::{self, Role};
use super::describe;
use super::documents::Document;
use super::positions::{Encoding, Lines};
use crate::input::rules::{self, RuleInfo};
use crate::report::finding::FileReport;

/// What to show at a byte of a text. `report` has the findings in it.
pub(super) fn hover(
    document: &Document,
    report: &FileReport,
    at: usize,
    encoding: Encoding,
) -> Option<Hover> {
    let lines = Lines::new(&document.text, encoding);
    let mut parts = Vec::new();
    let mut range = None;
    if let Some((text, span)) = name(document, at) {
        parts.push(text);
        range = Some(lines.range(span));
    }
    let mut shown = Vec::new();
    for problem in &report.findings {
        let is_here = problem.span.start <= at && at < problem.span.end;
        if is_here && problem.accepted.is_none() && !shown.contains(&problem.id) {
            shown.push(problem.id);
            parts.extend(rules::find(problem.id).map(|rule| of_rule(&rule)));
        }
    }
    if let Some((rule, span)) =
        rule_at(&document.text, at).filter(|(rule, _)| !shown.contains(&rule.id))
    {
        parts.push(of_rule(&rule));
        range = range.or_else(|| Some(lines.range(span)));
    }
    (!parts.is_empty()).then(|| Hover {
        contents: HoverContents::Markup(MarkupContent {
            kind: MarkupKind::Markdown,
            value: parts.join("\n\n---\n\n"),
        }),
        range,
    })
}

fn name(document: &Document, at: usize) -> Option<(String, Span)> {
    let cursor = cursor::cursor(document, at)?;
    // Of what is around the cursor: `cursor` has the whole text of a heredoc.
    let written = cursor.span.of(&document.text);
    let text = match cursor.role {
        Role::Action => {
            let matches = cursor::matching(written);
            match matches.as_slice() {
                [(service, action)]
                    if action.name.eq_ignore_ascii_case(written.split_once(':')?.1) =>
                {
                    describe::action(service, action)
                }
                [] if !written.contains(['*', '?']) => return None,
                _ => describe::actions(written, &matches),
            }
        }
        Role::Key { .. } => describe::key(catalogue::key(written)?),
        Role::Operator => describe::operator(&describe::Spelled::read(written)?),
        Role::Resource => {
            let (service, kind) = resource(written, &cursor)?;
            describe::resource(service, kind)
        }
        Role::Name(_)
        | Role::Effect
        | Role::Version
        | Role::PrincipalType
        | Role::Principal(_)
        | Role::Everyone
        | Role::Value { .. } => return None,
    };
    Some((text, cursor.span))
}

/// The type of resource that an ARN names, first among those of the actions of the statement.
fn resource(
    arn: &str,
    cursor: &cursor::Cursor,
) -> Option<(
    &'static catalogue::Service,
    &'static catalogue::ResourceType,
)> {
    let mut rest = arn;
    let mut field = || {
        let end = choices::end_of_value(rest, ':')?;
        let (field, after) = rest.split_at_checked(end)?;
        rest = after.strip_prefix(':')?;
        Some(field)
    };
    // After `arn` and the partition, and before the region and the account, which can be variables.
    let prefix = field().and_then(|_| field()).and_then(|_| field())?;
    field().and_then(|_| field())?;
    let name = rest;
    let of_actions = (cursor.known_actions().into_iter()).flat_map(|(service, action)| {
        action
            .resources_of(service)
            .map(move |(_, kind)| (service, kind))
    });
    let of_service = (catalogue::service(prefix).into_iter())
        .flat_map(|service| service.resources.iter().map(move |kind| (service, kind)));
    of_actions.chain(of_service).find(|(_, kind)| {
        kind.formats.iter().any(|format| {
            // A literal start tells most types apart.
            let start = match format.resource.first() {
                Some(catalogue::Piece::Literal(text)) => *text,
                Some(catalogue::Piece::Variable(_)) | None => "",
            };
            let slashes = |text: &str| text.contains('/');
            let is_like = match start {
                "" => slashes(name) == (format.resource.len() > 1),
                start => name.starts_with(start),
            };
            format.service == prefix && is_like
        })
    })
}

/// A rule whose ID is written at a byte, as in a comment that accepts it.
fn rule_at(text: &str, at: usize) -> Option<(RuleInfo, Span)> {
    let is_word = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let (before, after) = text.split_at_checked(at)?;
    let start = before.trim_end_matches(is_word).len();
    let end = at + after.find(|c| !is_word(c)).unwrap_or(after.len());
    let span = Span::new(start, end);
    Some((rules::find(span.of(text))?, span))
}

fn of_rule(rule: &RuleInfo) -> String {
    let explanation = rule.explanation();
    // The examples are on its page.
    let text = explanation.split("\n```").next().unwrap_or_default().trim();
    format!(
        "**{}**: {}\n\n{text}\n\n[About this rule]({})",
        rule.id,
        rule.summary,
        rule.url()
    )
}
