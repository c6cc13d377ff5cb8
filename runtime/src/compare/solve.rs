//! Values of one condition key that make some conditions true and others false.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::automaton::{self, TooBig};
use super::decimal::Decimal;
use super::language::{
    ANY, ANY_IN_FIELD, FOLDED, MANY, MANY_IN_FIELD, char_at, is_fixed, lower, push, token,
};
use super::targets::plain_in;
use crate::catalogue;
use crate::evaluate::condition::{Resolved, holds_for, resolve, value_fits, variable};
use crate::evaluate::doubt::Truth;
use crate::evaluate::program::{Form, Test};
use crate::evaluate::request::{Found, RequestRef};
use crate::evaluate::scalar::{Moment, Range, moment, number, range};
use crate::evaluate::text::next_char;
use crate::{Operator, OperatorFamily, SetOperator};

/// A condition and whether it is to hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'m> {
    pub(crate) test: Test<'m>,
    pub(crate) operator: Operator,
    pub(crate) holds: bool,
    /// Nobody knows how AWS compares it, as long as the request has the key.
    pub(crate) open: bool,
}

impl Wanted<'_> {
    fn is(&self, found: &Found<'_>, request: &RequestRef<'_>) -> bool {
        (self.open && !matches!(found, Found::Missing))
            || holds_for(self.test, self.operator, found, request) == Truth::of(self.holds)
    }

    fn has_variables(&self) -> bool {
        let mut values = self.test.values();
        while let Some((form, _, more)) = values.next() {
            if form == Form::Variables {
                return true;
            }
            values = more;
        }
        false
    }
}

/// What a key can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Solved {
    /// Nothing makes all of it so.
    Never,
    /// These values do; without any, the request does not have the key.
    With(Vec<String>),
    /// Nothing was found, and something may exist.
    Unknown,
}

/// The values that a request can have for a key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shape {
    Text,
    Bool,
    Number,
    Moment,
    Address,
    /// Texts that this pattern matches and none of the others.
    Like(Vec<u32>, Vec<Vec<u32>>),
    /// This text alone.
    Exactly(String),
}

impl Shape {
    pub(crate) fn arn() -> Self {
        Self::Like(tokens_of("arn:?*:?*:*:*:?*"), Vec::new())
    }

    fn holds(&self, value: &str) -> bool {
        let bytes = value.as_bytes();
        match self {
            Self::Text => true,
            Self::Bool => matches!(value, "true" | "false"),
            Self::Number => number(bytes).is_some(),
            Self::Moment => moment(bytes).is_some(),
            Self::Address => crate::evaluate::scalar::address(bytes).is_some(),
            Self::Like(pattern, not) => {
                let text: Vec<u32> = value.chars().map(u32::from).collect();
                super::language::matches(pattern, &text)
                    && !not.iter().any(|not| super::language::matches(not, &text))
            }
            Self::Exactly(text) => text == value,
        }
    }
}

/// The tokens of an ARN pattern, whose wildcards stay within their fields.
pub(crate) fn tokens_of(text: &str) -> Vec<u32> {
    pattern(Operator::ArnLike, text.as_bytes(), None).unwrap_or_default()
}

/// What a request can have for a key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Domain {
    pub(crate) may_lack: bool,
    pub(crate) may_have: bool,
    pub(crate) may_have_several: bool,
    pub(crate) shape: Shape,
}

impl Domain {
    /// Any number of values of a shape.
    pub(crate) const fn of_any(shape: Shape) -> Self {
        Self {
            may_lack: true,
            may_have: true,
            may_have_several: true,
            shape,
        }
    }
}

