//! Everything that is wrong in one file.

mod accepting;
pub(crate) mod baseline;
mod constructs;
mod deployed;
mod judge;
mod named;
mod notices;
mod organization;
mod policies;
mod settings;

use rekognition_iam_runtime::check::{Iam, Subject};
use rekognition_iam_runtime::json::{self, Limits};

use self::judge::{add, is_uncovered, judged, keep};
use self::organization::Judged;
use self::policies::{look_at_braces, look_at_open, look_at_template, look_at_tree};
pub(crate) use self::settings::Settings;
use crate::input::braces;
use crate::input::comments::Commented;
use crate::input::exported::{self, Exported};
use crate::input::files::{self, Input, MAX_FILE, Unread};
use crate::input::hcl::{self, Purpose};
use crate::input::known::Samples;
use crate::input::language::Language;
use crate::input::properties::Services;
use crate::input::shape::{self, Shape};
use crate::input::template::{self, Template};
use crate::input::tree::{self, TreeError};
use crate::report::finding::{FileReport, Unusable, push};

/// Reads a file and checks every policy in it.
pub(crate) fn check(input: &Input, settings: &Settings) -> FileReport {
    if let Some(report) = unread(input) {
        return report;
    }
    match files::read(input) {
        Ok(text) => check_text(text, input, settings),
        Err(error) => FileReport {
            name: input.name(),
            unusable: Some(Unusable::whole(error)),
            ..FileReport::default()
        },
    }
}

/// Checks every policy in a text that an editor has for a file.
pub(crate) fn check_open(text: String, input: &Input, settings: &Settings) -> FileReport {
    match unread(input) {
        Some(report) => FileReport { text, ..report },
        None => check_text(text, input, settings),
    }
}

/// The report of a file that is of a kind that is not read.
fn unread(input: &Input) -> Option<FileReport> {
    let unread = input.path.as_deref().and_then(Unread::of)?;
    Some(FileReport {
        name: input.name(),
        notes: vec![unread.note(1)],
        ..FileReport::default()
    })
}

/// Checks every policy in a text as if it were that of the file.
pub(crate) fn check_text(text: String, input: &Input, settings: &Settings) -> FileReport {
    let mut report = FileReport {
        name: input.name(),
        ..FileReport::default()
    };
    look(&text, input, settings, &mut report);
    accepting::by_entries(settings, &mut report);
    report.text = text;
    // Stable: what is at one place stays in the order of the rules.
    report.findings.sort_by_key(|problem| problem.span.start);
    if !settings.keep {
        report.say_once();
    }
    report
}

fn look(text: &str, input: &Input, settings: &Settings, report: &mut FileReport) {
    match template::of(text, input, &*settings.sources, &settings.readers) {
        Some(Template::Policy) => {
            let exported = exported::of(input, &*settings.sources);
            look_at_template(text, exported.as_ref(), settings, report);
            return accepting::by_export(exported, text, report);
        }
        Some(Template::Other) => {
            if input.named || !shape::is_other_json(text) {
                let note =
                    "this template is not a single policy; policies inside it were not checked";
                report.notes.push(note.to_string());
            }
            return;
        }
        None => {}
    }
    if hcl::is_hcl(input) {
        return look_at_hcl(text, input, settings, report);
    }
    if shape::is_yaml(text, input) {
        if !input.named && shape::is_other_yaml(text, &report.name) {
            match braces::masked(text) {
                Some(masked) if tree::validate_yaml(&masked).is_err() => {
                    report.skip(braces::RENDER);
                }
                Some(_) => {}
                None => {
                    if let Err(error) = tree::validate_yaml(text) {
                        skip_yaml(text, &error, report);
                    }
                }
            }
            return;
        }
        let read = shape::yaml(text, &report.name);
        // Templates of a known tool have braces in code, which they only pass on.
        let is_open = matches!(read, Ok((_, Shape::Other)) | Err(_));
        if let Some(masked) = is_open.then(|| braces::masked(text)).flatten()
            && (read.is_ok()
                || !is_ours(text, &report.name)
                || tree::validate_yaml(&masked).is_ok())
        {
            return look_at_masked(text, &masked, input, settings, report);
        }
        match read {
            Ok((tree, shape)) => {
                report.source = shape.source(&report.name);
                look_at_tree(&tree, shape, settings, report);
                accepting::by_comments(text, settings, report, || Commented {
                    comments: tree::yaml_comments(text),
                    elements: tree.elements(&shape.sections(&tree)),
                });
                if input.named && shape == Shape::Other {
                    say_nothing_found(report);
                }
            }
            Err(error) if input.named || is_ours(text, &report.name) => {
                broken(text, error, report);
            }
            // Directories are full of YAML that is not ours to judge.
            Err(error) => skip_yaml(text, &error, report),
        }
        return;
    }
    let limits = Limits {
        text: MAX_FILE as usize,
        string: MAX_FILE as usize,
    };
    let (shape, is_json) = shape::shape_of_json(text, &report.name, input.named, &limits);
    report.source = shape.source(&report.name);
    if shape == Shape::Policy {
        if let Some(other) = shape::other_grammar(text, &limits) {
            report.skip(&format!("{other} is not an IAM policy"));
            return;
        }
        let exported = exported::of(input, &*settings.sources);
        if !braces::actions(text).is_empty() {
            look_at_open(text, &Language::Plain, exported.as_ref(), settings, report);
            return accepting::by_export(exported, text, report);
        }
        if let Some((tree, function, name)) = shape::with_functions(text, &limits) {
            let kind = exported.as_ref().map(|exported| exported.kind);
            let span = tree.node(function).span;
            let refused = judged(text, true, (kind, Services::default()), settings)
                .findings
                .into_iter()
                .find(|located| located.span == span);
            if let Some(refused) = refused {
                look_at_tree(&tree, Shape::Other, settings, report);
                let said = notices::of_function(&name, &refused.finding);
                push(report, &settings.config, said, span, None);
                return accepting::by_export(exported, text, report);
            }
        }
        look_at_text(text, exported.as_ref(), settings, report);
        return accepting::by_export(exported, text, report);
    }
    if shape == Shape::Other && is_json && shape::is_other_json(text) {
        if input.named {
            say_nothing_found(report);
        }
        return;
    }
    match tree::parse_json(text, &limits) {
        Ok(tree) => {
            let tree = shape.resolved(tree);
            look_at_tree(&tree, shape, settings, report);
            if input.named && shape == Shape::Other {
                say_nothing_found(report);
            }
        }
        Err(error) if input.named || shape != Shape::Other => broken(text, error, report),
        Err(error) => report.skip(&format!("not valid JSON ({})", error.message)),
    }
}

