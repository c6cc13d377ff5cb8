//! `evaluate`, `diff` and `prove` as people and scripts run them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

const INDEXER: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Index", "Effect": "Allow", "Action": "rekognition:IndexFaces",
     "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/staff",
     "Condition": {"StringEquals": {"aws:SourceVpc": ["vpc-1", "vpc-2"]}}},
    {"Sid": "Plain", "Effect": "Deny", "Action": "*", "Resource": "*",
     "Condition": {"Bool": {"aws:SecureTransport": false}}}
  ]
}
"#;

const STAFF: &str = "arn:aws:rekognition:us-east-1:123456789012:collection/staff";

fn allow(actions: &Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]})
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        // Tests run beside each other, and two of them may choose one name.
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("access-{name}-{number}"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, text: impl ToString) -> &Self {
        fs::write(self.0.join(name), text.to_string()).unwrap();
        self
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rekognition-iam"));
        command.current_dir(&self.0).args(arguments);
        command
    }

    /// Exit code, standard output and standard error.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        self.feed(arguments, b"")
    }

    fn feed(&self, arguments: &[&str], input: &[u8]) -> (i32, String, String) {
        let mut child = (self.command(arguments))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // Beside the reading: both pipes may fill up.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        (
            output.status.code().unwrap_or(-1),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    }
}

/// The answers of a command to these lines.
#[track_caller]
fn answers(command: &str, lines: &[impl ToString]) -> (i32, Vec<Value>) {
    let folder = Folder::new(&format!("answers_{command}"));
    let input: Vec<String> = lines.iter().map(ToString::to_string).collect();
    let (code, out, err) = folder.feed(&[command, "--stdin"], input.join("\n").as_bytes());
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
fn a_decision_and_its_exit_code() {
    let folder = Folder::new("a_decision");
    folder.file("indexer.json", INDEXER);
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
    let (code, out, err) = folder.run(&ask);
    assert_eq!((code, err.as_str()), (1, ""));
    assert!(
        out.starts_with("implicitly denied: rekognition:IndexFaces on arn:"),
        "{out}"
    );
    assert!(out.contains("the request does not have the key"), "{out}");

    ask.extend(["--context", "aws:SourceVpc=vpc-2"]);
    let (code, out, _) = folder.run(&ask);
    assert_eq!(code, 0, "{out}");
    assert!(
        out.contains("statement 0 \"Index\" (Allow) decides"),
        "{out}"
    );

    ask.extend(["--context", "aws:securetransport=false", "--format", "json"]);
    let (code, out, _) = folder.run(&ask);
    assert_eq!(code, 1);
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(answer["decision"], "explicit_deny");
    let by = json!({"policy": 0, "kind": "identity", "statement": 1, "sid": "Plain"});
    assert_eq!(answer["by"], by);
    assert_eq!(
        answer["reason"],
        "statement 1 \"Plain\" of identity policy 0 denies it"
    );
    assert_eq!(answer["statements"][0]["failed"], Value::Null);
    assert_eq!(answer["policies"][0]["file"], "indexer.json");
}

#[test]
fn kinds_and_levels_of_policies() {
    let folder = Folder::new("kinds_and_levels");
    folder
        .file("all.json", allow(&json!("*")))
        .file("detect.json", allow(&json!("rekognition:Detect*")))
        .file("a=b.json", allow(&json!("rekognition:*")));
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
        folder.run(&ask)
    };
    assert_eq!(ask(&["a=b.json"]).0, 0);
    assert_eq!(
        ask(&["identity=all.json", "SCP@0=all.json", "scp@1=a=b.json"]).0,
        0
    );
    // The policies of one level count together; each level has to allow.
    assert_eq!(
        ask(&["all.json", "scp=all.json", "service_control=detect.json"]).0,
        0
    );
    let (code, out, _) = ask(&[
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
        out.contains("policy 2: detect.json, service-control"),
        "{out}"
    );
    let (code, out, _) = ask(&["all.json", "boundary=detect.json"]);
    assert_eq!(code, 1);
    assert!(
        out.contains("as the permissions boundary does not allow it"),
        "{out}"
    );

    for (policies, says) in [
        (
            vec!["idendity=all.json"],
            "no kind of policy is called `idendity`; did you mean `identity`?",
        ),
        (
            vec!["identity@1=all.json"],
            "only service control policies have levels, and `identity` is none",
        ),
        (
            vec!["scp@64=all.json"],
            "a level is a number from 0 to 63, and not `64`",
        ),
        (
            vec!["absent.json"],
            "absent.json: no such file or directory",
        ),
        (vec!["-", "-"], "standard input can be read once only"),
    ] {
        let (code, out, err) = ask(&policies);
        assert_eq!((code, out.as_str()), (2, ""), "{policies:?}");
        assert!(err.contains(says), "{err}");
    }
}

#[test]
fn all_resources_must_be_allowed() {
    let folder = Folder::new("all_resources");
    folder.file("indexer.json", INDEXER);
    let guests = "arn:aws:rekognition:us-east-1:123456789012:collection/guests";
    let mut ask = vec![
        "evaluate",
        "--policy",
        "indexer.json",
        "--action",
        "rekognition:IndexFaces",
    ];
    ask.extend(["--context", "aws:SourceVpc=vpc-1", "--resource", STAFF]);
    assert_eq!(folder.run(&ask).0, 0);
    ask.extend(["--resource", guests, "--format", "json"]);
    let (code, out, _) = folder.run(&ask);
    assert_eq!(code, 1);
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        answer["reason"],
        format!("no statement allows it, on {guests}")
    );
}

