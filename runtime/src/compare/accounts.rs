//! Accounts of which one represents all that the documents do not tell apart, and the same for partitions.
//!
//! A condition says something of an account in many ways: by its number, by a pattern of it, by the ARN of a caller in it,
//! by a variable within another text. All of them are rows of tokens. Two accounts are the same when each row goes on in
//! the same way after either; so all rows are walked at once, digit by digit, and one account is kept for each way to go on.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::Cell;

use super::language::{is_many, takes};
use super::model::{Model, What, id};
use super::solve::pattern;
use crate::OperatorFamily;
use crate::catalogue;
use crate::catalogue::access::{Carried, caller_key};
use crate::evaluate::caller::is_account;
use crate::evaluate::program;

/// How many accounts are looked at that differ only by patterns, for each place of the number.
const MOST_WAYS: usize = 48;

/// The most places in patterns that all of them have together, where there are more than the least ways.
const MOST_RESTS: usize = 4_800;
const LEAST_WAYS: usize = 4;

const COLON: u32 = b':' as u32;

/// What can follow: rests of rows, by what they are rows of.
type Rests<'t> = BTreeSet<(Row, &'t [u32])>;

/// What a row of tokens is of, and what is looked up in it.
type Row = (usize, Sort);

/// What is looked up in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    /// The number of an account.
    Number,
    /// The ARN of a caller.
    Caller,
    /// The ARN of a resource.
    Resource,
    /// A text that has the number somewhere within.
    Within,
}

/// The rows that tell accounts apart.
pub(super) struct Rows {
    rows: Vec<(Row, Vec<u32>)>,
    /// Accounts that are compared as numbers.
    numbers: BTreeSet<String>,
    /// How many steps looks at the rows took.
    pub(super) cost: Cell<usize>,
}

/// What it costs to take the rest of a pattern from one set to another, in steps.
const PER_REST: usize = 4;

/// Partitions that the documents do not tell apart, the one that represents them first.
pub(super) type Class = Vec<String>;

impl Rows {
    /// The rows of a model. `keys`: conditions or variables are about the caller; `resources`: so is whose account a
    /// resource is of.
    pub(super) fn of(model: &Model<'_>, keys: bool, resources: bool) -> Self {
        let mut found = Self {
            rows: Vec::new(),
            numbers: BTreeSet::new(),
            cost: Cell::new(0),
        };
        // The value of a variable may be anywhere in a text.
        let within = keys && names_account(model);
        for (number, condition) in model.conditions.iter().enumerate() {
            let What::Test { test, operator, .. } = condition.what else {
                continue;
            };
            let is_callers = tells_account(test.key());
            if !keys || !(is_callers || within) {
                continue;
            }
            let mut values = test.values();
            while let Some((_, text, more)) = values.next() {
                values = more;
                match operator.family() {
                    OperatorFamily::String | OperatorFamily::Arn | OperatorFamily::Binary => {
                        let Some(tokens) = pattern(operator, text, Some(None)) else {
                            continue;
                        };
                        if is_callers {
                            found.rows.push(((number, Sort::Number), tokens.clone()));
                            found.rows.push(((number, Sort::Caller), tokens.clone()));
                        }
                        if within {
                            found.rows.push(((number, Sort::Within), tokens));
                        }
                    }
                    OperatorFamily::Numeric => found.around(text),
                    OperatorFamily::Date
                    | OperatorFamily::Bool
                    | OperatorFamily::IpAddress
                    | OperatorFamily::Null => {}
                }
            }
        }
        let from = model.conditions.len();
        for number in 0..model.resources.len() {
            let tokens = model.resources.at_most(id(number));
            for (wanted, sort) in [(resources, Sort::Resource), (within, Sort::Within)] {
                if wanted {
                    found.rows.push(((from + number, sort), tokens.to_vec()));
                }
            }
        }
        found
    }

    /// The number of an account and those next to it.
    fn around(&mut self, text: &[u8]) {
        let number = core::str::from_utf8(text)
            .ok()
            .and_then(|text| text.parse::<u64>().ok());
        let Some(number) = number else {
            return;
        };
        for near in [number.saturating_sub(1), number, number.saturating_add(1)] {
            let account = alloc::format!("{near:012}");
            if is_account(account.as_bytes()) {
                self.numbers.insert(account);
            }
        }
    }

