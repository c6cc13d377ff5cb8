//! What AWS itself writes, written in the language: the managed policies for Rekognition, and every statement of the
//! page "How Amazon Rekognition works with IAM".
//!
//! Where AWS's own policy has a mistake, the language refuses it, so it stands here with `.accept(..)` and the reason.

#![allow(deprecated, reason = "what the rules advise is not the subject here")]
#![cfg(all(
    feature = "iam",
    feature = "kinesis",
    feature = "kinesisvideo",
    feature = "s3",
    feature = "sns"
))]

use std::path::Path;

use rekognition_iam::{
    AccessLevel, Policy, aws, catalogue, iam, kinesis, kinesisvideo, policy, rekognition, s3, sns,
};
use serde_json::{Value, json};

/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonRekognitionFullAccess.html>
const FULL_ACCESS: Policy = policy![allow([rekognition::all()]).on_any()];

/// As of November 2023.
///
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonRekognitionReadOnlyAccess.html>
const READ_ONLY_ACCESS: Policy = policy![
    allow(
        rekognition::CompareFaces,
        rekognition::DetectFaces,
        rekognition::DetectLabels,
        rekognition::ListCollections,
        rekognition::ListFaces,
        rekognition::SearchFaces,
        rekognition::SearchFacesByImage,
        rekognition::DetectText,
        rekognition::GetCelebrityInfo,
        rekognition::RecognizeCelebrities,
        rekognition::DetectModerationLabels,
        rekognition::GetLabelDetection,
        rekognition::GetFaceDetection,
        rekognition::GetContentModeration,
        rekognition::GetPersonTracking,
        rekognition::GetCelebrityRecognition,
        rekognition::GetFaceSearch,
        rekognition::GetTextDetection,
        rekognition::GetSegmentDetection,
        rekognition::DescribeStreamProcessor,
        rekognition::ListStreamProcessors,
        rekognition::DescribeProjects,
        rekognition::DescribeProjectVersions,
        rekognition::DetectCustomLabels,
        rekognition::DetectProtectiveEquipment,
        rekognition::ListTagsForResource,
        rekognition::ListDatasetEntries,
        rekognition::ListDatasetLabels,
        rekognition::DescribeDataset,
        rekognition::ListProjectPolicies,
        rekognition::ListUsers,
        rekognition::SearchUsers,
        rekognition::SearchUsersByImage,
        rekognition::GetMediaAnalysisJob,
        rekognition::ListMediaAnalysisJobs,
    )
    .on_any()
    .sid("AmazonRekognitionReadOnlyAccess")
];

/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonRekognitionServiceRole.html>
const SERVICE_ROLE: Policy = policy![
    allow([sns::Publish]).on(sns::topic("*", "*", "AmazonRekognition*")),
    allow(kinesis::PutRecord, kinesis::PutRecords).on(kinesis::stream(
        "*",
        "*",
        "AmazonRekognition*"
    )),
    allow(kinesisvideo::GetDataEndpoint, kinesisvideo::GetMedia).on_any(),
];

/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonRekognitionCustomLabelsFullAccess.html>
const CUSTOM_LABELS_FULL_ACCESS: Policy = policy![
    allow(
        s3::ListBucket,
        s3::ListAllMyBuckets,
        s3::GetBucketAcl,
        s3::GetBucketLocation,
        s3::GetObject,
        s3::GetObjectAcl,
        s3::GetObjectTagging,
        s3::GetObjectVersion,
        s3::PutObject,
    )
    .on(s3::bucket("*custom-labels*"))
    .accept(
        REKOGNITION_IAM_ACTION_DEAD_BESIDE_OTHERS,
        "AWS's own policy: ListAllMyBuckets takes no bucket, so it is not granted here"
    ),
    allow(
        rekognition::CopyProjectVersion,
        rekognition::CreateProject,
        rekognition::CreateProjectVersion,
        rekognition::StartProjectVersion,
        rekognition::StopProjectVersion,
        rekognition::DescribeProjects,
        rekognition::DescribeProjectVersions,
        rekognition::DetectCustomLabels,
        rekognition::DeleteProject,
        rekognition::DeleteProjectVersion,
        rekognition::TagResource,
        rekognition::UntagResource,
        rekognition::ListTagsForResource,
        rekognition::CreateDataset,
        rekognition::ListDatasetEntries,
        rekognition::ListDatasetLabels,
        rekognition::DescribeDataset,
        rekognition::UpdateDatasetEntries,
        rekognition::DistributeDatasetEntries,
        rekognition::DeleteDataset,
        rekognition::PutProjectPolicy,
        rekognition::ListProjectPolicies,
        rekognition::DeleteProjectPolicy,
    )
    .on_any(),
];

