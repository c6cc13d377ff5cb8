//! Rules about actions and resources together.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::attached::is_foreign;

use crate::catalogue::{self, ActionInfo, ResourceType, Service};
use crate::check::facts::{
    ActionFact, ActionKind, Facts, ResourceFact, StatementFacts, Use, is_evaluated_as_star,
};
use crate::check::finding::Part;
use crate::check::rule::rules;
use crate::check::{Message, Severity, Sink, tables, text};
use crate::document::{Effect, Place, PolicyKind};

/// Whether the action can be evaluated against one of the statement's resources.
pub(super) fn usable(service: &Service, info: &ActionInfo, statement: &StatementFacts<'_>) -> bool {
    use_of(service, info, statement) != Use::Dead
}

/// What the statement's resources are for the action.
fn use_of(service: &Service, info: &ActionInfo, statement: &StatementFacts<'_>) -> Use {
    if statement.has_anything {
        return Use::Works;
    }
    if info.resources.is_empty() {
        return statement.use_without_type(service, info);
    }
    match info
        .resources_of(service)
        .any(|(_, kind)| statement.could_be(kind))
    {
        true => Use::Works,
        false => Use::Dead,
    }
}

/// What the statement's resources are for the best of the actions.
fn best_use(
    service: &Service,
    infos: &[&'static ActionInfo],
    statement: &StatementFacts<'_>,
) -> Use {
    let mut best = Use::Dead;
    for info in infos {
        best = best.max(use_of(service, info, statement));
        if best == Use::Works {
            break;
        }
    }
    best
}

/// The resource types of an action as a list of parts: "a `x` or a `y`".
pub(super) fn types(message: Message, service: &Service, info: &ActionInfo) -> Message {
    // A line that can be read: `ec2:CreateTags` works on a hundred types.
    const MOST: usize = 8;
    let mut message = message;
    let count = info.resources.len();
    let shown = if count > MOST { 3 } else { count };
    for (number, (_, kind)) in info.resources_of(service).take(shown).enumerate() {
        if number > 0 {
            message = message.with(if number + 1 == count { " or " } else { ", " });
        }
        message = message.resource_type(service, kind);
    }
    match count - shown {
        0 => message,
        more => message.with(format!(", and {more} more types")),
    }
}

rules![
    /// No action of a statement works on any of its resources, so the statement has no effect.
    ///
    /// Checks each action against the resource types that it supports. An action that does not support
    /// resource-level permissions matches only `*`, and an action on collections never matches a project. The
    /// statement looks like a permission, and grants or denies nothing.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectLabels",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/staff"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:DetectLabels", "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>.
    #[rule(Error, needs(IDLE), subject(ActionOnResource))]
    fn REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        mismatches(facts, sink, Told::Alone)
    },

    /// An action does not work on any resource of its statement, although other actions do.
    ///
    /// Checks each action against the resource types that it supports. The statement works for the other actions,
    /// which hides that it does nothing for this one. Put the action into a statement with resources that it
    /// supports, or with `*`.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": ["rekognition:IndexFaces", "rekognition:DetectLabels"],
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/staff"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/staff"
    /// },
    /// {"Effect": "Allow", "Action": "rekognition:DetectLabels", "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>.
    #[rule(Error, needs(IDLE), subject(Impossible))]
    fn REKOGNITION_IAM_ACTION_DEAD_BESIDE_OTHERS(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        mismatches(facts, sink, Told::Beside)
    },

    /// An action is limited to a resource, and AWS's pages disagree about whether that works.
    ///
    /// Reports the few actions for which the Service Authorization Reference lists no resource types, while an
    /// example in the service's documentation names a resource. If the reference is right, the statement grants
    /// nothing for the action. `*` works either way.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:CreateProject",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:project/logos/*"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:CreateProject", "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/service-authorization/latest/reference/list_rekognition.html>.
    #[rule(Warning, needs(IDLE))]
    fn REKOGNITION_IAM_ACTION_RESOURCE_DISPUTED(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        mismatches(facts, sink, Told::Disputed)
    },

    /// An action without resource types is limited to all resources of its service or of one type.
    ///
    /// Checks actions that do not support resource-level permissions. AWS documents that they need `*`. Some are
    /// nevertheless checked against an ARN, such as `table/*` for `dynamodb:ListTables`; for this action, that is
    /// not known. `*` works either way.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "dynamodb:ListGlobalTables", "Resource": "arn:aws:dynamodb:*:*:*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "dynamodb:ListGlobalTables", "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>.
    #[rule(Suggestion, needs(IDLE))]
    fn REKOGNITION_IAM_ACTION_RESOURCE_UNDOCUMENTED(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        mismatches(facts, sink, Told::Undocumented)
    },

    /// No action of a statement works on one of its resources.
    ///
    /// Checks the type of each resource against the actions of its statement. Such a resource changes nothing, and
    /// suggests a permission that does not exist. Usually the action for it is missing, or it belongs to another
    /// statement.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": [
    ///     "arn:aws:rekognition:us-east-1:123456789012:collection/staff",
    ///     "arn:aws:rekognition:us-east-1:123456789012:streamprocessor/cam"
    ///   ]
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": ["arn:aws:rekognition:us-east-1:123456789012:collection/staff"]
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>.
    #[rule(Error, needs(RESOURCES, ARN), subject(ResourceType))]
    fn REKOGNITION_IAM_RESOURCE_UNUSED(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in facts.statements.iter().enumerate() {
            if !statement.names_resources()
                || statement.statement.actions.not
                || statement.resources.len() < 2
                || statement.actions.is_empty()
            {
                continue;
            }
            // The rule before has nothing to say: one mistake, one error.
            let Some(known) = known_actions(statement) else {
                continue;
            };
            for (r, resource) in statement.resources.iter().enumerate() {
                if !is_used(statement, &known, resource) {
                    let finding = sink.report(
                        Place::Resource(s, r),
                        "no action of this statement works on this resource",
                    );
                    if let [(service, [info])] = known.as_slice()
                        && !info.resources.is_empty()
                    {
                        finding.help(types(
                            Message::new()
                                .action(service.prefix, info.name)
                                .with(" works on "),
                            service,
                            info,
                        ));
                    } else if let [(service, [info])] = known.as_slice() {
                        finding.help(
                            Message::new()
                                .action(service.prefix, info.name)
                                .with(" does not support specific resources; name ")
                                .with(Part::AnyResource)
                                .with(" for it"),
                        );
                    } else {
                        finding.help("remove it, or add the action that needs it");
                    }
                    for (service, _) in &known {
                        finding.as_listed_of(service);
                    }
                }
            }
        }
    },

    /// An exception of `NotResource` is a resource that no action of the statement works on.
    ///
    /// Checks the type of each entry of `NotResource` against the actions of its statement. Such an entry makes no exception,
    /// so a `Deny` also denies what it was meant to leave out. Often the entry names a bucket, and the actions work on
    /// its objects. An entry is not reported if another one continues it, as `b/*` does with `b`.
    ///
    /// ```json
    /// {"Effect": "Deny", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::photos"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Deny", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::photos/*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html>.
    #[rule(Warning, needs(ARN), subject(ResourceType))]
    fn REKOGNITION_IAM_EXCEPTION_UNUSED(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in facts.statements.iter().enumerate() {
            let is_not = (statement.statement.resources.as_ref()).is_some_and(|list| list.not);
            if !is_not || statement.statement.actions.not {
                continue;
            }
            let Some(known) = known_actions(statement) else {
                continue;
            };
            // Exceptions from `*` are right for actions that work on nothing else.
            let has_types = |info: &&ActionInfo| !info.resources.is_empty();
            if !known.iter().any(|(_, infos)| infos.iter().any(has_types)) {
                continue;
            }
            for (r, resource) in statement.resources.iter().enumerate() {
                let continued = (statement.resources.iter()).any(|other| {
                    (other.text.strip_prefix(resource.text))
                        .is_some_and(|rest| rest.starts_with(['/', ':', '*']))
                });
                if continued || is_used(statement, &known, resource) {
                    continue;
                }
                let finding = sink.report(
                    Place::Resource(s, r),
                    "no action of this statement works on this resource, so this is not an exception",
                );
                match known.as_slice() {
                    [(service, [info])] => finding.help(types(
                        Message::new()
                            .action(service.prefix, info.name)
                            .with(" works on "),
                        service,
                        info,
                    )),
                    _ => finding.help("remove it, or name what the actions work on"),
                };
                for (service, _) in &known {
                    finding.as_listed_of(service);
                }
            }
        }
    },

    /// An action that needs several resource types is allowed on only some of them.
    ///
    /// Checks actions for which one request is authorized against several resources, such as
    /// `rekognition:CopyProjectVersion` with its source version and its destination project. Unless all of them are
    /// allowed, every request fails.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": ["rekognition:CopyProjectVersion", "rekognition:CreateProjectVersion"],
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:project/to/1627045542080"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": ["rekognition:CopyProjectVersion", "rekognition:CreateProjectVersion"],
    ///   "Resource": [
    ///     "arn:aws:rekognition:us-east-1:123456789012:project/to/1627045542080",
    ///     "arn:aws:rekognition:us-east-1:123456789012:project/logos/version/v1/1627045542080"
    ///   ]
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CopyProjectVersion.html>.
    #[rule(Error, needs(TOGETHER), follows(Unread))]
    fn REKOGNITION_IAM_REQUIRED_RESOURCE_MISSING(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in facts.statements.iter().enumerate() {
            // The policy of a resource speaks for that resource alone; the caller needs the rest in a policy of their own.
            if matches!(facts.kind, PolicyKind::Project | PolicyKind::Resource)
                || statement.statement.effect != Effect::Allow
                || statement.statement.actions.not
                || !statement.names_resources()
            {
                continue;
            }
            for (a, action) in statement.actions.iter().enumerate() {
                let ActionKind::Known(service, info) = &action.kind else {
                    continue;
                };
                if !usable(service, info, statement) {
                    continue;
                }
                if let Some(missing) = none_of(facts, service, info) {
                    let finding = sink.report(
                        Place::Action(s, a),
                        Message::new()
                            .action(service.prefix, info.name)
                            .with(format!(" also needs a resource of type `{missing}`")),
                    );
                    finding.help("name a resource of each type; AWS checks a request against all of its resources");
                    finding.as_listed_of(service);
                }
                if !info.required_together {
                    continue;
                }
                // Another statement may grant the rest: each resource is looked up on its own.
                for (missing, kind) in info.resources_of(service) {
                    if !missing.required || granted_on(facts, service, info, kind) {
                        continue;
                    }
                    let message = Message::new()
                        .action(service.prefix, info.name)
                        .with(" also needs a resource of type ")
                        .resource_type(service, kind);
                    let elsewhere = kind.name == "key"
                        && tables::KEY_POLICY_MAY_GRANT.contains(&(service.prefix, info.name));
                    let message = match elsewhere {
                        true => message.with(", unless the policy of the key grants it"),
                        false => message,
                    };
                    let finding = sink.report(Place::Action(s, a), message);
                    finding.help("name a resource of each type; AWS checks a request against all of its resources");
                    if elsewhere {
                        finding.severity = Severity::Suggestion;
                    }
                    finding.as_listed_of(service);
                }
            }
        }
    }
];

