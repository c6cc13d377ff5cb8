//! What neither the documents nor the request say: never allowed, never passed over, and named.

use crate::support::program;
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::evaluate::{
    Attached, Cause, Note, Prepared, Request, Values, Verdict, evaluate,
};
use serde_json::{Value, json};

use PolicyKind::{
    Identity as I, PermissionsBoundary as B, Resource as R, ResourceControl as Rcp,
    ServiceControl as Scp,
};
use Verdict::{Allowed as Yes, ExplicitDeny as Denied, ImplicitDeny as No, Undetermined as Open};

pub(super) const OBJECT: &str = "arn:aws:s3:::b/k";
pub(super) const USER: &str = "arn:aws:iam::111111111111:user/dev/ann";
pub(super) const ROLE: &str = "arn:aws:iam::111111111111:role/app";
pub(super) const SESSION: &str = "arn:aws:sts::111111111111:assumed-role/app/s";
pub(super) const PROVIDER: &str =
    "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com";

pub(super) fn ask(
    documents: &[(PolicyKind, Value)],
    action: &str,
    resource: &str,
    caller: &str,
    context: &[(&str, &str)],
) -> (Verdict, Option<(Cause, Option<String>)>, String) {
    let documents: Vec<Attached<'_>> = documents
        .iter()
        .map(|(kind, statements)| {
            let json = json!({"Version": "2012-10-17", "Statement": statements});
            Attached::new(*kind, program(&json))
        })
        .collect();
    let mut request = Request::new(action, resource)
        .principal(caller)
        .resource_account("111111111111");
    for (key, value) in context {
        request = request.with(*key, *value);
    }
    let decision = evaluate(&documents, &request);
    let prepared = Prepared::new(&documents);
    assert_eq!(
        prepared.evaluate(&request).verdict(),
        decision.verdict(),
        "{decision}"
    );
    let open = decision
        .undetermined()
        .map(|open| (open.cause(), open.key().map(str::to_owned)));
    assert_eq!(open.is_some(), decision.verdict() == Open, "{decision}");
    (decision.verdict(), open, decision.to_string())
}

pub(super) fn allow() -> (PolicyKind, Value) {
    (
        I,
        json!({"Effect": "Allow", "Action": "*", "Resource": "*"}),
    )
}

pub(super) fn statement(effect: &str, condition: Value) -> Value {
    json!({"Effect": effect, "Action": "*", "Resource": "*", "Condition": condition})
}

/// A condition of a boundary's Deny next to an Allow of everything, and of the only Allow there is.
pub(super) fn both(condition: &Value, caller: &str, context: &[(&str, &str)]) -> [Verdict; 2] {
    let deny = [
        allow(),
        (Scp, allow().1),
        (Scp, statement("Deny", condition.clone())),
    ];
    let only = [(I, statement("Allow", condition.clone()))];
    [
        ask(&deny, "s3:GetObject", OBJECT, caller, context).0,
        ask(&only, "s3:GetObject", OBJECT, caller, context).0,
    ]
}

