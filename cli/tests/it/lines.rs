//! `evaluate` and `diff` with `--stdin`: a question a line.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{Directory, Done, INDEXER, STAFF, allow};

/// The answers of a command to these lines.
#[track_caller]
fn answers(command: &str, lines: &[impl ToString]) -> (i32, Vec<Value>) {
    let directory = Directory::new(&format!("answers_{command}"));
    let input: Vec<String> = lines.iter().map(ToString::to_string).collect();
    let Done { code, out, err } =
        directory.feed(&[command, "--stdin"], input.join("\n").as_bytes());
    assert_eq!(err, "");
    let answers = out.lines().map(|line| serde_json::from_str(line).unwrap());
    (code, answers.collect())
}

#[track_caller]
fn complaint(command: &str, line: impl ToString) -> String {
    let (code, answers) = answers(command, &[line]);
    assert_eq!((code, answers.len()), (2, 1), "{answers:?}");
    answers[0]["error"].as_str().unwrap().to_string()
}

#[test]
fn lines_of_requests() {
    let indexer: Value = serde_json::from_str(INDEXER).unwrap();
    let line = |kind: &str, context: Value| {
        json!({
            "policies": [{"kind": kind, "document": indexer}],
            "request": {
                "principal": "arn:aws:iam::123456789012:role/indexer",
                "action": "rekognition:IndexFaces",
                "resource": STAFF,
                "context": context,
            }
        })
    };
    let (code, found) = answers(
        "evaluate",
        &[
            line("identity", json!({"aws:SourceVpc": ["vpc-1"]})),
            line(
                "identity-based policy",
                json!({"aws:SourceVpc": "vpc-2", "aws:SecureTransport": true}),
            ),
            line(
                "Identity",
                json!({"aws:SourceVpc": "vpc-1", "aws:SecureTransport": false}),
            ),
            line("identity", json!({"aws:SourceVpc": 1.5e3})),
            line("identity", json!({"aws:SourceVpc": []})),
            line("identity", json!(null)),
            line("permissions_boundary", json!({"aws:SourceVpc": "vpc-1"})),
        ],
    );
    assert_eq!(code, 0);
    let decisions: Vec<&str> = found
        .iter()
        .map(|answer| answer["decision"].as_str().unwrap())
        .collect();
    let no = "implicit_deny";
    assert_eq!(
        decisions,
        ["allowed", "allowed", "explicit_deny", no, no, no, no]
    );
    assert_eq!(
        found[0],
        json!({
            "decision": "allowed",
            "code": "granted",
            "by": {"policy": 0, "kind": "identity", "statement": 0, "sid": "Index"},
            "reason": "statement 1 `Index` of identity policy 1 allows it",
            "depends_on": [{
                "key": "aws:SecureTransport", "lack": "absent",
                "statements": [{"policy": 0, "kind": "identity", "statement": 1, "sid": "Plain"}],
            }],
        })
    );
    assert_eq!(
        found[3],
        json!({
            "decision": "implicit_deny", "code": "nothing_allows", "by": null, "reason": "no statement allows it",
            "depends_on": [{
                "key": "aws:SecureTransport", "lack": "absent",
                "statements": [{"policy": 0, "kind": "identity", "statement": 1, "sid": "Plain"}],
            }],
        })
    );
}

#[test]
fn levels_and_lists_in_lines() {
    let scp = |level: Value, actions: &str| json!({"kind": "scp", "level": level, "document": allow(&json!(actions))});
    let line = |first: Value, second: Value| {
        json!({
            "policies": [{"document": allow(&json!("*"))}, scp(first, "*"), scp(second, "s3:*")],
            "request": {"action": "rekognition:IndexFaces", "resource": [STAFF, STAFF]},
        })
    };
    let (code, found) = answers(
        "evaluate",
        &[line(json!(0), json!(null)), line(json!(0), json!(1))],
    );
    assert_eq!(code, 0);
    assert_eq!(found[0]["decision"], "allowed");
    assert_eq!(
        found[1]["reason"],
        format!("no service control policy of level 1 allows it, on {STAFF}")
    );
}

#[test]
fn a_bad_line_does_not_stop_the_others() {
    let good = json!({"policies": [], "request": {"action": "s3:GetObject", "resource": "*"}});
    let (code, found) = answers(
        "evaluate",
        &[
            good.to_string(),
            "{".to_string(),
            String::new(),
            "  \r".to_string(),
            good.to_string(),
        ],
    );
    assert_eq!((code, found.len()), (2, 3));
    assert_eq!(found[0], found[2]);
    assert!(
        found[1]["error"]
            .as_str()
            .unwrap()
            .starts_with("line 2 column 2: expected")
    );
}

