//! What is wrong with a policy as a whole, or between its statements.

use rekognition_iam::{Policy, ResourcePolicy, aws, policy, rekognition, resource_policy, s3, sns};

static NO_SUCH_VERSION: Policy = policy![
    version("2012-10-18"),
    allow(rekognition::DetectLabels).on_any(),
];

static WITHOUT_VERSION: Policy = policy![
    no_version(),
    allow(rekognition::DetectLabels).on_any(),
];

static TOO_OLD: Policy = policy![
    version("2008-10-17"),
    allow(s3::GetObject).on(s3::object("homes", "${aws:username}/*")),
];

static ON_NOTHING: Policy = policy![
    allow(rekognition::SearchFacesByImage).no_resource(),
];

static FOR_NOBODY: ResourcePolicy = resource_policy![
    allow(sns::Publish)
        .no_principal()
        .on(sns::topic("us-east-1", "123456789012", "AmazonRekognitionDone")),
];

static CANCELLED: Policy = policy![
    allow(rekognition::DetectFaces, rekognition::DetectLabels).on_any(),
    deny(rekognition::matching("Detect*")).on_any(),
];

static TWO_OF_ONE_NAME: ResourcePolicy = resource_policy![
    allow(sns::Publish)
        .to(role("123456789012", "indexer"))
        .on(sns::topic("us-east-1", "123456789012", "AmazonRekognitionDone"))
        .sid("From the indexer"),
    allow(sns::Subscribe)
        .to(account("210987654321"))
        .on(sns::topic("us-east-1", "123456789012", "AmazonRekognitionDone"))
        .sid("From the indexer"),
];

static ONE_KEY_TWICE: Policy = policy![
    allow(rekognition::DetectLabels).on_any().when(
        aws::RequestedRegion.string_equals("eu-west-1"),
        "aws:requestedRegion".string_equals("eu-central-1"),
    ),
];

static NO_SUCH_OPERATOR: Policy = policy![
    allow(rekognition::DetectLabels)
        .on_any()
        .when("aws:RequestedRegion".operator("StringEqual", "eu-west-1")),
];

static TWO_TYPES: Policy = policy![
    allow(rekognition::DetectLabels)
        .on_any()
        .when(aws::MultiFactorAuthAge.numeric_equals(json(300), 600)),
];

static OUTSIDE_LATIN_1: Policy = policy![
    allow(rekognition::DetectLabels)
        .on_any()
        .when(aws::PrincipalTag("team").string_equals("Łódź")),
];

fn main() {}
