//! JSON out: the one writer behind every document of this project.

#[cfg(feature = "serde")]
mod serde;
mod write;

#[cfg(feature = "serde")]
pub(crate) use self::serde::serialize;
pub use write::{pretty, to_minified, to_pretty};
