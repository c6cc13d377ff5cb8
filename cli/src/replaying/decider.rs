//! Puts one question to policies: an action on resources, with what a record shows.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use rekognition_iam_runtime::arn::Arn;
use rekognition_iam_runtime::evaluate::{ActionName, Entry, Key, Prepared, Request, Values};

use super::judged::{Judged, nothing_known, unknown};
use super::keys::through_endpoint;
use super::owners::{Owner, applying, owner_of};
use super::question::Question;
use super::sets::{End, Given, Kinds, Mentioned, Ruling, Set, With};
use crate::trail::caller::{Caller, CallerKind};
use crate::trail::calls::{self, Asked, Ended};
use crate::trail::keys::{About, Status, status};
use crate::trail::record::Record;

/// The sets of a question: of the new policies, and of the old ones.
#[derive(Debug)]
pub(crate) struct Sets {
    pub(super) kinds: Kinds,
    pub(super) mentioned: Mentioned,
    several: bool,
    new: Side,
    /// The new ones without the denials that the old ones have too: none of those applied to a call that was allowed.
    lifted: Option<Side>,
    old: Option<Side>,
}

impl Sets {
    pub(crate) fn new(question: &Question) -> Self {
        let all = || question.new.iter().chain(question.old.iter().flatten());
        let old = question.old.as_deref();
        Self {
            kinds: Kinds::of(all()),
            mentioned: Mentioned::of(all()),
            several: question.new.len() > 1,
            new: Side::new(&question.new, None, false),
            lifted: old.map(|old| Side::new(&question.new, Some(old), false)),
            old: old.map(|old| Side::new(old, None, true)),
        }
    }
}

/// The policies of a point in time.
#[derive(Debug)]
struct Side {
    is_old: bool,
    policies: Vec<Given>,
    without_denials_of: Option<Vec<Given>>,
    owners: Vec<Owner>,
    /// Without the policies of resources.
    plain: Versions,
}

impl Side {
    fn new(policies: &[Given], without_denials_of: Option<&[Given]>, is_old: bool) -> Self {
        Self {
            is_old,
            policies: policies.to_vec(),
            without_denials_of: without_denials_of.map(<[Given]>::to_vec),
            owners: policies.iter().map(Owner::of).collect(),
            plain: Versions::new(policies, without_denials_of, &[]),
        }
    }
}

/// A set for calls from anywhere, and one for calls through a VPC endpoint; each as it is, with an identity policy that allows
/// everything, and with nothing but such an identity policy and the policies of the resource.
#[derive(Debug)]
struct Versions(Vec<Set>);

impl Versions {
    fn new(
        policies: &[Given],
        without_denials_of: Option<&[Given]>,
        of_resources: &[usize],
    ) -> Self {
        Self(
            [false, true]
                .map(|endpoints| {
                    [(false, true), (true, true), (true, false)].map(|(anything, own)| {
                        Set::new(
                            policies,
                            With {
                                anything,
                                endpoints,
                                own,
                                of_resources,
                                without_denials_of,
                            },
                        )
                    })
                })
                .into_iter()
                .flatten()
                .collect(),
        )
    }
}

/// A side with the indexes of the evaluator, and its sets with policies of resources, which are made when they are first needed.
struct Point<'a> {
    side: &'a Side,
    plain: Vec<Prepared<'a>>,
    more: RefCell<HashMap<Vec<usize>, Rc<Versions>>>,
}

impl<'a> Point<'a> {
    fn new(side: &'a Side) -> Self {
        Self {
            side,
            plain: side.plain.0.iter().map(Set::prepared).collect(),
            more: RefCell::default(),
        }
    }

    fn with(&self, of_resources: &[usize]) -> Rc<Versions> {
        let mut more = self.more.borrow_mut();
        if let Some(known) = more.get(of_resources) {
            return Rc::clone(known);
        }
        let made = Rc::new(Versions::new(
            &self.side.policies,
            self.side.without_denials_of.as_deref(),
            of_resources,
        ));
        more.insert(of_resources.to_vec(), Rc::clone(&made));
        made
    }
}