/// A file in YAML with actions in braces, and the same text with something else in place of them.
fn look_at_masked(
    text: &str,
    masked: &str,
    input: &Input,
    settings: &Settings,
    report: &mut FileReport,
) {
    match shape::yaml(masked, &report.name) {
        Ok((tree, Shape::Other)) => {
            report.masked = Some(masked.to_string());
            look_at_braces(&tree, text, settings, report);
            let notes = report.notes.iter_mut();
            let paths = report.findings.iter_mut().map(|problem| &mut problem.path);
            for text in notes.chain(paths) {
                if let Some(shown) = braces::shown(text) {
                    *text = shown;
                }
            }
            accepting::by_comments(text, settings, report, || Commented {
                comments: tree::yaml_comments(masked),
                elements: tree.elements(&Shape::Other.sections(&tree)),
            });
            if input.named {
                say_nothing_found(report);
            }
        }
        // What makes it a template of another tool may depend on the actions, too.
        Ok(_) | Err(_) => report.skip(braces::RENDER),
    }
}

/// A file of Terraform, with the other files of its module, or of Terragrunt.
fn look_at_hcl(text: &str, input: &Input, settings: &Settings, report: &mut FileReport) {
    match hcl::read(text, input, &*settings.sources, Purpose::Check) {
        Ok(read) => {
            report.source = hcl::source(text);
            report.notes.extend(read.notes);
            if read.is_remote {
                match input.named {
                    true => report.notes.push(Unread::Terragrunt.note(1)),
                    false => report.unread = Some(Unread::Terragrunt),
                }
            }
            look_at_tree(&read.tree, Shape::Hcl, settings, report);
            accepting::by_comments(text, settings, report, || hcl::commented(text));
            if input.named {
                report.notes.append(&mut report.elsewhere);
                say_nothing_found(report);
            }
        }
        // Tools other than Terragrunt have files in a language like this one.
        Err(error) if !input.named && hcl::is_configuration(input) => {
            let at = json::position(text, error.span.start);
            report.skip(&format!("{} ({at})", error.message));
        }
        Err(error) => broken(text, error, report),
    }
}

/// Reports a file that was named and has nothing to check. What follows from that is for the whole run: among other files,
/// it is only mentioned.
fn say_nothing_found(report: &mut FileReport) {
    let nothing = report.policies == 0
        && report.named == 0
        && report.findings.is_empty()
        && report.notes.is_empty()
        && report.unusable.is_none();
    if nothing {
        report
            .notes
            .push("no policy was found in this file".to_string());
    }
}

fn skip_yaml(text: &str, error: &TreeError, report: &mut FileReport) {
    let at = json::position(text, error.span.start);
    report.skip(&format!("{} ({at})", error.message));
}

/// Whether a text that is not YAML was meant as a template.
fn is_ours(text: &str, name: &str) -> bool {
    let has_line = |start: &str| text.lines().any(|line| line.starts_with(start));
    text.contains("AWSTemplateFormatVersion")
        || text.contains("AWS::Serverless")
        || (has_line("Resources:") && text.contains("AWS::"))
        || (shape::is_serverless(name) && has_line("provider:"))
}

/// A file whose text is not what its name says.
fn broken(text: &str, error: TreeError, report: &mut FileReport) {
    let help = error
        .help
        .map(|help| format!("; {help}"))
        .unwrap_or_default();
    let message = format!("{}{help}", error.message);
    report.unusable = Some(Unusable::at(text, error.span, message));
}

/// A file that is one policy document.
fn look_at_text(
    text: &str,
    exported: Option<&Exported>,
    settings: &Settings,
    report: &mut FileReport,
) {
    report.policies = 1;
    let kind = exported.map(|exported| exported.kind);
    let judged = judged(text, true, (kind, Services::default()), settings);
    if !judged.is_json {
        let first = judged
            .findings
            .iter()
            .find(|located| located.finding.rule().subject == Subject::Unreadable);
        if let Some(located) = first {
            let message = located.finding.message.render(&Iam);
            report.unusable = Some(Unusable::at(text, located.span, message));
        }
    }
    keep(report, settings, text);
    if settings.kind.or(kind).is_none() {
        report.notes.extend(notices::of_guess(&judged.document));
    }
    for located in judged.findings {
        if is_uncovered(&located, text, settings, report) {
            continue;
        }
        add(report, settings, located);
    }
    let name = report.name.clone();
    let policy = Judged {
        text,
        other: None,
        samples: &Samples::default(),
        may_differ: &|_, _| false,
        kind,
    };
    for (said, span) in named::besides_rules(&policy, settings, &name) {
        push(report, &settings.config, said, span, None);
    }
    accepting::identify(&mut report.findings, text, "");
}
