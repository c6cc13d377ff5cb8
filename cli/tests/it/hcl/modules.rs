//! Modules on disk, files, and templates.

use serde_json::json;

use super::documents;
use crate::support::{Directory, has};

const CHILD: &str = r#"variable "actions" { type = list(string) }
variable "bucket" { default = "none" }
data "aws_iam_policy_document" "d" {
  statement {
    actions   = concat(var.actions, ["rekognition:DetectFace"])
    resources = ["*"]
  }
}
resource "aws_iam_role_policy" "template" {
  policy = templatefile("${path.module}/p.json.tftpl", { buckets = [var.bucket], action = "s3:GetObject" })
}
output "json" { value = data.aws_iam_policy_document.d.json }
"#;

const TEMPLATE: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
%{ for bucket in buckets ~}
    {"Effect": "Allow", "Action": "${action}", "Resource": "arn:aws:s3:::${bucket}/$${aws:username}/*"}
%{ endfor ~}
  ]
}
"#;

fn modules() -> Directory {
    let directory = Directory::new("hcl_modules");
    directory
        .file("modules/child/main.tf", CHILD)
        .file("modules/child/p.json.tftpl", TEMPLATE)
        .file(
            "main.tf",
            r#"module "one" {
  source  = "./modules/child"
  actions = ["rekognition:DetectLabel"]
  bucket  = "photos"
}
module "each" {
  for_each = { a = "rekognition:DetectText", b = "rekognition:DetectFaces" }
  source   = "./modules/child"
  actions  = [each.value]
}
resource "aws_iam_policy" "p" { policy = module.each["b"].json }
"#,
        );
    directory
}

#[test]
fn a_module_is_read_with_its_arguments() {
    let directory = modules();
    let found = documents(&directory, "main.tf");
    let of = |place: &str| {
        let all = found.iter().filter(|(known, _)| known.starts_with(place));
        all.map(|(_, document)| document.as_ref().unwrap()["Statement"][0].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        of("module.one.resource.aws_iam_role_policy.template.policy"),
        [
            json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/${aws:username}/*"})
        ]
    );
    let actions = |one: &str| json!([one, "rekognition:DetectFace"]);
    let found: Vec<_> = (of("module.each.data.aws_iam_policy_document.d").into_iter())
        .map(|statement| statement["Action"].clone())
        .collect();
    assert_eq!(
        found,
        [
            actions("rekognition:DetectText"),
            json!(["rekognition:DetectFaces", "rekognition:DetectFace"])
        ]
    );
}

#[test]
fn what_the_arguments_make_wrong_is_reported_at_the_call() {
    let directory = modules();
    // `DetectFace` is a mistake of the module, and is reported there.
    assert_eq!(
        directory.lines(&["main.tf"]),
        ["INVALID_ACTION module.one.data.aws_iam_policy_document.d.Statement[0].Action[0] 3:27"]
    );
    let done = directory.run(&["check", "main.tf"]);
    assert!(
        done.out
            .contains("findings do not depend on the call and are in modules/child"),
        "{}",
        done.out
    );
    has(
        &directory.lines(&["modules"]),
        "INVALID_ACTION data.aws_iam_policy_document.d.Statement[0].Action[0] 5:51",
    );
    // The note is for those who look at one file.
    let done = directory.run(&["check", "."]);
    assert!(
        !done.out.contains("do not depend on the call"),
        "{}",
        done.out
    );
}

#[test]
fn only_files_of_the_module_are_read() {
    let directory = Directory::new("hcl_files");
    let wrong = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObjec", "Resource": "${aws:username}"}]}"#;
    directory
        .file("outside.json", wrong)
        .file("m/inside.json", wrong)
        .file(
            "m/main.tf",
            r#"resource "aws_iam_policy" "inside" { policy = file("${path.module}/inside.json") }
resource "aws_iam_policy" "outside" { policy = file("../outside.json") }
"#,
        );
    let lines = directory.lines(&["m/main.tf"]);
    has(
        &lines,
        "INVALID_ACTION resource.aws_iam_policy.inside.policy.Statement[0].Action 1:47",
    );
    let done = directory.run(&["check", "m/main.tf"]);
    assert!(
        done.out.contains(
            "note: m/main.tf: `../outside.json` was not read: it is outside of the module"
        ),
        "{}",
        done.out
    );
}

#[test]
fn overrides_and_the_files_of_opentofu() {
    let directory = Directory::new("hcl_overrides");
    let local = |action: &str| format!("locals {{\n  action = \"{action}\"\n}}\n");
    let policy = r#"resource "aws_iam_policy" "p" {
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = local.action, Resource = "*" }] })
}
"#;
    directory
        .file("tf/main.tf", policy)
        .file("tf/a_override.tf", local("s3:Overridden"))
        .file("tf/locals.tf", local("s3:First"))
        .file("tofu/main.tofu", policy)
        .file("tofu/locals.tf", local("s3:First"))
        .file("tofu/locals.tofu", local("s3:OfTofu"));
    for (file, action) in [
        ("tf/main.tf", "s3:Overridden"),
        ("tofu/main.tofu", "s3:OfTofu"),
    ] {
        let found = documents(&directory, file);
        assert_eq!(
            found[0].1.as_ref().unwrap()["Statement"][0]["Action"],
            action,
            "{file}"
        );
    }
}

#[test]
fn modules_that_call_themselves_have_an_end() {
    let directory = Directory::new("hcl_endless");
    directory.file(
        "m/main.tf",
        "module \"m\" {\n  source = \"../m\"\n}\nmodule \"n\" {\n  source = \"../m\"\n}\n",
    );
    let done = directory.run(&["check", "m/main.tf"]);
    assert_eq!(done.code, 2, "{}", done.out);
    assert!(done.out.contains("more than 50 modules"), "{}", done.out);
}
