//! `evaluate --matrix`: many actions on many resources.

use rekognition_iam_runtime::evaluate::{Prepared, Verdict};
use rekognition_iam_runtime::{catalogue, glob};

use super::answer::Answer;
use super::policies::Policies;
use super::question::{Asked, Question};
use super::{EvaluateArgs, Format};
use crate::input::documents;
use crate::json_text::write_string;
use crate::plain::{cut, plain};
use crate::terminal::{CLEAN, FOUND, complain, print};
use std::borrow::Cow;
use std::io;

/// One answer of the matrix, as far as it is printed.
struct Cell {
    verdict: Verdict,
    code: &'static str,
    /// The statement that decided, in words.
    by: String,
    json: String,
}

pub(super) fn run(
    arguments: &EvaluateArgs,
    policies: &Policies,
    question: &Question<'_>,
) -> Result<io::Result<u8>, String> {
    let actions = actions(&arguments.actions)?;
    let prepared = Prepared::new(&policies.attached);
    let rows: Vec<(&str, Vec<Cell>)> = (actions.iter())
        .map(|action| {
            let cells = (arguments.resources.iter())
                .map(|resource| {
                    let question = question.about(action, vec![Cow::Borrowed(resource.as_str())]);
                    cell(&question, &prepared, policies)
                })
                .collect();
            (action.as_str(), cells)
        })
        .collect();
    let mut out = String::new();
    match arguments.format {
        Format::Human => human(&mut out, &rows, &arguments.resources),
        Format::Json => json(&mut out, &rows, &arguments.resources),
        Format::Csv => csv(&mut out, &rows, &arguments.resources),
        Format::Markdown => markdown(&mut out, &rows, &arguments.resources),
    }
    let all = (rows.iter())
        .flat_map(|(_, cells)| cells)
        .all(|cell| cell.verdict == Verdict::Allowed);
    Ok(print(out.as_bytes()).map(|_| if all { CLEAN } else { FOUND }))
}

/// The actions that are asked about. A pattern represents all actions of the catalogue that it matches.
fn actions(given: &[String]) -> Result<Vec<String>, String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |action: String| {
        if !(found.iter()).any(|known| known.eq_ignore_ascii_case(&action)) {
            found.push(action);
        }
    };
    for action in given {
        documents::action(action, true)?;
        if !action.contains(['*', '?']) {
            if let Some(note) = documents::unlisted(action) {
                complain(&format!("note: {note}"));
            }
            add(action.clone());
            continue;
        }
        let mut any = false;
        for service in catalogue::services() {
            for info in service.actions {
                let name = format!("{}:{}", service.prefix, info.name);
                if glob::matches(action, &name, true) {
                    any = true;
                    add(name);
                }
            }
        }
        if !any {
            return Err(format!(
                "the catalogue has no action that matches `{}`; name the actions",
                cut(action)
            ));
        }
    }
    Ok(found)
}

fn cell(question: &Question<'_>, prepared: &Prepared<'_>, policies: &Policies) -> Cell {
    question.ask(Asked::Prepared(prepared), &policies.open, |decision| {
        let answer = Answer {
            decision: &decision,
            attached: &policies.attached,
            several: false,
        };
        let mut json = String::new();
        answer.members(&mut json);
        Cell {
            verdict: decision.verdict(),
            code: decision.reason().name(),
            by: (decision.by()).map_or_else(String::new, |by| answer.statement(by)),
            json,
        }
    })
}

const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allowed => "allowed",
        Verdict::ExplicitDeny => "denied",
        Verdict::ImplicitDeny => "-",
        Verdict::Undetermined => "unknown",
    }
}

/// A table, and what its columns are below it.
fn human(out: &mut String, rows: &[(&str, Vec<Cell>)], resources: &[String]) {
    let first = rows.iter().map(|(action, _)| action.chars().count());
    let width = first.chain([6]).max().unwrap_or_default();
    let mut row = |name: &str, cells: &[String]| {
        let mut line = format!("{name:<width$}");
        for cell in cells {
            line.push_str(&format!("  {cell:<7}"));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    };
    let heads: Vec<String> = (1..=resources.len())
        .map(|number| format!("[{number}]"))
        .collect();
    row("action", &heads);
    for (action, cells) in rows {
        let cells: Vec<String> = cells
            .iter()
            .map(|cell| word(cell.verdict).to_string())
            .collect();
        row(&plain(action), &cells);
    }
    out.push('\n');
    for (head, resource) in heads.iter().zip(resources) {
        out.push_str(&format!("{head} {}\n", plain(resource)));
    }
    out.push_str(
        "denied: a statement denies it; -: nothing allows it; unknown: it cannot be determined\n",
    );
}

/// One object a line for each answer.
fn json(out: &mut String, rows: &[(&str, Vec<Cell>)], resources: &[String]) {
    for (action, cells) in rows {
        for (cell, resource) in cells.iter().zip(resources) {
            out.push_str("{\"action\":");
            write_string(out, action);
            out.push_str(",\"resource\":");
            write_string(out, resource);
            out.push(',');
            out.push_str(&cell.json);
            out.push_str("}\n");
        }
    }
}

/// One line for each answer, as RFC 4180 has it.
fn csv(out: &mut String, rows: &[(&str, Vec<Cell>)], resources: &[String]) {
    out.push_str("action,resource,decision,code,by\r\n");
    for (action, cells) in rows {
        for (cell, resource) in cells.iter().zip(resources) {
            let fields = [*action, resource, cell.verdict.name(), cell.code, &cell.by];
            let fields: Vec<String> = fields.iter().map(|field| csv_field(field)).collect();
            out.push_str(&fields.join(","));
            out.push_str("\r\n");
        }
    }
}

/// A field in quotes where it has to be. A spreadsheet takes what begins like a formula for one.
fn csv_field(text: &str) -> String {
    let text = plain(text);
    let formula = text.starts_with(['=', '+', '-', '@']);
    if formula || text.contains([',', '"', ' ']) {
        let mark = if formula { "'" } else { "" };
        return format!("\"{mark}{}\"", text.replace('"', "\"\""));
    }
    text.into_owned()
}

fn markdown(out: &mut String, rows: &[(&str, Vec<Cell>)], resources: &[String]) {
    out.push_str("| action |");
    for resource in resources {
        out.push_str(&format!(" {} |", code(resource)));
    }
    out.push_str("\n|---|");
    out.push_str(&"---|".repeat(resources.len()));
    out.push('\n');
    for (action, cells) in rows {
        out.push_str(&format!("| {} |", code(action)));
        for cell in cells {
            out.push_str(&format!(" {} |", word(cell.verdict)));
        }
        out.push('\n');
    }
}

/// Text as code in a cell of a table, in which `|` ends the cell even there.
fn code(text: &str) -> String {
    let text = plain(text).replace('|', "\\|");
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_one_field_and_no_formula() {
        for (text, expected) in [
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b/*"),
            ("a,b", "\"a,b\""),
            ("a\"b", "\"a\"\"b\""),
            ("=1+1", "\"'=1+1\""),
            ("a\nb", "a\\nb"),
        ] {
            assert_eq!(csv_field(text), expected);
        }
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("a`b"), "`` a`b ``");
    }
}
