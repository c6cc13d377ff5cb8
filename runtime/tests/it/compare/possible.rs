//! Only requests that can exist make a difference: keys that exclude each other, keys of other actions, and policy variables of
//! which it is known what they can be.

use crate::support::program;
use rekognition_iam_runtime::compare::{Comparison, compare_programs};
use serde_json::{Value, json};

pub(super) const QUEUE: &str = "arn:aws:sqs:us-east-1:111111111111:q";

pub(super) fn compare(old: &Value, new: &Value) -> Comparison {
    let of =
        |statements: &Value| program(&json!({"Version": "2012-10-17", "Statement": statements}));
    compare_programs(&of(old), &of(new))
}

#[track_caller]
pub(super) fn is(old: Value, new: Value, expected: &str) {
    let found = compare(&old, &new);
    assert_eq!(found.relation().name(), expected, "{old}\n{new}\n{found}");
}

pub(super) fn allow(action: &str, resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": resource})
}

pub(super) fn when(mut statement: Value, condition: Value) -> Value {
    statement["Condition"] = condition;
    statement
}

pub(super) fn to(mut statement: Value, principal: Value) -> Value {
    statement["Principal"] = principal;
    statement
}

pub(super) fn send(condition: Value) -> Value {
    when(allow("sqs:SendMessage", QUEUE), condition)
}

/// Whether a statement with the condition grants anything that nothing else does.
#[track_caller]
pub(super) fn grants(statement: Value, expected: bool) {
    let base = allow("s3:GetObject", "*");
    let expected = if expected { "wider" } else { "equivalent" };
    is(json!([base]), json!([base, statement]), expected);
}

#[test]
fn keys_of_different_kinds_of_requests_exclude_each_other() {
    for (condition, possible) in [
        (
            json!({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "StringEquals": {"aws:SourceVpc": "vpc-12345678"}}),
            false,
        ),
        (
            json!({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "StringEquals": {"aws:SourceVpc": "vpc-12345678"}}),
            true,
        ),
        (
            json!({"IpAddress": {"aws:SourceIp": "203.0.113.0/24", "aws:VpcSourceIp": "10.0.0.0/8"}}),
            false,
        ),
        (
            json!({"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}, "StringEquals": {"aws:SourceVpce": "vpce-1"}}),
            true,
        ),
        (
            json!({"ForAnyValue:StringEquals": {"aws:CalledVia": "athena.amazonaws.com"}, "Bool": {"aws:ViaAWSService": "false"}}),
            false,
        ),
        (
            json!({"ForAnyValue:StringEquals": {"aws:CalledVia": "athena.amazonaws.com"}, "Bool": {"aws:ViaAWSService": "true"}}),
            true,
        ),
        (
            json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}, "Null": {"aws:TokenIssueTime": "true"}}),
            false,
        ),
        (
            json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}, "Null": {"aws:TokenIssueTime": "false"}}),
            true,
        ),
        (
            json!({"Bool": {"aws:MultiFactorAuthPresent": "false"}, "NumericLessThan": {"aws:MultiFactorAuthAge": "300"}}),
            false,
        ),
        (
            json!({"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}, "NumericLessThanIfExists": {"aws:MultiFactorAuthAge": "300"}}),
            true,
        ),
        (
            json!({"StringEquals": {"aws:PrincipalAccount": "222222222222"}, "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:*"}}),
            false,
        ),
        (
            json!({"StringEquals": {"aws:PrincipalAccount": "111111111111"}, "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:*"}}),
            true,
        ),
        (
            json!({"StringEquals": {"aws:username": "ann"}, "ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111111111111:user/bob"}}),
            false,
        ),
        (
            json!({"StringEquals": {"aws:username": "ann"}, "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:user/team/*"}}),
            true,
        ),
        (
            json!({"StringEquals": {"aws:username": "ann", "aws:SourceIdentity": "x"}}),
            false,
        ),
    ] {
        grants(send(condition), possible);
    }
}

