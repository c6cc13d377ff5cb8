//! Rules about identity providers in the trust policy of a role.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html>.

use alloc::format;
use alloc::vec::Vec;

use super::trust::trusts;

use crate::check::facts::{Facts, KeyFact, StatementFacts, is_claim, reads_wildcards};
use crate::check::principal::{Form, PrincipalFact};
use crate::check::rule::rules;
use crate::check::rules::wildcard::fixed_start;
use crate::check::{Message, Sink, tables, text};
use crate::condition::{Operator, SetOperator};
use crate::document::PolicyKind;
use crate::glob;

/// Whether a condition on a claim holds only for some values. A token has all of its claims, so that it does not matter what
/// the condition says about a request without them.
fn names_values(key: &KeyFact<'_>) -> bool {
    key.operator
        .is_some_and(|operator| operator != Operator::Null)
        && !key.is_negated()
        && !key.leaves_open()
}

rules![
    /// A federated principal is neither a known domain nor the ARN of an identity provider.
    ///
    /// Checks the entries of `Federated` in a trust policy. IAM accepts the ARN of an OIDC or SAML provider in your
    /// account and the domains of a few built-in providers, and rejects anything else.
    ///
    /// ```json role-trust
    /// {"Effect": "Allow", "Principal": {"Federated": "google"}, "Action": "sts:AssumeRoleWithWebIdentity"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Federated": "accounts.google.com"},
    ///   "Action": "sts:AssumeRoleWithWebIdentity",
    ///   "Condition": {"StringEquals": {"accounts.google.com:aud": "a"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-federated-web-identity>.
    #[rule(Error, kind(RoleTrust), needs(PRINCIPALS))]
    fn INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY(
        facts: &Facts<'_>,
        sink: &mut Sink<'_>,
    ) {
        for (_, _, principals) in trusts(facts) {
            for principal in &principals.list {
                if matches!(principal.form, Form::NoProvider)
                    && !glob::has_wildcard(principal.text)
                    && !principal.has_variable()
                {
                    let shown = principal.text.escape_debug();
                    let message = match is_address(principal.text) {
                        true => format!(
                            "`{shown}` is the address of an identity provider, and only built-in providers are named by it"
                        ),
                        false => format!("`{shown}` is not an identity provider"),
                    };
                    let help = match is_address(principal.text) {
                        true => format!(
                            "create an OIDC provider in IAM and name its ARN, `arn:aws:iam::123456789012:oidc-provider/{shown}`"
                        ),
                        false => format!(
                            "a provider is an ARN such as `arn:aws:iam::123456789012:saml-provider/name` or `arn:aws:iam::123456789012:oidc-provider/address`, or one of {}",
                            text::listed(tables::WEB_IDENTITIES)
                        ),
                    };
                    sink.report(principal.place(), message).help(help);
                }
            }
        }
    },

    /// A role trusts everyone who can sign in with an OIDC provider.
    ///
    /// Checks that a trust policy for a shared provider compares a claim that identifies your application or your
    /// users, such as `aud` or `sub`. The provider also issues tokens to the users of other customers'
    /// applications; without a condition, all of them can assume the role. At some providers, such as GitLab and
    /// Terraform Cloud, other customers can get tokens with the same audience; there, the condition must compare the
    /// subject, or another claim that only your organization has.
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Federated": "cognito-identity.amazonaws.com"},
    ///   "Action": "sts:AssumeRoleWithWebIdentity"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Federated": "cognito-identity.amazonaws.com"},
    ///   "Action": "sts:AssumeRoleWithWebIdentity",
    ///   "Condition": {
    ///     "StringEquals": {
    ///       "cognito-identity.amazonaws.com:aud": "us-east-1:0a1b2c3d-0000-0000-0000-000000000000"
    ///     },
    ///     "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}
    ///   }
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html>.
    #[rule(
        SecurityWarning,
        kind(RoleTrust),
        needs(PRINCIPALS),
        follows(OpenCondition)
    )]
    fn MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for &(statement, principal, address) in &providers(facts) {
            // GitHub has a rule of its own, with better help.
            if address == tables::GITHUB {
                continue;
            }
            let subject = format!("{address}:sub");
            let shared = text::is_one_of(&subject, tables::SHARED_SUBJECTS);
            let identifies = |key: &KeyFact<'_>| {
                is_claim(key.name, &principal.form)
                    && names_values(key)
                    && match shared {
                        true => key.is(&subject) || key.is_one_of(tables::SHARED_TENANTS),
                        // How someone signed in does not say with whom.
                        false => !key.name.ends_with(":amr"),
                    }
            };
            if statement.keys.iter().any(identifies) {
                continue;
            }
            let finding = sink.report(
                principal.place(),
                match shared {
                    true => format!("all customers of `{address}` can assume this role"),
                    false => {
                        format!("anyone who signs in through `{address}` can assume this role")
                    }
                },
            );
            finding.help(match shared {
                true => format!("compare `{subject}` in a condition: other customers can get tokens with the same audience"),
                false => format!("compare `{address}:aud`, and `{subject}` where the provider has other customers, in a condition"),
            });
        }
    },

    /// A role trusts the workflows of every repository on GitHub.
    ///
    /// Checks that a trust policy for GitHub's OIDC provider compares the claim `sub`, which names the repository.
    /// Every repository on GitHub gets tokens from the same provider, and the audience alone does not tell them
    /// apart, so without this condition any GitHub user can assume the role.
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},
    ///   "Action": "sts:AssumeRoleWithWebIdentity",
    ///   "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},
    ///   "Action": "sts:AssumeRoleWithWebIdentity",
    ///   "Condition": {
    ///     "StringEquals": {
    ///       "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
    ///       "token.actions.githubusercontent.com:sub": "repo:o/r:ref:refs/heads/main"
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// See <https://docs.github.com/en/actions/concepts/security/openid-connect>.
    #[rule(
        SecurityWarning,
        kind(RoleTrust),
        needs(PRINCIPALS),
        follows(OpenCondition)
    )]
    fn MISSING_GITHUB_REPO_CONDITION_KEY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for &(statement, principal, address) in &providers(facts) {
            let sub = "token.actions.githubusercontent.com:sub";
            let narrows = |key: &KeyFact<'_>| {
                key.is_one_of(tables::GITHUB_REPOSITORY_CLAIMS) && names_values(key)
            };
            if address == tables::GITHUB && !statement.keys.iter().any(narrows) {
                sink.report(
                    principal.place(),
                    "the workflows of every repository on GitHub can assume this role",
                )
                .help(format!("compare `{sub}` with `repo:organization/repository:ref:refs/heads/branch` in a condition"));
            }
        }
    },

    /// A role trusts GitHub repositories or branches that match a pattern.
    ///
    /// Checks the values of the claim `sub` for wildcards. `repo:organization/repository:*` also matches pull
    /// requests and every branch, so anyone who can push a branch can assume the role. Name the repository and the
    /// branch or environment.
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},
    ///   "Action": "sts:AssumeRoleWithWebIdentity",
    ///   "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:o/r:*"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},
    ///   "Action": "sts:AssumeRoleWithWebIdentity",
    ///   "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:o/r:ref:refs/heads/main"}}
    /// }
    /// ```
    ///
    /// See <https://docs.github.com/en/actions/concepts/security/openid-connect>.
    #[rule(Warning, kind(RoleTrust), needs(WILD_VALUE))]
    fn SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if facts.kind != PolicyKind::RoleTrust {
            return;
        }
        for (_, key) in facts.keys() {
            // Elsewhere `*` is a plain character, which is reported for that.
            let pattern = key.operator.is_some_and(reads_wildcards);
            if !key.is("token.actions.githubusercontent.com:sub") || key.is_negated() || !pattern {
                continue;
            }
            for (v, value) in key.values.iter().enumerate() {
                let text = value.as_text();
                // A pattern that begins with next to nothing has a rule of its own.
                if glob::has_wildcard(text) && fixed_start(text) >= 6 {
                    sink.report(
                        key.value(v),
                        format!(
                            "`{}` matches more than one branch of one repository",
                            text.escape_debug()
                        ),
                    )
                    .help("name the repository and the branch, as in `repo:organization/repository:ref:refs/heads/main`");
                }
            }
        }
    },

    /// `ForAnyValue` is used on the audience of a token, which has a single value.
    ///
    /// Checks the audience claim of providers whose tokens have exactly one. Set operators are for keys with
    /// several values; on a single value, they make the condition harder to read and may weaken it when the claim
    /// is missing. Remove the set operator.
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Federated": "cognito-identity.amazonaws.com"},
    ///   "Action": "sts:AssumeRoleWithWebIdentity",
    ///   "Condition": {
    ///     "ForAnyValue:StringEquals": {
    ///       "cognito-identity.amazonaws.com:aud": "us-east-1:0a1b2c3d-0000-0000-0000-000000000000"
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Federated": "cognito-identity.amazonaws.com"},
    ///   "Action": "sts:AssumeRoleWithWebIdentity",
    ///   "Condition": {
    ///     "StringEquals": {
    ///       "cognito-identity.amazonaws.com:aud": "us-east-1:0a1b2c3d-0000-0000-0000-000000000000"
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>.
    #[rule(
        SecurityWarning,
        denied,
        kind(RoleTrust),
        needs(SET),
        about(SetOperatorOfKey)
    )]
    fn FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        audience(
            facts,
            sink,
            |name, set| is_audience(name) && set == SetOperator::ForAnyValue,
            |name, _| {
                Message::new()
                    .word("ForAnyValue")
                    .with(" is for keys with several values, but a token has only one ")
                    .key(name)
            },
            "remove it: the operator means the same without it",
        );
    },

    /// A set operator is used on the audience of a token, which may have a single value.
    ///
    /// Checks the audience claim of providers about which nothing more is known. A set operator is right only if
    /// the provider issues tokens with several audiences. Most tokens have one; then use the operator without it.
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {
    ///     "Federated": "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB"
    ///   },
    ///   "Action": "sts:AssumeRoleWithWebIdentity",
    ///   "Condition": {
    ///     "ForAnyValue:StringEquals": {"oidc.eks.eu-west-1.amazonaws.com/id/AB:aud": "sts.amazonaws.com"}
    ///   }
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {
    ///     "Federated": "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB"
    ///   },
    ///   "Action": "sts:AssumeRoleWithWebIdentity",
    ///   "Condition": {"StringEquals": {"oidc.eks.eu-west-1.amazonaws.com/id/AB:aud": "sts.amazonaws.com"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>.
    #[rule(Suggestion, kind(RoleTrust), needs(SET), about(SetOperatorOfKey))]
    fn CONFIRM_AUDIENCE_CLAIM_TYPE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        audience(
            facts,
            sink,
            |name, _| name.ends_with(":aud") && !is_audience(name) && !name.starts_with("saml:"),
            |name, set| {
                Message::new()
                    .word(set.name())
                    .with(" is only right if a token has several ")
                    .key(name)
            },
            "check with the provider; for a token with one audience, remove the set operator",
        );
    }
];

