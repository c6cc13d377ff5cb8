//! Resources that a recorded request may have in addition to those that are known of it.
//!
//! For a service without reviewed tables, nothing says which member of a request names a resource of which type. A record is asked
//! about all of its resources, so one that it may have and that is not known must not be left out.

use std::collections::BTreeSet;

use rekognition_iam_runtime::arn::Arn;
use rekognition_iam_runtime::catalogue::{self, ResourceType, Service};

use super::setters;
use super::{Format, Grant, Resource, kind_name};
use crate::derive::call::SdkCall;
use crate::derive::sdk::Op;
use crate::derive::spelling::snake;

/// Words at the end of a member's name that do not say what it is about.
const ENDS: [&str; 12] = [
    "arn",
    "arns",
    "id",
    "ids",
    "identifier",
    "identifiers",
    "item",
    "items",
    "list",
    "name",
    "names",
    "set",
];

/// The words of a name, the last in the singular: `security_group_ids` is `security`, `group`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = name.split(['_', '-']).map(str::to_owned).collect();
    while words.len() > 1
        && words
            .last()
            .is_some_and(|word| ENDS.contains(&word.as_str()))
    {
        words.pop();
    }
    if let Some(last) = words.last_mut()
        && let Some(one) = last.strip_suffix('s')
        && !one.ends_with('s')
    {
        *last = one.to_owned();
    }
    words
}

/// What a type and the variables of its ARNs are called.
fn names_of(kind: &'static ResourceType) -> Vec<Vec<String>> {
    let variables = (kind.formats.iter())
        .flat_map(|format| format.variables())
        .map(|variable| words(&snake(variable.name)));
    let mut names = vec![words(&kind_name(kind))];
    names.extend(variables);
    names
}

/// Whether a member of this name may be about a resource of the type: `group_set` about a `security-group`.
fn is_about(kind: &'static ResourceType, member: &str) -> bool {
    let member = words(member);
    names_of(kind)
        .iter()
        .any(|name| name.starts_with(&member) || name.ends_with(&member) || member.ends_with(name))
}

/// The types of the actions that an operation needs.
fn types_of(
    op: Op,
) -> impl Iterator<Item = (&'static Service, &'static str, &'static ResourceType)> {
    (op.operation.authorizes.iter())
        .filter_map(|known| {
            let service = catalogue::service(known.service)?;
            Some((service, service.action(known.name)?))
        })
        .flat_map(|(service, action)| {
            (action.resources_of(service)).map(move |(_, kind)| (service, action.name, kind))
        })
}

/// Whether a member of this name decides if a record's resources are known.
pub(in crate::derive) fn may_name(op: Op, member: &str) -> bool {
    op.other.is_some() && types_of(op).any(|(_, _, kind)| is_about(kind, member))
}

/// Whether a resource is of a type.
fn is_of(kind: &'static ResourceType, resource: &Resource) -> bool {
    let mut formats = kind.formats.iter();
    match resource {
        Resource::Any | Resource::Open(_) => false,
        Resource::Built { format, .. } => formats.any(|known| Format(known) == *format),
        Resource::Text(text) => {
            Arn::parse(text).is_ok_and(|arn| formats.any(|format| arn.could_be_strictly(format)))
        }
    }
}

/// Whether a recorded request has members that may name more resources of an action than a grant has. `members` are the names of
/// all that it has, also of those within others.
pub(in crate::derive) fn may_have_more(
    call: &SdkCall,
    grant: &Grant,
    members: &BTreeSet<String>,
) -> bool {
    // The resource of an operation of API Gateway is its path.
    if call.op.other.is_none() || grant.service == "apigateway" {
        return false;
    }
    let Some(service) = catalogue::service(grant.service) else {
        return false;
    };
    let Some(action) = service.action(grant.action) else {
        return false;
    };
    // Whatever it is, it is not known.
    if (grant.resources.iter()).any(|resource| matches!(resource, Resource::Open(_))) {
        return false;
    }
    let rule = |kind| setters::of(call.op, action.name, service, kind);
    let (known, left): (Vec<_>, Vec<_>) = (action.resources_of(service))
        .map(|(_, kind)| kind)
        .partition(|kind| grant.resources.iter().any(|one| is_of(kind, one)));
    // What names a resource that is known does not name another one: the ID of an instance is not one of a managed instance.
    let used: BTreeSet<String> = (known.iter())
        .flat_map(|kind| {
            let rule = rule(kind);
            let names = rule.names.into_iter().map(|(_, path)| path);
            rule.arns.into_iter().chain(names).flatten()
        })
        .collect();
    let is_used =
        |member: &str| used.contains(member) || known.iter().any(|kind| is_about(kind, member));
    left.iter().any(|kind| {
        let rule = rule(kind);
        let paths = (rule.arns.iter()).chain(rule.names.iter().map(|(_, path)| path));
        let is_set = paths
            .filter_map(|path| path.first())
            .any(|first| call.sets(first) && !is_used(first));
        is_set || (members.iter()).any(|member| is_about(kind, member) && !is_used(member))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_about_what_it_is_called() {
        let kind = |service: &str, name: &str| {
            let service = catalogue::service(service).unwrap();
            (service.resources.iter())
                .find(|kind| kind.name == name)
                .unwrap()
        };
        let group = kind("ec2", "security-group");
        for (member, about) in [
            ("group_set", true),
            ("security_group_ids", true),
            ("source_security_group_id", true),
            ("instance_id", false),
            ("instance_type", false),
        ] {
            assert_eq!(is_about(group, member), about, "{member}");
        }
        assert!(is_about(kind("cloudformation", "stack"), "stack_name"));
        assert!(is_about(kind("ec2", "key-pair"), "key_name"));
    }
}
