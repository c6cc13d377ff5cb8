//! `coverage --trail`: what policies grant and nobody used.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

use rekognition_iam_runtime::document::{Document, Effect, Statement};
use rekognition_iam_runtime::{catalogue, glob, json};

use crate::commands::derive_trail::SeenArgs;
use crate::commands::evaluate::policies::Policies;
use crate::json_text::{quoted, write_optional};
use crate::plain::plain;
use crate::terminal::{CLEAN, FOUND, UNUSABLE, complain, print};
use crate::trail::calls::{is_unseen, prefix};
use crate::trail::seen::Seen;

/// An action of a statement, and what was seen of it.
struct Granted {
    policy: String,
    statement: usize,
    sid: Option<String>,
    /// As the statement has it.
    pattern: String,
    used: BTreeSet<&'static str>,
    unused: BTreeSet<String>,
    /// Those of the unused ones that a trail without data events does not show.
    unseen: BTreeSet<String>,
}

/// A resource of a statement whose actions were used, but not on it.
struct Untouched {
    policy: String,
    statement: usize,
    sid: Option<String>,
    /// As the statement has it.
    resource: String,
    /// Whether a trail without data events may not show the use of an action of the statement, or a record did not show its resource.
    unseen: bool,
}

pub(crate) fn run(
    policies: &[PathBuf],
    trails: &[PathBuf],
    arguments: &SeenArgs,
    as_json: bool,
) -> io::Result<u8> {
    match answer(policies, trails, arguments, as_json) {
        Ok(answer) => {
            print(answer.text.as_bytes())?;
            Ok(answer.code)
        }
        Err(message) => {
            complain(&message);
            Ok(UNUSABLE)
        }
    }
}

struct Answer {
    text: String,
    code: u8,
}

fn answer(
    paths: &[PathBuf],
    trails: &[PathBuf],
    arguments: &SeenArgs,
    as_json: bool,
) -> Result<Answer, String> {
    if paths.is_empty() {
        return Err("give the policies to compare with the trail with --policies".to_owned());
    }
    let paths: Vec<OsString> = paths
        .iter()
        .map(|path| path.clone().into_os_string())
        .collect();
    let policies = Policies::open(&paths)?;
    let seen = arguments.read(trails)?;
    if seen.calls == 0 {
        return Err(
            "no allowed call was found in the trail, so nothing can be compared".to_owned(),
        );
    }
    let mut granted = Vec::new();
    let mut untouched = Vec::new();
    for (name, text) in policies.names.iter().zip(&policies.texts) {
        let document = json::read(text).map_err(|_| format!("{name}: not a policy"))?;
        of_document(name, &document, &seen, &mut granted, &mut untouched);
    }
    granted.retain(|one| !one.unused.is_empty());
    let finds = (granted.iter()).any(|one| one.unseen.len() < one.unused.len())
        || untouched.iter().any(|one| !one.unseen);
    let text = match as_json {
        true => (granted.iter().map(json_line))
            .chain(untouched.iter().map(resource_line))
            .collect(),
        false => human(&granted, &untouched, &seen),
    };
    let code = match (finds, seen.unread.is_empty()) {
        // What was not read may have used it.
        (_, false) => UNUSABLE,
        (true, true) => FOUND,
        (false, true) => CLEAN,
    };
    Ok(Answer { text, code })
}

fn of_document(
    name: &str,
    document: &Document<'_>,
    seen: &Seen,
    granted: &mut Vec<Granted>,
    untouched: &mut Vec<Untouched>,
) {
    let actions = seen.actions();
    // An event that the catalogue does not have may be of any action of its service.
    let unknown: BTreeSet<&str> = (seen.unknown_events.keys())
        .filter_map(|event| Some(prefix(event.split_once(':')?.0)))
        .collect();
    for (number, statement) in document.statements.iter().enumerate() {
        if statement.effect == Effect::Deny {
            continue;
        }
        if statement.actions.not {
            complain(&format!(
                "note: statement {} of {name} allows with `NotAction`, and was not compared",
                number + 1
            ));
            continue;
        }
        let first = granted.len();
        for pattern in statement.actions.values.iter() {
            let mut one = Granted {
                policy: name.to_owned(),
                statement: number,
                sid: statement.sid.as_deref().map(str::to_owned),
                pattern: pattern.to_string(),
                used: BTreeSet::new(),
                unused: BTreeSet::new(),
                unseen: BTreeSet::new(),
            };
            let services = catalogue::services().iter();
            for (service, action) in services
                .flat_map(|service| service.actions.iter().map(move |action| (service, action)))
            {
                let whole = format!("{}:{}", service.prefix, action.name);
                if !glob::matches(pattern, &whole, true) {
                    continue;
                }
                if actions.contains(whole.as_str()) {
                    one.used.insert(action.name);
                } else {
                    if is_unseen(&whole) || unknown.contains(service.prefix) {
                        one.unseen.insert(whole.clone());
                    }
                    one.unused.insert(whole);
                }
            }
            if one.used.is_empty() && one.unused.is_empty() {
                complain(&format!(
                    "note: the catalogue has no action that matches `{pattern}`"
                ));
            }
            granted.push(one);
        }
        let of_statement = granted.get(first..).unwrap_or_default();
        untouched.extend(of_resources(name, number, statement, of_statement, seen));
    }
}

