//! The rules of an organization in `rekognition-iam.toml`: what an action needs, and in which accounts it is allowed.

use serde_json::{Value, json};

use crate::support::Directory;

const WITH: &str = r#"[[organization]]
actions = ["rekognition:CreateStreamProcessor"]
only-with = { StringEquals = { "aws:RequestedRegion" = ["eu-west-1", "eu-central-1"] } }
reason = "video must not leave the EU"
"#;

const IN: &str = r#"[[organization]]
actions = ["rekognition:Delete*", "sts:AssumeRole"]
only-in-accounts = ["111122223333"]
reason = "only the sandbox is disposable"
"#;

/// The findings of organization rules in a file: `severity path message`, with the first help.
fn found(config: &str, name: &str, text: &str, arguments: &[&str]) -> Vec<String> {
    let directory = Directory::new("organization");
    directory
        .file("rekognition-iam.toml", config)
        .file(name, text);
    let mut all = arguments.to_vec();
    all.push(name);
    let found = directory.found(&all);
    (found.iter())
        .filter(|found| found["id"] == "REKOGNITION_IAM_ORGANIZATION")
        .map(|found| {
            let text = |name: &str| found[name].as_str().unwrap();
            format!("{} {} {}", text("severity"), text("path"), text("message"))
        })
        .collect()
}

fn policy(statements: &Value) -> String {
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

fn allow(action: &str, resource: &str, condition: &Value) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": resource, "Condition": condition})
}

const ANY: &str = "arn:aws:rekognition:*:111122223333:*";

#[test]
fn an_action_needs_a_condition() {
    let broken = "error Statement[0] this statement allows `rekognition:CreateStreamProcessor` without the condition that the organization requires";
    let create = "rekognition:CreateStreamProcessor";
    let region = |value: Value| json!({"StringEquals": {"aws:RequestedRegion": value}});
    let deny = json!({"Effect": "Deny", "Action": "rekognition:*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}});
    for (statements, expected) in [
        (json!([allow(create, ANY, &json!({}))]), &[broken][..]),
        (json!([allow("rekognition:*", "*", &json!({}))]), &[broken]),
        (
            json!([allow("*", "*", &region(json!(["eu-west-1", "us-east-1"])))]),
            &[broken],
        ),
        // The Region is in every request.
        (
            json!([allow(
                create,
                ANY,
                &json!({"StringEqualsIfExists": {"aws:RequestedRegion": "eu-west-1"}})
            )]),
            &[],
        ),
        (
            json!([allow(create, ANY, &region(json!("eu-west-1")))]),
            &[],
        ),
        (
            json!([allow(
                "rekognition:*",
                "*",
                &region(json!(["eu-central-1", "eu-west-1"]))
            )]),
            &[],
        ),
        (
            json!([allow("rekognition:DetectLabels", "*", &json!({}))]),
            &[],
        ),
        // What is denied is not allowed, however it is written.
        (json!([allow(create, ANY, &json!({})), deny]), &[]),
        (json!([deny]), &[]),
    ] {
        assert_eq!(
            found(WITH, "policy.json", &policy(&statements), &[]),
            expected,
            "{statements}"
        );
    }
    // A policy that only limits others gives no access.
    let wide = policy(&json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}]));
    for (kind, count) in [("identity", 1), ("scp", 0), ("boundary", 0), ("session", 0)] {
        assert_eq!(
            found(WITH, "policy.json", &wide, &["--kind", kind]).len(),
            count,
            "{kind}"
        );
    }
}

