//! How patterns relate to each other, as far as that was asked.

use alloc::vec::Vec;

use super::model::{Id, Patterns, Relation, Set};
use super::search::Side;

/// How patterns lie to each other, as far as that was asked for. Empty when there are very many patterns.
pub(super) struct Pairs {
    width: usize,
    known: Vec<Option<Relation>>,
}

impl Pairs {
    pub(super) fn of(patterns: &Patterns<'_>) -> Self {
        const MOST: usize = 4_096;
        let width = patterns.len();
        let size = if width > MOST { 0 } else { width * width };
        Self {
            width,
            known: alloc::vec![None; size],
        }
    }

    fn relation(&mut self, patterns: &Patterns<'_>, inner: Id, outer: Id) -> Relation {
        let at = usize::from(inner) * self.width + usize::from(outer);
        match self.known.get_mut(at) {
            Some(Some(known)) => *known,
            Some(slot) => *slot.insert(patterns.relation(inner, outer)),
            None => patterns.relation(inner, outer),
        }
    }
}

/// Whether a region's exclusions already put it outside of a set, or in.
pub(super) fn excluded(
    pairs: &mut Pairs,
    patterns: &Patterns<'_>,
    side: &Side,
    set: &Set,
) -> Relation {
    let mut relation = |inner, outer| pairs.relation(patterns, inner, outer);
    let gone = |&pattern: &Id| {
        side.no.contains(&pattern)
            || (side.no.iter()).any(|&no| relation(pattern, no) == Relation::Inside)
            || (side.yes.iter()).any(|&yes| relation(yes, pattern) == Relation::Outside)
    };
    if set.patterns.iter().all(gone) {
        if set.not {
            Relation::Inside
        } else {
            Relation::Outside
        }
    } else {
        Relation::Partly
    }
}
