//! Features are additive: what a service says about its own actions stays right with every other service turned on.
//!
//! A service lists types of other services as its own (`sts` the roles and the root user of `iam`), so an ARN is looked up
//! in all of them. Each type of each service is tried with each action that works on it; with all features on, that is
//! every pair of features at once.

#![cfg(feature = "services")]

use rekognition_iam_runtime::catalogue::{self, ArnField, ArnFormat, Piece};
use rekognition_iam_runtime::check::{Options, check, rules};
use rekognition_iam_runtime::document::{Document, Effect, Element, List, Statement};

fn arn(format: &ArnFormat) -> String {
    let field = |field: ArnField, value: &str| match field {
        ArnField::Empty => String::new(),
        ArnField::Fixed(text) => text.to_owned(),
        ArnField::Variable | ArnField::Any => value.to_owned(),
    };
    let (region, account) = (
        field(format.region, "us-east-1"),
        field(format.account, "123456789012"),
    );
    let mut text = format!("arn:aws:{}:{region}:{account}:", format.service);
    for piece in format.resource {
        match piece {
            Piece::Literal(literal) => text.push_str(literal),
            Piece::Variable(_) => text.push('*'),
        }
    }
    text
}

#[test]
fn every_action_works_on_its_own_resources_next_to_all_services() {
    const ABOUT_TYPES: [&str; 4] = [
        rules::REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH.id,
        rules::REKOGNITION_IAM_ACTION_DEAD_BESIDE_OTHERS.id,
        rules::REKOGNITION_IAM_RESOURCE_UNUSED.id,
        rules::INVALID_ARN_RESOURCE.id,
    ];
    let mut tried = 0;
    let mut foreign = 0;
    let mut wrong = Vec::new();
    for service in catalogue::typed_services() {
        for (index, kind) in service.resources.iter().enumerate() {
            let actions: Vec<String> = (service.actions.iter())
                .filter(|action| {
                    action
                        .resources
                        .iter()
                        .any(|of| usize::from(of.index) == index)
                })
                .map(|action| format!("{}:{}", service.prefix, action.name))
                .collect();
            if actions.is_empty() {
                continue;
            }
            for format in kind.formats {
                foreign += usize::from(format.service != service.prefix);
                tried += 1;
                let text = arn(format);
                let element = |values: Vec<String>| Element {
                    not: false,
                    values: List::bracketed(values.into_iter().map(Into::into).collect()),
                };
                let document = Document {
                    version: Some("2012-10-17".into()),
                    id: None,
                    statements: List::bracketed(vec![Statement {
                        sid: None,
                        effect: Effect::Deny,
                        principals: None,
                        actions: element(actions.clone()),
                        resources: Some(element(vec![text.clone()])),
                        conditions: Vec::new(),
                        empty_condition: false,
                    }]),
                };
                for finding in check(&document, &Options::default()) {
                    if ABOUT_TYPES.contains(&finding.id) {
                        wrong.push(format!("{} on {text}: {}", service.prefix, finding.id));
                    }
                }
            }
        }
    }
    assert!(
        tried > 100 && foreign > 3,
        "{tried} types, {foreign} of them of other services"
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
}