#[test]
fn a_deny_that_cannot_be_compared_is_not_passed_over() {
    for (condition, key, value, cause) in [
        (
            json!({"NumericLessThan": {"s3:max-keys": ".5"}}),
            "s3:max-keys",
            "1",
            Cause::PolicyValue,
        ),
        (
            json!({"NumericEquals": {"s3:max-keys": "${aws:username}"}}),
            "s3:max-keys",
            "1",
            Cause::PolicyValue,
        ),
        (
            json!({"NumericEquals": {"s3:max-keys": "1"}}),
            "s3:max-keys",
            "one",
            Cause::RequestValue,
        ),
        (
            json!({"IpAddress": {"aws:SourceIp": "10.0.0.0/33"}}),
            "aws:SourceIp",
            "10.0.0.1",
            Cause::PolicyValue,
        ),
        (
            json!({"DateGreaterThan": {"aws:CurrentTime": "tomorrow"}}),
            "aws:CurrentTime",
            "2026-01-01T00:00:00Z",
            Cause::PolicyValue,
        ),
        (
            json!({"Bool": {"aws:SecureTransport": "no"}}),
            "aws:SecureTransport",
            "false",
            Cause::PolicyValue,
        ),
        (
            json!({"Bool": {"aws:SecureTransport": "${k:v}"}}),
            "aws:SecureTransport",
            "false",
            Cause::VariablePlace,
        ),
        (
            json!({"ArnLike": {"aws:SourceArn": "arn:aws:sns"}}),
            "aws:SourceArn",
            "arn:aws:sns:us-east-1:1:t",
            Cause::PolicyValue,
        ),
    ] {
        let given = [(key, value), ("k:v", "false")];
        assert_eq!(both(&condition, USER, &given), [Open, Open], "{condition}");
        let documents = [
            allow(),
            (B, allow().1),
            (B, statement("Deny", condition.clone())),
        ];
        let (_, open, _) = ask(&documents, "s3:GetObject", OBJECT, USER, &given);
        assert_eq!(open, Some((cause, Some(key.to_owned()))), "{condition}");
    }
    // One that cannot be compared next to one that decides.
    let either = json!({"NumericEquals": {"s3:max-keys": [".5", "1"]}});
    assert_eq!(both(&either, USER, &[("s3:max-keys", "1")]), [Denied, Yes]);
    assert_eq!(both(&either, USER, &[("s3:max-keys", "2")]), [Open, Open]);
    // A negated operator holds unless the value turns out to match.
    let not = json!({"NotIpAddress": {"aws:SourceIp": "10.0.0/8"}});
    assert_eq!(
        both(&not, USER, &[("aws:SourceIp", "10.0.0.1")]),
        [Denied, Open]
    );
}

#[test]
fn several_values_take_a_set_operator() {
    for (operator, expected) in [
        ("StringEquals", Open),
        ("StringNotEquals", Open),
        ("ForAnyValue:StringEquals", Denied),
        ("ForAllValues:StringEquals", Yes),
    ] {
        let deny = statement("Deny", json!({operator: {"aws:TagKeys": "secret"}}));
        let documents = [
            Attached::new(I, program(&json!({"Statement": allow().1}))),
            Attached::new(I, program(&json!({"Statement": deny}))),
        ];
        let values: &[&str] = &["secret", "other"];
        let request = Request::new("s3:PutObject", OBJECT)
            .principal(USER)
            .with("aws:TagKeys", values);
        let decision = evaluate(&documents, &request);
        assert_eq!(decision.verdict(), expected, "{operator}: {decision}");
    }
}

