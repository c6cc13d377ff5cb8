//! Which statements of a document may cover another one, without comparing all pairs of them.

use alloc::borrow::Cow;
use alloc::collections::BinaryHeap;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use super::covering::{Covering, folded};
use super::facts::StatementFacts;
use crate::document::{Element, Statement, Text};
use crate::sort::{Groups, sort};

/// With this many statements, comparing all of them is faster.
const FEW: usize = 16;

/// As many pairs of an action and a resource of one statement are looked up. Statements with more are long, so that a document
/// cannot have many of them.
const PAIRS: usize = 256;

/// Statements, by what they have in common with those that they cover.
pub(crate) struct Others<'f> {
    /// The numbers of the statements.
    numbers: Vec<usize>,
    sides: Option<Sides<'f>>,
}

/// What a statement must have to cover another one: each of these leaves some statements, and the fewest are tried.
struct Sides<'f> {
    actions: Side<'f>,
    resources: Side<'f>,
    pairs: Pairs,
    conditions: Alike,
    principals: Alike,
}

impl<'f> Others<'f> {
    /// The statements of a document that are asked about.
    pub(crate) fn of(
        statements: &'f [StatementFacts<'_>],
        is_asked: impl Fn(&StatementFacts<'_>) -> bool,
    ) -> Self {
        let mut numbers = Vec::new();
        for (number, statement) in statements.iter().enumerate() {
            if is_asked(statement) {
                numbers.push(number);
            }
        }
        let sides = (numbers.len() > FEW).then(|| Sides::of(statements, &numbers));
        Self { numbers, sides }
    }

    /// The numbers of the statements that may cover all requests of this one, in their order. No other one does.
    pub(crate) fn whole(&self, inner: &StatementFacts<'_>) -> Found<'_> {
        let Some(sides) = &self.sides else {
            return Found::shared(&self.numbers);
        };
        let mut fewest = sides.conditions.like(&conditions(inner));
        fewest.keep_fewer(|| sides.principals.like(&principals(inner)));
        fewest.keep_fewer(|| sides.resources.around(inner.statement.resources.as_ref()));
        fewest.keep_fewer(|| sides.actions.around(Some(&inner.statement.actions)));
        let actions = values(Some(&inner.statement.actions));
        let resources = values(inner.statement.resources.as_ref());
        if let (Some(first_action), Some(first_resource)) = (actions.first(), resources.first()) {
            for action in actions {
                fewest.keep_fewer(|| sides.paired(action, first_resource));
            }
            for resource in resources {
                fewest.keep_fewer(|| sides.paired(first_action, resource));
            }
        }
        fewest
    }

    /// The same of those that may cover the resources and principals of a statement.
    pub(crate) fn of_rest(&self, inner: &StatementFacts<'_>) -> Found<'_> {
        let Some(sides) = &self.sides else {
            return Found::shared(&self.numbers);
        };
        let mut fewest = sides.principals.like(&principals(inner));
        fewest.keep_fewer(|| sides.resources.around(inner.statement.resources.as_ref()));
        fewest
    }

    /// The same of those that also may cover an action of the statement, if these are fewer.
    pub(crate) fn of_action<'s>(
        &'s self,
        rest: &Found<'s>,
        inner: &StatementFacts<'_>,
        action: &str,
    ) -> Option<Found<'s>> {
        let sides = self.sides.as_ref().filter(|_| rest.count > FEW)?;
        let mut fewest = sides.actions.covering(action);
        if let Some(resource) = values(inner.statement.resources.as_ref()).first() {
            fewest.keep_fewer(|| sides.paired(action, resource));
        }
        (fewest.count < rest.count).then_some(fewest)
    }

