//! Findings are at the value that is wrong, wherever a policy takes it from.

use crate::support::{Directory, has};

#[test]
fn findings_are_where_values_are_written() {
    let directory = Directory::new("hcl_places");
    directory.file(
        "main.tf",
        r#"# actions
locals {
  actions = ["rekognition:DetectLabel", "rekognition:DetectFaces"]
}
resource "aws_iam_policy" "encoded" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Effect = "Alow", Action = local.actions, Resource = "*" }]
  })
}
resource "aws_iam_role_policy" "text" {
  for_each = toset(["a", "b"])
  policy = <<-EOF
    {
      "Version": "2012-10-17",
      "Statement": [{"Effect": "Allow", "Action": "rekognition:DetectTex", "Resource": "*"}]
    }
  EOF
}
data "aws_iam_policy_document" "blocks" {
  statement {
    actions   = ["rekognition:DetectFace"]
    resources = ["*"]
  }
}
resource "aws_iam_role_policy" "blocks" {
  policy = data.aws_iam_policy_document.blocks.json
}
resource "aws_iam_role" "quoted" {
  assume_role_policy = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"Service\": \"lambda.amazonaws.com\"}, \"Action\": \"sts:AssumeRol\"}]}"
}
"#,
    );
    let lines = directory.lines(&["main.tf"]);
    let policy = "resource.aws_iam_policy.encoded.policy";
    for expected in [
        format!("INVALID_ACTION {policy}.Statement[0].Action[0] 3:27"),
        format!("INVALID_EFFECT {policy}.Statement[0].Effect 8:29"),
        "INVALID_ACTION resource.aws_iam_role_policy.text.policy.Statement[0].Action 16:64"
            .to_string(),
        "INVALID_ACTION data.aws_iam_policy_document.blocks.Statement[0].Action 22:31".to_string(),
        "INVALID_ACTION resource.aws_iam_role.quoted.assume_role_policy.Statement[0].Action 30:169"
            .to_string(),
    ] {
        has(&lines, &expected);
    }
    // Two policies of one text are reported once.
    assert_eq!(lines.len(), 5, "{lines:#?}");
}

#[test]
fn a_value_of_another_file_is_at_its_reference() {
    let directory = Directory::new("hcl_other_file");
    directory
        .file("locals.tf", "locals {\n  actions = [\"rekognition:DetectLabel\"]\n}\n")
        .file(
            "main.tf",
            r#"resource "aws_iam_policy" "p" {
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = local.actions, Resource = "*" }] })
}
"#,
        );
    assert_eq!(
        directory.lines(&["."]),
        ["INVALID_ACTION resource.aws_iam_policy.p.policy.Statement[0].Action[0] 2:91"]
    );
    // Nothing is edited there.
    let done = directory.run(&["fix", "."]);
    assert!(done.err.contains("changed 0 values"), "{}", done.err);
}

