//! The members of requests, by the names of the SDK's setters.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::sdk::Op;
use crate::export::json;

/// The members of each operation's request; required ones with a `*` behind.
const MEMBERS: &str = include_str!("../../data/operation-members.json");

/// By client and operation: each member with whether it is required.
type Members = HashMap<String, HashMap<String, HashMap<String, bool>>>;

fn members() -> &'static Members {
    static MEMBERS_READ: OnceLock<Members> = OnceLock::new();
    MEMBERS_READ.get_or_init(read)
}

fn read() -> Members {
    let Ok(root) = json::parse(MEMBERS) else {
        return Members::new();
    };
    let of_operation = |list: &json::Value| -> HashMap<String, bool> {
        (list.as_str().unwrap_or_default().split_whitespace())
            .map(|member| match member.strip_suffix('*') {
                Some(member) => (member.to_owned(), true),
                None => (member.to_owned(), false),
            })
            .collect()
    };
    (root.members().iter())
        .map(|(client, operations)| {
            let operations = (operations.members().iter())
                .map(|(operation, list)| (operation.clone(), of_operation(list)))
                .collect();
            (client.clone(), operations)
        })
        .collect()
}

/// Whether a request has a member, and whether that is required. Of an operation that the models do not have, whatever is
/// set is treated as a member.
pub(super) fn member(op: Op, field: &str) -> Option<bool> {
    match (op.other, known(op)) {
        (Some(other), _) => other.member(field),
        (None, Some(members)) => members.get(field).copied(),
        (None, None) => Some(false),
    }
}

fn known(op: Op) -> Option<&'static HashMap<String, bool>> {
    members().get(op.client_name)?.get(op.operation.name)
}

/// The members of an operation's request, by name, with whether each is required. Of a service without a module, those that
/// can name a resource.
pub(super) fn of_operation(op: Op) -> Vec<(String, bool)> {
    if let Some(other) = op.other {
        return other.members();
    }
    let mut all: Vec<(String, bool)> = (known(op).into_iter().flatten())
        .map(|(name, required)| (name.clone(), *required))
        .collect();
    all.sort();
    all
}
