//! What records prove about requests and callers, and what they do not: a case for each way to be wrong about it.

use super::*;

const USER: &str = "arn:aws:iam::123456789012:user/ann";

/// The only outcome of a record: `("would_be_denied", "nothing_allows")`; a record that is not asked about has the reason.
pub(super) fn outcome(
    kind: &str,
    policy: &Value,
    old: Option<&Value>,
    record: &Value,
) -> (String, String) {
    let directory = Directory::new("cases");
    directory
        .json("new.json", policy)
        .json("old.json", old.unwrap_or(policy))
        .file("t.jsonl", lines(std::slice::from_ref(record)));
    let new = format!("{kind}=new.json");
    let old_policy = format!("{kind}=old.json");
    let mut arguments = vec!["replay", "--format", "json", "--policy", &new];
    if old.is_some() {
        arguments.extend(["--old", &old_policy]);
    }
    arguments.push("t.jsonl");
    let report = json_of(&directory.run(&arguments));
    let found = |of: &str| -> Vec<String> {
        (report[of].as_object().unwrap().iter())
            .filter(|(_, count)| **count != json!(0))
            .map(|(name, _)| name.clone())
            .collect()
    };
    let outcomes = found("outcomes");
    match outcomes.as_slice() {
        [only] => {
            let code = report["groups"][0]["code"].as_str().unwrap_or_default();
            (only.clone(), code.to_owned())
        }
        [] => ("not_asked".to_owned(), found("not_asked").join(" ")),
        several => panic!("{several:?}: {report}"),
    }
}

#[track_caller]
fn check(policy: &Value, record: &Value, expected: &str) {
    assert_eq!(
        outcome("identity", policy, None, record).0,
        expected,
        "{policy} {record}"
    );
}

fn by_user(record: Value) -> Value {
    with(
        record,
        json!({"userIdentity": {
            "type": "IAMUser", "principalId": "AIDAEXAMPLE000000001", "arn": USER,
            "accountId": "123456789012", "accessKeyId": "AKIAEXAMPLE000000009", "userName": "ann"
        }}),
    )
}

/// In a document of 2008, a variable is text, so that a denial that is the same in both did not apply.
#[test]
fn a_denial_with_a_variable_depends_on_the_version() {
    let document = |version: &str, resource: &str| {
        json!({"Version": version, "Statement": [
            {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
            {"Effect": "Deny", "Action": "s3:*", "Resource": resource},
        ]})
    };
    let call = by_user(record(
        "1",
        "s3",
        "GetObject",
        json!({"bucketName": "b", "key": "ann/x"}),
    ));
    let variable = "arn:aws:s3:::b/${aws:username}/*";
    for (resource, old, new, expected) in [
        (variable, "2008-10-17", "2012-10-17", "would_be_denied"),
        // It did apply then, and AWS allowed the call all the same.
        (variable, "2012-10-17", "2012-10-17", "still_allowed"),
        (
            "arn:aws:s3:::b/ann/*",
            "2008-10-17",
            "2012-10-17",
            "still_allowed",
        ),
    ] {
        let found = outcome(
            "identity",
            &document(new, resource),
            Some(&document(old, resource)),
            &call,
        );
        assert_eq!(found.0, expected, "{resource} {old} {new}");
    }
}

/// `invokedBy` may be the console, which is not a service that calls for its caller.
#[test]
fn a_call_in_the_console_is_not_forwarded() {
    let policy = allow(json!([
        {"Effect": "Allow", "Action": "rekognition:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:ViaAWSService": "true"}}},
    ]));
    let call = by_user(record("1", "rekognition", "ListCollections", json!({})));
    let invoked = |by: &str, address: &str| {
        with(
            call.clone(),
            json!({"userIdentity.invokedBy": by, "sourceIPAddress": address}),
        )
    };
    check(
        &policy,
        &invoked("signin.amazonaws.com", "192.0.2.7"),
        "still_allowed",
    );
    check(
        &policy,
        &invoked("athena.amazonaws.com", "athena.amazonaws.com"),
        "would_be_denied",
    );
}

