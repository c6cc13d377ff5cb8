//! Guarantees that are proved while compiling. The feature `compare` adds comparisons that programs make themselves.

mod automaton;
mod language;
pub mod prove;

// Nothing but names: of each of them, the compiler then says which feature has it.
#[cfg(feature = "compare")]
pub use self::{
    Assumed, Bound, Change, Cited, Comparison, Cut, Differences, Grantee, Group, Guarantee,
    LostDeny, LostDenyOfSet, Obstacle, Open, Relation, Requests, Requirement, Scope, Set,
    UnknownGrantee, Unproved, Unsettled, Witness, compare, compare_programs, compare_sets,
    differences, lost_denies, lost_denies_of_sets, never, no_wider_than, only_on,
};
