//! The crate as its users see it: what compiles, with which messages it does not, and which JSON comes of it.
//!
//! One program for all of it, because linking one takes longer than most of these tests. `cargo test --all-features
//! --test it ui::` runs one part.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on has failed"
)]

mod aws_pages;
mod companions;
mod constants;
mod dependencies;
mod derived;
mod downstream;
mod evaluate;
mod include_policy;
mod kinds;
mod packages;
mod picture;
mod policies;
#[cfg(feature = "services")]
mod services;
#[cfg(feature = "services")]
#[path = "../templates/policies.rs"]
mod template_policies;
mod templates;
mod ui;
mod variables;
