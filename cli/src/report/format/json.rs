//! One JSON object a line for each finding.

use crate::json_text::{catalogue, write_string};
use crate::report::finding::FileReport;
use crate::report::{Note, Reporter, Run, Told, placed};

/// `{"file","id","severity","statement","path","line","column","message","help","catalogue"}`, and `"accepted"` with a
/// reason and `"accepted_by"` for a finding that is accepted. `catalogue` is the date of the AWS data. Statements count from 0 as in the path, lines and columns from 1.
#[derive(Debug)]
pub(crate) struct JsonLines;

impl Reporter for JsonLines {
    fn file(&self, report: &FileReport) -> String {
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
            if let Some(accepted) = &problem.accepted {
                out.push_str(",\"accepted\":");
                write_string(&mut out, &accepted.reason());
                out.push_str(&format!(",\"accepted_by\":\"{}\"", accepted.by()));
            }
            out.push_str(&format!(",{}}}\n", catalogue()));
        }
        out
    }

    fn note(&self, _: Note<'_>) -> Told {
        // Every line of the report is a finding, and what was not checked is none.
        Told::Apart
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
