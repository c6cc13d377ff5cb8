//! A request has one caller: a pattern of callers cannot be asserted about.

use rekognition_iam::{ResourcePolicy, assert_policy, resource_policy, s3};

static BUCKET: ResourcePolicy = resource_policy![
    allow(s3::GetObject).to(role("123456789012", "indexer")).on(s3::object("photos", "*")),
];

assert_policy!(BUCKET:
    allows(s3::GetObject).on(s3::object("photos", "a.jpg")).principal("*"),
    denies(s3::GetObject)
        .on(s3::object("photos", "a.jpg"))
        .principal("arn:aws:iam::123456789012:role/*"),
);

fn main() {}
