//! How rules reach callers by their principals.

use alloc::vec::Vec;

use super::callers::Candidate;
use super::model::Model;
use crate::evaluate::principal::{Link, Maker, Reach, is_absent, reach};

/// How each rule reaches a caller.
pub(crate) fn reaches(model: &Model<'_>, caller: &Candidate) -> Vec<Reach> {
    model
        .rules
        .iter()
        .map(|rule| match &caller.name {
            Some(name) => reach(
                rule.principals,
                Some(name.as_bytes()),
                caller.role_arn(),
                Maker::Namesake,
                rule.allows,
            ),
            None if is_absent(rule.principals) => Reach::By(Link::Direct),
            None => Reach::Missed,
        })
        .collect()
}

/// The same where the VPC endpoint of a request may be a gateway endpoint.
pub(super) fn through_gateway(
    model: &Model<'_>,
    caller: &Candidate,
    reached: &[Reach],
) -> Vec<Reach> {
    let name = caller.name.as_deref().map(str::as_bytes);
    (model.rules.iter().zip(reached))
        .map(|(rule, &reach)| {
            if model.is_by_endpoint_type(rule) {
                reach.through_gateway(rule.principals, name)
            } else {
                reach
            }
        })
        .collect()
}
