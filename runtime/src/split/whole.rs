//! The split of a whole policy.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::cut::{Cutter, TooLong};
use super::proof::{self, Whole};
use super::{Error, Quota, fold, merge, pack};
use crate::compare::Cited;
use crate::document::{Document, Effect, List, Statement};

/// In which sense the documents are equal to the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Equality {
    /// For every action, including those that AWS adds later. Actions are not folded into patterns, because a pattern also
    /// matches later actions.
    #[default]
    Always,
    /// For the actions that the catalogue has. Actions are folded into patterns that match nothing else in it, so the documents
    /// are smaller, and an `Allow` also grants actions of the same names that AWS adds later.
    ActionsOfToday,
}

impl Equality {
    /// A name for scripts: `always` or `actions-of-today`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::ActionsOfToday => "actions-of-today",
        }
    }
}

/// How a policy is split.
///
/// ```
/// use rekognition_iam_runtime::split::{Equality, Options, Quota};
///
/// let options = Options::new(Quota::Managed).equality(Equality::ActionsOfToday);
/// assert_eq!(options.equality.name(), "actions-of-today");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// The quota that each document fits.
    pub quota: Quota,
    /// In which sense the documents are equal to the policy.
    pub equality: Equality,
}

impl Options {
    /// For this quota, with documents that stay equal when AWS adds actions.
    #[must_use]
    pub const fn new(quota: Quota) -> Self {
        Self {
            quota,
            equality: Equality::Always,
        }
    }

    /// With documents that are equal in this sense.
    #[must_use]
    pub const fn equality(mut self, equality: Equality) -> Self {
        self.equality = equality;
        self
    }
}

/// A change that was made to the statements of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// These statements are one now.
    Merged(Vec<Cited>),
    /// A statement was removed, because another one covers it.
    Covered {
        /// The statement that was removed.
        statement: Cited,
        /// The other one.
        by: Cited,
    },
    /// An action or resource was removed, because another one of the list covers it.
    Redundant {
        /// The statement.
        statement: Cited,
        /// What was removed.
        entry: String,
        /// What covers it.
        by: String,
    },
    /// Actions were replaced by a pattern that matches only these today.
    Folded {
        /// The statement.
        statement: Cited,
        /// The pattern.
        pattern: String,
        /// The actions.
        actions: Vec<String>,
    },
    /// A statement was cut into several, which are in these documents, by their numbers from 0.
    Cut {
        /// The statement.
        statement: Cited,
        /// The documents.
        documents: Vec<usize>,
    },
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn list(f: &mut fmt::Formatter<'_>, items: &[impl fmt::Display]) -> fmt::Result {
            for (number, item) in items.iter().enumerate() {
                write!(f, "{}{item}", if number == 0 { "" } else { ", " })?;
            }
            Ok(())
        }
        match self {
            Self::Merged(statements) => {
                f.write_str("merged ")?;
                list(f, statements)
            }
            Self::Covered { statement, by } => write!(f, "removed {statement}: covered by {by}"),
            Self::Redundant {
                statement,
                entry,
                by,
            } => write!(f, "removed `{entry}` from {statement}: covered by `{by}`"),
            Self::Folded {
                statement,
                pattern,
                actions,
            } => write!(
                f,
                "wrote {} actions of {statement} as `{pattern}`",
                actions.len()
            ),
            Self::Cut {
                statement,
                documents,
            } => {
                write!(f, "cut {statement} into {} parts", documents.len())
            }
        }
    }
}

/// What was proved of the documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Proof {
    /// The documents together were compared with the policy, and they allow and deny the same.
    Whole,
    /// Every change of a statement was proved by itself. Comparing the whole has no answer, for example because of its size.
    Steps,
}

impl Proof {
    /// A name for scripts: `whole` or `steps`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Steps => "steps",
        }
    }
}

/// One of the documents.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part<'a> {
    /// The document.
    pub document: Document<'a>,
    /// Its size as AWS counts it for the quota, written without white space.
    pub size: usize,
}

impl Part<'_> {
    /// Whether one of its statements denies something.
    #[must_use]
    pub fn denies(&self) -> bool {
        (self.document.statements.iter()).any(|statement| statement.effect == Effect::Deny)
    }
}

