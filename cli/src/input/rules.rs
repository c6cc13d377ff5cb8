//! The rules that only a template can break, and what the command knows of all rules together.

#[cfg(test)]
mod tests;

use rekognition_iam_runtime::__private::{summary, url};
use rekognition_iam_runtime::check::{Rule, Severity};

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
    Lines(&'static str),
    Rule(&'static Rule),
}

impl RuleInfo {
    /// What the rule checks and why a violation is bad, as Markdown.
    pub(crate) fn explanation(&self) -> String {
        match self.explanation {
            Explanation::Lines(text) => (text.trim_matches('\n').split('\n'))
                .flat_map(|line| [line.strip_prefix(' ').unwrap_or(line), "\n"])
                .collect(),
            Explanation::Rule(rule) => rule.explanation(),
        }
    }

    /// The rule of the library. `None` for a rule about templates, which only the command has.
    pub(crate) const fn rule(&self) -> Option<&'static Rule> {
        match self.explanation {
            Explanation::Lines(_) => None,
            Explanation::Rule(rule) => Some(rule),
        }
    }

    /// The page about the rule.
    pub(crate) fn url(&self) -> String {
        url(self.id)
    }
}

/// A violation of one of these rules.
#[derive(Debug)]
pub(crate) struct Issue {
    pub(crate) rule: RuleInfo,
    /// What it is about.
    pub(crate) node: Id,
    pub(crate) path: String,
    pub(crate) message: String,
    pub(crate) help: Vec<String>,
}

