//! Comparison over requests that can exist: variables, callers, typed keys, and what AWS does not document.

#![allow(
    unused_must_use,
    reason = "most comparisons are looked at in `is` alone"
)]

use crate::support::program;
use rekognition_iam_runtime::compare::{Comparison, Guarantee, compare_programs};
use serde_json::{Value, json};

fn compare(old: Value, new: Value) -> Comparison {
    let of =
        |statements: Value| program(&json!({"Version": "2012-10-17", "Statement": statements}));
    compare_programs(&of(old), &of(new))
}

#[track_caller]
fn is(old: Value, new: Value, expected: &str) -> Comparison {
    let found = compare(old.clone(), new.clone());
    assert_eq!(found.relation().name(), expected, "{old}\n{new}\n{found}");
    found
}

fn get(condition: Value) -> Value {
    json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": condition})
}

fn get_all() -> Value {
    json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"})
}

fn deny(condition: Value) -> Value {
    json!({"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*", "Condition": condition})
}

#[test]
fn a_resource_that_is_a_variable_alone() {
    let queue = |name: &str| json!({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": format!("arn:aws:sqs:us-east-1:111111111111:{name}")});
    is(
        json!([queue("a")]),
        json!([queue("a"), queue("${aws:username}")]),
        "wider",
    );
    is(
        json!([queue("*")]),
        json!([queue("*"), queue("${aws:username}")]),
        "equivalent",
    );
    let own = program(&json!({"Version": "2012-10-17", "Statement": queue("${aws:username}")}));
    let found = own.never("sqs:*", "*");
    assert!(found.witness().is_some(), "{found}");
}

/// A variable takes a value that the key has that it is compared with: the account of the resource is that of its ARN.
#[test]
fn the_account_of_a_resource_is_compared_with_a_variable() {
    let queue = "arn:aws:sqs:us-east-1:111111111111:q";
    let allow = |action: &str, resource: &str, variable: &str| json!({"Effect": "Allow", "Action": action, "Resource": resource, "Condition": {"StringEquals": {"aws:ResourceAccount": variable}}});
    for variable in ["${aws:PrincipalAccount}", "${aws:PrincipalTag/account}"] {
        for (action, resource) in [
            ("sqs:SendMessage", queue),
            ("sqs:SendMessage", "*"),
            ("cloudwatch:PutMetricData", "*"),
        ] {
            is(
                json!([get_all()]),
                json!([get_all(), allow(action, resource, variable)]),
                "wider",
            );
        }
        // No request for EventBridge has the key.
        is(
            json!([get_all()]),
            json!([get_all(), allow("events:PutEvents", "*", variable)]),
            "equivalent",
        );
        // And no caller is of another account and of this one.
        is(
            json!([get_all()]),
            json!([get_all(), allow("sqs:SendMessage", queue, "222222222222")]),
            "equivalent",
        );
    }
}

#[test]
fn keys_have_values_of_their_type() {
    // Missing or false, and nothing else.
    is(
        json!([
            get_all(),
            deny(json!({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}))
        ]),
        json!(get(json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}}))),
        "equivalent",
    );
    is(
        json!([
            get_all(),
            deny(json!({"Bool": {"aws:MultiFactorAuthPresent": "false"}}))
        ]),
        json!(get(json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}}))),
        "narrower",
    );
    is(
        json!(get(json!({"Bool": {"aws:SecureTransport": "true"}}))),
        json!(get(
            json!({"StringEquals": {"aws:SecureTransport": "true"}})
        )),
        "equivalent",
    );
    // Every request has it.
    is(
        json!(get(json!({"Null": {"aws:CurrentTime": "false"}}))),
        json!(get_all()),
        "equivalent",
    );
    is(
        json!(get(json!({"Null": {"aws:SourceVpc": "false"}}))),
        json!(get_all()),
        "wider",
    );
    let found = is(
        json!(get(json!({"NumericLessThan": {"k:count": "10"}}))),
        json!(get(json!({"NumericLessThan": {"k:count": "12"}}))),
        "wider",
    );
    let witness = found.new_access.witness().unwrap();
    assert_eq!(witness.context()[0].1, ["10"], "{witness}");
}

