//! The page about a rule: what `explain` prints, and `docs/rules` holds.

use std::fmt::Write as _;

use rekognition_iam_codegen::dsl::evaluate;
use rekognition_iam_codegen::import::{self, Options};
use rekognition_iam_runtime::check::Rule;
use rekognition_iam_runtime::document::PolicyKind;

use crate::input::rules::RuleInfo;

/// AWS explains its checks on one page, each under its ID.
const AWS: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html";

/// All about a rule, as Markdown.
pub(super) fn page(rule: &RuleInfo) -> String {
    let mut out = format!("# {}\n\n{}\n\n", rule.id, sentence(rule.summary));
    let _ = writeln!(out, "* Severity: {}", rule.severity);
    let _ = writeln!(out, "* In Rust: {}", in_rust(rule));
    if rule.is_aws {
        let _ = writeln!(
            out,
            "* In AWS: a [policy check]({AWS}) of IAM Access Analyzer with the same ID"
        );
    }
    out.push_str("\n## What it does\n");
    let mut examples = 0;
    for part in parts(&rule.explanation()) {
        match part {
            Part::Text(text) if text == "Use instead:" => {}
            Part::Text(text) => {
                let _ = write!(out, "\n{text}\n");
            }
            // What the example is checked with.
            Part::Code { info, text } if info == "toml" => {
                let _ = write!(out, "\n```toml\n{text}```\n");
            }
            Part::Code { info, text } => {
                out.push_str(match examples {
                    0 => "\n## Example\n\nThis is reported:\n",
                    _ => "\nUse instead:\n",
                });
                examples += 1;
                let _ = write!(out, "\n```{info}\n{text}```\n");
                if let Some(source) = rule.rule().and_then(|rule| source(rule, &info, &text)) {
                    let _ = write!(out, "\nIn Rust:\n\n```rust\n{source}```\n");
                }
            }
        }
    }
    let _ = write!(
        out,
        "\n## Accept a finding\n\nIn YAML and HCL, write a comment above the statement:\n\n```yaml\n# rekognition-iam: allow {0}, reason\n```\n\nFor other files, write the reason into `rekognition-iam.toml`:\n\n```toml\n[[accept]]\nrule = \"{0}\"\nfile = \"policies/admin.json\"\nsid = \"Admin\" # or a path, such as \"Statement[0]\"\nreason = \"..\"\n```\n\nTo accept all findings of the rule:\n\n```toml\n[rules.{0}]\nlevel = \"off\"\nreason = \"..\"\nfiles = [\"legacy/*\"] # optional: only these\n```\n",
        rule.id
    );
    match rule.rule().and_then(acceptance) {
        Some(Acceptance::Statement) => {
            let _ = write!(
                out,
                "\nIn Rust, call `.accept({}, \"reason\")` on the statement.\n",
                rule.id
            );
        }
        Some(Acceptance::Policy) => {
            let _ = write!(
                out,
                "\nIn Rust, write `accept({}, \"reason\")` before the statements of the policy.\n",
                rule.id
            );
        }
        None => {}
    }
    out
}

/// A summary as a sentence.
pub(super) fn sentence(summary: &str) -> String {
    let mut chars = summary.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).chain(['.']).collect()
}

/// What the compiler does about the rule.
fn in_rust(rule: &RuleInfo) -> String {
    let Some(rule) = rule.rule() else {
        return "not reported; only the command reads templates".to_string();
    };
    match import::unsayable(rule) {
        Some(reason) => format!("not possible; {reason}"),
        None if rule.denied_in_rust => "a compiler error".to_string(),
        None => "a compiler warning".to_string(),
    }
}

/// A part of an explanation.
enum Part {
    Text(String),
    Code { info: String, text: String },
}

