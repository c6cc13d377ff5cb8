//! A rule whose needs a document does not meet has nothing to say about it.

use alloc::string::String;
use alloc::vec::Vec;

use super::facts::Facts;
use super::{Finding, Iam, Options, Sink, check, rules};
use crate::document::{Document, List, Place, PolicyKind};
use crate::json;

#[path = "../../tests/it/rules/support/mod.rs"]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot continue has failed"
)]
#[expect(dead_code, reason = "only the documents of the cases are of use here")]
mod cases;

fn told(findings: &[Finding]) -> Vec<(&'static str, Place, String)> {
    let tell = |finding: &Finding| (finding.id, finding.place, finding.message.render(&Iam));
    findings.iter().map(tell).collect()
}

/// What all rules find, whatever they need.
fn check_all(document: &Document<'_>, options: &Options<'_>) -> Vec<Finding> {
    let facts = Facts::of(document, options);
    let mut findings = Vec::new();
    for rule in rules::ALL {
        if let Some(run) = rule.run {
            let findings = &mut findings;
            run(&facts, &mut Sink { rule, findings });
        }
    }
    findings
}

/// A rule that is not run would have found nothing, in every document of the test of the rules, checked as every kind,
/// and in every two of them as one.
#[test]
fn what_a_rule_needs() {
    let texts: Vec<String> = (cases::cases().into_iter())
        .flat_map(|case| case.right.into_iter().chain([case.fires]))
        .collect();
    let documents: Vec<Document<'_>> = (texts.iter())
        .map(|text| json::parse(text, &json::Limits::default()).document)
        .collect();
    let (mut skipped, mut found) = (0, 0);
    let mut compare = |document: &Document<'_>, kind: PolicyKind| {
        let options = Options::new(kind);
        let all = told(&check_all(document, &options));
        assert_eq!(told(&check(document, &options)), all, "{document:#?}");
        let facts = Facts::of(document, &options);
        skipped += (rules::ALL.iter())
            .filter(|rule| !facts.has.has(rule.needs))
            .count();
        found += all.len();
    };
    for (number, document) in documents.iter().enumerate() {
        for kind in PolicyKind::ALL {
            compare(document, kind);
        }
        for step in [1 + number % 2, 31 + 66 * (number % 2)] {
            let other = &documents[(number + step) % documents.len()];
            let mut both = document.clone();
            let others = other.statements.items.iter().cloned();
            both.statements =
                List::bracketed((both.statements.items.into_iter().chain(others)).collect());
            for kind in PolicyKind::ALL {
                compare(&both, kind);
            }
        }
    }
    assert!(skipped > 500_000 && found > 10_000, "{skipped} {found}");
}
