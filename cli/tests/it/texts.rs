//! Policies as JSON text, with positions inside the text.

use crate::support::{Directory, has};

const DOCUMENT: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"logs:PutLogEvnts","Resource":"*"}]}"#;

#[test]
fn json_text_in_every_style() {
    let directory = Directory::new("texts");
    let head = "Resources:\n  A:\n    Type: AWS::Logs::ResourcePolicy\n    Properties:\n      PolicyName: a\n      PolicyDocument: ";
    let double = DOCUMENT.replace('"', "\\\"");
    let action = "logs:PutLogEvnts";
    for (name, value) in [
        ("single.yaml", format!("'{DOCUMENT}'")),
        ("double.yaml", format!("\"{double}\"")),
        ("block.yaml", format!("|\n        {DOCUMENT}")),
        ("folded.yaml", format!(">-\n        {}", DOCUMENT.replace("},\"Action\"", "},\n        \"Action\""))),
        ("sub.yaml", format!("!Sub '{}'", DOCUMENT.replace("\"*\"", "\"arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${!x}\""))),
        ("join.yaml", format!("!Sub\n        - '{DOCUMENT}'\n        - {{}}")),
        ("object.yaml", DOCUMENT.to_string()),
        ("text.yaml", format!("\n        Fn::ToJsonString: {DOCUMENT}")),
    ] {
        let text = format!("{head}{value}\n");
        directory.file(name, &text);
        let found = directory.found(&[name]);
        let found = (found.iter())
            .find(|found| found["id"] == "INVALID_ACTION")
            .unwrap_or_else(|| panic!("{name}: {found:?}"));
        let at = text.find("PutLogEvnts").unwrap();
        let line = text[..at].matches('\n').count() + 1;
        let column = at - text[..at].rfind('\n').unwrap();
        assert_eq!((&found["line"], &found["column"]), (&line.into(), &column.into()), "{name} {action}");
        assert!(found["path"].as_str().unwrap().ends_with("Statement[0].Action"), "{found}");
    }
    let json = format!(
        "{{\"Resources\":{{\"A\":{{\"Type\":\"AWS::Logs::ResourcePolicy\",\"Properties\":{{\"PolicyDocument\":{}}}}}}}}}",
        serde_json::to_string(DOCUMENT).unwrap()
    );
    directory.file("a.json", &json);
    let line = format!(
        "INVALID_ACTION Resources.A.Properties.PolicyDocument.Statement[0].Action 1:{}",
        json.find("PutLogEvnts").unwrap() + 1
    );
    has(&directory.lines(&["a.json"]), &line);
}

#[test]
fn fixes_keep_the_style_of_the_text() {
    let directory = Directory::new("texts_fix");
    let text = format!(
        "Resources:\n  A:\n    Type: AWS::SNS::TopicPolicy\n    Properties:\n      PolicyDocument: '{}'\n",
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"it''s","Effect":"Deny","Principal":"*","Action":"sns:publish","Resource":"*"}]}"#
    );
    directory.file("a.yaml", &text);
    assert_eq!(directory.run(&["fix", "a.yaml"]).code, 0);
    assert_eq!(
        directory.text("a.yaml"),
        text.replace("sns:publish", "sns:Publish")
    );
}

