//! Doubts that several statements share.
//!
//! Where a condition of an `Allow` cannot be compared, the same condition of a `Deny` cannot either; but whatever AWS makes of
//! it, it makes the same of both. So a request may be refused for certain although each statement is in doubt. When a verdict
//! is open because something may allow, the doubts are settled in every possible way, and if none of them allows, nothing
//! does. It takes time only where the verdict would be open.

use super::condition::holds;
use super::decide::{Attached, Present, Ruling, Tally, Verdict, decide_for, one};
use super::decision::Documents;
use super::fit::{Fit, Weight, fit, resource_fits, weigh};
use super::principal::{Reach, reach};
use super::program::{Code, Line, test};
use super::request::RequestRef;
use super::text::same;
use super::ways::Aim;

/// Something in doubt: the same text of the same element is the same doubt.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Atom<'r> {
    pub(crate) element: Element,
    pub(crate) text: &'r [u8],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Element {
    Resource,
    Principal,
    Condition,
}

impl Atom<'_> {
    pub(crate) const fn is(&self, element: Element, text: &[u8]) -> bool {
        self.element as u8 == element as u8 && same(self.text, text)
    }
}

/// How many doubts are settled together. With more of them the verdict stays open.
const MOST: usize = 6;

const NONE: (Atom<'static>, bool) = (
    Atom {
        element: Element::Condition,
        text: b"",
    },
    false,
);

/// The doubts of the statements that may apply.
struct Doubts<'r> {
    atoms: [(Atom<'r>, bool); MOST],
    count: usize,
    /// Whether there are more than can be kept.
    more: bool,
}

impl<'r> Doubts<'r> {
    const fn add(&mut self, element: Element, text: &'r [u8]) {
        let mut at = 0;
        while at < self.count {
            if self.atoms[at].0.is(element, text) {
                return;
            }
            at += 1;
        }
        if self.count == MOST {
            self.more = true;
            return;
        }
        self.atoms[self.count] = (Atom { element, text }, false);
        self.count += 1;
    }

    /// Takes in what is in doubt of a statement.
    const fn statement(
        &mut self,
        line: Line<'r>,
        request: &RequestRef<'r>,
        variables: bool,
        boundary: bool,
    ) {
        if !matches!(fit(line, request, variables, boundary), Fit::Unclear(..)) {
            return;
        }
        let allows = line.allows();
        let resources = line.resources();
        let mut values = resources.values();
        while let Some((form, text, more)) = values.next() {
            let not = resources.is_not();
            let fits = resource_fits(form, text, not, request, variables, allows);
            if matches!(weigh(fits, true), Weight::Open(_)) {
                self.add(Element::Resource, text);
            }
            values = more;
        }
        let caller = match request.principal {
            Some(principal) => Some(principal.as_bytes()),
            None => None,
        };
        if matches!(reach(line.principals(), caller, allows), Reach::Perhaps) {
            self.add(Element::Principal, line.principals());
        }
        let conditions = line.conditions();
        let mut at = 0;
        while let Some((test, next)) = test(conditions, at) {
            if matches!(weigh(holds(test, request, allows), true), Weight::Open(_)) {
                self.add(Element::Condition, test.bytes());
            }
            at = next;
        }
    }
}

/// A verdict that is not left open where no way to settle the doubts allows the request.
pub(super) const fn settled(
    documents: Documents<'_>,
    request: &RequestRef<'_>,
    ruling: Ruling,
) -> Ruling {
    if !matches!(ruling.verdict, Verdict::Undetermined) || !request.assumed.is_empty() {
        return ruling;
    }
    let mut doubts = Doubts {
        atoms: [NONE; MOST],
        count: 0,
        more: false,
    };
    let present = match documents {
        Documents::One(_) => Present::of(&[]),
        Documents::Many(attached) => Present::of(attached),
    };
    let tally = Tally::new(present, request);
    let mut number = 0;
    while let Some(code) = document(documents, number, &tally) {
        if let Some(code) = code {
            let mut at = code.start();
            while let Some((line, next)) = code.statement(at) {
                doubts.statement(line, request, code.has_variables(), present.boundary);
                at = next;
            }
        }
        number += 1;
    }
    if doubts.more || doubts.count == 0 {
        return ruling;
    }
    let mut refused: Option<Ruling> = None;
    let mut way = 0_u32;
    while way < 1 << doubts.count {
        let mut at = 0;
        while at < doubts.count {
            doubts.atoms[at].1 = way & (1 << at) != 0;
            at += 1;
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
            Verdict::Allowed | Verdict::Undetermined => return ruling,
        }
        way += 1;
    }
    match refused {
        Some(refused) => refused,
        None => ruling,
    }
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
