//! Numbers, moments and addresses as conditions compare them, read and compared without loss.

use super::text::{byte, find, part, rest};

/// Less, equal, greater.
pub(crate) type Order = i8;

/// A decimal number in the digits of its text: however long, nothing is rounded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number<'t> {
    negative: bool,
    whole: &'t [u8],
    fraction: &'t [u8],
    /// How many digits stand before the decimal point when the leading zeros are gone.
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
        // Past a million no two numbers of a policy can be told apart by more.
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

const fn digits(text: &[u8], from: usize) -> usize {
    let mut at = from;
    while at < text.len() && text[at].is_ascii_digit() {
        at += 1;
    }
    at
}

impl Number<'_> {
    /// The digit that many places behind the first that counts.
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

/// A moment: seconds since 1970 and the billionths behind them.
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
        // More digits than a moment of this age of the world has: as far away as can be said.
        let mut seconds = 0_i64;
        let mut at = from;
        while at < text.len() {
            seconds = seconds
                .saturating_mul(10)
                .saturating_add((text[at] - b'0') as i64);
            at += 1;
        }
        return Some(Moment {
            seconds: if minus { -seconds } else { seconds },
            nanos: 0,
        });
    }
    let Some(year) = fixed(text, 0, 4) else {
        return None;
    };
    let mut month = 1;
    let mut day = 1;
    let mut at = 4;
    if byte(text, at) == b'-' {
        match fixed(text, at + 1, 2) {
            Some(found @ 1..=12) => month = found,
            _ => return None,
        }
        at += 3;
        if byte(text, at) == b'-' {
            match fixed(text, at + 1, 2) {
                Some(found) if found >= 1 && found <= days_in(year, month) => day = found,
                _ => return None,
            }
            at += 3;
        }
    }
    let midnight = days(year, month, day) * 86_400;
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
    at += 6;
    let mut second = 0;
    let mut nanos = 0_u32;
    if byte(text, at) == b':' {
        match fixed(text, at + 1, 2) {
            Some(found @ 0..=59) => second = found,
            _ => return None,
        }
        at += 3;
        if byte(text, at) == b'.' {
            let end = digits(text, at + 1);
            if end == at + 1 {
                return None;
            }
            let mut place = 0;
            while place < 9 {
                let digit = if at + 1 + place < end {
                    text[at + 1 + place] - b'0'
                } else {
                    0
                };
                nanos = nanos * 10 + digit as u32;
                place += 1;
            }
            at = end;
        }
    }
    let zone = match byte(text, at) {
        b'Z' if at + 1 == text.len() => 0,
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
            if sign == b'-' { -offset } else { offset }
        }
        _ => return None,
    };
    Some(Moment {
        seconds: midnight + hour * 3_600 + minute * 60 + second - zone,
        nanos,
    })
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

/// An address with the length of its prefix: a range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    /// Whether it is IPv6.
    pub(crate) six: bool,
    /// The address, in the low 32 bits for IPv4.
    pub(crate) bits: u128,
    /// How many leading bits count.
    pub(crate) length: u8,
}

impl Range {
    /// How many bits an address of its family has.
    pub(crate) const fn width(&self) -> u8 {
        if self.six { 128 } else { 32 }
    }

    /// The first address.
    pub(crate) const fn first(&self) -> u128 {
        self.bits & !self.tail()
    }

    /// The last address.
    pub(crate) const fn last(&self) -> u128 {
        self.bits | self.tail()
    }

    const fn tail(&self) -> u128 {
        let free = (self.width() - self.length) as u32;
        if free == 128 {
            u128::MAX
        } else {
            (1_u128 << free) - 1
        }
    }

    /// Whether the address lies in the range. Addresses of the other family never do.
    pub(crate) const fn holds(&self, six: bool, bits: u128) -> bool {
        self.six == six && self.first() <= bits && bits <= self.last()
    }
}

