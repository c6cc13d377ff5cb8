//! Policies that stay in their JSON files.

#![cfg(feature = "json")]

use rekognition_iam::{Policy, TrustPolicy, include_policy, policy, rekognition};

static INDEXER: Policy = include_policy!("tests/include/indexer.json");
#[cfg(feature = "sts")]
static ROLE: TrustPolicy = include_policy!(TrustPolicy, "tests/include/role.json");

#[test]
fn says_what_the_file_says() {
    let file: serde_json::Value =
        serde_json::from_str(include_str!("../include/indexer.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(INDEXER.json()).unwrap();
    assert_eq!(json, file);
    assert!(!INDEXER.json().contains(' '));
    assert!(INDEXER.exceptions().is_empty());
}

#[test]
#[cfg(feature = "sts")]
fn is_of_the_type_that_stands_before_the_path() {
    let file: serde_json::Value =
        serde_json::from_str(include_str!("../include/role.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(ROLE.json()).unwrap();
    assert_eq!(json, file);
}

/// As good as one that is written in the language.
#[test]
fn is_a_policy_like_any_other() {
    const WRITTEN: Policy = policy![only(
        allow(rekognition::DetectLabels, rekognition::DetectText)
            .on_any()
            .sid("Images")
    )];
    assert_eq!(WRITTEN, INDEXER);
    let local: Policy = include_policy!("tests/include/indexer.json");
    assert_eq!(local, INDEXER);
}
