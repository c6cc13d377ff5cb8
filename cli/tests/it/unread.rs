//! A policy that cannot be read before it is deployed is reported, so that nobody takes it for checked.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::Directory;

/// What `check` prints of a file, without what holds for all of them.
fn check(file: &str, text: &str) -> Vec<String> {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("unread");
    fs::create_dir_all(&directory).unwrap();
    fs::write(directory.join(file), text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_rekognition-iam"))
        .current_dir(&directory)
        .args(["check", "--no-config", file])
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let mut lines: Vec<String> = out.lines().map(str::to_owned).collect();
    lines.retain(|line| {
        line.starts_with("note: ")
            || line.contains(" policies in 1 file: ")
            || line.contains("1 policy in 1 file: ")
    });
    lines
}

#[test]
fn cloudformation() {
    let template = r#"
Resources:
  Given:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: !Ref Document
  Made:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Fn::Transform: {Name: Trust}
      Policies:
        - PolicyName: either
          PolicyDocument: !If
            - Small
            - {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "rekognition:DetectText", Resource: "*"}]}
            - {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "rekognition:DetectFaces", Resource: "*"}]}
  Named:
    Type: AWS::Serverless::Function
    Properties:
      Policies: AmazonRekognitionReadOnlyAccess
"#;
    assert_eq!(
        check("stack.yaml", template),
        [
            "note: stack.yaml: Resources.Given.Properties.PolicyDocument: the policy is not known before deployment and was not checked",
            "note: stack.yaml: Resources.Made.Properties.AssumeRolePolicyDocument: the policy is not known before deployment and was not checked",
            "2 policies in 1 file: nothing found",
        ]
    );
}

#[test]
fn terraform() {
    let configuration = r#"{"resource": {
        "aws_iam_policy": {
            "made": {"policy": "${jsonencode({Version = \"2012-10-17\"})}"},
            "read": {"policy": "${file(\"p.json\")}"},
            "blocks": {"policy": "${data.aws_iam_policy_document.blocks.json}"}
        },
        "aws_kms_key": {"plain": {"description": "without a policy of its own"}},
        "aws_iam_role": {"role": {
            "assume_role_policy": "${var.trust}",
            "inline_policy": [{"name": "a", "policy": "${var.inline}"}]
        }}
    }}"#;
    assert_eq!(
        check("main.tf.json", configuration),
        [
            "note: main.tf.json: resource.aws_iam_policy.made.policy: the policy is not known before deployment and was not checked",
            "note: main.tf.json: resource.aws_iam_policy.read.policy: the policy is not known before deployment and was not checked",
            // The document is in another file, which may not be checked.
            "note: main.tf.json: resource.aws_iam_policy.blocks.policy: the policy is not known before deployment and was not checked",
            "note: main.tf.json: resource.aws_iam_role.role.assume_role_policy: the policy is not known before deployment and was not checked",
            "note: main.tf.json: resource.aws_iam_role.role.inline_policy[0].policy: the policy is not known before deployment and was not checked",
            "0 policies in 1 file: nothing was checked",
        ]
    );
}

#[test]
fn every_format_tells() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("unread_formats");
    fs::create_dir_all(&directory).unwrap();
    let template = "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument: !Ref D\n  Q:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument: {Version: '2012-10-17', Statement: {Effect: Allow, Action: 'rekognition:DetectText', Resource: '*'}}\n";
    fs::write(directory.join("my stack.yaml"), template).unwrap();
    let check = |format: &str, more: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_rekognition-iam"))
            .current_dir(&directory)
            .args(["check", "--no-config", "--format", format, "my stack.yaml"])
            .args(more)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (text(output.stdout), text(output.stderr))
    };
    let note = "Resources.P.Properties.PolicyDocument: the policy is not known before deployment and was not checked";
    // Each line of the report is a finding, and this is none.
    let (out, err) = check("json", &[]);
    assert_eq!(out, "");
    assert_eq!(
        err,
        format!("rekognition-iam: note: my stack.yaml: {note}\n")
    );
    let (out, err) = check("github", &[]);
    assert_eq!(
        (out, err.as_str()),
        (
            format!("::notice file=my stack.yaml,title=not checked::{note}\n"),
            ""
        )
    );
    for (more, expected) in [(&[][..], 1), (&["absent.json"][..], 2)] {
        let (out, _) = check("sarif", more);
        let sarif: serde_json::Value = serde_json::from_str(&out).unwrap();
        let invocation = &sarif["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], more.is_empty());
        let notifications = invocation["toolExecutionNotifications"].as_array().unwrap();
        assert_eq!(notifications.len(), expected);
        assert_eq!(
            notifications.last().unwrap(),
            &serde_json::json!({
                "level": "note",
                "message": {"text": note},
                "locations": [{"physicalLocation": {"artifactLocation": {"uri": "my%20stack.yaml"}}}],
            })
        );
    }
}

