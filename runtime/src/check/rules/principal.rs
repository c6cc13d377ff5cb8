//! Rules about `Principal` and `NotPrincipal`.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.

use alloc::format;
use alloc::vec::Vec;

use crate::arn::Arn;
use crate::check::facts::{Facts, KeyFact, StatementFacts};
use crate::check::principal::{Form, PrincipalFact};
use crate::check::rule::rules;
use crate::check::{Message, Sink, tables, text};
use crate::document::{Place, PolicyKind, PrincipalSet};
use crate::glob;

rules![
    /// A policy that is attached to a principal has `Principal` or `NotPrincipal`.
    ///
    /// Checks identity policies, session policies, and permissions boundaries. They apply to the user, group, or
    /// role that they are attached to, so IAM rejects one that names principals. To say who may use a resource,
    /// write a resource policy; to say who may assume a role, write a trust policy.
    ///
    /// ```json
    /// {"Effect": "Allow", "Principal": "*", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.
    #[rule(Error, needs(PRINCIPALS), subject(WrongKind))]
    fn UNSUPPORTED_PRINCIPAL(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        // AWS Organizations has a check of its own.
        if facts.kind.has_principals() || facts.kind == PolicyKind::ServiceControl {
            return;
        }
        for (s, _, principals) in facts.principals() {
            sink.report(
                Place::Principals(s),
                Message::new()
                    .word(principals.element())
                    .with(format!(" is not allowed in {}", facts.kind.in_words())),
            )
            .help(format!(
                "remove the principals, or use a resource policy; {} applies to the identity that it is attached to",
                facts.kind.in_words()
            ));
        }
    },

    /// A statement of a trust policy or resource policy has no principal.
    ///
    /// Checks that each statement of a policy that is attached to a resource says whom it applies to. AWS rejects
    /// the policy otherwise.
    ///
    /// ```json resource
    /// {"Effect": "Allow", "Action": "sns:Publish", "Resource": "arn:aws:sns:us-east-1:123456789012:t"}
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
    #[rule(Error, about(PrincipalElement), follows(OpenPart), subject(Grammar))]
    fn MISSING_PRINCIPAL(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        // AWS Organizations has a check of its own.
        if !facts.kind.has_principals() || facts.kind.is_for_everyone() {
            return;
        }
        for (s, statement) in facts.statements.iter().enumerate() {
            if statement.principals.is_none() {
                let finding = sink.report(
                    Place::Statement(s),
                    "this statement is missing its principals",
                );
                if facts.kind == PolicyKind::VpcEndpoint {
                    finding.help("a VPC endpoint policy must have `Principal`; write `\"*\"` for everyone who uses the endpoint");
                } else {
                    finding.help("name the principals: accounts, roles, users, or services");
                }
            }
        }
    },

    /// `Allow` is used with `NotPrincipal`, which grants access to everyone else.
    ///
    /// Checks the effect of each statement with `NotPrincipal`. With `Allow`, it grants access to every principal
    /// that is not listed, in any AWS account, and to anonymous callers. List the principals that should have
    /// access instead. With `Deny`, `NotPrincipal` works as intended.
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "NotPrincipal": {"AWS": "123456789012"},
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
    ///   "Principal": {"AWS": ["111122223333"]},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>.
    #[rule(SecurityWarning, denied, needs(PRINCIPALS))]
    fn ALLOW_WITH_NOT_PRINCIPAL(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        // In a trust policy and a project policy `NotPrincipal` is wrong anyway.
        if matches!(
            facts.kind,
            PolicyKind::RoleTrust | PolicyKind::Project | PolicyKind::ResourceControl
        ) {
            return;
        }
        for (s, statement, principals) in facts.principals() {
            if principals.not && statement.allows() {
                sink.report(
                    Place::Principals(s),
                    Message::new()
                        .word("Allow")
                        .with(" with ")
                        .word("NotPrincipal")
                        .with(
                            " grants access to everyone except those listed, including strangers",
                        ),
                )
                .help("list the principals that should have access");
            }
        }
    },

    /// A trust policy or resource policy grants access to everyone.
    ///
    /// Checks for `"*"` as a principal of an `Allow`. It includes every AWS account and, for resources, anonymous
    /// callers. A condition on who calls or from where, such as `aws:PrincipalOrgID` or `aws:SourceVpce`, makes
    /// such a statement safe. Conditions that anyone can meet, such as signing in with MFA or having a tag in an
    /// account of one's own, facts about the resource, and values that match any account or address, do not. Nothing is
    /// reported about APIs, OpenSearch domains, and VPC Lattice, where more than the policy decides who has access.
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "*"},
    ///   "Action": "sts:AssumeRole",
    ///   "Condition": {
    ///     "Bool": {"aws:MultiFactorAuthPresent": "true"},
    ///     "StringNotEquals": {"aws:PrincipalAccount": "123456789012"}
    ///   }
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
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous>.
    #[rule(SecurityWarning, needs(PRINCIPALS))]
    fn REKOGNITION_IAM_ALLOWED_TO_EVERYONE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        let trusts = facts.kind == PolicyKind::RoleTrust;
        let is_resource = facts.kind == PolicyKind::Resource;
        if !(trusts || is_resource || facts.kind == PolicyKind::Project)
            || (is_resource && may_be_of_endpoint(facts))
        {
            return;
        }
        for (s, statement, principals) in facts.principals() {
            // Of a role, `"*"` alone is refused by IAM.
            let everyone = principals.includes_everyone() && !(trusts && principals.anyone);
            let narrows = |key: &KeyFact<'_>| {
                key.restricts()
                    && !key.is_one_of(tables::KEYS_THAT_EVERYONE_MEETS)
                    // Everyone is no service.
                    && !(key.is("aws:PrincipalIsAWSService") && key.could_hold_for("false"))
            };
            if !everyone
                || principals.not
                || !statement.allows()
                || is_guarded(facts, statement)
                || statement.keys.iter().any(narrows)
            {
                continue;
            }
            let listed =
                (principals.list.iter()).find(|principal| matches!(principal.form, Form::Everyone));
            sink.report(
                listed.map_or(Place::Principals(s), PrincipalFact::place),
                if trusts {
                    "anyone in any AWS account can assume this role"
                } else {
                    "anyone can do this, with or without an AWS account"
                },
            )
            .help(
                Message::from("name the principals that should have access, or compare ")
                    .key("aws:PrincipalOrgID")
                    .with(" or ")
                    .key("aws:PrincipalAccount")
                    .with(" in a condition"),
            );
        }
    },

    /// A principal contains a wildcard.
    ///
    /// Checks the ARNs and accounts in `Principal` and `NotPrincipal`. `*` is allowed only on its own, for
    /// everyone; IAM does not expand a wildcard inside an ARN, and AWS rejects the policy or the principal matches
    /// nobody. To match principals by pattern, use `*` as the principal and compare `aws:PrincipalArn` in a
    /// condition.
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "arn:aws:iam::123456789012:role/a*"},
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
    ///   "Principal": {"AWS": "*"},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t",
    ///   "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/a*"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.
    #[rule(Error, needs(PRINCIPALS), about(WildcardOfPrincipal))]
    fn UNSUPPORTED_WILDCARD_IN_PRINCIPAL(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for principal in &principals(facts) {
            if principal.text == "*" || !glob::has_wildcard(principal.text) {
                continue;
            }
            let finding = sink.report(
                principal.place(),
                format!(
                    "`{}` contains a wildcard, which is not allowed in a principal",
                    principal.text.escape_debug()
                ),
            );
            if matches!(principal.form, Form::Arn(_)) {
                finding.help(
                    Message::from("name each principal, or use ")
                        .word("*")
                        .with(" and compare ")
                        .key("aws:PrincipalArn")
                        .with(" with the pattern in a condition"),
                );
            } else {
                finding.help("name each principal");
            }
        }
    },

    /// A principal is not an account, an IAM or STS ARN, or `*`.
    ///
    /// Checks the entries of `AWS` in `Principal` and `NotPrincipal`. A principal is an account ID with 12 digits
    /// or the ARN of an account, user, role, or session. AWS rejects a policy with anything else, such as a user
    /// group, an instance profile, or a placeholder that was left in.
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "arn:User ARN"},
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
    ///   "Principal": {"AWS": "arn:aws:iam::123456789012:user/a"},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.
    #[rule(Error, needs(PRINCIPALS), about(AccountOfPrincipal))]
    fn REKOGNITION_IAM_PRINCIPAL_FORMAT(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for principal in &principals(facts) {
            // CloudFront's origin access identities have no account.
            if principal.has_variable()
                || glob::has_wildcard(principal.text)
                || principal.text.contains("::cloudfront:user/")
            {
                continue;
            }
            let (why, help) = match &principal.form {
                Form::Nothing => ("an account, a role, or a user", None),
                Form::Arn(arn) => match misfit(arn) {
                    Some(misfit) => misfit,
                    None => continue,
                },
                Form::Everyone
                | Form::Account
                | Form::RoleId
                | Form::UserId
                | Form::Service(_)
                | Form::NoService
                | Form::Saml
                | Form::Oidc(_)
                | Form::NoProvider
                | Form::Canonical => continue,
            };
            sink.report(principal.place(), format!("`{}` is not {why}", principal.text.escape_debug()))
                .help(help.unwrap_or("a principal is a 12-digit account ID, an ARN such as `arn:aws:iam::123456789012:role/name`, or `*`"));
        }
    },

    /// A principal is the unique ID of a role instead of its ARN.
    ///
    /// Checks for IDs that begin with `AROA`. AWS replaces the ARN of a role with its ID when the policy is saved,
    /// and shows the ID once that role has been deleted. The entry then trusts nobody, not even a new role of the
    /// same name. Write the ARN of the role that you mean.
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "AROAIIAV2EXAMPLEEXAMPLE"},
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
    ///   "Principal": {"AWS": "arn:aws:iam::123456789012:role/indexer"},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>.
    #[rule(Warning, denied, needs(PRINCIPALS))]
    fn INVALID_ROLE_REFERENCE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for principal in &principals(facts) {
            if matches!(principal.form, Form::RoleId) {
                sink.report(
                    principal.place(),
                    format!(
                        "`{}` is the unique ID of a role, not its ARN",
                        principal.text
                    ),
                )
                .help("write the ARN of the role; IAM shows this ID for a role that was deleted");
            }
        }
    },

    /// A principal is the unique ID of a user instead of its ARN.
    ///
    /// Checks for IDs that begin with `AIDA`. AWS replaces the ARN of a user with its ID when the policy is saved,
    /// and shows the ID once that user has been deleted. The entry then trusts nobody, not even a new user of the
    /// same name. Write the ARN of the user that you mean.
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "AIDAIIAV2EXAMPLEEXAMPLE"},
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
    ///   "Principal": {"AWS": "arn:aws:iam::123456789012:user/ann"},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>.
    #[rule(Warning, denied, needs(PRINCIPALS))]
    fn INVALID_USER_REFERENCE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for principal in &principals(facts) {
            if matches!(principal.form, Form::UserId) {
                sink.report(
                    principal.place(),
                    format!(
                        "`{}` is the unique ID of a user, not its ARN",
                        principal.text
                    ),
                )
                .help("write the ARN of the user; IAM shows this ID for a user that was deleted");
            }
        }
    },

    /// An identity provider is a principal of a policy that is not a trust policy.
    ///
    /// Checks for `Federated` principals outside trust policies. Users of an identity provider assume a role first,
    /// and only trust policies can name the provider; elsewhere AWS rejects it. Name the role that these users
    /// assume.
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Federated": "accounts.google.com"},
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
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-federated-web-identity>.
    #[rule(Error, needs(PRINCIPALS))]
    fn FEDERATED_PRINCIPAL_NOT_SUPPORTED(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if !matches!(facts.kind, PolicyKind::Resource | PolicyKind::Project) {
            return;
        }
        for principal in &principals(facts) {
            if principal.form.is_provider() {
                sink.report(
                    principal.place(),
                    "an identity provider can only be trusted by a role",
                )
                .help("name the role that its users assume");
            }
        }
    },

    /// A list of principals is empty.
    ///
    /// Checks that each principal type in `Principal` or `NotPrincipal` has an entry. An empty list names nobody,
    /// so an `Allow` grants nothing. With `NotPrincipal` it exempts nobody.
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": []},
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
    ///   "Principal": {"AWS": ["123456789012"]},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.
    #[rule(Suggestion, denied, needs(EMPTY, PRINCIPALS), follows(OpenPart))]
    fn EMPTY_ARRAY_PRINCIPAL(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in facts.document.statements.iter().enumerate() {
            if let Some(principals) = &statement.principals
                && let PrincipalSet::Listed(kinds) = &principals.set
                && let Some((k, (kind, _))) =
                    (kinds.iter().enumerate()).find(|(_, (_, names))| names.items.is_empty())
            {
                sink.report(
                    Place::Principal(s, k, 0),
                    Message::from("there are no principals in ").word(kind.name()),
                )
                .help("name the principals, or remove the empty list");
            }
        }
    },

    /// `Principal` is an empty object.
    ///
    /// Checks that `Principal` or `NotPrincipal` names someone. An empty object names nobody, so the statement has
    /// no effect. Name the principals, or remove the statement.
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {},
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
    #[rule(Suggestion, denied, needs(EMPTY, PRINCIPALS), follows(OpenPart))]
    fn EMPTY_OBJECT_PRINCIPAL(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (s, statement) in facts.document.statements.iter().enumerate() {
            if let Some(principals) = &statement.principals
                && matches!(&principals.set, PrincipalSet::Listed(kinds) if kinds.is_empty())
            {
                sink.report(Place::Principals(s), "this statement has no principals")
                    .help("name the principals, or remove the statement");
            }
        }
    }
];

