//! The same promises about policies that apply together.
//!
//! A set holds identity policies, and perhaps a permissions boundary, session policies, and service control policies of one
//! level. A request is allowed when one policy of each kind that there is allows it and none denies it, as
//! [`Set`](crate::compare::Set) has it; without identity policies, the callers' own are taken to allow everything.

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]

use super::arena::Raw;
use super::{Proof, decided, never_of, no_wider_than_of, only_on_of, say_granter};
use crate::document::PolicyKind;
use crate::evaluate::Attached;
use crate::evaluate::decide::{Verdict, decide_all};
use crate::evaluate::request::RequestRef;
use crate::policy::{Policy, kind};

/// A policy of a set.
#[must_use]
pub const fn of<K: kind::Kind>(policy: &Policy<K>) -> Attached<'static> {
    Attached::new(K::KIND, policy.program())
}

/// Whether the set allows the request.
pub const fn allows(set: &[Attached<'_>], request: &RequestRef<'_>) -> Proof {
    let ruling = decide_all(set, request);
    if let Verdict::Allowed = ruling.verdict {
        return Proof::new();
    }
    decided(Proof::new(), "allows(", request, ruling.verdict)
}

/// Whether the set does not allow the request: explicitly, or because not everything that has to allows it.
pub const fn denies(set: &[Attached<'_>], request: &RequestRef<'_>) -> Proof {
    // Nothing allows a request where nobody says what the caller may do: that would be a promise about nothing.
    if !has_identity(set) {
        return Proof::new().broken(&["denies(..)"], "the set has no identity policy; add one");
    }
    if let Some(why) = says_nothing(&Raw::together(set)) {
        return Proof::new().broken(&["denies(..)"], why);
    }
    let ruling = decide_all(set, request);
    if matches!(
        ruling.verdict,
        Verdict::ExplicitDeny | Verdict::ImplicitDeny
    ) {
        return Proof::new();
    }
    let proof = decided(Proof::new(), "denies(", request, ruling.verdict);
    match ruling.by {
        Some(by) if by.document < set.len() => {
            say_granter(proof, set[by.document].program().code(), by, set.len() > 1)
        }
        _ => proof,
    }
}

/// Why a guarantee about the set would hold whatever it says: its service control policies allow nothing, and then the set
/// allows nothing. In an organization there is a policy next to them that allows everything.
///
/// See <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html>.
const fn says_nothing(raw: &Raw<'_>) -> Option<&'static str> {
    if raw.only_denies(PolicyKind::ServiceControl) {
        return Some(
            "the service control policies of the set allow nothing; add one that allows everything, as AWS's FullAWSAccess does",
        );
    }
    None
}

const fn has_identity(set: &[Attached<'_>]) -> bool {
    let mut at = 0;
    while at < set.len() {
        if let PolicyKind::Identity = set[at].kind() {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether the set never allows an action of this pattern on a resource of this one; `*` means any.
pub const fn never(set: &[Attached<'_>], action: &str, resource: &str) -> Proof {
    let raw = Raw::together(set);
    match says_nothing(&raw) {
        Some(why) => Proof::new().broken(&["never(..)"], why),
        None => never_of(&raw, action, resource),
    }
}

/// Whether all that the set allows is on resources of these patterns.
pub const fn only_on(set: &[Attached<'_>], resources: &[&str]) -> Proof {
    let raw = Raw::together(set);
    match says_nothing(&raw) {
        Some(why) => Proof::new().broken(&["only_on(..)"], why),
        None => only_on_of(&raw, resources),
    }
}

/// Whether the set allows nothing that the baseline, one policy, does not.
pub const fn no_wider_than(set: &[Attached<'_>], baseline: &str) -> Proof {
    let raw = Raw::together(set);
    match says_nothing(&raw) {
        Some(why) => Proof::new().broken(&["no_wider_than(..)"], why),
        None => no_wider_than_of(&raw, baseline),
    }
}
