//! Configurations of Terragrunt: what they give to a module, the files that they generate, and what is not read.

use crate::support::Directory;

const POLICY: &str = r#"jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "rekognition:DetectLabel", Resource = dependency.a.outputs.arn }]
  })"#;

#[test]
fn policies_in_inputs_are_checked() {
    let directory = Directory::new("terragrunt_inputs");
    directory
        .file(
            "terragrunt.hcl",
            format!(
                r#"include "root" {{
  path = find_in_parent_folders("root.hcl")
}}
terraform {{
  source = "git::https://example.com/modules.git//app?ref=v1"
}}
dependency "a" {{
  config_path  = "../a"
  mock_outputs = {{ policy = {POLICY} }}
}}
inputs = {{
  name   = "x"
  policy = {POLICY}
  policy_statements = {{
    read = {{ effect = "Allow", actions = ["rekognition:DetectFace"], resources = ["*"] }}
  }}
  file = file("${{get_terragrunt_dir()}}/p.json")
}}
"#
            ),
        )
        .file(
            "p.json",
            r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "rekognition:DetectTex", "Resource": "*"}]}"#,
        );
    // What is used where a dependency is not deployed is not a policy that anyone gets.
    assert_eq!(
        directory.lines(&["terragrunt.hcl"]),
        [
            "INVALID_ACTION inputs.policy.Statement[0].Action 18:60",
            "INVALID_ACTION inputs.policy_statements.Statement[0].Action 21:56",
            "INVALID_ACTION inputs.file.Statement[0].Action 23:10",
        ]
    );
    let done = directory.run(&["check", "terragrunt.hcl"]);
    for note in [
        "`inputs.policy_statements` was read as statements of a policy",
        "a Terragrunt configuration deploys a module that is not on disk, which was not checked",
        "inputs.policy: 1 value is not known before deployment",
    ] {
        assert!(done.out.contains(note), "{note}: {}", done.out);
    }
}

#[test]
fn one_note_for_all_modules_that_are_not_on_disk() {
    let directory = Directory::new("terragrunt_remote");
    for name in ["a", "b"] {
        directory.file(
            &format!("live/{name}/terragrunt.hcl"),
            "terraform {\n  source = \"tfr:///terraform-aws-modules/vpc/aws?version=5.0.0\"\n}\n",
        );
    }
    let done = directory.run(&["check", "live"]);
    assert_eq!(done.out.matches("not on disk").count(), 1, "{}", done.out);
    assert!(
        done.out
            .contains("2 Terragrunt configurations deploy modules that are not on disk"),
        "{}",
        done.out
    );
    assert_eq!(done.code, 2);
}

/// A module with a policy that depends on its variables.
const MODULE: &str = r#"variable "actions" {
  type    = list(string)
  default = ["rekognition:DetectText"]
}
variable "other" { default = "rekognition:DetectTextt" }
data "aws_iam_policy_document" "d" {
  statement {
    actions   = concat(var.actions, [var.other])
    resources = ["*"]
  }
}
"#;

