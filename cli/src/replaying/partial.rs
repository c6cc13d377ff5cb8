//! Counts of replayed calls, which can be added up: of a part of a trail, and of all of it, they are the same numbers.
//!
//! Everything here is a count, a first or last time, or the least few of something. So the sum does not depend on how the files
//! were split, nor on the order in which the parts are added.

use std::collections::{BTreeMap, BTreeSet};

use super::sets::By;

/// How many examples of anything are kept.
pub(crate) const EXAMPLES: usize = 3;

/// How many places of unreadable input are kept.
pub(crate) const PLACES: usize = 20;

/// What a replay comes to for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Outcome {
    /// AWS allowed it, and the policies deny it.
    WouldBeDenied,
    /// AWS denied it, and the policies allow it.
    WouldBeAllowed,
    /// Something that the record does not show decides.
    Depends,
    /// AWS allowed it, and the old policies that were given already deny it, so that they are not all that was in force.
    Contradicted,
    StillAllowed,
    StillDenied,
}

impl Outcome {
    pub(crate) const ALL: [Self; 6] = [
        Self::WouldBeDenied,
        Self::WouldBeAllowed,
        Self::Depends,
        Self::Contradicted,
        Self::StillAllowed,
        Self::StillDenied,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::WouldBeDenied => "would_be_denied",
            Self::WouldBeAllowed => "would_be_allowed",
            Self::Depends => "depends",
            Self::Contradicted => "contradicted",
            Self::StillAllowed => "still_allowed",
            Self::StillDenied => "still_denied",
        }
    }

    /// Whether the report lists its groups; of the others, only the number counts.
    pub(crate) const fn is_listed(self) -> bool {
        match self {
            Self::WouldBeDenied | Self::WouldBeAllowed | Self::Depends | Self::Contradicted => true,
            Self::StillAllowed | Self::StillDenied => false,
        }
    }
}

/// Requests that are alike.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Group {
    pub(crate) outcome: Outcome,
    pub(crate) action: String,
    /// A pattern of the policies, or the resource; `None` when the record does not show it.
    pub(crate) resource: Option<String>,
    pub(crate) caller: String,
    pub(crate) code: String,
    pub(crate) by: Option<By>,
    pub(crate) depends: BTreeSet<String>,
}

/// How often, when, and for example.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    pub(crate) count: u64,
    pub(crate) first: String,
    pub(crate) last: String,
    /// The least, by time and ID.
    pub(crate) examples: BTreeSet<(String, String)>,
}

impl Tally {
    pub(crate) fn add(&mut self, time: &str, id: &str) {
        self.count += 1;
        self.span(time, time);
        let is_least = self.examples.len() < EXAMPLES
            || (self.examples.last()).is_some_and(|(last, known)| (time, id) < (last, known));
        if is_least && !id.is_empty() {
            self.examples.insert((time.to_owned(), id.to_owned()));
            self.cut();
        }
    }

    fn span(&mut self, first: &str, last: &str) {
        if !first.is_empty() && (self.first.is_empty() || first < self.first.as_str()) {
            first.clone_into(&mut self.first);
        }
        if last > self.last.as_str() {
            last.clone_into(&mut self.last);
        }
    }

    fn cut(&mut self) {
        while self.examples.len() > EXAMPLES {
            self.examples.pop_last();
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.span(&other.first, &other.last);
        self.examples.extend(other.examples);
        self.cut();
    }
}

/// A place that could not be read: file, line, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Unread {
    pub(crate) file: String,
    pub(crate) line: u64,
    pub(crate) item: u64,
    pub(crate) message: String,
}

/// What was counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Partial {
    pub(crate) files: u64,
    /// Files that hold no records of calls.
    pub(crate) other_files: u64,
    pub(crate) records: u64,
    /// Records that a file has twice.
    pub(crate) repeated: u64,
    pub(crate) requests: u64,
    pub(crate) outcomes: BTreeMap<Outcome, u64>,
    /// Why records were not asked about.
    pub(crate) not_asked: BTreeMap<String, u64>,
    /// Events that the catalogue does not have.
    pub(crate) unknown_events: BTreeMap<String, u64>,
    /// How many answers depend on something that the record does not show.
    pub(crate) depends: BTreeMap<String, u64>,
    pub(crate) unread: u64,
    /// The least.
    pub(crate) unread_places: BTreeSet<Unread>,
    pub(crate) first: String,
    pub(crate) last: String,
    pub(crate) groups: BTreeMap<Group, Tally>,
}

