//! `prove`: guarantees about policies, over every request that could exist.

mod promise;
mod stream;

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{ArgGroup, ArgMatches, Args, Command, FromArgMatches};
use rekognition_iam_runtime::compare::{Guarantee, Obstacle};

use promise::{Promise, Subject, write_at};
use stream::{Common, grantee, never};

use crate::commands::evaluate::policies::{Alone, Policies, attach, each_alone, standard_input};
use crate::input::documents::{self, Source};
use crate::json_lines::{Answer, LineArgs};
use crate::plain::plain;
use crate::terminal::{CLEAN, FOUND, print};

// No comment on the struct itself: it would become the command's description.
#[derive(Debug, Args)]
#[command(
    override_usage = "rekognition-iam prove [OPTIONS] <GUARANTEES> [FILE[#PLACE]]\n       \
        rekognition-iam prove [OPTIONS] --policy <[KIND=]FILE>... <GUARANTEES>\n       \
        rekognition-iam prove [OPTIONS] --stdin",
    after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}\nSee --help for the kinds of policies and for --stdin."),
    after_long_help = format!("{EXAMPLES}\n\n{}\n\n{ABOUT}\n\n{STDIN}\n\n{EXIT_CODES}", documents::kinds())
)]
struct Flags {
    /// Single policy; - is standard input. In a template, each policy, or the one at #PLACE
    #[arg(value_name = "FILE[#PLACE]", required_unless_present_any = ["policies", "stdin"], conflicts_with_all = ["policies", "stdin"])]
    file: Option<PathBuf>,
    /// Policy document and its kind; several apply together, as with `evaluate`
    #[arg(long = "policy", value_name = "[KIND=]FILE")]
    policies: Vec<OsString>,
    /// The only caller: the ARN of a user, role, or session, an account, a service, or * for anyone
    #[arg(long, value_name = "ARN", conflicts_with = "file")]
    principal: Option<String>,
    /// Account that owns the resources, if their ARNs do not contain it
    #[arg(long, value_name = "ID", conflicts_with = "file")]
    resource_account: Option<String>,
    /// The policies never allow this action; * and ? are wildcards, also in the service: *Faces
    #[arg(long, value_name = "ACTION")]
    never: Vec<String>,
    /// Restrict the preceding --never to this resource; * and ? are wildcards
    #[arg(long, value_name = "RESOURCE", requires = "never")]
    on: Vec<String>,
    /// The policies only allow access to this resource; if given several times, to any of them
    #[arg(long, value_name = "RESOURCE")]
    only_on: Vec<String>,
    /// The policies allow nothing that the policy in this file does not allow
    #[arg(long, value_name = "FILE")]
    no_wider_than: Vec<PathBuf>,
    /// The policies grant none of these: actions separated by commas, or the ARN of a resource
    ///
    /// Given for actions and for an ARN, this is one guarantee: none of the actions on this resource.
    ///
    /// It does not exclude the actions on other resources, or other actions on this one.
    #[arg(long, value_name = "LIST")]
    grants_nothing_of: Vec<String>,
    /// Resource and trust policies grant no public access
    #[arg(long)]
    no_public: bool,
    /// Resource and trust policies grant access only to this account, organization, or principal; can be repeated
    #[arg(long, value_name = "ACCOUNT|ORG|ARN")]
    only_to: Vec<String>,
    /// Accept guarantees about actions that the catalogue does not have
    #[arg(long)]
    allow_unlisted: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t = Answer::Human)]
    format: Answer,
    /// Answer one JSON object per line of standard input
    #[arg(long)]
    stdin: bool,
    #[command(flatten)]
    lines: LineArgs,
}

const EXAMPLES: &str = "\
Examples:
  rekognition-iam prove role.json --never 'iam:*' --grants-nothing-of s3:DeleteObject,s3:PutObject
  rekognition-iam prove template.yaml --never 'iam:*' --never 's3:Delete*'
  rekognition-iam prove --policy role.json --policy boundary=limit.json --policy scp@0=root.json --never 'kms:*'
  rekognition-iam prove --policy resource=bucket.json --no-public --only-to o-a1b2c3d4e5
  rekognition-iam prove --stdin --no-public < policies.jsonl";

const ABOUT: &str = r#"A guarantee covers every request that could exist, including actions that AWS adds later. For a broken guarantee, a
request that breaks it is shown. A guarantee that cannot be proved is `unknown`, and
counts as one that does not hold.

