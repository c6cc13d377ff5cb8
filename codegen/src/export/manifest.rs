//! `manifest.json`: what was exported, from where, with which exceptions. It is also how the exporter knows its own
//! files again.
//!
//! It holds no line numbers, dates or absolute paths: it changes when a policy does and at no other time.

use std::collections::BTreeMap;

use rekognition_iam_runtime::{catalogue, json};

use super::error::Problem;
use super::format::Format;
use super::json::{Value, parse, quoted};
use super::report::{Exported, LeftOut, Parameter};
use crate::dsl::Exception;

/// The list's file name.
pub(super) const FILE: &str = "manifest.json";

/// By this the list is known as ours.
const GENERATOR: &str = "rekognition-iam-codegen";

/// The list of an export.
pub(super) fn render(package: Option<&str>, policies: &[Exported], left_out: &[LeftOut]) -> String {
    let mut list = Object::default();
    list.text("generated_by", GENERATOR);
    if let Some(package) = package {
        list.text("package", package);
    }
    let mut source = Object::default();
    source.text("as_of", catalogue::AS_OF);
    source.text("source", catalogue::SOURCE);
    list.raw("catalogue", &source.end());
    list.array("policies", policies.iter().map(policy));
    list.array(
        "left_out",
        left_out.iter().map(|left_out| {
            let mut object = Object::default();
            object.text("item", &left_out.item);
            object.text("source", &left_out.source);
            object.text("why", &left_out.why);
            object.end()
        }),
    );
    json::pretty(&list.end())
}

fn policy(policy: &Exported) -> String {
    let mut object = Object::default();
    object.text("name", &policy.name);
    object.text("kind", policy.kind.name());
    object.text("file", &policy.file);
    object.text("format", policy.format.name());
    object.text("item", &policy.item);
    object.text("source", &policy.source);
    object.array("parameters", policy.parameters.iter().map(parameter));
    object.raw("size", &policy.size.to_string());
    object.raw(
        "quota",
        &policy
            .quota
            .map_or_else(|| "null".to_owned(), |quota| quota.to_string()),
    );
    object.text("sha256", &policy.sha256);
    if let Some(of) = &policy.part {
        let mut part = Object::default();
        part.raw("number", &of.number.to_string());
        part.raw("of", &of.count.to_string());
        part.text("quota", &of.quota.name());
        part.array("notes", of.notes.iter().map(|note| quoted(note)));
        object.raw("part", &part.end());
    }
    object.array(
        "exceptions",
        policy.exceptions.iter().map(|exception| {
            let mut object = Object::default();
            match exception {
                Exception::Unlisted { name, reason } => {
                    object.text("unlisted", name);
                    object.text("reason", reason);
                }
                Exception::Accepted {
                    id,
                    statement,
                    reason,
                } => {
                    object.text("accepted", id);
                    if let Some(statement) = statement {
                        object.raw("statement", &statement.to_string());
                    }
                    object.text("reason", reason);
                }
            }
            object.end()
        }),
    );
    object.array(
        "warnings",
        policy
            .warnings
            .iter()
            .map(|warning| quoted(warning.message())),
    );
    object.end()
}

fn parameter(parameter: &Parameter) -> String {
    let mut object = Object::default();
    object.text("name", &parameter.name);
    object.text("kind", parameter.kind);
    object.text("pattern", &parameter.pattern);
    object.end()
}

/// An object of at least one member, on its way to minified JSON.
#[derive(Default)]
pub(super) struct Object(String);

impl Object {
    pub(super) fn raw(&mut self, name: &str, value: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        self.0.push_str(&quoted(name));
        self.0.push(':');
        self.0.push_str(value);
    }

    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.raw(name, &quoted(value));
    }

    pub(super) fn array(&mut self, name: &str, values: impl Iterator<Item = String>) {
        let values: Vec<_> = values.collect();
        self.raw(name, &format!("[{}]", values.join(",")));
    }

    pub(super) fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// The files that an earlier export wrote, with the hash of what it wrote into each.
pub(super) type Earlier = BTreeMap<String, String>;

/// Reads the list that an earlier export left.
pub(super) fn read(text: &str, shown: &str, package: Option<&str>) -> Result<Earlier, Problem> {
    let list = parse(text).map_err(|malformed| {
        let before = text.get(..malformed.offset).unwrap_or(text);
        Problem::new(
            shown,
            format!(
                "the list of the earlier export is not valid JSON: expected {}",
                malformed.expected
            ),
        )
        .behind(before)
        .help("restore it, or delete it; exported files that are up to date are then listed again")
    })?;
    if list.get("generated_by").and_then(Value::as_str) != Some(GENERATOR) {
        return Err(Problem::new(
            shown,
            "this file was not written by an export and would be overwritten",
        )
        .help("export into a separate directory"));
    }
    let owner = list.get("package").and_then(Value::as_str);
    if let (Some(owner), Some(package)) = (owner, package)
        && owner != package
    {
        return Err(Problem::new(
            shown,
            format!(
                "this directory contains the policies of the package `{owner}`, not of `{package}`"
            ),
        )
        .help("export each package into a separate directory")
        .help("if the package was renamed, change its name in this file too"));
    }
    let mut files = Earlier::new();
    let policies = list.get("policies").and_then(Value::as_array);
    for (number, policy) in policies.unwrap_or_default().iter().enumerate() {
        let member = |name: &str| policy.get(name).and_then(Value::as_str);
        let file = member("file").filter(|file| is_file_name(file));
        let (Some(file), Some(sha256)) = (file, member("sha256")) else {
            return Err(Problem::new(
                shown,
                format!(
                    "policies[{number}] has no `file` in this directory, or no `sha256`"
                ),
            )
            .help(
                "restore it, or delete it; exported files that are up to date are then listed again",
            ));
        };
        files.insert(file.to_owned(), sha256.to_owned());
    }
    Ok(files)
}

/// Whether this names a file in the directory itself. The list is a file like any other: anyone who edited it must not
/// make an export remove files elsewhere.
fn is_file_name(file: &str) -> bool {
    // The longest ending first: `.template.json` ends with `.json` too.
    let stem = [Format::CloudFormation, Format::Terraform, Format::Json]
        .into_iter()
        .find_map(|format| file.strip_suffix(format.extension()));
    stem.is_some_and(|stem| !stem.is_empty() && !stem.contains(['/', '\\', ':', '.']))
        && file != FILE
}
