//! Decisions over sets of documents: who needs what from whom.

use crate::support::program;
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::evaluate::{
    Attached, Entry, Key, Prepared, Request, Verdict, evaluate,
};
use rekognition_iam_runtime::{aws, rekognition};
use serde_json::json;

const COLLECTION: &str = "arn:aws:rekognition:us-east-1:123456789012:collection/staff-faces";

#[test]
fn the_example_of_the_readme() {
    let indexer = program(&json!({
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": ["rekognition:IndexFaces", "rekognition:SearchFacesByImage"], "Resource": COLLECTION},
            {"Effect": "Allow", "Action": ["rekognition:DetectLabels"], "Resource": "*"},
            {"Effect": "Deny", "Action": "rekognition:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        ]
    }));
    let request = Request::new(rekognition::IndexFaces, COLLECTION)
        .principal("arn:aws:iam::123456789012:role/indexer")
        .with(aws::SourceVpc, "vpc-1");
    let decision = indexer.evaluate(&request);
    assert!(decision.is_allowed(), "{decision}");
    assert_eq!(decision.by().map(|by| by.statement), Some(0));

    let plain = Request::new(rekognition::IndexFaces, COLLECTION).with(aws::SecureTransport, false);
    assert_eq!(indexer.evaluate(&plain).verdict(), Verdict::ExplicitDeny);

    let other =
        Request::new(rekognition::DeleteCollection, COLLECTION).with(aws::SecureTransport, true);
    let decision = indexer.evaluate(&other);
    assert_eq!(decision.verdict(), Verdict::ImplicitDeny);
    assert_eq!(
        decision.to_string(),
        "implicitly denied: rekognition:DeleteCollection on arn:aws:rekognition:us-east-1:123456789012:collection/staff-faces, \
         as no statement allows it\n  \
         statement 1 (Allow) does not apply: Action: rekognition:DeleteCollection is not among rekognition:IndexFaces, \
         rekognition:SearchFacesByImage\n  \
         statement 2 (Allow) does not apply: Action: rekognition:DeleteCollection is not among rekognition:DetectLabels\n  \
         statement 3 (Deny) does not apply: Condition: Bool aws:SecureTransport wants \"false\", and the request has \"true\"\n"
    );
}

#[test]
fn an_action_without_resource_types_is_evaluated_against_everything() {
    let on_collection = program(&json!({"Statement": {
        "Effect": "Allow", "Action": "rekognition:DetectLabels", "Resource": "arn:aws:rekognition:*:*:collection/*"}}));
    let request = Request::new(rekognition::DetectLabels, COLLECTION);
    assert_eq!(request.resources().collect::<Vec<_>>(), ["*"]);
    assert!(!on_collection.evaluate(&request).is_allowed());
}

#[test]
fn all_resources_of_a_request_must_be_allowed() {
    let project = "arn:aws:rekognition:us-east-1:123456789012:project/a/1";
    let version = "arn:aws:rekognition:us-east-1:123456789012:project/b/version/c/2";
    let one = program(
        &json!({"Statement": {"Effect": "Allow", "Action": "rekognition:CopyProjectVersion", "Resource": project}}),
    );
    let both = program(
        &json!({"Statement": {"Effect": "Allow", "Action": "rekognition:CopyProjectVersion",
        "Resource": [project, version]}}),
    );
    let request = Request::new(rekognition::CopyProjectVersion, project).and_on(version);
    assert!(both.evaluate(&request).is_allowed());
    let decision = one.evaluate(&request);
    assert!(!decision.is_allowed());
    assert_eq!(decision.resource(), version);
}

/// Documents by kind, the request and what comes of it.
struct Case {
    page: &'static str,
    says: &'static str,
    documents: &'static [(PolicyKind, &'static str)],
    principal: Option<&'static str>,
    expected: Verdict,
}

const ALLOW: &str = r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}"#;
const NOTHING: &str = r#"{"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}"#;
const DENY: &str = r#"{"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}"#;
const QUEUE: &str = "arn:aws:sqs:us-east-1:111122223333:queue";