#[test]
fn the_forms_of_references_are_known() {
    let directory = Directory::new("hcl_forms");
    directory.file(
        "main.tf",
        r#"
resource "aws_s3_bucket" "b" { bucket = "photos" }
resource "aws_rekognition_collection" "c" {
  for_each      = toset(["staff", "guests"])
  collection_id = each.key
}
data "aws_iam_policy_document" "good" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.b.arn}/*"]
  }
  statement {
    actions   = ["rekognition:SearchFaces"]
    resources = [for c in aws_rekognition_collection.c : c.arn]
  }
}
data "aws_iam_policy_document" "bad" {
  statement {
    actions   = ["s3:GetObject"]
    resources = [aws_s3_bucket.b.arn]
  }
}
"#,
    );
    assert_eq!(
        directory.lines(&["main.tf"]),
        [
            "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH data.aws_iam_policy_document.bad.Statement[0].Action 19:18"
        ]
    );
}

#[test]
fn what_a_plan_has_is_reported_and_not_guessed() {
    let directory = Directory::new("hcl_open");
    directory.file(
        "main.tf",
        r#"
variable "statements" {}
variable "extra" { default = [] }
variable "env" { default = "prod" }
resource "aws_iam_policy" "statements" {
  policy = jsonencode({ Version = "2012-10-17", Statement = var.statements })
}
resource "aws_iam_policy" "more" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{ Effect = "Allow", Action = "rekognition:DetectText", Resource = "*" }],
      var.extra,
      var.env == "prod" ? [] : [{ Effect = "Bad" }],
    )
  })
}
resource "aws_iam_policy" "key" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow", Action = "rekognition:DetectText", Resource = "*"
      Condition = { StringEquals = { "${var.statements}:sub" = "x" } }
    }]
  })
}
resource "aws_iam_policy" "file" { policy = file("missing.json") }
resource "aws_iam_policy" "registry" { policy = module.elsewhere.json }
resource "aws_iam_policy" "elsewhere" { policy = data.aws_iam_policy_document.missing.json }
module "elsewhere" {
  source = "terraform-aws-modules/iam/aws//modules/iam-policy"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "rekognition:DetectTex", Resource = "*" }] })
}
"#,
    );
    let done = directory.run(&["check", "--no-config", "main.tf"]);
    let not_known = |name: &str| {
        format!(
            "note: main.tf: resource.aws_iam_policy.{name}.policy: the policy is not known before deployment and was not checked\n"
        )
    };
    for expected in [
        not_known("file"),
        not_known("registry"),
        not_known("elsewhere"),
        "resource.aws_iam_policy.statements.policy: 1 statement or list of statements is not known"
            .to_string(),
        "resource.aws_iam_policy.more.policy: 1 statement or list of statements is not known"
            .to_string(),
        "resource.aws_iam_policy.key.policy: 1 value is not known before deployment".to_string(),
        "note: main.tf: `missing.json` was not read: no such file or directory\n".to_string(),
        "note: main.tf: `var.env` was read as its default; other values were not checked\n"
            .to_string(),
        // A policy that another module gets is one too.
        "`rekognition` has no action `DetectTex`".to_string(),
        "4 policies in 1 file: 1 error\n".to_string(),
    ] {
        assert!(done.out.contains(&expected), "{expected}\n{}", done.out);
    }
}

#[test]
fn broken_files_and_other_names() {
    let directory = Directory::new("hcl_names");
    let wrong = r#"data "aws_iam_policy_document" "d" {
  statement {
    actions   = ["rekognition:DetectLabel"]
    resources = ["*"]
  }
}
"#;
    directory
        .file("broken/main.tf", "resource \"a\" {\n  x = [1,\n}\n")
        .file("tofu/main.tofu", wrong)
        .file("mark/main.tf", format!("\u{feff}{wrong}"))
        .file("windows/main.tf", wrong.replace('\n', "\r\n"))
        .file("tofu/main.tf", "locals {}")
        .file(
            "generated/x.tf",
            format!("# Generated by Terragrunt. Sig: nIlQXj57tbuaRZEa\n{wrong}"),
        );
    let done = directory.run(&["check", "broken/main.tf"]);
    assert_eq!(done.code, 2);
    assert!(
        done.err
            .contains("broken/main.tf: line 3 column 1: invalid HCL"),
        "{}",
        done.err
    );
    for (directory_name, line) in [("tofu", 3), ("mark", 3), ("windows", 3), ("generated", 4)] {
        let lines = directory.lines(&[directory_name]);
        assert_eq!(lines.len(), 1, "{directory_name}: {lines:?}");
        assert!(lines[0].ends_with(&format!(" {line}:31")), "{lines:?}");
    }
    let done = directory.run(&["fix", "generated"]);
    assert!(
        done.err.contains("Terragrunt wrote this file"),
        "{}",
        done.err
    );
}

#[test]
fn other_commands_read_it_too() {
    let directory = Directory::new("hcl_commands");
    let policy = |action: &str| {
        format!(
            "resource \"aws_iam_policy\" \"p\" {{\n  policy = jsonencode({{ Version = \"2012-10-17\", Statement = [{{ Effect = \"Allow\", Action = \"{action}\", Resource = \"*\" }}] }})\n}}\n"
        )
    };
    directory
        .file("old/main.tf", policy("rekognition:DetectText"))
        .file("new/main.tf", policy("rekognition:Detect*"));
    let done = directory.run(&[
        "evaluate",
        "--policy",
        "old/main.tf",
        "--action",
        "rekognition:DetectText",
        "--resource",
        "*",
    ]);
    assert_eq!(done.code, 0, "{} {}", done.out, done.err);
    let done = directory.run(&["diff", "old", "new"]);
    assert_eq!(done.code, 1, "{} {}", done.out, done.err);
    assert!(
        done.out
            .contains("new access: rekognition:Detect* except rekognition:DetectText"),
        "{}",
        done.out
    );
}

#[test]
fn comments_accept_findings() {
    let directory = Directory::new("hcl_comments");
    directory.file(
        "main.tf",
        r#"locals {
  # rekognition-iam: allow INVALID_ACTION, a new one
  actions = ["rekognition:DetectLabel"]
  url     = "https://example.com/#x" // rekognition-iam: allow INVALID_EFFECT, nothing
}
/* rekognition-iam: allow INVALID_ACTION, all of it */
data "aws_iam_policy_document" "d" {
  statement {
    actions   = [for a in ["rekognition:DetectFace"] : a] # not for us
    resources = ["*"]
  }
}
resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect   = "allow" # rekognition-iam: allow INVALID_EFFECT, old
      Action   = local.actions
      Resource = " # rekognition-iam: allow INVALID_ACTION, a string"
    }]
  })
}
"#,
    );
    let done = directory.run(&["check", "--no-config", "main.tf"]);
    for id in ["INVALID_ACTION", "INVALID_EFFECT"] {
        assert!(!done.out.contains(&format!("error[{id}]")), "{}", done.out);
    }
    assert!(
        done.out
            .contains("unused comment: `INVALID_EFFECT` reports nothing here"),
        "{}",
        done.out
    );
    assert_eq!(
        done.out.matches("unused comment").count(),
        1,
        "{}",
        done.out
    );
}

