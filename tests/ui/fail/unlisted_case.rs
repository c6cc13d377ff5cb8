//! IAM ignores letter case in an action's name, so the check of `unlisted(..)` does too.

use rekognition_iam::{Policy, policy};

static SERVICE: Policy = policy![
    allow(unlisted("REKOGNITION:IndexFaces", "https://example.com/release-notes")).on_any()
];
static ACTION: Policy = policy![
    allow(unlisted("rekognition:indexfaces", "https://example.com/release-notes")).on_any()
];

fn main() {}
