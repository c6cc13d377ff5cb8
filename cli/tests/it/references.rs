//! What a reference returns has a form, and the form can be wrong whatever the name is.

use crate::support::{Directory, has};

/// A template with a policy of these statements.
fn template(statements: &[(&str, &str)]) -> String {
    let mut out = String::from(
        "Parameters:\n  Given: {Type: String}\nResources:\n  Photos: {Type: AWS::S3::Bucket}\n  Named: {Type: AWS::S3::Bucket, Properties: {BucketName: acme-photos}}\n  Topic: {Type: AWS::SNS::Topic}\n  Queue: {Type: AWS::SQS::Queue}\n  Key: {Type: AWS::KMS::Key}\n  Staff: {Type: AWS::Rekognition::Collection, Properties: {CollectionId: staff}}\n  Any: {Type: AWS::Rekognition::Collection}\n  Project: {Type: AWS::Rekognition::Project, Properties: {ProjectName: parts}}\n  Role: {Type: AWS::IAM::Role, Properties: {RoleName: reader, Path: /app/}}\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Version: '2012-10-17'\n        Statement:\n",
    );
    for (action, resource) in statements {
        out.push_str(&format!(
            "          - {{Effect: Allow, Action: '{action}', Resource: {resource}}}\n"
        ));
    }
    out
}

#[test]
fn forms_that_fit() {
    let directory = Directory::new("forms_fit");
    for (action, resource) in [
        ("s3:GetObject", "!Sub '${Photos.Arn}/*'"),
        (
            "s3:GetObject",
            "!Sub 'arn:${AWS::Partition}:s3:::${Photos}/*'",
        ),
        ("s3:GetObject", "!Join ['', [!GetAtt Photos.Arn, '/*']]"),
        ("s3:ListBucket", "!GetAtt [Photos, Arn]"),
        ("sns:Publish", "!Ref Topic"),
        ("sqs:SendMessage", "!GetAtt Queue.Arn"),
        ("kms:Decrypt", "!GetAtt Key.Arn"),
        ("rekognition:SearchFacesByImage", "!GetAtt Any.Arn"),
        (
            "rekognition:DetectCustomLabels",
            "!Sub 'arn:aws:rekognition:${AWS::Region}:${AWS::AccountId}:project/${Project}/version/*'",
        ),
        // Nothing is known of a parameter.
        ("s3:GetObject", "!Ref Given"),
        ("s3:GetObject", "!Sub '${Given}'"),
        (
            "s3:GetObject",
            "!Sub [ '${It}/*', {It: !GetAtt Photos.Arn} ]",
        ),
    ] {
        directory.file("a.yaml", template(&[(action, resource)]));
        let done = directory.run(&["check", "--deny", "warning", "a.yaml"]);
        assert_eq!(done.code, 0, "{action} {resource}: {}", done.out);
    }
}

#[test]
fn forms_that_do_not_fit() {
    let directory = Directory::new("forms_wrong");
    for (action, resource, id, said) in [
        (
            "s3:GetObject",
            "!GetAtt Photos.Arn",
            "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH",
            "",
        ),
        (
            "s3:GetObject",
            "!Ref Photos",
            "INVALID_ARN_PREFIX",
            "`${Photos}`",
        ),
        (
            "s3:ListBucket",
            "!Sub '${Photos.Arn}/*'",
            "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH",
            "",
        ),
        (
            "sqs:SendMessage",
            "!Ref Queue",
            "INVALID_ARN_PREFIX",
            "https://sqs.",
        ),
        ("kms:Decrypt", "!Ref Key", "INVALID_ARN_PREFIX", "`${Key}`"),
        (
            "rekognition:IndexFaces",
            "!Ref Staff",
            "INVALID_ARN_PREFIX",
            "`staff`",
        ),
        (
            "rekognition:DetectLabels",
            "!GetAtt Staff.Arn",
            "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH",
            "",
        ),
        (
            "rekognition:DetectCustomLabels",
            "!GetAtt Project.Arn",
            "REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH",
            "",
        ),
        (
            "sns:Publish",
            "!GetAtt Topic.Arn",
            "REKOGNITION_IAM_UNKNOWN_ATTRIBUTE",
            "did you mean `TopicArn`?",
        ),
        (
            "s3:GetObject",
            "!Sub 'arn:aws:s3:::p/${aws:username}/*'",
            "REKOGNITION_IAM_SUBSTITUTION",
            "${!aws:username}",
        ),
    ] {
        directory.file("a.yaml", template(&[(action, resource)]));
        let found = directory.found(&["a.yaml"]);
        let found = (found.iter())
            .find(|found| found["id"] == id)
            .unwrap_or_else(|| panic!("{action} {resource}: {found:#?}"));
        assert!(found.to_string().contains(said), "{found}");
    }
}

