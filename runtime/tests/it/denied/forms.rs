//! Every form of AWS's message, alone and in the output of every tool that prints it.

use super::{SESSION, USER, arn, denied, read};
use rekognition_iam_runtime::Layer;
use rekognition_iam_runtime::denied::{AccessDenied, On, Why};

/// Principal, action, what follows the action, what it is on, and why.
pub(super) type Form = (
    &'static str,
    &'static str,
    &'static str,
    On<'static>,
    Why<'static>,
);

pub(super) fn forms() -> Vec<Form> {
    let table = "arn:aws:dynamodb:us-east-1:111122223333:table/t";
    vec![
        (
            SESSION,
            "rekognition:DetectLabels",
            " because no identity-based policy allows the rekognition:DetectLabels action",
            On::Nothing,
            Why::NotAllowed(Layer::Identity),
        ),
        (
            USER,
            "dynamodb:UpdateItem",
            " on resource: arn:aws:dynamodb:us-east-1:111122223333:table/t with an explicit deny in an identity-based policy",
            arn(table),
            denied(Layer::Identity, None),
        ),
        (
            USER,
            "dynamodb:UpdateItem",
            " on resource: arn:aws:dynamodb:us-east-1:111122223333:table/t with an explicit deny in an identity-based policy: arn:aws:iam::111122223333:policy/NoWrites",
            arn(table),
            denied(
                Layer::Identity,
                Some("arn:aws:iam::111122223333:policy/NoWrites"),
            ),
        ),
        (
            USER,
            "secretsmanager:GetSecretValue",
            " because no resource-based policy allows the secretsmanager:GetSecretValue action",
            On::Nothing,
            Why::NotAllowed(Layer::Resource),
        ),
        (
            USER,
            "s3:ListBucket",
            " on resource: \"arn:aws:s3:::b\" with an explicit deny in a resource-based policy",
            arn("arn:aws:s3:::b"),
            denied(Layer::Resource, None),
        ),
        (
            USER,
            "sqs:ListQueues",
            " on resource: arn:aws:sqs:us-east-1:111122223333: because no permissions boundary allows the sqs:ListQueues action",
            arn("arn:aws:sqs:us-east-1:111122223333:"),
            Why::NotAllowed(Layer::PermissionsBoundary),
        ),
        (
            USER,
            "ec2:RunInstances",
            " on resource: arn:aws:ec2:us-east-1:111122223333:instance/* with an explicit deny in a permissions boundary: arn:aws:iam::111122223333:policy/lab. Encoded authorization failure message: AbC-dEf_123",
            arn("arn:aws:ec2:us-east-1:111122223333:instance/*"),
            denied(
                Layer::PermissionsBoundary,
                Some("arn:aws:iam::111122223333:policy/lab"),
            ),
        ),
        (
            SESSION,
            "lambda:ListLayers",
            " on resource: * because no session policy allows the lambda:ListLayers action",
            On::Any,
            Why::NotAllowed(Layer::Session),
        ),
        (
            SESSION,
            "lambda:ListLayers",
            " on resource: * with an explicit deny in a sessions policy",
            On::Any,
            denied(Layer::Session, None),
        ),
        (
            SESSION,
            "lambda:ListLayers",
            " on resource: * with an explicit deny in a session policy: arn:aws:iam::111122223333:policy/s",
            On::Any,
            denied(Layer::Session, Some("arn:aws:iam::111122223333:policy/s")),
        ),
        (
            SESSION,
            "ssm:GetParameter",
            " on resource: arn:aws:ssm:us-east-1:111122223333:parameter/x because no service control policy allows the ssm:GetParameter action",
            arn("arn:aws:ssm:us-east-1:111122223333:parameter/x"),
            Why::NotAllowed(Layer::ServiceControl),
        ),
        (
            "arn:aws:iam::111122223333:root",
            "iam:GetAccountSummary",
            " on resource: * with an explicit deny in a service control policy: arn:aws:organizations::444455556666:policy/o-a1b2c3d4e5/service_control_policy/p-1a2b3c4d",
            On::Any,
            denied(
                Layer::ServiceControl,
                Some(
                    "arn:aws:organizations::444455556666:policy/o-a1b2c3d4e5/service_control_policy/p-1a2b3c4d",
                ),
            ),
        ),
        (
            SESSION,
            "s3:PutObject",
            " on resource: \"arn:aws:s3:::b/k\" with an explicit deny in a resource control policy",
            arn("arn:aws:s3:::b/k"),
            denied(Layer::ResourceControl, None),
        ),
        (
            SESSION,
            "s3:PutObject",
            " on resource: \"arn:aws:s3:::b/k\" because no resource control policy allows the s3:PutObject action",
            arn("arn:aws:s3:::b/k"),
            Why::NotAllowed(Layer::ResourceControl),
        ),
        (
            USER,
            "rekognition:DetectFaces",
            " because no VPC endpoint policy allows the rekognition:DetectFaces action",
            On::Nothing,
            Why::NotAllowed(Layer::VpcEndpoint),
        ),
        (
            USER,
            "sqs:SendMessage",
            " on resource: arn:aws:sqs:us-east-1:111122223333:q with an explicit deny in a VPC endpoint policy",
            arn("arn:aws:sqs:us-east-1:111122223333:q"),
            denied(Layer::VpcEndpoint, None),
        ),
        (
            SESSION,
            "SNS:Publish",
            " on resource: arn:aws:sns:us-east-1:111122223333:t with an explicit deny in a VPC endpoint policy transitively through a service control policy",
            arn("arn:aws:sns:us-east-1:111122223333:t"),
            Why::Denied {
                layer: Some(Layer::ServiceControl),
                through: Some(Layer::VpcEndpoint),
                policy: None,
            },
        ),
        (
            USER,
            "sts:AssumeRole",
            " on resource: arn:aws:iam::444455556666:role/x",
            arn("arn:aws:iam::444455556666:role/x"),
            Why::Unstated,
        ),
        (
            USER,
            "sts:AssumeRole",
            " on resource: arn:aws:iam::444455556666:role/x because no role trust policy allows the sts:AssumeRole action",
            arn("arn:aws:iam::444455556666:role/x"),
            Why::NotAllowed(Layer::RoleTrust),
        ),
        (
            USER,
            "sts:AssumeRole",
            " on resource: arn:aws:iam::444455556666:role/x with an explicit deny in the role trust policy",
            arn("arn:aws:iam::444455556666:role/x"),
            denied(Layer::RoleTrust, None),
        ),
        (
            USER,
            "rekognition:ListCollections",
            " with an explicit deny",
            On::Nothing,
            Why::Denied {
                layer: None,
                through: None,
                policy: None,
            },
        ),
        (
            USER,
            "rekognition:ListCollections",
            "",
            On::Nothing,
            Why::Unstated,
        ),
        (
            SESSION,
            "kms:GenerateDataKey",
            " on this resource because no resource-based policy allows the kms:GenerateDataKey action",
            On::Unnamed,
            Why::NotAllowed(Layer::Resource),
        ),
        (
            SESSION,
            "kms:Decrypt",
            " on this resource because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access",
            On::Unnamed,
            Why::Either(Layer::Resource),
        ),
        (
            USER,
            "s3:PutBucketPolicy",
            " on resource: \"arn:aws:s3:::b\" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access",
            arn("arn:aws:s3:::b"),
            Why::BlockPublicAccess,
        ),
        (
            USER,
            "s3:PutObjectAcl",
            " on resource: \"arn:aws:s3:::b/k\" because public access control lists (ACLs) are blocked by the BlockPublicAcls block public access setting",
            arn("arn:aws:s3:::b/k"),
            Why::BlockPublicAccess,
        ),
        (
            USER,
            "iam:GetRole",
            " on resource: role deploy because no identity-based policy allows the iam:GetRole action",
            On::Words {
                kind: "role".into(),
                name: "deploy".into(),
            },
            Why::NotAllowed(Layer::Identity),
        ),
        (
            USER,
            "iam:ListPolicies",
            " on resource: policy path / because no identity-based policy allows the iam:ListPolicies action",
            On::Words {
                kind: "policy path".into(),
                name: "/".into(),
            },
            Why::NotAllowed(Layer::Identity),
        ),
        (
            USER,
            "iam:GetPolicy",
            " on resource: policy arn:aws:iam::111122223333:policy/p because no identity-based policy allows the iam:GetPolicy action",
            arn("arn:aws:iam::111122223333:policy/p"),
            Why::NotAllowed(Layer::Identity),
        ),
        (
            "anonymous",
            "execute-api:Invoke",
            " on resource: arn:aws:execute-api:us-east-1:********3333:abc/dev/GET/x with an explicit deny",
            arn("arn:aws:execute-api:us-east-1:********3333:abc/dev/GET/x"),
            Why::Denied {
                layer: None,
                through: None,
                policy: None,
            },
        ),
        (
            "events.amazonaws.com",
            "sqs:SendMessage",
            " on resource: arn:aws:sqs:us-east-1:111122223333:q because no resource-based policy allows the sqs:SendMessage action",
            arn("arn:aws:sqs:us-east-1:111122223333:q"),
            Why::NotAllowed(Layer::Resource),
        ),
        (
            USER,
            "rekognition:DetectLabels",
            " because the moon is full",
            On::Nothing,
            Why::Unread("the moon is full".into()),
        ),
        (
            USER,
            "s3:GetObject",
            " on resource: \"arn:aws:s3:::b/k\" with an explicit deny in a wish list",
            arn("arn:aws:s3:::b/k"),
            Why::Unread("with an explicit deny in a wish list".into()),
        ),
        (
            USER,
            "cloudwatch:DeleteAlarms",
            " on resource: arn:aws:cloudwatch:us-east-1:111122223333:alarm:My Alarm because no identity-based policy allows the cloudwatch:DeleteAlarms action",
            arn("arn:aws:cloudwatch:us-east-1:111122223333:alarm:My Alarm"),
            Why::NotAllowed(Layer::Identity),
        ),
        (
            USER,
            "s3:GetObject",
            " on resource: \"arn:aws:s3:::b/a \"b\" because.txt\" because no identity-based policy allows the s3:GetObject action",
            arn("arn:aws:s3:::b/a \"b\" because.txt"),
            Why::NotAllowed(Layer::Identity),
        ),
    ]
}

