//! Why a decision is what it is, statement by statement.

use core::fmt;

use super::condition::{unresolved, value_fits};
use super::decide::{Origin, Present, Reason, Verdict};
use super::decision::{Decision, Documents};
use super::doubt::{Spot, Truth};
use super::fit::{Around, Fit, Miss, fit};
use super::program::{Form, Line, List, Test, principal, test};
use super::request::Found;
use crate::document::{Effect, PolicyKind};

/// All statements of a decision, each with the first element that does not fit.
///
/// Worked out while it is read; nothing is kept.
#[derive(Debug, Clone, Copy)]
pub struct Explanation<'a> {
    decision: Decision<'a>,
}

/// One statement of a decision.
#[derive(Debug, Clone, Copy)]
pub struct StatementExplanation<'a> {
    origin: Origin,
    kind: Option<PolicyKind>,
    line: Line<'a>,
    fit: Fit,
    decision: Decision<'a>,
}

/// The first element of a statement that does not fit the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Failed {
    /// `Action` or `NotAction`.
    Action,
    /// `Resource` or `NotResource`.
    Resource,
    /// `Principal` or `NotPrincipal`.
    Principal,
    /// A key of the `Condition`.
    Condition,
}

impl Failed {
    /// The element's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Action => "Action",
            Self::Resource => "Resource",
            Self::Principal => "Principal",
            Self::Condition => "Condition",
        }
    }
}

impl<'a> Explanation<'a> {
    pub(crate) const fn new(decision: Decision<'a>) -> Self {
        Self { decision }
    }

    /// The decision.
    pub const fn decision(&self) -> Decision<'a> {
        self.decision
    }

    /// The statements, document by document.
    pub fn statements(&self) -> impl Iterator<Item = StatementExplanation<'a>> {
        let decision = self.decision;
        let present = match decision.documents {
            Documents::One(_) => Present::default(),
            Documents::Many(documents) => Present::of(documents),
        };
        let document = move |number: usize| match decision.documents {
            Documents::One(code) => (number == 0).then_some((None, code)),
            Documents::Many(documents) => documents
                .get(number)
                .map(|document| (Some(document.kind()), document.program().code())),
        };
        let mut number = 0;
        let mut statement = 0;
        let mut at = None;
        core::iter::from_fn(move || {
            loop {
                let (kind, code) = document(number)?;
                let Some((line, next)) = code.statement(at.unwrap_or(code.start())) else {
                    number += 1;
                    statement = 0;
                    at = None;
                    continue;
                };
                at = Some(next);
                statement += 1;
                return Some(StatementExplanation {
                    origin: Origin {
                        document: number,
                        statement: statement - 1,
                    },
                    kind,
                    line,
                    fit: fit(
                        line,
                        &decision.request,
                        code.has_variables(),
                        Around::of(kind, present),
                    ),
                    decision,
                });
            }
        })
    }

    /// Why, in one line.
    fn headline(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decision = &self.decision;
        f.write_str(match decision.verdict() {
            Verdict::Allowed => "allowed",
            Verdict::ExplicitDeny => "explicitly denied",
            Verdict::ImplicitDeny => "implicitly denied",
            Verdict::Undetermined => "cannot be determined",
        })?;
        write!(
            f,
            ": {} on {}",
            decision.request.action, decision.request.resource
        )?;
        if let Some(principal) = decision.request.principal {
            write!(f, " by {principal}")?;
        }
        match decision.reason() {
            Reason::Denied | Reason::Granted => {}
            Reason::GrantedByResource { limited } => {
                f.write_str(", by the resource policy")?;
                if !limited {
                    f.write_str(" itself")?;
                }
            }
            Reason::Root => f.write_str(", as the account's root user")?,
            Reason::NothingAllows => f.write_str(", as no statement allows it")?,
            Reason::IdentityDoesNotAllow => {
                f.write_str(
                    ", as no identity policy allows it and the resource belongs to another account",
                )?;
            }
            Reason::ResourceDoesNotAllow => {
                f.write_str(", as the resource policy does not allow it")?
            }
            Reason::BoundaryDoesNotAllow => {
                f.write_str(", as the permissions boundary does not allow it")?
            }
            Reason::SessionDoesNotAllow => {
                f.write_str(", as the session policies do not allow it")?
            }
            Reason::EndpointDoesNotAllow => {
                f.write_str(", as the policy of the VPC endpoint does not allow it")?
            }
            Reason::ServiceControlDoesNotAllow { level } => {
                write!(
                    f,
                    ", as no service control policy of level {level} allows it"
                )?;
            }
            Reason::NeedsNoPermission => f.write_str(", as it needs no permission")?,
            Reason::RefusedToCaller => {
                f.write_str(
                    ", as AWS lets no root user assume a role and no session get a session token",
                )?;
            }
            Reason::Undetermined(cause) => write!(f, ", as {cause}; {}", cause.help())?,
        }
        f.write_str("\n")
    }
}

