//! What can be written at a place.

use serde_json::{Value, json};

use super::session::{Session, range_of};
use crate::support::Directory;

fn items(session: &mut Session, file: &str, language: &str, text: &str) -> Vec<Value> {
    let answer = session.at("textDocument/completion", file, language, text);
    answer["items"]
        .as_array()
        .unwrap_or_else(|| panic!("{answer}"))
        .clone()
}

fn labels(session: &mut Session, file: &str, language: &str, text: &str) -> Vec<String> {
    (items(session, file, language, text).iter())
        .map(|item| item["label"].as_str().unwrap().to_string())
        .collect()
}

const JSON: &str = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", @}]}";

#[test]
fn every_element_of_a_statement() {
    let directory = Directory::new("lsp-complete");
    let mut session = Session::start(&directory);
    let mut of = |statement: &str| {
        labels(
            &mut session,
            "a.json",
            "json",
            &JSON.replace('@', statement),
        )
    };
    let has = |labels: &[String], wanted: &[&str]| {
        for name in wanted {
            assert!(
                labels.iter().any(|label| label == name),
                "{name}: {labels:?}"
            );
        }
    };
    has(&of("\"Action\": \"reko|\""), &["rekognition:"]);
    let actions = of("\"Action\": \"rekognition:|\"");
    has(
        &actions,
        &["rekognition:IndexFaces", "rekognition:DetectLabels"],
    );
    assert!(
        actions
            .iter()
            .all(|action| action.starts_with("rekognition:"))
    );
    assert_eq!(
        of("\"Action\": \"rekognition:idxfac|\""),
        ["rekognition:IndexFaces"]
    );
    has(
        &of("\"NotAction\": [\"s3:GetObject\", \"s3:|\"]"),
        &["s3:GetObject"],
    );
    let resources = of(
        "\"Action\": [\"rekognition:IndexFaces\", \"rekognition:DetectLabels\"], \"Resource\": \"|\"",
    );
    assert_eq!(
        resources,
        [
            "arn:${Partition}:rekognition:${Region}:${Account}:collection/${CollectionId}",
            "*"
        ]
    );
    assert!(of("\"Action\": \"*\", \"Resource\": \"|\"").is_empty());
    has(
        &of("\"Condition\": {\"String|\": {}}"),
        &["StringEquals", "StringLike", "StringEqualsIfExists"],
    );
    has(
        &of("\"Condition\": {\"ForAny|\": {}}"),
        &["ForAnyValue:StringEquals"],
    );
    let keys = of(
        "\"Action\": \"rekognition:TagResource\", \"Condition\": {\"StringEquals\": {\"aws:|\": \"\"}}",
    );
    has(
        &keys,
        &[
            "aws:RequestTag/${TagKey}",
            "aws:SourceVpc",
            "aws:RequestedRegion",
        ],
    );
    assert!(
        !keys.iter().any(|key| key == "aws:SecureTransport"),
        "a key of another type"
    );
    assert_eq!(
        of("\"Condition\": {\"Bool\": {\"aws:SecureTransport\": \"|\"}}"),
        ["true", "false"]
    );
    has(
        &of("\"Condition\": {\"StringEquals\": {\"aws:RequestedRegion\": [\"|\"]}}"),
        &["eu-west-1", "us-east-1"],
    );
    has(
        &of("\"Condition\": {\"StringEquals\": {\"sns:Protocol\": \"|\"}}"),
        &["email", "sqs"],
    );
    assert!(of("\"Condition\": {\"StringEquals\": {\"aws:PrincipalOrgID\": \"|\"}}").is_empty());
    has(
        &of("\"Resource\": \"arn:aws:s3:::x/${aws:user|}\""),
        &["aws:username", "aws:userid"],
    );
    assert!(of("\"Resource\": \"arn:aws:s3:::x/${aws:username}|\"").is_empty());
    // Without those that are there.
    let names = of("\"Sid\": \"x\", \"|\"");
    has(&names, &["Action", "NotAction", "Resource", "Condition"]);
    assert!(!names.iter().any(|name| name == "Sid" || name == "Effect"));
    assert!(of("\"Sid\": \"|\"").is_empty());
    assert_eq!(of("\"Principal\": \"|\""), ["*"]);
    // Service principals, where they can be.
    for place in [
        "\"Principal\": {\"Service\": \"|\"}",
        "\"Principal\": {\"Service\": [\"ec2.amazonaws.com\", \"|\"]}",
        "\"Condition\": {\"StringEquals\": {\"iam:PassedToService\": \"|\"}}",
        "\"Condition\": {\"ForAnyValue:StringLike\": {\"aws:CalledVia\": [\"|\"]}}",
    ] {
        has(
            &of(place),
            &[
                "lambda.amazonaws.com",
                "ecs-tasks.amazonaws.com",
                "s3.amazonaws.com",
            ],
        );
    }
    assert!(of("\"Principal\": {\"Federated\": \"|\"}").is_empty());
    has(
        &of("\"Principal\": {\"|\"}"),
        &["AWS", "Service", "Federated"],
    );
    assert_eq!(session.end(), 0);
}