#[test]
fn an_action_is_asked_for_on_its_own_resources() {
    let on = |action: &str, resource: &str| json!({"Effect": "Allow", "Action": action, "Resource": resource});
    let collection = "arn:aws:rekognition:us-east-1:123456789012:collection/*";
    let stream = "arn:aws:rekognition:us-east-1:123456789012:streamprocessor/*";
    let found = is(
        json!([
            on("rekognition:DescribeCollection", collection),
            on("rekognition:DescribeStreamProcessor", stream)
        ]),
        json!({"Effect": "Allow", "Action": ["rekognition:DescribeCollection", "rekognition:DescribeStreamProcessor"], "Resource": [collection, stream]}),
        "equivalent",
    );
    assert!(found.only_impossible, "{found}");
    let found = is(
        json!(on("s3:GetObject", "*")),
        json!([on("s3:GetObject", "*")]),
        "equivalent",
    );
    assert!(!found.only_impossible, "{found}");
    // Without resource types: the ARN on record, or any of the service.
    for (action, resource, broken) in [
        ("dynamodb:ListTables", "arn:aws:dynamodb:*:*:table/*", true),
        ("dynamodb:ListTables", "arn:aws:dynamodb:*:*:index/*", false),
        ("sns:ListTopics", "arn:aws:sns:*:*:*", true),
        ("kinesis:ListStreams", "arn:aws:kinesis:*:*:stream/*", true),
        ("kinesis:ListStreams", "arn:aws:s3:::*", false),
        ("rekognition:DetectLabels", collection, false),
        ("rekognition:IndexFaces", stream, false),
        ("rekognition:IndexFaces", collection, true),
    ] {
        let policy = program(&json!({"Statement": on("*", resource)}));
        let found = policy.never(action, "*");
        assert_eq!(
            found.witness().is_some(),
            broken,
            "{action} on {resource}: {found}"
        );
        assert!(!matches!(found, Guarantee::Unknown(_)), "{found}");
    }
}