#[test]
fn every_property_that_holds_a_policy() {
    let directory = Directory::new("properties");
    let document =
        r#"{"Version":"2012-10-17","Statement":[{"Efect":"Allow","Action":"x:Y","Resource":"*"}]}"#;
    for (kind, properties) in [
        ("AWS::S3::BucketPolicy", "{PolicyDocument: DOC}"),
        ("AWS::SQS::QueueInlinePolicy", "{PolicyDocument: DOC}"),
        ("AWS::ECR::Repository", "{RepositoryPolicyText: DOC}"),
        ("AWS::Backup::BackupVault", "{AccessPolicy: DOC}"),
        (
            "AWS::DynamoDB::Table",
            "{ResourcePolicy: {PolicyDocument: DOC}}",
        ),
        (
            "AWS::DynamoDB::GlobalTable",
            "{Replicas: [{ResourcePolicy: {PolicyDocument: DOC}}]}",
        ),
        (
            "AWS::Organizations::Policy",
            "{Type: SERVICE_CONTROL_POLICY, Content: DOC}",
        ),
        ("AWS::Transfer::User", "{Policy: DOC}"),
        ("AWS::EC2::VPCEndpoint", "{PolicyDocument: DOC}"),
        ("AWS::SSO::PermissionSet", "{InlinePolicy: DOC}"),
        (
            "AWS::IAM::User",
            "{Policies: [{PolicyName: a, PolicyDocument: DOC}]}",
        ),
        (
            "AWS::IAM::Role",
            "{AssumeRolePolicyDocument: !If [A, DOC, !Ref AWS::NoValue]}",
        ),
    ] {
        for value in [document.to_string(), format!("'{document}'")] {
            let values = properties.replace("DOC", &value);
            directory.file(
                "a.yaml",
                format!("Resources:\n  A:\n    Type: {kind}\n    Properties: {values}\n"),
            );
            let lines = directory.lines(&["a.yaml"]);
            assert!(
                lines
                    .iter()
                    .any(|line| line.starts_with("INVALID_POLICY_ELEMENT ")),
                "{kind} {value}: {lines:#?}"
            );
        }
        // One that is not known is mentioned.
        let values = properties.replace("DOC", "!Ref Unknown");
        directory.file(
            "a.yaml",
            format!("Resources:\n  A:\n    Type: {kind}\n    Properties: {values}\n"),
        );
        let done = directory.run(&["check", "a.yaml"]);
        assert!(
            done.out
                .contains("the policy is not known before deployment"),
            "{kind}: {}",
            done.out
        );
    }
}

#[test]
fn what_only_looks_like_a_policy_is_not_checked() {
    let directory = Directory::new("not_iam");
    directory.file(
        "a.yaml",
        r#"Resources:
  T:
    Type: AWS::SNS::Topic
    Properties:
      DataProtectionPolicy: {Name: x, Version: "2021-06-01", Statement: [{Sid: a, DataDirection: Inbound, Principal: ["*"], DataIdentifier: ["arn:aws:dataprotection::aws:data-identifier/Name"], Operation: {Deny: {}}}]}
  E:
    Type: AWS::Events::EventBusPolicy
    Properties:
      EventBusName: default
      StatementId: a
      Statement: {Effect: Allow, Principal: {AWS: "arn:aws:iam::123456789012:root"}, Action: "events:PutEvents", Resource: "arn:aws:events:us-east-1:123456789012:event-bus/default"}
  O:
    Type: AWS::Organizations::Policy
    Properties: {Type: TAG_POLICY, Name: a, Content: {tags: {}}}
"#,
    );
    assert_eq!(
        directory.lines(&["--deny", "suggestion", "a.yaml"]),
        [""; 0]
    );
    let done = directory.run(&["check", "a.yaml"]);
    assert!(
        done.out.ends_with("1 policy in 1 file: nothing found\n"),
        "{}",
        done.out
    );
}

/// A `Version` and a `Statement` together are a policy only when the version is one of IAM's, or is not known yet.
#[test]
fn a_version_of_something_else_is_not_that_of_a_policy() {
    let directory = Directory::new("versions");
    for (version, policies) in [
        ("3", 0),
        ("true", 0),
        ("null", 0),
        ("[2012-10-17]", 0),
        ("2012-10-18", 0),
        ("2012-10-17", 1),
        ("'2008-10-17'", 1),
        ("!Ref V", 1),
    ] {
        directory.file(
            "a.yaml",
            format!("rules:\n  Version: {version}\n  Statement: [{{Sid: a}}]\n"),
        );
        let done = directory.run(&["check", "a.yaml"]);
        let found = usize::from(done.out.contains("1 policy in 1 file"));
        assert_eq!(found, policies, "{version}: {}", done.out);
    }
}

