//! A set of documents with an index, for many decisions on the same set.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::decide::{
    Attached, Origin, Present, Ruling, Tally, Verdict, decide_all, needs_no_policy, refused_or,
};
use super::decision::{Decision, Documents, worst};
use super::fit::{Around, api_path, fit, is_short};
use super::program::{Form, Line, List};
use super::request::{Request, RequestRef};
use super::settle::settled;

/// A set of documents, indexed once.
///
/// A decision looks at the statements that could fit by action and by the beginning of the resource, so its time hardly
/// grows with their number. It allocates nothing.
#[derive(Debug)]
pub struct Prepared<'p> {
    documents: &'p [Attached<'p>],
    present: Present,
    /// Open addressing: the place of a bucket, by hash. A power of two, at most half full.
    table: Vec<Slot>,
    /// What the buckets hold, bucket by bucket.
    candidates: Vec<Candidate<'p>>,
    /// For each group of actions, the lengths of beginnings that its resources are filed under. Sorted like the table.
    groups: Vec<Group>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Group {
    hash: u64,
    /// Bit `n` represents `n * STEP` bytes, the last one for the whole resource. 0: no group.
    lengths: u64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    hash: u64,
    from: u32,
    count: u32,
}

#[derive(Debug, Clone, Copy)]
struct Candidate<'p> {
    line: Line<'p>,
    origin: Origin,
}

/// Beginnings of resources are filed by multiples of this length.
const STEP: usize = 4;
const WHOLE: u32 = 63;

/// The group of the statements that are for actions of many services.
const ALL: u64 = 1;

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

const fn mix(hash: u64, word: u64) -> u64 {
    let product = (hash ^ word) as u128 * 0xa076_1d64_78bd_642f_u128;
    (product as u64) ^ (product >> 64) as u64
}

fn hash(bytes: &[u8], seed: u64, fold: bool) -> u64 {
    let mut hash = seed;
    let mut left = bytes;
    let case = if fold { 0x2020_2020_2020_2020 } else { 0 };
    while let Some((chunk, more)) = left.split_first_chunk::<8>() {
        hash = mix(hash, u64::from_le_bytes(*chunk) | case);
        left = more;
    }
    let mut last = [0; 8];
    for (to, from) in last.iter_mut().zip(left) {
        *to = *from;
    }
    mix(hash, (u64::from_le_bytes(last) | case) ^ bytes.len() as u64)
}

impl<'p> Prepared<'p> {
    /// Indexes the documents.
    #[must_use]
    pub fn new(documents: &'p [Attached<'p>]) -> Self {
        let mut filed: BTreeMap<u64, Vec<Candidate<'p>>> = BTreeMap::new();
        let mut lengths: BTreeMap<u64, u64> = BTreeMap::new();
        for (document, attached) in documents.iter().enumerate() {
            let code = attached.program.code();
            let mut at = code.start();
            let mut statement = 0;
            while let Some((line, next)) = code.statement(at) {
                let candidate = Candidate {
                    line,
                    origin: Origin {
                        document,
                        statement,
                    },
                };
                for action in actions(line.actions()) {
                    for (length, hash) in resources(line.resources()) {
                        *lengths.entry(action).or_default() |= 1 << length;
                        let bucket = filed.entry(mix(action, hash)).or_default();
                        if bucket
                            .last()
                            .is_none_or(|last| last.origin != candidate.origin)
                        {
                            bucket.push(candidate);
                        }
                    }
                }
                statement += 1;
                at = next;
            }
        }
        let mut groups =
            alloc::vec![Group::default(); (lengths.len() * 2).next_power_of_two().max(2)];
        for (hash, lengths) in lengths {
            let mask = groups.len() - 1;
            let mut at = hash as usize & mask;
            while groups.get(at).is_some_and(|group| group.lengths != 0) {
                at = (at + 1) & mask;
            }
            if let Some(group) = groups.get_mut(at) {
                *group = Group { hash, lengths };
            }
        }
        let mut table = alloc::vec![Slot::default(); (filed.len() * 2).next_power_of_two().max(2)];
        let mut candidates = Vec::new();
        for (hash, bucket) in filed {
            let mask = table.len() - 1;
            let mut at = hash as usize & mask;
            while table.get(at).is_some_and(|slot| slot.count > 0) {
                at = (at + 1) & mask;
            }
            if let Some(slot) = table.get_mut(at) {
                *slot = Slot {
                    hash,
                    from: u32::try_from(candidates.len()).unwrap_or(u32::MAX),
                    count: u32::try_from(bucket.len()).unwrap_or(u32::MAX),
                };
            }
            candidates.extend(bucket);
        }
        Self {
            documents,
            present: Present::of(documents),
            table,
            candidates,
            groups,
        }
    }

    /// Decides as [`evaluate`](super::evaluate) does.
    pub fn evaluate<'a>(&'a self, request: &'a Request<'a>) -> Decision<'a> {
        worst(request, Documents::Many(self.documents), |request| {
            self.decide(request)
        })
    }

    fn decide(&self, request: &RequestRef<'_>) -> Ruling {
        let fixed = needs_no_policy(request);
        if let Some(ruling) = fixed
            && matches!(ruling.verdict, Verdict::Allowed)
        {
            return ruling;
        }
        refused_or(fixed, self.by_policies(request))
    }

    fn by_policies(&self, request: &RequestRef<'_>) -> Ruling {
        // The index is by the resource that is checked, which is not known or nowhere as one text.
        if request.open || request.tail.is_some() {
            return decide_all(self.documents, request);
        }
        let mut tally = Tally::new(self.present, request);
        let by_service = hash(request.action.service().as_bytes(), SEED, true);
        let by_action = hash(request.action.name().as_bytes(), by_service, true);
        let resource = request.resource.as_bytes();
        // The beginnings of the resource, hashed once and as far as they are asked for.
        let mut beginnings = [0_u64; WHOLE as usize];
        let mut done = 0_usize;
        let mut rolling = SEED;
        for group in [by_action, !by_service, ALL] {
            let lengths = self.lengths(group);
            if lengths & (1 << WHOLE) != 0 {
                self.take(mix(group, whole(resource)), request, &mut tally);
            }
            let mut left = lengths & !(1 << WHOLE);
            while left != 0 && !tally.is_denied() {
                let length = left.trailing_zeros() as usize;
                if length * STEP > resource.len() {
                    break;
                }
                while done <= length {
                    if let Some(beginning) = beginnings.get_mut(done) {
                        *beginning = rolling ^ done as u64;
                    }
                    rolling = rolled(rolling, resource, done);
                    done += 1;
                }
                let beginning = beginnings.get(length).copied().unwrap_or_default();
                self.take(mix(group, beginning), request, &mut tally);
                left &= left - 1;
            }
            if tally.is_denied() {
                break;
            }
        }
        let ruling = tally.ruling(request);
        settled(Documents::Many(self.documents), request, ruling)
    }

    fn lengths(&self, group: u64) -> u64 {
        let mask = self.groups.len() - 1;
        let mut at = group as usize & mask;
        loop {
            match self.groups.get(at) {
                Some(found) if found.lengths == 0 => return 0,
                Some(found) if found.hash == group => return found.lengths,
                Some(_) => at = (at + 1) & mask,
                None => return 0,
            }
        }
    }

    fn take<'r>(&self, hash: u64, request: &RequestRef<'r>, tally: &mut Tally<'r>) {
        let mask = self.table.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let Some(slot) = self.table.get(at) else {
                return;
            };
            if slot.count == 0 {
                return;
            }
            if slot.hash == hash {
                let from = slot.from as usize;
                let bucket = self.candidates.get(from..from + slot.count as usize);
                for candidate in bucket.unwrap_or_default() {
                    let Some(attached) = self.documents.get(candidate.origin.document) else {
                        continue;
                    };
                    if !tally.applies(attached.kind)
                        || !tally.matters(attached.kind, attached.level, candidate.line.allows())
                    {
                        continue;
                    }
                    let variables = attached.program.code().has_variables();
                    let around = Around::of(Some(attached.kind), self.present);
                    let fit = fit(candidate.line, request, variables, around);
                    tally.add(attached, candidate.line, fit, candidate.origin);
                    if tally.is_denied() {
                        return;
                    }
                }
                return;
            }
            at = (at + 1) & mask;
        }
    }
}

