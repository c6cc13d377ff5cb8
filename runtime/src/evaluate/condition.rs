//! One line of a condition against a request.

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]

use super::doubt::{Cause, Truth};
use super::in_part::{id_matches, role_matches};
use super::program::{Form, Test};
use super::request::{Found, RequestRef};
use super::scalar::{address, compare_moments, compare_numbers, moment, number, range};
use super::settle::Atom;
use super::text::{
    arn_field, byte, find, glob, has_six_fields, may_fold, next_char, part, same, same_folded,
};
use crate::catalogue::access::{is_always_present, is_multivalued};
use crate::{Operator, OperatorFamily, SetOperator};

/// Whether a test of a statement holds. `allows` is the effect of the statement.
///
/// * A key that the request does not have: false, true for a negated operator, and true with `IfExists`.
/// * `ForAllValues` is true and `ForAnyValue` false when there is no value, or none but an empty text.
/// * Several values of the policy are alternatives; a negated operator holds when none of them matches.
/// * An operator that IAM does not have never grants and always denies.
///
/// What AWS does not document is in doubt: several values without a set operator, values that cannot be compared, and
/// an `Allow` with a negated operator that holds because a policy variable has no value.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html> and
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>.
pub(crate) const fn holds(test: Test<'_>, request: &RequestRef<'_>, allows: bool) -> Truth {
    let Some(operator) = test.operator() else {
        return if test.is_refused() {
            Truth::maybe(Cause::Version)
        } else {
            Truth::of(!allows)
        };
    };
    let found = request.look_up(test.key());
    let truth = holds_for(test, operator, &found, request);
    match truth {
        Truth::Yes
            if allows
                && operator.is_negated()
                && !matches!(found, Found::Missing)
                && is_blank(test, request) =>
        {
            Truth::maybe(Cause::NoValue)
        }
        truth @ (Truth::No | Truth::Yes | Truth::Maybe { .. }) => truth,
    }
}

/// Whether a value of the test has a policy variable that the request has no value for.
const fn is_blank(test: Test<'_>, request: &RequestRef<'_>) -> bool {
    let mut values = test.values();
    while let Some((form, text, more)) = values.next() {
        if matches!(form, Form::Variables) && unresolved(text, request).is_some() {
            return true;
        }
        values = more;
    }
    false
}

/// The same when the values are known.
pub(crate) const fn holds_for(
    test: Test<'_>,
    operator: Operator,
    found: &Found<'_>,
    request: &RequestRef<'_>,
) -> Truth {
    let count = match found {
        Found::Unknown => {
            let absent = Atom::absent(test.key());
            let is_absent = match is_always_present(test.key()) {
                true => Truth::No,
                false => request.assume(Truth::maybe(Cause::Unknown), &absent),
            };
            match (is_absent, test.set()) {
                (Truth::Yes, _) => 0,
                (Truth::No, None) => 1,
                // How many values there are is not known.
                (Truth::No, Some(_)) | (Truth::Maybe { .. }, _) => {
                    return Truth::maybe(Cause::Unknown);
                }
            }
        }
        Found::Missing
        | Found::One(_)
        | Found::Many(_)
        | Found::Role(_)
        | Found::Id(_)
        | Found::Hidden => found.len(),
    };
    if let Operator::Null = operator {
        return null(test, count);
    }
    if count == 0 && test.if_exists() {
        return Truth::Yes;
    }
    match test.set() {
        None => match count {
            0 => Truth::of(operator.is_negated()),
            1 => value_fits(test, operator, found, 0, request),
            _ => Truth::maybe(Cause::SeveralValues),
        },
        Some(set) => {
            let all = matches!(set, SetOperator::ForAllValues);
            if count == 0 || (count == 1 && found.is_empty_text()) {
                return Truth::of(all);
            }
            // All: not one that does not fit. Any: one that fits.
            let mut one = Truth::No;
            let mut at = 0;
            while at < count {
                let fits = value_fits(test, operator, found, at, request);
                one = one.or(if all { fits.not() } else { fits });
                at += 1;
            }
            if all { one.not() } else { one }
        }
    }
}

const fn null(test: Test<'_>, count: usize) -> Truth {
    let wanted: &[u8] = if count == 0 { b"true" } else { b"false" };
    let mut values = test.values();
    let mut truth = Truth::No;
    while let Some((_, text, more)) = values.next() {
        if same_folded(text, wanted) {
            return Truth::Yes;
        }
        if !is_bool(text) {
            truth = Truth::maybe(Cause::PolicyValue);
        }
        values = more;
    }
    truth
}

const fn is_bool(text: &[u8]) -> bool {
    boolean(text).is_some()
}

