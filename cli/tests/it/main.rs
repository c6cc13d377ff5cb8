//! The command as people and scripts run it: files in, report and exit code out.
//!
//! One program for all of it, because linking one takes longer than most of these tests.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on has failed"
)]

mod accept;
mod across;
mod baseline;
mod branches;
mod catalogue;
mod cdk;
mod check;
mod compare;
mod config;
mod derive;
mod diff_all;
mod diff_denies;
mod diff_places;
mod diff_revisions;
mod evaluate;
mod evaluate_inputs;
mod evaluate_lines;
mod explain_denied;
mod exported;
mod fix;
mod fix_laws;
mod fix_writes;
mod guide;
mod hcl;
mod help;
mod hostile;
mod ignored;
mod import;
mod input;
mod lines;
mod long_lines;
mod lsp;
#[cfg(feature = "mcp")]
mod mcp;
mod needs;
mod nothing;
mod open;
mod organization;
mod output;
mod prove;
mod read_elsewhere;
mod recognized;
mod references;
mod replay;
mod report;
mod sam;
mod serverless;
mod split;
mod support;
mod templates;
mod texts;
mod unread;
mod watch;
mod who;
mod words;