#[test]
fn the_alias_of_a_key_is_not_its_name() {
    let key = "arn:aws:kms:eu-west-1:123456789012:key/k1";
    let policy = allow(json!([{"Effect": "Allow", "Action": "kms:*", "Resource": key}]));
    let call = |id: &str| {
        record(
            "1",
            "kms",
            "GenerateDataKey",
            json!({"keyId": id, "keySpec": "AES_256"}),
        )
    };
    check(&policy, &call("alias/x"), "depends");
    check(
        &policy,
        &call("arn:aws:kms:eu-west-1:123456789012:alias/x"),
        "depends",
    );
    check(&policy, &call("k1"), "still_allowed");
    check(&policy, &call("k2"), "would_be_denied");
    // The message has its name.
    let denied = with(
        call("alias/x"),
        json!({
            "errorCode": "AccessDenied",
            "errorMessage": format!(
                "User: arn:aws:sts::123456789012:assumed-role/App/s1 is not authorized to perform: kms:GenerateDataKey on resource: {key} because no identity-based policy allows the kms:GenerateDataKey action"
            ),
        }),
    );
    check(&policy, &denied, "would_be_allowed");
}

/// The message of a denied call says for which of its actions, although the request is not recorded.
#[test]
fn a_message_names_another_action_of_the_call() {
    let role = "arn:aws:iam::123456789012:role/n";
    let policy = |pass: &str| {
        allow(json!([
            {"Effect": "Allow", "Action": "rekognition:*", "Resource": "*"},
            {"Effect": "Allow", "Action": "iam:PassRole", "Resource": pass},
        ]))
    };
    let denied = |action: &str| {
        with(
            record("1", "rekognition", "StartLabelDetection", Value::Null),
            json!({
                "errorCode": "AccessDeniedException",
                "errorMessage": format!(
                    "User: arn:aws:sts::123456789012:assumed-role/App/s1 is not authorized to perform: {action} on resource: {role} because no identity-based policy allows the {action} action"
                ),
            }),
        )
    };
    check(&policy(role), &denied("iam:PassRole"), "would_be_allowed");
    check(
        &policy("arn:aws:iam::123456789012:role/other"),
        &denied("iam:PassRole"),
        "still_denied",
    );
    // What S3 was asked for the caller is not known.
    check(&policy(role), &denied("s3:GetObject"), "not_asked");
}

#[test]
fn a_federated_session_has_the_policies_of_its_user() {
    let call = with(
        record("1", "rekognition", "ListCollections", json!({})),
        json!({"userIdentity": {
            "type": "FederatedUser", "principalId": "123456789012:f",
            "arn": "arn:aws:sts::123456789012:federated-user/f", "accountId": "123456789012",
            "sessionContext": {"sessionIssuer": {"type": "IAMUser", "arn": USER, "userName": "ann"}, "attributes": {}}
        }}),
    );
    let directory = Directory::new("federated");
    let policy = allow(json!([{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]));
    directory
        .json("new.json", &policy)
        .file("t.jsonl", lines(&[call]));
    let of = |principal: &str| {
        let done = directory.run(&[
            "replay",
            "--format",
            "json",
            "--policy",
            "new.json",
            "--principal",
            principal,
            "t.jsonl",
        ]);
        json_of(&done)
    };
    assert_eq!(of("ann")["outcomes"]["would_be_denied"], 1);
    assert_eq!(of("ann")["groups"][0]["caller"], USER);
    assert_eq!(of("bob")["not_asked"], json!({"other_principal": 1}));
    // What the session policy says is not recorded; AWS allowed the call.
    let all = allow(json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}]));
    directory.json("new.json", &all);
    assert_eq!(of("ann")["outcomes"]["still_allowed"], 1);
}

