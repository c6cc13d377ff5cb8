//! Policies and unused grants from a trail.

use super::*;

/// Calls of two roles over some days.
fn used() -> Vec<Value> {
    let image = |name: &str| json!({"image": {"s3Object": {"bucket": "photos", "name": name}}});
    let other = json!({"userIdentity.sessionContext.sessionIssuer.arn": "arn:aws:iam::123456789012:role/Other"});
    let mut all = vec![
        record(
            "1",
            "rekognition",
            "ListFaces",
            json!({"collectionId": "staff"}),
        ),
        record(
            "2",
            "rekognition",
            "IndexFaces",
            json!({"collectionId": "staff", "image": {}}),
        ),
        record(
            "3",
            "rekognition",
            "StartLabelDetection",
            json!({"video": {}, "notificationChannel": {"roleArn": "arn:aws:iam::123456789012:role/Notify"}}),
        ),
        with(
            record(
                "4",
                "rekognition",
                "DeleteCollection",
                json!({"collectionId": "staff"}),
            ),
            json!({"errorCode": "AccessDenied"}),
        ),
        with(
            record("5", "rekognition", "ListCollections", Value::Null),
            json!({"errorCode": "ThrottlingException"}),
        ),
        with(
            record("6", "rekognition", "DetectText", json!({"image": {}})),
            other,
        ),
        with(
            record("7", "rekognition", "DetectFaces", json!({"image": {}})),
            json!({"eventTime": "2020-01-01T00:00:00Z"}),
        ),
        record("8", "rekognition", "ListFaces", Value::Null),
    ];
    for number in 0..4 {
        all.push(record(
            &format!("i{number}"),
            "rekognition",
            "DetectLabels",
            image(&format!("in/{number}*.jpg")),
        ));
    }
    all
}

