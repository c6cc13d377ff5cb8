//! Statements into as few documents as they fit.

use alloc::vec::Vec;

use super::cut::{Cutter, TooLong};
use super::{Item, Sids};

/// A document that is being filled.
#[derive(Debug, Default, Clone)]
struct Bin<'a> {
    items: Vec<Item<'a>>,
    used: usize,
}

impl<'a> Bin<'a> {
    /// What is left for one more statement, after its comma.
    fn room(&self, capacity: usize) -> usize {
        capacity.saturating_sub(self.used + usize::from(!self.items.is_empty()))
    }

    fn push(&mut self, item: Item<'a>, size: usize) {
        self.used += size + usize::from(!self.items.is_empty());
        self.items.push(item);
    }
}

/// The statements of each document, and the number of documents that these statements need at least.
#[derive(Debug)]
pub(super) struct Packed<'a> {
    pub(super) documents: Vec<Vec<Item<'a>>>,
    pub(super) least: usize,
}

/// First-fit decreasing: each statement, the largest first, goes into the first document that has room for it.
///
/// Where that needs more documents than the sizes of the statements do, statements are also cut to fill the room that is
/// left. The result with fewer documents counts, and of two that are equal the one that cuts less.
pub(super) fn pack<'a>(
    items: &[Item<'a>],
    cutter: &Cutter<'_>,
    sids: &Sids,
) -> Result<Packed<'a>, TooLong> {
    let total: usize = (items.iter())
        .map(|item| cutter.size(&item.statement) + 1)
        .sum();
    // Each document has room for one more comma than it needs.
    let least = total.div_ceil(cutter.capacity + 1).max(1);
    let mut sids = sids.clone();
    let mut small = Vec::new();
    for item in items {
        cutter.to_capacity(item.clone(), &mut sids, &mut small)?;
    }
    let mut bins = fill(small.clone(), cutter, None);
    if bins.len() > least {
        let other = fill(small, cutter, Some(&mut sids));
        if other.len() < bins.len() {
            bins = other;
        }
    }
    let mut documents: Vec<_> = bins.into_iter().map(|bin| bin.items).collect();
    for items in &mut documents {
        items.sort_by_key(Item::place);
    }
    // Denials first, so that attaching the documents in their order never grants what they deny.
    documents.sort_by_key(|items| {
        let denies = items.iter().any(Item::denies);
        (!denies, items.first().map(Item::place))
    });
    Ok(Packed { documents, least })
}

/// Puts statements into documents. With names for their parts, it also cuts them.
fn fill<'a>(
    items: Vec<Item<'a>>,
    cutter: &Cutter<'_>,
    mut sids: Option<&mut Sids>,
) -> Vec<Bin<'a>> {
    let mut sized: Vec<_> = (items.into_iter())
        .map(|item| (cutter.size(&item.statement), item))
        .collect();
    sized.sort_by(|(a, one), (b, other)| b.cmp(a).then(one.place().cmp(&other.place())));
    let mut bins: Vec<Bin<'a>> = Vec::new();
    for (mut size, mut item) in sized {
        while !bins.iter().any(|bin| bin.room(cutter.capacity) >= size) {
            // Into what is left of the document with the most room goes what fits.
            let roomy = (bins.iter_mut()).max_by_key(|bin| bin.room(cutter.capacity));
            let (Some(sids), Some(bin)) = (&mut sids, roomy) else {
                break;
            };
            let Some((head, tail)) = cutter.cut(&item, bin.room(cutter.capacity), sids) else {
                break;
            };
            let taken = cutter.size(&head.statement);
            bin.push(head, taken);
            size = cutter.size(&tail.statement);
            item = tail;
        }
        match bins
            .iter_mut()
            .find(|bin| bin.room(cutter.capacity) >= size)
        {
            Some(bin) => bin.push(item, size),
            None => {
                let mut bin = Bin::default();
                bin.push(item, size);
                bins.push(bin);
            }
        }
    }
    bins
}
