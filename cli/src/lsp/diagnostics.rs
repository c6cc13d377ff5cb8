//! Findings as an editor shows them.

use lsp_types::{CodeDescription, Diagnostic, DiagnosticSeverity, NumberOrString};
use rekognition_iam_runtime::check::Severity;
use rekognition_iam_runtime::json::Span;

use super::documents::Document;
use super::positions::{Encoding, Lines};
use crate::input::rules;
use crate::plain::plain_lines;
use crate::report::finding::{FileReport, Problem};

/// Who says it, in the list of problems of an editor.
pub(super) const SOURCE: &str = "rekognition-iam";

/// What `check` would report for a text.
pub(super) fn of_report(
    document: &Document,
    report: &FileReport,
    encoding: Encoding,
) -> Vec<Diagnostic> {
    let lines = Lines::new(&document.text, encoding);
    let mut shown = report.clone();
    shown.say_once();
    let mut out: Vec<Diagnostic> = (shown.findings.iter())
        .filter(|problem| problem.accepted.is_none())
        .map(|problem| of_problem(problem, &lines))
        .collect();
    if let Some(unusable) = &report.unusable {
        let span = unusable.place.map_or(Span::new(0, 0), |(span, _)| span);
        let is_said = (shown.findings.iter()).any(|problem| problem.span == span);
        if unusable.place.is_none() || !is_said {
            out.push(plain(
                lines.range(span),
                DiagnosticSeverity::ERROR,
                unusable.message.clone(),
            ));
        }
        // While someone types, the rest of the file is as it was.
        for problem in document.remembered() {
            let diagnostic = of_problem(&problem, &lines);
            if problem.accepted.is_none() && !out.contains(&diagnostic) {
                out.push(diagnostic);
            }
        }
    }
    // Notes are about files with policies: editors open many others.
    if report.policies > 0 || report.named > 0 {
        for note in &shown.notes {
            let range = lines.range(Span::new(0, 0));
            out.push(plain(range, DiagnosticSeverity::INFORMATION, note.clone()));
        }
    }
    out
}

/// A reason why nothing was checked.
pub(super) fn unchecked(reason: &str) -> Diagnostic {
    let reason = format!("not checked: {reason}");
    plain(
        lsp_types::Range::default(),
        DiagnosticSeverity::ERROR,
        reason,
    )
}

fn plain(range: lsp_types::Range, severity: DiagnosticSeverity, message: String) -> Diagnostic {
    Diagnostic {
        range,
        severity: Some(severity),
        source: Some(SOURCE.to_string()),
        // What cannot be seen could turn the direction of the rest.
        message: plain_lines(&message).into_owned(),
        ..Diagnostic::default()
    }
}

pub(super) fn of_problem(problem: &Problem, lines: &Lines<'_>) -> Diagnostic {
    let severity = match problem.severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::SecurityWarning | Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Suggestion => DiagnosticSeverity::INFORMATION,
    };
    let mut message = problem.message.clone();
    for help in &problem.help {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    let page = rules::find(problem.id).and_then(|rule| rule.url().parse().ok());
    Diagnostic {
        code: Some(NumberOrString::String(problem.id.to_string())),
        code_description: page.map(|href| CodeDescription { href }),
        ..plain(lines.range(problem.span), severity, message)
    }
}
