//! Workflow commands of GitHub Actions.
//!
//! See <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>.

use rekognition_iam_runtime::check::Severity;

use super::finding::FileReport;
use super::{Reporter, Run, Told, placed};
use crate::plain::plain;

/// Annotations in a pull request.
#[derive(Debug)]
pub(crate) struct Github;

impl Reporter for Github {
    fn file(&self, report: &FileReport) -> String {
        let mut out = String::new();
        let file = property(&report.name);
        for (problem, start, end) in placed(report) {
            let level = match (problem.severity, &problem.accepted) {
                (_, Some(_)) | (Severity::Suggestion, _) => "notice",
                (Severity::Error, None) => "error",
                (_, None) => "warning",
            };
            // The line ends of the message are ours alone.
            let mut text = plain(&problem.message).into_owned();
            for help in &problem.help {
                text.push_str("\nhelp: ");
                text.push_str(&plain(help));
            }
            if let Some(accepted) = &problem.accepted {
                text.push_str("\naccepted: ");
                text.push_str(&plain(accepted.reason()));
            }
            out.push_str(&format!(
                "::{level} file={file},line={},endLine={},col={},endColumn={},title={}::{}\n",
                start.line,
                end.line,
                start.column,
                end.column,
                property(problem.id),
                data(&text)
            ));
        }
        if let Some(reason) = &report.unusable
            && report.findings.is_empty()
        {
            out.push_str(&format!(
                "::error file={file},title=unusable::{}\n",
                data(&plain(reason))
            ));
        }
        for note in &report.notes {
            out.push_str(&format!(
                "::notice file={file},title=not checked::{}\n",
                data(&plain(note))
            ));
        }
        out
    }

    fn note(&self, file: Option<&str>, note: &str) -> Told {
        match file {
            // With the findings of the file.
            Some(_) => Told::Already,
            None => Told::Here(format!(
                "::notice title=not checked::{}\n",
                data(&plain(note))
            )),
        }
    }

    fn unusable(&self, _: &FileReport) -> Told {
        Told::Apart
    }

    fn nothing(&self) -> Told {
        Told::Apart
    }

    fn end(&self, _: &Run<'_>) -> String {
        String::new()
    }
}

/// A message. `%` first, for it begins the other escapes.
pub(crate) fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property, which also ends at a comma; two colons would end all of them.
pub(crate) fn property(text: &str) -> String {
    data(&plain(text)).replace(':', "%3A").replace(',', "%2C")
}
