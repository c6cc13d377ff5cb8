//! Rules about the values of conditions: each has the form that its operator reads.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>.

use alloc::format;
use alloc::string::{String, ToString};

use super::arn::region_names;

use crate::arn::{Arn, ArnError};
use crate::catalogue;
use crate::check::facts::{Facts, KeyFact};
use crate::check::rule::rules;
use crate::check::{Message, Sink, text};
use crate::condition::OperatorFamily;
use crate::suggest;
use crate::value;

/// Reports each value of a family of operators of which `wrong` says what it is not.
fn values(
    facts: &Facts<'_>,
    sink: &mut Sink<'_>,
    family: OperatorFamily,
    wrong: fn(&str) -> Option<String>,
    help: fn(&KeyFact<'_>, &str) -> Message,
) {
    for (_, key) in facts.keys() {
        if !key.has_family(family) {
            continue;
        }
        for (v, value) in key.values.iter().enumerate() {
            let text = value.as_text();
            // Whether a variable may stand here at all is the business of another rule.
            if text.contains("${") {
                continue;
            }
            if let Some(wrong) = wrong(text) {
                sink.report(
                    key.value(v),
                    format!("`{}` is {wrong}", text.escape_debug()),
                )
                .help(help(key, text));
            }
        }
    }
}

/// What to write instead of a text that is not a number: the keys of durations are in seconds.
fn number(key: &KeyFact<'_>, text: &str) -> Message {
    let is_in_seconds = key.is("aws:MultiFactorAuthAge")
        || (key.name.len().checked_sub("Seconds".len()))
            .and_then(|start| key.name.get(start..))
            .is_some_and(|end| end.eq_ignore_ascii_case("Seconds"));
    if !is_in_seconds {
        return "a number consists of digits, with an optional sign and decimal point".into();
    }
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = text.get(digits.len()..).unwrap_or_default().trim();
    let seconds = match unit.to_ascii_lowercase().as_str() {
        "s" | "sec" | "second" | "seconds" => Some(1_u64),
        "m" | "min" | "minute" | "minutes" => Some(60),
        "h" | "hour" | "hours" => Some(60 * 60),
        "d" | "day" | "days" => Some(24 * 60 * 60),
        _ => None,
    };
    let number = (digits.parse::<u64>().ok()).zip(seconds);
    match number.and_then(|(number, seconds)| number.checked_mul(seconds)) {
        Some(seconds) => format!("write the number of seconds: `{seconds}`").into(),
        None => "write a number of seconds, such as `3600`".into(),
    }
}

/// What is said about a value that is not what it should be.
fn unless(right: bool, wrong: &str) -> Option<String> {
    (!right).then(|| wrong.to_string())
}

rules![
    /// A value of `Bool` or `Null` is neither `true` nor `false`.
    ///
    /// Checks the values of these operators. Any other value never matches, so the condition never holds.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"Bool": {"aws:SecureTransport": "yes"}}
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
    ///   "Condition": {"Bool": {"aws:SecureTransport": "true"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Boolean>.
    #[rule(Warning, denied, needs(TRUTH), subject(Impossible))]
    fn TYPE_MISMATCH_BOOLEAN(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for family in [OperatorFamily::Bool, OperatorFamily::Null] {
            let wrong = |text: &str| {
                let right = text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
                unless(right, "neither `true` nor `false`")
            };
            let help = |_: &KeyFact<'_>, _: &str| "write `true` or `false`".into();
            values(facts, sink, family, wrong, help);
        }
    },

    /// A value of a numeric operator is not a number.
    ///
    /// Checks the values of `NumericEquals`, `NumericLessThan`, and so on. Units are not supported:
    /// `aws:MultiFactorAuthAge`, for example, is in seconds. A comparison with anything but a number never holds.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "1h"}}
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
    ///   "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Numeric>.
    #[rule(Warning, denied, needs(NUMERIC), subject(Impossible))]
    fn TYPE_MISMATCH_NUMBER(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        values(
            facts,
            sink,
            OperatorFamily::Numeric,
            |text| unless(value::is_number(text), "not a number"),
            number,
        );
    },

    /// A value of a date operator is not a date.
    ///
    /// Checks the values of `DateLessThan`, `DateGreaterThan`, and so on. A date is written in one of the W3C
    /// profiles of ISO 8601, such as `2026-11-24` or `2026-11-24T18:30:00Z`, or as seconds since 1970. A comparison
    /// with anything else never holds.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"DateLessThan": {"aws:CurrentTime": "24.11.2026"}}
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
    ///   "Condition": {"DateLessThan": {"aws:CurrentTime": "2026-11-24"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date>.
    #[rule(Warning, denied, needs(DATE), subject(Impossible))]
    fn TYPE_MISMATCH_DATE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        values(
            facts,
            sink,
            OperatorFamily::Date,
            |text| unless(value::is_date(text), "not a date"),
            |_, _| "a date looks like `2026-11-24` or `2026-11-24T18:30:00Z`".into(),
        );
    },

    /// A value of an IP address operator is neither an address nor a CIDR range.
    ///
    /// Checks the values of `IpAddress` and `NotIpAddress`: an IPv4 or IPv6 address, optionally with the length of
    /// its prefix, such as `203.0.113.0/24`. IAM rejects anything else, or it never matches.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113/24"}}
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
    ///   "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress>.
    #[rule(Error, needs(IP), subject(Impossible))]
    fn TYPE_MISMATCH_IP_RANGE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        values(
            facts,
            sink,
            OperatorFamily::IpAddress,
            |text| Some(format!("not an IP range: {}", value::cidr_error(text)?)),
            |_, _| {
                "a range looks like `203.0.113.0/24` or `2001:db8::/32`; a single address is also allowed".into()
            },
        );
    },

    /// A value of `BinaryEquals` is not base64.
    ///
    /// Checks the values of the operator that compares bytes, which are written in base64. To compare text, use
    /// `StringEquals`.
    ///
    /// ```json
    /// {
    ///   "Version": "2012-10-17",
    ///   "Statement": [
    ///     {
    ///       "Effect": "Allow",
    ///       "Action": "kms:Decrypt",
    ///       "Resource": "arn:aws:kms:us-east-1:123456789012:key/1",
    ///       "Condition": {"BinaryEquals": {"kms:EncryptionContext:a": "a b"}}
    ///     }
    ///   ]
    /// }
    /// ```
    ///
    /// `TYPE_MISMATCH` is reported too.
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "kms:Decrypt",
    ///   "Resource": "arn:aws:kms:us-east-1:123456789012:key/1",
    ///   "Condition": {"StringEquals": {"kms:EncryptionContext:a": "a b"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_BinaryEquals>.
    #[rule(Warning, denied, needs(BINARY))]
    fn TYPE_MISMATCH_STRING(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        values(
            facts,
            sink,
            OperatorFamily::Binary,
            |text| unless(value::is_base64(text), "not base64"),
            |_, _| "the operator compares bytes, written in base64".into(),
        );
    },

    /// A value of an ARN operator is not an ARN.
    ///
    /// Checks the values of `ArnEquals`, `ArnLike`, and their negations. They compare the six fields of an ARN one
    /// by one, so a value with fewer fields never matches. Wildcards can replace a field but not its colons.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"ArnLike": {"aws:PrincipalArn": "role/a"}}
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
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN>.
    #[rule(Error, needs(ARN_OPERATOR), subject(Impossible))]
    fn REKOGNITION_IAM_TYPE_MISMATCH_ARN(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        values(
            facts,
            sink,
            OperatorFamily::Arn,
            |text| match Arn::parse(text) {
                _ if text::is_star(text) => None,
                Ok(_) => None,
                Err(ArnError::Prefix) => {
                    Some("not an ARN: it does not start with `arn:`".to_string())
                }
                Err(ArnError::Fields(found)) => {
                    Some(format!("not an ARN: it has {found} of six fields"))
                }
                // Reported as a variable.
                Err(ArnError::Variable) => None,
            },
            |_, _| {
                "the `Arn` operators compare field by field, `arn:partition:service:region:account:resource`".into()
            },
        );
    },

    /// A value of `aws:RequestedRegion` is not a region.
    ///
    /// Checks the values of the key against the AWS regions. A misspelled region never matches: an `Allow`
    /// grants nothing there, and a `Deny` of all other regions also denies the one that was meant.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"StringEquals": {"aws:RequestedRegion": "us-eats-1"}}
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
    ///   "Condition": {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requestedregion>.
    #[rule(Error, needs(KEYS), subject(Impossible))]
    fn INVALID_REGION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, key) in facts.keys() {
            if !key.is("aws:RequestedRegion") {
                continue;
            }
            for (v, value) in key.values.iter().enumerate() {
                let text = value.as_text();
                if crate::glob::has_wildcard(text)
                    || text.contains("${")
                    // Global services answer with this pseudo region in some partitions.
                    || text.ends_with("-global")
                    || catalogue::region(text).is_some()
                {
                    continue;
                }
                let finding =
                    sink.report(key.value(v), format!("no region `{}`", text.escape_debug()));
                let names = region_names();
                let near = suggest::nearest_all(text, &names);
                if near.is_empty() {
                    finding.help("a region looks like `us-east-1`");
                } else {
                    finding.did_you_mean(&near, &Message::quoted);
                }
                // One letter tells regions apart: no other mistake has one right answer.
                if let Some(region) = names.iter().find(|name| name.eq_ignore_ascii_case(text)) {
                    finding.replace(*region);
                }
            }
        }
    }
];