/// The rules, written as those of policies are: the first line of the documentation is the summary, the rest the explanation
/// with a template that breaks the rule and one that does not.
macro_rules! rules {
    ($(
        #[doc = $summary:literal]
        $(#[doc = $explanation:literal])*
        #[rule($severity:ident)]
        $id:ident;
    )*) => {
        $(
            #[doc = $summary]
            $(#[doc = $explanation])*
            pub(crate) const $id: RuleInfo = RuleInfo {
                id: stringify!($id),
                severity: Severity::$severity,
                summary: {
                    const SUMMARY: [u8; $summary.len() - " .".len()] = summary($summary);
                    match std::str::from_utf8(&SUMMARY) {
                        Ok(summary) => summary,
                        Err(_) => "",
                    }
                },
                explanation: Explanation::Lines(concat!($($explanation, "\n"),*)),
                is_aws: false,
            };
        )*
        const OURS: &[RuleInfo] = &[$($id),*];
    };
}

rules! {
    /// A policy variable is written so that the deployment tool tries to fill it in.
    ///
    /// Checks `${..}` in `Fn::Sub`, in the Serverless Framework, and in Terraform, which look for a resource or value of that name.
    /// The deployment fails, or the policy gets another value than the policy variable. Escape it, so that IAM sees it.
    ///
    /// Also checks the opposite: the name of a resource or a parameter in `${..}` outside of `Fn::Sub`, which CloudFormation passes on
    /// as it is. The statement then matches nothing, because IAM has no policy variable of that name.
    ///
    /// ```yaml
    /// Resources:
    ///   Reader:
    ///     Type: AWS::IAM::ManagedPolicy
    ///     Properties:
    ///       PolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement:
    ///           - {Effect: Allow, Action: 's3:GetObject', Resource: !Sub 'arn:aws:s3:::photos/${aws:username}/*'}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```yaml
    /// Resources:
    ///   Reader:
    ///     Type: AWS::IAM::ManagedPolicy
    ///     Properties:
    ///       PolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement:
    ///           - {Effect: Allow, Action: 's3:GetObject', Resource: !Sub 'arn:aws:s3:::photos/${!aws:username}/*'}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html>.
    #[rule(Error)]
    REKOGNITION_IAM_SUBSTITUTION;

    /// A resource of a template does not have the attribute that `Fn::GetAtt` or `Fn::Sub` names.
    ///
    /// Checks attributes against the return values that CloudFormation documents for each resource type. The deployment
    /// fails if the attribute does not exist.
    ///
    /// ```yaml
    /// Resources:
    ///   Topic: {Type: AWS::SNS::Topic}
    ///   Publisher:
    ///     Type: AWS::IAM::ManagedPolicy
    ///     Properties:
    ///       PolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement:
    ///           - {Effect: Allow, Action: 'sns:Publish', Resource: !GetAtt Topic.Arn}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```yaml
    /// Resources:
    ///   Topic: {Type: AWS::SNS::Topic}
    ///   Publisher:
    ///     Type: AWS::IAM::ManagedPolicy
    ///     Properties:
    ///       PolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement:
    ///           - {Effect: Allow, Action: 'sns:Publish', Resource: !GetAtt Topic.TopicArn}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-getatt.html>.
    #[rule(Warning)]
    REKOGNITION_IAM_UNKNOWN_ATTRIBUTE;

    /// A policy in a template refers to a resource or parameter that the template does not have.
    ///
    /// Checks the names in `Ref`, `Fn::GetAtt`, and `Fn::Sub`. The deployment fails if nothing has the name. What begins with
    /// `AWS::` must be a pseudo parameter, such as `AWS::AccountId`. Other names are only checked in a complete template, which has
    /// `AWSTemplateFormatVersion`, includes nothing, and has no transforms other than AWS SAM, whose generated resources are
    /// recognized.
    ///
    /// ```yaml
    /// AWSTemplateFormatVersion: '2010-09-09'
    /// Resources:
    ///   Photos: {Type: AWS::S3::Bucket}
    ///   Reader:
    ///     Type: AWS::IAM::ManagedPolicy
    ///     Properties:
    ///       PolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement:
    ///           - {Effect: Allow, Action: 's3:GetObject', Resource: !Sub 'arn:aws:s3:::${Photo}/*'}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```yaml
    /// AWSTemplateFormatVersion: '2010-09-09'
    /// Resources:
    ///   Photos: {Type: AWS::S3::Bucket}
    ///   Reader:
    ///     Type: AWS::IAM::ManagedPolicy
    ///     Properties:
    ///       PolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement:
    ///           - {Effect: Allow, Action: 's3:GetObject', Resource: !Sub 'arn:aws:s3:::${Photos}/*'}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>.
    #[rule(Warning)]
    REKOGNITION_IAM_UNKNOWN_REFERENCE;

    /// An AWS managed policy that a template attaches, or a policy names, does not exist.
    ///
    /// Checks the names and ARNs of AWS managed policies, also in conditions, as in `"iam:PolicyARN"`, and as resources. The path is part of the ARN, so
    /// `arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole` is not the same as one with `service-role/` before the name.
    /// The deployment fails if AWS has no such policy, and a condition that requires it never holds.
    ///
    /// ```yaml
    /// Resources:
    ///   Operators:
    ///     Type: AWS::IAM::Group
    ///     Properties:
    ///       ManagedPolicyArns: ['arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole']
    /// ```
    ///
    /// Use instead:
    ///
    /// ```yaml
    /// Resources:
    ///   Operators:
    ///     Type: AWS::IAM::Group
    ///     Properties:
    ///       ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>.
    #[rule(Warning)]
    REKOGNITION_IAM_UNKNOWN_MANAGED_POLICY;

    /// A managed policy that a template attaches is deprecated.
    ///
    /// Checks the names and ARNs of AWS managed policies. A deprecated policy keeps working where it is attached already,
    /// and can no longer be attached, so a new deployment fails. Attach the policy that replaces it.
    ///
    /// ```yaml
    /// Resources:
    ///   Operators:
    ///     Type: AWS::IAM::Group
    ///     Properties:
    ///       ManagedPolicyArns: ['arn:aws:iam::aws:policy/AWSBackupAdminPolicy']
    /// ```
    ///
    /// Use instead:
    ///
    /// ```yaml
    /// Resources:
    ///   Operators:
    ///     Type: AWS::IAM::Group
    ///     Properties:
    ///       ManagedPolicyArns: ['arn:aws:iam::aws:policy/AWSBackupFullAccess']
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-deprecated.html>.
    #[rule(Warning)]
    REKOGNITION_IAM_DEPRECATED_MANAGED_POLICY;

    /// An entry of `Policies` has a form that SAM does not support.
    ///
    /// Checks the policies of AWS SAM functions and state machines. An entry is a managed policy by name or ARN, a policy
    /// document, or one policy template with its parameters. The form of `AWS::IAM::Role`, with `PolicyName` and
    /// `PolicyDocument`, is not supported.
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Labeler:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Handler: index.handler
    ///       Policies:
    ///         - PolicyName: labels
    ///           PolicyDocument:
    ///             Version: '2012-10-17'
    ///             Statement: [{Effect: Allow, Action: 'rekognition:DetectLabels', Resource: '*'}]
    /// ```
    ///
    /// Use instead:
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Labeler:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Handler: index.handler
    ///       Policies:
    ///         - Version: '2012-10-17'
    ///           Statement: [{Effect: Allow, Action: 'rekognition:DetectLabels', Resource: '*'}]
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html>.
    #[rule(Error)]
    REKOGNITION_IAM_SAM_POLICY;

    /// A role does not trust the service that a template lets use it.
    ///
    /// Checks roles together with the resources that use them, such as a Lambda function and its `Role`. The service
    /// cannot assume a role that does not trust it, so the deployment or the first use fails.
    ///
    /// ```yaml
    /// Resources:
    ///   Role:
    ///     Type: AWS::IAM::Role
    ///     Properties:
    ///       AssumeRolePolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: 'sts:AssumeRole'}]
    ///   Labeler:
    ///     Type: AWS::Lambda::Function
    ///     Properties: {Role: !GetAtt Role.Arn}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```yaml
    /// Resources:
    ///   Role:
    ///     Type: AWS::IAM::Role
    ///     Properties:
    ///       AssumeRolePolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]
    ///   Labeler:
    ///     Type: AWS::Lambda::Function
    ///     Properties: {Role: !GetAtt Role.Arn}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html>.
    #[rule(Error)]
    REKOGNITION_IAM_ROLE_NOT_TRUSTED;

    /// The policy of a bucket names another bucket.
    ///
    /// Checks the resources of bucket policies against the bucket that the template attaches them to. All of them must be that
    /// bucket, or objects in it, so Amazon S3 rejects a policy that names another one ("Policy has invalid resource").
    ///
    /// ```yaml
    /// Resources:
    ///   Photos:
    ///     Type: AWS::S3::Bucket
    ///     Properties: {BucketName: photos}
    ///   Policy:
    ///     Type: AWS::S3::BucketPolicy
    ///     Properties:
    ///       Bucket: !Ref Photos
    ///       PolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement:
    ///           - {Effect: Allow, Principal: {AWS: '111122223333'}, Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos2/*'}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```yaml
    /// Resources:
    ///   Photos:
    ///     Type: AWS::S3::Bucket
    ///     Properties: {BucketName: photos}
    ///   Policy:
    ///     Type: AWS::S3::BucketPolicy
    ///     Properties:
    ///       Bucket: !Ref Photos
    ///       PolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement:
    ///           - {Effect: Allow, Principal: {AWS: '111122223333'}, Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*'}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html>.
    #[rule(Error)]
    REKOGNITION_IAM_OTHER_BUCKET;

    /// The inline policies of a user, group, or role are together larger than IAM allows.
    ///
    /// Checks the sum of all inline policies in a template that belong to one user (2,048 characters), group (5,120), or
    /// role (10,240), without white space. IAM rejects the policy that exceeds the quota. Use managed policies instead.
    ///
    /// ```yaml
    /// Resources:
    ///   Uploader:
    ///     Type: AWS::IAM::User
    ///     Properties:
    ///       Policies:
    ///         - PolicyName: uploads
    ///           PolicyDocument:
    ///             Version: '2012-10-17'
    ///             Statement: [{Effect: Allow, Action: 's3:PutObject', Resource: 'arn:aws:s3:::photos/<1000 characters>'}]
    ///         - PolicyName: downloads
    ///           PolicyDocument:
    ///             Version: '2012-10-17'
    ///             Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/<1000 characters>'}]
    /// ```
    ///
    /// Use instead:
    ///
    /// ```yaml
    /// Resources:
    ///   Uploader:
    ///     Type: AWS::IAM::User
    ///     Properties:
    ///       Policies:
    ///         - PolicyName: uploads
    ///           PolicyDocument:
    ///             Version: '2012-10-17'
    ///             Statement: [{Effect: Allow, Action: 's3:PutObject', Resource: 'arn:aws:s3:::photos/<1000 characters>'}]
    ///   Downloads:
    ///     Type: AWS::IAM::ManagedPolicy
    ///     Properties:
    ///       Users: [!Ref Uploader]
    ///       PolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/<1000 characters>'}]
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
    #[rule(Error)]
    REKOGNITION_IAM_INLINE_POLICIES_SIZE;

    /// A role reads from a bucket that is encrypted with a KMS key, and is not allowed to decrypt.
    ///
    /// Checks roles that may read objects of a bucket in the same template. If the bucket is encrypted with a customer
    /// managed key, `s3:GetObject` also needs `kms:Decrypt` on that key, and is denied without it. Nothing is reported if
    /// the key policy, or a policy outside the template, may allow it.
    ///
    /// ```yaml
    /// Resources:
    ///   Key:
    ///     Type: AWS::KMS::Key
    ///     Properties:
    ///       KeyPolicy:
    ///         Version: '2012-10-17'
    ///         Statement:
    ///           - Effect: Allow
    ///             Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}
    ///             Action: 'kms:*'
    ///             Resource: '*'
    ///   Photos:
    ///     Type: AWS::S3::Bucket
    ///     Properties:
    ///       BucketEncryption:
    ///         ServerSideEncryptionConfiguration:
    ///           - ServerSideEncryptionByDefault: {SSEAlgorithm: 'aws:kms', KMSMasterKeyID: !GetAtt Key.Arn}
    ///   Reader:
    ///     Type: AWS::IAM::Role
    ///     Properties:
    ///       AssumeRolePolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]
    ///       Policies:
    ///         - PolicyName: read
    ///           PolicyDocument:
    ///             Version: '2012-10-17'
    ///             Statement:
    ///               - {Effect: Allow, Action: 's3:GetObject', Resource: !Sub '${Photos.Arn}/*'}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```yaml
    /// Resources:
    ///   Key:
    ///     Type: AWS::KMS::Key
    ///     Properties:
    ///       KeyPolicy:
    ///         Version: '2012-10-17'
    ///         Statement:
    ///           - Effect: Allow
    ///             Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}
    ///             Action: 'kms:*'
    ///             Resource: '*'
    ///   Photos:
    ///     Type: AWS::S3::Bucket
    ///     Properties:
    ///       BucketEncryption:
    ///         ServerSideEncryptionConfiguration:
    ///           - ServerSideEncryptionByDefault: {SSEAlgorithm: 'aws:kms', KMSMasterKeyID: !GetAtt Key.Arn}
    ///   Reader:
    ///     Type: AWS::IAM::Role
    ///     Properties:
    ///       AssumeRolePolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]
    ///       Policies:
    ///         - PolicyName: read
    ///           PolicyDocument:
    ///             Version: '2012-10-17'
    ///             Statement:
    ///               - {Effect: Allow, Action: 's3:GetObject', Resource: !Sub '${Photos.Arn}/*'}
    ///               - {Effect: Allow, Action: 'kms:Decrypt', Resource: !GetAtt Key.Arn}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html>.
    #[rule(Warning)]
    REKOGNITION_IAM_KMS_DECRYPT_MISSING;

    /// A value in YAML is a number that loses its leading zero.
    ///
    /// Checks values without quotes in policies, and account IDs without quotes in parameters and mappings. YAML reads digits
    /// as a number, in base 8 if they begin with a zero and have no 8 or 9, so the account ID `012345670123` becomes
    /// `1402433619`. The policy then names another account, or is rejected. Write the value in quotes.
    ///
    /// ```yaml
    /// Resources:
    ///   Reader:
    ///     Type: AWS::IAM::Role
    ///     Properties:
    ///       AssumeRolePolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement: [{Effect: Allow, Principal: {AWS: 012345670123}, Action: 'sts:AssumeRole'}]
    /// ```
    ///
    /// Use instead:
    ///
    /// ```yaml
    /// Resources:
    ///   Reader:
    ///     Type: AWS::IAM::Role
    ///     Properties:
    ///       AssumeRolePolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement: [{Effect: Allow, Principal: {AWS: '012345670123'}, Action: 'sts:AssumeRole'}]
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html>.
    #[rule(Error)]
    REKOGNITION_IAM_YAML_NUMBER;

    /// The operator `Null` is written in YAML without quotes.
    ///
    /// Checks the names in policies. YAML reads `Null` as a null value, which is not the name of an operator. Depending on
    /// the tool that reads the file, the deployment fails, or the policy is without the condition. Write the operator in
    /// quotes.
    ///
    /// ```yaml
    /// Resources:
    ///   Reader:
    ///     Type: AWS::IAM::ManagedPolicy
    ///     Properties:
    ///       PolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement:
    ///           - Effect: Allow
    ///             Action: 'rekognition:DetectLabels'
    ///             Resource: '*'
    ///             Condition: {Null: {'aws:TokenIssueTime': 'false'}}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```yaml
    /// Resources:
    ///   Reader:
    ///     Type: AWS::IAM::ManagedPolicy
    ///     Properties:
    ///       PolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement:
    ///           - Effect: Allow
    ///             Action: 'rekognition:DetectLabels'
    ///             Resource: '*'
    ///             Condition: {'Null': {'aws:TokenIssueTime': 'false'}}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html>.
    #[rule(Warning)]
    REKOGNITION_IAM_YAML_NULL;

    /// A statement of a VPC endpoint policy is about another service than the endpoint.
    ///
    /// Checks the actions in the policy of a VPC endpoint whose service the template names. Only requests to that service go
    /// through the endpoint, so a statement about another one has no effect there.
    ///
    /// ```yaml
    /// Resources:
    ///   Endpoint:
    ///     Type: AWS::EC2::VPCEndpoint
    ///     Properties:
    ///       VpcId: vpc-12345678
    ///       ServiceName: !Sub 'com.amazonaws.${AWS::Region}.s3'
    ///       PolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement: [{Effect: Allow, Principal: '*', Action: 'rekognition:DetectLabels', Resource: '*'}]
    /// ```
    ///
    /// Use instead:
    ///
    /// ```yaml
    /// Resources:
    ///   Endpoint:
    ///     Type: AWS::EC2::VPCEndpoint
    ///     Properties:
    ///       VpcId: vpc-12345678
    ///       ServiceName: !Sub 'com.amazonaws.${AWS::Region}.rekognition'
    ///       PolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement: [{Effect: Allow, Principal: '*', Action: 'rekognition:DetectLabels', Resource: '*'}]
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html>.
    #[rule(Warning)]
    REKOGNITION_IAM_ENDPOINT_SERVICE;

    /// A comment that accepts a finding has no rule or no reason.
    ///
    /// Checks comments that begin with `rekognition-iam:` in YAML and HCL. They have the form `rekognition-iam: allow RULE, reason`.
    /// A comment on a line of its own accepts the findings of this rule in the element below it, and any other comment those
    /// that begin on its line. A comment in another form accepts nothing: without a reason, nobody can tell later whether
    /// the finding may still be ignored.
    ///
    /// ```yaml
    /// Resources:
    ///   Detector:
    ///     Type: AWS::IAM::ManagedPolicy
    ///     Properties:
    ///       PolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement:
    ///           # rekognition-iam: allow REKOGNITION_IAM_SERVICE_WILDCARD
    ///           - {Effect: Allow, Action: 'rekognition:DetectLabels', Resource: '*'}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```yaml
    /// Resources:
    ///   Detector:
    ///     Type: AWS::IAM::ManagedPolicy
    ///     Properties:
    ///       PolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement:
    ///           # rekognition-iam: allow REKOGNITION_IAM_SERVICE_WILDCARD, the boundary of the account limits it
    ///           - {Effect: Allow, Action: 'rekognition:*', Resource: '*'}
    /// ```
    #[rule(Error)]
    REKOGNITION_IAM_INVALID_ALLOW;

    /// A comment accepts a finding that is not reported there.
    ///
    /// Checks comments of the form `rekognition-iam: allow RULE, reason` in YAML and HCL. A comment that accepts nothing was left
    /// after a change, or is in another place than the finding. Remove it, so that it cannot hide a later mistake.
    ///
    /// ```yaml
    /// Resources:
    ///   Detector:
    ///     Type: AWS::IAM::ManagedPolicy
    ///     Properties:
    ///       PolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement:
    ///           # rekognition-iam: allow REKOGNITION_IAM_SERVICE_WILDCARD, the boundary of the account limits it
    ///           - {Effect: Allow, Action: 'rekognition:DetectLabels', Resource: '*'}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```yaml
    /// Resources:
    ///   Detector:
    ///     Type: AWS::IAM::ManagedPolicy
    ///     Properties:
    ///       PolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement:
    ///           - {Effect: Allow, Action: 'rekognition:DetectLabels', Resource: '*'}
    /// ```
    #[rule(Warning)]
    REKOGNITION_IAM_UNUSED_ALLOW;

    /// A policy allows more than the rules of the organization permit.
    ///
    /// Checks policies that give access against the `[[organization]]` rules in `rekognition-iam.toml`: some actions need a
    /// condition (`only-with`), and some are only allowed in some accounts (`only-in-accounts`). The policy is compared with
    /// what the rule permits, for every request that could exist, so a `Deny` that has the same effect is as good as a
    /// condition. What a policy in another file denies does not count. If an answer depends on a value that is only known
    /// after deployment, or was not determined, the finding says so and is at most a warning.
    ///
    /// With `only-in-accounts`, the account of a resource is the one in its ARN or the value of `aws:ResourceAccount`. If the
    /// policy has principals, they must be in the accounts instead, by `Principal` or `aws:PrincipalAccount`; AWS services are
    /// not in any account and are not reported.
    ///
    /// The example has this configuration:
    ///
    /// ```toml
    /// [[organization]]
    /// actions = ["rekognition:DeleteCollection"]
    /// only-with = { Bool = { "aws:MultiFactorAuthPresent" = "true" } }
    /// reason = "only a person deletes a collection"
    /// ```
    ///
    /// ```yaml
    /// Resources:
    ///   Operator:
    ///     Type: AWS::IAM::ManagedPolicy
    ///     Properties:
    ///       PolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement:
    ///           - Effect: Allow
    ///             Action: rekognition:DeleteCollection
    ///             Resource: 'arn:aws:rekognition:us-east-1:111122223333:collection/staff'
    /// ```
    ///
    /// Use instead:
    ///
    /// ```yaml
    /// Resources:
    ///   Operator:
    ///     Type: AWS::IAM::ManagedPolicy
    ///     Properties:
    ///       PolicyDocument:
    ///         Version: '2012-10-17'
    ///         Statement:
    ///           - Effect: Allow
    ///             Action: rekognition:DeleteCollection
    ///             Resource: 'arn:aws:rekognition:us-east-1:111122223333:collection/staff'
    ///             Condition: {Bool: {'aws:MultiFactorAuthPresent': 'true'}}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.
    #[rule(Error)]
    REKOGNITION_IAM_ORGANIZATION;
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
