//! Large documents: every shape with hundreds of everything is judged in time that grows with the square of its size at
//! worst. What grew with its cube would not end here within minutes.

#![cfg(feature = "json")]

use rekognition_iam_runtime::check::Options;
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::json;

const MANY: usize = 1_500;

/// A thing for each number, with commas between.
fn many(thing: impl Fn(usize) -> String) -> String {
    (0..MANY).map(thing).collect::<Vec<_>>().join(",")
}

fn allow(rest: &str) -> String {
    format!("{{\"Effect\":\"Allow\",{rest}}}")
}

/// The number of findings of a rule in a document of these statements.
fn count(statements: &str, id: &str) -> usize {
    let text = format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statements}]}}");
    let parsed = json::parse(&text, &json::Limits::default());
    let options = Options::new(PolicyKind::detect(&parsed.document));
    let findings = json::judge(&text, parsed, &options).findings;
    (findings.iter())
        .filter(|located| located.finding.id == id)
        .count()
}

fn project(number: usize) -> String {
    format!("\"arn:aws:rekognition:us-east-1:123456789012:project/p{number}/1\"")
}

#[test]
fn many_actions_on_many_resources() {
    let actions = many(|_| "\"rekognition:IndexFaces\"".to_owned());
    let statement = allow(&format!(
        "\"Action\":[{actions}],\"Resource\":[{}]",
        many(project)
    ));
    let found = count(&statement, "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH");
    assert_eq!(found, MANY);
}

#[test]
fn many_actions_on_many_resources_under_many_keys() {
    let actions = many(|_| "\"rekognition:DetectLabels\"".to_owned());
    let keys = many(|number| format!("\"aws:ResourceTag/t{number}\":\"v\""));
    let condition = format!("\"Condition\":{{\"StringEquals\":{{{keys}}}}}");
    let resources = many(project);
    let rest = format!("\"Action\":[{actions}],\"Resource\":[{resources}],{condition}");
    let found = count(&allow(&rest), "UNSUPPORTED_ACTION_FOR_CONDITION_KEY");
    assert_eq!(found, MANY);
}

#[test]
fn many_patterns_on_many_resources() {
    let actions = many(|_| "\"rekognition:Detect*\"".to_owned());
    let statement = allow(&format!(
        "\"Action\":[{actions}],\"Resource\":[{}]",
        many(project)
    ));
    // `DetectCustomLabels` is for the versions of projects, which these are not.
    let found = count(&statement, "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH");
    assert_eq!(found, MANY);
}

#[test]
fn many_statements() {
    let statements = many(|number| {
        let effect = if number % 2 == 0 { "Allow" } else { "Deny" };
        let action = format!(
            "\"Action\":\"rekognition:CopyProjectVersion\",\"Resource\":{}",
            project(number)
        );
        format!("{{\"Effect\":\"{effect}\",{action}}}")
    });
    let found = count(&statements, "REKOGNITION_IAM_REQUIRED_RESOURCE_MISSING");
    assert_eq!(found, MANY / 2);
}

#[test]
fn many_misspelled_names() {
    let actions = many(|number| format!("\"rekognition:Detectx{number}\""));
    let keys = many(|number| format!("\"aws:Sourcex{number}\":\"v\""));
    let condition = format!("\"Condition\":{{\"StringEquals\":{{{keys}}}}}");
    let statement = allow(&format!(
        "\"Action\":[{actions}],\"Resource\":\"*\",{condition}"
    ));
    assert_eq!(count(&statement, "INVALID_ACTION"), MANY);
    assert_eq!(count(&statement, "INVALID_GLOBAL_CONDITION_KEY"), MANY);
}

#[test]
fn many_principals() {
    let sessions = many(|number| format!("\"arn:aws:sts::123456789012:assumed-role/r/s{number}\""));
    let principals = format!("{sessions},\"arn:aws:iam::123456789012:role/r\"");
    let rest = format!("\"Action\":\"sts:AssumeRole\",\"Principal\":{{\"AWS\":[{principals}]}}");
    let found = count(&allow(&rest), "REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY");
    assert_eq!(found, MANY);
}
