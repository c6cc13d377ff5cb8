//! `evaluate --stdin` for many questions: policies read once, old and new, several requests a line, keys that nobody knows, and
//! summaries that add up.

use serde_json::{Value, json};

use crate::support::{Directory, Done, INDEXER, STAFF, allow};

pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/indexer";

pub(crate) fn request(context: Value) -> Value {
    json!({"principal": ROLE, "action": "rekognition:IndexFaces", "resource": STAFF, "context": context})
}

/// The answers to these lines, with the exit code.
#[track_caller]
pub(crate) fn ask(directory: &Directory, arguments: &[&str], lines: &[Value]) -> (i32, Vec<Value>) {
    let mut all = vec!["evaluate", "--stdin"];
    all.extend(arguments);
    let input: Vec<String> = lines.iter().map(ToString::to_string).collect();
    let Done { code, out, err } = directory.feed(&all, input.join("\n").as_bytes());
    assert_eq!(err, "");
    let answers = out.lines().map(|line| serde_json::from_str(line).unwrap());
    (code, answers.collect())
}

pub(crate) fn texts<'a>(answers: &'a [Value], member: &str) -> Vec<&'a str> {
    (answers.iter())
        .map(|answer| answer[member].as_str().unwrap_or("none"))
        .collect()
}

pub(crate) fn keys(answer: &Value) -> Vec<&str> {
    (answer["depends_on"].as_array().unwrap().iter())
        .map(|found| found["key"].as_str().unwrap())
        .collect()
}

#[test]
fn policies_are_read_once_for_all_lines() {
    let directory = Directory::new("policies_are_read_once");
    directory
        .file("indexer.json", INDEXER)
        .json("limit.json", &allow(&json!("s3:*")));
    let lines = [
        json!({"request": request(json!({"aws:SourceVpc": "vpc-1"}))}),
        json!({"request": request(json!({}))}),
        // A line adds its own.
        json!({"request": request(json!({"aws:SourceVpc": "vpc-1"})), "policies": [{"kind": "boundary", "document": allow(&json!("s3:*"))}]}),
        json!({"request": request(json!({})), "policies": [{"document": allow(&json!("*"))}]}),
        json!({"request": request(json!({})), "policies": []}),
    ];
    let (code, found) = ask(&directory, &["--policy", "indexer.json"], &lines);
    assert_eq!(code, 0);
    let (yes, no) = ("allowed", "implicit_deny");
    assert_eq!(texts(&found, "decision"), [yes, no, no, yes, no]);
    let codes = [
        "granted",
        "nothing_allows",
        "boundary_does_not_allow",
        "granted",
        "nothing_allows",
    ];
    assert_eq!(texts(&found, "code"), codes);
    assert_eq!(
        found[3]["by"],
        json!({"policy": 1, "kind": "identity", "statement": 0, "sid": null})
    );
    // The same as with the policies on each line.
    let document: Value = serde_json::from_str(INDEXER).unwrap();
    let alone: Vec<Value> = lines[..2]
        .iter()
        .map(|line| json!({"request": line["request"], "policies": [{"document": document}]}))
        .collect();
    assert_eq!(ask(&directory, &[], &alone).1, found[..2]);
    // Kinds as on the command line.
    let (_, found) = ask(
        &directory,
        &[
            "--policy",
            "indexer.json",
            "--policy",
            "boundary=limit.json",
        ],
        &lines[..1],
    );
    assert_eq!(texts(&found, "code"), ["boundary_does_not_allow"]);

    let (code, found) = ask(&directory, &[], &lines[..1]);
    assert_eq!(code, 2);
    assert_eq!(
        found[0]["error"],
        "line 1 column 1: the line has no member `policies`; add it, or give --policy"
    );
    for arguments in [
        ["--policy", "-"].as_slice(),
        &["--policy", "indexer.json", "--action", "s3:GetObject"],
        &["--policy", "absent.json"],
    ] {
        let mut all = vec!["evaluate", "--stdin"];
        all.extend(arguments);
        let Done { code, out, .. } = directory.feed(&all, b"{}");
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
    }
}

