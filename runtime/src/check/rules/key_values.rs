//! Rules about the values that single condition keys, or keys of one type, can have.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>.

use alloc::format;

use crate::arn::Arn;
use crate::check::facts::Facts;
use crate::check::rule::rules;
use crate::check::{Message, Sink, tables};
use crate::condition::{Operator, OperatorFamily};
use crate::glob;
use crate::value;

rules![
    /// A condition key that has the ARN of a KMS key is compared with something else.
    ///
    /// Checks the values of keys such as `s3:x-amz-server-side-encryption-aws-kms-key-id`. Requests have the full
    /// ARN of the KMS key, so a key ID or an alias never matches.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "s3:PutObject",
    ///   "Resource": "arn:aws:s3:::b/*",
    ///   "Condition": {"StringEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "alias/a"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "s3:PutObject",
    ///   "Resource": "arn:aws:s3:::b/*",
    ///   "Condition": {
    ///     "ArnEquals": {
    ///       "s3:x-amz-server-side-encryption-aws-kms-key-id": "arn:aws:kms:us-east-1:123456789012:key/1"
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/kms/latest/developerguide/find-cmk-id-arn.html>.
    #[rule(Error, needs(KEYS), subject(Impossible))]
    fn INVALID_KMS_KEY_VALUE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, key) in facts.keys() {
            if !key.is_one_of(tables::KMS_KEY_ARN_KEYS)
                || !key
                    .operator
                    .is_some_and(|operator| tables::reads_wildcards(operator.family()))
            {
                continue;
            }
            for (v, value) in key.values.iter().enumerate() {
                let text = value.as_text();
                let is_key = |arn: Arn<'_>| {
                    glob::matches(arn.service(), "kms", true)
                        && (arn.resource().starts_with("key/") || arn.resource().starts_with('*'))
                };
                if text.contains("${")
                    || text.bytes().all(|b| b == b'*')
                    || Arn::parse(text).is_ok_and(is_key)
                {
                    continue;
                }
                sink.report(
                    key.value(v),
                    format!("`{}` is not the ARN of a KMS key", text.escape_debug()),
                )
                .help("write the ARN of the key, such as `arn:aws:kms:us-east-1:123456789012:key/..`; a request never contains its ID or alias");
            }
        }
    },

    /// `dynamodb:Attributes` is compared without `dynamodb:Select`, so a request for all attributes is allowed.
    ///
    /// Checks conditions that limit which attributes of a table can be read. A request that lists no attributes
    /// returns all of them and does not have the key, so `ForAllValues` holds. Also require `SPECIFIC_ATTRIBUTES`
    /// in `dynamodb:Select`.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "dynamodb:Query",
    ///   "Resource": "arn:aws:dynamodb:us-east-1:123456789012:table/t",
    ///   "Condition": {"ForAllValues:StringEquals": {"dynamodb:Attributes": ["a"]}}
    /// }
    /// ```
    ///
    /// `REKOGNITION_IAM_FORALLVALUES_WITHOUT_KEY` is reported too.
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "dynamodb:Query",
    ///   "Resource": "arn:aws:dynamodb:us-east-1:123456789012:table/t",
    ///   "Condition": {
    ///     "ForAllValues:StringEquals": {"dynamodb:Attributes": ["a"]},
    ///     "StringEqualsIfExists": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}
    ///   }
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html>.
    #[rule(SecurityWarning, needs(KEYS))]
    fn DYNAMODB_ATTRIBUTES_WITHOUT_SELECT(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (statement, key) in facts.keys() {
            if statement.allows()
                && key.is("dynamodb:Attributes")
                && !statement.has_key(&["dynamodb:Select"])
            {
                sink.report(
                    key.place(),
                    Message::from(
                        "a request that names no attributes returns all of them, regardless of ",
                    )
                    .key(key.name),
                )
                .help(
                    Message::from("also compare ")
                        .key("dynamodb:Select")
                        .with(" with `SPECIFIC_ATTRIBUTES`"),
                );
            }
        }
    },

    /// A condition excludes values of `s3:prefix`, which a shorter prefix avoids.
    ///
    /// Checks for a `Deny` of some prefixes, and for an `Allow` of all but some. Listing with a shorter prefix, or
    /// with none, returns the same object keys and is not denied. Allow the prefixes that may be listed, and no
    /// others.
    ///
    /// ```json
    /// {
    ///   "Effect": "Deny",
    ///   "Action": "s3:ListBucket",
    ///   "Resource": "arn:aws:s3:::b",
    ///   "Condition": {"StringLike": {"s3:prefix": "secret/*"}}
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Deny",
    ///   "Action": "s3:ListBucket",
    ///   "Resource": "arn:aws:s3:::b",
    ///   "Condition": {"StringNotLike": {"s3:prefix": "open/*"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html>.
    #[rule(SecurityWarning, needs(KEYS))]
    fn S3_PREFIX_IN_NEGATIVE_CONTEXT(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (statement, key) in facts.keys() {
            // `Deny` unless the prefix is a given one is the safe form.
            if key.is("s3:prefix")
                && key.operator != Some(Operator::Null)
                && statement.allows() == key.is_negated()
            {
                sink.report(
                    key.place(),
                    Message::from("a request with a shorter ")
                        .key(key.name)
                        .with(", or without one, lists the same keys and is not denied"),
                )
                .help("allow only the prefixes that callers may list");
            }
        }
    },

    /// A Boolean condition key is compared with several values.
    ///
    /// Checks the number of values of `Bool`. IAM rejects more than one. To accept both `true` and `false`, remove
    /// the condition.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"Bool": {"aws:SecureTransport": ["true", "false"]}}
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
    ///   "Condition": {"Bool": {"aws:SecureTransport": ["true"]}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Boolean>.
    #[rule(Error, needs(BOOL, VALUES))]
    fn INVALID_CONDITION_MULTIPLE_BOOLEAN(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, key) in facts.keys() {
            let boolean = key
                .operator
                .is_some_and(|operator| operator.family() == OperatorFamily::Bool);
            if boolean && key.values.items.len() > 1 {
                sink.report(
                    key.place(),
                    Message::new().key(key.name).with(format!(
                        " is compared with {} values, but IAM allows only one",
                        key.values.items.len()
                    )),
                )
                .help("write `true` or `false`; to accept both, remove the condition");
            }
        }
    },

    /// A date is a number of seconds, which may not be read as a date.
    ///
    /// Checks the values of date operators. A number is documented as seconds since 1970, but four digits are a
    /// year, and readers of the policy cannot tell what a long number represents. Write the date out.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"DateLessThan": {"aws:CurrentTime": "1795545000"}}
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
    ///   "Condition": {"DateLessThan": {"aws:CurrentTime": "2026-11-24T18:30:00Z"}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date>.
    #[rule(Warning, needs(DATE))]
    fn INVALID_DATE_VALUE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, key) in facts.keys() {
            if !key.has_family(OperatorFamily::Date) {
                continue;
            }
            for (v, value) in key.values.iter().enumerate() {
                let text = value.as_text();
                let digits = text.strip_prefix('-').unwrap_or(text);
                // Four digits are a year.
                if digits.len() != 4
                    && !digits.is_empty()
                    && digits.bytes().all(|b| b.is_ascii_digit())
                {
                    sink.report(
                        key.value(v),
                        format!("`{text}` may not be read as a point in time"),
                    )
                    .help("write the date and time, as in `2026-11-24T18:30:00Z`");
                }
            }
        }
    },

    /// A limit has several numbers, of which only one counts.
    ///
    /// Checks the values of `NumericLessThan` and similar operators. The values of a key are alternatives, so only
    /// the widest limit has an effect. Keep that one, or use the stricter one if it was meant.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:DetectText",
    ///   "Resource": "*",
    ///   "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": ["2700", "3600"]}}
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
    ///   "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": ["3600"]}}
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Numeric>.
    #[rule(Suggestion, needs(NUMERIC, VALUES))]
    fn REDUNDANT_CONDITION_VALUE_NUM(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (_, key) in facts.keys() {
            let which = match key.operator {
                Some(Operator::NumericLessThan | Operator::NumericLessThanEquals) => "greatest",
                Some(Operator::NumericGreaterThan | Operator::NumericGreaterThanEquals) => "least",
                _ => continue,
            };
            let numbers = key
                .values
                .iter()
                .all(|value| value::is_number(value.as_text()));
            if key.values.items.len() > 1 && numbers {
                sink.report(
                    key.place(),
                    Message::from(format!("of the {} limits on ", key.values.items.len()))
                        .key(key.name)
                        .with(format!(", only the {which} counts")),
                )
                .help("the values of one key are alternatives; keep only that one");
            }
        }
    }
];
