//! What the rules find in a document whatever the values are that are known only when the program runs.

use rekognition_iam_runtime::check::{self, Finding, Options, Subject};
use rekognition_iam_runtime::document::Document;
use rekognition_iam_runtime::values::Place;

use super::lower;

/// A document with characters that represent values.
pub(super) struct Open<'d> {
    pub(super) document: &'d Document<'static>,
    /// The values by number.
    pub(super) values: Vec<OpenValue<'d>>,
}

/// A value that is not known.
pub(super) struct OpenValue<'d> {
    pub(super) name: &'d str,
    /// The type in `rekognition_iam_runtime::values` that it is of.
    pub(super) kind: &'static str,
    pub(super) place: Place,
}

/// Whether a finding depends on how long the values are.
fn is_about_size(finding: &Finding) -> bool {
    finding.rule().subject == Subject::TooLarge
}

impl Open<'_> {
    /// What the rules find.
    ///
    /// A finding belongs to a part of an ARN: one about a variable is dropped, because the sample in its place is ours. One about
    /// a part that is written out stays when it is found with every sample.
    pub(super) fn check(&self, options: &Options<'_>) -> Vec<Finding> {
        if self.values.is_empty() {
            return check::check(self.document, options);
        }
        let mut findings = self.check_with(options, 0);
        // What is too large with our samples may fit with the values.
        if findings.iter().any(is_about_size) {
            let without = lower::filled(self.document, &mut |_| String::new());
            let known = check::check(&without, options);
            findings.retain(|finding| !is_about_size(finding));
            findings.extend(known.into_iter().filter(is_about_size));
        }
        self.in_all_runs(findings, options)
    }

    /// The findings that there are with every sample.
    fn in_all_runs(&self, mut findings: Vec<Finding>, options: &Options<'_>) -> Vec<Finding> {
        let kinds: Vec<&str> = self.values.iter().map(|value| value.kind).collect();
        for run in 1..lower::sample_runs(&kinds) {
            if findings.is_empty() {
                break;
            }
            let others = self.check_with(options, run);
            findings.retain_mut(|finding| {
                if is_about_size(finding) {
                    return true;
                }
                let same = |other: &&Finding| {
                    other.id == finding.id
                        && other.place == finding.place
                        && other.range == finding.range
                };
                let Some(other) = others.iter().find(same) else {
                    return false;
                };
                if other.message != finding.message {
                    self.name_samples(finding);
                }
                true
            });
        }
        findings
    }

    fn sample(&self, number: usize, run: usize) -> String {
        self.values.get(number).map_or_else(String::new, |value| {
            lower::sample(value.kind, value.place, number, run)
        })
    }

    fn check_with(&self, options: &Options<'_>, run: usize) -> Vec<Finding> {
        let document = lower::filled(self.document, &mut |number| self.sample(number, run));
        let mut findings = check::check(&document, options);
        findings.retain_mut(|finding| self.is_known(finding, run));
        findings
    }

    /// Whether a finding is about something known, and where that is in the text with the variables.
    fn is_known(&self, finding: &mut Finding, run: usize) -> bool {
        let Some(text) =
            lower::text_at(self.document, finding.place).filter(|text| lower::has_hole(text))
        else {
            return true;
        };
        // Nothing of it is known: a value of a condition, or a whole ARN.
        if text.chars().all(|c| lower::hole_of(c).is_some()) {
            return false;
        }
        match &finding.range {
            None => true,
            Some(range) => {
                match lower::unsampled(text, &|number| self.sample(number, run), range) {
                    Some(range) => {
                        finding.range = Some(range);
                        true
                    }
                    None => false,
                }
            }
        }
    }

    /// A message that depends on the sample names the variable instead.
    fn name_samples(&self, finding: &mut Finding) {
        let Some(text) = lower::text_at(self.document, finding.place) else {
            return;
        };
        for number in text.chars().filter_map(lower::hole_of) {
            let Some(value) = self.values.get(number) else {
                continue;
            };
            let name = format!("{{{}}}", value.name);
            let sample = self.sample(number, 0);
            finding.message = finding.message.with_text_replaced(&sample, &name);
        }
    }
}
