//! What was found in all files together.

use std::collections::BTreeMap;

use rekognition_iam_runtime::check::Severity;

use super::finding::FileReport;
use crate::config::Config;

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