impl fmt::Display for Explanation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.headline(f)?;
        for statement in self.statements() {
            writeln!(f, "  {statement}")?;
        }
        Ok(())
    }
}

impl<'a> StatementExplanation<'a> {
    /// Where the statement stands.
    #[must_use]
    pub const fn origin(&self) -> Origin {
        self.origin
    }

    /// Its `Sid`, when it has one.
    #[must_use]
    pub fn sid(&self) -> Option<&'a str> {
        Some(text(self.line.sid())).filter(|sid| !sid.is_empty())
    }

    /// Its `Effect`.
    #[must_use]
    pub const fn effect(&self) -> Effect {
        if self.line.allows() {
            Effect::Allow
        } else {
            Effect::Deny
        }
    }

    /// The first element that does not fit; `None` when the statement fits.
    #[must_use]
    pub const fn failed(&self) -> Option<Failed> {
        match self.fit {
            Fit::Fits(_) | Fit::Unclear(..) => None,
            Fit::Misses(Miss::Action) => Some(Failed::Action),
            Fit::Misses(Miss::Resource) => Some(Failed::Resource),
            Fit::Misses(Miss::Principal) => Some(Failed::Principal),
            Fit::Misses(Miss::Condition(_)) => Some(Failed::Condition),
        }
    }

    fn why(&self, f: &mut fmt::Formatter<'_>, miss: Miss) -> fmt::Result {
        let request = &self.decision.request;
        match miss {
            Miss::Action => {
                let actions = self.line.actions();
                write!(f, "{}Action", not(actions))?;
                write!(f, ": {} is ", request.action)?;
                listed(f, actions)
            }
            Miss::Resource => {
                let resources = self.line.resources();
                let (resource, tail) = request.compared();
                let (resource, tail) = (text(resource), text(tail));
                write!(f, "{}Resource: {resource}{tail} is ", not(resources))?;
                listed(f, resources)?;
                let mut values = resources.values();
                while let Some((form, pattern, more)) = values.next() {
                    if form == Form::Variables
                        && let Some(variable) = unresolved(pattern, request)
                    {
                        write!(f, "; the request has no value for ${{{}}}", text(variable))?;
                        break;
                    }
                    values = more;
                }
                Ok(())
            }
            Miss::Principal => self.why_principal(f),
            Miss::Condition(at) => match test(self.line.conditions(), at) {
                Some((test, _)) => self.why_test(f, test),
                None => Ok(()),
            },
        }
    }

    fn why_principal(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let principals = self.line.principals();
        let negated = super::principal::is_not(principals);
        f.write_str(if negated {
            "NotPrincipal: "
        } else {
            "Principal: "
        })?;
        match self.decision.request.principal {
            Some(caller) => write!(f, "{caller}")?,
            None => f.write_str("the caller, which the request does not name,")?,
        }
        f.write_str(if negated {
            " is excepted by "
        } else {
            " is not among "
        })?;
        let mut at = 1;
        let mut count = 0;
        while let Some((_, name, next)) = principal(principals, at) {
            if count < MOST {
                f.write_str(if count == 0 { "" } else { ", " })?;
                f.write_str(text(name))?;
            }
            count += 1;
            at = next;
        }
        more(f, count)
    }

    fn why_test(&self, f: &mut fmt::Formatter<'_>, test: Test<'a>) -> fmt::Result {
        let request = &self.decision.request;
        if test.is_refused() {
            return write!(f, "Version: `{}`", text(test.key()));
        }
        f.write_str("Condition: ")?;
        let Some(operator) = test.operator() else {
            return write!(f, "IAM has no operator {}", text(test.key()));
        };
        if let Some(set) = test.set() {
            write!(f, "{}:", set.name())?;
        }
        write!(f, "{operator}")?;
        if test.if_exists() {
            f.write_str("IfExists")?;
        }
        let key = text(test.key());
        write!(f, " {key} wants ")?;
        let mut values = test.values();
        let mut count = 0;
        let mut missing = None;
        while let Some((form, value, next)) = values.next() {
            if count < MOST {
                write!(
                    f,
                    "{}\"{}\"",
                    if count == 0 { "" } else { " or " },
                    text(value)
                )?;
            }
            if form == Form::Variables {
                missing = missing.or(unresolved(value, request));
            }
            count += 1;
            values = next;
        }
        more(f, count)?;
        match request.look_up(test.key()) {
            Found::Missing => f.write_str(", and the request does not have the key")?,
            Found::One(value) => write!(f, ", and the request has \"{}\"", text(value))?,
            Found::Role(caller) => write!(
                f,
                ", and the request has the ARN of the role {}, whose path is not known",
                text(caller.name)
            )?,
            Found::Id(_) | Found::Hidden | Found::Unknown => {
                f.write_str(", and the value of the request is not known")?;
            }
            found @ Found::Many(all) => match test.set() {
                None => write!(
                    f,
                    ", and the request has {} values, which need ForAllValues or ForAnyValue",
                    all.len()
                )?,
                Some(_) => {
                    let failing = (0..found.len())
                        .find(|&at| value_fits(test, operator, &found, at, request) == Truth::No)
                        .map(|at| found.get(at));
                    match failing {
                        Some(value) => {
                            write!(f, ", and the request has \"{}\" among others", text(value))?
                        }
                        None => write!(f, ", and the request has {} values", all.len())?,
                    }
                }
            },
        }
        match missing {
            Some(variable) => write!(f, " and no value for ${{{}}}", text(variable)),
            None => Ok(()),
        }
    }
}

