//! Sets of texts as patterns describe them.
//!
//! A pattern is a row of tokens. Whether texts are in several of them at once is for the [`automaton`](super::automaton).

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]

use alloc::vec::Vec;

use crate::evaluate::condition::variable;
use crate::evaluate::text::{byte, next_char};

/// Any one character.
pub(crate) const ANY: u32 = 0x11_0000;
/// Any text.
pub(crate) const MANY: u32 = 0x11_0001;
/// Any one character but a colon.
pub(crate) const ANY_IN_FIELD: u32 = 0x11_0002;
/// Any text without a colon.
pub(crate) const MANY_IN_FIELD: u32 = 0x11_0003;
/// Any one character, or the value of a policy variable.
pub(crate) const SOME: u32 = 0x11_0004;
/// Any one character but a colon and a slash.
pub(crate) const ANY_IN_SEGMENT: u32 = 0x11_0005;
/// Any text without a colon and a slash.
pub(crate) const MANY_IN_SEGMENT: u32 = 0x11_0006;
/// One digit.
pub(crate) const DIGIT: u32 = 0x11_0007;
/// One lower-case letter, digit, or hyphen.
pub(crate) const WORD: u32 = 0x11_0008;
/// Any text of lower-case letters, digits, and hyphens.
pub(crate) const MANY_WORD: u32 = 0x11_0009;
/// From here on: the value of a policy variable, whatever it is. Only any text takes it in.
pub(crate) const VARIABLE: u32 = 0x12_0000;
/// Added to a letter in lower case: the letter in either case.
pub(crate) const FOLDED: u32 = 0x100_0000;

/// Whether the token represents one text only.
pub(crate) const fn is_fixed(token: u32) -> bool {
    token < ANY || (token >= VARIABLE && token < FOLDED)
}

/// Whether the token represents the value of a policy variable.
pub(crate) const fn is_variable(token: u32) -> bool {
    token >= VARIABLE && token < FOLDED
}

pub(crate) const fn is_many(token: u32) -> bool {
    matches!(token, MANY | MANY_IN_FIELD | MANY_IN_SEGMENT | MANY_WORD)
}

const fn is_digit(symbol: u32) -> bool {
    symbol >= b'0' as u32 && symbol <= b'9' as u32
}

/// Whether it is a lower-case letter, a digit, or a hyphen.
const fn is_word(symbol: u32) -> bool {
    is_digit(symbol) || symbol == b'-' as u32 || (symbol >= b'a' as u32 && symbol <= b'z' as u32)
}

/// Whether one character (or variable) can stand where the token stands.
pub(crate) const fn takes(token: u32, symbol: u32) -> bool {
    match token {
        ANY => symbol < ANY,
        MANY => true,
        ANY_IN_FIELD => symbol != b':' as u32,
        SOME => true,
        MANY_IN_FIELD => symbol != b':' as u32,
        ANY_IN_SEGMENT | MANY_IN_SEGMENT => symbol != b':' as u32 && symbol != b'/' as u32,
        DIGIT => is_digit(symbol),
        WORD | MANY_WORD => is_word(symbol),
        _ if token >= FOLDED => token - FOLDED == lower(symbol),
        _ => token == symbol,
    }
}

pub(crate) const fn lower(symbol: u32) -> u32 {
    if symbol >= b'A' as u32 && symbol <= b'Z' as u32 {
        symbol + 32
    } else {
        symbol
    }
}

/// The character that begins at a place of UTF-8 text.
pub(crate) const fn char_at(text: &[u8], at: usize) -> u32 {
    let first = byte(text, at);
    let (mut value, length) = match first {
        0xc0..=0xdf => (first as u32 & 0x1f, 2),
        0xe0..=0xef => (first as u32 & 0x0f, 3),
        0xf0..=0xff => (first as u32 & 0x07, 4),
        _ => (first as u32, 1),
    };
    let mut more = 1;
    while more < length {
        value = value << 6 | (byte(text, at + more) as u32 & 0x3f);
        more += 1;
    }
    value
}

/// Gives policy variables their numbers.
pub(crate) type Numbering<'n> = &'n mut dyn FnMut(&[u8]) -> u32;

/// The tokens of a pattern of a policy. Variables get their numbers from the caller.
pub(crate) fn tokens(
    pattern: &[u8],
    wild: bool,
    fold: bool,
    mut variables: Option<Numbering<'_>>,
) -> Vec<u32> {
    let mut out = Vec::with_capacity(pattern.len());
    let mut at = 0;
    while at < pattern.len() {
        if let Some(number) = variables.as_mut()
            && let Some((name, end)) = variable(pattern, at)
        {
            out.push(match name {
                [c @ (b'*' | b'?' | b'$')] => u32::from(*c),
                _ => VARIABLE + number(name),
            });
            at = end;
            continue;
        }
        push(&mut out, token(char_at(pattern, at), wild, fold));
        at = next_char(pattern, at);
    }
    out
}

/// Everything that looks like an ARN, one that ends with a policy variable too: every wildcard takes in a variable.
pub(crate) fn any_arn() -> Vec<u32> {
    let mut out: Vec<u32> = "arn:".chars().map(u32::from).collect();
    for field in [true, true, false, false] {
        if field {
            out.push(ANY_IN_FIELD);
        }
        out.extend([MANY_IN_FIELD, u32::from(b':')]);
    }
    out.extend([SOME, MANY]);
    out
}

