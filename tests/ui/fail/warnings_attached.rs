//! Who is let in, more widely than needed, by trust policies and by those that hang on a resource: told, not refused.

#![deny(warnings)]

use rekognition_iam::{
    ProjectPolicy, ResourceControlPolicy, ResourcePolicy, TrustPolicy, aws, project_policy,
    rekognition, resource_control_policy, resource_policy, s3, sns, sts, trust_policy,
};

pub static FOR_REKOGNITION: TrustPolicy = trust_policy![
    allow(sts::AssumeRole).to(service("rekognition.amazonaws.com"))
];

pub static FOR_PODS: TrustPolicy = trust_policy![
    allow(sts::AssumeRole).to(service("pods.eks.amazonaws.com"))
];

pub static FOR_EVERYONE: TrustPolicy = trust_policy![allow(sts::AssumeRole).to("*")];

pub static ROLE_AND_SESSION: TrustPolicy = trust_policy![
    allow(sts::AssumeRole)
        .to(role("123456789012", "indexer"), session("123456789012", "indexer", "nightly"))
];

pub static SIGNED_IN: TrustPolicy = trust_policy![
    allow(sts::AssumeRoleWithWebIdentity).to(federated("cognito-identity.amazonaws.com"))
];

pub static WORKFLOWS: TrustPolicy = trust_policy![
    allow(sts::AssumeRoleWithWebIdentity)
        .to(federated("arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"))
        .when("token.actions.githubusercontent.com:aud".string_equals("sts.amazonaws.com"))
];

pub static BRANCHES: TrustPolicy = trust_policy![
    allow(sts::AssumeRoleWithWebIdentity)
        .to(federated("arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"))
        .when("token.actions.githubusercontent.com:sub".string_like("repo:acme/vision:*"))
];

pub static CLUSTER: TrustPolicy = trust_policy![
    allow(sts::AssumeRoleWithWebIdentity)
        .to(federated("arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB12"))
        .when(
            "oidc.eks.eu-west-1.amazonaws.com/id/AB12:aud"
                .for_any_value()
                .string_equals("sts.amazonaws.com"),
        )
];

pub static TOPIC: ResourcePolicy = resource_policy![
    allow(sns::Publish)
        .to(service("s3.amazonaws.com"))
        .on(sns::topic("us-east-1", "123456789012", "uploads"))
];

pub static PUBLIC_TOPIC: ResourcePolicy = resource_policy![
    allow(sns::Publish)
        .to(anyone())
        .on(sns::topic("us-east-1", "123456789012", "uploads"))
        .when(aws::SecureTransport.bool(true))
];

pub static TOPIC_OF_SERVICE: ResourcePolicy = resource_policy![
    allow(sns::Publish)
        .to(service("s3.amazonaws.com"))
        .on(sns::topic("us-east-1", "123456789012", "uploads"))
        .when(aws::PrincipalServiceName.string_equals("s3.amazonaws.com"))
];

pub static TOPIC_OF_OWNER: ResourcePolicy = resource_policy![
    allow(sns::Publish)
        .to(account("123456789012"))
        .on(sns::topic("us-east-1", "123456789012", "uploads"))
        .when("AWS:SourceOwner".string_equals("123456789012"))
];

pub static TOPIC_OF_ACCOUNT: ResourcePolicy = resource_policy![
    allow(sns::Publish)
        .to(account("123456789012"))
        .on(sns::topic("us-east-1", "123456789012", "uploads"))
        .when(aws::ResourceAccount.string_equals("123456789012"))
];

pub static PROJECT: ProjectPolicy = project_policy![
    allow(rekognition::CopyProjectVersion)
        .to(account("210987654321"))
        .on(rekognition::projectversion("us-east-1", "123456789012", "logos", "v1", "*"))
        .when(aws::SecureTransport.bool(true))
];

pub static OWN_PRINCIPALS: ResourceControlPolicy = resource_control_policy![
    deny(s3::GetObject)
        .to(anyone())
        .on_any()
        .when(aws::PrincipalOrgID.string_not_equals("o-a1b2c3d4e5").if_exists())
];

pub static OWN_SOURCES: ResourceControlPolicy = resource_control_policy![
    deny(s3::GetObject)
        .to(anyone())
        .on_any()
        .when(aws::SourceOrgID.string_not_equals("o-a1b2c3d4e5").if_exists())
];

pub static OWN_SOURCES_OF_SERVICES: ResourceControlPolicy = resource_control_policy![
    deny(s3::GetObject).to(anyone()).on_any().when(
        aws::SourceOrgID.string_not_equals("o-a1b2c3d4e5").if_exists(),
        aws::PrincipalIsAWSService.bool(true),
    )
];

fn main() {}
