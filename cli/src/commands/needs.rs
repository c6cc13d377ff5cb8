//! `needs`: what a call to AWS needs.

use std::io::{self, Read};

use clap::{Args, ValueEnum};
use rekognition_iam_codegen::derive::{Asked, Conditional, Derive, Derived, Needed};
use rekognition_iam_codegen::export::Error;

use crate::input::context::key_and_value;
use crate::json_text::{catalogue, quoted};
use crate::plain::{plain, plain_lines};
use crate::terminal::{CLEAN, UNUSABLE, complain_in_lines, print};

/// The question can be an operation, a command line of the AWS CLI in quotes, or a method of the AWS SDK for Rust with or without
/// its request. A command line is read as text: it is never run, and files that it names are not read.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct NeedsArgs {
    /// rekognition:DetectLabels, 'aws rekognition detect-labels ..', or 'client.detect_labels()'; - is standard input
    #[arg(value_name = "CALL")]
    question: String,
    /// Member of the request, such as notification_channel; can be given several times
    #[arg(long = "with", value_name = "MEMBER")]
    with: Vec<String>,
    /// Value for a parameter of the policy, such as region=eu-west-1; * and ? are wildcards
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = key_and_value)]
    values: Vec<(String, String)>,
    /// In the policy document, write * for every parameter without a value
    #[arg(long)]
    allow_wildcards: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

const HELP: &str = "\
Examples: rekognition-iam needs rekognition:StartLabelDetection --with notification_channel
          rekognition-iam needs 'aws rekognition detect-labels --image S3Object={Bucket=b,Name=a.jpg}'
Exit codes: 0 answered, 2 unusable input.";

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people, with the policy in Rust
    Human,
    /// One JSON object with everything
    Json,
    /// Source in the language of `policy!`
    Rust,
    /// A policy document
    Document,
    /// Variables and an aws_iam_policy_document
    Terraform,
}

pub(crate) fn run(arguments: &NeedsArgs) -> io::Result<u8> {
    let question = match arguments.question.as_str() {
        "-" => {
            let mut text = String::new();
            io::stdin().lock().read_to_string(&mut text)?;
            text
        }
        text => text.to_owned(),
    };
    match answer(arguments, &question) {
        Ok(text) => print(text.as_bytes()).map(|_| CLEAN),
        Err(error) => {
            complain_in_lines(&error.to_string());
            Ok(UNUSABLE)
        }
    }
}

/// Answers a question as `--format json` does.
#[cfg(feature = "mcp")]
pub(crate) fn ask(question: &str, with: Vec<String>) -> Result<String, String> {
    let arguments = NeedsArgs {
        question: String::new(),
        with,
        values: Vec::new(),
        allow_wildcards: false,
        format: Format::Json,
    };
    answer(&arguments, question).map_err(|error| error.to_string())
}

fn answer(arguments: &NeedsArgs, question: &str) -> Result<String, Error> {
    let mut asked = Asked::read(question)?;
    for member in &arguments.with {
        asked = asked.with(member)?;
    }
    let mut derive = Derive::new().allow_wildcards(arguments.allow_wildcards);
    for (name, value) in &arguments.values {
        derive = derive.value(name, value);
    }
    let derived = asked.derive(&derive)?;
    Ok(match arguments.format {
        Format::Human => human(&asked, &derived),
        Format::Json => json(&asked, &derived),
        Format::Rust => derived.rust(),
        Format::Document => derived.json()?,
        Format::Terraform => derived.terraform()?,
    })
}

fn human(asked: &Asked, derived: &Derived) -> String {
    let mut out = String::new();
    let mut line = |text: &str| {
        out.push_str(&plain(text));
        out.push('\n');
    };
    let operations: Vec<String> = asked.operations().collect();
    line(&format!("{} needs", operations.join(", ")));
    let needed = derived.needed();
    if needed.is_empty() {
        line(
            match derived.unfollowed().is_empty() && asked.conditional().is_empty() {
                true => "  no permissions",
                false => "  nothing that is known; see below",
            },
        );
    }
    for need in &needed {
        line(&format!("  {}", words(need)));
    }
    for more in asked.conditional() {
        line(&format!("{}{}:", of(&more, operations.len()), more.when));
        for need in &more.needs {
            line(&format!("  {}", words(need)));
        }
        for note in &more.notes {
            line(&format!("  note: {note}"));
        }
    }
    for note in derived.unfollowed() {
        line(&format!("not known: {note}"));
    }
    for hint in derived.hints() {
        line(&format!("hint: {hint}"));
    }
    for note in asked.notes() {
        line(&format!("note: {note}"));
    }
    if !needed.is_empty() {
        out.push('\n');
        out.push_str(&plain_lines(&derived.rust()));
    }
    out
}

/// The operation that a condition is about, where there are several.
fn of(more: &Conditional, operations: usize) -> String {
    match operations {
        1 => String::new(),
        _ => format!("{}, ", more.operation),
    }
}

fn words(need: &Needed) -> String {
    let mut out = format!("{} on {}", need.action, need.resource);
    if !need.passed_to.is_empty() {
        out.push_str(&format!(", passed to {}", need.passed_to.join(", ")));
    }
    if let Some(purpose) = need.purpose {
        out.push_str(&format!(", {purpose}"));
    }
    out
}

fn json(asked: &Asked, derived: &Derived) -> String {
    let texts = |texts: Vec<String>| {
        let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
        format!("[{}]", texts.join(","))
    };
    let needs = |needs: &[Needed]| {
        let needs: Vec<String> = (needs.iter())
            .map(|need| {
                let passed = need.passed_to.iter().map(|&to| to.to_owned()).collect();
                format!(
                    "{{\"action\":{},\"resource\":{},\"passed_to\":{},\"purpose\":{}}}",
                    quoted(&need.action),
                    quoted(&need.resource),
                    texts(passed),
                    need.purpose.map_or("null".to_owned(), quoted)
                )
            })
            .collect();
        format!("[{}]", needs.join(","))
    };
    let when: Vec<String> = (asked.conditional().into_iter())
        .map(|more| {
            format!(
                "{{\"operation\":{},\"member\":{},\"when\":{},\"needs\":{},\"notes\":{}}}",
                quoted(more.operation),
                quoted(&more.member),
                quoted(&more.when),
                needs(&more.needs),
                texts(more.notes)
            )
        })
        .collect();
    let parameters: Vec<String> = (derived.parameters().iter())
        .map(|open| {
            format!(
                "{{\"name\":{},\"type\":{}}}",
                quoted(&open.name),
                quoted(open.kind)
            )
        })
        .collect();
    let unknown = derived.unfollowed().iter().map(ToString::to_string);
    format!(
        "{{\"version\":1,{},\"operations\":{},\"needs\":{},\"when\":[{}],\"parameters\":[{}],\"not_known\":{},\"hints\":{},\"notes\":{},\"rust\":{}}}\n",
        catalogue(),
        texts(asked.operations().collect()),
        needs(&derived.needed()),
        when.join(","),
        parameters.join(","),
        texts(unknown.collect()),
        texts(derived.hints().map(str::to_owned).collect()),
        texts(asked.notes().to_vec()),
        quoted(&derived.rust())
    )
}
