//! What IAM's documentation says about each operator and each way to match, row by row with the page it is on.

use crate::support::program;
use rekognition_iam_runtime::Operator;
use rekognition_iam_runtime::evaluate::Request;
use serde_json::{Value, json};

const OPERATORS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html";
const VALUED: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html";
const LOGIC: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html";
const VARIABLES: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html";
const ACTION: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html";
const NOTACTION: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html";
const RESOURCE: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html";
const NOTRESOURCE: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html";
const CONDITION: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html";
const VERSION: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html";
const KEYS: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html";
const W3C: &str = "https://www.w3.org/TR/NOTE-datetime";

/// Page, operator, values of the policy, values of the request (none: the key is missing), whether it holds.
type Row = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    bool,
);

#[rustfmt::skip]
const CONDITIONS: &[Row] = &[
    (OPERATORS, "StringEquals", &["iamuser-admin"], &["iamuser-admin"], true),
    (OPERATORS, "StringEquals", &["iamuser-admin"], &["IAMuser-admin"], false),
    (OPERATORS, "StringEquals", &["a*"], &["ab"], false),
    (OPERATORS, "StringEquals", &["a*"], &["a*"], true),
    (OPERATORS, "StringEquals", &["a"], &[], false),
    (LOGIC, "StringEquals", &["a", "b"], &["b"], true),
    (OPERATORS, "StringNotEquals", &["a"], &["b"], true),
    (OPERATORS, "StringNotEquals", &["a"], &["a"], false),
    (OPERATORS, "StringNotEquals", &["a"], &["A"], true),
    (OPERATORS, "StringNotEquals", &["a"], &[], true),
    (LOGIC, "StringNotEquals", &["a", "b"], &["b"], false),
    (LOGIC, "StringNotEquals", &["a", "b"], &["c"], true),
    (OPERATORS, "StringEqualsIgnoreCase", &["Admin"], &["aDMIN"], true),
    (OPERATORS, "StringEqualsIgnoreCase", &["Admin"], &["Admins"], false),
    (OPERATORS, "StringEqualsIgnoreCase", &["Admin"], &[], false),
    (OPERATORS, "StringNotEqualsIgnoreCase", &["Admin"], &["aDMIN"], false),
    (OPERATORS, "StringNotEqualsIgnoreCase", &["Admin"], &["root"], true),
    (OPERATORS, "StringNotEqualsIgnoreCase", &["Admin"], &[], true),
    (OPERATORS, "StringLike", &["", "home/", "home/*/"], &["home/David/"], true),
    (OPERATORS, "StringLike", &["", "home/", "home/*/"], &[""], true),
    (OPERATORS, "StringLike", &["home/?"], &["home/"], false),
    (OPERATORS, "StringLike", &["home/?"], &["home/a"], true),
    (OPERATORS, "StringLike", &["Home*"], &["home"], false),
    (OPERATORS, "StringLike", &["*:*:*"], &["a:b:c:d"], true),
    (OPERATORS, "StringLike", &["*"], &[], false),
    (OPERATORS, "StringNotLike", &["t1.*"], &["t2.micro"], true),
    (OPERATORS, "StringNotLike", &["t1.*"], &["t1.micro"], false),
    (OPERATORS, "StringNotLike", &["t1.*"], &[], true),
    (OPERATORS, "NumericEquals", &["10"], &["10.0"], true),
    (OPERATORS, "NumericEquals", &["10"], &["11"], false),
    (OPERATORS, "NumericEquals", &["9007199254740993"], &["9007199254740992"], false),
    (OPERATORS, "NumericEquals", &["ten"], &["ten"], false),
    (OPERATORS, "NumericEquals", &["10"], &[], false),
    (OPERATORS, "NumericNotEquals", &["10"], &["11"], true),
    (OPERATORS, "NumericNotEquals", &["10"], &["1e1"], false),
    (OPERATORS, "NumericNotEquals", &["10"], &[], true),
    (OPERATORS, "NumericLessThan", &["10"], &["9.99"], true),
    (OPERATORS, "NumericLessThan", &["10"], &["10"], false),
    (OPERATORS, "NumericLessThan", &["10"], &["-11"], true),
    (OPERATORS, "NumericLessThan", &["10"], &[], false),
    (OPERATORS, "NumericLessThanEquals", &["10"], &["10"], true),
    (OPERATORS, "NumericLessThanEquals", &["10"], &["10.1"], false),
    (OPERATORS, "NumericLessThanEquals", &["10"], &[], false),
    (OPERATORS, "NumericGreaterThan", &["10"], &["10.0001"], true),
    (OPERATORS, "NumericGreaterThan", &["10"], &["9"], false),
    (OPERATORS, "NumericGreaterThan", &["10"], &[], false),
    (OPERATORS, "NumericGreaterThanEquals", &["10"], &["10"], true),
    (OPERATORS, "NumericGreaterThanEquals", &["10"], &["9"], false),
    (OPERATORS, "NumericGreaterThanEquals", &["10"], &[], false),
    (OPERATORS, "DateEquals", &["2020-01-01T00:00:01Z"], &["1577836801"], true),
    (OPERATORS, "DateEquals", &["2020-01-01"], &["2020-01-01T00:00:00Z"], true),
    (OPERATORS, "DateEquals", &["2020-01-01T00:00:01Z"], &["2020-01-01T01:00:01+01:00"], true),
    (W3C, "DateEquals", &["2020"], &["2020-01-01T00:00Z"], true),
    (W3C, "DateEquals", &["2020-02"], &["2020-02-01T00:00Z"], true),
    (W3C, "DateEquals", &["2020-02-01T00:00:00.5Z"], &["2020-02-01T00:00:00.50Z"], true),
    (OPERATORS, "DateEquals", &["2020-01-01T00:00:01Z"], &["2020-01-01T00:00:02Z"], false),
    (OPERATORS, "DateEquals", &["2020-01-01T00:00:01Z"], &[], false),
    (OPERATORS, "DateNotEquals", &["2020-01-01"], &["2020-01-02"], true),
    (OPERATORS, "DateNotEquals", &["2020-01-01"], &["1577836800"], false),
    (OPERATORS, "DateNotEquals", &["2020-01-01"], &[], true),
    (OPERATORS, "DateLessThan", &["2020-01-01T00:00:01Z"], &["2019-12-31T23:59:59Z"], true),
    (OPERATORS, "DateLessThan", &["2020-01-01T00:00:01Z"], &["2020-01-01T00:00:01Z"], false),
    (OPERATORS, "DateLessThan", &["2020-01-01T00:00:01Z"], &[], false),
    (OPERATORS, "DateLessThanEquals", &["2020-01-01T00:00:01Z"], &["2020-01-01T00:00:01Z"], true),
    (OPERATORS, "DateLessThanEquals", &["2020-01-01T00:00:01Z"], &[], false),
    (OPERATORS, "DateGreaterThan", &["2020-01-01T00:00:01Z"], &["2020-01-01T00:00:02Z"], true),
    (OPERATORS, "DateGreaterThan", &["2020-01-01T00:00:01Z"], &["2020-01-01T00:00:01Z"], false),
    (OPERATORS, "DateGreaterThan", &["2020-01-01T00:00:01Z"], &[], false),
    (OPERATORS, "DateGreaterThanEquals", &["2020-01-01T00:00:01Z"], &["1577836801"], true),
    (OPERATORS, "DateGreaterThanEquals", &["2020-01-01T00:00:01Z"], &[], false),
    (OPERATORS, "Bool", &["true"], &["true"], true),
    (OPERATORS, "Bool", &["true"], &["TRUE"], true),
    (OPERATORS, "Bool", &["false"], &["true"], false),
    (OPERATORS, "Bool", &["true"], &["yes"], false),
    (OPERATORS, "Bool", &["false"], &[], false),
    (OPERATORS, "BinaryEquals", &["QmluYXJ5VmFsdWVJbkJhc2U2NA=="], &["QmluYXJ5VmFsdWVJbkJhc2U2NA=="], true),
    (OPERATORS, "BinaryEquals", &["QmluYXJ5VmFsdWVJbkJhc2U2NA=="], &["qmluYXJ5VmFsdWVJbkJhc2U2NA=="], false),
    (OPERATORS, "BinaryEquals", &["QmluYXJ5VmFsdWVJbkJhc2U2NA=="], &[], false),
    (OPERATORS, "IpAddress", &["203.0.113.0/24"], &["203.0.113.255"], true),
    (OPERATORS, "IpAddress", &["203.0.113.0/24"], &["203.0.114.0"], false),
    (OPERATORS, "IpAddress", &["203.0.113.7"], &["203.0.113.7"], true),
    (OPERATORS, "IpAddress", &["203.0.113.7"], &["203.0.113.8"], false),
    (OPERATORS, "IpAddress", &["203.0.113.0/24", "2001:DB8:1234:5678::/64"], &["2001:db8:1234:5678:ffff::1"], true),
    (OPERATORS, "IpAddress", &["2001:DB8:1234:5678::/64"], &["2001:db8:1234:5679::1"], false),
    (OPERATORS, "IpAddress", &["0.0.0.0/0"], &["2001:db8::1"], false),
    (OPERATORS, "IpAddress", &["0.0.0.0/0"], &["8.8.8.8"], true),
    (OPERATORS, "IpAddress", &["0.0.0.0/0"], &["not an address"], false),
    (OPERATORS, "IpAddress", &["0.0.0.0/0"], &[], false),
    (OPERATORS, "NotIpAddress", &["203.0.113.0/24"], &["203.0.114.1"], true),
    (OPERATORS, "NotIpAddress", &["203.0.113.0/24"], &["203.0.113.1"], false),
    (OPERATORS, "NotIpAddress", &["203.0.113.0/24"], &[], true),
    (OPERATORS, "ArnLike", &["arn:aws:someservice:*:111122223333:finance/*"], &["arn:aws:someservice:us-east-2:111122223333:finance/a/b"], true),
    (OPERATORS, "ArnLike", &["arn:aws:someservice:*:111122223333:finance/*"], &["arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"], false),
    (OPERATORS, "StringLike", &["arn:aws:someservice:*:111122223333:finance/*"], &["arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"], true),
    (OPERATORS, "ArnLike", &["arn:aws:s3:::B*"], &["arn:aws:s3:::bucket"], false),
    (OPERATORS, "ArnLike", &["arn:aws:sns:us-east-?:1:t:*"], &["arn:aws:sns:us-east-1:1:t:a:b"], true),
    (OPERATORS, "ArnLike", &["arn:aws:s3:::*"], &["not an ARN"], false),
    (OPERATORS, "ArnLike", &["arn:aws:s3:::*"], &[], false),
    (OPERATORS, "ArnEquals", &["arn:aws:sns:*:123456789012:TOPIC-ID"], &["arn:aws:sns:eu-west-1:123456789012:TOPIC-ID"], true),
    (OPERATORS, "ArnEquals", &["arn:aws:sns:*:123456789012:TOPIC-ID"], &[], false),
    (OPERATORS, "ArnNotEquals", &["arn:aws:sns:*:1:t"], &["arn:aws:sns:eu-west-1:1:t"], false),
    (OPERATORS, "ArnNotEquals", &["arn:aws:sns:*:1:t"], &["arn:aws:sns:eu-west-1:2:t"], true),
    (OPERATORS, "ArnNotEquals", &["arn:aws:sns:*:1:t"], &[], true),
    (OPERATORS, "ArnNotLike", &["arn:aws:sns:*:1:t"], &["arn:aws:sns:eu-west-1:1:t"], false),
    (OPERATORS, "ArnNotLike", &["arn:aws:sns:*:1:t"], &["arn:aws:sns:eu-west-1:2:t"], true),
    (OPERATORS, "ArnNotLike", &["arn:aws:sns:*:1:t"], &[], true),
    (OPERATORS, "Null", &["true"], &[], true),
    (OPERATORS, "Null", &["true"], &["there"], false),
    (OPERATORS, "Null", &["false"], &["there"], true),
    (OPERATORS, "Null", &["false"], &[], false),
    // ..IfExists
    (OPERATORS, "StringLikeIfExists", &["t1.*", "t2.*"], &[], true),
    (OPERATORS, "StringLikeIfExists", &["t1.*", "t2.*"], &["t1.micro"], true),
    (OPERATORS, "StringLikeIfExists", &["t1.*", "t2.*"], &["m3.large"], false),
    (OPERATORS, "StringNotEqualsIfExists", &["a"], &[], true),
    (OPERATORS, "StringNotEqualsIfExists", &["a"], &["a"], false),
    (OPERATORS, "BoolIfExists", &["false"], &[], true),
    (OPERATORS, "NumericLessThanIfExists", &["10"], &["11"], false),
    (OPERATORS, "IpAddressIfExists", &["10.0.0.0/8"], &[], true),
    (OPERATORS, "DateGreaterThanIfExists", &["2020-01-01"], &[], true),
    (OPERATORS, "ArnLikeIfExists", &["arn:aws:s3:::b"], &[], true),
    (OPERATORS, "BinaryEqualsIfExists", &["QQ=="], &[], true),
    // Several values in the request
    (VALUED, "ForAllValues:StringEquals", &["environment", "cost-center"], &["environment"], true),
    (VALUED, "ForAllValues:StringEquals", &["environment", "cost-center"], &["environment", "cost-center"], true),
    (VALUED, "ForAllValues:StringEquals", &["environment", "cost-center"], &["environment", "dept"], false),
    (VALUED, "ForAllValues:StringEquals", &["environment"], &[], true),
    (VALUED, "ForAllValues:StringEquals", &["environment"], &[""], true),
    (VALUED, "ForAnyValue:StringEquals", &["environment", "webserver"], &["webserver", "dept"], true),
    (VALUED, "ForAnyValue:StringEquals", &["environment", "webserver"], &["dept"], false),
    (VALUED, "ForAnyValue:StringEquals", &["environment"], &[], false),
    (VALUED, "ForAnyValue:StringEquals", &[""], &[""], false),
    (VALUED, "ForAnyValue:StringLike", &["proj-*"], &["a", "proj-b"], true),
    (VALUED, "ForAllValues:StringNotEquals", &["a", "b"], &["c", "d"], true),
    (VALUED, "ForAllValues:StringNotEquals", &["a", "b"], &["c", "a"], false),
    (VALUED, "ForAnyValue:StringNotEquals", &["a", "b"], &["c", "a"], true),
    (VALUED, "ForAnyValue:StringNotEquals", &["a", "b"], &["b", "a"], false),
    (VALUED, "ForAnyValue:StringEqualsIfExists", &["a"], &[], true),
    (VALUED, "ForAllValues:Bool", &["true"], &["true", "false"], false),
    (VALUED, "ForAllValues:ArnLike", &["arn:aws:s3:::*"], &["arn:aws:s3:::a", "arn:aws:s3:::b"], true),
    (VALUED, "ForAnyValue:NumericGreaterThan", &["3"], &["1", "5"], true),
    // "Multivalued context keys require a condition set operator."
    (VALUED, "StringEquals", &["a"], &["a", "b"], false),
    (VALUED, "StringNotEquals", &["c"], &["a", "b"], false),
    (VALUED, "Null", &["false"], &["a", "b"], true),
];

