//! The search for a text that some patterns match and others do not.
//!
//! All patterns are walked at once, character by character, over sets of places: the product of their automata, made on
//! the way. It finds the shortest text or proves that there is none, and it is a `const fn` over memory that it is given,
//! so that `assert_policy!` asks the same question the same way.

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]

use alloc::vec::Vec;

use super::language::{
    ANY, ANY_IN_FIELD, ANY_IN_SEGMENT, DIGIT, FOLDED, MANY, MANY_IN_FIELD, MANY_IN_SEGMENT,
    MANY_WORD, SOME, WORD, apart, covers, is_fixed, is_many, matches, takes,
};

/// Takes steps from those that are left.
pub(super) fn spend(left: &mut usize, steps: usize) {
    *left = left.saturating_sub(steps);
    #[cfg(test)]
    crate::steps::take(steps);
}

/// The answer of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Search {
    /// There is no such text.
    Empty,
    /// There is one: so many characters of [`Space::out`].
    Found(usize),
    /// The memory or the steps did not suffice.
    TooBig,
}

/// The memory of a search.
pub(crate) struct Space<'s> {
    /// Sets of places, one row of words for each state.
    pub(crate) states: &'s mut [u64],
    /// For each state the state before it and the character between them.
    pub(crate) links: &'s mut [[u32; 2]],
    /// Open addressing: the number of a state and 1. A power of two, and zeros.
    pub(crate) table: &'s mut [u32],
    /// The text that was found.
    pub(crate) out: &'s mut [u32],
    /// How many steps are left.
    pub(crate) steps: usize,
}

/// The most steps of one search.
const MOST_STEPS: usize = 4_000_000;

/// The most patterns of one search.
pub(crate) const MOST_PATTERNS: usize = 64;

/// Finds a text that the first `yes` patterns match and the others do not.
pub(crate) const fn search(patterns: &[&[u32]], yes: usize, space: &mut Space<'_>) -> Search {
    if patterns.len() > MOST_PATTERNS {
        return Search::TooBig;
    }
    // Where the words of each pattern begin in a state.
    let mut offsets = [0_usize; MOST_PATTERNS + 1];
    let mut number = 0;
    while number < patterns.len() {
        offsets[number + 1] = offsets[number] + patterns[number].len() / 64 + 1;
        number += 1;
    }
    let width = offsets[patterns.len()];
    let room = space.states.len() / (width + 1);
    if room < 2 || width == 0 {
        return Search::TooBig;
    }
    let other = fresh(patterns);
    let mut number = 0;
    while number < patterns.len() {
        let (_, last) = enter(patterns[number], 0, space.states, offsets[number], 0);
        forget(space.states, offsets[number], last);
        number += 1;
    }
    if accepts(patterns, yes, &offsets, space.states, 0) {
        return Search::Found(0);
    }
    remember(space, width, 0);
    let mut count = 1;
    let mut current = 0;
    while current < count {
        let base = current * width;
        let mut symbols = [0_u32; 128];
        symbols[0] = other;
        let known = awaited(patterns, &offsets, space.states, base, &mut symbols);
        if known == symbols.len() {
            return Search::TooBig;
        }
        let mut symbol = known;
        while symbol > 0 {
            symbol -= 1;
            if count >= room || count >= space.links.len() || count * 2 >= space.table.len() {
                return Search::TooBig;
            }
            let target = count * width;
            match advance(
                patterns,
                yes,
                space,
                &offsets,
                base,
                target,
                symbols[symbol],
            ) {
                Some(true) => {}
                Some(false) => continue,
                None => return Search::TooBig,
            }
            if accepts(patterns, yes, &offsets, space.states, target) {
                return unwind(space, current, symbols[symbol]);
            }
            if remember(space, width, count) {
                space.links[count] = [current as u32, symbols[symbol]];
                count += 1;
            }
        }
        current += 1;
    }
    Search::Empty
}

