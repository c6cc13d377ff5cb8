//! Workflow commands of GitHub Actions.
//!
//! See <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>.

use rekognition_iam_runtime::check::Severity;

use crate::plain::plain;
use crate::report::finding::{Accepted, FileReport};
use crate::report::{Note, Reporter, Run, Told, placed};

/// Annotations in a pull request.
#[derive(Debug)]
pub(crate) struct Github {
    /// Without notes.
    pub(crate) quiet: bool,
}

impl Reporter for Github {
    fn file(&self, report: &FileReport) -> String {
        let mut out = String::new();
        let file = property(&report.name);
        for (problem, start, end) in placed(report) {
            // GitHub only shows a few annotations of each step. One for the whole baseline comes at the end.
            if matches!(problem.accepted, Some(Accepted::Baseline(_))) {
                continue;
            }
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
                text.push_str(&plain(&accepted.reason()));
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
                data(&plain(&reason.to_string()))
            ));
        }
        for note in report.notes.iter().filter(|_| !self.quiet) {
            out.push_str(&format!(
                "::notice file={file},title=not checked::{}\n",
                data(&plain(note))
            ));
        }
        out
    }

    fn note(&self, note: Note<'_>) -> Told {
        let title = match note {
            // With the findings of the file.
            Note::File(..) => return Told::Already,
            Note::Run(_) => "not checked",
            Note::Accepted(_) => "accepted",
        };
        let text = data(&plain(note.text()));
        Told::Here(format!("::notice title={title}::{text}\n"))
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
