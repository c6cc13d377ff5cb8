//! SARIF 2.1.0.
//!
//! See <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::check::Severity;
use rekognition_iam_runtime::json::Span;

use crate::input::rules;
use crate::json_text::{catalogue, quoted, write_string};
use crate::report::finding::{Accepted, FileReport};
use crate::report::{Note, Positions, Reporter, Run, Told};

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::SecurityWarning | Severity::Warning => "warning",
        Severity::Suggestion => "note",
    }
}

/// The score of a rule for GitHub, which orders alerts by it: from 0 to 10, high from 7 and medium from 4.
///
/// See <https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>.
const fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "8.0",
        Severity::SecurityWarning => "7.0",
        Severity::Warning => "4.0",
        Severity::Suggestion => "1.0",
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
    out.push_str(",\"informationUri\":");
    write_string(&mut out, env!("CARGO_PKG_HOMEPAGE"));
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
            ",\"defaultConfiguration\":{{\"level\":\"{}\"}},\"properties\":{{\"severity\":\"{}\",\"security-severity\":\"{}\",\"tags\":[\"security\"]}}}}",
            level(rule.severity),
            rule.severity,
            security_severity(rule.severity)
        ));
    }
    out.push_str("]}},\"columnKind\":\"unicodeCodePoints\",\"results\":[\n");
    out
}

fn file(report: &FileReport) -> String {
    let mut out = String::new();
    let positions = Positions::of(report);
    let uri = quoted(&uri(&report.name));
    let region = |span: Span| {
        let (start, end) = (positions.at(span.start), positions.at(span.end));
        format!(
            "{{\"startLine\":{},\"startColumn\":{},\"endLine\":{},\"endColumn\":{}}}",
            start.line, start.column, end.line, end.column
        )
    };
    for problem in &report.findings {
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
        out.push_str(&format!(
            "}},\"locations\":[{{\"physicalLocation\":{{\"artifactLocation\":{{\"uri\":{uri}}},\"region\":{}}},\"logicalLocations\":[{{\"fullyQualifiedName\":",
            region(problem.span)
        ));
        write_string(&mut out, &problem.path);
        out.push_str("}]}]");
        // A file that a tool wrote is not fixed.
        if let (Some(edit), None) = (&problem.edit, report.source) {
            out.push_str(&format!(
                ",\"fixes\":[{{\"description\":{{\"text\":\"what `rekognition-iam fix` writes\"}},\"artifactChanges\":[{{\"artifactLocation\":{{\"uri\":{uri}}},\"replacements\":[{{\"deletedRegion\":{},\"insertedContent\":{{\"text\":{}}}}}]}}]}}]",
                region(edit.span),
                quoted(&edit.text)
            ));
        }
        if let Some(accepted) = &problem.accepted {
            let kind = match accepted {
                Accepted::Comment(_) => "inSource",
                Accepted::Setting(_)
                | Accepted::Entry(_)
                | Accepted::Export(_)
                | Accepted::Baseline(_) => "external",
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
                None
                | Some(
                    Accepted::Setting(_)
                    | Accepted::Entry(_)
                    | Accepted::Export(_)
                    | Accepted::Comment(_),
                ) => "new",
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

/// A path as a URI: of scheme `file` if it is absolute, and otherwise relative to where the command was run.
pub(crate) fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let is_drive =
        |bytes: &[u8]| matches!(bytes, [letter, b':', b'/', ..] if letter.is_ascii_alphabetic());
    let mut out = String::with_capacity(path.len());
    // `//server/share` already has what follows the scheme.
    if path.starts_with("//") {
        out.push_str("file:");
    } else if path.starts_with('/') {
        out.push_str("file://");
    } else if is_drive(path.as_bytes()) {
        out.push_str("file:///");
    }
    let drive = match is_drive(path.as_bytes()) {
        true => path.get(..2).unwrap_or_default(),
        false => "",
    };
    out.push_str(drive);
    for byte in path.bytes().skip(drive.len()) {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_as_uris() {
        for (path, expected) in [
            ("a/b c.json", "a/b%20c.json"),
            ("a:b.json", "a%3Ab.json"),
            ("/a/b:c.json", "file:///a/b%3Ac.json"),
            ("C:\\a\\b.json", "file:///C:/a/b.json"),
            ("\\\\server\\share\\b.json", "file://server/share/b.json"),
            ("<stdin>", "%3Cstdin%3E"),
        ] {
            assert_eq!(uri(path), expected);
        }
    }
}
