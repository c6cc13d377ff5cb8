//! A policy with a mistake has every type: the mistake is the only error, whatever is done with the policy.

use rekognition_iam::values::CollectionId;
use rekognition_iam::{Policy, PolicyBuf, TrustPolicy, aws, include_policy, policy, rekognition};

fn action(collection: &CollectionId) -> PolicyBuf {
    policy![allow(rekognition::IndexFace).on(rekognition::collection("us-east-1", "123456789012", collection))]
}

fn method(collection: &CollectionId) -> PolicyBuf {
    policy![allow(rekognition::IndexFaces).onn(rekognition::collection("us-east-1", "123456789012", collection))]
}

fn statement(collection: &CollectionId) -> Result<PolicyBuf, ()> {
    Ok(policy![alow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", "123456789012", collection))])
}

fn list(collection: CollectionId) -> Vec<PolicyBuf> {
    vec![
        policy![allow(rekognition::IndexFaces).on(format!("{collection}"))],
        policy![allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", "123456789012", collection.clone()))],
    ]
}

fn used(collection: &CollectionId) -> usize {
    let policy = policy![allow(rekognition::IndexFaces).on(rekognition::colection("us-east-1", "123456789012", collection))];
    policy.json().len() + policy.anything
}

fn key() -> PolicyBuf {
    policy![allow(rekognition::DetectText).on_any().when(aws::SourceVpcs.string_equals("vpc-1a2b3c4d"))]
}

const OF_ANOTHER_KIND: TrustPolicy = policy![allow(rekognition::DetectTexts).on_any()];
static A_PAIR: (Policy, Policy) = (policy![], policy![allow(rekognition::).on_any()]);
static FROM_A_FILE: TrustPolicy = include_policy!("missing.json");

fn main() {}
