//! Everything in `rekognition-iam` that writes code or files.

#[cfg(feature = "catalogue")]
pub mod catalogue;
#[cfg(feature = "derive")]
pub mod derive;

pub mod dsl;

#[cfg(feature = "export")]
pub mod export;

#[cfg(feature = "import")]
pub mod import;

#[cfg(any(feature = "export", feature = "import"))]
#[doc(hidden)]
pub mod replace;

#[cfg(feature = "derive")]
pub use derive::Coverage;
#[cfg(feature = "export")]
pub use export::{Export, Format, Pseudo};

/// The types of the variables of policies, for values that an export is given.
#[cfg(feature = "export")]
pub use rekognition_iam_runtime::values;
