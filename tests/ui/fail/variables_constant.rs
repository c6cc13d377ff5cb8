//! Texts that are constants, in a policy that is one.

use rekognition_iam::{Policy, PolicyBuf, policy, rekognition};

const REGION: &str = "us-east-1";
const ACCOUNT: &str = "123456789012";

static INDEXER: Policy =
    policy![allow(rekognition::IndexFaces).on(rekognition::collection(REGION, ACCOUNT, "staff"))];

fn indexer(region: &str) -> PolicyBuf {
    policy![allow(rekognition::IndexFaces).on(rekognition::collection(region, "123456789012", "staff"))]
}

fn main() {}
