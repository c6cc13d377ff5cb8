//! `diff` and `prove`.

use serde_json::{Value, json};

use crate::support::{Directory, Done, INDEXER, allow};

#[test]
fn what_is_new_and_what_is_gone() {
    let directory = Directory::new("what_is_new");
    directory
        .json("a.json", &allow(&json!(["s3:GetObject", "s3:PutObject"])))
        .json("b.json", &allow(&json!(["s3:GetObject"])))
        .json(
            "c.json",
            &allow(&json!(["s3:GetObject", "s3:DeleteObject"])),
        );
    let Done { code, out, err } = directory.run(&["diff", "a.json", "a.json"]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (0, "equivalent: a.json allows the same as a.json\n", "")
    );
    let Done { code, out, .. } = directory.run(&["diff", "a.json", "b.json"]);
    assert_eq!(code, 0);
    assert!(
        out.starts_with(
            "narrower: b.json allows less than a.json\n  lost access, for example s3:PutObject on "
        ),
        "{out}"
    );
    assert!(
        out.contains("statement 1 of a.json allows it; no statement of b.json allows it"),
        "{out}"
    );
    let Done { code, out, .. } = directory.run(&["diff", "b.json", "a.json"]);
    assert_eq!(code, 1);
    assert!(
        out.starts_with("wider: a.json allows more than b.json\n  new access, "),
        "{out}"
    );
    let Done { code, out, .. } = directory.run(&["diff", "a.json", "c.json", "--format", "json"]);
    assert_eq!(code, 1);
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(answer["relation"], "incomparable");
    assert_eq!(answer["new_access"]["action"], "s3:DeleteObject");
    assert_eq!(answer["lost_access"]["action"], "s3:PutObject");

    assert_eq!(directory.run(&["diff", "a.json"]).code, 2);
    assert_eq!(directory.run(&["diff", "-", "-"]).code, 2);
    let Done { code, out, err } = directory.run(&["diff", "a.json", "absent.json"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("absent.json: "), "{err}");
    let old = allow(&json!("s3:*")).to_string();
    assert_eq!(
        directory
            .feed(&["diff", "-", "a.json"], old.as_bytes())
            .code,
        0
    );
}

#[test]
fn guarantees() {
    let directory = Directory::new("guarantees");
    directory
        .file("indexer.json", INDEXER)
        .json("base.json", &allow(&json!("rekognition:*")))
        .json(
            "none.json",
            &json!({"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}),
        );
    let Done { code, out, err } = directory.run(&[
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
    let Done { code, out, .. } =
        directory.run(&["prove", "indexer.json", "--never", "rekognition:IndexFaces"]);
    assert_eq!(code, 1);
    assert!(
        out.starts_with("never rekognition:IndexFaces: broken by rekognition:IndexFaces on arn:"),
        "{out}"
    );
    let Done { code, out, .. } = directory.run(&[
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

    let Done { code, err, .. } = directory.run(&[
        "prove",
        "indexer.json",
        "--never",
        "rekognition:DeleteColection",
    ]);
    // That no policy allows a misspelled action guarantees nothing.
    assert_eq!(code, 2);
    assert!(
        err.contains("did you mean `rekognition:DeleteCollection`?"),
        "{err}"
    );
    // A pattern need not say where the service ends.
    for (action, expected) in [
        ("*Faces", 1),
        ("*:IndexFaces", 1),
        ("rekognition?IndexFaces", 1),
        ("*DeleteFaces", 0),
        ("*", 1),
    ] {
        let Done { code, out, err } = directory.run(&["prove", "indexer.json", "--never", action]);
        assert_eq!((code, err.as_str()), (expected, ""), "{action}: {out}");
    }
    let Done { code, err, .. } = directory.run(&["prove", "indexer.json", "--never", "*Facs"]);
    assert_eq!(code, 2);
    assert!(err.contains("no action that matches `*Facs`"), "{err}");
    let Done { code, err, .. } = directory.run(&["prove", "indexer.json", "--never", "Delete*"]);
    assert_eq!(code, 2);
    assert!(err.contains("write `*:Delete*`"), "{err}");
    for bad in [
        &["prove", "indexer.json"][..],
        &["prove", "indexer.json", "--never", "DeleteCollection"],
        &["prove", "indexer.json", "--on", "*", "--never", "s3:*"],
        &["prove", "indexer.json", "--only-on", "*", "--on", "*"],
        &["prove", "absent.json", "--never", "s3:*"],
        &["prove", "-", "--no-wider-than", "-"],
    ] {
        let Done { code, out, err } = directory.run(bad);
        assert_eq!((code, out.as_str()), (2, ""), "{bad:?}");
        assert!(!err.is_empty());
    }
}
