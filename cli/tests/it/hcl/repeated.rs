//! A key that an object has twice: Terraform uses the last one, and so do we.

use crate::support::Directory;

const TWICE: &str = r#"resource "helm_release" "other" {
  values = [yamlencode({ region : 1, "a b" : 2, region : 3, "a b" : 4 })]
}
resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "rekognition:DetectLabel"
      Action   = "rekognition:DetectText"
      "Action" = "rekognition:DetectFace"
      Resource = "*"
    }]
  })
}
"#;

#[test]
fn the_last_one_counts() {
    let directory = Directory::new("hcl_repeated");
    directory.file("main.tf", TWICE);
    let lines = directory.lines(&["main.tf"]);
    assert_eq!(
        lines,
        ["INVALID_ACTION resource.aws_iam_policy.p.policy.Statement[0].Action 11:31"]
    );
    let done = directory.run(&["check", "main.tf"]);
    for name in ["region", "a b", "Action"] {
        let note = format!("note: main.tf: an object sets `{name}` more than once");
        assert!(done.out.contains(&note), "{}", done.out);
    }
}

#[test]
fn an_attribute_of_a_block_is_an_error() {
    let directory = Directory::new("hcl_repeated_attribute");
    directory.file("main.tf", "locals {\n  a = 1\n  a = 2\n}\n");
    let done = directory.run(&["check", "main.tf"]);
    assert_eq!(done.code, 2);
    assert!(done.err.contains("redefined attribute"), "{}", done.err);
}

#[test]
fn a_fix_changes_nothing_else() {
    let directory = Directory::new("hcl_repeated_fix");
    let text = TWICE.replace("DetectFace\"", "DetectLabel\"");
    directory.file("main.tf", &text);
    let done = directory.run(&["fix", "main.tf"]);
    assert_eq!(done.code, 0, "{}", done.err);
    let (before, after) = text.split_at(text.rfind("DetectLabel").unwrap());
    assert_eq!(
        directory.text("main.tf"),
        format!(
            "{before}{}",
            after.replacen("DetectLabel", "DetectLabels", 1)
        )
    );
}

#[test]
fn many_of_them_are_an_error_and_end() {
    let directory = Directory::new("hcl_repeated_often");
    let keys = "a = 1\n".repeat(5_000);
    directory.file("main.tf", format!("locals {{\n  x = {{\n{keys}}}\n}}\n"));
    let done = directory.run(&["check", "main.tf"]);
    assert_eq!(done.code, 2);
    assert!(done.err.contains("redefined object key"), "{}", done.err);
    directory.file("few.tf", "locals {\n  x = { a = 1, a = 2, a = 3 }\n}\n");
    let out = directory.run(&["check", "few.tf"]).out;
    let note = "note: few.tf: an object sets `a` more than once; Terraform uses the last value\n";
    assert!(out.starts_with(note), "{out}");
}
