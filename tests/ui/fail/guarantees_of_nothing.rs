//! Guarantees about requests that nobody can make, and guarantees that hold for every policy.

use rekognition_iam::{Policy, assert_policy, aws, policy, rekognition};

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

// These are about requests that can be made.
assert_policy!(STAFF:
    denies(rekognition::DeleteCollection).on(rekognition::collection("us-east-1", "123456789012", "other")),
    allows(rekognition::DetectLabels),
    allows(rekognition::DetectLabels).principal("arn:aws:iam::123456789012:role/indexer").with(aws::SourceVpc, "vpc-1a2b3c4d"),
    denies(rekognition::DetectModerationLabels),
);

fn main() {}