/// A policy as documents that fit a quota.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Split<'a> {
    /// The documents, in the order in which they should be attached: those that deny something come first.
    pub parts: Vec<Part<'a>>,
    /// The options.
    pub options: Options,
    /// The size of the policy as it was, without white space.
    pub before: usize,
    /// The number of documents that these statements need at least, by their sizes. There may be other statements with the
    /// same meaning that need fewer.
    pub least: usize,
    /// What was changed.
    pub changes: Vec<Change>,
    /// What was proved.
    pub proof: Proof,
}

impl Split<'_> {
    /// What to know before the documents are attached, as sentences without a period.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let (quota, count) = (self.options.quota, self.parts.len());
        if count > 1 {
            let denying = self.parts.iter().filter(|part| part.denies()).count();
            let mut note = format!("attach all {count} documents to the same target");
            if denying > 0 && denying < count {
                note += match denying {
                    1 => ", the first one first: only it denies anything",
                    _ => ", in this order: the first ones deny what others allow",
                };
            }
            notes.push(note);
        }
        if let Some(most) = quota.attached()
            && count > 1
        {
            let also = match quota {
                Quota::ServiceControl => Some("`FullAWSAccess`"),
                Quota::ResourceControl => Some("`RCPFullAWSAccess`"),
                Quota::Managed
                | Quota::InlineRole
                | Quota::InlineUser
                | Quota::InlineGroup
                | Quota::Characters(_) => None,
            };
            if count + usize::from(also.is_some()) > most {
                let included = also.map_or_else(String::new, |name| format!(", {name} included"));
                let whose = match also {
                    Some(_) => "a root, unit, or account can have",
                    None => "a role, user, or group can have by default",
                };
                notes.push(format!(
                    "{count} documents are more than the {most} that {whose}{included}"
                ));
            }
        }
        if self.options.equality == Equality::ActionsOfToday {
            let folded =
                (self.changes.iter()).any(|change| matches!(change, Change::Folded { .. }));
            if folded {
                notes.push(String::from(
                    "patterns also match actions that AWS adds later; without them, the documents stay equal",
                ));
            }
        }
        notes
    }
}

/// A statement on its way into a document.
#[derive(Debug, Clone)]
pub(super) struct Item<'a> {
    pub(super) statement: Statement<'a>,
    /// The statements of the policy that it comes from.
    pub(super) from: Vec<Cited>,
    /// Its place among the others.
    pub(super) order: usize,
    /// Its place among the parts of one statement.
    pub(super) part: usize,
}

impl Item<'_> {
    /// The first statement that it comes from.
    pub(super) fn cited(&self) -> Cited {
        self.from.first().cloned().unwrap_or(Cited {
            number: self.order,
            sid: None,
        })
    }

    /// Its place among all others.
    pub(super) const fn place(&self) -> (usize, usize) {
        (self.order, self.part)
    }

    pub(super) fn denies(&self) -> bool {
        self.statement.effect == Effect::Deny
    }
}

/// The `Sid`s that are taken, and how often statements were cut.
#[derive(Debug, Clone, Default)]
pub(super) struct Sids {
    taken: BTreeSet<String>,
    pub(super) cuts: usize,
}

impl Sids {
    /// Takes this one, if it is free.
    pub(super) fn take(&mut self, sid: &str) -> bool {
        self.taken.insert(sid.to_string())
    }

    /// One that nobody has: the name with the next free number.
    pub(super) fn next(&mut self, sid: &str) -> String {
        let name = sid.trim_end_matches(|c: char| c.is_ascii_digit());
        let name = if name.is_empty() { sid } else { name };
        let mut number = 2_usize;
        loop {
            let sid = format!("{name}{number}");
            if self.take(&sid) {
                return sid;
            }
            number += 1;
        }
    }
}

