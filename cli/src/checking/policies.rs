//! The policies of a template, a configuration or a plan, each as it will be after deployment.

use std::collections::HashSet;

use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::check::{Cause, Iam, Severity, Subject};
use rekognition_iam_runtime::document::Place;
use rekognition_iam_runtime::json::{self, Limits, Located, Span};

use super::accepting::identify;
use super::constructs::name_constructs;
use super::deployed::{common, deployed, holds_for_all, is_other_quota, keep_common};
use super::judge::{Spelled, add_at, add_issue, any_resource, is_uncovered, judged, keep, renamed};
use super::named;
use super::notices::of_notice;
use super::organization::Judged;
use super::settings::Settings;
use crate::input::across::{self, Checked};
use crate::input::braces;
use crate::input::exported::Exported;
use crate::input::extract;
use crate::input::files::Unread;
use crate::input::known::Fill;
use crate::input::language::Language;
use crate::input::policies;
use crate::input::positions::Positions;
use crate::input::properties;
use crate::input::render::{self, Branch, Embedded, Functions, Notice, Rendered, Unknowns, Whole};
use crate::input::search::{Extract, Form, Found};
use crate::input::shape::Shape;
use crate::input::stack::Configuration;
use crate::input::tree::{Tree, Value};
use crate::input::{sam, terraform, yaml_values};
use crate::report::finding::{FileReport, Unusable, without_numbers};

pub(super) fn look_at_tree(
    tree: &Tree<'_>,
    shape: Shape,
    settings: &Settings,
    report: &mut FileReport,
) {
    let language = extract::language(tree, shape);
    let found = extract::find(tree, shape, &language);
    look_at(tree, found, &language, settings, report);
    match shape {
        Shape::CdkTree => report.skip("it repeats what is in the templates next to it"),
        Shape::Pulumi => report.notes.push(Unread::Pulumi.note(1)),
        Shape::Hcl => without_what_modules_say(tree, &language, settings, report),
        Shape::CloudFormation => name_constructs(tree, report),
        Shape::Policy
        | Shape::Terraform
        | Shape::Plan
        | Shape::Serverless
        | Shape::PulumiState
        | Shape::Other => {}
    }
}

/// A tree of a text with actions in braces, which something else represents in the text of the tree.
pub(super) fn look_at_braces(
    tree: &Tree<'_>,
    text: &str,
    settings: &Settings,
    report: &mut FileReport,
) {
    let language = extract::language(tree, Shape::Other);
    let mut found = extract::find(tree, Shape::Other, &language);
    let deciding = braces::deciding(text);
    found.found.retain(|found| {
        let span = tree.node(found.node).span;
        // A map of YAML goes on to what is after it.
        let inner = span.of(tree.text).trim_end_matches(['#', ' ', '\n', '\r']);
        let is_open = matches!(found.form, Form::Tree | Form::Statements)
            && braces::are_in(&deciding, &(span.start..span.start + inner.len()));
        if is_open {
            report.notes.push(format!(
                "{}: an action in `{{{{ .. }}}}` decides what this policy has, so it was not checked",
                found.path
            ));
        }
        !is_open
    });
    look_at(tree, found, &language, settings, report);
}

/// Removes what is also found in called modules without their arguments, which their own files report, and says where that is.
fn without_what_modules_say(
    tree: &Tree<'_>,
    language: &Language<'_>,
    settings: &Settings,
    report: &mut FileReport,
) {
    if tree.calls.is_empty() {
        return;
    }
    let mut alone = FileReport {
        name: report.name.clone(),
        ..FileReport::default()
    };
    look_at(
        tree,
        extract::of_modules(tree, language),
        language,
        settings,
        &mut alone,
    );
    let said: HashSet<_> = (alone.findings.iter())
        .map(|problem| {
            (
                problem.id,
                without_numbers(&problem.path),
                problem.message.clone(),
            )
        })
        .collect();
    let mut removed: Vec<(&str, usize)> = Vec::new();
    report.findings.retain_mut(|problem| {
        let call = (tree.calls.iter()).find(|call| {
            (problem.path.strip_prefix(&call.path)).is_some_and(|rest| rest.starts_with('.'))
        });
        let Some(call) = call else {
            return true;
        };
        let message = problem.message.replace(&call.address, "");
        let is_theirs = said.contains(&(problem.id, without_numbers(&problem.path), message));
        if is_theirs {
            let known = (removed.iter()).position(|(directory, _)| *directory == call.directory);
            match known.and_then(|known| removed.get_mut(known)) {
                Some((_, count)) => *count += 1,
                None => removed.push((&call.directory, 1)),
            }
        }
        if !is_theirs {
            let policy = problem.path.strip_prefix(&call.path).unwrap_or_default();
            let policy = policy.trim_start_matches('.');
            (problem.help).push(format!("the policy is `{policy}` in {}", call.directory));
        }
        !is_theirs
    });
    // The same notes are those of the files of the module.
    let (theirs, own) = (std::mem::take(&mut report.notes).into_iter())
        .partition(|note| alone.notes.contains(note));
    report.notes = own;
    report.elsewhere.extend::<Vec<String>>(theirs);
    for (directory, count) in removed {
        report.elsewhere.push(match count {
            1 => format!("1 finding does not depend on the call and is in {directory}; check that directory too"),
            _ => format!("{count} findings do not depend on the call and are in {directory}; check that directory too"),
        });
    }
}

