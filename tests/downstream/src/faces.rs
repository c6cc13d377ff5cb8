use ri::{Policy, rekognition};

pub struct Team;

impl Team {
    pub const FACE_INDEXER: Policy = ri::policy! {
        allow(rekognition::IndexFaces)
            .on(rekognition::collection("us-east-1", "123456789012", "staff-faces")),
    };
}

pub fn face_finder() -> Policy {
    const FACES: &str = "policy![] in a string";
    let _ = FACES;
    ri::policy!(
        allow(rekognition::SearchFacesByImage).on(rekognition::collection("us-east-1", "*", "*"))
    )
}
