//! Advice: what works, and could be better or will not last.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::arn::is_plain;
use super::{Needs, run};
use crate::catalogue::{self, ActionInfo, AuthorizedAction, Lifecycle, Service};
use crate::check::facts::{
    ActionFact, ActionKind, Facts, ResourceFact, ResourceKind, StatementFacts, is_spelled,
};
use crate::check::finding::Part;
use crate::check::tables::{self, When};
use crate::check::text::{self, is_star};
use crate::check::{Message, Rule, Severity, Sink};
use crate::document::{Place, PolicyKind};
use crate::glob;

/// An action is spelled in another case than AWS spells it.
///
/// IAM does not mind, but people and other tools do.
pub const REKOGNITION_IAM_ACTION_CASE: Rule = Rule {
    id: "REKOGNITION_IAM_ACTION_CASE",
    severity: Severity::Suggestion,
    denied_in_rust: false,
    summary: "an action is spelled in another case than AWS spells it",
    needs: Needs::CASE,
    run: run!(|facts, sink| {
        for (place, _, action) in facts.actions() {
            let (service, name) = match &action.kind {
                ActionKind::Known(service, info) => (*service, info.name),
                // Of a pattern only the service is certain.
                ActionKind::Pattern(service, name, _) => (*service, *name),
                _ => continue,
            };
            if !is_spelled(action.text, service, name) {
                let right = format!("{}:{name}", service.prefix);
                sink.report(
                    place,
                    format!("AWS spells `{}` in another case", action.text),
                )
                .help(
                    Message::from("write ")
                        .action(service.prefix, name)
                        .with(", so that other tools find it too"),
                )
                .replace(right);
            }
        }
    }),
};

