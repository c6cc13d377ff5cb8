//! Everything behind `rekognition-iam` that writes code or files.

#[cfg(feature = "catalogue")]
pub mod catalogue;

pub mod dsl;

#[cfg(feature = "export")]
pub mod export;

#[cfg(feature = "import")]
pub mod import;

#[cfg(feature = "export")]
pub use export::Export;