#[test]
fn plan() {
    // Terraform leaves out of a plan what it does not know yet.
    let plan = r#"{"format_version": "1.2", "planned_values": {"root_module": {"resources": [
        {"address": "aws_iam_policy.p", "type": "aws_iam_policy", "values": {"name": "p"}},
        {"address": "aws_kms_key.k", "type": "aws_kms_key", "values": {}},
        {"address": "aws_sqs_queue.q", "type": "aws_sqs_queue", "values": {}}
    ]}}}"#;
    assert_eq!(
        check("plan.json", plan),
        [
            "note: plan.json: aws_iam_policy.p: the policy is not known before deployment and was not checked",
            "0 policies in 1 file: nothing was checked",
        ]
    );
}

#[test]
fn files_that_cannot_be_used() {
    for (file, text, expected) in [
        (
            "cut.yaml",
            "Resources: {\n",
            "0 policies in 1 file: nothing was checked; 1 input could not be used",
        ),
        (
            "cut.json",
            r#"{"Version": "2012-10-17", "Statement": ["#,
            "1 policy in 1 file: 1 error; 1 input could not be used",
        ),
    ] {
        assert_eq!(check(file, text), [expected]);
    }
}

#[test]
fn policies_that_a_function_brings_are_mentioned() {
    let directory = Directory::new("unread_functions");
    let trust = "AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]}";
    let notes = |resources: &str| {
        directory.file("a.yaml", format!("Resources:\n{resources}\n"));
        directory.run(&["check", "--no-config", "a.yaml"]).out
    };
    for (properties, path) in [
        (
            "Policies: !FindInMap [a, b, c]",
            "Resources.R.Properties.Policies: ",
        ),
        ("Policies: [!Ref P]", "Resources.R.Properties.Policies[0]: "),
        (
            "'Fn::Transform': {Name: 'AWS::Include', Parameters: {Location: x}}",
            "Resources.R.Properties[\"Fn::Transform\"]: ",
        ),
    ] {
        let text = notes(&format!(
            "  R: {{Type: AWS::IAM::Role, Properties: {{{trust}, {properties}}}}}"
        ));
        assert!(
            text.contains(path) && text.contains("was not checked"),
            "{text}"
        );
    }
    // A role without policies, and one whose policies are left out.
    for properties in [
        "Path: /",
        "Policies: [!Ref 'AWS::NoValue']",
        "ManagedPolicyArns: [!Ref P]",
    ] {
        let text = notes(&format!(
            "  R: {{Type: AWS::IAM::Role, Properties: {{{trust}, {properties}}}}}"
        ));
        assert!(!text.contains("was not checked"), "{text}");
    }
    let text = notes(&format!(
        "  R: {{Type: AWS::IAM::Role, Properties: {{{trust}}}}}\n  'Fn::Transform': {{Name: 'AWS::Include', Parameters: {{Location: x}}}}\n  S: {{Type: AWS::CloudFormation::StackSet, Properties: {{TemplateBody: '{{}}'}}}}"
    ));
    assert!(
        text.contains("Resources[\"Fn::Transform\"]: the resources that it includes"),
        "{text}"
    );
    assert!(
        text.contains("Resources.S.Properties.TemplateBody: the template"),
        "{text}"
    );
}