#[test]
fn policies_in_templates_that_are_not_finished() {
    let directory = Directory::new("lsp-complete-templates");
    let mut session = Session::start(&directory);
    let yaml = "Resources:\n  R:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Statement:\n          - Effect: Allow\n            Action:\n              - rekognition:Index|";
    assert_eq!(
        labels(&mut session, "a.yaml", "yaml", yaml),
        ["rekognition:IndexFaces"]
    );
    let yaml = yaml.replace("Index|", "IndexFaces\n            Resource: |\n  Other: [");
    let found = items(&mut session, "a.yaml", "yaml", &yaml);
    assert_eq!(
        found[0]["label"],
        "arn:${Partition}:rekognition:${Region}:${Account}:collection/${CollectionId}"
    );
    assert_eq!(
        found[0]["textEdit"]["newText"],
        "arn:aws:rekognition:Region:Account:collection/CollectionId"
    );
    let hcl = "data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    actions = [\"rekognition:Index|";
    assert_eq!(
        labels(&mut session, "a.tf", "terraform", hcl),
        ["rekognition:IndexFaces"]
    );
    let hcl = "data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    condition {\n      test = \"Bool\"\n      variable = \"aws:SecureTransport\"\n      values = [|]\n";
    let found = items(&mut session, "a.tf", "terraform", hcl);
    assert_eq!(found[0]["textEdit"]["newText"], "\"true\"");
    // Terraform takes `${` for its own.
    let hcl = "data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    resources = [\"arn:aws:s3:::x/@{aws:usern|}\"]\n";
    assert_eq!(
        labels(&mut session, "a.tf", "terraform", &hcl.replace('@', "$")),
        Vec::<String>::new()
    );
    let found = labels(&mut session, "a.tf", "terraform", &hcl.replace('@', "$$"));
    assert!(found.iter().any(|key| key == "aws:username"), "{found:?}");
    // The form of `aws_iam_policy_document`, which only it has.
    let found = labels(&mut session, "a.tf", "terraform", &hcl.replace('@', "&"));
    assert!(found.iter().any(|key| key == "aws:username"), "{found:?}");
    for (variable, is_offered) in [("$", false), ("&", false), ("$$", true)] {
        let text = format!(
            "resource \"aws_iam_policy\" \"p\" {{\n  policy = <<EOT\n{{\"Statement\": [{{\"Effect\": \"Allow\", \"Resource\": \"arn:aws:s3:::x/{variable}{{aws:usern|\"}}]}}\nEOT\n}}\n"
        );
        let found = labels(&mut session, "a.tf", "terraform", &text);
        assert_eq!(
            found.iter().any(|key| key == "aws:username"),
            is_offered,
            "{variable}: {found:?}"
        );
    }
    // `Fn::Sub` fills in what follows `${`, and leaves `${!`.
    for (file, text) in [
        (
            "b.yaml",
            "Statement:\n  - Effect: Allow\n    Resource: !Sub 'arn:aws:s3:::${@|'\n",
        ),
        (
            "b.yaml",
            "Statement:\n  - Effect: Allow\n    Resource: !Sub\n      - 'arn:aws:s3:::${@|'\n      - A: b\n",
        ),
        (
            "b.json",
            "{\"Statement\": [{\"Effect\": \"Allow\", \"Resource\": {\"Fn::Sub\": \"arn:aws:s3:::${@|\"}}]}",
        ),
    ] {
        let found = labels(&mut session, file, "", &text.replace('@', ""));
        assert!(
            found.iter().any(|key| key == "AWS::AccountId"),
            "{text}: {found:?}"
        );
        assert!(
            !found.iter().any(|key| key == "aws:username"),
            "{text}: {found:?}"
        );
        let found = labels(&mut session, file, "", &text.replace('@', "!aws:"));
        assert!(
            found.iter().any(|key| key == "aws:username"),
            "{text}: {found:?}"
        );
    }
    let hcl = "data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    principals {\n      type = \"Service\"\n      identifiers = [\"lam|\"]\n";
    let found = items(&mut session, "a.tf", "terraform", hcl);
    let lambda = (found.iter())
        .find(|item| item["label"] == "lambda.amazonaws.com")
        .unwrap_or_else(|| panic!("{found:?}"));
    // AWS has no list of them: where this one is from.
    assert_eq!(lambda["detail"], "service");
    let guess = (found.iter())
        .find(|item| item["label"] == "elasticloadbalancing.amazonaws.com")
        .unwrap_or_else(|| panic!("{found:?}"));
    assert!(
        guess["detail"]
            .as_str()
            .unwrap()
            .contains("AWS does not list it")
    );
    assert!(lambda["sortText"].as_str() < guess["sortText"].as_str());
    assert_eq!(
        labels(&mut session, "a.json", "json", "{\"name\": \"|\"}"),
        Vec::<String>::new()
    );
    assert_eq!(session.end(), 0);
}

