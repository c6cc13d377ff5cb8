//! The names of services as principals.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rekognition_iam_runtime::catalogue::{self, facts};

/// A service as a principal.
#[derive(Debug)]
pub(super) struct ServicePrincipal {
    pub(super) name: String,
    /// Whether AWS names it. Otherwise, it is only the prefix of a service with the ending that most have.
    pub(super) is_listed: bool,
}

/// The service principals, by name.
pub(super) fn principals() -> &'static [ServicePrincipal] {
    static ALL: OnceLock<Vec<ServicePrincipal>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut out: BTreeMap<String, bool> = (catalogue::aws_services().iter())
            .map(|prefix| (format!("{prefix}.amazonaws.com"), false))
            .collect();
        let listed = facts::passed_to_services().iter();
        out.extend(listed.map(|name| ((*name).to_string(), true)));
        (out.into_iter())
            .map(|(name, is_listed)| ServicePrincipal { name, is_listed })
            .collect()
    })
}
