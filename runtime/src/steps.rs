//! How many steps the loops over pairs of things took, for tests: a test that measures time fails on a busy machine.
//!
//! Only tests compile this, so that nothing is counted in the library.

use core::cell::Cell;

std::thread_local! {
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

/// Counts some steps.
pub(crate) fn take(steps: usize) {
    STEPS.with(|counted| counted.set(counted.get() + steps as u64));
}

/// The steps of this thread while something runs.
pub(crate) fn of<T>(run: impl FnOnce() -> T) -> u64 {
    let before = STEPS.with(Cell::get);
    drop(run());
    STEPS.with(Cell::get) - before
}
