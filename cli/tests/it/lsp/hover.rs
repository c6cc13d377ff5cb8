//! What is shown about a name.

use serde_json::json;

use super::session::{Session, range_of};
use crate::support::Directory;

#[track_caller]
fn shows(session: &mut Session, file: &str, language: &str, text: &str, parts: &[&str]) {
    let answer = session.at("textDocument/hover", file, language, text);
    let shown = answer["contents"]["value"].as_str().unwrap_or_default();
    assert_eq!(parts.is_empty(), shown.is_empty(), "{text}: {shown}");
    for part in parts {
        assert!(shown.contains(part), "{part} for {text}: {shown}");
    }
}

#[test]
fn names_of_every_element_in_every_language() {
    let directory = Directory::new("lsp-hover");
    let mut session = Session::start(&directory);
    let json = |statement: &str| {
        format!(
            "{{\"Version\": \"2012-10-17\", \"Statement\": [{{\"Effect\": \"Allow\", {statement}}}]}}"
        )
    };
    let index_faces = [
        "**`rekognition:IndexFaces`**",
        "Write",
        "collection",
        "aws:ResourceTag/${TagKey}",
        "(https://docs.aws.amazon.com/",
    ];
    let mut hover = |text: &str, parts: &[&str]| shows(&mut session, "a.json", "json", text, parts);
    hover(
        &json("\"Action\": \"rekognition:Index|Faces\""),
        &index_faces,
    );
    hover(
        &json("\"Action\": \"rekognition:indexfaces|\""),
        &index_faces,
    );
    hover(
        &json("\"Action\": [\"s3:GetObject\", \"rekognition:StartLabel|Detection\"]"),
        &["only `*`", "Also needs `iam:PassRole`"],
    );
    hover(
        &json("\"Action\": \"rekognition:Index*|\""),
        &["1 action matches today", "`IndexFaces`"],
    );
    hover(
        &json("\"Action\": \"rekognition:*|\""),
        &["actions match today", "and", "more"],
    );
    hover(&json("\"Action\": \"nothing:At|All\""), &[]);
    hover(&json("\"Ac|tion\": \"x\""), &[]);
    hover(
        &json("\"Condition\": {\"Bool\": {\"aws:Secure|Transport\": \"true\"}}"),
        &["Type: Bool", "`Bool`", "condition-keys"],
    );
    hover(
        &json("\"Condition\": {\"ForAnyValue:String|Like\": {}}"),
        &[
            "`ForAnyValue:StringLike`",
            "wildcards",
            "False if the key is not",
        ],
    );
    for (operator, without) in [
        ("StringEquals", "False if"),
        ("StringNotEquals", "**True** if"),
        ("StringEqualsIfExists", "**True** if"),
        ("ForAllValues:StringEquals", "**True** if"),
        ("ForAnyValue:StringNotEquals", "False if"),
        ("ForAnyValue:StringEqualsIfExists", "**True** if"),
        ("Null", "`true` if"),
    ] {
        hover(
            &json(&format!("\"Condition\": {{\"{operator}|\": {{}}}}")),
            &[&format!("**`{operator}`**"), &format!("* {without}")],
        );
    }
    hover(
        &json("\"Condition\": {\"ForSome:String|Like\": {}}"),
        &["INVALID_CONDITION_OPERATOR"],
    );
    hover(
        &json("\"Condition\": {\"StringEquals\": {\"aws:ResourceTag/te|am\": \"x\"}}"),
        &["aws:ResourceTag/${TagKey}"],
    );
    hover(
        &json(
            "\"Action\": \"rekognition:IndexFaces\", \"Resource\": \"arn:aws:rekognition:us-east-1:123456789012:coll|ection/x\"",
        ),
        &["**collection** of `rekognition`", "`IndexFaces`"],
    );
    hover(
        &json("\"Action\": \"s3:GetObject\", \"Resource\": \"arn:aws:s3:::photos/|*\""),
        &["**object** of `s3`"],
    );
    hover(
        &json(
            "\"Action\": \"rekognition:IndexFaces\", \"Resource\": {\"Fn::Sub\": \"arn:${AWS::Partition}:rekognition:${AWS::Region}:${AWS::AccountId}:coll|ection/x\"}",
        ),
        &["**collection** of `rekognition`"],
    );
    let yaml = "Resources:\n  R:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Statement:\n          - Action: rekognition:Index|Faces\n";
    shows(&mut session, "a.yaml", "yaml", yaml, &index_faces);
    let hcl = "data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    actions = [\"rekognition:Index|Faces\"]\n  }\n}\n";
    shows(&mut session, "a.tf", "terraform", hcl, &index_faces);
    shows(
        &mut session,
        "b.tf",
        "terraform",
        &hcl.replace("}\n}", ""),
        &index_faces,
    );
    assert_eq!(session.end(), 0);
}

#[test]
fn findings_and_comments_show_their_rule() {
    let directory = Directory::new("lsp-hover-rule");
    let mut session = Session::start(&directory);
    let text = "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"rekognition:Detect|Label\", \"Resource\": \"*\"}]}";
    shows(
        &mut session,
        "a.json",
        "json",
        text,
        &["**INVALID_ACTION**", "docs/rules/INVALID_ACTION.md"],
    );
    let text = "# rekognition-iam: allow INVALID_|ACTION, tried\nResources: {}\n";
    shows(
        &mut session,
        "a.yaml",
        "yaml",
        text,
        &["**INVALID_ACTION**"],
    );
    shows(
        &mut session,
        "a.yaml",
        "yaml",
        "# NO_|RULE INVALID_ACTION\n",
        &[],
    );
    // An unknown text has no answer.
    let params = json!({"textDocument": {"uri": session.uri("b.json")}, "position": {"line": 0, "character": 0}});
    assert!(session.request("textDocument/hover", &params)["result"].is_null());
    assert_eq!(session.end(), 0);
}

#[test]
fn the_range_is_that_of_the_name() {
    let directory = Directory::new("lsp-hover-range");
    let mut session = Session::start(&directory);
    let text = "{\"Statement\": [{\"Sid\": \"\u{1f600}\", \"Action\": \"s3:Get|Object\"}]}";
    let answer = session.at("textDocument/hover", "a.json", "json", text);
    let start = text[..text.find("s3:").unwrap()].encode_utf16().count() as u32;
    assert_eq!(answer["range"], range_of([0, start, 0, start + 12]));
    assert_eq!(session.end(), 0);
}
