//! Sorting in a few lines. The sorts of the standard library are compiled again for every type, three thousand lines each.

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

#[cfg(test)]
mod tests {
    use super::sort;
    use alloc::vec::Vec;

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
