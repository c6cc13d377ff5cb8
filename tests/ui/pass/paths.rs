//! Names by every path that Rust has, the crate renamed, and policies made by other macros.

#![deny(warnings)]
#![allow(deprecated, reason = "what the rules advise is not the subject here")]

use rekognition_iam as ri;
use rekognition_iam::{Policy, policy};

static RENAMED: Policy = ri::policy![
    allow(ri::rekognition::DetectText)
        .on_any()
        .when(ri::aws::PrincipalTag("team").string_equals("a"), ri::aws::SourceVpc.null(true)),
    allow(ri::rekognition::IndexFaces).on(ri::rekognition::collection("*", "*", "a").partition("*")),
    allow(ri::rekognition::all(), ri::rekognition::read()).on_any(),
];

static ABSOLUTE: Policy = ::rekognition_iam::policy![
    allow(::rekognition_iam::rekognition::DetectText).on(::rekognition_iam::rekognition::collection("*", "*", "a"))
        .accept(REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH, "a test of paths")
];

mod reexport {
    pub use rekognition_iam::{aws, policy, rekognition};
}

static THROUGH_A_MODULE: Policy = reexport::policy![
    allow(reexport::rekognition::DetectText)
        .on_any()
        .when(crate::reexport::aws::SecureTransport.bool(true))
];

macro_rules! reader {
    ($action:path, $region:literal, $id:expr, $($more:tt)*) => {
        policy![
            allow($action).on_any(),
            allow(ri::rekognition::SearchFaces).on(ri::rekognition::collection($region, "*", $id)),
            $($more)*
        ]
    };
}

static BY_MACRO: Policy = reader!(
    ri::rekognition::DetectText, "us-east-1", "staff",
    deny(ri::rekognition::all()).on_any().when(ri::aws::SecureTransport.bool(false)),
);

fn main() {
    // A local name of the user's is in nobody's way, and ours in nobody's of the user.
    #[allow(dead_code)]
    struct Action;
    #[allow(dead_code)]
    mod core {}
    let policy = ri::policy![allow(ri::rekognition::DetectText).on_any()];
    assert!(policy.json().len() < RENAMED.json().len());
    assert!(ABSOLUTE.json().contains("collection/a"));
    assert!(THROUGH_A_MODULE.json().contains("aws:SecureTransport"));
    assert!(BY_MACRO.json().contains("us-east-1:*:collection/staff"));
}
