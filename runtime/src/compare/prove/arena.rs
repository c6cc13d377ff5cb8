//! The patterns of a question, and the regions and rules made of them.

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]

use super::super::language::{ANY, MANY, apart, char_at, covers, is_fixed, matches, token};
use super::quick::are_apart;
use crate::Layer;
use crate::document::PolicyKind;
use crate::evaluate::Attached;
use crate::evaluate::condition::variable;
use crate::evaluate::fit::{api_path, is_short};
use crate::evaluate::program::{Code, Form, Line, List};
use crate::evaluate::text::{arn_field, next_char};

/// The most patterns of one question, and the most characters of all of them.
pub(super) const PATTERNS: usize = 512;
pub(super) const TOKENS: usize = 16_384;
/// The most patterns that a region lies in, and outside of.
pub(super) const YES: usize = 8;
pub(super) const NO: usize = 48;
/// The compiler gives up on a constant after two million basic blocks; this many steps stay well below.
pub(super) const STEPS: usize = 60_000;

/// The patterns of a question, as tokens.
pub(super) struct Arena {
    pub(super) tokens: [u32; TOKENS],
    pub(super) used: usize,
    pub(super) spans: [(u32, u32); PATTERNS],
    pub(super) heads: [Head; PATTERNS],
    /// Which patterns represent more than they match, because of policy variables.
    pub(super) loose: [bool; PATTERNS],
    pub(super) count: usize,
    pub(super) full: bool,
    pub(super) steps: usize,
}

/// What every question has: all actions, the resource `*`, and all ARNs.
pub(super) const ANY_ACTION: u16 = 0;
pub(super) const STAR: u16 = 1;
pub(super) const ANY_ARN: u16 = 2;

impl Arena {
    pub(super) const fn new() -> Self {
        let mut arena = Self {
            tokens: [0; TOKENS],
            used: 0,
            spans: [(0, 0); PATTERNS],
            heads: [Head::UNKNOWN; PATTERNS],
            loose: [false; PATTERNS],
            count: 0,
            full: false,
            steps: STEPS,
        };
        arena.add(Form::Pattern, b"?*:?*", true);
        arena.add(Form::Exact, b"*", false);
        arena.add(Form::Pattern, b"arn:?*:?*:*:*:?*", false);
        arena
    }

    /// Takes in a pattern. Policy variables represent any text: more than they can, never less.
    pub(super) const fn add(&mut self, form: Form, text: &[u8], fold: bool) -> u16 {
        if self.count >= PATTERNS {
            self.full = true;
            return 0;
        }
        self.add_short(form, text, fold, 0)
    }

    /// The same with that many fields of an ARN more, each a wildcard.
    pub(super) const fn add_short(
        &mut self,
        form: Form,
        text: &[u8],
        fold: bool,
        missing: usize,
    ) -> u16 {
        if self.count >= PATTERNS {
            self.full = true;
            return 0;
        }
        let from = self.used;
        let wild = !matches!(form, Form::Exact);
        let mut loose = false;
        let mut at = 0;
        while at < text.len() {
            let first = text[at];
            // Most of it are plain letters, each a step less for the compiler.
            if first < 128 && first != b'*' && first != b'?' && first != b'$' && self.used < TOKENS
            {
                self.tokens[self.used] = if fold && first >= b'A' && first <= b'Z' {
                    first as u32 + 32
                } else {
                    first as u32
                };
                self.used += 1;
                at += 1;
                continue;
            }
            let mut next = next_char(text, at);
            let mut new = token(char_at(text, at), wild, fold);
            if let Form::Variables = form
                && let Some((_, end)) = variable(text, at)
            {
                new = MANY;
                next = end;
                loose = true;
            }
            at = next;
            if self.used >= TOKENS {
                self.full = true;
                return 0;
            }
            // `?` is in front of `*`, and one `*` for several.
            let behind_many = self.used > from && self.tokens[self.used - 1] == MANY;
            if behind_many && new == MANY {
                continue;
            }
            if behind_many && new == ANY {
                self.tokens[self.used - 1] = ANY;
                new = MANY;
            }
            self.tokens[self.used] = new;
            self.used += 1;
        }
        let mut field = 0;
        while field < missing {
            if self.used + 2 > TOKENS {
                self.full = true;
                return 0;
            }
            self.tokens[self.used] = b':' as u32;
            self.tokens[self.used + 1] = MANY;
            self.used += 2;
            field += 1;
        }
        self.loose[self.count] = loose;
        self.spans[self.count] = (from as u32, (self.used - from) as u32);
        self.heads[self.count] = Head::of(self.last(from));
        self.count += 1;
        (self.count - 1) as u16
    }

