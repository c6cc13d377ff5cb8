//! Who: only where a policy says who, and then always.

use rekognition_iam::{Policy, TrustPolicy, policy, rekognition, resource_policy, s3, sns, sts, trust_policy};

static IDENTITY: Policy = policy![
    allow(rekognition::DetectText).to(service("rekognition.amazonaws.com")).on_any()
];

static TRUST: TrustPolicy = trust_policy![
    allow(sts::AssumeRole),
    allow(sts::AssumeRole).to(),
    allow(sts::AssumeRole).to(servce("rekognition.amazonaws.com")),
    allow(sts::AssumeRole).to(service()),
    allow(sts::AssumeRole).to(role("123456789012")),
    allow(sts::AssumeRole).to(service("a"), not(service("b"))),
];

fn main() {
    let _ = resource_policy![allow(s3::GetObject).on(s3::object("uploads", "*"))];
    let _ = resource_policy![
        allow(sns::Publish)
            .to(canonical_user("79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"))
            .on(sns::topic("us-east-1", "123456789012", "done"))
    ];
}
