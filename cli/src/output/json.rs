//! One JSON object a line for each finding, and the writing of JSON strings.

use super::placed;
use super::plain::is_hidden;
use crate::policy::FileReport;

/// `{"file","id","severity","statement","path","line","column","message","help"}`, and `"accepted"` with its reason when
/// the configuration accepts the finding. Statements count from 0 as in the path, lines and columns from 1.
pub(super) fn file(report: &FileReport) -> String {
    let mut out = String::new();
    for (problem, start, _) in placed(report) {
        out.push_str("{\"file\":");
        write_string(&mut out, &report.name);
        out.push_str(",\"id\":");
        write_string(&mut out, problem.id);
        out.push_str(&format!(
            ",\"severity\":\"{}\",\"statement\":",
            problem.severity
        ));
        match problem.statement {
            Some(statement) => out.push_str(&statement.to_string()),
            None => out.push_str("null"),
        }
        out.push_str(",\"path\":");
        write_string(&mut out, &problem.path);
        out.push_str(&format!(
            ",\"line\":{},\"column\":{},\"message\":",
            start.line, start.column
        ));
        write_string(&mut out, &problem.message);
        out.push_str(",\"help\":");
        if problem.help.is_empty() {
            out.push_str("null");
        } else {
            write_string(&mut out, &problem.help.join("\n"));
        }
        if let Some(reason) = &problem.accepted {
            out.push_str(",\"accepted\":");
            write_string(&mut out, reason);
        }
        out.push_str("}\n");
    }
    out
}

/// A JSON string with its quotes.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_string(&mut out, text);
    out
}

/// Writes text that is JSON, the same but for characters that act on a terminal. These are in strings, where an escape is
/// the same character.
pub(crate) fn write_json(out: &mut String, json: &str) {
    for c in json.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            c if is_hidden(c) => out.push_str(&format!("\\u{:04x}", c as u32)),
            _ => out.push(c),
        }
    }
}

/// Writes a JSON string with its quotes. More is escaped than JSON asks for: the text may end up on a terminal.
pub(crate) fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // All of these are of the first plane, and so one escape each.
            c if is_hidden(c) => out.push_str(&format!("\\u{:04x}", c as u32)),
            _ => out.push(c),
        }
    }
    out.push('"');
}
