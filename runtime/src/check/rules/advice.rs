//! Advice: what works, and could be better or will not last.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::arn::{arns, is_plain};
use crate::catalogue::{self, ActionInfo, Lifecycle, Service};
use crate::check::facts::{ActionKind, Facts, ResourceKind, StatementFacts};
use crate::check::finding::Part;
use crate::check::tables::{self, When};
use crate::check::{Message, Rule, Severity, Sink};
use crate::document::{Place, PolicyKind};
use crate::glob;

/// An action is spelled in another case than AWS spells it.
///
/// IAM does not mind, but people and other tools do.
pub const REKOGNITION_IAM_ACTION_CASE: Rule = Rule {
    id: "REKOGNITION_IAM_ACTION_CASE",
    severity: Severity::Warning,
    denied_in_rust: false,
    summary: "an action is spelled in another case than AWS spells it",
    run: |facts, sink| {
        for (s, statement) in facts.statements.iter().enumerate() {
            for (a, action) in statement.actions.iter().enumerate() {
                let (service, name) = match &action.kind {
                    ActionKind::Known(service, info) => (*service, info.name),
                    // Of a pattern only the service is certain.
                    ActionKind::Pattern(service, name, _) => (*service, *name),
                    _ => continue,
                };
                let spelled = action.text.split_once(':');
                if spelled != Some((service.prefix, name)) {
                    let right = format!("{}:{name}", service.prefix);
                    sink.report(
                        Place::Action(s, a),
                        format!("AWS spells `{}` in another case", action.text),
                    )
                    .help(format!("write `{right}`, so that other tools find it too"))
                    .replace(right);
                }
            }
        }
    },
};

/// Calls `each` for every action that is granted, and whose entry stands for none but actions with this end in sight.
fn ending(
    facts: &Facts<'_>,
    mut each: impl FnMut(Place, &str, &'static Service, &'static ActionInfo, Lifecycle),
) {
    for (s, statement) in facts.statements.iter().enumerate() {
        if !statement.allows() || statement.statement.actions.not {
            continue;
        }
        for (a, action) in statement.actions.iter().enumerate() {
            let Some((service, infos)) = action.kind.known() else {
                continue;
            };
            let Some(first) = infos.first() else { continue };
            if let Some(lifecycle) = first.lifecycle
                && infos.iter().all(|info| info.lifecycle.is_some())
            {
                each(Place::Action(s, a), action.text, service, first, lifecycle);
            }
        }
    }
}

/// The feature behind an action has ended.
///
/// See <https://docs.aws.amazon.com/rekognition/latest/dg/persons.html>.
pub const REKOGNITION_IAM_ACTION_ENDED: Rule = Rule {
    id: "REKOGNITION_IAM_ACTION_ENDED",
    severity: Severity::Warning,
    denied_in_rust: false,
    summary: "the feature behind an action has ended",
    run: |facts, sink| {
        ending(facts, |place, _, service, info, lifecycle| {
            if let Lifecycle::Ended(date) = lifecycle {
                sink.report(
                    place,
                    Message::from("the feature behind ")
                        .with(Part::Action(
                            service.prefix.to_string(),
                            info.name.to_string(),
                        ))
                        .with(format!(" ended on {date}")),
                )
                .help("take it out: no request for it succeeds");
            }
        });
    },
};

/// The feature behind an action takes no new customers.
///
/// See <https://docs.aws.amazon.com/rekognition/latest/dg/streaming-video.html>.
pub const REKOGNITION_IAM_ACTION_CLOSED: Rule = Rule {
    id: "REKOGNITION_IAM_ACTION_CLOSED",
    severity: Severity::Suggestion,
    denied_in_rust: false,
    summary: "the feature behind an action takes no new customers",
    run: |facts, sink| {
        ending(facts, |place, _, service, info, lifecycle| {
            if let Lifecycle::ClosedToNewCustomers(date) = lifecycle {
                sink.report(
                    place,
                    Message::from("the feature behind ")
                        .with(Part::Action(
                            service.prefix.to_string(),
                            info.name.to_string(),
                        ))
                        .with(format!(" takes no new customers since {date}")),
                )
                .help("see that your account used it before");
            }
        });
    },
};

