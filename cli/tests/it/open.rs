//! What is missing is reported unless a value that only a deployment knows could be what is missing.

use crate::support::Directory;

/// The ids of the findings in a managed policy with these statements, in YAML.
fn findings(name: &str, statements: &str) -> Vec<String> {
    of(
        name,
        &format!(
            "Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Version: 2012-10-17\n        Statement: {statements}"
        ),
    )
}

fn of(name: &str, resource: &str) -> Vec<String> {
    let directory = Directory::new(&format!("open-{name}"));
    let text = format!(
        "Parameters: {{V: {{Type: String}}, W: {{Type: String}}}}\nResources:\n  P:\n    {resource}\n"
    );
    directory.file("stack.yaml", &text);
    ids(&directory, "stack.yaml")
}

fn ids(directory: &Directory, file: &str) -> Vec<String> {
    (directory.lines(&[file]).iter())
        .filter_map(|line| line.split(' ').next().map(str::to_owned))
        .collect()
}

#[test]
fn a_missing_element_is_no_open_value() {
    let open = "Condition: {StringEquals: {\"aws:SourceVpc\": !Ref V}}";
    let statement = |body: &str| format!("[{{{body}, {open}}}]");
    assert_eq!(
        findings(
            "resource",
            &statement("Effect: Allow, Action: \"s3:GetObject\"")
        ),
        ["MISSING_RESOURCE"]
    );
    assert_eq!(
        findings("action", &statement("Effect: Allow, Resource: !Ref V")),
        ["MISSING_ACTION"]
    );
    assert_eq!(
        findings(
            "effect",
            &statement("Action: \"s3:GetObject\", Resource: !Sub \"arn:aws:s3:::${V}/*\"")
        ),
        ["MISSING_EFFECT"]
    );
    assert_eq!(
        findings(
            "empty",
            &statement("Effect: Allow, Action: [], Resource: !Ref V")
        ),
        ["EMPTY_ARRAY_ACTION"]
    );
    // `AWS::NoValue` is never there.
    assert_eq!(
        findings(
            "no-value",
            &statement("Effect: Allow, Action: \"s3:GetObject\", Resource: !Ref AWS::NoValue")
        ),
        ["MISSING_RESOURCE"]
    );
    // A macro brings members into the statement that it is in, and into no other.
    let transform = "\"Fn::Transform\": {Name: AWS::Include, Parameters: {Location: !Ref V}}";
    let first = format!("{{Effect: Allow, Action: \"s3:GetObject\", {transform}}}");
    assert_eq!(findings("transform", &format!("[{first}]")), [""; 0]);
    assert_eq!(
        findings(
            "next_to",
            &format!("[{first}, {{Effect: Allow, Action: \"s3:PutObject\"}}]")
        ),
        ["MISSING_RESOURCE"]
    );
}

#[test]
fn statements_may_be_open() {
    for (name, statements) in [
        ("all", "!Ref V"),
        ("item", "[!Ref V]"),
        ("each", "[!If [C, !Ref V, !Ref AWS::NoValue]]"),
    ] {
        assert_eq!(findings(name, statements), [""; 0], "{statements}");
    }
    assert_eq!(findings("none", "[]"), ["MISSING_STATEMENT"]);
    assert_eq!(
        findings("absent", "[!Ref AWS::NoValue]"),
        ["MISSING_STATEMENT"]
    );
}

#[test]
fn conditions_may_be_open() {
    let trust = |name: &str, condition: &str| {
        of(
            name,
            &format!(
                "Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n        Version: 2012-10-17\n        Statement:\n          - Effect: Allow\n            Principal: {{Federated: !Sub \"arn:aws:iam::${{AWS::AccountId}}:oidc-provider/token.actions.githubusercontent.com\"}}\n            Action: sts:AssumeRoleWithWebIdentity\n            Condition: {condition}"
            ),
        )
    };
    let anyone = "MISSING_GITHUB_REPO_CONDITION_KEY";
    let audience = "{StringEquals: {\"token.actions.githubusercontent.com:aud\": !Ref V}}";
    assert_eq!(trust("known", audience), [anyone]);
    assert_eq!(trust("condition", "!Ref V"), [""; 0]);
    assert_eq!(trust("keys", "{StringLike: !Ref V}"), [""; 0]);
}

