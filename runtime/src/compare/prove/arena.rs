//! The patterns of a question, and the regions and rules made of them.

use super::super::language::{ANY, MANY, apart, char_at, covers, is_fixed, matches, token};
use crate::evaluate::condition::variable;
use crate::evaluate::program::{Form, List};
use crate::evaluate::text::next_char;

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
            count: 0,
            full: false,
            steps: STEPS,
        };
        arena.add(Form::Pattern, b"?*:?*", true);
        arena.add(Form::Exact, b"*", false);
        arena.add(Form::Pattern, b"arn:?*:?*:*:*:?*", false);
        arena
    }

    /// Takes in a pattern. Policy variables stand for any text: more than they can, never less.
    pub(super) const fn add(&mut self, form: Form, text: &[u8], fold: bool) -> u16 {
        if self.count >= PATTERNS {
            self.full = true;
            return 0;
        }
        let from = self.used;
        let wild = !matches!(form, Form::Exact);
        let mut at = 0;
        while at < text.len() {
            let mut next = next_char(text, at);
            let mut new = token(char_at(text, at), wild, fold);
            if let Form::Variables = form
                && let Some((_, end)) = variable(text, at)
            {
                new = MANY;
                next = end;
            }
            at = next;
            if self.used >= TOKENS {
                self.full = true;
                return 0;
            }
            // `?` stands in front of `*`, and one `*` for several.
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
        self.spans[self.count] = (from as u32, (self.used - from) as u32);
        self.count += 1;
        (self.count - 1) as u16
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

    pub(super) const fn is_fixed(&self, id: u16) -> bool {
        let pattern = self.get(id);
        let mut at = 0;
        while at < pattern.len() {
            if !is_fixed(pattern[at]) {
                return false;
            }
            at += 1;
        }
        true
    }

    pub(super) const fn covers(&self, outer: u16, inner: u16) -> bool {
        outer == inner || covers(self.get(outer), self.get(inner))
    }

    pub(super) const fn apart(&self, a: u16, b: u16) -> bool {
        if a == b {
            return false;
        }
        if self.is_fixed(a) {
            return !matches(self.get(b), self.get(a));
        }
        if self.is_fixed(b) {
            return !matches(self.get(a), self.get(b));
        }
        apart(self.get(a), self.get(b))
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

#[derive(Clone, Copy)]
pub(super) struct Rule {
    pub(super) actions: Set,
    pub(super) resources: Set,
}

pub(super) const fn set(arena: &mut Arena, list: List<'_>, fold: bool) -> Set {
    let from = arena.count as u16;
    let mut values = list.values();
    while let Some((form, text, more)) = values.next() {
        let form = if fold { Form::Pattern } else { form };
        arena.add(form, text, fold);
        values = more;
    }
    Set {
        not: list.is_not(),
        absent: list.is_absent(),
        from,
        to: arena.count as u16,
    }
}
