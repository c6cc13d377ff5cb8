//! Condition keys: their names, and the requests that carry them.

use rekognition_iam::{Policy, TrustPolicy, aws, policy, rekognition, s3, sns, sts, trust_policy};

static NAMES: Policy = policy![
    allow(rekognition::DetectLabels).on_any().when(
        "RequestedRegion".string_equals("eu-west-1"),
        "rekogniton:Collection".string_equals("staff"),
        "aws:PrincipalTag".string_equals("vision"),
        "aws:ARN".arn_like("arn:aws:iam::123456789012:role/indexer"),
    ),
];

static SENT_BY_SOME: Policy = policy![
    allow(rekognition::DetectLabels, sns::ListTopics)
        .on_any()
        .when(aws::VpceAccount.string_equals("123456789012")),
];

static TAGS: Policy = policy![
    allow(rekognition::matching("DetectF*"))
        .on_any()
        .when(aws::ResourceTag("team").string_equals("vision")),
    deny(rekognition::matching("DetectT*"))
        .on_any()
        .when(aws::ResourceTag("team").string_equals("vision")),
    deny(not(rekognition::DetectText))
        .on_any()
        .when(aws::ResourceTag("team").string_equals("vision")),
];

static TAGS_OF_THE_REST: Policy = policy![
    allow(not(rekognition::DetectText, "iam:*"))
        .on_any()
        .when(aws::ResourceTag("team").string_equals("vision")),
];

static KEY_OF_KMS: Policy = policy![
    allow(s3::PutObject)
        .on(s3::object("uploads", "*"))
        .when(s3::x_amz_server_side_encryption_aws_kms_key_id.string_equals("alias/uploads")),
];

static EITHER: Policy = policy![
    allow(rekognition::DetectLabels)
        .on_any()
        .when(aws::SecureTransport.bool(true, false)),
];

static ACCOUNT: TrustPolicy = trust_policy![
    allow(sts::AssumeRole)
        .to(service("rekognition.amazonaws.com"))
        .when(aws::SourceAccount.string_equals("1234-5678-9012")),
];

fn main() {}
