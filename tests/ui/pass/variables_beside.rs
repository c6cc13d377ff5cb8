//! What a variable represents is unknown, and so nothing is said about what is next to it.

#![deny(warnings)]

use rekognition_iam::values::{Arn, CollectionId};
use rekognition_iam::{PolicyBuf, iam, policy, rekognition, s3};

fn statements(files: &Arn) -> PolicyBuf {
    policy![
        allow(s3::GetObject).on(files),
        allow(s3::GetObject).on(s3::object("uploads", "faces/*")),
    ]
}

fn resources(files: &Arn) -> PolicyBuf {
    policy![allow(s3::GetObject).on(files, s3::object("uploads", "faces/*"))]
}

fn passed(role: &Arn) -> PolicyBuf {
    policy![
        allow(iam::PassRole).on(role),
        deny(s3::GetObject).on(s3::object("uploads", "private/*")),
    ]
}

fn like_a_sample(collection: &CollectionId) -> PolicyBuf {
    policy![allow(rekognition::IndexFaces).on(
        rekognition::collection("us-east-1", "123456789012", collection),
        rekognition::collection("us-east-1", "123456789012", "value-0"),
    )]
}

fn main() {
    let arn: Arn = "arn:aws:s3:::more/*".replace('*', "x").parse().unwrap();
    let role: Arn = "arn:aws:iam::123456789012:role/video".parse().unwrap();
    for policy in [statements(&arn), resources(&arn), passed(&role)] {
        assert!(!policy.json().contains(r#""*""#));
    }
    like_a_sample(&"staff".parse().unwrap());
}
