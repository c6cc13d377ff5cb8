//! Values of templates of which a deployment has one of several, or only parts are known.

use crate::support::Directory;

/// The rules that report something in a statement of a template, and what it prints.
fn reported(statement: &str) -> (Vec<String>, String) {
    let directory = Directory::new("branches");
    directory.file(
        "stack.yaml",
        format!(
            r#"Parameters: {{A: {{Type: String}}}}
Conditions: {{C: !Equals [!Ref A, x]}}
Mappings: {{M: {{one: {{wrong: "rekognition:Nope", right: "rekognition:ListFaces"}}}}}}
Resources:
  Staff: {{Type: AWS::Rekognition::Collection, Properties: {{CollectionId: !Ref A}}}}
  Table: {{Type: AWS::DynamoDB::Table}}
  Role: {{Type: AWS::IAM::Role, Properties: {{AssumeRolePolicyDocument: {{}}}}}}
  Pool: {{Type: AWS::Cognito::UserPool}}
  Slash: {{Type: AWS::SSM::Parameter, Properties: {{Name: /prod/x, Type: String, Value: a}}}}
  Plain: {{Type: AWS::SSM::Parameter, Properties: {{Name: prod, Type: String, Value: a}}}}
  Open: {{Type: AWS::SSM::Parameter, Properties: {{Type: String, Value: a}}}}
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement: {statement}
"#
        ),
    );
    let lines = directory.lines(&["stack.yaml"]);
    let ids = (lines.iter())
        .filter(|line| line.contains("Resources.Policy"))
        .map(|line| line.split(' ').next().unwrap().to_string())
        .collect();
    (ids, directory.run(&["check", "stack.yaml"]).out)
}

#[track_caller]
fn finds(statement: &str, id: &str) {
    let (ids, text) = reported(statement);
    assert!(ids.iter().any(|found| found == id), "{statement}: {text}");
}

#[track_caller]
fn accepts(statement: &str) {
    let (ids, text) = reported(statement);
    assert!(ids.is_empty(), "{statement}: {text}");
}

const ON_COLLECTION: &str = r#""arn:aws:rekognition:us-east-1:123456789012:collection/x""#;

#[test]
fn each_branch_of_a_value_is_checked() {
    let action = |value: &str| format!("[{{Effect: Allow, Action: {value}, Resource: '*'}}]");
    let wrong = "INVALID_ACTION";
    finds(
        &action("!If [C, 'rekognition:Nope', 'rekognition:ListCollections']"),
        wrong,
    );
    finds(
        &action("!If [C, 'rekognition:ListCollections', 'rekognition:Nope']"),
        wrong,
    );
    finds(
        &action("!If [C, ['rekognition:Nope'], ['rekognition:ListCollections']]"),
        wrong,
    );
    finds(&action("!FindInMap [M, one, wrong]"), wrong);
    finds(
        &action("!Select [1, ['rekognition:ListCollections', 'rekognition:Nope']]"),
        wrong,
    );
    accepts(&action(
        "!If [C, 'rekognition:DetectLabels', 'rekognition:ListCollections']",
    ));
    accepts(&action(
        "!Select [0, ['rekognition:ListCollections', 'rekognition:Nope']]",
    ));

    let statement =
        |action: &str| format!("[{{Effect: Allow, Action: '{action}', Resource: '*'}}]");
    let (right, nope) = (
        statement("rekognition:ListCollections"),
        statement("rekognition:Nope"),
    );
    finds(&format!("!If [C, {right}, {nope}]"), wrong);
    finds(&format!("!If [C, {nope}, {right}]"), wrong);
    accepts(&format!("!If [C, {right}, {right}]"));
    let resource = |value: &str| {
        format!("[{{Effect: Allow, Action: 'rekognition:SearchFaces', Resource: {value}}}]")
    };
    finds(
        &resource("!If [C, 'arn:aws:rekognition:us-east-1:123456789012:collections/x', '*']"),
        "INVALID_ARN_RESOURCE",
    );
    accepts(&resource(&format!(
        "!If [C, {ON_COLLECTION}, !Ref 'AWS::NoValue']"
    )));
}

