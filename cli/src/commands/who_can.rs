//! `who-can`: which principals can do something.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

use clap::Args;
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::evaluate::{
    Access, ActionName, Attached, Candidate, Entry, Key, Open, Program, Reach, Request, Values,
};
use rekognition_iam_runtime::json;

use super::evaluate::policies::Policies;
use crate::input::context::{by_key, key_and_value, unlisted};
use crate::input::documents;
use crate::input::principals::{Principal, Principals};
use crate::json_lines::Answer;
use crate::json_text::{catalogue, quoted};
use crate::plain::plain;
use crate::terminal::{CLEAN, UNUSABLE, complain, print};

// No comment on the struct itself: it would become the command's description.
#[derive(Debug, Args)]
#[command(
    after_help = HELP,
    after_long_help = format!("{}\n\n{HELP}", documents::kinds())
)]
pub(crate) struct WhoCanArgs {
    /// Action: service:Name
    #[arg(value_name = "ACTION")]
    action: String,
    /// Resource; without it, any resource counts
    #[arg(long = "on", value_name = "ARN")]
    on: Option<String>,
    #[command(flatten)]
    account: AccountArgs,
}

/// What the questions about an account have in common.
#[derive(Debug, Args)]
pub(crate) struct AccountArgs {
    /// Output of `aws iam get-account-authorization-details`, policy documents, directories, or - (stdin)
    #[arg(required = true, value_name = "FILE")]
    paths: Vec<PathBuf>,
    /// Policy that applies to every principal, such as a service control policy or a resource policy
    #[arg(long = "policy", value_name = "KIND=FILE")]
    policies: Vec<OsString>,
    /// Condition key of the request; the same key again adds a value
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_and_value)]
    context: Vec<(String, String)>,
    /// Account that owns the resource, if its ARN does not contain it
    #[arg(long, value_name = "ID")]
    resource_account: Option<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Answer::Human)]
    pub(crate) format: Answer,
}

const HELP: &str = "\
Example: aws iam get-account-authorization-details > account.json
         rekognition-iam who-can rekognition:DeleteCollection account.json
The answer for each principal is yes, no, or depends (on condition keys that are not given with --context, on
attached policies that are not in the files, or on the resource). For a policy document by itself, the answer is
about any principal that it is attached to.
Exit codes: 0 answered, 2 unusable input, or no principal.";

/// The account with what applies to everybody in it.
pub(crate) struct Account<'a> {
    pub(crate) principals: Principals,
    /// Whether a policy of a resource was given.
    of_resource: bool,
    arguments: &'a AccountArgs,
}

impl<'a> Account<'a> {
    pub(crate) fn read(arguments: &'a AccountArgs) -> Result<Self, String> {
        let mut principals = Principals::read(&arguments.paths);
        let mut of_resource = false;
        for shared in Policies::open(&arguments.policies)?.attached {
            of_resource |= matches!(shared.kind(), PolicyKind::Resource | PolicyKind::Project);
            for principal in &mut principals.all {
                principal.attach(shared.clone());
            }
        }
        Ok(Self {
            principals,
            of_resource,
            arguments,
        })
    }

