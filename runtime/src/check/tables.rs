//! Small tables of what AWS says in prose and no catalogue holds, each with the page that says it.

use crate::catalogue::generated::prose;
use crate::catalogue::prose::Size;
use crate::condition::OperatorFamily;

/// The largest document that AWS accepts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quota {
    pub(crate) size: Size,
    /// What has this limit.
    pub(crate) of: &'static str,
    /// An alternative to a smaller document.
    pub(crate) instead: Option<&'static str>,
}

const fn quota(size: Size, of: &'static str, instead: Option<&'static str>) -> Quota {
    Quota { size, of, instead }
}

/// The sizes and their pages are in `codegen/data/size-quotas.json`.
pub(crate) const IDENTITY_QUOTA: Quota = quota(
    prose::MANAGED_POLICY_SIZE,
    "a managed policy",
    Some(
        "split it into several policies; as inline policies, a role may have 10,240 characters in all",
    ),
);

/// The default; AWS raises it on request.
pub(crate) const TRUST_QUOTA: Quota = quota(
    prose::TRUST_POLICY_SIZE,
    "a role trust policy",
    Some("AWS raises this quota on request, to at most 8,192"),
);

/// The same for `GetFederationToken`. A packed form has a limit of its own that cannot be computed outside of AWS.
pub(crate) const SESSION_QUOTA: Quota = quota(
    prose::SESSION_POLICY_SIZE,
    "a session policy",
    Some(
        "AWS also packs it together with the session tags; name managed policies by their ARNs instead",
    ),
);

/// Twice as large since May 2026.
pub(crate) const SCP_QUOTA: Quota = quota(
    prose::SERVICE_CONTROL_POLICY_SIZE,
    "a service control policy",
    Some("split it into several policies"),
);

pub(crate) const RCP_QUOTA: Quota = quota(
    prose::RESOURCE_CONTROL_POLICY_SIZE,
    "a resource control policy",
    Some("split it into several policies"),
);

pub(crate) const VPC_ENDPOINT_QUOTA: Quota = quota(
    prose::POLICY_OF_A_VPC_ENDPOINT_SIZE,
    "the policy of a VPC endpoint",
    None,
);

/// The length of the string that is sent.
pub(crate) const PROJECT_QUOTA: Quota = quota(
    prose::PROJECT_POLICY_SIZE,
    "a project policy",
    Some("split it: a project may have five policies"),
);

/// A kind of resource that carries a policy.
#[derive(Debug)]
pub(crate) struct Attached {
    /// The service whose actions and resources the policy is about.
    pub(crate) service: &'static str,
    pub(crate) quota: Quota,
    /// Condition keys that say nothing there, because the policy is attached to the resource that they describe.
    pub(crate) irrelevant: &'static [&'static str],
}

const OWNER: &[&str] = &[
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:ResourceOrgPaths",
];

const fn attached(service: &'static str, of: &'static str, size: Size) -> Attached {
    Attached {
        service,
        quota: quota(size, of, None),
        irrelevant: OWNER,
    }
}

/// The resources of the catalogue's services that carry policies, sorted by service.
pub(crate) static ATTACHED: &[Attached] = &[
    attached(
        "dynamodb",
        "the policy of a table",
        prose::POLICY_OF_DYNAMODB_SIZE,
    ),
    attached("kms", "a key policy", prose::POLICY_OF_KMS_SIZE),
    attached(
        "lambda",
        "the policy of a function",
        prose::POLICY_OF_LAMBDA_SIZE,
    ),
    Attached {
        irrelevant: &[
            "aws:ResourceAccount",
            "aws:ResourceOrgID",
            "aws:ResourceOrgPaths",
            "s3:ResourceAccount",
        ],
        ..attached("s3", "a bucket policy", prose::POLICY_OF_S3_SIZE)
    },
    attached(
        "secretsmanager",
        "the policy of a secret",
        prose::POLICY_OF_SECRETSMANAGER_SIZE,
    ),
    attached("sns", "a topic policy", prose::POLICY_OF_SNS_SIZE),
    attached("sqs", "a queue policy", prose::POLICY_OF_SQS_SIZE),
];

/// A condition key that IAM no longer wants, and what replaces it.
#[derive(Debug)]
pub(crate) struct Retired {
    pub(crate) name: &'static str,
    pub(crate) instead: &'static [&'static str],
    /// Whether AWS still evaluates it.
    pub(crate) works: bool,
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>, the checks "Unsupported
/// global condition key" and "Deprecated global condition key";
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html> for the second.
pub(crate) static RETIRED: &[Retired] = &[
    Retired {
        name: "aws:ARN",
        instead: &["aws:PrincipalArn", "aws:SourceArn"],
        works: false,
    },
    Retired {
        name: "aws:SourceOwner",
        instead: &["aws:SourceAccount"],
        works: true,
    },
];