/// What a statement is filed under for its actions.
fn actions(list: List<'_>) -> Vec<u64> {
    let mut found = Vec::new();
    if list.is_not() {
        found.push(ALL);
        return found;
    }
    let mut values = list.values();
    while let Some((form, text, more)) = values.next() {
        let colon = text.iter().position(|&byte| byte == b':');
        let service = colon.and_then(|colon| text.get(..colon));
        let plain = |part: &[u8]| !part.iter().any(|byte| matches!(byte, b'*' | b'?'));
        found.push(match (form, service) {
            (Form::Exact, Some(service)) => {
                let name = text.get(service.len() + 1..).unwrap_or_default();
                hash(name, hash(service, SEED, true), true)
            }
            (Form::Pattern, Some(service)) if plain(service) => !hash(service, SEED, true),
            _ => ALL,
        });
        values = more;
    }
    found
}

/// What a statement is filed under for its resources: the length of a fixed beginning and its hash.
fn resources(list: List<'_>) -> Vec<(u32, u64)> {
    if list.is_absent() || list.is_not() {
        return alloc::vec![(0, SEED)];
    }
    let mut found = Vec::new();
    let mut values = list.values();
    while let Some((form, text, more)) = values.next() {
        found.push(if api_path(text).is_some() {
            (0, SEED)
        } else if form == Form::Exact && !is_short(text) {
            (WHOLE, whole(text))
        } else {
            let stop = |byte: &u8| matches!(byte, b'*' | b'?' | b'$');
            let fixed = text.iter().position(stop).unwrap_or(text.len());
            let length = u32::try_from(fixed / STEP).unwrap_or(WHOLE).min(WHOLE - 1);
            let rolling = (0..length as usize).fold(SEED, |hash, at| rolled(hash, text, at));
            (length, rolling ^ u64::from(length))
        });
        values = more;
    }
    found
}

/// Takes the next beginning into a hash.
const fn rolled(hash: u64, text: &[u8], at: usize) -> u64 {
    let word = match text.split_at_checked(at * STEP) {
        Some((_, rest)) => match rest.first_chunk::<STEP>() {
            Some(chunk) => u32::from_le_bytes(*chunk),
            None => 0,
        },
        None => 0,
    };
    (hash.rotate_left(23) ^ word as u64).wrapping_mul(0xa076_1d64_78bd_642f)
}

fn whole(resource: &[u8]) -> u64 {
    hash(resource, SEED.rotate_left(32), false)
}
