//! A policy of each kind with variables: compiled into a test, and exported in every format.

use rekognition_iam::kind;
use rekognition_iam::values::{
    AccountId, Arn, BucketName, Cidr, CollectionId, CreationTimestamp, DatasetType, FunctionName,
    KeyId, ObjectKey, Partition, ProjectName, QueueName, Region, ResourceName, ResourcePath,
    RoleName, StreamName, StreamProcessorName, TableName, Text, Timestamp, TopicName, UserName,
    VersionName,
};
use rekognition_iam::*;

/// One variable in several places, and variables of IAM next to it.
pub(crate) fn identity(
    partition: &Partition,
    region: &Region,
    account: &AccountId,
    collection: &CollectionId,
) -> PolicyBuf {
    policy![
        allow(rekognition::SearchFaces, rekognition::ListFaces)
            .on(rekognition::collection(region, account, collection).partition(partition)),
        allow(s3::GetObject)
            .on(s3::object(
                "photos",
                "${aws:username}/100%{done}/%%{a}$/$${aws:userid}/*"
            )
            .partition(partition))
            .when(aws::ResourceAccount.string_equals(account))
            .accept(
                REKOGNITION_IAM_FOREIGN_ESCAPE,
                "an object may have a `$` before a variable"
            ),
        deny(rekognition::DeleteCollection)
            .on(rekognition::collection("us-east-1", "123456789012", "*"))
            .when(aws::PrincipalTag("team").string_not_equals("${aws:ResourceTag/team, 'none'}")),
    ]
}

pub(crate) fn trust(
    partition: &Partition,
    region: &Region,
    account: &AccountId,
    source: &Arn,
) -> PolicyBuf<kind::RoleTrust> {
    trust_policy![
        allow(sts::AssumeRole)
            .to(service("rekognition.amazonaws.com"))
            .when(
                aws::SourceAccount.string_equals(account),
                aws::SourceArn.arn_like(source),
            ),
        allow(sts::AssumeRole)
            .to(role(account, "application").partition(partition))
            .when(aws::RequestedRegion.string_equals(region)),
    ]
}

pub(crate) fn project(
    account: &AccountId,
    partner: &AccountId,
    project: &ProjectName,
) -> PolicyBuf<kind::Project> {
    project_policy![
        allow(rekognition::CopyProjectVersion)
            .to(account(partner))
            .on(rekognition::projectversion(
                "us-east-1",
                account,
                project,
                "*",
                "*"
            )),
    ]
}

pub(crate) fn bucket(account: &AccountId, bucket: &BucketName) -> PolicyBuf<kind::Resource> {
    resource_policy![
        allow(s3::GetObject)
            .to(role(account, "rekognition"))
            .on(s3::object(bucket, "photos/*")),
        deny(s3::all())
            .to(anyone())
            .on(s3::bucket(bucket), s3::object(bucket, "*"))
            .when(aws::SecureTransport.bool(false)),
    ]
}

pub(crate) fn topic(
    region: &Region,
    account: &AccountId,
    topic: &TopicName,
) -> PolicyBuf<kind::Resource> {
    resource_policy![
        allow(sns::Publish)
            .to(role(account, "rekognition-video"))
            .on(sns::topic(region, account, topic)),
    ]
}

pub(crate) fn queue(
    region: &Region,
    account: &AccountId,
    queue: &QueueName,
    source: &Arn,
) -> PolicyBuf<kind::Resource> {
    resource_policy![
        allow(sqs::SendMessage)
            .to(service("sns.amazonaws.com"))
            .on(sqs::queue(region, account, queue))
            .when(aws::SourceArn.arn_equals(source)),
    ]
}

pub(crate) fn key(account: &AccountId, role: &RoleName) -> PolicyBuf<kind::Resource> {
    resource_policy![
        allow(kms::all()).to(account(account)).on_any(),
        allow(kms::Decrypt, kms::GenerateDataKey)
            .to(role(account, role))
            .on_any(),
    ]
}