#[test]
fn the_tags_of_a_request_are_in_the_list_of_them() {
    let create = |condition| when(allow("rekognition:CreateCollection", "*"), condition);
    let tag = json!({"aws:RequestTag/a": "b"});
    for (more, possible) in [
        (
            json!({"ForAllValues:StringEquals": {"aws:TagKeys": ["c"]}}),
            false,
        ),
        (
            json!({"ForAllValues:StringEquals": {"aws:TagKeys": ["c", "a"]}}),
            true,
        ),
        (json!({"Null": {"aws:TagKeys": "true"}}), false),
        (
            json!({"ForAnyValue:StringEquals": {"aws:TagKeys": ["c"]}}),
            true,
        ),
    ] {
        let mut condition = more;
        condition["StringEquals"] = tag.clone();
        grants(create(condition), possible);
    }
    let tagged = json!({"StringEquals": tag});
    let mut listed = tagged.clone();
    listed["ForAnyValue:StringEquals"] = json!({"aws:TagKeys": "a"});
    is(
        json!([create(tagged)]),
        json!([create(listed)]),
        "equivalent",
    );
}

#[test]
fn values_have_the_format_of_their_key() {
    for (condition, possible) in [
        (
            json!({"StringEquals": {"aws:RequestedRegion": "mars:east"}}),
            false,
        ),
        (
            json!({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}),
            true,
        ),
        (json!({"StringEquals": {"aws:EpochTime": "abc"}}), false),
        (
            json!({"NumericLessThan": {"aws:MultiFactorAuthAge": "0"}}),
            false,
        ),
        (
            json!({"NumericLessThan": {"aws:MultiFactorAuthAge": "1"}}),
            true,
        ),
        (
            json!({"StringEquals": {"aws:PrincipalOrgID": "org1"}}),
            false,
        ),
        (
            json!({"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}),
            true,
        ),
        (json!({"StringLike": {"aws:PrincipalOrgID": "?-*"}}), true),
    ] {
        grants(send(condition), possible);
    }
    is(
        json!([send(json!({"Null": {"aws:PrincipalOrgID": "false"}}))]),
        json!([send(json!({"StringLike": {"aws:PrincipalOrgID": "o-*"}}))]),
        "equivalent",
    );
    is(
        json!([send(json!({"StringEquals": {"aws:PrincipalType": "User"}}))]),
        json!([send(
            json!({"ArnLike": {"aws:PrincipalArn": "arn:aws*:iam::*:user/*"}})
        )]),
        "equivalent",
    );
    // A path may have a colon, with which a wildcard reaches over it: CreateUser has any printable character there.
    let but = |operator: &str| json!({"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {operator: {"aws:PrincipalArn": "arn:aws:iam::*:role/admin"}}});
    let all = allow("s3:GetObject", "*");
    is(
        json!([all, but("ArnNotLike")]),
        json!([all, but("StringNotLike")]),
        "wider",
    );
}

#[test]
fn a_request_has_no_keys_of_other_actions() {
    for (action, key, possible) in [
        ("s3:PutObject", "iam:PassedToService", false),
        ("iam:PassRole", "iam:PassedToService", true),
        ("s3:PutObject", "s3:prefix", false),
        ("s3:ListBucket", "s3:prefix", true),
        ("sqs:SendMessage", "sts:ExternalId", false),
        ("sts:AssumeRole", "sts:ExternalId", true),
        ("rekognition:DetectLabels", "aws:ResourceTag/a", false),
        ("rekognition:IndexFaces", "aws:ResourceTag/a", true),
        ("rekognition:DetectLabels", "aws:RequestTag/a", false),
        ("rekognition:CreateCollection", "aws:RequestTag/a", true),
        ("rekognition:CreateCollection", "aws:ResourceTag/a", true),
        ("rekognition:ListFaces", "aws:PrincipalTag/a", true),
        // A service that is not in the catalogue.
        ("x:Y", "iam:PassedToService", true),
    ] {
        let condition = json!({"Null": {key: "false"}});
        grants(when(allow(action, "*"), condition), possible);
    }
    // One action of two has the key.
    grants(
        when(
            json!({"Effect": "Allow", "Action": ["s3:PutObject", "s3:ListBucket"], "Resource": "*"}),
            json!({"StringEquals": {"s3:prefix": "x"}}),
        ),
        true,
    );
    let both = json!({"Effect": "Allow", "Action": ["rekognition:DetectLabels", "rekognition:DetectFaces", "rekognition:CreateCollection"], "Resource": "*"});
    grants(
        when(both, json!({"StringEquals": {"aws:RequestTag/a": "x"}})),
        true,
    );
}

#[test]
fn what_nobody_can_deny_is_no_difference() {
    let all = json!({"Effect": "Allow", "Action": "sts:*", "Resource": "*"});
    let deny = |action: &str| json!({"Effect": "Deny", "Action": action, "Resource": "*"});
    grants(allow("sts:GetCallerIdentity", "*"), false);
    is(
        json!([all]),
        json!([all, deny("sts:GetCallerIdentity")]),
        "equivalent",
    );
    is(
        json!([all]),
        json!([all, deny("sts:GetFederationToken")]),
        "narrower",
    );
}

#[test]
fn a_service_is_of_no_customers_account() {
    let account = json!({"AWS": "111111111111"});
    is(
        json!([to(allow("sqs:*", QUEUE), account)]),
        json!([to(
            when(
                allow("sqs:*", QUEUE),
                json!({"StringEquals": {"aws:PrincipalAccount": "111111111111"}})
            ),
            json!("*")
        )]),
        "equivalent",
    );
    let everyone = to(
        when(
            allow("sqs:*", QUEUE),
            json!({"StringNotEquals": {"aws:PrincipalAccount": "111111111111"}}),
        ),
        json!({"Service": "sns.amazonaws.com"}),
    );
    is(
        json!([everyone]),
        json!([to(
            allow("sqs:*", QUEUE),
            json!({"Service": "sns.amazonaws.com"})
        )]),
        "equivalent",
    );
}

#[test]
fn a_variable_is_what_the_caller_has_for_it() {
    let own = "arn:aws:s3:::b/${aws:username}";
    let get = |resource: &str| allow("s3:GetObject", resource);
    let role = json!({"AWS": "arn:aws:iam::111111111111:role/app"});
    let user = json!({"AWS": "arn:aws:iam::111111111111:user/ann"});
    let k = "arn:aws:s3:::b/k";
    // The session of a role has no name, and neither does a service have tags.
    is(
        json!([to(get(k), role.clone())]),
        json!([to(get(k), role.clone()), to(get(own), role)]),
        "equivalent",
    );
    let service = json!({"Service": "sns.amazonaws.com"});
    let tagged = "arn:aws:s3:::b/${aws:PrincipalTag/t}";
    is(
        json!([to(get(k), service.clone())]),
        json!([to(get(k), service.clone()), to(get(tagged), service)]),
        "equivalent",
    );
    is(
        json!([to(get(k), user.clone())]),
        json!([to(get(k), user.clone()), to(get(own), user)]),
        "wider",
    );
    for (condition, possible) in [
        (
            json!({"StringEquals": {"aws:PrincipalType": "AssumedRole"}}),
            false,
        ),
        (
            json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}),
            false,
        ),
        (json!({"StringEquals": {"aws:PrincipalType": "User"}}), true),
    ] {
        grants(when(allow("s3:PutObject", own), condition), possible);
    }
    // No action is asked for on such a resource, whatever the value is.
    grants(allow("s3:ListBucket", own), false);
    grants(allow("sqs:SendMessage", own), false);
    grants(allow("s3:PutObject", own), true);
}

#[test]
fn defaults_and_conditions_decide_what_a_variable_is() {
    let get = |resource: &str| allow("s3:GetObject", resource);
    let own = "arn:aws:s3:::b/${aws:PrincipalTag/t}";
    let or_k = "arn:aws:s3:::b/${aws:PrincipalTag/t, 'k'}";
    is(
        json!([get(own), get("arn:aws:s3:::b/k")]),
        json!([get(or_k)]),
        "narrower",
    );
    is(json!([get(or_k)]), json!([get(own)]), "narrower");
    let x = json!({"StringEquals": {"aws:PrincipalTag/t": "x"}});
    is(
        json!([when(get("arn:aws:s3:::b/x"), x.clone())]),
        json!([when(get(own), x.clone())]),
        "equivalent",
    );
    let xy = json!({"StringEquals": {"aws:PrincipalTag/t": ["x", "y"]}});
    is(
        json!([when(get("arn:aws:s3:::b/x"), x)]),
        json!([when(get(own), xy)]),
        "wider",
    );
}

#[test]
fn a_value_equal_to_a_variable_matches_it() {
    let all = |condition| when(allow("s3:GetObject", "*"), condition);
    let tag = "s3:ExistingObjectTag/o";
    is(
        json!([all(json!({"StringEquals": {tag: "${aws:username}"}}))]),
        json!([all(json!({"StringLike": {tag: "${aws:username}*"}}))]),
        "wider",
    );
    let same = json!({"StringEquals": {"aws:ResourceTag/a": "${aws:PrincipalTag/a}"}});
    let deny = json!({"Effect": "Deny", "Action": "sqs:*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:ResourceTag/a": "${aws:PrincipalTag/a}"}}});
    let tagged = when(allow("sqs:*", "*"), same);
    is(json!([tagged]), json!([tagged, deny]), "equivalent");
    grants(
        when(
            allow("s3:PutObject", "*"),
            json!({"StringEquals": {"aws:PrincipalTag/t": "${aws:username}"}, "StringNotEquals": {"aws:PrincipalTag/t": "${aws:username}"}}),
        ),
        false,
    );
    grants(
        when(
            allow("s3:PutObject", "*"),
            json!({"StringEquals": {"aws:PrincipalTag/t": "${aws:username}"}, "StringNotEquals": {"aws:PrincipalTag/t": "${aws:userid}"}}),
        ),
        true,
    );
}

