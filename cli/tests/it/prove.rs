//! `prove` over several policies, about public access, and line by line.

use serde_json::{Value, json};

use crate::support::{Directory, Done, allow};

fn statements(statements: &Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn bucket(condition: &Value) -> Value {
    let mut statement = json!({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"});
    if !condition.is_null() {
        statement["Condition"] = condition.clone();
    }
    statements(&json!([statement]))
}

#[test]
fn policies_that_apply_together() {
    let directory = Directory::new("prove-sets");
    directory
        .json("role.json", &allow(&json!(["s3:*", "iam:*"])))
        .json("limit.json", &allow(&json!("s3:Get*")))
        .json("root.json", &allow(&json!("*")));
    let role = ["prove", "--policy", "role.json"];
    let limited = [
        "--policy",
        "permissions-boundary=limit.json",
        "--policy",
        "scp@0=root.json",
    ];
    let run = |arguments: &[&str], more: &[&str]| {
        let Done { code, out, err } = directory.run(&[&role[..], arguments, more].concat());
        assert_eq!(err, "");
        (code, out)
    };
    assert_eq!(
        run(
            &limited,
            &[
                "--never",
                "iam:*",
                "--only-on",
                "*",
                "--no-wider-than",
                "limit.json"
            ]
        ),
        (
            0,
            "never iam:*: holds\nonly on *: holds\nno wider than limit.json: holds\n".to_string()
        )
    );
    let (code, out) = run(&[], &["--never", "iam:*"]);
    assert_eq!(code, 1);
    assert!(out.starts_with("never iam:*: broken by iam:"), "{out}");
    let (code, out) = run(&limited, &["--never", "s3:*", "--format", "json"]);
    assert_eq!(code, 1);
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert!(
        answer["by"]["action"]
            .as_str()
            .unwrap()
            .starts_with("s3:Get"),
        "{answer}"
    );

    // The same by lists.
    let list = [
        "--grants-nothing-of",
        "s3:DeleteObject,s3:PutObject",
        "--grants-nothing-of",
        "arn:aws:s3:::a,b/*",
    ];
    let (code, out) = run(&limited, &list);
    assert_eq!(
        (code, out.as_str()),
        (
            0,
            "grants nothing of s3:DeleteObject, s3:PutObject on arn:aws:s3:::a,b/*: holds\n"
        )
    );
    let (code, out) = run(&[], &list[..2]);
    assert_eq!(code, 1);
    assert!(out.contains("broken by s3:DeleteObject"), "{out}");

    for bad in [
        &[
            "prove",
            "role.json",
            "--policy",
            "limit.json",
            "--never",
            "s3:*",
        ][..],
        &["prove", "role.json", "--principal", "*", "--never", "s3:*"],
        &["prove", "--policy", "role.json"],
        &["prove", "--policy", "nothing=role.json", "--never", "s3:*"],
        &["prove", "--policy", "-", "--no-wider-than", "-"],
        &["prove", "--policy", "-", "--stdin", "--never", "s3:*"],
        &["prove", "role.json", "--grants-nothing-of", "PutObject"],
    ] {
        let Done { code, out, err } = directory.run(bad);
        assert_eq!((code, out.as_str()), (2, ""), "{bad:?}");
        assert!(!err.is_empty());
    }
}

#[test]
fn sets_are_compared() {
    let directory = Directory::new("diff-sets");
    directory
        .json("role.json", &allow(&json!("s3:*")))
        .json("old.json", &allow(&json!("s3:Get*")))
        .json(
            "new.json",
            &allow(&json!(["s3:Get*", "s3:PutObject", "iam:*"])),
        );
    let change = ["--old", "boundary=old.json", "--new", "boundary=new.json"];
    let Done { code, out, err } =
        directory.run(&[&["diff", "--policy", "role.json"], &change[..]].concat());
    assert_eq!((code, err.as_str()), (1, ""));
    assert!(
        out.starts_with("wider\n  new access: s3:PutObject on arn:"),
        "{out}"
    );
    // What the role has not, the boundary does not grant.
    let none = ["diff", "--policy", "old.json", "--format", "json"];
    let Done { code, out, .. } = directory.run(&[&none, &change[..]].concat());
    assert_eq!(code, 0);
    assert!(out.starts_with("{\"relation\":\"equivalent\""), "{out}");
    let line = json!({"id": 1, "old": [{"document": allow(&json!("s3:*"))}, {"kind": "boundary", "document": allow(&json!("s3:Get*"))}], "new": allow(&json!("s3:Get*"))});
    let Done { code, out, .. } =
        directory.feed(&["diff", "--stdin"], format!("{line}\n").as_bytes());
    assert_eq!(
        (code, out.as_str()),
        (
            0,
            "{\"id\":1,\"relation\":\"equivalent\",\"new_access\":null,\"lost_access\":null}\n"
        )
    );
    let Done { code, .. } = directory.run(&["diff", "role.json", "old.json", "--old", "old.json"]);
    assert_eq!(code, 2);
}

#[test]
fn who_gets_access() {
    let directory = Directory::new("prove-public");
    directory
        .json("open.json", &bucket(&Value::Null))
        .json("org.json", &bucket(&json!({"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}})))
        .json("role.json", &allow(&json!("s3:*")))
        .json("trust.json", &statements(&json!([{"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}])));
    let Done { code, out, err } = directory.run(&["prove", "open.json", "--no-public"]);
    assert_eq!((code, err.as_str()), (1, ""));
    assert!(
        out.starts_with("no public access: broken by s3:GetObject on arn:aws:s3:::b/"),
        "{out}"
    );
    let Done { code, out, .. } = directory.run(&[
        "prove",
        "--policy",
        "org.json",
        "--no-public",
        "--only-to",
        "o-a1b2c3d4e5",
        "--only-to",
        "123456789012",
    ]);
    assert_eq!(
        (code, out.as_str()),
        (
            0,
            "no public access: holds\nonly to o-a1b2c3d4e5 or 123456789012: holds\n"
        )
    );
    let Done { code, .. } = directory.run(&["prove", "org.json", "--only-to", "123456789012"]);
    assert_eq!(code, 1);
    let Done { code, .. } = directory.run(&[
        "prove",
        "trust.json",
        "--no-public",
        "--only-to",
        "arn:aws:iam::123456789012:root",
    ]);
    assert_eq!(code, 0);
    // An identity policy gives access to nobody in particular.
    let Done { code, err, .. } = directory.run(&["prove", "role.json", "--no-public"]);
    assert_eq!(code, 2);
    assert!(
        err.contains("applies to resource policies and trust policies"),
        "{err}"
    );
    let Done { code, err, .. } = directory.run(&["prove", "open.json", "--only-to", "someone"]);
    assert_eq!(code, 2);
    assert!(err.contains("`someone` is not an account"), "{err}");
}

#[test]
fn lines() {
    let directory = Directory::new("prove-lines");
    directory.json("limit.json", &allow(&json!("s3:Get*")));
    let ask = |arguments: &[&str], lines: &[Value]| -> (i32, Vec<Value>) {
        let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let Done { code, out, err } = directory.feed(arguments, input.as_bytes());
        assert_eq!(err, "");
        let answers = out.lines().map(|line| serde_json::from_str(line).unwrap());
        (code, answers.collect())
    };
    let role = allow(&json!("s3:*"));
    let (code, answers) = ask(
        &["prove", "--stdin", "--never", "s3:PutObject"],
        &[
            json!({"id": 1, "policy": role}),
            json!({"id": [2], "policies": [{"document": role}, {"kind": "permissions-boundary", "document": allow(&json!("s3:Get*"))}]}),
        ],
    );
    assert_eq!(code, 0);
    assert_eq!(
        (&answers[0]["id"], &answers[0]["result"]),
        (&json!(1), &json!("broken"))
    );
    assert_eq!(
        answers[0]["guarantees"][0]["guarantee"],
        "never s3:PutObject"
    );
    assert_eq!(answers[0]["guarantees"][0]["by"]["action"], "s3:PutObject");
    assert_eq!(
        answers[1],
        json!({"id": [2], "result": "holds", "guarantees": [{"guarantee": "never s3:PutObject", "result": "holds", "by": null}]})
    );

    let (code, answers) = ask(
        &[
            "prove",
            "--stdin",
            "--policy",
            "permissions-boundary=limit.json",
        ],
        &[
            json!({"id": "a", "guarantees": [{"never": ["s3:PutObject", "s3:DeleteObject"], "on": "arn:aws:s3:::b/*"}, {"only_on": "*"}]}),
            json!({"id": "b", "guarantees": [{"actions": ["s3:*"], "resources": ["arn:aws:s3:::b/*"]}]}),
            json!({"id": "c", "policies": [{"kind": "resource", "document": bucket(&Value::Null)}],
                "guarantees": [{"no_public": true}, {"only_to": ["123456789012"]}]}),
            json!({"id": "d", "guarantees": [{"no_wider_than": role}]}),
        ],
    );
    let results: Vec<&str> = answers
        .iter()
        .map(|answer| answer["result"].as_str().unwrap())
        .collect();
    assert_eq!(
        (code, results),
        (0, vec!["holds", "broken", "broken", "holds"])
    );
    assert_eq!(answers[0]["guarantees"].as_array().unwrap().len(), 3);

    // Each of these is refused, with the id.
    for (bad, why) in [
        (json!({"id": 7}), "no member `policy`"),
        (json!({"id": 7, "policy": role}), "no member `guarantees`"),
        (
            json!({"id": 7, "policy": role, "policies": [], "guarantees": []}),
            "cannot be combined",
        ),
        (
            json!({"id": 7, "policy": role, "guarantees": [{}]}),
            "no guarantee",
        ),
        (
            json!({"id": 7, "policy": role, "guarantees": [{"never": []}]}),
            "an empty list guarantees nothing",
        ),
        (
            json!({"id": 7, "policy": role, "guarantees": [{"on": "*"}]}),
            "`on` requires `never`",
        ),
        (
            json!({"id": 7, "policy": role, "guarantees": [{"never": "PutObject"}]}),
            "has no service",
        ),
        (
            json!({"id": 7, "policy": role, "guarantees": [{"no_public": false}]}),
            "must be `true`",
        ),
        (
            json!({"id": 7, "policy": role, "guarantees": [{"no_public": true}]}),
            "applies to resource policies",
        ),
        (
            json!({"id": 7, "policy": role, "guarantees": [{"only_to": "someone"}]}),
            "`someone` is not an account",
        ),
        (
            json!({"id": 7, "policy": role, "guarantees": [{"nver": "s3:*"}]}),
            "did you mean `never`?",
        ),
    ] {
        let (code, answers) = ask(&["prove", "--stdin"], std::slice::from_ref(&bad));
        assert_eq!(code, 2, "{bad}");
        assert_eq!(answers[0]["id"], 7, "{bad}");
        assert!(
            answers[0]["error"].as_str().unwrap().contains(why),
            "{bad}: {}",
            answers[0]
        );
        let (code, _) = ask(&["prove", "--stdin", "--keep-going"], &[bad]);
        assert_eq!(code, 0);
    }
}

const STACK: &str = r#"
Parameters: {Name: {Type: String}, Statements: {Type: String}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]
      Policies:
        - PolicyName: read
          PolicyDocument:
            Version: 2012-10-17
            Statement: [{Effect: Allow, Action: s3:GetObject, Resource: !Sub "arn:aws:s3:::${Name}/*"}]
  Bucket:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Name
      PolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: "*", Action: s3:GetObject, Resource: !Sub "arn:aws:s3:::${Name}/*"}]
"#;

/// Each policy of a template is proved alone, whatever a deployment fills in.
#[test]
fn policies_of_templates() {
    let directory = Directory::new("prove-templates");
    directory.file("stack.yaml", STACK);
    let prove = |arguments: &[&str]| {
        let mut all = vec!["prove", "stack.yaml"];
        all.extend(arguments);
        let done = directory.run(&all);
        (
            done.code,
            done.out.lines().map(str::to_owned).collect::<Vec<_>>(),
        )
    };
    let (code, lines) = prove(&["--never", "s3:PutObject"]);
    assert_eq!((code, lines.len()), (0, 3), "{lines:#?}");
    assert_eq!(
        lines[1],
        "Resources.Role.Properties.Policies[read].PolicyDocument: never s3:PutObject: holds"
    );
    // The name may be any.
    let (code, lines) = prove(&["--never", "s3:GetObject", "--on", "arn:aws:s3:::secret/*"]);
    let broken = lines.iter().filter(|line| line.contains("broken")).count();
    assert_eq!((code, broken), (1, 2), "{lines:#?}");
    // Only the policies that say who gets access are asked who gets access.
    let (code, lines) = prove(&["--no-public"]);
    assert_eq!((code, lines.len()), (1, 2), "{lines:#?}");
    let place = "stack.yaml#Resources.Role.Properties.AssumeRolePolicyDocument";
    let done = directory.run(&["prove", place, "--no-public"]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    let done = directory.run(&["prove", "stack.yaml#Resources.Rol", "--no-public"]);
    assert_eq!(done.code, 2);
    assert!(done.err.contains("there is no policy at"), "{}", done.err);

    let (code, lines) = prove(&["--never", "s3:PutObject", "--format", "json"]);
    let answer: Value = serde_json::from_str(&lines[2]).unwrap();
    assert_eq!((code, &answer["result"]), (0, &json!("holds")));
    assert_eq!(
        answer["policy"],
        "Resources.Bucket.Properties.PolicyDocument"
    );
}

/// What only a deployment knows never makes a proof hold that may not.
#[test]
fn what_a_deployment_may_add() {
    let directory = Directory::new("prove-open");
    let prove = |statements: &str| {
        let text = format!(
            "Parameters: {{V: {{Type: String}}}}\nResources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Version: 2012-10-17\n        Statement: {statements}\n"
        );
        directory.file("open.yaml", &text);
        let done = directory.run(&[
            "prove",
            "open.yaml",
            "--never",
            "s3:GetObject",
            "--on",
            "arn:aws:s3:::abc/k",
        ]);
        assert_eq!(
            done.code,
            i32::from(!done.out.ends_with(": holds\n")),
            "{}",
            done.out
        );
        done.out
    };
    let unknown = |statements: &str| {
        let out = prove(statements);
        assert!(out.contains(": unknown: "), "{statements}: {out}");
        out
    };
    unknown("[!Ref V]");
    unknown("[{Effect: Allow, Action: !Ref V, Resource: \"*\"}]");
    // `a*` matches the resource in one way and the key in another.
    let twice = "[{Effect: Allow, Action: s3:GetObject, Resource: !Sub \"arn:aws:s3:::${V}\", Condition: {StringLike: {\"aws:PrincipalTag/a\": !Ref V}}}]";
    assert!(unknown(twice).contains("several elements"));
    let once = "[{Effect: Allow, Action: s3:GetObject, Resource: !Sub \"arn:aws:s3:::${V}\"}]";
    assert!(prove(once).contains("broken"));
    // Nobody knows that a denial covers it.
    let denied = "[{Effect: Allow, Action: s3:GetObject, Resource: \"*\"}, {Effect: Deny, Action: s3:GetObject, Resource: !Sub \"arn:aws:s3:::${V}\"}]";
    assert!(prove(denied).contains("broken"));
    let other = "[{Effect: Allow, Action: s3:GetObject, Resource: !Sub \"arn:aws:s3:::${V}/x\"}]";
    assert!(prove(other).ends_with(": holds\n"));
}

#[test]
fn a_guarantee_about_an_action_that_does_not_exist_is_refused() {
    let directory = Directory::new("prove_unlisted");
    directory.json(
        "p.json",
        &crate::support::allow(&serde_json::json!("rekognition:Detect*")),
    );
    for more in [
        &["--never", "rekognition:DeleteFacez"][..],
        &[
            "--grants-nothing-of",
            "rekognition:DeleteFaces,rekognition:DeleteFacez",
        ],
    ] {
        let run = |extra: &[&str]| directory.run(&[&["prove", "p.json"], more, extra].concat());
        let done = run(&[]);
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{more:?}");
        assert!(
            done.err.contains(
                "the catalogue has no action `rekognition:DeleteFacez`; did you mean `rekognition:DeleteFaces`? (if it is correct, add --allow-unlisted)"
            ),
            "{}",
            done.err
        );
        let done = run(&["--allow-unlisted"]);
        assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    }
    for (wrong, message) in [
        (
            "rekogniton:DeleteFaces",
            "the catalogue has no service `rekogniton`; did you mean `rekognition:DeleteFaces`? (if it is correct, add --allow-unlisted)",
        ),
        (
            "rekog*n:Nothing",
            "the catalogue has no action that matches `rekog*n:Nothing` (if it is correct, add --allow-unlisted)",
        ),
    ] {
        let done = directory.run(&["prove", "p.json", "--never", wrong]);
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{wrong}");
        assert!(done.err.contains(message), "{}", done.err);
    }
    // A resource that no request for the action names.
    for resource in ["staff", "arn:aws:s3:::photos/*"] {
        let done = directory.run(&[
            "prove",
            "p.json",
            "--never",
            "rekognition:DeleteFaces",
            "--on",
            resource,
        ]);
        let expected = format!(
            "never rekognition:DeleteFaces on {resource}: undetermined: no request for `rekognition:DeleteFaces` names a resource like `{resource}`, so this guarantee checks nothing; correct the action or the resource\n"
        );
        assert_eq!((done.code, done.out), (1, expected));
    }
    for exists in ["rekognition:deletefaces", "rekognition:Delete*"] {
        assert_eq!(
            directory.run(&["prove", "p.json", "--never", exists]).code,
            0,
            "{exists}"
        );
    }
    let line = json!({
        "policy": allow(&json!("rekognition:Detect*")),
        "guarantees": [{"never": "rekognition:DeleteFacez"}],
    })
    .to_string();
    let done = directory.feed(&["prove", "--stdin"], line.as_bytes());
    assert!(
        done.code == 2 && done.out.contains("did you mean"),
        "{}",
        done.out
    );
    let done = directory.feed(&["prove", "--stdin", "--allow-unlisted"], line.as_bytes());
    assert_eq!(done.code, 0, "{}", done.out);
}

/// What is proved about a statement that grants nothing holds for that reason, which is said.
#[test]
fn a_resource_that_cannot_exist_is_noted() {
    let directory = Directory::new("prove_nothing");
    let policy = |region: &str, account: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:{region}:{account}:q"}}]}}"#
        )
    };
    directory
        .file("placeholder.json", policy("region", "123456789012"))
        .file("right.json", policy("us-east-1", "123456789012"))
        .file(
            "none.json",
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject"}]}"#,
        );
    let prove = |file: &str| directory.run(&["prove", file, "--never", "sqs:*"]);
    let done = prove("placeholder.json");
    assert_eq!(done.code, 0, "{}", done.out);
    assert_eq!(
        done.err,
        "rekognition-iam: note: placeholder.json: statement 1 grants nothing on `arn:aws:sqs:region:123456789012:q`: no region `region`\n"
    );
    let done = prove("right.json");
    assert_eq!((done.code, done.err.as_str()), (1, ""), "{}", done.out);
    let done = prove("none.json");
    assert!(
        done.err.contains("AWS does not accept this policy"),
        "{}",
        done.err
    );
}
