//! What policies name, and the catalogue's part of it: for the matrix of the page.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use rekognition_iam_runtime::catalogue::{self, Service};
use rekognition_iam_runtime::document::{Document, Element, PolicyKind, PrincipalSet, Statement};
use rekognition_iam_runtime::{AccessLevel, check, glob};

use crate::json_text::quoted;

/// A policy and where it is.
#[derive(Debug)]
pub(crate) struct Shown<'p> {
    pub(crate) file: &'p str,
    pub(crate) place: &'p str,
    pub(crate) kind: Option<PolicyKind>,
    /// The document, or why there is none.
    pub(crate) document: Result<&'p Document<'p>, &'p str>,
    /// The text, if it reaches AWS as it stands: white space counts in some kinds of policies.
    pub(crate) sent: Option<&'p str>,
    /// Whether a deployment chooses some of its values.
    pub(crate) open: bool,
    /// Whether it shares the quota of a user, group, or role, and has none of its own.
    pub(crate) inline: bool,
}

/// The actions of all policies, each once.
#[derive(Debug, Default)]
pub(crate) struct Access {
    patterns: BTreeSet<String>,
}

impl Access {
    /// The policy as JSON.
    pub(super) fn policy(&mut self, policy: &Shown<'_>) -> String {
        let place = |kind: &str| {
            format!(
                "{{\"file\":{},\"place\":{},\"kind\":{},\"open\":{}",
                quoted(policy.file),
                quoted(policy.place),
                quoted(kind),
                policy.open
            )
        };
        let document = match policy.document {
            Ok(document) => document,
            Err(why) => {
                let kind = policy.kind.map_or("unknown", PolicyKind::name);
                return format!(
                    "{},\"unread\":{},\"size\":0,\"quota\":null,\"statements\":[]}}",
                    place(kind),
                    quoted(why)
                );
            }
        };
        let kind = policy.kind.unwrap_or_else(|| PolicyKind::detect(document));
        let measured = check::measure(document, &check::Options::new(kind).text(policy.sent));
        let mut out = format!(
            "{},\"unread\":null,\"size\":{},\"quota\":{},\"statements\":[",
            place(kind.name()),
            measured.size,
            (measured.quota.filter(|_| !policy.inline))
                .map_or_else(|| "null".to_string(), |quota| quota.to_string())
        );
        for (number, statement) in document.statements.iter().enumerate() {
            if number > 0 {
                out.push(',');
            }
            for action in &statement.actions.values {
                if !self.patterns.contains(action.as_ref()) {
                    self.patterns.insert(action.to_string());
                }
            }
            write_statement(&mut out, number, statement);
        }
        out.push_str("]}");
        out
    }

    /// The members `services`, with the actions of each service that a policy names, and `patterns`, with the numbers of those
    /// that each action or pattern matches.
    pub(super) fn tables(&self) -> String {
        let mut services: BTreeMap<String, Option<&'static Service>> = BTreeMap::new();
        let mut patterns = Vec::new();
        for text in &self.patterns {
            let Some((prefix, name)) = text.split_once(':') else {
                continue;
            };
            if glob::has_wildcard(prefix) {
                continue;
            }
            let prefix = prefix.to_ascii_lowercase();
            let service = *(services.entry(prefix.clone()))
                .or_insert_with_key(|prefix| catalogue::service(prefix));
            let numbers = service.map_or_else(
                || "null".to_string(),
                |service| {
                    let numbers: Vec<_> = (service.actions.iter().enumerate())
                        .filter(|(_, info)| glob::matches(name, info.name, true))
                        .map(|(number, _)| number.to_string())
                        .collect();
                    format!("[{}]", numbers.join(","))
                },
            );
            patterns.push(format!("{}:[{},{numbers}]", quoted(text), quoted(&prefix)));
        }
        let services: Vec<_> = (services.iter())
            .filter_map(|(prefix, service)| {
                let actions: Vec<_> = ((*service)?.actions.iter())
                    .map(|info| format!("[{},\"{}\"]", quoted(info.name), level(info.level)))
                    .collect();
                Some(format!("{}:[{}]", quoted(prefix), actions.join(",")))
            })
            .collect();
        format!(
            "\"services\":{{{}}},\"patterns\":{{{}}}",
            services.join(","),
            patterns.join(",")
        )
    }
}

const fn level(level: AccessLevel) -> &'static str {
    match level {
        AccessLevel::PermissionsManagement => "permissions",
        AccessLevel::Tagging => "tagging",
        AccessLevel::Write => "write",
        AccessLevel::List => "list",
        AccessLevel::Read => "read",
    }
}

fn write_statement(out: &mut String, number: usize, statement: &Statement<'_>) {
    let sid = (statement.sid.as_deref()).map_or_else(|| "null".to_string(), quoted);
    let _ = write!(
        out,
        "{{\"number\":{number},\"sid\":{sid},\"effect\":\"{}\",\"who\":",
        statement.effect
    );
    match &statement.principals {
        None => out.push_str("null"),
        Some(principals) => {
            let names: Vec<String> = match &principals.set {
                PrincipalSet::Anyone => vec![quoted("*")],
                PrincipalSet::Listed(kinds) => (kinds.iter())
                    .flat_map(|(_, names)| names.iter().map(|name| quoted(name)))
                    .collect(),
            };
            write_list(out, principals.not, &names);
        }
    }
    out.push_str(",\"actions\":");
    write_element(out, &statement.actions);
    out.push_str(",\"resources\":");
    match &statement.resources {
        None => out.push_str("null"),
        Some(resources) => write_element(out, resources),
    }
    out.push_str(",\"conditions\":[");
    let tests = (statement.conditions.iter()).flat_map(|block| {
        block
            .keys
            .iter()
            .map(move |(key, values)| (&block.operator, key, values))
    });
    for (at, (operator, key, values)) in tests.enumerate() {
        let values: Vec<_> = values.iter().map(|value| quoted(value.as_text())).collect();
        let _ = write!(
            out,
            "{}[{},{},[{}]]",
            if at > 0 { "," } else { "" },
            quoted(operator),
            quoted(key),
            values.join(",")
        );
    }
    out.push_str("]}");
}

fn write_element(out: &mut String, element: &Element<'_>) {
    let texts: Vec<_> = element.values.iter().map(|text| quoted(text)).collect();
    write_list(out, element.not, &texts);
}

fn write_list(out: &mut String, not: bool, texts: &[String]) {
    let _ = write!(out, "{{\"not\":{not},\"list\":[{}]}}", texts.join(","));
}