/// Whether a text can be the address of an OIDC provider, a domain and maybe a path.
fn is_address(text: &str) -> bool {
    let domain = text.split('/').next().unwrap_or_default();
    domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && text::all(text, |b| {
            b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/')
        })
}

/// Every OIDC provider that an `Allow` trusts, with its address.
fn providers<'f, 'd>(
    facts: &'f Facts<'d>,
) -> Vec<(&'f StatementFacts<'d>, &'f PrincipalFact<'d>, &'d str)> {
    let mut found = Vec::new();
    for (_, statement, principals) in trusts(facts) {
        if principals.not || !statement.allows() {
            continue;
        }
        for principal in &principals.list {
            if let Form::Oidc(address) = principal.form {
                found.push((statement, principal, address));
            }
        }
    }
    found
}

fn audience(
    facts: &Facts<'_>,
    sink: &mut Sink<'_>,
    applies: fn(&str, SetOperator) -> bool,
    message: fn(&str, SetOperator) -> Message,
    help: &'static str,
) {
    if facts.kind != PolicyKind::RoleTrust {
        return;
    }
    for (_, key) in facts.keys() {
        if let Some(set) = key.set
            && applies(key.name, set)
        {
            sink.report(key.place(), message(key.name, set)).help(help);
        }
    }
}

/// Whether a key is a claim that names the audience of a token and is known to have one value.
pub(super) fn is_audience(name: &str) -> bool {
    text::is_one_of(name, tables::AUDIENCE_CLAIMS)
}
