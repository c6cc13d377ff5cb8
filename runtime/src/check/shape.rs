//! Whether a value of a condition can be what a request carries, going by the format of the key's values.
//!
//! A value may leave parts open: `*` and `?` under an operator that reads wildcards, and policy variables. The question is
//! then whether some text that the value matches has the format.

use alloc::vec;
use alloc::vec::Vec;

use crate::catalogue::{self, ShapePiece, ValueFormat};
use crate::glob;

/// A character of a value as an operator reads it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    /// Any text: `*`, or a policy variable.
    Any,
    /// Any one character: `?`.
    One,
    /// This character.
    Char(char),
}

fn tokens(value: &str, wildcards: bool) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some(c) = rest.chars().next() {
        if let Some(variable) = rest.strip_prefix("${") {
            // What has no end is reported for that.
            let (inner, behind) = variable.split_once('}').unwrap_or_default();
            tokens.push(match inner {
                "*" => Token::Char('*'),
                "?" => Token::Char('?'),
                "$" => Token::Char('$'),
                _ => Token::Any,
            });
            rest = behind;
            continue;
        }
        tokens.push(match c {
            '*' if wildcards => Token::Any,
            '?' if wildcards => Token::One,
            c => Token::Char(c),
        });
        rest = rest.split_at(c.len_utf8()).1;
    }
    tokens
}

/// The places in a value that can be reached: one more than it has tokens.
#[derive(Clone)]
struct Places {
    reached: Vec<bool>,
    /// No place before this one is reached.
    first: usize,
    /// No place from this one on is reached.
    end: usize,
}

impl Places {
    fn none(tokens: &[Token]) -> Self {
        Self {
            reached: vec![false; tokens.len() + 1],
            first: tokens.len() + 1,
            end: 0,
        }
    }

    /// What is reached before any character.
    fn start(tokens: &[Token]) -> Self {
        let mut places = Self::none(tokens);
        places.reach(0);
        places.close(tokens);
        places
    }

    fn reach(&mut self, at: usize) {
        if let Some(reached) = self.reached.get_mut(at) {
            *reached = true;
            self.first = self.first.min(at);
            self.end = self.end.max(at + 1);
        }
    }

    fn has(&self, at: usize) -> bool {
        self.reached.get(at) == Some(&true)
    }

    const fn is_empty(&self) -> bool {
        self.first >= self.end
    }

    /// Whether all of the value is reached.
    fn ends(&self) -> bool {
        self.reached.last() == Some(&true)
    }

    /// Adds what is reached without a character: `*` may represent nothing.
    fn close(&mut self, tokens: &[Token]) {
        let mut at = self.first;
        while at < self.end {
            if self.has(at) && tokens.get(at) == Some(&Token::Any) {
                self.reach(at + 1);
            }
            at += 1;
        }
    }

    /// Goes on by one character of a kind.
    fn step(&mut self, tokens: &[Token], takes: &dyn Fn(char) -> bool) {
        let from = self.first..self.end;
        (self.first, self.end) = (self.reached.len(), 0);
        // From the last on: what a place leads to has been read by then.
        for at in from.rev() {
            if !(self.reached.get_mut(at)).is_some_and(core::mem::take) {
                continue;
            }
            match tokens.get(at) {
                Some(Token::Any) => self.reach(at),
                Some(Token::One) => self.reach(at + 1),
                Some(Token::Char(c)) if takes(*c) => self.reach(at + 1),
                Some(Token::Char(_)) | None => {}
            }
        }
        self.close(tokens);
    }

    fn text(&mut self, tokens: &[Token], text: &str, fold: bool) {
        for expected in text.chars() {
            if self.is_empty() {
                return;
            }
            self.step(tokens, &|c| {
                c == expected || (fold && c.eq_ignore_ascii_case(&expected))
            });
        }
    }

