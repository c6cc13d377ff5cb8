//! Nothing is passed over without a word, and a run that checked nothing is not a clean one.

use crate::support::{CLEAN, Directory, WRONG};

/// Runs `check` in every format, and gives the codes.
fn codes(directory: &Directory, paths: &[&str]) -> Vec<i32> {
    (["human", "json", "sarif", "github"].iter())
        .map(|format| {
            let mut arguments = vec!["check", "--no-config", "--format", format];
            arguments.extend(paths);
            directory.run(&arguments).code
        })
        .collect()
}

#[test]
fn a_run_that_checked_nothing_is_not_clean() {
    let directory = Directory::new("nothing");
    directory
        .file("empty/notes.txt", "")
        .file("tf/main.tf", "resource \"aws_iam_policy\" \"p\" {}\n")
        .file("tf/more.tf", "")
        .file("tf/root.hcl", "")
        .file("sls/serverless.ts", "")
        .file(
            "cfn/stack.yaml",
            "Resources:\n  B: {Type: AWS::S3::Bucket}\n",
        )
        .file("good/p.json", CLEAN)
        .file("good/main.tf", "")
        .file("good/serverless.ts", "")
        .file("tf/a/serverless.js", "")
        .file("tf/b/serverless.ts", "");
    for path in ["empty", "tf", "sls", "cfn", "tf/main.tf"] {
        assert_eq!(codes(&directory, &[path]), [2; 4], "{path}");
        let done = directory.run(&["check", path]);
        assert!(
            done.out.ends_with("nothing was checked\n"),
            "{path}: {}",
            done.out
        );
        let done = directory.run(&["fix", path]);
        assert_eq!(done.code, 2, "{path}: {}", done.err);
        assert!(done.err.contains("nothing was checked"), "{}", done.err);
    }
    // Something was checked, and the rest is mentioned.
    assert_eq!(codes(&directory, &["good"]), [0; 4]);
    let done = directory.run(&["check", "good"]);
    let note = "a Serverless Framework configuration that is a program was not checked";
    assert_eq!(
        done.out.matches(&format!("note: good: {note}")).count(),
        1,
        "{}",
        done.out
    );
    // One note for all files of a kind.
    let done = directory.run(&["check", "tf"]);
    let note = "2 Serverless Framework configurations that are programs were not checked";
    assert_eq!(
        done.out.matches(&format!("note: tf: {note}")).count(),
        1,
        "{}",
        done.out
    );
    let done = directory.run(&["check", "--format", "json", "empty"]);
    assert!(
        done.err.contains("note: empty: the directory has no files"),
        "{}",
        done.err
    );
    assert!(done.err.contains("nothing was checked"), "{}", done.err);
}

#[test]
fn a_broken_template_is_an_error_in_a_directory_too() {
    let directory = Directory::new("broken");
    for (name, text, code) in [
        (
            "cfn.yaml",
            "AWSTemplateFormatVersion: '2010-09-09'\nResources: {\n",
            2,
        ),
        (
            "plain.yml",
            "Resources:\n  A:\n    Type: AWS::IAM::Role\n   B: {\n",
            2,
        ),
        (
            "sam.yaml",
            "Transform: AWS::Serverless-2016-10-31\nResources: [\n",
            2,
        ),
        (
            "serverless.yml",
            "service: x\nprovider:\n  name: aws\n bad: [\n",
            2,
        ),
        (
            "stack.json",
            "{\"AWSTemplateFormatVersion\": \"2010-09-09\", \"Resources\": {",
            2,
        ),
        // Not ours to judge, and mentioned.
        ("chart.yaml", "a: {{ .Values.x }}: {\n", 0),
    ] {
        let path = format!("{}.d", name.replace('.', "_"));
        directory.file(&format!("{path}/{name}"), text);
        directory.file(&format!("{path}/good.json"), CLEAN);
        let done = directory.run(&["check", "--no-config", &path]);
        assert_eq!(done.code, code, "{name}: {}{}", done.out, done.err);
        assert!(
            format!("{}{}", done.out, done.err).contains(name),
            "{name}: {}",
            done.out
        );
    }
}

