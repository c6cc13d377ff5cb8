//! CloudTrail records against policies. All records are made up.

mod cases;
mod derived;
mod forms;
mod kinds;
mod outcomes;
mod reading;
mod running;
mod types;

use std::collections::BTreeMap;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use rekognition_iam_runtime::catalogue;
use serde_json::{Value, json};

use crate::support::{Directory, Done};

const ROLE: &str = "arn:aws:iam::123456789012:role/team/App";

/// A call by a session of a role.
fn record(id: &str, source: &str, name: &str, parameters: Value) -> Value {
    json!({
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": "AROAEXAMPLE000000009:s1",
            "arn": "arn:aws:sts::123456789012:assumed-role/App/s1",
            "accountId": "123456789012",
            "accessKeyId": "ASIAEXAMPLE000000009",
            "sessionContext": {
                "sessionIssuer": {"type": "Role", "arn": ROLE, "accountId": "123456789012", "userName": "App"},
                "attributes": {"creationDate": "2026-11-02T07:00:00Z", "mfaAuthenticated": "false"}
            }
        },
        "eventTime": format!("2026-11-02T08:00:{:02}Z", id.len()),
        "eventSource": format!("{source}.amazonaws.com"),
        "eventName": name,
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "192.0.2.7",
        "userAgent": "aws-cli/2",
        "requestParameters": parameters,
        "responseElements": null,
        "eventID": id,
        "eventType": "AwsApiCall",
        "recipientAccountId": "123456789012",
        "eventCategory": "Management",
        "tlsDetails": {"tlsVersion": "TLSv1.3"}
    })
}

fn with(mut record: Value, changes: Value) -> Value {
    for (path, value) in changes.as_object().unwrap() {
        let mut at = &mut record;
        for name in path.split('.') {
            at = &mut at[name];
        }
        *at = value.clone();
    }
    record
}

fn lines(records: &[Value]) -> String {
    records.iter().map(|record| format!("{record}\n")).collect()
}

fn allow(statements: Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn json_of(done: &Done) -> Value {
    serde_json::from_str(&done.out).unwrap_or_else(|_| panic!("{}{}", done.out, done.err))
}

/// The requests of records with the IDs of their events, as `--emit requests` prints them.
fn requests_by_id(records: &[Value]) -> Vec<(Value, Value)> {
    let directory = Directory::new("requests");
    directory.file("t.jsonl", lines(records));
    let done = directory.run(&["replay", "--emit", "requests", "t.jsonl"]);
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    (done.out.lines())
        .map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            (line["id"]["event_id"].clone(), line["request"].clone())
        })
        .collect()
}

fn requests(records: &[Value]) -> Vec<Value> {
    (requests_by_id(records).into_iter())
        .map(|(_, request)| request)
        .collect()
}

/// The only request of a record.
fn request(record: Value) -> Value {
    let mut found = requests(&[record]);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn is_unknown(request: &Value, key: &str) -> bool {
    request["unknown"].as_array().unwrap().contains(&json!(key))
}

const COLLECTION: &str = "arn:aws:rekognition:eu-west-1:123456789012:collection/staff";
const PROJECT: &str = "arn:aws:rekognition:eu-west-1:123456789012:project/p/1759640000000";
const VERSION: &str =
    "arn:aws:rekognition:eu-west-1:123456789012:project/p/version/v/1759650000000";
const DATASET: &str =
    "arn:aws:rekognition:eu-west-1:123456789012:project/p/dataset/train/1759650000000";
const PROCESSOR: &str = "arn:aws:rekognition:eu-west-1:123456789012:streamprocessor/gate";

fn gzip(text: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

fn old() -> Value {
    allow(
        json!([{"Sid": "All", "Effect": "Allow", "Action": ["rekognition:*", "s3:*"], "Resource": "*"}]),
    )
}

fn new() -> Value {
    allow(json!([
        {"Sid": "Faces", "Effect": "Allow", "Action": "rekognition:ListFaces", "Resource": COLLECTION},
        {"Sid": "Photos", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"},
        {"Sid": "Org", "Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-abc1234567"}}},
        {"Sid": "No", "Effect": "Deny", "Action": "rekognition:IndexFaces", "Resource": "*"}
    ]))
}

/// Records of each outcome.
fn outcomes() -> Vec<Value> {
    let denied = json!({"errorCode": "AccessDeniedException", "requestParameters": null,
        "errorMessage": format!("User: arn:aws:sts::123456789012:assumed-role/App/s1 is not authorized to perform: rekognition:ListFaces on resource: {COLLECTION} because no identity-based policy allows the rekognition:ListFaces action")});
    vec![
        record(
            "a",
            "rekognition",
            "ListFaces",
            json!({"collectionId": "staff"}),
        ),
        record(
            "bb",
            "rekognition",
            "ListFaces",
            json!({"collectionId": "guests"}),
        ),
        record(
            "ccc",
            "rekognition",
            "IndexFaces",
            json!({"collectionId": "staff"}),
        ),
        record(
            "dddd",
            "s3",
            "GetObject",
            json!({"bucketName": "photos", "key": "1.jpg"}),
        ),
        record(
            "eeeee",
            "s3",
            "GetObject",
            json!({"bucketName": "photos", "key": "2.jpg"}),
        ),
        with(
            record("ffffff", "rekognition", "ListFaces", json!({})),
            denied,
        ),
        with(
            record(
                "g",
                "rekognition",
                "ListFaces",
                json!({"collectionId": "staff"}),
            ),
            json!({"errorCode": "ThrottlingException"}),
        ),
        record("h", "sts", "GetCallerIdentity", Value::Null),
        record("i", "nowhere", "DoIt", Value::Null),
        with(
            record(
                "j",
                "rekognition",
                "ListFaces",
                json!({"collectionId": "staff"}),
            ),
            json!({"userIdentity": {"type": "AWSService", "invokedBy": "rekognition.amazonaws.com"}}),
        ),
        with(
            record("k", "rekognition", "ListFaces", Value::Null),
            json!({"eventType": "AwsVpceEvent"}),
        ),
    ]
}

fn replayed(records: &[Value], arguments: &[&str]) -> Value {
    let directory = Directory::new("replayed");
    directory
        .json("new.json", &new())
        .json("old.json", &old())
        .file("t.jsonl", lines(records));
    let mut all = vec!["replay", "--format", "json", "--policy", "new.json"];
    all.extend(arguments);
    all.push("t.jsonl");
    json_of(&directory.run(&all))
}

fn groups<'v>(report: &'v Value, outcome: &str) -> Vec<&'v Value> {
    (report["groups"].as_array().unwrap().iter())
        .filter(|group| group["outcome"] == outcome)
        .collect()
}
