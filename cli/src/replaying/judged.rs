//! What policies decide about a call, and what that means for a call that ended in some way.

use std::collections::BTreeSet;

use super::partial::Outcome;
use super::sets::{End, Ruling};
use crate::trail::calls::Ended;

pub(super) fn nothing_known() -> Ruling {
    Ruling {
        end: End::Unknown,
        code: "unknown",
        by: None,
        depends: BTreeSet::new(),
        resource: String::new(),
    }
}

/// What a ruling is when nothing in the record tells which of several it is.
pub(super) fn unknown(of: Ruling, what: &str) -> Ruling {
    Ruling {
        end: End::Unknown,
        code: "unknown",
        by: None,
        depends: (of.depends.into_iter()).chain([what.to_owned()]).collect(),
        resource: of.resource,
    }
}

/// What the sets decide.
pub(super) struct Judged {
    pub(super) new: Ruling,
    pub(super) old: Option<Ruling>,
}

impl Judged {
    pub(super) fn outcome(&self, ended: Ended) -> Outcome {
        match (ended, &self.old) {
            (Ended::Allowed, None) => match self.new.end {
                End::Allowed => Outcome::StillAllowed,
                End::Denied => Outcome::WouldBeDenied,
                End::Unknown => Outcome::Depends,
            },
            (Ended::Allowed, Some(old)) => match (old.end, self.new.end) {
                (_, End::Allowed) => Outcome::StillAllowed,
                (End::Denied, _) => Outcome::Contradicted,
                (_, End::Denied) => Outcome::WouldBeDenied,
                (_, End::Unknown) => Outcome::Depends,
            },
            (Ended::Denied | Ended::Failed, None) => match self.new.end {
                End::Allowed => Outcome::WouldBeAllowed,
                End::Denied => Outcome::StillDenied,
                End::Unknown => Outcome::Depends,
            },
            (Ended::Denied | Ended::Failed, Some(old)) => match (old.end, self.new.end) {
                (_, End::Denied) => Outcome::StillDenied,
                // Something that was not given denied it, and still does.
                (End::Allowed, End::Allowed) => Outcome::Contradicted,
                (End::Denied, End::Allowed) => Outcome::WouldBeAllowed,
                (End::Unknown, End::Allowed) | (_, End::Unknown) => Outcome::Depends,
            },
        }
    }

    pub(super) fn depends(&self) -> BTreeSet<String> {
        let all = std::iter::once(&self.new).chain(&self.old);
        all.flat_map(|ruling| ruling.depends.iter().cloned())
            .collect()
    }
}
