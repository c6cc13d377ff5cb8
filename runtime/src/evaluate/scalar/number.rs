//! Decimal numbers.

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]

use super::{Order, digits};
use crate::evaluate::text::{byte, part};

/// A decimal number in the digits of its text: however long, nothing is rounded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number<'t> {
    negative: bool,
    whole: &'t [u8],
    fraction: &'t [u8],
    /// How many digits are before the decimal point when the leading zeros are gone.
    point: i64,
    /// Leading zeros of whole and fraction together.
    zeros: usize,
    is_zero: bool,
}

/// Reads digits with an optional sign, fraction and exponent.
pub(crate) const fn number(text: &[u8]) -> Option<Number<'_>> {
    let negative = byte(text, 0) == b'-';
    let from = if negative || byte(text, 0) == b'+' {
        1
    } else {
        0
    };
    let mut at = digits(text, from);
    let whole = part(text, from, at - from);
    let mut fraction: &[u8] = &[];
    if byte(text, at) == b'.' {
        let end = digits(text, at + 1);
        fraction = part(text, at + 1, end - at - 1);
        if fraction.is_empty() {
            return None;
        }
        at = end;
    }
    if whole.is_empty() {
        return None;
    }
    let mut exponent = 0_i64;
    if matches!(byte(text, at), b'e' | b'E') {
        let minus = byte(text, at + 1) == b'-';
        let from = if minus || byte(text, at + 1) == b'+' {
            at + 2
        } else {
            at + 1
        };
        let end = digits(text, from);
        if end == from {
            return None;
        }
        // Past a million no two numbers of a policy can be distinguished by more.
        let mut i = from;
        while i < end {
            if exponent < 1_000_000 {
                exponent = exponent * 10 + (text[i] - b'0') as i64;
            }
            i += 1;
        }
        if minus {
            exponent = -exponent;
        }
        at = end;
    }
    if at != text.len() {
        return None;
    }
    let mut number = Number {
        negative,
        whole,
        fraction,
        point: 0,
        zeros: 0,
        is_zero: false,
    };
    let length = whole.len() + fraction.len();
    while number.zeros < length && number.digit(0) == b'0' {
        number.zeros += 1;
    }
    number.is_zero = number.zeros == length;
    number.point = whole.len() as i64 - number.zeros as i64 + exponent;
    Some(number)
}

impl Number<'_> {
    /// The digit that many places after the first that counts.
    const fn digit(&self, place: usize) -> u8 {
        let at = self.zeros + place;
        if at < self.whole.len() {
            self.whole[at]
        } else if at - self.whole.len() < self.fraction.len() {
            self.fraction[at - self.whole.len()]
        } else {
            b'0'
        }
    }

    const fn length(&self) -> usize {
        self.whole.len() + self.fraction.len() - self.zeros
    }
}

/// Compares two numbers.
pub(crate) const fn compare_numbers(a: &Number<'_>, b: &Number<'_>) -> Order {
    if a.is_zero || b.is_zero {
        return if a.is_zero && b.is_zero {
            0
        } else if a.is_zero {
            if b.negative { 1 } else { -1 }
        } else if a.negative {
            -1
        } else {
            1
        };
    }
    if a.negative != b.negative {
        return if a.negative { -1 } else { 1 };
    }
    let sign = if a.negative { -1 } else { 1 };
    if a.point != b.point {
        return if a.point < b.point { -sign } else { sign };
    }
    let length = if a.length() > b.length() {
        a.length()
    } else {
        b.length()
    };
    let mut place = 0;
    while place < length {
        let (x, y) = (a.digit(place), b.digit(place));
        if x != y {
            return if x < y { -sign } else { sign };
        }
        place += 1;
    }
    0
}
