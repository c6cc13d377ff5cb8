//! The rules that only a template can break, and what the command knows of all rules together.

use rekognition_iam_runtime::check::{Rule, Severity};

use crate::input::tree::Id;

/// A rule: what a report and a configuration need to know of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RuleInfo {
    pub(crate) id: &'static str,
    pub(crate) severity: Severity,
    pub(crate) summary: &'static str,
    /// Whether AWS explains the rule, as a check of IAM Access Analyzer.
    pub(crate) is_aws: bool,
}

/// A breach of one of these rules.
#[derive(Debug)]
pub(crate) struct Issue {
    pub(crate) rule: RuleInfo,
    /// What it is about.
    pub(crate) node: Id,
    pub(crate) path: String,
    pub(crate) message: String,
    pub(crate) help: Vec<String>,
}

macro_rules! rules {
    ($($(#[$meta:meta])* $id:ident $severity:ident $summary:literal)*) => {
        $(
            $(#[$meta])*
            pub(crate) const $id: RuleInfo = RuleInfo {
                id: stringify!($id),
                severity: Severity::$severity,
                summary: $summary,
                is_aws: false,
            };
        )*
        const OURS: &[RuleInfo] = &[$($id),*];
    };
}

rules! {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html>
    REKOGNITION_IAM_SUBSTITUTION Error
        "a policy variable is written so that the deployment tool tries to fill it in"
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-getatt.html>
    REKOGNITION_IAM_UNKNOWN_ATTRIBUTE Warning
        "a resource of a template has no attribute of this name"
    /// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>
    REKOGNITION_IAM_UNKNOWN_MANAGED_POLICY Warning
        "AWS has no managed policy of this name or path"
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-deprecated.html>
    REKOGNITION_IAM_DEPRECATED_MANAGED_POLICY Warning
        "a managed policy is deprecated and cannot be attached"
    /// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html>
    REKOGNITION_IAM_SAM_POLICY Error
        "an entry of `Policies` has a form that SAM does not support"
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html>
    REKOGNITION_IAM_ROLE_NOT_TRUSTED Error
        "a role does not trust the service that a template lets use it"
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
    REKOGNITION_IAM_INLINE_POLICIES_SIZE Error
        "the inline policies of one user, group or role are larger together than IAM allows"
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html>
    REKOGNITION_IAM_KMS_DECRYPT_MISSING Warning
        "a role reads from a bucket with a KMS key and is not allowed to decrypt"
}

/// All rules, those of a policy first.
pub(crate) fn all() -> impl Iterator<Item = RuleInfo> {
    let runtime = Rule::all().iter().map(|rule| RuleInfo {
        id: rule.id,
        severity: rule.severity,
        summary: rule.summary,
        is_aws: rule.is_aws(),
    });
    runtime.chain(OURS.iter().copied())
}

pub(crate) fn find(id: &str) -> Option<RuleInfo> {
    all().find(|rule| rule.id == id)
}
