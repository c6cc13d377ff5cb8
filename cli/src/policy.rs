//! Everything that is wrong in one file.

use rekognition_iam_runtime::check::{Iam, Message, Options, Severity};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::json::{self, Edit, Limits, Located, Span};

use crate::config::Config;
use crate::extract::{self, Form, Found, Shape};
use crate::files::{self, Input, MAX_FILE};
use crate::render::{self, Embedded, Fill};
use crate::tree::{self, Tree, TreeError};

/// What holds for all files.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) kind: Option<PolicyKind>,
    pub(crate) config: Config,
}

/// A file and what is wrong in it.
#[derive(Debug, Default)]
pub(crate) struct FileReport {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) findings: Vec<Problem>,
    /// What was not looked at, for people.
    pub(crate) notes: Vec<String>,
    /// Why the file, or a policy of it, could not be used.
    pub(crate) unusable: Option<String>,
    /// How many policies were looked at.
    pub(crate) policies: usize,
}

/// A finding in a file.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) id: &'static str,
    pub(crate) severity: Severity,
    pub(crate) statement: Option<usize>,
    pub(crate) path: String,
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) help: Vec<String>,
    pub(crate) edit: Option<Edit>,
    /// The reason why the configuration accepts it.
    pub(crate) accepted: Option<String>,
}

/// Reads a file and checks every policy in it.
pub(crate) fn check(input: &Input, settings: &Settings) -> FileReport {
    let mut report = FileReport {
        name: input.name(),
        ..FileReport::default()
    };
    match files::read(input) {
        Ok(text) => report.text = text,
        Err(error) => {
            report.unusable = Some(error);
            return report;
        }
    }
    let text = std::mem::take(&mut report.text);
    look(&text, input, settings, &mut report);
    report.text = text;
    // Stable: what stands at one place stays in the order of the rules.
    report.findings.sort_by_key(|problem| problem.span.start);
    report
}

fn look(text: &str, input: &Input, settings: &Settings, report: &mut FileReport) {
    if is_yaml(text, input) {
        match tree::parse_yaml(text) {
            Ok(tree) => {
                let template = tree
                    .roots
                    .iter()
                    .any(|&root| tree.get(root, "Resources").is_some());
                let shape = if template {
                    Shape::CloudFormation
                } else {
                    Shape::Other
                };
                look_at_tree(&tree, shape, settings, report);
                if report.policies == 0 && input.named && !template && report.unusable.is_none() {
                    report.unusable = Some("the file holds no policy".to_string());
                }
            }
            // Folders are full of YAML that is not ours to judge.
            Err(error) if input.named || text.contains("AWSTemplateFormatVersion") => {
                broken(text, error, report)
            }
            Err(error) => report
                .notes
                .push(format!("{}, and stepped over", error.message)),
        }
        return;
    }
    let limits = Limits {
        text: MAX_FILE as usize,
        string: MAX_FILE as usize,
    };
    let shape = extract::shape(text, &report.name, input.named, &limits);
    if shape == Shape::Policy {
        return look_at_text(text, settings, report);
    }
    match tree::parse_json(text, &limits) {
        Ok(tree) => {
            look_at_tree(&tree, shape, settings, report);
            // A file that was named is a policy when it is nothing else.
            if report.policies == 0 && shape == Shape::Other && input.named {
                look_at_text(text, settings, report);
            }
        }
        Err(error) if input.named || shape != Shape::Other => broken(text, error, report),
        Err(error) => report
            .notes
            .push(format!("no JSON ({}), and stepped over", error.message)),
    }
}

/// A file whose text is not what its name says.
fn broken(text: &str, error: TreeError, report: &mut FileReport) {
    let at = json::position(text, error.span.start);
    let help = error
        .help
        .map(|help| format!("; {help}"))
        .unwrap_or_default();
    report.unusable = Some(format!("{at}: {}{help}", error.message));
}

fn is_yaml(text: &str, input: &Input) -> bool {
    let extension = input
        .path
        .as_ref()
        .and_then(|path| path.extension())
        .map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    match extension.as_deref() {
        Some("yaml" | "yml") => true,
        Some("json") => false,
        // A template has either form. JSON begins with a bracket, or is a piece that somebody cut out of JSON.
        _ => {
            !text
                .trim_start_matches('\u{feff}')
                .trim_start()
                .starts_with(['{', '[', '"'])
                && !text.trim().is_empty()
        }
    }
}

/// A file that is one policy document.
fn look_at_text(text: &str, settings: &Settings, report: &mut FileReport) {
    report.policies = 1;
    let judged = judged(text, true, None, settings);
    if !judged.is_json {
        let first = judged.findings.iter().find(|located| {
            matches!(
                located.finding.id,
                "JSON_SYNTAX_ERROR" | "REKOGNITION_IAM_JSON_LIMIT"
            )
        });
        if let Some(located) = first {
            let at = json::position(text, located.span.start);
            report.unusable = Some(format!("{at}: {}", located.finding.message.render(&Iam)));
        }
    }
    for located in judged.findings {
        let (span, edit) = (located.span, located.edit.clone());
        add(report, settings, located, "", span, edit);
    }
}

/// `sent` says whether the text reaches AWS as it stands, white space and all.
fn judged<'t>(
    text: &'t str,
    sent: bool,
    kind: Option<PolicyKind>,
    settings: &Settings,
) -> json::Report<'t> {
    let parsed = json::parse(text, &Limits::default());
    let unlisted = settings.config.unlisted();
    let options = Options {
        kind: (settings.kind.or(kind)).unwrap_or_else(|| PolicyKind::detect(&parsed.document)),
        unlisted: &unlisted,
        text: sent.then_some(text),
    };
    json::judge(text, parsed, &options)
}

