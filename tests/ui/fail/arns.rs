//! Fields of an ARN that break their grammar, in constructors and in strings.

use rekognition_iam::{Policy, kms, policy, rekognition, s3};

static FIELDS: Policy = policy![
    allow(rekognition::IndexFaces).on(
        rekognition::collection("us-est-1", "123456789012", "staff"),
        rekognition::collection("mars-1", "123456789012", "staff"),
        rekognition::collection("us-gov-west-1", "123456789012", "staff"),
        rekognition::collection("us-gov-west-1", "123456789012", "staff").partition("aws-usgov"),
        rekognition::collection("us-east-1", "12345678901", "staff"),
        rekognition::collection("us-east-1", "1234-5678-9012", "staff"),
        rekognition::collection("us-east-1", 123456789012, "staff"),
        rekognition::collection("", "", ""),
        rekognition::collection("us-east-1", "123456789012", "staff faces"),
        rekognition::collection("us-east-1", "123456789012", "staff/faces"),
    ),
    allow(rekognition::DeleteProject).on(
        rekognition::project("us-east-1", "123456789012", "logos", "2024-01-01"),
        rekognition::project("us-east-1", "123456789012", "logos/v1", "1627045542080"),
    ),
    allow(rekognition::DeleteDataset)
        .on(rekognition::dataset("us-east-1", "123456789012", "logos", "TRAIN", "1627045542080")),
];

static STRINGS: Policy = policy![
    allow(rekognition::IndexFaces).on(
        "aws:rekognition:us-west-2:123456789012:collection/photos",
        "staff",
        "arn:aws:rekognition:us-east-1:collection/staff",
        "arn:aws:rekognition::123456789012:collection/staff",
        "arn:aws:rekognition:us-east-1::collection/staff",
        "arn:aws:Rekognition:us-east-1:123456789012:collection/staff",
        "arn:${Partition}:rekognition:us-east-1:123456789012:collection/staff",
        "arn:aws:rekognition:us-east-1:123456789012:kollection/staff",
        "arn:aws:rekognition:us-east-1:123456789012:collection/${aws:usrname}",
    ),
    // Without its timestamp.
    allow(rekognition::DeleteProject).on("arn:aws:rekognition:us-east-1:123456789012:project/logos"),
    allow(s3::GetObject).on("arn:aws:s3:us-east-1:123456789012:uploads/*"),
];

/// What belongs to another value, or is not the name itself.
static VALUES: Policy = policy![
    allow(s3::GetObject).on(s3::object("uploads/photos", "*"), s3::object("arn:aws:s3:::uploads", "*")),
    allow(kms::Decrypt).on(kms::key("us-east-1", "123456789012", "alias/photos")),
];

fn main() {}
