//! The examples of the rules about templates.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::path::PathBuf;

use super::OURS;
use crate::checking::{self, Settings};
use crate::config::{self, Config};
use crate::input::files::Input;

/// The ids of what is found in a template.
fn found(template: &str, config: Config) -> Vec<&'static str> {
    let input = Input {
        path: Some(PathBuf::from("template.yaml")),
        named: true,
    };
    let settings = Settings::new(config);
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

/// The blocks of code of a language in an explanation, with so many characters instead of each `<1000 characters>`.
fn blocks(explanation: &str, language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut block: Option<String> = None;
    for line in explanation.lines() {
        if line.starts_with("```") {
            match block.take() {
                Some(text) => blocks.push(text.replace("<1000 characters>", &"x".repeat(1000))),
                None if line.ends_with(language) => block = Some(String::new()),
                None => {}
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
        // What the configuration of the example has.
        let config = || {
            let texts = blocks(explanation, "toml");
            config::parse(&texts.concat()).unwrap_or_else(|error| panic!("{error:?}"))
        };
        let templates = blocks(explanation, "yaml");
        let [bad, good] = templates.as_slice() else {
            panic!("{} shows two templates", rule.id);
        };
        assert_eq!(found(bad, config()), [rule.id], "{bad}");
        assert_eq!(found(good, config()), [""; 0], "{good}");
    }
}
