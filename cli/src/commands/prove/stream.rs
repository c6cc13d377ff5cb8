//! `prove --stdin`: each line holds policies, or guarantees, or both.

use std::borrow::Cow;
use std::io;

use rekognition_iam_runtime::compare::{Grantee, Guarantee, Set};
use rekognition_iam_runtime::evaluate::Attached;
use rekognition_iam_runtime::json::Lexer;

use super::promise::{Promise, Subject, name, write};
use crate::commands::evaluate::policies::{attach, policy};
use crate::input::documents;
use crate::json_lines::{self, Failure, Line, LineArgs, Wrong};

/// What the command line gives for every line.
#[derive(Debug)]
pub(super) struct Common {
    pub(super) policies: Vec<Attached<'static>>,
    pub(super) principal: Option<String>,
    pub(super) owner: Option<String>,
    pub(super) allow_unlisted: bool,
    pub(super) promises: Vec<Promise>,
}

impl Common {
    /// The policies as a set.
    pub(super) fn set(&self) -> Set<'static> {
        together(
            self.policies.iter().cloned(),
            self.principal.as_deref(),
            self.owner.as_deref(),
        )
    }
}

fn together(
    policies: impl Iterator<Item = Attached<'static>>,
    principal: Option<&str>,
    owner: Option<&str>,
) -> Set<'static> {
    let mut set = policies.fold(Set::new(), Set::with);
    if let Some(principal) = principal {
        set = set.principal(principal);
    }
    if let Some(owner) = owner {
        set = set.resource_account(owner);
    }
    set
}

/// Answers each line with a line.
pub(super) fn lines(common: &Common, arguments: LineArgs) -> io::Result<u8> {
    json_lines::answer(arguments, |line, out| answer(common, line, out))
}

/// Answers one question.
#[cfg(feature = "mcp")]
pub(super) fn ask(common: &Common, question: &str) -> Result<String, String> {
    json_lines::answer_one(question, |line, out| answer(common, line, out))
}

const NAMES: [&str; 5] = [
    "policy",
    "policies",
    "principal",
    "resource_account",
    "guarantees",
];

fn answer<'t>(
    common: &Common,
    line: &Line<'t>,
    out: &mut String,
) -> Result<Option<&'t str>, Failure<'t>> {
    let mut alone = None;
    let mut more = Vec::new();
    let (mut principal, mut owner): (Option<Cow<'_, str>>, Option<Cow<'_, str>>) = (None, None);
    let mut promises = common.promises.clone();
    let (id, seen) = line.members(&NAMES, |lexer, name| {
        match name {
            "policy" => alone = Some(attach(&json_lines::document(lexer, "`policy`")?, None)),
            "policies" => json_lines::items(lexer, "`policies`", |lexer, number| {
                more.push(policy(lexer, number)?);
                Ok(())
            })?,
            "principal" => {
                lexer.skip_space();
                let at = lexer.offset();
                principal = json_lines::optional(lexer, "`principal`")?;
                if let Some(principal) = &principal {
                    documents::caller(principal).map_err(|error| Wrong::new(at, error))?;
                }
            }
            "resource_account" => owner = json_lines::optional(lexer, "`resource_account`")?,
            _ => json_lines::items(lexer, "`guarantees`", |lexer, number| {
                promise(lexer, number, common.allow_unlisted, &mut promises)
            })?,
        }
        Ok(())
    })?;
    let has = |bit: u32| seen & (1 << bit) != 0;
    let wrong = if has(0) && (has(1) || !common.policies.is_empty()) {
        Some("`policy` and `policies` cannot be combined; put all policies into `policies`")
    } else if !has(0) && !has(1) && common.policies.is_empty() {
        Some("the line has no member `policy` or `policies`; add one, or give --policy")
    } else if promises.is_empty() {
        Some("the line has no member `guarantees`; add it, or give guarantees as options")
    } else {
        None
    };
    if let Some(wrong) = wrong {
        return Err(line.refuse(Wrong::new(0, wrong)));
    }
    let subject = match alone {
        Some(attached) => Subject::Alone(attached),
        None => Subject::Together(together(
            common.policies.iter().cloned().chain(more),
            principal.as_deref().or(common.principal.as_deref()),
            owner.as_deref().or(common.owner.as_deref()),
        )),
    };
    let found = promises
        .iter()
        .map(|promise| Ok(super::listed(promise.ask(&subject)?, common.allow_unlisted)))
        .collect::<Result<Vec<Guarantee>, String>>()
        .map_err(|error| line.refuse(Wrong::new(0, error)))?;
    // The worst of all: one that is broken says more than one that nobody knows.
    let worst = (found.iter())
        .find(|found| matches!(found, Guarantee::Broken(_)))
        .or_else(|| found.iter().find(|found| !found.holds()))
        .unwrap_or(&Guarantee::Holds);
    out.push_str("\"result\":\"");
    out.push_str(name(worst));
    out.push_str("\",\"guarantees\":[");
    for (number, (promise, guarantee)) in promises.iter().zip(&found).enumerate() {
        if number > 0 {
            out.push(',');
        }
        write(out, promise, guarantee);
    }
    out.push(']');
    Ok(id)
}

