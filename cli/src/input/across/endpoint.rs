//! The policy of a VPC endpoint is about the service that the endpoint leads to.

use rekognition_iam_runtime::document::Statement;
use rekognition_iam_runtime::json::{self, Limits};

use super::model::Checked;
use crate::input::rules::{Issue, REKOGNITION_IAM_ENDPOINT_SERVICE};

/// Reports statements that are only about other services.
pub(super) fn check(policy: &Checked) -> Vec<Issue> {
    let services = policy.endpoint.list();
    if services.is_empty() {
        return Vec::new();
    }
    let parsed = json::parse(&policy.json, &Limits::default());
    let statements = parsed.document.statements.items.iter().enumerate();
    (statements.filter(|(_, statement)| is_foreign(statement, &services)))
        .map(|(number, _)| Issue {
            rule: REKOGNITION_IAM_ENDPOINT_SERVICE,
            node: policy.node,
            path: format!("{}.Statement[{number}]", policy.path),
            message: format!(
                "no action of this statement is possible through an endpoint for `{}`",
                services.first().copied().unwrap_or_default()
            ),
            help: vec![
                "move the statement to the policy of the endpoint for that service".to_string(),
            ],
        })
        .collect()
}

/// Whether all actions of a statement belong to services that the endpoint does not lead to.
fn is_foreign(statement: &Statement<'_>, services: &[&str]) -> bool {
    let mut actions = statement.actions.values.iter();
    let is_other = |action: &str| {
        (action.split_once(':')).is_some_and(|(prefix, _)| {
            !prefix.contains(['*', '?', '$'])
                && !(services.iter()).any(|own| own.eq_ignore_ascii_case(prefix))
        })
    };
    !statement.actions.not
        && !statement.actions.values.items.is_empty()
        && actions.all(|action| is_other(action))
}
