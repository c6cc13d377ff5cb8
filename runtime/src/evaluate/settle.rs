//! Doubts that several statements share.
//!
//! Where a condition of an `Allow` cannot be compared, the same condition of a `Deny` cannot either; but whatever AWS makes of
//! it, it makes the same of both. The same goes for a value that is not known, such as the path of a session's role: whatever it is,
//! every condition is asked about the same one. So a request may be refused for certain although each statement is in doubt. When a verdict
//! is open because something may allow, the doubts are settled in every possible way, and if none of them allows, nothing
//! does. It takes time only where the verdict would be open.

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]

use super::condition::{arn_fields_match, holds, is_comparable, open_matches};
use super::decide::{Attached, Present, Ruling, Tally, Verdict, decide_for, one};
use super::decision::Documents;
use super::doubt::Truth;
use super::fit::{Around, Fit, Weight, fit, reached, resource_fits, weigh};
use super::principal::Reach;
use super::program::{Code, Line, Test, test};
use super::request::{Found, RequestRef};
use super::text::{find, glob, has_six_fields, same, same_folded};
use super::ways::Aim;
use crate::catalogue::ValueType;
use crate::catalogue::access::{has_type, is_always_present};
use crate::{Operator, SetOperator};

/// Something in doubt: the same text of the same element is the same doubt.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Atom<'r> {
    element: Element,
    /// The condition key, for what is asked of its value.
    key: &'r [u8],
    text: &'r [u8],
    /// What is asked for is the opposite of this doubt.
    opposite: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Element {
    Resource,
    Principal,
    /// A whole line of a condition.
    Condition,
    /// Whether the request has no value for the key.
    Absent,
    /// Whether the value of the key matches the text.
    Value(Reading),
    /// Whether one of several values of the key matches one of these texts, or, if negated, one matches none.
    OneOfSeveral(Reading, bool),
}

/// How an operator compares a value with one of the policy, the negation aside.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reading {
    Exact,
    Folded,
    /// With wildcards for any text.
    Whole,
    /// With wildcards that stay within a field of an ARN.
    Fields,
    /// By the type of the operator.
    Typed(Operator),
}

impl Reading {
    pub(crate) const fn of(operator: Operator) -> Self {
        match operator {
            Operator::StringEquals | Operator::StringNotEquals => Self::Exact,
            Operator::StringEqualsIgnoreCase | Operator::StringNotEqualsIgnoreCase => Self::Folded,
            Operator::StringLike | Operator::StringNotLike => Self::Whole,
            Operator::ArnEquals
            | Operator::ArnLike
            | Operator::ArnNotEquals
            | Operator::ArnNotLike => Self::Fields,
            Operator::NumericNotEquals => Self::Typed(Operator::NumericEquals),
            Operator::DateNotEquals => Self::Typed(Operator::DateEquals),
            Operator::NotIpAddress => Self::Typed(Operator::IpAddress),
            Operator::NumericEquals
            | Operator::NumericLessThan
            | Operator::NumericLessThanEquals
            | Operator::NumericGreaterThan
            | Operator::NumericGreaterThanEquals
            | Operator::DateEquals
            | Operator::DateLessThan
            | Operator::DateLessThanEquals
            | Operator::DateGreaterThan
            | Operator::DateGreaterThanEquals
            | Operator::Bool
            | Operator::BinaryEquals
            | Operator::IpAddress
            | Operator::Null => Self::Typed(operator),
        }
    }

    const fn is(self, other: Self) -> bool {
        match (self, other) {
            (Self::Exact, Self::Exact)
            | (Self::Folded, Self::Folded)
            | (Self::Whole, Self::Whole)
            | (Self::Fields, Self::Fields) => true,
            (Self::Typed(one), Self::Typed(other)) => one as u8 == other as u8,
            (
                Self::Exact | Self::Folded | Self::Whole | Self::Fields | Self::Typed(_),
                Self::Exact | Self::Folded | Self::Whole | Self::Fields | Self::Typed(_),
            ) => false,
        }
    }
}

impl<'r> Atom<'r> {
    pub(crate) const fn of(element: Element, text: &'r [u8]) -> Self {
        Self {
            element,
            key: b"",
            text,
            opposite: false,
        }
    }

    /// Whether a line of a condition holds, on a key whose values are not known. That no value matches is the opposite of that
    /// one does.
    pub(crate) const fn line(test: Test<'r>) -> Self {
        let whole = Self::of(Element::Condition, test.bytes());
        let (Some(operator), Some(set)) = (test.operator(), test.set()) else {
            return whole;
        };
        let all = matches!(set, SetOperator::ForAllValues);
        // Without a value, it holds for all and for any.
        if (test.if_exists() && !all) || matches!(operator, Operator::Null) {
            return whole;
        }
        Self {
            element: Element::OneOfSeveral(Reading::of(operator), operator.is_negated() != all),
            key: test.key(),
            text: test.listed(),
            opposite: all,
        }
    }

