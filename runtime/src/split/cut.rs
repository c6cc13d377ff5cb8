//! One statement as two that match the same requests together.

use alloc::vec::Vec;

use super::proof::same;
use super::{Item, Quota, Sids};
use crate::check::in_unit;
use crate::document::{Document, List, Statement, Text};
use crate::json;

/// A list of a statement of which each entry adds requests, so that a part of it matches a part of them.
#[derive(Debug, Clone, Copy)]
enum Axis {
    Actions,
    Resources,
    /// The values of a key: operator, key. Only the proof says whether its operator accepts any of them or needs all.
    Values(usize, usize),
}

impl Axis {
    /// The lists of a statement with more than one entry, those with the most text first.
    fn of(statement: &Statement<'_>) -> Vec<(Self, usize)> {
        let mut axes = Vec::new();
        let mut add = |axis: Self, lengths: Vec<usize>| {
            if lengths.len() > 1 {
                axes.push((lengths.iter().sum::<usize>(), axis, lengths.len()));
            }
        };
        let lengths = |list: &List<Text<'_>>| list.iter().map(|text| text.len()).collect();
        if !statement.actions.not {
            add(Self::Actions, lengths(&statement.actions.values));
        }
        if let Some(resources) = statement.resources.as_ref().filter(|element| !element.not) {
            add(Self::Resources, lengths(&resources.values));
        }
        for (o, block) in statement.conditions.iter().enumerate() {
            for (k, (_, values)) in block.keys.iter().enumerate() {
                let lengths = values.iter().map(|value| value.as_text().len()).collect();
                add(Self::Values(o, k), lengths);
            }
        }
        // Sorting is stable: of equal lists, the first one.
        axes.sort_by(|(a, ..), (b, ..)| b.cmp(a));
        axes.into_iter()
            .map(|(_, axis, count)| (axis, count))
            .collect()
    }

    /// How many entries the list has.
    fn count(self, statement: &Statement<'_>) -> usize {
        match self {
            Self::Actions => statement.actions.values.items.len(),
            Self::Resources => {
                (statement.resources.as_ref()).map_or(0, |resources| resources.values.items.len())
            }
            Self::Values(o, k) => (statement.conditions.get(o))
                .and_then(|block| block.keys.get(k))
                .map_or(0, |(_, values)| values.items.len()),
        }
    }

    /// The statement with so many entries of the list, and the one with the others.
    fn halves<'a>(self, statement: &Statement<'a>, at: usize) -> (Statement<'a>, Statement<'a>) {
        fn take<T>(list: &mut List<T>, at: usize) -> List<T> {
            let rest = list.items.split_off(at.min(list.items.len()));
            list.bare = true;
            List::shortest(rest)
        }
        let (mut head, mut tail) = (statement.clone(), statement.clone());
        match self {
            Self::Actions => tail.actions.values = take(&mut head.actions.values, at),
            Self::Resources => {
                if let (Some(head), Some(tail)) = (&mut head.resources, &mut tail.resources) {
                    tail.values = take(&mut head.values, at);
                }
            }
            Self::Values(o, k) => {
                let values = |statement| {
                    let statement: &mut Statement<'a> = statement;
                    Some(&mut statement.conditions.get_mut(o)?.keys.get_mut(k)?.1)
                };
                if let (Some(head), Some(tail)) = (values(&mut head), values(&mut tail)) {
                    *tail = take(head, at);
                }
            }
        }
        (head, tail)
    }
}

/// A statement that no cut makes small enough.
#[derive(Debug)]
pub(super) struct TooLong {
    pub(super) statement: crate::compare::Cited,
    pub(super) size: usize,
}

/// Cuts statements of documents of one version and quota.
#[derive(Debug)]
pub(super) struct Cutter<'q> {
    version: Option<&'q Text<'q>>,
    quota: Quota,
    /// What a document has room for, commas included.
    pub(super) capacity: usize,
}

impl<'q> Cutter<'q> {
    pub(super) fn new(empty: &'q Document<'q>, quota: Quota) -> Self {
        let taken = in_unit(&json::to_minified(empty), quota.unit());
        Self {
            version: empty.version.as_ref(),
            quota,
            capacity: quota.limit().saturating_sub(taken),
        }
    }