/// Whether a document that looks like the policy of a resource may be that of a VPC endpoint, which says `*` for anyone who is in
/// the VPC, and needs a resource.
fn may_be_of_endpoint(facts: &Facts<'_>) -> bool {
    !facts.kind_is_given
        && facts.attached.is_none()
        && (facts.statements.iter()).all(|statement| statement.statement.resources.is_some())
}

/// Whether something else than the policy decides who can use the resource.
fn is_guarded(facts: &Facts<'_>, statement: &StatementFacts<'_>) -> bool {
    tables::GUARDED_ELSEWHERE.iter().any(|guarded| {
        facts
            .attached
            .is_some_and(|attached| attached.is_of(guarded))
            || (statement.actions.iter()).any(|action| {
                let service = action.text.split(':').next().unwrap_or_default();
                service.eq_ignore_ascii_case(guarded)
            })
    })
}

/// Why an ARN is not one of a principal, and what to write instead where that is known.
fn misfit(arn: &Arn<'_>) -> Option<(&'static str, Option<&'static str>)> {
    let iam = arn.service() == "iam";
    if !iam && arn.service() != "sts" {
        return Some(("the ARN of an account, a role, or a user", None));
    }
    if !text::is_account(arn.account()) {
        return Some(("the ARN of a principal: its account is not 12 digits", None));
    }
    if !arn.region().is_empty() {
        return Some((
            "the ARN of a principal: it has a region",
            Some("leave the region empty, as in `arn:aws:iam::123456789012:role/name`"),
        ));
    }
    let (kind, name) = arn
        .resource()
        .split_once('/')
        .unwrap_or((arn.resource(), ""));
    let fits = match (iam, kind) {
        (true, "root") => arn.resource() == "root",
        (true, "role" | "user") => {
            let (path, name) = name.rsplit_once('/').unwrap_or(("", name));
            is_name(name) && text::all(path, u8::is_ascii_graphic)
        }
        (true, "group") => {
            return Some((
                "a principal: AWS does not accept a user group there",
                Some("name the users, or a role that they assume"),
            ));
        }
        (true, "instance-profile") => {
            return Some((
                "a principal: it is an instance profile",
                Some("name the role of the instance profile"),
            ));
        }
        (true, "oidc-provider" | "saml-provider") => {
            return Some((
                "an account, a role, or a user: it is an identity provider",
                Some("name an identity provider in `Federated`, in the trust policy of a role"),
            ));
        }
        (false, "assumed-role") => {
            (name.split_once('/')).is_some_and(|(role, session)| is_name(role) && is_name(session))
        }
        (false, "federated-user") => is_name(name),
        _ => false,
    };
    (!fits).then_some(("the ARN of an account, a role, a user, or a session", None))
}

/// Whether IAM accepts this as the name of a role, a user, or a session.
fn is_name(name: &str) -> bool {
    let spelled = |byte: &u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(byte);
    !name.is_empty() && text::all(name, spelled)
}

/// Every principal in a list.
pub(super) fn principals<'f, 'd>(facts: &'f Facts<'d>) -> Vec<&'f PrincipalFact<'d>> {
    let mut list = Vec::new();
    for (_, _, principals) in facts.principals() {
        list.extend(&principals.list);
    }
    list
}