    /// The doubt itself.
    const fn itself(self) -> Self {
        Self {
            opposite: false,
            ..self
        }
    }

    /// What is asked for, when the doubt turns out so.
    pub(crate) const fn when(&self, holds: bool) -> bool {
        holds != self.opposite
    }

    /// Whether it is about a value that is not known, and turns out one way or the other whatever that is.
    const fn is_either(&self) -> bool {
        match self.element {
            Element::Absent => true,
            Element::Value(Reading::Typed(operator)) => is_comparable(operator, self.text),
            Element::Value(Reading::Exact | Reading::Folded | Reading::Whole | Reading::Fields) => {
                true
            }
            Element::OneOfSeveral(reading, _) => !matches!(reading, Reading::Typed(_)),
            Element::Resource | Element::Principal | Element::Condition => false,
        }
    }

    /// Whether the request has no value for this key.
    pub(crate) const fn absent(key: &'r [u8]) -> Self {
        Self {
            element: Element::Absent,
            key,
            text: b"",
            opposite: false,
        }
    }

    /// Whether the value of this key matches the text.
    pub(crate) const fn value(operator: Operator, key: &'r [u8], text: &'r [u8]) -> Self {
        let reading = match Reading::of(operator) {
            // Without wildcards, they all ask for one text.
            Reading::Whole if !is_open(text) => Reading::Exact,
            Reading::Fields if !is_open(text) && has_six_fields(text, false) => Reading::Exact,
            reading @ (Reading::Exact
            | Reading::Folded
            | Reading::Whole
            | Reading::Fields
            | Reading::Typed(_)) => reading,
        };
        let (reading, text, opposite) = opposed(reading, key, text);
        Self {
            element: Element::Value(reading),
            key,
            text,
            opposite,
        }
    }

    pub(crate) const fn is(&self, other: &Atom<'_>) -> bool {
        let element = match (self.element, other.element) {
            (Element::Resource, Element::Resource)
            | (Element::Principal, Element::Principal)
            | (Element::Condition, Element::Condition)
            | (Element::Absent, Element::Absent) => true,
            (Element::Value(one), Element::Value(other)) => one.is(other),
            (Element::OneOfSeveral(one, not), Element::OneOfSeveral(other, other_not)) => {
                one.is(other) && not == other_not
            }
            (
                Element::Resource
                | Element::Principal
                | Element::Condition
                | Element::Absent
                | Element::Value(_)
                | Element::OneOfSeveral(..),
                Element::Resource
                | Element::Principal
                | Element::Condition
                | Element::Absent
                | Element::Value(_)
                | Element::OneOfSeveral(..),
            ) => false,
        };
        element && same_folded(self.key, other.key) && same(self.text, other.text)
    }

    /// Whether it can be so, or not so, when the other one is so.
    const fn agrees(&self, holds: bool, other: &Atom<'_>) -> bool {
        if !same_folded(self.key, other.key) {
            return true;
        }
        match (self.element, other.element) {
            (Element::Value(_), Element::Absent) => !holds,
            (Element::Value(reading), Element::Value(Reading::Exact)) if !is_filled(other.text) => {
                match reading {
                    _ if is_filled(self.text) => true,
                    Reading::Exact => same(self.text, other.text) == holds,
                    Reading::Folded => same_folded(self.text, other.text) == holds,
                    Reading::Whole => glob(self.text, other.text, false) == holds,
                    Reading::Fields => match arn_fields_match(self.text, other.text) {
                        Some(matched) => matched == holds,
                        None => true,
                    },
                    Reading::Typed(_) => true,
                }
            }
            (
                Element::Resource
                | Element::Principal
                | Element::Condition
                | Element::Absent
                | Element::Value(_)
                | Element::OneOfSeveral(..),
                Element::Resource
                | Element::Principal
                | Element::Condition
                | Element::Absent
                | Element::Value(_)
                | Element::OneOfSeveral(..),
            ) => true,
        }
    }
}

