//! `rekognition-iam.toml`: severities set, rules switched off, findings accepted and names vouched for, each with its reason; the
//! baseline and the catalogue.
//!
//! ```toml
//! baseline = "rekognition-iam-baseline.json"  # relative to this file
//! catalogue = "rekognition-iam.catalogue"     # relative to this file
//! max-catalogue-age = 90                      # days, for `check`
//!
//! [rules.RULE_ID]
//! level = "off"                      # off, suggestion, warning, security-warning or error
//! reason = "the deploy script adds it"
//! files = ["legacy/*"]               # optional: where it applies
//!
//! [[accept]]
//! rule = "RULE_ID"
//! file = "policies/admin.json"
//! sid = "Admin"                      # or path = "Statement[0]"
//! reason = "the break-glass role"
//!
//! [unlisted]
//! "rekognition:NewAction" = "released last week"
//! ```

mod keys;
mod organization;
mod values;

use std::path::{Path, PathBuf};

use rekognition_iam_runtime::check::Severity;
use rekognition_iam_runtime::json::position;
use rekognition_iam_runtime::{glob, suggest};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(crate) use self::keys::schema;
use self::keys::{Accept, Rule, Top, each};
pub(crate) use self::organization::{Limit, Organization};
use self::values::{Wrong, level_of, list_of, reason_of, table_of, text_of};
use crate::input::files;
use crate::input::rules;

pub(crate) const FILE: &str = "rekognition-iam.toml";

#[derive(Debug, Default)]
pub(crate) struct Config {
    pub(crate) rules: Vec<Setting>,
    pub(crate) accepts: Vec<Acceptance>,
    pub(crate) organization: Vec<Organization>,
    pub(crate) unlisted: Vec<(String, String)>,
    /// The baseline file of `check`.
    pub(crate) baseline: Option<PathBuf>,
    /// The catalogue file to use.
    pub(crate) catalogue: Option<PathBuf>,
    /// The age in days that the data may have.
    pub(crate) max_age: Option<u32>,
    /// The file that says so, as reports name it.
    pub(crate) name: String,
    /// Where it is. Its patterns are about paths relative to it.
    directory: PathBuf,
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

/// A finding that the author accepts in one place.
#[derive(Debug)]
pub(crate) struct Acceptance {
    pub(crate) id: &'static str,
    pub(crate) file: String,
    sid: Option<String>,
    path: Option<String>,
    pub(crate) reason: String,
    /// The line of the configuration that it begins in, from 1.
    pub(crate) line: usize,
}

impl Acceptance {
    /// Whether it is about a finding of its rule and file.
    pub(crate) fn is_at(&self, path: &str, sid: Option<&str>) -> bool {
        let here = |wanted: &String| {
            (path.strip_prefix(wanted.as_str()))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        self.path.as_ref().is_none_or(here)
            && (self.sid.as_deref()).is_none_or(|wanted| sid == Some(wanted))
    }

    /// Where it is about, in words.
    pub(crate) fn place(&self) -> String {
        let sid = (self.sid.as_ref()).map(|sid| format!("in the statement `{sid}`"));
        let path = (self.path.as_ref()).map(|path| format!("at `{path}`"));
        let parts: Vec<String> = sid.into_iter().chain(path).collect();
        format!("{} of {}", parts.join(" "), self.file)
    }
}

impl Config {
    /// What is said about a rule in a file.
    pub(crate) fn setting(&self, id: &str, file: &str) -> Option<&Setting> {
        self.rules.iter().find(|setting| {
            setting.id == id
                && (setting.files.is_empty()
                    || (setting.files.iter()).any(|pattern| self.is_about(pattern, file)))
        })
    }

    /// The rules of the organization for a file.
    pub(crate) fn organization_for<'c>(
        &'c self,
        file: &'c str,
    ) -> impl Iterator<Item = &'c Organization> {
        self.organization.iter().filter(move |rule| {
            rule.files.is_empty()
                || rule
                    .files
                    .iter()
                    .any(|pattern| self.is_about(pattern, file))
        })
    }

