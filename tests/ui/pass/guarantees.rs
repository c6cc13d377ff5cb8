//! Guarantees that hold.

#![deny(warnings)]

use rekognition_iam::{
    PermissionsBoundary, Policy, ServiceControlPolicy, SessionPolicy, assert_policy, aws,
    permissions_boundary, policy, rekognition, service_control_policy, session_policy,
};

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

// Policies that apply together.
const LIMIT: PermissionsBoundary = permissions_boundary![
    allow(rekognition::DeleteFaces, rekognition::DetectLabels).on_any(),
];
static SESSION: SessionPolicy = session_policy![
    allow(rekognition::DeleteFaces).on(rekognition::collection("us-east-1", "123456789012", "a*")),
];
static CONTROL: ServiceControlPolicy = service_control_policy![
    allow(rekognition::all()).on_any(),
    deny(rekognition::DeleteFaces).on_any().when(aws::SourceVpc.string_not_equals("vpc-1a2b3c4d")),
];

assert_policy!([BASELINE, LIMIT]:
    never(rekognition::DeleteCollection, rekognition::DetectLabels),
    only_on(rekognition::collection("*", "123456789012", "*")),
    no_wider_than(BASELINE),
    allows(rekognition::DeleteFaces).on(rekognition::collection("us-east-1", "123456789012", "b")),
    denies(rekognition::DeleteCollection).on(rekognition::collection("us-east-1", "123456789012", "b")),
);
assert_policy!([CLEANER, BASELINE, LIMIT, SESSION, CONTROL]:
    only_on(rekognition::collection("*", "123456789012", "a*")),
    denies(rekognition::DeleteFaces).on(rekognition::collection("us-east-1", "123456789012", "a1")),
);
assert_policy!([self::LIMIT,]: never(rekognition::IndexFaces));

mod elsewhere {
    rekognition_iam::assert_policy!(super::BASELINE: never("iam:*"));
}

fn inside() {
    assert_policy!(BASELINE: never("s3:*"));
}

fn main() {
    inside();
}
