//! What is reported, whatever the format.

pub(crate) mod finding;
