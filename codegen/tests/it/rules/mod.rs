//! Every rule fires on the token that is wrong and on nothing else, and stays silent on what only looks like it. The cases
//! are in modules, grouped as the rules themselves are.

mod action;
mod advice;
mod arn;
mod attached;
mod condition;
mod harness;
mod organizations;
mod pass_role;
mod principal;
mod quota;
mod resource;
mod right;
mod statement;
mod trust;
mod unsayable;
mod values;
mod variable;

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

use crate::rules::harness::{Case, Fired, at, fired, fired_in_json, is_built};
use crate::rules::unsayable::UNSAYABLE;
use proc_macro2::{TokenStream, TokenTree};
use rekognition_iam_codegen::dsl::evaluate;
use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::check::Rule;
use rekognition_iam_runtime::document::PolicyKind;

/// A rule may have several cases.
fn cases() -> impl Iterator<Item = &'static Case> {
    [
        statement::CASES,
        action::CASES,
        arn::CASES,
        resource::CASES,
        principal::CASES,
        trust::CASES,
        attached::CASES,
        organizations::CASES,
        condition::CASES,
        values::CASES,
        variable::CASES,
        pass_role::CASES,
        advice::CASES,
        quota::CASES,
    ]
    .into_iter()
    .flatten()
}

#[test]
fn each_rule_has_a_case_or_a_reason() {
    let said: BTreeSet<_> = cases().map(|case| case.id).collect();
    let mut unsaid = BTreeSet::new();
    for rule in UNSAYABLE {
        assert!(unsaid.insert(rule.id), "{} stands twice", rule.id);
    }
    #[cfg(feature = "import")]
    for rule in Rule::all() {
        let reason = rekognition_iam_codegen::import::unsayable(rule);
        assert_eq!(reason.is_some(), unsaid.contains(rule.id), "{}", rule.id);
    }
    let all: BTreeSet<_> = Rule::all().iter().map(|rule| rule.id).collect();
    let both: Vec<_> = said.intersection(&unsaid).collect();
    assert!(both.is_empty(), "said, and said to be unsayable: {both:?}");
    let known: BTreeSet<_> = said.union(&unsaid).copied().collect();
    let lacking: Vec<_> = all.difference(&known).collect();
    assert!(lacking.is_empty(), "neither case nor reason: {lacking:?}");
    let invented: Vec<_> = known.difference(&all).collect();
    assert!(invented.is_empty(), "no such rule: {invented:?}");
}

/// What is said to be unsayable is refused by the importer, which writes every document that can be said.
#[cfg(feature = "import")]
#[test]
fn what_cannot_be_said_cannot_be_imported() {
    use rekognition_iam_codegen::import::{Options, import};
    for rule in UNSAYABLE {
        let text = unsayable::expanded(rule.fires).replace(['«', '»'], "");
        let imported = import(&text, &Options::new());
        assert!(
            imported.is_err(),
            "{}: {}",
            rule.id,
            imported.unwrap().input
        );
    }
}

#[test]
fn each_rule_fires_on_its_token() {
    let mut wrong = String::new();
    for case in cases().filter(|case| case.fires.is_built()) {
        let fired = case.fires.fired();
        let own: Vec<_> = (fired.iter())
            .filter(|fired| fired.id == Some(case.id))
            .map(|fired| fired.at.as_str())
            .collect();
        let others: BTreeSet<_> = (fired.iter())
            .filter(|fired| fired.id != Some(case.id))
            .map(|fired| fired.id.unwrap_or("an error of the language"))
            .collect();
        let beside: BTreeSet<_> = case.beside.iter().copied().collect();
        if own != [case.fires.expected()] || others != beside {
            wrong += &format!("{}: {:.400}\n{fired:#?}\n", case.id, case.fires.source());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The compiler's whole message for each rule is in the cases of `tests/it/ui.rs`, where people read it.
#[test]
fn each_rule_has_a_message_of_the_compiler() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ui/fail");
    let mut shown = BTreeSet::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "stderr")
        {
            let text = std::fs::read_to_string(path).unwrap();
            let notes = text
                .lines()
                .filter_map(|line| line.trim().strip_prefix("note: rule "));
            shown.extend(notes.filter_map(|note| Some(note.split_once(": ")?.0.to_owned())));
        }
    }
    let lacking: BTreeSet<_> = (cases().map(|case| case.id))
        .filter(|id| !shown.contains(*id))
        .collect();
    assert!(
        lacking.is_empty(),
        "in no file of tests/ui/fail: {lacking:?}"
    );
}

