//! The application in `tests/apps/sdk`, on the real SDK: all calls are found, and the policy is up to date.
//! `tests/it/derived.rs` compiles that policy and asks what it allows.

use std::fs;
use std::path::{Path, PathBuf};

use rekognition_iam_codegen::derive::{Derive, Derived};

fn app() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("tests/apps/sdk")
}

fn derived() -> Derived {
    Derive::new().manifest_dir(app()).run().unwrap()
}

#[test]
fn all_calls_are_found() {
    let derived = derived();
    let mut found: Vec<&str> = derived.calls().iter().map(|call| call.method()).collect();
    found.sort_unstable();
    // Written down by hand from the sources.
    assert_eq!(
        found,
        [
            "create_collection",
            "describe_project_versions",
            "detect_custom_labels",
            "detect_labels",
            "get_label_detection",
            "index_faces",
            "list_collections",
            "list_objects_v2",
            "put_object",
            "search_faces_by_image",
            "start_label_detection",
            "start_project_version",
            "stop_project_version",
        ]
    );
    // And nothing that looks like one is missing: every request is sent once.
    let senders = [".send()", ".wait("];
    let mut sent = 0;
    for file in fs::read_dir(app().join("src")).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        sent += senders
            .iter()
            .map(|sender| text.matches(sender).count())
            .sum::<usize>();
    }
    assert_eq!(sent, found.len());
    assert_eq!(derived.unfollowed(), []);
    for call in derived.calls() {
        let text = fs::read_to_string(app().join(call.file())).unwrap();
        let line = text.lines().nth(call.line() - 1).unwrap();
        let at = line.char_indices().nth(call.column() - 1).unwrap().0;
        let method = if call.is_waiter() {
            "wait_until_project_version_running"
        } else {
            call.method()
        };
        assert!(line[at..].starts_with(method), "{call}: {line}");
    }
}

/// `UPDATE_EXPECT=1` writes it again.
#[test]
fn the_policy_is_up_to_date() {
    let rust = derived().rust();
    let file = app().join("needed.rs");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&file, &rust).unwrap();
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), rust);
}

#[test]
fn json_wants_its_parameters() {
    let error = derived().json().unwrap_err().to_string();
    assert!(
        error.contains("the value of `account` (AccountId) is known only when the program runs"),
        "{error}"
    );
    let wild = Derive::new()
        .manifest_dir(app())
        .allow_wildcards(true)
        .run()
        .unwrap();
    assert!(
        wild.json()
            .unwrap()
            .contains("arn:aws:rekognition:*:*:collection/staff-faces")
    );
    let given = Derive::new()
        .manifest_dir(app())
        .value("region", "eu-west-1")
        .value("account", "123456789012")
        .value("acme_uploads_key", "faces/*")
        .value("acme_videos_key", "*")
        .value("acme_reports_key", "daily/*")
        .run()
        .unwrap();
    assert!(given.parameters().is_empty());
    assert!(
        given
            .json()
            .unwrap()
            .contains("arn:aws:s3:::acme-uploads/faces/*")
    );
    assert!(
        given
            .rust()
            .contains("pub static NEEDED: Policy = policy![")
    );

    let error = |name: &str, value: &str| {
        let derive = Derive::new().manifest_dir(app()).value(name, value);
        derive.run().unwrap_err().to_string()
    };
    assert_eq!(
        error("regoin", "x"),
        "derive: the policy has no parameter `regoin`\n  help: it has region, account, acme_reports_key, \
         acme_uploads_key, acme_videos_key"
    );
    assert_eq!(
        error("account", "1234"),
        "derive: `account`: not an AccountId: it must have 12 characters"
    );
}

#[test]
fn terraform_has_a_variable_for_each_parameter() {
    let terraform = derived().terraform().unwrap();
    for part in [
        "variable \"acme_reports_key\" {\n  type        = string\n  description = \"text or pattern, as in daily/2026-11-24/*\"\n\n  validation {\n    \
         condition     = can(regex(\"^([ !#%-9;-\\\\[\\\\]-z|-~\\\\xA1-\\\\xAC\\\\xAE-\\\\xFF]|\\\\$\\\\{[^{}]+\\\\})+$\", \
         var.acme_reports_key))\n    error_message = \"The value of acme_reports_key is not valid. Expected: text without a colon; * and ? are wildcards.\"\n  }\n}\n",
        "    condition     = can(regex(\"^[0-9]{12}$\", var.account))\n    error_message = \"The value of account is not valid. Expected: ID of an account; wildcards are not allowed.\"\n",
        "data \"aws_iam_policy_document\" \"needed\" {\n",
        "  # src/video.rs:16: start_label_detection, for its `NotificationChannel`\n  statement {\n    actions   = \
         [\"iam:PassRole\"]\n    resources = [\"arn:aws:iam::123456789012:role/rekognition-video\"]\n\n    condition {\n",
        "\"arn:aws:s3:::acme-uploads/${var.acme_uploads_key}\"",
    ] {
        assert!(terraform.contains(part), "{part}\n{terraform}");
    }
}
