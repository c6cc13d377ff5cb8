//! The part of [`rekognition-iam`](https://docs.rs/rekognition-iam) that writes code and files.
//!
//! | module | feature | |
//! |---|---|---|
#![cfg_attr(
    feature = "export",
    doc = "| [`export`] | `export` | writes the policies of a package to files, from build.rs |"
)]
#![cfg_attr(
    feature = "import",
    doc = "| [`import`] | `import` | converts JSON policies to Rust source |"
)]
#![cfg_attr(
    feature = "derive",
    doc = "| [`derive`](mod@derive) | `derive` | finds the smallest policy for the AWS SDK calls of a program |"
)]
//! | [`dsl`] | | expands the macros |

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "catalogue")]
pub mod catalogue;
#[cfg(feature = "derive")]
pub mod derive;

pub mod dsl;

#[cfg(feature = "export")]
pub mod export;

#[cfg(feature = "import")]
pub mod import;

#[cfg(feature = "derive")]
#[doc(hidden)]
pub mod confine;

#[cfg(any(feature = "export", feature = "import"))]
#[doc(hidden)]
pub mod replace;

#[cfg(feature = "derive")]
pub use derive::Coverage;
#[cfg(feature = "export")]
pub use export::{Export, Format, Pseudo};

/// The quotas that [`Export::split`] can make policies fit.
#[cfg(all(feature = "export", feature = "compare"))]
pub use rekognition_iam_runtime::split::Quota;

/// The types of the variables of policies, for values that an export is given.
#[cfg(feature = "export")]
pub use rekognition_iam_runtime::values;

/// The Rust code in README.md is tested with the documentation.
#[cfg(all(doctest, feature = "export"))]
#[doc = include_str!("../README.md")]
mod readme {}
