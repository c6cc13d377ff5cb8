//! Constructors with the wrong number of values, and what may be after them.

use rekognition_iam::{Policy, policy, rekognition};

static ARITY: Policy = policy![
    allow(rekognition::IndexFaces).on(
        rekognition::collection("us-east-1", "staff"),
        rekognition::collection("us-east-1", "123456789012", "staff", "faces"),
        rekognition::collection(),
        rekognition::collection,
    )
];

static PARTITION: Policy = policy![
    allow(rekognition::IndexFaces).on(
        rekognition::collection("us-east-1", "123456789012", "a").partition,
        rekognition::collection("us-east-1", "123456789012", "b").partition(),
        rekognition::collection("us-east-1", "123456789012", "c").partition("aws", "aws-cn"),
        rekognition::collection("us-east-1", "123456789012", "d").partiton("aws"),
        rekognition::collection("us-east-1", "123456789012", "e").,
        "arn:aws:rekognition:us-east-1:123456789012:collection/f".partition("aws-cn"),
    )
];

fn main() {}