impl fmt::Display for StatementExplanation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(kind) = self.kind {
            write!(f, "{} policy {}, ", kind.name(), self.origin.document + 1)?;
        }
        // Numbered for people, as the rules do it.
        write!(f, "statement {}", self.origin.statement + 1)?;
        if let Some(sid) = self.sid() {
            write!(f, " `{sid}`")?;
        }
        write!(f, " ({})", self.effect())?;
        match self.fit {
            Fit::Fits(_) if self.decision.by() == Some(self.origin) => f.write_str(" decides")?,
            Fit::Fits(_) => f.write_str(" applies")?,
            Fit::Misses(miss) => {
                f.write_str(" does not apply: ")?;
                self.why(f, miss)?;
            }
            Fit::Unclear(_, doubt) => {
                f.write_str(" may apply: ")?;
                match doubt.spot {
                    Spot::Resource => f.write_str("Resource: ")?,
                    Spot::Principal => f.write_str("Principal: ")?,
                    Spot::Condition(at) => {
                        if let Some((test, _)) = test(self.line.conditions(), at) {
                            self.why_test(f, test)?;
                            f.write_str("; ")?;
                        }
                    }
                }
                write!(f, "{}", doubt.cause)?;
            }
        }
        Ok(())
    }
}

/// How many values are written out.
const MOST: usize = 4;

fn text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or_default()
}

fn not(list: List<'_>) -> &'static str {
    if list.is_not() { "Not" } else { "" }
}

/// `not among ..` or, of a `Not..` element, `among ..`.
fn listed(f: &mut fmt::Formatter<'_>, list: List<'_>) -> fmt::Result {
    f.write_str(if list.is_not() {
        "among "
    } else {
        "not among "
    })?;
    let mut values = list.values();
    let mut count = 0;
    while let Some((_, value, next)) = values.next() {
        if count < MOST {
            write!(f, "{}{}", if count == 0 { "" } else { ", " }, text(value))?;
        }
        count += 1;
        values = next;
    }
    more(f, count)
}

fn more(f: &mut fmt::Formatter<'_>, count: usize) -> fmt::Result {
    match count.checked_sub(MOST) {
        Some(left @ 1..) => write!(f, " and {left} more"),
        _ => Ok(()),
    }
}
