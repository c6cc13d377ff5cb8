//! What `check` takes and what its exit codes are.

use serde_json::json;

use crate::support::{CLEAN, Directory, WRONG};

#[test]
fn exit_codes() {
    let directory = Directory::new("exit_codes");
    directory
        .file("clean.json", CLEAN)
        .file("wrong.json", WRONG)
        .file(
            "advice.json",
            CLEAN.replace("{\"Effect\"", "{\"Sid\": \"\", \"Effect\""),
        )
        .file(
            "broken.json",
            "{\"Version\": \"2012-10-17\",\n \"Statement\": [}",
        );
    assert_eq!(directory.run(&["check", "clean.json"]).code, 0);
    assert_eq!(directory.run(&["check", "wrong.json"]).code, 1);
    assert_eq!(directory.run(&["check", "advice.json"]).code, 0);
    assert_eq!(
        directory
            .run(&["check", "--deny", "suggestion", "advice.json"])
            .code,
        1
    );
    assert_eq!(directory.run(&["check", "broken.json"]).code, 2);
    assert_eq!(directory.run(&["check", "absent.json"]).code, 2);
    assert_eq!(directory.run(&["check"]).code, 2);
    assert_eq!(
        directory
            .run(&["check", "--kind", "bucket", "clean.json"])
            .code,
        2
    );
}

#[test]
fn a_bad_file_never_stops_the_others() {
    let directory = Directory::new("bad_file");
    directory
        .file(
            "a.json",
            "{\"Version\": \"2012-10-17\",\n \"Statement\": [}",
        )
        .file("b.json", WRONG)
        .file("c.json", [b'{', 0xff, b'}'])
        .file("d.json", [0xff, 0xfe, b'{', 0]);
    let done = directory.run(&[
        "check",
        "absent.json",
        "a.json",
        "c.json",
        "d.json",
        "b.json",
    ]);
    assert_eq!(done.code, 2);
    assert!(
        done.err.contains("absent.json: no such file or directory"),
        "{}",
        done.err
    );
    assert!(
        done.err
            .contains("c.json: line 1 column 2: the text is not UTF-8"),
        "{}",
        done.err
    );
    assert!(
        done.err
            .contains("d.json: the file is UTF-16; re-save it as UTF-8"),
        "{}",
        done.err
    );
    assert!(
        done.out
            .contains("error[JSON_SYNTAX_ERROR]: expected a value, found `}`"),
        "{}",
        done.out
    );
    assert!(done.out.contains(" --> a.json:2:16"), "{}", done.out);
    assert!(done.out.contains("error[INVALID_ACTION]"), "{}", done.out);
}

#[test]
fn kinds_are_detected_and_set() {
    let directory = Directory::new("kinds");
    let trust = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "rekognition.amazonaws.com"}, "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}]}"#;
    directory.file("trust.json", trust);
    assert_eq!(directory.run(&["check", "trust.json"]).code, 0);
    for kind in ["role-trust", "identity", "session"] {
        assert_ne!(
            directory.run(&["check", "--kind", kind, "trust.json"]).code,
            2
        );
    }
}

#[test]
fn help_is_about_what_was_written() {
    let directory = Directory::new("helps");
    let check = |action: &str, resource: &str| {
        let resource = resource.replace("..", "us-east-1:111122223333:");
        directory.json(
            "p.json",
            &json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": [resource]}]}),
        );
        directory.run(&["check", "--no-config", "p.json"]).out
    };
    for (action, resource, help) in [
        (
            "elasticfilesystem:ClientMount",
            "arn:aws:efs:..file-system/fs-1",
            "write `elasticfilesystem`, which is the service of the actions",
        ),
        (
            "lambda:InvokeFunction",
            "arn:aws:lambda:..f",
            "the ARN format for these actions is `arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}`",
        ),
        (
            "dynamodb:GetItem",
            "arn:aws:dynamodb:..t",
            "the ARN format for these actions is `arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}`",
        ),
        (
            "logs:CreateLogGroup",
            "arn:aws:logs:../aws/lambda/f",
            "log-group:${LogGroupName}",
        ),
        (
            "lambda:InvokeFunction",
            "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:..function:f/invocations",
            "name the ARN of what is called",
        ),
    ] {
        let out = check(action, resource);
        assert!(out.contains(help), "{out}");
        assert_eq!(out.matches("error[").count(), 1, "{out}");
    }
}

