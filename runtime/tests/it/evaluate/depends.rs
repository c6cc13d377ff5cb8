//! What a decision depends on: a key that is not listed never changes the verdict, and one that is listed could.

use std::collections::BTreeMap;

use crate::support::{Random, program};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::evaluate::{
    Attached, Cause, Decision, Lack, Prepared, Request, Values, Verdict, evaluate,
};
use serde_json::{Value, json};

use PolicyKind::{
    Identity as I, PermissionsBoundary as B, Resource as R, ServiceControl as Scp, Session as S,
};

const ACCOUNT: &str = "111111111111";
const USER: &str = "arn:aws:iam::111111111111:user/dev/ann";
const SESSION: &str = "arn:aws:sts::111111111111:assumed-role/app/s";
const ROOT: &str = "arn:aws:iam::111111111111:root";
const OBJECT: &str = "arn:aws:s3:::b/ann/k";

fn attached(documents: &[(PolicyKind, Value)]) -> Vec<Attached<'static>> {
    documents
        .iter()
        .map(|(kind, statements)| {
            let json = json!({"Version": "2012-10-17", "Statement": statements});
            Attached::new(*kind, program(&json))
        })
        .collect()
}

fn listed(decision: &Decision<'_>) -> Vec<String> {
    let found = decision.depends_on();
    found.iter().map(|found| found.key().to_owned()).collect()
}

fn all() -> Value {
    json!({"Effect": "Allow", "Action": "*", "Resource": "*"})
}

fn with(effect: &str, condition: Value) -> Value {
    json!({"Effect": effect, "Action": "s3:*", "Resource": "*", "Condition": condition})
}

/// The verdict and the keys for a caller without any context.
fn ask(documents: &[(PolicyKind, Value)], caller: &str) -> (Verdict, Vec<String>) {
    let documents = attached(documents);
    let request = Request::new("s3:GetObject", OBJECT)
        .principal(caller)
        .resource_account(ACCOUNT);
    let decision = evaluate(&documents, &request);
    let keys = listed(&decision);
    let prepared = Prepared::new(&documents);
    assert_eq!(listed(&prepared.evaluate(&request)), keys, "{decision}");
    (decision.verdict(), keys)
}

