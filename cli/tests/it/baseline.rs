//! A repository with old findings adopts `check` with a baseline: only new findings fail.

use serde_json::Value;

use crate::support::{CLEAN, Directory, WRONG};

const WRITE: [&str; 5] = ["check", "--baseline", "known.json", "--write-baseline", "."];
const CHECK: [&str; 4] = ["check", "--baseline", "known.json", "."];

/// A policy whose statements have these Sids, where they are not empty, and actions.
fn policy(statements: &[(&str, &str)]) -> String {
    let statements: Vec<String> = (statements.iter())
        .map(|(sid, action)| {
            let sid = match *sid {
                "" => String::new(),
                sid => format!("\"Sid\": \"{sid}\", "),
            };
            format!(
                "    {{{sid}\"Effect\": \"Allow\", \"Action\": \"{action}\", \"Resource\": \"*\"}}"
            )
        })
        .collect();
    format!(
        "{{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n{}\n  ]\n}}\n",
        statements.join(",\n")
    )
}

/// Writes a baseline for one text of a policy, and checks another one with it: the exit code and the report.
fn edited(before: &str, after: &str) -> (i32, String) {
    let directory = Directory::new("edited");
    directory.file("policy.json", before);
    assert_eq!(directory.run(&WRITE).code, 0);
    directory.file("policy.json", after);
    let done = directory.run(&CHECK);
    (done.code, done.out)
}

#[test]
fn a_repository_with_200_findings_adopts_it_in_two_commands() {
    let directory = Directory::new("adopts");
    for number in 0..40 {
        let actions = ["Labell", "Facess", "Textt", "Modell", "Customm"]
            .map(|word| ("", format!("rekognition:Detect{word}{number}")));
        let statements = actions
            .each_ref()
            .map(|(sid, action)| (*sid, action.as_str()));
        directory.file(
            &format!("policies/{number}/policy.json"),
            policy(&statements),
        );
    }
    let done = directory.run(&WRITE);
    assert_eq!(done.code, 0, "{}", done.out);
    let expected = "note: the baseline known.json has 200 findings\n";
    assert!(done.out.starts_with(expected), "{}", done.out);
    let done = directory.run(&CHECK);
    assert_eq!(done.code, 0, "{}", done.out);
    assert!(
        done.out
            .contains("note: 200 findings are in the baseline known.json\n"),
        "{}",
        done.out
    );
    assert!(
        done.out
            .ends_with("40 policies in 40 files: nothing new found\n"),
        "{}",
        done.out
    );
    // The next mistake fails.
    directory.file("policies/new.json", WRONG);
    let done = directory.run(&CHECK);
    assert_eq!(done.code, 1);
    assert_eq!(done.out.matches("error[").count(), 1, "{}", done.out);
    assert!(
        done.out.contains(" --> policies/new.json:4:48"),
        "{}",
        done.out
    );
    assert!(
        done.out.ends_with("41 policies in 41 files: 1 error\n"),
        "{}",
        done.out
    );
}

#[test]
fn a_known_finding_survives_edits_elsewhere() {
    let old = [
        ("", "rekognition:DetectLabel"),
        ("Faces", "rekognition:DetectFace"),
    ];
    let before = policy(&old);
    for (what, after) in [
        (
            "more lines",
            before.replace("  \"Statement\"", "\n\n  \"Statement\""),
        ),
        (
            "a statement before it",
            policy(&[("New", "s3:ListAllMyBuckets"), old[0], old[1]]),
        ),
        ("another order", policy(&[old[1], old[0]])),
        ("a Sid", policy(&[("Labels", old[0].1), old[1]])),
        ("other white space", before.replace("\": ", "\":")),
    ] {
        let (code, out) = edited(&before, &after);
        assert_eq!(code, 0, "{what}: {out}");
        assert!(
            out.contains("2 findings are in the baseline"),
            "{what}: {out}"
        );
    }
    // The statements with the findings have another resource.
    let after = before.replace("\"*\"", "\"arn:aws:rekognition:*:*:collection/a\"");
    let out = edited(&before, &after).1;
    assert!(out.contains("2 findings are in the baseline"), "{out}");
}

