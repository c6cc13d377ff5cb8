//! How names are compared. A lookup spends its time here.

use core::cmp::Ordering;

use super::ConditionKey;

/// Compares lengths first: nearly all names differ there.
pub(super) fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a == b
}

/// The order of bytes. Nearly all names differ in their first eight.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    if let (Some(a), Some(b)) = (a.as_bytes().first_chunk(), b.as_bytes().first_chunk()) {
        match u64::from_be_bytes(*a).cmp(&u64::from_be_bytes(*b)) {
            Ordering::Equal => {}
            unequal @ (Ordering::Less | Ordering::Greater) => return unequal,
        }
    }
    a.cmp(b)
}

/// The key of this name, whatever the case, its placeholder filled in.
pub(super) fn find_key(keys: &'static [ConditionKey], name: &str) -> Option<&'static ConditionKey> {
    if let Ok(index) = keys.binary_search_by(|key| compare_ignore_case(key.name, name)) {
        return keys.get(index);
    }
    // The longest fixed text wins: `events:Metadata/a/Matcher` is not the tag `a/Matcher`.
    let mut found = None;
    let mut longest = 0;
    for key in keys {
        if let Some(placeholder) = key.placeholder {
            let fixed = placeholder.before.len() + placeholder.after.len();
            if fixed >= longest && key.matches(name) {
                (found, longest) = (Some(key), fixed);
            }
        }
    }
    found
}

/// The order of keys, whatever the case.
pub(super) fn compare_ignore_case(a: &str, b: &str) -> Ordering {
    for (a, b) in a.bytes().zip(b.bytes()) {
        if a != b {
            match a.to_ascii_lowercase().cmp(&b.to_ascii_lowercase()) {
                Ordering::Equal => {}
                unequal @ (Ordering::Less | Ordering::Greater) => return unequal,
            }
        }
    }
    a.len().cmp(&b.len())
}
