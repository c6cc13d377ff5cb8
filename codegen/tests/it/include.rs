//! `include_policy!`: errors in the file with their lines and columns, and what may be after the path.

use std::str::FromStr;

use proc_macro2::TokenStream;
use rekognition_iam_codegen::dsl::{Exception, include};
use rekognition_iam_runtime::document::PolicyKind;

const RIGHT: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "rekognition:DetectLabels", "Resource": "*"}
]}"#;
const WRONG: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "rekognition:DetectLabls", "Resource": "*"},
  {"Effect": "Allow", "Action": "rekognition:IndexFaces", "Resource": "arn:aws:s3:::bucket"}
]}"#;

fn evaluate(input: &str, text: &str) -> include::Included {
    include::evaluate(TokenStream::from_str(input).unwrap(), |path| match path {
        "a/policy.json" => Ok(text.to_owned()),
        _ => Err("no such file".to_owned()),
    })
}

fn denied(input: &str, text: &str) -> Vec<String> {
    let included = evaluate(input, text);
    assert_eq!(
        included.json.is_empty(),
        included.diagnostics.iter().any(|found| found.denied)
    );
    (included.diagnostics.into_iter())
        .filter(|found| found.denied)
        .map(|found| found.message)
        .collect()
}

#[test]
fn right() {
    let included = evaluate("\"a/policy.json\"", RIGHT);
    assert_eq!(included.kind, PolicyKind::Identity);
    assert_eq!(included.path.as_deref(), Some("a/policy.json"));
    assert_eq!(
        included.json,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"rekognition:DetectLabels","Resource":"*"}]}"#
    );
    let included = evaluate("rekognition_iam::SessionPolicy, \"a/policy.json\",", RIGHT);
    assert_eq!(included.kind, PolicyKind::Session);
    assert!(included.diagnostics.iter().all(|found| !found.denied));
}

#[test]
fn wrong_in_the_file() {
    let errors = denied("\"a/policy.json\"", WRONG);
    assert_eq!(
        errors[0],
        "a/policy.json:2:46: `rekognition` has no action `DetectLabls`"
    );
    assert!(errors[1].starts_with("a/policy.json:3:"), "{errors:?}");
    let errors = denied("\"a/policy.json\"", "{\"Version\": \n 3}");
    let version = "a/policy.json:2:2: expected a string in `Version`, found a number";
    assert!(errors.iter().any(|error| error == version), "{errors:?}");
    assert_eq!(
        denied("\"a/policy.json\"", "{\n\"Version\" \"2012-10-17\"}"),
        ["a/policy.json:2:11: expected `:` after the name, found `\"`"]
    );
}

#[test]
fn vouched_for() {
    let rest = r#"unlisted("rekognition:DetectLabls", "soon"), accept(REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH, "known"), accept(REKOGNITION_IAM_RESOURCE_UNUSED, "known")"#;
    let included = evaluate(&format!("\"a/policy.json\", {rest}"), WRONG);
    let known: Vec<_> = (included.diagnostics.iter())
        .filter(|found| found.denied)
        .map(|found| &found.message)
        .collect();
    assert!(
        known
            .iter()
            .all(|message| message.contains("reports nothing")),
        "{known:?}"
    );
    assert!(included.exceptions.contains(&Exception::Unlisted {
        name: "rekognition:DetectLabls".to_owned(),
        reason: "soon".to_owned(),
    }));
    assert!((included.exceptions.iter()).any(|exception| matches!(
        exception,
        Exception::Accepted {
            statement: Some(1),
            ..
        }
    )));
}

