//! `rekognition-iam rules`: the list of the rules.

use std::io;

use crate::input::rules;
use crate::terminal::print;

pub(crate) fn run() -> io::Result<u8> {
    print(list().as_bytes())
}

/// One line for each rule.
pub(crate) fn list() -> String {
    let mut out = String::new();
    for rule in rules::all() {
        let severity = rule.severity.to_string();
        out.push_str(&format!(
            "{:<70} {severity:<16} {}\n",
            rule.id, rule.summary
        ));
    }
    out
}
