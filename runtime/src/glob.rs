//! Patterns as IAM writes them: `*` is any text, `?` is one character.

/// Whether the text matches the pattern. `fold` compares ASCII letters whatever their case.
///
/// Linear in practice and never worse than the product of the lengths: on a mismatch only the last `*` is tried again.
#[must_use]
pub fn matches(pattern: &str, text: &str, fold: bool) -> bool {
    let pattern = pattern.as_bytes();
    let bytes = text.as_bytes();
    let (mut p, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while let Some(byte) = bytes.get(t) {
        #[cfg(test)]
        crate::steps::take(1);
        match pattern.get(p) {
            Some(b'*') => {
                retry = Some((p, t));
                p += 1;
                continue;
            }
            Some(b'?') => {
                p += 1;
                t = next_char(bytes, t);
                continue;
            }
            Some(c) if c == byte || (fold && c.eq_ignore_ascii_case(byte)) => {
                p += 1;
                t += 1;
                continue;
            }
            _ => {}
        }
        match retry {
            Some((star, from)) => {
                p = star + 1;
                t = next_char(bytes, from);
                retry = Some((star, t));
            }
            None => return false,
        }
    }
    pattern.iter().skip(p).all(|&c| c == b'*')
}

/// The start of the character after the one at `at`.
fn next_char(bytes: &[u8], at: usize) -> usize {
    let mut next = at + 1;
    while bytes.get(next).is_some_and(|byte| byte & 0xc0 == 0x80) {
        next += 1;
    }
    next
}

/// Whether the text holds a wildcard.
#[must_use]
pub fn has_wildcard(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'*' | b'?'))
}

#[cfg(test)]
mod tests {
    use super::{has_wildcard, matches};

    #[test]
    fn star_and_question_mark() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "a:b/c", true),
            ("a*c", "abbc", true),
            ("a*c", "abb", false),
            ("*a*b*c", "xxaybzzbc", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a?c", "aéc", true),
            ("??", "é", false),
            ("*?", "", false),
            ("Describe*", "DescribeProjects", true),
            ("describe*", "DescribeProjects", false),
            ("a**b", "ab", true),
            ("*b", "aé", false),
        ] {
            assert_eq!(
                matches(pattern, text, false),
                expected,
                "{pattern} on {text}"
            );
        }
        assert!(matches("describe*", "DescribeProjects", true));
        assert!(!matches("describe?", "DescribeProjects", true));
    }

    #[test]
    fn a_hostile_pattern_stays_quadratic() {
        let pattern = "a*".repeat(2_000) + "b";
        assert!(!matches(&pattern, &"a".repeat(4_000), false));
    }

    #[test]
    fn wildcards() {
        assert!(has_wildcard("a*") && has_wildcard("?") && !has_wildcard("plain"));
    }
}
