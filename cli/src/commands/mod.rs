//! One file for each command, with its arguments.

pub(crate) mod check;
pub(crate) mod coverage;
pub(crate) mod derive;
pub(crate) mod diff;
pub(crate) mod evaluate;
pub(crate) mod explain;
pub(crate) mod fix;
pub(crate) mod import;
pub(crate) mod prove;
pub(crate) mod rules;
