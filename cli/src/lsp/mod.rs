//! The language server: what `check` and `fix` find, while someone types, and what the catalogue knows about the names in a policy.
//!
//! `transport` reads and writes messages, `server` follows the protocol, `documents` has the open texts and `workspaces` their
//! configurations. `outline` and `cursor` find what is written at a place of a text that may not be finished, for `hover` and
//! `completion`, which offers `choices`. `diagnostics` and `fixes` show what `checking` and `fixing` found: nothing is checked here.

mod checker;
mod choices;
mod completion;
mod cursor;
mod describe;
mod diagnostics;
mod documents;
mod fixes;
mod hover;
mod outline;
mod positions;
mod server;
mod services;
mod transport;
mod workspaces;

pub(crate) use self::server::{Options, serve};
