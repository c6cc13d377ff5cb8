//! Policies that are not plain JSON text, written as such for the reader, with the way back to their file.
//!
//! A template leaves values open until it is deployed. The reader needs a whole document, so each open value is filled in,
//! once in a way that allows as much as it could and once in another; what is found both times does not depend on it.
//! See the module `checking`.

mod blocks;
mod document;
mod embedded;
mod functions;
mod rendered;
mod slot;

pub(crate) use self::blocks::{Unknowns, blocks, member};
pub(crate) use self::document::{Branch, Whole, document, with_branch};
pub(crate) use self::embedded::Embedded;
pub(crate) use self::functions::{DOCUMENT, Functions, Notice, intrinsic, is_absent};
pub(crate) use self::rendered::Rendered;
