//! A policy of one kind cannot be used where another is meant, made of literals or of variables.

use rekognition_iam::values::CollectionId;
use rekognition_iam::{
    Policy, PolicyBuf, SessionPolicy, TrustPolicy, policy, rekognition, session_policy, sts,
    trust_policy,
};

static TRUST: TrustPolicy = trust_policy![allow(sts::AssumeRole).to(account("123456789012"))];

static IDENTITY: Policy = trust_policy![allow(sts::AssumeRole).to(account("123456789012"))];

static SESSION: SessionPolicy = policy![allow(rekognition::DetectFaces).on_any()];

fn attach(_: &Policy) {}

fn reader(collection: &CollectionId) -> PolicyBuf {
    session_policy![
        allow(rekognition::SearchFaces)
            .on(rekognition::collection("us-east-1", "123456789012", collection))
    ]
}

fn main() {
    attach(&TRUST);
}
