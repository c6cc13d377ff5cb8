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
        id: "REKOGNITION_IAM_REQUIRED_RESOURCE_MISSING",
        kind: Identity,
        around: ON,
        fires: &[
            "'ec2:RunInstances','Resource':'arn:aws:ec2:*:*:instance/*'",
            "'ec2:RunInstances','Resource':['arn:aws:ec2:*:*:instance/*','arn:aws:ec2:*::image/*','arn:aws:ec2:*:*:subnet/*','arn:aws:ec2:*:*:network-interface/*']",
            "'ec2:AttachVolume','Resource':'arn:aws:ec2:us-east-1:123456789012:volume/*'",
            "'glue:GetTable','Resource':'arn:aws:glue:us-east-1:123456789012:table/db/t'",
            "'glue:GetDatabase','Resource':'arn:aws:glue:us-east-1:123456789012:database/db'",
            "'ssm:SendCommand','Resource':'arn:aws:ssm:us-east-1::document/AWS-RunShellScript'",
        ],
        silent: &[
            "'ec2:RunInstances','Resource':'*'",
            "'ec2:RunInstances','Resource':'arn:aws:ec2:*:*:*/*'",
            "'ec2:RunInstances','Resource':['arn:aws:ec2:*:*:instance/*','arn:aws:ec2:*::image/*']},{'Effect':'Allow','Action':'ec2:Run*','Resource':['arn:aws:ec2:*:*:subnet/*','arn:aws:ec2:*:*:network-interface/*','arn:aws:ec2:*:*:security-group/*']",
            "'glue:GetTable','Resource':['arn:aws:glue:us-east-1:123456789012:catalog','arn:aws:glue:us-east-1:123456789012:database/db','arn:aws:glue:us-east-1:123456789012:table/db/t']",
            "'ssm:SendCommand','Resource':['arn:aws:ssm:us-east-1::document/AWS-RunShellScript','arn:aws:ec2:us-east-1:123456789012:instance/*']",
            "'ssm:SendCommand','Resource':['arn:aws:ssm:us-east-1::document/AWS-RunShellScript','arn:aws:ssm:us-east-1:123456789012:managed-instance/*']",
            "'ec2:StartInstances','Resource':'arn:aws:ec2:*:*:instance/*'",
        ],
    },
    // Resources that another service has, or that have a form of their own.
    Siblings {
        id: "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH",
        kind: Identity,
        around: ON,
        fires: &[
            "'states:SendTaskSuccess','Resource':'arn:aws:states:us-east-1:123456789012:execution:m:x'",
            "'ssmmessages:OpenDataChannel','Resource':'arn:aws:ssm:*:*:document/x'",
            "'backup:DeleteRecoveryPoint','Resource':'arn:aws:s3:::b'",
        ],
        silent: &[
            "['states:SendTaskSuccess','states:SendTaskFailure'],'Resource':'arn:aws:states:us-east-1:123456789012:activity:a'",
            "['states:DescribeExecution','states:StopExecution'],'Resource':'arn:aws:states:us-east-1:123456789012:execution:m/Map:*'",
            "'states:SendTaskHeartbeat','Resource':'arn:aws:states:us-east-1:123456789012:stateMachine:m'",
            "'ssmmessages:OpenDataChannel','Resource':'arn:aws:ssm:*:*:session/${aws:userid}-*'",
            "'ssmmessages:CreateControlChannel','Resource':'arn:aws:eks:*:*:cluster/*'",
            "'codeconnections:UseConnection','Resource':'arn:aws:codestar-connections:us-east-1:123456789012:connection/0a1b2c3d-0000-0000-0000-000000000000'",
            "'codestar-connections:UseConnection','Resource':'arn:aws:codeconnections:us-east-1:123456789012:connection/0a1b2c3d-0000-0000-0000-000000000000'",
            "['backup:DeleteRecoveryPoint','backup:StartRestoreJob'],'Resource':'arn:aws:ec2:us-east-1::snapshot/snap-0123456789abcdef0'",
            "'backup:DeleteRecoveryPoint','Resource':'arn:aws:backup:us-east-1:123456789012:recovery-point:x'",
            "'backup:DeleteRecoveryPoint','Resource':'arn:aws:rds:us-east-1:123456789012:snapshot:awsbackup:job-x'",
        ],
    },
    Siblings {
        id: "MISSING_ARN_ACCOUNT",
        kind: Identity,
        around: ON,
        fires: &[
            "'resource-explorer-2:Search','Resource':'arn:aws:resource-explorer-2:us-east-1::view/all/0a1b2c3d'",
        ],
        silent: &[
            "'resource-explorer-2:Search','Resource':'arn:aws:resource-explorer-2:*::view/AWSServiceViewForApplicationSignals/service-view'",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_ARN_WITHOUT_END",
        kind: Identity,
        around: ON,
        fires: &[],
        silent: &[
            "'codeartifact:PublishPackageVersion','Resource':'arn:aws:codeartifact:us-east-1:123456789012:package/d/r/npm//lodash'",
            "'codeartifact:PublishPackageVersion','Resource':'arn:aws:codeartifact:us-east-1:123456789012:package/d/r/npm/ns/lodash'",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_VALUE_NEVER_MATCHES",
        kind: Identity,
        around: r"{'Effect':'Allow','Resource':'*',..}}",
        fires: &[
            "'Action':'ec2:RunInstances','Condition':{'StringEquals':{'ec2:InstanceType':'t3-micro'}",
            "'Action':'ec2:RunInstances','Condition':{'StringEquals':{'ec2:Region':'us-east-1a'}",
            "'Action':'s3:PutBucketAcl','Condition':{'StringEquals':{'s3:x-amz-acl':'log-delivery-writes'}",
            "'Action':'s3:GetObject','Condition':{'ArnLike':{'s3:DataAccessPointArn':'arn:aws:s3::123456789012:accesspoint/x'}",
        ],
        silent: &[
            "'Action':'ec2:RunInstances','Condition':{'StringEquals':{'ec2:InstanceType':['t3.micro','u-12tb1.112xlarge','mac1.metal']}",
            "'Action':'ec2:RunInstances','Condition':{'StringLike':{'ec2:InstanceType':['t3.*','*']}",
            "'Action':'ec2:RunInstances','Condition':{'StringEquals':{'ec2:Region':'us-east-1'}",
            "'Action':'s3:PutBucketAcl','Condition':{'StringEquals':{'s3:x-amz-acl':'log-delivery-write'}",
            "'Action':'s3:GetObject','Condition':{'StringEquals':{'s3:DataAccessPointArn':'arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap'}",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_VALUE_UNLIKELY",
        kind: Identity,
        around: r"{'Effect':'Allow','Action':'ec2:CreateTags','Resource':'*','Condition':{'StringEquals':{..}}}",
        fires: &[
            "'ec2:CreateAction':'RunInstance'",
            "'ec2:CreateAction':['CreateVolume','ec2:RunInstances']",
        ],
        silent: &[
            "'ec2:CreateAction':['RunInstances','CreateVolume','CreateSnapshot','CreateFleet']",
        ],
    },
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
            "'Action':'iot:Connect','Resource':'*','Condition':{'Bool':{'iot:Connection.Thing.IsAtached':'true'}",
            "'Action':'iot:Connect','Resource':'*','Condition':{'StringEquals':{'iot:Connection.Thing.Attributes.site':'a'}",
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
