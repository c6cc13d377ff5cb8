//! Text that another program completes before it is YAML or JSON: `{{ .Values.name }}` of Helm, Go, Jinja, and Handlebars, and `{% if %}`.
//!
//! Such an action can be any text, or a whole part of a document. Where it is within a line, it represents one value; where it has
//! lines of its own, as `{{- if .. }}`, it decides what the document has. The text is read with something in place of each action that
//! is as long, so that all positions stay.

use std::ops::Range;

/// Why a file is not read whose actions something has to complete first.
pub(crate) const RENDER: &str = "it has actions in `{{ .. }}`, and is not complete before they are run; read what they write, such as the output of `helm template`";

/// What fills an action within a line: characters that no policy may have, of three and of two bytes.
const WIDE: char = '\u{e000}';
const NARROW: char = '\u{7ff}';

/// The actions in a text, with their braces. What has no end is none.
pub(crate) fn actions(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('{')) {
        let start = at + found;
        let rest = text.get(start..).unwrap_or_default();
        let length = match rest.as_bytes().get(1) {
            Some(b'{') if !is_dynamic(rest) => length(rest),
            Some(b'%') => rest.find("%}").map(|end| end + 2),
            _ => None,
        };
        match length {
            Some(length) => {
                out.push(start..start + length);
                at = start + length;
            }
            None => at = start + 1,
        }
    }
    out
}

/// Whether a text begins with a reference of CloudFormation, `{{resolve:ssm:name}}`.
fn is_dynamic(text: &str) -> bool {
    text.starts_with("{{resolve:")
}

/// The length of the action that a text begins with: to the braces that close it, which are not in one of its strings.
fn length(text: &str) -> Option<usize> {
    let is_first = |at: &usize| is_blank(text.get(2..*at).unwrap_or_default());
    if let Some(comment) = text.find("/*").filter(is_first) {
        let end = text.get(comment..)?.find("*/")? + comment;
        return Some(end + text.get(end..)?.find("}}")? + 2);
    }
    let mut quote = None;
    let mut bytes = text.bytes().enumerate().skip(2);
    while let Some((at, byte)) = bytes.next() {
        match (quote, byte) {
            (Some(b'"'), b'\\') => {
                bytes.next();
            }
            (Some(open), close) if open == close => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'`') => quote = Some(byte),
            (None, b'}') if text.as_bytes().get(at + 1) == Some(&b'}') => return Some(at + 2),
            // Of three braces, Handlebars has the third inside.
            (None, b'{') if at > 2 && text.as_bytes().get(at + 1) == Some(&b'{') => return None,
            (None, _) => {}
        }
    }
    None
}

fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c == '-')
}

