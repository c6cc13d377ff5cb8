//! A service whose feature is off is another mistake than one that AWS does not have.

use rekognition_iam::{Policy, policy, rekognition};

static OFF: Policy = policy![
    allow(s3::GetObject, "s3:GetObject").on(s3::object("uploads", "*")),
    allow(rekognition::DetectText).on_any().when(s3::prefix.null(true), "s3:prefix".null(true)),
];

static NO_MODULE: Policy = policy![
    allow(backup::StartBackupJob).on_any().when(backup::Index.null(true)),
];

static UNKNOWN: Policy = policy![allow(s33::GetObject, "s33:GetObject").on_any()];

fn main() {}
