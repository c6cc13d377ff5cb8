//! Values known later are validated types, never bare strings; a policy with them belongs in a function.

use rekognition_iam::values::CollectionId;
use rekognition_iam::{PolicyBuf, aws, policy, rekognition};

fn bare(region: &str, account: String) -> PolicyBuf {
    policy![allow(rekognition::IndexFaces).on(rekognition::collection(region, account, "staff"))]
}

fn expressions(collection: &CollectionId) {
    let _ = policy![
        allow(rekognition::IndexFaces).on(rekognition::collection("*", "*", &collection)),
        allow(rekognition::IndexFaces).on(rekognition::collection("*", "*", collection.clone())),
        allow(rekognition::IndexFaces).on(rekognition::collection("*", "*", format!("{collection}"))),
        allow(rekognition::IndexFaces).on(rekognition::collection("*", "*", "a" + "b")),
    ];
}

fn names(action: &str, sid: &str) {
    let _ = policy![
        allow(action).on_any(),
        allow(rekognition::DetectText).on_any().sid(sid),
        allow(rekognition::DetectText).on_any().when(aws::PrincipalTag(sid).null(true)),
        allow(rekognition::matching(action)).on_any(),
    ];
}

fn main() {}
