//! The two kinds of exceptions need a reason, and something to except.

use rekognition_iam::{Policy, aws, policy, rekognition};

static UNLISTED: Policy = policy![
    allow(
        unlisted("rekognition:NewAction"),
        unlisted("rekognition:NewAction", ""),
        unlisted("rekognition:DetectLabels", "known for years"),
        unlisted("NewAction", "without its service"),
        unlisted("rekognition:NewAction", "why", "and why"),
    )
    .on_any()
    .when(
        unlisted("aws:SourceVpc", "known for years").null(true),
        unlisted("aws:NewKey").null(true),
    )
];

static ACCEPT: Policy = policy![
    allow(rekognition::DetectLabls).on_any().accept(INVALID_ACTION),
    allow(rekognition::DetectLabls).on_any().accept(INVALID_ACTION, " "),
    allow(rekognition::DetectLabels).on_any().accept(INVALID_ACTON, "misspelled"),
    allow(rekognition::DetectLabels).on_any().accept(EVERYTHING, "no such rule"),
    allow(rekognition::DetectLabels).on_any().accept(),
];

static UNUSED: Policy = policy![
    allow(rekognition::DetectLabels).on_any().accept(INVALID_ACTION, "finds nothing here"),
];

static UNKNOWN_ALL_THE_SAME: Policy = policy![
    allow(rekognition::DetectLabels)
        .on(rekognition::collection("us-east-1", "123456789012", "a"))
        .when(aws::SourceVcp.null(true))
        .accept(REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH, "accepts this and nothing else")
];

fn main() {}
