#![deny(warnings)]

mod faces;

use ri::{Policy, aws, policy as iam_policy, rekognition, s3};

/// Looks at photos.
pub static PHOTO_LABELS: Policy = iam_policy![
    allow(rekognition::DetectLabels).on_any(),
    allow(s3::GetObject)
        .on(s3::object("photos", "${aws:PrincipalTag/team}/*"))
        .when(aws::SecureTransport.bool(true)),
];

/// What the build script wrote.
const EXPORTED: &str = include_str!(concat!(env!("OUT_DIR"), "/policies/photo_labels.json"));

fn main() {
    assert_eq!(EXPORTED, PHOTO_LABELS.to_json_pretty());
    let policies = [
        ("photo_labels", PHOTO_LABELS),
        ("face_indexer", faces::Team::FACE_INDEXER),
        ("face_finder", faces::face_finder()),
    ];
    for (name, policy) in policies {
        println!("{name} {}", policy.json());
    }
}

#[cfg(test)]
mod tests {
    static ONLY_TESTS: ri::Policy = ri::policy![allow(ri::rekognition::DetectText).on_any()];
}
