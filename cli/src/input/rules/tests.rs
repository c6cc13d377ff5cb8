//! The examples of the rules about templates.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::path::PathBuf;

use super::OURS;
use crate::checking::{self, Settings};
use crate::config::Config;
use crate::input::files::Input;

/// The ids of what is found in a template.
fn found(template: &str) -> Vec<&'static str> {
    let input = Input {
        path: Some(PathBuf::from("template.yaml")),
        named: true,
    };
    let settings = Settings {
        kind: None,
        config: Config::default(),
        keep: false,
    };
    let report = checking::check_text(template.to_owned(), &input, &settings);
    assert!(
        report.unusable.is_none(),
        "{:?} {template}",
        report.unusable
    );
    (report.findings.iter())
        .filter(|found| found.accepted.is_none())
        .map(|found| found.id)
        .collect()
}

/// The blocks of code in an explanation, with so many characters instead of each `<1000 characters>`.
fn templates(explanation: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut block: Option<String> = None;
    for line in explanation.lines() {
        if line.starts_with("```") {
            match block.take() {
                Some(text) => blocks.push(text.replace("<1000 characters>", &"x".repeat(1000))),
                None => block = Some(String::new()),
            }
        } else if let Some(text) = &mut block {
            text.push_str(line);
            text.push('\n');
        }
    }
    blocks
}

#[test]
fn the_first_template_breaks_the_rule_and_the_second_is_right() {
    for rule in OURS {
        let explanation = &rule.explanation();
        let templates = templates(explanation);
        let [bad, good] = templates.as_slice() else {
            panic!("{} shows two templates", rule.id);
        };
        assert_eq!(found(bad), [rule.id], "{bad}");
        assert_eq!(found(good), [""; 0], "{good}");
    }
}
