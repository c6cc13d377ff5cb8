//! Sorting in a few lines. The sorts of the standard library are compiled again for every type, three thousand lines each, and its
//! maps four thousand: a sorted list does as well where all of it is known before the first question.

use alloc::vec::Vec;
use core::cmp::Ordering;

/// Sorts by heap: the same time for every input, a hostile one included.
pub(crate) fn sort<T: Ord>(items: &mut [T]) {
    for at in (0..items.len() / 2).rev() {
        sift(items, at);
    }
    for end in (1..items.len()).rev() {
        items.swap(0, end);
        let (unsorted, _) = items.split_at_mut(end);
        sift(unsorted, 0);
    }
}

/// Moves an item down until nothing greater is below it.
fn sift<T: Ord>(items: &mut [T], mut at: usize) {
    loop {
        let mut child = 2 * at + 1;
        if items.get(child) < items.get(child + 1) {
            child += 1;
        }
        if items.get(child) <= items.get(at) {
            return;
        }
        items.swap(at, child);
        at = child;
    }
}

/// Numbers by a key that several of them may have.
#[derive(Debug)]
pub(crate) struct Groups<K> {
    /// The key of each number, sorted.
    keys: Vec<K>,
    numbers: Vec<usize>,
}

impl<K> Default for Groups<K> {
    fn default() -> Self {
        Self {
            keys: Vec::new(),
            numbers: Vec::new(),
        }
    }
}

impl<K: Ord> Groups<K> {
    pub(crate) fn of(mut pairs: Vec<(K, usize)>) -> Self {
        sort(&mut pairs);
        let (keys, numbers) = pairs.into_iter().unzip();
        Self { keys, numbers }
    }

    /// The numbers with a key like this one, from the lowest to the highest. `compare` tells how another key is compared with it.
    pub(crate) fn get(&self, compare: impl Fn(&K) -> Ordering) -> &[usize] {
        let start = self.keys.partition_point(|key| compare(key).is_lt());
        let end = self.keys.partition_point(|key| compare(key).is_le());
        self.numbers.get(start..end).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{Groups, sort};
    use alloc::vec;
    use alloc::vec::Vec;

    #[test]
    fn groups_are_in_order_and_of_one_key() {
        let groups = Groups::of(vec![("b", 4), ("a", 3), ("b", 1), ("bb", 0), ("b", 4)]);
        let get = |key: &str| groups.get(|other| (*other).cmp(key)).to_vec();
        assert_eq!(get("b"), [1, 4, 4]);
        assert_eq!(get("a"), [3]);
        assert_eq!(get("bb"), [0]);
        for none in ["", "aa", "c"] {
            assert_eq!(get(none), [] as [usize; 0], "{none}");
        }
        assert_eq!(Groups::<&str>::default().get(|other| other.cmp(&"")), []);
    }

    #[test]
    fn sorted() {
        for length in 0..40_u32 {
            let mut items: Vec<u32> = (0..length).map(|i| i * 7919 % 13).collect();
            let mut expected = items.clone();
            expected.sort_unstable();
            sort(&mut items);
            assert_eq!(items, expected);
        }
    }
}
