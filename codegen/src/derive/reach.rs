//! Whether what a policy says reaches what a call needs, where both may hold unknown values.

use rekognition_iam_runtime::catalogue::{ArnField, Piece, PseudoResource};
use rekognition_iam_runtime::glob;

use super::needs::{Arg, Resource};
use crate::dsl;

/// A value of a call that is known only when the program runs.
const OPEN: char = '\u{e000}';
/// Stand for `*` and `?` that mean themselves.
const STAR: char = '\u{e001}';
const MARK: char = '\u{e002}';
/// A value of a call that is known only when the program runs, and has no colon: a region or an account.
const OPEN_FIELD: char = '\u{e003}';
/// The same without a slash: the name of a bucket.
const OPEN_SEGMENT: char = '\u{e004}';

const fn is_open(c: char) -> bool {
    matches!(c, OPEN | OPEN_FIELD | OPEN_SEGMENT)
}

/// Whether a value that is open, or a wildcard, may have this character.
const fn may_hold(open: char, c: char) -> bool {
    match open {
        OPEN_FIELD => c != ':',
        OPEN_SEGMENT => c != ':' && c != '/',
        _ => open == '*',
    }
}

/// The ARN that a call needs, with a private character for each unknown value, also for those in a value that is known in
/// part.
pub(super) fn needed(resource: &Resource) -> String {
    written(resource, |like, open| match like {
        // What is known of it has been put together by the program, where stars are unknown values.
        Some(like) => like.replace('*', &open.to_string()),
        None => open.to_string(),
    })
}

/// The ARN of a resource, with this for each value that is not known: what is known of it, and the character that represents it.
fn written(resource: &Resource, open: impl Fn(Option<&str>, char) -> String) -> String {
    let value = |arg: &Arg, as_open: char| match arg {
        Arg::Text(text) => plain(text),
        Arg::Open { like, .. } => open(like.as_deref(), as_open),
    };
    match resource {
        Resource::Any => "*".to_owned(),
        Resource::Text(text) => text.clone(),
        Resource::Open(_) => format!("arn:{}", open(None, OPEN)),
        Resource::Built {
            format,
            partition,
            args,
            ..
        } => {
            let mut args = args.iter();
            let mut next = |as_open: char| {
                let next = args.next();
                next.map_or_else(String::new, |arg| value(arg, as_open))
            };
            let mut out = format!("arn:{partition}:{}", format.0.service);
            for field in [format.0.region, format.0.account] {
                out.push(':');
                match field {
                    ArnField::Empty => {}
                    ArnField::Fixed(text) => out.push_str(text),
                    ArnField::Any => out.push('*'),
                    ArnField::Variable => out.push_str(&next(OPEN_FIELD)),
                }
            }
            out.push(':');
            for piece in format.0.resource {
                match piece {
                    Piece::Literal(text) => out.push_str(text),
                    Piece::Variable(variable) => out.push_str(&next(match variable.grammar {
                        Some(grammar) if !grammar.allows('/') && !grammar.allows(':') => {
                            OPEN_SEGMENT
                        }
                        Some(_) | None => OPEN,
                    })),
                }
            }
            out
        }
    }
}

/// The same with a path before the last name, whatever it is.
pub(super) fn in_some_path(needed: &str) -> String {
    match needed.rsplit_once('/') {
        Some((before, name)) => format!("{before}/{OPEN}/{name}"),
        None => needed.to_owned(),
    }
}

/// What AWS checks an action without resource types against, where its messages leave no doubt. A request gives the values that
/// `value` has.
pub(super) fn evaluated(
    pseudo: &PseudoResource,
    value: impl Fn(&str) -> Option<String>,
) -> Option<String> {
    let [text] = pseudo.evaluated_as else {
        return None;
    };
    if !pseudo.sure || *text == "*" {
        return None;
    }
    let mut out = String::new();
    let mut rest = *text;
    while let Some((before, behind)) = rest.split_once("${") {
        let (name, behind) = behind.split_once('}').unwrap_or((behind, ""));
        out.push_str(&before.replace('*', &STAR.to_string()));
        let open = match name {
            "Region" | "Account" => OPEN_FIELD,
            _ => OPEN,
        };
        out.push_str(&value(name).unwrap_or_else(|| open.to_string()));
        rest = behind;
    }
    out.push_str(&rest.replace('*', &STAR.to_string()));
    Some(out)
}

