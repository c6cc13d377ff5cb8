//! `rekognition-iam.toml`: severities set, rules switched off and names vouched for, each with its reason; and the catalogue.
//!
//! ```toml
//! catalogue = "rekognition-iam.catalogue" # relative to this file
//! max-catalogue-age = 90                  # days, for `check`
//!
//! [rules.RULE_ID]
//! level = "off"                      # off, suggestion, warning, security-warning or error
//! reason = "the deploy script adds it"
//! files = ["legacy/*"]               # optional: where it applies
//!
//! [unlisted]
//! "rekognition:NewAction" = "released last week"
//! ```

use std::path::{Path, PathBuf};

use rekognition_iam_runtime::check::{Severity, UnknownSeverity};
use rekognition_iam_runtime::json::position;
use rekognition_iam_runtime::{glob, suggest};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::input::files;
use crate::input::rules;

pub(crate) const FILE: &str = "rekognition-iam.toml";

#[derive(Debug, Default)]
pub(crate) struct Config {
    pub(crate) rules: Vec<Setting>,
    pub(crate) unlisted: Vec<(String, String)>,
    /// The catalogue file to use.
    pub(crate) catalogue: Option<PathBuf>,
    /// The age in days that the data may have.
    pub(crate) max_age: Option<u32>,
}

/// What the author says about a rule.
#[derive(Debug)]
pub(crate) struct Setting {
    pub(crate) id: &'static str,
    /// `None` is off.
    pub(crate) level: Option<Severity>,
    pub(crate) reason: String,
    /// Patterns of the paths that it is about. Empty: all.
    files: Vec<String>,
}

impl Config {
    /// What is said about a rule in a file.
    pub(crate) fn setting(&self, id: &str, file: &str) -> Option<&Setting> {
        self.rules.iter().find(|setting| {
            setting.id == id
                && (setting.files.is_empty()
                    || (setting.files.iter()).any(|pattern| glob::matches(pattern, file, false)))
        })
    }

    pub(crate) fn unlisted(&self) -> Vec<&str> {
        self.unlisted
            .iter()
            .map(|(name, _)| name.as_str())
            .collect()
    }
}

/// The configuration of this file, or of the nearest above the current directory.
pub(crate) fn load(path: Option<&Path>, none: bool) -> Result<Config, String> {
    if none {
        return Ok(Config::default());
    }
    let Some(path) = path.map(Path::to_path_buf).or_else(nearest) else {
        return Ok(Config::default());
    };
    let name = path.display();
    let text = files::read(&files::Input {
        path: Some(path.clone()),
        named: true,
    })
    .map_err(|error| format!("{name}: {error}"))?;
    let mut config = parse(&text).map_err(|(offset, message)| {
        let at = position(&text, offset);
        format!("{name}:{}:{}: {message}", at.line, at.column)
    })?;
    if let (Some(file), Some(directory)) = (&mut config.catalogue, path.parent()) {
        *file = directory.join(&*file);
    }
    Ok(config)
}

fn nearest() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    here.ancestors()
        .map(|directory| directory.join(FILE))
        .find(|file| file.is_file())
        // Said as people would, when it is in this very directory.
        .map(|file| {
            file.strip_prefix(&here)
                .map(Path::to_path_buf)
                .unwrap_or(file)
        })
}

type Wrong = (usize, String);

