//! Promises proved by the compiler: what `assert_policy!` asks of a constant policy.
//!
//! The questions are those of [`Program::never`](crate::evaluate::Program::never) and its kin, asked of the text of a
//! program by functions that need no memory but their own. Over actions and resources they are as exact; conditions are
//! only compared, not reasoned about, and always so that a promise is never wrongly said to hold: a condition of an
//! `Allow` counts as met, a `Deny` counts only where its conditions stand word for word with what it is held against. What
//! this cannot settle, a test with the functions that work at run time may.
//!
//! ```
//! use rekognition_iam_runtime::compare::prove::{self, Proof};
//!
//! // {"Effect":"Allow","Action":"s3:Get*","Resource":"*"}
//! const PROGRAM: &str = "1vD+:=p7s3:Get*3=*01_00";
//! const NEVER: Proof = prove::never(PROGRAM, "s3:DeleteObject", "*");
//! const _: () = assert!(NEVER.holds());
//! const BROKEN: Proof = prove::never(PROGRAM, "s3:*", "arn:aws:s3:::secret/*");
//! assert_eq!(
//!     BROKEN.message(),
//!     "never(s3:*, arn:aws:s3:::secret/*): statement 1 allows s3:getx on arn:aws:s3:::secret/x"
//! );
//! ```

mod arena;
mod hunt;
mod quick;

use core::fmt;

use arena::{Arena, Lines, Raw, Region, Rule, Set};
use hunt::Hunt;
use quick::{is_beside, is_kept, keeps_denies};

use crate::evaluate::decide::{Verdict, decide_one};
use crate::evaluate::fit::is_short;
use crate::evaluate::principal::is_absent;
use crate::evaluate::program::{Code, Form, Line, List, test};
use crate::evaluate::request::RequestRef;
use crate::evaluate::text::{byte, next_char, same};

/// The longest message.
const MESSAGE: usize = 1024;
/// The most statements of a document.
const RULES: usize = 64;

/// Whether a promise holds, and what to say when it does not.
#[derive(Clone, Copy)]
#[must_use]
pub struct Proof {
    holds: bool,
    text: [u8; MESSAGE],
    length: usize,
}

impl Proof {
    const fn new() -> Self {
        Self {
            holds: true,
            text: [0; MESSAGE],
            length: 0,
        }
    }

    /// Whether the promise holds for every request that could exist.
    pub const fn holds(&self) -> bool {
        self.holds
    }

    /// What was promised and the request that breaks it. Empty when nothing does.
    pub const fn message(&self) -> &str {
        match self.text.split_at_checked(self.length) {
            Some((text, _)) => match core::str::from_utf8(text) {
                Ok(text) => text,
                Err(_) => "the promise does not hold",
            },
            None => "",
        }
    }

    /// Writes as much as there is room for, whole characters.
    const fn say(&mut self, text: &str) {
        let text = text.as_bytes();
        let mut at = 0;
        while at < text.len() {
            let end = next_char(text, at);
            if self.length + end - at > MESSAGE {
                return;
            }
            while at < end {
                self.text[self.length] = text[at];
                self.length += 1;
                at += 1;
            }
        }
    }

    const fn say_symbol(&mut self, symbol: u32) {
        if let Some(symbol) = char::from_u32(symbol) {
            let mut bytes = [0; 4];
            let text = symbol.encode_utf8(&mut bytes);
            self.say(text);
        }
    }

    const fn say_number(&mut self, number: usize) {
        if number >= 10 {
            self.say_number(number / 10);
        }
        self.say_symbol(b'0' as u32 + (number % 10) as u32);
    }

    /// A statement as the rules name it: by its number from 1, and by its Sid where it has one.
    const fn say_statement(&mut self, number: usize, sid: &[u8]) {
        self.say("statement ");
        self.say_number(number + 1);
        if let Ok(sid) = core::str::from_utf8(sid)
            && !sid.is_empty()
        {
            self.say(" `");
            self.say(sid);
            self.say("`");
        }
    }

