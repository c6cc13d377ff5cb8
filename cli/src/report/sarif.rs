//! SARIF 2.1.0.
//!
//! See <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::check::Severity;

use super::finding::{Accepted, FileReport};
use super::{Note, Reporter, Run, Told, placed};
use crate::input::rules;
use crate::json_text::{catalogue, quoted, write_string};

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::SecurityWarning | Severity::Warning => "warning",
        Severity::Suggestion => "note",
    }
}

/// One log with one run.
#[derive(Debug)]
pub(crate) struct Sarif;

impl Reporter for Sarif {
    fn begin(&self) -> String {
        begin()
    }

    fn between(&self) -> &'static str {
        ",\n"
    }

    fn file(&self, report: &FileReport) -> String {
        file(report)
    }

    fn note(&self, _: Note<'_>) -> Told {
        Told::AtEnd
    }

    fn unusable(&self, _: &FileReport) -> Told {
        Told::Apart
    }

    fn nothing(&self) -> Told {
        Told::AtEnd
    }

    fn end(&self, run: &Run<'_>) -> String {
        end(run)
    }
}

fn begin() -> String {
    let mut out = String::from(
        "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"rekognition-iam\",\"version\":",
    );
    write_string(&mut out, env!("CARGO_PKG_VERSION"));
    out.push_str(",\"rules\":[\n");
    for (number, rule) in rules::all().enumerate() {
        if number > 0 {
            out.push_str(",\n");
        }
        out.push_str("{\"id\":");
        write_string(&mut out, rule.id);
        out.push_str(",\"shortDescription\":{\"text\":");
        write_string(&mut out, rule.summary);
        out.push_str("},\"helpUri\":");
        write_string(&mut out, &rule.url());
        out.push_str(&format!(
            ",\"defaultConfiguration\":{{\"level\":\"{}\"}},\"properties\":{{\"severity\":\"{}\"}}}}",
            level(rule.severity),
            rule.severity
        ));
    }
    out.push_str("]}},\"columnKind\":\"unicodeCodePoints\",\"results\":[\n");
    out
}

fn file(report: &FileReport) -> String {
    let mut out = String::new();
    for (problem, start, end) in placed(report) {
        if !out.is_empty() {
            out.push_str(",\n");
        }
        out.push_str("{\"ruleId\":");
        write_string(&mut out, problem.id);
        if let Some(index) = rules::all().position(|rule| rule.id == problem.id) {
            out.push_str(&format!(",\"ruleIndex\":{index}"));
        }
        out.push_str(&format!(
            ",\"level\":\"{}\",\"message\":{{\"text\":",
            level(problem.severity)
        ));
        let mut text = problem.message.clone();
        for help in &problem.help {
            text.push_str("\nhelp: ");
            text.push_str(help);
        }
        write_string(&mut out, &text);
        out.push_str("},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":");
        write_string(&mut out, &uri(&report.name));
        out.push_str(&format!(
            "}},\"region\":{{\"startLine\":{},\"startColumn\":{},\"endLine\":{},\"endColumn\":{}}}}},\"logicalLocations\":[{{\"fullyQualifiedName\":",
            start.line, start.column, end.line, end.column
        ));
        write_string(&mut out, &problem.path);
        out.push_str("}]}]");
        if let Some(accepted) = &problem.accepted {
            let kind = match accepted {
                Accepted::Comment(_) => "inSource",
                Accepted::Setting(_) | Accepted::Entry(_) | Accepted::Baseline(_) => "external",
            };
            out.push_str(&format!(
                ",\"suppressions\":[{{\"kind\":\"{kind}\",\"justification\":"
            ));
            write_string(&mut out, &accepted.reason());
            out.push_str("}]");
        }
        if report.known.is_some() {
            let state = match &problem.accepted {
                Some(Accepted::Baseline(_)) => "unchanged",
                None | Some(Accepted::Setting(_) | Accepted::Entry(_) | Accepted::Comment(_)) => {
                    "new"
                }
            };
            out.push_str(&format!(",\"baselineState\":\"{state}\""));
        }
        out.push('}');
    }
    out
}

fn end(run: &Run<'_>) -> String {
    let &Run {
        config,
        notes,
        errors,
        ..
    } = run;
    let mut out = format!(
        "],\"invocations\":[{{\"executionSuccessful\":{},\"toolExecutionNotifications\":[",
        errors.is_empty()
    );
    for (number, error) in errors.iter().enumerate() {
        if number > 0 {
            out.push(',');
        }
        out.push_str("{\"level\":\"error\",\"message\":{\"text\":");
        write_string(&mut out, error);
        out.push_str("}}");
    }
    for (number, (name, note)) in notes.iter().enumerate() {
        if number > 0 || !errors.is_empty() {
            out.push(',');
        }
        out.push_str("{\"level\":\"note\",\"message\":{\"text\":");
        write_string(&mut out, note);
        // What is said about the whole run has no place.
        if name.is_empty() {
            out.push_str("}}");
            continue;
        }
        out.push_str("},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":");
        write_string(&mut out, &uri(name));
        out.push_str("}}}]}");
    }
    out.push_str("]}],\"properties\":{\"unlisted\":[");
    for (number, (name, reason)) in config.unlisted.iter().enumerate() {
        if number > 0 {
            out.push(',');
        }
        out.push_str("{\"name\":");
        write_string(&mut out, name);
        out.push_str(",\"reason\":");
        write_string(&mut out, reason);
        out.push('}');
    }
    out.push_str(&format!(
        "],{},\"catalogueSource\":{}}}}}]}}\n",
        catalogue(),
        quoted(catalogue::source())
    ));
    out
}

/// A path as a relative or absolute reference.
pub(crate) fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
