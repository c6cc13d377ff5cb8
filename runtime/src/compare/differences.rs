//! All differences between two documents, as groups of requests.

use core::fmt;

use alloc::string::String;
use alloc::vec::Vec;

use super::listing;
use super::unsettled::Unsettled;
use super::witness::Witness;
use super::{Guarantee, Relation};
use crate::document::Document;
use crate::evaluate::Program;

/// Which of two documents allows a group of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Change {
    /// The new document does, and the old one does not.
    New,
    /// The old document does, and the new one does not.
    Lost,
}

impl Change {
    /// A name for scripts: `new` or `lost`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Lost => "lost",
        }
    }
}

/// A statement of one of the two documents.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cited {
    /// Its number, from 0.
    pub number: usize,
    /// Its `Sid`, when it has one.
    pub sid: Option<String>,
}

impl fmt::Display for Cited {
    /// People count from 1, as the messages of the rules do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "statement {}", self.number + 1)?;
        match &self.sid {
            Some(sid) => write!(f, " `{sid}`"),
            None => Ok(()),
        }
    }
}

/// The actions, resources, or principals of a group, as patterns with `*`, `?`, and policy variables.
///
/// A text is in the scope when one of `any_of` matches it, all of `all_of` do, and none of `none_of` does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// At least one of these matches. `*` alone represents everything.
    pub any_of: Vec<String>,
    /// Each of these matches too; mostly empty.
    pub all_of: Vec<String>,
    /// None of these matches.
    pub none_of: Vec<String>,
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(f, "", &self.any_of)?;
        list(f, " within ", &self.all_of)?;
        list(f, " except ", &self.none_of)
    }
}

fn list(f: &mut fmt::Formatter<'_>, head: &str, texts: &[String]) -> fmt::Result {
    for (number, text) in texts.iter().enumerate() {
        write!(f, "{}{text}", if number == 0 { head } else { ", " })?;
    }
    Ok(())
}

/// A condition that the requests of a group meet, or do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// The operator as IAM spells it: `ForAnyValue:StringLikeIfExists`.
    pub operator: String,
    /// The condition key.
    pub key: String,
    /// The values of the condition.
    pub values: Vec<String>,
    /// Whether the requests meet the condition.
    pub holds: bool,
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let not = if self.holds { "" } else { "not " };
        write!(f, "{not}{} {} = ", self.operator, self.key)?;
        match self.values.as_slice() {
            [one] => write!(f, "\"{one}\""),
            several => {
                f.write_str("[")?;
                for (number, value) in several.iter().enumerate() {
                    write!(f, "{}\"{value}\"", if number == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
        }
    }
}

/// The requests of a group or of an open question.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Requests {
    /// The statement that allows them.
    pub statement: Cited,
    /// Their actions.
    pub actions: Scope,
    /// Their resources.
    pub resources: Scope,
    /// The principals of the statement, when it names any.
    pub principals: Option<Scope>,
    /// Callers that were looked at, each of which represents others of its kind, when statements name principals.
    pub callers: Vec<String>,
    /// Their conditions, all at once.
    pub conditions: Vec<Requirement>,
}

impl fmt::Display for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.actions, self.resources)?;
        if let Some(principals) = &self.principals {
            write!(f, " by principal {principals}")?;
        }
        for (number, condition) in self.conditions.iter().enumerate() {
            let head = if number == 0 { " with " } else { " and " };
            write!(f, "{head}{condition}")?;
        }
        Ok(())
    }
}

/// Requests that one document allows and the other does not.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Group {
    /// Which document allows them.
    pub change: Change,
    /// The requests.
    pub requests: Requests,
    /// The statement of the other document that denies them. Without one, none of its statements allows them.
    pub denied_by: Option<Cited>,
    /// Whether each of the requests is a difference. When not, the statement was not taken apart further, and the other
    /// document allows some of them too: see `overlaps`.
    pub exact: bool,
    /// Statements that take a part of a group which is not exact out of the difference: those of the other document that
    /// allow it.
    pub overlaps: Vec<Cited>,
    /// One of the requests, evaluated against both documents.
    pub witness: Witness,
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} access by {}: {}",
            self.change.name(),
            self.requests.statement,
            self.requests
        )?;
        if let Some(deny) = &self.denied_by {
            write!(f, ", denied by {deny} of the other policy")?;
        }
        if !self.exact {
            list(f, ", by callers like ", &self.requests.callers)?;
        }
        for (number, other) in self.overlaps.iter().enumerate() {
            let head = if number == 0 {
                ", partly allowed by "
            } else {
                ", "
            };
            write!(f, "{head}{other}")?;
        }
        write!(f, "; for example {}", self.witness)
    }
}

/// Requests of which it is not settled whether they are a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Open {
    /// Which document allows them.
    pub change: Change,
    /// The requests. Some of them may be in groups.
    pub requests: Requests,
    /// What is in the way, and what would settle it.
    pub reason: Unsettled,
}

impl fmt::Display for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} access by {}: {}: undetermined: {}",
            self.change.name(),
            self.requests.statement,
            self.requests,
            self.reason
        )
    }
}

/// Why a list does not have all differences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Bound {
    /// It has as many entries as a list may have.
    Entries,
    /// The search took as many steps as it may take.
    Steps,
}

impl Bound {
    /// A name for scripts, in snake case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Entries => "entries",
            Self::Steps => "steps",
        }
    }
}

