//! What rules say about values that a deployment tool changes, or cannot fill in.

use crate::input::language::TakenBy;
use crate::input::render::Notice;
use crate::input::rules::{Issue, REKOGNITION_IAM_SUBSTITUTION, REKOGNITION_IAM_UNKNOWN_ATTRIBUTE};
use crate::input::tree::Id;

/// What a rule says about a value that a deployment tool changes, or cannot fill in.
pub(super) fn of_notice(node: Id, notice: &Notice, path: &str) -> Issue {
    let (rule, message, help) = match notice {
        Notice::Taken(taken) => match taken.by {
            TakenBy::Sub => (
                REKOGNITION_IAM_SUBSTITUTION,
                format!(
                    "`${{{}}}` in `Fn::Sub` is not a resource, a parameter or a pseudo parameter",
                    taken.name
                ),
                format!(
                    "write `${{!{}}}` to keep it as a policy variable",
                    taken.name
                ),
            ),
            TakenBy::Terraform if taken.name.starts_with("AWS::") => (
                REKOGNITION_IAM_SUBSTITUTION,
                format!(
                    "`${{{}}}` is a pseudo parameter of CloudFormation, which Terraform does not have",
                    taken.name
                ),
                "refer to a data source, such as `data.aws_caller_identity` or `data.aws_region`"
                    .to_string(),
            ),
            TakenBy::Terraform => (
                REKOGNITION_IAM_SUBSTITUTION,
                format!(
                    "Terraform reads `${{{}}}` as an expression of its own, and rejects it",
                    taken.name
                ),
                format!("write `$${{{}}}` to keep it as a policy variable", taken.name),
            ),
            TakenBy::Nothing => (
                REKOGNITION_IAM_SUBSTITUTION,
                format!(
                    "CloudFormation only replaces `${{{}}}` in `Fn::Sub`, and IAM has no such policy variable",
                    taken.name
                ),
                "write `!Sub` before this string, or put it in `Fn::Sub`".to_string(),
            ),
            TakenBy::Serverless => (
                REKOGNITION_IAM_SUBSTITUTION,
                format!(
                    "the Serverless Framework replaces `${{{}}}` as one of its own variables",
                    taken.name
                ),
                format!(
                    "write `\\${{{0}}}` to keep it as a policy variable, or `${{!{0}}}` in `Fn::Sub`",
                    taken.name
                ),
            ),
        },
        Notice::NoAttribute {
            resource,
            attribute,
            kind,
            near,
        } => (
            REKOGNITION_IAM_UNKNOWN_ATTRIBUTE,
            format!("`{resource}` is an `{kind}`, which has no attribute `{attribute}`"),
            near.map_or_else(
                || "see the return values of this type in the AWS CloudFormation Template Reference".to_string(),
                |near| format!("did you mean `{near}`?"),
            ),
        ),
    };
    Issue {
        rule,
        node,
        path: path.to_string(),
        message,
        help: vec![help],
    }
}
