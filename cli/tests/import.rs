//! `rekognition-iam import`, as a user calls it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const INDEXER: &str = r#"{"Version":"2012-10-17","Statement":[
  {"Sid":"Images","Effect":"Allow","Action":"rekognition:DetectText","Resource":"*"}]}"#;
const READER: &str = r#"{"Version":"2012-10-17","Statement":[
  {"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::uploads/*"},
  {"Effect":"Allow","Action":"rekognition:DetectLabls","Resource":"*"}]}"#;

fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("import-{name}"));
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(&root).unwrap();
    for (file, text) in files {
        fs::write(root.join(file), text).unwrap();
    }
    root
}

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_rekognition-iam"))
        .current_dir(folder)
        .arg("import")
        .args(arguments)
        .output()
        .unwrap();
    parts(output)
}

fn parts(output: Output) -> (i32, String, String) {
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn files_as_one_module() {
    let root = folder(
        "files",
        &[
            ("face-indexer.json", INDEXER),
            ("reader.json", READER),
            ("template.yaml", "Resources: {}"),
        ],
    );
    let (code, out, error) = run(&root, &["."]);
    assert_eq!(code, 0, "{error}");
    assert!(
        out.starts_with("use rekognition_iam::{Policy, policy, rekognition, s3};\n\n"),
        "{out}"
    );
    assert!(
        out.contains("pub static FACE_INDEXER: Policy = policy!["),
        "{out}"
    );
    assert!(
        out.contains("allow(s3::GetObject).on(s3::object(\"uploads\", \"*\")),"),
        "{out}"
    );
    assert!(
        out.contains("unlisted(\"rekognition:DetectLabls\", \"imported\")"),
        "{out}"
    );
    assert!(error.contains("features = [\"s3\"]"), "{error}");
    assert!(
        error.contains("1 finding would stop the compiler"),
        "{error}"
    );

    let (code, out, _) = run(
        &root,
        &[
            "face-indexer.json",
            "--name",
            "x",
            "--kind",
            "session",
            "--out",
            "x.rs",
        ],
    );
    assert_eq!((code, out.as_str()), (0, ""));
    let written = fs::read_to_string(root.join("x.rs")).unwrap();
    assert!(
        written.contains("pub static X: SessionPolicy =\n    session_policy![allow("),
        "{written}"
    );
    assert_eq!(fs::read_dir(&root).unwrap().count(), 4);
}

#[test]
fn standard_input() {
    let root = folder("stdin", &[]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_rekognition-iam"))
        .current_dir(&root)
        .args(["import", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(INDEXER.as_bytes())
        .unwrap();
    let (code, out, _) = parts(child.wait_with_output().unwrap());
    assert_eq!(code, 0);
    assert!(out.contains("pub static IMAGES: Policy"), "{out}");
}

/// All mistakes at once, and nothing written.
#[test]
fn mistakes() {
    let root = folder(
        "mistakes",
        &[("a.json", INDEXER), ("b.json", "{"), ("c.json", "[]")],
    );
    let (code, out, error) = run(&root, &[".", "no.json", "--out", "x.rs"]);
    assert_eq!((code, out.as_str()), (2, ""));
    for part in [
        "b.json:1:2: expected a name in double quotes",
        "c.json:1:1: the text holds a list, and takes an object",
        "no.json: no such file",
    ] {
        assert!(error.contains(part), "{error}");
    }
    assert!(!root.join("x.rs").exists());
    let (code, _, error) = run(&root, &["a.json", "b.json", "--name", "x"]);
    assert_eq!(code, 2);
    assert!(
        error.contains("--name is for one policy, and there are 2"),
        "{error}"
    );
}