#[test]
fn conditions() {
    let mut seen = Vec::new();
    for (page, operator, values, context, expected) in CONDITIONS {
        let policy = program(
            &json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*",
            "Condition": {*operator: {"test:Key/Name": values}}}}),
        );
        let mut request = Request::new("a:b", "arn:aws:a:::b");
        if !context.is_empty() {
            // Key names and tag keys in any case.
            request = request.with("TEST:key/NAME", *context);
        }
        let decision = policy.evaluate(&request);
        assert_eq!(
            decision.is_allowed(),
            *expected,
            "{page}\n{operator} {values:?} on {context:?}\n{decision}"
        );
        seen.push(
            operator
                .trim_start_matches("ForAllValues:")
                .trim_start_matches("ForAnyValue:"),
        );
    }
    for operator in Operator::ALL {
        assert!(seen.contains(&operator.name()), "{operator} has no row");
    }
}

/// Page, elements of the statement, action, resource, whether the statement applies.
type Match = (&'static str, &'static str, &'static str, &'static str, bool);

#[rustfmt::skip]
const MATCHES: &[Match] = &[
    (ACTION, r#"{"Action": "iam:ListAccessKeys", "Resource": "*"}"#, "IAM:listaccesskeys", "*", true),
    (ACTION, r#"{"Action": "IAM:listaccesskeys", "Resource": "*"}"#, "iam:ListAccessKeys", "*", true),
    (ACTION, r#"{"Action": "iam:*AccessKey*", "Resource": "*"}"#, "iam:UpdateAccessKey", "*", true),
    (ACTION, r#"{"Action": "iam:*AccessKey*", "Resource": "*"}"#, "iam:GetUser", "*", false),
    (ACTION, r#"{"Action": "*", "Resource": "*"}"#, "iam:GetUser", "*", true),
    (ACTION, r#"{"Action": "s3:*", "Resource": "*"}"#, "s3-outposts:GetObject", "*", false),
    (ACTION, r#"{"Action": ["sqs:SendMessage", "sqs:ReceiveMessage"], "Resource": "*"}"#, "sqs:ReceiveMessage", "*", true),
    (NOTACTION, r#"{"NotAction": "s3:DeleteBucket", "Resource": "*"}"#, "s3:DeleteBucket", "*", false),
    (NOTACTION, r#"{"NotAction": "s3:DeleteBucket", "Resource": "*"}"#, "s3:PutObject", "*", true),
    (NOTACTION, r#"{"NotAction": ["iam:*", "s3:*"], "Resource": "*"}"#, "IAM:GetUser", "*", false),
    (RESOURCE, r#"{"Action": "*", "Resource": "arn:aws:iam::1:user/Bob"}"#, "a:b", "arn:aws:iam::1:user/Bob", true),
    (RESOURCE, r#"{"Action": "*", "Resource": "arn:aws:iam::1:user/Bob"}"#, "a:b", "arn:aws:iam::1:user/bob", false),
    (RESOURCE, r#"{"Action": "*", "Resource": "arn:aws:iam::1:user/accounting/*"}"#, "a:b", "arn:aws:iam::1:user/accounting/a/b", true),
    (RESOURCE, r#"{"Action": "*", "Resource": "arn:aws:s3:::bucket/*/test/*"}"#, "a:b", "arn:aws:s3:::bucket/1/2/test/3/object.jpg", true),
    (RESOURCE, r#"{"Action": "*", "Resource": "arn:aws:s3:::bucket/*/test/*"}"#, "a:b", "arn:aws:s3:::bucket/1/2/test", false),
    (RESOURCE, r#"{"Action": "*", "Resource": "arn:aws:s3:::bucket/??/test"}"#, "a:b", "arn:aws:s3:::bucket/12/test", true),
    (RESOURCE, r#"{"Action": "*", "Resource": "arn:aws:s3:::bucket/??/test"}"#, "a:b", "arn:aws:s3:::bucket/1/test", false),
    // "If the * wildcard is the last character of a resource ARN segment, it can expand to match beyond the colon boundaries."
    (RESOURCE, r#"{"Action": "*", "Resource": "arn:aws:sqs:*:queue"}"#, "a:b", "arn:aws:sqs:us-east-1:1:queue", true),
    (RESOURCE, r#"{"Action": "*", "Resource": "arn:aws:dynamodb:*"}"#, "a:b", "arn:aws:dynamodb:us-east-1:1:table/t/index/i", true),
    (RESOURCE, r#"{"Action": "*", "Resource": ["arn:aws:dynamodb:us-east-2:1:table/books", "arn:aws:dynamodb:us-east-2:1:table/magazines"]}"#, "a:b", "arn:aws:dynamodb:us-east-2:1:table/magazines", true),
    (RESOURCE, r#"{"Action": "*", "Resource": "arn:aws:rekognition:*:*:collection/*"}"#, "a:b", "*", false),
    (NOTRESOURCE, r#"{"Action": "*", "NotResource": ["arn:aws:s3:::hr", "arn:aws:s3:::hr/*"]}"#, "s3:GetObject", "arn:aws:s3:::hr/payroll", false),
    (NOTRESOURCE, r#"{"Action": "*", "NotResource": ["arn:aws:s3:::hr", "arn:aws:s3:::hr/*"]}"#, "s3:GetObject", "arn:aws:s3:::public/a", true),
    (NOTRESOURCE, r#"{"Action": "*", "NotResource": "*"}"#, "s3:GetObject", "arn:aws:s3:::public/a", false),
    (VARIABLES, r#"{"Action": "*", "Resource": "arn:aws:s3:::b/${aws:username}/*"}"#, "a:b", "arn:aws:s3:::b/bob/x", true),
    (VARIABLES, r#"{"Action": "*", "Resource": "arn:aws:s3:::b/${AWS:UserName}/*"}"#, "a:b", "arn:aws:s3:::b/bob/x", true),
    (VARIABLES, r#"{"Action": "*", "Resource": "arn:aws:s3:::b/${aws:username}/*"}"#, "a:b", "arn:aws:s3:::b/eve/x", false),
    (VARIABLES, r#"{"Action": "*", "Resource": "arn:aws:s3:::b/${aws:PrincipalTag/none, 'anonymous'}"}"#, "a:b", "arn:aws:s3:::b/anonymous", true),
    (VARIABLES, r#"{"Action": "*", "Resource": "arn:aws:s3:::b/${aws:username, 'anonymous'}"}"#, "a:b", "arn:aws:s3:::b/bob", true),
    (VARIABLES, r#"{"Action": "*", "Resource": "arn:aws:s3:::b/${aws:PrincipalTag/none}"}"#, "a:b", "arn:aws:s3:::b/", false),
    (VARIABLES, r#"{"Action": "*", "Resource": "arn:aws:s3:::b/${aws:PrincipalTag/none}"}"#, "a:b", "arn:aws:s3:::b/${aws:PrincipalTag/none}", false),
    (VARIABLES, r#"{"Action": "*", "Resource": "arn:aws:s3:::b/${star:Value}"}"#, "a:b", "arn:aws:s3:::b/xyz", false),
    (VARIABLES, r#"{"Action": "*", "Resource": "arn:aws:s3:::b/${star:Value}"}"#, "a:b", "arn:aws:s3:::b/*", true),
    (VARIABLES, r#"{"Action": "*", "Resource": "arn:aws:s3:::b/${aws:TagKeys}"}"#, "a:b", "arn:aws:s3:::b/k1", false),
    (VARIABLES, r#"{"Action": "*", "Resource": "arn:aws:s3:::b/a${*}b"}"#, "a:b", "arn:aws:s3:::b/a*b", true),
    (VARIABLES, r#"{"Action": "*", "Resource": "arn:aws:s3:::b/a${*}b"}"#, "a:b", "arn:aws:s3:::b/axb", false),
    (VARIABLES, r#"{"Action": "*", "Resource": "arn:aws:s3:::b/a${?}b"}"#, "a:b", "arn:aws:s3:::b/a?b", true),
    (VARIABLES, r#"{"Action": "*", "Resource": "arn:aws:s3:::b/${$}{x}"}"#, "a:b", "arn:aws:s3:::b/${x}", true),
    (VARIABLES, r#"{"Action": "*", "Resource": "*", "Condition": {"StringLike": {"s3:prefix": "${aws:username}/*"}}}"#, "a:b", "arn:aws:s3:::b", true),
    (VARIABLES, r#"{"Action": "*", "Resource": "*", "Condition": {"StringEquals": {"s3:prefix": "${aws:username}/x"}}}"#, "a:b", "arn:aws:s3:::b", true),
    (VARIABLES, r#"{"Action": "*", "Resource": "*", "Condition": {"StringEquals": {"s3:prefix": "${aws:PrincipalTag/none}"}}}"#, "a:b", "arn:aws:s3:::b", false),
    // It holds by the page, and only because something is missing: an Allow is not taken to grant for that reason.
    (VARIABLES, r#"{"Action": "*", "Resource": "*", "Condition": {"StringNotEquals": {"s3:prefix": "${aws:PrincipalTag/none}"}}}"#, "a:b", "arn:aws:s3:::b", false),
    (VARIABLES, r#"{"Action": "*", "Resource": "*", "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:${aws:username}"}}}"#, "a:b", "arn:aws:s3:::b", true),
    // Not with the other operators.
    (VARIABLES, r#"{"Action": "*", "Resource": "*", "Condition": {"NumericEquals": {"s3:max-keys": "${s3:max-keys}"}}}"#, "a:b", "arn:aws:s3:::b", false),
    (CONDITION, r#"{"Action": "*", "Resource": "*", "Condition": {"StringLike": {"s3:prefix": "bob/*"}, "NumericEquals": {"s3:max-keys": "7"}}}"#, "a:b", "arn:aws:s3:::b", true),
    (LOGIC, r#"{"Action": "*", "Resource": "*", "Condition": {"StringLike": {"s3:prefix": "bob/*"}, "NumericEquals": {"s3:max-keys": "8"}}}"#, "a:b", "arn:aws:s3:::b", false),
    (LOGIC, r#"{"Action": "*", "Resource": "*", "Condition": {"StringLike": {"s3:prefix": "bob/*", "aws:SourceArn": "*:eve"}}}"#, "a:b", "arn:aws:s3:::b", false),
    (KEYS, r#"{"Action": "*", "Resource": "*", "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/*"}}}"#, "a:b", "arn:aws:s3:::b", true),
    (KEYS, r#"{"Action": "*", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalAccount": "111122223333", "aws:PrincipalType": "User"}}}"#, "a:b", "arn:aws:s3:::b", true),
    (KEYS, r#"{"Action": "*", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceAccount": "444455556666"}}}"#, "a:b", "arn:aws:sqs:us-east-1:444455556666:q", true),
    (KEYS, r#"{"Action": "*", "Resource": "*", "Condition": {"Null": {"aws:ResourceAccount": "true"}}}"#, "a:b", "arn:aws:s3:::b", true),
    (KEYS, r#"{"Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:PrincipalIsAWSService": "false"}}}"#, "a:b", "arn:aws:s3:::b", true),
];

fn applies(version: &str, elements: &str, action: &str, resource: &str) -> String {
    let mut statement: Value = serde_json::from_str(elements).unwrap();
    statement["Effect"] = "Allow".into();
    let policy = program(&json!({"Version": version, "Statement": statement}));
    let request = Request::new(action, resource)
        .principal("arn:aws:iam::111122223333:user/team/bob")
        .with("star:Value", "*")
        .with("aws:TagKeys", &["k1", "k2"])
        .with("s3:prefix", "bob/x")
        .with("s3:max-keys", "7")
        .with("aws:SourceArn", "arn:aws:sns:us-east-1:1:bob");
    let decision = policy.evaluate(&request);
    format!("{} {decision}", decision.is_allowed())
}

#[test]
fn elements_and_variables() {
    for (page, elements, action, resource, expected) in MATCHES {
        let found = applies("2012-10-17", elements, action, resource);
        assert!(
            found.starts_with(&expected.to_string()),
            "{page}\n{elements} {action} {resource}\n{found}"
        );
    }
}

#[test]
fn variables_are_text_in_the_older_version() {
    let elements = r#"{"Action": "*", "Resource": "arn:aws:s3:::b/${aws:username}"}"#;
    for (resource, expected) in [
        ("arn:aws:s3:::b/bob", "false"),
        ("arn:aws:s3:::b/${aws:username}", "true"),
    ] {
        let found = applies("2008-10-17", elements, "a:b", resource);
        assert!(found.starts_with(expected), "{VERSION}\n{found}");
    }
}

#[test]
fn what_is_given_wins_over_what_follows() {
    let policy = program(
        &json!({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalArn": "arn:aws:iam::1:role/path/r"}}}}),
    );
    let session = "arn:aws:sts::111122223333:assumed-role/r/s";
    let request = Request::new("a:b", "*").principal(session);
    assert!(
        !policy.evaluate(&request).is_allowed(),
        "the path of a session's role is not known"
    );
    let request = request.with("aws:PrincipalArn", "arn:aws:iam::1:role/path/r");
    assert!(policy.evaluate(&request).is_allowed());
}

#[test]
fn an_operator_that_iam_does_not_have_never_grants() {
    for (effect, expected) in [("Allow", "implicit_deny"), ("Deny", "explicit_deny")] {
        let policy = program(&json!({"Statement": [
            {"Effect": effect, "Action": "a:b", "Resource": "*", "Condition": {"StringResembles": {"a:k": "v"}}}]}));
        let decision = policy
            .evaluate(&Request::new("a:b", "*"))
            .verdict()
            .name()
            .to_owned();
        assert_eq!(decision, expected);
    }
}
