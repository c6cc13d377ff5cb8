//! What input means before anything is checked: where policies are, what references return, what names stand for.

pub(crate) mod across;
pub(crate) mod data;
pub(crate) mod known;
pub(crate) mod language;
pub(crate) mod managed;
pub(crate) mod positions;
pub(crate) mod properties;
pub(crate) mod rules;
pub(crate) mod sam;
pub(crate) mod serverless;
pub(crate) mod stack;
pub(crate) mod terraform;
