//! What input means before anything is checked: where policies are, what references return, what names represent.

pub(crate) mod across;
pub(crate) mod context;
pub(crate) mod data;
pub(crate) mod declared;
pub(crate) mod documents;
pub(crate) mod extract;
pub(crate) mod files;
pub(crate) mod hcl;
pub(crate) mod kind;
pub(crate) mod known;
pub(crate) mod language;
pub(crate) mod managed;
pub(crate) mod policies;
pub(crate) mod positions;
pub(crate) mod principals;
pub(crate) mod properties;
pub(crate) mod render;
pub(crate) mod revision;
pub(crate) mod rules;
pub(crate) mod sam;
pub(crate) mod search;
pub(crate) mod serverless;
pub(crate) mod shape;
pub(crate) mod stack;
pub(crate) mod terraform;
pub(crate) mod tree;