fn parse(text: &str) -> Result<Config, Wrong> {
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        (at, error.message().to_string())
    })?;
    let mut config = Config::default();
    for (key, value) in table.get_ref() {
        let at = key.span().start;
        match key.get_ref().as_ref() {
            "rules" => {
                for (id, value) in table_of(value, "`rules`")? {
                    config.rules.push(setting(id, value)?);
                }
            }
            "unlisted" => {
                for (name, value) in table_of(value, "`unlisted`")? {
                    let reason = reason_of(value, &format!("`{}`", name.get_ref()))?;
                    if !name.get_ref().contains(':') {
                        return Err((
                            name.span().start,
                            format!(
                                "`{}` is neither an action nor a condition key; write it with its prefix, as in `rekognition:DetectLabels`",
                                name.get_ref()
                            ),
                        ));
                    }
                    config.unlisted.push((name.get_ref().to_string(), reason));
                }
            }
            "catalogue" => match value.get_ref().as_str() {
                Some(file) if !file.is_empty() => config.catalogue = Some(file.into()),
                _ => {
                    let message = "`catalogue` must be the path of a catalogue file";
                    return Err((value.span().start, message.to_string()));
                }
            },
            "max-catalogue-age" => {
                let days = (value.get_ref().as_integer())
                    .and_then(|days| u32::from_str_radix(days.as_str(), days.radix()).ok());
                config.max_age = Some(days.ok_or_else(|| {
                    let message = "`max-catalogue-age` must be a number of days";
                    (value.span().start, message.to_string())
                })?);
            }
            other => {
                let known = ["catalogue", "max-catalogue-age", "rules", "unlisted"];
                let near = suggest::nearest(other, known);
                let help = near.map_or_else(
                    || "the tables are `rules` and `unlisted`, and the settings `catalogue` and `max-catalogue-age`".to_string(),
                    |near| format!("did you mean `{near}`?"),
                );
                let what = match value.get_ref() {
                    DeValue::Table(_) => "table",
                    _ => "setting",
                };
                return Err((at, format!("unknown {what} `{other}`; {help}")));
            }
        }
    }
    Ok(config)
}

fn setting(
    id: &Spanned<std::borrow::Cow<'_, str>>,
    value: &Spanned<DeValue<'_>>,
) -> Result<Setting, Wrong> {
    let Some(rule) = rules::find(id.get_ref()) else {
        let near = suggest::nearest(id.get_ref(), rules::all().map(|rule| rule.id));
        let help = near.map_or_else(
            || "`rekognition-iam rules` lists them".to_string(),
            |near| format!("did you mean `{near}`?"),
        );
        return Err((
            id.span().start,
            format!("there is no rule `{}`; {help}", id.get_ref()),
        ));
    };
    let name = format!("`{}`", rule.id);
    let mut level = None;
    let mut reason = None;
    let mut files = Vec::new();
    for (key, value) in table_of(value, &name)? {
        match key.get_ref().as_ref() {
            "level" => {
                let text = value.get_ref().as_str().unwrap_or_default();
                level = Some(match text {
                    "off" => None,
                    text => Some(text.parse().map_err(|error: UnknownSeverity| {
                        let message = format!("the level must be `off` or a severity; {error}");
                        (value.span().start, message)
                    })?),
                });
            }
            "reason" => reason = Some(reason_of(value, &name)?),
            "files" => {
                let wrong = || {
                    (
                        value.span().start,
                        "`files` must be a list of patterns, such as `[\"legacy/*\"]`".to_string(),
                    )
                };
                for pattern in value.get_ref().as_array().ok_or_else(wrong)? {
                    files.push(pattern.get_ref().as_str().ok_or_else(wrong)?.to_string());
                }
            }
            other => {
                return Err((
                    key.span().start,
                    format!(
                        "{name} has no setting `{other}`; the settings are `level`, `reason`, and `files`"
                    ),
                ));
            }
        }
    }
    let at = id.span().start;
    Ok(Setting {
        id: rule.id,
        level: level.ok_or_else(|| (at, format!("{name} has no `level`")))?,
        reason: reason.ok_or_else(|| (at, format!("{name} has no `reason`; add one")))?,
        files,
    })
}

fn table_of<'v>(value: &'v Spanned<DeValue<'v>>, name: &str) -> Result<&'v DeTable<'v>, Wrong> {
    (value.get_ref().as_table())
        .ok_or_else(|| (value.span().start, format!("{name} must be a table")))
}

fn reason_of(value: &Spanned<DeValue<'_>>, name: &str) -> Result<String, Wrong> {
    match value.get_ref().as_str().map(str::trim) {
        Some("") => Err((
            value.span().start,
            format!("the reason for {name} is empty; write one"),
        )),
        Some(reason) => Ok(reason.to_string()),
        None => Err((
            value.span().start,
            format!("the reason for {name} must be a string"),
        )),
    }
}
