//! Everything that is wrong in one file.

use std::collections::HashSet;

use rekognition_iam_runtime::check::{Iam, Options, Severity};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::json::{self, Edit, Limits, Located, Span};

use crate::config::Config;
use crate::extract::{self, Form, Found, Shape};
use crate::files::{self, Input, MAX_FILE, Unread};
use crate::input::across::{Across, Checked};
use crate::input::known::Samples;
use crate::input::language::{Language, TakenBy};
use crate::input::positions::Positions;
use crate::input::rules::{
    Issue, REKOGNITION_IAM_SUBSTITUTION, REKOGNITION_IAM_UNKNOWN_ATTRIBUTE, RuleInfo,
};
use crate::input::stack::{Configuration, Stack};
use crate::input::{sam, serverless, terraform};
use crate::render::{self, Embedded, Fill, Functions, Notice, Rendered, Unknowns, Whole};
pub(crate) use crate::report::finding::{FileReport, Problem};
use crate::report::finding::{Said, push};
use crate::tree::{self, Id, Tree, TreeError, Value};

/// What holds for all files.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) kind: Option<PolicyKind>,
    pub(crate) config: Config,
    /// Whether reports keep the documents that were judged.
    pub(crate) keep: bool,
}

/// Reads a file and checks every policy in it.
pub(crate) fn check(input: &Input, settings: &Settings) -> FileReport {
    let mut report = FileReport {
        name: input.name(),
        ..FileReport::default()
    };
    if let Some(unread) = input.path.as_deref().and_then(Unread::of) {
        report.notes.push(unread.note(1));
        return report;
    }
    match files::read(input) {
        Ok(text) => check_text(text, input, settings),
        Err(error) => {
            report.unusable = Some(error);
            report
        }
    }
}

/// Checks every policy in a text as if it were that of the file.
pub(crate) fn check_text(text: String, input: &Input, settings: &Settings) -> FileReport {
    let mut report = FileReport {
        name: input.name(),
        ..FileReport::default()
    };
    look(&text, input, settings, &mut report);
    report.text = text;
    // Stable: what stands at one place stays in the order of the rules.
    report.findings.sort_by_key(|problem| problem.span.start);
    report
}

