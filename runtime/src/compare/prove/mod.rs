//! Promises proved by the compiler: what `assert_policy!` asks of a constant policy.
//!
//! The questions are those of [`Program::never`](crate::evaluate::Program::never) and related functions, asked of the text of a
//! program by functions that need no memory but their own. Over actions and resources they are as exact; conditions are
//! only compared, not reasoned about, and always so that a promise is never wrongly said to hold: a condition of an
//! `Allow` counts as met, a `Deny` counts only where its conditions stand word for word with what it is held against. What
//! this cannot settle, a test with the functions that work at run time may.
//!
//! ```
//! # use rekognition_iam_runtime as rekognition_iam;
//! use rekognition_iam::compare::prove::{self, Proof};
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

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]

mod arena;
mod hunt;
mod proof;
mod quick;
pub mod set;

use arena::{Arena, LAYERS, Lines, Raw, Region, Rule, Set};
use hunt::Hunt;
pub use proof::Proof;
use quick::{is_beside, is_kept, keeps_denies, value};

use crate::document::PolicyKind;
use crate::evaluate::decide::{Origin, Verdict, decide_one};
use crate::evaluate::fit::is_short;
use crate::evaluate::principal::is_absent;
use crate::evaluate::program::{Code, Form, Line, List, test};
use crate::evaluate::request::RequestRef;
use crate::evaluate::target::tail_of;
use crate::evaluate::text::{byte, part, same};
use crate::policy::{Policy, kind};

/// The most statements of a document.
const RULES: usize = 64;

/// Whether a guarantee about the policy alone can say anything. One that limits others and only denies allows nothing by itself, so
/// that any promise that it does not allow something would hold.
///
/// See <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>.
pub const fn says_something<K: kind::Kind>(policy: &Policy<K>) -> Proof {
    if !matches!(
        K::KIND,
        PolicyKind::ServiceControl | PolicyKind::ResourceControl
    ) {
        return Proof::new();
    }
    let raw = Raw::of(code(policy.program_text()));
    let mut at = 0;
    while at < raw.count {
        if raw.lines[at].allows() {
            return Proof::new();
        }
        at += 1;
    }
    Proof::new().broken(
        &["nothing was proved"],
        "this policy only denies, so it allows nothing by itself; prove what it and the policies that it limits allow together",
    )
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
    let proof = decided(Proof::new(), "denies(", request, ruling.verdict);
    match ruling.by {
        Some(by) => say_granter(proof, code(program), by, false),
        None => proof,
    }
}

/// Names the statement that makes a request allowed.
const fn say_granter(mut proof: Proof, code: Code<'_>, by: Origin, several: bool) -> Proof {
    proof.say(", by ");
    proof.say_statement(by.statement, sid(code, by.statement));
    if several {
        proof.say(" of policy ");
        proof.say_number(by.document + 1);
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
        Verdict::Undetermined => {
            "may or may not allow it: it depends on a key, whose values `.with(..)` can say"
        }
    });
    proof
}

/// Whether the program never allows an action of this pattern on a resource of this one; `*` means any.
pub const fn never(program: &str, action: &str, resource: &str) -> Proof {
    never_of(&Raw::of(code(program)), action, resource)
}

const fn never_of(program: &Raw<'_>, action: &str, resource: &str) -> Proof {
    let everything = same(resource.as_bytes(), b"*");
    let promise = if everything {
        ["never(", action, "", "", ")"]
    } else {
        ["never(", action, ", ", resource, ")"]
    };
    let mut limits = Limits {
        action: Some(value(action)),
        resource: if everything {
            None
        } else {
            Some(value(resource))
        },
        not_on: &[],
        denies_kept: false,
    };
    let proof = prove(&limits, program, None, &promise);
    let Some(tail) = tail_of(action, resource) else {
        return proof;
    };
    if !proof.holds {
        return proof;
    }
    // AWS compares more than the ARN of such a resource.
    let mut longer = [0; 1024];
    let length = resource.len() + tail.len();
    if length > longer.len() {
        return Proof::new().broken(&promise, TOO_BIG);
    }
    let mut at = 0;
    while at < length {
        longer[at] = if at < resource.len() {
            resource.as_bytes()[at]
        } else {
            tail.as_bytes()[at - resource.len()]
        };
        at += 1;
    }
    limits.resource = match core::str::from_utf8(part(&longer, 0, length)) {
        Ok(text) => Some(value(text)),
        Err(_) => None,
    };
    prove(&limits, program, None, &promise)
}

/// Whether all that the program allows is on resources of these patterns.
pub const fn only_on(program: &str, resources: &[&str]) -> Proof {
    only_on_of(&Raw::of(code(program)), resources)
}

const fn only_on_of(program: &Raw<'_>, resources: &[&str]) -> Proof {
    let limits = Limits {
        action: None,
        resource: None,
        not_on: resources,
        denies_kept: false,
    };
    prove(&limits, program, None, &["only_on(..)"])
}

