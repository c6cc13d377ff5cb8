//! CloudTrail records against policies. All records are made up.

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

/// Where requests of Rekognition name their resource, by hand from AWS's API reference,
/// <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_Operations.html>. All others have none.
fn rekognition() -> BTreeMap<&'static str, (Value, Vec<&'static str>)> {
    let mut all = BTreeMap::new();
    let mut add = |names: &[&'static str], parameters: Value, resources: &[&'static str]| {
        for name in names {
            all.insert(*name, (parameters.clone(), resources.to_vec()));
        }
    };
    add(
        &[
            "AssociateFaces",
            "CreateUser",
            "DeleteCollection",
            "DeleteFaces",
            "DeleteUser",
            "DescribeCollection",
            "DisassociateFaces",
            "IndexFaces",
            "ListFaces",
            "ListUsers",
            "SearchFaces",
            "SearchFacesByImage",
            "SearchUsers",
            "SearchUsersByImage",
            "StartFaceSearch",
        ],
        json!({"collectionId": "staff", "image": {}}),
        &[COLLECTION],
    );
    add(
        &[
            "DeleteStreamProcessor",
            "DescribeStreamProcessor",
            "StartStreamProcessor",
            "StopStreamProcessor",
            "UpdateStreamProcessor",
        ],
        json!({"name": "gate"}),
        &[PROCESSOR],
    );
    add(
        &["CreateStreamProcessor"],
        json!({"name": "gate", "settings": {"faceSearch": {"collectionId": "staff"}}}),
        &[COLLECTION],
    );
    add(
        &[
            "CreateDataset",
            "CreateProjectVersion",
            "DeleteProject",
            "DeleteProjectPolicy",
            "DescribeProjectVersions",
            "ListProjectPolicies",
            "PutProjectPolicy",
        ],
        json!({"projectArn": PROJECT}),
        &[PROJECT],
    );
    add(
        &[
            "DeleteProjectVersion",
            "DetectCustomLabels",
            "StartProjectVersion",
            "StopProjectVersion",
        ],
        json!({"projectVersionArn": VERSION}),
        &[VERSION],
    );
    add(
        &[
            "DeleteDataset",
            "DescribeDataset",
            "ListDatasetEntries",
            "ListDatasetLabels",
            "UpdateDatasetEntries",
        ],
        json!({"datasetArn": DATASET}),
        &[DATASET],
    );
    add(
        &["DistributeDatasetEntries"],
        json!({"datasets": [{"arn": DATASET}]}),
        &[DATASET],
    );
    add(
        &["CopyProjectVersion"],
        json!({"sourceProjectArn": PROJECT, "sourceProjectVersionArn": VERSION, "destinationProjectArn": PROJECT}),
        &[VERSION, PROJECT],
    );
    add(
        &["ListTagsForResource", "TagResource", "UntagResource"],
        json!({"resourceArn": COLLECTION}),
        &[COLLECTION],
    );
    add(
        &["DetectModerationLabels"],
        json!({"image": {}, "projectVersion": VERSION}),
        &[VERSION],
    );
    add(
        &["StartMediaAnalysisJob"],
        json!({"operationsConfig": {"detectModerationLabels": {"projectVersion": VERSION}}}),
        &[VERSION],
    );
    all
}

