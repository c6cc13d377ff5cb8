//! Rules about the policies of AWS Organizations: service control policies and resource control policies.
//!
//! See <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html> and
//! <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html>.

use alloc::format;

use super::action::wildcard_in_prefix;
use crate::catalogue;
use crate::check::facts::{ActionKind, Facts, KeyFact, ResourceKind, StatementFacts};
use crate::check::rule::rules;
use crate::check::{Message, Sink, tables};
use crate::condition::Operator;
use crate::document::{Effect, Place, PolicyKind};

rules![
    /// An action of a service control policy has a wildcard in its service prefix.
    ///
    /// Checks the part of an action before the colon. AWS Organizations rejects a wildcard there. In the name of the
    /// action, wildcards are accepted at any position. IAM Access Analyzer's description of this check is from before
    /// September 2025, when a wildcard had to be at the end of the name.
    ///
    /// ```json service-control
    /// {"Effect": "Deny", "Action": "rekog*:IndexFaces", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json service-control
    /// {"Effect": "Deny", "Action": "rekognition:*Faces", "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html>.
    #[rule(Error, kind(ServiceControl), needs(ODD_ACTION), subject(UnknownAction))]
    fn SCP_SYNTAX_ERROR_ACTION_WILDCARD(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if facts.kind != PolicyKind::ServiceControl {
            return;
        }
        for (place, _, action) in facts.actions() {
            if let ActionKind::WildcardService(prefix, name) = &action.kind {
                wildcard_in_prefix(sink, place, prefix, name);
            }
        }
    },

    /// A service control policy has `Principal` or `NotPrincipal`.
    ///
    /// Checks service control policies for elements that AWS Organizations rejects. The policy applies to all
    /// principals in the accounts that it is attached to. To apply it to only some of them, compare
    /// `aws:PrincipalArn` in a condition.
    ///
    /// ```json service-control
    /// {"Effect": "Deny", "Principal": "*", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json service-control
    /// {"Effect": "Deny", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html>.
    #[rule(Error, kind(ServiceControl), needs(PRINCIPALS), subject(Grammar))]
    fn SCP_SYNTAX_ERROR_PRINCIPAL(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if facts.kind != PolicyKind::ServiceControl {
            return;
        }
        for (s, _, principals) in facts.principals() {
            sink.report(
                Place::Principals(s),
                Message::new()
                    .word(principals.element())
                    .with(" is not allowed in a service control policy"),
            )
            .help(
                Message::from("remove it; to select principals, compare ")
                    .key("aws:PrincipalArn")
                    .with(" in a condition"),
            );
        }
    },

    /// The principal of a resource control policy is not `"*"`.
    ///
    /// Checks that each statement of a resource control policy has `"Principal": "*"`. AWS Organizations rejects
    /// any other principal. To apply a statement to only some principals, use a condition.
    ///
    /// ```json resource-control
    /// {"Effect": "Deny", "Principal": {"AWS": "123456789012"}, "Action": "s3:GetObject", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json resource-control
    /// {
    ///   "Effect": "Deny",
    ///   "Principal": "*",
    ///   "Action": "s3:GetObject",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:PrincipalAccount": "123456789012"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html>.
    #[rule(Error, kind(ResourceControl))]
    fn RCP_SYNTAX_ERROR_PRINCIPAL(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in resource_control(facts) {
            let right = (statement.principals.as_ref())
                .is_some_and(|principals| !principals.not && principals.anyone);
            if !right {
                let place = match statement.principals {
                    Some(_) => Place::Principals(s),
                    None => Place::Statement(s),
                };
                sink.report(
                    place,
                    Message::from("the only principal allowed in a resource control policy is ")
                        .word("*"),
                )
                .help(
                    Message::from("write ")
                        .word("*")
                        .with(", and compare ")
                        .key("aws:PrincipalArn")
                        .with(" in a condition"),
                );
            }
        }
    },

    /// A resource control policy has an `Allow` for something other than everything.
    ///
    /// Checks the effects of resource control policies. AWS Organizations accepts only `Deny` in the policies that
    /// you write; the one `Allow` is in AWS's own `RCPFullAWSAccess`, which allows everything. Write what the
    /// policy takes away.
    ///
    /// ```json resource-control
    /// {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json resource-control
    /// {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html>.
    #[rule(Error, kind(ResourceControl))]
    fn RCP_SYNTAX_ERROR_ALLOW(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in resource_control(facts) {
            if !statement.allows() {
                continue;
            }
            let resources = &statement.resources;
            let full = statement.conditions.is_empty()
                && statement.names_resources()
                && !statement.statement.actions.not
                && (statement.actions.iter()).all(|action| action.text == "*")
                && resources
                    .iter()
                    .all(|resource| matches!(resource.kind, ResourceKind::Any));
            if !full {
                sink.report(
                    Place::Effect(s),
                    "a resource control policy cannot allow only some requests",
                )
                .help(
                    Message::from("write what to forbid with ")
                        .word("Deny")
                        .with("; everything else stays allowed"),
                );
            }
        }
    },

    /// A resource control policy has `NotAction`.
    ///
    /// Checks resource control policies for an element that AWS Organizations rejects. List the actions that the
    /// statement denies with `Action`.
    ///
    /// ```json resource-control
    /// {"Effect": "Deny", "Principal": "*", "NotAction": "s3:GetObject", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json resource-control
    /// {"Effect": "Deny", "Principal": "*", "Action": ["s3:PutObject", "s3:DeleteObject"], "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html>.
    #[rule(Error, kind(ResourceControl), needs(NOT_ACTION), about(ActionElement))]
    fn RCP_SYNTAX_ERROR_NOTACTION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in resource_control(facts) {
            if statement.statement.actions.not {
                sink.report(
                    Place::Statement(s),
                    Message::from("a resource control policy cannot have ").word("NotAction"),
                )
                .help("list the actions that it denies");
            }
        }
    },

    /// A resource control policy is about a service that such policies do not apply to.
    ///
    /// Checks the actions of resource control policies against the services that AWS Organizations lists. A
    /// statement about any other service, such as Rekognition, is rejected or has no effect. To restrict what
    /// principals in your own accounts may do there, use a service control policy.
    ///
    /// ```json resource-control
    /// {
    ///   "Effect": "Deny",
    ///   "Principal": "*",
    ///   "Action": ["s3:GetObject", "rekognition:DetectText"],
    ///   "Resource": "*"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json resource-control
    /// {"Effect": "Deny", "Principal": "*", "Action": ["s3:GetObject"], "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services>.
    #[rule(Error, kind(ResourceControl))]
    fn RCP_SYNTAX_ERROR_ACTION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in resource_control(facts) {
            for (a, action) in statement.actions.iter().enumerate() {
                if action.text == "*" {
                    if statement.statement.effect == Effect::Deny {
                        sink.report(
                            Place::Action(s, a),
                            "an action without a service is not allowed in a resource control policy",
                        )
                        .help("write one action for each service, as in `s3:*`");
                    }
                    continue;
                }
                let Some((service, _)) = action.text.split_once(':') else {
                    continue;
                };
                let lower = service.to_ascii_lowercase();
                if catalogue::aws_services()
                    .binary_search(&lower.as_str())
                    .is_ok()
                    && tables::RCP_SERVICES.binary_search(&lower.as_str()).is_err()
                {
                    sink.report(
                        Place::Action(s, a),
                        format!("resource control policies do not apply to `{lower}`"),
                    )
                    .help("use a service control policy for the principals in your own accounts");
                }
            }
        }
    },

    /// A resource control policy that denies other organizations also denies AWS services.
    ///
    /// Checks conditions on keys such as `aws:PrincipalOrgID` in resource control policies. Services that act for
    /// you are not members of your organization and do not have the key, so the statement also denies their
    /// requests. Exempt them with `aws:PrincipalIsAWSService`.
    ///
    /// ```json resource-control
    /// {
    ///   "Effect": "Deny",
    ///   "Principal": "*",
    ///   "Action": "s3:GetObject",
    ///   "Resource": "*",
    ///   "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json resource-control
    /// {
    ///   "Effect": "Deny",
    ///   "Principal": "*",
    ///   "Action": "s3:GetObject",
    ///   "Resource": "*",
    ///   "Condition": {
    ///     "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
    ///     "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}
    ///   }
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html>.
    #[rule(Warning, kind(ResourceControl), needs(KEYS))]
    fn RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, statement) in resource_control(facts) {
            if statement.allows() || says_service(statement, "false") {
                continue;
            }
            if let Some(key) = lenient(statement, tables::RCP_PRINCIPAL_KEYS) {
                sink.report(
                    key.place(),
                    Message::from("requests from services that act for you do not contain ")
                        .key(key.name)
                        .with(", so this denies them too"),
                )
                .help(Message::from("add ").comparison(
                    "aws:PrincipalIsAWSService",
                    "BoolIfExists",
                    "false",
                ));
            }
        }
    },

    /// A resource control policy that restricts AWS services also denies everyone else.
    ///
    /// Checks conditions on keys such as `aws:SourceOrgID` in resource control policies. Only requests from
    /// services have the key, so the statement also denies the users and roles of your own organization. Limit it
    /// to services with `aws:PrincipalIsAWSService`.
    ///
    /// ```json resource-control
    /// {
    ///   "Effect": "Deny",
    ///   "Principal": "*",
    ///   "Action": "s3:GetObject",
    ///   "Resource": "*",
    ///   "Condition": {"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-a1b2c3d4e5"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json resource-control
    /// {
    ///   "Effect": "Deny",
    ///   "Principal": "*",
    ///   "Action": "s3:GetObject",
    ///   "Resource": "*",
    ///   "Condition": {
    ///     "StringNotEqualsIfExists": {"aws:SourceOrgID": "o-a1b2c3d4e5"},
    ///     "Bool": {"aws:PrincipalIsAWSService": "true"},
    ///     "Null": {"aws:SourceAccount": "false"}
    ///   }
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html>.
    #[rule(Warning, kind(ResourceControl), needs(KEYS))]
    fn RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, statement) in resource_control(facts) {
            if statement.allows() || says_service(statement, "true") {
                continue;
            }
            if let Some(key) = lenient(statement, tables::SOURCE_KEYS) {
                sink.report(
                    key.place(),
                    Message::from("requests from roles and users do not contain ")
                        .key(key.name)
                        .with(", so this denies them too"),
                )
                .help(Message::from("add ").comparison(
                    "aws:PrincipalIsAWSService",
                    "Bool",
                    "true",
                ));
            }
        }
    },

    /// A resource control policy denies AWS services that do not say for whom they act.
    ///
    /// Checks conditions on keys such as `aws:SourceOrgID` in resource control policies. Some services make
    /// requests without any of these keys, and the statement denies those too. Exempt them by requiring the key
    /// with `Null`.
    ///
    /// ```json resource-control
    /// {
    ///   "Effect": "Deny",
    ///   "Principal": "*",
    ///   "Action": "s3:GetObject",
    ///   "Resource": "*",
    ///   "Condition": {
    ///     "StringNotEqualsIfExists": {"aws:SourceOrgID": "o-a1b2c3d4e5"},
    ///     "Bool": {"aws:PrincipalIsAWSService": "true"}
    ///   }
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json resource-control
    /// {
    ///   "Effect": "Deny",
    ///   "Principal": "*",
    ///   "Action": "s3:GetObject",
    ///   "Resource": "*",
    ///   "Condition": {
    ///     "StringNotEqualsIfExists": {"aws:SourceOrgID": "o-a1b2c3d4e5"},
    ///     "Bool": {"aws:PrincipalIsAWSService": "true"},
    ///     "Null": {"aws:SourceAccount": "false"}
    ///   }
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html>.
    #[rule(Warning, kind(ResourceControl), needs(KEYS))]
    fn RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, statement) in resource_control(facts) {
            // Without the other condition the statement is wrong for more than services; that is said first.
            if statement.allows() || !says_service(statement, "true") {
                continue;
            }
            let mut checked = false;
            for key in &statement.keys {
                checked |= key.operator == Some(Operator::Null)
                    && (key.is("aws:SourceAccount") || key.is("aws:SourceArn"))
                    && key.has_value("false");
            }
            if checked {
                continue;
            }
            if let Some(key) = lenient(statement, tables::SOURCE_KEYS) {
                sink.report(
                    key.place(),
                    Message::from("requests from some services do not contain ")
                        .key(key.name)
                        .with(", so this denies them too"),
                )
                .help(Message::from("add ").comparison(
                    "aws:SourceAccount",
                    "Null",
                    "false",
                ));
            }
        }
    }
];

/// The statements of a resource control policy, with their numbers; none of another document.
fn resource_control<'f, 'd>(
    facts: &'f Facts<'d>,
) -> core::iter::Enumerate<core::slice::Iter<'f, StatementFacts<'d>>> {
    let statements: &[_] = if facts.kind == PolicyKind::ResourceControl {
        &facts.statements
    } else {
        &[]
    };
    statements.iter().enumerate()
}

/// Whether a condition says whether a service calls, and says this.
fn says_service(statement: &StatementFacts<'_>, calls: &str) -> bool {
    for key in &statement.keys {
        if key.operator == Some(Operator::Bool)
            && key.is("aws:PrincipalIsAWSService")
            && key.has_value(calls)
        {
            return true;
        }
    }
    false
}

/// The first of these keys that a request without it meets as well.
fn lenient<'f, 'd>(statement: &'f StatementFacts<'d>, names: &[&str]) -> Option<&'f KeyFact<'d>> {
    (statement.keys.iter()).find(|key| key.is_one_of(names) && (key.is_negated() || key.if_exists))
}