/// Keys that only calls by the principal of a service carry.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceaccount>
pub(crate) const SOURCE_KEYS: &[&str] = &[
    "aws:SourceArn",
    "aws:SourceAccount",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
];

/// Keys that narrow a service's calls less than [`SOURCE_KEYS`] do.
pub(crate) const WEAK_SOURCE_KEYS: &[&str] = &[
    "aws:SourceOwner",
    "aws:referer",
    "aws:UserAgent",
    "aws:PrincipalServiceName",
    "kms:CallerAccount",
    "kms:ViaService",
    "sts:ExternalId",
];

/// Keys that calls by the principal of a service never carry; one that ends in `/` represents all with a tag after it.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principal-properties>
pub(crate) const CALLER_KEYS: &[&str] = &[
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalTag/",
    "aws:username",
    "aws:MultiFactorAuthPresent",
    "aws:MultiFactorAuthAge",
    "aws:TokenIssueTime",
    "aws:FederatedProvider",
];

/// Keys whose values say neither who calls nor from where, or that a caller chooses: no condition on them keeps anyone out.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
pub(crate) const KEYS_THAT_EVERYONE_MEETS: &[&str] = &[
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent",
    "aws:referer",
    "aws:RequestedRegion",
    "aws:SecureTransport",
    "aws:TokenIssueTime",
    "aws:UserAgent",
    "s3:prefix",
    "s3:TlsVersion",
];

/// Keys that every request carries.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>, "Availability" of each.
pub(crate) const ALWAYS_PRESENT: &[&str] = &[
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:PrincipalAccount",
    "aws:PrincipalType",
    "aws:RequestedRegion",
    "aws:SecureTransport",
    "aws:UserAgent",
    "aws:userid",
    "aws:ViaAWSService",
];

/// Keys whose value the caller makes up.
///
/// The same page: "should be used carefully", "should not be used to prevent unauthorized parties".
pub(crate) const FORGEABLE_KEYS: &[&str] = &["aws:referer", "aws:UserAgent"];

/// Keys that say little without one of their partners.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-vpcsourceip>:
/// private addresses repeat from VPC to VPC.
pub(crate) static PAIRED_KEYS: &[(&str, &[&str])] = &[(
    "aws:VpcSourceIp",
    &["aws:SourceVpc", "aws:SourceVpce", "aws:SourceVpcArn"],
)];

/// Keys that only some services send, and those services, sorted.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-vpceaccount>
pub(crate) const ENDPOINT_OWNER_KEYS: &[&str] =
    &["aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths"];

/// See [`ENDPOINT_OWNER_KEYS`]. `iam` sends them for all actions but `PassRole`.
#[rustfmt::skip] // many short words
pub(crate) const ENDPOINT_OWNER_SERVICES: &[&str] = &[
    "acm-pca", "applicationinsights", "apprunner", "athena", "cloudformation", "comprehendmedical",
    "compute-optimizer", "datasync", "discovery", "ebs", "firehose", "healthlake", "iam", "iotfleetwise",
    "iotwireless", "kms", "lambda", "medical-imaging", "omics", "payment-cryptography", "polly", "rbin",
    "rekognition", "s3", "scheduler", "servicediscovery", "servicequotas", "ssm-contacts", "storagegateway",
    "textract", "transcribe", "transfer",
];

/// The services that resource control policies reach, sorted.
///
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services>
#[rustfmt::skip] // many short words
pub(crate) const RCP_SERVICES: &[&str] = &[
    "aoss", "appconfig", "appstream", "autoscaling", "codebuild", "codecommit", "cognito-identity", "cognito-idp",
    "cognito-sync", "comprehend", "comprehendmedical", "dax", "dynamodb", "ecr", "health", "kinesisvideo", "kms",
    "logs", "s3", "secretsmanager", "signin", "sqs", "sts", "support", "textract", "transcribe", "translate",
];

/// Keys in a resource control policy that are about people and roles, and so also catch services.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>, "RCP missing related
/// principal condition key".
pub(crate) const RCP_PRINCIPAL_KEYS: &[&str] = &[
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
];

