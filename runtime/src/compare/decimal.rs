//! Decimal numbers, to find one between two others.

use core::cmp::Ordering;
use core::fmt;

/// `digits` divided by ten to the power of `scale`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decimal {
    digits: i128,
    scale: u32,
}

/// More digits than any number of a policy that means something.
const MOST: u32 = 15;

impl Decimal {
    /// Reads a number without an exponent; `None` for one with more digits than are looked at.
    pub(crate) fn read(text: &[u8]) -> Option<Self> {
        let text = core::str::from_utf8(text).ok()?;
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let bare = whole.strip_prefix(['-', '+']).unwrap_or(whole);
        let is_number = !bare.is_empty()
            && bare
                .bytes()
                .chain(fraction.bytes())
                .all(|byte| byte.is_ascii_digit())
            && !(fraction.is_empty() && text.contains('.'));
        if !is_number || bare.len() > MOST as usize || fraction.len() > MOST as usize {
            return None;
        }
        let scale = u32::try_from(fraction.len()).ok()?;
        let mut digits: i128 = 0;
        for byte in bare.bytes().chain(fraction.bytes()) {
            digits = digits
                .checked_mul(10)?
                .checked_add(i128::from(byte - b'0'))?;
        }
        let digits = if whole.starts_with('-') {
            -digits
        } else {
            digits
        };
        Some(Self { digits, scale })
    }

    fn at(self, scale: u32) -> Option<i128> {
        self.digits
            .checked_mul(10_i128.checked_pow(scale.checked_sub(self.scale)?)?)
    }

    /// The next whole number beyond, upward or downward.
    pub(crate) fn plus(self, step: i128) -> Option<Self> {
        let one = 10_i128.checked_pow(self.scale)?;
        let floor = self.digits.div_euclid(one);
        let digits = if step > 0 || self.digits.rem_euclid(one) == 0 {
            floor.checked_add(step)?
        } else {
            floor
        };
        Some(Self { digits, scale: 0 })
    }

    /// A number between this one and a greater one: a whole one if there is one, else one with few digits.
    pub(crate) fn middle(self, other: &Self) -> Option<Self> {
        let next = self.plus(1)?;
        if next < *other {
            return Some(next);
        }
        let scale = self.scale.max(other.scale) + 1;
        let sum = self.at(scale)?.checked_add(other.at(scale)?)?;
        Some(Self {
            digits: sum.div_euclid(2),
            scale,
        })
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let scale = self.scale.max(other.scale);
        Some(self.at(scale)?.cmp(&other.at(scale)?))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.digits < 0 { "-" } else { "" };
        let digits = self.digits.unsigned_abs();
        let one = 10_u128.pow(self.scale);
        write!(f, "{sign}{}", digits / one)?;
        if self.scale > 0 {
            let fraction = alloc::format!("{:0width$}", digits % one, width = self.scale as usize);
            let fraction = fraction.trim_end_matches('0');
            if !fraction.is_empty() {
                write!(f, ".{fraction}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    fn of(text: &str) -> Decimal {
        Decimal::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn numbers_between_others() {
        for (a, b, between) in [
            ("2", "10", "3"),
            ("9.5", "10", "9.75"),
            ("9", "10", "9.5"),
            ("-1", "0", "-0.5"),
            ("-1.5", "7", "-1"),
            ("0.1", "0.11", "0.105"),
        ] {
            assert_eq!(
                of(a).middle(&of(b)).unwrap().to_string(),
                between,
                "{a} {b}"
            );
            assert!(of(a) < of(between) && of(between) < of(b));
        }
        assert_eq!(of("9.5").plus(1).unwrap().to_string(), "10");
        assert_eq!(of("9.5").plus(-1).unwrap().to_string(), "9");
        assert_eq!(of("9").plus(-1).unwrap().to_string(), "8");
        for text in [".5", "5.", "1e3", "", "-", "x", "1234567890123456"] {
            assert!(Decimal::read(text.as_bytes()).is_none(), "{text}");
        }
    }
}
