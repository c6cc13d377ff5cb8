//! Five mistakes in one policy are five errors, each at its token, and the rest of the crate is still type-checked.

use rekognition_iam::{Policy, aws, policy, rekognition, s3};

pub static INDEXER: Policy = policy![
    allow(rekognition::IndexFaces, rekognition::SearchFacesByImge)
        .on(rekognition::collection("us-est-1", "123456789012", "staff")),
    allow(rekognition::DetectLabels).on_any().sid("Detect labels"),
    allow(s3::GetObject).on(s3::object("uploads", "*")).when(aws::SourceIp.ip_address("10.0.0.0/33")),
    deny(rekognition::all()).on_any().when(aws::SecureTransprt.bool(false)),
];

fn main() {
    let json: u32 = INDEXER.json();
    let _ = json;
}
