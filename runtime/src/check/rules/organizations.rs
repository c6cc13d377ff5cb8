//! Rules about the policies of AWS Organizations: service control policies and resource control policies.
//!
//! See <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html> and
//! <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html>.

use alloc::format;
use alloc::string::ToString;

use super::principal::statements;
use crate::check::facts::{Facts, ResourceKind, StatementFacts};
use crate::check::finding::Part;
use crate::check::{Message, Rule, Severity, tables};
use crate::condition::Operator;
use crate::document::{Effect, Place, PolicyKind};

/// A wildcard stands before the end of an action of a service control policy.
pub const SCP_SYNTAX_ERROR_ACTION_WILDCARD: Rule = Rule {
    id: "SCP_SYNTAX_ERROR_ACTION_WILDCARD",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "a wildcard stands before the end of an action of a service control policy",
    run: |facts, sink| {
        if facts.kind != PolicyKind::ServiceControl {
            return;
        }
        for (s, statement) in facts.statements.iter().enumerate() {
            for (a, action) in statement.actions.iter().enumerate() {
                let body = action.text.trim_end_matches('*');
                if let Some(at) = body.find('*') {
                    sink.report(
                        Place::Action(s, a),
                        format!("`{}` has a `*` before its end, where a service control policy takes none", action.text),
                    )
                    .at(at..at + 1)
                    .help("list the actions, or end a pattern in `*`, as in `rekognition:Detect*`");
                }
            }
        }
    },
};

/// A service control policy names principals.
pub const SCP_SYNTAX_ERROR_PRINCIPAL: Rule = Rule {
    id: "SCP_SYNTAX_ERROR_PRINCIPAL",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "a service control policy names principals",
    run: |facts, sink| {
        if facts.kind != PolicyKind::ServiceControl {
            return;
        }
        statements(facts, |s, _, _| {
            sink.report(
                Place::Principals(s),
                "a service control policy names no principals",
            )
            .help(
                Message::from(
                    "it is about all principals of the accounts that it is attached to; compare ",
                )
                .with(Part::Key("aws:PrincipalArn".to_string()))
                .with(" in a condition"),
            );
        });
    },
};

fn resource_control<'f, 'd>(
    facts: &'f Facts<'d>,
    mut each: impl FnMut(usize, &'f StatementFacts<'d>),
) {
    if facts.kind == PolicyKind::ResourceControl {
        for (s, statement) in facts.statements.iter().enumerate() {
            each(s, statement);
        }
    }
}

/// The principal of a resource control policy is not `"*"`.
pub const RCP_SYNTAX_ERROR_PRINCIPAL: Rule = Rule {
    id: "RCP_SYNTAX_ERROR_PRINCIPAL",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "the principal of a resource control policy is not \"*\"",
    run: |facts, sink| {
        resource_control(facts, |s, statement| {
            let right = (statement.principals.as_ref())
                .is_some_and(|principals| !principals.not && principals.anyone);
            if !right {
                let place = match statement.principals {
                    Some(_) => Place::Principals(s),
                    None => Place::Statement(s),
                };
                sink.report(
                    place,
                    "the principal of a resource control policy is `*` and nothing else",
                )
                .help(
                    Message::from("write `*`, and compare ")
                        .with(Part::Key("aws:PrincipalArn".to_string()))
                        .with(" in a condition"),
                );
            }
        });
    },
};

/// A resource control policy allows something.
///
/// Only AWS's own `RCPFullAWSAccess` does, and it allows everything.
pub const RCP_SYNTAX_ERROR_ALLOW: Rule = Rule {
    id: "RCP_SYNTAX_ERROR_ALLOW",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "a resource control policy allows something",
    run: |facts, sink| {
        resource_control(facts, |s, statement| {
            if !statement.allows() {
                return;
            }
            let resources = &statement.resources;
            let full = statement.conditions.is_empty()
                && statement.names_resources()
                && resources
                    .iter()
                    .all(|resource| matches!(resource.kind, ResourceKind::Any));
            if !full {
                sink.report(
                    Place::Effect(s),
                    "a resource control policy allows all or nothing",
                )
                .help("write what it takes away, with `Deny`; what it does not deny it lets pass");
            }
        });
    },
};

/// A resource control policy has `NotAction`.
pub const RCP_SYNTAX_ERROR_NOTACTION: Rule = Rule {
    id: "RCP_SYNTAX_ERROR_NOTACTION",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "a resource control policy has NotAction",
    run: |facts, sink| {
        resource_control(facts, |s, statement| {
            if statement.statement.actions.not {
                sink.report(
                    Place::Statement(s),
                    "a resource control policy cannot have `NotAction`",
                )
                .help("list the actions in `Action`");
            }
        });
    },
};

