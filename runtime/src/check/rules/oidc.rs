//! Rules about identity providers in the trust policy of a role.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html>.

use alloc::format;
use alloc::vec::Vec;

use super::trust::trusts;
use super::{Needs, run};
use crate::check::facts::{Facts, StatementFacts, is_claim};
use crate::check::principal::{Form, PrincipalFact};
use crate::check::rules::wildcard::fixed_start;
use crate::check::{Message, Rule, Severity, Sink, tables, text};
use crate::condition::SetOperator;
use crate::document::PolicyKind;
use crate::glob;

/// An identity provider is neither a domain nor the ARN of a provider.
pub const INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY: Rule = Rule {
    id: "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "an identity provider is neither a domain nor the ARN of a provider",
    needs: Needs::kind(PolicyKind::RoleTrust).and(Needs::PRINCIPALS),
    run: run!(|facts, sink| {
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
    }),
};

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

/// A role trusts everyone whom an OIDC provider knows.
pub const MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL: Rule = Rule {
    id: "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
    severity: Severity::SecurityWarning,
    denied_in_rust: false,
    summary: "a role trusts everyone whom an OIDC provider knows",
    needs: Needs::kind(PolicyKind::RoleTrust).and(Needs::PRINCIPALS),
    run: run!(|facts, sink| {
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
    }),
};

/// A role trusts the workflows of every repository on GitHub.
///
/// See <https://docs.github.com/en/actions/concepts/security/openid-connect>.
pub const MISSING_GITHUB_REPO_CONDITION_KEY: Rule = Rule {
    id: "MISSING_GITHUB_REPO_CONDITION_KEY",
    severity: Severity::SecurityWarning,
    denied_in_rust: false,
    summary: "a role trusts the workflows of every repository on GitHub",
    needs: Needs::kind(PolicyKind::RoleTrust).and(Needs::PRINCIPALS),
    run: run!(|facts, sink| {
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
    }),
};

/// A role trusts GitHub repositories or branches by a pattern.
pub const SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED: Rule = Rule {
    id: "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED",
    severity: Severity::Warning,
    denied_in_rust: false,
    summary: "a role trusts GitHub repositories or branches by a pattern",
    needs: Needs::kind(PolicyKind::RoleTrust).and(Needs::WILD_VALUE),
    run: run!(|facts, sink| {
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
    }),
};

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

/// `ForAnyValue` stands on the audience of a token, which is one value.
pub const FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE: Rule = Rule {
    id: "FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE",
    severity: Severity::SecurityWarning,
    denied_in_rust: true,
    summary: "ForAnyValue stands on the audience of a token, which is one value",
    needs: Needs::kind(PolicyKind::RoleTrust).and(Needs::SET),
    run: run!(|facts, sink| {
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
    }),
};

/// A set operator stands on the audience of a token of which IAM does not know how many values it has.
pub const CONFIRM_AUDIENCE_CLAIM_TYPE: Rule = Rule {
    id: "CONFIRM_AUDIENCE_CLAIM_TYPE",
    severity: Severity::Suggestion,
    denied_in_rust: false,
    summary: "a set operator stands on the audience of a token, which may be one value",
    needs: Needs::kind(PolicyKind::RoleTrust).and(Needs::SET),
    run: run!(|facts, sink| {
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
    }),
};
