//! Texts that are not constants in capitals, in a policy that is one.

#![allow(non_upper_case_globals)]

use rekognition_iam::{Policy, PolicyBuf, policy, rekognition};

const region: &str = "us-east-1";
const account: &str = "123456789012";

static INDEXER: Policy =
    policy![allow(rekognition::IndexFaces).on(rekognition::collection(region, account, "staff"))];

fn indexer(region: &str) -> PolicyBuf {
    policy![allow(rekognition::IndexFaces).on(rekognition::collection(region, "123456789012", "staff"))]
}

fn main() {}
