//! Values of one condition key that make some conditions true and others false.

use core::cell::Cell;

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use super::automaton::{self, TooBig, spend};
use super::candidates::Candidates;
use super::formats;
use super::language::{
    ANY, ANY_IN_FIELD, FOLDED, MANY, MANY_IN_FIELD, VARIABLE, char_at, covers, lower, push, token,
};
use super::targets::plain_in;
pub(crate) use super::wanted::Wanted;
use crate::catalogue;
use crate::evaluate::condition::{Resolved, holds_for, resolve, value_fits, variable};
use crate::evaluate::doubt::Truth;
use crate::evaluate::program::Form;
use crate::evaluate::request::{Found, RequestRef};
use crate::evaluate::scalar::{moment, number};
use crate::evaluate::text::next_char;
use crate::{Operator, OperatorFamily, SetOperator};

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
    /// A number from 0 on.
    Count,
    Moment,
    Address,
    /// Texts that a pattern of each of these lists matches and none of the others.
    Like(Vec<Vec<Vec<u32>>>, Vec<Vec<u32>>),
    /// Values of the key of this name, in the format that AWS states for it.
    Of(&'static str),
    /// This text alone.
    Exactly(String),
}

impl Shape {
    pub(crate) fn arn() -> Self {
        Self::like(tokens_of("arn:?*:?*:*:*:?*"))
    }

    /// Texts that the pattern matches.
    pub(crate) fn like(pattern: Vec<u32>) -> Self {
        Self::Like(alloc::vec![alloc::vec![pattern]], Vec::new())
    }

