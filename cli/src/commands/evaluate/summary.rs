//! Counts of answers, which can be added up: of a part of the lines, and of all of them, they are the same numbers.
//!
//! Everything in a summary is a count, or the least few of something. So the sum does not depend on how the lines were split,
//! nor on the order in which the parts are added.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use rekognition_iam_runtime::json::Lexer;

use super::answer::Answers;
use crate::json_lines::{self, Failure, Wrong};
use crate::json_text::{quoted, write_json, write_string};

/// The version of the format. It changes when a member changes its meaning.
const VERSION: &str = "1";

/// How many examples of anything are kept.
const EXAMPLES: usize = 3;

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Summary {
    lines: u64,
    requests: u64,
    errors: u64,
    /// The least messages.
    error_examples: BTreeSet<String>,
    /// By the members of the group, as JSON.
    groups: BTreeMap<String, Group>,
    /// How many answers depend on a key, by its name in small letters.
    keys: BTreeMap<String, u64>,
}

/// Answers that are alike.
#[derive(Debug, Default, PartialEq, Eq)]
struct Group {
    count: u64,
    /// The least ids, as JSON.
    ids: BTreeSet<String>,
}

impl Summary {
    pub(super) fn line(&mut self) {
        self.lines += 1;
    }

    pub(super) fn fail(&mut self, failure: &Failure<'_>) {
        self.errors += 1;
        // Without the number of the line, which says nothing of a part of the lines.
        keep(&mut self.error_examples, failure.reason());
    }

    pub(super) fn add(&mut self, action: &str, answers: Answers<'_>, id: Option<&str>) {
        self.requests += 1;
        let mut name = String::from("\"action\":");
        write_string(&mut name, action);
        name.push(',');
        match answers.before {
            None => answers.now.group(&mut name),
            Some(before) => {
                let changed = answers.changed();
                name.push_str(&format!("\"changed\":{changed},\"old\":{{"));
                before.group(&mut name);
                name.push_str("},\"new\":{");
                answers.now.group(&mut name);
                name.push('}');
            }
        }
        let found = self.groups.entry(name).or_default();
        found.count += 1;
        if let Some(id) = id {
            let (mut text, mut safe) = (String::new(), String::new());
            compact(id, &mut text);
            write_json(&mut safe, &text);
            keep(&mut found.ids, &safe);
        }
        for found in answers.now.decision.depends_on() {
            *self
                .keys
                .entry(found.key().to_ascii_lowercase())
                .or_default() += 1;
        }
    }

    /// Adds another summary.
    pub(super) fn merge(&mut self, other: Self) {
        self.lines += other.lines;
        self.requests += other.requests;
        self.errors += other.errors;
        for example in &other.error_examples {
            keep(&mut self.error_examples, example);
        }
        for (name, group) in other.groups {
            let found = self.groups.entry(name).or_default();
            found.count += group.count;
            for id in &group.ids {
                keep(&mut found.ids, id);
            }
        }
        for (key, count) in other.keys {
            *self.keys.entry(key).or_default() += count;
        }
    }

    /// Reads what was printed.
    pub(super) fn read(text: &str) -> Result<Self, Wrong> {
        const NAMES: [&str; 7] = [
            "summary",
            "lines",
            "requests",
            "errors",
            "error_examples",
            "counts",
            "depends_on",
        ];
        let mut summary = Self::default();
        let mut lexer = Lexer::new(text);
        let seen = json_lines::members(&mut lexer, "the summary", &NAMES, |lexer, name| {
            match name {
                "summary" => {
                    json_lines::version(lexer, "summary", VERSION)?;
                }
                "lines" => summary.lines = count(lexer)?,
                "requests" => summary.requests = count(lexer)?,
                "errors" => summary.errors = count(lexer)?,
                "error_examples" => json_lines::items(lexer, "`error_examples`", |lexer, _| {
                    let text = json_lines::text(lexer, "an example")?;
                    keep(&mut summary.error_examples, &text);
                    Ok(())
                })?,
                "counts" => json_lines::items(lexer, "`counts`", |lexer, _| {
                    let (name, group) = Group::read(lexer)?;
                    summary.groups.insert(name, group);
                    Ok(())
                })?,
                _ => json_lines::items(lexer, "`depends_on`", |lexer, _| {
                    let (mut key, mut number) = (String::new(), 0);
                    json_lines::members(lexer, "a key", &["key", "count"], |lexer, name| {
                        match name {
                            "key" => key = json_lines::text(lexer, "`key`")?.into_owned(),
                            _ => number = count(lexer)?,
                        }
                        Ok(())
                    })?;
                    summary.keys.insert(key, number);
                    Ok(())
                })?,
            }
            Ok(())
        })?;
        lexer.finish()?;
        json_lines::require(seen, 0, "the summary", &NAMES)?;
        Ok(summary)
    }
}