#[test]
fn callers_carry_their_own_keys() {
    let to = |principal: Value| json!({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRoleWithWebIdentity"});
    let root = json!({"AWS": "arn:aws:iam::111111111111:root"});
    let provider = json!({"Federated": "arn:aws:iam::111111111111:oidc-provider/example.com"});
    is(
        json!(to(root.clone())),
        json!([to(root), to(provider.clone())]),
        "wider",
    );
    is(
        json!(to(provider.clone())),
        json!(to(json!({"Federated": "*"}))),
        "wider",
    );
    is(
        json!(to(json!({"Federated": "*"}))),
        json!(to(provider)),
        "narrower",
    );
    // A provider's users have no credentials to assume a role with.
    let assume = |principal: Value| json!({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"});
    let provider = json!({"Federated": "arn:aws:iam::111111111111:oidc-provider/example.com"});
    let user = json!({"AWS": "arn:aws:iam::111111111111:user/ann"});
    is(
        json!(to(provider.clone())),
        json!([to(provider.clone()), assume(provider)]),
        "equivalent",
    );
    is(
        json!(assume(user.clone())),
        json!([assume(user.clone()), to(user)]),
        "equivalent",
    );
    let role = "arn:aws:iam::111111111111:role/app";
    let read = |principal: Value| json!({"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "*"});
    let by = |condition: Value| {
        let mut statement = read("*".into());
        statement["Condition"] = condition;
        statement
    };
    is(
        json!(read(json!({"AWS": role}))),
        json!(by(json!({"ArnEquals": {"aws:PrincipalArn": role}}))),
        "equivalent",
    );
    is(
        json!(read(json!({"AWS": role}))),
        json!(by(
            json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:role/a*"}})
        )),
        "wider",
    );
    // The key of a session has the ARN of its role, with its path.
    let session = json!({"AWS": "arn:aws:sts::111111111111:assumed-role/app/s1"});
    let other = || read(json!({"AWS": "arn:aws:iam::111111111111:user/other"}));
    for (principals, relation) in [
        (
            json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}),
            "wider",
        ),
        (json!({"ArnEquals": {"aws:PrincipalArn": role}}), "wider"),
        (
            json!({"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111111111111:role/team/app"}}),
            "wider",
        ),
        (
            json!({"ArnLikeIfExists": {"aws:PrincipalArn": "arn:aws:iam::*:role/*/app"}}),
            "wider",
        ),
        (
            json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:sts::*:assumed-role/app/*"}}),
            "equivalent",
        ),
        (
            json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/ap"}}),
            "equivalent",
        ),
    ] {
        let mut of_session = read(session.clone());
        of_session["Condition"] = principals;
        is(json!(other()), json!([other(), of_session]), relation);
    }
    // A service has its own name.
    for (key, value, relation) in [
        ("aws:PrincipalServiceName", "sns.amazonaws.com", "wider"),
        ("aws:PrincipalServiceName", "s*s.amazonaws.com*", "wider"),
        ("aws:PrincipalServiceName", "ec2.amazonaws.com.cn", "wider"),
        ("aws:PrincipalServiceName", "sns", "equivalent"),
        ("aws:PrincipalServiceName", "arn:*", "equivalent"),
    ] {
        let new = json!([other(), by(json!({"StringLike": {key: value}}))]);
        is(json!(other()), new, relation);
    }
    let of_service =
        |operator: &str| by(json!({operator: {"aws:PrincipalServiceName": "sns.amazonaws.com"}}));
    let mut denied = of_service("StringEquals");
    denied["Effect"] = "Deny".into();
    is(
        json!(read("*".into())),
        json!([read("*".into()), denied]),
        "narrower",
    );
    is(
        json!(by(json!({"Bool": {"aws:PrincipalIsAWSService": "false"}}))),
        json!(of_service("StringEquals")),
        "incomparable",
    );
    is(
        json!(of_service("StringEquals")),
        json!(read(json!({"Service": "sns.amazonaws.com"}))),
        "equivalent",
    );
    // Nobody is a user and has no name.
    is(
        json!(get(
            json!({"StringEquals": {"aws:PrincipalType": "User"}, "Null": {"aws:username": "true"}})
        )),
        json!([]),
        "equivalent",
    );
}

/// A request to Rekognition names resources of the region that it is sent to.
#[test]
fn a_resource_is_in_the_region_of_the_request() {
    let allow = |region: &str, condition: Value| json!({"Effect": "Allow", "Action": "rekognition:IndexFaces", "Resource": format!("arn:aws:rekognition:{region}:123456789012:collection/x"), "Condition": condition});
    let sent_to = |regions: Value| json!({"StringEquals": {"aws:RequestedRegion": regions}});
    for (region, limit, relation) in [
        (
            "eu-west-1",
            json!(["eu-west-1", "eu-central-1"]),
            "equivalent",
        ),
        ("*", json!(["eu-west-1", "eu-central-1"]), "narrower"),
        ("eu-*", json!(["eu-west-1", "eu-central-1"]), "narrower"),
        ("us-east-1", json!("eu-west-1"), "narrower"),
    ] {
        let found = is(
            json!(allow(region, json!({}))),
            json!(allow(region, sent_to(limit))),
            relation,
        );
        assert!(!found.to_string().contains("\"x\""), "{found}");
    }
    // No request meets both.
    is(
        json!(allow("us-east-1", sent_to("eu-west-1".into()))),
        json!([]),
        "equivalent",
    );
    // A region that nobody knows yet.
    is(
        json!(allow("*", sent_to("eu-west-1".into()))),
        json!(allow("*", sent_to(json!(["eu-west-1", "moon-east-1"])))),
        "wider",
    );
    // The value of a variable may be the region.
    is(
        json!(allow("*", sent_to("${aws:PrincipalTag/region}".into()))),
        json!([]),
        "narrower",
    );
    // Other services have resources of other regions in their requests.
    let copy = |condition: Value| json!({"Effect": "Allow", "Action": "rds:CopyDBSnapshot", "Resource": "arn:aws:rds:eu-west-1:123456789012:snapshot:x", "Condition": condition});
    is(
        json!(copy(json!({}))),
        json!(copy(sent_to("eu-west-1".into()))),
        "narrower",
    );
}

/// Values that have the format of their key and are asked for by a part of them.
#[test]
fn values_with_regions_and_numbers() {
    let decrypt = |condition: Value| json!({"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", "Condition": condition});
    let via = |operator: &str, value: Value| decrypt(json!({operator: {"kms:ViaService": value}}));
    let one = || via("StringEquals", "s3.us-east-1.amazonaws.com".into());
    let any = || via("StringLike", "s3.*.amazonaws.com".into());
    let absent = |is: &str| decrypt(json!({"Null": {"kms:ViaService": is}}));
    let all = json!({"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"});
    for (old, new, relation) in [
        (one(), any(), "wider"),
        (any(), one(), "narrower"),
        (
            any(),
            via(
                "StringLike",
                json!(["s3.*.amazonaws.com", "sqs.*.amazonaws.com"]),
            ),
            "wider",
        ),
        (
            all,
            via("StringLikeIfExists", "s3.us-east-1.amazonaws.com".into()),
            "narrower",
        ),
        (
            absent("true"),
            via("StringNotEquals", "s3.us-east-1.amazonaws.com".into()),
            "wider",
        ),
        (absent("false"), any(), "narrower"),
        (any(), any(), "equivalent"),
    ] {
        is(json!(old), json!(new), relation);
    }
    for (key, old, new, relation) in [
        ("kms:ReplicaRegion", "eu-west-1", "eu-*", "wider"),
        ("kms:ReplicaRegion", "eu-w*", "eu-*", "wider"),
        ("kms:ReplicaRegion", "us-*", "us-*-1", "narrower"),
        (
            "aws:Ec2InstanceSourcePrivateIPv4",
            "10.0.0.1",
            "10.*",
            "wider",
        ),
        (
            "aws:Ec2InstanceSourcePrivateIPv4",
            "10.*",
            "10.0.*",
            "narrower",
        ),
        ("aws:MultiFactorAuthAge", "3600", "36*", "wider"),
    ] {
        let of = |value: &str| json!({"Effect": "Allow", "Action": ["s3:GetObject", "kms:ReplicateKey"], "Resource": "*", "Condition": {"StringLike": {key: value}}});
        is(of(old), of(new), relation);
    }
    let paths = |value: &str| {
        json!(get(
            json!({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": value}})
        ))
    };
    is(
        paths("o-a1b2c3d4e5/*"),
        paths("o-a1b2c3d4e5/r-ab12/*"),
        "narrower",
    );
}

#[test]
fn tags_of_the_caller_and_of_the_resource() {
    let owner = json!({"StringEquals": {"aws:ResourceTag/owner": "${aws:username}"}});
    let start = json!({"Effect": "Allow", "Action": "ec2:StartInstances", "Resource": "*", "Condition": owner});
    let found = is(json!(get_all()), json!([get_all(), start]), "wider");
    let witness = found.new_access.witness().unwrap();
    let value = |name: &str| {
        let found = (witness.context().iter()).find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, values)| values.clone())
    };
    assert_eq!(
        value("aws:ResourceTag/owner"),
        value("aws:username"),
        "{witness}"
    );
    let team = |value: &str| get(json!({"StringEquals": {"aws:ResourceTag/team": value}}));
    let mine = "${aws:PrincipalTag/team}";
    is(json!(get_all()), json!(team(mine)), "narrower");
    is(
        json!([team(mine), team("red")]),
        json!([team("red"), team(mine)]),
        "equivalent",
    );
    is(json!(team(mine)), json!([team(mine), team("red")]), "wider");
    is(
        json!(get(json!({"StringLike": {"aws:ResourceTag/team": "*"}}))),
        json!(team(mine)),
        "narrower",
    );
}

#[test]
fn what_aws_does_not_document_is_assumed_and_named() {
    let number = json!({"NumericLessThan": {"k:count": ".5"}});
    let found = is(
        json!([get_all(), deny(number.clone())]),
        json!(get_all()),
        "wider",
    );
    let witness = found.new_access.witness().unwrap();
    assert_eq!(witness.assumed().len(), 1, "{witness}");
    assert_eq!(witness.assumed()[0].key(), Some("k:count"));
    assert_eq!(witness.assumed()[0].statement(), (0, 1));
    is(
        json!(get_all()),
        json!([get_all(), deny(number.clone())]),
        "narrower",
    );
    // The same line on both sides is the same, whatever it means.
    is(
        json!([get_all(), deny(number.clone())]),
        json!([deny(number), get_all()]),
        "equivalent",
    );
    let range = json!({"NotIpAddress": {"aws:SourceIp": "10.0.0/8"}});
    is(json!([get_all(), deny(range)]), json!(get_all()), "wider");
    let short =
        |effect: &str| json!({"Effect": effect, "Action": "sqs:*", "Resource": "arn:aws:sqs"});
    let all = json!({"Effect": "Allow", "Action": "sqs:*", "Resource": "*"});
    is(json!([all, short("Deny")]), json!([all]), "wider");
    is(json!([]), json!([short("Allow")]), "wider");
    let early = json!({"Effect": "Allow", "Action": "sqs:*", "Resource": "arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:q"});
    is(json!([]), json!([early]), "wider");
    let except = |names: Value| json!({"Effect": "Deny", "NotPrincipal": {"AWS": names}, "Action": "s3:GetObject", "Resource": "*"});
    let mut public = get_all();
    public["Principal"] = "*".into();
    let (user, root) = (
        "arn:aws:iam::111111111111:user/ann",
        "arn:aws:iam::111111111111:root",
    );
    is(
        json!([public, except(json!([user]))]),
        json!([public, except(json!([user, root]))]),
        "wider",
    );
}

#[test]
fn a_version_that_aws_refuses_is_assumed_and_named() {
    let of = |version: &str, effect: &str| {
        program(&json!({"Version": version, "Statement": [
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
            {"Effect": effect, "Action": "s3:PutObject", "Resource": "*"},
        ]}))
    };
    let refused = of("2012-06-17", "Allow");
    // It may allow what it says: AWS refuses it, and nobody knows what is there instead.
    let found = refused.never("s3:GetObject", "*");
    let Guarantee::Broken(witness) = &found else {
        panic!("{found}");
    };
    let assumed: Vec<&str> = (witness.assumed().iter())
        .map(|assumed| assumed.cause().name())
        .collect();
    assert_eq!(assumed, ["version"], "{found}");
    assert!(of("2012-10-17", "Allow").never("s3:Delete*", "*").holds());
    assert!(refused.never("s3:Delete*", "*").holds());

    // And it may not: a Deny of it denies nothing for certain.
    let (old, new) = (of("2012-10-17", "Allow"), of("2012-06-17", "Deny"));
    let found = compare_programs(&old, &new);
    assert!(!found.lost_access.holds(), "{found}");
    let found = compare_programs(&of("2012-10-17", "Deny"), &refused);
    assert!(
        !found.new_access.holds() && !found.lost_access.holds(),
        "{found}"
    );
    let found = compare_programs(&of("2008-10-17", "Allow"), &of("2012-10-17", "Allow"));
    assert_eq!(found.relation().name(), "equivalent");
}

/// The name of a bucket has no slash, and that of a log group may have one.
#[test]
fn a_name_has_the_characters_of_its_grammar() {
    let on = |action: &str, resources: &[&str]| json!([{"Effect": "Allow", "Action": action, "Resource": resources}]);
    let (bucket, objects) = ("arn:aws:s3:::b", "arn:aws:s3:::b/*");
    let found = is(
        on("s3:ListBucket", &[bucket]),
        on("s3:ListBucket", &[bucket, objects]),
        "equivalent",
    );
    assert!(found.only_impossible, "{found}");
    is(
        on("s3:GetObject", &[bucket]),
        on("s3:GetObject", &[bucket, objects]),
        "wider",
    );
    is(
        on("s3:ListBucket", &[bucket]),
        on("s3:ListBucket", &["arn:aws:s3:::b*"]),
        "wider",
    );
    let own = "arn:aws:s3:::${aws:username}";
    is(
        on("s3:ListBucket", &[bucket]),
        on("s3:ListBucket", &[own]),
        "incomparable",
    );
    // All actions of the pattern that work on buckets are left aside.
    let found = compare(on("s3:GetObject", &[objects]), on("s3:Get*", &[objects]));
    let witness = found.new_access.witness().unwrap();
    assert_eq!(witness.resource(), "arn:aws:s3:::b/x");
    assert!(witness.action().starts_with("s3:GetObject"), "{witness}");
    assert_ne!(witness.action(), "s3:GetObject");
    let group = |name: &str| format!("arn:aws:logs:us-east-1:123456789012:log-group:{name}:*");
    is(
        on("logs:PutRetentionPolicy", &[&group("a")]),
        on("logs:PutRetentionPolicy", &[&group("a"), &group("a/b")]),
        "wider",
    );
}

/// Of the ARNs that could be a value, one that exists.
#[test]
fn values_have_partitions_and_accounts() {
    let roles = get(json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}));
    let sessions = get(json!({"StringEquals": {"aws:PrincipalType": "AssumedRole"}}));
    let found = is(json!([roles]), json!([sessions]), "wider");
    let shown = found.new_access.witness().unwrap().to_string();
    assert!(
        shown.contains("arn:aws-cn:iam::123456789012:role/"),
        "{shown}"
    );
}

/// What is not settled names the key and the statement.
#[test]
fn a_variable_that_is_not_settled_is_named() {
    let on = |resource: &str| json!([{"Effect": "Allow", "Action": "a:b", "Resource": resource}]);
    let found = is(
        on("arn:aws:s3:::b/?*"),
        on("arn:aws:s3:::b/${aws:PrincipalTag/team}${aws:PrincipalTag/name}"),
        "unknown",
    );
    let Guarantee::Unknown(reason) = &found.new_access else {
        panic!("{found}");
    };
    assert_eq!(reason.key(), Some("aws:principaltag/team"));
    assert_eq!(reason.statement(), Some((1, 0)));
}

#[test]
fn an_arn_that_no_resource_has_makes_no_difference() {
    let send = |arn: &str| json!({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn});
    let own = "arn:aws:sqs:us-east-1:111111111111:q";
    for other in [
        "arn:aws:sqs:us-east-1:11111111111:q",
        "arn:aws:sqs:US-EAST-1:111111111111:q",
        "arn:aws:sqs:us east:111111111111:q",
        "arn:aws:sqs:us_east_1:111111111111:q",
        "arn:aws:sqs:us:east-1:111111111111:q",
    ] {
        is(
            json!([send(own)]),
            json!([send(own), send(other)]),
            "equivalent",
        );
        // Nor does a denial of it.
        let mut denied = send(other);
        denied["Effect"] = json!("Deny");
        is(json!([send(own)]), json!([send(own), denied]), "equivalent");
    }
    for other in [
        "arn:aws:sqs:us-east-1:222222222222:q",
        "arn:aws:sqs:eu-west-1:111111111111:q",
        "arn:aws:sqs:*:111111111111:q",
        "arn:aws-cn:sqs:cn-north-1:111111111111:q",
    ] {
        is(json!([send(own)]), json!([send(own), send(other)]), "wider");
    }
    // Resources that AWS owns have a word for an account.
    let aws = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    let get = json!({"Effect": "Allow", "Action": "iam:GetPolicy", "Resource": aws});
    is(json!([send(own)]), json!([send(own), get]), "wider");
}

#[test]
fn a_name_does_not_reach_into_what_is_within() {
    let allow = |action: &str, name: &str| {
        let service = action.split(':').next().unwrap();
        json!({"Effect": "Allow", "Action": action, "Resource": format!("arn:aws:{service}:us-east-1:111111111111:{name}")})
    };
    for (action, own, within) in [
        ("dynamodb:PutItem", "table/x", "table/x/index/*"),
        ("dynamodb:GetItem", "table/x", "table/x/backup/1"),
    ] {
        is(
            json!([allow(action, own)]),
            json!([allow(action, own), allow(action, within)]),
            "equivalent",
        );
    }
    // A query reads an index, and the names of other things have slashes.
    for (action, own, within) in [
        ("dynamodb:Query", "table/x", "table/x/index/*"),
        ("ecr:PutImage", "repository/x", "repository/x/y"),
    ] {
        is(
            json!([allow(action, own)]),
            json!([allow(action, own), allow(action, within)]),
            "wider",
        );
    }
}

#[test]
fn no_example_has_a_root_user_who_assumes_a_role() {
    let trust = |account: &str| json!({"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"});
    let found = is(
        json!([trust("111111111111")]),
        json!([trust("111111111111"), trust("222222222222")]),
        "wider",
    );
    let text = found.to_string();
    assert!(!text.contains(":root"), "{text}");
}

#[test]
fn a_variable_is_several_fields_of_an_arn_or_all_of_it() {
    let topics =
        |names: &[&str]| json!([{"Effect": "Allow", "Action": "sns:Publish", "Resource": names}]);
    let literal = "arn:aws:sns:us-east-1:111111111111:lit";
    for variable in [
        "${aws:PrincipalTag/arn}",
        "${aws:PrincipalTag/arn}*",
        "arn:aws:sns:${aws:PrincipalTag/rest}",
        "arn:${aws:PrincipalTag/rest}:lit",
        "${TopicArn}",
        "arn:aws:sns:${AWS::Region}:111111111111:lit",
    ] {
        let found = is(topics(&[literal]), topics(&[literal, variable]), "wider");
        let witness = found.new_access.witness().unwrap();
        // IAM reads what a deployment fills in as text.
        assert_eq!(
            witness.assumed().is_empty(),
            !variable.contains("${aws:"),
            "{found}"
        );
        assert_ne!(witness.resource(), literal);
        is(
            topics(&[literal, variable]),
            topics(&[variable, literal]),
            "equivalent",
        );
        let found = compare(topics(&[literal]), topics(&[variable]));
        assert_ne!(found.relation().name(), "narrower", "{found}");
        let one = |names| program(&json!({"Version": "2012-10-17", "Statement": topics(names)}));
        let promise = one(&[literal, variable]).no_wider_than(&one(&[literal]));
        assert!(promise.witness().is_some(), "{promise}");
    }
    // What the literal covers anyway.
    is(
        topics(&["arn:*:sns:*:*:*"]),
        topics(&[
            "arn:*:sns:*:*:*",
            "arn:aws:sns:${AWS::Region}:111111111111:lit",
        ]),
        "equivalent",
    );
}
