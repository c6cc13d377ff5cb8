//! Whether a value of a condition can be what a request carries, going by the format of the key's values.
//!
//! A value may leave parts open: `*` and `?` under an operator that reads wildcards, and policy variables. The question is
//! then whether some text that the value matches has the format.

use alloc::vec;
use alloc::vec::Vec;

use crate::catalogue::{self, ShapePiece, ValueFormat};

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
        let mut length = c.len_utf8();
        tokens.push(match c {
            '$' if rest.starts_with("${") => {
                // What has no end is reported for that.
                let inner = rest.find('}').map_or("", |end| &rest[2..end]);
                length = rest.find('}').map_or(rest.len(), |end| end + 1);
                match inner {
                    "*" => Token::Char('*'),
                    "?" => Token::Char('?'),
                    "$" => Token::Char('$'),
                    _ => Token::Any,
                }
            }
            '*' if wildcards => Token::Any,
            '?' if wildcards => Token::One,
            c => Token::Char(c),
        });
        rest = &rest[length..];
    }
    tokens
}

/// The places in a value that can be reached: one more than it has tokens.
type Places = Vec<bool>;

/// Adds what is reached without a character: `*` may stand for nothing.
fn close(tokens: &[Token], places: &mut Places) {
    for (at, token) in tokens.iter().enumerate() {
        if places[at] && *token == Token::Any {
            places[at + 1] = true;
        }
    }
}

/// What is reached from there by one character of a kind.
fn step(tokens: &[Token], from: &Places, takes: &dyn Fn(char) -> bool) -> Places {
    let mut reached = vec![false; from.len()];
    for (at, token) in tokens.iter().enumerate() {
        if from[at] {
            match token {
                Token::Any => reached[at] = true,
                Token::One => reached[at + 1] = true,
                Token::Char(c) if takes(*c) => reached[at + 1] = true,
                Token::Char(_) => {}
            }
        }
    }
    close(tokens, &mut reached);
    reached
}

fn text(tokens: &[Token], from: &Places, text: &str, fold: bool) -> Places {
    let mut places = from.clone();
    for expected in text.chars() {
        places = step(tokens, &places, &|c| {
            c == expected || (fold && c.eq_ignore_ascii_case(&expected))
        });
    }
    places
}

fn add(places: &mut Places, more: &Places) -> bool {
    let mut grew = false;
    for (place, more) in places.iter_mut().zip(more) {
        grew |= *more && !*place;
        *place |= *more;
    }
    grew
}

fn piece(tokens: &[Token], from: &Places, piece: &ShapePiece, fold: bool) -> Places {
    match piece {
        ShapePiece::Text(expected) => text(tokens, from, expected, fold),
        ShapePiece::Region => {
            let mut reached = vec![false; from.len()];
            for partition in catalogue::partitions() {
                for region in partition.regions {
                    add(&mut reached, &text(tokens, from, region.name, fold));
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
            let mut places = from.clone();
            for _ in 0..*min {
                places = step(tokens, &places, &takes);
            }
            let mut reached = places.clone();
            if *max == u16::MAX {
                // Any number more: what follows a reached place in the class is reached, in one pass.
                for (at, token) in tokens.iter().enumerate() {
                    if reached[at] {
                        reached[at + 1] |= match token {
                            Token::Any | Token::One => true,
                            Token::Char(c) => takes(*c),
                        };
                    }
                }
                return reached;
            }
            for _ in *min..*max {
                places = step(tokens, &places, &takes);
                // Nothing new can follow from what is not new.
                if !add(&mut reached, &places) {
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
    let tokens = tokens(value, wildcards);
    let mut start = vec![false; tokens.len() + 1];
    start[0] = true;
    close(&tokens, &mut start);
    let ends = |places: &Places| places.last() == Some(&true);
    (format.words.iter()).any(|word| ends(&text(&tokens, &start, word, fold)))
        || (format.shapes.iter()).any(|shape| {
            let mut places = start.clone();
            for next in *shape {
                places = piece(&tokens, &places, next, fold);
            }
            ends(&places)
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