pub(crate) fn session(collection: &CollectionId) -> PolicyBuf<kind::Session> {
    session_policy![
        allow(rekognition::SearchFacesByImage).on(rekognition::collection(
            "us-east-1",
            "123456789012",
            collection
        )),
    ]
}

pub(crate) fn boundary(region: &Region) -> PolicyBuf<kind::PermissionsBoundary> {
    permissions_boundary![
        allow(rekognition::all())
            .on_any()
            .when(aws::RequestedRegion.string_equals(region)),
    ]
}

pub(crate) fn service_control(region: &Region) -> PolicyBuf<kind::ServiceControl> {
    service_control_policy![
        deny(rekognition::all())
            .on_any()
            .when(aws::RequestedRegion.string_not_equals(region)),
    ]
}

pub(crate) fn resource_control(organization: &Text) -> PolicyBuf<kind::ResourceControl> {
    resource_control_policy![
        deny(s3::GetObject).to(anyone()).on_any().when(
            aws::PrincipalOrgID
                .string_not_equals(organization)
                .if_exists(),
            aws::PrincipalIsAWSService.bool(false)
        ),
    ]
}

/// A variable of every type.
#[expect(clippy::too_many_arguments, reason = "a variable of every type")]
pub(crate) fn every_type(
    partition: &Partition,
    region: &Region,
    account: &AccountId,
    collection: &CollectionId,
    project: &ProjectName,
    version: &VersionName,
    processor: &StreamProcessorName,
    dataset: &DatasetType,
    created: &CreationTimestamp,
    bucket: &BucketName,
    key: &ObjectKey,
    role: &RoleName,
    user: &UserName,
    topic: &TopicName,
    queue: &QueueName,
    stream: &StreamName,
    key_id: &KeyId,
    function: &FunctionName,
    table: &TableName,
    target: &Arn,
    text: &Text,
    like: &Text,
    since: &Timestamp,
    network: &Cidr,
    age: u32,
    secure: bool,
    secret: &ResourcePath,
    machine: &ResourceName,
) -> PolicyBuf {
    policy![
        allow(rekognition::SearchFaces)
            .on(rekognition::collection(region, account, collection).partition(partition)),
        allow(rekognition::DetectCustomLabels).on(rekognition::projectversion(
            region, account, project, version, created
        )),
        allow(rekognition::DescribeDataset).on(rekognition::dataset(
            region, account, project, dataset, created
        )),
        allow(rekognition::DescribeStreamProcessor)
            .on(rekognition::streamprocessor(region, account, processor))
            .accept(REKOGNITION_IAM_ACTION_CLOSED, "in use since 2023"),
        allow(s3::GetObject).on(s3::object(bucket, key)),
        allow(iam::GetRole).on(iam::role(account, role)),
        allow(iam::GetUser).on(iam::user(account, user)),
        allow(sns::Publish).on(sns::topic(region, account, topic)),
        allow(sqs::SendMessage).on(sqs::queue(region, account, queue)),
        allow(kinesis::PutRecord).on(kinesis::stream(region, account, stream)),
        allow(kms::Decrypt).on(kms::key(region, account, key_id)),
        allow(lambda::InvokeFunction).on(lambda::function(region, account, function)),
        allow(dynamodb::PutItem).on(dynamodb::table(region, account, table)),
        allow(secretsmanager::GetSecretValue).on(secretsmanager::secret(region, account, secret)),
        allow(states::StartExecution).on(states::statemachine(region, account, machine)),
        allow(sqs::ReceiveMessage).on(target),
        allow(rekognition::DetectFaces).on_any().when(
            aws::PrincipalTag("team").string_equals(text),
            aws::PrincipalTag("unit").string_like(like),
            aws::CurrentTime.date_greater_than(since),
            aws::SourceIp.ip_address(network),
            aws::MultiFactorAuthAge.numeric_less_than(age),
            aws::SecureTransport.bool(secure),
        ),
    ]
}
