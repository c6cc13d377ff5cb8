//! `evaluate`, asked by a person.

use serde_json::{Value, json};

use crate::support::{CLEAN, Directory, Done, INDEXER, STAFF, allow};

#[test]
fn a_decision_and_its_exit_code() {
    let directory = Directory::new("a_decision");
    directory.file("indexer.json", INDEXER);
    let mut ask = vec![
        "evaluate",
        "--policy",
        "indexer.json",
        "--action",
        "rekognition:IndexFaces",
    ];
    ask.extend([
        "--resource",
        STAFF,
        "--principal",
        "arn:aws:iam::123456789012:role/indexer",
    ]);
    let Done { code, out, err } = directory.run(&ask);
    assert_eq!((code, err.as_str()), (1, ""));
    assert!(
        out.starts_with("implicitly denied: rekognition:IndexFaces on arn:"),
        "{out}"
    );
    assert!(out.contains("the request does not have the key"), "{out}");

    ask.extend(["--context", "aws:SourceVpc=vpc-2"]);
    let Done { code, out, .. } = directory.run(&ask);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("statement 1 `Index` (Allow) decides"), "{out}");

    ask.extend(["--context", "aws:securetransport=false", "--format", "json"]);
    let Done { code, out, .. } = directory.run(&ask);
    assert_eq!(code, 1);
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(answer["decision"], "explicit_deny");
    let by = json!({"policy": 0, "kind": "identity", "statement": 1, "sid": "Plain"});
    assert_eq!(answer["by"], by);
    assert_eq!(
        answer["reason"],
        "statement 2 `Plain` of identity policy 1 denies it"
    );
    assert_eq!(answer["statements"][0]["failed"], Value::Null);
    assert_eq!(answer["policies"][0]["file"], "indexer.json");
}

#[test]
fn kinds_and_levels_of_policies() {
    let directory = Directory::new("kinds_and_levels");
    directory
        .json("all.json", &allow(&json!("*")))
        .json("detect.json", &allow(&json!("rekognition:Detect*")))
        .json("a=b.json", &allow(&json!("rekognition:*")));
    let ask = |policies: &[&str]| {
        let mut ask = vec![
            "evaluate",
            "--action",
            "rekognition:ListCollections",
            "--resource",
            "*",
        ];
        policies
            .iter()
            .for_each(|policy| ask.extend(["--policy", policy]));
        directory.run(&ask)
    };
    assert_eq!(ask(&["a=b.json"]).code, 0);
    assert_eq!(
        ask(&["identity=all.json", "SCP@0=all.json", "scp@1=a=b.json"]).code,
        0
    );
    // The policies of one level count together; each level has to allow.
    assert_eq!(
        ask(&["all.json", "scp=all.json", "service_control=detect.json"]).code,
        0
    );
    let Done { code, out, .. } = ask(&[
        "all.json",
        "scp@0=all.json",
        "service-control@1=detect.json",
    ]);
    assert_eq!(code, 1);
    assert!(
        out.contains("as no service control policy of level 1 allows it"),
        "{out}"
    );
    assert!(
        out.contains("policy 3: detect.json, service-control"),
        "{out}"
    );
    let Done { code, out, .. } = ask(&["all.json", "boundary=detect.json"]);
    assert_eq!(code, 1);
    assert!(
        out.contains("as the permissions boundary does not allow it"),
        "{out}"
    );

    for (policies, says) in [
        (
            vec!["idendity=all.json"],
            "`idendity` is not a kind of policy; did you mean `identity`?",
        ),
        (
            vec!["identity@1=all.json"],
            "only the policies of an organization have levels, and `identity` is not one",
        ),
        (
            vec!["scp@64=all.json"],
            "the level must be a number from 0 to 63, not `64`",
        ),
        (
            vec!["absent.json"],
            "absent.json: no such file or directory",
        ),
        (vec!["-", "-"], "standard input can only be read once"),
    ] {
        let Done { code, out, err } = ask(&policies);
        assert_eq!((code, out.as_str()), (2, ""), "{policies:?}");
        assert!(err.contains(says), "{err}");
    }
}

