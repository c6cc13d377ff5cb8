//! `needs`: what a call needs.

use serde_json::Value;

use crate::support::{Directory, Done};

#[test]
fn a_call_in_every_format() {
    let directory = Directory::new("needs_formats");
    let call = "aws rekognition index-faces --collection-id staff --image S3Object={Bucket=photos,Name=a.jpg} --region us-east-1";
    let ask = |more: &[&str]| {
        let mut ask = vec!["needs", call];
        ask.extend(more);
        directory.run(&ask)
    };
    let Done { code, out, err } = ask(&[]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("rekognition:IndexFaces needs\n  rekognition:IndexFaces on arn:aws:rekognition:us-east-1:{account}:collection/staff\n"), "{out}");
    assert!(
        out.contains("s3:GetObject on arn:aws:s3:::photos/a.jpg, for its `S3Object`"),
        "{out}"
    );
    assert!(out.contains("pub fn needed("), "{out}");
    let json: Value = serde_json::from_str(&ask(&["--format", "json"]).out).unwrap();
    assert_eq!(json["operations"][0], "rekognition:IndexFaces");
    assert_eq!(json["parameters"][0]["name"], "account");
    assert!(json["rust"].as_str().unwrap().contains("policy!["));
    let account = ["--set", "account=123456789012"];
    let document = ask(&[&account[..], &["--format", "document"]].concat());
    assert!(
        document
            .out
            .contains("arn:aws:rekognition:us-east-1:123456789012:collection/staff"),
        "{}",
        document.out
    );
    assert_eq!(ask(&["--format", "document"]).code, 2);
    assert!(
        ask(&["--format", "terraform"])
            .out
            .contains("aws_iam_policy_document")
    );
    assert!(
        ask(&["--format", "rust"])
            .out
            .starts_with("// Printed by `rekognition-iam needs`")
    );
    let Done { code, out, .. } = directory.feed(&["needs", "-"], call.as_bytes());
    assert_eq!((code, out.contains("IndexFaces")), (0, true));
}

#[test]
fn what_the_request_may_have() {
    let directory = Directory::new("needs_when");
    let Done { code, out, .. } = directory.run(&["needs", "rekognition:StartLabelDetection"]);
    assert_eq!(code, 0);
    let when = out
        .find("when the request has `notification_channel`:")
        .unwrap();
    let role = out
        .find("iam:PassRole on {role_arn}, passed to rekognition.amazonaws.com")
        .unwrap();
    assert!(when < role, "{out}");
    assert!(!out.contains("iam::PassRole"), "{out}");
    let with = [
        "needs",
        "rekognition:StartLabelDetection",
        "--with",
        "notification_channel",
    ];
    assert!(directory.run(&with).out.contains("iam::PassRole"));
    let nothing = directory.run(&["needs", "aws sts get-caller-identity"]);
    assert!(nothing.out.contains("no permissions"), "{}", nothing.out);
}

#[test]
fn questions_without_an_answer() {
    let directory = Directory::new("needs_wrong");
    for (question, words) in [
        (
            "rekognition:DetectLabel",
            "did you mean `rekognition:DetectLabels`?",
        ),
        ("aws s3 cp a s3://b/k", "aws s3api"),
        ("nothing at all", "ask for an operation"),
    ] {
        let Done { code, out, err } = directory.run(&["needs", question]);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.contains(words), "{question}: {err}");
    }
    // A text of a stranger: nothing is run, and nothing acts on the terminal.
    let done = directory.run(&[
        "needs",
        "aws rekognition delete-collection --collection-id \"$(touch owned)\u{1b}[2J\"",
    ]);
    assert!(
        !done.out.contains('\u{1b}') && !directory.path().join("owned").exists(),
        "{}",
        done.out
    );
}