#[test]
fn a_new_mistake_like_a_known_one_fails() {
    let label = "rekognition:DetectLabel";
    let old = [("A", label), ("", label)];
    for (what, after) in [
        (
            "in a statement with another Sid",
            policy(&[old[0], old[1], ("B", label)]),
        ),
        (
            "in another statement without one",
            policy(&[old[0], old[1], ("", label)]),
        ),
        (
            "another value",
            policy(&[("A", "rekognition:DetectLabelz"), old[1]]),
        ),
    ] {
        let (code, out) = edited(&policy(&old), &after);
        assert_eq!(code, 1, "{what}: {out}");
        assert!(
            out.ends_with(": 1 error\n") || out.contains(": 1 error, "),
            "{what}: {out}"
        );
    }
    // The same policy in another file.
    let directory = Directory::new("copied");
    directory.file("a.json", WRONG);
    assert_eq!(directory.run(&WRITE).code, 0);
    directory.file("b.json", WRONG);
    let done = directory.run(&CHECK);
    assert_eq!(done.code, 1);
    assert!(done.out.contains(" --> b.json:4:48"), "{}", done.out);
}

#[test]
fn a_statement_that_grants_too_much_may_not_grant_more() {
    let statement = |sid: &str, rest: &str| {
        format!(
            "{{\"Version\": \"2012-10-17\", \"Statement\": [{{{sid}\"Effect\": \"Allow\", {rest}}}]}}"
        )
    };
    let bucket = "\"Principal\": \"*\", \"Action\": \"s3:GetObject\", \"Resource\": \"arn:aws:s3:::photos/*\"";
    let all = bucket.replace("GetObject", "*");
    let passed = "\"Action\": \"iam:PassRole\", \"Resource\": \"*\", \"Condition\": {\"StringEquals\": {\"aws:RequestTag/a\": \"b\"}}";
    let without = passed.split(", \"Condition\"").next().unwrap();
    for sid in ["", "\"Sid\": \"A\", "] {
        for (before, after) in [(bucket, &*all), (passed, without)] {
            let with_sid = statement("\"Sid\": \"A\", ", before);
            let (before, after) = (statement(sid, before), statement(sid, after));
            let (code, out) = edited(&before, &after);
            assert_eq!(code, 1, "{before} {after} {out}");
            let help =
                "known.json has this finding for the statement as it was; it may grant more by now";
            assert!(out.contains(help), "{out}");
            // Its layout is not what it says, and a Sid can be added.
            for same in [before.replace(": ", ":"), with_sid] {
                assert_eq!(edited(&before, &same).0, 0, "{before} {same}");
            }
        }
    }
    // A baseline of an earlier version does not know what a statement with a Sid said.
    let directory = Directory::new("earlier");
    directory.file("policy.json", statement("\"Sid\": \"A\", ", bucket));
    assert_eq!(directory.run(&WRITE).code, 0);
    let known = directory.text("known.json");
    let (start, rest) = known.split_once(", \"content\": ").unwrap();
    let earlier = format!(
        "{start}{}",
        rest.split_at(rest.find(", \"message\"").unwrap()).1
    );
    directory
        .file("known.json", earlier)
        .file("policy.json", statement("\"Sid\": \"A\", ", &all));
    let done = directory.run(&CHECK);
    assert_eq!(done.code, 0, "{}", done.out);
}

#[test]
fn a_rule_of_the_organization_is_not_known_for_a_statement_that_changed() {
    let directory = Directory::new("organization_baseline");
    let policy = |action: &str, account: &str| {
        format!(
            "{{\"Version\": \"2012-10-17\", \"Statement\": [{{\"Sid\": \"A\", \"Effect\": \"Allow\", \"Action\": \"{action}\", \"Resource\": \"arn:aws:rekognition:us-east-1:{account}:collection/a\"}}]}}"
        )
    };
    directory
        .file(
            "rekognition-iam.toml",
            "[[organization]]\nactions = [\"rekognition:Delete*\"]\nonly-in-accounts = [\"111122223333\"]\nreason = \"x\"\n",
        )
        .file("policy.json", policy("rekognition:DeleteCollection", "444455556666"));
    assert_eq!(directory.run(&WRITE).code, 0);
    assert_eq!(directory.run(&CHECK).code, 0);
    directory.file("policy.json", policy("rekognition:DeleteCollection", "*"));
    let done = directory.run(&CHECK);
    assert_eq!(done.code, 1, "{}", done.out);
}

#[test]
fn a_file_that_is_passed_over_keeps_its_findings() {
    let directory = Directory::new("passed_over");
    let template = format!("a: 1\nb:\n  policy: '{}'\n", WRONG.replace('\n', " "));
    directory.file("a.json", WRONG).file("b.yaml", &template);
    assert_eq!(directory.run(&WRITE).code, 0);
    let known = directory.text("known.json");
    assert_eq!(known.matches("INVALID_ACTION").count(), 2, "{known}");
    for (name, text) in [
        ("a.json", "{".to_string()),
        ("b.yaml", format!("{template}b: [\n")),
    ] {
        let before = directory.text(name);
        directory.file(name, text);
        assert_eq!(directory.run(&WRITE).code, 0);
        assert_eq!(directory.text("known.json"), known, "{name}");
        directory.file(name, before);
    }
    // An empty file has no findings.
    directory.file("a.json", "{}");
    assert_eq!(directory.run(&WRITE).code, 0);
    assert_eq!(
        directory
            .text("known.json")
            .matches("INVALID_ACTION")
            .count(),
        1
    );
}

