//! What the rules know of AWS's prose: the rows of `codegen/data/rule-facts.json`, as they are generated from it.

pub(crate) use crate::catalogue::facts::{Companion, When};
pub(crate) use crate::catalogue::generated::rule_facts::*;
pub(crate) use crate::catalogue::prose::{Attached, Retired};
use crate::condition::OperatorFamily;

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

/// Service principals that write below a path with the account that they act for, and of which AWS documents no key that names
/// it.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html>
pub(crate) const PATHS_BY_ACCOUNT: &[&str] = &["logdelivery.elasticloadbalancing"];
