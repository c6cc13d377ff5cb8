//! `derive` and `coverage` as people run them, on the application in `tests/apps/sdk` and on small packages.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn app() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("tests/apps/sdk")
}

/// Exit code, output and errors.
fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_rekognition-iam"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap();
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

fn package(name: &str, library: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(root.join("src")).unwrap();
    fs::write(
        root.join("Cargo.toml"),
        "[package]\nname = \"demo\"\n[dependencies]\naws-sdk-rekognition = \"1\"\n",
    )
    .unwrap();
    fs::write(root.join("src/lib.rs"), library).unwrap();
    root
}

#[test]
fn derive_prints_the_policy() {
    let (code, out, err) = run(&app(), &["derive"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(out, fs::read_to_string(app().join("needed.rs")).unwrap());
    let manifest = app().join("Cargo.toml");
    let elsewhere = run(
        Path::new(env!("CARGO_TARGET_TMPDIR")),
        &["derive", "--manifest-path", manifest.to_str().unwrap()],
    );
    assert_eq!(elsewhere.1, out);
    let (_, calls, _) = run(&app(), &["derive", "--calls"]);
    assert_eq!(calls.lines().count(), 13);
    assert!(calls.starts_with("src/collections.rs:22: list_collections\n"));

    let (code, out, err) = run(&app(), &["derive", "--format", "json"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(
        err.contains("`region` (Region)") && err.contains("--allow-wildcards"),
        "{err}"
    );
    let json = run(
        &app(),
        &[
            "derive",
            "--format",
            "json",
            "--allow-wildcards",
            "--set",
            "region=eu-west-1",
        ],
    );
    assert!(
        json.1
            .contains("\"arn:aws:rekognition:eu-west-1:*:collection/staff-faces\""),
        "{}",
        json.1
    );
    let terraform = run(
        &app(),
        &["derive", "--format", "terraform", "--name", "app"],
    );
    assert!(
        terraform
            .1
            .contains("data \"aws_iam_policy_document\" \"app\" {")
    );
    let (code, _, err) = run(&app(), &["derive", "--set", "regoin=x"]);
    assert!(
        code == 2 && err.contains("the policy has no parameter `regoin`"),
        "{err}"
    );
}

#[test]
fn what_is_not_followed_is_told() {
    let root = package(
        "cli-unfollowed",
        "fn f(c: &aws_sdk_rekognition::Client) { c.detect_text(); other::run(c); }",
    );
    let note = "not followed: src/lib.rs:1:58: a client of `aws-sdk-rekognition` is handed to `other::run(..)`, whose code is not followed\n";
    let (code, out, err) = run(&root, &["derive"]);
    assert_eq!((code, err.as_str()), (0, note));
    assert!(out.contains("// src/lib.rs:1:58: a client of"), "{out}");
    assert_eq!(run(&root, &["derive", "--deny-unfollowed"]).0, 1);
    assert_eq!(run(&root, &["derive", "--manifest-path", "gone"]).0, 2);
}

#[test]
fn coverage_tells_what_is_out_of_step() {
    let root = package(
        "cli-coverage",
        "static A: Policy = policy![allow(rekognition::DetectText).on_any()];\nfn f(c: &aws_sdk_rekognition::Client) { c.detect_faces(); }\n",
    );
    let (code, out, _) = run(&root, &["coverage"]);
    assert_eq!(code, 1);
    assert_eq!(
        out,
        "src/lib.rs:1:47: unused: `rekognition:DetectText` in statement 1 of `A`: no call uses it
  help: take it away, or accept it: `// rekognition-iam: allow unused, why`
src/lib.rs:2:43: `detect_faces` needs `rekognition:DetectFaces` on `*`, and no policy allows it
1 call, 1 policy: 2 problems
"
    );
    let root = package(
        "cli-covered",
        "static A: Policy = policy![allow(rekognition::DetectText).on_any()];\nfn f(c: &aws_sdk_rekognition::Client) { c.detect_text(); }\n",
    );
    let (code, out, err) = run(&root, &["coverage"]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (0, "1 call, 1 policy: in step\n", "")
    );
    assert_eq!(run(&root, &["coverage", "--only", "B"]).0, 2);
}
