//! What modules of the registry are written like: nothing is reported about a policy that no call of them makes.

use crate::support::Directory;

/// The rules that report something in a module, or in a call of a module.
fn rules(files: &[(&str, &str)]) -> Vec<String> {
    let directory = Directory::new("hcl_public");
    for (name, text) in files {
        directory.file(name, text);
    }
    let lines = directory.lines(&["main.tf"]);
    (lines.iter())
        .map(|line| line.split(' ').next().unwrap_or_default().to_string())
        .collect()
}

#[test]
fn what_a_call_switches_off_is_not_there() {
    let child = r#"variable "on" { default = false }
variable "arns" { default = [] }
data "aws_iam_policy_document" "d" {
  count = var.on ? 1 : 0
  statement {
    actions   = ["s3:GetObject"]
    resources = var.arns
  }
}
data "aws_iam_policy_document" "e" {
  for_each = var.on ? toset(["a"]) : []
  statement {
    actions   = ["s3:GetObject"]
    resources = var.arns
  }
}
resource "aws_iam_policy" "d" {
  count  = var.on ? 1 : 0
  policy = data.aws_iam_policy_document.d[0].json
}
"#;
    for (call, expected) in [
        ("", 0),
        ("on = false", 0),
        ("arns = [\"arn:aws:s3:::a/*\"]", 0),
        ("on = true\n  arns = [\"arn:aws:s3:::a/*\"]", 0),
        ("on = true", 2),
        // Another value than the default may switch it on.
        ("on = var.on", 2),
    ] {
        let main = format!(
            "variable \"on\" {{ default = false }}\nmodule \"m\" {{\n  source = \"./m\"\n  {call}\n}}\n"
        );
        let found = rules(&[("main.tf", &main), ("m/main.tf", child)]);
        assert_eq!(found, vec!["MISSING_RESOURCE"; expected], "{call}");
    }
    // Without a call, all of it is checked.
    let wrong = child.replace("s3:GetObject", "s3:GetObjec");
    assert_eq!(rules(&[("main.tf", &wrong)]), ["INVALID_ACTION"; 2]);
}