/// The resources of a statement that no call was about, although its actions were used.
fn of_resources(
    name: &str,
    number: usize,
    statement: &Statement<'_>,
    granted: &[Granted],
    seen: &Seen,
) -> Vec<Untouched> {
    let Some(resources) = statement.resources.as_ref().filter(|element| !element.not) else {
        return Vec::new();
    };
    let is_granted = |action: &str| {
        granted
            .iter()
            .any(|one| glob::matches(&one.pattern, action, true))
    };
    let uses: Vec<_> = (seen.uses.iter())
        .filter(|(used, _)| is_granted(&used.action))
        .map(|(_, uses)| uses)
        .collect();
    if uses.is_empty() {
        return Vec::new();
    }
    let unseen =
        granted.iter().any(|one| !one.unseen.is_empty()) || uses.iter().any(|uses| uses.hidden > 0);
    (resources.values.iter())
        .filter(|resource| {
            // What a variable is may differ from call to call.
            let pattern = with_any(resource);
            !(uses.iter().flat_map(|uses| &uses.resources)).any(|used| {
                glob::matches(&pattern, used, false) || glob::matches(used, &pattern, false)
            })
        })
        .map(|resource| Untouched {
            policy: name.to_owned(),
            statement: number,
            sid: statement.sid.as_deref().map(str::to_owned),
            resource: resource.to_string(),
            unseen,
        })
        .collect()
}

/// A pattern with `*` for its variables.
fn with_any(pattern: &str) -> String {
    let mut out = String::new();
    for (number, part) in pattern.split("${").enumerate() {
        match part.split_once('}') {
            Some((_, rest)) if number > 0 => {
                out.push('*');
                out.push_str(rest);
            }
            _ => out.push_str(part),
        }
    }
    out
}

fn human(granted: &[Granted], untouched: &[Untouched], seen: &Seen) -> String {
    const LISTED: usize = 10;
    let mut out = String::new();
    let mut line = |text: &str| {
        out.push_str(&plain(text));
        out.push('\n');
    };
    for one in granted {
        let sid = one
            .sid
            .as_ref()
            .map_or_else(String::new, |sid| format!(" `{sid}`"));
        let place = format!("statement {}{sid} of {}", one.statement + 1, one.policy);
        let all = one.used.len() + one.unused.len();
        if one.unused.len() == one.unseen.len() {
            line(&format!(
                "cannot be seen: `{}` in {place}; a trail without data events does not show whether it is used",
                one.pattern
            ));
            continue;
        }
        if all == 1 {
            line(&format!("never used: `{}` in {place}", one.pattern));
            continue;
        }
        line(&format!(
            "never used: {} of {all} actions of `{}` in {place}",
            one.unused.len() - one.unseen.len(),
            one.pattern
        ));
        let used: Vec<&str> = one.used.iter().take(LISTED).copied().collect();
        if !used.is_empty() {
            let more = match one.used.len().checked_sub(LISTED) {
                Some(more @ 1..) => format!(" and {more} more"),
                _ => String::new(),
            };
            line(&format!("  used: {}{more}", used.join(", ")));
        }
    }
    for one in untouched {
        let sid = (one.sid.as_ref()).map_or_else(String::new, |sid| format!(" `{sid}`"));
        let place = format!("statement {}{sid} of {}", one.statement + 1, one.policy);
        line(&match one.unseen {
            true => format!(
                "cannot be seen: `{}` in {place}; no recorded call was about it, but the trail does not show all of them",
                one.resource
            ),
            false => format!("never used: `{}` in {place}", one.resource),
        });
    }
    line(&format!(
        "{} calls, {} to {}",
        seen.calls, seen.first, seen.last
    ));
    out
}

fn json_line(one: &Granted) -> String {
    let list = |texts: &mut dyn Iterator<Item = &str>| {
        let texts: Vec<String> = texts.map(quoted).collect();
        format!("[{}]", texts.join(","))
    };
    let mut sid = String::new();
    write_optional(&mut sid, one.sid.as_deref());
    format!(
        "{{\"policy\":{},\"statement\":{},\"sid\":{sid},\"action\":{},\"used\":{},\"unused\":{},\"unseen\":{}}}\n",
        quoted(&one.policy),
        one.statement,
        quoted(&one.pattern),
        list(&mut one.used.iter().copied()),
        list(&mut one.unused.difference(&one.unseen).map(String::as_str)),
        list(&mut one.unseen.iter().map(String::as_str))
    )
}

fn resource_line(one: &Untouched) -> String {
    let mut sid = String::new();
    write_optional(&mut sid, one.sid.as_deref());
    format!(
        "{{\"policy\":{},\"statement\":{},\"sid\":{sid},\"resource\":{},\"unseen\":{}}}\n",
        quoted(&one.policy),
        one.statement,
        quoted(&one.resource),
        one.unseen
    )
}