#[test]
fn all_resources_must_be_allowed() {
    let directory = Directory::new("all_resources");
    directory.file("indexer.json", INDEXER);
    let guests = "arn:aws:rekognition:us-east-1:123456789012:collection/guests";
    let mut ask = vec![
        "evaluate",
        "--policy",
        "indexer.json",
        "--action",
        "rekognition:IndexFaces",
    ];
    ask.extend(["--context", "aws:SourceVpc=vpc-1", "--resource", STAFF]);
    assert_eq!(directory.run(&ask).code, 0);
    ask.extend(["--resource", guests, "--format", "json"]);
    let Done { code, out, .. } = directory.run(&ask);
    assert_eq!(code, 1);
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        answer["reason"],
        format!("no statement allows it, on {guests}")
    );
}

#[test]
fn what_evaluate_refuses() {
    let directory = Directory::new("what_evaluate_refuses");
    directory.json("all.json", &allow(&json!("*"))).file(
        "odd.json",
        "{\"Version\": \"2012-10-17\",\n \"Statement\": [{\"Effect\": \"allow\"}]}",
    );
    let ask = |policy: &str, action: &str| {
        directory.run(&[
            "evaluate",
            "--policy",
            policy,
            "--action",
            action,
            "--resource",
            "*",
        ])
    };
    let Done { code, err, .. } = ask("all.json", "DetectLabels");
    assert_eq!(code, 2);
    assert!(
        err.contains("the action `DetectLabels` has no service; write `rekognition:DetectLabels`"),
        "{err}"
    );
    let Done { code, err, .. } = ask("all.json", "rekognition:Detect*");
    assert_eq!(code, 2);
    assert!(
        err.contains("is a pattern, but a request has one action"),
        "{err}"
    );
    let Done { code, err, .. } = ask("odd.json", "rekognition:DetectLabels");
    assert_eq!(code, 2);
    assert!(err.starts_with("rekognition-iam: odd.json:2:"), "{err}");
    // Of tomorrow or a slip of the pen: it is answered, with a note.
    let Done { code, err, .. } = ask("all.json", "rekognition:DetectLabel");
    assert_eq!(code, 0);
    assert!(
        err.contains(
            "no action `rekognition:DetectLabel`; did you mean `rekognition:DetectLabels`?"
        ),
        "{err}"
    );
    assert_eq!(directory.run(&["evaluate", "--policy", "all.json"]).code, 2);
    assert_eq!(directory.run(&["evaluate", "--context", "novalue"]).code, 2);
}

/// A misspelled key or service would make the answer one about another request.
#[test]
fn what_the_catalogue_does_not_have_is_a_note() {
    let directory = Directory::new("evaluate_misspelled");
    directory.file("clean.json", CLEAN);
    let ask = |action: &str, more: &[&str]| {
        let mut arguments = vec!["evaluate", "--policy", "clean.json", "--action", action];
        arguments.extend(more);
        if !more.contains(&"--resource") {
            arguments.extend(["--resource", "*"]);
        }
        directory.run(&arguments)
    };
    let action = "rekognition:DetectLabels";
    let done = ask(action, &["--context", "aws:SourceVpcs=vpc-1"]);
    let near = "rekognition-iam: note: the catalogue has no condition key `aws:SourceVpcs`; did you mean `aws:SourceVpc`?\n";
    assert_eq!(done.err, near);
    let done = ask(action, &["--unknown", "s3:prefx"]);
    assert!(
        done.err
            .ends_with("`s3:prefx`; did you mean `s3:prefix`?\n"),
        "{}",
        done.err
    );
    let known = [
        "--context",
        "aws:PrincipalTag/team=a",
        "--unknown",
        "token.actions.githubusercontent.com:sub",
    ];
    assert_eq!(ask(action, &known).err, "");
    let done = ask(action, &["--resource", STAFF]);
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    let note = "  note: AWS checks this action against `*`, not against the given resource\n";
    assert!(done.out.ends_with(note), "{}", done.out);
    assert!(!ask(action, &["--resource", "*"]).out.contains("note:"));
    let done = ask(
        "rekognition:IndexFaces",
        &["--resource", &STAFF.replace("rekognition", "rekogniton")],
    );
    assert!(
        done.err.contains(
            "no service `rekogniton` in the catalogue has such ARNs; did you mean `rekognition`?"
        ),
        "{}",
        done.err
    );
    assert!(!done.out.contains("against `*`"), "{}", done.out);
}
