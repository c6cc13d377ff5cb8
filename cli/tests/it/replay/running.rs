//! Runs over parts of a trail, and their reports.

use super::*;

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
    // Nothing is read again: the files may be gone from what is done, and a changed file is read again.
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
fn an_event_in_two_files_counts_once() {
    let directory = Directory::new("copies");
    let records = outcomes();
    directory
        .json("new.json", &new())
        .file("trail/org/1_20261102_b.json", lines(&records))
        .file("trail/own/1_20261102_a.json", lines(&records[..5]))
        .file("once/1_20261102_b.json", lines(&records));
    let replay = |arguments: &[&str]| {
        directory.run(&[&["replay", "--policy", "new.json"], arguments].concat())
    };
    let report = |arguments: &[&str]| {
        let mut report = json_of(&replay(&[&["--format", "json"], arguments].concat()));
        let members = report.as_object_mut().unwrap();
        let repeated = members.remove("repeated").unwrap();
        members.remove("files");
        (report, repeated)
    };
    let (once, repeated) = report(&["once"]);
    assert_eq!(repeated, 0);
    assert_eq!(once["records"], 11);
    assert_eq!(report(&["trail"]), (once.clone(), json!(5)));
    // The events of files that an interrupted run has read are remembered, in either order.
    for first in ["trail/own", "trail/org"] {
        let resume = ["--resume", first.rsplit('/').next().unwrap()];
        report(&[&resume[..], &[first]].concat());
        assert_eq!(
            report(&[&resume[..], &["trail"]].concat()),
            (once.clone(), json!(5)),
            "{first}"
        );
    }
    let first = lines(&records[..1]);
    directory.file("two/1.json", format!("{first}{first}"));
    for (trail, words) in [
        ("two", "1 copy of another record was not counted"),
        ("trail", "5 copies of other records were not counted"),
    ] {
        for format in ["human", "markdown", "html"] {
            let done = replay(&["--format", format, trail]);
            assert!(done.out.contains(words), "{format}: {}", done.out);
        }
    }
    // Records without an ID cannot be told apart.
    let without = with(records[0].clone(), json!({"eventID": null}));
    directory.file("none/1.json", lines(&[without.clone(), without]));
    assert_eq!(report(&["none"]).0["records"], 2);
    // A file is read once, whatever it is called.
    #[cfg(unix)]
    std::os::unix::fs::symlink("1.json", directory.path().join("none/2.json")).unwrap();
    let absolute = directory.path().join("none/1.json");
    let names = [
        "none",
        "./none/1.json",
        "none/1.json",
        "none/../none/1.json",
        absolute.to_str().unwrap(),
    ];
    assert_eq!(report(&names).0["records"], 2);
    assert_eq!(
        json_of(&replay(&[&["--format", "json"], &names[..]].concat()))["files"],
        1
    );
    // The derivation from a trail counts in the same way.
    let derived = |trail: &str| {
        let arguments = ["derive", "--from-cloudtrail", trail, "--role", "App"];
        let done = directory.run(&[&arguments[..], &["--format", "json-report"]].concat());
        json_of(&done)
    };
    assert_eq!(derived("once")["calls"], 6);
    assert_eq!(derived("trail"), derived("once"));
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

/// A record with something personal in every member that a report does not list, and in all members if `everywhere`.
fn personal(everywhere: bool) -> Vec<Value> {
    let secret = "mira.secret@example.com";
    let name = if everywhere { secret } else { "App" };
    let arn = format!("arn:aws:iam::123456789012:role/team/{name}");
    let session = format!("arn:aws:sts::123456789012:assumed-role/{name}/{secret}");
    let call = with(
        record(
            "11111111-0000-4000-8000-000000000001",
            "rekognition",
            "ListFaces",
            json!({"collectionId": if everywhere { secret } else { "guests" }, "nextToken": secret, secret: secret}),
        ),
        json!({
            "userIdentity.arn": session,
            "userIdentity.principalId": format!("AROAEXAMPLE000000009:{secret}"),
            "userIdentity.userName": secret,
            "userIdentity.sessionContext.sessionIssuer.arn": arn,
            "userIdentity.sessionContext.sessionIssuer.userName": secret,
            "userIdentity.sessionContext.sourceIdentity": secret,
            "sourceIPAddress": "2001:db8::5ec",
            "userAgent": secret,
            "eventTime": secret,
            "responseElements": {"name": secret},
            "additionalEventData": {"name": secret},
            "requestID": secret,
            "vpcEndpointId": secret,
            "apiVersion": secret,
        }),
    );
    let object = with(
        record(
            "22222222-0000-4000-8000-000000000002",
            "s3",
            "GetObject",
            json!({"bucketName": "photos", "key": format!("{secret}.jpg"), "Host": secret}),
        ),
        json!({
            "resources": [{"type": "AWS::S3::Object", "ARN": format!("arn:aws:s3:::photos/{secret}.jpg")}],
            "userIdentity.sessionContext.sessionIssuer.arn": arn,
            "sourceIPAddress": "2001:db8::5ec",
        }),
    );
    // AWS said why, for someone by name and on something by name.
    let denied = with(
        call.clone(),
        json!({
            "eventID": "33333333-0000-4000-8000-000000000003",
            "errorCode": "AccessDeniedException",
            "errorMessage": format!("User: {session} is not authorized to perform: rekognition:ListFaces on resource: {COLLECTION} because no identity-based policy allows the rekognition:ListFaces action ({secret})"),
        }),
    );
    let mut all = vec![call.clone(), object, denied.clone()];
    if everywhere {
        // Text of others in what a report lists.
        all.push(with(
            call.clone(),
            json!({"eventName": secret, "eventSource": secret, "eventID": "e1"}),
        ));
        all.push(with(call, json!({"eventID": secret})));
        all.push(with(
            denied,
            json!({"errorMessage": secret, "eventID": "e2"}),
        ));
    }
    all
}

#[test]
fn nothing_of_a_record_is_printed_but_what_the_report_lists() {
    for everywhere in [false, true] {
        let directory = Directory::new("personal");
        directory
            .json("new.json", &new())
            .json("old.json", &old())
            .file("t.jsonl", lines(&personal(everywhere)))
            // What cannot be read is not quoted.
            .file(
                "wrong.jsonl",
                "mira.secret@example.com\n{\"eventName\": mirasecretexample}\n{\"eventName\":\"x\" mirasecretexample\n",
            );
        let check = |what: &str, text: &str| {
            for secret in ["mira", "secret", "2001:db8", "example.com"] {
                assert!(!text.contains(secret), "{what}: {secret}: {text}");
            }
            if everywhere {
                assert!(!text.contains("123456789012"), "{what}: {text}");
            }
        };
        for old in [&[][..], &["--old", "old.json"]] {
            for format in ["human", "json", "markdown", "html"] {
                let mut arguments = vec![
                    "replay",
                    "--policy",
                    "new.json",
                    "--format",
                    format,
                    "--keep-going",
                ];
                arguments.extend(old);
                arguments.extend(["--resume", "state", "--output", "report"]);
                if everywhere {
                    arguments.push("--redact");
                }
                arguments.extend(["t.jsonl", "wrong.jsonl"]);
                let done = directory.run(&arguments);
                assert_eq!(done.code, 0, "{}", done.err);
                let report = directory.text("report");
                check(format, &report);
                check("standard output", &format!("{}{}", done.out, done.err));
                assert!(report.contains("ListFaces"), "{report}");
                if !everywhere {
                    check("state", &directory.text("state"));
                }
                std::fs::remove_file(directory.path().join("state")).unwrap();
            }
        }
        if !everywhere {
            let done = directory.run(&[
                "replay",
                "--policy",
                "new.json",
                "--emit",
                "partial",
                "--keep-going",
                "t.jsonl",
                "wrong.jsonl",
            ]);
            assert_eq!(done.code, 0, "{}", done.err);
            check("partial result", &done.out);
        }
    }
}
