//! Characters that nobody sees, and names that no action or key has.

use rekognition_iam::{Policy, assert_policy, aws, policy, rekognition};

static ACTION: Policy = policy![deny("\0").on_any()];
static KEY: Policy = policy![deny(rekognition::DetectLabels).on_any().when("\0".string_equals("x"))];
static VALUE: Policy =
    policy![deny(rekognition::DetectLabels).on_any().when(aws::PrincipalTag("team").string_equals("a\u{1b}[2Jb"))];
static TAG: Policy =
    policy![deny(rekognition::DetectLabels).on_any().when(aws::PrincipalTag("a\u{200b}").string_equals("x"))];
static LATIN: Policy =
    policy![deny(rekognition::DetectLabels).on_any().when(aws::PrincipalTag("中").string_equals("x"))];
static PATTERN: Policy =
    policy![deny(rekognition::DetectLabels).on_any().when(aws::PrincipalTag("a*").string_equals("x"))];
static VARIABLE: Policy = policy![
    deny(rekognition::DetectLabels).on_any().when("aws:PrincipalTag/${aws:username}".string_equals("x"))
];

static UNLISTED: Policy = policy![
    deny(unlisted("s3:DeleteObject ", "new")).on_any(),
    deny(unlisted("s3::GetObject", "new")).on_any(),
    deny(unlisted("rekognition:IndexFaces\u{200b}", "new")).on_any(),
    deny(rekognition::DetectLabels).on_any().when(unlisted("aws:SourceVpc*", "new").string_equals("x")),
];

assert_policy!(RIGHT: never("\0"));

// Reasons are for people, and names of tags may have spaces.
static RIGHT: Policy = policy![
    deny(unlisted("rekognition:NewAction", "released:\n2026-11-20")).on_any(),
    deny(rekognition::DetectLabels).on_any().when(aws::PrincipalTag("cost center").string_equals("é")),
];

fn main() {}
