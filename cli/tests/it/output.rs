//! The formats of `check`: for people, as JSON, SARIF and for GitHub.

use rekognition_iam_runtime::catalogue::AS_OF;
use serde_json::Value;

use crate::support::{CLEAN, Directory, WRONG};

#[test]
fn people_see_what_rustc_would_show() {
    let directory = Directory::new("human");
    directory.file("wrong.json", WRONG);
    let done = directory.run(&["check", "wrong.json"]);
    assert_eq!(
        done.out,
        "\
error[INVALID_ACTION]: `rekognition` has no action `DetectLabel`
 --> wrong.json:4:48
  |
4 |     {\"Effect\": \"Allow\", \"Action\": \"rekognition:DetectLabel\", \"Resource\": \"*\"}
  |                                                ^^^^^^^^^^^
  |
  = help: did you mean `rekognition:DetectLabels`?
  = note: see https://github.com/rekognition-iam/rekognition-iam/blob/main/docs/rules/INVALID_ACTION.md
help: `rekognition-iam fix` writes
  |
4 |     {\"Effect\": \"Allow\", \"Action\": \"rekognition:DetectLabels\", \"Resource\": \"*\"}
  |                                                           +

checked against AWS data of 2026-09-26
1 policy in 1 file: 1 error
"
    );
    // No colour, for nobody looks at a pipe.
    assert!(!done.out.contains('\u{1b}'));
}

#[test]
fn json_is_one_object_a_line() {
    let directory = Directory::new("json");
    directory.file("wrong.json", WRONG);
    let found = directory.found(&["wrong.json"]);
    assert_eq!(
        found,
        [serde_json::json!({
            "file": "wrong.json",
            "id": "INVALID_ACTION",
            "severity": "error",
            "statement": 0,
            "path": "Statement[0].Action",
            "line": 4,
            "column": 48,
            "message": "`rekognition` has no action `DetectLabel`",
            "help": "did you mean `rekognition:DetectLabels`?",
            "catalogue": AS_OF,
        })]
    );
    directory.file("clean.json", CLEAN);
    assert_eq!(directory.found(&["clean.json"]), [] as [Value; 0]);
}

#[test]
fn sarif_and_github() {
    let directory = Directory::new("sarif");
    directory.file("my policies/wrong.json", WRONG);
    let done = directory.run(&["check", "--format", "sarif", "my policies", "absent"]);
    let sarif: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "INVALID_ACTION");
    let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(
        run["tool"]["driver"]["rules"][index]["id"],
        "INVALID_ACTION"
    );
    for rule in run["tool"]["driver"]["rules"].as_array().unwrap() {
        let (id, page) = (rule["id"].as_str().unwrap(), rule["helpUri"].as_str());
        assert!(page.unwrap().ends_with(&format!("/docs/rules/{id}.md")));
    }
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "my%20policies/wrong.json");
    assert_eq!(place["region"]["startLine"], 4);
    assert_eq!(place["region"]["startColumn"], 48);
    assert_eq!(place["region"]["endColumn"], 59);
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    let rule = &run["tool"]["driver"]["rules"][index];
    assert_eq!(rule["properties"]["security-severity"], "8.0");
    // The fix replaces the action within its quotes, by line and column.
    let change = &result["fixes"][0]["artifactChanges"][0];
    assert_eq!(
        change["artifactLocation"]["uri"],
        "my%20policies/wrong.json"
    );
    let replacement = &change["replacements"][0];
    let inserted = replacement["insertedContent"]["text"].as_str().unwrap();
    let region = &replacement["deletedRegion"];
    let column = |name: &str| usize::try_from(region[name].as_u64().unwrap()).unwrap() - 1;
    let mut line = WRONG.lines().nth(3).unwrap().to_string();
    assert_eq!(region["startLine"], 4);
    line.replace_range(column("startColumn")..column("endColumn"), inserted);
    assert!(line.contains("\"rekognition:DetectLabels\""), "{line}");
    // An absolute path is a URI with its scheme.
    let path = directory.path().join("my policies/wrong.json");
    let done = directory.run(&["check", "--format", "sarif", path.to_str().unwrap()]);
    let sarif: Value = serde_json::from_str(&done.out).unwrap();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    let uri = place["artifactLocation"]["uri"].as_str().unwrap();
    assert!(
        uri.starts_with("file:///") && uri.ends_with("/my%20policies/wrong.json"),
        "{uri}"
    );
    let done = directory.run(&["check", "--format", "github", "my policies/wrong.json"]);
    assert_eq!(
        done.out,
        "::error file=my policies/wrong.json,line=4,endLine=4,col=48,endColumn=59,title=INVALID_ACTION::`rekognition` has no action `DetectLabel`%0Ahelp: did you mean `rekognition:DetectLabels`?\n"
    );
    // Nothing found is a run without results.
    directory.file("clean.json", CLEAN);
    let done = directory.run(&["check", "--format", "sarif", "clean.json"]);
    let sarif: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(sarif["runs"][0]["results"], serde_json::json!([]));
}

