//! Where the characters of a string are in the file that holds it.

/// For each byte of a string's value, and for its end, the byte of the file.
#[derive(Debug, Clone)]
pub(crate) struct Positions(Vec<usize>);

impl Positions {
    /// Those of a whole file.
    pub(crate) fn whole(text: &str) -> Self {
        Self((0..=text.len()).collect())
    }

    /// Those of a text that was evaluated: of each of its bytes, and of its end.
    pub(crate) const fn given(places: Vec<usize>) -> Self {
        Self(places)
    }

    /// Those of a value that is written as `raw` from `start` on, with escapes or without.
    pub(crate) fn written(value: &str, raw: &str, start: usize, escapes: bool) -> Self {
        let mut at = 0;
        let mut offsets = Vec::with_capacity(value.len() + 1);
        for c in value.chars() {
            at = next(raw, at, c, escapes);
            offsets.extend(std::iter::repeat_n(start + at, c.len_utf8()));
            at += length(raw, at, escapes);
        }
        offsets.push(start + at.min(raw.len()));
        Self(offsets)
    }

    /// Whether a byte of the file is part of the text.
    pub(crate) fn has(&self, at: usize) -> bool {
        self.0.contains(&at)
    }

    pub(crate) fn at(&self, offset: usize) -> usize {
        let last = self.0.last().copied().unwrap_or_default();
        self.0.get(offset).copied().unwrap_or(last)
    }
}

/// Where the next character of the value is written.
fn next(raw: &str, mut at: usize, c: char, escapes: bool) -> usize {
    loop {
        let rest = raw.get(at..).unwrap_or_default();
        let Some(found) = rest.chars().next() else {
            return raw.len();
        };
        if escapes && found == '\\' {
            // A line that goes on: the end of this one and the indentation of the next are not part of the text.
            match rest.get(1..).and_then(|rest| rest.chars().next()) {
                Some('\n' | '\r') => {
                    let behind = rest.get(1..).unwrap_or_default();
                    at += rest.len() - behind.trim_start().len();
                }
                _ => return at,
            }
        } else if found == c || (c == ' ' && matches!(found, '\n' | '\r')) {
            return at;
        } else if found.is_whitespace() || found == '\'' {
            // Indentation, and the first of two single quotes that represent one.
            at += found.len_utf8();
        } else {
            return at;
        }
    }
}

/// How long the character that is written here is.
fn length(raw: &str, at: usize, escapes: bool) -> usize {
    let rest = raw.get(at..).unwrap_or_default();
    let mut chars = rest.chars();
    match (chars.next(), escapes) {
        (Some('\\'), true) => match chars.next() {
            Some('u') if is_high_surrogate(rest) => 12,
            Some('u') => 6,
            Some('x') => 4,
            Some('U') => 10,
            Some(other) => 1 + other.len_utf8(),
            None => 1,
        },
        // Two single quotes represent one.
        (Some('\''), false) if rest.starts_with("''") => 2,
        (Some(c), _) => c.len_utf8(),
        (None, _) => 0,
    }
}

fn is_high_surrogate(escape: &str) -> bool {
    let digits = escape.get(2..6).unwrap_or_default();
    u32::from_str_radix(digits, 16).is_ok_and(|code| (0xd800..0xdc00).contains(&code))
        && escape.get(6..8) == Some("\\u")
}
