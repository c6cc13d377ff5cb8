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
