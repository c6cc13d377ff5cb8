//! `evaluate`: what IAM would answer to a request, by all documents that are given for it.

pub(crate) mod answer;
mod matrix;
pub(crate) mod policies;
mod question;
mod stream;
mod summary;

use std::borrow::Cow;
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use self::answer::Answers;
use self::policies::{Policies, standard_input};
use self::question::Question;
use self::stream::Sides;
use self::summary::Summary;
use crate::input::context::{self, key_and_value};
use crate::input::documents;
use crate::input::hcl::VariableArgs;
use crate::json_lines::LineArgs;
use crate::json_text::write_string;
use crate::plain::plain;
use crate::terminal::{CLEAN, FOUND, complain, print};

// No comment on the struct itself: it would become the command's description.
#[derive(Debug, Args)]
#[command(
    after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}\nSee --help for the kinds of policies and for --stdin."),
    after_long_help = format!("{}\n\n{STDIN}\n\n{EXAMPLES}\n\n{EXIT_CODES}", documents::kinds())
)]
pub(crate) struct EvaluateArgs {
    /// Policy that applies to the request, and its kind; can be given several times. - is standard input
    ///
    /// Any file that `check` reads: a policy, template, or plan. If a file has several policies, #PLACE selects one.
    #[arg(
        long = "policy",
        value_name = "[KIND=]FILE[#PLACE]",
        required_unless_present_any = ["stdin", "old", "merge"]
    )]
    policies: Vec<OsString>,
    /// Old policy, in addition to --policy; each request is evaluated with the old and with the new policies
    #[arg(long, value_name = "[KIND=]FILE[#PLACE]", requires = "new")]
    old: Vec<OsString>,
    /// New policy, in addition to --policy
    #[arg(long, value_name = "[KIND=]FILE[#PLACE]", requires = "old")]
    new: Vec<OsString>,
    /// Action: service:Name. With --matrix, several actions or patterns
    #[arg(long = "action", value_name = "ACTION", required_unless_present_any = ["stdin", "merge"])]
    actions: Vec<String>,
    /// Resource, an ARN or *; if given several times, all must be allowed
    #[arg(
        long = "resource",
        value_name = "ARN",
        required_unless_present_any = ["stdin", "merge"]
    )]
    resources: Vec<String>,
    /// Caller: the ARN of a user, role, or session, an account, a service, or * for anyone
    #[arg(long, value_name = "ARN")]
    principal: Option<String>,
    /// Condition key of the request; the same key again adds a value
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_and_value)]
    context: Vec<(String, String)>,
    /// Condition key with an unknown value: an answer that depends on it is unknown
    #[arg(long, value_name = "KEY")]
    unknown: Vec<String>,
    /// Account that owns the resource, if its ARN does not contain it
    #[arg(long, value_name = "ID")]
    resource_account: Option<String>,
    /// Evaluate each action on each resource
    #[arg(long, conflicts_with_all = ["stdin", "old", "new"])]
    matrix: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Answer one JSON object per line of standard input
    #[arg(
        long,
        conflicts_with_all = ["actions", "resources", "principal", "context", "unknown", "resource_account"]
    )]
    stdin: bool,
    #[command(flatten)]
    variables: VariableArgs,
    #[command(flatten)]
    lines: LineArgs,
    /// With --old and --new, print only answers that differ
    #[arg(long, requires_all = ["stdin", "old"], conflicts_with = "summary")]
    only_changed: bool,
    /// With --stdin, print counts of the answers instead of the answers
    #[arg(long, requires = "stdin")]
    summary: bool,
    /// Merge summaries into one
    #[arg(
        long,
        value_name = "FILE",
        num_args = 1..,
        conflicts_with_all = ["policies", "old", "new", "actions", "resources", "principal", "context", "unknown", "resource_account", "stdin", "matrix"]
    )]
    merge: Vec<PathBuf>,
}

/// How an answer is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// One JSON object per line
    Json,
    /// Comma-separated values, with --matrix
    Csv,
    /// Markdown table, with --matrix
    Markdown,
}

