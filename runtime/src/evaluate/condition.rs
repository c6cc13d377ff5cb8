//! One line of a condition against a request.

use super::program::{Form, Test};
use super::request::{Found, RequestRef};
use super::scalar::{address, compare_moments, compare_numbers, moment, number, range};
use super::text::{
    arn_field, byte, find, glob, has_six_fields, next_char, part, same, same_folded,
};
use crate::{Operator, SetOperator};

/// Whether a test of a statement holds. `unknown` is the answer for an operator that IAM does not have.
///
/// * A key that the request lacks: false, true for a negated operator, and true with `IfExists`.
/// * `ForAllValues` is true and `ForAnyValue` false when there is no value, or none but an empty text.
/// * Without a set operator there must be one value: several are never compared.
/// * Several values of the policy are alternatives; a negated operator holds when none of them matches.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html> and
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>.
pub(crate) const fn holds(test: Test<'_>, request: &RequestRef<'_>, unknown: bool) -> bool {
    let Some(operator) = test.operator() else {
        return unknown;
    };
    holds_for(test, operator, &request.look_up(test.key()), request)
}

/// The same when the values are known.
pub(crate) const fn holds_for(
    test: Test<'_>,
    operator: Operator,
    found: &Found<'_>,
    request: &RequestRef<'_>,
) -> bool {
    let count = found.len();
    if let Operator::Null = operator {
        let wanted: &[u8] = if count == 0 { b"true" } else { b"false" };
        let mut values = test.values();
        while let Some((_, text, more)) = values.next() {
            if same_folded(text, wanted) {
                return true;
            }
            values = more;
        }
        return false;
    }
    if count == 0 && test.if_exists() {
        return true;
    }
    match test.set() {
        None => match count {
            0 => operator.is_negated(),
            1 => value_fits(test, operator, found.get(0), request),
            _ => false,
        },
        Some(set) => {
            let all = matches!(set, SetOperator::ForAllValues);
            if count == 0 || (count == 1 && found.get(0).is_empty()) {
                return all;
            }
            let mut at = 0;
            while at < count {
                if value_fits(test, operator, found.get(at), request) != all {
                    return !all;
                }
                at += 1;
            }
            all
        }
    }
}

/// Whether one value of the request satisfies the operator.
pub(crate) const fn value_fits(
    test: Test<'_>,
    operator: Operator,
    value: &[u8],
    request: &RequestRef<'_>,
) -> bool {
    let mut values = test.values();
    while let Some((form, text, more)) = values.next() {
        if matches(operator, form, text, value, request) {
            return !operator.is_negated();
        }
        values = more;
    }
    operator.is_negated()
}

/// Whether a value of the request matches one of the policy, the negation of the operator aside.
const fn matches(
    operator: Operator,
    form: Form,
    text: &[u8],
    value: &[u8],
    request: &RequestRef<'_>,
) -> bool {
    match operator {
        Operator::StringEquals | Operator::StringNotEquals => match form {
            Form::Variables => glob_filled(text, value, request, false, false),
            _ => same(text, value),
        },
        Operator::StringEqualsIgnoreCase | Operator::StringNotEqualsIgnoreCase => match form {
            Form::Variables => glob_filled(text, value, request, false, true),
            _ => same_folded(text, value),
        },
        Operator::StringLike | Operator::StringNotLike => match form {
            Form::Any => true,
            Form::Exact => same(text, value),
            Form::Pattern => glob(text, value, false),
            Form::Variables => glob_filled(text, value, request, true, false),
        },
        Operator::ArnEquals | Operator::ArnLike | Operator::ArnNotEquals | Operator::ArnNotLike => {
            arn_like(form, text, value, request)
        }
        Operator::Bool => {
            (same_folded(value, b"true") || same_folded(value, b"false"))
                && match form {
                    Form::Variables => glob_filled(text, value, request, false, true),
                    _ => same_folded(text, value),
                }
        }
        // Both sides are base64 text of the same bytes.
        Operator::BinaryEquals => same(text, value),
        Operator::NumericEquals
        | Operator::NumericNotEquals
        | Operator::NumericLessThan
        | Operator::NumericLessThanEquals
        | Operator::NumericGreaterThan
        | Operator::NumericGreaterThanEquals => match (number(value), number(text)) {
            (Some(value), Some(text)) => ordered(operator, compare_numbers(&value, &text)),
            _ => false,
        },
        Operator::DateEquals
        | Operator::DateNotEquals
        | Operator::DateLessThan
        | Operator::DateLessThanEquals
        | Operator::DateGreaterThan
        | Operator::DateGreaterThanEquals => match (moment(value), moment(text)) {
            (Some(value), Some(text)) => ordered(operator, compare_moments(value, text)),
            _ => false,
        },
        Operator::IpAddress | Operator::NotIpAddress => match (range(text), address(value)) {
            (Some(range), Some((six, bits))) => range.holds(six, bits),
            _ => false,
        },
        Operator::Null => false,
    }
}

const fn ordered(operator: Operator, order: i8) -> bool {
    match operator {
        Operator::NumericLessThan | Operator::DateLessThan => order < 0,
        Operator::NumericLessThanEquals | Operator::DateLessThanEquals => order <= 0,
        Operator::NumericGreaterThan | Operator::DateGreaterThan => order > 0,
        Operator::NumericGreaterThanEquals | Operator::DateGreaterThanEquals => order >= 0,
        _ => order == 0,
    }
}