/// Calls of other accounts are decided by the policy of the resource, if nobody of the account is treated in another way.
#[test]
fn calls_of_other_accounts() {
    let call = |bucket: &str| {
        with(
            record(
                "1",
                "s3",
                "GetObject",
                json!({"bucketName": bucket, "key": "k"}),
            ),
            json!({
                "userIdentity": {"type": "AWSAccount", "accountId": "999988887777", "principalId": "AIDAEXAMPLE000000007"},
                "resources": [
                    {"type": "AWS::S3::Object", "ARN": format!("arn:aws:s3:::{bucket}/k")},
                    {"type": "AWS::S3::Bucket", "ARN": format!("arn:aws:s3:::{bucket}"), "accountId": "123456789012"},
                ],
            }),
        )
    };
    let policy = |principal: &str| {
        allow(
            json!([{"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]),
        )
    };
    for (principal, bucket, expected) in [
        ("123456789012", "b", "would_be_denied"),
        ("arn:aws:iam::123456789012:role/r", "b", "would_be_denied"),
        ("999988887777", "b", "still_allowed"),
        ("*", "b", "still_allowed"),
        // It may be this role, or another.
        ("arn:aws:iam::999988887777:role/r", "b", "depends"),
        // The policy is that of another bucket.
        ("123456789012", "c", "depends"),
    ] {
        let found = outcome("resource", &policy(principal), None, &call(bucket));
        assert_eq!(found.0, expected, "{principal} {bucket}");
    }
    // An identity policy is not theirs.
    let identity = allow(json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}]));
    assert_eq!(
        outcome("identity", &identity, None, &call("b")),
        (
            "not_asked".to_owned(),
            "decided_by_other_policies".to_owned()
        )
    );
}

/// A resource control policy is about everyone who uses the resources, signed in or not.
#[test]
fn resource_control_policies_and_callers_without_identity_policies() {
    let policy = allow(json!([
        {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
         "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-abc1234567"}}},
    ]));
    let call = |account: &str| {
        with(
            record(
                "1",
                "s3",
                "GetObject",
                json!({"bucketName": "b", "key": "k"}),
            ),
            json!({"userIdentity": {"type": "AWSAccount", "accountId": account, "principalId": ""}}),
        )
    };
    let of = |account: &str| outcome("resource-control", &policy, None, &call(account)).0;
    // Nobody who did not sign in has an organization.
    assert_eq!(of("anonymous"), "would_be_denied");
    assert_eq!(of("999988887777"), "depends");
}

#[test]
fn names_of_iam_may_be_in_a_path() {
    let policy = |resource: &str| {
        allow(json!([{"Effect": "Allow", "Action": "iam:*", "Resource": resource}]))
    };
    let get = record("1", "iam", "GetRole", json!({"roleName": "r"}));
    for (resource, expected) in [
        ("arn:aws:iam::123456789012:role/service-role/*", "depends"),
        ("arn:aws:iam::123456789012:role/team/r", "depends"),
        ("arn:aws:iam::123456789012:role/r", "depends"),
        ("arn:aws:iam::123456789012:role/*", "still_allowed"),
        ("*", "still_allowed"),
        ("arn:aws:iam::123456789012:user/*", "would_be_denied"),
        ("arn:aws:iam::123456789012:role/team/s", "would_be_denied"),
    ] {
        check(&policy(resource), &get, expected);
    }
    // What is created says its path.
    let create = |path: Value| {
        record(
            "1",
            "iam",
            "CreateRole",
            json!({"roleName": "r", "path": path, "assumeRolePolicyDocument": "{}"}),
        )
    };
    let team = policy("arn:aws:iam::123456789012:role/team/*");
    check(&team, &create(json!("/team/")), "still_allowed");
    check(&team, &create(json!("/")), "would_be_denied");
}

#[test]
fn the_two_objects_of_a_copy() {
    let call = |resources: Value| {
        with(
            record(
                "1",
                "s3",
                "CopyObject",
                json!({"bucketName": "b", "key": "k", "x-amz-copy-source": "src/o"}),
            ),
            json!({"resources": resources}),
        )
    };
    let object =
        |name: &str| json!({"type": "AWS::S3::Object", "ARN": format!("arn:aws:s3:::{name}")});
    let bucket = |name: &str, account: &str| json!({"type": "AWS::S3::Bucket", "ARN": format!("arn:aws:s3:::{name}"), "accountId": account});
    let own = call(json!([object("b/k"), bucket("b", "123456789012")]));
    let asked: Vec<(Value, Value)> = (requests(std::slice::from_ref(&own)).into_iter())
        .map(|request| (request["action"].clone(), request["resource"].clone()))
        .collect();
    assert!(
        asked.contains(&(json!("s3:GetObject"), json!("arn:aws:s3:::src/o"))),
        "{asked:?}"
    );
    assert!(
        asked.contains(&(json!("s3:PutObject"), json!("arn:aws:s3:::b/k"))),
        "{asked:?}"
    );
    // Each bucket has its own account.
    let both = call(json!([
        object("b/k"),
        object("src/o"),
        bucket("b", "123456789012"),
        bucket("src", "999988887777"),
    ]));
    let accounts: Vec<(Value, Value)> = (requests(&[both]).into_iter())
        .map(|request| {
            (
                request["action"].clone(),
                request["resource_account"].clone(),
            )
        })
        .collect();
    assert!(
        accounts.contains(&(json!("s3:GetObject"), json!("999988887777"))),
        "{accounts:?}"
    );
    assert!(
        accounts.contains(&(json!("s3:PutObject"), json!("123456789012"))),
        "{accounts:?}"
    );
}