/// The types of which a request always names one, when no statement grants the action on any of them.
fn none_of(
    facts: &Facts<'_>,
    service: &'static Service,
    info: &'static ActionInfo,
) -> Option<String> {
    let (.., names) = (tables::ONE_OF_TOGETHER.iter())
        .find(|(prefix, name, _)| *prefix == service.prefix && *name == info.name)?;
    let granted = (info.resources_of(service))
        .any(|(_, kind)| names.contains(&kind.name) && granted_on(facts, service, info, kind));
    (!granted).then(|| text::joined(names, "` or `"))
}

/// The actions of a statement, if the catalogue knows all of them and each works on something that the statement names.
fn known_actions<'f>(
    statement: &'f StatementFacts<'_>,
) -> Option<Vec<(&'static Service, &'f [&'static ActionInfo])>> {
    let mut known = Vec::new();
    for (a, action) in statement.actions.iter().enumerate() {
        let (service, infos) = action.kind.known()?;
        if infos.is_empty() || statement.uses.get(a) == Some(&Use::Dead) {
            return None;
        }
        known.push((service, infos));
    }
    (!known.is_empty()).then_some(known)
}

/// Whether some of the actions work on the resource, or nothing is known of it.
fn is_used(
    statement: &StatementFacts<'_>,
    known: &[(&'static Service, &[&'static ActionInfo])],
    resource: &ResourceFact<'_>,
) -> bool {
    resource.is_anything()
        || (statement.types.iter()).any(|(kind, _)| resource.could_be(kind))
        || known.iter().any(|(service, infos)| {
            (infos.iter().filter(|info| info.resources.is_empty()))
                .any(|info| resource.use_without_type(service, info) != Use::Dead)
        })
}