#[test]
fn every_action_of_rekognition_is_read() {
    let known = rekognition();
    let service = catalogue::service("rekognition").unwrap();
    let mut calls = Vec::new();
    for action in service.actions {
        let (parameters, expected) = match known.get(action.name) {
            Some((parameters, resources)) => (parameters.clone(), resources.clone()),
            None => {
                assert!(action.resources.is_empty(), "{}", action.name);
                (
                    json!({"image": {"s3Object": {"bucket": "b", "name": "a.jpg"}}}),
                    vec!["*"],
                )
            }
        };
        let call = record(action.name, "rekognition", action.name, parameters);
        calls.push((
            action.name,
            with(call, json!({"eventTime": "2026-11-02T08:00:00Z"})),
            expected,
        ));
    }
    let records: Vec<Value> = calls.iter().map(|(_, record, _)| record.clone()).collect();
    let found = requests_by_id(&records);
    let mut with_resource = 0;
    for (name, _, expected) in calls {
        let own: Vec<&Value> = (found.iter())
            .filter(|(id, request)| {
                *id == name && request["action"] == format!("rekognition:{name}")
            })
            .map(|(_, request)| &request["resource"])
            .collect();
        let expected = match expected.as_slice() {
            [only] => json!(only),
            several => json!(several),
        };
        assert_eq!(own, [&expected], "{name}");
        with_resource += usize::from(expected != json!("*"));
    }
    assert_eq!(with_resource, known.len());
}

#[test]
fn roles_and_tags_are_requests_of_their_own() {
    let channel = json!({"roleArn": "arn:aws:iam::123456789012:role/Notify", "sNSTopicArn": "arn:aws:sns:eu-west-1:123456789012:t"});
    for name in [
        "StartLabelDetection",
        "StartFaceDetection",
        "StartTextDetection",
        "StartSegmentDetection",
    ] {
        let call = |parameters| requests(&[record("1", "rekognition", name, parameters)]);
        let found = call(json!({"video": {}, "notificationChannel": channel}));
        assert_eq!(found.len(), 2);
        assert_eq!(found[1]["action"], "iam:PassRole");
        assert_eq!(
            found[1]["resource"],
            "arn:aws:iam::123456789012:role/Notify"
        );
        assert_eq!(
            found[1]["context"]["iam:PassedToService"],
            "rekognition.amazonaws.com"
        );
        // Without a channel no role is passed.
        assert_eq!(call(json!({"video": {}})).len(), 1);
    }
    let tagged = record(
        "1",
        "rekognition",
        "CreateCollection",
        json!({"collectionId": "staff", "tags": {"team": "a"}}),
    );
    let found = requests(&[tagged]);
    assert_eq!(found[0]["resource"], "*");
    assert_eq!(found[1]["action"], "rekognition:TagResource");
    assert_eq!(found[1]["resource"], COLLECTION);
    for request in &found {
        assert_eq!(request["context"]["aws:RequestTag/team"], "a");
        assert_eq!(request["context"]["aws:TagKeys"], json!(["team"]));
    }
    let untagged = request(record(
        "1",
        "rekognition",
        "CreateCollection",
        json!({"collectionId": "staff"}),
    ));
    assert!(
        untagged["context"].get("aws:TagKeys").is_none() && !is_unknown(&untagged, "aws:TagKeys")
    );
}

