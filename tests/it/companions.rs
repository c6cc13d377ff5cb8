//! Companion permissions: ready-made statements instead of a statement.

#![allow(deprecated, reason = "what the rules advise is not the subject here")]
#![cfg(all(
    feature = "s3",
    feature = "sns",
    feature = "iam",
    feature = "kinesis",
    feature = "kinesisvideo"
))]

use rekognition_iam::values::{AccountId, BucketName, ObjectKey, Pattern, Region};
use rekognition_iam::{Policy, PolicyBuf, companion, policy, rekognition};
use serde_json::{Value, json};

#[expect(clippy::unwrap_used, reason = "a test fails on what is no JSON")]
fn value(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

#[test]
fn an_image_from_s3() {
    static POLICY: Policy = policy![
        allow(rekognition::DetectLabels).on_any(),
        companion::s3_image("uploads", "photos/*"),
        companion::s3_image_versions("archive", "*").partition("aws-us-gov"),
    ];
    assert_eq!(
        value(POLICY.json()),
        json!({
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": "rekognition:DetectLabels", "Resource": "*"},
                {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::uploads/photos/*"},
                {
                    "Effect": "Allow",
                    "Action": ["s3:GetObject", "s3:GetObjectVersion"],
                    "Resource": "arn:aws-us-gov:s3:::archive/*",
                },
            ],
        })
    );
}

#[test]
fn stored_video_and_its_role() {
    static CALLER: Policy = policy![
        allow(
            rekognition::StartLabelDetection,
            rekognition::GetLabelDetection
        )
        .on_any(),
        companion::pass_role("123456789012", "video"),
    ];
    assert_eq!(
        value(CALLER.json())["Statement"][1],
        json!({
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": "arn:aws:iam::123456789012:role/video",
            "Condition": {"StringEquals": {"iam:PassedToService": "rekognition.amazonaws.com"}},
        })
    );
    static ROLE: Policy = policy![companion::face_search_role(
        "us-east-1",
        "123456789012",
        "door",
        "faces"
    )];
    assert_eq!(
        value(ROLE.json())["Statement"],
        json!([
            {
                "Effect": "Allow",
                "Action": ["kinesisvideo:GetDataEndpoint", "kinesisvideo:GetMedia"],
                "Resource": "arn:aws:kinesisvideo:us-east-1:123456789012:stream/door/*",
            },
            {
                "Effect": "Allow",
                "Action": ["kinesis:PutRecord", "kinesis:PutRecords"],
                "Resource": "arn:aws:kinesis:us-east-1:123456789012:stream/faces",
            },
        ])
    );
}

#[test]
fn values_known_later_stand_in_every_place_they_are_used() {
    fn training(
        input: &BucketName,
        keys: &Pattern,
        output: &BucketName,
        key: &ObjectKey,
    ) -> PolicyBuf {
        policy![companion::custom_labels_training(input, keys, output, key)]
    }
    let policy = training(
        &"images".parse().unwrap(),
        &"train/*".parse().unwrap(),
        &"results".parse().unwrap(),
        &"a*b".parse().unwrap(),
    );
    assert_eq!(
        value(policy.json())["Statement"],
        json!([
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::images/train/*"},
            {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::results/a${*}b"},
        ])
    );

    fn role(region: &Region, account: &AccountId) -> PolicyBuf {
        policy![companion::face_search_role(
            region, account, "door", "faces"
        )]
    }
    let policy = role(
        &"eu-west-1".parse().unwrap(),
        &"123456789012".parse().unwrap(),
    );
    assert_eq!(policy.json().matches("eu-west-1:123456789012").count(), 2);
}
