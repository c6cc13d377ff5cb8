//! Roles: who may assume them, what a session may be narrowed to, and how an account shares its models.
//!
//! The sections on roles of "How Amazon Rekognition works with IAM", as policies:
//! <https://docs.aws.amazon.com/rekognition/latest/dg/security_iam_service-with-iam.html>.

use rekognition_iam::values::{AccountId, CollectionId, Partition, Region, RoleName, TopicName};
use rekognition_iam::{
    Policy, PolicyBuf, ProjectPolicy, ResourcePolicy, SessionPolicy, TrustPolicy, aws, companion,
    iam, policy, project_policy, rekognition, resource_policy, s3, session_policy, sns, sqs, sts,
    trust_policy,
};

/// Who may assume the role `rekognition-video`: Rekognition, on behalf of this account alone.
///
/// Without the condition, Rekognition could be made to use the role for someone else's video: the confused deputy.
/// The analysis of a stored video is not a resource with an ARN, so only the account can be asked for.
/// <https://docs.aws.amazon.com/rekognition/latest/dg/cross-service-confused-deputy-prevention.html>
pub static VIDEO_ROLE_TRUST: TrustPolicy = trust_policy![
    allow(sts::AssumeRole)
        .to(service("rekognition.amazonaws.com"))
        .when(aws::SourceAccount.string_equals("123456789012")),
];

/// Who may assume the role `rekognition-stream`: Rekognition, for the stream processors of this account.
pub static STREAM_ROLE_TRUST: TrustPolicy = trust_policy![
    allow(sts::AssumeRole)
        .to(service("rekognition.amazonaws.com"))
        .when(
            aws::SourceAccount.string_equals("123456789012"),
            aws::SourceArn.arn_like("arn:aws:rekognition:us-east-1:123456789012:streamprocessor/*"),
        ),
];

/// Lets the topic on which Rekognition says that an analysis is done send to the queue of the application.
pub static RESULTS_QUEUE: ResourcePolicy = resource_policy![
    allow(sqs::SendMessage)
        .to(service("sns.amazonaws.com"))
        .on(sqs::queue("us-east-1", "123456789012", "video-results"))
        .when(
            aws::SourceArn
                .arn_equals("arn:aws:sns:us-east-1:123456789012:AmazonRekognition-video-done")
        ),
];

/// Who may assume the role `kiosk`: the application, which hands its temporary credentials to a device.
pub static KIOSK_TRUST: TrustPolicy =
    trust_policy![allow(sts::AssumeRole).to(role("123456789012", "application"))];

/// What the application passes with `AssumeRole`, so that one device can find staff and do nothing else, whatever the
/// role `kiosk` may do.
pub static KIOSK_SESSION: SessionPolicy = session_policy![
    allow(rekognition::SearchFacesByImage).on(rekognition::collection(
        "us-east-1",
        "123456789012",
        "staff-faces"
    )),
];

/// Lets a role of another account copy the models of a Custom Labels project: one half of sharing them.
pub static SHARED_MODELS: ProjectPolicy = project_policy![
    allow(rekognition::CopyProjectVersion)
        .to(role("111122223333", "model-copier"))
        .on(rekognition::projectversion(
            "us-east-1",
            "123456789012",
            "parts-training",
            "*",
            "*"
        )),
];

/// For the role `model-copier` of the other account: the second half.
pub static MODEL_COPIER: Policy = policy![
    allow(rekognition::CopyProjectVersion).on(
        rekognition::projectversion("us-east-1", "123456789012", "parts-training", "*", "*"),
        rekognition::project("us-east-1", "111122223333", "parts", "*"),
    ),
    companion::model_copy(
        "us-east-1",
        "111122223333",
        "parts",
        "partner-models",
        "parts/*"
    ),
];

/// Finds and lists the faces of a collection, whichever it is: exported for Terraform.
///
/// The program may make the policy too, of values that it has checked: `collection.parse()?`.
pub fn face_reader(region: &Region, account: &AccountId, collection: &CollectionId) -> PolicyBuf {
    policy![
        allow(rekognition::SearchFacesByImage, rekognition::ListFaces)
            .on(rekognition::collection(region, account, collection)),
        // Each user sees photos of its own. Terraform must leave IAM's variable alone.
        allow(s3::GetObject).on(s3::object("acme-photos", "${aws:username}/*")),
    ]
}

/// Starts the analysis of videos and hands over a role of the account that it is deployed to: exported for
/// CloudFormation, which knows that account.
pub fn video_worker(
    partition: &Partition,
    account: &AccountId,
    video_role: &RoleName,
) -> PolicyBuf {
    policy![
        allow(
            rekognition::StartLabelDetection,
            rekognition::GetLabelDetection
        )
        .on_any(),
        allow(s3::GetObject)
            .on(s3::object("acme-videos", "${aws:PrincipalTag/team}/*").partition(partition)),
        allow(iam::PassRole)
            .on(iam::role(account, video_role).partition(partition))
            .when(iam::PassedToService.string_equals("rekognition.amazonaws.com")),
    ]
}

/// For the role that is handed over, on whichever topic the function that is deployed with it listens to: exported for
/// the Serverless Application Model.
pub fn topic_publisher(
    partition: &Partition,
    region: &Region,
    account: &AccountId,
    topic: &TopicName,
) -> PolicyBuf {
    policy![allow(sns::Publish).on(sns::topic(region, account, topic).partition(partition))]
}
