//! Keys of one request that have to do with each other.
//!
//! Conditions are solved key by key. What the keys of a request have in common is settled here, before a request is written
//! down: it is of one kind (through a VPC endpoint or not, with temporary credentials or not); the account and the name of
//! the caller are parts of its ARN; the tags of a request are listed under `aws:TagKeys`; the account of a resource is in
//! its ARN.

use alloc::string::String;
use alloc::vec::Vec;

use super::language::{
    ANY, ANY_IN_FIELD, ANY_IN_SEGMENT, DIGIT, MANY, MANY_IN_FIELD, MANY_IN_SEGMENT, SOME,
};
use super::model::{Id, Model, What, index};
use super::search::{Region, Searcher, bare};
use super::solve::{Wanted, pattern, tokens_of};
use crate::catalogue;
use crate::catalogue::access::{KINDS, Kind};
use crate::evaluate::caller::{Caller, Form};
use crate::evaluate::program::Form as ValueForm;
use crate::evaluate::request::Found;
use crate::{OperatorFamily, SetOperator};

/// The key of the region that a request is sent to, in lower case.
pub(super) const REGION: &str = "aws:requestedregion";

/// ARNs of a region.
pub(super) fn in_region(region: &str) -> Vec<u32> {
    let text = |text: &str| text.chars().map(u32::from).collect::<Vec<u32>>();
    let mut out = text("arn:");
    out.extend([
        MANY_IN_FIELD,
        u32::from(b':'),
        MANY_IN_FIELD,
        u32::from(b':'),
    ]);
    out.extend(text(region));
    out.extend([u32::from(b':'), MANY]);
    out
}

/// The key of the account of a resource, in lower case.
pub(super) const OWNER: &str = "aws:resourceaccount";

/// The key of the ARN of the caller, in lower case.
pub(super) const CALLER: &str = "aws:principalarn";

/// The tags of a request, and the key that lists them.
const LISTS: [(&str, &str); 2] = [
    ("aws:requesttag/", "aws:tagkeys"),
    ("s3:requestobjecttag/", "s3:requestobjecttagkeys"),
];

/// How many combinations of kinds are tried.
const MOST_KINDS: usize = 48;

/// Keys of the documents whose values have to do with each other in every request.
#[derive(Debug, Default)]
pub(super) struct Related {
    /// The time of a request, as a date and in seconds since 1970.
    times: Option<(Id, Id)>,
    /// The services that a request came through, and the first and the last of them.
    via: Option<Id>,
    first: Option<Id>,
    last: Option<Id>,
}

impl Related {
    pub(super) fn of(model: &Model<'_>) -> Self {
        if model.lenient {
            return Self::default();
        }
        Self {
            times: model.key("aws:currenttime").zip(model.key("aws:epochtime")),
            via: model.key("aws:calledvia"),
            first: model.key("aws:calledviafirst"),
            last: model.key("aws:calledvialast"),
        }
    }
}

/// How a key gets its value from another key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Derived {
    /// It is the same.
    Same,
    /// It is the same moment.
    Date,
}

/// Patterns of which one of each list matches, and patterns of which none does.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    pub(super) yes: Vec<Vec<Vec<u32>>>,
    pub(super) no: Vec<Vec<u32>>,
}

/// What the ARN of the caller has to be for keys that are parts of it.
#[derive(Debug)]
pub(super) struct Joined {
    /// The key of the ARN.
    pub(super) arn: Id,
    pub(super) yes: Vec<Vec<Vec<u32>>>,
    pub(super) no: Vec<Vec<u32>>,
    /// The keys that are parts of it.
    parts: Vec<(Id, Part)>,
}

/// A part of the ARN of a caller.
#[derive(Debug, Clone, Copy)]
enum Part {
    Account,
    Name,
}

impl Part {
    /// The part of an ARN.
    fn of(self, arn: &str) -> String {
        let caller = Caller::read(arn.as_bytes());
        let part = match self {
            Self::Account => caller.account.unwrap_or_default(),
            Self::Name => caller.name,
        };
        String::from_utf8_lossy(part).into_owned()
    }

