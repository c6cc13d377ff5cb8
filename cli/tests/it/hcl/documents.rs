//! `aws_iam_policy_document` is the document that the provider makes of its blocks.

use serde_json::{Value, json};

use super::{document, documents};
use crate::support::Directory;

fn of(blocks: &str) -> Value {
    let directory = Directory::new("hcl_document");
    directory.file(
        "main.tf",
        format!("data \"aws_iam_policy_document\" \"d\" {{\n{blocks}\n}}\n"),
    );
    document(&directory, "main.tf")
}

#[test]
fn statements() {
    assert_eq!(
        of(r#"
  policy_id = "id"
  statement {
    sid       = ""
    actions   = ["s3:GetObject", "s3:PutObject", "s3:GetObject"]
    resources = ["arn:aws:s3:::b/&{aws:username}/$${aws:userid}"]
  }
  statement {
    sid           = "No"
    effect        = "Deny"
    not_actions   = ["s3:*"]
    not_resources = ["*"]
    actions       = []
  }
"#),
        json!({
            "Version": "2012-10-17",
            "Id": "id",
            "Statement": [
                {"Effect": "Allow", "Action": ["s3:PutObject", "s3:GetObject"],
                 "Resource": "arn:aws:s3:::b/${aws:username}/${aws:userid}"},
                {"Sid": "No", "Effect": "Deny", "NotAction": "s3:*", "NotResource": "*"}
            ]
        })
    );
}

#[test]
fn principals_and_conditions() {
    let statement = of(r#"
  statement {
    actions = ["s3:GetObject"]
    principals {
      type        = "AWS"
      identifiers = ["111122223333", "444455556666"]
    }
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceVpc"
      values   = ["vpc-2", "vpc-1"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceVpc"
      values   = ["vpc-3"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = [true]
    }
  }
"#)["Statement"][0]
        .take();
    assert_eq!(
        statement["Principal"],
        json!({"AWS": ["444455556666", "111122223333", "*"], "Service": "lambda.amazonaws.com"})
    );
    assert_eq!(
        statement["Condition"],
        json!({
            "StringEquals": {"aws:SourceVpc": ["vpc-2", "vpc-1", "vpc-3"]},
            "Bool": {"aws:SecureTransport": "true"}
        })
    );
    for (kind, expected) in [("*", json!("*")), ("AWS", json!({"AWS": "*"}))] {
        let found = of(&format!(
            "statement {{\n actions = [\"s3:GetObject\"]\n principals {{\n type = \"{kind}\"\n identifiers = [\"*\"]\n }}\n}}"
        ));
        assert_eq!(found["Statement"][0]["Principal"], expected);
    }
}

#[test]
fn dynamic_blocks() {
    assert_eq!(
        of(r#"
  dynamic "statement" {
    for_each = { b = ["s3:GetObject"], a = ["s3:PutObject"] }
    iterator = it
    content {
      sid       = it.key
      actions   = it.value
      resources = ["*"]
      dynamic "condition" {
        for_each = it.key == "a" ? ["vpc-1"] : []
        content {
          test     = "StringEquals"
          variable = "aws:SourceVpc"
          values   = [condition.value]
        }
      }
    }
  }
"#)["Statement"],
        json!([
            {"Sid": "a", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*",
             "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}},
            {"Sid": "b", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
        ])
    );
}

#[test]
fn documents_are_merged() {
    let directory = Directory::new("hcl_merged");
    directory.file(
        "main.tf",
        r#"
locals {
  deny = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Sid = "B", Effect = "Deny", Action = "s3:*", Resource = "*" }]
  })
}
data "aws_iam_policy_document" "base" {
  statement {
    sid       = "A"
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
  statement {
    actions   = ["s3:PutObject"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "all" {
  source_policy_documents = [data.aws_iam_policy_document.base.json, ""]
  statement {
    sid       = "B"
    actions   = ["s3:ListBucket"]
    resources = ["*"]
  }
  override_policy_documents = [local.deny]
}
"#,
    );
    let found = documents(&directory, "main.tf");
    let all = found
        .iter()
        .find(|(place, _)| place.ends_with(".all"))
        .unwrap();
    assert_eq!(
        all.1.as_ref().unwrap()["Statement"],
        json!([
            {"Sid": "A", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
            {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"},
            {"Sid": "B", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}
        ])
    );
}

#[test]
fn instances() {
    let directory = Directory::new("hcl_instances");
    directory.file(
        "main.tf",
        r#"
data "aws_iam_policy_document" "each" {
  for_each = toset(["x", "y"])
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::${each.key}/*"]
  }
}
data "aws_iam_policy_document" "all" {
  source_policy_documents = [for d in data.aws_iam_policy_document.each : d.json]
}
data "aws_iam_policy_document" "counted" {
  count = 2
  source_policy_documents = [data.aws_iam_policy_document.each["y"].json]
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::${count.index}/*"]
  }
}
"#,
    );
    let resources: Vec<Value> = (documents(&directory, "main.tf").into_iter())
        .map(|(_, document)| {
            let document = document.unwrap();
            let statements = document["Statement"].as_array().unwrap();
            statements
                .iter()
                .map(|statement| statement["Resource"].clone())
                .collect()
        })
        .collect();
    let arn = |name: &str| format!("arn:aws:s3:::{name}/*");
    assert_eq!(
        resources,
        [
            json!([arn("x")]),
            json!([arn("y")]),
            json!([arn("x"), arn("y")]),
            json!([arn("y"), arn("0")]),
            json!([arn("y"), arn("1")]),
        ]
    );
}

#[test]
fn a_sid_replaces_only_what_the_provider_lets_it_replace() {
    let statement = |sid: &str, action: &str| {
        format!(
            "statement {{\n sid = \"{sid}\"\n actions = [\"{action}\"]\n resources = [\"*\"]\n }}\n"
        )
    };
    let data = |name: &str, body: &str| {
        format!("data \"aws_iam_policy_document\" \"{name}\" {{\n{body}}}\n")
    };
    let merged = |body: &str| {
        let directory = Directory::new("hcl_sids");
        let a = data("a", &statement("X", "s3:GetObject"));
        let b = data("b", &statement("X", "s3:PutObject"));
        directory.file("main.tf", format!("{a}{b}{}", data("d", body)));
        let found = documents(&directory, "main.tf");
        let of_d = found.iter().find(|(place, _)| place.ends_with(".d"));
        let document = of_d.unwrap().1.clone().unwrap();
        let lines = directory.lines(&["main.tf"]);
        let is_twice = lines
            .iter()
            .any(|line| line.starts_with("UNIQUE_SIDS_REQUIRED"));
        (document["Statement"].as_array().unwrap().len(), is_twice)
    };
    let json = |names: &[&str]| {
        let names: Vec<String> = (names.iter())
            .map(|name| format!("data.aws_iam_policy_document.{name}.json"))
            .collect();
        format!("[{}]\n", names.join(", "))
    };
    // What the provider refuses is a mistake, and each statement is checked.
    let twice = statement("Y", "s3:GetObject") + &statement("Y", "s3:PutObject");
    assert_eq!(merged(&twice), (2, true));
    let sources = format!("source_policy_documents = {}", json(&["a", "b"]));
    assert_eq!(merged(&sources), (2, true));
    // What it replaces is replaced.
    let own = format!(
        "source_policy_documents = {}{}",
        json(&["a"]),
        statement("X", "s3:ListBucket")
    );
    assert_eq!(merged(&own), (1, false));
    let overrides = format!("override_policy_documents = {}", json(&["a", "b"]));
    assert_eq!(merged(&overrides), (1, false));
}

#[test]
fn what_is_switched_off_is_checked_and_grants_nothing() {
    for meta in ["count = 0", "count = var.on ? 1 : 0", "for_each = {}"] {
        let directory = Directory::new("hcl_off");
        directory.file(
            "main.tf",
            format!(
                r#"variable "on" {{
  default = false
}}
resource "aws_iam_policy" "p" {{
  {meta}
  policy = jsonencode({{ Version = "2012-10-17", Statement = [{{ Effect = "Allow", Action = "s3:GetObjec", Resource = "*" }}] }})
}}
"#
            ),
        );
        let lines = directory.lines(&["main.tf"]);
        assert!(
            lines.iter().any(|line| line.starts_with("INVALID_ACTION")),
            "{meta}: {lines:#?}"
        );
        let done = directory.run(&["documents", "main.tf"]);
        assert!(
            done.err.contains("the file has no policy"),
            "{meta}: {}",
            done.err
        );
    }
}