#[test]
fn a_report_can_be_written_to_a_file() {
    let directory = Directory::new("output");
    directory.file("wrong.json", WRONG);
    let printed = directory.run(&["check", "--format", "sarif", "wrong.json"]);
    let done = directory.run(&[
        "check",
        "--format",
        "sarif",
        "--output",
        "out.sarif",
        "wrong.json",
    ]);
    assert_eq!(
        (done.code, done.out.as_str(), done.err.as_str()),
        (1, "", "")
    );
    assert_eq!(directory.text("out.sarif"), printed.out);
    // Again, over the old one; and where it cannot be.
    let done = directory.run(&["check", "-o", "out.sarif", "wrong.json"]);
    assert_eq!(done.code, 1);
    assert!(
        directory
            .text("out.sarif")
            .starts_with("error[INVALID_ACTION]")
    );
    let done = directory.run(&["check", "-o", "absent/out.sarif", "wrong.json"]);
    assert_eq!(done.code, 2);
    assert!(
        done.err
            .contains("absent/out.sarif: no such file or directory"),
        "{}",
        done.err
    );
}

#[test]
fn a_quiet_report_has_only_findings() {
    let directory = Directory::new("quiet");
    directory
        .file("wrong.json", WRONG)
        .file("main.tf.json", "{\"resource\": {}}")
        .file("other.json", "{}");
    let done = directory.run(&["check", "-q", "wrong.json", "other.json"]);
    assert_eq!((done.code, done.err.as_str()), (1, ""));
    assert!(
        done.out.starts_with("error[INVALID_ACTION]"),
        "{}",
        done.out
    );
    assert!(
        done.out
            .ends_with("|                                                           +\n\n"),
        "{}",
        done.out
    );
    for format in ["json", "github"] {
        let done = directory.run(&[
            "check",
            "--quiet",
            "--format",
            format,
            "wrong.json",
            "other.json",
        ]);
        assert_eq!(
            (done.out.lines().count(), done.err.as_str()),
            (1, ""),
            "{}",
            done.out
        );
    }
    // What could not be used, or that nothing was checked, is not a note.
    let done = directory.run(&["check", "-q", "other.json"]);
    assert_eq!((done.code, done.out.as_str()), (2, ""));
    assert!(
        done.err
            .contains("nothing was checked: no policy was found"),
        "{}",
        done.err
    );
}

