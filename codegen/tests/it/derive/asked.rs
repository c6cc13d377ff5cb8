//! `needs`: questions about single calls.

use rekognition_iam_codegen::derive::{Asked, Derive};

/// The actions on resources that a question comes to.
fn needed(question: &str) -> Vec<String> {
    let asked = Asked::read(question);
    assert!(asked.is_ok(), "{question}: {asked:?}");
    let derived = asked.unwrap().derive(&Derive::new()).unwrap();
    (derived.needed().into_iter())
        .map(|need| format!("{} on {}", need.action, need.resource))
        .collect()
}

fn error(question: &str) -> String {
    match Asked::read(question) {
        Ok(asked) => format!("read as {:?}", asked.operations().collect::<Vec<_>>()),
        Err(error) => error.to_string(),
    }
}

const PHOTO: [&str; 2] = [
    "rekognition:DetectLabels on *",
    "s3:GetObject on arn:aws:s3:::photos/a b.jpg",
];

#[test]
fn one_question_in_every_form() {
    for question in [
        "aws rekognition detect-labels --image '{\"S3Object\":{\"Bucket\":\"photos\",\"Name\":\"a b.jpg\"}}'",
        "aws rekognition detect-labels --image \"S3Object={Bucket=photos,Name='a b.jpg'}\"",
        "aws rekognition detect-labels --image=\"S3Object={Bucket=photos,Name=a b.jpg}\" --max-labels 5",
        "$ AWS_PROFILE=p aws --output json rekognition \\\n  detect-labels \\\n  --image 'S3Object={Bucket=photos,Name=a b.jpg}' | jq .Labels",
        "aws rekognition detect-labels --cli-input-json '{\"Image\":{\"S3Object\":{\"Bucket\":\"photos\",\"Name\":\"a b.jpg\"}}}'",
        // Options override the input.
        "aws rekognition detect-labels --cli-input-json '{\"Image\":{\"S3Object\":{\"Bucket\":\"x\",\"Name\":\"y\"}}}' --image 'S3Object={Bucket=photos,Name=a b.jpg}'",
        "client.detect_labels().image(Image::builder().s3_object(S3Object::builder().bucket(\"photos\").name(\"a b.jpg\").build()).build()).send().await?",
        "rekognition.detect_labels().image(aws_sdk_rekognition::types::Image::builder().s3_object(aws_sdk_rekognition::types::S3Object::builder().bucket(\"photos\").name(\"a b.jpg\").build()).build())",
    ] {
        assert_eq!(needed(question), PHOTO, "{question}");
    }
}

#[test]
fn names_of_operations() {
    let own = "rekognition:ListCollections on *";
    for question in [
        "rekognition:ListCollections",
        "rekognition:listcollections",
        "aws rekognition list-collections",
        "aws rekognition list-collections --region us-east-1",
        "client.list_collections()",
        "list_collections",
        "aws_sdk_rekognition::Client::list_collections",
        "client.list_collections().send().await",
        "client.list_collections().into_paginator().send()",
    ] {
        assert_eq!(needed(question), [own], "{question}");
    }
    assert_eq!(
        needed("aws dynamodb wait table-exists --table-name t --region us-east-1"),
        ["dynamodb:DescribeTable on arn:aws:dynamodb:us-east-1:{account}:table/t"]
    );
    // An action of another name than its operation.
    assert_eq!(
        needed("s3:ListAllMyBuckets"),
        needed("aws s3api list-buckets")
    );
    assert_eq!(needed("aws sts get-caller-identity"), Vec::<String>::new());
}

