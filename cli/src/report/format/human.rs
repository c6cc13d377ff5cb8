//! For people, as rustc shows its errors.

use std::collections::BTreeSet;

use annotate_snippets::{AnnotationKind, Level, Patch, Renderer, Snippet};
use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::check::Severity;
use rekognition_iam_runtime::json::{Position, Span};

use crate::input::rules;
use crate::plain::plain;
use crate::report::finding::{FileReport, Problem};
use crate::report::{Note, Reporter, Run, Told, placed};

/// The part of a line that is shown of very long ones: minified policies are one line.
const WINDOW: usize = 400;
/// The longest lines of which a change is shown whole.
const PATCH: usize = 200;

/// Source lines with carets, and a summary at the end.
#[derive(Debug)]
pub(crate) struct Human {
    renderer: Renderer,
    quiet: bool,
}

impl Human {
    /// `quiet`: without a summary.
    pub(crate) fn new(colors: bool, quiet: bool) -> Self {
        let renderer = if colors {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        Self { renderer, quiet }
    }
}

impl Reporter for Human {
    fn file(&self, report: &FileReport) -> String {
        let mut out = String::new();
        let mut linked = BTreeSet::new();
        for (problem, start, _) in placed(report) {
            if problem.accepted.is_some() {
                continue;
            }
            // The page of a rule is named with its first finding.
            let page = (linked.insert(problem.id))
                .then(|| rules::find(problem.id))
                .flatten()
                .map(|rule| format!("see {}", rule.url()));
            out.push_str(&shown(
                &self.renderer,
                report,
                problem,
                start,
                page.as_deref(),
            ));
            out.push_str("\n\n");
        }
        out
    }

    fn note(&self, note: Note<'_>) -> Told {
        Told::Here(format!("{}\n", note.line()))
    }

    fn unusable(&self, report: &FileReport) -> Told {
        // A person saw the same as a finding with its source line.
        if report.findings.is_empty() {
            Told::Apart
        } else {
            Told::Already
        }
    }

    fn nothing(&self) -> Told {
        match self.quiet {
            true => Told::Apart,
            // The last line of the report says so.
            false => Told::Already,
        }
    }

    fn end(&self, run: &Run<'_>) -> String {
        match self.quiet {
            true => String::new(),
            false => summary(run),
        }
    }
}

fn shown(
    renderer: &Renderer,
    report: &FileReport,
    problem: &Problem,
    start: Position,
    page: Option<&str>,
) -> String {
    let line = start.line;
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::SecurityWarning => Level::WARNING.with_name(Severity::SecurityWarning.name()),
        Severity::Warning => Level::WARNING,
        Severity::Suggestion => Level::NOTE.with_name(Severity::Suggestion.name()),
    };
    let window = window(&report.text, problem.span);
    let source = window.of(&report.text);
    let within = |span: Span| {
        let limit = |at: usize| at.clamp(window.start, window.end) - window.start;
        limit(span.start)..limit(span.end)
    };
    let (name, message) = (plain(&report.name), plain(&problem.message));
    let helps: Vec<_> = problem.help.iter().map(|help| plain(help)).collect();
    let mut group = level.primary_title(&*message).id(problem.id).element(
        Snippet::source(source)
            .line_start(line)
            .path(&*name)
            .annotation(AnnotationKind::Primary.span(within(problem.span))),
    );
    if let (Some(written), Some(_)) = (report.source, &problem.edit) {
        group = group.element(Level::HELP.message(written));
    }
    // A change is shown as such when it lies in the lines that are shown anyway; the help then says the same in words.
    for help in &helps {
        group = group.element(Level::HELP.message(&**help));
    }
    if let Some(page) = page {
        group = group.element(Level::NOTE.message(page));
    }
    let mut groups = vec![group];
    // A file that a tool wrote is not fixed.
    let edit = (problem.edit.as_ref()).filter(|edit| {
        report.source.is_none()
            && source.len() <= PATCH
            && window.start <= edit.span.start
            && edit.span.end <= window.end
    });
    if let Some(edit) = edit {
        groups.push(
            Level::HELP
                .secondary_title("`rekognition-iam fix` writes")
                .element(
                    Snippet::source(source)
                        .line_start(line)
                        .patch(Patch::new(within(edit.span), &*edit.text)),
                ),
        );
    }
    // The renderer leaves these of the file's own text; the codes that set colors are not among them.
    let text = (renderer.render(&groups)).replace(|c| matches!(c, '\u{80}'..='\u{9f}'), "\u{fffd}");
    // The renderer counts from where the line was cut.
    let shown = (report.text.get(window.start..problem.span.start))
        .map_or(start.column, |before| before.chars().count() + 1);
    if shown == start.column {
        return text;
    }
    let place = |column| format!("{name}:{line}:{column}");
    text.replacen(&place(shown), &place(start.column), 1)
}

