//! The IAM catalogue, the document model and the rules behind [`rekognition-iam`](https://docs.rs/rekognition-iam).
//!
//! This crate does not deal with Rust tokens and has no dependencies by default. Most users want the facade
//! `rekognition-iam`, which adds the macro `policy!`.

#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

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

pub mod arn;
pub mod catalogue;
pub mod check;
pub mod companion;
#[cfg(feature = "evaluate")]
pub mod compare;
#[cfg(feature = "evaluate")]
pub mod denied;
pub mod document;
#[cfg(feature = "evaluate")]
pub mod evaluate;
pub mod glob;
pub mod invisible;
pub mod json;
pub mod split;
#[cfg(test)]
mod steps;
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
pub use document::{Effect, PolicyKind};
pub use join::JoinError;
pub use policy::{
    Exception, PermissionsBoundary, Policy, PolicyBuf, ProjectPolicy, ResourceControlPolicy,
    ResourcePolicy, ServiceControlPolicy, SessionPolicy, TrustPolicy, kind,
};
pub use resource::Resource;

/// The Rust code in README.md is tested with the documentation.
#[cfg(all(doctest, feature = "json"))]
#[doc = include_str!("../README.md")]
mod readme {}