/// Of a test and its opposite the same one, and whether it is the opposite: that a number is from 5 on is the opposite of that it
/// is less than 5.
const fn opposed<'r>(reading: Reading, key: &[u8], text: &'r [u8]) -> (Reading, &'r [u8], bool) {
    let Reading::Typed(operator) = reading else {
        return (reading, text, false);
    };
    let (less, wanted) = match operator {
        Operator::NumericGreaterThanEquals => (Operator::NumericLessThan, ValueType::Numeric),
        Operator::NumericGreaterThan => (Operator::NumericLessThanEquals, ValueType::Numeric),
        Operator::DateGreaterThanEquals => (Operator::DateLessThan, ValueType::Date),
        Operator::DateGreaterThan => (Operator::DateLessThanEquals, ValueType::Date),
        Operator::Bool if same_folded(text, b"false") => (operator, ValueType::Bool),
        Operator::StringEquals
        | Operator::StringNotEquals
        | Operator::StringEqualsIgnoreCase
        | Operator::StringNotEqualsIgnoreCase
        | Operator::StringLike
        | Operator::StringNotLike
        | Operator::NumericEquals
        | Operator::NumericNotEquals
        | Operator::NumericLessThan
        | Operator::NumericLessThanEquals
        | Operator::DateEquals
        | Operator::DateNotEquals
        | Operator::DateLessThan
        | Operator::DateLessThanEquals
        | Operator::Bool
        | Operator::BinaryEquals
        | Operator::IpAddress
        | Operator::NotIpAddress
        | Operator::ArnEquals
        | Operator::ArnLike
        | Operator::ArnNotEquals
        | Operator::ArnNotLike
        | Operator::Null => return (reading, text, false),
    };
    // A value of another type is neither.
    if !is_comparable(operator, text) || !has_type(key, wanted) {
        return (reading, text, false);
    }
    let text: &[u8] = if matches!(operator, Operator::Bool) {
        b"true"
    } else {
        text
    };
    (Reading::Typed(less), text, true)
}

/// Whether a text has a wildcard or a policy variable.
const fn is_open(text: &[u8]) -> bool {
    let mut at = 0;
    while at < text.len() {
        if matches!(text[at], b'*' | b'?') {
            return true;
        }
        at += 1;
    }
    is_filled(text)
}

/// Whether a text may have a policy variable.
const fn is_filled(text: &[u8]) -> bool {
    find(text, b'$', 0) < text.len()
}

/// How many doubts are settled together. With more of them the verdict stays open.
const MOST: usize = 6;