const EXAMPLES: &str = "\
Examples:
  rekognition-iam evaluate --policy role.json --action s3:GetObject --resource arn:aws:s3:::b/k --unknown aws:SourceVpc
  rekognition-iam evaluate --policy stack.yaml#Resources.P.Properties.PolicyDocument --stdin < asked.jsonl
  rekognition-iam evaluate --policy role.json --matrix --action 'rekognition:*' --resource '*' --format markdown
  rekognition-iam evaluate --policy scp=root.json --old a.json --new b.json --stdin --only-changed < asked.jsonl
  rekognition-iam evaluate --policy role.json --stdin --summary < part.jsonl > part.json
  rekognition-iam evaluate --merge part-1.json part-2.json";

const EXIT_CODES: &str = "\
Exit codes: 0 allowed, 1 not allowed or undetermined, 2 unusable input.
With --matrix: 0 if all are allowed. With --old and --new: 0 if the answer is the same, 1 if it differs.
With --stdin: 0, or 2 if a line could not be used (0 with --keep-going).";

const STDIN: &str = r#"With --stdin, a line is
  {"id":..,"policies":[{"kind":"identity","document":{..}}],"request":{"principal":"..","action":"..",
   "resource":"..","context":{"aws:SourceVpc":["vpc-1"],"aws:PrincipalOrgID":null},"unknown":["aws:SourceIp"]}}
and its answer
  {"id":..,"decision":"allowed|explicit_deny|implicit_deny|unknown","code":"..","by":..,"reason":"..",
   "depends_on":[{"key","lack","statements"}]}
`policies` are added to --policy, and can be omitted if --policy is given. The answer to `requests`, a list instead of
`request`, is {"answers":[..]}. With --old and --new, the answer is {"changed":..,"old":{..},"new":{..}}.
`by` is {"policy","kind","statement","sid"} with numbers from 0, or null if the request is denied because no statement
allows it. `code` is a stable name of the reason. `depends_on` lists the keys that are missing from the request and
could change the decision; `lack` is absent, unknown, or partial. A key with the value null, or listed in `unknown`, is
unknown: an answer that depends on it is `unknown`. Such an answer has
"unknown":[{"policy","kind","statement","sid","element","key","cause"}], the unknown parts that decide, and an "error"
unless the request itself listed them as unknown. An answer may have a "note" and "note_code" about a policy that was
not given. A policy may have a "level", and a request a "resource_account" and a list of resources. Context values are
strings, numbers, Booleans, or lists of them. "id" is any JSON value, which the answer repeats. The answer to an
unusable line is {"error":".."}; the next line is still read. Each answer is flushed before the next line is read.
The README of the command lists all codes and describes the format of --summary."#;

pub(crate) fn run(arguments: &EvaluateArgs) -> io::Result<u8> {
    answered(arguments).map_err(io::Error::other)?
}