/// AWS managed policies in conditions and resources, in a policy, a template, and a configuration.
#[test]
fn managed_policies_that_a_policy_names() {
    let directory = Directory::new("named_policies");
    let rule = "REKOGNITION_IAM_UNKNOWN_MANAGED_POLICY";
    let policy = |name: &str, resource: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[
  {{"Effect":"Allow","Action":"iam:AttachRolePolicy","Resource":"arn:aws:iam::123456789012:role/*","Condition":{{"ArnEquals":{{"iam:PolicyARN":["arn:aws:iam::aws:policy/{name}"]}}}}}},
  {{"Effect":"Allow","Action":"iam:GetPolicy","Resource":"arn:aws:iam::aws:policy/{resource}"}}]}}"#
        )
    };
    let (right, wrong) = ("AmazonRekognitionFullAccess", "AmazonRekognitionFullAcess");
    directory
        .file("right.json", policy(right, "AmazonRekognition*"))
        .file("wrong.json", policy(wrong, "Rekognition*"));
    assert_eq!(directory.lines(&["right.json"]), [""; 0]);
    assert_eq!(
        directory.lines(&["wrong.json"]),
        [
            format!("{rule} Statement[0].Condition.ArnEquals[\"iam:PolicyARN\"][0] 2:142"),
            format!("{rule} Statement[1].Resource 3:57"),
        ]
    );
    // An empty argument of Terraform is one that is not there.
    let role = |boundary: &str| {
        format!(
            "resource \"aws_iam_role\" \"r\" {{\n  permissions_boundary = \"{boundary}\"\n  assume_role_policy = jsonencode({{Version = \"2012-10-17\", Statement = [{{Effect = \"Allow\", Principal = {{Service = \"rekognition.amazonaws.com\"}}, Action = \"sts:AssumeRole\", Condition = {{StringEquals = {{\"aws:SourceAccount\" = \"123456789012\"}}}}}}]}})\n}}\n"
        )
    };
    for (boundary, count) in [("", 0), ("admin", 1)] {
        directory.file("role.tf", role(boundary));
        let found = directory.lines(&["role.tf"]);
        let named = found.iter().filter(|line| line.starts_with(rule));
        assert_eq!(named.count(), count, "{boundary}: {found:#?}");
    }
    let template = |name: &str| {
        format!(
            "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Version: '2012-10-17'\n        Statement:\n          - Effect: Allow\n            Action: iam:DetachRolePolicy\n            Resource: '*'\n            Condition: {{ArnEquals: {{'iam:PolicyARN': !Sub 'arn:${{AWS::Partition}}:iam::aws:policy/{name}'}}}}\n"
        )
    };
    for (name, count) in [
        (right, 0),
        (wrong, 1),
        ("${Given}", 0),
        ("Amazon${Given}", 0),
    ] {
        directory.file("a.yaml", template(name));
        let found = directory.lines(&["a.yaml"]);
        let named = found.iter().filter(|line| line.starts_with(rule));
        assert_eq!(named.count(), count, "{name}: {found:#?}");
    }
}