const ROLE: &str = "arn:aws:iam::111122223333:role/path/examplerole";
const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/examplerole/examplesession";
const USER: &str = "arn:aws:iam::111122223333:user/exampleuser";
const FEDERATED: &str = "arn:aws:sts::111122223333:federated-user/exampleuser";
const FOREIGN: &str = "arn:aws:iam::444455556666:user/other";

const TO_ROLE: &str = r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/path/examplerole"}, "Action": "sqs:SendMessage", "Resource": "*"}"#;
const TO_SESSION: &str = r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:sts::111122223333:assumed-role/examplerole/examplesession"}, "Action": "sqs:SendMessage", "Resource": "*"}"#;
const TO_USER: &str = r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/exampleuser"}, "Action": "sqs:SendMessage", "Resource": "*"}"#;
const TO_FEDERATED: &str = r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:sts::111122223333:federated-user/exampleuser"}, "Action": "sqs:SendMessage", "Resource": "*"}"#;
const TO_ACCOUNT: &str = r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sqs:SendMessage", "Resource": "*"}"#;
const TO_FOREIGN_ACCOUNT: &str = r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": "sqs:SendMessage", "Resource": "*"}"#;
const TO_ALL: &str =
    r#"{"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}"#;
const TO_SERVICE: &str = r#"{"Effect": "Allow", "Principal": {"Service": "rekognition.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "*"}"#;
const NOT_USER: &str = r#"{"Effect": "Deny", "NotPrincipal": {"AWS": ["arn:aws:iam::111122223333:user/exampleuser", "arn:aws:iam::111122223333:root"]}, "Action": "sqs:*", "Resource": "*"}"#;

const DENYALLOW: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html";
const CROSS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html";
const BASICS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html";
const SCPS: &str =
    "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html";
const RCPS: &str =
    "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html";
const NOTPRINCIPAL: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html";
const PRINCIPAL: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html";

use PolicyKind::{
    Identity as I, PermissionsBoundary as B, Resource as R, ResourceControl as Rcp, RoleTrust as T,
    ServiceControl as Scp, Session as S,
};
use Verdict::{Allowed as Yes, ExplicitDeny as Denied, ImplicitDeny as No};

