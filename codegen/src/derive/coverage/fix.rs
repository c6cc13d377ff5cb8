//! Changes that bring a policy in step with the calls: statements that are added, actions and resources that are removed.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{LineColumn, TokenStream, TokenTree};
use rekognition_iam_runtime::catalogue;
use syn::parse::Parser;
use syn::punctuated::Punctuated;

use super::comparison::Comparison;
use super::declared::Declared;
use super::imports;
use crate::derive::least::Statement;
use crate::derive::needs::{Arg, Grant, Resource};
use crate::derive::tokens::no_code;
use crate::derive::{reach, write};
use crate::export::diff::diff;

/// A change of a source file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fix {
    /// The file, relative to the package.
    pub file: String,
    /// Its text.
    pub before: String,
    /// The text that brings its policies in step.
    pub after: String,
}

impl Fix {
    /// The change in the unified format, for `git apply` and for people.
    #[must_use]
    pub fn diff(&self) -> String {
        format!(
            "--- a/{}\n+++ b/{}\n{}",
            self.file,
            self.file,
            diff(&self.before, &self.after)
        )
    }
}

/// A grant of a policy in Rust that no call uses.
#[derive(Debug)]
pub(super) struct Removal {
    pub(super) file: String,
    /// Where the action or resource begins, or the statement when nothing of it is used.
    pub(super) at: LineColumn,
}

/// What a statement is missing for a call.
#[derive(Debug)]
pub(super) struct Missing {
    pub(super) grant: Grant,
    pub(super) site: (String, usize, String),
}

/// The changes, and what has to be done by hand.
pub(super) fn fixes(
    comparison: &Comparison,
    policies: &[Declared],
    texts: &BTreeMap<String, String>,
) -> (Vec<Fix>, Vec<String>) {
    let mut edits: BTreeMap<&str, Vec<(usize, usize, String)>> = BTreeMap::new();
    let mut by_hand = Vec::new();
    for removal in &comparison.removals {
        if let Some((file, text)) = texts.get_key_value(&removal.file)
            && let Some((start, end)) = removed(text, removal.at)
        {
            edits
                .entry(file)
                .or_default()
                .push((start, end, String::new()));
        }
    }
    let mut added: BTreeMap<usize, Vec<Statement>> = BTreeMap::new();
    for missing in &comparison.missing {
        let service = missing.grant.service;
        // A policy that has to do with the service already, or else the first.
        let own = policies
            .iter()
            .position(|policy| policy.in_rust && policy.names(service));
        let target = own.or_else(|| policies.iter().position(|policy| policy.in_rust));
        let filled = target.and_then(|target| {
            let policy = policies.get(target)?;
            Some((target, statement(missing, policy)?))
        });
        match filled {
            Some((target, statement)) => merge(added.entry(target).or_default(), statement),
            // Said once for all of them, below.
            None if target.is_none() => {}
            None => by_hand.push(format!(
                "{}:{}: `{service}:{}` is needed on a value that is known only when the program runs; add it by hand",
                missing.site.0, missing.site.1, missing.grant.action
            )),
        }
    }
    let without_policy = !policies.iter().any(|policy| policy.in_rust);
    if without_policy && !comparison.missing.is_empty() {
        by_hand.push(
            "there is no policy in Rust to add the missing actions to; write one with `rekognition-iam derive`".to_owned(),
        );
    }
    for (target, statements) in added {
        let Some(policy) = policies.get(target) else {
            continue;
        };
        if let Some((file, text)) = texts.get_key_value(&policy.file)
            && let Some((at, new)) = insertion(text, policy, &statements)
        {
            let named = imports::modules(&format!("[{}]", new.trim_matches(',')));
            let edits = edits.entry(file).or_default();
            edits.push((at, at, new));
            let missing = imports::missing(text, &named);
            edits.extend(missing.edits.into_iter().map(|(at, new)| (at, at, new)));
            by_hand.extend((missing.by_hand.iter()).map(|module| {
                format!("{file}: import `{module}` from `rekognition_iam`, which the new statement names")
            }));
            let features = (missing.new.iter().chain(&missing.by_hand))
                .filter(|module| !matches!(module.as_str(), "rekognition" | "aws"))
                .map(|module| catalogue::prefix_of(module).unwrap_or(module));
            by_hand.extend(features.map(|feature| {
                format!("{file}: the new statement needs the feature `{feature}` of `rekognition-iam` in Cargo.toml")
            }));
        }
    }
    let fixes = (edits.into_iter())
        .filter_map(|(file, edits)| {
            let before = texts.get(file)?;
            let after = applied(before, edits);
            (after != *before && reads(&after)).then(|| Fix {
                file: file.to_owned(),
                before: before.clone(),
                after,
            })
        })
        .collect();
    (fixes, by_hand)
}

