//! Rules about a policy and the resource that it is attached to.

use alloc::format;
use alloc::string::String;

use super::project;
use crate::catalogue::ActionInfo;
use crate::check::facts::{ActionFact, ActionKind, AttachedTo, Facts};
use crate::check::principal::Form;
use crate::check::rule::rules;
use crate::check::{Message, Sink};
use crate::document::PolicyKind;

/// The services that a policy is about: those of the resource that it is attached to, or `sts` for a role's trust.
fn subject<'f>(facts: &'f Facts<'_>) -> Option<&'f [&'f str]> {
    if facts.kind == PolicyKind::RoleTrust {
        return Some(&["sts"]);
    }
    facts.attached.map(|attached| attached.services)
}

/// What a policy about services is called.
fn called(facts: &Facts<'_>, services: &[&str]) -> String {
    match facts.attached {
        None => "a trust policy".into(),
        Some(AttachedTo { row: Some(row), .. }) => row.quota.of.into(),
        Some(_) => format!("the policy of a resource of {}", list(services)),
    }
}

/// `` `kafka` and `kafka-cluster` ``
fn list(services: &[&str]) -> String {
    let mut out = String::new();
    for (number, service) in services.iter().enumerate() {
        let between = match number {
            0 => "",
            _ if number + 1 == services.len() => " and ",
            _ => ", ",
        };
        out.push_str(between);
        out.push_str(&format!("`{service}`"));
    }
    out
}

/// Whether the policy is attached to a resource of another service than the action's.
pub(super) fn is_foreign(facts: &Facts<'_>, action: &ActionFact<'_>) -> bool {
    subject(facts).is_some_and(|services| {
        // What names no service at all is reported for that.
        let prefix = match &action.kind {
            ActionKind::Known(own, _)
            | ActionKind::Pattern(own, ..)
            | ActionKind::UnknownAction(own, _) => own.prefix,
            ActionKind::Disabled(prefix) => prefix,
            ActionKind::Any
            | ActionKind::UnknownService(..)
            | ActionKind::AnyService
            | ActionKind::WildcardService(..)
            | ActionKind::Malformed
            | ActionKind::Unlisted => return false,
        };
        !(services.iter()).any(|service| prefix.eq_ignore_ascii_case(service))
    })
}

/// Whether the action is one of `sts` that works on no role, such as `sts:GetCallerIdentity`, or a pattern of such.
fn never_on_roles(action: &ActionFact<'_>) -> bool {
    action.kind.known().is_some_and(|(service, infos)| {
        let on_role =
            |info: &&ActionInfo| (info.resources_of(service)).any(|(_, kind)| kind.name == "role");
        service.prefix == "sts" && !infos.is_empty() && !infos.iter().any(on_role)
    })
}