/// The action as the catalogue spells it.
fn spelled(action: &str) -> String {
    action.replace("SNS:", "sns:")
}

fn holds((principal, action, _, on, why): &Form, found: &AccessDenied<'_>, text: &str) {
    assert_eq!(found.principal(), Some(*principal), "{text}");
    assert_eq!(found.action(), spelled(action), "{text}");
    assert_eq!(found.on(), on, "{text}");
    assert_eq!(found.why(), why, "{text}");
}

pub(super) fn sentence((principal, action, rest, ..): &Form) -> String {
    format!("User: {principal} is not authorized to perform: {action}{rest}")
}

#[test]
fn every_form_by_itself() {
    for form in forms() {
        let text = sentence(&form);
        holds(&form, &read(&text), &text);
    }
}

#[test]
fn every_form_in_what_prints_it() {
    for form in forms() {
        let text = sentence(&form);
        let debug = format!("{text:?}");
        // JSON escapes quotes as `Debug` does.
        let twice = format!("{debug:?}");
        for wrapped in [
            format!(
                "An error occurred (AccessDeniedException) when calling the DetectLabels operation: {text}"
            ),
            format!("You are not authorized to perform this operation. {text}"),
            format!("service error: AccessDeniedException: {text}"),
            format!(
                "service error: unhandled error (AccessDenied): Error {{ code: \"AccessDenied\", message: {debug}, aws_request_id: \"r\" }} (Unhandled(Unhandled {{ source: ErrorMetadata {{ code: Some(\"AccessDenied\"), message: Some({debug}), extras: None }} }}))"
            ),
            format!(
                "ServiceError(ServiceError {{ source: AccessDeniedException(AccessDeniedException {{ message: Some({debug}), code: None, meta: ErrorMetadata {{ code: Some(\"AccessDeniedException\"), message: Some({debug}), extras: Some({{\"aws_request_id\": \"r\"}}) }} }}), raw: Response {{ status: StatusCode(400) }} }})"
            ),
            format!("{{\"level\":\"ERROR\",\"message\":{debug},\"n\":1}}"),
            format!("{{\"log\":{twice}}}"),
            format!(
                "{text} (Service: Rekognition, Status Code: 400, Request ID: 0a) (SDK Attempt Count: 1)"
            ),
            format!(
                "  {}\n\tat main",
                text.replace(' ', "\n    ")
                    .replace("My\n    Alarm", "My Alarm")
                    .replace("/a\n    \"b\"\n    because.txt", "/a \"b\" because.txt")
                    .replace("the\n    moon\n    is\n    full", "the moon is full")
                    .replace("in\n    a\n    wish\n    list", "in a wish list")
                    .replace(
                        "with\n    an\n    explicit\n    deny in",
                        "with an explicit deny in"
                    )
            ),
        ] {
            let all = AccessDenied::all(&wrapped);
            let [found] = all.as_slice() else {
                panic!("{} messages: {wrapped}\n{all:#?}", all.len());
            };
            let whole = matches!(found.why(), Why::Unread(_));
            if whole {
                // What follows an unknown reason cannot be distinguished from it.
                assert_eq!(found.action(), spelled(form.1));
            } else {
                holds(&form, found, &wrapped);
            }
        }
    }
}

/// A terminal breaks lines anywhere; a reader puts them together again.
#[test]
fn broken_lines() {
    let form = &forms()[1];
    let text = sentence(form);
    for width in [20, 33, 47, 80, 99] {
        let lines: Vec<String> = (text.as_bytes().chunks(width))
            .map(|line| String::from_utf8(line.to_vec()).unwrap())
            .collect();
        let broken = lines.join("\n");
        holds(form, &read(&broken), &broken);
    }
    // Without a reason, an ARN ends where its line does, unless fields are missing.
    let text = format!(
        "User: {USER} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::4444\n55556666:role/x\nnext line"
    );
    assert_eq!(read(&text).on(), &arn("arn:aws:iam::444455556666:role/x"));
    let text = format!(
        "User: {USER} is not authorized to perform: rekognition:Detect\nLabels because no identity-based policy allows the rekognition:DetectLabels action"
    );
    assert_eq!(read(&text).action(), "rekognition:DetectLabels");
}
