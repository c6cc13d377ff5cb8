//! Tasks of the project itself, which no user needs: this crate is not published.

pub mod api;
pub mod picture;

/// The generator of the catalogue, and where it is in this repository.
pub mod catalogue {
    use std::path::{Path, PathBuf};

    pub use rekognition_iam_catalogue::*;

    /// The data of this repository.
    #[must_use]
    pub fn default_data() -> PathBuf {
        repository().join("codegen/data")
    }

    /// Where the catalogue of this repository is generated to.
    #[must_use]
    pub fn default_out() -> PathBuf {
        repository().join("runtime/src/catalogue/generated")
    }

    /// The root of this repository.
    #[must_use]
    pub fn repository() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("")
    }
}
