//! What was found in all files together.

use std::collections::BTreeMap;

use rekognition_iam_runtime::check::Severity;

use super::finding::{Accepted, FileReport, InBaseline};
use crate::config::Config;
use crate::input::files::Unread;

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
    /// Files of which something was not read.
    pub(crate) unread: BTreeMap<Unread, usize>,
    /// By severity.
    pub(crate) found: BTreeMap<Severity, usize>,
    /// How often each setting of the configuration applied, in its order.
    pub(crate) applied: Vec<usize>,
    /// The same of its entries that accept a finding; `None` for one about files that were not checked.
    pub(crate) entries: Vec<Option<usize>>,
    /// How often comments of a file, or the program that it was exported from, accepted a finding, by the rule, the file, and
    /// the reason.
    pub(crate) comments: BTreeMap<(&'static str, String, String), usize>,
    /// What the baseline says about all files.
    pub(crate) known: InBaseline,
}

impl Totals {
    pub(crate) fn add(&mut self, report: &FileReport, config: &Config) {
        self.files += 1;
        self.policies += report.policies;
        self.named += report.named;
        for (service, count) in &report.uncovered {
            *self.uncovered.entry(service.clone()).or_default() += count;
        }
        if let Some(unread) = report.unread {
            *self.unread.entry(unread).or_default() += 1;
        }
        self.unusable += usize::from(report.unusable.is_some());
        if let Some(known) = report.known {
            self.known.accepted += known.accepted;
            // What could not be read may still be there.
            if report.unusable.is_none() {
                self.known.gone += known.gone;
            }
        }
        self.applied.resize(config.rules.len(), 0);
        self.entries.resize(config.accepts.len(), None);
        for (&number, &times) in &report.entries {
            // What could not be read may have what the entry is about.
            if let Some(entry) = self.entries.get_mut(number)
                && (times > 0 || report.unusable.is_none())
            {
                *entry.get_or_insert_default() += times;
            }
        }
        for problem in &report.findings {
            match &problem.accepted {
                None => *self.found.entry(problem.severity).or_default() += 1,
                Some(Accepted::Comment(reason) | Accepted::Export(reason)) => {
                    let key = (problem.id, report.name.clone(), reason.clone());
                    *self.comments.entry(key).or_default() += 1;
                }
                Some(Accepted::Setting(_) | Accepted::Entry(_) | Accepted::Baseline(_)) => {}
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
        self.policies + self.named + self.found.values().sum::<usize>() + self.known.accepted
    }

    /// One note for all files of which the same was not read.
    pub(crate) fn unread_notes(&self) -> Vec<String> {
        (self.unread.iter())
            .map(|(unread, &count)| unread.note(count))
            .collect()
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
        self.found.range(level..).next().is_some()
    }
}
