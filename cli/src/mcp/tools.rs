//! What the tools do: the commands, with their arguments from JSON.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use rekognition_iam_codegen::confine;
use rekognition_iam_runtime::catalogue::is_replaced;
use rekognition_iam_runtime::check::Severity;
use rmcp::model::JsonObject;
use serde_json::{Value, json};

use super::arguments::{Arguments, path};
use crate::checking::baseline::Baseline;
use crate::checking::{self, Settings};
use crate::commands;
use crate::commands::derive::PackageArgs;
use crate::config::{self, Config};
use crate::input::files::{self, Input, reason};
use crate::input::ignored::Ignored;
use crate::report::finding::FileReport;
use crate::report::format::Format;

pub(super) fn check(arguments: &mut Arguments) -> Result<String, String> {
    let paths = arguments.texts("paths")?;
    let (text, name) = (arguments.text("text")?, arguments.text("name")?);
    let mut rules = BTreeMap::new();
    let mut reports = Vec::new();
    let (mut errors, mut notes) = (Vec::new(), Vec::new());
    match text {
        Some(text) if paths.is_empty() => {
            let name = name.unwrap_or_else(|| "policy.json".to_string());
            // A name, not a place: no other file is read with it.
            let file = Path::new(&name)
                .file_name()
                .ok_or("`name` must be the name of a file")?;
            let input = Input {
                path: Some(Path::new("<text>").join(file)),
                named: true,
            };
            let (settings, _) = rules_for(&mut rules, None)?;
            reports.push(checking::check_open(text, &input, settings));
        }
        Some(_) => return Err("give `paths` or `text`, not both".to_string()),
        None if paths.is_empty() => return Err("`paths` or `text` is missing".to_string()),
        None => {
            let paths: Vec<PathBuf> = paths
                .iter()
                .map(|text| path(text))
                .collect::<Result<_, _>>()?;
            // What git ignores is said by files in other directories too.
            let found = files::collect(&paths, Ignored::Read);
            errors.extend(found.errors);
            notes.extend(found.notes);
            for input in found.inputs {
                let (settings, baseline) = rules_for(&mut rules, input.path.as_deref())?;
                let mut report = checking::check(&input, settings);
                if let Some(baseline) = baseline {
                    baseline.accept(&mut report);
                }
                reports.push(report);
            }
        }
    }
    Ok(reported(&reports, errors, notes))
}

type Rules = (Settings, Option<Baseline>);

/// What files in one of the directories are checked with: the configuration that `check` finds when it runs there.
fn rules_for<'r>(
    known: &'r mut BTreeMap<Option<PathBuf>, Rules>,
    file: Option<&Path>,
) -> Result<&'r Rules, String> {
    let whole = file.and_then(|file| confine::allowed(file).ok());
    let directory = (confine::directories().unwrap_or_default().iter()).find(|directory| {
        whole
            .as_ref()
            .is_none_or(|whole| whole.starts_with(directory))
    });
    let file = directory
        .map(|directory| directory.join(config::FILE))
        // A link that leads out is refused when it is read: without its configuration, the answer would be another one.
        .filter(|file| std::fs::symlink_metadata(file).is_ok_and(|data| !data.is_dir()));
    match known.entry(file) {
        std::collections::btree_map::Entry::Occupied(known) => Ok(known.into_mut()),
        std::collections::btree_map::Entry::Vacant(new) => {
            let config = new
                .key()
                .clone()
                .map_or_else(|| Ok(Config::default()), config::read)?;
            // The catalogue is that of the process.
            if let Some(catalogue) = (config.catalogue.as_ref()).filter(|_| !is_replaced()) {
                return Err(format!(
                    "the configuration names the catalogue {}; start the server with `--catalogue` for it",
                    catalogue.display()
                ));
            }
            let baseline = (config.baseline.as_deref())
                .map(|path| Baseline::read(path, false))
                .transpose()?;
            Ok(new.insert((Settings::validated(config)?, baseline)))
        }
    }
}

/// The findings as `check --format json` prints them, after what is about all files.
fn reported(reports: &[FileReport], mut errors: Vec<String>, mut notes: Vec<String>) -> String {
    let reporter = Format::Json.reporter(false, false, Severity::Error);
    let mut findings = 0;
    let mut lines = String::new();
    for report in reports {
        findings += report
            .findings
            .iter()
            .filter(|found| found.accepted.is_none())
            .count();
        lines.push_str(&reporter.file(report));
        let named = |text: &str| format!("{}: {text}", report.name);
        errors.extend(
            report
                .unusable
                .iter()
                .map(|reason| named(&reason.to_string())),
        );
        notes.extend(report.notes.iter().map(|note| named(note)));
    }
    let policies: usize = reports.iter().map(|report| report.policies).sum();
    let checked = policies + reports.iter().map(|report| report.named).sum::<usize>();
    if checked == 0 && errors.is_empty() {
        errors.push("nothing was checked: no policy was found".to_string());
    }
    let head = json!({
        "files": reports.len(), "policies": policies, "findings": findings, "errors": errors, "not_checked": notes,
    });
    format!("{head}\n{lines}")
}

