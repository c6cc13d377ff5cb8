//! Policies that hang on a resource: on a project of Custom Labels, a bucket, a topic.

use rekognition_iam::{
    ProjectPolicy, ResourcePolicy, project_policy, rekognition, resource_policy, sns, sqs,
};

static PROJECT: ProjectPolicy = project_policy![
    allow(rekognition::DetectCustomLabels)
        .to(account("210987654321"))
        .on(rekognition::projectversion("us-east-1", "123456789012", "logos", "v1", "*")),
    allow(rekognition::CopyProjectVersion).to(account("210987654321")).on_any(),
    allow(rekognition::CopyProjectVersion)
        .to(account("210987654321"))
        .on(not(rekognition::projectversion("us-east-1", "123456789012", "logos", "v2", "*"))),
];

static TWO_PROJECTS: ProjectPolicy = project_policy![
    allow(rekognition::CopyProjectVersion).to(account("210987654321")).on(
        rekognition::projectversion("us-east-1", "123456789012", "logos", "v1", "*"),
        rekognition::projectversion("us-east-1", "123456789012", "faces", "v1", "*"),
    ),
];

static WHO: ResourcePolicy = resource_policy![
    allow(sns::Publish)
        .to(
            role("123456789012", "indexer-*"),
            session("123456789012", "indexer", "*"),
            "AROAIIAV2EXAMPLEEXAMPLE",
            "AIDAIIAV2EXAMPLEEXAMPLE",
            "User ARN",
            federated("accounts.google.com"),
        )
        .on(sns::topic("us-east-1", "123456789012", "AmazonRekognitionDone")),
    allow(sns::Subscribe)
        .to(not(account("123456789012")))
        .on(sns::topic("us-east-1", "123456789012", "AmazonRekognitionDone")),
];

static NEVER_ITSELF: ResourcePolicy = resource_policy![
    allow(sns::Publish)
        .to(service("rekognition.amazonaws.com"))
        .on(sns::topic("us-east-1", "123456789012", "AmazonRekognitionDone")),
];

static ANOTHER_RESOURCE: ResourcePolicy = resource_policy![
    allow(sns::Publish)
        .to(role("123456789012", "indexer"))
        .on(sqs::queue("us-east-1", "123456789012", "done")),
];

fn main() {}
