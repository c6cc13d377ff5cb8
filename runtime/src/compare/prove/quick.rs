//! What can be said about statements by a look at their text.
//!
//! Each character that the compiler has to take apart costs it about a microsecond, and most statements have nothing to do
//! with a promise or keep it word for word. Those are settled here; what is left goes through the search.

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]

use super::arena::Raw;
use super::{Limits, conditions_stand_in, reaches_as_far};
use crate::evaluate::fit::is_short;
use crate::evaluate::program::{Form, Line, List};
use crate::evaluate::text::glob;

/// Whether a byte represents more than itself.
const fn is_open(byte: u8) -> bool {
    matches!(byte, b'*' | b'?' | b'$')
}

const fn has(text: &[u8], wanted: u8) -> bool {
    crate::evaluate::text::find(text, wanted, 0) < text.len()
}

/// Whether two texts are equal, ASCII letters whatever their case if `fold`. From behind, because the names of a service and statements that
/// are alike begin alike; and byte by byte, because the compiler takes eight bytes in less time than a call.
const fn equal(a: &[u8], b: &[u8], fold: bool) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut at = a.len();
    while at > 0 {
        at -= 1;
        if a[at] != b[at] && !(fold && a[at].eq_ignore_ascii_case(&b[at])) {
            return false;
        }
    }
    true
}

/// Whether all texts of one value are texts of another. It may miss some.
const fn covers(outer: (Form, &[u8]), inner: (Form, &[u8]), fold: bool) -> bool {
    if !fold && is_short(inner.1) && !matches!(outer.0, Form::Any) {
        return equal(outer.1, inner.1, false);
    }
    match (outer.0, inner.0) {
        (Form::Any, _) => true,
        (Form::Exact, Form::Exact) | (Form::Pattern, Form::Pattern)
            if equal(outer.1, inner.1, fold) =>
        {
            true
        }
        (Form::Variables, Form::Variables) => equal(outer.1, inner.1, false),
        (Form::Pattern, Form::Exact) => glob(outer.1, inner.1, fold),
        // A wildcard of the inner one is taken in by a star alone.
        (Form::Pattern, Form::Pattern) => !has(outer.1, b'?') && glob(outer.1, inner.1, fold),
        _ => false,
    }
}