#[test]
fn a_document_without_statements_may_be_merged() {
    let base = r#"data "aws_iam_policy_document" "base" {
  source_policy_documents = []
}
"#;
    let merge = r#"data "aws_iam_policy_document" "d" {
  source_policy_documents = [data.aws_iam_policy_document.base.json]
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::a/*"]
  }
}
"#;
    assert_eq!(rules(&[("main.tf", &format!("{base}{merge}"))]), [""; 0]);
    assert_eq!(rules(&[("main.tf", base)]), ["MISSING_STATEMENT"]);
    let used = "resource \"aws_iam_policy\" \"p\" {\n  policy = data.aws_iam_policy_document.base.json\n}\n";
    assert_eq!(
        rules(&[("main.tf", &format!("{base}{used}"))]),
        ["MISSING_STATEMENT"]
    );
    let both = format!("{base}{merge}{used}");
    assert_eq!(rules(&[("main.tf", &both)]), ["MISSING_STATEMENT"]);
    // The use may be in another file.
    assert_eq!(
        rules(&[("main.tf", base), ("other.tf", used)]),
        ["MISSING_STATEMENT"]
    );
}

#[test]
fn of_two_dynamic_elements_one_is_there() {
    let statement = |principals: &str, not_principals: &str| {
        format!(
            r#"variable "statements" {{ type = any }}
variable "who" {{ type = list(string) }}
data "aws_iam_policy_document" "d" {{
  dynamic "statement" {{
    for_each = var.statements
    content {{
      actions   = statement.value.actions
      resources = statement.value.resources
      {principals}
      {not_principals}
    }}
  }}
}}
"#
        )
    };
    let dynamic = |name: &str, kind: &str| {
        format!(
            r#"dynamic "{name}" {{
        for_each = statement.value.{name} != null ? statement.value.{name} : []
        content {{
          type        = {kind}
          identifiers = {name}.value.identifiers
        }}
      }}"#
        )
    };
    let fixed = |name: &str| {
        format!(
            "{name} {{\n  type = \"AWS\"\n  identifiers = [\"arn:aws:iam::123456789012:root\"]\n}}"
        )
    };
    for (principals, not_principals, expected) in [
        (
            dynamic("principals", "principals.value.type"),
            dynamic("not_principals", "not_principals.value.type"),
            &[][..],
        ),
        (
            dynamic("principals", "\"AWS\""),
            dynamic("not_principals", "\"AWS\""),
            &[],
        ),
        (
            fixed("principals"),
            dynamic("not_principals", "\"AWS\""),
            &[],
        ),
        (
            fixed("principals"),
            fixed("not_principals"),
            &["UNSUPPORTED_ELEMENT_COMBINATION"],
        ),
    ] {
        let found = rules(&[("main.tf", &statement(&principals, &not_principals))]);
        let found: Vec<_> = (found.iter())
            .filter(|rule| *rule == "UNSUPPORTED_ELEMENT_COMBINATION")
            .collect();
        assert_eq!(found, expected, "{principals}\n{not_principals}");
    }
}

#[test]
fn a_filter_that_is_not_known_leaves_out_what_does_not_belong() {
    let policy = |list: &str| {
        format!(
            r#"variable "flag" {{ type = bool }}
variable "source_arn" {{ type = string }}
locals {{ arns = ["arn:aws:s3:::a/*", "arn:aws:sqs:us-east-1:123456789012:q", "smee"] }}
data "aws_iam_policy_document" "d" {{
  statement {{
    actions   = ["sqs:SendMessage"]
    resources = {list}
  }}
}}
"#
        )
    };
    let of = |list: &str| rules(&[("main.tf", &policy(list))]);
    // About the items: whichever remain.
    assert_eq!(
        of("[for arn in local.arns : arn if arn == var.source_arn]"),
        [""; 0]
    );
    // About something else: all or none of them.
    assert_eq!(of("[for arn in local.arns : arn if var.flag]").len(), 2);
    assert_eq!(of("local.arns").len(), 2);
}

#[test]
fn a_policy_in_json_that_a_module_makes_a_template_of_is_one() {
    let directory = Directory::new("hcl_json_template");
    let template = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObjec", "Resource": "${bucket_arn}/$${aws:username}/*"}]}"#;
    let use_of = |name: &str| {
        format!(
            "resource \"aws_iam_policy\" \"p\" {{\n  policy = templatefile(\"${{path.module}}/policies/{name}\", {{ bucket_arn = \"arn:aws:s3:::a\" }})\n}}\n"
        )
    };
    directory
        .file("m/policies/p.json", template)
        .file("m/policies/q.json", "{\"Statement\": ${statements}}")
        .file(
            "m/main.tf",
            use_of("p.json") + &use_of("q.json").replace("\"p\"", "\"q\""),
        );
    let found = directory.lines(&["m/policies"]);
    assert_eq!(found, ["INVALID_ACTION Statement[0].Action 1:75"]);
    let done = directory.run(&["check", "m/policies/q.json"]);
    assert!(
        done.out
            .contains("the text is only complete after deployment"),
        "{}{}",
        done.out,
        done.err
    );
    // Nothing makes a template of it.
    directory.file("m/main.tf", use_of("other.json"));
    let found = directory.lines(&["m/policies/p.json"]);
    assert!(
        found
            .iter()
            .any(|line| line.starts_with("REKOGNITION_IAM_UNKNOWN_VARIABLE")),
        "{found:#?}"
    );
    // What a policy may have is not a sign of a template.
    directory.file("m/main.tf", use_of("p.json")).file(
        "m/policies/p.json",
        template.replace("${bucket_arn}/$$", "arn:aws:s3:::a/$"),
    );
    assert_eq!(
        directory.lines(&["m/policies/p.json"]),
        ["INVALID_ACTION Statement[0].Action 1:75"]
    );
}

#[test]
fn the_claims_of_a_provider_whose_address_is_not_known_are_not_known() {
    let terraform = |url: &str| {
        format!(
            r#"variable "host" {{}}
resource "aws_iam_openid_connect_provider" "p" {{
  url = {url}
}}
resource "aws_iam_role" "r" {{
  assume_role_policy = jsonencode({{ Version = "2012-10-17", Statement = [{{ Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity"
    Principal = {{ Federated = aws_iam_openid_connect_provider.p.arn }}, Condition = {{ StringEquals = {{ "login.example.org:aud" = "x", "login.example.org:sub" = "y" }} }} }}] }})
}}
"#
        )
    };
    let template = |url: &str| {
        format!(
            r#"Parameters: {{Host: {{Type: String}}}}
Resources:
  P: {{Type: 'AWS::IAM::OIDCProvider', Properties: {{Url: {url}}}}}
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Action: sts:AssumeRoleWithWebIdentity
            Principal: {{Federated: !Ref P}}
            Condition: {{StringEquals: {{'login.example.org:aud': x, 'login.example.org:sub': y}}}}
"#
        )
    };
    let directory = Directory::new("hcl_provider");
    for (name, text, expected) in [
        ("a.tf", terraform("\"https://${var.host}\""), 0),
        ("a.tf", terraform("\"https://login.example.org\""), 0),
        ("a.tf", terraform("\"https://other.example.org\""), 2),
        ("a.yaml", template("!Sub 'https://${Host}'"), 0),
        ("a.yaml", template("https://login.example.org"), 0),
        ("a.yaml", template("https://other.example.org"), 2),
    ] {
        directory.file(name, &text);
        let lines = directory.lines(&[name]);
        let count = (lines.iter())
            .filter(|line| line.starts_with("INVALID_SERVICE "))
            .count();
        assert_eq!(count, expected, "{text}\n{lines:#?}");
    }
}

#[test]
fn a_call_that_is_switched_off_is_noted() {
    let directory = Directory::new("hcl_off_call");
    let call = |count: &str, role: &str| {
        format!(
            "module \"m\" {{\n  source = \"./m\"\n  count  = {count}\n  role   = {role}\n}}\nvariable \"on\" {{\n  default = false\n}}\n"
        )
    };
    directory.file(
        "m/main.tf",
        "variable \"role\" {}\nresource \"aws_sqs_queue_policy\" \"p\" {\n  queue_url = \"x\"\n  policy    = jsonencode({ Version = \"2012-10-17\", Statement = [{ Effect = \"Allow\", Principal = { AWS = var.role }, Action = \"sqs:SendMessage\", Resource = \"*\" }] })\n}\n",
    );
    for (count, role, errors) in [
        ("var.on ? 1 : 0", "\"\"", 0),
        ("0", "join(\"\", [])", 0),
        ("1", "\"\"", 1),
        ("1", "\"111122223333\"", 0),
    ] {
        directory.file("main.tf", call(count, role));
        let out = directory.run(&["check", "--no-config", "."]).out;
        assert_eq!(out.matches("error[").count(), errors, "{count} {role}{out}");
        let note = "note: main.tf: module.m was not checked with its arguments: its `count` is 0\n";
        assert_eq!(out.contains(note), count != "1", "{out}");
    }
}
