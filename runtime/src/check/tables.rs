//! What the rules know of AWS's prose: the shape of the rows of `codegen/data/rule-facts.json`, and the rows as they are
//! generated from it.

pub(crate) use crate::catalogue::facts::{Companion, When};
pub(crate) use crate::catalogue::generated::rule_facts::*;
use crate::catalogue::prose::Quota;
use crate::condition::OperatorFamily;

/// A kind of resource that carries a policy.
#[derive(Debug)]
pub(crate) struct Attached {
    /// The service whose actions and resources the policy is about.
    pub(crate) service: &'static str,
    pub(crate) quota: Quota,
    /// Condition keys that say nothing there, since the policy is attached to the resource that they are about.
    pub(crate) irrelevant: &'static [&'static str],
}

/// A condition key that IAM no longer wants, and what replaces it.
#[derive(Debug)]
pub(crate) struct Retired {
    pub(crate) name: &'static str,
    pub(crate) instead: &'static [&'static str],
    /// Whether AWS still evaluates it.
    pub(crate) works: bool,
}

/// The operator that reads wildcards, for one that does not.
pub(crate) const fn like(operator: crate::Operator) -> Option<crate::Operator> {
    use crate::Operator;
    if matches!(operator, Operator::StringEquals) {
        Some(Operator::StringLike)
    } else if matches!(operator, Operator::StringNotEquals) {
        Some(Operator::StringNotLike)
    } else {
        None
    }
}

/// The families of operators under which `*` is a wildcard somewhere.
pub(crate) const fn reads_wildcards(family: OperatorFamily) -> bool {
    matches!(family, OperatorFamily::String | OperatorFamily::Arn)
}

/// The first field of a resource in the policy of an API, which may leave out what comes before.
///
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html>
pub(crate) const API_SHORTHAND: [&str; 2] = ["execute-api:/", "execute-api:*"];

/// Actions whose request always names a resource of one of several types, in addition to those that are required.
///
/// <https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command-setting-up.html>
pub(crate) const ONE_OF_TOGETHER: &[(&str, &str, &[&str])] =
    &[("ssm", "SendCommand", &["instance", "managed-instance"])];
