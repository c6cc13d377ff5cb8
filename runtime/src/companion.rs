//! What a feature of Rekognition needs in addition to its own action: ready statements, never more than AWS documents.
//!
//! Call a function where a policy has a statement. Its documentation says who needs the permissions and where AWS
//! says so; where AWS says nothing, that is said too.
//!
//! ```text
//! policy![
//!     allow(rekognition::DetectLabels).on_any(),
//!     companion::s3_image("uploads", "photos/*"),
//! ]
//! ```

#[cfg(feature = "check")]
mod definition;

#[cfg(feature = "check")]
pub use definition::Definition;
#[cfg(feature = "check")]
use definition::Grant;

/// Statements of this module, as `policy!` takes them.
///
/// Nothing but a mark: `policy!` puts in the statements themselves.
#[derive(Debug, Clone, Copy)]
pub struct Companion(());

impl Companion {
    /// The resources of the statements are in another partition than `aws`.
    #[must_use]
    pub const fn partition(self, _name: &'static str) -> Self {
        self
    }
}

macro_rules! companions {
    ($(
        $(#[$meta:meta])*
        $name:ident($($parameter:ident: $kind:ident),*) {
            $([$($action:literal)*] on [$($resource:literal)*] $(if $passed:ident)?;)*
        }
    )*) => {
        #[cfg(feature = "check")]
        const DEFINITIONS: &[Definition] = &[$(Definition {
            name: stringify!($name),
            parameters: &[$((stringify!($parameter), stringify!($kind))),*],
            grants: &[$(Grant {
                actions: &[$($action),*],
                resources: &[$($resource),*],
                passed_to_rekognition: companions!(@ $($passed)?),
            }),*],
        }),*];

        $(
            $(#[$meta])*
            #[must_use]
            pub const fn $name($($parameter: &'static str),*) -> Companion {
                $(let _ = $parameter;)*
                Companion(())
            }
        )*
    };
    (@) => { false };
    (@ passed_to_rekognition) => { true };
}

companions! {
    /// For the caller of an image operation on an `S3Object`: `s3:GetObject`.
    ///
    /// Rekognition reads the image with the permissions of its caller; no image operation takes a role.
    /// See <https://docs.aws.amazon.com/rekognition/latest/dg/security_iam_service-with-iam.html> and
    /// <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_S3Object.html>.
    s3_image(bucket: BucketName, key: ObjectKey) {
        ["s3:GetObject"] on ["arn:{partition}:s3:::{bucket}/{key}"];
    }

    /// As [`s3_image`], for requests that name a version of the object: `s3:GetObjectVersion` too.
    s3_image_versions(bucket: BucketName, key: ObjectKey) {
        ["s3:GetObject" "s3:GetObjectVersion"] on ["arn:{partition}:s3:::{bucket}/{key}"];
    }

    /// For the caller of an operation on objects that are encrypted with a key of your own: `kms:Decrypt`.
    ///
    /// AWS does not say whether the caller or the service role needs it. S3 is read with the caller's permissions, so it is
    /// the caller, by inference from <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html>.
    s3_decrypt(region: Region, account: AccountId, key_id: KeyId) {
        ["kms:Decrypt"] on ["arn:{partition}:kms:{region}:{account}:key/{key_id}"];
    }

    /// For the caller of a stored video operation with a `NotificationChannel`, and of `CreateStreamProcessor`:
    /// `iam:PassRole` on the role, for Rekognition alone.
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/dg/api-video-roles.html>; the limit to one service is what the
    /// service reference says about the operation.
    pass_role(account: AccountId, role_name: RoleName) {
        ["iam:PassRole"] on ["arn:{partition}:iam::{account}:role/{role_name}"] if passed_to_rekognition;
    }

    /// For the role of a `NotificationChannel`: `sns:Publish` on the topic.
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/dg/api-video-roles.html>.
    notification_role(region: Region, account: AccountId, topic_name: TopicName) {
        ["sns:Publish"] on ["arn:{partition}:sns:{region}:{account}:{topic_name}"];
    }

    /// For the application that waits for the notifications of stored video in a queue: `sqs:ReceiveMessage` and
    /// `sqs:DeleteMessage`.
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/dg/video-analyzing-with-sqs.html>. The queue's own policy must let
    /// the topic send to it.
    notification_queue(region: Region, account: AccountId, queue_name: QueueName) {
        ["sqs:DeleteMessage" "sqs:ReceiveMessage"] on ["arn:{partition}:sqs:{region}:{account}:{queue_name}"];
    }

    /// For the role of a stream processor that searches faces: reads the video stream, writes to the data stream.
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/dg/api-streaming-video-roles.html>.
    face_search_role(region: Region, account: AccountId, video_stream: StreamName, data_stream: StreamName) {
        ["kinesisvideo:GetDataEndpoint" "kinesisvideo:GetMedia"]
            on ["arn:{partition}:kinesisvideo:{region}:{account}:stream/{video_stream}/*"];
        ["kinesis:PutRecord" "kinesis:PutRecords"]
            on ["arn:{partition}:kinesis:{region}:{account}:stream/{data_stream}"];
    }

    /// For the role of a stream processor that detects labels: reads the video stream, writes images to the bucket and
    /// publishes to the topic.
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/dg/streaming-labels-setting-up.html>. For a bucket with a key of your
    /// own add [`s3_encrypt`].
    label_detection_role(
        region: Region,
        account: AccountId,
        video_stream: StreamName,
        topic_name: TopicName,
        bucket: BucketName,
        key: ObjectKey
    ) {
        ["kinesisvideo:GetDataEndpoint" "kinesisvideo:GetMedia"]
            on ["arn:{partition}:kinesisvideo:{region}:{account}:stream/{video_stream}/*"];
        ["sns:Publish"] on ["arn:{partition}:sns:{region}:{account}:{topic_name}"];
        ["s3:PutObject"] on ["arn:{partition}:s3:::{bucket}/{key}"];
    }

    /// For the caller that writes results to a bucket that is encrypted with a key of your own: `kms:GenerateDataKey` and
    /// `kms:Decrypt`.
    ///
    /// The pages of Rekognition disagree on the actions; these are the ones that S3 asks for on a write, by
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html>.
    s3_encrypt(region: Region, account: AccountId, key_id: KeyId) {
        ["kms:Decrypt" "kms:GenerateDataKey"] on ["arn:{partition}:kms:{region}:{account}:key/{key_id}"];
    }

    /// For the caller of `CreateProjectVersion` of Custom Labels: reads manifests and images, writes the results.
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateProjectVersion.html>. With a key of your own
    /// add [`custom_labels_key`].
    custom_labels_training(bucket: BucketName, key: ObjectKey, output_bucket: BucketName, output_key: ObjectKey) {
        ["s3:GetObject"] on ["arn:{partition}:s3:::{bucket}/{key}"];
        ["s3:PutObject"] on ["arn:{partition}:s3:::{output_bucket}/{output_key}"];
    }

    /// For the caller of `CreateProjectVersion` or `CopyProjectVersion` with a `KmsKeyId`.
    ///
    /// All four actions are in
    /// <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateProjectVersion.html>.
    custom_labels_key(region: Region, account: AccountId, key_id: KeyId) {
        ["kms:CreateGrant" "kms:Decrypt" "kms:DescribeKey" "kms:GenerateDataKey"]
            on ["arn:{partition}:kms:{region}:{account}:key/{key_id}"];
    }

    /// For the caller of `CopyProjectVersion`: `rekognition:CreateProjectVersion` on the project that the model is copied to,
    /// and `s3:PutObject` for the results.
    ///
    /// The first is in the service reference alone, the second in
    /// <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CopyProjectVersion.html>.
    model_copy(region: Region, account: AccountId, project_name: ProjectName, output_bucket: BucketName, output_key: ObjectKey) {
        ["rekognition:CreateProjectVersion"]
            on ["arn:{partition}:rekognition:{region}:{account}:project/{project_name}/*"];
        ["s3:PutObject"] on ["arn:{partition}:s3:::{output_bucket}/{output_key}"];
    }

    /// For the caller of `CreateFaceLivenessSession` with an `OutputConfig`: `s3:PutObject`.
    ///
    /// See
    /// <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateFaceLivenessSessionRequestSettings.html>. Which
    /// actions on a KMS key it needs is not documented.
    face_liveness_output(bucket: BucketName, key: ObjectKey) {
        ["s3:PutObject"] on ["arn:{partition}:s3:::{bucket}/{key}"];
    }

    /// For the end user's role, as which the component in the browser or the app streams its video:
    /// `rekognition:StartFaceLivenessSession`, which takes no resource.
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/dg/face-liveness-prerequisites.html>.
    face_liveness_client() {
        ["rekognition:StartFaceLivenessSession"] on ["*"];
    }

    /// For the caller of `DetectModerationLabels` with a `HumanLoopConfig`: starts the review and looks at it.
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/dg/a2i-rekognition.html>. Not for bulk analysis.
    human_review(region: Region, account: AccountId, flow_definition: ResourceName) {
        ["sagemaker:StartHumanLoop"]
            on ["arn:{partition}:sagemaker:{region}:{account}:flow-definition/{flow_definition}"];
        ["sagemaker:DescribeHumanLoop"] on ["arn:{partition}:sagemaker:{region}:{account}:human-loop/*"];
    }

    /// For the caller of `StartMediaAnalysisJob`: reads the manifest and the images, writes the results. There is no role.
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_StartMediaAnalysisJob.html>. The guide names
    /// `AmazonS3ReadOnlyAccess`, which cannot write the results. Which actions on a KMS key it needs is not documented.
    bulk_analysis(bucket: BucketName, key: ObjectKey, output_bucket: BucketName, output_key: ObjectKey) {
        ["s3:GetObject"] on ["arn:{partition}:s3:::{bucket}/{key}"];
        ["s3:PutObject"] on ["arn:{partition}:s3:::{output_bucket}/{output_key}"];
    }
}

#[cfg(all(test, feature = "check"))]
mod tests {
    use alloc::format;
    use alloc::string::{String, ToString};
    use alloc::vec::Vec;

    use super::*;
    use crate::check::{Options, check};
    use crate::document::{Document, List};

    /// Every function gives statements that the rules find nothing wrong with, and leaves no brace behind.
    #[test]
    #[cfg(all(
        feature = "s3",
        feature = "sns",
        feature = "sqs",
        feature = "kinesis",
        feature = "kinesisvideo",
        feature = "kms",
        feature = "iam",
        feature = "sagemaker"
    ))]
    fn statements_are_sound() {
        for definition in Definition::all() {
            let values: Vec<String> = (definition.parameters.iter())
                .map(|(_, kind)| match *kind {
                    "Region" => "eu-west-1".to_string(),
                    "AccountId" => "123456789012".to_string(),
                    kind => format!("a-{}", kind.to_ascii_lowercase()),
                })
                .collect();
            let statements = definition.statements("aws", &values);
            assert!(!statements.is_empty());
            let document = Document {
                version: Some("2012-10-17".into()),
                id: None,
                statements: List::bracketed(statements),
            };
            let json = crate::json::to_minified(&document);
            for value in &values {
                assert!(json.contains(value.as_str()), "{}: {json}", definition.name);
            }
            let findings = check(&document, &Options::default());
            let bad: Vec<_> = findings
                .iter()
                .filter(|finding| finding.rule().denied_in_rust)
                .collect();
            assert!(bad.is_empty(), "{}: {bad:?}", definition.name);
        }
    }
}
