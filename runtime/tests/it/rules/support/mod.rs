//! The cases of `table.rs`: for each rule a document that fires it and a right one, as its documentation shows them, and
//! in `near_misses.txt` documents that nearly fire it.

// A unit test of the crate, which has no `std` of its own, looks at the cases too.
use std::borrow::ToOwned;
use std::format;
use std::string::String;
use std::vec::Vec;

use rekognition_iam_runtime::check::Rule;
use rekognition_iam_runtime::document::PolicyKind;

/// The two policies in the documentation of a rule.
pub(crate) struct Case {
    /// The rule.
    pub(crate) id: &'static str,
    /// What the documents are for.
    pub(crate) kind: PolicyKind,
    /// The document that fires the rule, and no other but those of `also`.
    pub(crate) fires: String,
    /// Documents that are right: what to write instead, and near misses.
    pub(crate) right: Vec<String>,
    /// Rules that fire with it in either document, for a reason of their own.
    pub(crate) also: Vec<String>,
}

/// The document that a text in short represents: `'` is `"`, and a text that is not a whole document is a list of statements.
pub(crate) fn whole(text: &str) -> String {
    let text = text
        .replace('\'', "\"")
        .replace("REK:", "arn:aws:rekognition:us-east-1:123456789012:")
        .replace(
            "STAFF",
            "arn:aws:rekognition:us-east-1:123456789012:collection/staff",
        )
        .replace(
            "LOGO1",
            "arn:aws:rekognition:us-east-1:123456789012:project/logos/version/v1/1627045542080",
        );
    document(&text)
}

/// The document of a text that may be only its statements.
fn document(text: &str) -> String {
    let is_statement = text.trim_start().starts_with('{') && !text.contains("\"Version\"");
    if is_statement && !text.contains("\"Statement\"") {
        format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{text}]}}")
    } else {
        text.to_owned()
    }
}

/// The text with so many characters instead of each `<6144 characters>`.
fn filled(text: &str) -> String {
    let Some((before, rest)) = text.split_once('<') else {
        return text.to_owned();
    };
    match rest.split_once(" characters>") {
        Some((count, after)) if count.parse::<usize>().is_ok() => {
            let count = count.parse().unwrap_or(0);
            format!("{before}{}{}", "x".repeat(count), filled(after))
        }
        _ => format!("{before}<{}", filled(rest)),
    }
}

/// The cases of all rules, in their order.
pub(crate) fn cases() -> Vec<Case> {
    Rule::all().iter().map(case).collect()
}

/// The case in the documentation of a rule: the first two blocks of JSON, and the rules in "`X` is reported too."
fn case(rule: &Rule) -> Case {
    let mut kind = PolicyKind::Identity;
    let mut also = Vec::new();
    let mut blocks: Vec<String> = Vec::new();
    let mut open = false;
    for line in rule.explanation().lines() {
        if let Some(info) = line.strip_prefix("```") {
            open = !open;
            if open {
                assert!(info.starts_with("json"), "{}: {line}", rule.id);
                if let Some(name) = info.strip_prefix("json ") {
                    kind = name.parse().expect(rule.id);
                }
                blocks.push(String::new());
            }
        } else if open {
            let block = blocks.last_mut().expect(rule.id);
            if !block.is_empty() {
                block.push('\n');
            }
            block.push_str(line);
        } else if line.ends_with(" reported too.") {
            also.extend(line.split('`').skip(1).step_by(2).map(ToOwned::to_owned));
        }
    }
    assert_eq!(
        blocks.len(),
        2,
        "{} shows a bad policy and a good one",
        rule.id
    );
    let mut documents = blocks.iter().map(|block| filled(&document(block)));
    Case {
        id: rule.id,
        kind,
        fires: documents.next().expect(rule.id),
        right: documents.chain(near_misses(rule.id)).collect(),
        also,
    }
}

/// The documents that nearly fire a rule.
fn near_misses(id: &str) -> impl Iterator<Item = String> {
    (include_str!("near_misses.txt").split("\n# ").skip(1))
        .filter_map(move |entry| entry.split_once('\n').filter(|(of, _)| *of == id))
        .map(|(_, text)| document(text))
}