#[test]
fn keys_that_nobody_knows() {
    let directory = Directory::new("keys_that_nobody_knows");
    directory.file("indexer.json", INDEXER);
    let line = |request: Value| json!({"request": request});
    let mut listed = request(json!({"aws:SourceVpc": "vpc-1"}));
    listed["unknown"] = json!(["aws:SecureTransport"]);
    let mut both = request(json!({"aws:securetransport": null}));
    both["unknown"] = json!(["aws:SourceVpc"]);
    let lines = [
        line(request(
            json!({"aws:SourceVpc": "vpc-1", "aws:SecureTransport": null}),
        )),
        line(listed),
        line(both),
        // Not asked for by any statement.
        line(request(
            json!({"aws:SourceVpc": "vpc-1", "aws:SecureTransport": "true", "aws:PrincipalOrgID": null}),
        )),
    ];
    let (code, found) = ask(&directory, &["--policy", "indexer.json"], &lines);
    assert_eq!(code, 0);
    let unknown = "unknown";
    assert_eq!(
        texts(&found, "decision"),
        [unknown, unknown, unknown, "allowed"]
    );
    // A Deny that depends on the key is named, and not treated as a denial.
    assert_eq!(found[0], found[1]);
    assert_eq!(
        found[0],
        json!({
            "decision": "unknown",
            "code": "unknown_value",
            "by": {"policy": 0, "kind": "identity", "statement": 1, "sid": "Plain"},
            "reason": "statement 2 `Plain` of identity policy 1 may or may not apply: the value of the key is not known; find out the value of the key",
            "unknown": [{
                "policy": 0, "kind": "identity", "statement": 1, "sid": "Plain",
                "element": "Condition", "key": "aws:SecureTransport", "cause": "unknown_value",
            }],
            "depends_on": [{
                "key": "aws:SecureTransport", "lack": "unknown",
                "statements": [{"policy": 0, "kind": "identity", "statement": 1, "sid": "Plain"}],
            }],
        })
    );
    assert_eq!(keys(&found[2]), ["aws:SourceVpc", "aws:SecureTransport"]);
    assert_eq!(found[3]["depends_on"], json!([]));

    for (request, says) in [
        (
            json!({"action": "a:B", "resource": "*", "context": {"a:k": 1}, "unknown": ["A:K"]}),
            "`request` has `A:K` twice",
        ),
        (
            json!({"action": "a:B", "resource": "*", "unknown": "a:k"}),
            "`request.unknown` is a string, but must be a list",
        ),
        (
            json!({"action": "a:B", "resource": "*", "unknown": [null]}),
            "request.unknown[0] is `null`, but must be a string",
        ),
        (
            json!({"action": "a:B", "resource": "*", "context": {"a:k": [null]}}),
            "request.context[\"a:k\"] is `null`, but must be",
        ),
    ] {
        let (code, found) = ask(&directory, &["--policy", "indexer.json"], &[line(request)]);
        assert_eq!(code, 2);
        let error = found[0]["error"].as_str().unwrap();
        assert!(error.contains(says), "{error}");
    }

    // And for one question.
    let one = |arguments: &[&str]| {
        let mut all = vec!["evaluate", "--policy", "indexer.json", "--resource", STAFF];
        all.extend([
            "--action",
            "rekognition:IndexFaces",
            "--context",
            "aws:SourceVpc=vpc-1",
        ]);
        all.extend(arguments);
        directory.run(&all)
    };
    let Done { code, out, .. } = one(&["--unknown", "aws:SecureTransport"]);
    assert_eq!(code, 1);
    assert!(out.starts_with("cannot be determined: "), "{out}");
    assert!(
        out.contains("\n  depends on `aws:SecureTransport`, not known: statement 2 `Plain` of identity policy 1\n"),
        "{out}"
    );
    let Done { code, out, .. } = one(&[]);
    assert_eq!(code, 0);
    assert!(
        out.contains(
            "\n  depends on `aws:SecureTransport`, not in the request: statement 2 `Plain`"
        ),
        "{out}"
    );
    let Done { code, out, .. } = one(&["--context", "aws:SecureTransport=true"]);
    assert_eq!(code, 0);
    assert!(!out.contains("depends on"), "{out}");
    assert_eq!(one(&["--unknown", "AWS:sourcevpc"]).code, 2);
}

