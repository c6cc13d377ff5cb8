//! Reports, one file after the other.

mod github;
mod human;
pub(crate) mod json;
mod plain;
mod sarif;

pub(crate) use self::github::{data, property};
pub(crate) use self::plain::{diff_name, plain, plain_lines};
pub(crate) use self::sarif::uri;

use std::collections::BTreeMap;

use rekognition_iam_runtime::check::Severity;
use rekognition_iam_runtime::json::{Lines, Position};

use crate::args::Format;
use crate::config::Config;
use crate::policy::{FileReport, Problem};

/// What was found in all files together.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    pub(crate) files: usize,
    pub(crate) policies: usize,
    pub(crate) unusable: usize,
    /// Managed policies that were looked up by name.
    pub(crate) named: usize,
    /// Actions and condition keys that were not checked, by the service that the catalogue leaves out.
    pub(crate) uncovered: BTreeMap<String, usize>,
    /// By severity, the least first.
    pub(crate) found: [usize; 4],
    /// How often each setting of the configuration applied, in its order.
    pub(crate) applied: Vec<usize>,
}

impl Totals {
    pub(crate) fn add(&mut self, report: &FileReport, config: &Config) {
        self.files += 1;
        self.policies += report.policies;
        self.named += report.named;
        for (service, count) in &report.uncovered {
            *self.uncovered.entry(service.clone()).or_default() += count;
        }
        self.unusable += usize::from(report.unusable.is_some());
        self.applied.resize(config.rules.len(), 0);
        for problem in &report.findings {
            if problem.accepted.is_none() {
                self.found[problem.severity as usize] += 1;
            }
            let setting = config.setting(problem.id, &report.name);
            let at = config
                .rules
                .iter()
                .position(|known| setting.is_some_and(|setting| std::ptr::eq(setting, known)));
            if let Some(applied) = at.and_then(|at| self.applied.get_mut(at)) {
                *applied += 1;
            }
        }
    }

    /// How much was checked.
    pub(crate) fn checked(&self) -> usize {
        self.policies + self.named + self.found.iter().sum::<usize>()
    }

    /// One note for everything of services that the catalogue leaves out.
    pub(crate) fn uncovered_note(&self) -> Option<String> {
        let services: Vec<String> = (self.uncovered.iter())
            .map(|(service, count)| format!("`{service}` ({count})"))
            .collect();
        let count: usize = self.uncovered.values().sum();
        match count {
            0 => None,
            1 => Some(format!(
                "1 action or condition key was not checked, because the catalogue does not cover its service: {}",
                services.join(", ")
            )),
            _ => Some(format!(
                "{count} actions and condition keys were not checked, because the catalogue does not cover their services: {}",
                services.join(", ")
            )),
        }
    }

    pub(crate) fn at_or_above(&self, level: Severity) -> bool {
        self.found
            .iter()
            .skip(level as usize)
            .any(|&count| count > 0)
    }
}

/// The report of one file, ready to print.
pub(crate) fn file(format: Format, report: &FileReport, colour: bool) -> String {
    match format {
        Format::Human => human::file(report, colour),
        Format::Json => json::file(report),
        Format::Sarif => sarif::file(report),
        Format::Github => github::file(report),
    }
}

/// What stands before the reports of the files.
pub(crate) fn begin(format: Format) -> String {
    match format {
        Format::Sarif => sarif::begin(),
        _ => String::new(),
    }
}

/// What stands between two reports that are not empty.
pub(crate) const fn between(format: Format) -> &'static str {
    match format {
        Format::Sarif => ",\n",
        _ => "",
    }
}

/// A note about the whole run, for GitHub.
pub(crate) fn notice(note: &str) -> String {
    github::notice(note)
}

/// What stands behind them.
pub(crate) fn end(
    format: Format,
    totals: &Totals,
    config: &Config,
    notes: &[(String, String)],
    errors: &[String],
) -> String {
    match format {
        Format::Human => human::end(totals, config, errors.len()),
        Format::Sarif => sarif::end(config, notes, errors),
        Format::Json | Format::Github => String::new(),
    }
}

/// The findings with where they begin and end.
fn placed(report: &FileReport) -> impl Iterator<Item = (&Problem, Position, Position)> {
    let mut starts = Lines::new(&report.text);
    let mut ends = Lines::new(&report.text);
    report.findings.iter().map(move |problem| {
        let span = problem.span;
        (
            problem,
            starts.position(span.start),
            ends.position(span.end),
        )
    })
}