pub(super) fn explain(arguments: &mut Arguments) -> Result<String, String> {
    match arguments.text("rule")? {
        Some(rule) => commands::explain::explained(&rule),
        None => Ok(commands::rules::list()),
    }
}

pub(super) fn evaluate(arguments: &mut Arguments) -> Result<String, String> {
    let mut question = arguments.rest();
    let files = policies(&mut question)?;
    commands::evaluate::ask(&files, &line(question)?)
}

pub(super) fn prove(arguments: &mut Arguments) -> Result<String, String> {
    let mut question = arguments.rest();
    let files = policies(&mut question)?;
    commands::prove::ask(&files, &line(question)?)
}

pub(super) fn diff(arguments: &mut Arguments) -> Result<String, String> {
    let question = arguments.rest();
    let file = |side: &str| question.get(side).and_then(only_file);
    match (file("old"), file("new")) {
        (Some(old), Some(new)) if question.len() == 2 => {
            commands::diff::listed(&path(old)?, &path(new)?)
        }
        _ => commands::diff::ask(&line(question)?),
    }
}

pub(super) fn needs(arguments: &mut Arguments) -> Result<String, String> {
    commands::needs::ask(&arguments.needed("call")?, arguments.texts("with")?)
}

pub(super) fn derive(arguments: &mut Arguments) -> Result<String, String> {
    commands::derive::report(&PackageArgs {
        manifest_path: path(&arguments.needed("package")?)?,
        packages: arguments.texts("members")?,
        workspace: arguments.flag("workspace")?,
        examples: false,
        tests: false,
    })
}

/// Takes the policies in files out of a question, as the options of the commands name them.
fn policies(question: &mut JsonObject) -> Result<Vec<OsString>, String> {
    let Some(Value::Array(items)) = question.remove("policies") else {
        return Err("`policies` must be a list".to_string());
    };
    let mut files = Vec::new();
    let mut rest = Vec::new();
    for item in items {
        let Some(file) = item.get("file") else {
            rest.push(item);
            continue;
        };
        if item.get("document").is_some() {
            return Err("a policy has `document` or `file`, not both".to_string());
        }
        let file = file.as_str().ok_or("`file` must be a string")?;
        let (file, place) = match file.split_once('#') {
            Some((file, place)) => (file, Some(place)),
            None => (file, None),
        };
        let mut argument = OsString::new();
        if let Some(kind) = item.get("kind") {
            argument.push(kind.as_str().ok_or("`kind` must be a string")?);
            argument.push("=");
        }
        argument.push(path(file)?);
        if let Some(place) = place {
            argument.push("#");
            argument.push(place);
        }
        files.push(argument);
    }
    if !rest.is_empty() {
        question.insert("policies".to_string(), Value::Array(rest));
    }
    Ok(files)
}

/// The path of `{"file": PATH}`.
fn only_file(value: &Value) -> Option<&str> {
    let members = value.as_object().filter(|members| members.len() == 1)?;
    members.get("file")?.as_str()
}

/// A question as a line of the commands, with the texts of files as they are: a document can have a name twice.
fn line(question: JsonObject) -> Result<String, String> {
    let mut texts = Vec::new();
    let mut question = Value::Object(question);
    put_marks(&mut question, &mut texts)?;
    let mut out = question.to_string();
    for (number, text) in texts.iter().enumerate() {
        out = out.replacen(&Value::String(mark(number)).to_string(), text, 1);
    }
    Ok(out)
}

/// What a question has where the text of a file belongs. No text of a client can have it, because it is removed from them.
fn mark(number: usize) -> String {
    format!("\u{fdd0}{number}\u{fdd1}")
}

fn put_marks(value: &mut Value, texts: &mut Vec<String>) -> Result<(), String> {
    if let Some(file) = only_file(value) {
        let found = path(file)?;
        let shown = crate::plain::plain(file).into_owned();
        let bytes =
            confine::read(&found).map_err(|error| format!("{shown}: {}", reason(&error)))?;
        let text = files::decoded(bytes).map_err(|error| format!("{shown}: {error}"))?;
        if text.contains('\u{fdd0}') {
            return Err(format!(
                "{shown}: the file has a character that is not one of Unicode"
            ));
        }
        // One value and nothing after it: the rest of the question is the client's.
        serde_json::from_str::<serde::de::IgnoredAny>(&text)
            .map_err(|error| format!("{shown}: not valid JSON ({error})"))?;
        *value = Value::String(mark(texts.len()));
        texts.push(text);
        return Ok(());
    }
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        Value::String(text) => {
            text.retain(|c| !matches!(c, '\u{fdd0}' | '\u{fdd1}'));
            Ok(())
        }
        Value::Array(items) => items.iter_mut().try_for_each(|item| put_marks(item, texts)),
        Value::Object(members) if members.keys().any(|name| name.contains('\u{fdd0}')) => {
            Err("a name has a character that is not one of Unicode".to_string())
        }
        Value::Object(members) => members
            .values_mut()
            .try_for_each(|member| put_marks(member, texts)),
    }
}
