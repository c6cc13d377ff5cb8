//! Policies in the arguments of modules that are not on disk.

use serde_json::{Value, json};

use super::documents;
use crate::support::{Directory, has};

/// The documents of a call of a module of the registry with these arguments.
fn arguments(text: &str) -> Vec<(String, Value)> {
    let directory = Directory::new("hcl_arguments");
    directory.file(
        "main.tf",
        format!("module \"m\" {{\n  source = \"terraform-aws-modules/x/aws\"\n{text}\n}}\n"),
    );
    (documents(&directory, "main.tf").into_iter())
        .map(|(place, document)| (place, document.unwrap()["Statement"].clone()))
        .collect()
}

#[test]
fn statements_of_modules_are_read_by_their_form() {
    let allow = |action: &str| json!([{"Effect": "Allow", "Action": action, "Resource": "*"}]);
    let one = |name: &str| format!("module.m.{name}");
    for (text, expected) in [
        // A map, as lambda and iam have them, and a list, as kms and ecs do.
        (
            r#"policy_statements = { a = { effect = "Allow", actions = ["s3:GetObject"], resources = ["*"] } }"#,
            vec![(one("policy_statements"), allow("s3:GetObject"))],
        ),
        (
            r#"tasks_iam_role_statements = [{ actions = ["s3:GetObject"], resources = ["*"] }]"#,
            vec![(one("tasks_iam_role_statements"), allow("s3:GetObject"))],
        ),
        // Deeper, and next to others.
        (
            r#"iam_policy = [{ policy_id = "x", statements = [{ effect = "Allow", actions = ["*"], resources = ["*"] }] }]
  functions = { a = { name = "x", statements = { b = { actions = ["s3:PutObject"], resources = ["*"] } } } }"#,
            vec![
                (one("iam_policy[0].statements"), allow("*")),
                (one("functions.a.statements"), allow("s3:PutObject")),
            ],
        ),
        // In the words of IAM.
        (
            r#"statements = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }]"#,
            vec![(one("statements"), allow("s3:GetObject"))],
        ),
        // Principals, conditions by both names, nulls, and negations.
        (
            r#"key_statements = [{
    sid = "A", actions = ["kms:Decrypt"], resources = ["*"], not_actions = null
    principals = [{ type = "AWS", identifiers = ["arn:aws:iam::123456789012:root"] }]
    condition  = [{ test = "StringEquals", variable = "aws:PrincipalOrgID", values = ["o-a1b2c3d4e5"] }]
  }, {
    effect = "Deny", not_actions = ["kms:Encrypt"], not_resources = ["x"], condition = null
    conditions = { a = { test = "Bool", variable = "aws:SecureTransport", values = ["false"] } }
  }]"#,
            vec![(
                one("key_statements"),
                json!([
                    {"Sid": "A", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*",
                     "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                     "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}},
                    {"Effect": "Deny", "NotAction": "kms:Encrypt", "NotResource": "x",
                     "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
                ]),
            )],
        ),
        // The module adds its own resource, and a trust policy has none.
        (
            r#"queue_policy_statements = { a = { actions = ["sqs:SendMessage"], principals = [{ type = "Service", identifiers = ["sns.amazonaws.com"] }] } }
  trust_policy_permissions = { a = { actions = ["sts:AssumeRole"], principals = [{ type = "Service", identifiers = ["sns.amazonaws.com"] }] } }"#,
            vec![
                (
                    one("queue_policy_statements"),
                    json!([{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "${resource_of_the_module}",
                            "Principal": {"Service": "sns.amazonaws.com"}}]),
                ),
                (
                    one("trust_policy_permissions"),
                    json!([{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "sns.amazonaws.com"}}]),
                ),
            ],
        ),
        // A document is one already.
        (
            r#"policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }] })
  other  = { Statement = [{ Effect = "Allow", Action = "s3:PutObject", Resource = "*" }] }"#,
            vec![
                (one("policy"), allow("s3:GetObject")),
                (one("other"), allow("s3:PutObject")),
            ],
        ),
        // Near misses: other objects with actions.
        (
            r#"rules  = { a = { actions = [{ type = "redirect" }], conditions = [{ path = "/" }] } }
  alarms = { a = { actions = ["arn:aws:sns:us-east-1:123456789012:a"] } }
  more   = [{ actions = ["s3:GetObject"], resources = ["*"], name = "x" }]
  verbs  = [{ actions = ["get", "list"] }]
  empty  = []"#,
            vec![],
        ),
    ] {
        assert_eq!(arguments(text), expected, "{text}");
    }
}

