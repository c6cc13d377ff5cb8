//! Bytes of text, by functions that the compiler can run.
//!
//! `assert_policy!` decides while compiling, so everything that a decision rests on is a `const fn`: no traits, no
//! iterators, and no slice of a range, which could panic.

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]

/// The part that begins at `from` and has `len` bytes, or what there is of it.
#[inline]
pub(crate) const fn part(bytes: &[u8], from: usize, len: usize) -> &[u8] {
    match bytes.split_at_checked(from) {
        Some((_, rest)) => match rest.split_at_checked(len) {
            Some((part, _)) => part,
            None => rest,
        },
        None => &[],
    }
}

/// Everything from `from` on.
#[inline]
pub(crate) const fn rest(bytes: &[u8], from: usize) -> &[u8] {
    match bytes.split_at_checked(from) {
        Some((_, rest)) => rest,
        None => &[],
    }
}

/// The byte at `at`, or 0 after the end.
#[inline]
pub(crate) const fn byte(bytes: &[u8], at: usize) -> u8 {
    if at < bytes.len() { bytes[at] } else { 0 }
}

/// Whether two texts are equal.
#[inline]
pub(crate) const fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && begins(a, b)
}

/// Whether `text` begins with `start`. Eight bytes at a time: what is compared here is long and mostly equal.
pub(crate) const fn begins(text: &[u8], start: &[u8]) -> bool {
    let Some((text, _)) = text.split_at_checked(start.len()) else {
        return false;
    };
    let (mut a, mut b) = (text, start);
    while let (Some((x, more)), Some((y, behind))) =
        (a.split_first_chunk::<8>(), b.split_first_chunk::<8>())
    {
        if u64::from_ne_bytes(*x) != u64::from_ne_bytes(*y) {
            return false;
        }
        (a, b) = (more, behind);
    }
    // What is left of a long text is compared together with bytes before it, which are equal.
    if let (Some(x), Some(y)) = (text.last_chunk::<8>(), start.last_chunk::<8>()) {
        return a.is_empty() || u64::from_ne_bytes(*x) == u64::from_ne_bytes(*y);
    }
    let mut at = 0;
    while at < b.len() {
        if byte(a, at) != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Whether two bytes are equal, but for the case of ASCII letters if `fold`.
#[inline]
pub(crate) const fn alike(a: u8, b: u8, fold: bool) -> bool {
    a == b || (fold && a.eq_ignore_ascii_case(&b))
}

/// Whether two texts may be the same but for the case of letters beyond ASCII, which nothing here folds: they have as many
/// characters, and where these differ one is beyond ASCII.
pub(crate) const fn may_fold(a: &[u8], b: &[u8]) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return same_folded(a, b);
    }
    let (mut at, mut other) = (0, 0);
    while at < a.len() && other < b.len() {
        let (x, y) = (a[at], b[other]);
        if x.is_ascii() && y.is_ascii() && !x.eq_ignore_ascii_case(&y) {
            return false;
        }
        at = next_char(a, at);
        other = next_char(b, other);
    }
    at >= a.len() && other >= b.len()
}

/// Whether two texts are equal but for the case of ASCII letters.
pub(crate) const fn same_folded(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let (mut left, mut other) = (a, b);
    while let (Some((x, more)), Some((y, behind))) = (
        left.split_first_chunk::<8>(),
        other.split_first_chunk::<8>(),
    ) {
        if !same_folded_word(x, y) {
            return false;
        }
        (left, other) = (more, behind);
    }
    // What is left of a long text is compared together with bytes before it, which are equal.
    if let (Some(x), Some(y)) = (a.last_chunk::<8>(), b.last_chunk::<8>()) {
        return left.is_empty() || same_folded_word(x, y);
    }
    let mut at = 0;
    while at < a.len() {
        if !alike(a[at], byte(b, at), true) {
            return false;
        }
        at += 1;
    }
    true
}

/// The same for eight bytes.
#[inline]
const fn same_folded_word(x: &[u8; 8], y: &[u8; 8]) -> bool {
    let difference = u64::from_ne_bytes(*x) ^ u64::from_ne_bytes(*y);
    // Only the bit that tells upper from lower case may differ, and then only in letters.
    if difference & !0x2020_2020_2020_2020 != 0 {
        return false;
    }
    if difference != 0 {
        let mut at = 0;
        while at < 8 {
            if !x[at].eq_ignore_ascii_case(&y[at]) {
                return false;
            }
            at += 1;
        }
    }
    true
}

/// Whether `text` begins with `start` but for the case of ASCII letters.
pub(crate) const fn begins_folded(text: &[u8], start: &[u8]) -> bool {
    text.len() >= start.len() && same_folded(part(text, 0, start.len()), start)
}