#[test]
fn calls_of_other_services_are_read() {
    let bucket = json!({"bucketName": "photos"});
    let object = json!({"bucketName": "photos", "key": "in/a b.jpg"});
    for (source, name, parameters, action, resource) in [
        (
            "s3",
            "ListObjects",
            bucket.clone(),
            "s3:ListBucket",
            "arn:aws:s3:::photos",
        ),
        (
            "s3",
            "HeadBucket",
            bucket.clone(),
            "s3:ListBucket",
            "arn:aws:s3:::photos",
        ),
        ("s3", "ListBuckets", json!({}), "s3:ListAllMyBuckets", "*"),
        (
            "s3",
            "GetObject",
            object.clone(),
            "s3:GetObject",
            "arn:aws:s3:::photos/in/a b.jpg",
        ),
        (
            "s3",
            "HeadObject",
            object.clone(),
            "s3:GetObject",
            "arn:aws:s3:::photos/in/a b.jpg",
        ),
        (
            "s3",
            "UploadPart",
            object.clone(),
            "s3:PutObject",
            "arn:aws:s3:::photos/in/a b.jpg",
        ),
        (
            "s3",
            "GetBucketEncryption",
            bucket.clone(),
            "s3:GetEncryptionConfiguration",
            "arn:aws:s3:::photos",
        ),
        (
            "s3",
            "PutBucketPublicAccessBlock",
            bucket.clone(),
            "s3:PutBucketPublicAccessBlock",
            "arn:aws:s3:::photos",
        ),
        (
            "s3",
            "DeleteBucketPublicAccessBlock",
            bucket,
            "s3:PutBucketPublicAccessBlock",
            "arn:aws:s3:::photos",
        ),
        (
            "lambda",
            "Invoke",
            json!({"functionName": "f"}),
            "lambda:InvokeFunction",
            "arn:aws:lambda:eu-west-1:123456789012:function:f",
        ),
        (
            "lambda",
            "GetFunction20150331v2",
            json!({"functionName": "f"}),
            "lambda:GetFunction",
            "arn:aws:lambda:eu-west-1:123456789012:function:f",
        ),
        (
            "lambda",
            "DeleteFunction20150331",
            json!({"functionName": "f"}),
            "lambda:DeleteFunction",
            "arn:aws:lambda:eu-west-1:123456789012:function:f",
        ),
        (
            "sqs",
            "DeleteQueue",
            json!({"queueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/q"}),
            "sqs:DeleteQueue",
            "arn:aws:sqs:eu-west-1:123456789012:q",
        ),
        (
            "sns",
            "DeleteTopic",
            json!({"topicArn": "arn:aws:sns:eu-west-1:123456789012:t"}),
            "sns:DeleteTopic",
            "arn:aws:sns:eu-west-1:123456789012:t",
        ),
        (
            "dynamodb",
            "DescribeTable",
            json!({"tableName": "t"}),
            "dynamodb:DescribeTable",
            "arn:aws:dynamodb:eu-west-1:123456789012:table/t",
        ),
        (
            "kinesis",
            "DescribeStream",
            json!({"streamName": "s"}),
            "kinesis:DescribeStream",
            "arn:aws:kinesis:eu-west-1:123456789012:stream/s",
        ),
        (
            "monitoring",
            "DeleteAlarms",
            json!({"alarmNames": ["a"]}),
            "cloudwatch:DeleteAlarms",
            "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a",
        ),
        (
            "iam",
            "GetRole",
            json!({"roleName": "App"}),
            "iam:GetRole",
            "arn:aws:iam::123456789012:role/App",
        ),
        (
            "states",
            "StartExecution",
            json!({"stateMachineArn": "arn:aws:states:eu-west-1:123456789012:stateMachine:m"}),
            "states:StartExecution",
            "arn:aws:states:eu-west-1:123456789012:stateMachine:m",
        ),
        (
            "sts",
            "AssumeRole",
            json!({"roleArn": "arn:aws:iam::123456789012:role/R", "roleSessionName": "x"}),
            "sts:AssumeRole",
            "arn:aws:iam::123456789012:role/R",
        ),
    ] {
        let found = request(record("1", source, name, parameters));
        assert_eq!(
            (&found["action"], &found["resource"]),
            (&json!(action), &json!(resource)),
            "{source} {name}"
        );
    }
    // With a version, another action; a copy reads and writes.
    let found = request(record(
        "1",
        "s3",
        "GetObject",
        json!({"bucketName": "b", "key": "k", "versionId": "v"}),
    ));
    assert_eq!(found["action"], "s3:GetObjectVersion");
    let copy = json!({"bucketName": "b", "key": "k", "x-amz-copy-source": "from/a.jpg"});
    let found = requests(&[record("1", "s3", "CopyObject", copy)]);
    let mut shown: Vec<String> = (found.iter())
        .map(|request| format!("{} {}", request["action"], request["resource"]).replace('"', ""))
        .collect();
    shown.sort();
    assert_eq!(
        shown,
        [
            "s3:GetObject arn:aws:s3:::from/a.jpg",
            "s3:PutObject arn:aws:s3:::b/k"
        ]
    );
    // The key of KMS is in the list of resources.
    let key = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let decrypt = with(
        record(
            "1",
            "kms",
            "Decrypt",
            json!({"encryptionContext": {"a": "b"}}),
        ),
        json!({"resources": [{"ARN": key, "accountId": "123456789012"}]}),
    );
    let found = request(decrypt);
    assert_eq!(
        (
            &found["resource"],
            &found["context"]["kms:EncryptionContext:a"]
        ),
        (&json!(key), &json!("b"))
    );
    // GetCallerIdentity needs no permission.
    assert!(requests(&[record("1", "sts", "GetCallerIdentity", Value::Null)]).is_empty());
    // In other partitions, the ARNs are theirs.
    let china = with(
        record(
            "1",
            "rekognition",
            "ListFaces",
            json!({"collectionId": "c"}),
        ),
        json!({"awsRegion": "cn-north-1", "userIdentity.arn": "arn:aws-cn:sts::123456789012:assumed-role/App/s1"}),
    );
    assert_eq!(
        request(china)["resource"],
        "arn:aws-cn:rekognition:cn-north-1:123456789012:collection/c"
    );
}