#[test]
fn a_bad_line_is_told_what_and_where() {
    let request = r#""request":{"action":"s3:GetObject","resource":"*"}"#;
    for (line, says) in [
        ("nope".to_string(), "line 1 column 1: expected"),
        ("[]".to_string(), "line 1 column 1: the line is a list, but must be an object"),
        ("{}".to_string(), "line 1 column 1: the line has no member `policies`"),
        (format!("{{{request}}}"), "the line has no member `policies`"),
        (format!("{{{request},{request}}}"), "line 1 column 53: the line has `request` twice"),
        (format!("{{\"policies\":[],{request}}} x"), "column 68: expected"),
        (format!("{{\"polices\":[],{request}}}"), "the line has no member `polices`; did you mean `policies`?"),
        (format!("{{\"policies\":{{}},{request}}}"), "`policies` is an object, but must be a list"),
        (format!("{{\"policies\":[{{\"kind\":\"scp\"}}],{request}}}"), "column 14: policies[0] has no member `document`"),
        (
            format!("{{\"policies\":[{{\"kind\":\"x\",\"document\":{{}}}}],{request}}}"),
            "column 22: policies[0].kind: `x` is not a kind of policy; the kinds are identity (identity-based),",
        ),
        (
            format!("{{\"policies\":[{{\"level\":1,\"document\":{{\"Statement\":{{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}}}}}}],{request}}}"),
            "policies[0].level: only the policies of an organization have levels",
        ),
        (
            format!("{{\"policies\":[{{\"kind\":\"scp\",\"level\":-1,\"document\":{{\"Statement\":{{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}}}}}}],{request}}}"),
            "policies[0].level: the level must be a number from 0 to 63, not `-1`",
        ),
        (
            format!("{{\"policies\":[{{\"document\":{{\"Statement\":[{{\"Effect\":\"Maybe\"}}]}}}}],{request}}}"),
            "column 50: policies[0].document.Statement[0].Effect: ",
        ),
        (format!("{{\"policies\":[{{\"document\":\"{{}}\"}}],{request}}}"), "policies[0].document is a string, but must be an object"),
        (
            r#"{"policies":[],"request":{"action":"GetObject","resource":"*"}}"#.to_string(),
            "column 36: the action `GetObject` has no service; write `s3:GetObject`",
        ),
        (r#"{"policies":[],"request":{"action":"s3:GetObject"}}"#.to_string(), "`request` has no member `resource`"),
        (r#"{"policies":[],"request":{"action":"s3:GetObject","resource":[]}}"#.to_string(), "`request.resource` is an empty list"),
        (r#"{"policies":[],"request":{"action":"s3:GetObject","resource":"*","context":[]}}"#.to_string(), "`request.context` is a list, but must be an object"),
        (
            r#"{"policies":[],"request":{"action":"s3:GetObject","resource":"*","context":{"a:b":"é","A:B":[]}}}"#.to_string(),
            "column 87: `request.context` has `A:B` twice",
        ),
        (
            r#"{"policies":[],"request":{"action":"s3:GetObject","resource":"*","context":{"a:b":[[]]}}}"#.to_string(),
            "request.context[\"a:b\"] is a list, but must be a string, a number, a Boolean, or a list of them",
        ),
    ] {
        let complaint = complaint("evaluate", &line);
        assert!(complaint.contains(says), "{line}\n{complaint}");
    }
}

#[test]
fn an_id_is_repeated_in_answers_and_errors() {
    let request = json!({"action": "s3:GetObject", "resource": "*"});
    let lines = [
        json!({"id": 7, "policies": [], "request": request}).to_string(),
        json!({"policies": [], "request": request, "id": {"record": ["a", null]}}).to_string(),
        json!({"policies": [], "request": request}).to_string(),
        // Before and after what is wrong, and next to what is not JSON at all.
        r#"{"id":"b","policies":1}"#.to_string(),
        r#"{"polices":[],"id":"\u00e4"}"#.to_string(),
        r#"{"id": 1.50,"policies":["#.to_string(),
        r#"{"policies":{"id":"inner"}}"#.to_string(),
        r#"{"policies":[,"id":"after"}"#.to_string(),
        r#"{"id":1,"id":2}"#.to_string(),
        "{\"id\":\"\u{202e}\"}".to_string(),
    ];
    for command in ["evaluate", "diff"] {
        let (code, found) = answers(command, &lines);
        assert_eq!(code, 2);
        let ids: Vec<Option<&Value>> = found.iter().map(|answer| answer.get("id")).collect();
        let record = json!({"record": ["a", null]});
        let expected = [
            Some(json!(7)),
            Some(record),
            None,
            Some(json!("b")),
            Some(json!("ä")),
            Some(json!(1.5)),
            None,
            None,
            Some(json!(1)),
            Some(json!("\u{202e}")),
        ];
        let expected: Vec<Option<&Value>> = expected.iter().map(Option::as_ref).collect();
        assert_eq!(ids, expected, "{command}");
        assert!(found[8]["error"].as_str().unwrap().contains("`id` twice"));
    }
    let directory = Directory::new("an_id");
    // Nothing in an id acts on a terminal.
    let Done { out, .. } = directory.feed(&["evaluate", "--stdin"], lines[9].as_bytes());
    assert!(out.starts_with("{\"id\":\"\\u202e\",\"error\""), "{out}");
}

#[test]
fn a_run_that_keeps_going_exits_with_0() {
    let directory = Directory::new("keep_going");
    for command in ["evaluate", "diff"] {
        let Done { code, out, .. } =
            directory.feed(&[command, "--stdin", "--keep-going"], b"nope\n\xff\n");
        assert_eq!((code, out.lines().count()), (0, 2), "{out}");
        assert!(
            out.lines().all(|line| line.starts_with("{\"error\":")),
            "{out}"
        );
        assert_eq!(directory.feed(&[command, "--stdin"], b"nope\n").code, 2);
        // It is about lines, and there are none.
        assert_eq!(directory.run(&[command, "--keep-going"]).code, 2);
    }
}

#[test]
fn hostile_lines() {
    let directory = Directory::new("hostile_lines");
    let deep = "[".repeat(1 << 20);
    let long = "x".repeat((16 << 20) + 100);
    let keys: Vec<String> = (0..100_000).map(|n| format!("\"k:{n}\":\"v\"")).collect();
    let wide = format!(
        "{{\"policies\":[],\"request\":{{\"action\":\"s3:GetObject\",\"resource\":\"*\",\"context\":{{{}}}}}}}",
        keys.join(",")
    );
    let mut input = Vec::new();
    for line in [
        deep.as_str(),
        long.as_str(),
        &format!("{{\"policies\":{deep}"),
        &wide,
    ] {
        input.extend(line.as_bytes());
        input.push(b'\n');
    }
    input.extend(b"{\"policies\": \xff}\n\0\n\xef\xbb\xbf{}");
    let Done { code, out, err } = directory.feed(&["evaluate", "--stdin"], &input);
    assert_eq!((code, err.as_str()), (2, ""));
    let found: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(found.len(), 7);
    assert!(
        found[1]["error"]
            .as_str()
            .unwrap()
            .contains("line 2 column 1: the line is longer than")
    );
    assert_eq!(found[3]["decision"], "implicit_deny");
    assert_eq!(found[4]["error"], "line 5 column 14: the text is not UTF-8");
    let Done { code, out, .. } = directory.feed(&["diff", "--stdin"], &input);
    assert_eq!((code, out.lines().count()), (2, 7));
    // No input, no answers.
    let Done { code, out, err } = directory.feed(&["evaluate", "--stdin"], b"");
    assert_eq!((code, out.as_str(), err.as_str()), (0, "", ""));
}

#[test]
fn whoever_waits_for_an_answer_gets_it() {
    let directory = Directory::new("whoever_waits");
    let mut child = (directory.command(&["evaluate", "--stdin"]))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..3 {
        // With the beginning of the next line after it.
        let line = json!({"policies": [], "request": {"action": "s3:GetObject", "resource": "*"}});
        stdin.write_all(format!("{line}\n  ").as_bytes()).unwrap();
        stdin.flush().unwrap();
        let mut answer = String::new();
        out.read_line(&mut answer).unwrap();
        assert!(answer.contains("implicit_deny"), "{answer}");
    }
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn lines_of_comparisons() {
    let indexer: Value = serde_json::from_str(INDEXER).unwrap();
    let (a, b) = (allow(&json!("rekognition:*")), indexer);
    let (code, found) = answers(
        "diff",
        &[
            json!({"old": a, "new": a}),
            json!({"old": a, "new": b}),
            json!({"new": a, "old": b}),
        ],
    );
    assert_eq!(code, 0);
    let same = json!({"relation": "equivalent", "new_access": null, "lost_access": null});
    assert_eq!(found[0], same);
    assert_eq!(
        (&found[1]["relation"], &found[1]["new_access"]),
        (&json!("narrower"), &Value::Null)
    );
    assert_eq!(
        (&found[2]["relation"], &found[2]["lost_access"]),
        (&json!("wider"), &Value::Null)
    );

    // A witness is a request: put to both documents it shows the difference.
    let witness = &found[1]["lost_access"];
    let ask = |document: &Value| json!({"policies": [{"document": document}], "request": witness});
    let (_, decided) = answers("evaluate", &[ask(&a), ask(&b)]);
    assert_eq!(decided[0]["decision"], "allowed");
    assert_ne!(decided[1]["decision"], "allowed");

    assert_eq!(
        complaint(
            "diff",
            r#"{"old":{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}}"#
        ),
        "line 1 column 1: the line has no member `new`"
    );
    assert!(
        complaint("diff", r#"{"old":{"Statement":[{}]},"new":{}}"#)
            .starts_with("line 1 column 22: old.Statement[0]: ")
    );
}
