//! `derive --from-cloudtrail`: the smallest policy for what a role did.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rekognition_iam_codegen::derive::{Needed, terraform_document};
use rekognition_iam_codegen::import;
use rekognition_iam_runtime::json;

use crate::catalogues::age::Day;
use crate::json_text::quoted;
use crate::plain::plain;
use crate::terminal::{CLEAN, UNUSABLE, complain, print};
use crate::trail::calls::is_unseen;
use crate::trail::files::{Files, collect};
use crate::trail::seen::{Seen, Uses};

/// What the policy is printed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// Source in the language of `policy!`
    Rust,
    /// A policy document
    Json,
    /// Variables and an aws_iam_policy_document
    Terraform,
    /// Calls, permissions, parameters and notes, for other tools
    JsonReport,
}

/// The trail of `derive` and `coverage`.
#[derive(Debug, Args)]
pub(crate) struct SeenArgs {
    /// Role or user whose calls count: a name or an ARN, with wildcards; can be given several times
    #[arg(long = "role", value_name = "NAME")]
    pub(crate) roles: Vec<String>,
    /// Only calls in the last N days
    #[arg(long, value_name = "N")]
    pub(crate) days: Option<u32>,
}

impl SeenArgs {
    pub(crate) fn is_given(&self) -> bool {
        !self.roles.is_empty() || self.days.is_some()
    }

    /// Reads what the roles did, and says on standard error what could not be read.
    pub(crate) fn read(&self, trails: &[PathBuf]) -> Result<Seen, String> {
        let Files { files, errors, .. } = collect(trails);
        let since = match self.days {
            Some(days) => Some(format!("{}T00:00:00Z", Day::today()?.before(days))),
            None => None,
        };
        let all = ["*".to_owned()];
        let roles = match self.roles.as_slice() {
            [] => &all[..],
            roles => roles,
        };
        let mut seen = Seen::read(&files, roles, since.as_deref());
        seen.unread.extend(errors);
        for place in &seen.unread {
            complain(&format!("not read: {place}"));
        }
        for (event, count) in &seen.unknown_events {
            complain(&format!(
                "note: the catalogue does not have the event {event}, seen {count} times"
            ));
        }
        Ok(seen)
    }
}

/// Prints the policy for what was seen. `called`: what the source of a package needs, to compare with.
pub(crate) fn print_policy(
    mut seen: Seen,
    format: Language,
    name: &str,
    fold: Option<usize>,
    explain: Option<&[Needed]>,
) -> io::Result<u8> {
    if let Some(most) = fold {
        seen.fold(most);
    }
    let code = match seen.unread.is_empty() {
        true => CLEAN,
        false => UNUSABLE,
    };
    if seen.uses.is_empty() {
        complain("no allowed call by this role was found; denied and failed calls do not count");
        return Ok(UNUSABLE);
    }
    if let Some(called) = explain {
        print(joined(&seen, called).as_bytes())?;
        notes(&seen, fold);
        return Ok(code);
    }
    let document = document(&seen);
    let text = match format {
        Language::Json | Language::Terraform => {
            let read =
                json::read(&document).map_err(|_| io::Error::other("the policy is not valid"))?;
            match format {
                Language::Json => json::to_pretty(&read),
                _ => format!(
                    "# {}\n{}",
                    heading(&seen),
                    terraform_document(&read, &name.to_lowercase())
                ),
            }
        }
        Language::Rust => {
            let options = import::Options::new().name(name);
            let imported = import::import(&document, &options)
                .map_err(|error| io::Error::other(error.message))?;
            format!("// {}\n{}", heading(&seen), import::source(&[imported]))
        }
        Language::JsonReport => report(&seen),
    };
    print(text.as_bytes())?;
    notes(&seen, fold);
    Ok(code)
}

fn heading(seen: &Seen) -> String {
    let callers: Vec<&str> = seen.callers.iter().take(3).map(String::as_str).collect();
    let more = match seen.callers.len().checked_sub(3) {
        Some(more @ 1..) => format!(" and {more} more"),
        _ => String::new(),
    };
    plain(&format!(
        "{} calls by {}{more}, {} to {}",
        seen.calls,
        callers.join(", "),
        seen.first,
        seen.last
    ))
    .into_owned()
}

