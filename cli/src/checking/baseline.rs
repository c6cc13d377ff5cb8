//! Findings that were there when the command was adopted: they are listed in a file and do not fail a run.
//!
//! A finding is known again by its file, rule, policy, statement, and message. Lines, columns, and numbers in the message do
//! not matter, so that findings survive changes elsewhere in the file. If it says that a statement grants too much, the statement must
//! say the same as it did: it could grant more by now.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use rekognition_iam_codegen::replace::replace;
use rekognition_iam_runtime::check::Severity;
use rekognition_iam_runtime::json::{Kind, Lexer, Limits, position};

use crate::input::files::{self, Input, MAX_FILE, STANDARD_INPUT};
use crate::input::rules::{self, REKOGNITION_IAM_ORGANIZATION};
use crate::json_lines::{Wrong, items, members, require, text};
use crate::json_text::{write_number, write_string};
use crate::report::finding::{Accepted, FileReport, InBaseline, Problem};

/// The form of the file. A higher number is one that this version does not know.
const VERSION: &str = "1";

/// The findings of a baseline file, by the file they are in.
#[derive(Debug, Default)]
pub(crate) struct Baseline {
    path: PathBuf,
    /// The version of the command that wrote it.
    written_by: String,
    files: BTreeMap<String, Vec<Entry>>,
}

/// A finding of the file. Ordered as the file lists them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    rule: String,
    policy: String,
    statement: Option<Statement>,
    message: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Statement {
    name: Name,
    /// A digest of what it says. Earlier versions did not write it for one with a Sid.
    content: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    Sid(String),
    /// That of one without a Sid of its own.
    Number(usize),
}

impl Baseline {
    /// Reads the file. `create`: it may not exist yet.
    pub(crate) fn read(path: &Path, create: bool) -> Result<Self, String> {
        let name = path.display();
        let mut out = Self {
            path: path.to_path_buf(),
            ..Self::default()
        };
        if !path.exists() {
            return match create {
                true => Ok(out),
                false => Err(format!(
                    "{name}: there is no such baseline; add `--write-baseline` to this command to write it"
                )),
            };
        }
        let text = files::read(&Input {
            path: Some(path.to_path_buf()),
            named: true,
        })
        .map_err(|error| format!("{name}: {error}"))?;
        out.parse(&text).map_err(|wrong| {
            let at = position(&text, wrong.at());
            format!("{name}:{}:{}: {wrong}", at.line, at.column)
        })?;
        Ok(out)
    }

