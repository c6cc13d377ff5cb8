//! The rules of an organization: a policy may allow no more than they permit, which is a comparison of two policies.

use std::collections::BTreeMap;

use rekognition_iam_runtime::check::Severity;
use rekognition_iam_runtime::compare::Change;
use rekognition_iam_runtime::document::{Document, Effect, Place, PolicyKind};
use rekognition_iam_runtime::evaluate::Program;
use rekognition_iam_runtime::json::{self, Limits, Span};

use super::settings::Settings;
use crate::config::{Limit, Organization};
use crate::input::known::Samples;
use crate::input::rules::REKOGNITION_IAM_ORGANIZATION;
use crate::report::finding::Said;

/// Whether a policy of this kind gives access by itself, and does not only limit it.
const fn grants(kind: PolicyKind) -> bool {
    matches!(
        kind,
        PolicyKind::Identity | PolicyKind::RoleTrust | PolicyKind::Project | PolicyKind::Resource
    )
}

/// What a statement allows that a rule does not permit.
#[derive(Debug)]
enum Excess {
    /// This request is allowed.
    Certain(String),
    /// Why it is not known.
    Open(String),
}

/// A policy as text.
pub(super) struct Judged<'t> {
    pub(super) text: &'t str,
    /// The same with other values for what is not known: what is not in both is not reported.
    pub(super) other: Option<&'t str>,
    pub(super) samples: &'t Samples,
    /// Whether a statement with this number and place depends on what only a deployment knows.
    pub(super) may_differ: &'t dyn Fn(usize, Span) -> bool,
    pub(super) kind: Option<PolicyKind>,
}

/// Violations in a policy, each with its place in the text.
pub(super) fn violations(
    policy: &Judged<'_>,
    settings: &Settings,
    file: &str,
) -> Vec<(Said, Span)> {
    let mut out = Vec::new();
    if settings.config.organization.is_empty() {
        return out;
    }
    let parsed = json::parse(policy.text, &Limits::default());
    let document = &parsed.document;
    let kind = (settings.kind.or(policy.kind)).unwrap_or_else(|| PolicyKind::detect(document));
    // What was not understood is an error by itself.
    if !grants(kind) || !parsed.is_complete() {
        return out;
    }
    let other = policy.other.filter(|other| *other != policy.text);
    let mut other = other.map(|other| json::parse(other, &Limits::default()).document);
    let mut document = document.clone();
    if let Some(other) = &mut other {
        drop_open_conditions(&mut document, other);
    }
    let document = &document;
    for rule in settings.config.organization_for(file) {
        let mut found = excess(document, rule);
        if let Some(other) = &other {
            let mut others = excess(other, rule);
            found = (found.into_iter())
                .filter_map(|(number, excess)| match (others.remove(&number)?, excess) {
                    (Excess::Certain(_), excess) => Some((number, excess)),
                    (open @ Excess::Open(_), _) => Some((number, open)),
                })
                .collect();
        }
        for (number, excess) in found {
            let place = Place::Statement(number);
            let Some(span) = parsed.places.span(place) else {
                continue;
            };
            let by_callers = names_callers(document);
            let known = !(policy.may_differ)(number, span);
            let (allows, severity, help) = match excess {
                Excess::Certain(witness) if known => (
                    "allows",
                    rule.level,
                    format!("it allows {witness}, for example"),
                ),
                Excess::Certain(witness) => (
                    "may allow",
                    rule.level.min(Severity::Warning),
                    format!(
                        "a value in it is only known after deployment; it may allow {witness}, for example"
                    ),
                ),
                Excess::Open(reason) => (
                    "may allow",
                    rule.level.min(Severity::Warning),
                    format!("this was not determined: {reason}"),
                ),
            };
            let said = Said {
                id: REKOGNITION_IAM_ORGANIZATION.id,
                severity,
                statement: Some(number),
                path: format!("Statement[{number}]"),
                message: format!(
                    "this statement {allows} {} {}",
                    coded(&rule.actions),
                    beyond(&rule.limit, by_callers)
                ),
                help: vec![
                    format!("{}: {}", remedy(&rule.limit, by_callers), rule.reason),
                    policy.samples.renamed(&help),
                ],
                named: None,
            };
            out.push((said, span));
        }
    }
    out
}

