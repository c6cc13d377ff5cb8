//! Findings that are accepted where they are: by comments in the file, and by entries of the configuration.

use std::collections::HashMap;

use rekognition_iam_runtime::document::{Document, Statement};
use rekognition_iam_runtime::json::{self, Limits, Span};
use sha2::{Digest, Sha256};

use super::settings::Settings;
use crate::input::comments::{self, Commented};
use crate::input::exported::Exported;
use crate::input::rules::{REKOGNITION_IAM_INVALID_ALLOW, REKOGNITION_IAM_UNUSED_ALLOW, RuleInfo};
use crate::report::finding::{Accepted, FileReport, Identity, Problem, Said, push};

/// Accepts what the comments of a file allow, and reports the comments that are wrong or have no effect.
pub(super) fn by_comments(
    text: &str,
    settings: &Settings,
    report: &mut FileReport,
    commented: impl FnOnce() -> Commented,
) {
    if !comments::may_have(text) {
        return;
    }
    for mark in commented().marks(text) {
        let allow = match mark.meaning {
            Ok(allow) => allow,
            Err(bad) => {
                let (message, help) = (bad.message, bad.help);
                add(
                    report,
                    settings,
                    REKOGNITION_IAM_INVALID_ALLOW,
                    message,
                    help,
                    mark.span,
                );
                continue;
            }
        };
        let mut used = false;
        for problem in &mut report.findings {
            let at = problem.span.start;
            if problem.id == allow.id && mark.about.start <= at && at < mark.about.end {
                used = true;
                (problem.accepted).get_or_insert_with(|| Accepted::Comment(allow.reason.clone()));
            }
        }
        if !used {
            let message = format!("unused comment: `{}` reports nothing here", allow.id);
            let help = "remove the comment".to_string();
            add(
                report,
                settings,
                REKOGNITION_IAM_UNUSED_ALLOW,
                message,
                help,
                mark.span,
            );
        }
    }
}

fn add(
    report: &mut FileReport,
    settings: &Settings,
    rule: RuleInfo,
    message: String,
    help: String,
    span: Span,
) {
    let said = Said {
        id: rule.id,
        severity: rule.severity,
        statement: None,
        path: String::new(),
        message,
        help: vec![help],
        named: None,
    };
    push(report, &settings.config, said, span, None);
}

/// Accepts what the entries of the configuration accept.
pub(super) fn by_entries(settings: &Settings, report: &mut FileReport) {
    let config = &settings.config;
    if config.accepts.is_empty() {
        return;
    }
    let name = report.name.clone();
    for (number, entry) in config.accepts_in(&name) {
        let mut times = 0;
        for problem in &mut report.findings {
            let sid = problem.identity.sid.as_deref();
            if problem.id == entry.id && entry.is_at(&problem.path, sid) {
                times += 1;
                (problem.accepted).get_or_insert_with(|| Accepted::Entry(entry.reason.clone()));
            }
        }
        report.entries.insert(number, times);
    }
}

/// Accepts what the program accepts from which the file was exported. What it accepts is about the text that it wrote, and
/// about no other.
pub(super) fn by_export(exported: Option<Exported>, text: &str, report: &mut FileReport) {
    let Some(exported) = exported.filter(|exported| {
        !(exported.accepted.is_empty() || report.findings.is_empty()) && exported.is_text(text)
    }) else {
        return;
    };
    for problem in &mut report.findings {
        let accepted = (exported.accepted.iter())
            .find(|entry| entry.id == problem.id && entry.statement == problem.statement);
        if let Some(entry) = accepted {
            (problem.accepted).get_or_insert_with(|| Accepted::Export(entry.reason.clone()));
        }
    }
}

/// Says which policy and statement findings belong to, in a way that the next edit of the file leaves alone.
pub(super) fn identify(findings: &mut [Problem], json: &str, policy: &str) {
    if findings.is_empty() {
        return;
    }
    let document = json::parse(json, &Limits::default()).document;
    let statements = &document.statements.items;
    let mut times = HashMap::new();
    for sid in statements.iter().filter_map(|it| it.sid.as_deref()) {
        *times.entry(sid).or_insert(0) += 1;
    }
    // Of each statement once: one of them may have thousands of findings.
    let mut known: HashMap<usize, Identity> = HashMap::new();
    for problem in findings {
        problem.identity = match problem.statement {
            Some(number) => (known.entry(number))
                .or_insert_with(|| Identity {
                    policy: policy.to_string(),
                    sid: (statements.get(number))
                        .and_then(|statement| statement.sid.as_deref())
                        .filter(|sid| !sid.is_empty() && times.get(sid) == Some(&1))
                        .map(str::to_string),
                    content: statements.get(number).map(content),
                })
                .clone(),
            None => Identity {
                policy: policy.to_string(),
                ..Identity::default()
            },
        };
    }
}

/// A digest of what a statement says.
fn content(statement: &Statement<'_>) -> String {
    let mut alone = Document::default();
    alone.statements.items.push(Statement {
        sid: None,
        ..statement.clone()
    });
    digest(&json::to_minified(&alone))
}

fn digest(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    (hash.iter().take(6))
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
