//! Slips of the keyboard.

use rekognition_iam::values::CollectionId;
use rekognition_iam::{Policy, PolicyBuf, aws, policy, rekognition};

static COMMAS: Policy = policy![
    allow(rekognition::DetectText rekognition::DetectFaces).on_any()
    allow(rekognition::DetectText,, rekognition::DetectFaces).on_any(),
    allow(rekognition::DetectText).on_any();
    allow(rekognition::DetectFaces).on_any(),
];

static DOTS: Policy = policy![
    allow(rekognition::DetectText).,
    allow(rekognition::DetectText).on_any,
    allow(rekognition::DetectText).on_any().when(aws::SourceVpc.null),
    allow(rekognition::).on(rekognition::).when(aws::),
];

fn indexes(ids: &[CollectionId], pair: (u8, CollectionId)) -> PolicyBuf {
    policy![
        allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", "123456789012", ids[])),
        allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", "123456789012", pair.1.)),
        allow(ids[0]).on_any(),
        allow(rekognition::DetectText).on_any().when(ids[0]),
    ]
}

static OTHERS: Policy = policy![
    rekognition::DetectText,
    "allow",
    let x = 1,
    if true { allow(rekognition::DetectText) },
    allow(rekognition::DetectText()).on_any(),
    allow(env!("ACTION")).on_any("x"),
    allow(true, 1, 'a', b"b").on(true, 1),
];

fn main() {}

/// Each policy has one mistake, and one error.
mod one_mistake {
    use rekognition_iam::values::CollectionId;
    use rekognition_iam::{PolicyBuf, aws, companion, policy, rekognition};

    fn values(ids: &[CollectionId], i: usize, id: &CollectionId) -> [PolicyBuf; 9] {
        [
            policy![deny(rekognition::SearchFaces).on(rekognition::collection("us-east-1", "123456789012", ids[i * 2]))],
            policy![deny(rekognition::SearchFaces).on(rekognition::collection("us-east-1", "123456789012", ids[0..i]))],
            policy![deny(rekognition::SearchFaces).on(rekognition::collection("us-east-1", "123456789012", 0..5))],
            policy![deny(rekognition::SearchFaces).on(rekognition::collection("us-east-1", "123456789012", id as Id))],
            policy![deny(rekognition::SearchFaces).on(rekognition::collection("us-east-1", "123456789012" id))],
            policy![deny(rekognition::SearchFaces).on(rekognition::collection("us-east-1", "123456789012"; id; id))],
            policy![deny(rekognition::SearchFaces).on(rekognition::collection["us-east-1", "123456789012", id])],
            policy![companion::s3_image["uploads", "photos/*"]],
            policy![companion::s3_image("uploads"[0], "photos/*")],
        ]
    }

    fn statements() -> [PolicyBuf; 9] {
        [
            policy![deny(rekognition.DetectText).on_any()],
            policy![deny(rekognition::DetectText as Text).on_any()],
            policy![deny(rekognition::DetectText)on_any()],
            policy![deny(rekognition::DetectText).on_any::<u8>()],
            policy![deny(rekognition::DetectText).on_any().0],
            policy![deny(rekognition::DetectText).on_any()[0]],
            policy![deny(rekognition::DetectText).on_any().when(aws::PrincipalTag["team"].string_equals("x"))],
            policy![deny(rekognition::DetectText).on_any().when(aws::SourceIp.not_ip_address(10.0.0.1))],
            policy![deny rekognition::DetectText],
        ]
    }

    fn entries() -> [PolicyBuf; 4] {
        [
            policy![use rekognition::DetectText],
            policy!["Effect": "Deny"],
            policy![deny { rekognition::DetectText }],
            policy![,],
        ]
    }
}
