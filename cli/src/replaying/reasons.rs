//! Why calls are not asked about, as codes and in words.

/// Why a record was not asked about; the names are in reports.
pub(super) const FAILED: &str = "failed";
pub(super) const ROOT: &str = "root";
pub(super) const OTHER_POLICIES: &str = "decided_by_other_policies";
pub(super) const OTHER_PRINCIPAL: &str = "other_principal";
pub(super) const SERVICE_LINKED: &str = "service_linked_role";
pub(super) const UNKNOWN_CALLER: &str = "unknown_caller";
pub(super) const NOT_IAM: &str = "not_iam";
pub(super) const NETWORK: &str = "network_activity";
pub(super) const NO_CALL: &str = "not_a_call";
pub(super) const UNKNOWN_EVENT: &str = "unknown_event";
pub(super) const NO_PERMISSION: &str = "needs_no_permission";
pub(super) const NOT_REACHED: &str = "not_reached";

/// What each of them means.
pub(crate) fn words(reason: &str) -> &'static str {
    match reason {
        FAILED => {
            "failed, and neither code nor message says that access was denied, so it is not known whether AWS checked the permissions"
        }
        ROOT => "were made by the root user, which needs no statement",
        OTHER_POLICIES => {
            "are decided by policies that were not given: calls by services, other accounts, identity providers, and anyone"
        }
        OTHER_PRINCIPAL => "were made by principals that --principal does not match",
        SERVICE_LINKED => "were made with service-linked roles, whose policies cannot be changed",
        UNKNOWN_CALLER => "do not show who made them",
        NOT_IAM => "were made with a token of IAM Identity Center, not by IAM",
        NETWORK => "are network activity events, which are copies of calls",
        NO_CALL => "are not API calls: sign-ins, Insights, and events of services",
        UNKNOWN_EVENT => "are events that the catalogue does not have",
        NO_PERMISSION => "need no permission",
        NOT_REACHED => "were denied for another of their actions",
        _ => "were not asked about",
    }
}