fn answered(arguments: &EvaluateArgs) -> Result<io::Result<u8>, String> {
    if !arguments.merge.is_empty() {
        return merge(&arguments.merge);
    }
    if !arguments.matrix && matches!(arguments.format, Format::Csv | Format::Markdown) {
        return Err("--format csv and --format markdown need --matrix".to_string());
    }
    let (policies, old, new) = (&arguments.policies, &arguments.old, &arguments.new);
    if standard_input(&[policies, old, new])? && arguments.stdin {
        return Err("standard input holds requests; give the policies as files".to_string());
    }
    arguments.variables.give_to_all()?;
    let common = Policies::with_unknowns(policies)?;
    let (now, before) = if old.is_empty() {
        (common, None)
    } else {
        let before = common.and(Policies::with_unknowns(old)?);
        (common.and(Policies::with_unknowns(new)?), Some(before))
    };
    for note in VariableArgs::unused() {
        complain(&format!("note: {note}"));
    }
    let sides = Sides::new(&now, before.as_ref());
    if arguments.stdin {
        return Ok(if arguments.summary {
            stream::summary(&sides, arguments.lines)
        } else {
            stream::lines(&sides, arguments.lines, arguments.only_changed)
        });
    }
    let question = Question::of_arguments(
        arguments.principal.as_deref(),
        arguments.resource_account.as_deref(),
        &arguments.context,
        &arguments.unknown,
    )?;
    arguments
        .resources
        .iter()
        .try_for_each(|text| documents::resource(text))?;
    let keys = (arguments.context.iter().map(|(key, _)| key)).chain(&arguments.unknown);
    let notes = keys.filter_map(|key| context::unlisted(key));
    let services = (arguments.resources.iter()).filter_map(|arn| context::unlisted_service(arn));
    for note in notes.chain(services) {
        complain(&format!("note: {note}"));
    }
    if arguments.matrix {
        return matrix::run(arguments, &now, &question);
    }
    let [action] = arguments.actions.as_slice() else {
        return Err("a request is for one action; ask about several with --matrix".to_string());
    };
    documents::action(action, false)?;
    if let Some(note) = documents::unlisted(action) {
        complain(&format!("note: {note}"));
    }
    let resources = (arguments.resources.iter())
        .map(|text| Cow::Borrowed(text.as_str()))
        .collect();
    let question = question.about(action, resources);
    Ok(sides.ask(&[], &question, |answers| {
        let mut out = String::new();
        match arguments.format {
            Format::Json => json(&mut out, answers, [&now, before.as_ref().unwrap_or(&now)]),
            Format::Human | Format::Csv | Format::Markdown => {
                if let (Some(answer), Some(policies)) = (answers.before, &before) {
                    out.push_str("before: ");
                    answer.human(&mut out, policies);
                    out.push_str("now: ");
                }
                answers.now.human(&mut out, &now);
                let checked = answers.now.decision.resource();
                if let [given] = arguments.resources.as_slice()
                    && checked == "*"
                    && given != "*"
                {
                    out.push_str("  note: AWS checks this action against `*`, not against the given resource\n");
                }
            }
        }
        let good = match answers.before {
            None => answers.now.decision.is_allowed(),
            Some(_) => !answers.changed(),
        };
        print(out.as_bytes()).map(|_| if good { CLEAN } else { FOUND })
    }))
}

/// Answers a question as a line of `--stdin` asks it, about these policies and those of the line.
#[cfg(feature = "mcp")]
pub(crate) fn ask(policies: &[OsString], question: &str) -> Result<String, String> {
    let policies = Policies::with_unknowns(policies)?;
    stream::ask(&Sides::new(&policies, None), question)
}

/// The answers with the explanation of each.
fn json(out: &mut String, answers: Answers<'_>, [now, before]: [&Policies; 2]) {
    let explained = |out: &mut String, answer: &answer::Answer<'_>, policies: &Policies| {
        answer.members(out);
        out.push_str(",\"resource\":");
        write_string(out, answer.decision.resource());
        out.push_str(",\"statements\":[");
        answer.statements(out);
        out.push_str("],\"policies\":[");
        for (number, (name, attached)) in policies.names.iter().zip(&policies.attached).enumerate()
        {
            out.push_str(if number == 0 {
                "{\"kind\":"
            } else {
                ",{\"kind\":"
            });
            write_string(out, attached.kind().name());
            out.push_str(",\"file\":");
            write_string(out, name);
            out.push('}');
        }
        out.push(']');
    };
    out.push('{');
    match answers.before {
        None => explained(out, answers.now, now),
        Some(answer) => {
            out.push_str(&format!("\"changed\":{},\"old\":{{", answers.changed()));
            explained(out, answer, before);
            out.push_str("},\"new\":{");
            explained(out, answers.now, now);
            out.push('}');
        }
    }
    out.push_str("}\n");
}

/// Adds up the summaries of these files, each of which may hold several.
fn merge(paths: &[PathBuf]) -> Result<io::Result<u8>, String> {
    let mut all = Summary::default();
    for path in paths {
        let source = documents::Source::open(path)?;
        let mut any = false;
        for (number, line) in (1..).zip(source.text.lines()) {
            if line.trim().is_empty() {
                continue;
            }
            any = true;
            let summary = Summary::read(line).map_err(|wrong| {
                let column = wrong.column(line);
                format!("{}:{number}:{column}: {wrong}", plain(&source.name))
            })?;
            all.merge(summary);
        }
        if !any {
            return Err(format!("{}: the file has no summary", plain(&source.name)));
        }
    }
    Ok(print(format!("{all}\n").as_bytes()))
}
