//! What the policies of the macros allow.

#![allow(deprecated, reason = "what the rules advise is not the subject here")]
#![cfg(all(feature = "evaluate", feature = "s3"))]

use rekognition_iam::evaluate::Attached;
use rekognition_iam::evaluate::{Request, evaluate};
use rekognition_iam::values::CollectionId;
use rekognition_iam::{Policy, PolicyBuf, PolicyKind, aws, policy, rekognition, s3};

static FACE_INDEXER: Policy = policy![
    allow(rekognition::IndexFaces, rekognition::SearchFacesByImage)
        .on(rekognition::collection(
            "us-east-1",
            "123456789012",
            "staff-faces"
        ))
        .when(aws::SourceVpc.string_equals("vpc-1a2b3c4d")),
    allow(s3::GetObject).on(s3::object("uploads", "faces/*")),
    deny(rekognition::all())
        .on_any()
        .when(aws::SecureTransport.bool(false)),
];

const STAFF: &str = "arn:aws:rekognition:us-east-1:123456789012:collection/staff-faces";

#[test]
fn a_constant_policy_decides() {
    let request = Request::new(rekognition::IndexFaces, STAFF)
        .principal("arn:aws:iam::123456789012:role/indexer")
        .with(aws::SourceVpc, "vpc-1a2b3c4d");
    let decision = FACE_INDEXER.evaluate(&request);
    assert!(decision.is_allowed(), "{decision}");

    let elsewhere =
        Request::new(rekognition::IndexFaces, STAFF).with(aws::SourceVpc, "vpc-00000000");
    let decision = FACE_INDEXER.evaluate(&elsewhere);
    assert!(
        !decision.is_allowed() && !decision.is_denied_explicitly(),
        "{decision}"
    );

    let plain = Request::new(rekognition::IndexFaces, STAFF)
        .with(aws::SourceVpc, "vpc-1a2b3c4d")
        .with(aws::SecureTransport, false);
    assert!(FACE_INDEXER.evaluate(&plain).is_denied_explicitly());
}

#[test]
fn a_policy_with_values_known_later_decides() {
    fn reader(collection: &CollectionId) -> PolicyBuf {
        policy![allow(rekognition::SearchFaces).on(rekognition::collection(
            "*",
            "123456789012",
            collection
        ))]
    }
    let program = reader(&"staff-faces".parse().unwrap()).program();
    assert!(
        program
            .evaluate(&Request::new(rekognition::SearchFaces, STAFF))
            .is_allowed()
    );
    assert!(
        !program
            .evaluate(&Request::new(rekognition::DeleteFaces, STAFF))
            .is_allowed()
    );
}

#[test]
fn a_constant_policy_stands_among_others() {
    let boundary: Policy = policy![allow(rekognition::SearchFacesByImage).on_any()];
    let documents = [
        Attached::new(PolicyKind::Identity, FACE_INDEXER.program()),
        Attached::new(PolicyKind::PermissionsBoundary, boundary.program()),
    ];
    let request = |action| Request::new(action, STAFF).with(aws::SourceVpc, "vpc-1a2b3c4d");
    assert!(evaluate(&documents, &request(rekognition::SearchFacesByImage)).is_allowed());
    assert!(!evaluate(&documents, &request(rekognition::IndexFaces)).is_allowed());
}

/// The document, the JSON and the program are one policy.
#[test]
fn the_program_is_that_of_the_document() {
    let compiled = rekognition_iam::evaluate::Program::compile(&FACE_INDEXER.document());
    assert_eq!(FACE_INDEXER.program().as_str(), compiled.as_str());
}
