//! Values of a condition key that are worth trying.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::decimal::Decimal;
use super::language::{ANY, ANY_IN_FIELD, FOLDED, MANY, MANY_IN_FIELD, is_fixed};
use super::solve::{Wanted, pattern};
use crate::evaluate::program::Form;
use crate::evaluate::request::RequestRef;
use crate::evaluate::scalar::{Moment, Range, moment, range};
use crate::{Operator, OperatorFamily};

/// Values of which one represents each way that the conditions of a family can come out.
#[derive(Default)]
pub(super) struct Candidates {
    pub(super) texts: Vec<String>,
    /// Numbers of the conditions, as decimals.
    numbers: Vec<Decimal>,
    pub(super) incomplete: bool,
}

impl Candidates {
    pub(super) fn add(&mut self, wanted: &Wanted<'_>, request: &RequestRef<'_>) {
        let mut values = wanted.test.values();
        while let Some((form, text, more)) = values.next() {
            self.value(wanted.operator, text, form, request);
            values = more;
        }
    }

    fn value(&mut self, operator: Operator, bytes: &[u8], form: Form, request: &RequestRef<'_>) {
        let text = || String::from_utf8_lossy(bytes).into_owned();
        match operator.family() {
            OperatorFamily::String | OperatorFamily::Arn => {
                let variables = (form == Form::Variables).then_some(Some(request));
                if let Some(tokens) = pattern(operator, bytes, variables) {
                    self.texts.push(filled(&tokens, false));
                    self.texts.push(filled(&tokens, true));
                    if form == Form::Exact
                        && let Some(number) = Decimal::read(bytes)
                    {
                        self.numbers.push(number);
                    }
                }
            }
            OperatorFamily::Bool => self.texts.extend(["true", "false"].map(String::from)),
            OperatorFamily::Binary => self.texts.push(text()),
            OperatorFamily::Numeric => {
                self.texts.push(text());
                match Decimal::read(bytes) {
                    Some(number) => self.numbers.push(number),
                    None => self.incomplete = true,
                }
            }
            OperatorFamily::Date => {
                if let Some(at) = moment(bytes) {
                    self.texts.push(text());
                    for nanos in [1_000_000_000_i64, -1_000_000_000, 1, -1] {
                        self.texts.extend(written(shifted(at, nanos)));
                    }
                    self.incomplete |= written(at).is_none();
                    // The same in seconds since 1970.
                    let seconds = at.seconds.to_string();
                    self.numbers.extend(Decimal::read(seconds.as_bytes()));
                    self.texts.push(seconds);
                }
            }
            OperatorFamily::IpAddress => {
                if let Some(range) = range(bytes) {
                    self.range(&range);
                }
            }
            OperatorFamily::Null => {}
        }
    }

    /// A number in each gap between the numbers of the conditions, the plainest there is.
    pub(super) fn between(&mut self) {
        self.numbers
            .sort_unstable_by(|a, b| a.partial_cmp(b).unwrap_or(core::cmp::Ordering::Equal));
        self.numbers.dedup();
        let Some((first, last)) = self.numbers.first().zip(self.numbers.last()) else {
            return;
        };
        let mut found: Vec<Option<Decimal>> = alloc::vec![last.plus(1), first.plus(-1)];
        for pair in self.numbers.windows(2) {
            if let [a, b] = pair {
                found.push(a.middle(b));
            }
        }
        for number in found {
            match number {
                Some(number) => self.texts.push(number.to_string()),
                None => self.incomplete = true,
            }
        }
    }

    fn range(&mut self, range: &Range) {
        let mut push = |bits: Option<u128>| {
            if let Some(bits) = bits
                && (range.six || bits <= u128::from(u32::MAX))
            {
                self.texts.push(address(range.six, bits));
            }
        };
        push(Some(range.first()));
        push(range.last().checked_add(1));
        push(range.first().checked_sub(1));
        self.texts.push(address(false, 0));
        self.texts.push(address(true, 0));
    }
}

/// A text that the tokens match.
pub(crate) fn filled(tokens: &[u32], many: bool) -> String {
    tokens
        .iter()
        .filter_map(|&token| match token {
            MANY | MANY_IN_FIELD => many.then_some('x'),
            ANY | ANY_IN_FIELD => Some('x'),
            folded if folded >= FOLDED => char::from_u32(folded - FOLDED),
            fixed if is_fixed(fixed) => char::from_u32(fixed),
            _ => None,
        })
        .collect()
}

const fn shifted(at: Moment, nanos: i64) -> Moment {
    let all = at.nanos as i64 + nanos;
    Moment {
        seconds: at.seconds + all.div_euclid(1_000_000_000),
        nanos: all.rem_euclid(1_000_000_000) as u32,
    }
}

/// A moment in seconds since 1970, in ISO 8601.
pub(super) fn iso(seconds: &str) -> Option<String> {
    written(moment(seconds.as_bytes())?)
}

/// The moment in ISO 8601; `None` for one that has no year of four digits.
fn written(at: Moment) -> Option<String> {
    let days = at.seconds.div_euclid(86_400);
    let of_day = at.seconds.rem_euclid(86_400);
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year + era * 400 + i64::from(month <= 2);
    let fraction = match at.nanos {
        0 => String::new(),
        nanos => format!(".{nanos:09}"),
    };
    (0..=9_999).contains(&year).then(|| {
        format!(
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}{fraction}Z",
            of_day / 3_600,
            of_day / 60 % 60,
            of_day % 60
        )
    })
}

fn address(six: bool, bits: u128) -> String {
    if six {
        core::net::Ipv6Addr::from_bits(bits).to_string()
    } else {
        core::net::Ipv4Addr::from_bits(bits as u32).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_they_are_read() {
        for text in [
            "1970-01-01T00:00:00Z",
            "2024-02-29T12:34:56Z",
            "0001-03-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
        ] {
            assert_eq!(
                written(moment(text.as_bytes()).unwrap()).as_deref(),
                Some(text)
            );
        }
        let half = moment(b"2026-01-01T00:00:00.5Z").unwrap();
        assert_eq!(
            written(half).as_deref(),
            Some("2026-01-01T00:00:00.500000000Z")
        );
        assert_eq!(
            shifted(
                Moment {
                    seconds: 0,
                    nanos: 0
                },
                -1
            )
            .nanos,
            999_999_999
        );
    }
}