/// Custom Labels, "Example policies": three mistakes of AWS's own.
const CUSTOM_LABELS_PROJECT: Policy = policy![
    allow(rekognition::DescribeProjects).on_any().sid("AllResources"),
    allow(
        rekognition::StopProjectVersion,
        rekognition::StartProjectVersion,
        rekognition::DetectCustomLabels,
        rekognition::CreateProjectVersion,
    )
    .on("arn:aws:rekognition:*:*:project/MyProject/version/MyVersion/*")
    .sid("SpecificProjectVersion")
    .accept(
        REKOGNITION_IAM_ACTION_DEAD_BESIDE_OTHERS,
        "AWS's own policy: CreateProjectVersion is checked against the project; the next statement grants it"
    ),
    allow(
        rekognition::CreateProject,
        rekognition::DescribeProjectVersions,
        rekognition::CreateProjectVersion,
    )
    .on("arn:aws:rekognition:*:*:project/MyProject/*")
    .sid("SpecificProject")
    .accept(
        REKOGNITION_IAM_ACTION_RESOURCE_DISPUTED,
        "AWS's own policy: the service reference gives CreateProject no resource"
    ),
    deny([rekognition::CreateProject])
        .on(["arn:aws:rekognition:*:*:project/SampleProject/*"])
        .sid("ExplicitDenyCreateProject")
        .accept(REKOGNITION_IAM_ACTION_RESOURCE_DISPUTED, "as above"),
];

/// Custom Labels, "Allow access to the console".
const CUSTOM_LABELS_CONSOLE: Policy = policy![
    allow(s3::ListBucket, s3::ListAllMyBuckets).on_any(),
    allow(
        s3::ListBucket,
        s3::CreateBucket,
        s3::GetBucketAcl,
        s3::GetBucketLocation,
        s3::GetObject,
        s3::GetObjectAcl,
        s3::GetObjectVersion,
        s3::GetObjectTagging,
        s3::GetBucketVersioning,
        s3::GetObjectVersionTagging,
        s3::PutBucketCORS,
        s3::PutLifecycleConfiguration,
        s3::PutBucketPolicy,
        s3::PutObject,
        s3::PutObjectTagging,
        s3::PutBucketVersioning,
        s3::PutObjectVersionTagging,
    )
    .on(
        s3::bucket("custom-labels-console-*"),
        s3::bucket("rekognition-video-console-*"),
    )
    .sid("s3Policies"),
    allow([rekognition::all()])
        .on_any()
        .sid("rekognitionPolicies"),
    allow(["groundtruthlabeling:*"])
        .on_any()
        .sid("groundTruthPolicies"),
];

#[track_caller]
fn same(policy: &Policy, expected: Value) {
    assert_eq!(
        serde_json::from_str::<Value>(policy.json()).unwrap(),
        expected
    );
}

/// A document with one statement that allows.
fn allowed(action: Value, resource: Value) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}],
    })
}

fn of(service: &str, names: &str) -> Vec<String> {
    (names.split_whitespace())
        .map(|name| format!("{service}:{name}"))
        .collect()
}