#[test]
fn names_are_compared_across_ways_of_writing_them() {
    let directory = Directory::new("forms_same");
    directory.file(
        "a.yaml",
        template(&[(
            "s3:ListBucket",
            "[!GetAtt Photos.Arn, !Sub 'arn:aws:s3:::${Photos}']",
        )]),
    );
    has(
        &directory.lines(&["a.yaml"]),
        "REDUNDANT_RESOURCE Resources.P.Properties.PolicyDocument.Statement[0].Resource[1] 19:90",
    );
    // Two buckets are two.
    directory.file(
        "a.yaml",
        template(&[("s3:ListBucket", "[!GetAtt Photos.Arn, !GetAtt Named.Arn]")]),
    );
    assert_eq!(directory.lines(&["a.yaml"]), [""; 0]);
}

#[test]
fn principals_and_conditions_have_forms_too() {
    let directory = Directory::new("forms_elsewhere");
    let text = "Resources:\n  Topic: {Type: AWS::SNS::Topic}\n  Role: {Type: AWS::IAM::Role}\n  Q:\n    Type: AWS::SQS::QueuePolicy\n    Properties:\n      Queues: [q]\n      PolicyDocument:\n        Version: '2012-10-17'\n        Statement:\n          - {Effect: Allow, Principal: {AWS: WHO}, Action: 'sqs:SendMessage', Resource: '*', Condition: {ArnEquals: {'aws:SourceArn': !Ref Topic}}}\n";
    directory.file("a.yaml", text.replace("WHO", "!GetAtt Role.Arn"));
    assert_eq!(directory.lines(&["a.yaml"]), [""; 0]);
    directory.file("a.yaml", text.replace("WHO", "!Ref Role"));
    let lines = directory.lines(&["a.yaml"]);
    assert!(
        lines.iter().any(|line| line.contains(".Principal.AWS")),
        "{lines:?}"
    );
}

#[test]
fn forms_of_terraform() {
    let directory = Directory::new("forms_terraform");
    let config = |action: &str, resource: &str| {
        format!(
            r#"{{"resource": {{"aws_rekognition_collection": {{"c": {{"collection_id": "staff"}}}}}},
 "data": {{"aws_iam_policy_document": {{"d": {{"statement": [{{"actions": ["{action}"], "resources": ["{resource}"]}}]}}}}}}}}"#
        )
    };
    for (action, resource, id) in [
        (
            "rekognition:IndexFaces",
            "${aws_rekognition_collection.c.arn}",
            None,
        ),
        (
            "rekognition:IndexFaces",
            "${aws_rekognition_collection.many[0].arn}",
            None,
        ),
        ("rekognition:IndexFaces", "${var.arn}", None),
        ("s3:GetObject", "${aws_s3_bucket.b.arn}/*", None),
        ("sns:Publish", "${aws_sns_topic.t.id}", None),
        (
            "rekognition:IndexFaces",
            "arn:aws:rekognition:${data.aws_region.r.name}:${data.aws_caller_identity.me.account_id}:collection/*",
            None,
        ),
        (
            "rekognition:DetectLabels",
            "${aws_rekognition_collection.c.arn}",
            Some("REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH"),
        ),
        (
            "rekognition:IndexFaces",
            "${aws_rekognition_collection.c.id}",
            Some("INVALID_ARN_PREFIX"),
        ),
        (
            "s3:GetObject",
            "${aws_s3_bucket.b.arn}",
            Some("REKOGNITION_IAM_ACTION_RESOURCE_MISMATCH"),
        ),
        (
            "sqs:SendMessage",
            "${aws_sqs_queue.q.url}",
            Some("INVALID_ARN_PREFIX"),
        ),
    ] {
        directory.file("main.tf.json", config(action, resource));
        let lines = directory.lines(&["main.tf.json"]);
        let ids: Vec<&str> = lines
            .iter()
            .filter_map(|line| line.split(' ').next())
            .collect();
        assert_eq!(
            ids,
            id.into_iter().collect::<Vec<_>>(),
            "{action} {resource}"
        );
    }
}

