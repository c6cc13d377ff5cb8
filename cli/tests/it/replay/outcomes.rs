//! What policies would have decided about calls.

use super::*;

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