#[rustfmt::skip]
const CASES: &[Case] = &[
    Case { page: DENYALLOW, says: "by default all is denied", documents: &[(I, NOTHING)], principal: Some(USER), expected: No },
    Case { page: DENYALLOW, says: "an allow overrides that", documents: &[(I, ALLOW)], principal: Some(USER), expected: Yes },
    Case { page: DENYALLOW, says: "a deny overrides an allow", documents: &[(I, ALLOW), (I, DENY)], principal: Some(USER), expected: Denied },
    Case { page: DENYALLOW, says: "a deny of the resource policy too", documents: &[(I, ALLOW), (R, r#"{"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*"}"#)], principal: Some(USER), expected: Denied },
    Case { page: DENYALLOW, says: "a deny of the boundary too", documents: &[(I, ALLOW), (B, ALLOW), (B, DENY)], principal: Some(USER), expected: Denied },
    Case { page: DENYALLOW, says: "the root user has full access", documents: &[], principal: Some("arn:aws:iam::111122223333:root"), expected: Yes },
    Case { page: BASICS, says: "identity or resource policy", documents: &[(R, TO_USER)], principal: Some(USER), expected: Yes },
    Case { page: BASICS, says: "identity and boundary", documents: &[(I, ALLOW), (B, NOTHING)], principal: Some(USER), expected: No },
    Case { page: BASICS, says: "identity and boundary, both", documents: &[(I, ALLOW), (B, ALLOW)], principal: Some(USER), expected: Yes },
    Case { page: BASICS, says: "a boundary alone grants nothing", documents: &[(B, ALLOW)], principal: Some(USER), expected: No },
    Case { page: BASICS, says: "identity and session", documents: &[(I, ALLOW), (S, NOTHING)], principal: Some(SESSION), expected: No },
    Case { page: BASICS, says: "a session policy alone grants nothing", documents: &[(S, ALLOW)], principal: Some(SESSION), expected: No },
    Case { page: SCPS, says: "identity and service control", documents: &[(I, ALLOW), (Scp, NOTHING)], principal: Some(USER), expected: No },
    Case { page: SCPS, says: "an SCP alone grants nothing", documents: &[(Scp, ALLOW)], principal: Some(USER), expected: No },
    Case { page: SCPS, says: "SCPs limit the root user", documents: &[(Scp, NOTHING)], principal: Some("arn:aws:iam::111122223333:root"), expected: No },
    Case { page: SCPS, says: "SCPs do not limit service-linked roles", documents: &[(I, ALLOW), (Scp, DENY)], principal: Some("arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"), expected: Yes },
    Case { page: RCPS, says: "RCPs deny", documents: &[(I, ALLOW), (Rcp, DENY)], principal: Some(USER), expected: Denied },
    Case { page: RCPS, says: "RCPFullAWSAccess cannot be detached", documents: &[(I, ALLOW), (Rcp, NOTHING)], principal: Some(USER), expected: Yes },
    Case { page: RCPS, says: "RCPs do not limit service-linked roles", documents: &[(I, ALLOW), (Rcp, DENY)], principal: Some("arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"), expected: Yes },
    Case { page: DENYALLOW, says: "to the role: limited by a boundary", documents: &[(R, TO_ROLE), (B, NOTHING)], principal: Some(SESSION), expected: No },
    Case { page: DENYALLOW, says: "to the role: limited by a session policy", documents: &[(R, TO_ROLE), (S, NOTHING)], principal: Some(SESSION), expected: No },
    Case { page: DENYALLOW, says: "to the role: not limited by identity policies", documents: &[(R, TO_ROLE), (I, NOTHING)], principal: Some(SESSION), expected: Yes },
    Case { page: DENYALLOW, says: "the role includes its sessions", documents: &[(R, TO_ROLE), (B, NOTHING)], principal: Some(ROLE), expected: No },
    Case { page: DENYALLOW, says: "to the session: not limited", documents: &[(R, TO_SESSION), (I, NOTHING), (B, NOTHING), (S, NOTHING)], principal: Some(SESSION), expected: Yes },
    Case { page: DENYALLOW, says: "to the user: not limited", documents: &[(R, TO_USER), (I, NOTHING), (B, NOTHING)], principal: Some(USER), expected: Yes },
    Case { page: DENYALLOW, says: "to the user behind a federated session: limited", documents: &[(R, TO_USER), (S, NOTHING)], principal: Some(FEDERATED), expected: No },
    Case { page: DENYALLOW, says: "to the federated session: not limited", documents: &[(R, TO_FEDERATED), (B, NOTHING), (S, NOTHING)], principal: Some(FEDERATED), expected: Yes },
    Case { page: PRINCIPAL, says: "to everyone: not limited", documents: &[(R, TO_ALL), (B, NOTHING), (S, NOTHING)], principal: Some(SESSION), expected: Yes },
    Case { page: PRINCIPAL, says: "to the account: delegates", documents: &[(R, TO_ACCOUNT)], principal: Some(USER), expected: No },
    Case { page: PRINCIPAL, says: "to the account: with an identity policy", documents: &[(R, TO_ACCOUNT), (I, ALLOW)], principal: Some(USER), expected: Yes },
    Case { page: CROSS, says: "other account: the resource policy must allow", documents: &[(I, ALLOW)], principal: Some(FOREIGN), expected: No },
    Case { page: CROSS, says: "other account: the identity policy must allow", documents: &[(R, TO_FOREIGN_ACCOUNT)], principal: Some(FOREIGN), expected: No },
    Case { page: CROSS, says: "other account: both", documents: &[(I, ALLOW), (R, TO_FOREIGN_ACCOUNT)], principal: Some(FOREIGN), expected: Yes },
    Case { page: CROSS, says: "other account: a boundary limits", documents: &[(I, ALLOW), (R, TO_ALL), (B, NOTHING)], principal: Some(FOREIGN), expected: No },
    Case { page: CROSS, says: "other account: its root needs the resource policy alone", documents: &[(R, TO_FOREIGN_ACCOUNT)], principal: Some("arn:aws:iam::444455556666:root"), expected: Yes },
    Case { page: PRINCIPAL, says: "a service needs the resource policy", documents: &[(R, TO_SERVICE), (Scp, NOTHING)], principal: Some("rekognition.amazonaws.com"), expected: Yes },
    Case { page: PRINCIPAL, says: "another service is not let in", documents: &[(R, TO_SERVICE), (I, ALLOW)], principal: Some("s3.amazonaws.com"), expected: No },
    Case { page: PRINCIPAL, says: "everyone, signed in or not", documents: &[(R, TO_ALL)], principal: Some("*"), expected: Yes },
    Case { page: PRINCIPAL, says: "nobody else who is not signed in", documents: &[(R, TO_USER), (I, ALLOW)], principal: Some("*"), expected: No },
    Case { page: NOTPRINCIPAL, says: "denied but for the user", documents: &[(I, ALLOW), (R, NOT_USER)], principal: Some(USER), expected: Yes },
    Case { page: NOTPRINCIPAL, says: "all principals except the user are denied", documents: &[(I, ALLOW), (R, NOT_USER)], principal: Some("arn:aws:iam::111122223333:user/alice"), expected: Denied },
    Case { page: NOTPRINCIPAL, says: "always denies who has a boundary", documents: &[(I, ALLOW), (B, ALLOW), (R, NOT_USER)], principal: Some(USER), expected: Denied },
    Case { page: DENYALLOW, says: "a trust policy must let in", documents: &[(I, ALLOW), (T, r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/alice"}, "Action": "sqs:SendMessage"}"#)], principal: Some(USER), expected: No },
    Case { page: DENYALLOW, says: "a trust policy lets the account in", documents: &[(I, ALLOW), (T, r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sqs:SendMessage"}"#)], principal: Some(USER), expected: Yes },
    Case { page: DENYALLOW, says: "nobody said who asks", documents: &[(I, ALLOW)], principal: None, expected: Yes },
];

#[test]
fn sets_of_documents() {
    for case in CASES {
        let documents: Vec<Attached<'_>> = case
            .documents
            .iter()
            .map(|(kind, statement)| {
                let json: serde_json::Value = serde_json::from_str(statement).unwrap();
                Attached::new(
                    *kind,
                    program(&json!({"Version": "2012-10-17", "Statement": json})),
                )
            })
            .collect();
        let mut request = Request::new("sqs:SendMessage", QUEUE);
        if let Some(principal) = case.principal {
            request = request.principal(principal);
        }
        let decision = evaluate(&documents, &request);
        assert_eq!(
            decision.verdict(),
            case.expected,
            "{}: {}\n{decision}",
            case.page,
            case.says
        );
        let prepared = Prepared::new(&documents);
        assert_eq!(
            prepared.evaluate(&request).verdict(),
            case.expected,
            "prepared: {}",
            case.says
        );
    }
}

#[test]
fn every_level_must_allow() {
    let allow = program(&json!({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}));
    let some =
        program(&json!({"Statement": {"Effect": "Allow", "Action": "sns:*", "Resource": "*"}}));
    let documents = |account: &rekognition_iam_runtime::evaluate::Program<'static>| {
        vec![
            Attached::new(I, allow.clone()),
            Attached::new(Scp, allow.clone()).level(0),
            Attached::new(Scp, some.clone()).level(1),
            Attached::new(Scp, account.clone()).level(1),
        ]
    };
    let request = Request::new("sqs:SendMessage", QUEUE).principal(USER);
    assert!(evaluate(&documents(&allow), &request).is_allowed());
    let documents = documents(&some);
    let decision = evaluate(&documents, &request);
    assert!(!decision.is_allowed());
    assert!(decision.to_string().contains("of level 1"), "{decision}");
}

#[test]
fn more_resources_of_an_action_that_takes_none() {
    let arn = "arn:aws:rekognition:us-east-1:123456789012:collection/staff";
    let request = Request::new("rekognition:DetectLabels", arn).and_on(arn);
    assert!(request.resources().all(|resource| resource == "*"));
    let request = Request::new("rekognition:IndexFaces", "*").and_on(arn);
    assert_eq!(request.resources().collect::<Vec<_>>(), ["*", arn]);
}

#[test]
fn many_keys_at_once_are_as_one_after_the_other() {
    let entry = |key, value: &'static str| Entry::new(Key::named(key), value.into());
    let request = Request::new("s3:GetObject", "*")
        .with("a:a", "0")
        .with_all([entry("a:b", "1"), entry("a:a", "2")])
        .with("a:c", "3");
    let keys: Vec<String> = (request.context().iter())
        .map(|entry| entry.key().to_string())
        .collect();
    assert_eq!(keys, ["a:c", "a:a", "a:b", "a:a"]);
}

#[test]
fn log_groups_are_compared_as_aws_does() {
    let group = "arn:aws:logs:us-east-1:111111111111:log-group:a";
    let verdict = |effect: &str, action: &str, end: &str, asked: &str| {
        let policy = format!("{group}{end}");
        let documents = [Attached::new(
            PolicyKind::Identity,
            program(&json!({"Version": "2012-10-17", "Statement": [
                {"Effect": if effect == "Deny" { "Allow" } else { "Deny" }, "Action": if effect == "Deny" { "*" } else { "s3:*" }, "Resource": "*"},
                {"Effect": effect, "Action": action, "Resource": policy},
            ]})),
        )];
        let resource = format!("{group}{asked}");
        let request = Request::new(action, &resource);
        let found = evaluate(&documents, &request);
        assert_eq!(
            Prepared::new(&documents).evaluate(&request).verdict(),
            found.verdict()
        );
        assert_eq!(
            documents[0].program().evaluate(&request).verdict(),
            found.verdict(),
            "{found}"
        );
        found.verdict()
    };
    use Verdict::{
        Allowed as Yes, ExplicitDeny as Denied, ImplicitDeny as No, Undetermined as Open,
    };
    // Whatever the request names: the log group, what is in it, or a stream of it.
    for asked in ["", ":*", ":log-stream:", ":log-stream:x"] {
        for (end, [allow, deny]) in [
            (":*", [Yes, Denied]),
            (":log-stream:*", [Yes, Denied]),
            (":log-*:*", [Yes, Denied]),
            ("*", [Yes, Denied]),
            ("", [No, Yes]),
            (":log-stream:x", [No, Yes]),
            ("b:*", [No, Yes]),
        ] {
            assert_eq!(
                verdict("Allow", "logs:DeleteLogGroup", end, asked),
                allow,
                "{end} {asked}"
            );
            assert_eq!(
                verdict("Deny", "logs:DeleteLogGroup", end, asked),
                deny,
                "{end} {asked}"
            );
        }
    }
    // The tags of a log group are named by its ARN.
    assert_eq!(verdict("Allow", "logs:TagResource", ":*", ""), No);
    assert_eq!(verdict("Allow", "logs:TagResource", "", ""), Yes);
    // A stream, and some stream of the group.
    for (end, stream, some) in [
        (":*", Yes, Yes),
        (":log-stream:x", Yes, Open),
        (":log-stream:y", No, Open),
        (":log-stream:", No, No),
        ("", No, No),
    ] {
        assert_eq!(
            verdict("Allow", "logs:PutLogEvents", end, ":log-stream:x"),
            stream,
            "{end}"
        );
        assert_eq!(
            verdict("Allow", "logs:PutLogEvents", end, ""),
            some,
            "{end}"
        );
    }
    assert_eq!(
        verdict("Deny", "logs:PutLogEvents", ":log-stream:x", ""),
        Open
    );
    // A variable reaches over the end of the ARN.
    let statement = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "logs:*",
        "Resource": "arn:aws:logs:*:*:log-group:${aws:PrincipalTag/team}-*"}});
    let of_team = |team: &'static str| {
        let policy = program(&statement);
        let request = Request::new(
            "logs:DeleteLogGroup",
            "arn:aws:logs:us-east-1:111111111111:log-group:red-app",
        )
        .with("aws:PrincipalTag/team", team);
        policy.evaluate(&request).verdict()
    };
    assert_eq!((of_team("red"), of_team("blue")), (Yes, No));
}
