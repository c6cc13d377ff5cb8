//! Values of one condition key that make some conditions true and others false.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::automaton::{self, TooBig};
use super::language::{
    ANY, ANY_IN_FIELD, FOLDED, MANY, MANY_IN_FIELD, char_at, is_fixed, lower, push, token,
};
use crate::evaluate::condition::{holds_for, value_fits};
use crate::evaluate::doubt::Truth;
use crate::evaluate::program::{Form, Test};
use crate::evaluate::request::{Found, RequestRef};
use crate::evaluate::scalar::{Moment, Range, moment, number, range};
use crate::evaluate::text::next_char;
use crate::{Operator, OperatorFamily, SetOperator, catalogue};

/// A condition and whether it is to hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'m> {
    pub(crate) test: Test<'m>,
    pub(crate) operator: Operator,
    pub(crate) holds: bool,
}

/// What a key can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Solved {
    /// Nothing makes all of it so.
    Never,
    /// These values do; without any, the request lacks the key.
    With(Vec<String>),
    /// Nothing was found, and something may exist.
    Unknown,
}

/// Finds values of a key. `request` gives the values of policy variables.
pub(crate) fn solve(key: &[u8], wanted: &[Wanted<'_>], request: &RequestRef<'_>) -> Solved {
    let all = |found: &Found<'_>| {
        wanted.iter().all(|wanted| {
            holds_for(wanted.test, wanted.operator, found, request) == Truth::of(wanted.holds)
        })
    };
    if all(&Found::Missing) {
        return Solved::With(Vec::new());
    }
    let sets = wanted.iter().any(|wanted| wanted.test.set().is_some());
    let on_values: Vec<Wanted<'_>> = wanted
        .iter()
        .copied()
        .filter(|wanted| wanted.operator != Operator::Null)
        .collect();
    let there = Found::One(b"x");
    if wanted.iter().any(|wanted| {
        wanted.operator == Operator::Null
            && holds_for(wanted.test, wanted.operator, &there, request) != Truth::of(wanted.holds)
    }) {
        return Solved::Never;
    }
    let mut unknown = false;
    match one_value(&on_values, request, sets) {
        One::Value(value) if all(&Found::One(value.as_bytes())) => {
            return Solved::With(alloc::vec![value]);
        }
        One::None => {}
        _ => unknown = true,
    }
    let may_be_several = sets || is_multivalued(key);
    if may_be_several {
        match several(&on_values, request) {
            Several::Values(values) => {
                let texts: Vec<&str> = values.iter().map(String::as_str).collect();
                if all(&Found::Many(&texts)) {
                    return Solved::With(values);
                }
                unknown = true;
            }
            Several::None => {}
            Several::Unknown => unknown = true,
        }
    }
    if unknown {
        Solved::Unknown
    } else {
        Solved::Never
    }
}

/// Whether a request may have several values for the key, as far as the catalogue knows.
fn is_multivalued(key: &[u8]) -> bool {
    let Ok(key) = core::str::from_utf8(key) else {
        return false;
    };
    catalogue::global_key(key)
        .or_else(|| {
            catalogue::services()
                .iter()
                .find_map(|service| service.key(key))
        })
        .is_some_and(|key| key.multivalued)
}