#[test]
fn a_role_that_may_not_be_there_is_not_compared() {
    let directory = Directory::new("hcl_across");
    let module = |meta: &str| {
        format!(
            r#"
resource "aws_iam_role" "r" {{
  {meta}
  name               = "r"
  assume_role_policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ Service = "ec2.amazonaws.com" }} }}]
  }})
}}
resource "aws_lambda_function" "f" {{
  role = aws_iam_role.r.arn
}}
"#
        )
    };
    directory.file("main.tf", module(""));
    assert_eq!(directory.lines(&["main.tf"]).len(), 1);
    // Which of them is meant is not known.
    directory.file("main.tf", module("for_each = toset([\"a\", \"b\"])"));
    assert_eq!(directory.lines(&["main.tf"]).len(), 0);
}

#[test]
fn another_file_says_what_a_document_is_used_as() {
    let directory = Directory::new("hcl_uses");
    directory
        .file(
            "documents.tf",
            r#"data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}
data "aws_iam_policy_document" "identity" {
  statement {
    actions = ["rekognition:DetectText"]
    principals {
      type        = "AWS"
      identifiers = ["111122223333"]
    }
    resources = ["*"]
  }
}
"#,
        )
        .file(
            "main.tf",
            r#"resource "aws_iam_role" "r" {
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
resource "aws_iam_role_policy" "p" {
  policy = data.aws_iam_policy_document.identity.json
}
"#,
        );
    let lines = directory.lines(&["."]);
    let place = "data.aws_iam_policy_document.identity.Statement[0].Principal";
    assert!(lines.iter().all(|line| line.contains(place)), "{lines:?}");
    assert_eq!(lines.len(), 1, "{lines:?}");
}

#[test]
fn elements_that_are_not_there_at_the_same_time_are_not_combined() {
    let check = |variables: &str, statement: &str| {
        let directory = Directory::new("hcl_exclusive");
        directory.file(
            "main.tf",
            format!("{variables}\ndata \"aws_iam_policy_document\" \"d\" {{\n{statement}\n}}\n"),
        );
        (
            directory.lines(&["main.tf"]),
            directory.run(&["check", "main.tf"]).out,
        )
    };
    let combined = |lines: &[String]| {
        (lines.iter()).any(|line| line.starts_with("UNSUPPORTED_ELEMENT_COMBINATION"))
    };
    for (variables, statement) in [
        (
            "variable \"x\" {\n  type = bool\n}",
            "statement {\n actions = [\"s3:GetObjec\"]\n resources = var.x ? [\"arn:aws:s3:::b/*\"] : null\n not_resources = var.x ? null : [\"arn:aws:s3:::c/*\"]\n}",
        ),
        (
            "variable \"s\" {\n  type = any\n  default = {}\n}",
            "dynamic \"statement\" {\n for_each = var.s\n content {\n actions = try(statement.value.actions, null)\n not_actions = try(statement.value.not_actions, null)\n resources = try(statement.value.resources, null)\n not_resources = try(statement.value.not_resources, null)\n }\n}",
        ),
        (
            "variable \"r\" {\n  default = null\n}\nvariable \"n\" {\n  default = null\n}",
            "statement {\n actions = [\"s3:GetObjec\"]\n resources = var.r\n not_resources = var.n\n}",
        ),
    ] {
        let (lines, out) = check(variables, statement);
        assert!(!combined(&lines), "{statement}: {lines:#?}");
        if statement.contains("GetObjec\"") {
            assert!(
                lines.iter().any(|line| line.starts_with("INVALID_ACTION")),
                "{lines:#?}"
            );
        }
        // What is left out although it is known is noted.
        let note = "`not_resources` was not checked in the statement in line 5: `resources` may be there instead";
        assert_eq!(out.contains(note), statement.contains("var.x"), "{out}");
    }
    let both = "statement {\n actions = [\"s3:GetObject\"]\n resources = [\"*\"]\n not_resources = [\"arn:aws:s3:::c/*\"]\n}";
    assert!(combined(&check("", both).0));
}