#[test]
fn what_evaluate_refuses() {
    let folder = Folder::new("what_evaluate_refuses");
    folder.file("all.json", allow(&json!("*"))).file(
        "odd.json",
        "{\"Version\": \"2012-10-17\",\n \"Statement\": [{\"Effect\": \"allow\"}]}",
    );
    let ask = |policy: &str, action: &str| {
        folder.run(&[
            "evaluate",
            "--policy",
            policy,
            "--action",
            action,
            "--resource",
            "*",
        ])
    };
    let (code, _, err) = ask("all.json", "DetectLabels");
    assert_eq!(code, 2);
    assert!(
        err.contains("the action `DetectLabels` has no service; write `rekognition:DetectLabels`"),
        "{err}"
    );
    let (code, _, err) = ask("all.json", "rekognition:Detect*");
    assert_eq!(code, 2);
    assert!(
        err.contains("is a pattern, and a request is for one action"),
        "{err}"
    );
    let (code, _, err) = ask("odd.json", "rekognition:DetectLabels");
    assert_eq!(code, 2);
    assert!(err.starts_with("rekognition-iam: odd.json:2:"), "{err}");
    // Of tomorrow or a slip of the pen: it is answered, with a note.
    let (code, _, err) = ask("all.json", "rekognition:DetectLabls");
    assert_eq!(code, 0);
    assert!(
        err.contains(
            "no action `rekognition:DetectLabls`; did you mean `rekognition:DetectLabels`?"
        ),
        "{err}"
    );
    assert_eq!(folder.run(&["evaluate", "--policy", "all.json"]).0, 2);
    assert_eq!(
        folder
            .run(&["evaluate", "--stdin", "--policy", "all.json"])
            .0,
        2
    );
    assert_eq!(folder.run(&["evaluate", "--context", "novalue"]).0, 2);
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
            "by": {"policy": 0, "kind": "identity", "statement": 0, "sid": "Index"},
            "reason": "statement 0 \"Index\" of identity policy 0 allows it",
        })
    );
    assert_eq!(
        found[3],
        json!({"decision": "implicit_deny", "by": null, "reason": "no statement allows it"})
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
        ("[]".to_string(), "line 1 column 1: the line holds a list, and takes an object"),
        ("{}".to_string(), "line 1 column 1: the line has no member `policies`"),
        (format!("{{{request}}}"), "the line has no member `policies`"),
        (format!("{{{request},{request}}}"), "line 1 column 53: the line has `request` twice"),
        (format!("{{\"policies\":[],{request}}} x"), "column 68: expected"),
        (format!("{{\"polices\":[],{request}}}"), "the line has no member `polices`; did you mean `policies`?"),
        (format!("{{\"policies\":{{}},{request}}}"), "`policies` holds an object, and takes a list"),
        (format!("{{\"policies\":[{{\"kind\":\"scp\"}}],{request}}}"), "column 14: policies[0] has no member `document`"),
        (
            format!("{{\"policies\":[{{\"kind\":\"x\",\"document\":{{}}}}],{request}}}"),
            "column 22: policies[0].kind: no kind of policy is called `x`; the kinds are identity,",
        ),
        (
            format!("{{\"policies\":[{{\"level\":1,\"document\":{{\"Statement\":{{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}}}}}}],{request}}}"),
            "policies[0].level: only service control policies have levels",
        ),
        (
            format!("{{\"policies\":[{{\"kind\":\"scp\",\"level\":-1,\"document\":{{\"Statement\":{{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}}}}}}],{request}}}"),
            "policies[0].level: a level is a number from 0 to 63, and not `-1`",
        ),
        (
            format!("{{\"policies\":[{{\"document\":{{\"Statement\":[{{\"Effect\":\"Maybe\"}}]}}}}],{request}}}"),
            "column 50: policies[0].document.Statement[0].Effect: ",
        ),
        (format!("{{\"policies\":[{{\"document\":\"{{}}\"}}],{request}}}"), "policies[0].document holds a string, and takes an object"),
        (
            r#"{"policies":[],"request":{"action":"GetObject","resource":"*"}}"#.to_string(),
            "column 36: the action `GetObject` has no service; write `s3:GetObject`",
        ),
        (r#"{"policies":[],"request":{"action":"s3:GetObject"}}"#.to_string(), "`request` has no member `resource`"),
        (r#"{"policies":[],"request":{"action":"s3:GetObject","resource":[]}}"#.to_string(), "`request.resource` is an empty list"),
        (r#"{"policies":[],"request":{"action":"s3:GetObject","resource":"*","context":[]}}"#.to_string(), "`request.context` holds a list, and takes an object"),
        (
            r#"{"policies":[],"request":{"action":"s3:GetObject","resource":"*","context":{"a:b":"é","A:B":[]}}}"#.to_string(),
            "column 87: `request.context` has `A:B` twice",
        ),
        (
            r#"{"policies":[],"request":{"action":"s3:GetObject","resource":"*","context":{"a:b":[[]]}}}"#.to_string(),
            "request.context[\"a:b\"] holds a list, and takes a string, a number, a Boolean or a list of them",
        ),
    ] {
        let complaint = complaint("evaluate", &line);
        assert!(complaint.contains(says), "{line}\n{complaint}");
    }
}

#[test]
fn hostile_lines() {
    let folder = Folder::new("hostile_lines");
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
    let (code, out, err) = folder.feed(&["evaluate", "--stdin"], &input);
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
    let (code, out, _) = folder.feed(&["diff", "--stdin"], &input);
    assert_eq!((code, out.lines().count()), (2, 7));
    // No input, no answers.
    assert_eq!(
        folder.feed(&["evaluate", "--stdin"], b""),
        (0, String::new(), String::new())
    );
}

#[test]
fn whoever_waits_for_an_answer_gets_it() {
    let folder = Folder::new("whoever_waits");
    let mut child = (folder.command(&["evaluate", "--stdin"]))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..3 {
        // With the beginning of the next line behind it.
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
fn what_is_new_and_what_is_gone() {
    let folder = Folder::new("what_is_new");
    folder
        .file("a.json", allow(&json!(["s3:GetObject", "s3:PutObject"])))
        .file("b.json", allow(&json!(["s3:GetObject"])))
        .file("c.json", allow(&json!(["s3:GetObject", "s3:DeleteObject"])));
    let (code, out, err) = folder.run(&["diff", "a.json", "a.json"]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (0, "equivalent: a.json allows the same as a.json\n", "")
    );
    let (code, out, _) = folder.run(&["diff", "a.json", "b.json"]);
    assert_eq!(code, 0);
    assert!(
        out.starts_with(
            "narrower: b.json allows less than a.json\n  lost access, for example s3:PutObject on "
        ),
        "{out}"
    );
    assert!(
        out.contains("statement 0 of a.json allows it; no statement of b.json allows it"),
        "{out}"
    );
    let (code, out, _) = folder.run(&["diff", "b.json", "a.json"]);
    assert_eq!(code, 1);
    assert!(
        out.starts_with("wider: a.json allows more than b.json\n  new access, "),
        "{out}"
    );
    let (code, out, _) = folder.run(&["diff", "a.json", "c.json", "--format", "json"]);
    assert_eq!(code, 1);
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(answer["relation"], "incomparable");
    assert_eq!(answer["new_access"]["action"], "s3:DeleteObject");
    assert_eq!(answer["lost_access"]["action"], "s3:PutObject");

    assert_eq!(folder.run(&["diff", "a.json"]).0, 2);
    assert_eq!(folder.run(&["diff", "-", "-"]).0, 2);
    let (code, out, err) = folder.run(&["diff", "a.json", "absent.json"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("absent.json: "), "{err}");
    let old = allow(&json!("s3:*")).to_string();
    assert_eq!(folder.feed(&["diff", "-", "a.json"], old.as_bytes()).0, 0);
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

#[test]
fn guarantees() {
    let folder = Folder::new("guarantees");
    folder
        .file("indexer.json", INDEXER)
        .file("base.json", allow(&json!("rekognition:*")))
        .file(
            "none.json",
            json!({"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}),
        );
    let (code, out, err) = folder.run(&[
        "prove",
        "indexer.json",
        "--never",
        "rekognition:Delete*",
        "--never",
        "rekognition:IndexFaces",
        "--on",
        "arn:aws:rekognition:*:*:collection/guests",
        "--only-on",
        "arn:aws:rekognition:*",
        "--no-wider-than",
        "base.json",
    ]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (
            0,
            "never rekognition:Delete*: holds\n\
             never rekognition:IndexFaces on arn:aws:rekognition:*:*:collection/guests: holds\n\
             only on arn:aws:rekognition:*: holds\n\
             no wider than base.json: holds\n",
            ""
        )
    );
    let (code, out, _) =
        folder.run(&["prove", "indexer.json", "--never", "rekognition:IndexFaces"]);
    assert_eq!(code, 1);
    assert!(
        out.starts_with("never rekognition:IndexFaces: broken by rekognition:IndexFaces on arn:"),
        "{out}"
    );
    let (code, out, _) = folder.run(&[
        "prove",
        "indexer.json",
        "--no-wider-than",
        "none.json",
        "--format",
        "json",
    ]);
    assert_eq!(code, 1);
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&answer["result"], &answer["by"]["action"]),
        (&json!("broken"), &json!("rekognition:IndexFaces"))
    );

    let (code, _, err) = folder.run(&[
        "prove",
        "indexer.json",
        "--never",
        "rekognition:DeleteColection",
    ]);
    assert_eq!(code, 0);
    assert!(
        err.contains("did you mean `rekognition:DeleteCollection`?"),
        "{err}"
    );
    for bad in [
        &["prove", "indexer.json"][..],
        &["prove", "indexer.json", "--never", "DeleteCollection"],
        &["prove", "indexer.json", "--on", "*", "--never", "s3:*"],
        &["prove", "indexer.json", "--only-on", "*", "--on", "*"],
        &["prove", "absent.json", "--never", "s3:*"],
        &["prove", "-", "--no-wider-than", "-"],
    ] {
        let (code, out, err) = folder.run(bad);
        assert_eq!((code, out.as_str()), (2, ""), "{bad:?}");
        assert!(!err.is_empty());
    }
}

#[test]
fn help_says_what_is_to_be_known() {
    let folder = Folder::new("help_says");
    for (command, words) in [
        (
            "evaluate",
            ["service-control@0=FILE", "implicit_deny", "Exit codes"],
        ),
        (
            "diff",
            ["equivalent|narrower|wider", "lost_access", "Exit codes"],
        ),
        (
            "prove",
            ["--no-wider-than", "holds|broken|unknown", "Exit codes"],
        ),
    ] {
        let (code, out, _) = folder.run(&[command, "--help"]);
        assert_eq!(code, 0);
        for word in words {
            assert!(out.contains(word), "{command}: {word}\n{out}");
        }
        assert!(out.lines().all(|line| line.chars().count() <= 120), "{out}");
    }
    let (_, out, _) = folder.run(&["man"]);
    assert!(
        out.contains("rekognition\\-iam\\-evaluate") || out.contains("rekognition-iam-evaluate"),
        "{out}"
    );
    let (code, out, _) = folder.run(&["completions", "bash"]);
    assert!(code == 0 && out.contains("--no-wider-than"));
}