#[test]
fn known_statements_of_a_plan() {
    let directory = Directory::new("forms_plan");
    let plan = r#"{"format_version":"1.2","planned_values":{"root_module":{"resources":[
 {"address":"aws_iam_policy.p","mode":"managed","type":"aws_iam_policy","name":"p","values":{"name":"p"}}]}},
"resource_changes":[
 {"address":"aws_iam_policy.p","type":"aws_iam_policy","change":{"after":{"name":"p"},"after_unknown":{"policy":true}}},
 {"address":"data.aws_iam_policy_document.d","mode":"data","type":"aws_iam_policy_document","change":{"after":{"statement":[
  {"actions":["rekognition:DetectLabel"],"resources":["*"],"sid":null},
  {"actions":["s3:GetObject"],"resources":[null],"condition":[{"test":"StringEquals","variable":"aws:SourceVpc","values":[null]}]},
  {"actions":["s3:GetObject"],"sid":"x"}]},
  "after_unknown":{"json":true,"statement":[{"actions":[false],"resources":[false]},{"actions":[false],"resources":[true],"condition":[{"values":[true]}]},{"resources":true}]}}}],
"configuration":{"root_module":{"resources":[{"address":"aws_iam_policy.p","expressions":{"policy":{"references":["data.aws_iam_policy_document.d.json","data.aws_iam_policy_document.d"]}}}]}}}"#;
    directory.file("plan.json", plan);
    assert_eq!(
        directory.lines(&["plan.json"]),
        ["INVALID_ACTION data.aws_iam_policy_document.d.Statement[0].Action[0] 6:28"]
    );
    let done = directory.run(&["check", "plan.json"]);
    // The policy that is made of the document is not reported as unread.
    assert!(!done.out.contains("aws_iam_policy.p:"), "{}", done.out);
    assert!(done.out.contains("3 values are not known"), "{}", done.out);
}

#[test]
fn a_name_is_no_other_name() {
    let directory = Directory::new("forms_names");
    let key = |attribute: &str, action: &str| {
        format!(
            r#"{{"resource":{{"aws_kms_key":{{"k":{{}}}},"aws_kms_alias":{{"a":{{"name":"alias/x","target_key_id":"${{aws_kms_key.k.key_id}}"}}}}}},"data":{{"aws_iam_policy_document":{{"d":{{"statement":{{"actions":["{action}"],"resources":["${{aws_kms_alias.a.{attribute}}}"]}}}}}}}}}}"#
        )
    };
    directory.file("a.tf.json", key("target_key_arn", "kms:Decrypt"));
    assert_eq!(directory.lines(&["a.tf.json"]), [""; 0]);
    directory.file("a.tf.json", key("arn", "kms:Decrypt"));
    let found = directory.found(&["a.tf.json"]);
    assert!(
        found.iter().any(|found| found["severity"] == "error"),
        "{found:?}"
    );
    assert!(!found[0].to_string().contains("alias/alias"), "{found:?}");
}

/// A complete template, with more sections, more resources, and a policy on this resource.
fn complete(sections: &str, resources: &str, resource: &str) -> String {
    let (start, statement) = (
        "AWSTemplateFormatVersion: '2010-09-09'\n",
        template(&[("s3:GetObject", resource)]),
    );
    format!(
        "{start}{sections}{}",
        statement.replace("Resources:\n", &format!("Resources:\n{resources}"))
    )
}