    /// Adds what others reach, and says whether any of it is new.
    fn add(&mut self, more: &Self) -> bool {
        let mut grew = false;
        for at in more.first..more.end {
            if more.has(at) && !self.has(at) {
                self.reach(at);
                grew = true;
            }
        }
        grew
    }
}

fn piece(tokens: &[Token], from: Places, piece: &ShapePiece, fold: bool) -> Places {
    let mut places = from;
    match piece {
        ShapePiece::Text(expected) => {
            places.text(tokens, expected, fold);
            places
        }
        ShapePiece::Region => {
            let mut reached = Places::none(tokens);
            let mut own = places.clone();
            for partition in catalogue::partitions() {
                for region in partition.regions {
                    own.clone_from(&places);
                    own.text(tokens, region.name, fold);
                    reached.add(&own);
                }
            }
            reached
        }
        ShapePiece::Chars { chars, min, max } => {
            let takes = |c: char| {
                let within = |c: char| (chars.iter()).any(|&(first, last)| first <= c && c <= last);
                within(c)
                    || (fold && (within(c.to_ascii_lowercase()) || within(c.to_ascii_uppercase())))
            };
            for _ in 0..*min {
                if places.is_empty() {
                    return places;
                }
                places.step(tokens, &takes);
            }
            let mut reached = places.clone();
            if *max == u16::MAX {
                // Any number more: what follows a reached place in the class is reached, in one pass.
                let mut at = reached.first;
                while at < reached.end {
                    if reached.has(at) {
                        match tokens.get(at) {
                            Some(Token::Any | Token::One) => reached.reach(at + 1),
                            Some(Token::Char(c)) if takes(*c) => reached.reach(at + 1),
                            Some(Token::Char(_)) | None => {}
                        }
                    }
                    at += 1;
                }
                return reached;
            }
            for _ in *min..*max {
                places.step(tokens, &takes);
                // Nothing new can follow from what is not new.
                if !reached.add(&places) {
                    break;
                }
            }
            reached
        }
    }
}

/// The longest value that is looked at, in bytes.
const LONGEST: usize = 1_024;

/// Whether some text that the value matches has the format. `wildcards` tells whether the operator reads them, `fold`
/// whether it ignores case.
pub(crate) fn could_be(format: &ValueFormat, value: &str, wildcards: bool, fold: bool) -> bool {
    // Longer than any value in practice: not worth the time.
    if value.len() > LONGEST {
        return true;
    }
    // What leaves nothing open is nearly all values, and a word of them.
    let open = value.contains("${") || (wildcards && glob::has_wildcard(value));
    if !open {
        let same = |word: &&str| *word == value || (fold && word.eq_ignore_ascii_case(value));
        if format.words.iter().any(same) {
            return true;
        }
        if format.shapes.is_empty() {
            return false;
        }
    }
    let tokens = tokens(value, wildcards);
    let start = Places::start(&tokens);
    let is_word = |word: &&str| {
        let mut places = start.clone();
        places.text(&tokens, word, fold);
        places.ends()
    };
    (open && format.words.iter().any(is_word))
        || (format.shapes.iter()).any(|shape| {
            let mut places = start.clone();
            for next in *shape {
                if places.is_empty() {
                    return false;
                }
                places = piece(&tokens, places, next, fold);
            }
            places.ends()
        })
}

#[cfg(test)]
mod tests {
    use super::could_be;
    use crate::catalogue;

