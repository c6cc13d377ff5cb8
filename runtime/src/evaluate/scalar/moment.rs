//! Moments.

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]

use super::{Order, digits, fixed};
use crate::evaluate::text::byte;

/// A moment: seconds since 1970 and the billionths after them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) seconds: i64,
    pub(crate) nanos: u32,
}

/// Compares two moments.
pub(crate) const fn compare_moments(a: Moment, b: Moment) -> Order {
    if a.seconds != b.seconds {
        return if a.seconds < b.seconds { -1 } else { 1 };
    }
    if a.nanos != b.nanos {
        return if a.nanos < b.nanos { -1 } else { 1 };
    }
    0
}

/// Reads a moment: ISO 8601 as the W3C profile narrows it, or seconds since 1970.
///
/// Four digits are a year. See <https://www.w3.org/TR/NOTE-datetime>.
pub(crate) const fn moment(text: &[u8]) -> Option<Moment> {
    let minus = byte(text, 0) == b'-';
    let from = if minus { 1 } else { 0 };
    if digits(text, from) == text.len() && text.len() > from && (minus || text.len() != 4) {
        let seconds = since_1970(text, from);
        return Some(Moment {
            seconds: if minus { -seconds } else { seconds },
            nanos: 0,
        });
    }
    let Some((days, at)) = date(text) else {
        return None;
    };
    let midnight = days * 86_400;
    if at == text.len() {
        return Some(Moment {
            seconds: midnight,
            nanos: 0,
        });
    }
    if at != 10 || byte(text, at) != b'T' {
        return None;
    }
    let (Some(hour @ 0..=23), b':', Some(minute @ 0..=59)) = (
        fixed(text, at + 1, 2),
        byte(text, at + 3),
        fixed(text, at + 4, 2),
    ) else {
        return None;
    };
    let Some((second, nanos, at)) = second(text, at + 6) else {
        return None;
    };
    let Some(zone) = zone(text, at) else {
        return None;
    };
    Some(Moment {
        seconds: midnight + hour * 3_600 + minute * 60 + second - zone,
        nanos,
    })
}

/// Digits as seconds. More of them than a moment of this age of the world has: as far away as can be said.
const fn since_1970(text: &[u8], from: usize) -> i64 {
    let mut seconds = 0_i64;
    let mut at = from;
    while at < text.len() {
        seconds = seconds
            .saturating_mul(10)
            .saturating_add((text[at] - b'0') as i64);
        at += 1;
    }
    seconds
}

/// The days up to a year, a month of it or a day, and where that ends.
const fn date(text: &[u8]) -> Option<(i64, usize)> {
    let Some(year) = fixed(text, 0, 4) else {
        return None;
    };
    if byte(text, 4) != b'-' {
        return Some((days(year, 1, 1), 4));
    }
    let Some(month @ 1..=12) = fixed(text, 5, 2) else {
        return None;
    };
    if byte(text, 7) != b'-' {
        return Some((days(year, month, 1), 7));
    }
    match fixed(text, 8, 2) {
        Some(day) if day >= 1 && day <= days_in(year, month) => Some((days(year, month, day), 10)),
        _ => None,
    }
}

/// Seconds and billionths, which may be missing, and where they end.
const fn second(text: &[u8], at: usize) -> Option<(i64, u32, usize)> {
    if byte(text, at) != b':' {
        return Some((0, 0, at));
    }
    let Some(second @ 0..=59) = fixed(text, at + 1, 2) else {
        return None;
    };
    let from = at + 4;
    if byte(text, at + 3) != b'.' {
        return Some((second, 0, at + 3));
    }
    let end = digits(text, from);
    if end == from {
        return None;
    }
    let mut nanos = 0_u32;
    let mut place = 0;
    while place < 9 {
        let digit = if from + place < end {
            text[from + place] - b'0'
        } else {
            0
        };
        nanos = nanos * 10 + digit as u32;
        place += 1;
    }
    Some((second, nanos, end))
}

/// The zone, with which the text ends, as seconds east of Greenwich.
const fn zone(text: &[u8], at: usize) -> Option<i64> {
    match byte(text, at) {
        b'Z' if at + 1 == text.len() => Some(0),
        sign @ (b'+' | b'-') => {
            let colon = byte(text, at + 3) == b':';
            let minutes = if colon { at + 4 } else { at + 3 };
            if minutes + 2 != text.len() {
                return None;
            }
            let (Some(hours @ 0..=23), Some(minutes @ 0..=59)) =
                (fixed(text, at + 1, 2), fixed(text, minutes, 2))
            else {
                return None;
            };
            let offset = hours * 3_600 + minutes * 60;
            Some(if sign == b'-' { -offset } else { offset })
        }
        _ => None,
    }
}

const fn leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

const fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from the first of January 1970 in the Gregorian calendar.
const fn days(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March here, so that the day of a leap year comes last.
    let year = if month <= 2 { year - 1 } else { year };
    let era = (if year >= 0 { year } else { year - 399 }) / 400;
    let of_era = year - era * 400;
    let month = (month + 9) % 12;
    let of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}