#[test]
fn what_a_record_proves_and_what_not() {
    let base = || {
        record(
            "1",
            "rekognition",
            "ListFaces",
            json!({"collectionId": "staff"}),
        )
    };
    let plain = request(base());
    let context = &plain["context"];
    assert_eq!(context["aws:SourceIp"], "192.0.2.7");
    assert_eq!(context["aws:PrincipalArn"], ROLE);
    assert_eq!(context["aws:MultiFactorAuthPresent"], "false");
    assert_eq!(context["aws:ViaAWSService"], "false");
    for key in [
        "aws:PrincipalOrgID",
        "aws:ResourceOrgID",
        "aws:FederatedProvider",
        "aws:SourceIdentity",
    ] {
        assert!(
            is_unknown(&plain, key) && context.get(key).is_none(),
            "{key}"
        );
    }
    for key in [
        "aws:SourceVpce",
        "aws:VpcSourceIp",
        "aws:SourceVpc",
        "aws:CalledVia",
        "aws:SourceArn",
    ] {
        assert!(
            !is_unknown(&plain, key) && context.get(key).is_none(),
            "{key}"
        );
    }
    // Through an endpoint, the address is another key, and the VPC is not recorded.
    let endpoint = request(with(
        base(),
        json!({"vpcEndpointId": "vpce-1", "vpcEndpointAccountId": "123456789012", "sourceIPAddress": "10.0.0.7"}),
    ));
    let context = &endpoint["context"];
    assert!(context.get("aws:SourceIp").is_none() && !is_unknown(&endpoint, "aws:SourceIp"));
    assert_eq!(
        (&context["aws:VpcSourceIp"], &context["aws:SourceVpce"]),
        (&json!("10.0.0.7"), &json!("vpce-1"))
    );
    assert!(is_unknown(&endpoint, "aws:SourceVpc"));
    // Other texts than an ID of an endpoint, addresses of networks, and old records prove nothing.
    for changes in [
        json!({"vpcEndpointId": "AWS Internal"}),
        json!({"sourceIPAddress": "10.0.0.7"}),
        json!({"sourceIPAddress": "AWS Internal"}),
        json!({"eventVersion": "1.02"}),
    ] {
        let found = request(with(base(), changes.clone()));
        assert!(
            is_unknown(&found, "aws:SourceVpce") && is_unknown(&found, "aws:SourceIp"),
            "{changes}"
        );
    }
    // 1.10 is after 1.9.
    assert!(!is_unknown(
        &request(with(base(), json!({"eventVersion": "1.10"}))),
        "aws:SourceVpce"
    ));
    // A service in between: for a user only on its behalf, for a role nobody knows.
    let forwarded = json!({"userIdentity.invokedBy": "s3.amazonaws.com", "sourceIPAddress": "s3.amazonaws.com"});
    let found = request(with(base(), forwarded.clone()));
    for key in [
        "aws:ViaAWSService",
        "aws:SourceIp",
        "aws:CalledVia",
        "aws:UserAgent",
        "aws:SourceArn",
    ] {
        assert!(is_unknown(&found, key), "{key}");
    }
    let user = json!({"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/mira", "accountId": "123456789012", "accessKeyId": "AKIAEXAMPLE000000009", "userName": "mira", "principalId": "AIDA"});
    let found = request(with(with(base(), json!({"userIdentity": user})), forwarded));
    assert_eq!(found["context"]["aws:ViaAWSService"], "true");
    // Long-term credentials have no MFA; those of a session may.
    let found = request(with(base(), json!({"userIdentity": user})));
    assert!(
        found["context"].get("aws:MultiFactorAuthPresent").is_none()
            && !is_unknown(&found, "aws:MultiFactorAuthPresent")
    );
    assert_eq!(found["context"]["aws:username"], "mira");
    // Enriched events have more, by key.
    let enriched = json!({"eventContext": {"requestContext": {"aws:PrincipalOrgID": "o-abc1234567"}, "tagContext": {"principalTags": [{"key": "site", "value": "x"}]}}});
    let found = request(with(base(), enriched));
    assert_eq!(found["context"]["aws:PrincipalOrgID"], "o-abc1234567");
    assert_eq!(found["context"]["aws:PrincipalTag/site"], "x");
    assert!(is_unknown(&found, "aws:ResourceOrgID"));
    // Who was behind an identity provider.
    let provider = json!({"type": "WebIdentityUser", "principalId": "accounts.google.com:a:b:c:d", "userName": "c:d", "identityProvider": "accounts.google.com"});
    let call = with(
        record(
            "1",
            "sts",
            "AssumeRoleWithWebIdentity",
            json!({"roleArn": "arn:aws:iam::123456789012:role/R"}),
        ),
        json!({"userIdentity": provider, "resources": [{"ARN": "arn:aws:iam::123456789012:role/R"}]}),
    );
    let found = request(call);
    assert_eq!(found["principal"], "accounts.google.com");
    let context = &found["context"];
    assert_eq!(
        (
            &context["accounts.google.com:aud"],
            &context["accounts.google.com:sub"]
        ),
        (&json!("a:b"), &json!("c:d"))
    );
}

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

