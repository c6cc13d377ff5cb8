//! What policies would have decided about recorded calls.
//!
//! Each distinct question is asked once: what of a record can make a difference is written as a text, and questions of the same text
//! have the same answer. What is counted can be added up in any order, so that many machines can each do a part.

mod decider;
pub(crate) mod judge;
mod judged;
mod keys;
mod memory;
pub(crate) mod owners;
pub(crate) mod partial;
pub(crate) mod parts;
pub(crate) mod question;
pub(crate) mod reasons;
pub(crate) mod requests;
pub(crate) mod run;
pub(crate) mod sets;