#[test]
fn each_branch_of_an_element_is_checked() {
    let with = |rest: &str| {
        format!("[{{Action: 'rekognition:SearchFaces', Resource: {ON_COLLECTION}, {rest}}}]")
    };
    finds(&with("Effect: !If [C, Allow, Denyy]"), "INVALID_EFFECT");
    accepts(&with("Effect: !If [C, Allow, Deny]"));
    for condition in [
        "!If [C, {StringEqual: {'aws:PrincipalOrgID': o-a1b2c3d4e5}}, !Ref 'AWS::NoValue']",
        "!If [C, {StringEquals: {'aws:PrincipalOrgID': o-a1b2c3d4e5}}, {StringEqual: {'aws:PrincipalOrgID': o-a1b2c3d4e5}}]",
    ] {
        finds(
            &with(&format!("Effect: Allow, Condition: {condition}")),
            "INVALID_CONDITION_OPERATOR",
        );
    }
    finds(
        &with(
            "Effect: Allow, Condition: {StringEquals: {'aws:PrincipalOrgID': !If [C, o-a1b2c3d4e5, ou-1234-abcdefgh]}}",
        ),
        "REKOGNITION_IAM_VALUE_NEVER_MATCHES",
    );
    accepts(&with(
        "Effect: Allow, Condition: !If [C, {StringEquals: {'aws:PrincipalOrgID': o-a1b2c3d4e5}}, !Ref 'AWS::NoValue']",
    ));
}

/// One of two elements that exclude each other.
#[test]
fn an_element_or_its_negation() {
    accepts(
        "[{Effect: Deny, Action: !If [C, 's3:ListAllMyBuckets', !Ref 'AWS::NoValue'], NotAction: !If [C, !Ref 'AWS::NoValue', 'iam:*'], Resource: '*'}]",
    );
    finds(
        "[{Effect: Deny, Action: 's3:ListAllMyBuckets', NotAction: 'iam:*', Resource: '*'}]",
        "UNSUPPORTED_ELEMENT_COMBINATION",
    );
}

#[test]
fn statements_that_are_not_read_are_said_so() {
    let (_, text) =
        reported("[{Effect: Allow, Action: 'rekognition:ListCollections', Resource: '*'}, !Ref A]");
    assert!(
        text.contains(
            "1 statement or list of statements is not known before deployment and was not checked"
        ),
        "{text}"
    );
    assert!(!text.contains("1 value is not known"), "{text}");
}