#[test]
fn every_outcome_is_told_apart() {
    let report = replayed(&outcomes(), &[]);
    assert_eq!(
        report["outcomes"],
        json!({"would_be_denied": 2, "would_be_allowed": 1, "depends": 2, "contradicted": 0, "still_allowed": 1, "still_denied": 0})
    );
    assert_eq!(
        report["not_asked"],
        json!({"failed": 1, "needs_no_permission": 1, "unknown_event": 1, "decided_by_other_policies": 1, "network_activity": 1})
    );
    assert_eq!(
        report["unknown_events"],
        json!({"nowhere.amazonaws.com:DoIt": 1})
    );
    let denied = groups(&report, "would_be_denied");
    let shown: Vec<(&str, &str, &Value)> = (denied.iter())
        .map(|group| {
            (
                group["action"].as_str().unwrap(),
                group["code"].as_str().unwrap(),
                &group["by"],
            )
        })
        .collect();
    let no = json!({"policy": 0, "statement": 3, "sid": "No"});
    assert_eq!(
        shown,
        [
            ("rekognition:IndexFaces", "denied", &no),
            ("rekognition:ListFaces", "nothing_allows", &Value::Null)
        ]
    );
    assert_eq!(denied[0]["caller"], ROLE);
    // Objects are folded to the pattern of the policy, and what decides is named.
    let depends = groups(&report, "depends");
    assert_eq!(depends.len(), 1);
    assert_eq!(depends[0]["resource"], "arn:aws:s3:::photos/*");
    assert_eq!(depends[0]["depends_on"], json!(["aws:principalorgid"]));
    assert_eq!(
        (&depends[0]["count"], &depends[0]["first"]),
        (&json!(2), &json!("2026-11-02T08:00:04Z"))
    );
    assert_eq!(depends[0]["examples"][0]["event_id"], "dddd");
    assert_eq!(report["depends_on"], json!({"aws:principalorgid": 2}));
    let allowed = groups(&report, "would_be_allowed");
    assert_eq!(allowed[0]["resource"], COLLECTION);
}