/// A point in time, and the policies of resources that take part.
struct Indexed<'p> {
    point: &'p Point<'p>,
    /// `None`: no policies of resources.
    with: Option<Rc<Versions>>,
}

impl Indexed<'_> {
    /// Whether a policy of the resource takes part.
    const fn has_resource(&self) -> bool {
        self.with.is_some()
    }

    fn decide(&self, anything: bool, endpoints: bool, request: &Request<'_>) -> Option<Ruling> {
        self.decide_by(usize::from(anything) + 3 * usize::from(endpoints), request)
    }

    /// About a call of someone of another account.
    fn decide_foreign(&self, endpoints: bool, request: &Request<'_>) -> Option<Ruling> {
        self.decide_by(2 + 3 * usize::from(endpoints), request)
    }

    fn decide_by(&self, number: usize, request: &Request<'_>) -> Option<Ruling> {
        match &self.with {
            None => {
                let set = self.point.side.plain.0.get(number)?;
                Some(set.decide(self.point.plain.get(number)?, request))
            }
            Some(versions) => {
                let set = versions.0.get(number)?;
                Some(set.decide(&set.prepared(), request))
            }
        }
    }
}

/// Decides about requests of records.
pub(super) struct Decider<'a> {
    question: &'a Question,
    sets: &'a Sets,
    new: Point<'a>,
    lifted: Option<Point<'a>>,
    old: Option<Point<'a>>,
}

impl<'a> Decider<'a> {
    pub(super) fn new(question: &'a Question, sets: &'a Sets) -> Self {
        Self {
            question,
            sets,
            new: Point::new(&sets.new),
            lifted: sets.lifted.as_ref().map(Point::new),
            old: sets.old.as_ref().map(Point::new),
        }
    }

