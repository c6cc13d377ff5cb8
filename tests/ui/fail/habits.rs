//! What hands type that are used to Rust or to JSON.

use rekognition_iam::values::Region;
use rekognition_iam::{Policy, PolicyBuf, aws, policy, rekognition};

static DOCUMENTED: Policy = policy![
    /// What is in an image.
    allow(rekognition::DetectText).on_any(),
    #[cfg(unix)]
    allow(rekognition::DetectFaces).on_any(),
];

static OPERATORS: Policy = policy![
    allow(!rekognition::DetectText).on_any(),
    allow(rekognition::DetectText).on_any().when(aws::SourceVpc == "vpc-1a2b3c4d"),
    allow(rekognition:: == "DetectText").on_any(),
];

static REFERENCES: Policy = policy![
    allow(&rekognition::DetectText).on_any().when(aws::SourceVpc.string_equals(&"vpc-1a2b3c4d")),
];

static BRACKETS: Policy = policy![
    allow[rekognition::DetectText].on_any(),
    allow(rekognition::DetectText).on_any().accept["x"],
];

static JSON: Policy = policy! {
    {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}
};

fn later(names: &Names) -> PolicyBuf {
    policy![allow(rekognition::IndexFaces).on(rekognition::collection(names.region(), "123456789012", "staff"))]
}

struct Names(Region);

impl Names {
    fn region(&self) -> &Region {
        &self.0
    }
}

fn main() {}
