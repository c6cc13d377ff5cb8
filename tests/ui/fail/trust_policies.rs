//! Who may assume a role, and how.

use rekognition_iam::{TrustPolicy, aws, rekognition, sts, trust_policy};

static WHO: TrustPolicy = trust_policy![
    allow(sts::AssumeRole).to(anyone()).when(aws::PrincipalOrgID.string_equals("o-a1b2c3d4e5")),
    allow(sts::AssumeRole).to(not(account("123456789012"))),
    allow(sts::AssumeRole).to(service("lamda.amazonaws.com")),
    allow(sts::AssumeRole).to(role(
        "123456789012",
        "aws-service-role/rekognition.amazonaws.com/AWSServiceRoleForRekognition",
    )),
];

static WHAT: TrustPolicy = trust_policy![
    allow(rekognition::DetectLabels).to(account("123456789012")),
    allow(sts::AssumeRole).to(account("123456789012")).on_any(),
    allow(sts::AssumeRole).to(service("rolesanywhere.amazonaws.com")),
];

static FOR_WHOM: TrustPolicy = trust_policy![
    allow(sts::AssumeRole)
        .to(service("rekognition.amazonaws.com"))
        .when(aws::SourceArn.arn_like("arn:aws:rekognition:us-east-1:123456789012:collection/staff")),
    allow(sts::AssumeRole)
        .to(service("lambda.amazonaws.com"))
        .when(aws::PrincipalOrgID.string_equals("o-a1b2c3d4e5")),
    allow(sts::AssumeRole)
        .to(service("rekognition.amazonaws.com"), user("123456789012", "operator"))
        .when(aws::SourceAccount.string_equals("123456789012")),
];

static PROVIDERS: TrustPolicy = trust_policy![
    allow(sts::AssumeRoleWithWebIdentity).to(federated("google")),
    allow(sts::AssumeRoleWithWebIdentity)
        .to(federated("arn:aws:iam::123456789012:saml-provider/Corp")),
    allow(sts::AssumeRoleWithWebIdentity)
        .to(federated("cognito-identity.amazonaws.com"))
        .when(
            sts::cognito_identity_amazonaws_com_aud
                .for_any_value()
                .string_equals("us-east-1:12345678-dead-beef-cafe-123456790ab"),
        ),
];

fn main() {}
