//! What a help line says about the meaning of a policy is what the comparison says.

#![cfg(all(feature = "compare", feature = "json"))]

use rekognition_iam_runtime::check::{Iam, Options};
use rekognition_iam_runtime::compare::compare;
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::json;

/// How the second policy relates to the first, in a word.
fn relation(old: &str, new: &str) -> &'static str {
    let read = |text: &str| crate::support::document(&serde_json::from_str(text).unwrap());
    compare(&read(old), &read(new)).relation().name()
}

/// Without a set operator, a condition on one value differs only for requests without the key.
#[test]
fn removing_a_set_operator_from_a_single_value() {
    const KEY: &str = "aws:PrincipalTag/team";
    let policy = |operator: &str, more: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"rekognition:CreateCollection","Resource":"*","Condition":{{"{operator}":{{"{KEY}":"a"}}{more}}}}}]}}"#
        )
    };
    for set in ["ForAllValues:", "ForAnyValue:"] {
        for operator in [
            "StringEquals",
            "StringLike",
            "StringNotEquals",
            "StringNotLike",
        ] {
            for if_exists in ["", "IfExists"] {
                let operator = format!("{operator}{if_exists}");
                let with = policy(&format!("{set}{operator}"), "");
                let report = json::check(&with, &Options::new(PolicyKind::Identity));
                let help = (report.findings.iter())
                    .find(|located| located.finding.id.ends_with("_WITH_SINGLE_VALUED_KEY"))
                    .map(|located| located.finding.help[0].render(&Iam))
                    .unwrap();
                let name = format!("{set}{operator}");
                let expected = match help.as_str() {
                    help if help.contains("means the same") => "equivalent",
                    help if help.contains("also accept") => "narrower",
                    help if help.contains("`Null`") => "wider",
                    _ => {
                        assert!(help.contains("an empty value"), "{name}: {help}");
                        if set.contains("All") {
                            "narrower"
                        } else {
                            "wider"
                        }
                    }
                };
                assert_eq!(relation(&with, &policy(&operator, "")), expected, "{name}");
                // With the help's `Null`, only an empty value is a difference.
                if help.contains("`Null`") {
                    let more = format!(
                        r#","Null":{{"{KEY}":"false"}},"StringNotEqualsIgnoreCase":{{"{KEY}":""}}"#
                    );
                    let with = policy(
                        &name,
                        r#","StringNotEqualsIgnoreCase":{"aws:PrincipalTag/team":""}"#,
                    );
                    assert_eq!(
                        relation(&with, &policy(&operator, &more)),
                        "equivalent",
                        "{name}"
                    );
                }
            }
        }
    }
}
