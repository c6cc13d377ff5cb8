//! `derive` and `coverage`, on the application in `tests/apps/sdk` and on small packages.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Done, Folder, run_in};

fn app() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("tests/apps/sdk")
}

fn package(name: &str, library: &str) -> Folder {
    let folder = Folder::new(name);
    folder
        .file(
            "Cargo.toml",
            "[package]\nname = \"demo\"\n[dependencies]\naws-sdk-rekognition = \"1\"\n",
        )
        .file("src/lib.rs", library);
    folder
}

#[test]
fn derive_prints_the_policy() {
    let Done { code, out, err } = run_in(&app(), &["derive"]);
    // What depends on the configuration of the bucket, in a line.
    assert_eq!(
        (code, err.as_str()),
        (
            0,
            "hint: if the bucket has a customer managed KMS key, `s3` needs `allow(kms::GenerateDataKey).on(kms::key(region, account, \
             key_id)).when(kms::ViaService.string_like(\"s3.*.amazonaws.com\"))`\n"
        )
    );
    assert_eq!(out, fs::read_to_string(app().join("needed.rs")).unwrap());
    let manifest = app().join("Cargo.toml");
    let elsewhere = run_in(
        Path::new(env!("CARGO_TARGET_TMPDIR")),
        &["derive", "--manifest-path", manifest.to_str().unwrap()],
    );
    assert_eq!(elsewhere.out, out);
    let Done { out: calls, .. } = run_in(&app(), &["derive", "--calls"]);
    assert_eq!(calls.lines().count(), 13);
    assert!(calls.starts_with("src/collections.rs:22: list_collections\n"));

    let Done { code, out, err } = run_in(&app(), &["derive", "--format", "json"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(
        err.contains("`region` (Region)") && err.contains("--allow-wildcards"),
        "{err}"
    );
    let json = run_in(
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
        json.out
            .contains("\"arn:aws:rekognition:eu-west-1:*:collection/staff-faces\""),
        "{}",
        json.out
    );
    let terraform = run_in(
        &app(),
        &["derive", "--format", "terraform", "--name", "app"],
    );
    assert!(
        terraform
            .out
            .contains("data \"aws_iam_policy_document\" \"app\" {")
    );
    let Done { code, err, .. } = run_in(&app(), &["derive", "--set", "regoin=x"]);
    assert!(
        code == 2 && err.contains("the policy has no parameter `regoin`"),
        "{err}"
    );
}

#[cfg(unix)]
#[test]
fn no_name_of_a_file_ends_a_comment() {
    let path = "a\u{1b}\nfn evil() {}\n::error::x\u{202e}.rs";
    let root = package("cli-hostile", &format!("#[path = {path:?}] mod a;"));
    root.file(
        &format!("src/{path}"),
        r#"fn f(c: &aws_sdk_rekognition::Client) {
            c.detect_text(); other::run(c); c.index_faces().collection_id("x\u{1b}\n::error::y");
            const P: Policy = policy![allow(rekognition::DetectFaces).on_any()];
        }"#,
    );
    for arguments in [
        &["derive"][..],
        &["derive", "--format", "terraform"],
        &["derive", "--calls"],
        &["coverage"],
    ] {
        let Done { out, err, .. } = root.run(arguments);
        assert!(
            out.contains("src/a\\u{1b}\\nfn evil() {}\\n::error::x\\u{202e}.rs:"),
            "{out}"
        );
        for text in [out, err] {
            let hidden = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
            assert!(!text.contains(hidden), "{text:?}");
            assert!(
                !text
                    .lines()
                    .any(|line| line.starts_with("fn evil") || line.starts_with("::")),
                "{text}"
            );
        }
    }
}

#[test]
fn what_is_not_followed_is_told() {
    let root = package(
        "cli-unfollowed",
        "fn f(c: &aws_sdk_rekognition::Client) { c.detect_text(); other::run(c); }",
    );
    let note = "not followed: src/lib.rs:1:58: a client of `aws-sdk-rekognition` is handed to `other::run(..)`, whose code is not followed\n";
    let Done { code, out, err } = root.run(&["derive"]);
    assert_eq!((code, err.as_str()), (0, note));
    assert!(out.contains("// src/lib.rs:1:58: a client of"), "{out}");
    assert_eq!(root.run(&["derive", "--deny-unfollowed"]).code, 1);
    assert_eq!(root.run(&["derive", "--manifest-path", "gone"]).code, 2);
}

#[test]
fn coverage_tells_what_is_out_of_step() {
    let root = package(
        "cli-coverage",
        "static A: Policy = policy![allow(rekognition::DetectText).on_any()];\nfn f(c: &aws_sdk_rekognition::Client) { c.detect_faces(); }\n",
    );
    let Done { code, out, .. } = root.run(&["coverage"]);
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
    let Done { code, out, err } = root.run(&["coverage"]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (0, "1 call, 1 policy: in step\n", "")
    );
    assert_eq!(root.run(&["coverage", "--only", "B"]).code, 2);
}
