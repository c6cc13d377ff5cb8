//! More kinds of events and of callers.

use super::*;

/// Twenty more kinds of events, as the guides of the services show them.
#[test]
fn more_events_of_other_services_are_read() {
    const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let queue = json!({"queueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/q"});
    let topic = json!({"topicArn": "arn:aws:sns:eu-west-1:123456789012:t"});
    let cases = [
        (
            "kms",
            "GenerateDataKey",
            json!({"keyId": KEY}),
            "kms:GenerateDataKey",
            Some(KEY),
        ),
        (
            "kms",
            "CreateGrant",
            json!({"keyId": KEY.rsplit('/').next()}),
            "kms:CreateGrant",
            Some(KEY),
        ),
        (
            "secretsmanager",
            "GetSecretValue",
            json!({"secretId": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"}),
            "secretsmanager:GetSecretValue",
            Some("arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"),
        ),
        // AWS adds six characters to the name.
        (
            "secretsmanager",
            "GetSecretValue",
            json!({"secretId": "db"}),
            "secretsmanager:GetSecretValue",
            None,
        ),
        (
            "dynamodb",
            "Query",
            json!({"tableName": "t", "indexName": "i"}),
            "dynamodb:Query",
            Some("arn:aws:dynamodb:eu-west-1:123456789012:table/t/index/i"),
        ),
        (
            "sns",
            "PublishBatch",
            topic.clone(),
            "sns:Publish",
            Some("arn:aws:sns:eu-west-1:123456789012:t"),
        ),
        (
            "sns",
            "Subscribe",
            topic,
            "sns:Subscribe",
            Some("arn:aws:sns:eu-west-1:123456789012:t"),
        ),
        (
            "sqs",
            "SendMessageBatch",
            queue.clone(),
            "sqs:SendMessage",
            Some("arn:aws:sqs:eu-west-1:123456789012:q"),
        ),
        (
            "sqs",
            "DeleteMessageBatch",
            queue,
            "sqs:DeleteMessage",
            Some("arn:aws:sqs:eu-west-1:123456789012:q"),
        ),
        (
            "lambda",
            "AddPermission20150331v2",
            json!({"functionName": "arn:aws:lambda:eu-west-1:123456789012:function:f"}),
            "lambda:AddPermission",
            Some("arn:aws:lambda:eu-west-1:123456789012:function:f"),
        ),
        (
            "lambda",
            "Invoke",
            json!({"functionName": "f", "qualifier": "live"}),
            "lambda:InvokeFunction",
            Some("arn:aws:lambda:eu-west-1:123456789012:function:f:live"),
        ),
        (
            "states",
            "StopExecution",
            json!({"executionArn": "arn:aws:states:eu-west-1:123456789012:execution:m:e"}),
            "states:StopExecution",
            Some("arn:aws:states:eu-west-1:123456789012:execution:m:e"),
        ),
        (
            "events",
            "PutRule",
            json!({"name": "r"}),
            "events:PutRule",
            Some("arn:aws:events:eu-west-1:123456789012:rule/r"),
        ),
        (
            "logs",
            "CreateLogStream",
            json!({"logGroupName": "g", "logStreamName": "s"}),
            "logs:CreateLogStream",
            Some("arn:aws:logs:eu-west-1:123456789012:log-group:g:log-stream:s"),
        ),
        (
            "kinesis",
            "PutRecord",
            json!({"streamARN": "arn:aws:kinesis:eu-west-1:123456789012:stream/s"}),
            "kinesis:PutRecord",
            Some("arn:aws:kinesis:eu-west-1:123456789012:stream/s"),
        ),
        (
            "kinesisvideo",
            "GetDataEndpoint",
            json!({"streamARN": "arn:aws:kinesisvideo:eu-west-1:123456789012:stream/v/1", "aPIName": "GET_MEDIA"}),
            "kinesisvideo:GetDataEndpoint",
            Some("arn:aws:kinesisvideo:eu-west-1:123456789012:stream/v/1"),
        ),
        (
            "runtime.sagemaker",
            "InvokeEndpoint",
            json!({"endpointName": "e"}),
            "sagemaker:InvokeEndpoint",
            Some("arn:aws:sagemaker:eu-west-1:123456789012:endpoint/e"),
        ),
        (
            "iam",
            "AttachRolePolicy",
            json!({"roleName": "App", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}),
            "iam:AttachRolePolicy",
            Some("arn:aws:iam::123456789012:role/App"),
        ),
        // Of the caller, who is not a user here.
        (
            "iam",
            "CreateAccessKey",
            Value::Null,
            "iam:CreateAccessKey",
            None,
        ),
        (
            "s3",
            "ListParts",
            json!({"bucketName": "b", "key": "k", "uploadId": "u"}),
            "s3:ListMultipartUploadParts",
            Some("arn:aws:s3:::b/k"),
        ),
        (
            "s3",
            "PutBucketCors",
            json!({"bucketName": "b"}),
            "s3:PutBucketCORS",
            Some("arn:aws:s3:::b"),
        ),
        // The keys are not in the record.
        (
            "s3",
            "DeleteObjects",
            json!({"bucketName": "b", "delete": ""}),
            "s3:DeleteObject",
            None,
        ),
        (
            "s3",
            "GetObject",
            json!({"bucketName": "arn:aws:s3:eu-west-1:123456789012:accesspoint/ap", "key": "k"}),
            "s3:GetObject",
            Some("arn:aws:s3:eu-west-1:123456789012:accesspoint/ap/object/k"),
        ),
        // The alias of an access point is not a bucket.
        (
            "s3",
            "GetObject",
            json!({"bucketName": "ap-aqfqprnstn7aefdfbarligizwgyfouse1a-s3alias", "key": "k"}),
            "s3:GetObject",
            None,
        ),
        (
            "s3",
            "GetObject",
            json!({"bucketName": "ap-s3alias-photos", "key": "k"}),
            "s3:GetObject",
            Some("arn:aws:s3:::ap-s3alias-photos/k"),
        ),
        (
            "ec2",
            "StopInstances",
            json!({"instancesSet": {"items": [{"instanceId": "i-0123456789abcdef0"}]}}),
            "ec2:StopInstances",
            Some("arn:aws:ec2:eu-west-1:123456789012:instance/i-0123456789abcdef0"),
        ),
    ];
    let records: Vec<Value> = (cases.iter().enumerate())
        .map(|(number, (source, name, parameters, ..))| {
            record(&number.to_string(), source, name, parameters.clone())
        })
        .collect();
    let found = requests_by_id(&records);
    for (number, (source, name, _, action, resource)) in cases.iter().enumerate() {
        let own: Vec<&Value> = (found.iter())
            .filter(|(id, _)| id.as_str() == Some(number.to_string().as_str()))
            .map(|(_, request)| request)
            .collect();
        let [only] = own.as_slice() else {
            panic!("{source} {name}: {own:?}");
        };
        assert_eq!(only["action"], *action, "{name}");
        match resource {
            Some(resource) => assert_eq!(only["resource"], *resource, "{name}"),
            None => assert!(is_unknown(only, "aws:ResourceAccount"), "{name}: {only}"),
        }
    }
}

/// Each type of `userIdentity` is a principal, or none.
#[test]
fn every_type_of_identity_is_read() {
    const PROVIDER: &str = "arn:aws:iam::123456789012:saml-provider/Idp";
    let saml = json!({"type": "SAMLUser", "principalId": "bdGO=:ann", "userName": "ann", "identityProvider": "bdGO="});
    let bearer = json!({"type": "IdentityCenterUser", "accountId": "123456789012", "onBehalfOf": {"userId": "u"}, "credentialId": "c"});
    let assume = |parameters: Value, identity: Value| {
        let call = record("1", "sts", "AssumeRoleWithSAML", parameters);
        requests(&[with(call, json!({"userIdentity": identity}))])
    };
    let role = "arn:aws:iam::123456789012:role/R";
    let found = assume(
        json!({"roleArn": role, "principalArn": PROVIDER}),
        saml.clone(),
    );
    assert_eq!(found[0]["principal"], PROVIDER);
    assert_eq!(
        (&found[0]["action"], &found[0]["resource"]),
        (&json!("sts:AssumeRoleWithSAML"), &json!(role))
    );
    // The name qualifier of an assertion is not a principal.
    assert!(assume(json!({"roleArn": role}), saml).is_empty());
    let of = |identity: Value| {
        let call = record(
            "1",
            "rekognition",
            "ListFaces",
            json!({"collectionId": "staff"}),
        );
        let call = with(call, json!({"userIdentity": identity}));
        let report = replayed(std::slice::from_ref(&call), &[]);
        let asked = requests(&[call]);
        let principal = asked.first().map(|request| request["principal"].clone());
        (principal, report["not_asked"].clone())
    };
    for (identity, principal, reason) in [
        (bearer, None, "not_iam"),
        (
            json!({"type": "Directory", "userName": "d", "accountId": "123456789012"}),
            None,
            "unknown_caller",
        ),
        (json!({"type": "Unknown"}), None, "unknown_caller"),
        (json!({"principalId": "x"}), None, "unknown_caller"),
        (
            json!({"type": "Unknown", "invokedBy": "events.amazonaws.com"}),
            Some("events.amazonaws.com"),
            "decided_by_other_policies",
        ),
        (
            json!({"type": "AWSAccount", "accountId": "999988887777", "principalId": "AIDA"}),
            Some("999988887777"),
            "decided_by_other_policies",
        ),
        (
            json!({"type": "AWSAccount", "accountId": "ANONYMOUS_PRINCIPAL", "principalId": ""}),
            Some("*"),
            "decided_by_other_policies",
        ),
        (json!({"type": "AWSAccount"}), None, "unknown_caller"),
        (
            json!({"type": "WebIdentityUser", "identityProvider": "accounts.google.com", "userName": "u"}),
            Some("accounts.google.com"),
            "decided_by_other_policies",
        ),
    ] {
        let found = of(identity.clone());
        assert_eq!(
            found,
            (principal.map(|text| json!(text)), json!({reason: 1})),
            "{identity}"
        );
    }
}
