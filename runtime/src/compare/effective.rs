//! What policies of several layers grant together, for every request that could exist.
//!
//! A request goes through when it is granted in one of the [`Way`]s that evaluation knows, passes the layers that every
//! request has to pass, and no statement denies it. So the access of a set is a union of regions: one statement of each
//! layer that has to allow, without what the denies take away. What another set does not grant is a union too: what one
//! of its denies matches, and what is left when some layer of each of its ways allows nothing. The regions are searched
//! as those of single documents are, one world at a time: a caller, whether the resource is of another account, and
//! whether the action is one that is treated in a way of its own.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::callers::{self, Candidate};
use super::gates::Hunt;
use super::guarantee::{Guarantee, compared_as};
use super::language::{ANY_IN_FIELD, DIGIT, MANY, MANY_IN_FIELD, SOME};
use super::model::{ANY_ARN, Model, Relation, Rule, Set as Patterns, id};
use super::reach::{Callers, reaches};
use super::search::{First, Region, Searcher, Steps};
use super::unsettled::Obstacle;
use super::witness::Witness;
use crate::Layer;
use crate::catalogue;
use crate::catalogue::access::{ALLOWED, GATEWAYS, OWN_POLICIES, Own, RCP_SERVICES, UNCONTROLLED};
use crate::document::PolicyKind;
use crate::evaluate::caller::Caller;
use crate::evaluate::decide::{Present, decide_for};
use crate::evaluate::principal::{Link, is_absent, is_not, is_service_linked};
use crate::evaluate::ways::{Aim, Situation, Way, applies, lacks_session, ways};
use crate::evaluate::{Attached, Origin, Verdict};

/// Policies and what is asked of them.
pub(crate) struct Side<'q> {
    pub(crate) attached: &'q [Attached<'q>],
    pub(crate) aim: Aim,
}

impl Side<'_> {
    /// Whether the policies grant a request, or do not. What a witness says that it assumes is taken as it says.
    fn may_be(&self, witness: &Witness, granted: bool) -> bool {
        let verdict =
            witness.with_request(|request| decide_for(self.attached, &request, self.aim).verdict);
        match verdict {
            Verdict::Allowed => granted,
            Verdict::ExplicitDeny | Verdict::ImplicitDeny => !granted,
            Verdict::Undetermined => !witness.assumed.is_empty(),
        }
    }
}

/// The requests that a question is about.
#[derive(Debug, Default)]
pub(crate) struct Inquiry<'s> {
    /// Actions of one of these patterns; empty for any.
    pub(crate) actions: &'s [&'s str],
    /// Resources of one of these patterns; empty for any.
    pub(crate) resources: &'s [&'s str],
    /// Resources of none of these patterns.
    pub(crate) not_on: &'s [&'s str],
    /// The only one who asks.
    pub(crate) principal: Option<&'s str>,
    /// The account that owns all resources.
    pub(crate) owner: Option<&'s str>,
    /// Service-linked roles do not count.
    pub(crate) unlinked: bool,
}

/// One or two sides over all worlds.
pub(crate) struct Effective<'q> {
    model: Model<'q>,
    sides: Vec<(&'q Side<'q>, Vec<Range<usize>>)>,
    callers: Callers,
    /// The caller is given, and so the identity policies are its own.
    given: bool,
    worlds: Vec<World>,
}

/// A caller and a kind of requests, for which each layer either has a say or has none.
#[derive(Debug, Clone, Default)]
struct World {
    /// The number of the caller.
    caller: Option<usize>,
    crosses: bool,
    key: bool,
    controlled: bool,
    /// The VPC endpoint may be a gateway endpoint.
    gateway: bool,
    /// What the requests are like: they match one of each of these rules.
    like: Vec<usize>,
    /// The owner of the resource, where its ARN does not say it.
    owner: Option<String>,
}

/// What has to allow a request of a world for a side to grant it, and what denies it.
struct Layers {
    always: Vec<Vec<usize>>,
    ways: Vec<Vec<Vec<usize>>>,
    denies: Vec<usize>,
}

