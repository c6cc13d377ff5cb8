//! Empty lists.

use rekognition_iam::{Policy, ResourcePolicy, aws, policy, rekognition, resource_policy, sns};

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

static ALL_BUT_NOTHING: Policy = policy![
    deny(not([])).on_any(),
    deny(rekognition::IndexFaces).on(not([])),
];

static EMPTY_CONDITIONS: Policy = policy![
    allow(rekognition::DetectText).on_any().when([]),
    allow(rekognition::DetectText).on_any().when(operator("StringEquals")),
    allow(rekognition::DetectText).on_any().when(aws::SourceVpc.string_equals([]).if_exists()),
    allow(rekognition::DetectText)
        .on_any()
        .when(aws::CalledVia.for_any_value().string_equals([])),
    allow(rekognition::DetectText)
        .on_any()
        .when(aws::CalledVia.for_all_values().string_equals([])),
];

static EMPTY_PRINCIPALS: ResourcePolicy = resource_policy![
    allow(sns::Publish).to([]).on(sns::topic("us-east-1", "123456789012", "done")),
    allow(sns::Subscribe).to(account([])).on(sns::topic("us-east-1", "123456789012", "done")),
];

fn main() {}