/// Where a list was cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cut {
    /// Which access the list is of.
    pub change: Change,
    /// The first statement whose part of the list may not be complete. Those after it were not compared.
    pub from: Cited,
    /// What bound was met.
    pub bound: Bound,
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (change, from) = (self.change.name(), &self.from);
        match self.bound {
            Bound::Entries => write!(
                f,
                "the list of {change} access ends after {} entries; {from} and those after it are not all listed",
                listing::MOST_ENTRIES
            ),
            Bound::Steps => write!(
                f,
                "comparing all statements takes too long; {from} and those after it are not all listed under {change} access"
            ),
        }
    }
}

/// All differences between two documents.
///
/// Every request that one document allows and the other does not is in one of the groups, in what is open, or allowed by a
/// statement from which on the list was cut.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use]
pub struct Differences {
    /// Requests that are differences, each group with one that was evaluated.
    pub groups: Vec<Group>,
    /// What is not settled.
    pub open: Vec<Open>,
    /// Where the list was cut off, at most once for each change.
    pub cut: Vec<Cut>,
}

impl Differences {
    /// Whether each difference is in a group: nothing is open, and nothing was cut off.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.open.is_empty() && self.cut.is_empty()
    }

    /// The groups of one change.
    pub fn of(&self, change: Change) -> impl Iterator<Item = &Group> {
        self.groups
            .iter()
            .filter(move |group| group.change == change)
    }

    /// Whether it is certain that there is no such change.
    #[must_use]
    pub fn has_none(&self, change: Change) -> bool {
        self.of(change).next().is_none()
            && self.open.iter().all(|open| open.change != change)
            && self.cut.iter().all(|cut| cut.change != change)
    }

    /// How the new document lies to the old one.
    #[must_use]
    pub fn relation(&self) -> Relation {
        let some = |change| self.of(change).next().is_some();
        Relation::between([Change::New, Change::Lost].map(|change| {
            match (some(change), self.has_none(change)) {
                (true, _) => Some(true),
                (false, true) => Some(false),
                (false, false) => None,
            }
        }))
    }
}

impl fmt::Display for Differences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.relation().name())?;
        for group in &self.groups {
            writeln!(f, "  {group}")?;
        }
        for open in &self.open {
            writeln!(f, "  {open}")?;
        }
        for cut in &self.cut {
            writeln!(f, "  {cut}")?;
        }
        Ok(())
    }
}

/// All differences between an old document and a new one, as groups of actions, resources, and conditions.
///
/// [`compare`](super::compare) stops at the first difference of each kind; this goes on. Both documents are taken alone, as
/// [`Program::evaluate`] does. Actions and resources of one statement that differ in the same way share a group.
///
/// The list is complete, and says so when it is not: what cannot be settled is in [`Differences::open`], and a list that would
/// be longer than 1,000 entries for each change, or take too long, ends with a [`Cut`].
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::compare::{Change, differences};
/// use rekognition_iam::json;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let read = |text| json::read(text).map_err(|_| "not a policy");
/// let old = read(r#"{"Version": "2012-10-17", "Statement": [
///     {"Effect": "Allow", "Action": "rekognition:Describe*", "Resource": "*"}]}"#)?;
/// let new = read(r#"{"Version": "2012-10-17", "Statement": [
///     {"Sid": "Projects", "Effect": "Allow", "Action": ["rekognition:*Project*", "rekognition:DetectText"], "Resource": "*"},
///     {"Effect": "Allow", "Action": "rekognition:Describe*", "Resource": "*"}]}"#)?;
/// let found = differences(&old, &new);
/// assert!(found.is_complete() && found.has_none(Change::Lost));
/// let groups: Vec<String> = found.groups.iter().map(|group| group.requests.to_string()).collect();
/// assert_eq!(groups, [
///     "rekognition:*Project* except rekognition:Describe* on *",
///     "rekognition:DetectText on *",
/// ]);
/// assert_eq!(found.groups[0].requests.statement.sid.as_deref(), Some("Projects"));
/// # Ok(())
/// # }
/// ```
pub fn differences(old: &Document<'_>, new: &Document<'_>) -> Differences {
    Program::differences(&Program::compile(old), &Program::compile(new))
}

impl Program<'_> {
    /// All that the new program allows and the old one does not: see [`differences`](fn@differences).
    ///
    /// ```
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::evaluate::Program;
    /// # use rekognition_iam::json;
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let read = |text| json::read(text).map(|document| Program::compile(&document)).map_err(|_| "not a policy");
    /// # let old = read(r#"{"Version": "2012-10-17", "Statement": [
    /// #     {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::uploads/*"}]}"#)?;
    /// # let new = read(r#"{"Version": "2012-10-17", "Statement": [
    /// #     {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::uploads/*"}]}"#)?;
    /// let found = Program::new_access(&old, &new);
    /// for group in &found.groups {
    ///     println!("{group}");
    /// }
    /// assert!(found.is_complete());
    /// # assert_eq!(found.groups.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn new_access(old: &Program<'_>, new: &Program<'_>) -> Differences {
        listing::list(old, new, &[Change::New], (&listing::steps(old, new), 1))
    }

    /// All that one of two programs allows and the other does not: see [`differences`](fn@differences).
    pub fn differences(old: &Program<'_>, new: &Program<'_>) -> Differences {
        let changes = [Change::New, Change::Lost];
        listing::list(old, new, &changes, (&listing::steps(old, new), 1))
    }
}

/// Whether a promise is broken, as far as that is known.
pub(super) const fn broken(guarantee: &Guarantee) -> Option<bool> {
    match guarantee {
        Guarantee::Holds => Some(false),
        Guarantee::Broken(_) => Some(true),
        Guarantee::Unknown(_) => None,
    }
}
