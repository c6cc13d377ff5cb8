//! What a record says: requests with their resources, callers and keys.

use super::*;

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
