//! Files with policies that are not read, and files that modules of Terraform read.

use crate::support::{CLEAN, Directory, WRONG};

#[test]
fn files_with_policies_that_are_not_read_are_noted() {
    let wrong = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObjekt","Resource":"*"}]}"#;
    let check = |name: &str, text: &str| {
        let directory = Directory::new("not_read");
        directory.file(name, text).file("good.json", CLEAN);
        directory.run(&["check", "--no-config", "."])
    };
    // Types that are not read, in which there is a policy or not.
    for name in [
        "policy.jsonc",
        "policy.json.j2",
        "lines.jsonl",
        "p.yaml.j2",
        ".policy.json",
    ] {
        let note = format!(
            "note: .: a file with a policy was not checked, because its type is not supported or it is hidden: {name}\n"
        );
        assert!(check(name, wrong).out.contains(&note), "{name}");
        assert!(!check(name, "{\"a\": 1}").out.contains("note"), "{name}");
    }
    let note = "note: .: a hidden directory was skipped: .serverless\n";
    assert!(check(".serverless/p.json", wrong).out.contains(note));
    assert!(!check(".git/p.json", wrong).out.contains("note"));
}

#[test]
fn what_a_module_reads_with_templatefile_is_a_template() {
    let template = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"${bucket}/home/$${aws:username}/*"}]}"#;
    let check = |call: &str, file: &str, arguments: &[&str]| {
        let directory = Directory::new("templatefile");
        directory.file(
            "m/a/main.tf",
            format!("resource \"aws_iam_policy\" \"p\" {{\n  policy = {call}\n}}\n"),
        );
        directory.file(file, template);
        directory.run(&[&["check", "--no-config"], arguments].concat())
    };
    let values = "{ bucket = \"arn:aws:s3:::b\" }";
    for (path, file) in [
        ("${path.module}/p/home.json", "m/a/p/home.json"),
        ("${path.module}/../p/home.json", "m/p/home.json"),
        ("${path.module}/p/${var.name}.json", "m/a/p/home.json"),
    ] {
        let call = format!("templatefile(\"{path}\", {values})");
        let done = check(&call, file, &["."]);
        assert_eq!(done.code, 0, "{path}{}", done.out);
        assert!(
            done.out.contains("1 value is not known before deployment"),
            "{}",
            done.out
        );
    }
    // Alone, too, if the module is above it.
    let call = format!("templatefile(\"${{path.module}}/p/home.json\", {values})");
    assert_eq!(
        check(&call, "m/a/p/home.json", &["m/a/p/home.json"]).code,
        0
    );
    // Another file, and one that is read as it is.
    for call in [
        call.replace("home", "other"),
        "file(\"${path.module}/p/home.json\")".to_owned(),
    ] {
        let done = check(&call, "m/a/p/home.json", &["."]);
        assert!(done.out.contains("is not an ARN"), "{call}{}", done.out);
    }
}

/// A Sid may be what a document is overridden by.
#[test]
fn a_sid_in_a_file_that_a_module_reads_is_not_changed() {
    let text = WRONG.replace("\"Effect\"", "\"Sid\": \"Read it\", \"Effect\"");
    let fix = |main: &str| {
        let directory = Directory::new("read_sid");
        directory.file("m/main.tf", main).file("m/p.json", &text);
        directory.run(&["fix", "--no-config", "m/p.json"]);
        directory.text("m/p.json")
    };
    let document = "data \"aws_iam_policy_document\" \"d\" {\n  override_policy_documents = [file(\"${path.module}/p.json\")]\n}\n";
    assert_eq!(fix(document), text.replace("DetectLabel", "DetectLabels"));
    assert!(fix("").contains("\"Readit\""));
}
