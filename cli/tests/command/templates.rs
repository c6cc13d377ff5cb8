//! Policies in templates of CloudFormation and Terraform.

use crate::support::{Folder, has};

pub(crate) const TEMPLATE: &str = r#"AWSTemplateFormatVersion: "2010-09-09"
# Öffnet die Sammlung
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal: {Service: rekognition.amazonaws.com}
            Action: sts:AssumeRole
            Condition:
              StringEquals: {"aws:SourceAccount": !Ref AWS::AccountId}
      Policies:
        - PolicyName: faces
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Action:
                  - rekognition:IndexFaces
                  - 'rekognition:SearchFacs'
                Resource: !Sub "arn:${AWS::Partition}:rekognition:${AWS::Region}:${AWS::AccountId}:collection/${Name}"
              - Effect: Allow
                Action: rekognition:ListFaces
                Resource: !GetAtt Collection.Arn
              - !If
                - Images
                - Effect: Allow
                  Action: s3:GetObjct
                  Resource: {"Fn::Join": ["", ["arn:aws:s3:::", {Ref: Bucket}, "/*"]]}
                - !Ref AWS::NoValue
              - !If [More, !Ref Statement, !Ref AWS::NoValue]
"#;

#[test]
fn cloudformation_in_yaml() {
    let folder = Folder::new("yaml");
    folder.file("stack.yaml", TEMPLATE);
    let base = "Resources.Role.Properties.Policies[0].PolicyDocument";
    let lines = folder.lines(&["stack.yaml"]);
    has(
        &lines,
        &format!("INVALID_ACTION {base}.Statement[0].Action[1] 23:34"),
    );
    has(
        &lines,
        &format!("INVALID_ACTION {base}.Statement[2].Action 31:30"),
    );
    // What depends on values that only a deployment knows is no finding.
    assert_eq!(lines.len(), 2, "{lines:#?}");
    let done = folder.run(&["check", "stack.yaml"]);
    assert!(
        done.out.contains("not known before deployment"),
        "{}",
        done.out
    );
    let done = folder.run(&["fix", "stack.yaml"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(
        done.out
            .contains("+                  - 'rekognition:SearchFaces'\n"),
        "{}",
        done.out
    );
    assert_eq!(
        folder.text("stack.yaml"),
        TEMPLATE
            .replace("SearchFacs", "SearchFaces")
            .replace("GetObjct", "GetObject")
    );
}

#[test]
fn cloudformation_in_json() {
    let folder = Folder::new("template_json");
    let template = r#"{
  "AWSTemplateFormatVersion": "2010-09-09",
  "Resources": {
    "Topic": {"Type": "AWS::SNS::TopicPolicy", "Properties": {"Topics": [{"Ref": "T"}], "PolicyDocument": {
      "Version": "2012-10-17",
      "Statement": {"Effect": "Allow", "Principal": {"Service": {"Fn::Sub": "rekognition.${AWS::URLSuffix}"}},
        "Action": "sns:Publsh", "Resource": {"Ref": "T"}, "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}}
    }}},
    "Other": {"Type": "AWS::S3::Bucket"}
  }
}"#;
    folder.file("stack.template", template);
    let lines = folder.lines(&["stack.template"]);
    has(
        &lines,
        "INVALID_ACTION Resources.Topic.Properties.PolicyDocument.Statement.Action 7:24",
    );
    assert!(
        !lines.iter().any(|line| line.contains("MISSING_")),
        "{lines:#?}"
    );
}

#[test]
fn unknown_values_in_every_place() {
    let folder = Folder::new("unknown");
    let template = r#"Resources:
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: !Ref V
        Id: !Ref I
        Statement:
          - Sid: !Ref S
            Effect: !Ref E
            Action: !Ref A
            Resource: !Ref R
            Condition: !Ref C
          - Effect: Allow
            Action: [!Ref A, "rekognition:DetectLabels"]
            Resource: [!ImportValue x, !Select [0, !Ref L]]
            Condition:
              StringEquals: !FindInMap [a, b, c]
              Bool: {"aws:SecureTransport": !Ref B}
              NumericLessThan: {"aws:MultiFactorAuthAge": !Ref N}
          - Fn::Transform: {Name: x}
  Q:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref B
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Deny
            Principal: !Ref P
            Action: s3:GetObject
            Resource: !Sub "${B.Arn}/*"
          - Effect: Allow
            Principal: {AWS: !Sub "arn:aws:iam::${Account}:role/x", Service: !Ref S}
            Action: s3:GetObject
            Resource: !Sub ["arn:aws:s3:::${b}/*", {b: !Ref B}]
  R:
    Type: AWS::IAM::Policy
    Properties:
      PolicyDocument:
        Statement: !If [a, !Ref B, !Ref C]
        Version: 2012-10-17
"#;
    folder.file("stack.yml", template);
    let done = folder.run(&["check", "--deny", "suggestion", "stack.yml"]);
    assert_eq!((done.code, done.err.as_str()), (0, ""), "{}", done.out);
}

#[test]
fn terraform() {
    let folder = Folder::new("terraform");
    let config = r#"{
  "resource": {"aws_iam_policy": {
    "p": {"policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"rekognition:DetectLabls\",\"Resource\":\"arn:aws:s3:::${var.bucket}/$${aws:username}\"}]}"},
    "q": {"policy": "${data.aws_iam_policy_document.d.json}"},
    "r": {"policy": "{\"Statement\":[${jsonencode(local.statement)}]}"}
  }},
  "data": {"aws_iam_policy_document": {"d": [
    {"statement": [
      {"sid": "Images", "actions": ["s3:GetObject", "s3:GetObjct"], "resources": ["${aws_s3_bucket.b.arn}/*"]},
      {"effect": "Deny", "actions": ["rekognition:*"], "resources": ["*"],
       "condition": [{"test": "StringEquals", "variable": "aws:RequestedRegion", "values": ["us-esat-1"]},
                     {"test": "StringEquals", "variable": "aws:PrincipalTag/team", "values": ["&{aws:PrincipalTag/team}"]}]},
      {"actions": ["sts:AssumeRole"], "principals": [{"type": "AWS", "identifiers": ["${var.account}"]}]}
    ]}
  ]}}
}
"#;
    folder.file("main.tf.json", config);
    let lines = folder.lines(&["main.tf.json"]);
    has(
        &lines,
        "INVALID_ACTION resource.aws_iam_policy.p.policy.Statement[0].Action 3:112",
    );
    has(
        &lines,
        "INVALID_ACTION data.aws_iam_policy_document.d.Statement[0].Action[1] 9:57",
    );
    has(
        &lines,
        "INVALID_REGION data.aws_iam_policy_document.d.Statement[1].Condition.StringEquals[\"aws:RequestedRegion\"][0] 11:93",
    );
    let done = folder.run(&["check", "main.tf.json"]);
    assert!(
        done.out
            .contains("resource.aws_iam_policy.r.policy: it is put together by Terraform"),
        "{}",
        done.out
    );
    assert_eq!(folder.run(&["fix", "main.tf.json"]).code, 0);
    assert_eq!(
        folder.text("main.tf.json"),
        config
            .replace("DetectLabls", "DetectLabels")
            .replace("GetObjct", "GetObject")
            .replace("us-esat-1", "us-east-1")
    );
}

#[test]
fn terraform_plan() {
    let folder = Folder::new("plan");
    let policy = |action: &str| {
        serde_json::json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": action, "Resource": "arn:aws:s3:::b/${aws:username}/*"}]})
        .to_string()
    };
    let trust = serde_json::json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "rekognition.amazonaws.com"}, "Action": "sts:AssumeRol"}]});
    let plan = serde_json::json!({
        "format_version": "1.2",
        "planned_values": {"root_module": {
            "resources": [{"address": "aws_iam_policy.p", "type": "aws_iam_policy", "values": {"policy": policy("s3:GetObject")}}],
            "child_modules": [{"address": "module.m", "resources": [
                {"address": "module.m.aws_iam_policy.q", "type": "aws_iam_policy", "values": {"policy": policy("s3:GetObjct")}},
                {"address": "module.m.aws_iam_role.r", "type": "aws_iam_role", "values": {"assume_role_policy": trust.to_string()}}
            ]}]
        }}
    });
    folder.file("plan.json", serde_json::to_string_pretty(&plan).unwrap());
    let found = folder.found(&["plan.json"]);
    let of = |id: &str| -> Vec<&str> {
        (found.iter().filter(|one| one["id"] == id))
            .map(|one| one["path"].as_str().unwrap())
            .collect()
    };
    assert_eq!(
        of("INVALID_ACTION"),
        [
            "module.m.aws_iam_policy.q.policy.Statement[0].Action",
            "module.m.aws_iam_role.r.assume_role_policy.Statement[0].Action",
        ]
    );
}
