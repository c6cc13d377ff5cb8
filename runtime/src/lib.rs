//! The IAM catalogue, the document model and the rules behind [`rekognition-iam`](https://docs.rs/rekognition-iam).
//!
//! This crate does not deal with Rust tokens and has no dependencies by default. Most users want the facade
//! `rekognition-iam`, which adds the macro `policy!`.

#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
// A new kind, severity, operator, or part is an error of the compiler wherever it may matter.
#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]
// Much of the catalogue is for the rules and the comparison alone. What is unused with all features is reported.
#![cfg_attr(not(feature = "compare"), allow(dead_code, unused_imports))]

extern crate alloc;
// So that tests in here can share what those outside use.
#[cfg(test)]
extern crate self as rekognition_iam_runtime;
// The services of the table are kept where every thread finds them.
#[cfg(any(test, feature = "all-services"))]
extern crate std;

// First, for its macro.
#[macro_use]
mod kinds;

#[cfg(feature = "check")]
pub mod arn;
pub mod catalogue;
#[cfg(feature = "check")]
pub mod check;
pub mod companion;
#[cfg(feature = "compare")]
pub mod compare;
// The macros need no more, and comparisons take as long to compile as everything else.
#[cfg(all(feature = "evaluate", not(feature = "compare")))]
#[path = "compare/proofs_only.rs"]
pub mod compare;
#[cfg(feature = "evaluate")]
pub mod denied;
#[cfg(feature = "check")]
pub mod document;
#[cfg(feature = "evaluate")]
pub mod evaluate;
pub mod glob;
pub mod invisible;
pub mod json;
// Its quotas are for exports too, which need no evaluation.
#[cfg(feature = "check")]
pub mod split;
#[cfg(test)]
mod steps;
#[cfg(feature = "check")]
pub mod suggest;
pub mod values;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

mod action;
mod condition;
mod constant;
mod join;
mod policy;
mod resource;
mod size;
mod sort;
mod value;

/// The services with a module in Rust, and the global condition keys ([`aws`]).
#[doc(hidden)]
pub mod services {
    pub use crate::catalogue::generated::*;
}

pub use action::{AccessLevel, Action, ActionGroup, ActionPattern};
pub use catalogue::generated::*;
pub use condition::{
    AnyKey, ArnKey, ArnSetKey, BoolKey, BoolSetKey, Condition, DateKey, DateOrNumericKey,
    IpAddressKey, KeyName, NumericKey, Operator, OperatorFamily, SetOperator, StringKey,
    StringSetKey,
};
pub use join::JoinError;
pub use kinds::{Effect, Layer, PolicyKind};
pub use policy::{
    Exception, PermissionsBoundary, Policy, PolicyBuf, ProjectPolicy, ResourceControlPolicy,
    ResourcePolicy, ServiceControlPolicy, SessionPolicy, TrustPolicy, kind,
};
pub use resource::Resource;
pub use size::Measured;

/// The Rust code in README.md is tested with the documentation.
#[cfg(all(doctest, feature = "json"))]
#[doc = include_str!("../README.md")]
mod readme {}
