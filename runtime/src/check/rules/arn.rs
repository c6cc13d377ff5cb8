//! Rules about the fields of an ARN in `Resource` and `NotResource`.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::arn::{Arn, ArnError};
use crate::catalogue::{self, ArnField, ArnFormat, Service};
use crate::check::facts::{Facts, Inner, ResourceKind, formats_of, inner_of};
use crate::check::finding::Part;
use crate::check::rule::rules;
use crate::check::{Finding, Message, Sink, tables, text};
use crate::document::PolicyKind;
use crate::glob;
use crate::suggest;

/// Whether a field can be compared with fixed values.
pub(super) fn is_plain(field: &str) -> bool {
    !glob::has_wildcard(field) && !is_filled_in(field)
}

/// Whether a field has a policy variable, or one in the escaped form of another tool, which a rule of its own reports.
fn is_filled_in(field: &str) -> bool {
    field.contains("${") || super::has_escape(field)
}

rules![
    /// A resource is neither `*` nor an ARN.
    ///
    /// Checks that each resource begins with `arn:`. IAM rejects anything else in an identity policy. Names, URLs,
    /// and IDs are not enough, and some Rekognition operations return an ARN without its prefix.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "aws:rekognition:us-west-2:123456789012:collection/a"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:us-west-2:123456789012:collection/a"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>.
    #[rule(Error, needs(NO_ARN), subject(Impossible))]
    fn INVALID_ARN_PREFIX(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (place, _, resource) in facts.resources() {
            let shorthand = facts.kind == PolicyKind::Resource
                && (tables::API_SHORTHAND.iter()).any(|start| resource.text.starts_with(start));
            if matches!(resource.kind, ResourceKind::Malformed(ArnError::Prefix)) && !shorthand {
                let finding = sink.report(
                    place,
                    format!("`{}` is not an ARN", resource.text.escape_debug()),
                );
                finding.help("a resource is `*` or starts with `arn:`");
                // CreateCollection answers with an ARN that does not have its first field.
                let completed = format!("arn:{}", resource.text);
                if resource.text.starts_with("aws") && Arn::parse(&completed).is_ok() {
                    finding
                            .help("`CreateCollection` returns its ARN without `arn:`; a policy needs the full form")
                            .replace(completed);
                }
            }
        }
    },

    /// An ARN has fewer than six fields.
    ///
    /// Checks that each ARN has a partition, a service, a region, an account, and a resource, separated by colons.
    /// A field that does not apply stays empty, but its colons remain. IAM rejects an ARN with missing fields.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:us-west-2:collection/a"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:us-west-2:123456789012:collection/a"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>.
    #[rule(Error, needs(NO_ARN), subject(Impossible))]
    fn MISSING_ARN_FIELD(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (place, _, resource) in facts.resources() {
            if let ResourceKind::Malformed(ArnError::Fields(found)) = resource.kind {
                sink.report(
                        place,
                        format!("this ARN has only {found} of its six fields"),
                    )
                    .help("an ARN has the form `arn:partition:service:region:account:resource`; leave a field that does not apply empty");
            }
        }
    },

    /// The service of an ARN is not in lower case.
    ///
    /// Checks the third field of each ARN. Unlike action prefixes, it is case-sensitive and always in lower case,
    /// so an ARN with capitals there matches nothing.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:Rekognition:us-west-2:123456789012:collection/a"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:us-west-2:123456789012:collection/a"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>.
    #[rule(Error, needs(ODD_FIELD), subject(Impossible))]
    fn INVALID_ARN_SERVICE_CASE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (place, _, arn) in facts.arns() {
            let service = arn.service();
            if service.bytes().any(|byte| byte.is_ascii_uppercase()) {
                let lower = service.to_ascii_lowercase();
                let range = arn.service_range();
                let fixed = arn.with_part(&range, &lower);
                sink.report(
                    place,
                    format!("the service in this ARN is `{service}`, but must be in lower case"),
                )
                .at(range)
                .help(format!("write `{lower}`"))
                .replace(fixed);
            }
        }
    },

    /// The partition of an ARN does not exist.
    ///
    /// Checks the second field of each ARN: `aws`, `aws-cn`, `aws-us-gov`, or another AWS partition. IAM rejects
    /// an ARN with any other partition, or it matches nothing.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws-usgov:rekognition:us-gov-west-1:123456789012:collection/a"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws-us-gov:rekognition:us-gov-west-1:123456789012:collection/a"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>.
    #[rule(Error, needs(ODD_FIELD), subject(Impossible))]
    fn INVALID_PARTITION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (place, _, arn) in facts.arns() {
            let name = arn.partition();
            // A variable there is the business of another rule.
            if !is_plain(name) || catalogue::partition(name).is_some() {
                continue;
            }
            let mut names = Vec::new();
            for partition in catalogue::partitions() {
                names.push(partition.name);
            }
            let finding = sink.report(
                place,
                if name.is_empty() {
                    "the partition of this ARN is empty".to_string()
                } else {
                    format!("no partition `{}`", name.escape_debug())
                },
            );
            finding.at(arn.partition_range());
            let near = suggest::nearest_all(name, &names);
            if near.is_empty() {
                finding.help(format!("the partitions are {}", text::listed(&names)));
            } else {
                finding.did_you_mean(&near, &Message::quoted);
                in_other_case(finding, arn, &arn.partition_range(), &names);
            }
        }
    },

    /// The region of an ARN does not exist.
    ///
    /// Checks the fourth field of each ARN against the AWS regions. An ARN with a misspelled region matches
    /// nothing. A wildcard must match at least one region.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:us-est-1:123456789012:collection/a"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/a"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>.
    #[rule(Error, needs(ODD_FIELD), subject(Impossible))]
    fn INVALID_ARN_REGION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (place, _, arn) in facts.arns() {
            let name = arn.region();
            if name.is_empty() || is_filled_in(name) {
                continue;
            }
            if glob::has_wildcard(name) {
                let matches = |region: &&str| glob::matches(name, region, false);
                if !region_names().iter().any(matches) {
                    sink.report(place, format!("no region matches `{name}`"))
                        .at(arn.region_range());
                }
                continue;
            }
            if catalogue::region(name).is_some() {
                continue;
            }
            let finding = sink.report(place, format!("no region `{}`", name.escape_debug()));
            finding.at(arn.region_range());
            let names = region_names();
            let near = suggest::nearest_all(name, &names);
            if near.is_empty() {
                finding.help("a region looks like `us-east-1`; for all regions, use `*`");
            } else {
                finding.did_you_mean(&near, &Message::quoted);
                in_other_case(finding, arn, &arn.region_range(), &names);
            }
        }
    },

    /// The region of an ARN belongs to another partition than the ARN.
    ///
    /// Checks the partition and region of each ARN together. No resource has both, so the ARN matches nothing. In
    /// AWS GovCloud (US) and in China, ARNs begin with `arn:aws-us-gov:` and `arn:aws-cn:`.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:us-gov-west-1:123456789012:collection/a"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws-us-gov:rekognition:us-gov-west-1:123456789012:collection/a"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>.
    #[rule(Error, needs(ODD_FIELD), subject(Impossible))]
    fn REKOGNITION_IAM_REGION_OUTSIDE_PARTITION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (place, _, arn) in facts.arns() {
            let (partition, region) = (arn.partition(), arn.region());
            if !is_plain(partition) || catalogue::partition(partition).is_none() {
                continue;
            }
            let Some((home, _)) = catalogue::region(region) else {
                continue;
            };
            if home.name != partition {
                sink.report(
                    place,
                    format!(
                        "region `{region}` is not in partition `{partition}` but in `{}`",
                        home.name
                    ),
                )
                .at(arn.region_range())
                // The region may as well be the one of the two that is wrong.
                .help(Part::InPartition(home.name.to_string()));
            }
        }
    },

    /// The account of an ARN does not have 12 digits.
    ///
    /// Checks the fifth field of each ARN. An account ID always has 12 digits, including leading zeros, without
    /// dashes. With anything else the ARN matches nothing. A wildcard must match some 12 digits.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:us-east-1:12345678901:collection/a"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/a"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>.
    #[rule(Error, needs(ODD_FIELD), subject(Impossible))]
    fn INVALID_ARN_ACCOUNT(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (place, _, arn) in facts.arns() {
            let account = arn.account();
            // `aws` represents AWS itself, as in the ARN of a managed policy.
            if account.is_empty() || account == "aws" || is_filled_in(account) {
                continue;
            }
            // Stars aside, which represent any number of digits.
            let (mut digits, mut length, mut wild, mut wrong) = (0, 0, false, None);
            for c in account.chars() {
                match c {
                    '*' => wild = true,
                    '?' => length += 1,
                    _ => {
                        length += 1;
                        if c.is_ascii_digit() {
                            digits += 1;
                        } else {
                            wrong = wrong.or(Some(c));
                        }
                    }
                }
            }
            if wrong.is_none() && (length == 12 || (wild && length <= 12)) {
                continue;
            }
            // `invoke_arn` of Terraform: what API Gateway calls a function by.
            if arn.service() == "apigateway" && arn.resource().starts_with("path/") {
                sink.report(
                    place,
                    "this is the URI by which API Gateway calls another service, and not the ARN of a resource",
                )
                .help("name the ARN of what is called, such as that of the function");
                continue;
            }
            let finding = sink.report(
                place,
                match wrong {
                    Some(c) => format!(
                        "an account ID consists of 12 digits, but this one contains `{}`",
                        c.escape_debug()
                    ),
                    None => format!("an account ID has 12 digits, but this one has {digits}"),
                },
            );
            finding.at(arn.account_range());
            if let Some(bare) = text::ungrouped(account).filter(|bare| bare.len() == 12) {
                let fixed = arn.with_part(&arn.account_range(), &bare);
                finding.help(format!("write `{bare}`")).replace(fixed);
            } else {
                finding.help("write the 12-digit account ID, or `*` for all accounts");
            }
        }
    },

    /// The region of an ARN is empty, although its resources have one.
    ///
    /// Checks the fourth field of ARNs of regional services. An empty field does not match every region; it matches
    /// nothing. Name the region, or write `*`.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition::123456789012:collection/a"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/a"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>.
    #[rule(Error, needs(ODD_FIELD), subject(Impossible))]
    fn MISSING_ARN_REGION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        field(
            facts,
            sink,
            |arn| arn.region(),
            |arn| arn.region_range(),
            |text, format| text.is_empty() && format.region == ArnField::Variable,
            |_, service| {
                (
                    format!(
                        "the region of this `{}` ARN is empty, so the ARN matches nothing",
                        service.prefix
                    ),
                    "name the region, or write `*` for all regions".to_string(),
                )
            },
        );
    },

    /// The account of an ARN is empty, although its resources have one.
    ///
    /// Checks the fifth field of ARNs whose resources belong to an account. An empty field does not match every
    /// account; it matches nothing. Name the account, or write `*`.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:us-east-1::collection/a"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/a"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>.
    #[rule(Error, needs(ODD_FIELD), subject(Impossible))]
    fn MISSING_ARN_ACCOUNT(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        field(
            facts,
            sink,
            |arn| arn.account(),
            |arn| arn.account_range(),
            |text, format| {
                text.is_empty() && matches!(format.account, ArnField::Variable | ArnField::Fixed(_))
            },
            |_, service| {
                (
                    format!(
                        "the account of this `{}` ARN is empty, so the ARN matches nothing",
                        service.prefix
                    ),
                    "write the 12-digit account ID, or `*` for all accounts".to_string(),
                )
            },
        );
    },

    /// An ARN has a region, although its resources do not have one.
    ///
    /// Checks the fourth field of ARNs of global resources, such as IAM roles and S3 buckets. In their ARNs it is
    /// empty, so an ARN with a region matches nothing.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "iam:GetRole", "Resource": "arn:aws:iam:us-east-1:123456789012:role/a"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "iam:GetRole", "Resource": "arn:aws:iam::123456789012:role/a"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>.
    #[rule(Error, needs(ODD_FIELD), subject(Impossible))]
    fn ARN_REGION_NOT_ALLOWED(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        field(
            facts,
            sink,
            |arn| arn.region(),
            |arn| arn.region_range(),
            |text, format| !glob::matches(text, "", false) && format.region == ArnField::Empty,
            |text, _| {
                (
                    format!(
                        "a region is not allowed in this ARN, so with `{text}` it matches nothing"
                    ),
                    "leave the field between the colons empty".to_string(),
                )
            },
        );
    },

    /// An ARN has an account, although its resources do not have one.
    ///
    /// Checks the fifth field of ARNs of resources without an account, such as S3 buckets. In their ARNs it is
    /// empty, so an ARN with an account matches nothing. To restrict the account, use `aws:ResourceAccount`.
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3::123456789012:b/*"}
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>.
    #[rule(Error, needs(ODD_FIELD), subject(Impossible))]
    fn ARN_ACCOUNT_NOT_ALLOWED(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        field(
            facts,
            sink,
            |arn| arn.account(),
            |arn| arn.account_range(),
            |text, format| !glob::matches(text, "", false) && format.account == ArnField::Empty,
            |text, _| {
                (
                    format!(
                        "an account is not allowed in this ARN, so with `{text}` it matches nothing"
                    ),
                    "leave the field between the colons empty".to_string(),
                )
            },
        );
    },

    /// The resource part of an ARN does not fit any ARN format of its service.
    ///
    /// Checks the last part of each ARN against the formats in the Service Authorization Reference. An ARN that
    /// fits none, for example because of a plural, a missing `/`, or another ARN in it, matches nothing.
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:collections/a"
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "rekognition:IndexFaces",
    ///   "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/a"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/service-authorization/latest/reference/list_rekognition.html>.
    #[rule(Error, needs(MISFIT), subject(ResourceType))]
    fn INVALID_ARN_RESOURCE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (place, resource, arn) in facts.arns() {
            if !resource.fits_nothing || super::id::without_timestamp(arn).is_some() {
                continue;
            }
            if let Some((at, inner)) = inner_of(arn) {
                let (message, help) = match inner {
                    Inner::Arn => (
                        "an ARN inside an ARN, which matches nothing",
                        "write the name of the resource after this, or remove it and keep the ARN",
                    ),
                    Inner::Url => (
                        "a URL inside an ARN, which matches nothing",
                        "write the name of the resource after this, without the URL",
                    ),
                };
                sink.report(place, message)
                    .at(0..arn.resource_range().start + at)
                    .help(help);
                continue;
            }
            let formats = formats_of(arn.service());
            let finding = sink.report(
                place,
                format!(
                    "no `{}` resource has an ARN like this, so it matches nothing",
                    arn.service()
                ),
            );
            finding.at(arn.resource_range());
            if let Some((format, _)) = super::id::opened(arn) {
                // The `*` would grant more than was written.
                finding.help(format!(
                    "the ARN format is `{}`; end it with `/*` to match any rest",
                    format.text
                ));
            } else if let Some(meant) = super::id::meant(arn) {
                finding.help(format!("did you mean `{}`?", meant.escape_debug()));
            } else {
                // Of many, those that the actions work on.
                let statement = place.statement().and_then(|s| facts.statements.get(s));
                let kinds = statement.map_or(&[][..], |statement| &statement.types);
                let mut forms = Vec::new();
                for format in kinds.iter().flat_map(|(kind, _)| kind.formats) {
                    let is_known = (formats.iter()).any(|(_, _, known)| known.text == format.text);
                    if is_known && !forms.contains(&format.text) {
                        forms.push(format.text);
                    }
                }
                let mut what = match forms.len() {
                    1 => "the ARN format for these actions is",
                    _ => "the ARN formats for these actions are",
                };
                if forms.is_empty() {
                    forms.extend(formats.iter().map(|(_, _, format)| format.text));
                    what = match forms.len() {
                        1 => "the ARN format is",
                        _ => "the ARN formats are",
                    };
                }
                if !forms.is_empty() && forms.len() <= 6 {
                    let forms = text::joined(&forms, "`, `");
                    finding.help(format!("{what} `{forms}`"));
                }
            }
            if let Some(home) = resource.home {
                finding.as_format_of(home);
            }
        }
    }
];

/// Puts the name that is meant by a field in another letter case in its place. One letter tells regions apart, and
/// partitions: no other mistake has one right answer.
fn in_other_case(
    finding: &mut Finding,
    arn: &Arn<'_>,
    range: &core::ops::Range<usize>,
    names: &[&str],
) {
    let field = arn.part(range.clone());
    if let Some(name) = names.iter().find(|name| name.eq_ignore_ascii_case(field)) {
        finding.replace(arn.with_part(range, name));
    }
}

/// The names of the regions of all partitions.
pub(super) fn region_names() -> Vec<&'static str> {
    let mut names = Vec::new();
    for partition in catalogue::partitions() {
        for region in partition.regions {
            names.push(region.name);
        }
    }
    names
}

/// Reports when a field of the ARN breaks what all formats that it could be of say.
fn field(
    facts: &Facts<'_>,
    sink: &mut Sink<'_>,
    value: for<'a> fn(&Arn<'a>) -> &'a str,
    range: fn(&Arn<'_>) -> core::ops::Range<usize>,
    breaks: fn(&str, &ArnFormat) -> bool,
    message: fn(&str, &Service) -> (String, String),
) {
    for (place, resource, arn) in facts.arns() {
        let text = value(arn);
        let Some(&(service, ..)) = resource.formats.first() else {
            continue;
        };
        let mut broken = true;
        for (_, _, format) in &resource.formats {
            broken &= breaks(text, format);
        }
        if broken {
            let (message, help) = message(text, service);
            (sink.report(place, message).at(range(arn)).help(help)).as_format_of(service);
        }
    }
}