impl<'q> Effective<'q> {
    pub(crate) fn of(sides: &[&'q Side<'q>], inquiry: &Inquiry<'_>) -> Self {
        let mut model = Model::new();
        model.numbered = true;
        let sides: Vec<(&Side<'_>, Vec<Range<usize>>)> = sides
            .iter()
            .map(|side| {
                let boundary = Present::of(side.attached).boundary;
                let ranges = side
                    .attached
                    .iter()
                    .map(|attached| {
                        let range = model.add(attached.program().code());
                        if attached.kind() == PolicyKind::VpcEndpoint {
                            model.by_endpoint_type(range.clone());
                        }
                        if boundary {
                            spare_nobody(&mut model, range.clone());
                        }
                        range
                    })
                    .collect();
                (*side, ranges)
            })
            .collect();
        let limited = !inquiry.unlinked
            && sides.iter().any(|(side, _)| {
                side.attached.iter().any(|attached| {
                    matches!(
                        attached.kind(),
                        PolicyKind::ServiceControl | PolicyKind::ResourceControl
                    )
                })
            });
        let mut found = Self {
            model,
            sides,
            callers: Callers::given(&Model::new(), Vec::new(), true, 0),
            given: inquiry.principal.is_some(),
            worlds: Vec::new(),
        };
        let like = found.like(inquiry);
        let (callers, complete, cost) = match inquiry.principal {
            Some(principal) => (callers::given_to(&found.model, principal), true, 0),
            None => candidates(&found.model, limited, inquiry.owner),
        };
        found.worlds = found.worlds(inquiry, like, &callers);
        // After the rules of the worlds, which reach every caller.
        found.callers = Callers::given(&found.model, callers, complete, cost);
        found
    }

    /// What the first side grants and the other side, where there is one, does not.
    ///
    /// It is the first of so many searches that share the steps which are left.
    pub(crate) fn beyond(
        &self,
        wide: usize,
        narrow: Option<usize>,
        (steps, searches): (&Steps, usize),
    ) -> Guarantee {
        steps.take(self.callers.cost());
        let most = steps.share(searches);
        let mut hunt = Hunt {
            model: &self.model,
            searcher: Searcher::new(&self.model, &self.callers, most),
            kinds: BTreeMap::new(),
        };
        let found = (self.worlds.iter()).find_map(|world| {
            if hunt.searcher.steps == 0 {
                hunt.searcher.stuck(Obstacle::TooMany, None);
                return None;
            }
            self.in_world(&mut hunt, world, wide, narrow)
        });
        steps.take(most - hunt.searcher.steps);
        match (found, hunt.searcher.unsure) {
            (Some(witness), _) => Guarantee::Broken(witness),
            (None, Some(reason)) => Guarantee::Unknown(reason),
            (None, None) => Guarantee::Holds,
        }
    }

    fn in_world(
        &self,
        hunt: &mut Hunt<'_, 'q>,
        world: &World,
        wide: usize,
        narrow: Option<usize>,
    ) -> Option<Witness> {
        hunt.searcher.owner.clone_from(&world.owner);
        hunt.searcher.gateway = world.gateway;
        let (wide_side, _) = self.sides.get(wide)?;
        let layers = self.layers(hunt, world, wide)?;
        let other = match narrow {
            Some(narrow) => Some((self.sides.get(narrow)?.0, self.layers(hunt, world, narrow)?)),
            None => None,
        };
        let confirm = |witness: &Witness| {
            wide_side.may_be(witness, true)
                && other
                    .as_ref()
                    .is_none_or(|(side, _)| side.may_be(witness, false))
        };
        let denied = self.words_of(&layers.denies);
        // Each way in which the other side does not grant: by a deny of its own, or by what none of these rules allows.
        let mut missed: Vec<(Option<usize>, Vec<usize>)> = Vec::new();
        match &other {
            None => missed.push((None, Vec::new())),
            Some((_, other)) => {
                for rules in other.unsatisfied() {
                    missed.push((None, rules));
                }
                for &deny in &other.denies {
                    let is_new = (self.model.rules.get(deny))
                        .is_some_and(|rule| !denied.contains(&rule.words()));
                    if is_new {
                        missed.push((Some(deny), Vec::new()));
                    }
                }
            }
        }
        for way in &layers.ways {
            for (deny, rules) in &missed {
                let mut gates: Vec<Vec<usize>> =
                    world.like.iter().map(|&rule| alloc::vec![rule]).collect();
                gates.extend(deny.map(|deny| alloc::vec![deny]));
                let mut others: Vec<&Vec<usize>> = layers.always.iter().chain(way).collect();
                others.sort_by_key(|gate| gate.len());
                gates.extend(others.into_iter().cloned());
                if gates.iter().any(Vec::is_empty) {
                    continue;
                }
                let mut away = layers.denies.clone();
                away.extend(rules);
                let mut region = Region {
                    principal: world.caller,
                    ..Region::default()
                };
                let mut first = First::new(&confirm);
                if hunt
                    .enter(&gates, &mut region, &away, &mut first)
                    .is_break()
                {
                    return first.found;
                }
            }
        }
        None
    }

    fn words_of(&self, rules: &[usize]) -> BTreeSet<super::model::Words<'_>> {
        rules
            .iter()
            .filter_map(|&rule| self.model.rules.get(rule))
            .map(Rule::words)
            .collect()
    }