/// Drops conditions of `Allow` whose values differ between two fillings, because only a deployment knows them: no filling shows
/// all that they may let through, and without them a statement allows at least that much.
fn drop_open_conditions(one: &mut Document<'_>, other: &mut Document<'_>) {
    let statements = (one.statements.items.iter_mut()).zip(&mut other.statements.items);
    for (one, other) in statements {
        if one.effect != Effect::Allow || one.conditions.len() != other.conditions.len() {
            continue;
        }
        for (one, other) in one.conditions.iter_mut().zip(&mut other.conditions) {
            let before = one.keys.clone();
            one.keys.retain(|entry| other.keys.contains(entry));
            other.keys.retain(|entry| before.contains(entry));
        }
        one.conditions.retain(|block| !block.keys.is_empty());
        other.conditions.retain(|block| !block.keys.is_empty());
    }
}

fn names_callers(document: &Document<'_>) -> bool {
    (document.statements.items.iter()).any(|statement| statement.principals.is_some())
}

/// What a document allows beyond a rule, by the statement that allows it.
fn excess(document: &Document<'_>, rule: &Organization) -> BTreeMap<usize, Excess> {
    let by_callers = names_callers(document);
    let resources =
        (document.statements.items.iter()).any(|statement| statement.resources.is_some());
    let named: Vec<&str> = (document.statements.items.iter())
        .filter_map(|statement| statement.resources.as_ref())
        .filter(|resources| !resources.not)
        .flat_map(|resources| resources.values.items.iter().map(AsRef::as_ref))
        .collect();
    let permitted = rule.permitted(by_callers, resources, &named);
    let permitted = json::parse(&permitted, &Limits::default()).document;
    let found = Program::new_access(&Program::compile(&permitted), &Program::compile(document));
    let mut out = BTreeMap::new();
    for group in found.of(Change::New) {
        // A service is not in an account.
        let is_service = |caller: &String| caller.ends_with(".amazonaws.com");
        let callers = &group.requests.callers;
        let only_services = (group.witness.principal())
            .is_some_and(|by| is_service(&by.to_string()))
            && callers.iter().all(is_service);
        if by_callers && matches!(rule.limit, Limit::In(_)) && only_services {
            continue;
        }
        let number = group.requests.statement.number;
        (out.entry(number)).or_insert_with(|| Excess::Certain(group.witness.to_string()));
    }
    for open in found.open.iter().filter(|open| open.change == Change::New) {
        let number = open.requests.statement.number;
        (out.entry(number)).or_insert_with(|| Excess::Open(open.reason.to_string()));
    }
    for cut in found.cut.iter().filter(|cut| cut.change == Change::New) {
        (out.entry(cut.from.number)).or_insert_with(|| Excess::Open(cut.to_string()));
    }
    out
}

fn coded(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
    texts.join(", ")
}

/// What is wrong with what a statement allows.
fn beyond(limit: &Limit, by_callers: bool) -> String {
    match (limit, by_callers) {
        (Limit::With(_), _) => "without the condition that the organization requires".to_string(),
        (Limit::In(accounts), false) => {
            format!("on resources outside the accounts {}", coded(accounts))
        }
        (Limit::In(accounts), true) => {
            format!("to callers outside the accounts {}", coded(accounts))
        }
    }
}

/// What to do about it.
fn remedy(limit: &Limit, by_callers: bool) -> String {
    match (limit, by_callers) {
        (Limit::With(condition), _) => format!("add `\"Condition\": {condition}`"),
        (Limit::In(_), false) => {
            "limit `Resource` to these accounts, or add a condition on `aws:ResourceAccount`"
                .to_string()
        }
        (Limit::In(_), true) => {
            "limit `Principal` to these accounts, or add a condition on `aws:PrincipalAccount`"
                .to_string()
        }
    }
}