/// Whether a text is Rust whose policies are lists of expressions, as every input of `policy!` is.
fn reads(text: &str) -> bool {
    text.parse::<TokenStream>().is_ok_and(policies_read)
}

fn policies_read(tokens: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens.iter().enumerate().all(|(number, token)| {
        let TokenTree::Group(group) = token else {
            return true;
        };
        let before = |back: usize| number.checked_sub(back).and_then(|at| tokens.get(at));
        let is_policy = matches!(before(1), Some(TokenTree::Punct(punct)) if punct.as_char() == '!')
            && matches!(before(2), Some(TokenTree::Ident(name)) if name.to_string().ends_with("policy"));
        match is_policy {
            true => Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated
                .parse2(group.stream())
                .is_ok(),
            false => policies_read(group.stream()),
        }
    })
}

/// Puts a statement to one on the same resources.
fn merge(statements: &mut Vec<Statement>, statement: Statement) {
    let same = statements.iter_mut().find(|known| {
        known.service == statement.service
            && known.resources == statement.resources
            && known.passed_to == statement.passed_to
    });
    match same {
        Some(known) => {
            known.actions.extend(statement.actions);
            known.sites.extend(statement.sites);
        }
        None => statements.push(statement),
    }
}

/// The statement that a call needs, with the region and account that the policy has; `None` when it would have to be wider
/// than the call.
fn statement(missing: &Missing, policy: &Declared) -> Option<Statement> {
    let fill = |arg: &Arg| -> Option<Arg> {
        match arg {
            Arg::Text(_) => Some(arg.clone()),
            Arg::Open { kind, like, .. } => match *kind {
                "Region" => Some(Arg::Text(policy.field(3))),
                "AccountId" => Some(Arg::Text(policy.field(4))),
                // Keys change from request to request.
                "Pattern" => Some(Arg::Text(like.clone().unwrap_or_else(|| "*".to_owned()))),
                _ => None,
            },
        }
    };
    let resources = (missing.grant.resources.iter())
        .map(|resource| match resource {
            Resource::Built {
                service,
                format,
                partition,
                args,
            } => Some(Resource::Built {
                service,
                format: *format,
                partition: partition.clone(),
                args: args.iter().map(fill).collect::<Option<_>>()?,
            }),
            Resource::Open(_) => None,
            Resource::Any | Resource::Text(_) => Some(resource.clone()),
        })
        // A service without a module has no constructors.
        .map(|resource| match resource {
            Some(Resource::Built { service, .. }) if write::module(service).is_none() => {
                let (text, open) = reach::text(resource.as_ref()?);
                (!open).then_some(Resource::Text(text))
            }
            resource => resource,
        })
        .collect::<Option<_>>()?;
    Some(Statement {
        service: missing.grant.service,
        actions: BTreeSet::from([missing.grant.action]),
        resources,
        passed_to: missing.grant.passed_to.clone(),
        sites: BTreeSet::from([missing.site.clone()]),
    })
}

/// Where new statements go, and their text: behind the last statement of the policy.
fn insertion(text: &str, policy: &Declared, statements: &[Statement]) -> Option<(usize, String)> {
    let last = policy
        .statements
        .iter()
        .map(|statement| statement.head)
        .max()?;
    let start = offset(text, last)?;
    let end = end_of_item(text, start);
    let line = text.get(..start)?.rsplit('\n').next()?;
    let indent = match line.trim().is_empty() {
        true => line.to_owned(),
        false => "    ".to_owned(),
    };
    let comma = text.get(end..)?.starts_with(',');
    let mut new = if comma { String::new() } else { ",".to_owned() };
    for statement in statements {
        for (file, line, what) in &statement.sites {
            new.push_str(&format!("\n{indent}// {file}:{line}: {what}"));
        }
        let mut flat = String::new();
        write::expression(statement).flat(&mut flat);
        new.push_str(&format!("\n{indent}{flat},"));
    }
    // The last one has the comma that is there.
    let at = if comma { end + 1 } else { end };
    if !line.trim().is_empty() {
        new.push('\n');
    }
    Some((at, new))
}