    /// The same of those that may cover the resources of a statement.
    pub(crate) fn of_resources(&self, inner: &StatementFacts<'_>) -> Found<'_> {
        match &self.sides {
            Some(sides) => sides.resources.around(inner.statement.resources.as_ref()),
            None => Found::shared(&self.numbers),
        }
    }
}

impl<'f> Sides<'f> {
    fn of(statements: &'f [StatementFacts<'_>], numbers: &[usize]) -> Self {
        let (mut asked, mut actions, mut resources) = (Vec::new(), Vec::new(), Vec::new());
        let (mut limits, mut callers) = (Vec::new(), Vec::new());
        for &number in numbers {
            let Some(facts) = statements.get(number) else {
                continue;
            };
            let statement = facts.statement;
            asked.push((number, statement));
            actions.push((number, Some(&statement.actions)));
            resources.push((number, statement.resources.as_ref()));
            limits.push((number, conditions(facts), facts.conditions.is_empty()));
            let everyone = (facts.principals.as_ref())
                .is_some_and(|principals| principals.includes_everyone());
            callers.push((number, principals(facts), everyone));
        }
        let actions = Side::of(&actions, true);
        let resources = Side::of(&resources, false);
        Self {
            pairs: Pairs::of(&asked, &actions, &resources),
            actions,
            resources,
            conditions: Alike::of(limits),
            principals: Alike::of(callers),
        }
    }

    /// The statements that may cover both of an action and a resource.
    fn paired(&self, action: &str, resource: &str) -> Found<'_> {
        let mut found = Found::shared(&self.pairs.rest);
        let resources = self.resources.values.candidates(resource);
        for action in self.actions.values.candidates(action) {
            for resource in &resources {
                let pair = (action, *resource);
                let numbers = self.pairs.of.get(|other| other.cmp(&pair));
                if !numbers.is_empty() {
                    found = found.with(numbers);
                }
            }
        }
        found
    }
}

/// The values of an element that is there and not inverted.
fn values<'e>(element: Option<&'e Element<'_>>) -> &'e [Text<'e>] {
    match element {
        Some(element) if !element.not => &element.values.items,
        _ => &[],
    }
}

/// Statements by their pairs of an action and a resource: one that covers a statement has a pair that covers any pair of it.
struct Pairs {
    /// The statements that have a value of each side, by the numbers of the values.
    of: Groups<(usize, usize)>,
    /// The other statements.
    rest: Vec<usize>,
}

impl Pairs {
    fn of<'f>(
        statements: &[(usize, &'f Statement<'f>)],
        actions: &Side<'f>,
        resources: &Side<'f>,
    ) -> Self {
        let (mut of, mut rest) = (Vec::new(), Vec::new());
        for &(number, statement) in statements {
            let of_actions = actions.numbers(Some(&statement.actions));
            let of_resources = resources.numbers(statement.resources.as_ref());
            match (of_actions, of_resources) {
                (Some(actions), Some(resources))
                    if (1..=PAIRS).contains(&(actions.len() * resources.len())) =>
                {
                    for action in &actions {
                        for resource in &resources {
                            of.push(((*action, *resource), number));
                        }
                    }
                }
                _ => rest.push(number),
            }
        }
        let of = Groups::of(of);
        Self { of, rest }
    }
}

/// Numbers of statements: those of some sorted lists.
pub(crate) struct Found<'s> {
    lists: Vec<&'s [usize]>,
    /// How many numbers the lists have.
    count: usize,
}

impl<'s> Found<'s> {
    fn shared(list: &'s [usize]) -> Self {
        Self {
            lists: vec![list],
            count: list.len(),
        }
    }

    fn with(mut self, list: &'s [usize]) -> Self {
        self.count += list.len();
        self.lists.push(list);
        self
    }

    /// Takes other numbers if these are fewer. Few are not worth the question.
    fn keep_fewer(&mut self, others: impl FnOnce() -> Self) {
        if self.count > FEW {
            let others = others();
            if others.count < self.count {
                *self = others;
            }
        }
    }

    /// The numbers in order, each once. The lists are not joined first: the first of thousands may be the answer.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        let mut next = BinaryHeap::new();
        for (list, numbers) in self.lists.iter().enumerate() {
            if let Some(number) = numbers.first() {
                next.push(Reverse((*number, list, 0)));
            }
        }
        let mut last = None;
        core::iter::from_fn(move || {
            loop {
                let Reverse((number, list, at)) = next.pop()?;
                #[cfg(test)]
                crate::steps::take(1);
                let following = self.lists.get(list).and_then(|numbers| numbers.get(at + 1));
                if let Some(number) = following {
                    next.push(Reverse((*number, list, at + 1)));
                }
                if last.replace(number) != Some(number) {
                    return Some(number);
                }
            }
        })
    }
}

