//! What a derivation found, for other tools and for people who ask why.

use std::fmt::Write as _;

use super::call::{SdkCall, Unfollowed};
use super::least::{Least, Use};
use crate::export::json::quoted;

/// The permissions in the order of the policy, each with the places that need it.
fn permissions(least: &Least) -> Vec<(&Use, Vec<&Use>)> {
    let mut all: Vec<&Use> = least.uses.iter().collect();
    all.sort();
    let mut found: Vec<(&Use, Vec<&Use>)> = Vec::new();
    for one in all {
        match found.last_mut() {
            Some((first, places))
                if first.action == one.action
                    && first.resource == one.resource
                    && first.passed_to == one.passed_to =>
            {
                places.push(one);
            }
            _ => found.push((one, vec![one])),
        }
    }
    found
}

/// Why and where each permission is needed, for people.
pub(super) fn explain(least: &Least) -> String {
    let mut out = String::new();
    for (permission, places) in permissions(least) {
        let _ = write!(out, "{} on {}", permission.action, permission.resource);
        if !permission.passed_to.is_empty() {
            let _ = write!(out, ", passed to {}", permission.passed_to.join(", "));
        }
        out.push('\n');
        for place in places {
            let _ = write!(
                out,
                "    {}:{}:{}: `{}`",
                place.file, place.line, place.column, place.method
            );
            if let Some(purpose) = place.purpose {
                let _ = write!(out, " {purpose}");
            }
            out.push('\n');
        }
    }
    for hint in &least.hints {
        let _ = writeln!(out, "hint: {hint}");
    }
    out
}

/// The report as JSON: one object, with a number for its form.
pub(super) fn json(least: &Least, calls: &[SdkCall], unfollowed: &[Unfollowed]) -> String {
    let list = |items: Vec<String>| match items.is_empty() {
        true => "[]".to_owned(),
        false => format!("[\n    {}\n  ]", items.join(",\n    ")),
    };
    let texts = |texts: &[String]| {
        let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
        format!("[{}]", texts.join(", "))
    };
    let place = |file: &str, line: usize, column: usize| {
        // Of a call that is not in a file.
        if line == 0 {
            return "\"file\": null".to_owned();
        }
        format!(
            "\"file\": {}, \"line\": {line}, \"column\": {column}",
            quoted(file)
        )
    };
    let calls = calls.iter().map(|call| {
        let form = match (call.is_waiter(), call.is_paginator()) {
            (true, _) => "waiter",
            (_, true) => "paginator",
            _ => "request",
        };
        format!(
            "{{{}, \"service\": {}, \"operation\": {}, \"method\": {}, \"form\": \"{form}\"}}",
            place(&call.file, call.line, call.column),
            quoted(call.service()),
            quoted(call.operation()),
            quoted(call.method())
        )
    });
    let permissions = permissions(least).into_iter().map(|(permission, places)| {
        let needed_by: Vec<String> = (places.iter())
            .map(|at| {
                let purpose = at.purpose.map_or("null".to_owned(), quoted);
                format!(
                    "{{{}, \"method\": {}, \"purpose\": {purpose}}}",
                    place(&at.file, at.line, at.column),
                    quoted(at.method)
                )
            })
            .collect();
        let passed_to: Vec<String> = permission
            .passed_to
            .iter()
            .map(|&to| to.to_owned())
            .collect();
        format!(
            "{{\"action\": {}, \"resource\": {}, \"passed_to\": {}, \"needed_by\": [{}]}}",
            quoted(&permission.action),
            quoted(&permission.resource),
            texts(&passed_to),
            needed_by.join(", ")
        )
    });
    let parameters = least.parameters.iter().map(|parameter| {
        format!(
            "{{\"name\": {}, \"type\": {}, \"like\": {}}}",
            quoted(&parameter.name),
            quoted(parameter.kind),
            texts(&parameter.like)
        )
    });
    let unfollowed = unfollowed.iter().map(|note| {
        format!(
            "{{{}, \"message\": {}}}",
            place(&note.file, note.line, note.column),
            quoted(&note.text)
        )
    });
    let hints = least.hints.iter().map(|hint| quoted(hint));
    format!(
        "{{\n  \"version\": 1,\n  \"calls\": {},\n  \"permissions\": {},\n  \"parameters\": {},\n  \"unfollowed\": {},\n  \"hints\": {}\n}}\n",
        list(calls.collect()),
        list(permissions.collect()),
        list(parameters.collect()),
        list(unfollowed.collect()),
        list(hints.collect())
    )
}