/// Reads an address or a range in CIDR notation.
pub(crate) const fn range(text: &[u8]) -> Option<Range> {
    let slash = find(text, b'/', 0);
    let Some((six, bits)) = address(part(text, 0, slash)) else {
        return None;
    };
    let width: u8 = if six { 128 } else { 32 };
    if slash == text.len() {
        return Some(Range {
            six,
            bits,
            length: width,
        });
    }
    let length = rest(text, slash + 1);
    if length.is_empty() || length.len() > 3 {
        return None;
    }
    match fixed(length, 0, length.len()) {
        Some(found) if found <= width as i64 => Some(Range {
            six,
            bits,
            length: found as u8,
        }),
        _ => None,
    }
}

/// Reads an IPv4 or IPv6 address: whether it is IPv6, and its bits.
pub(crate) const fn address(text: &[u8]) -> Option<(bool, u128)> {
    if find(text, b':', 0) == text.len() {
        return match four(text) {
            Some(bits) => Some((false, bits as u128)),
            None => None,
        };
    }
    match six(text) {
        Some(bits) => Some((true, bits)),
        None => None,
    }
}

const fn four(text: &[u8]) -> Option<u32> {
    let mut bits = 0_u32;
    let mut from = 0;
    let mut count = 0;
    while count < 4 {
        let end = digits(text, from);
        let length = end - from;
        if length == 0 || length > 3 || (length > 1 && text[from] == b'0') {
            return None;
        }
        match fixed(text, from, length) {
            Some(found) if found <= 255 => bits = bits << 8 | found as u32,
            _ => return None,
        }
        count += 1;
        if count < 4 && byte(text, end) != b'.' {
            return None;
        }
        from = if count < 4 { end + 1 } else { end };
    }
    if from == text.len() { Some(bits) } else { None }
}