/// Splits a policy into as few documents as first-fit decreasing finds, each within the quota.
///
/// The same document always has the same split. `Sid`s are kept where they are unique; a cut statement has numbered ones, and
/// a merged statement that of its first statement. Documents that deny something come first.
///
/// ```
/// use rekognition_iam_runtime::json;
/// use rekognition_iam_runtime::split::{Options, Quota, split};
///
/// let text = r#"{"Version": "2012-10-17", "Statement": [
///     {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"},
///     {"Effect": "Allow", "Action": "rekognition:DetectFaces", "Resource": "*"},
///     {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"}
/// ]}"#;
/// let policy = json::read(text).map_err(|refused| refused.located.finding.id)?;
///
/// let split = split(&policy, Options::new(Quota::Characters(250))).map_err(|_| "too long")?;
/// assert_eq!((split.parts.len(), split.least), (1, 1));
/// assert_eq!(
///     json::to_minified(&split.parts[0].document),
///     concat!(
///         r#"{"Version":"2012-10-17","Statement":["#,
///         r#"{"Effect":"Allow","Action":["rekognition:DetectText","rekognition:DetectFaces"],"Resource":"*"},"#,
///         r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::photos/*"}]}"#
///     )
/// );
/// # Ok::<(), &str>(())
/// ```
///
/// # Errors
///
/// When a statement fits no document and cannot be cut, when a quota for all documents together is exceeded, and when the
/// policy has principals. Nothing that was not proved equal is returned.
pub fn split<'a>(document: &Document<'a>, options: Options) -> Result<Split<'a>, Error> {
    let quota = options.quota;
    let version = document.version.as_ref();
    let cited = |number: usize, statement: &Statement<'_>| Cited {
        number,
        sid: statement.sid.as_deref().map(String::from),
    };
    let mut items = Vec::new();
    for (number, statement) in document.statements.iter().enumerate() {
        if statement.principals.is_some() && quota != Quota::ResourceControl {
            return Err(Error::Principals(cited(number, statement)));
        }
        items.push(Item {
            statement: statement.clone(),
            from: alloc::vec![cited(number, statement)],
            order: number,
            part: 0,
        });
    }
    let mut changes = Vec::new();
    let mut items = merge::shrink(version, items, &mut changes);
    if options.equality == Equality::ActionsOfToday {
        for item in &mut items {
            fold::fold(version, item, &mut changes);
        }
    }
    let mut sids = Sids::default();
    merge::name_apart(&mut items, &mut sids);

    let empty = Document {
        statements: List::default(),
        ..document.clone()
    };
    let cutter = Cutter::new(&empty, quota);
    if quota.attached() == Some(1) {
        let whole = part(
            &empty,
            items.iter().map(|item| item.statement.clone()).collect(),
            quota,
        );
        if whole.size > quota.limit() {
            return Err(Error::TooLarge {
                size: whole.size,
                quota,
            });
        }
    }
    let packed = pack::pack(&items, &cutter, &sids).map_err(|too_long: TooLong| {
        Error::StatementTooLong {
            statement: too_long.statement,
            size: too_long.size,
            room: cutter.capacity,
            quota,
        }
    })?;
    changes.extend(cuts(&packed.documents));
    let parts: Vec<_> = (packed.documents.into_iter())
        .map(|items| {
            let statements = items.into_iter().map(|item| item.statement).collect();
            part(&empty, statements, quota)
        })
        .collect();
    let parts = if parts.is_empty() {
        alloc::vec![part(&empty, Vec::new(), quota)]
    } else {
        parts
    };

    // AWS would reject it.
    if let Some(part) = parts.iter().find(|part| part.size > quota.limit()) {
        return Err(Error::TooLarge {
            size: part.size,
            quota,
        });
    }
    let together = Document {
        statements: List::bracketed(
            (parts.iter())
                .flat_map(|part| part.document.statements.iter().cloned())
                .collect(),
        ),
        ..empty.clone()
    };
    let proof = match proof::whole(document, &together, options.equality) {
        Whole::Equal => Proof::Whole,
        Whole::Unknown => Proof::Steps,
        Whole::Different(comparison) => return Err(Error::NotEqual(comparison)),
    };
    Ok(Split {
        parts,
        options,
        before: quota.size_of(document),
        least: packed.least,
        changes,
        proof,
    })
}

fn part<'a>(empty: &Document<'a>, statements: Vec<Statement<'a>>, quota: Quota) -> Part<'a> {
    let document = Document {
        statements: List::bracketed(statements),
        ..empty.clone()
    };
    Part {
        size: quota.size_of(&document),
        document,
    }
}

/// The statements that are in several places.
fn cuts(documents: &[Vec<Item<'_>>]) -> Vec<Change> {
    let mut found: alloc::collections::BTreeMap<usize, (Cited, Vec<usize>)> =
        alloc::collections::BTreeMap::new();
    for (number, items) in documents.iter().enumerate() {
        for item in items {
            let (_, places) =
                (found.entry(item.order)).or_insert_with(|| (item.cited(), Vec::new()));
            places.push(number);
        }
    }
    (found.into_values())
        .filter(|(_, documents)| documents.len() > 1)
        .map(|(statement, documents)| Change::Cut {
            statement,
            documents,
        })
        .collect()
}