    /// What decides for a side in a world.
    fn layers(&self, hunt: &Hunt<'_, 'q>, world: &World, side: usize) -> Option<Layers> {
        let (side, ranges) = self.sides.get(side)?;
        let candidate = world.caller.and_then(|caller| self.callers.all.get(caller));
        let name = candidate.and_then(|candidate| candidate.name.as_deref());
        let caller = name.map(|name| Caller::read(name.as_bytes()));
        let present = Present::of(side.attached);
        let linked = caller.as_ref().is_some_and(is_service_linked);
        let assumed = matches!(side.aim, Aim::Statements { assumed: true });
        let mut denies = Vec::new();
        let mut identity = Vec::new();
        let mut boundary = Vec::new();
        let mut session = Vec::new();
        let mut endpoint = Vec::new();
        let mut resource: Vec<(Link, usize)> = Vec::new();
        let mut levels: BTreeMap<u8, Vec<usize>> = BTreeMap::new();
        let limits = applies(
            PolicyKind::ServiceControl,
            caller.as_ref(),
            world.controlled,
        );
        for (attached, range) in side.attached.iter().zip(ranges) {
            let kind = attached.kind();
            if !applies(kind, caller.as_ref(), world.controlled) {
                continue;
            }
            if kind == PolicyKind::ServiceControl {
                levels.entry(attached.level).or_default();
            }
            for number in range.clone() {
                let Some(rule) = self.model.rules.get(number) else {
                    continue;
                };
                let Some(link) = hunt.searcher.link(world.caller, number) else {
                    continue;
                };
                if !rule.allows {
                    denies.push(number);
                    continue;
                }
                let names_nobody = is_absent(rule.principals);
                match kind.layer() {
                    Layer::Identity => identity.push(number),
                    Layer::PermissionsBoundary => boundary.push(number),
                    Layer::Session => session.push(number),
                    Layer::VpcEndpoint if !names_nobody => endpoint.push(number),
                    Layer::ServiceControl => {
                        levels.entry(attached.level).or_default().push(number);
                    }
                    Layer::RoleTrust | Layer::Resource if !names_nobody => {
                        resource.push((link, number));
                    }
                    // Nothing but the policy that allows all, which cannot be detached, allows here; and a statement of
                    // these kinds that names nobody lets nobody through.
                    Layer::ResourceControl
                    | Layer::VpcEndpoint
                    | Layer::RoleTrust
                    | Layer::Resource => {}
                }
            }
        }
        let mut always = Vec::new();
        if present.endpoint {
            always.push(endpoint);
        }
        if limits {
            always.extend(levels.into_values());
        }
        let situation = Situation {
            form: caller.as_ref().map(|caller| caller.form),
            crosses: world.crosses,
            key: world.key,
        };
        let gates = |way: Way| {
            let mut gates = Vec::new();
            if let Some(least) = way.resource {
                gates.push(
                    resource
                        .iter()
                        .filter(|(link, _)| *link >= least)
                        .map(|(_, rule)| *rule)
                        .collect(),
                );
            }
            if way.identity {
                gates.push(identity.clone());
            }
            if way.limited && present.boundary {
                gates.push(boundary.clone());
            }
            if way.limited && present.session {
                gates.push(session.clone());
            }
            gates
        };
        let is_own = assumed || self.given;
        let ways = ways(present, situation, side.aim)
            .into_iter()
            .flatten()
            // Nobody can attach policies to a service-linked role: the policies of a question are its own when it is the
            // one who asks, and of others else.
            .filter(|way| is_own || !(linked && way.identity))
            .filter(|way| !(way.limited && lacks_session(present, situation.form)))
            .map(gates)
            .collect();
        Some(Layers {
            always,
            ways,
            denies,
        })
    }