    pub(super) fn judge(
        &self,
        record: &Record<'_>,
        caller: &Caller<'_>,
        principal: &str,
        service: &str,
        one: &Asked,
        ended: Ended,
    ) -> Judged {
        // What another account did is in the trail of the account that owns the resource.
        let owner = calls::owner(record, one).or_else(|| {
            (record.recipient.as_deref()).filter(|_| caller.kind == CallerKind::Account)
        });
        let about = About {
            service,
            passed_to: one.passed_to.as_deref(),
            has_owner: owner.is_some()
                || one.resources.iter().flatten().all(|arn| has_account(arn)),
        };
        let mut keys: Vec<(&str, Status<'_>)> = Vec::new();
        let always = ["aws:principalarn"];
        let mentioned = self.sets.mentioned.keys.iter().map(String::as_str);
        for key in always.into_iter().chain(mentioned) {
            let mut found = status(record, caller, about, key);
            if found == Status::Unknown
                && let Some(values) = self.question.assumed.get(key)
            {
                found = Status::Known(values.iter().map(|value| value.as_str().into()).collect());
            }
            keys.push((key, found));
        }
        let texts: Vec<Vec<&str>> = (keys.iter())
            .map(|(_, status)| match status {
                Status::Known(values) => values.iter().map(AsRef::as_ref).collect(),
                Status::Absent | Status::Unknown | Status::Derived => Vec::new(),
            })
            .collect();
        let entries: Vec<Entry<'_>> = (keys.iter().zip(&texts))
            .filter_map(|((key, status), texts)| {
                let values = match status {
                    Status::Known(_) => Values::Many(texts),
                    Status::Absent => Values::Many(&[]),
                    Status::Unknown => Values::Unknown,
                    Status::Derived => return None,
                };
                Some(Entry::new(Key::named(key), values))
            })
            .collect();
        let through = through_endpoint(record);
        let ask_with = |indexed: &Indexed<'_>, resources: &[&str]| -> Ruling {
            let (first, more) = resources
                .split_first()
                .map_or(("*", [].as_slice()), |(first, more)| (*first, more));
            let mut request = Request::new(ActionName::from(one.action.as_str()), first)
                .with_all(entries.iter().copied())
                .principal(principal);
            for resource in more {
                request = request.and_on(resource);
            }
            if let Some(owner) = owner {
                request = request.resource_account(owner);
            }
            let ruling = match caller.kind {
                CallerKind::Account => {
                    self.of_account(indexed, through, ended, &caller.principal, &request)
                }
                CallerKind::User
                | CallerKind::Session { .. }
                | CallerKind::Federated
                | CallerKind::Root
                | CallerKind::Anyone
                | CallerKind::Service
                | CallerKind::Provider => self.given(indexed, through, ended, &request),
            };
            // Those have no policies but the resource's, and a policy of another resource says nothing about this one.
            let by_resource = matches!(
                caller.kind,
                CallerKind::Account | CallerKind::Anyone | CallerKind::Service
            );
            match by_resource && ruling.end == End::Denied && ruling.by.is_none() {
                true if !indexed.has_resource() => Ruling {
                    end: End::Unknown,
                    code: "resource_policy_not_given",
                    ..ruling
                },
                _ => may_be_granted(ruling, indexed, &one.action, resources),
            }
        };
        let ask = |point: &Point<'_>, resources: &[&str]| -> Ruling {
            let sets = applying(&point.side.owners, &one.action, resources);
            let mut open: Vec<usize> = Vec::new();
            let mut rulings = sets.iter().map(|of_resources| {
                let with = (!of_resources.is_empty()).then(|| point.with(of_resources));
                (of_resources, ask_with(&Indexed { point, with }, resources))
            });
            let Some((_, first)) = rulings.next() else {
                return nothing_known();
            };
            for (of_resources, ruling) in rulings {
                if ruling.end != first.end {
                    open.extend(of_resources);
                }
            }
            match open.first() {
                None => first,
                // By its number: its name may differ on machines that each do a part.
                Some(number) => unknown(
                    Ruling {
                        by: None,
                        depends: BTreeSet::new(),
                        ..first
                    },
                    &owner_of(point.side.is_old, *number),
                ),
            }
        };
        let decide = |point: &Point<'_>| self.on_all(one, &|resources| ask(point, resources));
        let lifted = self.lifted.as_ref().filter(|_| ended == Ended::Allowed);
        Judged {
            new: decide(lifted.unwrap_or(&self.new)),
            old: self.old.as_ref().map(decide),
        }
    }

    /// Decides with what is known of the identity policies that were not given: AWS allowed the call, so something did.
    fn given(
        &self,
        indexed: &Indexed<'_>,
        through: bool,
        ended: Ended,
        request: &Request<'_>,
    ) -> Ruling {
        let plain = || indexed.decide(false, through, request);
        let anything = || indexed.decide(true, through, request);
        let ruling = if self.sets.kinds.identity {
            plain()
        } else {
            match (indexed.has_resource(), ended) {
                (false, Ended::Allowed) => anything(),
                (_, _) => match (plain(), anything()) {
                    (Some(plain), Some(anything)) if plain.end == anything.end => Some(plain),
                    (_, Some(anything)) if anything.end == End::Denied => Some(anything),
                    (_, anything) => anything.map(|ruling| Ruling {
                        end: End::Unknown,
                        code: "identity_policy_not_given",
                        by: None,
                        depends: BTreeSet::new(),
                        ..ruling
                    }),
                },
            }
        };
        ruling.unwrap_or_else(nothing_known)
    }

    /// Decides on the resources; where the record does not show one, on every kind of resource that the policies tell apart.
    fn on_all(&self, one: &Asked, ask: &dyn Fn(&[&str]) -> Ruling) -> Ruling {
        let known: Vec<&str> = one.resources.iter().flatten().map(String::as_str).collect();
        if known.len() == one.resources.len() {
            return match one.any_path {
                true => self.in_any_path(&known, ask),
                false => ask(&known),
            };
        }
        let mut unlike = known.clone();
        let nothing_like = "arn:aws:unknown:unknown:000000000000:\u{10ffff}";
        unlike.push(nothing_like);
        let first = ask(&unlike);
        let mut open = first.end == End::Unknown || first.end == End::Denied && self.sets.several;
        for pattern in &self.sets.mentioned.resources {
            let sample = pattern.replace(['*', '?'], "x");
            let mut resources = known.clone();
            resources.push(&sample);
            open |= ask(&resources).end != first.end;
        }
        match open {
            false => first,
            true => unknown(first, "the resource"),
        }
    }

    /// Decides on resources of IAM that may be in a path: without one, and in each that the policies tell apart.
    fn in_any_path(&self, known: &[&str], ask: &dyn Fn(&[&str]) -> Ruling) -> Ruling {
        let first = ask(known);
        let [only] = known else {
            return unknown(first, "the path");
        };
        let Some((kind, name)) = only.rsplit_once('/') else {
            return first;
        };
        let paths = (self.sets.mentioned.resources.iter()).filter_map(|pattern| {
            // `role/service-role/*` and `arn:aws:iam::*:role/*` have the path after the first slash.
            let (_, path) = pattern.split_once('/')?;
            Some(path.replace(['*', '?'], "x"))
        });
        let mut tried: BTreeSet<String> = BTreeSet::from(["\u{10ffff}".to_owned()]);
        for path in paths {
            if let Some((directory, _)) = path.rsplit_once('/') {
                tried.insert(directory.to_owned());
            }
            tried.insert(path);
        }
        let differs =
            (tried.iter()).any(|path| ask(&[&format!("{kind}/{path}/{name}")]).end != first.end);
        match differs {
            true => unknown(first, "the path"),
            false => first,
        }
    }

    /// Decides about a call of another account, by the policies of the resource: the own policies of the caller allowed it, and who
    /// that is is not recorded.
    fn of_account(
        &self,
        indexed: &Indexed<'_>,
        through: bool,
        ended: Ended,
        account: &str,
        request: &Request<'_>,
    ) -> Ruling {
        let first = request.resources().next().unwrap_or_default();
        let partition = first.split(':').nth(1).unwrap_or("aws");
        let unlike = format!("arn:{partition}:iam::{account}:role/another");
        let named = (self.sets.mentioned.principals.iter())
            .filter(|principal| principal.split(':').nth(4) == Some(account))
            // The account itself is everyone in it.
            .filter(|principal| !principal.ends_with(":root"));
        let mut rulings = ([&unlike].into_iter().chain(named)).filter_map(|principal| {
            indexed.decide_foreign(through, &request.clone().principal(principal))
        });
        let Some(first) = rulings.next() else {
            return nothing_known();
        };
        let differs = rulings.any(|ruling| ruling.end != first.end);
        match (differs, first.end, ended) {
            (true, _, _) => unknown(first, "the caller"),
            // Their own policies may have denied it.
            (false, End::Allowed, Ended::Denied | Ended::Failed) => Ruling {
                end: End::Unknown,
                code: "identity_policy_not_given",
                by: None,
                ..first
            },
            (false, _, _) => first,
        }
    }
}

fn has_account(arn: &str) -> bool {
    Arn::parse(arn).is_ok_and(|arn| !arn.account().is_empty())
}

/// A ruling that nothing allows a request, for a resource whose own policy was not given and may allow it: in the same account, one
/// of both is enough. See
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>.
fn may_be_granted(
    ruling: Ruling,
    indexed: &Indexed<'_>,
    action: &str,
    resources: &[&str],
) -> Ruling {
    // Rekognition has policies of projects alone, which are for other accounts, and the trust policy of a role allows only to
    // assume it.
    let has_none = action.starts_with("rekognition:") || action.starts_with("iam:");
    let named = resources.iter().any(|resource| *resource != "*");
    match ruling.code == "nothing_allows" && named && !has_none && !indexed.has_resource() {
        true => Ruling {
            code: "resource_policy_may_allow",
            ..ruling
        },
        false => ruling,
    }
}