/// Notes the characters that some pattern of the state at `base` waits for, after the first, which none does. Only these
/// make a difference. Gives their number, which is the room when that may not be all of them.
const fn awaited(
    patterns: &[&[u32]],
    offsets: &[usize; MOST_PATTERNS + 1],
    states: &[u64],
    base: usize,
    symbols: &mut [u32; 128],
) -> usize {
    let mut known = 1;
    let mut classes = false;
    let mut number = 0;
    while number < patterns.len() {
        let pattern = patterns[number];
        let mut word = offsets[number];
        while word < offsets[number + 1] {
            let mut bits = states[base + word];
            while bits != 0 {
                let place = (word - offsets[number]) * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                if place >= pattern.len() {
                    continue;
                }
                let token = pattern[place];
                if token >= FOLDED {
                    known = note(symbols, known, token - FOLDED);
                    known = note(symbols, known, upper(token - FOLDED));
                } else if is_fixed(token) {
                    known = note(symbols, known, token);
                } else if matches!(token, ANY_IN_FIELD | MANY_IN_FIELD) {
                    known = note(symbols, known, b':' as u32);
                } else if matches!(token, ANY_IN_SEGMENT | MANY_IN_SEGMENT) {
                    known = note(symbols, known, b':' as u32);
                    known = note(symbols, known, b'/' as u32);
                }
                classes |= matches!(token, DIGIT | WORD | MANY_WORD);
            }
            word += 1;
        }
        number += 1;
    }
    if classes {
        // One of each class that no pattern waits for: a digit, another character of a word, and one that is neither.
        known = note_one_of(symbols, known, b"1234567890");
        known = note_one_of(symbols, known, b"abcdefghijklmnopqrstuvwxyz-");
        known = note_one_of(symbols, known, b"_.=,@+ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    }
    known
}

/// Notes the first of some characters that is not noted yet.
const fn note_one_of(symbols: &mut [u32; 128], known: usize, some: &[u8]) -> usize {
    let mut at = 0;
    while at < some.len() {
        let more = note(symbols, known, some[at] as u32);
        if more > known {
            return more;
        }
        at += 1;
    }
    known
}

/// Writes to `target` the state after a symbol, and says whether a text that is looked for may go on from there. Nothing
/// when no steps are left.
const fn advance(
    patterns: &[&[u32]],
    yes: usize,
    space: &mut Space<'_>,
    offsets: &[usize; MOST_PATTERNS + 1],
    base: usize,
    target: usize,
    symbol: u32,
) -> Option<bool> {
    let width = offsets[patterns.len()];
    let mut word = 0;
    while word < width {
        space.states[target + word] = 0;
        word += 1;
    }
    // A new state is compared with others, and its characters are looked for.
    space.steps = space.steps.saturating_sub(width);
    let mut number = 0;
    while number < patterns.len() {
        let pattern = patterns[number];
        let mut any = false;
        let mut hopeless = false;
        let mut last = 0;
        let mut word = offsets[number];
        while word < offsets[number + 1] {
            let mut bits = space.states[base + word];
            while bits != 0 {
                let place = (word - offsets[number]) * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                if space.steps == 0 {
                    return None;
                }
                space.steps -= 1;
                if place < pattern.len() && takes(pattern[place], symbol) {
                    any = true;
                    let next = if is_many(pattern[place]) {
                        place
                    } else {
                        place + 1
                    };
                    let at = target + offsets[number];
                    let (all, many) = enter(pattern, next, space.states, at, last);
                    hopeless |= all;
                    last = many;
                }
            }
            word += 1;
        }
        // A wanted pattern that cannot match any more, or an unwanted one that matches whatever follows.
        let alive = if number < yes { any } else { !hopeless };
        if !alive {
            return Some(false);
        }
        forget(space.states, target + offsets[number], last);
        number += 1;
    }
    Some(true)
}

const fn upper(symbol: u32) -> u32 {
    if symbol >= b'a' as u32 && symbol <= b'z' as u32 {
        symbol - 32
    } else {
        symbol
    }
}

const fn note(symbols: &mut [u32; 128], known: usize, symbol: u32) -> usize {
    let mut at = 0;
    while at < known {
        if symbols[at] == symbol {
            return known;
        }
        at += 1;
    }
    if known < symbols.len() {
        symbols[known] = symbol;
        known + 1
    } else {
        known
    }
}

/// Sets the bit of a place and of those that can be reached without a character. Whether everything matches from here, and the
/// last place of an [`MANY`] among them, or what it was before.
const fn enter(
    pattern: &[u32],
    place: usize,
    states: &mut [u64],
    from: usize,
    last: usize,
) -> (bool, usize) {
    let (mut place, mut last) = (place, last);
    loop {
        states[from + place / 64] |= 1 << (place % 64);
        if place >= pattern.len() || !is_many(pattern[place]) {
            return (false, last);
        }
        if pattern[place] == MANY {
            if place > last {
                last = place;
            }
            if place + 1 == pattern.len() {
                states[from + (place + 1) / 64] |= 1 << ((place + 1) % 64);
                return (true, last);
            }
        }
        place += 1;
    }
}

/// Forgets the places before one of an [`MANY`]: what matches from there matches from the later place, too, because any text may
/// come first. Without it, states would differ by how the beginnings of a pattern can be matched in other ways.
const fn forget(states: &mut [u64], from: usize, before: usize) {
    let mut word = 0;
    while word < before / 64 {
        states[from + word] = 0;
        word += 1;
    }
    states[from + word] &= !0 << (before % 64);
}

const fn accepts(
    patterns: &[&[u32]],
    yes: usize,
    offsets: &[usize; MOST_PATTERNS + 1],
    states: &[u64],
    base: usize,
) -> bool {
    let mut number = 0;
    while number < patterns.len() {
        let last = patterns[number].len();
        let ends = states[base + offsets[number] + last / 64] >> (last % 64) & 1 == 1;
        if ends != (number < yes) {
            return false;
        }
        number += 1;
    }
    true
}

/// Whether the state is new; it is remembered then.
const fn remember(space: &mut Space<'_>, width: usize, number: usize) -> bool {
    let mask = space.table.len() - 1;
    let mut hash = 0_u64;
    let mut word = 0;
    while word < width {
        hash = (hash ^ space.states[number * width + word]).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash ^= hash >> 29;
        word += 1;
    }
    let mut at = hash as usize & mask;
    while space.table[at] != 0 {
        let known = (space.table[at] - 1) as usize;
        let mut word = 0;
        while word < width
            && space.states[known * width + word] == space.states[number * width + word]
        {
            word += 1;
        }
        if word == width {
            return false;
        }
        at = (at + 1) & mask;
    }
    space.table[at] = number as u32 + 1;
    true
}

const fn unwind(space: &mut Space<'_>, last: usize, symbol: u32) -> Search {
    let mut length = 1;
    let mut state = last;
    while state != 0 {
        length += 1;
        state = space.links[state][0] as usize;
    }
    if length > space.out.len() {
        return Search::TooBig;
    }
    let mut at = length - 1;
    space.out[at] = symbol;
    state = last;
    while state != 0 && at > 0 {
        at -= 1;
        space.out[at] = space.links[state][1];
        state = space.links[state][0] as usize;
    }
    Search::Found(length)
}

/// A character that is in none of the patterns.
pub(crate) const fn fresh(patterns: &[&[u32]]) -> u32 {
    const PREFERRED: &[u8] = b"xyzwvutsrqponmlkjihgfedcba0123456789-_.";
    let mut at = 0;
    while at < PREFERRED.len() {
        if !holds(patterns, PREFERRED[at] as u32) {
            return PREFERRED[at] as u32;
        }
        at += 1;
    }
    // Letters far away from any alphabet that a policy is written in.
    let mut symbol = 0x1_0400;
    while holds(patterns, symbol) {
        symbol += 1;
    }
    symbol
}

const fn holds(patterns: &[&[u32]], symbol: u32) -> bool {
    let mut number = 0;
    while number < patterns.len() {
        let pattern = patterns[number];
        let mut at = 0;
        while at < pattern.len() {
            if pattern[at] == symbol || pattern[at] == FOLDED + symbol {
                return true;
            }
            at += 1;
        }
        number += 1;
    }
    false
}

/// The search did not come to an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooBig;

/// Finds a text that all of `yes` match and none of `no`; `None` when there is none. Takes what it needs from the steps that
/// are left.
pub(crate) fn find(
    yes: &[&[u32]],
    no: &[&[u32]],
    steps: &mut usize,
) -> Result<Option<Vec<u32>>, TooBig> {
    spend(steps, looks(yes, no));
    // A pattern that is one text leaves nothing to search.
    if let Some(one) = yes
        .iter()
        .find(|pattern| pattern.iter().all(|&token| is_fixed(token)))
    {
        return Ok(fits(yes, no, one).then(|| one.to_vec()));
    }
    if no.iter().any(|no| yes.iter().any(|yes| covers(no, yes))) {
        return Ok(None);
    }
    for (number, a) in yes.iter().enumerate() {
        if yes.iter().skip(number + 1).any(|b| apart(a, b)) {
            return Ok(None);
        }
    }
    // What no wanted text can match takes nothing away.
    let no: Vec<&[u32]> = no
        .iter()
        .copied()
        .filter(|no| !yes.iter().any(|yes| apart(no, yes)))
        .collect();
    let no = no.as_slice();
    let mut patterns: Vec<&[u32]> = yes.to_vec();
    patterns.extend(no);
    let other = fresh(&patterns);
    for pattern in yes {
        for many in [Some(other), None] {
            let candidate: Vec<u32> = pattern
                .iter()
                .filter_map(|&token| match token {
                    MANY | MANY_IN_FIELD | MANY_IN_SEGMENT | MANY_WORD => many,
                    DIGIT => Some(u32::from(b'1')),
                    ANY | ANY_IN_FIELD | ANY_IN_SEGMENT | SOME | WORD => Some(other),
                    folded if folded >= FOLDED => Some(folded - FOLDED),
                    fixed => Some(fixed),
                })
                .collect();
            if fits(yes, no, &candidate) {
                return Ok(Some(candidate));
            }
        }
    }
    if no.len() <= FEW {
        return searched(yes, no, steps);
    }
    // Most texts are in few of many patterns: those that are not wanted are searched with when they match what was found.
    let mut met: Vec<&[u32]> = Vec::new();
    loop {
        spend(steps, no.len());
        let Some(text) = searched(yes, &met, steps)? else {
            return Ok(None);
        };
        let Some(one) = no.iter().find(|pattern| matches(pattern, &text)) else {
            return Ok(Some(text));
        };
        met.push(one);
    }
}

/// What it costs to look at each pair of patterns and each candidate, in steps: most patterns are soon told apart, and some only
/// when each part of one was compared with each of the other.
fn looks(yes: &[&[u32]], no: &[&[u32]]) -> usize {
    let tokens = |patterns: &[&[u32]]| patterns.iter().map(|pattern| pattern.len()).sum::<usize>();
    let pairs = yes.len() * (yes.len() + no.len());
    2 * pairs + tokens(yes) * (tokens(yes) + tokens(no)) / 256
}

/// So many unwanted patterns are searched with at once.
const FEW: usize = 12;

/// The same by a walk over the automata of all patterns.
fn searched(yes: &[&[u32]], no: &[&[u32]], steps: &mut usize) -> Result<Option<Vec<u32>>, TooBig> {
    let patterns: Vec<&[u32]> = yes.iter().chain(no).copied().collect();
    let width: usize = patterns.iter().map(|pattern| pattern.len() / 64 + 1).sum();
    let mut most = 64;
    while most <= 1 << 15 {
        let left = (*steps).min(MOST_STEPS);
        // No more states than the steps that are left can make.
        let room = most.min(left / width + 2);
        let mut states = alloc::vec![0; room * (width + 1)];
        let mut links = alloc::vec![[0; 2]; room];
        let mut table = alloc::vec![0; room.next_power_of_two() * 4];
        let mut out = alloc::vec![0; room];
        let mut space = Space {
            states: &mut states,
            links: &mut links,
            table: &mut table,
            out: &mut out,
            steps: left,
        };
        let found = search(&patterns, yes.len(), &mut space);
        // Clearing the memory takes time, too.
        let cleared = room * (width + 4) / 16;
        // States of many words are compared and walked word by word.
        let taken = (left - space.steps + cleared) * (1 + width / 48);
        spend(steps, taken);
        match found {
            Search::Empty => return Ok(None),
            Search::Found(length) => {
                out.truncate(length);
                return Ok(Some(out));
            }
            Search::TooBig => {
                // Not the shortest text, but one of those that take no search.
                let candidate = joined(yes);
                if fits(yes, no, &candidate) {
                    return Ok(Some(candidate));
                }
                if *steps == 0 {
                    return Err(TooBig);
                }
                most *= 8;
            }
        }
    }
    Err(TooBig)
}

/// A text with the beginning of one pattern, the end of another, and the middles of all of them in between.
fn joined(patterns: &[&[u32]]) -> Vec<u32> {
    let plain = |token: &u32| *token < ANY;
    let other = fresh(patterns);
    let symbol = |token: u32| match token {
        MANY | MANY_IN_FIELD | MANY_IN_SEGMENT => None,
        ANY | ANY_IN_FIELD | ANY_IN_SEGMENT | SOME => Some(other),
        folded if folded >= FOLDED => Some(folded - FOLDED),
        fixed => Some(fixed),
    };
    let head = |pattern: &[u32]| pattern.iter().take_while(|token| plain(token)).count();
    let tail = |pattern: &[u32]| {
        pattern
            .iter()
            .rev()
            .take_while(|token| plain(token))
            .count()
    };
    let mut out = Vec::new();
    if let Some(first) = patterns.iter().max_by_key(|pattern| head(pattern)) {
        out.extend(first.iter().take(head(first)));
    }
    for pattern in patterns {
        let middle = pattern.len().saturating_sub(tail(pattern));
        let inner = pattern.get(head(pattern)..middle).unwrap_or_default();
        out.extend(inner.iter().filter_map(|&token| symbol(token)));
    }
    if let Some(last) = patterns.iter().max_by_key(|pattern| tail(pattern)) {
        out.extend(last.iter().skip(last.len() - tail(last)));
    }
    out
}

fn fits(yes: &[&[u32]], no: &[&[u32]], text: &[u32]) -> bool {
    yes.iter().all(|pattern| matches(pattern, text))
        && !no.iter().any(|pattern| matches(pattern, text))
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::super::language::tokens;
    use super::*;

    fn of(pattern: &str) -> Vec<u32> {
        tokens(pattern.as_bytes(), true, false, None)
    }

    fn ask(yes: &[&str], no: &[&str]) -> Option<String> {
        let yes: Vec<Vec<u32>> = yes.iter().map(|pattern| of(pattern)).collect();
        let no: Vec<Vec<u32>> = no.iter().map(|pattern| of(pattern)).collect();
        let yes: Vec<&[u32]> = yes.iter().map(Vec::as_slice).collect();
        let no: Vec<&[u32]> = no.iter().map(Vec::as_slice).collect();
        let found = find(&yes, &no, &mut 1_000_000).unwrap();
        found.map(|found| found.into_iter().filter_map(char::from_u32).collect())
    }

    #[test]
    fn known_answers() {
        assert_eq!(ask(&["a*"], &["ab*"]).as_deref(), Some("ax"));
        assert_eq!(ask(&["a*", "*b"], &[]).as_deref(), Some("ab"));
        assert_eq!(ask(&["*"], &["*"]), None);
        assert_eq!(ask(&["a*"], &["?*"]), None);
        assert_eq!(ask(&["*?"], &["?*"]), None);
        assert_eq!(ask(&["?"], &["a", "b"]).as_deref(), Some("x"));
        // Together they cover it, none of them alone: the empty text, one character, two or more.
        assert_eq!(ask(&["*"], &["", "?", "??*"]), None);
        assert_eq!(ask(&["a*"], &["a", "a?*"]), None);
        assert_eq!(ask(&["a*c"], &["a*bc", "ac"]).as_deref(), Some("axc"));
        assert_eq!(
            ask(&["arn:*", "*:a/*"], &["arn:*:a/b*"]).as_deref(),
            Some("arn:a/")
        );
        assert_eq!(ask(&["abc"], &["a?c"]), None);
        assert_eq!(ask(&["é?"], &["é?"]), None);
    }

    #[test]
    fn stars_in_the_middle_do_not_multiply_the_states() {
        // How a pattern's first words can be found in other ways makes no difference once they are found.
        let words = ["logs", "prod", "data", "team", "app", "eu", "dev", "img"];
        let mut no = Vec::new();
        for (at, a) in words.iter().enumerate() {
            for b in words.iter().skip(at + 1).take(3) {
                no.push(alloc::format!("*{b}*{a}*"));
            }
        }
        let of_all = |patterns: &[String]| -> Vec<Vec<u32>> {
            patterns.iter().map(|pattern| of(pattern)).collect()
        };
        let yes = of_all(&["*logs*prod*", "*prod*data*", "*team*"].map(String::from));
        let no = of_all(&no);
        let yes: Vec<&[u32]> = yes.iter().map(Vec::as_slice).collect();
        let no: Vec<&[u32]> = no.iter().map(Vec::as_slice).collect();
        let mut steps = 300_000;
        let found = find(&yes, &no, &mut steps).unwrap().unwrap();
        assert!(fits(&yes, &no, &found));
    }

    #[test]
    fn agrees_with_all_short_texts() {
        // Every text of up to four letters out of two, and one that no pattern has.
        let mut texts = alloc::vec![String::new()];
        let mut at = 0;
        while at < texts.len() {
            if texts[at].len() < 4 {
                for letter in ['a', 'b', 'x'] {
                    texts.push(alloc::format!("{}{letter}", texts[at]));
                }
            }
            at += 1;
        }
        let mut seed = 7_u64;
        let mut next = move |limit: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % limit
        };
        let mut empty = 0;
        for _ in 0..20_000 {
            let mut pattern = || -> String {
                (0..next(5))
                    .map(|_| ['a', 'b', '*', '?'][next(4) as usize])
                    .collect()
            };
            let yes = [pattern(), pattern()];
            let no = [pattern(), pattern(), pattern()];
            let yes: Vec<&str> = yes.iter().map(String::as_str).collect();
            let no: Vec<&str> = no.iter().map(String::as_str).collect();
            let right = |text: &str| {
                yes.iter().all(|yes| crate::glob::matches(yes, text, false))
                    && !no.iter().any(|no| crate::glob::matches(no, text, false))
            };
            match ask(&yes, &no) {
                Some(text) => assert!(right(&text), "{yes:?} {no:?} {text:?}"),
                None => {
                    empty += 1;
                    let missed = texts.iter().find(|text| right(text));
                    assert_eq!(missed, None, "{yes:?} {no:?}");
                }
            }
        }
        assert!(empty > 1_000);
    }
}