#[cfg(unix)]
#[test]
fn a_link_leads_to_the_same_file() {
    use std::os::unix::fs::symlink;

    let directory = Directory::new("link");
    directory
        .file("p/a.json", WRONG)
        .file("elsewhere/b.json", WRONG);
    symlink("p", directory.path().join("lp")).unwrap();
    std::fs::create_dir(directory.path().join("own")).unwrap();
    symlink("../elsewhere", directory.path().join("own/linked")).unwrap();
    let check = |baseline: &str, path: &str, write: bool| {
        let mut arguments = vec!["check", "--baseline", baseline, path];
        arguments.extend(write.then_some("--write-baseline"));
        directory.run(&arguments).code
    };
    for (written, read) in [("p", "lp/"), ("lp/", "p")] {
        assert_eq!(check("known.json", written, true), 0);
        assert_eq!(check("known.json", read, false), 0, "{written} {read}");
        // Written again by the other name, it is still one entry.
        assert_eq!(check("known.json", read, true), 0);
        let text = directory.text("known.json");
        assert_eq!(text.matches("{\"file\": \"p/a.json\"").count(), 1, "{text}");
        std::fs::remove_file(directory.path().join("known.json")).unwrap();
    }
    // What is not below the baseline may be elsewhere on another machine.
    assert_eq!(check("own/known.json", "own/linked/", true), 0);
    let text = directory.text("own/known.json");
    assert!(text.contains("{\"file\": \"linked/b.json\""), "{text}");
}

#[test]
fn policies_of_templates_are_known_by_their_names() {
    let role = |name: &str, policies: &[&str]| {
        let policies: String = (policies.iter())
            .map(|policy| {
                format!(
                    "        - PolicyName: {policy}\n          PolicyDocument:\n            Version: '2012-10-17'\n            Statement:\n              - {{Effect: Allow, Action: 'rekognition:DetectLabel', Resource: '*'}}\n"
                )
            })
            .collect();
        format!(
            "  {name}:\n    Type: AWS::IAM::Group\n    Properties:\n      Policies:\n{policies}"
        )
    };
    let directory = Directory::new("templates");
    let stack = |roles: &[String]| format!("Resources:\n{}", roles.concat());
    directory.file("stack.yaml", stack(&[role("A", &["one", "two"])]));
    assert_eq!(directory.run(&WRITE).code, 0);
    for (roles, code) in [
        (vec![role("A", &["two", "one"])], 0),
        (vec![role("A", &["two"])], 0),
        (vec![role("A", &["three", "one", "two"])], 1),
        (vec![role("A", &["one", "two"]), role("B", &["one"])], 1),
    ] {
        directory.file("stack.yaml", stack(&roles));
        let done = directory.run(&CHECK);
        assert_eq!(done.code, code, "{roles:?} {}", done.out);
    }
}

#[test]
fn what_is_gone_is_counted_and_removed() {
    let directory = Directory::new("gone");
    directory
        .file("a.json", WRONG)
        .file("b.json", WRONG)
        .file("c.json", WRONG);
    assert_eq!(directory.run(&WRITE).code, 0);
    let first = directory.text("known.json");
    // Deterministic, and a line for each finding.
    assert_eq!(directory.run(&WRITE).code, 0);
    assert_eq!(directory.text("known.json"), first);
    assert_eq!(
        first.lines().nth(4),
        Some(
            r#"{"file": "a.json", "rule": "INVALID_ACTION", "policy": "", "statement": 0, "content": "3a6a142bfef5", "message": "`rekognition` has no action `DetectLabel`"},"#
        )
    );
    directory.file("a.json", CLEAN);
    std::fs::remove_file(directory.path().join("b.json")).unwrap();
    let done = directory.run(&CHECK);
    assert_eq!(done.code, 0);
    let expected = "note: 1 finding is in the baseline known.json\nnote: 2 findings of the baseline are gone; `--write-baseline` removes them from known.json\n";
    assert!(done.out.contains(expected), "{}", done.out);
    // A run of some files says nothing about the others, and keeps them.
    let done = directory.run(&[
        "check",
        "--baseline",
        "known.json",
        "--write-baseline",
        "a.json",
    ]);
    assert_eq!(done.code, 0);
    let kept = directory.text("known.json");
    assert!(
        kept.contains("c.json") && !kept.contains("a.json") && !kept.contains("b.json"),
        "{kept}"
    );
    // A file that cannot be read keeps its findings.
    directory.file("c.json", "{\"Statement\": [}");
    assert_eq!(directory.run(&WRITE).code, 2);
    assert_eq!(directory.text("known.json"), kept);
}