#[test]
fn names_may_be_open_in_texts() {
    let directory = Directory::new("open-names");
    let policy = |members: &str| {
        format!(
            "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",{members}}}]}}"
        )
    };
    directory.file(
        "known.tftpl",
        policy("\"Condition\":{\"StringEquals\":{\"aws:SourceVpc\":\"${vpc}\"}}"),
    );
    assert_eq!(ids(&directory, "known.tftpl"), ["MISSING_RESOURCE"]);
    directory.file(
        "open.tftpl",
        policy("\"${element}\":\"arn:aws:s3:::bucket/*\""),
    );
    assert!(!ids(&directory, "open.tftpl").contains(&"MISSING_RESOURCE".to_owned()));
}

#[test]
fn open_values_are_not_compared_with_each_other() {
    for (name, statements) in [
        (
            "actions",
            "[{Effect: Allow, Action: !Ref V, Resource: '*'}, {Effect: Deny, Action: !Ref W, Resource: '*'}]",
        ),
        (
            "allowed",
            "[{Effect: Allow, Action: !Ref V, Resource: '*'}, {Effect: Allow, Action: !Ref W, Resource: '*'}]",
        ),
        // What represents an open value is nothing that the file says.
        (
            "named",
            "[{Effect: Allow, Action: 'rekognition:DetectLabels', Resource: '*'}, {Effect: Deny, Action: !Ref W, Resource: '*'}]",
        ),
        (
            "conditions",
            "[{Effect: Allow, Action: 'rekognition:DetectText', Resource: '*', Condition: !Ref V}, {Effect: Allow, Action: 'rekognition:DetectText', Resource: '*', Condition: !Ref W}]",
        ),
        (
            "keys",
            "[{Effect: Allow, Action: 'rekognition:DetectText', Resource: '*', Condition: {StringEquals: !Ref V}}, {Effect: Allow, Action: 'rekognition:DetectText', Resource: '*', Condition: {StringEquals: !Ref W}}]",
        ),
    ] {
        assert_eq!(findings(name, statements), [""; 0], "{statements}");
    }
    let cancelled = "[{Effect: Allow, Action: !Ref V, Resource: '*'}, {Effect: Deny, Action: '*', Resource: '*'}]";
    assert_eq!(
        findings("cancelled", cancelled),
        ["REKOGNITION_IAM_ALLOW_CANCELLED"]
    );
    // Two services are two.
    let trust = |principals: [&str; 2]| {
        let statement = |name: &str| {
            format!("{{Effect: Allow, Principal: {{Service: {name}}}, Action: 'sts:AssumeRole'}}")
        };
        let statements = principals.map(statement).join(", ");
        of(
            "services",
            &format!(
                "Type: AWS::IAM::Role\n    Properties: {{AssumeRolePolicyDocument: {{Version: 2012-10-17, Statement: [{statements}]}}}}"
            ),
        )
    };
    assert_eq!(trust(["!Ref V", "!Ref W"]), [""; 0]);
    assert_eq!(
        trust(["ec2.amazonaws.com", "ec2.amazonaws.com"]),
        ["REDUNDANT_STATEMENT"]
    );
}

#[test]
fn an_open_condition_may_limit() {
    let pass = |condition: &str| {
        format!(
            "[{{Effect: Allow, Action: 'iam:PassRole', Resource: '*', Condition: {condition}}}]"
        )
    };
    let to = |service: &str| format!("{{StringEquals: {{'iam:PassedToService': {service}}}}}");
    let (lambda, ec2) = (to("lambda.amazonaws.com"), to("ec2.amazonaws.com"));
    for (name, condition) in [
        ("if", format!("!If [C, {lambda}, {ec2}]")),
        ("keys", "{StringEquals: !If [C, {a: b}, {c: d}]}".to_owned()),
        ("ref", "!Ref V".to_owned()),
        (
            "more",
            "{Bool: {'aws:SecureTransport': 'true'}, Fn::Transform: {Name: X}}".to_owned(),
        ),
    ] {
        let found = findings(name, &pass(&condition));
        assert!(
            !found.iter().any(|id| id.starts_with("PASS_ROLE")),
            "{condition}: {found:?}"
        );
    }
    let found = findings("other", &pass("{Bool: {'aws:SecureTransport': 'true'}}"));
    assert!(found.contains(&"PASS_ROLE_WITH_STAR_IN_RESOURCE".to_owned()));
    let allow = "BoolIfExists: {'aws:MultiFactorAuthPresent': true}";
    let mfa = |more: &str| {
        format!(
            "[{{Effect: Allow, Action: 'rekognition:DetectText', Resource: '*', Condition: {{{allow}{more}}}}}]"
        )
    };
    assert_eq!(findings("mfa", &mfa(", 'Null': !Ref V")), [""; 0]);
    assert_eq!(
        findings("no_mfa", &mfa("")),
        ["REKOGNITION_IAM_MFA_ALLOW_WITHOUT_KEY"]
    );
}

