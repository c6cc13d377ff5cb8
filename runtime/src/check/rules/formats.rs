//! Rules about values that no request carries.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::arn::region_names;

use crate::arn::Arn;
use crate::catalogue::KeyValues;
use crate::check::facts::{Facts, KeyFact};
use crate::check::rule::rules;
use crate::check::{Finding, Message, Sink, text};
use crate::document::Place;
use crate::suggest;

/// The formats whose values have a rule of their own.
pub(super) const ACCOUNT: &str = "account";
pub(super) const SERVICE: &str = "service principal";
/// The format of `kms:ViaService`.
pub(super) const REGIONAL_SERVICE: &str = "service in a region";

/// A value that no request carries.
pub(super) struct Misfit<'f> {
    pub(super) place: Place,
    pub(super) key: &'f KeyFact<'f>,
    pub(super) text: &'f str,
    pub(super) values: &'static KeyValues,
}

/// The values of conditions that do not have the format of their key.
pub(super) fn misfits<'f>(facts: &'f Facts<'_>) -> Vec<Misfit<'f>> {
    let mut found = Vec::new();
    for (_, key) in facts.keys() {
        for &v in &key.misfits {
            if let (Some(values), Some(value)) = (key.format, key.values.items.get(v)) {
                found.push(Misfit {
                    place: key.value(v),
                    key,
                    text: value.as_text(),
                    values,
                });
            }
        }
    }
    found
}

/// The values that do not fit, of the formats without a rule of their own.
fn report(facts: &Facts<'_>, sink: &mut crate::check::Sink<'_>, sure: bool) {
    for value in misfits(facts) {
        let format = value.values.format;
        if value.values.sure != sure || matches!(format.name, SERVICE) {
            continue;
        }
        if format.name == ACCOUNT && sure {
            continue;
        }
        let says = match sure {
            true => " is never a value of ",
            false => " is not known to be a value of ",
        };
        let message = Message::new()
            .quoted(&value.text.escape_debug().to_string())
            .with(says)
            .key(value.key.name)
            .with(match (sure, consequence(value.key)) {
                (true, Some(consequence)) => consequence,
                _ => "",
            });
        let finding = sink.report(value.place, message);
        suggest_instead(finding, &value);
        finding.help(expected(&value));
    }
}

/// What follows for the condition when its only value is never met.
fn consequence(key: &KeyFact<'_>) -> Option<&'static str> {
    match (key.values.items.len(), key.if_exists, key.is_negated()) {
        (1, _, true) => Some(", so this condition always holds"),
        (1, false, false) if key.wants_key() => Some(", so this condition never holds"),
        _ => None,
    }
}

/// What the values of the key look like, in words.
fn expected(value: &Misfit<'_>) -> Message {
    let format = value.values.format;
    let message = Message::from("a value of ").key(value.key.name);
    if format.words.is_empty() {
        return message.with(format!(" is {}, such as `{}`", format.says, format.example));
    }
    const SHOWN: usize = 8;
    let shown = format.words.get(..SHOWN).unwrap_or(format.words);
    let more = format.words.len() - shown.len();
    let list = text::joined(shown, "`, `");
    message.with(match more {
        0 => format!(" is one of `{list}`"),
        _ => format!(" is one of `{list}` and {more} more"),
    })
}

/// The nearest values that a request may carry.
fn suggest_instead(finding: &mut Finding, value: &Misfit<'_>) {
    let text = value.text;
    let format = value.values.format;
    if !format.words.is_empty() {
        let near = suggest::nearest_all(text, format.words);
        if !near.is_empty() {
            finding.did_you_mean(&near, &Message::quoted);
        }
    } else if let Some(role) = role_of_session(text).filter(|_| format.name == "principal ARN") {
        finding.help(format!(
            "for a session, write the ARN of its role: `{role}`, with the path that the role has"
        ));
    } else if format.name == REGIONAL_SERVICE {
        let suffix = ".amazonaws.com";
        let name = text.strip_suffix(suffix).unwrap_or(text);
        match name.split_once('.') {
            None if !text::has_wildcard(name) && !name.is_empty() => {
                finding.help(format!(
                    "name the region: `{name}.us-east-1{suffix}`; for all regions, use `{name}.*{suffix}` with an operator that supports wildcards"
                ));
            }
            Some((service, region)) => {
                let near = suggest::nearest_all(region, &region_names());
                if !near.is_empty() {
                    let whole = |near: &str| format!("{service}.{near}{suffix}");
                    finding.did_you_mean(&near, &|message, near| message.quoted(&whole(near)));
                }
            }
            None => {}
        }
    }
}

/// The role of the session that an ARN of `sts` names.
fn role_of_session(text: &str) -> Option<String> {
    let arn = Arn::parse(text).ok().filter(|arn| arn.service() == "sts")?;
    let (name, _) = arn
        .resource()
        .strip_prefix("assumed-role/")?
        .split_once('/')?;
    let (partition, account) = (arn.partition(), arn.account());
    Some(format!("arn:{partition}:iam::{account}:role/{name}"))
}

rules![
    /// A value can never be in a request, because it does not have the format of its condition key.
    ///
    /// Checks the values of keys whose format AWS documents, such as `aws:PrincipalType` or `aws:PrincipalOrgID`. A
    /// condition with only such values never holds, or, if it is negated, always holds.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:PrincipalType": "Role"}}
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
    ///   "Condition": {"StringEquals": {"aws:PrincipalType": "AssumedRole"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.
    #[rule(Error, needs(NO_FORMAT), subject(Impossible))]
    fn REKOGNITION_IAM_VALUE_NEVER_MATCHES(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        report(facts, sink, true)
    },

    /// A value does not look like those that requests have for its condition key.
    ///
    /// Checks the values of keys for which AWS shows examples without a full specification. The value may work, but
    /// it resembles none of the examples, as a user name does where an ID is expected. Compare it with a real
    /// request.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"identitystore:UserId": "alice@example.com"}}
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
    ///     "StringEquals": {"identitystore:UserId": "90670b1b7e-3d4d1b4a-1111-2222-3333-444455556666"}
    ///   }
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.
    #[rule(Warning, needs(NO_FORMAT))]
    fn REKOGNITION_IAM_VALUE_UNLIKELY(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        report(facts, sink, false)
    }
];