#[test]
fn values_of_options() {
    let collection = |name: &str| {
        format!(
            "rekognition:DeleteCollection on arn:aws:rekognition:{{region}}:{{account}}:collection/{name}"
        )
    };
    let question = |rest: &str| needed(&format!("aws rekognition delete-collection {rest}"));
    assert_eq!(question("--collection-id staff"), [collection("staff")]);
    assert_eq!(
        question("--collection-id 'a=b'"),
        [collection("{collection_id}")]
    );
    assert_eq!(
        question("--collection-id $COLLECTION"),
        [collection("{collection}")]
    );
    assert_eq!(
        question("--collection-id \"$(cat id)\""),
        [collection("{collection_id}")]
    );
    assert_eq!(
        question("--collection-id file://id"),
        [collection("{collection_id}")]
    );
    // What follows the value is not another value.
    assert_eq!(
        needed("aws lambda invoke --function-name f --region us-east-1 out.json"),
        ["lambda:InvokeFunction on arn:aws:lambda:us-east-1:{account}:function:f"]
    );
    assert_eq!(
        needed("aws lambda invoke --function-name f out.json"),
        ["lambda:InvokeFunction on arn:aws:lambda:{region}:{account}:function:f"]
    );
    // What is before the name says whose it is; behind it is a qualifier.
    for (name, function) in [
        ("123456789012:c", "{region}:123456789012:function:c"),
        (
            "123456789012:c:live",
            "{region}:123456789012:function:c:live",
        ),
        (
            "us-east-1:123456789012:c",
            "us-east-1:123456789012:function:c",
        ),
        (
            "us-east-1:123456789012:function:c",
            "us-east-1:123456789012:function:c",
        ),
        ("c:live", "{region}:{account}:function:c:live"),
        ("12345:c", "{region}:{account}:function:12345:c"),
    ] {
        assert_eq!(
            needed(&format!(
                "aws lambda invoke --function-name {name} out.json"
            )),
            [format!(
                "lambda:InvokeFunction on arn:aws:lambda:{function}"
            )],
            "{name}"
        );
    }
    // The source of a copy is URL-encoded, and may be an object of an access point.
    for (source, object) in [
        ("enc/a%20b", "arn:aws:s3:::enc/a b"),
        ("enc/a%2Fb", "arn:aws:s3:::enc/a/b"),
        ("enc/a%zz", "arn:aws:s3:::enc/a%zz"),
        ("/enc/a", "arn:aws:s3:::enc/a"),
        (
            "arn:aws:s3:us-east-1:123456789012:accesspoint/src/object/kk",
            "arn:aws:s3:us-east-1:123456789012:accesspoint/src/object/kk",
        ),
    ] {
        let found = needed(&format!(
            "aws s3api copy-object --bucket to --key k --copy-source {source}"
        ));
        let wanted = format!("s3:GetObject on {object}");
        assert!(found.contains(&wanted), "{source}: {found:?}");
    }
    // A version is read with the permission for versions alone.
    let version =
        needed("aws s3api copy-object --bucket to --key k --copy-source enc/a?versionId=1");
    assert_eq!(
        version,
        [
            "s3:GetObjectVersion on arn:aws:s3:::enc/a",
            "s3:PutObject on arn:aws:s3:::to/k"
        ]
    );
    let bytes = needed("aws rekognition detect-labels --image-bytes fileb://a.jpg");
    assert_eq!(bytes, ["rekognition:DetectLabels on *"]);
    let start = needed(
        "aws rekognition start-label-detection --video 'S3Object={Bucket=v,Name=a.mp4}' \
         --notification-channel SNSTopicArn=arn:aws:sns:us-east-1:123456789012:t,RoleArn=arn:aws:iam::123456789012:role/r",
    );
    assert!(
        start.contains(&"iam:PassRole on arn:aws:iam::123456789012:role/r".to_owned()),
        "{start:?}"
    );
    let two = needed(
        "aws s3api get-object --bucket b --key k out && aws s3api put-object --bucket b --key k2 --body out",
    );
    assert_eq!(
        two,
        [
            "s3:GetObject on arn:aws:s3:::b/k",
            "s3:PutObject on arn:aws:s3:::b/k2"
        ]
    );
}