/// A text that two statements share exactly if their conditions are equal.
fn conditions(facts: &StatementFacts<'_>) -> String {
    format!("{:?}", facts.statement.conditions)
}

/// The same of their principals.
fn principals(facts: &StatementFacts<'_>) -> String {
    format!("{:?}", facts.statement.principals)
}

/// Statements by one element that must be equal, or without a limit in the statement that covers.
struct Alike {
    equal: Groups<String>,
    unlimited: Vec<usize>,
}

impl Alike {
    fn of(statements: Vec<(usize, String, bool)>) -> Self {
        let (mut equal, mut unlimited) = (Vec::new(), Vec::new());
        for (number, text, is_unlimited) in statements {
            match is_unlimited {
                true => unlimited.push(number),
                false => equal.push((text, number)),
            }
        }
        let equal = Groups::of(equal);
        Self { equal, unlimited }
    }

    fn like(&self, text: &str) -> Found<'_> {
        let equal = self.equal.get(|other| other.as_str().cmp(text));
        Found::shared(&self.unlimited).with(equal)
    }
}

/// Statements by the values of one element.
struct Side<'f> {
    /// All values, each once.
    values: Covering<'f>,
    /// The values in order, as they are compared. Their places are their numbers.
    sorted: Vec<Cow<'f, str>>,
    fold: bool,
    /// The statements of each value.
    owners: Vec<Vec<usize>>,
    /// The statements that have this element as `Action` or `Resource`.
    upright: Vec<usize>,
    /// The statements that have it as `NotAction` or `NotResource`.
    inverted: Vec<usize>,
    /// The statements without the element.
    absent: Vec<usize>,
    /// Those that have `*` among the values of `Action` or `Resource`.
    stars: Vec<usize>,
}

impl<'f> Side<'f> {
    fn of(elements: &[(usize, Option<&'f Element<'f>>)], fold: bool) -> Self {
        let mut all = Vec::new();
        let (mut upright, mut inverted) = (Vec::new(), Vec::new());
        let (mut absent, mut stars) = (Vec::new(), Vec::new());
        for &(number, element) in elements {
            match element {
                None => absent.push(number),
                Some(element) if element.not => inverted.push(number),
                Some(element) => {
                    upright.push(number);
                    for text in &element.values {
                        all.push((folded(text, fold), number, &**text));
                    }
                    if (element.values.iter()).any(|text| text == "*") {
                        stars.push(number);
                    }
                }
            }
        }
        sort(&mut all);
        let (mut sorted, mut texts, mut owners) = (Vec::new(), Vec::new(), Vec::<Vec<_>>::new());
        for (value, number, text) in all {
            match owners.last_mut() {
                Some(owners) if sorted.last() == Some(&value) => {
                    if owners.last() != Some(&number) {
                        owners.push(number);
                    }
                }
                _ => {
                    sorted.push(value);
                    texts.push(text);
                    owners.push(vec![number]);
                }
            }
        }
        Self {
            values: Covering::of(texts, fold),
            sorted,
            fold,
            owners,
            upright,
            inverted,
            absent,
            stars,
        }
    }

    /// The numbers of the values of an element, each once; of one that is there and not inverted.
    fn numbers(&self, element: Option<&Element<'_>>) -> Option<Vec<usize>> {
        let element = element.filter(|element| !element.not)?;
        let mut numbers = Vec::new();
        for text in &element.values {
            let text = folded(text, self.fold);
            numbers.extend(self.sorted.binary_search_by(|other| other.cmp(&text)).ok());
        }
        sort(&mut numbers);
        numbers.dedup();
        Some(numbers)
    }

    /// The statements that may cover this value.
    fn covering(&self, text: &str) -> Found<'_> {
        let mut found = Found::shared(&self.inverted);
        for value in self.values.candidates(text) {
            if let Some(owners) = self.owners.get(value) {
                found = found.with(owners);
            }
        }
        found
    }

    /// The statements that may cover all of this element.
    fn around(&self, inner: Option<&Element<'_>>) -> Found<'_> {
        let Some(inner) = inner else {
            return Found::shared(&self.absent);
        };
        if inner.not {
            return Found::shared(&self.inverted).with(&self.stars);
        }
        let mut values = inner.values.iter();
        let Some(first) = values.next() else {
            // Every statement that has the element covers nothing.
            return Found::shared(&self.inverted).with(&self.upright);
        };
        let mut fewest = self.covering(first);
        for text in values {
            fewest.keep_fewer(|| self.covering(text));
        }
        fewest
    }
}