/// What CloudTrail leaves out or hides was in the request.
#[test]
fn members_that_are_not_shown() {
    let tagged = allow(json!([{
        "Effect": "Allow", "Action": "rekognition:*", "Resource": "*",
        "Condition": {"StringEquals": {"aws:RequestTag/team": "doors"}},
    }]));
    let omitted = json!({"reason": "requestParameters too large", "omitted": "true", "originalSize": "149893"});
    let create = |parameters: Value| record("1", "rekognition", "CreateCollection", parameters);
    let tags = |value: &str| create(json!({"collectionId": "c", "tags": {"team": value}}));
    check(&tagged, &create(omitted), "depends");
    check(
        &tagged,
        &create(json!({"collectionId": "c"})),
        "would_be_denied",
    );
    check(&tagged, &tags("HIDDEN_DUE_TO_SECURITY_REASONS"), "depends");
    check(&tagged, &tags("doors"), "still_allowed");
    let staff =
        allow(json!([{"Effect": "Allow", "Action": "rekognition:*", "Resource": COLLECTION}]));
    let index = |name: &str| {
        record(
            "1",
            "rekognition",
            "IndexFaces",
            json!({"collectionId": name}),
        )
    };
    check(&staff, &index("HIDDEN_DUE_TO_SECURITY_REASONS"), "depends");
    check(&staff, &index("other"), "would_be_denied");
}

/// S3 has events by other names than those of the API.
#[test]
fn events_of_s3_by_their_older_names() {
    for (event, action) in [
        ("GetBucketLifecycle", "s3:GetLifecycleConfiguration"),
        ("PutBucketLifecycle", "s3:PutLifecycleConfiguration"),
        ("GetBucketNotification", "s3:GetBucketNotification"),
        ("PutBucketNotification", "s3:PutBucketNotification"),
    ] {
        let asked = request(record("1", "s3", event, json!({"bucketName": "b"})));
        assert_eq!(asked["action"], action);
        assert_eq!(asked["resource"], "arn:aws:s3:::b");
    }
}

/// Codes differ by service; the message is the same everywhere.
#[test]
fn a_message_says_that_access_was_denied() {
    let message = "User: arn:aws:sts::123456789012:assumed-role/App/s1 is not authorized to perform: rekognition:ListCollections because no identity-based policy allows the rekognition:ListCollections action";
    let policy = allow(json!([{"Effect": "Allow", "Action": "rekognition:*", "Resource": "*"}]));
    let call = |code: Value, message: &str| {
        with(
            record("1", "rekognition", "ListCollections", json!({})),
            json!({"errorCode": code, "errorMessage": message}),
        )
    };
    for code in [
        json!(""),
        json!("NotAuthorized"),
        json!("accessDenied"),
        json!("Forbidden"),
    ] {
        check(&policy, &call(code, message), "would_be_allowed");
    }
    check(
        &policy,
        &call(json!("InvalidParameterException"), "bad"),
        "not_asked",
    );
}