const NONE: (Atom<'static>, bool) = (Atom::of(Element::Condition, b""), false);

/// What the doubts of a condition are.
#[derive(Clone, Copy)]
enum Grain {
    /// Each value of the policy that is compared with one that is not known.
    Value,
    /// The lines of the condition.
    Line,
}

/// The doubts of the statements that may apply.
struct Doubts<'r> {
    atoms: [(Atom<'r>, bool); MOST],
    count: usize,
    /// Whether there are more than can be kept.
    more: bool,
    grain: Grain,
}

impl<'r> Doubts<'r> {
    const fn add(&mut self, atom: Atom<'r>) {
        let mut at = 0;
        while at < self.count {
            if self.atoms[at].0.is(&atom) {
                return;
            }
            at += 1;
        }
        if self.count == MOST {
            self.more = true;
            return;
        }
        self.atoms[self.count] = (atom.itself(), false);
        self.count += 1;
    }

    /// Takes in what is in doubt of a statement.
    const fn statement(
        &mut self,
        line: Line<'r>,
        request: &RequestRef<'r>,
        variables: bool,
        around: Around,
    ) {
        if !matches!(fit(line, request, variables, around), Fit::Unclear(..)) {
            return;
        }
        let allows = line.allows();
        let resources = line.resources();
        let mut values = resources.values();
        while let Some((form, text, more)) = values.next() {
            let not = resources.is_not();
            let fits = resource_fits(form, text, not, request, variables, allows);
            if matches!(weigh(fits, true), Weight::Open(_)) {
                self.add(Atom::of(Element::Resource, text));
            }
            values = more;
        }
        if matches!(
            reached(line.principals(), allows, request, around),
            Reach::Perhaps(..)
        ) {
            self.add(Atom::of(Element::Principal, line.principals()));
        }
        let conditions = line.conditions();
        let mut at = 0;
        while let Some((test, next)) = test(conditions, at) {
            if matches!(weigh(holds(test, request, allows), true), Weight::Open(_)) {
                self.condition(test, request);
            }
            at = next;
        }
    }

    /// Takes in what is in doubt of a line of a condition.
    const fn condition(&mut self, test: Test<'r>, request: &RequestRef<'r>) {
        let whole = Atom::line(test);
        let Some(operator) = test.operator() else {
            return self.add(whole);
        };
        let found = request.look_up(test.key());
        match (self.grain, &found) {
            (Grain::Line, _) | (Grain::Value, Found::Missing | Found::One(_) | Found::Many(_)) => {
                return self.add(whole);
            }
            (Grain::Value, Found::Unknown) => {
                // How many values there are is not known.
                if test.set().is_some() {
                    return self.add(whole);
                }
                if !is_always_present(test.key()) {
                    self.add(Atom::absent(test.key()));
                }
                if matches!(operator, Operator::Null) {
                    return;
                }
            }
            (Grain::Value, Found::Role(_) | Found::Id(_) | Found::Hidden) => {}
        }
        let mut values = test.values();
        while let Some((form, text, more)) = values.next() {
            let fits = open_matches(operator, form, text, &found);
            if matches!(fits, Truth::Maybe { .. }) {
                self.add(Atom::value(operator, test.key(), text));
            }
            values = more;
        }
    }

    /// Whether all are about values that are not known.
    const fn are_either(&self) -> bool {
        let mut at = 0;
        while at < self.count {
            if !self.atoms[at].0.is_either() {
                return false;
            }
            at += 1;
        }
        true
    }

    /// Whether the doubts can turn out as they are set.
    const fn agree(&self) -> bool {
        let mut at = 0;
        while at < self.count {
            let (atom, holds) = &self.atoms[at];
            let mut other = 0;
            while other < self.count {
                let (given, so) = &self.atoms[other];
                if other != at && *so && !atom.agrees(*holds, given) {
                    return false;
                }
                other += 1;
            }
            at += 1;
        }
        true
    }
}

/// A verdict that is not left open where no way to settle the doubts allows the request, or each way does.
pub(super) const fn settled(
    documents: Documents<'_>,
    request: &RequestRef<'_>,
    ruling: Ruling,
) -> Ruling {
    if !matches!(ruling.verdict, Verdict::Undetermined) || !request.assumed.is_empty() {
        return ruling;
    }
    let mut doubts = gather(documents, request, Grain::Value);
    if doubts.more {
        doubts = gather(documents, request, Grain::Line);
    }
    if doubts.more || doubts.count == 0 {
        return ruling;
    }
    let mut refused: Option<Ruling> = None;
    let mut allowed: Option<Ruling> = None;
    let mut way = 0_u32;
    while way < 1 << doubts.count {
        let mut at = 0;
        while at < doubts.count {
            doubts.atoms[at].1 = way & (1 << at) != 0;
            at += 1;
        }
        way += 1;
        if !doubts.agree() {
            continue;
        }
        let (assumed, _) = match doubts.atoms.split_at_checked(doubts.count) {
            Some(parts) => parts,
            None => return ruling,
        };
        let settled = RequestRef {
            assumed,
            ..*request
        };
        let found = match documents {
            Documents::One(code) => one(code, &settled),
            Documents::Many(attached) => decide_for(attached, &settled, Aim::Request),
        };
        match found.verdict {
            Verdict::ImplicitDeny => refused = Some(found),
            Verdict::ExplicitDeny => {
                if refused.is_none() {
                    refused = Some(found);
                }
            }
            // AWS may make something else of what it does not document.
            Verdict::Allowed if doubts.are_either() => {
                if allowed.is_none() {
                    allowed = Some(found);
                }
            }
            Verdict::Allowed | Verdict::Undetermined => return ruling,
        }
        if refused.is_some() && allowed.is_some() {
            return ruling;
        }
    }
    match (refused, allowed) {
        (Some(found), None) | (None, Some(found)) => found,
        (Some(_), Some(_)) | (None, None) => ruling,
    }
}

/// What is in doubt of the statements that may apply.
const fn gather<'r>(
    documents: Documents<'r>,
    request: &RequestRef<'r>,
    grain: Grain,
) -> Doubts<'r> {
    let mut doubts = Doubts {
        atoms: [NONE; MOST],
        count: 0,
        more: false,
        grain,
    };
    let present = match documents {
        Documents::One(_) => Present::of(&[]),
        Documents::Many(attached) => Present::of(attached),
    };
    let tally = Tally::new(present, request);
    let mut number = 0;
    while let Some(code) = document(documents, number, &tally) {
        if let Some(code) = code {
            let kind = match documents {
                Documents::Many(attached) if number < attached.len() => Some(attached[number].kind),
                Documents::Many(_) | Documents::One(_) => None,
            };
            let around = Around::of(kind, present);
            let mut at = code.start();
            while let Some((line, next)) = code.statement(at) {
                doubts.statement(line, request, code.has_variables(), around);
                at = next;
            }
        }
        number += 1;
    }
    doubts
}

/// The document of this number, where it has a say about the request.
const fn document<'a>(
    documents: Documents<'a>,
    number: usize,
    tally: &Tally<'_>,
) -> Option<Option<Code<'a>>> {
    match documents {
        Documents::One(code) if number == 0 => Some(Some(code)),
        Documents::Many(attached) if number < attached.len() => {
            let document: &Attached<'a> = &attached[number];
            Some(if tally.applies(document.kind) {
                Some(document.program.code())
            } else {
                None
            })
        }
        Documents::One(_) | Documents::Many(_) => None,
    }
}
