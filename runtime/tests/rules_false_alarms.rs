//! Policies that AWS accepts and that a careless rule would report, each beside one that must stay reported.

#![allow(clippy::panic, reason = "a test that cannot go on has failed")]
#![cfg(all(
    feature = "json",
    feature = "cloudwatch",
    feature = "dynamodb",
    feature = "iam",
    feature = "kms",
    feature = "lambda",
    feature = "logs",
    feature = "s3",
    feature = "sagemaker",
    feature = "secretsmanager",
    feature = "sns",
    feature = "sqs",
    feature = "states",
    feature = "sts"
))]

use rekognition_iam_runtime::check::Options;
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::json;

/// The ids of the findings in these statements, each once. `'` stands for `"`.
fn ids(kind: PolicyKind, short: &str) -> Vec<&'static str> {
    let statements = short.replace('\'', "\"");
    let text = format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statements}]}}");
    let options = Options {
        kind,
        ..Options::default()
    };
    let mut ids = Vec::new();
    for located in json::check(&text, &options).findings {
        if !ids.contains(&located.finding.id) {
            ids.push(located.finding.id);
        }
    }
    ids
}

#[track_caller]
fn allowed(resource: &str, actions: &str) -> Vec<&'static str> {
    ids(
        PolicyKind::Identity,
        &format!("{{'Effect':'Allow','Action':[{actions}],'Resource':{resource}}}"),
    )
}

/// `sts` lists ARNs of `iam` that `iam` itself does not have.
#[test]
fn an_arn_is_looked_up_in_every_service_that_lists_its_kind() {
    let root = "'arn:aws:iam::123456789012:root'";
    assert_eq!(allowed(root, "'sts:AssumeRoot'"), [""; 0]);
    let everywhere = "'arn:aws:iam::*:root'";
    assert_eq!(allowed(everywhere, "'sts:AssumeRoot'"), [""; 0]);
    let role = "'arn:aws:iam::123456789012:role/app'";
    assert_eq!(allowed(role, "'sts:AssumeRole'"), [""; 0]);
    // The type is still one that the action must have.
    let dead = "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH";
    assert_eq!(allowed(role, "'sts:AssumeRoot'"), [dead]);
    assert_eq!(allowed(root, "'iam:GetRole'"), [dead]);
    // And an ARN that no service lists is still reported.
    let nothing = "'arn:aws:iam::123456789012:roots'";
    assert!(allowed(nothing, "'sts:AssumeRoot'").contains(&"INVALID_ARN_RESOURCE"));
}

/// Of a service that the catalogue does not cover, another service lists one kind of ARN, which is not all of them.
#[test]
fn an_arn_of_a_service_that_is_not_covered_is_not_judged() {
    let odd = "['arn:aws:s3-object-lambda:us-east-1:123456789012:accesspoint/x','arn:aws:s3-object-lambda:us-east-1:123456789012:thing']";
    let found = ids(
        PolicyKind::Identity,
        &format!("{{'Effect':'Deny','Action':'*','Resource':{odd}}}"),
    );
    assert_eq!(found, [""; 0]);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>: a `*` at the end of a
/// segment can match beyond its colon.
#[test]
fn a_star_at_the_end_of_a_segment_matches_across_colons() {
    for (resource, action) in [
        (
            "'arn:aws:secretsmanager:*:*:app!*'",
            "'secretsmanager:GetSecretValue'",
        ),
        (
            "'arn:aws:secretsmanager:us-east-1:*:app-??????'",
            "'secretsmanager:GetSecretValue'",
        ),
        ("'arn:aws:logs:*:*:/app/*'", "'logs:GetLogEvents'"),
        ("'arn:aws:logs:*:*:/app/*'", "'logs:CreateLogStream'"),
        (
            "'arn:aws:cloudwatch:*:*:fleet*'",
            "'cloudwatch:PutMetricAlarm'",
        ),
        ("'arn:aws:lambda:*:1234*:app*'", "'lambda:InvokeFunction'"),
        ("'arn:aws:states:*:*:app*'", "'states:StartExecution'"),
    ] {
        assert_eq!(allowed(resource, action), [""; 0], "{resource}");
    }
    for (resource, action) in [
        // The account ends in no star.
        (
            "'arn:aws:secretsmanager:*:123456789012:app!*'",
            "'secretsmanager:GetSecretValue'",
        ),
        (
            "'arn:aws:logs:us-east-1:123456789012:/app/*'",
            "'logs:GetLogEvents'",
        ),
        // No ARN of these services has another colon that the star could reach.
        ("'arn:aws:kms:*:*:app*'", "'kms:Decrypt'"),
        (
            "'arn:aws:rekognition:*:*:staff*'",
            "'rekognition:SearchFaces'",
        ),
        ("'arn:aws:dynamodb:*:*:app*'", "'dynamodb:GetItem'"),
    ] {
        assert_eq!(
            allowed(resource, action),
            ["INVALID_ARN_RESOURCE"],
            "{resource}"
        );
    }
    // What the star reaches has a kind, and the action must work on it.
    assert_eq!(
        allowed("'arn:aws:states:*:*:express:*'", "'logs:GetLogEvents'"),
        ["REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH"]
    );
}
