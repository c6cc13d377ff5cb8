//! The search for all differences: each statement of one document, a cell at a time, against all of the other.
//!
//! A cell is what a statement allows by one of its actions on one of its resources. Its parts that the other document does not
//! allow are regions of the search; a cell that falls into very many of them is listed as a whole, and says so. Either way all
//! of the cell's differences are covered. Then parts that differ in the same way are put together.

use core::ops::ControlFlow;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use super::differences::{
    Bound, Change, Cited, Cut, Differences, Group, Open, Requests, Requirement, Scope,
};
use super::guarantee::{Question, Sides, may_be};
use super::hunt::{Cell, Hunt, Limits};
use super::model::{Id, Model, Patterns, Relation, What, index};
use super::pairs::Pairs;
use super::search::{Goal, Region, Searcher, Side, Steps};
use super::unsettled::Unsettled;
use super::witness::Witness;
use crate::evaluate::program::{self, Form};
use crate::evaluate::{Origin, Program};

/// The most entries of a list, for each change.
pub(super) const MOST_ENTRIES: usize = 1_000;

/// The most regions that the search for one change may take, and that one cell of it may take.
const MOST_REGIONS: usize = 100_000;
const MOST_REGIONS_OF_CELL: usize = 5_000;

/// How many steps a list may take, and one cell of it.
const MOST_STEPS: usize = 14_000_000;
const MOST_STEPS_OF_CELL: usize = 3_000_000;
const LEAST_STEPS_OF_CELL: usize = 200_000;

/// What a request that is written down costs, in regions.
const WITNESS: usize = 8;

/// The most parts that a cell is taken apart into.
const MOST_PARTS: usize = 12;

/// The steps of a question that is answered with all differences.
pub(super) fn steps(old: &Program<'_>, new: &Program<'_>) -> Steps {
    Steps::of(MOST_STEPS).for_documents([old, new])
}

/// The differences of these kinds, as the first of so many lists that share steps.
pub(super) fn list(
    old: &Program<'_>,
    new: &Program<'_>,
    changes: &[Change],
    (steps, lists): (&Steps, usize),
) -> Differences {
    let mut out = Differences::default();
    if old == new {
        return out;
    }
    let question = Question::of(old, new);
    let most = match steps.share(1) {
        0 => 0,
        _ => {
            steps.take(question.callers().cost());
            steps.share(lists)
        }
    };
    let own = Steps::of(most);
    for (number, &change) in changes.iter().enumerate() {
        let sides = question.sides(change == Change::New);
        let most = own.share(changes.len() - number);
        let mut lister = Lister::new(&question, &sides, change, most);
        lister.run(&mut out);
        own.take(most - lister.steps);
    }
    steps.take(most - own.share(1));
    out
}

/// Patterns of a side, by number: one of the first, all of the second, none of the third.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Ids {
    any: Vec<Id>,
    all: Vec<Id>,
    none: Vec<Id>,
}

impl Ids {
    fn len(&self) -> usize {
        self.any.len() + self.all.len() + self.none.len()
    }

    /// A side of a region without what says nothing. `alike`: other patterns instead of the first.
    fn of(pairs: &Pairs, patterns: &Patterns<'_>, side: &Side, alike: &[Id]) -> Self {
        let inside = |inner, outer| pairs.relation(patterns, inner, outer) == Relation::Inside;
        let mut yes: Vec<Id> = Vec::new();
        for &one in &side.yes {
            if yes.iter().any(|&other| inside(other, one)) {
                continue;
            }
            yes.retain(|&other| !inside(one, other));
            yes.push(one);
        }
        let mut none: Vec<Id> = Vec::new();
        for &one in &side.no {
            let apart = |&yes: &Id| pairs.relation(patterns, yes, one) == Relation::Outside;
            if yes.iter().any(apart) || none.iter().any(|&other| inside(one, other)) {
                continue;
            }
            none.retain(|&other| !inside(other, one));
            none.push(one);
        }
        let (any, all) = match yes.split_first() {
            None => (Vec::new(), Vec::new()),
            Some((&first, rest)) => {
                let mut any = alloc::vec![first];
                any.extend(alike);
                (any, rest.to_vec())
            }
        };
        Self { any, all, none }
    }