    /// Asks with a request for an action on a resource.
    pub(crate) fn ask(&self, action: &str, resource: &str, read: &mut dyn FnMut(&Request<'_>)) {
        let keys = by_key(&self.arguments.context);
        let entries =
            (keys.iter()).map(|(key, values)| Entry::new(Key::named(key), Values::Many(values)));
        let mut request = Request::new(ActionName::from(action), resource).with_all(entries);
        if let Some(account) = &self.arguments.resource_account {
            request = request.resource_account(account);
        }
        read(&request);
    }

    /// What a principal can do with an action on any resource.
    ///
    /// To assume a role, its trust policy has to allow it: each role of the files is asked for with its own.
    pub(crate) fn reach(&self, candidate: &Candidate<'static>, action: &str) -> Reach {
        if !ActionName::from(action).needs_trust() {
            return self.reach_by_policies(candidate, action);
        }
        // Roles that are not in the files are of other accounts, where identity policies have to allow this too.
        let accounts: Vec<&str> = (self.principals.accounts.iter())
            .map(String::as_str)
            .collect();
        let reach = self.reach_by_policies(&candidate.clone().with(open_trust(&accounts)), action);
        let (mut yes, mut may, mut open) = (Vec::new(), Vec::new(), Vec::new());
        for (role, trust) in &self.principals.trust {
            let trusted = candidate.clone().with(trust.clone());
            let mut access = Access::No;
            self.ask(action, role, &mut |request| {
                access = trusted.access(request)
            });
            match access {
                Access::Yes => yes.push(role.clone()),
                Access::Depends(on) => {
                    may.push(role.clone());
                    for one in on {
                        if !open.contains(&one) {
                            open.push(one);
                        }
                    }
                }
                Access::No => {}
            }
        }
        if !yes.is_empty() {
            return Reach {
                access: Access::Yes,
                resources: yes,
            };
        }
        // What the policies say of a role that is not in the files is half an answer.
        let elsewhere = (reach.resources.into_iter())
            .filter(|pattern| !self.principals.trust.contains_key(pattern));
        let before = may.len();
        may.extend(elsewhere);
        if may.len() > before {
            open.push(Open::UnreadPolicy(TRUST_OF_OTHERS.to_owned()));
        }
        Reach {
            access: match open.is_empty() {
                true => Access::No,
                false => Access::Depends(open),
            },
            resources: may,
        }
    }

    fn reach_by_policies(&self, candidate: &Candidate<'_>, action: &str) -> Reach {
        candidate.reach(ActionName::from(action), |resource, read| {
            self.ask(action, resource, read);
        })
    }

    /// What is said at the end: what was not read.
    pub(crate) fn notes(&self) -> Vec<String> {
        let mut notes = self.principals.notes.clone();
        for account in &self.principals.accounts {
            notes.push(format!(
                "not listed: the root user of account {account}, which needs no policy"
            ));
        }
        for (name, count) in &self.principals.unread {
            let principals = match count {
                1 => "1 principal".to_owned(),
                count => format!("{count} principals"),
            };
            notes.push(format!(
                "not read: {name}, attached to {principals}; its document is not in the files"
            ));
        }
        notes
    }
}

impl Principal {
    fn attach(&mut self, document: Attached<'static>) {
        let candidate = std::mem::replace(&mut self.candidate, Candidate::holder());
        self.candidate = candidate.with(document);
    }
}

pub(crate) fn run(arguments: &WhoCanArgs) -> io::Result<u8> {
    documents::action(&arguments.action, false).map_err(io::Error::other)?;
    let keys = arguments.account.context.iter().map(|(key, _)| key);
    for note in documents::unlisted(&arguments.action)
        .into_iter()
        .chain(keys.filter_map(|key| unlisted(key)))
    {
        complain(&format!("note: {note}"));
    }
    let mut account = Account::read(&arguments.account).map_err(io::Error::other)?;
    for error in &account.principals.errors {
        complain(error);
    }
    if account.principals.all.is_empty() {
        complain(
            "no principal was found: give the output of `aws iam get-account-authorization-details`, or policy documents",
        );
        return Ok(UNUSABLE);
    }
    let mut notes = account.notes();
    let mut is_trust_open = false;
    if ActionName::from(arguments.action.as_str()).needs_trust() {
        let trust =
            (arguments.on.as_ref()).and_then(|role| account.principals.trust.get(role).cloned());
        match trust {
            Some(trust) => {
                for principal in &mut account.principals.all {
                    principal.attach(trust.clone());
                }
                notes.push(
                    "not listed: services, other accounts, and identity providers that the trust policy may name"
                        .to_owned(),
                );
            }
            None => {
                is_trust_open = arguments.on.is_some();
                notes.push(
                    "the trust policies of roles that are not in the files must allow this too"
                        .to_owned(),
                );
            }
        }
    } else if arguments.action.to_ascii_lowercase().starts_with("kms:") && !account.of_resource {
        notes.push(
            "the key's policy must allow this too; give it with --policy resource=FILE".to_owned(),
        );
    } else if !account.of_resource {
        notes.push(
            "resource policies are not in the files and may allow others too; give them with --policy resource=FILE"
                .to_owned(),
        );
    }
    let mut answers: Vec<(&str, Reach)> = (account.principals.all.iter())
        .map(|principal| {
            let reach = match &arguments.on {
                Some(resource) => {
                    let mut access = Access::No;
                    account.ask(&arguments.action, resource, &mut |request| {
                        access = match is_trust_open {
                            false => principal.candidate.access(request),
                            true => {
                                let trusted = principal.candidate.clone().with(open_trust(&[]));
                                if_trusted(trusted.access(request))
                            }
                        };
                    });
                    Reach {
                        access,
                        resources: Vec::new(),
                    }
                }
                None => account.reach(&principal.candidate, &arguments.action),
            };
            (principal.name.as_str(), reach)
        })
        .collect();
    answers.sort_by_key(|(name, reach)| (rank(&reach.access), *name));
    let mut out = String::new();
    for (name, reach) in &answers {
        match arguments.account.format {
            Answer::Human => human(&mut out, name, reach),
            Answer::Json => json(&mut out, name, reach),
        }
    }
    if arguments.account.format == Answer::Human {
        let count = |wanted: u8| {
            (answers.iter())
                .filter(|(_, reach)| rank(&reach.access) == wanted)
                .count()
        };
        out.push_str(&format!(
            "\n{} of {} can, {} cannot, {} depends\n",
            count(0),
            answers.len(),
            count(2),
            count(1)
        ));
    }
    finish(&mut out, &notes, arguments.account.format)?;
    Ok(if account.principals.errors.is_empty() {
        CLEAN
    } else {
        UNUSABLE
    })
}

/// The trust policy of a role that trusts these accounts; without any, everyone.
fn open_trust(accounts: &[&str]) -> Attached<'static> {
    let principal = match accounts {
        [] => quoted("*"),
        accounts => {
            let accounts: Vec<String> = accounts.iter().map(|account| quoted(account)).collect();
            format!("{{\"AWS\":[{}]}}", accounts.join(","))
        }
    };
    let text = format!(
        "{{\"Statement\":[{{\"Effect\":\"Allow\",\"Principal\":{principal},\"Action\":\"sts:*\"}}]}}"
    );
    let document = json::parse(&text, &json::Limits::default()).document;
    Attached::new(PolicyKind::RoleTrust, Program::compile(&document))
}

