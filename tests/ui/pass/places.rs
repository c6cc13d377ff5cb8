//! Wherever an expression may stand, and whatever the delimiters.

#![deny(warnings)]

use rekognition_iam::{Policy, policy, rekognition};

const CONSTANT: Policy = policy![allow(rekognition::DetectText).on_any()];

static STATIC: Policy = policy! { allow(rekognition::DetectText).on_any() };

static LIST: [Policy; 2] = [
    policy!(allow(rekognition::DetectText).on_any()),
    policy!(
        deny(rekognition::DetectText).on_any(),
        allow(rekognition::IndexFaces)
            .on("arn:aws:rekognition:mars-1:*:collection/a")
            .accept(INVALID_ARN_REGION, "a test")
    ),
];

mod inner {
    pub(crate) static IN_A_MODULE: super::Policy =
        super::policy![allow(super::rekognition::DetectText).on_any(),];
}

struct Service;

impl Service {
    const POLICY: Policy = policy![allow(rekognition::DetectText).on_any()];

    const fn policy() -> Policy {
        policy![allow(rekognition::DetectText).on_any()]
    }
}

trait Permissions {
    const NEEDS: Policy;
    const DEFAULT: Policy = policy![allow(rekognition::DetectText).on_any()];
}

impl Permissions for Service {
    const NEEDS: Policy = policy![allow(rekognition::DetectText).on_any()];
}

fn generic<T: Permissions>() -> &'static str {
    T::NEEDS.json()
}

fn main() {
    let text = STATIC.json();
    assert_eq!(CONSTANT.json(), text);
    assert_eq!(inner::IN_A_MODULE.json(), text);
    assert_eq!(Service::POLICY.json(), text);
    assert_eq!(Service::policy().json(), text);
    assert_eq!(<Service as Permissions>::DEFAULT.json(), text);
    assert!(generic::<Service>().contains("DetectText"));
    assert_eq!(LIST[0].json(), text);
    // A policy in a body lives for ever, its exceptions too.
    let policy: &'static Policy = &const {
        policy![allow(unlisted("rekognition:New", "a test")).on_any()]
    };
    assert_eq!(policy.exceptions().len(), 1);
    let made = (|| policy![allow(rekognition::DetectText).on_any()])();
    assert_eq!(made, STATIC);
}
