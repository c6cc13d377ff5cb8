//! Which of many patterns cover a text, without trying all of them.
//!
//! A document may hold tens of thousands of entries, and comparing all pairs of them takes a minute.

use alloc::borrow::Cow;
use alloc::vec;
use alloc::vec::Vec;

use super::cover;
use crate::glob;
use crate::sort::sort;

/// As long as the pieces get that are looked up. A longer piece of a pattern is cut: each cut is in every text that the
/// pattern covers.
const LONGEST: usize = 32;

/// With this many patterns, trying all of them is faster than looking them up.
const FEW: usize = 16;

/// Patterns, by what a text that they cover must hold.
pub(crate) struct Covering<'t> {
    texts: Vec<&'t str>,
    fold: bool,
    /// All texts with their numbers: a text covers its equal.
    equal: Vec<(Cow<'t, str>, usize)>,
    /// A piece of each pattern, sorted, with the numbers of the patterns that it was chosen for.
    pieces: Vec<(Cow<'t, [u8]>, Vec<usize>)>,
    /// For each piece, where the longest other one is that it begins with.
    shorter: Vec<Option<usize>>,
    /// The patterns that have no piece, such as `*`.
    others: Vec<usize>,
}

impl<'t> Covering<'t> {
    pub(crate) fn of(texts: Vec<&'t str>, fold: bool) -> Self {
        let mut equal = Vec::with_capacity(texts.len());
        let mut patterns = Vec::new();
        for (number, text) in texts.iter().enumerate() {
            equal.push((folded(text, fold), number));
            // A pattern with a variable covers its equal alone.
            if glob::has_wildcard(text) && !text.contains("${") {
                patterns.push((number, *text));
            }
        }
        sort(&mut equal);
        let mut covering = Self {
            texts,
            fold,
            equal,
            pieces: Vec::new(),
            shorter: Vec::new(),
            others: Vec::new(),
        };
        if patterns.len() <= FEW {
            covering.others = patterns.iter().map(|(number, _)| *number).collect();
        } else {
            covering.find_pieces(&patterns);
            covering.find_shorter();
        }
        covering
    }

    /// Chooses of each pattern the piece that the fewest patterns have.
    fn find_pieces(&mut self, patterns: &[(usize, &'t str)]) {
        let mut all = Vec::new();
        for (_, pattern) in patterns {
            for piece in pieces(pattern) {
                all.push(folded_bytes(piece, self.fold));
            }
        }
        sort(&mut all);
        let often = |piece: &[u8]| {
            let start = all.partition_point(|other| other.as_ref() < piece);
            all.partition_point(|other| other.as_ref() <= piece) - start
        };
        let mut chosen = Vec::new();
        for &(number, pattern) in patterns {
            let mut best: Option<(usize, Cow<'t, [u8]>)> = None;
            for piece in pieces(pattern) {
                let piece = folded_bytes(piece, self.fold);
                let count = often(&piece);
                let better = best.as_ref().is_none_or(|(least, other)| {
                    count < *least || (count == *least && piece.len() > other.len())
                });
                if better {
                    best = Some((count, piece));
                }
            }
            match best {
                Some((_, piece)) => chosen.push((piece, number)),
                None => self.others.push(number),
            }
        }
        sort(&mut chosen);
        for (piece, number) in chosen {
            match self.pieces.last_mut() {
                Some((last, numbers)) if *last == piece => numbers.push(number),
                _ => self.pieces.push((piece, vec![number])),
            }
        }
    }

    fn find_shorter(&mut self) {
        // The pieces that the current one begins with.
        let mut open: Vec<usize> = Vec::new();
        for (at, (piece, _)) in self.pieces.iter().enumerate() {
            let begins = |other: usize| {
                (self.pieces.get(other)).is_some_and(|(other, _)| piece.starts_with(other))
            };
            while open.last().is_some_and(|last| !begins(*last)) {
                open.pop();
            }
            self.shorter.push(open.last().copied());
            open.push(at);
        }
    }

    /// The numbers of the texts that may cover this one, in their order. No other one does.
    pub(crate) fn candidates(&self, text: &str) -> Vec<usize> {
        let mut found = self.others.clone();
        let text = folded(text, self.fold);
        let start = (self.equal).partition_point(|(other, _)| *other < text);
        for (other, number) in self.equal.iter().skip(start) {
            if *other != text {
                break;
            }
            found.push(*number);
        }
        for piece in self.pieces_in(text.as_bytes()) {
            if let Some((_, numbers)) = self.pieces.get(piece) {
                found.extend(numbers);
            }
        }
        sort(&mut found);
        found.dedup();
        #[cfg(test)]
        crate::steps::take(found.len());
        found
    }

    /// The pieces that the text holds, each once.
    fn pieces_in(&self, text: &[u8]) -> Vec<usize> {
        let mut found = Vec::new();
        if self.pieces.is_empty() {
            return found;
        }
        for at in 0..text.len() {
            let rest = text.get(at..).unwrap_or_default();
            // The last piece that is not greater than the rest begins with every piece that the rest begins with.
            let end = (self.pieces).partition_point(|(piece, _)| piece.as_ref() <= rest);
            let mut next = end.checked_sub(1);
            while let Some(at) = next {
                #[cfg(test)]
                crate::steps::take(1);
                if (self.pieces.get(at)).is_some_and(|(piece, _)| rest.starts_with(piece)) {
                    found.push(at);
                }
                next = self.shorter.get(at).copied().flatten();
            }
        }
        sort(&mut found);
        found.dedup();
        found
    }

    /// Whether one of the texts covers this one.
    pub(crate) fn covers(&self, text: &str) -> bool {
        self.any(text, |other| cover::pattern(other, text, self.fold))
    }

    /// Whether one of the texts, taken as a pattern, matches this one. It has neither wildcards nor variables.
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.any(text, |other| glob::matches(other, text, self.fold))
    }

    fn any(&self, text: &str, holds: impl Fn(&str) -> bool) -> bool {
        for number in self.candidates(text) {
            if (self.texts.get(number)).is_some_and(|other| holds(other)) {
                return true;
            }
        }
        false
    }
}

/// The texts between the wildcards of a pattern, cut.
fn pieces(pattern: &str) -> impl Iterator<Item = &[u8]> {
    (pattern.as_bytes())
        .split(|byte| matches!(byte, b'*' | b'?'))
        .flat_map(|piece| piece.chunks(LONGEST))
}

/// The text in the letter case in which it is compared.
pub(crate) fn folded(text: &str, fold: bool) -> Cow<'_, str> {
    match fold && text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(text.to_ascii_lowercase()),
        false => Cow::Borrowed(text),
    }
}

fn folded_bytes(piece: &[u8], fold: bool) -> Cow<'_, [u8]> {
    match fold && piece.iter().any(u8::is_ascii_uppercase) {
        true => Cow::Owned(piece.to_ascii_lowercase()),
        false => Cow::Borrowed(piece),
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, reason = "the numbers are below the lengths")]
mod tests {
    use super::Covering;
    use crate::check::cover;
    use alloc::string::String;
    use alloc::vec::Vec;

