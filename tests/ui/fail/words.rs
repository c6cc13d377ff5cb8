//! Words from IAM's JSON, from other languages, and from English instead of a method: one error each.

use rekognition_iam::{Policy, ResourcePolicy, aws, policy, rekognition, resource_policy, s3};

static RESOURCES: Policy = policy![
    allow(s3::GetObject).resource(s3::object("uploads", "*")),
    allow(s3::GetObject).resources(s3::object("uploads", "*")),
    allow(s3::GetObject).target(s3::object("uploads", "*")),
    allow(s3::GetObject).not_resource(s3::object("uploads", "*")),
    allow(rekognition::DetectFaces).any(),
    allow(rekognition::DetectFaces).on_all(),
    allow(rekognition::DetectFaces).on(any()),
    allow(s3::GetObject).resource,
];

static PRINCIPALS: ResourcePolicy = resource_policy![
    allow(s3::GetObject).principal(account("123456789012")).on(s3::object("uploads", "*")),
    allow(s3::GetObject).principals(account("123456789012")).on(s3::object("uploads", "*")),
    allow(s3::GetObject).by(account("123456789012")).on(s3::object("uploads", "*")),
    deny(s3::GetObject).not_principal(account("123456789012")).on(s3::object("uploads", "*")),
];

static CONDITIONS: Policy = policy![
    allow(rekognition::DetectFaces).on_any().condition(aws::SecureTransport.bool(true)),
    allow(rekognition::DetectFaces).on_any().conditions(aws::SecureTransport.bool(true)),
    allow(rekognition::DetectFaces).on_any().where_(aws::SecureTransport.bool(true)),
    allow(rekognition::DetectFaces).on_any().if(aws::SecureTransport.bool(true)),
    allow(rekognition::DetectFaces).on_any().unless(aws::SecureTransport.bool(false)),
    allow(rekognition::DetectFaces).on_any().when(not(aws::SecureTransport.bool(true))),
    allow(rekognition::DetectFaces).on_any().when(any(aws::SecureTransport.bool(true))),
    allow(rekognition::DetectFaces).on_any().when(all(aws::SecureTransport.bool(true))),
];

static COMPARISONS: Policy = policy![
    allow(rekognition::DetectFaces).on_any().when(
        aws::SourceVpc.equals("vpc-1a2b3c4d"),
        aws::SecureTransport.eq(true),
        aws::CurrentTime.before("2027-01-01"),
        aws::MultiFactorAuthAge.lte("3600"),
        aws::SourceIp.is_not("203.0.113.0/24"),
        aws::SourceVpce.exists(),
    ),
];

static REST: Policy = policy![
    allow(rekognition::DetectFaces).actions(rekognition::DetectText).on_any(),
    allow(rekognition::DetectFaces).effect("Allow").on_any(),
    allow(rekognition::DetectFaces).id("Faces").on_any(),
    allow(rekognition::DetectFaces).frobnicate(),
    Statement::allow(rekognition::DetectFaces).on_any(),
    permit(rekognition::DetectFaces).on_any(),
    forbid(rekognition::DetectFaces).on_any(),
];

fn main() {}
