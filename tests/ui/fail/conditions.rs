//! Keys that a request never carries, operators that do not suit their key, values of the wrong kind.

use rekognition_iam::{Policy, aws, iam, policy, rekognition, s3};

static NEVER_CARRIED: Policy = policy![
    allow(rekognition::DetectLabels).on_any().when(aws::ResourceTag("team").string_equals("a")),
    allow(rekognition::IndexFaces, rekognition::DetectLabels)
        .on_any()
        .when(aws::ResourceTag("team").string_equals("a")),
    // `aws::ResourceTag` is only a warning for what creates a resource with tags, such as `CreateCollection`.
    allow(rekognition::CreateProject).on_any().when(iam::PassedToService.string_equals("rekognition.amazonaws.com")),
    allow(s3::GetObject).on(s3::object("uploads", "*")).when(s3::prefix.string_equals("a")),
];

static OPERATORS: Policy = policy![
    allow(rekognition::DetectText).on_any().when(
        aws::SourceVpc.numeric_equals(1),
        aws::SourceIp.string_equals("10.0.0.1"),
        aws::SecureTransport.string_equals("true"),
        aws::CurrentTime.numeric_less_than(1),
        aws::MultiFactorAuthAge.date_less_than("2026-11-24"),
    )
];

static VALUES: Policy = policy![
    allow(rekognition::DetectText).on_any().when(
        aws::SourceIp.ip_address("10.0.0.0/33", "10.0.0", "fe80::/129"),
        aws::CurrentTime.date_less_than("24.11.2026", "2026-02-29"),
        aws::MultiFactorAuthAge.numeric_less_than("1h", "1,5"),
        aws::SecureTransport.bool("yes"),
        aws::SourceVpc.null(1),
        aws::PrincipalArn.arn_like("role/indexer", "arn:aws:iam::123456789012"),
        aws::RequestedRegion.string_equals("us-est-1"),
        unlisted("aws:Bytes", "a test").binary_equals("QUJ"),
        aws::PrincipalTag("team").string_equals("${aws:usrname}"),
        aws::UserAgent.string_equals('a'),
    )
];

static SETS: Policy = policy![
    allow(rekognition::CreateCollection).on_any().when(
        aws::TagKeys.string_equals("team"),
        aws::SourceVpc.for_any_value().string_equals("vpc-1a2b3c4d"),
        aws::SourceVpc.for_all_values().string_like("vpc-*"),
        aws::CalledVia.for_any_value().null(true),
        aws::SourceVpce.null(true).if_exists(),
    )
];

static TWICE: Policy = policy![
    allow(rekognition::DetectText).on_any().when(
        aws::SourceVpc.string_equals("vpc-1a2b3c4d"),
        aws::SourceVpc.string_equals("vpc-2b3c4d5e"),
        aws::SourceVpc.string_like("a").string_like("b"),
        aws::SourceVpc,
    )
];

static SECOND_FACTOR: Policy = policy![
    deny(s3::GetObject).on_any().when(aws::SecureTransport.bool(true)),
    deny(rekognition::DeleteCollection)
        .on_any()
        .when(aws::MultiFactorAuthPresent.bool(false)),
    allow(rekognition::DetectText)
        .on_any()
        .when(aws::MultiFactorAuthPresent.bool(true).if_exists()),
];

fn main() {}