/// Which of the rules reports an action.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Alone,
    Beside,
    Disputed,
    Undocumented,
}

/// What the resources of its statement are for the action; nothing is said about one of which nothing is known.
fn state(statement: &StatementFacts<'_>, action: &ActionFact<'_>) -> Use {
    match action.kind.known() {
        Some((service, infos)) if !infos.is_empty() => best_use(service, infos, statement),
        _ => Use::Works,
    }
}

/// What the resources of a statement are for each of its actions, when it has one that cannot use any of them, or may not.
pub(in crate::check) fn uses(statement: &StatementFacts<'_>) -> Vec<Use> {
    let mut uses = Vec::new();
    if !statement.names_resources() || statement.statement.actions.not || statement.has_anything {
        return uses;
    }
    for (a, action) in statement.actions.iter().enumerate() {
        let state = state(statement, action);
        if uses.is_empty() && state != Use::Works {
            uses = vec![Use::Works; a];
        }
        if state != Use::Works || !uses.is_empty() {
            uses.push(state);
        }
    }
    uses
}

fn mismatches(facts: &Facts<'_>, sink: &mut Sink<'_>, told: Told) {
    for (s, statement) in facts.statements.iter().enumerate() {
        let states = &statement.uses;
        let any_works = states.iter().any(|state| *state != Use::Dead);
        for (a, (action, state)) in statement.actions.iter().zip(states).enumerate() {
            if *state == Use::Works || is_foreign(facts, action) {
                continue;
            }
            let disputed =
                matches!(&action.kind, ActionKind::Known(_, info) if info.resources_disputed);
            let by = if disputed {
                Told::Disputed
            } else if *state == Use::Undocumented {
                Told::Undocumented
            } else if any_works {
                Told::Beside
            } else {
                Told::Alone
            };
            // A resource policy has no other resource to name.
            if by != told || (disputed && facts.kind == PolicyKind::Resource) {
                continue;
            }
            let place = Place::Action(s, a);
            if by == Told::Undocumented {
                undocumented(statement, action, sink, place);
            } else {
                mismatch(statement, action, sink, place, disputed);
            }
        }
    }
}