    /// Partitions by what the documents tell apart of the callers in them.
    pub(super) fn partitions(&self, model: &Model<'_>) -> Vec<Class> {
        let named = named_partitions(model);
        let mut found: Vec<((Rests<'_>, Option<&str>), Class)> = Vec::new();
        let known = catalogue::partitions().iter().map(|known| known.name);
        let more =
            (named.iter().map(String::as_str)).filter(|name| catalogue::partition(name).is_none());
        for partition in known.chain(more) {
            let own = named.contains(partition).then_some(partition);
            let key = (self.callers(partition), own);
            match found.iter_mut().find(|(other, _)| *other == key) {
                Some((_, class)) => class.push(partition.to_string()),
                None => found.push((key, alloc::vec![partition.to_string()])),
            }
        }
        found.into_iter().map(|(_, class)| class).collect()
    }

    /// What follows the beginning of the ARNs of callers of a partition.
    fn callers(&self, partition: &str) -> Rests<'_> {
        let mut found = Rests::new();
        self.cost
            .set(self.cost.get() + 2 * PER_REST * self.rows.len());
        for service in ["iam", "sts"] {
            let mut rests = self.begin(|sort| sort == Sort::Caller);
            let head = alloc::format!("arn:{partition}:{service}::");
            for symbol in head.chars() {
                rests = step(&rests, u32::from(symbol));
            }
            found.extend(rests);
        }
        found
    }

    fn begin(&self, wanted: impl Fn(Sort) -> bool) -> Rests<'_> {
        let mut found = Rests::new();
        for ((number, sort), tokens) in &self.rows {
            if wanted(*sort) {
                enter(&mut found, (*number, *sort), tokens);
            }
        }
        found
    }

    /// The accounts of a partition: those that the documents write out, and one for each way to be another. False when there
    /// are more ways than are looked at.
    pub(super) fn accounts(
        &self,
        partition: &str,
        mut named: BTreeSet<String>,
    ) -> (BTreeSet<String>, bool) {
        named.extend(self.numbers.iter().cloned());
        let mut rests = self.begin(|sort| sort == Sort::Number);
        rests.extend(self.callers(partition));
        let mut owned = self.begin(|sort| sort == Sort::Resource);
        for symbol in "arn:".chars().chain(partition.chars()).chain([':']) {
            owned = step(&owned, u32::from(symbol));
        }
        for _ in 0..2 {
            owned = step(&field(owned), COLON);
        }
        rests.extend(owned);
        for (row, tokens) in &self.rows {
            if row.1 == Sort::Within {
                for at in 0..tokens.len() {
                    rests.insert((*row, tokens.get(at..).unwrap_or_default()));
                }
            }
        }
        rests.retain(|(row, rest)| match written_out(*row, rest) {
            Some(account) => {
                named.insert(account);
                false
            }
            None => true,
        });
        let mut ways = Ways::from(rests);
        let complete = ways.walk();
        let rests: usize = (ways.steps.iter().flatten())
            .map(|(rests, _)| rests.len())
            .sum();
        // One of each for each digit.
        self.cost.set(self.cost.get() + 10 * PER_REST * rests);
        // With patterns on it, what is between two numbers is not one way.
        let complete = complete && (self.numbers.is_empty() || ways.ends().len() < 2);
        let others: Vec<String> = (ways.ends().into_iter())
            .filter_map(|ends| ways.unnamed(&ends, &named))
            .collect();
        named.extend(others);
        (named, complete)
    }
}

/// Whether a resource of a rule that allows can be of one of these partitions.
pub(super) fn is_allowed_in(model: &Model<'_>, class: &Class) -> bool {
    let can_be = |tokens: &[u32]| {
        class.iter().any(|partition| {
            let mut rests = Rests::new();
            enter(&mut rests, (0, Sort::Resource), tokens);
            for symbol in "arn:".chars().chain(partition.chars()).chain([':']) {
                rests = step(&rests, u32::from(symbol));
            }
            !rests.is_empty()
        })
    };
    (model.rules.iter().filter(|rule| rule.allows)).any(|rule| match &rule.resources {
        Some(set) if !set.not => {
            (set.patterns.iter()).any(|&pattern| can_be(model.resources.at_most(pattern)))
        }
        Some(_) | None => true,
    })
}

/// Whether a policy variable can have the number of the caller's account in it.
fn names_account(model: &Model<'_>) -> bool {
    (model.variable_keys().iter()).any(|name| tells_account(name.as_bytes()))
}

/// Whether the value of a key follows from the caller's account.
fn tells_account(key: &[u8]) -> bool {
    caller_key(key).is_some_and(|key| {
        [key.user, key.session, key.federated, key.root]
            .iter()
            .any(|carried| matches!(carried, Carried::Account | Carried::Arn | Carried::RoleArn))
    })
}

/// The partitions of the principals that rules name by an ARN.
fn named_partitions(model: &Model<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rule in &model.rules {
        let mut at = 1;
        while let Some((kind, text, next)) = program::principal(rule.principals, at) {
            at = next;
            let mut fields = text.split(|byte| *byte == b':');
            if kind == b'A' && fields.next() == Some(b"arn") {
                let partition = fields.next().unwrap_or_default();
                found.insert(String::from_utf8_lossy(partition).into_owned());
            }
        }
    }
    found
}

/// The account that a rest begins with, when it is written out.
fn written_out((_, sort): Row, rest: &[u32]) -> Option<String> {
    let (number, after) = rest.split_at_checked(12)?;
    let is_end = match sort {
        Sort::Number => after.is_empty(),
        Sort::Caller | Sort::Resource => after.first() == Some(&COLON),
        Sort::Within => true,
    };
    let text: String = number.iter().copied().filter_map(char::from_u32).collect();
    (is_end && is_account(text.as_bytes())).then_some(text)
}

