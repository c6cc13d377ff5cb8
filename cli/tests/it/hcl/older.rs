//! What modules for older versions of Terraform have: templates by a data source, and objects in place of blocks.

use crate::support::Directory;

#[test]
fn templates_by_a_data_source_are_policies_where_they_are_used() {
    let directory = Directory::new("hcl_template_file");
    let template = |action: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "{action}", "Resource": "arn:aws:s3:::${{bucket}}/${{prefix}}*"}}]}}"#
        )
    };
    directory
        .file("policies/right.json", template("s3:GetObject"))
        .file("policies/wrong.json", template("s3:GetObjekt"))
        .file(
            "main.tf",
            r#"data "template_file" "right" {
  template = "${file("policies/right.json")}"

  vars {
    bucket = "${aws_s3_bucket.b.id}"
    prefix = "a/"
  }
}
data "template_file" "wrong" {
  template = file("${path.module}/policies/wrong.json")
  vars     = { bucket = aws_s3_bucket.b.id, prefix = "a/" }
}
data "template_file" "later" {
  template = var.template
}
resource "aws_s3_bucket" "b" {}
resource "aws_iam_policy" "right" {
  policy = "${data.template_file.right.rendered}"
}
resource "aws_iam_policy" "wrong" {
  policy = data.template_file.wrong.rendered
}
resource "aws_iam_policy" "later" {
  policy = data.template_file.later.rendered
}
"#,
        );
    assert_eq!(
        directory.lines(&["main.tf"]),
        ["INVALID_ACTION resource.aws_iam_policy.wrong.policy.Statement[0].Action 21:12"]
    );
    let done = directory.run(&["check", "main.tf"]);
    let note = "resource.aws_iam_policy.later.policy: the policy is not known before deployment";
    assert!(done.out.contains(note), "{}", done.out);
    // The files are templates on their own, too.
    assert_eq!(
        directory.lines(&["policies"]),
        ["INVALID_ACTION Statement[0].Action 1:75"]
    );
}

#[test]
fn objects_in_place_of_the_blocks_of_a_statement() {
    let directory = Directory::new("hcl_objects_as_blocks");
    let document = |principal: &str| {
        format!(
            r#"resource "aws_s3_bucket_policy" "p" {{
  bucket = "b"
  policy = data.aws_iam_policy_document.d.json
}}
data "aws_iam_policy_document" "d" {{
  statement {{
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = ["arn:aws:s3:::b/*"]
    principals = {{
      type        = "{principal}"
      identifiers = ["*"]
    }}
    condition = {{
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }}
  }}
}}
"#
        )
    };
    // The keys of an object may be strings.
    let quoted = |text: String| {
        (["type", "identifiers", "test", "variable", "values"].iter()).fold(text, |text, name| {
            let changed = text.replace(&format!("      {name} "), &format!("      \"{name}\" "));
            assert_ne!(changed, text, "{name}");
            changed
        })
    };
    directory
        .file("right/main.tf", document("*"))
        .file("quoted/main.tf", quoted(document("*")))
        .file("wrong/main.tf", document("AWSS"))
        .file("quoted_wrong/main.tf", quoted(document("AWSS")));
    for right in ["right", "quoted"] {
        assert!(directory.lines(&[right]).is_empty(), "{right}");
    }
    for wrong in ["wrong", "quoted_wrong"] {
        let lines = directory.lines(&[wrong]);
        assert_eq!(lines.len(), 1, "{lines:#?}");
        assert!(
            lines[0].starts_with(
                "INVALID_PRINCIPAL_KEY data.aws_iam_policy_document.d.Statement[0].Principal"
            ),
            "{lines:#?}"
        );
    }
    // What a computed key is, only Terraform knows.
    directory.file(
        "computed/main.tf",
        document("AWSS").replace("      type ", "      (var.key) "),
    );
    let done = directory.run(&["check", "computed"]);
    assert!(
        !done.out.contains("unknown principal type ``"),
        "{}",
        done.out
    );
}