#[test]
fn keys_that_could_change_the_answer() {
    use Verdict::{
        Allowed as Yes, ExplicitDeny as Denied, ImplicitDeny as No, Undetermined as Open,
    };
    let vpc = |operator: &str| json!({operator: {"aws:SourceVpc": "vpc-1"}});
    let none: &[&str] = &[];
    let key: &[&str] = &["aws:SourceVpc"];
    for (documents, caller, verdict, keys) in [
        // An Allow that needs the key, and the same next to one that needs nothing.
        (vec![(I, with("Allow", vpc("StringEquals")))], USER, No, key),
        (
            vec![(I, all()), (I, with("Allow", vpc("StringEquals")))],
            USER,
            Yes,
            none,
        ),
        // A Deny that matched because the key is missing; one that is not matched yet; the one of another service.
        (
            vec![(I, all()), (I, with("Deny", vpc("StringNotEquals")))],
            USER,
            Denied,
            key,
        ),
        (
            vec![(I, all()), (I, with("Deny", vpc("StringEquals")))],
            USER,
            Yes,
            key,
        ),
        (
            vec![(
                I,
                json!([all(), {"Effect": "Deny", "Action": "sqs:*", "Resource": "*", "Condition": vpc("StringEquals")}]),
            )],
            USER,
            Yes,
            none,
        ),
        // Denied whatever the key is.
        (
            vec![
                (I, json!({"Effect": "Deny", "Action": "*", "Resource": "*"})),
                (I, with("Deny", vpc("StringEquals"))),
            ],
            USER,
            Denied,
            none,
        ),
        // True for lack of a value.
        (
            vec![(I, with("Allow", vpc("StringEqualsIfExists")))],
            USER,
            Yes,
            key,
        ),
        (
            vec![(I, with("Allow", vpc("ForAllValues:StringEquals")))],
            USER,
            Yes,
            key,
        ),
        (
            vec![(I, with("Allow", vpc("ForAnyValue:StringEquals")))],
            USER,
            No,
            key,
        ),
        (
            vec![(I, with("Allow", json!({"Null": {"aws:SourceVpc": "true"}})))],
            USER,
            Yes,
            key,
        ),
        // Another test of the same statement fails for certain.
        (
            vec![(
                I,
                with(
                    "Allow",
                    json!({"StringEquals": {"aws:SourceVpc": "vpc-1", "aws:username": "bob"}}),
                ),
            )],
            USER,
            No,
            none,
        ),
        // A boundary that never allows leaves the Allow of the identity policy without a say, and one that may does not.
        (
            vec![
                (I, with("Allow", vpc("StringEquals"))),
                (
                    B,
                    json!({"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}),
                ),
            ],
            USER,
            No,
            none,
        ),
        (
            vec![
                (I, with("Allow", vpc("StringEquals"))),
                (
                    B,
                    with("Allow", json!({"Bool": {"aws:SecureTransport": "true"}})),
                ),
            ],
            USER,
            No,
            &["aws:SourceVpc", "aws:SecureTransport"],
        ),
        (
            vec![(I, all()), (Scp, with("Allow", vpc("StringEquals")))],
            USER,
            No,
            key,
        ),
        (
            vec![(I, all()), (S, with("Allow", vpc("StringEquals")))],
            SESSION,
            No,
            key,
        ),
        // A resource policy that grants to the account only, and one that grants by name.
        (
            vec![(
                R,
                json!({"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "*", "Resource": "*", "Condition": vpc("StringEquals")}),
            )],
            USER,
            No,
            none,
        ),
        (
            vec![(
                R,
                json!({"Effect": "Allow", "Principal": {"AWS": USER}, "Action": "*", "Resource": "*", "Condition": vpc("StringEquals")}),
            )],
            USER,
            No,
            key,
        ),
        // Variables.
        (
            vec![(
                I,
                json!({"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::b/${aws:PrincipalTag/team}/*"}),
            )],
            USER,
            No,
            &["aws:PrincipalTag/team"],
        ),
        (
            vec![(
                I,
                json!({"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::c/${aws:PrincipalTag/team}/*"}),
            )],
            USER,
            No,
            none,
        ),
        (
            vec![(
                I,
                json!({"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::b/${aws:username}/*"}),
            )],
            USER,
            Yes,
            none,
        ),
        (
            vec![(
                I,
                with(
                    "Allow",
                    json!({"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}),
                ),
            )],
            USER,
            No,
            &["aws:ResourceTag/team", "aws:PrincipalTag/team"],
        ),
        // The root user has no tags.
        (
            vec![(
                I,
                with(
                    "Allow",
                    json!({"StringNotEquals": {"aws:PrincipalTag/team": "red"}}),
                ),
            )],
            ROOT,
            Yes,
            none,
        ),
        // Known in part.
        (
            vec![(
                I,
                with(
                    "Allow",
                    json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:role/team/app"}}),
                ),
            )],
            SESSION,
            Open,
            &["aws:PrincipalArn"],
        ),
        (
            vec![
                (I, all()),
                (
                    I,
                    with(
                        "Deny",
                        json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:role/app"}}),
                    ),
                ),
            ],
            SESSION,
            Denied,
            &["aws:PrincipalArn"],
        ),
        (
            vec![(
                I,
                with(
                    "Allow",
                    json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:role/other"}}),
                ),
            )],
            SESSION,
            No,
            none,
        ),
        (vec![], USER, No, none),
    ] {
        let found = ask(&documents, caller);
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        assert_eq!(found, (verdict, keys), "{documents:?}");
    }
}

#[test]
fn an_operation_that_needs_no_permission_depends_on_nothing() {
    let documents = attached(&[(
        I,
        json!({"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}}),
    )]);
    let request = Request::new("sts:GetCallerIdentity", "*").principal(USER);
    let decision = evaluate(&documents, &request);
    assert!(decision.is_allowed() && decision.depends_on().is_empty());
    let other = Request::new("sts:GetAccessKeyInfo", "*").principal(USER);
    assert_eq!(listed(&evaluate(&documents, &other)), ["aws:SourceVpc"]);
}

#[test]
fn all_resources_of_a_request_count() {
    let documents = attached(&[(
        I,
        json!([
            {"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::a/*"},
            {"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::b/*", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}},
            {"Effect": "Deny", "Action": "*", "Resource": "arn:aws:s3:::c/*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        ]),
    )]);
    let (a, b, c, d) = (
        "arn:aws:s3:::a/k",
        "arn:aws:s3:::b/k",
        "arn:aws:s3:::c/k",
        "arn:aws:s3:::d/k",
    );
    for (resources, keys) in [
        (vec![a], vec![]),
        (vec![a, b], vec!["aws:SourceVpc"]),
        // `d` is never allowed, and so nothing that allows `b` changes the answer. A Deny does.
        (vec![b, d], vec![]),
        (vec![b, d, c], vec!["aws:SecureTransport"]),
    ] {
        let mut request = Request::new("s3:GetObject", resources[0]).principal(USER);
        for more in &resources[1..] {
            request = request.and_on(more);
        }
        assert_eq!(
            listed(&evaluate(&documents, &request)),
            keys,
            "{resources:?}"
        );
    }
}

#[test]
fn a_key_is_listed_once_with_all_its_statements() {
    let documents = attached(&[
        (I, all()),
        (
            I,
            json!([
                with(
                    "Deny",
                    json!({"StringNotEquals": {"aws:SourceVpc": "vpc-1"}})
                ),
                with(
                    "Deny",
                    json!({"StringLike": {"AWS:sourcevpc": "vpc-2*", "aws:sourcevpc": "x"}})
                ),
            ]),
        ),
    ]);
    let request = Request::new("s3:GetObject", OBJECT)
        .principal(USER)
        .with("aws:SourceIp", Values::Unknown);
    let decision = evaluate(&documents, &request);
    let [found] = decision.depends_on().try_into().unwrap();
    assert_eq!((found.key(), found.lack()), ("aws:SourceVpc", Lack::Absent));
    let places: Vec<_> = (found.statements().iter())
        .map(|place| (place.document, place.statement))
        .collect();
    assert_eq!(places, [(1, 0), (1, 1)]);
    assert_eq!(found.to_string(), "`aws:SourceVpc`, not in the request");
}

#[test]
fn a_deny_on_a_key_that_the_asker_does_not_know_is_not_a_denial() {
    let key = "aws:PrincipalOrgID";
    let tag = "aws:PrincipalTag/team";
    for deny in [
        with("Deny", json!({"StringNotEquals": {key: "o-1"}})),
        with("Deny", json!({"StringEquals": {key: "o-1"}})),
        with("Deny", json!({"StringNotLikeIfExists": {key: "o-*"}})),
        with("Deny", json!({"Null": {key: "true"}})),
        with("Deny", json!({"ForAllValues:StringEquals": {key: "o-1"}})),
        with("Deny", json!({"ForAnyValue:StringNotEquals": {key: "o-1"}})),
        // Unknown in the value of the policy.
        with(
            "Deny",
            json!({"StringNotEquals": {"aws:ResourceOrgID": format!("${{{key}}}")}}),
        ),
        with(
            "Deny",
            json!({"ForAllValues:StringNotEquals": {"aws:ResourceOrgID": format!("${{{key}}}")}}),
        ),
        json!({"Effect": "Deny", "Action": "*", "NotResource": format!("arn:aws:s3:::b/${{{key}}}/*")}),
        json!({"Effect": "Deny", "Action": "*", "Resource": format!("arn:aws:s3:::b/${{{key}}}/*")}),
    ] {
        let documents = attached(&[(I, all()), (I, deny.clone())]);
        let request = Request::new("s3:GetObject", OBJECT)
            .principal(USER)
            .with("aws:ResourceOrgID", "o-1")
            .with(key, Values::Unknown);
        let decision = evaluate(&documents, &request);
        let open = decision.undetermined().map(|open| open.cause());
        assert_eq!(open, Some(Cause::Unknown), "{deny} {decision}");
        let [found] = decision.depends_on().try_into().unwrap();
        assert_eq!((found.key(), found.lack()), (key, Lack::Unknown), "{deny}");
        // Next to a statement that denies whatever it is, and to one that it has nothing to do with.
        let documents = attached(&[
            (I, all()),
            (I, deny.clone()),
            (
                I,
                json!({"Effect": "Deny", "Action": "s3:Get*", "Resource": "*"}),
            ),
        ]);
        assert!(evaluate(&documents, &request).is_denied_explicitly());
        let request = Request::new("s3:GetObject", OBJECT)
            .principal(USER)
            .with("aws:ResourceOrgID", "o-1")
            .with(key, "o-1")
            .with(tag, Values::Unknown);
        let documents = attached(&[(I, all()), (I, deny)]);
        assert_ne!(
            evaluate(&documents, &request).verdict(),
            Verdict::Undetermined
        );
    }
}

const KEYS: &[(&str, &[&str])] = &[
    ("aws:SourceVpc", &["vpc-1", "vpc-2", ""]),
    ("aws:PrincipalTag/team", &["red", "blue", "b", "*"]),
    ("aws:ResourceTag/team", &["red", "blue"]),
    ("aws:TagKeys", &["red", "team"]),
    ("aws:SecureTransport", &["true", "false"]),
    ("s3:max-keys", &["1", "7", "10"]),
    ("aws:SourceIp", &["10.0.0.1", "192.0.2.7", "2001:db8::1"]),
    ("aws:username", &["ann", "red"]),
    (
        "aws:PrincipalArn",
        &[
            "arn:aws:iam::111111111111:role/app",
            "arn:aws:iam::111111111111:role/team/app",
        ],
    ),
    ("aws:userid", &["AROAEXAMPLE:s", "AIDAEXAMPLE"]),
    ("aws:RequestedRegion", &["us-east-1", "eu-west-1"]),
];

fn condition(random: &mut Random) -> Value {
    let tag = random.one(&[
        "aws:PrincipalTag/team",
        "aws:ResourceTag/team",
        "aws:TagKeys",
        "aws:username",
        "aws:userid",
    ]);
    let text = random.one(&[
        "red",
        "b*",
        "*",
        "${aws:PrincipalTag/team}",
        "${aws:username, 'red'}",
        "x-${aws:PrincipalTag/team}",
        "ann",
    ]);
    let operator = random.one(&[
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringNotLike",
    ]);
    let set = random.one(&["", "", "ForAllValues:", "ForAnyValue:"]);
    let exists = random.one(&["", "IfExists"]);
    match random.below(8) {
        0 => {
            json!({format!("{operator}{exists}"): {"aws:SourceVpc": random.some(&["vpc-1", "vpc-3"])}})
        }
        1 => {
            json!({format!("Bool{exists}"): {"aws:SecureTransport": random.one(&["true", "false", "no"])}})
        }
        2 => {
            json!({format!("{}{exists}", random.one(&["NumericLessThan", "NumericNotEquals"])): {"s3:max-keys": random.one(&["5", "7", ".5"])}})
        }
        3 => {
            json!({format!("{}{exists}", random.one(&["IpAddress", "NotIpAddress"])): {"aws:SourceIp": random.one(&["10.0.0.0/8", "2001:db8::/32"])}})
        }
        4 => {
            json!({"Null": {random.one(&["aws:SourceVpc", "aws:userid", "aws:PrincipalTag/team"]): random.one(&["true", "false"])}})
        }
        5 => {
            json!({random.one(&["ArnLike", "ArnNotLike", "ArnEquals"]): {"aws:PrincipalArn": random.one(&["arn:aws:iam::111111111111:role/app", "arn:aws:iam::111111111111:role/team/*", "arn:aws:iam::*:user/*"])}})
        }
        _ => json!({format!("{set}{operator}{exists}"): {tag: [text, "blue"]}}),
    }
}

fn random_documents(random: &mut Random) -> Vec<(PolicyKind, Value)> {
    let resources = [
        "*",
        OBJECT,
        "arn:aws:s3:::b/${aws:username}/*",
        "arn:aws:s3:::b/${aws:PrincipalTag/team}/k",
        "arn:aws:s3:::${aws:PrincipalTag/team, 'b'}/*",
        "arn:aws:dynamodb:us-east-1:111111111111:table/*",
        "arn:aws:sqs",
        "arn:aws:s3:::other",
    ];
    let rare = [I, I, R, B, Scp, S];
    (0..1 + random.below(3))
        .map(|number| {
            let kind = if number < 2 {
                random.one_of(&[I, R])
            } else {
                random.one_of(&rare)
            };
            let statements: Vec<Value> = (0..1 + random.below(2))
                .map(|_| {
                    let mut statement = json!({
                        "Effect": random.one(&["Allow", "Allow", "Deny"]),
                        "Action": random.one(&["*", "*", "s3:*", "dynamodb:ListTables"]),
                    });
                    let element = if random.chance(15) {
                        "NotResource"
                    } else {
                        "Resource"
                    };
                    statement[element] = json!([random.one(&resources)]);
                    if kind == R {
                        statement["Principal"] = match random.below(3) {
                            0 => json!("*"),
                            1 => json!({"AWS": ACCOUNT}),
                            _ => json!({"AWS": [USER, "arn:aws:iam::111111111111:role/app"]}),
                        };
                    }
                    if random.chance(75) {
                        statement["Condition"] = condition(random);
                    }
                    statement
                })
                .collect();
            (kind, json!(statements))
        })
        .collect()
}

#[test]
fn a_key_that_is_not_listed_never_changes_the_verdict() {
    let mut random = Random(0x5eed);
    let (mut listed_keys, mut turning, mut silent) = (0, 0, 0);
    for _ in 0..2_000 {
        let documents = attached(&random_documents(&mut random));
        let caller = random.one(&[USER, SESSION, ROOT]);
        let (action, resource) = random.one_of(&[
            ("s3:GetObject", OBJECT),
            ("dynamodb:ListTables", "*"),
            ("sqs:SendMessage", "arn:aws:sqs:us-east-1:111111111111:q"),
        ]);
        // Keys that this caller could have, in any order and number of values.
        let fits = |key: &str| match key {
            "aws:username" => false,
            "aws:PrincipalArn" => caller == SESSION,
            "aws:userid" => caller != ROOT,
            "aws:PrincipalTag/team" => caller != ROOT,
            _ => true,
        };
        // What follows from the caller is one value.
        let many = |key: &str| key != "aws:PrincipalArn" && key != "aws:userid";
        let mut given: BTreeMap<&str, Values<'_>> = BTreeMap::new();
        for (key, values) in KEYS {
            if fits(key) && random.chance(30) {
                // Of a user or of a session.
                let values = match *key {
                    "aws:userid" if caller == USER => values.get(1..).unwrap(),
                    "aws:userid" => values.get(..1).unwrap(),
                    _ => values,
                };
                let values = match random.below(10) {
                    0 => Values::Unknown,
                    1 if many(key) => Values::Many(values),
                    _ => Values::One(random.one(values)),
                };
                given.insert(key, values);
            }
        }
        let request = |more: &[(&str, Values<'_>)]| -> (Verdict, Vec<String>) {
            let mut request = Request::new(action, resource)
                .principal(caller)
                .resource_account(ACCOUNT);
            for (key, values) in given.iter().map(|(key, values)| (*key, *values)) {
                request = request.with(key, values);
            }
            for (key, values) in more {
                request = request.with(*key, *values);
            }
            let decision = evaluate(&documents, &request);
            (decision.verdict(), listed(&decision))
        };
        let (verdict, keys) = request(&[]);
        listed_keys += keys.len();
        let open = |key: &str| keys.iter().any(|listed| listed.eq_ignore_ascii_case(key));
        let free = |key: &str| {
            fits(key)
                && given
                    .get(key)
                    .is_none_or(|values| matches!(values, Values::Unknown))
        };
        let mut turned = false;
        for _ in 0..8 {
            // All keys that are not listed at once, next to fixed values of those that are.
            let mut unlisted: Vec<(&str, Values<'_>)> = Vec::new();
            let mut fixed: Vec<(&str, Values<'_>)> = Vec::new();
            for (key, values) in KEYS.iter().filter(|(key, _)| free(key)) {
                let values = if many(key) && random.chance(20) {
                    Values::Many(values)
                } else {
                    Values::One(random.one(values))
                };
                if open(key) {
                    if random.chance(70) {
                        fixed.push((key, values));
                    }
                } else if random.chance(60) {
                    unlisted.push((key, values));
                }
            }
            let (with_unlisted, _) = request(&unlisted);
            assert_eq!(
                with_unlisted, verdict,
                "{documents:?} {caller} {action} {given:?} {unlisted:?} {keys:?}"
            );
            let (some, _) = request(&fixed);
            turned |= some != verdict;
            // Next to the listed ones they change nothing either.
            let both: Vec<_> = fixed.iter().chain(&unlisted).copied().collect();
            assert_eq!(
                request(&both).0,
                some,
                "{documents:?} {caller} {action} {given:?} {both:?} {keys:?}"
            );
        }
        turning += usize::from(turned);
        silent += usize::from(keys.is_empty());
    }
    // Neither everything nor nothing is listed, and what is listed turns the answer often.
    assert!(
        listed_keys > 450 && turning > 300 && silent > 500,
        "{listed_keys} {turning} {silent}"
    );
}
