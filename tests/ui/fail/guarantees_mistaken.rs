//! Guarantees about requests that cannot happen: they follow the same rules as a policy.

use rekognition_iam::{Policy, assert_policy, aws, policy, rekognition, s3};

static READER: Policy = policy![
    allow(rekognition::SearchFacesByImage)
        .on(rekognition::collection("us-east-1", "123456789012", "staff"))
        .when(aws::SourceVpc.string_equals("vpc-1a2b3c4d")),
];

// A misspelled condition key.
assert_policy!(READER:
    denies(rekognition::SearchFacesByImage)
        .on("arn:aws:rekognition:us-east-1:123456789012:collection/staff")
        .with(aws::SourceVpcc, "vpc-1a2b3c4d"),
);

// A condition key as text, misspelled.
assert_policy!(READER:
    denies(rekognition::SearchFacesByImage)
        .on("arn:aws:rekognition:us-east-1:123456789012:collection/staff")
        .with("aws:SourceVpcc", "vpc-1a2b3c4d"),
);

// A resource type that the action never has.
assert_policy!(READER: never(rekognition::SearchFacesByImage).on(s3::object("photos", "*")));
assert_policy!(READER:
    denies(rekognition::SearchFacesByImage)
        .on("arn:aws:rekognition:us-east-1:123456789012:streamprocessor/door"),
);

// Values that the key never has.
assert_policy!(READER:
    denies(rekognition::SearchFacesByImage)
        .on("arn:aws:rekognition:us-east-1:123456789012:collection/staff")
        .with(aws::SecureTransport, "yes"),
    denies(rekognition::SearchFacesByImage)
        .on("arn:aws:rekognition:us-east-1:123456789012:collection/staff")
        .with(aws::SourceIp, "300.1.2.3"),
    denies(rekognition::SearchFacesByImage)
        .on("arn:aws:rekognition:us-east-1:123456789012:collection/staff")
        .with(aws::CurrentTime, "yesterday"),
);

fn main() {}
