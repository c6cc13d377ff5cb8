//! `needs`: what a call needs.

use serde_json::Value;

use crate::support::{Directory, Done};

#[test]
fn a_call_in_every_format() {
    let directory = Directory::new("needs_formats");
    let call = "aws rekognition index-faces --collection-id staff --image S3Object={Bucket=photos,Name=a.jpg} --region us-east-1";
    let ask = |more: &[&str]| {
        let mut ask = vec!["needs", call];
        ask.extend(more);
        directory.run(&ask)
    };
    let Done { code, out, err } = ask(&[]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("rekognition:IndexFaces needs\n  rekognition:IndexFaces on arn:aws:rekognition:us-east-1:{account}:collection/staff\n"), "{out}");
    assert!(
        out.contains("s3:GetObject on arn:aws:s3:::photos/a.jpg, for its `S3Object`"),
        "{out}"
    );
    assert!(out.contains("pub fn needed("), "{out}");
    let json: Value = serde_json::from_str(&ask(&["--format", "json"]).out).unwrap();
    assert_eq!(json["operations"][0], "rekognition:IndexFaces");
    assert_eq!(json["parameters"][0]["name"], "account");
    assert!(json["rust"].as_str().unwrap().contains("policy!["));
    let account = ["--set", "account=123456789012"];
    let document = ask(&[&account[..], &["--format", "document"]].concat());
    assert!(
        document
            .out
            .contains("arn:aws:rekognition:us-east-1:123456789012:collection/staff"),
        "{}",
        document.out
    );
    assert_eq!(ask(&["--format", "document"]).code, 2);
    assert!(
        ask(&["--format", "terraform"])
            .out
            .contains("aws_iam_policy_document")
    );
    assert!(
        ask(&["--format", "rust"])
            .out
            .starts_with("// Printed by `rekognition-iam needs`")
    );
    let Done { code, out, .. } = directory.feed(&["needs", "-"], call.as_bytes());
    assert_eq!((code, out.contains("IndexFaces")), (0, true));
}

#[test]
fn what_the_request_may_have() {
    let directory = Directory::new("needs_when");
    let Done { code, out, .. } = directory.run(&["needs", "rekognition:StartLabelDetection"]);
    assert_eq!(code, 0);
    let when = out
        .find("when the request has `notification_channel`:")
        .unwrap();
    let role = out
        .find("iam:PassRole on {role_arn}, passed to rekognition.amazonaws.com")
        .unwrap();
    assert!(when < role, "{out}");
    assert!(!out.contains("iam::PassRole"), "{out}");
    let with = [
        "needs",
        "rekognition:StartLabelDetection",
        "--with",
        "notification_channel",
    ];
    assert!(directory.run(&with).out.contains("iam::PassRole"));
    let nothing = directory.run(&["needs", "aws sts get-caller-identity"]);
    assert!(nothing.out.contains("no permissions"), "{}", nothing.out);
}

#[test]
fn questions_without_an_answer() {
    let directory = Directory::new("needs_wrong");
    for (question, words) in [
        (
            "rekognition:DetectLabel",
            "did you mean `rekognition:DetectLabels`?",
        ),
        ("aws s3 cp a s3://b/k", "aws s3api"),
        ("nothing at all", "ask for an operation"),
    ] {
        let Done { code, out, err } = directory.run(&["needs", question]);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.contains(words), "{question}: {err}");
    }
    // A text of a stranger: nothing is run, and nothing acts on the terminal.
    let done = directory.run(&[
        "needs",
        "aws rekognition delete-collection --collection-id \"$(touch owned)\u{1b}[2J\"",
    ]);
    assert!(
        !done.out.contains('\u{1b}') && !directory.path().join("owned").exists(),
        "{}",
        done.out
    );
}