#[test]
fn a_document_that_is_switched_off_is_not_empty_when_it_is_on() {
    let data = |count: &str| {
        format!(
            r#"variable "on" {{
  default = false
}}
data "aws_iam_policy_document" "one" {{
  count = var.on ? 1 : 0
  statement {{
    actions   = ["s3:ListAllMyBuckets"]
    resources = ["*"]
  }}
}}
data "aws_iam_policy_document" "all" {{
  {count}
  source_policy_documents = compact([var.on ? data.aws_iam_policy_document.one[0].json : ""])
}}
"#
        )
    };
    for (count, is_empty) in [("count = var.on ? 1 : 0", false), ("", true)] {
        let directory = Directory::new("hcl_off_by_default");
        directory.file("main.tf", data(count));
        let lines = directory.lines(&["main.tf"]);
        let found = lines
            .iter()
            .any(|line| line.starts_with("MISSING_STATEMENT"));
        assert_eq!(found, is_empty, "{lines:#?}");
    }
}

#[test]
fn statements_that_may_not_be_there_together_are_checked_one_by_one() {
    let variable = "variable \"x\" {\n  type = bool\n}\n";
    let check = |policy: &str| {
        let directory = Directory::new("hcl_branches");
        directory.file("main.tf", format!("{variable}{policy}"));
        directory.lines(&["main.tf"])
    };
    let block = |condition: &str, body: &str| {
        format!("dynamic \"statement\" {{\n for_each = {condition}\n content {{\n{body}\n }}\n}}\n")
    };
    let data = |body: &str| format!("data \"aws_iam_policy_document\" \"d\" {{\n{body}}}\n");
    let allow = "actions = [\"s3:ListAllMyBuckets\"]\n resources = [\"*\"]";
    let deny = "effect = \"Deny\"\n actions = [\"s3:*\"]\n resources = [\"*\"]";
    let (yes, no) = ("var.x ? [1] : []", "var.x ? [] : [1]");
    let rule = "REKOGNITION_IAM_ALLOW_CANCELLED";
    let has = |lines: &[String], rule: &str| lines.iter().any(|line| line.starts_with(rule));
    let exclusive = data(&(block(yes, allow) + &block(no, deny)));
    assert!(!has(&check(&exclusive), rule), "{:#?}", check(&exclusive));
    let together = data(&(block("[1]", allow) + &block("[1]", deny)));
    assert!(has(&check(&together), rule), "{:#?}", check(&together));
    // One that may be there, and one that is.
    let one = data(&(block("[1]", allow) + &block(no, deny)));
    assert!(has(&check(&one), rule), "{:#?}", check(&one));
    let statement = |sid: &str, action: &str| {
        format!(
            "{{ Sid = \"{sid}\", Effect = \"Allow\", Action = \"{action}\", Resource = \"*\" }}"
        )
    };
    let policy = |statements: &str| {
        format!(
            "resource \"aws_iam_policy\" \"p\" {{\n  policy = jsonencode({{ Version = \"2012-10-17\", Statement = concat({statements}) }})\n}}\n"
        )
    };
    let (a, b) = (statement("A", "s3:GetObjec"), statement("A", "s3:PutObjec"));
    let lines = check(&policy(&format!("var.x ? [{a}] : [], var.x ? [] : [{b}]")));
    assert!(!has(&lines, "UNIQUE_SIDS_REQUIRED"), "{lines:#?}");
    // Each of them is checked.
    let wrong = lines
        .iter()
        .filter(|line| line.starts_with("INVALID_ACTION"));
    assert_eq!(wrong.count(), 2, "{lines:#?}");
    let lines = check(&policy(&format!("[{a}], [{b}]")));
    assert!(has(&lines, "UNIQUE_SIDS_REQUIRED"), "{lines:#?}");
    // Only what is there together counts against a quota.
    let long = |letter: &str| {
        let names: Vec<String> = (0..90)
            .map(|number| format!("\"arn:aws:s3:::{letter}-bucket-with-a-long-name-{number}/*\""))
            .collect();
        format!(
            "actions = [\"s3:GetObject\"]\n resources = [{}]",
            names.join(", ")
        )
    };
    let quota = "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA";
    let of = |one: &str, other: &str| data(&(block(one, &long("a")) + &block(other, &long("b"))));
    assert!(!has(&check(&of(yes, no)), quota));
    assert!(has(&check(&of("[1]", "[1]")), quota));
}

