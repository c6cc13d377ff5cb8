//! Every rule fires on a document that breaks it, says what the golden file says, and stays silent on one that nearly
//! does.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "rules_support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use rekognition_iam_runtime::check::{Iam, Options, Rule};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::{catalogue, json};
use support::{CASES, whole};

/// A value that is over, or a little under, the quota of the kind.
fn filled(text: &str, kind: PolicyKind) -> String {
    let quota = match kind {
        PolicyKind::Identity => 6_144,
        PolicyKind::ServiceControl | PolicyKind::ResourceControl => 5_120,
        PolicyKind::Resource => 30 * 1_024,
        _ => 2_048,
    };
    text.replace("LONG", &"x".repeat(quota))
        .replace("SHORT", &"x".repeat(quota - 300))
}

fn report(text: &str, kind: PolicyKind) -> json::Report<'_> {
    json::check(
        text,
        &Options {
            kind,
            ..Options::default()
        },
    )
}

/// Whether this build has all services that the document names.
fn is_built(text: &str) -> bool {
    catalogue::KNOWN_SERVICES.iter().all(|service| {
        catalogue::service(service).is_some() || !text.contains(&format!("{service}:"))
    })
}

#[test]
fn each_rule_has_one_case() {
    let mut ids = BTreeSet::new();
    for case in CASES {
        assert!(Rule::find(case.id).is_some(), "no rule {}", case.id);
        assert!(ids.insert(case.id), "{} has two cases", case.id);
    }
    for rule in Rule::all() {
        assert!(ids.contains(rule.id), "{} has no case", rule.id);
    }
}

#[test]
fn each_rule_is_listed_once() {
    let mut ids = BTreeSet::new();
    for rule in Rule::all() {
        assert!(ids.insert(rule.id), "{} stands twice", rule.id);
    }
}