Each policy of a template, a configuration, or a plan is proved by itself. A value that is only known after deployment
can be any text. If wildcards in it would make a difference, or if there is nothing to prove yet, the answer is
`unknown`.

Policies given with --policy apply together. Only access that one of their statements grants counts, not the access
that the root user has without any statement. Without an identity policy, the callers' own policies are assumed to
allow everything, so service control policies can be proved by themselves for everyone they limit. Without
--resource-account, a resource whose ARN does not contain an account is assumed to be in the caller's account, which
grants the most.

--no-public follows Amazon S3's definition of public access: a condition restricts access when it fixes a principal, an
account, an organization, a network (no broader than /8 for IPv4 and /32 for IPv6), or a source resource; one with a
wildcard or a variable fixes nothing, except after a fixed account in an ARN. See
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html

--format json prints one object per line: {"guarantee","result":"holds|broken|unknown","by":..}, where
`by` is the request that breaks it, {"unknown":"why"}, or null; `policy` is its place in a file with several."#;

const STDIN: &str = r#"With --stdin, a line is
  {"id":..,"policies":[{"kind":"identity","document":{..}}],"principal":"..","resource_account":"..",
   "guarantees":[{"never":"iam:*","on":["arn:.."]},{"only_on":["arn:.."]},{"no_wider_than":{..}},
   {"actions":["s3:Put*"],"resources":["arn:.."]},{"no_public":true},{"only_to":["123456789012"]}]}
and its answer
  {"id":..,"result":"holds|broken|unknown","guarantees":[{"guarantee":"..","result":"..","by":..}]}
Policies and guarantees in the line are added to those of the options. "policy":{..} is a single document by itself.
The first `result` is the worst one. "id" is any JSON value, which the answer repeats. The answer to an unusable line
is {"error":".."}; the next line is still read."#;

const EXIT_CODES: &str = "\
Exit codes: 0 all hold, 1 one does not hold, 2 unusable input.
With --stdin: 0, or 2 if a line could not be used (0 with --keep-going).";

/// The flags, with each resource of `--on` next to its `--never`.
#[derive(Debug)]
pub(crate) struct ProveArgs {
    flags: Flags,
    never: Vec<(String, Vec<String>)>,
}

