//! Applying the fixes that have one right answer.

#[cfg(test)]
mod fuzz;
mod lists;
pub(crate) mod verify;

use std::path::Path;

use rekognition_iam_codegen::replace::replace;
use rekognition_iam_runtime::json::Edit;

use crate::input::files::reason;
use crate::plain::{diff_name, plain};

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// The text with the changes in it.
pub(crate) fn applied(text: &str, edits: &[&Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.span.start).unwrap_or_default());
        out.push_str(&edit.text);
        at = edit.span.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// The changes as a unified diff.
pub(crate) fn diff(name: &str, text: &str, edits: &[&Edit]) -> String {
    let name = diff_name(name);
    let mut out = format!("--- {name}\n+++ {name}\n");
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut starts = Vec::with_capacity(lines.len());
    let mut at = 0;
    for line in &lines {
        starts.push(at);
        at += line.len();
    }
    let line_of = |offset: usize| {
        starts
            .partition_point(|&start| start <= offset)
            .saturating_sub(1)
    };
    // Runs of lines that change: first and last line, and the edits within.
    let mut runs: Vec<(usize, usize, Vec<&Edit>)> = Vec::new();
    for &edit in edits {
        let (first, last) = (
            line_of(edit.span.start),
            line_of(edit.span.end.saturating_sub(1)),
        );
        match runs.last_mut() {
            Some((_, end, inside)) if first <= *end + 1 => {
                *end = last.max(*end);
                inside.push(edit);
            }
            _ => runs.push((first, last, vec![edit])),
        }
    }
    let mut rest = runs.as_slice();
    // How many lines the new text is ahead of the old one.
    let mut ahead = 0_isize;
    while let Some((first, ..)) = rest.first() {
        let mut length = 1;
        while let (Some((_, end, _)), Some((next, ..))) = (rest.get(length - 1), rest.get(length)) {
            if next - end > CONTEXT * 2 {
                break;
            }
            length += 1;
        }
        let (hunk, tail) = rest.split_at(length);
        rest = tail;
        let from = first.saturating_sub(CONTEXT);
        let last = hunk.last().map_or(from, |(_, end, _)| *end);
        let to = (last + CONTEXT).min(lines.len().saturating_sub(1));
        let mut body = String::new();
        let (mut old, mut new) = (0_usize, 0_usize);
        let mut line = from;
        for (first, end, inside) in hunk {
            for context in lines.get(line..*first).unwrap_or_default() {
                push_line(&mut body, ' ', context);
                old += 1;
                new += 1;
            }
            let start = starts.get(*first).copied().unwrap_or_default();
            let stop = starts.get(end + 1).copied().unwrap_or(text.len());
            for removed in lines.get(*first..=*end).unwrap_or_default() {
                push_line(&mut body, '-', removed);
                old += 1;
            }
            let mut changed = String::new();
            let mut at = start;
            for edit in inside {
                changed.push_str(text.get(at..edit.span.start).unwrap_or_default());
                changed.push_str(&edit.text);
                at = edit.span.end;
            }
            changed.push_str(text.get(at..stop).unwrap_or_default());
            for added in changed.split_inclusive('\n') {
                push_line(&mut body, '+', added);
                new += 1;
            }
            line = end + 1;
        }
        for context in lines.get(line..=to).unwrap_or_default() {
            push_line(&mut body, ' ', context);
            old += 1;
            new += 1;
        }
        let new_from = (from + 1).saturating_add_signed(ahead);
        out.push_str(&format!(
            "@@ -{},{old} +{new_from},{new} @@\n{body}",
            from + 1
        ));
        ahead += new as isize - old as isize;
    }
    out
}

/// A diff as it is safe on a terminal.
pub(crate) fn seen(diff: &str) -> String {
    let mut out = String::with_capacity(diff.len());
    for line in diff.split_inclusive('\n') {
        let text = line.trim_end_matches(['\r', '\n']);
        for (number, piece) in text.split('\t').enumerate() {
            out.push_str(if number == 0 { "" } else { "\t" });
            out.push_str(&plain(piece));
        }
        out.push_str(line.get(text.len()..).unwrap_or_default());
    }
    out
}

fn push_line(out: &mut String, sign: char, line: &str) {
    out.push(sign);
    out.push_str(line);
    if !line.ends_with('\n') {
        out.push_str("\n\\ No newline at end of file\n");
    }
}

/// Writes a file as a whole or not at all.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), String> {
    replace(path, text.as_bytes()).map_err(|error| reason(&error))
}

#[cfg(test)]
mod tests {
    use super::seen;

    #[test]
    fn a_diff_on_a_terminal() {
        assert_eq!(
            seen("-\ta\u{9b}2J\r\n+\ta\rb\u{7f}\n c"),
            "-\ta\\u{9b}2J\r\n+\ta\\rb\\u{7f}\n c"
        );
    }
}