/// Keys whose value has to be the ARN of a KMS key.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html>
pub(crate) const KMS_KEY_ARN_KEYS: &[&str] = &["s3:x-amz-server-side-encryption-aws-kms-key-id"];

/// Claims that say who a token is for and have one value.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif>
pub(crate) const AUDIENCE_CLAIMS: &[&str] = &[
    "accounts.google.com:aud",
    "accounts.google.com:oaud",
    "cognito-identity.amazonaws.com:aud",
    "graph.facebook.com:app_id",
    "token.actions.githubusercontent.com:aud",
    "www.amazon.com:app_id",
];

/// Actions of `sts` that are checked within a request that assumes a role.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html>
pub(crate) const SESSION_ACTIONS: &[&str] = &["SetSourceIdentity", "TagSession"];

/// Claims with several values of which the service reference says that they have one.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_amr>
pub(crate) const MULTIVALUED_CLAIMS: &[&str] = &["cognito-identity.amazonaws.com:amr"];

/// Identity providers that many tenants share, so that the subject tells them apart.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html>
pub(crate) const SHARED_SUBJECTS: &[&str] = &[
    "agent.buildkite.com:sub",
    "app.terraform.io:sub",
    "gitlab.com:sub",
    "token.actions.githubusercontent.com:sub",
];

/// GitHub's identity provider for its Actions.
pub(crate) const GITHUB: &str = "token.actions.githubusercontent.com";

/// Identity providers that IAM knows without an ARN.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-federated-web-identity>
pub(crate) const WEB_IDENTITIES: &[&str] = &[
    "accounts.google.com",
    "cognito-identity.amazonaws.com",
    "graph.facebook.com",
    "www.amazon.com",
];

/// Ranges of addresses that never reach AWS from the internet.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip>: the
/// key holds public addresses only. The ranges are those of RFC 1918, RFC 6598, RFC 3927, RFC 1122, RFC 4193 and RFC 4291.
pub(crate) const PRIVATE_IPV4: &[([u8; 4], u8)] = &[
    ([10, 0, 0, 0], 8),
    ([172, 16, 0, 0], 12),
    ([192, 168, 0, 0], 16),
    ([100, 64, 0, 0], 10),
    ([169, 254, 0, 0], 16),
    ([127, 0, 0, 0], 8),
];

/// See [`PRIVATE_IPV4`]: the first 16 bits and the length of each range.
pub(crate) const PRIVATE_IPV6: &[(u16, u8)] = &[(0xfc00, 7), (0xfe80, 10)];

/// The endings of a service principal, in all partitions.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services>
pub(crate) const PRINCIPAL_SUFFIXES: &[&str] = &[
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".amazonaws.eu",
    ".c2s.ic.gov",
    ".sc2s.sgov.gov",
    ".cloud.adc-e.uk",
    ".csp.hci.ic.gov",
    ".aws.internal",
    ".amazon.com",
];

/// Service principals whose name is not a service prefix, sorted. Of a name with several parts one known part is enough, as
/// in `delivery.logs`.
///
/// The pages of the services and AWS managed policies; there is no list by AWS.
#[rustfmt::skip] // many short words
pub(crate) const OTHER_PRINCIPALS: &[&str] = &[
    "airflow-env", "alexa-appkit", "alexa-connectedhome", "apidestinations", "application-insights",
    "aws-artifact-account-sync", "billingreports", "cassandra-streams", "cloudwatch-crossaccount",
    "codecatalyst-runner", "cognito-identity-us-gov", "config-conforms", "config-multiaccountsetup",
    "continuousexport", "costalerts", "dnssec-route53", "ec2-images", "ec2fastlaunch", "ec2fleet", "ec2scheduled",
    "ec2sqlha", "ecs-tasks", "edgelambda", "eks-connector", "eks-fargate-pods", "email", "endpointreplication",
    "fsx-backup", "lexv2", "lightsail-cf", "logdelivery", "macie", "marketplace", "migrationhub", "monitoring",
    "mwaa", "opensearchservice", "partnercentral-selling", "rds-preview", "replicator", "resource-management",
    "sagemaker-ground-truth", "securityhubv2", "servicecatalog-appregistry", "spot", "spotfleet", "stacksets",
    "topic-rule", "transitgateway", "vmie", "vpc-flow-logs",
];

