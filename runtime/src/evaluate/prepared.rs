//! A set of documents with an index, for many decisions on the same set.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::decide::{Attached, Fit, Origin, Present, Ruling, Tally, fit};
use super::decision::{Decision, Documents, worst};
use super::program::{Form, Line, List};
use super::request::{ActionName, Request, RequestRef};
use super::text::part;

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
    /// For each class of actions, the lengths of beginnings that resources are filed under.
    lengths: [Lengths; 3],
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

/// Which lengths of resource beginnings occur: bit `n` stands for `n * STEP` bytes. The last bit stands for the whole.
#[derive(Debug, Clone, Copy, Default)]
struct Lengths(u64);

/// Beginnings of resources are filed by multiples of this length.
const STEP: usize = 4;
const WHOLE: u32 = 63;

/// How closely a statement's actions are known.
#[derive(Debug, Clone, Copy)]
enum Class {
    /// This very action.
    Action,
    /// Some actions of this service.
    Service,
    /// Anything.
    All,
}

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

fn action_hash(service: &[u8], name: &[u8]) -> u64 {
    hash(name, hash(service, SEED, true), true)
}

impl<'p> Prepared<'p> {
    /// Indexes the documents.
    #[must_use]
    pub fn new(documents: &'p [Attached<'p>]) -> Self {
        let mut filed: BTreeMap<u64, Vec<Candidate<'p>>> = BTreeMap::new();
        let mut lengths = [Lengths::default(); 3];
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
                for (class, action) in actions(line.actions()) {
                    for (length, hash) in resources(line.resources(), action) {
                        if let Some(Lengths(bits)) = lengths.get_mut(class as usize) {
                            *bits |= 1 << length;
                        }
                        let bucket = filed.entry(hash).or_default();
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
            lengths,
        }
    }

    /// Decides as [`evaluate`](super::evaluate) does.
    pub fn evaluate<'a>(&'a self, request: &'a Request<'a>) -> Decision<'a> {
        worst(request, Documents::Many(self.documents), |request| {
            self.decide(request)
        })
    }

    fn decide(&self, request: &RequestRef<'_>) -> Ruling {
        let mut tally = Tally::new(self.present, request);
        let ActionBytes { service, name } = ActionBytes::of(request.action);
        let by_service = hash(service, SEED, true);
        let by_action = hash(name, by_service, true);
        for (class, action) in [
            (Class::Action, by_action),
            (Class::Service, !by_service),
            (Class::All, 0),
        ] {
            let Lengths(lengths) = self
                .lengths
                .get(class as usize)
                .copied()
                .unwrap_or_default();
            if lengths == 0 {
                continue;
            }
            let resource = request.resource_bytes();
            if lengths & (1 << WHOLE) != 0 {
                self.take(whole(resource, action), request, &mut tally);
            }
            let mut rolling = action;
            let mut left = lengths & !(1 << WHOLE);
            let mut done = 0;
            while left != 0 && !tally.is_denied() {
                let length = left.trailing_zeros();
                if length as usize * STEP > resource.len() {
                    break;
                }
                while done < length {
                    rolling = mix(rolling, word(resource, done));
                    done += 1;
                }
                self.take(ended(rolling, length), request, &mut tally);
                left &= left - 1;
            }
            if tally.is_denied() {
                break;
            }
        }
        tally.ruling(request)
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
                    if let Fit::Fits(link) =
                        fit(candidate.line, request, variables, self.present.boundary)
                    {
                        tally.add(attached, candidate.line, link, candidate.origin);
                        if tally.is_denied() {
                            return;
                        }
                    }
                }
                return;
            }
            at = (at + 1) & mask;
        }
    }
}

struct ActionBytes<'r> {
    service: &'r [u8],
    name: &'r [u8],
}

impl<'r> ActionBytes<'r> {
    fn of(action: ActionName<'r>) -> Self {
        Self {
            service: action.service().as_bytes(),
            name: action.name().as_bytes(),
        }
    }
}

/// What a statement is filed under for its actions.
fn actions(list: List<'_>) -> Vec<(Class, u64)> {
    let mut found = Vec::new();
    if list.is_not() {
        found.push((Class::All, 0));
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
                (Class::Action, action_hash(service, name))
            }
            (Form::Pattern, Some(service)) if plain(service) => {
                (Class::Service, !hash(service, SEED, true))
            }
            _ => (Class::All, 0),
        });
        values = more;
    }
    found
}

/// What a statement is filed under for its resources, given the hash of an action.
fn resources(list: List<'_>, action: u64) -> Vec<(u32, u64)> {
    if list.is_absent() || list.is_not() {
        return alloc::vec![(0, ended(action, 0))];
    }
    let mut found = Vec::new();
    let mut values = list.values();
    while let Some((form, text, more)) = values.next() {
        found.push(if form == Form::Exact {
            (WHOLE, whole(text, action))
        } else {
            let stop = |byte: &u8| matches!(byte, b'*' | b'?' | b'$');
            let fixed = text.iter().position(stop).unwrap_or(text.len());
            let length = u32::try_from(fixed / STEP).unwrap_or(WHOLE).min(WHOLE - 1);
            let rolling = (0..length).fold(action, |hash, at| mix(hash, word(text, at)));
            (length, ended(rolling, length))
        });
        values = more;
    }
    found
}

fn word(text: &[u8], at: u32) -> u64 {
    let four = part(text, at as usize * STEP, STEP);
    four.iter()
        .fold(0, |word, &byte| word << 8 | u64::from(byte))
}

/// Keeps a beginning apart from a longer one that only goes on with zeros.
const fn ended(rolling: u64, length: u32) -> u64 {
    mix(rolling, SEED ^ length as u64)
}

fn whole(resource: &[u8], action: u64) -> u64 {
    hash(resource, action ^ SEED.rotate_left(32), false)
}
