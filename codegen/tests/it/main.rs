//! The language, import, export and derive, through the public items of this crate alone.
//!
//! One program for all of it, because linking one takes longer than most of these tests. `cargo test -p
//! rekognition-iam-codegen --all-features --test it derive::` runs one part.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on has failed"
)]

mod editor;
mod features;
mod fuzz;
mod help;
#[cfg(feature = "json")]
mod include;
mod parts;
mod rules;
mod spelled_out;
mod whole_document;

#[cfg(feature = "import")]
mod documents;
#[cfg(feature = "import")]
mod import;
#[cfg(feature = "import")]
mod import_compile;

#[cfg(feature = "export")]
mod export {
    mod support;

    mod cargo;
    mod cli;
    mod constants;
    mod files;
    mod find;
    mod formats;
    mod include;
    #[cfg(feature = "evaluate")]
    mod split;
}

#[cfg(feature = "derive")]
mod derive {
    mod app;
    mod asked;
    mod coverage;
    mod files_read;
    mod find;
    mod follow;
    mod fuzz;
    mod needs;
    mod services;
    mod styles;
    mod values;
}
