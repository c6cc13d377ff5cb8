//! ARNs, alone and as the resource of a document.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rekognition_iam_runtime::arn::Arn;
use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::check::{Options, check};
use rekognition_iam_runtime::document::{Document, Effect, Element, List, Statement};

fuzz_target!(|text: &str| {
    // Matching is quadratic in the length, and no ARN has more than 2,048 characters.
    if text.len() > 4_096 {
        return;
    }
    if let Ok(arn) = Arn::parse(text) {
        let fields = [
            "arn",
            arn.partition(),
            arn.service(),
            arn.region(),
            arn.account(),
            arn.resource(),
        ];
        assert_eq!(fields.join(":"), text);
        for service in catalogue::services() {
            for format in service.resources.iter().flat_map(|kind| kind.formats) {
                // What some value of a variable allows, some value at all allows.
                assert!(arn.could_be(format) || !arn.could_be_strictly(format));
            }
        }
    }
    let list = |value: &'static str| List::shortest(vec![value.into()]);
    for action in ["rekognition:IndexFaces", "s3:*", "sns:Publish"] {
        let document = Document {
            version: Some("2012-10-17".into()),
            id: None,
            statements: List::bracketed(vec![Statement {
                sid: None,
                effect: Effect::Allow,
                principals: None,
                actions: Element {
                    not: false,
                    values: list(action),
                },
                resources: Some(Element {
                    not: false,
                    values: List::shortest(vec![text.into()]),
                }),
                conditions: Vec::new(),
                empty_condition: false,
            }]),
        };
        for finding in check(&document, &Options::default()) {
            if let Some(range) = finding.range {
                // The range is of the text at the finding's place, which is the resource or the action.
                assert!(text.get(range.clone()).is_some() || action.get(range).is_some());
            }
        }
    }
});
