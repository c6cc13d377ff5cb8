//! Values that the macro cannot parse: each is an error, and none of them widens the resource.

use rekognition_iam::values::CollectionId;
use rekognition_iam::{Policy, PolicyBuf, assert_policy, policy, rekognition, s3};

static PAYROLL: Policy = policy![allow(s3::GetObject).on(s3::object("payroll", "2026/*"))];
assert_policy!(PAYROLL: only_on(s3::object("public", Stage::<Prod>::KEY)));

static GENERIC: Policy = policy![allow(s3::GetObject).on(s3::object("public", Stage::<Prod>::KEY))];
static BRACES: Policy = policy![allow(s3::GetObject).on(s3::object("public", stage::{KEY}))];
static ASSIGNED: Policy = policy![allow(s3::GetObject).on(s3::object("public", stage:: = "key"))];
static NEGATED: Policy = policy![
    allow(s3::GetObject).on(s3::object("public", "*")),
    deny(s3::GetObject).on(not(s3::object("public", Stage::<Prod>::KEY))),
];

fn next_to_a_variable(id: &CollectionId) -> PolicyBuf {
    policy![
        allow(rekognition::IndexFaces).on(rekognition::collection("us-east1", "12345", id)),
        allow(rekognition::SearchFaces).on(rekognition::collection("us-east-1", "", id)),
        allow(s3::GetObject).on(s3::object("My_Bucket!", id)),
    ]
}

fn main() {}