    /// Whether an input is the file of the baseline.
    pub(crate) fn is_file(&self, input: &Input) -> bool {
        let plain = |path: &Path| path.strip_prefix(".").unwrap_or(path).to_path_buf();
        (input.path.as_deref()).is_some_and(|path| plain(path) == plain(&self.path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// The version that wrote it, where it is another one.
    pub(crate) fn other_version(&self) -> Option<&str> {
        let other = !self.written_by.is_empty() && self.written_by != env!("CARGO_PKG_VERSION");
        other.then_some(self.written_by.as_str())
    }

    fn parse(&mut self, text: &str) -> Result<(), Wrong> {
        const NAMES: [&str; 3] = ["version", "written_by", "findings"];
        let limits = Limits {
            text: MAX_FILE as usize,
            string: MAX_FILE as usize,
        };
        let mut lexer = Lexer::with_limits(text, &limits);
        let seen = members(&mut lexer, "the baseline", &NAMES, |lexer, name| {
            match name {
                "version" => {
                    let (found, span) = lexer.number()?;
                    if found != VERSION {
                        let message = format!(
                            "this baseline has version {found}, but this command only reads version {VERSION}"
                        );
                        return Err(Wrong::new(span.start, message));
                    }
                }
                "written_by" => self.written_by = self::text(lexer, name)?.into_owned(),
                _ => items(lexer, name, |lexer, number| {
                    let (file, entry) = entry(lexer, &format!("findings[{number}]"))?;
                    self.files.entry(file).or_default().push(entry);
                    Ok(())
                })?,
            }
            Ok(())
        })?;
        require(seen, 0, "the baseline", &NAMES)?;
        Ok(lexer.finish()?)
    }

    /// The names of a file here: its path from the baseline, with `/`. The first one does not depend on which links lead to the
    /// file, unless one leads elsewhere than below the baseline, where files may be in other places on other machines.
    fn keys(&self, file: &str) -> Vec<String> {
        if file == STANDARD_INPUT {
            return vec![file.to_string()];
        }
        let directory = match self.path.parent() {
            Some(directory) if directory != Path::new("") => directory,
            _ => Path::new("."),
        };
        let whole = |path: &Path| fs::canonicalize(path).ok();
        let without_links = (whole(directory).zip(whole(Path::new(file))))
            .filter(|(directory, file)| file.starts_with(directory))
            .and_then(|(directory, file)| files::relative(&directory, &file));
        let as_named =
            files::relative(directory, Path::new(file)).unwrap_or_else(|| file.replace('\\', "/"));
        let mut keys: Vec<String> = without_links.into_iter().chain([as_named]).collect();
        keys.dedup();
        keys
    }

    fn entries(&self, file: &str) -> &[Entry] {
        (self.keys(file).iter().find_map(|key| self.files.get(key))).map_or(&[], Vec::as_slice)
    }

    /// Accepts the findings of a file that are in the baseline.
    pub(crate) fn accept(&self, report: &mut FileReport) {
        let mut left: Vec<Option<&Entry>> = self.entries(&report.name).iter().map(Some).collect();
        let found: Vec<_> = (report.findings.iter())
            .map(|problem| (Entry::of(problem), problem.identity.content.clone()))
            .collect();
        let mut known = InBaseline::default();
        // First the findings that are surely the same, so that none is mistaken for another.
        for nearness in [Nearness::Same, Nearness::SamePlace] {
            let mut places: HashMap<_, Vec<usize>> = HashMap::new();
            for (number, entry) in left.iter().enumerate().rev() {
                if let Some(entry) = entry
                    && let Some(at) = entry.at(nearness)
                {
                    places.entry(entry.key(at)).or_default().push(number);
                }
            }
            for (problem, (found, content)) in report.findings.iter_mut().zip(&found) {
                if problem.accepted.is_some() {
                    continue;
                }
                let sought = found.sought(content.as_deref(), nearness);
                let is_strict = is_strict(problem);
                let mut is_changed = false;
                let number = (sought.into_iter().flatten()).find_map(|at| {
                    let numbers = places.get_mut(&found.key(at))?;
                    let entry = left.get(*numbers.last()?).copied().flatten()?;
                    if is_strict && !entry.may_say(content.as_deref()) {
                        is_changed = true;
                        return None;
                    }
                    numbers.pop()
                });
                if let Some(entry) = number.and_then(|number| left.get_mut(number)) {
                    *entry = None;
                    known.accepted += 1;
                    problem.accepted = Some(Accepted::Baseline(self.name()));
                } else if is_changed && nearness == Nearness::SamePlace {
                    problem.help.push(format!(
                        "{} has this finding for the statement as it was; it may grant more by now",
                        self.name()
                    ));
                }
            }
        }
        known.gone = left.iter().flatten().count();
        report.known = Some(known);
    }

    /// Puts the findings of a file in place of what the baseline has for it.
    pub(crate) fn update(&mut self, report: &mut FileReport) {
        if report.unusable.is_some() || report.is_skipped {
            // What could not be read may still be there.
            self.accept(report);
            return;
        }
        let name = self.name();
        let mut entries = Vec::new();
        for problem in &mut report.findings {
            if problem.accepted.is_none() {
                entries.push(Entry::of(problem));
                problem.accepted = Some(Accepted::Baseline(name.clone()));
            }
        }
        report.known = Some(InBaseline {
            accepted: entries.len(),
            gone: 0,
        });
        let keys = self.keys(&report.name);
        for key in &keys {
            self.files.remove(key);
        }
        if let Some(key) = keys.into_iter().next()
            && !entries.is_empty()
        {
            entries.sort();
            self.files.insert(key, entries);
        }
    }

    /// How many entries are about files that no longer exist.
    pub(crate) fn in_missing_files(&self) -> usize {
        (self.files.iter())
            .filter(|(file, _)| self.is_missing(file))
            .map(|(_, entries)| entries.len())
            .sum()
    }

    fn is_missing(&self, file: &str) -> bool {
        let directory = self.path.parent().unwrap_or(Path::new(""));
        file != STANDARD_INPUT && !directory.join(file).exists()
    }

    /// Writes the file, without the entries of files that no longer exist.
    pub(crate) fn write(&mut self) -> Result<usize, String> {
        let missing: Vec<String> = (self.files.keys())
            .filter(|file| self.is_missing(file))
            .cloned()
            .collect();
        for file in missing {
            self.files.remove(&file);
        }
        replace(&self.path, self.rendered().as_bytes())
            .map_err(|error| format!("{}: {}", self.name(), files::reason(&error)))?;
        Ok(self.files.values().map(Vec::len).sum())
    }

    /// The text of the file: a line for each finding, in a fixed order.
    fn rendered(&self) -> String {
        let mut out = format!("{{\n\"version\": {VERSION},\n\"written_by\": ");
        write_string(&mut out, env!("CARGO_PKG_VERSION"));
        out.push_str(",\n\"findings\": [");
        let all = (self.files.iter())
            .flat_map(|(file, entries)| entries.iter().map(move |entry| (file, entry)));
        for (number, (file, entry)) in all.enumerate() {
            out.push_str(if number == 0 { "\n" } else { ",\n" });
            out.push_str("{\"file\": ");
            write_string(&mut out, file);
            out.push_str(", \"rule\": ");
            write_string(&mut out, &entry.rule);
            out.push_str(", \"policy\": ");
            write_string(&mut out, &entry.policy);
            if let Some(Statement { name, content }) = &entry.statement {
                out.push_str(", \"statement\": ");
                match name {
                    Name::Sid(sid) => write_string(&mut out, sid),
                    Name::Number(number) => write_number(&mut out, *number),
                }
                if let Some(content) = content {
                    out.push_str(", \"content\": ");
                    write_string(&mut out, content);
                }
            }
            out.push_str(", \"message\": ");
            write_string(&mut out, &entry.message);
            out.push('}');
        }
        out.push_str("\n]\n}\n");
        out
    }
}

/// How much of a statement is the same as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nearness {
    /// Its Sid or what it says.
    Same,
    /// Its number, where it has no Sid.
    SamePlace,
}

impl Entry {
    fn of(problem: &Problem) -> Self {
        let identity = &problem.identity;
        Self {
            rule: problem.id.to_string(),
            policy: identity.policy.clone(),
            statement: problem.statement.map(|number| Statement {
                name: match &identity.sid {
                    Some(sid) => Name::Sid(sid.clone()),
                    None => Name::Number(number),
                },
                content: identity.content.clone(),
            }),
            message: without_numbers(&problem.message),
        }
    }

    /// What must be equal for a finding to be the one of an entry.
    fn key<'e>(&'e self, at: At<'e>) -> (&'e str, &'e str, &'e str, At<'e>) {
        (&self.rule, &self.policy, &self.message, at)
    }

    /// What is known of the statement of this entry.
    fn at(&self, nearness: Nearness) -> Option<At<'_>> {
        let Some(statement) = &self.statement else {
            return Some(At::Policy);
        };
        Some(match (&statement.name, nearness) {
            (Name::Sid(sid), _) => At::Sid(sid),
            (Name::Number(_), Nearness::Same) => At::Content(statement.content.as_deref()?),
            (Name::Number(number), Nearness::SamePlace) => At::Number(*number),
        })
    }