/// Checks the policies that were found.
fn look_at<'t>(
    tree: &'t Tree<'t>,
    found: Extract,
    language: &'t Language<'t>,
    settings: &Settings,
    report: &mut FileReport,
) {
    for path in found.unread {
        report.notes.push(format!(
            "{path}: the policy is not known before deployment and was not checked"
        ));
    }
    report.notes.extend(found.notes);
    report.named += found.named;
    for issue in found.issues {
        add_issue(tree, issue, settings, report);
    }
    let functions = Functions::new(tree, language, Limits::default().text);
    let mut checked = Vec::new();
    for found in found.found {
        let before = report.findings.len();
        for issue in yaml_values::check(tree, found.node, &found.path) {
            add_issue(tree, issue, settings, report);
        }
        let done = checked_one(tree, &found, language, &functions, settings, report);
        if let (Some(done), Some(new)) = (&done, report.findings.get_mut(before..)) {
            identify(new, &done.json, &policies::place(tree, &found));
        }
        checked.extend(done);
    }
    if language.stack().is_some() {
        for issue in yaml_values::of_template(tree) {
            add_issue(tree, issue, settings, report);
        }
    }
    // What is wrong with these is reported for their own files.
    let mut apart = FileReport {
        name: report.name.clone(),
        ..FileReport::default()
    };
    let elsewhere: Vec<Checked> = (extract::elsewhere(tree, language).found.iter())
        .filter_map(|found| checked_one(tree, found, language, &functions, settings, &mut apart))
        .collect();
    for issue in across::check(tree, language, &functions, [&checked, &elsewhere]) {
        add_issue(tree, issue, settings, report);
    }
}

