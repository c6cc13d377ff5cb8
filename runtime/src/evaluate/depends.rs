//! What a decision depends on that the request does not say.
//!
//! The same statements are looked at again with every key open that the request does not give and the caller could have. A
//! statement that then neither certainly fits nor certainly misses depends on those keys, and the decision does if what the
//! statement says can turn it. Statements are taken as independent of each other, so a key may be listed that a closer look
//! would clear; a key that is not listed never changes the verdict.

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;

use super::condition::{holds, name_and_default, variable};
use super::decide::{Attached, Origin, Present, Tally, Verdict, needs_no_policy};
use super::decision::{Decision, Documents};
use super::doubt::{Cause, Doubt, Spot, Truth};
use super::fit::{Around, Fit, Miss, Weight, depends_on_role, fit, resource_fits, weigh};
use super::principal::Link;
use super::program::{Code, Form, Line, test};
use super::request::{Absent, Found, RequestRef};
use crate::catalogue::PseudoForm;
use crate::catalogue::access::recorded;
use crate::document::PolicyKind;

/// A condition key that the request does not give and that could change the decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency<'a> {
    key: &'a str,
    lack: Lack,
    statements: Vec<Origin>,
}

/// What a request does not say about a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lack {
    /// The request does not have the key, and was decided on without it.
    Absent,
    /// The request says that it does not know the value: [`Values::Unknown`](super::Values::Unknown).
    Unknown,
    /// The request has the key, and the name of the caller contains only a part of the value, or none of it, as with
    /// the path of a session's role in `aws:PrincipalArn`.
    Partial,
}

impl Lack {
    /// A name for scripts: `absent`, `unknown`, `partial`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Unknown => "unknown",
            Self::Partial => "partial",
        }
    }
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "not in the request",
            Self::Unknown => "not known",
            Self::Partial => "known only in part",
        })
    }
}

impl<'a> Dependency<'a> {
    /// The key, as the first of the statements spells it.
    #[must_use]
    pub const fn key(&self) -> &'a str {
        self.key
    }

    /// What the request does not say about it.
    #[must_use]
    pub const fn lack(&self) -> Lack {
        self.lack
    }

    /// The statements whose fit depends on the key, in order. There is at least one.
    #[must_use]
    pub fn statements(&self) -> &[Origin] {
        &self.statements
    }
}