    pub(crate) fn holds(&self, value: &str) -> bool {
        let bytes = value.as_bytes();
        match self {
            Self::Text => true,
            Self::Bool => matches!(value, "true" | "false"),
            Self::Number => number(bytes).is_some(),
            Self::Count => {
                let (_, fraction) = value.split_once('.').unwrap_or((value, ""));
                number(bytes).is_some()
                    && !value.starts_with('-')
                    && fraction
                        .bytes()
                        .all(|digit| digit == b'0' || !value.contains('.'))
            }
            Self::Moment => moment(bytes).is_some(),
            Self::Address => crate::evaluate::scalar::address(bytes).is_some(),
            Self::Like(yes, not) => {
                let text: Vec<u32> = value.chars().map(u32::from).collect();
                let matches = |pattern: &Vec<u32>| super::language::matches(pattern, &text);
                yes.iter().all(|any| any.iter().any(matches)) && !not.iter().any(matches)
            }
            Self::Of(key) => formats::fits(key, value),
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
    /// Values that the key has for certain, each in one of several spellings.
    pub(crate) forced: Vec<Vec<String>>,
}

impl Domain {
    /// Any number of values of a shape.
    pub(crate) const fn of_any(shape: Shape) -> Self {
        Self {
            may_lack: true,
            may_have: true,
            may_have_several: true,
            shape,
            forced: Vec::new(),
        }
    }
}

/// Finds values of a key. `request` gives the values of policy variables. Takes what it needs from the steps that are left.
pub(crate) fn solve(
    domain: &Domain,
    wanted: &[Wanted<'_>],
    request: &RequestRef<'_>,
    steps: &mut usize,
) -> Solved {
    let all = |found: &Found<'_>| wanted.iter().all(|wanted| wanted.is(found, request));
    if !domain.forced.is_empty() {
        return with_forced(domain, wanted, request, steps);
    }
    if domain.may_lack && all(&Found::Missing) {
        return Solved::With(Vec::new());
    }
    let Some(on_values) = on_values(domain, wanted, request) else {
        return Solved::Never;
    };
    let sets = on_values.iter().any(|wanted| wanted.test.set().is_some());
    let mut unknown = false;
    match one_value(&on_values, request, sets, &domain.shape, steps) {
        One::Value(value) if all(&Found::One(value.as_bytes())) => {
            return Solved::With(alloc::vec![value]);
        }
        One::None => {}
        One::Value(_) | One::Unknown => unknown = true,
    }
    if sets && domain.may_have_several {
        match several(&on_values, request, &domain.shape, steps) {
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

/// Values of a key among which certain ones are.
fn with_forced(
    domain: &Domain,
    wanted: &[Wanted<'_>],
    request: &RequestRef<'_>,
    steps: &mut usize,
) -> Solved {
    let Some(on_values) = on_values(domain, wanted, request) else {
        return Solved::Never;
    };
    let Some((always, once)) = by_quantifier(&on_values) else {
        return Solved::Unknown;
    };
    let is_so = |value: &str, wanted: &Wanted<'_>| {
        let found = Found::One(value.as_bytes());
        value_fits(wanted.test, wanted.operator, &found, 0, request) == Truth::of(wanted.holds)
    };
    let mut values: Vec<String> = Vec::new();
    for spellings in &domain.forced {
        let possible =
            (spellings.iter()).find(|value| always.iter().all(|wanted| is_so(value, wanted)));
        match possible {
            Some(value) => values.push(value.clone()),
            None => return Solved::Never,
        }
    }
    for wanted in once {
        if values.iter().any(|value| is_so(value, &wanted)) {
            continue;
        }
        let mut wanted_of_one = always.clone();
        wanted_of_one.push(wanted);
        match one_value(&wanted_of_one, request, false, &domain.shape, steps) {
            One::Value(value) => values.push(value),
            One::None | One::Unknown => return Solved::Unknown,
        }
    }
    let texts: Vec<&str> = values.iter().map(String::as_str).collect();
    let found = match texts[..] {
        [one] => Found::One(one.as_bytes()),
        _ => Found::Many(&texts),
    };
    match wanted.iter().all(|wanted| wanted.is(&found, request)) {
        true => Solved::With(values),
        false => Solved::Unknown,
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
    steps: &mut usize,
) -> bool {
    if domain.may_lack
        && wanted
            .iter()
            .all(|wanted| wanted.is(&Found::Missing, request))
    {
        return true;
    }
    if !wanted.iter().any(Wanted::has_variables) {
        return solve(domain, wanted, request, steps) != Solved::Never;
    }
    let Some(on_values) = on_values(domain, wanted, request) else {
        return false;
    };
    if on_values.iter().any(|wanted| wanted.test.set().is_some()) {
        return true;
    }
    if is_covered(&on_values) {
        return false;
    }
    if is_textual(&on_values, &domain.shape) {
        return !matches!(
            by_language(&on_values, false, &domain.shape, None, steps),
            Ok(None)
        );
    }
    let known: Vec<Wanted<'_>> = on_values
        .into_iter()
        .filter(|wanted| !wanted.has_variables())
        .collect();
    !matches!(
        one_value(&known, request, false, &domain.shape, steps),
        One::None
    )
}

/// Whether a value has to match one of some patterns each of which is inside of one that it must not match, whatever the policy
/// variables are: `${x}` is a text that `${x}*` matches.
fn is_covered(wanted: &[Wanted<'_>]) -> bool {
    fn patterns<'m>(wanted: &Wanted<'m>, names: &mut Vec<&'m [u8]>) -> Vec<Vec<u32>> {
        let mut found = Vec::new();
        let mut values = wanted.test.values();
        while let Some((form, text, more)) = values.next() {
            let symbols = (form == Form::Variables).then_some(&mut *names);
            found.extend(symbolic(wanted.operator, text, symbols));
            values = more;
        }
        found
    }
    let mut names: Vec<&[u8]> = Vec::new();
    let (mut must, mut never) = (Vec::new(), Vec::new());
    for wanted in wanted {
        // The value of a variable may have colons, and an ARN then has other fields.
        let by_text = match wanted.operator.family() {
            OperatorFamily::String => true,
            OperatorFamily::Arn => !wanted.has_variables(),
            OperatorFamily::Numeric
            | OperatorFamily::Date
            | OperatorFamily::Bool
            | OperatorFamily::Binary
            | OperatorFamily::IpAddress
            | OperatorFamily::Null => false,
        };
        if !by_text || wanted.test.set().is_some() {
            continue;
        }
        if wanted.holds != wanted.operator.is_negated() {
            must.push(patterns(wanted, &mut names));
        } else {
            never.extend(patterns(wanted, &mut names));
        }
    }
    must.iter().any(|any| {
        any.iter()
            .all(|one| never.iter().any(|not| covers(not, one)))
    })
}

/// Whether all that is asked of a value is asked of its text. Numbers, dates, and addresses are texts too, though not every
/// text is one.
fn is_textual(wanted: &[Wanted<'_>], shape: &Shape) -> bool {
    !matches!(shape, Shape::Bool | Shape::Exactly(_))
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
fn several(
    wanted: &[Wanted<'_>],
    request: &RequestRef<'_>,
    shape: &Shape,
    steps: &mut usize,
) -> Several {
    let Some((always, once)) = by_quantifier(wanted) else {
        return Several::Unknown;
    };
    let mut values = Vec::new();
    let padding = core::iter::repeat_n(None, 2_usize.saturating_sub(once.len()));
    for more in once.iter().copied().map(Some).chain(padding) {
        let mut wanted = always.clone();
        wanted.extend(more);
        match one_value(&wanted, request, false, shape, steps) {
            One::Value(value) => values.push(value),
            One::None => return Several::None,
            One::Unknown => return Several::Unknown,
        }
    }
    Several::Values(values)
}

/// What every value has to meet, and what some value has to.
type Quantified<'m> = (Vec<Wanted<'m>>, Vec<Wanted<'m>>);

/// The conditions by how many values have to be as wanted. AWS does not say how several values meet a condition without a set
/// operator.
fn by_quantifier<'m>(wanted: &[Wanted<'m>]) -> Option<Quantified<'m>> {
    let mut always = Vec::new();
    let mut once = Vec::new();
    for &wanted in wanted {
        if (wanted.test.set()? == SetOperator::ForAllValues) == wanted.holds {
            always.push(wanted);
        } else {
            once.push(wanted);
        }
    }
    Some((always, once))
}

enum One {
    Value(String),
    /// No value meets all.
    None,
    Unknown,
}

/// One value for which each condition, taken on that value, is as wanted.
fn one_value(
    wanted: &[Wanted<'_>],
    request: &RequestRef<'_>,
    empty: bool,
    shape: &Shape,
    steps: &mut usize,
) -> One {
    let costs: Vec<usize> = wanted.iter().map(Wanted::cost).collect();
    // What the conditions that were looked at cost: the first that is not met ends a try.
    let looked_at = Cell::new(0);
    let right = |value: &str| {
        let found = Found::One(value.as_bytes());
        shape.holds(value)
            && wanted.iter().zip(&costs).all(|(wanted, cost)| {
                looked_at.set(looked_at.get() + cost);
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
    let finite = match shape {
        Shape::Exactly(_) | Shape::Bool => true,
        Shape::Of(key) => formats::is_list(key),
        Shape::Text
        | Shape::Number
        | Shape::Count
        | Shape::Moment
        | Shape::Address
        | Shape::Like(..) => false,
    };
    if !finite {
        // Texts are made of each value.
        spend(steps, 4 * costs.iter().sum::<usize>());
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
        Shape::Number | Shape::Count => candidates.texts.push(String::from("1")),
        Shape::Moment => candidates.texts.push(String::from("2026-01-01T00:00:00Z")),
        Shape::Address => candidates.texts.push(String::from("192.0.2.1")),
        Shape::Text => candidates.texts.push(String::from("x")),
        Shape::Of(key) => candidates.texts.extend(formats::example(key)),
        Shape::Like(..) => {}
    }
    let mut tried: BTreeSet<&str> = BTreeSet::new();
    for text in &candidates.texts {
        if !tried.insert(text) {
            continue;
        }
        let is_right = right(text);
        spend(steps, 2 + looked_at.take() / 4);
        if is_right {
            return One::Value(text.clone());
        }
        if *steps == 0 {
            return One::Unknown;
        }
    }
    if finite {
        return One::None;
    }
    let completed = || {
        let values = match shape {
            Shape::Of(key) => formats::variants(key),
            Shape::Number | Shape::Count => alloc::vec![String::from("1234567890")],
            Shape::Address => ["10.20.30.40", "2001:db8::1"].map(String::from).into(),
            Shape::Moment => alloc::vec![String::from("2026-01-01T00:00:00Z")],
            Shape::Text | Shape::Bool | Shape::Like(..) | Shape::Exactly(_) => return None,
        };
        let heads: Vec<String> = wanted.iter().flat_map(Wanted::heads).collect();
        formats::completed(values, &heads).find(|text| right(text))
    };
    // Where the value has to be one of a few texts, each of them was tried.
    let nothing = || match wanted.iter().any(Wanted::is_one_of_texts) {
        true => One::None,
        false => One::Unknown,
    };
    if is_textual(wanted, shape) {
        return match by_language(wanted, empty, shape, Some(request), steps) {
            Ok(Some(text)) if right(&text) => {
                // Partitions and accounts that exist, where others will do.
                let usual = (catalogue::partitions().iter())
                    .map(|partition| plain_in(&text, partition.name))
                    .find(|usual| right(usual));
                One::Value(usual.unwrap_or(text))
            }
            Ok(None) => One::None,
            // Some character that the format of the key has in its place, or the rest of one of its values.
            Ok(Some(text)) => formats::respelled(&text)
                .find(|text| right(text))
                .or_else(completed)
                .map_or_else(nothing, One::Value),
            Err(TooBig) => completed().map_or_else(nothing, One::Value),
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
        completed().map_or_else(nothing, One::Value)
    }
}

/// Texts by the languages of the conditions: exact, a union of alternatives at a time. Without a request, for some values of
/// policy variables: as many texts as any of them give.
fn by_language(
    wanted: &[Wanted<'_>],
    not_empty: bool,
    shape: &Shape,
    request: Option<&RequestRef<'_>>,
    steps: &mut usize,
) -> Result<Option<String>, TooBig> {
    let mut yes: Vec<Vec<Vec<u32>>> = Vec::new();
    let mut no: Vec<Vec<u32>> = Vec::new();
    match shape {
        Shape::Like(patterns, not) => {
            yes.extend(patterns.iter().cloned());
            no.extend(not.iter().cloned());
        }
        Shape::Of(key) => yes.push(formats::patterns(key)),
        Shape::Text
        | Shape::Bool
        | Shape::Number
        | Shape::Count
        | Shape::Moment
        | Shape::Address
        | Shape::Exactly(_) => {}
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
    let most = MOST_STEPS.min(*steps);
    let mut budget = Budget {
        choices: 256,
        steps: most,
    };
    let anything = [MANY];
    let mut chosen: Vec<&[u32]> = alloc::vec![&anything];
    let found = choose(&yes, &mut chosen, &no, &mut budget);
    *steps -= most - budget.steps;
    Ok(found?.map(|found| found.into_iter().filter_map(char::from_u32).collect()))
}

/// The most steps of a search for one text.
const MOST_STEPS: usize = 2_000_000;

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
pub(super) fn pattern(
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

/// The tokens of a value with a symbol for each policy variable, the same for the same name and default.
fn symbolic<'m>(
    operator: Operator,
    text: &'m [u8],
    names: Option<&mut Vec<&'m [u8]>>,
) -> Option<Vec<u32>> {
    let Some(names) = names else {
        return pattern(operator, text, None);
    };
    let mut parts: Vec<u32> = Vec::new();
    let mut plain: Vec<u8> = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        match variable(text, at) {
            Some(([escaped @ (b'*' | b'?' | b'$')], end)) => {
                parts.push(u32::from(*escaped));
                plain.push(0);
                at = end;
            }
            Some((name, end)) => {
                let number = match names
                    .iter()
                    .position(|known| known.eq_ignore_ascii_case(name))
                {
                    Some(number) => number,
                    None => {
                        names.push(name);
                        names.len() - 1
                    }
                };
                parts.push(VARIABLE + u32::try_from(number).unwrap_or(0));
                // A byte that no text has.
                plain.push(0);
                at = end;
            }
            None => {
                plain.push(text.get(at).copied().unwrap_or_default());
                at += 1;
            }
        }
    }
    let mut parts = parts.into_iter();
    let tokens = pattern(operator, &plain, None)?;
    Some(
        tokens
            .into_iter()
            .map(|token| match token {
                0 => parts.next().unwrap_or(token),
                token => token,
            })
            .collect(),
    )
}

/// The text of a policy variable, where the request has one.
fn filled_in<'r>(name: &'r [u8], request: &RequestRef<'r>) -> Option<&'r [u8]> {
    match resolve(name, request) {
        Resolved::Text(text) => Some(text),
        Resolved::Nothing | Resolved::Doubt { .. } => None,
    }
}
