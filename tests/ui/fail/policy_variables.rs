//! Policy variables, which IAM fills in when a request comes: their spelling, and where they may stand.

use rekognition_iam::{Policy, aws, policy, rekognition, s3};

static SPELLING: Policy = policy![
    allow(s3::GetObject).on(
        s3::object("homes", "${aws:username/*"),
        s3::object("homes", "${}/*"),
        s3::object("homes", "${ aws:username }/*"),
        s3::object("homes", "${aws:PrincipalTag/team, none}/*"),
    ),
];

static KEYS: Policy = policy![
    allow(s3::GetObject).on(
        s3::object("homes", "${aws:user}/*"),
        s3::object("homes", "${aws:TagKeys}/*"),
    ),
];

static ESCAPES: Policy = policy![
    allow(s3::GetObject).on(
        s3::object("homes", "&{aws:username}/*"),
        s3::object("homes", "$${aws:username}/*"),
        s3::object("homes", "${!aws:username}/*"),
        s3::object("homes", "${AWS::AccountId}/*"),
        s3::object("homes", "${aws.username}/*"),
    ),
];

static PLACES: Policy = policy![
    allow(rekognition::SearchFacesByImage).on(
        rekognition::collection("us-east-1", "${aws:PrincipalAccount}", "staff"),
        "arn:aws:rekognition:${aws:RequestedRegion}:123456789012:collection/staff",
    ),
];

static CONDITIONS: Policy = policy![
    allow(rekognition::DetectLabels).on_any().when(
        aws::MultiFactorAuthAge.numeric_less_than("${aws:PrincipalTag/limit}"),
        aws::ResourceAccount.string_like("${aws:PrincipalTag/account}"),
    ),
];

fn main() {}
