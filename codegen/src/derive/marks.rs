//! Comments that accept an exception: `// rekognition-iam: allow unused, for the next release`.

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

/// The marks of a file.
pub(super) fn marks(text: &str) -> (Vec<Mark>, Vec<Malformed>) {
    let mut found = Vec::new();
    let mut malformed = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    for (number, line) in lines.iter().enumerate() {
        let Some((before, comment)) = line.split_once("//") else {
            continue;
        };
        let Some(rest) = comment.trim_start().strip_prefix(SIGN) else {
            continue;
        };
        let line = number + 1;
        let mut bad = |message| malformed.push(Malformed { line, message });
        let Some(rest) = rest.trim_start().strip_prefix("allow ") else {
            bad("a mark reads `rekognition-iam: allow unused, why` or `.. allow uncovered, why`");
            continue;
        };
        let (word, reason) = rest.split_once(',').unwrap_or((rest, ""));
        let accepts = match word.trim() {
            "unused" => Accepts::Unused,
            "uncovered" => Accepts::Uncovered,
            _ => {
                bad("a mark accepts `unused` or `uncovered`");
                continue;
            }
        };
        if reason.trim().is_empty() {
            bad("a mark needs a reason after a comma");
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
                    // rekognition-iam allow unused, x\n";
        let (found, malformed) = marks(text);
        let found: Vec<_> = (found.iter())
            .map(|mark| (mark.accepts, mark.line, mark.target, mark.reason.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                (Accepts::Uncovered, 1, 1, "granted by hand"),
                (Accepts::Unused, 2, 6, "next release")
            ]
        );
        let lines: Vec<usize> = malformed.iter().map(|malformed| malformed.line).collect();
        assert_eq!(lines, [7, 8, 9]);
    }
}
