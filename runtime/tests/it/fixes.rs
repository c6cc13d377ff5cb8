//! What a tool may write without asking: the replacements of findings, over all names of the catalogue.

use std::collections::BTreeSet;

use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::check::Options;
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::json;
use rekognition_iam_runtime::suggest::{same_verb, verb};

/// The replacements that are attached to the findings on a policy.
fn replacements(text: &str) -> Vec<String> {
    let parsed = json::parse(text, &json::Limits::default());
    let options = Options::new(PolicyKind::detect(&parsed.document));
    (json::judge(text, parsed, &options).findings.iter())
        .filter_map(|located| located.edit.as_ref())
        .map(|edit| edit.text.trim_matches('"').to_string())
        .collect()
}

fn action(name: &str) -> Option<String> {
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"{name}","Resource":"*"}}}}"#
    );
    let mut all = replacements(&text);
    assert!(all.len() < 2, "{name}: {all:?}");
    all.pop()
}

fn statement(members: &str) -> Vec<String> {
    replacements(&format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow",{members}}}}}"#
    ))
}

/// An action covers more than one of its operations, and a statement needs it once.
#[test]
fn operations_stay_where_their_action_is_another_thing() {
    let fixed = |members: &str| {
        replacements(&format!(
            r#"{{"Version":"2012-10-17","Statement":{{{members},"Resource":"*"}}}}"#
        ))
    };
    for members in [
        r#""Effect":"Deny","Action":"s3:HeadObject""#,
        r#""Effect":"Allow","NotAction":"s3:HeadObject""#,
        r#""Effect":"Allow","Action":["s3:HeadObject","s3:getobject"]"#,
    ] {
        let found = fixed(members);
        assert!(
            !found.contains(&"s3:GetObject".to_string()) || members.contains("getobject"),
            "{found:?}"
        );
        assert!(found.len() < 2, "{found:?}");
    }
    // A typo is one whatever the effect.
    let found = fixed(r#""Effect":"Deny","Action":"s3:GetObjects""#);
    assert_eq!(found, ["s3:GetObject"]);
    let found = fixed(r#""Effect":"Allow","Action":["s3:ListObjectsV2","s3:PutObject"]"#);
    assert_eq!(found, ["s3:ListBucket"]);
}

#[test]
fn operations_become_their_only_action() {
    let (mut known, mut wider, mut shared, mut open) = (0, 0, 0, 0);
    for service in catalogue::typed_services() {
        for operation in service.operations {
            if service.action_ignore_case(operation.name).is_some() {
                continue;
            }
            let found = action(&format!("{}:{}", service.prefix, operation.name));
            if let ([only], [] | [_]) = (operation.authorizes, operation.sdk) {
                // The action of another verb allows more: `s3:GetObject` instead of `s3:HeadObject`.
                let is_same = same_verb(operation.name, only.name);
                *(if is_same { &mut known } else { &mut wider }) += 1;
                let expected = format!("{}:{}", only.service, only.name);
                assert_eq!(found, is_same.then_some(expected));
            } else if let ([_], [_, _, ..]) = (operation.authorizes, operation.sdk) {
                // Another client has an operation of this name, which may check another action.
                shared += 1;
                assert_eq!(found, None, "{}", operation.name);
            } else {
                open += 1;
                // Several actions are a choice, and of none AWS has not said which it is.
                let kept = found.as_deref().is_none_or(|found| {
                    operation.authorizes.is_empty()
                        && found.split_once(':').is_some_and(|(prefix, name)| {
                            prefix == service.prefix && same_verb(name, operation.name)
                        })
                });
                assert!(kept, "{}: {found:?}", operation.name);
            }
        }
    }
    println!(
        "{known} operations check one action of another name, {wider} one of another verb, {shared} in two clients, {open} several or unknown ones"
    );
    assert!(
        known > 20 && wider > 10 && shared > 0 && open > 5,
        "{known} {wider} {shared} {open}"
    );
}

/// A wrong verb is never replaced: the nearest spelling of `Delete..` may be `Get..`.
#[test]
fn no_verb_becomes_another() {
    // One of many combinations, the same ones each time: all of them take minutes.
    let (mut number, mut tried) = (0_usize, 0);
    let reviewed = catalogue::typed_services().iter();
    for service in reviewed.filter(|service| service.reviewed) {
        let verbs: BTreeSet<&str> = (service.actions.iter())
            .map(|info| verb(info.name))
            .collect();
        for info in service.actions {
            for other in &verbs {
                let wrong = format!("{other}{}", &info.name[verb(info.name).len()..]);
                let known = service.action_ignore_case(&wrong).is_some()
                    || (service.operations.iter())
                        .any(|operation| operation.name.eq_ignore_ascii_case(&wrong));
                number += 1;
                if known || number % 31 != 0 {
                    continue;
                }
                tried += 1;
                let found = action(&format!("{}:{wrong}", service.prefix));
                let kept = found.as_deref().is_none_or(|found| {
                    (found.split_once(':')).is_some_and(|(_, name)| same_verb(name, &wrong))
                });
                assert!(kept, "{wrong}: {found:?}");
            }
        }
    }
    assert!(tried > 500, "{tried}");
}

#[test]
fn actions() {
    for (wrong, right) in [
        ("rekognition:detectlabels", Some("rekognition:DetectLabels")),
        ("rekognition:DetectLabel", Some("rekognition:DetectLabels")),
        ("rekognition:DetectLabesl", Some("rekognition:DetectLabels")),
        (
            "rekognition:DetectLabbels",
            Some("rekognition:DetectLabels"),
        ),
        (
            "rekognition:ListCollection",
            Some("rekognition:ListCollections"),
        ),
        ("s3:GetObjects", Some("s3:GetObject")),
        ("s3:ListBuckets", Some("s3:ListAllMyBuckets")),
        ("s3:ListObjectsV2", Some("s3:ListBucket")),
        ("s3:DeletePublicAccessBlock", None),
        // The action does more than the operation.
        ("s3:HeadObject", None),
        ("s3:HeadBucket", None),
        ("s3:SelectObjectContent", None),
        ("rekognitoin:DetectLabels", Some("rekognition:DetectLabels")),
        // The verb or the plural may be what is wrong.
        ("iam:GetRoles", None),
        ("s3:CopyObject", None),
        ("rekognition:GetProjectPolicy", None),
        ("rekognition:StopMediaAnalysisJob", None),
        ("rekognition:DetectLabls", None),
        ("rekognition:detect_labels", None),
        ("rekognition:LabelsDetect", None),
        ("DetectLabels", None),
        ("s:3s:ListBucket", None),
        ("3s:ListBucket", None),
        ("sq:SendMessage", None),
        ("rekognitoin:Detect", None),
    ] {
        // Another letter case is not an error of an action, and so keeps no finding but the advice.
        assert_eq!(action(wrong).as_deref(), right, "{wrong}");
    }
}

#[test]
fn the_other_names() {
    let on = |members: &str| format!(r#""Action":"s3:GetObject","Resource":"*",{members}"#);
    let condition =
        |operator: &str, key: &str| on(&format!(r#""Condition":{{"{operator}":{{"{key}":"x"}}}}"#));
    let resource =
        |arn: &str| format!(r#""Action":"rekognition:DeleteCollection","Resource":"{arn}""#);
    for (members, right) in [
        (condition("StringEqual", "aws:PrincipalTag/x"), Some("StringEquals")),
        (condition("ForAnyValue:StringEqual", "aws:PrincipalTag/x"), Some("ForAnyValue:StringEquals")),
        (condition("StringNotEqualIfExists", "aws:PrincipalTag/x"), Some("StringNotEqualsIfExists")),
        (condition("stringequals", "aws:PrincipalTag/x"), Some("StringEquals")),
        // Which set was meant, and whether `Not` was, is the author's to say.
        (condition("ForEveryValue:StringEquals", "aws:PrincipalTag/x"), None),
        (condition("StringNoEquals", "aws:PrincipalTag/x"), None),
        (condition("StringEquals", "aws:PrincipalTags/x"), None),
        (condition("StringEquals", "aws:SourceVpcs"), None),
        (condition("StringEquals", "aws:PrincipalOrgPath"), Some("aws:PrincipalOrgPaths")),
        (condition("StringEquals", "aws:SourceOwner"), None),
        (condition("StringEquals", "aws:RequestRegion"), None),
        (resource("arn:aws:rekognition:US-EAST-1:111122223333:collection/a"), Some("arn:aws:rekognition:us-east-1:111122223333:collection/a")),
        (resource("arn:aws:rekognition:us-est-1:111122223333:collection/a"), None),
        (resource("arn:aws:rekognition:us-esat-1:111122223333:collection/a"), None),
        (resource("arn:AWS:rekognition:us-east-1:111122223333:collection/a"), Some("arn:aws:rekognition:us-east-1:111122223333:collection/a")),
        (resource("arn:aws-usgov:rekognition:us-gov-west-1:111122223333:collection/a"), None),
        (resource("arn:aws:rekognition:us-gov-west-1:111122223333:collection/a"), None),
        (resource("arn:aws:rekognition:us-east-1:1111-2222-3333:collection/a"), Some("arn:aws:rekognition:us-east-1:111122223333:collection/a")),
        (resource("aws:rekognition:us-east-1:111122223333:collection/a"), Some("arn:aws:rekognition:us-east-1:111122223333:collection/a")),
        (r#""Action":"rekognition:DescribeProjectVersions","Resource":"arn:aws:rekognition:us-east-1:111122223333:project/x""#.to_string(), None),
        (r#""Actions":"s3:GetObject","Resource":"*""#.to_string(), Some("Action")),
        (r#""Action":"s3:GetObject","resource":"*""#.to_string(), Some("Resource")),
        (r#""Action":"s3:GetObject","NoResource":"*""#.to_string(), None),
        (r#""Action":"sts:AssumeRole","Principal":{"service":"ec2.amazonaws.com"}"#.to_string(), Some("Service")),
        (r#""Action":"sts:AssumeRole","Principal":{"Service":"EC2.amazonaws.com"}"#.to_string(), Some("ec2.amazonaws.com")),
        (r#""Action":"sts:AssumeRole","Principal":{"Service":"ec2"}"#.to_string(), None),
        (r#""Action":"sts:AssumeRole","Principal":{"Service":"lamdba.amazonaws.com"}"#.to_string(), None),
        (r#""Action":"sts:AssumeRole","Principal":{"Federated":"accounts.google.com"}"#.to_string(), None),
    ] {
        let found = statement(&members);
        assert_eq!(found.first().map(String::as_str), right, "{members}: {found:?}");
    }
}

#[test]
fn an_effect_is_replaced_for_its_letter_case_only() {
    for (wrong, right) in [
        ("allow", Some("Allow")),
        ("DENY", Some("Deny")),
        ("Denny", None),
        ("Allows", None),
        ("Alow", None),
    ] {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{wrong}","Action":"s3:GetObject","Resource":"*"}}}}"#
        );
        assert_eq!(
            replacements(&text).first().map(String::as_str),
            right,
            "{wrong}"
        );
    }
}

#[test]
fn a_replacement_that_would_be_there_twice_is_none() {
    let sids = |a: &str, b: &str| {
        replacements(&format!(
            r#"{{"Version":"2012-10-17","Statement":[
            {{"Sid":"{a}","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}},
            {{"Sid":"{b}","Effect":"Allow","Action":"s3:PutObject","Resource":"*"}}]}}"#
        ))
    };
    assert_eq!(sids("read-it", "write-it"), ["readit", "writeit"]);
    assert!(sids("read-it", "readit").is_empty());
    assert!(sids("read-it", "read it").is_empty());
    let blocks = r#""Action":"s3:GetObject","Resource":"*","Condition":
        {"StringEqual":{"aws:SourceVpc":"vpc-12345678"},"StringEquals":{"aws:SourceVpc":"vpc-87654321"}}"#;
    assert!(statement(blocks).is_empty());
    let keys = r#""Action":"s3:GetObject","Resource":"*","Condition":
        {"ForAnyValue:StringEquals":{"aws:PrincipalOrgPath":"o-a/r-b/*","aws:PrincipalOrgPaths":"o-a/r-c/*"}}"#;
    assert!(statement(keys).is_empty());
}

#[test]
fn a_version_is_replaced_unless_a_variable_hangs_on_it() {
    let text = |version: &str, resource: &str| {
        format!(
            r#"{{"Version":"{version}","Statement":{{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/{resource}"}}}}"#
        )
    };
    assert_eq!(replacements(&text("2012-17-10", "*")), ["2012-10-17"]);
    assert!(replacements(&text("2008-10-18", "${aws:username}/*")).is_empty());
}

#[test]
fn what_stands_next_to_the_statements_is_left_alone() {
    let text = r#"{"Version":"2012-10-17","Action":"s3:GetObject","Sid":"keep me","Resource":"arn:aws:s3:::mine/*",
        "Statement":[{"Effect":"Allow","Action":"rekognition:DetectLabel","Resource":"*","Sid":"a b"}]}"#;
    let report = json::check(text, &Options::default());
    let edits: Vec<_> = (report.findings.iter())
        .filter_map(|located| located.edit.as_ref())
        .map(|edit| (edit.span.of(text), edit.text.as_str()))
        .collect();
    assert_eq!(
        edits,
        [
            (
                "\"rekognition:DetectLabel\"",
                "\"rekognition:DetectLabels\""
            ),
            ("\"a b\"", "\"ab\"")
        ]
    );
}