#[test]
fn an_action_is_allowed_in_some_accounts() {
    let delete = "rekognition:DeleteCollection";
    let broken = "error Statement[0] this statement allows `rekognition:Delete*`, `sts:AssumeRole` on resources outside the accounts `111122223333`";
    let account = |value: Value| json!({"StringEquals": {"aws:ResourceAccount": value}});
    for (statement, expected) in [
        (
            allow(
                delete,
                "arn:aws:rekognition:us-east-1:999999999999:collection/a",
                &json!({}),
            ),
            &[broken][..],
        ),
        (
            allow(delete, "arn:aws:rekognition:*:*:collection/*", &json!({})),
            &[broken],
        ),
        // The number is not where the account is.
        (
            allow(
                "rekognition:*",
                "arn:aws:rekognition:us-east-1:999999999999:collection/*:111122223333:*",
                &json!({}),
            ),
            &[broken],
        ),
        (
            json!({"Effect": "Allow", "Action": delete, "NotResource": "arn:aws:rekognition:*:111122223333:*"}),
            &[broken],
        ),
        (
            allow(
                "rekognition:*",
                "*",
                &account(json!(["111122223333", "999999999999"])),
            ),
            &[broken],
        ),
        (
            allow(
                delete,
                "arn:aws:rekognition:us-east-1:111122223333:collection/a",
                &json!({}),
            ),
            &[],
        ),
        (
            allow("rekognition:*", "*", &account(json!("111122223333"))),
            &[],
        ),
        (allow("rekognition:DetectLabels", "*", &json!({})), &[]),
    ] {
        let text = policy(&json!([statement]));
        assert_eq!(
            found(IN, "policy.json", &text, &[]),
            expected,
            "{statement}"
        );
    }
}