impl Args for ProveArgs {
    fn augment_args(command: Command) -> Command {
        let guarantees = ArgGroup::new("guarantee")
            .args([
                "never",
                "only_on",
                "no_wider_than",
                "grants_nothing_of",
                "no_public",
                "only_to",
                "stdin",
            ])
            .required(true)
            .multiple(true);
        Flags::augment_args(command).group(guarantees)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for ProveArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let flags = Flags::from_arg_matches(matches)?;
        let places = |name| {
            matches
                .indices_of(name)
                .map_or_else(Vec::new, Iterator::collect::<Vec<usize>>)
        };
        let starts = places("never");
        let mut never: Vec<(String, Vec<String>)> = (flags.never.iter())
            .map(|action| (action.clone(), Vec::new()))
            .collect();
        for (place, resource) in places("on").into_iter().zip(&flags.on) {
            let owner = starts
                .partition_point(|&start| start < place)
                .checked_sub(1);
            match owner.and_then(|owner| never.get_mut(owner)) {
                Some((_, resources)) => resources.push(resource.clone()),
                None => {
                    return Err(clap::Error::raw(
                        ErrorKind::ArgumentConflict,
                        "--on must follow the --never it restricts\n",
                    ));
                }
            }
        }
        Ok(Self { flags, never })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

pub(crate) fn run(arguments: &ProveArgs) -> io::Result<u8> {
    answered(arguments).map_err(io::Error::other)?
}

fn answered(arguments: &ProveArgs) -> Result<io::Result<u8>, String> {
    let flags = &arguments.flags;
    let files: Vec<OsString> = (flags.file.iter())
        .chain(&flags.no_wider_than)
        .map(|path| path.clone().into_os_string())
        .collect();
    if standard_input(&[&files, &flags.policies])? && flags.stdin {
        return Err("standard input holds questions; give the policies as files".to_string());
    }
    if let Some(principal) = &flags.principal {
        documents::caller(principal)?;
    }
    let promises = promises(arguments)?;
    let common = Common {
        policies: Policies::open(&flags.policies)?.attached,
        principal: flags.principal.clone(),
        owner: flags.resource_account.clone(),
        allow_unlisted: flags.allow_unlisted,
        promises,
    };
    if flags.stdin {
        return Ok(stream::lines(&common, flags.lines));
    }
    let subjects: Vec<(String, Result<Subject, String>)> = match &flags.file {
        Some(path) => each_alone(path)?
            .into_iter()
            .map(|Alone { place, attached }| (place, attached.map(Subject::Alone)))
            .collect(),
        None => vec![(String::new(), Ok(Subject::Together(common.set())))],
    };
    let mut all = true;
    let mut out = String::new();
    for promise in &common.promises {
        let asked: Vec<&(String, Result<Subject, String>)> = (subjects.iter())
            .filter(|(_, subject)| {
                subject
                    .as_ref()
                    .map_or(true, |subject| promise.is_about(subject))
            })
            .collect();
        // None of them is what the promise is about.
        let asked = if asked.is_empty() {
            subjects.iter().collect()
        } else {
            asked
        };
        for (place, subject) in asked {
            let answer = match subject {
                Ok(subject) => Ok(listed(promise.ask(subject)?, flags.allow_unlisted)),
                Err(error) => Err(error.as_str()),
            };
            all &= answer.as_ref().is_ok_and(Guarantee::holds);
            match flags.format {
                Answer::Human => {
                    let place = match place.as_str() {
                        "" => String::new(),
                        place => format!("{place}: "),
                    };
                    let found = match &answer {
                        Ok(guarantee) => guarantee.to_string(),
                        Err(error) => format!("unknown: {error}"),
                    };
                    out.push_str(&plain(&format!("{place}{}: {found}", promise.words())));
                }
                Answer::Json => write_at(&mut out, place, promise, &answer),
            }
            out.push('\n');
        }
    }
    Ok(print(out.as_bytes()).map(|_| if all { CLEAN } else { FOUND }))
}

/// Answers a question as a line of `--stdin` asks it, about these policies and those of the line.
#[cfg(feature = "mcp")]
pub(crate) fn ask(policies: &[OsString], question: &str) -> Result<String, String> {
    let common = Common {
        policies: Policies::open(policies)?.attached,
        principal: None,
        owner: None,
        allow_unlisted: false,
        promises: Vec::new(),
    };
    stream::ask(&common, question)
}

/// The guarantee, if its actions may be unlisted.
fn listed(found: Guarantee, allow_unlisted: bool) -> Guarantee {
    match found {
        Guarantee::Unknown(reason) if allow_unlisted && reason.obstacle() == Obstacle::Unlisted => {
            Guarantee::Holds
        }
        found => found,
    }
}

/// Refuses an action that the catalogue does not have: that it is never allowed would guarantee nothing.
fn known(action: &str, allow_unlisted: bool) -> Result<(), String> {
    documents::action(action, true)?;
    match documents::unlisted(action) {
        Some(unlisted) if !allow_unlisted => Err(format!(
            "{unlisted} (if it is correct, add --allow-unlisted)"
        )),
        Some(_) | None => Ok(()),
    }
}

/// The guarantees of the command line.
fn promises(arguments: &ProveArgs) -> Result<Vec<Promise>, String> {
    let flags = &arguments.flags;
    let mut promises = Vec::new();
    let known = |action: &str| known(action, flags.allow_unlisted);
    for (action, resources) in &arguments.never {
        known(action)?;
        promises.extend(never(action, resources));
    }
    if !flags.only_on.is_empty() {
        promises.push(Promise::OnlyOn(flags.only_on.clone()));
    }
    for path in &flags.no_wider_than {
        let source = Source::open(path)?;
        promises.push(Promise::NoWiderThan {
            baseline: attach(&source.document()?, None),
            name: source.name,
        });
    }
    if !flags.grants_nothing_of.is_empty() {
        let (mut actions, mut resources) = (Vec::new(), Vec::new());
        for list in &flags.grants_nothing_of {
            // A resource may contain commas.
            if list.starts_with("arn:") {
                resources.push(list.clone());
                continue;
            }
            for action in list.split(',').map(str::trim) {
                known(action)?;
                actions.push(action.to_string());
            }
        }
        promises.push(Promise::NothingOf { actions, resources });
    }
    if flags.no_public {
        promises.push(Promise::NoPublic);
    }
    if !flags.only_to.is_empty() {
        let grantees = (flags.only_to.iter())
            .map(|text| Ok((text.clone(), grantee(text)?)))
            .collect::<Result<Vec<_>, String>>()?;
        promises.push(Promise::OnlyTo(grantees));
    }
    Ok(promises)
}
