//! Promises about one document: what it never allows.

use core::cell::{Cell, OnceCell};
use core::fmt;
use core::ops::Range;

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use super::hunt::{Hunt, Limits, split};
use super::model::{Model, Rule};
use super::reach::Callers;
use super::search::Steps;
use super::set::everything;
use super::unsettled::Unsettled;
use super::witness::Witness;
use crate::document::Document;
use crate::evaluate::target::tail_of;
use crate::evaluate::{Program, Verdict};

/// Whether a promise holds for every request that could exist.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Guarantee {
    /// It holds.
    Holds,
    /// This request breaks it.
    Broken(Witness),
    /// Something in the document is not reasoned about: what, where, and what would settle it.
    Unknown(Unsettled),
}

impl Guarantee {
    /// Whether it certainly holds.
    pub const fn holds(&self) -> bool {
        matches!(self, Self::Holds)
    }

    /// Nothing when it holds, else an error that says what breaks it or what is in the way of an answer; made for tests,
    /// where [`Result::unwrap`] and `?` show it.
    ///
    /// ```
    /// # use rekognition_iam_runtime as rekognition_iam;
    /// use rekognition_iam::compare::Set;
    /// use rekognition_iam::evaluate::Program;
    /// use rekognition_iam::json;
    ///
    /// # fn main() -> Result<(), rekognition_iam::compare::Unproved> {
    /// let text = r#"{"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}"#;
    /// let program = Program::compile(&json::parse(text, &json::Limits::default()).document);
    /// program.never("s3:DeleteObject", "*").verify()?;
    /// let error = program.never("s3:*", "*").verify().unwrap_err();
    /// assert!(error.to_string().starts_with("broken by s3:GetObject on arn:"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the guarantee is broken, and when nobody can say whether it holds.
    pub fn verify(&self) -> Result<(), Unproved> {
        match self {
            Self::Holds => Ok(()),
            Self::Broken(_) | Self::Unknown(_) => Err(Unproved(Box::new(self.clone()))),
        }
    }

    /// The request that breaks it.
    pub const fn witness(&self) -> Option<&Witness> {
        match self {
            Self::Broken(witness) => Some(witness),
            Self::Holds | Self::Unknown(_) => None,
        }
    }
}

/// A guarantee that does not hold, or that nobody can say holds: the error of [`Guarantee::verify`].
///
/// `{:?}` writes the same sentence as `{}`, because that is what a failed `unwrap` shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Unproved(Box<Guarantee>);

impl Unproved {
    /// The guarantee, which is broken or not settled.
    #[must_use = "the guarantee says what is wrong"]
    pub fn guarantee(&self) -> &Guarantee {
        &self.0
    }
}

impl fmt::Display for Unproved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Unproved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for Unproved {}

impl fmt::Display for Guarantee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Holds => f.write_str("holds"),
            Self::Broken(witness) => write!(f, "broken by {witness}"),
            Self::Unknown(reason) => write!(f, "undetermined: {reason}"),
        }
    }
}

/// A guarantee about actions and resources, which does not hold if nothing could break it: a typo would prove nothing.
pub(super) fn about(actions: &[&str], resources: &[&str], found: Guarantee) -> Guarantee {
    match found {
        Guarantee::Holds => Unsettled::of_unlisted(actions)
            .or_else(|| impossible(actions, resources))
            .map_or(Guarantee::Holds, Guarantee::Unknown),
        found @ (Guarantee::Broken(_) | Guarantee::Unknown(_)) => found,
    }
}

