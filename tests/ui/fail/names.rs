//! Names that do not exist: each with the nearest right one.

use rekognition_iam::{Policy, aws, policy, rekognition, s3};

static ACTIONS: Policy = policy![
    allow(
        rekognition::DetectLabls,
        rekognition::detect_labels,
        rekognition::detectLabels,
        rekognition::GetLabels,
        rekognition::GetObject,
        rekognition::Frobnicate,
        rekognition::matching("Detekt*"),
        rekognition::matching("Labels?"),
        rekognition::reads(),
        DetectText,
        rekognition,
    )
    .on_any()
];

static SERVICES: Policy = policy![
    allow(rekogniton::DetectLabels, images::DetectLabels).on_any(),
    allow(s3::GetObject).on(s33::bucket("a")),
    allow(s3::GetObject).on_any().when(a::SourceVpc.null(true)),
];

static NO_MODULE: Policy = policy![
    allow(backup::StartBackupJob, backup::StartBackupJobs, backup::Frobnicate).on_any(),
    allow(resource_groups::ListGroups).on(backup::vault("nightly")),
    allow(rekognition::DetectText).on_any().when(backup::Index.null(true)),
];

static RESOURCES: Policy = policy![
    allow(rekognition::IndexFaces).on(
        rekognition::Collection("*", "*", "staff"),
        rekognition::colection("*", "*", "staff"),
        rekognition::face("*", "*", "staff"),
        collection("*", "*", "staff"),
    )
];

static KEYS: Policy = policy![
    allow(s3::ListBucket).on_any().when(
        aws::SourceVcp.string_equals("vpc-1a2b3c4d"),
        aws::sourceVpc.string_equals("vpc-1a2b3c4d"),
        aws::Weather.string_equals("rain"),
        s3::prefixes.string_equals("a"),
        rekognition::CollectionId.string_equals("a"),
        SourceVpc.string_equals("vpc-1a2b3c4d"),
        rekognition::tagKeys.string_equals("a"),
    )
];

static OPERATORS: Policy = policy![
    allow(rekognition::DetectText).on_any().when(
        aws::SourceVpc.string_equal("vpc-1a2b3c4d"),
        aws::SourceVpc.StringEquals("vpc-1a2b3c4d"),
        aws::SourceVpc.equals("vpc-1a2b3c4d"),
        aws::SourceVpc.is("vpc-1a2b3c4d"),
        aws::SourceVpc.string_equals("vpc-1a2b3c4d").or_missing(),
    )
];

static METHODS: Policy = policy![
    allow(rekognition::DetectText).onany(),
    allow(rekognition::DetectFaces).on_any().where_(aws::SourceVpc.null(true)),
    alow(rekognition::DetectFaces).on_any(),
];

fn main() {}