#[test]
fn paths_in_a_baseline_are_relative_to_it() {
    let directory = Directory::new("paths");
    directory
        .file("policies/wrong.json", WRONG)
        .file("ci/empty", "");
    for (baseline, key) in [
        ("known.json", "policies/wrong.json"),
        ("ci/known.json", "../policies/wrong.json"),
    ] {
        let done = directory.run(&[
            "check",
            "--baseline",
            baseline,
            "--write-baseline",
            "policies",
        ]);
        assert_eq!(done.code, 0, "{}", done.out);
        let text = directory.text(baseline);
        assert!(text.contains(&format!("{{\"file\": \"{key}\"")), "{text}");
        let mut command =
            directory.command(&["check", "--baseline", &format!("../{baseline}"), "."]);
        let output = command
            .current_dir(directory.path().join("policies"))
            .output()
            .unwrap();
        assert_eq!(
            output.status.code(),
            Some(0),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
    // The configuration can name it.
    directory.file("rekognition-iam.toml", "baseline = \"known.json\"\n");
    assert_eq!(directory.run(&["check", "policies"]).code, 0);
    assert_eq!(directory.run(&["check", "--no-config", "policies"]).code, 1);
}

#[test]
fn every_format_shows_the_baseline() {
    let directory = Directory::new("formats");
    directory.file("a.json", WRONG);
    assert_eq!(directory.run(&WRITE).code, 0);
    directory.file("b.json", WRONG);
    let run = |format| {
        directory.run(&[
            "check",
            "--baseline",
            "known.json",
            "--format",
            format,
            "a.json",
            "b.json",
        ])
    };
    let json = run("json");
    let lines: Vec<Value> = (json.out.lines())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        (&lines[0]["accepted"], &lines[0]["accepted_by"]),
        (&"in the baseline known.json".into(), &"baseline".into())
    );
    assert_eq!(lines[1].get("accepted"), None);
    assert_eq!(
        json.err,
        "rekognition-iam: note: 1 finding is in the baseline known.json\n"
    );
    let sarif: Value = serde_json::from_str(&run("sarif").out).unwrap();
    let results = &sarif["runs"][0]["results"];
    assert_eq!(results[0]["suppressions"][0]["kind"], "external");
    assert_eq!(results[0]["baselineState"], "unchanged");
    assert_eq!(results[1].get("suppressions"), None);
    assert_eq!(results[1]["baselineState"], "new");
    let github = run("github").out;
    assert!(!github.contains("a.json"), "{github}");
    assert!(
        github.contains("::notice title=accepted::1 finding is in the baseline known.json\n"),
        "{github}"
    );
}

#[test]
fn a_file_that_is_not_a_baseline_is_refused() {
    let directory = Directory::new("refused");
    directory.file("a.json", WRONG);
    let done = directory.run(&["check", "--baseline", "absent.json", "a.json"]);
    assert_eq!(done.code, 2);
    assert!(done.err.contains("absent.json: there is no such baseline; add `--write-baseline` to this command to write it"), "{}", done.err);
    let done = directory.run(&["check", "--write-baseline", "a.json"]);
    assert_eq!(done.code, 2);
    assert!(
        done.err
            .contains("--write-baseline needs a file; add `--baseline FILE`"),
        "{}",
        done.err
    );
    for (text, expected) in [
        (
            WRONG,
            "known.json:2:3: the baseline has no member `Version`; did you mean `version`?",
        ),
        (
            "{\"version\": 2}",
            "known.json:1:13: this baseline has version 2, but this command only reads version 1",
        ),
        ("{}", "the baseline has no member `version`"),
        ("", "known.json:1:1: "),
        (
            "{\"version\": 1, \"findings\": [{\"file\": 1}]}",
            "findings[0].file is a number, but must be a string",
        ),
        (
            "{\"version\": 1, \"findings\": [{\"file\": \"a\"}]}",
            "findings[0] has no member `rule`",
        ),
        (
            "{\"version\": 1, \"written_by\": \"\", \"findings\": []} x",
            "known.json:1:50: ",
        ),
    ] {
        directory.file("known.json", text);
        for run in [&CHECK[..], &WRITE] {
            let done = directory.run(run);
            assert_eq!(done.code, 2, "{text}");
            assert!(done.err.contains(expected), "{text}: {}", done.err);
        }
        assert_eq!(directory.text("known.json"), text);
    }
}
