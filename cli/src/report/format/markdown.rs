//! Markdown, for comments and summaries: findings by severity, each as an item of a list.
//!
//! Text of files and policies is only in code spans that it cannot leave; there are no tables, whose cells a `|` would end.

use std::fmt::Write as _;

use rekognition_iam_runtime::check::Severity;

use crate::input::rules;
use crate::plain::plain;
use crate::report::differences::code_span;
use crate::report::finding::FileReport;
use crate::report::{Note, Reporter, Run, Told, placed};

/// A list for each file, and a summary at the end.
#[derive(Debug)]
pub(crate) struct Markdown;

impl Reporter for Markdown {
    fn begin(&self) -> String {
        "## Policy check\n".to_string()
    }

    fn file(&self, report: &FileReport) -> String {
        let mut out = String::new();
        let mut findings: Vec<_> = (placed(report))
            .filter(|(problem, ..)| problem.accepted.is_none())
            .collect();
        findings.sort_by_key(|(problem, ..)| std::cmp::Reverse(problem.severity));
        if findings.is_empty() && report.unusable.is_none() {
            return out;
        }
        let _ = writeln!(out, "\n### {}\n", code_span(&plain(&report.name)));
        if let Some(reason) = &report.unusable {
            let _ = writeln!(
                out,
                "- **not checked:** {}",
                code_span(&plain(&reason.to_string()))
            );
        }
        for (problem, start, _) in findings {
            let rule = match rules::find(problem.id) {
                Some(rule) => format!("[{}]({})", problem.id, rule.url()),
                None => code_span(problem.id),
            };
            let _ = writeln!(
                out,
                "- **{}** at line {}, column {}: {} ({rule})",
                problem.severity,
                start.line,
                start.column,
                code_span(&plain(&problem.message))
            );
            for help in &problem.help {
                let _ = writeln!(out, "  - help: {}", code_span(&plain(help)));
            }
        }
        out
    }

    fn note(&self, note: Note<'_>) -> Told {
        match note {
            Note::File(..) | Note::Run(_) => Told::AtEnd,
            Note::Accepted(_) => Told::Apart,
        }
    }

    fn unusable(&self, _: &FileReport) -> Told {
        Told::Apart
    }

    fn nothing(&self) -> Told {
        Told::AtEnd
    }

    fn end(&self, run: &Run<'_>) -> String {
        let totals = run.totals;
        let counts: Vec<String> = (Severity::ALL.iter().rev())
            .filter_map(|severity| {
                let count = *totals.found.get(severity)?;
                Some(match count {
                    1 => format!("1 {severity}"),
                    _ => format!("{count} {severity}s"),
                })
            })
            .collect();
        let found = match counts.as_slice() {
            [] => "no findings".to_string(),
            counts => counts.join(", "),
        };
        let mut out = format!(
            "\n**{found}** in {} of {}.\n",
            amount(totals.policies, "policy", "policies"),
            amount(totals.files, "file", "files")
        );
        if !run.errors.is_empty() || !run.notes.is_empty() {
            out.push_str("\n### Not checked\n\n");
        }
        for error in run.errors {
            let _ = writeln!(out, "- {}", code_span(&plain(error)));
        }
        for (file, note) in run.notes {
            let file = match file.as_str() {
                "" => String::new(),
                file => format!("{}: ", code_span(&plain(file))),
            };
            let _ = writeln!(out, "- {file}{}", code_span(&plain(note)));
        }
        out
    }
}

fn amount(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}