/// A statement grants actions on `*` that could be limited to a resource.
///
/// Nothing is said of actions for which `*` is the only legal resource.
pub const REKOGNITION_IAM_STAR_RESOURCE: Rule = Rule {
    id: "REKOGNITION_IAM_STAR_RESOURCE",
    severity: Severity::Suggestion,
    denied_in_rust: false,
    summary: "a statement grants actions on * that could be limited to a resource",
    run: |facts, sink| {
        // What limits others, and what hangs on one resource, has good reasons for a star.
        if facts.kind != PolicyKind::Identity {
            return;
        }
        for (s, statement) in facts.statements.iter().enumerate() {
            let Some(r) = (statement.resources.iter())
                .position(|resource| matches!(resource.kind, ResourceKind::Any))
            else {
                continue;
            };
            if !statement.allows()
                || !statement.names_resources()
                || statement.statement.actions.not
                || limits_resources(statement)
            {
                continue;
            }
            let mut limitable: Vec<(&Service, &ActionInfo)> = Vec::new();
            for action in &statement.actions {
                if let ActionKind::Known(service, info) = &action.kind
                    && info.resources.iter().any(|kind| kind.required)
                    && !tables::STAR_MAY_BE_NEEDED.contains(&(service.prefix, info.name))
                {
                    limitable.push((service, info));
                }
            }
            let Some((service, info)) = limitable.first() else {
                continue;
            };
            let mut names: Vec<_> = (limitable.iter().take(3))
                .map(|(service, info)| (service.prefix.to_string(), info.name.to_string()))
                .collect();
            let more = limitable.len() - names.len();
            let last = if more == 0 && names.len() > 1 {
                names.pop()
            } else {
                None
            };
            let mut message = Message::from(Part::Actions(names));
            if let Some((service, name)) = last {
                message = message.with(" and ").with(Part::Action(service, name));
            }
            if more > 0 {
                message = message.with(format!(" and {more} more"));
            }
            let finding = sink.report(
                Place::Resource(s, r),
                message
                    .with(" can be limited to some resources, and ")
                    .with(Part::AnyResource)
                    .with(" is all of them"),
            );
            let mut help = Message::from(if limitable.len() < statement.actions.len() {
                "give the actions that work on resources a statement of their own, and name the resources there: "
            } else {
                "name the resources: "
            });
            help = help
                .with(Part::Action(
                    service.prefix.to_string(),
                    info.name.to_string(),
                ))
                .with(" works on ");
            finding.help(super::resource::types(help, service, info));
        }
    },
};

/// Whether a condition already says on which resources.
fn limits_resources(statement: &StatementFacts<'_>) -> bool {
    statement.has_key(&[
        "aws:ResourceTag/",
        "aws:ResourceAccount",
        "aws:ResourceOrgID",
        "aws:ResourceOrgPaths",
        "s3:ResourceAccount",
    ])
}

/// A statement grants every action of a service.
pub const REKOGNITION_IAM_SERVICE_WILDCARD: Rule = Rule {
    id: "REKOGNITION_IAM_SERVICE_WILDCARD",
    severity: Severity::Suggestion,
    denied_in_rust: false,
    summary: "a statement grants every action of a service",
    run: |facts, sink| {
        granted_patterns(facts, |place, text| {
            let Some((service, name)) = text.split_once(':') else {
                return;
            };
            if !glob::has_wildcard(service) && is_star(name) {
                sink.report(
                    place,
                    format!("this grants every action of `{service}`, those to come included"),
                )
                .help("list the actions that are needed");
            }
        });
    },
};

/// A statement grants every action of AWS.
pub const REKOGNITION_IAM_FULL_WILDCARD: Rule = Rule {
    id: "REKOGNITION_IAM_FULL_WILDCARD",
    severity: Severity::SecurityWarning,
    denied_in_rust: false,
    summary: "a statement grants every action of AWS",
    run: |facts, sink| {
        granted_patterns(facts, |place, text| {
            let full = is_star(text)
                || text
                    .split_once(':')
                    .is_some_and(|(service, name)| is_star(service) && is_star(name));
            if full {
                sink.report(place, "this grants every action of every service of AWS")
                    .help("list the actions that are needed");
            }
        });
    },
};

fn is_star(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'*')
}

fn granted_patterns(facts: &Facts<'_>, mut each: impl FnMut(Place, &str)) {
    if facts.kind != PolicyKind::Identity {
        return;
    }
    for (s, statement) in facts.statements.iter().enumerate() {
        if statement.allows() && !statement.statement.actions.not {
            for (a, action) in statement.actions.iter().enumerate() {
                if action.text.ends_with('*') {
                    each(Place::Action(s, a), action.text);
                }
            }
        }
    }
}

/// The service of an ARN is left open.
pub const WILDCARD_IN_SERVICE_NAME: Rule = Rule {
    id: "WILDCARD_IN_SERVICE_NAME",
    severity: Severity::Suggestion,
    denied_in_rust: false,
    summary: "the service of an ARN is left open",
    run: |facts, sink| {
        arns(facts, |place, _, arn| {
            if glob::has_wildcard(arn.service()) {
                sink.report(
                    place,
                    format!(
                        "`{}` stands for services that AWS has yet to build, too",
                        arn.service()
                    ),
                )
                .at(arn.service_range())
                .help("name the service");
            }
        });
    },
};