/// The patterns of a list, or the one that matches everything for an empty list.
pub(super) const fn or_any<'l>(list: &'l [&'l str]) -> &'l [&'l str] {
    if list.is_empty() { &["*"] } else { list }
}

/// The first of these actions or resources of which there are no requests with any of the others: a policy that allows everything
/// does not allow them either.
fn impossible(actions: &[&str], resources: &[&str]) -> Option<Unsettled> {
    let everything = everything();
    let steps = Steps::new();
    let is_possible = |action: &str, resource: &str| {
        !matches!(
            requests(&everything, action, resource, &steps),
            Guarantee::Holds
        )
    };
    let action = (actions.iter()).find(|action| {
        !resources
            .iter()
            .any(|resource| is_possible(action, resource))
    });
    if let Some(action) = action {
        // Several resources would make a long sentence, and most have one.
        return Some(Unsettled::impossible(action, resources.first().copied()));
    }
    let resource = (resources.iter())
        .find(|resource| !actions.iter().any(|action| is_possible(action, resource)))?;
    Some(Unsettled::impossible(actions.first()?, Some(resource)))
}

/// Whether the document never allows an action of this pattern on a resource of this one.
///
/// `*` and `?` are wildcards in both; `*` for the resource means any. A guarantee that no policy could break is
/// [`Unknown`](Guarantee::Unknown), because it is probably a typo: about an action that the catalogue does not have
/// ([`Obstacle::Unlisted`](super::Obstacle::Unlisted)), or a resource that requests for the action never name
/// ([`Obstacle::Impossible`](super::Obstacle::Impossible)).
pub fn never(document: &Document<'_>, action: &str, resource: &str) -> Guarantee {
    never_program(&Program::compile(document), action, resource)
}

/// Whether all that the document allows is on resources of these patterns.
pub fn only_on(document: &Document<'_>, resources: &[&str]) -> Guarantee {
    only_on_program(&Program::compile(document), resources)
}

/// Whether the document allows nothing that the baseline does not.
pub fn no_wider_than(document: &Document<'_>, baseline: &Document<'_>) -> Guarantee {
    let (document, baseline) = (Program::compile(document), Program::compile(baseline));
    Question::of(&baseline, &document).beyond(true, 1)
}

impl Program<'_> {
    /// Whether the document never allows an action of this pattern on a resource of this one: see [`never`](fn@never).
    pub fn never(&self, action: &str, resource: &str) -> Guarantee {
        never_program(self, action, resource)
    }

    /// Whether all that the document allows is on resources of these patterns: see [`only_on`](fn@only_on).
    pub fn only_on(&self, resources: &[&str]) -> Guarantee {
        only_on_program(self, resources)
    }

    /// Whether the document allows none of these actions on any of these resources, all patterns. Without actions it is about
    /// every action, without resources about every resource.
    ///
    /// AWS asks the same with `CheckAccessNotGranted`:
    /// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckAccessNotGranted.html>.
    pub fn grants_nothing_of(&self, actions: &[&str], resources: &[&str]) -> Guarantee {
        let (actions, resources) = (or_any(actions), or_any(resources));
        let mut open = Guarantee::Holds;
        let steps = Steps::new();
        for action in actions {
            for resource in resources {
                match requests(self, action, resource, &steps) {
                    Guarantee::Holds => {}
                    found @ Guarantee::Broken(_) => return found,
                    found @ Guarantee::Unknown(_) => open = found,
                }
            }
        }
        about(actions, resources, open)
    }

    /// Whether the document allows nothing that the baseline does not: see [`no_wider_than`].
    pub fn no_wider_than(&self, baseline: &Program<'_>) -> Guarantee {
        Question::of(baseline, self).beyond(true, 1)
    }
}

fn never_program(program: &Program<'_>, action: &str, resource: &str) -> Guarantee {
    let found = requests(program, action, resource, &Steps::new());
    about(&[action], &[resource], found)
}

/// Whether a document allows no request for the actions and resources of these patterns. Takes what it needs from the steps
/// that are left.
fn requests(program: &Program<'_>, action: &str, resource: &str, steps: &Steps) -> Guarantee {
    let mut model = Model::new();
    let rules = model.add(program.code());
    let id = model.action(action.as_bytes());
    let mut on = alloc::vec![(resource != "*").then(|| model.asked_resource(resource))];
    on.extend(compared_as(action, resource).map(|text| Some(model.asked_resource(&text))));
    let mut found = Guarantee::Holds;
    for resource in on {
        let limits = Limits {
            action: Some(id),
            resource,
            not_on: Vec::new(),
        };
        match one_document(&model, rules.clone(), &limits, program, steps) {
            Guarantee::Holds => {}
            broken @ Guarantee::Broken(_) => return broken,
            open @ Guarantee::Unknown(_) => found = open,
        }
    }
    found
}

/// What AWS compares for requests on resources of a pattern, where that is more than the pattern matches.
pub(super) fn compared_as(action: &str, resource: &str) -> Option<String> {
    Some(alloc::format!("{resource}{}", tail_of(action, resource)?))
}

fn only_on_program(program: &Program<'_>, resources: &[&str]) -> Guarantee {
    let mut model = Model::new();
    let rules = model.add(program.code());
    let limits = Limits {
        action: None,
        resource: None,
        not_on: (resources.iter())
            .flat_map(|resource| {
                let more = compared_as("*", resource).map(|text| model.asked_resource(&text));
                core::iter::once(model.asked_resource(resource)).chain(more)
            })
            .collect(),
    };
    one_document(&model, rules, &limits, program, &Steps::new())
}

fn one_document(
    model: &Model<'_>,
    rules: Range<usize>,
    limits: &Limits,
    program: &Program<'_>,
    steps: &Steps,
) -> Guarantee {
    let callers = Callers::of(model);
    steps.take(callers.cost());
    let most = steps.share(1);
    let mut hunt = Hunt::new(model, &callers, most);
    let (allows, denies) = split(model, rules);
    let confirm = |witness: &Witness| may_be(witness, program, true);
    let found = hunt.searcher.callers().into_iter().find_map(|principal| {
        (allows.iter())
            .find_map(|&allow| hunt.first(allow, principal, limits, [&denies, &[]], &confirm))
    });
    steps.take(most - hunt.searcher.steps);
    found.map_or_else(|| hunt.verdict(), Guarantee::Broken)
}

