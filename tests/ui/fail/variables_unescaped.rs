//! Values that have to be escaped, where the version of the policy knows no escapes.

use rekognition_iam::values::{CollectionId, ObjectKey, Text};
use rekognition_iam::{PolicyBuf, aws, policy, rekognition, s3};

fn old(key: &ObjectKey, team: &Text, collection: &CollectionId) -> PolicyBuf {
    policy![
        version("2008-10-17"),
        deny(s3::GetObject).on(s3::object("uploads", key)),
        deny(rekognition::DetectText).on_any().when(aws::PrincipalTag("team").string_equals(team)),
        allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", "123456789012", collection)),
    ]
}

fn none(key: &ObjectKey) -> PolicyBuf {
    policy![no_version(), deny(s3::GetObject).on(s3::object("uploads", key))]
}

fn new(key: &ObjectKey) -> PolicyBuf {
    policy![version("2012-10-17"), deny(s3::GetObject).on(s3::object("uploads", key))]
}

fn main() {}
