//! A literal is checked the same next to a variable as on its own: each mistake in each part of an ARN, alone and with a
//! variable in each other part, gives the same rule on the same token.

#![cfg(feature = "services")]

use proc_macro2::TokenStream;
use rekognition_iam_codegen::dsl::evaluate;
use rekognition_iam_runtime::document::PolicyKind;

/// A place for values: a template with `{}` for each part, the parts that are right, and mistakes by part.
struct Site {
    kind: PolicyKind,
    template: &'static str,
    right: &'static [&'static str],
    wrong: &'static [(usize, &'static str)],
}

const REGIONS: &[&str] = &[
    "us-east1",
    "",
    "us-gov-west-1",
    "xx-east-*",
    "us-est-1",
    "us east",
];

const SITES: &[Site] = &[
    Site {
        kind: PolicyKind::Identity,
        template: "allow(rekognition::IndexFaces).on(rekognition::collection({}, {}, {}).partition({}))",
        right: &["us-east-1", "123456789012", "staff", "aws"],
        wrong: &[
            (0, "us-east1"),
            (0, ""),
            (0, "us-est-1"),
            (0, "us/east"),
            (0, "xx-east-*"),
            (0, "${aws:username}"),
            (1, "12345"),
            (1, "ACCOUNT_ID"),
            (1, "1234-5678-9012"),
            (1, ""),
            (1, "${aws:usernme}"),
            (2, "bad id!"),
            (2, ""),
            (2, "a/b"),
            (2, "${aws:usernme}"),
            (2, "${}"),
            (2, "${aws:username"),
            (2, "${aws:TagKeys}"),
            (3, "AWS"),
            (3, "amazon"),
            (3, ""),
        ],
    },
    Site {
        kind: PolicyKind::Session,
        template: "allow(rekognition::IndexFaces).on(rekognition::collection({}, {}, {}))",
        right: &["us-east-1", "123456789012", "staff"],
        wrong: &[
            (0, "us-east1"),
            (0, "us-gov-west-1"),
            (1, "12345"),
            (2, "bad id!"),
        ],
    },
    Site {
        kind: PolicyKind::Identity,
        template: "deny(rekognition::StartProjectVersion).on(not(rekognition::projectversion({}, {}, {}, {}, {})))",
        right: &["us-east-1", "123456789012", "logos", "v1", "1627045542080"],
        wrong: &[
            (0, "us-east1"),
            (1, "12345"),
            (2, "my logos"),
            (3, "v 1"),
            (4, "yesterday"),
            (4, ""),
        ],
    },
    Site {
        kind: PolicyKind::Identity,
        template: "allow(rekognition::ListDatasetEntries).on(rekognition::dataset({}, {}, {}, {}, {}))",
        right: &[
            "us-east-1",
            "123456789012",
            "logos",
            "train",
            "1627045542080",
        ],
        wrong: &[(2, "my logos"), (3, "validate"), (4, "now")],
    },
    Site {
        kind: PolicyKind::Identity,
        template: "allow(s3::GetObject).on(s3::object({}, {}).partition({}))",
        right: &["uploads", "photos/*", "aws"],
        wrong: &[
            (0, "My_Bucket!"),
            (0, ""),
            (0, "a/b"),
            (1, ""),
            (1, "${aws:usernme}/*"),
            (1, "${aws:username"),
            (2, "AWS"),
        ],
    },
    Site {
        kind: PolicyKind::Identity,
        template: "allow(iam::PassRole).on(iam::role({}, {})).when(iam::PassedToService.string_equals(\"rekognition.amazonaws.com\"))",
        right: &["123456789012", "indexer"],
        wrong: &[(0, "12345"), (0, ""), (1, "my role"), (1, "")],
    },
    Site {
        kind: PolicyKind::Identity,
        template: "companion::s3_image({}, {}).partition({})",
        right: &["uploads", "photos/*", "aws"],
        wrong: &[
            (0, "My_Bucket!"),
            (0, ""),
            (0, "a/b"),
            (1, ""),
            (1, "${aws:usernme}"),
            (2, "AWS"),
        ],
    },
    Site {
        kind: PolicyKind::Identity,
        template: "companion::notification_role({}, {}, {})",
        right: &["us-east-1", "123456789012", "done"],
        wrong: &[
            (0, "us-east1"),
            (0, "us-east-1:1"),
            (1, "12345"),
            (2, ""),
            (2, "a/b"),
        ],
    },
    Site {
        kind: PolicyKind::Identity,
        template: "companion::pass_role({}, {})",
        right: &["123456789012", "indexer"],
        wrong: &[(0, "ACCOUNT_ID"), (1, "my role"), (1, "${aws:usernme}")],
    },
    Site {
        kind: PolicyKind::RoleTrust,
        template: "allow(sts::AssumeRole).to(role({}, {}).partition({}))",
        right: &["123456789012", "indexer", "aws"],
        wrong: &[
            (0, "12345"),
            (0, "*"),
            (1, "my role"),
            (1, "index*"),
            (2, "AWS"),
        ],
    },
    Site {
        kind: PolicyKind::Resource,
        template: "allow(s3::GetObject).to(session({}, {}, {})).on(s3::object({}, {}))",
        right: &["123456789012", "indexer", "nightly", "uploads", "photos/*"],
        wrong: &[
            (0, "12345"),
            (1, "my role"),
            (2, "night*"),
            (3, "My_Bucket!"),
            (4, "${}"),
        ],
    },
];

