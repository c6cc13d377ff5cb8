//! `replay`: what policies would have decided about the calls in a trail.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::commands::evaluate::policies::{Policies, standard_input};
use crate::input::context::key_and_value;
use crate::input::documents;
use crate::replaying::owners::Owner;
use crate::replaying::partial::{Outcome, Partial};
use crate::replaying::parts::{self, About};
use crate::replaying::question::Question;
use crate::replaying::sets::Given;
use crate::replaying::{requests, run};
use crate::report::replay::{ReplayFormat, redacted, text};
use crate::terminal::{
    CLEAN, FOUND, Progress, Sink, UNUSABLE, complain, refuse_inputs, refuse_to_replace,
};
use crate::trail::calls::Calls;
use crate::trail::files::{Found, TrailFile, collect};

// No comment on the struct itself: it would become the command's description.
#[derive(Debug, Args)]
#[command(
    after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}\nSee --help for the kinds of policies and for what a trail can be."),
    after_long_help = format!("{TRAILS}\n\n{}\n\n{EXAMPLES}\n\n{EXIT_CODES}", documents::kinds())
)]
pub(crate) struct ReplayArgs {
    /// Files with CloudTrail records, or directories as CloudTrail fills them; - is standard input
    #[arg(value_name = "TRAIL")]
    trails: Vec<PathBuf>,
    /// Policy to replay the calls against, and its kind; can be given several times
    #[arg(long = "policy", value_name = "[KIND=]FILE[#PLACE]")]
    policies: Vec<OsString>,
    /// Policy that was in force, and its kind; without it, what AWS answered is compared with
    #[arg(long, value_name = "[KIND=]FILE[#PLACE]", requires = "policies")]
    old: Vec<OsString>,
    /// Only calls by this role or user: an ARN or a name, with wildcards; can be given several times
    #[arg(long = "principal", value_name = "ARN")]
    principals: Vec<String>,
    /// Value of a condition key that no record contains, such as aws:PrincipalOrgID=o-abc1234567
    #[arg(long = "assume", value_name = "KEY=VALUE", value_parser = key_and_value)]
    assumed: Vec<(String, String)>,
    /// File with the names of trail files, one per line; - is standard input
    #[arg(long, value_name = "FILE")]
    files_from: Option<PathBuf>,
    /// What is printed
    #[arg(long, value_enum, default_value_t = Emit::Report, conflicts_with = "merge")]
    emit: Emit,
    /// Merge partial results into one report
    #[arg(
        long,
        value_name = "FILE",
        num_args = 1..,
        conflicts_with_all = ["trails", "policies", "old", "principals", "assumed", "files_from", "resume"]
    )]
    merge: Vec<PathBuf>,
    /// File that remembers which trail files are done, so that an interrupted run can go on
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = ReplayFormat::Human)]
    format: ReplayFormat,
    /// Write the report to this file
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Exit with code 1 if a call that was allowed would be denied
    #[arg(long)]
    check: bool,
    /// Replace names, addresses, and account IDs with hashes
    #[arg(long)]
    redact: bool,
    /// Exit with code 0 even if some records could not be read; the report counts them
    #[arg(long)]
    keep_going: bool,
    /// Do not show progress
    #[arg(long, short)]
    quiet: bool,
}

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Emit {
    /// The report
    Report,
    /// Counts that --merge adds up, for a part of a trail
    Partial,
    /// The requests of the records, as lines for evaluate --stdin
    Requests,
}

const EXAMPLES: &str = "\
Examples:
  rekognition-iam replay --policy new.json --principal VisionApp --check AWSLogs/
  rekognition-iam replay --policy new.json --old old.json --format html --output replay.html AWSLogs/
  rekognition-iam replay --policy scp@0=scp.json --assume aws:PrincipalOrgID=o-abc1234567 AWSLogs/
  find AWSLogs -name '*.json.gz' | rekognition-iam replay --policy new.json --files-from - --emit partial > part-1.json
  rekognition-iam replay --merge part-1.json part-2.json";

const EXIT_CODES: &str = "\
Exit codes: 0 done, 1 with --check if a call that was allowed would be denied, 2 unusable input, or records that could
not be read.";