/// Everything that looks like an action: no name has a colon or a wildcard in it.
pub(crate) fn any_action() -> Vec<u32> {
    alloc::vec![WORD, MANY_WORD, b':' as u32, WORD, MANY_WORD]
}

/// The ARN of any API, before the slash of a stage.
pub(crate) fn any_api() -> Vec<u32> {
    let any = [ANY_IN_FIELD, MANY_IN_FIELD];
    let mut out: Vec<u32> = "arn:".chars().map(u32::from).collect();
    out.extend(any);
    out.extend(":execute-api:".chars().map(u32::from));
    for _ in 0..2 {
        out.extend(any);
        out.push(u32::from(b':'));
    }
    out.extend([ANY_IN_SEGMENT, MANY_IN_SEGMENT]);
    out
}

/// Keeps `?` in front of `*`, and one `*` of several, so that equal patterns have equal tokens.
pub(crate) fn push(out: &mut Vec<u32>, token: u32) {
    match (out.last(), token) {
        (Some(&MANY), MANY) => {}
        (Some(&MANY), ANY) => {
            let at = out.len() - 1;
            out.insert(at, ANY);
        }
        _ => out.push(token),
    }
}

pub(crate) const fn token(symbol: u32, wild: bool, fold: bool) -> u32 {
    if wild && symbol == b'*' as u32 {
        MANY
    } else if wild && symbol == b'?' as u32 {
        ANY
    } else if fold {
        lower(symbol)
    } else {
        symbol
    }
}

/// Whether the pattern matches the text, given as characters.
pub(crate) const fn matches(pattern: &[u32], text: &[u32]) -> bool {
    run(pattern, text, false)
}

/// Whether every text of `inner` is one of `outer`, as far as that shows from a look at one pattern against the other.
/// What it says is right; it may miss some.
pub(crate) const fn covers(outer: &[u32], inner: &[u32]) -> bool {
    run(outer, inner, true)
}

const fn run(pattern: &[u32], text: &[u32], of_pattern: bool) -> bool {
    const NONE: usize = usize::MAX;
    let (mut p, mut t) = (0, 0);
    let (mut star, mut from) = (NONE, 0);
    loop {
        if p < pattern.len() {
            let token = pattern[p];
            if is_many(token) {
                if token == MANY && p + 1 == pattern.len() {
                    return true;
                }
                star = p;
                from = t;
                p += 1;
                continue;
            }
            if t < text.len() {
                let symbol = text[t];
                let fits = if of_pattern {
                    covers_token(token, symbol)
                } else {
                    takes(token, symbol)
                };
                if fits {
                    p += 1;
                    t += 1;
                    continue;
                }
            }
        } else if t == text.len() {
            return true;
        }
        if star == NONE || from >= text.len() {
            return false;
        }
        let fits = if of_pattern {
            covers_token(pattern[star], text[from])
        } else {
            takes(pattern[star], text[from])
        };
        if !fits {
            return false;
        }
        from += 1;
        p = star + 1;
        t = from;
    }
}

const fn covers_token(token: u32, inner: u32) -> bool {
    if inner < ANY || (inner >= VARIABLE && inner < FOLDED) {
        return takes(token, inner);
    }
    match token {
        MANY => true,
        MANY_IN_FIELD => !matches!(inner, MANY | ANY | SOME),
        SOME => !is_many(inner),
        ANY => {
            matches!(inner, ANY | ANY_IN_FIELD | ANY_IN_SEGMENT | DIGIT | WORD) || inner >= FOLDED
        }
        ANY_IN_FIELD => {
            matches!(inner, ANY_IN_FIELD | ANY_IN_SEGMENT | DIGIT | WORD) || inner >= FOLDED
        }
        ANY_IN_SEGMENT => matches!(inner, ANY_IN_SEGMENT | DIGIT | WORD) || inner >= FOLDED,
        MANY_IN_SEGMENT => {
            matches!(
                inner,
                ANY_IN_SEGMENT | MANY_IN_SEGMENT | DIGIT | WORD | MANY_WORD
            ) || inner >= FOLDED
        }
        WORD => matches!(inner, DIGIT | WORD),
        MANY_WORD => matches!(inner, DIGIT | WORD | MANY_WORD),
        _ => token == inner,
    }
}

/// Whether no text is in both, as far as their fixed beginnings and ends tell. It may miss some.
pub(crate) const fn apart(a: &[u32], b: &[u32]) -> bool {
    let mut at = 0;
    loop {
        if at >= a.len() || at >= b.len() {
            // One ended: the other must be able to end too.
            let rest = if at >= a.len() { b } else { a };
            let mut left = at;
            while left < rest.len() {
                if !is_many(rest[left]) {
                    return true;
                }
                left += 1;
            }
            return false;
        }
        let (x, y) = (a[at], b[at]);
        if is_many(x) || is_many(y) {
            break;
        }
        if is_fixed(x) && is_fixed(y) && x != y {
            return true;
        }
        if x >= VARIABLE || y >= VARIABLE {
            // A variable or a letter of either case: not told apart here.
            return false;
        }
        at += 1;
    }
    let mut back = 1;
    while back <= a.len() && back <= b.len() {
        let (x, y) = (a[a.len() - back], b[b.len() - back]);
        if is_many(x) || is_many(y) || x >= VARIABLE || y >= VARIABLE {
            return false;
        }
        if is_fixed(x) && is_fixed(y) && x != y {
            return true;
        }
        back += 1;
    }
    false
}