#[test]
fn findings_in_arguments_are_in_the_file_and_what_is_assumed_is_noted() {
    let directory = Directory::new("hcl_arguments_found");
    let call = |source: &str| {
        format!(
            r#"variable "action" {{ default = "s3:GetObjec" }}
module "m" {{
  source = "{source}"
  policy_statements = {{
    a = {{
      actions   = ["s3:PutObjec", var.action]
      resources = ["*"]
    }}
  }}
  assume_role_policy_statements = {{
    b = {{ actions = ["sts:AssumeRole"], principals = {{ s = {{ type = "Service", identifiers = ["lambda.amazonaws.co"] }} }} }}
  }}
}}
"#
        )
    };
    directory.file("main.tf", call("terraform-aws-modules/lambda/aws"));
    let lines = directory.lines(&["main.tf"]);
    has(
        &lines,
        "INVALID_ACTION module.m.policy_statements.Statement[0].Action[0] 6:24",
    );
    assert!(
        lines.iter().any(|line| line.contains("Action[1]")),
        "{lines:#?}"
    );
    assert!(
        (lines.iter())
            .any(|line| line.contains("assume_role_policy_statements.Statement[0].Principal")),
        "{lines:#?}"
    );
    let done = directory.run(&["check", "main.tf"]);
    for note in [
        "note: main.tf: `module.m.assume_role_policy_statements`, `module.m.policy_statements` were read as statements of a policy",
        "note: main.tf: `var.action` was read as its default",
        "note: main.tf: `module.m` was not checked: its source is not a directory on disk",
    ] {
        assert!(done.out.contains(note), "{note}\n{}", done.out);
    }
    // A module on disk says itself what it makes of its arguments.
    directory
        .file("main.tf", call("./m"))
        .file("m/main.tf", "variable \"policy_statements\" {}\n");
    let done = directory.run(&["check", "main.tf"]);
    assert!(!done.out.contains("read as statements"), "{}", done.out);
    assert!(!done.out.contains("INVALID_ACTION"), "{}", done.out);
}

#[test]
fn a_module_that_terraform_has_installed_is_read() {
    let directory = Directory::new("hcl_installed");
    let source = "terraform-aws-modules/lambda/aws";
    let list = |source: &str| {
        json!({"Modules": [
            {"Key": "", "Source": "", "Dir": "."},
            {"Key": "m", "Source": format!("registry.terraform.io/{source}"), "Version": "8.0.0", "Dir": ".terraform/modules/m"},
            {"Key": "m.inner", "Source": "git::https://example.com/inner.git", "Dir": ".terraform/modules/m.inner"},
        ]})
    };
    directory
        .file(
            "r/main.tf",
            format!("module \"m\" {{\n  source  = \"{source}\"\n  actions = [\"s3:GetObjec\"]\n}}\n"),
        )
        .json("r/.terraform/modules/modules.json", &list(source))
        .file(
            "r/.terraform/modules/m/main.tf",
            "variable \"actions\" {}\nmodule \"inner\" {\n  source = \"git::https://example.com/inner.git\"\n  actions = var.actions\n}\n",
        )
        .file(
            "r/.terraform/modules/m.inner/main.tf",
            r#"variable "actions" {}
data "aws_iam_policy_document" "d" {
  statement {
    actions   = var.actions
    resources = ["arn:aws:s3:::a/*"]
  }
}
"#,
        );
    let expected = "INVALID_ACTION module.m.module.inner.data.aws_iam_policy_document.d.Statement[0].Action 3:18";
    has(&directory.lines(&["r/main.tf"]), expected);
    let done = directory.run(&["check", "r/main.tf"]);
    let note = "note: r/main.tf: `module.m`, `module.m.module.inner` were read as they are installed in .terraform";
    assert!(done.out.contains(note), "{}", done.out);
    assert!(!done.out.contains("not a directory"), "{}", done.out);
    // What a policy grants does not depend on it.
    let done = directory.run(&["diff", "--all", "r", "r"]);
    assert!(
        done.out.contains("`module.m` was not checked"),
        "{}{}",
        done.out,
        done.err
    );
    // The call has another source now.
    directory.json(
        "r/.terraform/modules/modules.json",
        &list("someone/lambda/aws"),
    );
    let done = directory.run(&["check", "r/main.tf"]);
    assert!(
        done.out.contains("`module.m` was not checked"),
        "{}",
        done.out
    );
}