#[test]
fn what_is_nearly_wrong_is_silent() {
    let mut wrong = String::new();
    for case in cases().filter(|case| case.near.is_built()) {
        let fired = case.near.fired();
        if !fired.is_empty() {
            wrong += &format!("{}: {:.400}\n{fired:#?}\n", case.id, case.near.source());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_only_json_can_break_fires_on_its_place() {
    for rule in UNSAYABLE {
        let marked = unsayable::expanded(rule.fires);
        let (start, end) = (marked.find('«').unwrap(), marked.find('»').unwrap());
        let text = marked.replace(['«', '»'], "");
        let fired = fired_in_json(rule.kind, &text);
        let [only] = fired.as_slice() else {
            panic!("{}: one finding expected in {text}: {fired:#?}", rule.id);
        };
        let expected = at(&text, &(start..end - '«'.len_utf8()));
        assert_eq!((only.id, &only.at), (Some(rule.id), &expected), "{text}");

        let near = fired_in_json(rule.kind, &unsayable::expanded(rule.near));
        assert!(near.is_empty(), "{}: {near:#?}", rule.id);
    }
}

#[test]
fn what_looks_wrong_is_right() {
    let mut wrong = String::new();
    for (source, advice) in right::RIGHT {
        let source = harness::expanded(source);
        if !is_built(&source) {
            continue;
        }
        let fired = fired(PolicyKind::Identity, &source);
        let ids: BTreeSet<_> = fired.iter().map(|fired| fired.id).collect();
        let expected: BTreeSet<_> = advice.iter().copied().map(Some).collect();
        if ids != expected || fired.iter().any(|fired| fired.denied) {
            wrong += &format!("{source}\n{fired:#?}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// A finding is refused or told as its rule says.
#[test]
fn a_rule_refuses_or_warns() {
    for case in cases().filter(|case| case.fires.is_built()) {
        let source = case.fires.source();
        let evaluated = evaluate(case.fires.kind(), source.parse().unwrap());
        let denied = Rule::find(case.id).unwrap().denied_in_rust;
        assert_eq!(evaluated.is_denied(), denied, "{}", case.id);
        for diagnostic in evaluated.diagnostics {
            let denied = diagnostic.rule.is_none_or(|rule| rule.denied_in_rust);
            assert_eq!(diagnostic.denied, denied, "{}: {diagnostic:?}", case.id);
        }
    }
}

/// A statement that leaves nothing to say, whatever is before it.
const fn harmless(kind: PolicyKind) -> Option<&'static str> {
    match kind {
        PolicyKind::Identity | PolicyKind::Session | PolicyKind::ServiceControl => {
            Some("deny(rekognition::DeleteCollection).on(STAFF)")
        }
        PolicyKind::ResourceControl => Some("deny(kms::Encrypt).to(anyone()).on(KEY)"),
        PolicyKind::RoleTrust => Some(r#"deny(sts::TagSession).to(account("210987654321"))"#),
        // The others are about one resource, which is not the same in all cases.
        _ => None,
    }
}

/// `accept` silences its rule in its statement, and only there.
#[test]
fn each_rule_can_be_accepted() {
    for case in cases().filter(|case| case.fires.is_built()) {
        let (kind, source) = (case.fires.kind(), case.fires.source());
        let accept = format!("accept({}, \"a test\")", case.id);
        // The accepted statement is the last; a statement before it does not share in it.
        let accepted = match case.is_of_policy {
            true => format!("{accept}, {source}"),
            false => format!("{source}.{accept}"),
        };
        let left = fired(kind, &accepted);
        for id in case.beside {
            assert!(
                left.iter().any(|left| left.id == Some(id)),
                "{accepted:.400}"
            );
        }
        // The error may have been before advice.
        let more = |left: &Fired| match left.id {
            Some(id) if case.beside.contains(&id) => false,
            Some(id) => left.denied || id == case.id,
            None => true,
        };
        assert!(!left.iter().any(more), "{accepted:.400}: {left:#?}");

        let Some(other) = harmless(kind).map(harness::expanded) else {
            continue;
        };
        if !is_built(&other) {
            continue;
        }
        let elsewhere = match case.is_of_policy {
            true => format!("{source}.{accept}"),
            false => format!("{source}, {other}.{accept}"),
        };
        let found = fired(kind, &elsewhere);
        // Advice is left unsaid next to the error that the acceptance is of no use.
        if Rule::find(case.id).unwrap().denied_in_rust {
            assert!(
                found.iter().any(|found| found.id == Some(case.id)),
                "{elsewhere:.400}: {found:#?}"
            );
        }
        let useless: Vec<_> = found.iter().filter(|found| found.id.is_none()).collect();
        let [useless] = useless.as_slice() else {
            panic!("{elsewhere:.400}: {found:#?}");
        };
        assert!(useless.text.contains("reports nothing"), "{found:#?}");
    }
}

/// A service whose feature is off is another mistake than one that AWS does not have.
#[test]
fn a_service_that_is_off_names_its_feature() {
    if catalogue::service("sqs").is_some() {
        println!("SKIPPED: every service is part of this build");
        return;
    }
    for (source, token) in [
        ("allow(sqs::SendMessage).on_any()", "sqs"),
        (
            r#"allow("sqs:SendMessage").on_any()"#,
            r#""sqs:SendMessage""#,
        ),
        (
            r#"allow(rekognition::DetectText).on(sqs::queue("us-east-1", "123456789012", "q"))"#,
            "sqs",
        ),
        (
            r#"allow(rekognition::DetectText).on_any().when(kms::ViaService.string_equals("x"))"#,
            "kms",
        ),
        (
            r#"allow(rekognition::DetectText).on_any().when("kms:ViaService".string_equals("x"))"#,
            r#""kms:ViaService""#,
        ),
    ] {
        let fired = fired(PolicyKind::Identity, source);
        let [only] = fired.as_slice() else {
            panic!("{source}: {fired:#?}");
        };
        assert!(only.at.ends_with(&format!(" {token}")), "{only:?}");
        assert!(only.text.contains("is not part of this build"), "{only:?}");
        assert!(only.text.contains("help: enable"), "{only:?}");
    }
}

/// Where the identifiers of an input stand.
fn identifiers(tokens: TokenStream, found: &mut Vec<Range<usize>>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => found.push(ident.span().byte_range()),
            TokenTree::Group(group) => identifiers(group.stream(), found),
            _ => {}
        }
    }
}

/// Whatever is misspelled in a policy that is right, one thing is said: nothing about what the word was meant to be, and nothing
/// about what is now missing.
#[test]
fn one_misspelling_is_one_error() {
    let (mut wrong, mut count) = (String::new(), 0);
    for case in cases().filter(|case| case.near.is_built()) {
        let source = case.near.source();
        let mut found = Vec::new();
        identifiers(source.parse().unwrap(), &mut found);
        // Values are not names.
        found.retain(|range| !matches!(&source[range.clone()], "true" | "false"));
        for range in found {
            let middle = range.start + range.len() / 2;
            let misspelled = format!("{}q{}", &source[..middle], &source[middle..]);
            let fired = fired(case.near.kind(), &misspelled);
            if fired.len() != 1 || !fired[0].denied {
                wrong += &format!("{misspelled:.400}\n{fired:#?}\n");
            }
            count += 1;
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count > 500, "{count}");
}