/// Whether a document allows a request, or does not. What a witness says that it assumes is taken as it says.
pub(super) fn may_be(witness: &Witness, program: &Program<'_>, allowed: bool) -> bool {
    match witness.evaluate(program) {
        Verdict::Allowed => allowed,
        Verdict::ExplicitDeny | Verdict::ImplicitDeny => !allowed,
        Verdict::Undetermined => !witness.assumed.is_empty(),
    }
}

/// Two programs side by side.
pub(crate) struct Question<'q> {
    pub(super) model: Model<'q>,
    old: (Range<usize>, &'q Program<'q>),
    new: (Range<usize>, &'q Program<'q>),
    /// Whether a search ruled something out because no such request can exist.
    met_impossible: Cell<bool>,
    steps: Steps,
    callers: OnceCell<Callers>,
}

impl<'q> Question<'q> {
    pub(crate) fn of(old: &'q Program<'q>, new: &'q Program<'q>) -> Self {
        let steps = Steps::new().for_documents([old, new]);
        let mut model = Model::new();
        model.compared = true;
        let old = (model.add(old.code()), old);
        let new = (model.add(new.code()), new);
        Self {
            model,
            old,
            new,
            met_impossible: Cell::new(false),
            steps,
            callers: OnceCell::new(),
        }
    }

    /// The callers that make a difference.
    pub(super) fn callers(&self) -> &Callers {
        self.callers.get_or_init(|| Callers::of(&self.model))
    }

    /// Whether asking once more, for requests that cannot exist, may give another answer and costs little.
    pub(crate) fn is_worth_asking_again(&self) -> bool {
        self.met_impossible.get() && self.model.rules.len() <= 64
    }

    /// From now on, requests that cannot exist count too.
    pub(crate) const fn lenient(&mut self) {
        self.model.lenient = true;
    }

    /// What the new program allows beyond the old one, or the old one beyond the new one. It is the first of so many searches
    /// that share the steps which are left.
    pub(crate) fn beyond(&self, new: bool, searches: usize) -> Guarantee {
        let Sides {
            wide,
            narrow,
            allows,
            denies,
            away,
            kept,
            other_denies,
        } = self.sides(new);
        self.steps.take(self.callers().cost());
        let steps = self.steps.share(searches);
        let mut hunt = Hunt::new(&self.model, self.callers(), steps);
        let limits = Limits::default();
        let confirm =
            |witness: &Witness| may_be(witness, wide, true) && may_be(witness, narrow, false);
        let mut found = None;
        'search: for principal in hunt.searcher.callers() {
            for &allow in &allows {
                // What no statement of the other allows, and what one of its statements denies.
                found = (!kept.contains(&allow))
                    .then(|| hunt.first(allow, principal, &limits, [&away, &[]], &confirm))
                    .flatten()
                    .or_else(|| {
                        other_denies.iter().find_map(|&deny| {
                            hunt.first(allow, principal, &limits, [&denies, &[deny]], &confirm)
                        })
                    });
                if found.is_some() {
                    break 'search;
                }
            }
        }
        self.steps.take(steps - hunt.searcher.steps);
        if hunt.searcher.met_impossible {
            self.met_impossible.set(true);
        }
        found.map_or_else(|| hunt.verdict(), Guarantee::Broken)
    }

    /// Which rules of which program have to match, and which must not, for the one program to allow more than the other.
    pub(super) fn sides(&self, new: bool) -> Sides<'q> {
        let (wide, narrow) = if new {
            (&self.new, &self.old)
        } else {
            (&self.old, &self.new)
        };
        let (allows, denies) = split(&self.model, wide.0.clone());
        let (other_allows, other_denies) = split(&self.model, narrow.0.clone());
        let mut away = denies.clone();
        away.extend(&other_allows);
        // What is in both documents takes itself away: most of them, where a document was edited.
        let kept = self.same(&allows, &other_allows);
        let same = self.same(&other_denies, &denies);
        let other_denies = (other_denies.into_iter())
            .filter(|deny| !same.contains(deny))
            .collect();
        Sides {
            wide: wide.1,
            narrow: narrow.1,
            allows,
            denies,
            away,
            kept,
            other_denies,
        }
    }

    /// Which of some rules stand among others, word for word.
    fn same(&self, some: &[usize], others: &[usize]) -> BTreeSet<usize> {
        let rule = |&number: &usize| self.model.rules.get(number);
        let known: BTreeSet<_> = others.iter().filter_map(rule).map(Rule::words).collect();
        (some.iter().copied())
            .filter(|number| rule(number).is_some_and(|rule| known.contains(&rule.words())))
            .collect()
    }
}

/// One program that may allow more than another, and the rules of both.
pub(super) struct Sides<'q> {
    pub(super) wide: &'q Program<'q>,
    pub(super) narrow: &'q Program<'q>,
    /// What the first allows and denies.
    pub(super) allows: Vec<usize>,
    pub(super) denies: Vec<usize>,
    /// What takes away from what an allow of the first one says: its own denies, and the allows of the other.
    pub(super) away: Vec<usize>,
    /// Allows of the first that the other has too.
    pub(super) kept: BTreeSet<usize>,
    /// Denies of the other that the first has not.
    pub(super) other_denies: Vec<usize>,
}
