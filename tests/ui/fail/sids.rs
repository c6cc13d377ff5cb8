//! Sids.

use rekognition_iam::{Policy, policy, rekognition};

static SIDS: Policy = policy![
    allow(rekognition::DetectText).on_any().sid("Read only"),
    allow(rekognition::DetectText).on_any().sid(""),
    allow(rekognition::DetectText).on_any().sid("A"),
    deny(rekognition::DetectFaces).on_any().sid("A"),
    allow(rekognition::DetectText).on_any().sid("B").sid("C"),
    allow(rekognition::DetectText).on_any().sid(1),
    allow(rekognition::DetectText).on_any().sid(),
];

fn main() {}