#[cfg(all(test, feature = "json"))]
#[allow(clippy::indexing_slicing, reason = "the numbers are below the lengths")]
mod tests {
    use super::Others;
    use crate::check::Options;
    use crate::check::facts::Facts;
    use crate::document::{Effect, PolicyKind};
    use crate::json;
    use alloc::format;
    use alloc::string::String;
    use alloc::vec::Vec;

    /// Statements of few words, so that many cover others.
    fn statements(seed: u32) -> String {
        let mut state = seed;
        let mut next = move |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) % below
        };
        let mut statements = Vec::new();
        for _ in 0..40 {
            let mut of = |name: &str, values: [&str; 6]| {
                let not = ["", "", "Not"][next(3) as usize];
                let count = 1 + next(2);
                let list: Vec<_> = (0..count)
                    .map(|_| format!("\"{}\"", values[next(6) as usize]))
                    .collect();
                format!("\"{not}{name}\":[{}]", list.join(","))
            };
            let actions = of(
                "Action",
                [
                    "s3:*",
                    "s3:Get*",
                    "S3:GetObject",
                    "s3:GetObject",
                    "*",
                    "s3:ListBucket",
                ],
            );
            let resources = of(
                "Resource",
                [
                    "*",
                    "arn:aws:s3:::b",
                    "arn:aws:s3:::b*",
                    "arn:aws:s3:::?",
                    "arn:aws:s3:::c",
                    "arn:aws:s3:::c${aws:username}",
                ],
            );
            let effect = ["Allow", "Deny"][next(2) as usize];
            let rest = [
                "",
                "",
                ",\"Condition\":{\"StringEquals\":{\"aws:SourceVpc\":\"vpc-1\"}}",
                ",\"Principal\":\"*\"",
                ",\"Principal\":{\"AWS\":\"123456789012\"}",
            ][next(5) as usize];
            statements.push(format!(
                "{{\"Effect\":\"{effect}\",{actions},{resources}{rest}}}"
            ));
        }
        format!(
            "{{\"Version\":\"2012-10-17\",\"Statement\":[{}]}}",
            statements.join(",")
        )
    }

    #[test]
    fn no_statement_that_covers_another_is_left_out() {
        let (mut covering, mut left_out) = (0, 0);
        for seed in 0..20 {
            let text = statements(seed);
            let document = json::parse(&text, &json::Limits::default()).document;
            let facts = Facts::of(&document, &Options::new(PolicyKind::Identity));
            let statements = &facts.statements;
            assert_eq!(statements.len(), 40);
            let all = Others::of(statements, |_| true);
            let denials = Others::of(statements, |facts| facts.statement.effect == Effect::Deny);
            for inner in statements {
                let whole: Vec<_> = all.whole(inner).iter().collect();
                let of_resources: Vec<_> = denials.of_resources(inner).iter().collect();
                assert!(whole.is_sorted() && of_resources.is_sorted());
                left_out += statements.len() - whole.len();
                for (o, outer) in statements.iter().enumerate() {
                    if outer.covers_whole(inner) {
                        assert!(whole.contains(&o), "{o} in {text}");
                        covering += 1;
                    }
                    if outer.statement.effect == Effect::Deny && outer.covers_resources(inner) {
                        assert!(of_resources.contains(&o), "{o} in {text}");
                    }
                    let rest = denials.of_rest(inner);
                    for action in &inner.actions {
                        let own = denials.of_action(&rest, inner, action.text);
                        let of_action: Vec<_> = own.as_ref().unwrap_or(&rest).iter().collect();
                        if outer.statement.effect == Effect::Deny
                            && !outer.statement.actions.not
                            && (outer.actions.iter()).any(|other| other.covers(action))
                            && outer.covers_resources(inner)
                            && outer.covers_principals(inner)
                        {
                            assert!(of_action.contains(&o), "{o} in {text}");
                        }
                    }
                }
            }
        }
        assert!(
            covering > 1_000 && left_out > 5_000,
            "{covering} {left_out}"
        );
    }
}