/// Says that an action has no resource type, and may match the resources of its statement all the same.
fn undocumented(
    statement: &StatementFacts<'_>,
    action: &ActionFact<'_>,
    sink: &mut Sink<'_>,
    place: Place,
) {
    let effect = match statement.statement.effect {
        Effect::Allow => "granted",
        Effect::Deny => "denied",
    };
    sink.report(
        place,
        Message::new().action_of(action).with(format!(
            " has no resource types, and AWS does not document whether it is {effect} here"
        )),
    )
    .help(Message::from("move it to a separate statement with ").with(Part::AnyResource));
}

fn mismatch(
    statement: &StatementFacts<'_>,
    action: &ActionFact<'_>,
    sink: &mut Sink<'_>,
    place: Place,
    disputed: bool,
) {
    let effect = match statement.statement.effect {
        Effect::Allow => "grants",
        Effect::Deny => "denies",
    };
    let these = if statement.resources.len() == 1 {
        "this resource"
    } else {
        "any of these resources"
    };
    match &action.kind {
        ActionKind::Known(service, info) => {
            let name = Message::new().action(service.prefix, info.name);
            if info.resources.is_empty() {
                let finding = sink.report(
                    place,
                    name.with(format!(
                        " does not support resources, so this statement {effect} nothing for it"
                    )),
                );
                finding.help(
                    Message::from("move it to a separate statement with ").with(Part::AnyResource),
                );
                let record = catalogue::pseudo_resource(service.prefix, info.name);
                if !record.is_some_and(|record| record.sure) && !is_evaluated_as_star(service) {
                    finding.as_listed_of(service);
                }
                if disputed {
                    finding.help("AWS documentation disagrees: one example names a resource, but the service reference lists none");
                }
            } else {
                let finding = sink.report(
                    place,
                    name.with(format!(
                        " does not work on {these}, so this statement {effect} nothing for it"
                    )),
                );
                finding.help(types(Message::from("it works on "), service, info));
                let help = if statement.actions.len() == 1 {
                    Message::from("name such a resource instead")
                } else if info.resources.iter().any(|resource| resource.required) {
                    Message::from("move it to a separate statement on such a resource")
                } else {
                    // A request may do without the resources, so `*` can be what was meant.
                    Message::from("move it to a separate statement on such a resource, or with ")
                        .with(Part::AnyResource)
                };
                finding.help(help);
            }
        }
        ActionKind::Pattern(_, _, infos) => {
            sink.report(
                place,
                format!(
                    "none of the {} actions that `{}` matches works on {these}, so this statement {effect} nothing for them",
                    infos.len(),
                    action.text,
                ),
            )
            .help(
                Message::from("name a resource that they work on, or use ").with(Part::AnyResource),
            );
        }
        ActionKind::Any
        | ActionKind::UnknownAction(..)
        | ActionKind::Disabled(_)
        | ActionKind::UnknownService(..)
        | ActionKind::AnyService
        | ActionKind::WildcardService(..)
        | ActionKind::Malformed
        | ActionKind::Unlisted => {}
    }
}

/// Whether some statement grants the action on a resource of the type: each resource is looked up on its own.
fn granted_on(
    facts: &Facts<'_>,
    service: &Service,
    info: &ActionInfo,
    kind: &ResourceType,
) -> bool {
    for statement in &facts.statements {
        if statement.allows()
            && grants(statement, service, info)
            && (!statement.names_resources() || statement.could_be(kind))
        {
            return true;
        }
    }
    false
}

fn grants(statement: &StatementFacts<'_>, service: &Service, info: &ActionInfo) -> bool {
    let mut listed = false;
    for action in &statement.actions {
        match &action.kind {
            ActionKind::Any | ActionKind::AnyService => listed = true,
            kind @ (ActionKind::Known(..)
            | ActionKind::Pattern(..)
            | ActionKind::UnknownAction(..)
            | ActionKind::Disabled(_)
            | ActionKind::UnknownService(..)
            | ActionKind::WildcardService(..)
            | ActionKind::Malformed
            | ActionKind::Unlisted) => {
                if let Some((other, infos)) = kind.known()
                    && other.prefix == service.prefix
                {
                    listed |= infos.iter().any(|other| other.name == info.name);
                }
            }
        }
    }
    listed != statement.statement.actions.not
}