    /// The size of a statement within a document.
    pub(super) fn size(&self, statement: &Statement<'_>) -> usize {
        let of = |statements: Vec<Statement<'_>>| {
            let document = Document {
                statements: List::bracketed(statements),
                ..Document::default()
            };
            in_unit(&json::to_minified(&document), self.quota.unit())
        };
        of(alloc::vec![statement.clone()]) - of(Vec::new())
    }

    /// The most entries of a list with which a statement has this size; at least one is left for the rest.
    fn most(&self, statement: &Statement<'_>, axis: Axis, count: usize, budget: usize) -> usize {
        let fits = |at: usize| self.size(&axis.halves(statement, at).0) <= budget;
        let (mut low, mut high) = (0, count.saturating_sub(1));
        while low < high {
            let middle = (low + high).div_ceil(2);
            if fits(middle) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        if fits(low) { low } else { 0 }
    }

    /// As much of a statement as has this size, and the rest of it; nothing when no proved cut fits.
    pub(super) fn cut<'a>(
        &self,
        item: &Item<'a>,
        budget: usize,
        sids: &mut Sids,
    ) -> Option<(Item<'a>, Item<'a>)> {
        Axis::of(&item.statement)
            .into_iter()
            .find_map(|(axis, count)| {
                let at = self.most(&item.statement, axis, count, budget);
                let halves = (at > 0).then(|| axis.halves(&item.statement, at))?;
                let parts = self.proved(item, alloc::vec![halves.0, halves.1], sids)?;
                let [head, tail] = <[_; 2]>::try_from(parts).ok()?;
                // Its Sid is longer than that of the whole.
                (self.size(&tail.statement) <= self.capacity).then_some((head, tail))
            })
    }

    /// A statement as parts along one list, each with as many entries as fit a document under the Sid that it will have.
    fn along<'a>(
        &self,
        statement: &Statement<'a>,
        axis: Axis,
        sids: &Sids,
    ) -> Option<Vec<Statement<'a>>> {
        let mut names = sids.clone();
        let mut parts = Vec::new();
        let mut rest = statement.clone();
        while self.size(&rest) > self.capacity {
            let at = self.most(&rest, axis, axis.count(&rest), self.capacity);
            if at == 0 {
                return None;
            }
            let (head, tail) = axis.halves(&rest, at);
            parts.push(head);
            rest = tail;
            rest.sid = (statement.sid.as_deref()).map(|sid| Text::Owned(names.next(sid)));
        }
        parts.push(rest);
        // `proved` gives them their names.
        for part in &mut parts {
            part.sid.clone_from(&statement.sid);
        }
        Some(parts)
    }

    /// The parts of a statement, if they match together what it does.
    fn proved<'a>(
        &self,
        item: &Item<'a>,
        parts: Vec<Statement<'a>>,
        sids: &mut Sids,
    ) -> Option<Vec<Item<'a>>> {
        if !same(self.version, core::slice::from_ref(&item.statement), &parts) {
            return None;
        }
        let mut items = Vec::new();
        for (number, mut statement) in parts.into_iter().enumerate() {
            let mut part = item.part;
            if number > 0 {
                statement.sid = statement.sid.map(|sid| Text::Owned(sids.next(&sid)));
                sids.cuts += 1;
                part = sids.cuts;
            }
            items.push(Item {
                statement,
                part,
                ..item.clone()
            });
        }
        Some(items)
    }

    /// Cuts a statement until each part fits a document of its own.
    pub(super) fn to_capacity<'a>(
        &self,
        item: Item<'a>,
        sids: &mut Sids,
        out: &mut Vec<Item<'a>>,
    ) -> Result<(), TooLong> {
        let size = self.size(&item.statement);
        if size <= self.capacity {
            out.push(item);
            return Ok(());
        }
        let axes = Axis::of(&item.statement);
        let parts = (axes.iter()).find_map(|(axis, _)| {
            let parts = self.along(&item.statement, *axis, sids)?;
            self.proved(&item, parts, sids)
        });
        if let Some(parts) = parts {
            out.extend(parts);
            return Ok(());
        }
        // Two lists may each be too long for one entry of the other.
        let halves = (axes.iter()).find_map(|(axis, count)| {
            let (head, tail) = axis.halves(&item.statement, count / 2);
            self.proved(&item, alloc::vec![head, tail], sids)
        });
        for half in halves.ok_or(TooLong {
            statement: item.cited(),
            size,
        })? {
            self.to_capacity(half, sids, out)?;
        }
        Ok(())
    }
}