/// Whether no text is one of both values. It may miss some.
const fn apart(a: (Form, &[u8]), b: (Form, &[u8]), fold: bool) -> bool {
    // AWS may complete these.
    if !fold && (is_short(a.1) || is_short(b.1)) {
        return false;
    }
    match (a.0, b.0) {
        (Form::Exact, Form::Exact) => return !equal(a.1, b.1, fold),
        (Form::Exact, Form::Pattern) => return !glob(b.1, a.1, fold),
        (Form::Pattern, Form::Exact) => return !glob(a.1, b.1, fold),
        _ => {}
    }
    let mut at = 0;
    while at < a.1.len() && at < b.1.len() && !is_open(a.1[at]) && !is_open(b.1[at]) {
        if a.1[at] != b.1[at] && !(fold && a.1[at].eq_ignore_ascii_case(&b.1[at])) {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether each value of a list is covered by one of another list.
const fn list_covers(outer: List<'_>, inner: List<'_>, fold: bool) -> bool {
    if equal(outer.bytes(), inner.bytes(), false) || outer.is_absent() {
        return true;
    }
    if outer.is_not() || inner.is_not() || inner.is_absent() {
        return false;
    }
    let mut values = inner.values();
    while let Some((form, text, more)) = values.next() {
        if !value_covered(outer, (form, text), fold) {
            return false;
        }
        values = more;
    }
    true
}

const fn value_covered(outer: List<'_>, inner: (Form, &[u8]), fold: bool) -> bool {
    let mut values = outer.values();
    while let Some((form, text, more)) = values.next() {
        if covers((form, text), inner, fold) {
            return true;
        }
        values = more;
    }
    false
}

/// Whether no text is in both lists.
const fn lists_apart(a: List<'_>, b: List<'_>, fold: bool) -> bool {
    if a.is_not() || b.is_not() || a.is_absent() || b.is_absent() {
        return false;
    }
    let mut values = a.values();
    while let Some((form, text, more)) = values.next() {
        if !value_apart(b, (form, text), fold) {
            return false;
        }
        values = more;
    }
    true
}

/// Whether a value has nothing in common with a list.
const fn value_apart(list: List<'_>, value: (Form, &[u8]), fold: bool) -> bool {
    if list.is_absent() {
        return false;
    }
    let mut values = list.values();
    loop {
        // Names of different lengths are different: most actions of a policy are not even taken out of its text.
        if fold && matches!(value.0, Form::Exact) {
            values = values.after_other_lengths(value.1.len());
        }
        let Some((form, text, more)) = values.next() else {
            break;
        };
        let settled = if list.is_not() {
            covers((form, text), value, fold)
        } else {
            !apart((form, text), value, fold)
        };
        if settled {
            return list.is_not();
        }
        values = more;
    }
    !list.is_not()
}

/// Whether no request can match both statements.
pub(super) const fn are_apart(a: Line<'_>, b: Line<'_>) -> bool {
    lists_apart(a.actions(), b.actions(), true) || lists_apart(a.resources(), b.resources(), false)
}

/// How a limit is matched: as a pattern, or as one text when it has no wildcard.
pub(super) const fn value(text: &str) -> (Form, &[u8]) {
    let text = text.as_bytes();
    if matches!(text, b"*") {
        (Form::Any, text)
    } else if has(text, b'*') || has(text, b'?') {
        (Form::Pattern, text)
    } else {
        (Form::Exact, text)
    }
}

/// Whether a statement has nothing to do with the actions and resources that a promise is about.
pub(super) const fn is_beside(limits: &Limits<'_>, line: Line<'_>) -> bool {
    if let Some(action) = limits.action
        && value_apart(line.actions(), action, true)
    {
        return true;
    }
    match limits.resource {
        Some(resource) => value_apart(line.resources(), resource, false),
        None => false,
    }
}

/// Whether a statement that allows certainly keeps the promise.
pub(super) const fn is_kept(
    limits: &Limits<'_>,
    line: Line<'_>,
    program: &Raw<'_>,
    baseline: Option<&Raw<'_>>,
) -> bool {
    is_beside(limits, line)
        || is_on(limits.not_on, line.resources())
        || is_denied(limits, line, program)
        || match baseline {
            Some(baseline) => is_in(line, program, baseline, limits.denies_kept),
            None => false,
        }
}

/// Whether all resources of the statement are among these patterns.
const fn is_on(patterns: &[&str], resources: List<'_>) -> bool {
    if patterns.is_empty() || resources.is_not() || resources.is_absent() {
        return false;
    }
    let mut values = resources.values();
    while let Some((form, text, more)) = values.next() {
        let mut found = false;
        let mut at = 0;
        while at < patterns.len() && !found {
            found = covers(value(patterns[at]), (form, text), false);
            at += 1;
        }
        if !found {
            return false;
        }
        values = more;
    }
    true
}

/// Whether one deny of the program takes away all that the promise is about in this statement.
const fn is_denied(limits: &Limits<'_>, line: Line<'_>, program: &Raw<'_>) -> bool {
    let mut number = 0;
    while number < program.count {
        let deny = program.lines[number];
        number += 1;
        if deny.allows() {
            continue;
        }
        let actions = list_covers(deny.actions(), line.actions(), true)
            || match limits.action {
                Some(action) => {
                    !deny.actions().is_not() && value_covered(deny.actions(), action, true)
                }
                None => false,
            };
        let resources = list_covers(deny.resources(), line.resources(), false)
            || match limits.resource {
                Some(resource) => {
                    !deny.resources().is_not() && value_covered(deny.resources(), resource, false)
                }
                None => {
                    !deny.resources().is_not()
                        && value_covered(deny.resources(), (Form::Any, b"*"), false)
                }
            };
        if actions && resources && conditions_stand_in(deny, line) && reaches_as_far(deny, line) {
            return true;
        }
    }
    false
}

/// Whether one statement of the baseline allows all that this one does, and no other denies any of it.
const fn is_in(line: Line<'_>, program: &Raw<'_>, baseline: &Raw<'_>, denies_kept: bool) -> bool {
    // Most statements of a policy that is like its baseline are there as they are.
    let mut covered = false;
    let mut number = 0;
    while number < baseline.count {
        let other = baseline.lines[number];
        number += 1;
        covered = covered || equal(other.bytes(), line.bytes(), false);
    }
    if covered && denies_kept {
        return true;
    }
    let mut number = 0;
    while number < baseline.count {
        let other = baseline.lines[number];
        number += 1;
        if other.allows() {
            covered = covered
                || (list_covers(other.resources(), line.resources(), false)
                    && list_covers(other.actions(), line.actions(), true)
                    && conditions_stand_in(other, line)
                    && reaches_as_far(other, line));
        } else if !denies_kept && !are_apart(line, other) && !denies_too(program, other) {
            return false;
        }
    }
    covered
}

/// Whether the program has all denies of the baseline, word for word.
pub(super) const fn keeps_denies(program: &Raw<'_>, baseline: &Raw<'_>) -> bool {
    let mut number = 0;
    while number < baseline.count {
        let line = baseline.lines[number];
        number += 1;
        if !line.allows() && !denies_too(program, line) {
            return false;
        }
    }
    true
}

/// Whether the program has the same deny, word for word.
const fn denies_too(program: &Raw<'_>, deny: Line<'_>) -> bool {
    let mut number = 0;
    while number < program.count {
        let line = program.lines[number];
        number += 1;
        if !line.allows()
            && equal(line.actions().bytes(), deny.actions().bytes(), false)
            && equal(line.resources().bytes(), deny.resources().bytes(), false)
            && equal(line.principals(), deny.principals(), false)
            && equal(line.conditions(), deny.conditions(), false)
        {
            return true;
        }
    }
    false
}