#[test]
fn what_was_not_read_is_listed() {
    for (question, word) in [
        (
            "aws rekognition detect-labels --image file://image.json",
            "image.json",
        ),
        (
            "aws rekognition detect-labels --cli-input-json file://in.json",
            "--cli-input-json",
        ),
        (
            "aws rekognition detect-labels --imag S3Object={Bucket=b,Name=k}",
            "did you mean `--image`?",
        ),
        (
            "aws rekognition detect-labels --cli-input-json '{\"Imge\":{}}'",
            "`Imge`",
        ),
    ] {
        let asked = Asked::read(question).unwrap();
        assert!(
            asked.notes().iter().any(|note| note.contains(word)),
            "{question}: {:?}",
            asked.notes()
        );
    }
    let known =
        Asked::read("aws rekognition detect-labels --image S3Object={Bucket=b,Name=k} --profile p")
            .unwrap();
    assert!(known.notes().is_empty(), "{:?}", known.notes());
}

#[test]
fn an_operation_alone_lists_what_its_request_may_need() {
    let asked = Asked::read("rekognition:StartLabelDetection").unwrap();
    let conditional = asked.conditional();
    let role = conditional
        .iter()
        .find(|more| more.member == "notification_channel")
        .unwrap();
    assert_eq!(role.needs[0].action, "iam:PassRole");
    assert_eq!(role.needs[0].passed_to, ["rekognition.amazonaws.com"]);
    let image = Asked::read("rekognition:DetectLabels")
        .unwrap()
        .conditional();
    let object = image.iter().find(|more| more.member == "image").unwrap();
    assert_eq!(object.needs[0].action, "s3:GetObject");
    let key = Asked::read("rekognition:CreateProjectVersion")
        .unwrap()
        .conditional();
    let key = key.iter().find(|more| more.member == "kms_key_id").unwrap();
    assert!(
        key.needs
            .iter()
            .any(|need| need.action == "kms:CreateGrant"),
        "{key:?}"
    );
    // With the member, it is in the policy; and a request that is there has no conditions.
    let with = asked
        .with("NotificationChannel")
        .unwrap()
        .derive(&Derive::new())
        .unwrap();
    assert!(with.rust().contains("iam::PassRole"), "{}", with.rust());
    assert!(
        Asked::read("aws rekognition list-faces --collection-id c")
            .unwrap()
            .conditional()
            .is_empty()
    );
    let wrong = Asked::read("rekognition:DetectLabels")
        .unwrap()
        .with("imag")
        .unwrap_err();
    assert!(
        wrong.to_string().contains("did you mean `image`?"),
        "{wrong}"
    );
}

#[test]
fn the_policy_says_what_it_is_for() {
    let asked = Asked::read("aws rekognition index-faces --collection-id staff --region us-east-1")
        .unwrap();
    let derived = asked
        .derive(&Derive::new().value("account", "123456789012"))
        .unwrap();
    let source = derived.rust();
    assert!(
        source.contains("// Printed by `rekognition-iam needs` for `rekognition:IndexFaces`."),
        "{source}"
    );
    assert!(source.contains("rekognition::collection("), "{source}");
    assert!(!source.contains(":0:"), "{source}");
    assert!(!derived.terraform().unwrap().contains(":0:"));
    assert!(
        derived
            .json()
            .unwrap()
            .contains("arn:aws:rekognition:us-east-1:123456789012:collection/staff")
    );
    // A region that the policy has no use for.
    assert!(
        Asked::read("aws rekognition list-collections --region us-east-1")
            .unwrap()
            .derive(&Derive::new())
            .is_ok()
    );
}