/// Whether something stands in the conditions that is not reasoned about.
fn uninterpreted(wanted: &[Wanted<'_>]) -> bool {
    wanted.iter().any(|wanted| {
        let mut values = wanted.test.values();
        while let Some((form, _, more)) = values.next() {
            if form == Form::Variables {
                return true;
            }
            values = more;
        }
        false
    })
}

enum Several {
    Values(Vec<String>),
    /// No two or more values meet all.
    None,
    Unknown,
}

/// Several values: one for each condition that some value has to meet or break.
fn several(wanted: &[Wanted<'_>], request: &RequestRef<'_>) -> Several {
    let mut always = Vec::new();
    let mut once = Vec::new();
    for &wanted in wanted {
        match wanted.test.set() {
            // Several values never meet a condition without a set operator.
            None if wanted.holds => return Several::None,
            None => {}
            Some(set) => {
                if (set == SetOperator::ForAllValues) == wanted.holds {
                    always.push(wanted);
                } else {
                    once.push(wanted);
                }
            }
        }
    }
    let mut values = Vec::new();
    let padding = core::iter::repeat_n(None, 2_usize.saturating_sub(once.len()));
    for more in once.iter().copied().map(Some).chain(padding) {
        let mut wanted = always.clone();
        wanted.extend(more);
        match one_value(&wanted, request, false) {
            One::Value(value) => values.push(value),
            One::None => return Several::None,
            One::Unknown => return Several::Unknown,
        }
    }
    Several::Values(values)
}

enum One {
    Value(String),
    /// No value meets all.
    None,
    Unknown,
}

/// One value for which each condition, taken on that value, is as wanted.
fn one_value(wanted: &[Wanted<'_>], request: &RequestRef<'_>, empty: bool) -> One {
    let right = |value: &[u8]| {
        if empty {
            // As the only value, which may be the empty text that a set operator takes for nothing.
            let found = Found::One(value);
            return wanted.iter().all(|wanted| {
                holds_for(wanted.test, wanted.operator, &found, request) == Truth::of(wanted.holds)
            });
        }
        wanted.iter().all(|wanted| {
            value_fits(wanted.test, wanted.operator, &Found::One(value), 0, request)
                == Truth::of(wanted.holds)
        })
    };
    let mut candidates = Candidates::default();
    for wanted in wanted {
        candidates.add(wanted);
    }
    if empty {
        candidates.texts.push(String::new());
    }
    candidates.texts.push(String::from("x"));
    if let Some(found) = candidates.texts.iter().find(|text| right(text.as_bytes())) {
        return One::Value(found.clone());
    }
    if uninterpreted(wanted) {
        return One::Unknown;
    }
    let families = || wanted.iter().map(|wanted| wanted.operator.family());
    let textual = |family| matches!(family, OperatorFamily::String | OperatorFamily::Arn);
    if families().all(textual) {
        return match by_language(wanted, empty) {
            Ok(Some(text)) if right(text.as_bytes()) => One::Value(text),
            Ok(None) => One::None,
            _ => One::Unknown,
        };
    }
    // The candidates of one family stand for all values there are. Of two families they do not.
    let mut kinds = families();
    let first = kinds.next();
    if !candidates.incomplete && kinds.all(|family| Some(family) == first) {
        One::None
    } else {
        One::Unknown
    }
}

/// Texts by the languages of the conditions: exact, a union of alternatives at a time.
fn by_language(wanted: &[Wanted<'_>], not_empty: bool) -> Result<Option<String>, TooBig> {
    let mut yes: Vec<Vec<Vec<u32>>> = Vec::new();
    let mut no: Vec<Vec<u32>> = Vec::new();
    for wanted in wanted {
        let mut patterns = Vec::new();
        let mut values = wanted.test.values();
        while let Some((_, text, more)) = values.next() {
            patterns.extend(pattern(wanted.operator, text));
            values = more;
        }
        if wanted.holds == wanted.operator.is_negated() {
            no.extend(patterns);
        } else {
            yes.push(patterns);
        }
    }
    if not_empty {
        no.push(Vec::new());
    }
    let no: Vec<&[u32]> = no.iter().map(Vec::as_slice).collect();
    let mut budget = 256;
    let anything = [MANY];
    let mut chosen: Vec<&[u32]> = alloc::vec![&anything];
    let found = choose(&yes, &mut chosen, &no, &mut budget)?;
    Ok(found.map(|found| found.into_iter().filter_map(char::from_u32).collect()))
}

fn choose<'y>(
    yes: &'y [Vec<Vec<u32>>],
    chosen: &mut Vec<&'y [u32]>,
    no: &[&[u32]],
    budget: &mut usize,
) -> Result<Option<Vec<u32>>, TooBig> {
    let Some((first, rest)) = yes.split_first() else {
        *budget = budget.checked_sub(1).ok_or(TooBig)?;
        return automaton::find(chosen, no);
    };
    for pattern in first {
        chosen.push(pattern);
        let found = choose(rest, chosen, no, budget)?;
        chosen.pop();
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The tokens of a value under an operator for texts; `None` when it matches nothing.
fn pattern(operator: Operator, text: &[u8]) -> Option<Vec<u32>> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    match operator {
        Operator::StringEqualsIgnoreCase | Operator::StringNotEqualsIgnoreCase => {
            while at < text.len() {
                let symbol = char_at(text, at);
                let letter = u8::try_from(symbol).is_ok_and(|byte| byte.is_ascii_alphabetic());
                out.push(if letter {
                    FOLDED + lower(symbol)
                } else {
                    symbol
                });
                at = next_char(text, at);
            }
        }
        Operator::ArnEquals | Operator::ArnLike | Operator::ArnNotEquals | Operator::ArnNotLike => {
            let mut colons = 0;
            while at < text.len() {
                let symbol = char_at(text, at);
                let within = colons < 5;
                match token(symbol, true, false) {
                    MANY if within => out.push(MANY_IN_FIELD),
                    ANY if within => out.push(ANY_IN_FIELD),
                    other => push(&mut out, other),
                }
                colons += usize::from(symbol == u32::from(b':'));
                at = next_char(text, at);
            }
            if colons < 5 {
                return None;
            }
        }
        _ => {
            while at < text.len() {
                push(
                    &mut out,
                    token(char_at(text, at), operator.has_wildcards(), false),
                );
                at = next_char(text, at);
            }
        }
    }
    Some(out)
}

/// Values of which one stands for each way that the conditions of a family can come out.
#[derive(Default)]
struct Candidates {
    texts: Vec<String>,
    incomplete: bool,
}

impl Candidates {
    fn add(&mut self, wanted: &Wanted<'_>) {
        let mut values = wanted.test.values();
        while let Some((form, text, more)) = values.next() {
            if form != Form::Variables {
                self.value(wanted.operator, text);
            }
            values = more;
        }
    }

    fn value(&mut self, operator: Operator, bytes: &[u8]) {
        let text = || String::from_utf8_lossy(bytes).into_owned();
        match operator.family() {
            OperatorFamily::String | OperatorFamily::Arn => {
                if let Some(tokens) = pattern(operator, bytes) {
                    self.texts.push(filled(&tokens, false));
                    self.texts.push(filled(&tokens, true));
                }
            }
            OperatorFamily::Bool => self.texts.extend(["true", "false"].map(String::from)),
            OperatorFamily::Binary => self.texts.push(text()),
            OperatorFamily::Numeric => self.number(bytes),
            OperatorFamily::Date => {
                if let Some(at) = moment(bytes) {
                    self.texts.push(text());
                    for nanos in [1_i64, -1] {
                        self.texts.extend(written(shifted(at, nanos)));
                    }
                    self.incomplete |= written(at).is_none();
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

    /// The number itself and the nearest beside it that no policy of this length could tell from the next.
    fn number(&mut self, bytes: &[u8]) {
        if number(bytes).is_none() {
            return;
        }
        let text = String::from_utf8_lossy(bytes);
        self.texts.push(String::from("0"));
        self.texts.push(text.to_string());
        if text.contains(['e', 'E']) {
            // Its neighbours would have to be written out.
            self.incomplete = true;
            return;
        }
        let negative = text.starts_with('-');
        let digits = text.trim_start_matches(['-', '+']);
        // Behind all digits of any number of a policy, one half of the last place.
        let tail = format!("{:0>64}", 5);
        let longer = if digits.contains('.') {
            format!("{digits}{tail}")
        } else {
            format!("{digits}.{tail}")
        };
        let zero = digits.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        if !negative || zero {
            self.texts.push(longer.clone());
        }
        if negative || zero {
            self.texts.push(format!("-{longer}"));
        }
        self.incomplete |= digits
            .split('.')
            .nth(1)
            .is_some_and(|fraction| fraction.len() > 60);
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
