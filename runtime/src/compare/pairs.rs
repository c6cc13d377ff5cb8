//! How patterns relate to each other, as far as that was asked.

use alloc::vec::Vec;
use core::cell::Cell;

use super::model::{Id, Patterns, Relation, Set, index};
use super::search::{Region, Searcher, Side};

/// Relations that are known, four to a byte: there are as many as patterns times statements.
#[derive(Default)]
pub(super) struct Known {
    quarters: Vec<Cell<u8>>,
}

impl Known {
    pub(super) fn of(count: usize) -> Self {
        Self {
            quarters: alloc::vec![Cell::new(0); count.div_ceil(4)],
        }
    }

    #[inline]
    pub(super) fn get(&self, at: usize) -> Option<Relation> {
        match self.quarters.get(at / 4)?.get() >> (2 * (at % 4)) & 3 {
            1 => Some(Relation::Inside),
            2 => Some(Relation::Outside),
            3 => Some(Relation::Partly),
            _ => None,
        }
    }

    /// Notes a relation that was not known.
    #[inline]
    pub(super) fn put(&self, at: usize, relation: Relation) {
        let code = match relation {
            Relation::Inside => 1,
            Relation::Outside => 2,
            Relation::Partly => 3,
        };
        if let Some(quarter) = self.quarters.get(at / 4) {
            quarter.set(quarter.get() | code << (2 * (at % 4)));
        }
    }
}

/// How patterns lie to each other, as far as that was asked for. Empty when there are very many patterns.
pub(super) struct Pairs {
    width: usize,
    known: Known,
}

impl Pairs {
    pub(super) fn of(patterns: &Patterns<'_>) -> Self {
        const MOST: usize = 4_096;
        let width = patterns.len();
        let size = if width > MOST { 0 } else { width * width };
        Self {
            width,
            known: Known::of(size),
        }
    }

    pub(super) fn relation(&self, patterns: &Patterns<'_>, inner: Id, outer: Id) -> Relation {
        let at = index(inner) * self.width + index(outer);
        if let Some(known) = self.known.get(at) {
            return known;
        }
        let found = patterns.relation(inner, outer);
        self.known.put(at, found);
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