/// What a call needs, as `action on resource`, and whether something is not known.
fn needs_of(call: &str) -> (Vec<String>, bool) {
    let directory = Directory::new("needs_types");
    let done = directory.run(&["needs", call, "--format", "json"]);
    let json: Value = serde_json::from_str(&done.out).unwrap_or_else(|_| panic!("{done:?}"));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let needs = (json["needs"].as_array().unwrap().iter())
        .map(|need| format!("{} {}", text(&need["action"]), text(&need["resource"])))
        .collect();
    (needs, !json["not_known"].as_array().unwrap().is_empty())
}

#[test]
fn services_with_several_resource_types() {
    const GATEWAY: &str = "arn:aws:apigateway:{region}:";
    const ORGANIZATION: &str = "arn:aws:organizations::{account}:";
    const EC2: &str = "arn:aws:ec2:{region}:{account}:";
    const SSM: &str = "arn:aws:ssm:{region}:";
    for (call, expected) in [
        ("apigatewayv2 delete-api --api-id abc", vec![format!("apigateway:DELETE {GATEWAY}:/apis/abc")]),
        ("apigatewayv2 create-api --name x --protocol-type HTTP", vec![format!("apigateway:POST {GATEWAY}:/apis")]),
        ("apigateway create-rest-api --name x", vec![format!("apigateway:POST {GATEWAY}:/restapis")]),
        ("apigateway get-usage-plans", vec![format!("apigateway:GET {GATEWAY}:/usageplans")]),
        (
            "apigateway put-method --rest-api-id abc --resource-id r --http-method GET --authorization-type NONE",
            vec![format!("apigateway:PUT {GATEWAY}:/restapis/abc/resources/r/methods/GET")],
        ),
        // A path without a resource type, a private domain name, and an action that is not a method.
        (
            "apigateway flush-stage-cache --rest-api-id abc --stage-name prod",
            vec![format!("apigateway:DELETE {GATEWAY}:/restapis/abc/stages/prod/cache/data")],
        ),
        (
            "apigateway get-domain-name --domain-name a.example.com --domain-name-id x1",
            vec![format!("apigateway:GET {GATEWAY}{{account}}:/domainnames/a.example.com+x1")],
        ),
        ("apigatewayv2 get-portal --portal-id p", vec![format!("apigateway:GetPortal {GATEWAY}{{account}}:/portals/p")]),
        (
            "organizations detach-policy --policy-id p-examplepolicyid111 --target-id ou-ab12-11111111",
            vec![
                format!("organizations:DetachPolicy {ORGANIZATION}ou/o-{{organization_id}}/ou-ab12-11111111"),
                format!("organizations:DetachPolicy {ORGANIZATION}policy/o-{{organization_id}}/{{policy_type}}/p-examplepolicyid111"),
            ],
        ),
        (
            "organizations detach-policy --policy-id p-FullAWSAccess --target-id 111122223333",
            vec![
                "organizations:DetachPolicy arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess".to_owned(),
                format!("organizations:DetachPolicy {ORGANIZATION}account/o-{{organization_id}}/111122223333"),
            ],
        ),
        (
            "ec2 create-tags --resources i-0123456789abcdef0 vol-0123456789abcdef0 --tags Key=a,Value=b",
            vec![
                format!("ec2:CreateTags {EC2}instance/i-0123456789abcdef0"),
                format!("ec2:CreateTags {EC2}volume/vol-0123456789abcdef0"),
            ],
        ),
        ("ec2 delete-key-pair --key-name kn", vec![format!("ec2:DeleteKeyPair {EC2}key-pair/kn")]),
        (
            "textract detect-document-text --document S3Object={Bucket=b,Name=n}",
            vec!["s3:GetObject arn:aws:s3:::b/n".to_owned(), "textract:DetectDocumentText *".to_owned()],
        ),
        ("textract detect-document-text --document Bytes=abc", vec!["textract:DetectDocumentText *".to_owned()]),
        (
            "ssm start-session --target i-0123456789abcdef0",
            vec![format!("ssm:StartSession {EC2}instance/i-0123456789abcdef0")],
        ),
        (
            "ssm start-session --target mi-0123456789abcdef0 --document-name AWS-StartSSHSession",
            vec![
                format!("ssm:StartSession {SSM}:document/AWS-StartSSHSession"),
                format!("ssm:StartSession {SSM}{{account}}:managed-instance/mi-0123456789abcdef0"),
            ],
        ),
        (
            "ssm send-command --document-name mine --instance-ids i-0123456789abcdef0",
            vec![
                format!("ssm:SendCommand {EC2}instance/i-0123456789abcdef0"),
                format!("ssm:SendCommand {SSM}{{account}}:document/mine"),
            ],
        ),
        ("ssm get-parameter --name /aws/service/ami/x", vec![format!("ssm:GetParameter {SSM}:parameter/aws/service/ami/x")]),
        ("ssm get-parameter --name /aws/x", vec![format!("ssm:GetParameter {SSM}{{account}}:parameter/aws/x")]),
        // A form of ARN that the catalogue does not have.
        (
            "dms list-tags-for-resource --resource-arn arn:aws:dms:eu-west-1:111122223333:rep:X",
            vec!["dms:ListTagsForResource arn:aws:dms:eu-west-1:111122223333:rep:X".to_owned()],
        ),
    ] {
        assert_eq!(needs_of(&format!("aws {call}")), (expected, false), "{call}");
    }
    // Of which type this is, nothing says.
    let (needs, unknown) = needs_of("aws ec2 create-tags --resources foo-1 --tags Key=a,Value=b");
    assert_eq!(
        (needs.as_slice(), unknown),
        (&["ec2:CreateTags {resource_arn}".to_owned()][..], true)
    );
    let (needs, _) =
        needs_of("aws ec2 run-instances --image-id ami-1 --iam-instance-profile Name=p");
    assert!(
        needs
            .iter()
            .any(|need| need == "iam:PassRole arn:aws:iam::{account}:role/{instance_role}"),
        "{needs:?}"
    );
}