#[test]
fn managed_policies() {
    same(&FULL_ACCESS, allowed(json!(["rekognition:*"]), json!("*")));
    let read_only = of(
        "rekognition",
        "CompareFaces DetectFaces DetectLabels ListCollections ListFaces SearchFaces SearchFacesByImage DetectText
         GetCelebrityInfo RecognizeCelebrities DetectModerationLabels GetLabelDetection GetFaceDetection
         GetContentModeration GetPersonTracking GetCelebrityRecognition GetFaceSearch GetTextDetection
         GetSegmentDetection DescribeStreamProcessor ListStreamProcessors DescribeProjects DescribeProjectVersions
         DetectCustomLabels DetectProtectiveEquipment ListTagsForResource ListDatasetEntries ListDatasetLabels
         DescribeDataset ListProjectPolicies ListUsers SearchUsers SearchUsersByImage GetMediaAnalysisJob
         ListMediaAnalysisJobs",
    );
    assert_eq!(read_only.len(), 35);
    let mut expected = allowed(json!(read_only), json!("*"));
    expected["Statement"][0]["Sid"] = json!("AmazonRekognitionReadOnlyAccess");
    same(&READ_ONLY_ACCESS, expected);
    same(
        &SERVICE_ROLE,
        json!({
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": ["sns:Publish"], "Resource": "arn:aws:sns:*:*:AmazonRekognition*"},
                {"Effect": "Allow", "Action": ["kinesis:PutRecord", "kinesis:PutRecords"], "Resource": "arn:aws:kinesis:*:*:stream/AmazonRekognition*"},
                {"Effect": "Allow", "Action": ["kinesisvideo:GetDataEndpoint", "kinesisvideo:GetMedia"], "Resource": "*"},
            ],
        }),
    );
    let buckets = of(
        "s3",
        "ListBucket ListAllMyBuckets GetBucketAcl GetBucketLocation GetObject GetObjectAcl GetObjectTagging
         GetObjectVersion PutObject",
    );
    let labels = of(
        "rekognition",
        "CopyProjectVersion CreateProject CreateProjectVersion StartProjectVersion StopProjectVersion DescribeProjects
         DescribeProjectVersions DetectCustomLabels DeleteProject DeleteProjectVersion TagResource UntagResource
         ListTagsForResource CreateDataset ListDatasetEntries ListDatasetLabels DescribeDataset UpdateDatasetEntries
         DistributeDatasetEntries DeleteDataset PutProjectPolicy ListProjectPolicies DeleteProjectPolicy",
    );
    assert_eq!((buckets.len(), labels.len()), (9, 23));
    same(
        &CUSTOM_LABELS_FULL_ACCESS,
        json!({
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": buckets, "Resource": "arn:aws:s3:::*custom-labels*"},
                {"Effect": "Allow", "Action": labels, "Resource": "*"},
            ],
        }),
    );
    // The one mistake is on record.
    assert_eq!(CUSTOM_LABELS_FULL_ACCESS.exceptions().len(), 1);
    assert!(READ_ONLY_ACCESS.exceptions().is_empty());
}

/// What AWS's read-only policy leaves out, and what it has that is not a reading.
#[test]
fn read_only_access_and_the_catalogue() {
    let service = catalogue::service("rekognition").unwrap();
    let reads = |level| matches!(level, AccessLevel::Read | AccessLevel::List);
    let document: Value = serde_json::from_str(READ_ONLY_ACCESS.json()).unwrap();
    let granted: Vec<&str> = (document["Statement"][0]["Action"]
        .as_array()
        .unwrap()
        .iter())
    .map(|action| {
        action
            .as_str()
            .unwrap()
            .strip_prefix("rekognition:")
            .unwrap()
    })
    .collect();
    for name in &granted {
        assert!(reads(service.action(name).unwrap().level), "{name}");
    }
    let left_out: Vec<&str> = (service.actions.iter())
        .filter(|info| reads(info.level) && !granted.contains(&info.name))
        .map(|info| info.name)
        .collect();
    assert_eq!(
        left_out,
        ["DescribeCollection", "GetFaceLivenessSessionResults"]
    );
}

