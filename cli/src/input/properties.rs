//! Which properties of which resources hold policies.

use std::sync::OnceLock;

use rekognition_iam_runtime::document::PolicyKind;

use super::data::{self, Groups};

/// What a document of Terraform is merged with: policies as JSON in strings.
pub(crate) const MERGED: [&str; 4] = [
    "source_policy_documents",
    "override_policy_documents",
    // As they were called once.
    "source_json",
    "override_json",
];

/// What a property holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// A policy document of this kind. An identity policy is a part of what it is attached to.
    Policy(PolicyKind, Services),
    /// An identity policy on its own.
    Managed,
    /// The policy of a VPC endpoint, whose service another property names.
    Endpoint,
    /// A policy of AWS IoT Core, which evaluates it by itself.
    IotCore,
    /// One of AWS Organizations, whose kind another property says.
    Organizations,
    /// Statements of a resource policy without the document around them.
    Statements(Services),
    /// What SAM accepts as policies of a function.
    Sam,
    /// Names or ARNs of managed policies.
    Names,
}

/// The services whose actions a policy can grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Services {
    /// Not certain.
    #[default]
    Any,
    /// These, with commas between them, because the policy is attached to a resource of theirs.
    Of(&'static str),
    /// Those for which AWS IoT Core has policies of its own.
    IotCore,
}

impl Services {
    /// Those of the resource that the policy is attached to.
    pub(crate) fn list(self) -> Vec<&'static str> {
        match self {
            Self::Of(names) => names.split(',').collect(),
            Self::Any | Self::IotCore => Vec::new(),
        }
    }

    fn of(names: &'static str) -> Self {
        match names {
            "" => Self::Any,
            names => Self::Of(names),
        }
    }
}

/// The properties of this type of resource that hold policies, with their paths.
pub(crate) fn of(kind: &str) -> impl Iterator<Item = (&'static str, Holds)> {
    static TABLE: OnceLock<Groups> = OnceLock::new();
    let table =
        TABLE.get_or_init(|| data::grouped(include_str!("../../data/policy-properties.txt")));
    let rows = table.get(kind).map(Vec::as_slice).unwrap_or_default();
    rows.iter().filter_map(|&(path, holds)| {
        let (holds, services) = holds.split_once(' ').unwrap_or((holds, ""));
        let services = Services::of(services);
        let holds = match holds {
            "organizations" => Holds::Organizations,
            "iot-core" => Holds::IotCore,
            "vpc-endpoint" => Holds::Endpoint,
            "statements" | "statement" => Holds::Statements(services),
            "sam" => Holds::Sam,
            "names" => Holds::Names,
            "managed" => Holds::Managed,
            kind => Holds::Policy(kind.parse().ok()?, services),
        };
        Some((path, holds))
    })
}

/// What the last part of the name of a VPC endpoint service leads to. Nothing where that is not certain.
pub(crate) fn of_endpoint(name: &str) -> Services {
    let row = data::rows(include_str!("../../data/endpoint-services.txt"))
        .find(|[own, ..]| name.strip_suffix("-fips").unwrap_or(name) == *own);
    row.map_or_else(Services::default, |[_, services, _]| Services::of(services))
}

#[cfg(test)]
mod tests {
    use super::{Holds, of};
    use crate::input::data::rows;

    #[test]
    fn every_kind_is_known() {
        for [kind, path, _] in rows(include_str!("../../data/policy-properties.txt")) {
            assert!(of(kind).any(|(known, _)| known == path), "{kind} {path}");
        }
    }

    #[test]
    fn every_service_is_in_the_catalogue() {
        for [kind, ..] in rows(include_str!("../../data/policy-properties.txt")) {
            for (path, holds) in of(kind) {
                let (Holds::Policy(_, services) | Holds::Statements(services)) = holds else {
                    continue;
                };
                for service in services.list() {
                    let known = rekognition_iam_runtime::catalogue::service(service);
                    assert!(known.is_some(), "{kind} {path}: {service}");
                }
            }
        }
    }
}
