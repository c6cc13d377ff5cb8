//! Guarantees that hold.

#![deny(warnings)]

use rekognition_iam::{Policy, assert_policy, aws, policy, rekognition};

static CLEANER: Policy = policy![
    allow(rekognition::matching("Delete*"))
        .on(rekognition::collection("us-east-1", "123456789012", "a*"))
        .when(aws::SourceVpc.string_equals("vpc-1a2b3c4d")),
];
const BASELINE: Policy = policy![
    allow(rekognition::matching("Delete*")).on(rekognition::collection("us-east-1", "123456789012", "*")),
];

assert_policy!(CLEANER:
    never(rekognition::DetectLabels, rekognition::matching("Create*"), "s3:*"),
    never("*").on(rekognition::collection("us-east-1", "123456789012", "b*")),
    only_on(rekognition::collection("*", "123456789012", "a*")),
    allows(rekognition::DeleteFaces)
        .on(rekognition::collection("us-east-1", "123456789012", "a1"))
        .with(aws::SourceVpc, "vpc-1a2b3c4d")
        .principal("arn:aws:iam::123456789012:role/cleaner"),
    denies(rekognition::DeleteFaces).on(rekognition::collection("us-east-1", "123456789012", "a1")),
    no_wider_than(BASELINE),
);

mod elsewhere {
    rekognition_iam::assert_policy!(super::BASELINE: never("iam:*"));
}

fn inside() {
    assert_policy!(BASELINE: never("s3:*"));
}

fn main() {
    inside();
}
