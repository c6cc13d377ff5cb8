//! IAM's own spelling, and what people write for it.

use rekognition_iam::{Policy, policy, rekognition};

static STRINGS: Policy = policy![
    allow(
        "rekognition:DetectLabls",
        "DetectLabels",
        "rekogniton:DetectLabels",
        "assurance:GetReport",
        "rekognition:Detekt*",
        "rekognition::DetectLabels",
        "rekognition:",
        "",
    )
    .on_any()
];

static COLON: Policy = policy![allow(rekognition:DetectLabels).on_any()];

static STAR: Policy = policy![allow(rekognition::*).on_any()];

static ANYTHING: Policy = policy![allow(*).on_any()];

static PATTERNS: Policy = policy![
    allow(rekognition::Detect*, rekognition::*Faces).on_any(),
    allow(rekognition::Get*Detection, rekognition::DetectText).on_any(),
];

fn main() {}
