//! Conditions that hold more often than meant, or say it in a roundabout way: told, not refused.

#![deny(warnings)]

use rekognition_iam::{Policy, aws, dynamodb, policy, rekognition, s3};

pub static MADE_UP: Policy = policy![
    allow(rekognition::DetectLabels)
        .on_any()
        .when(aws::referer.string_equals("https://example.com/"))
];

pub static ANY_NETWORK: Policy = policy![
    allow(rekognition::DetectLabels).on_any().when(aws::VpcSourceIp.ip_address("10.0.0.0/8"))
];

pub static BITS_BEHIND_THE_RANGE: Policy = policy![
    allow(rekognition::DetectLabels).on_any().when(aws::SourceIp.ip_address("203.0.113.7/24"))
];

pub static OVER_THE_FIELDS: Policy = policy![
    allow(rekognition::DetectLabels)
        .on_any()
        .when(aws::PrincipalArn.string_like("arn:aws:iam::*:role/indexer"))
];

pub static THERE: Policy = policy![
    allow(rekognition::DetectLabels)
        .on_any()
        .when(aws::PrincipalTag("team").string_like("*"))
];

pub static NOT_THERE: Policy = policy![
    allow(rekognition::DetectLabels)
        .on_any()
        .when(aws::PrincipalTag("suspended").string_not_like("*"))
];

pub static SECONDS: Policy = policy![
    allow(rekognition::DetectLabels)
        .on_any()
        .when(aws::CurrentTime.date_less_than("1795545000"))
];

pub static TWO_LIMITS: Policy = policy![
    allow(rekognition::DetectLabels)
        .on_any()
        .when(aws::MultiFactorAuthAge.numeric_less_than(900, 3600))
];

pub static SOME_ATTRIBUTES: Policy = policy![
    allow(dynamodb::Query)
        .on(dynamodb::table("us-east-1", "123456789012", "faces"))
        .when(dynamodb::Attributes.for_all_values().string_equals("FaceId", "Name"))
];

pub static SECRET_PREFIX: Policy = policy![
    deny(s3::ListBucket).on(s3::bucket("uploads")).when(s3::prefix.string_like("secret/*"))
];

pub static NOT_FOR_SERVICES: Policy = policy![
    allow(rekognition::DetectLabels)
        .on_any()
        .when(aws::SourceAccount.string_equals("123456789012"))
];

pub static NO_PROVIDER: Policy = policy![
    allow(rekognition::DetectLabels)
        .on_any()
        .when(aws::FederatedProvider.string_equals("corp"))
];

pub static WITHOUT_THE_KEY: Policy = policy![
    allow(rekognition::TagResource)
        .on(rekognition::collection("us-east-1", "123456789012", "staff"))
        .when(aws::TagKeys.for_all_values().string_equals("team"))
];

pub static SERVICES_TOO: Policy = policy![
    deny(s3::GetObject)
        .on(s3::object("uploads", "*"))
        .when(aws::SourceVpce.string_not_equals("vpce-0a1b2c3d4e5f60718"))
];

pub static TAG_OF_WHAT_IS_CREATED: Policy = policy![
    allow(rekognition::CreateCollection)
        .on_any()
        .when(aws::ResourceTag("team").string_equals("a"))
];

fn main() {}