/// An answer that holds if a trust policy allows it which nobody has read.
fn if_trusted(access: Access) -> Access {
    let unread = Open::UnreadPolicy(TRUST_OF_OTHERS.to_owned());
    match access {
        Access::No => Access::No,
        Access::Yes => Access::Depends(vec![unread]),
        Access::Depends(mut open) => {
            open.push(unread);
            Access::Depends(open)
        }
    }
}

/// The policies that nobody can read here.
const TRUST_OF_OTHERS: &str = "AssumeRolePolicyDocument of a role that is not in the files";

/// Prints the answers and what was not read: apart from JSON, whose lines are answers.
pub(crate) fn finish(out: &mut String, notes: &[String], format: Answer) -> io::Result<()> {
    for note in notes {
        match format {
            Answer::Human => out.push_str(&format!("note: {}\n", plain(note))),
            Answer::Json => complain(&format!("note: {note}")),
        }
    }
    print(out.as_bytes()).map(drop)
}

pub(crate) const fn rank(access: &Access) -> u8 {
    match access {
        Access::Yes => 0,
        Access::Depends(_) => 1,
        Access::No => 2,
    }
}

pub(crate) const fn word(access: &Access) -> &'static str {
    match access {
        Access::Yes => "yes",
        Access::Depends(_) => "depends",
        Access::No => "no",
    }
}

fn human(out: &mut String, name: &str, reach: &Reach) {
    let mut line = format!("{:<8} {name}", word(&reach.access));
    if !reach.resources.is_empty() {
        line.push_str(&format!(" on {}", reach.resources.join(", ")));
    }
    if let Access::Depends(open) = &reach.access {
        let open: Vec<String> = open.iter().map(ToString::to_string).collect();
        line.push_str(&format!("; depends on {}", open.join(", ")));
    }
    out.push_str(&plain(&line));
    out.push('\n');
}

fn json(out: &mut String, name: &str, reach: &Reach) {
    out.push_str(&format!(
        "{{\"principal\":{},{},{}}}\n",
        quoted(name),
        members(reach),
        catalogue()
    ));
}

/// `"answer":..,"resources":..,"depends_on":..`
pub(crate) fn members(reach: &Reach) -> String {
    let resources: Vec<String> = reach.resources.iter().map(|text| quoted(text)).collect();
    let open = match &reach.access {
        Access::Depends(open) => open.as_slice(),
        Access::Yes | Access::No => &[],
    };
    let open: Vec<String> = (open.iter())
        .map(|open| match open {
            Open::Key(key) => format!("{{\"key\":{}}}", quoted(key)),
            Open::UnreadPolicy(name) => format!("{{\"policy\":{}}}", quoted(name)),
            Open::Resource => "{\"resource\":true}".to_owned(),
            Open::Other(cause) => format!("{{\"cause\":{}}}", quoted(cause.name())),
        })
        .collect();
    format!(
        "\"answer\":\"{}\",\"resources\":[{}],\"depends_on\":[{}]",
        word(&reach.access),
        resources.join(","),
        open.join(",")
    )
}
