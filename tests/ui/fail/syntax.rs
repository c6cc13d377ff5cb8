//! Slips of the keyboard.

use rekognition_iam::{Policy, aws, policy, rekognition};

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