#[test]
fn several_requests_a_line() {
    let directory = Directory::new("several_requests");
    directory.file("indexer.json", INDEXER);
    let (vpc, none) = (
        request(json!({"aws:SourceVpc": "vpc-1"})),
        request(json!({})),
    );
    let lines = [
        json!({"id": 1, "requests": [vpc, none]}),
        json!({"requests": []}),
        json!({"requests": [vpc]}),
        json!({"id": 4, "requests": [vpc, {"action": "x:Y"}]}),
        json!({"id": 5, "requests": [vpc], "request": vpc}),
        json!({"id": 6}),
        json!({"id": 7, "request": [vpc]}),
    ];
    let (code, found) = ask(&directory, &["--policy", "indexer.json"], &lines);
    assert_eq!(code, 2);
    let decisions = |answer: &Value| -> Vec<String> {
        let answers = answer["answers"].as_array().unwrap();
        texts(answers, "decision")
            .into_iter()
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(decisions(&found[0]), ["allowed", "implicit_deny"]);
    assert_eq!(found[0]["id"], 1);
    assert_eq!(found[1], json!({"answers": []}));
    assert_eq!(decisions(&found[2]), ["allowed"]);
    for (number, says) in [
        (3, "`requests[1]` has no member `resource`"),
        (
            4,
            "the line has both `request` and `requests`; put all requests into `requests`",
        ),
        (5, "the line has no member `request`"),
        (6, "`request` is a list, but must be an object"),
    ] {
        let error = found[number]["error"].as_str().unwrap();
        assert!(error.contains(says), "{error}");
        assert_eq!(found[number]["id"], number + 1);
    }
}

#[test]
fn old_and_new_policies_in_one_pass() {
    let directory = Directory::new("old_and_new");
    directory
        .json("old.json", &allow(&json!("rekognition:*")))
        .file("new.json", INDEXER)
        .json("scp.json", &allow(&json!("rekognition:Index*")));
    let mut other = request(json!({}));
    other["action"] = "rekognition:ListFaces".into();
    let lines = [
        json!({"id": "a", "request": request(json!({"aws:SourceVpc": "vpc-1"}))}),
        json!({"id": "b", "request": request(json!({}))}),
        json!({"id": "c", "request": other}),
        json!({"id": "d", "requests": [request(json!({})), other]}),
        json!({"id": "e"}),
    ];
    let sides = [
        "--old",
        "old.json",
        "--new",
        "new.json",
        "--policy",
        "scp=scp.json",
    ];
    let (code, found) = ask(&directory, &sides, &lines);
    assert_eq!(code, 2);
    let changed: Vec<&Value> = found.iter().map(|answer| &answer["changed"]).collect();
    assert_eq!(changed[..3], [&json!(false), &json!(true), &json!(false)]);
    let decisions = |answer: &Value| -> [String; 2] {
        ["old", "new"].map(|side| answer[side]["decision"].as_str().unwrap().to_owned())
    };
    assert_eq!(decisions(&found[0]), ["allowed", "allowed"]);
    assert_eq!(decisions(&found[1]), ["allowed", "implicit_deny"]);
    assert_eq!(decisions(&found[2]), ["implicit_deny", "implicit_deny"]);
    assert_eq!(found[1]["old"]["by"]["policy"], 1);
    assert_eq!(
        keys(&found[1]["new"]),
        ["aws:SourceVpc", "aws:SecureTransport"]
    );
    let answers = found[3]["answers"].as_array().unwrap();
    assert_eq!(
        (&answers[0]["changed"], &answers[1]["changed"]),
        (&json!(true), &json!(false))
    );
    assert!(found[4]["error"].is_string());

    // Only what differs, and what could not be answered.
    let mut only = sides.to_vec();
    only.push("--only-changed");
    let (_, some) = ask(&directory, &only, &lines);
    assert_eq!(texts(&some, "id"), ["b", "d", "e"]);
    assert_eq!(some[0], found[1]);

    // One question.
    let one = |arguments: &[&str]| {
        let mut all = vec![
            "evaluate",
            "--resource",
            STAFF,
            "--action",
            "rekognition:IndexFaces",
        ];
        all.extend(sides);
        all.extend(arguments);
        directory.run(&all)
    };
    let Done { code, out, .. } = one(&[]);
    assert_eq!(code, 1);
    assert!(out.starts_with("before: allowed: "), "{out}");
    assert!(out.contains("\nnow: implicitly denied: "), "{out}");
    let same = ["--context", "aws:SourceVpc=vpc-1", "--format", "json"];
    let Done { code, out, .. } = one(&same);
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &answer["changed"]), (0, &json!(false)));
    assert_eq!(answer["old"]["policies"][1]["file"], "old.json");
    assert_eq!(answer["new"]["policies"][1]["file"], "new.json");
    for arguments in [
        ["evaluate", "--stdin", "--old", "old.json"].as_slice(),
        &["evaluate", "--stdin", "--new", "new.json"],
        &["evaluate", "--stdin", "--only-changed"],
    ] {
        assert_eq!(directory.feed(arguments, b"").code, 2, "{arguments:?}");
    }
}