/// The page's statements in its order.
///
/// <https://docs.aws.amazon.com/rekognition/latest/dg/security_iam_service-with-iam.html>
#[test]
fn how_rekognition_works_with_iam() {
    // "include the rekognition:DetectLabels action in their policy"
    same(
        &policy![allow(rekognition::DetectLabels).on_any()],
        allowed(json!("rekognition:DetectLabels"), json!("*")),
    );
    // "To specify multiple actions in a single statement, separate them with commas"
    same(
        &policy![allow(rekognition::DetectLabels, rekognition::DetectFaces).on_any()],
        allowed(
            json!(["rekognition:DetectLabels", "rekognition:DetectFaces"]),
            json!("*"),
        ),
    );
    // "to specify all actions that begin with the word Describe"
    same(
        &policy![allow(rekognition::matching("Describe*")).on_any()],
        allowed(json!("rekognition:Describe*"), json!("*")),
    );
    // "To see a list of Amazon Rekognition actions": every one.
    same(
        &policy![allow(rekognition::all()).on_any()],
        allowed(json!("rekognition:*"), json!("*")),
    );
    // "For actions that don't support resource-level permissions, such as listing operations, use a wildcard"
    same(
        &policy![allow(rekognition::ListCollections).on_any()],
        allowed(json!("rekognition:ListCollections"), json!("*")),
    );
    // "to specify the MyCollection collection in your statement"
    same(
        &policy![allow(rekognition::SearchFaces).on(rekognition::collection(
            "us-east-1",
            "123456789012",
            "MyCollection"
        ))],
        allowed(
            json!("rekognition:SearchFaces"),
            json!("arn:aws:rekognition:us-east-1:123456789012:collection/MyCollection"),
        ),
    );
    // "To specify all instances that belong to a specific account"
    same(
        &policy![allow(rekognition::SearchFaces).on(rekognition::collection(
            "us-east-1",
            "123456789012",
            "*"
        ))],
        allowed(
            json!("rekognition:SearchFaces"),
            json!("arn:aws:rekognition:us-east-1:123456789012:collection/*"),
        ),
    );
    // "Some Amazon Rekognition actions, such as those for creating resources, cannot be performed on a specific resource"
    same(
        &policy![allow(rekognition::CreateCollection).on_any()],
        allowed(json!("rekognition:CreateCollection"), json!("*")),
    );
    // "it does support using some global condition keys"
    let mut expected = allowed(json!("rekognition:DetectLabels"), json!("*"));
    expected["Statement"][0]["Condition"] =
        json!({"StringEquals": {"aws:RequestedRegion": "us-east-1"}});
    same(
        &policy![
            allow(rekognition::DetectLabels)
                .on_any()
                .when(aws::RequestedRegion.string_equals("us-east-1"))
        ],
        expected,
    );
    // "allows the user to perform the s3:GetObject action on the S3 bucket named Tests3bucket"
    same(
        &policy![allow(s3::GetObject).on([s3::object("Tests3bucket", "*")])],
        allowed(
            json!("s3:GetObject"),
            json!(["arn:aws:s3:::Tests3bucket/*"]),
        ),
    );
    // "To use an S3 bucket with versioning enabled, add the s3:GetObjectVersion action"
    same(
        &policy![allow(s3::GetObject, s3::GetObjectVersion).on([s3::object("Tests3bucket", "*")])],
        allowed(
            json!(["s3:GetObject", "s3:GetObjectVersion"]),
            json!(["arn:aws:s3:::Tests3bucket/*"]),
        ),
    );
}

/// "Amazon Rekognition does not provide any service-specific condition keys", and has the actions that the page means
/// by its patterns.
#[test]
fn what_the_page_says_of_the_catalogue() {
    let service = catalogue::service("rekognition").unwrap();
    assert!((service.keys.iter()).all(|key| key.name.starts_with("aws:")));
    let described = (service.actions.iter())
        .filter(|info| info.name.starts_with("Describe"))
        .count();
    assert_eq!(described, 5);
    assert_eq!(service.actions.len(), 76);
}

