//! Rules about the fields of an ARN in `Resource` and `NotResource`.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::arn::{Arn, ArnError};
use crate::catalogue::{self, ArnField, ArnFormat, Service};
use crate::check::facts::{Facts, ResourceKind, formats_of};
use crate::check::finding::Part;
use crate::check::rule::rules;
use crate::check::{Finding, Message, Sink, tables, text};
use crate::document::PolicyKind;
use crate::glob;
use crate::suggest;

/// Whether a field can be compared with fixed values.
pub(super) fn is_plain(field: &str) -> bool {
    !glob::has_wildcard(field) && !field.contains("${")
}

rules![
    /// A resource is neither * nor begins with arn:.
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
    #[rule(Error, needs(NO_ARN))]
    fn INVALID_ARN_PREFIX(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (place, _, resource) in facts.resources() {
            let shorthand = facts.kind == PolicyKind::Resource
                && resource.text.starts_with(tables::API_SHORTHAND);
            if matches!(resource.kind, ResourceKind::Malformed(ArnError::Prefix)) && !shorthand {
                let finding = sink.report(
                    place,
                    format!("`{}` is no ARN", resource.text.escape_debug()),
                );
                finding.help("a resource is `*` or begins with `arn:`");
                // CreateCollection answers with an ARN that lacks its first field.
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
    ///   "Resource": "arn:aws:rekognition:us-west-2:*:collection/a"
    /// }
    /// ```
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>.
    #[rule(Error, needs(NO_ARN))]
    fn MISSING_ARN_FIELD(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (place, _, resource) in facts.resources() {
            if let ResourceKind::Malformed(ArnError::Fields(found)) = resource.kind {
                sink.report(
                        place,
                        format!("this ARN has {found} of its six fields"),
                    )
                    .help("the fields are `arn:partition:service:region:account:resource`; one that does not apply stays empty between its colons");
            }
        }
    },

    /// The service of an ARN has capitals.
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
    ///   "Resource": "arn:aws:rekognition:us-west-2:123456789012:collection/A"
    /// }
    /// ```
    #[rule(Error, needs(ODD_FIELD))]
    fn INVALID_ARN_SERVICE_CASE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (place, _, arn) in facts.arns() {
            let service = arn.service();
            if service.bytes().any(|byte| byte.is_ascii_uppercase()) {
                let lower = service.to_ascii_lowercase();
                let range = arn.service_range();
                let fixed = replaced(arn, &range, &lower);
                sink.report(
                    place,
                    format!("the service `{service}` of an ARN is in lower case"),
                )
                .at(range)
                .help(format!("write `{lower}`"))
                .replace(fixed);
            }
        }
    },

    /// The partition of an ARN does not exist.
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
    #[rule(Error, needs(ODD_FIELD))]
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
    ///   "Resource": "arn:aws:rekognition:eu-*:123456789012:collection/a"
    /// }
    /// ```
    #[rule(Error, needs(ODD_FIELD))]
    fn INVALID_ARN_REGION(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (place, _, arn) in facts.arns() {
            let name = arn.region();
            if name.is_empty() || name.contains("${") {
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
                finding.help("a region is spelled like `us-east-1`; `*` stands for all of them");
            } else {
                finding.did_you_mean(&near, &Message::quoted);
                in_other_case(finding, arn, &arn.region_range(), &names);
            }
        }
    },

    /// The region of an ARN belongs to another partition.
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
    ///   "Resource": "arn:*:rekognition:us-gov-west-1:123456789012:collection/a"
    /// }
    /// ```
    #[rule(Error, needs(ODD_FIELD))]
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

    /// The account of an ARN is not 12 digits.
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
    ///   "Resource": "arn:aws:rekognition:us-east-1:1234????9012:collection/a"
    /// }
    /// ```
    #[rule(Error, needs(ODD_FIELD))]
    fn INVALID_ARN_ACCOUNT(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (place, _, arn) in facts.arns() {
            let account = arn.account();
            // `aws` stands for AWS itself, as in the ARN of a managed policy.
            if account.is_empty() || account == "aws" || account.contains("${") {
                continue;
            }
            // Stars aside, which stand for any number of digits.
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
            let finding = sink.report(
                place,
                match wrong {
                    Some(c) => format!(
                        "an account id is 12 digits, this one holds `{}`",
                        c.escape_debug()
                    ),
                    None => format!("an account id is 12 digits, this one has {digits}"),
                },
            );
            finding.at(arn.account_range());
            if let Some(bare) = text::ungrouped(account).filter(|bare| bare.len() == 12) {
                let fixed = replaced(arn, &arn.account_range(), &bare);
                finding.help(format!("write `{bare}`")).replace(fixed);
            } else {
                finding.help("name the account by its 12 digits, or write `*` for all of them");
            }
        }
    },

    /// The region is empty in an ARN that has one.
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
    ///   "Resource": "arn:aws:rekognition:*:123456789012:collection/a"
    /// }
    /// ```
    #[rule(Error, needs(ODD_FIELD))]
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
                        "an ARN of `{}` has a region; with an empty one it matches nothing",
                        service.prefix
                    ),
                    "name the region, or write `*` for all of them".to_string(),
                )
            },
        );
    },

    /// The account is empty in an ARN that has one.
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
    ///   "Resource": "arn:aws:rekognition:us-east-1:*:collection/a"
    /// }
    /// ```
    #[rule(Error, needs(ODD_FIELD))]
    fn MISSING_ARN_ACCOUNT(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        field(
            facts,
            sink,
            |arn| arn.account(),
            |arn| arn.account_range(),
            |text, format| text.is_empty() && format.account != ArnField::Empty,
            |_, service| {
                (
                    format!(
                        "an ARN of `{}` has an account; with an empty one it matches nothing",
                        service.prefix
                    ),
                    "name the account by its 12 digits, or write `*` for all of them".to_string(),
                )
            },
        );
    },

    /// An ARN has a region although its service leaves the field empty.
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
    #[rule(Error, needs(ODD_FIELD))]
    fn ARN_REGION_NOT_ALLOWED(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        field(
            facts,
            sink,
            |arn| arn.region(),
            |arn| arn.region_range(),
            |text, format| !glob::matches(text, "", false) && format.region == ArnField::Empty,
            |text, _| {
                (
                    format!("this ARN has no region, so with `{text}` it matches nothing"),
                    "leave the field empty between its colons".to_string(),
                )
            },
        );
    },

    /// An ARN has an account although its service leaves the field empty.
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
    #[rule(Error, needs(ODD_FIELD))]
    fn ARN_ACCOUNT_NOT_ALLOWED(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        field(
            facts,
            sink,
            |arn| arn.account(),
            |arn| arn.account_range(),
            |text, format| !glob::matches(text, "", false) && format.account == ArnField::Empty,
            |text, _| {
                (
                    format!("this ARN has no account, so with `{text}` it matches nothing"),
                    "leave the field empty between its colons".to_string(),
                )
            },
        );
    },

    /// The resource part of an ARN fits no format of its service.
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
    #[rule(Error, needs(MISFIT))]
    fn INVALID_ARN_RESOURCE(facts: &Facts<'_>, sink: &mut Sink<'_>) {
        for (place, resource, arn) in facts.arns() {
            if !resource.fits_nothing || super::id::without_timestamp(arn).is_some() {
                continue;
            }
            let formats = formats_of(arn.service());
            let finding = sink.report(
                place,
                format!(
                    "no resource of `{}` has an ARN like this, so it matches nothing",
                    arn.service()
                ),
            );
            finding.at(arn.resource_range());
            if let Some((format, _)) = super::id::opened(arn) {
                // The `*` would grant more than was written.
                finding.help(format!(
                    "its ARN has the form `{}`; end it in `/*` to leave the rest open",
                    format.text
                ));
            } else if arn.service() == "rekognition" || formats.len() <= 6 {
                let mut forms = Vec::new();
                for (_, _, format) in &formats {
                    forms.push(format.text);
                }
                let forms = text::joined(&forms, "`, `");
                finding.help(format!("the forms are `{forms}`"));
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
    let field = &arn.text()[range.start..range.end];
    if let Some(name) = names.iter().find(|name| name.eq_ignore_ascii_case(field)) {
        finding.replace(replaced(arn, range, name));
    }
}

pub(super) fn replaced(arn: &Arn<'_>, range: &core::ops::Range<usize>, by: &str) -> String {
    let text = arn.text();
    format!("{}{by}{}", &text[..range.start], &text[range.end..])
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
            sink.report(place, message).at(range(arn)).help(help);
        }
    }
}