    /// The findings that are accepted in a file, each with its number.
    pub(crate) fn accepts_in<'c>(
        &'c self,
        file: &'c str,
    ) -> impl Iterator<Item = (usize, &'c Acceptance)> {
        (self.accepts.iter().enumerate())
            .filter(move |(_, acceptance)| self.is_about(&acceptance.file, file))
    }

    /// Whether an entry names a file that does not exist.
    pub(crate) fn is_missing(&self, entry: &Acceptance) -> bool {
        self.is_missing_file(&entry.file)
    }

    /// The patterns of settings that match none of these files, each with its rule. Unless the files were `searched` for, those
    /// that are left out may have been left out on purpose.
    pub(crate) fn unmatched<'c>(
        &'c self,
        names: &'c [String],
        searched: bool,
    ) -> impl Iterator<Item = (&'static str, &'c str)> {
        (self.rules.iter())
            .flat_map(|setting| setting.files.iter().map(|pattern| (setting.id, pattern)))
            .filter(move |(_, pattern)| {
                let none = !names.iter().any(|name| self.is_about(pattern, name));
                none && (searched || self.is_missing_file(pattern))
            })
            .map(|(id, pattern)| (id, pattern.as_str()))
    }

    fn is_missing_file(&self, pattern: &str) -> bool {
        !pattern.contains(['*', '?']) && !self.directory.join(pattern).exists()
    }

    /// Whether a pattern is about a file, by the path that was given or the one from the configuration.
    fn is_about(&self, pattern: &str, file: &str) -> bool {
        glob::matches(pattern, file, false)
            || files::relative(&self.directory, Path::new(file))
                .is_some_and(|file| glob::matches(pattern, &file, false))
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
    match path.map(Path::to_path_buf).or_else(nearest_here) {
        Some(path) => read(path),
        None => Ok(Config::default()),
    }
}

/// The configuration in this file.
pub(crate) fn read(path: PathBuf) -> Result<Config, String> {
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
    let directory = path.parent().unwrap_or(Path::new(""));
    for file in [&mut config.catalogue, &mut config.baseline]
        .into_iter()
        .flatten()
    {
        *file = directory.join(&*file);
    }
    config.name = name.to_string();
    config.directory = directory.to_path_buf();
    Ok(config)
}

fn nearest_here() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let file = nearest(&here)?;
    // Said as people would, when it is in this very directory.
    let short = file.strip_prefix(&here).map(Path::to_path_buf);
    Some(short.unwrap_or(file))
}

/// The file with the configuration for a directory: its own, or that of the nearest parent directory.
pub(crate) fn nearest(directory: &Path) -> Option<PathBuf> {
    (directory.ancestors())
        .map(|directory| directory.join(FILE))
        .find(|file| file.is_file())
}