#[test]
fn yaml_is_read_as_cloudformation_reads_it() {
    let directory = Directory::new("lenient");
    let policy = |action: &str| {
        format!(
            "AWSTemplateFormatVersion: \"2010-09-09\"\nOutputs:\n  Help:\n    Value: 'first\n    second'\nResources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Version: \"2012-10-17\"\n        Statement:\n          - Effect: Allow\n            Action: [\n              \"{action}\"\n            ]\n            Resource: \"*\"\n"
        )
    };
    directory.file("good.yaml", policy("rekognition:DetectLabels"));
    directory.file("wrong.yaml", policy("rekognition:DetectLabls"));
    assert_eq!(codes(&directory, &["good.yaml"]), [0; 4]);
    assert_eq!(
        directory.lines(&["wrong.yaml"]),
        ["INVALID_ACTION Resources.P.Properties.PolicyDocument.Statement[0].Action[0] 15:28"]
    );
}

#[test]
fn one_note_for_all_services_that_are_not_covered() {
    let directory = Directory::new("uncovered");
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["assurance:GetReport","assurance:ListReports","builderid:CreateUser"],"Resource":"*"}]}"#;
    directory.file("a.json", policy).file("b.json", policy);
    let done = directory.run(&["check", "a.json", "b.json"]);
    assert_eq!(done.code, 0);
    assert!(
        done.out.contains("note: 6 actions and condition keys were not checked, because the catalogue does not cover their services: `assurance` (4), `builderid` (2)\n"),
        "{}",
        done.out
    );
    assert_eq!(done.out.matches("note: ").count(), 1, "{}", done.out);
    let done = directory.run(&["check", "--format", "json", "a.json"]);
    assert_eq!(done.out, "");
    assert!(done.err.contains("note: 3 actions"), "{}", done.err);
    // Who wants to know of each one says so.
    directory.file(
        "rekognition-iam.toml",
        "[rules.REKOGNITION_IAM_SERVICE_NOT_COVERED]\nlevel = \"error\"\nreason = \"all is to be checked\"\n",
    );
    assert_eq!(directory.found(&["a.json"]).len(), 3);
}

#[test]
fn security_warnings_fail_by_default() {
    let directory = Directory::new("deny");
    directory.file(
        "p.json",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
    );
    // Without a version, which is a warning.
    directory.file("q.json", CLEAN.replace("\"Version\": \"2012-10-17\",", ""));
    assert_eq!(directory.run(&["check", "p.json"]).code, 1);
    assert_eq!(
        directory.run(&["check", "--deny", "error", "p.json"]).code,
        0
    );
    assert_eq!(directory.run(&["check", "q.json"]).code, 0);
}

#[test]
fn templates_of_terraform_are_read() {
    let directory = Directory::new("tftpl");
    directory.file(
        "p.json.tftpl",
        WRONG.replace("DetectLabel", "ListFace").replace(
            "\"*\"",
            "\"arn:aws:rekognition:${region}:${account}:collection/$${aws:username}\"",
        ),
    );
    assert_eq!(
        directory.lines(&["p.json.tftpl"])[0],
        "INVALID_ACTION Statement[0].Action 4:48"
    );
    // In a directory as well, and with edits.
    let done = directory.run(&["fix", "."]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(
        directory
            .text("p.json.tftpl")
            .contains("\"rekognition:ListFaces\"")
    );
    assert!(directory.text("p.json.tftpl").contains("$${aws:username}"));
    // One whose statements only Terraform makes.
    directory.file(
        "q.json.tftpl",
        "{\"Statement\": [%{ for a in b }{},%{ endfor }]}",
    );
    let done = directory.run(&["check", "q.json.tftpl"]);
    assert_eq!(done.code, 2);
    assert!(
        done.out.contains("only complete after deployment"),
        "{}",
        done.out
    );
}