/// The document: actions of one service on the same resources are in one statement.
fn document(seen: &Seen) -> String {
    type Key<'s> = (&'s str, &'s [&'static str], Vec<&'s str>);
    let mut statements: BTreeMap<Key<'_>, BTreeSet<&str>> = BTreeMap::new();
    for (used, uses) in &seen.uses {
        if uses.resources.is_empty() {
            continue;
        }
        let resources: Vec<&str> = match uses.resources.contains("*") {
            true => vec!["*"],
            false => uses.resources.iter().map(String::as_str).collect(),
        };
        let service = used.action.split(':').next().unwrap_or_default();
        let key = (service, used.passed_to.as_slice(), resources);
        statements.entry(key).or_default().insert(&used.action);
    }
    let list = |texts: &mut dyn Iterator<Item = &str>| {
        let texts: Vec<String> = texts.map(quoted).collect();
        match texts.as_slice() {
            [only] => only.clone(),
            texts => format!("[{}]", texts.join(",")),
        }
    };
    let statements: Vec<String> = (statements.iter())
        .map(|((_, passed_to, resources), actions)| {
            let condition = match passed_to {
                [] => String::new(),
                services => format!(
                    ",\"Condition\":{{\"StringEquals\":{{\"iam:PassedToService\":{}}}}}",
                    list(&mut services.iter().copied())
                ),
            };
            format!(
                "{{\"Effect\":\"Allow\",\"Action\":{},\"Resource\":{}{condition}}}",
                list(&mut actions.iter().copied()),
                list(&mut resources.iter().copied())
            )
        })
        .collect();
    format!(
        "{{\"Version\":\"2012-10-17\",\"Statement\":[{}]}}",
        statements.join(",")
    )
}

/// What is not in the policy, and what it may lack.
fn notes(seen: &Seen, fold: Option<usize>) {
    const MANY: usize = 50;
    for (used, uses) in &seen.uses {
        if uses.hidden > 0 {
            complain(&format!(
                "note: {} records of {} do not show the resource, which is not in the policy",
                uses.hidden, used.action
            ));
        }
        if uses.resources.len() > MANY && fold.is_none() {
            complain(&format!(
                "note: {} has {} resources; --fold {MANY} writes a pattern instead",
                used.action,
                uses.resources.len()
            ));
        }
    }
    let implied: Vec<&str> = (seen.uses.iter())
        .filter(|(_, uses)| uses.implied)
        .map(|(used, _)| used.action.as_str())
        .collect();
    if !implied.is_empty() {
        complain(&format!(
            "note: {} follow from the requests of other calls, because their own records are not in the trail",
            implied.join(", ")
        ));
    }
    if seen.denied + seen.failed > 0 {
        complain(&format!(
            "note: {} denied and {} failed calls were left out",
            seen.denied, seen.failed
        ));
    }
    complain(
        "note: a trail without data events does not show reads and writes of objects, messages, and items; compare with `derive` of the source",
    );
}

/// Where an action is needed, and where it was seen.
#[derive(Default)]
struct Joined<'a> {
    called: Vec<&'a Needed>,
    used: Vec<&'a Uses>,
}

/// Each permission with where it was found: in the source, in the trail, or in both.
fn joined(seen: &Seen, called: &[Needed]) -> String {
    let mut all: BTreeMap<&str, Joined<'_>> = BTreeMap::new();
    for need in called {
        all.entry(&need.action).or_default().called.push(need);
    }
    for (used, uses) in &seen.uses {
        all.entry(&used.action).or_default().used.push(uses);
    }
    let mut out = String::new();
    let mut line = |text: &str| {
        out.push_str(&plain(text));
        out.push('\n');
    };
    line(&heading(seen));
    for (action, Joined { called, used }) in &all {
        let state = match (called.is_empty(), used.is_empty()) {
            (false, false) => "called and seen",
            (true, false) => "seen, and not called in the source",
            (false, true) if is_unseen(action) => {
                "called, and not visible in a trail without data events"
            }
            (false, true) => "called, and not seen",
            (true, true) => continue,
        };
        line(&format!("{action}: {state}"));
        for need in called {
            line(&format!("  called on {}", need.resource));
        }
        for uses in used {
            let resources: Vec<&str> = uses.resources.iter().take(10).map(String::as_str).collect();
            let more = match uses.resources.len().checked_sub(10) {
                Some(more @ 1..) => format!(" and {more} more"),
                _ => String::new(),
            };
            line(&format!(
                "  seen {} times, {} to {}, on {}{more}",
                uses.count,
                uses.first,
                uses.last,
                resources.join(", ")
            ));
        }
    }
    out
}

/// Everything as JSON, for other tools.
fn report(seen: &Seen) -> String {
    let texts = |texts: &mut dyn Iterator<Item = &str>| {
        let texts: Vec<String> = texts.map(quoted).collect();
        format!("[{}]", texts.join(","))
    };
    let uses: Vec<String> = (seen.uses.iter())
        .map(|(used, uses)| {
            format!(
                "{{\"action\":{},\"passed_to\":{},\"resources\":{},\"count\":{},\"hidden\":{},\"implied\":{},\"first\":{},\"last\":{}}}",
                quoted(&used.action),
                texts(&mut used.passed_to.iter().copied()),
                texts(&mut uses.resources.iter().map(String::as_str)),
                uses.count,
                uses.hidden,
                uses.implied,
                quoted(&uses.first),
                quoted(&uses.last)
            )
        })
        .collect();
    format!(
        "{{\"version\":1,\"callers\":{},\"calls\":{},\"denied\":{},\"failed\":{},\"first\":{},\"last\":{},\"uses\":[{}]}}\n",
        texts(&mut seen.callers.iter().map(String::as_str)),
        seen.calls,
        seen.denied,
        seen.failed,
        quoted(&seen.first),
        quoted(&seen.last),
        uses.join(",")
    )
}