    /// Whether the pattern represents more than it matches.
    pub(super) const fn is_loose(&self, id: u16) -> bool {
        self.loose[id as usize % PATTERNS]
    }

    pub(super) const fn get(&self, id: u16) -> &[u32] {
        let (from, length) = self.spans[id as usize % PATTERNS];
        match self.tokens.split_at_checked(from as usize) {
            Some((_, rest)) => match rest.split_at_checked(length as usize) {
                Some((pattern, _)) => pattern,
                None => &[],
            },
            None => &[],
        }
    }

    /// Whether some text may be in both sets, by a look at their patterns two by two.
    pub(super) const fn may_meet(&self, a: &Set, b: &Set) -> bool {
        if a.absent || b.absent || a.not || b.not {
            return true;
        }
        let mut x = a.from;
        while x < a.to {
            let mut y = b.from;
            while y < b.to {
                if !self.apart(x, y) {
                    return true;
                }
                y += 1;
            }
            x += 1;
        }
        false
    }

    const fn last(&self, from: usize) -> &[u32] {
        match self.tokens.split_at_checked(self.used) {
            Some((used, _)) => match used.split_at_checked(from) {
                Some((_, last)) => last,
                None => &[],
            },
            None => &[],
        }
    }

    const fn head(&self, id: u16) -> Head {
        self.heads[id as usize % PATTERNS]
    }

    pub(super) const fn covers(&self, outer: u16, inner: u16) -> bool {
        if outer == inner {
            return true;
        }
        let (a, b) = (self.head(outer), self.head(inner));
        if a.fixed {
            return b.fixed && a.whole == b.whole && matches(self.get(outer), self.get(inner));
        }
        !a.differs(b) && covers(self.get(outer), self.get(inner))
    }

    pub(super) const fn apart(&self, a: u16, b: u16) -> bool {
        if a == b {
            return false;
        }
        let (x, y) = (self.head(a), self.head(b));
        if x.fixed && y.fixed {
            return x.whole != y.whole || !matches(self.get(a), self.get(b));
        }
        if x.differs(y) {
            return true;
        }
        if x.fixed {
            return !matches(self.get(b), self.get(a));
        }
        if y.fixed {
            return !matches(self.get(a), self.get(b));
        }
        apart(self.get(a), self.get(b))
    }
}

/// What tells most patterns apart without a look at their characters, each of which costs the compiler time.
#[derive(Clone, Copy)]
pub(super) struct Head {
    fixed: bool,
    whole: u64,
    /// Of the first three and the first twelve characters, where they are fixed; 0 where they are not.
    short: u64,
    long: u64,
}

impl Head {
    const UNKNOWN: Self = Self {
        fixed: false,
        whole: 0,
        short: 0,
        long: 0,
    };

    const fn of(pattern: &[u32]) -> Self {
        let mut head = Self {
            fixed: true,
            ..Self::UNKNOWN
        };
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let mut at = 0;
        while at < pattern.len() {
            if !is_fixed(pattern[at]) {
                head.fixed = false;
                return head;
            }
            hash = (hash ^ pattern[at] as u64).wrapping_mul(0x0000_0100_0000_01b3);
            hash = hash.rotate_left(17) ^ (at as u64);
            at += 1;
            if at == 3 {
                head.short = hash | 1;
            } else if at == 12 {
                head.long = hash | 1;
            }
        }
        head.whole = hash;
        head
    }