/// Reports every action that is granted, and whose entry stands for none but actions with an end in sight, when `says`
/// has something to say of that end.
fn ending(
    facts: &Facts<'_>,
    sink: &mut Sink<'_>,
    says: fn(Lifecycle) -> Option<String>,
    help: &'static str,
) {
    for (s, statement) in facts.statements.iter().enumerate() {
        if !statement.allows() || statement.statement.actions.not {
            continue;
        }
        for (a, action) in statement.actions.iter().enumerate() {
            let Some((service, infos)) = action.kind.known() else {
                continue;
            };
            let all_end = infos.iter().all(|info| info.lifecycle.is_some());
            if let Some(first) = infos.first()
                && all_end
                && let Some(says) = first.lifecycle.and_then(says)
            {
                sink.report(
                    Place::Action(s, a),
                    Message::from("the feature behind ")
                        .action(service.prefix, first.name)
                        .with(says),
                )
                .help(help);
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
    needs: Needs::LIFECYCLE,
    run: run!(|facts, sink| {
        let says = |lifecycle| match lifecycle {
            Lifecycle::Ended(date) => Some(format!(" ended on {date}")),
            Lifecycle::ClosedToNewCustomers(_) => None,
        };
        ending(facts, sink, says, "take it out: no request for it succeeds");
    }),
};

/// The feature behind an action takes no new customers.
///
/// See <https://docs.aws.amazon.com/rekognition/latest/dg/streaming-video.html>.
pub const REKOGNITION_IAM_ACTION_CLOSED: Rule = Rule {
    id: "REKOGNITION_IAM_ACTION_CLOSED",
    severity: Severity::Suggestion,
    denied_in_rust: false,
    summary: "the feature behind an action takes no new customers",
    needs: Needs::LIFECYCLE,
    run: run!(|facts, sink| {
        let says = |lifecycle| match lifecycle {
            Lifecycle::ClosedToNewCustomers(date) => {
                Some(format!(" takes no new customers since {date}"))
            }
            Lifecycle::Ended(_) => None,
        };
        ending(facts, sink, says, "see that your account used it before");
    }),
};

/// A statement grants actions on `*` that could be limited to a resource.
///
/// Nothing is said of actions for which `*` is the only legal resource.
pub const REKOGNITION_IAM_STAR_RESOURCE: Rule = Rule {
    id: "REKOGNITION_IAM_STAR_RESOURCE",
    severity: Severity::Suggestion,
    denied_in_rust: false,
    summary: "a statement grants actions on * that could be limited to a resource",
    needs: Needs::kind(PolicyKind::Identity),
    run: run!(|facts, sink| {
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
                    && info.has_resource()
                    && !is_part_of_another(statement, service, info)
                    && !tables::STAR_MAY_BE_NEEDED.contains(&(service.prefix, info.name))
                {
                    limitable.push((service, info));
                }
            }
            let Some((service, info)) = limitable.first() else {
                continue;
            };
            let message = match &limitable[..] {
                [first @ .., (service, last)] if matches!(first.len(), 1 | 2) => Message::new()
                    .actions(first)
                    .with(" and ")
                    .action(service.prefix, last.name),
                [a, b, c, more @ ..] => Message::new()
                    .actions(&[*a, *b, *c])
                    .with(format!(" and {} more", more.len())),
                few => Message::new().actions(few),
            };
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
            help = help.action(service.prefix, info.name).with(" works on ");
            finding.help(super::resource::types(help, service, info));
        }
    }),
};

/// Whether another action of the statement checks this one within its own request, on a resource that does not exist yet:
/// `CreateCollection` with tags checks `TagResource`.
fn is_part_of_another(
    statement: &StatementFacts<'_>,
    service: &Service,
    info: &ActionInfo,
) -> bool {
    statement.actions.iter().any(|other| {
        let ActionKind::Known(home, other) = &other.kind else {
            return false;
        };
        other.resources.is_empty()
            && home.operation(other.name).is_some_and(|operation| {
                let checks = |action: &AuthorizedAction| {
                    (action.service, action.name) == (service.prefix, info.name)
                };
                operation.authorizes.iter().any(checks)
            })
    })
}

/// A resource such as `arn:aws:s3:::photos*` also matches buckets whose names only begin like the one that is meant.
///
/// Nothing is reported for a name that ends in `-*`, which is the start of several names.
///
/// See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html>.
pub const REKOGNITION_IAM_OPEN_BUCKET_NAME: Rule = Rule {
    id: "REKOGNITION_IAM_OPEN_BUCKET_NAME",
    severity: Severity::Suggestion,
    denied_in_rust: false,
    summary: "a resource such as arn:aws:s3:::photos* also matches other buckets whose names begin so",
    needs: Needs::kind(PolicyKind::Identity).and(Needs::ARN),
    run: run!(|facts, sink| {
        if facts.kind != PolicyKind::Identity {
            return;
        }
        for (place, statement, resource) in facts.resources() {
            if !statement.allows() || !statement.names_resources() {
                continue;
            }
            let ResourceKind::Arn(arn) = &resource.kind else {
                continue;
            };
            let whole = (arn.resource().strip_suffix('*')).filter(|name| {
                arn.service() == "s3"
                    && text::all(name, |&byte| {
                        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')
                    })
                    && name.ends_with(|c: char| c.is_ascii_alphanumeric())
            });
            if let Some(name) = whole {
                let start = &arn.text()[..arn.resource_range().start];
                sink.report(
                    place,
                    format!("this also matches every other bucket whose name begins with `{name}`"),
                )
                .at(arn.resource_range())
                .help(format!(
                    "name the bucket as `{start}{name}` and its objects as `{start}{name}/*`"
                ));
            }
        }
    }),
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
    needs: Needs::kind(PolicyKind::Identity).and(Needs::PATTERN),
    run: run!(|facts, sink| {
        for &(place, text) in &granted_patterns(facts) {
            let Some((service, name)) = text.split_once(':') else {
                continue;
            };
            if !glob::has_wildcard(service) && is_star(name) {
                sink.report(
                    place,
                    format!("this grants every action of `{service}`, those to come included"),
                )
                .help("list the actions that are needed");
            }
        }
    }),
};

/// A statement grants every action of AWS.
pub const REKOGNITION_IAM_FULL_WILDCARD: Rule = Rule {
    id: "REKOGNITION_IAM_FULL_WILDCARD",
    severity: Severity::SecurityWarning,
    denied_in_rust: false,
    summary: "a statement grants every action of AWS",
    needs: Needs::kind(PolicyKind::Identity).and(Needs::PATTERN),
    run: run!(|facts, sink| {
        for &(place, text) in &granted_patterns(facts) {
            let full = match text.split_once(':') {
                Some((service, name)) => is_star(service) && is_star(name),
                None => is_star(text),
            };
            if full {
                sink.report(place, "this grants every action of every service of AWS")
                    .help("list the actions that are needed");
            }
        }
    }),
};

/// The entries of an identity policy that grant and end in a star.
fn granted_patterns<'f>(facts: &'f Facts<'_>) -> Vec<(Place, &'f str)> {
    let mut found = Vec::new();
    if facts.kind != PolicyKind::Identity {
        return found;
    }
    for (s, statement) in facts.statements.iter().enumerate() {
        if statement.allows() && !statement.statement.actions.not {
            for (a, action) in statement.actions.iter().enumerate() {
                if action.text.ends_with('*') {
                    found.push((Place::Action(s, a), action.text));
                }
            }
        }
    }
    found
}

/// The service of an ARN is left open.
pub const WILDCARD_IN_SERVICE_NAME: Rule = Rule {
    id: "WILDCARD_IN_SERVICE_NAME",
    severity: Severity::Suggestion,
    denied_in_rust: false,
    summary: "the service of an ARN is left open",
    needs: Needs::ODD_FIELD,
    run: run!(|facts, sink| {
        for (place, _, arn) in facts.arns() {
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
        }
    }),
};

