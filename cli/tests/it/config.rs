//! `rekognition-iam.toml`.

use serde_json::Value;

use crate::support::{Directory, WRONG};

#[test]
fn configuration() {
    let directory = Directory::new("config");
    directory.file("wrong.json", WRONG).file(
        "rekognition-iam.toml",
        "[rules.INVALID_ACTION]\nlevel = \"off\"\nreason = \"a test\"\nfiles = [\"wr*.json\"]\n",
    );
    // Found from a directory below, too.
    directory.file("below/wrong.json", WRONG);
    let done = directory.run(&["check", "wrong.json"]);
    assert_eq!(
        (done.code, done.out.as_str()),
        (
            0,
            "accepted: INVALID_ACTION (1 finding): a test\nchecked against AWS data of 2026-09-26\n1 policy in 1 file: nothing found\n"
        )
    );
    assert_eq!(directory.run(&["check", "below/wrong.json"]).code, 1);
    assert_eq!(
        directory.run(&["check", "--no-config", "wrong.json"]).code,
        1
    );
    assert_eq!(directory.found(&["wrong.json"])[0]["accepted"], "a test");
    let sarif: Value = serde_json::from_str(
        &directory
            .run(&["check", "--format", "sarif", "wrong.json"])
            .out,
    )
    .unwrap();
    assert_eq!(
        sarif["runs"][0]["results"][0]["suppressions"][0]["justification"],
        "a test"
    );
    // What is accepted is not fixed.
    directory.run(&["fix", "wrong.json"]);
    assert_eq!(directory.text("wrong.json"), WRONG);

    directory.file(
        "rekognition-iam.toml",
        "[rules.INVALID_ACTION]\nlevel = \"warning\"\nreason = \"a test\"\n",
    );
    let done = directory.run(&["check", "wrong.json"]);
    assert_eq!(done.code, 0);
    assert!(
        done.out
            .contains("set to warning: INVALID_ACTION (1 finding): a test"),
        "{}",
        done.out
    );
    assert_eq!(
        directory
            .run(&["check", "--deny", "warning", "wrong.json"])
            .code,
        1
    );

    directory.file(
        "rekognition-iam.toml",
        "[unlisted]\n\"rekognition:DetectLabel\" = \"new\"\n",
    );
    let done = directory.run(&["check", "wrong.json"]);
    assert_eq!(done.code, 0, "{}", done.out);
    assert!(
        done.out.contains("unlisted: rekognition:DetectLabel: new"),
        "{}",
        done.out
    );

    for (text, expected) in [
        (
            "[rules.INVALID_ACTON]\nlevel = \"off\"\nreason = \"x\"",
            "rekognition-iam.toml:1:8: there is no rule `INVALID_ACTON`; did you mean `INVALID_ACTION`?",
        ),
        (
            "[rules.INVALID_ACTION]\nlevel = \"off\"",
            "rekognition-iam.toml:1:8: `INVALID_ACTION` has no `reason`; add one",
        ),
        (
            "[rules.INVALID_ACTION]\nlevel = \"off\"\nreason = \" \"",
            "rekognition-iam.toml:3:10: the reason for `INVALID_ACTION` is empty; write one",
        ),
        (
            "[rules.INVALID_ACTION]\nlevel = \"none\"\nreason = \"x\"",
            "rekognition-iam.toml:2:9: the level must be `off`",
        ),
        (
            "[rule.INVALID_ACTION]\n",
            "rekognition-iam.toml:1:2: unknown table `rule`; did you mean `rules`?",
        ),
        (
            "[unlisted]\nDetectLabel = \"x\"",
            "rekognition-iam.toml:2:1: `DetectLabel` is neither an action nor a condition key",
        ),
        (
            "[unlisted]\n\"a:b\" = 1",
            "rekognition-iam.toml:2:9: the reason for `a:b` must be a string",
        ),
        ("[rules", "rekognition-iam.toml:1:"),
    ] {
        directory.file("rekognition-iam.toml", text);
        let done = directory.run(&["check", "wrong.json"]);
        assert_eq!(done.code, 2, "{text}");
        assert!(done.err.contains(expected), "{text}: {}", done.err);
    }
}

#[test]
fn files_are_relative_to_the_configuration_and_patterns_that_match_nothing_are_reported() {
    let directory = Directory::new("config_files");
    directory
        .file("policies/wrong.json", WRONG)
        .file("elsewhere/other.json", crate::support::CLEAN)
        .file(
            "rekognition-iam.toml",
            "[rules.INVALID_ACTION]\nlevel = \"off\"\nreason = \"a test\"\nfiles = [\"policies/*\", \"polices/*\"]\n",
        );
    let toml = directory.path().join("rekognition-iam.toml");
    let policies = directory.path().join("policies");
    let note = "`files` of `[rules.INVALID_ACTION]`: no checked file matches `polices/*`";
    for (from, arguments) in [
        ("", &["check", "policies"][..]),
        ("policies", &["check", "."]),
        ("policies", &["check", "../policies"]),
        ("elsewhere", &["check", policies.to_str().unwrap()]),
        (
            "elsewhere",
            &["check", "--config", toml.to_str().unwrap(), "../policies"],
        ),
    ] {
        let done = crate::support::run_in(&directory.path().join(from), arguments);
        assert_eq!(done.code, 0, "{from} {arguments:?}: {}", done.out);
        let all = format!("{}{}", done.out, done.err);
        assert!(
            all.contains("accepted: INVALID_ACTION (1 finding)") && all.contains(note),
            "{from} {arguments:?}: {all}"
        );
        assert!(!all.contains("matches `policies/*`"), "{all}");
    }
    // A single file may be left out on purpose.
    let done = directory.run(&["check", "elsewhere/other.json"]);
    assert!(!format!("{}{}", done.out, done.err).contains("no checked file matches"));
}