#[test]
fn keys_of_one_request_do_not_contradict_each_other() {
    let pairs = |conditions: &[(&str, &str, &str)]| {
        let mut found = json!({});
        for (operator, key, value) in conditions {
            found[operator][key] = json!(value);
        }
        found
    };
    for (conditions, possible) in [
        // Through a VPC endpoint, a request has all of these keys.
        (
            &[
                ("StringEquals", "aws:SourceVpc", "vpc-12345678"),
                ("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8"),
            ],
            true,
        ),
        (
            &[
                ("Null", "aws:SourceVpc", "true"),
                ("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8"),
            ],
            false,
        ),
        (
            &[
                ("StringEquals", "aws:SourceVpc", "vpc-12345678"),
                ("Null", "aws:VpcSourceIp", "true"),
            ],
            false,
        ),
        // The first and the last of the services that called are among them.
        (
            &[
                ("StringEquals", "aws:CalledViaFirst", "athena.amazonaws.com"),
                ("Null", "aws:CalledVia", "true"),
            ],
            false,
        ),
        (
            &[
                ("StringEquals", "aws:CalledViaFirst", "athena.amazonaws.com"),
                (
                    "ForAllValues:StringEquals",
                    "aws:CalledVia",
                    "dynamodb.amazonaws.com",
                ),
            ],
            false,
        ),
        (
            &[
                ("StringEquals", "aws:CalledViaLast", "athena.amazonaws.com"),
                (
                    "ForAllValues:StringNotEquals",
                    "aws:CalledVia",
                    "athena.amazonaws.com",
                ),
            ],
            false,
        ),
        (
            &[
                ("StringLike", "aws:CalledViaLast", "*"),
                (
                    "ForAllValues:StringEquals",
                    "aws:CalledVia",
                    "dynamodb.amazonaws.com",
                ),
            ],
            true,
        ),
        (
            &[
                ("StringEquals", "aws:CalledViaFirst", "athena.amazonaws.com"),
                (
                    "ForAnyValue:StringEquals",
                    "aws:CalledVia",
                    "dynamodb.amazonaws.com",
                ),
            ],
            true,
        ),
        (
            &[
                ("Null", "aws:CalledViaFirst", "true"),
                ("StringEquals", "aws:CalledViaLast", "athena.amazonaws.com"),
            ],
            false,
        ),
        // One time, written in two ways.
        (
            &[
                ("DateLessThan", "aws:CurrentTime", "2020-01-01T00:00:00Z"),
                ("NumericGreaterThan", "aws:EpochTime", "1700000000"),
            ],
            false,
        ),
        (
            &[
                ("DateGreaterThan", "aws:CurrentTime", "2020-01-01T00:00:00Z"),
                ("NumericLessThan", "aws:EpochTime", "1577836802"),
            ],
            true,
        ),
        (
            &[
                ("DateGreaterThan", "aws:CurrentTime", "2020-01-01T00:00:00Z"),
                ("NumericLessThan", "aws:EpochTime", "1577836801"),
            ],
            false,
        ),
        (
            &[
                ("DateLessThan", "aws:CurrentTime", "2020-01-01T00:00:00Z"),
                ("DateGreaterThan", "aws:EpochTime", "2021-01-01T00:00:00Z"),
            ],
            false,
        ),
    ] {
        let statement = when(allow("sqs:SendMessage", QUEUE), pairs(conditions));
        let found = compare(
            &json!([allow("s3:GetObject", "*")]),
            &json!([allow("s3:GetObject", "*"), statement]),
        );
        let expected = if possible { "wider" } else { "equivalent" };
        assert_eq!(found.relation().name(), expected, "{statement}\n{found}");
    }
}