/// Field by field: a wildcard in one of the first five does not reach over a colon.
const fn arn_like(form: Form, text: &[u8], value: &[u8], request: &RequestRef<'_>) -> bool {
    let variables = matches!(form, Form::Variables);
    if !has_six_fields(text, variables) || !has_six_fields(value, false) {
        return false;
    }
    let mut field = 0;
    while field < 6 {
        let (Some(pattern), Some(value)) = (
            arn_field(text, field, variables),
            arn_field(value, field, false),
        ) else {
            return false;
        };
        let fits = if variables {
            glob_filled(pattern, value, request, true, false)
        } else {
            glob(pattern, value, false)
        };
        if !fits {
            return false;
        }
        field += 1;
    }
    true
}

/// What stands at a place of a pattern with variables.
enum Step {
    End,
    Byte(u8),
    One,
    Many,
}

/// A place in a pattern with variables: in the pattern, and in the value of the variable there.
#[derive(Clone, Copy)]
struct Place {
    pattern: usize,
    inside: usize,
}

/// Matches a pattern with policy variables. Their values are literal text; one without a value matches nothing.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>.
pub(crate) const fn glob_filled(
    pattern: &[u8],
    text: &[u8],
    request: &RequestRef<'_>,
    wild: bool,
    fold: bool,
) -> bool {
    if unresolved(pattern, request).is_some() {
        return false;
    }
    let mut place = Place {
        pattern: 0,
        inside: 0,
    };
    let mut at = 0;
    let mut retry: Option<(Place, usize)> = None;
    loop {
        let (step, next) = step(pattern, place, request, wild);
        match step {
            Step::Many => {
                retry = Some((next, at));
                place = next;
                continue;
            }
            Step::End if at == text.len() => return true,
            Step::One if at < text.len() => {
                place = next;
                at = next_char(text, at);
                continue;
            }
            Step::Byte(c)
                if at < text.len()
                    && (c == text[at] || (fold && c.eq_ignore_ascii_case(&text[at]))) =>
            {
                place = next;
                at += 1;
                continue;
            }
            _ => {}
        }
        match retry {
            Some((behind, from)) if from < text.len() => {
                at = next_char(text, from);
                place = behind;
                retry = Some((behind, at));
            }
            _ => return false,
        }
    }
}

const fn step(pattern: &[u8], place: Place, request: &RequestRef<'_>, wild: bool) -> (Step, Place) {
    let mut at = place.pattern;
    let mut inside = place.inside;
    loop {
        if at >= pattern.len() {
            return (
                Step::End,
                Place {
                    pattern: at,
                    inside: 0,
                },
            );
        }
        if let Some((variable, end)) = variable(pattern, at) {
            let value = match resolve(variable, request) {
                Some(value) => value,
                None => &[],
            };
            if inside < value.len() {
                return (
                    Step::Byte(value[inside]),
                    Place {
                        pattern: at,
                        inside: inside + 1,
                    },
                );
            }
            at = end;
            inside = 0;
            continue;
        }
        let next = Place {
            pattern: at + 1,
            inside: 0,
        };
        return match pattern[at] {
            b'*' if wild => (Step::Many, next),
            b'?' if wild => (Step::One, next),
            byte => (Step::Byte(byte), next),
        };
    }
}

/// The variable that begins here: what stands in its braces, and where it ends.
pub(crate) const fn variable(pattern: &[u8], at: usize) -> Option<(&[u8], usize)> {
    if byte(pattern, at) != b'$' || byte(pattern, at + 1) != b'{' {
        return None;
    }
    let close = find(pattern, b'}', at);
    if close == pattern.len() {
        return None;
    }
    Some((part(pattern, at + 2, close - at - 2), close + 1))
}

/// The name of a variable and its default, when it has one.
pub(crate) const fn name_and_default(variable: &[u8]) -> (&[u8], Option<&[u8]>) {
    let comma = find(variable, b',', 0);
    let name = trim(part(variable, 0, comma));
    if comma == variable.len() {
        return (name, None);
    }
    let quoted = trim(super::text::rest(variable, comma + 1));
    if quoted.len() >= 2 && quoted[0] == b'\'' && quoted[quoted.len() - 1] == b'\'' {
        (name, Some(part(quoted, 1, quoted.len() - 2)))
    } else {
        (name, None)
    }
}

const fn trim(text: &[u8]) -> &[u8] {
    text.trim_ascii()
}

/// The text that a variable stands for. `${*}`, `${?}` and `${$}` stand for the character.
const fn resolve<'r>(variable: &'r [u8], request: &RequestRef<'r>) -> Option<&'r [u8]> {
    if variable.len() == 1 && matches!(variable[0], b'*' | b'?' | b'$') {
        return Some(variable);
    }
    let (name, default) = name_and_default(variable);
    match request.look_up(name) {
        Found::One(value) => Some(value),
        Found::Missing => default,
        // A key of several values has no value as a variable.
        Found::Many(_) => None,
    }
}

/// The first variable of a pattern that the request has no value for.
pub(crate) const fn unresolved<'p>(
    pattern: &'p [u8],
    request: &RequestRef<'_>,
) -> Option<&'p [u8]> {
    let mut at = 0;
    while at < pattern.len() {
        match variable(pattern, at) {
            Some((variable, end)) => {
                if resolve(variable, request).is_none() {
                    return Some(variable);
                }
                at = end;
            }
            None => at += 1,
        }
    }
    None
}
