//! The search for a request that breaks a promise.

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]

use super::super::automaton::{Search, Space, fresh, search};
use super::super::language::{MANY, is_fixed, matches};
use super::arena::{ANY_ACTION, ANY_ARN, Arena, LAYERS, NO, Region, Rule, STAR, Set, Side, YES};
use super::{Proof, RULES};
use crate::catalogue::ActionInfo;
use crate::evaluate::program::Form;
use crate::evaluate::request::ActionName;
use crate::evaluate::target::{Checked, known_const};

pub(super) struct Hunt<'h> {
    pub(super) arena: &'h mut Arena,
    pub(super) rules: &'h [Rule; RULES],
    pub(super) count: usize,
    pub(super) too_big: bool,
    pub(super) proof: Proof,
    pub(super) promise: &'h [&'h str],
    pub(super) statement: usize,
    /// The document, counted from 0, where there are several.
    pub(super) document: Option<usize>,
    pub(super) sid: &'h [u8],
}

impl Hunt<'_> {
    /// Goes through the ways to match all of the rules.
    pub(super) const fn enter(
        &mut self,
        region: &Region,
        rules: &[Option<Rule>; LAYERS + 1],
        number: usize,
    ) -> bool {
        if number >= rules.len() {
            return self.find(region, 0);
        }
        let Some(rule) = rules[number] else {
            return self.enter(region, rules, number + 1);
        };
        let mut action = rule.actions.from;
        loop {
            let mut chosen = *region;
            if rule.actions.not {
                let mut id = rule.actions.from;
                while id < rule.actions.to {
                    chosen.actions.refuse(id);
                    id += 1;
                }
            } else if action < rule.actions.to {
                chosen.actions.want(action);
            } else {
                return false;
            }
            let mut resource = rule.resources.from;
            loop {
                let mut chosen = chosen;
                let every = rule.resources.absent || rule.resources.not;
                if rule.resources.not {
                    let mut id = rule.resources.from;
                    while id < rule.resources.to {
                        // A variable may turn out not to be what is excepted.
                        if !self.arena.is_loose(id) {
                            chosen.resources.refuse(id);
                        }
                        id += 1;
                    }
                } else if !rule.resources.absent {
                    if resource >= rule.resources.to {
                        break;
                    }
                    chosen.resources.want(resource);
                }
                if self.may_be(&chosen.actions)
                    && self.may_be(&chosen.resources)
                    && self.enter(&chosen, rules, number + 1)
                {
                    return true;
                }
                if every {
                    break;
                }
                resource += 1;
            }
            if rule.actions.not {
                return false;
            }
            action += 1;
        }
    }

    /// A look at the patterns two by two: false when nothing can be in all of them.
    const fn may_be(&self, side: &Side) -> bool {
        let mut at = 0;
        while at < side.yes_count {
            let mut other = at + 1;
            while other < side.yes_count {
                if self.arena.apart(side.yes[at], side.yes[other]) {
                    return false;
                }
                other += 1;
            }
            let mut no = 0;
            while no < side.no_count {
                if self.arena.covers(side.no[no], side.yes[at]) {
                    return false;
                }
                no += 1;
            }
            at += 1;
        }
        true
    }

    /// Finds a request of the region that no rule from this one on takes away.
    const fn find(&mut self, region: &Region, from: usize) -> bool {
        // Each look at a region counts, so that the compiler never gives up first.
        self.arena.steps = self.arena.steps.saturating_sub(8 * (1 + self.count - from));
        if self.arena.steps == 0 {
            self.too_big = true;
            return false;
        }
        let mut rule = from;
        while rule < self.count {
            if self.inside(&region.actions, self.rules[rule].actions)
                && self.inside(&region.resources, self.rules[rule].resources)
            {
                return false;
            }
            rule += 1;
        }
        let mut rule = from;
        while rule < self.count
            && (self.outside(&region.actions, self.rules[rule].actions)
                || self.outside(&region.resources, self.rules[rule].resources))
        {
            rule += 1;
        }
        if rule >= self.count {
            return self.write_down(region);
        }
        let Rule { actions, resources } = self.rules[rule];
        self.leave(region, actions, true, rule + 1)
            || self.leave(region, resources, false, rule + 1)
    }

    /// Goes on outside of a set.
    const fn leave(&mut self, region: &Region, set: Set, actions: bool, next: usize) -> bool {
        if set.absent {
            return false;
        }
        let mut id = set.from;
        if !set.not {
            let mut smaller = *region;
            let side = if actions {
                &mut smaller.actions
            } else {
                &mut smaller.resources
            };
            while id < set.to {
                side.refuse(id);
                id += 1;
            }
            let full = side.full;
            if full {
                self.too_big = true;
                return false;
            }
            return self.has_text(&smaller, actions) && self.find(&smaller, next);
        }
        while id < set.to {
            let mut smaller = *region;
            let side = if actions {
                &mut smaller.actions
            } else {
                &mut smaller.resources
            };
            side.want(id);
            let full = side.full;
            if full {
                self.too_big = true;
                return false;
            }
            if self.has_text(&smaller, actions) && self.find(&smaller, next) {
                return true;
            }
            id += 1;
        }
        false
    }

    const fn inside(&self, side: &Side, set: Set) -> bool {
        if set.absent {
            return true;
        }
        if set.not {
            self.none_of(side, set)
        } else {
            self.some_covers(side, set)
        }
    }

    const fn outside(&self, side: &Side, set: Set) -> bool {
        if set.absent {
            return false;
        }
        if set.not {
            self.some_covers(side, set)
        } else {
            self.none_of(side, set)
        }
    }

    /// Whether some pattern of the set matches all of a region.
    const fn some_covers(&self, side: &Side, set: Set) -> bool {
        let mut id = set.from;
        while id < set.to {
            let mut at = 0;
            while at < side.yes_count {
                if self.arena.covers(id, side.yes[at]) {
                    return true;
                }
                at += 1;
            }
            id += 1;
        }
        false
    }

    /// Whether no pattern of the set can match anything of a region.
    const fn none_of(&self, side: &Side, set: Set) -> bool {
        let mut id = set.from;
        while id < set.to {
            let mut gone = false;
            let mut at = 0;
            while at < side.yes_count {
                gone |= self.arena.apart(side.yes[at], id);
                at += 1;
            }
            let mut at = 0;
            while at < side.no_count {
                gone |= self.arena.covers(side.no[at], id);
                at += 1;
            }
            if !gone {
                return false;
            }
            id += 1;
        }
        true
    }

    const fn has_text(&mut self, region: &Region, actions: bool) -> bool {
        if actions {
            return !matches!(
                self.text(&region.actions, ANY_ACTION, &mut [0; 1024]),
                Search::Empty
            );
        }
        self.accepts(&region.resources, self.arena.get(STAR))
            || !matches!(
                self.text(&region.resources, ANY_ARN, &mut [0; 1024]),
                Search::Empty
            )
    }

    /// Whether a region holds a text.
    const fn accepts(&self, side: &Side, text: &[u32]) -> bool {
        let mut at = 0;
        while at < side.yes_count {
            if !matches(self.arena.get(side.yes[at]), text) {
                return false;
            }
            at += 1;
        }
        let mut at = 0;
        while at < side.no_count {
            if matches(self.arena.get(side.no[at]), text) {
                return false;
            }
            at += 1;
        }
        true
    }

    /// A text of a region, written to `out`. Never inlined: its memory is not to be in every frame of the search.
    #[inline(never)]
    const fn text(&mut self, side: &Side, universe: u16, out: &mut [u32; 1024]) -> Search {
        let mut patterns: [&[u32]; YES + 1 + NO] = [&[]; YES + 1 + NO];
        let mut yes = 0;
        while yes < side.yes_count {
            patterns[yes] = self.arena.get(side.yes[yes]);
            yes += 1;
        }
        patterns[yes] = self.arena.get(universe);
        yes += 1;
        let mut count = yes;
        let mut at = 0;
        while at < side.no_count {
            let no = side.no[at];
            let mut matters = true;
            let mut wanted = 0;
            while wanted < side.yes_count {
                matters &= !self.arena.apart(no, side.yes[wanted]);
                wanted += 1;
            }
            if matters {
                patterns[count] = self.arena.get(no);
                count += 1;
            }
            at += 1;
        }
        let Some((patterns, _)) = patterns.split_at_checked(count) else {
            return Search::TooBig;
        };
        // The likely answers first: a pattern itself, its wildcards filled in.
        let other = fresh(patterns);
        let mut at = 0;
        while at < yes {
            let mut fill = 0;
            while fill < 2 {
                let mut length = 0;
                let mut from = 0;
                while from < patterns[at].len() && length < out.len() {
                    let token = patterns[at][from];
                    if token != MANY || fill == 0 {
                        out[length] = if is_fixed(token) { token } else { other };
                        length += 1;
                    }
                    from += 1;
                }
                if let Some((text, _)) = out.split_at_checked(length)
                    && from == patterns[at].len()
                    && fits(patterns, yes, text)
                {
                    return Search::Found(length);
                }
                fill += 1;
            }
            at += 1;
        }
        let mut space = Space {
            states: &mut [0; 12_288],
            links: &mut [[0; 2]; 1024],
            table: &mut [0; 4096],
            out,
            steps: self.arena.steps,
        };
        let found = search(patterns, yes, &mut space);
        self.arena.steps = space.steps;
        found
    }

    /// Writes down a request of a region that no rule takes away.
    const fn write_down(&mut self, region: &Region) -> bool {
        let star = self.accepts(&region.resources, self.arena.get(STAR));
        let mut actions = region.actions;
        let (used, count) = (self.arena.used, self.arena.count);
        let mut found = false;
        let mut tries = 0;
        while tries < NO && !found {
            tries += 1;
            let mut action = [0; 1024];
            let length = match self.text(&actions, ANY_ACTION, &mut action) {
                Search::Empty => break,
                Search::Found(length) => length,
                Search::TooBig => {
                    self.too_big = true;
                    break;
                }
            };
            let mut resource = [0; 1024];
            resource[0] = b'*' as u32;
            let mut resource_length = 1;
            let known = self.known(&action, length);
            let on_star = match known {
                Some((service, info)) => matches!(
                    Checked::of_const(ActionName::of(service, info.name)),
                    Checked::Star
                ),
                None => false,
            };
            if on_star {
                if !star {
                    // Only ever asked for on `*`: another action may do.
                    let mut name = [0_u8; 256];
                    let mut at = 0;
                    while at < length && at < name.len() {
                        name[at] = action[at] as u8;
                        at += 1;
                    }
                    let name = crate::evaluate::text::part(&name, 0, at);
                    let id = self.arena.add(Form::Exact, name, true);
                    actions.refuse(id);
                    if self.arena.full || actions.full {
                        self.too_big = true;
                        break;
                    }
                    continue;
                }
            } else {
                match self.text(&region.resources, ANY_ARN, &mut resource) {
                    Search::Found(length) => resource_length = length,
                    Search::Empty if star => {
                        resource[0] = b'*' as u32;
                    }
                    Search::Empty => break,
                    Search::TooBig => {
                        self.too_big = true;
                        break;
                    }
                }
            }
            self.proof = Proof::new().broken(self.promise, "");
            self.proof.say_statement(self.statement, self.sid);
            if let Some(document) = self.document {
                self.proof.say(" of policy ");
                self.proof.say_number(document + 1);
            }
            self.proof.say(" allows ");
            match known {
                // As AWS spells it: the search is in lower case.
                Some((service, info)) => {
                    self.proof.say(service);
                    self.proof.say(":");
                    self.proof.say(info.name);
                }
                None => self.say(&action, length),
            }
            self.proof.say(" on ");
            self.say(&resource, resource_length);
            found = true;
        }
        (self.arena.used, self.arena.count) = (used, count);
        found
    }

    const fn say(&mut self, text: &[u32; 1024], length: usize) {
        let mut at = 0;
        while at < length && at < text.len() {
            self.proof.say_symbol(text[at]);
            at += 1;
        }
    }

    /// What the catalogue knows of an action, and the prefix of its service.
    const fn known(
        &self,
        action: &[u32; 1024],
        length: usize,
    ) -> Option<(&'static str, &'static ActionInfo)> {
        let mut bytes = [0_u8; 256];
        let mut colon = 256;
        let mut at = 0;
        while at < length {
            if at >= bytes.len() || action[at] >= 128 {
                return None;
            }
            bytes[at] = action[at] as u8;
            if bytes[at] == b':' && colon == 256 {
                colon = at;
            }
            at += 1;
        }
        let service = crate::evaluate::text::part(&bytes, 0, colon);
        let name = crate::evaluate::text::part(&bytes, colon + 1, length.saturating_sub(colon + 1));
        match (core::str::from_utf8(service), core::str::from_utf8(name)) {
            (Ok(service), Ok(name)) => known_const(ActionName::of(service, name)),
            _ => None,
        }
    }
}

const fn fits(patterns: &[&[u32]], yes: usize, text: &[u32]) -> bool {
    let mut at = 0;
    while at < patterns.len() {
        if matches(patterns[at], text) != (at < yes) {
            return false;
        }
        at += 1;
    }
    true
}
