//! Maps whose keys are long texts, which are looked up for every record.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};

/// A map with a hash that takes a few cycles for each eight bytes. It differs in every map, so that no trail can be made whose texts
/// all have the same.
pub(crate) type FastMap<K, V> = HashMap<K, V, Seeded>;

#[derive(Debug, Clone)]
pub(crate) struct Seeded(u64);

impl Default for Seeded {
    fn default() -> Self {
        Self(RandomState::new().hash_one(0))
    }
}

impl BuildHasher for Seeded {
    type Hasher = Folded;

    fn build_hasher(&self) -> Folded {
        Folded(self.0)
    }
}

/// Each word is multiplied, and both halves of the product are folded into one.
#[derive(Debug)]
pub(crate) struct Folded(u64);

impl Folded {
    #[inline]
    fn add(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word) * 0x9e37_79b9_7f4a_7c15;
        self.0 = (product >> 64) as u64 ^ product as u64;
    }
}

impl Hasher for Folded {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some((word, more)) = rest.split_first_chunk::<8>() {
            self.add(u64::from_le_bytes(*word));
            rest = more;
        }
        let mut last = [0; 8];
        if let Some(start) = last.get_mut(..rest.len()) {
            start.copy_from_slice(rest);
        }
        self.add(u64::from_le_bytes(last) ^ (bytes.len() as u64) << 56);
    }

    #[inline]
    fn write_u8(&mut self, byte: u8) {
        self.add(u64::from(byte));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_differ_in_little_have_other_hashes() {
        let seeded = Seeded::default();
        let mut seen = std::collections::HashSet::new();
        for number in 0..20_000 {
            for text in [
                format!("{number}"),
                format!("{number:08}"),
                format!("key:{number:016}"),
            ] {
                assert!(seen.insert(seeded.hash_one(text.as_str())), "{text}");
            }
        }
        assert!(seen.insert(seeded.hash_one("a\0")) && seen.insert(seeded.hash_one("a")));
        // The low bits, which choose a place, differ too.
        let places: std::collections::HashSet<u64> =
            seen.iter().map(|hash| hash % 65_536).collect();
        assert!(places.len() > 35_000, "{}", places.len());
    }
}