    const fn differs(self, other: Self) -> bool {
        (self.short != 0 && other.short != 0 && self.short != other.short)
            || (self.long != 0 && other.long != 0 && self.long != other.long)
    }
}

/// Patterns that must and must not match.
#[derive(Clone, Copy)]
pub(super) struct Side {
    pub(super) yes: [u16; YES],
    pub(super) yes_count: usize,
    pub(super) no: [u16; NO],
    pub(super) no_count: usize,
    pub(super) full: bool,
}

impl Side {
    pub(super) const fn new() -> Self {
        Self {
            yes: [0; YES],
            yes_count: 0,
            no: [0; NO],
            no_count: 0,
            full: false,
        }
    }

    pub(super) const fn want(&mut self, id: u16) {
        if self.yes_count < YES {
            self.yes[self.yes_count] = id;
            self.yes_count += 1;
        } else {
            self.full = true;
        }
    }

    pub(super) const fn refuse(&mut self, id: u16) {
        if self.no_count < NO {
            self.no[self.no_count] = id;
            self.no_count += 1;
        } else {
            // Fewer refusals: a larger region, and so no promise that does not hold.
            self.full = true;
        }
    }
}

#[derive(Clone, Copy)]
pub(super) struct Region {
    pub(super) actions: Side,
    pub(super) resources: Side,
}

impl Region {
    pub(super) const fn new() -> Self {
        Self {
            actions: Side::new(),
            resources: Side::new(),
        }
    }
}

/// What an element lists, by the numbers of its patterns, which follow one another.
#[derive(Clone, Copy)]
pub(super) struct Set {
    pub(super) not: bool,
    pub(super) absent: bool,
    pub(super) from: u16,
    pub(super) to: u16,
}

/// The most statements of the documents of a question.
pub(super) const LINES: usize = 192;

/// The statements of a document, found once: to walk a program costs the compiler more than to look at most of it.
pub(super) struct Raw<'p> {
    pub(super) lines: [Line<'p>; LINES],
    /// The layer of each, and its document and statement.
    pub(super) places: [Place; LINES],
    pub(super) count: usize,
    /// The layers that there are, a bit for each.
    pub(super) layers: u8,
    /// How many documents there are.
    pub(super) documents: u16,
    pub(super) full: bool,
    /// A document is of a kind that is not reasoned about.
    pub(super) foreign: bool,
}

/// The layers of a set, each of which has to allow.
pub(super) const LAYERS: usize = 4;

/// Where a statement is.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) layer: u8,
    pub(super) document: u16,
    pub(super) statement: u16,
}

/// The layer of the policies of a kind.
const fn layer(kind: PolicyKind) -> Option<u8> {
    match kind.layer() {
        Layer::Identity => Some(0),
        Layer::PermissionsBoundary => Some(1),
        Layer::Session => Some(2),
        Layer::ServiceControl => Some(3),
        Layer::RoleTrust | Layer::Resource | Layer::ResourceControl | Layer::VpcEndpoint => None,
    }
}

impl<'p> Raw<'p> {
    const EMPTY: Self = Self {
        lines: [Line::EMPTY; LINES],
        places: [Place {
            layer: 0,
            document: 0,
            statement: 0,
        }; LINES],
        count: 0,
        layers: 0,
        documents: 0,
        full: false,
        foreign: false,
    };

    /// Whether there are policies of this kind, and none of them allows anything.
    pub(super) const fn only_denies(&self, kind: PolicyKind) -> bool {
        let Some(layer) = layer(kind) else {
            return false;
        };
        if self.layers & (1 << layer) == 0 {
            return false;
        }
        let mut at = 0;
        while at < self.count {
            if self.places[at].layer == layer && self.lines[at].allows() {
                return false;
            }
            at += 1;
        }
        // Where there are more statements than were read, nothing is proved anyway.
        !self.full
    }

