//! What tests of the command with made-up input share: random numbers, and how long to go on.

use std::time::{Duration, Instant};

/// A xorshift generator: the same numbers for the same seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The numbers of `FUZZ_SEED`.
    pub(crate) fn seeded() -> Self {
        Self::new(number("FUZZ_SEED", 1))
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 16) % limit.max(1) as u64).unwrap()
    }

    pub(crate) fn one_of<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len())]
    }
}

/// When to stop: after `FUZZ_SECONDS`, and after a second without it.
pub(crate) fn end() -> Instant {
    Instant::now() + Duration::from_secs(number("FUZZ_SECONDS", 1))
}

fn number(variable: &str, otherwise: u64) -> u64 {
    let text = std::env::var(variable).ok();
    text.map_or(otherwise, |text| text.parse().unwrap())
}