    /// What all requests of a question are like.
    fn like(&mut self, inquiry: &Inquiry<'_>) -> Vec<usize> {
        let mut like = alloc::vec![self.actions(ALLOWED.iter().copied(), true)];
        if !inquiry.actions.is_empty() {
            like.push(self.actions(inquiry.actions.iter().copied(), false));
        }
        if !inquiry.resources.is_empty() && !inquiry.resources.contains(&"*") {
            like.push(self.resources(inquiry.resources, false));
        }
        if !inquiry.not_on.is_empty() {
            like.push(self.resources(inquiry.not_on, true));
        }
        like
    }

    /// The worlds that make a difference.
    fn worlds(
        &mut self,
        inquiry: &Inquiry<'_>,
        like: Vec<usize>,
        callers: &[Candidate],
    ) -> Vec<World> {
        let any = |what: &dyn Fn(&Side<'_>) -> bool| self.sides.iter().any(|(side, _)| what(side));
        let crossing = any(&|side| side.aim != Aim::Resource);
        let by_key = any(&|side| Present::of(side.attached).resource && side.aim != Aim::Resource);
        let by_control = any(&|side| {
            (side.attached.iter()).any(|attached| attached.kind() == PolicyKind::ResourceControl)
        });
        let compared = self.sides.len() > 1;
        let mut kinds = alloc::vec![World {
            like,
            owner: inquiry.owner.map(String::from),
            ..World::default()
        }];
        if by_key {
            let keys: Vec<String> = OWN_POLICIES
                .iter()
                .filter(|own| own.policy == Own::Key)
                .map(|own| alloc::format!("{}:{}*", own.service, own.prefix))
                .collect();
            let own = self.actions(keys.iter().map(String::as_str), false);
            let other = self.actions(keys.iter().map(String::as_str), true);
            kinds = each(&kinds, |world| {
                [
                    World {
                        key: true,
                        ..world.and(&[own])
                    },
                    world.and(&[other]),
                ]
            });
        }
        let by_endpoint =
            (self.model.rules.iter()).any(|rule| self.model.is_by_endpoint_type(rule));
        if by_endpoint {
            let services: Vec<String> = GATEWAYS
                .iter()
                .map(|service| alloc::format!("{service}:*"))
                .collect();
            let some = self.actions(services.iter().map(String::as_str), false);
            let other = self.actions(services.iter().map(String::as_str), true);
            kinds = each(&kinds, |world| {
                [
                    World {
                        gateway: true,
                        ..world.and(&[some])
                    },
                    world.and(&[other]),
                ]
            });
        }
        if by_control {
            let services: Vec<String> = RCP_SERVICES
                .iter()
                .map(|service| alloc::format!("{service}:*"))
                .collect();
            let some = self.representatives(&services);
            let covered = self.actions(some.into_iter(), false);
            let beyond = self.actions(services.iter().map(String::as_str), true);
            let excepted = self.actions(UNCONTROLLED.iter().copied(), false);
            let other = self.actions(UNCONTROLLED.iter().copied(), true);
            kinds = each(&kinds, |world| {
                [
                    World {
                        controlled: true,
                        ..world.and(&[covered, other])
                    },
                    world.and(&[beyond]),
                    world.and(&[covered, excepted]),
                ]
            });
        }
        if callers.is_empty() {
            return kinds;
        }
        let mut found = Vec::new();
        let accounts: Vec<Option<String>> = (callers.iter())
            .map(|caller| {
                let caller = Caller::read(caller.name.as_deref()?.as_bytes());
                Some(String::from_utf8_lossy(caller.account?).into_owned())
            })
            .collect();
        let numbered = self.of_account("????????????", false);
        let unnumbered = self.of_account("????????????", true);
        let arn = self.rule(
            None,
            Some(Patterns {
                not: false,
                patterns: alloc::vec![ANY_ARN],
            }),
        );
        let mut by_account: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for (caller, account) in accounts.into_iter().enumerate() {
            let worlds = each(&kinds, |world| {
                [World {
                    caller: Some(caller),
                    ..world.clone()
                }]
            });
            let Some(account) = account.filter(|_| crossing) else {
                found.extend(worlds);
                continue;
            };
            if let Some(owner) = inquiry.owner {
                found.extend(worlds.into_iter().map(|world| World {
                    crosses: owner != account,
                    ..world
                }));
                continue;
            }
            let (own, foreign) = *by_account.entry(account.clone()).or_insert_with(|| {
                (
                    self.of_account(&account, false),
                    self.of_account(&account, true),
                )
            });
            let stranger = if account == SOME_ACCOUNT {
                OTHER_ACCOUNT
            } else {
                SOME_ACCOUNT
            };
            for world in worlds {
                found.push(world.and(&[own]));
                found.push(world.and(&[unnumbered]));
                found.push(World {
                    crosses: true,
                    ..world.and(&[numbered, foreign])
                });
                // The ARN does not say whose it is. What one side grants across accounts it grants in its own, too.
                if compared {
                    found.push(World {
                        crosses: true,
                        owner: Some(String::from(stranger)),
                        ..world.and(&[arn, unnumbered])
                    });
                }
            }
        }
        found
    }

    /// Of services some that represent all: those whose actions nothing tells apart are the same.
    fn representatives<'s>(&mut self, services: &'s [String]) -> Vec<&'s str> {
        let known = self.model.actions.len();
        let mut seen: Vec<(Option<&str>, Vec<Relation>)> = Vec::new();
        let mut found = Vec::new();
        for service in services {
            let pattern = self.model.asked_action(service);
            let relations = (0..known)
                .map(|other| self.model.actions.relation(pattern, id(other)))
                .collect();
            let prefix = service.trim_end_matches(":*");
            let kind = (
                catalogue::service(prefix).map(|service| service.prefix),
                relations,
            );
            if !seen.contains(&kind) {
                seen.push(kind);
                found.push(service.as_str());
            }
        }
        found
    }

    /// A rule that no document has: requests for one of these actions, or for none of them.
    fn actions<'a>(&mut self, patterns: impl Iterator<Item = &'a str>, not: bool) -> usize {
        let patterns = patterns
            .map(|pattern| self.model.asked_action(pattern))
            .collect();
        self.rule(Some(Patterns { not, patterns }), None)
    }

    fn resources(&mut self, patterns: &[&str], not: bool) -> usize {
        let patterns = patterns
            .iter()
            .flat_map(|pattern| {
                let more = compared_as("*", pattern).map(|text| self.model.asked_resource(&text));
                core::iter::once(self.model.asked_resource(pattern)).chain(more)
            })
            .collect();
        self.rule(None, Some(Patterns { not, patterns }))
    }

    /// Requests on the resources of an account, or on others; `?` is a digit.
    fn of_account(&mut self, account: &str, not: bool) -> usize {
        let colon = u32::from(b':');
        let mut tokens: Vec<u32> = "arn:".chars().map(u32::from).collect();
        tokens.extend([ANY_IN_FIELD, MANY_IN_FIELD, colon]);
        tokens.extend([ANY_IN_FIELD, MANY_IN_FIELD, colon]);
        tokens.extend([MANY_IN_FIELD, colon]);
        tokens.extend(account.chars().map(|symbol| match symbol {
            '?' => DIGIT,
            symbol => u32::from(symbol),
        }));
        tokens.extend([colon, SOME, MANY]);
        let pattern = self.model.resource_like(tokens);
        self.rule(
            None,
            Some(Patterns {
                not,
                patterns: alloc::vec![pattern],
            }),
        )
    }

    fn rule(&mut self, actions: Option<Patterns>, resources: Option<Patterns>) -> usize {
        let all = Patterns {
            not: true,
            patterns: Vec::new(),
        };
        self.model.rules.push(Rule {
            allows: true,
            actions: actions.unwrap_or(all),
            resources,
            principals: b"_",
            conditions: Vec::new(),
            perhaps: None,
            origin: Origin {
                document: usize::MAX,
                statement: 0,
            },
        });
        self.model.rules.len() - 1
    }
}

