//! What the parts of an application that looks at photos and videos may do.
//!
//! Each policy is checked while this crate compiles, and its build script writes it into `policies`, from where
//! Terraform, CloudFormation or `aws iam create-policy` take it. Try a mistake: write `DetectLabel` for `DetectLabels`,
//! or `.on_any()` for a collection.

use rekognition_iam::PolicyKind;
use rekognition_iam::{
    Policy, aws, companion, iam, kinesis, kinesisvideo, policy, rekognition, s3, sns,
};

pub mod roles;

use roles::*;

/// Looks at uploaded photos.
///
/// Rekognition reads a photo from S3 with the permissions of its caller, so the caller needs them too. The detections
/// work on no resource of Rekognition.
pub static IMAGE_DETECTION: Policy = policy![
    allow(
        rekognition::DetectFaces,
        rekognition::DetectLabels,
        rekognition::DetectModerationLabels,
        rekognition::DetectText,
    )
    .on_any(),
    // The second action is for requests that name a version of the photo.
    allow(s3::GetObject, s3::GetObjectVersion).on(s3::object("acme-photos", "uploads/*")),
];

/// Adds the faces of staff photos to a collection, and finds them again.
pub static FACE_INDEXER: Policy = policy![
    allow(
        rekognition::IndexFaces,
        rekognition::SearchFacesByImage,
        rekognition::ListFaces,
        rekognition::DeleteFaces,
    )
    .on(rekognition::collection(
        "us-east-1",
        "123456789012",
        "staff-faces"
    )),
    allow(s3::GetObject).on(s3::object("acme-photos", "staff/*")),
];

/// Starts the analysis of stored videos, and fetches the result once Rekognition has told a topic that it is there.
pub static VIDEO_ANALYSIS: Policy = policy![
    allow(
        rekognition::StartLabelDetection,
        rekognition::GetLabelDetection,
        rekognition::StartContentModeration,
        rekognition::GetContentModeration,
    )
    .on_any(),
    allow(s3::GetObject).on(s3::object("acme-videos", "*")),
    // Hands the role below to Rekognition, and to nobody else.
    allow(iam::PassRole)
        .on(iam::role("123456789012", "rekognition-video"))
        .when(iam::PassedToService.string_equals("rekognition.amazonaws.com")),
];

/// For the role `rekognition-video`, as which Rekognition says that an analysis is done.
pub static VIDEO_NOTIFIER: Policy = policy![allow(sns::Publish).on(sns::topic(
    "us-east-1",
    "123456789012",
    "AmazonRekognition-video-done"
)),];

/// Copies a trained model of Custom Labels into the project that production uses.
///
/// IAM looks at the model that is copied and at the project it is copied to: one of them alone allows nothing.
pub static MODEL_PROMOTION: Policy = policy![
    allow(rekognition::CopyProjectVersion).on(
        rekognition::projectversion("us-east-1", "123456789012", "parts-training", "*", "*"),
        rekognition::project("us-east-1", "123456789012", "parts", "*"),
    ),
    allow(rekognition::DescribeProjectVersions).on(rekognition::project(
        "us-east-1",
        "123456789012",
        "parts",
        "*"
    ),),
    // The version that the copy makes, and where it leaves its training results.
    companion::model_copy(
        "us-east-1",
        "123456789012",
        "parts",
        "acme-models",
        "parts/*"
    ),
];

/// Runs the search for faces in a camera's stream.
///
/// For accounts that used streaming video before 30 April 2026: AWS has closed it to new ones.
pub static STREAM_OPERATOR: Policy = policy![
    allow(rekognition::CreateStreamProcessor)
        .on(rekognition::collection(
            "us-east-1",
            "123456789012",
            "staff-faces"
        ))
        .accept(
            REKOGNITION_IAM_ACTION_CLOSED,
            "this account has used streaming video since 2023"
        ),
    allow(
        rekognition::StartStreamProcessor,
        rekognition::StopStreamProcessor,
        rekognition::DescribeStreamProcessor,
        rekognition::DeleteStreamProcessor,
    )
    .on(rekognition::streamprocessor(
        "us-east-1",
        "123456789012",
        "entrance-*"
    ))
    .accept(
        REKOGNITION_IAM_ACTION_CLOSED,
        "this account has used streaming video since 2023"
    ),
    allow(iam::PassRole)
        .on(iam::role("123456789012", "rekognition-stream"))
        .when(iam::PassedToService.string_equals("rekognition.amazonaws.com")),
];

/// For the role `rekognition-stream`, as which Rekognition reads the camera's stream and writes whom it saw.
pub static STREAM_PROCESSOR: Policy = policy![
    allow(kinesisvideo::GetDataEndpoint, kinesisvideo::GetMedia).on(kinesisvideo::stream(
        "us-east-1",
        "123456789012",
        "entrance-camera",
        "*"
    )),
    allow(kinesis::PutRecord, kinesis::PutRecords).on(kinesis::stream(
        "us-east-1",
        "123456789012",
        "entrance-faces"
    )),
];

/// Refuses every request to Rekognition that is not encrypted on its way, whatever other policies allow.
pub static ENCRYPTED_ONLY: Policy = policy![
    deny(rekognition::all())
        .on_any()
        .when(aws::SecureTransport.bool(false))
        .sid("OnlyOverTls"),
];

/// A policy and the file that the build script writes it to.
#[derive(Debug)]
pub struct Written {
    /// The name of the file in `policies`.
    pub file: &'static str,
    /// What the policy is for.
    pub kind: PolicyKind,
    /// The document; of a policy that is exported as a template, with values of an example.
    pub json: String,
}

/// All policies.
///
/// # Errors
/// When a value of the examples is not what its type takes.
pub fn all() -> Result<Vec<Written>, rekognition_iam::values::InvalidValue> {
    macro_rules! written {
        ($($file:literal $policy:expr;)*) => {
            vec![$(Written { file: $file, kind: $policy.kind(), json: $policy.json().to_owned() }),*]
        };
    }
    let (partition, region, account) = (
        "aws".parse()?,
        "us-east-1".parse()?,
        "123456789012".parse()?,
    );
    Ok(written! {
        "image_detection.json" IMAGE_DETECTION;
        "face_indexer.json" FACE_INDEXER;
        "video_analysis.json" VIDEO_ANALYSIS;
        "video_notifier.json" VIDEO_NOTIFIER;
        "model_promotion.json" MODEL_PROMOTION;
        "stream_operator.json" STREAM_OPERATOR;
        "stream_processor.json" STREAM_PROCESSOR;
        "encrypted_only.json" ENCRYPTED_ONLY;
        "video_role_trust.json" VIDEO_ROLE_TRUST;
        "stream_role_trust.json" STREAM_ROLE_TRUST;
        "results_queue.json" RESULTS_QUEUE;
        "kiosk_trust.json" KIOSK_TRUST;
        "kiosk_session.json" KIOSK_SESSION;
        "shared_models.json" SHARED_MODELS;
        "model_copier.json" MODEL_COPIER;
        "face_reader.json.tftpl" face_reader(&region, &account, &"staff-faces".parse()?);
        "video_worker.template.json" video_worker(&partition, &account, &"rekognition-video".parse()?);
        "topic_publisher.template.json"
            topic_publisher(&partition, &region, &account, &"AmazonRekognition-video-done".parse()?);
    })
}