#[test]
fn a_key_of_one_service_agrees_with_the_key_of_all() {
    let object = |key: &str, account: &str| json!({"StringEquals": {key: account}, "StringLike": {"s3:ResourceAccount": "1*"}});
    let of = |action: &str, condition: Value| when(allow(action, "arn:aws:s3:::b/*"), condition);
    let is_possible = |condition: Value, expected: bool| {
        grants(
            json!({"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::b/*", "Condition": condition}),
            expected,
        );
    };
    is_possible(object("aws:ResourceAccount", "111111111111"), true);
    is_possible(object("aws:ResourceAccount", "222222222222"), false);
    is(
        json!([of(
            "s3:PutObject",
            json!({"StringEquals": {"aws:ResourceAccount": "111111111111"}})
        )]),
        json!([of(
            "s3:PutObject",
            json!({"StringEquals": {"s3:ResourceAccount": "111111111111"}})
        )]),
        "equivalent",
    );
    // Requests to other services do not have it.
    let all = |key: &str| {
        json!([when(
            allow("*", "*"),
            json!({"StringEquals": {key: "111111111111"}})
        )])
    };
    is(
        all("aws:ResourceAccount"),
        all("s3:ResourceAccount"),
        "narrower",
    );
    // The account of a caller of KMS is that of the caller.
    let key = |principal: Value, key: &str, account: &str| {
        to(
            when(
                allow("kms:Decrypt", "*"),
                json!({"StringEquals": {key: account}}),
            ),
            principal,
        )
    };
    is(
        json!([key(json!("*"), "kms:CallerAccount", "111111111111")]),
        json!([key(json!("*"), "aws:PrincipalAccount", "111111111111")]),
        "equivalent",
    );
    let none = json!([to(allow("s3:GetObject", "*"), json!("*"))]);
    let with = |statement: Value| json!([none[0], statement]);
    let ann = json!({"AWS": "arn:aws:iam::111111111111:user/ann"});
    is(
        none.clone(),
        with(key(ann.clone(), "kms:CallerAccount", "222222222222")),
        "equivalent",
    );
    is(
        none.clone(),
        with(key(ann, "kms:CallerAccount", "111111111111")),
        "wider",
    );
    let without = |action: &str| {
        to(
            when(
                allow(action, "*"),
                json!({"Null": {"kms:CallerAccount": "true"}}),
            ),
            json!("*"),
        )
    };
    is(none.clone(), with(without("kms:Decrypt")), "equivalent");
    is(none.clone(), with(without("sqs:SendMessage")), "wider");
}

