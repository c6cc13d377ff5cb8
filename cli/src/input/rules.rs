//! The rules that only a template can break, and what the command knows of all rules together.

use rekognition_iam_runtime::check::{Rule, Severity, Subject};

use crate::input::tree::Id;

/// A rule: what a report and a configuration need to know of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RuleInfo {
    pub(crate) id: &'static str,
    pub(crate) severity: Severity,
    pub(crate) summary: &'static str,
    explanation: Explanation,
    /// Whether AWS explains the rule, as a check of IAM Access Analyzer.
    pub(crate) is_aws: bool,
}

/// What is to be said about a rule beyond its summary.
#[derive(Debug, Clone, Copy)]
enum Explanation {
    /// The lines of a doc comment.
    Lines(&'static [&'static str]),
    Rule(&'static Rule),
}

impl RuleInfo {
    /// Whether a policy in Rust can break the rule: it is none of templates, and none of text.
    pub(crate) const fn is_in_rust(&self) -> bool {
        match self.explanation {
            Explanation::Lines(_) => false,
            Explanation::Rule(rule) => !matches!(rule.subject, Subject::Text),
        }
    }

    /// What the rule checks and why a breach is bad, as Markdown.
    pub(crate) fn explanation(&self) -> String {
        match self.explanation {
            Explanation::Lines(lines) => {
                let mut out = String::new();
                for line in lines {
                    out.push_str(line.strip_prefix(' ').unwrap_or(line));
                    out.push('\n');
                }
                out
            }
            Explanation::Rule(rule) => rule.explanation(),
        }
    }
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
    ($($(#[doc = $line:expr])* $id:ident $severity:ident $summary:literal)*) => {
        $(
            $(#[doc = $line])*
            pub(crate) const $id: RuleInfo = RuleInfo {
                id: stringify!($id),
                severity: Severity::$severity,
                summary: $summary,
                explanation: Explanation::Lines(&[$($line),*]),
                is_aws: false,
            };
        )*
        const OURS: &[RuleInfo] = &[$($id),*];
    };
}

rules! {
    /// `Fn::Sub` and the Serverless Framework replace `${..}` before IAM sees the policy. A policy variable such as
    /// `${aws:username}` is not one of their names, so the deployment fails, or the variable is gone. Write `${!aws:username}` in
    /// `Fn::Sub`, and `\${aws:username}` elsewhere in `serverless.yml`.
    ///
    /// See <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html>.
    REKOGNITION_IAM_SUBSTITUTION Error
        "a policy variable is written so that the deployment tool tries to fill it in"
    /// Checks `Fn::GetAtt`, and `${Resource.Attribute}` in `Fn::Sub`, against the return values that AWS documents for the type
    /// of the resource. CloudFormation rejects a template that reads an attribute that does not exist.
    ///
    /// See <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-getatt.html>.
    REKOGNITION_IAM_UNKNOWN_ATTRIBUTE Warning
        "a resource of a template has no attribute of this name"
    /// Checks the names and ARNs of AWS managed policies that a template attaches, including their paths: some are below
    /// `service-role/` or `job-function/`. Attaching a policy that does not exist fails during deployment.
    ///
    /// See <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>.
    REKOGNITION_IAM_UNKNOWN_MANAGED_POLICY Warning
        "AWS has no managed policy of this name or path"
    /// AWS no longer lets anyone attach a deprecated managed policy, so the template cannot be deployed to a new account. Attach
    /// the policy that replaces it.
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-deprecated.html>.
    REKOGNITION_IAM_DEPRECATED_MANAGED_POLICY Warning
        "a managed policy is deprecated and cannot be attached"
    /// `Policies` of a function takes names and ARNs of managed policies, policy documents, and policy templates. Anything else is
    /// ignored or rejected by SAM, and the function lacks the permission.
    ///
    /// See <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html>.
    REKOGNITION_IAM_SAM_POLICY Error
        "an entry of `Policies` has a form that SAM does not support"
    /// A stream processor, a function or another resource of the template uses a role of the same template, and the trust policy
    /// of that role does not let the service assume it. The resource cannot be created, or fails when it first needs the role.
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html>.
    REKOGNITION_IAM_ROLE_NOT_TRUSTED Error
        "a role does not trust the service that a template lets use it"
    /// IAM has no quota for one inline policy, but for all of one user (2,048 characters), group (5,120) or role (10,240)
    /// together, without white space. Move statements to a managed policy.
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
    REKOGNITION_IAM_INLINE_POLICIES_SIZE Error
        "the inline policies of one user, group or role are larger together than IAM allows"
    /// A role may read objects of a bucket that is encrypted with a KMS key of the same template, and neither the role nor the key
    /// policy allows `kms:Decrypt`. Each read is denied with an error that names KMS, not S3. Allow `kms:Decrypt` on that key.
    ///
    /// See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html>.
    REKOGNITION_IAM_KMS_DECRYPT_MISSING Warning
        "a role reads from a bucket with a KMS key and is not allowed to decrypt"
}

/// All rules, those of a policy first.
pub(crate) fn all() -> impl Iterator<Item = RuleInfo> {
    let runtime = Rule::all().iter().map(|rule| RuleInfo {
        id: rule.id,
        severity: rule.severity,
        summary: rule.summary,
        explanation: Explanation::Rule(rule),
        is_aws: rule.is_aws(),
    });
    runtime.chain(OURS.iter().copied())
}

pub(crate) fn find(id: &str) -> Option<RuleInfo> {
    all().find(|rule| rule.id == id)
}
