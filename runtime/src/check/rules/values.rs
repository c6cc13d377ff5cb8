//! Rules about the values of conditions: each has the form that its operator reads.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::catalogue;
use crate::check::facts::Facts;
use crate::check::{Rule, Severity, Sink};
use crate::condition::{Operator, OperatorFamily};
use crate::document::Place;
use crate::suggest;
use crate::value;

/// Reports each value of a family of operators that the test refuses.
fn values(
    facts: &Facts<'_>,
    sink: &mut Sink<'_>,
    family: OperatorFamily,
    mut wrong: impl FnMut(&str, Operator) -> Option<(String, &'static str)>,
) {
    for (s, statement) in facts.statements.iter().enumerate() {
        for (b, block) in statement.conditions.iter().enumerate() {
            let Some(operator) = block
                .operator
                .filter(|operator| operator.family() == family)
            else {
                continue;
            };
            for (k, (_, values)) in block.block.keys.iter().enumerate() {
                for (v, value) in values.iter().enumerate() {
                    let text = value.as_text();
                    // Whether a variable may stand here at all is the business of another rule.
                    if text.contains("${") {
                        continue;
                    }
                    if let Some((message, help)) = wrong(text, operator) {
                        sink.report(Place::Value(s, b, k, v), message).help(help);
                    }
                }
            }
        }
    }
}

/// The value of Bool or `Null` is neither true nor false.
pub const TYPE_MISMATCH_BOOLEAN: Rule = Rule {
    id: "TYPE_MISMATCH_BOOLEAN",
    severity: Severity::Warning,
    denied_in_rust: true,
    summary: "the value of Bool or Null is neither true nor false",
    run: |facts, sink| {
        for family in [OperatorFamily::Bool, OperatorFamily::Null] {
            values(facts, sink, family, |text, _| {
                let right = text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
                (!right).then(|| {
                    (
                        format!("`{}` is neither `true` nor `false`", text.escape_debug()),
                        "write `true` or `false`",
                    )
                })
            });
        }
    },
};

/// The value of a Numeric operator is no number.
pub const TYPE_MISMATCH_NUMBER: Rule = Rule {
    id: "TYPE_MISMATCH_NUMBER",
    severity: Severity::Warning,
    denied_in_rust: true,
    summary: "the value of a Numeric operator is no number",
    run: |facts, sink| {
        values(facts, sink, OperatorFamily::Numeric, |text, _| {
            (!value::is_number(text)).then(|| {
                (
                    format!("`{}` is no number", text.escape_debug()),
                    "a number is made of digits, with a sign and a decimal point where needed",
                )
            })
        });
    },
};

/// The value of a Date operator is neither a date in ISO 8601 nor seconds since 1970.
pub const TYPE_MISMATCH_DATE: Rule = Rule {
    id: "TYPE_MISMATCH_DATE",
    severity: Severity::Warning,
    denied_in_rust: true,
    summary: "the value of a Date operator is neither a date in ISO 8601 nor seconds since 1970",
    run: |facts, sink| {
        values(facts, sink, OperatorFamily::Date, |text, _| {
            (!value::is_date(text)).then(|| {
                (
                    format!("`{}` is no date", text.escape_debug()),
                    "a date is spelled like `2026-11-24` or `2026-11-24T18:30:00Z`",
                )
            })
        });
    },
};

/// The value of an IP operator is no address and no CIDR range.
pub const TYPE_MISMATCH_IP_RANGE: Rule = Rule {
    id: "TYPE_MISMATCH_IP_RANGE",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "the value of an IP operator is no address and no CIDR range",
    run: |facts, sink| {
        values(facts, sink, OperatorFamily::IpAddress, |text, _| {
            value::cidr_error(text).map(|why| {
                (
                    format!("`{}` is no IP range: {why}", text.escape_debug()),
                    "a range is spelled like `203.0.113.0/24` or `2001:db8::/32`; an address alone is a range of one",
                )
            })
        });
    },
};

/// The value of BinaryEquals is not base64.
pub const TYPE_MISMATCH_STRING: Rule = Rule {
    id: "TYPE_MISMATCH_STRING",
    severity: Severity::Warning,
    denied_in_rust: true,
    summary: "the value of BinaryEquals is not base64",
    run: |facts, sink| {
        values(facts, sink, OperatorFamily::Binary, |text, _| {
            (!value::is_base64(text)).then(|| {
                (
                    format!("`{}` is not base64", text.escape_debug()),
                    "`BinaryEquals` compares bytes, written in base64",
                )
            })
        });
    },
};

/// The value of an Arn operator is no ARN.
pub const REKOGNITION_IAM_TYPE_MISMATCH_ARN: Rule = Rule {
    id: "REKOGNITION_IAM_TYPE_MISMATCH_ARN",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "the value of an Arn operator is no ARN",
    run: |facts, sink| {
        values(facts, sink, OperatorFamily::Arn, |text, _| {
            if !text.is_empty() && text.bytes().all(|byte| byte == b'*') {
                return None;
            }
            let why = match crate::arn::Arn::parse(text) {
                Ok(_) => return None,
                Err(crate::arn::ArnError::Prefix) => "it does not begin with `arn:`".to_string(),
                Err(crate::arn::ArnError::Fields(found)) => format!("it has {found} of six fields"),
            };
            Some((
                format!("`{}` is no ARN: {why}", text.escape_debug()),
                "the `Arn` operators compare field by field, `arn:partition:service:region:account:resource`",
            ))
        });
    },
};

/// A value of aws:RequestedRegion is no region.
pub const INVALID_REGION: Rule = Rule {
    id: "INVALID_REGION",
    severity: Severity::Error,
    denied_in_rust: true,
    summary: "a value of aws:RequestedRegion is no region",
    run: |facts, sink| {
        for (s, statement) in facts.statements.iter().enumerate() {
            for (b, block) in statement.conditions.iter().enumerate() {
                for (k, (name, values)) in block.block.keys.iter().enumerate() {
                    if !name.eq_ignore_ascii_case("aws:RequestedRegion") {
                        continue;
                    }
                    for (v, value) in values.iter().enumerate() {
                        let text = value.as_text();
                        if crate::glob::has_wildcard(text)
                            || text.contains("${")
                            // Global services answer with this pseudo region in some partitions.
                            || text.ends_with("-global")
                            || catalogue::region(text).is_some()
                        {
                            continue;
                        }
                        let finding = sink.report(
                            Place::Value(s, b, k, v),
                            format!("no region `{}`", text.escape_debug()),
                        );
                        let regions: Vec<_> = (catalogue::partitions().iter())
                            .flat_map(|partition| partition.regions)
                            .map(|region| region.name)
                            .collect();
                        if let Some(near) = suggest::nearest(text, regions.iter().copied()) {
                            finding
                                .help(format!("did you mean `{near}`?"))
                                .replace(near);
                        }
                    }
                }
            }
        }
    },
};
