//! Rules about values that no request carries.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::arn::region_names;
use super::wildcard::{has_wildcard, reads_wildcards};
use super::{Needs, run};
use crate::arn::Arn;
use crate::catalogue::{KeyValues, values_of};
use crate::check::facts::{Facts, KeyFact};
use crate::check::{Finding, Message, Rule, Severity, shape, text};
use crate::condition::{Operator, OperatorFamily};
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

/// The values of conditions whose key has a format, and whether each can be what a request carries.
pub(super) fn formatted<'f>(facts: &'f Facts<'_>) -> Vec<(Misfit<'f>, bool)> {
    let mut found = Vec::new();
    for (_, key) in facts.keys() {
        let (Some(operator), Some(values)) = (key.operator, values_of(key.name)) else {
            continue;
        };
        // A key that is not one is reported for that.
        if key.kind.key().is_none() {
            continue;
        }
        if !matches!(
            operator.family(),
            OperatorFamily::String | OperatorFamily::Arn
        ) {
            continue;
        }
        let wildcards = reads_wildcards(operator);
        let fold = matches!(
            operator,
            Operator::StringEqualsIgnoreCase | Operator::StringNotEqualsIgnoreCase
        );
        for (v, value) in key.values.iter().enumerate() {
            let text = value.as_text();
            // A wildcard that is not read as one, and what is not an ARN at all, are reported for that.
            let elsewhere = (!wildcards && has_wildcard(text))
                || (operator.family() == OperatorFamily::Arn && Arn::parse(text).is_err());
            let fits = elsewhere || shape::could_be(values.format, text, wildcards, fold);
            let value = Misfit {
                place: key.value(v),
                key,
                text,
                values,
            };
            found.push((value, fits));
        }
    }
    found
}

/// The values that do not fit, of the formats without a rule of their own.
fn report(facts: &Facts<'_>, sink: &mut crate::check::Sink<'_>, sure: bool) {
    for (value, fits) in formatted(facts) {
        let format = value.values.format;
        if fits || value.values.sure != sure || matches!(format.name, SERVICE) {
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
    let shown = &format.words[..format.words.len().min(SHOWN)];
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
            None if !has_wildcard(name) && !name.is_empty() => {
                finding.help(format!(
                    "name the region: `{name}.us-east-1{suffix}`; for all regions, use `{name}.*{suffix}` under an operator that reads wildcards"
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

/// A value can never be what a request carries.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.
pub const REKOGNITION_IAM_VALUE_NEVER_MATCHES: Rule = Rule {
    id: "REKOGNITION_IAM_VALUE_NEVER_MATCHES",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "a value can never be what a request carries, going by the format of its key",
    needs: Needs::KEYS,
    run: run!(|facts, sink| report(facts, sink, true)),
};

/// A value does not look like those that requests carry; AWS does not document the format of the key.
pub const REKOGNITION_IAM_VALUE_UNLIKELY: Rule = Rule {
    id: "REKOGNITION_IAM_VALUE_UNLIKELY",
    severity: Severity::Warning,
    denied_in_rust: false,
    summary: "a value does not look like those that requests carry",
    needs: Needs::KEYS,
    run: run!(|facts, sink| report(facts, sink, false)),
};