/// The form of an ARN does not depend on the names in it.
#[test]
fn what_is_around_a_name_is_checked() {
    let on = |action: &str, resource: &str| {
        format!("[{{Effect: Allow, Action: '{action}', Resource: !Sub '{resource}'}}]")
    };
    let collection = "arn:aws:rekognition:${AWS::Region}:${AWS::AccountId}";
    let table = "arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}";
    for (action, resource) in [
        (
            "rekognition:SearchFaces",
            format!("{collection}:collections/${{Staff}}"),
        ),
        (
            "rekognition:SearchFaces",
            format!("{collection}:${{Staff}}"),
        ),
        (
            "rekognition:SearchFaces",
            format!("{collection}:collections/${{A}}"),
        ),
        ("dynamodb:GetItem", format!("{table}:tables/${{Table}}")),
        ("dynamodb:GetItem", format!("{table}:tables/${{A}}")),
        (
            "iam:GetRole",
            "arn:aws:iam::${AWS::AccountId}:roles/${Role}".to_string(),
        ),
    ] {
        finds(&on(action, &resource), "INVALID_ARN_RESOURCE");
    }
    finds(
        &on("s3:ListBucket", "arn:aws:s3:::${A}/*"),
        "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH",
    );
    for (action, resource) in [
        (
            "rekognition:SearchFaces",
            format!("{collection}:collection/${{Staff}}"),
        ),
        ("rekognition:SearchFaces", format!("{collection}:${{A}}")),
        (
            "rekognition:SearchFaces",
            format!("{collection}:collection/${{A}}"),
        ),
        ("dynamodb:GetItem", format!("{table}:table/${{Table}}")),
        ("s3:GetObject", "arn:aws:s3:::${A}/*".to_string()),
        ("s3:ListBucket", "arn:aws:s3:::${A}".to_string()),
    ] {
        accepts(&on(action, &resource));
    }
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpool.html>
#[test]
fn a_user_pool_is_its_id() {
    let on = |resource: &str| {
        format!("[{{Effect: Allow, Action: 'cognito-idp:AdminGetUser', Resource: {resource}}}]")
    };
    let arn = "arn:aws:cognito-idp:${AWS::Region}:${AWS::AccountId}:userpool";
    accepts(&on(&format!("!Sub '{arn}/${{Pool}}'")));
    accepts(&on("!GetAtt Pool.Arn"));
    finds(
        &on("!GetAtt Pool.Name"),
        "REKOGNITION_IAM_UNKNOWN_ATTRIBUTE",
    );
}

/// The slash at the start of a name is the one after `parameter`.
#[test]
fn a_parameter_has_one_slash_before_its_name() {
    let on = |resource: &str| {
        format!(
            "[{{Effect: Allow, Action: 'ssm:GetParameter', Resource: !Sub 'arn:aws:ssm:${{AWS::Region}}:${{AWS::AccountId}}:{resource}'}}]"
        )
    };
    for resource in ["parameter//prod/x", "parameter/${Slash}"] {
        finds(&on(resource), "INVALID_ARN_RESOURCE");
    }
    for resource in [
        "parameter/prod/x",
        "parameter${Slash}",
        "parameter/${Plain}",
        "parameter/${Open}",
        "parameter${Open}",
        "parameter/*",
    ] {
        accepts(&on(resource));
    }
}

/// What is not known in Terraform may be `null`, and then the element is left out.
#[test]
fn an_argument_that_may_be_null() {
    let directory = Directory::new("null");
    for (statement, findings) in [
        (
            r#""actions": ["s3:ListAllMyBuckets"], "not_actions": "${var.a}", "resources": ["*"]"#,
            0,
        ),
        (
            r#""actions": "${var.b}", "not_actions": "${var.a}", "resources": ["*"]"#,
            0,
        ),
        (
            r#""actions": ["s3:ListAllMyBuckets"], "resources": ["*"], "not_resources": "${var.a}""#,
            0,
        ),
        (
            r#""actions": ["s3:ListAllMyBuckets"], "not_actions": ["iam:*"], "resources": ["*"]"#,
            1,
        ),
    ] {
        directory.file(
            "main.tf.json",
            format!(r#"{{"data": {{"aws_iam_policy_document": {{"d": {{"statement": [{{{statement}}}]}}}}}}}}"#),
        );
        let lines = directory.lines(&["main.tf.json"]);
        assert_eq!(lines.len(), findings, "{statement}: {lines:?}");
    }
}

/// The policy of a directory bucket is about `s3express`, and Terraform has one resource for both.
#[test]
fn bucket_policies_of_terraform() {
    let directory = Directory::new("buckets");
    let policy = |action: &str, resource: &str| {
        format!(
            r#"{{"resource": {{"aws_s3_bucket_policy": {{"p": {{"bucket": "b", "policy": "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Principal\":{{\"AWS\":\"123456789012\"}},\"Action\":\"{action}\",\"Resource\":\"{resource}\"}}]}}"}}}}}}}}"#
        )
    };
    let express = "arn:aws:s3express:us-east-1:123456789012:bucket/b--use1-az4--x-s3";
    directory.file("main.tf.json", policy("s3express:CreateSession", express));
    assert_eq!(directory.lines(&["main.tf.json"]), [""; 0]);
    directory.file(
        "main.tf.json",
        policy("sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:q"),
    );
    assert_eq!(directory.lines(&["main.tf.json"]).len(), 2);
}