#[test]
fn summaries_add_up() {
    let directory = Directory::new("summaries_add_up");
    directory
        .json("old.json", &allow(&json!("rekognition:*")))
        .file("new.json", INDEXER);
    let lines: Vec<String> = (0..40)
        .map(|number| {
            if number % 13 == 12 {
                return format!("{{\"id\":{number},\"request\":{}}}", number % 3);
            }
            let context = match number % 3 {
                0 => json!({"aws:SourceVpc": "vpc-1"}),
                1 => json!({"aws:SourceVpc": "vpc-1", "aws:SecureTransport": false}),
                _ => json!({"aws:SourceVpc": null}),
            };
            let mut request = request(context);
            if number % 5 == 0 {
                request["action"] = "rekognition:\"odd\"\\".into();
            }
            json!({"id": {"n o": number}, "requests": [request, request]}).to_string()
        })
        .collect();
    let summary = |arguments: &[&str], lines: &[String]| {
        let mut all = vec!["evaluate", "--stdin", "--summary", "--keep-going"];
        all.extend(arguments);
        let Done { code, out, err } = directory.feed(&all, lines.join("\n").as_bytes());
        assert_eq!((code, err.as_str(), out.lines().count()), (0, "", 1));
        out
    };
    for arguments in [
        ["--policy", "new.json"].as_slice(),
        &["--old", "old.json", "--new", "new.json"],
    ] {
        let whole = summary(arguments, &lines);
        let counts: Value = serde_json::from_str(&whole).unwrap();
        assert_eq!(
            (&counts["summary"], &counts["lines"]),
            (&json!(1), &json!(40))
        );
        assert_eq!(
            (&counts["requests"], &counts["errors"]),
            (&json!(74), &json!(3))
        );
        let groups = counts["counts"].as_array().unwrap();
        let total: u64 = groups
            .iter()
            .map(|group| group["count"].as_u64().unwrap())
            .sum();
        assert_eq!(total, 74);
        assert!(
            groups
                .iter()
                .all(|group| !group["ids"].as_array().unwrap().is_empty())
        );
        // In parts of any size and in any order.
        for size in [1, 7, 25] {
            let parts: Vec<String> = (lines.chunks(size))
                .map(|part| summary(arguments, part))
                .collect();
            let mut names = Vec::new();
            for (number, part) in parts.iter().enumerate() {
                let name = format!("part-{number}.json");
                directory.file(&name, part);
                names.push(name);
            }
            // Several in one file, with space that another program has put there.
            let (first, last) = (
                parts[0].replace("\":", "\": "),
                parts[parts.len() - 1].clone(),
            );
            directory.file("part-0.json", "");
            directory.file("both.json", format!("{first}\n\n{last}"));
            names.pop();
            names.retain(|name| name != "part-0.json");
            names.reverse();
            names.push("both.json".to_string());
            if parts.len() == 1 {
                continue;
            }
            let mut all = vec!["evaluate", "--merge"];
            all.extend(names.iter().map(String::as_str));
            let Done { code, out, err } = directory.run(&all);
            assert_eq!((code, err.as_str()), (0, ""));
            assert_eq!(out, whole, "{size}");
        }
    }
    // Without --keep-going, bad lines show in the exit code.
    let Done { code, out, .. } = directory.feed(
        &["evaluate", "--stdin", "--summary", "--policy", "new.json"],
        b"nope\n",
    );
    let counts: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &counts["errors"]), (2, &json!(1)));

    for (text, says) in [
        ("", "the file has no summary"),
        ("{}", "bad.json:1:1: the summary has no member `summary`"),
        (
            "\n{\"summary\":2}",
            "bad.json:2:12: a summary of version 2 cannot be merged",
        ),
        ("{\"summary\":1,\"lines\":-1}", "`-1` is not a count"),
        (
            "{\"summary\":1,\"odd\":1}",
            "the summary has no member `odd`",
        ),
        ("nope", "bad.json:1:1: expected"),
    ] {
        directory.file("bad.json", text);
        let Done { code, out, err } = directory.run(&["evaluate", "--merge", "bad.json"]);
        assert_eq!((code, out.as_str()), (2, ""), "{text}");
        assert!(err.contains(says), "{err}");
    }
    let merge = ["evaluate", "--merge", "new.json", "--policy", "new.json"];
    assert_eq!(directory.run(&merge).code, 2);
}