impl Group {
    /// Reads a group: what it is known by, and its numbers.
    fn read(lexer: &mut Lexer<'_>) -> Result<(String, Self), Wrong> {
        let mut name = String::new();
        let mut group = Self::default();
        let text = lexer.text();
        json_lines::members(
            lexer,
            "a count",
            &[
                "action", "changed", "old", "new", "decision", "code", "by", "count", "ids",
            ],
            |lexer, member| {
                match member {
                    "count" => group.count = count(lexer)?,
                    "ids" => json_lines::items(lexer, "`ids`", |lexer, _| {
                        let mut id = String::new();
                        compact(lexer.skip()?.of(text), &mut id);
                        keep(&mut group.ids, &id);
                        Ok(())
                    })?,
                    member => {
                        if !name.is_empty() {
                            name.push(',');
                        }
                        name.push_str(&quoted(member));
                        name.push(':');
                        compact(lexer.skip()?.of(text), &mut name);
                    }
                }
                Ok(())
            },
        )?;
        Ok((name, group))
    }
}

/// JSON without the space between its tokens, which other programs may have put there.
fn compact(json: &str, out: &mut String) {
    let (mut inside, mut escaped) = (false, false);
    for c in json.chars() {
        match c {
            '"' if !escaped => inside = !inside,
            ' ' | '\t' | '\n' | '\r' if !inside => continue,
            _ => {}
        }
        escaped = inside && c == '\\' && !escaped;
        out.push(c);
    }
}

fn count(lexer: &mut Lexer<'_>) -> Result<u64, Wrong> {
    lexer.skip_space();
    let (text, span) = lexer.number()?;
    text.parse()
        .map_err(|_| Wrong::new(span.start, format!("`{text}` is not a count")))
}

/// Keeps the least ones.
fn keep(examples: &mut BTreeSet<String>, example: &str) {
    if examples.len() == EXAMPLES && examples.last().is_some_and(|last| last.as_str() <= example) {
        return;
    }
    examples.insert(example.to_string());
    if examples.len() > EXAMPLES {
        examples.pop_last();
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{{\"summary\":{VERSION},\"lines\":{},\"requests\":{},\"errors\":{},\"error_examples\":[",
            self.lines, self.requests, self.errors
        )?;
        for (number, example) in self.error_examples.iter().enumerate() {
            write!(f, "{}{}", comma(number), quoted(example))?;
        }
        f.write_str("],\"counts\":[")?;
        for (number, (name, group)) in self.groups.iter().enumerate() {
            write!(f, "{}{{{name},\"count\":{}", comma(number), group.count)?;
            f.write_str(",\"ids\":[")?;
            for (number, id) in group.ids.iter().enumerate() {
                write!(f, "{}{id}", comma(number))?;
            }
            f.write_str("]}")?;
        }
        f.write_str("],\"depends_on\":[")?;
        for (number, (key, count)) in self.keys.iter().enumerate() {
            let key = quoted(key);
            write!(f, "{}{{\"key\":{key},\"count\":{count}}}", comma(number))?;
        }
        f.write_str("]}")
    }
}

fn comma(number: usize) -> &'static str {
    if number == 0 { "" } else { "," }
}
