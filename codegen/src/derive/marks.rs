//! Comments that accept an exception: `// rekognition-iam: allow unused, for the next release`.

use super::tokens::no_code;

/// What a mark accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Accepts {
    /// A grant that no call uses.
    Unused,
    /// A call that no policy covers.
    Uncovered,
}

impl Accepts {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Unused => "unused",
            Self::Uncovered => "uncovered",
        }
    }
}

/// A mark in a source file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) accepts: Accepts,
    pub(super) reason: String,
    /// Where the mark stands, from 1.
    pub(super) line: usize,
    /// The line that it is about: its own, or the next one with code when it is alone.
    pub(super) target: usize,
}

/// A comment that begins like a mark and is none.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed {
    pub(super) line: usize,
    pub(super) message: &'static str,
}

const SIGN: &str = "rekognition-iam:";

const EXPECTED: &str =
    "expected `// rekognition-iam: allow unused, REASON` or `.. allow uncovered, REASON`";

/// The line comments of a source, each with its line, from 0, and the byte of the line that it begins at. What looks like one
/// in a literal or in another comment is not one.
fn comments(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let (mut line, mut line_start) = (0, 0);
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let length = match no_code(rest) {
            Some(length) => {
                if rest.starts_with("//") {
                    found.push((line, at - line_start));
                }
                length
            }
            None => rest.chars().next().map_or(1, char::len_utf8),
        };
        let passed = rest.get(..length).unwrap_or(rest);
        if let Some(last) = passed.rfind('\n') {
            line += passed.matches('\n').count();
            line_start = at + last + 1;
        }
        at += length;
    }
    found
}

/// The marks of a file.
pub(super) fn marks(text: &str) -> (Vec<Mark>, Vec<Malformed>) {
    let mut found = Vec::new();
    let mut malformed = Vec::new();
    if !text.contains(SIGN) {
        return (found, malformed);
    }
    let lines: Vec<&str> = text.lines().collect();
    for (number, start) in comments(text) {
        let Some((before, comment)) = lines
            .get(number)
            .and_then(|line| line.split_at_checked(start))
        else {
            continue;
        };
        let Some(rest) = comment
            .get(2..)
            .and_then(|text| text.trim_start().strip_prefix(SIGN))
        else {
            continue;
        };
        let line = number + 1;
        let mut bad = |message| malformed.push(Malformed { line, message });
        let Some(rest) = rest.trim_start().strip_prefix("allow ") else {
            bad(EXPECTED);
            continue;
        };
        let (word, reason) = rest.split_once(',').unwrap_or((rest, ""));
        let accepts = match word.trim() {
            "unused" => Accepts::Unused,
            "uncovered" => Accepts::Uncovered,
            _ => {
                bad(EXPECTED);
                continue;
            }
        };
        if reason.trim().is_empty() {
            bad("this comment has no reason; write one after a comma");
            continue;
        }
        let alone = before.trim().is_empty();
        let is_code = |line: &&str| {
            let line = line.trim();
            !line.is_empty() && !line.starts_with("//") && !line.starts_with("#[")
        };
        let target = match alone {
            false => line,
            true => (lines.iter().skip(line))
                .position(is_code)
                .map_or(line, |behind| line + behind + 1),
        };
        found.push(Mark {
            accepts,
            reason: reason.trim().to_owned(),
            line,
            target,
        });
    }
    (found, malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_their_targets() {
        let text = "a(); // rekognition-iam: allow uncovered, granted by hand\n\
                    // rekognition-iam: allow unused, next release\n\
                    // more\n\
                    \n\
                    #[allow(x)]\n\
                    b();\n\
                    // rekognition-iam: allow all, x\n\
                    // rekognition-iam: allow unused,\n\
                    // rekognition-iam: unused\n\
                    // rekognition-iam allow unused, x\n\
                    let text = \"// rekognition-iam: allow unused, a text\";\n\
                    let raw = r#\"\n// rekognition-iam: allow all\n\"#;\n\
                    /* // rekognition-iam: allow all */\n\
                    let url = \"https://a\"; // rekognition-iam: allow unused, a link\n";
        let (found, malformed) = marks(text);
        let found: Vec<_> = (found.iter())
            .map(|mark| (mark.accepts, mark.line, mark.target, mark.reason.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                (Accepts::Uncovered, 1, 1, "granted by hand"),
                (Accepts::Unused, 2, 6, "next release"),
                (Accepts::Unused, 16, 16, "a link")
            ]
        );
        let lines: Vec<usize> = malformed.iter().map(|malformed| malformed.line).collect();
        assert_eq!(lines, [7, 8, 9]);
    }
}
