//! The forms of mistakes about resources, and about what services reject; `siblings` tries them.

#![cfg(all(
    feature = "json",
    feature = "all-services",
    feature = "iam",
    feature = "kms",
    feature = "s3",
    feature = "sns"
))]

use rekognition_iam_runtime::document::PolicyKind::{
    Identity, Resource, ResourceControl, RoleTrust,
};

use super::siblings::Siblings;

const ON: &str = r"{'Effect':'Allow','Action':..}";
const DENY: &str = r"{'Effect':'Deny','Action':..}";
const TO: &str = r"{'Effect':'Allow','Principal':{..},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t'}";
const CONTROL: &str = r"{'Effect':'Allow','Principal':'*',..,'Resource':'*'}";
const WHEN: &str = r"{'Effect':'Allow',..}}";

/// The forms of mistakes about resources, and about what services reject.
pub(super) const RESOURCES: &[Siblings] = &[
    Siblings {
        id: "REKOGNITION_IAM_EXCEPTION_UNUSED",
        kind: Identity,
        around: DENY,
        fires: &[
            "'s3:GetObject','NotResource':'arn:aws:s3:::b'",
            "['s3:GetObject','s3:Put*'],'NotResource':['arn:aws:s3:::b/*','arn:aws:sns:us-east-1:123456789012:t']",
        ],
        silent: &[
            "'s3:GetObject','NotResource':'arn:aws:s3:::b/*'",
            "'s3:GetObject','NotResource':['arn:aws:s3:::b','arn:aws:s3:::b/*']",
            "['s3:GetObject','s3:ListBucket'],'NotResource':'arn:aws:s3:::b'",
            "'s3:*','NotResource':'arn:aws:s3:::b'",
            "'*','NotResource':'arn:aws:s3:::b'",
            "['s3:GetObject','s3:NewAction'],'NotResource':'arn:aws:s3:::b'",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_ARN_WITHOUT_END",
        kind: Identity,
        around: ON,
        fires: &[
            "'secretsmanager:GetSecretValue','Resource':'arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db'",
            "'logs:StartQuery','Resource':'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/x'",
            "['logs:TagResource','logs:FilterLogEvents'],'Resource':'arn:aws:logs:*:*:log-group:x'",
        ],
        silent: &[
            "'secretsmanager:GetSecretValue','Resource':'arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-AbC123'",
            "'secretsmanager:GetSecretValue','Resource':'arn:aws:secretsmanager:us-east-1:123456789012:secret:db-??????'",
            "'secretsmanager:GetSecretValue','Resource':'arn:aws:secretsmanager:us-east-1:123456789012:secret:${aws:username}'",
            "'secretsmanager:CreateSecret','Resource':'arn:aws:secretsmanager:us-east-1:123456789012:secret:db'",
            "'logs:CreateLogStream','Resource':'arn:aws:logs:us-east-1:123456789012:log-group:x:*'",
            "'logs:CreateLogStream','Resource':'arn:aws:logs:us-east-1:123456789012:log-group:x*'",
            "'logs:TagResource','Resource':'arn:aws:logs:us-east-1:123456789012:log-group:x'",
        ],
    },
    Siblings {
        // `route53` lists VPCs too, and no action of it works on them.
        id: "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH",
        kind: Identity,
        around: ON,
        fires: &[
            "'ec2:TerminateInstances','Resource':'arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1a2b3c4d'",
            "'s3:GetObject','Resource':'arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1a2b3c4d'",
            "'ec2:DescribeInstances','Resource':'arn:aws:ec2:us-east-1:123456789012:instance/*'",
            "'eks:ListClusters','Resource':'arn:aws:eks:us-east-1:123456789012:cluster/a'",
        ],
        silent: &[
            "'ec2:DeleteVpc','Resource':'arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1a2b3c4d'",
            "'ec2:DescribeInstances','Resource':'*'",
            // AWS's guide grants it so, though the reference has no resource types for it.
            "'eks:CreateCluster','Resource':'arn:aws:eks:us-east-1:123456789012:cluster/a'",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_CANONICAL_USER",
        kind: Resource,
        around: TO,
        fires: &[
            r"'CanonicalUser':'79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be'",
        ],
        silent: &["'AWS':'123456789012'"],
    },
    Siblings {
        id: "REKOGNITION_IAM_CANONICAL_USER",
        kind: Resource,
        around: r"{'Effect':'Allow','Principal':{'CanonicalUser':'79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be'},..}",
        fires: &["'Action':['sqs:*','kms:Decrypt'],'Resource':'*'"],
        silent: &[
            "'Action':'s3:GetObject','Resource':'arn:aws:s3:::b/*'",
            "'Action':'S3-outposts:GetObject','Resource':'*'",
            "'Action':'*','Resource':'*'",
        ],
    },
    Siblings {
        id: "RCP_SYNTAX_ERROR_ALLOW",
        kind: ResourceControl,
        around: CONTROL,
        fires: &[
            "'Action':'s3:*'",
            "'Action':['*','s3:*']",
            "'NotAction':'*'",
        ],
        silent: &["'Action':'*'"],
    },
    Siblings {
        id: "REKOGNITION_IAM_ALLOWED_TO_EVERYONE",
        kind: RoleTrust,
        around: r"{'Effect':'Allow','Principal':{'AWS':'*'},'Action':'sts:AssumeRole','Condition':{..}}",
        // The caller chooses these.
        fires: &[
            "'StringEquals':{'sts:ExternalId':'abc'}",
            "'StringLike':{'sts:RoleSessionName':'x*'}",
        ],
        silent: &["'StringEquals':{'sts:ExternalId':'abc','aws:PrincipalAccount':'123456789012'}"],
    },
    Siblings {
        id: "REKOGNITION_IAM_ALLOWED_TO_EVERYONE",
        kind: Resource,
        around: r"{'Effect':'Allow','Principal':{'AWS':'*'},'Action':'kms:Decrypt','Resource':'*','Condition':{..}}",
        fires: &[
            "'StringEquals':{'kms:ViaService':'s3.us-east-1.amazonaws.com'}",
            "'ArnLike':{'aws:SourceArn':'arn:aws:s3:::*'}",
        ],
        silent: &[
            "'StringEquals':{'kms:ViaService':'s3.us-east-1.amazonaws.com','kms:CallerAccount':'123456789012'}",
            "'ArnLike':{'aws:SourceArn':'arn:aws:s3:::b'}",
        ],
    },
    Siblings {
        id: "INVALID_SERVICE_CONDITION_KEY",
        kind: Identity,
        around: WHEN,
        fires: &[
            "'Action':'s3:GetObject','Resource':'*','Condition':{'Bool':{'iot:Connection.Thing.IsAttached':'true'}",
            "'Action':'iot:Connect','Resource':'*','Condition':{'Bool':{'iot:Connected':'true'}",
        ],
        // What AWS IoT Core evaluates by itself, and what only a guide documents.
        silent: &[
            "'Action':'iot:Connect','Resource':'*','Condition':{'Bool':{'iot:Connection.Thing.IsAttached':'true'}",
            "'Action':['iot:Publish','iotjobsdata:*'],'Resource':'*','Condition':{'StringEquals':{'iot:Connection.Thing.Attributes[site]':'a'}",
            "'Action':'sagemaker:InvokeEndpoint','Resource':'*','Condition':{'StringLike':{'sagemaker:TargetContainerHostname':'a*'}",
        ],
    },
    Siblings {
        id: "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        kind: Identity,
        around: WHEN,
        fires: &[
            "'Action':'dynamodb:Scan','Resource':'*','Condition':{'StringEquals':{'dynamodb:EnclosingOperation':'x'}",
        ],
        silent: &[
            "'Action':['dynamodb:ConditionCheckItem','dynamodb:PutItem'],'Resource':'*','Condition':{'ForAnyValue:StringEquals':{'dynamodb:EnclosingOperation':'TransactWriteItems'}",
        ],
    },
    Siblings {
        id: "MISSING_QUALIFIER",
        kind: Identity,
        around: WHEN,
        fires: &[
            "'Action':'dynamodb:GetItem','Resource':'*','Condition':{'StringEquals':{'dynamodb:LeadingKeys':'a'}",
        ],
        silent: &[
            "'Action':'events:PutRule','Resource':'*','Condition':{'StringEquals':{'events:source':'aws.ec2','events:detail-type':'x'}",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_VALUE_NEVER_MATCHES",
        kind: Identity,
        around: r"{'Effect':'Deny','Action':'s3:*','Resource':'*','Condition':{'ArnNotLike':{'aws:PrincipalArn':'..'}}}",
        fires: &["arn:aws:iam::123456789012:role/a:b"],
        silent: &["arn:aws:iam::*:role/aws:ec2-infrastructure"],
    },
];