/// Accounts of which one is not the caller's.
const SOME_ACCOUNT: &str = "123456789012";
const OTHER_ACCOUNT: &str = "210987654321";

impl World {
    fn and(&self, rules: &[usize]) -> Self {
        let mut world = self.clone();
        world.like.extend_from_slice(rules);
        world
    }
}

fn each<const N: usize>(worlds: &[World], split: impl Fn(&World) -> [World; N]) -> Vec<World> {
    worlds.iter().flat_map(split).collect()
}

/// The callers that make a difference. Callers of one kind and account whom the same rules reach in the same way are the
/// same, unless something else is asked about them.
fn candidates(
    model: &Model<'_>,
    limited: bool,
    owner: Option<&str>,
) -> (Vec<Candidate>, bool, usize) {
    let by_caller = callers::asks_for_caller(model);
    let mut found: Vec<Candidate> = Vec::new();
    let (callers, complete, cost) = callers::candidates(model, limited, Some(owner));
    let mut ways = Vec::new();
    for caller in callers {
        let reached = reaches(model, &caller);
        let is_known = (found.iter().zip(&ways))
            .any(|(known, way)| known.kind() == caller.kind() && *way == reached);
        if by_caller || !is_known {
            found.push(caller);
            ways.push(reached);
        }
    }
    (found, complete, cost)
}

/// A permissions boundary makes `NotPrincipal` in a deny apply to everyone.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>.
fn spare_nobody(model: &mut Model<'_>, range: Range<usize>) {
    for rule in model.rules.get_mut(range).unwrap_or_default() {
        if !rule.allows && is_not(rule.principals) {
            rule.principals = b"_";
            rule.perhaps = None;
        }
    }
}

impl Layers {
    /// The ways for nothing to be granted: rules that all have to miss a request, of one layer that every request has to
    /// pass, or of one layer of each way.
    fn unsatisfied(&self) -> Vec<Vec<usize>> {
        let mut found = self.always.clone();
        let mut chosen: Vec<Vec<usize>> = alloc::vec![Vec::new()];
        for way in &self.ways {
            let mut next: Vec<Vec<usize>> = Vec::new();
            for rules in &chosen {
                for gate in way {
                    let mut more = rules.clone();
                    more.extend(gate);
                    more.sort_unstable();
                    more.dedup();
                    if !next.contains(&more) {
                        next.push(more);
                    }
                }
            }
            chosen = next;
        }
        found.extend(chosen);
        found
    }
}