#[test]
fn statements_in_loops_are_found() {
    let directory = Directory::new("loops");
    directory.file(
        "a.yaml",
        "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::P:\n    - Name\n    - [a, b]\n    - P${Name}:\n        Type: AWS::IAM::ManagedPolicy\n        Properties:\n          PolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 'rekognition:Detect', Resource: '*'}]}\n",
    );
    let lines = directory.lines(&["a.yaml"]);
    assert!(lines[0].starts_with("INVALID_ACTION "), "{lines:?}");
}

#[test]
fn policies_of_vpc_endpoints_are_a_kind_of_their_own() {
    let directory = Directory::new("vpc_endpoint");
    let stack = |statement: &str| {
        format!(
            "Resources:\n  E:\n    Type: AWS::EC2::VPCEndpoint\n    Properties:\n      PolicyDocument: {{Version: '2012-10-17', Statement: [{{Effect: Allow, {statement}}}]}}\n"
        )
    };
    directory.file(
        "a.yaml",
        stack("Principal: '*', Action: 'rekognition:*', Resource: '*'"),
    );
    assert_eq!(
        directory
            .run(&["check", "--deny", "warning", "a.yaml"])
            .code,
        0
    );
    directory.file(
        "a.yaml",
        stack("Action: 'rekognition:DetectLabels', Resource: '*'"),
    );
    let done = directory.run(&["check", "a.yaml"]);
    assert!(
        done.out
            .contains("a VPC endpoint policy must have `Principal`"),
        "{}",
        done.out
    );
    // As a file of its own.
    directory.file("p.json", r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"rekognition:DetectLabels","Resource":"*"}]}"#);
    assert_eq!(directory.run(&["check", "p.json"]).code, 0);
    assert_eq!(
        directory
            .run(&["check", "--kind", "vpc-endpoint", "p.json"])
            .code,
        1
    );
}

/// The help is what to type at that place of that file, where `${` may belong to the tool that reads the file first.
#[test]
fn a_variable_is_spelled_as_its_file_has_to_spell_it() {
    let directory = Directory::new("spelled");
    let statement =
        |resource: &str| format!("{{Effect: Allow, Action: 's3:GetObject', Resource: {resource}}}");
    let template = |resource: &str| {
        format!(
            "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument: {{Version: '2012-10-17', Statement: [{}]}}\n",
            statement(resource)
        )
    };
    let text = r#"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::b/&{aws:username}/*\"}]}"#;
    for (file, written, help) in [
        (
            "a.yaml",
            template("'arn:aws:s3:::b/&{aws:username}/*'"),
            "write `${aws:username}`",
        ),
        (
            "b.yaml",
            template("!Sub 'arn:aws:s3:::b/&{aws:username}/*'"),
            "write `${!aws:username}`",
        ),
        (
            "c.yaml",
            template("{'Fn::Sub': 'arn:aws:s3:::b/&{aws:username}/*'}"),
            "write `${!aws:username}`",
        ),
        (
            "serverless.yml",
            format!(
                "service: a\nprovider:\n  name: aws\n  iam:\n    role:\n      statements:\n        - {}\n",
                statement("'arn:aws:s3:::b/&{aws:username}/*'")
            ),
            "write `\\${aws:username}`",
        ),
        (
            "a.tf.json",
            format!(
                r#"{{"resource":{{"aws_iam_policy":{{"p":{{"name":"p","policy":"{text}"}}}}}}}}"#
            ),
            "write `$${aws:username}`",
        ),
        ("a.json", text.replace('\\', ""), "write `${aws:username}`"),
    ] {
        directory.file(file, &written);
        let done = directory.run(&["check", "--format", "json", file]);
        let found: Vec<&str> = (done.out.lines())
            .filter(|line| line.contains("REKOGNITION_IAM_FOREIGN_ESCAPE"))
            .collect();
        let help = help.replace('\\', "\\\\");
        assert!(
            matches!(found.as_slice(), [one] if one.contains(&format!("\"help\":\"{help}\""))),
            "{file}: {}",
            done.out
        );
    }
}

