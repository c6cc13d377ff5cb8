//! Which properties of which resources hold policies.

use std::sync::OnceLock;

use rekognition_iam_runtime::document::PolicyKind;

use super::data::{self, Groups};

/// What a property holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// A policy document of this kind. An identity policy is a part of what it is attached to.
    Policy(PolicyKind),
    /// An identity policy on its own.
    Managed,
    /// One of AWS Organizations, whose kind another property says.
    Organizations,
    /// Statements without the document around them.
    Statements,
    /// What SAM accepts as policies of a function.
    Sam,
    /// Names or ARNs of managed policies.
    Names,
}

/// The properties of this type of resource that hold policies, with their paths.
pub(crate) fn of(kind: &str) -> impl Iterator<Item = (&'static str, Holds)> {
    static TABLE: OnceLock<Groups> = OnceLock::new();
    let table =
        TABLE.get_or_init(|| data::grouped(include_str!("../../data/policy-properties.txt")));
    let rows = table.get(kind).map(Vec::as_slice).unwrap_or_default();
    rows.iter().filter_map(|&(path, holds)| {
        let holds = match holds {
            "organizations" => Holds::Organizations,
            "statements" | "statement" => Holds::Statements,
            "sam" => Holds::Sam,
            "names" => Holds::Names,
            "managed" => Holds::Managed,
            kind => Holds::Policy(kind.parse().ok()?),
        };
        Some((path, holds))
    })
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::input::data::rows;

    #[test]
    fn every_kind_is_known() {
        for [kind, path, _] in rows(include_str!("../../data/policy-properties.txt")) {
            assert!(of(kind).any(|(known, _)| known == path), "{kind} {path}");
        }
    }
}