    /// What an entry may know of the statement of this finding, which says this. A statement may have got its Sid since.
    fn sought<'e>(&'e self, content: Option<&'e str>, nearness: Nearness) -> [Option<At<'e>>; 2] {
        let content = content.map(At::Content);
        let Some(statement) = &self.statement else {
            return [Some(At::Policy), None];
        };
        match (&statement.name, nearness) {
            (Name::Sid(sid), Nearness::Same) => [Some(At::Sid(sid)), content],
            (Name::Sid(sid), Nearness::SamePlace) => [Some(At::Sid(sid)), None],
            (Name::Number(_), Nearness::Same) => [content, None],
            (Name::Number(number), Nearness::SamePlace) => [Some(At::Number(*number)), None],
        }
    }

    /// Whether the statement may have said this when the entry was written.
    fn may_say(&self, content: Option<&str>) -> bool {
        let known = (self.statement.as_ref()).and_then(|statement| statement.content.as_deref());
        known.is_none_or(|known| Some(known) == content)
    }
}

/// Whether a finding is about how much a statement grants. Its message is the same when the statement grants more.
fn is_strict(problem: &Problem) -> bool {
    problem.severity == Severity::SecurityWarning
        || problem.id == REKOGNITION_IAM_ORGANIZATION.id
        || rules::find(problem.id).is_some_and(|rule| rule.severity == Severity::SecurityWarning)
}

