//! Guarantees that do not hold, and guarantees that are none.

use rekognition_iam::{Policy, assert_policy, aws, policy, rekognition};

static CLEANER: Policy = policy![
    allow(rekognition::matching("Delete*"))
        .on(rekognition::collection("us-east-1", "123456789012", "a*"))
        .when(aws::SourceVpc.string_equals("vpc-1a2b3c4d")),
];
static BASELINE: Policy = policy![
    allow(rekognition::DeleteFaces).on(rekognition::collection("us-east-1", "123456789012", "*")),
];

assert_policy!(CLEANER:
    never(rekognition::DeleteCollection),
    never(rekognition::matching("*")).on(rekognition::collection("*", "*", "archive")),
    only_on(rekognition::collection("us-east-1", "123456789012", "b*")),
    allows(rekognition::DeleteFaces).on(rekognition::collection("us-east-1", "123456789012", "a1")),
    denies(rekognition::DeleteFaces)
        .on("arn:aws:rekognition:us-east-1:123456789012:collection/a1")
        .with(aws::SourceVpc, "vpc-1a2b3c4d"),
    no_wider_than(BASELINE),
);

assert_policy!(CLEANER:
    never(rekognition::DetectLabls),
    nver(rekognition::DetectLabels),
    never(not(rekognition::DetectLabels)),
    allows(rekognition::matching("Delete*")),
    never(rekognition::DetectLabels).with(aws::SourceVpc, "vpc-1a2b3c4d"),
    no_wider_than(BASELINE, CLEANER),
    only_on(),
    allows,
);

assert_policy!(never(rekognition::DetectLabels));
assert_policy!(CLEANER:);
assert_policy!(CLEANER: never(rekognition::DetectText); never(rekognition::DetectFaces));

fn main() {}