/// The lines around a place, cut when they are very long. Looks no further than what can be shown: a file of one line may have
/// thousands of findings.
fn window(text: &str, span: Span) -> Span {
    let boundary = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let bytes = text.as_bytes();
    let first = span.start.saturating_sub(WINDOW + 1);
    let before = bytes.get(first..span.start).unwrap_or_default();
    let start = match before.iter().rposition(|&byte| byte == b'\n') {
        Some(at) => first + at + 1,
        None if span.start <= WINDOW => 0,
        None => boundary(span.start - WINDOW),
    };
    let stop = (span.start + WINDOW * 4).min(bytes.len());
    let behind = bytes.get(span.end..=stop).or_else(|| bytes.get(span.end..));
    let end = match behind {
        Some(behind) if span.end <= stop => (behind.iter())
            .position(|&byte| byte == b'\n')
            .map_or(stop, |at| span.end + at),
        _ => stop,
    };
    Span::new(start, boundary(end.max(start)))
}

fn summary(run: &Run<'_>) -> String {
    let (totals, config, unusable) = (run.totals, run.config, run.errors.len());
    let mut out = String::new();
    for (setting, &times) in config.rules.iter().zip(&totals.applied) {
        if times > 0 {
            let what = match setting.level {
                None => "accepted".to_string(),
                Some(level) => format!("set to {}", level.to_string().replace('_', " ")),
            };
            out.push_str(&format!(
                "{what}: {} ({}): {}\n",
                setting.id,
                count(times, "finding"),
                plain(&setting.reason)
            ));
        }
    }
    let entries = (config.accepts.iter().zip(&totals.entries)).map(|(entry, times)| {
        let place = entry.place();
        (entry.id, place, &entry.reason, times.unwrap_or_default())
    });
    let comments = (totals.comments.iter())
        .map(|((id, file, reason), &times)| (*id, format!("in {file}"), reason, times));
    for (id, place, reason, times) in entries.chain(comments) {
        if times > 0 {
            let (times, place) = (count(times, "finding"), plain(&place));
            out.push_str(&format!(
                "accepted: {id} ({times} {place}): {}\n",
                plain(reason)
            ));
        }
    }
    for (name, reason) in &config.unlisted {
        out.push_str(&format!("unlisted: {}: {}\n", plain(name), plain(reason)));
    }
    out.push_str(&format!(
        "checked against AWS data of {}\n",
        catalogue::as_of()
    ));
    let mut parts = Vec::new();
    for severity in Severity::ALL.into_iter().rev() {
        if let Some(&number) = totals.found.get(&severity) {
            parts.push(count(number, severity.name()));
        }
    }
    let mut found = if totals.checked() == 0 {
        "nothing was checked".to_string()
    } else if parts.is_empty() {
        match totals.known.accepted {
            0 => "nothing found".to_string(),
            _ => "nothing new found".to_string(),
        }
    } else {
        parts.join(", ")
    };
    // The exit code says so too, and nobody shall take what was not read for clean.
    if unusable > 0 {
        found.push_str(&format!("; {} could not be used", count(unusable, "input")));
    }
    let policies = match totals.policies {
        1 => "1 policy".to_string(),
        number => format!("{number} policies"),
    };
    out.push_str(&format!(
        "{policies} in {}: {found}\n",
        count(totals.files, "file")
    ));
    out
}

fn count(number: usize, what: &str) -> String {
    if number == 1 {
        format!("1 {what}")
    } else {
        format!("{number} {what}s")
    }
}
