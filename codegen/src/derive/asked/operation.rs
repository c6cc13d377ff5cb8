//! `service:Operation`.

use std::collections::BTreeSet;

use rekognition_iam_runtime::catalogue::{self, Operation, Service};
use rekognition_iam_runtime::suggest;

use super::{Asked, bare, problem};
use crate::derive::call::How;
use crate::derive::clients;
use crate::derive::sdk::{Op, Sdk};
use crate::export::Error;

/// The service and the operation, when the text has this form.
pub(super) fn parts(text: &str) -> Option<(&str, &str)> {
    let (service, name) = text.split_once(':')?;
    let is_name = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    (is_name(service) && is_name(name)).then_some((service, name))
}

pub(super) fn read(prefix: &str, name: &str) -> Result<Asked, Error> {
    let lower = prefix.to_ascii_lowercase();
    let sdk = Sdk::new(clients::crates_of(&lower));
    let Some(service) = of_prefix(&sdk, &lower) else {
        return Err(unknown_service(prefix, &sdk).into());
    };
    let exact = (service.operations.iter()).find(|known| known.name.eq_ignore_ascii_case(name));
    if let Some(operation) = exact {
        let Some(op) = of(&sdk, service, operation) else {
            return Err(problem(format!(
                "no client of the AWS SDK for Rust has `{}`",
                operation.name
            ))
            .into());
        };
        return Ok(Asked {
            calls: vec![bare(op, How::Method)],
            notes: Vec::new(),
        });
    }
    if let Some(op) = without_module(&sdk, name) {
        return Ok(Asked {
            calls: vec![bare(op, How::Method)],
            notes: Vec::new(),
        });
    }
    if let Some(action) = service.action_ignore_case(name) {
        return by_action(&sdk, service, action.name);
    }
    let names = (service.operations.iter().map(|operation| operation.name))
        .chain(service.actions.iter().map(|action| action.name));
    let names: Vec<&str> = names.collect();
    let near = suggest::nearest_all(name, &names);
    let problem = problem(format!("`{}` has no operation `{name}`", service.prefix));
    Err(match near.as_slice() {
        [] => problem,
        near => {
            let near: Vec<String> = (near.iter())
                .map(|near| format!("`{}:{near}`", service.prefix))
                .collect();
            problem.help(format!("did you mean {}?", near.join(" or ")))
        }
    }
    .into())
}

/// The operation of a service without a module. Of several clients, the one that has more to say of it.
fn without_module(sdk: &Sdk, name: &str) -> Option<Op> {
    (sdk.all().into_iter())
        .flat_map(|client| sdk.operations(client))
        .filter(|op| op.other.is_some() && op.operation.name.eq_ignore_ascii_case(name))
        .max_by_key(|op| {
            let size = op.other.map_or(0, clients::Entry::size);
            (size, std::cmp::Reverse(op.client))
        })
}

/// An action that is not an operation: the operations that check it.
fn by_action(sdk: &Sdk, service: &'static Service, action: &str) -> Result<Asked, Error> {
    let checking: Vec<(&'static Service, &'static Operation)> = (catalogue::services().iter())
        .flat_map(|of| of.operations.iter().map(move |operation| (*of, operation)))
        .filter(|(_, operation)| {
            (operation.authorizes.iter())
                .any(|known| known.service == service.prefix && known.name == action)
        })
        .collect();
    let names: Vec<String> = (checking.iter())
        .map(|(of, operation)| format!("`{}:{}`", of.prefix, operation.name))
        .collect();
    let whole = format!("{}:{action}", service.prefix);
    if let [(of, operation)] = checking.as_slice()
        && let Some(op) = self::of(sdk, of, operation)
    {
        return Ok(Asked {
            calls: vec![bare(op, How::Method)],
            notes: vec![format!(
                "`{whole}` is an action; it is the operation {} that checks it",
                names.join("")
            )],
        });
    }
    let problem = problem(format!("`{whole}` is an action and not an operation"));
    Err(match names.is_empty() {
        true => problem.help("AWS has not published which operations check it"),
        false => problem.help(format!("ask for one that checks it: {}", listed(&names))),
    }
    .into())
}

/// The first of some names, and how many more there are.
fn listed(names: &[String]) -> String {
    const MOST: usize = 8;
    let first = names.get(..MOST).unwrap_or(names).join(", ");
    match names.len().checked_sub(MOST) {
        Some(more @ 1..) => format!("{first} and {more} more"),
        _ => first,
    }
}

/// The services that have an operation of this name.
pub(super) fn named(name: &str) -> Vec<String> {
    (catalogue::services().iter())
        .filter_map(|service| {
            let operation = (service.operations.iter())
                .find(|operation| operation.name.eq_ignore_ascii_case(name))?;
            Some(format!("`{}:{}`", service.prefix, operation.name))
        })
        .collect()
}

/// The service of a prefix of actions, or of a client of the SDK.
fn of_prefix(sdk: &Sdk, prefix: &str) -> Option<&'static Service> {
    catalogue::service(prefix).or_else(|| {
        let client = sdk.named(prefix)?;
        sdk.operations(client).next().map(|op| op.service)
    })
}

pub(super) fn of(sdk: &Sdk, service: &Service, operation: &Operation) -> Option<Op> {
    (operation.sdk.iter())
        .filter_map(|(client, method)| sdk.method(sdk.named(client)?, method))
        .find(|op| op.service.prefix == service.prefix)
}

/// The names of the services whose operations are in the catalogue: their prefixes, and those of the clients.
fn covered(sdk: &Sdk) -> BTreeSet<&str> {
    let mut names: BTreeSet<&str> = sdk.names().collect();
    let has_operations = |service: &&Service| !service.operations.is_empty();
    for service in catalogue::services_with_module().filter(has_operations) {
        names.insert(service.prefix);
    }
    for name in clients::names() {
        names.insert(name);
    }
    names
}

/// Help that names what there is, which is too much for a list.
fn has_operations(sdk: &Sdk) -> String {
    let count = covered(sdk).len();
    format!("it has the operations of {count} services, such as `rekognition` and `s3`")
}

/// The error of a service that the catalogue does not have.
pub(super) fn unknown_service(name: &str, sdk: &Sdk) -> crate::export::Problem {
    let lower = name.to_ascii_lowercase();
    if catalogue::aws_services().contains(&lower.as_str()) {
        return problem(format!(
            "the operations of `{lower}` are not in the catalogue"
        ))
        .help(has_operations(sdk));
    }
    let problem = problem(format!("`{name}` is not a service that the catalogue has"));
    match suggest::nearest(&lower, covered(sdk)) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(has_operations(sdk)),
    }
}