    /// Whether each text of this is one of the other, as far as single patterns show.
    fn is_within(&self, other: &Self, pairs: &Pairs, patterns: &Patterns<'_>) -> bool {
        let inside = |inner, outer| pairs.relation(patterns, inner, outer) == Relation::Inside;
        let yes = |outer| self.all.iter().any(|&inner| inside(inner, outer));
        let any = other.any.is_empty()
            || (!self.any.is_empty()
                && (self.any.iter())
                    .all(|&inner| other.any.iter().any(|&outer| inside(inner, outer))))
            || other.any.iter().any(|&outer| yes(outer));
        let all = other.all.iter().all(|&outer| {
            yes(outer) || (!self.any.is_empty() && self.any.iter().all(|&any| inside(any, outer)))
        });
        let none = other.none.iter().all(|&gone| {
            self.none.iter().any(|&none| inside(gone, none))
                || (!self.any.is_empty()
                    && (self.any.iter())
                        .all(|&any| pairs.relation(patterns, any, gone) == Relation::Outside))
        });
        any && all && none
    }
}

/// An entry of the list that is being made.
#[derive(Debug, Clone)]
struct Entry {
    actions: Ids,
    resources: Ids,
    conditions: Vec<(Id, bool)>,
    deny: Option<Origin>,
    overlaps: Vec<Origin>,
    exact: bool,
    /// The rule that allows it, and its callers.
    rule: usize,
    callers: Vec<Option<usize>>,
    outcome: Outcome,
}

#[derive(Debug, Clone)]
enum Outcome {
    Found(Witness),
    Open(Unsettled),
}

impl Outcome {
    const fn reason(&self) -> Option<&Unsettled> {
        match self {
            Self::Found(_) => None,
            Self::Open(reason) => Some(reason),
        }
    }
}

/// The parts of a cell.
struct Parts<'c> {
    confirm: &'c dyn Fn(&Witness) -> bool,
    /// The parts of the cells of a statement so far, for one caller.
    found: Vec<(Region, Witness)>,
    /// Where those of this cell begin.
    from: usize,
    /// There are more.
    more: bool,
}

