//! What the command says about itself.

use std::process::Stdio;

use crate::support::{Directory, Done};

#[test]
fn completions_and_manual() {
    let directory = Directory::new("manual");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let done = directory.run(&["completions", shell]);
        assert_eq!(done.code, 0);
        assert!(done.out.contains("rekognition-iam"), "{shell}");
    }
    let done = directory.run(&["man"]);
    assert!(done.out.contains(".TH rekognition-iam 1"), "{}", done.out);
    assert!(done.out.contains("deny"));
    // A page for each command, and nothing of an earlier run in the way.
    for _ in 0..2 {
        let done = directory.run(&["man", "share/man1"]);
        assert_eq!((done.code, done.err.as_str()), (0, ""));
    }
    let page = |name: &str| directory.text(&format!("share/man1/{name}"));
    assert!(page("rekognition-iam.1").contains("rekognition\\-iam\\-check(1)"));
    assert!(
        page("rekognition-iam-explain-denied.1").contains(".TH rekognition-iam-explain-denied 1")
    );
    directory.file("taken", "");
    let done = directory.run(&["man", "taken"]);
    assert_eq!(done.code, 2);
    assert!(
        done.err.contains("cannot write the manual to taken"),
        "{}",
        done.err
    );
    let done = directory.run(&["rules"]);
    assert!(
        done.out
            .lines()
            .any(|line| line.starts_with("JSON_SYNTAX_ERROR "))
    );
    assert!(
        done.out
            .lines()
            .any(|line| line.starts_with("INVALID_ACTION "))
    );
    // A reader that goes away is not a panic.
    let mut child = directory
        .command(&["rules"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let done = Done::from(child.wait_with_output().unwrap());
    assert!(!done.err.contains("panicked"), "{}", done.err);
}

#[test]
fn help_says_what_is_to_be_known() {
    let directory = Directory::new("help_says");
    for (command, words) in [
        (
            "evaluate",
            ["service-control@0=FILE", "implicit_deny", "Exit codes"],
        ),
        (
            "diff",
            ["equivalent|narrower|wider", "lost_access", "Exit codes"],
        ),
        (
            "explain-denied",
            ["Example: rekognition-iam", "--policy", "Exit codes"],
        ),
        (
            "needs",
            ["Examples: rekognition-iam", "--with", "Exit codes"],
        ),
        (
            "who-can",
            ["Example: aws iam", "KIND is one of these", "Exit codes"],
        ),
        (
            "what-can",
            ["Example: rekognition-iam", "--service", "Exit codes"],
        ),
        (
            "prove",
            ["--no-wider-than", "holds|broken|unknown", "Exit codes"],
        ),
    ] {
        let Done { code, out, .. } = directory.run(&[command, "--help"]);
        assert_eq!(code, 0);
        for word in words {
            assert!(out.contains(word), "{command}: {word}\n{out}");
        }
        assert!(out.lines().all(|line| line.chars().count() <= 120), "{out}");
    }
    let Done { out, .. } = directory.run(&["man"]);
    assert!(
        out.contains("rekognition\\-iam\\-evaluate") || out.contains("rekognition-iam-evaluate"),
        "{out}"
    );
    let Done { code, out, .. } = directory.run(&["completions", "bash"]);
    assert!(code == 0 && out.contains("--no-wider-than"));
}

#[test]
fn a_rule_is_explained() {
    let directory = Directory::new("explain");
    for id in ["INVALID_ACTION", "invalid-action"] {
        let done = directory.run(&["explain", id]);
        assert_eq!(done.code, 0);
        for part in [
            "# INVALID_ACTION\n",
            "rekognition:DetectLabls",
            "Use instead:",
            "policy![allow(rekognition::DetectLabels).on_any()]",
            "[rules.INVALID_ACTION]",
            ".accept(INVALID_ACTION, ",
        ] {
            assert!(done.out.contains(part), "{part}: {}", done.out);
        }
    }
    // A template has no `.accept(..)`.
    let done = directory.run(&["explain", "REKOGNITION_IAM_SUBSTITUTION"]);
    assert!(done.out.contains("`Fn::Sub`") && !done.out.contains(".accept("));
    for (id, help) in [
        ("INVALID_ACTON", "did you mean `INVALID_ACTION`?"),
        ("nothing", "`rekognition-iam rules` lists them"),
    ] {
        let done = directory.run(&["explain", id]);
        assert_eq!((done.code, done.out.as_str()), (2, ""));
        assert!(done.err.contains(help), "{}", done.err);
    }
}