    /// Texts of few letters, so that many cover others.
    fn texts(seed: u32, count: usize) -> Vec<String> {
        let mut state = seed;
        let mut next = move |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) % below
        };
        (0..count)
            .map(|_| {
                let length = next(7);
                (0..length)
                    .map(|_| ["a", "b", "B", "é", "*", "?", "${a}", "ab"][next(8) as usize])
                    .collect()
            })
            .collect()
    }

    #[test]
    fn the_same_texts_are_found_as_by_trying_all() {
        let (mut found, mut left_out) = (0, 0);
        for seed in 0..12 {
            for fold in [false, true] {
                let texts = texts(seed, 60);
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                let covering = Covering::of(texts.clone(), fold);
                for text in &texts {
                    let candidates = covering.candidates(text);
                    assert!(candidates.is_sorted());
                    for (number, other) in texts.iter().enumerate() {
                        if cover::pattern(other, text, fold) {
                            assert!(candidates.contains(&number), "{other} covers {text}");
                            found += 1;
                        }
                    }
                    left_out += texts.len() - candidates.len();
                    assert_eq!(
                        covering.covers(text),
                        (texts.iter()).any(|other| cover::pattern(other, text, fold))
                    );
                }
            }
        }
        assert!(found > 2_000 && left_out > 20_000, "{found} {left_out}");
    }

    #[test]
    fn a_long_piece_is_cut() {
        let long = "a".repeat(100);
        let mut owned = Vec::new();
        for number in 0..40 {
            owned.push(alloc::format!("{long}{number}{long}*"));
        }
        let texts: Vec<&str> = owned.iter().map(String::as_str).collect();
        let covering = Covering::of(texts, false);
        let text = alloc::format!("{long}17{long}b");
        assert!(covering.covers(&text));
        assert!(covering.candidates(&text).len() < 5);
    }
}
