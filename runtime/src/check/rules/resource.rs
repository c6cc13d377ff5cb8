//! Rules about actions and resources together.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use crate::catalogue::{ActionInfo, Service};
use crate::check::facts::{ActionKind, ResourceFact, StatementFacts};
use crate::check::finding::Part;
use crate::check::{Message, Rule, Severity, Sink};
use crate::document::{Effect, Place};

/// Whether the action can be evaluated against one of the resources.
pub(super) fn usable(service: &Service, info: &ActionInfo, resources: &[ResourceFact<'_>]) -> bool {
    resources.iter().any(|resource| {
        resource.is_anything()
            || info
                .resources
                .iter()
                .any(|kind| resource.could_be(&service.resources[usize::from(kind.index)]))
    })
}

/// Whether the rules of this module apply: `NotResource` leaves nearly everything in, and nothing can be said of an
/// empty list.
fn names_resources(statement: &StatementFacts<'_>) -> bool {
    let element = statement.statement.resources.as_ref();
    element.is_some_and(|element| !element.not) && !statement.resources.is_empty()
}

/// The resource types of an action as a list of parts: "a `x` or a `y`".
fn types(message: Message, service: &Service, info: &ActionInfo) -> Message {
    let mut message = message;
    let count = info.resources.len();
    for (number, kind) in info.resources.iter().enumerate() {
        if number > 0 {
            message = message.with(if number + 1 == count { " or " } else { ", " });
        }
        let kind = &service.resources[usize::from(kind.index)];
        message = message.with(Part::ResourceType(
            service.prefix.to_string(),
            kind.name.to_string(),
        ));
    }
    message
}

/// An action cannot use any resource of its statement, so the statement has no effect on it.
///
/// Actions that are evaluated against resources of other types than the ones the statement names do nothing there.
///
/// See <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>.
pub const REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH: Rule = Rule {
    id: "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "an action cannot use any resource of its statement, so the statement has no effect on it",
    run: |facts, sink| mismatches(&facts.statements, sink, false),
};

/// An action is limited to a resource although the service reference gives it none; AWS's pages disagree.
pub const REKOGNITION_IAM_ACTION_RESOURCE_DISPUTED: Rule = Rule {
    id: "REKOGNITION_IAM_ACTION_RESOURCE_DISPUTED",
    severity: Severity::Warning,
    denied_in_rust: false,
    summary: "an action is limited to a resource although the service reference gives it none; AWS's pages disagree",
    run: |facts, sink| mismatches(&facts.statements, sink, true),
};

fn mismatches(statements: &[StatementFacts<'_>], sink: &mut Sink<'_>, disputed: bool) {
    for (s, statement) in statements.iter().enumerate() {
        if !names_resources(statement) || statement.statement.actions.not {
            continue;
        }
        let effect = match statement.statement.effect {
            Effect::Allow => "grants",
            Effect::Deny => "denies",
        };
        for (a, action) in statement.actions.iter().enumerate() {
            let place = Place::Action(s, a);
            match &action.kind {
                ActionKind::Known(service, info) => {
                    if info.resources_disputed != disputed
                        || usable(service, info, &statement.resources)
                    {
                        continue;
                    }
                    let name = Part::Action(service.prefix.to_string(), info.name.to_string());
                    if info.resources.is_empty() {
                        let finding = sink.report(
                            place,
                            Message::from(name).with(format!(
                                " takes no resource, so this statement {effect} nothing for it"
                            )),
                        );
                        finding.help(
                            Message::from("give it a statement of its own with ")
                                .with(Part::AnyResource),
                        );
                        if disputed {
                            finding.help("AWS's own pages disagree here: an example of theirs names a resource, the service reference has none");
                        }
                    } else {
                        let finding = sink.report(
                            place,
                            Message::from(name).with(format!(
                                " cannot use {}, so this statement {effect} nothing for it",
                                if statement.resources.len() == 1 {
                                    "this resource"
                                } else {
                                    "any of these resources"
                                }
                            )),
                        );
                        finding.help(types(Message::from("it works on "), service, info));
                        finding.help(
                            Message::from(
                                "give it a statement of its own on such a resource, or with ",
                            )
                            .with(Part::AnyResource),
                        );
                    }
                }
                ActionKind::Pattern(service, _, infos) if !disputed && !infos.is_empty() => {
                    if infos
                        .iter()
                        .any(|info| usable(service, info, &statement.resources))
                    {
                        continue;
                    }
                    sink.report(
                        place,
                        format!(
                            "none of the {} actions that `{}` matches can use {}, so this statement {effect} nothing for it",
                            infos.len(),
                            action.text,
                            if statement.resources.len() == 1 {
                                "this resource"
                            } else {
                                "any of these resources"
                            }
                        ),
                    )
                    .help(Message::from("name a resource that they work on, or use ").with(Part::AnyResource));
                }
                _ => {}
            }
        }
    }
}

/// A resource is of a type that no action of its statement can use.
pub const REKOGNITION_IAM_RESOURCE_UNUSED: Rule = Rule {
    id: "REKOGNITION_IAM_RESOURCE_UNUSED",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "a resource is of a type that no action of its statement can use",
    run: |facts, sink| {
        for (s, statement) in facts.statements.iter().enumerate() {
            if !names_resources(statement)
                || statement.statement.actions.not
                || statement.resources.len() < 2
            {
                continue;
            }
            // Only when the catalogue knows every action, and the rule before has nothing to say: one mistake, one error.
            let known: Option<Vec<_>> = statement
                .actions
                .iter()
                .map(|action| action.kind.known())
                .collect();
            let Some(known) = known else { continue };
            let all_usable = known.iter().all(|(service, infos)| {
                infos
                    .iter()
                    .any(|info| usable(service, info, &statement.resources))
            });
            if !all_usable {
                continue;
            }
            for (r, resource) in statement.resources.iter().enumerate() {
                let used = known.iter().any(|(service, infos)| {
                    infos
                        .iter()
                        .any(|info| usable(service, info, core::slice::from_ref(resource)))
                });
                if !used {
                    let finding = sink.report(
                        Place::Resource(s, r),
                        "no action of this statement can use this resource",
                    );
                    if let [(service, [info])] = known.as_slice() {
                        finding.help(types(
                            Message::from(Part::Action(
                                service.prefix.to_string(),
                                info.name.to_string(),
                            ))
                            .with(" works on "),
                            service,
                            info,
                        ));
                    } else {
                        finding.help("take it out, or add the action that it is meant for");
                    }
                }
            }
        }
    },
};

/// An action that is checked against several resource types at once is granted on only some of them.
///
/// `CopyProjectVersion` is checked against the source version and the destination project at once.
///
/// See <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CopyProjectVersion.html>.
pub const REKOGNITION_IAM_REQUIRED_RESOURCE_MISSING: Rule = Rule {
    id: "REKOGNITION_IAM_REQUIRED_RESOURCE_MISSING",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "an action that is checked against several resource types at once is granted on only some of them",
    run: |facts, sink| {
        for (s, statement) in facts.statements.iter().enumerate() {
            if statement.statement.effect != Effect::Allow
                || statement.statement.actions.not
                || !names_resources(statement)
            {
                continue;
            }
            for (a, action) in statement.actions.iter().enumerate() {
                let ActionKind::Known(service, info) = &action.kind else {
                    continue;
                };
                if !info.required_together || !usable(service, info, &statement.resources) {
                    continue;
                }
                // Another statement may grant the rest: each resource is looked up on its own.
                let granted_on = |kind: u16| {
                    let kind = &service.resources[usize::from(kind)];
                    facts.statements.iter().any(|other| {
                        other.statement.effect == Effect::Allow
                            && grants(other, service, info)
                            && (!names_resources(other)
                                || other
                                    .resources
                                    .iter()
                                    .any(|resource| resource.could_be(kind)))
                    })
                };
                for missing in info
                    .resources
                    .iter()
                    .filter(|kind| kind.required && !granted_on(kind.index))
                {
                    let kind = &service.resources[usize::from(missing.index)];
                    sink.report(
                        Place::Action(s, a),
                        Message::from(Part::Action(service.prefix.to_string(), info.name.to_string()))
                            .with(" also needs a resource of type ")
                            .with(Part::ResourceType(service.prefix.to_string(), kind.name.to_string())),
                    )
                    .help("AWS checks one request against all of its resource types at once; name one of each");
                }
            }
        }
    },
};

fn grants(statement: &StatementFacts<'_>, service: &Service, info: &ActionInfo) -> bool {
    let listed = statement.actions.iter().any(|action| match &action.kind {
        ActionKind::Any => true,
        ActionKind::AnyService => true,
        kind => kind.known().is_some_and(|(other, infos)| {
            other.prefix == service.prefix && infos.iter().any(|other| other.name == info.name)
        }),
    });
    listed != statement.statement.actions.not
}