    pub(super) const fn of(code: Code<'p>) -> Self {
        let mut raw = Self::EMPTY;
        raw.add(code, 0);
        raw
    }

    /// The statements of all documents of a set.
    pub(super) const fn together(documents: &'p [Attached<'p>]) -> Self {
        let mut raw = Self::EMPTY;
        let mut at = 0;
        while at < documents.len() {
            match layer(documents[at].kind()) {
                Some(layer) => raw.add(documents[at].program().code(), layer),
                None => raw.foreign = true,
            }
            at += 1;
        }
        raw
    }

    /// The layer whose statements a search begins with.
    pub(super) const fn first_layer(&self) -> u8 {
        if self.layers == 0 {
            0
        } else {
            self.layers.trailing_zeros() as u8
        }
    }

    const fn add(&mut self, code: Code<'p>, layer: u8) {
        self.layers |= 1 << layer;
        let mut place = Place {
            layer,
            document: self.documents,
            statement: 0,
        };
        self.documents += 1;
        let mut at = code.start();
        while let Some((line, next)) = code.statement(at) {
            if self.count >= LINES {
                self.full = true;
                return;
            }
            self.lines[self.count] = line;
            self.places[self.count] = place;
            self.count += 1;
            place.statement += 1;
            at = next;
        }
    }
}

/// All statements of a question.
pub(super) struct Lines<'p> {
    pub(super) lines: [Option<(Line<'p>, Rule)>; LINES],
    /// How many are of the first document.
    pub(super) of_program: usize,
    pub(super) count: usize,
    pub(super) full: bool,
}

impl<'p> Lines<'p> {
    pub(super) const fn new() -> Self {
        Self {
            lines: [None; LINES],
            of_program: 0,
            count: 0,
            full: false,
        }
    }

    /// Takes in a statement; one that does not matter keeps its number alone.
    pub(super) const fn load(&mut self, arena: &mut Arena, line: Line<'p>, matters: bool) {
        if self.count >= LINES {
            self.full = true;
            return;
        }
        if matters {
            // What may be proved wrong is read broadly: AWS completes an ARN that is too short.
            let generous = line.allows() && self.of_program == 0;
            let rule = Rule {
                actions: set(arena, line.actions(), true, false),
                resources: set(arena, line.resources(), false, generous),
            };
            self.lines[self.count] = Some((line, rule));
        }
        self.count += 1;
    }

    /// Whether a statement of the other document has to do with one that is left of the first.
    pub(super) const fn may_meet(&self, line: Line<'_>) -> bool {
        let mut at = 0;
        while at < self.of_program {
            if let Some((own, _)) = self.lines[at]
                && own.allows()
                && !are_apart(own, line)
            {
                return true;
            }
            at += 1;
        }
        false
    }
}

#[derive(Clone, Copy)]
pub(super) struct Rule {
    pub(super) actions: Set,
    pub(super) resources: Set,
}

pub(super) const fn set(arena: &mut Arena, list: List<'_>, fold: bool, generous: bool) -> Set {
    let from = arena.count as u16;
    let mut values = list.values();
    while let Some((form, text, more)) = values.next() {
        let form = if fold { Form::Pattern } else { form };
        // The ARN of an API that is left out has more to it than the compiler looks at.
        if !fold && api_path(text).is_some() {
            arena.full = true;
        }
        arena.add(form, text, fold);
        if generous && !list.is_not() && is_short(text) {
            let mut missing = 5;
            while missing > 0 && arn_field(text, 6 - missing, true).is_some() {
                missing -= 1;
            }
            arena.add_short(form, text, fold, missing);
        }
        values = more;
    }
    Set {
        not: list.is_not(),
        absent: list.is_absent(),
        from,
        to: arena.count as u16,
    }
}