/// Checks one policy.
fn checked_one<'t>(
    tree: &'t Tree<'t>,
    found: &Found,
    language: &'t Language<'t>,
    functions: &Functions<'t>,
    settings: &Settings,
    report: &mut FileReport,
) -> Option<Checked> {
    report.policies += 1;
    match found.form {
        Form::Text | Form::Sub(_) | Form::StatementText(_) | Form::TextInText => {
            in_string(tree, found, language, functions, settings, report)
        }
        Form::Sam(template, arguments) => {
            let own = sam::language(tree, functions, template, arguments);
            of_sam(tree, found, template, &own, settings, report)
        }
        Form::Tree | Form::Statements | Form::Blocks(_) => {
            in_tree(tree, found, language, settings, report)
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
    let render = |fill, branch| {
        let whole = match found.form {
            Form::Blocks(_) => {
                return render::blocks(tree, found.node, language, &unknowns, fill, limit);
            }
            Form::Statements => Whole::Statements,
            Form::Tree
            | Form::Text
            | Form::Sub(_)
            | Form::StatementText(_)
            | Form::TextInText
            | Form::Sam(..) => Whole::Document,
        };
        render::with_branch(tree, found.node, whole, language, (fill, branch), limit)
    };
    if matches!(found.form, Form::Blocks(_)) {
        let statements = render::member(tree, found.node, "statement");
        if statements.is_none_or(|id| tree.items(id).is_empty()) {
            report.policies -= 1;
            report.notes.push(format!(
                "{}: it has no statements of its own, and was not checked",
                found.path
            ));
            return None;
        }
        if is_merged(tree, found) {
            report.notes.push(format!(
                "{}: it was checked without the documents that it is merged with",
                found.path
            ));
        }
    }
    let Some(wide) = render(Fill::Wide, Branch::All) else {
        report.unusable = Some(Unusable::whole(format!(
            "{}: the policy is longer than {limit} bytes",
            found.path
        )));
        return None;
    };
    let other = (!wide.is_fixed())
        .then(|| render(Fill::Other, Branch::All))
        .flatten();
    for (node, notice) in &wide.notices {
        add_issue(
            tree,
            of_notice(*node, notice, &found.path),
            settings,
            report,
        );
    }
    keep(report, settings, &wide.text);
    let findings = common(&wide, other.as_ref(), found, settings);
    let (findings, texts) = deployed(&wide, findings, found, settings, render);
    for (text, located) in findings {
        let text = (text.and_then(|number| texts.get(number))).unwrap_or(&wide);
        if is_uncovered(&located, &text.text, settings, report) {
            continue;
        }
        let (span, edit) = (
            text.place(located.span),
            located.edit.as_ref().and_then(|edit| text.edit(edit)),
        );
        let node = text.node(located.span);
        let spelled = Spelled {
            language,
            in_sub: (node.and_then(|id| render::intrinsic(tree, id)))
                .is_some_and(|(name, _)| name == "Sub"),
            any_resource: any_resource(tree, found),
        };
        let located = renamed(located, &text.samples, &spelled);
        add_at(report, settings, located, found, span, edit);
    }
    organized(&wide, other.as_ref(), found, settings, report, |span| {
        wide.place(span)
    });
    note_open(report, &found.path, wide.open, wide.unread);
    let shortest = match wide.branches {
        0 | 1 => None,
        _ => render(Fill::Wide, Branch::Shortest),
    };
    Some(Checked {
        json: wide.samples.renamed(&wide.text),
        size: shortest.as_ref().unwrap_or(&wide).least_size(),
        is_whole: !(wide.has_more_statements() || is_merged(tree, found)),
        ..Checked::of(found)
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
            || is_granted_as_operation(&located, &wide.text)
        {
            continue;
        }
        let mut located = renamed(located, &wide.samples, &Iam);
        located.severity = Severity::Warning;
        located.help = vec![format!(
            "this statement comes from the policy template `{}`; write a separate statement for what it does not grant",
            template.name
        )];
        add_at(report, settings, located, found, span, None);
    }
    organized(&wide, other.as_ref(), found, settings, report, |_| span);
    Some(Checked {
        json: wide.samples.renamed(&wide.text),
        size: wide.least_size(),
        ..Checked::of(found)
    })
}

/// Whether a name is not an action, but an operation whose actions the same statement has: there is nothing to add.
fn is_granted_as_operation(located: &Located, text: &str) -> bool {
    let finding = &located.finding;
    let Place::Action(s, a) = finding.place else {
        return false;
    };
    let parsed = json::parse(text, &Limits::default());
    let statement = parsed.document.statements.items.get(s);
    let actions = statement.map(|statement| &statement.actions.values.items);
    let name = (actions.and_then(|actions| actions.get(a))).and_then(|name| name.split_once(':'));
    let operation = name.and_then(|(service, name)| {
        let mut operations = catalogue::service(service)?.operations.iter();
        operations.find(|operation| operation.name == name)
    });
    let has = |service: &str, name: &str| {
        let action = format!("{service}:{name}");
        actions.is_some_and(|actions| actions.iter().any(|known| **known == action))
    };
    finding.rule().subject == Subject::UnknownAction
        && operation.is_some_and(|operation| {
            !operation.authorizes.is_empty()
                && (operation.authorizes.iter()).all(|action| has(action.service, action.name))
        })
}

/// Adds what the rules of the organization do not permit, and the managed policies that AWS does not have.
fn organize(
    policy: &Judged<'_>,
    found: &Found,
    settings: &Settings,
    report: &mut FileReport,
    place: impl Fn(Span) -> Span,
) {
    for (said, span) in named::besides_rules(policy, settings, &report.name) {
        add_at(report, settings, said, found, place(span), None);
    }
}

/// The policy of the values of a file, for the rules of the organization.
fn organized(
    wide: &Rendered,
    other: Option<&Rendered>,
    found: &Found,
    settings: &Settings,
    report: &mut FileReport,
    place: impl Fn(Span) -> Span,
) {
    let policy = Judged {
        text: &wide.text,
        other: other.map(|other| &*other.text),
        samples: &wide.samples,
        may_differ: &|statement, span| wide.may_differ(statement, span),
        kind: found.kind,
    };
    organize(&policy, found, settings, report, place);
}

/// Whether a document of Terraform has statements of other documents.
fn is_merged(tree: &Tree<'_>, found: &Found) -> bool {
    matches!(found.form, Form::Blocks(_))
        && (properties::MERGED.iter()).any(|name| {
            (render::member(tree, found.node, name)).is_some_and(|id| !tree.items(id).is_empty())
        })
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
    let (node, pieces) = found.pieces(tree, language, functions)?;
    if let (Form::Text | Form::StatementText(None), Some(text)) = (found.form, tree.text(node)) {
        for taken in language.string(text).1 {
            let notice = Notice::Taken(taken);
            add_issue(
                tree,
                of_notice(node, &notice, &found.path),
                settings,
                report,
            );
        }
    }
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
        let positions = tree.positions_of(node);
        Embedded::new(&pieces, positions, style, fill).within(tree.shown(node))
    };
    let in_sub = matches!(found.form, Form::Sub(_) | Form::StatementText(Some(_)));
    let spelled = Spelled::json(language, in_sub);
    in_text(
        found,
        &spelled,
        &fill(Fill::Wide),
        &fill(Fill::Other),
        settings,
        report,
    )
}

fn in_text(
    found: &Found,
    spelled: &Spelled<'_, '_>,
    wide: &Embedded,
    other: &Embedded,
    settings: &Settings,
    report: &mut FileReport,
) -> Option<Checked> {
    let open = wide.open() > 0;
    let sent = other.text == wide.text && !open;
    let first = judged(&wide.text, sent, (found.kind, found.services), settings);
    // `${jsonencode(..)}` and the like stand where JSON has whole values.
    if open && !first.is_json {
        report.policies -= 1;
        let path = match found.path.as_str() {
            "" => String::new(),
            path => format!("{path}: "),
        };
        report.notes.push(format!(
            "{path}the text is only complete after deployment and was not checked"
        ));
        return None;
    }
    let mut findings = first.findings;
    if other.text != wide.text {
        let others = judged(&other.text, false, (found.kind, found.services), settings).findings;
        keep_common(&mut findings, &wide.samples, &others, &other.samples);
    }
    let open_names = wide.has_open_names();
    findings.retain(|located| {
        let rule = located.finding.rule();
        // Members with these names may be what is missing.
        let known_later = open_names
            && [Cause::OpenPart, Cause::OpenCondition]
                .iter()
                .any(|&cause| rule.may_follow(cause));
        let is_open = wide.is_open(located.span) && !holds_for_all(located);
        !(known_later || is_open || is_other_quota(rule, found))
    });
    note_open(report, &found.path, wide.open(), 0);
    keep(report, settings, &wide.text);
    for located in findings {
        if is_uncovered(&located, &wide.text, settings, report) {
            continue;
        }
        let span = wide.place(located.span);
        let edit =
            (located.edit.as_ref().filter(|_| found.has_places())).and_then(|edit| wide.edit(edit));
        let located = renamed(located, &wide.samples, spelled);
        add_at(report, settings, located, found, span, edit);
    }
    let policy = Judged {
        text: &wide.text,
        other: Some(&other.text),
        samples: &wide.samples,
        may_differ: &|_, span| wide.may_differ(span),
        kind: found.kind,
    };
    organize(&policy, found, settings, report, |span| wide.place(span));
    Some(Checked {
        json: wide.samples.renamed(&wide.text),
        is_whole: !open,
        size: (wide
            .text
            .chars()
            .filter(|c| !c.is_ascii_whitespace())
            .count())
        .saturating_sub(wide.samples.length_in(&wide.text)),
        ..Checked::of(found)
    })
}

/// Says how many values are open, of which so many are statements that nothing was read of.
fn note_open(report: &mut FileReport, path: &str, open: usize, unread: usize) {
    let statements = match unread {
        0 => None,
        1 => Some(
            "1 statement or list of statements is not known before deployment and was not checked"
                .to_string(),
        ),
        _ => Some(format!(
            "{unread} statements or lists of statements are not known before deployment and were not checked"
        )),
    };
    let values = match open.saturating_sub(unread) {
        0 => None,
        1 => Some(
            "1 value is not known before deployment; what depends on it was not checked"
                .to_string(),
        ),
        open => Some(format!(
            "{open} values are not known before deployment; what depends on them was not checked"
        )),
    };
    for note in statements.into_iter().chain(values) {
        report.notes.push(match path {
            "" => note,
            path => format!("{path}: {note}"),
        });
    }
}

/// A file that Terraform's `templatefile` makes a policy document of.
pub(super) fn look_at_template(
    text: &str,
    exported: Option<&Exported>,
    settings: &Settings,
    report: &mut FileReport,
) {
    look_at_open(
        text,
        &Language::Terraform(Configuration::default()),
        exported,
        settings,
        report,
    );
}

/// A file that is a policy with values of another language in it.
pub(super) fn look_at_open(
    text: &str,
    language: &Language<'_>,
    exported: Option<&Exported>,
    settings: &Settings,
    report: &mut FileReport,
) {
    let (pieces, _) = language.string(text);
    let fill = |fill| Embedded::new(&pieces, Positions::whole(text), None, fill);
    report.policies = 1;
    let found = Found::whole_file(exported.map(|exported| exported.kind));
    let spelled = Spelled::json(language, false);
    let done = in_text(
        &found,
        &spelled,
        &fill(Fill::Wide),
        &fill(Fill::Other),
        settings,
        report,
    );
    if let Some(done) = done {
        identify(&mut report.findings, &done.json, "");
    }
}
