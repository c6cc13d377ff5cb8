//! `rekognition-iam explain`: what a rule checks, why, and what to do about a finding.

use std::io;

use clap::Args;
use rekognition_iam_codegen::import::{self, Options};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::suggest;

use crate::input::rules::{self, RuleInfo};
use crate::terminal::{CLEAN, UNUSABLE, complain, print};

#[derive(Debug, Args)]
#[command(after_help = example())]
pub(crate) struct ExplainArgs {
    /// The id of a rule, in any letter case
    #[arg(value_name = "RULE")]
    rule: String,
}

/// A line to copy, with some rule.
fn example() -> String {
    let id = rules::all().last().map_or("RULE", |rule| rule.id);
    format!("Example: rekognition-iam explain {id}")
}

pub(crate) fn run(arguments: &ExplainArgs) -> io::Result<u8> {
    let id = arguments.rule.to_ascii_uppercase().replace('-', "_");
    let Some(rule) = rules::find(&id) else {
        let ids = rules::all().map(|rule| rule.id);
        let help = match suggest::nearest(&id, ids) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`rekognition-iam rules` lists them".to_string(),
        };
        complain(&format!("there is no rule `{}`; {help}", arguments.rule));
        return Ok(UNUSABLE);
    };
    print(page(&rule).as_bytes())?;
    Ok(CLEAN)
}

/// All about a rule, as Markdown.
fn page(rule: &RuleInfo) -> String {
    let (id, severity) = (rule.id, rule.severity);
    let explanation = rule.explanation();
    let mut out = format!(
        "# {id}\n\n{}\n\nSeverity: {severity}\n\n{}\n",
        sentence(rule.summary),
        explanation.trim_end()
    );
    if let Some(source) = good_policy(&explanation).and_then(in_rust) {
        out.push_str(&format!(
            "\nThe last policy in Rust:\n\n```rust\n{source}```\n"
        ));
    }
    if rule.is_aws {
        out.push_str("\nAWS reports this as a policy check of IAM Access Analyzer, under the same id:\n<https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>\n");
    }
    out.push_str(&format!(
        "\nTo accept a finding, write the reason into `rekognition-iam.toml`:\n\n```toml\n[rules.{id}]\nlevel = \"off\"\nreason = \"..\"\nfiles = [\"legacy/*\"] # optional: only these\n```\n"
    ));
    if rule.is_in_rust() {
        out.push_str(&format!(
            "\nIn Rust, call `.accept({id}, \"reason\")` on the statement.\n"
        ));
    }
    out
}

/// A summary as a sentence.
fn sentence(summary: &str) -> String {
    let mut chars = summary.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).chain(['.']).collect()
}

/// The last policy of an explanation, which is right, and its kind.
fn good_policy(explanation: &str) -> Option<(String, PolicyKind)> {
    let (before, _) = explanation.rsplit_once("\n```")?;
    let (_, fenced) = before.rsplit_once("```json")?;
    let (info, policy) = fenced.split_once('\n')?;
    let kind = match info.trim() {
        "" => PolicyKind::Identity,
        name => name.parse().ok()?,
    };
    let policy = match policy.contains("\"Statement\"") {
        true => policy.to_string(),
        false => format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{policy}]}}"),
    };
    Some((policy, kind))
}

/// The policy in the language of `policy!`, if it is one there without any reservation.
fn in_rust((policy, kind): (String, PolicyKind)) -> Option<String> {
    let options = Options::new().kind(kind).name("POLICY");
    let imported = import::import(&policy, &options).ok()?;
    if imported.notes.iter().any(|note| note.vouched) {
        return None;
    }
    let source = import::source(&[imported]);
    // The statements are what matters here, not the imports and the name.
    let (_, policy) = source.split_once(" = ")?;
    Some(policy.trim_end().trim_end_matches(';').to_string() + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_has_a_page() {
        let (mut linked, mut in_rust) = (0, 0);
        for rule in rules::all() {
            let page = page(&rule);
            assert!(rule.explanation().len() > 120, "{page}");
            linked += usize::from(page.contains("docs.aws.amazon.com"));
            in_rust += usize::from(page.contains("```rust"));
        }
        // A few are about JSON, which is no matter of AWS.
        assert!(linked + 3 > rules::all().count(), "{linked}");
        assert!(in_rust > 150, "{in_rust}");
    }
}
