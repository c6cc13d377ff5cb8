//! Guarantees about policies that apply together.

use rekognition_iam::{
    PermissionsBoundary, Policy, ResourcePolicy, assert_policy, permissions_boundary, policy,
    rekognition, resource_policy, s3,
};

static CLEANER: Policy = policy![
    allow(rekognition::matching("Delete*")).on(rekognition::collection("us-east-1", "123456789012", "*")),
];
static READER: Policy = policy![allow(rekognition::DetectLabels).on_any()];
static LIMIT: PermissionsBoundary = permissions_boundary![
    allow(rekognition::DeleteFaces, rekognition::DetectLabels).on_any(),
];
static BUCKET: ResourcePolicy = resource_policy![
    allow(s3::GetObject).to(role("123456789012", "indexer")).on(s3::object("photos", "*")),
];

// What the boundary leaves.
assert_policy!([READER, CLEANER, LIMIT]:
    never(rekognition::DeleteCollection),
    never(rekognition::DeleteFaces),
    only_on(rekognition::collection("*", "*", "a*")),
    allows(rekognition::DeleteCollection).on(rekognition::collection("us-east-1", "123456789012", "a")),
    denies(rekognition::DeleteFaces).on(rekognition::collection("us-east-1", "123456789012", "a")),
    no_wider_than(READER),
);

// Nobody says what is allowed.
assert_policy!([LIMIT]: denies(rekognition::DetectLabels));

// Proved at run time alone.
assert_policy!([READER, BUCKET]: never(rekognition::DeleteFaces));

// No list of policies.
assert_policy!([]: never(rekognition::DeleteFaces));
assert_policy!([READER, , LIMIT]: never(rekognition::DeleteFaces));
assert_policy!([READER, "LIMIT"]: never(rekognition::DeleteFaces));
assert_policy!([READER].boundary(LIMIT): never(rekognition::DeleteFaces));

fn main() {}
