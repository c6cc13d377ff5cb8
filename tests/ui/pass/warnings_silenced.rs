//! Each way to silence a warning that README names.

#![deny(warnings)]

use rekognition_iam::{Policy, policy, rekognition};

#[allow(deprecated)]
pub static OF_AN_ITEM: Policy = policy![allow(rekognition::IndexFaces).on_any()];

#[allow(deprecated)]
pub const OF_A_CONSTANT: Policy = policy![allow(rekognition::IndexFaces).on_any()];

#[allow(deprecated)]
fn of_a_function() -> Policy {
    policy![allow(rekognition::IndexFaces).on_any()]
}

pub static ACCEPTED: Policy = policy![
    allow(rekognition::IndexFaces)
        .on_any()
        .accept(REKOGNITION_IAM_STAR_RESOURCE, "indexes every collection"),
];

fn main() {
    let _ = of_a_function();
}