    #[test]
    fn values_and_formats() {
        for (key, value, wildcards, expected) in [
            ("aws:PrincipalOrgID", "o-a1b2c3d4e5", false, true),
            ("aws:principalorgid", "o-a1b2c3d4e5", false, true),
            ("aws:PrincipalOrgID", "o-A1B2C3D4E5", false, false),
            ("aws:PrincipalOrgID", "o-a1b2c3d4e", false, false),
            ("aws:PrincipalOrgID", "o-*", true, true),
            ("aws:PrincipalOrgID", "o-*", false, false),
            ("aws:PrincipalOrgID", "*", true, true),
            ("aws:PrincipalOrgID", "r-*", true, false),
            ("aws:PrincipalOrgID", "o-?????", true, false),
            ("aws:PrincipalOrgID", "o-??????????", true, true),
            ("aws:PrincipalOrgID", "${aws:ResourceOrgID}", false, true),
            ("aws:PrincipalOrgID", "x${aws:ResourceOrgID}", false, false),
            ("aws:PrincipalOrgID", "", false, false),
            ("aws:PrincipalOrgPaths", "o-a1b2c3d4e5/r-ab12/", false, true),
            ("aws:PrincipalOrgPaths", "o-a1b2c3d4e5/r-ab12", false, false),
            (
                "aws:PrincipalOrgPaths",
                "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*",
                true,
                true,
            ),
            ("aws:PrincipalOrgPaths", "o-a1b2c3d4e5/*", true, true),
            (
                "aws:PrincipalArn",
                "arn:aws:iam::123456789012:role/a",
                false,
                true,
            ),
            (
                "aws:PrincipalArn",
                "arn:aws-us-gov:iam::123456789012:role/p/a",
                false,
                true,
            ),
            ("aws:PrincipalArn", "arn:aws:iam::*:role/a*", true, true),
            ("aws:PrincipalArn", "arn:*", true, true),
            (
                "aws:PrincipalArn",
                "arn:aws:sts::123456789012:assumed-role/a/*",
                true,
                false,
            ),
            ("aws:PrincipalArn", "arn:aws:sts::*:*", true, true),
            (
                "aws:PrincipalArn",
                "arn:aws:iam::123456789012:group/a",
                false,
                false,
            ),
            ("kms:ViaService", "s3.us-east-1.amazonaws.com", false, true),
            ("kms:ViaService", "s3.amazonaws.com", false, false),
            ("kms:ViaService", "s3.us-esat-1.amazonaws.com", false, false),
            ("kms:ViaService", "s3.*.amazonaws.com", true, true),
            ("kms:ViaService", "*s3*", true, true),
            (
                "kms:ViaService",
                "s3.${aws:RequestedRegion}.amazonaws.com",
                false,
                true,
            ),
            ("iam:PassedToService", "rekognition", false, false),
            (
                "iam:PassedToService",
                "rekognition.amazonaws.com",
                false,
                true,
            ),
            ("iam:PassedToService", "rek*", true, true),
            ("s3:x-amz-server-side-encryption", "AES-256", false, false),
            ("s3:x-amz-server-side-encryption", "AES256", false, true),
            ("s3:x-amz-server-side-encryption", "aws:kms*", true, true),
            ("s3:x-amz-server-side-encryption", "KMS*", true, false),
        ] {
            let values = catalogue::values_of(key).unwrap_or_else(|| panic!("{key}"));
            let found = could_be(values.format, value, wildcards, false);
            assert_eq!(found, expected, "{key}: {value}");
        }
    }

    #[test]
    fn a_long_value_is_not_looked_at() {
        let values = catalogue::values_of("aws:PrincipalOrgID").unwrap();
        let long = |length| "x".repeat(length);
        assert!(!could_be(
            values.format,
            &long(super::LONGEST),
            false,
            false
        ));
        assert!(could_be(
            values.format,
            &long(super::LONGEST + 1),
            false,
            false
        ));
    }

    #[test]
    fn examples_have_their_format() {
        for values in catalogue::all_values() {
            let format = values.format;
            if !format.example.is_empty() {
                assert!(
                    could_be(format, format.example, false, false),
                    "{}",
                    format.name
                );
            }
        }
    }

    #[test]
    fn case_is_ignored_where_the_operator_does() {
        let values = catalogue::values_of("iam:PassedToService").unwrap();
        assert!(could_be(
            values.format,
            "REKOGNITION.amazonaws.com",
            false,
            true
        ));
        assert!(!could_be(
            values.format,
            "REKOGNITION.amazonaws.com",
            false,
            false
        ));
    }
}
