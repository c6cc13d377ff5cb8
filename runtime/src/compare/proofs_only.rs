//! Guarantees that are proved while compiling. The feature `compare` adds comparisons that programs make themselves.

mod automaton;
mod language;
pub mod prove;