#[test]
fn each_rule_fires() {
    let mut wrong = String::new();
    for case in CASES {
        let text = filled(&whole(case.fires), case.kind);
        if !is_built(&text) {
            continue;
        }
        let report = report(&text, case.kind);
        let found: BTreeSet<_> = report
            .findings
            .iter()
            .map(|located| located.finding.id)
            .collect();
        let also = |id: &&str| !case.also.contains(id) && *id != case.id;
        if !found.contains(case.id) || found.iter().any(|id| also(id)) {
            writeln!(wrong, "{}: found {found:?} in {text:.300}", case.id).unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn what_is_nearly_wrong_is_silent() {
    let mut wrong = String::new();
    for case in CASES {
        let text = filled(&whole(case.near), case.kind);
        if !is_built(&text) {
            continue;
        }
        let report = report(&text, case.kind);
        for located in report.findings {
            if !case.also.contains(&located.finding.id) {
                let message = located.finding.message.render(&Iam);
                writeln!(
                    wrong,
                    "{}: {}: {message} in {text:.300}",
                    case.id, located.finding.id
                )
                .unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// What the rules say of the documents that fire them, all of it.
fn messages() -> String {
    let mut out = String::from(
        "# What the rules say of the documents in rules_support/mod.rs. Written by\n\
         # UPDATE=1 cargo test -p rekognition-iam-runtime --all-features --test rules_table\n",
    );
    for case in CASES {
        let text = filled(&whole(case.fires), case.kind);
        let report = report(&text, case.kind);
        writeln!(out, "\n{}", case.id).unwrap();
        for located in report
            .findings
            .iter()
            .filter(|located| located.finding.id == case.id)
        {
            let finding = &located.finding;
            let at = &text[located.span.start..located.span.end];
            let at = if at.len() > 120 { "(all of it)" } else { at };
            writeln!(
                out,
                "  {} {at}",
                if located.path.is_empty() {
                    "document"
                } else {
                    &located.path
                }
            )
            .unwrap();
            writeln!(
                out,
                "  {}: {}",
                finding.severity,
                finding.message.render(&Iam)
            )
            .unwrap();
            for help in &finding.help {
                writeln!(out, "  help: {}", help.render(&Iam)).unwrap();
            }
            if let Some(replacement) = &finding.replacement {
                writeln!(out, "  fix: {replacement}").unwrap();
            }
        }
    }
    out
}

#[test]
fn messages_are_as_read() {
    let all = catalogue::KNOWN_SERVICES
        .iter()
        .all(|service| catalogue::service(service).is_some());
    if !all {
        println!("SKIPPED: the messages are compared in a build with all features");
        return;
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules_support/messages.txt");
    let messages = messages();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &messages).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    if expected != messages {
        let line = (expected.lines().zip(messages.lines())).find(|(a, b)| a != b);
        panic!(
            "the messages have changed, first at {line:?}; UPDATE=1 writes {}",
            path.display()
        );
    }
}

/// The style of the house: lower case, no full stop, one sentence.
#[test]
fn messages_have_style() {
    for rule in Rule::all() {
        let summary = rule.summary;
        assert!(!summary.ends_with('.'), "{}", rule.id);
        assert!(!summary.contains('\n'), "{}", rule.id);
    }
    for case in CASES {
        let text = filled(&whole(case.fires), case.kind);
        for located in report(&text, case.kind).findings {
            let finding = &located.finding;
            let lines = core::iter::once(&finding.message).chain(&finding.help);
            for line in lines.map(|line| line.render(&Iam)) {
                assert!(
                    !line.ends_with('.') || line.ends_with("..`"),
                    "{}: {line}",
                    finding.id
                );
                assert!(
                    !line.contains('\n') && !line.contains(". "),
                    "{}: {line}",
                    finding.id
                );
                assert_eq!(line.matches('`').count() % 2, 0, "{}: {line}", finding.id);
            }
            // What is wrong with JSON is said where it is wrong.
            let says_all = matches!(
                finding.id,
                "JSON_SYNTAX_ERROR" | "REKOGNITION_IAM_JSON_LIMIT" | "DATA_TYPE_MISMATCH"
            );
            assert!(
                says_all || !finding.help.is_empty(),
                "{} leaves no way out",
                finding.id
            );
        }
    }
}

/// A fix leaves nothing of what it fixes, and nothing worse.
#[test]
fn fixes_fix() {
    for case in CASES {
        let text = filled(&whole(case.fires), case.kind);
        if !is_built(&text) {
            continue;
        }
        let before = report(&text, case.kind);
        let count = before
            .findings
            .iter()
            .filter(|located| located.finding.id == case.id)
            .count();
        for located in &before.findings {
            let Some(edit) = &located.edit else { continue };
            if located.finding.id != case.id {
                continue;
            }
            let fixed = format!(
                "{}{}{}",
                &text[..edit.span.start],
                edit.text,
                &text[edit.span.end..]
            );
            let after = report(&fixed, case.kind);
            let left = after
                .findings
                .iter()
                .filter(|located| located.finding.id == case.id)
                .count();
            assert!(left < count, "{}: {fixed}", case.id);
            for located in &after.findings {
                assert!(
                    before
                        .findings
                        .iter()
                        .any(|known| known.finding.id == located.finding.id),
                    "{}: the fix brings {} into {fixed}",
                    case.id,
                    located.finding.id
                );
            }
        }
    }
}

/// All 153 ids of AWS's policy checks, where the list is at hand.
#[test]
fn all_checks_of_aws_are_there() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/checks.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("SKIPPED: no {}", path.display());
        return;
    };
    let mut count = 0;
    let mut wrong = String::new();
    // One object a check, with simple values.
    for object in text.split('{').skip(1) {
        let field = |name: &str| {
            let (_, rest) = object
                .split_once(&format!("\"{name}\": \""))
                .or_else(|| object.split_once(&format!("\"{name}\":\"")))?;
            rest.split('"').next()
        };
        let (Some(id), Some(severity)) = (field("id"), field("severity")) else {
            continue;
        };
        count += 1;
        match Rule::find(id) {
            None => writeln!(wrong, "{id} is missing").unwrap(),
            Some(rule) if rule.severity.to_string() != severity => {
                writeln!(wrong, "{id} is {} and not {severity}", rule.severity).unwrap();
            }
            Some(rule) => assert!(rule.denied_in_rust || severity != "error", "{id}"),
        }
    }
    assert_eq!(count, 153);
    assert!(wrong.is_empty(), "\n{wrong}");
}