#[test]
fn names_that_are_wrong() {
    for (question, words) in [
        (
            "rekognition:DetectLabel",
            "did you mean `rekognition:DetectLabels`?",
        ),
        ("rekognitoin:DetectLabels", "did you mean `rekognition`?"),
        (
            "assurance:Start",
            "the operations of `assurance` are not in the catalogue",
        ),
        ("ec2:StartInstance", "did you mean `ec2:StartInstances`"),
        ("aws ec2 start-instance", "did you mean `start-instances`?"),
        (
            "aws rekognition detect-lables",
            "did you mean `detect-labels`?",
        ),
        ("aws rekognition", "names no operation"),
        ("aws s3 cp a s3://b/k", "several operations"),
        ("client.detect_label()", "did you mean `detect_labels`?"),
        (
            "client.tag_resource()",
            "several clients have a method `tag_resource`",
        ),
        (
            "aws_sdk_nowhere::Client::translate_text",
            "`aws-sdk-nowhere` are not in the catalogue",
        ),
        ("what is this", "names no operation"),
        ("DetectLabels", "ask for `rekognition:DetectLabels`"),
        ("iam:PassRole", "more"),
        ("", "empty"),
    ] {
        let error = error(question);
        assert!(error.contains(words), "{question}: {error}");
    }
    assert_eq!(needed("rekognition_client.tag_resource()").len(), 1);
    for question in [
        "ec2:StartInstances",
        "aws --region eu-west-1 ec2 start-instances",
        "aws_sdk_ec2::Client::start_instances",
    ] {
        let needed = needed(question);
        assert!(
            needed[0].starts_with("ec2:StartInstances on arn:aws:ec2:"),
            "{needed:?}"
        );
    }
    assert!(needed("aws_sdk_sqs::Client::send_message")[0].starts_with("sqs:SendMessage"));
}

/// Texts that are cut and put together again are read or refused, and nothing is run.
#[test]
fn no_question_is_too_strange() {
    let whole = [
        "aws rekognition detect-labels --image S3Object={Bucket=b,Name=k}",
        "rekognition:DetectLabels",
        "client.detect_labels().image(x)",
        "'",
        "\"",
        "$(",
        "${",
        "{",
        "[",
        "=",
        "\\",
        "--",
        ">",
        "|",
        "\n",
        "aws ",
        "--cli-input-json ",
        "é",
        "file://",
    ];
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move |most: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % most as u64).unwrap()
    };
    for _ in 0..150 {
        let mut text = String::new();
        for _ in 0..next(6) {
            let piece = whole[next(whole.len())];
            let mut cut = next(piece.len() + 1);
            while !piece.is_char_boundary(cut) {
                cut -= 1;
            }
            text.push_str(&piece[..cut]);
        }
        if let Ok(asked) = Asked::read(&text) {
            let _ = asked.derive(&Derive::new());
        }
    }
}

/// A value that the shell has taken apart is reported, and the request is not taken to be without it.
#[test]
fn values_that_are_not_read() {
    for command in [
        r#"aws rekognition detect-labels --image {"S3Object":{"Bucket":"b","Name":"a.jpg"}}"#,
        r#"aws rekognition detect-labels --image '{"S3Object":{"Bucket":"b"'"#,
    ] {
        let asked = Asked::read(command).unwrap();
        assert!(
            asked.notes()[0].starts_with("the value of `--image` is not read"),
            "{:?}",
            asked.notes()
        );
        let derived = asked.derive(&Derive::new()).unwrap();
        assert!(
            (derived.unfollowed().iter()).any(|note| note.message().contains("`s3:GetObject`")),
            "{command}"
        );
    }
    let asked = Asked::read(
        r#"aws rekognition detect-labels --image '{"S3Object":{"Bucket":"b","Name":"a.jpg"}}'"#,
    )
    .unwrap();
    assert!(asked.notes().is_empty());
}

/// Roles that a request may pass are conditions of their own, also where the catalogue has no other members.
#[test]
fn roles_that_a_request_may_pass() {
    let when = |operation: &str| -> Vec<(String, bool)> {
        (Asked::read(operation).unwrap().conditional().into_iter())
            .map(|one| {
                let passes = one.needs.iter().any(|need| need.action == "iam:PassRole")
                    || one.notes.iter().any(|note| note.contains("`iam:PassRole`"));
                (one.member, passes)
            })
            .filter(|(_, passes)| *passes)
            .collect()
    };
    assert_eq!(when("sns:Subscribe"), [("attributes".to_owned(), true)]);
    assert!(when("sns:Publish").is_empty());
    if cfg!(feature = "all-services") {
        assert_eq!(
            when("appsync:CreateDataSource"),
            [("service_role_arn".to_owned(), true)]
        );
    }
}
