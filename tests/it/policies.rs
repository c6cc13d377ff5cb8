//! Every element of the language and the JSON that it represents, byte for byte, through the facade.

#![allow(deprecated, reason = "what the rules advise is not the subject here")]

use rekognition_iam::{Policy, aws, policy, rekognition};
use serde_json::Value;

/// Compares the statements of a policy with what is expected of them.
#[track_caller]
fn golden(policy: &Policy, statements: &str) {
    let expected = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    assert_eq!(policy.json(), expected);
    serde_json::from_str::<Value>(policy.json()).unwrap();
}

/// Compares the `Condition` of a policy whose one statement is `allow(rekognition::DetectText).on_any()`.
#[track_caller]
fn condition(policy: &Policy, expected: &str) {
    golden(
        policy,
        &format!(
            r#"{{"Effect":"Allow","Action":"rekognition:DetectText","Resource":"*","Condition":{{{expected}}}}}"#
        ),
    );
}

/// The same for several.
#[track_caller]
fn conditions<const N: usize>(policies: [Policy; N], expected: [&str; N]) {
    for (policy, expected) in policies.iter().zip(expected) {
        condition(policy, expected);
    }
}

/// Compares the `Resource` of a policy whose one statement is `allow(rekognition::all()).on(..)`.
#[track_caller]
fn resource(policy: &Policy, expected: &str) {
    golden(
        policy,
        &format!(r#"{{"Effect":"Allow","Action":"rekognition:*","Resource":{expected}}}"#),
    );
}

#[test]
fn actions() {
    golden(
        &policy![allow(rekognition::DetectText).on_any()],
        r#"{"Effect":"Allow","Action":"rekognition:DetectText","Resource":"*"}"#,
    );
    // The order is the author's.
    golden(
        &policy![allow(rekognition::IndexFaces, rekognition::DetectText).on_any()],
        r#"{"Effect":"Allow","Action":["rekognition:IndexFaces","rekognition:DetectText"],"Resource":"*"}"#,
    );
    golden(
        &policy![deny(rekognition::IndexFaces).on_any()],
        r#"{"Effect":"Deny","Action":"rekognition:IndexFaces","Resource":"*"}"#,
    );
    golden(
        &policy![allow(rekognition::all()).on_any()],
        r#"{"Effect":"Allow","Action":"rekognition:*","Resource":"*"}"#,
    );
    golden(
        &policy![
            allow(
                rekognition::matching("Describe*"),
                rekognition::matching("*Face?")
            )
            .on_any()
        ],
        r#"{"Effect":"Allow","Action":["rekognition:Describe*","rekognition:*Face?"],"Resource":"*"}"#,
    );
    // IAM's own spelling goes out as it came in.
    golden(
        &policy![
            allow(
                "rekognition:DetectText",
                "rekognition:list*",
                "Rekognition:indexFaces"
            )
            .on_any()
        ],
        r#"{"Effect":"Allow","Action":["rekognition:DetectText","rekognition:list*","Rekognition:indexFaces"],"Resource":"*"}"#,
    );
    golden(
        &policy![allow("*").on_any()],
        r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#,
    );
    golden(
        &policy![deny(not(rekognition::DetectText)).on_any()],
        r#"{"Effect":"Deny","NotAction":"rekognition:DetectText","Resource":"*"}"#,
    );
    golden(
        &policy![deny(not(rekognition::DetectText, "rekognition:List*")).on_any()],
        r#"{"Effect":"Deny","NotAction":["rekognition:DetectText","rekognition:List*"],"Resource":"*"}"#,
    );
    golden(
        &policy![allow(unlisted("rekognition:NewAction", "released yesterday")).on_any()],
        r#"{"Effect":"Allow","Action":"rekognition:NewAction","Resource":"*"}"#,
    );
}

/// One value alone stands without brackets, unless they are written.
#[test]
fn brackets() {
    golden(
        &policy![allow([rekognition::DetectText]).on(["*"])],
        r#"{"Effect":"Allow","Action":["rekognition:DetectText"],"Resource":["*"]}"#,
    );
    golden(
        &policy![allow(not([rekognition::DetectText])).on(not(["*"]))],
        r#"{"Effect":"Allow","NotAction":["rekognition:DetectText"],"NotResource":["*"]}"#,
    );
    golden(
        &policy![allow([rekognition::DetectText, rekognition::DetectFaces]).on_any()],
        r#"{"Effect":"Allow","Action":["rekognition:DetectText","rekognition:DetectFaces"],"Resource":"*"}"#,
    );
    condition(
        &policy![
            allow(rekognition::DetectText)
                .on_any()
                .when(aws::SourceVpc.string_equals(["vpc-1a2b3c4d"]))
        ],
        r#""StringEquals":{"aws:SourceVpc":["vpc-1a2b3c4d"]}"#,
    );
}

/// IAM has no wildcard for an access level, so a group is its actions, one by one.
#[test]
fn access_levels() {
    golden(
        &policy![allow(rekognition::tagging()).on_any()],
        r#"{"Effect":"Allow","Action":["rekognition:TagResource","rekognition:UntagResource"],"Resource":"*"}"#,
    );
    golden(
        &policy![allow(rekognition::list(), rekognition::DetectText).on_any()],
        r#"{"Effect":"Allow","Action":["rekognition:ListStreamProcessors","rekognition:DetectText"],"Resource":"*"}"#,
    );
    for (policy, count, one, not) in [
        (
            policy![allow(rekognition::read()).on_any()],
            36,
            "rekognition:CompareFaces",
            "rekognition:IndexFaces",
        ),
        (
            policy![allow(rekognition::write()).on_any()],
            37,
            "rekognition:IndexFaces",
            "rekognition:TagResource",
        ),
    ] {
        let value: Value = serde_json::from_str(policy.json()).unwrap();
        let actions = value["Statement"][0]["Action"].as_array().unwrap();
        assert_eq!(actions.len(), count);
        assert!(actions.iter().any(|action| action == one));
        assert!(actions.iter().all(|action| action != not));
    }
}

#[test]
fn resources() {
    resource(
        &policy![allow(rekognition::all()).on(rekognition::collection(
            "us-east-1",
            "123456789012",
            "staff"
        ))],
        r#""arn:aws:rekognition:us-east-1:123456789012:collection/staff""#,
    );
    resource(
        &policy![allow(rekognition::all()).on(rekognition::project(
            "us-east-1",
            "123456789012",
            "logos",
            "1627045542080"
        ))],
        r#""arn:aws:rekognition:us-east-1:123456789012:project/logos/1627045542080""#,
    );
    resource(
        &policy![allow(rekognition::all()).on(rekognition::projectversion(
            "us-east-1",
            "123456789012",
            "logos",
            "v1",
            "*"
        ))],
        r#""arn:aws:rekognition:us-east-1:123456789012:project/logos/version/v1/*""#,
    );
    resource(
        &policy![allow(rekognition::all()).on(rekognition::dataset(
            "us-east-1",
            "123456789012",
            "logos",
            "train",
            "*"
        ))],
        r#""arn:aws:rekognition:us-east-1:123456789012:project/logos/dataset/train/*""#,
    );
    resource(
        &policy![allow(rekognition::all()).on(rekognition::streamprocessor("*", "*", "door-?"))],
        r#""arn:aws:rekognition:*:*:streamprocessor/door-?""#,
    );
    resource(
        &policy![
            allow(rekognition::all())
                .on(rekognition::collection("us-gov-west-1", "*", "a").partition("aws-us-gov"))
        ],
        r#""arn:aws-us-gov:rekognition:us-gov-west-1:*:collection/a""#,
    );
    resource(
        &policy![
            allow(rekognition::all()).on(rekognition::collection("*", "*", "*").partition("*"))
        ],
        r#""arn:*:rekognition:*:*:collection/*""#,
    );
    // Several, in the author's order.
    resource(
        &policy![allow(rekognition::all()).on(
            "arn:aws:rekognition:*:*:streamprocessor/*",
            rekognition::collection("*", "*", "a"),
        )],
        r#"["arn:aws:rekognition:*:*:streamprocessor/*","arn:aws:rekognition:*:*:collection/a"]"#,
    );
    resource(&policy![allow(rekognition::all()).on("*")], r#""*""#);
    resource(&policy![allow(rekognition::all()).on_any()], r#""*""#);
    // A variable is the request's, filled in by IAM.
    resource(
        &policy![allow(rekognition::all()).on(rekognition::collection(
            "us-east-1",
            "*",
            "${aws:PrincipalTag/team, 'none'}-*"
        ))],
        r#""arn:aws:rekognition:us-east-1:*:collection/${aws:PrincipalTag/team, 'none'}-*""#,
    );
    golden(
        &policy![deny(rekognition::all()).on(not(
            rekognition::collection("*", "*", "staff"),
            rekognition::collection("*", "*", "guests")
        ))],
        r#"{"Effect":"Deny","Action":"rekognition:*","NotResource":["arn:aws:rekognition:*:*:collection/staff","arn:aws:rekognition:*:*:collection/guests"]}"#,
    );
}

#[cfg(all(feature = "s3", feature = "iam", feature = "kms"))]
#[test]
fn resources_of_other_services() {
    use rekognition_iam::{iam, kms, s3};

    golden(
        &policy![allow(s3::GetObject).on(s3::object("uploads", "faces/*.jpg"))],
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::uploads/faces/*.jpg"}"#,
    );
    golden(
        &policy![
            allow(s3::ListBucket)
                .on(s3::bucket("uploads").partition("aws-cn"))
                .when(s3::prefix.string_like("${aws:username}/*"))
        ],
        r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws-cn:s3:::uploads","Condition":{"StringLike":{"s3:prefix":"${aws:username}/*"}}}"#,
    );
    golden(
        &policy![
            allow(iam::PassRole)
                .on(iam::role("123456789012", "service-role/Rekognition"))
                .when(iam::PassedToService.string_equals("rekognition.amazonaws.com"))
        ],
        r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::123456789012:role/service-role/Rekognition","Condition":{"StringEquals":{"iam:PassedToService":"rekognition.amazonaws.com"}}}"#,
    );
    golden(
        &policy![
            allow(s3::GetObject)
                .on_any()
                .when(s3::ExistingObjectTag("team").string_equals("a"))
        ],
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"s3:ExistingObjectTag/team":"a"}}}"#,
    );
    golden(
        &policy![
            allow(kms::Decrypt)
                .on_any()
                .when(kms::EncryptionContext("team").string_equals("a"))
        ],
        r#"{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*","Condition":{"StringEquals":{"kms:EncryptionContext:team":"a"}}}"#,
    );
    // Actions of several services in one statement, in the order in which they stand.
    golden(
        &policy![allow(rekognition::DetectText, s3::GetObject).on_any()],
        r#"{"Effect":"Allow","Action":["rekognition:DetectText","s3:GetObject"],"Resource":"*"}"#,
    );
}

/// A policy for each condition. That the conditions come through another macro is nothing to `policy!`.
macro_rules! operators {
    ($($condition:expr),* $(,)?) => { [$(policy![allow(rekognition::DetectText).on_any().when($condition)]),*] };
}

/// The JSON is a raw string in the expansion if it can be.
#[test]
fn texts_that_end_a_raw_string() {
    let policies = operators![
        aws::PrincipalTag("team").string_equals("a#b"),
        aws::PrincipalTag("team").string_equals("\"#"),
        aws::PrincipalTag("team").string_equals("é"),
        aws::PrincipalTag("team").string_equals("\\r"),
    ];
    conditions(
        policies,
        [
            r##""StringEquals":{"aws:PrincipalTag/team":"a#b"}"##,
            r##""StringEquals":{"aws:PrincipalTag/team":"\"#"}"##,
            r##""StringEquals":{"aws:PrincipalTag/team":"é"}"##,
            r##""StringEquals":{"aws:PrincipalTag/team":"\\r"}"##,
        ],
    );
}

#[test]
fn all_27_operators() {
    let policies = operators![
        aws::UserAgent.string_equals("a"),
        aws::UserAgent.string_not_equals("a"),
        aws::UserAgent.string_equals_ignore_case("a"),
        aws::UserAgent.string_not_equals_ignore_case("a"),
        aws::UserAgent.string_like("a*"),
        aws::UserAgent.string_not_like("a*"),
        aws::MultiFactorAuthAge.numeric_equals(1),
        aws::MultiFactorAuthAge.numeric_not_equals(1),
        aws::MultiFactorAuthAge.numeric_less_than(1),
        aws::MultiFactorAuthAge.numeric_less_than_equals(1),
        aws::MultiFactorAuthAge.numeric_greater_than(1),
        aws::MultiFactorAuthAge.numeric_greater_than_equals(1),
        aws::CurrentTime.date_equals("2026-11-24"),
        aws::CurrentTime.date_not_equals("2026-11-24"),
        aws::CurrentTime.date_less_than("2026-11-24"),
        aws::CurrentTime.date_less_than_equals("2026-11-24"),
        aws::CurrentTime.date_greater_than("2026-11-24"),
        aws::CurrentTime.date_greater_than_equals("2026-11-24"),
        aws::SecureTransport.bool(true),
        unlisted("aws:Bytes", "a test").binary_equals("QUI="),
        aws::SourceIp.ip_address("203.0.113.0/24"),
        aws::SourceIp.not_ip_address("203.0.113.0/24"),
        aws::PrincipalArn.arn_equals("arn:aws:iam::*:role/a"),
        aws::PrincipalArn.arn_like("arn:aws:iam::*:role/a"),
        aws::PrincipalArn.arn_not_equals("arn:aws:iam::*:role/a"),
        aws::PrincipalArn.arn_not_like("arn:aws:iam::*:role/a"),
        aws::SourceVpc.null(true)
    ];
    let expected = [
        r#""StringEquals":{"aws:UserAgent":"a"}"#,
        r#""StringNotEquals":{"aws:UserAgent":"a"}"#,
        r#""StringEqualsIgnoreCase":{"aws:UserAgent":"a"}"#,
        r#""StringNotEqualsIgnoreCase":{"aws:UserAgent":"a"}"#,
        r#""StringLike":{"aws:UserAgent":"a*"}"#,
        r#""StringNotLike":{"aws:UserAgent":"a*"}"#,
        r#""NumericEquals":{"aws:MultiFactorAuthAge":"1"}"#,
        r#""NumericNotEquals":{"aws:MultiFactorAuthAge":"1"}"#,
        r#""NumericLessThan":{"aws:MultiFactorAuthAge":"1"}"#,
        r#""NumericLessThanEquals":{"aws:MultiFactorAuthAge":"1"}"#,
        r#""NumericGreaterThan":{"aws:MultiFactorAuthAge":"1"}"#,
        r#""NumericGreaterThanEquals":{"aws:MultiFactorAuthAge":"1"}"#,
        r#""DateEquals":{"aws:CurrentTime":"2026-11-24"}"#,
        r#""DateNotEquals":{"aws:CurrentTime":"2026-11-24"}"#,
        r#""DateLessThan":{"aws:CurrentTime":"2026-11-24"}"#,
        r#""DateLessThanEquals":{"aws:CurrentTime":"2026-11-24"}"#,
        r#""DateGreaterThan":{"aws:CurrentTime":"2026-11-24"}"#,
        r#""DateGreaterThanEquals":{"aws:CurrentTime":"2026-11-24"}"#,
        r#""Bool":{"aws:SecureTransport":"true"}"#,
        r#""BinaryEquals":{"aws:Bytes":"QUI="}"#,
        r#""IpAddress":{"aws:SourceIp":"203.0.113.0/24"}"#,
        r#""NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}"#,
        r#""ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::*:role/a"}"#,
        r#""ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/a"}"#,
        r#""ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::*:role/a"}"#,
        r#""ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/a"}"#,
        r#""Null":{"aws:SourceVpc":"true"}"#,
    ];
    assert_eq!(policies.len(), rekognition_iam::Operator::ALL.len());
    conditions(policies, expected);
    // None of them is left out, and none represents another.
    for (expected, operator) in expected.iter().zip(rekognition_iam::Operator::ALL) {
        assert!(expected.starts_with(&format!("\"{}\"", operator.name())));
    }
}

#[test]
fn suffix_and_set_operators() {
    let policies = operators![
        aws::SourceVpc.string_equals("vpc-1a2b3c4d").if_exists(),
        aws::CalledVia
            .for_all_values()
            .string_equals("athena.amazonaws.com", "kms.amazonaws.com"),
        aws::CalledVia.for_any_value().string_like("a*").if_exists(),
        "aws:CalledVia"
            .for_any_value()
            .string_equals("kms.amazonaws.com"),
        unlisted("aws:NewKey", "released yesterday")
            .for_all_values()
            .numeric_equals(1, 2)
    ];
    let expected = [
        r#""StringEqualsIfExists":{"aws:SourceVpc":"vpc-1a2b3c4d"}"#,
        r#""ForAllValues:StringEquals":{"aws:CalledVia":["athena.amazonaws.com","kms.amazonaws.com"]}"#,
        r#""ForAnyValue:StringLikeIfExists":{"aws:CalledVia":"a*"}"#,
        r#""ForAnyValue:StringEquals":{"aws:CalledVia":"kms.amazonaws.com"}"#,
        r#""ForAllValues:NumericEquals":{"aws:NewKey":["1","2"]}"#,
    ];
    conditions(policies, expected);
}

#[test]
fn keys_and_values() {
    let policies = operators![
        aws::PrincipalTag("team").string_equals("a"),
        aws::PrincipalTag("cost center").string_equals("a"),
        "aws:PrincipalTag/team".string_equals("a"),
        "aws:sourcevpc".string_equals("vpc-1a2b3c4d"),
        aws::MultiFactorAuthAge.numeric_less_than(-1, 1.5, "3600"),
        aws::EpochTime.numeric_less_than(1795545000),
        aws::EpochTime.date_less_than("2026-11-24T18:30:00Z"),
        aws::SecureTransport.bool("true"),
        aws::PrincipalTag("team").string_equals("${aws:username}"),
        aws::ec2_RoleDelivery.numeric_less_than(2.0)
    ];
    let expected = [
        r#""StringEquals":{"aws:PrincipalTag/team":"a"}"#,
        r#""StringEquals":{"aws:PrincipalTag/cost center":"a"}"#,
        r#""StringEquals":{"aws:PrincipalTag/team":"a"}"#,
        r#""StringEquals":{"aws:sourcevpc":"vpc-1a2b3c4d"}"#,
        r#""NumericLessThan":{"aws:MultiFactorAuthAge":["-1","1.5","3600"]}"#,
        r#""NumericLessThan":{"aws:EpochTime":"1795545000"}"#,
        r#""DateLessThan":{"aws:EpochTime":"2026-11-24T18:30:00Z"}"#,
        r#""Bool":{"aws:SecureTransport":"true"}"#,
        r#""StringEquals":{"aws:PrincipalTag/team":"${aws:username}"}"#,
        r#""NumericLessThan":{"ec2:RoleDelivery":"2.0"}"#,
    ];
    conditions(policies, expected);
}

/// Conditions under one operator share its object; the order is that of their first mention.
#[test]
fn several_conditions() {
    condition(
        &policy![
            allow(rekognition::DetectText)
                .on_any()
                .when(
                    aws::SourceVpc.string_equals("vpc-1a2b3c4d"),
                    aws::SecureTransport.bool(true),
                    aws::PrincipalTag("team").string_equals("a", "b"),
                )
                .when(
                    aws::SourceVpc.string_equals("vpc-2b3c4d5e").if_exists(),
                    aws::ViaAWSService.bool(false),
                )
        ],
        r#""StringEquals":{"aws:SourceVpc":"vpc-1a2b3c4d","aws:PrincipalTag/team":["a","b"]},"Bool":{"aws:SecureTransport":"true","aws:ViaAWSService":"false"},"StringEqualsIfExists":{"aws:SourceVpc":"vpc-2b3c4d5e"}"#,
    );
    golden(
        &policy![allow(rekognition::CreateCollection).on_any().when(
            aws::TagKeys.for_all_values().string_equals("team"),
            aws::TagKeys.null(false),
            aws::RequestTag("team").string_equals("a"),
        )],
        r#"{"Effect":"Allow","Action":"rekognition:CreateCollection","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"team"},"Null":{"aws:TagKeys":"false"},"StringEquals":{"aws:RequestTag/team":"a"}}}"#,
    );
}

#[test]
fn sids_and_several_statements() {
    golden(
        &policy![
            allow(rekognition::DetectText).on_any().sid("Text"),
            deny(rekognition::all())
                .sid("Tls2")
                .on_any()
                .when(aws::SecureTransport.bool(false)),
            allow(rekognition::DetectFaces).on_any(),
        ],
        concat!(
            r#"{"Sid":"Text","Effect":"Allow","Action":"rekognition:DetectText","Resource":"*"},"#,
            r#"{"Sid":"Tls2","Effect":"Deny","Action":"rekognition:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}},"#,
            r#"{"Effect":"Allow","Action":"rekognition:DetectFaces","Resource":"*"}"#,
        ),
    );
}

/// What an author vouches for is in the policy's list of exceptions, and the JSON says the same as without.
#[test]
fn exceptions() {
    const POLICY: Policy = policy![
        allow(rekognition::DetectText).on_any(),
        allow(
            rekognition::IndexFaces,
            unlisted("rekognition:NewAction", "released yesterday")
        )
        .on("arn:aws:rekognition:mars-1:*:collection/a")
        .accept(INVALID_ARN_REGION, "opens next week")
        .when(unlisted("aws:NewKey", "too").null(false)),
    ];
    golden(
        &POLICY,
        concat!(
            r#"{"Effect":"Allow","Action":"rekognition:DetectText","Resource":"*"},"#,
            r#"{"Effect":"Allow","Action":["rekognition:IndexFaces","rekognition:NewAction"],"Resource":"arn:aws:rekognition:mars-1:*:collection/a","Condition":{"Null":{"aws:NewKey":"false"}}}"#,
        ),
    );
    let exceptions: Vec<String> = POLICY
        .exceptions()
        .iter()
        .map(|exception| format!("{exception:?}"))
        .collect();
    assert_eq!(
        exceptions,
        [
            r#"Unlisted { name: "rekognition:NewAction", reason: "released yesterday" }"#,
            r#"Unlisted { name: "aws:NewKey", reason: "too" }"#,
            r#"Accepted { id: "INVALID_ARN_REGION", statement: Some(1), reason: "opens next week" }"#,
        ]
    );
    assert!(
        policy![allow(rekognition::all()).on_any()]
            .exceptions()
            .is_empty()
    );
}

/// Text that JSON must escape comes back as it was.
#[test]
fn escapes() {
    const ODD: &str = "\"\\/\n\r\té";
    let policy = policy![allow(rekognition::DetectText).on_any().when(
        aws::UserAgent.string_equals("\"\\/\n\r\té"),
        aws::PrincipalTag("a\"\\\né").string_equals(r#"r"\n"#),
    )];
    condition(
        &policy,
        "\"StringEquals\":{\"aws:UserAgent\":\"\\\"\\\\/\\n\\r\\té\",\"aws:PrincipalTag/a\\\"\\\\\\né\":\"r\\\"\\\\n\"}",
    );
    for text in [policy.json().to_string(), policy.to_json_pretty()] {
        let value: Value = serde_json::from_str(&text).unwrap();
        let equals = &value["Statement"][0]["Condition"]["StringEquals"];
        assert_eq!(equals["aws:UserAgent"], ODD);
        assert_eq!(equals["aws:PrincipalTag/a\"\\\né"], "r\"\\n");
    }
}

static INDEXER: Policy = policy![
    allow(rekognition::IndexFaces, rekognition::SearchFaces)
        .on(rekognition::collection(
            "us-east-1",
            "123456789012",
            "staff"
        ))
        .when(aws::SourceVpc.string_equals("vpc-1a2b3c4d"))
        .sid("Index"),
    deny(rekognition::all())
        .on_any()
        .when(aws::SecureTransport.bool(false)),
];

#[test]
fn forms_of_output() {
    let pretty = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Index",
      "Effect": "Allow",
      "Action": [
        "rekognition:IndexFaces",
        "rekognition:SearchFaces"
      ],
      "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/staff",
      "Condition": {
        "StringEquals": {
          "aws:SourceVpc": "vpc-1a2b3c4d"
        }
      }
    },
    {
      "Effect": "Deny",
      "Action": "rekognition:*",
      "Resource": "*",
      "Condition": {
        "Bool": {
          "aws:SecureTransport": "false"
        }
      }
    }
  ]
}
"#;
    assert_eq!(INDEXER.to_json_pretty(), pretty);
    assert_eq!(format!("{INDEXER:#}"), pretty.trim_end());
    assert_eq!(INDEXER.to_string(), INDEXER.json());
    let values = [INDEXER.json(), pretty].map(|text| serde_json::from_str::<Value>(text).unwrap());
    assert_eq!(values[0], values[1]);
    // The text is the same wherever the same policy is written.
    let again = policy! {
        allow(rekognition::IndexFaces, rekognition::SearchFaces)
            .on(rekognition::collection("us-east-1", "123456789012", "staff")).when(aws::SourceVpc.string_equals("vpc-1a2b3c4d")).sid("Index"),
        deny(rekognition::all()).on_any().when(aws::SecureTransport.bool(false))
    };
    assert_eq!(INDEXER.json(), again.json());
    assert_eq!(INDEXER, again);
    assert_ne!(INDEXER, policy![deny(rekognition::all()).on_any()]);
}

#[cfg(feature = "serde")]
#[test]
fn serializes_as_the_document() {
    assert_eq!(serde_json::to_string(&INDEXER).unwrap(), INDEXER.json());
    assert_eq!(
        serde_json::to_value(INDEXER).unwrap(),
        serde_json::from_str::<Value>(INDEXER.json()).unwrap()
    );
    // In the middle of a document of the user's own.
    let odd = policy![
        allow(rekognition::DetectText)
            .on_any()
            .when(aws::UserAgent.string_equals("{[\"\\:,é\t"))
    ];
    assert_eq!(serde_json::to_string(&[odd]).unwrap(), format!("[{odd}]"));
    assert_eq!(
        serde_json::to_string_pretty(&odd).unwrap(),
        odd.to_json_pretty().trim_end()
    );
}