/// What is not in the catalogue may exist all the same: a command of the CLI's own, and services by the hundred.
#[test]
fn commands_and_services_that_the_catalogue_does_not_have() {
    let directory = Directory::new("needs_unknown");
    let said = |call: &str| {
        let done = directory.run(&["needs", call]);
        assert_eq!(done.code, 2, "{call}: {}", done.out);
        done.err
    };
    for own in [
        "aws logs tail g",
        "aws cloudformation deploy --stack-name s",
    ] {
        let said = said(own);
        assert!(said.contains("one of the CLI's own commands"), "{said}");
        assert!(!said.contains("has no command"), "{said}");
    }
    let typo = said("aws rekognition detect-label");
    assert!(typo.contains("has no command `detect-label`"), "{typo}");
    assert!(typo.contains("did you mean `detect-labels`?"), "{typo}");
    let unknown = said("aws zzzzzzzz list");
    let count: usize = (unknown.split("operations of ").nth(1))
        .and_then(|rest| rest.split(' ').next()?.parse().ok())
        .unwrap();
    assert!(count > 100, "{unknown}");
    assert!(said("aws ecss list-tasks").contains("did you mean `ecs`?"));
}

/// What a function of Object Lambda answers with is not what it needs.
#[test]
fn an_answer_of_object_lambda() {
    let directory = Directory::new("needs_object_lambda");
    let needs = |call: &str| directory.run(&["needs", call]).out;
    let answer = needs("s3:WriteGetObjectResponse");
    assert!(
        answer.contains("s3-object-lambda:WriteGetObjectResponse on arn:aws:s3-object-lambda:"),
        "{answer}"
    );
    assert!(!answer.contains("kms:"), "{answer}");
    assert!(needs("s3:PutObject").contains("kms:GenerateDataKey on"));
}