fn look_at_tree(tree: &Tree<'_>, shape: Shape, settings: &Settings, report: &mut FileReport) {
    let (found, unread) = extract::find(tree, shape);
    for path in unread {
        report.notes.push(format!(
            "{path}: the policy is not known before deployment, and was not checked"
        ));
    }
    for found in found {
        report.policies += 1;
        match found.form {
            Form::Text => in_string(tree, &found, shape, settings, report),
            Form::Tree | Form::Blocks => in_tree(tree, &found, settings, report),
        }
    }
}

fn in_tree(tree: &Tree<'_>, found: &Found, settings: &Settings, report: &mut FileReport) {
    let limit = Limits::default().text;
    let render = |fill| match found.form {
        Form::Blocks => render::blocks(tree, found.node, fill, limit),
        _ => render::document(tree, found.node, fill, limit),
    };
    if found.form == Form::Blocks {
        let statements = tree.get(found.node, "statement");
        if statements.is_none_or(|id| tree.items(id).is_empty()) {
            report.notes.push(format!(
                "{}: it has no statements of its own, and was not checked",
                found.path
            ));
            return;
        }
        if extract::MERGED
            .iter()
            .any(|name| tree.get(found.node, name).is_some())
        {
            report.notes.push(format!(
                "{}: it was checked apart from the documents that it is merged with",
                found.path
            ));
        }
    }
    let Some(wide) = render(Fill::Wide) else {
        report.unusable = Some(format!(
            "{}: the policy is longer than {limit} bytes",
            found.path
        ));
        return;
    };
    let mut findings = judged(&wide.text, false, found.kind, settings).findings;
    if wide.open > 0 {
        if let Some(other) = render(Fill::Other) {
            let others = judged(&other.text, false, found.kind, settings).findings;
            keep_common(&mut findings, &others);
        }
        // Nothing is missing, or empty, that is only not known yet.
        findings.retain(|located| {
            let id = located.finding.id;
            !(wide.is_open(located.span) || id.starts_with("MISSING_") || id.starts_with("EMPTY_"))
        });
        note_open(report, &found.path, wide.open);
    }
    for located in findings {
        let (span, edit) = (
            wide.place(located.span),
            located.edit.as_ref().and_then(|edit| wide.edit(edit)),
        );
        add(report, settings, located, &found.path, span, edit);
    }
}

fn in_string(
    tree: &Tree<'_>,
    found: &Found,
    shape: Shape,
    settings: &Settings,
    report: &mut FileReport,
) {
    let value = tree.text(found.node).unwrap_or_default();
    let literal = tree.node(found.node).span;
    let templates = shape == Shape::Terraform;
    let wide = Embedded::new(value, literal, templates, Fill::Wide);
    let first = judged(&wide.text, wide.open() == 0, found.kind, settings);
    // `${jsonencode(..)}` and the like stand where JSON has whole values.
    if wide.open() > 0 && !first.is_json {
        report.notes.push(format!(
            "{}: it is put together by Terraform, and was not checked",
            found.path
        ));
        return;
    }
    let mut findings = first.findings;
    if wide.open() > 0 {
        let other = Embedded::new(value, literal, templates, Fill::Other);
        let others = judged(&other.text, false, found.kind, settings).findings;
        keep_common(&mut findings, &others);
        findings.retain(|located| !wide.is_open(located.span));
        note_open(report, &found.path, wide.open());
    }
    for located in findings {
        let span = wide.place(tree.text, located.span);
        let edit = located
            .edit
            .as_ref()
            .and_then(|edit| wide.edit(tree.text, edit));
        add(report, settings, located, &found.path, span, edit);
    }
}

/// Keeps what is found whichever way the open values are filled in.
fn keep_common(findings: &mut Vec<Located>, others: &[Located]) {
    let render = |message: &Message| message.render(&Iam);
    findings.retain(|located| {
        others.iter().any(|other| {
            other.finding.id == located.finding.id
                && other.path == located.path
                && render(&other.finding.message) == render(&located.finding.message)
        })
    });
}

fn note_open(report: &mut FileReport, path: &str, open: usize) {
    let values = match open {
        1 => "1 value is not known before deployment, and what depends on it".to_string(),
        _ => format!("{open} values are not known before deployment, and what depends on them"),
    };
    report
        .notes
        .push(format!("{path}: {values} was not checked"));
}

fn add(
    report: &mut FileReport,
    settings: &Settings,
    located: Located,
    base: &str,
    span: Span,
    edit: Option<Edit>,
) {
    let finding = located.finding;
    let setting = settings.config.setting(finding.id, &report.name);
    let path = match (base, located.path.as_str()) {
        (base, "") => base.to_string(),
        ("", path) => path.to_string(),
        (base, path) => format!("{base}.{path}"),
    };
    report.findings.push(Problem {
        id: finding.id,
        severity: setting
            .and_then(|setting| setting.level)
            .unwrap_or(finding.severity),
        statement: finding.place.statement(),
        path,
        span,
        message: finding.message.render(&Iam),
        help: finding.help.iter().map(|help| help.render(&Iam)).collect(),
        edit,
        accepted: setting
            .filter(|setting| setting.level.is_none())
            .map(|setting| setting.reason.clone()),
    });
}
