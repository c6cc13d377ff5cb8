//! A pattern is no value where `*` is an ordinary character.

use rekognition_iam::values::{Pattern, Text};
use rekognition_iam::{PolicyBuf, aws, policy, rekognition};

fn equals(tenant: &Pattern) -> PolicyBuf {
    policy![deny(rekognition::DetectLabels).on_any().when(aws::PrincipalTag("team").string_equals(tenant))]
}

fn not_equals(tenant: &Pattern) -> PolicyBuf {
    policy![allow(rekognition::DetectLabels).on_any().when(aws::PrincipalTag("team").string_not_equals(tenant))]
}

fn like(tenant: &Pattern, other: &Text) -> PolicyBuf {
    policy![
        allow(rekognition::DetectLabels).on_any().when(aws::PrincipalTag("team").string_like(tenant, other)),
        deny(rekognition::DetectFaces).on_any().when(aws::PrincipalTag("team").string_equals(other)),
    ]
}

fn main() {}