    const fn broken(mut self, promise: &[&str], why: &str) -> Self {
        self.holds = false;
        let mut at = 0;
        while at < promise.len() {
            self.say(promise[at]);
            at += 1;
        }
        self.say(": ");
        self.say(why);
        self
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proof")
            .field("holds", &self.holds)
            .field("message", &self.message())
            .finish()
    }
}

/// Whether the program allows the request.
pub const fn allows(program: &str, request: &RequestRef<'_>) -> Proof {
    let ruling = decide_one(code(program), request);
    if let Verdict::Allowed = ruling.verdict {
        return Proof::new();
    }
    decided(Proof::new(), "allows(", request, ruling.verdict)
}

/// Whether the program does not allow the request: explicitly, or because nothing does.
pub const fn denies(program: &str, request: &RequestRef<'_>) -> Proof {
    let ruling = decide_one(code(program), request);
    if matches!(
        ruling.verdict,
        Verdict::ExplicitDeny | Verdict::ImplicitDeny
    ) {
        return Proof::new();
    }
    let mut proof = decided(Proof::new(), "denies(", request, ruling.verdict);
    if let Some(by) = ruling.by {
        proof.say(", by ");
        proof.say_statement(by.statement, sid(code(program), by.statement));
    }
    proof
}

const fn decided(
    mut proof: Proof,
    promise: &str,
    request: &RequestRef<'_>,
    verdict: Verdict,
) -> Proof {
    proof.holds = false;
    proof.say(promise);
    proof.say(request.action.service());
    proof.say(":");
    proof.say(request.action.name());
    proof.say(" on ");
    proof.say(request.resource);
    proof.say("): the policy ");
    proof.say(match verdict {
        Verdict::Allowed => "allows it",
        Verdict::ExplicitDeny => "denies it",
        Verdict::ImplicitDeny => "does not allow it",
        Verdict::Undetermined => "may or may not allow it",
    });
    proof
}

/// Whether the program never allows an action of this pattern on a resource of this one; `*` means any.
pub const fn never(program: &str, action: &str, resource: &str) -> Proof {
    let everything = same(resource.as_bytes(), b"*");
    let limits = Limits {
        action: Some(action),
        resource: if everything { None } else { Some(resource) },
        not_on: &[],
        denies_kept: false,
    };
    let promise = if everything {
        ["never(", action, "", "", ")"]
    } else {
        ["never(", action, ", ", resource, ")"]
    };
    prove(&limits, &Raw::of(code(program)), None, &promise)
}

/// Whether all that the program allows is on resources of these patterns.
pub const fn only_on(program: &str, resources: &[&str]) -> Proof {
    let limits = Limits {
        action: None,
        resource: None,
        not_on: resources,
        denies_kept: false,
    };
    prove(&limits, &Raw::of(code(program)), None, &["only_on(..)"])
}

/// Whether the program allows nothing that the baseline does not.
pub const fn no_wider_than(program: &str, baseline: &str) -> Proof {
    let (program, baseline) = (&Raw::of(code(program)), &Raw::of(code(baseline)));
    let limits = Limits {
        action: None,
        resource: None,
        not_on: &[],
        denies_kept: keeps_denies(program, baseline),
    };
    prove(&limits, program, Some(baseline), &["no_wider_than(..)"])
}

/// The requests that a promise is about.
struct Limits<'l> {
    action: Option<&'l str>,
    resource: Option<&'l str>,
    not_on: &'l [&'l str],
    /// Whether the program has all denies of its baseline.
    denies_kept: bool,
}

/// The Sid of the statement of this number; empty when it has none.
const fn sid(code: Code<'_>, number: usize) -> &[u8] {
    let mut at = code.start();
    let mut count = 0;
    while let Some((line, next)) = code.statement(at) {
        if count == number {
            return line.sid();
        }
        count += 1;
        at = next;
    }
    &[]
}