#[test]
fn what_is_before_an_open_part_is_checked() {
    let on = |action: &str, resource: &str| {
        format!("[{{Effect: Allow, Action: {action}, Resource: {resource}}}]")
    };
    for (name, action, resource, id) in [
        (
            "region",
            "'rekognition:IndexFaces'",
            "!Sub 'arn:aws:rekognition:us-east1:${V}:collection/x'",
            "INVALID_ARN_REGION",
        ),
        (
            "service",
            "'rekognition:IndexFaces'",
            "!Sub 'arn:aws:rekognitoin:${V}:${V}:collection/x'",
            "INVALID_SERVICE",
        ),
        (
            "partition",
            "'rekognition:IndexFaces'",
            "!Sub 'arn:asw:rekognition:us-east-1:${V}:collection/x'",
            "INVALID_PARTITION",
        ),
    ] {
        let found = findings(name, &on(action, resource));
        assert!(found.contains(&id.to_owned()), "{resource}: {found:?}");
    }
    for (name, action, resource) in [
        ("all", "'rekognition:IndexFaces'", "!Sub '${V}/x'"),
        (
            "fields",
            "'rekognition:IndexFaces'",
            "!Sub 'arn:aws:rekognition:${V}:${V}:collection/x'",
        ),
        ("dynamic", "'s3:GetObject'", "!Sub '{{resolve:ssm:/x}}/*'"),
        (
            "dynamic_part",
            "'s3:GetObject'",
            "!Sub 'arn:aws:s3:::{{resolve:ssm:/${V}/x}}/*'",
        ),
    ] {
        assert_eq!(findings(name, &on(action, resource)), [""; 0], "{resource}");
    }
}

#[test]
fn booleans_of_yaml() {
    let secure = |value: &str| {
        format!(
            "[{{Effect: Deny, Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*', Condition: {{Bool: {{'aws:SecureTransport': {value}}}}}}}]"
        )
    };
    for value in ["no", "off", "No", "OFF", "false", "'false'"] {
        assert_eq!(findings("bool", &secure(value)), [""; 0], "{value}");
    }
    // A string in quotes is one, and so are other words.
    for value in ["'no'", "n", "nope"] {
        assert_eq!(
            findings("string", &secure(value)),
            ["TYPE_MISMATCH_BOOLEAN"],
            "{value}"
        );
    }
}

#[test]
fn open_parts_of_plans() {
    let plan = |statements: &str, unknown: &str| {
        format!(
            r#"{{"format_version":"1.2","planned_values":{{}},"resource_changes":[{{"address":"data.aws_iam_policy_document.d","type":"aws_iam_policy_document","change":{{"after":{{"statement":[{statements}]}},"after_unknown":{{"statement":{unknown}}}}}}}]}}"#
        )
    };
    let directory = Directory::new("open-plans");
    let found = |statements: &str, unknown: &str| {
        directory.file("plan.json", plan(statements, unknown));
        ids(&directory, "plan.json")
    };
    assert_eq!(
        found(
            r#"{"effect":"Allow","resources":["*"]},{"effect":"Deny","resources":["*"]}"#,
            r#"[{"actions":true},{"actions":true}]"#
        ),
        [""; 0]
    );
    let pass = r#"{"effect":"Allow","actions":["iam:PassRole"],"resources":["*"]}"#;
    let is_wide = |id: &String| id.starts_with("PASS_ROLE");
    assert!(!found(pass, r#"[{"condition":true}]"#).iter().any(is_wide));
    assert!(found(pass, "[{}]").iter().any(is_wide));
}
