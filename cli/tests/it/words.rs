//! Kinds and severities are spelled the same way wherever they are written or read.

use rekognition_iam_runtime::check::Severity;
use rekognition_iam_runtime::document::PolicyKind;

use crate::support::{CLEAN, Directory};

#[test]
fn every_command_accepts_every_word_for_a_kind() {
    let directory = Directory::new("kinds");
    directory.file("policy.json", CLEAN);
    for kind in PolicyKind::ALL {
        for word in kind.aliases().iter().chain([&kind.name()]) {
            for arguments in [
                &["check", "--kind", word, "policy.json"][..],
                &["fix", "--dry-run", "--kind", word, "policy.json"],
                &["import", "--kind", word, "policy.json"],
            ] {
                let done = directory.run(arguments);
                assert!(!done.err.contains("--kind"), "{arguments:?}: {}", done.err);
                assert_ne!(done.code, 2, "{arguments:?}: {}", done.err);
            }
            let given = format!("{word}=policy.json");
            let done = directory.run(&[
                "evaluate",
                "--action",
                "s3:GetObject",
                "--resource",
                "*",
                "--policy",
                &given,
            ]);
            assert_ne!(done.code, 2, "{given}: {}", done.err);
        }
    }
}

#[test]
fn an_unknown_kind_is_an_error_that_lists_them() {
    let directory = Directory::new("unknown-kind");
    directory.file("policy.json", CLEAN);
    for command in ["check", "fix", "import"] {
        let done = directory.run(&[command, "--kind", "x", "policy.json"]);
        assert_eq!(done.code, 2);
        let list = "service-control (scp), resource-control (rcp)";
        assert!(done.err.contains(list), "{}", done.err);
        let help = directory
            .run(&[command, "--help"])
            .out
            .replace("\n          ", " ");
        assert!(help.contains(list), "{help}");
    }
}

#[test]
fn a_severity_in_a_report_can_be_given_back() {
    let directory = Directory::new("severities");
    directory.file("policy.json", r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#);
    let severity = directory.found(&["policy.json"])[0]["severity"].clone();
    assert_eq!(severity, "security-warning");
    for severity in Severity::ALL {
        let config = format!("[rules.MISSING_VERSION]\nlevel = \"{severity}\"\nreason = \"x\"\n");
        directory.file("rekognition-iam.toml", config);
        let done = directory.run(&["check", "--deny", severity.name(), "policy.json"]);
        let expected = i32::from(severity <= Severity::SecurityWarning);
        assert_eq!(done.code, expected, "{severity}: {}", done.err);
    }
    let done = directory.run(&["check", "policy.json"]);
    assert!(done.out.starts_with("security-warning["), "{}", done.out);
    let done = directory.run(&["check", "--deny", "fatal", "policy.json"]);
    assert!(
        done.err
            .contains("[possible values: suggestion, warning, security-warning, error]")
    );
}