const TRAILS: &str = "\
A trail is a file, plain or in gzip, or a directory with such files. A file has the records of CloudTrail as it delivers
them ({\"Records\":[..]}), one record per line, a list of records, the answer of `aws cloudtrail lookup-events`, events of
EventBridge, rows of CloudTrail Lake (select eventJson), or rows of Athena as JSON lines.

What a record does not show is unknown, not absent: a call whose outcome depends on it is listed as such, with the key.
iam:PassRole is never in a trail; it is asked about when the request of a call has a role that it passes.

A trust policy does not name its role, and the policy of a key does not name the key: give their ARNs with them, as in
--policy role-trust@arn:aws:iam::123456789012:role/App=trust.json. Without it, what they decide is unknown.";

pub(crate) fn run(arguments: &ReplayArgs) -> io::Result<u8> {
    match answer(arguments) {
        Ok(code) => Ok(code),
        Err(Stop::Io(error)) => Err(error),
        Err(Stop::Message(message)) => {
            complain(&message);
            Ok(UNUSABLE)
        }
    }
}

/// Why there is no answer.
enum Stop {
    Message(String),
    Io(io::Error),
}

impl From<String> for Stop {
    fn from(message: String) -> Self {
        Self::Message(message)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn answer(arguments: &ReplayArgs) -> Result<u8, Stop> {
    // A run may take hours, so that what it must not replace is compared before it.
    if let Some(output) = &arguments.output {
        let named = (arguments.merge.iter())
            .chain(&arguments.resume)
            .chain(&arguments.files_from)
            .map(PathBuf::as_path);
        refuse_to_replace(output, named)?;
    }
    if !arguments.merge.is_empty() {
        let (about, partial) = merged(&arguments.merge)?;
        return report(arguments, &about, partial);
    }
    let (files, other, errors) = files(arguments)?;
    if files.is_empty() && errors.is_empty() {
        return Err("there are no trail files to read".to_owned().into());
    }
    if let Some(output) = &arguments.output {
        refuse_to_replace(output, files.iter().filter_map(TrailFile::path))?;
    }
    if arguments.emit == Emit::Requests {
        return requests_of(arguments, &files);
    }
    if arguments.policies.is_empty() {
        return Err(
            "give the policies to replay the calls against with --policy"
                .to_owned()
                .into(),
        );
    }
    if arguments.emit == Emit::Partial && arguments.redact {
        return Err("partial results cannot be redacted, because their hashes would differ; give --redact with --merge"
            .to_owned()
            .into());
    }
    let plain = [&arguments.policies, &arguments.old]
        .map(|of| of.iter().map(|one| of_resource(one).0).collect::<Vec<_>>());
    let stdin = plain.each_ref().map(Vec::as_slice);
    let reads_trail = arguments.files_from.as_deref() == Some(Path::new("-"))
        || arguments.trails.iter().any(|trail| trail == Path::new("-"));
    if standard_input(&stdin)? && reads_trail {
        return Err("standard input can only be read once".to_owned().into());
    }
    let question = question(arguments)?;
    if let Some(output) = &arguments.output {
        refuse_inputs(output)?;
    }
    let progress = Progress::new(files.len(), arguments.quiet).doing("replayed");
    let mut partial = run::run(&question, &files, arguments.resume.as_deref(), progress)?;
    partial.other_files += other;
    for message in errors {
        partial.unread(crate::replaying::partial::Unread {
            file: message,
            line: 0,
            item: 0,
            message: "the directory was not read".to_owned(),
        });
    }
    let about = About::of(&question);
    if arguments.emit == Emit::Partial {
        let mut sink = Sink::new(arguments.output.as_deref());
        sink.write_all(parts::write(&about, &partial).as_bytes())?;
        sink.finish()?;
        return Ok(code(arguments, &partial));
    }
    report(arguments, &about, partial)
}

/// The resource that a policy is attached to, in `role-trust@ARN=FILE`, and the argument without it.
fn of_resource(argument: &OsString) -> (OsString, Option<String>) {
    let whole = || (argument.clone(), None);
    let Some((kind, rest)) = argument.to_str().and_then(|text| text.split_once('@')) else {
        return whole();
    };
    if !rest.starts_with("arn:") || kind.contains(['/', '=']) {
        return whole();
    }
    // Names of roles may have `=` too, and so may names of files.
    let split = rest.match_indices('=').map(|(at, _)| rest.split_at(at));
    let mut split = split.map(|(arn, file)| (arn, file.get(1..).unwrap_or_default()));
    let first = split.clone().next();
    let exists =
        |(_, file): &(&str, &str)| Path::new(file.split('#').next().unwrap_or_default()).exists();
    match split.find(exists).or(first) {
        Some((arn, file)) => (format!("{kind}={file}").into(), Some(arn.to_owned())),
        None => whole(),
    }
}

/// Policies of the command line.
fn given(arguments: &[OsString]) -> Result<Vec<Given>, String> {
    let (plain, of): (Vec<OsString>, Vec<Option<String>>) =
        arguments.iter().map(of_resource).unzip();
    let policies = Policies::open(&plain)?;
    let all = policies.attached.into_iter().zip(policies.names);
    let given: Vec<Given> = (all.zip(policies.texts).zip(policies.levels).zip(of))
        .map(|((((attached, name), text), level), of)| Given {
            name,
            text,
            level,
            of,
            attached,
        })
        .collect();
    for one in &given {
        let kind = one.attached.kind();
        if one.of.is_some() && !kind.layer().is_of_resource() {
            return Err(format!(
                "{}: only a policy of a resource is attached to an ARN, and `{}` is not one",
                one.name,
                kind.name()
            ));
        }
        if Owner::of(one).is_open() {
            complain(&format!(
                "note: {} does not name the resource that it is attached to, so that calls which it decides about are unknown; give it as {}@ARN={}",
                one.name,
                kind.name(),
                one.name
            ));
        }
    }
    Ok(given)
}

fn question(arguments: &ReplayArgs) -> Result<Question, String> {
    let mut assumed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, value) in &arguments.assumed {
        (assumed.entry(key.to_ascii_lowercase()).or_default()).push(value.clone());
    }
    Ok(Question {
        new: given(&arguments.policies)?,
        old: match arguments.old.as_slice() {
            [] => None,
            old => Some(given(old)?),
        },
        principals: arguments.principals.clone(),
        assumed,
    })
}

/// The files of the arguments, how many others there are, and what could not be looked at.
fn files(arguments: &ReplayArgs) -> Result<(Vec<TrailFile>, u64, Vec<String>), String> {
    let mut paths = arguments.trails.clone();
    if let Some(list) = &arguments.files_from {
        let named = |error: &io::Error| {
            format!("{}: {}", list.display(), crate::input::files::reason(error))
        };
        let input: Box<dyn BufRead> = match list == Path::new("-") {
            true => Box::new(io::stdin().lock()),
            false => Box::new(io::BufReader::new(
                std::fs::File::open(list).map_err(|error| named(&error))?,
            )),
        };
        for line in input.lines() {
            let line = line.map_err(|error| named(&error))?;
            let line = line.trim_end_matches('\r');
            if !line.is_empty() {
                paths.push(PathBuf::from(line));
            }
        }
    }
    let found = collect(&paths);
    Ok((found.files, found.other, found.errors))
}

fn merged(files: &[PathBuf]) -> Result<(About, Partial), String> {
    let mut all: Option<(About, Partial)> = None;
    for file in files {
        let named = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
        let text = documents::Source::open(file)?.text;
        let (about, partial) = parts::read(&text).map_err(|wrong| named(&wrong))?;
        match &mut all {
            None => all = Some((about, partial)),
            Some((known, total)) if known.digest == about.digest => total.merge(partial),
            Some(_) => {
                return Err(named(
                    &"this result is of other policies, options, or another version than the first one",
                ));
            }
        }
    }
    all.ok_or_else(|| "there is nothing to merge".to_owned())
}

fn report(arguments: &ReplayArgs, about: &About, partial: Partial) -> Result<u8, Stop> {
    let partial = match arguments.redact {
        true => redacted(&partial),
        false => partial,
    };
    let mut sink = Sink::new(arguments.output.as_deref());
    sink.write_all(text(arguments.format, about, &partial).as_bytes())?;
    sink.finish()?;
    Ok(code(arguments, &partial))
}

fn code(arguments: &ReplayArgs, partial: &Partial) -> u8 {
    if arguments.check && partial.count(Outcome::WouldBeDenied) > 0 {
        FOUND
    } else if partial.unread > 0 && !arguments.keep_going {
        UNUSABLE
    } else {
        CLEAN
    }
}

/// Prints the requests of all records.
fn requests_of(arguments: &ReplayArgs, files: &[TrailFile]) -> Result<u8, Stop> {
    let mut sink = Sink::new(arguments.output.as_deref());
    let mut calls = Calls::default();
    let mut code = CLEAN;
    let mut failed = Ok(());
    let mut out = String::new();
    for file in files {
        file.each(|found| {
            out.clear();
            match found {
                Found::Record(record) => requests::write(&mut calls, record, &mut out),
                Found::Digest => {}
                Found::Unread(message, at) => {
                    let place = at.map_or_else(String::new, |at| {
                        format!(":{}, record {}", at.line, at.item)
                    });
                    complain(&format!("{}{place}: {message}", file.name()));
                    if !arguments.keep_going {
                        code = UNUSABLE;
                    }
                }
            }
            if failed.is_ok() {
                failed = sink.write_all(out.as_bytes());
            }
        });
    }
    failed?;
    sink.finish()?;
    Ok(code)
}