/// The text with something else of the same length in place of its actions: a comment of YAML where an action has lines of its own,
/// and elsewhere characters that [`unknowns`] finds again. Nothing for a text without actions.
pub(crate) fn masked(text: &str) -> Option<String> {
    let actions = actions(text);
    if actions.is_empty() {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for action in &actions {
        out.push_str(text.get(at..action.start)?);
        fill(
            text.get(action.clone())?,
            is_alone(text, action, &actions),
            &mut out,
        );
        at = action.end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// Writes something of the length of an action, with its line breaks.
fn fill(action: &str, alone: bool, out: &mut String) {
    for line in action.split_inclusive('\n') {
        let length = line.trim_end_matches(['\n', '\r']).len();
        if alone {
            out.extend((0..length).map(|at| if at == 0 { '#' } else { ' ' }));
        } else {
            // Two and three bytes make every number but one.
            let narrow = match length % 3 {
                0 => 0,
                1 => 2,
                _ => 1,
            };
            if length == 1 {
                out.push('x');
            } else {
                out.extend((0..narrow).map(|_| NARROW));
                out.extend((0..(length - 2 * narrow) / 3).map(|_| WIDE));
            }
        }
        out.push_str(line.get(length..).unwrap_or_default());
    }
}

/// Whether there is nothing but actions in the lines of an action.
fn is_alone(text: &str, action: &Range<usize>, actions: &[Range<usize>]) -> bool {
    let start = text
        .get(..action.start)
        .and_then(|before| before.rfind('\n'));
    let start = start.map_or(0, |at| at + 1);
    let end = (text.get(action.end..))
        .and_then(|after| after.find('\n'))
        .map_or(text.len(), |at| action.end + at);
    let in_action = |at: usize| actions.iter().any(|action| action.contains(&at));
    (text.get(start..end).unwrap_or_default().char_indices())
        .all(|(at, c)| c.is_whitespace() || in_action(start + at))
}

/// Where a text has values that are not known: its actions, and what [`masked`] wrote in their place.
pub(crate) fn unknowns(text: &str) -> Vec<Range<usize>> {
    let mut out = actions(text);
    let is_filler = |c: char| matches!(c, WIDE | NARROW);
    let mut start = None;
    for (at, c) in text.char_indices() {
        match (start, is_filler(c)) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                out.push(from..at);
                start = None;
            }
            (Some(_), true) | (None, false) => {}
        }
    }
    if let Some(from) = start {
        out.push(from..text.len());
    }
    out.sort_by_key(|range| range.start);
    out
}

/// A text for people: with `{{ .. }}` for what [`masked`] wrote.
pub(crate) fn shown(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut at = 0;
    for range in unknowns(text) {
        out.push_str(text.get(at..range.start)?);
        out.push_str("{{ .. }}");
        at = range.end;
    }
    out.push_str(text.get(at..)?);
    (at > 0).then_some(out)
}

/// Whether a part of a text has an action with lines of its own, which decides what the part has.
pub(crate) fn decides(text: &str, part: Range<usize>) -> bool {
    let all = actions(text);
    (all.iter()).any(|action| {
        action.start < part.end && part.start < action.end && is_alone(text, action, &all)
    })
}

#[cfg(test)]
mod tests {
    use super::{actions, decides, masked, unknowns};

    fn found(text: &str) -> Vec<&str> {
        actions(text)
            .into_iter()
            .map(|range| text.get(range).unwrap())
            .collect()
    }

    #[test]
    fn actions_of_templates() {
        assert_eq!(found("a{{ .x }}b{{- y -}}"), ["{{ .x }}", "{{- y -}}"]);
        assert_eq!(
            found(r#"{{ printf "}}" .x }}"#),
            [r#"{{ printf "}}" .x }}"#]
        );
        assert_eq!(found("{{- /* a }} b */ -}}"), ["{{- /* a }} b */ -}}"]);
        // Not closed, and of CloudFormation.
        for none in [
            "{{ .x",
            "{ { } }",
            "{{resolve:ssm:/a}}",
            "{\"a\":{\"b\":{}}}",
        ] {
            assert!(found(none).is_empty(), "{none}");
        }
        assert_eq!(found("{{ a {{ .x }}"), ["{{ .x }}"]);
        assert_eq!(found("{% if a %}{{{b}}}%{c}"), ["{% if a %}", "{{{b}}"]);
    }

    #[test]
    fn masks_are_as_long() {
        let text = "a: {{ .x }}\n  {{- if .y }}\n{{/* two\n  lines */}}\nb: \"{{ä}}/{{ .z }}\"\n";
        let masked = masked(text).unwrap();
        assert_eq!(masked.len(), text.len());
        let lines: Vec<&str> = masked.lines().collect();
        assert!(
            lines[1].starts_with("  #") && lines[2].starts_with('#') && lines[3].starts_with('#')
        );
        assert_eq!(unknowns(&masked).len(), 3, "{masked}");
        assert_eq!(super::masked("a: {b: {}}"), None);
    }

    #[test]
    fn what_decides() {
        let text = "a:\n{{- if .x }}\n  b: 1\n{{- end }}\nc: {{ .y }}\n";
        assert!(decides(text, 0..20));
        assert!(!decides(text, 36..text.len()));
    }
}