/// The inputs of a site with a value for each part: a literal, or a variable of this number.
fn source(site: &Site, values: &[Result<&str, usize>]) -> String {
    let mut pieces = site.template.split("{}");
    let mut source = pieces.next().unwrap().to_owned();
    for (value, piece) in values.iter().zip(pieces) {
        match value {
            Ok(literal) => source.push_str(&format!("{literal:?}")),
            Err(number) => source.push_str(&format!("v{number}")),
        }
        source.push_str(piece);
    }
    source
}

/// What is reported of an input: the rule, or the message where there is none, and the token.
fn reported(kind: PolicyKind, source: &str) -> Vec<(String, String)> {
    let input: TokenStream = source.parse().unwrap();
    (evaluate(kind, input).diagnostics.iter())
        .map(|diagnostic| {
            let token = diagnostic.span.source_text().unwrap_or_default();
            let what = diagnostic.id().unwrap_or(&diagnostic.message);
            assert!(
                !diagnostic.text().contains("value-"),
                "a sample of ours is in a message: {}",
                diagnostic.text()
            );
            (what.to_owned(), token)
        })
        .collect()
}

#[test]
fn a_literal_is_checked_the_same_next_to_a_variable() {
    let mut pairs = 0;
    for site in SITES {
        let right: Vec<_> = site.right.iter().map(|value| Ok(*value)).collect();
        assert_eq!(
            reported(site.kind, &source(site, &right)),
            [],
            "{}",
            site.template
        );
        for (part, mistake) in site.wrong {
            let mut values = right.clone();
            values[*part] = Ok(*mistake);
            let alone = reported(site.kind, &source(site, &values));
            assert!(
                !alone.is_empty(),
                "{} takes {mistake:?}",
                source(site, &values)
            );
            for other in (0..right.len()).filter(|other| other != part) {
                let mut values = values.clone();
                values[other] = Err(other);
                let source = source(site, &values);
                assert_eq!(reported(site.kind, &source), alone, "{source}");
                pairs += 1;
            }
            // And with everything else unknown.
            let mut values: Vec<_> = (0..right.len()).map(Err).collect();
            values[*part] = Ok(*mistake);
            let source = source(site, &values);
            assert_eq!(reported(site.kind, &source), alone, "{source}");
        }
        // Nothing is said about a variable, wherever it is.
        for part in 0..right.len() {
            let mut values = right.clone();
            values[part] = Err(part);
            let source = source(site, &values);
            assert_eq!(reported(site.kind, &source), [], "{source}");
        }
        let all: Vec<_> = (0..right.len()).map(Err).collect();
        assert_eq!(
            reported(site.kind, &source(site, &all)),
            [],
            "{}",
            site.template
        );
    }
    assert!(pairs > 150, "{pairs}");
}

/// What depends on the value of a variable is not said: the region may be in the partition.
#[test]
fn a_literal_that_a_variable_may_make_right_is_not_reported() {
    for source in [
        r#"allow(rekognition::IndexFaces).on(rekognition::collection("us-gov-west-1", "*", "staff").partition(p))"#,
        r#"allow(s3::GetObject).on(s3::object("uploads", "k").partition(p))"#,
        r#"allow(kms::Decrypt).on(kms::key("cn-north-1", "123456789012", "*").partition(p))"#,
    ] {
        assert_eq!(reported(PolicyKind::Identity, source), [], "{source}");
    }
    // No partition has such a region.
    let nowhere =
        r#"allow(kms::Decrypt).on(kms::key("us-east1", "123456789012", "*").partition(p))"#;
    assert_eq!(reported(PolicyKind::Identity, nowhere).len(), 1);
    for region in REGIONS {
        let source = format!(
            "allow(rekognition::IndexFaces).on(rekognition::collection({region:?}, account, id))"
        );
        let found = reported(PolicyKind::Identity, &source);
        assert_eq!(found.len(), 1, "{source}: {found:?}");
        assert_eq!(found[0].1, format!("{region:?}"), "{source}");
    }
}
