//! The rules, one constant each, named by its id and grouped by the element that it looks at.

mod absent;
mod action;
mod advice;
mod arn;
mod attached;
mod companions;
mod condition;
mod empty;
mod escape;
mod formats;
mod id;
mod key_values;
mod keys;
mod network;
mod oidc;
mod operator;
mod organizations;
mod pass_role;
mod principal;
mod project;
mod quota;
mod redundancy;
mod region;
mod resource;
mod service_principal;
mod statement;
mod structure;
mod tags;
mod trust;
mod values;
mod variable;
mod wildcard;

use super::rule::{self, Rule};

pub use absent::*;
pub use action::*;
pub use advice::*;
pub use arn::*;
pub use attached::*;
pub use companions::*;
pub use condition::*;
pub use empty::*;
pub(super) use escape::is_in as has_escape;
pub use escape::*;
pub use formats::*;
pub use id::*;
pub use key_values::*;
pub use keys::*;
pub use network::*;
pub use oidc::*;
pub use operator::*;
pub use organizations::*;
pub use pass_role::*;
pub use principal::*;
pub use project::*;
pub use quota::*;
pub use redundancy::*;
pub use region::*;
pub(super) use resource::uses;
pub use resource::*;
pub use service_principal::*;
pub use statement::*;
pub use structure::*;
pub use tags::*;
pub use trust::*;
pub use values::*;
pub use variable::*;
pub use wildcard::*;

/// What `.accept(..)` looks like, for messages about it.
pub const ACCEPT_EXAMPLE: &str =
    "`.accept(REKOGNITION_IAM_RESOURCE_UNUSED, \"the action follows in the next release\")`";

/// The rules of each file, in the order in which findings are reported.
const FILES: &[&[Rule]] = &[
    structure::RULES,
    statement::RULES,
    action::RULES,
    empty::RULES,
    principal::RULES,
    service_principal::RULES,
    trust::RULES,
    oidc::RULES,
    attached::RULES,
    project::RULES,
    organizations::RULES,
    arn::RULES,
    id::RULES,
    resource::RULES,
    condition::RULES,
    operator::RULES,
    values::RULES,
    formats::RULES,
    keys::RULES,
    tags::RULES,
    key_values::RULES,
    absent::RULES,
    wildcard::RULES,
    network::RULES,
    escape::RULES,
    variable::RULES,
    pass_role::RULES,
    redundancy::RULES,
    advice::RULES,
    companions::RULES,
    region::RULES,
    quota::RULES,
];

pub(super) const ALL: &[Rule] = &rule::concat::<{ rule::count(FILES) }>(FILES);
