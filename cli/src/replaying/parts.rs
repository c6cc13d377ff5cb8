//! Partial results as JSON: what one machine writes and another adds up.

use std::collections::{BTreeMap, BTreeSet};

use rekognition_iam_runtime::json::{Kind, Lexer};
use sha2::{Digest, Sha256};

use super::partial::{Group, Outcome, Partial, Tally, Unread};
use super::question::Question;
use super::sets::{By, Given};
use crate::json_lines::{self, Wrong, is_null};
use crate::json_text::{quoted, write_optional, write_string};

/// The version of the format. It changes when a member changes its meaning.
pub(crate) const VERSION: &str = "1";

/// What a partial result is of: the same policies and options have the same text, and only such results can be added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct About {
    /// A checksum of everything that decides.
    pub(crate) digest: String,
    /// The names of the policies.
    pub(crate) new: Vec<String>,
    /// Those of the old ones; `None` when AWS's own answers are compared with.
    pub(crate) old: Option<Vec<String>>,
}

impl About {
    pub(crate) fn of(question: &Question) -> Self {
        let mut digest = Sha256::new();
        let mut add = |text: &str| {
            digest.update(text.len().to_le_bytes());
            digest.update(text.as_bytes());
        };
        add(rekognition_iam_runtime::catalogue::as_of());
        add(env!("CARGO_PKG_VERSION"));
        for policies in std::iter::once(&question.new).chain(&question.old) {
            add("policies");
            for given in policies {
                add(&given.text);
                add(given.attached.kind().name());
                add(&given.level.to_string());
                add(given.of.as_deref().unwrap_or_default());
            }
        }
        add("principals");
        question
            .principals
            .iter()
            .for_each(|principal| add(principal));
        add("assumed");
        for (key, values) in &question.assumed {
            add(key);
            values.iter().for_each(|value| add(value));
            add("");
        }
        let digest = (digest.finalize().iter()).fold(String::new(), |mut out, byte| {
            out.push_str(&format!("{byte:02x}"));
            out
        });
        let names =
            |policies: &Vec<Given>| policies.iter().map(|given| given.name.clone()).collect();
        Self {
            digest,
            new: names(&question.new),
            old: question.old.as_ref().map(names),
        }
    }

    /// `"replay":1,"digest":..,"policies":..,"old":..`
    pub(crate) fn members(&self) -> String {
        let list = |names: &[String]| {
            let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
            format!("[{}]", names.join(","))
        };
        format!(
            "\"replay\":{VERSION},\"digest\":{},\"policies\":{},\"old\":{}",
            quoted(&self.digest),
            list(&self.new),
            self.old.as_deref().map_or("null".to_owned(), list)
        )
    }
}

/// The members of what was counted.
pub(crate) fn members(partial: &Partial) -> String {
    let mut out = format!(
        "\"files\":{},\"other_files\":{},\"records\":{},\"repeated\":{},\"requests\":{},\"unread\":{}",
        partial.files,
        partial.other_files,
        partial.records,
        partial.repeated,
        partial.requests,
        partial.unread
    );
    out.push_str(",\"first\":");
    write_string(&mut out, &partial.first);
    out.push_str(",\"last\":");
    write_string(&mut out, &partial.last);
    out.push_str(",\"outcomes\":{");
    for (number, outcome) in Outcome::ALL.into_iter().enumerate() {
        let count = partial.count(outcome);
        out.push_str(&format!("{}\"{}\":{count}", comma(number), outcome.name()));
    }
    out.push('}');
    for (name, counts) in [
        ("not_asked", &partial.not_asked),
        ("unknown_events", &partial.unknown_events),
        ("depends_on", &partial.depends),
    ] {
        out.push_str(&format!(",\"{name}\":{{"));
        for (number, (key, count)) in counts.iter().enumerate() {
            out.push_str(comma(number));
            write_string(&mut out, key);
            out.push_str(&format!(":{count}"));
        }
        out.push('}');
    }
    out.push_str(",\"unread_places\":[");
    for (number, place) in partial.unread_places.iter().enumerate() {
        out.push_str(comma(number));
        out.push_str("{\"file\":");
        write_string(&mut out, &place.file);
        out.push_str(&format!(
            ",\"line\":{},\"record\":{},\"message\":",
            place.line, place.item
        ));
        write_string(&mut out, &place.message);
        out.push('}');
    }
    out.push_str("],\"groups\":[");
    for (number, (group, tally)) in partial.groups.iter().enumerate() {
        out.push_str(comma(number));
        out.push('{');
        out.push_str(&group_members(group, tally));
        out.push('}');
    }
    out.push(']');
    out
}