#[test]
fn a_denial_by_a_policy_that_was_not_given_stays_open() {
    let denied = |why: &str| {
        let message = format!(
            "User: arn:aws:sts::123456789012:assumed-role/App/s1 is not authorized to perform: rekognition:ListFaces on resource: {COLLECTION}{why}"
        );
        let call = record(
            "1",
            "rekognition",
            "ListFaces",
            json!({"collectionId": "staff"}),
        );
        with(
            call,
            json!({"errorCode": "AccessDeniedException", "errorMessage": message}),
        )
    };
    for (why, outcome, code) in [
        (
            " because no identity-based policy allows the rekognition:ListFaces action",
            "would_be_allowed",
            "granted",
        ),
        (
            " with an explicit deny in an identity-based policy",
            "would_be_allowed",
            "granted",
        ),
        (
            " with an explicit deny in a service control policy",
            "depends",
            "denied_by_policy_not_given",
        ),
        ("", "depends", "denied_by_unknown_policy"),
    ] {
        let report = replayed(&[denied(why)], &[]);
        assert_eq!(groups(&report, outcome).len(), 1, "{why}: {report}");
        assert_eq!(report["groups"][0]["code"], code);
    }
    // The old policy explains it.
    let directory = Directory::new("explained");
    let other = allow(json!([{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]));
    directory
        .json("new.json", &new())
        .json("old.json", &other)
        .file("t.jsonl", lines(&[denied("")]));
    let done = directory.run(&[
        "replay", "--format", "json", "--policy", "new.json", "--old", "old.json", "t.jsonl",
    ]);
    assert_eq!(json_of(&done)["outcomes"]["would_be_allowed"], 1);
}

#[test]
fn an_assumed_key_and_an_old_policy_settle_what_is_unknown() {
    let report = replayed(
        &outcomes(),
        &["--assume", "aws:PrincipalOrgID=o-abc1234567"],
    );
    assert_eq!(
        (
            &report["outcomes"]["depends"],
            &report["outcomes"]["still_allowed"]
        ),
        (&json!(0), &json!(3))
    );
    let report = replayed(&outcomes(), &["--assume", "aws:PrincipalOrgID=o-other"]);
    assert_eq!(report["outcomes"]["would_be_denied"], 4);
    // A denial that the old policy has too did not apply to calls that were allowed.
    let directory = Directory::new("old");
    let mut both = old();
    both["Statement"]
        .as_array_mut()
        .unwrap()
        .push(new()["Statement"][2].clone());
    directory
        .json("new.json", &new())
        .json("old.json", &both)
        .file("t.jsonl", lines(&outcomes()));
    let done = directory.run(&[
        "replay", "--format", "json", "--policy", "new.json", "--old", "old.json", "t.jsonl",
    ]);
    let report = json_of(&done);
    assert_eq!(
        (
            &report["outcomes"]["depends"],
            &report["outcomes"]["still_allowed"]
        ),
        (&json!(0), &json!(3))
    );
    // AWS denied what the old policy allows: something is missing.
    assert_eq!(report["outcomes"]["contradicted"], 1);
}

#[test]
fn only_what_belongs_to_the_policies_is_asked() {
    let user = json!({"userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/mira", "accountId": "123456789012"}});
    let root = json!({"userIdentity": {"type": "Root", "arn": "arn:aws:iam::123456789012:root", "accountId": "123456789012"}});
    let linked = json!({"userIdentity.sessionContext.sessionIssuer.arn": "arn:aws:iam::123456789012:role/aws-service-role/x.amazonaws.com/R"});
    let call = |id: &str| {
        record(
            id,
            "rekognition",
            "ListFaces",
            json!({"collectionId": "staff"}),
        )
    };
    let records = [
        call("1"),
        with(call("2"), user),
        with(call("3"), root),
        with(call("4"), linked),
    ];
    for (principal, asked) in [
        (ROLE, 1),
        ("App", 1),
        ("arn:aws:iam::*:user/*", 1),
        ("*", 2),
        ("Ap", 0),
    ] {
        let report = replayed(&records, &["--principal", principal]);
        assert_eq!(report["requests"], asked, "{principal}");
    }
    let report = replayed(&records, &[]);
    assert_eq!(
        report["not_asked"],
        json!({"root": 1, "service_linked_role": 1})
    );
    // Of a control policy alone, everything else is taken to have allowed what AWS allowed.
    let directory = Directory::new("scp");
    let scp = allow(
        json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "rekognition:ListFaces", "Resource": "*", "Condition": {"ArnLike": {"aws:PrincipalArn": ROLE}}}]),
    );
    directory
        .json("scp.json", &scp)
        .file("t.jsonl", lines(&records));
    let report = json_of(&directory.run(&[
        "replay",
        "--format",
        "json",
        "--policy",
        "scp=scp.json",
        "t.jsonl",
    ]));
    assert_eq!(report["outcomes"]["would_be_denied"], 1, "{report}");
    assert_eq!(report["outcomes"]["still_allowed"], 2);
}

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