/// Whether the program allows nothing that the baseline does not.
pub const fn no_wider_than(program: &str, baseline: &str) -> Proof {
    no_wider_than_of(&Raw::of(code(program)), baseline)
}

const fn no_wider_than_of(program: &Raw<'_>, baseline: &str) -> Proof {
    let baseline = &Raw::of(code(baseline));
    let limits = Limits {
        action: None,
        resource: None,
        not_on: &[],
        denies_kept: keeps_denies(program, baseline),
    };
    prove(&limits, program, Some(baseline), &["no_wider_than(..)"])
}

/// The requests that a promise is about. Whether a limit has wildcards is found once, not for each statement.
struct Limits<'l> {
    action: Option<(Form, &'l [u8])>,
    resource: Option<(Form, &'l [u8])>,
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

/// Whether each condition of a rule stands word for word in another.
const fn conditions_stand_in(line: Line<'_>, other: Line<'_>) -> bool {
    let mut at = 0;
    while let Some((wanted, next)) = test(line.conditions(), at) {
        if !holds_test(other, wanted.bytes()) || wanted.operator().is_none() {
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

/// The most statements that a request has to match: one of each layer that allows, and one that denies in a baseline.
const ENTERED: usize = LAYERS + 1;

/// Statements that a request has to match, the first of them one that allows.
#[derive(Clone, Copy)]
struct Entered<'s> {
    lines: [Option<(Line<'s>, Rule)>; ENTERED],
    count: usize,
}

impl<'s> Entered<'s> {
    const fn and(&self, statement: (Line<'s>, Rule)) -> Self {
        let mut more = *self;
        if more.count < ENTERED {
            more.lines[more.count] = Some(statement);
            more.count += 1;
        }
        more
    }

    const fn rules(&self) -> [Option<Rule>; ENTERED] {
        let mut rules = [None; ENTERED];
        let mut at = 0;
        while at < self.count {
            if let Some((_, rule)) = self.lines[at] {
                rules[at] = Some(rule);
            }
            at += 1;
        }
        rules
    }

    /// Whether some of them may match a request that a rule matches too.
    const fn may_meet(&self, arena: &Arena, rule: &Rule) -> bool {
        let mut at = 0;
        while at < self.count {
            if let Some((_, own)) = self.lines[at]
                && !(arena.may_meet(&own.actions, &rule.actions)
                    && arena.may_meet(&own.resources, &rule.resources))
            {
                return false;
            }
            at += 1;
        }
        true
    }

    /// Whether one of them lists the same resources, word for word.
    const fn lists(&self, line: Line<'_>) -> bool {
        let mut at = 0;
        while at < self.count {
            if let Some((own, _)) = self.lines[at]
                && same(own.resources().bytes(), line.resources().bytes())
            {
                return true;
            }
            at += 1;
        }
        false
    }

    /// Whether each condition of a rule stands word for word in one of them.
    const fn hold(&self, line: Line<'_>) -> bool {
        let mut at = 0;
        while let Some((wanted, next)) = test(line.conditions(), at) {
            let mut known = false;
            let mut number = 0;
            while number < self.count {
                if let Some((own, _)) = self.lines[number] {
                    known |= holds_test(own, wanted.bytes());
                }
                number += 1;
            }
            if !known || wanted.operator().is_none() {
                return false;
            }
            at = next;
        }
        true
    }

    /// Whether a rule reaches everyone that one of them does.
    const fn reached_by(&self, line: Line<'_>) -> bool {
        let mut at = 0;
        while at < self.count {
            if let Some((own, _)) = self.lines[at]
                && reaches_as_far(line, own)
            {
                return true;
            }
            at += 1;
        }
        false
    }

    /// Whether one of those that allow has conditions.
    const fn has_conditions(&self) -> bool {
        let mut at = 0;
        while at < self.count {
            if let Some((own, _)) = self.lines[at]
                && own.allows()
                && test(own.conditions(), 0).is_some()
            {
                return true;
            }
            at += 1;
        }
        false
    }
}

/// Rules that take requests away from those that statements match.
struct Away<'s> {
    entered: Entered<'s>,
    rules: [Rule; RULES],
    count: usize,
    full: bool,
}

impl Away<'_> {
    /// Takes in a rule if it counts against the statements.
    const fn add(&mut self, arena: &Arena, line: Line<'_>, rule: Rule) {
        // With variables it is what it is held against, word for word, or nothing is known of it.
        let alike = self.entered.lists(line);
        let against = Rule {
            actions: rule.actions,
            resources: if alike { EVERYTHING } else { rule.resources },
        };
        if !(alike || is_plain(line.resources()))
            || !self.entered.hold(line)
            || !self.entered.reached_by(line)
            || !self.entered.may_meet(arena, &against)
        {
            return;
        }
        if self.count >= RULES {
            self.full = true;
            return;
        }
        self.rules[self.count] = against;
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
    if program.foreign {
        return Proof::new().broken(promise, FOREIGN);
    }
    if program.full || cut {
        return Proof::new().broken(promise, TOO_BIG);
    }
    // Nothing is taken apart when a look at the text settles it all.
    let first = program.first_layer();
    let mut open = false;
    let mut at = 0;
    while at < program.count {
        let line = program.lines[at];
        open |= program.places[at].layer == first
            && line.allows()
            && !is_kept(limits, line, program, baseline);
        at += 1;
    }
    if !open {
        return Proof::new();
    }
    let mut arena = Arena::new();
    let mut start = Region::new();
    if let Some((_, action)) = limits.action {
        start.actions.want(arena.add(Form::Pattern, action, true));
    }
    if let Some((_, resource)) = limits.resource {
        start
            .resources
            .want(arena.add(Form::Pattern, resource, false));
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
        let matters = if line.allows() && program.places[at].layer == program.first_layer() {
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
            && program.places[statement].layer == program.first_layer()
        {
            let none = Entered {
                lines: [None; ENTERED],
                count: 0,
            };
            let mut search = Search {
                arena: &mut arena,
                start: &start,
                lines: &lines,
                program,
                promise,
                statement,
            };
            let proof = search.layers(&none.and((line, rule)), program.first_layer() + 1);
            if !proof.holds {
                return proof;
            }
        }
        statement += 1;
    }
    Proof::new()
}

/// A search through what one statement of the first layer allows.
struct Search<'s, 'p> {
    arena: &'s mut Arena,
    start: &'s Region,
    lines: &'s Lines<'p>,
    program: &'s Raw<'p>,
    promise: &'s [&'s str],
    statement: usize,
}

impl<'p> Search<'_, 'p> {
    /// Goes through the statements of each further layer that allow.
    const fn layers(&mut self, entered: &Entered<'p>, layer: u8) -> Proof {
        if layer as usize >= LAYERS {
            return self.beyond(entered);
        }
        if self.program.layers & (1 << layer) == 0 {
            return self.layers(entered, layer + 1);
        }
        let mut other = 0;
        while other < self.lines.of_program {
            if let Some((line, rule)) = self.lines.lines[other]
                && line.allows()
                && self.program.places[other].layer == layer
                && entered.may_meet(self.arena, &rule)
            {
                let proof = self.layers(&entered.and((line, rule)), layer + 1);
                if !proof.holds {
                    return proof;
                }
            }
            other += 1;
        }
        Proof::new()
    }

    /// Outside of what the baseline allows, and inside of what each of its statements denies.
    const fn beyond(&mut self, entered: &Entered<'p>) -> Proof {
        let mut proof = self.find(entered, false);
        let mut other = self.lines.of_program;
        while other < self.lines.count && proof.holds {
            if let Some((deny, rule)) = self.lines.lines[other]
                && !deny.allows()
                && entered.may_meet(self.arena, &rule)
            {
                proof = self.find(&entered.and((deny, rule)), true);
            }
            other += 1;
        }
        proof
    }

    /// Whether nothing breaks the promise of what statements match. With `denied`, the last one is a deny of the baseline,
    /// and what the baseline allows does not count.
    const fn find(&mut self, entered: &Entered<'p>, denied: bool) -> Proof {
        let mut away = Away {
            entered: *entered,
            rules: [Rule {
                actions: NOTHING,
                resources: NOTHING,
            }; RULES],
            count: 0,
            full: false,
        };
        let mut at = 0;
        while at < self.lines.count {
            if let Some((line, rule)) = self.lines.lines[at] {
                // The denies of the program itself, and what the other document allows.
                let counts = if at < self.lines.of_program {
                    !line.allows()
                } else {
                    line.allows() && !denied
                };
                if counts {
                    away.add(self.arena, line, rule);
                }
            }
            at += 1;
        }
        if away.full {
            return Proof::new().broken(self.promise, TOO_BIG);
        }
        let place = self.program.places[self.statement];
        let sid = match self.lines.lines[self.statement] {
            Some((line, _)) => line.sid(),
            None => &[],
        };
        let mut hunt = Hunt {
            arena: self.arena,
            rules: &away.rules,
            count: away.count,
            too_big: false,
            proof: Proof::new(),
            promise: self.promise,
            statement: place.statement as usize,
            document: if self.program.documents > 1 {
                Some(place.document as usize)
            } else {
                None
            },
            sid,
        };
        let found = hunt.enter(self.start, &entered.rules(), 0);
        if found {
            if entered.has_conditions() {
                hunt.proof.say(", when its conditions are met");
            }
            return hunt.proof;
        }
        if hunt.too_big {
            return Proof::new().broken(self.promise, TOO_BIG);
        }
        Proof::new()
    }
}

const FOREIGN: &str = "only identity policies, permissions boundaries, session policies, and service control policies are proved together while compiling; ask the same of a `Set` in a test";

const TOO_BIG: &str = "too large to prove while compiling; ask the same in a test";