/// The members of a group.
pub(crate) fn group_members(group: &Group, tally: &Tally) -> String {
    let mut out = format!("\"outcome\":\"{}\",\"action\":", group.outcome.name());
    write_string(&mut out, &group.action);
    out.push_str(",\"resource\":");
    write_optional(&mut out, group.resource.as_deref());
    out.push_str(",\"caller\":");
    write_string(&mut out, &group.caller);
    out.push_str(",\"code\":");
    write_string(&mut out, &group.code);
    out.push_str(",\"by\":");
    match &group.by {
        None => out.push_str("null"),
        Some(by) => {
            out.push_str(&format!(
                "{{\"policy\":{},\"statement\":{},\"sid\":",
                by.policy, by.statement
            ));
            write_optional(&mut out, by.sid.as_deref());
            out.push('}');
        }
    }
    out.push_str(",\"depends_on\":[");
    for (number, key) in group.depends.iter().enumerate() {
        out.push_str(comma(number));
        write_string(&mut out, key);
    }
    out.push_str(&format!("],\"count\":{},\"first\":", tally.count));
    write_string(&mut out, &tally.first);
    out.push_str(",\"last\":");
    write_string(&mut out, &tally.last);
    out.push_str(",\"examples\":[");
    for (number, (time, id)) in tally.examples.iter().enumerate() {
        out.push_str(comma(number));
        out.push_str("{\"time\":");
        write_string(&mut out, time);
        out.push_str(",\"event_id\":");
        write_string(&mut out, id);
        out.push('}');
    }
    out.push(']');
    out
}

fn comma(number: usize) -> &'static str {
    if number == 0 { "" } else { "," }
}

/// A whole partial result, in a line.
pub(crate) fn write(about: &About, partial: &Partial) -> String {
    format!("{{{},{}}}\n", about.members(), members(partial))
}

/// Reads a partial result.
pub(crate) fn read(text: &str) -> Result<(About, Partial), Wrong> {
    const NAMES: [&str; 18] = [
        "replay",
        "digest",
        "policies",
        "old",
        "files",
        "other_files",
        "records",
        "repeated",
        "requests",
        "unread",
        "first",
        "last",
        "outcomes",
        "not_asked",
        "unknown_events",
        "depends_on",
        "unread_places",
        "groups",
    ];
    let mut about = About {
        digest: String::new(),
        new: Vec::new(),
        old: None,
    };
    let mut partial = Partial::default();
    let mut lexer = crate::trail::record::lexer(text);
    let seen = json_lines::members(&mut lexer, "the result", &NAMES, |lexer, name| {
        match name {
            "replay" => {
                json_lines::version(lexer, "result", VERSION)?;
            }
            "digest" => about.digest = json_lines::text(lexer, "`digest`")?.into_owned(),
            "policies" => about.new = texts(lexer, "`policies`")?,
            "old" => {
                about.old = match is_null(lexer)? {
                    true => None,
                    false => Some(texts(lexer, "`old`")?),
                };
            }
            "files" => partial.files = count(lexer)?,
            "other_files" => partial.other_files = count(lexer)?,
            "records" => partial.records = count(lexer)?,
            "repeated" => partial.repeated = count(lexer)?,
            "requests" => partial.requests = count(lexer)?,
            "unread" => partial.unread = count(lexer)?,
            "first" => partial.first = json_lines::text(lexer, "`first`")?.into_owned(),
            "last" => partial.last = json_lines::text(lexer, "`last`")?.into_owned(),
            "outcomes" => {
                for (name, count) in counts(lexer)? {
                    if count > 0 {
                        partial
                            .outcomes
                            .insert(outcome(&name, lexer.offset())?, count);
                    }
                }
            }
            "not_asked" => partial.not_asked = counts(lexer)?,
            "unknown_events" => partial.unknown_events = counts(lexer)?,
            "depends_on" => partial.depends = counts(lexer)?,
            "unread_places" => json_lines::items(lexer, "`unread_places`", |lexer, _| {
                partial.unread_places.insert(unread(lexer)?);
                Ok(())
            })?,
            _ => json_lines::items(lexer, "`groups`", |lexer, _| {
                let (group, tally) = group(lexer)?;
                partial.groups.insert(group, tally);
                Ok(())
            })?,
        }
        Ok(())
    })?;
    lexer.finish()?;
    json_lines::require(seen, 0, "the result", &NAMES)?;
    Ok((about, partial))
}

