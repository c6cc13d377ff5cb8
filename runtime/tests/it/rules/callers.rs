//! The forms of mistakes about who calls, and for whom; `siblings` tries them.

#![cfg(all(
    feature = "json",
    feature = "iam",
    feature = "kms",
    feature = "s3",
    feature = "sns"
))]

use rekognition_iam_runtime::document::PolicyKind::{
    Identity, Resource, ResourceControl, RoleTrust,
};

use super::siblings::{READ_ARN, Siblings};

const TO_EVERYONE: &str = r"{'Effect':'Allow','Principal':'*','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/*','Condition':{..}}";
const TO_CLOUDTRAIL: &str = r"{'Effect':'Allow','Principal':{'Service':'cloudtrail.amazonaws.com'},'Action':'s3:PutObject','Resource':'arn:aws:s3:::b/*','Condition':{..}}";
const TRUST: &str = r"{'Effect':'Allow','Principal':{'Service':'rekognition.amazonaws.com'},'Action':'sts:AssumeRole','Condition':{..}}";
const GITHUB: &str = r"{'Effect':'Allow','Principal':{'Federated':'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com'},'Action':'sts:AssumeRoleWithWebIdentity','Condition':{..}}";
const COGNITO: &str = r"{'Effect':'Allow','Principal':{'Federated':'cognito-identity.amazonaws.com'},'Action':'sts:AssumeRoleWithWebIdentity','Condition':{..}}";
const TRUSTED_PROVIDER: &str = r"{'Effect':'Allow','Principal':{'Federated':'..'},'Condition':{'StringEquals':{'gitlab.com:sub':'project_path:o/r:ref_type:branch:ref:main'}}}";
const PROVIDER: &str = r"{'Effect':'Allow','Action':'sts:AssumeRoleWithWebIdentity','Principal':{'Federated':'arn:aws:iam::123456789012:oidc-provider/..}}";
const TO_SERVICE: &str = r"{'Effect':'Allow','Principal':{'Service':'..}}";
const TRUST_ACTION: &str =
    r"{'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::123456789012:role/a'},'Action':'..'}";
const DENY_IDENTITIES: &str = r"{'Effect':'Deny','Principal':'*','Action':'sts:AssumeRoleWithWebIdentity','Resource':'*','Condition':{..}}";
const READ_WHEN: &str =
    r"{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/*','Condition':{..}}";
const LABELS_WHEN: &str =
    r"{'Effect':'Allow','Action':'rekognition:DetectLabels','Resource':'*','Condition':{..}}";

