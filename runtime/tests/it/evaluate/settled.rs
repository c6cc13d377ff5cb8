//! Doubts that a request is refused with, however they turn out: a value that is not known is the same one in every condition.

use crate::support::program;
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::evaluate::{Attached, evaluate};
use rekognition_iam_runtime::evaluate::{Prepared, Request, Values, Verdict};
use serde_json::{Value, json};

use Verdict::{ExplicitDeny as Denied, ImplicitDeny as No, Undetermined as Open};

const SESSION: &str = "arn:aws:sts::111111111111:assumed-role/app/s";

/// What an identity policy with these statements comes to, for a session whose role has some path, and does not know the key.
fn of_session(statements: &Value, unknown: &str) -> Verdict {
    let json = json!({"Version": "2012-10-17", "Statement": statements});
    let documents = [Attached::new(PolicyKind::Identity, program(&json))];
    let request = Request::new("s3:GetObject", "arn:aws:s3:::b/k")
        .principal(SESSION)
        .with(unknown, Values::Unknown);
    let verdict = evaluate(&documents, &request).verdict();
    assert_eq!(
        Prepared::new(&documents).evaluate(&request).verdict(),
        verdict
    );
    assert_eq!(documents[0].program().evaluate(&request).verdict(), verdict);
    verdict
}

fn allow_if(condition: Value) -> Verdict {
    let statement =
        json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition});
    of_session(&statement, "aws:SourceVpc")
}

fn role(path: &str) -> String {
    format!("arn:aws:iam::111111111111:role/{path}")
}

#[test]
fn a_path_cannot_match_and_not_match() {
    let (plain, team) = (role("app"), role("team/app"));
    let both = |like: &str, a: &Value, not: &str, b: &Value| {
        allow_if(json!({like: {"aws:PrincipalArn": a}, not: {"aws:PrincipalArn": b}}))
    };
    assert_eq!(
        both("ArnLike", &json!(team), "ArnNotLike", &json!(team)),
        No
    );
    assert_eq!(
        both("StringLike", &json!(team), "ArnNotEquals", &json!(team)),
        No
    );
    let list = json!([plain, team]);
    assert_eq!(both("ArnLike", &list, "ArnNotLike", &list), No);
    assert_eq!(both("ArnLike", &json!(team), "ArnNotLike", &list), No);
    // The other path is left.
    assert_eq!(both("ArnLike", &list, "ArnNotLike", &json!(team)), Open);
    assert_eq!(both("ArnLike", &list, "ArnNotLike", &json!(plain)), Open);
}

#[test]
fn a_role_has_one_path() {
    let both = |operator: &str, other: &str, a: &str, b: &str| {
        allow_if(json!({
            operator: {"aws:PrincipalArn": role(a)},
            other: {"aws:PrincipalArn": role(b)},
        }))
    };
    assert_eq!(both("ArnLike", "StringEquals", "x/app", "y/app"), No);
    assert_eq!(both("ArnLike", "StringEquals", "x/app", "x/app"), Open);
    assert_eq!(both("StringLike", "StringEquals", "x*/app", "y/app"), No);
    assert_eq!(both("StringLike", "StringEquals", "x*/app", "xy/app"), Open);
    assert_eq!(
        both("StringNotLike", "StringEquals", "x*/app", "xy/app"),
        No
    );
    assert_eq!(
        both("StringNotLike", "StringEquals", "x*/app", "y/app"),
        Open
    );
    assert_eq!(both("ArnNotLike", "ArnEquals", "x/*", "x/app"), No);
    assert_eq!(
        both("StringEqualsIgnoreCase", "StringEquals", "X/app", "x/app"),
        Open
    );
    assert_eq!(
        both(
            "StringNotEqualsIgnoreCase",
            "StringEquals",
            "X/app",
            "x/app"
        ),
        No
    );
    // A `*` is a character for `StringEquals`, and no role has it.
    assert_eq!(
        both("StringEquals", "StringNotLike", "x/*/app", "x/*/app"),
        No
    );
}

#[test]
fn a_denial_and_a_grant_ask_about_one_path() {
    let statement = |effect: &str, operator: &str, path: &str| {
        json!({
            "Effect": effect, "Action": "*", "Resource": "*",
            "Condition": {operator: {"aws:PrincipalArn": role(path)}},
        })
    };
    let allowed = statement("Allow", "ArnLike", "team/app");
    let verdict = |deny: Value| of_session(&json!([allowed, deny]), "aws:SourceVpc");
    assert_ne!(verdict(statement("Deny", "StringEquals", "team/app")), Open);
    assert_ne!(verdict(statement("Deny", "StringLike", "team/*pp")), Open);
    assert_eq!(verdict(statement("Deny", "StringLike", "x/*pp")), Open);
    // A denial of all other paths: a path in front of this name may be the path of this role, as with the roles of IAM Identity
    // Center, which always have one.
    assert_eq!(verdict(statement("Deny", "ArnNotLike", "team/app")), Open);
    // A role of another name is denied whatever its path is.
    assert_eq!(
        verdict(statement("Deny", "ArnNotLike", "team/other")),
        Denied
    );
}