#[test]
fn a_role_in_another_file_trusts_the_service_that_uses_it() {
    let directory = Directory::new("hcl_trust");
    let role = |policy: &str| {
        format!(
            "resource \"aws_iam_role\" \"r\" {{\n  assume_role_policy = {policy}\n}}\nresource \"aws_iam_role\" \"other\" {{\n  assume_role_policy = jsonencode({{}})\n}}\n"
        )
    };
    let encoded = |service: &str| {
        format!(
            "jsonencode({{ Version = \"2012-10-17\", Statement = [{{ Effect = \"Allow\", Action = \"sts:AssumeRole\", Principal = {{ Service = \"{service}\" }} }}] }})"
        )
    };
    let document = |more: &str| {
        format!(
            "data \"aws_iam_policy_document\" \"t\" {{\n{more}  statement {{\n    actions = [\"sts:AssumeRole\"]\n    principals {{\n      type        = \"Service\"\n      identifiers = [\"lambda.amazonaws.com\"]\n    }}\n  }}\n}}\n"
        )
    };
    directory.file(
        "user.tf",
        "resource \"aws_rekognition_stream_processor\" \"p\" {\n  role_arn = aws_iam_role.r.arn\n}\n",
    );
    let named = "data.aws_iam_policy_document.t.json";
    let merged = "  source_policy_documents = [var.more]\n";
    for (policy, documents, expected) in [
        (
            encoded("lambda.amazonaws.com"),
            String::new(),
            &["user.tf"][..],
        ),
        (encoded("rekognition.amazonaws.com"), String::new(), &[]),
        (named.to_string(), document(""), &["user.tf"]),
        // Another document may bring the statement.
        (named.to_string(), document(merged), &[]),
        // What only a plan has may be the service.
        (
            encoded("${var.service}"),
            "variable \"service\" {}\n".to_string(),
            &[],
        ),
        // What is wrong with the policy itself is reported where it is.
        (
            encoded("rekognition.amazonaws.com").replace("AssumeRole\"", "AssumeRol\""),
            String::new(),
            &["roles.tf", "user.tf"],
        ),
    ] {
        directory
            .file("roles.tf", role(&policy))
            .file("documents.tf", documents);
        let mut files: Vec<String> = (directory.found(&["."]).iter())
            .filter(|found| {
                let id = found["id"].as_str().unwrap();
                id.ends_with("ROLE_NOT_TRUSTED") || id == "INVALID_ACTION"
            })
            .map(|found| found["file"].as_str().unwrap().to_string())
            .collect();
        files.dedup();
        assert_eq!(files, expected, "{policy}");
    }
}

#[test]
fn a_mistake_in_a_loop_is_one_finding() {
    let directory = Directory::new("hcl_loop");
    directory.file(
        "main.tf",
        r#"resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "s3:GetObject"
      Resource = [for name in ["a", "b", "c"] : "${name}/*"]
    }, {
      Effect   = "Allow"
      Action   = ["s3:GetObjekt", "s3:GetObjekt"]
      Resource = "*"
    }]
  })
}
"#,
    );
    let lines = directory.lines(&["main.tf"]);
    let of = |rule: &str| lines.iter().filter(|line| line.starts_with(rule)).count();
    // The message has the value.
    assert_eq!(of("INVALID_ARN_PREFIX "), 3, "{lines:#?}");
    assert_eq!(of("INVALID_ACTION "), 2, "{lines:#?}");
    directory.file(
        "main.tf",
        r#"resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
      Condition = {
        StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com" }
        StringLike   = { "token.actions.githubusercontent.com:sub" = [for name in ["a", "b", "c"] : "*:*/${name}:*"] }
      }
    }]
  })
}
"#,
    );
    let lines = directory.lines(&["main.tf"]);
    let of = |rule: &str| lines.iter().filter(|line| line.starts_with(rule)).count();
    assert_eq!(of("WILDCARD_USAGE_TOO_PERMISSIVE "), 1, "{lines:#?}");
}
