//! Numbers, moments and addresses as conditions compare them, read and compared without loss.

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]

mod address;
mod moment;
mod number;
#[cfg(test)]
mod tests;

pub(crate) use self::address::{Range, address, range};
pub(crate) use self::moment::{Moment, compare_moments, moment};
pub(crate) use self::number::{compare_numbers, number};
use super::text::part;

/// Less, equal, greater.
pub(crate) type Order = i8;

/// Where the digits that begin here end.
const fn digits(text: &[u8], from: usize) -> usize {
    let mut at = from;
    while at < text.len() && text[at].is_ascii_digit() {
        at += 1;
    }
    at
}

/// A number of exactly this many digits.
const fn fixed(text: &[u8], from: usize, length: usize) -> Option<i64> {
    let text = part(text, from, length);
    if text.len() != length {
        return None;
    }
    let mut number = 0;
    let mut at = 0;
    while at < length {
        if !text[at].is_ascii_digit() {
            return None;
        }
        number = number * 10 + (text[at] - b'0') as i64;
        at += 1;
    }
    Some(number)
}
