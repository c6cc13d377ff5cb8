//! Rules about the values of conditions: each has the form that its operator reads.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>.

use alloc::format;
use alloc::string::{String, ToString};

use super::arn::region_names;
use super::{Needs, run};
use crate::arn::{Arn, ArnError};
use crate::catalogue;
use crate::check::facts::Facts;
use crate::check::{Message, Rule, Severity, Sink, text};
use crate::condition::OperatorFamily;
use crate::suggest;
use crate::value;

/// Reports each value of a family of operators of which `wrong` says what it is not.
fn values(
    facts: &Facts<'_>,
    sink: &mut Sink<'_>,
    family: OperatorFamily,
    wrong: fn(&str) -> Option<String>,
    help: &'static str,
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
                .help(help);
            }
        }
    }
}

/// What is said of a value that is not what it should be.
fn unless(right: bool, wrong: &str) -> Option<String> {
    (!right).then(|| wrong.to_string())
}

/// The value of Bool or `Null` is neither true nor false.
pub const TYPE_MISMATCH_BOOLEAN: Rule = Rule {
    id: "TYPE_MISMATCH_BOOLEAN",
    severity: Severity::Warning,
    denied_in_rust: true,
    summary: "the value of Bool or Null is neither true nor false",
    needs: Needs::TRUTH,
    run: run!(|facts, sink| {
        for family in [OperatorFamily::Bool, OperatorFamily::Null] {
            let wrong = |text: &str| {
                let right = text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
                unless(right, "neither `true` nor `false`")
            };
            values(facts, sink, family, wrong, "write `true` or `false`");
        }
    }),
};

/// The value of a Numeric operator is no number.
pub const TYPE_MISMATCH_NUMBER: Rule = Rule {
    id: "TYPE_MISMATCH_NUMBER",
    severity: Severity::Warning,
    denied_in_rust: true,
    summary: "the value of a Numeric operator is no number",
    needs: Needs::NUMERIC,
    run: run!(|facts, sink| {
        values(
            facts,
            sink,
            OperatorFamily::Numeric,
            |text| unless(value::is_number(text), "no number"),
            "a number is made of digits, with a sign and a decimal point where needed",
        );
    }),
};

/// The value of a Date operator is neither a date in ISO 8601 nor seconds since 1970.
pub const TYPE_MISMATCH_DATE: Rule = Rule {
    id: "TYPE_MISMATCH_DATE",
    severity: Severity::Warning,
    denied_in_rust: true,
    summary: "the value of a Date operator is neither a date in ISO 8601 nor seconds since 1970",
    needs: Needs::DATE,
    run: run!(|facts, sink| {
        values(
            facts,
            sink,
            OperatorFamily::Date,
            |text| unless(value::is_date(text), "no date"),
            "a date is spelled like `2026-11-24` or `2026-11-24T18:30:00Z`",
        );
    }),
};

/// The value of an IP operator is no address and no CIDR range.
pub const TYPE_MISMATCH_IP_RANGE: Rule = Rule {
    id: "TYPE_MISMATCH_IP_RANGE",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "the value of an IP operator is no address and no CIDR range",
    needs: Needs::IP,
    run: run!(|facts, sink| {
        values(
            facts,
            sink,
            OperatorFamily::IpAddress,
            |text| Some(format!("no IP range: {}", value::cidr_error(text)?)),
            "a range is spelled like `203.0.113.0/24` or `2001:db8::/32`; an address alone is a range of one",
        );
    }),
};

/// The value of BinaryEquals is not base64.
pub const TYPE_MISMATCH_STRING: Rule = Rule {
    id: "TYPE_MISMATCH_STRING",
    severity: Severity::Warning,
    denied_in_rust: true,
    summary: "the value of BinaryEquals is not base64",
    needs: Needs::BINARY,
    run: run!(|facts, sink| {
        values(
            facts,
            sink,
            OperatorFamily::Binary,
            |text| unless(value::is_base64(text), "not base64"),
            "the operator compares bytes, written in base64",
        );
    }),
};

/// The value of an Arn operator is no ARN.
pub const REKOGNITION_IAM_TYPE_MISMATCH_ARN: Rule = Rule {
    id: "REKOGNITION_IAM_TYPE_MISMATCH_ARN",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "the value of an Arn operator is no ARN",
    needs: Needs::ARN_OPERATOR,
    run: run!(|facts, sink| {
        values(
            facts,
            sink,
            OperatorFamily::Arn,
            |text| match Arn::parse(text) {
                _ if text::is_star(text) => None,
                Ok(_) => None,
                Err(ArnError::Prefix) => Some("no ARN: it does not begin with `arn:`".to_string()),
                Err(ArnError::Fields(found)) => {
                    Some(format!("no ARN: it has {found} of six fields"))
                }
            },
            "the `Arn` operators compare field by field, `arn:partition:service:region:account:resource`",
        );
    }),
};

/// A value of aws:RequestedRegion is no region.
pub const INVALID_REGION: Rule = Rule {
    id: "INVALID_REGION",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "a value of aws:RequestedRegion is no region",
    needs: Needs::KEYS,
    run: run!(|facts, sink| {
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
                    finding.help("a region is spelled like `us-east-1`");
                } else {
                    finding.did_you_mean(&near, &Message::quoted);
                }
                // One letter tells regions apart: no other mistake has one right answer.
                if let Some(region) = names.iter().find(|name| name.eq_ignore_ascii_case(text)) {
                    finding.replace(*region);
                }
            }
        }
    }),
};