/// Calls that a service never makes under its own name: the principal, the service called, and what it does instead.
///
/// * Rekognition publishes, reads and writes streams with a role that it is passed:
///   <https://docs.aws.amazon.com/rekognition/latest/dg/api-video-roles.html>,
///   <https://docs.aws.amazon.com/rekognition/latest/dg/api-streaming-video-roles.html>
/// * Models are copied by their users:
///   <https://docs.aws.amazon.com/rekognition/latest/customlabels-dg/md-copy-model-overview.html>
pub(crate) static NEVER_CALLS: &[(&str, &[&str], &str)] = &[(
    "rekognition",
    &[
        "sns",
        "sqs",
        "kinesis",
        "kinesisvideo",
        "lambda",
        "rekognition",
    ],
    "name the role here; the service acts with a role that is passed to it, or with the permissions of its caller",
)];

/// Services that never assume a role, so that a role which trusts one of them is never used.
///
/// Their pages under <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html>
/// have no service roles.
pub(crate) const NEVER_ASSUMES: &[&str] = &["iam", "sqs", "sts"];

/// A permission that an action needs in addition to itself.
#[derive(Debug)]
pub(crate) struct Companion {
    /// An action of Rekognition.
    pub(crate) action: &'static str,
    /// What else is checked.
    pub(crate) needs: (&'static str, &'static str),
    /// When it is.
    pub(crate) when: When,
}

/// When a [`Companion`] is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// Always.
    Always,
    /// When the request has a `NotificationChannel`.
    Notified,
    /// When the request has tags, as a condition on them says.
    Tagged,
}

const fn companion(
    action: &'static str,
    service: &'static str,
    name: &'static str,
    when: When,
) -> Companion {
    Companion {
        action,
        needs: (service, name),
        when,
    }
}

/// Sorted by action. The needs are those of the catalogue's operations; when they apply, AWS says in prose:
///
/// * <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateStreamProcessor.html>
/// * <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_NotificationChannel.html>
/// * <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CopyProjectVersion.html>
/// * <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateCollection.html>
#[rustfmt::skip] // one line for each fact
pub(crate) static COMPANIONS: &[Companion] = &[
    companion("CopyProjectVersion", "rekognition", "CreateProjectVersion", When::Always),
    companion("CopyProjectVersion", "rekognition", "TagResource", When::Tagged),
    companion("CreateCollection", "rekognition", "TagResource", When::Tagged),
    companion("CreateDataset", "rekognition", "TagResource", When::Tagged),
    companion("CreateProject", "rekognition", "TagResource", When::Tagged),
    companion("CreateProjectVersion", "rekognition", "TagResource", When::Tagged),
    companion("CreateStreamProcessor", "iam", "PassRole", When::Always),
    companion("CreateStreamProcessor", "rekognition", "TagResource", When::Tagged),
    companion("StartCelebrityRecognition", "iam", "PassRole", When::Notified),
    companion("StartContentModeration", "iam", "PassRole", When::Notified),
    companion("StartFaceDetection", "iam", "PassRole", When::Notified),
    companion("StartFaceSearch", "iam", "PassRole", When::Notified),
    companion("StartLabelDetection", "iam", "PassRole", When::Notified),
    companion("StartPersonTracking", "iam", "PassRole", When::Notified),
    companion("StartSegmentDetection", "iam", "PassRole", When::Notified),
    companion("StartTextDetection", "iam", "PassRole", When::Notified),
];

/// Actions with a required resource type that may yet need `*`.
///
/// <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateStreamProcessor.html>: a processor for labels
/// has no collection.
pub(crate) const STAR_MAY_BE_NEEDED: &[(&str, &str)] = &[("rekognition", "CreateStreamProcessor")];

/// The operator that reads wildcards, for one that does not.
pub(crate) const fn like(operator: crate::Operator) -> Option<crate::Operator> {
    use crate::Operator;
    match operator {
        Operator::StringEquals => Some(Operator::StringLike),
        Operator::StringNotEquals => Some(Operator::StringNotLike),
        _ => None,
    }
}

/// The families of operators under which `*` is a wildcard somewhere.
pub(crate) const fn reads_wildcards(family: OperatorFamily) -> bool {
    matches!(family, OperatorFamily::String | OperatorFamily::Arn)
}

/// Services with resource policies in which `Resource` may be left out: the resource itself is meant.
///
/// * `ecr`, `ecr-public`: <https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html>
/// * `elasticfilesystem`: <https://docs.aws.amazon.com/efs/latest/ug/access-control-block-public-access.html>
pub(crate) const RESOURCE_IMPLIED: &[&str] = &["ecr", "ecr-public", "elasticfilesystem"];

/// The first field of a resource in the policy of an API, which may leave out what comes before.
///
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html>
pub(crate) const API_SHORTHAND: &str = "execute-api:/";
