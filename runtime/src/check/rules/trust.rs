//! Rules about the trust policy of a role.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html>.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::service_principal::{is_region, narrows_source, open_source};

use crate::arn::Arn;
use crate::catalogue;
use crate::check::facts::{Facts, StatementFacts};
use crate::check::finding::Part;
use crate::check::principal::{Form, PrincipalFacts};
use crate::check::rule::rules;
use crate::check::{Message, Sink};
use crate::document::{Place, PolicyKind};

/// Every statement that names principals, when the document is a trust policy.
pub(super) fn trusts<'f, 'd>(
    facts: &'f Facts<'d>,
) -> impl Iterator<Item = (usize, &'f StatementFacts<'d>, &'f PrincipalFacts<'d>)> {
    let mut statements = facts.principals();
    core::iter::from_fn(move || {
        if facts.kind == PolicyKind::RoleTrust {
            statements.next()
        } else {
            None
        }
    })
}

rules![
    /// A trust policy has `NotPrincipal`.
    ///
    /// Checks trust policies for an element that IAM does not accept there. List the principals that may assume the
    /// role with `Principal`.
    ///
    /// ```json role-trust
    /// {"Effect": "Allow", "NotPrincipal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json role-trust
    /// {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>.
    #[rule(Error, kind(RoleTrust), needs(PRINCIPALS))]
    fn ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, _, principals) in trusts(facts) {
            if principals.not {
                sink.report(
                    Place::Principals(s),
                    Message::from("a trust policy cannot contain ").word("NotPrincipal"),
                )
                .help("list the principals that the role trusts");
            }
        }
    },

    /// A trust policy has `"Principal": "*"`.
    ///
    /// Checks trust policies for a `*` that is not listed under a principal type. IAM rejects it there. Name the
    /// principals that may assume the role; to trust every AWS account subject to a condition, write `{"AWS":
    /// "*"}`.
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": "*",
    ///   "Action": "sts:AssumeRole",
    ///   "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "*"},
    ///   "Action": "sts:AssumeRole",
    ///   "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.
    #[rule(Error, kind(RoleTrust), needs(PRINCIPALS))]
    fn ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, _, principals) in trusts(facts) {
            if principals.anyone && !principals.not {
                let message = Message::from("IAM does not accept ")
                    .word("*")
                    .with(" as the whole principal of a trust policy");
                sink.report(Place::Principals(s), message)
                    .help("name the accounts, roles, services, or identity providers that can assume the role");
            }
        }
    },

    /// A trust policy has `Resource` or `NotResource`.
    ///
    /// Checks trust policies for an element that IAM rejects there. A trust policy is part of a role, and the role
    /// itself is the only resource that it can apply to. Remove the element.
    ///
    /// ```json role-trust
    /// {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json role-trust
    /// {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html>.
    #[rule(Error, kind(RoleTrust), subject(Grammar))]
    fn ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if facts.kind != PolicyKind::RoleTrust {
            return;
        }
        for (s, statement) in facts.statements.iter().enumerate() {
            if let Some(resources) = &statement.statement.resources {
                let place = match resources.values.items.len() {
                    0 => Place::Statement(s),
                    _ => Place::Resource(s, 0),
                };
                let element = match resources.not {
                    true => "NotResource",
                    false => "Resource",
                };
                sink.report(
                    place,
                    Message::new()
                        .word(element)
                        .with(" is not allowed in a trust policy"),
                )
                .help("the role itself is the resource; remove this element");
            }
        }
    },

    /// An action of a trust policy does not work for its principals.
    ///
    /// Checks which `sts` action each type of principal uses to assume a role: accounts, users, roles, and services
    /// call `sts:AssumeRole`, SAML providers call `sts:AssumeRoleWithSAML`, and OIDC providers call
    /// `sts:AssumeRoleWithWebIdentity`. A statement whose action belongs to another type lets nobody in.
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Federated": "arn:aws:iam::123456789012:saml-provider/Corp"},
    ///   "Action": "sts:AssumeRoleWithWebIdentity",
    ///   "Condition": {"StringEquals": {"saml:aud": "https://signin.aws.amazon.com/saml"}}
    /// }
    /// ```
    ///
    /// `UNSUPPORTED_ACTION_FOR_CONDITION_KEY` is reported too.
    ///
    /// Use instead:
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Federated": "arn:aws:iam::123456789012:saml-provider/Corp"},
    ///   "Action": "sts:AssumeRoleWithSAML",
    ///   "Condition": {"StringEquals": {"saml:aud": "https://signin.aws.amazon.com/saml"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>.
    #[rule(Error, kind(RoleTrust), needs(PRINCIPALS), follows(UnreadPrincipal))]
    fn MISMATCHED_ACTION_FOR_PRINCIPAL(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement, principals) in trusts(facts) {
            if principals.not
                || principals.includes_everyone()
                || principals.list.is_empty()
                || statement.statement.actions.not
            {
                continue;
            }
            for (a, action) in statement.actions.iter().enumerate() {
                let (suits, whom): (fn(&Form<'_>) -> bool, _) =
                    if is(action.text, "sts:AssumeRoleWithSAML") {
                        (|form| matches!(form, Form::Saml), "a SAML provider")
                    } else if is(action.text, "sts:AssumeRoleWithWebIdentity") {
                        (|form| matches!(form, Form::Oidc(_)), "an OIDC provider")
                    } else if is(action.text, "sts:AssumeRole") {
                        (
                            |form| !matches!(form, Form::Saml | Form::Oidc(_)),
                            "an account, a role, a user or a service",
                        )
                    } else {
                        continue;
                    };
                // What is not a provider at all is reported for that.
                if principals.any(suits) || principals.any(|form| matches!(form, Form::NoProvider))
                {
                    continue;
                }
                let finding = sink.report(
                    Place::Action(s, a),
                    Message::new()
                        .action_of(action)
                        .with(" is for ")
                        .with(whom)
                        .with(", but the statement does not trust one"),
                );
                if !principals.any(|form| !matches!(form, Form::Oidc(_))) {
                    // Never written without asking: it would let them all in.
                    finding.help(
                        Message::from("users of an OIDC provider call ")
                            .action("sts", "AssumeRoleWithWebIdentity"),
                    );
                } else if !principals.any(|form| !matches!(form, Form::Saml)) {
                    finding.help(
                        Message::from("users of a SAML provider call ")
                            .action("sts", "AssumeRoleWithSAML"),
                    );
                } else {
                    finding.help(
                        Message::from("accounts, roles, users, and services call ")
                            .action("sts", "AssumeRole"),
                    );
                }
            }
        }
    },

    /// A trust policy for IAM Roles Anywhere is missing an action that the service calls.
    ///
    /// Checks that a statement for `rolesanywhere.amazonaws.com` allows `sts:AssumeRole`, `sts:SetSourceIdentity`,
    /// and `sts:TagSession`. The service makes all three calls whenever it creates a session, so it fails if one of
    /// them is not allowed.
    ///
    /// ```json role-trust
    /// {"Effect": "Allow", "Principal": {"Service": "rolesanywhere.amazonaws.com"}, "Action": "sts:AssumeRole"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Service": "rolesanywhere.amazonaws.com"},
    ///   "Action": ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html>.
    #[rule(
        Error,
        kind(RoleTrust),
        needs(PRINCIPALS),
        follows(Unread, OpenStatement)
    )]
    fn MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, statement, principals) in trusts(facts) {
            let Some(principal) = principals.service_named("rolesanywhere") else {
                continue;
            };
            if !statement.allows() || principals.not {
                continue;
            }
            let mut missing = Vec::new();
            for name in ["AssumeRole", "SetSourceIdentity", "TagSession"] {
                let action = format!("sts:{name}");
                let granted = (facts.statements.iter()).any(|other| {
                    other.allows()
                        && other.covers_principals(statement)
                        && other.has_action(&action)
                });
                if !granted {
                    missing.push(("sts".to_string(), name.to_string()));
                }
            }
            if !missing.is_empty() {
                sink.report(
                    principal.place(),
                    Message::from("IAM Roles Anywhere also needs ").with(Part::Actions(missing)),
                )
                .help(
                    Message::from("grant ")
                        .action("sts", "AssumeRole")
                        .with(", ")
                        .action("sts", "SetSourceIdentity")
                        .with(", and ")
                        .action("sts", "TagSession"),
                );
            }
        }
    },

    /// A trust policy trusts a role and a session of the same role.
    ///
    /// Checks for sessions that another entry already covers. Trusting a role includes all of its sessions, so the
    /// narrower entry changes nothing and suggests a restriction that does not exist. Remove the session, or the
    /// role if only the session should be trusted.
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {
    ///     "AWS": ["arn:aws:iam::123456789012:role/a", "arn:aws:sts::123456789012:assumed-role/a/session"]
    ///   },
    ///   "Action": "sts:AssumeRole"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": ["arn:aws:iam::123456789012:role/a"]},
    ///   "Action": "sts:AssumeRole"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.
    #[rule(Suggestion, kind(RoleTrust), needs(PRINCIPALS))]
    fn REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, _, principals) in trusts(facts) {
            for session in &principals.list {
                let Some((account, role)) = session_of(&session.form) else {
                    continue;
                };
                let is_parent = |form: &Form<'_>| match form {
                    Form::Arn(arn) => {
                        arn.account() == account
                            && arn.service() == "iam"
                            && (arn.resource().strip_prefix("role/"))
                                .is_some_and(|path| path.rsplit('/').next() == Some(role))
                    }
                    Form::Everyone
                    | Form::Account
                    | Form::RoleId
                    | Form::UserId
                    | Form::Service(_)
                    | Form::NoService
                    | Form::Saml
                    | Form::Oidc(_)
                    | Form::NoProvider
                    | Form::Canonical
                    | Form::Nothing => false,
                };
                let parent = (principals.list.iter()).find(|parent| is_parent(&parent.form));
                if let Some(parent) = parent {
                    sink.report(
                        session.place(),
                        format!(
                            "`{}` is a session of a role that is also trusted",
                            session.text
                        ),
                    )
                    .help(format!("remove it: `{}` covers it", parent.text));
                }
            }
        }
    },

    /// A role trusts Rekognition regardless of for whom it acts.
    ///
    /// Checks that a trust policy for `rekognition.amazonaws.com` has a condition on the source of the request.
    /// Without one, any AWS customer who knows the ARN of the role may be able to make Rekognition use it, which is
    /// known as the confused deputy problem. Require your own account with `aws:SourceAccount`.
    ///
    /// ```json role-trust
    /// {"Effect": "Allow", "Principal": {"Service": "rekognition.amazonaws.com"}, "Action": "sts:AssumeRole"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Service": "rekognition.amazonaws.com"},
    ///   "Action": "sts:AssumeRole",
    ///   "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/dg/cross-service-confused-deputy-prevention.html>.
    #[rule(SecurityWarning, kind(RoleTrust), needs(PRINCIPALS))]
    fn REKOGNITION_IAM_TRUST_WITHOUT_SOURCE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, statement, principals) in trusts(facts) {
            if principals.not || !statement.allows() || narrows_source(statement) {
                continue;
            }
            let Some(principal) = principals.service_named("rekognition") else {
                continue;
            };
            let finding = sink.report(
                principal.place(),
                "Rekognition can assume this role on behalf of any account that names it",
            );
            open_source(finding, statement);
            finding.help(
                Message::from("restrict it with ")
                    .key("aws:SourceAccount")
                    .with(" equal to your own account"),
            )
            .help(
                Message::from("for stream processors, also compare ")
                    .key("aws:SourceArn")
                    .with(" with `arn:aws:rekognition:us-east-1:123456789012:streamprocessor/*`; stored video has no source ARN"),
            );
        }
    },

    /// A role for EKS pods does not allow `sts:TagSession`.
    ///
    /// Checks trust policies for `pods.eks.amazonaws.com`. EKS Pod Identity assumes a role with session tags, which say
    /// in which cluster and for which service account a pod runs, so it needs `sts:TagSession` in addition to
    /// `sts:AssumeRole`. Without it, pods get no credentials, unless their association disables session tags.
    ///
    /// ```json role-trust
    /// {"Effect": "Allow", "Principal": {"Service": "pods.eks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Service": "pods.eks.amazonaws.com"},
    ///   "Action": ["sts:AssumeRole", "sts:TagSession"]
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html>.
    #[rule(
        Warning,
        kind(RoleTrust),
        needs(PRINCIPALS),
        about(ActionElement),
        follows(Unread)
    )]
    fn REKOGNITION_IAM_POD_IDENTITY_WITHOUT_TAG_SESSION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        let pods = |principals: &PrincipalFacts<'_>| {
            !principals.not && principals.service_named("pods.eks").is_some()
        };
        let allows = |action: &str| {
            trusts(facts).find(|(_, statement, principals)| {
                statement.allows() && pods(principals) && statement.has_action(action)
            })
        };
        if let Some((s, ..)) = allows("sts:AssumeRole")
            && allows("sts:TagSession").is_none()
        {
            sink.report(
                Place::Statement(s),
                Message::from("EKS assumes this role with session tags, for which it also needs ")
                    .action("sts", "TagSession"),
            )
            .help(
                Message::from("add ")
                    .action("sts", "TagSession")
                    .with(" to the actions"),
            );
        }
    },

    /// A role trusts Rekognition for a source that it never acts for.
    ///
    /// Checks the values of `aws:SourceArn` in a trust policy for `rekognition.amazonaws.com`. Only stream
    /// processors have a source ARN; jobs on stored video have none. With any other ARN, Rekognition cannot assume
    /// the role at all.
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Service": "rekognition.amazonaws.com"},
    ///   "Action": "sts:AssumeRole",
    ///   "Condition": {
    ///     "ArnLike": {"aws:SourceArn": "arn:aws:rekognition:us-east-1:123456789012:collection/staff"}
    ///   }
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Service": "rekognition.amazonaws.com"},
    ///   "Action": "sts:AssumeRole",
    ///   "Condition": {
    ///     "ArnLike": {"aws:SourceArn": "arn:aws:rekognition:us-east-1:123456789012:streamprocessor/*"}
    ///   }
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/rekognition/latest/dg/cross-service-confused-deputy-prevention.html>.
    #[rule(Error, kind(RoleTrust), needs(PRINCIPALS, KEYS))]
    fn REKOGNITION_IAM_TRUST_SOURCE_ARN(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, statement, principals) in trusts(facts) {
            let others = principals
                .any(|form| matches!(form, Form::Service(name) if *name != "rekognition"));
            if principals.not || others || principals.service().is_none() {
                continue;
            }
            let Some(kind) = catalogue::service("rekognition")
                .and_then(|service| service.resource("streamprocessor"))
            else {
                continue;
            };
            for key in &statement.keys {
                if !key.is("aws:SourceArn") {
                    continue;
                }
                for (v, value) in key.values.iter().enumerate() {
                    let text = value.as_text();
                    // What is no ARN at all is reported for that; a lone star says nothing.
                    let Ok(arn) = Arn::parse(text) else { continue };
                    let source = kind.formats.iter().any(|format| arn.could_be(format));
                    let place = key.value(v);
                    if !source {
                        sink.report(place, "this is not the ARN of a stream processor, and Rekognition assumes roles only for those")
                            .help(shape(&arn));
                    } else if arn.region().is_empty() || arn.account().is_empty() {
                        sink.report(place, "the region and the account of a stream processor's ARN are never empty, so this matches nothing")
                            .help(shape(&arn));
                    } else if !is_region(arn.region()) {
                        sink.report(
                            place,
                            format!("no region `{}`", arn.region().escape_debug()),
                        )
                        .at(arn.region_range())
                        .help("a region looks like `us-east-1`; for all regions, use `*`");
                    }
                }
            }
        }
    }
];

fn is(text: &str, action: &str) -> bool {
    text.eq_ignore_ascii_case(action)
}

/// The account and the role of a session.
fn session_of<'f>(form: &'f Form<'_>) -> Option<(&'f str, &'f str)> {
    let Form::Arn(arn) = form else { return None };
    let role = arn
        .resource()
        .strip_prefix("assumed-role/")?
        .split('/')
        .next()?;
    Some((arn.account(), role))
}

fn shape(arn: &Arn<'_>) -> String {
    let or = |field: &str, example: &str| match field {
        "" => example.to_string(),
        field => field.to_string(),
    };
    format!(
        "the ARN format is `arn:{}:rekognition:{}:{}:streamprocessor/*`",
        or(arn.partition(), "aws"),
        or(arn.region(), "us-east-1"),
        or(arn.account(), "123456789012"),
    )
}