/// Rekognition has no endpoint in the region of an ARN.
///
/// See <https://docs.aws.amazon.com/general/latest/gr/rekognition.html>.
pub const REKOGNITION_IAM_REGION_WITHOUT_REKOGNITION: Rule = Rule {
    id: "REKOGNITION_IAM_REGION_WITHOUT_REKOGNITION",
    severity: Severity::Warning,
    denied_in_rust: false,
    summary: "Rekognition has no endpoint in the region of an ARN",
    run: |facts, sink| {
        arns(facts, |place, _, arn| {
            if !arn.service().eq_ignore_ascii_case("rekognition") {
                return;
            }
            if let Some((home, region)) = catalogue::region(arn.region()) {
                // A region of another partition is reported for that.
                if region.rekognition || !glob::matches(arn.partition(), home.name, false) {
                    return;
                }
                let finding = sink.report(
                    place,
                    format!(
                        "as of {}, Rekognition has no endpoint in `{}`",
                        catalogue::AS_OF,
                        region.name
                    ),
                );
                finding.at(arn.region_range());
                let continent = region.name.split('-').next().unwrap_or(region.name);
                let near: Vec<_> = (home.regions.iter())
                    .filter(|near| {
                        near.rekognition && near.name.split('-').next() == Some(continent)
                    })
                    .map(|near| format!("`{}`", near.name))
                    .collect();
                if near.is_empty() {
                    finding.help(format!(
                        "it has {} regions in partition `{}`",
                        home.regions
                            .iter()
                            .filter(|region| region.rekognition)
                            .count(),
                        home.name
                    ));
                } else {
                    finding.help(format!("near it are {}", near.join(", ")));
                }
            } else if is_plain(arn.partition())
                && let Some(partition) = catalogue::partition(arn.partition())
                && glob::has_wildcard(arn.region())
                && !partition.regions.iter().any(|region| region.rekognition)
            {
                sink.report(
                    place,
                    format!(
                        "as of {}, Rekognition has no endpoint in partition `{}`",
                        catalogue::AS_OF,
                        partition.name
                    ),
                )
                .at(arn.partition_range())
                .help("the statement does nothing there");
            }
        });
    },
};

/// A policy grants an action and not what the action needs beside itself.
///
/// See <https://docs.aws.amazon.com/rekognition/latest/dg/api-video-roles.html>.
pub const REKOGNITION_IAM_COMPANION_MISSING: Rule = Rule {
    id: "REKOGNITION_IAM_COMPANION_MISSING",
    severity: Severity::Suggestion,
    denied_in_rust: false,
    summary: "a policy grants an action and not what the action needs beside itself",
    run: |facts, sink| {
        if facts.kind != PolicyKind::Identity {
            return;
        }
        for (s, statement) in facts.statements.iter().enumerate() {
            if statement.allows() && !statement.statement.actions.not {
                companions(facts, sink, statement, s);
            }
        }
    },
};

fn companions(facts: &Facts<'_>, sink: &mut Sink<'_>, statement: &StatementFacts<'_>, s: usize) {
    // One finding for all actions that lack the same for the same reason.
    let mut told: Vec<(&tables::Companion, usize, usize)> = Vec::new();
    for (a, action) in statement.actions.iter().enumerate() {
        let ActionKind::Known(service, info) = &action.kind else {
            continue;
        };
        if service.prefix != "rekognition" {
            continue;
        }
        for row in tables::COMPANIONS
            .iter()
            .filter(|row| row.action == info.name)
        {
            if row.when == When::Tagged && !statement.has_key(&["aws:RequestTag/", "aws:TagKeys"]) {
                continue;
            }
            if let Some(same) = told
                .iter_mut()
                .find(|(other, ..)| other.needs == row.needs && other.when == row.when)
            {
                same.2 += 1;
                continue;
            }
            let needed = format!("{}:{}", row.needs.0, row.needs.1);
            let granted =
                (facts.statements.iter()).any(|other| other.allows() && other.has_action(&needed));
            if !granted {
                told.push((row, a, 0));
            }
        }
    }
    for (row, a, more) in told {
        let action =
            |(service, name): (&str, &str)| Part::Action(service.to_string(), name.to_string());
        let mut message = Message::from(action(("rekognition", row.action)));
        message = match more {
            0 => message.with(" also needs "),
            1 => message.with(" and one more action also need "),
            _ => message.with(format!(" and {more} more actions also need ")),
        };
        message = message.with(action(row.needs)).with(match row.when {
            When::Always => ", which this policy does not grant",
            When::Notified => {
                " for a request with a notification channel, which this policy does not grant"
            }
            When::Tagged => " for a request with tags, which this policy does not grant",
        });
        let finding = sink.report(Place::Action(s, a), message);
        if row.needs.1 == "PassRole" {
            finding.help(
                Message::from("grant it on the role that is passed, with ")
                    .with(Part::Key("iam:PassedToService".to_string()))
                    .with(" equal to `rekognition.amazonaws.com`")
                    .with(Part::Companion("pass_role")),
            );
        } else if row.when == When::Always {
            finding.help(
                Message::from("grant it on the project that the model is copied to")
                    .with(Part::Companion("model_copy")),
            );
        } else {
            finding.help("grant it too, on the resource that is made");
        }
    }
}
