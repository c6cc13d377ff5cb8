//! A macro sees no `use` that is outside of it, so a service has its own name in a policy.

use rekognition_iam::aws as global;
use rekognition_iam::companion as needs;
use rekognition_iam::rekognition as rek;
use rekognition_iam::{Policy, policy, s3 as storage};

static RENAMED: Policy = policy![
    allow(rek::DetectText).on_any(),
    allow(storage::GetObject).on(storage::object("uploads", "*")),
    allow(rek::read()).on_any(),
    deny("rekognition:*").on_any().when(global::SecureTransport.bool(false)),
    needs::s3_image("uploads", "photos/*"),
];

fn main() {}