/// The same for people: unknown values by their names.
pub(super) fn shown(resource: &Resource) -> String {
    let mut names = match resource {
        Resource::Built { args, .. } => args.iter().collect(),
        Resource::Open(arg) => vec![arg],
        _ => Vec::new(),
    }
    .into_iter()
    .filter_map(|arg| match arg {
        Arg::Open { hint, .. } => Some(hint.as_str()),
        Arg::Text(_) => None,
    });
    let mut out = String::new();
    for c in written(resource, |_, _| OPEN.to_string()).chars() {
        match c {
            OPEN => {
                out.push('{');
                out.push_str(names.next().unwrap_or("?"));
                out.push('}');
            }
            STAR => out.push_str("${*}"),
            MARK => out.push_str("${?}"),
            c => out.push(c),
        }
    }
    out
}

/// The same as a policy has it, with `*` for unknown values; and whether there are any.
pub(super) fn text(resource: &Resource) -> (String, bool) {
    let needed = needed(resource);
    (starred(&needed), needed.contains(is_open))
}

/// An ARN that a call needs, as a policy has it, with `*` for unknown values.
pub(super) fn starred(needed: &str) -> String {
    (needed.chars())
        .map(|c| match c {
            c if is_open(c) => "*".to_owned(),
            STAR => "${*}".to_owned(),
            MARK => "${?}".to_owned(),
            c => c.to_string(),
        })
        .collect()
}

/// A text of a policy as a pattern: what is known only when the program runs, and policy variables, match anything.
pub(super) fn pattern(text: &str) -> String {
    plain(text)
        .chars()
        .map(|c| if dsl::hole_of(c).is_some() { '*' } else { c })
        .collect()
}

/// Policy variables as `*`, and the escaped characters as characters of their own.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${") {
        out.push_str(before);
        let (inside, behind) = behind.split_once('}').unwrap_or((behind, ""));
        out.push(match inside {
            "*" => STAR,
            "?" => MARK,
            "$" => '$',
            _ => '*',
        });
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// Whether a pattern of a policy may match what a call needs: an unknown value is whatever makes it match.
pub(super) fn may_match(pattern: &str, needed: &str) -> bool {
    // A request that names no resource is matched by nothing but stars.
    if needed == "*" {
        return !pattern.is_empty() && pattern.chars().all(|c| c == '*');
    }
    let needed: Vec<char> = (needed.chars())
        .map(|c| if c == OPEN { '*' } else { c })
        .collect();
    overlap(&pattern.chars().collect::<Vec<_>>(), &needed)
}

/// Whether a pattern of a policy matches what a call needs, whatever its unknown values are.
pub(super) fn must_match(pattern: &str, needed: &str) -> bool {
    if needed == "*" {
        return may_match(pattern, needed);
    }
    // A wildcard of the call's own, such as that of keys below a prefix, is more than one text.
    let needed = needed.replace('*', &OPEN.to_string());
    glob::matches(pattern, &needed, false)
}

/// Whether two patterns have a text in common.
pub(super) fn overlaps(one: &str, other: &str) -> bool {
    let chars = |text: &str| text.chars().collect::<Vec<_>>();
    overlap(&chars(one), &chars(other))
}