/// A resource control policy is about a service that such policies do not reach.
///
/// See <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services>.
pub const RCP_SYNTAX_ERROR_ACTION: Rule = Rule {
    id: "RCP_SYNTAX_ERROR_ACTION",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "a resource control policy is about a service that such policies do not reach",
    run: |facts, sink| {
        resource_control(facts, |s, statement| {
            for (a, action) in statement.actions.iter().enumerate() {
                if action.text == "*" {
                    if statement.statement.effect == Effect::Deny {
                        sink.report(
                            Place::Action(s, a),
                            "an action of a resource control policy names its service",
                        )
                        .help("write `*` behind each service that it is about, as in `s3:*`");
                    }
                    continue;
                }
                let Some((service, _)) = action.text.split_once(':') else {
                    continue;
                };
                let lower = service.to_ascii_lowercase();
                if tables::AWS_SERVICES.binary_search(&lower.as_str()).is_ok()
                    && tables::RCP_SERVICES.binary_search(&lower.as_str()).is_err()
                {
                    sink.report(
                        Place::Action(s, a),
                        format!("resource control policies do not reach `{lower}`"),
                    )
                    .help("use a service control policy for the principals of your own accounts");
                }
            }
        });
    },
};

/// Whether a condition says whether a service calls, and says this.
fn says_service(statement: &StatementFacts<'_>, calls: &str) -> bool {
    statement.keys().any(|(_, _, block, key, values)| {
        block.operator == Some(Operator::Bool)
            && key.is("aws:PrincipalIsAWSService")
            && values
                .iter()
                .any(|value| value.as_text().eq_ignore_ascii_case(calls))
    })
}

/// A resource control policy asks who calls and forgets that services call too.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html>.
pub const RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY: Rule = Rule {
    id: "RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY",
    severity: Severity::Warning,
    denied_in_rust: false,
    summary: "a resource control policy asks who calls and forgets that services call too",
    run: |facts, sink| {
        resource_control(facts, |s, statement| {
            if statement.allows() || says_service(statement, "false") {
                return;
            }
            let found = statement.keys().find(|(_, _, block, key, _)| {
                key.is_one_of(tables::RCP_PRINCIPAL_KEYS) && (block.is_negated() || block.if_exists)
            });
            if let Some((b, k, _, key, _)) = found {
                sink.report(
                    Place::Key(s, b, k),
                    Message::from("services that act for you lack ")
                        .with(Part::Key(key.name.to_string()))
                        .with(", so this denies them too"),
                )
                .help(
                    Message::from("add ")
                        .with(Part::Operator("BoolIfExists".to_string()))
                        .with(" on ")
                        .with(Part::Key("aws:PrincipalIsAWSService".to_string()))
                        .with(" with `false`"),
                );
            }
        });
    },
};

/// A resource control policy asks for whom a service calls and forgets that others call too.
pub const RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY: Rule = Rule {
    id: "RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY",
    severity: Severity::Warning,
    denied_in_rust: false,
    summary: "a resource control policy asks for whom a service calls and forgets that others call too",
    run: |facts, sink| {
        resource_control(facts, |s, statement| {
            if statement.allows() || says_service(statement, "true") {
                return;
            }
            if let Some((b, k, _, key, _)) = source_key(statement) {
                sink.report(
                    Place::Key(s, b, k),
                    Message::from("roles and users lack ")
                        .with(Part::Key(key.name.to_string()))
                        .with(", so this denies them too"),
                )
                .help(
                    Message::from("add ")
                        .with(Part::Operator("Bool".to_string()))
                        .with(" on ")
                        .with(Part::Key("aws:PrincipalIsAWSService".to_string()))
                        .with(" with `true`"),
                );
            }
        });
    },
};

type KeyOf<'f, 'd> = (
    usize,
    usize,
    &'f crate::check::facts::BlockFact<'d>,
    &'f crate::check::facts::KeyFact<'d>,
    &'f crate::document::List<crate::document::Value<'d>>,
);

/// The key of a service's source that a request without it meets as well.
fn source_key<'f, 'd>(statement: &'f StatementFacts<'d>) -> Option<KeyOf<'f, 'd>> {
    statement.keys().find(|(_, _, block, key, _)| {
        key.is_one_of(tables::SOURCE_KEYS) && (block.is_negated() || block.if_exists)
    })
}

/// A resource control policy asks for whom a service calls, where some services do not say.
pub const RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK: Rule = Rule {
    id: "RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK",
    severity: Severity::Warning,
    denied_in_rust: false,
    summary: "a resource control policy asks for whom a service calls, where some services do not say",
    run: |facts, sink| {
        resource_control(facts, |s, statement| {
            // Without the other condition the statement is wrong for more than services; that is said first.
            if statement.allows() || !says_service(statement, "true") {
                return;
            }
            let checked = statement.keys().any(|(_, _, block, key, values)| {
                block.operator == Some(Operator::Null)
                    && (key.is("aws:SourceAccount") || key.is("aws:SourceArn"))
                    && values
                        .iter()
                        .any(|value| value.as_text().eq_ignore_ascii_case("false"))
            });
            if checked {
                return;
            }
            if let Some((b, k, _, key, _)) = source_key(statement) {
                sink.report(
                    Place::Key(s, b, k),
                    Message::from("some services call without ")
                        .with(Part::Key(key.name.to_string()))
                        .with(", so this denies them too"),
                )
                .help(
                    Message::from("add ")
                        .with(Part::Operator("Null".to_string()))
                        .with(" on ")
                        .with(Part::Key("aws:SourceAccount".to_string()))
                        .with(" with `false`"),
                );
            }
        });
    },
};
