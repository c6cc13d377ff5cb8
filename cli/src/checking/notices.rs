//! What rules say about values that a deployment tool changes, or cannot fill in.

use rekognition_iam_runtime::check::Finding;
use rekognition_iam_runtime::document::{Document, Effect, PolicyKind};

use crate::input::language::TakenBy;
use crate::input::render::Notice;
use crate::input::rules::{
    Issue, REKOGNITION_IAM_SUBSTITUTION, REKOGNITION_IAM_UNKNOWN_ATTRIBUTE,
    REKOGNITION_IAM_UNKNOWN_REFERENCE,
};
use crate::input::tree::Id;
use crate::input::undefined::Undefined;
use crate::report::finding::Said;

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
        Notice::Undefined(Undefined { name, near }) => (
            REKOGNITION_IAM_UNKNOWN_REFERENCE,
            match name.starts_with("AWS::") {
                true => format!("CloudFormation has no pseudo parameter `{name}`"),
                false => format!("the template has no resource or parameter `{name}`"),
            },
            match (near, name.starts_with("AWS::")) {
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, true) => "write one of the pseudo parameters in the AWS CloudFormation User Guide, such as `AWS::AccountId` or `AWS::Region`".to_string(),
                (None, false) => "refer to a resource or parameter of the template, or add the parameter".to_string(),
            },
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

/// What to say about a function of CloudFormation in a policy that is not in a template.
/// `refused` is what the rules say about the same value.
pub(super) fn of_function(name: &str, refused: &Finding) -> Said {
    Said {
        id: refused.id,
        severity: refused.severity,
        statement: refused.place.statement(),
        path: String::new(),
        message: format!(
            "`{name}` is a function of CloudFormation, which IAM does not have"
        ),
        help: vec![
            "write the value, or move the policy into a template; the values of such functions were not checked".to_string(),
        ],
        named: None,
    }
}

/// What to say about the kind of a policy that nothing but its contents shows, where another kind is likely and would have
/// other findings.
pub(super) fn of_guess(document: &Document<'_>) -> Option<String> {
    let statements = &document.statements.items;
    let count = statements.len();
    let numbers = |has: bool| -> Vec<usize> {
        let numbered = (1..).zip(statements);
        let wanted = numbered.filter(|(_, statement)| statement.principals.is_some() == has);
        wanted.map(|(number, _)| number).collect()
    };
    let (with, without) = (numbers(true), numbers(false));
    let kind = PolicyKind::detect(document);
    let checked = format!("checked as {}", kind.in_words());
    if !with.is_empty() && !without.is_empty() {
        let few = match kind == PolicyKind::Identity {
            true => &with,
            false => &without,
        };
        let one_of = match few.as_slice() {
            [one] => format!("only statement {one} of {count}"),
            few => format!("only {} of {count} statements", few.len()),
        };
        let has = match (kind == PolicyKind::Identity, few.len()) {
            (true, 1) => "has",
            (true, _) => "have",
            (false, 1) => "is missing",
            (false, _) => "are missing",
        };
        let other = match kind == PolicyKind::Identity {
            true => PolicyKind::Resource,
            false => PolicyKind::Identity,
        };
        return Some(format!(
            "{checked}, because {one_of} {has} `Principal`; use `--kind {}` if it is {}",
            other.name(),
            other.in_words()
        ));
    }
    let allows_all = statements.iter().any(|statement| {
        let all = |texts: &[std::borrow::Cow<'_, str>]| texts.iter().any(|text| text == "*");
        statement.effect == Effect::Allow
            && !statement.actions.not
            && all(&statement.actions.values.items)
            && (statement.resources.as_ref())
                .is_some_and(|resources| !resources.not && all(&resources.values.items))
    });
    (kind == PolicyKind::Identity && allows_all).then(|| {
        format!(
            "{checked}; use `--kind service-control` or `--kind permissions-boundary` if it is one"
        )
    })
}
