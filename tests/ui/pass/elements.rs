//! Every element of the language, in a crate that takes no warning of any kind.

#![deny(warnings, clippy::all, clippy::pedantic, missing_docs)]
#![allow(deprecated, reason = "what the rules advise is not the subject here")]

use rekognition_iam::{Policy, aws, iam, policy, rekognition, s3};

/// Every kind of action.
pub static ACTIONS: Policy = policy![
    allow(rekognition::IndexFaces, rekognition::DetectLabels).on_any(),
    allow([rekognition::IndexFaces]).on_any(),
    allow(rekognition::all(), rekognition::matching("Describe*")).on_any(),
    allow(rekognition::read(), rekognition::list(), rekognition::write(), rekognition::tagging()).on_any(),
    allow(s3::permissions_management()).on_any(),
    allow("rekognition:DetectLabels", "s3:*").on_any(),
    deny(not(rekognition::all(), "s3:*", "iam:*")).on_any(),
    allow(unlisted("rekognition:NewAction", "released yesterday")).on_any(),
];

/// Every kind of resource.
pub static RESOURCES: Policy = policy![
    allow(rekognition::all()).on(
        rekognition::collection("us-east-1", "123456789012", "staff"),
        rekognition::project("us-east-1", "123456789012", "logos", "1627045542080"),
        rekognition::projectversion("*", "*", "logos", "v?", "*"),
        rekognition::dataset("us-east-1", "123456789012", "logos", "train", "*"),
        rekognition::streamprocessor("us-gov-west-1", "123456789012", "door").partition("aws-us-gov"),
        "arn:aws:rekognition:us-east-1:123456789012:collection/${aws:username}",
    ),
    deny(rekognition::all()).on(not(rekognition::collection("*", "*", "staff"))),
    allow(rekognition::all()).on(["*"]),
    allow(s3::GetObject).on(s3::object("uploads", "faces/*")),
    allow(iam::PassRole).on(iam::role("123456789012", "service-role/indexer")),
];

/// Every kind of condition.
pub static CONDITIONS: Policy = policy![
    allow(rekognition::CreateCollection)
        .on_any()
        .when(
            aws::SourceVpc.string_equals("vpc-1a2b3c4d", "vpc-2b3c4d5e"),
            aws::SourceIp.not_ip_address(["203.0.113.0/24"]).if_exists(),
            aws::TagKeys.for_all_values().string_equals("team"),
            aws::CalledVia.for_any_value().string_like("*.amazonaws.com"),
            aws::RequestTag("team").string_equals("${aws:PrincipalTag/team}"),
            aws::MultiFactorAuthAge.numeric_less_than(3600),
            aws::CurrentTime.date_less_than("2027-01-01T00:00:00Z"),
        )
        .when(
            aws::SecureTransport.bool(true),
            aws::TagKeys.null(false),
            "aws:PrincipalOrgID".string_equals("o-1234567890"),
            unlisted("aws:NewKey", "released yesterday").string_equals("a"),
        )
        .sid("Conditions"),
];

/// What is knowingly accepted.
pub static ACCEPTED: Policy = policy![
    allow(rekognition::CreateProject)
        .on(rekognition::project("us-east-1", "123456789012", "logos", "*"))
        .accept(REKOGNITION_IAM_ACTION_RESOURCE_DISPUTED, "as in AWS's own example"),
];

fn main() {
    for policy in [ACTIONS, RESOURCES, CONDITIONS, ACCEPTED] {
        assert!(!policy.json().is_empty());
    }
}