/// Finds values of a key. `request` gives the values of policy variables.
pub(crate) fn solve(domain: &Domain, wanted: &[Wanted<'_>], request: &RequestRef<'_>) -> Solved {
    let all = |found: &Found<'_>| wanted.iter().all(|wanted| wanted.is(found, request));
    if domain.may_lack && all(&Found::Missing) {
        return Solved::With(Vec::new());
    }
    let Some(on_values) = on_values(domain, wanted, request) else {
        return Solved::Never;
    };
    let sets = on_values.iter().any(|wanted| wanted.test.set().is_some());
    let mut unknown = false;
    match one_value(&on_values, request, sets, &domain.shape) {
        One::Value(value) if all(&Found::One(value.as_bytes())) => {
            return Solved::With(alloc::vec![value]);
        }
        One::None => {}
        One::Value(_) | One::Unknown => unknown = true,
    }
    if sets && domain.may_have_several {
        match several(&on_values, request, &domain.shape) {
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

/// What is left to be met by the values once there is one; `None` when there cannot be one.
fn on_values<'m>(
    domain: &Domain,
    wanted: &[Wanted<'m>],
    request: &RequestRef<'_>,
) -> Option<Vec<Wanted<'m>>> {
    let there = Found::One(b"x");
    let may_be_there = domain.may_have
        && wanted
            .iter()
            .all(|wanted| wanted.operator != Operator::Null || wanted.is(&there, request));
    may_be_there.then(|| {
        wanted
            .iter()
            .copied()
            .filter(|wanted| wanted.operator != Operator::Null && !wanted.open)
            .collect()
    })
}

/// Whether a key may have this value (or none) and all conditions on it are then as wanted.
pub(crate) fn allows(
    domain: &Domain,
    wanted: &[Wanted<'_>],
    value: Option<&str>,
    request: &RequestRef<'_>,
) -> bool {
    let found = match value {
        None => Found::Missing,
        Some(value) => Found::One(value.as_bytes()),
    };
    let possible = match value {
        None => domain.may_lack,
        Some(value) => domain.may_have && domain.shape.holds(value),
    };
    possible && wanted.iter().all(|wanted| wanted.is(&found, request))
}

/// Whether the conditions can be so for some values of policy variables. Not knowing counts as yes.
pub(crate) fn is_possible(
    domain: &Domain,
    wanted: &[Wanted<'_>],
    request: &RequestRef<'_>,
) -> bool {
    if domain.may_lack
        && wanted
            .iter()
            .all(|wanted| wanted.is(&Found::Missing, request))
    {
        return true;
    }
    if !wanted.iter().any(Wanted::has_variables) {
        return solve(domain, wanted, request) != Solved::Never;
    }
    let Some(on_values) = on_values(domain, wanted, request) else {
        return false;
    };
    if on_values.iter().any(|wanted| wanted.test.set().is_some()) {
        return true;
    }
    if is_textual(&on_values, &domain.shape) {
        return !matches!(
            by_language(&on_values, false, &domain.shape, None),
            Ok(None)
        );
    }
    let known: Vec<Wanted<'_>> = on_values
        .into_iter()
        .filter(|wanted| !wanted.has_variables())
        .collect();
    !matches!(one_value(&known, request, false, &domain.shape), One::None)
}

/// Whether all that is asked of a value is asked of its text.
fn is_textual(wanted: &[Wanted<'_>], shape: &Shape) -> bool {
    matches!(shape, Shape::Text | Shape::Like(..))
        && wanted.iter().all(|wanted| {
            matches!(
                wanted.operator.family(),
                OperatorFamily::String | OperatorFamily::Arn
            )
        })
}

enum Several {
    Values(Vec<String>),
    /// No two or more values meet all.
    None,
    Unknown,
}

/// Several values: one for each condition that some value has to meet or break.
fn several(wanted: &[Wanted<'_>], request: &RequestRef<'_>, shape: &Shape) -> Several {
    let mut always = Vec::new();
    let mut once = Vec::new();
    for &wanted in wanted {
        match wanted.test.set() {
            // AWS does not say how several values meet a condition without a set operator.
            None => return Several::Unknown,
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
        match one_value(&wanted, request, false, shape) {
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
fn one_value(wanted: &[Wanted<'_>], request: &RequestRef<'_>, empty: bool, shape: &Shape) -> One {
    let right = |value: &str| {
        let found = Found::One(value.as_bytes());
        shape.holds(value)
            && wanted.iter().all(|wanted| {
                // As the only value, which may be the empty text that a set operator takes for nothing; or as one of
                // several.
                let truth = if empty {
                    holds_for(wanted.test, wanted.operator, &found, request)
                } else {
                    value_fits(wanted.test, wanted.operator, &found, 0, request)
                };
                truth == Truth::of(wanted.holds)
            })
    };
    let mut candidates = Candidates::default();
    let finite = matches!(shape, Shape::Exactly(_) | Shape::Bool);
    if !finite {
        for wanted in wanted {
            candidates.add(wanted, request);
        }
        candidates.between();
    }
    if empty {
        candidates.texts.push(String::new());
    }
    // A value of the policy before one that was made up.
    match shape {
        Shape::Exactly(text) => candidates.texts.push(text.clone()),
        Shape::Bool => candidates.texts.extend(["true", "false"].map(String::from)),
        Shape::Number => candidates.texts.push(String::from("1")),
        Shape::Moment => candidates.texts.push(String::from("2026-01-01T00:00:00Z")),
        Shape::Address => candidates.texts.push(String::from("192.0.2.1")),
        Shape::Text => candidates.texts.push(String::from("x")),
        Shape::Like(..) => {}
    }
    if let Some(found) = candidates.texts.iter().find(|text| right(text)) {
        return One::Value(found.clone());
    }
    if finite {
        return One::None;
    }
    if is_textual(wanted, shape) {
        return match by_language(wanted, empty, shape, Some(request)) {
            Ok(Some(text)) if right(&text) => {
                // Partitions and accounts that exist, where others will do.
                let usual = (catalogue::partitions().iter())
                    .map(|partition| plain_in(&text, partition.name))
                    .find(|usual| right(usual));
                One::Value(usual.unwrap_or(text))
            }
            Ok(None) => One::None,
            Ok(Some(_)) | Err(TooBig) => One::Unknown,
        };
    }
    // The candidates of one family represent all values there are; those of texts do not.
    let exact = wanted.iter().all(|wanted| {
        !wanted.has_variables()
            && (!matches!(
                wanted.operator.family(),
                OperatorFamily::String | OperatorFamily::Arn
            ) || !wanted.operator.has_wildcards())
    });
    if !candidates.incomplete && exact {
        One::None
    } else {
        One::Unknown
    }
}

/// Texts by the languages of the conditions: exact, a union of alternatives at a time. Without a request, for some values of
/// policy variables: as many texts as any of them give.
fn by_language(
    wanted: &[Wanted<'_>],
    not_empty: bool,
    shape: &Shape,
    request: Option<&RequestRef<'_>>,
) -> Result<Option<String>, TooBig> {
    let mut yes: Vec<Vec<Vec<u32>>> = Vec::new();
    let mut no: Vec<Vec<u32>> = Vec::new();
    if let Shape::Like(pattern, not) = shape {
        yes.push(alloc::vec![pattern.clone()]);
        no.extend(not.iter().cloned());
    }
    for wanted in wanted {
        let mut patterns = Vec::new();
        let must_match = wanted.holds != wanted.operator.is_negated();
        let mut values = wanted.test.values();
        while let Some((form, text, more)) = values.next() {
            let filled = match form {
                Form::Variables if request.is_none() && !must_match => None,
                Form::Variables => pattern(wanted.operator, text, Some(request)),
                Form::Exact | Form::Pattern | Form::Any => pattern(wanted.operator, text, None),
            };
            patterns.extend(filled);
            values = more;
        }
        if must_match {
            yes.push(patterns);
        } else {
            no.extend(patterns);
        }
    }
    if not_empty {
        no.push(Vec::new());
    }
    let no: Vec<&[u32]> = no.iter().map(Vec::as_slice).collect();
    let mut budget = Budget {
        choices: 256,
        steps: 2_000_000,
    };
    let anything = [MANY];
    let mut chosen: Vec<&[u32]> = alloc::vec![&anything];
    let found = choose(&yes, &mut chosen, &no, &mut budget)?;
    Ok(found.map(|found| found.into_iter().filter_map(char::from_u32).collect()))
}

/// What the search for one text may take.
struct Budget {
    /// How many choices of alternatives.
    choices: usize,
    /// How many steps of automata.
    steps: usize,
}

fn choose<'y>(
    yes: &'y [Vec<Vec<u32>>],
    chosen: &mut Vec<&'y [u32]>,
    no: &[&[u32]],
    budget: &mut Budget,
) -> Result<Option<Vec<u32>>, TooBig> {
    let Some((first, rest)) = yes.split_first() else {
        budget.choices = budget.choices.checked_sub(1).ok_or(TooBig)?;
        return automaton::find(chosen, no, &mut budget.steps);
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

/// The tokens of a value under an operator for texts; `None` when it matches nothing. With `variables`, policy variables
/// are filled in by the request, or, without one, any text.
fn pattern(
    operator: Operator,
    text: &[u8],
    variables: Option<Option<&RequestRef<'_>>>,
) -> Option<Vec<u32>> {
    let by_field = matches!(
        operator,
        Operator::ArnEquals | Operator::ArnLike | Operator::ArnNotEquals | Operator::ArnNotLike
    );
    let fold = matches!(
        operator,
        Operator::StringEqualsIgnoreCase | Operator::StringNotEqualsIgnoreCase
    );
    let wild = by_field || operator.has_wildcards();
    let mut out = Vec::with_capacity(text.len());
    let mut colons = 0;
    let mut at = 0;
    while at < text.len() {
        let within = by_field && colons < 5;
        if let Some(request) = variables
            && let Some((name, end)) = variable(text, at)
        {
            at = end;
            match request.map(|request| filled_in(name, request)) {
                None => push(&mut out, if within { MANY_IN_FIELD } else { MANY }),
                Some(None) => return None,
                Some(Some(value)) => {
                    let mut at = 0;
                    while at < value.len() {
                        out.push(symbol_of(char_at(value, at), fold));
                        at = next_char(value, at);
                    }
                }
            }
            continue;
        }
        let symbol = char_at(text, at);
        match token(symbol, wild, false) {
            MANY if within => out.push(MANY_IN_FIELD),
            ANY if within => out.push(ANY_IN_FIELD),
            wild @ (MANY | ANY) => push(&mut out, wild),
            symbol => out.push(symbol_of(symbol, fold)),
        }
        colons += usize::from(symbol == u32::from(b':'));
        at = next_char(text, at);
    }
    (!by_field || colons >= 5).then_some(out)
}

fn symbol_of(symbol: u32, fold: bool) -> u32 {
    let letter = u8::try_from(symbol).is_ok_and(|byte| byte.is_ascii_alphabetic());
    if fold && letter {
        FOLDED + lower(symbol)
    } else {
        symbol
    }
}

/// The text of a policy variable, where the request has one.
fn filled_in<'r>(name: &'r [u8], request: &RequestRef<'r>) -> Option<&'r [u8]> {
    match resolve(name, request) {
        Resolved::Text(text) => Some(text),
        Resolved::Nothing | Resolved::Doubt { .. } => None,
    }
}

/// Values of which one represents each way that the conditions of a family can come out.
#[derive(Default)]
struct Candidates {
    texts: Vec<String>,
    /// Numbers of the conditions, as decimals.
    numbers: Vec<Decimal>,
    incomplete: bool,
}

impl Candidates {
    fn add(&mut self, wanted: &Wanted<'_>, request: &RequestRef<'_>) {
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
    fn between(&mut self) {
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
