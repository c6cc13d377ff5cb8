//! `what-can`: what a principal can do.

use std::collections::BTreeMap;
use std::io;

use clap::Args;
use rekognition_iam_runtime::evaluate::{Access, Reach};
use rekognition_iam_runtime::{catalogue, suggest};

use super::who_can::{Account, AccountArgs, finish, members, rank, word};
use crate::input::principals::Principal;
use crate::json_lines::Answer;
use crate::json_text::{self, quoted};
use crate::plain::{cut, plain};
use crate::terminal::{CLEAN, UNUSABLE, complain};

// No comment on the struct itself: it would become the command's description.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct WhatCanArgs {
    /// ARN or name of a user or role
    #[arg(value_name = "PRINCIPAL")]
    principal: String,
    /// Only the service with this prefix, such as rekognition
    #[arg(long, value_name = "PREFIX")]
    service: Option<String>,
    #[command(flatten)]
    account: AccountArgs,
}

const HELP: &str = "\
Example: rekognition-iam what-can indexer account.json --service rekognition
Lists the actions of the catalogue's services, with the resource patterns for which an example is allowed.
Actions of other services are listed as the patterns that statements allow.
Exit codes: 0 answered, 2 unusable input, or no such principal.";

pub(crate) fn run(arguments: &WhatCanArgs) -> io::Result<u8> {
    let account = Account::read(&arguments.account).map_err(io::Error::other)?;
    for error in &account.principals.errors {
        complain(error);
    }
    let principal = match find(&account.principals.all, &arguments.principal) {
        Ok(principal) => principal,
        Err(error) => {
            complain(&error);
            return Ok(UNUSABLE);
        }
    };
    if let Some(service) = &arguments.service
        && catalogue::service(service).is_none()
    {
        let near = suggest::nearest(service, catalogue::KNOWN_SERVICES.iter().copied());
        let help = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let shown = cut(service);
        complain(&format!(
            "the catalogue does not have the service `{shown}`{help}"
        ));
        return Ok(UNUSABLE);
    }
    let mut out = String::new();
    let mut groups: BTreeMap<(u8, String), Group> = BTreeMap::new();
    for service in catalogue::services() {
        if (arguments.service.as_ref()).is_some_and(|wanted| wanted != service.prefix) {
            continue;
        }
        for action in service.actions {
            let name = format!("{}:{}", service.prefix, action.name);
            let reach = account.reach(&principal.candidate, &name);
            if reach.access == Access::No {
                continue;
            }
            match arguments.account.format {
                Answer::Json => out.push_str(&format!(
                    "{{\"action\":{},{},{}}}\n",
                    quoted(&name),
                    members(&reach),
                    json_text::catalogue()
                )),
                Answer::Human => {
                    let key = (rank(&reach.access), members(&reach));
                    let group = groups.entry(key).or_insert_with(|| Group {
                        reach,
                        actions: Vec::new(),
                    });
                    group.actions.push(name);
                }
            }
        }
    }
    for group in groups.values() {
        group.write(&mut out);
    }
    let mut notes = account.principals.notes.clone();
    let others = others(principal);
    match arguments.account.format {
        Answer::Human => {
            if groups.is_empty() {
                out.push_str("no action of the catalogue's services\n");
            }
            notes.extend((others.iter()).map(|(pattern, source)| {
                format!("not in the catalogue, so not decided: {pattern} (allowed by a statement of {source})")
            }));
        }
        Answer::Json => {
            for (pattern, source) in &others {
                out.push_str(&format!(
                    "{{\"pattern\":{},\"source\":{},\"answer\":\"not_decided\",{}}}\n",
                    quoted(pattern),
                    quoted(source),
                    json_text::catalogue()
                ));
            }
        }
    }
    for name in &principal.unread {
        notes.push(format!(
            "not read: {name}; its document is not in the files"
        ));
    }
    finish(&mut out, &notes, arguments.account.format)?;
    Ok(if account.principals.errors.is_empty() {
        CLEAN
    } else {
        UNUSABLE
    })
}

/// Actions with the same answer.
struct Group {
    reach: Reach,
    actions: Vec<String>,
}

impl Group {
    fn write(&self, out: &mut String) {
        let mut head = word(&self.reach.access).to_owned();
        if !self.reach.resources.is_empty() {
            head.push_str(&format!(" on {}", self.reach.resources.join(", ")));
        }
        if let Access::Depends(open) = &self.reach.access {
            let open: Vec<String> = open.iter().map(ToString::to_string).collect();
            head.push_str(&format!("; depends on {}", open.join(", ")));
        }
        out.push_str(&plain(&head));
        out.push('\n');
        for action in &self.actions {
            out.push_str(&format!("  {action}\n"));
        }
    }
}

/// The principal of an ARN or a name.
fn find<'p>(all: &'p [Principal], wanted: &str) -> Result<&'p Principal, String> {
    let short = |principal: &Principal| {
        (principal.name.rsplit('/').next()).is_some_and(|name| name == wanted)
    };
    let exact = all.iter().find(|principal| principal.name == wanted);
    let found: Vec<&Principal> = match exact {
        Some(exact) => vec![exact],
        None => all.iter().filter(|principal| short(principal)).collect(),
    };
    match found.as_slice() {
        [only] => Ok(only),
        [] => {
            let names: Vec<&str> = (all.iter())
                .filter_map(|principal| principal.name.rsplit('/').next())
                .collect();
            let help = match suggest::nearest(wanted, names) {
                Some(near) => format!("; did you mean `{near}`?"),
                None => String::new(),
            };
            Err(format!(
                "no principal `{}` is in the files{help}",
                cut(wanted)
            ))
        }
        several => {
            let names: Vec<&str> = several.iter().map(|one| one.name.as_str()).collect();
            Err(format!(
                "`{}` is the name of several principals; give one of {}",
                cut(wanted),
                names.join(", ")
            ))
        }
    }
}

/// Patterns that allow actions of services that the catalogue does not have.
fn others(principal: &Principal) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for grants in &principal.grants {
        for pattern in &grants.actions {
            let known = (pattern.split_once(':')).is_some_and(|(prefix, _)| {
                catalogue::service(&prefix.to_ascii_lowercase()).is_some()
            });
            let entry = (pattern.clone(), grants.source.clone());
            if !known && !found.contains(&entry) {
                found.push(entry);
            }
        }
    }
    found
}
