//! Guarantees about requests that nobody can make, and guarantees that hold for every policy.

use rekognition_iam::{
    Policy, ServiceControlPolicy, assert_policy, aws, policy, rekognition, service_control_policy,
};

static STAFF: Policy = policy![
    allow(rekognition::DeleteCollection, rekognition::SearchFaces)
        .on(rekognition::collection("us-east-1", "123456789012", "staff")),
    allow(rekognition::DetectLabels).on_any(),
];

assert_policy!(STAFF: denies(rekognition::DeleteCollection));
assert_policy!(STAFF: denies(rekognition::DeleteCollection).on("*"));
assert_policy!(STAFF:
    denies(rekognition::DeleteCollection).on(rekognition::collection("us-east-1", "123456789012", "*")),
    denies(rekognition::DeleteCollection).on(rekognition::collection("us-east-1", "123456789012", "${aws:username}")),
    allows(rekognition::SearchFaces).on(rekognition::collection("us-east-1", "123456789012", "staf?")),
);
assert_policy!(STAFF:
    denies(rekognition::DetectLabels).with(aws::SourceVpc, "vpc-xyz"),
    denies(rekognition::DetectLabels).with(aws::SourceVpc, "vpc-*"),
    denies(rekognition::DetectLabels).with(aws::RequestedRegion, "us-east1"),
    denies(rekognition::DetectLabels).with(aws::PrincipalOrgID, "a1b2c3d4e5"),
    denies(rekognition::DetectLabels).with(aws::PrincipalTag("x*"), "y"),
    denies(rekognition::DetectLabels).with(aws::SourceVpc, "vpc-11112222").with("aws:sourcevpc", "vpc-1a2b3c4d"),
);
assert_policy!(STAFF:
    denies(rekognition::DetectLabels).principal("arn:aws:iam::12345:role/indexer"),
    denies(rekognition::DetectLabels).principal("arn:aws:iam:us-east-1:123456789012:role/indexer"),
    denies(rekognition::DetectLabels).principal("ARN:aws:iam::123456789012:role/indexer"),
    denies(rekognition::DetectLabels).principal("indexer"),
);
assert_policy!(STAFF:
    only_on("*"),
    only_on(rekognition::collection("us-east-1", "123456789012", "staff"), "**"),
    no_wider_than(STAFF),
);

assert_policy!(STAFF:
    never(rekognition::SearchFaces).on(rekognition::collection("us-east-1", "123456789012", "${aws:username}")),
);

// A policy that only denies allows nothing by itself.
static GUARDRAIL: ServiceControlPolicy = service_control_policy![deny(rekognition::DeleteCollection).on_any()];
assert_policy!(GUARDRAIL: never(rekognition::DetectLabels));
assert_policy!([STAFF, GUARDRAIL]: never(rekognition::DetectLabels));

// Every request says whether it is encrypted.
static TLS: Policy = policy![allow(rekognition::DetectLabels).on_any().when(aws::SecureTransport.bool(true))];
assert_policy!(TLS: denies(rekognition::DetectLabels));
assert_policy!(TLS: denies(rekognition::DetectLabels).with(aws::SecureTransport, false));

// These are about requests that can be made.
assert_policy!(STAFF:
    denies(rekognition::DeleteCollection).on(rekognition::collection("us-east-1", "123456789012", "other")),
    allows(rekognition::DetectLabels),
    allows(rekognition::DetectLabels).principal("arn:aws:iam::123456789012:role/indexer").with(aws::SourceVpc, "vpc-1a2b3c4d"),
    denies(rekognition::DetectModerationLabels),
);

fn main() {}
