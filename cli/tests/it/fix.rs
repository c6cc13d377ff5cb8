//! What `fix` shows and writes.

use std::fs;

use crate::support::{CLEAN, Directory, WRONG};

#[test]
fn fixes_are_shown_and_written_as_a_whole() {
    let directory = Directory::new("fix");
    let text = WRONG
        .replace("\"Effect\"", "\"effect\"")
        .replace("DetectLabel", "DetectL\\u0061bel");
    directory
        .file("wrong.json", &text)
        .file("clean.json", CLEAN);
    let done = directory.run(&["fix", "--dry-run", "wrong.json", "clean.json"]);
    let expected = "\
--- wrong.json
+++ wrong.json
@@ -1,6 +1,6 @@
 {
   \"Version\": \"2012-10-17\",
   \"Statement\": [
-    {\"effect\": \"Allow\", \"Action\": \"rekognition:DetectL\\u0061bel\", \"Resource\": \"*\"}
+    {\"Effect\": \"Allow\", \"Action\": \"rekognition:DetectLabels\", \"Resource\": \"*\"}
   ]
 }
";
    assert_eq!((done.code, done.out.as_str()), (0, expected));
    assert_eq!(done.err, "would change 2 values in 1 file\n");
    assert_eq!(directory.text("wrong.json"), text);
    let done = directory.run(&["fix", "wrong.json", "clean.json"]);
    assert_eq!(done.out, expected);
    assert_eq!(
        directory.text("wrong.json"),
        WRONG.replace("DetectLabel", "DetectLabels")
    );
    // Nothing is left to do, and nothing is left behind.
    let done = directory.run(&["fix", "wrong.json"]);
    assert_eq!(
        (done.out.as_str(), done.err.as_str()),
        ("", "changed 0 values in 0 files\n")
    );
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
    // What is no JSON is not touched.
    directory.file("broken.json", "{\"effect\": \"Allow\", \"Action\": }");
    assert_eq!(directory.run(&["fix", "broken.json"]).code, 2);
    assert_eq!(
        directory.text("broken.json"),
        "{\"effect\": \"Allow\", \"Action\": }"
    );
}

/// Runs `fix` on a file twice, and gives what is in it afterwards.
fn fixed(name: &str, text: &str) -> String {
    let directory = Directory::new("fixed");
    directory.file(name, text);
    let done = directory.run(&["fix", name]);
    assert!(matches!(done.code, 0 | 1), "{}", done.err);
    let after = directory.text(name);
    assert_ne!(directory.run(&["check", name]).code, 2, "{after}");
    directory.run(&["fix", name]);
    assert_eq!(directory.text(name), after, "a second run changes it again");
    after
}

fn actions(effect: &str, actions: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}","Action":[{actions}],"Resource":"*"}}]}}"#
    )
}