#[test]
fn an_allow_is_read_narrowly_and_a_deny_broadly() {
    let queue = "arn:aws:sqs:us-east-1:111111111111:q";
    for (resource, expected) in [
        ("arn:aws:sqs:*:q", [Denied, Yes]),
        // Too short, and complete with wildcards.
        ("arn:aws:sqs", [Denied, Open]),
        ("arn:aws:sqs:us-east-1", [Denied, Open]),
        ("arn:aws:sqs:us-east-1:111111111111", [Denied, Open]),
        ("arn:aws:sqs:us-east-2", [Yes, No]),
        ("arn:aws:sns", [Yes, No]),
        // A variable before the fifth colon.
        (
            "arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:q",
            [Denied, Open],
        ),
        (
            "arn:aws:sqs:${aws:RequestedRegion}:111111111111:q",
            [Yes, No],
        ),
        (
            "arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:other",
            [Yes, No],
        ),
        (
            "arn:aws:sqs:us-east-1:111111111111:${aws:PrincipalTag/q}",
            [Yes, No],
        ),
    ] {
        let of = |effect: &str| json!({"Effect": effect, "Action": "sqs:*", "Resource": resource});
        let deny = ask(
            &[allow(), (I, of("Deny"))],
            "sqs:SendMessage",
            queue,
            USER,
            &[],
        );
        let only = ask(&[(I, of("Allow"))], "sqs:SendMessage", queue, USER, &[]);
        assert_eq!(
            [deny.0, only.0],
            expected,
            "{resource}\n{}\n{}",
            deny.2,
            only.2
        );
    }
    for (resource, expected) in [
        // No value, so that nothing is excepted from the statement.
        (
            "arn:aws:sqs:us-east-1:111111111111:${aws:PrincipalTag/q}",
            [Denied, Open],
        ),
        ("arn:aws:sqs", [Open, Open]),
        ("arn:aws:sqs:us-east-1:111111111111:q", [Yes, No]),
        ("arn:aws:sqs:us-east-1:111111111111:other", [Denied, Yes]),
    ] {
        let of =
            |effect: &str| json!({"Effect": effect, "Action": "sqs:*", "NotResource": resource});
        let deny = ask(
            &[allow(), (I, of("Deny"))],
            "sqs:SendMessage",
            queue,
            USER,
            &[],
        );
        let only = ask(&[(I, of("Allow"))], "sqs:SendMessage", queue, USER, &[]);
        assert_eq!(
            [deny.0, only.0],
            expected,
            "not {resource}\n{}\n{}",
            deny.2,
            only.2
        );
    }
    let negated = json!({"StringNotEquals": {"s3:prefix": "${aws:PrincipalTag/p}"}});
    assert_eq!(both(&negated, USER, &[("s3:prefix", "x")]), [Denied, Open]);
    let given = [("s3:prefix", "x"), ("aws:PrincipalTag/p", "x")];
    assert_eq!(both(&negated, USER, &given), [Yes, No]);
    // The key itself is missing: that is how a negated condition is meant.
    assert_eq!(both(&negated, USER, &[]), [Denied, Yes]);
}

#[test]
fn actions_without_resource_types() {
    let on = |resource: &str, action: &str, effect: &str| {
        let statement = json!({"Effect": effect, "Action": action, "Resource": resource});
        let mut documents = vec![(I, statement)];
        if effect == "Deny" {
            documents.push(allow());
        }
        ask(
            &documents,
            action,
            "*",
            USER,
            &[("aws:RequestedRegion", "us-east-1")],
        )
        .0
    };
    for (action, resource, allowed, denied) in [
        // On record: `table/*`, of the caller's account and the request's region.
        ("dynamodb:ListTables", "*", Yes, Denied),
        (
            "dynamodb:ListTables",
            "arn:aws:dynamodb:*:*:table/*",
            Yes,
            Denied,
        ),
        (
            "dynamodb:ListTables",
            "arn:aws:dynamodb:us-east-1:111111111111:table/*",
            Yes,
            Denied,
        ),
        (
            "dynamodb:ListTables",
            "arn:aws:dynamodb:us-east-2:*:table/*",
            No,
            Yes,
        ),
        (
            "dynamodb:ListTables",
            "arn:aws:dynamodb:*:*:table/music",
            No,
            Yes,
        ),
        ("iam:ListRoles", "arn:aws:iam::*:role/*", Yes, Denied),
        ("iam:ListRoles", "arn:aws:iam::*:role/team/*", Open, Open),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::*", Yes, Denied),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::bucket", No, Yes),
        ("kms:ListKeys", "*", Yes, Denied),
        ("kms:ListKeys", "arn:aws:kms:*:*:key/*", No, Yes),
        (
            "rekognition:DetectLabels",
            "arn:aws:rekognition:*:*:collection/*",
            No,
            Yes,
        ),
        // Not on record.
        ("kinesis:ListStreams", "*", Yes, Denied),
        (
            "kinesis:ListStreams",
            "arn:aws:kinesis:*:*:stream/*",
            Open,
            Open,
        ),
        ("kinesis:ListStreams", "arn:aws:s3:::*", No, Yes),
    ] {
        assert_eq!(
            on(resource, action, "Allow"),
            allowed,
            "Allow {action} on {resource}"
        );
        assert_eq!(
            on(resource, action, "Deny"),
            denied,
            "Deny {action} on {resource}"
        );
    }
}