/// Reads a guarantee of a line.
fn promise(
    lexer: &mut Lexer<'_>,
    number: usize,
    allow_unlisted: bool,
    promises: &mut Vec<Promise>,
) -> Result<(), Wrong> {
    const MEMBERS: [&str; 8] = [
        "never",
        "on",
        "only_on",
        "no_wider_than",
        "actions",
        "resources",
        "no_public",
        "only_to",
    ];
    let what = |member: &str| format!("guarantees[{number}]{member}");
    lexer.skip_space();
    let start = lexer.offset();
    let (mut actions, mut on, mut only_on) = (Vec::new(), Vec::new(), Vec::new());
    let (mut nothing, mut resources, mut grantees) = (Vec::new(), Vec::new(), Vec::new());
    let mut baseline = None;
    let mut is_public = false;
    let seen = json_lines::members(lexer, &what(""), &MEMBERS, |lexer, name| {
        lexer.skip_space();
        let at = lexer.offset();
        let texts = |lexer: &mut Lexer<'_>, list: &mut Vec<String>| -> Result<(), Wrong> {
            json_lines::texts(lexer, &what(&format!(".{name}")), |text| {
                list.push(text.into_owned());
            })
        };
        match name {
            "never" => texts(lexer, &mut actions)?,
            "on" => texts(lexer, &mut on)?,
            "only_on" => texts(lexer, &mut only_on)?,
            "no_wider_than" => {
                let document = json_lines::document(lexer, &what(".no_wider_than"))?;
                baseline = Some(attach(&document, None));
            }
            "actions" => texts(lexer, &mut nothing)?,
            "resources" => texts(lexer, &mut resources)?,
            "no_public" => {
                is_public = lexer.word()?.0 == Some(true);
                if !is_public {
                    let error = format!("{} must be `true`", what(".no_public"));
                    return Err(Wrong::new(at, error));
                }
            }
            _ => {
                let mut names = Vec::new();
                texts(lexer, &mut names)?;
                for name in names {
                    let grantee = grantee(&name).map_err(|error| Wrong::new(at, error))?;
                    grantees.push((name, grantee));
                }
            }
        }
        Ok(())
    })?;
    let has = |name: &str| {
        (0..)
            .zip(MEMBERS)
            .any(|(bit, known)| known == name && seen & (1 << bit) != 0)
    };
    for action in actions.iter().chain(&nothing) {
        super::known(action, allow_unlisted).map_err(|error| Wrong::new(start, error))?;
    }
    let empty = |name: &str, list: &[String]| has(name) && list.is_empty();
    let error = if has("on") && !has("never") {
        Some("`on` requires `never`, which is missing")
    } else if empty("never", &actions)
        || empty("on", &on)
        || empty("only_on", &only_on)
        || empty("actions", &nothing)
        || empty("resources", &resources)
        || (has("only_to") && grantees.is_empty())
    {
        Some("an empty list guarantees nothing")
    } else {
        None
    };
    if let Some(error) = error {
        return Err(Wrong::new(start, format!("{}: {error}", what(""))));
    }
    let before = promises.len();
    for action in &actions {
        promises.extend(never(action, &on));
    }
    if !only_on.is_empty() {
        promises.push(Promise::OnlyOn(only_on));
    }
    if let Some(baseline) = baseline {
        promises.push(Promise::NoWiderThan {
            name: "the baseline".to_string(),
            baseline,
        });
    }
    if !nothing.is_empty() || !resources.is_empty() {
        promises.push(Promise::NothingOf {
            actions: nothing,
            resources,
        });
    }
    if is_public {
        promises.push(Promise::NoPublic);
    }
    if !grantees.is_empty() {
        promises.push(Promise::OnlyTo(grantees));
    }
    if promises.len() == before {
        let error = format!(
            "{} has no guarantee; the guarantees are {}",
            what(""),
            MEMBERS.join(", ")
        );
        return Err(Wrong::new(start, error));
    }
    Ok(())
}

/// One guarantee for each resource, or one for any.
pub(super) fn never(action: &str, resources: &[String]) -> Vec<Promise> {
    let promise = |resource: Option<&String>| Promise::Never {
        action: action.to_string(),
        resource: resource.cloned(),
    };
    if resources.is_empty() {
        return vec![promise(None)];
    }
    resources
        .iter()
        .map(|resource| promise(Some(resource)))
        .collect()
}

/// Someone who may have access.
pub(super) fn grantee(text: &str) -> Result<Grantee, String> {
    text.parse()
        .map_err(|error: rekognition_iam_runtime::compare::UnknownGrantee| error.to_string())
}
