//! The right name in the wrong place.

use rekognition_iam::{Policy, aws, policy, rekognition, s3};

static PLACES: Policy = policy![
    allow(rekognition::collection("*", "*", "a"), s3::prefix, rekognition::all).on_any(),
    allow(rekognition::IndexFaces).on(rekognition::IndexFaces, rekognition::all(), rekognition::collection),
    allow(rekognition::IndexFaces)
        .on_any()
        .when(rekognition::IndexFaces, aws::RequestTag.string_equals("a"), aws::SourceVpc("a").null(true)),
];

static METHODS: Policy = policy![
    allow(rekognition::DetectText.on_any()),
    allow(rekognition::IndexFaces).on(rekognition::collection("*", "*", "a").sid("A")),
    allow(rekognition::IndexFaces).on_any().when(aws::SourceVpc.null(true).sid("A")),
    allow(rekognition::IndexFaces).on_any().when(aws::SourceVpc.if_exists().string_equals("a")),
    allow(rekognition::IndexFaces).on_any().when(aws::CalledVia.string_equals("athena.amazonaws.com").for_any_value()),
    allow(rekognition::IndexFaces),
    allow(rekognition::IndexFaces).on_any().on("*"),
    allow(rekognition::IndexFaces).on_any().to(service("rekognition.amazonaws.com")),
];

static NOT: Policy = policy![
    allow(not(rekognition::IndexFaces), rekognition::DetectText).on_any(),
    allow([rekognition::IndexFaces], rekognition::DetectText).on_any(),
    allow(rekognition::IndexFaces).on(rekognition::collection("*", "*", "a"), not("*")),
];

fn main() {}