impl fmt::Display for Dependency<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`, {}", self.key, self.lack)
    }
}

/// A key as it comes up in a statement.
struct Mention<'a> {
    key: &'a str,
    lack: Lack,
    origin: Origin,
    /// Whether it is the role of a session, which a statement names as a principal.
    is_role: bool,
}

pub(super) fn depends_on<'a>(decision: &Decision<'a>) -> Vec<Dependency<'a>> {
    let mut mentions: Vec<Mention<'_>> = Vec::new();
    // All resources of the request must be allowed, so one that never is leaves the others nothing but denials.
    let mut each = Vec::new();
    for request in decision.requests() {
        if needs_no_policy(&request).is_some() {
            return Vec::new();
        }
        let open = RequestRef {
            absent: Absent::Open,
            ..request
        };
        let Some(found) = Standing::of(decision.documents, &open) else {
            // Denied, whatever the keys are.
            return Vec::new();
        };
        each.push((request, open, found));
    }
    let grantable = each.iter().all(|(_, _, found)| found.may);
    for (request, open, found) in &each {
        for (line, variables, origin, fit) in statements(decision.documents, open) {
            let turns = match (fit, line.allows()) {
                (Fit::Unclear(..), false) => true,
                (Fit::Unclear(link, _), true) => {
                    grantable && found.turns(decision.documents, line, link, origin, open)
                }
                (Fit::Fits(_) | Fit::Misses(_), _) => false,
            };
            if turns {
                if depends_on_role(line, request) {
                    mentions.push(Mention {
                        key: "aws:PrincipalArn",
                        lack: Lack::Partial,
                        origin,
                        is_role: true,
                    });
                }
                keys(line, request, open, variables, |key, lack| {
                    mentions.push(Mention {
                        key,
                        lack,
                        origin,
                        is_role: false,
                    });
                });
            }
        }
    }
    // A grant stands whatever the values are that nobody knows: they matter only if an absent key changes it first. A role that a
    // statement names may have a path all the same.
    let is_absent = |mention: &Mention<'_>| matches!(mention.lack, Lack::Absent);
    if matches!(decision.verdict(), Verdict::Allowed) && !mentions.iter().any(is_absent) {
        mentions.retain(|mention| mention.is_role);
    }
    merged(mentions)
}

/// Whether some values of the keys that the request does not give allow it. When not, it is certainly not allowed.
pub(super) fn may_allow(decision: &Decision<'_>) -> bool {
    decision.requests().all(|request| {
        let open = RequestRef {
            absent: Absent::Open,
            ..request
        };
        needs_no_policy(&request).is_some()
            || Standing::of(decision.documents, &open).is_some_and(|found| found.may)
    })
}

/// The keys that the conditions and policy variables of a document name.
pub(super) fn keys_of(code: Code<'_>, mut push: impl FnMut(&str)) {
    let in_values = |pattern: &[u8], push: &mut dyn FnMut(&str)| {
        let mut at = 0;
        while at < pattern.len() {
            match variable(pattern, at) {
                Some((inside, end)) => {
                    push(core::str::from_utf8(name_and_default(inside).0).unwrap_or_default());
                    at = end;
                }
                None => at += 1,
            }
        }
    };
    let mut at = code.start();
    while let Some((line, next)) = code.statement(at) {
        at = next;
        let mut values = line.resources().values();
        while let Some((form, pattern, more)) = values.next() {
            if form == Form::Variables {
                in_values(pattern, &mut push);
            }
            values = more;
        }
        let mut at = 0;
        while let Some((test, next)) = test(line.conditions(), at) {
            at = next;
            push(core::str::from_utf8(test.key()).unwrap_or_default());
            let mut values = test.values();
            while let Some((form, pattern, more)) = values.next() {
                if form == Form::Variables {
                    in_values(pattern, &mut push);
                }
                values = more;
            }
        }
    }
}

/// What the statements come to when absent keys are open.
struct Standing<'a> {
    /// Whether something of one document alone certainly allows.
    sure: bool,
    /// Whether some values of the keys allow the request.
    may: bool,
    /// What the statements of a set of documents say.
    tally: Option<Tally<'a>>,
}

impl<'a> Standing<'a> {
    /// `None` when a statement certainly denies.
    fn of(documents: Documents<'a>, open: &RequestRef<'a>) -> Option<Self> {
        match documents {
            Documents::One(_) => {
                let (mut sure, mut may) = (false, false);
                for (line, _, _, fit) in statements(documents, open) {
                    match (fit, line.allows()) {
                        (Fit::Misses(_), _) | (Fit::Unclear(..), false) => {}
                        (Fit::Fits(_), false) => return None,
                        (Fit::Fits(_), true) => (sure, may) = (true, true),
                        (Fit::Unclear(..), true) => may = true,
                    }
                }
                Some(Self {
                    sure,
                    may,
                    tally: None,
                })
            }
            Documents::Many(attached) => {
                let mut tally = Tally::new(Present::of(attached), open);
                for (line, _, origin, fit) in statements(documents, open) {
                    if let Some(document) = attached.get(origin.document) {
                        tally.add(document, line, fit, origin);
                    }
                }
                (!tally.is_denied()).then_some(Self {
                    sure: false,
                    may: tally.may_grant(open),
                    tally: Some(tally),
                })
            }
        }
    }

    /// Whether it can make a difference that this statement, which may allow, does.
    fn turns(
        &self,
        documents: Documents<'_>,
        line: Line<'_>,
        link: Link,
        origin: Origin,
        open: &RequestRef<'_>,
    ) -> bool {
        match (&self.tally, documents) {
            (None, _) => !self.sure,
            (Some(tally), Documents::Many(attached)) => attached
                .get(origin.document)
                .is_some_and(|document| tally.turns_on(document, line, link, origin, open)),
            (Some(_), Documents::One(_)) => true,
        }
    }
}

/// That the path of a session's role is not known.
const ROLE: Doubt = Doubt {
    cause: Cause::RolePath,
    spot: Spot::Principal,
};

/// The statements that have a say about the request, with their fits.
fn statements<'a>(
    documents: Documents<'a>,
    open: &RequestRef<'a>,
) -> impl Iterator<Item = (Line<'a>, bool, Origin, Fit)> {
    let open = *open;
    let (present, tally) = match documents {
        Documents::One(_) => (Present::default(), None),
        Documents::Many(attached) => {
            let present = Present::of(attached);
            (present, Some(Tally::new(present, &open)))
        }
    };
    let document = move |number: usize| -> Option<(Option<PolicyKind>, Option<Code<'a>>)> {
        match documents {
            Documents::One(code) => (number == 0).then_some((None, Some(code))),
            Documents::Many(attached) => attached.get(number).map(|attached: &Attached<'a>| {
                let applies = tally.is_none_or(|tally| tally.applies(attached.kind()));
                (
                    Some(attached.kind()),
                    applies.then(|| attached.program().code()),
                )
            }),
        }
    };
    let mut number = 0;
    let mut place = None;
    core::iter::from_fn(move || {
        loop {
            let (kind, code) = document(number)?;
            let (at, statement) = place.unwrap_or((code.map_or(0, Code::start), 0));
            let next = code.and_then(|code| Some((code, code.statement(at)?)));
            let Some((code, (line, next))) = next else {
                number += 1;
                place = None;
                continue;
            };
            place = Some((next, statement + 1));
            let origin = Origin {
                document: number,
                statement,
            };
            let variables = code.has_variables();
            let fit = match fit(line, &open, variables, Around::of(kind, present)) {
                // Of a role with a path, the statement would be about someone else.
                Fit::Fits(link) if depends_on_role(line, &open) => Fit::Unclear(link, ROLE),
                Fit::Misses(Miss::Principal) if depends_on_role(line, &open) => {
                    Fit::Unclear(Link::Session, ROLE)
                }
                fit @ (Fit::Fits(_) | Fit::Misses(_) | Fit::Unclear(..)) => fit,
            };
            return Some((line, variables, origin, fit));
        }
    })
}

/// The keys that the fit of a statement depends on.
fn keys<'a>(
    line: Line<'a>,
    request: &RequestRef<'a>,
    open: &RequestRef<'a>,
    variables: bool,
    mut push: impl FnMut(&'a str, Lack),
) {
    let allows = line.allows();
    let resources = line.resources();
    let mut values = resources.values();
    while let Some((form, pattern, more)) = values.next() {
        let fits = resource_fits(form, pattern, resources.is_not(), open, variables, allows);
        if matches!(fits, Truth::Maybe { .. }) {
            if form == Form::Variables {
                variables_of(pattern, request, open, &mut push);
            }
            if open.open && has_region(open) {
                name(b"aws:RequestedRegion", request, open, &mut push);
            }
        }
        values = more;
    }
    let conditions = line.conditions();
    let mut at = 0;
    while let Some((test, next)) = test(conditions, at) {
        let is_open = matches!(weigh(holds(test, open, allows), true), Weight::Open(_));
        if is_open && test.operator().is_some() {
            name(test.key(), request, open, &mut push);
            let mut values = test.values();
            while let Some((form, pattern, more)) = values.next() {
                if form == Form::Variables {
                    variables_of(pattern, request, open, &mut push);
                }
                values = more;
            }
        }
        at = next;
    }
}

/// Whether AWS checks the action against an ARN with a region.
fn has_region(open: &RequestRef<'_>) -> bool {
    let (service, name) = (open.action.service(), open.action.name());
    let forms = recorded(service.as_bytes(), name.as_bytes()).unwrap_or_default();
    (forms.iter()).any(|form| matches!(form, PseudoForm::Arn { region: true, .. }))
}

fn variables_of<'a>(
    pattern: &'a [u8],
    request: &RequestRef<'a>,
    open: &RequestRef<'a>,
    push: &mut impl FnMut(&'a str, Lack),
) {
    let mut at = 0;
    while at < pattern.len() {
        match variable(pattern, at) {
            Some(([b'*' | b'?' | b'$'], end)) => at = end,
            Some((inside, end)) => {
                name(name_and_default(inside).0, request, open, push);
                at = end;
            }
            None => at += 1,
        }
    }
}

/// Passes on a key if the request does not say its value.
fn name<'a>(
    key: &'a [u8],
    request: &RequestRef<'a>,
    open: &RequestRef<'a>,
    push: &mut impl FnMut(&'a str, Lack),
) {
    let lack = match (request.look_up(key), open.look_up(key)) {
        (Found::Unknown, _) => Lack::Unknown,
        (Found::Missing, Found::Unknown) => Lack::Absent,
        (Found::Role(_) | Found::Id(_) | Found::Hidden, _) => Lack::Partial,
        (Found::Missing | Found::One(_) | Found::Many(_), _) => return,
    };
    if let Ok(key) = core::str::from_utf8(key) {
        push(key, lack);
    }
}

/// Each key once, in the order in which they come up.
fn merged(mentions: Vec<Mention<'_>>) -> Vec<Dependency<'_>> {
    let mut order: Vec<(usize, Mention<'_>)> = mentions.into_iter().enumerate().collect();
    order.sort_by(|(first, a), (second, b)| folded(a.key, b.key).then(first.cmp(second)));
    let mut found: Vec<(usize, Dependency<'_>)> = Vec::new();
    for (number, mention) in order {
        match found.last_mut() {
            Some((_, known)) if known.key.eq_ignore_ascii_case(mention.key) => {
                known.statements.push(mention.origin);
            }
            _ => found.push((
                number,
                Dependency {
                    key: mention.key,
                    lack: mention.lack,
                    statements: alloc::vec![mention.origin],
                },
            )),
        }
    }
    found.sort_by_key(|&(number, _)| number);
    let mut found: Vec<Dependency<'_>> = found.into_iter().map(|(_, known)| known).collect();
    for known in &mut found {
        known.statements.sort_unstable();
        known.statements.dedup();
    }
    found
}

fn folded(a: &str, b: &str) -> Ordering {
    let bytes = |text| str::bytes(text).map(|byte| byte.to_ascii_lowercase());
    bytes(a).cmp(bytes(b))
}
