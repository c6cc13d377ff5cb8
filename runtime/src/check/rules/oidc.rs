//! Rules about identity providers in the trust policy of a role.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html>.

use alloc::format;
use alloc::vec::Vec;

use super::trust::trusts;

use crate::check::facts::{Facts, StatementFacts, is_claim};
use crate::check::principal::{Form, PrincipalFact};
use crate::check::rule::rules;
use crate::check::rules::wildcard::fixed_start;
use crate::check::{Message, Sink, tables, text};
use crate::condition::SetOperator;
use crate::document::PolicyKind;
use crate::glob;

rules![
    /// An identity provider is neither a domain nor the ARN of a provider.
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
    #[rule(Error, kind(RoleTrust), needs(PRINCIPALS))]
    fn INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY(
        facts: &Facts<'_>,
        sink: &mut Sink<'_>,
    ) {
        for (_, _, principals) in trusts(facts) {
            for principal in &principals.list {
                if matches!(principal.form, Form::NoProvider) && !glob::has_wildcard(principal.text)
                {
                    sink.report(
                        principal.place(),
                        format!("`{}` is no identity provider", principal.text.escape_debug()),
                    )
                    .help(format!(
                        "a provider is an ARN such as `arn:aws:iam::123456789012:saml-provider/name` or `arn:aws:iam::123456789012:oidc-provider/address`, or one of {}",
                        text::listed(tables::WEB_IDENTITIES)
                    ));
                }
            }
        }
    },

    /// A role trusts everyone whom an OIDC provider knows.
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
    #[rule(SecurityWarning, kind(RoleTrust), needs(PRINCIPALS))]
    fn MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for &(statement, principal, address) in &providers(facts) {
            // GitHub has a rule of its own, with better help.
            if address == tables::GITHUB {
                continue;
            }
            if !statement
                .keys
                .iter()
                .any(|key| is_claim(key.name, &principal.form))
            {
                sink.report(
                    principal.place(),
                    format!("anyone who signs in through `{address}` may assume this role"),
                )
                .help(format!("compare `{address}:aud`, and `{address}:sub` where the provider has other customers, in a condition"));
            }
        }
    },

    /// A role trusts the workflows of every repository on GitHub.
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
    #[rule(SecurityWarning, kind(RoleTrust), needs(PRINCIPALS))]
    fn MISSING_GITHUB_REPO_CONDITION_KEY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for &(statement, principal, address) in &providers(facts) {
            let sub = "token.actions.githubusercontent.com:sub";
            if address == tables::GITHUB && !statement.has_key(&[sub]) {
                sink.report(
                    principal.place(),
                    "the workflows of every repository on GitHub may assume this role",
                )
                .help(format!("compare `{sub}` with `repo:organization/repository:ref:refs/heads/branch` in a condition"));
            }
        }
    },

    /// A role trusts GitHub repositories or branches by a pattern.
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
    #[rule(Warning, kind(RoleTrust), needs(WILD_VALUE))]
    fn SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if facts.kind != PolicyKind::RoleTrust {
            return;
        }
        for (_, key) in facts.keys() {
            if !key.is("token.actions.githubusercontent.com:sub") || key.is_negated() {
                continue;
            }
            for (v, value) in key.values.iter().enumerate() {
                let text = value.as_text();
                // A pattern that begins with next to nothing has a rule of its own.
                if glob::has_wildcard(text) && fixed_start(text) >= 6 {
                    sink.report(
                        key.value(v),
                        format!(
                            "`{}` lets in more than one branch of one repository",
                            text.escape_debug()
                        ),
                    )
                    .help("name them, as in `repo:organization/repository:ref:refs/heads/main`");
                }
            }
        }
    },

    /// `ForAnyValue` stands on the audience of a token, which is one value.
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
    #[rule(SecurityWarning, denied, kind(RoleTrust), needs(SET))]
    fn FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        audience(
            facts,
            sink,
            |name, set| is_audience(name) && set == SetOperator::ForAnyValue,
            |name, _| {
                Message::new()
                    .word("ForAnyValue")
                    .with(" is for keys with several values, and a token has one ")
                    .key(name)
            },
            "take it away: the operator alone says the same",
        );
    },

    /// A set operator stands on the audience of a token, which may be one value.
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
    #[rule(Suggestion, kind(RoleTrust), needs(SET))]
    fn CONFIRM_AUDIENCE_CLAIM_TYPE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        audience(
            facts,
            sink,
            |name, _| name.ends_with(":aud") && !is_audience(name) && !name.starts_with("saml:"),
            |name, set| {
                Message::new()
                    .word(set.name())
                    .with(" is right only where a token has several ")
                    .key(name)
            },
            "ask the provider; most tokens have one audience, and then the operator stands alone",
        );
    }
];

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