/// What a policy of a resource decides depends on which resource it is attached to.
#[test]
fn a_policy_of_a_resource_is_about_its_own() {
    const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let assume = |role: &str| {
        let role = format!("arn:aws:iam::123456789012:role/{role}");
        by_user(record(
            "1",
            "sts",
            "AssumeRole",
            json!({"roleArn": role, "roleSessionName": "s"}),
        ))
    };
    let trust = allow(
        json!([{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/bob"}, "Action": "sts:AssumeRole"}]),
    );
    let key = allow(
        json!([{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/bob"}, "Action": "kms:*", "Resource": "*"}]),
    );
    let decrypt = |id: &str| {
        by_user(record(
            "1",
            "kms",
            "Decrypt",
            json!({"keyId": KEY.replace("1234abcd", id)}),
        ))
    };
    let bucket = allow(
        json!([{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]}]),
    );
    let get = |bucket: &str| {
        by_user(record(
            "1",
            "s3",
            "GetObject",
            json!({"bucketName": bucket, "key": "k"}),
        ))
    };
    for (kind, policy, call, expected) in [
        ("role-trust", &trust, assume("Own"), "depends"),
        (
            "role-trust@arn:aws:iam::123456789012:role/Own",
            &trust,
            assume("Own"),
            "would_be_denied",
        ),
        (
            "role-trust@arn:aws:iam::123456789012:role/Own",
            &trust,
            assume("Other"),
            "still_allowed",
        ),
        (
            "role-trust@arn:aws:iam::*:role/O*",
            &trust,
            assume("Other"),
            "would_be_denied",
        ),
        // It is about roles alone.
        ("role-trust", &trust, decrypt("1234abcd"), "still_allowed"),
        ("resource", &key, decrypt("1234abcd"), "depends"),
        (
            &format!("resource@{KEY}"),
            &key,
            decrypt("1234abcd"),
            "would_be_denied",
        ),
        (
            &format!("resource@{KEY}"),
            &key,
            decrypt("5678abcd"),
            "still_allowed",
        ),
        ("resource", &key, get("b"), "still_allowed"),
        // Its statements name the bucket.
        ("resource", &bucket, get("b"), "would_be_denied"),
        ("resource", &bucket, get("c"), "still_allowed"),
    ] {
        let found = outcome(kind, policy, None, &call);
        assert_eq!(found.0, expected, "{kind} {call}");
    }
    let directory = Directory::new("owners");
    directory
        .json("new.json", &trust)
        .file("t.jsonl", lines(&[assume("Own")]));
    let run = |policy: &str| directory.run(&["replay", "--policy", policy, "t.jsonl"]);
    let done = run("role-trust=new.json");
    assert!(
        done.err
            .contains("new.json does not name the resource that it is attached to"),
        "{}",
        done.err
    );
    assert!(
        done.out
            .contains("the resource that new.json is attached to decides"),
        "{}",
        done.out
    );
    assert_eq!(
        run("role-trust@arn:aws:iam::123456789012:role/Own=new.json").err,
        ""
    );
    let done = run("identity@arn:aws:iam::123456789012:role/Own=new.json");
    assert!(
        done.err
            .contains("only a policy of a resource is attached to an ARN"),
        "{}",
        done.err
    );
}

/// In one account, the policy of a resource is enough, and it may be one that was not given.
#[test]
fn a_denial_that_another_policy_may_lift_says_so() {
    let policy = allow(json!([{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}]));
    let code = |call: Value| {
        let found = outcome("identity", &policy, None, &by_user(call));
        assert_eq!(found.0, "would_be_denied");
        found.1
    };
    let get = || {
        record(
            "1",
            "s3",
            "GetObject",
            json!({"bucketName": "b", "key": "k"}),
        )
    };
    assert_eq!(code(get()), "resource_policy_may_allow");
    assert_eq!(
        code(record("1", "s3", "ListBuckets", json!({}))),
        "nothing_allows"
    );
    assert_eq!(
        code(record(
            "1",
            "rekognition",
            "ListFaces",
            json!({"collectionId": "c"})
        )),
        "nothing_allows"
    );
    assert_eq!(
        code(record("1", "iam", "GetRole", json!({"roleName": "r"}))),
        "nothing_allows"
    );
    // The policy of the bucket was given, and does not allow it either.
    let directory = Directory::new("lifted");
    let bucket = allow(
        json!([{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/bob"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]),
    );
    directory
        .json("new.json", &policy)
        .json("bucket.json", &bucket)
        .file("t.jsonl", lines(&[by_user(get())]));
    let done = directory.run(&[
        "replay",
        "--format",
        "json",
        "--policy",
        "new.json",
        "--policy",
        "resource=bucket.json",
        "t.jsonl",
    ]);
    assert_eq!(
        json_of(&done)["groups"][0]["code"],
        "nothing_allows",
        "{}",
        done.out
    );
}