impl Goal for Parts<'_> {
    fn confirms(&self, witness: &Witness) -> bool {
        (self.confirm)(witness)
    }

    fn has(&self, region: &Region) -> bool {
        fn within<T: PartialEq>(some: &[T], all: &[T]) -> bool {
            some.iter().all(|one| all.contains(one))
        }
        self.found.iter().any(|(known, _)| {
            within(&known.actions.yes, &region.actions.yes)
                && within(&known.actions.no, &region.actions.no)
                && within(&known.resources.yes, &region.resources.yes)
                && within(&known.resources.no, &region.resources.no)
                && within(&known.conditions, &region.conditions)
        })
    }

    fn cost(&self) -> usize {
        self.found.len() / 2
    }

    fn take(&mut self, region: &Region, witness: Witness) -> ControlFlow<()> {
        self.found.push((region.clone(), witness));
        self.more = self.found.len() - self.from > MOST_PARTS;
        if self.more {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

/// What makes two cells the same for all callers.
type CellName = (usize, Option<usize>, Ids, Ids);

struct Lister<'l, 'q> {
    question: &'l Question<'q>,
    model: &'l Model<'q>,
    sides: &'l Sides<'q>,
    change: Change,
    /// How many regions are left, and how many steps.
    left: usize,
    steps: usize,
    /// How many steps the search had when the last cell ended, for what comes before the next.
    between: usize,
    /// How many steps one cell may take: fewer, the more of them did not come to an end, since the others are likely to be as hard.
    of_cell: usize,
    /// The entries of the statement that is looked at.
    entries: Vec<Entry>,
    /// The cells of it that are listed as a whole.
    whole: BTreeSet<CellName>,
}

impl<'l, 'q> Lister<'l, 'q> {
    fn new(question: &'l Question<'q>, sides: &'l Sides<'q>, change: Change, steps: usize) -> Self {
        Self {
            question,
            model: &question.model,
            sides,
            change,
            left: MOST_REGIONS,
            steps,
            between: steps,
            of_cell: MOST_STEPS_OF_CELL,
            entries: Vec::new(),
            whole: BTreeSet::new(),
        }
    }

    fn run(&mut self, out: &mut Differences) {
        let model = self.model;
        let origin = |rule: usize| model.rules.get(rule).map(|rule| rule.origin);
        if self.steps == 0 {
            if let Some(first) = self.sides.allows.first().and_then(|&rule| origin(rule)) {
                self.cut(first, Bound::Steps, out);
            }
            return;
        }
        let mut hunt = Hunt::new(self.model, self.question.callers(), self.steps);
        let callers = hunt.searcher.callers();
        let mut room = MOST_ENTRIES;
        for rules in (self.sides.allows).chunk_by(|&a, &b| origin(a) == origin(b)) {
            let Some(statement) = rules.first().and_then(|&rule| origin(rule)) else {
                continue;
            };
            let mut bound = None;
            'statement: for &allow in rules {
                for &caller in &callers {
                    if self.cells(&mut hunt, allow, caller).is_break() {
                        bound = Some(Bound::Steps);
                        break 'statement;
                    }
                }
            }
            let entries = self.merged(&mut hunt.searcher, &callers);
            if entries.len() > room {
                bound = Some(Bound::Entries);
            }
            for entry in entries.into_iter().take(room) {
                room -= 1;
                self.write(&hunt.searcher, entry, out);
            }
            if let Some(bound) = bound {
                return self.cut(statement, bound, out);
            }
        }
    }

    /// Ends the list at a statement.
    fn cut(&self, from: Origin, bound: Bound, out: &mut Differences) {
        out.cut.push(Cut {
            change: self.change,
            from: self.cited(from),
            bound,
        });
    }

    /// What a rule allows one caller and the other document does not allow, or denies.
    fn cells(
        &mut self,
        hunt: &mut Hunt<'l, 'q>,
        allow: usize,
        caller: Option<usize>,
    ) -> ControlFlow<()> {
        let Sides {
            wide,
            narrow,
            denies,
            away,
            kept,
            other_denies,
            ..
        } = self.sides;
        let confirm =
            |witness: &Witness| may_be(witness, wide, true) && may_be(witness, narrow, false);
        let mut parts = Parts {
            confirm: &confirm,
            found: Vec::new(),
            from: 0,
            more: false,
        };
        let limits = Limits::default();
        if !kept.contains(&allow) {
            hunt.each_cell(
                allow,
                caller,
                &limits,
                [away, &[]],
                &mut |searcher, cell| self.cell(searcher, cell, allow, None, away, &mut parts),
            )?;
        }
        for &deny in other_denies {
            hunt.each_cell(
                allow,
                caller,
                &limits,
                [denies, &[deny]],
                &mut |searcher, cell| {
                    self.cell(searcher, cell, allow, Some(deny), denies, &mut parts)
                },
            )?;
        }
        ControlFlow::Continue(())
    }

    /// The parts of one cell.
    fn cell(
        &mut self,
        searcher: &mut Searcher<'l, 'q>,
        cell: &mut Cell<'_>,
        rule: usize,
        deny: Option<usize>,
        away: &[usize],
        parts: &mut Parts<'_>,
    ) -> ControlFlow<()> {
        self.steps -= self.between - searcher.steps;
        self.between = searcher.steps;
        if self.left == 0 || self.steps == 0 {
            return ControlFlow::Break(());
        }
        let model = self.model;
        let sides = |searcher: &mut Searcher<'_, '_>, region: &Region| {
            let (actions, resources) = (&region.actions, &region.resources);
            let (all, more) = (actions.len() + resources.len(), cell.alike);
            searcher.charge(all * all / 8 + more.len());
            (
                Ids::of(&searcher.action_pairs, &model.actions, actions, more),
                Ids::of(&searcher.resource_pairs, &model.resources, resources, &[]),
            )
        };
        let (actions, resources) = sides(searcher, &cell.region);
        let name: CellName = (rule, deny, actions.clone(), resources.clone());
        if self.whole.contains(&name) {
            return ControlFlow::Continue(());
        }
        let steps = self.steps.min(self.of_cell);
        searcher.begin(self.left.min(MOST_REGIONS_OF_CELL), steps);
        (parts.from, parts.more) = (parts.found.len(), false);
        // Where it ends early there are more parts than are wanted.
        let _ = searcher.find(&mut cell.region, away, parts);
        let found = parts.found.len() - parts.from;
        let cost = 1 + searcher.regions() + found * WITNESS;
        self.left = self.left.saturating_sub(cost);
        self.steps -= steps - searcher.steps;
        if searcher.steps == 0 {
            self.of_cell = (self.of_cell / 2).max(LEAST_STEPS_OF_CELL);
        }
        searcher.steps = self.steps;
        self.between = self.steps;
        let caller = cell.region.principal;
        let origin = |rule: usize| model.rules.get(rule).map(|rule| rule.origin);
        let deny_origin = deny.and_then(origin);
        let whole = |exact, conditions: &[(Id, bool)], overlaps, outcome| Entry {
            actions: actions.clone(),
            resources: resources.clone(),
            conditions: tidy(conditions),
            deny: deny_origin,
            overlaps,
            exact,
            rule,
            callers: alloc::vec![caller],
            outcome,
        };
        if parts.more {
            let witness = (parts.found).swap_remove(parts.from).1;
            parts.found.truncate(parts.from);
            let mut overlaps: Vec<Origin> = (away.iter())
                .filter(|&&other| model.rules.get(other).is_some_and(|rule| rule.allows))
                .filter(|&&other| searcher.touches(&cell.region, other))
                .filter_map(|&other| origin(other))
                .collect();
            overlaps.dedup();
            let conditions = &cell.region.conditions;
            let outcome = Outcome::Found(witness);
            self.entries
                .push(whole(false, conditions, overlaps, outcome));
            self.whole.insert(name);
            return ControlFlow::Continue(());
        }
        for (region, witness) in parts.found.iter().skip(parts.from) {
            let (actions, resources) = sides(searcher, region);
            self.entries.push(Entry {
                actions,
                resources,
                conditions: tidy(&region.conditions),
                deny: deny_origin,
                overlaps: Vec::new(),
                exact: true,
                rule,
                callers: alloc::vec![caller],
                outcome: Outcome::Found(witness.clone()),
            });
        }
        if let Some(reason) = searcher.unsure.take() {
            let conditions = &cell.region.conditions;
            self.entries
                .push(whole(false, conditions, Vec::new(), Outcome::Open(reason)));
        }
        ControlFlow::Continue(())
    }

    /// The entries of a statement: the same for several callers once, without those that others include, and those that
    /// differ in their actions or their resources alone together.
    fn merged(&mut self, searcher: &mut Searcher<'_, '_>, callers: &[Option<usize>]) -> Vec<Entry> {
        self.whole.clear();
        let mut entries = merge(
            core::mem::take(&mut self.entries),
            |entry, other| match other {
                None => (entry.actions.clone(), entry.resources.clone(), Vec::new()),
                Some(other) => {
                    entry.callers.extend(other.callers);
                    (entry.actions.clone(), entry.resources.clone(), Vec::new())
                }
            },
        );
        for entry in &mut entries {
            entry.callers.sort_unstable();
            entry.callers.dedup();
            // A caller without a name is any of its kind, and what it can be is among the conditions.
            let all = callers.iter().all(|caller| {
                entry.callers.contains(caller)
                    || !searcher.reaches(*caller, entry.rule)
                    || searcher.name(*caller).is_none()
            });
            entry.exact &= all;
        }
        self.drop_included(searcher, &mut entries);
        let entries = merge(entries, |entry, other| {
            if let Some(other) = other {
                extend(&mut entry.actions.any, other.actions.any);
            }
            let mut actions = entry.actions.clone();
            actions.any.clear();
            (actions, entry.resources.clone(), entry.callers.clone())
        });
        merge(entries, |entry, other| {
            if let Some(other) = other {
                extend(&mut entry.resources.any, other.resources.any);
            }
            let mut resources = entry.resources.clone();
            resources.any.clear();
            (entry.actions.clone(), resources, entry.callers.clone())
        })
    }

    /// Drops what is in another entry, both of them exact.
    fn drop_included(&self, searcher: &mut Searcher<'_, '_>, entries: &mut Vec<Entry>) {
        const MOST: usize = 200;
        if entries.len() > MOST {
            return;
        }
        let is_found = |entry: &Entry| matches!(entry.outcome, Outcome::Found(_));
        let mut number = 0;
        while let Some(one) = entries.get(number) {
            // What is listed twice for want of steps is still right.
            if searcher.steps == 0 {
                return;
            }
            let patterns = one.actions.len() + one.resources.len();
            searcher.charge(entries.len() * patterns / 2);
            let included = entries.iter().enumerate().any(|(other_number, other)| {
                other_number != number
                    && is_found(one)
                    && is_found(other)
                    && other.exact
                    && one
                        .callers
                        .iter()
                        .all(|caller| other.callers.contains(caller))
                    && (other.conditions.iter()).all(|condition| one.conditions.contains(condition))
                    && one.actions.is_within(
                        &other.actions,
                        &searcher.action_pairs,
                        &self.model.actions,
                    )
                    && one.resources.is_within(
                        &other.resources,
                        &searcher.resource_pairs,
                        &self.model.resources,
                    )
            });
            if included {
                entries.remove(number);
            } else {
                number += 1;
            }
        }
    }

    fn write(&self, searcher: &Searcher<'_, '_>, entry: Entry, out: &mut Differences) {
        let model = self.model;
        let rule = model.rules.get(entry.rule);
        let requests = Requests {
            statement: self.cited(rule.map(|rule| rule.origin).unwrap_or(Origin {
                document: 0,
                statement: 0,
            })),
            actions: scope(&model.actions, &entry.actions),
            resources: scope(&model.resources, &entry.resources),
            principals: rule.and_then(|rule| principals(rule.principals)),
            callers: (entry.callers.iter())
                .filter_map(|&caller| searcher.name(caller).map(String::from))
                .collect(),
            conditions: (entry.conditions.iter())
                .filter_map(|&(id, holds)| requirement(model, id, holds))
                .collect(),
        };
        match entry.outcome {
            Outcome::Found(witness) => out.groups.push(Group {
                change: self.change,
                requests,
                denied_by: entry.deny.map(|deny| self.cited(deny)),
                exact: entry.exact,
                overlaps: (entry.overlaps.iter())
                    .map(|&origin| self.cited(origin))
                    .collect(),
                witness,
            }),
            Outcome::Open(reason) => out.open.push(Open {
                change: self.change,
                requests,
                reason,
            }),
        }
    }

    fn cited(&self, origin: Origin) -> Cited {
        let program = if (origin.document == 1) == (self.change == Change::New) {
            self.sides.wide
        } else {
            self.sides.narrow
        };
        let line = program.code().line(origin.statement);
        let sid = line.map(|line| String::from_utf8_lossy(line.sid()).into_owned());
        Cited {
            number: origin.statement,
            sid: sid.filter(|sid| !sid.is_empty()),
        }
    }
}

/// What two entries that are put together have in common, besides what `merge` looks at itself.
type Common = (Ids, Ids, Vec<Option<usize>>);

/// Puts entries together that have all in common that `common` gives. It is called with another entry to take that in.
fn merge(
    entries: Vec<Entry>,
    mut common: impl FnMut(&mut Entry, Option<Entry>) -> Common,
) -> Vec<Entry> {
    type Key = (
        Common,
        Vec<(Id, bool)>,
        Option<Origin>,
        Vec<Origin>,
        bool,
        Option<Unsettled>,
    );
    let mut places: BTreeMap<Key, usize> = BTreeMap::new();
    let mut out: Vec<Entry> = Vec::new();
    for mut entry in entries {
        let key = (
            common(&mut entry, None),
            entry.conditions.clone(),
            entry.deny,
            entry.overlaps.clone(),
            entry.exact,
            entry.outcome.reason().cloned(),
        );
        match places.get(&key).and_then(|&at| out.get_mut(at)) {
            Some(first) => {
                common(first, Some(entry));
            }
            None => {
                places.insert(key, out.len());
                out.push(entry);
            }
        }
    }
    out
}

fn extend(ids: &mut Vec<Id>, more: Vec<Id>) {
    for id in more {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
}

fn tidy(conditions: &[(Id, bool)]) -> Vec<(Id, bool)> {
    let mut conditions = conditions.to_vec();
    conditions.sort_unstable();
    conditions.dedup();
    conditions
}

fn scope(patterns: &Patterns<'_>, ids: &Ids) -> Scope {
    let spelled = |ids: &[Id]| ids.iter().map(|&id| patterns.spelled(id)).collect();
    Scope {
        any_of: if ids.any.is_empty() {
            alloc::vec![String::from("*")]
        } else {
            spelled(&ids.any)
        },
        all_of: spelled(&ids.all),
        none_of: spelled(&ids.none),
    }
}

/// The principals of a statement.
fn principals(bytes: &[u8]) -> Option<Scope> {
    let everyone = || alloc::vec![String::from("*")];
    let mut names = Vec::new();
    let mut at = 1;
    while let Some((_, name, next)) = program::principal(bytes, at) {
        names.push(String::from_utf8_lossy(name).into_owned());
        at = next;
    }
    Some(match bytes.first()? {
        b'*' => Scope {
            any_of: everyone(),
            ..Scope::default()
        },
        b'~' => Scope {
            any_of: everyone(),
            none_of: everyone(),
            ..Scope::default()
        },
        b'!' => Scope {
            any_of: everyone(),
            none_of: names,
            ..Scope::default()
        },
        b'=' => Scope {
            any_of: names,
            ..Scope::default()
        },
        _ => return None,
    })
}

/// A condition in words; an assumption is said by the witness.
fn requirement(model: &Model<'_>, id: Id, holds: bool) -> Option<Requirement> {
    let What::Test { test, operator, .. } = model.conditions.get(index(id))?.what else {
        return None;
    };
    let mut name = String::new();
    if let Some(set) = test.set() {
        name.push_str(set.name());
        name.push(':');
    }
    name.push_str(operator.name());
    if test.if_exists() {
        name.push_str("IfExists");
    }
    let mut values = Vec::new();
    let mut left = test.values();
    while let Some((form, text, more)) = left.next() {
        values.push(match form {
            Form::Any => String::from("*"),
            Form::Exact | Form::Pattern | Form::Variables => {
                String::from_utf8_lossy(text).into_owned()
            }
        });
        left = more;
    }
    Some(Requirement {
        operator: name,
        key: String::from_utf8_lossy(test.key()).into_owned(),
        values,
        holds,
    })
}