fn add<K: Ord>(counts: &mut BTreeMap<K, u64>, key: K, count: u64) {
    *counts.entry(key).or_default() += count;
}

impl Partial {
    pub(crate) fn unread(&mut self, place: Unread) {
        self.unread += 1;
        self.unread_places.insert(place);
        self.cut();
    }

    fn cut(&mut self) {
        while self.unread_places.len() > PLACES {
            self.unread_places.pop_last();
        }
    }

    pub(crate) fn not_asked(&mut self, reason: &str) {
        match self.not_asked.get_mut(reason) {
            Some(count) => *count += 1,
            None => add(&mut self.not_asked, reason.to_owned(), 1),
        }
    }

    pub(crate) fn seen(&mut self, time: &str) {
        if !time.is_empty() && (self.first.is_empty() || time < self.first.as_str()) {
            time.clone_into(&mut self.first);
        }
        if time > self.last.as_str() {
            time.clone_into(&mut self.last);
        }
    }

    pub(crate) fn count(&self, outcome: Outcome) -> u64 {
        self.outcomes.get(&outcome).copied().unwrap_or_default()
    }

    /// The groups of an outcome, the most frequent first.
    pub(crate) fn groups(&self, outcome: Outcome) -> Vec<(&Group, &Tally)> {
        let mut found: Vec<_> = (self.groups.iter())
            .filter(|(group, _)| group.outcome == outcome)
            .collect();
        found.sort_by(|(a, of_a), (b, of_b)| of_b.count.cmp(&of_a.count).then_with(|| a.cmp(b)));
        found
    }

    /// Adds another part.
    pub(crate) fn merge(&mut self, other: Self) {
        self.files += other.files;
        self.other_files += other.other_files;
        self.records += other.records;
        self.repeated += other.repeated;
        self.requests += other.requests;
        self.unread += other.unread;
        for (outcome, count) in other.outcomes {
            add(&mut self.outcomes, outcome, count);
        }
        for (counts, others) in [
            (&mut self.not_asked, other.not_asked),
            (&mut self.unknown_events, other.unknown_events),
            (&mut self.depends, other.depends),
        ] {
            for (key, count) in others {
                add(counts, key, count);
            }
        }
        self.unread_places.extend(other.unread_places);
        self.cut();
        self.seen(&other.first);
        self.seen(&other.last);
        for (group, tally) in other.groups {
            self.groups.entry(group).or_default().merge(tally);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzzing::Random;

    fn part(random: &mut Random) -> Partial {
        let mut part = Partial {
            files: 1,
            ..Partial::default()
        };
        for _ in 0..random.below(12) {
            let outcome = Outcome::ALL[random.below(6)];
            let time = format!("2026-10-{:02}T00:00:00Z", 1 + random.below(28));
            part.records += 1;
            part.seen(&time);
            add(&mut part.outcomes, outcome, 1);
            let group = Group {
                outcome,
                action: format!("rekognition:A{}", random.below(3)),
                resource: (random.below(2) == 0).then(|| "*".to_owned()),
                caller: "c".to_owned(),
                code: "denied".to_owned(),
                by: None,
                depends: BTreeSet::new(),
            };
            let id = random.below(1000).to_string();
            part.groups.entry(group).or_default().add(&time, &id);
            part.not_asked(["failed", "root"][random.below(2)]);
            part.unread(Unread {
                file: random.below(9).to_string(),
                line: random.below(9) as u64,
                item: 1,
                message: String::new(),
            });
        }
        part
    }

    #[test]
    fn the_order_of_a_merge_does_not_matter() {
        for seed in 0..200 {
            let mut random = Random::new(seed);
            let parts: Vec<Partial> = (0..6).map(|_| part(&mut random)).collect();
            let mut all = Partial::default();
            parts.iter().for_each(|part| all.merge(part.clone()));
            let mut reversed = Partial::default();
            parts
                .iter()
                .rev()
                .for_each(|part| reversed.merge(part.clone()));
            assert_eq!(all, reversed);
            // In groups: (a + b) + ((c + d) + (e + f)).
            let (mut left, mut right) = (Partial::default(), Partial::default());
            parts[..2].iter().for_each(|part| left.merge(part.clone()));
            for pair in parts[2..].chunks(2) {
                let mut inner = pair[0].clone();
                inner.merge(pair[1].clone());
                right.merge(inner);
            }
            right.merge(left);
            assert_eq!(all, right);
        }
    }
}