#[test]
fn what_no_policy_denies_and_what_a_service_checks_besides() {
    let deny = (I, json!({"Effect": "Deny", "Action": "*", "Resource": "*"}));
    assert_eq!(ask(&[], "sts:GetCallerIdentity", "*", USER, &[]).0, Yes);
    assert_eq!(
        ask(
            std::slice::from_ref(&deny),
            "sts:getcalleridentity",
            "*",
            USER,
            &[]
        )
        .0,
        Yes
    );
    // No policy controls how a user authenticates; a session has no long-term keys, and nobody is signed in as `*`.
    let deny = [deny];
    assert_eq!(ask(&deny, "sts:GetSessionToken", "*", USER, &[]).0, Yes);
    assert_eq!(
        ask(&deny, "sts:GetSessionToken", "*", SESSION, &[]).0,
        Denied
    );
    assert_eq!(
        ask(&deny, "sts:GetFederationToken", "*", USER, &[]).0,
        Denied
    );
    assert_ne!(ask(&[], "sts:GetCallerIdentity", "*", "*", &[]).0, Yes);

    let documents = [Attached::new(I, program(&json!({"Statement": allow().1})))];
    let key = "arn:aws:kms:us-east-1:111111111111:key/1";
    let note = |action, resource| {
        evaluate(&documents, &Request::new(action, resource).principal(USER)).note()
    };
    assert_eq!(note("kms:Decrypt", key), Some(Note::KeyPolicy));
    assert_eq!(note("sts:AssumeRole", ROLE), Some(Note::TrustPolicy));
    assert_eq!(note("s3:GetObject", OBJECT), None);
}

