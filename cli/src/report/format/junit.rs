//! JUnit XML, which build servers show as tests: a suite for each file, a failure for each finding.
//!
//! A finding below the level of `--deny` fails no build, and is a skipped test. See
//! <https://github.com/testmoapp/junitxml>, which describes what tools have in common.

use std::fmt::Write as _;

use rekognition_iam_runtime::check::Severity;

use crate::plain::plain_lines;
use crate::report::finding::FileReport;
use crate::report::{Note, Reporter, Run, Told, placed};

/// Suites of tests.
#[derive(Debug)]
pub(crate) struct Junit {
    /// The lowest severity that is a failure.
    pub(crate) deny: Severity,
}

impl Reporter for Junit {
    fn begin(&self) -> String {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"rekognition-iam\">\n"
            .to_string()
    }

    fn file(&self, report: &FileReport) -> String {
        let name = escaped(&report.name);
        let (mut tests, mut failures, mut skipped) = (0, 0, 0);
        let mut cases = String::new();
        for (problem, start, _) in placed(report) {
            tests += 1;
            let mut text = format!(
                "{}:{}:{}: {}",
                report.name, start.line, start.column, problem.message
            );
            for help in &problem.help {
                let _ = write!(text, "\nhelp: {help}");
            }
            let case = format!(
                "    <testcase classname=\"{name}\" name=\"{} at {}:{}\" file=\"{name}\" line=\"{}\">",
                escaped(problem.id),
                start.line,
                start.column,
                start.line
            );
            let result = match &problem.accepted {
                Some(accepted) => {
                    skipped += 1;
                    format!(
                        "<skipped message=\"accepted: {}\"/>",
                        escaped(&accepted.reason())
                    )
                }
                None if problem.severity < self.deny => {
                    skipped += 1;
                    format!(
                        "<skipped message=\"{}: {}\"/>",
                        problem.severity,
                        escaped(&text)
                    )
                }
                None => {
                    failures += 1;
                    format!(
                        "<failure type=\"{}\" message=\"{}\">{}</failure>",
                        problem.severity,
                        escaped(&problem.message),
                        escaped(&text)
                    )
                }
            };
            let _ = writeln!(cases, "{case}{result}</testcase>");
        }
        let mut errors = 0;
        if let Some(reason) = &report.unusable
            && tests == 0
        {
            tests += 1;
            errors = 1;
            let _ = writeln!(
                cases,
                "    <testcase classname=\"{name}\" name=\"readable\" file=\"{name}\"><error message=\"{}\"/></testcase>",
                escaped(&reason.to_string())
            );
        } else if tests == 0 && report.policies > 0 {
            tests = 1;
            let _ = writeln!(
                cases,
                "    <testcase classname=\"{name}\" name=\"no findings\" file=\"{name}\"/>"
            );
        }
        let mut out = format!(
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\">\n{cases}"
        );
        if !report.notes.is_empty() {
            let notes: Vec<_> = report
                .notes
                .iter()
                .map(|note| format!("not checked: {note}"))
                .collect();
            let _ = writeln!(
                out,
                "    <system-out>{}</system-out>",
                escaped(&notes.join("\n"))
            );
        }
        out.push_str("  </testsuite>\n");
        out
    }

    fn note(&self, note: Note<'_>) -> Told {
        match note {
            // In the suite of the file.
            Note::File(..) => Told::Already,
            Note::Run(_) | Note::Accepted(_) => Told::Apart,
        }
    }

    fn unusable(&self, _: &FileReport) -> Told {
        Told::Apart
    }

    fn nothing(&self) -> Told {
        Told::AtEnd
    }

    fn end(&self, run: &Run<'_>) -> String {
        let mut out = String::new();
        // A run that looked at nothing must not pass.
        if run.totals.checked() == 0 && run.totals.unusable == 0 {
            let text = run.errors.join("\n");
            let _ = writeln!(
                out,
                "  <testsuite name=\"rekognition-iam\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\">\n    <testcase classname=\"rekognition-iam\" name=\"policies\"><error message=\"{}\"/></testcase>\n  </testsuite>",
                escaped(&text)
            );
        }
        out.push_str("</testsuites>\n");
        out
    }
}

/// Text for elements and attributes. XML 1.0 has no way to write control characters, so they are escapes in words.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in plain_lines(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
