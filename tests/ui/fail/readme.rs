use rekognition_iam::{Policy, policy, rekognition, s3};

pub static STAFF_FINDER: Policy = policy![
    allow(rekognition::SearchFacesByImage, rekognition::DetectLabels)
        .on(rekognition::collection("us-esat-1", "123456789012", "staff")),
    allow(s3::GetObject).on(s3::bucket("uploads")),
];

// `cargo xtask picture` makes the picture in README.md of these errors.
fn main() {}
