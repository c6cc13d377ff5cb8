// Derived by `rekognition-iam derive` from the calls to the AWS SDK.
// Features of `rekognition-iam`: "iam", "s3".

use rekognition_iam::values::{AccountId, Pattern, Region};
use rekognition_iam::{PolicyBuf, iam, policy, rekognition, s3};

/// What the program's calls to AWS need.
///
/// * `acme_reports_key`: as in `daily/2026-11-24/*`
pub fn needed(
    region: &Region,
    account: &AccountId,
    acme_reports_key: &Pattern,
    acme_uploads_key: &Pattern,
    acme_videos_key: &Pattern,
) -> PolicyBuf {
    policy![
        // src/collections.rs:22: list_collections
        // src/collections.rs:29: create_collection
        // src/main.rs:70: detect_labels
        // src/video.rs:16: start_label_detection
        // src/video.rs:27: get_label_detection
        allow(
            rekognition::CreateCollection,
            rekognition::DetectLabels,
            rekognition::GetLabelDetection,
            rekognition::ListCollections,
            rekognition::StartLabelDetection,
        )
        .on_any(),
        // src/collections.rs:29: create_collection, for its tags
        // src/collections.rs:38: index_faces
        // src/collections.rs:50: search_faces_by_image
        allow(
            rekognition::IndexFaces,
            rekognition::SearchFacesByImage,
            rekognition::TagResource,
        )
        .on(rekognition::collection(region, account, "staff-faces")),
        // src/models.rs:29: describe_project_versions
        allow(rekognition::DescribeProjectVersions).on(rekognition::project(
            "us-east-1",
            "123456789012",
            "parts",
            "1627045542080",
        )),
        // src/models.rs:23: start_project_version
        // src/models.rs:40: detect_custom_labels
        // src/models.rs:47: stop_project_version
        allow(
            rekognition::DetectCustomLabels,
            rekognition::StartProjectVersion,
            rekognition::StopProjectVersion,
        )
        .on(rekognition::projectversion(
            "us-east-1",
            "123456789012",
            "parts",
            "v3",
            "1627045549999",
        )),
        // src/video.rs:16: start_label_detection, for its `NotificationChannel`
        allow(iam::PassRole)
            .on(iam::role("123456789012", "rekognition-video"))
            .when(iam::PassedToService.string_equals("rekognition.amazonaws.com")),
        // src/store.rs:26: list_objects_v2
        allow(s3::ListBucket).on(s3::bucket("acme-uploads")),
        // src/collections.rs:38: index_faces, for its `S3Object`
        // src/collections.rs:50: search_faces_by_image, for its `S3Object`
        // src/models.rs:40: detect_custom_labels, for its `S3Object`
        // src/video.rs:16: start_label_detection, for its `S3Object`
        allow(s3::GetObject).on(
            s3::object("acme-parts", "camera-1/latest.jpg"),
            s3::object("acme-uploads", acme_uploads_key),
            s3::object("acme-videos", acme_videos_key),
        ),
        // src/models.rs:40: detect_custom_labels, for the version of its `S3Object`
        allow(s3::GetObjectVersion).on(s3::object("acme-parts", "camera-1/latest.jpg")),
        // src/store.rs:44: put_object
        allow(s3::PutObject).on(s3::object("acme-reports", acme_reports_key)),
    ]
}