#[test]
fn a_policy_that_was_not_given_is_noted() {
    let other = "arn:aws:iam::222222222222:user/eve";
    let resource = |kind| {
        let mut statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
        if kind == R {
            statement["Principal"] = json!({"AWS": other});
        }
        (kind, statement)
    };
    let note = |documents: &[(PolicyKind, Value)]| {
        let documents: Vec<Attached<'_>> = (documents.iter())
            .map(|(kind, statement)| {
                Attached::new(*kind, program(&json!({"Statement": statement})))
            })
            .collect();
        let request = Request::new("s3:GetObject", OBJECT)
            .principal(other)
            .resource_account("111111111111");
        let decision = evaluate(&documents, &request);
        (decision.reason().name(), decision.note().map(Note::name))
    };
    let one = |kind| note(&[resource(kind)]);
    let (no_resource, no_identity) = ("resource_does_not_allow", "identity_does_not_allow");
    assert_eq!(one(I), (no_resource, Some("resource_policy_not_given")));
    assert_eq!(one(R), (no_identity, Some("identity_policy_not_given")));
    // They were given, and do not allow.
    let empty = |kind| {
        (
            kind,
            json!({"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}),
        )
    };
    assert_eq!(note(&[resource(I), empty(R)]), (no_resource, None));
    assert_eq!(note(&[empty(I), resource(R)]), (no_identity, None));
    assert_eq!(
        note(&[resource(I), resource(R)]),
        ("granted_by_resource", None)
    );
}

#[test]
fn a_version_that_aws_refuses_settles_nothing() {
    let of = |version: Value, effect: &str| {
        let mut json =
            json!({"Statement": [{"Effect": effect, "Action": "s3:*", "Resource": "*"}]});
        json["Version"] = version;
        Attached::new(I, program(&json))
    };
    let everything = || of(Value::Null, "Allow");
    let request = Request::new("s3:GetObject", OBJECT).principal(USER);
    for version in ["2012-06-17", "2012-10-17 ", "", "2012-10-18", "3"] {
        for documents in [
            vec![of(version.into(), "Allow")],
            vec![everything(), of(version.into(), "Deny")],
        ] {
            let decision = evaluate(&documents, &request);
            let open = decision.undetermined().expect("an open verdict");
            assert_eq!(
                (open.cause(), open.element(), open.key()),
                (Cause::Version, "Version", None)
            );
            assert!(decision.depends_on().is_empty());
            assert_eq!(Prepared::new(&documents).evaluate(&request).verdict(), Open);
            let text = decision.to_string();
            let says =
                format!(" may apply: Version: `{version}`; AWS refuses a policy of this `Version`");
            assert!(text.contains(&says), "{text}");
            let alone = documents[documents.len() - 1]
                .program()
                .evaluate(&request)
                .verdict();
            assert_ne!(alone, Yes);
        }
        // What it says about other actions, or together with a plain Deny, does not matter.
        let other = Request::new("sqs:SendMessage", "arn:aws:sqs:us-east-1:111111111111:q");
        assert_eq!(
            evaluate(&[of(version.into(), "Allow")], &other).verdict(),
            No
        );
        let documents = [of("2008-10-17".into(), "Deny"), of(version.into(), "Allow")];
        assert_eq!(evaluate(&documents, &request).verdict(), Denied);
        let documents = [everything(), of(version.into(), "Allow")];
        assert_eq!(evaluate(&documents, &request).verdict(), Yes);
    }
    for version in [Value::Null, "2008-10-17".into(), "2012-10-17".into()] {
        assert_eq!(evaluate(&[of(version, "Allow")], &request).verdict(), Yes);
    }
}

#[test]
fn statements_that_share_a_doubt_share_its_outcome() {
    let odd = |value: &str| json!({"IpAddress": {"aws:SourceIp": value}});
    let with = |effect: &str, value: &str| statement(effect, odd(value));
    let not =
        |effect: &str, arns: Value| json!({"Effect": effect, "Action": "*", "NotResource": arns});
    let (bad, worse) = ("10.0.0.0/40", "10.0.0.0/41");
    let short = "arn:aws:s3";
    for (statements, expected) in [
        // Whatever AWS makes of the value, the Deny matches whenever the Allow does.
        (json!([with("Allow", bad), with("Deny", bad)]), No),
        (json!([with("Deny", bad), with("Allow", bad)]), No),
        // Of another value it may make something else, and the Allow may be the one that matches.
        (json!([with("Allow", bad), with("Deny", worse)]), Open),
        (
            json!([with("Allow", bad), with("Allow", worse), with("Deny", bad)]),
            Open,
        ),
        (
            json!([
                with("Allow", bad),
                with("Allow", worse),
                with("Deny", bad),
                with("Deny", worse)
            ]),
            No,
        ),
        // Both tests of one statement, and one of them denies.
        (
            json!([
                statement(
                    "Allow",
                    json!({"IpAddress": {"aws:SourceIp": bad}, "NotIpAddress": {"aws:SourceIp": worse}})
                ),
                with("Deny", bad)
            ]),
            No,
        ),
        // Short ARNs in lists that are not the same.
        (
            json!([
                not("Allow", json!([short, "arn:aws:sqs:*:*:*"])),
                not("Deny", json!([short]))
            ]),
            No,
        ),
        (
            json!([
                not("Allow", json!([short])),
                not("Deny", json!([short, OBJECT]))
            ]),
            Open,
        ),
        (
            json!([with("Allow", bad), allow().1, with("Deny", bad)]),
            Open,
        ),
    ] {
        let documents = [(I, statements)];
        let given = [("aws:SourceIp", "10.0.0.1")];
        let (verdict, _, text) = ask(&documents, "s3:GetObject", OBJECT, USER, &given);
        assert_eq!(verdict, expected, "{documents:?}\n{text}");
        let (_, statements) = &documents[0];
        let alone = program(&json!({"Version": "2012-10-17", "Statement": statements}));
        let request = Request::new("s3:GetObject", OBJECT).with("aws:SourceIp", "10.0.0.1");
        assert_eq!(
            alone.evaluate(&request).verdict(),
            expected,
            "{documents:?}"
        );
    }
    // More doubts than are settled together: the verdict stays open.
    let many: Vec<Value> = (40..50)
        .flat_map(|bits| ["Allow", "Deny"].map(|effect| with(effect, &format!("10.0.0.0/{bits}"))))
        .collect();
    let given = [("aws:SourceIp", "10.0.0.1")];
    assert_eq!(
        ask(&[(I, json!(many))], "s3:GetObject", OBJECT, USER, &given).0,
        Open
    );
}

#[test]
fn resource_control_policies_cover_some_services() {
    let deny = |action: &str| {
        (
            Rcp,
            json!({"Effect": "Deny", "Principal": "*", "Action": action, "Resource": "*"}),
        )
    };
    for (action, resource, expected) in [
        ("s3:GetObject", OBJECT, Denied),
        (
            "kms:Decrypt",
            "arn:aws:kms:us-east-1:111111111111:key/1",
            Denied,
        ),
        (
            "kms:RetireGrant",
            "arn:aws:kms:us-east-1:111111111111:key/1",
            Yes,
        ),
        (
            "rekognition:DeleteCollection",
            "arn:aws:rekognition:us-east-1:111111111111:collection/c",
            Yes,
        ),
        ("sns:Publish", "arn:aws:sns:us-east-1:111111111111:t", Yes),
    ] {
        let documents = [allow(), deny("*")];
        assert_eq!(
            ask(&documents, action, resource, USER, &[]).0,
            expected,
            "{action}"
        );
    }
}

#[test]
fn a_value_that_the_request_does_not_know() {
    let documents = |effect: &str, condition: Value| {
        let json = json!([allow().1, statement(effect, condition)]);
        program(&json!({"Version": "2012-10-17", "Statement": json}))
    };
    let vpc = json!({"StringNotEquals": {"aws:SourceVpc": "vpc-1"}});
    let request = Request::new("s3:GetObject", OBJECT).with("aws:SourceVpc", Values::Unknown);
    let deny = documents("Deny", vpc.clone());
    let open = deny.evaluate(&request).undetermined().unwrap();
    assert_eq!(
        (open.cause(), open.key()),
        (Cause::Unknown, Some("aws:SourceVpc"))
    );
    assert_eq!(open.origin().statement, 1);
    // It decides nothing here.
    assert!(documents("Allow", vpc).evaluate(&request).is_allowed());
}

#[test]
fn some_requests_do_not_have_the_account_of_the_resource() {
    let bus = "arn:aws:events:eu-west-1:111111111111:event-bus/x";
    let queue = "arn:aws:sqs:eu-west-1:111111111111:x";
    let own = |effect: &str, operator: &str| {
        json!({"Effect": effect, "Action": "*", "Resource": "*",
            "Condition": {operator: {"aws:ResourceAccount": "111111111111"}}})
    };
    let allow_own = [(I, own("Allow", "StringEquals"))];
    let perimeter = [
        allow(),
        (Scp, allow().1),
        (Scp, own("Deny", "StringNotEquals")),
    ];
    for (action, resource, allowed, denied) in [
        ("events:PutEvents", bus, No, Denied),
        ("events:putrule", bus, No, Denied),
        (
            "ebs:GetSnapshotBlock",
            "arn:aws:ec2:eu-west-1::snapshot/snap-1",
            No,
            Denied,
        ),
        ("sqs:SendMessage", queue, Yes, Yes),
        (
            "ec2:TerminateInstances",
            "arn:aws:ec2:eu-west-1:111111111111:instance/i-1",
            Yes,
            Yes,
        ),
    ] {
        assert_eq!(
            ask(&allow_own, action, resource, USER, &[]).0,
            allowed,
            "{action}"
        );
        assert_eq!(
            ask(&perimeter, action, resource, USER, &[]).0,
            denied,
            "{action}"
        );
    }
    // What the asker knows counts.
    let given = [("aws:ResourceAccount", "111111111111")];
    assert_eq!(
        ask(&allow_own, "events:PutEvents", bus, USER, &given).0,
        Yes
    );
}
