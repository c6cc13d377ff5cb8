//! What the runtime says about documents, through its public items alone.
//!
//! One program for all of it, because linking one takes longer than most of these tests. `cargo test -p
//! rekognition-iam-runtime --all-features --test it compare::` runs one part.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on has failed"
)]

#[cfg(feature = "evaluate")]
mod support;

#[cfg(feature = "json")]
mod json {
    mod arn;
    mod printed;
    mod random;
    mod read;
}
#[cfg(feature = "json")]
mod rules {
    mod support;

    mod advice;
    mod callers;
    mod documents;
    mod false_alarms;
    mod front_ends;
    mod guides;
    mod large;
    mod names;
    mod principals;
    mod reference;
    mod resources;
    mod several;
    mod siblings;
    mod table;
}
#[cfg(feature = "json")]
mod fixes;
#[cfg(all(feature = "all-services", feature = "compare"))]
mod fuzz;

#[cfg(feature = "compare")]
mod split;

#[cfg(feature = "evaluate")]
mod evaluate {
    mod callers;
    mod decisions;
    mod depends;
    mod doubts;
    mod properties;
    mod rules;
    mod settled;
    mod who;
}
#[cfg(feature = "compare")]
mod compare {
    mod audience;
    mod differences;
    mod forms;
    mod places;
    mod policies;
    mod possible;
    mod prove;
    mod questions;
    mod random_sets;
    mod sets;
}
#[cfg(feature = "evaluate")]
mod denied;
mod english;
mod vpc_endpoint;