/// Functions of CloudFormation in a policy by itself are one mistake, and the rest of it is checked.
#[test]
fn functions_of_cloudformation_in_a_policy_by_itself() {
    let directory = Directory::new("functions_alone");
    let policy = |resource: &str, action: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"s3:{action}","Resource":[{resource},"arn:aws:s3:::b/*"]}}]}}"#
        )
    };
    let sub = r#"{"Fn::Sub":"arn:aws:s3:::${Bucket}/*"},{"Ref":"Other"}"#;
    directory
        .file("a.json", policy(sub, "GetObjct"))
        .file("new.json", policy(sub, "GetObject"))
        .file(
            "object.json",
            policy(r#"{"Arn":"arn:aws:s3:::c/*"}"#, "GetObject"),
        );
    let found = directory.found(&["a.json"]);
    let ids: Vec<_> = found.iter().map(|found| &found["id"]).collect();
    assert_eq!(ids, ["INVALID_ACTION", "DATA_TYPE_MISMATCH"], "{found:#?}");
    assert_eq!(
        found[1]["message"],
        "`Fn::Sub` is a function of CloudFormation, which IAM does not have"
    );
    // Another object is one value that is not a string.
    let object = directory.found(&["object.json"]);
    assert!(
        object[0].to_string().contains("found an object"),
        "{object:#?}"
    );
    // Other commands read it too.
    let done = directory.run(&["diff", "a.json", "new.json"]);
    let said = format!("{}{}", done.out, done.err);
    assert!(said.contains("function of CloudFormation"), "{said}");
    assert_eq!(done.code, 1, "{}{}", done.out, done.err);
    assert_eq!(directory.run(&["diff", "a.json", "a.json"]).code, 0);
}

/// A line that was meant to end a heredoc says so.
#[test]
fn a_heredoc_that_does_not_end() {
    let directory = Directory::new("heredoc_end");
    let help = "the line that ends a heredoc has nothing but its name";
    for (text, said) in [
        ("p = <<EOF\n{}\nEOF\"\n", true),
        ("p = <<-EOF\n{}\n  EOF)\n", true),
        ("p = <<EOF\n{}\nEOF\nq = 1 2\n", false),
        ("p = 1\nEOF 2\n", false),
    ] {
        directory.file("a.tf", text);
        let done = directory.run(&["check", "a.tf"]);
        assert_eq!(done.code, 2, "{text}: {}", done.out);
        assert_eq!(done.err.contains(help), said, "{text}: {}", done.err);
    }
}

/// Of a service with few actions, all are listed where no name is near.
#[test]
fn all_actions_of_a_small_service() {
    let directory = Directory::new("few_actions");
    let help = |action: &str| {
        directory.file(
            "a.json",
            format!(
                r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"*"}}]}}"#
            ),
        );
        directory.found(&["a.json"])[0]["help"].to_string()
    };
    assert!(help("rds-db:login").contains("all actions: `rds-db:connect`"));
    assert!(help("apigateway:HEAD").contains("`apigateway:GET`"));
    // A near name says enough, and hundreds are no help.
    assert!(!help("rds-db:conect").contains("all actions"));
    assert!(!help("s3:Zzz").contains("all actions"));
}

/// An object of something else is one mistake: it is not a policy, so its names are not misspelled elements.
#[test]
fn an_object_that_is_not_a_policy() {
    let directory = Directory::new("not_a_policy");
    let ids = |document: &str| -> Vec<String> {
        directory.file(
            "a.yaml",
            format!(
                "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument: {document}\n"
            ),
        );
        (directory.found(&["a.yaml"]).iter())
            .map(|found| found["id"].as_str().unwrap().to_string())
            .collect()
    };
    assert_eq!(ids("{file: policy.json}"), ["MISSING_STATEMENT"]);
    assert_eq!(ids("{file: a.json, kind: b}"), ["MISSING_STATEMENT"]);
    // One with an element of a policy is meant as one.
    assert_eq!(
        ids("{Version: '2012-10-17', file: policy.json}"),
        ["MISSING_STATEMENT", "INVALID_POLICY_ELEMENT"]
    );
    let statement = "[{Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*'}]";
    assert_eq!(
        ids(&format!("{{Statment: {statement}}}")),
        ["MISSING_VERSION", "INVALID_POLICY_ELEMENT"]
    );
}
