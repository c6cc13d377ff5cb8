//! Edits that no rule suggests. Each of them does harm, and each is refused.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::path::PathBuf;

use super::*;
use crate::config::Config;

fn input(name: &str) -> Input {
    Input {
        path: Some(PathBuf::from(name)),
        named: true,
    }
}

fn settings() -> Settings {
    Settings {
        keep: true,
        ..Settings::new(Config::default())
    }
}

/// The result for a file in which a finding of this rule suggests something else.
fn altered(name: &str, text: &str, id: &str, alter: impl Fn(&mut Problem)) -> Fixed {
    let (input, settings) = (input(name), settings());
    let mut report = checking::check_text(text.to_owned(), &input, &settings);
    let found = (report.findings.iter_mut()).find(|problem| problem.id == id);
    alter(found.unwrap_or_else(|| panic!("{id} is not found in {text}")));
    // The others would be fixed as well.
    report
        .findings
        .retain(|problem| problem.id == id || problem.id == "INVALID_ACTION");
    fixed(&report, &input, &settings)
}

/// Why an edit is refused that has this text instead of the right one.
#[track_caller]
fn refusal(text: &str, id: &str, wrong: &str, replacement: Option<&str>) -> String {
    let done = altered("policy.json", text, id, |problem| {
        wrong.clone_into(&mut problem.edit.as_mut().unwrap().text);
        problem.named.as_mut().unwrap().replacement = replacement.map(str::to_owned);
    });
    assert_eq!(done.edits, [], "{wrong}");
    let [refused] = done.refused.as_slice() else {
        panic!("{wrong}: {:?}", done.refused);
    };
    let (_, reason) = refused.split_once(&format!("not fixed: {id}: ")).unwrap();
    reason.to_owned()
}

fn policy(effect: &str, actions: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}","Action":[{actions}],"Resource":"*"}}]}}"#
    )
}

const CASE: &str = "REKOGNITION_IAM_ACTION_CASE";