#[test]
fn a_policy_is_derived_from_what_a_role_did() {
    let directory = Directory::new("from-trail");
    directory.file("t.jsonl", lines(&used()));
    let derive = |arguments: &[&str]| {
        let all = [
            "derive",
            "--from-cloudtrail",
            "t.jsonl",
            "--role",
            "App",
            "--format",
        ];
        directory.run(&[&all[..], arguments].concat())
    };
    let done = derive(&["json"]);
    assert_eq!(done.code, 0, "{}", done.err);
    let policy = json_of(&done);
    let statement = |action: &str| {
        (policy["Statement"].as_array().unwrap().iter())
            .find(|statement| statement["Action"].to_string().contains(action))
            .cloned()
    };
    let faces = statement("rekognition:ListFaces").unwrap();
    assert_eq!(
        (&faces["Action"], &faces["Resource"]),
        (
            &json!(["rekognition:IndexFaces", "rekognition:ListFaces"]),
            &json!(COLLECTION)
        )
    );
    let pass = statement("iam:PassRole").unwrap();
    assert_eq!(pass["Resource"], "arn:aws:iam::123456789012:role/Notify");
    assert_eq!(
        pass["Condition"],
        json!({"StringEquals": {"iam:PassedToService": "rekognition.amazonaws.com"}})
    );
    // Objects that Rekognition reads are in its requests alone; a star in a name is that character.
    let photos = statement("s3:GetObject").unwrap();
    assert_eq!(photos["Resource"][0], "arn:aws:s3:::photos/in/0${*}.jpg");
    assert_eq!(photos["Resource"].as_array().unwrap().len(), 4);
    // What was denied, failed, or was done by others is not in it.
    for action in ["DeleteCollection", "ListCollections", "DetectText"] {
        assert!(statement(action).is_none(), "{action}");
    }
    assert!(statement("DetectFaces").is_some());
    for note in [
        "1 records of rekognition:ListFaces do not show the resource",
        "s3:GetObject follow from the requests of other calls",
        "1 denied and 1 failed calls were left out",
    ] {
        assert!(done.err.contains(note), "{}", done.err);
    }
    // Only on request wider than what was seen, and newer.
    let folded = json_of(&derive(&["json", "--fold", "3", "--days", "2000"]));
    assert!(
        folded.to_string().contains(r#""arn:aws:s3:::photos/*""#),
        "{folded}"
    );
    assert!(!folded.to_string().contains("DetectFaces"));
    let rust = derive(&["rust"]).out;
    assert!(
        rust.contains("policy!") && rust.contains("rekognition::ListFaces"),
        "{rust}"
    );
    assert!(
        rust.starts_with(
            "// 9 calls by arn:aws:iam::123456789012:role/team/App, 2020-01-01T00:00:00Z to "
        ),
        "{rust}"
    );
    let terraform = derive(&["terraform", "--name", "App"]).out;
    assert!(
        terraform.contains("data \"aws_iam_policy_document\" \"app\" {"),
        "{terraform}"
    );
    let report = json_of(&derive(&["json-report"]));
    assert_eq!(
        (&report["calls"], &report["denied"]),
        (&json!(9), &json!(1))
    );
    // Compared with source code that calls something else.
    directory
        .file("p/Cargo.toml", "[package]\nname = \"p\"\nversion = \"0.1.0\"\n[dependencies]\naws-sdk-rekognition = \"1\"\n")
        .file("p/src/lib.rs", "pub async fn f(client: &aws_sdk_rekognition::Client) {\n client.list_faces().collection_id(\"staff\").send().await;\n client.detect_protective_equipment().send().await;\n}\n");
    let done = derive(&["rust", "--explain", "--manifest-path", "p"]);
    for line in [
        "rekognition:ListFaces: called and seen",
        "rekognition:IndexFaces: seen, and not called in the source",
        "rekognition:DetectProtectiveEquipment: called, and not seen",
    ] {
        assert!(done.out.contains(line), "{}", done.out);
    }
    assert_eq!(
        directory
            .run(&["derive", "--from-cloudtrail", "t.jsonl", "--role", "Nobody"])
            .code,
        2
    );
    assert_eq!(
        directory
            .run(&["derive", "--from-cloudtrail", "t.jsonl"])
            .code,
        2
    );
    assert_eq!(directory.run(&["derive", "--role", "App"]).code, 2);
}

/// What a trail does not record may be in use, and an event that the catalogue does not have may be of any action of its service.
#[test]
fn what_a_trail_does_not_record_is_not_called_unused() {
    let directory = Directory::new("unrecorded");
    let unrecorded = [
        "execute-api:Invoke",
        "iot:Publish",
        "rds-db:connect",
        "firehose:PutRecordBatch",
        "xray:PutTraceSegments",
        "appsync:GraphQL",
        "cognito-identity:GetId",
        "ssmmessages:OpenDataChannel",
        "es:ESHttpGet",
        "elasticfilesystem:DescribeMountTargets",
    ];
    let recorded = [
        "rekognition:DeleteUser",
        "iot:CreateThing",
        "es:DeleteDomain",
    ];
    let mut records = used();
    let mut event = records[0].clone();
    event["eventSource"] = json!("elasticfilesystem.amazonaws.com");
    event["eventName"] = json!("NewClientConnection");
    event["eventID"] = json!("99999999-0000-4000-8000-000000000099");
    records.push(event);
    let actions = [&unrecorded[..], &recorded].concat();
    directory.file("t.jsonl", lines(&records)).json(
        "policy.json",
        &allow(json!([{"Effect": "Allow", "Action": actions, "Resource": "*"}])),
    );
    let done = directory.run(&[
        "coverage",
        "--policies",
        "policy.json",
        "--trail",
        "t.jsonl",
        "--role",
        "App",
    ]);
    assert_eq!(done.code, 1, "{}", done.err);
    for action in actions {
        let what = if recorded.contains(&action) {
            "never used"
        } else {
            "cannot be seen"
        };
        assert!(
            done.out.contains(&format!("{what}: `{action}`")),
            "{what} {action}: {}",
            done.out
        );
    }
}

#[test]
fn what_is_granted_and_never_used_is_listed() {
    let directory = Directory::new("unused");
    let policy = allow(json!([
        {"Sid": "Used", "Effect": "Allow", "Action": ["rekognition:ListFaces", "rekognition:DetectFaces"], "Resource": "*"},
        {"Sid": "Some", "Effect": "Allow", "Action": "rekognition:Start*", "Resource": "*"},
        {"Sid": "Data", "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"},
        {"Sid": "No", "Effect": "Deny", "Action": "rekognition:DeleteUser", "Resource": "*"}
    ]));
    directory
        .file("t.jsonl", lines(&used()))
        .json("policy.json", &policy);
    let coverage = |arguments: &[&str]| {
        let all = [
            "coverage",
            "--policies",
            "policy.json",
            "--trail",
            "t.jsonl",
            "--role",
            "App",
        ];
        directory.run(&[&all[..], arguments].concat())
    };
    let done = coverage(&[]);
    assert_eq!(done.code, 1, "{}", done.err);
    for line in [
        "actions of `rekognition:Start*` in statement 2 `Some` of policy.json",
        "  used: StartLabelDetection",
        "cannot be seen: `sqs:SendMessage` in statement 3",
    ] {
        assert!(done.out.contains(line), "{}", done.out);
    }
    assert!(
        !done.out.contains("ListFaces") && !done.out.contains("DeleteUser"),
        "{}",
        done.out
    );
    // An old use does not count.
    let done = coverage(&["--days", "2000"]);
    assert!(
        done.out
            .contains("never used: `rekognition:DetectFaces` in statement 1 `Used` of policy.json"),
        "{}",
        done.out
    );
    let done = coverage(&["--format", "json"]);
    let first: Value = serde_json::from_str(done.out.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&first["action"], &first["used"]),
        (
            &json!("rekognition:Start*"),
            &json!(["StartLabelDetection"])
        )
    );
    directory.json(
        "policy.json",
        &allow(json!([{"Effect": "Allow", "Action": "rekognition:ListFaces", "Resource": "*"}])),
    );
    assert_eq!(coverage(&[]).code, 0);
    // A resource that no call was about; a variable may be anything.
    let guests = COLLECTION.replace("staff", "guests");
    let variable = COLLECTION.replace("staff", "${aws:username}");
    directory.json(
        "policy.json",
        &allow(json!([
            {"Effect": "Allow", "Action": "rekognition:IndexFaces", "Resource": [COLLECTION, guests, variable]},
            {"Effect": "Allow", "Action": ["rekognition:IndexFaces", "sqs:SendMessage"], "Resource": guests},
        ])),
    );
    let done = coverage(&[]);
    assert_eq!(done.code, 1, "{}", done.err);
    for (line, expected) in [
        (
            format!("never used: `{guests}` in statement 1 of policy.json"),
            true,
        ),
        (
            format!("cannot be seen: `{guests}` in statement 2 of policy.json"),
            true,
        ),
        (format!("`{COLLECTION}`"), false),
        (format!("`{variable}`"), false),
    ] {
        assert_eq!(done.out.contains(&line), expected, "{line}: {}", done.out);
    }
    let done = coverage(&["--format", "json"]);
    let lines: Vec<Value> = (done.out.lines())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of_guests: Vec<&Value> = (lines.iter())
        .filter(|line| line["resource"] == guests)
        .map(|line| &line["unseen"])
        .collect();
    assert_eq!(of_guests, [&json!(false), &json!(true)]);
    assert_eq!(directory.run(&["coverage", "--trail", "t.jsonl"]).code, 2);
}