fn texts(lexer: &mut Lexer<'_>, what: &str) -> Result<Vec<String>, Wrong> {
    let mut found = Vec::new();
    json_lines::items(lexer, what, |lexer, _| {
        found.push(json_lines::text(lexer, what)?.into_owned());
        Ok(())
    })?;
    Ok(found)
}

fn outcome(name: &str, at: usize) -> Result<Outcome, Wrong> {
    (Outcome::ALL
        .into_iter()
        .find(|outcome| outcome.name() == name))
    .ok_or_else(|| {
        Wrong::new(
            at,
            format!("`{}` is not an outcome", crate::plain::cut(name)),
        )
    })
}

fn count(lexer: &mut Lexer<'_>) -> Result<u64, Wrong> {
    lexer.skip_space();
    let (text, span) = lexer.number()?;
    text.parse()
        .map_err(|_| Wrong::new(span.start, format!("`{text}` is not a count")))
}

/// An object of counts.
fn counts(lexer: &mut Lexer<'_>) -> Result<BTreeMap<String, u64>, Wrong> {
    let mut found = BTreeMap::new();
    json_lines::expect(lexer, "the counts", Kind::Object)?;
    lexer.open(b'{')?;
    if lexer.closes(b'}') {
        return Ok(found);
    }
    loop {
        let (name, _) = lexer.name()?;
        found.insert(name.into_owned(), count(lexer)?);
        if !lexer.more(b'}')? {
            return Ok(found);
        }
    }
}

fn unread(lexer: &mut Lexer<'_>) -> Result<Unread, Wrong> {
    let mut place = Unread {
        file: String::new(),
        line: 0,
        item: 0,
        message: String::new(),
    };
    json_lines::members(
        lexer,
        "a place",
        &["file", "line", "record", "message"],
        |lexer, name| {
            match name {
                "file" => place.file = json_lines::text(lexer, "`file`")?.into_owned(),
                "line" => place.line = count(lexer)?,
                "record" => place.item = count(lexer)?,
                _ => place.message = json_lines::text(lexer, "`message`")?.into_owned(),
            }
            Ok(())
        },
    )?;
    Ok(place)
}

