//! Each rule here catches the same mistake in its other forms too, and accepts what only resembles it.

#![cfg(all(
    feature = "json",
    feature = "iam",
    feature = "kms",
    feature = "s3",
    feature = "sns"
))]

use rekognition_iam_runtime::check::{Options, Severity};
use rekognition_iam_runtime::document::PolicyKind::{self, Identity, Resource};
use rekognition_iam_runtime::json;

use super::callers::CALLERS;
use super::principals::PRINCIPALS;
#[cfg(feature = "all-services")]
use super::resources::RESOURCES;
#[cfg(not(feature = "all-services"))]
const RESOURCES: &[Siblings] = &[];
use crate::rules::support::whole;

/// Forms of one mistake, and what is right. Documents are short, as in `support`.
pub(super) struct Siblings {
    pub(super) id: &'static str,
    pub(super) kind: PolicyKind,
    /// Statements, or parts of one in place of the `..` of `around`.
    pub(super) fires: &'static [&'static str],
    pub(super) silent: &'static [&'static str],
    pub(super) around: &'static str,
}

const PASS_ROLE: &str =
    r"{'Effect':'Allow','Action':'iam:PassRole','Resource':'*','Condition':{..}}";
const LINKED_ROLE: &str =
    r"{'Effect':'Allow','Action':'iam:CreateServiceLinkedRole','Resource':'*','Condition':{..}}";
const ON_ALL: &str = r"{'Effect':'Allow','Action':'..','Resource':'*'}";
const LABELS: &str = r"{'Effect':'Allow','Action':'rekognition:StartLabelDetection','Resource':'*'},{'Effect':'Allow','Action':'iam:PassRole','Resource':'arn:aws:iam::123456789012:role/a','Condition':{..}}";
const LABELS_WITHOUT: &str = r"{'Effect':'Allow','Action':'rekognition:StartLabelDetection','Resource':'*'},{'Effect':'Allow','Action':'iam:PassRole','Resource':'arn:aws:iam::123456789012:role/a'},{'Effect':'Deny','Action':'iam:PassRole',..}";
pub(super) const TO_PRINCIPAL: &str = r"{'Effect':'Allow','Principal':{..},'Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t'}";
const TO_ROLE: &str = r"{'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::123456789012:role/a'},'Action':'..','Resource':'*'}";
const DENY: &str =
    r"{'Effect':'Deny','Action':'rekognition:DeleteCollection','Resource':'*','Condition':{..}}";
const ALLOW: &str =
    r"{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{..}}";
const TAG: &str = r"{'Effect':'Allow','Action':['rekognition:CreateCollection','rekognition:TagResource'],'Resource':'*','Condition':{..}}";
const DENY_READING: &str = r"{'Effect':'Deny','Action':'s3:*','Resource':'*','Condition':{..}}";
const DECRYPT: &str = r"{'Effect':'Allow','Action':'kms:Decrypt','Resource':'*','Condition':{..}}";
const PUT: &str =
    r"{'Effect':'Allow','Action':'s3:PutObject','Resource':'arn:aws:s3:::b/*','Condition':{..}}";
const IN_REGION: &str = r"{'Effect':'Allow','Action':'rekognition:..'}";
const READ: &str = r"{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::..'}";
pub(super) const READ_ARN: &str = r"{'Effect':'Allow','Action':'*','Resource':'..'}";

const READ_ARN_OF: &str = r"{'Effect':'Allow','Action':'..'}";