#[test]
fn an_action_is_replaced_only_when_one_answer_is_right() {
    let wrong = [
        "rekognition:GetProjectPolicy",
        "rekognition:UpdateUser",
        "rekognition:StopMediaAnalysisJob",
        "lambda:UpdateFunction",
        "dynamodb:CreateItem",
        "sqs:ReadMessage",
    ];
    let list = format!(r#""{}""#, wrong.join(r#"",""#));
    let text = actions("Allow", &list);
    assert_eq!(fixed("policy.json", &text), text);
    // The API has a name for it that IAM does not.
    let text = actions("Allow", r#""s3:ListBuckets""#);
    assert_eq!(
        fixed("policy.json", &text),
        text.replace("ListBuckets", "ListAllMyBuckets")
    );
}

#[test]
fn a_deny_keeps_its_protection() {
    let text = actions(
        "Deny",
        r#""s3:DeletePublicAccessBlock","s3:DeleteBucketTagging","s3:DeleteBucketEncrypton""#,
    );
    let after = fixed("policy.json", &text);
    assert!(!after.contains("Get"), "{after}");
    // The operation exists for buckets and for accounts, and each checks an action of its own.
    assert!(after.contains("s3:DeletePublicAccessBlock"), "{after}");
    assert!(after.contains("DeleteBucketEncrypton"), "{after}");
}

#[test]
fn an_operation_is_replaced_only_where_that_grants_what_it_says() {
    // The action of a `Deny` is about other operations too, and so is one of another verb.
    for (effect, element, names) in [
        ("Deny", "Action", r#""s3:HeadObject","s3:ListObjectsV2""#),
        ("Deny", "NotAction", r#""s3:ListObjectsV2","sts:*""#),
        ("Allow", "NotAction", r#""s3:ListObjectsV2","iam:*""#),
        ("Allow", "Action", r#""s3:HeadBucket","s3:HeadObject""#),
        ("Allow", "Action", r#""s3:SelectObjectContent""#),
    ] {
        let text = actions(effect, names).replace("\"Action\"", &format!("\"{element}\""));
        assert_eq!(fixed("policy.json", &text), text);
    }
    let text = actions("Allow", r#""s3:ListObjectsV2""#);
    assert_eq!(
        fixed("policy.json", &text),
        text.replace("ListObjectsV2", "ListBucket")
    );
}

#[test]
fn no_value_is_there_twice() {
    let refused = |name: &str, text: &str, value: &str| {
        let directory = Directory::new("twice");
        directory.file(name, text);
        let done = directory.run(&["fix", "--no-config", name]);
        let why = format!("`{value}` would be in the list twice; remove one of the two values");
        assert!(done.err.contains(&why), "{}", done.err);
        assert_eq!(directory.text(name), text);
    };
    for (names, value) in [
        (
            r#""rekognition:DetectLabel","rekognition:DetectLabels""#,
            "rekognition:DetectLabels",
        ),
        (r#""s3:getobject","s3:GetObject""#, "s3:GetObject"),
    ] {
        refused("policy.json", &actions("Allow", names), value);
        // The provider of Terraform writes it once.
        let document = format!(
            "data \"aws_iam_policy_document\" \"d\" {{\n  statement {{\n    actions   = [{names}]\n    resources = [\"*\"]\n  }}\n}}\n"
        );
        refused("main.tf", &document, value);
    }
    let principals = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["EC2.amazonaws.com","ec2.amazonaws.com"]},"Action":"sts:AssumeRole"}]}"#;
    refused("role.json", principals, "ec2.amazonaws.com");
    // Of two that would become the same, one is changed.
    let text = actions("Allow", r#""s3:getobject","s3:GETOBJECT""#);
    assert_eq!(
        fixed("policy.json", &text),
        text.replace("getobject", "GetObject")
    );
    // In another statement, it is as it was.
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:getobject","Resource":"arn:aws:s3:::a/*"},{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}"#;
    assert_eq!(
        fixed("policy.json", text),
        text.replace("getobject", "GetObject")
    );
}

/// The provider of Terraform sorts the lists of a document, capital letters first, so a fix of one changes their order.
#[test]
fn a_capital_letter_changes_the_order_of_terraform() {
    let document = |names: [&str; 2], buckets: &str, claim: &str| {
        format!(
            "data \"aws_iam_policy_document\" \"d\" {{\n  statement {{\n    actions   = {names:?}\n    resources = [{buckets}]\n    condition {{\n      test     = \"StringEquals\"\n      variable = \"ec2:CreateAction\"\n      values   = [\"{claim}\", \"CreateVolume\"]\n    }}\n  }}\n}}\n"
        )
    };
    for names in [
        ["ec2:createtags", "ec2:DeleteTags"],
        ["ec2:createTags", "ec2:CreateVolume"],
    ] {
        let old = document(names, "\"*\"", "RunInstances");
        let new = old.replace(names[0], "ec2:CreateTags");
        assert_eq!(fixed("main.tf", &old), new);
    }
}

#[test]
fn what_is_there_already_is_no_fix() {
    let text = |more: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":["states..amazonaws.com"{more}]}},"Action":"sts:AssumeRole"}}]}}"#
        )
    };
    assert_eq!(fixed("role.json", &text("")), text(""));
    // Its neighbors are fixed.
    assert_eq!(
        fixed("role.json", &text(r#","EC2.amazonaws.com""#)),
        text(r#","ec2.amazonaws.com""#)
    );
}

#[test]
fn sids_never_collide() {
    let statement = |sid: &str| {
        format!(
            r#"{{"Sid":"{sid}","Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}}"#
        )
    };
    let text = |sids: [&str; 3]| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{}]}}"#,
            sids.map(statement).join(",")
        )
    };
    let before = text(["read-faces", "readfaces", "a-b"]);
    assert_eq!(
        fixed("policy.json", &before),
        text(["read-faces", "readfaces", "ab"])
    );
}

#[test]
fn one_run_is_enough() {
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s:3s:ListBucket","Resource":"arn:aws:s3:::b"}]}"#;
    assert_eq!(fixed("policy.json", text), text);
    // Two mistakes in one value.
    let text = |arn: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"rekognition:ListFaces","Resource":"{arn}"}}]}}"#
        )
    };
    assert_eq!(
        fixed(
            "policy.json",
            &text("arn:aws:Rekognition:US-EAST-1:1111-2222-3333:collection/a")
        ),
        text("arn:aws:rekognition:us-east-1:111122223333:collection/a")
    );
}

#[test]
fn elements_next_to_the_statements_are_left_alone() {
    let text = |action: &str, sid: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Action":"s3:GetObject","Resource":"arn:aws:s3:::mine/*","Sid":"keep me",
  "Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"*","Sid":"{sid}"}}]}}"#
        )
    };
    assert_eq!(
        fixed("policy.json", &text("rekognition:DetectLabel", "a b")),
        text("rekognition:DetectLabels", "ab")
    );
}

const ANCHORS: &str = r#"Resources:
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: &act rekognition:DetectLabel  # the one
            Resource: "*"
          - Effect: Deny
            Action: *act
            Resource: !Sub "*"
            Condition: { Bool: { "aws:SecureTransport": "false" } }
"#;

#[test]
fn anchors_tags_and_comments_stay() {
    assert_eq!(
        fixed("stack.yaml", ANCHORS),
        ANCHORS.replace("DetectLabel ", "DetectLabels ")
    );
}

#[test]
fn no_operator_is_there_twice() {
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{"StringEqual":{"aws:SourceVpc":"vpc-12345678"},"StringEquals":{"aws:SourceVpc":"vpc-87654321"}}}]}"#;
    assert_eq!(fixed("policy.json", text), text);
}

#[test]
fn who_has_access_is_not_for_a_fix_to_change() {
    // The default policy of a topic.
    let topic = r#"{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__default_statement_ID","Effect":"Allow","Principal":{"AWS":"*"},
  "Action":["sns:Publish","sns:Subscribe"],"Resource":"arn:aws:sns:us-east-1:111122223333:t",
  "Condition":{"StringEquals":{"AWS:SourceOwner":"111122223333"}}}]}"#;
    assert_eq!(fixed("topic.json", topic), topic);
    // Nobody can assume it so far.
    let role = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRole"}]}"#;
    assert_eq!(fixed("role.json", role), role);
}

#[test]
fn a_fix_that_fails_its_own_verification_is_reported_and_not_written() {
    let refused = |name: &str, text: &str, expected: &str| {
        let directory = Directory::new("refused");
        directory.file(name, text).file("wrong.json", WRONG);
        let done = directory.run(&["fix", name, "wrong.json"]);
        assert_eq!(done.code, 1, "{}", done.err);
        let line = format!("rekognition-iam: {name}:{expected}");
        assert!(done.err.lines().any(|told| told == line), "{}", done.err);
        assert_eq!(directory.text(name), text);
        // Other files are fixed all the same.
        assert!(directory.text("wrong.json").contains("DetectLabels"));
        // A dry run reports it too.
        let done = directory.run(&["fix", "--dry-run", name]);
        assert_eq!((done.code, done.out.as_str()), (1, ""));
        assert!(done.err.lines().any(|told| told == line), "{}", done.err);
    };
    // The API operation has one action, which does not have this resource.
    refused(
        "policy.json",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBuckets","Resource":"arn:aws:s3:::b"}]}"#,
        "1:65: not fixed: INVALID_ACTION: it would introduce an error, REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH",
    );
    // A description has no action to get wrong.
    let description = ANCHORS
        .replace(
            "Properties:\n",
            "Properties:\n      Description: &act rekognition:DetectLabel\n",
        )
        .replace("Action: &act rekognition:DetectLabel ", "Action: *act ");
    refused(
        "stack.yaml",
        &description,
        "5:25: not fixed: INVALID_ACTION: an alias uses the same value in another place",
    );
}

#[test]
fn other_json_is_not_taken_for_a_policy() {
    let directory = Directory::new("fix-other");
    for (name, text) in [
        (
            "package.json",
            r#"{"name":"app","version":"1.0.0","scripts":{}}"#,
        ),
        ("manifest.json", r#"{"version":"48.0.0","artifacts":{}}"#),
        (
            "app.json",
            r#"{"id":"my-app","version":"2.1","statement":"privacy"}"#,
        ),
        ("assembly.json", r#"{"Version":"1.0.0","Name":"x"}"#),
        ("list.json", "[1, {\"a\": []}]"),
    ] {
        directory.file(name, text);
        for arguments in [["fix", name], ["fix", "."]] {
            directory.run(&arguments);
            assert_eq!(directory.text(name), text, "{name}");
        }
        let done = directory.run(&["check", "--no-config", name]);
        assert_eq!(done.code, 2, "{name}: {}", done.out);
        assert!(
            done.out.contains("no policy was found in this file"),
            "{name}: {}",
            done.out
        );
    }
    // Among others, it is only mentioned.
    directory.file("clean.json", CLEAN);
    let done = directory.run(&["check", "--no-config", "clean.json", "package.json"]);
    assert_eq!(done.code, 0, "{}", done.out);
    // With a typo, or in another letter case, they are policies.
    for (text, after) in [
        (
            WRONG.replace("\"Statement\"", "\"statement\""),
            "\"Statement\"",
        ),
        (
            WRONG.replace("\"Statement\"", "\"Statment\""),
            "DetectLabels",
        ),
    ] {
        assert!(fixed("near.json", &text).contains(after), "{text}");
    }
    for text in [
        r#"{"Version":"2012-10-17"}"#,
        r#"{"Version":"2012-10-17","Statment":[]}"#,
    ] {
        directory.file("empty.json", text);
        assert_eq!(
            directory.run(&["check", "--no-config", "empty.json"]).code,
            1
        );
    }
}

#[test]
fn what_a_tool_wrote_is_reported_and_not_changed() {
    let directory = Directory::new("fix-output");
    let policy = WRONG.replace('\n', "").replace('"', "\\\"");
    let attributes = format!(r#"{{"name":"p","policy":"{policy}"}}"#);
    let template = format!(
        r#"{{"Resources":{{"P":{{"Type":"AWS::IAM::ManagedPolicy","Properties":{{"PolicyDocument":{WRONG}}}}}}}}}"#
    );
    for (name, text, says) in [
        (
            "terraform.tfstate.json",
            format!(
                r#"{{"version":4,"terraform_version":"1.9.0","serial":1,"resources":[{{"mode":"managed","type":"aws_iam_policy","name":"p","instances":[{{"attributes":{attributes}}}]}}]}}"#
            ),
            "Terraform wrote this file; change its configuration",
        ),
        (
            "plan.json",
            format!(
                r#"{{"format_version":"1.2","terraform_version":"1.9.0","planned_values":{{"root_module":{{"resources":[{{"address":"aws_iam_policy.p","mode":"managed","type":"aws_iam_policy","name":"p","values":{attributes}}}]}}}}}}"#
            ),
            "Terraform wrote this file; change its configuration",
        ),
        (
            "cdk.out/a.template.json",
            template.clone(),
            "the CDK wrote this file",
        ),
    ] {
        directory.file(name, &text);
        assert_eq!(
            directory.run(&["check", "--no-config", name]).code,
            1,
            "{name}"
        );
        let done = directory.run(&["fix", name]);
        assert_eq!((done.code, done.out.as_str()), (1, ""), "{name}");
        assert!(done.err.contains(says), "{name}: {}", done.err);
        assert_eq!(directory.text(name), text);
    }
    // The same template where people write it.
    assert!(fixed("a.template.json", &template).contains("DetectLabels"));
}
