//! Comments that accept a finding: `# rekognition-iam: allow RULE, reason`.

use rekognition_iam_runtime::json::Span;
use rekognition_iam_runtime::suggest;

use super::rules;

/// What any comment for us begins with, before its colon.
const SIGN: &str = "rekognition-iam";

/// The comments of a file, and what they can be about. A front end fills this in; the rest is the same for all of them.
#[derive(Debug, Default)]
pub(crate) struct Commented {
    /// The comments with their markers.
    pub(crate) comments: Vec<Span>,
    /// The elements of the file that a comment can be above: entries of maps with their names, items of lists, blocks.
    pub(crate) elements: Vec<Span>,
}

/// Whether a text can have such a comment: most files are not looked at any further.
pub(crate) fn may_have(text: &str) -> bool {
    memchr::memchr2_iter(b'r', b'R', text.as_bytes()).any(|at| {
        text.get(at..)
            .is_some_and(|rest| after_sign(rest).is_some())
    })
}

/// What follows the sign that a text begins with, in any letter case.
fn after_sign(text: &str) -> Option<&str> {
    let (sign, rest) = text.split_at_checked(SIGN.len())?;
    sign.eq_ignore_ascii_case(SIGN).then_some(rest)
}

/// A comment that begins with the sign.
#[derive(Debug)]
pub(crate) struct Mark {
    /// Where the comment is, with its marker.
    pub(crate) span: Span,
    /// What it is about: the findings that begin there.
    pub(crate) about: Span,
    pub(crate) meaning: Result<Allow, Bad>,
}

/// A finding that a comment accepts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Allow {
    pub(crate) id: &'static str,
    pub(crate) reason: String,
}

/// What is wrong with a comment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Bad {
    pub(crate) message: String,
    pub(crate) help: String,
}

impl Commented {
    /// The comments that accept something, or try to.
    pub(crate) fn marks(&self, text: &str) -> Vec<Mark> {
        (self.comments.iter())
            .filter_map(|&span| {
                let meaning = meaning(span.of(text))?;
                Some(Mark {
                    span,
                    about: self.about(text, span),
                    meaning,
                })
            })
            .collect()
    }

    /// A comment that follows something is about its own line. One on a line of its own is about the widest element that begins
    /// on the next line that is not a comment.
    fn about(&self, text: &str, comment: Span) -> Span {
        let start = line_start(text, comment.start);
        let before = text.get(start..comment.start).unwrap_or_default();
        if !before.trim().is_empty() {
            return Span::new(start, line_end(text, comment.start));
        }
        let nothing = Span::new(comment.end, comment.end);
        let mut at = line_end(text, comment.end);
        let line = loop {
            if at >= text.len() {
                return nothing;
            }
            let end = line_end(text, at);
            let code = text.get(at..end).unwrap_or_default();
            let first = at + (code.len() - code.trim_start().len());
            let is_comment = self.comments.iter().any(|other| other.start == first);
            if code.trim().is_empty() || is_comment {
                at = end;
            } else {
                break Span::new(at, end);
            }
        };
        let widest = (self.elements.iter())
            .filter(|element| line.start <= element.start && element.start < line.end)
            .max_by_key(|element| element.end - element.start);
        widest.copied().unwrap_or(line)
    }
}

fn line_start(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    before.rfind('\n').map_or(0, |end| end + 1)
}

/// Where the line of a place ends, after its line feed.
fn line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.find('\n').map_or(text.len(), |end| at + end + 1)
}

/// What a comment says. `None` for one that is not for us.
fn meaning(comment: &str) -> Option<Result<Allow, Bad>> {
    let inner = match comment.strip_prefix("/*") {
        Some(inner) => inner.strip_suffix("*/").unwrap_or(inner),
        None => comment.trim_start_matches(['#', '/']),
    };
    let inner = inner.trim();
    let rest = after_sign(inner)?;
    if inner.starts_with(SIGN)
        && let Some(said) = rest.strip_prefix(':')
    {
        return Some(allow(said.trim()));
    }
    // `# rekognition-iam allow RULE`, and `# Rekognition-IAM: Allow RULE`
    let word = rest
        .trim_start_matches([':', ' ', '\t'])
        .split_whitespace()
        .next()?;
    (word.eq_ignore_ascii_case("allow")).then(|| {
        Err(Bad {
            message: format!("this comment does not begin with `{SIGN}: allow`"),
            help: WANTED.to_string(),
        })
    })
}

const WANTED: &str = "write `rekognition-iam: allow RULE, reason`";

fn allow(said: &str) -> Result<Allow, Bad> {
    let Some(rest) =
        (said.strip_prefix("allow")).filter(|rest| rest.starts_with(char::is_whitespace))
    else {
        return Err(Bad {
            message: "this comment does not say what it allows".to_string(),
            help: WANTED.to_string(),
        });
    };
    let (name, reason) = rest.split_once(',').unwrap_or((rest, ""));
    let (name, reason) = (name.trim(), reason.trim());
    let Some(rule) = rules::find(name) else {
        // `allow RULE reason`
        let first = name.split_whitespace().next().and_then(rules::find);
        let help = match (
            first,
            suggest::nearest(name, rules::all().map(|rule| rule.id)),
        ) {
            (Some(rule), _) => format!("write a comma after `{}`", rule.id),
            (None, Some(near)) => format!("did you mean `{near}`?"),
            (None, None) => "run `rekognition-iam rules` to list the rules".to_string(),
        };
        return Err(Bad {
            message: format!("there is no rule `{}`", crate::plain::cut(name)),
            help,
        });
    };
    let second = reason.split_once(',').map_or(reason, |(first, _)| first);
    if let Some(second) = rules::find(second.trim()) {
        return Err(Bad {
            message: format!(
                "this comment allows `{}` and `{}`, and a comment allows one rule",
                rule.id, second.id
            ),
            help: "write a comment with a reason for each rule".to_string(),
        });
    }
    if reason.is_empty() {
        return Err(Bad {
            message: format!("this comment allows `{}` without a reason", rule.id),
            help: format!("add the reason: `rekognition-iam: allow {}, why`", rule.id),
        });
    }
    Ok(Allow {
        id: rule.id,
        reason: reason.to_string(),
    })
}

#[cfg(test)]
mod tests;