/// Adds a rest, and what follows it where it begins with a wildcard for any text.
fn enter<'t>(into: &mut Rests<'t>, row: Row, mut rest: &'t [u32]) {
    loop {
        into.insert((row, rest));
        match rest.split_first() {
            Some((token, after)) if is_many(*token) => rest = after,
            _ => return,
        }
    }
}

/// What can follow after one more character.
fn step<'t>(rests: &Rests<'t>, symbol: u32) -> Rests<'t> {
    let mut found = Rests::new();
    for &(row, rest) in rests {
        if let Some((&token, after)) = rest.split_first()
            && takes(token, symbol)
        {
            enter(&mut found, row, if is_many(token) { rest } else { after });
        }
    }
    found
}

/// What can follow after any text without a colon.
fn field(rests: Rests<'_>) -> Rests<'_> {
    let mut found = rests.clone();
    let mut left: Vec<_> = rests.into_iter().collect();
    while let Some((row, rest)) = left.pop() {
        if let Some((&token, after)) = rest.split_first()
            && token != COLON
            && !is_many(token)
        {
            let mut more = Rests::new();
            enter(&mut more, row, after);
            left.extend(more.into_iter().filter(|rest| found.insert(*rest)));
        }
    }
    found
}

/// The ways to go on after some digits, each with the ways before it and the digits between them.
type Step<'t> = Vec<(Rests<'t>, Vec<(usize, u8)>)>;

/// The ways to go on after each digit of a number.
struct Ways<'t> {
    /// For each number of digits.
    steps: Vec<Step<'t>>,
}

/// The account that people know as another one.
const OTHER: &[u8; 12] = b"210987654321";

impl<'t> Ways<'t> {
    fn from(rests: Rests<'t>) -> Self {
        Self {
            steps: alloc::vec![alloc::vec![(rests, Vec::new())]],
        }
    }

    /// Walks all digits; false when there are more ways than are looked at.
    fn walk(&mut self) -> bool {
        let mut complete = true;
        let patterns =
            (self.steps.first()).map_or(0, |ways| ways.iter().map(|(rests, _)| rests.len()).sum());
        let most = (MOST_RESTS / usize::max(patterns, 1)).clamp(LEAST_WAYS, MOST_WAYS);
        for usual in OTHER {
            let mut next: Step<'t> = Vec::new();
            let mut known: BTreeMap<Rests<'t>, usize> = BTreeMap::new();
            let last = self.steps.last().map_or(&[][..], Vec::as_slice);
            for (from, (rests, _)) in last.iter().enumerate() {
                let digits = (b'0'..=b'9').filter(|digit| digit != usual);
                for digit in core::iter::once(*usual).chain(digits) {
                    let rests = step(rests, u32::from(digit));
                    match known.get(&rests) {
                        Some(&at) => {
                            if let Some((_, before)) = next.get_mut(at) {
                                before.push((from, digit));
                            }
                        }
                        None if next.len() == most => complete = false,
                        None => {
                            known.insert(rests.clone(), next.len());
                            next.push((rests, alloc::vec![(from, digit)]));
                        }
                    }
                }
            }
            self.steps.push(next);
        }
        complete
    }

    /// The numbers of the last ways, by how they go on after the account.
    fn ends(&self) -> Vec<Vec<usize>> {
        let mut found: BTreeMap<Rests<'t>, Vec<usize>> = BTreeMap::new();
        let last = self.steps.last().map_or(&[][..], Vec::as_slice);
        for (number, (rests, _)) in last.iter().enumerate() {
            let of = |wanted: fn(Sort) -> bool| -> Rests<'t> {
                (rests.iter())
                    .filter(|((_, sort), _)| wanted(*sort))
                    .copied()
                    .collect()
            };
            let mut after = step(
                &of(|sort| matches!(sort, Sort::Caller | Sort::Resource)),
                COLON,
            );
            after.extend(of(|sort| sort == Sort::Within));
            after.extend(
                of(|sort| sort == Sort::Number)
                    .into_iter()
                    .filter(|(_, rest)| rest.is_empty()),
            );
            found.entry(after).or_default().push(number);
        }
        found.into_values().collect()
    }

    /// An account of these ways that is not one of those.
    fn unnamed(&self, ends: &[usize], named: &BTreeSet<String>) -> Option<String> {
        let mut left: Vec<(usize, usize, String)> = (ends.iter().rev())
            .map(|&end| (self.steps.len() - 1, end, String::new()))
            .collect();
        while let Some((step, way, digits)) = left.pop() {
            if step == 0 {
                let account: String = digits.chars().rev().collect();
                if !named.contains(&account) {
                    return Some(account);
                }
                continue;
            }
            let (_, before) = self.steps.get(step)?.get(way)?;
            for &(from, digit) in before.iter().rev() {
                let mut digits = digits.clone();
                digits.push(char::from(digit));
                left.push((step - 1, from, digits));
            }
        }
        None
    }
}