const fn six(text: &[u8]) -> Option<u128> {
    let mut groups = [0_u16; 8];
    let mut count = 0;
    // Where `::` stands among the groups.
    const NONE: usize = 9;
    let mut gap = NONE;
    let mut at = 0;
    if byte(text, 0) == b':' {
        if byte(text, 1) != b':' {
            return None;
        }
        gap = 0;
        at = 2;
    }
    while at < text.len() {
        if count == 8 {
            return None;
        }
        let mut end = at;
        while end < text.len() && text[end].is_ascii_hexdigit() {
            end += 1;
        }
        if byte(text, end) == b'.' {
            if count > 6 {
                return None;
            }
            let Some(bits) = four(rest(text, at)) else {
                return None;
            };
            groups[count] = (bits >> 16) as u16;
            groups[count + 1] = bits as u16;
            count += 2;
            break;
        }
        if end == at || end - at > 4 {
            return None;
        }
        let mut value = 0_u16;
        while at < end {
            let digit = match text[at] {
                digit @ b'0'..=b'9' => digit - b'0',
                letter => letter.to_ascii_lowercase() - b'a' + 10,
            };
            value = value << 4 | digit as u16;
            at += 1;
        }
        groups[count] = value;
        count += 1;
        if at == text.len() {
            break;
        }
        if text[at] != b':' {
            return None;
        }
        at += 1;
        if byte(text, at) == b':' {
            if gap != NONE {
                return None;
            }
            gap = count;
            at += 1;
        } else if at == text.len() {
            return None;
        }
    }
    if (gap == NONE) != (count == 8) {
        return None;
    }
    let mut bits = 0_u128;
    let mut group = 0;
    while group < 8 {
        // Behind the gap the groups stand at the end.
        let value = if group < gap {
            groups[group]
        } else if group + count >= 8 + gap {
            groups[group + count - 8]
        } else {
            0
        };
        bits = bits << 16 | value as u128;
        group += 1;
    }
    Some(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(a: &str, b: &str) -> Order {
        compare_numbers(
            &number(a.as_bytes()).unwrap(),
            &number(b.as_bytes()).unwrap(),
        )
    }

    #[test]
    fn numbers() {
        for (a, b, expected) in [
            ("1", "1.0", 0),
            ("0", "-0.00", 0),
            ("10", "9", 1),
            ("1e3", "1000", 0),
            ("1.5E-3", "0.0015", 0),
            ("-2", "-1", -1),
            ("-1", "0", -1),
            ("0.1", "0.09", 1),
            ("007", "7", 0),
            ("9007199254740993", "9007199254740992", 1),
            ("0.30000000000000000001", "0.3", 1),
            (
                "123456789012345678901234567890",
                "123456789012345678901234567891",
                -1,
            ),
            ("1e999999999", "1e2", 1),
        ] {
            assert_eq!(order(a, b), expected, "{a} {b}");
            assert_eq!(order(b, a), -expected, "{b} {a}");
        }
        for wrong in ["", "-", "1.", ".5", "1e", "1x", "0x10", "NaN"] {
            assert!(number(wrong.as_bytes()).is_none(), "{wrong}");
        }
    }

    #[test]
    fn moments() {
        let seconds = |text: &str| moment(text.as_bytes()).map(|moment| moment.seconds);
        for (text, expected) in [
            ("1970-01-01", 0),
            ("1970", 0),
            ("1970-02", 31 * 86_400),
            ("2000-03-01T00:00:00Z", 951_868_800),
            ("2024-02-29T12:34:56Z", 1_709_210_096),
            ("2024-02-29T12:34Z", 1_709_210_040),
            ("2024-02-29T13:34:56+01:00", 1_709_210_096),
            ("2024-02-29T04:34:56-0800", 1_709_210_096),
            ("1709210096", 1_709_210_096),
            ("-1", -1),
            ("1969-12-31T23:59:59Z", -1),
            ("0001-01-01", -62_135_596_800),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
        assert_eq!(
            moment(b"1970-01-01T00:00:00.25Z").unwrap().nanos,
            250_000_000
        );
    }

    #[test]
    fn the_grammars_of_the_rules_are_these() {
        let texts = [
            "0",
            "1.5",
            "1e3",
            "1.",
            ".5",
            "x",
            "",
            "-",
            "2026",
            "2026-11",
            "2026-11-24",
            "2024-02-29",
            "2026-02-29",
            "2026-11-24T18:30Z",
            "2026-11-24T18:30:00.1Z",
            "2026-11-24T18:30",
            "2026-11T18:30Z",
            "2026-11-24T18:30:00+1",
            "2026-11-24T18:30:00+01:00",
            "-5",
            "20261",
            "2026-11-24T18:30:00+é1é",
            "2026T18:30Z",
            "2026-13-01",
            "2026-11-31",
            "tomorrow",
        ];
        for text in texts {
            assert_eq!(
                number(text.as_bytes()).is_some(),
                crate::value::is_number(text),
                "{text}"
            );
            assert_eq!(
                moment(text.as_bytes()).is_some(),
                crate::value::is_date(text),
                "{text}"
            );
        }
        for text in [
            "10.0.0.0/8",
            "203.0.113.7",
            "0.0.0.0/0",
            "2001:db8::/32",
            "::1",
            "::",
            "1::",
            "::ffff:1.2.3.4/128",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7::",
            "1:2:3:4:5:6:7:8::",
            "::1:2:3:4:5:6:7:8",
            "1::2::3",
            ":1",
            "1:",
            "1:2:3:4:5:6:1.2.3.4",
            "12345::",
            "g::",
            "",
            "10.0.0/8",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "256.0.0.1",
            "01.0.0.1",
            "2001:db8::/129",
            "a/8",
            "10.0.0.*",
            "1.2.3.4.5",
            "::1.2.3",
            "1:::2",
        ] {
            assert_eq!(
                range(text.as_bytes()).is_some(),
                crate::value::cidr_error(text).is_none(),
                "{text}"
            );
            let std: Option<u128> =
                text.parse::<core::net::IpAddr>()
                    .ok()
                    .map(|address| match address {
                        core::net::IpAddr::V4(four) => u128::from(four.to_bits()),
                        core::net::IpAddr::V6(six) => six.to_bits(),
                    });
            assert_eq!(
                address(text.as_bytes()).map(|(_, bits)| bits),
                std,
                "{text}"
            );
        }
    }

    #[test]
    fn ranges() {
        let ten = range(b"10.1.2.3/8").unwrap();
        assert_eq!((ten.first(), ten.last()), (0x0a00_0000, 0x0aff_ffff));
        assert!(ten.holds(false, 0x0a01_0203) && !ten.holds(true, 0x0a01_0203));
        let all = range(b"::/0").unwrap();
        assert_eq!((all.first(), all.last()), (0, u128::MAX));
    }
}
