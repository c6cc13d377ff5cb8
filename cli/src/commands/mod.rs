//! One file for each command, with its arguments.

pub(crate) mod catalogue;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod coverage;
pub(crate) mod coverage_trail;
pub(crate) mod derive;
pub(crate) mod derive_trail;
pub(crate) mod diff;
pub(crate) mod diff_sets;
pub(crate) mod documents;
pub(crate) mod evaluate;
pub(crate) mod explain;
pub(crate) mod explain_denied;
pub(crate) mod fix;
pub(crate) mod import;
pub(crate) mod lsp;
pub(crate) mod man;
pub(crate) mod needs;
pub(crate) mod prove;
pub(crate) mod replay;
pub(crate) mod report;
pub(crate) mod rules;
pub(crate) mod schema;
pub(crate) mod split;
pub(crate) mod what_can;
pub(crate) mod who_can;