/// Where the byte first is at or after `from`; the length where it does not.
pub(crate) const fn find(bytes: &[u8], wanted: u8, from: usize) -> usize {
    let mut at = from;
    while at < bytes.len() {
        if bytes[at] == wanted {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

/// Where the last one of the byte stands; the length where there is none.
pub(crate) const fn find_last(bytes: &[u8], wanted: u8) -> usize {
    let mut at = bytes.len();
    while at > 0 {
        at -= 1;
        if bytes[at] == wanted {
            return at;
        }
    }
    bytes.len()
}

/// The start of the character after the one at `at`.
pub(crate) const fn next_char(bytes: &[u8], at: usize) -> usize {
    let mut next = at + 1;
    while next < bytes.len() && bytes[next] & 0xc0 == 0x80 {
        next += 1;
    }
    next
}

/// The field of an ARN, from 0: the sixth is everything after the fifth colon. `None` when there are fewer.
///
/// Colons inside of `${..}` do not count when `variables` is set.
pub(crate) const fn arn_field(text: &[u8], wanted: usize, variables: bool) -> Option<&[u8]> {
    let mut from = 0;
    let mut at = 0;
    let mut field = 0;
    while field < 5 {
        if at >= text.len() {
            return if field == wanted {
                Some(rest(text, from))
            } else {
                None
            };
        }
        if variables && text[at] == b'$' && byte(text, at + 1) == b'{' {
            at = find(text, b'}', at);
        } else if text[at] == b':' {
            if field == wanted {
                return Some(part(text, from, at - from));
            }
            from = at + 1;
            field += 1;
        }
        at += 1;
    }
    if wanted == 5 {
        Some(rest(text, from))
    } else {
        None
    }
}

/// The six fields of an ARN, in one pass.
pub(crate) const fn arn_fields(text: &[u8]) -> Option<[&[u8]; 6]> {
    let mut fields: [&[u8]; 6] = [&[]; 6];
    let mut field = 0;
    let mut from = 0;
    let mut at = 0;
    while at < text.len() {
        if text[at] == b':' {
            fields[field] = part(text, from, at - from);
            from = at + 1;
            field += 1;
            if field == 5 {
                fields[5] = rest(text, from);
                return Some(fields);
            }
        }
        at += 1;
    }
    None
}

/// Whether the text has the six fields of an ARN.
pub(crate) const fn has_six_fields(text: &[u8], variables: bool) -> bool {
    arn_field(text, 5, variables).is_some()
}

/// Whether the text matches a pattern in which `*` is any text and `?` one character.
///
/// On a mismatch only the last `*` is tried again, so the time is at most the product of the lengths.
pub(crate) const fn glob(pattern: &[u8], text: &[u8], fold: bool) -> bool {
    const NONE: usize = usize::MAX;
    let (mut p, mut t) = (0, 0);
    let (mut star, mut from) = (NONE, 0);
    loop {
        if p < pattern.len() {
            let c = pattern[p];
            if c == b'*' {
                if p + 1 == pattern.len() {
                    return true;
                }
                star = p;
                from = t;
                p += 1;
                continue;
            }
            if t < text.len() {
                if c == b'?' {
                    p += 1;
                    t = next_char(text, t);
                    continue;
                }
                let d = text[t];
                if c == d || (fold && c.eq_ignore_ascii_case(&d)) {
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
        from = next_char(text, from);
        p = star + 1;
        t = from;
    }
}

/// A text in pieces, which is nowhere in memory as one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pieces<'t> {
    pieces: [&'t [u8]; 10],
    length: usize,
}

impl<'t> Pieces<'t> {
    pub(crate) const fn new([a, b, c, d, e, f, g]: [&'t [u8]; 7]) -> Self {
        Self::of([a, b, c, d, e, f, g, b"", b"", b""])
    }

    /// The text with three more pieces after it.
    pub(crate) const fn and(&self, [h, i, j]: [&'t [u8]; 3]) -> Self {
        let [a, b, c, d, e, f, g, _, _, _] = self.pieces;
        Self::of([a, b, c, d, e, f, g, h, i, j])
    }

    const fn of(pieces: [&'t [u8]; 10]) -> Self {
        let mut length = 0;
        let mut at = 0;
        while at < pieces.len() {
            length += pieces[at].len();
            at += 1;
        }
        Self { pieces, length }
    }

    pub(crate) const fn len(&self) -> usize {
        self.length
    }

    /// The byte at `at`, or 0 after the end.
    pub(crate) const fn byte(&self, at: usize) -> u8 {
        let mut left = at;
        let mut number = 0;
        while number < self.pieces.len() {
            let piece = self.pieces[number];
            if left < piece.len() {
                return piece[left];
            }
            left -= piece.len();
            number += 1;
        }
        0
    }

    /// The start of the character at or after `at`.
    const fn char_from(&self, at: usize) -> usize {
        let mut at = at;
        while at < self.length && self.byte(at) & 0xc0 == 0x80 {
            at += 1;
        }
        at
    }
}

/// The same as [`glob`] for a text in pieces. Without `wild`, `*` and `?` are characters.
pub(crate) const fn glob_pieces(pattern: &[u8], text: &Pieces<'_>, wild: bool, fold: bool) -> bool {
    const NONE: usize = usize::MAX;
    let length = text.len();
    let (mut p, mut t) = (0, 0);
    let (mut star, mut from) = (NONE, 0);
    loop {
        if p < pattern.len() {
            let c = pattern[p];
            if wild && c == b'*' {
                star = p;
                from = t;
                p += 1;
                continue;
            }
            if t < length {
                if wild && c == b'?' {
                    p += 1;
                    t = text.char_from(t + 1);
                    continue;
                }
                let d = text.byte(t);
                if c == d || (fold && c.eq_ignore_ascii_case(&d)) {
                    p += 1;
                    t += 1;
                    continue;
                }
            }
        } else if t == length {
            return true;
        }
        if star == NONE || from >= length {
            return false;
        }
        from = text.char_from(from + 1);
        p = star + 1;
        t = from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_and_folded() {
        for (a, b, equal, folded) in [
            ("", "", true, true),
            ("a", "A", false, true),
            (
                "rekognition:IndexFaces",
                "Rekognition:indexfaces",
                false,
                true,
            ),
            (
                "rekognition:IndexFaces",
                "rekognition:IndexFaces",
                true,
                true,
            ),
            ("12345678@", "12345678`", false, false),
            ("@2345678", "`2345678", false, false),
            ("[2345678", "{2345678", false, false),
            ("abcdefghi", "abcdefgh", false, false),
        ] {
            assert_eq!(same(a.as_bytes(), b.as_bytes()), equal, "{a} {b}");
            assert_eq!(same_folded(a.as_bytes(), b.as_bytes()), folded, "{a} {b}");
        }
    }

    #[test]
    fn a_difference_at_any_place_counts() {
        let upper = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let lower = upper.to_ascii_lowercase();
        for length in 0..=upper.len() {
            let (text, folded) = (part(upper, 0, length), part(&lower, 0, length));
            assert!(same(text, text) && begins(upper, text), "{length}");
            assert!(same_folded(text, folded), "{length}");
            assert_eq!(same(text, folded), length == 0, "{length}");
            for place in 0..length {
                let mut other = text.to_vec();
                other[place] = b'-';
                assert!(
                    !same(text, &other) && !begins(&other, text),
                    "{place} of {length}"
                );
                assert!(!begins(text, &other), "{place} of {length}");
                assert!(!same_folded(&other, folded), "{place} of {length}");
                // Only letters differ by their case.
                let mut near = other.clone();
                (other[place], near[place]) = (b'@', b'`');
                assert!(!same_folded(&other, &near), "{place} of {length}");
            }
        }
    }

    #[test]
    fn globs_agree_with_the_other_implementation() {
        let pieces = ["", "a", "b", "*", "?", "é", "A"];
        let mut words = alloc::vec![alloc::string::String::new()];
        for _ in 0..3 {
            let shorter = words.clone();
            for word in &shorter {
                for piece in pieces {
                    words.push(alloc::format!("{word}{piece}"));
                }
            }
            words.sort();
            words.dedup();
        }
        for pattern in &words {
            for text in &words {
                for fold in [false, true] {
                    assert_eq!(
                        glob(pattern.as_bytes(), text.as_bytes(), fold),
                        crate::glob::matches(pattern, text, fold),
                        "{pattern} on {text}"
                    );
                }
            }
        }
    }

    #[test]
    fn fields() {
        let arn = b"arn:aws:s3:::bucket/a:b";
        assert_eq!(arn_field(arn, 2, false), Some(b"s3".as_slice()));
        assert_eq!(arn_field(arn, 3, false), Some(b"".as_slice()));
        assert_eq!(arn_field(arn, 5, false), Some(b"bucket/a:b".as_slice()));
        let fields = arn_fields(arn).unwrap();
        for (number, field) in fields.into_iter().enumerate() {
            assert_eq!(arn_field(arn, number, false), Some(field));
        }
        assert_eq!(arn_fields(b"arn:aws:s3::"), None);
        assert_eq!(arn_field(b"arn:aws", 1, false), Some(b"aws".as_slice()));
        assert_eq!(arn_field(b"arn:aws", 2, false), None);
        assert!(!has_six_fields(b"arn:aws:s3", false));
        assert!(!has_six_fields(b"arn:aws:s3::${aws:a}", true));
        assert!(has_six_fields(b"arn:aws:s3:::${aws:username}", true));
    }
}