#[test]
fn many_actions_on_many_resources() {
    let directory = Directory::new("many_actions");
    directory.file("indexer.json", INDEXER);
    let other = "arn:aws:rekognition:us-east-1:123456789012:collection/a|b,c";
    let run = |format: &str, more: &[&str]| {
        let mut all = vec![
            "evaluate",
            "--policy",
            "indexer.json",
            "--matrix",
            "--format",
            format,
        ];
        all.extend([
            "--action",
            "rekognition:IndexFaces",
            "--action",
            "rekognition:ListFaces",
        ]);
        all.extend(["--resource", STAFF, "--resource", other]);
        all.extend(["--context", "aws:SourceVpc=vpc-1"]);
        all.extend(more);
        directory.run(&all)
    };
    let Done { code, out, err } = run("human", &[]);
    assert_eq!((code, err.as_str()), (1, ""));
    let table = format!(
        "action                  [1]      [2]\n\
         rekognition:IndexFaces  allowed  -\n\
         rekognition:ListFaces   -        -\n\n\
         [1] {STAFF}\n[2] {other}\n\
         denied: a statement denies it; -: nothing allows it; unknown: it cannot be determined\n"
    );
    assert_eq!(out, table);
    let Done { out, .. } = run("json", &["--unknown", "aws:SecureTransport"]);
    let found: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let no = "implicit_deny";
    assert_eq!(texts(&found, "decision"), ["unknown", no, no, no]);
    assert_eq!(
        (&found[1]["action"], &found[1]["resource"]),
        (&json!("rekognition:IndexFaces"), &json!(other))
    );
    assert_eq!(keys(&found[0]), ["aws:SecureTransport"]);
    let Done { out, .. } = run("csv", &["--context", "aws:SecureTransport=false"]);
    let lines: Vec<&str> = out.split("\r\n").collect();
    assert_eq!(lines[0], "action,resource,decision,code,by");
    assert_eq!(
        lines[2],
        format!(
            "rekognition:IndexFaces,\"{other}\",explicit_deny,denied,\"statement 2 `Plain` of identity policy 1\""
        )
    );
    assert_eq!(lines.len(), 6);
    let Done { out, .. } = run("markdown", &[]);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[1], "|---|---|---|");
    assert!(lines[0].ends_with("collection/a\\|b,c` |"), "{out}");
    assert_eq!(lines[2], "| `rekognition:IndexFaces` | allowed | - |");

    // A pattern represents the actions of the catalogue that it matches, each of them once.
    let pattern = |actions: &[&str]| {
        let mut all = vec![
            "evaluate",
            "--policy",
            "indexer.json",
            "--matrix",
            "--resource",
            "*",
            "--format",
            "csv",
        ];
        actions
            .iter()
            .for_each(|action| all.extend(["--action", action]));
        directory.run(&all)
    };
    let Done { out, .. } = pattern(&["rekognition:*Faces", "rekognition:listfaces"]);
    let actions: Vec<&str> = out
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').next())
        .collect();
    assert!(
        actions.contains(&"rekognition:CompareFaces") && actions.len() > 5,
        "{actions:?}"
    );
    assert!(
        actions.iter().all(|action| action.ends_with("Faces")),
        "{actions:?}"
    );
    let Done { code, err, .. } = pattern(&["rekognition:Nope*"]);
    assert_eq!(code, 2);
    assert!(
        err.contains("the catalogue has no action that matches `rekognition:Nope*`"),
        "{err}"
    );
    let all = directory.json("all.json", &allow(&json!("*")));
    let matrix = [
        "evaluate",
        "--policy",
        "all.json",
        "--matrix",
        "--action",
        "s3:*",
        "--resource",
        "*",
    ];
    assert_eq!(all.run(&matrix).code, 0);
    // Several actions and tables are of the matrix.
    let one = [
        "evaluate",
        "--policy",
        "all.json",
        "--resource",
        "*",
        "--action",
        "s3:GetObject",
    ];
    let with = |more: &[&str]| directory.run(&[one.as_slice(), more].concat());
    assert!(
        with(&["--action", "s3:PutObject"])
            .err
            .contains("ask about several with --matrix")
    );
    assert!(with(&["--format", "csv"]).err.contains("need --matrix"));
    assert_eq!(with(&["--matrix", "--stdin"]).code, 2);
}
