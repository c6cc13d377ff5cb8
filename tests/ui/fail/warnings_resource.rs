//! What AWS does not document is a warning.

#![deny(warnings)]

use rekognition_iam::{Policy, policy, rekognition};

pub static UNDOCUMENTED: Policy = policy![
    allow(rekognition::ListCollections).on("arn:aws:rekognition:us-east-1:123456789012:*")
];

fn main() {}
