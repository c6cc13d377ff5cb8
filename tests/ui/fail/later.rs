//! A policy with values known later is not a constant.

use rekognition_iam::values::CollectionId;
use rekognition_iam::{Policy, policy, rekognition};

fn constant(collection: &CollectionId) -> Policy {
    policy![allow(rekognition::IndexFaces).on(rekognition::collection("*", "*", collection))]
}

fn main() {}