const fn code(program: &str) -> Code<'_> {
    Code {
        bytes: program.as_bytes(),
    }
}

/// Whether a rule may take requests away: nothing in it may match fewer requests than is thought.
const fn is_plain(list: List<'_>) -> bool {
    let mut values = list.values();
    while let Some((form, text, more)) = values.next() {
        // An ARN that is too short may except more than its text.
        if matches!(form, Form::Variables) || (list.is_not() && is_short(text)) {
            return false;
        }
        values = more;
    }
    true
}

/// Whether each condition of a rule stands word for word in one of two others.
const fn conditions_stand_in(line: Line<'_>, one: Line<'_>, other: Option<Line<'_>>) -> bool {
    let mut at = 0;
    while let Some((wanted, next)) = test(line.conditions(), at) {
        let known = holds_test(one, wanted.bytes())
            || match other {
                Some(other) => holds_test(other, wanted.bytes()),
                None => false,
            };
        if !known || wanted.operator().is_none() {
            return false;
        }
        at = next;
    }
    true
}

const fn holds_test(line: Line<'_>, wanted: &[u8]) -> bool {
    let mut at = 0;
    while let Some((test, next)) = test(line.conditions(), at) {
        if same(test.bytes(), wanted) {
            return true;
        }
        at = next;
    }
    false
}

/// Whether a rule reaches everyone that another does.
const fn reaches_as_far(line: Line<'_>, other: Line<'_>) -> bool {
    let principals = line.principals();
    is_absent(principals) || byte(principals, 0) == b'*' || same(principals, other.principals())
}

/// Rules that take requests away from those that a statement allows.
struct Away<'s> {
    statement: (Line<'s>, Rule),
    also: Option<(Line<'s>, Rule)>,
    rules: [Rule; RULES],
    count: usize,
    full: bool,
}

impl Away<'_> {
    /// Takes in a rule if it counts against the statement.
    const fn add(&mut self, arena: &Arena, line: Line<'_>, rule: Rule) {
        let (against, own) = self.statement;
        let and = match self.also {
            Some((line, _)) => Some(line),
            None => None,
        };
        // With variables it is what it is held against, word for word, or nothing is known of it.
        let alike = same(line.resources().bytes(), against.resources().bytes());
        if !(alike || is_plain(line.resources()))
            || !conditions_stand_in(line, against, and)
            || !reaches_as_far(line, against)
            || !arena.may_meet(&own.actions, &rule.actions)
            || !(alike || arena.may_meet(&own.resources, &rule.resources))
        {
            return;
        }
        if self.count >= RULES {
            self.full = true;
            return;
        }
        self.rules[self.count] = Rule {
            actions: rule.actions,
            resources: if alike { EVERYTHING } else { rule.resources },
        };
        self.count += 1;
    }
}

const EVERYTHING: Set = Set {
    not: false,
    absent: true,
    from: 0,
    to: 0,
};
const NOTHING: Set = Set {
    not: false,
    absent: false,
    from: 0,
    to: 0,
};

