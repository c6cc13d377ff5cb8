//! Text that another program completes before it is YAML or JSON: `{{ .Values.name }}` of Helm, Go, Jinja, and Handlebars, `{% if %}`,
//! and `%{name}` of Ruby, Puppet, and OpenShift.
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
    // Where nothing closes them, no later one is closed either, and the rest is not searched again.
    let (mut may_close, mut may_close_block) = (true, true);
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('{')) {
        let start = at + found;
        let rest = text.get(start..).unwrap_or_default();
        if let Some(length) = placeholder(text.get(at..start).unwrap_or_default(), rest) {
            out.push(start - 1..start + length);
            at = start + length;
            continue;
        }
        let length = match rest.as_bytes().get(1) {
            Some(b'{') if may_close && !is_dynamic(rest) => {
                let length = length(rest);
                may_close = length.is_some() || rest.contains("}}");
                length
            }
            Some(b'%') if may_close_block => {
                let length = rest.find("%}").map(|end| end + 2);
                may_close_block = length.is_some();
                length
            }
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

/// The length of a name in braces that a text begins with, if there is a `%` before it. Words of Terraform's templates are no names.
fn placeholder(before: &str, text: &str) -> Option<usize> {
    let inside = text.strip_prefix('{').filter(|_| before.ends_with('%'))?;
    // No further than the name: an opening that nothing closes must not cost the rest of the text.
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let length = inside.find(|c| !is_part(c))?;
    let (name, after) = inside.split_at_checked(length)?;
    let is_name = name.starts_with(|c: char| !c.is_ascii_digit()) && after.starts_with('}');
    let is_word = matches!(name, "if" | "else" | "endif" | "for" | "endfor");
    (is_name && !is_word).then_some(name.len() + 2)
}

/// Whether a text begins with a reference of CloudFormation, `{{resolve:ssm:name}}`.
fn is_dynamic(text: &str) -> bool {
    text.starts_with("{{resolve:")
}

/// The length of the action that a text begins with: to the braces that close it, which are not in one of its strings.
fn length(text: &str) -> Option<usize> {
    let inside = text.get(2..)?;
    if let Some(comment) = (inside.trim_start_matches(is_blank)).strip_prefix("/*") {
        let (_, after) = comment.split_once("*/")?;
        let (_, after) = after.split_once("}}")?;
        return Some(text.len() - after.len());
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

/// What may be before a comment, which `-` trims.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '-'
}

/// The text with something else of the same length in place of its actions: a comment of YAML where an action has lines of its own,
/// and elsewhere characters that [`unknowns`] finds again. Nothing for a text without actions.
pub(crate) fn masked(text: &str) -> Option<String> {
    let actions = actions(text);
    if actions.is_empty() {
        return None;
    }
    let alone = alone(text, &actions);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (action, alone) in actions.iter().zip(alone) {
        out.push_str(text.get(at..action.start)?);
        fill(text.get(action.clone())?, alone, &mut out);
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

/// Of each action, whether there is nothing but actions in its lines.
fn alone(text: &str, actions: &[Range<usize>]) -> Vec<bool> {
    let between = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    let has_break = |action: &Range<usize>| between(action.start, action.end).contains('\n');
    // What is before an action in its line: of another action there, all but the last line is not in it.
    let mut out: Vec<bool> = Vec::with_capacity(actions.len());
    let mut end = 0;
    let mut is_open = true;
    for action in actions {
        let gap = between(end, action.start);
        let line = gap.rsplit('\n').next().unwrap_or_default();
        is_open = line.trim().is_empty() && (is_open || line.len() < gap.len());
        out.push(is_open);
        is_open |= has_break(action);
        end = action.end;
    }
    // And what is after it.
    let mut start = text.len();
    let mut is_open = true;
    for (action, alone) in actions.iter().zip(out.iter_mut()).rev() {
        let gap = between(action.end, start);
        let line = gap.split('\n').next().unwrap_or_default();
        is_open = line.trim().is_empty() && (is_open || line.len() < gap.len());
        *alone &= is_open;
        is_open |= has_break(action);
        start = action.start;
    }
    out
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

/// The actions of a text that have lines of their own, which decide what the text has.
pub(crate) fn deciding(text: &str) -> Vec<Range<usize>> {
    let all = actions(text);
    let alone = alone(text, &all);
    (all.into_iter().zip(alone))
        .filter_map(|(action, alone)| alone.then_some(action))
        .collect()
}

/// Whether any of these, in their order, is in a part of the text.
pub(crate) fn are_in(deciding: &[Range<usize>], part: &Range<usize>) -> bool {
    let first = deciding.partition_point(|action| action.end <= part.start);
    (deciding.get(first)).is_some_and(|action| action.start < part.end)
}

#[cfg(test)]
mod tests {
    use super::{actions, alone, are_in, deciding, masked, unknowns};

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
        assert_eq!(
            found("{% if a %}{{{b}}}%{c}"),
            ["{% if a %}", "{{{b}}", "%{c}"]
        );
        assert_eq!(found("%{a}/%{b_2}"), ["%{a}", "%{b_2}"]);
        // Not closed, of Terraform, and patterns of logs.
        for none in [
            "%{a",
            "%{ if a }",
            "%{endif}",
            "%{IP:client}",
            "%{}",
            "% {a}",
        ] {
            assert!(found(none).is_empty(), "{none}");
        }
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
        let deciding = deciding(text);
        assert_eq!(deciding.len(), 2);
        assert!(are_in(&deciding, &(0..20)));
        assert!(are_in(&deciding, &(20..36)));
        assert!(!are_in(&deciding, &(36..text.len())));
        assert!(!are_in(&[], &(0..text.len())));
    }

    /// The same, character by character.
    fn is_alone(text: &str, number: usize) -> bool {
        let actions = actions(text);
        let action = &actions[number];
        let start = text.get(..action.start).unwrap().rfind('\n');
        let end = text.get(action.end..).unwrap().find('\n');
        let line = start.map_or(0, |at| at + 1)..end.map_or(text.len(), |at| action.end + at);
        let in_action = |at: &usize| actions.iter().any(|action| action.contains(at));
        line.filter(|at| !in_action(at))
            .all(|at| text.as_bytes()[at].is_ascii_whitespace())
    }

    #[test]
    fn lines_of_their_own_are_as_their_characters_say() {
        const PIECES: [&str; 7] = [
            "{{x}}",
            "{{x\ny}}",
            "{{/* a\n */}}",
            " ",
            "\n",
            "a",
            "{% b %}",
        ];
        let mut random = crate::fuzzing::Random::seeded();
        let mut both = [0, 0];
        for _ in 0..3_000 {
            let text: String = (0..random.below(8))
                .map(|_| random.one_of(&PIECES))
                .collect();
            for (number, alone) in alone(&text, &actions(&text)).into_iter().enumerate() {
                assert_eq!(alone, is_alone(&text, number), "{text:?} {number}");
                both[usize::from(alone)] += 1;
            }
        }
        assert!(both.iter().all(|count| *count > 500), "{both:?}");
    }
}
