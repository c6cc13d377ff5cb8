//! Empty lists.

use rekognition_iam::{Policy, aws, policy, rekognition};

static NOTHING: Policy = policy![];

static EMPTY: Policy = policy![
    allow().on_any(),
    allow([]).on_any(),
    allow(not()).on_any(),
    allow(rekognition::IndexFaces).on(),
    allow(rekognition::IndexFaces).on([]),
    allow(rekognition::IndexFaces).on(not()),
    allow(rekognition::IndexFaces).on_any().when(),
    allow(rekognition::IndexFaces).on_any().when(aws::SourceVpc.string_equals()),
    allow(rekognition::IndexFaces).on_any().when(aws::SourceVpc.string_equals([])),
    allow(rekognition::IndexFaces).on_any().when(aws::PrincipalTag("").string_equals("a")),
    allow,
];

fn main() {}