const fn prove(
    limits: &Limits<'_>,
    program: &Raw<'_>,
    baseline: Option<&Raw<'_>>,
    promise: &[&str],
) -> Proof {
    let cut = match baseline {
        Some(baseline) => baseline.full,
        None => false,
    };
    if program.full || cut {
        return Proof::new().broken(promise, TOO_BIG);
    }
    // Nothing is taken apart when a look at the text settles it all.
    let mut open = false;
    let mut at = 0;
    while at < program.count {
        let line = program.lines[at];
        open |= line.allows() && !is_kept(limits, line, program, baseline);
        at += 1;
    }
    if !open {
        return Proof::new();
    }
    let mut arena = Arena::new();
    let mut start = Region::new();
    if let Some(action) = limits.action {
        start
            .actions
            .want(arena.add(Form::Pattern, action.as_bytes(), true));
    }
    if let Some(resource) = limits.resource {
        start
            .resources
            .want(arena.add(Form::Pattern, resource.as_bytes(), false));
    }
    let mut at = 0;
    while at < limits.not_on.len() {
        start
            .resources
            .refuse(arena.add(Form::Pattern, limits.not_on[at].as_bytes(), false));
        at += 1;
    }
    let mut lines = Lines::new();
    let mut at = 0;
    while at < program.count {
        let line = program.lines[at];
        let matters = if line.allows() {
            !is_kept(limits, line, program, baseline)
        } else {
            !is_beside(limits, line)
        };
        lines.load(&mut arena, line, matters);
        at += 1;
    }
    lines.of_program = lines.count;
    if let Some(baseline) = baseline {
        let mut at = 0;
        while at < baseline.count {
            let line = baseline.lines[at];
            let matters = lines.may_meet(line);
            lines.load(&mut arena, line, matters);
            at += 1;
        }
    }
    if arena.full || lines.full || start.resources.full {
        return Proof::new().broken(promise, TOO_BIG);
    }
    let mut statement = 0;
    while statement < lines.of_program {
        if let Some((line, rule)) = lines.lines[statement]
            && line.allows()
        {
            let mut proof = one_statement(
                &mut arena,
                &start,
                &lines,
                (line, rule),
                None,
                promise,
                statement,
            );
            let mut other = lines.of_program;
            while other < lines.count && proof.holds {
                if let Some((deny, denied)) = lines.lines[other]
                    && !deny.allows()
                    && arena.may_meet(&rule.actions, &denied.actions)
                    && arena.may_meet(&rule.resources, &denied.resources)
                {
                    let also = Some((deny, denied));
                    proof = one_statement(
                        &mut arena,
                        &start,
                        &lines,
                        (line, rule),
                        also,
                        promise,
                        statement,
                    );
                }
                other += 1;
            }
            if !proof.holds {
                return proof;
            }
        }
        statement += 1;
    }
    Proof::new()
}

/// Whether nothing breaks the promise of what one statement allows: outside of what the other document allows, or, with
/// `also`, inside of what this statement of it denies.
const fn one_statement(
    arena: &mut Arena,
    start: &Region,
    lines: &Lines<'_>,
    statement: (Line<'_>, Rule),
    also: Option<(Line<'_>, Rule)>,
    promise: &[&str],
    number: usize,
) -> Proof {
    let mut away = Away {
        statement,
        also,
        rules: [Rule {
            actions: NOTHING,
            resources: NOTHING,
        }; RULES],
        count: 0,
        full: false,
    };
    let mut at = 0;
    while at < lines.count {
        if let Some((line, rule)) = lines.lines[at] {
            // The denies of the program itself, and what the other document allows.
            let counts = if at < lines.of_program {
                !line.allows()
            } else {
                line.allows() && also.is_none()
            };
            if counts {
                away.add(arena, line, rule);
            }
        }
        at += 1;
    }
    if away.full {
        return Proof::new().broken(promise, TOO_BIG);
    }
    let other = match also {
        Some((_, rule)) => Some(rule),
        None => None,
    };
    let mut hunt = Hunt {
        arena,
        rules: &away.rules,
        count: away.count,
        too_big: false,
        proof: Proof::new(),
        promise,
        statement: number,
        sid: statement.0.sid(),
    };
    let found = hunt.enter(start, &[Some(statement.1), other], 0);
    if found {
        if test(statement.0.conditions(), 0).is_some() {
            hunt.proof.say(", when its conditions are met");
        }
        return hunt.proof;
    }
    if hunt.too_big {
        return Proof::new().broken(promise, TOO_BIG);
    }
    Proof::new()
}

const TOO_BIG: &str = "too large to prove while compiling; ask the same in a test";