fn group(lexer: &mut Lexer<'_>) -> Result<(Group, Tally), Wrong> {
    const NAMES: [&str; 11] = [
        "outcome",
        "action",
        "resource",
        "caller",
        "code",
        "by",
        "depends_on",
        "count",
        "first",
        "last",
        "examples",
    ];
    let mut group = Group {
        outcome: Outcome::Depends,
        action: String::new(),
        resource: None,
        caller: String::new(),
        code: String::new(),
        by: None,
        depends: BTreeSet::new(),
    };
    let mut tally = Tally::default();
    let seen = json_lines::members(lexer, "a group", &NAMES, |lexer, name| {
        let own =
            |lexer: &mut Lexer<'_>| json_lines::text(lexer, name).map(|text| text.into_owned());
        match name {
            "outcome" => {
                let at = lexer.offset();
                group.outcome = outcome(&own(lexer)?, at)?;
            }
            "action" => group.action = own(lexer)?,
            "resource" => {
                group.resource = json_lines::optional(lexer, name)?.map(|text| text.into_owned())
            }
            "caller" => group.caller = own(lexer)?,
            "code" => group.code = own(lexer)?,
            "by" => group.by = by(lexer)?,
            "depends_on" => group.depends = texts(lexer, name)?.into_iter().collect(),
            "count" => tally.count = count(lexer)?,
            "first" => tally.first = own(lexer)?,
            "last" => tally.last = own(lexer)?,
            _ => json_lines::items(lexer, name, |lexer, _| {
                let mut example = (String::new(), String::new());
                json_lines::members(lexer, "an example", &["time", "event_id"], |lexer, name| {
                    let text = json_lines::text(lexer, name)?.into_owned();
                    match name {
                        "time" => example.0 = text,
                        _ => example.1 = text,
                    }
                    Ok(())
                })?;
                tally.examples.insert(example);
                Ok(())
            })?,
        }
        Ok(())
    })?;
    json_lines::require(seen, lexer.offset(), "a group", &NAMES)?;
    Ok((group, tally))
}

fn by(lexer: &mut Lexer<'_>) -> Result<Option<By>, Wrong> {
    if is_null(lexer)? {
        return Ok(None);
    }
    let mut by = By {
        policy: 0,
        statement: 0,
        sid: None,
    };
    let number = |lexer: &mut Lexer<'_>| {
        count(lexer).map(|number| usize::try_from(number).unwrap_or(usize::MAX))
    };
    json_lines::members(
        lexer,
        "`by`",
        &["policy", "statement", "sid"],
        |lexer, name| {
            match name {
                "policy" => by.policy = number(lexer)?,
                "statement" => by.statement = number(lexer)?,
                _ => by.sid = json_lines::optional(lexer, "`sid`")?.map(|text| text.into_owned()),
            }
            Ok(())
        },
    )?;
    Ok(Some(by))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let about = About {
            digest: "ab".to_owned(),
            new: vec!["a \"b\".json".to_owned()],
            old: Some(Vec::new()),
        };
        let mut partial = Partial {
            files: 2,
            records: 7,
            first: "2026-10-05T08:15:30Z".to_owned(),
            last: "2026-10-06T08:15:30Z".to_owned(),
            ..Partial::default()
        };
        partial.outcomes.insert(Outcome::Depends, 3);
        partial.not_asked("failed");
        partial.unknown_events.insert("x:Y".to_owned(), 1);
        partial.depends.insert("aws:sourcevpc".to_owned(), 3);
        partial.unread(Unread {
            file: "f\u{1b}".to_owned(),
            line: 3,
            item: 4,
            message: "m".to_owned(),
        });
        let mut tally = Tally::default();
        tally.add("2026-10-05T08:15:30Z", "id");
        let group = Group {
            outcome: Outcome::Depends,
            action: "s3:GetObject".to_owned(),
            resource: None,
            caller: "*".to_owned(),
            code: "unknown".to_owned(),
            by: Some(By {
                policy: 1,
                statement: 2,
                sid: Some("S".to_owned()),
            }),
            depends: BTreeSet::from(["aws:sourcevpc".to_owned()]),
        };
        partial.groups.insert(group, tally);
        let text = write(&about, &partial);
        assert_eq!(read(&text).unwrap(), (about, partial));
        assert!(read(&text.replace("\"replay\":1", "\"replay\":2")).is_err());
        assert!(read(&text.replace("\"records\":7,", "")).is_err());
    }
}