const fn boolean(text: &[u8]) -> Option<bool> {
    if same_folded(text, b"true") {
        Some(true)
    } else if same_folded(text, b"false") {
        Some(false)
    } else {
        None
    }
}

/// Whether the operator can compare values of its type with this one.
pub(crate) const fn is_comparable(operator: Operator, text: &[u8]) -> bool {
    match operator.family() {
        OperatorFamily::Bool => is_bool(text),
        OperatorFamily::Numeric => number(text).is_some(),
        OperatorFamily::Date => moment(text).is_some(),
        OperatorFamily::IpAddress => range(text).is_some(),
        OperatorFamily::String
        | OperatorFamily::Arn
        | OperatorFamily::Binary
        | OperatorFamily::Null => true,
    }
}

/// Whether one value of the request satisfies the operator.
pub(crate) const fn value_fits(
    test: Test<'_>,
    operator: Operator,
    found: &Found<'_>,
    at: usize,
    request: &RequestRef<'_>,
) -> Truth {
    let mut values = test.values();
    let mut one = Truth::No;
    while let Some((form, text, more)) = values.next() {
        let fits = match found {
            Found::Missing | Found::One(_) | Found::Many(_) => {
                matches(operator, form, text, found.get(at), request)
            }
            Found::Role(_) | Found::Id(_) | Found::Hidden | Found::Unknown => {
                let fits = open_matches(operator, form, text, found);
                request.assume(fits, &Atom::value(operator, test.key(), text))
            }
        };
        one = one.or(fits);
        if let Truth::Yes = one {
            break;
        }
        values = more;
    }
    if operator.is_negated() {
        one.not()
    } else {
        one
    }
}

/// Whether a value of the request matches one of the policy, the negation of the operator aside.
const fn matches(
    operator: Operator,
    form: Form,
    text: &[u8],
    value: &[u8],
    request: &RequestRef<'_>,
) -> Truth {
    match operator {
        Operator::StringEquals | Operator::StringNotEquals => match form {
            Form::Variables => glob_filled(text, value, request, false, false),
            Form::Exact | Form::Pattern | Form::Any => Truth::of(same(text, value)),
        },
        Operator::StringEqualsIgnoreCase | Operator::StringNotEqualsIgnoreCase => {
            let truth = match form {
                Form::Variables => glob_filled(text, value, request, false, true),
                Form::Exact | Form::Pattern | Form::Any => Truth::of(same_folded(text, value)),
            };
            match truth {
                // AWS does not say how it ignores the case of letters beyond ASCII.
                Truth::No if !text.is_ascii() && may_fold_filled(form, text, value) => {
                    Truth::maybe(Cause::PolicyValue)
                }
                Truth::No if !value.is_ascii() && may_fold_filled(form, text, value) => {
                    Truth::maybe(Cause::RequestValue)
                }
                truth @ (Truth::No | Truth::Yes | Truth::Maybe { .. }) => truth,
            }
        }
        Operator::StringLike | Operator::StringNotLike => match form {
            Form::Any => Truth::Yes,
            Form::Exact => Truth::of(same(text, value)),
            Form::Pattern => Truth::of(glob(text, value, false)),
            Form::Variables => glob_filled(text, value, request, true, false),
        },
        Operator::ArnEquals | Operator::ArnLike | Operator::ArnNotEquals | Operator::ArnNotLike => {
            arn_like(form, text, value, request)
        }
        Operator::Bool => match (boolean(value), form, boolean(text)) {
            (None, _, _) => Truth::maybe(Cause::RequestValue),
            (Some(_), Form::Variables, _) => Truth::maybe(Cause::VariablePlace),
            (Some(_), Form::Exact | Form::Pattern | Form::Any, None) => {
                Truth::maybe(Cause::PolicyValue)
            }
            (Some(value), Form::Exact | Form::Pattern | Form::Any, Some(text)) => {
                Truth::of(value == text)
            }
        },
        // Both sides are base64 text of the same bytes.
        Operator::BinaryEquals => Truth::of(same(text, value)),
        Operator::NumericEquals
        | Operator::NumericNotEquals
        | Operator::NumericLessThan
        | Operator::NumericLessThanEquals
        | Operator::NumericGreaterThan
        | Operator::NumericGreaterThanEquals => match (number(value), number(text)) {
            (_, None) => Truth::maybe(Cause::PolicyValue),
            (None, _) => Truth::maybe(Cause::RequestValue),
            (Some(value), Some(text)) => {
                Truth::of(ordered(operator, compare_numbers(&value, &text)))
            }
        },
        Operator::DateEquals
        | Operator::DateNotEquals
        | Operator::DateLessThan
        | Operator::DateLessThanEquals
        | Operator::DateGreaterThan
        | Operator::DateGreaterThanEquals => match (moment(value), moment(text)) {
            (_, None) => Truth::maybe(Cause::PolicyValue),
            (None, _) => Truth::maybe(Cause::RequestValue),
            (Some(value), Some(text)) => Truth::of(ordered(operator, compare_moments(value, text))),
        },
        Operator::IpAddress | Operator::NotIpAddress => match (range(text), address(value)) {
            (None, _) => Truth::maybe(Cause::PolicyValue),
            (_, None) => Truth::maybe(Cause::RequestValue),
            (Some(range), Some((six, bits))) => Truth::of(range.holds(six, bits)),
        },
        Operator::Null => Truth::No,
    }
}

