use super::{Block, Cursor, Role, in_text};
use crate::lsp::outline::Syntax;

/// The place of the `|` of a text.
fn at(text: &str, syntax: Syntax) -> Option<Cursor> {
    let (before, after) = text
        .split_once('|')
        .unwrap_or_else(|| panic!("no cursor in {text}"));
    in_text(&format!("{before}{after}"), before.len(), syntax)
}

#[track_caller]
fn role(text: &str, syntax: Syntax, expected: &Role) {
    let found = at(text, syntax);
    assert_eq!(
        found.as_ref().map(|found| &found.role),
        Some(expected),
        "{text}"
    );
}

fn key(operator: &str) -> Role {
    Role::Key {
        operator: operator.to_string(),
    }
}

fn value(operator: &str, key: &str) -> Role {
    Role::Value {
        operator: operator.to_string(),
        key: key.to_string(),
    }
}

#[test]
fn json_that_is_not_finished() {
    for (text, expected) in [
        (
            r#"{"Statement": [{"Effect": "Allow", "Action": "s3:|"#,
            Role::Action,
        ),
        (
            r#"{"Statement": [{"Action": ["s3:GetObject", |"#,
            Role::Action,
        ),
        (
            r#"{"Statement": [{"Action": |, "Resource": "*"}]}"#,
            Role::Action,
        ),
        (
            "{\"Statement\": {\"Action\": \"s3:|\n\"Resource\": \"*\"}}",
            Role::Action,
        ),
        (
            r#"{"Statement": [{"Action": "*", "Resource": ["|"#,
            Role::Resource,
        ),
        (r#"{"Statement": [{"NotResource": "|"}]}"#, Role::Resource),
        (r#"{"Statement": [{"|"#, Role::Name(Block::Statement)),
        (
            r#"{"Statement": [{"Effect": "Allow", "R|"}]}"#,
            Role::Name(Block::Statement),
        ),
        (r#"{"Effect": "Allow", |}"#, Role::Name(Block::Statement)),
        (r#"{"Statement": {"Effect": "|"}}"#, Role::Effect),
        (r#"{"Version": "|", "Statement": []}"#, Role::Version),
        (
            r#"{"Statement": [{"Principal": {"|": 1}}]}"#,
            Role::PrincipalType,
        ),
        (r#"{"Statement": [{"Principal": "|"}]}"#, Role::Everyone),
        // Permissions of Lambda have an action and a principal, too.
        (
            r#"{"Principal": "s3.amazonaws.com", "Action": "|"}"#,
            Role::Action,
        ),
        (
            r#"{"Statement": [{"Principal": {"AWS": ["|"]}}]}"#,
            Role::Principal("AWS".to_string()),
        ),
        (r#"{"Statement": [{"Condition": {"Str|"#, Role::Operator),
        (
            r#"{"Statement": [{"Condition": {"Bool": {"aws:|"#,
            key("Bool"),
        ),
        (
            r#"{"Statement": [{"Condition": {"Bool": {"a:b": "|"#,
            value("Bool", "a:b"),
        ),
        (
            r#"{"Statement": [{"Condition": {"Bool": {"a:b": ["x", "|"]}}}]}"#,
            value("Bool", "a:b"),
        ),
        (
            r#"{"Resources": {"R": {"PolicyDocument": {"Statement": {"Action": {"Fn::Sub": "|"}}}}}}"#,
            Role::Action,
        ),
    ] {
        role(text, Syntax::Json, &expected);
    }
}

#[test]
fn places_without_a_policy() {
    for (text, syntax) in [
        (r#"{"name": "|"}"#, Syntax::Json),
        (r#"{"scripts": {"|": 1}}"#, Syntax::Json),
        (r#"{"Version": "|"}"#, Syntax::Json),
        (r#"{"Statement": [{"Sid": "|"}]}"#, Syntax::Json),
        (r#"{"Condition": "x"} |"#, Syntax::Json),
        // Where only an object or a list is right.
        (r#"{"Statement": ["|"]}"#, Syntax::Json),
        (r#"{"Statement": [{"Condition": "|"}]}"#, Syntax::Json),
        (
            r#"{"Statement": [{"Condition": {"Bool": "|"}}]}"#,
            Syntax::Json,
        ),
        // What only has a name of a policy.
        (
            "Resources:\n  R:\n    Type: AWS::S3::Bucket\n    Condition: |\n",
            Syntax::Yaml,
        ),
        (
            r#"{"Type": "Task", "Resource": "|", "Next": "x"}"#,
            Syntax::Json,
        ),
        (r#"{"Action": "x", "|": 1}"#, Syntax::Json),
        (
            "resource \"aws_wafv2_web_acl\" \"a\" {\n  rule {\n    statement {\n      |\n",
            Syntax::Hcl,
        ),
        (
            "resource \"aws_lb_listener_rule\" \"a\" {\n  condition {\n    |\n",
            Syntax::Hcl,
        ),
        (
            "resource \"azurerm_role_definition\" \"a\" {\n  permissions {\n    actions = [\"|\"]\n",
            Syntax::Hcl,
        ),
        // What is Terraform's.
        (
            "data \"aws_iam_policy_document\" \"d\" {\n  dynamic \"statement\" {\n    |\n",
            Syntax::Hcl,
        ),
        (
            "data \"aws_iam_policy_document\" \"d\" {\n  dynamic \"statement\" {\n    for_each = \"|\"\n",
            Syntax::Hcl,
        ),
        // The names of a template.
        (
            r#"{"Statement": [{"Resource": {"Fn::GetAtt": ["|"]}}]}"#,
            Syntax::Json,
        ),
        (
            "Statement:\n  - Effect: Allow\n    Resource: !GetAtt |\n",
            Syntax::Yaml,
        ),
        ("|", Syntax::Json),
        ("|", Syntax::Yaml),
        ("|", Syntax::Hcl),
        ("jobs:\n  build:\n    runs-on: |\n", Syntax::Yaml),
        ("# Action: |\n", Syntax::Yaml),
        (
            "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"|\"\n}\n",
            Syntax::Hcl,
        ),
    ] {
        assert!(at(text, syntax).is_none(), "{text}: {:?}", at(text, syntax));
    }
}

#[test]
fn yaml_that_is_not_finished() {
    let head = "Resources:\n  R:\n    Properties:\n      PolicyDocument:\n        Statement:\n";
    for (text, expected) in [
        (
            "          - Effect: Allow\n            Action: s3:|",
            Role::Action,
        ),
        (
            "          - Effect: Allow\n            Action:\n              - s3:GetObject\n              - |",
            Role::Action,
        ),
        (
            "          - Effect: Allow\n            Action:\n            - '|\n            Resource: x",
            Role::Action,
        ),
        ("          - Action: [s3:GetObject, |]\n", Role::Action),
        (
            "          - Action: [\n              s3:GetObject,\n              s3:|\n",
            Role::Action,
        ),
        (
            "          - {Effect: Allow, Action: 's3:|'}\n",
            Role::Action,
        ),
        ("          - Action: !Sub 's3:|'\n", Role::Action),
        ("          - Resource: !Sub arn:aws:s3:::|", Role::Resource),
        (
            "          - Effect: |\n            Action: x\n",
            Role::Effect,
        ),
        (
            "          - Effect: Allow\n            |\n            Resource: x\n",
            Role::Name(Block::Statement),
        ),
        ("          - |", Role::Name(Block::Statement)),
        ("          - Condition:\n              |\n", Role::Operator),
        (
            "          - Condition:\n              Bool:\n                |\n",
            key("Bool"),
        ),
        (
            "          - Condition:\n              Bool:\n                aws:x: |\n",
            value("Bool", "aws:x"),
        ),
        (
            "          - Condition: {Bool: {'aws:x': '|'}}\n",
            value("Bool", "aws:x"),
        ),
        (
            "          - Principal:\n              Service: |\n",
            Role::Principal("Service".to_string()),
        ),
        (
            "          - Principal:\n              |\n",
            Role::PrincipalType,
        ),
        ("          - Principal: '|'\n", Role::Everyone),
        (
            "          - Resource: !Sub\n              - arn:aws:s3:::|\n              - A: b\n",
            Role::Resource,
        ),
    ] {
        role(&format!("{head}{text}"), Syntax::Yaml, &expected);
    }
    let json =
        "Resources:\n  R:\n    PolicyDocument: |\n      {\"Statement\": [{\"Action\": \"@\"}]}\n";
    let (before, after) = json.split_once('@').unwrap_or_default();
    let found = in_text(&format!("{before}{after}"), before.len(), Syntax::Yaml);
    assert_eq!(
        found.map(|found| (found.role, found.syntax)),
        Some((Role::Action, Syntax::Json))
    );
}

#[test]
fn hcl_that_is_not_finished() {
    let statement =
        |text: &str| format!("data \"aws_iam_policy_document\" \"d\" {{\n  statement {{\n{text}\n");
    for (text, expected) in [
        ("    actions = [\"s3:|", Role::Action),
        (
            "    actions = [\n      \"s3:GetObject\",\n      |\n    ]\n    resources = [\"*\"]\n  }\n}",
            Role::Action,
        ),
        ("    actions = concat(local.x, [\"s3:|\"])", Role::Action),
        (
            "    resources = [\"${aws_s3_bucket.b.arn}/\", \"|\"]",
            Role::Resource,
        ),
        ("    eff|", Role::Name(Block::TerraformStatement)),
        (
            "    effect = \"Allow\"\n    |\n    resources = [\"*\"]\n  }",
            Role::Name(Block::TerraformStatement),
        ),
        ("    effect = \"|\"", Role::Effect),
        (
            "    condition {\n      |",
            Role::Name(Block::TerraformCondition),
        ),
        ("    condition {\n      test = \"|\"\n    }", Role::Operator),
        (
            "    condition {\n      test     = \"Bool\"\n      variable = \"|\"\n    }",
            key("Bool"),
        ),
        (
            "    condition {\n      test     = \"Bool\"\n      variable = \"a:b\"\n      values = [\"|\"]\n    }",
            value("Bool", "a:b"),
        ),
        (
            "    principals {\n      type = \"AWS\"\n      identifiers = [\"|\"]",
            Role::Principal("AWS".to_string()),
        ),
    ] {
        role(&statement(text), Syntax::Hcl, &expected);
    }
    let dynamic = |text: &str| {
        statement("").replace(
            "statement {\n",
            &format!("dynamic \"statement\" {{\n    for_each = var.x\n    content {{\n{text}\n"),
        )
    };
    for (text, expected) in [
        ("      |", Role::Name(Block::TerraformStatement)),
        ("      actions = [\"|\"]", Role::Action),
        (
            "      dynamic \"condition\" {\n        content {\n          test = \"|\"",
            Role::Operator,
        ),
        (
            "      dynamic \"condition\" {\n        content {\n          test = \"Bool\"\n          variable = \"|\"",
            key("Bool"),
        ),
    ] {
        role(&dynamic(text), Syntax::Hcl, &expected);
    }
    let encoded = "resource \"aws_iam_policy\" \"p\" {\n  policy = jsonencode({\n    Statement = [{\n      Action = \"|\"\n      Resource = \"*\"\n    }]\n  })\n}\n";
    role(encoded, Syntax::Hcl, &Role::Action);
    role(&encoded.replace("\"|\"", "[|]"), Syntax::Hcl, &Role::Action);
    let heredoc = "resource \"aws_iam_policy\" \"p\" {\n  policy = <<-EOT\n    {\"Statement\": [{\"Action\": \"|\"}]}\n  EOT\n}\n";
    role(heredoc, Syntax::Hcl, &Role::Action);
}

#[test]
fn what_the_rest_of_the_statement_says() {
    let text = r#"{"Statement": [{"Action": ["a:A", "b:B"], "Resource": "|"}, {"Action": "c:C"}]}"#;
    let found = at(text, Syntax::Json).unwrap_or_else(|| panic!());
    assert_eq!(found.actions, ["a:A", "b:B"]);
    assert!(!found.not_actions && found.known_actions().is_empty());
    let text =
        "statement {\n  not_actions = [\"a:A\"]\n  condition {\n    variable = \"|\"\n  }\n}";
    let found = at(text, Syntax::Hcl).unwrap_or_else(|| panic!());
    assert_eq!(found.actions, ["a:A"]);
    assert!(found.not_actions);
    let text = r#"{"Statement": [{"Sid": "x", "Effect": "Allow", "|": 1}]}"#;
    let found = at(text, Syntax::Json).unwrap_or_else(|| panic!());
    assert_eq!(found.names, ["Sid", "Effect"]);
}

#[test]
fn every_place_of_a_damaged_text_is_read() {
    let texts = [
        (
            r#"{"Statement": [{"Action": ["s3:Get*"], "Condition": {"Bool": {"a:b": "true"}}}]}"#,
            Syntax::Json,
        ),
        (
            "A:\n  - B: [c, {d: 'e'}]\n    F: |\n      x\n  - G:\n    - \"h\n",
            Syntax::Yaml,
        ),
        (
            "a \"b\" \"c\" {\n  d = [e, {f = g(\"${h[\"i\"]}\")}]\n  j = <<-K\n  l\n  K\n}\n",
            Syntax::Hcl,
        ),
    ];
    let insertions = [
        "",
        "{",
        "[",
        "(",
        "\"",
        "'",
        "- ",
        ": ",
        "= ",
        "}",
        "]",
        "\n",
        "\u{1f600}",
        "<<X\n",
        "${",
    ];
    for (text, syntax) in texts {
        for (place, _) in text.char_indices() {
            for insertion in insertions {
                let (before, after) = text.split_at(place);
                for damaged in [
                    format!("{before}{insertion}{after}"),
                    format!("{before}{insertion}"),
                ] {
                    for at in [0, place, damaged.len()] {
                        for syntax in [syntax, Syntax::Yaml] {
                            if let Some(found) = in_text(&damaged, at, syntax) {
                                assert!(damaged.get(found.span.start..found.span.end).is_some());
                            }
                        }
                    }
                }
            }
        }
    }
    // Deep and wide ones, which must end soon.
    for (text, syntax) in [
        ("[".repeat(100_000), Syntax::Json),
        ("{\"a\":".repeat(50_000), Syntax::Json),
        ("a {\n".repeat(50_000), Syntax::Hcl),
        ("a ".repeat(100_000), Syntax::Hcl),
        ("- ".repeat(50_000), Syntax::Yaml),
        (
            (0..2_000).map(|depth| " ".repeat(depth) + "a:\n").collect(),
            Syntax::Yaml,
        ),
        ("a: {\n".repeat(2_000), Syntax::Yaml),
        (
            (0..2_000)
                .rev()
                .map(|depth| " ".repeat(depth) + "a:\n")
                .collect(),
            Syntax::Yaml,
        ),
    ] {
        let _ = in_text(&text, text.len(), syntax);
    }
}
