//! `diff` over policies that apply together: what a new set grants and an old one does not.

use std::ffi::OsString;
use std::io;

use clap::Args;
use rekognition_iam_runtime::compare::{
    Guarantee, LostDenyOfSet, Set, compare_programs, compare_sets, lost_denies, lost_denies_of_sets,
};
use rekognition_iam_runtime::evaluate::Attached;
use rekognition_iam_runtime::json::{Kind, Lexer};

use super::evaluate::policies::{Policies, attach, policy, standard_input};
use crate::json_lines::{self, Wrong};
use crate::plain::plain;
use crate::report::comparison::write_members;
use crate::report::differences;
use crate::terminal::{CLEAN, FOUND, print};

// No comment on the struct itself: it would become the command's description.
#[derive(Debug, Args)]
pub(crate) struct SetArgs {
    /// Old policy and its kind; several policies apply together, as with `evaluate`
    #[arg(long = "old", id = "old_set", value_name = "[KIND=]FILE", conflicts_with_all = ["paths", "all", "git", "stdin"])]
    old: Vec<OsString>,
    /// New policy and its kind
    #[arg(long = "new", id = "new_set", value_name = "[KIND=]FILE", conflicts_with_all = ["paths", "all", "git", "stdin"])]
    new: Vec<OsString>,
    /// Policy that belongs to both sets
    #[arg(long = "policy", value_name = "[KIND=]FILE", conflicts_with_all = ["paths", "all", "git", "stdin"])]
    policy: Vec<OsString>,
    /// With --old and --new, the only caller: the ARN of a user, role, or session, an account, a service, or *
    #[arg(long, value_name = "ARN", conflicts_with_all = ["paths", "all", "git", "stdin"])]
    principal: Option<String>,
    /// With --old and --new, the account that owns the resources
    #[arg(long, value_name = "ID", conflicts_with_all = ["paths", "all", "git", "stdin"])]
    resource_account: Option<String>,
}

impl SetArgs {
    /// Whether the command line compares sets.
    pub(super) const fn is_given(&self) -> bool {
        !self.old.is_empty() || !self.new.is_empty()
    }
}

pub(super) fn run(arguments: &SetArgs, json: bool) -> Result<io::Result<u8>, String> {
    standard_input(&[&arguments.old, &arguments.new, &arguments.policy])?;
    let common = Policies::open(&arguments.policy)?.attached;
    let set = |files: &[OsString]| -> Result<Set<'static>, String> {
        let own = Policies::open(files)?.attached;
        let all = common.iter().cloned().chain(own);
        let mut set = all.fold(Set::new(), Set::with);
        if let Some(principal) = &arguments.principal {
            set = set.principal(principal);
        }
        if let Some(account) = &arguments.resource_account {
            set = set.resource_account(account);
        }
        Ok(set)
    };
    let (old, new) = (set(&arguments.old)?, set(&arguments.new)?);
    let comparison = compare_sets(&old, &new);
    let lost = lost_denies_of_sets(&old, &new);
    let mut out = String::new();
    if json {
        out.push('{');
        write_members(&mut out, &comparison);
        differences::write_lost_denies_of_sets(&mut out, &lost);
        out.push_str("}\n");
    } else {
        let text = comparison.to_string();
        let mut lines = text.lines();
        lines.next();
        out.push_str(differences::verdict(
            comparison.relation(),
            !lost.is_empty(),
        ));
        out.push('\n');
        for line in lines {
            out.push_str(&plain(line));
            out.push('\n');
        }
        out.push_str(&human(&lost));
    }
    let clean = lost.is_empty() && comparison.new_access.holds();
    Ok(print(out.as_bytes()).map(|_| if clean { CLEAN } else { FOUND }))
}

/// The denies that the new set does not have.
fn human(lost: &[LostDenyOfSet]) -> String {
    let mut out = String::new();
    for lost in lost {
        let statement = lost.statement.to_string();
        let what = format!(
            "{} of policy {} of the old set",
            plain(&statement),
            lost.policy + 1
        );
        out.push_str(&match &lost.example {
            Guarantee::Broken(witness) => format!(
                "  lost deny: {what} denied this; other policies may now allow it\n    for example {}\n",
                plain(&witness.to_string())
            ),
            Guarantee::Unknown(reason) => format!(
                "  lost deny, undetermined: {what} may deny more\n    {}\n",
                plain(&reason.to_string())
            ),
            Guarantee::Holds => String::new(),
        });
    }
    out
}

/// One side of a line.
pub(super) enum Side {
    /// A document, taken alone.
    Alone(Attached<'static>),
    /// Policies that apply together.
    Together(Set<'static>),
}

impl Side {
    /// A document, or a list of policies with their kinds.
    pub(super) fn read(lexer: &mut Lexer<'_>, name: &str) -> Result<Self, Wrong> {
        if lexer.kind()? != Kind::List {
            let document = json_lines::document(lexer, name)?;
            return Ok(Self::Alone(attach(&document, None)));
        }
        let mut set = Set::new();
        json_lines::items(lexer, name, |lexer, number| {
            set = std::mem::take(&mut set).with(policy(lexer, number)?);
            Ok(())
        })?;
        Ok(Self::Together(set))
    }

    fn set(self) -> Set<'static> {
        match self {
            Self::Alone(attached) => Set::new().with(attached),
            Self::Together(set) => set,
        }
    }
}

/// Writes the comparison of the sides of a line: of documents alone, or of sets as soon as one of them is a set.
pub(super) fn write_compared(out: &mut String, old: Side, new: Side) {
    match (old, new) {
        (Side::Alone(old), Side::Alone(new)) => {
            let (old, new) = (old.program(), new.program());
            write_members(out, &compare_programs(old, new));
            differences::write_lost_denies(out, &lost_denies(old, new));
        }
        (old, new) => {
            let (old, new) = (old.set(), new.set());
            write_members(out, &compare_sets(&old, &new));
            differences::write_lost_denies_of_sets(out, &lost_denies_of_sets(&old, &new));
        }
    }
}