#[test]
fn a_module_on_disk_is_read_with_the_inputs() {
    let directory = Directory::new("terragrunt_module");
    let configuration = |more: &str| {
        format!(
            "{more}terraform {{\n  source = \"../..//modules/a\"\n}}\ninputs = {{\n  actions = [\"rekognition:DetectLabel\"]\n}}\n"
        )
    };
    directory
        .file("modules/a/main.tf", MODULE)
        .file("live/a/terragrunt.hcl", configuration(""))
        .file(
            "live/b/terragrunt.hcl",
            configuration("include {\n  path = find_in_parent_folders()\n}\n"),
        );
    let found = |name: &str| directory.lines(&[name]);
    let path = "terraform.data.aws_iam_policy_document.d.Statement[0].Action";
    // What does not depend on the inputs is found in the module.
    assert_eq!(
        found("live/a/terragrunt.hcl"),
        [format!("INVALID_ACTION {path}[1] 5:27")]
    );
    assert_eq!(
        found("live/b/terragrunt.hcl"),
        [format!("INVALID_ACTION {path}[0] 8:27")]
    );
    assert_eq!(found("modules/a/main.tf").len(), 1);
    let done = directory.run(&["fix", "live/a"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(
        directory.text("live/a/terragrunt.hcl"),
        configuration("").replace("DetectLabel", "DetectLabels")
    );
}

#[test]
fn a_module_next_to_its_configuration() {
    let directory = Directory::new("terragrunt_beside");
    directory
        .file("main.tf", MODULE.replace("Textt", "Text"))
        .file(
            "terragrunt.hcl",
            "inputs = {\n  other = \"rekognition:DetectFace\"\n}\n",
        );
    assert_eq!(
        directory.lines(&["terragrunt.hcl"]),
        ["INVALID_ACTION terraform.data.aws_iam_policy_document.d.Statement[0].Action[1] 2:24"]
    );
}

#[test]
fn generated_files_are_checked() {
    let directory = Directory::new("terragrunt_generate");
    directory.file(
        "root.hcl",
        r#"locals {
  name = "x"
}
generate "provider" {
  path     = "provider.tf"
  contents = <<EOF
provider "aws" {
  region              = "${local.region}"
  allowed_account_ids = ["${local.account}"]
}
EOF
}
generate "iam" {
  path     = "iam.tf"
  contents = <<-EOF
    resource "aws_iam_policy" "p" {
      count  = ${local.count}
      name   = "${local.name}-${local.later}"
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "rekognition:DetectLabel", Resource = "arn:aws:s3:::$$${aws:username}" }]
      })
    }
  EOF
}
generate "off" {
  path     = "off.tf"
  disable  = true
  contents = "resource \"aws_iam_policy\" \"p\" { policy = \"{\\\"Statement\\\": 1}\" }"
}
generate "text" {
  path     = "motd"
  contents = "hello"
}
generate "broken" {
  path     = "broken.tf"
  contents = "resource \"aws_iam_policy\" {"
}
generate "later" {
  path     = "later.tf"
  contents = run_cmd("make-it")
}
"#,
    );
    let lines = directory.lines(&["root.hcl"]);
    assert_eq!(
        lines,
        ["INVALID_ACTION generate.iam.resource.aws_iam_policy.p.policy.Statement[0].Action 15:3"]
    );
    let done = directory.run(&["check", "root.hcl"]);
    for told in [
        "the policy is `resource.aws_iam_policy.p.policy.Statement[0].Action` in iam.tf",
        "the file that `generate.broken` writes was not checked: invalid HCL",
        "the file that `generate.later` writes was not checked: its text is only known to Terragrunt",
    ] {
        assert!(done.out.contains(told), "{told}: {}", done.out);
    }
    assert!(!done.out.contains("generate.text"), "{}", done.out);
    assert!(!done.out.contains("generate.off"), "{}", done.out);
    // What is in a text is not edited there.
    let before = directory.text("root.hcl");
    directory.run(&["fix", "root.hcl"]);
    assert_eq!(directory.text("root.hcl"), before);
}

#[test]
fn there_is_a_limit_to_generated_files() {
    let directory = Directory::new("terragrunt_many");
    let blocks: String = (0..60)
        .map(|number| {
            format!(
                "generate \"g{number}\" {{\n  path = \"g.tf\"\n  contents = \"locals {{}}\"\n}}\n"
            )
        })
        .collect();
    directory.file("root.hcl", blocks);
    let done = directory.run(&["check", "root.hcl"]);
    let note = "note: root.hcl: more than 50 files are generated; the rest was not checked";
    assert!(done.out.contains(note), "{}", done.out);
}

#[test]
fn values_of_units_are_checked() {
    let directory = Directory::new("terragrunt_stack");
    directory.file(
        "terragrunt.stack.hcl",
        format!("unit \"a\" {{\n  source = \"./units/a\"\n  path   = \"a\"\n  values = {{\n    policy = {POLICY}\n  }}\n}}\n"),
    );
    assert_eq!(
        directory.lines(&["terragrunt.stack.hcl"]),
        ["INVALID_ACTION unit.a.values.policy.Statement[0].Action 7:60"]
    );
}

#[test]
fn locals_that_others_may_include_are_not_edited() {
    let directory = Directory::new("terragrunt_locals");
    let text = format!("locals {{\n  policy = {POLICY}\n}}\n");
    directory.file("common.hcl", &text);
    assert_eq!(directory.lines(&["common.hcl"]).len(), 1);
    let done = directory.run(&["fix", "common.hcl"]);
    assert_eq!(directory.text("common.hcl"), text);
    assert!(
        done.err
            .contains("configurations that include this file may use it"),
        "{}",
        done.err
    );
}

#[test]
fn a_file_of_another_tool_is_skipped_if_it_cannot_be_read() {
    let directory = Directory::new("terragrunt_other");
    directory
        .file("dir/policy.hcl", "path \"a\" { capabilities = [\"read\"] ")
        .file("dir/p.json", crate::support::CLEAN);
    let done = directory.run(&["check", "dir"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(
        done.out
            .contains("note: dir/policy.hcl: skipped: invalid HCL"),
        "{}",
        done.out
    );
    assert_eq!(directory.run(&["check", "dir/policy.hcl"]).code, 2);
}