/// What tells the statement of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum At<'e> {
    /// It is about the policy, not about a statement.
    Policy,
    Sid(&'e str),
    Content(&'e str),
    Number(usize),
}

/// Reads an entry with the name of its file.
fn entry(lexer: &mut Lexer<'_>, what: &str) -> Result<(String, Entry), Wrong> {
    const NAMES: [&str; 6] = ["file", "rule", "policy", "message", "statement", "content"];
    let at = lexer.offset();
    let (mut file, mut rule, mut policy, mut message) = Default::default();
    let (mut number, mut sid, mut content) = (None, None, None);
    let seen = members(lexer, what, &NAMES, |lexer, name| {
        let shown = format!("{what}.{name}");
        let slot: &mut String = match name {
            "file" => &mut file,
            "rule" => &mut rule,
            "policy" => &mut policy,
            "message" => &mut message,
            "content" => content.insert(String::new()),
            _ if lexer.kind()? == Kind::Number => {
                let (written, span) = lexer.number()?;
                let wrong = |_| {
                    Wrong::new(
                        span.start,
                        format!("`{written}` is not the number of a statement"),
                    )
                };
                number = Some(written.parse::<usize>().map_err(wrong)?);
                return Ok(());
            }
            _ => sid.insert(String::new()),
        };
        *slot = self::text(lexer, &shown)?.into_owned();
        Ok(())
    })?;
    require(seen, at, what, &NAMES[..4])?;
    let name = match (sid, number) {
        (Some(sid), _) => Some(Name::Sid(sid)),
        (None, number) => number.map(Name::Number),
    };
    let statement = name.map(|name| Statement { name, content });
    let entry = Entry {
        rule,
        policy,
        statement,
        message,
    };
    Ok((file, entry))
}

/// A message with `#` for each number outside of code: sizes and the numbers of statements change with every edit.
fn without_numbers(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    for (number, piece) in message.split('`').enumerate() {
        if number > 0 {
            out.push('`');
        }
        if number % 2 == 1 {
            out.push_str(piece);
            continue;
        }
        let mut digits = false;
        for c in piece.chars() {
            if !c.is_ascii_digit() {
                out.push(c);
            } else if !digits {
                out.push('#');
            }
            digits = c.is_ascii_digit();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_code_stay() {
        assert_eq!(
            without_numbers("statement 12 (`Read2`) has 7 of `s3:*`"),
            "statement # (`Read2`) has # of `s3:*`"
        );
    }

    #[test]
    fn a_statement_is_known_by_its_sid_or_content_and_else_by_its_number() {
        let entry = |statement| Entry {
            rule: "R".to_string(),
            policy: String::new(),
            statement: Some(statement),
            message: "m".to_string(),
        };
        let number = |number, content: &str| Statement {
            name: Name::Number(number),
            content: Some(content.to_string()),
        };
        let sid = |sid: &str| Statement {
            name: Name::Sid(sid.to_string()),
            content: None,
        };
        for (old, new, content, expected) in [
            (number(0, "a"), number(3, "a"), "a", [true, false]),
            (number(0, "a"), number(0, "b"), "b", [false, true]),
            (number(0, "a"), number(1, "b"), "b", [false, false]),
            // The statement got a Sid.
            (number(0, "a"), sid("S"), "a", [true, false]),
            (number(0, "a"), sid("S"), "b", [false, false]),
            (sid("S"), sid("S"), "b", [true, true]),
            (sid("S"), sid("T"), "a", [false, false]),
            (sid("S"), number(0, "a"), "a", [false, false]),
        ] {
            let (old, new) = (entry(old), entry(new));
            for (nearness, expected) in [Nearness::Same, Nearness::SamePlace]
                .into_iter()
                .zip(expected)
            {
                let own = old.at(nearness).map(|at| old.key(at));
                let found = (new.sought(Some(content), nearness).into_iter().flatten())
                    .any(|at| own == Some(new.key(at)));
                assert_eq!(found, expected, "{old:?} {new:?} {nearness:?}");
            }
        }
    }
}
