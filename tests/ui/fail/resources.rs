//! Actions and resources that do not go together: valid JSON that grants nothing.

use rekognition_iam::{Policy, logs, policy, rekognition, s3};

/// No resource at all.
static UNTYPED: Policy = policy![
    allow(rekognition::IndexFaces, rekognition::DetectLabels)
        .on(rekognition::collection("us-east-1", "123456789012", "staff"))
];

/// Another type, and several that fit.
static TYPES: Policy = policy![
    allow(rekognition::DeleteProject, rekognition::TagResource)
        .on(s3::bucket("uploads"), s3::object("uploads", "*")),
    allow(s3::ListBucket).on(s3::object("uploads", "faces/*")),
];

/// A group means each of its actions, a pattern those that fit.
static GROUPS: Policy = policy![
    allow(rekognition::read()).on(rekognition::collection("us-east-1", "123456789012", "staff")),
    allow(rekognition::matching("Detect*Labels"), rekognition::matching("Start*"))
        .on(rekognition::collection("us-east-1", "123456789012", "staff")),
];

static UNUSED: Policy = policy![
    allow(rekognition::IndexFaces).on(
        rekognition::collection("us-east-1", "123456789012", "staff"),
        rekognition::project("us-east-1", "123456789012", "logos", "*"),
    )
];

/// Checked against the model and the project it goes to at once.
static HALF: Policy = policy![
    allow(rekognition::CopyProjectVersion).on(rekognition::projectversion(
        "us-east-1",
        "123456789012",
        "logos",
        "v1",
        "1627045542080"
    ))
];

/// A bucket among objects, and a log group by its name.
static NAMES: Policy = policy![
    deny(s3::GetObject).on(not(s3::bucket("uploads"))),
    allow(logs::FilterLogEvents).on(logs::log_group("us-east-1", "123456789012", "faces")),
];

fn main() {}