/// Rekognition has no endpoint in the region of an ARN.
///
/// See <https://docs.aws.amazon.com/general/latest/gr/rekognition.html>.
pub const REKOGNITION_IAM_REGION_WITHOUT_REKOGNITION: Rule = Rule {
    id: "REKOGNITION_IAM_REGION_WITHOUT_REKOGNITION",
    severity: Severity::Warning,
    denied_in_rust: false,
    summary: "Rekognition has no endpoint in the region of an ARN",
    needs: Needs::NO_ENDPOINT,
    run: run!(|facts, sink| {
        for (place, _, arn) in facts.arns() {
            if !arn.service().eq_ignore_ascii_case("rekognition") {
                continue;
            }
            if let Some((home, region)) = catalogue::region(arn.region()) {
                // A region of another partition is reported for that.
                if region.rekognition || !glob::matches(arn.partition(), home.name, false) {
                    continue;
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
                let (mut count, mut near) = (0, Vec::new());
                for region in home.regions {
                    if region.rekognition {
                        count += 1;
                        if region.name.split('-').next() == Some(continent) {
                            near.push(region.name);
                        }
                    }
                }
                if near.is_empty() {
                    finding.help(format!(
                        "it has {count} regions in partition `{}`",
                        home.name
                    ));
                } else {
                    let near = text::joined(&near, "`, `");
                    finding.help(format!("near it are `{near}`"));
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
        }
    }),
};

/// A policy grants an action and not what the action needs beside itself.
///
/// See <https://docs.aws.amazon.com/rekognition/latest/dg/api-video-roles.html>.
pub const REKOGNITION_IAM_COMPANION_MISSING: Rule = Rule {
    id: "REKOGNITION_IAM_COMPANION_MISSING",
    severity: Severity::Suggestion,
    denied_in_rust: false,
    summary: "a policy grants an action and not what the action needs beside itself",
    needs: Needs::kind(PolicyKind::Identity),
    run: run!(|facts, sink| {
        if facts.kind != PolicyKind::Identity {
            return;
        }
        for (s, statement) in facts.statements.iter().enumerate() {
            if statement.allows() && !statement.statement.actions.not {
                companions(facts, sink, statement, s);
            }
        }
    }),
};

/// What a request for the companion always carries, such as the service that a role is passed to.
fn context_of(
    service: &Service,
    row: &tables::Companion,
) -> &'static [(&'static str, &'static [&'static str])] {
    for operation in service.operations {
        if operation.name == row.action {
            for needed in operation.authorizes {
                if (needed.service, needed.name) == row.needs {
                    return needed.context;
                }
            }
        }
    }
    &[]
}

/// Whether the conditions of a statement can hold for a request that carries these values.
fn could_hold(
    statement: &StatementFacts<'_>,
    context: &[(&'static str, &'static [&'static str])],
) -> bool {
    for (name, values) in context {
        for key in &statement.keys {
            if key.is(name) && !values.iter().any(|value| key.could_hold_for(value)) {
                return false;
            }
        }
    }
    true
}

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
        for row in tables::COMPANIONS {
            // The length tells most rows.
            if row.action.len() != info.name.len() || row.action != info.name {
                continue;
            }
            if row.when == When::Notified && !names_a_channel(facts) {
                continue;
            }
            if row.when == When::Tagged && !statement.has_key(&["aws:RequestTag/", "aws:TagKeys"]) {
                continue;
            }
            let mut known = false;
            for (other, _, more) in &mut told {
                if other.needs == row.needs && other.when == row.when {
                    *more += 1;
                    known = true;
                    break;
                }
            }
            if known {
                continue;
            }
            let needed = format!("{}:{}", row.needs.0, row.needs.1);
            let context = context_of(service, row);
            let granted = (facts.statements.iter()).any(|other| {
                other.allows() && other.has_action(&needed) && could_hold(other, context)
            });
            if !granted {
                told.push((row, a, 0));
            }
        }
    }
    for &(row, a, more) in &told {
        let message = Message::new().action("rekognition", row.action);
        let message = match more {
            0 => message.with(" also needs "),
            1 => message.with(" and one more action also need "),
            _ => message.with(format!(" and {more} more actions also need ")),
        };
        let message = message
            .action(row.needs.0, row.needs.1)
            .with(match row.when {
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
                    .key("iam:PassedToService")
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

/// Whether the policy speaks of `sns` or `iam`: a caller who waits for notifications needs both, one who polls needs neither.
fn names_a_channel(facts: &Facts<'_>) -> bool {
    let services = &["sns", "iam"];
    let action = |action: &ActionFact<'_>| {
        (action.text.split_once(':')).is_some_and(|(prefix, _)| text::is_one_of(prefix, services))
    };
    let resource = |resource: &ResourceFact<'_>| {
        (resource.arn()).is_some_and(|arn| text::is_one_of(arn.service(), services))
    };
    facts.statements.iter().any(|statement| {
        statement.actions.iter().any(action) || statement.resources.iter().any(resource)
    })
}