#[test]
fn a_choice_replaces_what_is_written() {
    let directory = Directory::new("lsp-complete-edit");
    let client =
        json!({"textDocument": {"completion": {"completionItem": {"snippetSupport": true}}}});
    let mut session = Session::with(&directory, &client);
    let start = JSON.find('@').unwrap() as u32;
    let text = JSON.replace('@', "\"Action\": \"rekognition:Index|Fa\"");
    let found = items(&mut session, "a.json", "json", &text);
    let edit = &found[0]["textEdit"];
    assert_eq!(
        edit["range"],
        range_of([
            0,
            start + 11,
            0,
            start + 11 + "rekognition:IndexFa".len() as u32
        ])
    );
    assert_eq!(edit["newText"], "rekognition:IndexFaces");
    // With quotes where there are none.
    let text = JSON.replace('@', "\"Action\": [|]");
    let found = items(&mut session, "a.json", "json", &text);
    assert_eq!(
        found[0]["textEdit"]["newText"],
        format!("\"{}\"", found[0]["label"].as_str().unwrap())
    );
    // A string that is not ended reaches to the next quote.
    let text = JSON.replace('@', "\"Action\": \"rekognition:Index|, \"Resource\": \"*\"");
    let found = items(&mut session, "a.json", "json", &text);
    let range = &found[0]["textEdit"]["range"];
    assert_eq!(
        range["end"]["character"],
        start + 11 + "rekognition:Index".len() as u32
    );
    // The prefix of a service leaves the name after it, and an ARN the values that it has.
    for (written, label, expected) in [
        (
            "\"Action\": \"rek|:IndexFaces\"",
            "rekognition:",
            "rekognition:",
        ),
        ("\"Action\": \"rek|\"", "rekognition:", "rekognition:"),
        (
            "\"Action\": \"s3:GetObject\", \"Resource\": \"arn:aws|\"",
            "arn:${Partition}:s3:::${BucketName}/${ObjectName}",
            "arn:aws:s3:::${1:BucketName}/${2:ObjectName}",
        ),
        (
            "\"Action\": \"s3:GetObject\", \"Resource\": \"arn:aws-cn:s3:::|\"",
            "arn:${Partition}:s3:::${BucketName}/${ObjectName}",
            "arn:aws-cn:s3:::${1:BucketName}/${2:ObjectName}",
        ),
        (
            "\"Action\": \"s3:GetObject\", \"Resource\": \"arn:aws|:s3:::photos/${aws:username}\"",
            "",
            "",
        ),
        (
            "\"Action\": \"rekognition:IndexFaces\", \"Resource\": \"arn:aws:rekognition:eu-west-1:${AWS::AccountId}:|\"",
            "arn:${Partition}:rekognition:${Region}:${Account}:collection/${CollectionId}",
            "arn:aws:rekognition:eu-west-1:\\${AWS::AccountId\\}:collection/${1:CollectionId}",
        ),
    ] {
        let found = items(&mut session, "a.json", "json", &JSON.replace('@', written));
        match found.iter().find(|item| item["label"] == label) {
            // What is written is no choice.
            None => assert!(label.is_empty(), "{written}: {found:?}"),
            Some(item) => assert_eq!(item["textEdit"]["newText"], expected, "{written}"),
        }
        if written.contains("rek|:") {
            let range = &found[0]["textEdit"]["range"];
            let (from, to) = (
                range["start"]["character"].as_u64(),
                range["end"]["character"].as_u64(),
            );
            assert_eq!(
                to.zip(from).map(|(to, from)| to - from),
                Some(4),
                "{written}"
            );
        }
    }
    // Values to fill in.
    let text = JSON.replace(
        '@',
        "\"Action\": \"rekognition:IndexFaces\", \"Resource\": \"|\"",
    );
    let found = items(&mut session, "a.json", "json", &text);
    assert_eq!(found[0]["insertTextFormat"], 2);
    assert_eq!(
        found[0]["textEdit"]["newText"],
        "arn:aws:rekognition:${1:Region}:${2:Account}:collection/${3:CollectionId}"
    );
    assert_eq!(session.end(), 0);
}