/// AWS adds words to its lists, and a template is deployed to a partition, a region, and an account that have no colons.
#[test]
fn what_values_are_open_and_what_is_not() {
    let words = json!([
        "public-read",
        "public-read-write",
        "private",
        "authenticated-read",
        "aws-exec-read",
        "bucket-owner-read",
        "bucket-owner-full-control",
        "log-delivery-write"
    ]);
    let put = allow("s3:PutBucketAcl", "arn:aws:s3:::b");
    let mut deny = put.clone();
    deny["Effect"] = json!("Deny");
    let others = when(
        deny.clone(),
        json!({"StringNotEquals": {"s3:x-amz-acl": words}}),
    );
    is(json!([put]), json!([put, others]), "narrower");
    let new = when(
        put.clone(),
        json!({"StringEquals": {"s3:x-amz-acl": "a-new-word"}}),
    );
    is(json!([]), json!([new]), "wider");
    // A flag has no third value.
    let flag = |operator: &str| {
        when(
            deny.clone(),
            json!({operator: {"aws:SecureTransport": ["true", "false"]}}),
        )
    };
    is(
        json!([put]),
        json!([put, flag("StringNotEquals")]),
        "equivalent",
    );
    let object = |bucket: &str| {
        allow(
            "s3:GetObject",
            &format!("arn:${{aws::partition}}:s3:::{bucket}/*"),
        )
    };
    let mut payroll = allow("s3:GetObject", "arn:aws:s3:::payroll/*");
    payroll["Effect"] = json!("Deny");
    is(
        json!([object("photos"), payroll]),
        json!([object("photos")]),
        "equivalent",
    );
    is(
        json!([object("payroll"), payroll]),
        json!([object("payroll")]),
        "wider",
    );
}
