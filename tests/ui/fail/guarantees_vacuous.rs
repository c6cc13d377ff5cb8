//! Guarantees that would hold whatever the policy allows.

use rekognition_iam::{Policy, assert_policy, policy, rekognition};

const REGION: &str = "us-east-1";

static INDEXER: Policy = policy![
    allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", "123456789012", "staff")),
];

assert_policy!(INDEXER:
    never(rekognition::IndexFaces).on(rekognition::collection(REGION, "123456789012", "staff")),
    denies(rekognition::IndexFaces).on(rekognition::collection(REGION, "123456789012", "staff")),
    never(rekognition::IndexFaces).on(not(rekognition::collection("us-east-1", "123456789012", "a"))),
    only_on(not(rekognition::collection("us-east-1", "123456789012", "staff"))),
);
assert_policy!(INDEXER: never([]));
assert_policy!(INDEXER: never(rekognition::IndexFaces).on([]));
assert_policy!(INDEXER: only_on([]));

fn main() {}