/// Every printed document that is JSON and an identity policy with real ARNs, where the collection of them is at hand.
#[test]
fn as_printed() {
    let directory =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/catalogue/rekognition-doc-policies");
    if !directory.is_dir() {
        println!("SKIPPED: AWS's printed policies are not next to this project");
        return;
    }
    let printed: &[(&str, Policy)] = &[
        ("07-managed-AmazonRekognitionFullAccess", FULL_ACCESS),
        ("09-managed-AmazonRekognitionServiceRole", SERVICE_ROLE),
        ("12-idbased-full-access", FULL_ACCESS),
        (
            "13-idbased-view-own-permissions",
            policy![
                allow(
                    iam::GetUserPolicy,
                    iam::ListGroupsForUser,
                    iam::ListAttachedUserPolicies,
                    iam::ListUserPolicies,
                    iam::GetUser,
                )
                .on([iam::user("*", "${aws:username}")])
                .sid("ViewOwnUserInfo"),
                allow(
                    iam::GetGroupPolicy,
                    iam::GetPolicyVersion,
                    iam::GetPolicy,
                    iam::ListAttachedGroupPolicies,
                    iam::ListGroupPolicies,
                    iam::ListPolicyVersions,
                    iam::ListPolicies,
                    iam::ListUsers,
                )
                .on_any()
                .sid("NavigateInConsole"),
            ],
        ),
        (
            "17-s3-getobject-2023",
            policy![allow(s3::GetObject).on([s3::object("Tests3bucket", "*")])],
        ),
        ("27-cl-project-permissions", CUSTOM_LABELS_PROJECT),
        (
            "28-cl-detect-custom-labels",
            policy![
                allow([rekognition::DetectCustomLabels]).on(rekognition::projectversion(
                    "*",
                    "*",
                    "MyProject",
                    "MyVersion",
                    "*"
                ))
            ],
        ),
        ("30-cl-console-access", CUSTOM_LABELS_CONSOLE),
        (
            "32-s3-getobject-2025",
            policy![allow(s3::GetObject).on([s3::object("amzn-s3-demo-bucket3", "*")])],
        ),
        (
            "33-s3-getobject-version-2025",
            policy![
                allow(s3::GetObject, s3::GetObjectVersion)
                    .on([s3::object("amzn-s3-demo-bucket3", "*")])
            ],
        ),
        (
            "34-detect-labels-faces-2025",
            policy![allow(rekognition::DetectLabels, rekognition::DetectFaces).on_any()],
        ),
        (
            "36-s3-service-role-2025",
            policy![allow(s3::GetObject).on(s3::object("amzn-s3-demo-bucket", "*"))],
        ),
        (
            "37-managed-AmazonRekognitionReadOnlyAccess-2025",
            READ_ONLY_ACCESS,
        ),
        (
            "38-managed-CustomLabelsFullAccess-2025",
            CUSTOM_LABELS_FULL_ACCESS,
        ),
    ];
    for (name, policy) in printed {
        let text = std::fs::read_to_string(directory.join(format!("{name}.json"))).unwrap();
        let expected: Value = serde_json::from_str(&text).unwrap();
        let found: Value = serde_json::from_str(policy.json()).unwrap();
        assert_eq!(found, expected, "{name}");
    }
    // The read-only policy before November 2023 had a part of today's actions; so has the page's own example.
    let document: Value = serde_json::from_str(READ_ONLY_ACCESS.json()).unwrap();
    let today = document["Statement"][0]["Action"].as_array().unwrap();
    for (name, count) in [
        ("08-managed-AmazonRekognitionReadOnlyAccess-2023", 30),
        ("11-idbased-read-only", 29),
    ] {
        let text = std::fs::read_to_string(directory.join(format!("{name}.json"))).unwrap();
        let printed: Value = serde_json::from_str(&text).unwrap();
        let actions = printed["Statement"][0]["Action"].as_array().unwrap();
        assert_eq!(actions[..], today[..count], "{name}");
    }
}