#[test]
fn a_hidden_or_unknown_value_is_one_value() {
    let of = |key: &str, a: &str, x: &str, b: &str, y: &str| {
        let condition = json!({a: {key: x}, b: {key: y}});
        allow_if(condition)
    };
    let id = "AROAEXAMPLE:s";
    assert_eq!(
        of("aws:userid", "StringEquals", id, "StringNotEquals", id),
        No
    );
    assert_eq!(
        of("aws:userid", "StringEquals", id, "StringNotEquals", "x"),
        Open
    );
    let vpc = "aws:SourceVpc";
    assert_eq!(
        of(vpc, "StringEquals", "vpc-1", "StringNotEquals", "vpc-1"),
        No
    );
    assert_eq!(of(vpc, "StringEquals", "vpc-1", "StringLike", "vpc-2*"), No);
    assert_eq!(
        of(vpc, "StringEquals", "vpc-1", "StringLike", "vpc-*"),
        Open
    );
    assert_eq!(of(vpc, "StringEquals", "vpc-1", "Null", "true"), No);
    assert_eq!(of(vpc, "StringEquals", "vpc-1", "Null", "false"), Open);
    assert_eq!(of(vpc, "StringNotEquals", "vpc-1", "Null", "true"), Open);
    assert_eq!(of(vpc, "NumericEquals", "1", "NumericNotEquals", "1"), No);
    assert_eq!(of(vpc, "NumericEquals", "1", "NumericNotEquals", "2"), Open);
    // A request may have several values of a key with a set operator.
    assert_eq!(
        of(
            vpc,
            "ForAnyValue:StringEquals",
            "a",
            "ForAnyValue:StringNotEquals",
            "a"
        ),
        Open
    );
}

#[test]
fn many_values_are_settled_line_by_line() {
    let paths: Vec<String> = (0..9)
        .map(|number| role(&format!("p{number}/app")))
        .collect();
    let statement = |effect: &str| {
        json!({
            "Effect": effect, "Action": "*", "Resource": "*",
            "Condition": {"ArnLike": {"aws:PrincipalArn": paths}},
        })
    };
    let statements = json!([statement("Allow"), statement("Deny")]);
    assert_ne!(of_session(&statements, "aws:SourceVpc"), Open);
    assert_eq!(
        of_session(&json!([statement("Allow")]), "aws:SourceVpc"),
        Open
    );
}

#[test]
fn opposite_conditions_on_an_unknown_key_are_decided() {
    let either = |key: &str, one: Value, other: Value| {
        let of = |condition: Value| json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition});
        of_session(&json!([of(one), of(other)]), key)
    };
    let on = |operator: &str, key: &str, value: &str| json!({operator: {key: value}});
    for (key, one, other, value) in [
        ("aws:SourceVpc", "StringEquals", "StringNotEquals", "vpc-1"),
        ("aws:SourceVpc", "StringLike", "StringNotLike", "vpc-*"),
        (
            "aws:SourceVpc",
            "StringEqualsIgnoreCase",
            "StringNotEqualsIgnoreCase",
            "vpc-1",
        ),
        (
            "aws:SourceArn",
            "ArnLike",
            "ArnNotEquals",
            "arn:aws:sns:*:*:t",
        ),
        ("aws:SourceIp", "IpAddress", "NotIpAddress", "10.0.0.0/8"),
        (
            "aws:MultiFactorAuthAge",
            "NumericEquals",
            "NumericNotEquals",
            "5",
        ),
        (
            "aws:CurrentTime",
            "DateLessThan",
            "DateGreaterThanEquals",
            "2026-01-01T00:00:00Z",
        ),
        (
            "aws:CurrentTime",
            "DateLessThanEquals",
            "DateGreaterThan",
            "2026-01-01T00:00:00Z",
        ),
        (
            "aws:EpochTime",
            "NumericLessThan",
            "NumericGreaterThanEquals",
            "1700000000",
        ),
        (
            "aws:TagKeys",
            "ForAnyValue:StringEquals",
            "ForAllValues:StringNotEquals",
            "a",
        ),
        (
            "aws:TagKeys",
            "ForAllValues:StringLike",
            "ForAnyValue:StringNotLike",
            "a*",
        ),
    ] {
        let found = either(key, on(one, key, value), on(other, key, value));
        assert_eq!(found, Verdict::Allowed, "{one} or {other}");
        let statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {one: {key: value}, other: {key: value}}});
        assert_eq!(of_session(&statement, key), No, "{one} and {other}");
    }
    let vpc = "aws:SourceVpc";
    assert_eq!(
        either(vpc, on("Null", vpc, "true"), on("Null", vpc, "false")),
        Verdict::Allowed
    );
    let secure = "aws:SecureTransport";
    assert_eq!(
        either(
            secure,
            on("Bool", secure, "true"),
            on("Bool", secure, "false")
        ),
        Verdict::Allowed
    );
    // Near misses: another value, a key that may be missing, and values that nobody can compare.
    for (key, one, other) in [
        (
            vpc,
            on("StringEquals", vpc, "vpc-1"),
            on("StringNotEquals", vpc, "vpc-2"),
        ),
        (
            "aws:MultiFactorAuthAge",
            on("NumericLessThan", "aws:MultiFactorAuthAge", "5"),
            on("NumericGreaterThanEquals", "aws:MultiFactorAuthAge", "5"),
        ),
        (
            "aws:EpochTime",
            on("NumericLessThan", "aws:EpochTime", "x"),
            on("NumericGreaterThanEquals", "aws:EpochTime", "x"),
        ),
        (
            "aws:TagKeys",
            on("ForAnyValue:StringEquals", "aws:TagKeys", "a"),
            on("ForAllValues:StringEquals", "aws:TagKeys", "a"),
        ),
    ] {
        let text = format!("{one} {other}");
        let found = either(key, one, other);
        assert_eq!(found, Open, "{text}");
    }
}