fn look(text: &str, input: &Input, settings: &Settings, report: &mut FileReport) {
    if files::is_template_text(&report.name) {
        return look_at_template(text, settings, report);
    }
    if is_yaml(text, input) {
        match tree::parse_yaml(text) {
            Ok(tree) => {
                let shape = extract::yaml_shape(&tree, &report.name);
                look_at_tree(&tree, shape, settings, report);
                let nothing = report.policies == 0
                    && report.named == 0
                    && report.findings.is_empty()
                    && report.notes.is_empty();
                if nothing && input.named && shape == Shape::Other && report.unusable.is_none() {
                    report.unusable = Some("the file has no policy".to_string());
                }
            }
            Err(error) if input.named || is_ours(text, &report.name) => {
                broken(text, error, report);
            }
            // Directories are full of YAML that is not ours to judge.
            Err(error) => {
                let at = json::position(text, error.span.start);
                report
                    .notes
                    .push(format!("skipped: {} ({at})", error.message));
            }
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
            .push(format!("skipped: not valid JSON ({})", error.message)),
    }
}

/// Whether a text that is not YAML was meant as a template.
fn is_ours(text: &str, name: &str) -> bool {
    let has_line = |start: &str| text.lines().any(|line| line.starts_with(start));
    text.contains("AWSTemplateFormatVersion")
        || text.contains("AWS::Serverless")
        || (has_line("Resources:") && text.contains("AWS::"))
        || (extract::is_serverless(name) && has_line("provider:"))
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

pub(crate) fn is_yaml(text: &str, input: &Input) -> bool {
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
    keep(report, settings, text);
    for located in judged.findings {
        if is_uncovered(&located, text, settings, report) {
            continue;
        }
        let (span, edit) = (located.span, located.edit.clone());
        add(report, settings, located, "", span, edit);
    }
}

/// A file that Terraform's `templatefile` makes a policy document of.
fn look_at_template(text: &str, settings: &Settings, report: &mut FileReport) {
    let language = Language::Terraform(Configuration::default());
    let (pieces, _) = language.string(text);
    let fill = |fill| Embedded::new(&pieces, Positions::whole(text), None, fill);
    report.policies = 1;
    let found = Found {
        node: 0,
        path: String::new(),
        kind: None,
        inline: false,
        form: Form::Text,
    };
    in_text(
        &found,
        &fill(Fill::Wide),
        &fill(Fill::Other),
        settings,
        report,
    );
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

/// The language of a file, with what its references can be to.
pub(crate) fn language<'t>(tree: &'t Tree<'t>, shape: Shape) -> Language<'t> {
    match shape {
        Shape::CloudFormation => {
            let maps: Vec<(Id, String)> = (tree.roots.iter())
                .filter_map(|&root| tree.get(root, "Resources"))
                .map(|map| (map, "Resources".to_string()))
                .collect();
            Language::CloudFormation(Stack::of(tree, &maps))
        }
        Shape::Serverless => {
            let maps: Vec<(Id, String)> = (tree.roots.iter())
                .flat_map(|&root| serverless::resources(tree, root))
                .collect();
            Language::Serverless(Stack::of(tree, &maps))
        }
        Shape::Terraform => Language::Terraform(terraform::resources(tree)),
        Shape::Pulumi => Language::Pulumi,
        Shape::Policy | Shape::Plan | Shape::PulumiState | Shape::CdkTree | Shape::Other => {
            Language::Plain
        }
    }
}

fn look_at_tree(tree: &Tree<'_>, shape: Shape, settings: &Settings, report: &mut FileReport) {
    let language = language(tree, shape);
    let found = extract::find(tree, shape, &language);
    match shape {
        Shape::CdkTree => report
            .notes
            .push("skipped: it repeats what is in the templates next to it".to_string()),
        Shape::Pulumi => report.notes.push(Unread::Pulumi.note(1)),
        _ => {}
    }
    for path in found.unread {
        report.notes.push(format!(
            "{path}: the policy is not known before deployment, and was not checked"
        ));
    }
    report.named += found.named;
    for issue in found.issues {
        add_issue(tree, issue, settings, report);
    }
    let functions = Functions::new(tree, &language, Limits::default().text);
    let mut checked = Vec::new();
    for found in found.found {
        report.policies += 1;
        match found.form {
            Form::Text | Form::Sub(_) => {
                checked.extend(in_string(
                    tree, &found, &language, &functions, settings, report,
                ));
            }
            Form::Sam(template, arguments) => {
                let own = sam::language(tree, &functions, template, arguments);
                checked.extend(of_sam(tree, &found, template, &own, settings, report));
            }
            Form::Tree | Form::Statements | Form::Blocks(_) => {
                checked.extend(in_tree(tree, &found, &language, settings, report));
            }
        }
    }
    if let Some(stack) = language.stack() {
        for issue in Across::new(tree, stack, &functions, &checked).check() {
            add_issue(tree, issue, settings, report);
        }
    }
}

/// What a file writes as its values.
fn in_tree<'t>(
    tree: &'t Tree<'t>,
    found: &Found,
    language: &'t Language<'t>,
    settings: &Settings,
    report: &mut FileReport,
) -> Option<Checked> {
    let limit = Limits::default().text;
    let unknowns = match found.form {
        Form::Blocks(unknown) => terraform::unknowns(tree, found.node, unknown),
        _ => Unknowns::new(),
    };
    let render = |fill| match found.form {
        Form::Blocks(_) => render::blocks(tree, found.node, language, &unknowns, fill, limit),
        Form::Statements => {
            render::document(tree, found.node, Whole::Statements, language, fill, limit)
        }
        _ => render::document(tree, found.node, Whole::Document, language, fill, limit),
    };
    if matches!(found.form, Form::Blocks(_)) {
        let statements = tree.get(found.node, "statement");
        if statements.is_none_or(|id| tree.items(id).is_empty()) {
            report.policies -= 1;
            report.notes.push(format!(
                "{}: it has no statements of its own, and was not checked",
                found.path
            ));
            return None;
        }
        if terraform::MERGED.iter().any(|name| {
            tree.get(found.node, name)
                .is_some_and(|id| !tree.items(id).is_empty())
        }) {
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
        return None;
    };
    let other = render(Fill::Other);
    for (node, notice) in &wide.notices {
        add_issue(
            tree,
            of_notice(*node, notice, &found.path),
            settings,
            report,
        );
    }
    keep(report, settings, &wide.text);
    for located in common(&wide, other.as_ref(), found, settings) {
        if is_uncovered(&located, &wide.text, settings, report) {
            continue;
        }
        let (span, edit) = (
            wide.place(located.span),
            located.edit.as_ref().and_then(|edit| wide.edit(edit)),
        );
        let located = renamed(located, &wide.samples);
        add_at(report, settings, located, found, span, edit);
    }
    if wide.open > 0 {
        note_open(report, &found.path, wide.open);
    }
    Some(Checked {
        path: found.path.clone(),
        json: wide.samples.renamed(&wide.text),
        size: wide.least_size(),
        inline: found.inline,
    })
}

/// A policy template of SAM, whose text nobody can change in this file.
fn of_sam<'t>(
    tree: &Tree<'_>,
    found: &Found,
    template: &'static sam::Template,
    language: &'t Language<'t>,
    settings: &Settings,
    report: &mut FileReport,
) -> Option<Checked> {
    let limit = Limits::default().text;
    let all = &sam::templates().tree;
    let render = |fill| {
        render::document(
            all,
            template.statements,
            Whole::Statements,
            language,
            fill,
            limit,
        )
    };
    let wide = render(Fill::Wide)?;
    let other = render(Fill::Other);
    let key = tree.map(found.node).first().map(|&(key, _)| key);
    let span = tree.shown(key.unwrap_or(found.node));
    for located in common(&wide, other.as_ref(), found, settings) {
        // What is a matter of taste is one of SAM's, and so is what the author of the template cannot change.
        if is_uncovered(&located, &wide.text, settings, report)
            || located.finding.severity == Severity::Suggestion
        {
            continue;
        }
        let mut located = renamed(located, &wide.samples);
        located.severity = Severity::Warning;
        located.help = vec![format!(
            "this is a statement of the policy template `{}`; write a statement of your own for what it does not grant",
            template.name
        )];
        add_at(report, settings, located, found, span, None);
    }
    Some(Checked {
        path: found.path.clone(),
        json: wide.samples.renamed(&wide.text),
        size: wide.least_size(),
        inline: found.inline,
    })
}

/// What is found whichever way the open values are filled in.
fn common(
    wide: &Rendered,
    other: Option<&Rendered>,
    found: &Found,
    settings: &Settings,
) -> Vec<Located> {
    let mut findings = judged(&wide.text, false, found.kind, settings).findings;
    if let Some(other) = other
        && other.text != wide.text
    {
        let others = judged(&other.text, false, found.kind, settings).findings;
        keep_common(&mut findings, &wide.samples, &others, &other.samples);
    }
    findings.retain(|located| {
        let id = located.finding.id;
        // Nothing is missing, or empty, that is only not known yet.
        let missing = wide.open > 0 && (id.starts_with("MISSING_") || id.starts_with("EMPTY_"));
        !(missing || wide.is_open(located.span) || is_other_quota(id, found))
    });
    findings
}

/// An inline policy has no quota of its own: those of one user, group or role count together.
fn is_other_quota(id: &str, found: &Found) -> bool {
    found.inline && id == "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA"
}

/// JSON in a string of a file, or in the argument of `Fn::Sub`.
fn in_string<'t>(
    tree: &'t Tree<'t>,
    found: &Found,
    language: &'t Language<'t>,
    functions: &Functions<'t>,
    settings: &Settings,
    report: &mut FileReport,
) -> Option<Checked> {
    let (node, pieces) = match found.form {
        Form::Sub(template) => {
            let argument = render::intrinsic(tree, found.node).map(|(_, argument)| argument)?;
            (template, functions.sub(argument, found.node)?)
        }
        _ => {
            let text = tree.text(found.node).unwrap_or_default();
            (found.node, language.string(text).0)
        }
    };
    for (node, notice) in functions.notices() {
        add_issue(
            tree,
            of_notice(node, &notice, &found.path),
            settings,
            report,
        );
    }
    let style = match &tree.node(node).value {
        Value::Text(_, style) => Some(*style),
        _ => None,
    };
    let fill = |fill| {
        let positions = Positions::of(tree.node(node), tree.text);
        Embedded::new(&pieces, positions, style, fill)
    };
    in_text(
        found,
        &fill(Fill::Wide),
        &fill(Fill::Other),
        settings,
        report,
    )
}

fn in_text(
    found: &Found,
    wide: &Embedded,
    other: &Embedded,
    settings: &Settings,
    report: &mut FileReport,
) -> Option<Checked> {
    let open = wide.open() > 0;
    let sent = other.text == wide.text && !open;
    let first = judged(&wide.text, sent, found.kind, settings);
    // `${jsonencode(..)}` and the like stand where JSON has whole values.
    if open && !first.is_json {
        report.policies -= 1;
        let path = match found.path.as_str() {
            "" => String::new(),
            path => format!("{path}: "),
        };
        report.notes.push(format!(
            "{path}the text is only complete after deployment, and was not checked"
        ));
        return None;
    }
    let mut findings = first.findings;
    if other.text != wide.text {
        let others = judged(&other.text, false, found.kind, settings).findings;
        keep_common(&mut findings, &wide.samples, &others, &other.samples);
    }
    findings.retain(|located| {
        !(wide.is_open(located.span) || is_other_quota(located.finding.id, found))
    });
    if open {
        note_open(report, &found.path, wide.open());
    }
    keep(report, settings, &wide.text);
    for located in findings {
        if is_uncovered(&located, &wide.text, settings, report) {
            continue;
        }
        let span = wide.place(located.span);
        let edit = located.edit.as_ref().and_then(|edit| wide.edit(edit));
        let located = renamed(located, &wide.samples);
        add_at(report, settings, located, found, span, edit);
    }
    Some(Checked {
        path: found.path.clone(),
        json: wide.samples.renamed(&wide.text),
        size: (wide
            .text
            .chars()
            .filter(|c| !c.is_ascii_whitespace())
            .count())
        .saturating_sub(wide.samples.length_in(&wide.text)),
        inline: found.inline,
    })
}

/// What a rule says of a value that a deployment tool changes, or cannot fill in.
fn of_notice(node: Id, notice: &Notice, path: &str) -> Issue {
    let (rule, message, help) = match notice {
        Notice::Taken(taken) => match taken.by {
            TakenBy::Sub => (
                REKOGNITION_IAM_SUBSTITUTION,
                format!(
                    "`${{{}}}` in `Fn::Sub` is not a resource, a parameter or a pseudo parameter",
                    taken.name
                ),
                format!(
                    "write `${{!{}}}` to keep it as a policy variable",
                    taken.name
                ),
            ),
            TakenBy::Serverless => (
                REKOGNITION_IAM_SUBSTITUTION,
                format!(
                    "the Serverless Framework takes `${{{}}}` for a variable of its own",
                    taken.name
                ),
                format!(
                    "write `\\${{{0}}}` to keep it as a policy variable, or `${{!{0}}}` in `Fn::Sub`",
                    taken.name
                ),
            ),
        },
        Notice::NoAttribute {
            resource,
            attribute,
            kind,
            near,
        } => (
            REKOGNITION_IAM_UNKNOWN_ATTRIBUTE,
            format!("`{resource}` is an `{kind}`, which has no attribute `{attribute}`"),
            near.map_or_else(
                || "see the return values of this type in the AWS CloudFormation Template Reference".to_string(),
                |near| format!("did you mean `{near}`?"),
            ),
        ),
    };
    Issue {
        rule,
        node,
        path: path.to_string(),
        message,
        help: vec![help],
    }
}

fn renamed(located: Located, samples: &Samples) -> Said {
    let finding = located.finding;
    Said {
        id: finding.id,
        severity: finding.severity,
        statement: finding.place.statement(),
        path: located.path,
        message: samples.renamed(&finding.message.render(&Iam)),
        help: (finding.help.iter())
            .map(|help| samples.renamed(&help.render(&Iam)))
            .collect(),
        named: Some((finding.place, finding.replacement)),
    }
}

/// Counts what is only a note: that the catalogue leaves out the service of an action or a key. Unless the configuration says
/// otherwise of the rule.
fn is_uncovered(
    located: &Located,
    text: &str,
    settings: &Settings,
    report: &mut FileReport,
) -> bool {
    const RULE: &str = "REKOGNITION_IAM_SERVICE_NOT_COVERED";
    if located.finding.id != RULE || settings.config.setting(RULE, &report.name).is_some() {
        return false;
    }
    let name = located.span.of(text).trim_matches('"');
    let service = name.split(':').next().unwrap_or(name).to_ascii_lowercase();
    *report.uncovered.entry(service).or_default() += 1;
    true
}

/// Keeps what is found whichever way the open values are filled in.
fn keep_common(
    findings: &mut Vec<Located>,
    samples: &Samples,
    others: &[Located],
    other_samples: &Samples,
) {
    type Key = (&'static str, String, String);
    let key = |located: &Located, samples: &Samples| -> Key {
        let finding = &located.finding;
        let message = samples.renamed(&finding.message.render(&Iam));
        (finding.id, located.path.clone(), message)
    };
    let others: HashSet<Key> = (others.iter())
        .map(|other| key(other, other_samples))
        .collect();
    findings.retain(|located| others.contains(&key(located, samples)));
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

fn keep(report: &mut FileReport, settings: &Settings, text: &str) {
    if settings.keep {
        report.documents.push(text.to_string());
    }
}

fn add(
    report: &mut FileReport,
    settings: &Settings,
    located: Located,
    base: &str,
    span: Span,
    edit: Option<Edit>,
) {
    let mut said = renamed(located, &Samples::default());
    said.path = joined(base, &said.path);
    push(report, &settings.config, said, span, edit);
}

fn add_at(
    report: &mut FileReport,
    settings: &Settings,
    mut said: Said,
    found: &Found,
    span: Span,
    edit: Option<Edit>,
) {
    // The list of statements has no name of its own.
    if found.form == Form::Statements {
        said.path = said.path.replacen("Statement", "", 1);
        said.path = match said.path.strip_prefix('.') {
            Some(path) => joined(&found.path, path),
            None => format!("{}{}", found.path, said.path),
        };
    } else {
        said.path = joined(&found.path, &said.path);
    }
    push(report, &settings.config, said, span, edit);
}

fn joined(base: &str, path: &str) -> String {
    match (base, path) {
        (base, "") => base.to_string(),
        ("", path) => path.to_string(),
        (base, path) => format!("{base}.{path}"),
    }
}

fn add_issue(tree: &Tree<'_>, issue: Issue, settings: &Settings, report: &mut FileReport) {
    let RuleInfo { id, severity, .. } = issue.rule;
    let said = Said {
        id,
        severity,
        statement: None,
        path: issue.path,
        message: issue.message,
        help: issue.help,
        named: None,
    };
    push(report, &settings.config, said, tree.shown(issue.node), None);
}