#[test]
fn the_right_edits_pass() {
    // What the others alter is fixed when it is left as it is.
    for (text, id) in [
        (policy("Allow", r#""s3:GETObject""#), CASE),
        (policy("Deny", r#""s3:GETObject""#), CASE),
        (
            policy("Allow", r#""rekognition:DetectLabel""#),
            "INVALID_ACTION",
        ),
    ] {
        let done = altered("policy.json", &text, id, |_| ());
        assert_eq!(done.edits.len(), 1, "{text}");
        assert_eq!(done.refused, <[String; 0]>::default(), "{text}");
    }
}

#[test]
fn a_text_that_does_not_parse() {
    for wrong in ["\"s3:GetObject", "}", "\"a\" \"b\"", ""] {
        let reason = refusal(&policy("Allow", r#""s3:GETObject""#), CASE, wrong, None);
        assert!(
            reason.starts_with("the file would be unusable: ")
                || reason == "the file would not parse"
                || reason.starts_with("it would change another value, "),
            "{wrong}: {reason}"
        );
    }
}

#[test]
fn an_error_that_was_not_there() {
    assert_eq!(
        refusal(
            &policy("Allow", r#""s3:GETObject""#),
            CASE,
            "\"s3:NoSuchAction\"",
            Some("s3:NoSuchAction")
        ),
        "it would introduce an error, INVALID_ACTION"
    );
}

#[test]
fn more_access_than_was_named() {
    // A name in another case works as it is: nothing but the spelling may change.
    for (effect, what) in [("Allow", "more"), ("Deny", "less")] {
        let reason = refusal(
            &policy(effect, r#""s3:GETObject""#),
            CASE,
            "\"s3:Get*\"",
            Some("s3:Get*"),
        );
        let expected = format!("the policy would allow {what} than the finding accounts for: ");
        assert!(reason.starts_with(&expected), "{effect}: {reason}");
    }
}

#[test]
fn a_protection_that_would_be_lost() {
    let reason = refusal(
        &policy("Deny", r#""s3:DELETEObject","s3:PutObject""#),
        CASE,
        "\"s3:GetObject\"",
        Some("s3:GetObject"),
    );
    assert!(
        reason.starts_with("the policy would allow more than the finding accounts for: "),
        "{reason}"
    );
}

#[test]
fn an_error_elsewhere_excuses_nothing() {
    for effect in ["Allow", "Deny"] {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[
  {{"Effect":"{effect}","Action":"rekognition:DetectLabel","Resource":"*"}},
  {{"Effect":"{effect}","Action":"s3:GETObject","Resource":"*"}}]}}"#
        );
        let done = altered("policy.json", &text, CASE, |problem| {
            "\"s3:PutObject\"".clone_into(&mut problem.edit.as_mut().unwrap().text);
            problem.named.as_mut().unwrap().replacement = Some("s3:PutObject".to_owned());
        });
        assert_eq!(done.refused.len(), 1, "{:?}", done.refused);
        assert!(
            done.refused[0].contains("than the finding accounts for"),
            "{:?}",
            done.refused
        );
        let edits: Vec<_> = done.edits.iter().collect();
        let fixed = crate::fixing::applied(&text, &edits);
        assert!(fixed.contains("rekognition:DetectLabels"), "{fixed}");
        assert!(fixed.contains("s3:GetObject"), "{fixed}");
    }
}

#[test]
fn another_text_than_was_named() {
    assert_eq!(
        refusal(
            &policy("Allow", r#""rekognition:DetectLabel""#),
            "INVALID_ACTION",
            "\"rekognition:DetectFaces\"",
            Some("rekognition:DetectLabels"),
        ),
        "it would change more of the policy than the finding reports"
    );
}

#[test]
fn a_value_next_to_the_wrong_one() {
    let text = policy("Allow", r#""s3:GETObject","s3:PutObject""#);
    let done = altered("policy.json", &text, CASE, |problem| {
        // One that the finding does not name.
        let at = text.find("\"s3:PutObject\"").unwrap();
        let edit = problem.edit.as_mut().unwrap();
        edit.span = Span::new(at, at + "\"s3:PutObject\"".len());
        "\"s3:PutObjectAcl\"".clone_into(&mut edit.text);
    });
    assert_eq!(done.edits, []);
    assert!(
        done.refused.iter().any(|refused| refused
            .ends_with("it would change more of the policy than the finding reports")),
        "{:?}",
        done.refused
    );
    // One more value than there was.
    assert_eq!(
        refusal(
            &text,
            CASE,
            "\"s3:GetObject\",\"s3:GetObjectAcl\"",
            Some("s3:GetObject")
        )
        .split(',')
        .next(),
        Some("it would change another value")
    );
}

#[test]
fn a_good_edit_beside_a_bad_one_passes() {
    let text = policy("Allow", r#""s3:GETObject","s3:PUTObject""#);
    let done = altered("policy.json", &text, CASE, |problem| {
        "\"s3:*\"".clone_into(&mut problem.edit.as_mut().unwrap().text);
        problem.named.as_mut().unwrap().replacement = Some("s3:*".to_owned());
    });
    // The altered one is refused, and the right one is found in the next round.
    let edits: Vec<_> = done.edits.iter().collect();
    assert_eq!(
        crate::fixing::applied(&text, &edits),
        policy("Allow", r#""s3:GetObject","s3:PutObject""#)
    );
    assert_eq!(done.refused.len(), 1, "{:?}", done.refused);
}

#[test]
fn names_and_sids_that_would_be_there_twice() {
    let text = |sid: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"{sid}","Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}},{{"Sid":"Read","Effect":"Deny","Action":"s3:ListAllMyBuckets","Resource":"*"}}]}}"#
        )
    };
    let reason = refusal(&text("re-ad"), "UNSUPPORTED_SID", "\"Read\"", Some("Read"));
    assert!(
        reason == "two statements would have the same Sid"
            || reason.starts_with("it would introduce an error, "),
        "{reason}"
    );
    let text = text("Other").replacen("\"Resource\"", "\"resource\"", 1);
    let reason = refusal(
        &text,
        "INVALID_POLICY_ELEMENT",
        "\"Action\"",
        Some("Action"),
    );
    assert!(
        reason == "a name would appear twice"
            || reason.starts_with("it would introduce an error, "),
        "{reason}"
    );
}

#[test]
fn what_is_left_is_taken_in_the_next_round() {
    // An edit that leaves its finding in place is asked for again.
    let text = policy("Allow", r#""s3:GETObject""#);
    let done = altered("policy.json", &text, CASE, |problem| {
        "\"s3:GETobject\"".clone_into(&mut problem.edit.as_mut().unwrap().text);
        problem.named.as_mut().unwrap().replacement = Some("s3:GETobject".to_owned());
    });
    assert_eq!(done.edits.len(), 1);
    assert_eq!(
        crate::fixing::applied(&text, &done.edits.iter().collect::<Vec<_>>()),
        policy("Allow", r#""s3:GetObject""#)
    );
}