#[test]
fn colors_follow_the_option_and_then_the_environment() {
    let directory = Directory::new("colors");
    directory.file("wrong.json", WRONG);
    let colored = |arguments: &[&str], environment: &[(&str, &str)]| {
        let all: Vec<&str> = ["check", "wrong.json"]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        let mut command = directory.command(&all);
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
            command.env_remove(name);
        }
        let output = command.envs(environment.iter().copied()).output().unwrap();
        output.stdout.contains(&0x1b)
    };
    for (arguments, environment, expected) in [
        (&[][..], &[][..], false),
        (&["--color", "always"], &[], true),
        (&["--color", "always"], &[("NO_COLOR", "1")], true),
        (&["--color", "never"], &[("CLICOLOR_FORCE", "1")], false),
        (&["--color", "auto"], &[("CLICOLOR_FORCE", "1")], true),
        (&[], &[("CLICOLOR_FORCE", "0")], false),
        (&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        (&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")], true),
    ] {
        assert_eq!(
            colored(arguments, environment),
            expected,
            "{arguments:?} {environment:?}"
        );
    }
}

#[test]
fn a_report_does_not_replace_what_is_read() {
    let directory = Directory::new("output_over_input");
    directory
        .file("p.json", WRONG)
        .file("rekognition-iam.toml", "");
    let refused = |arguments: &[&str], file: &str| {
        let before = directory.text(file);
        let done = directory.run(arguments);
        assert_eq!(done.code, 2, "{arguments:?}: {}", done.err);
        assert!(done.err.contains("is used by this run"), "{}", done.err);
        assert_eq!(directory.text(file), before, "{arguments:?}");
    };
    directory.run(&[
        "check",
        "p.json",
        "--baseline",
        "b.json",
        "--write-baseline",
    ]);
    refused(&["check", "p.json", "--output", "p.json"], "p.json");
    refused(&["check", ".", "--output", "./p.json"], "p.json");
    refused(
        &["check", "p.json", "--output", "rekognition-iam.toml"],
        "rekognition-iam.toml",
    );
    refused(
        &[
            "check",
            "p.json",
            "--baseline",
            "b.json",
            "--output",
            "b.json",
        ],
        "b.json",
    );
    // The report of an earlier run may be among the files.
    for _ in 0..2 {
        let done = directory.run(&["check", ".", "--format", "json", "--output", "report.json"]);
        assert_eq!(done.code, 1, "{}", done.err);
        assert!(directory.text("report.json").contains("INVALID_ACTION"));
    }
}

#[test]
fn no_result_replaces_what_its_run_reads() {
    let directory = Directory::new("result_over_input");
    let trail = r#"{"Records": []}"#;
    directory
        .file("p.json", CLEAN)
        .file("a-1.json", CLEAN)
        .file("d/q.json", CLEAN)
        .file("trail/t.json", trail)
        .file("list.txt", "trail/t.json\n")
        .file("rules.txt", "{}")
        .file(
            "m/main.tf",
            "resource \"aws_iam_policy\" \"p\" {\n  policy = file(\"${path.module}/in.json\")\n}\n",
        )
        .file("m/in.json", CLEAN);
    let refused = |arguments: &str, file: &str| {
        let before = directory.text(file);
        let all: Vec<&str> = arguments.split(' ').collect();
        let done = directory.run(&all);
        assert_eq!(done.code, 2, "{arguments}: {}{}", done.out, done.err);
        assert!(done.err.contains("is used by this run"), "{}", done.err);
        assert_eq!(directory.text(file), before, "{arguments}");
    };
    refused("import p.json --out p.json --force", "p.json");
    refused("import p.json --out ./d/../p.json --force", "p.json");
    refused("import d --out d/q.json --force", "d/q.json");
    refused("report p.json --out d/../p.json", "p.json");
    refused("report . --out p.json", "p.json");
    refused("report m/main.tf --out m/in.json", "m/in.json");
    refused("report m --base d --out d/q.json", "d/q.json");
    refused("check m/main.tf --output m/in.json", "m/in.json");
    refused("split a-1.json --out . --name a --force", "a-1.json");
    for output in ["trail/t.json", "./trail/../trail/t.json"] {
        let rest = format!("--output {output}");
        refused(
            &format!("replay --policy p.json trail {rest}"),
            "trail/t.json",
        );
        refused(
            &format!("replay --emit requests trail/t.json {rest}"),
            "trail/t.json",
        );
    }
    refused("replay --policy p.json trail --output p.json", "p.json");
    refused(
        "replay --policy p.json --files-from list.txt --output list.txt",
        "list.txt",
    );
    let merged = "replay --policy p.json trail --emit partial --output part.json";
    let done = directory.run(&merged.split(' ').collect::<Vec<_>>());
    assert_eq!(done.code, 0, "{}", done.err);
    refused("replay --merge part.json --output part.json", "part.json");
    // A result that is written twice: neither file is there before.
    let twice = "replay --policy p.json trail --resume new.json --output d/../new.json";
    let done = directory.run(&twice.split(' ').collect::<Vec<_>>());
    assert_eq!(done.code, 2, "{}", done.err);
    let twice = "check p.json --baseline new.json --write-baseline --output ./new.json";
    let done = directory.run(&twice.split(' ').collect::<Vec<_>>());
    assert_eq!(done.code, 2, "{}", done.err);
    // Near misses: another file, and the result of an earlier run.
    for _ in 0..2 {
        for arguments in [
            "import p.json --out q.rs --force",
            "report . --out p.html",
            "replay --policy p.json trail --output d/r.txt",
            "split p.json --out . --force",
        ] {
            let done = directory.run(&arguments.split(' ').collect::<Vec<_>>());
            assert_eq!(done.code, 0, "{arguments}: {}", done.err);
        }
    }
}

#[test]
#[cfg(unix)]
fn a_link_is_another_spelling_of_an_input() {
    let directory = Directory::new("result_over_link");
    directory.file("p.json", CLEAN);
    std::os::unix::fs::symlink("p.json", directory.path().join("link.json")).unwrap();
    for [input, output] in [["p.json", "link.json"], ["link.json", "p.json"]] {
        let done = directory.run(&["import", input, "--out", output, "--force"]);
        assert_eq!(done.code, 2, "{}", done.err);
        assert_eq!(directory.text("p.json"), CLEAN);
    }
}