#[test]
fn one_statement_in_a_text_and_a_policy_in_a_text_in_a_text() {
    let directory = Directory::new("texts_in_texts");
    let found = |text: &str| -> Vec<(String, String)> {
        directory.file("a.yaml", text);
        let found = directory.found(&["a.yaml"]);
        let field =
            |found: &serde_json::Value, name: &str| found[name].as_str().unwrap().to_owned();
        (found.iter())
            .map(|found| (field(found, "id"), field(found, "path")))
            .collect()
    };
    for function in ["", "!Sub "] {
        let policy = |action: &str| {
            format!(
                "Resources:\n  E: {{Type: AWS::Events::EventBusPolicy, Properties: {{StatementId: x, Statement: {function}'{{\"Effect\":\"Allow\",\"Principal\":{{\"AWS\":\"123456789012\"}},\"Action\":\"events:{action}\",\"Resource\":\"arn:aws:events:us-east-1:123456789012:event-bus/default\"}}'}}}}\n"
            )
        };
        assert_eq!(found(&policy("PutEvents")), []);
        let wrong = found(&policy("PutEventsX"));
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        assert_eq!(wrong[0].0, "INVALID_ACTION");
    }
    let call = |action: &str| {
        let inner = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"444455556666"}},"Action":"rekognition:{action}","Resource":"arn:aws:rekognition:eu-west-1:111122223333:project/p/version/*/*"}}]}}"#
        );
        let outer = serde_json::json!({"service": "Rekognition", "action": "putProjectPolicy", "parameters": {"PolicyName": "copy", "PolicyDocument": inner}});
        let template = serde_json::json!({"Resources": {"C": {"Type": "Custom::AWS", "Properties": {"Create": outer.to_string()}}}});
        template.to_string()
    };
    assert_eq!(found(&call("CopyProjectVersion")), []);
    let wrong = found(&call("CopyProjectVersionX"));
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert!(
        wrong[0]
            .1
            .starts_with("Resources.C.Properties.Create.parameters.PolicyDocument"),
        "{wrong:?}"
    );
    // In another way, the text is only known after deployment.
    let joined = r#"{"Resources": {"C": {"Type": "Custom::AWS", "Properties": {"Create": {"Fn::Join": ["", ["{\"a\":\"", {"Ref": "P"}, "\",\"b\":\"{\\\"Statement\\\":[]}\"}"]]}}}}}"#;
    directory.file("a.yaml", joined);
    let text = directory.run(&["check", "--no-config", "a.yaml"]).out;
    assert!(
        text.contains("Resources.C.Properties.Create: the policy is not known"),
        "{text}"
    );
}

#[test]
fn terraform_reads_policy_variables_as_its_own() {
    let directory = Directory::new("texts_terraform");
    let found = |resource: &str| -> Vec<String> {
        let text = format!(
            r#"{{"resource": {{"aws_iam_policy": {{"p": {{"policy": "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"{resource}\"}}]}}"}}}}}},
                "data": {{"aws_iam_policy_document": {{"d": {{"statement": [{{"actions": ["s3:GetObject"], "resources": ["{resource}"]}}]}}}}}}}}"#
        );
        directory.file("main.tf.json", &text);
        let found = directory.found(&["main.tf.json"]);
        let ids = found
            .iter()
            .map(|found| found["id"].as_str().unwrap().to_owned());
        ids.collect()
    };
    let wrong = ["REKOGNITION_IAM_SUBSTITUTION"; 2];
    assert_eq!(found("arn:aws:s3:::b/${aws:username}/*"), wrong);
    assert_eq!(found("arn:aws:s3:::b/${AWS::AccountId}/*"), wrong);
    for right in [
        "arn:aws:s3:::b/$${aws:username}/*",
        "arn:aws:s3:::${var.bucket}/*",
        "${var.x ? \\\"a:b\\\" : var.y}",
        "${provider::aws::arn_build(var.a)}",
    ] {
        assert_eq!(found(right), [""; 0], "{right}");
    }
}