/// Whether some text matches both patterns.
fn overlap(one: &[char], other: &[char]) -> bool {
    // Row by row over `one`: which beginnings of `other` can go with it.
    let mut row: Vec<bool> = vec![false; other.len() + 1];
    if let Some(first) = row.first_mut() {
        *first = true;
    }
    let spread = |row: &mut Vec<bool>| {
        for at in 0..other.len() {
            if (other.get(at)).is_some_and(|c| *c == '*' || is_open(*c))
                && row.get(at) == Some(&true)
                && let Some(next) = row.get_mut(at + 1)
            {
                *next = true;
            }
        }
    };
    spread(&mut row);
    for c in one {
        let mut next: Vec<bool> = vec![false; other.len() + 1];
        for (at, _) in row.iter().enumerate().filter(|(_, reached)| **reached) {
            let theirs = other.get(at).copied();
            match (*c, theirs) {
                ('*', _) => {
                    // Everything behind, and itself.
                    for later in next.iter_mut().skip(at) {
                        *later = true;
                    }
                    break;
                }
                (mine, Some(open)) if may_hold(open, mine) => {
                    if let Some(slot) = next.get_mut(at) {
                        *slot = true;
                    }
                }
                (mine, Some(theirs)) if mine == theirs || mine == '?' || theirs == '?' => {
                    if let Some(slot) = next.get_mut(at + 1) {
                        *slot = true;
                    }
                }
                _ => {}
            }
        }
        spread(&mut next);
        row = next;
    }
    row.last() == Some(&true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlaps() {
        for (one, other, expected) in [
            ("", "", true),
            ("*", "", true),
            ("a", "", false),
            ("a*", "*b", true),
            ("a*c", "b*", false),
            ("a*c", "ab*", true),
            ("a?c", "abc", true),
            ("a?c", "a*", true),
            ("*a*", "*b*", true),
            ("abc", "abc", true),
            ("abc", "abd", false),
            ("ab", "a*b*", true),
            ("a*", "a", true),
            ("x/*", "*/y", true),
            ("x/*/z", "x/y", false),
        ] {
            let one_way = overlap(
                &one.chars().collect::<Vec<_>>(),
                &other.chars().collect::<Vec<_>>(),
            );
            let other_way = overlap(
                &other.chars().collect::<Vec<_>>(),
                &one.chars().collect::<Vec<_>>(),
            );
            assert_eq!((one_way, other_way), (expected, expected), "{one} {other}");
        }
    }

    #[test]
    fn an_open_field_ends_at_its_colon() {
        let queue = format!("arn:aws:sqs:{OPEN_FIELD}:{OPEN_FIELD}:prod-q");
        for (pattern, expected) in [
            ("arn:aws:sqs:us-east-1:123456789012:prod-q", true),
            ("arn:aws:sqs:us-east-1:123456789012:prod-*", true),
            ("arn:aws:sqs:*:*:prod-q", true),
            ("arn:aws:sqs:*:prod-q", true),
            ("arn:aws:sqs:?????????:*:prod-q", true),
            // The account is not `123456789012:dev-x`.
            ("arn:aws:sqs:us-east-1:123456789012:dev-*", false),
            ("arn:aws:sqs:us-east-1:123456789012:*-dev", false),
        ] {
            assert_eq!(may_match(pattern, &queue), expected, "{pattern}");
        }
        let object = format!("arn:aws:s3:::{OPEN_SEGMENT}/in/k");
        for (pattern, expected) in [
            ("arn:aws:s3:::b/in/*", true),
            ("arn:aws:s3:::b*/k", true),
            ("arn:aws:s3:::b/out/*", false),
        ] {
            assert_eq!(may_match(pattern, &object), expected, "{pattern}");
        }
        assert!(!must_match(
            "arn:aws:sqs:us-east-1:123456789012:prod-q",
            &queue
        ));
    }

    #[test]
    fn variables_and_escapes() {
        assert_eq!(plain("a/${aws:username}/b"), "a/*/b");
        assert!(may_match("a/b", &plain("a/b")));
        assert!(!may_match(&plain("a${*}"), "ab"));
        assert!(may_match(&plain("a${*}"), &plain("a${*}")));
        assert!(may_match("*", "*") && !may_match("arn:*", "*"));
        let open = format!("arn:{OPEN}");
        assert!(may_match("arn:aws:s3:::a/b", &open) && !must_match("arn:aws:s3:::a/b", &open));
        assert!(must_match("arn:*", &open));
    }
}
