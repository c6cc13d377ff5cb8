//! The generator of the catalogue, and what it generated.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on has failed"
)]

mod common;
mod errors;
mod facts;
mod facts_errors;
mod fresh;
mod layout;
mod reader;
mod services;