#[test]
fn names_that_the_template_does_not_have() {
    let directory = Directory::new("undefined");
    let found = |text: String| -> Vec<String> {
        directory.file("a.yaml", text);
        (directory.found(&["a.yaml"]).iter())
            .filter(|found| found["id"] == "REKOGNITION_IAM_UNKNOWN_REFERENCE")
            .map(|found| format!("{}; {}", found["message"].as_str().unwrap(), found["help"]))
            .collect()
    };
    let no_name = "the template has no resource or parameter";
    for (resource, said) in [
        (
            "!Sub 'arn:aws:s3:::${Photo}/*'",
            [&format!("{no_name} `Photo`"), "did you mean `Photos`?"],
        ),
        (
            "!Sub '${Photo.Arn}/*'",
            [&format!("{no_name} `Photo`"), "did you mean `Photos`?"],
        ),
        (
            "!Join ['', [!GetAtt Foto.Arn, '/*']]",
            [&format!("{no_name} `Foto`"), "or add the parameter"],
        ),
        (
            "!Ref Givn",
            [&format!("{no_name} `Givn`"), "did you mean `Given`?"],
        ),
        (
            "!Sub ['arn:aws:s3:::${It}/*', {It: !Ref Givn}]",
            [&format!("{no_name} `Givn`"), "`Given`"],
        ),
        (
            "!Sub ['arn:aws:s3:::${It}${Givn}/*', {It: a}]",
            [&format!("{no_name} `Givn`"), "`Given`"],
        ),
        (
            "!Sub 'arn:aws:s3:::${AccountId}/*'",
            [&format!("{no_name} `AccountId`"), "`AWS::AccountId`"],
        ),
        (
            "!Sub 'arn:aws:s3:::${AWS::AccountID}/*'",
            [
                "CloudFormation has no pseudo parameter `AWS::AccountID`",
                "`AWS::AccountId`",
            ],
        ),
        (
            "{'Fn::Join': ['', ['arn:aws:s3:::', {Ref: 'AWS::Acount'}, '/*']]}",
            ["no pseudo parameter `AWS::Acount`", "AWS::"],
        ),
    ] {
        let found = found(complete("", "", resource));
        assert_eq!(found.len(), 1, "{resource}: {found:#?}");
        for said in said {
            assert!(found[0].contains(said), "{resource}: {found:#?}");
        }
    }
    // What the template has, and what others add.
    let unknown = "!Sub 'arn:aws:s3:::${FilesBucket}/*'";
    let sam = "Transform: AWS::Serverless-2016-10-31\n";
    let function = "  Files: {Type: AWS::Serverless::Function}\n";
    assert_eq!(found(complete("", "", unknown)).len(), 1);
    for (sections, resources, resource) in [
        (
            "",
            "",
            "!Sub 'arn:aws:s3:::${Photos}-${Given}-${AWS::StackId}-${AWS::URLSuffix}/*'",
        ),
        ("", "", "!Sub ['arn:aws:s3:::${It}/*', {It: !Ref Given}]"),
        (
            "",
            "",
            "!Sub ['arn:aws:s3:::${Any}/*', !FindInMap [A, B, C]]",
        ),
        ("", "", "!Sub 'arn:aws:s3:::${BUCKET_NAME}/*'"),
        ("", "", "!If [Wide, '*', !Ref AWS::NoValue]"),
        (sam, function, unknown),
        (sam, function, "!Sub 'arn:aws:s3:::${ServerlessRestApi}/*'"),
        ("", "  Files: {Type: 'Acme::S3::Files::MODULE'}\n", unknown),
        ("Transform: [Acme::Macro]\n", "", unknown),
        ("Transform: AWS::LanguageExtensions\n", "", unknown),
        ("Modules: {Files: {Source: ./files.yaml}}\n", "", unknown),
        (
            "",
            "  'Fn::Transform': {Name: AWS::Include, Parameters: {Location: 's3://a/b'}}\n",
            unknown,
        ),
        ("", "  Files: !Include files.yaml\n", unknown),
    ] {
        let found = found(complete(sections, resources, resource));
        assert_eq!(found, [""; 0], "{sections}{resources}{resource}");
    }
    // A file that another one includes, and one that a program completes first.
    assert_eq!(found(template(&[("s3:GetObject", unknown)])), [""; 0]);
    let completed = complete(
        "",
        "  Files: {Type: AWS::S3::Bucket, Properties: {BucketName: '{{ name }}'}}\n",
        unknown,
    );
    assert_eq!(found(completed), [""; 0]);
    // In SAM, a name that no other resource begins.
    let found = found(complete(sam, function, "!Sub 'arn:aws:s3:::${Photo}/*'"));
    assert_eq!(found.len(), 1, "{found:#?}");
}