#[test]
fn check_fails_when_a_call_would_be_denied() {
    let directory = Directory::new("check");
    let call = |collection: &str| {
        record(
            "1",
            "rekognition",
            "ListFaces",
            json!({"collectionId": collection}),
        )
    };
    directory
        .json("new.json", &new())
        .file("good.jsonl", lines(&[call("staff")]))
        .file("bad.jsonl", lines(&[call("guests")]));
    for (trail, code) in [("good.jsonl", 0), ("bad.jsonl", 1)] {
        let arguments = ["replay", "--policy", "new.json", trail];
        assert_eq!(directory.run(&arguments).code, 0);
        let done = directory.run(&[&arguments[..], &["--check"]].concat());
        assert_eq!(done.code, code, "{}", done.out);
    }
}

#[test]
fn parts_add_up_to_the_whole_in_any_order() {
    let directory = Directory::new("parts");
    directory.json("new.json", &new());
    let mut names = Vec::new();
    for (number, chunk) in outcomes().chunks(3).enumerate() {
        let name = format!("{number}.jsonl");
        directory.file(&name, lines(chunk));
        names.push(name);
    }
    let part = |names: &[String], out: &str| {
        let done = directory.feed(
            &[
                "replay",
                "--policy",
                "new.json",
                "--files-from",
                "-",
                "--emit",
                "partial",
                "--output",
                out,
            ],
            names.join("\n").as_bytes(),
        );
        assert_eq!(done.code, 0, "{}", done.err);
    };
    part(&names, "all.json");
    part(&names[..1], "p1.json");
    part(&names[1..3], "p2.json");
    part(&names[3..], "p3.json");
    let merge = |parts: &[&str]| {
        directory
            .run(&[&["replay", "--format", "json", "--merge"], parts].concat())
            .out
    };
    let whole = merge(&["all.json"]);
    assert_eq!(whole, merge(&["p1.json", "p2.json", "p3.json"]));
    assert_eq!(whole, merge(&["p3.json", "p1.json", "p2.json"]));
    let direct = directory.run(
        &[
            &["replay", "--format", "json", "--policy", "new.json"],
            &names.iter().map(String::as_str).collect::<Vec<_>>()[..],
        ]
        .concat(),
    );
    assert_eq!(whole, direct.out);
    // Results of other policies cannot be added.
    directory.json("other.json", &old());
    directory.run(&[
        "replay",
        "--policy",
        "other.json",
        "--emit",
        "partial",
        "--output",
        "o.json",
        "0.jsonl",
    ]);
    let done = directory.run(&["replay", "--merge", "p1.json", "o.json"]);
    assert_eq!(done.code, 2);
    assert!(
        done.err
            .contains("o.json: this result is of other policies"),
        "{}",
        done.err
    );
}