/// Whether a text of a policy, with any values of its variables, may be a value in another case.
const fn may_fold_filled(form: Form, text: &[u8], value: &[u8]) -> bool {
    matches!(form, Form::Variables) || may_fold(text, value)
}

/// Whether a value that is not known, or only in part, matches one of the policy.
pub(super) const fn open_matches(
    operator: Operator,
    form: Form,
    text: &[u8],
    found: &Found<'_>,
) -> Truth {
    match found {
        Found::Role(caller) => role_matches(operator, form, text, caller),
        Found::Id(caller) => id_matches(operator, form, text, caller),
        Found::Hidden => Truth::maybe(Cause::CallerValue),
        Found::Unknown | Found::Missing | Found::One(_) | Found::Many(_) => {
            Truth::maybe(Cause::Unknown)
        }
    }
}

const fn ordered(operator: Operator, order: i8) -> bool {
    use Operator::{
        DateGreaterThan, DateGreaterThanEquals, DateLessThan, DateLessThanEquals,
        NumericGreaterThan, NumericGreaterThanEquals, NumericLessThan, NumericLessThanEquals,
    };
    if order < 0 {
        matches!(
            operator,
            NumericLessThan | DateLessThan | NumericLessThanEquals | DateLessThanEquals
        )
    } else if order > 0 {
        matches!(
            operator,
            NumericGreaterThan | DateGreaterThan | NumericGreaterThanEquals | DateGreaterThanEquals
        )
    } else {
        !matches!(
            operator,
            NumericLessThan | DateLessThan | NumericGreaterThan | DateGreaterThan
        )
    }
}

/// Field by field: a wildcard in one of the first five does not reach over a colon.
const fn arn_like(form: Form, text: &[u8], value: &[u8], request: &RequestRef<'_>) -> Truth {
    let variables = matches!(form, Form::Variables);
    if !has_six_fields(text, variables) {
        return Truth::maybe(Cause::PolicyValue);
    }
    if !has_six_fields(value, false) {
        return Truth::maybe(Cause::RequestValue);
    }
    if !variables {
        return Truth::of(matches!(arn_fields_match(text, value), Some(true)));
    }
    let mut truth = Truth::Yes;
    let mut field = 0;
    while field < 6 {
        let (Some(pattern), Some(value)) =
            (arn_field(text, field, true), arn_field(value, field, false))
        else {
            return Truth::No;
        };
        match glob_filled(pattern, value, request, true, false) {
            Truth::No => return Truth::No,
            Truth::Yes => {}
            doubt @ Truth::Maybe { .. } => truth = doubt,
        }
        field += 1;
    }
    truth
}

/// Whether an ARN matches a pattern without variables field by field. `None` where one of them is not an ARN.
pub(super) const fn arn_fields_match(pattern: &[u8], value: &[u8]) -> Option<bool> {
    if !has_six_fields(pattern, false) || !has_six_fields(value, false) {
        return None;
    }
    let mut field = 0;
    while field < 6 {
        match (
            arn_field(pattern, field, false),
            arn_field(value, field, false),
        ) {
            (Some(pattern), Some(value)) if glob(pattern, value, false) => {}
            _ => return Some(false),
        }
        field += 1;
    }
    Some(true)
}

/// What is at a place of a pattern with variables.
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
) -> Truth {
    glob_filled_in(pattern, [text, b""], request, wild, fold)
}

/// The same for a text in two pieces, of which the second is ASCII.
pub(crate) const fn glob_filled_in(
    pattern: &[u8],
    text: [&[u8]; 2],
    request: &RequestRef<'_>,
    wild: bool,
    fold: bool,
) -> Truth {
    let mut doubt = None;
    let mut at = 0;
    while at < pattern.len() {
        match variable(pattern, at) {
            Some((variable, end)) => {
                match resolve(variable, request) {
                    Resolved::Text(_) => {}
                    Resolved::Nothing => return Truth::No,
                    Resolved::Doubt { cause, .. } => doubt = Some(cause),
                }
                at = end;
            }
            None => at += 1,
        }
    }
    match (glob_resolved(pattern, text, request, wild, fold), doubt) {
        (false, _) => Truth::No,
        (true, None) => Truth::Yes,
        (true, Some(cause)) => Truth::maybe(cause),
    }
}