const SIBLINGS: &[Siblings] = &[
    // Other services list buckets as well, and say nothing of their names.
    Siblings {
        id: "REKOGNITION_IAM_ID_GRAMMAR",
        kind: Identity,
        around: READ,
        fires: &[
            "<bucket>/*",
            "{bucket}/a",
            "$(Bucket)/*",
            "my bucket/a/*",
            "a,b/*",
        ],
        silent: &[
            "BUCKET_NAME/*",
            "a.b-c/<key>/{x} y,z",
            "a-*/b",
            "${aws:username}/*",
            "a-${aws:PrincipalTag/team}-b/*",
            "a?/b:c",
        ],
    },
    Siblings {
        id: "MISSING_ACTION_FOR_CONDITION_KEY",
        kind: Identity,
        around: r"{'Effect':'Allow','Action':'sns:Publish','Resource':'arn:aws:sns:us-east-1:123456789012:t','Condition':{..}}",
        fires: &["'StringEquals':{'sns:Protocol':'https'}"],
        // These hold for a request without the key.
        silent: &[
            "'StringEqualsIfExists':{'sns:Protocol':'https'}",
            "'Null':{'sns:Protocol':'true'}",
        ],
    },
    Siblings {
        id: "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS",
        kind: Identity,
        around: r"{'Effect':..}}",
        fires: &[
            "'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringLike':{'aws:PrincipalArn':'arn:aws:iam::*:role/a'}",
            "'Deny','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringNotLike':{'aws:PrincipalArn':'arn:aws:iam::*:role/a'}",
        ],
        silent: &[
            "'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringLike':{'aws:PrincipalArn':'arn:aws:iam::123456789012:role/a'}",
            "'Deny','Action':'rekognition:DetectText','Resource':'*','Condition':{'StringLike':{'aws:PrincipalArn':'arn:aws:iam::*:root'}",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_VALUE_NEVER_MATCHES",
        kind: Identity,
        around: DENY,
        fires: &[
            "'ArnNotLike':{'aws:PrincipalArn':'arn:aws:sts::*:assumed-role/x/*'}",
            "'StringNotLike':{'aws:PrincipalArn':'*:assumed-role/x/*'}",
            "'ArnLike':{'aws:PrincipalArn':'arn:*:sts::*:assumed-role/x/s'}",
            "'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::*:roles/x*'}",
            "'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::*:group/x'}",
        ],
        silent: &[
            "'ArnNotLike':{'aws:PrincipalArn':'arn:aws:sts::*:federated-user/x'}",
            "'ArnNotLike':{'aws:PrincipalArn':'arn:aws:iam::*:role/path/*'}",
            "'StringNotLike':{'aws:PrincipalArn':'*:role/x*'}",
            "'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::*:*'}",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH",
        kind: Identity,
        around: READ_ARN_OF,
        // Nothing in a bucket is a bucket, whatever it is called.
        fires: &[
            "s3:ListBucket','Resource':'arn:aws:s3:::*/*",
            "s3:ListBucket','Resource':'arn:aws:s3:::accesspoint/x",
        ],
        silent: &[
            "s3:GetObject','Resource':'arn:aws:s3:::accesspoint/x",
            "s3:ListBucket','Resource':'arn:aws:s3:us-east-1:123456789012:accesspoint/x",
            "s3:ListBucket','Resource':'arn:aws:s3:*:*:accesspoint/x",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_REQUIRED_RESOURCE_MISSING",
        kind: Resource,
        around: r"{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'rekognition:CopyProjectVersion','Resource':'LOGO1'}..",
        fires: &[],
        silent: &[""],
    },
    Siblings {
        id: "INVALID_SERVICE_IN_ACTION",
        kind: Identity,
        around: ON_ALL,
        fires: &[
            "rekog*:DetectLabels",
            "rekognitio?:Get*",
            "*s3:GetObject",
            "s3*:*",
        ],
        silent: &["*", "*:*", "rekognition:*Labels", "s3:*"],
    },
    Siblings {
        id: "PASS_ROLE_WITH_STAR_IN_RESOURCE",
        kind: Identity,
        around: PASS_ROLE,
        fires: &[
            "'StringEqualsIfExists':{'iam:PassedToService':'ec2.amazonaws.com'}",
            "'StringLikeIfExists':{'iam:PassedToService':'ec2.amazonaws.com'}",
            "'ForAllValues:StringEquals':{'iam:PassedToService':'ec2.amazonaws.com'}",
            "'StringLike':{'iam:PassedToService':'*'}",
            "'StringLike':{'iam:PassedToService':'*.amazonaws.com'}",
            "'StringLike':{'iam:PassedToService':['ec2.amazonaws.com','e*']}",
            "'StringNotEquals':{'iam:PassedToService':'ec2.amazonaws.com'}",
            "'Null':{'iam:PassedToService':'false'}",
            "'StringEquals':{'aws:RequestedRegion':'us-east-1'}",
        ],
        silent: &[
            "'StringEquals':{'iam:PassedToService':'ec2.amazonaws.com'}",
            "'StringEqualsIgnoreCase':{'IAM:passedtoservice':'ec2.amazonaws.com'}",
            "'StringLike':{'iam:PassedToService':'ec2.*'}",
            "'StringLike':{'iam:PassedToService':['ecs*.amazonaws.com','*.ecs.amazonaws.com']}",
            "'ForAnyValue:StringEquals':{'iam:PassedToService':'ec2.amazonaws.com'}",
            "'StringEquals':{'iam:PassedToService':'ec2.amazonaws.com'},'StringEqualsIfExists':{'iam:PassedToService':'ec2.amazonaws.com'}",
            "'ArnLike':{'iam:AssociatedResourceArn':'arn:aws:ec2:us-east-1:123456789012:instance/*'},'StringEqualsIfExists':{'iam:PassedToService':'ec2.amazonaws.com'}",
        ],
    },
    Siblings {
        id: "CREATE_SLR_WITH_STAR_IN_RESOURCE",
        kind: Identity,
        around: LINKED_ROLE,
        fires: &[
            "'StringEqualsIfExists':{'iam:AWSServiceName':'lex.amazonaws.com'}",
            "'StringLike':{'iam:AWSServiceName':'*lex.amazonaws.com'}",
            "'ArnLike':{'iam:AssociatedResourceArn':'arn:aws:ec2:us-east-1:123456789012:instance/*'}",
        ],
        silent: &["'StringLike':{'iam:AWSServiceName':'lex.amazonaws.com'}"],
    },
    Siblings {
        id: "REKOGNITION_IAM_STAR_RESOURCE",
        kind: Identity,
        around: ON_ALL,
        // An object or one through an access point; a bucket or an access point; any resource with tags.
        fires: &[
            "s3:GetObject",
            "s3:ListBucket",
            "rekognition:TagResource",
            "iam:SimulatePrincipalPolicy",
        ],
        silent: &[
            "s3:ListAllMyBuckets",
            "rekognition:DetectModerationLabels",
            "rekognition:StartMediaAnalysisJob",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_COMPANION_MISSING",
        kind: Identity,
        around: LABELS,
        fires: &[
            "'StringEquals':{'iam:PassedToService':'sns.amazonaws.com'}",
            "'StringEqualsIfExists':{'iam:PassedToService':['sns.amazonaws.com','lambda.amazonaws.com']}",
            "'StringLike':{'iam:PassedToService':'s*.amazonaws.com'}",
            "'StringNotEquals':{'iam:PassedToService':'rekognition.amazonaws.com'}",
            "'Null':{'iam:PassedToService':'true'}",
        ],
        silent: &[
            "'StringEquals':{'iam:PassedToService':['sns.amazonaws.com','rekognition.amazonaws.com']}",
            "'StringEqualsIgnoreCase':{'iam:passedtoservice':'Rekognition.amazonaws.com'}",
            "'StringLike':{'iam:PassedToService':'rek*.amazonaws.com'}",
            "'StringNotEquals':{'iam:PassedToService':'sns.amazonaws.com'}",
            "'StringEquals':{'iam:PassedToService':'${aws:PrincipalTag/service}'}",
            "'Null':{'iam:PassedToService':'false'}",
        ],
    },
    Siblings {
        id: "UNSUPPORTED_ACTION_IN_POLICY",
        kind: Resource,
        around: TO_ROLE,
        fires: &[
            "rekognition:DetectLabels",
            "rekognition:*",
            "rekognition:Search*",
        ],
        silent: &["rekognition:CopyProjectVersion"],
    },
    Siblings {
        id: "REKOGNITION_IAM_OPEN_BUCKET_NAME",
        kind: Identity,
        around: READ,
        fires: &["photos*", "photos.example.com*"],
        silent: &[
            "photos-*",
            "photos/*",
            "*",
            "photos/a*",
            "*photos*",
            "photos",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_MFA_DENY_WITHOUT_KEY",
        kind: Identity,
        around: DENY,
        fires: &[
            "'Bool':{'aws:MultiFactorAuthPresent':'false'}",
            "'Bool':{'aws:multifactorauthpresent':false}",
            "'StringEquals':{'aws:MultiFactorAuthPresent':'false'}",
            "'Bool':{'aws:MultiFactorAuthPresent':'false'},'StringEquals':{'aws:RequestedRegion':'us-east-1'}",
            "'NumericGreaterThan':{'aws:MultiFactorAuthAge':'3600'}",
            "'NumericGreaterThanEquals':{'aws:multifactorauthage':3600}",
        ],
        silent: &[
            "'BoolIfExists':{'aws:MultiFactorAuthPresent':'false'}",
            "'StringNotEquals':{'aws:MultiFactorAuthPresent':'true'}",
            "'Bool':{'aws:MultiFactorAuthPresent':'true'}",
            "'Null':{'aws:MultiFactorAuthPresent':'true'}",
            "'NumericGreaterThanIfExists':{'aws:MultiFactorAuthAge':'3600'}",
            "'NumericLessThan':{'aws:MultiFactorAuthAge':'3600'}",
            "'NumericGreaterThan':{'aws:MultiFactorAuthAge':'3600'}}},{'Effect':'Deny','Action':'*','Resource':'*','Condition':{'Null':{'aws:MultiFactorAuthAge':'true'}",
            "'NumericGreaterThan':{'aws:MultiFactorAuthAge':'3600'}}},{'Effect':'Deny','Action':'*','Resource':'*','Condition':{'BoolIfExists':{'aws:MultiFactorAuthPresent':'false'}",
            "'Bool':{'aws:MultiFactorAuthPresent':'false'}}},{'Effect':'Deny','Action':'*','Resource':'*','Condition':{'Null':{'aws:MultiFactorAuthPresent':'true'}",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_MFA_ALLOW_WITHOUT_KEY",
        kind: Identity,
        around: ALLOW,
        fires: &[
            "'BoolIfExists':{'aws:MultiFactorAuthPresent':'true'}",
            "'StringEqualsIfExists':{'aws:MultiFactorAuthPresent':'true'}",
            "'StringNotEquals':{'aws:MultiFactorAuthPresent':'false'}",
            "'NumericLessThanIfExists':{'aws:MultiFactorAuthAge':'3600'}",
        ],
        silent: &[
            "'Bool':{'aws:MultiFactorAuthPresent':'true'}",
            "'BoolIfExists':{'aws:MultiFactorAuthPresent':'true'},'Null':{'aws:MultiFactorAuthPresent':'false'}",
            "'BoolIfExists':{'aws:MultiFactorAuthPresent':'true'},'NumericLessThan':{'aws:MultiFactorAuthAge':'3600'}",
            "'BoolIfExists':{'aws:MultiFactorAuthPresent':'false'}",
            "'NumericLessThan':{'aws:MultiFactorAuthAge':'3600'}",
            "'NumericLessThanIfExists':{'aws:MultiFactorAuthAge':'3600'},'Bool':{'aws:MultiFactorAuthPresent':'true'}",
            "'NumericGreaterThanIfExists':{'aws:MultiFactorAuthAge':'3600'}",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_FORALLVALUES_WITHOUT_KEY",
        kind: Identity,
        around: TAG,
        fires: &[
            "'ForAllValues:StringEquals':{'aws:TagKeys':['team']}",
            "'ForAllValues:StringLike':{'aws:TagKeys':['t*']}",
            "'ForAllValues:StringEquals':{'aws:TagKeys':['team']},'StringEqualsIfExists':{'aws:RequestTag/team':'vision'}",
            "'ForAllValues:StringEquals':{'aws:TagKeys':['team']},'Null':{'aws:TagKeys':'true'}",
            "'ForAllValues:StringEquals':{'aws:CalledVia':['cloudformation.amazonaws.com']}",
        ],
        silent: &[
            "'ForAllValues:StringEquals':{'aws:TagKeys':['team']},'Null':{'aws:TagKeys':'false'}",
            "'ForAllValues:StringEquals':{'aws:TagKeys':['team']},'StringEquals':{'aws:RequestTag/team':'vision'}",
            "'ForAllValues:StringEquals':{'aws:TagKeys':['team']},'Null':{'aws:RequestTag/team':'false'}",
            "'ForAllValues:StringEquals':{'aws:TagKeys':['team','app']},'ForAnyValue:StringEquals':{'aws:TagKeys':['team']}",
            "'ForAllValues:StringNotEquals':{'aws:TagKeys':['admin']}",
            "'ForAnyValue:StringEquals':{'aws:TagKeys':['team']}",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_NETWORK_DENY_OF_SERVICES",
        kind: Resource,
        around: r"{'Effect':'Deny','Principal':'*','Action':['s3:GetObject'],'Resource':'arn:aws:s3:::b/*','Condition':{..}}",
        fires: &[
            "'StringNotEquals':{'aws:SourceVpce':'vpce-0a1b2c3d4e5f60718'}",
            "'StringNotEqualsIfExists':{'aws:SourceVpc':'vpc-0a1b2c3d4e5f60718'}",
            "'NotIpAddress':{'aws:SourceIp':'203.0.113.0/24'}",
            "'Null':{'aws:SourceVpce':'true'}",
            "'StringNotEquals':{'aws:SourceVpce':'vpce-0a1b2c3d4e5f60718'},'Bool':{'aws:PrincipalIsAWSService':'false'}",
        ],
        silent: &[
            "'StringNotEquals':{'aws:SourceVpce':'vpce-0a1b2c3d4e5f60718'},'Bool':{'aws:ViaAWSService':'false'}",
            "'NotIpAddressIfExists':{'aws:SourceIp':'203.0.113.0/24'},'BoolIfExists':{'aws:ViaAWSService':'false'}",
            "'IpAddress':{'aws:SourceIp':'203.0.113.0/24'}",
            "'StringNotEquals':{'aws:PrincipalOrgID':'o-a1b2c3d4e5'}",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_NETWORK_DENY_OF_SERVICES",
        kind: Identity,
        around: DENY_READING,
        fires: &[
            "'NotIpAddress':{'aws:SourceIp':['203.0.113.0/24','2001:db8::/32']}",
            // Rekognition is not one of the services that set `aws:CalledVia`.
            "'NotIpAddress':{'aws:SourceIp':'203.0.113.0/24'},'Null':{'aws:CalledVia':'true'}",
            "'NotIpAddress':{'aws:SourceIp':'203.0.113.0/24'},'ForAllValues:StringNotEquals':{'aws:CalledVia':'athena.amazonaws.com'}",
            "'NotIpAddress':{'aws:SourceIp':'203.0.113.0/24'},'StringNotEquals':{'aws:CalledViaFirst':'athena.amazonaws.com'}",
            "'NotIpAddress':{'aws:SourceIp':'203.0.113.0/24'},'Bool':{'aws:ViaAWSService':'true'}",
        ],
        silent: &[
            "'NotIpAddress':{'aws:SourceIp':'203.0.113.0/24'},'Null':{'aws:CalledVia':'false'}",
            "'NotIpAddress':{'aws:SourceIp':'203.0.113.0/24'},'ForAnyValue:StringEquals':{'aws:CalledVia':'athena.amazonaws.com'}",
            "'NotIpAddress':{'aws:SourceIp':'203.0.113.0/24'},'StringNotEquals':{'aws:ViaAWSService':'true'}",
        ],
    },
    // What an `Allow` grants and a `Deny` takes back is not granted.
    Siblings {
        id: "REKOGNITION_IAM_COMPANION_MISSING",
        kind: Identity,
        around: LABELS_WITHOUT,
        fires: &[
            "'Resource':'*'",
            "'Resource':'arn:aws:iam::123456789012:role/*'",
            "'Resource':'*','Condition':{'StringEquals':{'iam:PassedToService':'rekognition.amazonaws.com'}}",
            "'Resource':'*','Condition':{'StringNotEquals':{'iam:PassedToService':'sns.amazonaws.com'}}",
        ],
        silent: &[
            "'Resource':'arn:aws:iam::123456789012:role/b'",
            "'Resource':'*','Condition':{'StringEquals':{'iam:PassedToService':'sns.amazonaws.com'}}",
            "'Resource':'*','Condition':{'StringNotEquals':{'iam:PassedToService':'rekognition.amazonaws.com'}}",
            "'Resource':'*','Condition':{'StringEquals':{'iam:PassedToService':'${aws:PrincipalTag/service}'}}",
            "'Resource':'*','Condition':{'Bool':{'aws:SecureTransport':'false'}}",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_FOREIGN_ESCAPE",
        kind: Resource,
        around: TO_PRINCIPAL,
        fires: &[
            "'AWS':'arn:aws:iam::${AWS::AccountId}:root'",
            "'AWS':'${AWS::AccountId}'",
            "'AWS':'arn:aws:iam::#{AWS::AccountId}:root'",
            "'AWS':'$${aws:username}'",
            "'AWS':'arn:aws:iam::123456789012:user/&{aws:username}'",
            "'Service':'ec2.${AWS::URLSuffix}'",
        ],
        silent: &[
            "'AWS':'arn:aws:iam::123456789012:root'",
            "'AWS':'arn:aws:iam::123456789012:user/${aws:username}'",
            "'Service':'ec2.amazonaws.com'",
        ],
    },
    Siblings {
        id: "VARIABLE_UNSUPPORTED_IN_ELEMENT",
        kind: Resource,
        around: TO_PRINCIPAL,
        fires: &[
            "'AWS':'arn:aws:iam::${aws:PrincipalAccount}:root'",
            "'AWS':'arn:aws:iam::123456789012:user/${aws:username}'",
            "'AWS':'${Account}'",
            "'Service':'${aws:PrincipalServiceName}'",
        ],
        silent: &[
            // Reported as the escape of another tool.
            "'AWS':'$${aws:username}'",
            "'AWS':'arn:aws:iam::${AWS::AccountId}:root'",
            "'Service':'ec2.${AWS::URLSuffix}'",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_NETWORK_DENY_OF_SERVICES",
        kind: Identity,
        around: DENY,
        fires: &[],
        silent: &["'NotIpAddress':{'aws:SourceIp':'203.0.113.0/24'}"],
    },
    Siblings {
        id: "REKOGNITION_IAM_VALUE_NEVER_MATCHES",
        kind: Identity,
        around: DECRYPT,
        fires: &[
            "'StringEquals':{'kms:ViaService':'s3.amazonaws.com'}",
            "'StringLike':{'kms:ViaService':'s3*.amazonaws.com.cn'}",
            "'StringEquals':{'kms:ViaService':'s3.us-esat-1.amazonaws.com'}",
            "'StringEquals':{'aws:PrincipalOrgID':'123456'}",
            "'StringNotEquals':{'aws:PrincipalOrgID':['o-a1b2c3d4e5','r-ab12']}",
            "'ForAnyValue:StringEquals':{'aws:PrincipalOrgPaths':'o-a1b2c3d4e5/r-ab12'}",
            "'ArnLike':{'aws:PrincipalArn':'arn:aws:sts::123456789012:assumed-role/a/*'}",
            "'ArnNotEquals':{'aws:PrincipalArn':'arn:aws:iam::123456789012:group/a'}",
            "'StringLike':{'aws:userid':'AROACKCEVSQ6C2EXAMPLE'}",
            "'StringEquals':{'aws:PrincipalType':'IAMUser'}",
            "'StringEquals':{'kms:RequestAlias':'images'}",
            "'ForAnyValue:StringEquals':{'kms:ResourceAliases':'alias/images','kms:EncryptionAlgorithm':'RSA'}",
            // Any account is still an account.
            "'ArnLike':{'aws:PrincipalArn':'arn:aws:sts::*:assumed-role/a/*'}",
            "'ArnNotLike':{'aws:PrincipalArn':'arn:*:sts::*:assumed-role/*'}",
            "'StringLike':{'aws:PrincipalArn':'*:assumed-role/a/*'}",
            "'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::*:group/*'}",
            // A wildcard is a character here, and no ID has it.
            "'StringEquals':{'aws:PrincipalOrgID':'o-*'}",
            "'StringNotEquals':{'aws:PrincipalOrgID':'o-a1b2c3d4?5'}",
        ],
        silent: &[
            "'StringEquals':{'kms:ViaService':['s3.us-east-1.amazonaws.com','rekognition.eu-west-1.amazonaws.com']}",
            "'StringLike':{'kms:ViaService':'s3.*.amazonaws.com'}",
            "'StringLike':{'kms:ViaService':'*'}",
            "'StringEquals':{'kms:ViaService':'s3.${aws:RequestedRegion}.amazonaws.com'}",
            "'ForAnyValue:StringLike':{'aws:PrincipalOrgPaths':'o-a1b2c3d4e5/*'}",
            "'ArnLike':{'aws:PrincipalArn':['arn:aws:iam::*:role/a*','arn:aws:iam::123456789012:root']}",
            "'ArnLike':{'aws:PrincipalArn':'*'}",
            "'ArnLike':{'aws:PrincipalArn':['arn:aws:sts::*:*','arn:aws:sts::*:federated-user/*','arn:aws:iam::*:*/a']}",
            "'StringLike':{'aws:PrincipalArn':'*:role/a*'}",
            "'StringLike':{'aws:userid':['AROACKCEVSQ6C2EXAMPLE:*','*:alice']}",
            "'Null':{'aws:PrincipalOrgID':'true'}",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_VALUE_NEVER_MATCHES",
        kind: Identity,
        around: PUT,
        fires: &[
            "'StringEquals':{'s3:x-amz-server-side-encryption':'AES-256'}",
            "'StringEquals':{'s3:x-amz-acl':'public'}",
        ],
        silent: &[
            "'StringEquals':{'s3:x-amz-server-side-encryption':['AES256','aws:kms']}",
            "'StringEqualsIgnoreCase':{'s3:x-amz-server-side-encryption':'aes256'}",
            "'StringLike':{'s3:x-amz-acl':'public*'}",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_FOREIGN_ESCAPE",
        kind: Identity,
        around: READ,
        fires: &[
            "b/&{aws:username}/*",
            "b/$${aws:username}/*",
            r"b/\\${aws:username}/*",
            "b/${!aws:username}/*",
            "b-${AWS::AccountId}/*",
            "b-#{AWS::Region}/*",
            "b/&{*}",
        ],
        silent: &[
            "b/${aws:username}/*",
            "b/${$}${aws:username}/*",
            "b/a&{b}/*",
            "b/#{x}",
        ],
    },
    Siblings {
        id: "INVALID_SERVICE",
        kind: Identity,
        around: READ_ARN,
        fires: &[
            "arn:aws:rekogntion:us-east-1:123456789012:collection/a",
            "arn:aws:s4:::b/*",
            "arn:*:sns-topics:us-east-1:*:a",
        ],
        silent: &[
            "arn:aws:rekognition:us-east-1:123456789012:collection/a",
            // Capitals, wildcards, variables and an empty field are not names, or have rules of their own.
            "arn:aws:S3:::b/*",
            "arn:aws:rekog*:us-east-1:123456789012:collection/a",
            "arn:aws:${aws:PrincipalTag/service}:us-east-1:123456789012:a",
            "arn:aws::us-east-1:123456789012:a",
            // Services whose actions have another prefix, that the catalogue does not cover, or that AWS has retired.
            "arn:aws:catalog:us-east-1:123456789012:portfolio/a",
            "arn:aws:route53-recovery-control::123456789012:cluster/a",
            "arn:aws:bedrock:us-east-1::foundation-model/a",
            "arn:aws:elastic-inference:us-east-1:123456789012:elastic-inference-accelerator/a",
        ],
    },
    Siblings {
        id: "REKOGNITION_IAM_UNKNOWN_VARIABLE",
        kind: Identity,
        around: READ,
        fires: &["b/${aws.username}/*", "b/${aws::username}/*"],
        silent: &["b/${aws:username}/*", "b/${AWS::AccountId}/*"],
    },
    Siblings {
        id: "REKOGNITION_IAM_REGION_WITHOUT_FEATURE",
        kind: Identity,
        around: IN_REGION,
        fires: &[
            "StartStreamProcessor','Resource':'arn:aws:rekognition:eu-west-2:123456789012:streamprocessor/a",
            "*StreamProcessor','Resource':'arn:aws:rekognition:eu-west-2:123456789012:streamprocessor/a",
            "DeleteProject','Resource':'arn:aws:rekognition:ca-central-1:123456789012:project/a/*",
            "TagResource','Resource':'arn:aws:rekognition:ca-central-1:123456789012:collection/a",
            "CreateFaceLivenessSession','Resource':'*','Condition':{'StringEquals':{'aws:RequestedRegion':['eu-central-1','eu-west-2']}},'Sid':'a",
        ],
        silent: &[
            "StartStreamProcessor','Resource':'arn:aws:rekognition:eu-west-1:123456789012:streamprocessor/a",
            "*','Resource':'arn:aws:rekognition:ca-central-1:123456789012:collection/a",
            "IndexFaces','Resource':'arn:aws:rekognition:ca-central-1:123456789012:collection/a",
            "CreateFaceLivenessSession','Resource':'*','Condition':{'StringEquals':{'aws:RequestedRegion':['eu-central-1','eu-west-1']}},'Sid':'a",
            "CreateFaceLivenessSession','Resource':'*','Condition':{'StringNotEquals':{'aws:RequestedRegion':'eu-central-1'}},'Sid':'a",
        ],
    },
];

/// The forms of all mistakes.
fn all() -> impl Iterator<Item = &'static Siblings> {
    [SIBLINGS, CALLERS, PRINCIPALS, RESOURCES]
        .into_iter()
        .flatten()
}

fn ids(kind: PolicyKind, text: &str) -> Vec<&'static str> {
    let options = Options::new(kind);
    (json::check(text, &options).findings.iter())
        .map(|located| located.finding.id)
        .collect()
}

#[test]
fn a_mistake_is_caught_in_all_its_forms() {
    for sibling in all() {
        for form in sibling.fires {
            let text = whole(&sibling.around.replace("..", form));
            let found = ids(sibling.kind, &text);
            assert!(
                found.contains(&sibling.id),
                "{}: {text}: {found:?}",
                sibling.id
            );
        }
    }
}

#[test]
fn what_resembles_it_is_accepted() {
    for sibling in all() {
        for form in sibling.silent {
            let text = whole(&sibling.around.replace("..", form));
            let found = ids(sibling.kind, &text);
            assert!(!found.contains(&sibling.id), "{}: {text}", sibling.id);
        }
    }
}

/// The policy of a VPC endpoint is about everyone and about any service.
#[test]
fn an_endpoint_may_be_about_rekognition() {
    for text in [
        r"{'Effect':'Allow','Principal':'*','Action':'rekognition:DetectLabels','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalOrgID':'o-a1b2c3d4e5'}}}",
        r"{'Effect':'Deny','Principal':{'AWS':'*'},'Action':'rekognition:*','Resource':'*'}",
    ] {
        let found = ids(Resource, &whole(text));
        assert!(!found.contains(&"UNSUPPORTED_ACTION_IN_POLICY"), "{text}");
    }
}

/// What is wrong with an ARN does not depend on the actions next to it.
#[test]
fn malformed_arns_beside_not_action() {
    const ARNS: &[&str] = &[
        "arn:aws:s3::bucket/x",
        "bucket/x",
        "arn:aws:rekognition:us-east-1:12345:collection/a",
        "arn:aws:rekognition:us-east1:123456789012:collection/a",
        "arn:aws:rekognition:us-east-1:123456789012:colection/a",
        "arn:aws:rekognition:us-east-1:123456789012:collection/a b",
        "arn:aws:rekognition:us-east-1:123456789012:project/logos/version/v1",
        "arn:aws:s3:us-east-1::bucket",
        "arn:aws:iam::123456789012:rol/x",
        "arn:asw:sns:us-east-1:123456789012:t",
        "arn:aws:SNS:us-east-1:123456789012:t",
        "arn:aws:sns::123456789012:t",
        "arn:aws:s3:::b/${aws:usrname}",
    ];
    for arn in ARNS {
        let text =
            |actions: &str| whole(&format!("{{'Effect':'Deny',{actions},'Resource':'{arn}'}}"));
        let beside = ids(Identity, &text("'Action':'*'"));
        assert!(!beside.is_empty(), "{arn}");
        assert_eq!(
            ids(Identity, &text("'NotAction':'s3:GetObject'")),
            beside,
            "{arn}"
        );
        assert_eq!(
            ids(Identity, &text("'NotAction':['iam:*','sts:*']")),
            beside,
            "{arn}"
        );
    }
}

/// The texts of trust and session policies are held to their quotas, with white space where AWS counts it.
#[cfg(feature = "sts")]
#[test]
fn texts_are_measured() {
    let found = |kind, text: &str| {
        let options = Options::new(kind).text(text);
        let report = json::check(text, &options);
        let sizes = report.findings.iter().map(|located| located.finding.id);
        sizes.filter(|id| id.contains("SIZE")).collect::<Vec<_>>()
    };
    let trust = |value: usize| {
        whole(&format!(
            "{{'Effect':'Allow','Principal':{{'AWS':'123456789012'}},'Action':'sts:AssumeRole','Condition':{{'StringEquals':{{'aws:PrincipalTag/x':'{}'}}}}}}",
            "x".repeat(value)
        ))
    };
    let session = |value: usize| {
        whole(&format!(
            "{{'Effect':'Allow','Action':'rekognition:DetectText','Resource':'*','Condition':{{'StringEquals':{{'aws:PrincipalTag/x':'{}'}}}}}}",
            "x".repeat(value)
        ))
    };
    let padded = |text: String| text.replace(',', &format!(",{}", " ".repeat(300)));
    assert_eq!(
        found(PolicyKind::RoleTrust, &trust(2_000)),
        ["POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA"]
    );
    assert!(found(PolicyKind::RoleTrust, &padded(trust(1_500))).is_empty());
    // AWS raises the quota so far and no farther.
    for (value, severity) in [(7_800, Severity::Warning), (8_200, Severity::Error)] {
        let (text, options) = (trust(value), Options::new(PolicyKind::RoleTrust));
        let report = json::check(&text, &options);
        let large = (report.findings.iter())
            .find(|located| located.finding.id == "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA");
        assert_eq!(
            large.map(|located| located.finding.severity),
            Some(severity)
        );
    }
    assert!(found(PolicyKind::Session, &session(1_500)).is_empty());
    assert_eq!(
        found(PolicyKind::Session, &padded(session(1_500))),
        ["REKOGNITION_IAM_SESSION_POLICY_SIZE"]
    );
}
