//! The expansion takes no name that an author might use.

#![deny(warnings)]

use rekognition_iam::values::{AccountId, CollectionId, Region};
use rekognition_iam::{Policy, PolicyBuf, assert_policy, policy, rekognition};

static PROOF: Policy = policy![allow(rekognition::DetectText).on_any()];
static ENTRY: Policy = policy![allow(rekognition::DetectText).on_any()];
assert_policy!(PROOF: never(rekognition::DeleteCollection), no_wider_than(ENTRY));

fn reader(policy: &Region, values: &AccountId, exceptions: &CollectionId) -> PolicyBuf {
    policy![
        allow(rekognition::SearchFaces).on(rekognition::collection(policy, values, exceptions)),
        allow(unlisted("rekognition:NewAction", "released yesterday")).on_any(),
    ]
}

fn main() {
    let region = "us-east-1".parse().unwrap();
    let account = "123456789012".parse().unwrap();
    assert_eq!(reader(&region, &account, &"staff".parse().unwrap()).exceptions().len(), 1);
}