#[test]
fn callers_must_be_in_these_accounts() {
    let broken = "error Statement[0] this statement allows `rekognition:Delete*`, `sts:AssumeRole` to callers outside the accounts `111122223333`";
    let trust = |principal: Value, condition: Value| {
        policy(
            &json!([{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, "Condition": condition}]),
        )
    };
    for (text, expected) in [
        (
            trust(
                json!({"AWS": "arn:aws:iam::999999999999:role/x"}),
                json!({}),
            ),
            &[broken][..],
        ),
        (
            trust(json!({"AWS": ["111122223333", "999999999999"]}), json!({})),
            &[broken],
        ),
        (
            trust(
                json!({"AWS": "*"}),
                json!({"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}),
            ),
            &[broken],
        ),
        (
            trust(
                json!({"AWS": "arn:aws:iam::111122223333:role/x"}),
                json!({}),
            ),
            &[],
        ),
        (trust(json!({"AWS": "111122223333"}), json!({})), &[]),
        (
            trust(
                json!({"AWS": "*"}),
                json!({"StringEquals": {"aws:PrincipalAccount": "111122223333"}}),
            ),
            &[],
        ),
        (
            trust(json!({"Service": "rekognition.amazonaws.com"}), json!({})),
            &[],
        ),
    ] {
        assert_eq!(found(IN, "policy.json", &text, &[]), expected, "{text}");
    }
}

#[test]
fn what_a_deployment_decides_is_not_certain() {
    let stack = |resource: &str, condition: &str| {
        format!(
            "Parameters:\n  Region: {{Type: String}}\nResources:\n  Policy:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Version: '2012-10-17'\n        Statement:\n          - Effect: Allow\n            Action: rekognition:CreateStreamProcessor\n            Resource: {resource}\n            Condition: {{StringEquals: {{{condition}}}}}\n"
        )
    };
    let place = "Resources.Policy.Properties.PolicyDocument.Statement[0]";
    let other = "'aws:PrincipalTag/team': video";
    let text = stack(ANY, other);
    let certain = format!(
        "error {place} this statement allows `rekognition:CreateStreamProcessor` without the condition that the organization requires"
    );
    assert_eq!(found(WITH, "stack.yaml", &text, &[]), [certain]);
    let text = stack(ANY, "'aws:RequestedRegion': !Ref Region");
    let uncertain = format!(
        "warning {place} this statement may allow `rekognition:CreateStreamProcessor` without the condition that the organization requires"
    );
    assert_eq!(found(WITH, "stack.yaml", &text, &[]), [uncertain]);
    // The value that is not known is not the one that matters.
    let text = stack(
        "!Sub 'arn:aws:rekognition:${Region}:111122223333:*'",
        "'aws:RequestedRegion': eu-west-1",
    );
    assert_eq!(found(WITH, "stack.yaml", &text, &[]), [""; 0]);
}

#[test]
fn a_finding_shows_the_reason_and_a_request() {
    let directory = Directory::new("shown");
    directory.file(
        "rekognition-iam.toml",
        format!("{WITH}level = \"security-warning\"\nfiles = [\"policies/*\"]\n"),
    );
    let text = policy(
        &json!([{"Sid": "Create", "Effect": "Allow", "Action": "rekognition:CreateStreamProcessor", "Resource": "*"}]),
    );
    directory
        .file("policies/a.json", &text)
        .file("other/a.json", &text);
    let done = directory.run(&["check", "policies/a.json"]);
    assert_eq!(done.code, 1);
    for expected in [
        "security-warning[REKOGNITION_IAM_ORGANIZATION]: this statement allows `rekognition:CreateStreamProcessor` without",
        "help: add `\"Condition\": {\"StringEquals\":{\"aws:RequestedRegion\":[\"eu-west-1\",\"eu-central-1\"]}}`: video must not leave the EU\n",
        "help: it allows rekognition:CreateStreamProcessor on arn:aws:rekognition:",
    ] {
        assert!(done.out.contains(expected), "{expected}: {}", done.out);
    }
    let done = directory.run(&["check", "other/a.json"]);
    assert!(
        !done.out.contains("REKOGNITION_IAM_ORGANIZATION"),
        "{}",
        done.out
    );
    // It is accepted like any other finding.
    let accept = "[[accept]]\nrule = \"REKOGNITION_IAM_ORGANIZATION\"\nfile = \"policies/a.json\"\nsid = \"Create\"\nreason = \"a test\"\n";
    directory.file("rekognition-iam.toml", format!("{WITH}{accept}"));
    let done = directory.run(&["check", "policies/a.json"]);
    assert!(
        done.out
            .contains("accepted: REKOGNITION_IAM_ORGANIZATION (1 finding in the statement `Create` of policies/a.json): a test\n"),
        "{}",
        done.out
    );
}

#[test]
fn a_rule_with_a_mistake_is_refused() {
    for (config, expected) in [
        (
            "actions = [\"DetectLabels\"]",
            ":2:11: `actions` must be a list of actions",
        ),
        ("actions = []", ":2:11: `actions` must be a list of actions"),
        (
            "actions = [\"s3:*\"]\nreason = \"x\"",
            ":1:1: write either `only-with` or `only-in-accounts`",
        ),
        (
            "actions = [\"s3:*\"]\nonly-in-accounts = [\"1\"]\nreason = \"x\"",
            ":3:20: `only-in-accounts` must be a list of account IDs",
        ),
        (
            "actions = [\"s3:*\"]\nonly-in-accounts = [\"111122223333\"]",
            ":1:1: this `[[organization]]` has no `reason`",
        ),
        (
            "actions = [\"s3:*\"]\nonly-with = {}\nreason = \"x\"",
            ":3:13: `only-with` must be a condition",
        ),
        (
            "actions = [\"s3:*\"]\nonly-with = {StringEquals = {}}\nreason = \"x\"",
            ":3:13: `only-with` must be a condition",
        ),
        (
            "actions = [\"s3:*\"]\nonly-with = {StringEquals = {\"aws:SourceVpc\" = 1}}\nreason = \"x\"",
            ":3:48: `aws:SourceVpc` must be a string or a list of strings",
        ),
        (
            "actions = [\"s3:*\"]\nlevel = \"off\"\nreason = \"x\"",
            ":3:9: the level must be a severity",
        ),
        (
            "action = [\"s3:*\"]",
            ":2:1: `organization` has no setting `action`; did you mean `actions`?",
        ),
        // These need the catalogue.
        (
            "actions = [\"rekognition:DetectLabel\"]\nonly-in-accounts = [\"111122223333\"]\nreason = \"x\"",
            ":1: `[[organization]]`: `rekognition` has no action `DetectLabel`; did you mean `rekognition:DetectLabels`?",
        ),
        (
            "actions = [\"s3:*\"]\nonly-with = {StringEquals = {\"aws:SourceVcp\" = \"vpc-1\"}}\nreason = \"x\"",
            ":1: `[[organization]]`: ",
        ),
        (
            "actions = [\"s3:*\"]\nonly-with = {StringEqual = {\"aws:SourceVpc\" = \"vpc-1\"}}\nreason = \"x\"",
            "",
        ),
    ] {
        let directory = Directory::new("mistakes");
        directory
            .file(
                "rekognition-iam.toml",
                format!("[[organization]]\n{config}\n"),
            )
            .file("a.json", crate::support::CLEAN);
        let done = directory.run(&["check", "a.json"]);
        assert_eq!(done.code, 2, "{config}");
        assert!(
            done.err
                .contains(&format!("rekognition-iam.toml{expected}")),
            "{config}: {}",
            done.err
        );
    }
}
