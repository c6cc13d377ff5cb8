//! What is reported and not refused is a warning, which the author's own lints may turn into an error.

#![deny(warnings)]

use rekognition_iam::{Policy, iam, policy, rekognition, s3};

pub static DISPUTED: Policy = policy![
    allow(rekognition::CreateProject)
        .on(rekognition::project("us-east-1", "123456789012", "logos", "*"))
];

pub static WIDE: Policy = policy![
    allow(rekognition::DetectLabels, rekognition::IndexFaces).on_any()
];

pub static ALTERNATIVES: Policy = policy![
    allow(rekognition::DetectLabels, s3::GetObject).on_any()
];

pub static OTHER_BUCKETS: Policy = policy![allow(s3::GetObject).on("arn:aws:s3:::photos*")];

pub static WHOLE_SERVICE: Policy = policy![allow(rekognition::all()).on_any()];

pub static EVERYTHING: Policy = policy![
    allow("*").on(rekognition::collection("us-east-1", "123456789012", "staff"))
];

pub static ALL_BUT_A_FEW: Policy = policy![allow(not(iam::all(), s3::DeleteBucket)).on_any()];

pub static SOME_SERVICES: Policy = policy![
    allow(rekognition::IndexFaces).on("arn:aws:rek*:us-east-1:123456789012:collection/staff")
];

pub static ANOTHER_REGION: Policy = policy![
    allow(rekognition::IndexFaces)
        .on(rekognition::collection("eu-north-1", "123456789012", "staff"))
];

pub static ANOTHER_FEATURE: Policy = policy![
    allow(rekognition::DeleteProject)
        .on(rekognition::project("us-west-1", "123456789012", "logos", "*"))
];

pub static CASE: Policy = policy![allow("rekognition:detectLabels").on_any()];

pub static ENDED: Policy = policy![allow(rekognition::GetPersonTracking).on_any()];

pub static CLOSED: Policy = policy![allow(rekognition::GetMediaAnalysisJob).on_any()];

pub static NO_ROLE_TO_PASS: Policy = policy![allow(iam::GetRole).on(iam::role("123456789012", "notifier")),
    allow(rekognition::StartLabelDetection, rekognition::GetLabelDetection).on_any()
];

pub static TWICE: Policy = policy![
    allow(rekognition::matching("Detect*"), rekognition::DetectLabels).on_any(),
    allow(rekognition::DetectFaces).on_any(),
    allow(rekognition::SearchFaces).on(
        rekognition::collection("us-east-1", "123456789012", "staff-faces"),
        rekognition::collection("us-east-1", "123456789012", "staff-*"),
    ),
];

fn main() {}