const fn glob_resolved(
    pattern: &[u8],
    [text, tail]: [&[u8]; 2],
    request: &RequestRef<'_>,
    wild: bool,
    fold: bool,
) -> bool {
    let mut place = Place {
        pattern: 0,
        inside: 0,
    };
    let length = text.len() + tail.len();
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
            Step::End if at == length => return true,
            Step::One if at < length => {
                place = next;
                at = after(text, at);
                continue;
            }
            Step::Byte(c) if at < length => {
                let found = if at < text.len() {
                    text[at]
                } else {
                    tail[at - text.len()]
                };
                if c == found || (fold && c.eq_ignore_ascii_case(&found)) {
                    place = next;
                    at += 1;
                    continue;
                }
            }
            Step::End | Step::Byte(_) | Step::One => {}
        }
        match retry {
            Some((behind, from)) if from < length => {
                at = after(text, from);
                place = behind;
                retry = Some((behind, at));
            }
            _ => return false,
        }
    }
}

/// The place of the next character of a text, or of the ASCII after it.
const fn after(text: &[u8], at: usize) -> usize {
    if at < text.len() {
        next_char(text, at)
    } else {
        at + 1
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
                Resolved::Text(value) => value,
                Resolved::Nothing => &[],
                // Whatever it is.
                Resolved::Doubt { .. } => {
                    let next = Place {
                        pattern: end,
                        inside: 0,
                    };
                    return (Step::Many, next);
                }
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

/// The variable that begins here: what is in its braces, and where it ends.
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

/// What a variable comes to.
pub(crate) enum Resolved<'r> {
    Text(&'r [u8]),
    Nothing,
    /// `may_lack`: there may be no value at all.
    Doubt {
        cause: Cause,
        may_lack: bool,
    },
}

impl Resolved<'_> {
    const fn doubt(cause: Cause) -> Self {
        Self::Doubt {
            cause,
            may_lack: false,
        }
    }
}

/// The text of a variable. `${*}`, `${?}` and `${$}` are the character.
pub(crate) const fn resolve<'r>(variable: &'r [u8], request: &RequestRef<'r>) -> Resolved<'r> {
    if variable.len() == 1 && matches!(variable[0], b'*' | b'?' | b'$') {
        return Resolved::Text(variable);
    }
    let (name, default) = name_and_default(variable);
    match request.look_up(name) {
        Found::One(_) if is_multivalued(name) => Resolved::doubt(Cause::SeveralValues),
        Found::One(value) => Resolved::Text(value),
        Found::Missing => match default {
            Some(default) => Resolved::Text(default),
            None => Resolved::Nothing,
        },
        Found::Many(_) => Resolved::doubt(Cause::SeveralValues),
        Found::Role(_) => Resolved::doubt(Cause::RolePath),
        Found::Id(_) | Found::Hidden => Resolved::doubt(Cause::CallerValue),
        Found::Unknown => Resolved::Doubt {
            cause: Cause::Unknown,
            may_lack: default.is_none(),
        },
    }
}

/// The first variable of a pattern that the request has no value for, or may have none for.
pub(crate) const fn unresolved<'p>(
    pattern: &'p [u8],
    request: &RequestRef<'_>,
) -> Option<&'p [u8]> {
    let mut at = 0;
    while at < pattern.len() {
        match variable(pattern, at) {
            Some((variable, end)) => {
                if let Resolved::Nothing | Resolved::Doubt { may_lack: true, .. } =
                    resolve(variable, request)
                {
                    return Some(variable);
                }
                at = end;
            }
            None => at += 1,
        }
    }
    None
}

/// Whether a pattern has a policy variable before its fifth colon. What only a deployment fills in, such as `${AWS::Region}`, is
/// not one: it is text when IAM reads the policy.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>.
pub(crate) const fn has_early_variable(pattern: &[u8]) -> bool {
    let (mut at, mut colons) = (0, 0);
    while at < pattern.len() && colons < 5 {
        match variable(pattern, at) {
            Some(([b'*' | b'?' | b'$'], end)) => at = end,
            Some((name, _)) if is_key(name_and_default(name).0) => return true,
            Some((_, end)) => at = end,
            None => {
                if pattern[at] == b':' {
                    colons += 1;
                }
                at += 1;
            }
        }
    }
    false
}

/// Whether a name in braces has the form of a condition key, which has one colon: `${aws:username}`, not `${AWS::Region}` or
/// `${Bucket}`.
const fn is_key(name: &[u8]) -> bool {
    let colon = find(name, b':', 0);
    colon < name.len() && find(name, b':', colon + 1) == name.len()
}
