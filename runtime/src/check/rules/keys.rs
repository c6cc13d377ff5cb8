//! Rules about what single condition keys are good for.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.

use alloc::format;
use alloc::string::ToString;

use super::condition::{any_carried, carried, holds_without_key};

use crate::catalogue::{self, ActionInfo, ConditionKey, Service};
use crate::check::facts::{Facts, KeyFact, KeyKind, StatementFacts};
use crate::check::principal::{Form, PrincipalFacts};
use crate::check::rule::rules;
use crate::check::{Message, Sink, tables, text};
use crate::condition::OperatorFamily;
use crate::document::Effect;
use crate::glob;

rules![
    /// An account ID in a condition does not have 12 digits, so it never matches.
    ///
    /// Checks the values of keys such as `aws:SourceAccount` and `aws:PrincipalAccount`. An account ID always has
    /// 12 digits, including leading zeros, without dashes.
    ///
    /// ```json role-trust
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"Service": "rekognition.amazonaws.com"},
    ///   "Action": "sts:AssumeRole",
    ///   "Condition": {"StringEquals": {"aws:SourceAccount": "1234-5678-9012"}}
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
    ///   "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.
    #[rule(Error, needs(STRING, FORMATTED), subject(Impossible))]
    fn REKOGNITION_IAM_ACCOUNT_VALUE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, key) in facts.keys() {
            let is_account = (key.format)
                .is_some_and(|values| values.sure && values.format.name == super::formats::ACCOUNT);
            if !key.has_family(OperatorFamily::String) || !is_account {
                continue;
            }
            for (v, value) in key.values.iter().enumerate() {
                let text = value.as_text();
                let right = text::is_account(text);
                // Wildcards and variables have rules of their own; requests without a signature say `anonymous`.
                if right || glob::has_wildcard(text) || text.contains("${") || text == "anonymous" {
                    continue;
                }
                let finding = sink.report(
                    key.value(v),
                    Message::new()
                        .quoted(&text.escape_debug().to_string())
                        .with(" is never a value of ")
                        .key(key.name)
                        .with(": it is not an account ID"),
                );
                if let Some(digits) = text::ungrouped(text).filter(|digits| digits.len() == 12) {
                    finding.help(format!("write `{digits}`")).replace(digits);
                } else {
                    finding.help("an account ID is 12 digits, such as `123456789012`");
                }
            }
        }
    },

    /// A global condition key is no longer supported.
    ///
    /// Checks for keys that AWS has removed, such as `aws:ARN`. They are missing from every request, so a condition
    /// on one never holds. The finding names the key that replaces it.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"ArnLike": {"aws:ARN": "arn:aws:iam::123456789012:role/a"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/a"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.
    #[rule(Error, needs(ODD_KEY))]
    fn UNSUPPORTED_GLOBAL_CONDITION_KEY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        retired(facts, sink, false, " no longer works")
    },

    /// A global condition key is deprecated.
    ///
    /// Checks for keys that AWS has replaced, such as `aws:SourceOwner`. They still work for some services and may
    /// stop working. Use the key that replaces it.
    ///
    /// ```json resource
    /// {
    ///   "Effect": "Allow",
    ///   "Principal": {"AWS": "123456789012"},
    ///   "Action": "sns:Publish",
    ///   "Resource": "arn:aws:sns:us-east-1:123456789012:t",
    ///   "Condition": {"StringEquals": {"AWS:SourceOwner": "123456789012"}}
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
    /// See <https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html>.
    #[rule(Warning, needs(ODD_KEY))]
    fn DEPRECATED_GLOBAL_CONDITION_KEY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        retired(facts, sink, true, " is deprecated")
    },

    /// Access depends on a value that the caller can choose.
    ///
    /// Checks for `aws:Referer` and `aws:UserAgent`. Both come from headers that any client can set, so the
    /// condition keeps nobody out. Compare something that AWS establishes, such as the principal or the network.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:Referer": "https://example.com/"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-12345678"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-referer>.
    #[rule(SecurityWarning, needs(KEYS))]
    fn UNTRUSTWORTHY_CONDITION_KEY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, key) in facts.keys() {
            if key.is_one_of(tables::FORGEABLE_KEYS) {
                sink.report(
                    key.place(),
                    Message::from("the caller can choose the value of ").key(key.name),
                )
                .help("compare a value that AWS sets, such as the principal or the network");
            }
        }
    },

    /// A condition key is compared without the key that gives it meaning.
    ///
    /// Checks for keys that are ambiguous on their own. `aws:VpcSourceIp`, for example, is a private address, and
    /// the same address exists in other networks, including those of an attacker. Compare `aws:SourceVpc` or
    /// `aws:SourceVpce` as well.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {
    ///     "IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"},
    ///     "StringEquals": {"aws:SourceVpc": "vpc-12345678"}
    ///   }
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-vpcsourceip>.
    #[rule(SecurityWarning, needs(KEYS), follows(OpenCondition))]
    fn MISSING_PAIRED_CONDITION_KEYS(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (statement, key) in facts.keys() {
            let Some((_, partners)) = tables::PAIRED_KEYS.iter().find(|(name, _)| key.is(name))
            else {
                continue;
            };
            if statement.has_key(partners) {
                continue;
            }
            let partner = partners.first().copied().unwrap_or_default();
            sink.report(
                key.place(),
                Message::new()
                    .key(key.name)
                    .with(" is a private address, which any other network can have too"),
            )
            .help(Message::from("also compare ").key(partner));
        }
    },

    /// A condition key is not provided by all services of a statement.
    ///
    /// Checks keys that only some services support, such as `aws:VpceAccount`. For the other services the key is
    /// missing, so an `Allow` grants nothing and a negated `Deny` denies everything. Limit the statement to actions
    /// of services that provide the key.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": ["rekognition:DetectText", "sns:ListTopics"],
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:VpceAccount": "123456789012"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:VpceAccount": "123456789012"}}
    /// },
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "sns:ListTopics",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-12345678"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-vpceaccount>.
    #[rule(Warning, denied, needs(KEYS), follows(Unread))]
    fn USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (statement, key) in facts.keys() {
            if !key.is_one_of(tables::ENDPOINT_OWNER_KEYS) {
                continue;
            }
            let sends = |text: &str| {
                let service = text.split(':').next().unwrap_or(text).to_ascii_lowercase();
                tables::ENDPOINT_OWNER_SERVICES
                    .binary_search(&service.as_str())
                    .is_ok()
                    && !text.eq_ignore_ascii_case("iam:PassRole")
            };
            let not = statement.statement.actions.not;
            let other = statement
                .actions
                .iter()
                .find(|action| not || !sends(action.text));
            let Some(other) = other else { continue };
            let message = Message::from("not every service provides ").key(key.name);
            let message = if not || other.text == "*" {
                message
            } else {
                (message.with(": ").action_of(other)).with(" belongs to a service that does not")
            };
            sink.report(key.place(), message)
                .help("limit the statement to actions of services that provide it, such as `rekognition`, `s3`, `kms`, and `lambda`");
        }
    },

    /// A policy for users and roles has a condition that only a request from a service meets.
    ///
    /// Checks policies that apply to users and roles for conditions on keys such as `aws:SourceArn`. According to the
    /// page about these keys, only a request that an AWS service makes with its own principal contains them, and
    /// identity policies do not apply to such a request, so the statement has no effect. A few AWS examples for roles
    /// have such conditions all the same. To restrict who can use a role, put the condition into its trust policy; to
    /// restrict what a service can do for others, into the policy of the resource.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "s3:GetObject",
    ///   "Resource": "arn:aws:s3:::b/*",
    ///   "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "s3:GetObject",
    ///   "Resource": "arn:aws:s3:::b/*",
    ///   "Condition": {"StringEquals": {"aws:ResourceAccount": "123456789012"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceaccount>.
    #[rule(Warning, needs(KEYS), subject(Impossible))]
    fn REKOGNITION_IAM_SERVICE_KEY_IN_IDENTITY_POLICY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        if facts.kind.has_principals() {
            return;
        }
        for (statement, key) in facts.keys() {
            let of_services = key.is_one_of(tables::SERVICE_ONLY_KEYS)
                || (key.is("aws:PrincipalIsAWSService") && !key.could_hold_for("false"));
            if !of_services || !key.wants_key() {
                continue;
            }
            let effect = match statement.statement.effect {
                Effect::Allow => "grants",
                Effect::Deny => "denies",
            };
            let message = match key.is("aws:PrincipalIsAWSService") {
                true => Message::from("no user or role is an AWS service"),
                false => Message::from("requests by users and roles do not contain ").key(key.name),
            };
            sink.report(
                key.place(),
                message.with(format!(", so this statement {effect} nothing")),
            )
            .help("remove the condition; it belongs in the policy of a resource, or in the trust policy of a role");
        }
    },

    /// A condition key is provided for a single action, which is not in the statement.
    ///
    /// Checks keys such as `iam:PassedToService`, which exists only in requests for `iam:PassRole`. With any other
    /// action the condition never holds. Add the action, or remove the condition.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"iam:PassedToService": "rekognition.amazonaws.com"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "iam:PassRole",
    ///   "Resource": "arn:aws:iam::123456789012:role/a",
    ///   "Condition": {"StringEquals": {"iam:PassedToService": "rekognition.amazonaws.com"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html>.
    #[rule(Error, needs(DECLARED))]
    fn MISSING_ACTION_FOR_CONDITION_KEY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (statement, key) in facts.keys() {
            // Where the condition is met without the key, the statement works.
            if !holds_without_key(key)
                && let Some((service, info)) = missing_action(statement, key)
            {
                sink.report(
                    key.place(),
                    Message::new()
                        .key(key.name)
                        .with(" only applies to ")
                        .action(service.prefix, info.name)
                        .with(", which is not in this statement"),
                )
                .help(
                    Message::from("add ")
                        .action(service.prefix, info.name)
                        .with(", or remove the condition"),
                );
            }
        }
    }
];