/// The bytes of an item of a list with its comma, and with its line when it has one of its own.
fn removed(text: &str, at: LineColumn) -> Option<(usize, usize)> {
    let place = offset(text, at)?;
    let mut end = end_of_item(text, place);
    // The place is that of the last name of a path.
    let start = text
        .get(..place)?
        .trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':'))
        .len();
    let before = text.get(..start)?;
    let has_comma = text.get(end..)?.starts_with(',');
    end += usize::from(has_comma);
    let line = before.rsplit('\n').next()?;
    let behind = text.get(end..)?;
    let alone = line.trim().is_empty() && behind.trim_start_matches([' ', '\t']).starts_with('\n');
    if alone {
        let rest = behind.find('\n').map_or(0, |newline| newline + 1);
        return Some((before_sites(text, start - line.len()), end + rest));
    }
    if has_comma {
        let space = behind.len() - behind.trim_start_matches([' ', '\t']).len();
        return Some((start, end + space));
    }
    // The last of a list takes the comma before it along.
    let kept = before.trim_end();
    match kept.strip_suffix(',') {
        Some(kept) => Some((kept.len(), end)),
        None => Some((start, end)),
    }
}

/// Where the comments begin that `derive` writes above the line at this byte, which name the calls that need it.
fn before_sites(text: &str, line: usize) -> usize {
    let mut start = line;
    while let Some(above) = text.get(..start).and_then(|above| above.strip_suffix('\n')) {
        let last = above.rsplit('\n').next().unwrap_or_default();
        if !is_site(last.trim()) {
            break;
        }
        start = above.len() - last.len();
    }
    start
}

/// Whether a line is a comment such as `// src/main.rs:24: list_objects_v2`.
fn is_site(line: &str) -> bool {
    let place = (line.strip_prefix("// ")).and_then(|comment| comment.split_once(".rs:"));
    place.is_some_and(|(file, rest)| {
        let number = rest.split_once(": ").map(|(number, _)| number);
        !file.contains(' ')
            && number.is_some_and(|number| {
                !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())
            })
    })
}

/// The byte of a place.
pub(super) fn offset(text: &str, at: LineColumn) -> Option<usize> {
    let line = text.split_inclusive('\n').nth(at.line.checked_sub(1)?)?;
    let start = line.as_ptr().addr() - text.as_ptr().addr();
    let column = line
        .char_indices()
        .nth(at.column)
        .map_or(line.len(), |(byte, _)| byte);
    Some(start + column)
}

/// Where an item of a list ends: at the comma or bracket behind it.
fn end_of_item(text: &str, start: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = start;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(length) = no_code(rest) {
            at += length;
            continue;
        }
        match rest.as_bytes().first() {
            Some(b'(' | b'[' | b'{') => depth += 1,
            Some(b')' | b']' | b'}') if depth == 0 => return at,
            Some(b')' | b']' | b'}') => depth -= 1,
            Some(b',') if depth == 0 => return at,
            _ => {}
        }
        at += rest.chars().next().map_or(1, char::len_utf8);
    }
    text.len()
}

/// The text with the edits; of those that overlap, removals are joined, and others are left out.
fn applied(text: &str, mut edits: Vec<(usize, usize, String)>) -> String {
    edits.sort();
    edits.dedup();
    let mut out = String::new();
    let mut shown = 0;
    for (start, end, new) in edits {
        if start < shown {
            // Two items next to each other are removed, and both take the comma between them along.
            if new.is_empty() {
                shown = shown.max(end);
            }
            continue;
        }
        out.push_str(text.get(shown..start).unwrap_or_default());
        out.push_str(&new);
        shown = end;
    }
    out.push_str(text.get(shown..).unwrap_or_default());
    out
}