/// The paragraphs and the fenced code of an explanation, in their order.
fn parts(explanation: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut code: Option<(String, String)> = None;
    let flush = |text: &mut String, parts: &mut Vec<Part>| {
        let paragraph = text.trim();
        if !paragraph.is_empty() {
            parts.push(Part::Text(paragraph.to_string()));
        }
        text.clear();
    };
    for line in explanation.lines() {
        match (line.strip_prefix("```"), &mut code) {
            (Some(info), None) => {
                flush(&mut text, &mut parts);
                code = Some((info.to_string(), String::new()));
            }
            (Some(_), Some(_)) => {
                if let Some((info, text)) = code.take() {
                    parts.push(Part::Code { info, text });
                }
            }
            (None, Some((_, code))) => {
                code.push_str(line);
                code.push('\n');
            }
            (None, None) if line.trim().is_empty() => flush(&mut text, &mut parts),
            (None, None) => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    flush(&mut text, &mut parts);
    parts
}

/// A policy of an explanation: a whole document, or the statements of one.
pub(super) fn document(info: &str, text: &str) -> Option<(PolicyKind, String)> {
    let kind = match info.strip_prefix("json")?.trim() {
        "" => PolicyKind::Identity,
        name => name.parse().ok()?,
    };
    let is_whole = text.contains("\"Statement\"") || text.contains("\"Version\"");
    let text = filled(text);
    let document = if is_whole {
        text
    } else {
        format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{text}]}}")
    };
    Some((kind, document))
}

/// The policy in the language, if it can be written there.
fn source(rule: &Rule, info: &str, text: &str) -> Option<String> {
    if import::unsayable(rule).is_some() {
        return None;
    }
    let (kind, document) = document(info, text)?;
    let options = Options::new().kind(kind).name("POLICY").unaccepted();
    let source = import::source(&[import::import(&document, &options).ok()?]);
    // The statements are what matters here, not the imports and the name.
    let (_, policy) = source.split_once("\npub static POLICY")?;
    let (_, policy) = policy.split_once('=')?;
    let policy = policy.trim().trim_end_matches(';');
    Some(shortened(policy, text) + "\n")
}

/// How a finding of a rule is accepted in Rust.
enum Acceptance {
    Statement,
    Policy,
}

fn acceptance(rule: &Rule) -> Option<Acceptance> {
    let explanation = rule.explanation();
    let (info, text) = (parts(&explanation).into_iter()).find_map(|part| match part {
        Part::Code { info, text } => Some((info, text)),
        Part::Text(_) => None,
    })?;
    let (kind, document) = document(&info, &text)?;
    let options = Options::new().kind(kind).unaccepted();
    let imported = import::import(&document, &options).ok()?;
    let input = &imported.input;
    let accept = format!("accept({}, \"a reason\")", rule.id);
    // What is tried is what the macro would read.
    let works = |input: String| {
        input.parse().is_ok_and(|tokens| {
            let found = evaluate(kind, tokens).diagnostics;
            // An acceptance of nothing is an error without a rule.
            (found.iter()).all(|found| found.id().is_some_and(|id| id != rule.id))
        })
    };
    if works(format!("{accept}, {input}")) {
        return Some(Acceptance::Policy);
    }
    // Anything else is a matter of a statement, of which there may be several.
    import::unsayable(rule)
        .is_none()
        .then_some(Acceptance::Statement)
}

/// The text with so many characters instead of each `<6144 characters>`.
fn filled(text: &str) -> String {
    let mut out = text.to_string();
    for count in counts(text) {
        out = out.replace(&format!("<{count} characters>"), &"x".repeat(count));
    }
    out
}

/// The reverse of [`filled`] for what became of a text.
fn shortened(source: &str, text: &str) -> String {
    let mut counts = counts(text);
    counts.sort_unstable();
    let mut out = source.to_string();
    for count in counts.into_iter().rev() {
        out = out.replace(&"x".repeat(count), &format!("<{count} characters>"));
    }
    out
}

fn counts(text: &str) -> Vec<usize> {
    text.split(" characters>")
        .filter_map(|before| before.rsplit_once('<')?.1.parse().ok())
        .collect()
}