rules![
    /// An action does not belong to the service of the resource that the policy is attached to.
    ///
    /// Checks the actions of trust policies and resource policies. The policy of a topic is consulted for `sns`
    /// actions and nothing else, so any other action in it has no effect; most services reject the policy.
    /// A trust policy is consulted for the actions that assume the role, so others of `sts` have no effect there.
    /// Resources of Rekognition, apart from Custom Labels projects, have no policies. Grant other actions in an
    /// identity policy.
    ///
    /// ```json role-trust
    /// {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "s3:GetObject"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json role-trust
    /// {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/dg/security_iam_service-with-iam.html>.
    #[rule(Error, follows(UnreadPrincipal))]
    fn UNSUPPORTED_ACTION_IN_POLICY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        let Some(services) = subject(facts) else {
            return without_policies(facts, sink);
        };
        for (place, _, action) in facts.actions() {
            if facts.kind == PolicyKind::RoleTrust && never_on_roles(action) {
                let message =
                    Message::from("a role's trust policy does not apply to ").action_of(action);
                sink.report(place, message).help("use only the actions that assume a role; grant other actions in an identity policy");
                continue;
            }
            if is_foreign(facts, action) {
                let policy = called(facts, services);
                let message =
                    Message::from(format!("{policy} cannot contain the action ")).action_of(action);
                sink.report(place, message).help(format!(
                    "use only {} actions here; grant other actions in an identity policy",
                    list(services)
                ));
            }
        }
    },

    /// A resource belongs to another service than the one that the policy is attached to.
    ///
    /// Checks the resources of resource policies. Such a policy can only be about the resource that it is attached
    /// to, so an ARN of another service matches nothing.
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": ["sns:Publish"],
    ///   "Resource": "arn:aws:sqs:us-east-1:123456789012:q"
    /// }
    /// ```
    ///
    /// `REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH` is reported too.
    ///
    /// Use instead:
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html>.
    #[rule(Error, needs(ATTACHED, ARN))]
    fn UNSUPPORTED_RESOURCE_ARN_IN_POLICY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        let Some((services, attached)) =
            (facts.attached).and_then(|attached| Some((attached.services, attached.row?)))
        else {
            return;
        };
        for (place, _, resource) in facts.resources() {
            let foreign = resource.arn().is_some_and(|arn| {
                let is_own = |service: &str| crate::glob::matches(arn.service(), service, true);
                !is_own(attached.service) && !services.iter().any(|service| is_own(service))
            });
            if foreign {
                sink.report(
                    place,
                    format!(
                        "{} cannot contain a resource of another service",
                        attached.quota.of
                    ),
                )
                .help(format!(
                    "name only the `{}` resource that this policy is attached to",
                    attached.service
                ));
            }
        }
    },

    /// A canonical user ID is the principal of a policy that is not for Amazon S3.
    ///
    /// Checks `CanonicalUser` in statements whose actions all belong to other services. Only S3 is documented to accept the
    /// canonical user ID of an account; other services reject it, or allow nobody. Use the 12-digit account ID, which every
    /// service accepts.
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.
    #[rule(Warning, needs(PRINCIPALS))]
    fn REKOGNITION_IAM_CANONICAL_USER(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, statement, principals) in facts.principals() {
            // The services of S3 share its principals: `s3-outposts`, `s3express`.
            let of_others = |action: &ActionFact<'_>| {
                (action.text.split_once(':')).is_some_and(|(prefix, _)| {
                    let starts_with_s3 =
                        (prefix.get(..2)).is_some_and(|start| start.eq_ignore_ascii_case("s3"));
                    !starts_with_s3 && !prefix.contains(['*', '?'])
                })
            };
            if statement.statement.actions.not
                || statement.actions.is_empty()
                || !statement.actions.iter().all(of_others)
            {
                continue;
            }
            for principal in &principals.list {
                if matches!(principal.form, Form::Canonical) {
                    sink.report(
                        principal.place(),
                        "only Amazon S3 is documented to accept a canonical user ID",
                    )
                    .help("name the account by its 12-digit ID, under `AWS`");
                }
            }
        }
    },

    /// A condition key has the same value in every request that the resource policy is consulted for.
    ///
    /// Checks for keys that describe the resource, such as `aws:ResourceAccount`, in a policy that is attached to
    /// that resource. They cannot tell one request from another: the condition always holds or never does. Use them
    /// in identity policies, where the resource varies.
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t",
    ///   "Condition": {"StringEquals": {"aws:ResourceAccount": "123456789012"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t",
    ///   "Condition": {"StringEquals": {"aws:PrincipalAccount": "123456789012"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resource-properties>.
    #[rule(Suggestion, needs(ATTACHED, KEYS))]
    fn IRRELEVANT_CONDITION_KEY_IN_POLICY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        let Some(attached) = facts.attached.and_then(|attached| attached.row) else {
            return;
        };
        for (_, key) in facts.keys() {
            if key.is_one_of(attached.irrelevant) {
                sink.report(
                    key.place(),
                    Message::new().key(key.name).with(format!(
                        " always describes the resource that {} is attached to",
                        attached.quota.of
                    )),
                )
                .help("compare it in the identity policies of the callers");
            }
        }
    }
];

/// Reports actions of a service whose resources have no policies, in a policy that names principals.
fn without_policies(facts: &Facts<'_>, sink: &mut Sink<'_>) {
    if facts.kind != PolicyKind::Resource {
        return;
    }
    for (place, statement, action) in facts.actions() {
        // The policy of a VPC endpoint is about all services, and nearly always about everyone.
        let endpoint = !facts.kind_is_given
            && (statement.principals.as_ref()).is_none_or(|principals| {
                principals.list.is_empty() || (!principals.not && principals.includes_everyone())
            });
        let Some((service, infos)) = action.kind.known() else {
            continue;
        };
        let in_projects = infos.iter().all(|info| info.name == project::ACTION);
        if endpoint || in_projects || service.prefix != "rekognition" {
            continue;
        }
        let message = Message::new().action_of(action).with(
            " is not allowed in a resource policy: no resource type has a policy that can grant it",
        );
        sink.report(place, message)
            .help("grant it in an identity policy, without principals")
            .help(
                Message::from("the policy of a Custom Labels project can only grant ")
                    .action("rekognition", project::ACTION),
            );
    }
}
