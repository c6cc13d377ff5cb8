//! What is told and not refused is a warning, which the author's own lints may turn into an error.

#![deny(warnings)]

use rekognition_iam::{Policy, policy, rekognition};

pub static DISPUTED: Policy = policy![
    allow(rekognition::CreateProject)
        .on(rekognition::project("us-east-1", "123456789012", "logos", "*"))
];

fn main() {}