fn retired(facts: &Facts<'_>, sink: &mut Sink<'_>, works: bool, message: &'static str) {
    for (statement, key) in facts.keys() {
        let KeyKind::Retired(row) = key.kind else {
            continue;
        };
        if row.works != works {
            continue;
        }
        let finding = sink.report(key.place(), Message::new().key(key.name).with(message));
        let mut help = Message::from("write ");
        for (number, instead) in row.instead.iter().enumerate() {
            if number > 0 {
                help = help.with(" or ");
            }
            help = help.key(instead);
        }
        // Its successor is another key: a rewrite would change who has access.
        finding.help(help);
        let of_services = row
            .instead
            .iter()
            .any(|key| tables::SERVICE_ONLY_KEYS.contains(key));
        let callers = |principals: &PrincipalFacts<'_>| {
            principals.any(|form| form.is_caller() || matches!(form, Form::Everyone))
        };
        if of_services && row.works && statement.principals.as_ref().is_some_and(callers) {
            finding.help(
                Message::from("only requests by services contain it; for users and roles, use ")
                    .key("aws:PrincipalAccount"),
            );
        }
    }
}

/// The one action of the catalogue that carries the key, when there is one alone.
pub(super) fn only_action(key: &ConditionKey) -> Option<(&'static Service, &'static ActionInfo)> {
    let mut found = None;
    let declares = |service: &&&Service| service.declares(key.name);
    for &service in catalogue::services().iter().filter(declares) {
        for info in service.actions {
            if carried(service, info, None, key) {
                if found.is_some() {
                    return None;
                }
                found = Some((service, info));
            }
        }
    }
    found
}

/// The action for which alone the key is read, when the statement has no action that carries the key.
pub(super) fn missing_action(
    statement: &StatementFacts<'_>,
    key: &KeyFact<'_>,
) -> Option<(&'static Service, &'static ActionInfo)> {
    let KeyKind::Declared(known) = key.kind else {
        return None;
    };
    if statement.statement.actions.not || statement.actions.is_empty() || is_tag(known) {
        return None;
    }
    for action in &statement.actions {
        let (service, infos) = action.kind.known()?;
        if any_carried(service, infos, None, known) {
            return None;
        }
    }
    only_action(known)
}

/// Whether the key is about a tag, which many actions carry.
pub(super) fn is_tag(key: &ConditionKey) -> bool {
    key.placeholder.is_some() || key.name == "aws:TagKeys"
}
