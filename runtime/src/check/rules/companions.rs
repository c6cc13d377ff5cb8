//! Rules about the permissions that an operation needs next to its own.

use alloc::format;
use alloc::vec::Vec;

use crate::catalogue::Service;
use crate::check::facts::{ActionFact, ActionKind, Facts, KeyFact, ResourceFact, StatementFacts};
use crate::check::finding::Part;
use crate::check::others::Others;
use crate::check::rule::rules;
use crate::check::tables::{self, When};
use crate::check::text;
use crate::check::{Message, Sink};
use crate::document::{Place, PolicyKind};

rules![
    /// A policy allows an action without another permission that its requests may need.
    ///
    /// Checks for actions that depend on others, such as `iam:PassRole` for a job with a notification channel, or
    /// `s3:GetObject` for an image in a bucket. Without them, requests that use the feature fail. Nothing is wrong
    /// if another policy grants them.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": ["rekognition:StartLabelDetection", "rekognition:StartTextDetection", "sns:ListTopics"],
    ///   "Resource": "*"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": ["rekognition:StartLabelDetection", "rekognition:StartTextDetection", "sns:ListTopics"],
    ///   "Resource": "*"
    /// },
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "iam:PassRole",
    ///   "Resource": "arn:aws:iam::123456789012:role/a",
    ///   "Condition": {"StringEquals": {"iam:PassedToService": "rekognition.amazonaws.com"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/dg/api-video-roles.html>.
    #[rule(Suggestion, kind(Identity), follows(OpenStatement))]
    fn REKOGNITION_IAM_COMPANION_MISSING(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if facts.kind != PolicyKind::Identity {
            return;
        }
        let mut granted = Vec::new();
        let names_a_channel = names_a_channel(facts);
        for (s, statement) in facts.statements.iter().enumerate() {
            if statement.allows() && !statement.statement.actions.not {
                companions(facts, sink, &mut granted, names_a_channel, statement, s);
            }
        }
    }
];

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

/// Whether the policy grants what a row says an action needs.
fn is_granted(facts: &Facts<'_>, service: &Service, row: &tables::Companion) -> bool {
    let needed = format!("{}:{}", row.needs.0, row.needs.1);
    let context = context_of(service, row);
    let holds = |key: &KeyFact<'_>| {
        context.iter().any(|(name, values)| {
            key.is(name)
                && values
                    .iter()
                    .all(|value| key.holds_for(value) == Some(true))
        })
    };
    // Those that deny all requests that carry these values, on their resources.
    let denials = Others::of(&facts.statements, |deny| {
        !deny.allows() && deny.has_action(&needed) && deny.keys.iter().all(holds)
    });
    (facts.statements.iter()).any(|allow| {
        allow.allows()
            && allow.has_action(&needed)
            && could_hold(allow, context)
            && !denials.of_resources(allow).iter().any(|deny| {
                (facts.statements.get(deny)).is_some_and(|deny| deny.covers_resources(allow))
            })
    })
}

/// Whether the policy grants what rows need, as far as this was asked: statement after statement has the same actions.
type Granted = Vec<(&'static tables::Companion, bool)>;

fn companions(
    facts: &Facts<'_>,
    sink: &mut Sink<'_>,
    granted: &mut Granted,
    names_a_channel: bool,
    statement: &StatementFacts<'_>,
    s: usize,
) {
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
            if row.when == When::Notified && !names_a_channel {
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
            let asked = (granted.iter()).find(|(other, _)| core::ptr::eq(*other, row));
            let is_granted = match asked {
                Some((_, is_granted)) => *is_granted,
                None => {
                    let is_granted = is_granted(facts, service, row);
                    granted.push((row, is_granted));
                    is_granted
                }
            };
            if !is_granted {
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
                Message::from("grant it on the role to pass, with ")
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
            finding.help("also grant it on the resource that is created");
        }
    }
}

/// Whether the policy is about `sns` or `iam`: a caller who waits for notifications needs both, one who polls needs neither.
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
