//! How patterns relate to each other, as far as that was asked.

use alloc::vec::Vec;
use core::cell::Cell;

use super::model::{Id, Patterns, Relation, Set, index};
use super::search::{Region, Searcher, Side};

/// How patterns lie to each other, as far as that was asked for. Empty when there are very many patterns.
pub(super) struct Pairs {
    width: usize,
    known: Vec<Cell<Option<Relation>>>,
}

impl Pairs {
    pub(super) fn of(patterns: &Patterns<'_>) -> Self {
        const MOST: usize = 4_096;
        let width = patterns.len();
        let size = if width > MOST { 0 } else { width * width };
        Self {
            width,
            known: alloc::vec![Cell::new(None); size],
        }
    }

    pub(super) fn relation(&self, patterns: &Patterns<'_>, inner: Id, outer: Id) -> Relation {
        let at = index(inner) * self.width + index(outer);
        let slot = self.known.get(at);
        if let Some(known) = slot.and_then(Cell::get) {
            return known;
        }
        let found = patterns.relation(inner, outer);
        if let Some(slot) = slot {
            slot.set(Some(found));
        }
        found
    }
}

/// Whether a region's exclusions already put it outside of a set, or in.
pub(super) fn excluded(pairs: &Pairs, patterns: &Patterns<'_>, side: &Side, set: &Set) -> Relation {
    let relation = |inner, outer| pairs.relation(patterns, inner, outer);
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

impl Searcher<'_, '_> {
    /// A look at the patterns of a region two by two: whether nothing can be in it.
    pub(super) fn is_empty(&mut self, region: &Region) -> bool {
        let model = self.model;
        let sides = [
            (&self.action_pairs, &model.actions, &region.actions),
            (&self.resource_pairs, &model.resources, &region.resources),
        ];
        let mut looked_at = 0;
        let is_empty = sides.into_iter().any(|(pairs, patterns, side)| {
            looked_at += side.yes.len() * (side.yes.len() + side.no.len());
            (side.yes.iter().enumerate()).any(|(number, &a)| {
                let rest = side.yes.get(number + 1..).unwrap_or_default();
                rest.iter()
                    .any(|&b| pairs.relation(patterns, a, b) == Relation::Outside)
                    || (side.no.iter()).any(|&b| pairs.relation(patterns, a, b) == Relation::Inside)
            })
        });
        self.charge(looked_at / 8);
        is_empty
    }
}