/// The forms of mistakes about who calls, and for whom.
pub(super) const CALLERS: &[Siblings] = &[
    Siblings {
        id: "REKOGNITION_IAM_ALLOW_NOT_ACTION",
        kind: Identity,
        around: r"{'Effect':..}",
        fires: &[
            "'Allow','NotAction':['iam:*','organizations:*'],'Resource':'*'",
            "'Allow','NotAction':'iam:*','Resource':['arn:aws:s3:::b','*']",
            "'Allow','NotAction':'iam:*','NotResource':'arn:aws:s3:::b'",
            "'Allow','NotAction':'iam:*','Resource':'*','Condition':{'StringEquals':{'aws:RequestedRegion':'us-east-1'}}",
        ],
        silent: &[
            "'Deny','NotAction':'iam:*','Resource':'*'",
            "'Allow','NotAction':'iam:*','Resource':'arn:aws:s3:::b/*'",
            // These have a rule of their own.
            "'Allow','Action':'*','Resource':'*'",
            "'Allow','NotAction':'s3:GetObject','Resource':'*'",
            "'Allow','NotAction':'iam:*','Resource':'*','Condition':{'StringEquals':{'aws:ResourceTag/team':'a'}}",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_SERVICE_KEY_IN_IDENTITY_POLICY",
        kind: Identity,
        around: READ_WHEN,
        fires: &[
            "'StringEquals':{'aws:SourceAccount':'123456789012'}",
            "'ArnLike':{'aws:sourcearn':'arn:aws:lambda:us-east-1:123456789012:function:f'}",
            "'ForAnyValue:StringLike':{'aws:SourceOrgPaths':'o-a1b2c3d4e5/*'}",
            "'Bool':{'aws:PrincipalIsAWSService':'true'}",
            "'StringEquals':{'aws:PrincipalServiceName':'s3.amazonaws.com'}",
        ],
        silent: &[
            "'StringNotEquals':{'aws:SourceAccount':'123456789012'}",
            "'StringEqualsIfExists':{'aws:SourceAccount':'123456789012'}",
            "'Null':{'aws:SourceArn':'true'}",
            "'Bool':{'aws:PrincipalIsAWSService':'false'}",
            "'StringEquals':{'aws:SourceVpc':'vpc-0a1b2c3d4e5f60718'}",
            "'ArnLike':{'lambda:SourceFunctionArn':'arn:aws:lambda:us-east-1:123456789012:function:f'}",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_SERVICE_KEY_IN_IDENTITY_POLICY",
        kind: Resource,
        around: TO_CLOUDTRAIL,
        fires: &[],
        silent: &["'StringEquals':{'aws:SourceAccount':'123456789012'}"],
    },
    Siblings {
        id: "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
        kind: Resource,
        around: r"{'Effect':'Allow','Action':'s3:PutObject','Principal':{'Service':..}",
        fires: &[
            "'logdelivery.elasticloadbalancing.amazonaws.com'},'Resource':'arn:aws:s3:::b/AWSLogs/*'",
            "'logdelivery.elasticloadbalancing.amazonaws.com'},'Resource':['arn:aws:s3:::b/AWSLogs/123456789012/*','arn:aws:s3:::b/*']",
            "'delivery.logs.amazonaws.com'},'Resource':'arn:aws:s3:::b/AWSLogs/123456789012/*'",
        ],
        silent: &[
            "'logdelivery.elasticloadbalancing.amazonaws.com'},'Resource':'arn:aws:s3:::b/AWSLogs/123456789012/*'",
            "'logdelivery.elasticloadbalancing.amazonaws.com'},'Resource':'arn:aws:s3:::b/prefix/AWSLogs/123456789012/*'",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_SECURE_TRANSPORT_REVERSED",
        kind: Identity,
        around: r"{'Effect':..,'Action':'s3:GetObject','Resource':'arn:aws:s3:::b/*'}",
        fires: &[
            "'Deny','Condition':{'Bool':{'aws:SecureTransport':'true'}}",
            "'Deny','Condition':{'StringEquals':{'aws:SecureTransport':'true'}}",
            "'Deny','Condition':{'StringNotEquals':{'aws:securetransport':'false'}}",
            "'Allow','Condition':{'BoolIfExists':{'aws:SecureTransport':false}}",
        ],
        silent: &[
            "'Deny','Condition':{'Bool':{'aws:SecureTransport':'false'}}",
            "'Deny','Condition':{'StringNotEquals':{'aws:SecureTransport':'true'}}",
            "'Allow','Condition':{'Bool':{'aws:SecureTransport':'true'}}",
            "'Deny','Condition':{'Null':{'aws:SecureTransport':'true'}}",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_POD_IDENTITY_WITHOUT_TAG_SESSION",
        kind: RoleTrust,
        around: r"{'Effect':'Allow','Principal':..}",
        fires: &[
            "{'Service':'pods.eks.amazonaws.com'},'Action':'sts:AssumeRole'",
            "{'Service':['ec2.amazonaws.com','pods.eks.amazonaws.com']},'Action':['sts:AssumeRole']",
        ],
        silent: &[
            "{'Service':'pods.eks.amazonaws.com'},'Action':['sts:AssumeRole','sts:TagSession']",
            "{'Service':'pods.eks.amazonaws.com'},'Action':'sts:AssumeRole'},{'Effect':'Allow','Principal':{'Service':'pods.eks.amazonaws.com'},'Action':'sts:TagSession'",
            "{'Service':'eks.amazonaws.com'},'Action':'sts:AssumeRole'",
        ],
    },
    Siblings {
        id: "MISSING_BRACE_IN_VARIABLE",
        kind: Identity,
        around: r"{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/..'}",
        fires: &[
            "home/$aws:username/*",
            "$aws:PrincipalTag/team",
            "${aws:username",
        ],
        silent: &[
            "home/${aws:username}/*",
            "$aws/things/*",
            "$latest:x",
            "${$}aws:username",
        ],
    },
    Siblings {
        id: "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED",
        kind: RoleTrust,
        around: GITHUB,
        fires: &["'StringLike':{'token.actions.githubusercontent.com:sub':'repo:o/r:*'}"],
        // Such a `*` is a plain character, which is reported for that.
        silent: &["'StringEquals':{'token.actions.githubusercontent.com:sub':'repo:o/r:*'}"],
    },
    Siblings {
        id: "REKOGNITION_IAM_ALLOWED_TO_EVERYONE",
        kind: Resource,
        around: TO_EVERYONE,
        fires: &[
            "'StringEquals':{'aws:ResourceAccount':'111122223333'}",
            "'StringEquals':{'s3:ExistingObjectTag/public':'yes'}",
            "'StringEquals':{'aws:PrincipalTag/team':'x'}",
            "'StringLike':{'aws:PrincipalArn':'*'}",
            "'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::*:role/admin'}",
            "'ArnLike':{'aws:SourceArn':'arn:aws:sns:*:*:*'}",
            "'IpAddress':{'aws:SourceIp':'0.0.0.0/0'}",
            "'IpAddress':{'aws:SourceIp':['0.0.0.0/1','128.0.0.0/1']}",
            "'Bool':{'aws:PrincipalIsAWSService':'false'}",
            "'Bool':{'aws:ViaAWSService':'true'}",
            "'StringEqualsIfExists':{'aws:PrincipalOrgID':'o-a1b2c3d4e5'}",
        ],
        silent: &[
            "'StringEquals':{'aws:PrincipalOrgID':'o-a1b2c3d4e5'}",
            "'StringEquals':{'aws:PrincipalTag/team':'x','aws:PrincipalAccount':'111122223333'}",
            "'StringLike':{'aws:PrincipalOrgID':'o-*'}",
            "'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::111122223333:role/*'}",
            "'ArnLike':{'aws:SourceArn':'arn:aws:s3:*:*:amzn-s3-demo-bucket'}",
            "'IpAddress':{'aws:SourceIp':'203.0.113.0/24'}",
            "'StringEquals':{'aws:SourceVpce':'vpce-0a1b2c3d4e5f60718'}",
            "'Bool':{'aws:PrincipalIsAWSService':'true'}",
            "'StringEquals':{'s3:DataAccessPointAccount':'111122223333'}",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_TRUST_WITHOUT_SOURCE",
        kind: RoleTrust,
        around: TRUST,
        fires: &[
            "'StringNotEquals':{'aws:SourceAccount':'111122223333'}",
            "'Null':{'aws:SourceAccount':'false'}",
            "'StringEqualsIfExists':{'aws:SourceAccount':'111122223333'}",
            "'StringLike':{'aws:SourceArn':'*'}",
            "'ArnLike':{'aws:SourceArn':'arn:aws:rekognition:*:*:streamprocessor/*'}",
        ],
        silent: &[
            "'StringEquals':{'aws:SourceAccount':'111122223333'}",
            "'ArnLike':{'aws:SourceArn':'arn:aws:rekognition:*:111122223333:streamprocessor/*'}",
            "'ArnLike':{'aws:SourceArn':'arn:aws:rekognition:*:*:streamprocessor/*'},'StringEquals':{'aws:SourceAccount':'111122223333'}",
        ],
    },
    Siblings {
        id: "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
        kind: Resource,
        around: TO_CLOUDTRAIL,
        fires: &[
            "'StringNotEquals':{'aws:SourceAccount':'111122223333'}",
            "'Null':{'aws:SourceArn':'false'}",
            "'ArnLike':{'aws:SourceArn':'arn:aws:cloudtrail:*:*:trail/*'}",
        ],
        silent: &["'ArnLike':{'aws:SourceArn':'arn:aws:cloudtrail:*:111122223333:trail/*'}"],
    },
    Siblings {
        id: "MISSING_GITHUB_REPO_CONDITION_KEY",
        kind: RoleTrust,
        around: GITHUB,
        fires: &[
            "'StringNotLike':{'token.actions.githubusercontent.com:sub':'repo:o/r:*'}",
            "'Null':{'token.actions.githubusercontent.com:sub':'false'}",
            "'StringLike':{'token.actions.githubusercontent.com:sub':'*'}",
            "'StringEquals':{'token.actions.githubusercontent.com:environment':'production'}",
        ],
        silent: &[
            "'StringLike':{'token.actions.githubusercontent.com:sub':'repo:o/r:*'}",
            "'StringEquals':{'token.actions.githubusercontent.com:repository':'o/r'}",
            "'StringEquals':{'token.actions.githubusercontent.com:repository_id':'123456789'}",
        ],
    },
    Siblings {
        id: "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
        kind: Resource,
        around: TO_SERVICE,
        fires: &[
            "logs.us-east-1.amazonaws.com'},'Action':'kms:Decrypt','Resource':'*','Condition':{'ArnLike':{'kms:EncryptionContext:aws:logs:arn':'arn:aws:logs:*:*:*'}",
            "logs.us-east-1.amazonaws.com'},'Action':'kms:Decrypt','Resource':'*','Condition':{'StringEquals':{'kms:EncryptionContext:app':'photos'}",
            "alexa-appkit.amazon.com'},'Action':'lambda:InvokeFunction','Resource':'arn:aws:lambda:us-east-1:123456789012:function:f','Condition':{'StringEqualsIfExists':{'lambda:EventSourceToken':'amzn1.ask.skill.x'}",
        ],
        silent: &[
            "logs.us-east-1.amazonaws.com'},'Action':'kms:Decrypt','Resource':'*','Condition':{'ArnEquals':{'kms:EncryptionContext:aws:logs:arn':'arn:aws:logs:us-east-1:123456789012:log-group:a'}",
            "cloudtrail.amazonaws.com'},'Action':'kms:Decrypt','Resource':'*','Condition':{'StringLike':{'kms:EncryptionContext:aws:cloudtrail:arn':'arn:aws:cloudtrail:*:123456789012:trail/*'}",
            "alexa-appkit.amazon.com'},'Action':'lambda:InvokeFunction','Resource':'arn:aws:lambda:us-east-1:123456789012:function:f','Condition':{'StringEquals':{'lambda:EventSourceToken':'amzn1.ask.skill.x'}",
        ],
    },
    Siblings {
        id: "UNSUPPORTED_ACTION_IN_POLICY",
        kind: RoleTrust,
        around: TRUST_ACTION,
        fires: &[
            "sts:GetCallerIdentity",
            "sts:GetFederationToken",
            "sts:Get*",
            "s3:GetObject",
        ],
        silent: &[
            "sts:AssumeRole",
            "sts:*",
            "sts:TagSession",
            "sts:SetContext",
        ],
    },
    Siblings {
        id: "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
        kind: RoleTrust,
        around: COGNITO,
        fires: &[
            "'ForAnyValue:StringLike':{'cognito-identity.amazonaws.com:amr':'authenticated'}",
            "'Null':{'cognito-identity.amazonaws.com:aud':'false'}",
            "'StringNotEquals':{'cognito-identity.amazonaws.com:aud':'us-east-1:12345678-abcd-abcd-abcd-123456790ab'}",
        ],
        silent: &[
            "'StringEquals':{'cognito-identity.amazonaws.com:aud':'us-east-1:12345678-abcd-abcd-abcd-123456790ab'}",
        ],
    },
    Siblings {
        id: "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
        kind: RoleTrust,
        around: PROVIDER,
        fires: &[
            "gitlab.com'},'Condition':{'StringEquals':{'gitlab.com:aud':'https://gitlab.com'}",
            "gitlab.com'},'Condition':{'StringEquals':{'gitlab.com:ref_protected':'true'}",
            "app.terraform.io'},'Condition':{'StringEquals':{'app.terraform.io:aud':'aws.workload.identity'}",
            "agent.buildkite.com'},'Condition':{'StringEquals':{'agent.buildkite.com:aud':'sts.amazonaws.com','agent.buildkite.com:pipeline_slug':'deploy'}",
        ],
        silent: &[
            "gitlab.com'},'Condition':{'StringLike':{'gitlab.com:sub':'project_path:o/r:*'}",
            "gitlab.com'},'Condition':{'StringEquals':{'gitlab.com:project_id':'20'}",
            "agent.buildkite.com'},'Condition':{'StringEquals':{'agent.buildkite.com:organization_slug':'acme'}",
            // The audience of these tokens names the customer, and the issuer of these does.
            "oidc.vercel.com'},'Condition':{'StringEquals':{'oidc.vercel.com:aud':'https://vercel.com/acme'}",
            "gitlab.example.com'},'Condition':{'StringEquals':{'gitlab.example.com:aud':'https://gitlab.example.com'}",
        ],
    },
    // A claim is a key whose name only its provider knows, but for slips.
    Siblings {
        id: "INVALID_SERVICE_CONDITION_KEY",
        kind: RoleTrust,
        around: GITHUB,
        fires: &[
            "'StringLike':{'token.actions.githubusercontent.com:sbu':'repo:o/r:*'}",
            "'StringEquals':{'token.actions.githubusercontent.com:repositry':'o/r'}",
            "'StringEquals':{'token.actions.githubusercontent.com:workflows':'a'}",
        ],
        silent: &[
            "'StringLike':{'token.actions.githubusercontent.com:SUB':'repo:o/r:*'}",
            "'StringEquals':{'token.actions.githubusercontent.com:job_workflow_sha':'a'}",
            "'StringEquals':{'token.actions.githubusercontent.com:base_ref':'a'}",
            "'StringEquals':{'token.actions.githubusercontent.com:repository_owner':'a'}",
            "'StringEquals':{'token.actions.githubusercontent.com:environment':'a'}",
        ],
    },
    Siblings {
        id: "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
        kind: RoleTrust,
        around: GITHUB,
        fires: &[
            "'ForAllValues:StringEquals':{'token.actions.githubusercontent.com:sub':'repo:o/r:ref:refs/heads/main'}",
            "'ForAllValues:StringLike':{'token.actions.githubusercontent.com:SUB':'repo:o/r:*'}",
            "'ForAllValues:StringEquals':{'token.actions.githubusercontent.com:aud':'sts.amazonaws.com'}",
            "'ForAllValues:StringEquals':{'token.actions.githubusercontent.com:repository':'o/r'}",
        ],
        silent: &[
            "'StringEquals':{'token.actions.githubusercontent.com:sub':'repo:o/r:ref:refs/heads/main'}",
            "'ForAllValues:StringEquals':{'token.actions.githubusercontent.com:amr':'mfa'}",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_FORALLVALUES_WITHOUT_KEY",
        kind: RoleTrust,
        around: COGNITO,
        fires: &[
            "'ForAllValues:StringLike':{'cognito-identity.amazonaws.com:amr':'authenticated'}",
        ],
        silent: &[
            "'ForAnyValue:StringLike':{'cognito-identity.amazonaws.com:amr':'authenticated'}",
            "'ForAllValues:StringLike':{'cognito-identity.amazonaws.com:amr':'authenticated'},'Null':{'cognito-identity.amazonaws.com:amr':'false'}",
        ],
    },
    Siblings {
        id: "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY",
        kind: RoleTrust,
        around: TRUSTED_PROVIDER,
        fires: &[
            "gitlab.com",
            "google.com",
            "oidc.eks.us-east-1.amazonaws.com/id/AB",
            "arn:aws:iam:us-east-1:123456789012:oidc-provider/gitlab.com",
            "arn:aws:iam::aws:oidc-provider/gitlab.com",
        ],
        silent: &[
            "arn:aws:iam::123456789012:oidc-provider/gitlab.com",
            "accounts.google.com",
            "cognito-identity-us-gov.amazonaws.com",
        ],
    },
    Siblings {
        id: "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
        kind: RoleTrust,
        around: TRUST,
        fires: &["'StringEquals':{'aws:PrincipalTag/x509Issuer/CN':'Bob'}"],
        silent: &[
            "'StringEquals':{'aws:SourceAccount':'111122223333'}}},{'Effect':'Allow','Principal':{'Service':'rolesanywhere.amazonaws.com'},'Action':['sts:AssumeRole','sts:TagSession','sts:SetSourceIdentity'],'Condition':{'StringEquals':{'aws:PrincipalTag/x509Issuer/CN':'Bob'},'ArnEquals':{'aws:SourceArn':'arn:aws:rolesanywhere:us-east-1:123456789012:trust-anchor/a'}",
        ],
    },
    Siblings {
        id: "INVALID_SERVICE",
        kind: ResourceControl,
        around: DENY_IDENTITIES,
        fires: &["'StringNotLikeIfExists':{'tokens:sub':'repo:o/*'}"],
        silent: &[
            "'StringNotLikeIfExists':{'token.actions.githubusercontent.com:sub':'repo:o/*'}",
            "'Null':{'app.terraform.io:sub':'false'}",
        ],
    },
    Siblings {
        id: "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        kind: Identity,
        around: READ_WHEN,
        fires: &["'StringEquals':{'s3:delimiter':'/'}"],
        silent: &[
            "'StringEquals':{'saml:sub':'x'}",
            "'StringEquals':{'cognito-identity.amazonaws.com:sub':'x'}",
            "'StringEquals':{'www.amazon.com:user_id':'x'}",
            // A request through an access point is checked against the bucket too.
            "'StringEquals':{'s3:DataAccessPointAccount':'111122223333'}",
            "'StringEquals':{'s3:AccessPointNetworkOrigin':'VPC'}",
        ],
    },
    Siblings {
        id: "TYPE_MISMATCH",
        kind: Identity,
        around: READ_WHEN,
        fires: &["'StringEquals':{'aws:SourceIp':'203.0.113.0/24'}"],
        silent: &["'StringEquals':{'aws:Ec2InstanceSourcePrivateIPv4':'${aws:VpcSourceIp}'}"],
    },
    Siblings {
        id: "REKOGNITION_IAM_REGION_WITHOUT_REKOGNITION",
        kind: Identity,
        around: LABELS_WHEN,
        fires: &[
            "'StringEquals':{'aws:RequestedRegion':'eu-west-3'}",
            "'StringEquals':{'aws:RequestedRegion':['eu-west-3','eu-north-1']}",
        ],
        silent: &[
            "'StringEquals':{'aws:RequestedRegion':['eu-west-3','eu-west-1']}",
            "'StringNotEquals':{'aws:RequestedRegion':'eu-west-3'}",
            "'StringLike':{'aws:RequestedRegion':'eu-*'}",
        ],
    },
    Siblings {
        id: "INVALID_ARN_RESOURCE",
        kind: Identity,
        around: READ_ARN,
        fires: &[
            "arn:aws:s3:::arn:aws:s3:::b",
            "arn:aws:s3:::arn:aws:s3:::b/*",
            "arn:aws:iam::123456789012:role/arn:aws:iam::123456789012:role/x",
            "arn:aws:sqs:us-east-1:123456789012:arn:aws:sqs:us-east-1:123456789012:q",
        ],
        silent: &[
            "arn:aws:s3:::b/arn:aws:s3:::c",
            "arn:aws:s3:::arn",
            "arn:aws:iam::123456789012:role/arn",
        ],
    },
];