/// What could not be read is not in the document, so a reason cannot make up for it: without these errors, the policy would
/// be compiled as what is left of the file.
#[test]
fn unread_parts_cannot_be_accepted() {
    for (rule, text) in [
        (
            "JSON_SYNTAX_ERROR",
            r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "rekognition:DetectLabels", "Resource": "*"}"#,
        ),
        (
            "DATA_TYPE_MISMATCH",
            r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Deny", "Action": "rekognition:DetectLabels", "Resource": "*", "Condition": 3}
]}"#,
        ),
        (
            "REKOGNITION_IAM_DUPLICATE_KEY",
            r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Deny", "Effect": "Allow", "Action": "rekognition:DetectLabels", "Resource": "*"}
]}"#,
        ),
        (
            "UNSUPPORTED_ELEMENT_COMBINATION",
            r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "rekognition:DetectLabels", "NotAction": "iam:*", "Resource": "*"}
]}"#,
        ),
        (
            "INVALID_POLICY_ELEMENT",
            r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "rekognition:DetectLabels", "Resource": "*", "Conditions": {}}
]}"#,
        ),
    ] {
        let plain = evaluate("\"a/policy.json\"", text);
        assert!(
            plain
                .diagnostics
                .iter()
                .any(|found| found.id() == Some(rule))
        );
        let input = format!("\"a/policy.json\", accept({rule}, \"known\")");
        let included = evaluate(&input, text);
        assert!(
            (included.diagnostics.iter()).any(|found| found.denied
                && found.message
                    == format!("`{rule}` cannot be accepted because part of a/policy.json could not be read")),
            "{:?}",
            included.diagnostics
        );
        assert!(included.json.is_empty() && included.document.is_none());
    }
    // A finding about a document that was read can be accepted.
    let included = evaluate(
        "\"a/policy.json\", accept(REKOGNITION_IAM_STAR_RESOURCE, \"every collection\")",
        &RIGHT.replace("DetectLabels", "IndexFaces"),
    );
    assert!(included.diagnostics.is_empty());
    assert!(included.document.is_some());
}

#[test]
fn wrong_in_the_macro() {
    for (input, message) in [
        ("", "expected the path of a policy file"),
        ("TrustPolicy", "expected the path of a policy file"),
        ("Trust, \"a/policy.json\"", "`Trust` is not a policy type"),
        ("\"b.json\"", "b.json: no such file"),
        (
            "\"/etc/policy.json\"",
            "`/etc/policy.json` is an absolute path",
        ),
        ("\"a/policy.json\", 3", "unexpected value"),
        (
            "\"a/policy.json\", accept(INVALID_ACTION, \"why\")",
            "unused `accept(..)`: `INVALID_ACTION` reports nothing in a/policy.json",
        ),
        (
            "\"a/policy.json\", accept(INVALID_ACTION)",
            "`accept` requires a rule ID and a reason",
        ),
        (
            "\"a/policy.json\", unlisted(\"rekognition:DetectText\", \"why\")",
            "`rekognition:DetectText` does not need `unlisted`: it is in the catalogue",
        ),
    ] {
        assert_eq!(denied(input, RIGHT), [message], "{input}");
    }
}

/// The compiler is given the file, and knows the policy by its text alone.
#[test]
fn expansion() {
    let expand = |input: &str| {
        let facade = TokenStream::from_str("::facade").unwrap();
        include::expand(&facade, TokenStream::from_str(input).unwrap(), |path| {
            if path == "a.json" {
                Ok(RIGHT.to_owned())
            } else {
                Err("no such file".to_owned())
            }
        })
        .to_string()
    };
    let right = expand("\"a.json\"");
    assert!(right.contains("include_bytes"), "{right}");
    assert!(right.contains("\"CARGO_MANIFEST_DIR\""), "{right}");
    assert!(!right.contains("compile_error"), "{right}");
    let wrong = expand("TrustPolicy, \"b.json\"");
    assert!(!wrong.contains("include_bytes"), "{wrong}");
    // The error is the value, and so of whatever type the policy was to be.
    let (_, value) = wrong.rsplit_once("compile_error").unwrap();
    assert!(!value.contains(';'), "{wrong}");
}

/// One error for a type that was left out, and not one for each rule that holds for identity policies alone.
#[test]
fn the_type_is_missing() {
    let trust = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"Service": "ec2.amazonaws.com"}}]}"#;
    let queue = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*",
        "Principal": {"AWS": "arn:aws:iam::123456789012:role/a"}}]}"#;
    for (text, name) in [(trust, "TrustPolicy"), (queue, "ResourcePolicy")] {
        for input in ["\"a/policy.json\"", "Policy, \"a/policy.json\""] {
            let included = evaluate(input, text);
            let [found] = included.diagnostics.as_slice() else {
                panic!("{:?}", included.diagnostics)
            };
            assert_eq!(
                found.text(),
                format!(
                    "a/policy.json has principals, which are not allowed in a `Policy`\nhelp: if it is a `{name}`, write `include_policy!({name}, \"a/policy.json\")`"
                )
            );
        }
        assert_eq!(
            denied(&format!("{name}, \"a/policy.json\""), text),
            Vec::<String>::new()
        );
    }
    let utf_8 = std::io::Error::from(std::io::ErrorKind::InvalidData);
    assert_eq!(
        rekognition_iam_codegen::dsl::include::reason(&utf_8),
        "the file is not valid UTF-8; re-save it as UTF-8"
    );
}
