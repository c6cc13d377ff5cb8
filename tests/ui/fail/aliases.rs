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

/// A name of another service is what a policy would say.
mod named_like_another {
    use rekognition_iam::{Policy, assert_policy, iam as aws, policy, rekognition, s3 as sns};

    static ACTIONS: Policy = policy![allow(sns::TagResource).on_any()];
    static GROUP: Policy = policy![deny(self::sns::permissions_management()).on_any()];
    static PATTERN: Policy = policy![deny(sns::matching("Delete*")).on_any()];
    static KEY: Policy = policy![
        deny(rekognition::DetectText).on_any().when(aws::SecureTransport.bool(false)),
    ];
    static UNKNOWN: Policy = policy![deny(sns::DeleteBucket).on_any()];
    assert_policy!(GROUP: never(sns::all()));
}

/// Not a module of another name: under its own, wherever it is.
mod named_as_itself {
    use rekognition_iam::{Policy, policy};

    mod names {
        pub(super) use rekognition_iam::{aws, rekognition};
    }

    static RIGHT: Policy = policy![
        deny(names::rekognition::DetectText).on_any().when(names::aws::SecureTransport.bool(false)),
    ];
}
