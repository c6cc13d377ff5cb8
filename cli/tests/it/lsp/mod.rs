//! The language server, as editors talk to it.

mod completion;
mod diagnostics;
mod fixes;
mod hostile;
mod hover;
mod protocol;
mod session;
