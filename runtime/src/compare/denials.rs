//! What an old policy denies and a new one does not.
//!
//! Two policies can allow the same, and one of them still deny more: its statement denies requests that another policy of the
//! same caller or resource allows. A comparison of what they allow does not see this, so it is a question of its own. Both
//! sides get a statement that allows everything, and what the new one then allows beyond the old one is no longer denied.

use alloc::string::String;
use alloc::vec::Vec;

use super::differences::{Change, Cited, Differences};
use super::guarantee::Guarantee;
use super::listing;
use super::search::Steps;
use super::set::Set;
use super::unsettled::Unsettled;
use crate::document::PolicyKind;
use crate::evaluate::program::Line;
use crate::evaluate::{Attached, Program};

/// A `Deny` of an old policy that denies requests which the new policy does not deny.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LostDeny {
    /// The statement of the old policy.
    pub statement: Cited,
    /// The requests that are no longer denied, as [`Change::New`](super::Change::New).
    pub requests: Differences,
}

/// A `Deny` of an old set of policies that denies requests which the new set does not deny.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LostDenyOfSet {
    /// The policy of the old set, from 0.
    pub policy: usize,
    /// The statement of that policy.
    pub statement: Cited,
    /// A request that is no longer denied, or why it is not known whether there is one. Never [`Guarantee::Holds`].
    pub example: Guarantee,
}

/// The denies of an old policy that deny requests which a new one does not deny.
///
/// Other policies may allow these requests, so a `Deny` that is gone can grant access although both policies
/// allow the same. An explicit `Deny` in any policy overrides every `Allow`:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::compare::{Relation, compare_programs, lost_denies};
/// use rekognition_iam::evaluate::Program;
/// use rekognition_iam::json;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let read = |text| json::read(text).map(|document| Program::compile(&document)).map_err(|_| "not a policy");
/// let old = read(r#"{"Version": "2012-10-17", "Statement": [
///     {"Effect": "Allow", "Action": "rekognition:DetectLabels", "Resource": "*"},
///     {"Sid": "NoIam", "Effect": "Deny", "Action": "iam:*", "Resource": "*"}]}"#)?;
/// let new = read(r#"{"Version": "2012-10-17", "Statement": [
///     {"Effect": "Allow", "Action": "rekognition:DetectLabels", "Resource": "*"}]}"#)?;
/// assert_eq!(compare_programs(&old, &new).relation(), Relation::Equivalent);
///
/// let lost = lost_denies(&old, &new);
/// assert_eq!(lost[0].statement.to_string(), "statement 2 `NoIam`");
/// assert_eq!(lost[0].requests.groups[0].requests.to_string(), "iam:* on *");
/// assert!(lost_denies(&new, &old).is_empty());
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn lost_denies(old: &Program<'_>, new: &Program<'_>) -> Vec<LostDeny> {
    let mut lost = Vec::new();
    if old == new {
        return lost;
    }
    // As many as for one request: the question goes with one about access.
    let steps = Steps::new().for_documents([old, new]);
    let gone: Vec<(usize, Line<'_>)> = (denies(old))
        .filter(|(_, deny)| !is_kept(old, *deny, new))
        .collect();
    for (before, &(number, deny)) in gone.iter().enumerate() {
        let has_principals = deny.principals() != b"_";
        let has_resources = !deny.resources().is_absent();
        let denied = old.denials(Some(number), has_principals, has_resources);
        let left = new.denials(None, has_principals, has_resources);
        let turn = (&steps, gone.len() - before);
        let mut requests = listing::list(&denied, &left, &[Change::New], turn);
        if requests == Differences::default() {
            continue;
        }
        let statement = cited(number, deny);
        // The statement that allows everything is ours; the author wrote the one that denied them.
        for group in &mut requests.groups {
            group.requests.statement = statement.clone();
            group.denied_by = Some(statement.clone());
        }
        for open in &mut requests.open {
            open.requests.statement = statement.clone();
        }
        for cut in &mut requests.cut {
            cut.from = statement.clone();
        }
        lost.push(LostDeny {
            statement,
            requests,
        });
    }
    lost
}

/// The denies of an old set of policies that deny requests which no policy of a new set denies.
///
/// See [`lost_denies`]. A `Deny` that moved to another policy of the set is not lost.
#[must_use]
pub fn lost_denies_of_sets(old: &Set<'_>, new: &Set<'_>) -> Vec<LostDenyOfSet> {
    let mut lost = Vec::new();
    let mut gone: Vec<(usize, &Attached<'_>, usize, Line<'_>)> = Vec::new();
    for (policy, attached) in old.documents().iter().enumerate() {
        let (kind, program) = (attached.kind(), attached.program());
        for (number, deny) in denies(program) {
            let is_kept = (new.documents().iter())
                .any(|other| other.kind() == kind && is_kept(program, deny, other.program()));
            if !is_kept {
                gone.push((policy, attached, number, deny));
            }
        }
    }
    let steps = Steps::new();
    for (before, &(policy, attached, number, deny)) in gone.iter().enumerate() {
        let (kind, program) = (attached.kind(), attached.program());
        let ask = || {
            // Both sides have the same layers, each of which allows everything, so that only denies make a difference.
            let layers: Vec<Attached<'_>> = (new.documents().iter().map(Attached::kind))
                .chain([kind, PolicyKind::Identity])
                .map(|kind| Attached::new(kind, opened(&Program::from_text("1v"), None, kind)))
                .collect();
            let denied = Attached::new(kind, opened(program, Some(number), kind));
            let denied = old.replaced(layers.iter().cloned().chain([denied]));
            let left = (new.documents().iter()).map(|other| {
                let program = opened(other.program(), None, other.kind());
                Attached::new(other.kind(), program).level(other.level)
            });
            let left = new.replaced(layers.iter().cloned().chain(left));
            left.no_wider_than_in(&denied, (&steps, gone.len() - before))
        };
        let example = match steps.share(1) {
            0 => Guarantee::Unknown(Unsettled::too_many()),
            _ => ask(),
        };
        if !example.holds() {
            lost.push(LostDenyOfSet {
                policy,
                statement: cited(number, deny),
                example,
            });
        }
    }
    lost
}

fn opened(program: &Program<'_>, only: Option<usize>, kind: PolicyKind) -> Program<'static> {
    program.denials(only, kind.has_principals(), kind.has_resources())
}

/// The statements that deny, with their numbers.
fn denies<'p>(program: &'p Program<'_>) -> impl Iterator<Item = (usize, Line<'p>)> {
    (program.code().lines().enumerate()).filter(|(_, line)| !line.allows())
}

/// Whether a new program has the same statement, with the same meaning of variables.
fn is_kept(old: &Program<'_>, deny: Line<'_>, new: &Program<'_>) -> bool {
    old.code().has_variables() == new.code().has_variables()
        && new.code().lines().any(|line| line.is_same(deny))
}

fn cited(number: usize, line: Line<'_>) -> Cited {
    let sid = String::from_utf8_lossy(line.sid());
    Cited {
        number,
        sid: (!sid.is_empty()).then(|| sid.into_owned()),
    }
}