#[test]
fn an_interrupted_run_goes_on() {
    let directory = Directory::new("resume");
    directory.json("new.json", &new());
    let records = outcomes();
    directory
        .file("1.jsonl", lines(&records[..4]))
        .file("2.jsonl", lines(&records[4..]));
    let run = |trails: &[&str]| {
        let arguments = [
            "replay", "--format", "json", "--policy", "new.json", "--resume", "state",
        ];
        directory.run(&[&arguments[..], trails].concat())
    };
    let whole = directory
        .run(&[
            "replay", "--format", "json", "--policy", "new.json", "1.jsonl", "2.jsonl",
        ])
        .out;
    run(&["1.jsonl"]);
    // The run was killed while it wrote a line.
    let state = directory.text("state");
    directory.file(
        "state",
        format!("{state}17 4 \"2.jsonl\"\t{{\"replay\":1,\"dig"),
    );
    assert_eq!(run(&["1.jsonl", "2.jsonl"]).out, whole);
    // Nothing is read again: the files may be gone from what is done, and a changed file is read anew.
    assert_eq!(run(&["1.jsonl", "2.jsonl"]).out, whole);
    assert_eq!(
        directory
            .text("state")
            .matches("\"replay\":1,\"digest\"")
            .count(),
        2
    );
    directory.file("2.jsonl", lines(&records[5..]));
    assert_eq!(json_of(&run(&["1.jsonl", "2.jsonl"]))["records"], 10);
    directory.json("new.json", &old());
    let done = run(&["1.jsonl"]);
    assert_eq!(done.code, 2);
    assert!(
        done.err
            .contains("this file is of a run with other policies"),
        "{}",
        done.err
    );
}

#[test]
fn reports_show_names_as_text_and_hide_them_on_request() {
    let directory = Directory::new("reports");
    let hostile = "<script>alert(1)</script>|`\u{1b}[2J";
    let records = [
        with(
            record(
                "id",
                "rekognition",
                "ListFaces",
                json!({"collectionId": hostile}),
            ),
            json!({"userIdentity.sessionContext.sessionIssuer.arn": "arn:aws:iam::123456789012:role/<b>"}),
        ),
        record(hostile, hostile, "X", Value::Null),
    ];
    directory
        .json("new.json", &new())
        .file("t.jsonl", lines(&records));
    for format in ["human", "json", "markdown", "html"] {
        let done = directory.run(&[
            "replay", "--policy", "new.json", "--format", format, "t.jsonl",
        ]);
        assert_eq!(done.code, 0);
        assert!(!done.out.contains('\u{1b}'), "{format}");
        assert!(
            format != "html" || !done.out.contains("<script") && !done.out.contains("<b>"),
            "{}",
            done.out
        );
        assert!(done.out.contains("rekognition:ListFaces"), "{format}");
        let hidden = directory.run(&[
            "replay", "--policy", "new.json", "--format", format, "--redact", "t.jsonl",
        ]);
        for name in ["123456789012", "alert(1)", "role/<b>", "192.0.2.7"] {
            assert!(
                name == "alert(1)" || !hidden.out.contains(name),
                "{format}: {}",
                hidden.out
            );
        }
        assert!(
            hidden.out.contains("arn:aws:iam::"),
            "{format}: {}",
            hidden.out
        );
    }
    let done = directory.run(&[
        "replay", "--policy", "new.json", "--emit", "partial", "--redact", "t.jsonl",
    ]);
    assert_eq!(done.code, 2);
}

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
    assert_eq!(directory.run(&["coverage", "--trail", "t.jsonl"]).code, 2);
}