    /// The ARNs of which the part matches a pattern.
    fn around(self, part: &[u32]) -> Vec<Vec<u32>> {
        let within = |one: u32, many: u32| -> Vec<u32> {
            (part.iter())
                .map(|&token| match token {
                    ANY => one,
                    MANY => many,
                    token => token,
                })
                .collect()
        };
        match self {
            Self::Account => {
                let mut out = tokens_of("arn:*:*:*::");
                out.truncate(out.len() - 1);
                out.extend(within(ANY_IN_FIELD, MANY_IN_FIELD));
                out.extend([u32::from(b':'), MANY]);
                alloc::vec![out]
            }
            Self::Name => {
                let head = tokens_of("arn:*:iam::*:user/");
                let name = within(ANY_IN_SEGMENT, MANY_IN_SEGMENT);
                let mut plain = head.clone();
                plain.extend(&name);
                let mut pathed = head;
                pathed.extend([MANY, u32::from(b'/')]);
                pathed.extend(&name);
                alloc::vec![plain, pathed]
            }
        }
    }
}

/// The patterns of conditions on a value that is there, when all of them are about its text and none has policy variables.
fn patterns_of(
    wanted: &[Wanted<'_>],
    around: &dyn Fn(&[u32]) -> Vec<Vec<u32>>,
) -> Option<Patterns> {
    let mut found = Patterns::default();
    for wanted in wanted {
        match wanted.operator.family() {
            OperatorFamily::String | OperatorFamily::Arn => {}
            OperatorFamily::Numeric
            | OperatorFamily::Date
            | OperatorFamily::Bool
            | OperatorFamily::Binary
            | OperatorFamily::IpAddress
            | OperatorFamily::Null => return None,
        }
        if wanted.open || wanted.test.set().is_some() {
            return None;
        }
        let mut patterns = Vec::new();
        let mut values = wanted.test.values();
        while let Some((form, text, more)) = values.next() {
            if form == ValueForm::Variables {
                return None;
            }
            if let Some(tokens) = pattern(wanted.operator, text, None) {
                patterns.extend(around(&tokens));
            }
            values = more;
        }
        if wanted.holds != wanted.operator.is_negated() {
            found.yes.push(patterns);
        } else {
            found.no.extend(patterns);
        }
    }
    Some(found)
}

impl Searcher<'_, '_> {
    /// The ways to choose a kind of each group that makes a difference: one of which two keys are asked for.
    pub(super) fn kinds(&self, region: &Region, variables: &[String]) -> Vec<Vec<&'static Kind>> {
        let mut found: Vec<Vec<&'static Kind>> = alloc::vec![Vec::new()];
        if self.model.lenient {
            return found;
        }
        let mut names: Vec<&str> = variables.iter().map(String::as_str).collect();
        for (id, _) in &region.conditions {
            if let Some(condition) = self.model.conditions.get(index(*id))
                && let Some(name) = self.model.keys.get(index(condition.key))
                && let Ok(name) = core::str::from_utf8(name)
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
        for group in KINDS {
            let is_of_group = |name: &&&str| group.iter().any(|kind| kind.concerns(name));
            // Which service it is sent to makes a difference to one key.
            let enough = if group.iter().any(|kind| kind.on.is_some()) {
                1
            } else {
                2
            };
            if names.iter().filter(is_of_group).count() < enough
                || found.len() * group.len() > MOST_KINDS
            {
                continue;
            }
            found = (found.iter())
                .flat_map(|kinds| {
                    group.iter().map(move |kind| {
                        let mut kinds = kinds.clone();
                        kinds.push(kind);
                        kinds
                    })
                })
                .collect();
        }
        found
    }

    /// The keys that have conditions in a region and the same value in requests of these kinds, the one that the other is
    /// taken from second.
    pub(super) fn same(&self, region: &Region, kinds: &[&'static Kind]) -> Vec<(Id, Id)> {
        let is_asked = |key: Id| {
            (region.conditions.iter())
                .filter_map(|(id, _)| self.model.conditions.get(index(*id)))
                .any(|condition| condition.key == key)
        };
        (kinds.iter().flat_map(|kind| kind.same))
            .filter_map(|(one, other)| {
                let key = |name: &str| self.model.key(&name.to_ascii_lowercase());
                Some((key(one)?, key(other)?))
            })
            .filter(|(one, other)| is_asked(*one) && is_asked(*other))
            .collect()
    }

    /// Whether a condition on another key says something of the value of a key.
    pub(super) fn is_about(&self, key: Id, other: Id, condition: Id, holds: bool) -> bool {
        let pair = |(one, two): (Id, Id)| (key, other) == (one, two) || (other, key) == (one, two);
        if self.related.times.is_some_and(pair) || self.given.same.iter().copied().any(pair) {
            return true;
        }
        // What is so of all services is so of the first and of the last.
        Some(other) == self.related.via
            && (Some(key) == self.related.first || Some(key) == self.related.last)
            && self
                .wanted(&[(condition, holds)])
                .iter()
                .all(|wanted| match wanted.test.set() {
                    Some(SetOperator::ForAllValues) => holds,
                    Some(SetOperator::ForAnyValue) => !holds,
                    None => false,
                })
    }

    /// The key that a key has its value from, where both have conditions.
    pub(super) fn derived_from(&self, key: Id, keys: &[Id]) -> Option<(Id, Derived)> {
        let times = (self.related.times.into_iter()).map(|pair| (pair, Derived::Date));
        let same = (self.given.same.iter()).map(|&pair| (pair, Derived::Same));
        times
            .chain(same)
            .find(|((derived, from), _)| *derived == key && keys.contains(from))
            .map(|((_, from), how)| (from, how))
    }

    /// Whether conditions are on the time as a date and in seconds.
    pub(super) fn asks_both_times(&self, about: &[(Id, bool)]) -> bool {
        let of = |key: Id| {
            (about.iter())
                .filter_map(|(id, _)| self.model.conditions.get(index(*id)))
                .any(|condition| condition.key == key)
        };
        (self.related.times).is_some_and(|(date, seconds)| of(date) && of(seconds))
    }

    /// Whether a key is a list that has what other keys say for certain.
    pub(super) fn is_list(&self, key: Id) -> bool {
        Some(key) == self.related.via
            || LISTS
                .iter()
                .any(|(_, list)| self.model.key(list) == Some(key))
    }

    /// What the values of a list are for certain.
    pub(super) fn certain(
        &self,
        key: Id,
        context: &[(String, Option<Vec<String>>)],
    ) -> Option<(Id, Vec<Vec<String>>)> {
        if Some(key) != self.related.via {
            return self.tags(key, context);
        }
        let ends = ["aws:calledviafirst", "aws:calledvialast"];
        let mut found: Vec<Vec<String>> = Vec::new();
        for end in ends {
            let values = (context.iter())
                .find(|(name, _)| name.eq_ignore_ascii_case(end))
                .and_then(|(_, values)| values.clone());
            if let Some(value) = values.and_then(|values| values.into_iter().next())
                && !found.contains(&alloc::vec![value.clone()])
            {
                found.push(alloc::vec![value]);
            }
        }
        (!found.is_empty()).then_some((key, found))
    }

    /// The conditions of a region on a key, by its name in lower case.
    fn wanted_of(&self, region: &Region, name: &str) -> Option<(Id, Vec<Wanted<'_>>)> {
        let key = self.model.key(name)?;
        let about = self.about(&region.conditions, key);
        (!about.is_empty()).then(|| (key, self.wanted(&about)))
    }

    /// What the ARN of the caller has to be, where conditions are on it and on parts of it.
    pub(super) fn joined(&self, region: &Region, variables: &[String]) -> Option<Joined> {
        let caller = self.callers.get(region.principal?)?;
        if self.model.lenient || !caller.is_any {
            return None;
        }
        let (arn, _) = self.wanted_of(region, CALLER)?;
        let mut joined = Joined {
            arn,
            yes: Vec::new(),
            no: Vec::new(),
            parts: Vec::new(),
        };
        for (name, part) in [
            ("aws:principalaccount", Part::Account),
            ("aws:username", Part::Name),
        ] {
            let is_part = match part {
                Part::Account => true,
                Part::Name => caller.form == Form::User,
            };
            if !is_part || variables.iter().any(|known| known == name) {
                continue;
            }
            let Some((key, wanted)) = self.wanted_of(region, name) else {
                continue;
            };
            let around = |tokens: &[u32]| part.around(tokens);
            if let Some(patterns) = patterns_of(&wanted, &around) {
                joined.yes.extend(patterns.yes);
                joined.no.extend(patterns.no);
                joined.parts.push((key, part));
            }
        }
        (!joined.parts.is_empty()).then_some(joined)
    }

    /// The tags that a request has for certain, for the key that lists them.
    fn tags(
        &self,
        key: Id,
        context: &[(String, Option<Vec<String>>)],
    ) -> Option<(Id, Vec<Vec<String>>)> {
        let (tag_key, _) = (LISTS.iter()).find(|(_, list)| self.model.key(list) == Some(key))?;
        let mut literals: Vec<String> = Vec::new();
        for condition in &self.model.conditions {
            if condition.key != key {
                continue;
            }
            if let What::Test { test, .. } = condition.what {
                let mut values = test.values();
                while let Some((_, text, more)) = values.next() {
                    literals.push(String::from_utf8_lossy(text).into_owned());
                    values = more;
                }
            }
        }
        let mut found = Vec::new();
        for (name, values) in context {
            let start = name.get(..tag_key.len());
            if values.is_none() || !start.is_some_and(|start| start.eq_ignore_ascii_case(tag_key)) {
                continue;
            }
            let tag = name.get(tag_key.len()..).unwrap_or_default();
            // The name of the key does not say the case of the tag.
            let mut spellings = alloc::vec![String::from(tag)];
            spellings.extend(
                (literals.iter())
                    .filter(|literal| literal.eq_ignore_ascii_case(tag) && *literal != tag)
                    .cloned(),
            );
            found.push(spellings);
        }
        (!found.is_empty()).then_some((key, found))
    }

    /// The regions that a request can be sent to, also those that only the conditions name; `None` where no condition is about
    /// it, or one compares it with a variable.
    pub(super) fn sent_to(&self, region: &Region) -> Option<Vec<String>> {
        let (_, wanted) = self.wanted_of(region, REGION)?;
        if wanted.iter().any(Wanted::has_variables) {
            return None;
        }
        let request = bare(&[]);
        let known = (catalogue::partitions().iter())
            .flat_map(|partition| partition.regions)
            .map(|region| String::from(region.name));
        // AWS adds regions: where none that is known is wanted, another one may be.
        let new = ["us-west-9", "eu-west-9", "aa-new-1"].map(String::from);
        let mut found: Vec<String> = known
            .chain(wanted.iter().flat_map(Wanted::heads))
            .chain(new)
            .filter(|name| !name.is_empty() && !name.contains(':'))
            .collect();
        found.retain(|name| {
            (wanted.iter()).all(|wanted| wanted.is(&Found::One(name.as_bytes()), &request))
        });
        Some(found)
    }

    /// Whether the conditions on the account of a resource are as wanted for a request without that key.
    pub(super) fn may_lack_owner(&self, region: &Region) -> bool {
        let request = bare(&[]);
        self.wanted_of(region, OWNER).is_none_or(|(_, wanted)| {
            (wanted.iter()).all(|wanted| wanted.is(&Found::Missing, &request))
        })
    }

    /// What the account in the ARN of a resource has to be; `None` where its key is not asked for, or not by its text.
    pub(super) fn owned(&self, region: &Region, variables: &[String]) -> Option<(Id, Patterns)> {
        let is_variable = (variables.iter()).any(|variable| variable == OWNER);
        if self.model.lenient || self.owner.is_some() || is_variable {
            return None;
        }
        let (key, wanted) = self.wanted_of(region, OWNER)?;
        let on_value: Vec<Wanted<'_>> = (wanted.into_iter())
            .filter(|wanted| wanted.operator != crate::Operator::Null)
            .collect();
        let around = |tokens: &[u32]| Part::Account.around(tokens);
        Some((key, patterns_of(&on_value, &around)?))
    }
}

impl Joined {
    /// When a key is solved: the ARN before its parts.
    pub(super) fn turn(&self, key: Id) -> usize {
        usize::from(self.parts.iter().any(|(known, _)| *known == key))
    }

    /// Whether a key is a part of the ARN, and its value.
    pub(super) fn value(&self, key: Id, arn: &str) -> Option<String> {
        let (_, part) = self.parts.iter().find(|(known, _)| *known == key)?;
        Some(part.of(arn))
    }
}

/// The ARNs whose account is a number, or that have none.
pub(super) fn with_account(numbered: bool) -> Vec<u32> {
    let mut out = tokens_of("arn:*:*:*::");
    out.truncate(out.len() - 1);
    if numbered {
        out.extend([DIGIT; 12]);
    }
    out.extend([u32::from(b':'), SOME, MANY]);
    out
}

/// The account in an ARN.
pub(super) fn account_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(4)
}
