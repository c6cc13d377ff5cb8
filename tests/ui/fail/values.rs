//! Values that no request has, or that each request has.

use rekognition_iam::{Policy, aws, iam, kms, policy, rekognition};

static ADDRESSES: Policy = policy![
    allow(rekognition::DetectLabels).on_any().when(aws::SourceIp.ip_address("10.0.0.0/8")),
    allow(rekognition::DetectFaces)
        .on_any()
        .when(aws::SourceIp.ip_address("203.0.113.0/24", "192.168.0.0/16")),
    deny(rekognition::DetectLabels)
        .on_any()
        .when(aws::SourceIp.not_ip_address("10.0.0.0/8", "fd00::/8")),
    deny(rekognition::DetectFaces)
        .on_any()
        .when(aws::SourceIp.not_ip_address("203.0.113.0/24", "192.168.0.0/16")),
];

static NETWORKS: Policy = policy![
    allow(rekognition::DetectLabels).on_any().when(
        aws::SourceVpc.string_equals("vpc-1234567"),
        aws::SourceVpce.string_equals("vpc-1a2b3c4d"),
    ),
];

static PATTERNS: Policy = policy![
    allow(rekognition::DetectLabels)
        .on_any()
        .when(aws::PrincipalTag("team").string_equals("vision-*")),
    allow(rekognition::DetectFaces)
        .on_any()
        .when(aws::PrincipalTag("team").string_like("*").if_exists()),
    allow(rekognition::DetectText)
        .on_any()
        .when(aws::RequestedRegion.string_not_like("*")),
    allow(rekognition::DetectModerationLabels)
        .on_any()
        .when(aws::PrincipalOrgID.string_like("o-*")),
];

static FORMATS: Policy = policy![
    allow(rekognition::DetectLabels).on_any().when(
        aws::PrincipalOrgID.string_equals("123456"),
        aws::PrincipalArn.arn_like("arn:aws:sts::123456789012:assumed-role/indexer/*"),
        aws::PrincipalType.string_equals("Role"),
    ),
    allow(kms::Decrypt)
        .on(kms::key("us-east-1", "123456789012", "1234abcd-12ab-34cd-56ef-1234567890ab"))
        .when(kms::ViaService.string_equals("s3.amazonaws.com")),
    allow(iam::PassRole)
        .on(iam::role("123456789012", "indexer"))
        .when(iam::PassedToService.string_equals("rekognition", "rekogntion.amazonaws.com")),
];

fn main() {}
