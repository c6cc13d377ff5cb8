//! Tasks of the project itself, which no user needs: this crate is not published.

pub mod api;
pub mod catalogue;
pub mod picture;
