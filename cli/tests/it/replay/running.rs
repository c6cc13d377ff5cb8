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