pub(crate) fn parse(text: &str) -> Result<Config, Wrong> {
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        (at, error.message().to_string())
    })?;
    let mut config = Config::default();
    each::<Top>(table.get_ref(), "", |key, _, value| {
        let what = format!("`{}`", keys::Key::name(key));
        match key {
            Top::Rules => {
                for (id, value) in table_of(value, &what)? {
                    config.rules.push(setting(id, value)?);
                }
            }
            Top::Accept => {
                let tables = value.get_ref().as_array().ok_or_else(|| {
                    let message = "`accept` must be a list of tables; write `[[accept]]`";
                    (value.span().start, message.to_string())
                })?;
                for value in tables {
                    config.accepts.push(acceptance(text, value)?);
                }
            }
            Top::Organization => {
                let tables = value.get_ref().as_array().ok_or_else(|| {
                    let message =
                        "`organization` must be a list of tables; write `[[organization]]`";
                    (value.span().start, message.to_string())
                })?;
                for value in tables {
                    let line = position(text, value.span().start).line;
                    config.organization.push(organization::read(value, line)?);
                }
            }
            Top::Unlisted => {
                for (name, value) in table_of(value, &what)? {
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
            Top::Catalogue => {
                config.catalogue = Some(
                    text_of(value, "`catalogue` must be the path of a catalogue file")?.into(),
                );
            }
            Top::Baseline => {
                config.baseline =
                    Some(text_of(value, "`baseline` must be the path of a baseline file")?.into());
            }
            Top::MaxCatalogueAge => {
                let days = (value.get_ref().as_integer())
                    .and_then(|days| u32::from_str_radix(days.as_str(), days.radix()).ok());
                config.max_age = Some(days.ok_or_else(|| {
                    let message = "`max-catalogue-age` must be a number of days";
                    (value.span().start, message.to_string())
                })?);
            }
        }
        Ok(())
    })?;
    Ok(config)
}

/// The ID of a rule that exists.
fn rule(id: &str, at: usize) -> Result<&'static str, Wrong> {
    match rules::find(id) {
        Some(rule) => Ok(rule.id),
        None => {
            let near = suggest::nearest(id, rules::all().map(|rule| rule.id));
            let help = near.map_or_else(
                || "`rekognition-iam rules` lists them".to_string(),
                |near| format!("did you mean `{near}`?"),
            );
            Err((at, format!("there is no rule `{id}`; {help}")))
        }
    }
}

fn setting(
    id: &Spanned<std::borrow::Cow<'_, str>>,
    value: &Spanned<DeValue<'_>>,
) -> Result<Setting, Wrong> {
    let at = id.span().start;
    let id = rule(id.get_ref(), at)?;
    let name = format!("`{id}`");
    let mut level = None;
    let mut reason = None;
    let mut files = Vec::new();
    each::<Rule>(table_of(value, &name)?, &name, |key, _, value| {
        match key {
            Rule::Level => {
                level = Some(level_of(value)?);
            }
            Rule::Reason => reason = Some(reason_of(value, &name)?),
            Rule::Files => {
                files = list_of(
                    value,
                    "`files` must be a list of patterns, such as `[\"legacy/*\"]`",
                )?;
            }
        }
        Ok(())
    })?;
    Ok(Setting {
        id,
        level: level.ok_or_else(|| (at, format!("{name} has no `level`")))?,
        reason: reason.ok_or_else(|| (at, format!("{name} has no `reason`; add one")))?,
        files,
    })
}

fn acceptance(text: &str, value: &Spanned<DeValue<'_>>) -> Result<Acceptance, Wrong> {
    let at = value.span().start;
    let (mut id, mut file, mut sid, mut path, mut reason) = (None, None, None, None, None);
    each::<Accept>(table_of(value, "`accept`")?, "`accept`", |key, _, value| {
        let text = |what: &str| {
            text_of(
                value,
                &format!("`{what}` must be a string that is not empty"),
            )
        };
        match key {
            Accept::Rule => id = Some(rule(&text("rule")?, value.span().start)?),
            Accept::File => file = Some(text("file")?),
            Accept::Sid => sid = Some(text("sid")?),
            Accept::Path => path = Some(text("path")?),
            Accept::Reason => reason = Some(reason_of(value, "`accept`")?),
        }
        Ok(())
    })?;
    let missing = |name: &str| (at, format!("this `[[accept]]` has no `{name}`; add one"));
    if sid.is_none() && path.is_none() {
        let message = "this `[[accept]]` has no `sid` and no `path`; add one, or turn off the rule for the file with `[rules.ID]`";
        return Err((at, message.to_string()));
    }
    Ok(Acceptance {
        id: id.ok_or_else(|| missing("rule"))?,
        file: file.ok_or_else(|| missing("file"))?,
        reason: reason.ok_or_else(|| missing("reason"))?,
        sid,
        path,
        line: position(text, at).line,
    })
}
