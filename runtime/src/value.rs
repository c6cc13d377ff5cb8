//! Grammars of condition values: numbers, dates, address ranges, base64.

use core::net::IpAddr;

/// Whether the text is a number as IAM reads one: digits with an optional sign, fraction and exponent.
pub(crate) fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    is_digits(whole)
        && fraction.is_none_or(is_digits)
        && exponent
            .is_none_or(|exponent| is_digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the text is a date in ISO 8601 as the W3C profile narrows it, or seconds since 1970.
///
/// See <https://www.w3.org/TR/NOTE-datetime>.
pub(crate) fn is_date(text: &str) -> bool {
    let seconds = text.strip_prefix('-').unwrap_or(text);
    // Four digits are a year in ISO 8601 and a moment in 1970 otherwise; both are dates.
    if is_digits(seconds) {
        return true;
    }
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let (Some(year), Some(month)) = (parts.next(), parts.next()) else {
        return false;
    };
    let day = parts.next();
    if parts.next().is_some() || year.len() != 4 || !is_digits(year) {
        return false;
    }
    let (Some(year), Some(month)) = (number(year, 0, 9_999), two(month, 1, 12)) else {
        return false;
    };
    let day_fits = match day {
        Some(day) => two(day, 1, days_in(year, month)).is_some(),
        None => time.is_none(),
    };
    day_fits && time.is_none_or(is_time)
}

const fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_time(text: &str) -> bool {
    let Some(split) = text.find(['Z', '+', '-']) else {
        return false;
    };
    let (clock, zone) = text.split_at(split);
    let zone_fits = match zone.strip_prefix(['+', '-']) {
        Some(offset) => match offset.split_once(':') {
            Some((hours, minutes)) => two(hours, 0, 23).is_some() && two(minutes, 0, 59).is_some(),
            None => {
                is_digits(offset)
                    && offset.split_at_checked(2).is_some_and(|(hours, minutes)| {
                        two(hours, 0, 23).is_some() && two(minutes, 0, 59).is_some()
                    })
            }
        },
        None => zone == "Z",
    };
    let mut parts = clock.split(':');
    let (Some(hours), Some(minutes)) = (parts.next(), parts.next()) else {
        return false;
    };
    let seconds_fit = parts.next().is_none_or(|seconds| {
        let (whole, fraction) = match seconds.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (seconds, None),
        };
        two(whole, 0, 59).is_some() && fraction.is_none_or(is_digits)
    });
    zone_fits
        && parts.next().is_none()
        && two(hours, 0, 23).is_some()
        && two(minutes, 0, 59).is_some()
        && seconds_fit
}

fn two(text: &str, low: u32, high: u32) -> Option<u32> {
    (text.len() == 2).then(|| number(text, low, high))?
}

fn number(text: &str, low: u32, high: u32) -> Option<u32> {
    is_digits(text)
        .then(|| text.parse().ok())?
        .filter(|number| (low..=high).contains(number))
}

/// Why the text is neither an IP address nor a CIDR range; `None` when it is one.
pub(crate) fn cidr_error(text: &str) -> Option<&'static str> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (text, None),
    };
    let Ok(address) = address.parse::<IpAddr>() else {
        return Some("the address is not IPv4 or IPv6");
    };
    let longest = if address.is_ipv4() { 32 } else { 128 };
    match length {
        None => None,
        Some(length) if length.len() <= 3 && number(length, 0, longest).is_some() => None,
        Some(_) if longest == 32 => Some("the prefix length after `/` is not from 0 to 32"),
        Some(_) => Some("the prefix length after `/` is not from 0 to 128"),
    }
}

/// Whether the text is base64 with its padding.
pub(crate) fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !text.is_empty()
        && text.len().is_multiple_of(4)
        && text.len() - body.len() <= 2
        && body
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

#[cfg(test)]
mod tests {
    use super::{cidr_error, is_base64, is_date, is_number};

    #[test]
    fn numbers() {
        for right in ["0", "3600", "-1", "+1", "1.5", "1e3", "1.5E-3"] {
            assert!(is_number(right), "{right}");
        }
        for wrong in ["", "-", "1.", ".5", "1,5", "0x1f", "one", "1e", "١", "1 "] {
            assert!(!is_number(wrong), "{wrong}");
        }
    }

    #[test]
    fn dates() {
        for right in [
            "2026",
            "2026-11",
            "2026-11-24",
            "2024-02-29",
            "2026-11-24T18:30Z",
            "2026-11-24T18:30:00Z",
            "2026-11-24T18:30:00.123Z",
            "2026-11-24T18:30:00+01:00",
            "2026-11-24T18:30:00-0800",
            "1795545000",
            "-1",
        ] {
            assert!(is_date(right), "{right}");
        }
        for wrong in [
            "",
            "2026-13-01",
            "2026-02-29",
            "2100-02-29",
            "2026-11-31",
            "2026-1-1",
            "24.11.2026",
            "2026-11-24T18:30",
            "2026-11-24T25:00Z",
            "2026-11-24T18:60Z",
            "2026-11T18:30Z",
            "2026-11-24 18:30Z",
            "tomorrow",
            "2026-11-24T18:30:00+1",
            "20261-01-01",
            "2026-11-24T18:30:00+é1é",
        ] {
            assert!(!is_date(wrong), "{wrong}");
        }
    }

    #[test]
    fn ranges() {
        for right in [
            "10.0.0.0/8",
            "203.0.113.7",
            "0.0.0.0/0",
            "2001:db8::/32",
            "::1",
            "::ffff:1.2.3.4/128",
        ] {
            assert!(cidr_error(right).is_none(), "{right}");
        }
        for wrong in [
            "",
            "10.0.0/8",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "256.0.0.1",
            "2001:db8::/129",
            "a/8",
            "10.0.0.*",
        ] {
            assert!(cidr_error(wrong).is_some(), "{wrong}");
        }
    }

    #[test]
    fn base64() {
        for right in ["QUJD", "QUI=", "QQ==", "+/9="] {
            assert!(is_base64(right), "{right}");
        }
        for wrong in ["", "QUJ", "Q===", "QU=D", "a b=", "é==="] {
            assert!(!is_base64(wrong), "{wrong}");
        }
    }
}
