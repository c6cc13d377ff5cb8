//! The forms that a trail is exported in, and what cannot be read of one.

use super::*;

#[test]
fn every_form_of_a_trail_gives_the_same() {
    let directory = Directory::new("forms");
    let records = outcomes();
    let quoted: Vec<Value> = (records.iter())
        .map(|record| json!({"EventId": record["eventID"], "CloudTrailEvent": record.to_string()}))
        .collect();
    let inside = |name: &str| -> String {
        (records.iter())
            .map(|record| {
                format!(
                    "{}\n",
                    json!({"version": "0", "resources": ["x"], name: record})
                )
            })
            .collect()
    };
    let texts: String = (records.iter())
        .map(|record| format!("{}\n", json!({"eventJson": record.to_string()})))
        .collect();
    let logs: Vec<Value> = records
        .iter()
        .map(|record| json!({"id": "1", "message": record.to_string()}))
        .collect();
    let whole = json!({"Records": records}).to_string();
    let tree = "t/AWSLogs/123456789012/CloudTrail/eu-west-1/2026/11/02/a.json.gz";
    directory
        .json("new.json", &new())
        .file("lines.jsonl", lines(&records))
        .file("delivered.json", &whole)
        .file(
            "pretty.json",
            serde_json::to_string_pretty(&json!({"Records": records})).unwrap(),
        )
        .file("list.json", Value::from(records.clone()).to_string())
        .file("packed.json.gz", gzip(&whole))
        .file(
            "lookup.json",
            json!({"Events": quoted, "NextToken": "t"}).to_string(),
        )
        .file("bridge.jsonl", inside("detail"))
        .file("lake.jsonl", texts)
        .file(
            "logs.json",
            json!({"messageType": "DATA_MESSAGE", "logEvents": logs}).to_string(),
        )
        .file(tree, gzip(&whole))
        .file(
            "t/AWSLogs/123456789012/CloudTrail-Digest/eu-west-1/d.json.gz",
            gzip("{}"),
        )
        .file("t/README", "not a trail");
    let replay = |trail: &str| {
        let mut report =
            json_of(&directory.run(&["replay", "--format", "json", "--policy", "new.json", trail]));
        report.as_object_mut().unwrap().remove("other_files");
        report
    };
    let expected = replay("lines.jsonl");
    assert_eq!(expected["records"], 11);
    for trail in [
        "delivered.json",
        "pretty.json",
        "list.json",
        "packed.json.gz",
        "lookup.json",
        "bridge.jsonl",
        "lake.jsonl",
        "logs.json",
        "t",
    ] {
        assert_eq!(replay(trail), expected, "{trail}");
    }
    let done = directory.feed(
        &["replay", "--format", "json", "--policy", "new.json", "-"],
        whole.as_bytes(),
    );
    assert_eq!(json_of(&done)["outcomes"], expected["outcomes"]);
    let done = directory.run(&["replay", "--policy", "new.json", "t"]);
    assert!(
        done.out
            .contains("skipped: 1 file with digests or Insights"),
        "{}",
        done.out
    );
    // Rows of Athena: small letters, and JSON in strings.
    let record = record(
        "1",
        "rekognition",
        "ListFaces",
        json!({"collectionId": "staff"}),
    );
    let mut row = serde_json::Map::new();
    for (name, value) in record.as_object().unwrap() {
        let value = match name.as_str() {
            "requestParameters" => json!(value.to_string()),
            "userIdentity" => serde_json::from_str(
                &value
                    .to_string()
                    .replace("sessionContext", "sessioncontext")
                    .replace("sessionIssuer", "sessionissuer"),
            )
            .unwrap(),
            _ => value.clone(),
        };
        row.insert(name.to_ascii_lowercase(), value);
    }
    assert_eq!(request(Value::Object(row)), request(record));
}

#[test]
fn what_cannot_be_read_is_named_and_counted() {
    let directory = Directory::new("unread");
    let good = record(
        "1",
        "rekognition",
        "ListFaces",
        json!({"collectionId": "staff"}),
    );
    let athena = with(
        good.clone(),
        json!({"userIdentity": "{type=AssumedRole, principalid=A}"}),
    );
    let text = format!("{good}\nnot JSON\n{{\"a\":1}}\n{athena}\n{{\"class_uid\":3005}}\n7\n");
    directory
        .json("new.json", &new())
        .file("t.jsonl", text)
        .file("cut.json", "{\"Records\":[{\"a\"");
    let mut packed = gzip(&lines(&[good]));
    packed.truncate(packed.len() / 2);
    directory.file("cut.json.gz", packed);
    let trails = ["t.jsonl", "cut.json", "cut.json.gz", "nowhere.json"];
    let mut arguments = vec!["replay", "--policy", "new.json", "--format", "json"];
    arguments.extend(trails);
    let done = directory.run(&arguments);
    assert_eq!(done.code, 2);
    let report = json_of(&done);
    assert_eq!(report["unread"], 8, "{report}");
    let places: Vec<String> = (report["unread_places"].as_array().unwrap().iter())
        .map(|place| {
            format!(
                "{}:{} {}",
                place["file"].as_str().unwrap(),
                place["line"],
                place["message"].as_str().unwrap()
            )
        })
        .collect();
    for expected in [
        "t.jsonl:2 not a CloudTrail record in JSON",
        "t.jsonl:3 not a CloudTrail record: `eventName`",
        "t.jsonl:4 `userIdentity` is text and not an object; in Athena, select `CAST(useridentity AS JSON)`",
        "t.jsonl:5 records of Security Lake",
        "t.jsonl:6 not a CloudTrail record in JSON",
        "cut.json:1 the file ends in the middle of a record",
        "nowhere.json:0 no such file",
    ] {
        assert!(
            places.iter().any(|place| place.starts_with(expected)),
            "{expected}: {places:#?}"
        );
    }
    arguments.push("--keep-going");
    assert_eq!(directory.run(&arguments).code, 0);
    for (arguments, message) in [
        (
            &["replay", "t.jsonl"][..],
            "give the policies to replay the calls against with --policy",
        ),
        (
            &["replay", "--policy", "new.json"],
            "there are no trail files to read",
        ),
        (
            &["replay", "--policy", "-", "-"],
            "standard input can only be read once",
        ),
    ] {
        let done = directory.run(arguments);
        assert_eq!(done.code, 2);
        assert!(done.err.contains(message), "{}", done.err);
    }
}
